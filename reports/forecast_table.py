"""Forecasts of any panel, and how earlier ones did, as tables to take along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from analysis.forecasting import Study, method_of, study, track_record
from data.errors import UserError
from reports.panel_figures import KEYS, figures_of_rows, in_fixed_order

_BANDS: Final = ["lower_80", "upper_80", "lower_95", "upper_95"]
FORECAST: Final = [*KEYS, "year", "mean", *_BANDS, "method"]
REASON: Final = [*KEYS, "reason"]
EARLIER: Final = [*KEYS, "origin", "year", "horizon", "value", "mean", *_BANDS, "no_change", "method"]
SUMMARY: Final = [
    *("indicator", "horizon", "n", "origins", "first_origin", "last_origin"),
    *("mae", "mae_no_change", "relative", "mape", "median_ape", "p90_ape", "wape"),
    *("banded", "covered_80", "covered_95", "width_80", "msis_95"),
]
#: Further ahead no band can be held against what came, and a large panel no longer fits in memory.
FURTHEST: Final = 30


class HorizonError(UserError):
    """A number of years ahead that cannot be forecast."""


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of a panel, in order of region, indicator and year.

    Attributes
    ----------
    table : DataFrame
        Columns `FORECAST`, one row per series and year ahead. Bands are empty where too few earlier forecasts tell
        how far off they were.
    reasons : DataFrame
        Columns `REASON`, one row per series without a forecast; ``reason`` is one of `analysis.forecasting.REASONS`.
    """

    table: pd.DataFrame
    reasons: pd.DataFrame


@dataclass(frozen=True)
class Backtest:
    """What would have been forecast at every earlier year, held against what came.

    Attributes
    ----------
    table : DataFrame
        Columns `EARLIER`, one row per series, origin (the last year that was known) and year ahead with a figure.
        ``no_change`` is the figure of the origin; bands are as they would have been given then.
    summary : DataFrame
        Columns `SUMMARY`, one row per indicator and horizon; see `analysis.forecasting.track_record`.
    overall : DataFrame
        One row per horizon: n, relative (that of the indicators, weighed by n), banded, covered_80 and covered_95.
    reasons : DataFrame
        As in `Forecasts`.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    overall: pd.DataFrame
    reasons: pd.DataFrame


def check_horizon(horizon: int) -> None:
    """Refuse a number of years ahead below 1 or above `FURTHEST`.

    Raises
    ------
    HorizonError
    """
    if not 1 <= horizon <= FURTHEST:
        raise HorizonError(f"{horizon} jaar vooruit kan niet; kies bij --horizon 1 tot en met {FURTHEST}.")


def forecasts(rows: pd.DataFrame, definitions: pd.DataFrame, horizon: int) -> Forecasts:
    """Forecast every series of a file from its own last year.

    Parameters
    ----------
    rows : DataFrame
        What `data.panel_file.read` returns, in any order; see `reports.panel_figures.figures_of_rows`.
    definitions : DataFrame
        The catalogue as a frame.
    horizon : int
        Years ahead.
    """
    ordered = in_fixed_order(rows)
    found = study(figures_of_rows(ordered, definitions), horizon, earlier=False, oldest=None)
    return Forecasts(found.forecasts[FORECAST], _reasons(ordered, found))


def backtest(rows: pd.DataFrame, definitions: pd.DataFrame, horizon: int) -> Backtest:
    """Forecast every series of a file from every earlier year; parameters as in `forecasts`."""
    ordered = in_fixed_order(rows)
    found = study(figures_of_rows(ordered, definitions), horizon, oldest=None)
    earlier = found.earlier
    table = earlier.rename(columns={"last_value": "no_change"})
    table["method"] = method_of(earlier["own"].to_numpy(), earlier["shared"].to_numpy())
    summary = track_record(earlier)
    return Backtest(table[EARLIER], summary[SUMMARY], _overall(summary), _reasons(ordered, found))


def _overall(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the record over all indicators per horizon; errors of different units are compared, never added up."""
    weighed = summary[["horizon", "n", "banded"]].assign(
        relative=summary["relative"] * summary["n"],
        counted=summary["n"].where(summary["relative"].notna(), 0),
        covered_80=summary["covered_80"] * summary["banded"],
        covered_95=summary["covered_95"] * summary["banded"],
    )
    total = weighed.groupby("horizon", as_index=False).sum()
    banded = total["banded"].where(total["banded"] > 0)
    return total.assign(
        relative=total["relative"] / total["counted"].where(total["counted"] > 0),
        covered_80=total["covered_80"] / banded,
        covered_95=total["covered_95"] / banded,
    ).drop(columns="counted")


def _reasons(rows: pd.DataFrame, found: Study) -> pd.DataFrame:
    """Return why series have no forecast, also those without any figure, which never came to be studied."""
    told = found.forecasts[KEYS].drop_duplicates()
    told = pd.concat([told.assign(reason=""), found.refused[REASON]])
    series = rows[KEYS].drop_duplicates(ignore_index=True).merge(told, "left", on=KEYS)
    series = series.fillna({"reason": "no_figures"})
    return series.loc[series["reason"] != "", REASON].reset_index(drop=True)
