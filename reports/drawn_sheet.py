"""What drawings of charts share: a sheet that holds shapes and letters, round ticks, and a key of the marks that occur.

Sizes are in points (1/72 inch): letters have the size on paper that they have here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from reports.house import BESIDE, EXPECTED, HAIRLINE, INK, QUIET, House
from reports.map_lettering import plain, text_width, wrapped
from reports.model import Role, Series

POINTS_PER_MM: Final = 72 / 25.4
PAPER: Final = "#FFFFFF"
#: Letters: of what belongs to a figure, and of axes and keys.
TEXT: Final = 9.0
SMALL: Final = 8.5
#: Height of a line as a share of the size of its letters.
LEADING: Final = 1.25
#: How far down a line of letters its foot stands, as a share of their size.
_FOOT: Final = 0.95
_SWATCH: Final = 20.0
_LEAST_TICKS: Final = 2


@dataclass(frozen=True)
class Stroke:
    """How a line looks; lines differ in weight and dashes too, so that they can be told apart in grey."""

    colour: str
    width: float
    dashes: str = ""


def stroke_of(role: Role, house: House) -> Stroke:
    """Return the line of a series."""
    known: dict[Role, Stroke] = {
        "own": Stroke(house.accent, 2.4),
        "gemeente": Stroke(BESIDE, 1.4),
        "land": Stroke(BESIDE, 1.1, "0.1 2.6"),
        "before": Stroke("#7D8B95", 1.4, "8 2.5 1.5 2.5"),
        "expected": Stroke(EXPECTED, 2.0, "5 3"),
    }
    return known[role]


def letters_of(role: Role, house: House) -> tuple[str, int]:
    """Return colour and weight of the name of a series."""
    return {"own": (house.accent, 700), "expected": (EXPECTED, 600)}.get(role, (QUIET, 400))


def number(value: float, decimals: int) -> str:
    """Write a value of an axis the Dutch way."""
    written = f"{value:,.{decimals}f}".replace(",", "\u202f").replace(".", ",")
    return written.replace("-", "\u2212") if float(f"{value:.{decimals}f}") else written.lstrip("-")


def ticks_of(low: float, high: float, decimals: int, wanted: int) -> list[float]:
    """Return round values from at or below ``low`` to at or above ``high``.

    From zero, unless that would press all lines together: zero stays where the lowest is less than 60 % of the highest.
    No two ticks are written the same in ``decimals``.
    """
    if 0 <= low <= 0.6 * high or low == high == 0:
        low = 0.0
    span = high - low or abs(high) or 1.0
    raw = max(span / max(wanted - 1, 1), 10.0**-decimals)
    magnitude = 10.0 ** math.floor(math.log10(raw) + 1e-9)
    step = next(share * magnitude for share in (1, 2, 5, 10) if share * magnitude >= raw * 0.999)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + _LEAST_TICKS - 1)
    return [place * step for place in range(first, last + 1)]


def needed_decimals(ticks: Sequence[float], most: int) -> int:
    """Return how many decimals tell round values exactly, at most ``most``."""
    return next(
        (
            decimals
            for decimals in range(most)
            if all(abs(tick - round(tick, decimals)) < 1e-9 for tick in ticks)
        ),
        most,
    )


def values_of(series: Sequence[Series]) -> list[float]:
    """Return every value and every end of a band that is there."""
    rows = (
        row for one in series for row in (one.values, one.lower, one.upper, one.wide_lower, one.wide_upper)
    )
    return [value for row in rows for value in row if value is not None and math.isfinite(value)]


def at(row: Sequence[float | None], place: int) -> float | None:
    """Return a value of a row that may be empty, or hold what is no number."""
    value = row[place] if place < len(row) else None
    return value if value is not None and math.isfinite(value) else None


def is_dashed(series: Series, place: int) -> bool:
    """Tell whether a figure is provisional."""
    return place < len(series.dashed) and series.dashed[place]


@dataclass
class Sheet:
    """A sheet of paper that is drawn upon; its height is said at the end."""

    width: float
    parts: list[str] = field(default_factory=list)

    def text(
        self,
        words: str,
        x: float,
        foot: float,
        *,
        size: float = SMALL,
        colour: str = QUIET,
        weight: int = 400,
        anchor: str = "start",
        halo: bool = False,
    ) -> None:
        """Write one line of letters that stand on ``foot``."""
        place = f'x="{x:.2f}" y="{foot:.2f}" font-family="Public Sans" font-size="{size:g}px"'
        style = f'font-weight="{weight}" text-anchor="{anchor}"'
        told = escape(plain(words))
        if halo:
            self.parts.append(
                f'<text {place} {style} fill="{PAPER}" stroke="{PAPER}" stroke-width="3" '
                f'stroke-linejoin="round" aria-hidden="true">{told}</text>'
            )
        self.parts.append(f'<text {place} {style} fill="{colour}">{told}</text>')

    def lines(
        self,
        lines: Sequence[str],
        x: float,
        top: float,
        *,
        size: float = SMALL,
        colour: str = QUIET,
        weight: int = 400,
        anchor: str = "start",
        halo: bool = False,
    ) -> float:
        """Write lines from ``top`` down and return where they end."""
        for row, line in enumerate(lines):
            foot = top + row * size * LEADING + size * _FOOT
            self.text(line, x, foot, size=size, colour=colour, weight=weight, anchor=anchor, halo=halo)
        return top + len(lines) * size * LEADING

    def line(self, path: str, stroke: Stroke, *, cap: str = "butt", opacity: float = 1.0) -> None:
        """Draw a line along a path."""
        dashes = f' stroke-dasharray="{stroke.dashes}"' if stroke.dashes else ""
        cap = "round" if stroke.dashes.startswith("0.1 ") else cap
        faint = f' stroke-opacity="{opacity:g}"' if opacity < 1 else ""
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{stroke.colour}" stroke-width="{stroke.width:g}" '
            f'stroke-linecap="{cap}" stroke-linejoin="round"{dashes}{faint}/>'
        )

    def area(self, path: str, colour: str, *, opacity: float = 1.0, edge: Stroke | None = None) -> None:
        """Fill a path."""
        faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        self.parts.append(f'<path d="{path}" fill="{colour}"{faint}/>')
        if edge:
            self.line(path, edge)

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        *,
        opacity: float = 1.0,
        edge: Stroke | None = None,
    ) -> None:
        """Fill a box."""
        path = f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z"
        self.area(path, colour, opacity=opacity, edge=edge)

    def svg(self, height: float, told: str) -> str:
        """Return the drawing, with what it says to who has it read out."""
        box = f'viewBox="0 0 {self.width:.2f} {height:.2f}"'
        size = f'width="{self.width:.2f}pt" height="{height:.2f}pt" {box}'
        label = quoteattr(plain(told).replace("\n", " "))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={label}>'
            f'<rect width="{self.width:.2f}" height="{height:.2f}" fill="{PAPER}"/>{"".join(self.parts)}</svg>'
        )


@dataclass(frozen=True)
class Mark:
    """One mark of the key: what it is called, and who draws it in a box of 20 by 8 points with its middle on a height."""

    name: str
    draw: Callable[[Sheet, float, float], None]


def draw_key(sheet: Sheet, marks: Sequence[Mark], x: float, top: float) -> float:
    """Draw a key in rows over the whole width, and return where it ends."""
    left, room = x, sheet.width - x
    height = SMALL * LEADING
    for mark in marks:
        lines = wrapped(mark.name, SMALL, room - _SWATCH - 6)
        wide = _SWATCH + 6 + max(text_width(line, SMALL) for line in lines)
        if left > x and left + wide > sheet.width:
            left, top, height = x, top + height + 2, SMALL * LEADING
        mark.draw(sheet, left, top + SMALL * LEADING / 2)
        sheet.lines(lines, left + _SWATCH + 6, top)
        height = max(height, len(lines) * SMALL * LEADING)
        left += wide + 14
    return top + height if marks else top


def band_mark(name: str, colour: str, opacity: float) -> Mark:
    """Return the mark of a shaded band."""
    return Mark(name, lambda sheet, x, y: sheet.rectangle(x, y - 4, _SWATCH, 8, colour, opacity=opacity))


def line_mark(name: str, stroke: Stroke) -> Mark:
    """Return the mark of a line."""
    return Mark(name, lambda sheet, x, y: sheet.line(f"M{x:.2f} {y:.2f}h{_SWATCH}", stroke))


def hairline() -> Stroke:
    """Return the line of a grid."""
    return Stroke(HAIRLINE, 0.7)


def ink_line(width: float = 0.9) -> Stroke:
    """Return a line in the colour of the letters."""
    return Stroke(INK, width)
