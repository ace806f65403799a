"""How the figures of short series hang together from year to year, learned from all series that are alike.

Everything here works on arrays: one row per series, one column per year or per autocorrelation of `GRID`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from scipy import special

from analysis._grid import Bools, Floats, Ints

#: Autocorrelations to weigh, evenly spaced on the scale on which the reference prior is flat (the arcsine).
GRID: Final = np.sin(np.linspace(0.0, np.pi / 2, 26)[:-1])
#: Quantile of the posterior that is used: this, and the second one more for a series that stands alone.
_SAFE_SIDE: Final = 0.65
_SAFER_ALONE: Final = 0.10
#: With fewer series nothing is learned about how alike they are, or about what their known noise explains.
_FEWEST_ALIKE: Final = 3
_FEWEST_EXPLAINED: Final = 10


@dataclass(frozen=True)
class Years:
    """What follows from the years of a series alone, for every autocorrelation of the grid.

    Attributes
    ----------
    weights : ndarray, shape (n,)
        Weights of the least squares slope.
    slope_variance : ndarray, shape (grid,)
        Variance of that slope for errors of variance 1.
    projections : ndarray, shape (grid, n, n)
        Quadratic form that gives the generalised residual sum of squares around a line.
    constants : ndarray, shape (grid,)
        Part of the restricted log-likelihood that does not depend on the figures.
    """

    weights: Floats
    slope_variance: Floats
    projections: Floats
    constants: Floats


def correlation(times: Floats, rho: float) -> Floats:
    """Return the correlation matrix of an autoregressive process of order one in these years."""
    return np.asarray(rho ** np.abs(times[:, None] - times[None, :]) if rho else np.eye(len(times)))


def of_years(times: Floats) -> Years:
    """Return what follows from these years; kept, as most series share theirs."""
    return _of_years(tuple((times - times[0]).tolist()))


@lru_cache(maxsize=512)
def _of_years(passed: tuple[float, ...]) -> Years:
    times = np.array(passed)
    away = times - times.mean()
    design, weights = np.column_stack([np.ones(len(times)), away]), away / (away @ away)
    variances, projections, constants = [], [], []
    for rho in GRID:
        together = correlation(times, rho)
        inverse = np.linalg.inv(together)
        information = design.T @ inverse @ design
        projections.append(inverse - inverse @ design @ np.linalg.solve(information, design.T @ inverse))
        constants.append(-(np.linalg.slogdet(together)[1] + np.linalg.slogdet(information)[1]) / 2)
        variances.append(weights @ together @ weights)
    return Years(weights, np.array(variances), np.array(projections), np.array(constants))


def likelihood(years: Years, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Weigh every autocorrelation of the grid for every series, a straight line taken out.

    Parameters
    ----------
    years : Years
    values : ndarray, shape (series, n)

    Returns
    -------
    rss : ndarray, shape (series, grid)
        Generalised residual sums of squares.
    evidence : ndarray, shape (series, grid)
        Restricted log-likelihoods with the variance at its optimum; 0 for a series that lies exactly on a line, which
        says nothing about how chance hangs together.
    residual : ndarray, shape (series, n)
        Distances to the least squares line.
    """
    centred = values - values.mean(axis=1, keepdims=True)
    rss = np.stack([((centred @ form) * centred).sum(axis=1) for form in years.projections], axis=1)
    rss = np.maximum(rss, 0.0)
    telling = (rss > 1e-12 * (centred**2).sum(axis=1, keepdims=True)).all(axis=1)
    evidence = np.zeros_like(rss)
    evidence[telling] = years.constants - (values.shape[1] - 2) / 2 * np.log(rss[telling])
    return rss, evidence, centred @ years.projections[0]


@dataclass(frozen=True)
class Learned:
    """What each series takes from its pool: a place in the grid (with a fraction), and how many it stands for."""

    place: Floats
    effective: Floats


def learn(pool: Ints, evidence: Floats, residual: Floats) -> Learned:
    """Find the autocorrelation of every pool, on the safe side.

    Series of one pool that move together count for fewer: n / (1 + (n - 1) r) with r their mean correlation. A series
    that lies exactly on a line teaches nothing, and takes what the others teach.

    Parameters
    ----------
    pool : ndarray of int, shape (series,)
    evidence : ndarray, shape (series, grid)
        What `likelihood` returned; a series with empty values takes no part.
    residual : ndarray, shape (series, years)
        Distances to a line, 0 where a series has no figure.
    """
    place, effective = np.full(len(pool), len(GRID) - 1.0), np.ones(len(pool))
    tested = np.flatnonzero(np.isfinite(evidence[:, 0]))
    order = tested[np.argsort(pool[tested], kind="stable")]
    for rows in np.split(order, np.flatnonzero(np.diff(pool[order])) + 1):
        if len(rows):
            telling = rows[evidence[rows].any(axis=1)]
            alone = _effective(residual[telling])
            total = evidence[telling].sum(axis=0) * alone / max(len(telling), 1)
            weight = np.exp(total - total.max())
            weight /= weight.sum()
            wanted = _SAFE_SIDE + _SAFER_ALONE / np.sqrt(alone)
            place[rows] = np.interp(wanted, np.cumsum(weight) - weight / 2, np.arange(len(GRID)))
            effective[rows] = alone
    return Learned(place, effective)


