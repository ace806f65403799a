"""What every chart of the slides has: a scale, a division of its room, the unit above it and its axes."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from pptx.oxml.ns import qn

from reports.deck_chart_xml import LETTERS, SPACES, element_of, letters_xml, text_style
from reports.deck_template import Box, Palette
from reports.deck_text import LANGUAGE, LEADING, Face, Ink, in_dutch, lines_of
from reports.drawn_sheet import ticks_of, values_of
from reports.model import Chart, Series

_TICKS: Final = 6
_THIN: Final = "\u202f"


@dataclass(frozen=True)
class Scale:
    """From where to where an axis runs, and how far its marks lie apart."""

    low: float
    high: float
    step: float

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the begin and 1 at the end."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Line:
    """One series of the file: a stretch of a series of the model, or an end of its band.

    Attributes
    ----------
    series : Series
        Whose it is.
    name : str
    values : tuple of (float or None)
    labelled : int or None
        Category at which its name stands.
    band : str
        ``lower``, ``upper``, ``wide_lower`` or ``wide_upper``; empty for the figures themselves.
    shade : int or None
        How dark a part of the filled band is, in percent; 0 for what lies under it. None for a line.
    """

    series: Series
    name: str
    values: tuple[float | None, ...]
    labelled: int | None = None
    band: str = ""
    shade: int | None = None


@dataclass(frozen=True)
class Room:
    """How a chart is divided: the whole and, inside it, where the figures are drawn, in points."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def wide(self) -> float:
        """Width of the drawing."""
        return self.width - self.left - self.right

    @property
    def high(self) -> float:
        """Height of the drawing."""
        return self.height - self.top - self.bottom


def scale_of(chart: Chart) -> Scale:
    """Return a scale that holds every value of a chart: as in its picture, and for bars no longer than they are."""
    values = values_of(chart.series) or [0.0, 1.0]
    low, high = min(values), max(values)
    if chart.form == "line":
        ticks = ticks_of(low, high, chart.decimals, _TICKS)
        return Scale(*(round(value, 9) for value in (ticks[0], ticks[-1], ticks[1] - ticks[0])))
    low, high = min(low, 0.0), max(high, 0.0)
    high = high if high > low else low + 1.0
    return Scale(low, high, high - low)


def number_format(decimals: int) -> str:
    """Return the number format of an axis: a thin space between thousands, and the comma of a Dutch computer."""
    if decimals:
        return f"[$-413]#,##0.{'0' * decimals}"
    return f'[>=1000000]#"{_THIN}"##0"{_THIN}"##0;[>=1000]#"{_THIN}"##0;0'


