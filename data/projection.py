"""The official projection of CBS and PBL (Regionale prognose): inhabitants per gemeente, with a band of 67 %.

One long list of figures: a gemeente, a year, and the projection itself or a bound of its interval, in thousands. It
follows the division of gemeenten of one year; `of_gemeente` brings it to the gemeenten of now. Source of the tables:
CBS/PBL, CC BY 4.0.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import pandas as pd

from data import cbs_table, gemeenten, regions
from data.cbs_table import TableInfo
from data.errors import ProjectionError, ServiceError, TableError, UserError
from data.sheet import Sheet, column, text_of
from data.written_numbers import read_numbers

#: What a projection says per gemeente and year, in people; the bounds and ages are empty where there are none.
FIGURES: Final = ("people", "lower_67", "upper_67", "age_0_20", "age_20_65", "age_65plus")
#: Where a figure comes from: division of gemeenten, table ids, when CBS changed them, road or kind of file, place, day.
ORIGIN: Final = ("division", "tables", "modified", "service", "origin", "at")
COLUMNS: Final = ("region", "year", *FIGURES, *ORIGIN)
NAME: Final = "prognose van CBS en PBL"
#: The part of a saved table with the titles of ages.
AGES: Final = "Leeftijd"
SOURCE: Final = "CBS en PBL, Regionale prognose"

_THOUSAND = 1_000
#: No gemeente has more people; a larger figure means that it is not in thousands any more.
_LARGEST = 2_000_000
_BOUNDS = {"MW00000": "people", "MOG0067": "lower_67", "MBG0067": "upper_67"}
_BOUND_TITLES = {"ondergrens67": "lower_67", "bovengrens67": "upper_67"}
_TOTAL_AGE, _TOTAL_SEX = "10000", "T001038"
_AGE_TITLES = {
    "totaal": "people",
    "totaalleeftijd": "people",
    "0tot20jaar": "age_0_20",
    "jongerdan20jaar": "age_0_20",
    "20tot65jaar": "age_20_65",
    "65jaarofouder": "age_65plus",
}
_SEX_TITLES = ("totaal", "totaalmannenenvrouwen", "mannenenvrouwen")
_PERIOD = re.compile(r"^(20\d\d)(?:JJ00)?\**$")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_KIND_OF_REGION = re.compile(r"\s*\((?:gemeente|GM)\)$", re.I)
_OTHER_REGION = re.compile(r"\((?:PV|CR|LD|CP)\)$|^Nederland$", re.I)
_HEADER_WITHIN = 30
_TABLE_ID = re.compile(r"\d{5}NED", re.I)
_REMEDY = "download tabel 85173NED opnieuw van StatLine als csv"


@dataclass(frozen=True)
class Tables:
    """The tables of the projection: ids, and the year of which the division of gemeenten counts."""

    intervals: str
    values: str
    division: int

    @property
    def ids(self) -> tuple[str, str]:
        """Both ids; the one with the interval first."""
        return self.intervals, self.values


@lru_cache(maxsize=1)
def known_tables() -> Tables:
    """Return the tables that are asked for (``tables.toml``)."""
    file = Path(__file__).with_name("tables.toml")
    return Tables(**tomllib.loads(file.read_text(encoding="utf-8"))["projection"])


def dimension() -> str:
    """Return the name of the column with gemeenten, as the service knows it."""
    return f"RegioIndeling{known_tables().division}"


# -- reading ---------------------------------------------------------------------------------------------


def _plain(text: object) -> str:
    return _NOT_PLAIN.sub("", str(text).casefold())


def _roles(names: Collection[str]) -> dict[str, str]:
    """Return which column holds what: region, bound, age, sex, period, value; by the names of service and StatLine."""
    starts = {
        "regioindeling": "region",
        "regios": "region",
        "prognose": "bound",
        "leeftijd": "age",
        "geslacht": "sex",
        "periode": "period",
        "totalebevolking": "value",
        "bevolking": "value",
    }
    found: dict[str, str] = {}
    for name in names:
        for start, role in starts.items():
            if _plain(name).startswith(start):
                found.setdefault(role, name)
    return found


def is_projection(names: Collection[str]) -> bool:
    """Tell whether columns with these names are those of a regional projection."""
    roles = _roles(names)
    if not {"region", "period", "value"} <= roles.keys():
        return False
    return "bound" in roles or _plain(roles["region"]).startswith("regioindeling")


def _division(name: str) -> int:
    year = re.search(r"20\d\d", name)
    return int(year[0]) if year else known_tables().division


@lru_cache(maxsize=8)
def _codes_by_name(division: int) -> dict[str, str]:
    there = (gemeente for gemeente in gemeenten.known().values() if gemeente.exists_in(division))
    return {_plain(gemeente.name): gemeente.code for gemeente in there}


def _code_of(text: str, division: int) -> str:
    """Return the code of a gemeente by code or name; empty for any other region."""
    code = text.strip().upper()
    if regions.is_gemeente_code(code):
        return code
    if _OTHER_REGION.search(text.strip()):
        return ""
    return _codes_by_name(division).get(_plain(_KIND_OF_REGION.sub("", text.strip())), "")


def tidy(
    rows: pd.DataFrame,
    origin: str,
    *,
    where: Callable[[int], str] | None = None,
    ages: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Bring the rows of a table with a projection to one row per gemeente and year.

    Parameters
    ----------
    rows : DataFrame
        One figure a row; columns as the service names them (``RegioIndeling2021``, ``PrognoseInterval``,
        ``Leeftijd``, ``Geslacht``, ``Perioden``, ``TotaleBevolking_1``) or as StatLine titles them. Codes or titles,
        padded or not. Text with a decimal comma is read as such.
    origin : str
        For messages: an address, file or folder.
    where : callable, optional
        Says where a row (counted from 0) stands; ``origin`` when omitted.
    ages : mapping of str to str, optional
        Title of each code of ``Leeftijd``. Without it an age that is only a code is left out.

    Returns
    -------
    DataFrame
        Columns region, year, `FIGURES` and division; in people. Land, provinces and COROP areas are left out. Empty
        where there is no gemeente in it.

    Raises
    ------
    ProjectionError
        If columns are missing, a cell cannot be read, a figure cannot be in thousands, a gemeente has two figures for
        the same thing, or a projection lies outside its own interval.
    """
    where = where or (lambda _row: origin)
    rows = rows.reset_index(drop=True)
    roles = _roles([str(name) for name in rows])
    if missing := {"region", "period", "value"} - roles.keys():
        raise ProjectionError(f"{origin}: dit is geen {NAME} ({len(missing)} kolommen ontbreken); {_REMEDY}.")
    division = _division(roles["region"])
    frame = pd.DataFrame(
        {
            "region": [_code_of(text_of(cell), division) for cell in rows[roles["region"]]],
            "figure": _figures(rows, roles, ages or {}),
        }
    )
    used = (frame["region"] != "") & (frame["figure"] != "")
    frame = frame[used].assign(
        year=_years(rows.loc[used, roles["period"]], where),
        people=_people(rows[roles["value"]].where(used), origin, where)[used],
    )
    frame = frame.dropna(subset="people")
    twice = frame.duplicated(["region", "year", "figure"])
    if twice.any():
        row = frame[twice].iloc[0]
        raise ProjectionError(
            f"{where(int(str(twice.idxmax())))}: {row['region']} heeft twee cijfers voor {row['year']}; {_REMEDY}."
        )
    wide = frame.set_index(["region", "year", "figure"])["people"].unstack("figure")  # noqa: PD010
    wide = wide.reindex(columns=list(FIGURES)).astype("float64").rename_axis(columns=None).reset_index()
    # Bounds or ages of a year without the projection itself tell no story of their own.
    wide = wide[wide["people"].notna()].reset_index(drop=True).astype({"region": "str", "year": "int64"})
    _refuse_crossed(wide, origin)
    return wide.assign(division=division)


