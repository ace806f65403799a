"""Development: where a figure stood, and where it stands now."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import require
from analysis._grid import Floats, Ints
from analysis.noise import BRIDGED, Z95, standard_errors
from analysis.segments import Series, cut

#: A noise band wider than this part of an ordinary figure says nothing.
_TOO_WIDE: Final = 0.5


def describe(
    panel: pd.DataFrame, definitions: pd.DataFrame, errors: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Describe how each figure of each region developed over its last segment.

    This is a description of two moments, not a test for a trend: the first and the last figure are held
    against the noise of those two figures only. Whether there is a lasting movement in the years between
    is another question.

    Parameters
    ----------
    panel : DataFrame
        A panel.
    definitions : DataFrame
        Indexed by indicator id; see `standard_errors` and `number_segments` for the columns read.
    errors : DataFrame, optional
        `standard_errors` of a panel that holds at least these rows under the same index. Computed from
        ``panel`` if left out; then the panel has to be the whole one.

    Returns
    -------
    DataFrame
        One row per region x indicator of the panel, columns

        - region, level, indicator, unit;
        - first_year, last_year (Int64), first_value, last_value: the ends of the last segment that has a
          figure, empty if there is no figure at all;
        - difference: last minus first; noise: 1.96 * sqrt(se_first^2 + se_last^2), both in the unit of
          the value and empty if there are fewer than two figures;
        - n_values: the number of figures in that segment; n_bridged: how many of those were converted to the
          borders of now;
        - verdict: ``higher`` or ``lower`` where the difference exceeds the noise; else ``too_uncertain``
          where the noise exceeds half of an ordinary figure (the larger of the two figures and the
          median of this indicator at this level), else ``about_equal``; ``no_figure`` with fewer than
          two figures;
        - broken: whether figures before this segment exist that cannot be compared with it;
        - status: status of the latest row of the series, which is the reason where the latest figure is
          missing.

    Raises
    ------
    ValueError
        As `standard_errors` does, or if ``errors`` lacks rows of the panel.
    """
    pieces = cut(panel, definitions)
    total = total_errors(panel, definitions, errors)
    starts = np.flatnonzero(np.diff(pieces.series, prepend=-1))
    count = len(starts)
    inside = np.flatnonzero(pieces.last & pieces.valued)
    n_values = np.bincount(pieces.series[inside], minlength=count)
    bridged = (panel["status"] == BRIDGED).to_numpy(dtype=np.bool_)[pieces.order]
    n_bridged = np.bincount(pieces.series[inside][bridged[inside]], minlength=count)
    first, last = _ends(pieces, inside, count)

    ends = _Ends(panel, total, pieces.order)
    difference = ends.value(last) - ends.value(first)
    noise = Z95 * np.hypot(ends.error(first), ends.error(last))
    pair = n_values >= 2
    difference, noise = np.where(pair, difference, np.nan), np.where(pair, noise, np.nan)

    head = panel[["region", "level", "indicator", "unit"]].iloc[pieces.order[starts]].reset_index(drop=True)
    unit = panel["unit"].iloc[pieces.order[np.where(last >= 0, last, starts)]].reset_index(drop=True)
    final_rows = pieces.order[np.append(starts[1:], len(pieces.series)) - 1] if count else pieces.order
    table = head.assign(
        unit=unit,
        first_year=ends.year(first),
        last_year=ends.year(last),
        first_value=ends.value(first),
        last_value=ends.value(last),
        difference=difference,
        noise=noise,
        n_values=n_values,
        n_bridged=n_bridged,
    )
    table["verdict"] = _verdicts(table)
    table["broken"] = pieces.broken[starts]
    table["status"] = panel["status"].iloc[final_rows].to_numpy()
    return table.astype({"verdict": "str", "status": "str"})


def total_errors(panel: pd.DataFrame, definitions: pd.DataFrame, errors: pd.DataFrame | None) -> Floats:
    """Return the total standard error of each row, from ``errors`` or computed anew."""
    if errors is None:
        errors = standard_errors(panel, definitions)
    require(errors, ("total",), "frame of errors")
    if not panel.index.isin(errors.index).all():
        raise ValueError("The frame of errors does not cover every row of the panel.")
    return errors["total"].reindex(panel.index).to_numpy(dtype=np.float64)


def _ends(pieces: Series, inside: Ints, count: int) -> tuple[Ints, Ints]:
    first = np.full(count, -1, dtype=np.intp)
    last = np.full(count, -1, dtype=np.intp)
    first[pieces.series[inside[::-1]]] = inside[::-1]
    last[pieces.series[inside]] = inside
    return first, last


class _Ends:
    """Values, errors and years at the places (in series order) where segments begin or end."""

    def __init__(self, panel: pd.DataFrame, total: Floats, order: Ints) -> None:
        self._value = panel["value"].to_numpy(dtype=np.float64)[order]
        self._error = total[order]
        self._year = panel["year"].to_numpy()[order]

    def value(self, place: Ints) -> Floats:
        return self._take(self._value, place)

    def error(self, place: Ints) -> Floats:
        return self._take(self._error, place)

    def year(self, place: Ints) -> pd.Series[Any]:
        return pd.Series(self._take(self._year, place)).astype("Int64")

    @staticmethod
    def _take(values: Any, place: Ints) -> Floats:
        taken = values[place] if len(values) else np.empty(0)
        return np.asarray(np.where(place >= 0, taken, np.nan), dtype=np.float64)


def _verdicts(table: pd.DataFrame) -> pd.Series[Any]:
    size = table[["first_value", "last_value"]].abs().max(axis=1)
    usual = table["last_value"].abs().groupby([table["level"], table["indicator"]]).transform("median")
    ordinary = np.fmax(size, usual)
    difference, noise = table["difference"], table["noise"]
    return pd.Series(
        np.select(
            [
                difference.isna(),
                difference > noise,
                difference < -noise,
                noise > _TOO_WIDE * ordinary,
            ],
            ["no_figure", "higher", "lower", "too_uncertain"],
            default="about_equal",
        ),
        index=table.index,
        dtype="str",
    )
