"""Voices per wijk beside its residents: expected, heard, how many are missing, and how sure that is.

Voices come in bunches: one neighbour who calls five times, one evening with thirty people. Counted as if each came by
itself (Poisson) every large wijk would stand out. How bunched they are is measured where it shows: in how much the
wijken go up and down through the period, apart from what all do together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betainc, gammaincc

from analysis._door import require
from analysis.false_discovery import adjusted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNDER, ABOUT, OVER, TOO_FEW = "under", "about", "over", "too_few"
#: Channel of the rows over all channels together.
ALL_CHANNELS: Final = ""
#: A wijk that gives this part of the ordinary number of voices (or its inverse) is still an ordinary wijk: no two are alike,
#: and with years of voices a difference of a few per cent would be sure, and say nothing.
ALIKE: Final = 0.8
#: Of all wijken that are said to stand out, this part is expected to do so by chance alone.
FALSE_DISCOVERY: Final = 0.05
#: Fewer residents than this are too few, however much they say (`analysis.standing.FEWEST_PEOPLE`).
FEWEST_PEOPLE: Final = 200
#: Stretches into which a period is cut to see how bunched voices come.
STRETCHES: Final = 8
#: A stretch in which a wijk is expected to give less than this says nothing about bunches.
_TELLING: Final = 0.2
_ROUNDS: Final = 6
_HALVINGS: Final = 40
_LEVEL: Final = 0.95


def stretches(days: pd.Series, first: str, last: str, parts: int = STRETCHES) -> pd.Series:
    """Return in which of so many equal stretches of a period every day lies.

    Parameters
    ----------
    days : Series of str or datetime64
        ``YYYY-MM-DD``.
    first, last : str
        First and last day of the period, both in it.
    parts : int

    Returns
    -------
    Series of float64
        0 to ``parts`` - 1; NaN outside the period.
    """
    begin, end = pd.Timestamp(first), pd.Timestamp(last) + pd.Timedelta(days=1)
    day = pd.to_datetime(days)
    share = (day - begin).dt.days / (end - begin).days
    return (share * parts).where((day >= begin) & (day < end)) // 1


def heard(
    voices: pd.DataFrame,
    residents: pd.DataFrame,
    told: pd.DataFrame | None = None,
    *,
    by_channel: bool = True,
) -> pd.DataFrame:
    """Compare the voices of every wijk with what its residents would give if it were an ordinary wijk.

    Ordinary is the rate of the wijken that do not stand out (`ordinary_rate`), so that one very loud or one very silent wijk
    does not move what is expected of the others. Voices are counts with variance ``clumping`` times the mean
    (negative binomial); bands are the rates that the count does not contradict (two-sided 95 %, mid-p), with the
    doubt about the ordinary rate in them. A wijk stands out where it surely gives less than `ALIKE` of the
    ordinary rate, or more than its inverse, at a false discovery rate of 5 % over the wijken.

    Parameters
    ----------
    voices : DataFrame
        Columns region, channel, stretch (int, equal parts of one period: `stretches`) and count (people or concerns; what is
        not there is 0). Regions that are not in ``residents`` are left out.
    residents : DataFrame
        Columns region (unique) and people; a wijk without a figure gives no verdict.
    told : DataFrame, optional
        Columns region and count: what may be known of each region over all channels (`analysis.small_counts`), to compute with
        in place of the sum of its voices; NaN gives no verdict. The voices then only tell how bunched they come.
    by_channel : bool, default True
        Whether every channel gets rows of its own too.

    Returns
    -------
    DataFrame
        One row per region and channel, first `ALL_CHANNELS`, then with ``by_channel`` every channel that occurs: region, channel, people,
        voices, expected, per_1000 (the ordinary rate), clumping, ratio (voices / expected) with lower and upper, missing (expected
        minus voices: below zero more were heard) with missing_lower and missing_upper, p_adjusted (empty where too few) and
        verdict: `UNDER`, `ABOUT`, `OVER` or `TOO_FEW`. Too few is a wijk with fewer than `FEWEST_PEOPLE`
        residents, or with so few expected voices that complete silence could be chance.

    Raises
    ------
    ValueError
        If a column is missing, a region occurs twice among the residents, or a count is below zero.

    References
    ----------
    Lawless, "Negative binomial and mixed Poisson regression", Canadian Journal of Statistics 15 (1987); Lancaster,
    "Significance tests in discrete distributions", JASA 56 (1961), for mid-p; Benjamini, Hochberg, JRSS B 57 (1995).
    """
    require(voices, ("region", "channel", "stretch", "count"), "frame of voices")
    require(residents, ("region", "people"), "frame of residents")
    if residents["region"].duplicated().any():
        raise ValueError("a region occurs twice among the residents")
    if (voices["count"] < 0).any():
        raise ValueError("a count of voices cannot be below zero")
    here = voices[voices["region"].isin(residents["region"])]
    channels = sorted(here["channel"].unique()) if by_channel else []
    together = _against(here, residents, ALL_CHANNELS, told)
    apart = [_against(here[here["channel"] == channel], residents, channel) for channel in channels]
    families = [_judged(together)]
    if apart:
        families.append(_judged(pd.concat(apart, ignore_index=True)))
    return pd.concat(families, ignore_index=True)


def _against(
    voices: pd.DataFrame, residents: pd.DataFrame, channel: str, told: pd.DataFrame | None = None
) -> pd.DataFrame:
    people = residents["people"].to_numpy(dtype=np.float64)
    table = by_stretch(voices, list(residents["region"]))
    counts = table.sum(axis=1)
    if told is not None:
        counts = told.set_index("region")["count"].reindex(residents["region"]).to_numpy(dtype=np.float64)
        people = np.where(np.isfinite(counts), people, np.nan)
        counts = np.where(np.isfinite(counts), counts, 0.0)
    bunched = clumping(table)
    rate, doubt = ordinary_rate(counts, people, bunched)
    expected = np.where(np.isfinite(people), people * rate, np.nan)
    lower, upper = _band(counts, expected, bunched, doubt)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(expected > 0, counts / expected, np.nan)
    few = count_below(np.zeros(len(counts)), ALIKE * expected, bunched, doubt)
    judged = (people >= FEWEST_PEOPLE) & (few < 1 - _LEVEL)
    p_under = count_below(counts, ALIKE * expected, bunched, doubt)
    p_over = 1.0 - count_below(counts, expected / ALIKE, bunched, doubt)
    return pd.DataFrame(
        {
            "region": residents["region"].to_numpy(),
            "channel": channel,
            "people": residents["people"].to_numpy(dtype=np.float64),
            "voices": counts,
            "expected": expected,
            "per_1000": 1000.0 * rate,
            "clumping": bunched,
            "ratio": ratio,
            "lower": lower,
            "upper": upper,
            "missing": expected - counts,
            "missing_lower": expected * (1.0 - upper),
            "missing_upper": expected * (1.0 - lower),
            "p": np.where(judged, np.minimum(2.0 * np.minimum(p_under, p_over), 1.0), np.nan),
        }
    )


def _judged(rows: pd.DataFrame) -> pd.DataFrame:
    """Give every row its verdict: one family of questions, that the reader sees beside each other."""
    p_adjusted = adjusted(rows["p"].to_numpy(dtype=np.float64))
    sure = p_adjusted <= FALSE_DISCOVERY
    verdict = np.select(
        [np.isnan(p_adjusted), sure & (rows["ratio"] < 1.0), sure], [TOO_FEW, UNDER, OVER], ABOUT
    )
    return rows.drop(columns="p").assign(p_adjusted=p_adjusted, verdict=pd.Series(verdict, rows.index, "str"))


def by_stretch(voices: pd.DataFrame, regions: list[str]) -> Floats:
    """Return voices as an array of regions x stretches; a stretch in which nobody was heard anywhere counts too."""
    parts = int(voices["stretch"].max()) + 1 if len(voices) else 1
    table = np.zeros((len(regions), max(parts, STRETCHES)))
    place = pd.Series(range(len(regions)), index=regions)
    rows = voices["region"].map(place).to_numpy(dtype=np.int64)
    np.add.at(table, (rows, voices["stretch"].to_numpy(dtype=np.int64)), voices["count"].to_numpy(np.float64))
    return table


def clumping(table: Floats) -> float:
    """Return how bunched voices come: variance over mean of a count, beyond what wijk and moment explain.

    Parameters
    ----------
    table : ndarray of float, shape (regions, stretches)

    Returns
    -------
    float
        1 for voices that come one by one, never less. Pearson's chi square of independence over its degrees of freedom: bunches
        of size M give E[M^2] / E[M].

    References
    ----------
    McCullagh, Nelder, "Generalized Linear Models" (1989), section 6.2.3.
    """
    total = table.sum()
    if total == 0:
        return 1.0
    by_region, by_moment = table.sum(axis=1), table.sum(axis=0)
    expected = np.outer(by_region, by_moment) / total
    telling = expected >= _TELLING
    freedom = (
        telling.sum() * (1 - 1 / max((by_region > 0).sum(), 1)) * (1 - 1 / max((by_moment > 0).sum(), 1))
    )
    if freedom < 1:
        return 1.0
    return max(float(((table - expected)[telling] ** 2 / expected[telling]).sum() / freedom), 1.0)


def ordinary_rate(counts: Floats, people: Floats, bunched: float) -> tuple[float, float]:
    """Return the rate of the wijken that do not stand out, and how sure it is.

    Begins with the middle half of the residents, in order of the rate of their wijk, and then takes all wijken
    together that do not surely differ from that.

    Parameters
    ----------
    counts, people : ndarray of float, shape (regions,)
        People may be NaN or 0; such wijken do not take part.
    bunched : float
        As `clumping`.

    Returns
    -------
    tuple of float
        Voices per head in the period (0 where nobody was heard), and the variance of the rate relative to its square.
    """
    there = np.isfinite(people) & (people > 0)
    voices, residents = counts[there], people[there]
    if voices.sum() == 0:
        return 0.0, 0.0
    rate = _of_middle_half(voices, residents) or float(voices.sum() / residents.sum())
    kept = np.ones(len(voices), dtype=np.bool_)
    for _ in range(_ROUNDS):
        expected = residents * rate
        below = count_below(voices, ALIKE * expected, bunched, 0.0)
        above = 1.0 - count_below(voices, expected / ALIKE, bunched, 0.0)
        ordinary = np.minimum(below, above) > (1 - _LEVEL) / 2
        if voices[ordinary].sum() == 0 or (ordinary == kept).all():
            break
        kept = ordinary
        rate = float(voices[kept].sum() / residents[kept].sum())
    return rate, bunched / float(voices[kept].sum())


def _of_middle_half(voices: Floats, residents: Floats) -> float:
    order = np.argsort(voices / residents, kind="stable")
    upto = np.cumsum(residents[order]) / residents.sum()
    share = np.clip(upto, 0.25, 0.75) - np.clip(upto - residents[order] / residents.sum(), 0.25, 0.75)
    return float((share * voices[order] / residents[order]).sum() / share.sum())


# The distribution of a bunched count ----------------------------------------------------------------


def count_below(counts: Floats, mean: Floats, bunched: float, doubt: Floats | float) -> Floats:
    """Return the chance of a count below this one, half of the chance of the count itself with it (mid-p).

    Negative binomial with variance ``bunched`` x mean + ``doubt`` x mean squared; Poisson where that is the mean.
    """
    mean = np.maximum(mean, 1e-12)
    over = bunched + doubt * mean - 1.0
    there = np.maximum(counts, 1e-300)
    below: Floats
    upto: Floats
    if np.nanmax(over, initial=0.0) < 1e-9:
        below, upto = gammaincc(there, mean), gammaincc(counts + 1.0, mean)
    else:
        beyond = np.maximum(over, 1e-9)
        size, chance = mean / beyond, 1.0 / (1.0 + beyond)
        below = np.asarray(betainc(size, there, chance), dtype=np.float64)
        upto = np.asarray(betainc(size, counts + 1.0, chance), dtype=np.float64)
    # Half of the chance of the count itself.
    return np.asarray((np.where(counts > 0, below, 0.0) + upto) / 2)


def _band(counts: Floats, expected: Floats, bunched: float, doubt: float) -> tuple[Floats, Floats]:
    """Return the ratios to the expected number that a count does not contradict; NaN where nothing is expected."""
    tail = (1.0 - _LEVEL) / 2
    known = np.isfinite(expected) & (expected > 0)
    base = np.where(known, expected, 1.0)

    def chance(ratio: Floats) -> Floats:
        return count_below(counts, ratio * base, bunched, doubt)

    # The higher the rate, the smaller the chance of so few.
    upper = _solved(chance, tail, counts, base, bunched)
    lower = np.where(counts > 0, _solved(chance, 1.0 - tail, counts, base, bunched), 0.0)
    return np.where(known, lower, np.nan), np.where(known, upper, np.nan)


def _solved(
    chance: Callable[[Floats], Floats], wanted: float, counts: Floats, base: Floats, bunched: float
) -> Floats:
    """Find the ratio at which a falling chance is as wanted, by halving."""
    low = np.full(len(counts), np.log(1e-9))
    high = np.log((counts + 20.0 * bunched + 10.0) * 100.0 / base)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        too_low = chance(np.exp(middle)) > wanted
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    return np.asarray(np.exp((low + high) / 2))
