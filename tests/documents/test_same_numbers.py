"""Word, PowerPoint and PDF cannot differ in a number: what they hold is counted, number by number, against the report."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reports.drawn import WIDTH, chart_svg, map_svg
from reports.model import Block, Chart, Grid, Map, Points, Report, Say, Voices
from tests.documents import room
from tests.documents.conftest import Papers

_DIGITS = re.compile(r"\d+")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
#: What counts figures, tables, chapters and pages instead of people.
_STRUCTURE = re.compile(r"(?:Figuur|Tabel)\s+\d+")
#: What says in a key how much a band holds.
_OF_BANDS = "80 en 95 van de 100"
#: Points at the foot of a page of the PDF that hold no report: the footer.
_FOOT = 80.0


def numbers(*texts: str) -> Counter[str]:
    """Every run of digits."""
    return Counter(run for text in texts for run in _DIGITS.findall(text))


def of_grid(grid: Grid) -> Iterator[str]:
    yield from (grid.caption, *grid.head, grid.note, grid.source)
    for row in grid.rows:
        yield from row


def of_block(block: Block) -> Iterator[str]:
    """What a document says of a block, in words."""
    match block:
        case Say():
            yield block.text
        case Points():
            yield from (block.heading, *block.items)
        case Voices():
            yield block.heading
            for voice in block.items:
                yield from (voice.group, voice.text)
        case Grid():
            yield from of_grid(block)
        case Chart():
            yield from (block.title, block.note, block.source)
        case Map():
            yield from (block.title, *block.drawing.notes, block.source)


def of_report(report: Report) -> Iterator[str]:
    """What a whole document says, each text as often as it stands there."""
    yield from (
        report.title,
        report.subtitle,
        report.vintage,
        report.methods,
        report.fictional,
    )
    summary = report.summary
    yield from (summary.message, *of_grid(summary.figures), *summary.ask)
    for points in summary.points:
        yield from of_block(points)
    for section in report.sections:
        yield from (section.title, *section.left_out)
        for block in section.blocks:
            yield from of_block(block)
            if isinstance(block, Chart | Map) and block.table.rows:
                yield from of_grid(block.table)


def of_word(file: Path) -> Iterator[str]:
    """The paragraphs of a Word file, without its contents list."""
    with zipfile.ZipFile(file) as package:
        body = ElementTree.fromstring(package.read("word/document.xml"))
    contents = {id(one) for list_ in body.iter(f"{_WORD}sdt") for one in list_.iter(f"{_WORD}p")}
    for paragraph in body.iter(f"{_WORD}p"):
        if id(paragraph) not in contents:
            yield "".join(text.text or "" for text in paragraph.iter(f"{_WORD}t"))


def of_deck(file: Path) -> Iterator[str]:
    """Every text of the slides and their notes; those of numbers of slides left out."""
    with zipfile.ZipFile(file) as package:
        names = [
            name for name in package.namelist() if re.match(r"ppt/(slides|notesSlides)/[^/]+\.xml$", name)
        ]
        for name in names:
            slide = ElementTree.fromstring(package.read(name))
            for paragraph in slide.iter(f"{_DRAWING}p"):
                fields = {
                    id(text)
                    for field in paragraph.iter(f"{_DRAWING}fld")
                    for text in field.iter(f"{_DRAWING}t")
                }
                texts = [text.text or "" for text in paragraph.iter(f"{_DRAWING}t") if id(text) not in fields]
                yield "".join(texts)


def in_pictures(report: Report) -> Counter[str]:
    """Numbers that stand in drawings of the PDF: at axes, at ends of lines, in legends."""
    drawn = []
    for block in report.blocks():
        if isinstance(block, Chart):
            drawn.append(chart_svg(block, room.HOUSE, WIDTH))
        if isinstance(block, Map):
            drawn.append(map_svg(block, room.HOUSE, WIDTH))
    texts = (
        text for svg in drawn for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    )
    # The halo of a name stands below the name itself, in the same place: it is read once.
    return numbers(*("".join(text.itertext()) for text in texts if not text.get("aria-hidden")))


def of_ordered_lists(report: Report) -> Counter[str]:
    """Numbers that the PDF writes before the items of an ordered list."""
    lists = [points for points in report.summary.points if points.ordered]
    lists += [block for block in report.blocks() if isinstance(block, Points) and block.ordered]
    lengths = [len(points.items) for points in lists] + [len(report.summary.ask)]
    return Counter(str(place) for length in lengths for place in range(1, length + 1))


def of_headings(report: Report) -> Counter[str]:
    return Counter(str(place) for place in range(1, len(report.sections) + 1))


@pytest.fixture(scope="module")
def told(papers: Papers) -> Counter[str]:
    """Every number that the report says."""
    return numbers(*of_report(papers.report))


def test_word_says_the_numbers_of_the_report_and_no_other(papers: Papers, told: Counter[str]) -> None:
    texts = [_STRUCTURE.sub("", text) for text in of_word(papers.file("word.docx"))]
    referred = [text for text in texts if text.strip().startswith("achterin: ")]
    found = numbers(*texts) - numbers(*referred)
    assert found - told == Counter()
    assert told - found == Counter()


def test_the_pdf_says_the_numbers_of_the_report_and_no_other(papers: Papers, told: Counter[str]) -> None:
    text = room.text_above_the_foot(papers.pages("pdf"), _FOOT)
    first, _, rest = text.partition("\f")
    cover = first.partition("Inhoud")[0]
    found = numbers(_STRUCTURE.sub("", f"{cover}\n{rest}"))
    extra = in_pictures(papers.report) + of_ordered_lists(papers.report) + of_headings(papers.report)
    assert (told + extra) - found == Counter()
    # A table that goes on at the next page begins there with its header row once more.
    assert set(found - (told + extra)) <= set(numbers(*_heads(papers.report)))


def _heads(report: Report) -> Iterator[str]:
    grids = [block if isinstance(block, Grid) else getattr(block, "table", None) for block in report.blocks()]
    for grid in grids:
        yield from grid.head if grid else ()


def test_the_deck_says_only_numbers_of_the_report(papers: Papers, told: Counter[str]) -> None:
    slides = [text for slide in papers.report.slides for text in _of_slide(slide)]
    known = set(told) | set(numbers(*slides, _OF_BANDS))
    found = numbers(*of_deck(papers.file("deck.pptx")))
    assert len(found) > 10
    assert set(found) - known == set()


def _of_slide(slide: object) -> Iterator[str]:
    yield slide.message
    yield from slide.sources
    for answer in slide.questions:
        yield from (answer.question, answer.answer)
    for block in slide.blocks:
        yield from of_block(block)
        if isinstance(block, Chart | Map):
            yield from of_grid(block.table)
        if isinstance(block, Map):
            yield from (block.drawing.legend_title, *(entry.name for entry in block.drawing.legend))
        if isinstance(block, Chart):
            yield from (text for series in block.series for text in series.texts)
            yield from (*block.categories, block.unit)


def test_a_number_that_changes_in_one_file_would_be_noticed(papers: Papers, told: Counter[str]) -> None:
    texts = [_STRUCTURE.sub("", text) for text in of_word(papers.file("word.docx"))]
    place = next(place for place, text in enumerate(texts) if _DIGITS.search(text))
    texts[place] = _DIGITS.sub(lambda run: str(int(run.group()) + 1), texts[place], count=1)
    assert numbers(*texts) != told
