"""Turns: did a series change course, and does its latest figure still follow its longer trend?

A turn is a bend: one straight line up to a year and another straight line from there, joined in that year. The bend
is looked for in every year that has `FEWEST_A_SIDE` figures on either side, so chance gets several tries. What those
tries cost is reckoned by the bound of Worsley (Technometrics 25, 1983), built on Hunter's inequality: the chance that
any bend stands out is at most that of the first plus, for each next year, that of standing out where its neighbour
did not. With known autocorrelation each of those chances is exact and nothing is simulated; neighbouring
years look so much alike that the bound lies within a tenth of the truth.

A level that jumps in one year bends a line too, and so does one odd figure at the beginning or the end. Where such
a step fits the figures better than the bend, no turn is told.

Years hang together by the autocorrelation that `analysis.trends` found for the series, and how far figures lie from
their course is partly learned from the other series of the pool (Smyth, Statistical Applications in Genetics and
Molecular Biology 3, 2004). Size and power: docs/methode/omslagen.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analysis._coherence import correlation, shrink
from analysis._door import require
from analysis._grid import Bools, Floats, Ints
from analysis._series import Laid, lay_out
from analysis.false_discovery import adjusted_within
from analysis.trends import FALSE_DISCOVERY_RATE

#: Fewer figures on one side of a turn than this and a single odd year makes a course.
FEWEST_A_SIDE: Final = 4
#: Fewer figures than this carry no turn: there is hardly a year to choose and the slopes rest on nothing.
FEWEST_FIGURES: Final = 10
#: Fewer earlier figures than this promise nothing about the latest one.
FEWEST_EARLIER: Final = 6
#: What can fit a series best, next to a straight line.
SHAPES: Final = ("turn", "step")

_CONFIDENCE: Final = 0.95
_KEYS: Final = ("region", "indicator", "year", "value")
_TURN: Final = (
    "turn_year",
    "turn_earliest",
    "turn_latest",
    "slope_before",
    "slope_after",
    "after_lower",
    "after_upper",
    "turn_p",
)
_YEARS: Final = ("turn_year", "turn_earliest", "turn_latest")
_RECENT: Final = ("latest", "expected", "expected_lower", "expected_upper", "recent_p")
#: A part of the squares this small is rounding in the machine.
_ROUNDING: Final = 1e-12
#: Series whose autocorrelations agree to three decimals are computed together; at 1 there would be no course at all.
_MOST_COHERENT: Final = 0.999
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


def turns(figures: pd.DataFrame, estimated: pd.DataFrame) -> pd.DataFrame:
    """Look in every series for the year in which its course changed.

    Parameters
    ----------
    figures : DataFrame
        As in `analysis.trends.trends`.
    estimated : DataFrame
        What `trends` returned for these figures, or a selection of it: gives the autocorrelation of each series and
        for how many independent series its pool counts (column independent; 1 if left out). The spread of a pool
        is learned from the series in it.

    Returns
    -------
    DataFrame
        One row per row of ``estimated``, in that order, all empty with fewer than `FEWEST_FIGURES` figures:

        - region, indicator;
        - turn_year (Int64): the last year of the old course, of the bend that fits best, told or not;
        - turn_earliest, turn_latest (Int64): the years in which it may as well lie (those within the 95 % limit of the
          likelihood ratio to the best);
        - slope_before, slope_after: per year, by generalised least squares;
        - after_lower, after_upper: 95 % band of slope_after, over all those years;
        - turn_p: of no bend at all, the search over years paid for;
        - shape: ``turn``, or ``step`` where a jump of level from one year to the next fits better than the bend (a
          jump after the first or before the last figure is one odd year). A description, not a verdict.

    Raises
    ------
    ValueError
        If a column is missing, a region has two figures for one indicator and year, or ``estimated`` holds a series
        without figures.
    """
    return _bends(_matched(figures, estimated), estimated[["region", "indicator"]].reset_index(drop=True))


def recent(figures: pd.DataFrame, estimated: pd.DataFrame) -> pd.DataFrame:
    """Hold the latest figure of every series against what its longer trend promised.

    The promise is the line through the earlier figures (generalised least squares), drawn on to the latest year. Its
    error is that of the line and of one new figure together, both under the autocorrelation of the series, and never
    less than the known noise of the figures.

    Parameters
    ----------
    figures, estimated : DataFrame
        As in `turns`.

    Returns
    -------
    DataFrame
        One row per row of ``estimated``, in that order: region, indicator, latest (the latest figure itself),
        expected (by the line through all years but the last), expected_lower, expected_upper (95 % band for one
        new figure), recent_p (two-sided). Empty with fewer than `FEWEST_EARLIER` earlier figures.

    Raises
    ------
    ValueError
        As `turns` does.
    """
    return _promises(_matched(figures, estimated), estimated[["region", "indicator"]].reset_index(drop=True))


def with_turns(figures: pd.DataFrame, estimated: pd.DataFrame) -> pd.DataFrame:
    """Return trends with the columns of `turns` and of `recent` behind them; parameters and errors as there."""
    matched = _matched(figures, estimated)
    return _promises(matched, _bends(matched, estimated))


def _bends(matched: _Matched, table: pd.DataFrame) -> pd.DataFrame:
    found = {name: np.full(len(matched.laid.head), np.nan) for name in _TURN}
    shape = np.full(len(matched.laid.head), "", dtype=object)
    for alike in _groups(matched, FEWEST_FIGURES):
        bend = _search(alike)
        for name in _TURN:
            found[name][alike.rows] = bend.numbers[name]
        shape[alike.rows] = bend.shape
    numbers = {name: found[name][matched.place] for name in _TURN}
    table = table.assign(**numbers, shape=shape[matched.place])
    return table.astype({**dict.fromkeys(_YEARS, "Int64"), "shape": "str"})


def _promises(matched: _Matched, table: pd.DataFrame) -> pd.DataFrame:
    found = {name: np.full(len(matched.laid.head), np.nan) for name in _RECENT}
    for alike in _groups(matched, FEWEST_EARLIER + 1):
        for name, numbers in _promise(alike).items():
            found[name][alike.rows] = numbers
    return table.assign(**{name: found[name][matched.place] for name in _RECENT})


def judge_turns(
    turned: pd.DataFrame, rate: float = FALSE_DISCOVERY_RATE, *, family: str | None = None
) -> pd.DataFrame:
    """Decide which turns and departures are more than chance, over all series that the reader looks at.

    Benjamini and Hochberg, once over the turns and once over the latest figures.

    Parameters
    ----------
    turned : DataFrame
        `turns` and `recent` side by side, or one of them; these rows are the family.
    rate : float, default 0.05
        Share of false alarms among the turns, and among the departures, that are told.
    family : str, optional
        Column of which every value is a family of its own.

    Returns
    -------
    DataFrame
        The same rows with

        - since (Int64): the year after turn_year where a turn is more than chance and no other shape fits better;
          else empty;
        - now: ``rises`` or ``falls`` where the whole band of the new slope does, else ``level``; empty without a
          turn;
        - departure: ``above``, ``below`` or ``as_expected``, empty where unknown.

    Raises
    ------
    ValueError
        If the columns of neither `turns` nor `recent` are there.
    """
    if "recent_p" not in turned:
        require(turned, ("turn_year", "after_lower", "after_upper", "turn_p", "shape"), "frame of turns")
    families = None if family is None else turned[family]
    since = pd.Series(pd.array([pd.NA] * len(turned), dtype="Int64"), index=turned.index)
    now, departure = np.full(len(turned), ""), np.full(len(turned), "")
    if "turn_p" in turned:
        told = _more_than_chance(turned["turn_p"], families, rate) & (turned["shape"] == "turn").to_numpy(
            dtype=np.bool_
        )
        since = (turned["turn_year"] + 1).where(told)
        course = np.select(
            [turned["after_lower"] > 0, turned["after_upper"] < 0], ["rises", "falls"], "level"
        )
        now = np.where(told, course, "")
    if "recent_p" in turned:
        side = np.where(turned["latest"] > turned["expected"], "above", "below")
        side = np.where(_more_than_chance(turned["recent_p"], families, rate), side, "as_expected")
        departure = np.where(turned["recent_p"].notna(), side, "")
    return turned.assign(
        since=since,
        now=pd.Series(now, index=turned.index, dtype="str"),
        departure=pd.Series(departure, index=turned.index, dtype="str"),
    )


def _more_than_chance(p: pd.Series[Any], family: pd.Series[Any] | None, rate: float) -> Bools:
    return adjusted_within(p.to_numpy(dtype=np.float64), family) <= rate


@dataclass(frozen=True)
class _Pooled:
    """What the pool of each series adds to its own knowledge of how far figures lie from their course."""

    df: Floats
    squares: Floats

    def of(self, rows: Ints) -> _Pooled:
        """Return the part of some series."""
        return _Pooled(self.df[rows], self.squares[rows])


@dataclass(frozen=True)
class _Alike:
    """Series with figures in the very same years and one autocorrelation; ``values`` around their own mean."""

    rows: Ints
    first: Ints
    times: Floats
    correlation: Floats
    means: Floats
    values: Floats
    errors: Floats
    pooled: _Pooled

    @property
    def whitening(self) -> Floats:
        """The matrix that makes the years independent; shape (n, n)."""
        return np.asarray(np.linalg.inv(np.linalg.cholesky(self.correlation)))

    def exact(self, squares: Floats) -> Bools:
        """Tell of which series these squares are but rounding in the machine."""
        whole = (self.values**2).sum(axis=1) + _ROUNDING * len(self.times) * self.means**2
        return np.asarray(squares <= _ROUNDING * whole)

    def variance(self, squares: Floats, df: int) -> tuple[Floats, Floats]:
        """Return the variance of each series, with what its pool knows, and the degrees of freedom of that."""
        total = df + self.pooled.df
        return (squares + self.pooled.squares) / total, total


@dataclass(frozen=True)
class _Matched:
    """Figures laid out, the place in it of each row of the trends, and what those and the pools tell of each series."""

    laid: Laid
    place: Ints
    autocorrelation: Floats
    pooled: _Pooled


def _matched(figures: pd.DataFrame, estimated: pd.DataFrame) -> _Matched:
    """Lay figures out, with the place of each row of ``estimated`` in it and, in its order, what is known of it."""
    require(figures, _KEYS, "frame of figures")
    require(estimated, ("region", "indicator", "autocorrelation"), "frame of trends")
    laid = lay_out(figures)
    keys = ["region", "indicator"]
    place = pd.MultiIndex.from_frame(laid.head).get_indexer(pd.MultiIndex.from_frame(estimated[keys]))
    if (place < 0).any():
        raise ValueError("The frame of trends holds a series that the frame of figures does not.")
    autocorrelation, independent = np.full(len(laid.head), np.nan), np.ones(len(laid.head))
    autocorrelation[place] = estimated["autocorrelation"].to_numpy(dtype=np.float64)
    if "independent" in estimated:
        independent[place] = estimated["independent"].fillna(1.0).to_numpy(dtype=np.float64)
    autocorrelation = np.minimum(np.round(autocorrelation, 3), _MOST_COHERENT)
    nothing = np.zeros(len(laid.head))
    alone = _Matched(laid, place.astype(np.intp), autocorrelation, _Pooled(nothing, nothing))
    return replace(alone, pooled=_learned(alone, independent))


def _learned(alone: _Matched, independent: Floats) -> _Pooled:
    """Learn from each pool how far figures lie from their course; a parabola stands in for any course.

    Around straight lines a pool in which many wijken turn would seem to be full of chance; around the bend that fits
    each series best it would seem to have less than it has.
    """
    laid = alone.laid
    scale = np.full(len(laid.head), np.nan)
    for alike in _groups(alone, FEWEST_EARLIER + 1):
        away = alike.times - alike.times.mean()
        free = _outside(alike, np.column_stack([np.ones(len(away)), away, away**2]))
        squares = ((alike.values @ free) ** 2).sum(axis=1)
        scale[alike.rows] = np.where(alike.exact(squares), np.nan, squares / (len(away) - 3))
    own, telling = np.maximum(laid.n - 3.0, 1.0), np.isfinite(scale)
    shrunk, df = shrink(laid.pool, scale, own, independent, laid.noise, telling)
    borrowed = np.where(telling, df - own, 0.0)
    return _Pooled(borrowed, np.where(telling, np.maximum(df * shrunk - own * scale, 0.0), 0.0))


def _groups(matched: _Matched, fewest: int) -> Iterator[_Alike]:
    laid = matched.laid
    for pattern in laid.patterns:
        if len(pattern.times) < fewest:
            continue
        own = matched.autocorrelation[pattern.rows]
        for rho in np.unique(own[np.isfinite(own)]):
            rows = pattern.rows[own == rho]
            values = laid.values[np.ix_(rows, pattern.columns)]
            means = values.mean(axis=1)
            yield _Alike(
                rows,
                laid.first[rows],
                pattern.times,
                correlation(pattern.times, float(rho)),
                means,
                values - means[:, None],
                laid.errors[np.ix_(rows, pattern.columns)],
                matched.pooled.of(rows),
            )


def _outside(alike: _Alike, design: Floats) -> Floats:
    """Return a base, orthonormal after whitening, of what this design does not explain; shape (n, n - columns)."""
    root = alike.whitening
    base = np.linalg.qr(root @ design, mode="complete")[0][:, design.shape[1] :]
    return np.asarray(root.T @ base)


@dataclass(frozen=True)
class _Bend:
    """What the search for a bend found, one entry per series."""

    numbers: dict[str, Floats]
    shape: npt.NDArray[Any]


def _search(alike: _Alike) -> _Bend:
    """Find the bend that fits each series best, and hold it against a step."""
    times, n = alike.times, len(alike.times)
    free = _outside(alike, np.column_stack([np.ones(n), times - times.mean()]))
    knots = np.arange(FEWEST_A_SIDE - 1, n - FEWEST_A_SIDE)
    bends = _directions(free, np.maximum(times[:, None] - times[knots], 0.0))
    steps = _directions(free, (times[:, None] > times[:-1]).astype(np.float64))

    left = alike.values @ free
    total = (left**2).sum(axis=1)
    pull = left @ bends
    best = np.abs(pull).argmax(axis=1)
    explained = _at(pull, best) ** 2
    unexplained = np.maximum(total - explained, 0.0)
    known = alike.errors**2 @ (free @ bends) ** 2
    variance, df = alike.variance(unexplained, n - 3)
    variance = np.maximum(variance, _at(known, best))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.nan_to_num(explained / (explained + df * variance))
    straight = alike.exact(total)
    angles = np.arccos(np.clip(np.abs((bends[:, 1:] * bends[:, :-1]).sum(axis=0)), 0.0, 1.0))
    p = np.where(straight, 1.0, chance_of_a_bend(share, angles, df + 1))

    shape = np.where(((left @ steps) ** 2).max(axis=1) > explained, "step", "turn")
    near = _near(alike, pull, unexplained, _at(known, best))
    years = knots[best], knots[near.argmax(axis=1)], knots[::-1][near[:, ::-1].argmax(axis=1)]
    told = {
        name: np.where(straight, np.nan, alike.first + times[knot] - times[0])
        for name, knot in zip(_YEARS, years, strict=True)
    }
    slopes = _slopes(alike, knots, best, near, unexplained)
    return _Bend({"turn_p": p, **told, **slopes}, np.where(straight, "", shape))


def _near(alike: _Alike, pull: Floats, unexplained: Floats, known: Floats) -> Bools:
    """Tell which bends fit nearly as well as the best, given what each explains and what the best leaves."""
    scale, df = alike.variance(unexplained, len(alike.times) - 4)
    limit = special.stdtrit(df, (1 + _CONFIDENCE) / 2) ** 2 * np.maximum(scale, known)
    return np.asarray((pull**2).max(axis=1, keepdims=True) - pull**2 <= limit[:, None])


def _directions(free: Floats, shapes: Floats) -> Floats:
    """Return where each shape points once the line and the autocorrelation are taken out: unit vectors in columns."""
    pointing = free.T @ shapes
    return np.asarray(pointing / np.linalg.norm(pointing, axis=0))


def _at(table: Floats, column: Ints) -> Floats:
    return np.asarray(np.take_along_axis(table, column[:, None], axis=1)[:, 0])


def chance_of_a_bend(share: Floats, angles: Floats, dimensions: Floats) -> Floats:
    """Return the chance that the best of several bends explains at least this share of what a line leaves over.

    Worsley, Technometrics 25 (1983). With what is left over pointing anywhere on the sphere alike, the chance that
    its direction lies within reach of at least one of a row of directions is at most that of the first plus, for each
    next one, that of lying within reach of it and not of the one before. The latter is an integral over half
    the angle between the two.

    Parameters
    ----------
    share : ndarray, shape (series,)
        Squared cosine, 0 to 1.
    angles : ndarray, shape (bends - 1,)
        Between the directions of neighbouring bends, in radians.
    dimensions : ndarray, shape (series,)
        Figures less the two of the line, plus the degrees of freedom that are borrowed.

    Returns
    -------
    ndarray, shape (series,)
        At most 1.
    """
    share = np.clip(share, 0.0, 1.0)
    chance = special.betainc((dimensions - 1) / 2, 0.5, 1.0 - share)
    reach = np.arccos(np.sqrt(share))
    power = (np.asarray(dimensions)[..., None] - 2) / 2
    for angle in angles:
        half = np.minimum(angle / 2, reach)[:, None] / 2
        turned = half * (_NODES + 1.0)
        room = np.maximum(1.0 - share[:, None] / np.cos(turned) ** 2, 0.0)
        chance = chance + 2 / np.pi * half[:, 0] * (room**power @ _WEIGHTS)
    return np.asarray(np.minimum(chance, 1.0))


def _slopes(alike: _Alike, knots: Ints, best: Ints, near: Bools, unexplained: Floats) -> dict[str, Floats]:
    """Return the slopes around the best bend, and the band of the later one over all bends that are near it."""
    root = alike.whitening
    times = alike.times
    scale, df = alike.variance(unexplained, len(times) - 4)
    limit = special.stdtrit(df, (1 + _CONFIDENCE) / 2)
    before, after = np.empty(len(best)), np.empty(len(best))
    lower, upper = np.full(len(best), np.inf), np.full(len(best), -np.inf)
    for place, knot in enumerate(knots):
        past = np.maximum(times - times[knot], 0.0)
        design = root @ np.column_stack([np.ones(len(times)), times - times.mean(), past])
        spread = np.linalg.inv(design.T @ design)
        weights = spread @ design.T @ root
        late = weights[1] + weights[2]
        variance = spread[1, 1] + spread[2, 2] + 2 * spread[1, 2]
        slope = alike.values @ late
        reach = limit * np.sqrt(np.maximum(scale * variance, alike.errors**2 @ late**2))
        here = best == place
        before[here], after[here] = (alike.values @ weights[1])[here], slope[here]
        lower = np.where(near[:, place], np.minimum(lower, slope - reach), lower)
        upper = np.where(near[:, place], np.maximum(upper, slope + reach), upper)
    return {"slope_before": before, "slope_after": after, "after_lower": lower, "after_upper": upper}


def _promise(alike: _Alike) -> dict[str, Floats]:
    """Draw the line through all figures but the last on to the last, with its error and chance."""
    times, n = alike.times, len(alike.times)
    design = np.column_stack([np.ones(n), times - times[-1]])
    inverse = np.linalg.inv(alike.correlation[:-1, :-1])
    weights = np.linalg.solve(design[:-1].T @ inverse @ design[:-1], design[:-1].T @ inverse)
    gap = np.append(-weights[0], 1.0)
    earlier, latest = alike.values[:, :-1], alike.values[:, -1]
    left = earlier - earlier @ weights.T @ design[:-1].T
    scale, df = alike.variance(((left @ inverse) * left).sum(axis=1), n - 3)
    noise = alike.errors**2 @ gap**2
    error = np.sqrt(np.maximum(scale * (gap @ alike.correlation @ gap), noise))
    expected = earlier @ weights[0]
    departed = latest - expected
    rounding = np.sqrt(_ROUNDING) * (
        np.abs(alike.values).max(axis=1) + np.sqrt(_ROUNDING) * np.abs(alike.means)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(np.abs(departed) <= rounding, 0.0, np.abs(departed) / error)
    reach = special.stdtrit(df, (1 + _CONFIDENCE) / 2) * error
    return {
        "latest": latest + alike.means,
        "expected": expected + alike.means,
        "expected_lower": expected + alike.means - reach,
        "expected_upper": expected + alike.means + reach,
        "recent_p": 2 * special.stdtr(df, -ratio),
    }
