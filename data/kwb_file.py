"""The Excel files of CBS with the same figures: ``kwb-2013.xls`` up to ``kwb-2025.xlsx``.

Their columns have short names of their own (``a_inw``), which ``kwb_columns.toml`` ties to the columns of
the tables. Names change their capitals, spaces and now and then their meaning from year to year.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from data.cbs_table import CbsTable
from data.errors import TableError
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
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

SERVICE = "Excel van CBS"
SUFFIXES = (".xls", ".xlsx", ".xlsm", ".xlsb")
#: Titles and remarks may stand above the row with names.
_HEADER_WITHIN = 30
_PREFIX = {"land": "NL", "gemeente": "GM", "wijk": "WK", "buurt": "BU"}
_DIGITS = {"GM": 4, "WK": 6, "BU": 8}
_TRAILING = re.compile(r"[^a-z0-9]+$")


@dataclass(frozen=True)
class _Names:
    """The content of ``kwb_columns.toml``."""

    columns: tuple[dict[str, str | int], ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    gemeente_names: tuple[str, ...]
    kinds: tuple[str, ...]
    boundaries: tuple[str, ...]
    unused: frozenset[str]


@lru_cache(maxsize=1)
def _names() -> _Names:
    file = Path(__file__).with_name("kwb_columns.toml")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    unused = frozenset(content.pop("unused"))
    return _Names(**{name: tuple(value) for name, value in content.items()}, unused=unused)


def _short(cell: object) -> str:
    return _TRAILING.sub("", text_of(cell).casefold())


def header_row(rows: Sequence[Sequence[object]]) -> int | None:
    """Return the position of the row with the short names; None where no row has a code column."""
    codes = set(_names().codes)
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        if codes & {_short(cell) for cell in row if isinstance(cell, str)}:
            return place
    return None


def meaning(name: str, year: int) -> tuple[str, str] | None:
    """Return stem and unit of a short name in one year; None where its meaning is not confirmed."""
    for entry in _names().columns:
        first, last = int(entry.get("first_year", year)), int(entry.get("last_year", year))
        if entry["name"] == name and first <= year <= last:
            return str(entry["stem"]), str(entry.get("unit", ""))
    return None


def _headings(header: Sequence[object], year: int) -> list[Heading]:
    names = _names()
    region_columns = {*names.codes, *names.names, *names.gemeente_names, *names.kinds}
    headings: list[Heading] = []
    taken: set[str] = set()
    for place, cell in enumerate(header):
        name = _short(cell)
        if not name or name in region_columns or name in names.unused:
            continue
        if name in names.boundaries:
            headings.append(Heading(place, "IndelingswijzigingGemeenteWijkBuurt", name, "code"))
            continue
        stem, unit = meaning(name, year) or (name, "")
        if stem in taken:
            # A count and its percentage beside each other: the first one stays, the other is only reported.
            stem = name
        taken.add(stem)
        headings.append(Heading(place, stem, name, unit))
    return headings


def _code_of(digits: object, kind: object) -> str:
    """Return the code with its letters out of ``gwb_code_8`` and the kind of region."""
    prefix = _PREFIX.get(text_of(kind).casefold(), "")
    if prefix == "NL":
        return "NL00"
    text = text_of(digits)
    return prefix + text.zfill(_DIGITS[prefix]) if prefix and text else ""


def _regions(sheet: Sheet, header: int) -> tuple[Regions, list[str]]:
    names = _names()
    place_of = {_short(cell): place for place, cell in reversed(list(enumerate(sheet.rows[header])))}
    below = range(header + 1, len(sheet.rows))
    rows = [sheet.rows[place] for place in below]
    candidates = [column(rows, place_of[name]) for name in names.codes if name in place_of]
    kind = next((place_of[name] for name in names.kinds if name in place_of), None)
    if kind is not None and "gwb_code_8" in place_of:
        pairs = zip(column(rows, place_of["gwb_code_8"]), column(rows, kind), strict=True)
        candidates.append([_code_of(digits, of_kind) for digits, of_kind in pairs])
    codes = max(candidates, key=lambda cells: sum(is_region(cell) for cell in cells))
    if not any(is_region(cell) for cell in codes):
        raise TableError(
            f"{sheet.path}: onder {text_of(sheet.rows[header][0])} staan geen codes van wijken en buurten, zoals "
            "WK091710; kies het Excel-bestand 'Kerncijfers wijken en buurten' van CBS."
        )
    kept = [position for position, cell in enumerate(codes) if is_region(cell)]

    def texts(wanted: tuple[str, ...]) -> list[str] | None:
        place = next((place_of[name] for name in wanted if name in place_of), None)
        if place is None:
            return None
        cells = column(rows, place)
        return [text_of(cells[position]) for position in kept]

    found = Regions(
        places=[below[position] for position in kept],
        codes=[str(codes[position]) for position in kept],
        names=texts(names.names),
        gemeente_names=texts(names.gemeente_names),
    )
    return found, skipped(sheet, below, codes)


def _year(sheet: Sheet, header: int) -> tuple[int, list[str]]:
    above = " ".join(text_of(cell) for row in sheet.rows[:header] for cell in row)
    inside = year_in(sheet.name) or year_of_publication(above)
    return chosen_year(sheet.path, inside, "kwb-2024.xlsx", loose=year_in(above))


def from_sheet(sheet: Sheet, stems: Collection[str]) -> tuple[CbsTable, list[str]]:
    """Make a table of one sheet with short names.

    Parameters
    ----------
    sheet : Sheet
    stems : collection of str
        Stems, in small letters, that some indicator uses.

    Returns
    -------
    tuple of CbsTable and list of str
        The table and remarks for the user.

    Raises
    ------
    NotRecognised
        If no row has a column with codes.
    TableError
        If the year, the codes or a cell cannot be understood.
    """
    header = header_row(sheet.rows)
    if header is None:
        raise _not_a_kwb_file(sheet.path)
    year, about_year = _year(sheet, header)
    headings = _headings(sheet.rows[header], year)
    found, left_out = _regions(sheet, header)
    if not sheet.name:
        refuse_shifted_cells(sheet, [sheet.rows[header]], found.places)
    table, remarks = to_table(sheet, found, headings, year=year, stems=stems, service=SERVICE)
    return table, about_year + left_out + remarks


def _not_a_kwb_file(path: Path) -> NotRecognised:
    return NotRecognised(
        f"{path}: geen blad met een kolom gwb_code_10 of gwb_code; kies het Excel-bestand 'Kerncijfers wijken en "
        "buurten' van CBS, of download de tabel van StatLine als csv."
    )


def _sheet(path: Path, name: str, sheet: CalamineSheet) -> Sheet:
    # With the empty rows and columns, so that the row numbers are those of Excel.
    rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    return Sheet(path, rows, list(range(1, len(rows) + 1)), "rij", name)


def open_workbook(path: Path) -> list[Sheet]:
    """Read every sheet of an Excel file that its user sees; the hidden ones only where all are hidden.

    Raises
    ------
    TableError
        If the file cannot be opened: broken, locked with a password, or no Excel file.
    """
    # Imported here: only who imports an Excel file waits for it.
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(path) as book:
            seen = [about.name for about in book.sheets_metadata if about.visible == SheetVisibleEnum.Visible]
            names = seen or book.sheet_names
            return [_sheet(path, name, book.get_sheet_by_name(name)) for name in names]
    except (CalamineError, OSError) as error:
        raise TableError(
            f"{path} is niet te openen als Excel-bestand ({type(error).__name__}); open het in Excel, haal een wachtwoord "
            "weg, bewaar het opnieuw of download het opnieuw bij CBS."
        ) from error


def read(path: Path, stems: Collection[str]) -> tuple[CbsTable, list[str]]:
    """Read an Excel file of CBS; of several sheets the one with codes and the most rows.

    Raises
    ------
    NotRecognised
        If no sheet has a column with codes.
    TableError
        If the file cannot be opened or understood.
    """
    with_codes = [sheet for sheet in open_workbook(path) if header_row(sheet.rows) is not None]
    if not with_codes:
        raise _not_a_kwb_file(path)
    chosen = max(with_codes, key=_count_of_codes)
    table, remarks = from_sheet(chosen, stems)
    if others := ", ".join(sheet.name for sheet in with_codes if sheet is not chosen):
        remarks.insert(
            0,
            f"Alleen blad {chosen.name} is gelezen; ook op {others} staan codes. Bewaar elk jaar als eigen bestand.",
        )
    return table, remarks


def _count_of_codes(sheet: Sheet) -> int:
    return sum(any(map(is_region, row)) for row in sheet.rows)
