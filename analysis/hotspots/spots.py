"""Hotspots: where high or low figures lie together more than chance would put them, and where one stands out."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import require
from analysis.false_discovery import adjusted
from analysis.hotspots.chance import chance_beside, chance_together
from analysis.hotspots.local import getis_ord, local_moran
from analysis.hotspots.neighbours import Neighbours
from analysis.hotspots.rates import smoothed, standardised

Floats = npt.NDArray[np.float64]

#: Share of what is called a hotspot (or a cold spot) that may be chance.
RATE: Final = 0.05
#: What a region can be called: high figures together, low figures together, neither, and why nothing can be said.
HOT, COLD, NOTHING, ISLAND, NO_FIGURE = "hot", "cold", "not_significant", "no_neighbours", "no_figure"
#: What a region can be called beside its neighbours: high among high, low among low, and those that stand out.
HIGH_HIGH, LOW_LOW, HIGH_LOW, LOW_HIGH = "high_high", "low_low", "high_low", "low_high"


def hotspots(
    figures: pd.DataFrame, neighbours: Neighbours, *, rate: float = RATE, per: float = 100.0
) -> pd.DataFrame:
    """Find where high or low figures gather more than chance would have it (Getis-Ord Gi*).

    The statistic is the analytic z of Gi*; p is how often the same figures, shuffled over the map, do the same or more
    (`analysis.hotspots.chance.chance_together`, computed in full). With the normal distribution instead, 31 % of the
    maps of 100 regions with skewed but unrelated figures show a hotspot, of 400 regions 76 %; with this p 4 to 6 %
    (benchmarks/hotspots.py). Where the figures are rates and the count they are measured on is given, they are
    compared in standard deviations of their own (`analysis.hotspots.rates.standardised`): otherwise a corner of small
    regions is a hotspot of chance on 17 % of the maps of 100 regions, and on 5 % after empirical Bayes, but of 400
    regions on 38 and 13 %.

    Parameters
    ----------
    figures : DataFrame
        One row per region with columns region and value; missing regions and empty values are no figure, regions that
        are not among ``neighbours`` take no part. Read where it is there: base, the count that ``value`` is a rate of
        (a region without one is taken to be of the middle size; a figure that can be below zero, such as a balance,
        is no such rate, and is compared as it stands).
    neighbours : Neighbours
    rate : float, default 0.05
        False discovery rate over the regions.
    per : float, default 100
        What ``value`` is counted on, where there is a base: 100 for a percentage, 1 000 for a number per 1 000. Cases
        among a population are value = 1 000 cases / population, base = population, per = 1 000.

    Returns
    -------
    DataFrame
        One row per region of ``neighbours``, in that order: region, value, n_neighbours (with a figure), statistic
        (z of Gi*), p (two-sided), p_adjusted (Benjamini-Hochberg) and class (`HOT`, `COLD`, `NOTHING`, `ISLAND` or
        `NO_FIGURE`). With a base also smoothed: the rate taken towards that of all as far as chance asks for it.

    Raises
    ------
    ValueError
        If a column is missing, a region occurs twice, or a base is below zero.

    References
    ----------
    Ord, Getis (1995); Benjamini, Hochberg (1995); Caldas de Castro, Singer, "Controlling the false discovery rate: a
    new application to account for multiple and dependent tests in local statistics of spatial association",
    Geographical Analysis 38 (2006); Assuncao, Reis (1999).
    """
    told, compared = _laid_out(figures, neighbours, per)
    z = getis_ord(compared, neighbours)
    p = chance_together(compared, neighbours)
    sure = (adjusted(p) <= rate)[:, 0]
    side = z[:, 0]
    return _with_verdicts(told, z, p, [sure & (side > 0), sure & (side < 0)], [HOT, COLD])


def local_moran_spots(
    figures: pd.DataFrame, neighbours: Neighbours, *, rate: float = RATE, per: float = 100.0
) -> pd.DataFrame:
    """Find regions that are like their neighbours, or stand out among them, more than chance would have it (local Moran).

    Parameters
    ----------
    figures, neighbours, rate, per
        As in `hotspots`.

    Returns
    -------
    DataFrame
        As `hotspots`, with statistic (I), z (analytic), p (how often shuffled neighbours do the same or more, computed in
        full), p_adjusted and class: `HIGH_HIGH`, `LOW_LOW`, `HIGH_LOW` (a high figure among low ones), `LOW_HIGH`,
        `NOTHING`, `ISLAND` or `NO_FIGURE`.

    Raises
    ------
    ValueError
        As in `hotspots`.

    References
    ----------
    Anselin (1995); Sokal, Oden, Thomson (1998); Caldas de Castro, Singer (2006).
    """
    told, compared = _laid_out(figures, neighbours, per)
    moran = local_moran(compared, neighbours)
    p = np.where(np.isfinite(moran.z), chance_beside(compared, neighbours), np.nan)
    sure = (adjusted(p) <= rate)[:, 0]
    high, among_high = moran.side[:, 0] > 0, moran.beside[:, 0] > 0
    cases = [sure & high & among_high, sure & ~high & ~among_high, sure & high, sure & among_high]
    told = _with_verdicts(told, moran.statistic, p, cases, [HIGH_HIGH, LOW_LOW, HIGH_LOW, LOW_HIGH])
    told.insert(list(told.columns).index("p"), "z", moran.z[:, 0])
    return told


def _laid_out(figures: pd.DataFrame, neighbours: Neighbours, per: float) -> tuple[pd.DataFrame, Floats]:
    """Return the figures in the order of the neighbours, and what is compared, shape (regions, 1)."""
    require(figures, ("region", "value"), "figures")
    if figures["region"].duplicated().any():
        raise ValueError("a region occurs twice among the figures")
    ordered = figures.set_index("region").reindex(list(neighbours.regions))
    values = ordered["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(values)
    values = np.where(known, values, np.nan)
    told = pd.DataFrame(
        {
            "region": list(neighbours.regions),
            "value": values,
            "n_neighbours": (neighbours.touching @ known.astype(np.float64)).astype(np.intp),
        }
    )
    if "base" not in ordered.columns or (values < 0).any():
        return told, values[:, None]
    base = ordered["base"].to_numpy(dtype=np.float64, na_value=np.nan)
    told["smoothed"] = smoothed(values, base, per=per)
    return told, standardised(values, base, per=per)[:, None]


def _with_verdicts(
    told: pd.DataFrame,
    statistic: Floats,
    p: Floats,
    cases: list[npt.NDArray[np.bool_]],
    names: list[str],
) -> pd.DataFrame:
    known = np.isfinite(told["value"].to_numpy())
    alone = told["n_neighbours"].to_numpy() == 0
    told = told.assign(statistic=statistic[:, 0], p=p[:, 0], p_adjusted=adjusted(p)[:, 0])
    told["class"] = np.select([~known, alone, *cases], [NO_FIGURE, ISLAND, *names], NOTHING)
    if "smoothed" in told.columns:
        told = told[[*(name for name in told.columns if name != "smoothed"), "smoothed"]]
    return told
