"""Small tables in the form of the CBS service, for tests."""

from __future__ import annotations

import pandas as pd

from data import cbs_table
from data.cbs_table import CbsTable

#: Key, title, unit of the columns that a small table has unless a test says otherwise.
FIRST = [
    ("Gemeentenaam_1", "Gemeentenaam", "naam"),
    ("SoortRegio_2", "Soort regio", "omschrijving"),
    ("Codering_3", "Codering", "code"),
    ("IndelingswijzigingWijkenEnBuurten_4", "Indelingswijziging wijken en buurten", "code"),
    ("AantalInwoners_5", "Aantal inwoners", "aantal"),
]


def parts(
    rows: list[dict[str, object]],
    topics: list[tuple[str, str, str]] = FIRST,
    *,
    year: int = 2020,
    table_id: str = "84799NED",
    descriptions: dict[str, str] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the parts of a table as the service names them; every row needs WijkenEnBuurten."""
    keys = [key for key, _, _ in topics]
    properties = [{"Key": "WijkenEnBuurten", "Title": "Wijken en buurten", "Unit": None, "Description": ""}]
    properties += [
        {"Key": key, "Title": title, "Unit": unit, "Description": (descriptions or {}).get(key, "")}
        for key, title, unit in topics
    ]
    filled = [
        {"WijkenEnBuurten": row["WijkenEnBuurten"], **{key: row.get(key) for key in keys}} for row in rows
    ]
    return {
        cbs_table.ROWS: pd.DataFrame(filled),
        cbs_table.TOPICS: pd.DataFrame(properties).assign(ID=range(len(properties)), ParentID=None),
        cbs_table.TABLE_INFO: pd.DataFrame(
            [{"Identifier": table_id, "Period": str(year), "Title": f"Kerncijfers wijken en buurten {year}"}]
        ),
    }


def small_table(rows: list[dict[str, object]], **options: object) -> CbsTable:
    """Return a table with only these rows and columns."""
    return cbs_table.from_parts(parts(rows, **options), "een kleine tabel")  # type: ignore[arg-type]
