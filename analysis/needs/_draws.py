"""Draws of what may come: errors of forecasts that hang together over years, between figures and between regions.

A draw is a Gaussian copula (Sklar, 1959; Nelsen, An Introduction to Copulas, 2006, chapter 2): the margins are the bands
of the forecasts, the coherence is that of earlier forecasts of the same figures.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from analysis._grid import Floats

Draws = npt.NDArray[np.float32]
#: Where a standard normal ends that is inside a band of 80 and of 95 per cent.
_Z80, _Z95 = (float(ndtri((1 + level) / 2)) for level in (0.80, 0.95))
#: Correlations are measured in a few years that had the same luck: so many years without any count along.
_DOUBTED_YEARS: Final = 2.0
#: Part of the spread of an error that all regions have in common, as far as that is not measured, and for how many years
#: that counts.
_IN_COMMON: Final = 0.2
_COMMON_YEARS: Final = 3.0
#: Fewer regions than this tell little of what they have in common.
_FEWEST_REGIONS: Final = 5


def scores(earlier: pd.DataFrame, indicators: Sequence[str]) -> pd.DataFrame:
    """Return errors of earlier forecasts as standard normals, one column per indicator.

    The size of an error is its place among all errors of the same indicator and horizon, each scaled by how much its
    series moves; the sign is kept, so that a shock that hit all regions stays one.

    Returns
    -------
    DataFrame
        Indexed by region, origin and horizon; empty where an indicator has no forecast.
    """
    there = earlier["indicator"].isin(list(indicators)) & (earlier["scale"] > 0)
    rows = earlier.loc[there, ["region", "indicator", "origin", "horizon"]]
    error = ((earlier["value"] - earlier["mean"]) / earlier["scale"])[there]
    groups = error.abs().groupby([rows["indicator"], rows["horizon"]])
    place = (groups.rank() - 0.5) / groups.transform("size")
    rows["score"] = np.sign(error) * ndtri((1 + place) / 2)
    wide = rows.set_index(["region", "origin", "horizon", "indicator"])["score"].unstack("indicator")  # noqa: PD010
    return wide.reindex(columns=list(indicators))


def correlation(scored: pd.DataFrame, indicators: Sequence[str]) -> Floats:
    """Return how errors of figures of one region hang together, shrunk to not at all where few years tell.

    Parameters
    ----------
    scored : DataFrame
        `scores`, with a column for every indicator.
    indicators : sequence of str

    Returns
    -------
    ndarray, shape (indicators, indicators)
        A correlation matrix without negative eigenvalues.
    """
    size = len(indicators)
    matrix = np.eye(size)
    origins = scored.index.get_level_values("origin")
    for i in range(size):
        for j in range(i):
            x, y = (scored[indicators[k]].to_numpy(dtype=np.float64) for k in (i, j))
            both = np.isfinite(x) & np.isfinite(y)
            norm = np.sqrt((x[both] ** 2).sum() * (y[both] ** 2).sum())
            if norm > 0:
                years = len(np.unique(origins[both]))
                matrix[i, j] = matrix[j, i] = (x[both] @ y[both]) / norm * years / (years + _DOUBTED_YEARS)
    values, vectors = np.linalg.eigh(matrix)
    fixed = vectors * np.maximum(values, 1e-9) @ vectors.T
    deviation = np.sqrt(np.diag(fixed))
    return np.asarray(fixed / np.outer(deviation, deviation))


def in_common(scored: pd.Series[Any]) -> float:
    """Return the part (0-1) of the spread of an error that all regions have in common.

    The mean product of the scores of two regions in the same year of origin and horizon, shrunk to what is ordinary.
    """
    groups = scored.dropna().groupby(level=["origin", "horizon"])
    mean, number = groups.mean(), groups.size()
    enough = number >= _FEWEST_REGIONS
    if not enough.any():
        return _IN_COMMON
    mean, number = mean[enough], number[enough]
    product = float(((mean**2 - 1 / number) / (1 - 1 / number)).mean())
    years = len(mean.index.get_level_values("origin").unique())
    shrunk = (years * product + _COMMON_YEARS * _IN_COMMON) / (years + _COMMON_YEARS)
    return float(np.clip(shrunk, 0.0, 1.0))


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return a generator of its own for what is named, so that a figure does not depend on what else is asked."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def steps(random: np.random.Generator, root: Floats, years: int, draws: int) -> Draws:
    """Return what comes about in each year, shape (figures, years, draws): standard normals that hang together."""
    # Year after year, so that the first years are the same whatever comes behind them.
    fresh = random.standard_normal((years, len(root), draws), dtype=np.float32)
    return np.asarray((root.astype(np.float32) @ fresh).swapaxes(0, 1))


def paths(moved: Draws, lags: Sequence[int]) -> Draws:
    """Return the place of each error in its band, a standard normal, shape (figures, years, draws).

    Errors add up over the years as in a random walk, so that errors h and k years ahead correlate by the root of h / k;
    that of a figure known ``lag`` years longer begins so many years later and is 0 before.
    """
    walked = np.zeros_like(moved)
    years = moved.shape[1]
    for figure, lag in enumerate(lags):
        if lag < years:
            ahead = np.sqrt(np.arange(1, years - lag + 1, dtype=np.float32))
            walked[figure, lag:] = np.cumsum(moved[figure, lag:], axis=0) / ahead[:, None]
    return walked


def levelled(walked: Draws, lags: Sequence[int]) -> Draws:
    """Return the same with exactly normal margins, so that a band that is drawn is the band of the forecast."""
    draws = walked.shape[2]
    normal = ndtri((np.arange(draws) + 0.5) / draws).astype(np.float32)
    place = np.argsort(np.argsort(walked, axis=2), axis=2)
    exact = normal[place]
    for figure, lag in enumerate(lags):
        exact[figure, :lag] = 0.0
    return np.asarray(exact)


def drawn(mean: Floats, narrow: Floats, wide: Floats, walked: Draws) -> Draws:
    """Return figures, shape (regions, years, draws), with 80 and 95 per cent of them inside the bands.

    Parameters
    ----------
    mean, narrow, wide : ndarray, shape (regions, years)
        What is expected, and half the widths of the bands of 80 and 95 per cent; 0 for what is known.
    walked : ndarray, shape (years, draws) or (regions, years, draws)
        As `paths` returns it for this figure.
    """
    inside = np.clip(walked / np.float32(_Z80), -1, 1)
    beyond = walked / np.float32(_Z80) - inside
    beyond *= np.float32(_Z80 / (_Z95 - _Z80))
    out = inside * narrow[:, :, None].astype(np.float32)
    out += beyond * np.maximum(wide - narrow, 0)[:, :, None].astype(np.float32)
    out += mean[:, :, None].astype(np.float32)
    return np.asarray(out)


def quantiles(values: Draws, levels: Sequence[float]) -> Floats:
    """Return quantiles over the draws, shape (levels, ...); sorts ``values`` in place.

    The i-th of n draws stands for the level (i - 0.5) / n (Hyndman and Fan, The American Statistician 50, 1996, type 5).
    """
    values.sort(axis=-1)
    draws = values.shape[-1]
    place = np.clip(np.asarray(levels) * draws - 0.5, 0, draws - 1)
    left = np.floor(place).astype(np.intp)
    right = np.minimum(left + 1, draws - 1)
    part = place - left
    lower, upper = values[..., left].astype(np.float64), values[..., right].astype(np.float64)
    return np.asarray(np.moveaxis(lower + (upper - lower) * part, -1, 0))
