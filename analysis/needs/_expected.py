"""What is expected of one need, with bands from draws: of regions, and of their sum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from analysis._grid import Bools, Floats, Ints
from analysis.needs import _draws
from analysis.needs._assumptions import Applied
from analysis.needs._course import NOBODY, Course, Numbers, Values, numbers_of, per_thousand
from analysis.needs._draws import Draws
from analysis.needs._need import Need
from analysis.needs._sheets import moved

Table = dict[str, Floats]
BANDS: Final = ("lower_80", "upper_80", "lower_95", "upper_95")
_LEVELS: Final = (0.1, 0.9, 0.025, 0.975)
#: A sum has a band where the regions without one are no larger part of it than this.
_WITHOUT_BAND: Final = 0.02
#: So many draws of one figure at a time fit in the memory of the processor and of a small server.
_AT_ONCE: Final = 2_000_000


@dataclass(frozen=True)
class Luck:
    """How errors of the figures of one need hang together."""

    seed: int
    draws: int
    scored: pd.DataFrame | None
    need: Need

    def root(self, figures: tuple[str, ...]) -> Floats:
        """Return the lower triangular root of the correlation of errors of figures of one region."""
        if self.scored is None:
            return np.eye(len(figures))
        return np.asarray(np.linalg.cholesky(_draws.correlation(self.scored, figures)))

    def generator(self, *names: str) -> np.random.Generator:
        """Return a generator of its own for this need and what else is named."""
        return _draws.generator(self.seed, self.need.id, *names)

    def in_common(self, figures: tuple[str, ...]) -> Floats:
        """Return the part of each error that all regions have in common."""
        if self.scored is None:
            return np.zeros(len(figures))
        return np.array([_draws.in_common(self.scored[name]) for name in figures])


def _alike(lags: Ints) -> list[tuple[tuple[int, ...], Ints]]:
    """Return regions whose figures are known for equally many years, by those numbers of years."""
    distinct, which = np.unique(lags, axis=1, return_inverse=True)
    return [
        (tuple(int(lag) for lag in distinct[:, k]), np.flatnonzero(which.ravel() == k))
        for k in range(distinct.shape[1])
    ]


def _drawn(course: Course, rows: Ints, walked: Draws, after: int = 0) -> list[Values]:
    """Draw every figure of some regions, shape (rows, years, draws), from the year after ``after`` on."""
    ahead = slice(after + 1, after + 1 + walked.shape[-2])
    return [
        _draws.drawn(
            course.mean[figure, rows, ahead],
            np.nan_to_num(course.narrow[figure, rows, ahead]),
            np.nan_to_num(course.wide[figure, rows, ahead]),
            walked[figure],
        )
        for figure in range(len(course.figures))
    ]


def of_regions(course: Course, rows: Ints, luck: Luck, applied: Applied | None) -> pd.DataFrame:
    """Return one row per region and year."""
    expected: list[Values] = [figure[rows] for figure in course.mean]
    table = _means(partial(numbers_of, course, rows, expected, 0), applied)
    banded = course.banded(rows)
    banded[:, 0] = False
    steps = int(np.flatnonzero(banded.any(axis=0)).max(initial=0))
    if steps:
        root = luck.root(course.figures)
        for lags, some in _alike(course.lags[:, rows]):
            fresh = _draws.steps(luck.generator(), root, steps, luck.draws)
            walked = _draws.levelled(_draws.paths(fresh, lags), lags)
            size = max(_AT_ONCE // (steps * luck.draws), 1)
            for part in np.array_split(some, -(-len(some) // size)):
                figures = _drawn(course, rows[part], walked)
                _fill(table, part, banded, partial(numbers_of, course, rows[part], figures, 1), applied)
    names = np.array(course.sheets.regions, dtype=object)[rows]
    return _frame(table, course.need, rows, names, course.first[rows])


def of_total(course: Course, rows: Ints, luck: Luck, applied: Applied | None, name: str) -> pd.DataFrame:
    """Return one row per year of the sum of regions; errors that regions have in common do not cancel out."""
    first = int(course.first[rows].max())
    ahead = first - course.first[rows]
    expected: list[Values] = [figure[rows] for figure in course.mean]

    def summed(change: Applied | None) -> Numbers:
        of_each = numbers_of(course, rows, expected, 0, change)
        return _sum(of_each, lambda values: moved(values, ahead).sum(axis=0, keepdims=True))

    table = _means(summed, applied)
    of_each = moved(numbers_of(course, rows, expected, 0, None).number, ahead)
    without = np.where(moved(course.banded(rows).astype(np.float64), ahead) > 0, 0.0, of_each)
    with np.errstate(invalid="ignore"):
        banded = (without.sum(axis=0) <= _WITHOUT_BAND * of_each.sum(axis=0))[None, :]
    banded[:, 0] = False
    steps = int(np.flatnonzero(banded[0]).max(initial=0))
    if steps:
        sums = _drawn_sums(course, rows, ahead, steps, luck, applied)
        _fill(table, np.array([0]), banded, sums.__getitem__, applied)
    names = np.array([name], dtype=object)
    return _frame(table, course.need, rows[:1], names, np.array([first]), len(rows))


def _drawn_sums(
    course: Course, rows: Ints, ahead: Ints, steps: int, luck: Luck, applied: Applied | None
) -> dict[Applied | None, Numbers]:
    """Draw the sum of regions, shape (1, years, draws), with and without a scenario."""
    root, common = luck.root(course.figures), np.sqrt(luck.in_common(course.figures)).astype(np.float32)
    alone = np.sqrt(1 - common**2)
    longest = int(ahead.max()) + steps
    shared = _draws.steps(luck.generator("in common"), root, longest, luck.draws) * common[:, None, None]
    sums: dict[Applied | None, Numbers] = {}
    for row, later in zip(rows, ahead, strict=True):
        own = luck.generator(course.sheets.regions[row])
        fresh = _draws.steps(own, root, int(later) + steps, luck.draws)
        fresh *= alone[:, None, None]
        # The years of all regions end together, so that what hits them in one year hits them in the same one.
        fresh += shared[:, longest - fresh.shape[1] :]
        walked = _draws.paths(fresh, tuple(int(lag) for lag in course.lags[:, row]))[:, later:]
        at = np.array([row])
        figures = _drawn(course, at, walked, int(later))
        for change in dict.fromkeys((None, applied)):
            numbers = numbers_of(course, at, figures, int(later) + 1, change)
            sums[change] = _plus(sums[change], numbers) if change in sums else numbers
    return sums


def _sum(numbers: Numbers, add: Callable[[Values], Values]) -> Numbers:
    people = None if numbers.people is None else add(numbers.people)
    return Numbers(add(numbers.number), add(numbers.group), people)


def _plus(one: Numbers, other: Numbers) -> Numbers:
    people = None if one.people is None or other.people is None else one.people + other.people
    return Numbers(one.number + other.number, one.group + other.group, people)


def _means(numbers: Callable[[Applied | None], Numbers], applied: Applied | None) -> Table:
    """Return a table, shape (regions, years) each, with what is expected; bands are of what is measured, else empty."""
    chosen = numbers(applied)
    number, rate = chosen.number, per_thousand(chosen)
    group = np.where(chosen.group > NOBODY, chosen.group, np.nan)
    unknown = np.full_like(number, np.nan)
    table = {"people_mean": number, **{f"people_{band}": unknown.copy() for band in BANDS}}
    table |= {"rate_mean": rate, **{f"rate_{band}": unknown.copy() for band in BANDS}}
    table |= {"base_mean": chosen.group, "use_mean": 1000 * number / group}
    if applied:
        baseline = numbers(None).number
        table |= {"baseline_mean": baseline, "difference_mean": number - baseline}
        table |= {"difference_lower_80": unknown.copy(), "difference_upper_80": unknown.copy()}
    for name, values in table.items():
        if "_lower_" in name or "_upper_" in name:
            values[:, 0] = table[f"{name.partition('_')[0]}_mean"][:, 0]
    return table


def _fill(
    table: Table,
    rows: Ints,
    banded: Bools,
    numbers: Callable[[Applied | None], Numbers],
    applied: Applied | None,
) -> None:
    """Put the bands of some rows in the table, from draws of shape (rows, years, draws) after the measured year."""
    chosen = numbers(applied)
    found = {"rate": per_thousand(chosen)}
    if applied:
        found["difference"] = chosen.number - numbers(None).number
    found["people"] = chosen.number.copy()
    for name, draws in found.items():
        years = slice(1, draws.shape[1] + 1)
        told = banded[rows, years]
        mean = table[f"{name}_mean"][rows, years]
        bands = BANDS[:2] if name == "difference" else BANDS
        for band, edge in zip(bands, _draws.quantiles(draws, _LEVELS[: len(bands)]), strict=True):
            outside = np.minimum if band.startswith("lower") else np.maximum
            table[f"{name}_{band}"][rows, years] = np.where(told, outside(edge, mean), np.nan)


def _frame(
    table: Table, need: Need, rows: Ints, names: np.ndarray, first: Ints, regions: int = 1
) -> pd.DataFrame:
    years = table["people_mean"].shape[1]
    frame = pd.DataFrame(
        {
            "_row": np.repeat(rows, years),
            "region": pd.array(np.repeat(names, years), dtype="str"),
            "need": need.id,
            "year": (first[:, None] + np.arange(years)).ravel(),
            "horizon": np.tile(np.arange(years), len(names)),
            "regions": regions,
            **{name: values.ravel() for name, values in table.items()},
        }
    )
    return frame[frame["people_mean"].notna()]