def finite(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return values of which what is no number is a gap."""
    return tuple(value if value is not None and math.isfinite(value) else None for value in values)


class Drawing(ABC):
    """What line charts and bar charts have in common."""

    def __init__(self, chart: Chart, lines: Sequence[Line], box: Box, palette: Palette, face: Face) -> None:
        self.chart, self.lines, self.palette, self.face = chart, list(lines), palette, face
        self.scale: Scale = scale_of(chart)
        self.unit_height = (
            len(lines_of(chart.unit, LETTERS, box.width - 20, face)) * LETTERS * LEADING + 6
            if chart.unit
            else 6.0
        )
        self.room = self.divided(box.width, box.height)

    @abstractmethod
    def divided(self, width: float, height: float) -> Room:
        """Divide the room over the drawing and what stands around it."""

    def colour(self, series: Series) -> Ink:
        """Return the colour of a series."""
        return {
            "own": self.palette.accent, "before": self.palette.faint, "expected": self.palette.expected,
            "gemeente": self.palette.beside, "land": self.palette.beside,
        }[series.role]  # fmt: skip

    def name_colour(self, series: Series) -> Ink:
        """Return the colour of words about a series: the fainter grey is for lines only."""
        return self.palette.quiet if series.role in ("gemeente", "land", "before") else self.colour(series)

    def onto(self, native: Any) -> None:
        """Give the chart of python-pptx its looks."""
        space = native._chartSpace
        plot = native.plots[0]._element
        for element, line in zip(plot.findall(qn("c:ser")), self.lines, strict=True):
            self.dress(element, line)
        self.finish(plot)
        chart = space.find(qn("c:chart"))
        for tag in ("c:title", "c:autoTitleDeleted", "c:legend"):
            for old in chart.findall(qn(tag)):
                chart.remove(old)
        head = [self.unit_title()] if self.chart.unit else []
        head.append(element_of(f'<c:autoTitleDeleted {SPACES} val="{0 if head else 1}"/>'))
        for place, element in enumerate(head):
            chart.insert(place, element)
        legend = self.legend()
        if legend is not None:
            chart.find(qn("c:plotArea")).addnext(legend)
        area = chart.find(qn("c:plotArea"))
        for old in area.findall(qn("c:layout")):
            area.remove(old)
        area.insert(0, self.inner())
        self.speak(space)

    @abstractmethod
    def dress(self, element: Any, line: Line) -> None:
        """Give a series its looks."""

    @abstractmethod
    def finish(self, plot: Any) -> None:
        """Give the axes their looks."""

    def legend(self) -> Any:
        """Return a legend; none where names stand at the lines."""
        return None

    def inner(self) -> Any:
        """Return the place of the drawing inside the chart."""
        room = self.room
        return element_of(
            f'<c:layout {SPACES}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="{room.left / room.width:.5f}"/><c:y val="{room.top / room.height:.5f}"/>'
            f'<c:w val="{room.wide / room.width:.5f}"/><c:h val="{room.high / room.height:.5f}"/>'
            "</c:manualLayout></c:layout>"
        )

    def unit_title(self) -> Any:
        """Return the unit as the title inside the chart, at its top left."""
        lines = lines_of(self.chart.unit, LETTERS, self.room.width - 20, self.face)
        words = "".join(
            f'<a:p><a:pPr algn="l">{letters_xml(LETTERS, self.palette.quiet, tag="a:defRPr")}</a:pPr><a:r>'
            f"{letters_xml(LETTERS, self.palette.quiet)}<a:t>{escape(line)}</a:t></a:r></a:p>"
            for line in lines
        )
        return element_of(
            f'<c:title {SPACES}><c:tx><c:rich><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0"/><a:lstStyle/>'
            f'{words}</c:rich></c:tx><c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/>'
            '<c:x val="0.002"/><c:y val="0.002"/></c:manualLayout></c:layout><c:overlay val="0"/></c:title>'
        )

    def speak(self, space: Any) -> None:
        """Set language, corners and letters of the whole chart."""
        for tag in ("c:lang", "c:roundedCorners", "c:txPr"):
            for old in space.findall(qn(tag)):
                space.remove(old)
        first = space.find(qn("c:date1904"))
        first.addnext(element_of(f'<c:roundedCorners {SPACES} val="0"/>'))
        first.addnext(element_of(f'<c:lang {SPACES} val="{LANGUAGE}"/>'))
        space.find(qn("c:chart")).addnext(text_style(LETTERS, self.palette.ink))
        in_dutch(space)

    def axis(
        self, element: Any, *, lines: str, labels: str = "", deleted: bool = False, **parts: str
    ) -> None:
        """Write an axis anew, in the order of the schema."""
        numbers, crossing = (element.find(qn(tag)).get("val") for tag in ("c:axId", "c:crossAx"))
        name = "valAx" if element.tag == qn("c:valAx") else "catAx"
        scaling = parts.get("scaling", '<c:orientation val="minMax"/>')
        made = element_of(
            f'<c:{name} {SPACES}><c:axId val="{numbers}"/><c:scaling>{scaling}</c:scaling>'
            f'<c:delete val="{int(deleted)}"/><c:axPos val="{parts["side"]}"/>{parts.get("grid", "")}'
            f'<c:numFmt formatCode="{parts.get("format", "General")}" sourceLinked="0"/><c:majorTickMark val="none"/>'
            f'<c:minorTickMark val="none"/><c:tickLblPos val="{parts.get("at", "low")}"/><c:spPr>{lines}</c:spPr>{labels}'
            f'<c:crossAx val="{crossing}"/><c:crosses val="{parts.get("crosses", "autoZero")}"/>{parts["end"]}</c:{name}>'
        )
        element.getparent().replace(element, made)
