"""Any panel as a csv file: one row per region, year and indicator, read whole and fast or refused with the row.

A file may come from a spreadsheet in any language or from a program: with commas or semicolons, decimal commas or
decimal points, other columns and any order of columns. Nothing is guessed: a number that can mean two things, a
figure that is there twice and a row that lost a cell are refused, for each of them makes a change that never was.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.errors import UserError
from data.panel import WITH_VALUE, Status

NEEDED: Final = ("region", "year", "indicator", "value")
#: Further columns that are used where they are there, and what they are called in the result.
USED: Final = {
    "se": "error",
    "standard_error": "error",
    "measurement_error": "measurement",
    "segment": "segment",
    "boundary": "boundary",
    "level": "level",
    "unit": "unit",
    "status": "status",
}
#: A year is a whole number up to this; series of a competition just count 1, 2, 3.
LAST_YEAR: Final = 9999
#: Years further apart than this are typing errors; they would also make a table of years without end.
SPAN: Final = 200
#: What a file writes where there is no figure, in small letters.
NO_FIGURE: Final = ("", ".", "..", "-", "x", "nan", "na", "n/a", "<na>", "null", "none", "n.v.t.")
_LARGEST: Final = 1e15
_HEAD: Final = 65_536
#: The decimal sign that goes with a separator; another one has to be proven.
_ORDINARY_SIGN: Final = {",": ".", ";": ",", "\t": ".", "|": "."}
_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_THOUSANDS: Final = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"


class PanelFileError(UserError):
    """A csv file with a panel, or with one figure per region, cannot be read or understood."""


@dataclass(frozen=True)
class Wanted:
    """Columns that are looked for in a csv file.

    Attributes
    ----------
    needed : tuple of str
    used : mapping of str to str
        Further columns that are used where they are there, and what they are called in the result.
    texts : tuple of str
        Those of the needed ones that name something.
    hint : str
        A column that a user may add, for the message.
    """

    needed: tuple[str, ...]
    used: Mapping[str, str]
    texts: tuple[str, ...]
    hint: str

    def among(self, names: list[str]) -> set[str]:
        """Return those of the names that are used."""
        return {name for name in names if name in self.needed or name in self.used}


PANEL: Final = Wanted(NEEDED, USED, ("region", "indicator"), "se")


@dataclass(frozen=True)
class Text:
    """The text of a file (UTF-8) and how it is laid out."""

    path: Path
    content: bytes
    delimiter: str
    names: list[str]
    body: int
    wanted: Wanted

    def records(self) -> Iterator[list[str]]:
        """Give the cells of every row, that of the names first."""
        stream = io.TextIOWrapper(io.BytesIO(self.content), encoding="utf-8", newline="")
        return csv.reader(stream, delimiter=self.delimiter)

    def row(self, record: int) -> str:
        """Say where the record stands (0 is the first one below the names), as a spreadsheet counts its rows."""
        seen = -2
        try:
            for number, cells in enumerate(self.records(), start=1):
                seen += bool(cells)
                if seen == record:
                    return f"{self.path}, rij {number}"
        except csv.Error:
            # Only a cell of more than 131 072 characters brings this module, and not Arrow, to a halt.
            pass
        return str(self.path)


def read(path: Path) -> pd.DataFrame:
    """Read a csv file with a panel.

    Parameters
    ----------
    path : Path
        Text with commas, semicolons, tabs or bars between the columns, in UTF-8, UTF-16 or the encoding of Windows;
        may be compressed with gzip. The names of the columns, in any order and in small or capital letters: those of
        `NEEDED`, if present those of `USED`, and others, which are passed over.

    Returns
    -------
    DataFrame
        One row per row of the file that holds something, in that order: region, indicator (str, as they stand there
        but for spaces around them), year (int64), value (float64, empty where there is no figure or the status says so), and those of error
        and measurement (float64), segment, boundary (float64), level and unit (str) that the file has.

    Raises
    ------
    PanelFileError
        If the file cannot be read or lacks a column, or at the first row with a cell too many or too few, without
        region, indicator or year, with text for a number, with a number that is infinite or can mean two things, with
        a negative standard error, with a figure but no segment in a file that has them, or for a region, indicator and
        year that are there already.
    """
    text, table, places = rows_of(path, PANEL)
    region, indicator = (names_of(table[name], name, text, places) for name in ("region", "indicator"))
    frame = pd.DataFrame(
        {"region": region, "indicator": indicator, "year": _years(table["year"], text, places)}
    )
    _refuse_doubles(frame, text, places)
    numbers = [
        name
        for name in ("value", "error", "measurement", "segment", "boundary")
        if name in table.column_names
    ]
    for name, column in numbers_of(table.select(numbers), text, places).items():
        frame[name] = column
    for name in ("level", "unit"):
        if name in table.column_names:
            frame[name] = table[name].to_pandas().astype("str")
    if "status" in table.column_names:
        without = pa.array([str(status) for status in Status if status not in WITH_VALUE])
        frame["value"] = frame["value"].mask(pc.is_in(table["status"], without).to_numpy())
    _refuse_without_segment(frame, text, places)
    return frame


def rows_of(path: Path, wanted: Wanted) -> tuple[Text, pa.Table, np.ndarray]:
    """Return the file, the rows that hold something (as text) and where each of these stands.

    Raises
    ------
    PanelFileError
        If the file cannot be read, lacks a column or has no rows, or a row lost a cell.
    """
    text = _open(path, wanted)
    table = _cells(text)
    kept = _filled(table, wanted)
    table, places = table.filter(pa.array(kept)), np.flatnonzero(kept)
    if not len(places):
        raise PanelFileError(
            f"{path}: onder de namen van de kolommen staan geen rijen; kies een ander bestand."
        )
    return text, table, places


def _open(path: Path, wanted: Wanted) -> Text:
    content = _decoded(_unpacked(path), path)
    if not content.strip():
        raise PanelFileError(f"{path} is leeg; kies een ander bestand.")
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    # Excel takes a first line "sep=;" as a hint and does not show it.
    hint = re.match(rb"sep=([;,\t|])\r?\n", content, re.IGNORECASE)
    content = content[hint.end() :] if hint else content
    head = content[:_HEAD].decode("utf-8", errors="ignore")
    delimiter = max(_ORDINARY_SIGN, key=lambda sign: len(wanted.among(_first(head, sign, path)[0])))
    names, lines = _first(head, delimiter, path)
    _check_names(names, path, wanted)
    body = 0
    for _ in range(lines):
        body = content.find(b"\n", body) + 1 or len(content)
    return Text(path, content, delimiter, names, body, wanted)


def _unpacked(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except FileNotFoundError as error:
        raise PanelFileError(f"{path} bestaat niet; controleer de naam van de map of het bestand.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PanelFileError(f"{path} is niet uit te pakken; haal of maak het opnieuw.") from error
    except OSError as error:
        raise PanelFileError(
            f"{path} is niet te openen ({error.strerror}); kies een bestand dat u mag lezen."
        ) from error


def _decoded(content: bytes, path: Path) -> bytes:
    """Return the text in UTF-8, whatever it was written in."""
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16").encode()
        if b"\x00" not in content:
            return content.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("cp1252", errors="replace").encode()
    raise PanelFileError(f"{path} is geen tekstbestand; open het in Excel en bewaar het als csv.")


def _first(head: str, delimiter: str, path: Path) -> tuple[list[str], int]:
    """Return the names of the columns in small letters, and the number of lines they take."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        names = next(filter(None, reader))
    except (csv.Error, StopIteration) as error:
        raise PanelFileError(
            f"{path} is niet te lezen als csv; open het in Excel en bewaar het als csv."
        ) from error
    return [name.strip().casefold() for name in names], reader.line_num


