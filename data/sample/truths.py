"""What was put into Voorbeeldstad on purpose, so that an analysis can be held against the truth."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.sample.concerns import planted
from data.sample.divisions import GEMEENTE, YEARS, buurten, lineage, regions, wijken
from data.sample.measures import Measures
from data.sample.society import (
    AGEING_WIJK,
    CONCERN_FROM,
    CONCERN_WIJKEN,
    FALSE_ALARM_WIJK,
    FALSE_ALARM_YEAR,
    NEW_WIJK,
    rows,
)

_HARBOUR = "14"
#: Figures of which the truth on later borders is written down: indicator, its part, its whole and the factor.
_BRIDGED = (
    ("population", "people", "", 1.0),
    ("households", "households", "", 1.0),
    ("age_65plus", "age65", "", 1.0),
    ("benefit_bijstand", "assistance", "", 1.0),
    ("low_income_hh", "low_income", "households", 100.0),
    ("hh_size", "in_households", "households", 1.0),
    ("woz", "woz_sum", "dwellings", 1.0),
    ("income_per_recipient", "income_sum", "recipients", 1.0),
)


def _sum(measures: Measures, name: str, numbers: tuple[str, ...], year: int) -> float:
    inside = [len(row) == 4 and row[:2] in numbers for row in rows()]
    return float(measures[name][inside, YEARS.index(year)].sum())


def _path(
    measures: Measures,
    indicator: str,
    part: str,
    whole: str,
    factor: float,
    numbers: tuple[str, ...],
    years: range,
) -> dict[str, Any]:
    """Return the true course of one figure, from exact numbers."""
    values = {}
    for year in years:
        base = _sum(measures, whole, numbers, year) if whole else 1.0
        values[str(year)] = round(factor * _sum(measures, part, numbers, year) / base, 2)
    first, last = values[str(years[0])], values[str(years[-1])]
    return {
        "indicator": indicator,
        "direction": "up" if last > first else "down",
        "from_year": years[0],
        "to_year": years[-1],
        "true_change": round(last - first, 2),
        "true_values": values,
    }


def planted_truths(measures: Measures) -> dict[str, Any]:
    """Return the planted truths: codes, indicators, years, direction and true size, and the exact lineage.

    Indicator ids are those of the catalogue; a trailing ``_share`` is the share Wijkradar derives from
    counts. True values come from exact numbers, before rounding.
    """
    concern = CONCERN_WIJKEN
    new, ageing, quiet = (NEW_WIJK,), (AGEING_WIJK,), (FALSE_ALARM_WIJK,)
    until_income = range(CONCERN_FROM - 1, 2024)
    until_benefit = range(CONCERN_FROM - 1, 2025)
    until_people = range(CONCERN_FROM - 1, 2026)
    whole = range(YEARS[0], YEARS[-1] + 1)
    passing = {"direction": "none", "true_change": 0.0}
    around = range(FALSE_ALARM_YEAR - 2, FALSE_ALARM_YEAR + 3)
    return {
        "about": "Verzonnen gemeente. Wat hier staat is met opzet in de cijfers gelegd.",
        "gemeente": GEMEENTE,
        "rising_concern": {
            "regions": _codes(concern),
            "adjoining": True,
            "since": CONCERN_FROM,
            "course": [
                _path(
                    measures, "benefit_bijstand_share", "assistance", "people", 1000, concern, until_benefit
                ),
                _path(measures, "low_income_hh", "low_income", "households", 100, concern, until_income),
                _path(measures, "social_minimum", "minimum", "households", 100, concern, until_income),
                _path(
                    measures, "low40_households", "low40_households", "households", 100, concern, until_income
                ),
                _path(measures, "hh_single_share", "single", "households", 100, concern, until_people),
            ],
        },
        "new_build": {
            "regions": _codes(new),
            "course": [
                _path(measures, "population", "people", "", 1, new, whole),
                _path(measures, "age_0_15_share", "age0", "people", 100, new, whole),
                _path(measures, "dwellings", "dwellings", "", 1, new, whole),
            ],
        },
        "shrinking_and_ageing": {
            "regions": _codes(ageing),
            "course": [
                _path(measures, "population", "people", "", 1, ageing, whole),
                _path(measures, "age_65plus_share", "age65", "people", 100, ageing, whole),
                _path(measures, "age_0_15_share", "age0", "people", 100, ageing, whole),
            ],
        },
        "false_alarm": {
            "regions": _codes(quiet),
            "year": FALSE_ALARM_YEAR,
            "why": "Klein getal: toeval in dit ene jaar, in de wijk zelf veranderde niets.",
            "course": [
                _path(measures, "benefit_bijstand_share", "assistance", "people", 1000, quiet, around)
                | passing,
                _path(measures, "youth_care_pct", "youth_care", "under23", 100, quiet, around) | passing,
            ],
        },
        "very_small_wijk": {
            "regions": _codes((_HARBOUR,)),
            "people": {str(y): int(_sum(measures, "people", (_HARBOUR,), y)) for y in YEARS},
        },
        "buurten_without_people": _empty_buurten(measures),
        "renamed": [
            {"code": "BU99990402", "year": 2021, "old_name": "Hertenkamp", "new_name": "Prins Hendrikpark"}
        ],
        "quiet_wijken": _quiet(),
        "definition_shifts": [
            {"indicator": "benefit_bijstand", "year": 2015, "direction": "up"},
            {"indicator": "businesses", "year": 2021, "direction": "up"},
            {"indicator": "vacancy", "year": 2024, "direction": "up"},
            {"indicator": "origin_nonwestern", "year": 2023, "direction": "replaced"},
            {"indicator": "low_income_hh", "year": 2024, "direction": "discontinued"},
        ],
        "lineage": lineage(),
        "bridged": _bridged(measures),
        "concerns": planted(),
    }


def _bridged(measures: Measures) -> list[dict[str, Any]]:
    """Return what redrawn regions would have shown on their new borders in the years before."""
    index = {name: i for i, name in enumerate(rows())}
    found = []
    for event in lineage():
        if event["kind"] == "recoded":
            continue
        level, year = event["level"], event["year"]
        land = {region.code: region.plots for region in regions(level, year)}
        for code in event["new"]:
            members = np.array(sorted(index[plot] for plot in land[code]))
            found += [
                {
                    "level": level,
                    "region": code,
                    "from_year": year,
                    "indicator": indicator,
                    "true_values": _values_before(measures, part, whole, factor, members, year),
                }
                for indicator, part, whole, factor in _BRIDGED
            ]
    return found


def _values_before(
    measures: Measures, part: str, whole: str, factor: float, members: np.ndarray, year: int
) -> dict[str, float]:
    """Return one exact figure of a group of plots in every year before ``year`` in which it can be told."""
    values = {}
    for t, earlier in enumerate(range(YEARS[0], year)):
        base = float(measures[whole][members, t].sum()) if whole else 1.0
        if base:
            values[str(earlier)] = round(factor * float(measures[part][members, t].sum()) / base, 3)
    return values


def _codes(numbers: tuple[str, ...]) -> list[str]:
    known = {wijk.code for wijk in wijken(YEARS[-1])}
    return [code for number in numbers if (code := f"WK9999{number}") in known]


def _quiet() -> list[str]:
    """Return the wijken in which nothing was planted: only noise and what happens in the whole country."""
    eventful = {*_codes((*CONCERN_WIJKEN, NEW_WIJK, AGEING_WIJK, FALSE_ALARM_WIJK, _HARBOUR))}
    changed = {
        code for event in lineage() if event["level"] == "wijk" for code in event["old"] + event["new"]
    }
    return [wijk.code for wijk in wijken(YEARS[-1]) if wijk.code not in eventful | changed]


def _empty_buurten(measures: Measures) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    index = {name: i for i, name in enumerate(rows())}
    for t, year in enumerate(YEARS):
        for buurt in buurten(year):
            members = np.array([index[p] for p in buurt.plots])
            if measures["people"][members, t].sum() == 0:
                found.setdefault(buurt.code, []).append(year)
    return found
