"""Trends of any panel as a table to take along: one row per region and indicator, a class in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from analysis.trends import judge, trends
from reports.export import without_formulas
from reports.panel_figures import KEYS, figures_of_rows

COLUMNS: Final = ["region", "indicator", "slope", "lower", "upper", "p", "p_adjusted", "class"]


def trend_table(rows: pd.DataFrame, definitions: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Judge the trend of every region and indicator in a file, all of them as one family.

    Parameters
    ----------
    rows : DataFrame
        What `data.panel_file.read` returns. Figures before a break are not used: of a series only the last segment,
        and where there is no column segment, what `analysis.segments` makes of level, unit and boundary. With
        boundary alone a 2 or 3 begins a new piece. With level, only regions of one level learn from each other how
        years hang together.
    definitions : DataFrame
        The catalogue as a frame: knows the years in which an indicator got another meaning.
    words : mapping of str to str
        Word for each of `analysis.trends.VERDICTS`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row per region and indicator in order of appearance. Slope and its 95 % band
        (lower, upper) are per year, in the unit of the value; all numbers are empty where there is no verdict.
    """
    series = rows[KEYS].drop_duplicates(ignore_index=True)
    judged = judge(trends(figures_of_rows(rows, definitions)))
    told = judged["verdict"] != "no_verdict"
    numbers = judged[COLUMNS[2:-1]].where(told)
    found = pd.concat([judged[KEYS], numbers, judged["verdict"].map(words).rename("class")], axis=1)
    table = series.merge(found, "left", on=KEYS)
    return table.fillna({"class": words["no_verdict"]})[COLUMNS]


def to_bytes(table: pd.DataFrame) -> bytes:
    """Write a table of trends as csv: commas, decimal points, six significant digits, no formulas."""
    return without_formulas(table).to_csv(index=False, float_format="%.6g", lineterminator="\n").encode()
