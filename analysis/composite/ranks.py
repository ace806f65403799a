"""How sure a place in the ranking is: the same wijken under other choices, and with other noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.composite._recipe import AGGREGATIONS, NORMALISATIONS, OUTLIER_RULES, Recipe, Refused
from analysis.composite._steps import (
    Bools,
    Floats,
    correlation,
    normalise,
    parts,
    weights_over_known,
    winsorise,
)
from analysis.composite.scores import Sheet, places_of, score, sheet_of, split, steps_of, weigh
from analysis.standing import FEWEST_FOR_SPREAD

DRAWS: Final = 1_000
#: So much of the draws lies within the bounds of an interval (and of which one wijk is surely before another).
INTERVAL: Final = 0.9
#: The first so many of the ranking, as a share: "bij de hoogste vijfde".
FIRST_PART: Final = 0.2
#: Two figures that go together more than this measure nearly the same.
ALIKE: Final = 0.9
#: Times the number of weights: with eight, a weight moves by about a third of itself (two out of three draws).
_HOLD: Final = 8.0
#: Figures that are equal are put in another order in every draw.
_JITTER: Final = 1e-9


def rank_intervals(
    figures: pd.DataFrame,
    definitions: pd.DataFrame,
    recipe: Recipe,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """Tell between which places a wijk stands when choices and noise are not those of now.

    In every draw the figures move by their standard error, the weights by about a third of themselves (Dirichlet, first
    the themes, then the figures within), and scale and way of adding are each of the possible ones as often. Outliers are
    drawn in at the bounds of the figures themselves in half of the draws. The figures hold noise already, so that
    intervals are rather too wide than too narrow.

    Parameters
    ----------
    figures : DataFrame
        As `score` takes it, with error: the standard error in the unit of the figure; without one a figure stands still.
    definitions : DataFrame
    recipe : Recipe
    draws : int, default 1000
    seed : int, default 0
        The same seed gives the same answer.

    Returns
    -------
    DataFrame
        One row per region in the order of `Scored.scores`: region, rank, lower and upper (Int64; `INTERVAL` of the
        draws lies within, and the rank of now does too), top (share of draws among the first fifth, rounded upwards to
        whole wijken), first (share of draws in the first place) and alike (tuple of the regions that come before it in
        more than 5 % and after it in more than 5 % of the draws: "ongeveer gelijk"). Empty without a score.

    Raises
    ------
    Refused, ValueError
        As `score`.

    References
    ----------
    OECD/JRC Handbook (2008), step 8; Saisana, Saltelli, Tarantola, "Uncertainty and sensitivity analysis techniques as
    tools for the quality assessment of composite indicators", JRSS A 168 (2005).
    """
    table = score(figures, definitions, recipe).scores
    sheet = sheet_of(figures, definitions, recipe)
    place = {region: row for row, region in enumerate(sheet.regions[row] for row in sheet.rows)}
    scored = table.loc[table["rank"].notna(), "region"]
    rows = np.array([place[region] for region in scored], dtype=np.intp)
    found = table[["region", "rank"]].assign(
        lower=table["rank"], upper=table["rank"], top=np.nan, first=np.nan, alike=_tuples([()] * len(table))
    )
    if not len(rows):
        return found
    drawn = _drawn_ranks(sheet, recipe, rows, draws, seed)
    rank = table["rank"].iloc[: len(rows)].to_numpy(dtype=np.int64)
    outside = (1 - INTERVAL) / 2
    lower, upper = np.quantile(drawn, [outside, 1 - outside], axis=0, method="inverted_cdf")
    first_part = int(np.ceil(FIRST_PART * len(rows)))
    there = found.index[: len(rows)]
    found.loc[there, "lower"] = np.minimum(lower, rank)
    found.loc[there, "upper"] = np.maximum(upper, rank)
    found.loc[there, "top"] = (drawn <= first_part).mean(axis=0)
    found.loc[there, "first"] = (drawn == 1).mean(axis=0)
    alike = _alike(drawn, outside)
    names = list(scored)
    told = [tuple(names[other] for other in np.flatnonzero(row)) for row in alike]
    found["alike"] = _tuples([*told, *[()] * (len(table) - len(told))])
    return found


def _tuples(rows: list[tuple[str, ...]]) -> pd.Series[Any]:
    return pd.Series(rows, dtype="object")


def _drawn_ranks(
    sheet: Sheet, recipe: Recipe, rows: npt.NDArray[np.intp], draws: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return the rank of every scored region in every draw, shape (draws, rows)."""
    random = np.random.default_rng(seed)
    drawn_in = winsorise(sheet.values)
    used = drawn_in if recipe.outliers == "winsorise" else sheet.values
    weights, _, _ = weigh(sheet, used, recipe)
    bounds = np.nanmin(drawn_in, axis=0), np.nanmax(drawn_in, axis=0)
    width = np.nanmax(sheet.values, axis=0) - np.nanmin(sheet.values, axis=0)
    spread = np.sqrt(sheet.errors**2 + (_JITTER * width) ** 2)
    known = np.isfinite(sheet.values)[rows]
    pieces = []
    ways = [(how, way) for how in NORMALISATIONS for way in AGGREGATIONS]
    for number, (how, way) in enumerate(ways):
        size = draws // len(ways) + (number < draws % len(ways))
        values = sheet.values + spread * random.standard_normal((size, *sheet.values.shape))
        clipped = values[::2]
        np.clip(clipped, *bounds, out=clipped)
        scaled = normalise(values, how)[:, rows]
        themes, within = _drawn_weights(random, weights, sheet, size)
        per_figure = weights_over_known(themes, within, sheet.theme_of, known)
        made = parts(scaled, per_figure, geometric=way == "geometric", z=how == "z").sum(axis=-1)
        pieces.append((-made).argsort(axis=1).argsort(axis=1) + 1)
    return np.concatenate(pieces)


