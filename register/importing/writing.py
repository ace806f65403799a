"""Writes an import: every row that is ready, in one transaction, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from register._bulk import change_rows, stand_in_line
from register._records import CHANGED as HAS_CHANGED
from register._records import IMPORTED, Saved, new_key, now
from register._trail import Note
from register.concerns import Concerns
from register.errors import RegisterError
from register.importing.cells import TEXTS
from register.importing.preview import (
    BATCH,
    CHANGED,
    HARMLESS,
    READY,
    REMOVE,
    SKIP,
    Change,
    Preview,
    Progress,
    silent,
)
from register.privacy import without
from register.roles import Action

FIELDS: Final = (
    "theme", "text", "wijk", "buurt", "borders_year", "x", "y", "heard", "channel", "seriousness", "people", "owner", "due",
    "status", "done", "feedback", "feedback_on", "source", "source_key",
)  # fmt: skip


class NothingToImport(RegisterError):
    """No row of the file can be written; nothing changed."""


@dataclass(frozen=True)
class Choice:
    """What the user chose in the preview.

    Attributes
    ----------
    finds : str
        What happens with texts in which something points at a person: `REMOVE`, `HARMLESS` or `SKIP`.
    rows : mapping of int to str
        Another choice for some rows, by position.
    changes : bool
        Whether concerns of which the file tells something new are changed.
    """

    finds: str = REMOVE
    rows: Mapping[int, str] = field(default_factory=dict)
    changes: bool = True

    def of(self, row: int) -> str:
        """Return what happens with the finds of a row."""
        return self.rows.get(row, self.finds)


class _Intake(Concerns):
    """Concerns that come in together; additions, changes and what was undone before stand under one batch."""

    def take_in(
        self,
        fresh: Mapping[str, dict[str, Any]],
        changes: list[tuple[Change, dict[str, Any]]],
        progress: Progress,
    ) -> Saved:
        self.actor.require(Action.IMPORT)
        with self.database.writing() as connection:
            stand_in_line(connection, f"{self.entity} {self.gemeente}")
            there = self._there(connection, list(fresh))
            undone = self._taken_back(connection, there)
            new = {key: row for key, row in fresh.items() if key not in there}
            at, batch = now(), BATCH + new_key()
            progress(1, 2, f"{len(new) + len(undone)} zorgen en signalen opslaan")
            notes = self._insert(connection, new, at) + self._revive(connection, undone, fresh, at)
            conflicts: list[int] = []
            changed: list[Note] = []
            if changes:
                records = self._locked(connection, [change.number for change, _ in changes])
                ready = []
                for change, values in changes:
                    record = records[change.number]
                    if "harmless" in values:
                        values["harmless"] = sorted({*(record["harmless"] or ()), *values["harmless"]})
                    differs = {name: value for name, value in values.items() if record[name] != value}
                    if not differs or record["expired_at"]:
                        continue
                    if (
                        change.by_hand & set(differs)
                        or record["version"] != change.seen
                        or record["removed_at"]
                    ):
                        conflicts.append(
                            self._keep_conflict(connection, at, change.number, change.base, differs)
                        )
                        continue
                    ready.append((change.number, differs))
                    old = {name: record[name] for name in differs}
                    changed.append(Note(change.number, record["version"] + 1, old, differs))
                change_rows(connection, self.table, ready, self._changed(at))
            progress(2, 2, "geschiedenis bijschrijven")
            self._note(connection, batch, at, IMPORTED, notes)
            self._note(connection, batch, at, HAS_CHANGED, changed)
        numbers = tuple(note.number for note in [*notes, *changed])
        return Saved(batch if numbers else "", numbers, tuple(conflicts))


def commit(preview: Preview, choice: Choice, concerns: Concerns, progress: Progress = silent) -> Saved:
    """Write what is ready in a preview.

    Parameters
    ----------
    preview : Preview
    choice : Choice
    concerns : Concerns
    progress : callable, optional

    Returns
    -------
    Saved
        Its batch takes the whole import back (`Concerns.undo`). What somebody changed by hand since is not overwritten: it
        is kept as a conflict.

    Raises
    ------
    NothingToImport
        If no row is left to write.
    NotAllowed, RegisterError
        Then nothing was written.
    """
    concerns.actor.require(Action.IMPORT)
    rows = preview.rows
    fresh = dict(_written(preview, choice, rows[rows["state"] == READY]))
    changes = list(_changed(preview, choice)) if choice.changes else []
    if not fresh and not changes:
        raise NothingToImport("Er is geen rij om in te lezen; het register is niet veranderd.")
    intake = _Intake(concerns.database, concerns.gemeente, concerns.actor)
    return intake.take_in(fresh, changes, progress)


def _written(preview: Preview, choice: Choice, rows: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    found = preview.found
    names = list(FIELDS)
    cells = [rows[name].to_list() for name in names]
    for row, key, *values in zip(rows.index, rows["key"], *cells, strict=True):
        record = dict(zip(names, values, strict=True))
        about = choice.of(int(row))
        touched = _with_choice(record, about, found)
        if touched and about == SKIP:
            continue
        yield str(key), record


def _with_choice(record: dict[str, Any], about: str, found: Mapping[str, Any]) -> bool:
    """Carry out the choice in the texts of a record; tells whether anything was found in it."""
    harmless: list[str] = []
    touched = False
    for name in (*TEXTS, "owner"):
        text = record.get(name)
        if not text or text not in found:
            continue
        touched = True
        if about == HARMLESS:
            harmless += [find.text for find in found[text]]
        else:
            record[name] = without(text, *found[text])
    if harmless:
        record["harmless"] = sorted({*harmless})
    return touched


def _changed(preview: Preview, choice: Choice) -> Iterator[tuple[Change, dict[str, Any]]]:
    for change in preview.changes:
        if preview.rows["state"].iloc[change.row] != CHANGED:
            continue
        values = {name: after for name, (_, after) in change.fields.items()}
        about = choice.of(change.row)
        if _with_choice(values, about, preview.found) and about == SKIP:
            continue
        if {"wijk", "x"} & set(values):
            values["borders_year"] = preview.rows["borders_year"].iloc[change.row]
        yield change, values


__all__ = ["Choice", "NothingToImport", "commit"]
