"""From a frame of figures to forecasts with bands, reasons where there are none, and what was said in earlier years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import require
from analysis._grid import Bools, Floats, Ints
from analysis._series import refuse_absurd
from analysis.forecasting._engine import Outputs, run
from analysis.forecasting._runs import Runs, cut_runs
from analysis.forecasting._spread import Inputs

#: Fewer figures in a row than this allow no forecast.
FEWEST_YEARS: Final = 6
#: A series that ends at most this many years before the newest figure of its pool is still of now.
OLDEST: Final = 2
#: Why a series has no forecast: no figure at all; too few figures in a row since a break in the series; too few since a
#: year without a figure; too few at all; the last figure is older than those of other regions.
REASONS: Final = ("no_figures", "break", "gap", "too_few_years", "ended")
#: Below this weight of all trends together a forecast is called no change.
_NOTHING: Final = 0.05
_KEYS: Final = ("region", "indicator", "year", "value")


@dataclass(frozen=True)
class Study:
    """What is expected of every series, and what was expected in earlier years.

    Attributes
    ----------
    forecasts : DataFrame
        One row per series and year ahead, in order of series: region, indicator, year, horizon, mean, lower_80,
        upper_80, lower_95, upper_95 (empty where there are too few earlier forecasts to know how far off they were),
        method (``no_change``, ``own_trend``, ``shared_trend`` or ``both_trends``), own and shared (weights of the
        trends, 0-1), last_year and last_value (what the forecast starts from), n (figures it rests on), origins
        (years of earlier forecasts that the band rests on), pool and scale (see ``earlier``).
    refused : DataFrame
        One row per series without a forecast: region, indicator, reason (one of `REASONS`), n (figures in a row) and
        last_year (empty without figures).
    earlier : DataFrame
        One row per series, earlier origin and year ahead whose figure is known: region, indicator, pool, origin, year,
        horizon, value (what came), last_value (no change), mean, lower_80, upper_80, lower_95, upper_95 (as they would
        have been given then; empty where none would), size (see `study`; empty if unknown), scale (mean absolute
        yearly change of the series up to the origin), own and shared (weights of the trends then, 0-1).
    """

    forecasts: pd.DataFrame
    refused: pd.DataFrame
    earlier: pd.DataFrame


def bounds(unit: str) -> tuple[float | None, float | None]:
    """Return what a figure in this unit can be at least and at most; None where there is no limit."""
    if unit == "%":
        return 0.0, 100.0
    return (None if "euro" in unit else 0.0), None


def study(
    figures: pd.DataFrame, horizon: int = 5, *, earlier: bool = True, oldest: int | None = OLDEST
) -> Study:
    """Forecast every series of a frame, with bands from the errors of earlier forecasts of like series.

    A gap of at most two years is bridged by a straight line, so that the past before it is not lost; such a year never
    counts as a figure: no forecast starts there, none is held against it, and the pool does not learn from it. A longer
    gap or a new segment starts anew. What lies before still teaches the pool, as do series that ended: at their time
    they were there. So what ``earlier`` says of an origin is to the last figure what a study of the figures up to that
    year says (docs/methode/prognose.md); only ``size`` is that of the newest row.

    A series that never moved gets the movement of its pool. Where nothing in a pool ever moved, the band is the noise of
    measurement, or empty if that is not known. A series of zeros likewise.

    A pool knows nothing of another one, and the order of the rows does not matter: both hold to the last digit.

    Parameters
    ----------
    figures : DataFrame
        As `analysis.trends.figures_of_panel` returns it, or any frame with region, indicator, year and value; optional
        columns measurement (standard error of rounding and conversion; else error), segment, pool, kind and unit, and size
        (inhabitants, for the record by size).
    horizon : int, default 5
        Years ahead.
    earlier : bool, default True
        Whether to give what would have been said in earlier years too.
    oldest : int or None, default OLDEST
        Refuse a series that ends more years than this before the newest figure of its pool; None forecasts every
        series from its own end.

    Returns
    -------
    Study

    Raises
    ------
    ValueError
        If a column is missing, a region has two figures for one indicator and year, a value or year is absurd (see
        `analysis.trends.trends`), or the horizon is not 1 or more.
    """
    require(figures, _KEYS, "frame of figures")
    if horizon < 1:
        raise ValueError("The horizon must be at least 1.")
    refuse_absurd(figures)
    runs = cut_runs(figures)
    unit = _of_series(figures, runs, "unit", "")[runs.series]
    low, high = _limits(unit, runs.values)
    counts = _counts(figures, runs, unit)
    inputs = Inputs(runs.values, runs.observed, runs.first, _dense(runs.pool), counts, runs.noise, low, high)
    outputs = run(inputs, horizon, earlier)
    reason = _reasons(runs, oldest)
    size = _of_series(figures, runs, "size", np.nan).astype(np.float64)
    return Study(
        _forecasts(runs, inputs, outputs, np.flatnonzero(reason == "")),
        _refused(runs, reason),
        _earlier(runs, inputs, outputs, size) if earlier else pd.DataFrame(),
    )


def _dense(pool: Ints) -> Ints:
    """Number the pools that occur, in order; runs of a pool stand together already."""
    return np.asarray(np.cumsum(np.diff(pool, prepend=pool[:1]) != 0), dtype=np.intp)


def _reasons(runs: Runs, oldest: int | None) -> np.ndarray:
    """Return why each series has no forecast, empty where it has one."""
    there = runs.latest >= 0
    run = runs.latest[there]
    n, last, pool = runs.n[run], runs.first[run] + runs.length[run] - 1, runs.pool[run]
    newest = np.zeros(int(pool.max(initial=0)) + 1, dtype=np.intp)
    np.maximum.at(newest, pool, last)
    few = n < FEWEST_YEARS
    ended = np.zeros(len(n), dtype=np.bool_) if oldest is None else newest[pool] - last > oldest
    reason = np.full(len(there), "no_figures", dtype=object)
    reason[there] = np.select(
        [few & runs.gap[there], few & runs.broken[there], few, ended],
        ["gap", "break", "too_few_years", "ended"],
        default="",
    )
    return reason


def _of_series(figures: pd.DataFrame, runs: Runs, column: str, default: object) -> np.ndarray:
    """Return what the newest row of each series has in a column."""
    if column not in figures:
        return np.full(len(runs.head), default)
    return figures[column].to_numpy()[runs.newest]


def _limits(unit: np.ndarray, values: Floats) -> tuple[Floats, Floats]:
    """Return what figures can be; a limit that a series has passed is none for that series from then on."""
    names, which = np.unique(unit.astype(str), return_inverse=True)
    known = [bounds(str(name)) for name in names]
    low = np.array([-np.inf if least is None else least for least, _ in known])[which]
    high = np.array([np.inf if most is None else most for _, most in known])[which]
    under, over = values < low[:, None], values > high[:, None]
    if under.any() or over.any():
        low = np.where(np.logical_or.accumulate(under, axis=1), -np.inf, low[:, None])
        high = np.where(np.logical_or.accumulate(over, axis=1), np.inf, high[:, None])
    return low, high


def _counts(figures: pd.DataFrame, runs: Runs, unit: np.ndarray) -> Bools:
    """Return which series count something: as told, else where up to then all figures of the pool are whole and some
    exceed 100; shape (runs,) or (runs, years).
    """
    if "kind" in figures:
        return np.asarray(_of_series(figures, runs, "kind", "") == "count")[runs.series]
    row, column = np.nonzero(runs.observed)
    value, year, pool = runs.values[row, column], runs.first[row] + column, runs.pool[row]
    never = np.iinfo(np.intp).max
    broken, large = (np.full(int(runs.pool.max(initial=0)) + 1, never) for _ in range(2))
    fraction = (value != np.round(value)) | (unit[row] == "%")
    np.minimum.at(broken, pool[fraction], year[fraction])
    np.minimum.at(large, pool[value > 100], year[value > 100])
    calendar = runs.first[:, None] + np.arange(runs.values.shape[1])
    return np.asarray((calendar < broken[runs.pool][:, None]) & (calendar >= large[runs.pool][:, None]))


def _forecasts(runs: Runs, inputs: Inputs, outputs: Outputs, series: Ints) -> pd.DataFrame:
    run, horizon = runs.latest[series], outputs.mean.shape[2]
    n = runs.length[run]
    # With one year only it is that of the last figure.
    at = (run, np.minimum(n, outputs.mean.shape[1]) - 1)
    ahead = np.arange(1, horizon + 1)
    last = inputs.first[run] + n - 1
    own, shared = outputs.own[at].ravel(), outputs.shared[at].ravel()
    frame = runs.head.take(np.repeat(series, horizon)).reset_index(drop=True)
    mean = outputs.mean[at]
    columns: dict[str, Any] = {
        "year": (last[:, None] + ahead).ravel(),
        "horizon": np.tile(ahead, len(run)),
        "mean": mean.ravel(),
    }
    limits = (_at(inputs.lowest, run, n - 1)[:, None], _at(inputs.highest, run, n - 1)[:, None])
    for name, column in _bands(mean, outputs.reach[(slice(None), *at)], *limits).items():
        columns[name] = column.ravel()
    return frame.assign(
        **columns,
        method=method_of(own, shared),
        own=own,
        shared=shared,
        last_year=np.repeat(last, horizon),
        last_value=np.repeat(inputs.values[run, n - 1], horizon),
        n=np.repeat(runs.n[run], horizon),
        origins=outputs.origins[at].ravel(),
        pool=np.repeat(runs.pool[run], horizon),
        scale=np.repeat(outputs.scale[at], horizon),
    )


def _at(known: Floats, run: Ints, column: Ints) -> Floats:
    """Return what is known of each run, or of each run and year."""
    return known[run] if known.ndim == 1 else known[run, column]


def _bands(mean: Floats, reach: Floats, low: Floats, high: Floats) -> dict[str, Floats]:
    return {
        "lower_80": np.maximum(mean - reach[0], low),
        "upper_80": np.minimum(mean + reach[0], high),
        "lower_95": np.maximum(mean - reach[1], low),
        "upper_95": np.minimum(mean + reach[1], high),
    }


def method_of(own: Floats, shared: Floats) -> np.ndarray:
    """Name what a forecast rests on by the weights of its trends; see ``method`` in `Study`."""
    return np.select(
        [own + shared < _NOTHING, own >= 3 * shared, shared >= 3 * own],
        ["no_change", "own_trend", "shared_trend"],
        default="both_trends",
    )


def _refused(runs: Runs, reason: np.ndarray) -> pd.DataFrame:
    without = np.flatnonzero(reason != "")
    run = runs.latest[without]
    there = run >= 0
    n, last = np.zeros(len(run), dtype=np.intp), np.zeros(len(run), dtype=np.int64)
    n[there] = runs.n[run[there]]
    last[there] = (runs.first + runs.length - 1)[run[there]]
    year = pd.array(last, dtype="Int64")
    year[~there] = pd.NA
    frame = runs.head.iloc[without].reset_index(drop=True)
    return frame.assign(reason=reason[without], n=n, last_year=year).astype({"reason": "str"})


def _earlier(runs: Runs, inputs: Inputs, outputs: Outputs, size: Floats) -> pd.DataFrame:
    series = np.flatnonzero(runs.latest >= 0)
    run = runs.latest[series]
    enough = np.cumsum(runs.observed[run], axis=1) >= FEWEST_YEARS
    told = np.isfinite(outputs.came[run]) & np.isfinite(outputs.mean[run]) & enough[:, :, None]
    place, column, step = np.nonzero(told)
    series, run = series[place], run[place]
    origin = inputs.first[run] + column
    mean = outputs.mean[run, column, step]
    limits = (_at(inputs.lowest, run, column), _at(inputs.highest, run, column))
    return (
        runs.head.take(series)
        .reset_index(drop=True)
        .assign(
            pool=runs.pool[run],
            origin=origin,
            year=origin + step + 1,
            horizon=step + 1,
            value=outputs.came[run, column, step],
            last_value=inputs.values[run, column],
            mean=mean,
            **_bands(mean, outputs.reach[:, run, column, step], *limits),
            size=size[series],
            scale=outputs.scale[run, column],
            own=outputs.own[run, column, step],
            shared=outputs.shared[run, column, step],
        )
    )
