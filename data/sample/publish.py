"""From exact numbers to tables as the statistical office gives them: rounded, late, and partly empty.

The form is that of the OData v3 service (``{"value": [...]}``, padded codes, column keys with a position);
the figures are invented. Which columns a table of a year has stands in ``layouts.csv`` (column names: CBS,
Kerncijfers wijken en buurten, CC BY 4.0).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from data.sample.divisions import GEMEENTE, GEMEENTE_NAME, YEARS, buurten, flag, wijken
from data.sample.figures import RANDOM_5, TO_5, TO_10, TO_100, Figure, figure_for
from data.sample.measures import Measures, postcodes
from data.sample.society import rows

LAYOUTS_FILE = Path(__file__).with_name("layouts.csv")
LAND, LAND_NAME = "NL00", "Nederland (fictief)"
_KINDS = {"N": "Land", "G": "Gemeente", "W": "Wijk", "B": "Buurt"}
_STEPS = {TO_5: 5, TO_10: 10, TO_100: 100}

#: Groups of columns that are not published yet, per table year, on 21 November 2026.
NOT_YET: dict[int, tuple[str, ...]] = {
    2024: ("Inkomen",),
    2025: (
        "Energie",
        "Onderwijs",
        "Arbeid",
        "Inkomen",
        "Sociale zekerheid",
        "Zorg",
        "Bedrijfsvestigingen",
        "Nabijheid voorzieningen",
        "Bevolking/Geboorte en sterfte",
    ),
}
#: Groups of columns that are published, but not for good.
PROVISIONAL: dict[int, tuple[str, ...]] = {
    2023: ("Inkomen",),
    2024: ("Zorg", "Onderwijs", "Bedrijfsvestigingen"),
}


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    position: int
    stem: str
    title: str
    unit: str
    datatype: str
    decimals: int
    group: str
    occurrence: int

    @property
    def key(self) -> str:
        """The key of the column, with its position."""
        return f"{self.stem}_{self.position}"


@dataclass(frozen=True)
class Layout:
    """The columns of the table of one year."""

    table: str
    year: int
    columns: tuple[Column, ...]

    @property
    def dimension(self) -> str:
        """The name of the dimension that holds the region."""
        return "RegioS" if self.year == 2013 else "WijkenEnBuurten"


@cache
def layouts() -> dict[int, Layout]:
    """Return the layout of every table year."""
    found: dict[int, list[Column]] = {}
    tables: dict[int, str] = {}
    with LAYOUTS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            year = int(row["year"])
            tables[year] = row["table_id"]
            earlier = found.setdefault(year, [])
            again = sum(column.stem.lower() == row["stem"].lower() for column in earlier)
            earlier.append(
                Column(
                    int(row["position"]),
                    row["stem"],
                    row["title"],
                    row["unit"],
                    row["datatype"],
                    int(row["decimals"]),
                    row["group"],
                    again + 1,
                )
            )
    return {year: Layout(tables[year], year, tuple(columns)) for year, columns in found.items()}


@dataclass(frozen=True)
class Place:
    """A row of a table: a region, its name, and which rows of the model belong to it."""

    code: str
    name: str
    members: np.ndarray
    flag: str

    @property
    def small(self) -> bool:
        """Wijken and buurten are rounded and suppressed; gemeente and country are not."""
        return self.code[0] in "WB"


def places(year: int) -> list[Place]:
    """Return the regions of a year: country, gemeente, and every wijk followed by its buurten."""
    index = {name: i for i, name in enumerate(rows())}
    everywhere = np.arange(len(index))
    found = [
        Place(LAND, LAND_NAME, everywhere[-1:], "."),
        Place(GEMEENTE, GEMEENTE_NAME, everywhere[:-1], "."),
    ]
    for wijk in wijken(year):
        inside = [b for b in buurten(year) if b.code[2:8] == wijk.code[2:]]
        for level, region in [("wijk", wijk), *(("buurt", b) for b in inside)]:
            members = np.array(sorted(index[p] for p in region.plots))
            found.append(Place(region.code, region.name, members, str(flag(level, region.code, year))))  # type: ignore[arg-type]
    return found


def _listed(group: str, groups: Iterable[str]) -> bool:
    return any(group.startswith(name) for name in groups)


class _Sums:
    """Exact numbers of one place and year, summed over its rows when asked for."""

    def __init__(self, measures: Measures, place: Place, year: int) -> None:
        self._measures, self._members, self._t = measures, place.members, YEARS.index(year)

    def __getitem__(self, name: str) -> float:
        return float(self._measures[name][self._members, self._t].sum())


class _Lots:
    """The lots that decide whether the counts of one place are rounded up or down.

    Counts that belong together (the ages, the kinds of household) share one lot, so that they tend to
    go the same way. That is how it looks in the tables of CBS: there the ages of a buurt differ from the
    population by up to 20, twice as far as separate lots would bring them.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._drawn: dict[str, float] = {}

    def for_group(self, group: str) -> float:
        """Return the lot of a group of columns, between 0 and 1."""
        together = "Bevolking" if group == "Bevolking/Geslacht" else group
        return self._drawn.setdefault(together, float(self._rng.random()))