def _check_names(names: list[str], path: Path, wanted: Wanted) -> None:
    missing = [name for name in wanted.needed if name not in names]
    if missing:
        there = ", ".join(name[:40] for name in names[:12] if name) or "geen enkele"
        raise PanelFileError(
            f"{path}: op de eerste rij staat niet: {', '.join(missing)}; zet daar de namen van de kolommen: "
            f"{', '.join(wanted.needed)} en als u die hebt {wanted.hint}. Nu staat er: {there}."
        )
    twice = [name for name in wanted.among(names) if names.count(name) > 1]
    if twice:
        raise PanelFileError(f"{path}: kolom {twice[0]} staat er twee keer in; geef er een een andere naam.")


def _cells(text: Text) -> pa.Table:
    """Read the columns that are used, as text."""
    body = memoryview(text.content)[text.body :]
    wanted: dict[str, int] = {}
    for place, name in enumerate(text.names):
        if text.wanted.among([name]):
            # se goes before standard_error.
            key = text.wanted.used.get(name, name)
            wanted[key] = wanted[key] if key in wanted and name != "se" else place
    if not bytes(body[:_HEAD]).strip() and not bytes(body).strip():
        raise PanelFileError(
            f"{text.path}: onder de namen van de kolommen staan geen rijen; kies een ander bestand."
        )
    if text.content.count(b'"') % 2:
        raise PanelFileError(
            f"{text.path}: een aanhalingsteken sluit niet, zodat de rijen erna bij één cel horen; haal het weg."
        )
    columns = [str(place) for place in range(len(text.names))]
    distinct = {str(wanted[name]): pa.dictionary(pa.int32(), pa.string()) for name in text.wanted.texts}
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            pa.csv.ReadOptions(column_names=columns),
            pa.csv.ParseOptions(delimiter=text.delimiter, newlines_in_values=True),
            pa.csv.ConvertOptions(
                column_types={str(place): pa.string() for place in wanted.values()} | distinct,
                include_columns=[str(place) for place in wanted.values()],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise _lost_cell(text) from error
    table = table.rename_columns(list(wanted)).unify_dictionaries().combine_chunks()
    for name in table.column_names:
        if name not in text.wanted.texts:
            trimmed = pc.utf8_trim_whitespace(table[name])
            table = table.set_column(table.column_names.index(name), name, trimmed)
    return table


def _lost_cell(text: Text) -> PanelFileError:
    try:
        records = filter(lambda cells: cells[1], enumerate(text.records(), start=1))
        for number, cells in records:
            if len(cells) != len(text.names):
                return PanelFileError(
                    f"{text.path}, rij {number}: het aantal cellen is hier {len(cells)} en op de eerste rij {len(text.names)}; "
                    "zet tekst met een scheidingsteken erin tussen aanhalingstekens, of bewaar het bestand opnieuw als csv."
                )
    except csv.Error:
        pass
    return PanelFileError(f"{text.path} is niet te lezen als csv; open het in Excel en bewaar het als csv.")


def _filled(table: pa.Table, wanted: Wanted) -> np.ndarray:
    """Tell which rows hold something; a spreadsheet leaves rows of bare separators below its figures."""
    kept = np.zeros(len(table), dtype=bool)
    for name in sorted({*wanted.needed} - {*wanted.texts}):
        kept |= pc.not_equal(table[name], "").to_numpy()
    if not kept.all():
        for name in wanted.texts:
            numbers, names = _numbered(table[name])
            kept |= np.array([bool(text.strip()) for text in names])[numbers]
    return kept


def _numbered(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    whole = column.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    return whole.indices.to_numpy(), whole.dictionary.to_pylist()


def names_of(column: pa.ChunkedArray, name: str, text: Text, places: np.ndarray) -> pd.Series:
    """Return a column of names without the spaces around them; an empty one raises PanelFileError."""
    numbers, names = _numbered(column)
    # A space behind a name is not seen on a screen, and would make one series two.
    names = [entry.strip() for entry in names]
    bare = np.array([not entry for entry in names])[numbers]
    if bare.any():
        where = text.row(places[bare.argmax()])
        raise PanelFileError(f"{where}: kolom {name} is leeg; vul hem in of haal de rij weg.")
    return pd.Series(names, dtype="str").take(numbers).reset_index(drop=True)


def _years(column: pa.ChunkedArray, text: Text, places: np.ndarray) -> np.ndarray:
    plain = pc.match_substring_regex(column, r"^\d{1,9}([.,]0*)?$").to_numpy()
    years = np.zeros(len(column), dtype=np.int64)
    if plain.all():
        years = pc.replace_substring_regex(column, r"[.,]0*$", "").cast(pa.int64()).to_numpy()
    wrong = ~plain if not plain.all() else years > LAST_YEAR
    if wrong.any():
        place = int(wrong.argmax())
        raise PanelFileError(
            f"{text.row(places[place])}: bij year staat {_shown(column[place].as_py())}; schrijf een jaar als heel getal, "
            "zoals 2020."
        )
    if years.max() - years.min() > SPAN:
        usual = int(np.median(years))
        place = int(np.abs(years - usual).argmax())
        raise PanelFileError(
            f"{text.row(places[place])}: bij year staat {years[place]} en op andere rijen {usual}; een bestand gaat over ten "
            f"hoogste {SPAN} jaar, dus verbeter het jaar of splits het bestand."
        )
    return years


def _refuse_doubles(frame: pd.DataFrame, text: Text, places: np.ndarray) -> None:
    key = np.zeros(len(frame), dtype=np.int64)
    for name in ("region", "indicator", "year"):
        numbers, distinct = pd.factorize(frame[name])
        key = key * (len(distinct) + 1) + numbers
    double = pd.Index(key).duplicated()
    if double.any():
        place = int(double.argmax())
        before = text.row(places[int((key == key[place]).argmax())]).rpartition(" ")[2]
        region, indicator, year = frame.loc[place, ["region", "indicator", "year"]]
        raise PanelFileError(
            f"{text.row(places[place])}: {region}, {indicator} in {year} staat ook op rij {before}; houd één van de twee, of "
            "maak er per groep een eigen indicator van."
        )


def _refuse_without_segment(frame: pd.DataFrame, text: Text, places: np.ndarray) -> None:
    if "segment" not in frame:
        return
    loose = (frame["segment"].isna() & frame["value"].notna()).to_numpy()
    if loose.any():
        raise PanelFileError(
            f"{text.row(places[int(loose.argmax())])}: bij segment staat niets en bij value wel een cijfer; vul bij elk "
            "cijfer in bij welk stuk het hoort, of haal de kolom segment weg."
        )


def numbers_of(columns: pa.Table, text: Text, places: np.ndarray) -> dict[str, np.ndarray]:
    """Read columns of text as numbers, empty where there is none."""
    cells = {}
    for name in columns.column_names:
        there = pc.invert(pc.is_in(pc.utf8_lower(columns[name]), pa.array(NO_FIGURE)))
        minus = pc.replace_substring(columns[name], "\u2212", "-")
        cells[name] = pc.if_else(there, minus, pa.scalar(None, pa.string()))
    sign = _decimal_sign(cells, text, places)
    return {name: _read_numbers(name, column, sign, text, places) for name, column in cells.items()}


def _decimal_sign(cells: dict[str, pa.ChunkedArray], text: Text, places: np.ndarray) -> str:
    seen: dict[str, tuple[str, int]] = {}
    proven: set[str] = set()
    for name, column in cells.items():
        for sign in ",.":
            with_sign = pc.fill_null(pc.match_substring(column, sign), False)
            if pc.any(with_sign).as_py():
                seen.setdefault(sign, (name, pc.index(with_sign, True).as_py()))
                open_ones = pc.fill_null(pc.match_substring_regex(column, _THOUSANDS), False)
                if pc.any(pc.and_not(with_sign, open_ones)).as_py():
                    proven.add(sign)
    if len(seen) == 2:
        (name, place), (other, elsewhere) = seen[","], seen["."]
        raise PanelFileError(
            f"{text.row(places[place])}: bij {name} staat {_shown(cells[name][place].as_py())}, en op een andere plek "
            f"{_shown(cells[other][elsewhere].as_py())}; schrijf alle getallen met hetzelfde teken voor decimalen, en zonder "
            "punten of komma's bij duizendtallen."
        )
    for sign, (name, place) in seen.items():
        if sign not in proven and sign != _ORDINARY_SIGN[text.delimiter]:
            example = cells[name][place].as_py()
            raise PanelFileError(
                f"{text.row(places[place])}: {example} kan ook {example.replace(sign, '')} betekenen, en niets in het bestand "
                "laat zien welke van de twee; bewaar het met puntkomma's en decimale komma's, of met komma's en punten."
            )
    return next(iter(seen), ".")


def _read_numbers(
    name: str, column: pa.ChunkedArray, sign: str, text: Text, places: np.ndarray
) -> np.ndarray:
    tidy = pc.replace_substring(column, ",", ".") if sign == "," else column
    try:
        found = tidy.cast(pa.float64())
    except pa.ArrowInvalid:
        wrong = pc.invert(pc.fill_null(pc.match_substring_regex(tidy, _NUMBER), True))
        if pc.any(wrong).as_py():
            place = pc.index(wrong, True).as_py()
            raise PanelFileError(
                f"{text.row(places[place])}: bij {_title(name, text)} staat {_shown(column[place].as_py())} en dat is geen "
                "getal; verbeter de cel, of laat hem leeg als er geen cijfer is."
            ) from None
        found = pc.replace_substring_regex(tidy, r"^\+", "").cast(pa.float64())
    numbers = np.array(found.to_numpy(), dtype=np.float64)
    # A blank cell is null and comes out as NaN; what is left of NaN and infinity stood in the file.
    too_large = ~(np.abs(numbers) <= _LARGEST) & pc.is_valid(found).to_numpy()
    below = numbers < 0 if name in ("error", "measurement") else np.zeros(len(numbers), dtype=bool)
    if too_large.any():
        place = int(too_large.argmax())
        raise PanelFileError(
            f"{text.row(places[place])}: bij {_title(name, text)} staat {_shown(column[place].as_py())} en dat is te groot "
            "voor een cijfer; verbeter de cel, of laat hem leeg als er geen cijfer is."
        )
    if below.any():
        place = int(below.argmax())
        raise PanelFileError(
            f"{text.row(places[place])}: bij {_title(name, text)} staat {_shown(column[place].as_py())}; een standaardfout is "
            "nooit kleiner dan 0, dus verbeter de cel of laat hem leeg."
        )
    return numbers


def _title(name: str, text: Text) -> str:
    """Return what the file calls a column."""
    return next(
        title
        for title in (*text.wanted.used, name)
        if title in text.names and text.wanted.used.get(title, title) == name
    )


def _shown(cell: str) -> str:
    return "niets" if not cell else f"'{cell[:40]}'"
