"""Hotspots for the screen: worked out once per gemeente, figure and year, shared by every session.

Only land counts: a region that is water is nobody's neighbour, so that two regions with open water between them do not
touch, and two that meet in the middle of a river do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from analysis.hotspots import (
    HIGH_LOW,
    LOW_HIGH,
    NOTHING,
    Neighbours,
    Reach,
    contiguity,
    hotspots,
    local_moran_spots,
    reach,
)
from analysis.hotspots.emerging import emerging
from data.borders import RIJKSDRIEHOEK
from data.catalogue import Indicator
from ui import hotspot_wording as words
from ui.figures import Figures
from ui.painting import areas_of, borders_for, shapes_of

#: Borders that come this close touch: simplified and rounded, neighbours can lie centimetres apart. In metres.
WITHIN: Final = 1.0
#: What a published rate is counted on, by its unit; an average or a distance is counted on nothing.
_PER: Final = {"%": 100.0, "per 1 000 inwoners": 1000.0}


@dataclass(frozen=True, eq=False)
class Spots:
    """Where one figure of one year gathers.

    Attributes
    ----------
    borders_year : int
        Year of the borders.
    rows : DataFrame
        One row per region of that year: region, shape (code of its polygon, empty without land), name, value, status,
        unit, margin, year, n_neighbours, around (mean of the figures here and around), mean (of all regions), statistic,
        p, p_adjusted, smoothed (where the figure is a rate with a known base) and class
        (`analysis.hotspots.hotspots`, or `ui.hotspot_wording.NO_LAND`).
    neighbours : Neighbours
        Of the regions with land and a figure.
    reach : Reach
        What so many regions can show at all.
    """

    borders_year: int
    rows: pd.DataFrame
    neighbours: Neighbours
    reach: Reach


@lru_cache(maxsize=32)
def neighbours_of(known: Figures, borders_year: int) -> Neighbours | None:
    """Return which regions touch on borders of one year, by region of the panel; None where there are no borders.

    Parameters
    ----------
    known : Figures
    borders_year : int
        One of ``known.divisions``.

    Returns
    -------
    Neighbours or None
        Of every polygon of land that is a region of the panel. Borders within `WITHIN` metres of each other touch.
    """
    frame = known.border_frame(borders_year)
    if frame is None:
        return None
    land = frame[~frame["water"].astype(bool)].to_crs(RIJKSDRIEHOEK)
    land = land.assign(
        region=[known.region_on(str(code), borders_year) or "" for code in land["region"]],
        geometry=land.geometry.make_valid(),
    )
    land = land[(land["region"] != "") & ~land.geometry.is_empty]
    if land["region"].duplicated().any():
        land = land.dissolve(by="region", as_index=False)
    return contiguity(list(land.geometry), list(land["region"]), within=WITHIN)


@lru_cache(maxsize=256)
def spots(known: Figures, indicator: Indicator, year: int, borders_year: int | None = None) -> Spots | None:
    """Find where one figure of one year gathers; None where there are no borders or may be no hotspots.

    Parameters
    ----------
    known : Figures
        At the level to look at.
    indicator : Indicator
        A rate or a share that may be part of a score: never herkomst, never a count.
    year : int
    borders_year : int, optional
        Year of the borders to test on; those that fit the figures best if left out. Land that lies otherwise there takes no
        part.

    Returns
    -------
    Spots or None
    """
    if words.refusal(indicator):
        return None
    areas = areas_of(known, indicator, year).reset_index(drop=True)
    borders_year = borders_for(known, areas["region"], year) if borders_year is None else borders_year
    neighbours = None if borders_year is None else neighbours_of(known, borders_year)
    if borders_year is None or neighbours is None:
        return None
    areas["shape"] = shapes_of(known, areas["region"], year, borders_year)
    on_land = areas["region"].isin(neighbours.regions) & (areas["shape"] != "")
    placed = with_bases(known, indicator, year, areas[on_land])
    among = neighbours.among(list(placed["region"]))
    found = hotspots(placed, among, per=per_of(indicator))
    rows = areas.merge(found.drop(columns="value"), "left", "region", validate="1:1")
    rows["class"] = rows["class"].astype("str").where(on_land, words.NO_LAND)
    rows["n_neighbours"] = rows["n_neighbours"].fillna(0).astype(int)
    rows["around"] = rows["region"].map(_means_around(placed, among))
    rows["mean"] = placed["value"].mean()
    with_figure = among.among(list(placed.loc[placed["value"].notna(), "region"]))
    return Spots(borders_year, rows, with_figure, reach(with_figure))


def per_of(indicator: Indicator) -> float:
    """Return what a rate is counted on: 100 for a percentage, 1 000 for a number per 1 000 inhabitants."""
    return _PER.get(indicator.unit, indicator.factor)


def with_bases(known: Figures, indicator: Indicator, year: int, areas: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `areas_of` with ``base``, the count that each rate was measured on, as `hotspots` takes them.

    Without that column where the figure is an average or a distance, or where it stands in another unit than now and so was
    measured on something else.
    """
    parts: tuple[str, ...] = indicator.share_of[1:]
    if not indicator.derived and indicator.unit in _PER and indicator.base:
        parts = (indicator.base,)
    if not parts or (areas["unit"] != indicator.unit).any():
        return areas
    counts = [
        areas["region"].map(areas_of(known, known.catalogue[part], year).set_index("region")["value"])
        for part in parts
    ]
    base = pd.concat(counts, axis=1).sum(axis=1, skipna=False)
    return areas.assign(base=base.where(base > 0)) if base.gt(0).any() else areas