def _figures(rows: pd.DataFrame, roles: Mapping[str, str], ages: Mapping[str, str]) -> list[str]:
    """Return per row which of `FIGURES` it is; empty for what is not used."""

    def texts(role: str, default: str) -> list[str]:
        if role not in roles:
            return [default] * len(rows)
        return [text_of(cell) for cell in rows[roles[role]]]

    found = []
    given = (texts("bound", "MW00000"), texts("age", _TOTAL_AGE), texts("sex", _TOTAL_SEX))
    for bound, age, sex in zip(*given, strict=True):
        which = _bound(bound)
        group = "people" if age == _TOTAL_AGE else _AGE_TITLES.get(_plain(ages.get(age, age)), "")
        everyone = sex == _TOTAL_SEX or _plain(sex) in _SEX_TITLES
        if not everyone or not group or (group != "people" and which != "people"):
            found.append("")
        else:
            found.append(which if group == "people" else group)
    return found


def _bound(text: str) -> str:
    """Return which figure a code or title of the interval is; empty for bounds of another interval."""
    if text.upper() in _BOUNDS:
        return _BOUNDS[text.upper()]
    plain = _plain(text)
    if plain == "prognose":
        return "people"
    return next((name for start, name in _BOUND_TITLES.items() if plain.startswith(start)), "")


