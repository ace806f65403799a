"""Pictures of the report: nothing cut off, nothing over each other, and told apart without colour."""

from __future__ import annotations

import io
import itertools
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from PIL import Image

from reports.drawn import chart_png, chart_svg, map_png, map_svg
from reports.drawn_labels import Box, free_box, spread
from reports.drawn_sheet import number, stroke_of, ticks_of
from reports.house import House
from reports.map_lettering import text_width
from reports.model import Chart, Map, Series
from tests.helpers.example_report import LONG_GEMEENTE, LONG_WIJK, NASTY, example_report

SVG = "{http://www.w3.org/2000/svg}"
HOUSE = House(accent="#7A1F5C")


def charts(**options: bool) -> dict[str, Chart]:
    """The line, the bars and the forecast of the example."""
    found = [block for block in example_report(**options).blocks() if isinstance(block, Chart)]
    return dict(zip(("bars", "line", "forecast"), found, strict=True))


def the_map() -> Map:
    return next(block for block in example_report().blocks() if isinstance(block, Map))


def texts(svg: str) -> list[tuple[str, float, float, float, float]]:
    """Every text with the box that it takes: words, left, top, right, bottom."""
    found = []
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        if text.get("aria-hidden"):
            continue
        size, weight = float(text.get("font-size", "0px")[:-2]), int(text.get("font-weight", "400"))
        wide = text_width(text.text or "", size, weight)
        x, foot = float(text.get("x", 0)), float(text.get("y", 0))
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor", "start")]
        found.append((text.text or "", left, foot - 0.7 * size, left + wide, foot + 0.1 * size))
    return found


@pytest.mark.parametrize("long_names", [False, True])
@pytest.mark.parametrize("width", [85.0, 160.0, 250.0])
@pytest.mark.parametrize("name", ["bars", "line", "forecast"])
def test_no_words_are_cut_off_or_over_other_words(name: str, width: float, long_names: bool) -> None:
    svg = chart_svg(charts(long_names=long_names)[name], HOUSE, width)
    _, _, wide, high = map(float, ElementTree.fromstring(svg).get("viewBox", "").split())
    written = texts(svg)
    for words, left, top, right, bottom in written:
        assert left >= -0.01, words
        assert right <= wide + 0.01, words
        assert top >= -0.01, words
        assert bottom <= high + 0.01, words
    boxes = [(words, Box(*box)) for words, *box in written]
    over = [(a, b) for i, (a, one) in enumerate(boxes) for b, other in boxes[:i] if one.meets(other)]
    assert over == []


@pytest.mark.parametrize("name", ["bars", "line", "forecast"])
def test_letters_are_large_enough_to_read_on_paper(name: str) -> None:
    svg = chart_svg(charts()[name], HOUSE, 160)
    sizes = [
        float(text.get("font-size", "0px")[:-2]) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]
    assert min(sizes) >= 8.5


def test_whole_names_of_60_characters_stand_in_the_picture() -> None:
    words = " ".join(words for words, *_ in texts(chart_svg(charts(long_names=True)["line"], HOUSE, 160)))
    assert LONG_WIJK in words
    assert LONG_GEMEENTE in words


def test_title_and_source_are_left_to_the_document() -> None:
    for chart in charts().values():
        words = " ".join(words for words, *_ in texts(chart_svg(chart, HOUSE, 160)))
        assert chart.title not in words
        assert "Bron" not in words
    words = " ".join(words for words, *_ in texts(map_svg(the_map(), HOUSE, 160)))
    assert the_map().title not in words
    assert "Bron" not in words
    assert "Dik omlijnd" not in words


def test_a_missing_figure_is_a_reason_beside_bars_and_a_gap_in_a_line() -> None:
    bars = " ".join(words for words, *_ in texts(chart_svg(charts()["bars"], HOUSE, 160)))
    assert "geheim: te weinig mensen om te noemen" in bars
    whole = replace(
        charts()["line"], series=(Series("W", "own", (1.0, 2.0, 3.0), ("1", "2", "3")),),
        categories=("2020", "2021", "2022"), breaks=(),
    )  # fmt: skip
    gap = replace(whole, series=(Series("W", "own", (1.0, None, 3.0), ("1", "geheim", "3")),))
    stroke = f'stroke="{HOUSE.accent}" stroke-width="2.4"'
    assert chart_svg(whole, HOUSE, 160).count(stroke) == 1
    assert chart_svg(gap, HOUSE, 160).count(stroke) == 0


def test_no_line_crosses_a_break_and_the_key_says_why() -> None:
    chart = charts()["line"]
    svg = chart_svg(chart, HOUSE, 160)
    assert "ervoor en erna niet te vergelijken" in svg
    joined = chart_svg(replace(chart, breaks=()), HOUSE, 160)
    assert "niet te vergelijken" not in joined
    comparator = 'stroke="#52626E" stroke-width="1.4"'
    assert svg.count(comparator) == 2
    assert joined.count(comparator) == 1


