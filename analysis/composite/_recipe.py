"""The choices that make a composite score: which figures, how heavy, on what scale and how they are put together."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, get_args

import pandas as pd

from analysis._door import require
from analysis.standing import scoring

Weighting = Literal["equal", "own", "pca"]
Normalisation = Literal["minmax", "z", "rank", "imd"]
Aggregation = Literal["arithmetic", "geometric"]
Outliers = Literal["winsorise", "keep"]

WEIGHTINGS: Final[tuple[Weighting, ...]] = get_args(Weighting)
NORMALISATIONS: Final[tuple[Normalisation, ...]] = get_args(Normalisation)
AGGREGATIONS: Final[tuple[Aggregation, ...]] = get_args(Aggregation)
OUTLIER_RULES: Final[tuple[Outliers, ...]] = get_args(Outliers)
#: A wijk is scored where figures with this share of the weight, in this share of the themes, are known.
FEWEST: Final = 2 / 3
HERKOMST: Final = "herkomst"
#: Why a figure cannot be part of a recipe, or a recipe cannot be carried out (`Refused.reason`).
REFUSALS: Final = ("herkomst", "count", "neutral", "unknown", "pca_too_few_wijken", "pca_too_few_figures")
#: Where a reader can start: alternatives for the same thing stand together, and the first that is known is taken.
STARTING_FIGURES: Final[tuple[tuple[str, ...], ...]] = (
    ("vacancy",),
    ("edu_low_share", "edu_high_share"),
    ("benefit_bijstand_share",),
    ("labour_participation", "active_15_75"),
    ("poverty", "social_minimum", "low_income_hh", "low40_households", "low40_persons"),
    ("income_standardised", "income_per_recipient", "income_per_resident"),
    ("crime_violence",),
    ("crime_theft_home",),
    ("crime_vandalism",),
    ("dist_gp",),
    ("dist_supermarket",),
)


class Refused(ValueError):
    """A recipe that cannot be carried out.

    Attributes
    ----------
    reason : str
        One of `REFUSALS`.
    indicators : tuple of str
        What it is about; empty where it is about all.
    have, need : int
        For ``pca_too_few_wijken`` and ``pca_too_few_figures``: how many there are and how many it takes.
    """

    def __init__(
        self, message: str, reason: str, indicators: tuple[str, ...] = (), have: int = 0, need: int = 0
    ) -> None:
        super().__init__(message)
        self.reason, self.indicators, self.have, self.need = reason, indicators, have, need


@dataclass(frozen=True)
class Recipe:
    """How a score is made.

    Attributes
    ----------
    indicators : tuple of str
        Ids, each once.
    weighting : {"equal", "own", "pca"}
        Equal: every theme counts as much, and within it every figure. Own: ``theme_weights`` and ``weights``. Pca: by
        the first principal component.
    theme_weights, weights : mapping of str to float
        For ``own``: how heavy a theme counts among the themes, and a figure among the figures of its theme; only their
        proportions matter, and what is not named counts 1. With 0 it does not count.
    normalisation : {"minmax", "z", "rank", "imd"}
    aggregation : {"arithmetic", "geometric"}
    outliers : {"winsorise", "keep"}
    fewest : float, default 2/3
        Share (0-1) of the weight and of the themes of which a wijk must have figures.

    Raises
    ------
    ValueError
        If a choice is unknown, an indicator occurs twice or there is none, or a weight is not a number of 0 or more.
    """

    indicators: tuple[str, ...]
    weighting: Weighting = "equal"
    theme_weights: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    normalisation: Normalisation = "minmax"
    aggregation: Aggregation = "arithmetic"
    outliers: Outliers = "winsorise"
    fewest: float = FEWEST

    def __post_init__(self) -> None:
        indicators = tuple(self.indicators)
        if not indicators or len(set(indicators)) != len(indicators):
            raise ValueError("A recipe needs at least one indicator, each of them once.")
        for chosen, known in (
            (self.weighting, WEIGHTINGS),
            (self.normalisation, NORMALISATIONS),
            (self.aggregation, AGGREGATIONS),
            (self.outliers, OUTLIER_RULES),
        ):
            if chosen not in known:
                raise ValueError(f"A recipe knows no {chosen!r}: use {', '.join(known)}.")
        for weight in (*self.theme_weights.values(), *self.weights.values()):
            number = isinstance(weight, int | float) and not isinstance(weight, bool)
            if not number or not math.isfinite(weight) or weight < 0:
                raise ValueError(f"A weight is a number of 0 or more, not {weight!r}.")
        if not 0 < self.fewest <= 1:
            raise ValueError("fewest is a share above 0 and at most 1.")
        object.__setattr__(self, "indicators", indicators)
        object.__setattr__(self, "theme_weights", dict(self.theme_weights))
        object.__setattr__(self, "weights", dict(self.weights))

    def __hash__(self) -> int:
        return hash(json.dumps(asdict(self), sort_keys=True))


def record_of(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as a plain object that JSON can hold; `recipe_of` reads it."""
    return {**asdict(recipe), "indicators": list(recipe.indicators)}


