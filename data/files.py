"""Files on disk: tables saved from the CBS service (JSON or Parquet) and files with borders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data import cbs_table
from data.cbs_table import CbsTable
from data.errors import TableError, UserError

BORDER_SUFFIXES = (".gpkg", ".geojson", ".shp")
_TABLE_ID = re.compile(r"\d{5}(NED|ned)")


@dataclass(frozen=True)
class Found:
    """What lies under the given paths: folders with a table, files with borders, and the rest."""

    tables: tuple[Path, ...]
    borders: tuple[Path, ...]
    ignored: tuple[Path, ...]


def _rows_file(folder: Path) -> Path | None:
    for suffix in (".json", ".parquet"):
        if (file := folder / f"{cbs_table.ROWS}{suffix}").is_file():
            return file
    return None


def find(paths: Iterable[Path]) -> Found:
    """Look under ``paths`` for tables and borders.

    Raises
    ------
    UserError
        If a path does not exist, or holds nothing that can be imported.
    """
    tables: list[Path] = []
    borders: list[Path] = []
    ignored: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UserError(f"{path} bestaat niet; controleer de naam van de map of het bestand.")
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        before = len(tables) + len(borders)
        for file in files:
            if file.stem in cbs_table.PARTS and file.suffix in (".json", ".parquet"):
                if _rows_file(file.parent) and file.parent not in tables:
                    tables.append(file.parent)
            elif file.suffix.lower() in BORDER_SUFFIXES:
                borders.append(file)
            elif file.suffix.lower() not in (".md", ".txt"):
                ignored.append(file)
        if len(tables) + len(borders) == before:
            raise UserError(
                f"In {path} staat geen tabel van CBS ({cbs_table.ROWS}.json of .parquet met {cbs_table.TOPICS} "
                f"ernaast) en geen bestand met grenzen ({', '.join(BORDER_SUFFIXES)}); kies een andere map."
            )
    return Found(tuple(tables), tuple(borders), tuple(ignored))


def _read_part(file: Path) -> pd.DataFrame:
    try:
        if file.suffix == ".parquet":
            return pd.read_parquet(file)
        content = json.loads(file.read_text(encoding="utf-8-sig"))
        return pd.DataFrame(content["value"] if isinstance(content, dict) else content)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise TableError(
            f"{file} is niet te lezen als antwoord van CBS ({type(error).__name__}); haal het bestand opnieuw op."
        ) from error


def read_table(folder: Path) -> CbsTable:
    """Read one table from a folder that holds the parts of `data.cbs_table.PARTS`.

    Raises
    ------
    TableError
        If a file cannot be read or is not a table of neighbourhood figures; nothing is stored then.
    """
    parts = {}
    for part in cbs_table.PARTS:
        for suffix in (".json", ".parquet"):
            if (file := folder / f"{part}{suffix}").is_file():
                parts[part] = _read_part(file)
                break
    named = _TABLE_ID.fullmatch(folder.name)
    return cbs_table.from_parts(parts, str(folder), folder.name.upper() if named else "")
