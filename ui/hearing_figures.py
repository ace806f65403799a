"""What the pages know of who is heard: the register beside the residents, worked out once for the same register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from analysis.hearing import (
    ALL_CHANNELS,
    KINDS,
    UNDER,
    reach,
    represented,
    residents_in_people,
)
from analysis.small_counts import COMPLEMENT, FEWEST, SHOWN, TOTAL, added_up, line_status, protected
from data.panel import WITH_VALUE
from register import schema
from register.concerns import CHANNELS
from register.roles import Action
from ui.agreeing import agreed, compared_with, year_to_show
from ui.concern_figures import (
    NOWHERE,
    YEAR,
    Heard,
    Stretch,
    counts_of,
    heard_at,
    last_whole_month,
    months_back,
    placed,
    table_of,
)
from ui.concern_places import wijken_now
from ui.figures import Figures
from ui.hearing_standing import as_voices, standing
from ui.kept import of_figures
from ui.registering import Desk

CONCERNS, PEOPLE = "zorgen", "deelnemers"
#: Months back from the last whole month that can be chosen: whole stretches of `ui.concern_figures`.
PERIODS: Final = (12, 24, 36)
#: What the page opens with: the same months as the counts of Zorgen & signalen.
USUAL: Final = 12
#: Region in the rows of all silent wijken together.
SILENT: Final = "silent"
#: Figures on residents, by what they tell: those of one line are of one year.
_FROM_FIGURES: Final = {
    "population": ("population",),
    "age": ("age_15_25", "age_25_45", "age_45_65", "age_65plus"),
    "household": ("hh_single", "hh_no_children"),
    "tenure": ("owner_occupied", "rented"),
}
#: Children are counted, and not compared: see `analysis.hearing.KINDS`.
CHILDREN: Final = "0-14"
_VALUED: Final = [str(status) for status in WITH_VALUE]


@dataclass(frozen=True, eq=False)
class Hearing:
    """Who is heard in one gemeente, in one period.

    Attributes
    ----------
    known : Figures
    what : str
        `CONCERNS` or `PEOPLE`: what counts as a voice.
    first, last : str
        First and last day of the period: whole years of whole months, the same as in `ui.concern_figures`. So nothing is
        found by taking one period from another, one day from the next or this page from that one.
    voices, wijken, channels : DataFrame
        Counts (region, channel, stretch, count); `analysis.hearing.heard` over all channels, with name, worsening (the figures
        of the wijk get worse) and status (`analysis.small_counts.protected`); `analysis.hearing.reach` with the same.
    together : DataFrame
        `analysis.hearing.reach` of the silent wijken as if they were one; empty with fewer than two.
    gatherings, told : DataFrame
        Who took part in the period: gathering, region, channel, participants, and how many of them are children (below 15,
        counted and not compared); and of whom what is known: gathering, kind, group, count.
    total : int or None
        Voices of the gemeente in the period; None where that may not be told.
    unplaced : int or None
        Voices that could not be brought to a wijk of now; None where there are some and it may not be told how many.
    years : Mapping of str to int
        Year of the figures on residents, by kind (population, age, household, tenure).
    """

    known: Figures
    what: str
    first: str
    last: str
    voices: pd.DataFrame
    wijken: pd.DataFrame
    channels: pd.DataFrame
    together: pd.DataFrame
    gatherings: pd.DataFrame
    told: pd.DataFrame
    total: int | None
    unplaced: int | None
    years: Mapping[str, int]

    @cached_property
    def children(self) -> int | None:
        """Participants below 15; None where that may not be told."""
        _, total = line_status(_children_by_channel(self), FEWEST)
        return int(self.gatherings["children"].sum()) if total == SHOWN else None

    @cached_property
    def silent(self) -> list[str]:
        """The wijken that are heard less than expected: those whose figures get worse first, then by what is missing."""
        rows = self.wijken[self.wijken["verdict"] == UNDER]
        return list(rows.sort_values(["worsening", "missing"], ascending=False)["region"])

    def groups(self, *, silent_only: bool = False) -> pd.DataFrame:
        """Return `analysis.hearing.represented` with status, of all wijken or of those that are heard too little."""
        return _groups_of_silent(self) if silent_only else _groups_of_all(self)


def months_of(text: str) -> int:
    """Return the chosen number of months; `USUAL` where the address says something else."""
    return int(text) if text.isdigit() and int(text) in PERIODS else USUAL


def hearing(desk: Desk, known: Figures, what: str, months: int, today: date | None = None) -> Hearing | None:
    """Return who is heard; None where the register holds nothing to count yet.

    Raises
    ------
    RegisterError, NotAllowed
    """
    desk.actor.require(Action.SEE_COUNTS)
    return _hearing(desk, _state(desk), (today or date.today()).isoformat(), known, what, months)


def _state(desk: Desk) -> int:
    """Return the number of the last change: as long as it stays, so does all that is counted."""
    with desk.database.reading() as connection:
        return connection.execute(select(func.max(schema.change.c.id))).scalar() or 0


@lru_cache(maxsize=32)
def _hearing(desk: Desk, state: int, today: str, known: Figures, what: str, months: int) -> Hearing | None:  # noqa: ARG001 (cache key)
    day = date.fromisoformat(today)
    met = _gatherings(desk, known, last_whole_month(day))
    of = heard_at(desk, known, day) if what == CONCERNS else None
    counted = of.rows.assign(count=1) if of is not None else met
    # A day that lies ahead is a slip of the pen; one of this month counts as soon as the month is over.
    if (counted["month"] < 0).all():
        return None
    windows = Heard(known, counted, last_whole_month(day), day).last_stretches(months // YEAR)
    first, last = windows[-1].first.isoformat(), windows[0].last.isoformat()
    voices = as_voices(counted[counted["region"] != NOWHERE], first, last)
    residents = _residents(known)
    regions = list(residents.index)
    tables = [_tables(known, of, met, window) for window in windows]
    by_wijk = added_up([table for table, _ in tables], ["region"])
    by_channel = added_up([table for _, table in tables], ["region", "part"])
    wijken = standing(voices, residents.reset_index()[["region", "people"]], by_wijk)
    silent = set(wijken.loc[wijken["verdict"] == UNDER, "region"])
    channels = reach(voices, regions, silent)
    channels["status"] = _status_of(channels, by_channel)
    met = met[met["heard"].between(first, last) & (met["region"] != NOWHERE)]
    told = _told(met)
    young = told[told["group"] == CHILDREN].groupby("gathering")["count"].sum()
    children = met["number"].map(young).fillna(0).astype("int64")
    totals = by_wijk.set_index("region")
    return Hearing(
        known,
        what,
        first,
        last,
        voices,
        _named(wijken, known).assign(worsening=lambda told: told["region"].isin(_worsening(known))),
        _named(channels, known),
        _together(voices, regions, silent),
        met[["number", "region", "channel"]]
        .rename(columns={"number": "gathering"})
        .assign(participants=met["count"], children=children),
        told[told["group"] != CHILDREN],
        _seen(totals, TOTAL),
        _seen(totals, NOWHERE),
        _years(known),
    )


def _gatherings(desk: Desk, known: Figures, until: date) -> pd.DataFrame:
    """Return who took part, in the columns in which concerns are counted: region, heard, month and count."""
    rows = desk.gatherings.frame()
    ways = rows[["wijk", "borders_year"]].assign(buurt=None)
    return rows.assign(
        region=placed(known, ways),
        heard=rows["first_day"],
        month=months_back(rows["first_day"], until),
        count=rows["participants"].astype("int64"),
    )


def _tables(
    known: Figures, of: Heard | None, met: pd.DataFrame, window: Stretch
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the protected counts of one stretch per wijk, and per wijk and channel; of concerns as everywhere else."""
    if of is not None:
        totals, table = counts_of(of, window), table_of(of, window, "channel")
        if set(table["part"]) == {TOTAL} and len(of.within(window)):
            # Too few to break down: what each channel gave is not 0, but not told.
            apart = totals[["region"]].merge(pd.DataFrame({"part": sorted(CHANNELS)}), "cross")
            untold = pd.Series(np.nan, apart.index).astype("Int64")
            table = pd.concat([table, apart.assign(cases=untold, status=COMPLEMENT)], ignore_index=True)
        return totals, table
    rows = met[met["heard"].between(window.first.isoformat(), window.last.isoformat())]
    nowhere = [NOWHERE] if (rows["region"] == NOWHERE).any() else []
    cells = rows.groupby(["region", "channel"])["count"].sum()
    regions = [*known.regions_in(known.years[-1]), *nowhere]
    every = pd.MultiIndex.from_product([regions, sorted(CHANNELS)], names=["region", "part"])
    table = protected(cells.reindex(every, fill_value=0).rename("cases").reset_index(), "region", "part")
    return table[table["part"] == TOTAL].drop(columns="part"), table


