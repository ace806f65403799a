"""Figures laid out as a matrix of series by years: what the methods for short series work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis._grid import Bools, Floats, Ints, codes

#: Below this the square of a figure is no number any more, and its noise would seem to be none.
NOTHING: Final = 1e-150
#: Beyond this the square of a figure overflows.
_ABSURD: Final = 1e100
#: A year beyond this is a date or a typing error, and would make a table of years without end.
_LAST_YEAR: Final = 9_999


@dataclass(frozen=True)
class Pattern:
    """Series that have figures in the very same years."""

    rows: Ints
    columns: Ints
    times: Floats


@dataclass(frozen=True)
class Laid:
    """Figures as a matrix of series by years, with what is known of each series.

    Attributes
    ----------
    head : DataFrame
        region and indicator, one row per series in order of appearance.
    values, errors : ndarray, shape (series, years)
        Figures of the last segment, empty where there is none, and their standard errors, 0 where unknown.
    n, first, last, centre : ndarray, shape (series,)
        Number of figures, first, last and mean year.
    broken : ndarray of bool, shape (series,)
        Whether earlier figures were left out.
    constant : ndarray of bool, shape (series,)
        Whether all figures are equal.
    noise : ndarray, shape (series,)
        Mean known variance of the figures.
    pool : ndarray of int, shape (series,)
    ordinary : ndarray, shape (series,)
        Size of an ordinary figure.
    patterns : list of Pattern
    """

    head: pd.DataFrame
    values: Floats
    errors: Floats
    n: Ints
    first: Ints
    last: Ints
    centre: Floats
    broken: Bools
    constant: Bools
    noise: Floats
    pool: Ints
    ordinary: Floats
    patterns: list[Pattern]


def refuse_absurd(figures: pd.DataFrame) -> None:
    """Refuse a frame of figures that no method can make sense of; see `analysis.trends.trends`."""
    value = figures["value"].to_numpy(dtype=np.float64)
    if (np.abs(value[~np.isnan(value)]) > _ABSURD).any():
        raise ValueError("The frame of figures has a value that is infinite or absurdly large.")
    year = figures["year"].to_numpy(dtype=np.float64)
    if not ((year >= 0) & (year <= _LAST_YEAR) & (year == np.floor(year))).all():
        raise ValueError("The frame of figures has a year that is not a whole number from 0 to 9999.")
    for name in ("region", "indicator", "pool", "segment"):
        if name in figures and (figures[name].isna().to_numpy() & ~np.isnan(value)).any():
            raise ValueError(f"The frame of figures has a figure without {name}.")
    if "error" in figures:
        error = figures["error"].to_numpy(dtype=np.float64)
        if ((error < 0) | (error > _ABSURD)).any():
            raise ValueError(
                "The frame of figures has an error that is negative, infinite or absurdly large."
            )


def lay_out(figures: pd.DataFrame) -> Laid:
    """Lay figures out, one row per region x indicator; parameters and errors as in `analysis.trends.trends`."""
    region, regions = codes(figures["region"])
    indicator, indicators = codes(figures["indicator"])
    key = region * max(len(indicators), 1) + indicator
    number, distinct = pd.factorize(key)
    head = pd.DataFrame(
        {
            "region": regions[distinct // max(len(indicators), 1)] if len(distinct) else [],
            "indicator": indicators[distinct % max(len(indicators), 1)] if len(distinct) else [],
        }
    ).astype("str")
    value = figures["value"].to_numpy(dtype=np.float64)
    value = np.where(np.abs(value) < NOTHING, 0.0, value)
    year = figures["year"].to_numpy().astype(np.intp)
    count, start = len(head), int(year.min()) if len(year) else 0
    shape = (count, int(year.max()) - start + 1 if len(year) else 0)
    there = np.isfinite(value)
    if (np.bincount(number[there] * shape[1] + year[there] - start) > 1).any():
        raise ValueError("The frame of figures has two figures for one region, indicator and year.")
    segment = figures["segment"].to_numpy() if "segment" in figures else np.zeros(len(figures), dtype=np.intp)
    newest = np.full(count, -np.inf)
    np.maximum.at(newest, number[there], segment[there])
    used = there & (segment == newest[number])
    values, errors = np.full(shape, np.nan), np.zeros(shape)
    values[number[used], year[used] - start] = value[used]
    if "error" in figures:
        error = figures["error"].to_numpy(dtype=np.float64)
        errors[number[used], year[used] - start] = np.nan_to_num(error[used])
    n = np.bincount(number[used], minlength=count)
    broken = np.bincount(number[there & ~used], minlength=count) > 0
    filled = np.isfinite(values)
    years = np.arange(start, start + shape[1])
    first = np.where(filled.any(axis=1), years[filled.argmax(axis=1)], start) if shape[1] else n
    last = np.where(filled.any(axis=1), years[::-1][filled[:, ::-1].argmax(axis=1)], start) if shape[1] else n
    centre = np.where(filled, years, 0).sum(axis=1) / np.maximum(n, 1)
    pool = np.zeros(count, dtype=np.intp)
    pools, _ = codes(figures["pool"] if "pool" in figures else figures["indicator"])
    pool[number] = pools
    lowest = np.where(filled, values, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(filled, values, -np.inf).max(axis=1, initial=-np.inf)
    noise = (errors**2).sum(axis=1) / np.maximum(n, 1)
    return Laid(
        head,
        values,
        errors,
        n,
        first,
        last,
        centre,
        broken,
        lowest == highest,
        noise,
        pool,
        _ordinary(values, pool, _counted(figures, number, count)),
        _patterns(filled),
    )


def _counted(figures: pd.DataFrame, number: Ints, count: int) -> Bools:
    counted = np.zeros(count, dtype=np.bool_)
    if "kind" in figures:
        counted[number] = (figures["kind"] == "count").to_numpy(dtype=np.bool_)
    return counted


def _ordinary(values: Floats, pool: Ints, counted: Bools) -> Floats:
    """Return the size of an ordinary figure of each series: never below that of its pool, unless it counts.

    A share of half a percent that doubles is a small thing; a small wijk that gets half as many people again is not.
    """
    own = pd.Series(pd.DataFrame(np.abs(values)).median(axis=1).to_numpy(), dtype="float64")
    of_pool = own.groupby(pool).transform("median").mask(counted)
    return np.asarray(np.fmax(own, of_pool), dtype=np.float64)


def _patterns(filled: Bools) -> list[Pattern]:
    if not filled.size:
        return []
    packed = np.ascontiguousarray(np.packbits(filled, axis=1))
    _, first, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which.ravel()))
    patterns = []
    for example, rows in zip(first, np.split(order, ends[:-1]), strict=True):
        columns = np.flatnonzero(filled[example])
        patterns.append(Pattern(rows, columns, columns.astype(np.float64)))
    return patterns
