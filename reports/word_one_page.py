"""The summary of a wijkanalyse on one page of Word: measured beforehand, so that it stays one page.

What matters most is placed first; a part for which there is no room left is left out as a whole, and the page says so.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import chain
from typing import Final

from docx.oxml.ns import qn

from reports.drawn import Drawings, chart_png
from reports.house import House
from reports.map_lettering import plain
from reports.model import Chart, Grid, Points, Report
from reports.shortening import SHARES, shorter
from reports.word_base import Base, opened
from reports.word_blocks import Plan, Writer
from reports.word_frame import Frame, picture, text_size
from reports.word_measure import Measure
from reports.word_styles import LEAD, PICTURE, SOURCE
from reports.word_table import table
from reports.word_xml import TWIPS_PER_MM, TWIPS_PER_POINT, Element, element, paragraph, run

ASK: Final = "Wat wij vragen"
#: Where what is left out can be read.
MORE: Final = "Meer staat in de wijkanalyse zelf"
#: Millimetres that the chart may be high: the first that fits.
_CHARTS: Final = (52.0, 44.0, 37.0)
#: Twips between the columns.
_GUTTER: Final = 480
#: Points that stay free, and the share of the height: another program sets a little wider or higher.
_SPARE, _SHARE = 4.0, 0.985
_BEHIND_SPACING: Final = ("w:ind", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr")


@dataclass
class _Parts:
    """What stands on the page, from top to bottom, and what does not; ``lacking`` counts what cannot be missed."""

    head: list[Element] = field(default_factory=list)
    chart: list[Element] = field(default_factory=list)
    points: list[list[Element]] = field(default_factory=list)
    foot: list[Element] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    lacking: int = 0

    @property
    def lost(self) -> tuple[int, int]:
        """How much cannot be missed and is, and how many other texts are not there."""
        return self.lacking, sum(bool(name) for name in self.left_out)


def write(report: Report, house: House) -> Base:
    """Return the document with the summary of a report on one page.

    Parameters
    ----------
    report : Report
    house : House

    Raises
    ------
    ExportError
        As `reports.word.document`.
    """
    page, parts = min(_pages(report, house), key=lambda made: made[1].lost)
    page.place(parts)
    return page.base


def _pages(report: Report, house: House) -> Iterator[tuple[_Page, _Parts]]:
    """Yield pages that say ever less, smaller letters first, until one has a place for everything but perhaps the chart."""
    fewer = (replace(report, summary=shorter(report.summary, share)) for share in SHARES)
    for number, said in enumerate(chain((report, report), fewer)):
        base = opened(said, house, one_page=True, small=number > 0)
        Frame(base, said, house).put(first_apart=False)
        page = _Page(base, house)
        parts = page.chosen(said)
        yield page, parts
        if not any(parts.lost):
            return


class _Page:
    """One page that is being filled."""

    def __init__(self, base: Base, house: House) -> None:
        self.base = base
        self._writer = Writer(base, Plan((), (), ()), Drawings(house))
        self._house = house
        self._measure = Measure(base.document)
        self._width = base_width(base)
        self._column = (self._width - _GUTTER) // 2

    # -- what fits -------------------------------------------------------------------------------------

    def chosen(self, report: Report) -> _Parts:
        """Return what fits, of what matters most first: conclusion, request, key figures, points, chart."""
        summary = report.summary
        parts = _Parts(head=self._title(report), foot=[self._line(SOURCE, report.vintage)])
        parts.lacking += not self._try(
            parts, "conclusie", lambda: parts.head.append(self._line(LEAD, summary.message))
        )
        if summary.ask:
            asked = self._made(Points(summary.ask, ASK, ordered=True))
            parts.lacking += not self._try(parts, ASK, lambda: parts.foot.__setitem__(slice(0, 0), asked))
        key_figures = self._grid(summary.figures)
        parts.lacking += not self._try(parts, summary.figures.caption, lambda: parts.head.extend(key_figures))
        for points in (points for points in summary.points if points.items):
            self._with_points(parts, points)
        if summary.chart is not None:
            self._with_chart(parts, summary.chart)
        return parts

    def _try(self, parts: _Parts, name: str, add: Callable[[], None]) -> bool:
        """Add a part where it fits; else remember its name."""
        before = copy.copy(parts.head), copy.copy(parts.points), copy.copy(parts.foot)
        add()
        if self._fits(parts):
            return True
        parts.head, parts.points, parts.foot = before
        parts.left_out.append(name)
        return False

    def _with_points(self, parts: _Parts, points: Points) -> None:
        """Add a list, without its last sentences where it does not fit whole; then its name stands at the foot."""
        for n in range(len(points.items), 0, -1):
            parts.points.append(self._made(replace(points, items=points.items[:n])))
            if n < len(points.items):
                parts.left_out.append(points.heading)
            if self._fits(parts):
                return
            del parts.points[-1]
            if n < len(points.items):
                del parts.left_out[-1]
        parts.left_out.append(points.heading)

    def _with_chart(self, parts: _Parts, chart: Chart) -> None:
        for high in _CHARTS:
            parts.chart = self._drawn(chart, high)
            if parts.chart and self._fits(parts):
                return
        parts.chart = []
        parts.left_out.append("")

    def _fits(self, parts: _Parts) -> bool:
        """Tell whether all parts stay on the page, with a line for what is left out."""
        width = self._width / TWIPS_PER_POINT
        last = [*parts.foot, self._more(["x" * 60] if not parts.left_out else parts.left_out)]
        rows = self._measure.height([*parts.head, *parts.chart], width) + self._measure.height(last, width)
        return rows + self._columns_height(parts.points) + _SPARE <= self._room()

    def _columns_height(self, points: Sequence[Sequence[Element]]) -> float:
        left, right = self._divided(points)
        column = self._column / TWIPS_PER_POINT
        return max(self._measure.height(left, column), self._measure.height(right, column))

    def _divided(self, points: Sequence[Sequence[Element]]) -> tuple[list[Element], list[Element]]:
        """Divide points over two columns, in order, so that the higher one is as low as can be."""
        width = self._column / TWIPS_PER_POINT
        # Of divisions that are equally high the first is taken: it leaves the most at the left.
        ways = [(_flat(points[:cut]), _flat(points[cut:])) for cut in range(len(points), 0, -1)] or [([], [])]
        left, right = min(ways, key=lambda way: max(self._measure.height(blocks, width) for blocks in way))
        return left, right

    def _room(self) -> float:
        """Return the height between header and footer, in points; either may reach over its margin."""
        section = self.base.section
        _, text = text_size(section)
        edges = section.find(qn("w:pgMar"))
        width = self._width / TWIPS_PER_POINT
        room = text / TWIPS_PER_POINT
        for edge, name, margin in self._edges() if edges is not None else ():
            reach = float(edges.get(qn(f"w:{name}"), 708)) / TWIPS_PER_POINT
            reach += self._measure.height(edge, width)
            room -= max(reach - abs(float(edges.get(qn(f"w:{margin}"), 1417))) / TWIPS_PER_POINT, 0.0)
        return room * _SHARE

    def _edges(self) -> list[tuple[Element, str, str]]:
        found = []
        for part in self.base.document.sections[:1]:
            apart = part.different_first_page_header_footer
            header, footer = (
                (part.first_page_header, part.first_page_footer) if apart else (part.header, part.footer)
            )
            found += [(header._element, "header", "top"), (footer._element, "footer", "bottom")]
        return found

    # -- parts -----------------------------------------------------------------------------------------

    def _line(self, style: str, text: str) -> Element:
        return paragraph(self.base.sheet[style], run(text))

    def _more(self, names: Sequence[str]) -> Element:
        named = ", ".join(name for name in names if name)
        return self._line(SOURCE, f"{MORE}: {named}." if named else f"{MORE}.")

    def _title(self, report: Report) -> list[Element]:
        return [self._line("Title", report.title), self._line("Subtitle", report.subtitle)]

    def _grid(self, grid: Grid) -> list[Element]:
        caption = paragraph(self.base.sheet["caption"], run(f"{grid.caption}."), keep_next=True)
        below = " ".join(filter(None, [grid.note, grid.source]))
        return [caption, table(grid, self.base.sheet, self._width, kept=True), self._line(SOURCE, below)]

    def _made(self, points: Points) -> list[Element]:
        """Return a list under its heading, out of the document again."""
        anchor = self.base.anchor
        before = set(anchor.itersiblings(preceding=True))
        # A chapter of a template may begin a page: below it stands what never does.
        self._writer.points(points, heading="heading 1" if self.base.own else "heading 2")
        made = [block for block in reversed(list(anchor.itersiblings(preceding=True))) if block not in before]
        for block in made:
            block.getparent().remove(block)
        return made

    def _drawn(self, chart: Chart, high: float) -> list[Element]:
        """Return the chart with its title and source; nothing where it cannot be as low as that."""
        wide = self._width / TWIPS_PER_MM
        content = chart_png(chart, self._house, wide, high)
        if _ratio(content) * wide > high * 1.15:
            return []
        drawing = picture(
            self.base.document.part, content, wide, high * 1.15, chart.alt or chart.title, chart.title
        )
        below = " ".join(filter(None, [chart.note, chart.source]))
        return [
            paragraph(self.base.sheet["caption"], run(f"{plain(chart.title)}."), keep_next=True),
            paragraph(self.base.sheet[PICTURE], drawing),
            self._line(SOURCE, below),
        ]

    # -- on the page -----------------------------------------------------------------------------------

    def place(self, parts: _Parts) -> None:
        """Put the parts into the document: the points in two columns, what else there is over the whole width."""
        for block in (*parts.head, *parts.chart):
            self.base.add(block)
        if parts.points:
            self._columns(parts.points)
        for block in parts.foot:
            self.base.add(block)
        if parts.left_out:
            self.base.add(self._more(parts.left_out))

    def _columns(self, points: Sequence[Sequence[Element]]) -> None:
        left, right = self._divided(points)
        if not right:
            for block in left:
                self.base.add(block)
            return
        for column in (left, right):
            column[0].pPr.insert_element_before(element("w:spacing", {"w:before": 0}), *_BEHIND_SPACING)
        self.base.add(beside(left, right, self._column))


def beside(left: Sequence[Element], right: Sequence[Element], column: int) -> Element:
    """Return blocks in two columns: a table without lines, since columns of a section break a page in LibreOffice."""
    no_lines = [
        element(f"w:{side}", {"w:val": "nil"})
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    margins = [element(f"w:{side}", {"w:w": 0, "w:type": "dxa"}) for side in ("left", "right")]
    wide = (column + _GUTTER, column)
    cells = []
    for blocks, width in zip((left, right), wide, strict=True):
        properties = element("w:tcPr", None, element("w:tcW", {"w:w": width, "w:type": "dxa"}))
        if blocks is left:
            properties.append(element("w:tcMar", None, element("w:right", {"w:w": _GUTTER, "w:type": "dxa"})))
        cells.append(element("w:tc", None, properties, *blocks))
    return element(
        "w:tbl", None,
        element(
            "w:tblPr", None,
            element("w:tblW", {"w:w": sum(wide), "w:type": "dxa"}),
            element("w:tblBorders", None, *no_lines),
            element("w:tblLayout", {"w:type": "fixed"}),
            element("w:tblCellMar", None, *margins),
        ),
        element("w:tblGrid", None, *(element("w:gridCol", {"w:w": width}) for width in wide)),
        element("w:tr", None, *cells),
    )  # fmt: skip


def _flat(parts: Sequence[Sequence[Element]]) -> list[Element]:
    return [block for part in parts for block in part]


def base_width(base: Base) -> int:
    """Return the width of the text in twentieths of a point."""
    width, _ = text_size(base.section)
    return width


def _ratio(content: bytes) -> float:
    from PIL import Image

    with Image.open(BytesIO(content)) as image:
        return image.height / image.width
