"""A table of neighbourhood figures as the OData v3 service of CBS gives it.

The live service, files saved from it and the sample municipality all become a `CbsTable`; from there on
there is one road to the panel.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from data import regions
from data.errors import TableError

#: The parts of a table, as the service names them. The first two are needed, the others help.
ROWS, TOPICS, TABLE_INFO = "TypedDataSet", "DataProperties", "TableInfos"
#: The dimension with the regions, which is also the name of the list of their titles. 2013 has its own.
REGION_DIMENSIONS = ("WijkenEnBuurten", "RegioS")
PARTS = (ROWS, TOPICS, TABLE_INFO, *REGION_DIMENSIONS)

_POSITION = re.compile(r"_\d+$")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")


@lru_cache(maxsize=1)
def known_tables() -> dict[int, str]:
    """Return the table id of each year (``tables.toml``)."""
    file = Path(__file__).with_name("tables.toml")
    return {row["year"]: row["id"] for row in tomllib.loads(file.read_text(encoding="utf-8"))["tables"]}


def stem(key: str) -> str:
    """Return a column key without its position: ``AantalInwoners_5`` becomes ``AantalInwoners``."""
    return _POSITION.sub("", key)


def stem_of_title(title: str) -> str:
    """Return the stem that CBS makes of a title: ``'0 tot 15 jaar'`` becomes ``k_0Tot15Jaar``.

    Where a source has titles and no keys (OData v4, a StatLine download) this leads to the same columns. It
    gives the stem of every column in the tables of 2016-2020 (CBS, CC BY 4.0).
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    joined = "".join(word[0].upper() + word[1:] for word in words)
    return f"k_{joined}" if joined[:1].isdigit() else joined


@dataclass(frozen=True)
class TableInfo:
    """What a service says about a table: its title, the year or period, and when CBS last changed it."""

    id: str
    title: str = ""
    period: str = ""
    modified: str = ""


@dataclass(frozen=True)
class CbsTable:
    """One year of neighbourhood figures, raw.

    Attributes
    ----------
    id, title : str
    year : int
    modified : str
        When CBS last changed the table, as CBS says it; empty when the source does not say.
    rows : DataFrame
        As delivered, with one column ``region`` added: the clean region code.
    topics : DataFrame
        Columns key, stem, title, unit, description, group (titles of the parent groups, outermost first).
    region_titles : dict
        Name per clean region code.
    origin : str
        Where it came from, for messages: a folder or an address.
    service : str
        What gave it: ``OData v3``, ``OData v4`` or a kind of file.
    partial : bool
        The source holds a choice of columns: that a figure has no column says nothing about CBS.
    """

    id: str
    year: int
    title: str
    modified: str
    rows: pd.DataFrame
    topics: pd.DataFrame
    region_titles: dict[str, str]
    origin: str
    service: str = "bestand"
    partial: bool = False

    @property
    def gemeenten(self) -> dict[str, str]:
        """Name of each gemeente of which the table has figures, by code."""
        codes = regions.gemeenten(self.rows["region"]).unique()
        return {code: self.region_titles.get(code, code) for code in codes if code != regions.NEDERLAND}


def _topics(properties: pd.DataFrame, origin: str) -> pd.DataFrame:
    if "Key" not in properties or "Title" not in properties:
        raise TableError(f"{origin}: {TOPICS} mist de kolom Key of Title; haal de tabel opnieuw op bij CBS.")
    properties = properties.assign(
        **{
            name: properties[name].fillna("").astype("str") if name in properties else ""
            for name in ("Title", "Unit", "Description", "Type")
        }
    )
    titles = dict(zip(properties["ID"], properties["Title"], strict=True)) if "ID" in properties else {}
    parents = (
        dict(zip(properties["ID"], properties["ParentID"], strict=True))
        if {"ID", "ParentID"} <= set(properties)
        else {}
    )

    def group_of(topic: object) -> str:
        path: list[str] = []
        parent = parents.get(topic)
        while parent is not None and not pd.isna(parent) and parent in titles and len(path) < 10:
            path.insert(0, titles[parent].strip())
            parent = parents.get(parent)
        return " / ".join(path)

    keys = properties["Key"].fillna("").astype("str")
    columns = properties[keys != ""]
    return pd.DataFrame(
        {
            "key": columns["Key"].astype("str"),
            "stem": columns["Key"].astype("str").map(stem),
            "title": columns["Title"].str.strip(),
            "unit": columns["Unit"].str.strip(),
            "description": columns["Description"],
            "group": [group_of(topic) for topic in columns["ID"]] if "ID" in columns else "",
        }
    ).reset_index(drop=True)