def _rounded_count(value: float, rounding: str, lot: float | None) -> int:
    """Round a count; without a lot (gemeente, country) a count that is drawn for small areas is exact."""
    if rounding in _STEPS:
        step = _STEPS[rounding]
        return int(step * np.floor(value / step + 0.5))
    if rounding == RANDOM_5 and lot is not None:
        below = int(value // 5)
        return 5 * (below + (lot < value / 5 - below))
    return round(value)


def _value(column: Column, figure: Figure, sums: _Sums, lots: _Lots | None) -> int | float | None:
    """Return one figure as published; ``lots`` is given for wijken and buurten only."""
    small = lots is not None
    if small and figure.basis and sums[figure.basis] < figure.minimum:
        return None
    if not figure.whole:
        return _rounded_count(
            sums[figure.part], figure.rounding, lots.for_group(column.group) if lots else None
        )
    whole = sums[figure.whole]
    if whole == 0:
        return None
    value = figure.factor * sums[figure.part] / whole
    if small and figure.maximum is not None and value > figure.maximum:
        return None
    if figure.step:
        value = figure.step * np.floor(value / figure.step + 0.5)
    return int(np.floor(value + 0.5)) if column.datatype == "Long" else round(float(value), column.decimals)


def _urbanity(density: float) -> int:
    return next((code for code, least in ((1, 2500), (2, 1500), (3, 1000), (4, 500)) if density >= least), 5)


def _postcode(place: Place, sums: _Sums) -> str:
    if not place.small or sums["people"] == 0:
        return ".".rjust(10)
    codes = [postcodes()[member] for member in place.members]
    return max(sorted(set(codes)), key=codes.count).rjust(10)


def _special(column: Column, place: Place, sums: _Sums) -> Any:
    """Return the columns that are labels and codes rather than figures."""
    people = sums["people"]
    if column.stem == "Gemeentenaam":
        return (LAND_NAME if place.code == LAND else GEMEENTE_NAME).ljust(40)
    if column.stem == "SoortRegio":
        return _KINDS[place.code[0]].ljust(10)
    if column.stem == "Codering":
        return place.code.ljust(10)
    if column.stem.startswith("Indelingswijziging"):
        return place.flag
    if column.stem == "MeestVoorkomendePostcode":
        return _postcode(place, sums)
    if column.stem == "Dekkingspercentage":
        return (1 if place.code[0] == "B" else 2) if place.small and people else None
    return _urbanity(sums["address_density_sum"] / people) if people else None


_LABELS = (
    "Gemeentenaam",
    "SoortRegio",
    "Codering",
    "MeestVoorkomendePostcode",
    "Dekkingspercentage",
    "MateVanStedelijkheid",
)


def is_label(column: Column) -> bool:
    """Tell whether a column holds a name or code instead of a figure."""
    return column.stem in _LABELS or column.stem.startswith("Indelingswijziging")


def typed_data_set(layout: Layout, measures: Measures, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return the rows of a table, as the service's ``TypedDataSet`` gives them."""
    late = NOT_YET.get(layout.year, ())
    table = []
    for number, place in enumerate(places(layout.year)):
        sums = _Sums(measures, place, layout.year)
        lots = _Lots(rng) if place.small else None
        row: dict[str, Any] = {"ID": number, layout.dimension: place.code.ljust(10)}
        for column in layout.columns:
            if is_label(column):
                row[column.key] = _special(column, place, sums)
            elif _listed(column.group, late):
                row[column.key] = None
            else:
                figure = figure_for(column.stem, column.occurrence, column.unit, layout.year)
                row[column.key] = _value(column, figure, sums, lots)
        table.append(row)
    return table


def _description(column: Column, year: int) -> str:
    where = column.group.rsplit("/", 1)[-1]
    if is_label(column):
        return f"{column.title} ({column.unit}). Onderdeel van: {where}."
    text = f"{column.title}, per regio ({column.unit}). Onderdeel van: {where}. Verzonnen cijfer van een gemeente die niet bestaat."
    if _listed(column.group, PROVISIONAL.get(year, ())):
        text += " Voorlopige cijfers."
    return text


def data_properties(layout: Layout) -> list[dict[str, Any]]:
    """Return the description of dimension, groups and columns, as the service's ``DataProperties`` gives it."""
    dimension = {
        "odata.type": "Cbs.OData.GeoDetail",
        "ID": 0,
        "Position": 0,
        "ParentID": None,
        "Type": "GeoDetail",
        "Key": layout.dimension,
        "Title": "Regio's" if layout.dimension == "RegioS" else "Wijken en buurten",
        "Description": "",
        "MapYear": layout.year,
    }
    listed: list[dict[str, Any]] = [dimension]
    groups: dict[str, int] = {}
    for column in layout.columns:
        parent = _group_id(column.group, groups, listed)
        listed.append(
            {
                "odata.type": "Cbs.OData.Topic",
                "ID": len(listed),
                "Position": column.position,
                "ParentID": parent,
                "Type": "Topic",
                "Key": column.key,
                "Title": column.title,
                "Description": _description(column, layout.year),
                "Datatype": column.datatype,
                "Unit": column.unit,
                "Decimals": column.decimals,
            }
        )
    return listed


def _group_id(path: str, groups: dict[str, int], listed: list[dict[str, Any]]) -> int:
    """Return the ID of a group of columns, adding it and the groups above it where needed."""
    if path in groups:
        return groups[path]
    above, _, title = path.rpartition("/")
    parent = _group_id(above, groups, listed) if above else None
    groups[path] = len(listed)
    listed.append(
        {
            "odata.type": "Cbs.OData.TopicGroup",
            "ID": groups[path],
            "Position": None,
            "ParentID": parent,
            "Type": "TopicGroup",
            "Key": "",
            "Title": title,
            "Description": "",
        }
    )
    return groups[path]


def table_infos(layout: Layout) -> list[dict[str, Any]]:
    """Return what the table is called and that it is fiction, as the service's ``TableInfos`` gives it."""
    closed = min(layout.year + 3, 2026)
    title = f"Kerncijfers wijken en buurten {layout.year}"
    return [
        {
            "ID": 0,
            "Title": title,
            "ShortTitle": title,
            "Identifier": layout.table,
            "Summary": "Voorbeeldcijfers van de verzonnen gemeente Voorbeeldstad. De vorm is die van CBS, "
            "geen enkel cijfer is echt en geen enkel cijfer komt van CBS.",
            "Modified": f"{closed}-10-29T02:00:00",
            "ReasonDelivery": "Actualisering",
            "Frequency": "Eenmalig" if layout.year < 2023 else "Elk kwartaal",
            "Period": str(layout.year),
            "Source": "Wijkradar, verzonnen voorbeeldcijfers in de vorm van CBS",
            "Language": "nl",
        }
    ]


def region_list(year: int) -> list[dict[str, Any]]:
    """Return names and codes of the regions, as the service's dimension table gives them."""
    listed: list[dict[str, Any]] = []
    wijk_name = ""
    for place in places(year):
        if place.code == LAND:
            listed.append(_region(place, "", "", ""))
            continue
        text = f"Gemeente '{GEMEENTE_NAME}' ({GEMEENTE})"
        if place.code[0] == "W":
            wijk_name = place.name
            text = f"Wijk '{place.name}' ({place.code}) is een wijk in de gemeente '{GEMEENTE_NAME}'."
        elif place.code[0] == "B":
            text = f"Buurt '{place.name}' ({place.code}) is een buurt in wijk '{wijk_name}' in de gemeente '{GEMEENTE_NAME}'."
        listed.append(_region(place, text, GEMEENTE, place.code))
    return listed


def _region(place: Place, description: str, gemeente: str, code: str) -> dict[str, Any]:
    return {
        "Key": place.code.ljust(10),
        "Title": place.name,
        "Description": description,
        "Municipality": gemeente,
        "DetailRegionCode": code,
    }


def write_value_file(path: Path, values: list[dict[str, Any]]) -> None:
    """Write ``{"value": [...]}`` with one row per line, so that a change of one row is a change of one line."""
    lines = ",\n".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for row in values
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"value":[\n' + lines + "\n]}\n", encoding="utf-8", newline="\n")
