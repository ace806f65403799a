"""When Wijkradar says that a wijk changed course, and when it keeps silent. Read from top to bottom."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from analysis.trends import trends
from analysis.turns import judge_turns, recent, turns
from data import sample
from data.store import Store
from ui import trending
from ui.figures import Figures, figures

TRUTHS = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))
YEARS = np.arange(2013, 2026)


def frame_of(values: np.ndarray, years: np.ndarray = YEARS, indicator: str = "x") -> pd.DataFrame:
    """Return the wijken of one indicator, one per row of ``values``, as figures."""
    table = pd.DataFrame(values, columns=years).rename_axis("region").reset_index()
    table["region"] = "wijk " + table["region"].astype("str")
    frame = table.melt("region", var_name="year").astype({"year": "int64"}).assign(indicator=indicator)
    return frame.dropna(subset=["value"])


def verdicts(values: np.ndarray, years: np.ndarray = YEARS) -> pd.DataFrame:
    """Judge the wijken of one indicator together."""
    return verdicts_of(frame_of(values, years))


def verdicts_of(frame: pd.DataFrame) -> pd.DataFrame:
    estimated = trends(frame)
    parts = (turns(frame, estimated), recent(frame, estimated).drop(columns=["region", "indicator"]))
    return judge_turns(pd.concat(parts, axis=1))


def town(years: np.ndarray = YEARS, seed: int = 5) -> np.ndarray:
    """Return 24 wijken in which a share falls slowly, each with its own chance."""
    noise = np.random.default_rng(seed).normal(0, 0.2, (24, len(years)))
    return 20 - 0.1 * (years - years[0]) + noise


def test_a_wijk_that_fell_until_2018_and_rises_since_2019_is_told_so() -> None:
    values = town()
    values[7] += 0.6 * np.maximum(YEARS - 2018, 0)
    wijk = verdicts(values).loc[7]

    assert wijk["since"] == 2019
    assert wijk["now"] == "rises"
    assert wijk["turn_earliest"] <= 2018 <= wijk["turn_latest"]
    assert wijk["slope_before"] < 0 < wijk["after_lower"]


def test_a_fall_that_came_to_an_end_is_level_now() -> None:
    values = town()
    values[7] -= 1.2 * (np.minimum(YEARS, 2018) - 2018)
    values[7] += 0.1 * (YEARS - 2013)
    wijk = verdicts(values).loc[7]

    assert (wijk["since"], wijk["now"]) == (2019, "level")


def many_towns(change: np.ndarray | float, count: int = 100) -> pd.DataFrame:
    """Judge many towns, each on its own; the change is that of wijk 7."""
    values = [town(seed=seed) for seed in range(count)]
    for wijken_of_town in values:
        wijken_of_town[7] += change
    frame = pd.concat([frame_of(rows, indicator=f"town {place}") for place, rows in enumerate(values)])
    estimated = trends(frame)
    parts = (turns(frame, estimated), recent(frame, estimated).drop(columns=["region", "indicator"]))
    return pd.concat([judge_turns(rows) for _, rows in pd.concat(parts, axis=1).groupby("indicator")])


def test_of_the_turns_that_are_told_few_are_chance() -> None:
    told = many_towns(0.6 * np.maximum(YEARS - 2018, 0)).query("now != ''")
    true = told["region"] == "wijk 7"

    assert true.sum() >= 80
    assert true.mean() > 0.93


def test_a_hundred_towns_in_which_nothing_turns_give_hardly_a_turn() -> None:
    found = many_towns(0.0)
    with_turn = found.loc[found["now"] != "", "indicator"].nunique()
    with_departure = found.loc[found["departure"].isin(["above", "below"]), "indicator"].nunique()

    assert with_turn <= 5
    assert with_departure <= 8


@pytest.mark.parametrize("count", [5, 9])
def test_five_years_or_nine_do_not_carry_a_turn(count: int) -> None:
    years = YEARS[:count]
    values = town(years)
    values[7] += 5.0 * np.maximum(years - years[count // 2], 0)
    found = verdicts(values, years)

    assert found["turn_p"].isna().all()
    assert (found["now"] == "").all()


def test_a_new_definition_is_a_break_and_no_turn() -> None:
    values = town()
    new = YEARS >= 2015
    values[:, new] += 6 + 0.8 * (YEARS[new] - 2015)
    frame = frame_of(values)
    found = verdicts_of(frame.assign(segment=(frame["year"] >= 2015).astype("int64")))

    pd.testing.assert_frame_equal(found, verdicts(values[:, new], YEARS[new]))
    assert found["since"].isna().all()


def test_a_jump_from_one_year_to_the_next_is_no_turn() -> None:
    values = town()
    values[7] += 2.0 * (YEARS >= 2016)
    wijk = verdicts(values).loc[7]

    assert wijk["turn_p"] < 0.05
    assert wijk["shape"] == "step"
    assert wijk["now"] == ""


def test_one_odd_last_year_is_a_departure_and_no_turn() -> None:
    values = town()
    values[7, -1] += 2.5
    wijk = verdicts(values).loc[7]

    assert wijk["departure"] == "above"
    assert wijk["latest"] > wijk["expected_upper"]
    assert wijk["now"] == ""


def test_a_last_figure_on_its_line_is_as_expected_however_steep_the_line() -> None:
    values = town() + 3.0 * (YEARS - 2013)

    assert (verdicts(values)["departure"] == "as_expected").all()


def test_a_missing_year_does_not_hide_a_turn() -> None:
    values = town()
    values[7] += 0.8 * np.maximum(YEARS - 2018, 0)
    values[7, YEARS == 2015] = np.nan
    wijk = verdicts(values).loc[7]

    assert (wijk["since"], wijk["now"]) == (2019, "rises")


@pytest.fixture(scope="module")
def voorbeeldstad(sample_folder) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


def wijken(known: Figures, indicator: str) -> pd.DataFrame:
    panel = known.panel
    regions = panel.loc[panel["level"] == "wijk", "region"].drop_duplicates().sort_values()
    return trending.family(known, (indicator,), tuple(regions)).set_index("region")


def test_the_planted_rise_is_dated_to_the_year_it_began_or_the_next(voorbeeldstad: Figures) -> None:
    """The figure also moves for other reasons, so that on its own it is no proof; the course is right."""
    concern = TRUTHS["rising_concern"]
    wijk = wijken(voorbeeldstad, "hh_single_share").loc[concern["regions"][0]]

    assert wijk["turn_year"] + 1 in (concern["since"], concern["since"] + 1)
    assert wijk["after_lower"] > 0


def test_what_turned_everywhere_is_seen_in_most_wijken(voorbeeldstad: Figures) -> None:
    """Values of homes stood still until 2018 and then rose, in the whole country."""
    homes = wijken(voorbeeldstad, "woz").dropna(subset=["turn_p"])

    assert (homes["after_lower"] > 0).all()
    assert homes["turn_year"].between(2016, 2019).all()
    assert (homes["turn_p"] <= 0.05).mean() > 0.6


def test_chance_in_one_year_of_a_small_wijk_is_no_turn(voorbeeldstad: Figures) -> None:
    alarm = TRUTHS["false_alarm"]
    for course in alarm["course"]:
        assert wijken(voorbeeldstad, course["indicator"]).loc[alarm["regions"][0], "now"] == ""


def test_wijken_in_which_nothing_was_planted_do_not_turn(voorbeeldstad: Figures) -> None:
    planted = {course["indicator"] for course in TRUTHS["rising_concern"]["course"]}
    for indicator in planted:
        quiet = wijken(voorbeeldstad, indicator).reindex(TRUTHS["quiet_wijken"])
        assert quiet["since"].isna().all(), indicator


@pytest.mark.real
def test_in_the_hague_unemployment_benefit_falls_since_the_crisis(real) -> None:
    table = pd.read_csv(real / "panel" / "denhaag_wijken_2009_2022.csv")
    frame = table.rename(columns={"WKC": "region", "YEAR": "year", "%_Unemployment_benefit_user": "value"})
    frame = frame.loc[frame["value"] > 0, ["region", "year", "value"]].assign(indicator="ww")
    told = verdicts_of(frame).query("now != ''")

    assert len(told) >= 4
    assert (told["now"] == "falls").mean() > 0.5
    assert told["since"].between(2014, 2017).all()
