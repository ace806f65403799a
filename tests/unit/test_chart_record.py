"""What would have been said in earlier years stands beside what came, hits and misses told apart without colour."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.unit.test_chart_forecast import rows_of, spec
from tests.unit.test_charts import indicator, line
from ui.chart_record import (
    best_lead,
    describe_earlier_chart,
    describe_record_chart,
    earlier_chart,
    leads,
    record_chart,
)
from ui.theme import DARK, LIGHT

NAN = float("nan")
FIGURES = (10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0)


def earlier(lead: int = 3, came: tuple[float, ...] = (13.0, 14.0, 15.0), width: float = 1.0) -> pd.DataFrame:
    year = 2023 + np.arange(len(came))
    mean = np.full(len(came), 14.0)
    return pd.DataFrame(
        {
            "origin": year - lead,
            "year": year,
            "horizon": lead,
            "value": came,
            "last_value": 12.0,
            "mean": mean,
            "lower_80": mean - width,
            "upper_80": mean + width,
        }
    )


def draw(rows: pd.DataFrame, look: Any = LIGHT, **more: Any) -> Any:
    return earlier_chart(line(values=FIGURES), rows, indicator(), look, title="Titel", **more)


def layers_with(chart: Any, shape: str) -> list[dict[str, Any]]:
    return [layer for layer in spec(chart)["layer"] if layer["mark"].get("shape") == shape]


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_a_hit_and_a_miss_have_another_shape(look: Any) -> None:
    chart = draw(earlier(came=(13.5, 14.0, 17.0)), look)
    checked = chart.to_dict(validate=True)
    json.dumps(checked, allow_nan=False)
    assert layers_with(chart, "circle")
    assert layers_with(chart, "diamond")
    verdicts = {row["year"]: row["verdict"] for row in rows_of(chart, "verdict")}
    assert verdicts == {2023: "inside", 2024: "inside", 2025: "outside"}
    assert "Ruit: het cijfer kwam buiten de balk." in checked["usermeta"]["caption"]
    assert "Van 3\u00a0cijfers kwamen er 2 in de band" in checked["description"]
    assert "In 2025 niet: het werd 17,0" in checked["description"]


def test_a_figure_on_the_edge_of_its_band_is_a_hit() -> None:
    chart = draw(earlier(came=(13.0, 15.0)), lead=3)
    assert {row["verdict"] for row in rows_of(chart, "verdict")} == {"inside"}
    assert "Elk cijfer kwam in zijn balk." in spec(chart)["usermeta"]["caption"]


def test_where_no_band_would_have_been_given_nothing_counts_as_right_or_wrong() -> None:
    rows = earlier()
    rows.loc[0, ["lower_80", "upper_80"]] = NAN
    chart = draw(rows)
    assert {row["year"]: row["verdict"] for row in rows_of(chart, "verdict")}[2023] == "unbanded"
    assert "Van 2\u00a0cijfers" in spec(chart)["description"]
    json.dumps(spec(chart), allow_nan=False)
    none = draw(rows.assign(lower_80=NAN, upper_80=NAN))
    assert "toen was er nog geen band" in spec(none)["description"]
    assert "Grijze balk" not in spec(none)["usermeta"]["caption"]


def test_only_the_asked_number_of_years_ahead_is_drawn() -> None:
    rows = pd.concat([earlier(1), earlier(3), earlier(5)])
    chart = draw(rows, lead=1)
    assert {row["year"] - row["origin"] for row in rows_of(chart, "origin")} == {1}
    assert "1\u00a0jaar eerder" in spec(chart)["description"]


def test_the_page_offers_the_years_ahead_with_enough_cases() -> None:
    rows = pd.concat([earlier(1), earlier(3), earlier(5, came=(13.0,))])
    assert leads(rows) == [1, 3]
    assert best_lead(rows) == 3
    assert best_lead(rows.loc[rows["horizon"] == 5]) == 5
    assert best_lead(rows.iloc[:0]) is None


def test_the_axis_holds_every_band() -> None:
    chart = draw(earlier(width=30.0))
    low, high = next(
        layer["encoding"]["y"]["scale"]["domain"]
        for layer in spec(chart)["layer"]
        if layer["encoding"].get("y", {}).get("field") == "lower_80"
    )
    assert low <= -16
    assert high >= 44


def test_without_earlier_forecasts_there_is_a_sentence() -> None:
    told = describe_earlier_chart(earlier().iloc[:0], indicator())
    assert "geen eerdere verwachtingen" in told
    assert spec(draw(earlier().iloc[:0]))["description"] == told


def record(**changes: Any) -> pd.DataFrame:
    rows = {
        "horizon": [1, 3, 5],
        "n": [120, 80, 40],
        "first_origin": [2015, 2015, 2015],
        "last_origin": [2024, 2022, 2020],
        "mae": [1.0, 2.0, 3.0],
        "mae_no_change": [1.2, 2.0, 2.5],
        "relative": [1 / 1.2, 1.0, 1.2],
        "covered_80": [0.82, 0.41, NAN],
        "covered_95": [0.96, 0.80, NAN],
    }
    return pd.DataFrame(rows | changes)


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_a_record_is_a_row_per_year_ahead_with_both_promises_marked(look: Any) -> None:
    chart = record_chart(record(), indicator(), look, title="Titel")
    checked = chart.to_dict(validate=True)
    json.dumps(checked, allow_nan=False)
    assert {row["label"] for row in rows_of(chart, "label")} >= {"80\u00a0%", "95\u00a0%", "82", "41"}
    assert [row["against"] for row in rows_of(chart, "percent")] == [
        "17\u00a0% dichterbij",
        "ongeveer even ver",
        "20\u00a0% verder weg",
    ]
    assert "41\u00a0% in de band van 80 %" in checked["description"]


def test_a_share_far_below_what_was_promised_stays_in_the_picture() -> None:
    chart = record_chart(record(covered_80=[0.12, 0.4, NAN]), indicator(), LIGHT, title="t")
    assert all(0 <= row["u"] <= 1 for row in rows_of(chart, "u"))


def test_too_few_trials_for_a_band_are_told_in_its_row() -> None:
    chart = spec(record_chart(record(), indicator(), LIGHT, title="t"))
    assert "te weinig proeven" in json.dumps(chart)
    assert "te weinig proeven voor een band" in chart["description"]


def test_errors_of_nothing_at_all_are_drawn() -> None:
    still = record(mae=0.0, mae_no_change=0.0, relative=1.0)
    json.dumps(spec(record_chart(still, indicator(), LIGHT, title="t")), allow_nan=False)


def test_without_a_record_there_is_a_sentence() -> None:
    chart = spec(record_chart(record().iloc[:0], indicator(), LIGHT, title="t"))
    assert chart["description"] == describe_record_chart(record().iloc[:0], indicator())
