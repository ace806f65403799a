"""Asks the register what a screen asks at every run: what it is up to now, and which record a key stands for."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import func, select, union

from register import schema
from register._records import Records
from register.database import Database
from register.roles import Action, Actor

#: More changes than this are read anew; the table as a whole is then as fast.
_MOST_CHANGED: Final = 2_000


class State(NamedTuple):
    """How far a register is; the same state means that nothing changed.

    Attributes
    ----------
    last : int
        Highest number of a change.
    changes : int
        How many there are: a transaction that took its numbers early and ended late shows here alone.
    """

    last: int
    changes: int


def state_of(records: Records) -> State:
    """Return how far the register is."""
    records.actor.require(records.to_read)
    change = schema.change
    with records.database.reading() as connection:
        last, changes = connection.execute(select(func.max(change.c.id), func.count())).one()
    return State(int(last or 0), int(changes))


def number_of(records: Records, key: str) -> int | None:
    """Return the number of the record that was added with a key, also when it was removed; None where there is none."""
    records.actor.require(records.to_read)
    table = records.table
    here = table.c.gemeente == records.gemeente, *records._visible(removed=True)
    wanted = select(table.c.number).where(*here, table.c.key == key)
    with records.database.reading() as connection:
        found = connection.execute(wanted).scalar()
    return None if found is None else int(found)


def frame_now(records: Records) -> pd.DataFrame:
    """Return every record as `Records.frame` does; see `frame_with_state`."""
    return frame_with_state(records)[1]


def frame_with_state(records: Records) -> tuple[State, pd.DataFrame]:
    """Return every record as `Records.frame` does, and how far the register was at least when they were read.

    Read once as long as nothing changes, and not to be changed by the caller. After a change only the records that it touched
    are read again.
    """
    state = state_of(records)
    if records._visible(removed=False):
        # What one may see, another may not: nothing of it is remembered.
        return state, records.frame()
    memory = _memory(records.database.url, records.entity, records.gemeente)
    known = memory.get("frame")
    if known is None or known[0] != state:
        known = (state, _brought_up_to_date(records, known, state))
        memory["frame"] = known
    return known


@lru_cache(maxsize=8)
def _memory(url: str, entity: str, gemeente: str) -> dict[str, tuple[State, pd.DataFrame]]:  # noqa: ARG001 (cache key)
    return {}


def _brought_up_to_date(
    records: Records, known: tuple[State, pd.DataFrame] | None, state: State
) -> pd.DataFrame:
    if known is None or not 0 < state.last - known[0].last <= _MOST_CHANGED:
        return records.frame()
    before, rows = known
    change = schema.change
    since = (change.c.id > before.last) & (change.c.id <= state.last)
    mine = since & (change.c.entity == records.entity) & (change.c.gemeente == records.gemeente)
    with records.database.reading() as connection:
        newer = connection.execute(select(func.count()).select_from(change).where(since)).scalar_one()
        numbers = list(connection.execute(select(change.c.number).where(mine).distinct()).scalars())
    if before.changes + newer != state.changes:
        return records.frame()
    if not numbers:
        return rows
    kept = rows[~rows["number"].isin(numbers)]
    together = pd.concat([kept, records.frame(numbers=numbers)], ignore_index=True)
    return together.sort_values("number", ignore_index=True)


def is_empty(records: Records, action: Action = Action.SEE_COUNTS) -> bool:
    """Tell whether there is no record at all; asked by everybody who may do ``action``."""
    records.actor.require(action)
    table = records.table
    here = table.c.gemeente == records.gemeente, *records._visible(removed=False)
    wanted = select(table.c.number).where(*here, table.c.removed_at.is_(None))
    with records.database.reading() as connection:
        return connection.execute(wanted.limit(1)).first() is None


def gemeenten(database: Database, actor: Actor) -> list[str]:
    """Return the codes of every gemeente of which the register keeps something with a text, in order.

    Raises
    ------
    NotAllowed
        Without the role of administrator: it looks over the border of one gemeente.
    RegisterError
    """
    actor.require(Action.EXPIRE)
    all_of_them = union(*(select(table.c.gemeente) for table in (schema.concern, schema.visit, schema.story)))
    with database.reading() as connection:
        return sorted(connection.execute(all_of_them).scalars())
