"""Local statistics of spatial association: Getis-Ord Gi* and local Moran's I, of many layers at once, analytically."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.hotspots.neighbours import Neighbours

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Layers worked on at once: 3 000 regions of these stay in the cache of a processor.
_BLOCK: Final = 64


def getis_ord(values: Floats, neighbours: Neighbours) -> Floats:
    """Return the z-value of Getis-Ord Gi* of every region in every layer.

    Weights are 1 for the region itself and for its neighbours among the regions with a figure; row-standardised
    weights give the same z. Under the null hypothesis of figures shuffled over the map the mean is 0 and the variance
    1; no z can be larger than the root of the number of regions less one. The z of a few skewed figures is not
    normally distributed: `analysis.hotspots.chance.chance_together` says how often chance does the same.

    Parameters
    ----------
    values : ndarray of float, shape (regions, layers)
        In the order of ``neighbours.regions``; NaN is no figure, which counts for nobody.
    neighbours : Neighbours

    Returns
    -------
    ndarray of float, shape (regions, layers)
        NaN where there is no figure, where fewer than three regions have one, where all are equal, and where a region
        has no neighbour with a figure or all others as neighbours.

    References
    ----------
    Ord, Getis, "Local spatial autocorrelation statistics: distributional issues and an application", Geographical
    Analysis 27 (1995), formula 14.
    """
    values = np.asarray(values, dtype=np.float64)
    z = np.empty(values.shape)
    for block in _blocks(values.shape[1]):
        z[:, block] = _getis_ord(values[:, block], neighbours)
    return z


def _getis_ord(values: Floats, neighbours: Neighbours) -> Floats:
    centred, here, n, spread, nothing = _centred(values)
    weight = neighbours.counts[:, None] + 1.0 if here is None else neighbours.with_self @ here
    z: Floats = neighbours.with_self @ centred
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.sqrt((n - 1.0) / (weight * (n - weight)))
        scale[(weight <= 1) | (weight >= n)] = np.nan
        z *= scale
        z /= np.where(nothing | (n < 3), np.nan, spread)
    if here is not None:
        z[here == 0] = np.nan
    return z


def _blocks(layers: int) -> list[slice]:
    return [slice(start, start + _BLOCK) for start in range(0, layers, _BLOCK)]


def _centred(values: Floats) -> tuple[Floats, Floats | None, Floats, Floats, Bools]:
    """Lay out layers: deviations (0 where there is no figure), 1 where there is a figure; number, spread, no spread.

    Where no figure is missing the second is None, and the number is one for all layers.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        shift = values.sum(axis=0) / max(len(values), 1)
        here = None
        n = np.full(1, float(len(values)))
        if np.isfinite(shift).all():
            centred = values - shift
        else:
            known = np.isfinite(values)
            here = known.astype(np.float64)
            n = here.sum(axis=0)
            centred = np.where(known, values, 0.0)
            shift = centred.sum(axis=0) / n
            centred -= shift
            centred *= here
        spread = np.sqrt(np.einsum("ij,ij->j", centred, centred) / n)
    return centred, here, n, spread, no_spread(spread, shift)


def no_spread(spread: npt.ArrayLike, shift: npt.ArrayLike) -> Bools:
    """Return whether all figures of a layer are equal but for the rounding of a computer."""
    return np.logical_not(np.asarray(spread) > 1e-12 * np.abs(shift))


@dataclass(frozen=True, eq=False)
class LocalMoran:
    """Local Moran's I of every region in every layer, arrays of shape (regions, layers).

    Attributes
    ----------
    statistic : ndarray of float
        I: the figure of a region times the mean of its neighbours, both as deviations from the mean, divided by
        the variance of the figures (over n - 1 of the n, as esda does).
    z : ndarray of float
        Deviation of I from its expectation in standard deviations, when the figure of the region stays where it is and
        the others are shuffled (conditional randomisation).
    side : ndarray of float
        Deviation of the region itself from the mean.
    beside : ndarray of float
        Mean deviation of its neighbours.
    """

    statistic: Floats
    z: Floats
    side: Floats
    beside: Floats


def local_moran(values: Floats, neighbours: Neighbours) -> LocalMoran:
    """Return local Moran's I of every region in every layer, with its analytic z.

    Weights are 1 / (number of neighbours with a figure).

    Parameters
    ----------
    values : ndarray of float, shape (regions, layers)
        In the order of ``neighbours.regions``; NaN is no figure, which counts for nobody.
    neighbours : Neighbours

    Returns
    -------
    LocalMoran
        NaN where there is no figure, where fewer than four regions have one, where all are equal, and where a region
        has no neighbour with a figure. z is NaN too where all others are neighbours, and where the region lies
        exactly at the mean.

    References
    ----------
    Anselin, "Local indicators of spatial association - LISA", Geographical Analysis 27 (1995), formula 12; Sokal, Oden,
    Thomson, "Local spatial autocorrelation in a biological model", Geographical Analysis 30 (1998), formulas A7 and
    A8 for the moments; Sauer, Oshan, Rey, Wolf, "The importance of null hypotheses", Geographical Analysis 54 (2022).
    """
    values = np.asarray(values, dtype=np.float64)
    parts = [_local_moran(values[:, block], neighbours) for block in _blocks(values.shape[1])]
    if not parts:
        return LocalMoran(*(np.empty(values.shape) for _ in range(4)))
    return LocalMoran(*(np.concatenate(part, axis=1) for part in zip(*parts, strict=True)))


def _local_moran(values: Floats, neighbours: Neighbours) -> tuple[Floats, Floats, Floats, Floats]:
    centred, here, n, spread, nothing = _centred(values)
    number = neighbours.counts[:, None].astype(np.float64) if here is None else neighbours.touching @ here
    with np.errstate(invalid="ignore", divide="ignore"):
        own = centred / np.where(nothing | (n < 4), np.nan, spread)
        own[np.broadcast_to(number == 0, own.shape)] = np.nan
        if here is not None:
            own[here == 0] = np.nan
        beside: Floats = neighbours.touching @ centred
        beside /= spread * number
        statistic = (n - 1.0) / n * own * beside
        expected = -(own**2) / (n - 1.0)
        variance = own**2 * n / (n - 2.0) * (1.0 / number - 1.0 / (n - 1.0)) * (1.0 - own**2 / (n - 1.0))
        variance[variance <= 1e-12 * own**2] = np.nan
        z = (statistic - expected) / np.sqrt(variance)
        z[np.broadcast_to(number >= n - 1.0, z.shape)] = np.nan
        return statistic, z, own * spread, np.where(np.isnan(own), np.nan, beside * spread)
