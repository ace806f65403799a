"""Figures of a study side by side: what is measured and expected per region and year, with half the width of the bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis._grid import Bools, Floats, Ints
from analysis.forecasting import Study


@dataclass(frozen=True)
class Sheet:
    """One figure of all regions.

    Attributes
    ----------
    mean, narrow, wide : ndarray, shape (regions, years)
        What was measured or is expected (empty where neither), and half the widths of the bands of 80 and 95 per cent:
        0 for what is measured, empty where the study tells none.
    last : ndarray of int, shape (regions,)
        Last year with a figure; 0 without a forecast.
    last_value : ndarray, shape (regions,)
        The figure of that year.
    """

    mean: Floats
    narrow: Floats
    wide: Floats
    last: Ints
    last_value: Floats


@dataclass(frozen=True)
class Sheets:
    """Figures of the same regions and years, by indicator."""

    regions: tuple[str, ...]
    start: int
    years: int
    of: dict[str, Sheet]

    def row(self, region: str) -> int:
        """Return the place of a region, -1 where it is not there."""
        return self.regions.index(region) if region in self.regions else -1


def sheets(studied: Study, indicators: Sequence[str], regions: Sequence[str]) -> Sheets:
    """Lay out some figures of some regions, from the oldest last year among them on."""
    ahead = _only(studied.forecasts, indicators, regions)
    start = int(ahead["last_year"].min()) if len(ahead) else 0
    years = int(ahead["year"].max()) - start + 1 if len(ahead) else 0
    known = measured(studied, indicators, regions)
    known = known[known["year"] >= start]
    index = pd.Index(regions)
    expected = {str(name): rows for name, rows in ahead.groupby("indicator")}
    before = {str(name): rows for name, rows in known.groupby("indicator")}
    of = {
        name: _sheet(expected.get(name, ahead[:0]), before.get(name, known[:0]), index, start, years)
        for name in indicators
    }
    return Sheets(tuple(regions), start, years, of)


def _only(frame: pd.DataFrame, indicators: Sequence[str], regions: Sequence[str]) -> pd.DataFrame:
    if frame.empty:
        return frame
    return frame[frame["indicator"].isin(list(indicators)) & frame["region"].isin(list(regions))]


def _sheet(ahead: pd.DataFrame, known: pd.DataFrame, regions: pd.Index, start: int, years: int) -> Sheet:
    mean, narrow, wide = (np.full((len(regions), years), np.nan) for _ in range(3))
    last, last_value = np.zeros(len(regions), dtype=np.intp), np.full(len(regions), np.nan)
    row = regions.get_indexer(pd.Index(ahead["region"]))
    column = ahead["year"].to_numpy(dtype=np.intp) - start
    middle = ahead["mean"].to_numpy(dtype=np.float64)
    mean[row, column] = middle
    for reach, level in ((narrow, 80), (wide, 95)):
        # A band that is cut off at what a figure can be shows its width on the other side.
        upper, lower = (ahead[f"{side}_{level}"].to_numpy(dtype=np.float64) for side in ("upper", "lower"))
        reach[row, column] = np.maximum(upper - middle, middle - lower)
    last[row] = ahead["last_year"]
    last_value[row] = ahead["last_value"]
    at = regions.get_indexer(pd.Index(known["region"])), known["year"].to_numpy(dtype=np.intp) - start
    mean[at] = known["value"]
    narrow[at] = wide[at] = 0.0
    return Sheet(mean, narrow, wide, last, last_value)


def measured(studied: Study, indicators: Sequence[str], regions: Sequence[str]) -> pd.DataFrame:
    """Return what a study tells of figures that were measured: region, indicator, year and value."""
    ahead = _only(studied.forecasts, indicators, regions)
    earlier = _only(studied.earlier, indicators, regions)
    keys = ["region", "indicator"]
    columns = [*keys, "year", "value"]
    first = ahead[ahead["horizon"] == 1] if len(ahead) else ahead
    parts = [first.reindex(columns=[*keys, "last_year", "last_value"]).set_axis(columns, axis=1)]
    if len(earlier):
        parts.append(earlier[[*keys, "origin", "last_value"]].set_axis(columns, axis=1))
        parts.append(earlier[columns])
    return pd.concat(parts, ignore_index=True).drop_duplicates([*keys, "year"], ignore_index=True)


def moved(sheet: Floats, columns: Ints) -> Floats:
    """Return a table with each row moved to begin at its own column; empty behind the end.

    Parameters
    ----------
    sheet : ndarray, shape (regions, years)
    columns : ndarray of int, shape (regions,)
    """
    years = sheet.shape[1]
    place = columns[:, None] + np.arange(years)
    inside: Bools = place < years
    found = np.take_along_axis(sheet, np.minimum(place, max(years - 1, 0)), axis=1) if years else sheet
    return np.where(inside, found, np.nan)
