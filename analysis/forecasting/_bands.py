"""How wide a band has to be: from the errors of earlier forecasts in the same pool, known by then.

Errors are made alike before they are put together: each is divided by how much its series changes from year to year, and
by how far earlier forecasts of that very series were off (locally weighted conformal prediction; Lei et al., Journal of
the American Statistical Association 113, 2018). Quantiles of what is left, per horizon, make the band.

What happens in one year happens to many wijken at once, so a thousand errors of five years are not a thousand
independent ones. The part of the errors that the series of a pool have in common is estimated, and for that part the
band is as much wider as Student's t asks for the few years there are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import special

from analysis._grid import Bools, Floats, Ints
from analysis.forecasting._kernels import running_sums

LEVELS: Final = (0.80, 0.95)
#: Earlier forecasts of fewer years than this tell no band.
FEWEST_ORIGINS: Final = 3
#: Errors of the pool that the own errors of a series are shrunk towards.
_BORROWED_ERRORS: Final = 48.0
#: From so many errors on their own quantiles make the band.
_ENOUGH: Final = 60
_LEVELS: Final = np.array(LEVELS)


def bands(errors: Floats) -> tuple[Floats, Floats, Ints]:
    """Return how wide the bands of the series of one pool have to be.

    Parameters
    ----------
    errors : ndarray, shape (years, horizon, series)
        Errors of forecasts by the year in which they were made, with their sign, in units of the spread of the series. The
        last year is now: of forecasts whose outcome lies beyond it the error is empty.

    Returns
    -------
    factors : ndarray, shape (levels, horizon)
        Half the width in units of the spread, for a series that is as hard to forecast as its pool; never narrower
        further ahead, and empty beyond the last horizon of which `FEWEST_ORIGINS` years of forecasts are known.
    own : ndarray, shape (series,)
        How much wider or narrower the band of each series is.
    origins : ndarray of int, shape (horizon,)
        Years of earlier forecasts behind the factors.
    """
    there = np.isfinite(errors)
    origins = there.any(axis=2).sum(axis=0)
    own = _own_factors(errors, there)
    factors = np.full((len(LEVELS), errors.shape[1]), np.nan)
    for h in np.flatnonzero(origins >= FEWEST_ORIGINS):
        known, alike = there[:, h], np.where(there[:, h], errors[:, h] / own, 0.0)
        factors[:, h] = _quantiles(np.abs(alike), known, int(origins[h])) * _for_common_shocks(alike, known)
    factors = np.where(np.isfinite(factors), np.fmax.accumulate(factors, axis=1), np.nan)
    for nearer in range(factors.shape[1] - 2, -1, -1):
        # Where figures come every other year a nearer year can be known less well: it gets the wider band behind it.
        if origins[nearer] < FEWEST_ORIGINS:
            factors[:, nearer] = factors[:, nearer + 1]
    return factors, own[-1], origins


def _own_factors(errors: Floats, there: Bools) -> Floats:
    """Return how far off each series was up to each year, relative to its pool, shape (years, series).

    The cubic mean of its errors known by then, each relative to that of the pool at its horizon and shrunk towards it:
    large errors of its own tell more of a series than small ones, and errors further ahead overlap more and count for
    less.
    """
    years, horizon, series = errors.shape
    weight = np.arange(1, horizon + 1) ** -0.5
    own, number = (np.full((years, series), _BORROWED_ERRORS) for _ in range(2))
    for h in range(min(horizon, years - 1)):
        known = there[: -h - 1, h]
        size = np.abs(np.where(known, errors[: -h - 1, h], 0.0))
        cubes = size * size
        cubes *= size
        # Of the pool as it was known at each year too.
        typical = np.cumsum(cubes.sum(axis=1)) / np.maximum(np.cumsum(known.sum(axis=1)), 1)
        typical = np.where(typical > 0, typical, 1.0)
        own[h + 1 :] += weight[h] * running_sums(cubes) / typical[:, None]
        number[h + 1 :] += weight[h] * running_sums(known.astype(np.float64))
    return np.asarray(np.cbrt(own / number))


def _quantiles(size: Floats, known: Bools, origins: int) -> Floats:
    """Return the quantiles of errors in which every series counts alike, however many errors it has.

    A handful of errors has no 95 % quantile. The fewer there are below `_ENOUGH`, the more Student's t with as many
    degrees of freedom as there are origins takes its place.
    """
    number = known.sum(axis=0)
    found = size[known]
    if ((number == 0) | (number == number.max())).all():
        counted = _of_equals(found)
    else:
        counted = _of_unequals(found, 1 / np.broadcast_to(number, known.shape)[known])
    sure = min(len(found) / _ENOUGH, 1.0)
    if sure == 1.0:
        return counted
    student = special.stdtrit(origins, (1 + _LEVELS) / 2) * np.sqrt(np.mean(found**2))
    return np.asarray(sure * counted + (1 - sure) * student)


def _of_equals(found: Floats) -> Floats:
    """Return the quantiles of errors that count alike: the i-th of n is that of (i - 1/2) / n."""
    place = np.clip(_LEVELS * len(found) - 0.5, 0, len(found) - 1)
    lower = place.astype(np.intp)
    upper = np.minimum(lower + 1, len(found) - 1)
    ordered = np.partition(found, np.unique([lower, upper]))
    return np.asarray(ordered[lower] + (place - lower) * (ordered[upper] - ordered[lower]))


def _of_unequals(found: Floats, weight: Floats) -> Floats:
    """Return the quantiles of errors with a weight each."""
    order = np.argsort(found, kind="stable")
    ordered, weight = found[order], weight[order]
    place = np.cumsum(weight) - weight / 2
    return np.asarray(np.interp(_LEVELS * (place[-1] + weight[-1] / 2), place, ordered))


def _for_common_shocks(errors: Floats, known: Bools) -> Floats:
    """Return how much wider bands have to be since errors of one origin go together, shape (levels,).

    One-way analysis of variance around zero, origins as groups. The common part has as many degrees of freedom as there
    are origins, and the next shock comes on top of what these few say of the usual one.
    """
    number = known.sum(axis=1).astype(np.float64)
    groups = number >= 2
    k = int(groups.sum())
    if k < 2:
        return np.ones(len(LEVELS))
    number, errors = number[groups], errors[groups]
    total = errors.sum(axis=1)
    within = (np.einsum("cs,cs->c", errors, errors) - total**2 / number).sum() / (number - 1).sum()
    between = max(float(((total / number) ** 2).mean() - within / number.mean()), 0.0)
    share = between / max(between + within, 1e-300)
    tail = (1 + _LEVELS) / 2
    student = special.stdtrit(k, tail) / special.ndtri(tail)
    return np.asarray(np.sqrt(1 - share + share * student**2 * (1 + 1 / k)))
