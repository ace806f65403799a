"""Adds records, each once: the same key twice is one record, also from two processes at the same moment."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from register import _trail, schema
from register._bulk import MANY, add_rows, change_rows, chunks, learn, stand_in_line, take_numbers
from register._fields import KEPT_BY_US, UNTOLD
from register._reading import Reading
from register._trail import Note
from register.errors import RegisterError

ADDED, CHANGED, REMOVED, UNDONE, IMPORTED, EXPIRED, FORGOTTEN = (
    "added",
    "changed",
    "removed",
    "undone",
    "imported",
    "expired",
    "forgotten",
)
LONGEST_KEY: Final = 64
#: Somebody else may add the same key between our question and our row; the second time it is seen.
_ATTEMPTS: Final = 5


def now() -> str:
    """Return this moment: UTC, ISO 8601, with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def new_key() -> str:
    """Return a key for a record that is about to be added; who sends it twice adds one record."""
    return uuid.uuid4().hex


class _KeyTaken(Exception):
    """Another transaction added a record with the same key."""


@dataclass(frozen=True)
class Saved:
    """What an action did.

    Attributes
    ----------
    batch : str
        To take it back with `Records.undo`; empty when nothing changed.
    numbers : tuple of int
        Records that changed; where nothing changed, the records that were there already.
    conflicts : tuple of int
        Numbers of the conflicts in which what could not be saved is kept (only for many records at once).
    merged : bool
        Somebody else had changed other fields in between; both changes now stand.
    """

    batch: str
    numbers: tuple[int, ...]
    conflicts: tuple[int, ...] = field(default=())
    merged: bool = False


