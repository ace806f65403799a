"""What may be known of concerns by everybody who counts them: how far the register is, and where points lie in squares."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from register import schema
from register.concerns import Concerns
from register.roles import Action

#: Fewer points than this make no square; sides of the squares in metres, smallest first, each a part of the next.
FEWEST: Final = 5
SIDES: Final = (500, 1000, 2000, 4000)
#: From how many points on a square is called so; a number would tell what the square leaves over of its wijk.
CLASSES: Final = (5, 10, 25, 50, 100)


def counts_until(concerns: Concerns) -> tuple[int, int]:
    """Return the last change of the register and how many there are: as long as both stay, so do all counts."""
    concerns.actor.require(Action.SEE_COUNTS)
    change = schema.change
    with concerns.database.reading() as connection:
        last, many = connection.execute(select(func.max(change.c.id), func.count())).one()
    return int(last or 0), int(many)


def squares(concerns: Concerns, first: str, last: str, theme: str = "", channel: str = "") -> pd.DataFrame:
    """Return in which squares at least `FEWEST` concerns with a point lie.

    A square of 4 km is cut in four for as long as every part of it with a point in it has enough of them, down to
    500 m. So nothing is left over that a larger square would tell. What lies in a square of 4 km with too few
    points is not shown.

    Parameters
    ----------
    concerns : Concerns
    first, last : str
        Days heard, ``YYYY-MM-DD``, both included.
    theme, channel : str
        Only these, where given.

    Returns
    -------
    DataFrame
        One row per square: x and y of its south-west corner and side, in metres (RD), and at_least, one of `CLASSES`.

    Raises
    ------
    NotAllowed, RegisterError
    """
    concerns.actor.require(Action.SEE_COUNTS)
    table = concerns.table
    wanted = select(table.c.x, table.c.y, func.count().label("n")).where(
        table.c.gemeente == concerns.gemeente,
        table.c.removed_at.is_(None),
        table.c.x.is_not(None),
        table.c.y.is_not(None),
        table.c.heard.between(first, last),
    )
    for column, value in ((table.c.theme, theme), (table.c.channel, channel)):
        if value:
            wanted = wanted.where(column == value)
    with concerns.database.reading() as connection:
        points = pd.DataFrame(
            connection.execute(wanted.group_by(table.c.x, table.c.y)).fetchall(), columns=["x", "y", "n"]
        )
    return _cut(points.astype("float64"), len(SIDES) - 1)


def _cut(points: pd.DataFrame, size: int) -> pd.DataFrame:
    """Cut points into squares of `SIDES` [size], and those into smaller ones where that leaves enough in each."""
    side = SIDES[size]
    corners = [np.floor(points[axis] / side) * side for axis in ("x", "y")]
    found = []
    for (x, y), inside in points.groupby(corners):
        if inside["n"].sum() < FEWEST:
            continue
        smaller = _cut(inside, size - 1) if size > 0 and _can_be_cut(inside, SIDES[size - 1]) else None
        if smaller is None:
            at_least = max(step for step in CLASSES if step <= inside["n"].sum())
            smaller = pd.DataFrame({"x": [x], "y": [y], "side": [side], "at_least": [at_least]})
        found.append(smaller)
    columns = ["x", "y", "side", "at_least"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns, dtype="float64")


def _can_be_cut(points: pd.DataFrame, side: int) -> bool:
    parts = points.groupby([np.floor(points[axis] / side) for axis in ("x", "y")])["n"].sum()
    return bool((parts >= FEWEST).all())
