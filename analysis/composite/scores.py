"""The attention score: several figures of a wijk in one, with every step in the open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import require
from analysis.composite._recipe import Recipe, Refused, check_allowed
from analysis.composite._steps import (
    Bools,
    Floats,
    has_outliers,
    normalise,
    parts,
    principal_weights,
    weights_over_known,
    winsorise,
)
from analysis.standing import FEWEST_PEOPLE, is_recent, worry_signs

#: With fewer wijken nothing can be said about who comes first.
FEWEST_WIJKEN: Final = 3
#: A figure that fewer of the wijken have is left out of the score for all.
FEWEST_WITH_FIGURE: Final = 2 / 3
#: Principal components ask for so many wijken, and so many wijken per figure.
PCA_WIJKEN: Final = 10
PCA_WIJKEN_PER_FIGURE: Final = 3
#: Why a wijk has no score; empty for a wijk with one. ``nothing_counts``: every figure of the recipe is left out.
REASONS: Final = (
    "",
    "too_few_people",
    "people_unknown",
    "too_few_figures",
    "too_few_wijken",
    "nothing_counts",
)
#: Why a figure of the recipe is left out for all wijken.
LEFT_OUT: Final = ("no_figures", "too_few_wijken", "all_equal", "no_weight")


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores of wijken with all that led to them.

    Attributes
    ----------
    scores : DataFrame
        One row per region, the highest score first and those without one last: region, score, rank (Int64, 1 is the
        highest), n_figures and n_themes (known, of those that count), known_weight (share 0-1 of the weight that is
        known) and reason (one of `REASONS`; empty with a score).
    contributions : DataFrame
        One row per region with a score x figure that it has: region, theme, indicator, value (as published), used
        (after outliers were drawn in), normalised, weight (0-1, spread over what the region has), contribution (they
        sum to the score) and above_average (the contribution less the mean of all regions that have it).
    weights : DataFrame
        One row per indicator that counts: indicator, theme, weight (0-1, sums to 1), theme_weight (0-1), loading (for
        PCA), n (regions with the figure), n_drawn_in (outliers that were drawn in) and has_outliers (whether there are
        some left).
    left_out : DataFrame
        indicator and reason (one of `LEFT_OUT`) of the figures of the recipe that count for nobody.
    outliers : DataFrame
        region, indicator, value and used of every figure that was drawn in.
    explained : float
        Share (0-1) of the variance that the weights by PCA lean on; NaN for other weights.
    """

    scores: pd.DataFrame
    contributions: pd.DataFrame
    weights: pd.DataFrame
    left_out: pd.DataFrame
    outliers: pd.DataFrame
    explained: float


@dataclass(frozen=True, eq=False)
class Sheet:
    """Figures of one recipe as arrays: of the wijken that may be scored, more is more worrying.

    Attributes
    ----------
    regions : tuple of str
        Every region that was handed in.
    may, why : ndarray of bool, of str; shape (regions,)
        Whether a region is large enough, and if not why.
    rows : ndarray of int
        Places in ``regions`` of the rows of the figures.
    indicators, themes : tuple of str
        Of the figures that count; themes in the order in which they first occur.
    theme_of, signs : ndarray, shape (indicators,)
        Place in ``themes``; 1 where more is worrying, -1 where less is.
    values, errors : ndarray of float, shape (rows, indicators)
        Turned so that more is more worrying; NaN is no figure.
    left_out : DataFrame
    """

    regions: tuple[str, ...]
    may: Bools
    why: npt.NDArray[np.str_]
    rows: npt.NDArray[np.intp]
    indicators: tuple[str, ...]
    themes: tuple[str, ...]
    theme_of: npt.NDArray[np.intp]
    signs: Floats
    values: Floats
    errors: Floats
    left_out: pd.DataFrame

    def only(self, columns: Sequence[int]) -> Sheet:
        """Return the sheet with some of its indicators."""
        kept = list(columns)
        named = [self.themes[place] for place in self.theme_of[kept]]
        themes = tuple(dict.fromkeys(named))
        return replace(
            self,
            indicators=tuple(self.indicators[place] for place in kept),
            themes=themes,
            theme_of=np.array([themes.index(theme) for theme in named], dtype=np.intp),
            signs=self.signs[kept],
            values=self.values[:, kept],
            errors=self.errors[:, kept],
        )


