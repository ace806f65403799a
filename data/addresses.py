"""Addresses: the files of CBS that say in which buurt every address lies, and what two of them say together.

CBS publishes each year "Buurt, wijk en gemeente voor postcode-huisnummer" (CC BY 4.0): one row per combination of
postcode and house number, with the codes of the division of that year. The same address in two of these files tells
which buurt of one year became which buurt of the other. Only counts per pair of regions leave this module.
"""

from __future__ import annotations

import codecs
import csv
import errno
import io
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import duckdb
import pandas as pd

from data import regions
from data.borders import MOST_MEMBERS, MOST_UNPACKED
from data.errors import AddressesError
from data.overlay import ADDRESSES, OVERLAPS
from data.panel import Level
from data.progress import Progress, silent

#: Where to get such a file, in the words of cbs.nl.
WHERE = "zoek op cbs.nl naar 'Buurt, wijk en gemeente voor postcode-huisnummer'"
#: Kinds of files that `read_addresses` knows.
SUFFIXES = (".csv", ".txt", ".zip")
_HEADER_BYTES = 65_536
_DELIMITERS = ";,\t"
_PC6 = re.compile(r"(?:pc|postcode)_?6?")
_HOUSE_NUMBER = re.compile(r"huisnummer|huisnr|hnr")
_BUURT = re.compile(r"(?:buurt|bu)_?(?:code)?_?(?:20\d\d)?")
_YEAR_OF_COLUMN = re.compile(r"(?:buurt|bu|wijk|wk|gemeente|gem|gm)_?(?:code)?_?(20\d\d)")
#: The name of a zip is of no use here: that of the file of 2021 says 2020.
_YEAR_OF_NAME = re.compile(r"(?<!\d)(20[0-4]\d)")
_BUURT_CODE = re.compile(r"\d{4}[0-9A-Z]{4}")
_LENGTH_OF_BUURT = 8
#: Rows below the header that a spreadsheet can hold: a file with exactly so many was cut off by one.
_ROWS_OF_A_SPREADSHEET = 1_048_575
_LEVELS = (Level.WIJK, Level.BUURT)
_STEPS = 5
_MEMORY = "600MB"
#: Bytes on the disk for each byte of an unpacked file: itself and a database of it.
_ROOM = 2
_LINE = re.compile(r"CSV Error on Line: (\d+)")


@dataclass(frozen=True)
class AddressFile:
    """A file with addresses, recognised by its first line and not read any further yet.

    Attributes
    ----------
    path : Path
        The file, or the zip that it is in.
    member : str
        Its name inside the zip; empty for a file of its own.
    year : int
        Year of the division that its codes belong to.
    delimiter : str
    columns : tuple of str
        As the file names them: postcode, house number, buurt.
    size : int
        Bytes, unpacked.
    """

    path: Path
    member: str
    year: int
    delimiter: str
    columns: tuple[str, str, str]
    size: int

    @property
    def label(self) -> str:
        """The file in a message."""
        return f"{self.path} ({PurePosixPath(self.member).name})" if self.member else str(self.path)


@dataclass(frozen=True)
class Matched:
    """What two files say together about one gemeente.

    Attributes
    ----------
    overlaps : DataFrame
        Columns `OVERLAPS`; ``amount`` is a number of addresses of the old year. An old region that touches the gemeente
        is in it with all the regions it went to, also those of another gemeente, so that its amounts add up to all
        of its addresses that were found.
    matched, only_old, only_new : int
        Addresses of the gemeente in the old year that were found in the new one; that were not; and addresses of the
        new year that were not there in the old one. The last two are in no amount.
    """

    overlaps: pd.DataFrame
    matched: int
    only_old: int
    only_new: int


# -- recognising -------------------------------------------------------------------------------------


