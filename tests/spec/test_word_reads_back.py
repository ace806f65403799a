"""What a council reads in Word is what the report says: read back from the file, as anybody could.

Headings in order, a contents list that names them, pictures with words, tables with a header row; and each number
comes from the panel, with the table that it came from named in the document.
"""

from __future__ import annotations

import math
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from pptx import Presentation

from data.store import Store
from reports.deck import deck
from reports.house import House
from reports.model import Chart, Figure, Grid, Map, Report
from reports.word import CONTENTS, SUMMARY, document
from reports.word_blocks import APPENDIX
from ui.figures import figures

HOUSE = House(organisation="Gemeente Voorbeeldstad")
_NUMBERED = re.compile(r"^(Tabel|Figuur) (\d+)\. (.+)$")
_TABLE_AND_YEAR = re.compile(r"(\d{5}NED) \((\d{4})\)")
_FROM_TO = re.compile(r"tabellen \d{5}NED \((\d{4})\) tot en met \d{5}NED \((\d{4})\)")


@pytest.fixture(scope="module")
def report(sample_wijkanalyse: Report) -> Report:
    return sample_wijkanalyse


@pytest.fixture(scope="module")
def written(report: Report) -> Any:
    return docx.Document(BytesIO(document(report, HOUSE)))


@pytest.fixture(scope="module")
def slides(report: Report) -> Any:
    return Presentation(BytesIO(deck(report, HOUSE)))


def headings(written: Any) -> list[str]:
    return [paragraph.text for paragraph in written.paragraphs if paragraph.style.name == "Heading 1"]


def grids(report: Report) -> list[Grid]:
    """Every table of a report: those in the text and those of its figures."""
    found = [report.summary.figures]
    for block in report.blocks():
        found += [block] if isinstance(block, Grid) else []
        found += [block.table] if isinstance(block, Chart | Map) and block.table.rows else []
    return found


# -- form ----------------------------------------------------------------------------------------------


def test_headings_are_the_chapters_in_their_order(report: Report, written: Any) -> None:
    assert headings(written) == [SUMMARY, *(section.title for section in report.sections), APPENDIX]
    assert written.paragraphs[0].style.name == "Title"
    assert written.paragraphs[0].text == report.title


def test_the_contents_list_names_every_chapter_and_leads_to_it(written: Any) -> None:
    (contents,) = written.element.body.iter(qn("w:sdt"))
    lines = list(contents.iter(qn("w:p")))
    entries = ["".join(text.text for text in line.iter(qn("w:t"))) for line in lines]
    assert entries[0] == CONTENTS
    assert [re.sub(r"^\d+", "", entry) for entry in entries[1:]] == headings(written)
    marks = {
        mark.get(qn("w:name")): "".join(text.text for text in mark.getparent().iter(qn("w:t")))
        for mark in written.element.body.iter(qn("w:bookmarkStart"))
    }
    led_to = [marks[link.get(qn("w:anchor"))] for link in contents.iter(qn("w:hyperlink"))]
    assert led_to == headings(written)


def test_tables_and_figures_are_numbered_from_one_without_a_gap(report: Report, written: Any) -> None:
    captions = [_NUMBERED.match(text) for text in _texts(written, "Caption")]
    assert all(captions)
    numbers: dict[str, list[int]] = {"Tabel": [], "Figuur": []}
    for caption in filter(None, captions):
        numbers[caption[1]].append(int(caption[2]))
    assert numbers["Tabel"] == list(range(1, len(grids(report)) + 1))
    pictures = [block for block in report.blocks() if isinstance(block, Chart | Map)]
    assert numbers["Figuur"] == list(range(1, len(pictures) + 1))
    assert [caption[3] for caption in captions if caption and caption[1] == "Figuur"] == [
        block.title for block in pictures
    ]


def _texts(written: Any, style: str) -> list[str]:
    return [paragraph.text for paragraph in written.paragraphs if paragraph.style.name == style]


def test_every_picture_says_what_is_to_be_seen(report: Report, written: Any) -> None:
    told = [drawn.get("descr") for drawn in written.element.body.iter(qn("wp:docPr"))]
    assert told == [block.alt for block in report.blocks() if isinstance(block, Chart | Map)]
    assert all(len(alt) > 30 for alt in told)


def test_every_table_has_a_header_row_and_every_cell_says_something(written: Any) -> None:
    assert len(written.tables) > 10
    for table in written.tables:
        first = table.rows[0]._tr
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(cell.text.strip() for row in table.rows for cell in row.cells)


def test_the_language_is_dutch_everywhere(written: Any) -> None:
    spoken = {
        language.get(qn("w:val")) for part in (written.styles.element, written.element)
        for language in part.iter(qn("w:lang"))
    }  # fmt: skip
    assert spoken == {"nl-NL"}
    assert written.core_properties.language == "nl-NL"


# -- figures -------------------------------------------------------------------------------------------


def test_every_table_holds_the_words_and_numbers_of_the_report(report: Report, written: Any) -> None:
    found = {tuple(tuple(cell.text for cell in row.cells) for row in table.rows) for table in written.tables}
    assert found == {(grid.head, *grid.rows) for grid in grids(report)}


def test_every_figure_stands_in_the_panel_with_its_value(report: Report, sample_folder: Path) -> None:
    panel = figures(Store(sample_folder), report.gemeente).panel
    rows = panel.set_index(["region", "indicator", "year"])
    assert len(report.figures) > 100
    for figure in report.figures:
        row = rows.loc[(figure.region, figure.indicator, figure.year)]
        assert row["status"] == figure.status
        same = math.isnan(row["value"]) if math.isnan(figure.value) else row["value"] == figure.value
        assert same, figure


def test_the_document_names_the_table_of_every_figure(report: Report, written: Any) -> None:
    told = [paragraph.text for paragraph in written.paragraphs]
    told += [" ".join(cell.text for cell in row.cells) for table in written.tables for row in table.rows[1:]]
    literal = sum(any(figure.source in text for text in told) for figure in report.figures)
    assert literal > len(report.figures) / 3
    for figure in report.figures:
        assert any(_names(text, figure) for text in told), figure.source


def test_the_notes_of_a_slide_name_the_table_of_every_figure_on_it(report: Report, slides: Any) -> None:
    shown = 0
    for slide, made in zip(report.slides, list(slides.slides)[1:], strict=True):
        assert made.shapes.title.text_frame.text == slide.message
        notes = made.notes_slide.notes_text_frame.text.split("\n")
        for block in slide.blocks:
            for figure in getattr(block, "figures", ()):
                shown += 1
                assert any(_names(text, figure) for text in notes), (slide.id, figure.source)
    assert shown > 20


def _names(text: str, figure: Figure) -> bool:
    """Tell whether a text names the table of a figure: itself, or as one of a range of years."""
    table, year = _TABLE_AND_YEAR.findall(figure.source)[0]
    if table in text and year in text:
        return True
    return any(int(first) <= int(year) <= int(last) for first, last in _FROM_TO.findall(text))
