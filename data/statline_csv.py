"""Text files that a user downloads from StatLine: csv in any of the dialects that are around.

A download holds the topics that the user ticked, so what is not in it says nothing. Its headings are the
titles of the columns, with the groups above them (``Bevolking/Leeftijdsgroepen/0 tot 15 jaar (aantal)``) or
spread over several rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from data import kwb_file
from data.cbs_table import CbsTable, stem, stem_of_title
from data.errors import TableError
from data.panel import REGION_PATTERN
from data.sheet import (
    Heading,
    NotRecognised,
    Regions,
    Sheet,
    chosen_year,
    column,
    is_region,
    refuse_shifted_cells,
    skipped,
    text_of,
    to_table,
    year_in,
    year_of_publication,
    year_of_table_id,
)

SERVICE = "StatLine-download"
SUFFIXES = (".csv",)
_DELIMITERS = ";,\t|"
#: Enough to see the dialect; a whole country is 17 000 lines.
_FIRST_LINES = 400
_HEADER_WITHIN = 30
_PATH_AND_UNIT = re.compile(r"^(?P<path>.*\S)\s*\((?P<unit>[^()]*)\)$")
_RAW_KEY = re.compile(r"^[A-Za-z]\w*_\d+$")
#: With the mark of CBS for a period of which the figures are provisional.
_PERIOD = re.compile(r"^(20\d\d)(?:JJ00|\.0)?\s*(\*{0,2})$")
_CODE_IN_TEXT = re.compile(REGION_PATTERN.strip("^$"))
_UNITS = frozenset(
    {
        *("aantal", "%", "code", "naam", "omschrijving", "ha", "km", "kwh", "m3", "m³"),
        *("euro", "1 000 euro", "x 1 000 euro", "per 1 000 inwoners", "per huishouden", "per km²", "per km2"),
        *("aantal inwoners per km²", "aantal inwoners per km2"),
    }
)
_REGION_NAMES = ("wijkenenbuurten", "regios", "regio", "regioaanduiding")
_PERIOD_COLUMNS = ("perioden", "periode", "jaar")
#: How often a title stands in one table of CBS from 2023 on (herkomstland, and twice country of birth). With
#: fewer of them and no groups in the heading nobody can tell which one this is.
_REPEATED = {"Nederland": 2, "EuropaExclusiefNederland": 3, "BuitenEuropa": 3}
_FIRST_OF_REPEATED = "herkomstland"


def _decode(content: bytes, path: Path) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if b"\x00" in content[:4096]:
        raise NotRecognised(f"{path} is geen tekstbestand; download de tabel van StatLine opnieuw als csv.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _parse(text: str, delimiter: str, path: Path) -> Sheet:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[object]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise TableError(
            f"{path}, regel {reader.line_num}: niet te lezen als csv ({error}); download het bestand opnieuw."
        ) from error
    return Sheet(path, rows, lines, "regel")


def open_sheet(path: Path) -> Sheet:
    """Read a text file as rows of cells, whatever its encoding and its separator.

    Raises
    ------
    NotRecognised
        If it is not text.
    TableError
        If it cannot be opened or read.
    """
    try:
        text = _decode(path.read_bytes(), path)
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(
            f"{path} is niet te lezen ({type(error).__name__}); download het bestand opnieuw."
        ) from error
    first = "\n".join(text.splitlines()[:_FIRST_LINES])

    def fit(delimiter: str) -> tuple[int, int]:
        rows = _parse(first, delimiter, path).rows
        with_code = sum(any(is_region(cell) for cell in row) for row in rows if len(row) > 1)
        return with_code, max((len(row) for row in rows), default=0)

    sheet = _parse(text, max(_DELIMITERS, key=fit), path)
    _refuse_lost_rows(sheet, complete=text.endswith(("\n", "\r")))
    return sheet


def _refuse_lost_rows(sheet: Sheet, *, complete: bool) -> None:
    for place, row in enumerate(sheet.rows):
        if any(re.search(r"[\r\n]", text) and _CODE_IN_TEXT.search(text) for text in map(text_of, row)):
            raise TableError(
                f"{sheet.where(place)}: een aanhalingsteken sluit niet, zodat de regels erna bij één cel horen; haal het weg of "
                "download het bestand opnieuw."
            )
    if complete or len(sheet.rows) < 2:
        return
    last, before = sheet.rows[-1], sheet.rows[-2]
    if len(last) < len(before) and any(map(is_region, last)) and any(map(is_region, before)):
        raise TableError(
            f"{sheet.where(len(sheet.rows) - 1)}: het bestand breekt hier af; download het bestand opnieuw."
        )


def _code_place(sheet: Sheet) -> int:
    found: dict[int, list[str]] = {}
    for row in sheet.rows:
        for place, cell in enumerate(row):
            if is_region(cell):
                found.setdefault(place, []).append(text_of(cell).upper())
    if found:
        # A column with the gemeente of each wijk has codes as well, but few different ones.
        return max(found, key=lambda place: (len(set(found[place])), len(found[place]), -place))
    firsts = " ".join(text_of(cell) for row in sheet.rows[:_HEADER_WITHIN] for cell in row).casefold()
    if re.search(r"wijken en buurten|regioaanduiding", firsts):
        raise TableError(
            f"{sheet.path}: hierin staan namen van gebieden en geen codes, en namen komen vaker voor; download de tabel "
            "opnieuw en kies daarbij het onderwerp Regioaanduiding, Codering."
        )
    raise NotRecognised(
        f"{sheet.path}: geen kolom met codes van wijken en buurten, zoals WK091710; kies een download van de tabel "
        "Kerncijfers wijken en buurten van StatLine, met Codering erbij."
    )


def _header_rows(sheet: Sheet, first_data: int) -> list[list[str]]:
    """Return the rows that make up the heading, from the top; a line with only a title is none of them."""
    found: list[list[str]] = []
    for place in range(first_data - 1, -1, -1):
        texts = [text_of(cell) for cell in sheet.rows[place]]
        filled = [position for position, text in enumerate(texts) if text]
        if not filled or filled == [0]:
            break
        found.insert(0, texts)
    if not found:
        raise TableError(
            f"{sheet.where(first_data)}: boven de cijfers staan geen namen van kolommen; download het bestand opnieuw."
        )
    return found


def _filled_on(texts: Sequence[str], width: int) -> list[str]:
    """Return a row of groups in which an empty cell repeats the group to its left."""
    full: list[str] = []
    for place in range(width):
        text = texts[place] if place < len(texts) else ""
        full.append(text or (full[-1] if full else ""))
    return full


def _are_units(texts: Sequence[str]) -> bool:
    filled = [text.casefold() for text in texts[1:] if text]
    return bool(filled) and 2 * sum(text in _UNITS for text in filled) > len(filled)


def _title_in(path: str, stems: Collection[str]) -> tuple[str, str]:
    """Split ``group/group/title``; the title itself may hold slashes (``woning/schuur/e.d.``)."""
    parts = path.split("/")
    for start in range(len(parts) - 1, -1, -1):
        title = "/".join(parts[start:])
        if stem_of_title(title).casefold() in stems:
            return title, " / ".join(parts[:start])
    return parts[-1], " / ".join(parts[:-1])


def _headings(header: list[list[str]], stems: Collection[str]) -> list[Heading]:
    rows = list(header)
    units = rows.pop() if len(rows) > 1 and _are_units(rows[-1]) else []
    titles = rows.pop()
    width = max(len(titles), len(units))
    groups = [_filled_on(row, width) for row in rows]
    filled = [text for text in titles[1:] if text]
    unit_behind = not units and 2 * sum(bool(_PATH_AND_UNIT.match(text)) for text in filled) > len(filled)
    headings: list[Heading] = []
    for place, label in enumerate(titles):
        if not label:
            continue
        unit = units[place] if place < len(units) else ""
        if _RAW_KEY.match(label):
            headings.append(Heading(place, stem(label), label, unit))
            continue
        path = label
        if unit_behind and (parts := _PATH_AND_UNIT.match(label)):
            path, unit = parts["path"], parts["unit"]
        title, group = _title_in(path, stems)
        above = " / ".join(dict.fromkeys(row[place] for row in groups if row[place] != title))
        group = " / ".join(part for part in (above, group) if part)
        headings.append(Heading(place, stem_of_title(title), title, unit, group))
    return headings


def _told_apart(headings: list[Heading]) -> tuple[list[Heading], list[str]]:
    """Leave out the titles that CBS uses more than once, except where it is certain that it is the first."""
    kept: list[Heading] = []
    unclear: set[str] = set()
    for heading in headings:
        times = _REPEATED.get(heading.stem, 0)
        alike = [other for other in headings if other.stem == heading.stem]
        grouped = any(_FIRST_OF_REPEATED in other.group.casefold() for other in alike)
        certain = _FIRST_OF_REPEATED in heading.group.casefold() if grouped else len(alike) == times
        if not times or certain:
            kept.append(heading)
        elif not grouped:
            unclear.add(heading.label)
    remarks = [
        f"Kolom {label} is overgeslagen: die naam komt bij CBS vaker voor; download met de groepen (Herkomstland) erbij."
        for label in sorted(unclear)
    ]
    return kept, remarks


def _period(
    sheet: Sheet, headings: Sequence[Heading], rows: Sequence[Sequence[object]]
) -> tuple[int | None, bool]:
    """Return the year in the column with periods, and whether it carries the mark for provisional."""
    for heading in headings:
        if heading.stem.casefold() in _PERIOD_COLUMNS:
            periods = {text_of(cell) for cell in column(rows, heading.place)} - {""}
            if len(periods) > 1:
                raise TableError(
                    f"{sheet.path}: hierin staan {len(periods)} perioden door elkaar ({', '.join(sorted(periods)[:3])}); "
                    "download van elk jaar een eigen bestand."
                )
            found = _PERIOD.match(periods.pop()) if periods else None
            return (int(found.group(1)), bool(found.group(2))) if found else (None, False)
    return None, False


def _year(sheet: Sheet, first_data: int, header: int, period: int | None) -> tuple[int, list[str]]:
    def text(until: int) -> str:
        return " ".join(text_of(cell) for row in sheet.rows[:until] for cell in row)

    inside = period or year_of_table_id(text(first_data)) or year_of_publication(text(first_data))
    # Headings name years of their own ("Bouwjaar voor 2000"); a line above them does not.
    loose = year_in(text(first_data - header))
    return chosen_year(sheet.path, inside, "heerlen_2024.csv", loose=loose)


def _without_figures(path: Path, headings: Sequence[Heading]) -> NotRecognised:
    if {"Measure", "Value"} <= {heading.stem for heading in headings}:
        return NotRecognised(
            f"{path} is een 'onbewerkte dataset' van StatLine, met op elke regel één cijfer; download de tabel opnieuw "
            "en kies daarbij 'CSV met statistische symbolen'."
        )
    return NotRecognised(
        f"{path}: codes van gebieden gevonden, maar geen enkel onderwerp dat Wijkradar kent; kies bij het downloaden "
        "onderwerpen uit Kerncijfers wijken en buurten."
    )


def from_sheet(sheet: Sheet, stems: Collection[str]) -> tuple[CbsTable, list[str]]:
    """Make a table of a StatLine download.

    Parameters
    ----------
    sheet : Sheet
        As `open_sheet` gives it.
    stems : collection of str
        Stems, in small letters, that some indicator uses.

    Returns
    -------
    tuple of CbsTable and list of str
        The table, marked as partial, and remarks for the user.

    Raises
    ------
    NotRecognised
        If no column holds codes of regions, or no column a topic that some indicator uses.
    TableError
        If there are names instead of codes, several periods, no year, no headings, or a cell that cannot
        be read.
    """
    code_place = _code_place(sheet)
    codes = column(sheet.rows, code_place)
    kept = [place for place, code in enumerate(codes) if is_region(code)]
    header = _header_rows(sheet, kept[0])
    refuse_shifted_cells(sheet, header, kept)
    rows = [sheet.rows[place] for place in kept]
    headings, remarks = _told_apart(_headings(header, stems))
    figures = [h for h in headings if h.stem.casefold() in stems]
    if not figures:
        raise _without_figures(sheet.path, headings)
    period, provisional = _period(sheet, headings, rows)
    year, about_year = _year(sheet, kept[0], len(header), period)
    if not any(h.unit for h in figures):
        remarks.append("Er staan geen eenheden in het bestand; Wijkradar neemt aan dat het de gewone zijn.")
    below = range(kept[0], len(sheet.rows))
    remarks += skipped(sheet, below, [codes[place] for place in below])

    def texts(stems_wanted: Collection[str]) -> list[str] | None:
        for heading in headings:
            cells = column(rows, heading.place)
            if heading.stem.casefold() in stems_wanted and not any(is_region(cell) for cell in cells):
                return [text_of(cell) for cell in cells]
        return None

    found = Regions(
        places=kept,
        codes=[str(codes[place]) for place in kept],
        names=texts(_REGION_NAMES),
        gemeente_names=texts(("gemeentenaam",)),
    )
    figures_and_codes = [h for h in headings if h.stem.casefold() not in (*_REGION_NAMES, *_PERIOD_COLUMNS)]
    table, more = to_table(
        sheet, found, figures_and_codes, year=year, stems=stems, service=SERVICE, provisional=provisional
    )
    return table, about_year + remarks + more


def read(path: Path, stems: Collection[str]) -> tuple[CbsTable, list[str]]:
    """Read a text file with figures: a StatLine download, or the Excel file of CBS saved as csv.

    Raises
    ------
    NotRecognised
        If it holds no codes of regions.
    TableError
        If it cannot be opened or understood.
    """
    sheet = open_sheet(path)
    if kwb_file.header_row(sheet.rows) is not None:
        return kwb_file.from_sheet(sheet, stems)
    return from_sheet(sheet, stems)