def read_addresses(path: Path) -> AddressFile:
    """Recognise a file with addresses, also inside the zip in which CBS gives it.

    Only the first line is read; `overlaps_of` reads the rest. Columns may stand in any order, with or without quotes and
    capitals, between ``;``, ``,`` or tabs. The year comes from the name of the column with buurten (``Buurt2020``), else
    from the name of the csv file.

    Parameters
    ----------
    path : Path
        csv, txt or zip; other files in the zip (names of wijken, an explanation) are passed over.

    Returns
    -------
    AddressFile

    Raises
    ------
    AddressesError
        If it cannot be read, is no such file, or its year cannot be told.
    """
    if not path.is_file():
        raise AddressesError(f"{path} bestaat niet; controleer de naam van de map of het bestand.")
    if path.suffix.lower() == ".zip":
        return _read_zip(path)
    try:
        with path.open("rb") as stream:
            return _recognised(path, "", path.stat().st_size, stream)
    except OSError as error:
        raise _unreadable(str(path)) from error


def _read_zip(path: Path) -> AddressFile:
    refused: AddressesError | None = None
    with _opened_zip(path) as archive:
        members = archive.infolist()
        # What is unpacked never exceeds file_size: zipfile stops reading there.
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
            raise AddressesError(
                f"{path} is uitgepakt te groot voor een bestand met adressen; haal het opnieuw op: {WHERE}."
            )
        texts = [m for m in members if PurePosixPath(m.filename).suffix.lower() in SUFFIXES[:-1]]
        # The file with addresses is by far the largest; the others hold names.
        for member in sorted(texts, key=lambda member: -member.file_size):
            try:
                with archive.open(member) as stream:
                    return _recognised(path, member.filename, member.file_size, stream)
            except AddressesError as error:
                refused = refused or error
    raise refused or AddressesError(f"{path}: in dit zip-bestand zit geen csv-bestand met adressen; {WHERE}.")


@contextmanager
def _opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    # zipfile raises RuntimeError for a password and NotImplementedError for an unknown way of packing.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise AddressesError(
            f"{path} is niet uit te pakken; haal het opnieuw op, of pak het zelf uit en kies het csv-bestand."
        ) from error


def _recognised(path: Path, member: str, size: int, stream: IO[bytes]) -> AddressFile:
    label = f"{path} ({PurePosixPath(member).name})" if member else str(path)
    header, delimiter = _header(stream.read(_HEADER_BYTES))
    by_meaning = {name.strip().lower(): name for name in header}
    columns = [
        next((name for lower, name in by_meaning.items() if pattern.fullmatch(lower)), None)
        for pattern in (_PC6, _HOUSE_NUMBER, _BUURT)
    ]
    postcode, house_number, buurt = columns
    if postcode is None or house_number is None or buurt is None:
        raise AddressesError(
            f"{label} is geen bestand met adressen van CBS: het heeft niet de kolommen PC6, Huisnummer en Buurt"
            f"{_instead(header)}. Haal het goede bestand op: {WHERE}."
        )
    years = {dated[1] for lower in by_meaning if (dated := _YEAR_OF_COLUMN.fullmatch(lower))}
    if not years and (in_name := _YEAR_OF_NAME.search(PurePosixPath(member or path.name).name)):
        years = {in_name[1]}
    if len(years) != 1:
        raise AddressesError(
            f"{label}: niet te zien van welk jaar deze adressen zijn; zet het jaar in de bestandsnaam, zoals "
            "pc6hnr20200801_gwb.csv."
        )
    return AddressFile(path, member, int(years.pop()), delimiter, (postcode, house_number, buurt), size)


def _header(start: bytes) -> tuple[list[str], str]:
    """Return the names in the first line, and what stands between them."""
    text = start.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")
    line = text.splitlines()[0] if text.strip() else ""
    delimiter = max(_DELIMITERS, key=line.count)
    return next(csv.reader(io.StringIO(line), delimiter=delimiter), []), delimiter


def _instead(header: list[str]) -> str:
    """Say which columns are there; of a file that is no text, such as a workbook, there is nothing to say."""
    names = [name.strip()[:30] for name in header[:8] if name.strip()]
    if not names or not all(name.isprintable() and "\N{REPLACEMENT CHARACTER}" not in name for name in names):
        return ""
    return f", maar wel: {', '.join(names)}"


