"""Files on disk: what lies under the given paths, and reading one of them, whatever its kind."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pandas as pd

from data import borders, cbs_table, kwb_file, projection, statline_csv
from data.borders import Borders
from data.cbs_table import CbsTable
from data.errors import BordersError, TableError, UserError
from data.sheet import NotRecognised

BORDER_SUFFIXES = (".gpkg", ".geojson", ".shp")
_PART_SUFFIXES = (".json", ".parquet")
#: What comes along with other files and needs no word: texts, and the parts of a shapefile beside its .shp.
_SILENT = (".md", ".txt", ".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qmd", ".xml", ".html")
_TABLE_ID = re.compile(r"\d{5}(NED|ned)")
_GEOJSON = re.compile(rb'"type"\s*:\s*"FeatureCollection"')
_ODATA = re.compile(rb'"(?:odata\.metadata|@odata\.context|value)"\s*:')
_PEEK = 65_536
_READS = (
    f"tabellen van CBS ({cbs_table.ROWS}.json of .parquet met {cbs_table.TOPICS} ernaast), downloads van StatLine "
    f"(.csv, ook van de {projection.NAME}), de Excel-bestanden 'Kerncijfers wijken en buurten' van CBS en bestanden met grenzen "
    f"({', '.join(BORDER_SUFFIXES)}, .zip)"
)


class Kind(StrEnum):
    """What a file or folder is, in the words of the user."""

    EXCEL = "Excel van CBS (kwb)"
    STATLINE = "StatLine-download"
    ODATA = "tabel van CBS (OData)"
    BORDERS = "grenzen"
    PROJECTION = projection.NAME
    UNKNOWN = "onbekend"


@dataclass(frozen=True)
class Found:
    """One file or folder that may be imported.

    Attributes
    ----------
    path : Path
        A folder where `kind` is ODATA.
    kind : Kind
        By its name and its first bytes; reading it may show otherwise.
    named : bool
        The user named this very path, rather than a folder around it.
    problem : str
        Why it cannot be read, where that is clear without reading; else empty.
    """

    path: Path
    kind: Kind
    named: bool
    problem: str = ""


@dataclass(frozen=True)
class Content:
    """What is in a file: a table, borders or an official projection, with remarks for the user."""

    kind: Kind
    table: CbsTable | None = None
    borders: tuple[Borders, ...] = ()
    projection: pd.DataFrame | None = None
    remarks: tuple[str, ...] = ()


def _has_rows(folder: Path) -> bool:
    return any((folder / f"{cbs_table.ROWS}{suffix}").is_file() for suffix in _PART_SUFFIXES)


def _unknown(path: Path, why: str) -> tuple[Kind, str]:
    return Kind.UNKNOWN, f"{path}: {why}. Wijkradar leest {_READS}."


def _look_inside_json(file: Path) -> tuple[Kind, str]:
    with file.open("rb") as stream:
        first = stream.read(_PEEK)
    if _GEOJSON.search(first):
        return Kind.BORDERS, ""
    if _ODATA.search(first):
        return Kind.UNKNOWN, (
            f"{file} lijkt op een antwoord van CBS, maar de naam zegt niet wat erin staat; noem de cijfers {cbs_table.ROWS}.json "
            f"en zet {cbs_table.TOPICS}.json ernaast in één map."
        )
    return _unknown(file, "dit is geen tabel van CBS en geen kaartbestand")


def _look_inside_zip(file: Path) -> tuple[Kind, str]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return Kind.UNKNOWN, f"{file} is niet te openen als zip-bestand; download het opnieuw."
    if any(name.lower().endswith(BORDER_SUFFIXES) for name in names):
        return Kind.BORDERS, ""
    return _unknown(file, "in deze zip zitten geen grenzen; pak de zip uit en importeer wat erin zit")


def _kind_of(file: Path) -> tuple[Kind, str]:
    suffix = file.suffix.lower()
    if suffix in BORDER_SUFFIXES:
        return Kind.BORDERS, ""
    if suffix in kwb_file.SUFFIXES:
        return Kind.EXCEL, ""
    if suffix in statline_csv.SUFFIXES:
        return Kind.STATLINE, ""
    try:
        if suffix == ".json":
            return _look_inside_json(file)
        if suffix == ".zip":
            return _look_inside_zip(file)
    except OSError as error:
        return Kind.UNKNOWN, f"{file} is niet te openen ({type(error).__name__}); controleer de rechten."
    return _unknown(file, "dit soort bestand leest Wijkradar niet")


def _files_under(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        # Excel leaves "~$name.xlsx" beside an open file, and macOS "._name" beside every file.
        if file.is_file() and not file.name.startswith((".", "~$"))
    )


def _table_folder(file: Path) -> Path | None:
    is_part = file.stem in cbs_table.PARTS and file.suffix in _PART_SUFFIXES
    return file.parent if is_part and _has_rows(file.parent) else None


class _Findings:
    """What was found so far, each path once; a path that the user named keeps that mark."""

    def __init__(self) -> None:
        self.by_path: dict[Path, Found] = {}

    def add(self, path: Path, kind: Kind, problem: str = "", *, named: bool) -> None:
        key = path.resolve()
        if key not in self.by_path or named:
            self.by_path[key] = Found(path, kind, named, problem)

    def add_file(self, file: Path) -> None:
        if folder := _table_folder(file):
            self.add(folder, Kind.ODATA, named=True)
        else:
            self.add(file, *_kind_of(file), named=True)

    def add_folder(self, path: Path) -> None:
        usable = False
        for file in _files_under(path):
            if folder := _table_folder(file):
                self.add(folder, Kind.ODATA, named=folder == path)
                usable = True
            elif file.suffix.lower() not in _SILENT and file.stem not in (*cbs_table.PARTS, projection.AGES):
                kind, problem = _kind_of(file)
                self.add(file, kind, problem, named=False)
                usable = usable or not problem
        if not usable:
            problem = (
                f"In {path} staat geen tabel van CBS en geen bestand met grenzen; kies een andere map. Wijkradar leest "
                f"{_READS}."
            )
            self.add(path, Kind.UNKNOWN, problem, named=True)


def find(paths: Iterable[Path]) -> list[Found]:
    """Look under ``paths`` for tables and borders.

    Parameters
    ----------
    paths : iterable of Path
        Files or folders; folders are searched through.

    Returns
    -------
    list of Found
        In order, each once. What cannot be used is there as well, with the reason; texts and the side files
        of a shapefile are not.
    """
    findings = _Findings()
    for path in paths:
        if path.is_dir():
            findings.add_folder(path)
        elif path.exists():
            findings.add_file(path)
        else:
            problem = f"{path} bestaat niet; controleer de naam van de map of het bestand."
            findings.add(path, Kind.UNKNOWN, problem, named=True)
    return list(findings.by_path.values())


def read(found: Found, stems: Collection[str]) -> Content:
    """Read one file or folder.

    Parameters
    ----------
    found : Found
        As `find` gives it.
    stems : collection of str
        Stems, in small letters, that some indicator uses.

    Raises
    ------
    NotRecognised
        If it is not what its name promised, so that it may well be something else altogether.
    UserError
        If it cannot be read or understood.
    """
    if found.problem:
        raise NotRecognised(found.problem)
    try:
        return _content(found, stems)
    except UserError:
        raise
    except Exception as error:  # a file of unknown make may break a reader in ways nobody foresaw
        kind_of_error = BordersError if found.kind is Kind.BORDERS else TableError
        raise kind_of_error(
            f"{found.path} is niet te lezen ({type(error).__name__}); download het bestand opnieuw bij CBS."
        ) from error


def _content(found: Found, stems: Collection[str]) -> Content:
    if found.kind is Kind.BORDERS:
        return Content(Kind.BORDERS, borders=tuple(borders.read(found.path)))
    if found.kind is Kind.ODATA:
        parts = _read_parts(found.path, (*cbs_table.PARTS, projection.AGES))
        if projection.is_projection([str(name) for name in parts.get(cbs_table.ROWS, ())]):
            return Content(Kind.PROJECTION, projection=projection.from_parts(parts, found.path))
        return Content(Kind.ODATA, _table_of(parts, found.path))
    if found.kind is Kind.STATLINE:
        sheet = statline_csv.open_sheet(found.path)
        if projection.header_row(sheet) is not None:
            return Content(Kind.PROJECTION, projection=projection.from_sheet(sheet))
    reader = kwb_file.read if found.kind is Kind.EXCEL else statline_csv.read
    table, remarks = reader(found.path, stems)
    kind = Kind.EXCEL if table.service == kwb_file.SERVICE else Kind.STATLINE
    return Content(kind, table, remarks=tuple(remarks))


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
    return _table_of(_read_parts(folder, cbs_table.PARTS), folder)


def _read_parts(folder: Path, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    parts = {}
    for part in names:
        for suffix in _PART_SUFFIXES:
            if (file := folder / f"{part}{suffix}").is_file():
                parts[part] = _read_part(file)
                break
    return parts


def _table_of(parts: dict[str, pd.DataFrame], folder: Path) -> CbsTable:
    named = _TABLE_ID.fullmatch(folder.name)
    return cbs_table.from_parts(parts, str(folder), folder.name.upper() if named else "")
