"""What drives the weights of a forecast: what each of its members has shown in the series of one pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import require
from analysis._grid import Bools, Floats
from analysis._series import refuse_absurd
from analysis.forecasting import bounds
from analysis.forecasting._kernels import FEWEST, damped_trend, dynamic_theta, median_drift, own_trend
from analysis.forecasting._runs import Runs, cut_runs
from analysis.forecasting._shared import growth
from analysis.forecasting._spread import spread_of
from analysis.forecasting._weights import FEWEST_TO_LEARN, WEIGHTS, evidence, weights

#: What `evidence_table` holds against no change: the five members of the own trend, that trend, the shared one, the mixture.
MEMBERS: Final = (
    "damped_trend",
    "dynamic_theta_of_roots",
    "median_drift",
    "median_drift_of_roots",
    "own_pace",
    "own_trend",
    "shared_trend",
    "mixture",
)
_COLUMNS: Final = {
    **{"member": "str", "horizon": "int64", "error": "float64", "origins": "int64", "cases": "int64"},
    **{"own": "float64", "shared": "float64"},
}


def evidence_table(figures: pd.DataFrame, horizon: int = 5) -> pd.DataFrame:
    """Return what each member of the forecast has shown in the series of one pool, and the weight that it earned.

    The very evidence that `analysis.forecasting` learns its weights from, worked out anew with the same kernels: of each
    year that could have been the last, the error of the member relative to no change, each series counting by the root
    of how much it moves; then the mean of those years.

    Parameters
    ----------
    figures : DataFrame
        The series of one pool, as `analysis.trends.figures_of_panel` returns them, with unit and kind.
    horizon : int, default 5
        Years ahead; the weights at one are learned from the others too, so take that of the study to get its weights.

    Returns
    -------
    DataFrame
        One row per member (`MEMBERS`) and year ahead: member, horizon, error (relative to no change; empty where
        nothing came), origins (earlier years behind it), cases (series times years), own and shared (weights of the two
        trends now, 0-1). Empty without figures.

    Raises
    ------
    ValueError
        As `analysis.forecasting.study`, or if there is more than one pool.
    """
    require(figures, ("region", "indicator", "year", "value", "unit", "kind"), "frame of figures")
    refuse_absurd(figures)
    runs = cut_runs(figures)
    if len(np.unique(runs.pool)) > 1:
        raise ValueError("The frame of figures has more than one pool.")
    if not len(runs.n):
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
    pool = _Pool(runs, figures["unit"].astype(str).iloc[-1])
    changes = pool.changes(horizon)
    happened, scale = pool.happened(horizon), pool.scale()
    earned, tried = evidence(changes["own_trend"], changes["shared_trend"], happened, scale)
    counting = np.full(len(earned), bool((figures["kind"] == "count").iloc[-1]))
    weighed = weights(earned, tried, counting)
    mixed = weighed[:, :, :1] * changes["own_trend"] + weighed[:, :, 1:] * changes["shared_trend"]
    ahead = np.arange(1, horizon + 1)
    frames = []
    for member, change in (changes | {"mixture": mixed}).items():
        error, told = _alone(change, happened, scale)
        frames.append(
            pd.DataFrame(
                {
                    "member": member,
                    "horizon": ahead,
                    "error": error,
                    "origins": told.sum(axis=0),
                    "cases": np.where(told, tried, 0).sum(axis=0).astype(np.intp),
                    "own": weighed[-1, :, 0],
                    "shared": weighed[-1, :, 1],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _alone(change: Floats, happened: Floats, scale: Floats) -> tuple[Floats, Bools]:
    """Return the mean relative error of a member that counts in full, and the origins that tell, (years, horizon)."""
    full = int(np.flatnonzero((WEIGHTS == (1.0, 0.0)).all(axis=1))[0])
    earned = evidence(change, np.zeros_like(change), happened, scale)[0][:, :, full]
    told = np.isfinite(earned)
    number = told.sum(axis=0)
    total = np.where(told, earned, 0.0).sum(axis=0)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan), told


class _Pool:
    """The runs of one pool on their common calendar, years first."""

    def __init__(self, runs: Runs, unit: str) -> None:
        self._runs = runs
        self._shift = runs.first - runs.first.min()
        self._span = int((self._shift + runs.length).max())
        self._unit = unit
        self._values = self._lay(runs.values.T)
        self._counted = self._lay(runs.observed.T.astype(np.float64)) == 1
        self._age = np.arange(self._span, dtype=np.float64)[:, None] - self._shift

    def _lay(self, sheet: npt.NDArray[np.float64], empty: float = np.nan) -> Floats:
        """Lay out a sheet in which every series begins at its own first year, shape (years, ..., series)."""
        laid = np.full((self._span, *sheet.shape[1:]), empty)
        for shift in np.unique(self._shift):
            which = self._shift == shift
            part = sheet[: self._span - shift]
            laid[shift : shift + len(part), ..., which] = part[..., which]
        return laid

    def scale(self) -> Floats:
        """Return how much each series moves, known at each year."""
        noise = self._runs.noise
        laid = self._lay(noise.T, 0.0) if noise.ndim == 2 else np.broadcast_to(noise, self._values.shape)
        return spread_of(self._values, self._age, self._counted, laid)

    def happened(self, horizon: int) -> Floats:
        """Return how much the figure changed since each year that a forecast starts from, (years, horizon, series)."""
        enough = np.cumsum(self._counted, axis=0) >= max(FEWEST, FEWEST_TO_LEARN)
        starts = self._counted & enough
        base = np.where(starts, self._values, np.nan)
        measured = np.where(self._counted, self._values, np.nan)
        came = np.full((self._span, horizon, measured.shape[1]), np.nan)
        for h in range(min(horizon, self._span - 1)):
            came[: self._span - h - 1, h] = measured[h + 1 :]
        return np.asarray(came - base[:, None])

    def changes(self, horizon: int) -> dict[str, Floats]:
        """Return the change that each member expects at each year, within what a figure can be."""
        values = np.ascontiguousarray(self._runs.values.T)
        expected = {
            "damped_trend": self._lay(damped_trend(values, horizon)),
            "dynamic_theta_of_roots": self._lay(_of_roots(dynamic_theta, values, horizon)),
            "median_drift": self._lay(median_drift(values, horizon)),
            "median_drift_of_roots": self._lay(_of_roots(median_drift, values, horizon)),
        }
        expected["own_pace"], shared = growth(self._values, self._age, self._counted, horizon)
        # The mean of these five, as the forecast itself takes it.
        expected["own_trend"] = (4 * self._lay(own_trend(values, horizon)) + expected["own_pace"]) / 5
        expected["shared_trend"] = shared
        base, (low, high) = self._values[:, None], self._limits()
        return {member: np.clip(ahead, low, high) - base for member, ahead in expected.items()}

    def _limits(self) -> tuple[Floats, Floats]:
        """Return what figures can be, known at each year: a limit that was passed is none from then on."""
        least, most = bounds(self._unit)
        low = -np.inf if least is None else least
        high = np.inf if most is None else most
        under = np.logical_or.accumulate(self._values < low, axis=0)
        over = np.logical_or.accumulate(self._values > high, axis=0)
        return np.where(under, -np.inf, low)[:, None], np.where(over, np.inf, high)[:, None]


def _of_roots(kernel: Callable[[Floats, int], Floats], values: Floats, horizon: int) -> Floats:
    """Return what a kernel says on the scale of the roots; on that of the figures from the first one below zero on."""
    with np.errstate(invalid="ignore"):
        ahead = np.maximum(kernel(np.sqrt(values), horizon), 0) ** 2
    return np.where(np.isnan(ahead), kernel(values, horizon), ahead)
