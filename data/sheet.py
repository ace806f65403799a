"""Rows of cells out of a spreadsheet or text file, and how they become a `CbsTable`.

What an Excel file of CBS and a StatLine download have in common: regions in the rows, one column with their
codes, and figures of which the meaning stands in the heading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data import cbs_table, regions
from data.cbs_table import CbsTable
from data.errors import TableError
from data.panel import REGION_PATTERN
from data.written_numbers import read_numbers

_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
#: A year right behind the name of the publication says more than any other year in the same text.
_YEAR_OF_KWB = re.compile(
    r"(?:kwb|kerncijfers[\s_-]*wijken[\s_-]*en[\s_-]*buurten)[\s_,-]*(20[0-4]\d)(?!\d)", re.I
)
_TABLE_ID = re.compile(r"(?<!\d)(\d{5}NED)", re.I)
_BOUNDARY = "indelingswijziging"
_PROVISIONAL = "Het betreft voorlopige cijfers."
_REGION = re.compile(rf"\s*{REGION_PATTERN.strip('^$')}\s*", re.I)


class NotRecognised(TableError):
    """The file may be sound, but it is not one of the kinds that Wijkradar reads."""


@dataclass(frozen=True)
class Sheet:
    """Cells as the file has them.

    Attributes
    ----------
    path : Path
    rows : list of list
        Text, numbers or None; rows may differ in length.
    lines : list of int
        The number of each row as the user sees it: of the row in Excel, of the line in a text file.
    line_word : str
        What to call that number: ``rij`` or ``regel``.
    name : str
        Name of the sheet; empty for a text file.
    """

    path: Path
    rows: list[list[object]]
    lines: list[int]
    line_word: str
    name: str = ""

    def where(self, row: int) -> str:
        """Say where a row stands, for a message."""
        return f"{self.path}, {self.line_word} {self.lines[row]}"


@dataclass(frozen=True)
class Heading:
    """One column: where it stands, and what it means.

    ``stem`` is that of the tables of CBS (see `data.cbs_table.stem`); ``label`` is what the file calls it.
    """

    place: int
    stem: str
    label: str
    unit: str = ""
    group: str = ""


def text_of(cell: object) -> str:
    """Return a cell as text without spaces around it; a whole number without ``.0``."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def is_region(cell: object) -> bool:
    """Tell whether a cell holds the code of a land, gemeente, wijk or buurt."""
    return isinstance(cell, str) and bool(_REGION.fullmatch(cell))


def skipped(sheet: Sheet, places: Sequence[int], codes: Sequence[object]) -> list[str]:
    """Tell which rows are left out because their code is no land, gemeente, wijk or buurt; [] for none."""
    others = [
        (place, text_of(code)) for place, code in zip(places, codes, strict=True) if not is_region(code)
    ]
    strange = [(place, text) for place, text in others if text]
    # A line with one cell is a remark ("Bron: CBS"); with more cells it is a region of which nobody says which.
    without = [
        place for place, text in others if not text and sum(map(bool, map(text_of, sheet.rows[place]))) > 1
    ]
    told = []
    if strange:
        place, text = strange[0]
        told.append(
            f"{_rows(strange)} overgeslagen, want de code is niet van een land, gemeente, wijk of buurt, zoals {text} in "
            f"{sheet.line_word} {sheet.lines[place]}."
        )
    if without:
        told.append(
            f"{_rows(without)} overgeslagen, want er staat geen code, zoals in {sheet.line_word} {sheet.lines[without[0]]}."
        )
    return told


def _rows(rows: Sequence[object]) -> str:
    return "1 rij is" if len(rows) == 1 else f"{len(rows)} rijen zijn"


