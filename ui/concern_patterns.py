"""What is found in the concerns of a register: what is new or lasting, what lies together, and how long residents wait."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.concerns import (
    FADING,
    GROWING,
    LESS,
    MORE,
    NEW,
    PERSISTENT,
    feedback,
    fresh_clusters,
    over_time,
    together,
    waiting_state,
)
from analysis.hotspots import Neighbours
from analysis.hotspots.scan import centres
from analysis.small_counts import MIDDLE, SHOWN, TOTAL, filled, protected
from data.borders import RIJKSDRIEHOEK
from ui import concern_picture_wording as words
from ui.concern_figures import (
    BACK,
    HALF,
    NOWHERE,
    PER,
    Heard,
    Pick,
    Stretch,
    cells,
    counts_of,
    dispersion_of,
    month_start,
    people_of,
)
from ui.figures import Figures
from ui.hotspotting import neighbours_of

#: Chance that any fresh cluster is told where there is none.
_FALSE_ALARM: Final = 0.05
#: With so many themes looked at, only the very unlikely is called; with fewer draws that would itself be by lot.
_DRAWS: Final = 1_999


@lru_cache(maxsize=16)
def courses(of: Heard) -> pd.DataFrame:
    """Return what every theme does in every wijk: `analysis.concerns.over_time` in half years; empty with too little to follow."""
    back = min(BACK, HALF * ((int(of.rows["month"].max()) + 1) // HALF)) if len(of.rows) else 0
    rows = of.rows[of.rows["month"].between(0, back - 1) & (of.rows["region"] != NOWHERE)]
    people = people_of(of.known, of.stretches[0]).dropna(subset=["population"])
    counts = rows.assign(period=-(rows["month"] // HALF)).groupby(["region", "theme", "period"]).size()
    return over_time(counts.rename("cases").reset_index(), people, dispersion=dispersion_of(of))


def course(of: Heard) -> pd.DataFrame:
    """Return which themes are new, grow, stay or fade in which wijk, in words only.

    Returns
    -------
    DataFrame
        Columns region, name, theme and class; only what is more than chance.
    """
    found = courses(of)
    found = found[found["class"].isin([NEW, GROWING, PERSISTENT, FADING])] if len(found) else found
    told = found.assign(name=found["region"].map(of.known.label).astype("str"))
    return told.reindex(columns=["region", "name", "theme", "class"])


@dataclass(frozen=True, eq=False)
class Gathered:
    """Where concerns per inhabitant lie together.

    Attributes
    ----------
    spots : DataFrame
        region, name and class (`analysis.hotspots`).
    clusters : DataFrame
        side (more or fewer than expected), names and regions, strongest first.
    """

    spots: pd.DataFrame
    clusters: pd.DataFrame


@lru_cache(maxsize=32)
def gathered(of: Heard, stretch: Stretch, pick: Pick) -> Gathered | None:
    """Find where concerns per inhabitant lie together, from what is shown; None without borders."""
    found = _land(of.known)
    if found is None:
        return None
    neighbours, middles = found
    counts = counts_of(of, stretch, pick)
    cases = filled(counts, "cases", small=MIDDLE)
    rows = people_of(of.known, stretch).merge(
        pd.DataFrame({"region": counts["region"], "cases": cases}), "left", "region"
    )
    spots, clusters = together(rows, neighbours, middles, per=PER)
    spots = spots.assign(name=spots["region"].map(of.known.label))[["region", "name", "class"]]
    more = clusters["cases"] > clusters["expected"]
    names = [[of.known.label(region) for region in regions] for regions in clusters["regions"]]
    told = pd.DataFrame({"side": np.where(more, MORE, LESS), "names": names, "regions": clusters["regions"]})
    return Gathered(spots, told)


@lru_cache(maxsize=8)
def land_in_metres(known: Figures) -> gpd.GeoDataFrame | None:
    """Return the land of the wijken of now in RD, with column region (of the panel); None without borders."""
    borders_year = known.borders_year(known.years[-1])
    frame = None if borders_year is None else known.border_frame(borders_year)
    if frame is None or borders_year is None:
        return None
    land = frame[~frame["water"].astype(bool)].to_crs(RIJKSDRIEHOEK)
    return land.assign(region=[known.region_on(str(code), borders_year) or "" for code in land["region"]])


@lru_cache(maxsize=8)
def _land(known: Figures) -> tuple[Neighbours, pd.DataFrame] | None:
    borders_year = known.borders_year(known.years[-1])
    neighbours = None if borders_year is None else neighbours_of(known, borders_year)
    land = land_in_metres(known)
    if neighbours is None or land is None:
        return None
    middles = centres(list(land.geometry), list(land["region"]))
    return neighbours, middles[middles["region"] != ""].drop_duplicates("region")


@lru_cache(maxsize=16)
def fresh(of: Heard) -> pd.DataFrame:
    """Find where concerns of one theme, or all together, have gathered since a few months (a space-time scan).

    Returns
    -------
    DataFrame
        Columns theme (empty for all together), names, regions, since (first day) and times (times the expected, rounded
        to halves); only what is more than chance, with all themes looked at (Bonferroni).
    """
    columns = ["theme", "names", "regions", "since", "times"]
    found = _land(of.known)
    rows = of.rows[of.rows["month"].between(0, BACK - 1) & (of.rows["region"] != NOWHERE)]
    if found is None or rows.empty:
        return pd.DataFrame(columns=columns)
    rows = rows.assign(period=-rows["month"])
    asked = ["", *sorted(rows["theme"].unique())]
    every = range(int(rows["period"].min()), 1)
    best: list[tuple[str, pd.DataFrame]] = []
    for theme in asked:
        part = rows[rows["theme"] == theme] if theme else rows
        counts = part.groupby(["region", "period"]).size()
        cells = pd.MultiIndex.from_product([part["region"].unique(), every], names=["region", "period"])
        table = counts.reindex(cells, fill_value=0).rename("cases").reset_index()
        best.append((theme, fresh_clusters(table, found[1], rate=_FALSE_ALARM / len(asked), draws=_DRAWS)))
    told = [
        {
            "theme": theme,
            "names": [of.known.label(region) for region in strongest["regions"]],
            "regions": strongest["regions"],
            "since": month_start(of.until, -int(strongest["since"])),
            "times": max(round(2 * strongest["ratio"]) / 2, 1.5),
        }
        for theme, clusters in best
        for strongest in clusters.head(1).to_dict("records")
    ]
    return pd.DataFrame(told, columns=columns)


@lru_cache(maxsize=64)
def states_of(of: Heard, stretch: Stretch, by: str, term: int) -> pd.DataFrame:
    """Return the protected table of theme, channel or wijk (column region) by state of the feedback (column part)."""
    rows = of.within(stretch)
    rows = rows.assign(state=waiting_state(rows, of.today, term=term), region=rows[by])
    there = rows["region"].unique()
    wijken = [*of.known.regions_in(of.known.years[-1]), *([NOWHERE] if NOWHERE in there else [])]
    down = wijken if by == "region" else sorted(there)
    return protected(cells(rows, down, sorted(rows["state"].unique()), "state"), "region", "part")


@lru_cache(maxsize=64)
def feedback_of(of: Heard, stretch: Stretch, by: str, term: int) -> pd.DataFrame:
    """Return how long residents wait for an answer, by theme, channel or wijk, as far as that may be shown.

    Returns
    -------
    DataFrame
        One row per group, then the gemeente (`TOTAL`): group, answered, waiting, overdue (counts as text), median, lower,
        upper (days; empty with a hidden total).
    """
    rows = of.within(stretch).assign(part=lambda rows: rows[by])
    shown = states_of(of, stretch, by, term).set_index(["region", "part"])
    down = [
        one for one in dict.fromkeys(shown.index.get_level_values("region")) if one not in (NOWHERE, TOTAL)
    ]
    times = pd.concat(
        [
            feedback(rows, of.today, "part", term=term),
            feedback(rows.assign(all=TOTAL), of.today, "all", term=term),
        ]
    )
    times = times.set_index("group")
    told = []
    for group in [*down, TOTAL]:
        part = {
            state: words.count_text(*_cell(shown, group, state))
            for state in ("answered", "waiting", "overdue")
        }
        line = times.loc[group] if group in times.index and _cell(shown, group, TOTAL)[1] == SHOWN else None
        told.append(
            {"group": group}
            | part
            | {name: np.nan if line is None else line[name] for name in ("median", "lower", "upper")}
        )
    return pd.DataFrame(told)


def _cell(shown: pd.DataFrame, group: str, state: str) -> tuple[float, str]:
    if (group, state) not in shown.index:
        return 0, SHOWN
    row: Any = shown.loc[(group, state)]
    return row["cases"], str(row["status"])