def figures_to_score(
    comparison: pd.DataFrame, panel: pd.DataFrame, errors: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Return the figures that a score can be made of, of one and the same year per indicator.

    Parameters
    ----------
    comparison : DataFrame
        What `analysis.standing.compare` returns, with any comparator, up to ``year``.
    panel, errors : DataFrame
        What it was made from: the panel and `analysis.noise.standard_errors` of it, on one index.
    year : int
        Figures that are too old to say something about this year (`analysis.standing.MAX_AGE`) are left out.

    Returns
    -------
    DataFrame
        region, indicator, year, value, error (standard error, in the unit) and people. One row per region of the
        comparison x indicator; the value is empty where the region has no figure of the year that most regions have:
        a wijk is not scored on last year's figure among those of this year.
    """
    require(comparison, ("region", "indicator", "year", "value", "people"), "comparison")
    rows = comparison[["region", "indicator", "year", "value", "people"]].copy()
    usable = is_recent(rows["year"], year) & rows["value"].notna()
    counted = rows[usable].groupby(["indicator", "year"]).size().rename("n").reset_index()
    common = counted.sort_values(["n", "year"]).drop_duplicates("indicator", keep="last")
    common_year = rows["indicator"].map(common.set_index("indicator")["year"])
    rows["value"] = rows["value"].where(usable & (rows["year"] == common_year))
    noise = panel[["region", "indicator", "year"]].assign(error=errors["total"].reindex(panel.index))
    rows = rows.merge(noise, "left", ["region", "indicator", "year"])
    rows["error"] = rows["error"].where(rows["value"].notna())
    return rows[["region", "indicator", "year", "value", "error", "people"]]


def score(figures: pd.DataFrame, definitions: pd.DataFrame, recipe: Recipe) -> Scored:
    """Score wijken by a recipe, after the steps of the OECD/JRC handbook.

    Parameters
    ----------
    figures : DataFrame
        One row per region x indicator with region, indicator and value; optionally people (inhabitants; below
        `analysis.standing.FEWEST_PEOPLE` a region is not scored). Indicators outside the recipe only tell which regions
        there are.
    definitions : DataFrame
        Indexed by indicator id, with theme, kind, direction and usable_in_score.
    recipe : Recipe

    Returns
    -------
    Scored

    Raises
    ------
    Refused
        If the recipe holds a figure that may not be part of a score, or asks for weights by PCA with too few wijken.
    ValueError
        If a column is missing or a region has two figures of one indicator.

    References
    ----------
    OECD/JRC, Handbook on Constructing Composite Indicators: Methodology and User Guide (2008).
    """
    sheet = sheet_of(figures, definitions, recipe)
    steps = steps_of(sheet, recipe)
    return Scored(
        _scores(sheet, steps),
        _contributions(sheet, steps),
        _weights(sheet, steps),
        sheet.left_out,
        _drawn_in(sheet, steps.used),
        steps.explained,
    )


@dataclass(frozen=True, eq=False)
class Steps:
    """What every step made of a sheet.

    Attributes
    ----------
    used, scaled, spread, contributed : ndarray of float, shape (rows, indicators)
        After outliers; on one scale; weights over what a region has; what each figure adds.
    weights, loadings : ndarray of float, shape (indicators,)
    enough : ndarray of bool, shape (rows,)
    known_weight, total : ndarray of float, shape (rows,)
        Share of the weight that is known; the score, empty where that is not enough.
    explained : float
    """

    used: Floats
    scaled: Floats
    spread: Floats
    contributed: Floats
    weights: Floats
    loadings: Floats
    enough: Bools
    known_weight: Floats
    total: Floats
    explained: float


def steps_of(sheet: Sheet, recipe: Recipe) -> Steps:
    """Carry out a recipe on a sheet; errors as `score`."""
    used = winsorise(sheet.values) if recipe.outliers == "winsorise" else sheet.values
    weights, loadings, explained = weigh(sheet, used, recipe)
    enough, known_weight = _enough(sheet, weights, recipe.fewest)
    scaled = normalise(used, recipe.normalisation)
    spread = weights_over_known(*split(weights, sheet), sheet.theme_of, np.isfinite(used))
    contributed = parts(
        scaled, spread, geometric=recipe.aggregation == "geometric", z=recipe.normalisation == "z"
    )
    total = np.where(enough, contributed.sum(axis=1), np.nan)
    return Steps(used, scaled, spread, contributed, weights, loadings, enough, known_weight, total, explained)


def sheet_of(figures: pd.DataFrame, definitions: pd.DataFrame, recipe: Recipe) -> Sheet:
    """Lay the figures of a recipe out as arrays, and tell what is left out; errors as `score`."""
    require(figures, ("region", "indicator", "value"), "figures")
    check_allowed(recipe, definitions)
    if figures.duplicated(["region", "indicator"]).any():
        raise ValueError("A region has two figures of one indicator.")
    regions = tuple(figures["region"].drop_duplicates())
    why = _why_not(figures, regions)
    may = why == ""
    rows = np.flatnonzero(may)
    if len(rows) < FEWEST_WIJKEN:
        why[may], may, rows = "too_few_wijken", np.zeros(len(regions), dtype=np.bool_), rows[:0]
    asked = list(recipe.indicators)
    scored = [regions[row] for row in rows]
    values, errors = (_laid_out(figures, name, scored, asked) for name in ("value", "error"))
    themes = definitions["theme"].reindex(asked)
    left_out = {name: _why_left_out(column) for name, column in zip(asked, values.T, strict=True)}
    if recipe.weighting == "own":
        for name in asked:
            heavy = recipe.weights.get(name, 1.0) * recipe.theme_weights.get(str(themes[name]), 1.0)
            left_out[name] = left_out[name] if heavy > 0 else "no_weight"
    keep = [place for place, name in enumerate(asked) if not left_out[name]]
    named = themes.iloc[keep]
    order = tuple(dict.fromkeys(str(theme) for theme in named))
    signs = worry_signs(pd.Series(asked, dtype="str"), definitions).to_numpy(dtype=np.float64)[keep]
    return Sheet(
        regions,
        may,
        why,
        rows,
        tuple(asked[place] for place in keep),
        order,
        np.array([order.index(str(theme)) for theme in named], dtype=np.intp),
        signs,
        values[:, keep] * signs,
        np.nan_to_num(errors[:, keep]),
        pd.DataFrame(
            [(name, reason) for name, reason in left_out.items() if reason],
            columns=["indicator", "reason"],
            dtype="str",
        ),
    )


def _laid_out(figures: pd.DataFrame, name: str, regions: Sequence[str], indicators: Sequence[str]) -> Floats:
    """Return a column of the figures as an array, shape (regions, indicators); NaN where there is none."""
    laid = np.full((len(regions), len(indicators)), np.nan)
    if name in figures:
        row = pd.Index(list(regions), dtype="str").get_indexer(pd.Index(figures["region"]))
        column = pd.Index(list(indicators), dtype="str").get_indexer(pd.Index(figures["indicator"]))
        there = (row >= 0) & (column >= 0)
        laid[row[there], column[there]] = figures[name].to_numpy(dtype=np.float64, na_value=np.nan)[there]
    return np.where(np.isfinite(laid), laid, np.nan)


def _why_not(figures: pd.DataFrame, regions: tuple[str, ...]) -> npt.NDArray[np.str_]:
    why = np.full(len(regions), "", dtype="<U20")
    if "people" in figures:
        people = figures.groupby("region")["people"].max().reindex(list(regions)).to_numpy(dtype=np.float64)
        why[np.isnan(people)] = "people_unknown"
        why[people < FEWEST_PEOPLE] = "too_few_people"
    return why


def _why_left_out(column: Floats) -> str:
    there = column[np.isfinite(column)]
    if not len(column):
        # Without wijken to score it is not the figure that falls short.
        return ""
    if not len(there):
        return "no_figures"
    if len(there) < max(FEWEST_WIJKEN, FEWEST_WITH_FIGURE * len(column)):
        return "too_few_wijken"
    return "all_equal" if np.ptp(there) <= 1e-12 * np.abs(there).max() else ""


def weigh(sheet: Sheet, used: Floats, recipe: Recipe) -> tuple[Floats, Floats, float]:
    """Return weight and PCA loading per indicator, and the share that PCA explains; errors as `score`."""
    none = np.full(len(sheet.indicators), np.nan)
    if not sheet.indicators:
        return none, none, np.nan
    if recipe.weighting == "pca":
        return _by_components(used)
    own = recipe.weighting == "own"
    theme = [recipe.theme_weights.get(name, 1.0) if own else 1.0 for name in sheet.themes]
    within = np.array([recipe.weights.get(name, 1.0) if own else 1.0 for name in sheet.indicators])
    sums = np.bincount(sheet.theme_of, within, len(sheet.themes))
    weights = np.array(theme)[sheet.theme_of] * within / sums[sheet.theme_of]
    return weights / weights.sum(), none, np.nan


def _by_components(used: Floats) -> tuple[Floats, Floats, float]:
    wijken, figures = used.shape
    if figures < 2:
        raise Refused("Weights by PCA need two figures or more.", "pca_too_few_figures", have=figures, need=2)
    need = max(PCA_WIJKEN, PCA_WIJKEN_PER_FIGURE * figures)
    if wijken < need:
        raise Refused(
            f"Weights by PCA of {figures} figures need {need} wijken or more, and there are {wijken}.",
            "pca_too_few_wijken",
            have=wijken,
            need=need,
        )
    return principal_weights(used)


def split(weights: Floats, sheet: Sheet) -> tuple[Floats, Floats]:
    """Return how heavy every theme counts, and every figure in its theme."""
    themes = _sums(weights, sheet)
    return themes, weights / np.where(themes > 0, themes, 1.0)[sheet.theme_of]


def _sums(weights: Floats, sheet: Sheet) -> Floats:
    """Return the weight of every theme."""
    return np.bincount(sheet.theme_of, weights, len(sheet.themes)).astype(np.float64)


def _enough(sheet: Sheet, weights: Floats, fewest: float) -> tuple[Bools, Floats]:
    known = np.isfinite(sheet.values) & (weights > 0)
    share = known.astype(np.float64) @ weights
    themes = _themes_known(sheet, known)
    counting = len(np.unique(sheet.theme_of[weights > 0]))
    slack = 1e-9
    enough = (share >= fewest - slack) & (themes >= fewest * counting - slack) & (counting > 0)
    return np.asarray(enough, dtype=np.bool_), share


def _themes_known(sheet: Sheet, known: Bools) -> npt.NDArray[np.intp]:
    member = sheet.theme_of[:, None] == np.arange(len(sheet.themes))
    return np.asarray((known.astype(np.intp) @ member.astype(np.intp) > 0).sum(axis=1))


def _scores(sheet: Sheet, steps: Steps) -> pd.DataFrame:
    why = sheet.why.copy()
    why[sheet.rows[~steps.enough]] = "too_few_figures" if sheet.indicators else "nothing_counts"
    known = np.isfinite(sheet.values)
    frame = pd.DataFrame(
        {
            "region": list(sheet.regions),
            "score": np.nan,
            "rank": 0,
            "n_figures": 0,
            "n_themes": 0,
            "known_weight": 0.0,
            "reason": why.astype("str"),
        }
    ).astype({"region": "str", "reason": "str"})
    frame.loc[sheet.rows, "score"] = steps.total
    frame.loc[sheet.rows, "n_figures"] = known.sum(axis=1)
    frame.loc[sheet.rows, "n_themes"] = _themes_known(sheet, known)
    frame.loc[sheet.rows, "known_weight"] = steps.known_weight
    frame["rank"] = places_of(frame["score"]).astype("Int64")
    return frame.sort_values(["score", "region"], ascending=[False, True], ignore_index=True)


def places_of(scores: pd.Series[float]) -> pd.Series[float]:
    """Return the place of every score, 1 for the highest, the same for equal ones; empty without a score."""
    # Equal up to rounding is equal: the order of addition may not decide who comes first.
    return scores.round(9).rank(method="min", ascending=False)


def _contributions(sheet: Sheet, steps: Steps) -> pd.DataFrame:
    row, column = np.nonzero(np.isfinite(steps.used) & steps.enough[:, None] & (steps.spread > 0))
    names, themes = np.array(sheet.indicators, dtype=object), np.array(sheet.themes, dtype=object)
    frame = pd.DataFrame(
        {
            "region": np.array(sheet.regions, dtype=object)[sheet.rows[row]],
            "theme": themes[sheet.theme_of[column]],
            "indicator": names[column],
            "value": (sheet.values * sheet.signs)[row, column],
            "used": (steps.used * sheet.signs)[row, column],
            "normalised": steps.scaled[row, column],
            "weight": steps.spread[row, column],
            "contribution": steps.contributed[row, column],
        }
    ).astype({"region": "str", "theme": "str", "indicator": "str"})
    mean = frame.groupby("indicator")["contribution"].transform("mean")
    return frame.assign(above_average=frame["contribution"] - mean)


def _weights(sheet: Sheet, steps: Steps) -> pd.DataFrame:
    used, weights = steps.used, steps.weights
    themes = _sums(weights, sheet)
    return pd.DataFrame(
        {
            "indicator": list(sheet.indicators),
            "theme": [sheet.themes[place] for place in sheet.theme_of],
            "weight": weights,
            "theme_weight": themes[sheet.theme_of],
            "loading": steps.loadings,
            "n": np.isfinite(sheet.values).sum(axis=0),
            "n_drawn_in": (np.isfinite(used) & (used != sheet.values)).sum(axis=0),
            "has_outliers": [has_outliers(column[np.isfinite(column)]) for column in used.T],
        }
    ).astype({"indicator": "str", "theme": "str"})


def _drawn_in(sheet: Sheet, used: Floats) -> pd.DataFrame:
    row, column = np.nonzero(np.isfinite(used) & (used != sheet.values))
    return pd.DataFrame(
        {
            "region": [sheet.regions[place] for place in sheet.rows[row]],
            "indicator": [sheet.indicators[place] for place in column],
            "value": (sheet.values * sheet.signs)[row, column],
            "used": (used * sheet.signs)[row, column],
        }
    ).astype({"region": "str", "indicator": "str"})
