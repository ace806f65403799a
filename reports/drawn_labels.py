"""Where the names of lines stand in a chart: at their ends, apart from each other, or where a line leaves room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

Point = tuple[float, float]
#: Points of distance between a line and a name above or below it, nearest first.
_AWAY: Final = (7.0, 12.0, 18.0, 26.0, 36.0)
#: How much worse it is to lie over another name than over a piece of a line.
_OVER_NAME: Final = 500.0


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies in it."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def meets(self, other: Box) -> bool:
        """Tell whether it shares room with another."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, other: Box) -> bool:
        """Tell whether all of it lies in another."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


def spread(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Return the tops of labels that want their middle somewhere and may not overlap.

    Parameters
    ----------
    wanted, heights : sequence of float
        Middle and height of each label.
    top, bottom : float
        Between which they should stay; where they do not fit, they stand close together from ``top``.
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    tops = {place: wanted[place] - heights[place] / 2 for place in order}
    floor = bottom
    for place in reversed(order):
        tops[place] = min(tops[place], floor - heights[place])
        floor = tops[place]
    ceiling = top
    for place in order:
        tops[place] = max(tops[place], ceiling)
        ceiling = tops[place] + heights[place]
    return [tops[place] for place in range(len(wanted))]


def free_box(
    along: Sequence[Point],
    width: float,
    height: float,
    field: Box,
    points: Sequence[Point],
    taken: Sequence[Box],
) -> Box:
    """Return where a name lies best: near its own line, over as little else as can be.

    Parameters
    ----------
    along : sequence of (x, y)
        The line that is named; the name may stand above or below any of these.
    width, height : float
        Of the name.
    field : Box
        It stays in here.
    points : sequence of (x, y)
        Of every line, close together.
    taken : sequence of Box
        Names that stand already.
    """
    options = list(_beside(along, width, height, field))
    if not options:
        return Box(field.left, field.top, field.left + width, field.top + height)
    return min(options, key=lambda option: _cost(option[0], points, taken) + option[1])[0]


def _beside(along: Sequence[Point], width: float, height: float, field: Box) -> Iterator[tuple[Box, float]]:
    """Yield boxes above and below a line, with how far they are from it and from its end."""
    for place, (x, y) in enumerate(along):
        left = min(max(x - width / 2, field.left), field.right - width)
        from_end = (len(along) - 1 - place) / max(len(along) - 1, 1)
        for away in _AWAY:
            for top in (y - away - height, y + away):
                box = Box(left, top, left + width, top + height)
                if box.within(field):
                    yield box, away / 4 + from_end * 4


def _cost(box: Box, points: Sequence[Point], taken: Sequence[Box]) -> float:
    over = sum(2.0 for point in points if box.holds(point))
    return over + _OVER_NAME * sum(box.meets(other) for other in taken)
