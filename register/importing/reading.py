"""A file with concerns as rows of text: csv of any make, a workbook, GeoJSON, or the export of Signalen in a zip."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pandas as pd

from register.errors import RegisterError

#: Rows that one file may hold; more would not fit in the memory of a small server.
MOST_ROWS: Final = 250_000
MOST_COLUMNS: Final = 400
#: Bytes that a file may have, also after unpacking.
MOST_BYTES: Final = 300_000_000
#: Characters in one cell; a cell that is longer is a quote that nobody closed.
LONGEST_CELL: Final = 100_000
SUFFIXES: Final = (
    ".csv",
    ".txt",
    ".tsv",
    ".xlsx",
    ".xls",
    ".xlsm",
    ".xlsb",
    ".ods",
    ".geojson",
    ".json",
    ".zip",
)
LONGITUDE, LATITUDE = "geometrie (lengte)", "geometrie (breedte)"

_DELIMITERS: Final = ";,\t|"
_HEADER_WITHIN: Final = 20
_OTHER_KINDS: Final = {
    b"%PDF": "een pdf", b"\x89PNG": "een afbeelding", b"\xff\xd8\xff": "een foto", b"GIF8": "een afbeelding",
    b"{\\rtf": "een tekstdocument", b"<!DOC": "een webpagina", b"<html": "een webpagina", b"\x1f\x8b": "een gz-bestand",
    b"PAR1": "een Parquet-bestand", b"SQLi": "een databank",
}  # fmt: skip
#: Sheets that explain the list beside them.
_NO_LISTS: Final = frozenset({"verantwoording", "uitleg", "toelichting", "lees mij", "leesmij", "readme"})
_OLE: Final = b"\xd0\xcf\x11\xe0"
#: How the export of Signalen ties its files together: the column in signals.csv, the file, the columns that come along.
_SIGNALEN_FILES: Final = (
    ("location_id", ("locations",), ("lat", "lng", "stadsdeel", "buurt_code", "area_code", "area_type_code")),
    ("category_assignment_id", ("categories", "category_assignments"), ("main", "sub", "departments")),
    ("status_id", ("statuses",), ("state", "state_display")),
)


class UnreadableFile(RegisterError):
    """A file cannot be read as a list of concerns; nothing in the register changed."""


@dataclass(frozen=True)
class Source:
    """A file as it was read.

    Attributes
    ----------
    name : str
        Name of the file.
    columns : tuple of str
        Headings; each once.
    rows : DataFrame
        Text, "" for an empty cell; columns as `columns`, one row per row of the file that is not empty.
    lines : tuple of int
        The number of each row as the user sees it in the file.
    line_word : str
        ``rij``, ``regel`` or ``object``.
    form : str
        ``csv``, ``werkboek``, ``geojson`` or ``zip``.
    wide : frozenset of int
        Positions of rows with more cells than there are headings.
    remarks : tuple of str
        What the user should know, in Dutch.
    """

    name: str
    columns: tuple[str, ...]
    rows: pd.DataFrame
    lines: tuple[int, ...]
    line_word: str
    form: str
    wide: frozenset[int] = frozenset()
    remarks: tuple[str, ...] = ()

    def where(self, row: int) -> str:
        """Say where a row stands in the file."""
        return f"{self.line_word} {self.lines[row]}"


@dataclass(frozen=True)
class _Grid:
    rows: list[list[str]]
    lines: list[int]


def read(content: bytes | Path, name: str = "") -> Source:
    """Read a file.

    Parameters
    ----------
    content : bytes or Path
    name : str, optional
        What the user calls the file; of a path its own name.

    Returns
    -------
    Source

    Raises
    ------
    UnreadableFile
        If it is another kind of file, damaged, empty, or larger than Wijkradar reads.
    """
    if isinstance(content, Path):
        name = name or content.name
        try:
            content = content.read_bytes()
        except OSError as error:
            raise UnreadableFile(
                f"{name} is niet te openen ({type(error).__name__}); controleer de rechten."
            ) from error
    name = PurePosixPath(name.replace("\\", "/")).name or "het bestand"
    _refuse_others(content, name)
    if content.startswith(b"PK"):
        return _of_archive(content, name)
    if content.startswith(_OLE):
        return _of_workbook(content, name)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _of_json(content, name)
    return _of_text(content, name)


def _refuse_others(content: bytes, name: str) -> None:
    if not content.strip():
        raise UnreadableFile(f"{name} is leeg. Er is niets ingelezen; kies een ander bestand.")
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            f"{name} is groter dan {MOST_BYTES // 1_000_000} MB. Deel het in stukken en lees die na elkaar in."
        )
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            raise UnreadableFile(
                f"{name} is {kind}. Wijkradar leest csv, Excel, ods en GeoJSON. Er is niets ingelezen; bewaar de lijst in een "
                "van die vormen."
            )


def _source(
    name: str,
    grid: _Grid,
    line_word: str,
    form: str,
    remarks: Sequence[str] = (),
    *,
    header: int | None = None,
) -> Source:
    """Make a source of cells: find the row with headings, drop empty rows, make headings unique."""
    place = _header_of(grid.rows) if header is None else header
    if place is None:
        raise UnreadableFile(
            f"In {name} staat geen rij met namen van kolommen. Zet in de eerste rij boven elke kolom een naam, zoals datum, wijk "
            "en tekst."
        )
    headings = _headings(grid.rows[place])
    width = len(headings)
    if width > MOST_COLUMNS:
        raise UnreadableFile(
            f"{name} heeft {width} kolommen; Wijkradar leest er {MOST_COLUMNS}. Haal weg wat u niet nodig hebt."
        )
    kept = [at for at in range(place + 1, len(grid.rows)) if any(grid.rows[at])]
    if len(kept) > MOST_ROWS:
        raise UnreadableFile(
            f"{name} heeft {len(kept)} rijen; Wijkradar leest er ten hoogste {MOST_ROWS} tegelijk. Deel het bestand op, "
            "bijvoorbeeld per jaar, en lees de delen na elkaar in."
        )
    rows = [grid.rows[at] for at in kept]
    wide = frozenset(at for at, row in enumerate(rows) if len(row) > width and any(row[width:]))
    whole = [row if len(row) == width else (row + [""] * (width - len(row)))[:width] for row in rows]
    frame = pd.DataFrame(whole, columns=headings, dtype=object)
    return Source(
        name,
        tuple(headings),
        frame,
        tuple(grid.lines[at] for at in kept),
        line_word,
        form,
        wide,
        tuple(remarks),
    )


def _header_of(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the row with headings: the first one that is about as wide as the widest, and no figures."""
    first = rows[: _HEADER_WITHIN * 3]
    widest = max((sum(map(bool, row)) for row in first), default=0)
    for place, row in enumerate(first[:_HEADER_WITHIN]):
        texts = [cell for cell in row if cell]
        if texts and len(texts) >= 0.6 * widest:
            figures = sum(bool(re.fullmatch(r"[\d.,:/\- ]+", cell)) for cell in texts)
            return None if figures > len(texts) / 2 else place
    return None


