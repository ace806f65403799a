"""What is expected of all wijken: sure changes in order, the rest in blocks of its own, and nobody left out."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

from tests.unit.test_charts import indicator
from ui.chart_expected import CLICKED, changes, expected_chart, with_chosen
from ui.theme import DARK, LIGHT
from ui.wording import MINUS, SPACE, THIN

NAN = float("nan")


def rows(*courses: str, **columns: Any) -> pd.DataFrame:
    n = len(courses)
    sign = np.array([{"rises": 1.0, "falls": -1.0}.get(course, 0.0) for course in courses])
    change = np.where(np.array(courses) == "none", NAN, sign * 100 * (1 + np.arange(n)))
    frame = {
        "region": [f"WK9917{place:02d}" for place in range(n)],
        "name": [f"Wijk {place:02d} {chr(65 + place % 26)}{place}dorp" for place in range(n)],
        "change": change,
        "lower_80": change - 60,
        "upper_80": change + 60,
        "course": list(courses),
    }
    return pd.DataFrame(frame | columns)


def draw(frame: pd.DataFrame, look: Any = LIGHT, **more: Any) -> dict[str, Any]:
    return expected_chart(frame, indicator("aantal", 0), look, title="Titel", **more)


def data(chart: dict[str, Any], column: str) -> list[dict[str, Any]]:
    return [row for rows in chart["datasets"].values() for row in rows if column in row]


def down(chart: dict[str, Any]) -> list[str]:
    """Return names and headings from top to bottom."""
    places = {row["place"]: row["label"] for row in data(chart, "label") if "place" in row}
    return [places[place] for place in sorted(places)]


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_what_is_drawn_is_vega_lite_with_the_look_and_a_text_alternative(look: Any) -> None:
    chart = draw(rows("rises", "falls", "about_equal", "none"), look)
    known = {name: part for name, part in chart.items() if name not in ("usermeta",)}
    alt.LayerChart.from_dict(known, validate=True)
    json.dumps(chart, allow_nan=False)
    assert chart["config"]["background"] == look.paper
    assert "In 1 stijgt het" in chart["description"]
    assert f"Van 1{SPACE}wijk is er geen verwachting" in chart["description"]


def test_sure_changes_are_ranked_and_the_others_stand_below_by_name() -> None:
    chart = draw(rows("too_uncertain", "rises", "falls", "rises", "about_equal", "none"))
    assert down(chart) == [
        "D3dorp",
        "B1dorp",
        "C2dorp",
        "Ongeveer gelijk of te onzeker: geen volgorde",
        "A0dorp",
        "E4dorp",
        "Niet te voorspellen",
        "F5dorp",
    ]


def test_unsure_differs_from_sure_without_colour() -> None:
    chart = draw(rows("rises", "too_uncertain"))
    widths = {layer["mark"]["strokeWidth"] for layer in chart["layer"] if layer["mark"]["type"] == "rule"}
    filled = [
        bool(layer["mark"].get("filled")) for layer in chart["layer"] if layer["mark"]["type"] == "point"
    ]
    assert {2, 7} <= widths
    assert sorted(filled) == [False, True]


def test_a_wijk_without_a_forecast_gives_its_reason() -> None:
    chart = draw(rows("rises", "none", reason=["", "te weinig jaren sinds een breuk"]))
    assert "te weinig jaren sinds een breuk" in {row["told"] for row in data(chart, "told")}


def test_a_hundred_and_ten_wijken_with_long_names_all_have_a_row() -> None:
    frame = rows(*["about_equal"] * 110)
    frame["name"] = [
        f"Wijk {n:02d} Buitengewoon lange naam van een wijk bij de rivier {n}" for n in range(110)
    ]
    frame["region"] = [f"WK99{n:04d}" for n in range(110)]
    chart = draw(frame)
    assert len({row["region"] for row in data(chart, "alternative")}) == 110
    labels = [row["label"] for row in data(chart, "told_short")]
    assert len(set(labels)) == 110
    assert len(chart["description"]) < 400


def test_every_point_is_on_the_scale_and_a_band_beyond_it_says_so() -> None:
    frame = rows("too_uncertain", *["rises"] * 11)
    frame.loc[0, ["lower_80", "upper_80"]] = [-90_000.0, 90_000.0]
    chart = draw(frame)
    low, high = next(
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in chart["layer"]
        if layer["encoding"].get("x", {}).get("field") == "change"
    )
    assert low <= 0 <= frame["change"].max() <= high < 10_000
    assert all(
        low <= row["drawn_low"] <= row["drawn_high"] <= high
        for row in data(chart, "drawn_low")
        if "drawn_high" in row
    )
    assert "Driehoek: de balk gaat verder dan de schaal." in chart["usermeta"]["caption"]
    assert "Driehoek" not in draw(rows(*["rises"] * 12))["usermeta"]["caption"]


def test_a_click_names_the_region_and_the_frame_moves_without_drawing_anew() -> None:
    chart = draw(rows("rises", "falls"), chosen="WK991700")
    selectable = [param for layer in chart["layer"] for param in layer.get("params", [])]
    assert [param["name"] for param in selectable] == [CLICKED]
    assert selectable[0]["select"]["fields"] == ["region"]
    assert [param["value"] for param in chart["params"]] == ["WK991700"]
    assert [param["value"] for param in with_chosen(chart, "WK991701")["params"]] == ["WK991701"]
    assert [param["value"] for param in with_chosen(chart, None)["params"]] == [""]


def test_a_figure_without_judgement_is_never_painted_good_or_bad() -> None:
    chart = draw(rows("rises", "falls", judgement=["neutral", "unfavourable"]))
    inks = {row["ink"] for row in data(chart, "ink")}
    assert inks == {LIGHT.quiet, LIGHT.unfavourable}
    assert "Blauw" not in chart["usermeta"]["caption"]


def test_a_change_is_written_no_finer_than_its_doubt_and_keeps_its_sign() -> None:
    row = pd.Series({"change": 1113.0, "lower_80": 948.0, "upper_80": 1272.0})
    assert changes(row, indicator("aantal", 0)) == (f"+1{THIN}110", "+950", f"+1{THIN}270")
    share = pd.Series({"change": -1.93, "lower_80": -3.0, "upper_80": -0.7})
    assert changes(share, indicator("aantal", 0), in_percent=True)[0] == f"{MINUS}1,9{SPACE}%"
    euros = pd.Series({"change": 1.2, "lower_80": 0.6, "upper_80": 1.8})
    assert changes(euros, indicator("x 1 000 euro"))[0] == f"+€{SPACE}1{THIN}200"


def test_nothing_expected_of_any_wijk_becomes_a_sentence() -> None:
    chart = draw(rows("none", "none"))
    assert "Van geen enkele wijk" in chart["description"]
    assert not any("params" in layer for layer in chart["layer"])