def test_what_is_provisional_is_dashed_and_explained() -> None:
    svg = chart_svg(charts()["line"], HOUSE, 160)
    assert "voorlopig" in svg
    assert 'stroke-dasharray="3.2 2.6"' in svg
    sure = replace(charts()["line"].series[0], dashed=())
    assert "voorlopig" not in chart_svg(replace(charts()["line"], series=(sure,)), HOUSE, 160)


def test_a_forecast_shows_both_bands_from_the_last_figure_on() -> None:
    words = " ".join(words for words, *_ in texts(chart_svg(charts()["forecast"], HOUSE, 160)))
    assert "in 80 van de 100 gevallen hierin" in words
    assert "in 95 van de 100 gevallen hierin" in words


def test_roles_are_told_apart_without_colour() -> None:
    looks = [stroke_of(role, HOUSE) for role in ("own", "gemeente", "land", "before", "expected")]
    assert len({(look.width, look.dashes) for look in looks}) == len(looks)


def test_the_house_gives_its_colour() -> None:
    assert chart_svg(charts()["line"], HOUSE).count("#7A1F5C") > chart_svg(charts()["line"], House()).count(
        "#7A1F5C"
    )


def test_a_name_cannot_break_the_drawing() -> None:
    chart = charts()["line"]
    nasty = replace(chart, alt=NASTY, series=(replace(chart.series[0], name=NASTY + "\x07"),), unit=NASTY)
    svg = chart_svg(nasty, HOUSE, 160)
    assert ElementTree.fromstring(svg).get("aria-label") == NASTY


@pytest.mark.parametrize("form", ["line", "bars"])
def test_a_chart_without_any_figure_is_still_a_picture(form: str) -> None:
    nothing = replace(
        charts()["bars"], form=form, categories=("2024", "2025"), series=(Series("W", "own", (None, None), ("geheim", "geheim")),)
    )  # fmt: skip
    assert ElementTree.fromstring(chart_svg(nothing, HOUSE, 160)).tag == f"{SVG}svg"


def test_one_year_and_negative_bars_can_be_drawn() -> None:
    line = replace(
        charts()["line"], categories=("2025",), series=(Series("W", "own", (3.0,), ("3",)),), breaks=()
    )
    assert "2025" in chart_svg(line, HOUSE, 160)
    below = Series(
        "W", "own", (-12.5, 30.0), ("12,5 minder", "30 meer"), lower=(-15.0, 25.0), upper=(-10.0, 35.0)
    )
    svg = chart_svg(replace(charts()["bars"], categories=("a", "b"), series=(below,)), HOUSE, 160)
    assert all(left >= 0 for _, left, *_ in texts(svg))


def test_a_picture_is_as_wide_as_asked_and_sharp() -> None:
    with Image.open(io.BytesIO(chart_png(charts()["line"], HOUSE, 160, 70, dpi=300))) as image:
        assert image.width == pytest.approx(160 / 25.4 * 300, abs=2)
        assert image.height == pytest.approx(70 / 25.4 * 300, abs=14)
    with Image.open(io.BytesIO(map_png(the_map(), HOUSE, 120, dpi=300))) as image:
        assert image.width == pytest.approx(120 / 25.4 * 300, abs=2)


def test_numbers_of_an_axis_are_dutch_and_differ() -> None:
    assert number(12430.0, 0) == "12\u202f430"
    assert number(1.25, 1) == "1,2"
    assert number(-3.0, 0) == "\u22123"
    assert number(-0.01, 1) == "0,0"
    for low, high, decimals in [(51.2, 51.9, 0), (0.0, 0.0, 1), (-3.0, 4.0, 0), (11210.0, 13340.0, 0)]:
        ticks = ticks_of(low, high, decimals, wanted=5)
        assert ticks[0] <= low
        assert ticks[-1] >= high
        assert len({number(tick, decimals) for tick in ticks}) == len(ticks) >= 2


def test_names_at_line_ends_keep_apart_and_inside() -> None:
    tops = spread([100, 101, 102], [20, 20, 20], 0, 130)
    assert sorted(tops) == tops
    assert all(after - before >= 20 for before, after in itertools.pairwise(tops))
    assert tops[-1] + 20 <= 130


def test_a_name_in_the_plot_takes_the_free_side_of_its_line() -> None:
    field = Box(0, 0, 200, 100)
    above = [(float(x), 40.0) for x in range(0, 200, 2)]
    line = [(0.0, 50.0), (100.0, 50.0)]
    assert free_box(line, 40, 10, field, [*above, *line], []).top > 50