def _effective(residual: Floats) -> float:
    """Return for how many independent series these count."""
    length = np.sqrt((residual**2).sum(axis=1, keepdims=True))
    residual = residual[length[:, 0] > 0] / length[length[:, 0] > 0]
    count = len(residual)
    if count < 2:
        return 1.0
    mean = residual.mean(axis=0)
    together = max(((mean @ mean) * count - 1) / (count - 1), 0.0)
    return float(count / (1 + (count - 1) * together))


def at(over_grid: Floats, place: Floats) -> Floats:
    """Interpolate every row of a matrix over the grid at its own place."""
    below = np.minimum(place.astype(np.intp), len(GRID) - 2)
    part = place - below
    rows = np.arange(len(place))
    return np.asarray(over_grid[rows, below] * (1 - part) + over_grid[rows, below + 1] * part)


def shrink(
    pool: Ints, scale: Floats, own: Floats, effective: Floats, noise: Floats, telling: Bools
) -> tuple[Floats, Floats]:
    """Shrink the variance of every series towards that of its pool.

    The logarithm of a variance with d degrees of freedom has a known mean and spread. How much more the series of a
    pool differ, what their known noise explains taken off, tells how many degrees of freedom the pool is worth
    (Smyth 2004). Series that move together are not worth more than they stand for.

    Parameters
    ----------
    pool : ndarray of int, shape (series,)
    scale, own : ndarray, shape (series,)
        Variance of each series and its degrees of freedom.
    effective : ndarray, shape (series,)
        For how many independent series the pool counts.
    noise : ndarray, shape (series,)
        Known variance of the figures of each series, 0 where unknown.
    telling : ndarray of bool, shape (series,)
        The series to learn from.

    Returns
    -------
    tuple of ndarray
        Variances and degrees of freedom.
    """
    size = int(pool.max(initial=-1)) + 1
    known = _logarithms(pool, noise, telling, size)
    inside, half = pool[telling], own[telling] / 2
    count = np.bincount(inside, minlength=size)
    level = np.log(scale[telling]) - special.digamma(half) + np.log(half)
    power = _explained(inside, level, known[telling], size)
    level = level - power[inside] * known[telling]
    middle = _mean(inside, level, count)
    spread = np.bincount(inside, (level - middle[inside]) ** 2, size) / np.maximum(count - 1 - (power > 0), 1)
    alike = 2 * _inverse_trigamma(spread - _mean(inside, special.polygamma(1, half), count))
    worth = np.minimum(alike[pool], np.maximum(effective - 1, 0) * own)
    worth = np.where((count >= _FEWEST_ALIKE)[pool], worth, 0.0)
    halved = np.maximum(worth, 1e-9) / 2
    with np.errstate(over="ignore"):
        usual = np.exp(middle[pool] + power[pool] * known + special.digamma(halved) - np.log(halved))
    return (own * scale + np.where(worth > 0, worth * usual, 0.0)) / (own + worth), own + worth


def _mean(pool: Ints, value: Floats, count: Ints) -> Floats:
    return np.asarray(np.bincount(pool, value, len(count)) / np.maximum(count, 1))


def _logarithms(pool: Ints, noise: Floats, telling: Bools, size: int) -> Floats:
    """Return the logarithm of the known noise, 0 throughout a pool in which one to learn from has none."""
    known = noise > 0
    logarithm = np.log(np.where(known, noise, 1.0))
    unknown = np.bincount(pool, telling & ~known, size) > 0
    usual = _mean(pool[known], logarithm[known], np.bincount(pool[known], minlength=size))
    return np.where(unknown[pool], 0.0, np.where(known, logarithm, usual[pool]))


def _explained(pool: Ints, level: Floats, noise: Floats, size: int) -> Floats:
    """Return per pool the power of its known noise (0 to 1) that goes with the variance of its series."""
    count = np.bincount(pool, minlength=size)
    away = noise - _mean(pool, noise, count)[pool]
    square = np.bincount(pool, away**2, size)
    power = np.bincount(pool, away * level, size) / np.where(square > 0, square, 1.0)
    return np.where((count >= _FEWEST_EXPLAINED) & (square > 1e-6), np.clip(power, 0.0, 1.0), 0.0)


def _inverse_trigamma(value: Floats) -> Floats:
    """Solve trigamma(x) = value (Smyth 2004, appendix); very large where value is not positive."""
    positive = np.maximum(value, 1e-6)
    x = 0.5 + 1 / positive
    for _ in range(15):
        trigamma = special.polygamma(1, x)
        x = x + trigamma * (1 - trigamma / positive) / special.polygamma(2, x)
    return np.asarray(x, dtype=np.float64)
