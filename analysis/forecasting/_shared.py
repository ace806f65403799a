"""Growth relative to size: of the pool as a whole, and of each series as far as it truly differs from its pool."""

from __future__ import annotations

import numpy as np

from analysis._grid import Bools, Floats, Ints
from analysis.forecasting._kernels import FEWEST, running_sums

#: What is too small to divide by.
_TINY = 1e-300


def growth(values: Floats, age: Floats, counted: Bools, horizon: int) -> tuple[Floats, Floats]:
    """Return two forecasts for the series of one pool: each at its own pace, and each at the pace of the pool.

    The pace is the mean yearly change of the logarithm; that of the pool is the median. What happens in all wijken at
    once shows clearer in the pool than in one wijk. The own pace is shrunk towards that of the pool as far as the paces
    differ no more than chance brings about (empirical Bayes; Efron and Morris, Journal of the American Statistical
    Association 70, 1975). Growth is not compounded: over a few years the difference is small, and a pace that is off
    does not run away.

    Parameters
    ----------
    values : ndarray, shape (years, series)
        Figures of the pool by calendar year, without gaps between the first and the last one of a series.
    age : ndarray, shape (years, series)
        Years since the first figure.
    counted : ndarray of bool, shape (years, series)
        Where a figure was measured; only there a series tells the pool about its pace.
    horizon : int
        Years ahead.

    Returns
    -------
    own, shared : ndarray, shape (years, horizon, series)
        The forecast made at every year; empty where a series has fewer than `FEWEST` figures so far.
    """
    far = np.arange(1, horizon + 1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(values > 0, values, np.nan))
    steps = np.zeros_like(values)
    np.subtract(logs[1:], logs[:-1], out=steps[1:])
    there = np.isfinite(steps) & (age > 0)
    steps[~there] = 0.0
    alive = np.isfinite(values) & (age >= FEWEST - 1)
    n = np.where(alive, age, 1.0)
    # A figure of zero or less has no logarithm: such a series has no pace of its own.
    known = alive & (running_sums(there.astype(np.float64)) == age)
    squares = running_sums(steps * steps)
    pace = running_sums(steps) / n
    error = (squares - n * pace**2) / np.maximum(n - 1, 1) / n
    np.maximum(error, 0.0, out=error)
    telling = known & counted
    number = telling.sum(axis=1)
    middle = np.where(number > 0, row_medians(np.where(telling, pace, np.nan), number), 0.0)[:, None]
    mean = np.where(telling, pace, 0.0).sum(axis=1) / np.maximum(number, 1)
    apart = np.where(telling, pace - mean[:, None], 0.0)
    variance = (apart * apart).sum(axis=1) / np.maximum(number - 1, 1)
    chance = row_medians(np.where(telling, error, np.nan), number)
    between = np.where(number > 1, np.fmax(variance - chance, 0.0), 0.0)[:, None]
    keep = np.where(known, between / (between + error + _TINY), 0.0)
    shrunk = middle + keep * np.where(known, pace - middle, 0.0)
    base = np.where(alive, values, np.nan)
    own, shared = (np.multiply((base * rate)[:, None], far) for rate in (shrunk, middle))
    own += base[:, None]
    shared += base[:, None]
    return own, shared


def row_medians(rows: Floats, number: Ints) -> Floats:
    """Return the median of the first ``number`` figures of each row in order; the others are empty.

    Parameters
    ----------
    rows : ndarray, shape (years, series)
    number : ndarray of int, shape (years,)
        How many figures of each row are not empty.

    Returns
    -------
    ndarray, shape (years,)
        Empty where there are none.
    """
    if not rows.shape[1]:
        return np.full(len(rows), np.nan)
    ordered = np.sort(rows, axis=1)
    at = np.arange(len(rows))
    lower, upper = np.maximum(number - 1, 0) // 2, number // 2
    return np.asarray((ordered[at, lower] + ordered[at, upper]) / 2)