def _region_codes(rows: pd.DataFrame, origin: str) -> pd.Series:
    candidates = [name for name in REGION_DIMENSIONS if name in rows]
    candidates += [str(name) for name in rows if stem(str(name)) == "Codering"]
    for name in candidates:
        codes = regions.clean_codes(rows[name])
        if regions.are_regions(codes).any():
            return codes
    raise TableError(
        f"{origin}: geen kolom met codes van wijken en buurten gevonden (WijkenEnBuurten, RegioS of Codering); "
        "kies een tabel 'Kerncijfers wijken en buurten' en bewaar haar met codes, niet met namen."
    )


def year_of(info: Mapping[str, object], properties: pd.DataFrame, table_id: str, origin: str) -> int:
    """Return the year that a table is about.

    Parameters
    ----------
    info : mapping
        What the source says of the table: ``Period``, ``Title`` and ``ShortTitle``, as far as it says so.
    properties : DataFrame
        ``DataProperties``; may be empty.
    table_id : str
        Tells the year where nothing else does, for the tables of `known_tables`.
    origin : str
        For the message; the last resort is a year in the name of the folder.

    Raises
    ------
    TableError
        If nothing tells the year.
    """
    texts = [str(info.get(name, "")) for name in ("Period", "Title", "ShortTitle")]
    if "MapYear" in properties:
        texts += [str(int(value)) for value in properties["MapYear"].dropna().unique()]
    by_id = {known: year for year, known in known_tables().items()}
    for text in texts:
        if found := _YEAR.search(text):
            return int(found.group(1))
    if table_id in by_id:
        return by_id[table_id]
    if found := _YEAR.search(Path(origin).name):
        return int(found.group(1))
    raise TableError(
        f"{origin}: niet te zien over welk jaar deze tabel gaat; voeg {TABLE_INFO} toe of zet het jaar in de mapnaam."
    )


def from_parts(
    parts: Mapping[str, pd.DataFrame], origin: str, table_id: str = "", *, service: str = "bestand"
) -> CbsTable:
    """Make a table from the parts that the service or a folder gives.

    Parameters
    ----------
    parts : mapping of str to DataFrame
        By the names of `PARTS`; ``TypedDataSet`` and ``DataProperties`` are needed.
    origin : str
        For messages.
    table_id : str, optional
        Used where ``TableInfos`` does not name the table.
    service : str, optional
        What gave it; see `CbsTable`.

    Raises
    ------
    TableError
        If a needed part or the region column is missing, or the year cannot be told.
    """
    for needed in (ROWS, TOPICS):
        if needed not in parts or parts[needed].empty:
            raise TableError(f"{origin}: {needed} ontbreekt of is leeg; haal de tabel opnieuw op bij CBS.")
    info_frame = parts.get(TABLE_INFO)
    info = dict(info_frame.iloc[0]) if info_frame is not None and len(info_frame) else {}
    identifier = str(info.get("Identifier") or table_id).strip()
    year = year_of(info, parts[TOPICS], identifier, origin)
    identifier = identifier or known_tables().get(year, "")
    if not identifier:
        raise TableError(f"{origin}: het nummer van de tabel is onbekend; voeg {TABLE_INFO} toe.")
    rows = parts[ROWS]
    codes = _region_codes(rows, origin)
    known = regions.are_regions(codes)
    rows = rows.assign(region=codes)[known].reset_index(drop=True)
    doubles = rows["region"][rows["region"].duplicated()]
    if len(doubles):
        raise TableError(
            f"{origin}: regio {doubles.iloc[0]} staat er twee keer in (rij {int(doubles.index[0]) + 1}); "
            "haal de tabel opnieuw op bij CBS."
        )
    titles: dict[str, str] = {}
    title_frame = next((parts[name] for name in REGION_DIMENSIONS if name in parts), None)
    if title_frame is not None and {"Key", "Title"} <= set(title_frame):
        titles = dict(
            zip(
                regions.clean_codes(title_frame["Key"]),
                title_frame["Title"].fillna("").astype("str").str.strip(),
                strict=True,
            )
        )
    return CbsTable(
        id=identifier,
        year=year,
        title=str(info.get("Title") or f"Kerncijfers wijken en buurten {year}"),
        modified=str(info.get("Modified") or ""),
        rows=rows,
        topics=_topics(parts[TOPICS], origin),
        region_titles=titles,
        origin=origin,
        service=service,
    )
