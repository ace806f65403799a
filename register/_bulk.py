"""Many rows in few questions, on both databases: numbers taken beforehand, rows locked, written and changed together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, bindparam, func, insert, select, text, update

#: Values in one question; SQLite takes 32,766 and PostgreSQL 65,535.
CHUNK: Final = 500
_ROWS_AT_ONCE: Final = 5_000
#: Rows after which what a database knows of a table is out of date.
MANY: Final = 1_000
T = TypeVar("T")


def chunks(things: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut things into lists of at most ``size``."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def take_numbers(connection: Connection, column: Column[Any], how_many: int) -> list[int]:
    """Return numbers that nobody else gets, in order.

    Asking for them beforehand makes that many rows can be written without asking every row for its number.
    """
    table = str(column.table.name)
    if connection.dialect.name == "sqlite":
        # Writers of SQLite stand in one line, so that nobody is between this and the rows.
        last = connection.execute(text("select seq from sqlite_sequence where name = :name"), {"name": table})
        first = int(last.scalar() or 0) + 1
        return list(range(first, first + how_many))
    sequence = func.pg_get_serial_sequence(table, column.name)
    taken = select(func.nextval(sequence)).select_from(func.generate_series(1, how_many))
    return sorted(connection.execute(taken).scalars())


def add_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows; every row has the same fields."""
    for some in chunks(rows, _ROWS_AT_ONCE):
        connection.execute(insert(table), some)


def pour(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as the database itself holds them (JSON as text), past all that is done for each value otherwise.

    Parameters
    ----------
    names : sequence of str
        The columns.
    rows : iterable of sequence
        Values in that order.
    """
    written = connection.dialect.identifier_preparer
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    statement = (
        f"insert into {written.format_table(table)} ({', '.join(map(written.quote, names))}) "
        f"values ({', '.join([mark] * len(names))})"
    )
    for some in chunks(rows, _ROWS_AT_ONCE):
        connection.exec_driver_sql(statement, [tuple(row) for row in some])


def locked_rows(
    connection: Connection, table: Table, numbers: Iterable[int], *also: ColumnElement[bool]
) -> dict[int, dict[str, Any]]:
    """Return rows by number, locked until the end of the transaction; always in one order, so that nobody waits in a ring."""
    found: dict[int, dict[str, Any]] = {}
    for some in chunks(sorted(set(numbers))):
        wanted = select(table).where(table.c.number.in_(some), *also).order_by(table.c.number)
        found |= {row["number"]: dict(row) for row in connection.execute(wanted.with_for_update()).mappings()}
    return found


def change_rows(
    connection: Connection,
    table: Table,
    changes: Sequence[tuple[int, Mapping[str, Any]]],
    always: Mapping[str, Any],
) -> None:
    """Write fields of rows that are locked, and raise their version by one.

    Parameters
    ----------
    changes : sequence of (number, fields)
        At most one per number.
    always : mapping
        Fields that every one of them gets.
    """
    alike: dict[tuple[str, ...], list[tuple[int, Mapping[str, Any]]]] = defaultdict(list)
    for number, fields in changes:
        alike[tuple(sorted(fields))].append((number, fields))
    raised = {table.c.version: table.c.version + 1}
    for names, group in alike.items():
        first = group[0][1]
        if all(fields == first for _, fields in group):
            same = {table.c[name]: value for name, value in {**first, **always}.items()}
            for some in chunks(number for number, _ in group):
                connection.execute(update(table).where(table.c.number.in_(some)).values(raised | same))
            continue
        own = {table.c[name]: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        fixed = {table.c[name]: value for name, value in always.items()}
        changing = update(table).where(table.c.number == bindparam("which")).values(raised | fixed | own)
        for many in chunks(group, _ROWS_AT_ONCE):
            connection.execute(
                changing,
                [
                    {"which": number} | {f"new_{name}": fields[name] for name in names}
                    for number, fields in many
                ],
            )


def learn(connection: Connection, *tables: Table) -> None:
    """Let PostgreSQL look at tables that grew a lot: until it has, it searches them from front to end for every question."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"analyze {', '.join(table.name for table in tables)}"))


def stand_in_line(connection: Connection, what: str) -> None:
    """Wait until no other transaction does the same thing; those of SQLite wait already."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))
