"""Concerns over time: what is new, grows, stays or fades in a wijk, more than chance and more than elsewhere."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtri

from analysis._door import require
from analysis.concerns.rates import RATE, TOO_FEW, two_sided
from analysis.false_discovery import adjusted

NEW, GROWING, PERSISTENT, FADING, ORDINARY = "new", "growing", "persistent", "fading", "ordinary"
#: The last so many periods are "now"; all before it is "before".
RECENT: Final = 2
#: Fewer concerns than this over all periods say nothing about their course.
FEWEST_CASES: Final = 8
#: What stays is there in at least this share of the periods.
_MOST: Final = 0.75

Floats = npt.NDArray[np.float64]


def over_time(
    counts: pd.DataFrame,
    people: pd.DataFrame,
    *,
    recent: int = RECENT,
    rate: float = RATE,
    dispersion: float = 1.0,
) -> pd.DataFrame:
    """Tell for every wijk and theme what the concerns do over the periods.

    Two questions of every wijk and theme, all tested as one family (Benjamini-Hochberg):

    1. *Does it change?* Of its concerns, are more (or fewer) of now than of this theme in the whole gemeente? So a new report
       line, or a summer of litter everywhere, is no growth of one wijk. Given their number, how many are of now is binomial;
       that is a little careful, since the wijk itself is part of the gemeente.
    2. *Is it more than the inhabitants explain,* over all periods? Binomial as well.

    New: more of now, and until now not more than the inhabitants explain. Growing: more of now, and it was more already. Fading:
    fewer of now. Persistent: no change, more than the inhabitants explain, and so in three quarters of the periods.

    In a town of 24 wijken and 12 themes without any pattern at least one is called in 1 to 2 % of the towns. What becomes three
    times as frequent for a year is called new one time in eight where 4 in half a year are usual, and six times in ten
    where 8 are; what is three times as frequent all along is found nearly always (benchmarks/concerns.py). So what is
    not called may be there all the same.

    Parameters
    ----------
    counts : DataFrame
        Columns region, theme, period (sorts by time; of equal length) and cases; a combination that is absent is 0.
    people : DataFrame
        Columns region and population.
    recent : int, default 2
        Number of last periods that are "now".
    rate : float, default 0.05
    dispersion : float, default 1
        As in `analysis.concerns.rates`.

    Returns
    -------
    DataFrame
        One row per region of ``people`` and theme: region, theme, before and now (cases per period), cases, expected (by
        inhabitants), p_change, p_level (adjusted) and class: `NEW`, `GROWING`, `PERSISTENT`, `FADING`, `ORDINARY` or
        `TOO_FEW`. Empty with fewer periods than twice ``recent``.

    Raises
    ------
    ValueError
        If a column is missing or a cell occurs twice.
    """
    require(counts, ("region", "theme", "period", "cases"), "counts")
    require(people, ("region", "population"), "people")
    cube, regions, themes, periods = _cube(counts, people)
    if len(periods) < 2 * recent or not themes:
        return _rows(regions, themes).iloc[:0]
    population = people["population"].to_numpy(dtype=np.float64)
    shares = (population / population.sum())[:, None]
    cases, now = cube.sum(axis=2), cube[:, :, -recent:].sum(axis=2)
    all_cases, all_now = cases.sum(axis=0), now.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share_now = np.where(all_cases > 0, all_now / all_cases, np.nan)[None, :]
    expected = shares * all_cases[None, :]
    enough = (cases >= FEWEST_CASES) & (shares > 0)
    change = np.where(
        enough, two_sided(now / dispersion, cases / dispersion, np.nan_to_num(share_now)), np.nan
    )
    level = np.where(enough, two_sided(cases / dispersion, all_cases[None, :] / dispersion, shares), np.nan)
    family = adjusted(np.concatenate([change.ravel(), level.ravel()])[:, None])[:, 0]
    sure_change, sure_level = (part.reshape(cases.shape) for part in np.split(family, 2))
    changes = np.nan_to_num(sure_change, nan=1.0) <= rate
    above = (np.nan_to_num(sure_level, nan=1.0) <= rate) & (cases > expected)
    more_now = now > cases * np.nan_to_num(share_now)
    before = cases - now
    usual = shares * (all_cases - all_now)[None, :]
    # Within one standard deviation of what the inhabitants explain it was ordinary.
    was_more = before > usual + np.sqrt(usual)
    often = (cube > shares[:, :, None] * cube.sum(axis=0)[None]).mean(axis=2) >= _MOST
    told = np.select(
        [~enough, changes & more_now & ~was_more, changes & more_now, changes, above & often],
        [TOO_FEW, NEW, GROWING, FADING, PERSISTENT],
        ORDINARY,
    )
    return _rows(regions, themes).assign(
        before=(before / (len(periods) - recent)).ravel(),
        now=(now / recent).ravel(),
        cases=cases.ravel().astype(int),
        expected=expected.ravel(),
        p_change=sure_change.ravel(),
        p_level=sure_level.ravel(),
        **{"class": pd.Series(told.ravel(), dtype="str")},
    )


def _cube(counts: pd.DataFrame, people: pd.DataFrame) -> tuple[Floats, list[str], list[str], list[object]]:
    """Return the counts, shape (regions, themes, periods)."""
    if counts.duplicated(["region", "theme", "period"]).any():
        raise ValueError("a cell occurs twice among the counts")
    regions = list(people["region"])
    themes = list(dict.fromkeys(counts["theme"]))
    periods = sorted(counts["period"].unique())
    place = {name: number for number, name in enumerate(regions)}
    here = counts[counts["region"].isin(place)]
    cube = np.zeros((len(regions), len(themes), len(periods)))
    at = (
        here["region"].map(place).to_numpy(dtype=np.intp),
        here["theme"].map({name: number for number, name in enumerate(themes)}).to_numpy(dtype=np.intp),
        here["period"].map({name: number for number, name in enumerate(periods)}).to_numpy(dtype=np.intp),
    )
    cube[at] = here["cases"].to_numpy(dtype=np.float64)
    return cube, regions, themes, periods


def _rows(regions: list[str], themes: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": np.repeat(np.array(regions, dtype=object), len(themes)),
            "theme": np.tile(np.array(themes, dtype=object), len(regions)),
        }
    ).astype("str")


def overdispersion(counts: pd.DataFrame) -> float:
    """Return how many times the variance of chance between periods is that of Poisson, at least 1.

    Pearson's statistic of wijk by period around what row and column explain, per degree of freedom, taken only as far as
    it is beyond doubt (one-sided 95 %): with little to go by it is 1.

    Parameters
    ----------
    counts : DataFrame
        Columns region, period and cases; a combination that is absent is 0.

    Returns
    -------
    float

    References
    ----------
    McCullagh, Nelder, *Generalized Linear Models* (1989), section 6.2.3.
    """
    require(counts, ("region", "period", "cases"), "counts")
    table = counts.pivot_table(index="region", columns="period", values="cases", aggfunc="sum", fill_value=0)
    seen = table.to_numpy(dtype=np.float64)
    seen = seen[seen.sum(axis=1) > 0]
    if seen.shape[0] < 2 or seen.shape[1] < 2:
        return 1.0
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0, keepdims=True) / seen.sum()
    freedom = (seen.shape[0] - 1) * (seen.shape[1] - 1)
    pearson = float(((seen - expected) ** 2 / expected).sum())
    if pearson <= chdtri(freedom, 0.05):
        return 1.0
    return float(max(pearson / freedom, 1.0))
