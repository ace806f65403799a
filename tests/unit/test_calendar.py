"""The calendar file: one appointment whatever changes, in Dutch time, with nobody named as guest."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event

from reports.calendar import calendar

WIJKEN = {"WK999906": "Rivierenbuurt"}
KINDS = {"bezoek": "Bezoek"}


def visit(**other: Any) -> dict[str, Any]:
    usual = {
        "key": "abc",
        "gemeente": "GM9999",
        "version": 1,
        "changed_at": "2026-11-20T09:30:00.123456+00:00",
        "removed_at": None,
        "wijk": "WK999906",
        "kind": "bezoek",
        "aim": "Horen wat er speelt; ook bij ouders,\nen bij jongeren \\ kinderen",
        "who": "Wijkteam Noord",
        "partners": "buurthuis, school",
        "place": "buurthuis",
        "day": "2026-12-01",
        "time": "14:30",
        "minutes": 90,
        "status": "gepland",
        "outcome": None,
    }
    return usual | other


def events(*visits: dict[str, Any]) -> list[Event]:
    return list(Calendar.from_ical(calendar(visits, WIJKEN, KINDS, "Voorbeeldstad")).walk("VEVENT"))


def test_it_keeps_its_identity_and_its_version_grows() -> None:
    first, changed = events(visit(), visit(version=2, day="2026-12-02"))
    assert str(first["uid"]) == str(changed["uid"])
    assert (first["sequence"], changed["sequence"]) == (1, 2)
    assert str(events(visit(key="other"))[0]["uid"]) != str(first["uid"])


def test_it_stands_in_dutch_time_summer_and_winter() -> None:
    winter, summer = events(visit(), visit(day="2027-07-01"))
    assert winter["dtstart"].dt.utcoffset() == timedelta(hours=1)
    assert summer["dtstart"].dt.utcoffset() == timedelta(hours=2)
    assert winter["dtstart"].dt.replace(tzinfo=None) == datetime(2026, 12, 1, 14, 30)
    assert winter["duration"].dt == timedelta(minutes=90)
    text = calendar([visit()], WIJKEN, KINDS, "Voorbeeldstad").decode()
    assert "BEGIN:VTIMEZONE" in text
    assert "TZID:Europe/Amsterdam" in text
    assert "DTSTART;TZID=Europe/Amsterdam:20261201T143000" in text


def test_it_has_a_length_since_an_end_has_two_meanings_in_the_night_that_the_clock_is_put_back() -> None:
    (event,) = events(visit(day="2026-10-25", time="01:30", minutes=120))
    assert "dtend" not in event
    assert event["duration"].dt == timedelta(minutes=120)


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_without_a_time_it_takes_the_whole_day(nothing: float | None) -> None:
    (event,) = events(visit(time=nothing, minutes=nothing))
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 12, 1), date(2026, 12, 2))


@pytest.mark.parametrize("gone", [{"status": "afgezegd"}, {"removed_at": "2026-11-21T00:00:00+00:00"}])
def test_what_does_not_go_on_is_cancelled_and_not_left_out(gone: dict[str, str]) -> None:
    (event,) = events(visit(**gone))
    assert str(event["status"]) == "CANCELLED"


def test_what_was_typed_comes_out_as_it_was_and_adds_no_line_of_its_own() -> None:
    evil = "x\r\nATTENDEE:mailto:a@b.nl\r\nBEGIN:VALARM"
    first, other = events(visit(), visit(aim=evil, place="a;b,c"))
    assert "Horen wat er speelt; ook bij ouders,\nen bij jongeren \\ kinderen" in str(first["description"])
    assert str(other["location"]) == "a;b,c, Rivierenbuurt"
    for event in (first, other):
        assert not {"ATTENDEE", "ORGANIZER", "CONTACT"} & set(event)
        assert not event.subcomponents
    text = calendar([visit(aim="é" * 200)], WIJKEN, KINDS, "Voorbeeldstad")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
