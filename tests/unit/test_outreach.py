"""The order of Outreach: parts, weights, doubt, groups, and what stands apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.outreach import (
    FEW_PEOPLE,
    LITTLE_KNOWN,
    NO_WEIGHT,
    NOT_BAD_YET,
    PARTS,
    START,
    from_ranks,
    from_ratios,
    from_share,
    order,
    trend_courses,
    unvisited,
    worsening,
)
from data.catalogue import Catalogue

PEOPLE = {"A": 5000.0, "B": 4000.0, "C": 3000.0, "D": 150.0}


def reasons(*rows: tuple[str, str, float], doubt: float = 0.0) -> pd.DataFrame:
    """One signal per row: region, part and strength, each with the same doubt on both sides."""
    frame = pd.DataFrame(rows, columns=["region", "part", "strength"])
    return frame.assign(
        signal=frame["part"],
        low=(frame["strength"] - doubt).clip(0, 1),
        high=(frame["strength"] + doubt).clip(0, 1),
    )


def everywhere(strengths: Mapping[str, float], doubt: float = 0.0) -> pd.DataFrame:
    """Every part equally strong in a wijk."""
    return reasons(*((region, part, at) for region, at in strengths.items() for part in PARTS), doubt=doubt)


def test_the_place_is_the_weighted_mean_of_the_parts() -> None:
    rows = reasons(("A", "score", 1.0), ("A", "trend", 0.0), ("B", "score", 0.4), ("B", "trend", 0.4))
    found = order(rows, {"score": 3, "trend": 1}, {"A": 5000.0, "B": 4000.0}).places.set_index("region")
    assert found["strength"].to_dict() == pytest.approx({"A": 0.75, "B": 0.4})
    turned = order(rows, {"score": 1, "trend": 3}, {"A": 5000.0, "B": 4000.0}).places
    assert list(turned["region"]) == ["B", "A"]


def test_what_is_missing_is_not_nought_but_shared_by_the_rest_and_told() -> None:
    rows = reasons(("A", "score", 0.8), ("A", "trend", 0.8), ("A", "silence", np.nan), ("B", "score", 0.5), ("B", "trend", 0.5), ("B", "silence", 0.5))  # fmt: skip
    found = order(rows, {"score": 1, "trend": 1, "silence": 1}, {"A": 5000.0, "B": 4000.0})
    a = found.places.set_index("region").loc["A"]
    assert a["strength"] == pytest.approx(0.8)
    assert (a["missing"], a["known"]) == (("silence",), pytest.approx(2 / 3))
    mine = found.reasons[found.reasons["region"] == "A"]
    assert mine["weight"].sum() == pytest.approx(1.0)
    assert mine["adds"].sum() == pytest.approx(a["strength"])


def test_a_part_counts_by_its_strongest_signal() -> None:
    rows = pd.DataFrame(
        {
            "part": "silence",
            "signal": ["unheard", "visit"],
            "region": "A",
            "strength": [0.2, 0.9],
            "low": [0.1, 0.9],
            "high": [0.3, 0.9],
        }
    )
    found = order(rows, {"silence": 5}, {"A": 5000.0})
    assert found.reasons[["signal", "strength"]].to_numpy().tolist() == [["visit", 0.9]]


def test_small_wijken_and_wijken_of_which_little_is_known_stand_apart_with_the_reason() -> None:
    rows = pd.concat([everywhere({"A": 0.5, "D": 1.0}), reasons(("B", "score", 1.0))])
    found = order(rows, START, PEOPLE)
    assert list(found.places["region"]) == ["A"]
    assert dict(found.apart.to_numpy()) == {"D": FEW_PEOPLE, "B": LITTLE_KNOWN, "C": LITTLE_KNOWN}
    without_weight = order(rows, dict.fromkeys(PARTS, 0), PEOPLE)
    assert without_weight.places.empty
    assert dict(without_weight.apart.to_numpy())["A"] == NO_WEIGHT


def test_places_that_doubt_can_turn_round_are_one_group_and_others_are_not() -> None:
    unsure = order(everywhere({"A": 0.62, "B": 0.60, "C": 0.1}, doubt=0.1), START, PEOPLE)
    assert [(first, last) for first, last, _ in unsure.groups] == [(1, 2), (3, 3)]
    sure = order(everywhere({"A": 0.9, "B": 0.5, "C": 0.1}, doubt=0.02), START, PEOPLE)
    assert [regions for _, _, regions in sure.groups] == [("A",), ("B",), ("C",)]
    assert (sure.places["lower"] == sure.places["upper"]).all()
    alike = order(everywhere({"A": 0.0, "B": 0.0, "C": 0.0}), START, PEOPLE)
    assert [(first, last) for first, last, _ in alike.groups] == [(1, 3)]


def test_the_interval_holds_the_place_that_is_true() -> None:
    random = np.random.default_rng(1)
    regions = [f"W{n:02}" for n in range(30)]
    held = []
    for _ in range(8):
        true = random.uniform(0.2, 0.8, (30, 5))
        seen = np.clip(true + 0.08 * random.standard_normal(true.shape), 0, 1)
        rows = reasons(
            *((r, part, seen[i, j]) for i, r in enumerate(regions) for j, part in enumerate(PARTS)),
            doubt=0.08 * 1.2816,
        )
        found = order(rows, START, dict.fromkeys(regions, 1000.0)).places.set_index("region").loc[regions]
        place = (-true.mean(axis=1)).argsort().argsort() + 1
        held += list((found["lower"] <= place) & (place <= found["upper"]))
    assert np.mean(held) >= 0.8


def test_three_wijken_and_a_hundred_and_ten_get_an_order_and_one_seed_gives_one_answer() -> None:
    three = order(everywhere({"A": 0.2, "B": 0.9, "C": 0.4}), START, {**PEOPLE, "D": 900.0} | {"D": 100.0})
    assert list(three.places["region"]) == ["B", "C", "A"]
    random = np.random.default_rng(0)
    many = {f"W{n:03}": float(at) for n, at in enumerate(random.random(110))}
    rows = everywhere(many, doubt=0.1)
    found = order(rows, START, dict.fromkeys(many, 2000.0))
    assert len(found.places) == 110
    assert list(found.places["region"]) == sorted(many, key=many.__getitem__, reverse=True)
    again = order(rows.sample(frac=1, random_state=1), START, dict.fromkeys(many, 2000.0))
    pd.testing.assert_frame_equal(found.places, again.places)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"part": "herkomst"}, "no part"),
        ({"strength": 1.4}, "between 0 and 1"),
        ({"low": 0.9}, "within its band"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object], says: str) -> None:
    rows = (
        everywhere({"A": 0.5}).assign(**change) if "part" not in change else reasons(("A", "herkomst", 0.5))
    )
    with pytest.raises(ValueError, match=says):
        order(rows, START, {"A": 500.0})


def test_an_ordinary_place_in_the_score_is_no_reason() -> None:
    ranks = pd.DataFrame({"region": list("abcdefghij"), "rank": range(1, 11)}).assign(
        lower=lambda rows: (rows["rank"] - 1).clip(lower=1),
        upper=lambda rows: (rows["rank"] + 1).clip(upper=10),
    )
    found = from_ranks(ranks).set_index("region")
    assert found["strength"]["a"] == pytest.approx(0.9)
    assert (found.loc[list("fghij"), "strength"] == 0).all()
    assert ((found["low"] <= found["strength"]) & (found["strength"] <= found["high"])).all()


def course(theme: str, centre: float, **other: object) -> dict[str, object]:
    whole = {
        "region": "A",
        "indicator": theme,
        "theme": theme,
        "bad": True,
        "clear": centre > 0.3,
        "near": centre - 0.2,
    }
    return {**whole, "centre": centre, "far": centre + 0.2, **other}


def test_two_themes_that_surely_get_worse_are_as_strong_as_it_gets() -> None:
    both = worsening(pd.DataFrame([course("werk", 1.5), course("wonen", 2.0), course("zorg", 0.0)])).iloc[0]
    assert (both["strength"], both["n_themes"], both["indicators"]) == (1.0, 2, ("wonen", "werk"))
    one = worsening(pd.DataFrame([course("werk", 1.5), course("wonen", 0.1)])).iloc[0]
    assert one["strength"] == pytest.approx(0.5)
    assert one["low"] <= one["strength"] < one["high"]
    good = worsening(pd.DataFrame([course("werk", 1.5, bad=False), course("wonen", 1.5, bad=False)])).iloc[0]
    assert good["strength"] == pytest.approx(NOT_BAD_YET)


def test_herkomst_takes_no_part_in_a_course_whatever_is_handed_in(known: Catalogue) -> None:
    definitions = known.frame()
    origin = definitions.index[~definitions["usable_in_score"].astype("bool")][0]
    rows = pd.DataFrame(
        {
            "region": ["A", "B", "A", "B"],
            "indicator": [origin, origin, "benefit_bijstand_share", "benefit_bijstand_share"],
            "theme": "werk",
            "state": "bad_worse",
            "judgement": "unfavourable",
            "trend": "rises",
            "trend_judgement": "unfavourable",
            "difference": [1.0, -1.0, 2.0, -2.0],
            "comparator_value": 10.0,
            "slope": 1.0,
            "lower": 0.5,
            "upper": 1.5,
        }
    )
    assert set(trend_courses(rows, definitions)["indicator"]) == {"benefit_bijstand_share"}


def test_nobody_for_long_is_a_reason_and_an_empty_list_of_visits_says_nothing() -> None:
    today = date(2026, 6, 1)
    visits = pd.DataFrame(
        {"region": ["A", "A", "B", "B"], "done_on": ["2023-06-01", "2026-05-20", "2024-06-01", "2027-01-01"]}
    )
    found = unvisited(visits, ["A", "B", "C"], today).set_index("region")
    assert found["strength"]["A"] == 0.0
    assert found["months"]["B"] == pytest.approx(24, abs=0.1)
    assert 0.6 < found["strength"]["B"] < 0.7
    assert pd.isna(found["last"]["C"])
    assert found["strength"]["C"] == pytest.approx(1.0)
    assert unvisited(visits.iloc[:0], ["A"], today)["strength"].isna().all()


def test_a_ratio_and_a_share_become_strengths_with_their_doubt() -> None:
    ratio = pd.Series([0.8, 0.3, 1.5, np.nan])
    found = from_ratios(ratio, ratio * 0.7, ratio * 1.4, ordinary=0.8, most=0.3)
    assert found["strength"].iloc[:3].tolist() == pytest.approx([0.0, 1.0, 0.0])
    assert found.iloc[3].isna().all()
    assert found["high"].iloc[0] > 0
    assert found["low"].iloc[1] < 1
    share = from_share(pd.Series([0, 5, 10, 1]), pd.Series([10, 20, 20, 4]), most=0.5)
    assert share["strength"].iloc[:3].tolist() == pytest.approx([0.0, 0.5, 1.0])
    assert share.iloc[3].isna().all()
