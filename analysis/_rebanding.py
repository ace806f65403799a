"""Bands around forecasts that were moved: as wide as the errors of earlier forecasts, moved likewise, tell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis._adding_up import SERIES
from analysis._grid import Floats
from analysis.forecasting import LEVELS, Study
from analysis.forecasting._bands import bands


def with_bands(
    studied: Study,
    forecasts: pd.DataFrame,
    earlier: pd.DataFrame,
    limits: tuple[Floats, Floats],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put bands around new means: wider where the errors of the pool became wider, never narrower.

    The width that a band has rests on more earlier forecasts than a study shows, so it is kept but for a ratio: that of the
    widths that `analysis.forecasting._bands.bands` finds for the earlier forecasts after and before. On the development
    sets bands that were allowed to become narrower covered a point less than before (benchmarks/coherence.py); to add up
    is no ground to be surer.

    Parameters
    ----------
    studied : Study
        Before.
    forecasts, earlier : DataFrame
        Its frames with other means.
    limits : tuple of ndarray, shape (rows of earlier and then of forecasts,)
        What each figure can be at least and at most.
    """
    ratio, split = _Ratio(studied.earlier, earlier), len(earlier)
    low, high = limits
    return (
        _banded(studied.forecasts, forecasts, ratio.at(forecasts, None), (low[split:], high[split:])),
        _banded(studied.earlier, earlier, ratio.at(earlier, "origin"), (low[:split], high[:split])),
    )


class _Ratio:
    """How much wider each band becomes, per series, year in which it is drawn and horizon."""

    def __init__(self, before: pd.DataFrame, after: pd.DataFrame) -> None:
        touched = before["mean"].to_numpy() != after["mean"].to_numpy()
        mine = before["pool"].isin(before["pool"].to_numpy()[touched]).to_numpy()
        self._series = pd.MultiIndex.from_frame(before.loc[mine, SERIES]).unique()
        if not touched.any():
            return
        self._first = int(before.loc[mine, "origin"].min())
        was, now = (_reach(frame[mine], self._series, self._first) for frame in (before, after))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(was > 0, now / was, np.nan)
        # Further ahead than is known: as at the furthest that is.
        for h in range(1, ratio.shape[3]):
            ratio[..., h] = np.where(np.isnan(ratio[..., h]), ratio[..., h - 1], ratio[..., h])
        # Nor does a band get narrower further ahead.
        self._ratio = np.fmax.accumulate(np.fmax(ratio, 1.0), axis=3)

    def at(self, rows: pd.DataFrame, year: str | None) -> Floats:
        """Return the ratio of each row, shape (levels, rows); without ``year`` that of the newest year."""
        found = np.ones((len(LEVELS), len(rows)))
        place = self._series.get_indexer(pd.MultiIndex.from_frame(rows[SERIES]))
        there = place >= 0
        if not there.any():
            return found
        _, _, span, horizon = self._ratio.shape
        when = np.full(len(rows), span - 1) if year is None else rows[year].to_numpy() - self._first
        step = np.minimum(rows["horizon"].to_numpy(), horizon) - 1
        found[:, there] = self._ratio[:, place[there], when[there], step[there]]
        return found


def _reach(earlier: pd.DataFrame, series: pd.MultiIndex, first: int) -> Floats:
    """Return half the width of bands that rest on these forecasts, in units of the spread of their series.

    Shape (levels, series, years, horizon).
    """
    span = int(earlier["year"].max()) - first + 1
    errors = np.full((span, int(earlier["horizon"].max()), len(series)), np.nan)
    place = series.get_indexer(pd.MultiIndex.from_frame(earlier[SERIES]))
    miss = (earlier["value"] - earlier["mean"]) / earlier["scale"]
    errors[earlier["origin"] - first, earlier["horizon"] - 1, place] = miss
    pool = np.zeros(len(series), dtype=np.intp)
    pool[place] = earlier["pool"]
    reach = np.full((len(LEVELS), len(series), *errors.shape[:2]), np.nan)
    came = np.arange(span)[:, None] + np.arange(1, errors.shape[1] + 1)
    for number in np.unique(pool):
        mine = np.flatnonzero(pool == number)
        made = np.ascontiguousarray(errors[:, :, mine])
        for year in range(1, span):
            factors, own, _ = bands(np.where((came <= year)[:, :, None], made, np.nan)[: year + 1])
            reach[:, mine, year] = factors[:, None] * own[:, None]
    return reach


def _banded(
    before: pd.DataFrame, after: pd.DataFrame, ratio: Floats, limits: tuple[Floats, Floats]
) -> pd.DataFrame:
    mean, was = after["mean"].to_numpy(), before["mean"].to_numpy()
    changed = (was != mean) | (ratio != 1).any(axis=0)
    bands, reach = {}, np.zeros(len(mean))
    for number, level in enumerate(LEVELS):
        lower, upper = f"lower_{round(100 * level)}", f"upper_{round(100 * level)}"
        # A band that was cut off at a limit is whole on the other side. The levels may grow apart, but never cross.
        whole = np.maximum(was - before[lower], before[upper] - was).to_numpy()
        reach = np.maximum(ratio[number] * whole, reach)
        bands[lower] = np.where(changed, np.maximum(mean - reach, limits[0]), before[lower])
        bands[upper] = np.where(changed, np.minimum(mean + reach, limits[1]), before[upper])
    return after.assign(**bands)
