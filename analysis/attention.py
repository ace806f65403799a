"""Attention: which wijken ask for a closer look, because more than one thing stands out there."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis._door import require

#: One outlying figure is found in most wijken; two themes at once are not.
FEWEST_THEMES: Final = 2


def attention(outstanding: pd.DataFrame, fewest_themes: int = FEWEST_THEMES) -> pd.DataFrame:
    """Pick the wijken where figures of several themes stand out unfavourably.

    With some twenty-five figures per wijk one of them is nearly always far from the ordinary, so a single
    one says little about a wijk. What holds over themes does: schooling, work and income lean on different
    registers of CBS.

    Parameters
    ----------
    outstanding : DataFrame
        All rows that `analysis.standing.stand_out` picks (no limit, at most one per wijk and theme): columns
        region, theme, sure and people.
    fewest_themes : int, default 2
        In how many themes something must stand out.

    Returns
    -------
    DataFrame
        One row per wijk: region, n_themes, themes (tuple, the strongest first), sure (sum over the themes)
        and people. Ordered by n_themes, then by sure. A signal, not a verdict.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(outstanding, ("region", "theme", "sure", "people"), "frame of outstanding figures")
    strongest_first = outstanding.sort_values("sure", ascending=False)
    wijken = strongest_first.groupby("region", sort=False).agg(
        n_themes=("theme", "nunique"),
        themes=("theme", lambda themes: tuple(dict.fromkeys(themes))),
        sure=("sure", "sum"),
        people=("people", "first"),
    )
    wijken = wijken[wijken["n_themes"] >= fewest_themes].reset_index()
    return wijken.sort_values(
        ["n_themes", "sure", "region"], ascending=[False, False, True], ignore_index=True
    )