def refuse_shifted_cells(sheet: Sheet, heading: Sequence[Sequence[object]], places: Sequence[int]) -> None:
    """Refuse a text file with a row that runs on behind the heading: its figures stand under other headings.

    That happens where a decimal comma is also the separator (``87461,12,5``), or a name holds the separator. A
    row that is shorter only misses empty cells: Excel leaves those out at the end of a line.

    Raises
    ------
    TableError
        At the first such row.
    """
    width = max(len(row) for row in heading)
    for place in places:
        filled = [position for position, cell in enumerate(sheet.rows[place]) if text_of(cell)]
        if filled and filled[-1] >= width:
            raise TableError(
                f"{sheet.where(place)}: hier staan {filled[-1] + 1} cellen en de kop heeft er {width}; een komma of puntkomma "
                "in een getal of naam telt als scheiding. Download het bestand opnieuw met puntkomma's tussen de cellen."
            )


def column(rows: Sequence[Sequence[object]], place: int) -> list[object]:
    """Return the cells of one column; None where a row is shorter."""
    return [row[place] if place < len(row) else None for row in rows]


def year_of_publication(text: str) -> int | None:
    """Return the year right behind the name of the publication (``kwb-2024``); None where it is not named."""
    found = _YEAR_OF_KWB.search(text)
    return int(found.group(1)) if found else None


def year_in(text: str) -> int | None:
    """Return the one year that a text names; None where it names none or several."""
    years = set(_YEAR.findall(text))
    return year_of_publication(text) or (int(years.pop()) if len(years) == 1 else None)


def year_of_table_id(text: str) -> int | None:
    """Return the year of the table of which the id stands in a text (``85984NED``)."""
    by_id = {table.upper(): year for year, table in cbs_table.known_tables().items()}
    found = [by_id[name.upper()] for name in _TABLE_ID.findall(text) if name.upper() in by_id]
    return found[0] if len(set(found)) == 1 else None


def chosen_year(
    path: Path, inside: int | None, example: str, *, loose: int | None = None
) -> tuple[int, list[str]]:
    """Choose between the years inside a file and in its name, with a remark where the user should look.

    Parameters
    ----------
    path : Path
    inside : int or None
        Year that the file itself says it is about.
    example : str
        Name of a file with a year, for the message.
    loose : int or None, optional
        A year that stands above the figures for whatever reason, also as the day of the download.

    Raises
    ------
    TableError
        If nothing tells the year, or only a loose year and another one in the name do.
    """
    named = year_of_table_id(path.stem) or year_of_publication(path.stem)
    outside = named or year_in(path.stem)
    if inside and outside and inside != outside:
        return inside, [f"In het bestand staat {inside} en in de naam {outside}; {inside} is gebruikt."]
    if year := inside or named:
        return year, []
    if loose and outside and loose != outside:
        raise TableError(
            f"{path}: boven de cijfers staat {loose} en in de naam {outside}, en niets zegt over welk jaar de cijfers gaan; "
            f"noem het bestand kwb-{outside} of kwb-{loose}."
        )
    if outside:
        return outside, []
    if loose:
        return loose, [f"Het jaar {loose} komt uit de regels boven de cijfers; kijk of dat klopt."]
    raise TableError(
        f"{path}: niet te zien over welk jaar dit bestand gaat; zet het jaar in de naam, zoals {example}."
    )


def table_id(year: int, path: Path) -> str:
    """Return the id of the table of a year.

    Raises
    ------
    TableError
        If Wijkradar knows no table of that year.
    """
    known = cbs_table.known_tables()
    if year not in known:
        raise TableError(
            f"{path} gaat over {year}; Wijkradar leest Kerncijfers wijken en buurten van {min(known)} tot en met "
            f"{max(known)}. Kies een bestand over een van die jaren."
        )
    return known[year]


def _check_doubles(codes: pd.Series, sheet: Sheet, places: Sequence[int]) -> None:
    again = codes.duplicated()
    if not again.any():
        return
    second = int(again.to_numpy().argmax())
    first = int((codes == codes.iloc[second]).to_numpy().argmax())
    raise TableError(
        f"{sheet.where(places[second])}: gebied {codes.iloc[second]} staat ook al in {sheet.line_word} "
        f"{sheet.lines[places[first]]}; haal een van de twee weg of download het bestand opnieuw bij CBS."
    )


