"""What the pages know of agreement between level, trend, forecast and score: worked out once, shared by every session."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from analysis.agreement import FEWEST_SCORED_THEMES, Agreement, agreement
from analysis.composite import figures_to_score, rank_intervals, starting_recipe
from analysis.gaps import nominal
from analysis.standing import is_recent, scoring
from analysis.triage import COURSE_YEARS
from data.catalogue import Indicator
from ui.figures import Figures, standing
from ui.forecasting import record_of, studied
from ui.kept import of_figures
from ui.outlook_reach import course, why_no_further
from ui.triage_figures import ALL_THEMES, GEMEENTE, LAND, Question, comparators, triaged

#: Years ahead to the share of earlier bands of 80 % that were right, and of how many.
Right = dict[int, tuple[float, int]]


def compared_with(known: Figures, year: int) -> dict[str, str]:
    """Return the gemeente and Nederland, where the wijken can be held against them, with their names in a sentence."""
    names = comparators(known, year)
    return {code: name for code, name in names.items() if code in (GEMEENTE, LAND)}


def year_to_show(known: Figures, year: int) -> int | None:
    """Return the last year up to ``year`` in which the wijken can be compared; None where there is none."""
    years = [then for then in reversed(known.years) if then <= year]
    return next((then for then in years if compared_with(known, then)), None)


@of_figures(maxsize=32)
def expected(known: Figures, year: int) -> pd.DataFrame:
    """Return where the figures that may score are expected to be, `COURSE_YEARS` ahead or as far as a band says something.

    Waits for `ui.forecasting.studied`.

    Parameters
    ----------
    known : Figures
    year : int
        Only of series that end in this year or shortly before it: what came later was not known then.

    Returns
    -------
    DataFrame
        Region, indicator, course (`ui.outlook_reach.course`), last_value, lower_80 and upper_80; one row per series that
        has a forecast.
    """
    may_score = scoring(known.definitions)
    names = may_score.index[~nominal(may_score)]
    rows = studied(known).forecasts
    rows = rows[rows["indicator"].isin(names) & rows["region"].isin(wijken_of(known, year))]
    begun = (rows["last_year"] <= year) & is_recent(rows["last_year"], year)
    rows = rows[begun & (rows["horizon"] <= COURSE_YEARS)]
    found = []
    for indicator, of_figure in rows.sort_values(["region", "horizon"]).groupby("indicator", sort=True):
        found += _furthest(of_figure, known.catalogue[str(indicator)], _right(known, str(indicator)))
    columns = ["region", "indicator", "course", "last_value", "lower_80", "upper_80"]
    return pd.DataFrame(found, columns=None if found else columns)[columns]


def _furthest(rows: pd.DataFrame, indicator: Indicator, right: Right) -> list[dict[str, Any]]:
    """Return of every region the furthest row whose band says something, as `ui.outlook_reach.prospect` finds it."""
    found: dict[str, dict[str, Any]] = {}
    ended = set()
    for values in rows.to_dict("records"):
        row = {str(name): value for name, value in values.items()}
        region = str(row["region"])
        if region in ended or why_no_further(row, indicator, right):
            ended.add(region)
        else:
            found[region] = {**row, "course": course(row, indicator)}
    return list(found.values())


def _right(known: Figures, indicator: str) -> Right:
    record = record_of(known, indicator, known.level)
    banded = record[record["banded"] > 0]
    numbers = zip(banded["horizon"], banded["covered_80"], banded["banded"], strict=True)
    return {int(horizon): (float(share), int(cases)) for horizon, share, cases in numbers}


@of_figures(maxsize=32)
def agreed(known: Figures, comparator: str, year: int, *, foretold: bool = True) -> Agreement:
    """Return what level, trend, forecast and score say of every wijk that is large enough.

    Parameters
    ----------
    known : Figures
    comparator : str
        ``gemeente`` or ``land``.
    year : int
        One in which the wijken can be compared (`year_to_show`).
    foretold : bool
        Whether the forecast speaks too; this then waits until `ui.forecasting.is_studied`.
    """
    rows = triaged(known, Question(comparator, ALL_THEMES, False, year))
    return agreement(
        rows, known.definitions, expected(known, year) if foretold else None, ranked(known, year)
    )


@of_figures(maxsize=32)
def ranked(known: Figures, year: int) -> pd.DataFrame | None:
    """Return the rank intervals of the attention score by the recipe that Wijkradar starts with.

    None without figures, or with figures about too few themes (`analysis.agreement.FEWEST_SCORED_THEMES`).

    That recipe and not one of the gemeente itself: a map that opens should say the same to everybody.
    """
    comparison = standing(known, year)
    figures = figures_to_score(comparison, known.on_borders_of_now, known.errors, year)
    recipe = starting_recipe(figures, known.definitions)
    if (
        recipe is None
        or known.definitions["theme"].loc[list(recipe.indicators)].nunique() < FEWEST_SCORED_THEMES
    ):
        return None
    return rank_intervals(figures, known.definitions, recipe)


@lru_cache(maxsize=32)
def wijken_of(known: Figures, year: int) -> tuple[str, ...]:
    """Return the wijken that the map is about, by code: those with rows in the last year up to ``year``.

    On the borders of now where figures were converted to them, as `ui.triage_figures.triaged` takes them: every piece of land
    once.
    """
    newest = max((then for then in known.years if then <= year), default=year)
    rows = known.on_borders_of_now
    here = rows[(rows["level"] == known.level) & (rows["year"] == newest)]
    return tuple(sorted(here["region"].unique()))


def rows_of(known: Figures, comparator: str, year: int) -> pd.DataFrame:
    """Return the rows of the triage behind `agreed`, by wijk and figure."""
    rows = triaged(known, Question(comparator, ALL_THEMES, False, year))
    return rows.set_index(["region", "indicator"])
