"""Gaps: how the distance between a wijk and what it is held against developed over the years.

Amounts in euros rise everywhere, year after year, because prices do. That a wijk has more euros than ten years ago
says nothing; that it fell behind does. For other figures the gap tells what a wijk did beyond what all did.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import require
from analysis.standing import comparator_codes
from analysis.trends import trends

#: Ways in which the distance is measured; empty is no distance but the figure itself.
OWN, DIFFERENCE, RATIO = "", "difference", "ratio"
#: The ratio of a wijk that is where its comparator is.
LEVEL: Final = 100.0

_NEEDS: Final = ("region", "indicator", "unit", "year", "value", "segment", "error")
_PIECES: Final = 1_000


def nominal(definitions: pd.DataFrame) -> pd.Series[Any]:
    """Tell for every indicator whether it is an amount in euros, which rises with prices everywhere.

    Parameters
    ----------
    definitions : DataFrame
        Indexed by indicator id, with unit.
    """
    require(definitions, ("unit",), "definitions frame")
    return definitions["unit"].astype("str").str.contains("euro")


def gaps(figures: pd.DataFrame, definitions: pd.DataFrame, comparator: str) -> pd.DataFrame:
    """Hold every figure against that of the comparator in the same year.

    Parameters
    ----------
    figures : DataFrame
        What `analysis.trends.figures_of_panel` returns: columns region, indicator, unit, year, value, segment and
        error. Holds the comparator too.
    definitions : DataFrame
        Indexed by indicator id, with unit.
    comparator : str
        As in `analysis.standing.compare`: ``"gemeente"``, ``"land"`` or a code.

    Returns
    -------
    DataFrame
        The columns of ``figures`` for the rows of which the comparator has a figure in the same unit (none, where it
        has no figures at all); never the comparator itself. With

        - gap: ``ratio`` for an amount in euros: value is 100 times the figure divided by that of the comparator
          (which is then above zero); ``difference`` for everything else: the figure minus that of the comparator,
          in its unit;
        - error: standard deviation of value, taking the two as independent (first order for a ratio);
        - segment: starts anew wherever one of the two does.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(figures, _NEEDS, "frame of figures")
    rows = figures.assign(comparator=comparator_codes(figures["region"], comparator, {comparator}))
    rows = rows[rows["region"] != rows["comparator"]]
    theirs = figures.loc[figures["region"].isin(rows["comparator"].drop_duplicates()), list(_NEEDS)]
    rows = rows.merge(
        theirs.rename(columns={"region": "comparator"}),
        on=["comparator", "indicator", "unit", "year"],
        suffixes=("", "_theirs"),
    )
    in_euros = rows["indicator"].map(nominal(definitions)).astype("boolean").fillna(False).astype("bool")
    rows = rows[~in_euros | (rows["value_theirs"] > 0)]
    as_ratio = in_euros[rows.index].to_numpy(dtype=np.bool_)
    own, other = rows["value"], rows["value_theirs"]
    error, error_theirs = rows["error"].fillna(0.0), rows["error_theirs"].fillna(0.0)
    ratio = LEVEL * own / other
    gap = rows.assign(
        value=np.where(as_ratio, ratio, own - other),
        error=np.where(
            as_ratio,
            np.hypot(LEVEL * error / other, ratio * error_theirs / other),
            np.hypot(error, error_theirs),
        ),
        segment=rows["segment"] * _PIECES + rows["segment_theirs"],
        gap=np.where(as_ratio, RATIO, DIFFERENCE),
    )
    return gap[[*figures.columns, "gap"]].astype({"gap": "str"}).reset_index(drop=True)


def gap_trends(held: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Estimate the trend of the gap between every series and its comparator.

    Parameters
    ----------
    held : DataFrame
        What `gaps` returned.
    figures : DataFrame
        The figures that it was made of.

    Returns
    -------
    DataFrame
        What `analysis.trends.trends` returns for the gaps, with gap. For a difference ``ordinary`` is the size of an
        ordinary figure, not that of an ordinary difference: a gap that moves from 0,1 to 0,2 point is no doubling.
    """
    found = trends(held)
    kind = held.drop_duplicates("indicator").set_index("indicator")["gap"]
    size = figures["value"].abs().groupby(figures["indicator"]).median()
    found["gap"] = found["indicator"].map(kind).astype("str")
    found["ordinary"] = found["ordinary"].where(found["gap"] == RATIO, found["indicator"].map(size))
    return found
