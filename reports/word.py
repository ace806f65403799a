"""A wijkanalyse as Word: real styles, captions that count, a contents list, and the house style of the municipality.

The words and figures are those of `reports.model`; here they only get a form.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from reports.drawn import Drawings
from reports.house import House
from reports.model import Report, Section
from reports.word_base import Base, opened
from reports.word_blocks import APPENDIX, Writer, last_block, planned
from reports.word_frame import Frame, lying, text_size
from reports.word_styles import LEAD, NOTE
from reports.word_xml import Element, element, end_section, field_end, field_start, paragraph, run

CONTENTS: Final = "Inhoud"
SUMMARY: Final = "Samenvatting"
ASK: Final = "Wat wij vragen"


def document(report: Report, house: House, drawings: Drawings | None = None) -> bytes:
    """Write a whole wijkanalyse.

    Parameters
    ----------
    report : Report
    house : House
        With a ``word_template``, its styles, paper, headers and footers are used; what it lacks is added.
    drawings : Drawings, optional
        What was begun of its pictures.

    Returns
    -------
    bytes
        ``.docx`` (ECMA-376, transitional).

    Raises
    ------
    ExportError
        If the template or the logo cannot be read.
    """
    if drawings is None:
        with Drawings(house) as begun:
            return document(report, house, begun)
    base = opened(report, house)
    width, _ = text_size(base.section)
    plan = planned([report.summary.figures, *report.blocks()], width)
    writer = Writer(base, plan, drawings)
    writer.begin_drawings(report.blocks())
    frame = Frame(base, report, house)
    frame.put()
    _opening(writer, report)
    place = _Place(base)
    _summary(writer, report)
    for number, section in enumerate(report.sections):
        _chapter(writer, section, first=number == 0)
    _appendix(writer, frame)
    place.fill(_contents(writer))
    return saved(base)


def one_page(report: Report, house: House) -> bytes:
    """Write the summary of a wijkanalyse on one page of A4.

    Parameters
    ----------
    report, house
        As in `document`. Of a template the styles, headers and footers are used, never its text.

    Returns
    -------
    bytes
        ``.docx``. What does not fit is left out as a whole, with a line that says where it stands.

    Raises
    ------
    ExportError
        As in `document`.
    """
    from reports.word_one_page import write

    return saved(write(report, house))


def saved(base: Base) -> bytes:
    """Return the file."""
    made = BytesIO()
    base.document.save(made)
    return made.getvalue()


class _Place:
    """A place in the text that is filled later, when all chapters are known."""

    def __init__(self, base: Base) -> None:
        self._mark = base.add(element("w:p"))

    def fill(self, block: Element) -> None:
        self._mark.addprevious(block)
        self._mark.getparent().remove(self._mark)


def _opening(writer: Writer, report: Report) -> None:
    if not writer.base.titled:
        writer.add("Title", run(report.title))
        writer.add("Subtitle", run(report.subtitle))
    writer.add(LEAD, run(report.summary.message))
    writer.add(NOTE, run(" ".join(filter(None, [report.fictional, report.vintage, report.methods]))))


def _contents(writer: Writer) -> Element:
    """Return the contents list: a field that Word can update, filled in already."""
    lines = writer.contents()
    start = list(field_start('TOC \\o "1-1" \\h \\z \\u'))
    for item in reversed(start):
        lines[0].pPr.addnext(item)
    lines[-1].append(field_end())
    gallery = element("w:docPartGallery", {"w:val": "Table of Contents"})
    kind = element("w:docPartObj", None, gallery, element("w:docPartUnique"))
    title = paragraph(writer.base.sheet["TOC Heading"], run(CONTENTS))
    content = element("w:sdtContent", None, title, *lines)
    return element("w:sdt", None, element("w:sdtPr", None, kind), content)


def _summary(writer: Writer, report: Report) -> None:
    writer.heading(SUMMARY, new_page=True, numbered=False)
    writer.grid_or_reference(report.summary.figures)
    for points in report.summary.points:
        writer.points(points)
    if report.summary.ask:
        from reports.model import Points

        writer.points(Points(report.summary.ask, ASK, ordered=True))


def _chapter(writer: Writer, section: Section, *, first: bool) -> None:
    writer.section(section, new_page=first)


def _appendix(writer: Writer, frame: Frame) -> None:
    """Write the figures of charts and maps as tables; the widest on pages that lie on their side."""
    plan = writer.plan
    if not plan.behind and not plan.lying:
        return
    upright = bool(plan.behind)
    if upright:
        writer.heading(APPENDIX, new_page=True, numbered=False)
        for grid in plan.behind:
            writer.grid(grid, writer.numbering.tables[id(grid)], writer.width)
    if plan.lying:
        _lying_appendix(writer, frame, with_heading=not upright)


def _lying_appendix(writer: Writer, frame: Frame, *, with_heading: bool) -> None:
    base = writer.base
    section = base.section
    turned = lying(section)
    end_section(last_block(base), section)
    width, _ = text_size(turned)
    if with_heading:
        writer.heading(APPENDIX, numbered=False)
    for grid in writer.plan.lying:
        writer.grid(grid, writer.numbering.tables[id(grid)], width)
    if base.anchor is section:
        # Nothing follows: the last section of the document is the one on its side.
        section.getparent().replace(section, turned)
        base.anchor = turned
        frame.turned(turned)
    else:
        carrier = end_section(last_block(base), turned)
        frame.turned(carrier.pPr.sectPr)
