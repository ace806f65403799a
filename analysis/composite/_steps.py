"""The steps of a composite score as arithmetic on arrays, each of them for one set of figures or for many at once.

Arrays have shape (..., regions, indicators); more is more worrying; NaN is no figure and counts for nobody.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.composite._recipe import Normalisation

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Beyond both of these, figures have outliers (sample skewness in size, excess kurtosis).
SKEWED: Final = 2.0
PEAKED: Final = 3.5
#: At most one wijk in so many is drawn in, and always at least one may be.
ONE_IN: Final = 20
#: Scale of the exponential transformation of the English Indices of Deprivation.
IMD_SCALE: Final = 23.0
#: What is furthest off on a scale of 100 keeps this, so that its logarithm exists.
_LEAST: Final = 1.0


def winsorise(values: Floats) -> Floats:
    """Draw outliers in to the next figure, per indicator, until skewness or kurtosis is ordinary.

    Parameters
    ----------
    values : ndarray of float, shape (regions, indicators)

    Returns
    -------
    ndarray of float, shape (regions, indicators)
        At most one in `ONE_IN` wijken is changed. Where all others are alike, the outlier is the only news there is and
        stays.

    References
    ----------
    Becker et al., "COINr: An R package for developing composite indicators", Journal of Open Source Software 7 (2022), data
    treatment: |skewness| > 2 and kurtosis > 3.5, as JRC does; OECD/JRC, Handbook on Constructing Composite Indicators
    (2008).
    """
    drawn = values.copy()
    for column in drawn.T:
        _draw_in(column)
    return drawn


def _draw_in(column: Floats) -> None:
    known = np.isfinite(column)
    drawn: set[int] = set()
    while True:
        there = column[known]
        if len(np.unique(there)) < 3 or not has_outliers(there):
            return
        upward = _shape(there)[0] > 0
        extreme = there.max() if upward else there.min()
        tied = {int(place) for place in np.flatnonzero(known & (column == extreme))}
        rest = there[there != extreme]
        inward = rest.max() if upward else rest.min()
        if len(drawn | tied) > max(1, len(there) // ONE_IN):
            return
        drawn |= tied
        column[list(tied)] = inward


def has_outliers(values: Floats) -> bool:
    """Tell whether figures (one dimension, all known) are both skewed and peaked."""
    if len(values) < 4 or np.ptp(values) == 0:
        return False
    skewness, kurtosis = _shape(values)
    return bool(abs(skewness) > SKEWED and kurtosis > PEAKED)


def _shape(values: Floats) -> Floats:
    """Return sample skewness and excess kurtosis."""
    return pd.Series(values).agg(["skew", "kurt"]).to_numpy(dtype=np.float64)


def normalise(values: Floats, how: Normalisation) -> Floats:
    """Put figures on one scale, over the regions.

    Parameters
    ----------
    values : ndarray of float, shape (..., regions, indicators)
        The same figures are missing in every set.
    how : {"minmax", "z", "rank", "imd"}
        ``minmax``: 0 for the lowest, 100 for the highest. ``z``: standard deviations from the mean. ``rank``: place,
        from 0 to 100. ``imd``: `exponential` of the place.

    Returns
    -------
    ndarray of float, shape (..., regions, indicators)
        Where all figures are alike: 0 for ``z``, halfway for ``minmax``.
    """
    known = np.isfinite(values)
    if how in ("rank", "imd"):
        return _places(values, known, how)
    number = known.sum(axis=-2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        if how == "z":
            mean = np.where(known, values, 0.0).sum(axis=-2, keepdims=True) / number
            away = np.where(known, values - mean, 0.0)
            spread = np.sqrt((away**2).sum(axis=-2, keepdims=True) / (number - 1))
            scaled = np.where(spread > 0, away / spread, 0.0)
        else:
            lowest = np.where(known, values, np.inf).min(axis=-2, keepdims=True, initial=np.inf)
            width = np.where(known, values, -np.inf).max(axis=-2, keepdims=True, initial=-np.inf) - lowest
            scaled = np.where(width > 0, 100.0 * (values - lowest) / width, 50.0)
    return np.asarray(np.where(known, scaled, np.nan), dtype=np.float64)


def _places(values: Floats, known: Bools, how: Normalisation) -> Floats:
    number = known.sum(axis=-2, keepdims=True)
    # What is missing is put behind all others, where it takes no place from what is known.
    upright = np.moveaxis(np.where(known, values, np.inf), -2, 0)
    ranked = pd.DataFrame(upright.reshape(len(upright), int(np.prod(upright.shape[1:])))).rank().to_numpy()
    places = np.moveaxis(ranked.reshape(upright.shape), 0, -2)
    if how == "imd":
        scaled = exponential(np.minimum(places / np.maximum(number, 1), 1.0))
    else:
        scaled = np.where(number > 1, 100.0 * (places - 1) / np.maximum(number - 1, 1), 50.0)
    return np.asarray(np.where(known, scaled, np.nan), dtype=np.float64)


def exponential(places: Floats) -> Floats:
    """Return the exponential transformation of the English Indices of Deprivation, 0-100.

    The worst tenth spreads over half of the scale, so that a high place on one figure is not undone by low places on
    others.

    Parameters
    ----------
    places : ndarray of float
        Place as a share: above 0 for the least worrying, 1 for the most.

    References
    ----------
    McLennan et al., The English Indices of Deprivation 2019: Technical report (exponential transformation):
    X = -23 ln(1 - R (1 - exp(-100/23))).
    """
    reach = 1.0 - np.exp(-100.0 / IMD_SCALE)
    return np.asarray(-IMD_SCALE * np.log(1.0 - np.asarray(places) * reach), dtype=np.float64)


def principal_weights(values: Floats) -> tuple[Floats, Floats, float]:
    """Weigh figures by the first principal component of their correlations.

    Parameters
    ----------
    values : ndarray of float, shape (regions, indicators)
        Correlations are of the regions that have both figures.

    Returns
    -------
    weights : ndarray of float, shape (indicators,)
        Squared loadings, summing to 1. A figure that goes against the others has weight 0: its square would count it as
        if it went along.
    loadings : ndarray of float, shape (indicators,)
        Of the component, turned so that most of it points to more worry.
    explained : float
        Share (0-1) of the variance that the component explains.

    References
    ----------
    Nicoletti, Scarpetta, Boylaud, OECD Economics Department Working Paper 226 (2000); OECD/JRC Handbook (2008), step 6.
    """
    correlations = correlation(values)
    size, vectors = np.linalg.eigh(correlations)
    loadings = vectors[:, -1] * (1.0 if vectors[:, -1].sum() >= 0 else -1.0)
    along = np.where(loadings > 1e-9, loadings, 0.0)
    weights = along**2 / (along**2).sum()
    return weights, loadings, float(size[-1] / len(size))


def correlation(values: Floats) -> Floats:
    """Return the correlations between indicators (Pearson), each of the regions that have both; 0 where unknown.

    Parameters
    ----------
    values : ndarray of float, shape (regions, indicators)
    """
    known = np.isfinite(values)
    here = known.astype(np.float64)
    filled = np.where(known, values - np.nanmean(values, axis=0), 0.0)
    n = here.T @ here
    sums = filled.T @ here
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = filled.T @ filled - sums * sums.T / n
        variance = (filled**2).T @ here - sums**2 / n
        found = covariance / np.sqrt(variance * variance.T)
    found = np.clip(np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found, dtype=np.float64)


def weights_over_known(
    themes: Floats, within: Floats, theme_of: npt.NDArray[np.intp], known: Bools
) -> Floats:
    """Spread weights over the figures that a region has, first inside a theme, then over the themes.

    Parameters
    ----------
    themes : ndarray of float, shape (..., themes)
    within : ndarray of float, shape (..., indicators)
        How heavy a figure counts in its theme.
    theme_of : ndarray of int, shape (indicators,)
    known : ndarray of bool, shape (regions, indicators)

    Returns
    -------
    ndarray of float, shape (..., regions, indicators)
        Sums to 1 in every region with a figure that counts; 0 where there is no figure.
    """
    here = within[..., None, :] * known
    member = (theme_of[:, None] == np.arange(themes.shape[-1])).astype(here.dtype)
    in_theme = here @ member
    weight = np.where(in_theme > 0, themes[..., None, :], 0.0)
    total = weight.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        per_unit = np.where(in_theme > 0, weight / (in_theme * total), 0.0)
    return np.asarray(here * per_unit[..., theme_of], dtype=here.dtype)


def parts(scaled: Floats, weights: Floats, *, geometric: bool, z: bool) -> Floats:
    """Return what every figure adds to the score of its region; the score is their sum.

    Parameters
    ----------
    scaled : ndarray of float, shape (..., regions, indicators)
        As `normalise` returns it.
    weights : ndarray of float, shape (..., regions, indicators)
        As `weights_over_known` returns it.
    geometric : bool
        Whether the score is 100 less the weighted geometric mean of what is left up to 100. A high figure then weighs more
        than low ones can make good. The parts are shares of the logarithm, scaled so that they sum to the score.
    z : bool
        Whether the scale is standard deviations: then 10 points each, around 0.

    References
    ----------
    OECD/JRC Handbook (2008), step 7; Mazziotta, Pareto, "On a generalized non-compensatory composite index for
    measuring socio-economic phenomena", Social Indicators Research 127 (2016) for the scale of z.
    """
    there = weights > 0
    if not geometric:
        return np.asarray(np.where(there, scaled * weights, 0.0), dtype=scaled.dtype)
    left = np.maximum(100.0 - (10.0 * scaled if z else (1.0 - _LEAST / 100.0) * scaled), _LEAST)
    lost = np.where(there, -np.log(left / 100.0) * weights, 0.0)
    total = lost.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        per_unit = np.where(np.abs(total) > 1e-12, -100.0 * np.expm1(-total) / total, 100.0)
    return np.asarray(lost * per_unit, dtype=scaled.dtype)
