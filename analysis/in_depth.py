"""One series in depth: its components, what they leave over, and well-known models beside each other.

For whoever wants to check a forecast with other means. Everything rests on the same unbroken run of figures as the
forecast itself (`analysis.forecasting`); the models are those of statsmodels with the settings of a textbook (Hyndman and
Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 2021, chapters 5 and 8).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.special import ndtri
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.structural import UnobservedComponents

from analysis._door import require
from analysis._grid import Bools, Floats, Ints
from analysis._series import refuse_absurd
from analysis.forecasting import FEWEST_YEARS, bounds
from analysis.forecasting._runs import cut_runs

#: Why there is nothing to take apart: no figure, fewer than six in a row, or a figure that never changed.
REASONS: Final = ("no_figures", "too_few_years", "constant")
#: The models in `models`, the simplest first; Wijkradar itself is added by `of_wijkradar`.
MODELS: Final = ("no_change", "drift", "ets_ann", "ets_aadn", "theta", "local_linear")
WIJKRADAR: Final = "wijkradar"
#: Part of the outcomes that may lie outside a band of 80 %.
_OUTSIDE: Final = 0.2
_HALF_WIDTH: Final = float(ndtri(1 - _OUTSIDE / 2))
#: Residuals per lag that the test of Ljung and Box looks at.
_RESIDUALS_PER_LAG: Final = 5
#: What statsmodels raises where a series leaves a model nothing to estimate.
_CANNOT: Final = (ValueError, ArithmeticError, np.linalg.LinAlgError, IndexError, RuntimeError)
_COMPONENTS: Final = ["model", "year", "value", "level", "change", "residual"]
_SIDE_BY_SIDE: Final = [
    "model",
    "horizon",
    "year",
    "mean",
    "lower_80",
    "upper_80",
    "aicc",
    "error",
    "cases",
    "note",
]


@dataclass(frozen=True)
class History:
    """The unbroken run of figures at the end of one series.

    Attributes
    ----------
    years : ndarray of int, shape (years,)
    values : ndarray, shape (years,)
        Gaps of at most two years are bridged by a straight line.
    observed : ndarray of bool, shape (years,)
        Where there is a figure.
    unit : str
        As the source states it; empty if unknown.
    reason : str
        Why there is nothing to take apart (`REASONS`); empty where there is.
    """

    years: Ints
    values: Floats
    observed: Bools
    unit: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Leftover:
    """What the damped trend leaves over, one year ahead.

    Attributes
    ----------
    n : int
        Residuals.
    mean, mean_error : float
        Their mean and its standard error, in the unit of the figures.
    autocorrelation : float
        Of neighbouring years, -1 to 1.
    lags, ljung_box : int, float
        Lags in the test of Ljung and Box (Biometrika 65, 1978) and its p-value.
    outlier_year, outlier : int, float
        Year and size of the residual furthest from zero.
    ordinary : float
        Mean absolute size of the other residuals.
    """

    n: int
    mean: float
    mean_error: float
    autocorrelation: float
    lags: int
    ljung_box: float
    outlier_year: int
    outlier: float
    ordinary: float


def history_of(figures: pd.DataFrame, region: str, indicator: str) -> History:
    """Return the run of figures that a forecast of one series rests on.

    Parameters
    ----------
    figures : DataFrame
        As for `analysis.forecasting.study`.
    region, indicator : str

    Returns
    -------
    History
        Empty, with a reason, where there are no figures.

    Raises
    ------
    ValueError
        As `analysis.forecasting.study`.
    """
    require(figures, ("region", "indicator", "year", "value"), "frame of figures")
    rows = figures[(figures["region"] == region) & (figures["indicator"] == indicator)]
    refuse_absurd(rows)
    runs = cut_runs(rows)
    if not len(runs.latest) or runs.latest[0] < 0:
        nothing = np.empty(0)
        return History(nothing.astype(np.intp), nothing, nothing.astype(np.bool_), reason="no_figures")
    run = int(runs.latest[0])
    length = int(runs.length[run])
    values = runs.values[run, :length]
    few = int(runs.n[run]) < FEWEST_YEARS
    still = bool((values == values[0]).all())
    return History(
        np.arange(runs.first[run], runs.first[run] + length, dtype=np.intp),
        values,
        runs.observed[run, :length],
        str(rows["unit"].iloc[-1]) if "unit" in rows else "",
        "too_few_years" if few else "constant" if still else "",
    )


# The models ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ahead:
    """What a model says of the years ahead, on the scale of `_Scaled`."""

    mean: Floats
    lower: Floats
    upper: Floats
    aicc: float = np.nan
    converged: bool = True


@dataclass(frozen=True)
class _Scaled:
    """Figures as the optimisers like them: around zero, with yearly changes around one.

    All models here follow when a series is shifted or stretched, so that this changes nothing but the rounding.
    """

    figures: pd.Series[float]
    centre: float
    unit: float

    @classmethod
    def of(cls, values: Floats) -> _Scaled:
        unit = float(np.abs(np.diff(values)).mean())
        unit = unit if np.isfinite(unit) and unit > 0 else 1.0
        centre = float(values[-1])
        return cls(pd.Series((values - centre) / unit), centre, unit)

    def back(self, values: Floats) -> Floats:
        return np.asarray(values, dtype=np.float64) * self.unit + self.centre


def _around(mean: Floats, spread: Floats) -> _Ahead:
    return _Ahead(mean, mean - _HALF_WIDTH * spread, mean + _HALF_WIDTH * spread)


def _no_change(figures: pd.Series[float], horizon: int) -> _Ahead:
    steps = np.diff(figures.to_numpy())
    ahead = np.arange(1, horizon + 1)
    spread = np.sqrt((steps**2).mean() * ahead)
    return _around(np.full(horizon, figures.iloc[-1]), spread)


def _drift(figures: pd.Series[float], horizon: int) -> _Ahead:
    steps = np.diff(figures.to_numpy())
    ahead = np.arange(1, horizon + 1)
    spread = steps.std(ddof=1) * np.sqrt(ahead * (1 + ahead / len(steps)))
    return _around(figures.iloc[-1] + steps.mean() * ahead, spread)


def _ets(trend: bool) -> Callable[[pd.Series[float], int], _Ahead]:
    def ahead(figures: pd.Series[float], horizon: int) -> _Ahead:
        fit = _fitted_ets(figures, trend)
        n = len(figures)
        told = fit.get_prediction(start=n, end=n + horizon - 1).summary_frame(alpha=_OUTSIDE)
        mean, lower, upper = (told[name].to_numpy() for name in ("mean", "pi_lower", "pi_upper"))
        return _Ahead(mean, lower, upper, _aicc(fit, n), bool(fit.mle_retvals["converged"]))

    return ahead


def _fitted_ets(figures: pd.Series[float], trend: bool) -> Any:
    model = ETSModel(figures, error="add", trend="add" if trend else None, damped_trend=trend)
    return model.fit(disp=False)


def _theta(figures: pd.Series[float], horizon: int) -> _Ahead:
    fit = ThetaModel(figures, period=1, deseasonalize=False).fit()
    reach = fit.prediction_intervals(horizon, alpha=_OUTSIDE)
    return _Ahead(fit.forecast(horizon).to_numpy(), reach["lower"].to_numpy(), reach["upper"].to_numpy())


def _local_linear(figures: pd.Series[float], horizon: int) -> _Ahead:
    fit = _fitted_local_linear(figures)
    told = fit.get_forecast(horizon).summary_frame(alpha=_OUTSIDE)
    mean, lower, upper = (told[name].to_numpy() for name in ("mean", "mean_ci_lower", "mean_ci_upper"))
    return _Ahead(mean, lower, upper, _aicc(fit, len(figures)), bool(fit.mle_retvals["converged"]))


def _fitted_local_linear(figures: pd.Series[float]) -> Any:
    return UnobservedComponents(figures, "lltrend").fit(disp=False)


def _aicc(fit: Any, n: int) -> float:
    """Return the corrected criterion of Akaike (Hurvich and Tsai, Biometrika 76, 1989); empty where n is too small for it."""
    parameters = round((fit.aic + 2 * fit.llf) / 2)
    if n <= parameters + 1:
        return float("nan")
    return float(fit.aic + 2 * parameters * (parameters + 1) / (n - parameters - 1))


_FITTED: Final[dict[str, Callable[[pd.Series[float], int], _Ahead]]] = {
    "no_change": _no_change,
    "drift": _drift,
    "ets_ann": _ets(trend=False),
    "ets_aadn": _ets(trend=True),
    "theta": _theta,
    "local_linear": _local_linear,
}


def _forecast(model: str, values: Floats, horizon: int, unit: str) -> _Ahead | None:
    """Return what a model says, cut off at what a figure can be; None where it cannot be estimated."""
    scaled = _Scaled.of(values)
    found = _tried(lambda: _FITTED[model](scaled.figures, horizon))
    if found is None or not np.isfinite([found.mean, found.lower, found.upper]).all():
        return None
    low, high = bounds(unit)
    mean, lower, upper = (
        np.clip(scaled.back(part), low, high) for part in (found.mean, found.lower, found.upper)
    )
    # The likelihood of the figures themselves: stretching them by a unit takes its logarithm off for each.
    aicc = found.aicc + 2 * len(values) * np.log(scaled.unit)
    return _Ahead(mean, lower, upper, float(aicc), found.converged)


def _tried(work: Callable[[], Any]) -> Any:
    """Return what comes out, or None where the figures leave nothing to estimate."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return work()
        except _CANNOT:
            return None


