"""Weights and bands of a small pool, worked out once more in plain loops from docs/adr/0027."""

from __future__ import annotations

from math import exp, pi, sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.forecasting import study
from analysis.forecasting._kernels import own_trend
from analysis.forecasting._shared import growth
from analysis.forecasting._spread import spread_of

YEARS, HORIZON = 13, 4
GRID = [(a / 5, b / 5) for a in range(6) for b in range(6) if a + b <= 5]
LEVELS = {"80": 0.9, "95": 0.975}


def pool(series: int, late: bool) -> pd.DataFrame:
    rng = np.random.default_rng(series)
    steps = rng.normal(0.02, 0.03, (series, YEARS)) + rng.normal(0, 0.01, YEARS)
    values = np.linspace(300, 3000, series)[:, None] * np.exp(steps.cumsum(axis=1))
    figures = pd.DataFrame(
        [(f"WK{s}", "people", 2010 + y, values[s, y]) for s in range(series) for y in range(YEARS)],
        columns=["region", "indicator", "year", "value"],
    )
    begun = (figures["region"] != "WK0") | (figures["year"] >= 2014)
    return figures[begun | (not late)].assign(kind="count", unit="aantal", measurement=1.5)


class ByHand:
    """What is known in the last year, with one loop per sum; the trends and the spread are those of the kernels."""

    def __init__(self, figures: pd.DataFrame) -> None:
        wide = figures.pivot_table("value", "year", "region").to_numpy()
        begun = np.isfinite(wide).argmax(axis=0)
        age = np.arange(YEARS)[:, None] - begun
        own = np.full((YEARS, HORIZON, wide.shape[1]), np.nan)
        for s, first in enumerate(begun):
            own[first:, :, s] = own_trend(wide[first:, [s]], HORIZON)[:, :, 0]
        there = np.isfinite(wide)
        paced, shared = growth(wide, age.astype(float), there, HORIZON)
        self.own = (4 * own + paced) / 5 - wide[:, None]
        self.shared = shared - wide[:, None]
        self.scale = spread_of(wide, age.astype(float), there, np.full((1, 1), 1.5))
        self.wide, self.age, self.series = wide, age, range(wide.shape[1])

    def came(self, t: int, h: int, s: int, fewest: int = 4) -> float:
        """Return the change that came after year ``t``; empty where no forecast was made then."""
        return self.wide[t + h, s] - self.wide[t, s] if self.age[t, s] >= fewest - 1 else np.nan

    def weights(self, now: int, h: int) -> tuple[float, float]:
        """Return the weights of own and shared trend for ``h`` years ahead, as known in year ``now``."""
        losses, sure, origins, forecasts = [0.0] * len(GRID), 0.0, 0, 0
        for k in range(1, HORIZON + 1):
            near = sqrt(min(h, k) / max(h, k))
            for t in range(now - k + 1):
                told = [s for s in self.series if np.isfinite(self.came(t, k, s, fewest=5))]
                if not told:
                    continue
                errors = [
                    sum(self.miss(t, k, s, pair) / sqrt(self.scale[t, s]) for s in told) for pair in GRID
                ]
                losses = [
                    loss + near * (error / errors[0] - 1) for loss, error in zip(losses, errors, strict=True)
                ]
                sure += near
                origins, forecasts = origins + (k == 1), forecasts + len(told) * (k == 1)
        size = forecasts / origins if origins else 0.0
        told_by = 100 * origins * size / (size + 2)
        chance = [
            exp(-19 * sum(pair) - told_by * loss / (sure or 1))
            for pair, loss in zip(GRID, losses, strict=True)
        ]
        mean = [sum(c * pair[i] for c, pair in zip(chance, GRID, strict=True)) / sum(chance) for i in (0, 1)]
        return mean[0], mean[1]

    def miss(self, t: int, h: int, s: int, weight: tuple[float, float]) -> float:
        """Return how far off a forecast was."""
        expected = weight[0] * self.own[t, h - 1, s] + weight[1] * self.shared[t, h - 1, s]
        return float(abs(self.came(t, h, s) - expected))

    def errors(self, now: int) -> dict[tuple[int, int, int], float]:
        """Return the errors that tell the bands, in units of the spread of their series."""
        size = np.isfinite(self.scale[now]).sum()
        learned, found = size / (size + 2), {}
        for h in range(1, HORIZON + 1):
            late = self.weights(now, h)
            for t in range(now - h + 1):
                then = self.weights(t, h)
                a, b = (learned * late[i] + (1 - learned) * then[i] for i in (0, 1))
                for s in self.series:
                    expected = a * self.own[t, h - 1, s] + b * self.shared[t, h - 1, s]
                    error = (self.came(t, h, s) - expected) / self.scale[t, s]
                    if np.isfinite(error):
                        found[t, h, s] = error
        return found

    @staticmethod
    def own_factor(errors: dict[tuple[int, int, int], float], now: int, s: int) -> float:
        """Return how far off forecasts of a series were up to a year, relative to its pool."""
        total = number = 48.0
        for h in range(1, HORIZON + 1):
            known = {key: abs(e) ** 3 for key, e in errors.items() if key[1] == h and key[0] + h <= now}
            mine = [cube for key, cube in known.items() if key[2] == s]
            if mine:
                total += h**-0.5 * sum(mine) / np.mean(list(known.values()))
                number += h**-0.5 * len(mine)
        return float((total / number) ** (1 / 3))

    def reach(self, now: int, level: str) -> list[list[float]]:
        """Return half the width of the bands, by series and year ahead."""
        errors, tail, factors = self.errors(now), LEVELS[level], []
        for h in range(1, HORIZON + 1):
            alike = {(t, s): e / self.own_factor(errors, t, s) for (t, k, s), e in errors.items() if k == h}
            origins = sorted({t for t, _ in alike})
            factor = self.quantile(alike, tail, len(origins)) * self.shocks(alike, origins, tail)
            factors.append(max([factor, *factors[-1:]]))
        floor = {"80": 1.2815515655446004, "95": 1.959963984540054}[level] * 1.5
        widths = [self.own_factor(errors, now, s) * self.scale[now, s] for s in self.series]
        return [[max(factor * width, floor) for factor in factors] for width in widths]

    @staticmethod
    def quantile(alike: dict[tuple[int, int], float], tail: float, origins: int) -> float:
        """Return the quantile in which every series counts alike, with Student's t where errors are few."""
        number = pd.Series([s for _, s in alike]).value_counts()
        rows = sorted((abs(e), 1 / number[s]) for (_, s), e in alike.items())
        place, passed = [], 0.0
        for _, weight in rows:
            place.append(passed + weight / 2)
            passed += weight
        counted = np.interp((2 * tail - 1) * passed, place, [size for size, _ in rows])
        sure = min(len(rows) / 60, 1.0)
        student = stats.t(origins).ppf(tail) * sqrt(np.mean([size**2 for size, _ in rows]))
        return float(sure * counted + (1 - sure) * student)

    @staticmethod
    def shocks(alike: dict[tuple[int, int], float], origins: list[int], tail: float) -> float:
        """Return how much wider bands are for what happened to all series of one year at once."""
        years = [[e for (t, _), e in alike.items() if t == origin] for origin in origins]
        years = [year for year in years if len(year) > 1]
        within = sum(sum((e - np.mean(year)) ** 2 for e in year) for year in years)
        within /= sum(len(year) - 1 for year in years)
        between = np.mean([np.mean(year) ** 2 for year in years]) - within / np.mean([len(y) for y in years])
        share = max(between, 0.0) / (max(between, 0.0) + within)
        k = len(years)
        wider = stats.t(k).ppf(tail) / stats.norm.ppf(tail)
        return sqrt(1 - share + share * wider**2 * (1 + 1 / k))


