"""How wide the columns of a table are on paper, in Word and in a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Final

from reports.map_lettering import plain, text_width
from reports.model import Grid

_TWIPS_PER_POINT: Final = 20
#: Twips beside the text of a cell: its margins, and a little for faces wider than ours.
_BESIDE: Final = 230
#: Points of the letters in a cell, as `word_styles.REPORT` has them.
_SIZE: Final = 9.0
#: Points of a line of those letters, and of the room above and below the text of a row.
_LINE, _IN_ROW = 11.4, 6.0
#: Widths of our own are taken where they make a table lower than this share of what the asked ones make it.
_LOWER: Final = 0.85
#: Tables of at most so many rows are worth looking for better widths, in steps of so many twips.
_FEW_ROWS: Final = 12
_STEPS: Final = (100, 250, 500, 900)
#: How much the lines of an ordinary cell of a row count beside those of its highest: a step that lowers them may lead to one
#: that lowers the row.
_OTHER_CELLS: Final = 0.25
_MOST_WISHED: Final = 4200


def column_widths(grid: Grid, width: int, longest: float = 1.0) -> list[int]:
    """Return the width of each column, in twentieths of a point; together they are ``width``.

    Parameters
    ----------
    grid : Grid
    width : int
        Of the table.
    longest : float
        Share of the width that a word may ask; where words can be hyphenated that is less than all of it.

    Notes
    -----
    Each gets its longest word; what is left is shared as the table asks (`Grid.widths`), or by how much its longest
    text wishes; where what it asks makes the table much higher than it need be, by its texts as well.
    """
    least = [min(least, round(longest * width)) for least in least_widths(grid)]
    if sum(least) >= width:
        return _scaled(least, width)
    wished = [max(small, min(wide, _MOST_WISHED)) for small, wide in zip(least, _widest(grid), strict=True)]
    by_words = _scaled_above(least, _scaled(wished, width), width)
    if len(grid.widths) != len(grid.head):
        return by_words
    asked = _scaled_above(least, _scaled(list(grid.widths), width), width)
    by_length = _scaled_above(least, _scaled(_lengths(grid), width), width)
    best = min((asked, by_words, by_length), key=lambda columns: height_of(grid, columns))
    if len(grid.rows) <= _FEW_ROWS:
        best = _lowered(grid, best, least)
    return best if height_of(grid, best) < _LOWER * height_of(grid, asked) else asked


def _lowered(grid: Grid, columns: list[int], least: Sequence[int]) -> list[int]:
    """Move width between two columns at a time as long as the table becomes lower by it."""
    now = height_of(grid, columns, _OTHER_CELLS)
    while True:
        moves = [
            (height_of(grid, moved, _OTHER_CELLS), moved)
            for step in _STEPS
            for giver, taker in permutations(range(len(columns)), 2)
            if columns[giver] - step >= least[giver]
            for moved in [
                [wide + step * ((place == taker) - (place == giver)) for place, wide in enumerate(columns)]
            ]
        ]
        high, moved = min(moves, default=(now, columns))
        if high >= now:
            return columns
        now, columns = high, moved


def _lengths(grid: Grid) -> list[int]:
    """Return how much text each column holds, as the root of it: a long text may take more lines than a short one."""
    return [max(1, round(sum(_twips(text, 400) for text in texts) ** 0.75)) for texts in _columns(grid)]


def height_of(grid: Grid, columns: Sequence[int], others: float = 0.0) -> float:
    """Return about how high the rows are together, in points.

    Parameters
    ----------
    grid : Grid
    columns : sequence of int
        Widths in twentieths of a point.
    others : float
        Share for which other cells than the highest of a row count too.
    """
    high = 0.0
    for row in (grid.head, *grid.rows):
        lines = [_lines(text, wide) for text, wide in zip(row, columns, strict=True)]
        high += _IN_ROW + _LINE * (max(lines) + others * sum(lines) / len(lines))
    return high


def _lines(text: str, wide: int) -> int:
    """Return how many lines a text takes in a column."""
    lines, filled = 1, 0
    for word in plain(text).split(" "):
        long = _twips(f"{word} ", 400) - _BESIDE
        if filled and filled + long > wide - _BESIDE:
            lines, filled = lines + 1, 0
        filled += long
    return lines


def is_wide(grid: Grid, width: int) -> bool:
    """Tell whether the longest words do not fit beside each other."""
    return sum(least_widths(grid)) > width


def _columns(grid: Grid) -> list[list[str]]:
    return [list(column) for column in zip(grid.head, *grid.rows, strict=True)]


def least_widths(grid: Grid) -> list[int]:
    """Return how wide each column is in which no word is broken, in twentieths of a point."""
    return [
        max(
            _twips(word, 700 if not number else 600)
            for text in texts
            for word in (plain(text).split(" ") or [""])
        )
        for number, texts in enumerate(_columns(grid))
    ]


def _widest(grid: Grid) -> list[int]:
    return [max(_twips(text, 600) for text in texts) for texts in _columns(grid)]


def _twips(text: str, weight: int) -> int:
    return round(text_width(text, _SIZE, weight) * _TWIPS_PER_POINT) + _BESIDE


def _scaled(shares: Sequence[int], width: int) -> list[int]:
    """Divide a width by shares, to the last twip."""
    made = [share * width // sum(shares) for share in shares]
    made[0] += width - sum(made)
    return made


def _scaled_above(least: Sequence[int], asked: Sequence[int], width: int) -> list[int]:
    """Give each column what it asks, no less than its longest word, and take that from those with room."""
    made = [max(small, wide) for small, wide in zip(least, asked, strict=True)]
    over = sum(made) - width
    room = [wide - small for wide, small in zip(made, least, strict=True)]
    if over <= 0 or not sum(room):
        return _scaled(made, width)
    made = [wide - spare * over // sum(room) for wide, spare in zip(made, room, strict=True)]
    made[0] += width - sum(made)
    return made