def _headings(row: Sequence[str]) -> list[str]:
    last = max(at for at, cell in enumerate(row) if cell) + 1
    counted: Counter[str] = Counter()
    names = []
    for at, cell in enumerate(row[:last]):
        title = " ".join(cell.split())[:120] or f"kolom {at + 1}"
        counted[title] += 1
        names.append(title if counted[title] == 1 else f"{title} ({counted[title]})")
    return names


# -- text --------------------------------------------------------------------------------------------


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content[:4096]:
        raise UnreadableFile(
            f"{name} is geen lijst die Wijkradar kan lezen. Bewaar de lijst als csv of Excel en kies dat bestand."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _of_text(content: bytes, name: str) -> Source:
    text = _decoded(content, name)
    told = re.match(r"sep=(.)\r?\n", text)
    lead = told.end() if told else 0
    delimiter = told.group(1) if told else _delimiter_of(text)
    grid = _parsed(text[lead:], delimiter, name)
    if lead:
        grid = _Grid(grid.rows, [line + 1 for line in grid.lines])
    return _source(name, grid, "regel", "csv")


def _delimiter_of(text: str) -> str:
    """Return the sign that cuts the first lines in the same number of cells the most often."""
    first = "\n".join(text[:200_000].splitlines()[:60])

    def fit(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(first), delimiter=delimiter) if row)
        width, often = max(
            ((w, n) for w, n in widths.items() if w > 1), key=lambda pair: pair[1] * pair[0], default=(1, 0)
        )
        return often * width, width

    try:
        return max(_DELIMITERS, key=fit)
    except csv.Error:
        return ";"