def _drawn_weights(
    random: np.random.Generator, weights: Floats, sheet: Sheet, size: int
) -> tuple[Floats, Floats]:
    """Draw weights around the chosen ones: of the themes, and of the figures in each theme."""
    themes, within = split(weights, sheet)
    number = np.bincount(sheet.theme_of, weights > 0, len(themes))
    drawn = random.standard_gamma(_HOLD * (themes > 0).sum() * themes, (size, len(themes)))
    hold = _HOLD * number[sheet.theme_of] * within
    inside = random.standard_gamma(hold, (size, len(within)))
    return drawn / drawn.sum(axis=1, keepdims=True), inside


def _alike(drawn: npt.NDArray[np.int64], outside: float) -> Bools:
    """Tell which pairs come in either order in more than ``outside`` of the draws, shape (rows, rows)."""
    places = drawn.astype(np.int16)
    before = np.stack([(places[:, [row]] < places).mean(axis=0) for row in range(places.shape[1])])
    alike = np.minimum(before, before.T) > outside
    np.fill_diagonal(alike, val=False)
    return np.asarray(alike, dtype=np.bool_)


def sensitivity(figures: pd.DataFrame, definitions: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """Tell how far the ranking moves when one choice is another, the one that moves it most first.

    Parameters
    ----------
    figures, definitions, recipe
        As `score`.

    Returns
    -------
    DataFrame
        choice (normalisation, weighting, aggregation, outliers, without_theme, without_figure), option (the other
        choice; the theme or indicator that is left out), mean_shift (mean number of places that a wijk moves, up or
        down, among those that have a score both ways), n_shared (such wijken), region (the wijk that moves most) and
        shift (its places, positive towards the first). Choices that cannot be made, such as PCA with too few wijken, are
        not there.

    Raises
    ------
    Refused, ValueError
        As `score`.
    """
    sheet = sheet_of(figures, definitions, recipe)
    now = steps_of(sheet, recipe).total
    rows: list[dict[str, Any]] = []
    for choice, option, columns, other in _other_choices(sheet, recipe):
        try:
            then = steps_of(sheet.only(columns), other).total
        except Refused:
            continue
        # Places among the wijken that have one both ways: who drops out does not move the others up.
        both = np.flatnonzero(np.isfinite(now) & np.isfinite(then))
        if not len(both):
            continue
        moved = (places_of(pd.Series(now[both])) - places_of(pd.Series(then[both]))).to_numpy()
        most = int(np.abs(moved).argmax())
        rows.append(
            {
                "choice": choice,
                "option": option,
                "mean_shift": float(np.abs(moved).mean()),
                "n_shared": len(both),
                "region": sheet.regions[sheet.rows[both[most]]],
                "shift": int(moved[most]),
            }
        )
    found = pd.DataFrame(rows, columns=["choice", "option", "mean_shift", "n_shared", "region", "shift"])
    return found.sort_values("mean_shift", ascending=False, kind="stable", ignore_index=True)


def _other_choices(sheet: Sheet, recipe: Recipe) -> Iterator[tuple[str, str, list[int], Recipe]]:
    """Yield each other choice: what is chosen, the option, the columns of the sheet that remain, and the recipe."""
    everything = list(range(len(sheet.indicators)))
    if not everything:
        return
    for how in NORMALISATIONS:
        if how != recipe.normalisation:
            yield "normalisation", how, everything, replace(recipe, normalisation=how)
    for weighting in ("equal", "pca"):
        if weighting != recipe.weighting:
            yield "weighting", weighting, everything, replace(recipe, weighting=weighting)
    for way in AGGREGATIONS:
        if way != recipe.aggregation:
            yield "aggregation", way, everything, replace(recipe, aggregation=way)
    for rule in OUTLIER_RULES:
        if rule != recipe.outliers:
            yield "outliers", rule, everything, replace(recipe, outliers=rule)
    for theme, name in enumerate(sheet.themes):
        if len(sheet.themes) > 1:
            yield "without_theme", name, [c for c in everything if sheet.theme_of[c] != theme], recipe
    for column, name in enumerate(sheet.indicators):
        if (sheet.theme_of == sheet.theme_of[column]).sum() > 1:
            yield "without_figure", name, [c for c in everything if c != column], recipe


def overlapping(
    figures: pd.DataFrame, definitions: pd.DataFrame, recipe: Recipe, *, limit: float = ALIKE
) -> pd.DataFrame:
    """Find pairs of figures that go together so much that together they count one thing twice.

    Parameters
    ----------
    figures, definitions, recipe
        As `score`.
    limit : float, default 0.9
        Correlation (in size) from which two figures are told.

    Returns
    -------
    DataFrame
        one, other, r (positive: both worrying in the same wijken; negative: against each other, so that they cancel)
        and same_theme, the strongest first. Empty with fewer than `analysis.standing.FEWEST_FOR_SPREAD` wijken.

    References
    ----------
    OECD/JRC Handbook (2008), step 4 and 6: correlated indicators count double, unless their weights are lowered.
    """
    sheet = sheet_of(figures, definitions, recipe)
    columns = ["one", "other", "r", "same_theme"]
    if len(sheet.values) < FEWEST_FOR_SPREAD or len(sheet.indicators) < 2:
        return pd.DataFrame(columns=columns)
    found = correlation(sheet.values)
    one, other = np.nonzero(np.triu(np.abs(found) > limit, 1))
    names = np.array(sheet.indicators, dtype=object)
    frame = pd.DataFrame(
        {
            "one": names[one],
            "other": names[other],
            "r": found[one, other],
            "same_theme": sheet.theme_of[one] == sheet.theme_of[other],
        },
        columns=columns,
    )
    return frame.sort_values("r", key=abs, ascending=False, kind="stable", ignore_index=True)
