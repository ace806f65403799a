"""Records with a version: added once, changed with a history, never overwritten, taken back.

Every kind of record (a concern, a visit, who took part, what is kept by name) is a class with a table and checks of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from register import _trail, schema
from register._adding import ADDED, CHANGED, EXPIRED, IMPORTED, REMOVED, UNDONE, Adding, Saved, new_key, now
from register._bulk import change_rows
from register._fields import KEPT_BY_US, same
from register._reading import not_there
from register._trail import Note
from register.errors import Conflict, NothingToUndo, RegisterError

__all__ = [
    "ADDED", "CHANGED", "EXPIRED", "IMPORTED", "MINE", "REMOVED", "THEIRS", "UNDONE", "Records", "Saved", "new_key", "now",
]  # fmt: skip
MINE: Final = "mine"
THEIRS: Final = "theirs"


class Records(Adding):
    """Records of one kind of one gemeente, with all that can be done to them; parameters as `Reading`."""

    # -- write ----------------------------------------------------------------------------------------

    def change(self, number: int, seen: int, values: Mapping[str, Any]) -> Saved:
        """Change fields of a record.

        Parameters
        ----------
        number : int
        seen : int
            Version that the user had before them.
        values : mapping
            Only the fields that the user changed.

        Raises
        ------
        Conflict
            If somebody else changed one of these fields since, or removed the record; what was to be saved is kept in
            the conflict.
        NotAllowed, WrongConcern, RegisterError
        """
        saved = self.change_many({number: seen}, values)
        if saved.conflicts:
            raise Conflict(saved.conflicts[0], self._told_conflict(number, saved.conflicts[0]))
        return saved

    def change_many(self, seen: Mapping[int, int], values: Mapping[str, Any]) -> Saved:
        """Change the same fields of many records at once; those that are in conflict are kept apart, the others are saved.

        A field that another changed to the same, or changed and took back, is no conflict.

        Parameters
        ----------
        seen : mapping of int to int
            Version that the user saw, by number.
        values : mapping
        """
        self.actor.require(self.to_write)
        ready: list[tuple[int, dict[str, Any]]] = []
        conflicts: list[int] = []
        merged = False
        with self.database.writing() as connection:
            records = self._locked(connection, seen)
            at = now()
            stale = {
                number: seen[number] for number, row in records.items() if row["version"] != seen[number]
            }
            then = _trail.seen_then(connection, self.entity, stale)
            for number, record in records.items():
                if record.get("expired_at"):
                    raise RegisterError(
                        f"Van nummer {number} is de bewaartermijn voorbij; dat is niet meer te wijzigen. Er is niets veranderd."
                    )
                self._permit(record)
                wanted = self.checked(self._united(values, record) if number in stale else values, record)
                differs = {name: value for name, value in wanted.items() if record[name] != value}
                if not differs:
                    continue
                known = then.get(number, {})
                theirs = {name for name in differs if name in known and known[name] != record[name]}
                if record["version"] < seen[number]:
                    # A backup was put back since: what the user saw is not what stands here.
                    theirs = set(differs)
                if record["removed_at"] or theirs - self.united:
                    conflicts.append(self._keep_conflict(connection, at, number, seen[number], differs))
                    continue
                merged = merged or bool(known)
                ready.append((number, differs))
            batch = self._apply(connection, CHANGED, at, ready, records)
        return Saved(batch, tuple(number for number, _ in ready), tuple(conflicts), merged)

    def remove(self, seen: Mapping[int, int]) -> Saved:
        """Take records out of every list, all of them or none; they can be put back with `undo`.

        Parameters
        ----------
        seen : mapping of int to int
            Version that the user saw, by number.

        Raises
        ------
        RegisterError
            If one of them is gone, or was changed since.
        """
        self.actor.require(self.to_write)
        with self.database.writing() as connection:
            records = self._locked(connection, seen)
            at = now()
            for number, record in records.items():
                if record["removed_at"]:
                    raise not_there(number)
                self._permit(record)
                if record["version"] != seen[number]:
                    raise RegisterError(
                        f"Nummer {number} is ondertussen gewijzigd door {record['changed_by']}; er is niets verwijderd. "
                        "Bekijk het opnieuw."
                    )
            batch = self._apply(
                connection, REMOVED, at, [(number, {"removed_at": at}) for number in records], records
            )
        return Saved(batch, tuple(records))

    def undo(self, batch: str) -> Saved:
        """Take an action back, whole; what it undid can be done again by undoing this.

        Raises
        ------
        NothingToUndo
            If the action is not known, or one of its fields was changed since.
        NotAllowed
        """
        self.actor.require(self.to_write)
        with self.database.writing() as connection:
            return self._undo(connection, batch)

    # -- conflicts ------------------------------------------------------------------------------------

    def settle(self, conflict: int, choice: str, seen: int | None = None) -> Saved:
        """Choose between what was kept apart (``mine``) and what stands (``theirs``).

        Parameters
        ----------
        conflict : int
        choice : str
        seen : int, optional
            Version of the record that the user chose by; who changed it after that is not overwritten.

        Raises
        ------
        RegisterError
            If the conflict is not there or was settled already, or the record was changed after ``seen``.
        """
        self.actor.require(self.to_write)
        if choice not in (MINE, THEIRS):
            raise RegisterError("Kies welke van de twee blijft staan.")
        table = schema.conflict
        waiting = (
            table.c.id == conflict, table.c.entity == self.entity, table.c.gemeente == self.gemeente, table.c.settled_at.is_(None),
        )  # fmt: skip
        with self.database.writing() as connection:
            # First the record, then the conflict: who changes a record takes them in this order too.
            number = connection.execute(select(table.c.number).where(*waiting)).scalar()
            records = self._locked(connection, [number] if number else [])
            row = connection.execute(select(table).where(*waiting).with_for_update()).first()
            if row is None:
                raise RegisterError("Deze keuze is al gemaakt, of bestaat niet. Ververs de pagina.")
            at, record = now(), records[row.number]
            if seen is not None and record["version"] != seen:
                raise RegisterError(
                    f"Nummer {row.number} is ondertussen opnieuw gewijzigd door {record['changed_by']}. Er is niets "
                    "veranderd en beide staan er nog; ververs de pagina en kies dan."
                )
            ready: list[tuple[int, dict[str, Any]]] = []
            if choice == MINE:
                self._permit(record)
                wanted = self.checked(self._united(row.mine, record), record) | {"removed_at": None}
                differs = {name: value for name, value in wanted.items() if record[name] != value}
                ready = [(row.number, differs)] if differs else []
            batch = self._apply(connection, CHANGED, at, ready, records)
            connection.execute(
                update(table)
                .where(table.c.id == conflict)
                .values(settled_at=at, settled_by=self.actor.name, choice=choice)
            )
        return Saved(batch, tuple(number for number, _ in ready))

    # -- inside a transaction -------------------------------------------------------------------------

    def _undo(self, connection: Connection, batch: str) -> Saved:
        steps = self._trail_of(connection, schema.change.c.batch == batch, fields=False)
        if not steps:
            raise NothingToUndo("Er is niets om ongedaan te maken: deze handeling is niet bekend.")
        records = self._locked(connection, [step.number for step in steps])
        if not all(_as_brought(step, records[step.number]) for step in steps):
            steps = self._trail_of(connection, schema.change.c.batch == batch)
        at = now()
        back = [(step.number, self._way_back(connection, step, records[step.number], at)) for step in steps]
        beside = {
            step.number: {name: was for name, (was, _) in step.fields.items() if name not in self.table.c}
            for step in steps
        }
        undoing = self._apply(
            connection, UNDONE, at, back, records, undoes=batch, told=self._turned(steps, beside)
        )
        return Saved(undoing, tuple(number for number, _ in back))

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
        """Write fields of records that are locked, with their history; returns the batch, empty without records.

        ``told`` is what the history tells beside the fields, before and after, by number.
        """
        if not ready:
            return ""
        batch = new_key()
        change_rows(connection, self.table, ready, self._changed(at))
        notes = []
        for number, new in ready:
            was, became = (told or {}).get(number, ({}, {}))
            old = {name: records[number][name] for name in new}
            notes.append(Note(number, records[number]["version"] + 1, {**old, **was}, {**new, **became}))
        self._note(connection, batch, at, kind, notes, undoes)
        return batch

    def _way_back(
        self, connection: Connection, step: _trail.Happened, record: Mapping[str, Any], at: str
    ) -> dict[str, Any]:
        """Return the fields that bring a record back to before a step, or refuse."""
        self._permit(record)
        if record.get("expired_at"):
            raise NothingToUndo(
                f"De teksten van nummer {step.number} zijn na de bewaartermijn verwijderd; dat kan niet terug. Er is niets "
                "veranderd."
            )
        brought = step.kind in (ADDED, IMPORTED)
        if _as_brought(step, record):
            return {"removed_at": at}
        columns = {name: both for name, both in step.fields.items() if name in self.table.c}
        beside = {name: both for name, both in step.fields.items() if name not in self.table.c}
        untouched = record["version"] == step.version or self._still(step, record, columns)
        if not untouched or (beside and not self._take_back(connection, step.number, beside)):
            raise NothingToUndo(
                f"Nummer {step.number} is daarna opnieuw gewijzigd; deze handeling kan niet meer in één keer "
                "terug. Er is niets veranderd. Open de geschiedenis en wijzig wat u terug wilt."
            )
        return {"removed_at": at} if brought else {name: before for name, (before, _) in columns.items()}

    def _still(
        self, step: _trail.Happened, record: Mapping[str, Any], columns: Mapping[str, _trail.Step]
    ) -> bool:
        """Tell whether what a step did to a record still stands, whatever else was changed since."""
        became = {name: after for name, (_, after) in columns.items()}
        if step.kind in (ADDED, IMPORTED):
            # Who takes back a record takes all of it away, so that all of it must be as it was.
            became = dict.fromkeys(set(self.table.c.keys()) - KEPT_BY_US, None) | became
        if "removed_at" not in became and record["removed_at"]:
            return False
        return all(same(record[name], after) for name, after in became.items())

    def _turned(
        self, steps: Sequence[_trail.Happened], beside: Mapping[int, Mapping[str, Any]]
    ) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
        return {
            step.number: (
                {name: step.fields[name][1] for name in beside[step.number]},
                {name: step.fields[name][0] for name in beside[step.number]},
            )
            for step in steps
        }

    def _united(self, values: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
        both = {
            name: sorted({*(record[name] or ()), *(values[name] or ())}) for name in self.united & set(values)
        }
        return {**values, **both}

    def _keep_conflict(
        self, connection: Connection, at: str, number: int, seen: int, mine: Mapping[str, Any]
    ) -> int:
        conflict = schema.conflict
        kept = connection.execute(
            insert(conflict).returning(conflict.c.id).values(
                at=at, actor=self.actor.name, gemeente=self.gemeente, entity=self.entity, number=number, seen=seen,
                mine=dict(mine),
            )
        )  # fmt: skip
        return int(kept.scalar_one())

    def _told_conflict(self, number: int, conflict: int) -> str:
        record = next(iter(self.rows(removed=True, numbers=[number])))
        what = "verwijderd" if record["removed_at"] else "gewijzigd"
        return (
            f"Nummer {number} is ondertussen {what} door {record['changed_by']}. Er is niets overschreven: uw wijziging "
            f"is bewaard als keuze {conflict}. Kies welke van de twee blijft staan."
        )


def _as_brought(step: _trail.Happened, record: Mapping[str, Any]) -> bool:
    """Tell whether a record was added by a step and not touched since: then nothing else need be known to take it back."""
    return step.kind in (ADDED, IMPORTED) and bool(record["version"] == step.version)