def _years(periods: pd.Series, where: Callable[[int], str]) -> list[int]:
    found = []
    for row, cell in periods.items():
        match = _PERIOD.match(text_of(cell))
        if not match:
            raise ProjectionError(f"{where(int(str(row)))}: {text_of(cell)!r} is geen jaar; {_REMEDY}.")
        found.append(int(match[1]))
    return found


def _people(values: pd.Series, origin: str, where: Callable[[int], str]) -> pd.Series:
    """Return figures in thousands as people; an empty cell stays empty."""
    try:
        numbers = read_numbers(values.to_frame("value"), {"value": "Totale bevolking"}, origin, where)
    except TableError as error:
        raise ProjectionError(str(error)) from error
    people = (numbers.frame["value"] * _THOUSAND).round()
    wrong = people[(people < 0) | (people > _LARGEST)]
    if len(wrong):
        raise ProjectionError(
            f"{where(int(str(wrong.index[0])))}: {wrong.iloc[0] / _THOUSAND:.0f} kan geen aantal inwoners van een "
            f"gemeente in duizendtallen zijn; {_REMEDY}."
        )
    return people


def _refuse_crossed(wide: pd.DataFrame, origin: str) -> None:
    crossed = wide[(wide["lower_67"] > wide["people"]) | (wide["upper_67"] < wide["people"])]
    if len(crossed):
        row = crossed.iloc[0]
        raise ProjectionError(
            f"{origin}: van {row['region']} in {row['year']} ligt de prognose buiten haar eigen marge; {_REMEDY}."
        )


def from_sheet(sheet: Sheet) -> pd.DataFrame:
    """Read the rows of a text file that StatLine made of a projection; columns as in `COLUMNS`.

    Raises
    ------
    ProjectionError
        If it cannot be understood; see `tidy`. The message names file and line.
    """
    top = header_row(sheet)
    if top is None:
        raise ProjectionError(f"{sheet.path}: geen kop van een {NAME} gevonden; {_REMEDY}.")
    names = [text_of(cell) or f"kolom {place}" for place, cell in enumerate(sheet.rows[top])]
    below = sheet.rows[top + 1 :]
    rows = pd.DataFrame({name: column(below, place) for place, name in enumerate(names)}, dtype=object)
    found = tidy(rows, str(sheet.path), where=lambda row: sheet.where(top + 1 + row))
    above = " ".join(text_of(cell) for row in sheet.rows[:top] for cell in row)
    return _from_file(found, sheet.path, _table_in(above), "")


def header_row(sheet: Sheet) -> int | None:
    """Return the place of the heading of a projection; None where these are no rows of one."""
    for place, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        if is_projection([text for cell in row if (text := text_of(cell))]):
            return place
    return None


def from_parts(parts: Mapping[str, pd.DataFrame], folder: Path) -> pd.DataFrame:
    """Read the parts of a table that were saved from the service; columns as in `COLUMNS`.

    Raises
    ------
    ProjectionError
        If it cannot be understood; see `tidy`.
    """
    ages = parts.get(AGES)
    titles = {} if ages is None else dict(zip(ages["Key"].map(text_of), ages["Title"], strict=True))
    info = parts.get(cbs_table.TABLE_INFO)
    told = dict(info.iloc[0]) if info is not None and len(info) else {}
    table = str(told.get("Identifier") or "").strip() or _table_in(folder.name)
    file = folder / cbs_table.ROWS
    rows = parts[cbs_table.ROWS]
    found = tidy(rows, str(folder), where=lambda row: f"{file}, rij {row + 1}", ages=titles)
    return _from_file(found, folder, table, str(told.get("Modified") or ""))


def _table_in(text: str) -> str:
    named = _TABLE_ID.search(text)
    return named[0].upper() if named else ""


