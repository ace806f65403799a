"""Composite scores ("aandachtsscore"): several figures of a wijk in one, every step in the open, every place with a margin.

`score` follows the steps of the OECD/JRC handbook; `rank_intervals` tells between which places a wijk stands when the
choices are others; `sensitivity` tells which choice matters most, `overlapping` what is counted twice.
"""

from analysis.composite._recipe import (
    AGGREGATIONS,
    FEWEST,
    NORMALISATIONS,
    OUTLIER_RULES,
    REFUSALS,
    STARTING_FIGURES,
    WEIGHTINGS,
    Recipe,
    Refused,
    choices,
    recipe_of,
    record_of,
    starting_recipe,
)
from analysis.composite._steps import exponential, normalise, principal_weights, winsorise
from analysis.composite.ranks import ALIKE, DRAWS, INTERVAL, overlapping, rank_intervals, sensitivity
from analysis.composite.scores import (
    FEWEST_WIJKEN,
    FEWEST_WITH_FIGURE,
    LEFT_OUT,
    PCA_WIJKEN,
    PCA_WIJKEN_PER_FIGURE,
    REASONS,
    Scored,
    figures_to_score,
    score,
)

__all__ = [
    "AGGREGATIONS",
    "ALIKE",
    "DRAWS",
    "FEWEST",
    "FEWEST_WIJKEN",
    "FEWEST_WITH_FIGURE",
    "INTERVAL",
    "LEFT_OUT",
    "NORMALISATIONS",
    "OUTLIER_RULES",
    "PCA_WIJKEN",
    "PCA_WIJKEN_PER_FIGURE",
    "REASONS",
    "REFUSALS",
    "STARTING_FIGURES",
    "WEIGHTINGS",
    "Recipe",
    "Refused",
    "Scored",
    "choices",
    "exponential",
    "figures_to_score",
    "normalise",
    "overlapping",
    "principal_weights",
    "rank_intervals",
    "recipe_of",
    "record_of",
    "score",
    "sensitivity",
    "starting_recipe",
    "winsorise",
]
