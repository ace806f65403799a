"""Rates of small regions: taken towards the rate of all, as far as chance alone could have set them apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def empirical_bayes(events: npt.ArrayLike, population: npt.ArrayLike) -> Floats:
    """Return the rate of every region, shrunk towards the overall rate by what chance does to so few people.

    Global empirical Bayes estimator (method of moments, Poisson counts): weight C = a / (a + m / population) on the
    region's own rate, with m the overall rate and a the variance between regions beyond chance. A variance
    below zero is taken as zero: nothing sets the regions apart, and all get the overall rate.

    Parameters
    ----------
    events : array_like of float, shape (regions,)
        Counts; NaN is no figure.
    population : array_like of float, shape (regions,)
        People (homes, businesses) at risk.

    Returns
    -------
    ndarray of float, shape (regions,)
        Events per head. NaN where a count is missing and where nobody lives: a rate of nobody is no rate, and it does
        not weigh in the overall one.

    Raises
    ------
    ValueError
        If the lengths differ, or a count or a population is below zero.

    References
    ----------
    Marshall, "Mapping disease and mortality rates using empirical Bayes estimators", Applied Statistics 40 (1991).
    """
    counts, people, known = _checked(events, population)
    rates = np.full(len(counts), np.nan)
    if known.any():
        own = counts[known] / people[known]
        overall = counts[known].sum() / people[known].sum()
        rates[known] = _shrunk(own, people[known], overall, overall)
    return rates


def smoothed(values: npt.ArrayLike, base: npt.ArrayLike, *, per: float = 100.0) -> Floats:
    """Shrink published rates of which the base is known, as `empirical_bayes` does with counts.

    Parameters
    ----------
    values : array_like of float, shape (regions,)
        Published rates: a percentage, or a number per 1 000 people; NaN is no figure.
    base : array_like of float, shape (regions,)
        Count the rate is measured on: inhabitants, households, homes.
    per : float, default 100
        What the rate is counted on: 100 for a percentage, 1 000 for a number per 1 000. A percentage is a share and
        wobbles as one, by m (1 - m) / base; another rate is a count and wobbles by m / base.

    Returns
    -------
    ndarray of float, shape (regions,)
        In the unit of ``values``. A figure without a base (missing or 0) stays as it is and does not weigh in the
        overall rate.

    Raises
    ------
    ValueError
        If the lengths differ, or a rate or a base is below zero.

    References
    ----------
    Marshall (1991); Martuzzi, Elliott, "Empirical Bayes estimation of small area prevalence of non-rare conditions",
    Statistics in Medicine 15 (1996), for shares.
    """
    figures = np.asarray(values, dtype=np.float64) / per
    _, people, known = _checked(figures, base)
    told = figures.copy()
    if known.any():
        own = figures[known]
        overall = float((own * people[known]).sum() / people[known].sum())
        told[known] = _shrunk(own, people[known], overall, _wobble(own, overall, per))
    return told * per


def standardised(values: npt.ArrayLike, base: npt.ArrayLike, *, per: float = 100.0) -> Floats:
    """Return how far every rate lies from the overall rate, in standard deviations of its own.

    A small region wobbles more than a large one. Divided by the deviation that chance and real differences together
    give to a region of its size, rates can be exchanged for one another, which is what shuffling them over the map
    supposes; `empirical_bayes` leaves small regions with less spread than large ones, and where the small regions
    lie together it makes the large ones stand out.

    Parameters
    ----------
    values, base, per
        As in `smoothed`; ``per`` = 1 for events per head.

    Returns
    -------
    ndarray of float, shape (regions,)
        Without unit. A figure without a base is taken to be of the middle size; where no figure has a base all stay as
        they are.

    Raises
    ------
    ValueError
        If the lengths differ, or a rate or a base is below zero.

    References
    ----------
    Assuncao, Reis, "A new proposal to adjust Moran's I for population density", Statistics in Medicine 18 (1999).
    """
    figures = np.asarray(values, dtype=np.float64) / per
    _, people, known = _checked(figures, base)
    if not known.any():
        return np.array(values, dtype=np.float64)
    own = figures[known]
    overall = float((own * people[known]).sum() / people[known].sum())
    wobble = _wobble(own, overall, per)
    between = _between(own, people[known], overall, wobble)
    sizes = np.where(known, people, np.median(people[known]))
    spread = np.sqrt(between + wobble / sizes)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((figures - overall) / np.where(spread > 0, spread, 1.0))


def _wobble(own: Floats, overall: float, per: float) -> float:
    """Variance that chance gives to the rate of one person: of a share, or of a count."""
    share = per == 100.0 and bool((own <= 1.0).all())
    return overall * (1.0 - overall) if share else overall


def _shrunk(own: Floats, people: Floats, overall: float, wobble: float) -> Floats:
    between = _between(own, people, overall, wobble)
    if between == 0.0:
        return np.full(len(own), overall)
    weight = between / (between + wobble / people)
    return np.asarray(weight * own + (1.0 - weight) * overall)


def _between(own: Floats, people: Floats, overall: float, wobble: float) -> float:
    """Variance between regions beyond chance, never below zero; ``wobble`` is the variance of one person."""
    seen = float((people * (own - overall) ** 2).sum() / people.sum())
    return max(seen - wobble / float(people.mean()), 0.0)


def _checked(
    events: npt.ArrayLike, population: npt.ArrayLike
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    counts = np.asarray(events, dtype=np.float64)
    people = np.asarray(population, dtype=np.float64)
    if counts.shape != people.shape or counts.ndim != 1:
        raise ValueError("one count and one population per region")
    if (counts < 0).any() or (people < 0).any():
        raise ValueError("a count or a population cannot be below zero")
    return counts, people, np.isfinite(counts) & np.isfinite(people) & (people > 0)
