"""What is needed according to the forecast and to scenarios, side by side, as a table and a workbook to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from analysis.needs import Need
from reports.export import made, workbook

_EXPECTED: Final = "verwachting"
_NUMBERS: Final = ("people_mean", "people_lower_80", "people_upper_80", "people_lower_95", "people_upper_95")
_RATES: Final = ("rate_mean", "rate_lower_80", "rate_upper_80")
_DIFFERENCES: Final = ("difference_mean", "difference_lower_80", "difference_upper_80")
_DUTCH: Final = {
    "people_mean": "aantal",
    "people_lower_80": "aantal van (80 %)",
    "people_upper_80": "aantal tot (80 %)",
    "people_lower_95": "aantal van (95 %)",
    "people_upper_95": "aantal tot (95 %)",
    "rate_mean": "per 1 000 inwoners",
    "rate_lower_80": "per 1 000 van (80 %)",
    "rate_upper_80": "per 1 000 tot (80 %)",
    "difference_mean": "verschil met verwachting",
    "difference_lower_80": "verschil van (80 %)",
    "difference_upper_80": "verschil tot (80 %)",
}
_ABOUT: Final = {
    "Wat dit is": (
        "Hoeveel mensen iets nodig hebben: wat Wijkradar verwacht, met scenario's ernaast. Een scenario is geen "
        "verwachting; het zegt wat er gebeurt áls de aannames uitkomen."
    ),
    "Hoe het is berekend": (
        "Verwacht aantal mensen maal verwacht gebruik. De grenzen komen uit trekkingen: zo ver zaten eerdere "
        "verwachtingen ernaast. Een scenario rekent met dezelfde trekkingen; daarom is het verschil zekerder dan de "
        "aantallen zelf."
    ),
    "Van en tot": "In 8 van de 10 gevallen (80 %) of 19 van de 20 (95 %) ligt wat er komt tussen deze grenzen.",
    "Lege cellen": (
        "Geen grenzen: er zijn te weinig jaren om te weten hoe ver een verwachting ernaast zit. Een lege cel is geen 0."
    ),
    "Bron": "CBS, Kerncijfers wijken en buurten; verwachtingen en scenario's: bewerking Wijkradar",
    "Licentie": "CC BY 4.0, met bronvermelding",
}


def side_by_side(
    expected: pd.DataFrame,
    scenarios: Mapping[str, pd.DataFrame],
    needs: Sequence[Need],
    names: Mapping[str, str],
) -> pd.DataFrame:
    """Put what is expected and what scenarios make of it in one table.

    Parameters
    ----------
    expected : DataFrame
        What `analysis.needs.outlook` returns without a scenario.
    scenarios : mapping of str to DataFrame
        Name -> the same with that scenario.
    needs : sequence of Need
        For the titles.
    names : mapping of str to str
        Name of each region by code; the code itself where there is none.

    Returns
    -------
    DataFrame
        Columns code, gebied, wat er nodig is, jaar and gemeten (ja in the last measured year), and for the forecast and
        each scenario, with its name in front of the column: the number, its bands, the same per 1,000 inhabitants, and
        for a scenario the difference with the forecast. All have one decimal, so that small numbers add up.
    """
    keys = ["region", "need", "year"]
    titles = {need.id: need.title or need.id for need in needs}
    table = _named(expected, _EXPECTED, (*_NUMBERS, *_RATES), keys).merge(
        expected[[*keys, "horizon"]], on=keys
    )
    for name, rows in scenarios.items():
        # A scenario may be called like the forecast itself.
        columns = _named(rows, f"scenario {name}", (*_NUMBERS, *_RATES, *_DIFFERENCES), keys)
        table = table.merge(columns, "left", on=keys)
    head = pd.DataFrame(
        {
            "code": table["region"],
            "gebied": table["region"].map(lambda code: names.get(code, code)),
            "wat er nodig is": table["need"].map(titles),
            "jaar": table["year"],
            "gemeten": table["horizon"].eq(0).map({True: "ja", False: "nee"}),
        }
    )
    return pd.concat([head, table.drop(columns=[*keys, "horizon"]).round(1)], axis=1)


def _named(rows: pd.DataFrame, head: str, columns: Sequence[str], keys: Sequence[str]) -> pd.DataFrame:
    names = {column: f"{head}: {_DUTCH[column]}" for column in columns}
    return rows[[*keys, *columns]].rename(columns=names)


def _decimal(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def needs_workbook(
    table: pd.DataFrame,
    assumed: Mapping[str, Sequence[str]],
    needs: Sequence[Need],
    about: Mapping[str, str] | None = None,
) -> bytes:
    """Return an Excel file with `side_by_side` and a sheet that accounts for it, with the assumptions of each scenario.

    Parameters
    ----------
    table : DataFrame
    assumed : mapping of str to sequence of str
        Name of each scenario -> what it assumes, in sentences.
    needs : sequence of Need
    about : mapping of str to str, optional
        Further topics for that sheet.
    """
    told = {
        f"Scenario {name}": " ".join(sentences) or "Zonder aannames." for name, sentences in assumed.items()
    }
    parts = {f"Deel van de groep: {n.title}": _decimal(100 * n.factor) + " %" for n in needs if n.factor != 1}
    return workbook(table, {**_ABOUT, **told, **parts, **(about or {}), **made()})
