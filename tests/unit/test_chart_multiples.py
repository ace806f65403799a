"""Small multiples: one scale for all, nothing drawn across a break, and a panel for everyone."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

from tests.unit.test_charts import indicator, line
from ui.chart_multiples import multiples_chart, on_a_telephone, with_selected
from ui.theme import DARK, LIGHT
from ui.trending import as_index, base_years, fitted_line, in_order

NAN = float("nan")


def wijk(number: int, values: tuple[float, ...], **changes: Any) -> pd.DataFrame:
    return line(f"WK9917{number:02d}", f"Wijk {number:02d} Kwartier {number}", values, **changes)


def many(count: int) -> pd.DataFrame:
    return pd.concat([wijk(n, (1.0 + n, 2.0 + n, 3.0 + n)) for n in range(count)], ignore_index=True)


def judged(**verdicts: str) -> pd.DataFrame:
    rows = [
        {
            "region": region,
            "verdict": verdict,
            "judgement": "unfavourable" if verdict == "rises" else "neutral",
        }
        for region, verdict in verdicts.items()
    ]
    return pd.DataFrame(rows, columns=["region", "verdict", "judgement"])


def draw(frame: pd.DataFrame, look: Any = LIGHT, **more: Any) -> dict[str, Any]:
    order = list(dict.fromkeys(frame["region"]))
    return multiples_chart(
        frame,
        more.pop("judged", judged()),
        indicator(),
        look,
        title="Titel",
        order=more.pop("order", order),
        **more,
    )


def rows(chart: dict[str, Any], *columns: str) -> list[dict[str, Any]]:
    sets = [layer["data"]["values"] for layer in chart["layer"]]
    return [row for data in sets for row in data if set(columns) <= set(row)]


def panels(chart: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["region"]: row for row in rows(chart, "alternative")}


def told(chart: dict[str, Any]) -> str:
    """Return the caption under the panels."""
    return str(chart["usermeta"]["caption"])


@pytest.mark.parametrize(("look", "count"), [(LIGHT, 1), (DARK, 24), (LIGHT, 99)])
def test_what_is_drawn_is_vega_lite_with_the_look_and_a_text_alternative(look: Any, count: int) -> None:
    chart = draw(many(count), look)
    alt.LayerChart.from_dict(
        {name: part for name, part in chart.items() if name != "usermeta"}, validate=True
    )
    json.dumps(chart, allow_nan=False)
    assert chart["config"]["background"] == look.paper
    assert chart["width"] == "container"
    assert f"{count}\u00a0wijk" in chart["description"]


def test_every_wijk_has_one_panel_in_the_order_that_was_asked() -> None:
    frame = many(5)
    order = list(dict.fromkeys(frame["region"]))[::-1]
    chart = draw(frame, order=order)
    assert list(panels(chart)) == order
    assert [row["slot"] for row in panels(chart).values()] == [0, 1, 2, 3, 4]


def test_all_panels_share_one_scale() -> None:
    chart = draw(pd.concat([wijk(1, (10.0, 20.0, 40.0)), wijk(2, (10.0, 20.0, 20.0))]))
    lines = {(row["slot"], row["u"], row["v"]) for row in rows(chart, "u2", "v2")}
    # 10 of a scale from 0 to 40 lies at three quarters from the top, in both panels.
    assert {(0, 0.0, 0.75), (1, 0.0, 0.75)} <= lines
    assert "Alle plaatjes hebben dezelfde schaal." in told(chart)


def test_one_wijk_far_above_all_others_does_not_flatten_them_and_is_told() -> None:
    frame = pd.concat([many(12), wijk(50, (10.0, 500.0, 900.0))])
    chart = draw(frame)
    assert all(0 <= row[end] <= 1 for row in rows(chart, "u2", "v2") for end in ("v", "v2"))
    arrows = [row["label"] for row in rows(chart, "label", "u") if "↑" in row["label"]]
    assert len(arrows) == 1
    assert "Kwartier 50 gaat daar bovenuit" in told(chart)
    assert "900" in panels(chart)["WK991750"]["alternative"]
    assert "↑" not in json.dumps(draw(many(12)), ensure_ascii=False)


def test_no_line_crosses_a_break_or_a_year_without_a_figure() -> None:
    broken = wijk(1, (1.0, 2.0, 3.0, 4.0), segments=[0, 0, 1, 1])
    gap = wijk(2, (1.0, NAN, 3.0, 4.0))
    edges = {
        (row["slot"], round(row["u"] * 3), round(row["u2"] * 3))
        for row in rows(draw(pd.concat([broken, gap])), "u2", "v2")
    }
    assert edges == {(0, 0, 1), (0, 2, 3), (1, 2, 3)}


def test_a_wijk_without_figures_gets_a_panel_that_says_so_and_why() -> None:
    frame = pd.concat([many(2), wijk(9, (NAN, NAN, NAN), last="suppressed")])
    empty = panels(draw(frame))["WK991709"]
    assert empty["told"] == "geen cijfer"
    assert "geheim" in empty["alternative"]


def test_the_class_stands_above_the_panel_in_words_and_not_in_colour_alone() -> None:
    chart = draw(
        many(2),
        judged=judged(WK991700="rises"),
        labels={"WK991700": "stijgt (ongunstig)", "WK991701": "te onzeker"},
    )
    heads = {row["told"]: row["ink"] for row in rows(chart, "told", "ink")}
    assert heads == {"stijgt (ongunstig)": LIGHT.unfavourable, "te onzeker": LIGHT.quiet}


def test_the_comparator_is_grey_in_every_panel_and_named() -> None:
    gemeente = line("GM9917", "Voorbeeldstad", (2.0, 2.0, 2.0), role="gemeente")
    chart = draw(many(4), comparator=gemeente)
    grey = [
        layer
        for layer in chart["layer"]
        if layer["mark"].get("color") == LIGHT.no_figure and "strokeDash" in layer["mark"]
    ]
    assert {row["slot"] for layer in grey for row in layer["data"]["values"]} == {0, 1, 2, 3}
    assert "Dunne grijze lijn: Voorbeeldstad." in told(chart)
    one_year = draw(many(4), comparator=gemeente.iloc[:1])
    assert "grijze lijn" not in told(one_year)


def test_the_frame_moves_to_another_wijk_without_drawing_anew() -> None:
    chart = draw(many(3), selected="WK991700")
    moved = with_selected(chart, "WK991702")
    assert {param["name"]: param for param in chart["params"]}["gekozen"]["value"] == "WK991700"
    assert {param["name"]: param for param in moved["params"]}["gekozen"]["value"] == "WK991702"
    assert moved["layer"] is chart["layer"]


def test_a_telephone_gets_two_columns_and_a_taller_picture() -> None:
    chart = draw(many(24))
    narrow = on_a_telephone(chart, 24)
    assert {param["name"]: param for param in narrow["params"]}["kolommen"]["expr"] == "2"
    assert narrow["height"] > 1.5 * chart["height"]
    assert chart["height"] < 1000


def test_without_any_figure_there_is_a_sentence() -> None:
    chart = draw(wijk(1, (NAN, NAN), last="not_published"))
    assert "geen cijfer" in chart["description"]


def test_provisional_and_converted_stretches_keep_their_own_dashes() -> None:
    frame = wijk(1, (1.0, 2.0, 3.0, 4.0), last="provisional")
    frame.loc[0, "status"] = "bridged"
    chart = draw(frame)
    dashes = {
        json.dumps(layer["mark"]["strokeDash"]) for layer in chart["layer"] if "strokeDash" in layer["mark"]
    }
    assert len(dashes) == 3
    assert "voorlopig" in told(chart)
    assert "omgerekend" in told(chart)


# What goes into the pictures ------------------------------------------------------------------------


def with_margin(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(margin=1.0, unit="%").reset_index(drop=True)


def test_an_index_starts_at_100_in_the_year_that_most_share_and_leaves_out_what_came_before_a_break() -> None:
    a = wijk(1, (5.0, 10.0, 20.0))
    b = wijk(2, (50.0, 40.0, 60.0), segments=[0, 1, 1])
    c = wijk(3, (NAN, 8.0, 4.0))
    frame = with_margin(pd.concat([a, b, c]))
    base = base_years(frame)
    assert set(base.values()) == {2021}
    drawn, factors = as_index(frame, base)
    got = drawn[drawn["value"].notna()].set_index(["region", "year"])["value"]
    assert got[("WK991701", 2020)] == 50
    assert got[("WK991702", 2022)] == 150
    assert ("WK991702", 2020) not in got.index
    assert factors["WK991703"] == 12.5


def test_a_series_that_starts_at_nothing_has_no_index() -> None:
    frame = with_margin(pd.concat([wijk(1, (0.0, 1.0, 2.0)), wijk(2, (1.0, 2.0, 3.0))]))
    assert base_years(frame) == {"WK991702": 2020}


def trend(**changes: Any) -> pd.Series:
    row = {
        "region": "WK991701",
        "first_year": 2020,
        "last_year": 2022,
        "n": 3,
        "slope": 2.0,
        "lower": 1.0,
        "upper": 3.0,
        "line_first": 1.0,
        "line_last": 5.0,
        "unit": "%",
        "verdict": "rises",
        "judgement": "neutral",
        "since": pd.NA,
        "now": "",
    }
    return pd.Series(row | changes)


def test_the_fitted_line_ends_where_the_trend_says_with_a_band_that_turns_around_the_middle() -> None:
    fit = fitted_line(with_margin(wijk(1, (1.0, 3.0, 5.0))), trend(), indicator()).set_index("year")
    assert list(fit["line"]) == [1.0, 3.0, 5.0]
    assert list(fit["line_low"]) == [0.0, 3.0, 4.0]
    assert list(fit["line_high"]) == [2.0, 3.0, 6.0]
    assert set(fit["label"]) == {"stijgt: 2,0\u00a0procentpunt per jaar"}


def test_where_the_direction_is_too_uncertain_there_is_a_band_and_no_line() -> None:
    fit = fitted_line(with_margin(wijk(1, (1.0, 3.0, 5.0))), trend(verdict="too_uncertain"), indicator())
    assert fit["line"].isna().all()
    assert fit["line_low"].notna().all()
    assert set(fit["label"]) == {"richting te onzeker"}


def test_without_a_verdict_nothing_is_fitted() -> None:
    assert fitted_line(with_margin(wijk(1, (1.0, 3.0, 5.0))), trend(verdict="no_verdict"), indicator()).empty


def test_after_a_turn_the_line_bends_and_only_the_new_course_has_a_band() -> None:
    frame = with_margin(wijk(1, (1.0, 2.0, 3.0, 2.0, 1.0)))
    turned = trend(
        last_year=2024,
        n=5,
        since=2023,
        now="falls",
        turn_year=2022,
        slope_before=1.0,
        slope_after=-1.0,
        after_lower=-1.5,
        after_upper=-0.5,
    )
    fit = fitted_line(frame, turned, indicator())
    assert list(fit["line"]) == [1.0, 3.0, 1.0]
    assert np.allclose(fit["line_high"] - fit["line_low"], [0, 0, 2])
    assert set(fit["label"]) == {"daalt sinds 2023"}


def test_unfavourable_comes_first_by_speed_and_what_cannot_be_told_apart_is_not_ranked() -> None:
    rows = pd.DataFrame(
        {
            "region": ["a", "b", "c", "d", "e"],
            "verdict": ["rises", "too_uncertain", "rises", "falls", "too_uncertain"],
            "judgement": ["unfavourable", "neutral", "unfavourable", "favourable", "neutral"],
            "slope": [1.0, 5.0, 2.0, -1.0, 9.0],
        }
    )
    assert in_order(rows, ["a", "b", "c", "d", "e", "zonder"]) == ["c", "a", "b", "e", "zonder", "d"]