# -- comparing ---------------------------------------------------------------------------------------


def in_order(files: Collection[AddressFile]) -> tuple[AddressFile, AddressFile]:
    """Return two files, the oldest year first.

    Raises
    ------
    AddressesError
        If there are not two, or they are of the same year.
    """
    if len(files) != 2:
        raise AddressesError(
            "Kies precies twee bestanden met adressen: een van voor en een van na de wijziging."
        )
    old, new = sorted(files, key=lambda file: file.year)
    if old.year == new.year:
        raise AddressesError(
            f"{old.path} en {new.path} zijn allebei van {old.year}; kies bestanden van twee verschillende jaren."
        )
    return old, new


def overlaps_of(
    old: AddressFile,
    new: AddressFile,
    families: Mapping[str, Collection[str]],
    progress: Progress = silent,
) -> dict[str, Matched]:
    """Count which addresses of one year lie in which wijk and buurt of another.

    An address is a postcode with a house number. Several addresses on one house number in several buurten are spread
    over where that house number lies in the other year, in proportion.

    Parameters
    ----------
    old, new : AddressFile
        In the order of `in_order`.
    families : mapping of str to collection of str
        For each gemeente the codes (``GM0917``) it has in either year: itself and what merged into it.
    progress : callable, optional

    Returns
    -------
    dict of str to Matched
        By gemeente; without those of which neither file has an address.

    Raises
    ------
    AddressesError
        If a file cannot be read to its end, has an impossible code, was cut off, or has no address of any gemeente that
        the other one has; if the disk is full.

    Notes
    -----
    Files of 9 million rows (200-300 MB) are read by DuckDB from the disk, with little memory.
    """
    wanted = {code for family in families.values() for code in family}
    try:
        with tempfile.TemporaryDirectory(prefix="wijkradar-") as name:
            folder = Path(name)
            _require_room(folder, old, new)
            with duckdb.connect(str(folder / "adressen.duckdb")) as connection:
                connection.execute(f"SET memory_limit='{_MEMORY}'; SET temp_directory='{folder.as_posix()}'")
                # In what order rows were written is of no use here, and costs memory.
                connection.execute("SET preserve_insertion_order=false; SET enable_progress_bar=false")
                for step, (side, file) in enumerate((("old", old), ("new", new))):
                    progress(2 * step + 1, _STEPS, f"adressen van {file.year} uitpakken")
                    table = _unpacked(file, folder)
                    progress(2 * step + 2, _STEPS, f"adressen van {file.year} lezen")
                    _load(connection, side, file, table, wanted)
                    if file.member:
                        table.unlink()
                progress(_STEPS, _STEPS, f"adressen van {old.year} en {new.year} naast elkaar leggen")
                _keep_what_touches(connection)
                pairs, totals = _pairs(connection), [_totals(connection, side) for side in ("old", "new")]
    except (OSError, duckdb.Error) as error:
        full = isinstance(error, duckdb.OutOfMemoryException) or "space" in str(error).lower()
        raise _no_room(old, new) if full else _unreadable(f"{old.label} of {new.label}") from error
    found = {
        gemeente: _of_family(pairs, totals[0], totals[1], (old.year, new.year), set(family))
        for gemeente, family in families.items()
    }
    return {gemeente: matched for gemeente, matched in found.items() if matched is not None}


def _require_room(folder: Path, *files: AddressFile) -> None:
    if shutil.disk_usage(folder).free < _ROOM * sum(file.size for file in files):
        raise _no_room(*files)


def _no_room(*files: AddressFile) -> AddressesError:
    needed = _ROOM * sum(file.size for file in files) // 1_000_000 + 1
    return AddressesError(
        f"Er is te weinig ruimte op de schijf voor tijdelijke bestanden; maak in {tempfile.gettempdir()} ongeveer "
        f"{needed} MB vrij en probeer het opnieuw."
    )


def _unreadable(what: str) -> AddressesError:
    return AddressesError(
        f"{what} is niet te lezen; het bestand is waarschijnlijk niet helemaal binnengekomen. Haal het opnieuw op."
    )


