"""What goes along on a visit: the week sheet with facts of the wijk, and the calendar file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from data.catalogue import Indicator
from register.visits import KINDS
from reports.calendar import calendar
from reports.week_sheet import Stop, WeekSheet
from ui import outreach_wording as words
from ui import wording
from ui.agreeing import year_to_show
from ui.amounts import amount, both_amounts, given, in_unit_of
from ui.figures import Figures
from ui.forecasting import people_of
from ui.outreach_figures import records, region_of
from ui.triage_figures import signals

_FACTS: Final = 3
_WHO_LIVES_HERE: Final = ("age_65plus_share", "hh_single_share", "rented")


def sheet_of(known: Figures, visits: pd.DataFrame, monday: date, heard: Mapping[str, str]) -> WeekSheet:
    """Return the sheet of one week.

    Parameters
    ----------
    known : Figures
    visits : DataFrame
        Visits that are planned, of any week.
    monday : date
    heard : mapping of str to str
        How many concerns are open as everybody may see it, by wijk.
    """
    days = [monday + timedelta(days=n) for n in range(7)]
    mine = visits[visits["day"].isin([day.isoformat() for day in days])]
    mine = mine.assign(at=mine["time"].fillna("")).sort_values(["day", "at", "number"])
    stops = tuple(_stop(known, visit, heard) for visit in records(mine))
    return WeekSheet(
        gemeente=known.name,
        monday=monday,
        title=words.week_words(monday, monday).partition(" (")[2].rstrip(")"),
        stops=stops,
        days=tuple(words.day_words(day.isoformat()) for day in days),
        source=known.source_of(known.catalogue["population"]),
    )


def _stop(known: Figures, visit: Mapping[str, Any], heard: Mapping[str, str]) -> Stop:
    region = region_of(known, visit)
    time = given(visit, "time")
    minutes = given(visit, "minutes")
    return Stop(
        day=date.fromisoformat(str(visit["day"])),
        wijk=known.label(region),
        kind=KINDS[str(visit["kind"])].lower(),
        when=""
        if not time
        else f"{str(time).replace(':', '.')} uur{f' ({int(minutes)} min)' if minutes else ''}",
        aim=str(visit["aim"] or ""),
        who=given(visit, "who") or "",
        partners=given(visit, "partners") or "",
        place=given(visit, "place") or "",
        facts=facts_of(known, region),
        heard=heard.get(region, ""),
    )


def facts_of(known: Figures, region: str) -> tuple[str, ...]:
    """Return three facts about a wijk, each with its year: its inhabitants and what stands out most beside the gemeente."""
    facts = []
    people = known.of("population", region).dropna(subset="value").sort_values("year")
    if len(people):
        row = people.iloc[-1]
        facts.append(f"{wording.number(row['value'])} inwoners ({int(row['year'])}).")
    elif region in people_of(known).index:
        facts.append(f"{wording.number(people_of(known)[region])} inwoners.")
    year = year_to_show(known, known.years[-1])
    if year is not None and region in known.regions:
        for told in records(signals(known, region, year, _FACTS - len(facts))):
            indicator = in_unit_of(told, known.catalogue[str(told["indicator"])])
            facts.append(
                _beside(known, indicator, told["value"], told["comparator_value"], int(told["year"]))
            )
    return (*facts, *_ordinary(known, region, _FACTS - len(facts)))


def _ordinary(known: Figures, region: str, most: int) -> list[str]:
    """Return figures that say who lives in a wijk where little stands out, beside those of the gemeente."""
    facts = []
    for name in _WHO_LIVES_HERE:
        rows = known.of(name, region).dropna(subset="value").sort_values("year")
        if rows.empty:
            continue
        row = rows.iloc[-1]
        indicator = in_unit_of(row, known.catalogue[name])
        all_ = known.of(name, known.gemeente)
        all_ = all_[(all_["year"] == row["year"]) & all_["value"].notna()]
        other = float(all_["value"].iloc[0]) if len(all_) else None
        facts.append(_beside(known, indicator, float(row["value"]), other, int(row["year"])))
    return facts[:most]


def _beside(known: Figures, indicator: Indicator, here: float, all_: float | None, year: int) -> str:
    """Return one figure of a wijk with its year, beside that of the gemeente where there is one."""
    start = f"{wording.capital(wording.subject(indicator))} ({year})"
    if all_ is None:
        return f"{start}: {amount(here, indicator)}."
    own, other = both_amounts(here, all_, indicator)
    return f"{start}: {own}, in {known.name} {other}."


def calendar_of(known: Figures, visits: pd.DataFrame) -> bytes:
    """Return visits as a calendar file."""
    told = records(visits)
    names = {str(visit["wijk"]): known.label(region_of(known, visit)) for visit in told}
    return calendar(told, names, KINDS, known.name)
