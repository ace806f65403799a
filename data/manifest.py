"""The manifest of a store: which files count, where they came from, and whether they can be read at all.

Apart from `data.store`, so that a start can refuse a store of a newer version before it loads anything heavy.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import StoreError, StoreTooNew

FORMAT = 4
MANIFEST, UNDO = "manifest.json", "vorige.json"


@dataclass(frozen=True)
class Delivery:
    """One time that figures of a table came in, for the gemeenten that it is the last delivery of.

    Attributes
    ----------
    at : str
        When it was fetched or read from a file: UTC, ISO 8601.
    origin : str
        Folder, file or address it came from.
    service : str
        ``OData v3``, ``OData v4`` or a kind of file.
    modified : str
        When CBS last changed the table, in CBS's words; empty when unknown.
    rows : int
        Number of regions delivered.
    rules : str
        Checksum of the rules of the catalogue by which columns became figures.
    gemeenten : tuple of str
        Codes.
    """

    at: str
    origin: str
    service: str
    modified: str
    rows: int
    rules: str
    gemeenten: tuple[str, ...]


@dataclass(frozen=True)
class TableRecord:
    """What the store knows about one table.

    Attributes
    ----------
    id, title, year, collection, file : str, str, int, str, str
    deliveries : tuple of Delivery
        Oldest first; each gemeente stands in its last one.
    regions, filled, kept : int
        Number of regions, of figures with a value, and of earlier figures that were kept because the new
        delivery had none.
    checksum : str
        SHA-256 of the Parquet file.
    gemeenten : dict
        Name by code.
    unknown, missing : tuple of str
        Columns that Wijkradar does not know; indicators without a column.
    """

    id: str
    title: str
    year: int
    collection: str
    file: str
    deliveries: tuple[Delivery, ...]
    regions: int
    filled: int
    kept: int
    checksum: str
    gemeenten: dict[str, str]
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def delivery(self, gemeente: str | None = None) -> Delivery:
        """Return the last delivery, or the last one that had figures of a gemeente."""
        of_gemeente = [d for d in self.deliveries if gemeente in d.gemeenten]
        return (of_gemeente or list(self.deliveries))[-1]


@dataclass(frozen=True)
class BordersRecord:
    """Borders of one level and year in the store; ``gemeenten`` are the codes they cover."""

    level: str
    year: int
    collection: str
    file: str
    imported_at: str
    origin: str
    regions: int
    checksum: str
    gemeenten: tuple[str, ...]


@dataclass(frozen=True)
class BridgeRecord:
    """What the store has to convert figures of one gemeente from one division to another.

    Attributes
    ----------
    gemeente : str
        Code; what merged into it comes along.
    old_year, new_year : int
        Years of the two divisions.
    origin : str
        ``addresses`` (counted) or ``area`` (measured on the map).
    collection, file : str
    at : str
        When it was made: UTC, ISO 8601.
    files : tuple of str
        Names of the files with addresses; empty for area.
    matched, only_old, only_new : int
        Addresses found in both files, and in one of them only; 0 for area.
    checksum : str
        SHA-256 of the Parquet file.
    """

    gemeente: str
    old_year: int
    new_year: int
    origin: str
    collection: str
    file: str
    at: str
    files: tuple[str, ...]
    matched: int
    only_old: int
    only_new: int
    checksum: str

    @property
    def found_share(self) -> float | None:
        """Share (0-1) of the old addresses that were found in the new file; None where there are none."""
        known = self.matched + self.only_old
        return self.matched / known if known else None


@dataclass(frozen=True)
class ProjectionRecord:
    """The official projections in the store; each row of the file says where it comes from.

    Attributes
    ----------
    collection, file : str
    at : str
        When the last of them came in: UTC, ISO 8601.
    regions : tuple of str
        Codes of gemeenten, as the projections know them.
    checksum : str
        SHA-256 of the Parquet file.
    """

    collection: str
    file: str
    at: str
    regions: tuple[str, ...]
    checksum: str


@dataclass(frozen=True)
class Manifest:
    """Which files count, and where they came from."""

    generation: str = ""
    tables: tuple[TableRecord, ...] = ()
    borders: tuple[BordersRecord, ...] = ()
    bridges: tuple[BridgeRecord, ...] = ()
    projections: tuple[ProjectionRecord, ...] = ()
    sample_checksum: str = ""
    format: int = FORMAT


@dataclass(frozen=True)
class UndoPoint:
    """Content to go back to: ``what`` was done after it, and when (UTC, ISO 8601) that began."""

    what: str
    at: str
    manifest: Manifest


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of the store in ``folder``, or None where there is no store yet.

    Raises
    ------
    StoreError
        If the manifest cannot be read.
    StoreTooNew
        If a newer Wijkradar wrote it; nothing is touched.
    """
    file = folder / MANIFEST
    if not file.exists():
        return None
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        written_by = int(content["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder) from error
    if written_by > FORMAT:
        raise StoreTooNew(
            f"De map {folder} is gemaakt door een nieuwere Wijkradar (opslagversie {written_by}, deze kent "
            f"{FORMAT}); werk Wijkradar bij of kies met WIJKRADAR_STORE een andere map."
        )
    try:
        return _with_deliveries(content) if written_by == 1 else content
    except (KeyError, TypeError, AttributeError) as error:
        raise damaged(folder) from error


def damaged(folder: Path) -> StoreError:
    """Return the error for a manifest that says nothing sensible."""
    return StoreError(
        f"Het bestand {folder / MANIFEST} is beschadigd; zet een reservekopie van de map {folder} terug, of kies met "
        "WIJKRADAR_STORE een lege map en importeer opnieuw."
    )


def manifest_of(content: Mapping[str, Any]) -> Manifest:
    """Return the content of a manifest in the present form."""
    return Manifest(
        generation=content["generation"],
        tables=tuple(_table_record(row) for row in content["tables"]),
        borders=tuple(
            BordersRecord(**{**row, "gemeenten": tuple(row["gemeenten"])}) for row in content["borders"]
        ),
        # The forms before the third know no bridges.
        bridges=tuple(
            BridgeRecord(**{**row, "files": tuple(row["files"])}) for row in content.get("bridges", ())
        ),
        # And those before the fourth no projections.
        projections=tuple(
            ProjectionRecord(**{**row, "regions": tuple(row["regions"])})
            for row in content.get("projections", ())
        ),
        sample_checksum=content.get("sample_checksum", ""),
    )


def _table_record(row: Mapping[str, Any]) -> TableRecord:
    deliveries = tuple(
        Delivery(**{**delivery, "gemeenten": tuple(delivery["gemeenten"])}) for delivery in row["deliveries"]
    )
    lists = {name: tuple(row[name]) for name in ("unknown", "missing")}
    return TableRecord(**{**row, **lists, "deliveries": deliveries})


def _with_deliveries(content: dict[str, Any]) -> dict[str, Any]:
    """Bring a manifest of the first form to the second one, in which each table knows its deliveries."""
    for row in content["tables"]:
        row.pop("unused")
        row["unknown"] = []
        row["deliveries"] = [
            {
                "at": row.pop("imported_at"),
                "origin": row.pop("origin"),
                "service": "bestand",
                "modified": row.pop("modified"),
                "rows": row["regions"],
                "rules": "",
                "gemeenten": sorted(row["gemeenten"]),
            }
        ]
    return content | {"format": 2}


def read_undo(folder: Path) -> UndoPoint | None:
    """Return the undo point, or None where there is none that this version can read."""
    try:
        content = json.loads((folder / UNDO).read_text(encoding="utf-8"))
        return UndoPoint(content["what"], content["at"], manifest_of(content["manifest"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def sync(file: Path) -> None:
    """Wait until a file is on the disk."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def write_atomically(file: Path, content: bytes) -> None:
    """Write ``content`` to a new file beside ``file`` and rename it into place."""
    new = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}")
    try:
        new.write_bytes(content)
        sync(new)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