def _from_file(found: pd.DataFrame, path: Path, table: str, modified: str) -> pd.DataFrame:
    if found.empty:
        raise ProjectionError(
            f"{path}: er staat geen enkele gemeente in; kies bij het downloaden de gemeenten en niet alleen de provincies."
        )
    known = known_tables()
    table = table or (known.intervals if found["lower_67"].notna().any() else known.values)
    return _with_origin(found, table, modified, "bestand", str(path))


def _with_origin(found: pd.DataFrame, tables: str, modified: str, service: str, origin: str) -> pd.DataFrame:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    told = found.assign(tables=tables, modified=modified, service=service, origin=origin, at=at)
    text = dict.fromkeys(("tables", "modified", "service", "origin", "at"), "str")
    return told[list(COLUMNS)].astype(text)


def of_gemeenten(rows: pd.DataFrame, codes: Collection[str]) -> pd.DataFrame:
    """Return the rows of some gemeenten of now, and of the gemeenten that they came from."""
    wanted = set(codes)
    for division in rows["division"].unique():
        wanted |= {member for code in codes for member in gemeenten.codes_in(code, int(division))}
    return rows[rows["region"].isin(wanted)].reset_index(drop=True)


def names(rows: pd.DataFrame) -> dict[str, str]:
    """Return the name of each gemeente in rows of projections, by code."""
    known = gemeenten.known()
    return {code: known[code].name if code in known else code for code in rows["region"].unique()}


# -- to the gemeenten of now -----------------------------------------------------------------------------


def members(gemeente: str, division: int | None = None) -> tuple[str, ...]:
    """Return the gemeenten of the division of a projection that together are a gemeente of now.

    Parameters
    ----------
    gemeente : str
        Code.
    division : int, optional
        Year; that of `known_tables` when omitted.

    Raises
    ------
    ProjectionError
        If it cannot be put together, because a gemeente of then was divided.

    Examples
    --------
    >>> members("GM0439", 2021)  # Purmerend, that Beemster joined in 2022
    ('GM0439', 'GM0370')
    """
    division = division or known_tables().division
    name = gemeenten.known()[gemeente].name if gemeente in gemeenten.known() else gemeente
    if divided := gemeenten.partly(gemeente, division):
        former = divided[0].name
        raise ProjectionError(
            f"De indeling van gemeenten is die van {division}; {former} is daarna verdeeld, en welk deel bij {name} hoort, is "
            "niet bekend."
        )
    codes = gemeenten.codes_in(gemeente, division)
    if not codes:
        raise ProjectionError(f"De indeling van gemeenten is die van {division}; {name} bestond toen niet.")
    return codes


def of_gemeente(rows: pd.DataFrame, gemeente: str) -> pd.DataFrame | None:
    """Return the projection of one gemeente of now: the sum over the gemeenten that it came from.

    The bounds of several gemeenten are added up too, as if they are all off the same way: the widest that a sum can be,
    for nobody published how they go together.

    Parameters
    ----------
    rows : DataFrame
        Columns `COLUMNS`, of any gemeenten and divisions; the newest division that holds all of them counts.
    gemeente : str

    Returns
    -------
    DataFrame or None
        One row per year, in order: year, `FIGURES` (empty where one of them has none), `ORIGIN` and source (a Dutch
        line with publisher, table, licence). A year that one of them lacks is left out. None where there is nothing.
    """
    for division in sorted(rows["division"].unique(), reverse=True):
        try:
            wanted = members(gemeente, int(division))
        except ProjectionError:
            continue
        here = rows[(rows["division"] == division) & rows["region"].isin(wanted)]
        if set(here["region"]) == set(wanted):
            return _summed(here, len(wanted))
    return None


def _summed(here: pd.DataFrame, number: int) -> pd.DataFrame:
    by_year = here.groupby("year")
    figures = by_year[list(FIGURES)].sum(min_count=number)
    origin = by_year[list(ORIGIN)].first()
    frame = figures.join(origin)[by_year.size() == number].reset_index()
    return frame.assign(source=[f"{SOURCE}, tabel {tables} (CC BY 4.0)" for tables in frame["tables"]])


# -- asking ----------------------------------------------------------------------------------------------


