"""Forecasts as one system of sums: the least that has to be moved for the sums to hold, and the gaps that are left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from analysis._grid import Bools, Floats, Ints
from analysis._series import lay_out
from analysis.forecasting import Study

#: The family of a sum of the same figure over regions.
REGIONS: Final = "regions"
#: Columns that name a series, and those that name a sum.
SERIES: Final = ["region", "indicator"]
SUM: Final = ["parent_region", "parent_indicator", "family"]
#: Years of which the middle gap is carried on.
_GAP_YEARS: Final = 3
#: Squared error of a random walk one year ahead, in squares of its mean absolute change.
_RANDOM_WALK: Final = np.pi / 2
#: Earlier forecasts that a variance borrows: from other horizons, and from a random walk.
_BORROWED: Final = 4.0
#: Part of the variance that is added where a sum would be exact, so that sums that repeat each other can be solved.
_RIDGE: Final = 1e-10
_MOST_ROUNDS: Final = 20


@dataclass(frozen=True)
class Cells:
    """Every forecast, those of earlier years first: one entry per series and target.

    A target is what is reconciled together: the forecasts of one year, or those made at one earlier origin for one
    horizon. ``known`` is the newest year whose figures were known then.
    """

    names: pd.MultiIndex
    series: Ints
    target: Ints
    year: Ints
    known: Ints
    mean: Floats
    variance: Floats
    lowest: Floats

    @property
    def targets(self) -> int:
        """How many targets there are."""
        return int(self.target.max(initial=-1)) + 1


@dataclass(frozen=True)
class Tree:
    """Sums as a matrix of sums by series: 1 for the whole, -1 for its parts."""

    heads: pd.DataFrame
    parent: Ints
    matrix: sparse.csr_array


@dataclass(frozen=True)
class Gaps:
    """Per sum and target: what the parts fall short of the whole, before and after; empty where it was not held."""

    before: Floats
    after: Floats


def cells_of(studied: Study, imposed: pd.DataFrame) -> Cells:
    """Lay out all forecasts of a study, with what is imposed (means by row number of its forecasts) in their place."""
    past, ahead = studied.earlier, studied.forecasts
    both = pd.concat([past, ahead], ignore_index=True)
    newest = int(ahead["last_year"].max())
    number = both.groupby(SERIES, sort=False).ngroup().to_numpy()
    names = pd.MultiIndex.from_frame(both[SERIES].drop_duplicates())
    year = both["year"].to_numpy(dtype=np.intp)
    known = np.concatenate([past["origin"].to_numpy(), np.full(len(ahead), newest)]).astype(np.intp)
    made_now = np.arange(len(both)) >= len(past)
    target = pd.factorize((known * 10_000 + year) * 2 + made_now)[0].astype(np.intp)
    mean = both["mean"].to_numpy(dtype=np.float64).copy()
    variance = variances(past, both, known)
    rows = len(past) + imposed.index.to_numpy(dtype=np.intp)
    # What is imposed gives way to nothing, however unsure it is; its error is for the band around it.
    mean[rows], variance[rows] = imposed["mean"], 0.0
    least = both[["mean", "last_value"]].min(axis=1).groupby(number).min().to_numpy()
    return Cells(
        names,
        number.astype(np.intp),
        target,
        year,
        known,
        mean,
        variance,
        np.where(least < 0, -np.inf, 0.0)[number],
    )


def variances(past: pd.DataFrame, both: pd.DataFrame, known: Ints) -> Floats:
    """Return the error variance of each forecast as it was known when it was made.

    The squared errors of its pool at that horizon, relative to how much each series moves; where those are few they are
    shrunk towards the squared error of a random walk, as wide as the errors of the pool at all horizons tell.
    """
    pools, horizons = int(both["pool"].max()) + 1, int(both["horizon"].max())
    first = int(known.min()) if len(known) else 0
    span = int(known.max(initial=first)) - first + 1
    squares, number = np.zeros((pools, horizons, span + 1)), np.zeros((pools, horizons, span + 1))
    error = ((past["value"] - past["mean"]) / past["scale"]).to_numpy() ** 2
    there = np.isfinite(error)
    pool, step = both["pool"].to_numpy(dtype=np.intp), both["horizon"].to_numpy(dtype=np.intp) - 1
    when = np.clip(past["year"].to_numpy(dtype=np.intp) - first, 0, span)
    at = (pool[: len(past)][there], step[: len(past)][there], when[there])
    np.add.at(squares, at, error[there])
    np.add.at(number, at, 1.0)
    squares, number = squares.cumsum(axis=2), number.cumsum(axis=2)
    walk = _RANDOM_WALK * np.arange(1, horizons + 1)[:, None]
    wide = (squares.sum(axis=1) + _BORROWED * _RANDOM_WALK) / (
        (number * walk).sum(axis=1) + _BORROWED * _RANDOM_WALK
    )
    relative = (squares + _BORROWED * walk * wide[:, None]) / (number + _BORROWED)
    scale = both["scale"].to_numpy(dtype=np.float64)
    return np.asarray(np.nan_to_num(relative[pool, step, known - first] * scale**2))


def tree_of(sums: pd.DataFrame, cells: Cells) -> Tree:
    """Return the sums as a matrix, one row per sum in order of appearance; series without forecasts are not in it."""
    which = sums.groupby(SUM, sort=False).ngroup().to_numpy()
    heads = sums[SUM].drop_duplicates(ignore_index=True)
    parent = cells.names.get_indexer(pd.MultiIndex.from_frame(heads[SUM[:2]]))
    child = cells.names.get_indexer(pd.MultiIndex.from_frame(sums[SERIES]))
    there = child >= 0
    whole = parent >= 0
    rows = np.concatenate([which[there], np.flatnonzero(whole)])
    columns = np.concatenate([child[there], parent[whole]])
    signs = np.concatenate([np.full(there.sum(), -1.0), np.ones(whole.sum())])
    matrix = sparse.coo_array((signs, (rows, columns)), shape=(len(heads), len(cells.names)))
    return Tree(heads, parent.astype(np.intp), matrix.tocsr())


def happened_in(studied: Study, cells: Cells, figures: pd.DataFrame | None) -> tuple[Floats, int]:
    """Return what was measured of every series, shape (series, years), and the first year."""
    if figures is not None:
        laid = lay_out(figures)
        place = pd.MultiIndex.from_frame(laid.head).get_indexer(cells.names)
        return np.where(place[:, None] >= 0, laid.values[place], np.nan), int(figures["year"].min())
    past, ahead = studied.earlier, studied.forecasts
    then, now = cells.series[: len(past)], cells.series[len(past) :]
    year = np.concatenate([past["origin"], past["year"], ahead["last_year"]]).astype(np.intp)
    first = int(year.min())
    table = np.full((len(cells.names), int(year.max()) - first + 1), np.nan)
    table[np.concatenate([then, then, now]), year - first] = np.concatenate(
        [past["last_value"], past["value"], ahead["last_value"]]
    )
    return table, first


def settle(cells: Cells, tree: Tree, happened: tuple[Floats, int], control: bool) -> tuple[Floats, Gaps]:
    """Return all means after reconciliation, and the gaps: first the control totals, then what follows from them."""
    over_regions = (tree.heads["family"] == REGIONS).to_numpy()
    whole = tree.heads["parent_region"].isin(tree.heads.loc[over_regions, "parent_region"]).to_numpy()
    gaps = Gaps(*np.full((2, len(tree.heads), cells.targets), np.nan))
    if not control:
        return _held(cells, tree, happened, np.ones(len(whole), dtype=np.bool_), gaps), gaps
    cells = replace(cells, mean=_held(cells, tree, happened, whole & ~over_regions, gaps))
    given = np.isin(cells.series, tree.parent[over_regions])
    cells = replace(cells, variance=np.where(given, 0.0, cells.variance))
    return _held(cells, tree, happened, ~whole | over_regions, gaps), gaps


def _held(cells: Cells, tree: Tree, happened: tuple[Floats, int], chosen: Bools, gaps: Gaps) -> Floats:
    """Return all means after some of the sums are made to hold, and note their gaps."""
    figures, first = happened
    settled = cells.mean.copy()
    histories: dict[bytes, Floats] = {}
    order = np.argsort(cells.target, kind="stable")
    ends = np.cumsum(np.bincount(cells.target, minlength=cells.targets))
    for target, rows in enumerate(np.split(order, ends[:-1])):
        mine = cells.series[rows]
        known, year = int(cells.known[rows[0]]) - first, int(cells.year[rows[0]]) - first
        key = np.packbits(np.bincount(mine, minlength=len(cells.names)).astype(bool)).tobytes()
        matrix = tree.matrix[:, mine]
        if key not in histories:
            histories[key] = _gap_history(matrix, figures[mine])
        level, variance = _carried(histories[key], known, year)
        complete = np.isin(tree.parent, mine) & (np.diff(matrix.indptr) > 1) & np.isfinite(variance)
        held = np.flatnonzero(chosen & complete)
        if not len(held):
            continue
        matrix = matrix[held]
        settled[rows] = _least_squares(
            matrix, cells.mean[rows], cells.variance[rows], cells.lowest[rows], level[held], variance[held]
        )
        gaps.before[held, target] = level[held]
        gaps.after[held, target] = matrix @ settled[rows]
    return settled


def _gap_history(matrix: sparse.csr_array, figures: Floats) -> Floats:
    """Return whole minus parts in every year, shape (sums, years); empty in years in which one of them is unknown."""
    unknown = abs(matrix) @ np.isnan(figures).astype(np.float64)
    return np.where(unknown > 0, np.nan, matrix @ np.nan_to_num(figures))


def _carried(history: Floats, known: int, year: int) -> tuple[Floats, Floats]:
    """Return the gap that is carried on to a year, and its variance; empty where fewer than two years tell it."""
    sums, last = history.shape[0], min(known, history.shape[1] - 1)
    history = history[:, : last + 1]
    levels = np.stack([_recent(history[:, : y + 1]) for y in range(last + 1)], axis=1)
    base = last - np.isfinite(history)[:, ::-1].argmax(axis=1)
    ahead = year - base
    squares = np.full((sums, last + 1), np.nan)
    for lag in range(1, last + 1):
        missed = (history[:, lag:] - levels[:, :-lag]) ** 2
        number = np.isfinite(missed).sum(axis=1)
        squares[:, lag] = np.where(number > 0, np.nansum(missed, axis=1) / np.maximum(number, 1), np.nan)
    furthest = np.where(np.isfinite(squares), np.arange(last + 1), 0).max(axis=1, initial=0)
    squares = np.fmax.accumulate(squares, axis=1)
    at = np.minimum(np.maximum(ahead, 1), furthest)
    rows = np.arange(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = squares[rows, at] * np.maximum(ahead / np.maximum(furthest, 1), 1)
    return levels[rows, base], np.where(furthest > 0, variance, np.nan)


def _recent(history: Floats) -> Floats:
    """Return the middle gap of the last years, where there is one in the very last of them."""
    recent = np.sort(history[:, -_GAP_YEARS:], axis=1)
    number = np.isfinite(recent).sum(axis=1)
    rows, top = np.arange(len(recent)), recent.shape[1] - 1
    middle = (recent[rows, np.maximum(number - 1, 0) // 2] + recent[rows, np.minimum(number // 2, top)]) / 2
    return np.where(np.isfinite(history[:, -1]), middle, np.nan)


def _least_squares(
    matrix: sparse.csr_array,
    mean: Floats,
    variance: Floats,
    lowest: Floats,
    gap: Floats,
    gap_variance: Floats,
) -> Floats:
    """Move means in proportion to their variances until ``matrix @ mean`` is the gap, which gives way by its own variance.

    What would fall below its limit is put at it, and the others carry the rest.
    """
    from scipy.sparse.linalg import splu  # who reads what was reconciled before need not wait for it

    mean, variance = mean.copy(), variance.copy()
    turned = matrix.T.tocsr()
    for _ in range(_MOST_ROUNDS):
        spread = sparse.diags_array(variance)
        between = (matrix @ spread @ turned).tocsc()
        own = between.diagonal()
        # Where nothing can give way, the gap does.
        give = gap_variance + _RIDGE * own
        give = np.where(own + give > 0, give, 1.0)
        solved = splu(between + sparse.diags_array(give, format="csc")).solve(gap - matrix @ mean)
        settled = np.asarray(mean + variance * (turned @ solved))
        low = (settled < lowest) & (variance > 0)
        if not low.any():
            break
        mean[low], variance[low] = lowest[low], 0.0
    return np.asarray(np.maximum(settled, np.minimum(lowest, mean)))
