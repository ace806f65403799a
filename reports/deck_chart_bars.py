"""Lying bars on a slide, with their figure at the end and the names of the series above."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from pptx.oxml.ns import qn

from reports.deck_chart_base import Drawing, Line, Room, finite, number_format
from reports.deck_chart_xml import (
    LETTERS,
    SMALL,
    SPACES,
    element_of,
    error_bars,
    label_xml,
    labels_xml,
    stroke,
    text_style,
    written,
)
from reports.deck_text import LEADING, lines_of, width_of
from reports.model import Series


def bar_series(series: Series) -> Line:
    """Return the bars of one series."""
    return Line(series, series.name, finite(series.values))


class BarDrawing(Drawing):
    """Lying bars with their figure at the end."""

    def divided(self, width: float, height: float) -> Room:
        """Divide the room."""
        face = self.face
        widest = max(width_of(name, LETTERS, face) for name in self.chart.categories) + 14
        left = min(widest, 0.36 * width)
        texts = [
            text
            for series in self.chart.series
            for text, value in zip(series.texts, series.values, strict=True)
            if value is not None
        ]
        right = max((width_of(text, LETTERS, face, bold=True) for text in texts), default=0.0) + 16
        top = self.unit_height + self._legend_height(width) + 4
        return Room(width, height, left, top, min(right, 0.3 * width), 6.0)

    def needed(self, size: float) -> float:
        """Return the height that the bars need with letters of a size."""
        most = self.room.left - 10
        return sum(
            max(len(self.lines) * size * 1.3, len(lines_of(name, size, most, self.face)) * size * LEADING)
            + 0.5 * size
            for name in self.chart.categories
        )

    @property
    def size(self) -> float:
        """Size of the letters at the bars: smaller where there are many."""
        sizes = (LETTERS, SMALL, 10.0, 9.0)
        return next((size for size in sizes if self.needed(size) <= self.room.high), sizes[-1])

    def _legend_height(self, width: float) -> float:
        if len(self.lines) < 2:
            return 0.0
        return self._legend_rows(width) * LETTERS * 1.35 + 4

    def _legend_rows(self, width: float) -> int:
        """Return on how many rows the names of the series stand."""
        together = sum(width_of(line.name, LETTERS, self.face) + 36 for line in self.lines)
        if together <= width:
            return 1
        return sum(len(lines_of(line.name, LETTERS, width - 40, self.face)) for line in self.lines)

    def legend(self) -> Any:
        """Return the names of the series, where there is more than one."""
        if len(self.lines) < 2:
            return None
        room = self.room
        together = sum(width_of(line.name, LETTERS, self.face) + 36 for line in self.lines)
        alone = max(width_of(line.name, LETTERS, self.face) for line in self.lines) + 40
        wide = together if self._legend_rows(room.width) == 1 else min(alone, room.width)
        return element_of(
            f'<c:legend {SPACES}><c:legendPos val="t"/><c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="0"/><c:y val="{self.unit_height / room.height:.5f}"/><c:w val="{min(wide / room.width, 1.0):.5f}"/>'
            f'<c:h val="{self._legend_height(room.width) / room.height:.5f}"/></c:manualLayout></c:layout>'
            f'<c:overlay val="0"/>{written(text_style(LETTERS, self.palette.ink))}</c:legend>'
        )

    def dress(self, element: Any, line: Line) -> None:
        """Give a series its looks."""
        colour = self.colour(line.series)
        for tag in ("c:spPr", "c:invertIfNegative", "c:dPt", "c:dLbls", "c:errBars"):
            for old in element.findall(qn(tag)):
                element.remove(old)
        parts = [
            f"<c:spPr {SPACES}>{colour.fill()}<a:ln><a:noFill/></a:ln></c:spPr>",
            f'<c:invertIfNegative {SPACES} val="0"/>',
        ]
        for place, provisional in enumerate(line.series.dashed):
            if provisional and line.values[place] is not None:
                parts.append(
                    f'<c:dPt {SPACES}><c:idx val="{place}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr>'
                    f'<a:pattFill prst="wdUpDiag"><a:fgClr>{colour.xml()}</a:fgClr><a:bgClr>{self.palette.paper.xml()}</a:bgClr>'
                    f"</a:pattFill>{stroke(colour, 1.5, 'sysDash')}</c:spPr></c:dPt>"
                )
        parts.append(self._labels(line))
        if line.series.lower and line.series.upper:
            parts.append(error_bars(line.values, line.series, stroke(self.palette.ink, 1.25), direction=""))
        place = element.find(qn("c:tx"))
        for part in parts:
            made = element_of(part)
            place.addnext(made)
            place = made

    def _labels(self, line: Line) -> str:
        made = []
        for place, value in enumerate(line.values):
            if value is None:
                continue
            layout = self._past_margin(line.series, place, value)
            text = [line.series.texts[place]]
            made.append(
                label_xml(
                    place, text, self.size, self.palette.ink, "outEnd", layout, bold=line.series.role == "own"
                )
            )
        return labels_xml(made) if made else labels_xml([])

    def _past_margin(self, series: Series, place: int, value: float) -> str:
        """Move a figure to the right of the margin that is drawn around the end of its bar."""
        upper = series.upper[place] if series.upper else None
        if upper is None or upper <= value or value < 0:
            return ""
        moved = (self.scale.share(upper) - self.scale.share(value)) * self.room.wide + 3
        return f'<c:layout><c:manualLayout><c:x val="{moved / self.room.width:.5f}"/><c:y val="0"/></c:manualLayout></c:layout>'

    def finish(self, plot: Any) -> None:
        """Give the axes their looks."""
        area = plot.getparent()
        scale = self.scale
        for tag in ("c:gapWidth", "c:overlap"):
            for old in plot.findall(qn(tag)):
                plot.remove(old)
        first = plot.find(qn("c:axId"))
        first.addprevious(element_of(f'<c:gapWidth {SPACES} val="55"/>'))
        first.addprevious(element_of(f'<c:overlap {SPACES} val="-8"/>'))
        letters = written(text_style(self.size, self.palette.ink))
        self.axis(
            area.find(qn("c:catAx")),
            lines=stroke(self.palette.quiet, 0.75),
            labels=letters,
            side="l",
            scaling='<c:orientation val="maxMin"/>',
            end='<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="60"/><c:noMultiLvlLbl val="1"/>',
        )
        self.axis(
            area.find(qn("c:valAx")),
            lines="<a:ln><a:noFill/></a:ln>",
            side="t",
            deleted=True,
            at="nextTo",
            format=escape(number_format(self.chart.decimals), {'"': "&quot;"}),
            scaling=f'<c:orientation val="minMax"/><c:max val="{scale.high!r}"/><c:min val="{scale.low!r}"/>',
            end=f'<c:crossBetween val="between"/><c:majorUnit val="{scale.step!r}"/>',
        )
