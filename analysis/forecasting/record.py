"""How earlier forecasts did: errors beside those of no change, and how often the bands were right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import require

#: Upper limits of the classes of size, in inhabitants.
SIZES: Final = (1_000, 2_500, 5_000, 10_000)
_KEYS: Final = (
    "horizon",
    "origin",
    "value",
    "last_value",
    "mean",
    "lower_80",
    "upper_80",
    "lower_95",
    "upper_95",
)
_COLUMNS: Final = (
    "n",
    "origins",
    "first_origin",
    "last_origin",
    "mae",
    "mae_no_change",
    "relative",
    "mape",
    "median_ape",
    "p90_ape",
    "wape",
    "banded",
    "covered_80",
    "covered_95",
    "width_80",
    "msis_95",
)


def size_class(people: pd.Series[Any]) -> pd.Series[Any]:
    """Return the number of the class of size (0 = fewer than 1,000 inhabitants), -1 where unknown."""
    place = np.searchsorted(np.asarray(SIZES), people.to_numpy(dtype=np.float64), side="right")
    return pd.Series(np.where(people.notna(), place, -1), index=people.index)


def track_record(earlier: pd.DataFrame, by: Sequence[str] = ("indicator",)) -> pd.DataFrame:
    """Summarise earlier forecasts per group and horizon.

    Parameters
    ----------
    earlier : DataFrame
        As in `analysis.forecasting.study.Study`, or a selection of it.
    by : sequence of str, default ("indicator",)
        Columns of ``earlier`` that make a group.

    Returns
    -------
    DataFrame
        One row per group and horizon with at least one forecast: the columns of ``by``, horizon, n (forecasts held
        against a figure), origins (distinct years in which they were made), first_origin, last_origin, mae,
        mae_no_change (mean absolute error, in the unit), relative (mae over mae_no_change; 1 where both are 0), mape,
        median_ape, p90_ape (per cent; of figures other than 0), wape (per cent), banded (forecasts with a band),
        covered_80, covered_95 (share of those inside, 0-1; empty without any), width_80 (mean width of the band, in the
        unit) and msis_95 (mean scaled interval score; Gneiting and Raftery, JASA 102, 2007).

    Raises
    ------
    ValueError
        If a column is missing.
    """
    keys = [*by, "horizon"]
    require(earlier, (*_KEYS, *by), "frame of earlier forecasts")
    error = (earlier["value"] - earlier["mean"]).abs()
    share = 100 * error / earlier["value"].abs().where(earlier["value"] != 0)
    banded = earlier["lower_80"].notna()

    def inside(level: int) -> pd.Series[Any]:
        within = earlier["value"].between(earlier[f"lower_{level}"], earlier[f"upper_{level}"])
        return within.astype("float64").where(banded)

    width = earlier["upper_95"] - earlier["lower_95"]
    missed = (earlier["lower_95"] - earlier["value"]).clip(lower=0) + (
        earlier["value"] - earlier["upper_95"]
    ).clip(lower=0)
    scale = earlier["scale"] if "scale" in earlier else pd.Series(np.nan, index=earlier.index)
    rows = earlier[keys].assign(
        origin=earlier["origin"],
        error=error,
        unchanged=(earlier["value"] - earlier["last_value"]).abs(),
        size_of=earlier["value"].abs(),
        share=share,
        banded=banded,
        covered_80=inside(80),
        covered_95=inside(95),
        width=(earlier["upper_80"] - earlier["lower_80"]),
        score=(width + 40 * missed) / scale.where(scale > 0),
    )
    groups = rows.groupby(keys, sort=False, observed=True)
    table = groups.agg(
        n=("error", "size"),
        origins=("origin", "nunique"),
        first_origin=("origin", "min"),
        last_origin=("origin", "max"),
        mae=("error", "mean"),
        mae_no_change=("unchanged", "mean"),
        mape=("share", "mean"),
        median_ape=("share", "median"),
        whole=("size_of", "mean"),
        banded=("banded", "sum"),
        covered_80=("covered_80", "mean"),
        covered_95=("covered_95", "mean"),
        width_80=("width", "mean"),
        msis_95=("score", "mean"),
    )
    table["p90_ape"] = groups["share"].quantile(0.9)
    nothing = (table["mae"] == 0) & (table["mae_no_change"] == 0)
    table["relative"] = (table["mae"] / table["mae_no_change"].where(table["mae_no_change"] > 0)).mask(
        nothing, 1.0
    )
    table["wape"] = 100 * table["mae"] / table["whole"].where(table["whole"] > 0)
    return table[list(_COLUMNS)].reset_index()
