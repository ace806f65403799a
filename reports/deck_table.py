"""A table of the report as a table of the slides, with a header row that is one and rows that stay as high as they were measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu

from reports.deck_template import Box, Palette
from reports.deck_text import LEADING, Face, fill, lines_of, longest_word, said, width_of
from reports.model import Grid

#: Points of the letters, from what is wished to what can be read.
SIZES: Final = (24.0, 22.0, 20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.0)
#: For one row that does not fit on a slide of its own.
CRAMPED: Final = (12.0, 10.0, 8.0)
_SIDE, _ABOVE = 5.0, 3.5
_EMU: Final = 12700
_DRAWING: Final = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
#: "No style, no grid" of PowerPoint: the lines and colours are those of the cells.
_PLAIN: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


@lru_cache(maxsize=64)
def column_widths(grid: Grid, width: float, size: float, face: Face) -> tuple[float, ...]:
    """Return the widths of the columns: by their shares or by what stands in them, whichever makes the table less high.

    No column is narrower than its longest word where there is room.
    """
    least = _widths_of(grid, size, face, longest_word)
    if sum(least) >= width:
        return tuple(width * part / sum(least) for part in least)
    shares = (
        [float(share) for share in grid.widths]
        if len(grid.widths) == len(grid.head)
        else [1.0] * len(grid.head)
    )
    ways = (_shared(shares, least, width), _capped(_widths_of(grid, size, face, width_of), least, width))
    return min(ways, key=lambda widths: sum(_heights(grid, widths, size, face)))


def _widths_of(grid: Grid, size: float, face: Face, measure: Callable[..., float]) -> list[float]:
    """Return a width per column, of the widest thing in it, with its margins."""
    return [
        max(
            measure(text, size, face.replaced)
            for row, text in enumerate([grid.head[place], *(texts[place] for texts in grid.rows)])
        )
        + 2 * _SIDE
        + 1
        for place in range(len(grid.head))
    ]


def _shared(shares: Sequence[float], least: Sequence[float], width: float) -> tuple[float, ...]:
    """Divide a width by shares, where no part is smaller than its least."""
    fixed: set[int] = set()
    while True:
        room = width - sum(least[place] for place in fixed)
        rest = sum(share for place, share in enumerate(shares) if place not in fixed)
        widths = [
            least[place] if place in fixed else room * share / rest for place, share in enumerate(shares)
        ]
        short = {place for place, part in enumerate(widths) if place not in fixed and part < least[place]}
        if not short:
            return tuple(widths)
        fixed |= short


def _capped(wished: Sequence[float], least: Sequence[float], width: float) -> tuple[float, ...]:
    """Give every part its wish, and take what is too much from the widest; what is left goes to all alike."""
    low, high = 0.0, max(wished)
    for _ in range(24):
        cap = (low + high) / 2
        taken = sum(max(own, min(wish, cap)) for wish, own in zip(wished, least, strict=True))
        low, high = (low, cap) if taken > width else (cap, high)
    widths = [max(own, min(wish, low)) for wish, own in zip(wished, least, strict=True)]
    left = (width - sum(widths)) / len(widths)
    return tuple(part + left for part in widths)


def row_heights(grid: Grid, width: float, size: float, face: Face) -> list[float]:
    """Return the height of the header row and of each row, in points."""
    return _heights(grid, column_widths(grid, width, size, face), size, face)


def _heights(grid: Grid, widths: Sequence[float], size: float, face: Face) -> list[float]:
    return [
        max(
            len(lines_of(text, size, widths[place] - 2 * _SIDE, face.replaced))
            for place, text in enumerate(texts)
        )
        * size
        * LEADING
        + 2 * _ABOVE
        for row, texts in enumerate((grid.head, *grid.rows))
    ]


def words_whole(grid: Grid, width: float, size: float, face: Face) -> bool:
    """Say whether no word of a table is cut by its column."""
    widths = column_widths(grid, width, size, face)
    return all(
        longest_word(text, size, face.replaced) <= widths[place] - 2 * _SIDE
        for row, texts in enumerate((grid.head, *grid.rows))
        for place, text in enumerate(texts)
    )


def grid_size(
    grid: Grid, width: float, height: float, face: Face, sizes: Sequence[float] = SIZES
) -> float | None:
    """Return the largest size at which a table fits without a cut word, else the largest at which it fits; None where none does."""
    fitting = [size for size in sizes if sum(row_heights(grid, width, size, face)) <= height]
    whole = [size for size in fitting if words_whole(grid, width, size, face)]
    return next(iter(whole or fitting), None)


def split_rows(grid: Grid, width: float, height: float, size: float, face: Face) -> list[Grid]:
    """Divide a table over as few as it needs, each with its header row."""
    head, *heights = row_heights(grid, width, size, face)
    parts: list[list[tuple[str, ...]]] = [[]]
    taken = head
    for row, high in zip(grid.rows, heights, strict=True):
        if parts[-1] and taken + high > height:
            parts.append([])
            taken = head
        parts[-1].append(row)
        taken += high
    return [replace(grid, rows=tuple(rows)) for rows in parts]


def add_table(shapes: Any, grid: Grid, box: Box, size: float, palette: Palette, face: Face) -> Any:
    """Put an editable table on a slide.

    Parameters
    ----------
    shapes : shapes of a slide of python-pptx
    grid : Grid
    box : Box
        Where, in points; the table is as high as its rows.
    size : float
        Points of the letters.
    palette : Palette
    face : Face

    Returns
    -------
    GraphicFrame
    """
    heights = row_heights(grid, box.width, size, face)
    frame = shapes.add_table(len(grid.rows) + 1, len(grid.head), *box.top(sum(heights)).emu)
    table = frame.table
    properties = table._tbl.tblPr
    properties.find(qn("a:tableStyleId")).text = _PLAIN
    table.first_row, table.first_col, table.horz_banding = True, True, False
    for column, width in zip(table.columns, column_widths(grid, box.width, size, face), strict=True):
        column.width = Emu(round(width * _EMU))
    for row, height in zip(table.rows, heights, strict=True):
        row.height = Emu(round(height * _EMU))
    for number, texts in enumerate((grid.head, *grid.rows)):
        for place, text in enumerate(texts):
            _fill(table.cell(number, place), text, size, palette, grid, number, place)
    return frame


def _fill(cell: Any, text: str, size: float, palette: Palette, grid: Grid, row: int, place: int) -> None:
    head = row == 0
    paragraph = said(text)
    align = "r" if place in grid.numeric else "l"
    fill(cell._tc.get_or_add_txBody(), [paragraph], size, palette.ink, align=align)
    old = cell._tc.find(qn("a:tcPr"))
    if old is not None:
        cell._tc.remove(old)
    line = palette.accent if head else palette.hairline
    thick = 2.0 if head else 0.75
    none = "".join(f'<a:{side} w="0"><a:noFill/></a:{side}>' for side in ("lnL", "lnR", "lnT"))
    inside = palette.raised.fill() if head else "<a:noFill/>"
    cell._tc.append(
        parse_xml(
            f'<a:tcPr {_DRAWING} marL="{round(_SIDE * _EMU)}" marR="{round(_SIDE * _EMU)}" marT="{round(_ABOVE * _EMU)}" '
            f'marB="{round(_ABOVE * _EMU)}" anchor="{"b" if head else "t"}">{none}<a:lnB w="{round(thick * _EMU)}" cap="flat">'
            f'{line.fill()}<a:prstDash val="solid"/></a:lnB>{inside}</a:tcPr>'
        )
    )
