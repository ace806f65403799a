"""Segments: the pieces of a series within which figures may be compared and joined by a line.

A wijk keeps its code while its land changes, a figure keeps its name while its meaning changes. A
segment is a run of years in which neither happened. That a wijk only got another code breaks nothing once
its figures are joined into one series (`analysis.lineage.join_series`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import SMALL_LEVELS, WITH_VALUE, require_defined
from analysis._grid import Bools, Ints, codes

#: Why a new segment begins, the most telling reason first.
REASONS: Final = ("redrawn", "recoded", "definition", "unit", "gap")

_RECODED: Final = 2
_REDRAWN: Final = 3
_NEEDS: Final = ("breaks",)


@dataclass(frozen=True)
class Series:
    """A panel in the order region, indicator, year, cut into series and segments.

    All arrays have one entry per row of the panel, in that order.

    Attributes
    ----------
    order : ndarray of int
        Row numbers of the panel.
    series : ndarray of int
        Number of the region x indicator series.
    segment : ndarray of int
        Number of the segment inside the series, from 0.
    valued : ndarray of bool
        Whether the row has a figure.
    last : ndarray of bool
        Whether the row lies in the last segment of its series that has a figure.
    broken : ndarray of bool
        Whether an earlier segment of the series has a figure too.
    reasons : dict
        Reason to ndarray of bool: whether a segment begins at the row for that reason.
    """

    order: Ints
    series: Ints
    segment: Ints
    valued: Bools
    last: Bools
    broken: Bools
    reasons: dict[str, Bools]


@dataclass(frozen=True)
class History:
    """What happened to the land of each region-year: running counts of changes, one entry per panel row."""

    redrawn: Ints
    recoded: Ints
    gap: Ints


def history(panel: pd.DataFrame) -> History:
    """Count, up to and including the year of each row, how often the region's land became another.

    The flag of a region-year is the gravest that any of its rows carries. A year without any row breaks
    the history, since nobody knows what happened to the borders in between (the country keeps its
    borders). So does a wijk or buurt whose flag is empty.
    """
    region, _ = codes(panel["region"])
    year = panel["year"].to_numpy()
    if not len(year):
        nothing = np.empty(0, dtype=np.intp)
        return History(nothing, nothing, nothing)
    first = int(year.min())
    span = int(year.max()) - first + 1
    shape = (int(region.max()) + 1, span)
    column = year - first
    flag = np.zeros(shape, dtype=np.int8)
    np.maximum.at(flag, (region, column), panel["boundary"].fillna(0).to_numpy(dtype=np.int8))
    present = np.zeros(shape, dtype=np.bool_)
    present[region, column] = True
    small = np.zeros(shape[0], dtype=np.bool_)
    small[region] = panel["level"].isin(SMALL_LEVELS).to_numpy(dtype=np.bool_)
    land = np.zeros(shape[0], dtype=np.bool_)
    land[region] = (panel["level"] == "land").to_numpy(dtype=np.bool_)

    before = np.zeros(shape, dtype=np.bool_)
    before[:, 1:] = present[:, :-1]
    unknown = present & ((~before & ~land[:, None]) | ((flag == 0) & small[:, None]))

    def running(change: Bools) -> Ints:
        return np.asarray(np.cumsum(change, axis=1)[region, column], dtype=np.intp)

    return History(
        redrawn=running(present & (flag == _REDRAWN)),
        recoded=running(present & (flag == _RECODED)),
        gap=running(unknown),
    )


def cut(panel: pd.DataFrame, definitions: pd.DataFrame) -> Series:
    """Cut the series of a panel into segments; see `number_segments` for the rules and the errors."""
    require_defined(panel, definitions, _NEEDS)
    region, _ = codes(panel["region"])
    indicator, names = codes(panel["indicator"])
    year = panel["year"].to_numpy().astype(np.intp)
    key = region * max(len(names), 1) + indicator
    order = np.lexsort((year, key))
    key, year, indicator = key[order], year[order], indicator[order]
    starts = np.ones(len(key), dtype=np.bool_)
    starts[1:] = key[1:] != key[:-1]
    valued = panel["status"].isin(WITH_VALUE).to_numpy(dtype=np.bool_)[order]

    land = history(panel)
    reasons = {
        "redrawn": _steps(land.redrawn[order], starts),
        "recoded": _steps(land.recoded[order], starts),
        "definition": _steps(_definitions_so_far(indicator, names, year, definitions), starts),
        "unit": _unit_changes(codes(panel["unit"])[0][order], valued, starts),
        "gap": _steps(land.gap[order], starts),
    }
    begins = np.logical_or.reduce(list(reasons.values()))
    series = np.cumsum(starts) - 1
    segment = _within(np.cumsum(begins), starts, series)
    last, broken = _last_with_value(series, segment, valued)
    return Series(order, series, segment, valued, last, broken, reasons)


def _steps(running: Ints, starts: Bools) -> Bools:
    changed = np.zeros(len(running), dtype=np.bool_)
    changed[1:] = running[1:] != running[:-1]
    return changed & ~starts


def _definitions_so_far(
    indicator: Ints, names: npt.NDArray[Any], year: Ints, definitions: pd.DataFrame
) -> Ints:
    so_far = np.zeros(len(year), dtype=np.intp)
    if not len(year):
        return so_far
    first = int(year.min())
    years = np.arange(first, int(year.max()) + 1)
    breaks = definitions["breaks"].reindex(pd.Index(names))
    table = np.array([np.searchsorted(sorted(known), years, side="right") for known in breaks])
    return np.asarray(table[indicator, year - first], dtype=np.intp)


def _unit_changes(unit: Ints, valued: Bools, starts: Bools) -> Bools:
    """Tell where a figure stands in another unit than the figure before it; empty rows say nothing."""
    place = np.arange(len(unit))
    latest = np.maximum.accumulate(np.where(valued, place, -1)) if len(unit) else place
    previous = np.full(len(unit), -1)
    previous[1:] = latest[:-1]
    begin = np.maximum.accumulate(np.where(starts, place, 0)) if len(unit) else place
    known = valued & (previous >= begin)
    return np.asarray(known & (unit != unit[previous]), dtype=np.bool_)


def _within(running: Ints, starts: Bools, series: Ints) -> Ints:
    return running - running[starts][series]


def _last_with_value(series: Ints, segment: Ints, valued: Bools) -> tuple[Bools, Bools]:
    count = int(series[-1]) + 1 if len(series) else 0
    highest = np.full(count, -1, dtype=np.intp)
    np.maximum.at(highest, series[valued], segment[valued])
    lowest = np.full(count, np.iinfo(np.intp).max, dtype=np.intp)
    np.minimum.at(lowest, series[valued], segment[valued])
    return segment == highest[series], (lowest < highest)[series]


def number_segments(panel: pd.DataFrame, definitions: pd.DataFrame) -> pd.Series[int]:
    """Number the segments of every region x indicator series in year order: 0, 1, 2, ...

    A new segment begins where

    - the region is redrawn (boundary 3), also if the figure itself has no row in that year, or recoded
      (boundary 2). In figures that were joined into series a 2 is only left where the former code is not
      known; in figures as published the code may have stood for other land the year before;
    - a new definition of the figure starts (``definitions.breaks``);
    - the figure stands in another unit than the figure before it;
    - the region has no row at all the year before, or a wijk or buurt has no boundary flag: its boundary
      history is unknown. So hand in the whole panel, not a selection of indicators.

    A missing figure inside a segment does not break it.

    Parameters
    ----------
    panel : DataFrame
        A panel; rows in any order.
    definitions : DataFrame
        Indexed by indicator id, with breaks (tuple of years in which a new definition starts).

    Returns
    -------
    Series of int
        On the index of the panel.

    Raises
    ------
    ValueError
        If a column is missing or an indicator or status is unknown.
    """
    pieces = cut(panel, definitions)
    numbers = np.empty(len(panel), dtype=np.int64)
    numbers[pieces.order] = pieces.segment
    return pd.Series(numbers, index=panel.index, name="segment")


def latest_segment(panel: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each series' last segment that has a figure.

    A series without any figure has no rows in the result; a later segment without any figure (a redrawn
    wijk whose figure is not published yet) is passed over. Rows keep their index and order. Parameters
    and errors as in `number_segments`.
    """
    pieces = cut(panel, definitions)
    keep = np.zeros(len(panel), dtype=np.bool_)
    keep[pieces.order] = pieces.last
    return panel[keep]


def segment_reasons(panel: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Tell why each segment but the first begins.

    Parameters and errors as in `number_segments`.

    Returns
    -------
    DataFrame
        One row per region, indicator, year and reason, with columns region, indicator, year (the first
        year of the new segment) and reason: ``redrawn``, ``recoded``, ``definition``, ``unit`` or
        ``gap``. Several things can happen in one year; the most telling reason comes first. A gap is
        only told where nothing else explains the break.
    """
    pieces = cut(panel, definitions)
    told = dict(pieces.reasons)
    explained = np.logical_or.reduce([told[reason] for reason in REASONS if reason != "gap"])
    told["gap"] = told["gap"] & ~explained
    frames = []
    for reason in REASONS:
        rows = panel[["region", "indicator", "year"]].iloc[pieces.order[told[reason]]]
        frames.append(rows.assign(reason=pd.Series(reason, index=rows.index, dtype="str")))
    return pd.concat(frames).sort_values(["region", "indicator", "year"], kind="stable", ignore_index=True)
