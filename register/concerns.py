"""Concerns and signals of residents: what was heard, where, when, through whom, and what became of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import Connection, Table, delete, insert, select

from register import schema
from register._reading import not_there
from register._records import Records, Saved, now
from register._trail import Step
from register.errors import WrongConcern
from register.privacy import refuse_finds
from register.roles import Action

if TYPE_CHECKING:
    import pandas as pd

#: Ways in which a concern comes in, with their names on the screen.
CHANNELS: Final = {
    "meldpunt": "Meldpunt",
    "gesprek": "Gesprek",
    "bijeenkomst": "Bijeenkomst",
    "buurtantenne": "Buurtantenne",
    "social_media": "Social media",
    "enquete": "Enquête",
    "professional": "Professional",
}
#: The way of a concern, in order; the last two are ends.
STATUSES: Final = {
    "nieuw": "Nieuw",
    "in_behandeling": "In behandeling",
    "terugkoppeling": "Terugkoppeling gegeven",
    "afgerond": "Afgerond",
    "vervallen": "Vervallen",
}
#: Statuses in which residents still wait.
OPEN: Final = ("nieuw", "in_behandeling")
SERIOUSNESS: Final = {1: "Licht", 2: "Merkbaar", 3: "Ernstig"}
#: Side of the square in metres whose middle stands for a point.
GRID_M: Final = 100.0
LONGEST_TEXT: Final = 4_000
LONGEST_OWNER: Final = 120
MOST_PEOPLE: Final = 100_000

#: What everybody may see of a concern: no text, no owner, no square.
_PUBLIC: Final = (
    "number", "theme", "wijk", "buurt", "borders_year", "heard", "channel", "seriousness", "people", "due", "status",
    "feedback_on", "added_at",
)  # fmt: skip
_REQUIRED: Final = {"theme": "thema", "wijk": "wijk", "heard": "datum", "channel": "kanaal"}
_TEXTS: Final = ("text", "done", "feedback")
#: What is looked at for what may point at a person: the texts, and the name of a team.
_CHECKED: Final = (*_TEXTS, "owner")
#: What retention takes out: the texts, and what might still lead to a person.
_ERASABLE: Final = frozenset({*_TEXTS, "owner", "harmless", "x", "y"})
LINKED, UNLINKED = "linked", "unlinked"


def on_grid(metres: float) -> float:
    """Return the middle of the square of 100 m in which a coordinate (RD) lies."""
    return (math.floor(metres / GRID_M) + 0.5) * GRID_M


class Concerns(Records):
    """The concerns of one gemeente.

    Fields: see `register.schema.concern`. Only people with the role of coordinator see texts; `heard` is for all.
    """

    entity: ClassVar[str] = "concern"
    table: ClassVar[Table] = schema.concern
    erasable: ClassVar[frozenset[str]] = _ERASABLE
    united: ClassVar[frozenset[str]] = frozenset({"harmless"})
    to_read: ClassVar[Action] = Action.SEE_CONCERNS
    to_write: ClassVar[Action] = Action.WRITE_CONCERNS

    def checked(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the fields as they are stored; see `Records.checked`.

        Raises
        ------
        PersonalDetails
            If a text holds what may point at a person that is not among ``harmless``.
        """
        clean = {name: _clean(name, value) for name, value in super().checked(values, before).items()}
        if before is None:
            clean = {"status": "nieuw", "seriousness": 2, "text": ""} | clean
        for name, what in _REQUIRED.items():
            if (before is None or name in clean) and not clean.get(name):
                raise WrongConcern(name, f"Er ontbreekt een {what}; vul dit in.")
        whole = {**(before or {}), **clean}
        refuse_finds((clean.get(name) for name in _CHECKED), whole.get("harmless") or ())
        if clean.get("feedback_on") and clean["feedback_on"] < whole["heard"]:
            raise WrongConcern(
                "feedback_on", "De terugkoppeling kan niet vóór de dag liggen waarop dit is gehoord."
            )
        if clean.get("status") == "terugkoppeling" and not whole.get("feedback_on"):
            clean["feedback_on"] = date.today().isoformat()
        return clean

    def heard(self) -> pd.DataFrame:
        """Return what everybody may see of the concerns, for counting: no text, no owner, no square.

        Returns
        -------
        DataFrame
            number, theme, wijk, buurt, borders_year, heard, channel, seriousness, people, due, status, feedback_on, added_at;
            dates as text ``YYYY-MM-DD``.
        """
        return self._open_to_all(_PUBLIC)

    # -- links ----------------------------------------------------------------------------------------

    def linked(self, number: int) -> tuple[int, ...]:
        """Return the concerns that belong to one, lowest number first; those that were removed are left out."""
        self.actor.require(self.to_read)
        pair, concern = schema.concern_link, self.table
        here = concern.c.gemeente == self.gemeente, concern.c.removed_at.is_(None)
        with self.database.reading(snapshot=True) as connection:
            found = [
                connection.execute(
                    select(other).join(concern, concern.c.number == other).where(mine == number, *here)
                ).scalars().all()
                for mine, other in ((pair.c.first, pair.c.second), (pair.c.second, pair.c.first))
            ]  # fmt: skip
        return tuple(sorted({*found[0], *found[1]}))

    def link(self, number: int, other: int) -> Saved:
        """Tell that two concerns belong together; twice is once. Both get a version more, and a line in their history."""
        return self._link(number, other, there=True)

    def unlink(self, number: int, other: int) -> Saved:
        """Tell that two concerns do not belong together; see `link`."""
        return self._link(number, other, there=False)

    def _link(self, number: int, other: int, *, there: bool) -> Saved:
        self.actor.require(self.to_write)
        if number == other:
            raise WrongConcern("links", "Een zorg kan niet naar zichzelf verwijzen; kies een ander nummer.")
        with self.database.writing() as connection:
            records = self._locked(connection, [number, other])
            removed = next((which for which, record in records.items() if record["removed_at"]), None)
            if removed is not None:
                raise not_there(removed)
            if _is_linked(connection, number, other) == there:
                return Saved("", (number, other))
            _set_link(connection, number, other, there=there)
            told = {
                one: ({}, {"linked": two}) if there else ({"linked": two}, {})
                for one, two in ((number, other), (other, number))
            }
            kind = LINKED if there else UNLINKED
            batch = self._apply(connection, kind, now(), [(one, {}) for one in records], records, told=told)
        return Saved(batch, tuple(records))

    def _take_back(self, connection: Connection, number: int, steps: Mapping[str, Step]) -> bool:
        was, became = steps["linked"]
        other = int(became if was is None else was)
        if number > other:
            # A link stands in the history of both; the lower number takes it back.
            return True
        if _is_linked(connection, number, other) != (became is not None):
            return False
        _set_link(connection, number, other, there=was is not None)
        return True


