"""Concerns per inhabitant: taken towards the rate of all as far as chance asks, with a band and a careful verdict.

A loud wijk is not a needy one. Many people say more than few, so concerns are counted per 1,000 inhabitants; few people
wobble, so the rate of a small wijk is taken towards that of all; and a wijk only differs where chance cannot do it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analysis._door import require
from analysis.false_discovery import adjusted
from analysis.hotspots import empirical_bayes

MORE, ABOUT, LESS, TOO_FEW = "more", "about", "less", "too_few"
#: Share of the wijken that are said to differ which may be chance.
RATE: Final = 0.05
#: Chance that the true rate lies in the band.
COVERAGE: Final = 0.95
#: With fewer expected than this, even no concern at all is no surprise (exp(-3) = 0.05).
FEWEST_EXPECTED: Final = 3.0
#: A wijk with fewer inhabitants is not judged.
FEWEST_PEOPLE: Final = 200
#: Spread between wijken beyond chance (standard deviation / mean) that is thought possible, from none to large.
_SPREADS: Final = np.concatenate([[1e-3], 0.06 * np.arange(1, 34)])
#: Means of that spread that are thought possible, as a share of the overall rate.
_MEANS: Final = np.exp(np.linspace(-0.9, 0.9, 37))
#: What explains the counts this much less well than the best does not count.
_NEGLIGIBLE: Final = 1e-3
_STEPS: Final = 30

Floats = npt.NDArray[np.float64]


def rates(
    counts: pd.DataFrame,
    people: pd.DataFrame,
    *,
    per: float = 1000.0,
    rate: float = RATE,
    dispersion: float = 1.0,
) -> pd.DataFrame:
    """Return concerns per inhabitant of every region, with a band and a verdict.

    ``smoothed`` is the empirical Bayes rate (Marshall 1991), which is the mean of the gamma posterior of a gamma-Poisson
    model whose prior has the mean and the variance found between the regions. The band does not take that variance for
    certain: it is the interval of the gamma posteriors of every spread between regions that is possible, each weighed by how
    well it explains the counts (Deely and Lindley 1981). It holds the true rate in 93 to 100 % of the regions where
    the model is right (benchmarks/concerns.py).

    The verdict compares a region with all regions together, given how many concerns there are: exact and two-sided
    (binomial), with Benjamini-Hochberg over the regions.

    Parameters
    ----------
    counts : DataFrame
        Columns region and cases (from 0; empty is unknown, and no figure).
    people : DataFrame
        Columns region and population (inhabitants, times years where the cases are of more or less than one).
    per : float, default 1000
    rate : float, default 0.05
        False discovery rate of the verdicts.
    dispersion : float, default 1
        How many times the variance of chance is that of Poisson (`analysis.concerns.overdispersion`): concerns come in
        bunches, as neighbours tell of the same thing. Larger makes bands wider and verdicts more careful.

    Returns
    -------
    DataFrame
        One row per region of ``people``, in its order: region, cases, population, rate, smoothed, lower, upper (per ``per``
        inhabitants), expected (cases, were the rate that of all), ratio (cases / expected), p (two-sided), p_adjusted and
        verdict: `MORE`, `ABOUT`, `LESS` or `TOO_FEW` (fewer than `FEWEST_PEOPLE` inhabitants, an unknown count, or so few
        expected that even none would be no surprise).

    Raises
    ------
    ValueError
        If a column is missing, a region occurs twice, a count or a population is negative, or dispersion is below 1.

    References
    ----------
    Marshall, Applied Statistics 40 (1991); Clayton, Kaldor, "Empirical Bayes estimates of age-standardized relative risks",
    Biometrics 43 (1987); Deely, Lindley, "Bayes empirical Bayes", JASA 76 (1981); Benjamini, Hochberg (1995).
    """
    require(counts, ("region", "cases"), "counts")
    require(people, ("region", "population"), "people")
    for frame in (counts, people):
        if frame["region"].duplicated().any():
            raise ValueError("a region occurs twice")
    if dispersion < 1.0:
        raise ValueError("dispersion is 1 or more")
    told = people[["region", "population"]].merge(counts[["region", "cases"]], "left", "region")
    cases = told["cases"].to_numpy(dtype=np.float64, na_value=np.nan)
    population = told["population"].to_numpy(dtype=np.float64, na_value=np.nan)
    shrunk = empirical_bayes(cases, population)
    known = np.isfinite(shrunk)
    told = told.assign(
        cases=cases,
        population=population,
        rate=np.where(known, per * cases / np.where(population > 0, population, np.nan), np.nan),
    )
    lower, upper = (np.full(len(told), np.nan) for _ in range(2))
    expected, p = (np.full(len(told), np.nan) for _ in range(2))
    if known.any() and cases[known].sum() > 0:
        n, size = cases[known], population[known]
        lower[known], upper[known] = _bands(n / dispersion, size / dispersion)
        expected[known] = n.sum() * size / size.sum()
        p[known] = two_sided(n / dispersion, n.sum() / dispersion, size / size.sum())
    elif known.any():
        expected[known] = 0.0
    # A region that cannot be judged takes no part in the family of tests either.
    small = ~(population >= FEWEST_PEOPLE) | ~known
    silent = np.where(np.isnan(expected), 0.0, expected) / dispersion < FEWEST_EXPECTED
    unheard = silent & ~(cases > np.where(np.isnan(expected), np.inf, expected))
    p = np.where(small | unheard, np.nan, p)
    sure = adjusted(p[:, None])[:, 0]
    called = np.nan_to_num(sure, nan=1.0) <= rate
    more = cases > expected
    verdict = np.select(
        [small | unheard, called & more, called & ~more, silent], [TOO_FEW, MORE, LESS, TOO_FEW], ABOUT
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(expected > 0, cases / expected, np.nan)
    smooth = np.clip(
        per * shrunk, per * np.nan_to_num(lower, nan=-np.inf), per * np.nan_to_num(upper, nan=np.inf)
    )
    return told.assign(
        smoothed=smooth, lower=per * lower, upper=per * upper, expected=expected, ratio=ratio,
        p=p, p_adjusted=sure, verdict=pd.Series(verdict, dtype="str"),
    )  # fmt: skip


def two_sided(cases: Floats, total: npt.ArrayLike, share: npt.ArrayLike) -> Floats:
    """Return how likely counts so far from the expected are: binomial, twice the smaller tail.

    Parameters
    ----------
    cases : ndarray of float
        Counts; also divided by a dispersion, and then no longer whole.
    total, share : array_like of float
        Of how many, and the chance of each; of the shape of ``cases`` or one that fits.
    """
    left = np.maximum(np.asarray(total) - cases, 0.0)
    chance = np.clip(np.asarray(share, dtype=np.float64), 1e-12, 1.0 - 1e-12)
    high = np.where(cases > 0, special.betainc(np.maximum(cases, 1e-9), left + 1.0, chance), 1.0)
    low = np.where(left > 0, special.betaincc(cases + 1.0, np.maximum(left, 1e-9), chance), 1.0)
    return np.asarray(np.minimum(2.0 * np.minimum(high, low), 1.0))


def _bands(cases: Floats, population: Floats) -> tuple[Floats, Floats]:
    """Return between which rates that of every region lies with chance `COVERAGE`.

    The prior of a rate is gamma. Of its mean and of its spread (standard deviation / mean) every value of `_MEANS` (times
    the overall rate) and `_SPREADS` is possible beforehand, and weighs afterwards as the negative binomial likelihood.
    """
    overall = cases.sum() / population.sum()
    spread, mean = (grid.reshape(-1, 1) for grid in np.meshgrid(_SPREADS, overall * _MEANS))
    shape = 1.0 / spread**2
    scale = shape / mean
    likelihood = (
        special.gammaln(shape + cases)
        - special.gammaln(shape)
        + shape * np.log(scale / (scale + population))
        + cases * np.log(population / (scale + population))
    ).sum(axis=1)
    weight = np.exp(likelihood - likelihood.max())
    used = weight > _NEGLIGIBLE
    weight = (weight / weight[used].sum())[used][:, None]
    shape, scale = shape[used] + cases, scale[used] + population
    tail = (1.0 - COVERAGE) / 2.0

    def quantile(share: float) -> Floats:
        low = special.gammaincinv(shape, share / 20).min(axis=0) / scale.max(axis=0)
        high = special.gammaincinv(shape, 1.0 - (1.0 - share) / 20).max(axis=0) / scale.min(axis=0)
        for _ in range(_STEPS):
            middle = 0.5 * (low + high)
            below = (weight * special.gammainc(shape, scale * middle)).sum(axis=0) < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray(0.5 * (low + high))

    return quantile(tail), quantile(1.0 - tail)
