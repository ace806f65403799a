"""The forecast is a fan that fits its axis; what somebody else expects and what would come of a plan lie beside it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_charts import indicator, line
from ui.chart_forecast import MOST_SCENARIOS, describe_forecast_chart, forecast_chart
from ui.theme import DARK, LIGHT
from ui.wording import THIN

NAN = float("nan")


def spec(chart: Any) -> dict[str, Any]:
    """Return the specification without checking it against the schema once more: that takes most of the time."""
    return dict(chart.to_dict(validate=False))


def rows_of(chart: Any, column: str) -> list[dict[str, Any]]:
    return [row for data in spec(chart)["datasets"].values() for row in data if column in row]


def outlook(first: int = 2023, means: tuple[float, ...] = (3.1, 3.2), width: float = 0.2) -> pd.DataFrame:
    ahead = np.arange(1, len(means) + 1)
    middle = np.asarray(means)
    return pd.DataFrame(
        {
            "year": first - 1 + ahead,
            "mean": middle,
            "lower_80": middle - width * ahead,
            "upper_80": middle + width * ahead,
            "lower_95": middle - 2 * width * ahead,
            "upper_95": middle + 2 * width * ahead,
        }
    )


def official(**changes: Any) -> pd.DataFrame:
    rows = {"year": [2021, 2023, 2024], "people": [2.1, 3.0, 3.3], "lower_67": [NAN, 2.9, 3.0]}
    return pd.DataFrame(rows | {"upper_67": [NAN, 3.1, 3.6]} | changes)


def counts() -> Any:
    return indicator("aantal", 0)


def draw(history: pd.DataFrame | None = None, ahead: pd.DataFrame | None = None, **more: Any) -> Any:
    return forecast_chart(
        line() if history is None else history,
        outlook() if ahead is None else ahead,
        more.pop("of", indicator()),
        more.pop("look", LIGHT),
        title="Titel",
        **more,
    )


def values_axis(chart: dict[str, Any]) -> list[float]:
    layers = chart["layer"]
    return next(
        layer["encoding"]["y"]["scale"]["domain"]
        for layer in layers
        if layer["encoding"].get("y", {}).get("field") == "mean"
    )


def end_texts(chart: Any) -> list[str]:
    """Return what stands behind the lines, from top to bottom."""
    drawn = sorted(rows_of(chart, "end"), key=lambda row: -row["place"])
    return [row["label"] for row in drawn]


def marks(chart: Any) -> list[str]:
    return [layer["mark"]["type"] for layer in spec(chart)["layer"]]


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_a_forecast_is_a_fan_of_two_bands_and_the_text_gives_both(look: Any) -> None:
    chart = draw(look=look).to_dict(validate=True)
    assert sum(layer["mark"]["type"] == "area" for layer in chart["layer"]) == 2
    assert chart["config"]["background"] == look.paper
    assert "in 8 van de 10 gevallen tussen 2,8" in chart["description"]
    assert "in 95 van de 100 tussen 2,4" in chart["description"]
    json.dumps(chart, allow_nan=False)


def test_the_fan_opens_from_the_last_figure_and_the_year_it_starts_is_marked() -> None:
    chart = draw()
    fan = [row for row in rows_of(chart, "lower_95") if "mean" in row]
    assert (fan[0]["year"], fan[0]["lower_95"], fan[0]["mean"], fan[0]["upper_95"]) == (2022, 3.0, 3.0, 3.0)
    assert rows_of(chart, "before")[0]["before"] == "laatste cijfer 2022"
    assert "Waaier vanaf 2023" in spec(chart)["usermeta"]["caption"]


def test_a_year_without_a_band_is_not_drawn_at_all() -> None:
    ahead = outlook(means=(3.1, 3.2, 3.3))
    ahead.loc[2, ["lower_80", "upper_80", "lower_95", "upper_95"]] = NAN
    chart = draw(ahead=ahead)
    assert max(row["year"] for row in rows_of(chart, "mean")) == 2024
    nothing = draw(ahead=ahead.loc[2:])
    assert "area" not in marks(nothing)
    assert 2025 not in {row.get("year") for row in rows_of(nothing, "year")}


@pytest.mark.parametrize("status", ["suppressed", "not_published"])
def test_without_a_figure_there_is_a_sentence_with_the_reason(status: str) -> None:
    frame = line(values=(NAN, NAN)).assign(status=status)
    drawn = spec(draw(frame))
    assert "geen cijfer" in drawn["description"]
    assert f"Bron: {indicator().source}" in drawn["usermeta"]["caption"]


@settings(max_examples=12, deadline=None)
@given(
    st.floats(-1e6, 1e6, allow_nan=False),
    st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=10),
    st.floats(0, 1e6, allow_nan=False),
)
def test_the_axis_holds_both_bands_whatever_they_are(last: float, means: list[float], width: float) -> None:
    ahead = outlook(means=tuple(means), width=width)
    chart = draw(line(values=(last, last, last)), ahead, of=counts()).to_dict(validate=False)
    low, high = values_axis(chart)
    slack = 1e-9 * (high - low)
    assert low <= ahead["lower_95"].min() + slack
    assert high >= ahead["upper_95"].max() - slack
    json.dumps(chart, allow_nan=False)


def test_the_end_of_the_fan_says_figure_and_band_no_finer_than_the_doubt() -> None:
    history = line(values=(3805.0, 3850.0, 3871.0))
    chart = draw(history, outlook(means=(3903.0,), width=300.0), of=counts())
    assert end_texts(chart) == [f"3{THIN}900", f"(3{THIN}600 – 4{THIN}200)"]


def test_beside_a_forecast_only_converted_figures_carry_a_band() -> None:
    history = line().assign(margin=0.5)
    assert not rows_of(draw(history), "band_low")

    history["status"] = history["status"].mask(history["year"] == 2020, "bridged")
    drawn = rows_of(draw(history), "band_low")
    assert [row["year"] for row in drawn if row["band_high"] > row["band_low"]] == [2020]
    assert "Kruisje, stippellijn" in spec(draw(history))["usermeta"]["caption"]


def test_a_provisional_last_figure_stays_open_and_dashed() -> None:
    text = json.dumps(spec(draw(line(last="provisional"))))
    assert '"strokeDash": [5, 4]' in text
    assert "Open punt" in text


def test_the_official_projection_has_a_hue_and_a_name_of_its_own() -> None:
    chart = draw(official=official())
    caption = spec(chart)["usermeta"]["caption"]
    assert "CBS/PBL" in end_texts(chart)
    inks = {row["label"]: row["ink"] for row in rows_of(chart, "end")}
    assert inks["CBS/PBL"] != inks["verwacht 3,2\u00a0%"]
    assert "Lange strepen: prognose van CBS/PBL, stippellijnen" in caption
    assert "Prognose van CBS/PBL: 3,3\u00a0% in 2024." in spec(chart)["description"]


def test_an_official_projection_without_bounds_is_drawn_without_words_about_them() -> None:
    chart = draw(official=official(lower_67=NAN, upper_67=NAN))
    assert "stippellijnen" not in spec(chart)["usermeta"]["caption"]
    json.dumps(spec(chart), allow_nan=False)


def test_an_official_projection_stands_where_we_expect_nothing() -> None:
    chart = draw(ahead=outlook().iloc[:0], official=official())
    assert end_texts(chart)[0] == "CBS/PBL"
    assert "area" not in marks(chart)


def scenario(shift: float) -> pd.DataFrame:
    return outlook()[["year", "mean"]].assign(mean=outlook()["mean"] + shift)


def test_a_scenario_is_told_apart_by_name_dash_and_shape_and_called_no_forecast() -> None:
    plans = {"Nieuwbouw": scenario(0.4), "Minder gebruik": scenario(-0.3)}
    chart = draw(scenarios=plans)
    dashes = [
        json.dumps(layer["mark"]["strokeDash"])
        for layer in spec(chart)["layer"]
        if layer["mark"]["type"] == "line" and layer["mark"].get("strokeWidth") == 2.2
    ]
    shapes = [layer["mark"]["shape"] for layer in spec(chart)["layer"] if "shape" in layer["mark"]]
    assert len(set(dashes)) == len(dashes) == 2
    assert len(set(shapes)) == len(shapes) == 2
    assert set(plans) <= set(end_texts(chart))
    assert "area" in marks(chart), "the fan of the forecast stays behind it"
    assert "‘Nieuwbouw’ en ‘Minder gebruik’: scenario’s" in spec(chart)["usermeta"]["caption"]
    assert "Scenario ‘Nieuwbouw’: 3,6\u00a0% in 2024." in spec(chart)["description"]


def test_a_scenario_is_never_drawn_without_the_fan_of_the_forecast() -> None:
    chart = draw(ahead=outlook().iloc[:0], scenarios={"Nieuwbouw": scenario(0.4)})
    assert "Nieuwbouw" not in json.dumps(spec(chart))


def test_no_more_scenarios_than_can_be_told_apart() -> None:
    plans = {f"Plan {n}": scenario(n / 10) for n in range(5)}
    chart = draw(scenarios=plans, official=official())
    assert sum(text.startswith("Plan") for text in end_texts(chart)) == MOST_SCENARIOS
    assert len({row["ink"] for row in rows_of(chart, "end")}) == MOST_SCENARIOS + 2


def test_labels_of_lines_that_end_together_do_not_cover_each_other() -> None:
    chart = draw(scenarios={"Nieuwbouw": scenario(0.0), "Sloop": scenario(0.0)})
    places = sorted(row["place"] for row in rows_of(chart, "end"))
    assert min(np.diff(places)) > 0
    order = sorted(rows_of(chart, "end"), key=lambda row: row["place"])
    assert [row["ink"] for row in order][::2] == [row["ink"] for row in order][1::2], (
        "two lines stay together"
    )


def test_the_text_alternative_stands_on_its_own() -> None:
    told = describe_forecast_chart(line(), outlook(), indicator(), official(), {"Nieuwbouw": scenario(0.4)})
    for part in ("Noord: 1,0\u00a0% in 2020", "Waaier van de verwachting tot 2024", "CBS/PBL", "Nieuwbouw"):
        assert part in told
