"""What a council gets on its slides is what the report says: read back from the file, as anybody could.

One report, one deck. Every number on a slide and in a chart is one of the report; whoever edits a chart in PowerPoint finds
the figures themselves, and whoever has the slides read out hears what there is to see.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from reports.deck import deck
from reports.house import House
from reports.model import Block, Chart, Grid, Map, Points, Report, Say, Voices
from tests.helpers.example_report import FICTIONAL, example_report


@pytest.fixture(scope="module")
def report() -> Report:
    return example_report()


@pytest.fixture(scope="module")
def slides(report: Report) -> Any:
    return Presentation(BytesIO(deck(report, House(organisation="Gemeente Voorbeeldstad"))))


def charts_of(slides: Any) -> dict[str, Any]:
    """Return the native charts of a deck by the alternative text of their frame."""
    return {
        alt_of(shape): shape.chart for slide in slides.slides for shape in slide.shapes if shape.has_chart
    }


def alt_of(shape: Any) -> str:
    return str(next(shape._element.iter(qn("p:cNvPr"))).get("descr", ""))


def blocks_of(report: Report, kind: type) -> list[Any]:
    return [block for slide in report.slides for block in slide.blocks if isinstance(block, kind)]


def test_there_is_a_title_slide_and_then_one_slide_per_message(report: Report, slides: Any) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in slides.slides]
    assert titles == [report.title, *(slide.message for slide in report.slides)]
    assert 6 <= len(titles) <= 9
    assert len(set(titles)) == len(titles)
    for slide in slides.slides:
        assert (
            sum(
                shape.is_placeholder
                and "TITLE" in str(shape.placeholder_format.type)
                and "SUB" not in str(shape.placeholder_format.type)
                for shape in slide.shapes
            )
            == 1
        )


def test_the_title_is_read_out_first_and_the_number_last(slides: Any) -> None:
    for place, slide in enumerate(slides.slides, 1):
        shapes = list(slide.shapes)
        assert shapes[0].shape_id == slide.shapes.title.shape_id
        assert shapes[-1].text_frame.text == str(place)
        field = shapes[-1]._element.find(f".//{qn('a:fld')}")
        assert field.get("type") == "slidenum"


def test_a_chart_holds_exactly_the_figures_of_the_report(report: Report, slides: Any) -> None:
    native = charts_of(slides)
    charts = blocks_of(report, Chart)
    assert set(native) == {chart.alt for chart in charts}
    for chart in charts:
        held = figures_of(native[chart.alt])
        assert list(native[chart.alt].plots[0].categories) == list(chart.categories)
        for series in chart.series:
            assert held[series.name] == {
                place: value
                for place, value in enumerate(series.values)
                if value is not None and math.isfinite(value)
            }


def figures_of(chart: Any) -> dict[str, dict[int, float]]:
    """Return the figures under each name, of all stretches of a line together."""
    held: dict[str, dict[int, float]] = defaultdict(dict)
    for plot in chart.plots:
        for series in plot.series:
            for place, value in enumerate(series.values):
                if value is not None:
                    assert place not in held[series.name]
                    held[series.name][place] = value
    return held


def test_who_edits_a_chart_finds_the_same_figures_in_its_sheet(report: Report, slides: Any) -> None:
    native = charts_of(slides)
    for chart in blocks_of(report, Chart):
        sheet = load_workbook(BytesIO(native[chart.alt].part.chart_workbook.xlsx_part.blob)).active
        columns = {column[0]: column[1:] for column in sheet.iter_cols(min_col=2, values_only=True)}
        for series in chart.series:
            stretch = [value for name, column in columns.items() if name == series.name for value in column]
            assert {value for value in stretch if value is not None} <= set(series.values)


def test_the_ends_of_the_bands_of_a_forecast_are_lines_of_the_chart(report: Report, slides: Any) -> None:
    chart = next(
        chart for chart in blocks_of(report, Chart) if any(one.role == "expected" for one in chart.series)
    )
    expected = next(one for one in chart.series if one.role == "expected")
    held = figures_of(charts_of(slides)[chart.alt])
    ends = [
        tuple(values.values())
        for name, values in held.items()
        if name.startswith("Verwachting, ") and "kant band" in name
    ]
    for wanted in (expected.lower, expected.upper, expected.wide_lower, expected.wide_upper):
        assert tuple(value for value in wanted if value is not None) in ends


def test_what_stands_at_a_line_or_bar_are_the_words_of_the_report(report: Report, slides: Any) -> None:
    native = charts_of(slides)
    for chart in blocks_of(report, Chart):
        known = {text for series in chart.series for text in series.texts} | {
            series.name for series in chart.series
        }
        labels = native[chart.alt]._chartSpace.findall(f".//{qn('c:dLbl')}")
        words = [
            "".join(t.text for t in paragraph.iter(qn("a:t")))
            for one in labels
            for paragraph in one.iter(qn("a:p"))
        ]
        assert words
        assert set(words) <= known


def test_a_table_has_a_header_row_and_holds_the_words_of_the_report(report: Report, slides: Any) -> None:
    tables = [shape.table for slide in slides.slides for shape in slide.shapes if shape.has_table]
    grids = blocks_of(report, Grid)
    assert len(tables) == len(grids) > 0
    for table, grid in zip(tables, grids, strict=True):
        assert table.first_row
        assert [tuple(cell.text for cell in row.cells) for row in table.rows] == [grid.head, *grid.rows]


def test_every_picture_chart_and_table_says_what_is_to_be_seen(report: Report, slides: Any) -> None:
    shown = [
        shape
        for slide in slides.slides
        for shape in slide.shapes
        if shape.has_chart or shape.has_table or shape.shape_type == 13 or shape._element.tag == qn("p:pic")
    ]
    maps = blocks_of(report, Map)
    assert len(shown) == len(maps) + len(blocks_of(report, Chart)) + len(blocks_of(report, Grid))
    assert all(alt_of(shape) for shape in shown)
    assert {block.alt for block in maps} <= {alt_of(shape) for shape in shown}


def test_everything_is_written_in_dutch(slides: Any) -> None:
    trees = [tree for slide in slides.slides for tree in (slide._element, slide.notes_slide._element)]
    trees += [chart._chartSpace for chart in charts_of(slides).values()]
    for tree in trees:
        for run in tree.iter(qn("a:r"), qn("a:fld")):
            assert run.find(qn("a:rPr")).get("lang") == "nl-NL", run.find(qn("a:t")).text
    assert all(
        chart._chartSpace.find(qn("c:lang")).get("val") == "nl-NL" for chart in charts_of(slides).values()
    )
    assert slides.core_properties.language == "nl-NL"


def test_the_notes_give_the_sources_and_answers_to_likely_questions(report: Report, slides: Any) -> None:
    for told, slide in zip(report.slides, list(slides.slides)[1:], strict=True):
        notes = slide.notes_slide.notes_text_frame.text
        for words in (
            *told.sources,
            *(word for one in told.questions for word in (one.question, one.answer)),
        ):
            assert words in notes


def test_every_slide_says_what_it_belongs_to_and_that_the_figures_are_invented(
    report: Report, slides: Any
) -> None:
    for slide in slides.slides:
        foot = next(shape.text_frame.text for shape in slide.shapes if shape.name == "Voettekst")
        assert report.title in foot
        assert report.status in foot
        assert FICTIONAL in foot


def test_a_slide_with_figures_names_its_source(report: Report, slides: Any) -> None:
    for told, slide in zip(report.slides, list(slides.slides)[1:], strict=True):
        text = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for block in told.blocks:
            if isinstance(block, (Chart, Grid, Map)):
                assert block.source in text
        assert all(source in text for source in told.untold)


def test_the_file_says_what_it_is_and_which_figures_it_holds(report: Report, slides: Any) -> None:
    core = slides.core_properties
    assert core.title == report.title
    assert core.author == f"Gemeente {report.gemeente_name}"
    assert core.created.date() == report.made
    assert report.vintage in core.comments
    assert report.methods in core.comments


def test_no_number_on_a_slide_is_one_that_the_report_does_not_have(report: Report, slides: Any) -> None:
    known = set(numbers_in(" ".join(words_of(report))))
    for place, slide in enumerate(slides.slides, 1):
        for shape in slide.shapes:
            if shape.has_text_frame and shape.name != "Dianummer":
                assert set(numbers_in(shape.text_frame.text)) <= known | {"80", "95", "100"}, (
                    place,
                    shape.text_frame.text,
                )


def numbers_in(text: str) -> list[str]:
    return re.findall(r"\d[\d\u202f.,]*\d|\d", text)


def words_of(report: Report) -> Iterator[str]:
    yield from (
        report.title,
        report.subtitle,
        report.vintage,
        report.methods,
        report.fictional,
        report.status,
    )
    for slide in report.slides:
        yield slide.message
        yield from slide.sources
        for block in slide.blocks:
            yield from words_in(block)


def words_in(block: Block) -> Iterator[str]:
    if isinstance(block, Say):
        yield block.text
    elif isinstance(block, Points):
        yield from (block.heading, *block.items)
    elif isinstance(block, Voices):
        yield from (block.heading, *(voice.group + voice.text for voice in block.items))
    elif isinstance(block, Grid):
        yield from (
            block.caption,
            *block.head,
            *(text for row in block.rows for text in row),
            block.note,
            block.source,
        )
    elif isinstance(block, Chart):
        yield from (block.title, block.unit, block.note, block.source)
        yield from (text for series in block.series for text in series.texts)
    else:
        drawing = block.drawing
        yield from (block.title, drawing.legend_title, *drawing.notes, block.source)
        yield from (entry.name for entry in drawing.legend)
