"""The figures of one need from its last measured year on, and the number that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from analysis._grid import Bools, Floats, Ints
from analysis.needs._assumptions import PEOPLE, Applied, Scenario, apply
from analysis.needs._need import Need
from analysis.needs._sheets import Sheets, moved

#: What is expected, or draws of it in single precision.
Values = npt.NDArray[Any]
#: A division by fewer people than this tells nothing.
NOBODY: Final = 1e-6


@dataclass(frozen=True)
class Course:
    """The figures of one need, each region from its last measured year on.

    Attributes
    ----------
    need : Need
    sheets : Sheets
    there : ndarray of bool, shape (regions,)
        Whether the need can be expected.
    first : ndarray of int, shape (regions,)
        Last year in which all figures were measured.
    figures : tuple of str
        The group, the use if there is one, and population.
    mean, narrow, wide : ndarray, shape (figures, regions, years)
    lags : ndarray of int, shape (figures, regions)
        How many years longer each figure is known.
    level : ndarray, shape (regions,)
        What the product is multiplied by: the factor, and for a need that CBS counts whatever brings it to that number.
    """

    need: Need
    sheets: Sheets
    there: Bools
    first: Ints
    figures: tuple[str, ...]
    mean: Floats
    narrow: Floats
    wide: Floats
    lags: Ints
    level: Floats

    def banded(self, rows: Ints) -> Bools:
        """Tell for which years all figures of the need have a band, shape (rows, years)."""
        own = len(self.need.figures)
        return np.asarray(
            np.isfinite(self.narrow[:own, rows]).all(axis=0) & np.isfinite(self.mean[:own, rows]).all(axis=0)
        )


def course_of(laid: Sheets, need: Need) -> Course:
    """Return the figures of a need, each region from the last year on in which all of them were measured."""
    figures = need.figures if PEOPLE in need.figures or PEOPLE not in laid.of else (*need.figures, PEOPLE)
    own = len(need.figures)
    last = np.array([laid.of[name].last for name in figures])
    there = (last[:own] > 0).all(axis=0)
    first = np.where(there, last[:own].min(axis=0), laid.start)
    column = first - laid.start
    mean, narrow, wide = (
        np.array([moved(getattr(laid.of[name], what), column) for name in figures])
        for what in ("mean", "narrow", "wide")
    )
    product = _product(need, mean[:own])[:, 0]
    level = np.full(len(laid.regions), need.factor)
    if need.count:
        counted = laid.of[need.count]
        start = np.where(moved(counted.narrow, column)[:, 0] == 0, moved(counted.mean, column)[:, 0], np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            level = np.where(product > 0, start / product, start * 0 + 1)
    there = there & np.isfinite(product * level)
    lags = np.maximum(last - first, 0)
    return Course(need, laid, there, first, figures, mean, narrow, wide, lags, level)


def _product(need: Need, figures: Floats) -> Floats:
    """Return people times use, shape (...): of the first figures the group, then the use."""
    group = figures[: len(need.group)].sum(axis=0)
    return np.asarray(group * figures[len(need.group)] / need.per if need.use else group)


def applied_to(course: Course, laid: Sheets, need: Need, scenario: Scenario) -> Applied:
    """Return what a scenario does to people and use of a need in every region."""
    last = {name: laid.of[name].last for name in need.group} | {PEOPLE: laid.of[PEOPLE].last}
    years = course.first[:, None] + np.arange(laid.years)
    start = _product(need, course.mean)[:, 0] * course.level
    return apply(scenario, laid, need.id, last, years, np.where(course.there, start, np.nan))


@dataclass(frozen=True)
class Numbers:
    """The number needed, the group and the inhabitants: arrays of one shape, of means or of draws."""

    number: Values
    group: Values
    people: Values | None


def numbers_of(
    course: Course, rows: Ints, figures: Sequence[Values], begin: int, applied: Applied | None
) -> Numbers:
    """Compute the number needed from figures of shape (rows, years) or (rows, years, draws), from year ``begin`` on."""
    need = course.need
    extra = (slice(None), slice(begin, begin + figures[0].shape[1])) + (None,) * (figures[0].ndim - 2)
    kind = figures[0].dtype

    def shaped(table: Floats) -> Floats:
        return np.asarray(table[rows][extra], dtype=kind)

    def enough(name: str, values: Values) -> Values:
        more = values + shaped(applied.added[name]) if applied and name in applied.added else values
        return np.asarray(np.maximum(more, 0))

    parts = [enough(name, values) for name, values in zip(need.group, figures, strict=False)]
    group = parts[0] if len(parts) == 1 else np.sum(parts, axis=0)
    number = group * course.level[rows].reshape((-1,) + (1,) * (group.ndim - 1)).astype(kind)
    if need.use:
        use = figures[len(need.group)]
        use = use * shaped(applied.factor) if applied else use
        number = number * (np.clip(use, 0, need.per) / kind.type(need.per))
    elif applied:
        number = number * shaped(applied.factor)
    people = None
    if PEOPLE in course.figures:
        place = course.figures.index(PEOPLE)
        people = parts[place] if place < len(parts) else enough(PEOPLE, figures[place])
    return Numbers(number, group, people)


def per_thousand(numbers: Numbers) -> Values:
    """Return the number per 1,000 inhabitants: never more than all of them."""
    if numbers.people is None:
        return np.full_like(numbers.number, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = 1000 * numbers.number / np.where(numbers.people > NOBODY, numbers.people, np.nan)
    return np.minimum(rate, 1000)
