"""Coverage: which figures are there, and why the others are not."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis._door import require

#: Of the reasons that occur in one cell the first in this order is told when they occur equally often.
_ORDER: Final = (
    "observed",
    "provisional",
    "suppressed",
    "not_published",
    "discontinued",
    "not_applicable",
)


def coverage(panel: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Count per indicator and year how many regions have a figure, and tell the main reason where not.

    Parameters
    ----------
    panel : DataFrame
        Panel rows of one level.
    definitions : DataFrame
        Indexed by indicator id; gives the order of the result.

    Returns
    -------
    DataFrame
        One row per indicator x year that occurs in the panel, in the order of ``definitions``: indicator,
        year, status, n_regions, n_figures and share (0-1). Status is ``observed`` or ``provisional`` as
        soon as one region has a figure (the commoner of the two); else the commonest reason.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(panel, ("indicator", "year", "status", "value"))
    counts = pd.crosstab([panel["indicator"], panel["year"]], panel["status"])
    counts = counts.reindex(columns=list(_ORDER), fill_value=0)
    filled = counts[["observed", "provisional"]]
    reasons = counts.drop(columns=["observed", "provisional"])
    n_figures = filled.sum(axis=1)
    status = filled.idxmax(axis=1).where(n_figures > 0, reasons.idxmax(axis=1))
    table = pd.DataFrame(
        {
            "status": status.astype("str"),
            "n_regions": counts.sum(axis=1).astype("int64"),
            "n_figures": n_figures.astype("int64"),
        }
    ).reset_index()
    table["share"] = table["n_figures"] / table["n_regions"]
    place = {indicator: number for number, indicator in enumerate(definitions.index)}
    table["place"] = table["indicator"].map(place)
    columns = ["indicator", "year", "status", "n_regions", "n_figures", "share"]
    return table.sort_values(["place", "year"], ignore_index=True)[columns]
