"""Which plots make which buurt and wijk in which year, what the flags say, and who descends from whom.

The story is short: in 2016 two buurten get another code; in 2018 a strip of land goes from one wijk to
another and a freed code is used again for other land; in 2021 one wijk is split in two. The flags
(Indelingswijziging) and the lineage are computed from the land itself, never written down by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from data.sample.landscape import plots

GEMEENTE = "GM9999"
GEMEENTE_NAME = "Voorbeeldstad (fictief)"
YEARS = tuple(range(2013, 2026))
#: First years of a division that differs from the one before; 2025 repeats the latest.
DIVISION_YEARS = (2013, 2016, 2018, 2021)
GEOMETRY_YEARS = (*DIVISION_YEARS, 2025)

Level = Literal["wijk", "buurt"]

_WIJK_NAMES = {
    1: "Binnenstad",
    2: "Stationskwartier",
    3: "Singels",
    4: "Oosterpark",
    5: "Bloemenbuurt",
    6: "Rivierenbuurt",
    7: "Componistenkwartier",
    8: "Vogelbuurt",
    9: "Dichterswijk",
    10: "Noorderhof",
    11: "De Hoge Akkers",
    12: "Kerkelanden",
    13: "Landgoed Hoogeland",
    14: "Industriehaven",
    15: "De Nieuwe Landen",
    16: "Zuidoever",
    17: "Parkwijk",
    18: "Molenwijk",
    19: "De Weide",
    20: "Zonnehoek",
    21: "Oudekerke",
    22: "Buitengebied Oosterpolder, Zuiderpolder en Lange Weiden",
    23: "Noorderpolder",
    24: "De Hoge Akkers-West",
    25: "De Hoge Akkers-Oost",
}
_SPLIT_2021 = {
    "1102": "BU99992400",
    "1103": "BU99992401",
    "1104": "BU99992402",
    "1100": "BU99992500",
    "1101": "BU99992501",
    "1105": "BU99992502",
}


@dataclass(frozen=True)
class Region:
    """A wijk or buurt in one year: its code, its name and the plots it is made of."""

    code: str
    name: str
    plots: frozenset[str]


def _buurt_code(plot: str, year: int) -> str:
    if plot == "1990":
        return "BU99991903" if year < 2018 else "BU99992002"
    if plot == "1290":
        return "BU99991202" if year < 2018 else "BU99991203"
    if plot == "1203" and year >= 2016:
        return "BU99991204"
    if plot == "0503" and year >= 2016:
        return "BU99990509"
    if plot in _SPLIT_2021 and year >= 2021:
        return _SPLIT_2021[plot]
    return f"BU9999{plot}"


def _buurt_name(code: str, members: set[str], year: int) -> str:
    names = {p.plot: p.name for p in plots()}
    if "0402" in members and year >= 2021:
        return "Prins Hendrikpark"
    main = min(members - {"1990", "1290"} or members)
    return names[main] if code else ""


@cache
def buurten(year: int) -> tuple[Region, ...]:
    """Return the buurten of a year, ordered by code."""
    members: dict[str, set[str]] = {}
    for p in plots():
        members.setdefault(_buurt_code(p.plot, year), set()).add(p.plot)
    return tuple(
        Region(code, _buurt_name(code, members[code], year), frozenset(members[code]))
        for code in sorted(members)
    )


@cache
def wijken(year: int) -> tuple[Region, ...]:
    """Return the wijken of a year, ordered by code."""
    members: dict[str, set[str]] = {}
    for buurt in buurten(year):
        members.setdefault("WK" + buurt.code[2:8], set()).update(buurt.plots)
    return tuple(
        Region(code, f"Wijk {code[6:]} {_WIJK_NAMES[int(code[6:])]}", frozenset(members[code]))
        for code in sorted(members)
    )


def regions(level: Level, year: int) -> tuple[Region, ...]:
    """Return the wijken or the buurten of a year."""
    return wijken(year) if level == "wijk" else buurten(year)


def flag(level: Level, code: str, year: int) -> int:
    """Return Indelingswijziging: 1 as the year before, 2 other code on the same land, 3 other land."""
    now = {r.code: r.plots for r in regions(level, year)}[code]
    if year == YEARS[0]:
        return 1
    before = {r.code: r.plots for r in regions(level, year - 1)}
    if before.get(code) == now:
        return 1
    return 2 if now in before.values() else 3


def lineage() -> list[dict[str, Any]]:
    """Return every change of code or land: level, year, kind, the old and the new codes that share land.

    Kinds: ``recoded`` (same land, other code), ``split`` (one becomes several), ``merged`` (several become
    one) and ``redrawn`` (land goes from one to another).
    """
    events = []
    for level in ("wijk", "buurt"):
        for year in YEARS[1:]:
            old, new = regions(level, year - 1), regions(level, year)
            unchanged = {(r.code, r.plots) for r in old} & {(r.code, r.plots) for r in new}
            gone = [r for r in old if (r.code, r.plots) not in unchanged]
            come = [r for r in new if (r.code, r.plots) not in unchanged]
            while gone:
                group_old, group_new = _component(gone[0], gone, come)
                gone = [r for r in gone if r not in group_old]
                events.append(_event(level, year, group_old, group_new))
    return events


def _component(start: Region, gone: list[Region], come: list[Region]) -> tuple[list[Region], list[Region]]:
    land = set(start.plots)
    while True:
        group_old = [r for r in gone if r.plots & land]
        group_new = [r for r in come if r.plots & land]
        wider = set().union(*(r.plots for r in group_old + group_new))
        if wider == land:
            return group_old, group_new
        land = wider


def _event(level: str, year: int, old: list[Region], new: list[Region]) -> dict[str, Any]:
    if len(old) == len(new) == 1:
        kind = "recoded"
    elif len(old) == 1:
        kind = "split"
    else:
        kind = "merged" if len(new) == 1 else "redrawn"
    return {
        "level": level,
        "year": year,
        "kind": kind,
        "old": [r.code for r in old],
        "new": [r.code for r in new],
    }
