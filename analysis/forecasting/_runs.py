"""Figures cut into runs: the unbroken pieces that a forecast can rest on and learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._grid import Bools, Floats, Ints, codes
from analysis._series import NOTHING
from analysis.forecasting._kernels import FEWEST

#: Years without a figure that a run bridges by a straight line; a longer gap ends it.
LONGEST_GAP: Final = 2


@dataclass(frozen=True)
class Runs:
    """Runs of figures, one row each; those of a pool stand together, in an order that does not depend on the frame.

    The last run of every series, and of earlier ones (before a break or a long gap) those that are long enough to learn
    from: at their time they were the last.

    Attributes
    ----------
    head : DataFrame
        region and indicator, one row per series in order of appearance.
    newest : ndarray of int, shape (series,)
        Row in the frame of figures with the newest figure, or else the newest row, of each series.
    latest : ndarray of int, shape (series,)
        Last run of each series, -1 without figures.
    gap, broken : ndarray of bool, shape (series,)
        Whether figures before a long gap, or before a break, were left out of the last run.
    series, pool, first, n, length : ndarray of int, shape (runs,)
        Series and pool of each run, its first year, the number of figures, and of years.
    values : ndarray, shape (runs, years)
        From the first figure on; short gaps are bridged; empty behind the last figure.
    observed : ndarray of bool, shape (runs, years)
        Where there is a figure.
    noise : ndarray, shape (runs, years) or (runs,)
        Root of the mean known variance of the figures up to each year, 0 where unknown.
    """

    head: pd.DataFrame
    newest: Ints
    latest: Ints
    gap: Bools
    broken: Bools
    series: Ints
    pool: Ints
    first: Ints
    n: Ints
    length: Ints
    values: Floats
    observed: Bools
    noise: Floats


def cut_runs(figures: pd.DataFrame) -> Runs:
    """Cut a frame of figures into runs; columns and errors as in `analysis.forecasting.study.study`."""
    region, regions = codes(figures["region"])
    indicator, indicators = codes(figures["indicator"])
    number, distinct = pd.factorize(region * max(len(indicators), 1) + indicator)
    region, indicator = np.divmod(distinct.astype(np.intp), max(len(indicators), 1))
    head = pd.DataFrame({"region": regions[region], "indicator": indicators[indicator]}).astype("str")
    rows = _in_order(figures, number)
    newest = np.zeros(len(head), dtype=np.intp)
    newest[number[rows]] = rows
    rows = rows[np.isfinite(figures["value"].to_numpy(dtype=np.float64)[rows])]
    newest[number[rows]] = rows
    pools, labels = codes(figures["pool"] if "pool" in figures else figures["indicator"])
    pool = _ranks(labels)[pools[newest]]
    rank = np.empty(len(head), dtype=np.intp)
    rank[np.lexsort((_ranks(regions)[region], _ranks(indicators)[indicator], pool))] = np.arange(len(head))
    return _laid(figures, head, newest, pool, rank, rows, number[rows])


def _in_order(figures: pd.DataFrame, number: Ints) -> Ints:
    """Return the rows by series, segment and year; refuse two figures of one series and year."""
    year = figures["year"].to_numpy().astype(np.intp)
    segment = (
        pd.factorize(figures["segment"], sort=True)[0] if "segment" in figures else np.zeros_like(number)
    )
    start, span = int(year.min(initial=0)), int(year.max(initial=0) - year.min(initial=0)) + 1
    cell = number * span + year - start
    there = cell[figures["value"].notna().to_numpy()]
    if (np.diff(there) <= 0).any() and (np.diff(np.sort(there)) == 0).any():
        raise ValueError("The frame of figures has two figures for one region, indicator and year.")
    key = (number * (int(segment.max(initial=0)) + 1) + segment) * span + year - start
    if (np.diff(key) >= 0).all():
        return np.arange(len(key))
    return np.argsort(key, kind="stable")


def _ranks(labels: npt.NDArray[Any]) -> Ints:
    """Return the place of every label among the sorted ones."""
    ranks = np.empty(len(labels), dtype=np.intp)
    ranks[np.argsort(labels.astype(str), kind="stable")] = np.arange(len(labels))
    return ranks


def _laid(
    figures: pd.DataFrame, head: pd.DataFrame, newest: Ints, pool: Ints, rank: Ints, rows: Ints, series: Ints
) -> Runs:
    """Lay out the runs that count; ``rows`` are the figures by series, segment and year."""
    year = figures["year"].to_numpy()[rows].astype(np.intp)
    value = figures["value"].to_numpy(dtype=np.float64)[rows]
    value = np.where(np.abs(value) < NOTHING, 0.0, value)
    segment = figures["segment"].to_numpy()[rows] if "segment" in figures else np.zeros_like(rows)
    begins = np.ones(len(rows), dtype=np.bool_)
    same = (series[1:] == series[:-1]) & (segment[1:] == segment[:-1])
    begins[1:] = ~same | (np.diff(year) > LONGEST_GAP + 1)
    starts = np.flatnonzero(begins)
    n = np.diff(np.append(starts, len(rows)))
    of_series = series[starts]
    # The last run of a series is written last.
    latest = np.full(len(head), -1, dtype=np.intp)
    latest[of_series] = np.arange(len(starts))
    is_latest = np.zeros(len(starts), dtype=np.bool_)
    is_latest[latest[latest >= 0]] = True
    gap, broken = (np.zeros(len(head), dtype=np.bool_) for _ in range(2))
    of_latest = starts[latest[of_series]]
    gap[of_series[~is_latest & (segment[starts] == segment[of_latest])]] = True
    broken[of_series[segment[starts] != segment[of_latest]]] = True
    kept = np.flatnonzero(is_latest | (n >= FEWEST))
    kept = kept[np.lexsort((starts[kept], rank[of_series[kept]]))]
    place = np.full(len(starts), -1, dtype=np.intp)
    place[kept] = np.arange(len(kept))
    latest[latest >= 0] = place[latest[latest >= 0]]

    run = np.cumsum(begins) - 1
    ends = starts + n - 1
    length = (year[ends] - year[starts] + 1)[kept] if len(kept) else n[kept]
    inside = place[run] >= 0
    column = year - year[starts][run]
    row = place[run]
    shape = (len(kept), int(length.max(initial=0)))
    values, observed = np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_)
    values[row[inside], column[inside]] = value[inside]
    observed[row[inside], column[inside]] = True
    jump = np.where(begins, 1, np.diff(year, prepend=0))
    for wide in range(2, LONGEST_GAP + 2):
        at = np.flatnonzero(inside & (jump == wide))
        for step in range(1, wide):
            between = value[at - 1] + (value[at] - value[at - 1]) * (step / wide)
            values[row[at], column[at] - wide + step] = between
    noise = np.zeros(len(kept))
    # Chance is in the errors of earlier forecasts already; rounding and conversion are a floor under them.
    known = next((name for name in ("measurement", "error") if name in figures), None)
    if known:
        error = np.nan_to_num(figures[known].to_numpy(dtype=np.float64)[rows])
        squares = np.zeros(shape)
        squares[row[inside], column[inside]] = error[inside] ** 2
        noise = np.sqrt(np.cumsum(squares, axis=1) / np.maximum(np.cumsum(observed, axis=1), 1))
    return Runs(
        head,
        newest,
        latest,
        gap,
        broken,
        of_series[kept],
        pool[of_series[kept]],
        year[starts][kept],
        n[kept],
        length,
        values,
        observed,
        noise,
    )
