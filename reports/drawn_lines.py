"""A chart over the years: the wijk thick and solid, what it is compared with in grey, the forecast as a fan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from reports.drawn_labels import Box, Point, free_box, spread
from reports.drawn_sheet import (
    LEADING,
    SMALL,
    TEXT,
    Mark,
    Sheet,
    Stroke,
    at,
    band_mark,
    draw_key,
    hairline,
    ink_line,
    is_dashed,
    letters_of,
    line_mark,
    needed_decimals,
    number,
    stroke_of,
    ticks_of,
    values_of,
)
from reports.house import QUIET, House
from reports.map_lettering import text_width, wrapped
from reports.model import Chart, Series

#: Points that the plot is high where nobody says.
_HEIGHT: Final = 142.0
_LEAST: Final = 70.0
#: Share of the width that names at the right may take.
_NAMES: Final = 0.3
_PROVISIONAL: Final = "3.2 2.6"
_BREAK: Final = Stroke(QUIET, 0.9, "1.4 2.2")
#: How dark a band is: around figures, and of a forecast of 80 and of 95 in 100.
_AROUND, _INNER, _OUTER = 0.16, 0.34, 0.15
_STEP: Final = 4.0


@dataclass(frozen=True)
class _Field:
    """Where values and categories stand."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    count: int

    def x(self, place: float) -> float:
        """Across, of a category; between two where ``place`` is no whole number."""
        if self.count == 1:
            return (self.left + self.right) / 2
        return self.left + 8 + place * (self.right - self.left - 12) / (self.count - 1)

    def y(self, value: float) -> float:
        """Down, of a value."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


@dataclass(frozen=True)
class _Label:
    """The name of a series, with its last figure."""

    series: Series
    last: int
    lines: tuple[str, ...]
    figure: str

    @property
    def height(self) -> float:
        return (len(self.lines) + bool(self.figure)) * TEXT * LEADING

    def width(self, house: House) -> float:
        weight = letters_of(self.series.role, house)[1]
        names = [text_width(line, TEXT, weight) for line in self.lines]
        return max([*names, text_width(self.figure, TEXT)])


def draw_lines(chart: Chart, house: House, width: float, height: float | None) -> tuple[Sheet, float]:
    """Draw a chart over the years.

    Parameters
    ----------
    chart : Chart
        With ``form`` "line".
    house : House
    width : float
        Points.
    height : float, optional
        Points; what the chart asks where omitted, and never less than its words need.

    Returns
    -------
    sheet, height
    """
    sheet = Sheet(width)
    series = [one for one in chart.series if values_of([one])]
    values = values_of(series) or [0.0, 1.0]
    ticks = ticks_of(min(values), max(values), chart.decimals, wanted=5)
    if chart.unit.strip().startswith("%") and max(values) <= 100:
        ticks = [tick for tick in ticks if tick <= 100]
    labels = _labels(series, house, _NAMES * width)
    ended = [label for label in labels if label.last == len(chart.categories) - 1]
    inside = [label for label in labels if label not in ended]
    written = [number(tick, needed_decimals(ticks, chart.decimals)) for tick in ticks]
    left = max(text_width(words, SMALL) for words in written) + 5
    beside = max((label.width(house) for label in ended), default=0.0) + 14
    unit = wrapped(_about_axis(chart.unit, ticks), SMALL, width)
    top = len(unit) * SMALL * LEADING + 7
    marks = _marks(chart, series, house)
    below = SMALL * LEADING + 8
    plot = _HEIGHT
    if height is not None:
        plot = max(_LEAST, height - top - below - _key_height(marks, width))
    plot = max(plot, sum(label.height for label in ended))
    field = _Field(left, width - beside, top, top + plot, ticks[0], ticks[-1], len(chart.categories))

    sheet.lines(unit, 0, 0)
    _draw_grid(sheet, field, ticks, written)
    _draw_years(sheet, chart.categories, field)
    _draw_breaks(sheet, chart, field)
    for one in sorted(series, key=_order):
        _draw_bands(sheet, one, _anchor(one, series), field, house)
    for one in sorted(series, key=_order):
        _draw_line(sheet, one, chart, _anchor(one, series), field, house)
    _draw_ends(sheet, ended, field, house)
    _draw_inside(sheet, inside, series, field, house)
    end = draw_key(sheet, marks, 0, field.bottom + below)
    return sheet, end + 3


def _order(series: Series) -> int:
    """Return what is drawn first: the wijk lies on top."""
    return ("land", "gemeente", "before", "expected", "own").index(series.role)


def _about_axis(unit: str, ticks: Sequence[float]) -> str:
    return unit if ticks[0] <= 0 <= ticks[-1] else f"{unit} (de as begint niet bij 0)"


def _present(series: Series) -> list[int]:
    return [place for place in range(len(series.values)) if at(series.values, place) is not None]


def _labels(series: Sequence[Series], house: House, room: float) -> list[_Label]:
    found = []
    for one in series:
        places = _present(one)
        if not places:
            continue
        weight = letters_of(one.role, house)[1]
        figure = one.texts[places[-1]] if places[-1] < len(one.texts) else ""
        lines = tuple(wrapped(one.name, TEXT, room, weight))
        found.append(_Label(one, places[-1], lines, figure if text_width(figure, TEXT) <= room else ""))
    return found


def _draw_grid(sheet: Sheet, field: _Field, ticks: Sequence[float], written: Sequence[str]) -> None:
    for tick, words in zip(ticks, written, strict=True):
        y = field.y(tick)
        sheet.line(f"M{field.left:.2f} {y:.2f}H{field.right:.2f}", ink_line(0.8) if tick == 0 else hairline())
        sheet.text(words, field.left - 5, y + 0.35 * SMALL, anchor="end")


def _draw_years(sheet: Sheet, categories: Sequence[str], field: _Field) -> None:
    """Write as many categories as fit, counted back from the last."""
    widest = max(text_width(category, SMALL) for category in categories)
    apart = (field.x(1) - field.x(0)) if len(categories) > 1 else widest
    every = max(1, -(-int(widest + 6) // max(int(apart), 1)))
    for place in range(len(categories) - 1, -1, -every):
        words = categories[place]
        half = text_width(words, SMALL) / 2
        x = min(max(field.x(place), half), sheet.width - half)
        sheet.line(f"M{field.x(place):.2f} {field.bottom:.2f}v3", ink_line(0.6))
        sheet.text(words, x, field.bottom + 5 + SMALL, anchor="middle")


def _broken_before(chart: Chart) -> set[int]:
    return {
        place for place, category in enumerate(chart.categories) if category in chart.breaks and place > 0
    }


def _draw_breaks(sheet: Sheet, chart: Chart, field: _Field) -> None:
    for place in sorted(_broken_before(chart)):
        sheet.line(f"M{field.x(place - 0.5):.2f} {field.top:.2f}V{field.bottom:.2f}", _BREAK)


def _anchor(series: Series, others: Sequence[Series]) -> tuple[int, float] | None:
    """Return the last figure that a forecast starts from."""
    if series.role != "expected" or not _present(series):
        return None
    first = _present(series)[0]
    own = next((other for other in others if other.role == "own"), None)
    known = [place for place in _present(own) if place < first] if own else []
    if own is None or not known:
        return None
    value = at(own.values, known[-1])
    return None if value is None else (known[-1], value)


def _draw_bands(
    sheet: Sheet, series: Series, anchor: tuple[int, float] | None, field: _Field, house: House
) -> None:
    colour = stroke_of(series.role, house).colour
    expected = series.role == "expected"
    pairs = [(series.lower, series.upper, _INNER if expected else _AROUND)]
    if expected:
        pairs.insert(0, (series.wide_lower, series.wide_upper, _OUTER))
    for lower, upper, opacity in pairs:
        for run in _runs(lower, upper, anchor):
            if len(run) == 1:
                place, low, high = run[0]
                path = f"M{field.x(place):.2f} {field.y(low):.2f}V{field.y(high):.2f}"
                sheet.line(path, Stroke(colour, 6.0), opacity=opacity)
                continue
            over = [(field.x(place), field.y(high)) for place, _, high in run]
            under = [(field.x(place), field.y(low)) for place, low, _ in reversed(run)]
            sheet.area(f"{_path([*over, *under])}z", colour, opacity=opacity)


def _runs(
    lower: Sequence[float | None], upper: Sequence[float | None], anchor: tuple[int, float] | None
) -> Iterator[list[tuple[int, float, float]]]:
    """Yield stretches of categories with a band on end."""
    run: list[tuple[int, float, float]] = []
    for place in range(len(lower) + 1):
        low, high = at(lower, place), at(upper, place)
        if low is not None and high is not None:
            run.append((place, low, high))
            continue
        if run:
            yield _from_anchor(run, anchor)
        run = []


def _from_anchor(
    run: list[tuple[int, float, float]], anchor: tuple[int, float] | None
) -> list[tuple[int, float, float]]:
    return [(anchor[0], anchor[1], anchor[1]), *run] if anchor and anchor[0] < run[0][0] else run


def _draw_line(
    sheet: Sheet,
    series: Series,
    chart: Chart,
    anchor: tuple[int, float] | None,
    field: _Field,
    house: House,
) -> None:
    stroke = stroke_of(series.role, house)
    dashed = Stroke(stroke.colour, stroke.width, _PROVISIONAL)
    for solid, points in _stretches(series, _broken_before(chart), anchor):
        places = [(field.x(place), field.y(value)) for place, value in points]
        sheet.line(_path(places), stroke if solid else dashed, cap="round" if solid else "butt")
    alone = _alone(series, _broken_before(chart))
    last = _present(series)[-1]
    for place in _present(series):
        provisional = is_dashed(series, place)
        if provisional or place in alone or place == last:
            value = at(series.values, place) or 0.0
            _draw_point(sheet, field.x(place), field.y(value), stroke, hollow=provisional)


def _stretches(
    series: Series, broken: set[int], anchor: tuple[int, float] | None
) -> Iterator[tuple[bool, list[tuple[int, float]]]]:
    """Yield stretches of line with whether they are solid; a provisional figure makes the piece towards it dashed."""
    points: list[tuple[int, float]] = []
    solid = True
    before = anchor
    for place in range(len(series.values)):
        value = at(series.values, place)
        if value is None:
            before = anchor if not points else None
            if points:
                yield solid, points
                points = []
            continue
        here = (place, value)
        joined = before if before is not None and place not in broken else None
        ways = not is_dashed(series, place)
        if points and (joined is None or ways != solid):
            yield solid, points
            points = []
        if joined is not None:
            points = [*(points or [joined]), here]
            solid = ways
        before = here
    if points:
        yield solid, points


def _alone(series: Series, broken: set[int]) -> set[int]:
    """Return the places that no line reaches."""
    present = set(_present(series))
    return {
        place
        for place in present
        if (place - 1 not in present or place in broken) and (place + 1 not in present or place + 1 in broken)
    }


def _draw_point(sheet: Sheet, x: float, y: float, stroke: Stroke, *, hollow: bool) -> None:
    radius = 1.2 + 0.8 * stroke.width
    circle = f"M{x - radius:.2f} {y:.2f}a{radius:.2f} {radius:.2f} 0 1 0 {2 * radius:.2f} 0a{radius:.2f} {radius:.2f} 0 1 0 {-2 * radius:.2f} 0z"
    sheet.area(circle, "#FFFFFF" if hollow else stroke.colour, edge=Stroke(stroke.colour, 1.1))


def _path(points: Sequence[Point]) -> str:
    return "M" + " ".join(f"{x:.2f} {y:.2f}" for x, y in points)


# -- names -------------------------------------------------------------------------------------------


def _draw_ends(sheet: Sheet, labels: Sequence[_Label], field: _Field, house: House) -> None:
    """Write names at the right, apart from each other, with a thin line to a name that had to move."""
    ends = [field.y(at(label.series.values, label.last) or 0.0) for label in labels]
    tops = spread(ends, [label.height for label in labels], field.top - 4, field.bottom + 10)
    x = field.x(field.count - 1)
    start = field.right + 8
    for label, end, top in zip(labels, ends, tops, strict=True):
        middle = top + label.height / 2
        if abs(middle - end) > _STEP:
            sheet.line(f"M{x + 6:.2f} {end:.2f}L{start - 3:.2f} {middle:.2f}", Stroke(QUIET, 0.6))
        _write(sheet, label, start, top, house)


def _write(sheet: Sheet, label: _Label, x: float, top: float, house: House, *, halo: bool = False) -> None:
    colour, weight = letters_of(label.series.role, house)
    end = sheet.lines(label.lines, x, top, size=TEXT, colour=colour, weight=weight, halo=halo)
    if label.figure:
        sheet.lines([label.figure], x, end, size=TEXT, colour=colour, halo=halo)


def _draw_inside(
    sheet: Sheet, labels: Sequence[_Label], series: Sequence[Series], field: _Field, house: House
) -> None:
    """Write names of lines that stop earlier where the chart leaves room."""
    room = Box(field.left + 2, field.top, field.right - 2, field.bottom - 2)
    points = [point for one in series for point in _close_points(one, series, field)]
    taken: list[Box] = []
    for label in labels:
        along = [
            (field.x(place), field.y(at(label.series.values, place) or 0.0))
            for place in _present(label.series)
        ]
        box = free_box(along, label.width(house), label.height, room, points, taken)
        taken.append(box)
        _write(sheet, label, box.left, box.top, house, halo=True)


def _close_points(series: Series, others: Sequence[Series], field: _Field) -> Iterator[Point]:
    """Yield points of a line, of the edges of its bands and of the whole of a fan, at most some points apart."""
    for row in (series.values, series.lower, series.upper):
        known = [(place, at(row, place)) for place in range(len(row))]
        ends = [None if value is None else (field.x(place), field.y(value)) for place, value in known]
        for start, end in pairwise([*ends, None]):
            if start is not None:
                yield from _along(start, end or start)
    if series.role == "expected":
        lower, upper = series.wide_lower or series.lower, series.wide_upper or series.upper
        for run in _runs(lower, upper, _anchor(series, others)):
            for (place, low, high), (after, low_after, high_after) in pairwise(run):
                below = _along((field.x(place), field.y(low)), (field.x(after), field.y(low_after)))
                above = _along((field.x(place), field.y(high)), (field.x(after), field.y(high_after)))
                for foot, head in zip(below, above, strict=False):
                    yield from _along(foot, head)


def _along(start: Point, end: Point) -> Iterator[Point]:
    steps = max(1, int(max(abs(end[0] - start[0]), abs(end[1] - start[1])) / _STEP))
    for step in range(steps):
        share = step / steps
        yield (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))


# -- the key -----------------------------------------------------------------------------------------


def _marks(chart: Chart, series: Sequence[Series], house: House) -> list[Mark]:
    """Return what must be explained: only what occurs."""
    marks: list[Mark] = []

    def there(test: Callable[[Series], bool]) -> Series | None:
        return next((one for one in sorted(series, key=_order, reverse=True) if test(one)), None)

    provisional = there(lambda one: any(is_dashed(one, place) for place in _present(one)))
    if provisional:
        stroke = stroke_of(provisional.role, house)
        marks.append(line_mark("voorlopig", Stroke(stroke.colour, stroke.width, _PROVISIONAL)))
    around = there(lambda one: one.role != "expected" and any(low is not None for low in one.lower))
    if around:
        marks.append(band_mark("marge om het cijfer", stroke_of(around.role, house).colour, _AROUND))
    expected = there(lambda one: one.role == "expected")
    if expected:
        colour = stroke_of("expected", house).colour
        if any(low is not None for low in expected.lower):
            marks.append(band_mark("in 80 van de 100 gevallen hierin", colour, _INNER + _OUTER))
        if any(low is not None for low in expected.wide_lower):
            marks.append(band_mark("in 95 van de 100 gevallen hierin", colour, _OUTER))
    if _broken_before(chart):
        marks.append(Mark("ervoor en erna niet te vergelijken", _draw_break_mark))
    return marks


def _draw_break_mark(sheet: Sheet, x: float, y: float) -> None:
    sheet.line(f"M{x + 10:.2f} {y - 5:.2f}v10", _BREAK)


def _key_height(marks: Sequence[Mark], width: float) -> float:
    return draw_key(Sheet(width), marks, 0, 0) + 3
