"""A chart over the years on a slide: names at the ends of the lines, and the forecast as a fan."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Final
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
    plain_number,
    stroke,
    text_style,
    written,
)
from reports.deck_text import LEADING, Ink, lines_of, width_of
from reports.model import Chart, Series

_THICK: Final = {"own": 2.5, "expected": 2.5, "before": 1.75, "gemeente": 1.75, "land": 1.75}
_DASH: Final = {"expected": "sysDash", "before": "lgDashDot", "land": "sysDot"}
#: Names of the ends of a band, in the data sheet of the chart.
_ENDS: Final = (
    ("lower", "onderkant band, 80 van de 100"),
    ("upper", "bovenkant band, 80 van de 100"),
    ("wide_lower", "onderkant band, 95 van de 100"),
    ("wide_upper", "bovenkant band, 95 van de 100"),
)
#: Most of the width that names beside a chart take.
_MOST_BESIDE: Final = 0.36
#: How dark the bands of 80 and of 95 in 100 are, in percent.
_INNER, _OUTER = 34, 15


def lines_in(chart: Chart) -> Iterator[Line]:
    """Yield the lines of a chart: comparators first, so that the own one lies on top."""
    starts = [0, *sorted(chart.categories.index(name) for name in chart.breaks if name in chart.categories)]
    order = {"land": 0, "gemeente": 1, "before": 2, "expected": 3, "own": 4}
    for series in sorted(chart.series, key=lambda one: order[one.role]):
        values = finite(series.values)
        last = max((place for place, value in enumerate(values) if value is not None), default=None)
        if series.role == "expected":
            yield from _fan(chart, series)
            for field, words in reversed(_ENDS):
                if ends := finite(getattr(series, field)):
                    yield Line(series, f"{series.name}, {words}", ends, band=field)
        if last is None:
            yield Line(series, series.name, values)
        for begin, end in zip(starts, [*starts[1:], len(values)], strict=True):
            stretch = tuple(value if begin <= place < end else None for place, value in enumerate(values))
            if any(value is not None for value in stretch):
                labelled = last if last is not None and begin <= last < end else None
                yield Line(series, series.name, stretch, labelled)


def _fan(chart: Chart, series: Series) -> Iterator[Line]:
    """Yield the parts of the filled band of a forecast, each on top of the one before it.

    An area cannot begin between two ends, so the band is a stack: what lies under it, and how wide each part is. Before
    the forecast every part has no width, so that the band opens at the last figure.
    """
    inner = finite(series.lower), finite(series.upper)
    outer = finite(series.wide_lower), finite(series.wide_upper)
    ends = [row for row in (outer[0], inner[0], inner[1], outer[1]) if row]
    if len(ends) not in (2, 4) or not inner[0] or not inner[1]:
        return
    count = len(chart.categories)
    there = [place for place in range(count) if all(row[place] is not None for row in ends)]
    own = next((finite(one.values) for one in chart.series if one.role == "own"), (None,) * count)
    if not there:
        return
    under: list[float] = []
    for place in range(count):
        end = ends[0][place]
        known = end if place in there and end is not None else own[place]
        under.append(known if known is not None else under[-1] if under else ends[0][there[0]] or 0.0)
    yield Line(series, f"{series.name}, onder de band", tuple(under), shade=0)
    shades = (_INNER,) if len(ends) == 2 else (_OUTER, _INNER, _OUTER)
    for number, (low, high, shade) in enumerate(zip(ends, ends[1:], shades, strict=False), 1):
        widths = tuple(
            round((high[place] or 0.0) - (low[place] or 0.0), 9) if place in there else 0.0
            for place in range(count)
        )
        yield Line(series, f"{series.name}, breedte van de band ({number})", widths, shade=shade)


class LineDrawing(Drawing):
    """Years along the bottom, names at the ends of the lines."""

    def divided(self, width: float, height: float) -> Room:
        """Divide the room."""
        scale = self.scale
        ticks = [plain_number(value, self.chart.decimals) for value in (scale.low, scale.high)]
        left = max(width_of(tick, LETTERS, self.face) for tick in ticks) + 12
        self.names = self._names(_MOST_BESIDE * width)
        beside = [lines for line, lines in self.names if self._at_end(line)]
        widest = max(
            (width_of(text, LETTERS, self.face, bold=True) for lines in beside for text in lines), default=0.0
        )
        right = widest + 24 if beside else 14.0
        self.years = self._years(width - left - right)
        return Room(width, height, left, self.unit_height + 8, right, self._years_height())

    def _years(self, wide: float) -> tuple[float, bool]:
        """Return the size of the years along the bottom, and whether they are turned because they do not fit side by side."""
        each = wide / len(self.chart.categories)
        for size in (LETTERS, SMALL):
            if max(width_of(name, size, self.face) for name in self.chart.categories) + 7 <= each:
                return size, False
        return SMALL, True

    def _years_height(self) -> float:
        size, turned = self.years
        longest = max(width_of(name, size, self.face) for name in self.chart.categories)
        return (0.71 * (longest + size) if turned else size * LEADING) + 12

    def _at_end(self, line: Line) -> bool:
        """Say whether a name stands beside the drawing, and not in it."""
        return line.labelled is not None and line.labelled >= len(self.chart.categories) - 2

    def _names(self, most: float) -> list[tuple[Line, list[str]]]:
        """Return the lines of text at each line that has a name."""
        made = []
        for line in self.lines:
            if line.labelled is not None:
                name = lines_of(line.name, LETTERS, most, self.face, bold=True)
                figure = lines_of(line.series.texts[line.labelled], LETTERS, most, self.face, bold=True)
                made.append((line, [*name, *figure]))
        return made

    def dress(self, element: Any, line: Line) -> None:
        """Give a series its looks."""
        colour = self.colour(line.series)
        for tag in ("c:spPr", "c:marker", "c:dPt", "c:dLbls", "c:errBars"):
            for old in element.findall(qn(tag)):
                element.remove(old)
        if line.shade is not None:
            parts = [self._filled(line.shade, colour)]
        else:
            parts = self._band_end(line, colour) if line.band else self._figures(line, colour)
        place = element.find(qn("c:tx"))
        for part in parts:
            made = element_of(part)
            place.addnext(made)
            place = made

    def _filled(self, shade: int, colour: Ink) -> str:
        inside = f'<a:alpha val="{shade * 1000}"/>'
        filled = colour.fill(inside) if shade else "<a:noFill/>"
        return f"<c:spPr {SPACES}>{filled}<a:ln><a:noFill/></a:ln></c:spPr>"

    def _band_end(self, line: Line, colour: Ink) -> list[str]:
        wide = line.band.startswith("wide")
        thick = 0.5 if wide else 0.75
        return [
            f"<c:spPr {SPACES}>{stroke(colour, thick)}</c:spPr>",
            f'<c:marker {SPACES}><c:symbol val="none"/></c:marker>',
        ]

    def _figures(self, line: Line, colour: Ink) -> list[str]:
        role = line.series.role
        thick, dash = _THICK[role], _DASH.get(role, "")
        size = 7 if role == "own" else 5
        parts = [
            f"<c:spPr {SPACES}>{stroke(colour, thick, dash)}</c:spPr>",
            self._marker(colour, size, colour.fill()),
        ]
        for place, provisional in enumerate(line.series.dashed):
            if provisional and place < len(line.values) and line.values[place] is not None:
                hollow = self._marker(colour, size + 1, self.palette.paper.fill()).replace(
                    f" {SPACES}", "", 1
                )
                parts.append(
                    f'<c:dPt {SPACES}><c:idx val="{place}"/>{hollow}<c:bubble3D val="0"/>'
                    f"<c:spPr>{stroke(colour, thick, 'sysDash')}</c:spPr></c:dPt>"
                )
        parts.append(self._labels(line))
        bars = self._margins(line, colour)
        return [*parts, bars] if bars else parts

    def _marker(self, colour: Ink, size: int, fill: str) -> str:
        return (
            f'<c:marker {SPACES}><c:symbol val="circle"/><c:size val="{size}"/><c:spPr>{fill}'
            f"{stroke(colour, 1.5)}</c:spPr></c:marker>"
        )

    def _margins(self, line: Line, colour: Ink) -> str:
        """Return the margin around each figure; a forecast has a band instead."""
        series = line.series
        if series.role == "expected" or not series.lower or not series.upper:
            return ""
        return error_bars(line.values, series, stroke(colour, 1.0, alpha=65), direction="y")

    def _labels(self, line: Line) -> str:
        if line.labelled is None:
            return labels_xml([])
        words = next(lines for named, lines in self.names if named is line)
        colour = self.name_colour(line.series)
        if self._at_end(line):
            down, across, position = self._shifts()[id(line)], 5.0, "r"
        else:
            widest = max(width_of(text, LETTERS, self.face, bold=True) for text in words)
            down, across, position = 0.0, -widest / 2, self._free_side(line, widest)
        layout = (
            f'<c:layout><c:manualLayout><c:x val="{across / self.room.width:.5f}"/><c:y val="{down / self.room.height:.5f}"/>'
            "</c:manualLayout></c:layout>"
            if abs(down) + abs(across) > 0.5
            else ""
        )
        return labels_xml(
            [
                label_xml(
                    line.labelled, words, LETTERS, colour, position, layout, bold=line.series.role == "own"
                )
            ]
        )

    def _free_side(self, line: Line, wide: float) -> str:
        """Return whether a name that ends at its point stands above or below the line: where fewer points are in its way."""
        place = line.labelled or 0
        value = line.values[place] or 0.0
        each = self.room.wide / len(self.chart.categories)
        first = max(0, place - math.ceil(wide / each))
        passed = [
            other
            for series in self.chart.series
            for other in series.values[first : place + 1]
            if other is not None and other != value
        ]
        return "b" if 2 * sum(other > value for other in passed) > len(passed) else "t"

    def _shifts(self) -> dict[int, float]:
        """Return how far each name at the end moves down, in points, so that none lies on another."""
        room, scale = self.room, self.scale
        wished = []
        for line, lines in self.names:
            if self._at_end(line) and line.labelled is not None:
                value = line.values[line.labelled] or 0.0
                middle = room.top + (1 - scale.share(value)) * room.high
                wished.append((middle, len(lines) * LETTERS * 1.25 + 3, id(line)))
        placed = _apart(sorted(wished), room.top - self.unit_height / 2, room.top + room.high + 6)
        return {key: middle - wish for (wish, _, key), middle in zip(sorted(wished), placed, strict=True)}

    def finish(self, plot: Any) -> None:
        """Give the axes their looks."""
        palette, scale = self.palette, self.scale
        area = plot.getparent()
        self._fill_bands(plot)
        letters = written(text_style(LETTERS, palette.quiet))
        size, turned = self.years
        each = self.room.wide / len(self.chart.categories)
        skip = math.ceil((size + 2) / each) if turned else 1
        skipped = f'<c:tickLblSkip val="{skip}"/>' if skip > 1 else ""
        self.axis(
            area.find(qn("c:catAx")),
            lines=stroke(palette.quiet, 0.75),
            labels=written(text_style(size, palette.quiet, turned=-45 if turned else 0)),
            side="b",
            end=f'<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>{skipped}<c:noMultiLvlLbl val="1"/>',
        )
        self.axis(
            area.find(qn("c:valAx")),
            lines="<a:ln><a:noFill/></a:ln>",
            labels=letters,
            side="l",
            grid=f"<c:majorGridlines><c:spPr>{stroke(palette.hairline, 0.75)}</c:spPr></c:majorGridlines>",
            format=escape(number_format(self.chart.decimals), {'"': "&quot;"}),
            scaling=f'<c:orientation val="minMax"/><c:max val="{scale.high!r}"/><c:min val="{scale.low!r}"/>',
            end=f'<c:crossBetween val="between"/><c:majorUnit val="{scale.step!r}"/>',
        )

    def _fill_bands(self, plot: Any) -> None:
        """Move the parts of the band to an area chart behind the lines, on the same axes."""
        series = [
            one
            for one, line in zip(plot.findall(qn("c:ser")), self.lines, strict=True)
            if line.shade is not None
        ]
        if not series:
            return
        areas = element_of(
            f'<c:areaChart {SPACES}><c:grouping val="stacked"/><c:varyColors val="0"/></c:areaChart>'
        )
        for one in series:
            for smooth in one.findall(qn("c:smooth")):
                one.remove(smooth)
            areas.append(one)
        for axis in plot.findall(qn("c:axId")):
            areas.append(deepcopy(axis))
        plot.addprevious(areas)


def _apart(wished: Sequence[tuple[float, float, int]], top: float, bottom: float) -> list[float]:
    """Return the middles of boxes that do not overlap, each as near to its wish as the others allow."""
    middles: list[float] = []
    edge = top
    for wish, height, _ in wished:
        middle = max(wish, edge + height / 2)
        middles.append(middle)
        edge = middle + height / 2
    edge = bottom
    for place in range(len(middles) - 1, -1, -1):
        height = wished[place][1]
        middles[place] = min(middles[place], edge - height / 2)
        edge = middles[place] - height / 2
    return middles
