"""The rows of any panel file as figures: cut at breaks, with their noise and who learns from whom."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from analysis.trends import figures_of_panel

KEYS: Final = ["region", "indicator"]
#: Unit of a count in tables of CBS.
_COUNTED: Final = "aantal"
#: A file with these columns is a panel of Wijkradar, which knows where figures can no longer be compared.
_OF_A_PANEL: Final = ("level", "unit", "boundary")


def figures_of_rows(rows: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Return the figures in a file in the form that `analysis.trends.trends` and `analysis.forecasting.study` take.

    Parameters
    ----------
    rows : DataFrame
        What `data.panel_file.read` returns. Where there is no column segment, segments are what `analysis.segments`
        makes of level, unit and boundary; with boundary alone a 2 or 3 begins a new piece.
    definitions : DataFrame
        The catalogue as a frame: knows the years in which an indicator got another meaning.

    Returns
    -------
    DataFrame
        One row per figure that is there: region, indicator, year, value, and what the file tells of segment, error
        (total), measurement (the part of it that is rounding and conversion), unit, kind and pool. With level, only regions of one level are one pool.
    """
    if "segment" in rows or "boundary" not in rows:
        used = [name for name in ("segment", "error", "measurement", "unit") if name in rows]
        figures = rows.loc[rows["value"].notna(), [*KEYS, "year", "value", *used]]
        if "unit" in rows:
            figures["kind"] = figures["unit"].map({_COUNTED: "count"}).fillna("rate")
        if "level" not in rows:
            return figures
        # A gemeente is far larger and smoother than its wijken, and teaches nothing about them.
        return figures.assign(pool=figures["indicator"] + " " + rows["level"])
    of_wijkradar = all(name in rows for name in _OF_A_PANEL)
    there = rows["value"].notna()
    panel = rows.assign(
        # Borders of the country never change: so of a file that tells no level only the flags that are there count.
        level=rows["level"] if of_wijkradar else "land",
        unit=rows["unit"] if of_wijkradar else "",
        status=there.map({True: "observed", False: "not_published"}).astype("str"),
    )
    known = definitions if of_wijkradar else definitions.iloc[:0]
    names = pd.Index(rows["indicator"].unique())
    known = known[["breaks", "kind"]].reindex(names)
    known["breaks"] = [entry if isinstance(entry, tuple) else () for entry in known["breaks"]]
    figures = figures_of_panel(panel, known, _errors(rows))
    return figures.assign(unit=rows["unit"].reindex(figures.index)) if "unit" in rows else figures


def _errors(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the errors of a file in parts; one that tells no part is all of the measurement, as of a survey."""
    none = pd.Series(0.0, rows.index)
    total = rows.get("error", none).fillna(0.0)
    measurement = rows.get("measurement", total).fillna(0.0)
    return pd.DataFrame({"total": total, "rounding": measurement, "bridging": none})


def in_fixed_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort rows by region, indicator and year: sums then come out the same to the last digit, however a file lies."""
    ranks = [_ranks(rows[name]) for name in KEYS]
    order = np.lexsort((rows["year"].to_numpy(), ranks[1], ranks[0]))
    return rows.take(order).reset_index(drop=True)


def _ranks(names: pd.Series) -> np.ndarray:
    """Return where each name stands among the distinct ones in order; far faster than sorting all the text."""
    return pd.factorize(names, sort=True)[0]
