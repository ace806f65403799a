"""Lineage: which land a code stood for in which year, and what became of it.

Statistics Netherlands (CBS) says of every wijk and buurt, in each year, whether it is as it was the year before, got
another code, or got other borders (Indelingswijziging, in the explanation of "Kerncijfers wijken en buurten"). It does
not say from which code. That is found here, from the evidence at hand and never from a code alone, since codes come back
for other land. What cannot be told stays untold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from analysis._descent import (
    RECODED,
    REDRAWN,
    SAME,
    Division,
    Ground,
    Group,
    Overlaps,
    Region,
    Step,
    leap,
    runs,
    step,
)
from analysis._door import SMALL_LEVELS, require
from analysis._grid import Ints, codes

#: What can happen to a region between two years.
KINDS: Final = ("renamed", "recoded", "split", "merged", "redrawn", "new", "gone")
#: How we know, from what CBS says itself to what only follows from the lists of codes of two years.
EVIDENCE: Final = ("flag", "addresses", "borders", "buurten", "names", "elimination", "code_lists")
#: What a region was in an event: it came out of it, it went into it, both, or it is one that came from such a region.
ROLES: Final = ("new", "old", "both", "ancestor")
LANDS: Final = ["region", "level", "year", "name", "gemeente", "boundary", "land", "series"]
EVENTS: Final = ["level", "year", "kind", "old", "new", "old_names", "new_names", "evidence", "certain"]
#: Which regions of two years share ground: addresses (counted) or square metres.
OVERLAPS: Final = ["level", "old_year", "new_year", "old", "new", "amount", "origin"]

_HALF: Final = 0.5


@dataclass(frozen=True)
class Lineage:
    """The land behind the codes.

    Attributes
    ----------
    lands : DataFrame
        One row per region and year, columns `LANDS`: the published code, the number of its land (the same number is
        the same land, in whatever year and under whatever code) and the series it belongs to. A series is named after
        the last code of its land; where other land took that code over, the year until which it was meant is added
        (``WK091741@2015``).
    events : DataFrame
        One row per thing that happened, columns `EVENTS`; ``old`` and ``new`` are tuples of published codes in the
        year before and in ``year``.
    """

    lands: pd.DataFrame
    events: pd.DataFrame


Node = tuple[str, int]


class _Event(NamedTuple):
    level: str
    year: int
    kind: str
    old: list[Region]
    new: list[Region]
    evidence: str
    certain: bool


class _Register:
    """The land and the chain of every code and year, filled in the order of the years.

    A chain is what a reader follows as one region: the same land under one or more codes, and other land for as long as
    it kept a code through changes of its borders.
    """

    def __init__(self) -> None:
        self.land: dict[Node, int] = {}
        self.chain: dict[Node, int] = {}
        self._numbers = count()
        #: The last year and the region of each code whose land did not go elsewhere, as far as anyone knows.
        self._open: dict[str, tuple[int, Region]] = {}

    def enter(self, known: Step, before: int, year: int) -> None:
        continued = known.continued
        for code, region in known.after.items():
            link = known.links.get(code)
            if link is not None:
                self.land[code, year] = self.land[link.old, before]
                self.chain[code, year] = self.chain[link.old, before]
                continue
            number = next(self._numbers)
            self.land[code, year] = self.chain[code, year] = number
            last = self._open.get(code)
            if last is not None and code not in continued and _goes_on(last, region, known, before):
                self.chain[code, year] = self.chain[code, last[0]]
        went = continued.union(*(group.old for group in known.groups if group.new))
        self._open = {code: last for code, last in self._open.items() if code not in went}
        self._open |= {code: (year, region) for code, region in known.after.items()}

    def enter_unchanging(self, code: str, years: Iterable[int]) -> None:
        number = next(self._numbers)
        for year in years:
            self.land[code, year] = self.chain[code, year] = number


def _goes_on(last: tuple[int, Region], region: Region, known: Step, before: int) -> bool:
    """Tell whether a code that is there again, for other land or after years of silence, is one region to follow."""
    year, former = last
    if region.flag == RECODED:
        return False
    if year == before and known.ground.of(region.code):
        return max(known.ground.shared(region.code, region.code)) >= _HALF
    if former.plain_name == region.plain_name:
        return True
    # Its borders moved and it got another name; unless one of the names tells that the code went to other land.
    return year == before and known.successive and not _elsewhere(former, region, known)


def _elsewhere(former: Region, region: Region, known: Step) -> bool:
    """Tell whether the old name went to another code, or the new name came from one."""
    continued = known.continued
    moved_to = (
        other for code, other in known.after.items() if code != region.code and code not in known.links
    )
    came_from = (
        other for code, other in known.before.items() if code != region.code and code not in continued
    )
    return any(other.plain_name == former.plain_name for other in moved_to) or any(
        other.plain_name == region.plain_name for other in came_from
    )


def trace(regions: pd.DataFrame, overlaps: pd.DataFrame | None = None) -> Lineage:
    """Trace every region through the years.

    Land stays the same where CBS says so (flag 1). Land with another code (flag 2) gets its former code from, in this
    order: shared ground, its buurten (a wijk), a name that occurs once in both years, the name and the number (after a
    merger), or being the only one left in both. Without any of these the former code stays unknown and the series begins
    anew. Regions with other land (flag 3) are grouped with the regions they exchanged land with by shared ground, else
    through their buurten; with code lists alone the group is a guess by what changed, and says so. Between two years
    that are not successive nothing is known but what shared ground proves.

    Parameters
    ----------
    regions : DataFrame
        One row per published code and year, with region, level, year, name, gemeente and boundary (Int8); of one
        gemeente and what merged into it.
    overlaps : DataFrame, optional
        Evidence of shared ground, columns `OVERLAPS`. Two years that lie further apart also serve for the years between
        them, for regions that did not change otherwise.

    Returns
    -------
    Lineage
        ``lands`` in the order of ``regions``.

    Raises
    ------
    ValueError
        If a column is missing or a code occurs twice in a year.
    """
    require(regions, ("region", "level", "year", "name", "gemeente", "boundary"), "frame of regions")
    if overlaps is None or overlaps.empty:
        overlaps = pd.DataFrame(columns=OVERLAPS)
    require(overlaps, OVERLAPS, "frame of overlaps")
    twice = regions.duplicated(["region", "year"])
    if twice.any():
        raise ValueError(
            f"A code occurs twice in one year: {regions.loc[twice, ['region', 'year']].iloc[0].to_dict()}."
        )
    register = _Register()
    events: list[_Event] = []
    divisions = {str(level): _divisions(rows) for level, rows in regions.groupby("level")}
    for level in divisions.keys() - set(SMALL_LEVELS):
        events += _enter_large(level, divisions[level], register)
    below: dict[tuple[int, int], Step] = {}
    for level in ("buurt", "wijk"):
        years = divisions.get(level, {})
        closed = _undisturbed(divisions.get("wijk", {})) if level == "buurt" else {}
        steps = _steps(years, Overlaps(overlaps[overlaps["level"] == level]), below, closed)
        for before, year, known in steps:
            register.enter(known, before, year)
            events += _events(level, year, known)
            below[before, year] = known
    return Lineage(_lands(regions, register), _event_frame(events))


def _divisions(rows: pd.DataFrame) -> dict[int, Division]:
    flags = rows["boundary"].fillna(0).astype(int)
    divisions: dict[int, dict[str, Region]] = {}
    for year, code, name, flag in zip(rows["year"], rows["region"], rows["name"], flags, strict=True):
        region = Region(code, name if isinstance(name, str) else code, int(flag) or None)
        divisions.setdefault(int(year), {})[code] = region
    return {year: divisions[year] for year in sorted(divisions)}


def _undisturbed(wijken: dict[int, Division]) -> dict[int, set[str]]:
    """Return the wijken of each year whose land is that of the year before: what changed in them stayed in them."""
    return {
        year: {
            code
            for code, region in division.items()
            if region.flag == SAME and code in wijken.get(year - 1, {})
        }
        for year, division in wijken.items()
    }


def _steps(
    divisions: dict[int, Division],
    overlaps: Overlaps,
    below: dict[tuple[int, int], Step],
    closed: dict[int, set[str]],
) -> Iterator[tuple[int, int, Step]]:
    reach = runs(divisions)
    for first in list(divisions)[:1]:
        yield first - 1, first, leap({}, divisions[first], Ground())
    for before, year in pairwise(divisions):
        old, new = divisions[before], divisions[year]
        if year - before > 1:
            yield before, year, leap(old, new, overlaps.between(before, year, new, reach))
        else:
            changed = [code for code, region in new.items() if region.flag != SAME or code not in old]
            ground = overlaps.between(before, year, changed, reach)
            yield before, year, step(old, new, ground, below.get((before, year)), closed.get(year, set()))


# -- events -------------------------------------------------------------------------------------------------


def _enter_large(level: str, divisions: dict[int, Division], register: _Register) -> Iterator[_Event]:
    """Enter the country and gemeenten, whose code is their land; only their name can change."""
    for code in sorted({code for division in divisions.values() for code in division}):
        there = {year: division[code] for year, division in divisions.items() if code in division}
        register.enter_unchanging(code, there)
        for before, year in pairwise(there):
            if _renamed(there[before], there[year]):
                yield _Event(level, year, "renamed", [there[before]], [there[year]], "names", True)


def _renamed(old: Region, new: Region) -> bool:
    return "" not in (old.plain_name, new.plain_name) and old.plain_name != new.plain_name


def _events(level: str, year: int, known: Step) -> Iterator[_Event]:
    for code, link in known.links.items():
        old, new = known.before[link.old], known.after[code]
        if link.old != code:
            yield _Event(level, year, "recoded", [old], [new], link.evidence, link.certain)
        elif _renamed(old, new):
            yield _Event(level, year, "renamed", [old], [new], link.evidence, link.certain)
    for group in known.groups:
        olds, news = [known.before[code] for code in group.old], [known.after[code] for code in group.new]
        yield _Event(level, year, _kind(group), olds, news, group.evidence, group.certain)
    if known.successive:
        for kind, flag in (("recoded", RECODED), ("new", SAME)):
            for code in known.unlinked(flag):
                yield _Event(level, year, kind, [], [known.after[code]], "code_lists", False)


def _kind(group: Group) -> str:
    match len(group.old), len(group.new):
        case 0, _:
            return "new"
        case _, 0:
            return "gone"
        case 1, several if several > 1:
            return "split"
        case several, 1 if several > 1:
            return "merged"
    return "redrawn"


def _event_frame(events: Iterable[_Event]) -> pd.DataFrame:
    ordered = sorted(
        events, key=lambda e: (e.year, SMALL_LEVELS.index(e.level) if e.level in SMALL_LEVELS else -1)
    )
    rows = [
        (
            *(event.level, event.year, event.kind),
            *(tuple(region.code for region in side) for side in (event.old, event.new)),
            *(tuple(region.name for region in side) for side in (event.old, event.new)),
            *(event.evidence, event.certain),
        )
        for event in ordered
    ]
    types = {"level": "str", "year": "int64", "kind": "str", "evidence": "str", "certain": "bool"}
    return pd.DataFrame(rows, columns=EVENTS).astype(types)


# -- series -------------------------------------------------------------------------------------------------


def _lands(regions: pd.DataFrame, register: _Register) -> pd.DataFrame:
    nodes = list(zip(regions["region"], regions["year"].astype(int), strict=True))
    names = _series_names(register)
    return regions.assign(
        land=np.array([register.land[node] for node in nodes], dtype=np.int64),
        series=pd.Series([names[register.chain[node]] for node in nodes], index=regions.index, dtype="str"),
    )[LANDS]


def _series_names(register: _Register) -> dict[int, str]:
    last_of_chain: dict[int, Node] = {}
    last_of_code: dict[str, int] = {}
    for (code, year), chain in register.chain.items():
        last_of_code[code] = max(year, last_of_code.get(code, year))
        if chain not in last_of_chain or last_of_chain[chain][1] < year:
            last_of_chain[chain] = (code, year)
    return {
        chain: code if year == last_of_code[code] else f"{code}@{year}"
        for chain, (code, year) in last_of_chain.items()
    }


def join_series(panel: pd.DataFrame, lineage: Lineage) -> pd.DataFrame:
    """Put figures of the same land under one code, and keep the code they were published under.

    Parameters
    ----------
    panel : DataFrame
        With at least region, year and boundary.
    lineage : Lineage
        Of the same regions and years.

    Returns
    -------
    DataFrame
        The panel, same rows, order and index, with another ``region`` (the series; a region and year still occur once),
        with ``published_as`` (the code in the source), and with ``boundary`` (Int8) of wijken and buurten as it holds
        within the series: 1 the land of the year before, also after a recode, 3 other land. Where the year before is not
        in the series, or nobody knows, it is as published.

    Raises
    ------
    ValueError
        If the panel holds a region in a year that the lineage does not know.
    """
    require(panel, ("region", "year", "boundary"))
    lands = lineage.lands
    rows = _rows_of(panel, lands)
    return panel.assign(
        published_as=panel["region"],
        region=pd.Series(lands["series"].array.take(rows), index=panel.index),
        boundary=pd.Series(_boundary_in_series(lands).array.take(rows), index=panel.index),
    )


def _rows_of(panel: pd.DataFrame, lands: pd.DataFrame) -> Ints:
    """Return the row number in ``lands`` of every row of the panel."""
    region, names = codes(panel["region"])
    if not len(panel):
        return region
    years = np.concatenate([panel["year"].to_numpy(), lands["year"].to_numpy()])
    first, span = int(years.min()), int(years.max() - years.min()) + 1
    place = pd.Index(names).get_indexer(lands["region"])
    table = np.full((len(names), span), -1, dtype=np.intp)
    there = np.flatnonzero(place >= 0)
    table[place[there], lands["year"].to_numpy()[there] - first] = there
    rows = table[region, panel["year"].to_numpy() - first]
    if (rows < 0).any():
        stranger = panel[["region", "year"]].iloc[int(np.flatnonzero(rows < 0)[0])].to_dict()
        raise ValueError(f"The lineage does not know this region in this year: {stranger}.")
    return np.asarray(rows, dtype=np.intp)


def _boundary_in_series(lands: pd.DataFrame) -> pd.Series[Any]:
    ordered = lands.sort_values(["series", "year"], kind="stable")
    follows = (ordered["series"] == ordered["series"].shift()) & (
        ordered["year"] == ordered["year"].shift() + 1
    )
    same = ordered["land"] == ordered["land"].shift()
    small = ordered["level"].isin(SMALL_LEVELS)
    boundary = ordered["boundary"].astype("Int8")
    boundary = boundary.mask(small & follows & same, SAME)
    boundary = boundary.mask(small & follows & ~same & boundary.notna(), REDRAWN)
    return boundary.reindex(lands.index)


# -- biography ----------------------------------------------------------------------------------------------


def biography(lineage: Lineage, region: str) -> pd.DataFrame:
    """Tell what happened to one series, and to the regions it came from.

    Parameters
    ----------
    lineage : Lineage
    region : str
        A series. One that the lineage does not know has no events.

    Returns
    -------
    DataFrame
        Columns `EVENTS` and ``role`` (one of `ROLES`), oldest first: ``new`` where the series came out of the event,
        ``old`` where it went into it, ``both`` where it did both, and ``ancestor`` for earlier events of a region that
        it came from (one step back).
    """
    lands = lineage.lands
    owner = dict(zip(zip(lands["region"], lands["year"], strict=True), lands["series"], strict=True))
    levels = lands.loc[lands["series"] == region, "level"]
    told = lineage.events[lineage.events["level"].isin(levels)]
    before = _year_before(lands[lands["level"].isin(levels)])
    roles: dict[int, str] = {}
    went_in: dict[int, set[str]] = {}
    came_out: dict[int, set[str]] = {}
    for index, year, old, new in zip(told.index, told["year"], told["old"], told["new"], strict=True):
        went_in[index] = {owner[code, before[year]] for code in old}
        came_out[index] = {owner[code, year] for code in new}
        if region in went_in[index] or region in came_out[index]:
            roles[index] = _role(region in went_in[index], region in came_out[index])
    born = [index for index, role in roles.items() if role == "new"]
    for origin in born:
        ancestors = went_in[origin] - {region}
        for index, year in zip(told.index, told["year"], strict=True):
            if year < told.loc[origin, "year"] and ancestors & (went_in[index] | came_out[index]):
                roles.setdefault(index, "ancestor")
    chosen = told[told.index.isin(list(roles))]
    return chosen.assign(role=pd.Series(roles, dtype="str")).reset_index(drop=True)


def _role(went_in: bool, came_out: bool) -> str:
    if went_in and came_out:
        return "both"
    return "old" if went_in else "new"


def _year_before(lands: pd.DataFrame) -> dict[int, int]:
    years = sorted({int(year) for year in lands["year"]})
    return {year: before for before, year in pairwise(years)}
