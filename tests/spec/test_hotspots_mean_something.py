"""Hotspots that mean something: what gathers is found, what does not is left alone, and the rest is said in words.

Read from top to bottom: chance first, then what is really there, then what cannot be known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from analysis.hotspots import HOT, ISLAND, NO_FIGURE, NOTHING, contiguity, getis_ord, hotspots, reach
from analysis.hotspots.emerging import (
    ENDED,
    HISTORICAL,
    INTENSIFYING,
    NEW,
    PERSISTENT,
    TOO_FEW_YEARS,
    emerging,
)
from analysis.hotspots.scan import scan
from benchmarks.emerging import course, false_alarms, frame, group, town

WIJKEN, YEARS = 44, 9
NEIGHBOURS, OUTWARDS = town(WIJKEN, 1)
TOGETHER = group(NEIGHBOURS, OUTWARDS[0], 7)
MIDDLE = NEIGHBOURS.regions[TOGETHER[0]]


def ordinary(seed: int = 1) -> np.ndarray:
    """44 wijken in nine years in which nothing happens but chance."""
    return np.random.default_rng(seed).normal(10.0, 1.0, (WIJKEN, YEARS))


def of_one_year(values: np.ndarray) -> pd.Series:
    table = hotspots(pd.DataFrame({"region": NEIGHBOURS.regions, "value": values}), NEIGHBOURS)
    return table.set_index("region")["class"]


def over_the_years(values: np.ndarray) -> pd.DataFrame:
    return emerging(frame(values), NEIGHBOURS).set_index("region")


# Chance ---------------------------------------------------------------------------------------------------------------


def test_of_twenty_towns_in_which_nothing_gathers_at_most_one_is_told_so() -> None:
    """Whether chance is fresh every year, lingers (here with a few very high figures), or never changes at all."""
    fresh = false_alarms(24, 8, 0.0, skewed=False, towns=20, seed=3)
    lingering = false_alarms(24, 8, 0.7, skewed=True, towns=20, seed=3)
    unchanging = false_alarms(24, 8, 1.0, skewed=False, towns=20, seed=3)
    assert np.mean([fresh, lingering, unchanging]) <= 5.0


def test_the_same_figures_scattered_over_the_town_are_no_hotspot() -> None:
    together, scattered = ordinary()[:, 0], ordinary()[:, 0]
    together[TOGETHER] += 4
    far_apart = [OUTWARDS[place] for place in range(0, WIJKEN, 7)]
    scattered[far_apart] += 4
    assert of_one_year(together)[MIDDLE] == HOT
    assert set(of_one_year(scattered)) == {NOTHING}


def test_one_extreme_wijk_is_not_high_figures_together() -> None:
    values = ordinary()
    values[TOGETHER[0]] += 25
    assert getis_ord(values, NEIGHBOURS)[TOGETHER[0]].max() > 1.96
    assert set(of_one_year(values[:, 0])) == {NOTHING}
    assert HOT not in set(over_the_years(values)["side"])


# What is there --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [PERSISTENT, NEW, HISTORICAL])
def test_since_when_and_until_when(kind: str) -> None:
    values = ordinary()
    values[TOGETHER] += course(kind, YEARS, 5.0)
    row = over_the_years(values).loc[MIDDLE]
    assert (row["side"], row["class"]) == (HOT, kind)
    # The height of a planted hotspot is 0 in the years without it.
    there = [2013 + year for year in range(YEARS) if course(kind, YEARS, 5.0)[year] > 0]
    assert list(row["years"]) == there


def test_a_hotspot_that_grows_says_how_far_it_was_from_the_rest_and_is() -> None:
    values = ordinary()
    values[TOGETHER] += course(INTENSIFYING, YEARS, 4.0)
    row = over_the_years(values).loc[MIDDLE]
    assert row["class"] == INTENSIFYING
    assert row["gap_first"] < 4 < row["gap_last"]


def test_growth_that_the_whole_town_shares_is_no_hotspot_that_grows() -> None:
    values = ordinary() + np.linspace(0.0, 20.0, YEARS)
    values[TOGETHER] += 5.0
    assert over_the_years(values).loc[MIDDLE, "class"] == PERSISTENT


def test_what_is_true_of_few_cases_in_one_wijk_is_true_of_many_in_several() -> None:
    """Three cases among fifty people is a high rate and no cluster; twice the usual rate among thousands is one."""
    middles = pd.DataFrame(
        [(f"WK{place:06d}", place % 6, place // 6) for place in range(36)], columns=["region", "x", "y"]
    )
    counts = pd.DataFrame({"region": middles["region"], "cases": 20, "population": 1000})
    counts.loc[0, ["cases", "population"]] = [3, 50]
    assert len(scan(counts, middles)) == 0
    counts.loc[[1, 6, 7], "cases"] = 40
    found = scan(counts, middles)
    assert sorted(found["regions"][0]) == ["WK000000", "WK000001", "WK000006", "WK000007"]
    assert found["relative_risk"][0] == pytest.approx(2.0, abs=0.05)


# What cannot be known -------------------------------------------------------------------------------------------------


def test_with_ten_wijken_no_hotspot_says_nothing() -> None:
    small, _ = town(10, 0)
    assert not reach(small).enough
    assert reach(small).highest == pytest.approx(3.0)
    assert reach(NEIGHBOURS).enough


def test_who_cannot_be_judged_is_named_with_the_reason() -> None:
    values = ordinary()
    values[0] = np.nan
    values[1, :5] = np.nan
    values[2, -3:] = np.nan
    table = over_the_years(values)
    assert table["class"].iloc[:3].tolist() == [NO_FIGURE, TOO_FEW_YEARS, ENDED]
    assert len(table) == WIJKEN
    island = contiguity([shapely.box(x, 0, x + 1, 1) for x in (0, 1, 2, 9)], ["A", "B", "C", "<b>eiland</b>"])
    told = hotspots(pd.DataFrame({"region": island.regions, "value": [1.0, 2.0, 3.0, 9.0]}), island)
    assert told.set_index("region")["class"]["<b>eiland</b>"] == ISLAND


def test_without_any_difference_there_is_no_hotspot_and_no_error() -> None:
    assert set(of_one_year(np.full(WIJKEN, 3.0))) == {NOTHING}
    assert set(over_the_years(np.full((WIJKEN, YEARS), 3.0))["class"]) == {NOTHING}
