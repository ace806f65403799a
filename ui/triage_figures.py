"""Where to look first: what every wijk is held against, worked out of the figures of one gemeente."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd

from analysis.attention import weighs
from analysis.gaps import gap_trends, gaps, nominal
from analysis.standing import is_recent, scoring
from analysis.trends import judge
from analysis.triage import triage
from analysis.turns import judge_turns, with_turns
from data.panel import WITH_VALUE
from data.regions import NEDERLAND
from ui.figures import Figures, large_enough, standing
from ui.kept import of_figures
from ui.trending import estimated, within

ALL_THEMES: Final = "alle"
GEMEENTE, LAND = "gemeente", "land"


@dataclass(frozen=True)
class Question:
    """What the reader wants to know: held against what, of which theme, by itself or beside the comparator.

    Attributes
    ----------
    comparator : str
        ``gemeente``, ``land`` or the code of a wijk.
    theme : str
        Id of a theme, or `ALL_THEMES`.
    relative : bool
        Whether the development is that of the distance to the comparator, instead of that of the wijk itself.
    year : int
        Look no further than this year.
    """

    comparator: str
    theme: str
    relative: bool
    year: int


def _span(known: Figures, year: int) -> tuple[int, int] | None:
    return None if year >= known.years[-1] else (known.years[0], year)


@of_figures(maxsize=48)
def _gap_estimated(known: Figures, comparator: str, year: int, *, in_euros: bool) -> pd.DataFrame:
    """Return trend and turn of the distance to the comparator, for the figures that may score: euros or the others."""
    may_score = scoring(known.definitions)
    chosen = may_score.index[nominal(may_score) == in_euros]
    figures = within(known.measured, _span(known, year))
    figures = figures[figures["indicator"].isin(chosen)]
    held = gaps(figures, known.definitions, comparator)
    return with_turns(held, gap_trends(held, figures))


def _judged(known: Figures, question: Question, comparison: pd.DataFrame) -> pd.DataFrame:
    """Return the trends of everything that is compared, judged as one family; euros always beside the comparator."""
    beside = _gap_estimated(known, question.comparator, question.year, in_euros=True)
    if question.relative:
        others = _gap_estimated(known, question.comparator, question.year, in_euros=False)
    else:
        others = estimated(known, _span(known, question.year)).assign(gap="")
        others = others[~others["indicator"].map(nominal(known.definitions)).astype("bool")]
    rows = pd.concat([others, beside], ignore_index=True)
    looked_at = rows["region"].isin(comparison["region"]) & rows["indicator"].isin(comparison["indicator"])
    return judge_turns(judge(rows[looked_at].reset_index(drop=True), known.definitions["direction"]))


@lru_cache(maxsize=8)
def _counts(known: Figures) -> pd.DataFrame:
    kind = known.panel["indicator"].map(known.definitions["kind"])
    return known.panel[(kind == "count") & (known.panel["level"] == known.level)]


@of_figures(maxsize=128)
def triaged(known: Figures, question: Question, *, published: bool = False) -> pd.DataFrame:
    """Return the triage (`analysis.triage.triage`) of every wijk that is large enough, the comparator left out.

    Parameters
    ----------
    known : Figures
    question : Question
    published : bool
        On the borders of that year, without converted figures.
    """
    comparison = large_enough(standing(known, question.year, question.comparator, published=published))
    comparison = comparison[comparison["region"] != question.comparator]
    may_score = scoring(known.definitions)
    if question.theme != ALL_THEMES:
        may_score = may_score[may_score["theme"] == question.theme]
    there = comparison.loc[comparison["verdict"] != "no_figure", "indicator"]
    comparison = comparison[
        comparison["indicator"].isin(there) & comparison["indicator"].isin(may_score.index)
    ]
    judged = _judged(known, question, comparison)
    return triage(comparison, judged, known.definitions, now=question.year, counts=_counts(known))


def signals(known: Figures, region: str, year: int, most: int = 3) -> pd.DataFrame:
    """Return the strongest reasons to look at one wijk, held against its gemeente: at most one per theme.

    Parameters
    ----------
    known : Figures
    region : str
        A wijk, also one that is gone.
    year : int
    most : int, default 3

    Returns
    -------
    DataFrame
        Rows of `triaged` that weigh (`analysis.attention.weighs`), strongest first.
    """
    # Picked among all wijken, since what is ordinary can only be told by looking at the others. Land that was is
    # only found among the figures as they were published.
    gone = known.last_year_of(region) < known.years[-1]
    rows = triaged(known, Question(GEMEENTE, ALL_THEMES, False, year), published=gone)
    rows = rows[weighs(rows) & (rows["region"] == region)]
    return rows.drop_duplicates("theme").head(most)


@lru_cache(maxsize=128)
def comparators(known: Figures, year: int) -> dict[str, str]:
    """Return what the wijken can be held against, with the name as it stands in a sentence.

    Empty where neither the gemeente nor Nederland has recent figures. A gemeente of one wijk is that wijk, and is no
    comparator where Nederland can be one.
    """
    usable = known.panel["status"].isin([str(status) for status in WITH_VALUE]) & known.panel[
        "indicator"
    ].isin(scoring(known.definitions).index)
    rows = known.panel[usable & (known.panel["year"] <= year)]
    there = set(rows.loc[is_recent(rows["year"], year), "region"])
    last = max((then for then in known.years if then <= year), default=year)
    wijken = [code for code in known.regions_in(last) if code in there]
    names = {GEMEENTE: known.name} if known.gemeente in there else {}
    if NEDERLAND in there:
        names = (names if len(wijken) > 1 else {}) | {LAND: "Nederland"}
    return names | {code: known.label(code) for code in wijken if len(wijken) > 1} if names else {}


def latest_year(known: Figures) -> int | None:
    """Return the last year in which the wijken can be held against something; None where there is none."""
    return next((year for year in reversed(known.years) if comparators(known, year)), None)


def themes(known: Figures, comparator: str, year: int) -> dict[str, str]:
    """Return the themes with a figure that may be ranked against this comparator, with their titles."""
    found = set(triaged(known, Question(comparator, ALL_THEMES, False, year))["theme"])
    return {theme.id: theme.title for theme in known.catalogue.themes if theme.id in found}
