"""Cells that are safe in a spreadsheet: no text in them runs as a formula."""

from __future__ import annotations

from typing import Final

import pandas as pd

#: Text that a spreadsheet would run as a formula (OWASP, "CSV injection"), also in its full-width form.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy in which no text can run as a formula in a spreadsheet.

    Text cells, column names and the index that start with one of `FORMULA_STARTS` get ``'`` in front.
    Numbers, dates and empty cells stay as they are, a negative number too.
    """
    safe = pd.DataFrame(
        {place: _safe_column(frame.iloc[:, place]) for place in range(frame.shape[1])}, frame.index
    )
    safe.columns = frame.columns.map(_safe)
    if not pd.api.types.is_numeric_dtype(safe.index):
        safe.index = safe.index.map(_safe)
    return safe


def as_written(cell: str) -> str:
    """Return a cell without the ``'`` that `without_formulas` put in front."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell


def _safe_column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    if column.dtype == "str":
        return column.where(~column.str.startswith(FORMULA_STARTS, na=False), "'" + column)
    return column.astype(object).map(_safe)


def _safe(cell: object) -> object:
    if isinstance(cell, tuple):
        return tuple(_safe(part) for part in cell)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
