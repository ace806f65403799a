"""Which wijken ask for attention, on the sample municipality whose truths are planted and written down."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.attention import attention
from analysis.standing import stand_out
from data import sample
from data.store import Store
from ui.figures import Figures, figures, standing, worth_ranking

TRUTHS = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def town(sample_folder) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


def asking(town: Figures, year: int) -> pd.DataFrame:
    comparison = worth_ranking(standing(town, year), year)
    return attention(stand_out(comparison, town.definitions, limit=len(comparison)))


def test_the_planted_cluster_comes_first(town: Figures) -> None:
    cluster = set(TRUTHS["rising_concern"]["regions"])
    assert set(asking(town, 2025)["region"].head(len(cluster))) == cluster


def test_it_asks_for_attention_in_more_than_one_theme(town: Figures) -> None:
    found = asking(town, 2025).set_index("region")
    assert all(found.loc[region, "n_themes"] >= 3 for region in TRUTHS["rising_concern"]["regions"])


def test_one_odd_year_in_a_small_wijk_is_no_reason(town: Figures) -> None:
    alarm = TRUTHS["false_alarm"]
    for year in range(alarm["year"], alarm["year"] + 3):
        assert not set(alarm["regions"]) & set(asking(town, year)["region"])


def test_a_wijk_of_forty_people_is_never_ranked(town: Figures) -> None:
    comparison = worth_ranking(standing(town, 2025), 2025)
    assert not set(TRUTHS["very_small_wijk"]["regions"]) & set(comparison["region"])


def test_most_wijken_with_nothing_planted_are_left_alone(town: Figures) -> None:
    quiet = set(TRUTHS["quiet_wijken"])
    called = quiet & set(asking(town, 2025)["region"])
    assert len(called) <= 2, called


def test_an_old_figure_says_nothing_about_now(town: Figures) -> None:
    comparison = worth_ranking(standing(town, 2025), 2025)
    assert comparison["year"].min() >= 2023
    assert "crime_violence" not in set(comparison.loc[comparison["value"].notna(), "indicator"])