def _unpacked(file: AddressFile, folder: Path) -> Path:
    """Return where the csv file is; one out of a zip goes into ``folder`` under a name of our own."""
    if not file.member:
        return file.path
    table = folder / f"{file.year}.csv"
    with (
        _opened_zip(file.path) as archive,
        archive.open(file.member) as packed,
        table.open("wb") as unpacked,
    ):
        shutil.copyfileobj(packed, unpacked, 1 << 20)
    return table


def _load(
    connection: duckdb.DuckDBPyConnection, side: str, file: AddressFile, table: Path, wanted: set[str]
) -> None:
    """Read one file into a table ``all_<side>`` (pc6, number, raw) and the codes in it into ``codes_<side>``.

    An address without a postcode, house number or buurt cannot be found back: it gets an empty field, and no pair.
    """
    postcode, house_number, buurt = (f'"{name.replace(chr(34), chr(34) * 2)}"' for name in file.columns)
    rows = (
        "read_csv($table, delim=$delimiter, header=true, quote='\"', all_varchar=true, auto_detect=false, "
        "columns=$columns"
    )
    given = {
        "table": str(table),
        "delimiter": file.delimiter,
        "columns": dict.fromkeys(_names_in(table), "VARCHAR"),
    }
    try:
        connection.execute(
            f"""
            CREATE TABLE all_{side} AS
            SELECT nullif(upper(replace({postcode}, ' ', '')), '') AS pc6,
                   try_cast({house_number} AS INTEGER) AS number,
                   nullif(upper(trim({buurt})), '') AS raw
            FROM {rows})
            """,
            given,
        )
    except duckdb.InvalidInputException as error:
        line = _LINE.search(str(error))
        raise _unreadable(f"Regel {line[1]} van {file.label}" if line else file.label) from error
    if connection.table(f"all_{side}").shape[0] == _ROWS_OF_A_SPREADSHEET:
        raise AddressesError(
            f"{file.label} is afgekapt: er zijn precies zoveel rijen als in een Excelblad passen. Haal het opnieuw op en "
            "bewaar het niet vanuit Excel."
        )
    codes = connection.execute(f"SELECT DISTINCT raw FROM all_{side} WHERE raw IS NOT NULL").df()
    codes["buurt"] = codes["raw"].map(_buurt_code).astype("str")
    if impossible := sorted(codes.loc[codes["buurt"].isna(), "raw"]):
        connection.execute("SET preserve_insertion_order=true")
        numbered = (
            f"SELECT row_number() OVER () AS row, upper(trim({buurt})) AS raw FROM {rows}, parallel=false)"
        )
        row, code = connection.execute(
            f"SELECT row, raw FROM ({numbered}) WHERE list_contains($impossible, raw) ORDER BY row LIMIT 1",
            {**given, "impossible": impossible},
        ).fetchone() or (0, impossible[0])
        raise AddressesError(
            f"Regel {row + 1} van {file.label}: '{code[:20]}' kan geen code van een buurt zijn. Haal het bestand opnieuw op en "
            "bewaar het niet vanuit Excel."
        )
    codes = codes.assign(wijk=codes["buurt"].str[2:8], here=_belong_to(codes["buurt"], wanted))
    connection.execute(f"CREATE TABLE codes_{side} AS SELECT * FROM codes")


def _names_in(table: Path) -> list[str]:
    with table.open("rb") as stream:
        return _header(stream.read(_HEADER_BYTES))[0]


def _buurt_code(text: str) -> str | None:
    """Return the code of a buurt that CBS wrote as a number (``3630400``) or a text; None where it cannot be one."""
    code = text.removeprefix("BU").zfill(_LENGTH_OF_BUURT)
    possible = _BUURT_CODE.fullmatch(code) and not code.startswith("0000")
    return f"BU{code}" if possible else None


