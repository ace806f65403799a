"""Sums that tie figures together, and how far they give an unknown figure away."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Interval = tuple[float, float]
#: Higher than any count: what an unknown figure may be as long as nothing limits it.
UNLIMITED: Final = 1e9
_EXACT: Final = 1e-6


@dataclass(frozen=True)
class Sum:
    """One figure that is the sum of others; cells are numbers, ``key`` tells one sum from another."""

    key: Hashable
    total: int
    members: tuple[int, ...]


class Equation:
    """A sum in its present state: which of its cells are unknown, and what the known ones amount to."""

    __slots__ = ("known", "members", "total", "unknown")

    def __init__(self, of: Sum, values: Sequence[float]) -> None:
        self.total, self.members = of.total, of.members
        self.unknown: dict[int, int] = {}
        self.known = 0.0
        for cell, sign in ((of.total, -1), *((member, 1) for member in of.members)):
            if np.isnan(values[cell]):
                self.unknown[cell] = sign
            else:
                self.known += sign * values[cell]

    def hide(self, cell: int, value: float) -> None:
        """Make a known cell unknown."""
        sign = -1 if cell == self.total else 1
        self.unknown[cell] = sign
        self.known -= sign * value

    def show(self, cell: int, value: float) -> None:
        """Make an unknown cell known."""
        self.known += self.unknown.pop(cell) * value

    def narrow(self, lowest: dict[int, float], highest: dict[int, float]) -> tuple[bool, bool]:
        """Cut the limits of the unknown cells by what this sum leaves for each.

        Returns
        -------
        changed, fits : bool
            Whether a limit was cut; whether the limits leave room. Where they do not, for rounding makes the sums
            contradict each other, one point is left of an interval.
        """
        low = high = -self.known
        for cell, sign in self.unknown.items():
            low -= highest[cell] if sign > 0 else -lowest[cell]
            high -= lowest[cell] if sign > 0 else -highest[cell]
        changed, fits = False, True
        for cell, sign in self.unknown.items():
            former_low, former_high = lowest[cell], highest[cell]
            from_below = low + former_high if sign > 0 else former_high - high
            from_above = high + former_low if sign > 0 else former_low - low
            fits = fits and max(from_below, former_low) <= min(from_above, former_high) + _EXACT
            if from_below > former_low + _EXACT:
                lowest[cell] = min(from_below, former_high)
            if from_above < former_high - _EXACT:
                highest[cell] = max(from_above, lowest[cell])
            changed = changed or (lowest[cell], highest[cell]) != (former_low, former_high)
        return changed, fits


class System:
    """Cells with values, known to the reader or not, and the sums among them.

    A reader knows that counts are not negative. Rounding is left aside: the sums are taken to hold exactly, which
    gives the reader more than there is.

    Parameters
    ----------
    values : list of float
        One per cell; NaN is unknown. Cells that are hidden later become NaN in it.
    sums_of : callable
        Gives the sums that a cell is in.
    """

    def __init__(self, values: list[float], sums_of: Callable[[int], Iterable[Sum]]) -> None:
        self.values = values
        self._sums_of = sums_of
        self._equations: dict[Hashable, Equation] = {}
        self._of_cell: dict[int, tuple[Equation, ...]] = {}

    def equations(self, cell: int) -> tuple[Equation, ...]:
        """Return the sums that a cell is in."""
        if cell not in self._of_cell:
            found = []
            for one in self._sums_of(cell):
                if one.key not in self._equations:
                    self._equations[one.key] = Equation(one, self.values)
                found.append(self._equations[one.key])
            self._of_cell[cell] = tuple(found)
        return self._of_cell[cell]

    def hide(self, cell: int) -> None:
        """Make a known cell unknown."""
        for equation in self.equations(cell):
            equation.hide(cell, self.values[cell])
        self.values[cell] = float("nan")

    def show(self, cell: int, value: float) -> None:
        """Make an unknown cell known."""
        for equation in self.equations(cell):
            equation.show(cell, value)
        self.values[cell] = value

    def connected(self, cell: int, by: Sequence[Equation] | None = None) -> list[Equation]:
        """Return every sum that bears on an unknown cell, nearest first; ``by`` limits the first step."""
        found = list(self.equations(cell) if by is None else by)
        seen, cells = set(map(id, found)), {cell}
        for equation in found:
            # In the order of the cells: what rounding contradicts then comes out the same every time.
            for other in sorted(equation.unknown.keys() - cells):
                cells.add(other)
                fresh = [more for more in self.equations(other) if id(more) not in seen]
                seen.update(map(id, fresh))
                found += fresh
        return found

    def interval(self, cell: int, by: Sequence[Equation] | None = None) -> Interval:
        """Return between which values an unknown cell must lie, for who knows all the sums.

        Limits are passed on from sum to sum until nothing changes. That gives the exact interval where no chain of
        sums leads back to where it began, as in a tree of regions. Where one does, linear programming gives it.

        Parameters
        ----------
        cell : int
        by : sequence of equations, optional
            Use of the sums of the cell itself only these.
        """
        return self.intervals(cell, by)[cell]

    def intervals(self, cell: int, by: Sequence[Equation] | None = None) -> dict[int, Interval]:
        """Return `interval` of the cell, and of some of those that hang together with it one that is no wider."""
        equations = self.connected(cell, by)
        bounds, consistent = _pass_on(cell, equations)
        lowest, highest = bounds[cell]
        chains_meet = sum(len(e.unknown) for e in equations) > len(bounds) + len(equations) - 1
        if by is None and chains_meet and highest > lowest:
            solved = _solved(cell, equations, list(bounds))
            low = min(max(lowest, solved[cell][0]), highest)
            return {**solved, cell: (low, max(min(highest, solved[cell][1]), low))}
        return bounds if consistent and not chains_meet else {cell: (lowest, highest)}


def _pass_on(cell: int, equations: Sequence[Equation]) -> tuple[dict[int, Interval], bool]:
    """Return the limits of every unknown cell, and whether rounding left the sums without contradictions."""
    lowest = dict.fromkeys([cell, *(c for e in equations for c in e.unknown)], 0.0)
    highest = dict.fromkeys(lowest, UNLIMITED)
    consistent = True
    for _ in range(len(equations) + 1):
        changed = False
        for equation in equations:
            cut, fits = equation.narrow(lowest, highest)
            changed, consistent = changed or cut, consistent and fits
        if not changed:
            break
    return {each: (lowest[each], highest[each]) for each in lowest}, consistent


def _solved(cell: int, equations: Sequence[Equation], cells: list[int]) -> dict[int, Interval]:
    """Return the interval of a cell by linear programming, and how far the others go along with it.

    Where rounding makes the sums contradict each other, only linear algebra is left: is the cell determined?
    """
    # Loaded only where it is needed: CBS hardly ever leaves out figures in such a way.
    from scipy.optimize import linprog

    place = {unknown: number for number, unknown in enumerate(cells)}
    matrix = np.zeros((len(equations), len(cells)))
    for row, equation in enumerate(equations):
        for unknown, sign in equation.unknown.items():
            matrix[row, place[unknown]] = sign
    known = np.array([-equation.known for equation in equations])
    goal = np.zeros(len(cells))
    goal[place[cell]] = 1
    ends: list[npt.NDArray[np.float64]] = []
    for direction in (1, -1):
        found = linprog(direction * goal, A_eq=matrix, b_eq=known, bounds=(0, UNLIMITED), method="highs")
        if found.status != 0:
            weights = np.linalg.lstsq(matrix.T, goal, rcond=None)[0]
            determined = np.abs(matrix.T @ weights - goal).max() < _EXACT
            only = max(0.0, float(weights @ known))
            return {cell: (only, only) if determined else (0.0, UNLIMITED)}
        ends.append(np.asarray(found.x))
    lowest, highest = np.minimum(*ends), np.maximum(*ends)
    return dict(zip(cells, zip(lowest.tolist(), highest.tolist(), strict=True), strict=True))
