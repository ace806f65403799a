"""Forecasting: where a figure goes if the past is a guide, and how often such a band has been right.

One series at a time, with the damped trend of Gardner and McKenzie (Management Science 31, 1985) in its
state space form ETS(A,Ad,N) (Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing,
2008), estimated by statsmodels.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis._door import require_defined
from analysis._grid import Floats
from analysis.segments import latest_segment

FEWEST_YEARS: Final = 6
LEVELS: Final = (0.80, 0.95)
DAMPED_TREND: Final = "damped_trend"
STEADY_CHANGE: Final = "steady_change"
NO_CHANGE: Final = "no_change"

#: Smoothing of level and trend, damping, and the two starting states.
_DAMPED_TREND_ESTIMATES: Final = 5
#: The starting level and the yearly change.
_STEADY_CHANGE_ESTIMATES: Final = 2
#: The starting level.
_NO_CHANGE_ESTIMATES: Final = 1
#: With fewer residuals to spare AICc does not exist for the damped trend.
_FEWEST_FREE: Final = 3
_MOST_DECIMALS: Final = 3
#: Origins that a track record looks back on.
_MOST_ORIGINS: Final = 6


class TooShort(ValueError):
    """A series with too few years in a row for a forecast.

    Attributes
    ----------
    n, needed : int
        How many years in a row there are, and how many there have to be.
    """

    def __init__(self, n: int, needed: int) -> None:
        super().__init__(f"A forecast needs {needed} years in a row; there are {n}.")
        self.n = n
        self.needed = needed


@dataclass(frozen=True)
class _Outlook:
    """Expected values and their standard deviations per year ahead, and how well the method explains the past.

    ``freedom`` is the number of residuals left to judge the spread by; the method with the lowest
    ``information`` (AICc) is preferred.
    """

    method: str
    mean: Floats
    deviation: Floats
    freedom: int
    information: float


def bounds(unit: str) -> tuple[float | None, float | None]:
    """Return what a figure in this unit can be at least and at most; None where there is no limit."""
    if unit == "%":
        return 0.0, 100.0
    return (None if "euro" in unit else 0.0), None


def forecast(
    years: Sequence[int] | pd.Series[Any] | Floats,
    values: Sequence[float] | pd.Series[Any] | Floats,
    horizon: int = 5,
    levels: Sequence[float] = LEVELS,
    lower: float | None = None,
    upper: float | None = None,
    method: str | None = None,
) -> pd.DataFrame:
    """Forecast one annual series with bands.

    Only the last unbroken run of years with a figure is used: a missing year is never filled in. Three
    methods are tried and the one with the lowest AICc is kept (Hurvich and Tsai, Biometrika 76, 1989), so
    that a trend has to prove itself: on wijk series of a dozen years a damped trend that is always used
    is further off than saying that nothing changes.

    - ``no_change``: the last figure; bands from the year-on-year differences, growing with the root of the
      horizon.
    - ``steady_change``: the mean yearly change goes on (random walk with drift; Hyndman and Athanasopoulos,
      Forecasting: Principles and Practice, 2021, section 5.2); its bands count the uncertainty of that
      mean, and are never narrower than those of no change, since a trend that stops is how such a
      forecast goes wrong.
    - ``damped_trend``: ETS(A,Ad,N) by maximum likelihood, from eight years on; bands from the exact
      forecast variance (Hyndman et al. 2008, table 6.1). Passed over where it cannot be estimated.

    All use Student's t with the residual variance on the degrees of freedom that are left.
    Bands never get narrower than the rounding of the figures themselves.

    Parameters
    ----------
    years, values : sequences of equal length
        The series; years in any order, values may be empty (NaN).
    horizon : int, default 5
        Years ahead.
    levels : sequence of float, default (0.80, 0.95)
        Nominal coverage of the bands.
    lower, upper : float, optional
        What the figure can be at least and at most (see `bounds`); forecast and bands are cut off there.
    method : {"no_change", "steady_change", "damped_trend"}, optional
        Use this method instead of choosing; no change where a damped trend cannot be estimated.

    Returns
    -------
    DataFrame
        One row per year ahead: year, value, and low_80, high_80, low_95, high_95 (by ``levels``).
        ``attrs`` tells method (the one that was used), first_year, last_year and n_years of the run it was
        used on.

    Raises
    ------
    TooShort
        If the last unbroken run has fewer than six years.
    ValueError
        If years repeat, lengths differ, or horizon, levels or method make no sense.
    """
    if method not in (None, NO_CHANGE, STEADY_CHANGE, DAMPED_TREND):
        raise ValueError(f"Unknown method {method!r}.")
    if horizon < 1 or not all(0 < level < 1 for level in levels):
        raise ValueError("The horizon must be at least 1, and every level lie between 0 and 1.")
    run_years, run = _last_run(years, values)
    if len(run) < FEWEST_YEARS:
        raise TooShort(len(run), FEWEST_YEARS)
    candidates = _candidates(run, horizon)
    asked = [candidate for candidate in candidates if candidate.method == method]
    outlook = asked[0] if asked else min(candidates, key=lambda candidate: candidate.information)
    if method == DAMPED_TREND and not asked:
        outlook = candidates[0]
    table = _with_bands(outlook, levels, lower, upper)
    table.insert(0, "year", np.arange(1, horizon + 1) + int(run_years[-1]))
    table.attrs = {
        "method": outlook.method,
        "first_year": int(run_years[0]),
        "last_year": int(run_years[-1]),
        "n_years": len(run),
    }
    return table


def _last_run(years: Any, values: Any) -> tuple[Floats, Floats]:
    when = np.asarray(years, dtype=np.float64)
    what = np.asarray(values, dtype=np.float64)
    if when.shape != what.shape or when.ndim != 1:
        raise ValueError("Years and values must be of equal length.")
    when, what = when[np.isfinite(what)], what[np.isfinite(what)]
    order = np.argsort(when, kind="stable")
    when, what = when[order], what[order]
    if (np.diff(when) == 0).any():
        raise ValueError("A year occurs twice in the series.")
    gaps = np.flatnonzero(np.diff(when) != 1)
    start = int(gaps[-1]) + 1 if len(gaps) else 0
    return when[start:], what[start:]


def _candidates(run: Floats, horizon: int) -> list[_Outlook]:
    unchanged = _no_change(run, horizon)
    damped = _damped_trend(run, horizon)
    return [unchanged, _steady_change(run, unchanged), *([damped] if damped else [])]


def _resolution(run: Floats) -> float:
    """Return the smallest step in which the figures are written: 1, 0.1, 0.01 or 0.001."""
    for decimals in range(_MOST_DECIMALS):
        if np.allclose(run, np.round(run, decimals), rtol=0, atol=1e-9):
            return float(10.0**-decimals)
    return float(10.0**-_MOST_DECIMALS)


def _rounding_error(run: Floats) -> float:
    return _resolution(run) / float(np.sqrt(12))


def _damped_trend(run: Floats, horizon: int) -> _Outlook | None:
    """Estimate ETS(A,Ad,N); None where that is not possible."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    freedom = len(run) - _DAMPED_TREND_ESTIMATES
    if freedom < _FEWEST_FREE or np.ptp(run) == 0:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = ETSModel(run, error="add", trend="add", damped_trend=True)
            fit = model.fit(disp=False)
        except (ValueError, np.linalg.LinAlgError):
            return None
        if not fit.mle_retvals.get("converged", False):
            return None
        mean = np.asarray(fit.forecast(horizon), dtype=np.float64)
    squares = float(np.sum(np.asarray(fit.resid) ** 2))
    steps = np.arange(1, horizon)
    carried = fit.smoothing_level + fit.smoothing_trend * np.cumsum(fit.damping_trend**steps)
    growth = np.sqrt(1 + np.concatenate([[0.0], np.cumsum(carried**2)]))
    deviation = max(float(np.sqrt(squares / freedom)), _rounding_error(run)) * growth
    if not (np.isfinite(mean).all() and np.isfinite(deviation).all()):
        return None
    information = _information(squares, len(run), _DAMPED_TREND_ESTIMATES)
    return _Outlook(DAMPED_TREND, mean, deviation, freedom, information)


