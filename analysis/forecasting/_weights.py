"""How much a trend counts: learned from earlier forecasts of the same pool, nothing unless it has earned it."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis._grid import Bools, Floats

#: Weights of own and shared trend that are tried; what is left is the weight of no change.
WEIGHTS: Final = np.array([(a / 5, b / 5) for a in range(6) for b in range(6) if a + b <= 5])
#: How fast a year of evidence tells.
LEARNING_RATE: Final = 100.0
#: Without evidence the weight of the trends together is of this order: for shares and amounts, and for counts, which
#: have momentum (people who live somewhere mostly still do next year).
PRIOR_WEIGHT: Final = 1 / 38
PRIOR_WEIGHT_OF_COUNTS: Final = 1 / 19
#: What a trend of fewer figures was worth says little about one of more.
FEWEST_TO_LEARN: Final = 5
#: An error counts relative to this power of the spread of its series: 1 counts all series alike, 0 by their size.
LEVELLING: Final = 0.5
#: Series that a pool needs before what it shows tells for half.
HALF_SURE: Final = 2.0


def evidence(own: Floats, shared: Floats, came: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Return the mean error of each pair of weights relative to no change, for the series of one pool.

    Parameters
    ----------
    own, shared, came : ndarray, shape (years, horizon, series)
        Change that the two trends expected and that came; empty where there is none.
    scale : ndarray, shape (years, series)
        How much each series moves; empty where a forecast is not to be learned from.

    Returns
    -------
    earned : ndarray, shape (years, horizon, weights)
        By year of origin; empty where nothing came yet or nothing moved.
    tried : ndarray, shape (years, horizon)
        The number of series behind it.
    """
    years, horizon, series = came.shape
    total, tried = np.zeros((years, horizon, len(WEIGHTS))), np.zeros((years, horizon))
    divisor = scale**LEVELLING
    most = round(1 / WEIGHTS[1, 1])
    shares = np.arange(most + 1)[:, None, None] / most
    leaning = np.empty((most + 1, min(horizon, years), series))
    loss = np.empty_like(leaning)
    for t in range(years - 1):
        near = min(horizon, years - 1 - t)
        a, b, y = (x[t, :near] / divisor[t] for x in (own, shared, came))
        there = np.isfinite(y)
        tried[t, :near] = there.sum(axis=1)
        if not there.any():
            continue
        if not there.all():
            a, b, y = (np.where(there, x, 0.0) for x in (a, b, y))
        np.multiply(shares, b, out=leaning[:, :near])
        for i in range(most + 1):
            left = most + 1 - i
            np.subtract(y - i / most * a, leaning[:left, :near], out=loss[:left, :near])
            np.abs(loss[:left, :near], out=loss[:left, :near])
            start = i * (most + 1) - i * (i - 1) // 2
            total[t, :near, start : start + left] = loss[:left, :near].sum(axis=-1).T
    still = total[..., :1]
    return np.where(still > 0, total / np.where(still > 0, still, 1.0), np.nan), tried


def weights(earned: Floats, tried: Floats, counting: Bools) -> Floats:
    """Return the weights of own and shared trend, known at each year, shape (years, horizon, 2).

    The exponentially weighted average of forecasters (Cesa-Bianchi and Lugosi, Prediction, Learning, and Games, 2006,
    chapter 2) over a grid of weights, with the error relative to no change as loss. What is found at one horizon tells of
    the others too, the less the further they are apart. A pool of a few series tells less than one of many.

    Parameters
    ----------
    earned, tried : ndarray
        As `evidence` returns them.
    counting : ndarray of bool, shape (years,)
        Whether the pool counts people or things.
    """
    years, horizon, trials = earned.shape
    known = np.isfinite(earned[..., 0])
    loss = np.where(known[..., None], earned - 1, 0.0)
    # What was found at an origin is known as many years later as was looked ahead.
    total, number = np.zeros((years, horizon, trials)), np.zeros((years, horizon))
    for h in range(min(horizon, years - 1)):
        total[h + 1 :, h] = np.cumsum(loss[:, h], axis=0)[: years - h - 1]
        number[h + 1 :, h] = np.cumsum(known[:, h])[: years - h - 1]
    series = np.zeros(years)
    series[1:] = np.cumsum(np.where(known[:, 0], tried[:, 0], 0.0))[:-1]
    learned = number[:, 0]
    size = series / np.maximum(learned, 1)
    far = np.arange(1, horizon + 1)
    alike = np.sqrt(np.minimum(far[:, None], far) / np.maximum(far[:, None], far))
    number = number @ alike
    loss = np.einsum("hk,ckg->chg", alike, total) / np.where(number > 0, number, 1.0)[..., None]
    told = LEARNING_RATE * learned * size / (size + HALF_SURE)
    prior = np.where(counting, PRIOR_WEIGHT_OF_COUNTS, PRIOR_WEIGHT)[:, None, None]
    tell = -WEIGHTS.sum(axis=1) / prior - told[:, None, None] * loss
    chance = np.exp(tell - tell.max(axis=-1, keepdims=True))
    return np.asarray(chance / chance.sum(axis=-1, keepdims=True) @ WEIGHTS)
