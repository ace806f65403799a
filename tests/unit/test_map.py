"""The map and its legend tell the truth, also about what is not there."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit_folium import generate_leaflet_string

from data.catalogue import catalogue
from data.settings import ROOT
from ui.map import (
    Picture,
    RegionMap,
    alike_swatch,
    category_legend_html,
    class_colours,
    classify,
    clicked_region,
    contrast,
    dot_colours,
    legend_html,
    picture,
)
from ui.painting import as_given
from ui.theme import DARK, LIGHT

EVIL = "<img src=x onerror=alert(1)>"
figures = st.lists(
    st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 1))), max_size=120
)


def series(*values: float | None) -> pd.Series:
    return pd.Series(values, index=[f"WK0917{n:02d}" for n in range(len(values))], dtype="float64")


def areas(**bands: int | None) -> pd.DataFrame:
    return pd.DataFrame(
        {"class": pd.Series(list(bands.values()), dtype="Int64"), "label": "12,3 %"}
    ).set_index(pd.Index(bands, name="region"))


def drawn(frame: pd.DataFrame, **changes: object) -> dict:
    arguments = {"title": "Kaart", "look": LIGHT, "selected": None} | changes
    return picture("GM0917", "wijk", 2022, frame, class_colours(5, LIGHT), **arguments)  # type: ignore[arg-type]


@given(figures, st.integers(1, 5))
def test_every_figure_has_one_class_and_no_class_is_empty(values: list[float | None], k: int) -> None:
    given_figures = pd.Series(values, dtype="float64")
    classes = classify(given_figures, k)
    counts = classes.counts(given_figures)
    assert len(classes) <= k
    assert all(counts)
    assert sum(counts) == given_figures.notna().sum()


@given(figures)
def test_the_bounds_in_the_legend_are_figures_that_occur_and_hold_every_figure_of_their_class(values) -> None:
    given_figures = pd.Series(values, dtype="float64")
    classes = classify(given_figures)
    for step, (low, high) in enumerate(classes.ranges):
        inside = given_figures[classes.of(given_figures) == step]
        assert (inside.min(), inside.max()) == (low, high)


def test_a_missing_figure_has_no_class_and_is_not_the_lowest() -> None:
    values = series(0.0, None, 5.0)
    assert classify(values).of(values).isna().tolist() == [False, True, False]


def test_many_equal_figures_share_one_class() -> None:
    values = series(*[0.0] * 12, 1, 2, 3, 4, 5, 6, 7, 8)
    classes = classify(values)
    assert classes.ranges[0] == (0.0, 0.0)
    assert len(classes) < 5


def test_figures_that_look_the_same_on_the_screen_have_the_same_colour() -> None:
    values = series(4.04, 4.01, 9.0)
    assert classify(values, decimals=1).of(values).tolist() == [0, 0, 1]


def test_three_wijken_are_three_classes_and_one_wijk_is_one() -> None:
    assert len(classify(series(1, 2, 3))) == 3
    assert len(classify(series(7))) == 1
    assert len(classify(series(None, None))) == 0


def test_a_figure_outside_the_legend_is_refused() -> None:
    classes = classify(series(1, 2, 8, 9), 2)
    for outside in (0.0, 5.0, 10.0):
        with pytest.raises(ValueError, match="outside"):
            classes.of(series(outside))


@pytest.mark.parametrize("look", [LIGHT, DARK])
@pytest.mark.parametrize("n", range(6))
def test_fewer_classes_still_run_from_light_to_dark(n: int, look) -> None:
    colours = class_colours(n, look)
    assert len(set(colours)) == n
    assert list(colours) == sorted(colours, key=look.scale.index)
    assert look.no_figure not in colours


def test_the_legend_names_unit_and_number_of_wijken_per_class() -> None:
    values = series(1.5, 2.5, 12.25, None)
    classes = classify(values, 2)
    page = legend_html(
        "Lage inkomens, 2022", classes, "%", class_colours(2, LIGHT), classes.counts(values), 1, LIGHT
    )
    text = re.sub(r"<[^>]+>", " ", page).replace("\N{NARROW NO-BREAK SPACE}", " ")
    text = re.sub(r"\s+", " ", text)
    assert "1,5 tot en met 2,5 % 2 wijken" in text
    assert "12,2 % 1 wijk" in text
    assert "geen cijfer 1 wijk" in text


def test_the_legend_has_no_line_for_missing_figures_when_none_is_missing() -> None:
    page = category_legend_html("Plekken", ["hoog"], ["#000000"], [4], 0, LIGHT, level="buurt")
    assert "geen cijfer" not in page
    assert "buurten" in page


def test_the_legend_shows_text_of_others_as_text() -> None:
    page = category_legend_html(EVIL, [EVIL], ["#000000"], [1], 1, LIGHT)
    assert "<img" not in page


def test_the_map_gets_the_same_script_for_every_picture_so_that_it_stays_on_the_screen() -> None:
    first, second = RegionMap(), RegionMap()
    for shown in (first, second):
        shown.get_root().render()
    assert generate_leaflet_string(first) == generate_leaflet_string(second)


def test_the_map_needs_no_other_host() -> None:
    shown = RegionMap()
    page = shown.get_root().render()
    links = [address for _, address in [*shown.default_js, *shown.default_css]]
    assert all(link.startswith("../../kaartdelen/") for link in links)
    assert not re.findall(r"https?://", page)


def test_text_of_others_cannot_leave_the_script_of_a_picture() -> None:
    frame = areas(WK091700=1)
    frame["label"] = "</script><img src=x onerror=alert(1)>'`${1}"
    shown = Picture(drawn(frame, title=EVIL)).add_to(RegionMap())
    shown.render()
    script = shown._template.module.script(shown)
    assert "<" not in script
    content = json.loads(script[script.index("paint(") + 6 : script.rindex(");")])
    assert content["areas"]["WK091700"][1] == "</script><img src=x onerror=alert(1)>'`${1}"


def test_a_wijk_without_a_figure_reaches_the_map_without_a_class() -> None:
    shown = drawn(areas(WK091700=None, WK091701=4))
    assert shown["areas"] == {"WK091700": [None, "12,3 %", "", False], "WK091701": [4, "12,3 %", "", False]}


def test_provisional_and_converted_figures_have_an_outline_of_their_own() -> None:
    frame = areas(WK091700=0, WK091701=1, WK091702=1, WK091703=None)
    frame = frame.assign(status=["provisional", "bridged", "observed", "withheld"])
    edges = [area[2] for area in drawn(frame)["areas"].values()]
    assert edges == ["broken", "dashed", "", ""]
    script = (ROOT / "static" / "kaartdelen" / "region-map.js").read_text(encoding="utf-8")
    for edge in filter(None, edges):
        assert f"    {edge}: {{" in script


def test_a_wijk_that_cannot_be_told_apart_from_the_gemeente_is_marked_on_the_map_and_in_the_legend() -> None:
    frame = areas(WK091700=0, WK091701=1).assign(alike=[True, False])
    assert [area[3] for area in drawn(frame)["areas"].values()] == [True, False]
    colours = class_colours(5, LIGHT)
    mark = ("ongeveer gelijk aan Heerlen", alike_swatch(colours, LIGHT), 1)
    page = category_legend_html("Klassen", ["hoog"], colours[:1], [2], 0, LIGHT, marks=[mark])
    assert "ongeveer gelijk aan Heerlen" in page
    assert "radial-gradient" in page
    none = category_legend_html("Klassen", ["hoog"], colours[:1], [2], 0, LIGHT, marks=[(*mark[:2], 0)])
    assert "ongeveer gelijk" not in none


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_dots_can_be_seen_on_every_class(look) -> None:
    for fill, dot in zip(look.scale, dot_colours(look.scale, look), strict=True):
        assert contrast(fill, dot) >= 3


def test_a_class_without_a_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="no colour"):
        drawn(areas(WK091700=5))


def test_the_address_of_the_borders_names_only_a_known_level() -> None:
    assert drawn(areas(WK091700=1))["address"] == "../../grenzen/GM0917/wijk/2022.geojson"
    with pytest.raises(ValueError, match="straat"):
        picture("GM0917", "straat", 2022, areas(), (), title="", look=LIGHT)


@pytest.mark.parametrize(
    "answer", [None, {}, "WK091700", {"code": ["WK091700"]}, {"code": "WK999999"}, {"code": EVIL}]
)
def test_a_click_that_the_map_cannot_have_sent_is_no_click(answer: object) -> None:
    assert clicked_region(answer, ["WK091700"]) is None


def test_a_click_names_the_wijk() -> None:
    assert clicked_region({"code": "WK091700", "moment": 1}, ["WK091700"]) == "WK091700"


def test_a_map_of_a_count_that_cbs_gave_as_a_percentage_that_year_is_a_map_of_percentages() -> None:
    people = catalogue()["origin_western"]
    areas = pd.DataFrame({"value": [14.0, np.nan], "unit": ["%", "aantal"]})
    assert (as_given(people, areas).unit, as_given(people, areas).kind) == ("%", "rate")
    assert as_given(people, areas.assign(unit="aantal")) is people