def _no_change(run: Floats, horizon: int) -> _Outlook:
    """Repeat the last figure: ETS(A,N,N) whose level follows every figure at once."""
    squares = float(np.sum(np.diff(run) ** 2))
    freedom = len(run) - _NO_CHANGE_ESTIMATES
    step = max(float(np.sqrt(squares / freedom)), _rounding_error(run))
    deviation = step * np.sqrt(np.arange(1, horizon + 1))
    information = _information(squares, len(run), _NO_CHANGE_ESTIMATES)
    return _Outlook(NO_CHANGE, np.full(horizon, run[-1]), deviation, freedom, information)


def _steady_change(run: Floats, unchanged: _Outlook) -> _Outlook:
    """Let the mean yearly change go on, with bands at least as wide as without it."""
    steps = np.diff(run)
    ahead = np.arange(1, len(unchanged.mean) + 1)
    squares = float(np.sum((steps - steps.mean()) ** 2))
    freedom = len(run) - _STEADY_CHANGE_ESTIMATES
    spread = np.sqrt(squares / freedom * (ahead + ahead**2 / len(steps)))
    return _Outlook(
        STEADY_CHANGE,
        run[-1] + steps.mean() * ahead,
        np.fmax(spread, unchanged.deviation),
        freedom,
        _information(squares, len(run), _STEADY_CHANGE_ESTIMATES),
    )


