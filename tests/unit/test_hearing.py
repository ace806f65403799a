"""Voices beside residents: the numbers by hand, and what they promise on average."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from analysis.hearing import (
    ABOUT,
    OVER,
    TOO_FEW,
    UNDER,
    clumping,
    heard,
    ordinary_rate,
    reach,
    represented,
    residents_in_people,
    stretches,
)
from benchmarks.hearing import town

RESIDENTS = pd.DataFrame(
    [("WKA", "tenure", "owner", 40.0), ("WKA", "tenure", "rent", 60.0)],
    columns=["region", "kind", "group", "people"],
)


def evening(participants: int, *known: tuple[str, str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    gatherings = pd.DataFrame(
        {"gathering": [1], "region": "WKA", "channel": "bijeenkomst", "participants": participants}
    )
    told = pd.DataFrame([(1, *each) for each in known], columns=["gathering", "kind", "group", "count"])
    return gatherings, told


def test_a_period_is_cut_into_equal_stretches_and_what_lies_outside_has_none() -> None:
    days = pd.Series(["2023-12-31", "2024-01-01", "2024-02-29", "2024-12-31", "2025-01-01"])
    found = stretches(days, "2024-01-01", "2024-12-31", parts=4)
    assert found.isna().tolist() == [True, False, False, False, True]
    assert found.dropna().tolist() == [0, 0, 3]


def test_the_band_of_voices_that_come_one_by_one_is_that_of_a_count() -> None:
    """Mid-p limits of a Poisson count of 10 out of 100 expected, where the ordinary rate is beyond doubt."""
    residents = pd.DataFrame({"region": ["WKA", "WKB"], "people": [1_000.0, 1_000_000.0]})
    rows = [("WKA", "meldpunt", part, 2 if part < 2 else 1) for part in range(8)]
    rows += [("WKB", "meldpunt", part, 12_500) for part in range(8)]
    found = heard(pd.DataFrame(rows, columns=["region", "channel", "stretch", "count"]), residents)
    row = found.iloc[0]
    assert row["expected"] == pytest.approx(100, rel=1e-3)

    def mid_p(mean: float) -> float:
        return float(poisson.cdf(9, mean) + poisson.pmf(10, mean) / 2)

    assert mid_p(row["lower"] * row["expected"]) == pytest.approx(0.975, abs=2e-3)
    assert mid_p(row["upper"] * row["expected"]) == pytest.approx(0.025, abs=2e-3)
    assert row["missing"] == pytest.approx(row["expected"] - 10)
    assert row["verdict"] == UNDER


def test_bunches_of_three_make_a_count_three_times_as_wide() -> None:
    drawn = np.random.default_rng(1).poisson(5.0, (40, 8)).astype(float)
    assert clumping(drawn) == pytest.approx(1.0, abs=0.2)
    assert clumping(3 * drawn) == pytest.approx(3 * clumping(drawn), abs=0.2)


def test_one_very_loud_wijk_does_not_move_what_is_expected_of_the_others() -> None:
    people = np.full(20, 5_000.0)
    counts = np.full(20, 50.0)
    counts[0] = 1_000
    assert ordinary_rate(counts, people, 1.0)[0] == pytest.approx(0.01)
    counts[1:6] = 5
    assert ordinary_rate(counts, people, 1.0)[0] == pytest.approx(0.01)


@pytest.mark.parametrize(("wijken", "bunch"), [(3, 1.0), (24, 3.0)])
def test_bands_hold_and_ordinary_wijken_are_seldom_said_to_stand_out(wijken: int, bunch: float) -> None:
    rng = np.random.default_rng(wijken)
    held, alarms = [], []
    for _ in range(25):
        voices, residents = town(wijken, rng, bunch=bunch)
        rows = heard(voices, residents).query("channel == ''")
        held += list((rows["lower"] <= 1) & (rows["upper"] >= 1))
        alarms.append(rows["verdict"].isin((UNDER, OVER)).any())
    assert np.mean(held) > 0.9
    assert np.mean(alarms) <= 0.12


def test_a_wijk_of_forty_people_and_one_without_a_figure_give_no_verdict() -> None:
    residents = pd.DataFrame({"region": ["WKA", "WKB", "WKC"], "people": [40.0, np.nan, 8_000.0]})
    rows = [(region, "meldpunt", part, 5) for region in residents["region"] for part in range(8)]
    found = heard(pd.DataFrame(rows, columns=["region", "channel", "stretch", "count"]), residents)
    assert found.head(3)["verdict"].tolist() == [TOO_FEW, TOO_FEW, ABOUT]
    assert np.isnan(found.iloc[1]["ratio"])


def test_nothing_heard_at_all_is_no_verdict_and_no_division_by_zero() -> None:
    residents = pd.DataFrame({"region": ["WKA"], "people": [8_000.0]})
    found = heard(pd.DataFrame(columns=["region", "channel", "stretch", "count"]), residents)
    assert found["verdict"].tolist() == [TOO_FEW]


def test_a_count_below_zero_and_a_region_twice_are_refused() -> None:
    voices = pd.DataFrame({"region": ["WKA"], "channel": "meldpunt", "stretch": 0, "count": -1})
    with pytest.raises(ValueError, match="below zero"):
        heard(voices, pd.DataFrame({"region": ["WKA"], "people": [1.0]}))
    with pytest.raises(ValueError, match="twice"):
        heard(voices.assign(count=1), pd.DataFrame({"region": ["WKA", "WKA"], "people": [1.0, 2.0]}))


def test_the_share_of_a_channel_is_held_against_the_other_wijken() -> None:
    rows = [("WKA", "buurtantenne", part, 5) for part in range(8)] + [
        ("WKA", "meldpunt", part, 5) for part in range(8)
    ]
    rows += [("WKB", "buurtantenne", part, 10) for part in range(8)] + [
        ("WKB", "meldpunt", part, 90) for part in range(8)
    ]
    found = reach(pd.DataFrame(rows, columns=["region", "channel", "stretch", "count"]), ["WKA", "WKB"])
    row = found.set_index(["region", "channel"]).loc[("WKA", "buurtantenne")]
    assert (row["share"], row["elsewhere"]) == (0.5, 0.1)
    assert row["ratio"] == pytest.approx(5.0, rel=0.02)
    assert row["lower"] < 5 < row["upper"]
    assert row["verdict"] == OVER


# Groups ---------------------------------------------------------------------------------------------


def test_unknown_participants_stay_out_of_the_share_and_bound_what_it_could_be() -> None:
    gatherings, told = evening(100, ("tenure", "owner", 45), ("tenure", "rent", 15))
    row = (
        represented(gatherings, told, RESIDENTS).query("channel == 'bijeenkomst' and group == 'rent'").iloc[0]
    )
    assert (row["known"], row["share"], row["residents"]) == (60, 0.25, 0.6)
    assert (row["least"], row["most"]) == (0.15, 0.55)
    assert row["verdict"] == UNDER
    assert row["certain"]


def test_what_the_unknown_could_turn_around_is_not_certain() -> None:
    gatherings, told = evening(400, ("tenure", "owner", 45), ("tenure", "rent", 15))
    row = (
        represented(gatherings, told, RESIDENTS).query("channel == 'bijeenkomst' and group == 'rent'").iloc[0]
    )
    assert row["most"] > row["residents"]
    assert not row["certain"]


def test_a_group_that_a_channel_never_counts_is_left_out_on_both_sides() -> None:
    residents = pd.DataFrame(
        [("WKA", "age", group, 1_000.0) for group in ("15-24", "25-44", "45-64", "65+")],
        columns=["region", "kind", "group", "people"],
    )
    gatherings, told = evening(100, ("age", "25-44", 50), ("age", "45-64", 50))
    rows = represented(gatherings, told, residents)
    assert set(rows["group"]) == {"25-44", "45-64"}
    assert set(rows["residents"]) == {0.5}


def test_a_few_participants_give_no_verdict() -> None:
    gatherings, told = evening(8, ("tenure", "owner", 8))
    assert set(represented(gatherings, told, RESIDENTS)["verdict"]) == {TOO_FEW}


def test_people_who_come_along_together_count_for_less() -> None:
    """Ten evenings, half of them with owners alone and half with tenants alone: surely not 400 separate people."""
    gatherings = pd.DataFrame(
        {"gathering": range(10), "region": "WKA", "channel": "bijeenkomst", "participants": 40}
    )
    told = pd.DataFrame(
        {"gathering": range(10), "kind": "tenure", "group": ["owner", "rent"] * 5, "count": 40}
    )
    rows = represented(gatherings, told, RESIDENTS).query("channel == 'bijeenkomst'")
    assert (rows["alike"] > 20).all()
    assert (rows["upper"] - rows["lower"] > 0.4).all()


def test_origin_cannot_enter_by_any_door() -> None:
    gatherings, told = evening(100, ("origin", "netherlands", 60), ("tenure", "rent", 15))
    with pytest.raises(ValueError, match="origin"):
        represented(gatherings, told, RESIDENTS)
    with pytest.raises(ValueError, match="origin"):
        represented(gatherings, told[told["kind"] == "tenure"], RESIDENTS.assign(kind="origin"))


def test_residents_are_people_of_fifteen_and_older_and_homes_are_homes() -> None:
    figures = pd.DataFrame(
        {
            **dict.fromkeys(("age_15_25", "age_25_45", "age_45_65", "age_65plus"), 250.0),
            "hh_single": 200.0, "hh_no_children": 150.0, "owner_occupied": 40.0, "rented": 60.0,
        },
        index=pd.Index(["WKA"], name="region"),
    )  # fmt: skip
    people = residents_in_people(figures).set_index(["kind", "group"])["people"]
    assert people["household"].to_dict() == {"single": 200, "no_children": 300, "with_children": 500}
    assert people["age"].sum() == people["household"].sum() == 1_000
    unknown = residents_in_people(figures.assign(hh_single=np.nan))
    assert set(unknown["kind"]) == {"age", "tenure"}
