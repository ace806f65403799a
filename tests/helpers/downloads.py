"""The sample's tables written the way people have them: StatLine downloads and Excel files of CBS."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from data import cbs_table, files, kwb_file, sample
from data.cbs_table import CbsTable

#: Columns about the region, by stem; they stand first in a download.
_REGION_STEMS = ("Gemeentenaam", "SoortRegio", "Codering")
_UNITS_BY_STEM = {"Gemeentenaam": "naam", "SoortRegio": "omschrijving", "Codering": "code"}


@lru_cache
def sample_table(year: int) -> CbsTable:
    """Return the sample's table of one year, from the saved answers of the service."""
    return files.read_table(sample.FOLDER / "odata_v3" / cbs_table.known_tables()[year])


@dataclass(frozen=True)
class Dialect:
    """How a text file is written.

    ``heading`` is one row with paths and units, two rows (title, unit), several rows with the groups above,
    or the raw keys of the service.
    """

    delimiter: str = ";"
    decimal: str = ","
    thousands: str = ""
    encoding: str = "utf-8-sig"
    heading: str = "paths"
    line_end: str = "\r\n"
    title: bool = False
    footer: bool = False
    period: bool = False
    none: str = "."


def written(value: object, dialect: Dialect) -> str:
    """Return one cell in a dialect."""
    if value is None or pd.isna(value):
        return dialect.none
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    text = f"{number:,.1f}" if not number.is_integer() else f"{number:,.0f}"
    return text.translate({ord(","): dialect.thousands, ord("."): dialect.decimal})


def write_csv(
    folder: Path,
    table: CbsTable,
    dialect: Dialect,
    stems: list[str] | None = None,
    *,
    name: str | None = None,
) -> Path:
    """Write a table as a StatLine download; ``stems`` is the choice of topics, all when omitted."""
    topics = table.topics[table.topics["key"].isin(table.rows.columns)]
    topics = topics[~topics["key"].isin(cbs_table.REGION_DIMENSIONS)]
    if stems is not None:
        topics = topics[topics["stem"].isin([*_REGION_STEMS, *stems])]
    heads = [("Wijken en buurten", "", "", "WijkenEnBuurten")]
    heads += [("Perioden", "", "", "Perioden")] if dialect.period else []
    heads += [(t.title, t.unit, t.group.replace(" / ", "/"), t.key) for t in topics.itertuples()]
    regions = table.rows["region"]
    names = regions.map(table.region_titles).fillna(regions)
    lines: list[list[str]] = [[f"Kerncijfers wijken en buurten {table.year}"]] if dialect.title else []
    if dialect.heading == "paths":
        lines.append(
            ["/".join(part for part in (group, title) if part) + (f" ({unit})" if unit else "")
             for title, unit, group, _ in heads]
        )  # fmt: skip
    elif dialect.heading == "keys":
        lines.append([key for *_, key in heads])
    else:
        if dialect.heading == "groups":
            depth = max(group.count("/") + 1 for _, _, group, _ in heads)
            paths = [group.split("/") if group else [] for _, _, group, _ in heads]
            lines += [[path[d] if d < len(path) else title for path, (title, *_) in zip(paths, heads, strict=True)]
                      for d in range(depth)]  # fmt: skip
        lines.append([title for title, *_ in heads])
        lines.append([unit for _, unit, *_ in heads])
    for place, row in table.rows.iterrows():
        cells = [str(names[place])] + ([f"{table.year}JJ00"] if dialect.period else [])
        lines.append(cells + [written(row[key], dialect) for key in topics["key"]])
    if dialect.footer:
        lines += [[], ["Bron: CBS"]]
    path = folder / (name or f"voorbeeldstad_{table.year}.csv")
    with path.open("w", encoding=dialect.encoding, errors="replace", newline="") as stream:
        csv.writer(stream, delimiter=dialect.delimiter, lineterminator=dialect.line_end).writerows(lines)
    return path


def kwb_frame(table: CbsTable) -> pd.DataFrame:
    """Return a table with the short column names of CBS's Excel file of that year, as far as they are known."""
    names = tomllib.loads(
        (Path(kwb_file.__file__).with_name("kwb_columns.toml")).read_text(encoding="utf-8")
    )["columns"]
    short = {
        entry["stem"].casefold(): entry["name"]
        for entry in reversed(names)
        if entry.get("first_year", 0) <= table.year <= entry.get("last_year", 9999) and "unit" not in entry
    }
    if table.year >= 2024:
        short |= {"onbewoondewoningen": "p_leegsw", "gemiddeldeelektriciteitslevering": "g_ele"}
        short |= {"gemgestandaardiseerdinkomen": "g_hh_sti", "gemiddeldaardgasverbruik": "g_gas"}
    short["gemiddeldewoningwaarde"] = "g_woz"
    regions = table.rows["region"]
    columns: dict[str, object] = {
        "gwb_code_10": regions,
        "gwb_code_8": regions.str[2:],
        "regio": regions.map(table.region_titles),
    }
    for topic in table.topics.itertuples():
        if topic.stem == "Gemeentenaam":
            columns["gm_naam"] = table.rows[topic.key].str.strip()
        elif topic.stem == "SoortRegio":
            columns["recs"] = table.rows[topic.key].str.strip()
        elif topic.stem.startswith("Indelingswijziging"):
            columns["ind_wbz"] = table.rows[topic.key]
        elif (name := short.get(topic.stem.casefold())) and name not in columns:
            columns[name] = table.rows[topic.key]
    return pd.DataFrame(columns)
