"""Which channel reaches a wijk better than it reaches the others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from analysis._door import require
from analysis.false_discovery import adjusted
from analysis.hearing.voices import (
    ABOUT,
    ALIKE,
    FALSE_DISCOVERY,
    OVER,
    TOO_FEW,
    UNDER,
    Floats,
    by_stretch,
    clumping,
    count_below,
)
from analysis.noise import Z95

#: With fewer voices than this a wijk has no shares to compare; where fewer are expected through a channel only more of them
#: can be seen, and not that they are as many as elsewhere.
FEWEST_VOICES: Final = 10.0
FEWEST_EXPECTED: Final = 3.0


def reach(voices: pd.DataFrame, regions: list[str], asked: Collection[str] = ()) -> pd.DataFrame:
    """Compare the share of every channel in the voices of a wijk with its share in those of all other wijken.

    How many voices a wijk gives makes no difference here: the shares of a silent wijk are compared as those of a loud one. The
    band is that of the logarithm of a ratio of two shares (delta method), half a voice added to each, with the bunches
    of this channel and of the others (`analysis.hearing.clumping`). The verdict rests on the count itself (negative
    binomial, mid-p).

    Parameters
    ----------
    voices : DataFrame
        As in `analysis.hearing.heard`.
    regions : list of str
    asked : collection of str
        Regions that the reader asks about beforehand, such as those that are heard too little: they are a family of
        questions of their own. How much a wijk says does not tell along which channel.

    Returns
    -------
    DataFrame
        One row per region and channel: region, channel, voices, of (all voices of the wijk), share and elsewhere (0 to 1),
        ratio (share / elsewhere) with lower and upper (95 %), p_adjusted and verdict: `OVER` is better than elsewhere by
        more than chance and more than a fifth, `UNDER` less, `ABOUT`, `TOO_FEW`; a false discovery rate of 5 % in both
        families.

    Raises
    ------
    ValueError
        If a column is missing.

    References
    ----------
    Katz et al., "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34 (1978).
    """
    require(voices, ("region", "channel", "stretch", "count"), "frame of voices")
    here = voices[voices["region"].isin(regions)]
    channels = sorted(here["channel"].unique())
    tables = {channel: by_stretch(here[here["channel"] == channel], regions) for channel in channels}
    whole = by_stretch(here, regions).sum(axis=1)
    parts = []
    for channel in channels:
        others = by_stretch(here[here["channel"] != channel], regions)
        found = _one(tables[channel], others, whole)
        parts.append(found.assign(region=regions, channel=channel))
    columns = ["region", "channel", "voices", "of", "share", "elsewhere", "ratio", "lower", "upper"]
    if not parts:
        return pd.DataFrame(columns=[*columns, "p_adjusted", "verdict"])
    rows = pd.concat(parts, ignore_index=True)
    p_adjusted = np.full(len(rows), np.nan)
    first = rows["region"].isin(asked).to_numpy()
    for family in (first, ~first):
        p_adjusted[family] = adjusted(rows.loc[family, "p"].to_numpy(dtype=np.float64))
    sure = p_adjusted <= FALSE_DISCOVERY
    few = np.isnan(p_adjusted) | (rows["elsewhere"] * rows["of"] < FEWEST_EXPECTED)
    higher = rows["ratio"] > 1
    verdict = np.select([sure & higher, few, sure], [OVER, TOO_FEW, UNDER], ABOUT)
    return rows[columns].assign(p_adjusted=p_adjusted, verdict=pd.Series(verdict, rows.index, "str"))


def _one(mine: Floats, others: Floats, whole: Floats) -> pd.DataFrame:
    """Compare one channel in every wijk with the other wijken together."""
    through, beside = mine.sum(axis=1), others.sum(axis=1)
    bunched, bunched_beside = clumping(mine), clumping(others)
    through_else, beside_else = through.sum() - through, beside.sum() - beside
    with np.errstate(invalid="ignore", divide="ignore"):
        share, elsewhere = through / whole, through_else / (through_else + beside_else)
        spread, logged = _spread(through, beside, bunched, bunched_beside)
        spread_else, logged_else = _spread(through_else, beside_else, bunched, bunched_beside)
        log_ratio, error = logged - logged_else, np.sqrt(spread + spread_else)
        known = (whole >= FEWEST_VOICES) & (np.minimum(elsewhere, 1 - elsewhere) > 0)
        doubt = bunched_beside / (beside + 0.5) + bunched / through_else + bunched_beside / beside_else
        below = _mid_p(through, beside, ALIKE * elsewhere, bunched, doubt)
        above = 1.0 - _mid_p(through, beside, np.minimum(elsewhere / ALIKE, 0.99), bunched, doubt)
    return pd.DataFrame(
        {
            "voices": through,
            "of": whole,
            "share": share,
            "elsewhere": elsewhere,
            "ratio": np.where(known, np.exp(log_ratio), np.nan),
            "lower": np.where(known, np.exp(log_ratio - Z95 * error), np.nan),
            "upper": np.where(known, np.exp(log_ratio + Z95 * error), np.nan),
            "p": np.where(known, np.minimum(2.0 * np.minimum(below, above), 1.0), np.nan),
        }
    )


def _mid_p(through: Floats, beside: Floats, share: Floats, bunched: float, doubt: Floats) -> Floats:
    """Return the chance of fewer voices through a channel than these, beside what came through the others.

    The logarithm of a ratio is too sure of a bunch of five where one was expected; the count itself is not.
    """
    mean = (beside + 0.5) * share / (1.0 - share)
    return count_below(
        through, np.where(np.isfinite(mean), mean, 1.0), bunched, np.where(np.isfinite(doubt), doubt, 1.0)
    )


def _spread(through: Floats, beside: Floats, bunched: float, bunched_beside: float) -> tuple[Floats, Floats]:
    """Return the variance of the logarithm of a share, and that logarithm, with half a voice added to both sides."""
    mine, theirs = through + 0.5, beside + 0.5
    rest = theirs / (mine + theirs)
    return rest**2 * (bunched / mine + bunched_beside / theirs), np.log1p(-rest)
