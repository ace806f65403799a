"""Reads records of one kind, and says what a kind of record decides for itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ColumnElement, Connection, Table, select

from register import _trail, schema
from register._bulk import chunks, locked_rows
from register._fields import storable, typed_frame
from register.database import Database
from register.errors import RegisterError
from register.roles import Action, Actor

if TYPE_CHECKING:
    import pandas as pd


class Reading:
    """Records of one kind of one gemeente.

    Parameters
    ----------
    database : Database
    gemeente : str
    actor : Actor
        Who asks; every call checks the role.
    """

    entity: ClassVar[str]
    table: ClassVar[Table]
    #: Free texts and what else retention takes out; their history stands apart.
    erasable: ClassVar[frozenset[str]] = frozenset()
    #: Lists that two people can add to at once.
    united: ClassVar[frozenset[str]] = frozenset()
    to_read: ClassVar[Action] = Action.SEE_COUNTS
    to_write: ClassVar[Action] = Action.WRITE_CONCERNS

    def __init__(self, database: Database, gemeente: str, actor: Actor) -> None:
        self.database, self.gemeente, self.actor = database, gemeente, actor

    # -- what a kind decides --------------------------------------------------------------------------

    def checked(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:  # noqa: ARG002
        """Return the values as they are to be stored, or refuse them.

        Parameters
        ----------
        values : mapping
            The fields that are set.
        before : mapping or None
            The record as it stands; None for a new one.

        Raises
        ------
        WrongConcern
            If there is no such field, or the databases cannot hold what it is set to.
        """
        return {name: storable(self.table, name, value) for name, value in values.items()}

    def _permit(self, record: Mapping[str, Any]) -> None:
        """Refuse to write a record that asks for more than the role for the kind."""

    def _visible(self, *, removed: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: ARG002
        """Return what records must be for whoever asks to see them; ``removed`` as in `rows`."""
        return ()

    def _take_back(self, connection: Connection, number: int, steps: Mapping[str, _trail.Step]) -> bool:  # noqa: ARG002
        """Take back what is no column of the record; False where it was changed since."""
        return not steps

    # -- read -----------------------------------------------------------------------------------------

    def frame(self, *, removed: bool = False, numbers: Sequence[int] | None = None) -> pd.DataFrame:
        """Return records as a table, in the order of the numbers.

        Parameters
        ----------
        removed : bool
            Also those that were removed.
        numbers : sequence of int, optional
            Only these.

        Returns
        -------
        DataFrame
            The columns of the table, each of one dtype whatever it holds (also in an empty table): texts, dates and
            moments `str`; whole numbers `int64`, and `float64` where they may be missing; JSON `object`. What is
            missing is NaN, and None in JSON columns; `rows` has None throughout.
        """
        return typed_frame(list(self.table.columns), self._fetched(removed=removed, numbers=numbers))

    def rows(self, *, removed: bool = False, numbers: Sequence[int] | None = None) -> list[dict[str, Any]]:
        """Return records as mappings, None for what is missing; parameters as `frame`."""
        return self._as_rows(self._fetched(removed=removed, numbers=numbers))

    def _as_rows(self, fetched: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
        names = [column.name for column in self.table.columns]
        return [dict(zip(names, row, strict=True)) for row in fetched]

    def _fetched(
        self, *, removed: bool, numbers: Sequence[int] | None, also: Sequence[ColumnElement[bool]] = ()
    ) -> list[tuple[Any, ...]]:
        self.actor.require(self.to_read)
        table = self.table
        here = table.c.gemeente == self.gemeente, *self._visible(removed=removed), *also
        wanted = select(table).where(*here).order_by(table.c.number)
        if not removed:
            wanted = wanted.where(table.c.removed_at.is_(None))
        parts = (
            [wanted]
            if numbers is None
            else [wanted.where(table.c.number.in_(some)) for some in chunks(sorted(set(numbers)))]
        )
        with self.database.reading(snapshot=len(parts) > 1) as connection:
            return [tuple(row) for part in parts for row in connection.execute(part)]

    def _open_to_all(self, names: Sequence[str]) -> pd.DataFrame:
        """Return a few columns that everybody may see, typed as in `frame`."""
        self.actor.require(Action.SEE_COUNTS)
        columns = [self.table.c[name] for name in names]
        here = self.table.c.gemeente == self.gemeente, self.table.c.removed_at.is_(None)
        with self.database.reading() as connection:
            rows = connection.execute(select(*columns).where(*here).order_by(self.table.c.number)).fetchall()
        return typed_frame(columns, [tuple(row) for row in rows])

    def get(self, number: int) -> dict[str, Any]:
        """Return one record.

        Raises
        ------
        RegisterError
            If it does not exist.
        """
        found = self.rows(numbers=[number])
        if not found:
            raise not_there(number)
        return found[0]

    def history(self, number: int) -> pd.DataFrame:
        """Return what happened to one record, oldest first.

        Returns
        -------
        DataFrame
            One row per field that changed: batch, at, actor, role, kind, version, field, before, after (both `object`,
            None for nothing). A link is the field ``linked``, with the number of the other concern.
        """
        import pandas as pd

        self.actor.require(Action.SEE_HISTORY)
        with self.database.reading(snapshot=True) as connection:
            steps = self._trail_of(connection, schema.change.c.number == number)
        told = [
            (step.batch, step.at, step.actor, step.role, step.kind, step.version, name, before, after)
            for step in steps
            for name, (before, after) in step.fields.items()
        ]
        columns = ["batch", "at", "actor", "role", "kind", "version", "field", "before", "after"]
        table = pd.DataFrame(told, columns=columns, dtype=object)
        return table.astype(dict.fromkeys(columns[:7], "str") | {"version": "int64"})

    def conflicts(self) -> pd.DataFrame:
        """Return what waits for a choice: id, at, actor, number, seen, mine (mapping of field to value)."""
        import pandas as pd

        self.actor.require(self.to_read)
        table = schema.conflict
        columns = ["id", "at", "actor", "number", "seen", "mine"]
        with self.database.reading() as connection:
            rows = connection.execute(
                select(*(table.c[name] for name in columns))
                .where(table.c.gemeente == self.gemeente, table.c.entity == self.entity, table.c.settled_at.is_(None))
                .order_by(table.c.id)
            ).fetchall()  # fmt: skip
        frame = pd.DataFrame([tuple(row) for row in rows], columns=columns, dtype=object)
        return frame.astype({"id": "int64", "at": "str", "actor": "str", "number": "int64", "seen": "int64"})

    # -- inside a transaction -------------------------------------------------------------------------

    def _locked(self, connection: Connection, numbers: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return records by number, also removed ones, locked; every one must be there."""
        found = locked_rows(connection, self.table, numbers, self.table.c.gemeente == self.gemeente)
        for number in numbers:
            if number not in found:
                raise not_there(number)
        return found

    def _trail_of(
        self, connection: Connection, which: ColumnElement[bool], *, fields: bool = True
    ) -> list[_trail.Happened]:
        change = schema.change
        here = change.c.entity == self.entity, change.c.gemeente == self.gemeente
        return _trail.read(connection, *here, which, fields=fields)


def not_there(number: int) -> RegisterError:
    """Return the error for a record that is gone."""
    return RegisterError(f"Nummer {number} staat niet (meer) in het register. Ververs de pagina.")
