"""Coverage: which figures are there, why the others are not, and where a series is broken."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis._door import WITH_VALUE, require
from analysis.segments import segment_reasons

#: Of the reasons that occur in one cell the first in this order is told when they occur equally often.
_ORDER: Final = (
    "observed",
    "provisional",
    "bridged",
    "suppressed",
    "withheld",
    "not_published",
    "discontinued",
    "not_applicable",
)
#: Statuses that are counted apart in every cell.
COUNTED: Final = ("provisional", "bridged", "suppressed", "withheld", "not_published")
#: From this part of the regions on other land is told as a break of the whole year.
MOST: Final = 0.5
_MEANING: Final = ("definition", "unit")
_KEY: Final = ["indicator", "year"]


def coverage(panel: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Count per indicator and year how many regions have a figure, why others have not, and where it breaks.

    Parameters
    ----------
    panel : DataFrame
        Panel rows of one level, of all years: with a part of the years a break may stay unseen.
    definitions : DataFrame
        Indexed by indicator id, with breaks; gives the order of the result.

    Returns
    -------
    DataFrame
        One row per indicator x year that occurs in the panel, in the order of ``definitions``:

        - indicator, year, status, n_regions, n_figures and share (0-1). Status is the commonest of those
          with a value as soon as one region has a figure; else the commonest reason;
        - n_provisional, n_bridged, n_suppressed, n_withheld and n_not_published: regions with that status;
        - new_definition: the figure means something else than the year before, or stands in another unit;
        - redrawn: half of the regions or more are other land than the year before, or are new;
        - broken: one of these two.

    Raises
    ------
    ValueError
        If a column is missing or an indicator or status is unknown.
    """
    require(panel, (*_KEY, "status", "value"))
    counts = pd.crosstab([panel["indicator"], panel["year"]], panel["status"])
    counts = counts.reindex(columns=list(_ORDER), fill_value=0)
    filled = counts[list(WITH_VALUE)]
    reasons = counts.drop(columns=list(WITH_VALUE))
    n_figures = filled.sum(axis=1)
    status = filled.idxmax(axis=1).where(n_figures > 0, reasons.idxmax(axis=1))
    table = pd.DataFrame(
        {
            "status": status.astype("str"),
            "n_regions": counts.sum(axis=1).astype("int64"),
            "n_figures": n_figures.astype("int64"),
            **{f"n_{name}": counts[name].astype("int64") for name in COUNTED},
        }
    ).reset_index()
    table["share"] = table["n_figures"] / table["n_regions"]
    table = table.merge(_broken(panel, definitions, table), on=_KEY)
    place = {indicator: number for number, indicator in enumerate(definitions.index)}
    table["place"] = table["indicator"].map(place)
    columns = ["indicator", "year", "status", "n_regions", "n_figures", "share"]
    columns += [f"n_{name}" for name in COUNTED] + ["new_definition", "redrawn", "broken"]
    return table.sort_values(["place", "year"], ignore_index=True)[columns]


def _broken(panel: pd.DataFrame, definitions: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Tell for every indicator x year of ``table`` whether its figures continue those of the year before."""
    told = segment_reasons(panel, definitions)
    meaning = told[told["reason"].isin(_MEANING)].groupby(_KEY).size()
    land = told[~told["reason"].isin(_MEANING)][["region", *_KEY]].drop_duplicates().groupby(_KEY).size()
    rows = panel[["region", *_KEY]]
    before = pd.MultiIndex.from_arrays([rows["region"], rows["indicator"], rows["year"] + 1])
    continued = pd.MultiIndex.from_frame(rows[["region", *_KEY]]).isin(before)
    fresh = rows[~continued].groupby(_KEY).size()
    cells = pd.MultiIndex.from_frame(table[_KEY])
    first = ~cells.isin(pd.MultiIndex.from_arrays([table["indicator"], table["year"] + 1]))
    other_land = (land.reindex(cells, fill_value=0) + fresh.reindex(cells, fill_value=0)).to_numpy()
    new_definition = (meaning.reindex(cells, fill_value=0) > 0).to_numpy()
    redrawn = (other_land >= MOST * table["n_regions"].to_numpy()) & ~first
    return table[_KEY].assign(new_definition=new_definition, redrawn=redrawn, broken=new_definition | redrawn)


def coverage_of_regions(panel: pd.DataFrame, definitions: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Tell of one indicator which region has a figure in which year, and where a region's series breaks.

    Parameters
    ----------
    panel, definitions : DataFrame
        As in `coverage`; the panel with all its indicators, since they tell the history of the borders.
    indicator : str
        Indicator id.

    Returns
    -------
    DataFrame
        One row per region x year: region, year, status, reason (`analysis.segments.REASONS`, the most telling;
        empty where the series goes on) and broken. Ordered by region and year.

    Raises
    ------
    ValueError
        If a column is missing or an indicator or status is unknown.
    """
    told = segment_reasons(panel, definitions)
    told = told[told["indicator"] == indicator].drop_duplicates(["region", "year"])
    rows = panel.loc[panel["indicator"] == indicator, ["region", "year", "status"]]
    rows = rows.merge(told[["region", "year", "reason"]], on=["region", "year"], how="left")
    rows["reason"] = rows["reason"].fillna("").astype("str")
    rows["broken"] = rows["reason"] != ""
    return rows.sort_values(["region", "year"], ignore_index=True)
