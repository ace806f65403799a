"""Where each figure stands: integer keys instead of strings, so that whole panels are computed at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def codes(values: pd.Series[Any]) -> tuple[Ints, npt.NDArray[Any]]:
    """Number the distinct values of a column in order of appearance; return the numbers and the values."""
    numbers, distinct = pd.factorize(values)
    return numbers.astype(np.intp), np.asarray(distinct, dtype=object)


def of_definition(panel: pd.DataFrame, column: pd.Series[Any]) -> npt.NDArray[Any]:
    """Give every row of the panel the entry that ``column`` (indexed by indicator) holds for its indicator."""
    numbers, names = codes(panel["indicator"])
    return np.asarray(column.reindex(pd.Index(names)).to_numpy())[numbers]


@dataclass(frozen=True)
class Grid:
    """Row numbers of a panel, laid out by region-year and indicator.

    Attributes
    ----------
    cell : ndarray of int, shape (rows,)
        The region-year of each row of the panel.
    position : ndarray of int, shape (region-years, indicators)
        The row number in the panel, or -1 where the panel has no such row.
    columns : dict
        Indicator id to column of ``position``.
    """

    cell: Ints
    position: Ints
    columns: dict[str, int]

    def rows(self, indicators: Sequence[str]) -> Ints:
        """Return the row numbers of some indicators, shape (region-years, len(indicators))."""
        return self.position[:, [self.columns[name] for name in indicators]]


def lay_out(panel: pd.DataFrame, indicators: Sequence[str]) -> Grid:
    """Lay out the rows of some indicators by region and year.

    Parameters
    ----------
    panel : DataFrame
        With region, year and indicator.
    indicators : sequence of str
        Ids to lay out; an id without rows gets a column of -1.
    """
    region, _ = codes(panel["region"])
    year = panel["year"].to_numpy()
    span = int(year.max() - year.min()) + 1 if len(year) else 1
    first = int(year.min()) if len(year) else 0
    key = region * span + (year - first)
    occurring = np.flatnonzero(np.bincount(key, minlength=1))
    number = np.full(int(key.max(initial=0)) + 1, -1, dtype=np.intp)
    number[occurring] = np.arange(len(occurring))
    cell = number[key] if len(key) else np.empty(0, dtype=np.intp)
    columns = {name: column for column, name in enumerate(dict.fromkeys(indicators))}
    position = np.full((len(occurring) if len(key) else 0, len(columns)), -1, dtype=np.intp)
    which, names = codes(panel["indicator"])
    wanted = np.array([columns.get(name, -1) for name in names], dtype=np.intp)
    column = wanted[which] if len(which) else which
    there = np.flatnonzero(column >= 0)
    position[cell[there], column[there]] = there
    return Grid(cell, position, columns)


def pick(values: npt.NDArray[Any], rows: Ints, absent: Any) -> npt.NDArray[Any]:
    """Take ``values`` at ``rows``, with ``absent`` where the row number is -1."""
    if not len(values):
        return np.full(rows.shape, absent)
    return np.where(rows >= 0, values[rows], absent)