def _information(squares: float, n: int, estimates: int) -> float:
    """Return AICc from the residual sum of squares; the residual variance is one more estimate."""
    k = estimates + 1
    penalty = 2 * k * n / (n - k - 1)
    return -np.inf if squares <= 0 else float(n * np.log(squares / n) + penalty)


def _with_bands(
    outlook: _Outlook, levels: Sequence[float], lower: float | None, upper: float | None
) -> pd.DataFrame:
    table = pd.DataFrame({"value": outlook.mean})
    for level in levels:
        reach = _reach(level, outlook.freedom) * outlook.deviation
        table[f"low_{round(level * 100)}"] = outlook.mean - reach
        table[f"high_{round(level * 100)}"] = outlook.mean + reach
    return table.clip(lower=lower, upper=upper)


def _reach(level: float, freedom: int) -> float:
    return float(stats.t.ppf((1 + level) / 2, freedom))


def track_record(
    panel: pd.DataFrame,
    definitions: pd.DataFrame,
    indicator: str,
    level: str = "wijk",
    horizon: int = 3,
    minimum: int = FEWEST_YEARS,
    levels: Sequence[float] = LEVELS,
    max_series: int = 30,
) -> pd.DataFrame:
    """Measure how often earlier forecasts of this kind would have been right.

    Rolling origin (Tashman, International Journal of Forecasting 16, 2000): at each of the last six
    origins the forecast is made anew from the figures up to that year, and held against what came. The
    figures are those known today; where CBS revised a figure afterwards, the record knows the revision
    already and is that much too friendly.

    Parameters
    ----------
    panel : DataFrame
        A panel, whole enough for `number_segments`.
    definitions : DataFrame
        Indexed by indicator id, with breaks.
    indicator : str
        The figure that is forecast.
    level : str, default "wijk"
        Regions of this level are tried.
    horizon : int, default 3
        Years ahead.
    minimum : int, default 6
        Years in a row an origin must have behind it, at least six.
    levels : sequence of float, default (0.80, 0.95)
        Nominal coverage of the bands that are tried.
    max_series : int, default 30
        Try at most so many regions, spread evenly over the region codes.

    Returns
    -------
    DataFrame
        One row per horizon 1..horizon: horizon, n (forecasts held against a figure), covered_80,
        covered_95 (share of them inside the band, 0-1, by ``levels``), mae and mae_no_change (mean
        absolute error of the forecast, and of saying that nothing changes, in the unit of the figure).
        Empty where n is 0. ``attrs`` tells n_series (regions tried), first_origin and last_origin.

    Raises
    ------
    ValueError
        If a column is missing, the indicator has no definition, or minimum or max_series is too low.
    """
    require_defined(panel, definitions, ("breaks",))
    if indicator not in definitions.index:
        raise ValueError(f"The definitions do not know {indicator}.")
    if minimum < FEWEST_YEARS or max_series < 1:
        raise ValueError(f"minimum must be at least {FEWEST_YEARS} and max_series at least 1.")
    runs = _long_runs(panel, definitions, indicator, level, minimum + 1)
    chosen = sorted(runs)
    if len(chosen) > max_series:
        picked = np.linspace(0, len(chosen) - 1, max_series).round().astype(int)
        chosen = [chosen[place] for place in picked]
    trials = [trial for region in chosen for trial in _trials(*runs[region], horizon, minimum, tuple(levels))]
    return _record(pd.DataFrame(trials), horizon, levels, len(chosen))