def _status_of(channels: pd.DataFrame, counts: pd.DataFrame) -> pd.Series:
    """Return what of a channel in a wijk may be told: the cell, and with it its share of what the wijk and channel gave."""
    status = counts.set_index(["region", "part"])["status"]

    def at(regions: pd.Series | str, parts: pd.Series | str) -> np.ndarray:
        keys = pd.DataFrame({"region": regions, "part": parts}, index=channels.index)
        return status.reindex(pd.MultiIndex.from_frame(keys)).fillna(COMPLEMENT).to_numpy()

    cell = at(channels["region"], channels["channel"])
    beside = (at(channels["region"], TOTAL), at(TOTAL, channels["channel"]), at(TOTAL, TOTAL))
    whole = np.logical_and.reduce([words == SHOWN for words in beside])
    return pd.Series(np.where((cell == SHOWN) & ~whole, COMPLEMENT, cell), channels.index, dtype="str")


def _seen(counts: pd.DataFrame, row: str) -> int | None:
    """Return a count of `added_up` as everybody may see it; None where it is hidden."""
    if row not in counts.index:
        return 0
    return int(str(counts["cases"][row])) if counts["status"][row] == SHOWN else None


def _together(voices: pd.DataFrame, regions: list[str], silent: set[str]) -> pd.DataFrame:
    """Compare the silent wijken, taken as one, with all others: three small wijken tell more together than apart."""
    if len(silent) < 2:
        return reach(voices.head(0), [])
    as_one = voices.assign(region=voices["region"].mask(voices["region"].isin(silent), SILENT))
    found = reach(as_one, [SILENT, *(region for region in regions if region not in silent)], [SILENT])
    return found[found["region"] == SILENT].reset_index(drop=True)


