"""Wijkanalyses: one record per edition, and one per part that people bring in; saved as they go, with a history.

Who writes stands in the history, never in the analysis: there groups and functions have the word. An edition that is settled
is a document of the gemeente: neither it nor its parts change until somebody puts it back to concept. Only what became of
its actions may still be written, for that is known later and is what the next edition asks first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import ColumnElement, Connection, Table, select

from register import _trail, schema
from register._bulk import stand_in_line
from register._reading import not_there
from register._records import ADDED, CHANGED, EXPIRED, IMPORTED, Records, Saved, new_key, now
from register._story_checks import (
    ACTION,
    ACTION_STATUSES,
    CONCEPT,
    DISCUSSED,
    HEAD_TEXTS,
    KINDS,
    LONGEST_TEXT,
    PART_TEXTS,
    PRIORITY,
    READ_SECTIONS,
    READING,
    RECOGNISED,
    SECTIONS,
    SETTLED,
    STATUSES,
    checked_head,
    day,
    plain_figures,
)
from register._story_parts import CARRIED, FROZEN, OPEN_TO_ALL, STILL_WRITTEN, Parts, open_to, without_name
from register.database import Database
from register.errors import NothingToUndo, RegisterError, WrongConcern
from register.roles import Action, Actor

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ACTION",
    "ACTION_STATUSES",
    "CARRIED",
    "CONCEPT",
    "DISCUSSED",
    "HEAD_TEXTS",
    "KINDS",
    "LONGEST_TEXT",
    "OPEN_TO_ALL",
    "PART_TEXTS",
    "PRIORITY",
    "READING",
    "READ_SECTIONS",
    "RECOGNISED",
    "SECTIONS",
    "SETTLED",
    "STATUSES",
    "STILL_WRITTEN",
    "Parts",
    "Stories",
    "Story",
    "story",
]  # fmt: skip

GONE: Final = (
    "De teksten van deze wijkanalyse zijn voorgoed verwijderd; haar status blijft zoals zij is. Haal haar weg en "
    "begin opnieuw, of begin een volgende editie."
)
_CARRIED_OF_HEAD: Final = ("boundary", "history", "harmless")


@dataclass(frozen=True)
class Story:
    """One edition with its parts, as a report or a page needs it.

    Attributes
    ----------
    head : dict
        Fields of `register.schema.story`.
    parts : tuple of dict
        Fields of `register.schema.story_part`, in their order.
    before : Story or None
        The edition before.
    """

    head: dict[str, Any]
    parts: tuple[dict[str, Any], ...]
    before: Story | None = None

    def of(self, kind: str, section: str | None = None) -> tuple[dict[str, Any], ...]:
        """Return the parts of a kind, of one section or of all."""
        return tuple(
            part for part in self.parts if part["kind"] == kind and section in (None, part["section"])
        )


def story(database: Database, gemeente: str, actor: Actor, number: int) -> Story:
    """Return an edition with its parts and the editions before it.

    Raises
    ------
    RegisterError
        If it does not exist, or is in concept and the role does not read those.
    """
    head = Stories(database, gemeente, actor).get(number)
    before = head["previous"]
    return Story(
        head,
        tuple(Parts(database, gemeente, actor).of(number)),
        story(database, gemeente, actor, before) if before else None,
    )


class Stories(Records):
    """The editions of one gemeente; fields: see `register.schema.story`. Editions in concept are for coordinators."""

    entity: ClassVar[str] = "story"
    table: ClassVar[Table] = schema.story
    erasable: ClassVar[frozenset[str]] = frozenset({*HEAD_TEXTS, "harmless"})
    united: ClassVar[frozenset[str]] = frozenset({"harmless"})
    to_read: ClassVar[Action] = Action.READ_STORIES
    to_write: ClassVar[Action] = Action.WRITE_STORIES

    def checked(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the fields as they are stored; see `Records.checked`.

        Raises
        ------
        PersonalDetails
            If a text holds what may point at a person that is not among ``harmless``.
        """
        return checked_head(super().checked(values, before), before)

    def editions(self, wijk: str) -> list[dict[str, Any]]:
        """Return the editions of a wijk, the newest first; those in concept only for who may read them."""
        found = self._as_rows(self._fetched(removed=False, numbers=None, also=[self.table.c.wijk == wijk]))
        return sorted(found, key=lambda head: -int(head["edition"]))

    def conflicts(self) -> pd.DataFrame:
        """Return what waits for a choice; see `Reading.conflicts`. It holds texts in concept."""
        self.actor.require(Action.READ_DRAFTS)
        return super().conflicts()

    def start(
        self, wijk: str, borders_year: int | None, year: int | None, *, after: int | None = None
    ) -> Saved:
        """Start an edition, in concept: the first of a wijk, or the one after another.

        The next edition starts from what was: boundary, history, and the parts in `CARRIED`, each with the part it ``came_from``.
        Where the edition is there already, because a colleague started it, nothing happens and that one is returned.

        Parameters
        ----------
        wijk : str
        borders_year : int or None
            Year of the borders to which the code belongs.
        year : int or None
            Last year of the figures.
        after : int, optional
            Number of the edition before; it must be settled, so that it can be told what changed since.

        Raises
        ------
        NotAllowed, WrongConcern, RegisterError
        """
        self.actor.require(self.to_write)
        with self.database.writing() as connection:
            self._in_line(connection)
            before = self._settled(connection, after) if after else {}
            edition = int(before.get("edition", 0)) + 1
            there = self._standing(connection, wijk, edition)
            if there:
                return Saved("", (there,))
            head = {
                "wijk": wijk,
                "borders_year": borders_year,
                "year": year,
                "edition": edition,
                "previous": after,
            }
            clean = self.checked(head, None) | {name: before.get(name) for name in _CARRIED_OF_HEAD}
            parts = self._parts.carried(connection, after) if after else []
            return self._bring(connection, clean, parts, ADDED)

    def bring(self, head: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> Saved:
        """Add an edition that was made elsewhere, with its parts, in one go; nothing where it is there or ever was.

        Parameters
        ----------
        head : mapping
            Fields of `register.schema.story`, also its status and, for one that is settled, its figures.
        parts : sequence of mapping
            Fields of `register.schema.story_part` with a ``name`` of its own each; ``about`` is such a name.
        """
        self.actor.require(self.to_write)
        clean = self.checked(head, None)
        told = [{"name": part["name"], **without_name(part)} for part in parts]
        with self.database.writing() as connection:
            self._in_line(connection)
            ever = self._ever(connection, str(clean["wijk"]), int(clean["edition"]))
            if ever:
                return Saved("", tuple(ever))
            return self._bring(connection, clean, told, IMPORTED)

    def set_status(
        self,
        number: int,
        seen: int,
        status: str,
        *,
        on: date,
        figures: Sequence[Mapping[str, Any]] | None = None,
    ) -> Saved:
        """Say how far an edition is: in concept, discussed or settled.

        Settled, it lies still with its parts until it is put back; that is not done once a next edition started from it.

        Parameters
        ----------
        number : int
        seen : int
            Version that the user had before them.
        status : str
            One of `STATUSES`.
        on : date
            Day of the discussion, or of settling it.
        figures : sequence of mapping, optional
            What was in it, to be stored when it is settled; texts and numbers only.

        Raises
        ------
        NotAllowed, WrongConcern, RegisterError
        """
        self.actor.require(self.to_write)
        if status not in STATUSES:
            raise WrongConcern("status", f"De status {status!r} bestaat niet; kies uit {', '.join(STATUSES.values())}.")  # fmt: skip
        with self.database.writing() as connection:
            record = self._locked(connection, [number])[number]
            if record["removed_at"]:
                raise not_there(number)
            if record["status"] == status == SETTLED:
                return Saved("", (number,))
            if record["expired_at"]:
                raise RegisterError(GONE)
            if record["version"] != seen:
                raise RegisterError(
                    f"Deze wijkanalyse is ondertussen gewijzigd door {record['changed_by']}. De status is niet veranderd; "
                    "bekijk haar opnieuw en kies dan."
                )
            wanted = _as_of(status, on, record, figures)
            differs = {name: value for name, value in wanted.items() if record[name] != value}
            ready = [(number, differs)] if differs else []
            batch = self._apply(connection, CHANGED, now(), ready, {number: record})
        return Saved(batch, (number,))

    def undo(self, batch: str) -> Saved:
        """Take an action back; see `Records.undo`. Starting an edition goes back with all it brought, while nobody worked on."""
        self.actor.require(self.to_write)
        with self.database.writing() as connection:
            # Before any record: who starts an edition takes them in this order too.
            self._in_line(connection)
            return self._undo(connection, batch)

    # -- inside a transaction -------------------------------------------------------------------------

    @property
    def _parts(self) -> Parts:
        return Parts(self.database, self.gemeente, self.actor)

    def _visible(self, *, removed: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: ARG002
        return open_to(self.actor)

    def _in_line(self, connection: Connection) -> None:
        stand_in_line(connection, f"{self.entity} start {self.gemeente}")

    def _ever(self, connection: Connection, wijk: str, edition: int) -> list[int]:
        table = self.table
        here = table.c.gemeente == self.gemeente, table.c.wijk == wijk, table.c.edition == edition
        return list(connection.execute(select(table.c.number).where(*here)).scalars())

    def _standing(self, connection: Connection, wijk: str, edition: int) -> int:
        ever = self._ever(connection, wijk, edition)
        standing = select(self.table.c.number).where(
            self.table.c.number.in_(ever), self.table.c.removed_at.is_(None)
        )
        return int(connection.execute(standing).scalar() or 0)

    def _settled(self, connection: Connection, number: int) -> dict[str, Any]:
        before = self._locked(connection, [number])[number]
        if before["removed_at"] or before["status"] != SETTLED:
            raise RegisterError(
                "Een volgende wijkanalyse begint bij een die is vastgesteld. Stel de vorige eerst vast, bij Afronden; dan blijven "
                "ook haar cijfers bewaard."
            )
        return before

    def _bring(
        self, connection: Connection, head: dict[str, Any], parts: Sequence[Mapping[str, Any]], kind: str
    ) -> Saved:
        at, batch = now(), new_key()
        ever = self._ever(connection, str(head["wijk"]), int(head["edition"]))
        key = f"{head['wijk']}-{head['edition']}-{len(ever)}"
        notes = self._insert(connection, {key: head}, at)
        self._note(connection, batch, at, kind, notes)
        told = self._parts.insert_whole(connection, notes[0].number, key, parts, at)
        self._parts._note(connection, batch, at, kind, told)
        return Saved(batch, (notes[0].number,))

    def _apply(
        self,
        connection: Connection,
        kind: str,
        at: str,
        ready: Sequence[tuple[int, Mapping[str, Any]]],
        records: Mapping[int, Mapping[str, Any]],
        *,
        undoes: str | None = None,
        told: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]] | None = None,
    ) -> str:
        for number, new in ready if kind != EXPIRED else ():
            record = records[number]
            if record["status"] == SETTLED:
                if new.get("status", SETTLED) == SETTLED:
                    raise RegisterError(FROZEN)
                self._refuse_followed(connection, record)
            if "removed_at" in new and new["removed_at"] is None and record["removed_at"]:
                self._refuse_twin(connection, record)
        return super()._apply(connection, kind, at, ready, records, undoes=undoes, told=told)

    def _refuse_followed(self, connection: Connection, record: Mapping[str, Any]) -> None:
        """Refuse to open an edition from which a next one started: what changed since would have no ground."""
        table = self.table
        following = table.c.previous == record["number"], table.c.removed_at.is_(None)
        edition = connection.execute(select(table.c.edition).where(*following)).scalar()
        if edition is not None:
            raise RegisterError(
                f"Er is al een volgende wijkanalyse (editie {edition}) die van deze uitgaat. Deze blijft daarom vastgesteld; "
                "wijzig de volgende."
            )

    def _refuse_twin(self, connection: Connection, record: Mapping[str, Any]) -> None:
        """Refuse to bring an edition back beside one that was started since, or without the one that it started from."""
        if self._standing(connection, record["wijk"], record["edition"]):
            raise NothingToUndo(
                f"Er is ondertussen een nieuwe editie {record['edition']} van deze wijk. Er is niets veranderd; werk daarin verder."
            )
        if record["previous"]:
            self._settled(connection, record["previous"])

    def _way_back(
        self, connection: Connection, step: _trail.Happened, record: Mapping[str, Any], at: str
    ) -> dict[str, Any]:
        part = self._parts.table
        brought = step.kind in (ADDED, IMPORTED)
        settled_again = not brought and step.fields.get("status", (None, None))[0] == SETTLED
        worked = part.c.story == step.number, part.c.gemeente == self.gemeente, part.c.changed_at > step.at
        if (brought or settled_again) and (
            record["version"] != step.version
            or connection.execute(select(part.c.number).where(*worked)).first()
        ):
            raise NothingToUndo(
                "In deze wijkanalyse is daarna gewerkt; deze handeling kan niet meer terug. Er is niets veranderd."
            )
        return super()._way_back(connection, step, record, at)


def _as_of(
    status: str, on: date, record: Mapping[str, Any], figures: Sequence[Mapping[str, Any]] | None
) -> dict[str, Any]:
    """Return the fields of an edition that gets a status on a day."""
    when = day("settled_on" if status == SETTLED else "discussed_on", on)
    discussed = {CONCEPT: None, DISCUSSED: when, SETTLED: record["discussed_on"]}[status]
    if status == SETTLED and discussed and when < discussed:
        raise WrongConcern("settled_on", "Vaststellen kan niet vóór de dag van de bespreking; kies een latere dag.")  # fmt: skip
    settled = status == SETTLED
    return {
        "status": status,
        "discussed_on": discussed,
        "settled_on": when if settled else None,
        "figures": plain_figures(figures) if settled and figures is not None else None,
    }
