"""Which wijken ask for attention, on the sample municipality whose truths are planted and written down."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.attention import attention, weighs
from data import sample
from data.store import Store
from ui.figures import Figures, figures
from ui.triage_figures import ALL_THEMES, GEMEENTE, LAND, Question, triaged

TRUTHS = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))
CLUSTER = set(TRUTHS["rising_concern"]["regions"])


@pytest.fixture(scope="module")
def town(sample_folder) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


def picture(
    town: Figures, year: int = 2025, comparator: str = GEMEENTE, relative: bool = False
) -> pd.DataFrame:
    return triaged(town, Question(comparator, ALL_THEMES, relative, year))


@pytest.mark.parametrize("comparator", [GEMEENTE, LAND])
@pytest.mark.parametrize("relative", [False, True])
def test_the_planted_wijken_ask_for_attention_and_no_other(
    town: Figures, comparator: str, relative: bool
) -> None:
    assert set(attention(picture(town, 2025, comparator, relative))["region"]) == CLUSTER


def test_what_is_bad_and_gets_worse_is_found_where_it_was_planted(town: Figures) -> None:
    rows = picture(town)
    worse = rows.loc[rows["state"] == "bad_worse", "region"]
    assert set(worse) >= CLUSTER
    # One in twenty may be a false alarm: that is what the test of the trends promises.
    assert (~worse.isin(CLUSTER)).mean() <= 0.1
    assert set(rows["region"].head(12)) <= CLUSTER


def test_it_asks_for_attention_in_more_than_one_theme(town: Figures) -> None:
    found = attention(picture(town)).set_index("region")
    assert all(found.loc[region, "n_themes"] >= 3 for region in CLUSTER)


def test_a_few_years_earlier_the_same_wijken_stood_out_already(town: Figures) -> None:
    assert set(attention(picture(town, 2022))["region"]) == CLUSTER


def test_one_odd_year_in_a_small_wijk_is_no_reason(town: Figures) -> None:
    alarm = TRUTHS["false_alarm"]
    for year in range(alarm["year"], alarm["year"] + 3):
        rows = picture(town, year)
        reasons = rows[weighs(rows) & rows["region"].isin(alarm["regions"])]
        assert not {course["indicator"] for course in alarm["course"]} & set(reasons["indicator"])
        assert not set(alarm["regions"]) & set(attention(rows)["region"])


def test_a_wijk_of_forty_people_is_never_ranked(town: Figures) -> None:
    assert not set(TRUTHS["very_small_wijk"]["regions"]) & set(picture(town)["region"])


def test_wijken_with_nothing_planted_are_left_alone(town: Figures) -> None:
    assert not set(TRUTHS["quiet_wijken"]) & set(attention(picture(town))["region"])


def test_an_old_figure_says_nothing_about_now(town: Figures) -> None:
    rows = picture(town)
    ranked = rows[rows["state"] != "no_figure"]
    assert ranked["year"].min() >= 2023
    assert "crime_violence" not in set(ranked["indicator"])