def _named(rows: pd.DataFrame, known: Figures) -> pd.DataFrame:
    return rows.assign(name=rows["region"].map(known.label).astype("str"))


# Residents ------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _latest(known: Figures) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the last figures on residents of the wijken of now, and their years.

    What goes together is of one year: ages of one year beside a population of another would not add up.
    """
    regions = list(wijken_now(known))
    columns: dict[str, pd.Series] = {}
    years: dict[str, int] = {}
    for kind, names in _FROM_FIGURES.items():
        rows = known.on_borders_of_now
        rows = rows[
            rows["indicator"].isin(names) & rows["region"].isin(regions) & rows["status"].isin(_VALUED)
        ]
        if rows.empty:
            columns |= {name: pd.Series(index=regions, dtype="float64") for name in names}
            continue
        years[kind] = int(rows["year"].max())
        table = rows[rows["year"] == years[kind]].pivot_table("value", "region", "indicator", "first")
        columns |= {
            name: table[name].reindex(regions) if name in table else pd.Series(index=regions, dtype="float64")
            for name in names
        }
    frame = pd.DataFrame(columns, index=pd.Index(regions, name="region", dtype="str"))
    return frame, years


def _residents(known: Figures) -> pd.DataFrame:
    return _latest(known)[0].rename(columns={"population": "people"})


def _years(known: Figures) -> dict[str, int]:
    return _latest(known)[1]


@of_figures(maxsize=16)
def _worsening(known: Figures) -> frozenset[str]:
    """Return the wijken of which the figures surely get worse (a witness of `analysis.agreement`)."""
    year = year_to_show(known, known.years[-1])
    if year is None:
        return frozenset()
    comparators = list(compared_with(known, year))
    wijken = agreed(known, comparators[0], year, foretold=False).wijken
    return frozenset(wijken.loc[wijken["trend"] == "worse", "region"].astype(str))


# Groups ---------------------------------------------------------------------------------------------


def _told(gatherings: pd.DataFrame) -> pd.DataFrame:
    """Return what channels know of who took part, one row per group; only the kinds that may be asked for."""
    rows = [
        (number, kind, group, int(count))
        for number, shares in zip(gatherings["number"], gatherings["shares"], strict=True)
        for kind, counts in (shares.items() if isinstance(shares, dict) else ())
        if kind in KINDS
        for group, count in counts.items()
    ]
    return pd.DataFrame(rows, columns=["gathering", "kind", "group", "count"])


@lru_cache(maxsize=32)
def _groups_of_all(found: Hearing) -> pd.DataFrame:
    counts = _children_by_channel(found)
    # Where few children came, they stay among those of whom nothing is known: taken out, they could be counted.
    apart_from, _ = line_status(counts, FEWEST)
    may = found.gatherings["channel"].isin(counts.index[[word == SHOWN for word in apart_from]])
    grown = found.gatherings["participants"] - found.gatherings["children"].where(may, 0)
    rows = represented(
        found.gatherings.assign(participants=grown),
        found.told,
        residents_in_people(_latest(found.known)[0]),
    )
    status = pd.Series(SHOWN, rows.index, dtype="str")
    apart = rows["channel"] != ALL_CHANNELS
    for kind in rows["kind"].unique():
        cells = rows[apart & (rows["kind"] == kind)]
        table = protected(cells[["channel", "group", "count"]], "channel", "group", "count")
        words = table.set_index(["channel", "group"])["status"]
        words = words.rename({TOTAL: ALL_CHANNELS}, level="channel")
        mine = rows["kind"] == kind
        status[mine] = words.reindex(
            pd.MultiIndex.from_frame(rows.loc[mine, ["channel", "group"]])
        ).to_numpy()
    return rows.assign(status=status)


def _children_by_channel(found: Hearing) -> pd.Series:
    return found.gatherings.groupby("channel")["children"].sum()


@lru_cache(maxsize=32)
def _groups_of_silent(found: Hearing) -> pd.DataFrame:
    """Return the groups in the silent wijken; a channel is left out whole where a small count would be in it.

    What is shown here can be taken from what is shown of all wijken: the rest may hold no small count either.
    """
    residents = residents_in_people(_latest(found.known)[0])
    inside = found.gatherings["region"].isin(found.silent)
    met, others = found.gatherings[inside], found.gatherings[~inside]
    rows = represented(met, found.told[found.told["gathering"].isin(met["gathering"])], residents)
    if rows.empty:
        return rows.assign(status=pd.Series(dtype="str"))
    beside = found.told[found.told["gathering"].isin(others["gathering"])].merge(others, on="gathering")
    elsewhere = beside.groupby(["channel", "kind", "group"])["count"].sum()
    keys = pd.MultiIndex.from_frame(rows[["channel", "kind", "group"]])
    rest = elsewhere.reindex(keys).fillna(0.0).to_numpy()
    small = rows["count"].between(1, FEWEST - 1) | ((rest >= 1) & (rest < FEWEST))
    small &= rows["channel"] != ALL_CHANNELS
    left_out = rows.loc[small, ["channel", "kind"]].drop_duplicates()
    gone = pd.MultiIndex.from_frame(rows[["channel", "kind"]]).isin(pd.MultiIndex.from_frame(left_out))
    gone |= (rows["channel"] == ALL_CHANNELS) & rows["kind"].isin(left_out["kind"])
    return rows.assign(status=pd.Series(SHOWN, rows.index, dtype="str").mask(gone, COMPLEMENT))


def channel_title(channel: str) -> str:
    """Return how a channel is called on the screen."""
    return CHANNELS.get(channel, channel) if channel else "Alle kanalen samen"