def _means_around(areas: pd.DataFrame, among: Neighbours) -> pd.Series:
    """Return the mean of the figures of each region and those around it, as Gi* weighs them: each region once."""
    values = areas["value"].to_numpy(dtype=np.float64)
    there = np.isfinite(values).astype(np.float64)
    total = np.where(there > 0, values, 0.0)
    with np.errstate(invalid="ignore"):
        means = (total + among.touching @ total) / (there + among.touching @ there)
    return pd.Series(means, index=areas["region"].to_numpy())


@lru_cache(maxsize=128)
def emerging_of(known: Figures, indicator: Indicator, until: int | None = None) -> pd.DataFrame | None:
    """Tell for every region of now in which years figures gathered there; None where `spots` finds nothing to test.

    Only years of one meaning (`comparable_years`), each on the land that the regions have now.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    until : int, optional
        Look at no later year.

    Returns
    -------
    DataFrame or None
        As `analysis.hotspots.emerging.emerging`.
    """
    borders_year, years = known.borders_year(known.years[-1]), comparable_years(known, indicator, until)
    neighbours = None if borders_year is None else neighbours_of(known, borders_year)
    if words.refusal(indicator) or borders_year is None or neighbours is None or not years:
        return None
    frames = [_on_land_of_now(known, indicator, year, borders_year, neighbours) for year in years]
    return emerging(pd.concat(frames, ignore_index=True), neighbours, per=per_of(indicator))


def comparable_years(known: Figures, indicator: Indicator, until: int | None = None) -> list[int]:
    """Return the last years with figures in which the figure means the same and stands in one unit.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    until : int, optional
        Look at no later year.
    """
    rows = known.of(indicator.id)
    rows = rows[(rows["level"] == known.level) & rows["value"].notna()]
    rows = rows if until is None else rows[rows["year"] <= until]
    if rows.empty:
        return []
    last = int(rows["year"].max())
    unit = rows.loc[rows["year"] == last, "unit"].iloc[0]
    since = max((entry.year for entry in indicator.breaks if entry.year <= last), default=0)
    other = rows.loc[rows["unit"] != unit, "year"].max()
    since = since if pd.isna(other) else max(since, int(other) + 1)
    return sorted(int(year) for year in rows["year"].unique() if year >= since)


def _on_land_of_now(
    known: Figures, indicator: Indicator, year: int, borders_year: int, neighbours: Neighbours
) -> pd.DataFrame:
    areas = areas_of(known, indicator, year).reset_index(drop=True)
    here = shapes_of(known, areas["region"], year, borders_year) != ""
    kept = with_bases(known, indicator, year, areas[here & areas["region"].isin(neighbours.regions)])
    return kept[[name for name in ("region", "year", "value", "base") if name in kept]]


@lru_cache(maxsize=64)
def unlike_those_around(known: Figures, indicator: Indicator, year: int) -> pd.DataFrame:
    """Return the regions that lie high among low ones or low among high ones, more than chance (local Moran).

    Returns
    -------
    DataFrame
        Columns region, name, value, status, around (mean of those around it alone) and class (`HIGH_LOW`, `LOW_HIGH`).
    """
    found = spots(known, indicator, year)
    columns = ["region", "name", "value", "status", "around", "class"]
    if found is None:
        return pd.DataFrame(columns=columns)
    rows = found.rows[found.rows["region"].isin(found.neighbours.regions)]
    told = local_moran_spots(
        with_bases(known, indicator, year, rows), found.neighbours, per=per_of(indicator)
    )
    told = told[told["class"].isin([HIGH_LOW, LOW_HIGH])]
    rows = rows.drop(columns="class").merge(told[["region", "class"]], "inner", "region", validate="1:1")
    n = rows["n_neighbours"]
    return rows.assign(around=(rows["around"] * (n + 1) - rows["value"]) / n)[columns]


def sentence(known: Figures, indicator: Indicator, region: str, year: int) -> str:
    """Say for a card whether a region lies where figures gather; empty where there is nothing to say.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    region : str
        Series of the panel.
    year : int
    """
    found = spots(known, indicator, year)
    if found is None:
        return ""
    rows = found.rows[found.rows["region"] == region]
    # On a map of few regions "not found" says nothing; what is found there is as sure as elsewhere.
    if rows.empty or (rows["class"].iloc[0] == NOTHING and not found.reach.enough):
        return ""
    return words.card_sentence(rows.iloc[0], indicator, known.label(region), known.level)
