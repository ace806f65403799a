"""An invented official projection of Voorbeeldstad, in the form of the one of CBS and PBL.

Made as if in 2022: the growth of the four years before it goes on and fades. The new wijk that drove that growth was full
soon after, so that the town that the projection saw coming is larger than the one that came.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from data.projection import known_tables
from data.sample.divisions import GEMEENTE, YEARS
from data.sample.measures import Measures
from data.sample.publish import write_value_file
from data.sample.society import UNKNOWN

_MADE_IN: Final = 2022
_YEARS: Final = range(2023, 2051)
#: Share of the growth that is left a year later, and how far off (share of the people) the first year may be.
_FADES, _FIRST_ERROR = 0.88, 0.006


def write_projection(folder: Path, measures: Measures) -> None:
    """Write the table under ``prognose/{table}/``."""
    table = folder / "prognose" / known_tables().intervals
    write_value_file(table / "TableInfos.json", _table_infos())
    write_value_file(table / "TypedDataSet.json", _rows(measures))


def _people(measures: Measures, year: int) -> float:
    return float(measures["people"][: UNKNOWN + 1, YEARS.index(year)].sum())


def _rows(measures: Measures) -> list[dict[str, Any]]:
    people = _people(measures, _MADE_IN)
    growth = (people / _people(measures, _MADE_IN - 4)) ** 0.25 - 1
    listed: list[dict[str, Any]] = []
    for ahead, year in enumerate(_YEARS, 1):
        people *= 1 + growth * _FADES ** (ahead - 1)
        off = _FIRST_ERROR * ahead**0.5 * (1 + ahead / 40)
        for bound, value in (
            ("MW00000", people),
            ("MOG0067", people * (1 - off)),
            ("MBG0067", people * (1 + off)),
        ):
            listed.append(
                {
                    "ID": len(listed),
                    f"RegioIndeling{known_tables().division}": GEMEENTE,
                    "PrognoseInterval": bound,
                    "Leeftijd": "10000",
                    "Perioden": f"{year}JJ00",
                    "TotaleBevolking_1": round(value / 1_000, 1),
                }
            )
    return listed


def _table_infos() -> list[dict[str, Any]]:
    return [
        {
            "ID": 0,
            "Title": "Regionale prognose 2023-2050; bevolking, intervallen, regio-indeling 2021",
            "Identifier": known_tables().intervals,
            "Summary": "Verzonnen prognose van de verzonnen gemeente Voorbeeldstad, in de vorm van CBS en PBL.",
            "Modified": "2023-07-05T02:00:00",
            "Period": "2023-2050",
            "Source": "Wijkradar, verzonnen voorbeeldcijfers in de vorm van CBS en PBL",
            "Language": "nl",
        }
    ]
