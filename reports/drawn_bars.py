"""Lying bars: a row per category, a bar per series, the figure in words at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.drawn_sheet import (
    LEADING,
    PAPER,
    SMALL,
    TEXT,
    Mark,
    Sheet,
    Stroke,
    at,
    draw_key,
    ink_line,
    is_dashed,
    stroke_of,
    values_of,
)
from reports.house import INK, QUIET, House
from reports.map_lettering import text_width, wrapped
from reports.model import Chart, Role, Series

#: Share of the width that the categories at the left may take.
_CATEGORIES: Final = 0.36
#: Share of the room right of them that words at a bar may take before they go on below.
_WORDS: Final = 0.42
_GAP: Final = 9.0
_AIR: Final = 4.0


@dataclass(frozen=True)
class _Bar:
    """One bar, or the reason why there is none."""

    series: Series
    place: int
    value: float | None
    low: float | None
    high: float | None
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return max(len(self.lines), 1) * SMALL * LEADING + 1.5

    @property
    def wide(self) -> float:
        return max((text_width(line, SMALL, self.weight) for line in self.lines), default=0.0)

    @property
    def weight(self) -> int:
        return 600 if self.series.role == "own" and self.value is not None else 400

    @property
    def furthest(self) -> float:
        """Up to where something is drawn."""
        return max(self.value or 0.0, self.high or 0.0, 0.0)


def draw_bars(chart: Chart, house: House, width: float, height: float | None) -> tuple[Sheet, float]:
    """Draw lying bars.

    Parameters
    ----------
    chart : Chart
        With ``form`` "bars".
    house : House
    width : float
        Points.
    height : float, optional
        Points; rows are spread over it. What the chart asks where omitted or too little.

    Returns
    -------
    sheet, height
    """
    sheet = Sheet(width)
    names = [wrapped(category, TEXT, _CATEGORIES * width) for category in chart.categories]
    left = max((text_width(line, TEXT) for lines in names for line in lines), default=0.0) + 10
    rows = [_bars(chart, place, width - left) for place in range(len(chart.categories))]
    marks = _marks(chart, house)
    top = draw_key(sheet, marks, 0, 0) + 6 if marks else 2.0
    heights = [
        max(sum(bar.height for bar in bars), len(lines) * TEXT * LEADING)
        for bars, lines in zip(rows, names, strict=True)
    ]
    asked = top + sum(heights) + _GAP * len(rows)
    gap = _GAP if height is None else _GAP + max(0.0, height - asked) / max(len(rows), 1)
    low = min([0.0, *values_of(chart.series)])
    scale = _scale([bar for bars in rows for bar in bars], low, width - left)
    zero = left - low * scale
    y = top
    for lines, bars, high in zip(names, rows, heights, strict=True):
        y += gap / 2
        sheet.lines(lines, 0, y + (high - len(lines) * TEXT * LEADING) / 2, size=TEXT, colour=INK)
        beneath = y + (high - sum(bar.height for bar in bars)) / 2
        for bar in bars:
            _draw_bar(sheet, bar, zero, beneath, scale, house)
            beneath += bar.height
        y += high + gap / 2
    sheet.line(f"M{zero:.2f} {top:.2f}V{y:.2f}", ink_line(0.8))
    return sheet, y + 3


def _bars(chart: Chart, place: int, room: float) -> list[_Bar]:
    made = []
    for series in chart.series:
        value = at(series.values, place)
        words = series.texts[place] if place < len(series.texts) else ""
        most = room - 2 * _AIR if value is None else _WORDS * room
        lines = tuple(wrapped(words, SMALL, most, 600 if series.role == "own" else 400))
        made.append(_Bar(series, place, value, at(series.lower, place), at(series.upper, place), lines))
    return made


def _scale(bars: Sequence[_Bar], low: float, room: float) -> float:
    """Return points per unit such that every bar, with its words behind it, stays in the room."""
    fits = [
        (room - bar.wide - 2 * _AIR) / (bar.furthest - low)
        for bar in bars
        if bar.value is not None and bar.furthest > low
    ]
    return min(fits, default=1.0)


def _draw_bar(sheet: Sheet, bar: _Bar, zero: float, top: float, scale: float, house: House) -> None:
    start = zero + _AIR
    if bar.value is not None:
        end = zero + bar.value * scale
        thick = (0.74 if bar.series.role == "own" else 0.6) * (SMALL * LEADING + 1.5)
        fill, edge, opacity = _paint(bar.series.role, house, provisional=is_dashed(bar.series, bar.place))
        middle = top + bar.height / 2
        if bar.value:
            sheet.rectangle(
                min(zero, end), middle - thick / 2, abs(end - zero), thick, fill, opacity=opacity, edge=edge
            )
        if bar.low is not None and bar.high is not None:
            _draw_margin(sheet, zero + bar.low * scale, zero + bar.high * scale, middle)
        start = zero + bar.furthest * scale + _AIR
    colour = INK if bar.value is not None else QUIET
    sheet.lines(bar.lines, start, top + 0.75, colour=colour, weight=bar.weight)


def _paint(role: Role, house: House, *, provisional: bool) -> tuple[str, Stroke | None, float]:
    """Return fill, edge and how dense; bars differ in lightness and edge too, so that they can be told apart in grey."""
    colour = stroke_of(role, house).colour
    known: dict[Role, tuple[str, Stroke | None]] = {
        "own": (colour, None),
        "gemeente": ("#A9B6BF", None),
        "land": (PAPER, Stroke(colour, 0.9)),
        "before": ("#DCE3E8", Stroke(colour, 0.9)),
        "expected": ("#E9B48A", Stroke(colour, 0.9, "2.4 1.8")),
    }
    fill, edge = known[role]
    if provisional:
        return fill, Stroke(colour, 0.9, "2.4 1.8"), 0.38
    return fill, edge, 1.0


def _draw_margin(sheet: Sheet, low: float, high: float, middle: float) -> None:
    """Draw from where to where a figure may lie, with an edge of paper so that it shows on a dark bar."""
    path = f"M{low:.2f} {middle - 2.4:.2f}v4.8M{low:.2f} {middle:.2f}H{high:.2f}M{high:.2f} {middle - 2.4:.2f}v4.8"
    sheet.line(path, Stroke(PAPER, 2.6))
    sheet.line(path, ink_line(1.0))


def _marks(chart: Chart, house: House) -> list[Mark]:
    """Return what must be explained: who is who where there are several, and the marks that occur."""
    marks = [_bar_mark(series.name, series.role, house) for series in chart.series if len(chart.series) > 1]
    places = range(len(chart.categories))
    drawn = [series for series in chart.series if values_of([series])]
    provisional = next((one for one in drawn if any(is_dashed(one, place) for place in places)), None)
    if provisional:
        marks.append(_bar_mark("voorlopig", provisional.role, house, provisional=True))
    if any(low is not None for series in drawn for low in series.lower):
        marks.append(Mark("marge om het cijfer", lambda sheet, x, y: _draw_margin(sheet, x + 2, x + 18, y)))
    return marks


def _bar_mark(name: str, role: Role, house: House, *, provisional: bool = False) -> Mark:
    fill, edge, opacity = _paint(role, house, provisional=provisional)
    return Mark(name, lambda sheet, x, y: sheet.rectangle(x, y - 4, 20, 8, fill, opacity=opacity, edge=edge))