def _keep_what_touches(connection: duckdb.DuckDBPyConnection) -> None:
    """Make tables ``old`` and ``new`` (pc6, number, buurt, n) of every old wijk that has to do with the gemeenten.

    A wijk elsewhere that shares a postcode with them may have lost addresses to them; then all of its addresses count.
    """
    connection.execute(
        """
        CREATE TABLE here AS
            SELECT pc6 FROM all_old JOIN codes_old USING (raw) WHERE here
            UNION SELECT pc6 FROM all_new JOIN codes_new USING (raw) WHERE here;
        CREATE TABLE wijken AS
            SELECT DISTINCT wijk FROM all_old JOIN codes_old USING (raw) SEMI JOIN here USING (pc6);
        CREATE TABLE near AS
            SELECT pc6 FROM all_old JOIN codes_old USING (raw) SEMI JOIN wijken USING (wijk) UNION FROM here;
        """
    )
    for side in ("old", "new"):
        connection.execute(
            f"""
            CREATE TABLE {side} AS
            SELECT pc6, number, buurt, count(*) AS n
            FROM all_{side} JOIN codes_{side} USING (raw) SEMI JOIN near USING (pc6)
            WHERE number IS NOT NULL GROUP BY ALL
            """
        )


def _pairs(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return per pair of buurten how many addresses of the old, and of the new year they share."""
    for side in ("old", "new"):
        connection.execute(
            f"""
            CREATE TABLE spread_{side} AS
            SELECT pc6, number, sum(n) AS total FROM {side} GROUP BY ALL HAVING count(*) > 1
            """
        )
    return connection.execute(
        """
        SELECT old.buurt AS old, new.buurt AS new,
               sum(old.n * coalesce(new.n / spread_new.total, 1))::DOUBLE AS amount,
               sum(new.n * coalesce(old.n / spread_old.total, 1))::DOUBLE AS amount_new
        FROM old JOIN new USING (pc6, number)
        LEFT JOIN spread_new USING (pc6, number) LEFT JOIN spread_old USING (pc6, number)
        GROUP BY ALL
        """
    ).df()


def _totals(connection: duckdb.DuckDBPyConnection, side: str) -> pd.Series:
    """Return the number of addresses by buurt."""
    rows = connection.execute(f"SELECT buurt, sum(n)::BIGINT AS n FROM {side} GROUP BY ALL").df()
    return rows.set_index("buurt")["n"]


def _of_family(
    pairs: pd.DataFrame, old: pd.Series, new: pd.Series, years: tuple[int, int], family: set[str]
) -> Matched | None:
    """Return what the pairs say about one gemeente; None where neither year has an address of it."""
    in_old, in_new = (int(total[_belong_to(total.index.to_series(), family)].sum()) for total in (old, new))
    if not in_old and not in_new:
        return None
    matched = round(pairs.loc[_belong_to(pairs["old"], family), "amount"].sum())
    matched_new = round(pairs.loc[_belong_to(pairs["new"], family), "amount_new"].sum())
    frame = pd.concat([_at_level(pairs, level, family) for level in _LEVELS], ignore_index=True)
    frame = frame.assign(old_year=years[0], new_year=years[1], origin=ADDRESSES)
    return Matched(frame[OVERLAPS], matched, in_old - matched, in_new - matched_new)


def _belong_to(codes: pd.Series, family: set[str]) -> pd.Series:
    return regions.gemeenten(codes).isin(family)


def _at_level(pairs: pd.DataFrame, level: Level, family: set[str]) -> pd.DataFrame:
    """Return the pairs of one level that the gemeente has a part in, each old region with all its pairs."""
    if level is Level.WIJK:
        # A code of a buurt starts with that of its wijk (CBS, Toelichting Wijk- en Buurtkaart).
        pairs = pairs.assign(old="WK" + pairs["old"].str[2:8], new="WK" + pairs["new"].str[2:8])
    amounts = pairs.groupby(["old", "new"], as_index=False)["amount"].sum()
    here = _belong_to(amounts["old"], family) | _belong_to(amounts["new"], family)
    touched = amounts[amounts["old"].isin(amounts.loc[here, "old"])]
    return touched.assign(level=level.value)
