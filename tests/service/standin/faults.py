"""What can go wrong, by name: on the line, and in the tables themselves."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from tests.service.standin.answers import Asked
from tests.service.standin.tables import Row, Table, stem

#: Faults of the line, with what each may be told besides where and how often.
LINE: dict[str, frozenset[str]] = {
    "reset": frozenset(),
    "slow": frozenset({"seconds"}),
    "drips": frozenset({"seconds"}),
    "error": frozenset({"status"}),
    "truncated": frozenset({"right_length"}),
    "html": frozenset(),
    "empty": frozenset(),
    "gone": frozenset(),
    "refused": frozenset(),
}
#: Faults of the tables.
TABLE: dict[str, frozenset[str]] = {
    "relaid": frozenset(),
    "dropped": frozenset({"column"}),
    "new_column": frozenset({"column"}),
    "emptied": frozenset({"column", "levels"}),
    "short": frozenset({"missing"}),
}
_FREE_PLACES = 7
_PREFIXES = {"land": "NL", "gemeente": "GM", "wijk": "WK", "buurt": "BU"}


@dataclass(eq=False)
class Fault:
    """A fault and where it strikes; an empty ``road``, ``table`` or ``part`` means everywhere.

    Attributes
    ----------
    left : int or None
        Requests it still strikes; None for ever.
    """

    kind: str
    road: str = ""
    table: str = ""
    part: str = ""
    left: int | None = None
    told: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        allowed = {**LINE, **TABLE}
        if self.kind not in allowed:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(sorted(allowed))}")
        if strange := set(self.told) - allowed[self.kind]:
            raise ValueError(f"fault {self.kind!r} knows no {sorted(strange)[0]!r}")
        if self.road not in ("", "v3", "v4", "pdok"):
            raise ValueError(f"no road {self.road!r}; there are v3, v4, pdok")
        if self.kind in TABLE and self.road == "pdok":
            raise ValueError(f"fault {self.kind!r} is one of tables, and PDOK has none")
        if strange := set(self.told.get("levels", ())) - set(_PREFIXES):
            raise ValueError(f"no level {sorted(strange)[0]!r}; there are {', '.join(_PREFIXES)}")

    def strikes(self, asked: Asked) -> bool:
        """Tell whether this request is hit."""
        return (
            self.left != 0
            and self.road in ("", asked.road)
            and self.table in ("", asked.table)
            and self.part in ("", asked.part)
            and (self.kind in LINE or bool(asked.table))
        )


def damaged(table: Table, fault: Fault) -> Table:
    """Return a table as a fault of `TABLE` leaves it."""
    changes: dict[str, Callable[..., Table]] = {
        "relaid": relaid,
        "dropped": dropped,
        "new_column": new_column,
        "emptied": emptied,
        "short": short,
    }
    return changes[fault.kind](table, **fault.told)


def relaid(table: Table) -> Table:
    """Give every figure another position, put the last group of columns first, and one stem other capitals."""
    topics = table.topics
    texts = [row for row in topics if row.get("Datatype") == "String" and row["Position"] <= 4]
    figures = [row for row in topics if row not in texts]
    last_group = _top_group(figures[-1], table)
    ordered = sorted(figures, key=lambda row: _top_group(row, table) != last_group)
    keys = {row["Key"]: row["Key"] for row in texts}
    for position, row in enumerate(ordered, len(texts) + 1 + _FREE_PLACES):
        name = stem(row["Key"])
        name = name.capitalize() if name == "AantalInwoners" else name
        keys[row["Key"]] = f"{name}_{position}"
    replaced = {
        row["Key"]: {**row, "Key": keys[row["Key"]], "Position": int(keys[row["Key"]].rpartition("_")[2])}
        for row in topics
    }
    others = [row for row in table.properties if row not in topics]
    in_order = [replaced[row["Key"]] for row in (*texts, *ordered)]
    return replace(
        table,
        properties=others + in_order,
        rows=[
            {name: row[name] for name in row if name not in keys}
            | {new: row[old] for old, new in keys.items() if old in row}
            for row in table.rows
        ],
        measures={keys[key]: measure for key, measure in table.measures.items() if key in keys},
    )


def _top_group(topic: Row, table: Table) -> object:
    parents = {row["ID"]: row["ParentID"] for row in table.properties}
    found = topic["ParentID"]
    while found is not None and parents.get(found) is not None:
        found = parents[found]
    return found


def dropped(table: Table, column: str) -> Table:
    """Take a column out of the description and the rows."""
    keys = set(table.keys(column))
    return replace(
        table,
        properties=[row for row in table.properties if row["Key"] not in keys],
        rows=[{name: value for name, value in row.items() if name not in keys} for row in table.rows],
    )


def new_column(table: Table, column: str = "NooitEerderGezien") -> Table:
    """Add a column that nobody knows."""
    position = max(row["Position"] for row in table.topics) + 1
    key = f"{column}_{position}"
    topic = {
        "odata.type": "Cbs.OData.Topic",
        "ID": max(row["ID"] for row in table.properties) + 1,
        "Position": position,
        "ParentID": None,
        "Type": "Topic",
        "Key": key,
        "Title": column,
        "Description": "",
        "Datatype": "Long",
        "Unit": "aantal",
        "Decimals": 0,
    }
    return replace(
        table,
        properties=[*table.properties, topic],
        rows=[{**row, key: number} for number, row in enumerate(table.rows)],
        measures={**table.measures, key: f"M{900_000 + zlib.crc32(column.encode()) % 100_000}"},
    )


def emptied(table: Table, column: str, levels: Collection[str] = tuple(_PREFIXES)) -> Table:
    """Take every figure out of a column, at some levels (``land``, ``gemeente``, ``wijk``, ``buurt``)."""
    nothing = dict.fromkeys(table.keys(column))
    prefixes = tuple(_PREFIXES[level] for level in levels)
    return replace(
        table,
        rows=[{**row, **nothing} if row[table.dimension].startswith(prefixes) else row for row in table.rows],
    )


def short(table: Table, missing: int = 5) -> Table:
    """Lose the last buurten; the list of regions still names them."""
    lost = {row[table.dimension] for row in table.rows if row[table.dimension].startswith("BU")}
    lost = set(sorted(lost)[-missing:])
    return replace(table, rows=[row for row in table.rows if row[table.dimension] not in lost])