@dataclass(frozen=True)
class Regions:
    """Which rows hold regions, and what they are called.

    Attributes
    ----------
    places : list of int
        Positions in `Sheet.rows`.
    codes : list of str
        Code of each, as it stands there.
    names, gemeente_names : list of str or None
    """

    places: list[int]
    codes: list[str]
    names: list[str] | None = None
    gemeente_names: list[str] | None = None

    def titles(self, codes: pd.Series) -> dict[str, str]:
        """Return the name of each region; of a gemeente also where only its wijken and buurten are there."""
        titles: dict[str, str] = {}
        if self.gemeente_names is not None:
            by_gemeente = zip(regions.gemeenten(codes), self.gemeente_names, strict=True)
            titles = {code: name for code, name in by_gemeente if name and code != regions.NEDERLAND}
        if self.names is not None:
            titles |= {code: name for code, name in zip(codes, self.names, strict=True) if name}
        return titles


def to_table(
    sheet: Sheet,
    found: Regions,
    headings: Sequence[Heading],
    *,
    year: int,
    stems: Collection[str],
    service: str,
    provisional: bool = False,
) -> tuple[CbsTable, list[str]]:
    """Make a table of a sheet of which the columns are known.

    Parameters
    ----------
    sheet : Sheet
    found : Regions
    headings : sequence of Heading
    year : int
    stems : collection of str
        Stems, in small letters, that some indicator uses: only those columns are read as numbers, so that
        a remark in a column of no interest stops nothing.
    service : str
        The kind of file, in Dutch.
    provisional : bool
        The file marks its year, and so all figures in it, as provisional.

    Returns
    -------
    tuple of CbsTable and list of str
        The table, marked as partial, and remarks for the user.

    Raises
    ------
    TableError
        At a region that stands there twice, or a cell that should be a number and is not.
    """
    codes = regions.clean_codes(pd.Series(found.codes, dtype="str"))
    _check_doubles(codes, sheet, found.places)
    rows = [sheet.rows[place] for place in found.places]
    keys = {heading.place: f"{heading.stem}_{heading.place + 1}" for heading in headings}
    cells = {keys[h.place]: pd.Series(column(rows, h.place), dtype="object") for h in headings}
    wanted = [keys[h.place] for h in headings if h.stem.casefold() in stems]
    numbers = read_numbers(
        pd.DataFrame({key: cells[key] for key in wanted}, index=range(len(rows))),
        {keys[h.place]: h.label for h in headings},
        str(sheet.path),
        lambda row: sheet.where(found.places[row]),
    )
    others = {key: values.map(text_of) for key, values in cells.items() if key not in set(wanted)}
    for key in others:
        if key.casefold().startswith(_BOUNDARY):
            # CBS fills this in for a gemeente too; here it says something of wijken and buurten only.
            others[key] = others[key].where(codes.str.match("WK|BU"), "")
    content = pd.concat(
        [pd.DataFrame({"region": codes}), pd.DataFrame(others, index=range(len(rows))), numbers.frame], axis=1
    )
    marked = set(wanted) if provisional else numbers.provisional
    topics = pd.DataFrame(
        {
            "key": [keys[h.place] for h in headings],
            "stem": [h.stem for h in headings],
            "title": [h.label for h in headings],
            "unit": [h.unit for h in headings],
            "description": [_PROVISIONAL if keys[h.place] in marked else "" for h in headings],
            "group": [h.group for h in headings],
        }
    ).astype("str")
    remarks = []
    if not marked:
        remarks.append("Dit bestand zegt niet welke cijfers voorlopig zijn; ze tellen hier als definitief.")
    if numbers.dashes:
        remarks.append(
            f"{numbers.dashes} keer staat er een streepje; dat is gelezen als 'geen cijfer', niet als 0."
        )
    table = CbsTable(
        id=table_id(year, sheet.path),
        year=year,
        title=f"Kerncijfers wijken en buurten {year}",
        modified="",
        rows=content,
        topics=topics,
        region_titles=found.titles(codes),
        origin=str(sheet.path),
        service=service,
        partial=True,
    )
    return table, remarks
