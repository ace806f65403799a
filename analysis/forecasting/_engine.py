"""The whole forecast as arrays: own and shared trend, their weights, the bands, at every year that could have been last.

Everything that is known at a year rests on figures up to that year: the trends, the weights, which are learned from
forecasts whose outcome was known by then, and the bands, from the errors of those forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from analysis._grid import Bools, Floats, Ints
from analysis.forecasting._bands import LEVELS, bands
from analysis.forecasting._kernels import FEWEST, own_trend
from analysis.forecasting._shared import growth
from analysis.forecasting._spread import Inputs, spread_of
from analysis.forecasting._weights import FEWEST_TO_LEARN, HALF_SURE, evidence, weights

_Kind = TypeVar("_Kind", np.float64, np.bool_, np.intp)
#: Half the width of a band around nothing but noise, in its standard error: quantiles of the normal distribution.
_OF_NOISE: Final = np.array([1.2815515655446004, 1.959963984540054])


@dataclass(frozen=True)
class Outputs:
    """Forecasts made at every year that could have been the last one; empty where there is none.

    Without ``every_origin`` (see `run`) there is one year: that of the last figure of each series.

    Attributes
    ----------
    mean : ndarray, shape (series, years, horizon)
    reach : ndarray, shape (levels, series, years, horizon)
        Half the width of the bands before they are cut off at what a figure can be.
    own, shared : ndarray, shape (series, years, horizon)
        Weights of the trends.
    origins : ndarray of int, shape (series, years, horizon)
        Years of earlier forecasts that the band rests on.
    came : ndarray, shape (series, years, horizon)
        What came; empty where it was not measured, or the forecast was not made from a measured figure.
    scale : ndarray, shape (series, years)
        How much each series moves from year to year, known at each year.
    """

    mean: Floats
    reach: Floats
    own: Floats
    shared: Floats
    origins: Ints
    came: Floats
    scale: Floats


def run(inputs: Inputs, horizon: int, every_origin: bool = True) -> Outputs:
    """Forecast all series; with ``every_origin`` give what would have been said in earlier years too.

    One pool after the other, so that what is computed stays in the cache, and no pool knows of another.
    """
    series, years = inputs.values.shape
    trend = own_trend(np.ascontiguousarray(inputs.values.T), horizon)
    out = _Sheets(years if every_origin else min(years, 1), horizon, series)
    order = np.argsort(inputs.pool, kind="stable")
    ends = np.cumsum(np.bincount(inputs.pool, minlength=1))
    for start, end in zip(np.r_[0, ends[:-1]], ends, strict=True):
        if start < end:
            _run_pool(inputs, order[start:end], trend, every_origin, out)
    return out.outputs()


class _Sheets:
    """What `run` fills, with the years first and the series last."""

    def __init__(self, years: int, horizon: int, series: int) -> None:
        shape = (years, horizon, series)
        self.mean, self.own, self.shared, self.came = (np.full(shape, np.nan) for _ in range(4))
        self.reach = np.full((len(LEVELS), *shape), np.nan)
        self.origins = np.zeros(shape, dtype=np.intp)
        self.scale = np.full((years, series), np.nan)

    def outputs(self) -> Outputs:
        mean, own, shared, came, reach = (
            np.moveaxis(sheet, -1, -3) for sheet in (self.mean, self.own, self.shared, self.came, self.reach)
        )
        return Outputs(mean, reach, own, shared, np.moveaxis(self.origins, -1, 0), came, self.scale.T)


def _run_pool(inputs: Inputs, rows: Ints, trend: Floats, every_origin: bool, out: _Sheets) -> None:
    """Forecast one pool; large arrays are changed in place, as asking for new memory takes longer than the sums."""
    plan = _Calendar(inputs, rows)
    values, counted, age = plan.lay(inputs.values.T), plan.lay(inputs.observed.T, False), plan.age()
    noise, low, high = (plan.lay_known(known) for known in (inputs.noise, inputs.lowest, inputs.highest))
    horizon = trend.shape[1]
    paced, shared = growth(values, age, counted, horizon)
    # Five members of equal weight, of which own_trend is the mean of four.
    own = plan.lay(trend)
    own *= 4
    own += paced
    own /= 5
    scale = spread_of(values, age, counted, noise)
    base, lowest, highest = values[:, None], low[:, None], high[:, None]
    for expected in (own, shared):
        np.clip(expected, lowest, highest, out=expected)
        expected -= base
    figures = np.cumsum(counted, axis=0)
    happened = _came(values, counted & (figures >= FEWEST), counted, horizon)
    if every_origin:
        plan.put(happened, out.came)
    happened -= base
    earned, tried = evidence(own, shared, happened, np.where(figures >= FEWEST_TO_LEARN, scale, np.nan))
    weighed = weights(earned, tried, _counting(plan.lay_known(inputs.counts), values))
    of_own, of_shared = weighed[:, :, :1], weighed[:, :, 1:]
    now = of_own[-1].T * plan.latest(own) + of_shared[-1].T * plan.latest(shared)
    if every_origin:
        mean = of_own * own
        mean += of_shared * shared
        mean += base
        plan.put(np.clip(mean, lowest, highest, out=mean), out.mean)
    now += plan.latest(base)
    plan.put_latest(np.clip(now, plan.latest(lowest), plan.latest(highest)), out.mean)
    for amount in (happened, own, shared):
        amount /= scale[:, None]
    factors, own_factor, origins = _bands_by_year(happened, own, shared, scale, weighed, every_origin)
    width_now = own_factor[-1][:, None] * plan.latest(scale[:, None])
    for level, multiple in enumerate(_OF_NOISE):
        if every_origin:
            reach = factors[:, level, :, None] * (own_factor * scale)[:, None]
            plan.put(np.maximum(reach, multiple * noise[:, None], out=reach), out.reach[level])
        reach_now = np.maximum(factors[-1, level] * width_now, multiple * plan.latest(noise[:, None]))
        plan.put_latest(reach_now, out.reach[level])
    for sheet, by_year in ((out.own, of_own), (out.shared, of_shared), (out.origins, origins[:, :, None])):
        if every_origin:
            plan.put(np.broadcast_to(by_year, own.shape), sheet)
        plan.put_latest(np.broadcast_to(by_year[-1].T, now.shape), sheet)
    if every_origin:
        plan.put(scale, out.scale)
    plan.put_latest(plan.latest(scale[:, None])[:, 0], out.scale)


def _bands_by_year(
    happened: Floats, own: Floats, shared: Floats, scale: Floats, weighed: Floats, every_origin: bool
) -> tuple[Floats, Floats, Ints]:
    """Return `bands` at each year, or at the last one only: factors, own factors and origins, years first.

    Changes that came and that the trends expected are in units of the spread (``scale``). The errors are those that earlier
    forecasts would have had with the weights of that year. With the weights of their own year they would be larger where
    a pool learned since, and the bands too wide. A pool of a few series hardly learned: there the weights of their own
    year count for more, or errors would be judged by what was fitted to them.
    """
    years, horizon, series = happened.shape
    factors, adapted = np.full((years, len(LEVELS), horizon), np.nan), np.ones((years, series))
    origins = np.zeros((years, horizon), dtype=np.intp)
    size = np.isfinite(scale).sum(axis=1)
    sheet = np.empty((years, horizon, series))
    for year in range(FEWEST, years) if every_origin else range(years - 1, years):
        errors = sheet[: year + 1]
        errors.fill(np.nan)
        learned = size[year] / (size[year] + HALF_SURE)
        weight = learned * weighed[year] + (1 - learned) * weighed[:year]
        for h in range(min(horizon, year)):
            known = slice(0, year - h)
            np.multiply(own[known, h], -weight[known, h, :1], out=errors[known, h])
            errors[known, h] -= weight[known, h, 1:] * shared[known, h]
            errors[known, h] += happened[known, h]
        factors[year], adapted[year], origins[year] = bands(errors)
    return factors, adapted, origins


def _came(values: Floats, starts: Bools, counted: Bools, horizon: int) -> Floats:
    """Return what came after each year that a forecast starts from, shape (years, horizon, series)."""
    years, series = values.shape
    came = np.full((years, horizon, series), np.nan)
    measured = np.where(counted, values, np.nan)
    for h in range(min(horizon, years - 1)):
        came[: years - h - 1, h] = measured[h + 1 :]
    came.transpose(0, 2, 1)[~starts] = np.nan
    return came


def _counting(counts: Bools, values: Floats) -> Bools:
    """Return per year whether most series that have a figure by then count something."""
    there = np.isfinite(values)
    so_far = np.logical_or.accumulate(there, axis=0)
    return np.asarray((so_far & counts).sum(axis=1) > so_far.sum(axis=1) / 2)


class _Calendar:
    """Where the series of a pool lie on their common calendar.

    Attributes
    ----------
    span : int
        Years from the first figure of any series to the last one of any.
    last : ndarray of int, shape (series,)
        Year of the calendar with the last figure of each series.
    """

    def __init__(self, inputs: Inputs, rows: Ints) -> None:
        first = inputs.first[rows]
        self._shift = first - first.min()
        there = np.isfinite(inputs.values[rows])
        self.last = self._shift + there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
        self.span = int(self.last.max()) + 1
        together = int(rows[-1]) - int(rows[0]) + 1 == len(rows)
        self._rows: Ints | slice = slice(int(rows[0]), int(rows[-1]) + 1) if together else rows
        self._shifts = [
            (int(shift), np.flatnonzero(self._shift == shift)) for shift in np.unique(self._shift)
        ]

    def age(self) -> Floats:
        """Return the years since the first figure, shape (span, series)."""
        return np.asarray(np.arange(self.span, dtype=np.float64)[:, None] - self._shift)

    def lay(self, sheet: npt.NDArray[_Kind], empty: float = np.nan) -> npt.NDArray[_Kind]:
        """Return the series of the pool from a sheet in which every series begins at its first figure."""
        mine: npt.NDArray[_Kind] = sheet[..., self._rows]
        if len(self._shifts) == 1 and len(mine) >= self.span:
            return np.ascontiguousarray(mine[: self.span])
        laid = np.full((self.span, *mine.shape[1:]), empty, dtype=mine.dtype)
        for shift, which in self._shifts:
            part = mine[: self.span - shift]
            laid[shift : shift + len(part), ..., which] = part[..., which]
        return laid

    def lay_known(self, known: npt.NDArray[_Kind]) -> npt.NDArray[_Kind]:
        """Return what is known of each series, or of each series and year, shape (span, series)."""
        if known.ndim == 1:
            return np.broadcast_to(known[self._rows], (self.span, len(self._shift)))
        return self.lay(known.T, 0)

    def latest(self, laid: npt.NDArray[_Kind]) -> npt.NDArray[_Kind]:
        """Return what stands at the last figure of each series, shape (series, horizon)."""
        return laid[self.last, :, np.arange(len(self.last))]

    def put(self, laid: npt.NDArray[Any], sheet: npt.NDArray[Any]) -> None:
        """Write what was computed for the calendar to where every series begins at its own first figure."""
        for shift, which in self._shifts:
            part = laid[shift : min(self.span, shift + len(sheet))]
            if len(self._shifts) == 1:
                sheet[: len(part), ..., self._rows] = part
            else:
                columns = which + self._rows.start if isinstance(self._rows, slice) else self._rows[which]
                sheet[: len(part), ..., columns] = part[..., which]

    def put_latest(self, found: npt.NDArray[Any], sheet: npt.NDArray[Any]) -> None:
        """Write what was computed for the last figure of each series, first axis, to a sheet of all years or of one."""
        rows = (
            self._rows if not isinstance(self._rows, slice) else np.arange(self._rows.start, self._rows.stop)
        )
        sheet[np.minimum(self.last - self._shift, len(sheet) - 1), ..., rows] = found