@pytest.mark.parametrize(("series", "late"), [(3, False), (9, True)])
def test_weights_and_bands_are_those_of_the_decision_record(series: int, late: bool) -> None:
    figures = pool(series, late)
    told = study(figures, HORIZON, earlier=False).forecasts.sort_values(["region", "horizon"])
    by_hand, now = ByHand(figures), YEARS - 1
    weights = [by_hand.weights(now, h) for h in range(1, HORIZON + 1)]

    assert told[["own", "shared"]].to_numpy() == pytest.approx(np.tile(weights, (series, 1)), rel=1e-9)
    assert told["own"].max() + told["shared"].max() > 0.02
    for level in LEVELS:
        width = (told[f"upper_{level}"] - told["mean"]).to_numpy().reshape(series, HORIZON)
        assert width == pytest.approx(np.array(by_hand.reach(now, level)), rel=1e-9)
    mixed = [
        by_hand.wide[now, s] + a * by_hand.own[now, h, s] + b * by_hand.shared[now, h, s]
        for s in range(series)
        for h, (a, b) in enumerate(weights)
    ]
    assert told["mean"].to_numpy() == pytest.approx(np.array(mixed), rel=1e-12)


def test_the_floor_of_a_band_is_noise_alone() -> None:
    """Mean absolute difference of two normal figures: two over the root of pi standard errors."""
    still = np.full((6, 1), 40.0)
    spread = spread_of(still, np.arange(6.0)[:, None], np.ones((6, 1), dtype=bool), np.full((1, 1), 3.0))

    assert spread[-1, 0] == pytest.approx(3.0 * 2 / sqrt(pi))
