"""Attention: which wijken ask for a closer look, because more than one thing is clearly bad there."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from analysis._door import require

#: One clearly unfavourable figure is found in most wijken; two themes at once are not.
FEWEST_THEMES: Final = 2
#: From here on a figure is far enough off to count, in what wijken ordinarily differ (`analysis.triage`, order).
FAR: Final = 1.0


def weighs(triaged: pd.DataFrame) -> pd.Series[Any]:
    """Tell which rows count as a reason: what is bad, does not get better, and is surely far off.

    Far off is the level without its noise, plus what the course of now surely adds. With hundreds of trends on one
    screen a few are called worse by chance; those are mostly small, and do not count here.

    Parameters
    ----------
    triaged : DataFrame
        What `analysis.triage.triage` returns.
    """
    require(triaged, ("state", "order"), "triage")
    return triaged["state"].isin(("bad_worse", "bad")) & (triaged["order"] >= FAR)


def attention(triaged: pd.DataFrame, fewest_themes: int = FEWEST_THEMES) -> pd.DataFrame:
    """Pick the wijken where figures of several themes are reason for a closer look.

    With some twenty-five figures per wijk one of them is nearly always far off, so a single one says little about a
    wijk. What holds over themes does: schooling, work and income lean on different registers of CBS.

    Parameters
    ----------
    triaged : DataFrame
        What `analysis.triage.triage` returns, of all themes.
    fewest_themes : int, default 2
        In how many themes a figure must weigh.

    Returns
    -------
    DataFrame
        One row per wijk: region, n_themes, themes (tuple, the strongest first), n_worse (themes with a figure that is
        bad and gets worse), strength (sum over the themes of ``order`` of the strongest figure) and people. Ordered by
        n_themes, then by n_worse, then by strength. A signal, not a verdict.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(triaged, ("region", "theme", "order", "people"), "triage")
    reasons = triaged[weighs(triaged)].sort_values("order", ascending=False, kind="stable")
    per_theme = (
        reasons.assign(worse=reasons["state"] == "bad_worse")
        .groupby(["region", "theme"], sort=False)
        .agg(order=("order", "first"), worse=("worse", "any"), people=("people", "first"))
        .reset_index()
    )
    wijken = per_theme.groupby("region", sort=False).agg(
        n_themes=("theme", "size"),
        themes=("theme", tuple),
        n_worse=("worse", "sum"),
        strength=("order", "sum"),
        people=("people", "first"),
    )
    wijken = wijken[wijken["n_themes"] >= fewest_themes].reset_index()
    return wijken.sort_values(
        ["n_themes", "n_worse", "strength", "region"],
        ascending=[False, False, False, True],
        ignore_index=True,
    )
