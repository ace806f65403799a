"""The table behind a map of differences: every region beside the comparator, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from pandas.io.formats.style import Styler

from data.catalogue import Indicator
from ui import tables, wording


def difference_table(rows: pd.DataFrame, indicator: Indicator) -> Styler:
    """Return figure, difference, margin and verdict of every region, to show with ``st.dataframe``.

    Parameters
    ----------
    rows : DataFrame
        Columns region, name, value, status, unit, difference, noise (half the width of its band) and verdict.
    indicator : Indicator
    """
    labels = wording.label_names(dict(zip(rows["region"], rows["name"], strict=True)))
    told = rows["verdict"] != "no_figure"
    # A cell that is copied is what the eye saw: thousands of euro become euros.
    factor = 1000 if wording.in_thousands_of_euro(indicator.unit) else 1
    heads = tables.capital_unit(indicator), "Verschil"
    table = pd.DataFrame(
        {
            heads[0]: (rows["value"].astype("float64") * factor).round(6).to_list(),
            heads[1]: (rows["difference"].where(told).astype("float64") * factor).round(6).to_list(),
            "Marge": [
                wording.margin(width, unit, indicator.decimals) if there and width > 0 else ""
                for width, unit, there in zip(rows["noise"].fillna(0.0), rows["unit"], told, strict=True)
            ],
            "Wat het is": [wording.verdict_label(verdict) for verdict in rows["verdict"]],
        },
        index=pd.Index([labels[region] for region in rows["region"]], name="Gebied"),
    )
    return table.style.format(
        _written(lambda value: wording.figure(value / factor, indicator.unit, indicator.decimals)),
        subset=[heads[0]],
        na_rep=tables.PLACEHOLDER,
    ).format(
        _written(
            lambda value: wording.difference(value / factor, indicator.unit, indicator.decimals, signed=True)
        ),
        subset=[heads[1]],
        na_rep=tables.PLACEHOLDER,
    )


def _written(write: Callable[[float], str]) -> Callable[[object], str]:
    return lambda value: write(float(value))  # type: ignore[arg-type]


def difference_rows(rows: pd.DataFrame, indicator: Indicator, source: str) -> pd.DataFrame:
    """Return the plain rows of `difference_table` to download; margin is that of the difference."""
    plain = tables.figure_rows(
        rows.drop(columns="margin").rename(columns={"noise": "margin"}), indicator, source
    )
    return plain.assign(
        comparator_value=rows["comparator_value"].round(6),
        difference=rows["difference"].round(6),
        verdict=[wording.verdict_label(verdict) for verdict in rows["verdict"]],
    )
