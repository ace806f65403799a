"""The concerns, participants, visits and wijkanalyses of the sample municipality, put into the register once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from data import sample
from data.sample.concerns import CONCERNS, FOLDER_NAME, GATHERINGS, VISITS
from data.sample.stories import EDITIONS, PARTS
from data.sample.stories import FOLDER_NAME as STORIES
from register import schema
from register._records import Records
from register.concerns import Concerns
from register.database import Database
from register.gatherings import Gatherings
from register.roles import Actor, Role
from register.stories import Parts, Stories
from register.visits import Visits

#: Who stands in the history of what the sample brought.
AUTHOR: Final = Actor("voorbeeld", Role.ADMINISTRATOR)
_BORDERS_YEAR: Final = 2025
#: The borders of the sample: those of the last division.
_DAYS: Final = {
    "days_ago": "",
    "due_days_ago": "due",
    "feedback_days_ago": "feedback_on",
    "first_days_ago": "first_day",
    "last_days_ago": "last_day",
    "discussed_days_ago": "discussed_on",
    "settled_days_ago": "settled_on",
    "evaluate_days_ago": "evaluate_on",
}


def ensure_sample(database: Database, today: date | None = None) -> bool:
    """Put the sample into the register where it has not been before; what a user took out since stays out.

    Parameters
    ----------
    database : Database
    today : date, optional
        The day from which the days in the files are counted back; of this moment when omitted. Who needs the same dates
        every time (a picture, a demonstration) gives one.

    Returns
    -------
    bool
        True when it was put there now.
    """
    today = today or date.today()
    return any([_put_what_was_told(database, today), _put_stories(database, today)])


def _put_what_was_told(database: Database, today: date) -> bool:
    if _is_there(database):
        return False
    # Concerns go last: they are what tells that the sample is there.
    for kind, name, first in (
        (Visits, VISITS, "day"),
        (Gatherings, GATHERINGS, ""),
        (Concerns, CONCERNS, "heard"),
    ):
        _put(kind(database, sample.GEMEENTE, AUTHOR), name, first, today)
    return True


def _is_there(database: Database) -> bool:
    concern = schema.concern
    with database.reading() as connection:
        first = select(concern.c.number).where(
            concern.c.gemeente == sample.GEMEENTE, concern.c.key == "voorbeeld-0001"
        )
        return connection.execute(first).first() is not None


def _put(records: Records, name: str, first: str, today: date) -> None:
    told = _lines(FOLDER_NAME, name)
    rows = [_dated(one, first, today) for one in told]
    records.add_many(rows, [one["key"] for one in told])


def _put_stories(database: Database, today: date) -> bool:
    """Put the editions in, each whole; nothing where somebody began with wijkanalyses of the sample themselves."""
    stories = Stories(database, sample.GEMEENTE, AUTHOR)
    ever = stories.rows(removed=True)
    if any(head["added_by"] != AUTHOR.name for head in ever):
        return False
    there = {(head["wijk"], head["edition"]) for head in ever}
    brought = [
        _put_story(stories, told, today)
        for told in _lines(STORIES, EDITIONS)
        if (told["wijk"], told["edition"]) not in there
    ]
    return any(brought)


def _put_story(stories: Stories, told: Mapping[str, Any], today: date) -> bool:
    parts = Parts(stories.database, stories.gemeente, AUTHOR)
    head = _dated({name: value for name, value in told.items() if name not in ("name", "after")}, "", today)
    before: dict[str, int] = {}
    if "after" in told:
        standing = {one["edition"]: one["number"] for one in stories.editions(told["wijk"])}
        previous = standing.get(told["edition"] - 1)
        if previous is None:
            return False
        head["previous"] = previous
        before = {str(part["key"]).rsplit(".", 1)[-1]: part["number"] for part in parts.of(previous)}
    rows = []
    for part in _lines(STORIES, PARTS):
        if part.pop("edition") == told["name"]:
            row = _dated(part, "", today)
            row.pop("borders_year")
            rows.append(row | ({"came_from": before[row["came_from"]]} if "came_from" in row else {}))
    return bool(stories.bring(head, rows).batch)


def _lines(folder: str, name: str) -> list[dict[str, Any]]:
    text = (sample.FOLDER / folder / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _dated(told: Mapping[str, Any], first: str, today: date) -> dict[str, Any]:
    row: dict[str, Any] = {"borders_year": _BORDERS_YEAR}
    for name, value in told.items():
        if name in _DAYS:
            row[_DAYS[name] or first] = (today - timedelta(days=int(value))).isoformat()
        elif name != "key":
            row[name] = value
    if row.get("status") == "gedaan" and "day" in row:
        row["done_on"] = row["day"]
    return row
