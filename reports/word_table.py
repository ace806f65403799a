"""A table in Word: header row on every page, rows that stay whole, columns as wide as their words ask."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Final

from reports.map_lettering import plain, text_width
from reports.model import Grid
from reports.word_styles import CELL, HEAD, NUMBER, TABLE, StyleSheet
from reports.word_xml import TWIPS_PER_POINT, Element, element, paragraph, run

#: Twips beside the text of a cell: its margins, and a little for faces wider than ours.
_BESIDE: Final = 230
#: Points of the letters in a cell, as `word_styles.REPORT` has them.
_SIZE: Final = 9.0
#: Points of a line of those letters, and of the room above and below the text of a row.
_LINE, _IN_ROW = 11.4, 6.0
#: A table that is at most so high, in points, stays on one page.
_TOGETHER: Final = 300.0
#: A first column with longer texts than this tells something, and names no row: bold would shout.
_LONGEST_NAME: Final = 70
#: Widths of our own are taken where they make a table lower than this share of what the asked ones make it.
_LOWER: Final = 0.85
#: Tables of at most so many rows are worth looking for better widths, in steps of so many twips.
_FEW_ROWS: Final = 12
_STEPS: Final = (100, 250, 500)
_MOST_WISHED: Final = 4200


def table(grid: Grid, sheet: StyleSheet, width: int, *, kept: bool = False) -> Element:
    """Return a table.

    Parameters
    ----------
    grid : Grid
    sheet : StyleSheet
    width : int
        Of the text, in twentieths of a point.
    kept : bool
        Keep its last row with what follows: a note or a source.
    """
    columns = column_widths(grid, width)
    names = max((len(row[0]) for row in grid.rows), default=0) <= _LONGEST_NAME
    properties = element(
        "w:tblPr", None,
        element("w:tblStyle", {"w:val": sheet.of_kind(TABLE, "table")}),
        element("w:tblW", {"w:w": sum(columns), "w:type": "dxa"}),
        element("w:tblLayout", {"w:type": "fixed"}),
        element("w:tblLook", {
            "w:val": "04A0" if names else "0420", "w:firstRow": 1, "w:lastRow": 0, "w:firstColumn": int(names),
            "w:lastColumn": 0, "w:noHBand": 0, "w:noVBand": 1,
        }),
        element("w:tblCaption", {"w:val": plain(grid.caption)[:255]}),
    )  # fmt: skip
    made = element("w:tbl", None, properties)
    made.append(element("w:tblGrid", None, *(element("w:gridCol", {"w:w": wide}) for wide in columns)))
    made.append(_row(grid.head, grid, sheet, columns, head=True))
    last = len(grid.rows) - 1
    short = _height(grid, columns) <= _TOGETHER
    for number, cells in enumerate(grid.rows):
        stays = (short and number < last) or number in (0, last - 1) or (number == last and kept)
        made.append(_row(cells, grid, sheet, columns, stays=stays))
    return made


def _row(
    cells: Sequence[str],
    grid: Grid,
    sheet: StyleSheet,
    columns: Sequence[int],
    *,
    head: bool = False,
    stays: bool = False,
) -> Element:
    properties = element("w:trPr", None, element("w:cantSplit"))
    if head:
        properties.append(element("w:tblHeader"))
    row = element("w:tr", None, properties)
    for number, (text, wide) in enumerate(zip(cells, columns, strict=True)):
        style = HEAD if head else NUMBER if number in grid.numeric else CELL
        words = paragraph(sheet[style], run(text), keep_next=stays or head)
        if head and number in grid.numeric:
            words.pPr.append(element("w:jc", {"w:val": "right"}))
        size = element("w:tcPr", None, element("w:tcW", {"w:w": wide, "w:type": "dxa"}))
        row.append(element("w:tc", None, size, words))
    return row


def column_widths(grid: Grid, width: int) -> list[int]:
    """Return the width of each column, in twentieths of a point; together they are ``width``.

    Notes
    -----
    Each gets its longest word; what is left is shared as the table asks (`Grid.widths`), or by how much its longest
    text wishes; where what it asks makes the table much higher than it need be, by its texts as well.
    """
    least = _least(grid)
    if sum(least) >= width:
        return _scaled(least, width)
    wished = [max(small, min(wide, _MOST_WISHED)) for small, wide in zip(least, _widest(grid), strict=True)]
    by_words = _scaled_above(least, _scaled(wished, width), width)
    if len(grid.widths) != len(grid.head):
        return by_words
    asked = _scaled_above(least, _scaled(list(grid.widths), width), width)
    by_length = _scaled_above(least, _scaled(_lengths(grid), width), width)
    best = min((asked, by_words, by_length), key=lambda columns: _height(grid, columns))
    if len(grid.rows) <= _FEW_ROWS:
        best = _lowered(grid, best, least)
    return best if _height(grid, best) < _LOWER * _height(grid, asked) else asked


def _lowered(grid: Grid, columns: list[int], least: Sequence[int]) -> list[int]:
    """Move width between two columns at a time as long as the table becomes lower by it."""
    now = _height(grid, columns)
    while True:
        moves = [
            (_height(grid, moved), moved)
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


def _height(grid: Grid, columns: Sequence[int]) -> float:
    """Return about how high the rows are together, in points."""
    high = 0.0
    for row in (grid.head, *grid.rows):
        lines = (_lines(text, wide) for text, wide in zip(row, columns, strict=True))
        high += _IN_ROW + _LINE * max(lines, default=1)
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
    return sum(_least(grid)) > width


def _columns(grid: Grid) -> list[list[str]]:
    return [list(column) for column in zip(grid.head, *grid.rows, strict=True)]


def _least(grid: Grid) -> list[int]:
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
    return round(text_width(text, _SIZE, weight) * TWIPS_PER_POINT) + _BESIDE


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