# Components and what they leave over ----------------------------------------------------------------


def components(history: History) -> pd.DataFrame:
    """Take a series apart in level and yearly change, by a damped trend and by a second opinion.

    The damped trend ETS(A,Ad,N) knows the past of each year only; the local linear trend (Harvey, Forecasting, Structural
    Time Series Models and the Kalman Filter, 1989) looks back with all figures at hand.

    Parameters
    ----------
    history : History
        Without a reason.

    Returns
    -------
    DataFrame
        One row per model (``ets_aadn``, ``local_linear``) and year: model, year, value, level, change (per year) and
        residual (value less what was expected a year before; empty in years that the start of the model takes). A model
        that cannot be estimated has no rows.
    """
    scaled = _Scaled.of(history.values)
    parts = {
        "ets_aadn": _tried(lambda: _damped_parts(scaled.figures)),
        "local_linear": _tried(lambda: _local_linear_parts(scaled.figures)),
    }
    frames = [
        pd.DataFrame(
            {
                "model": model,
                "year": history.years,
                "value": history.values,
                "level": scaled.back(level),
                "change": np.asarray(change) * scaled.unit,
                "residual": np.where(history.observed, np.asarray(left) * scaled.unit, np.nan),
            }
        )
        for model, (level, change, left) in ((name, part) for name, part in parts.items() if part is not None)
        if np.isfinite(level).all() and np.isfinite(change).all()
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_COMPONENTS)


