"""A table in Word: header row on every page, rows that stay whole, columns as wide as their words ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.map_lettering import plain
from reports.model import Grid
from reports.table_widths import column_widths, height_of
from reports.word_styles import CELL, HEAD, NUMBER, TABLE, StyleSheet
from reports.word_xml import Element, element, paragraph, run

#: A table that is at most so high, in points, stays on one page.
_TOGETHER: Final = 300.0
#: A first column with longer texts than this tells something, and names no row: bold would shout.
_LONGEST_NAME: Final = 70


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
    short = height_of(grid, columns) <= _TOGETHER
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
