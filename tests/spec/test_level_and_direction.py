"""Triage: what the first screen promises about level, direction and order, as examples."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.gaps import gap_trends, gaps
from analysis.standing import compare
from analysis.trends import figures_of_panel, judge, trends_of_panel
from analysis.triage import triage
from data import sample
from data.store import Store
from tests.panel_builder import count, define, figure, panel, rate
from ui.figures import Figures, figures
from ui.triage_figures import ALL_THEMES, GEMEENTE, LAND, Question, comparators, signals, themes, triaged

YEARS = range(2013, 2025)
DEFINITIONS = define(
    count("population"),
    count("households"),
    rate("poverty", theme="inkomen", base="population", bridged_as="rate"),
    rate("income", "lower_is_worrying", theme="inkomen", unit="x 1 000 euro"),
    rate("rented", "neutral", theme="wonen"),
    rate("origin_share", "neutral", theme="herkomst", usable_in_score=False),
)
#: Up or down a little each year, with some coming and going around it.
WOBBLE = [0.2, -0.1, 0.1, -0.2, 0.0, 0.2, -0.2, 0.1, -0.1, 0.1, -0.2, 0.2]


def line(start: float, slope: float, n: int = len(YEARS)) -> list[float]:
    return [start + slope * place + WOBBLE[place] for place in range(n)]


def town(
    indicator: str, wijken: dict[str, list[float]], gemeente: list[float], people: int = 5000
) -> pd.DataFrame:
    """A gemeente with wijken, all with as many years as the list of the gemeente, the last of them 2024."""
    years = list(YEARS)[-len(gemeente) :]
    rows: list[dict[str, Any]] = []
    for region, values in {"GM9999": gemeente, **wijken}.items():
        size = 50_000 if region == "GM9999" else people
        for year, value in zip(years, values, strict=True):
            rows += [
                figure(region, year, indicator, value),
                figure(region, year, "population", size),
                figure(region, year, "households", size // 2),
            ]
    return panel(rows, DEFINITIONS)


def triage_of(frame: pd.DataFrame, *, beside: bool = False) -> pd.DataFrame:
    if beside:
        found = gap_trends(
            gaps(figures_of_panel(frame, DEFINITIONS), DEFINITIONS, "gemeente"),
            figures_of_panel(frame, DEFINITIONS),
        )
    else:
        found = trends_of_panel(frame[frame["level"] == "wijk"], DEFINITIONS)
    found = found[
        found["indicator"].isin(frame["indicator"]) & ~found["indicator"].isin(["population", "households"])
    ]
    judged = judge(found, DEFINITIONS["direction"])
    return triage(compare(frame, DEFINITIONS, "gemeente"), judged, DEFINITIONS).set_index("region")


FLAT = line(10.0, 0.0)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        (line(14.0, 0.8), "bad_worse"),
        (line(20.0, 0.0), "bad"),
        (line(30.0, -0.8), "bad_better"),
        (line(1.0, 0.4), "good_worse"),
        (line(4.0, 0.0), "good"),
        (line(10.1, 0.0), "about_equal"),
    ],
    ids=[
        "above the gemeente and rising is slecht en slechter",
        "above the gemeente and going nowhere is slecht",
        "above the gemeente and falling is slecht maar verbeterend",
        "below the gemeente and rising is goed maar verslechterend",
        "below the gemeente and going nowhere is goed",
        "where the gemeente is, is ongeveer gelijk",
    ],
)
def test_level_and_direction_of_poverty(values: list[float], state: str) -> None:
    assert triage_of(town("poverty", {"WK999901": values}, FLAT)).loc["WK999901", "state"] == state


def test_a_difference_inside_the_noise_is_not_ranked_however_steep_its_course() -> None:
    rows = triage_of(town("poverty", {"WK999901": line(6.0, 0.4)}, line(6.2, 0.4), people=500))

    assert rows.loc["WK999901", "state"] == "about_equal"


def test_five_years_are_ranked_by_level_and_say_nothing_about_direction() -> None:
    rows = triage_of(
        town("poverty", {"WK999901": line(14.0, 2.0, 5), "WK999902": line(16.0, 0.0, 5)}, FLAT[:5])
    )

    assert rows["state"].tolist() == ["bad", "bad"]
    assert set(rows["trend"]) == {"no_verdict"}
    assert list(rows.index) == ["WK999901", "WK999902"]


def test_euros_that_rise_with_those_of_the_gemeente_are_not_getting_better() -> None:
    gemeente = [30.0 + place for place in range(12)]
    rows = triage_of(town("income", {"WK999901": [0.8 * value for value in gemeente]}, gemeente), beside=True)

    assert rows.loc["WK999901", "state"] == "bad"


def test_euros_that_rise_more_slowly_than_those_of_the_gemeente_are_getting_worse() -> None:
    gemeente = [30.0 + place for place in range(12)]
    own = [value * (0.9 - 0.02 * place) + 0.1 * WOBBLE[place] for place, value in enumerate(gemeente)]
    rows = triage_of(town("income", {"WK999901": own}, gemeente), beside=True)

    assert own[-1] > own[0]
    assert rows.loc["WK999901", "state"] == "bad_worse"


def test_beside_a_gemeente_that_gets_worse_as_fast_a_wijk_does_not_get_worse() -> None:
    frame = town("poverty", {"WK999901": line(14.0, 0.8)}, line(10.0, 0.8)[::1])

    assert triage_of(frame).loc["WK999901", "state"] == "bad_worse"
    assert triage_of(frame, beside=True).loc["WK999901", "state"] == "bad"


@pytest.mark.parametrize("indicator", ["rented", "origin_share"])
def test_without_a_good_and_a_bad_side_nothing_is_ranked(indicator: str) -> None:
    assert triage_of(town(indicator, {"WK999901": line(40.0, 3.0)}, FLAT)).empty


# On the sample municipality -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def voorbeeldstad(sample_folder) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


def question(
    comparator: str = GEMEENTE, theme: str = ALL_THEMES, year: int = 2025, relative: bool = False
) -> Question:
    return Question(comparator, theme, relative, year)


def test_one_theme_holds_no_figure_of_another(voorbeeldstad: Figures) -> None:
    assert set(triaged(voorbeeldstad, question(theme="werk"))["theme"]) == {"werk"}


def test_a_wijk_can_be_held_against_another_and_is_not_held_against_itself(voorbeeldstad: Figures) -> None:
    rows = triaged(voorbeeldstad, question("WK999907"))

    assert "WK999907" not in set(rows["region"])
    assert set(rows["comparator"]) == {"WK999907"}
    assert (rows["state"] == "good").sum() > (rows["state"] == "bad").sum()


def test_who_can_be_compared_with_is_what_has_figures(voorbeeldstad: Figures) -> None:
    names = comparators(voorbeeldstad, 2025)

    assert list(names)[:2] == [GEMEENTE, LAND]
    assert names["WK999907"] == "Componistenkwartier"
    assert not {"bevolking", "herkomst"} & set(themes(voorbeeldstad, GEMEENTE, 2025))


def test_an_earlier_year_does_not_know_what_came_later(voorbeeldstad: Figures) -> None:
    rows = triaged(voorbeeldstad, question(year=2019))

    assert rows["year"].max() <= 2019
    assert rows["last_year"].max() <= 2019


def test_income_is_always_held_beside_the_comparator(voorbeeldstad: Figures) -> None:
    rows = triaged(voorbeeldstad, question())
    euros = rows["unit"].str.contains("euro")

    assert set(rows.loc[euros & rows["slope"].notna(), "gap"]) == {"ratio"}
    assert not rows.loc[~euros, "relative"].any()


def test_the_card_of_a_wijk_tells_what_the_triage_tells(voorbeeldstad: Figures) -> None:
    reasons = signals(voorbeeldstad, "WK999907", 2025)

    assert len(reasons) == 3
    assert reasons["theme"].is_unique
    assert reasons["state"].iloc[0] == "bad_worse"
    assert signals(voorbeeldstad, "WK999901", 2025)["state"].isin(["bad", "bad_worse"]).all()