class Road(Protocol):
    """One version of the service of CBS."""

    name: str

    def rows_of(self, table_id: str, dimension: str, codes: Sequence[str]) -> pd.DataFrame:
        """Return the rows of a table for some codes of one dimension; empty where there are none."""

    def titles_of(self, table_id: str, dimension: str) -> dict[str, str]:
        """Return the title of every code of a dimension."""


@dataclass(frozen=True)
class Answer:
    """What came of asking the projection.

    Attributes
    ----------
    rows : DataFrame or None
        Columns `COLUMNS`.
    detour : str
        Why it came by the second road.
    error : UserError or None
        Why there is nothing.
    not_there : bool
        The service says that it does not have it (any more).
    """

    rows: pd.DataFrame | None = None
    detour: str = ""
    error: UserError | None = None
    not_there: bool = False


def versions(infos: Mapping[str, TableInfo]) -> str:
    """Return when CBS last changed the tables, as one text to compare; empty where the service did not tell."""
    told = [
        f"{name} {infos[name].modified}"
        for name in known_tables().ids
        if name in infos and infos[name].modified
    ]
    return ", ".join(told)


def ask(
    roads: Sequence[tuple[Road, Mapping[str, TableInfo]]], gemeente: str, skip: Collection[str] = ()
) -> Answer:
    """Ask the projection of a gemeente, by the first road that has it.

    The table with intervals also has the projection itself. The other one is asked for ages, and in its place where it
    gives nothing; that it fails then costs nothing.

    Parameters
    ----------
    roads : sequence of (Road, infos)
        With what the catalogue of that road says of the tables, by id; empty where it said nothing.
    gemeente : str
    skip : collection of str
        Tables that are known to be gone.
    """
    try:
        codes = members(gemeente)
    except ProjectionError as error:
        return Answer(error=error, not_there=True)
    errors: list[tuple[str, UserError]] = []
    for road, infos in roads:
        try:
            rows = _by(road, codes, infos, skip)
        except UserError as error:
            errors.append((road.name, error))
            continue
        return Answer(rows, detour=" en ".join(f"{name}: {_reason(error)}" for name, error in errors))
    if not errors:
        return Answer(error=ProjectionError("CBS geeft deze prognose niet meer."), not_there=True)
    nowhere = all(isinstance(error, ServiceError) and error.not_there for _, error in errors)
    told = dict.fromkeys(_reason(error) for _, error in errors)
    return Answer(error=ServiceError(NAME, reason="; ".join(told)), not_there=nowhere)


def _by(
    road: Road, codes: Sequence[str], infos: Mapping[str, TableInfo], skip: Collection[str]
) -> pd.DataFrame:
    found: dict[str, pd.DataFrame] = {}
    first: UserError | None = None
    for table in known_tables().ids:
        if table in skip:
            continue
        try:
            found[table] = _table(road, table, codes)
        except UserError as error:
            first = first or error
            if isinstance(error, ServiceError) and error.unreachable:
                break
    if not found:
        raise first or ServiceError(NAME, reason=f"de {NAME} is er niet", not_there=True)
    rows, *others = found.values()
    for other in others:
        # Only what the first table has not: the same projection stands in both.
        rows = (
            rows.set_index(["region", "year"])
            .combine_first(other.set_index(["region", "year"]))
            .reset_index()
        )
    told = {table: infos[table] for table in found if table in infos}
    return _with_origin(
        rows[rows["people"].notna()], " en ".join(found), versions(told), road.name, dimension()
    )


def _table(road: Road, table: str, codes: Sequence[str]) -> pd.DataFrame:
    rows = road.rows_of(table, dimension(), codes)
    what = f"CBS ({road.name}), tabel {table}"
    if rows.empty:
        raise ServiceError(f"{what}: leeg", reason="deze gemeente staat er niet in", not_there=True)
    ages = _roles([str(name) for name in rows]).get("age")
    several = ages is not None and len(set(rows[ages].map(text_of)) - {_TOTAL_AGE}) > 0
    titles = road.titles_of(table, ages) if several and ages else {}
    found = tidy(rows, what, ages=titles)
    absent = set(codes) - set(found["region"])
    if absent:
        raise ServiceError(
            f"{what}: onvolledig", reason=f"van {', '.join(sorted(absent))} is er geen prognose"
        )
    return found


def _reason(error: UserError) -> str:
    return error.reason if isinstance(error, ServiceError) else str(error).removesuffix(".")
