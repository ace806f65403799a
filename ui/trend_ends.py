"""The real figures at the ends of a series, so that a sentence about its trend can quote what was published."""

from __future__ import annotations

import pandas as pd

from data.panel import WITH_VALUE, Status

_KEYS = ["region", "indicator"]
_WITH_VALUE = [str(status) for status in WITH_VALUE]


def ends(panel: pd.DataFrame, figures: pd.DataFrame, years: tuple[int, int] | None = None) -> pd.DataFrame:
    """Return the first and the last figure of every series over its last unbroken piece.

    Parameters
    ----------
    panel : DataFrame
        A panel.
    figures : DataFrame
        What `analysis.trends.figures_of_panel` returns for that panel and those years, under the panel's index.
    years : tuple of int, optional
        First and last year to look at; all if left out.

    Returns
    -------
    DataFrame
        One row per region x indicator with a figure: region, indicator, first_value, last_value, lowest and
        highest (in the unit of the figure), last_status (status of the last figure), n_bridged (how many figures were
        converted to the borders of now), ended: the status of the latest row of the series where that row has
        no figure, so that the series stopped before the last year; else empty; and past: whether there are figures
        of this indicator from after the rows looked at, because the chosen years stop there or the region is gone,
        so that the course is not that of now.
    """
    rows = figures[[*_KEYS, "year", "value", "segment"]].assign(status=panel["status"].loc[figures.index])
    rows = rows[rows["segment"] == rows.groupby(_KEYS)["segment"].transform("max")].sort_values("year")
    rows["bridged"] = rows["status"] == Status.BRIDGED.value
    told = rows.groupby(_KEYS, sort=False).agg(
        first_value=("value", "first"),
        last_value=("value", "last"),
        lowest=("value", "min"),
        highest=("value", "max"),
        last_status=("status", "last"),
        n_bridged=("bridged", "sum"),
    )
    told = told.reset_index().merge(_ended(panel, years), "left", on=_KEYS)
    return told.assign(past=_past(told, panel, years))


def _past(told: pd.DataFrame, panel: pd.DataFrame, years: tuple[int, int] | None) -> pd.Series:
    newest = panel[panel["status"].isin(_WITH_VALUE)].groupby("indicator")["year"].max()
    until = panel.groupby(_KEYS)["year"].max().reset_index(name="until")
    seen = told[_KEYS].merge(until, "left", on=_KEYS)["until"]
    seen = seen if years is None else seen.clip(upper=years[1])
    return seen.astype("float64") < told["indicator"].map(newest).astype("float64")


def _ended(panel: pd.DataFrame, years: tuple[int, int] | None) -> pd.DataFrame:
    seen = panel if years is None else panel[panel["year"].between(*years)]
    latest = seen.sort_values("year").drop_duplicates(_KEYS, keep="last")
    return latest[_KEYS].assign(ended=latest["status"].where(~latest["status"].isin(_WITH_VALUE), ""))
