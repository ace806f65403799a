"""The table beside the small pictures and the file behind it hold the same wijken, also those without a figure."""

from __future__ import annotations

import pandas as pd

from data.catalogue import Catalogue
from ui.trend_table import trend_rows, trend_table

NAN = float("nan")
NAMES = {"WK01": "Noord", "WK02": "Zuid", "WK03": "Haven"}
REASONS = {"WK01": "observed", "WK02": "observed", "WK03": "suppressed"}
ORDER = ["WK02", "WK03", "WK01"]
SOURCE = "Bron: CBS (CC BY 4.0)."


def judged(indicator: str) -> pd.DataFrame:
    rising = {"verdict": "rises", "slope": 0.5, "lower": 0.3, "upper": 0.7, "n": 10, "last_year": 2024}
    short = {"verdict": "no_verdict", "slope": NAN, "lower": NAN, "upper": NAN, "n": 3, "last_year": 2017}
    shared = {
        "indicator": indicator,
        "unit": "%",
        "first_year": 2015,
        "first_value": 10.0,
        "last_value": 15.0,
        "autocorrelation": 0.4,
        "p": 0.001,
        "p_adjusted": 0.01,
        "judgement": "neutral",
        "since": NAN,
        "now": "",
    }
    return pd.DataFrame([{"region": "WK01", **shared, **rising}, {"region": "WK02", **shared, **short}])


def test_the_file_holds_the_wijken_of_the_table_in_its_order_and_says_why_one_has_no_figure(
    known: Catalogue,
) -> None:
    indicator = known["age_65plus_share"]
    frame = judged(indicator.id)
    table = trend_table(frame, indicator, NAMES, ORDER, REASONS).data
    rows = trend_rows(frame, indicator, NAMES, ORDER, REASONS, SOURCE)
    assert list(rows["name"]) == list(table.index) == ["Zuid", "Haven", "Noord"]
    assert list(rows["class"]) == [
        "geen oordeel",
        "geen cijfer (geheim of te klein om te tonen)",
        "stijgt",
    ]
    haven = rows.set_index("region").loc["WK03"]
    assert (haven["indicator"], haven["unit"], haven["source"]) == (indicator.id, "%", SOURCE)
    assert haven[["first_year", "last_year", "first_value", "slope", "p"]].isna().all()
    assert haven["n"] == 0


def test_years_in_the_file_are_whole_numbers_also_beside_a_wijk_without_any(known: Catalogue) -> None:
    rows = trend_rows(judged("x"), known["age_65plus_share"], NAMES, ORDER, REASONS, SOURCE)
    assert ";2015;2017;3;" in rows.to_csv(sep=";", index=False)
