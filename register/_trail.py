"""The history of records: written together with what it tells of, and read back field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, select, update

from register import schema
from register._bulk import add_rows, chunks, take_numbers

#: What a field was and what it became.
Step = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """What happened to one record.

    Attributes
    ----------
    number, version : int
        Version after it.
    before, after : mapping
        The fields that changed.
    """

    number: int
    version: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of the history: what one action did to one record.

    Attributes
    ----------
    batch, at, actor, role, kind : str
    number, version : int
    fields : dict
        Field to what it was and what it became.
    """

    batch: str
    at: str
    actor: str
    role: str
    kind: str
    number: int
    version: int
    fields: dict[str, Step]


def write(
    connection: Connection,
    heading: Mapping[str, Any],
    notes: Sequence[Note],
    hidden: frozenset[str],
    erasable: frozenset[str],
) -> None:
    """Write what happened.

    Parameters
    ----------
    heading : mapping
        batch, at, actor, role, gemeente, entity, kind, undoes.
    notes : sequence of Note
    hidden : frozenset
        Fields that the history does not tell: the register keeps them itself.
    erasable : frozenset
        Fields that stand apart, where retention can take them out.
    """
    if not notes:
        return
    apart = hidden | erasable

    def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if value is not None and name not in apart}

    ids = take_numbers(connection, schema.change.c.id, len(notes))
    add_rows(
        connection,
        schema.change,
        (
            {**heading, "id": change, "number": note.number, "version": note.version,
             "before": plain(note.before), "after": plain(note.after)}
            for change, note in zip(ids, notes, strict=True)
        ),
    )  # fmt: skip
    add_rows(
        connection,
        schema.change_text,
        (
            {"change": change, "field": name, "before": note.before.get(name), "after": note.after.get(name)}
            for change, note in zip(ids, notes, strict=True)
            for name in sorted(erasable & set(note.after))
            if note.before.get(name) not in (None, "") or note.after.get(name) not in (None, "")
        ),
    )


def read(connection: Connection, *which: ColumnElement[bool], fields: bool = True) -> list[Happened]:
    """Return what happened, oldest first; without ``fields`` only that it did, which is a lot faster for an import."""
    change = schema.change
    columns = change.c.id, change.c.batch, change.c.at, change.c.actor, change.c.role, change.c.kind, change.c.number, change.c.version  # fmt: skip
    more = (change.c.before, change.c.after) if fields else ()
    rows = connection.execute(select(*columns, *more).where(*which).order_by(change.c.id)).all()
    apart = _apart(connection, [row.id for row in rows]) if fields else {}
    return [
        Happened(
            row.batch, row.at, row.actor, row.role, row.kind, row.number, row.version,
            _steps(row.before or {}, row.after or {}) | apart.get(row.id, {}) if fields else {},
        )
        for row in rows
    ]  # fmt: skip


def seen_then(connection: Connection, entity: str, seen: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """Return what fields were at the version that somebody saw, by number: those that were changed since, and no other."""
    change = schema.change
    then: dict[int, dict[str, Any]] = {number: {} for number in seen}
    for some in chunks(sorted(seen)):
        oldest = min(seen[number] for number in some)
        for step in read(
            connection, change.c.entity == entity, change.c.number.in_(some), change.c.version > oldest
        ):
            if step.version > seen[step.number]:
                for name, (before, _) in step.fields.items():
                    then[step.number].setdefault(name, before)
    return then


def forget(
    connection: Connection, entity: str, gemeente: str, numbers: Iterable[int], at: str, who: str
) -> None:
    """Take what is erasable of records out of the history, and what waits for a choice altogether."""
    numbers = list(numbers)
    for of_these in _changes_of(entity, gemeente, numbers):
        connection.execute(delete(schema.change_text).where(schema.change_text.c.change.in_(of_these)))
    forget_waiting(connection, entity, gemeente, numbers, at, who)


def forget_waiting(
    connection: Connection, entity: str, gemeente: str, numbers: Iterable[int], at: str, who: str
) -> None:
    """Take the texts out of what waits for a choice, and end that it waits."""
    waiting = schema.conflict
    for some in chunks(numbers):
        mine = waiting.c.entity == entity, waiting.c.gemeente == gemeente, waiting.c.number.in_(some)
        connection.execute(update(waiting).where(*mine).values(mine={}))
        connection.execute(
            update(waiting)
            .where(*mine, waiting.c.settled_at.is_(None))
            .values(settled_at=at, settled_by=who, choice="expired")
        )


def blank(
    connection: Connection, entity: str, gemeente: str, numbers: Iterable[int], at: str, who: str
) -> None:
    """Take texts out of the history of records that keep theirs: which field, who and when stay, and so does that it was more.

    What stands there instead is unlike any text, so that nothing is taken back to it, and who still saw the old text
    overwrites nothing.
    """
    numbers, kept = list(numbers), schema.change_text
    gone = {"wiped_at": at}
    for of_these in _changes_of(entity, gemeente, numbers):
        mine = kept.c.change.in_(of_these)
        fields = connection.execute(select(kept.c.change, kept.c.field).where(mine)).all()
        # The database lets nobody change what the history tells: it is taken out, and what stays is put in.
        connection.execute(delete(kept).where(mine))
        rows = ({"change": change, "field": name, "before": gone, "after": gone} for change, name in fields)
        add_rows(connection, kept, rows)
    forget_waiting(connection, entity, gemeente, numbers, at, who)


def _changes_of(entity: str, gemeente: str, numbers: Iterable[int]) -> Iterator[Select[tuple[int]]]:
    change = schema.change
    for some in chunks(numbers):
        yield select(change.c.id).where(
            change.c.entity == entity, change.c.gemeente == gemeente, change.c.number.in_(some)
        )


def _steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Step]:
    return {name: (before.get(name), after.get(name)) for name in sorted({*before, *after})}


def _apart(connection: Connection, changes: Sequence[int]) -> dict[int, dict[str, Step]]:
    table = schema.change_text
    found: dict[int, dict[str, Step]] = {}
    for some in chunks(changes):
        wanted = select(table).where(table.c.change.in_(some)).order_by(table.c.change, table.c.field)
        for row in connection.execute(wanted):
            found.setdefault(row.change, {})[row.field] = (row.before, row.after)
    return found
