"""The tables that are served: read from folders with saved OData v3 answers, joined, and moved to other codes."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

Row = dict[str, Any]
DIMENSIONS = ("WijkenEnBuurten", "RegioS")
_WIDTH = 10
_SUMMED_UNITS = ("aantal", "ha")
_LOOK_ALIKE = "GM0001"


def stem(key: str) -> str:
    """Return a column key without its position."""
    return re.sub(r"_\d+$", "", key)


@dataclass(frozen=True, eq=False)
class Table:
    """One table; two tables are the same only when they are the same object, so that work on one can be kept.

    Attributes
    ----------
    dimension : str
        ``WijkenEnBuurten``, in 2013 ``RegioS``.
    others : tuple of str
        Its other dimensions.
    measures : dict
        The id in OData v4 of every column key; it stays when a column moves.
    """

    id: str
    year: int
    dimension: str
    info: Row
    properties: list[Row]
    rows: list[Row]
    regions: list[Row]
    measures: dict[str, str]
    others: tuple[str, ...] = ()

    @property
    def topics(self) -> list[Row]:
        """The properties that are columns."""
        return [row for row in self.properties if row["odata.type"].endswith("Topic")]

    def keys(self, column: str) -> list[str]:
        """Return the keys of a column named by key or stem, whatever the capitals; more than one at times."""
        wanted = column.casefold()
        keys = [row["Key"] for row in self.topics]
        return [key for key in keys if wanted in (key.casefold(), stem(key).casefold())]


@dataclass(frozen=True)
class Move:
    """Regions that have other codes in some years.

    Attributes
    ----------
    codes : mapping of str to str
        New gemeente of a gemeente, or of one wijk with its buurten.
    names : mapping of str to str
        Names of the new gemeenten.
    """

    codes: Mapping[str, str]
    years: Collection[int]
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, code: str) -> str:
        """Return the new code of a clean code."""
        gemeente = f"GM{code[2:6]}"
        wijk = f"WK{code[2:8]}"
        new = self.codes.get(wijk) if code[:2] in ("WK", "BU") else None
        new = new or self.codes.get(gemeente, gemeente)
        return code if code.startswith("NL") else f"{code[:2]}{new[2:]}{code[6:]}"

    def splits(self, gemeente: str) -> bool:
        """Tell whether wijken of a gemeente go elsewhere than the gemeente itself."""
        return any(code.startswith(f"WK{gemeente[2:]}") for code in self.codes)


def table_folders(folder: Path) -> dict[str, Path]:
    """Return the folder of every table under a folder of ``odata_v3`` (or the folder around it)."""
    inner = folder / "odata_v3"
    root = inner if inner.is_dir() else folder
    return {path.name: path for path in sorted(root.iterdir()) if (path / "TypedDataSet.json").is_file()}


@lru_cache(maxsize=64)
def read_table(folder: Path) -> Table:
    """Read one saved table; kept, so a test run reads it once."""

    def part(name: str) -> list[Row]:
        content: list[Row] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["value"]
        return content

    dimension = next(name for name in DIMENSIONS if (folder / f"{name}.json").is_file())
    properties = part("DataProperties")
    info = part("TableInfos")[0]
    keys = [row["Key"] for row in properties if row["odata.type"].endswith("Topic")]
    return Table(
        id=folder.name,
        year=int(info["Period"]),
        dimension=dimension,
        info={"Modified": "2021-03-26T02:00:00", "Frequency": "Eenmalig", "Summary": "", **info},
        properties=properties,
        rows=part("TypedDataSet"),
        regions=part(dimension),
        measures={key: f"M{100_000 + number}" for number, key in enumerate(keys, 1)},
    )


def joined(tables: Sequence[Table]) -> Table:
    """Join one table from several folders: the layout of the first, and every region once."""
    first, *others = tables
    if not others:
        return first
    keys = list(first.rows[0])
    rows, regions = list(first.rows), list(first.regions)
    for table in others:
        known = {row[first.dimension] for row in rows}
        rows += [
            {key: row.get(key) for key in keys} for row in table.rows if row[table.dimension] not in known
        ]
        listed = {row["Key"] for row in regions}
        regions += [row for row in table.regions if row["Key"] not in listed]
    return replace(first, rows=_numbered(rows), regions=regions)


def _numbered(rows: Iterable[Row]) -> list[Row]:
    return [{**row, "ID": number} for number, row in enumerate(rows)]


def moved(table: Table, move: Move) -> Table:
    """Give regions of a table other codes; a gemeente that is taken apart gets one row per part.

    In such a row counts are the sum over its wijken; everything else is as in the gemeente it was taken from.
    """
    if table.year not in move.years:
        return table
    gemeenten = {code: name for code, name in _gemeente_names(table).items() if _touches(move, code)}
    names = {move.of(code): move.names.get(move.of(code), name) for code, name in gemeenten.items()}
    names |= {new: move.names.get(new, new) for new in move.codes.values() if new not in names}
    rows = [_moved_row(row, table, move, names) for row in table.rows]
    regions = [_moved_region(row, move, names) for row in table.regions]
    for gemeente in gemeenten:
        if move.splits(gemeente):
            rows, regions = _apart(rows, regions, table, move.of(gemeente), names)
    return replace(table, rows=_numbered(rows), regions=regions)


def _touches(move: Move, gemeente: str) -> bool:
    return gemeente in move.codes or move.splits(gemeente)


def _gemeente_names(table: Table) -> dict[str, str]:
    return {row["Key"].strip(): row["Title"] for row in table.regions if row["Key"].startswith("GM")}


def _moved_row(row: Row, table: Table, move: Move, names: Mapping[str, str]) -> Row:
    old = row[table.dimension].strip()
    new = move.of(old)
    if new == old:
        return row
    changed = {**row, table.dimension: new.ljust(_WIDTH), table.keys("Codering")[0]: new.ljust(_WIDTH)}
    name_key = table.keys("Gemeentenaam")[0]
    changed[name_key] = names[f"GM{new[2:6]}"].ljust(40)
    return changed


def _moved_region(row: Row, move: Move, names: Mapping[str, str]) -> Row:
    old = row["Key"].strip()
    new = move.of(old)
    if new == old:
        return row
    gemeente = f"GM{new[2:6]}"
    return {
        **row,
        "Key": new.ljust(_WIDTH),
        "Title": names[gemeente] if new == gemeente else row["Title"],
        "Municipality": gemeente if row["Municipality"].startswith("GM") else names[gemeente],
        "DetailRegionCode": new,
    }


def _apart(
    rows: list[Row], regions: list[Row], table: Table, kept: str, names: Mapping[str, str]
) -> tuple[list[Row], list[Row]]:
    dimension = table.dimension
    whole = next(row for row in rows if row[dimension].strip() == kept)
    title = next(row for row in regions if row["Key"].strip() == kept)
    new_rows = [row for row in rows if row[dimension].startswith("NL")]
    new_regions = [row for row in regions if row["Key"].startswith("NL")]
    placed = {row[dimension] for row in new_rows}
    for gemeente in dict.fromkeys(f"GM{row[dimension][2:6]}" for row in rows if row[dimension] not in placed):
        inside = [row for row in rows if row[dimension][2:6] == gemeente[2:] and row[dimension][0] in "WB"]
        own = [row for row in rows if row[dimension].strip() == gemeente and gemeente not in names]
        new_rows += (own or [_sum_row(whole, inside, table, gemeente, names[gemeente])]) + inside
        listed = [row for row in regions if row["Key"][2:6] == gemeente[2:] and row["Key"][0] in "WB"]
        titled = [row for row in regions if row["Key"].strip() == gemeente]
        new_title = {**title, "Key": gemeente.ljust(_WIDTH), "DetailRegionCode": gemeente}
        new_regions += (titled or [{**new_title, "Title": names[gemeente]}]) + listed
    return new_rows, new_regions


def _sum_row(whole: Row, inside: Sequence[Row], table: Table, gemeente: str, name: str) -> Row:
    wijken = [row for row in inside if row[table.dimension].startswith("WK")]
    row = {**whole, table.dimension: gemeente.ljust(_WIDTH)}
    row[table.keys("Codering")[0]] = gemeente.ljust(_WIDTH)
    row[table.keys("Gemeentenaam")[0]] = name.ljust(40)
    for topic in table.topics:
        if topic.get("Datatype") == "String" or topic.get("Unit") not in _SUMMED_UNITS:
            continue
        known = [wijk[topic["Key"]] for wijk in wijken if wijk[topic["Key"]] is not None]
        row[topic["Key"]] = sum(known) if known else None
    return row


def with_look_alike(table: Table, gemeente: str) -> Table:
    """Add a gemeente with one buurt whose code has the digits of another gemeente at its end."""
    digits = gemeente[2:]
    new = {"GM": _LOOK_ALIKE, "WK": f"WK{_LOOK_ALIKE[2:]}{digits[:2]}", "BU": f"BU{_LOOK_ALIKE[2:]}{digits}"}
    move = Move({gemeente: _LOOK_ALIKE}, (table.year,))
    names = {_LOOK_ALIKE: "Lijkerop"}
    rows, regions = [], []
    for prefix, code in new.items():
        row = next(row for row in table.rows if row[table.dimension].startswith(prefix + digits))
        region = next(region for region in table.regions if region["Key"] == row[table.dimension])
        padded = code.ljust(_WIDTH)
        row = _moved_row(row, table, move, names)
        rows.append({**row, table.dimension: padded, table.keys("Codering")[0]: padded})
        regions.append({**_moved_region(region, move, names), "Key": padded, "DetailRegionCode": code})
    return replace(table, rows=_numbered([*table.rows, *rows]), regions=[*table.regions, *regions])


#: Tables as made before, by folders and what was asked of them: every test starts a stand-in of its own.
_MADE: dict[tuple[object, ...], Table] = {}


class Library:
    """Every table of some folders, with the moves that were asked for.

    Attributes
    ----------
    moves : list of Move
        Carried out in this order.
    look_alikes : list of str
        Gemeenten whose digits also stand in the code of a buurt elsewhere.
    modified : dict
        Another moment of the last change, by table id.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders: dict[str, list[Path]] = {}
        for folder in folders:
            for table_id, path in table_folders(folder).items():
                self._folders.setdefault(table_id, []).append(path)
        self.moves: list[Move] = []
        self.look_alikes: list[str] = []
        self.modified: dict[str, str] = {}

    @property
    def ids(self) -> list[str]:
        """The tables there are."""
        return list(self._folders)

    def table(self, table_id: str) -> Table | None:
        """Return a table, or None."""
        if table_id not in self._folders:
            return None
        paths = tuple(self._folders[table_id])
        asked = (repr(self.moves), tuple(self.look_alikes), self.modified.get(table_id))
        made_for = (paths, *asked)
        if made_for not in _MADE:
            table = joined([read_table(path) for path in self._folders[table_id]])
            for move in self.moves:
                table = moved(table, move)
            for gemeente in self.look_alikes:
                if gemeente in _gemeente_names(table):
                    table = with_look_alike(table, gemeente)
            if table_id in self.modified:
                table = replace(table, info={**table.info, "Modified": self.modified[table_id]})
            _MADE[made_for] = table
        return _MADE[made_for]
