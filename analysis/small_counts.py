"""Small counts: what may be shown of a table of counts, so that nobody finds a small one, not by subtraction either.

A count of 1 to 4 concerns can point at a household. It is hidden, and so are as many larger counts as it takes to keep it
hidden: whoever knows what is shown, that a small count lies between 1 and 4 and that a hidden complement is larger, must
still be left with two values or more for every hidden cell. A count of 0 says nothing about anybody and stays 0, but
where nothing else keeps a small one hidden; and where nothing keeps it hidden at all, the table is not shown.

With the totals of rows and columns fixed, the possible tables are flows in a network: a hidden cell has a second value if
and only if a cycle of hidden cells goes through it along which one can be added and taken away in turn. So it is
checked exactly, in whole numbers, and what to hide is a shortest path.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import require

#: Counts below this and above 0 are hidden.
FEWEST: Final = 5
#: What stands for a small count where something is worked out: the middle of 1 to 4.
MIDDLE: Final = (1 + FEWEST - 1) / 2
SHOWN, SMALL, COMPLEMENT = "shown", "small", "complement"
#: Name of the row and the column of totals.
TOTAL: Final = "(totaal)"

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]


def protected(
    table: pd.DataFrame,
    rows: str,
    columns: str | None = None,
    counts: str = "cases",
    *,
    fewest: int = FEWEST,
) -> pd.DataFrame:
    """Return a table of counts with its totals, and what of it may be shown.

    Several tables with the same rows (concerns by wijk and theme, by wijk and channel) can be shown side by side: what is
    shown of the totals follows from the totals alone, and within the tables cells change places with these totals
    fixed. What may *not* be shown beside them: a table of the same counts by theme and channel at once, or a sum over
    rows whose total is hidden.

    Parameters
    ----------
    table : DataFrame
        One row per cell with ``rows``, ``columns`` and ``counts`` (whole numbers from 0). A cell that is absent is 0.
    rows, columns, counts : str
        Names of the columns; without ``columns`` a table of one column.
    fewest : int, default 5
        The smallest count above 0 that is shown.

    Returns
    -------
    DataFrame
        One row per cell, totals included (`TOTAL`, in ``rows`` and ``columns``), in the order in which rows and columns
        occur: ``rows``, ``columns``, ``counts`` (Int64, empty where hidden) and ``status``: `SHOWN`; `SMALL`, 1 to
        ``fewest`` - 1; or `COMPLEMENT`, hidden for the sake of a small one. A row or column of which the total is hidden
        is not broken down: all its cells are `COMPLEMENT`.

    Raises
    ------
    ValueError
        If a column is missing, a cell occurs twice, or a count is negative or not whole.

    References
    ----------
    Hundepool et al., *Statistical Disclosure Control* (2012), chapter 4; Gusfield, "A graph theoretic approach to
    statistical data security", SIAM Journal on Computing 17 (1988), for cycles as the exact test.
    """
    require(table, (rows, counts, *([columns] if columns else [])), "table")
    keys = [rows, *([columns] if columns else [])]
    if table.duplicated(keys).any():
        raise ValueError("a cell occurs twice in the table")
    if columns is None:
        line = _whole(table[counts])
        marks, total = line_status(line, fewest)
        told = pd.DataFrame({rows: [*table[rows], TOTAL], counts: [*line.tolist(), int(line.sum())]})
        return _shown(told.assign(status=[*marks, total]), counts)
    across, down = list(dict.fromkeys(table[columns])), list(dict.fromkeys(table[rows]))
    values = np.zeros((len(down), len(across)), dtype=np.int64)
    values[pd.factorize(table[rows])[0], pd.factorize(table[columns])[0]] = _whole(table[counts])
    words = table_status(values, fewest)
    whole = np.vstack([values, values.sum(axis=0)])
    whole = np.column_stack([whole, whole.sum(axis=1)])
    told = pd.DataFrame(
        {
            rows: np.repeat(np.array([*down, TOTAL], dtype=object), len(across) + 1),
            columns: np.tile(np.array([*across, TOTAL], dtype=object), len(down) + 1),
            counts: whole.ravel(),
            "status": words.ravel(),
        }
    )
    return _shown(told, counts)


def text_of(value: float | None, status: str, fewest: int = FEWEST) -> str:
    """Return how a count of `protected` reads in a file or a table: the number, ``<5`` or ``x``."""
    if status == SHOWN:
        return str(int(value)) if value is not None else ""
    return f"<{fewest}" if status == SMALL else "x"


def _shown(told: pd.DataFrame, counts: str) -> pd.DataFrame:
    hidden = told["status"] != SHOWN
    numbers = told[counts].astype("Int64").mask(hidden)
    return told.assign(**{counts: numbers}).astype({"status": "str"})


def _whole(values: npt.ArrayLike) -> Ints:
    numbers = np.asarray(values, dtype=np.float64)
    if not (np.isfinite(numbers).all() and (numbers >= 0).all() and (numbers == np.floor(numbers)).all()):
        raise ValueError("a count is a whole number from 0")
    return numbers.astype(np.int64)


# One row of counts with a total ----------------------------------------------------------------------


def line_status(values: npt.ArrayLike, fewest: int = FEWEST) -> tuple[list[str], str]:
    """Return what may be shown of counts that add up to a total, and whether the total may.

    Parameters
    ----------
    values : array_like of int, shape (cells,)
    fewest : int, default 5

    Returns
    -------
    tuple of list of str and str
        Status of every count, and of the total. The total is hidden only where it is small itself, or where there is nothing
        else left to hide.
    """
    line = _whole(values)
    total = int(line.sum())
    words = [SMALL if 0 < value < fewest else SHOWN for value in line.tolist()]
    if 0 < total < fewest:
        # As many ones as the largest small total give themselves away.
        return words, COMPLEMENT if sum(word == SMALL for word in words) >= fewest - 1 else SMALL
    spare = sorted((value, place) for place, value in enumerate(line.tolist()) if value >= fewest)
    while not _line_is_safe(line, words, fewest):
        if not spare:
            return words, COMPLEMENT
        words[spare.pop(0)[1]] = COMPLEMENT
    return words, SHOWN


def _line_is_safe(line: Ints, words: Sequence[str], fewest: int) -> bool:
    """Tell whether every hidden count can be another with the same total."""
    bounds = [(value, *_bounds(word, fewest)) for value, word in zip(line.tolist(), words, strict=True)]
    hidden = [(value > low, value < high) for value, low, high in bounds if low != high]
    falls, rises = sum(fall for fall, _ in hidden), sum(rise for _, rise in hidden)
    return all((fall and rises - rise > 0) or (rise and falls - fall > 0) for fall, rise in hidden)


def _bounds(word: str, fewest: int) -> tuple[float, float]:
    """Return between which values a reader knows a cell of this status to lie; equal for one that is shown."""
    return {SHOWN: (0.0, 0.0), SMALL: (1.0, fewest - 1.0), COMPLEMENT: (float(fewest), np.inf)}[word]


# Rows and columns with totals ------------------------------------------------------------------------


def table_status(values: npt.ArrayLike, fewest: int = FEWEST) -> Words:
    """Return what may be shown of a table with the totals of its rows and columns.

    Parameters
    ----------
    values : array_like of int, shape (rows, columns)
    fewest : int, default 5

    Returns
    -------
    ndarray of str, shape (rows + 1, columns + 1)
        Status of every cell; the totals last.
    """
    cells = np.asarray(values, dtype=np.int64)
    row_words, whole = line_status(cells.sum(axis=1), fewest)
    column_words, whole_too = line_status(cells.sum(axis=0), fewest)
    if SHOWN not in (whole, whole_too) or whole != whole_too:
        return _without_breakdown(cells, max(whole, whole_too, key=_doubt))
    network = _Network(cells, row_words, column_words, fewest)
    network.protect()
    if not network.is_safe:
        return _without_breakdown(cells, COMPLEMENT)
    return np.vstack(
        [
            np.column_stack([network.words(), np.array(row_words, dtype=object)]),
            np.array([*column_words, whole], dtype=object),
        ]
    )


def _doubt(word: str) -> int:
    return (SHOWN, SMALL, COMPLEMENT).index(word)


def _without_breakdown(cells: Ints, whole: str) -> Words:
    """Return a table of which the total of all is hidden: too few to say how they are spread."""
    words = np.full((cells.shape[0] + 1, cells.shape[1] + 1), COMPLEMENT, dtype=object)
    if cells.sum() == 0:
        words[:] = SHOWN
    else:
        # Totals of rows that are all shown add up to the total that is hidden.
        words[:-1, -1][cells.sum(axis=1) == 0] = SHOWN
        words[-1, :-1][cells.sum(axis=0) == 0] = SHOWN
    words[-1, -1] = whole
    return words


@dataclass(frozen=True)
class _Cell:
    """A cell of which the value is not told, between what a reader knows."""

    value: int
    low: float
    high: float

    @property
    def rises(self) -> bool:
        return self.value < self.high

    @property
    def falls(self) -> bool:
        return self.value > self.low


class _Network:
    """The inside of a table: rows and columns are places, and a cell that can change is a way between two of them.

    Rows of which the total is hidden are one row of which only the sum is known, so that what is hidden within them
    never props up another row.
    """

    def __init__(
        self, cells: Ints, row_words: Sequence[str], column_words: Sequence[str], fewest: int
    ) -> None:
        self._fewest, self._shape = fewest, cells.shape
        self._open_rows = [place for place, word in enumerate(row_words) if word == SHOWN]
        self._open_columns = [place for place, word in enumerate(column_words) if word == SHOWN]
        closed_rows = sorted(set(range(cells.shape[0])) - set(self._open_rows))
        closed_columns = sorted(set(range(cells.shape[1])) - set(self._open_columns))
        self.values = np.vstack([cells[self._open_rows], cells[closed_rows].sum(axis=0)])
        self.values = np.column_stack(
            [self.values[:, self._open_columns], self.values[:, closed_columns].sum(axis=1)]
        )
        self._n_rows, self._n_columns = self.values.shape
        self._total = max(int(self.values.sum()), 1)
        self._falls, self._rises = (np.zeros(self.values.shape, dtype=bool) for _ in range(2))
        self.hidden: dict[tuple[int, int], _Cell] = {}
        self._word: dict[tuple[int, int], str] = {}
        for row, column in np.ndindex(self.values.shape):
            value = int(self.values[row, column])
            rest_row, rest_column = row == self._n_rows - 1, column == self._n_columns - 1
            if (rest_row and closed_rows) or (rest_column and closed_columns):
                self._note((row, column), _Cell(value, 0.0, np.inf))
            elif not rest_row and not rest_column and 0 < value < fewest:
                self._hide((row, column), SMALL)

    def _hide(self, cell: tuple[int, int], word: str, low: float | None = None) -> None:
        bounds = _bounds(word, self._fewest)
        value = int(self.values[cell])
        self._note(cell, _Cell(value, bounds[0] if low is None else low, bounds[1]))
        self._word[cell] = word

    def _note(self, cell: tuple[int, int], known: _Cell) -> None:
        self.hidden[cell] = known
        self._falls[cell], self._rises[cell] = known.falls, known.rises

    def words(self) -> Words:
        """Return the status of every cell, shape (rows, columns) of the whole table."""
        words = np.full(self._shape, COMPLEMENT, dtype=object)
        for number, row in enumerate(self._open_rows):
            for place, column in enumerate(self._open_columns):
                words[row, column] = self._word.get((number, place), SHOWN)
        return words

    @property
    def is_safe(self) -> bool:
        """Tell whether every hidden cell has a second value."""
        return all(self._is_safe(cell) for cell in self._word)

    def protect(self) -> None:
        """Hide what is needed, and no cell that the others can do without."""
        for cell in sorted(self._word, key=lambda cell: (-int(self.values[cell]), cell)):
            self._protect(cell)
        extra = [cell for cell, word in self._word.items() if word == COMPLEMENT]
        for cell in sorted(extra, key=lambda cell: -int(self.values[cell])):
            if self.values[cell] >= self._fewest:
                self._show_if_safe(cell)

    def _protect(self, cell: tuple[int, int]) -> None:
        if self._is_safe(cell):
            return
        path = self._cheapest(cell)
        if path is None:
            # All around it are as small as they can be. A label that says less about it leaves it room.
            self._hide(cell, COMPLEMENT, 0.0)
            path = self._cheapest(cell, 0.0) or [
                other for other in np.ndindex(self.values.shape) if self._can_be_hidden(other, cell)
            ]
            for other in path:
                self._hide(other, COMPLEMENT, 0.0)
            return
        for other in path:
            self._hide(other, COMPLEMENT)

    def _can_be_hidden(self, other: tuple[int, int], cell: tuple[int, int]) -> bool:
        inside = other[0] < self._n_rows - 1 and other[1] < self._n_columns - 1
        near = other[0] == cell[0] or other[1] == cell[1]
        return inside and near and other not in self.hidden and int(self.values[other]) > 0

    def _show_if_safe(self, cell: tuple[int, int]) -> None:
        kept, word = self.hidden.pop(cell), self._word.pop(cell)
        self._falls[cell] = self._rises[cell] = False
        if not self.is_safe:
            self._note(cell, kept)
            self._word[cell] = word

    def _is_safe(self, cell: tuple[int, int]) -> bool:
        """Tell whether the cell has a second value: a cycle through it of hidden cells that can rise and fall in turn."""
        row, column = cell
        own = self.hidden[cell]
        return (own.rises and self._reaches(cell, column, row, from_column=True)) or (
            own.falls and self._reaches(cell, row, column, from_column=False)
        )

    def _reaches(self, but: tuple[int, int], start: int, end: int, *, from_column: bool) -> bool:
        """Tell whether there is a way past hidden cells only, as `_path` goes, without the cell itself."""
        falls, rises = self._falls[but], self._rises[but]
        self._falls[but] = self._rises[but] = False
        rows, columns = np.zeros(self._n_rows, dtype=bool), np.zeros(self._n_columns, dtype=bool)
        (columns if from_column else rows)[start] = True
        reached = rows if from_column else columns
        seen = -1
        while not reached[end] and (now := int(rows.sum() + columns.sum())) > seen:
            seen = now
            rows |= self._falls[:, columns].any(axis=1)
            columns |= self._rises[rows].any(axis=0)
        self._falls[but], self._rises[but] = falls, rises
        return bool(reached[end])

    def _cheapest(self, cell: tuple[int, int], low: float | None = None) -> list[tuple[int, int]] | None:
        """Return which cells to hide as well so that this one is safe, at the least loss; None where nothing helps."""
        row, column = cell
        own = self.hidden[cell]
        found = []
        if own.rises:
            found.append(self._path(cell, column, row, from_column=True, low=low))
        if own.falls:
            found.append(self._path(cell, row, column, from_column=False, low=low))
        there = [one for one in found if one is not None]
        return min(there, key=lambda one: one[0])[1] if there else None

    def _path(
        self,
        but: tuple[int, int],
        start: int,
        end: int,
        *,
        from_column: bool,
        low: float | None = None,
    ) -> tuple[float, list[tuple[int, int]]] | None:
        """Find the cheapest way between a column and a row on which cells fall and rise in turn (Dijkstra).

        From a column to a row a cell falls, from a row to a column one rises. A cell that is shown can be hidden for a
        price.
        """
        first, last = (from_column, start), (not from_column, end)
        best: dict[tuple[bool, int], float] = {first: 0.0}
        came: dict[tuple[bool, int], tuple[tuple[bool, int], tuple[int, int]]] = {}
        queue = [(0.0, first)]
        while queue:
            paid, node = heapq.heappop(queue)
            if node == last:
                break
            if paid > best[node]:
                continue
            in_column, place = node
            for other in range(self._n_rows if in_column else self._n_columns):
                cell = (other, place) if in_column else (place, other)
                step = None if cell == but else self._price(cell, falls=in_column, low=low)
                to = (not in_column, other)
                if step is not None and paid + step < best.get(to, np.inf):
                    best[to], came[to] = paid + step, (node, cell)
                    heapq.heappush(queue, (paid + step, to))
        if last not in best:
            return None
        taken, node = [], last
        while node != first:
            node, cell = came[node]
            taken.append(cell)
        return best[last], [cell for cell in taken if cell not in self.hidden]

    def _price(self, cell: tuple[int, int], *, falls: bool, low: float | None) -> float | None:
        known = self.hidden.get(cell)
        if known is not None:
            return 0.0 if (known.falls if falls else known.rises) else None
        value = int(self.values[cell])
        lowest = self._fewest if low is None else low
        if cell[0] == self._n_rows - 1 or cell[1] == self._n_columns - 1:
            return None
        # A nought stays a nought, but where nothing else keeps a small one hidden.
        if value < self._fewest and not (value == 0 and low is not None):
            return None
        if falls and value <= lowest:
            return None
        # First as few cells as possible, then the ones that hold least.
        return 1.0 + value / self._total


def filled(told: pd.DataFrame, counts: str, *, small: float) -> pd.Series:
    """Return counts to compute with from nothing but what is shown: a small one is ``small``, a complement is no figure.

    What is worked out from these tells no more than the table does.
    """
    numbers = told[counts].astype("Float64").astype("float64")
    return numbers.mask(told["status"] == SMALL, small)


def added_up(tables: Sequence[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """Add up protected tables of periods that follow each other, so that the sum tells no more than they do.

    A sum of which one term is hidden is hidden as well: beside the other terms it would tell the hidden one.

    Parameters
    ----------
    tables : sequence of DataFrame
        Columns ``keys``, cases and status, as of `protected`; a row that is absent is 0.
    keys : list of str

    Returns
    -------
    DataFrame
        One row per key, in the order in which they occur: ``keys``, cases (Int64, empty where hidden), status, and what to
        compute with: least, middle and most (float; a small count is 1, `MIDDLE` or 4; NaN where a term is a complement).
    """
    every = pd.concat(tables, ignore_index=True)

    def summed(values: pd.Series) -> pd.Series:
        return every.assign(value=values).groupby(keys, sort=False)["value"].sum(skipna=False)

    told = pd.DataFrame(
        {
            name: summed(filled(every, "cases", small=small))
            for name, small in (("least", 1.0), ("middle", MIDDLE), ("most", FEWEST - 1.0))
        }
    )
    shown = summed((every["status"] != SHOWN).astype("float64")) == 0
    status = np.select([shown, told["most"] < FEWEST], [SHOWN, SMALL], COMPLEMENT)
    return told.assign(
        cases=told["middle"].where(shown).astype("Int64"), status=pd.Series(status, told.index, dtype="str")
    ).reset_index()[[*keys, "cases", "status", *told.columns]]