def _long_runs(
    panel: pd.DataFrame, definitions: pd.DataFrame, indicator: str, level: str, needed: int
) -> dict[str, tuple[Floats, Floats, str]]:
    """Return years, values and unit of each region's last unbroken run, if it is long enough."""
    of_level = panel[panel["level"] == level]
    current = latest_segment(of_level, definitions)
    current = current[(current["indicator"] == indicator) & current["value"].notna()]
    runs = {}
    for region, rows in current.groupby("region"):
        years, values = _last_run(rows["year"], rows["value"])
        if len(values) >= needed:
            runs[str(region)] = (years, values, str(rows["unit"].iloc[-1]))
    return runs


def _trials(
    years: Floats, values: Floats, unit: str, horizon: int, minimum: int, levels: tuple[float, ...]
) -> list[dict[str, float]]:
    lower, upper = bounds(unit)
    origins = range(max(minimum, len(values) - _MOST_ORIGINS), len(values))
    trials = []
    for known in origins:
        ahead = forecast(years[:known], values[:known], horizon, levels, lower, upper)
        for step, (actual, row) in enumerate(
            zip(values[known:], ahead.to_dict("records"), strict=False), start=1
        ):
            trial = {
                "horizon": step,
                "origin": years[known - 1],
                "mae": abs(actual - row["value"]),
                "mae_no_change": abs(actual - values[known - 1]),
            }
            for name in (f"{round(level * 100)}" for level in levels):
                trial[f"covered_{name}"] = float(row[f"low_{name}"] <= actual <= row[f"high_{name}"])
            trials.append(trial)
    return trials


def _record(trials: pd.DataFrame, horizon: int, levels: Sequence[float], n_series: int) -> pd.DataFrame:
    measures = [*(f"covered_{round(level * 100)}" for level in levels), "mae", "mae_no_change"]
    steps = pd.RangeIndex(1, horizon + 1, name="horizon")
    if trials.empty:
        table = pd.DataFrame(np.nan, index=steps, columns=measures)
        table.insert(0, "n", 0)
        origins: tuple[int | None, int | None] = (None, None)
    else:
        groups = trials.groupby("horizon")
        table = groups[measures].mean().reindex(steps)
        table.insert(0, "n", groups.size().reindex(steps, fill_value=0).astype("int64"))
        origins = (int(trials["origin"].min()), int(trials["origin"].max()))
    table = table.reset_index()
    table.attrs = {"n_series": n_series, "first_origin": origins[0], "last_origin": origins[1]}
    return table
