"""Reasons to go somewhere that come from what is heard there, and from how long nobody came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import require
from analysis.outreach.order import EDGE

#: Somebody was here so lately that silence is no reason, and so long ago that it cannot be a stronger one; in months.
LATELY: Final = 3.0
LONG_AGO: Final = 36.0
_EDGE_95: Final = 1.959963984540054
_DAYS_A_MONTH: Final = 30.4375


def from_ratios(
    ratio: pd.Series[Any], lower: pd.Series[Any], upper: pd.Series[Any], *, ordinary: float, most: float
) -> pd.DataFrame:
    """Return how strong a reason a ratio of heard to expected is, on a line in logarithms between two ratios.

    Parameters
    ----------
    ratio, lower, upper : Series
        Heard divided by expected, with its band of 95 %. Empty is not known.
    ordinary : float
        Ratio up to which nothing is the matter: strength 0.
    most : float
        Ratio from which it cannot be stronger: strength 1. Below ``ordinary`` for what is heard too little.

    Returns
    -------
    DataFrame
        strength, low and high on the index of ``ratio``; the band is drawn in to 80 %.
    """
    floor = min(ordinary, most) / 10

    def scaled(values: pd.Series[Any]) -> pd.Series[Any]:
        logs = np.log(values.astype("float64").clip(lower=floor))
        span = np.log(most) - np.log(ordinary)
        return pd.Series((logs - np.log(ordinary)) / span, index=values.index)

    at, ends = scaled(ratio), pd.concat([scaled(lower), scaled(upper)], axis=1)
    inward = EDGE / _EDGE_95
    low = at - inward * (at - ends.min(axis=1))
    high = at + inward * (ends.max(axis=1) - at)
    frame = pd.DataFrame({"strength": at, "low": np.minimum(low, at), "high": np.maximum(high, at)})
    return frame.clip(0.0, 1.0).where(frame.notna().all(axis=1))


def from_share(part: pd.Series[Any], whole: pd.Series[Any], *, most: float, fewest: int = 5) -> pd.DataFrame:
    """Return how strong a reason a share is: 0 at none, 1 from ``most`` on.

    Parameters
    ----------
    part, whole : Series of int
    most : float
        Share from which it cannot be stronger.
    fewest : int, default 5
        Of fewer nothing is said.

    Returns
    -------
    DataFrame
        strength, low and high on the index of ``whole``; the band is that of Wilson (1927), 80 %.
    """
    n = whole.astype("float64").where(whole >= fewest)
    share = part / n
    middle = (share + EDGE**2 / (2 * n)) / (1 + EDGE**2 / n)
    half = EDGE * np.sqrt(share * (1 - share) / n + EDGE**2 / (4 * n**2)) / (1 + EDGE**2 / n)
    ends = {"low": np.minimum(middle - half, share), "high": np.maximum(middle + half, share)}
    return (pd.DataFrame({"strength": share, **ends}) / most).clip(0.0, 1.0)


def unvisited(visits: pd.DataFrame, regions: Sequence[str], today: date) -> pd.DataFrame:
    """Return how long nobody has been in a wijk, and how strong a reason that is.

    From 0 at `LATELY` months to 1 at `LONG_AGO`. Of a wijk without a visit it is only known that nobody was there since
    the list of visits began: that is the near edge. Without any visit in the list nothing is known, of any wijk.

    Parameters
    ----------
    visits : DataFrame
        Visits that were paid: region and done_on (``YYYY-MM-DD``).
    regions : sequence of str
    today : date

    Returns
    -------
    DataFrame
        One row per region: region, last (day of the last visit, empty for none), months (since then, or since the list
        began), strength, low and high.
    """
    require(visits, ("region", "done_on"), "frame of visits")
    days = visits.loc[visits["done_on"].notna(), ["region", "done_on"]].astype("str")
    days = days[days["done_on"] <= today.isoformat()]
    last = days.groupby("region")["done_on"].max().reindex(list(regions))
    begun = days["done_on"].min() if len(days) else None
    since = last.fillna(begun) if begun else last
    months = pd.Series(
        [
            np.nan if pd.isna(day) else (today - date.fromisoformat(str(day))).days / _DAYS_A_MONTH
            for day in since
        ],
        dtype="float64",
    )
    near = ((months - LATELY) / (LONG_AGO - LATELY)).clip(0.0, 1.0)
    never = last.isna().to_numpy() & months.notna()
    return pd.DataFrame(
        {
            "region": pd.Series(list(regions), dtype="str"),
            "last": last.to_numpy(),
            "months": months,
            "strength": near.where(~never, (near + 1.0) / 2),
            "low": near,
            "high": near.where(~never, 1.0),
        }
    )