def _parsed(text: str, delimiter: str, name: str) -> _Grid:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            lines.append(start)
            if max(map(len, row), default=0) > LONGEST_CELL:
                raise _open_quote(name, start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise _open_quote(name, start) from error
    return _Grid(rows, lines)


def _open_quote(name: str, line: int) -> UnreadableFile:
    return UnreadableFile(
        f"{name}, regel {line}: één cel is langer dan {LONGEST_CELL} tekens. Waarschijnlijk sluit een aanhalingsteken niet. Er is "
        "niets ingelezen; haal het aanhalingsteken weg of bewaar de lijst opnieuw als csv."
    )


# -- workbooks ---------------------------------------------------------------------------------------


def _cell(value: object) -> str:
    """Return a cell of a workbook as text; dates as ISO, a whole number without ``.0``."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            value.isoformat(sep=" ", timespec="seconds")
            if value.time() != time()
            else value.date().isoformat()
        )
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return str(value).strip()


def _of_workbook(content: bytes, name: str) -> Source:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_object(io.BytesIO(content)) as book:
            seen = [about.name for about in book.sheets_metadata if about.visible == SheetVisibleEnum.Visible]
            grids = {}
            for title in seen or book.sheet_names:
                cells = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
                grids[title] = [[_cell(cell) for cell in row] for row in cells]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(
            f"{name} is niet te openen als werkboek ({type(error).__name__}). Er is niets ingelezen; open het in Excel, haal een "
            "wachtwoord weg en bewaar het opnieuw."
        ) from error
    filled = {title: rows for title, rows in grids.items() if _header_of(rows) is not None}
    if not filled:
        raise UnreadableFile(f"In {name} staat geen blad met een rij namen van kolommen en rijen daaronder.")
    lists = {title: rows for title, rows in filled.items() if title.casefold() not in _NO_LISTS} or filled
    best = max(lists, key=lambda title: sum(sum(map(bool, row)) for row in lists[title]))
    others = [title for title in lists if title != best]
    remarks = [f"Gelezen is het blad ‘{best}’; niet gelezen: {', '.join(others)}."] if others else []
    rows = filled[best]
    return _source(name, _Grid(rows, list(range(1, len(rows) + 1))), "rij", "werkboek", remarks)


# -- zip: a workbook, or the files of Signalen ---------------------------------------------------------


def _of_archive(content: bytes, name: str) -> Source:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
            if "[Content_Types].xml" in members or "mimetype" in members:
                if any(member.startswith("word/") for member in members):
                    raise UnreadableFile(
                        f"{name} is een tekstdocument. Wijkradar leest csv, Excel, ods en GeoJSON; zet de lijst in een werkboek."
                    )
                return _of_workbook(content, name)
            tables = {
                PurePosixPath(member).stem.lower(): info
                for member, info in members.items()
                if member.lower().endswith(".csv")
            }
            if not tables or sum(info.file_size for info in tables.values()) > MOST_BYTES:
                raise UnreadableFile(
                    f"In {name} staat geen csv die Wijkradar kan lezen. Pak het zip-bestand uit en kies de lijst die erin zit."
                )
            if "signals" in tables:
                return _of_signalen(archive, tables, name)
            if len(tables) > 1:
                raise UnreadableFile(
                    f"In {name} staan {len(tables)} csv-bestanden. Pak het uit en lees ze een voor een in."
                )
            return _of_text(archive.read(next(iter(tables.values()))), name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(
            f"{name} is beschadigd of heeft een wachtwoord. Er is niets ingelezen; maak het bestand opnieuw."
        ) from error


def _of_signalen(archive: zipfile.ZipFile, tables: Mapping[str, zipfile.ZipInfo], name: str) -> Source:
    """Join the csv files of an export of Signalen (``signals``, ``locations``, ``categories``, ``statuses``)."""
    signals = _of_text(archive.read(tables["signals"]), "signals.csv")
    frame = signals.rows
    missing = []
    for key, files, wanted in _SIGNALEN_FILES:
        file = next((file for file in files if file in tables), None)
        if file is None or key not in frame:
            missing.append(files[0])
            continue
        part = _of_text(archive.read(tables[file]), f"{file}.csv").rows.drop_duplicates("id").set_index("id")
        frame = frame.join(part[[column for column in wanted if column in part]], on=key)
    frame = frame.fillna("")
    remarks = [
        f"In het zip-bestand ontbreekt {file}.csv; wat daarin staat, is niet ingelezen." for file in missing
    ]
    return Source(
        name, tuple(frame.columns), frame, signals.lines, "regel", "zip", signals.wide, tuple(remarks)
    )


# -- GeoJSON and json ----------------------------------------------------------------------------------


def _of_json(content: bytes, name: str) -> Source:
    try:
        whole = json.loads(_decoded(content, name))
    except ValueError as error:
        raise UnreadableFile(
            f"{name} is niet te lezen als GeoJSON: {error}. Download het bestand opnieuw."
        ) from error
    objects = _objects(whole)
    if objects is None:
        raise UnreadableFile(
            f"{name} is geen GeoJSON met een lijst van meldingen. Verwacht wordt een FeatureCollection, of een lijst van objecten."
        )
    if len(objects) > MOST_ROWS:
        raise UnreadableFile(
            f"{name} heeft {len(objects)} meldingen; Wijkradar leest er ten hoogste {MOST_ROWS} tegelijk. Deel het bestand op."
        )
    flat = [_flat(entry) for entry in objects]
    columns = list(dict.fromkeys(column for row in flat for column in row))[:MOST_COLUMNS]
    frame = pd.DataFrame(
        [[row.get(column, "") for column in columns] for row in flat], columns=columns, dtype=object
    )
    return Source(name, tuple(columns), frame, tuple(range(1, len(flat) + 1)), "object", "geojson")


def _objects(whole: Any) -> list[dict[str, Any]] | None:
    if isinstance(whole, dict):
        whole = next(
            (
                whole[key]
                for key in ("features", "results", "value", "items")
                if isinstance(whole.get(key), list)
            ),
            None,
        )
    if not isinstance(whole, list) or not whole or not all(isinstance(entry, dict) for entry in whole):
        return None
    return whole


def _flat(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return an object as one row: nested names are tied with a dot, a point becomes two columns."""
    row: dict[str, str] = {}
    geometry = entry.get("geometry") if entry.get("type") == "Feature" else None
    if entry.get("type") == "Feature":
        properties = entry.get("properties") or {}
        entry = ({"id": entry["id"]} if "id" in entry and "id" not in properties else {}) | properties
    _spread(entry, "", row)
    if isinstance(geometry, dict) and (place := _point_of(geometry)):
        row[LONGITUDE], row[LATITUDE] = place
    return row


def _spread(entry: Mapping[str, Any], lead: str, row: dict[str, str]) -> None:
    for key, value in entry.items():
        name = f"{lead}{key}"
        if str(key).startswith("_"):
            continue
        if isinstance(value, dict):
            if "coordinates" in value and (place := _point_of(value)):
                row[LONGITUDE], row[LATITUDE] = place
            elif name.count(".") < 3:
                _spread(value, f"{name}.", row)
        elif isinstance(value, list):
            row[name] = ", ".join(_cell(part) for part in value if not isinstance(part, dict | list))
        else:
            row[name] = _cell(value)


def _point_of(geometry: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the place of a geometry as text: of a point itself, of another shape a point inside it."""
    import shapely
    from shapely.geometry import shape

    try:
        if geometry.get("type") == "Point":
            x, y = geometry["coordinates"][:2]
            return _cell(float(x)), _cell(float(y))
        inside = shape(dict(geometry)).representative_point()
    except (KeyError, TypeError, ValueError, AttributeError, shapely.GEOSException):
        return None
    return (str(inside.x), str(inside.y)) if not inside.is_empty else None