class Adding(Reading):
    """Records that can be added."""

    def add(self, values: Mapping[str, Any], key: str | None = None) -> Saved:
        """Add a record; with a key that is there already nothing happens and that record is returned.

        Raises
        ------
        NotAllowed, WrongConcern, RegisterError
        """
        return self.add_many([values], [key or new_key()], ADDED)

    def add_many(
        self,
        rows: Sequence[Mapping[str, Any]],
        keys: Sequence[str],
        kind: str = IMPORTED,
        *,
        checked: bool = False,
    ) -> Saved:
        """Add records in one transaction, all of them or none; a key that is there already is passed over.

        A record that somebody removed stays removed. One that went because the action that brought it was undone comes back,
        with what it is now told to be: who imports a file again after an undo finds it there.

        Parameters
        ----------
        rows : sequence of mapping
        keys : sequence of str
            One per row, at most 64 characters; of rows with the same key the first counts.
        kind : str
            How the history calls it.
        checked : bool
            The rows went through `checked` already.

        Raises
        ------
        NotAllowed, WrongConcern, RegisterError
        """
        self.actor.require(self.to_write)
        wrong = next((key for key in keys if not 0 < len(key) <= LONGEST_KEY), None)
        if wrong is not None:
            raise ValueError(f"A key has 1 to {LONGEST_KEY} characters: {wrong!r}")
        ready: dict[str, dict[str, Any]] = {}
        for row, key in zip(rows, keys, strict=True):
            if key not in ready:
                ready[key] = dict(row) if checked else self.checked(row, None)
                self._permit(ready[key])
        for _ in range(_ATTEMPTS):
            try:
                return self._add(ready, kind)
            except _KeyTaken:
                continue
        raise RegisterError(
            "Iemand anders voegt op dit moment hetzelfde toe; er is niets veranderd. Probeer het opnieuw."
        )

    # -- inside a transaction -------------------------------------------------------------------------

    def _add(self, ready: Mapping[str, dict[str, Any]], kind: str) -> Saved:
        with self.database.writing() as connection:
            if len(ready) > 1:
                # Two transactions that add the same keys in another order would wait for each other.
                stand_in_line(connection, f"{self.entity} {self.gemeente}")
            there = self._there(connection, list(ready))
            taken_back = self._taken_back(connection, there)
            fresh = {key: row for key, row in ready.items() if key not in there}
            if not fresh and not taken_back:
                return Saved("", tuple(there[key][0] for key in ready))
            at, batch = now(), new_key()
            notes = self._insert(connection, fresh, at) + self._revive(connection, taken_back, ready, at)
            self._note(connection, batch, at, kind, notes)
            if len(fresh) >= MANY:
                learn(connection, self.table, schema.change, schema.change_text)
        return Saved(batch, tuple(note.number for note in notes))

    def _insert(self, connection: Connection, fresh: Mapping[str, Mapping[str, Any]], at: str) -> list[Note]:
        if not fresh:
            return []
        who = self.actor.name
        signed = {"gemeente": self.gemeente, "version": 1, "added_at": at, "added_by": who, "changed_at": at, "changed_by": who}  # fmt: skip
        empty = dict.fromkeys((column.name for column in self.table.columns), None) | signed
        numbers = take_numbers(connection, self.table.c.number, len(fresh))
        full = (
            {**empty, **row, "key": key, "number": number}
            for number, (key, row) in zip(numbers, fresh.items(), strict=True)
        )
        try:
            add_rows(connection, self.table, full)
        except IntegrityError as error:
            if "key" in str(error.orig):
                raise _KeyTaken from error
            raise
        return [Note(number, 1, {}, row) for number, row in zip(numbers, fresh.values(), strict=True)]

    def _revive(
        self,
        connection: Connection,
        taken_back: Mapping[str, int],
        ready: Mapping[str, Mapping[str, Any]],
        at: str,
    ) -> list[Note]:
        locked = self._locked(connection, taken_back.values())
        # Who was first in bringing one back may have changed it already.
        records = {number: record for number, record in locked.items() if record["removed_at"]}
        ours = [name for name in self.table.c.keys() if name not in KEPT_BY_US]  # noqa: SIM118
        changes = [
            (number, dict.fromkeys(ours, None) | dict(ready[key]) | {"removed_at": None})
            for key, number in taken_back.items()
            if number in records
        ]
        change_rows(connection, self.table, changes, self._changed(at))
        return [
            Note(number, records[number]["version"] + 1, {name: records[number][name] for name in new}, new)
            for number, new in changes
        ]

    def _there(self, connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, int, bool]]:
        """Return number, version and whether it was removed, by key."""
        table = self.table
        columns = table.c.key, table.c.number, table.c.version, table.c.removed_at
        return {
            row.key: (row.number, row.version, row.removed_at is not None)
            for some in chunks(keys)
            for row in connection.execute(
                select(*columns).where(table.c.gemeente == self.gemeente, table.c.key.in_(some))
            )
        }

    def _taken_back(
        self, connection: Connection, there: Mapping[str, tuple[int, int, bool]]
    ) -> dict[str, int]:
        """Return the numbers, by key, of what went because its action was undone."""
        change = schema.change
        removed = {
            number: (key, version) for key, (number, version, is_removed) in there.items() if is_removed
        }
        undone = (
            row.number
            for some in chunks(removed)
            for row in connection.execute(
                select(change.c.number, change.c.version).where(
                    change.c.entity == self.entity, change.c.number.in_(some), change.c.kind == UNDONE
                )
            )
            if row.version == removed[row.number][1]
        )
        return {removed[number][0]: number for number in undone}

    def _changed(self, at: str) -> dict[str, Any]:
        return {"changed_at": at, "changed_by": self.actor.name}

    def _note(
        self,
        connection: Connection,
        batch: str,
        at: str,
        kind: str,
        notes: Sequence[Note],
        undoes: str | None = None,
    ) -> None:
        heading = {
            "batch": batch, "at": at, "actor": self.actor.name, "role": self.actor.role.value,
            "gemeente": self.gemeente, "entity": self.entity, "kind": kind, "undoes": undoes,
        }  # fmt: skip
        _trail.write(connection, heading, notes, UNTOLD, self.erasable)
