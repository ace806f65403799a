"""What a column of the register holds, whichever the database, and how a table of records looks in pandas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Float, Integer, String, Table

from register.errors import WrongConcern

if TYPE_CHECKING:
    import pandas as pd

#: Written by the register itself, never by a user.
KEPT_BY_US: Final = frozenset({
    "number", "key", "gemeente", "version", "added_at", "added_by", "changed_at", "changed_by", "removed_at", "expired_at",
})  # fmt: skip
#: Of those, what the history does not tell in words of its own.
UNTOLD: Final = KEPT_BY_US - {"removed_at", "expired_at"}
_LARGEST: Final = 2**31 - 1


def storable(table: Table, name: str, value: Any) -> Any:
    """Return a value as both databases hold it.

    Raises
    ------
    WrongConcern
        If the table has no such column for users, or it cannot hold the value.
    """
    column = table.c.get(name)
    if column is None or name in KEPT_BY_US:
        raise WrongConcern(name, f"Het veld {name!r} is niet in te vullen.")
    # Figures of numpy would go into SQLite as bytes.
    value = value.item() if hasattr(value, "item") else value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(column.type, String) and isinstance(value, str):
        # PostgreSQL holds no NUL, and neither holds half of a pair.
        value = value.replace("\x00", "").encode("utf-8", "ignore").decode()
        if column.type.length and len(value) > column.type.length:
            raise WrongConcern(name, f"Hier passen hoogstens {column.type.length} tekens; maak het korter.")
    if isinstance(column.type, Integer):
        return _whole(name, value)
    if isinstance(column.type, Float):
        return _finite(name, value)
    return value


def typed_frame(columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Return rows as a table whose dtypes depend on the columns alone; see `Records.frame`."""
    import pandas as pd

    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pd.DataFrame(
        {
            column.name: pd.Series(column_values, dtype=_dtype(column))
            for column, column_values in zip(columns, values, strict=True)
        }
    )


def _dtype(column: Column[Any]) -> str:
    if isinstance(column.type, String):
        return "str"
    if isinstance(column.type, Integer):
        return "float64" if column.nullable else "int64"
    return "float64" if isinstance(column.type, Float) else "object"


def _whole(name: str, value: Any) -> int:
    try:
        number = int(value)
        if isinstance(value, bool) or number != float(value) or abs(number) > _LARGEST:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise WrongConcern(name, f"{value!r} is geen geheel getal; vul een geheel getal in.") from None
    return number


def _finite(name: str, value: Any) -> float:
    try:
        number = float(value)
        if not math.isfinite(number):
            raise ValueError
    except (TypeError, ValueError):
        raise WrongConcern(name, f"{value!r} is geen getal; vul een getal in.") from None
    return number


def same(one: Any, other: Any) -> bool:
    """Tell whether two values of a field are the same; an empty text is nothing."""
    return bool((None if one == "" else one) == (None if other == "" else other))
