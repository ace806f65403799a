"""Forecasts of many short yearly series at once, from every year that could have been the last one.

Each kernel walks through the years once, with all series and all settings side by side; what it would have said at an
earlier year comes along for free, because a filter knows the past only. Settings are chosen per series and per year by
the squared errors one year ahead up to that year.

Arrays are laid out with the years first and the series last: whatever is done to all series of a year is then done to
neighbours in memory.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from analysis._grid import Floats, Ints

#: Fewer figures than this and a kernel says nothing yet.
FEWEST: Final = 4
#: Series that go through a kernel together: with all settings what fits in the cache of the processor.
_BLOCK: Final = 512

_DAMPED: Final = np.array(
    [(a, a * b, p) for a in (0.2, 0.4, 0.6, 0.8, 0.99) for b in (0.1, 0.4) for p in (0.8, 0.9, 0.98)]
)
_THETA: Final = np.array([0.15, 0.4, 0.7, 0.99])
_LINES: Final = np.array([0.0, 0.5, 0.75, 1.0])
#: Yearly changes that the trend starts from: those that the first forecast knows.
_FIRST_STEPS: Final = FEWEST - 1


def own_trend(values: Floats, horizon: int) -> Floats:
    """Return what the past of each series alone leads to: the mean of four kinds of trend.

    The mean of simple methods beats each of them (Bates and Granger, Operational Research Quarterly 20, 1969;
    Makridakis and Hibon, International Journal of Forecasting 16, 2000). The four members: `damped_trend`,
    `dynamic_theta` on the roots of the figures, and `median_drift` on the figures and on their roots. On the scale of roots
    a count wobbles as much when it is large as when it is small.

    Parameters
    ----------
    values : ndarray, shape (years, series)
        Figures from the first one on; empty behind the last one, without gaps.
    horizon : int
        Years ahead.

    Returns
    -------
    ndarray, shape (years, horizon, series)
        The forecast made when that year was the last one with a figure; empty where there are fewer than `FEWEST`
        figures.
    """
    years, series = values.shape
    ahead = np.full((years, horizon, series), np.nan)
    if years < FEWEST:
        return ahead
    far = np.arange(1, horizon + 1)[:, None]
    for top in range(0, series, _BLOCK):
        block = np.ascontiguousarray(values[:, top : top + _BLOCK])
        total = damped_trend(block, horizon)[FEWEST - 1 :]
        with np.errstate(invalid="ignore"):
            roots = np.sqrt(block)
        theta = dynamic_theta(roots, horizon)[FEWEST - 1 :]
        np.maximum(theta, 0, out=theta)
        theta *= theta
        last, root = block[FEWEST - 1 :], roots[FEWEST - 1 :]
        steps = _median_steps(np.concatenate([block, roots], axis=1))[FEWEST - 1 :]
        plain, of_roots = steps[:, None, : block.shape[1]], steps[:, None, block.shape[1] :]
        drift, on_roots = plain * far, of_roots * far
        drift += last[:, None]
        total += drift
        on_roots += root[:, None]
        np.maximum(on_roots, 0, out=on_roots)
        on_roots *= on_roots
        # A figure below zero has no root; from then on the series keeps to the scale of its figures.
        if np.isnan(of_roots[-1]).any():
            np.copyto(on_roots, drift, where=np.isnan(of_roots))
            np.copyto(theta, dynamic_theta(block, horizon)[FEWEST - 1 :], where=np.isnan(theta))
        total += on_roots
        total += theta
        total /= 4
        ahead[FEWEST - 1 :, :, top : top + _BLOCK] = total
    return ahead


def damped_trend(values: Floats, horizon: int) -> Floats:
    """Forecast with the damped trend of Gardner and McKenzie (Management Science 31, 1985).

    Parameters and return value as in `own_trend`. Smoothing of level and trend and the damping come from a grid.
    """
    years, series = values.shape
    ahead = np.full((years, horizon, series), np.nan)
    if years < FEWEST:
        return ahead
    level_weight, trend_weight, damping = (_DAMPED[:, i : i + 1] for i in range(3))
    level = np.repeat(values[:1], len(_DAMPED), axis=0)
    trend = np.repeat(
        _middle(np.sort(np.diff(values[: _FIRST_STEPS + 1], axis=0), axis=0)), len(_DAMPED), axis=0
    )
    squares = np.zeros_like(level)
    error, change = np.empty_like(level), np.empty_like(level)
    columns = np.arange(series)
    reach = np.cumsum(_DAMPED[:, 2:] ** np.arange(1, horizon + 1), axis=1).T.copy()
    for t in range(1, years):
        trend *= damping
        level += trend
        np.subtract(values[t], level, out=error)
        squares += np.multiply(error, error, out=change)
        level += np.multiply(error, level_weight, out=change)
        trend += np.multiply(error, trend_weight, out=change)
        if t + 1 >= FEWEST:
            best = _first_of_least(squares)
            place = best * series + columns
            np.multiply(reach.take(best, axis=1), trend.take(place), out=ahead[t])
            ahead[t] += level.take(place)
    return ahead


def dynamic_theta(values: Floats, horizon: int) -> Floats:
    """Forecast with the dynamic optimised Theta model (Fiorucci et al., International Journal of Forecasting 32, 2016).

    Parameters and return value as in `own_trend`. Smoothing and the weight of the straight line (1 - 1 / theta) come
    from a grid; the line is that through all figures up to the year.
    """
    years, series = values.shape
    ahead = np.full((years, horizon, series), np.nan)
    if years < FEWEST:
        return ahead
    smoothing = _THETA[:, None]
    rest = 1 - smoothing
    level = np.repeat(values[:1], len(_THETA), axis=0)
    start, slope, mean = values[0].copy(), np.zeros(series), values[0].copy()
    # The error with weight w of the line is e - w p: its square needs the sums of e e, e p and p p only.
    error, lean, product = (np.empty_like(level) for _ in range(3))
    sums = np.zeros((3, *level.shape))
    squares, tilted = np.empty((2, len(_THETA), len(_LINES), series))
    columns, steps = np.arange(series), np.arange(horizon)[:, None]
    line, line_squared = _LINES[:, None], _LINES[:, None] ** 2
    for t in range(1, years):
        value, n = values[t], t + 1
        if t >= 2:
            np.subtract(value, level, out=error)
            np.multiply(rest**t, start, out=lean)
            lean += np.multiply((1 - rest**n) / smoothing, slope, out=product)
            sums[0] += np.multiply(error, error, out=product)
            sums[1] += np.multiply(error, lean, out=product)
            sums[2] += np.multiply(lean, lean, out=product)
        level *= rest
        level += np.multiply(smoothing, value, out=product)
        slope = ((n - 2) * slope + 6 * (value - mean) / n) / (n + 1)
        mean = ((n - 1) * mean + value) / n
        start = mean - (n + 1) / 2 * slope
        if n >= FEWEST:
            np.multiply(-2 * line, sums[1][:, None], out=squares)
            squares += np.multiply(line_squared, sums[2][:, None], out=tilted)
            squares += sums[0][:, None]
            best = _first_of_least(squares.reshape(-1, series))
            which = best // len(_LINES)
            of_start, of_slope = rest**n, (1 - rest ** (n + 1)) / smoothing
            weight = _LINES[best % len(_LINES)]
            of_line = of_start[which, 0] * start + of_slope[which, 0] * slope
            first = level.take(which * series + columns) + weight * of_line
            np.multiply(weight * slope, steps, out=ahead[t])
            ahead[t] += first
    return ahead


def median_drift(values: Floats, horizon: int) -> Floats:
    """Let the median of the yearly changes go on: a drift that one odd year does not move.

    Parameters and return value as in `own_trend`.
    """
    ahead = values[:, None] + _median_steps(values)[:, None] * np.arange(1, horizon + 1)[:, None]
    ahead[: FEWEST - 1] = np.nan
    return np.asarray(ahead)


def _median_steps(values: Floats) -> Floats:
    """Return the median of all yearly changes so far, per year and series; empty where a figure is."""
    years, series = values.shape
    medians = np.full((years, series), np.nan)
    ordered = np.empty((max(years - 1, 0), series))
    steps = np.diff(values, axis=0)
    for t in range(years - 1):
        # Each new change sinks into its place among those before it.
        rising = steps[t].copy()
        for k in range(t):
            lower = np.minimum(ordered[k], rising)
            np.maximum(ordered[k], rising, out=rising)
            ordered[k] = lower
        ordered[t] = rising
        medians[t + 1] = (ordered[t // 2] + ordered[(t + 1) // 2]) / 2
    return medians


def _first_of_least(rows: Floats) -> Ints:
    """Return the row of the least figure of every column, as ``argmin`` does but faster; 0 where a figure is empty."""
    return np.asarray((rows == rows.min(axis=0)).argmax(axis=0))


def running_sums(rows: Floats) -> Floats:
    """Sum down the rows, in place, as ``cumsum`` does but a whole row at a time, which is faster."""
    for before, row in pairwise(rows):
        row += before
    return rows


def _middle(ordered: Floats) -> Floats:
    """Return the median of every column that is in order; empty where a figure is, as those sort to the end."""
    n = len(ordered)
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return np.where(np.isnan(ordered[-1]), np.nan, middle)[None]
