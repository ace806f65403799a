"""What the view Aandachtsscore knows: scores, places and what moves them, worked out once for every visitor."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import pandas as pd

from analysis.composite import (
    Recipe,
    Refused,
    Scored,
    figures_to_score,
    overlapping,
    rank_intervals,
    score,
    sensitivity,
    starting_recipe,
)
from analysis.standing import scoring
from ui.figures import Figures, standing

#: Answers kept, of all visitors together; a slider that is dragged asks for a handful.
_KEPT: Final = 128


@lru_cache(maxsize=32)
def figures_of(known: Figures, year: int) -> pd.DataFrame:
    """Return the figures of a year that a score can be made of (`analysis.composite.figures_to_score`)."""
    return figures_to_score(standing(known, year), known.on_borders_of_now, known.errors, year)


@lru_cache(maxsize=32)
def start_of(known: Figures, year: int) -> Recipe | None:
    """Return the recipe that Wijkradar starts with; None where no figure of that year may score."""
    return starting_recipe(figures_of(known, year), known.definitions)


def year_to_score(known: Figures, year: int) -> int | None:
    """Return the last year up to ``year`` with wijken that have a score; None where there is none."""
    for then in reversed([then for then in known.years if then <= year]):
        start = start_of(known, then)
        if start is not None and scored(known, then, start).scores["rank"].notna().any():
            return then
    return None


@lru_cache(maxsize=_KEPT)
def scored(known: Figures, year: int, recipe: Recipe) -> Scored:
    """Return the scores of a recipe that is not refused (`fitted`)."""
    return score(figures_of(known, year), known.definitions, recipe)


@lru_cache(maxsize=_KEPT)
def places(known: Figures, year: int, recipe: Recipe) -> pd.DataFrame:
    """Return the rank intervals, in the order of the scores."""
    return rank_intervals(figures_of(known, year), known.definitions, recipe)


@lru_cache(maxsize=_KEPT)
def moved_by(known: Figures, year: int, recipe: Recipe) -> pd.DataFrame:
    """Return which other choice moves the ranking, the one that moves it most first."""
    return sensitivity(figures_of(known, year), known.definitions, recipe)


@lru_cache(maxsize=_KEPT)
def counted_twice(known: Figures, year: int, recipe: Recipe) -> pd.DataFrame:
    """Return the pairs of figures that measure nearly the same."""
    return overlapping(figures_of(known, year), known.definitions, recipe)


@lru_cache(maxsize=32)
def offered(known: Figures, year: int) -> dict[str, tuple[str, ...]]:
    """Return the figures that may be chosen, by theme in the order of the catalogue; herkomst and counts are never there."""
    figures = figures_of(known, year)
    there = set(figures.loc[figures["value"].notna(), "indicator"])
    allowed = scoring(known.definitions)
    by_theme = {
        theme.id: tuple(str(name) for name in allowed.index[allowed["theme"] == theme.id] if name in there)
        for theme in known.catalogue.themes
    }
    return {theme: names for theme, names in by_theme.items() if names}


def in_order(known: Figures, names: set[str]) -> tuple[str, ...]:
    """Return figures in the order of the catalogue, so that the same choice is always the same recipe."""
    return tuple(str(name) for name in scoring(known.definitions).index if name in names)


def fitted(known: Figures, year: int, recipe: Recipe, start: Recipe) -> tuple[Recipe, list[Refused]]:
    """Return the recipe as far as it can be carried out here, with what was refused.

    What may not count is left out; where weights cannot be taken from the figures, every theme counts as much. A recipe
    of which nothing is left becomes ``start``.

    Parameters
    ----------
    known : Figures
    year : int
    recipe : Recipe
        Also one from a link or from another version.
    start : Recipe
        That is never refused.
    """
    refusals: list[Refused] = []
    while True:
        try:
            scored(known, year, recipe)
        except Refused as refused:
            refusals.append(refused)
            recipe = _without(recipe, refused, start)
        else:
            return recipe, refusals


def _without(recipe: Recipe, refused: Refused, start: Recipe) -> Recipe:
    if refused.reason.startswith("pca"):
        return replace(recipe, weighting="equal")
    left = tuple(name for name in recipe.indicators if name not in refused.indicators)
    return replace(recipe, indicators=left) if left else start
