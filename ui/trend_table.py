"""Trends of many regions as a table: for the screen beside the small pictures, and plain for download."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pandas as pd
from pandas.io.formats.style import Styler

from data.catalogue import Indicator
from ui import trend_wording, wording

_FIRST, _LAST, _STEP = "Eerste cijfer", "Laatste cijfer", "Per jaar"
_LOW, _HIGH = "Minstens", "Hoogstens"
#: Column in the table -> column of the trend, for what stands in the unit of the figure.
_LEVELS: Final = {_FIRST: "first_value", _LAST: "last_value"}
_STEPS: Final = {_STEP: "slope", _LOW: "lower", _HIGH: "upper"}
_ROWS: Final = [
    "region",
    "name",
    "indicator",
    "unit",
    "first_year",
    "last_year",
    "n",
    "first_value",
    "last_value",
    "slope",
    "lower",
    "upper",
    "autocorrelation",
    "p",
    "p_adjusted",
    "class",
    "judgement",
    "turn",
    "source",
]


def trend_table(
    judged: pd.DataFrame,
    indicator: Indicator,
    names: Mapping[str, str],
    regions: Sequence[str],
    reasons: Mapping[str, str],
) -> Styler:
    """Return what every region did: first and last figure, change per year with its band, and the class in words.

    Parameters
    ----------
    judged : DataFrame
        Rows of `ui.trending.family` on one indicator, one per region.
    indicator : Indicator
        Gives unit and decimals.
    names : mapping
        Region to name.
    regions : sequence of str
        The rows, in this order; one without a trend says why.
    reasons : mapping
        Region to the status of its latest row of the panel.

    Returns
    -------
    Styler
        Numbers stay numbers, so that the columns sort.
    """
    rows = judged.set_index("region").reindex(list(regions))
    each = [row for _, row in rows.iterrows()]
    labels = wording.label_names({region: names[region] for region in regions})
    table = pd.DataFrame(
        {
            "Oordeel": [_class(row, indicator, reasons) for row in each],
            "Van": rows["first_year"].astype("Int64"),
            "Tot en met": rows["last_year"].astype("Int64"),
            **{title: rows[column].astype("float64") for title, column in _LEVELS.items()},
            **{title: rows[column].astype("float64") for title, column in _STEPS.items()},
            "Omslag": [trend_wording.turn_text(row) for row in each],
        }
    )
    table.index = pd.Index([labels[region] for region in regions], name="Gebied", dtype="str")
    if not any(table["Omslag"]):
        table = table.drop(columns="Omslag")
    if table[_LOW].isna().all():
        table = table.drop(columns=[_LOW, _HIGH])
    unit = indicator.unit
    shown = table.style.format(
        _texts(lambda value: wording.figure(value, unit, indicator.decimals)), subset=list(_LEVELS)
    )
    return shown.format(
        _texts(lambda value: wording.difference(value, unit, indicator.decimals + 1, signed=True)),
        subset=[title for title in _STEPS if title in table],
    )


def _class(row: pd.Series, indicator: Indicator, reasons: Mapping[str, str]) -> str:
    if _judged(row):
        return trend_wording.class_label(row, indicator)
    return wording.no_figure(reasons.get(str(row.name)))


def _judged(row: pd.Series) -> bool:
    """Tell a region with a trend from one that has no figure at all."""
    return isinstance(row["verdict"], str)


def _texts(write: Callable[[float], str]) -> Callable[[object], str]:
    return lambda value: write(float(value))  # type: ignore[arg-type]


def trend_rows(
    judged: pd.DataFrame,
    indicator: Indicator,
    names: Mapping[str, str],
    regions: Sequence[str],
    reasons: Mapping[str, str],
    source: str,
) -> pd.DataFrame:
    """Return the trends as plain rows for a download, with unit and source.

    Parameters
    ----------
    judged, indicator, names, regions, reasons
        As in `trend_table`; class says of a region without any figure why.
    source : str
        Source line of the indicator.
    """
    rows = judged.set_index("region").reindex(pd.Index(list(regions), name="region"))
    each = [row for _, row in rows.iterrows()]
    out = rows.assign(
        name=[names[region] for region in regions],
        indicator=indicator.id,
        unit=rows["unit"].fillna(indicator.unit),
        first_year=rows["first_year"].astype("Int64"),
        last_year=rows["last_year"].astype("Int64"),
        n=rows["n"].astype("Int64").fillna(0),
        judgement=[trend_wording.judgement_word(row, indicator) if _judged(row) else "" for row in each],
        turn=[trend_wording.turn_text(row) for row in each],
        source=source,
    )
    out["class"] = [
        trend_wording.CLASS_LABELS[row["verdict"]]
        if _judged(row)
        else wording.no_figure(reasons.get(str(row.name)))
        for row in each
    ]
    for name in ("p", "p_adjusted"):
        out[name] = out[name].map(lambda chance: float(f"{chance:.4g}"))
    wide = out.reset_index()[_ROWS]
    return wide.round(dict.fromkeys(wide.columns.difference(["p", "p_adjusted"]), 6))