def _damped_parts(figures: pd.Series[float]) -> tuple[Floats, Floats, Floats]:
    fit = _fitted_ets(figures, trend=True)
    damping = fit.params[list(fit.param_names).index("damping_trend")]
    return fit.level.to_numpy(), fit.slope.to_numpy() * damping, fit.resid.to_numpy()


def _local_linear_parts(figures: pd.Series[float]) -> tuple[Floats, Floats, Floats]:
    fit = _fitted_local_linear(figures)
    left = np.array(fit.resid, dtype=np.float64)
    # Level and slope are unknown at the start: two figures go into finding them.
    left[:2] = np.nan
    return fit.level.smoothed, fit.trend.smoothed, left


def leftover(parts: pd.DataFrame) -> Leftover | None:
    """Describe the residuals of the damped trend.

    Parameters
    ----------
    parts : DataFrame
        As `components` returns it.

    Returns
    -------
    Leftover or None
        None where the model could not be estimated.
    """
    rows = parts[(parts["model"] == "ets_aadn") & parts["residual"].notna()]
    left = rows["residual"].to_numpy(dtype=np.float64)
    if len(left) < FEWEST_YEARS or not left.any():
        return None
    lags = max(1, len(left) // _RESIDUALS_PER_LAG)
    apart = left - left.mean()
    squares = float((apart**2).sum())
    test = acorr_ljungbox(left, lags=[lags]) if squares > 0 else None
    furthest = int(np.abs(left).argmax())
    return Leftover(
        n=len(left),
        mean=float(left.mean()),
        mean_error=float(left.std(ddof=1) / np.sqrt(len(left))),
        autocorrelation=float((apart[1:] * apart[:-1]).sum() / squares) if squares > 0 else float("nan"),
        lags=lags,
        ljung_box=float(test["lb_pvalue"].iloc[0]) if test is not None else float("nan"),
        outlier_year=int(rows["year"].iloc[furthest]),
        outlier=float(left[furthest]),
        ordinary=float(np.abs(np.delete(left, furthest)).mean()),
    )


# Side by side -------------------------------------------------------------------------------------


def models(history: History, horizon: int = 5) -> pd.DataFrame:
    """Forecast one series with well-known models, and with each of them at its own earlier years.

    Earlier years are those from six figures on (rolling origin; Tashman, International Journal of Forecasting 16, 2000);
    every model is estimated anew there, on figures up to that year.

    Parameters
    ----------
    history : History
        Without a reason.
    horizon : int, default 5
        Years ahead.

    Returns
    -------
    DataFrame
        One row per model (`MODELS`) and year ahead: model, horizon, year, mean, lower_80, upper_80 (as the model gives
        it, cut off at what a figure can be), aicc (empty for models without a likelihood or with too few figures),
        error (mean absolute error of earlier years relative to that of no change; empty where nothing came or moved),
        cases (earlier years behind it) and note: ``failed`` where the model cannot be estimated (its figures are
        empty), ``not_converged`` where the search for its settings did not end, else empty.
    """
    rows = []
    misses = {model: _earlier_misses(model, history, horizon) for model in MODELS}
    for model in MODELS:
        found = _forecast(model, history.values, horizon, history.unit)
        for h in range(horizon):
            error, cases = _relative(misses[model][:, h], misses["no_change"][:, h])
            row: dict[str, Any] = {"model": model, "horizon": h + 1, "year": int(history.years[-1]) + h + 1}
            row |= {"error": error, "cases": cases, "note": "failed", "aicc": np.nan}
            row |= dict.fromkeys(("mean", "lower_80", "upper_80"), np.nan)
            if found is not None:
                row |= {"mean": found.mean[h], "lower_80": found.lower[h], "upper_80": found.upper[h]}
                row |= {"aicc": found.aicc, "note": "" if found.converged else "not_converged"}
            rows.append(row)
    return pd.DataFrame(rows, columns=_SIDE_BY_SIDE)


def _earlier_misses(model: str, history: History, horizon: int) -> Floats:
    """Return how far a model would have been off, shape (origins, horizon); empty where nothing came."""
    values, observed = history.values, history.observed
    enough = np.cumsum(observed) >= FEWEST_YEARS
    origins = [int(origin) for origin in np.flatnonzero(enough & observed)]
    missed = np.full((len(origins), horizon), np.nan)
    for place, origin in enumerate(origins):
        near = min(horizon, len(values) - 1 - origin)
        if near < 1:
            continue
        found = _forecast(model, values[: origin + 1], near, history.unit)
        if found is not None:
            came = np.where(observed, values, np.nan)[origin + 1 : origin + 1 + near]
            missed[place, :near] = np.abs(came - found.mean)
    return missed


def _relative(missed: Floats, still: Floats) -> tuple[float, int]:
    """Return the mean error relative to no change over the origins that both have, and their number."""
    there = np.isfinite(missed) & np.isfinite(still)
    total = still[there].sum()
    return (float(missed[there].sum() / total) if total > 0 else float("nan")), int(there.sum())


def of_wijkradar(outlook: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return the forecast of Wijkradar itself as rows beside those of `models`.

    Parameters
    ----------
    outlook : DataFrame
        Rows of one series in `analysis.forecasting.Study.forecasts`, as far as there is a band.
    earlier : DataFrame
        Rows of the same series in `analysis.forecasting.Study.earlier`.

    Returns
    -------
    DataFrame
        The columns of `models`, for the years ahead in ``outlook``.
    """
    rows = []
    for _, ahead in outlook.sort_values("horizon").iterrows():
        then = earlier[earlier["horizon"] == ahead["horizon"]]
        value = then["value"].to_numpy(dtype=np.float64)
        missed, still = (
            np.abs(value - then[name].to_numpy(dtype=np.float64)) for name in ("mean", "last_value")
        )
        error, cases = _relative(missed, still)
        row = {name: ahead[name] for name in ("horizon", "year", "mean", "lower_80", "upper_80")}
        rows.append({"model": WIJKRADAR, **row, "aicc": np.nan, "error": error, "cases": cases, "note": ""})
    return pd.DataFrame(rows, columns=_SIDE_BY_SIDE)