def _is_linked(connection: Connection, number: int, other: int) -> bool:
    table = schema.concern_link
    pair = table.c.first == min(number, other), table.c.second == max(number, other)
    return connection.execute(select(table).where(*pair)).first() is not None


def _set_link(connection: Connection, number: int, other: int, *, there: bool) -> None:
    table, first, second = schema.concern_link, min(number, other), max(number, other)
    if there:
        connection.execute(insert(table).values(first=first, second=second))
    else:
        connection.execute(delete(table).where(table.c.first == first, table.c.second == second))


def _clean(name: str, value: Any) -> Any:
    """Return one field as it is stored.

    Raises
    ------
    WrongConcern
        With the field and what is expected.
    """
    if name in (*_TEXTS, "owner"):
        text = str(value or "").strip()
        longest = LONGEST_OWNER if name == "owner" else LONGEST_TEXT
        if len(text) > longest:
            raise WrongConcern(name, f"Een tekst mag hoogstens {longest} tekens hebben; maak hem korter.")
        return text or (None if name != "text" else "")
    if name in ("heard", "due", "feedback_on"):
        return _day(name, value)
    if name == "channel" and value not in CHANNELS:
        raise WrongConcern(
            name, f"Het kanaal {value!r} bestaat niet; kies uit {', '.join(CHANNELS.values())}."
        )
    if name == "status" and value not in STATUSES:
        raise WrongConcern(
            name, f"De status {value!r} bestaat niet; kies uit {', '.join(STATUSES.values())}."
        )
    if name == "seriousness" and value not in SERIOUSNESS:
        raise WrongConcern(
            name, f"De ernst {value!r} bestaat niet; kies uit {', '.join(SERIOUSNESS.values())}."
        )
    if name == "people" and value is not None and not 1 <= int(value) <= MOST_PEOPLE:
        raise WrongConcern(
            name, f"Het aantal mensen ligt tussen 1 en {MOST_PEOPLE}; laat leeg wat u niet weet."
        )
    if name in ("x", "y") and value is not None:
        return on_grid(float(value))
    return value


def _day(name: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        raise WrongConcern(name, f"{value!r} is geen datum; verwacht jjjj-mm-dd.") from None
    if name != "due" and day > date.today():
        raise WrongConcern(name, "Deze datum ligt in de toekomst; kies vandaag of eerder.")
    return day.isoformat()
