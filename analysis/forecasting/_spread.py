"""What goes into a forecast as arrays, and how much each series moves from year to year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis._grid import Bools, Floats, Ints
from analysis.forecasting._kernels import FEWEST, running_sums
from analysis.forecasting._shared import row_medians

#: Part of what series of like size move that a series is taken to move at least.
_LEAST: Final = 0.1
#: Mean absolute difference of two figures with a given standard error each, in that error.
_OF_NOISE: Final = 2 / np.sqrt(np.pi)
#: Fewer moving series than this tell no line.
_FEWEST_FOR_A_LINE: Final = 8


@dataclass(frozen=True)
class Inputs:
    """Series to forecast, from the first figure on.

    Attributes
    ----------
    values : ndarray, shape (series, years)
        Empty behind the last figure, without gaps.
    observed : ndarray of bool, shape (series, years)
        Where a figure was measured.
    first : ndarray of int, shape (series,)
        Year of the first column of each series.
    pool : ndarray of int, shape (series,)
        Series that learn from each other.
    counts : ndarray of bool, shape (series,) or (series, years)
        Whether the figures count people or things.
    noise : ndarray, shape (series,) or (series, years)
        Standard error of measurement of an ordinary figure, 0 where unknown.
    lowest, highest : ndarray, shape (series,) or (series, years)
        What a figure can be; infinite where there is no limit.

    What may differ from year to year is what was known at that year.
    """

    values: Floats
    observed: Bools
    first: Ints
    pool: Ints
    counts: Bools
    noise: Floats
    lowest: Floats
    highest: Floats


def spread_of(values: Floats, age: Floats, counted: Bools, noise: Floats) -> Floats:
    """Return how much each series of a pool changes from year to year, known at each year.

    The mean absolute change relative to the size of the figures, shrunk towards that of series of the same pool and of
    like size: a small wijk moves more. Never below what the noise of measurement alone brings about.

    A series that never moved takes the movement of its pool. Where nothing in the pool ever moved and no noise is
    known, nothing tells how much it may move: the spread is empty, and so are the bands. A series of zeros has no
    size to move relative to; its spread is the noise, if known.

    Parameters
    ----------
    values, age, counted : ndarray, shape (years, series)
        As in `analysis.forecasting._shared.growth`.
    noise : ndarray, shape (years, series) or (1, series)
        Standard error of measurement of an ordinary figure.

    Returns
    -------
    ndarray, shape (years, series)
        In the unit of the figures; empty where it is unknown or a series has fewer than `FEWEST` figures.
    """
    steps = np.zeros_like(values)
    np.abs(values[1:] - values[:-1], out=steps[1:])
    steps[np.isnan(steps)] = 0.0
    there = np.isfinite(values)
    alive = there & counted & (age >= FEWEST - 1)
    n = np.where(alive, age, 1.0)
    change = running_sums(steps) / n
    size = running_sums(np.where(there, np.abs(values), 0.0)) / (n + 1)
    floor = np.broadcast_to(_OF_NOISE * noise, values.shape)
    sized = alive & (size > 0)
    size = np.where(sized, size, 1.0)
    relative = np.where(sized, np.maximum(change, floor), 0.0) / size
    scale = np.maximum(relative, _LEAST * _like(relative, size, sized)) * size
    scale = np.where(sized, scale, np.where(alive, floor, 0.0))
    return np.where(scale > 0, scale, np.nan)


def _like(relative: Floats, size: Floats, sized: Bools) -> Floats:
    """Return what series of this size move, as a share of their size: per year a line through the logarithms."""
    moving = sized & (relative > 0)
    number = moving.sum(axis=1)
    x = np.log(size)
    y = np.log(np.where(moving, relative, 1.0))
    divisor = np.maximum(number, 1)
    centred = x - (np.where(moving, x, 0.0).sum(axis=1) / divisor)[:, None]
    inside = np.where(moving, centred, 0.0)
    apart = np.where(moving, y - (np.where(moving, y, 0.0).sum(axis=1) / divisor)[:, None], 0.0)
    slope = (inside * apart).sum(axis=1) / np.maximum((inside * inside).sum(axis=1), 1e-12)
    slope = np.where(number >= _FEWEST_FOR_A_LINE, np.clip(slope, -1.0, 0.0), 0.0)[:, None]
    height = row_medians(np.where(moving, y - slope * centred, np.nan), number)
    return np.where(number[:, None] > 0, np.exp(height[:, None] + slope * centred), 0.0)