def recipe_of(record: Mapping[str, Any]) -> Recipe:
    """Read what `record_of` made.

    Raises
    ------
    ValueError
        If it is something else.
    """
    known = {part.name for part in fields(Recipe)}
    names, weights = record.get("indicators"), (record.get("theme_weights", {}), record.get("weights", {}))
    listed = isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)
    if not listed or not all(isinstance(part, Mapping) for part in weights) or set(record) - known:
        raise ValueError("This is not a recipe.")
    try:
        return Recipe(**record)
    except TypeError as error:
        raise ValueError(f"This is not a recipe: {error}.") from error


def choices(figures: pd.DataFrame, definitions: pd.DataFrame) -> tuple[str, ...]:
    """Return the indicators that may be chosen and of which there is a figure, in the order of the definitions.

    Parameters
    ----------
    figures : DataFrame
        With region, indicator and value.
    definitions : DataFrame
        As `analysis.standing.scoring` takes them.
    """
    require(figures, ("region", "indicator", "value"), "figures")
    there = set(figures.loc[figures["value"].notna(), "indicator"])
    return tuple(indicator for indicator in scoring(definitions).index if indicator in there)


def starting_recipe(figures: pd.DataFrame, definitions: pd.DataFrame) -> Recipe | None:
    """Return a recipe to start from: of each thing one figure that most wijken have, every theme as heavy.

    Many figures on income say the same; `STARTING_FIGURES` takes one for being poor and one for what people have.

    Returns
    -------
    Recipe or None
        None where no figure may be chosen at all. Where none of `STARTING_FIGURES` is there, all that may be chosen.
    """
    possible = choices(figures, definitions)
    counted = figures.loc[figures["value"].notna()].groupby("indicator")["region"].nunique()
    most = max((counted[name] for name in possible), default=0)
    often = {name for name in possible if counted[name] >= FEWEST * most}
    chosen = [next((name for name in group if name in often), "") for group in STARTING_FIGURES]
    found = tuple(name for name in chosen if name) or possible
    return Recipe(found) if found else None


def check_allowed(recipe: Recipe, definitions: pd.DataFrame) -> None:
    """Refuse a recipe with a figure that may not be part of a score.

    Raises
    ------
    Refused
        With the reason: herkomst, a count, a figure without a good or bad side, or one that nobody defined.
    """
    allowed = set(scoring(definitions).index)
    wrong = [name for name in recipe.indicators if name not in allowed]
    for reason, told in (
        ("herkomst", "Herkomst is never part of a score"),
        ("unknown", "Not defined"),
        ("count", "A count is never part of a score, since the biggest wijk would always look worst"),
        ("neutral", "No good or bad side, so never part of a score"),
    ):
        those = tuple(name for name in wrong if _refusal(name, definitions) == reason)
        if those:
            raise Refused(f"{told}: {', '.join(those)}.", reason, those)


def _refusal(indicator: str, definitions: pd.DataFrame) -> str:
    if indicator not in definitions.index:
        return "unknown"
    row = definitions.loc[indicator]
    if row["theme"] == HERKOMST or not row["usable_in_score"]:
        return "herkomst"
    return "count" if row["kind"] != "rate" else "neutral"
