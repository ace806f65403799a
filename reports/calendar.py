"""Visits as a calendar file (iCalendar, RFC 5545) that Outlook, Google and a telephone read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
from icalendar import Calendar, Event

from data import VERSION

NETHERLANDS: Final = ZoneInfo("Europe/Amsterdam")
#: A visit with a time and no length takes this long in the calendar.
USUAL_MINUTES: Final = 60
_STATUS: Final = {"gepland": "CONFIRMED", "gedaan": "CONFIRMED", "afgezegd": "CANCELLED"}


def calendar(
    visits: Iterable[Mapping[str, Any]],
    wijken: Mapping[str, str],
    kinds: Mapping[str, str],
    gemeente: str,
) -> bytes:
    """Return visits as one calendar file.

    A visit keeps its identity (UID) whatever changes, and its version (SEQUENCE) grows: who opens a newer file gets a changed
    appointment and not a second one, and one that is cancelled disappears. Nobody is named as organiser or guest.

    Parameters
    ----------
    visits : iterable of mapping
        Records as `register.visits.Visits.frame` returns them, removed ones too (with ``removed_at``).
    wijken : mapping of str to str
        Name by code of the wijk.
    kinds : mapping of str to str
        Title of every kind of visit.
    gemeente : str
        Name, for the title of the calendar.

    Returns
    -------
    bytes
        UTF-8 text with CRLF, lines folded at 75 octets.
    """
    found = Calendar()
    found.add("prodid", f"-//Wijkradar {VERSION}//bezoeken//NL")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"Bezoeken {gemeente}")
    for visit in visits:
        found.add_component(_event(visit, wijken, kinds))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _event(visit: Mapping[str, Any], wijken: Mapping[str, str], kinds: Mapping[str, str]) -> Event:
    told = {name: None if _is_empty(value) else value for name, value in visit.items()}
    event = Event()
    event.add("uid", f"{told['key']}.{told['gemeente']}@wijkradar")
    event.add("sequence", int(told["version"] or 1))
    changed = datetime.fromisoformat(str(told["changed_at"])).astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    for name, moment in _span(told).items():
        event.add(name, moment)
    wijk = wijken.get(str(told["wijk"]), str(told["wijk"]))
    event.add("summary", f"{kinds.get(str(told['kind']), 'Bezoek')} {wijk}")
    event.add("description", _description(told))
    if told.get("place"):
        event.add("location", f"{told['place']}, {wijk}")
    event.add("status", "CANCELLED" if told.get("removed_at") else _STATUS[str(told["status"])])
    event.add("class", "PUBLIC")
    event.add("categories", ["Wijkradar"])
    return event


def _span(visit: Mapping[str, Any]) -> dict[str, date | datetime | timedelta]:
    """Return begin and length: of a day where no time is known, which then blocks nothing.

    A length and no end: in the night that the clock is put back, an end has two meanings.
    """
    day = date.fromisoformat(str(visit["day"]))
    if not visit.get("time"):
        return {"dtstart": day, "dtend": day + timedelta(days=1)}
    begin = datetime.combine(day, time.fromisoformat(str(visit["time"])), NETHERLANDS)
    return {"dtstart": begin, "duration": timedelta(minutes=int(visit.get("minutes") or USUAL_MINUTES))}


def _description(visit: Mapping[str, Any]) -> str:
    lines = [
        ("Doel", visit.get("aim")),
        ("Wie", visit.get("who")),
        ("Partners", visit.get("partners")),
        ("Wat kwam ervan", visit.get("outcome")),
    ]
    return "\n".join(f"{label}: {text}" for label, text in lines if text)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NaT
