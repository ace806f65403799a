"""Triage: the states, the order, the people, and the distance to the comparator."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.attention import attention, weighs
from analysis.gaps import gap_trends, gaps, nominal
from analysis.standing import compare
from analysis.trends import figures_of_panel, judge
from analysis.triage import COURSE_YEARS, FARTHEST, NOT_RANKED, STATES, triage
from tests.panel_builder import count, define, figure, panel, rate, series, share

GEMEENTE = "GM9999"
DEFINITIONS = define(
    count("population"),
    count("households"),
    count("edu_low"),
    count("edu_high"),
    rate("poverty", theme="inkomen", base="population", bridged_as="rate"),
    rate("low_income_hh", theme="inkomen", base="households", bridged_as="rate"),
    rate("near", theme="inkomen", base="households", bridged_as="approximation"),
    rate("work", "lower_is_worrying", theme="werk", base="population", bridged_as="rate"),
    rate("theft", unit="per 1 000 inwoners", theme="veiligheid", base="population", bridged_as="rate"),
    rate("income", "lower_is_worrying", unit="x 1 000 euro", theme="inkomen"),
    rate("rented", "neutral", theme="wonen"),
    rate("origin_share", "neutral", theme="herkomst", usable_in_score=False),
    share("edu_low_share", "edu_low", "edu_low", "edu_high", direction="higher_is_worrying"),
)


def wijk(number: int) -> str:
    return f"WK9999{number:02d}"


def level(
    indicator: str,
    difference: float,
    *,
    number: int = 1,
    noise: float = 1.0,
    year: int = 2024,
    people: int = 4000,
) -> dict[str, object]:
    """One row of a comparison against a gemeente of 10."""
    sign = {"higher_is_worrying": 1, "lower_is_worrying": -1, "neutral": 0}[
        DEFINITIONS.loc[indicator, "direction"]
    ]
    beyond = np.sign(difference) if abs(difference) > noise else 0
    return {
        "region": wijk(number),
        "indicator": indicator,
        "year": year,
        "value": 10.0 + difference,
        "comparator_value": 10.0,
        "difference": difference,
        "noise": noise,
        "verdict": {1: "higher", -1: "lower", 0: "about_equal"}[int(beyond)],
        "judgement": {1: "unfavourable", -1: "favourable", 0: "neutral"}[int(beyond * sign)],
        "people": people,
        "people_year": year,
    }


def course(
    indicator: str, verdict: str, *, number: int = 1, last_year: int = 2024, **more: object
) -> dict[str, object]:
    slope = {"rises": 1.0, "falls": -1.0}.get(verdict, 0.0)
    return {
        "region": wijk(number),
        "indicator": indicator,
        **{"slope": slope, "lower": slope - 0.5, "upper": slope + 0.5},
        **{"change": 9 * slope, "change_lower": 9 * slope - 4.5, "change_upper": 9 * slope + 4.5},
        **{"first_year": last_year - 9, "last_year": last_year, "n": 10, "p_adjusted": 0.01},
        "verdict": verdict,
        "judgement": "not read",
    } | more


COURSES = pd.DataFrame([course("poverty", "rises")])


def state(levels: list[dict[str, object]], courses: list[dict[str, object]], **more: object) -> pd.DataFrame:
    judged = pd.DataFrame(courses, columns=COURSES.columns if not courses else None)
    return triage(pd.DataFrame(levels), judged, DEFINITIONS, **more)


@pytest.mark.parametrize(
    ("difference", "verdict", "expected"),
    [
        (5.0, "rises", "bad_worse"),
        (5.0, "too_uncertain", "bad"),
        (5.0, "about_equal", "bad"),
        (5.0, "no_verdict", "bad"),
        (5.0, "falls", "bad_better"),
        (-5.0, "rises", "good_worse"),
        (-5.0, "falls", "good"),
        (-5.0, "too_uncertain", "good"),
        (0.5, "rises", "about_equal"),
    ],
)
def test_level_and_direction_together_make_the_state(difference: float, verdict: str, expected: str) -> None:
    row = state([level("poverty", difference)], [course("poverty", verdict)]).iloc[0]
    mirrored = {"rises": "falls", "falls": "rises"}.get(verdict, verdict)
    mirror = state([level("work", -difference)], [course("work", mirrored)]).iloc[0]

    assert row["state"] == mirror["state"] == expected
    assert row["order"] == pytest.approx(mirror["order"])


def test_without_a_trend_the_level_still_counts() -> None:
    row = state([level("poverty", 5.0)], []).iloc[0]

    assert (row["state"], row["trend"], row["trend_judgement"], row["sure_change"]) == (
        "bad",
        "no_verdict",
        "none",
        0,
    )


def test_a_trend_that_ended_long_ago_says_nothing_about_now() -> None:
    row = state([level("poverty", 5.0)], [course("poverty", "rises", last_year=2021)]).iloc[0]

    assert (row["state"], row["trend"], row["last_year"]) == ("bad", "no_verdict", 2021)


def test_a_figure_of_long_ago_is_not_ranked_in_the_year_that_is_looked_at() -> None:
    rows = [level("poverty", 5.0, year=2021)]

    assert state(rows, [], now=2023)["state"].tolist() == ["bad"]
    assert state(rows, [], now=2024)["state"].tolist() == ["no_figure"]


def test_after_a_turn_the_new_course_counts() -> None:
    turned = course("poverty", "rises") | {
        **{"since": 2020, "now": "falls", "slope_after": -2.0, "after_lower": -3.0, "after_upper": -1.0}
    }
    row = state([level("poverty", 5.0)], [turned]).iloc[0]

    assert (row["state"], row["trend"], row["trend_judgement"]) == ("bad_better", "falls", "favourable")
    assert (row["first_year"], row["last_year"], row["slope"], row["change"]) == (2019, 2024, -2.0, -10.0)
    assert row["sure_change"] == pytest.approx(COURSE_YEARS * -1.0 / 2.5)
    level_now = turned | {"now": "level"}
    assert state([level("poverty", 5.0)], [level_now])["state"].tolist() == ["bad"]


@pytest.mark.parametrize(("reach", "trend"), [(0.1, "about_equal"), (1.0, "too_uncertain")])
def test_without_a_direction_since_a_turn_it_is_only_called_equal_where_that_is_known(
    reach: float, trend: str
) -> None:
    # Over the five years since 2019 the band holds 0,5 or 5 either way, of an ordinary figure of 20.
    turned = course("poverty", "rises", ordinary=20.0, since=2020, now="level") | {
        **{"slope_after": 0.0, "after_lower": -reach, "after_upper": reach},
    }
    assert state([level("poverty", 5.0)], [turned])["trend"].tolist() == [trend]


def test_level_and_course_are_measured_without_what_noise_and_chance_explain() -> None:
    # With one wijk a quarter of the comparator's 10 stands for the spread: 2,5.
    row = state([level("poverty", 4.0, noise=1.5)], [course("poverty", "rises")]).iloc[0]

    assert row["sure_level"] == pytest.approx((4.0 - 1.5) / 2.5)
    assert row["sure_change"] == pytest.approx(0.5 * COURSE_YEARS / 2.5)
    assert row["order"] == pytest.approx(row["sure_level"] + row["sure_change"])


def test_a_ratio_is_brought_back_to_the_unit_of_the_figure() -> None:
    row = state([level("income", -4.0)], [course("income", "falls", gap="ratio")]).iloc[0]

    assert row["sure_change"] == pytest.approx(0.5 * 10.0 / 100 * COURSE_YEARS / 2.5)
    assert row["relative"]


def test_equal_is_only_said_where_a_large_difference_would_have_been_seen() -> None:
    # With one wijk a quarter of the comparator's 10 stands for what wijken ordinarily differ: 2,5.
    narrow, wide = (state([level("poverty", 0.5, noise=noise)], []).iloc[0] for noise in (3.0, 4.0))
    far = state([level("poverty", 9.0, noise=4.0)], []).iloc[0]

    assert (narrow["state"], narrow["unsure"]) == ("about_equal", False)
    assert (wide["state"], wide["unsure"]) == ("about_equal", True)
    assert (far["state"], far["unsure"]) == ("bad", False)


def test_states_come_in_the_order_of_urgency_and_what_is_unsure_comes_last() -> None:
    differences = {"bad_worse": 3.0, "bad": 9.0, "bad_better": 9.0, "good_worse": -3.0, "good": -9.0}
    verdicts = {"bad_worse": "rises", "bad_better": "falls", "good_worse": "rises"}
    names = [*reversed(STATES)]
    rows = state(
        [
            level("theft", 0.1, number=30),
            *(level("theft", differences[name], number=place) for place, name in enumerate(names)),
        ],
        [
            course("theft", verdicts.get(name, "too_uncertain"), number=place)
            for place, name in enumerate(names)
        ],
    )

    assert rows["state"].tolist() == [*STATES, "about_equal"]
    assert set(NOT_RANKED) == {"about_equal", "no_figure"}


def test_of_two_that_are_very_far_off_the_one_with_more_people_comes_first() -> None:
    levels = [level("theft", 40.0, number=1, people=300), level("theft", 30.0, number=2, people=5000)]
    rows = state([*levels, level("theft", 6.0, number=3, people=900)], [])

    assert rows["region"].tolist() == [wijk(2), wijk(1), wijk(3)]
    assert rows["order"].tolist()[:2] == [FARTHEST, FARTHEST]


def test_a_small_wijk_with_much_noise_comes_after_a_large_one_that_is_certain() -> None:
    rows = state(
        [level("theft", 9.0, number=1, noise=6.0, people=300), level("theft", 6.0, number=2, noise=0.5)], []
    )

    assert rows["region"].tolist() == [wijk(2), wijk(1)]


def test_of_what_is_good_the_clearest_comes_first() -> None:
    rows = state([level("theft", -3.0, number=1), level("theft", -8.0, number=2)], [])

    assert rows["region"].tolist() == [wijk(2), wijk(1)]


def test_the_order_of_the_rows_handed_in_does_not_matter() -> None:
    levels = [level("poverty", 5.0 + number, number=number) for number in range(12)]
    courses = [course("poverty", "rises", number=number) for number in range(12)]
    forwards, backwards = state(levels, courses), state(levels[::-1], courses[::-1])

    pd.testing.assert_frame_equal(forwards, backwards)


def test_neutral_figures_counts_and_herkomst_are_left_out() -> None:
    rows = [level("rented", 50.0), level("origin_share", 50.0), level("poverty", 5.0)]

    assert state(rows, [])["indicator"].tolist() == ["poverty"]


def test_nothing_to_compare_gives_an_empty_frame_with_the_same_columns() -> None:
    some = state([level("poverty", 5.0)], [course("poverty", "rises")])
    none = state([level("rented", 5.0)], [course("poverty", "rises")])

    assert none.empty
    assert list(none.columns) == list(some.columns)


def test_two_trends_for_one_figure_are_refused() -> None:
    with pytest.raises(ValueError, match="not a one-to-one merge"):
        state([level("poverty", 5.0)], [course("poverty", "rises"), course("poverty", "falls")])


@pytest.mark.parametrize(
    ("indicator", "expected", "unit"),
    [
        ("poverty", 600, "people"),
        ("low_income_hh", 300, "households"),
        ("edu_low_share", 480, "people"),
        ("near", None, ""),  # the base is only near
        ("theft", None, ""),  # offences, not people
        ("work", None, ""),  # those who work are not those whom it concerns
        ("income", None, ""),
    ],
)
def test_it_says_how_many_people_or_households_a_figure_counts(
    indicator: str, expected: float | None, unit: str
) -> None:
    counts = pd.DataFrame(
        [
            (wijk(1), "population", 2022, 3900.0),
            (wijk(1), "population", 2024, 4000.0),
            (wijk(1), "households", 2024, 2000.0),
            (wijk(1), "edu_low", 2024, 480.0),
        ],
        columns=["region", "indicator", "year", "value"],
    )
    row = state([level(indicator, 5.0)], [], counts=counts).iloc[0]

    assert (None if pd.isna(row["concerned"]) else row["concerned"]) == expected
    assert row["concerned_unit"] == unit


@pytest.mark.parametrize(("year", "expected"), [(2022, 195), (2021, None)])
def test_a_count_of_long_ago_says_nothing_about_how_many_it_concerns_now(
    year: int, expected: float | None
) -> None:
    counts = pd.DataFrame(
        [(wijk(1), "population", year, 1300.0)], columns=["region", "indicator", "year", "value"]
    )
    row = state([level("poverty", 5.0)], [], counts=counts).iloc[0]

    assert (None if pd.isna(row["concerned"]) else row["concerned"]) == expected


# The distance to the comparator --------------------------------------------------------------------

YEARS = range(2015, 2025)


def town(indicator: str, own: list[float], theirs: list[float]) -> pd.DataFrame:
    rows = [
        *series(wijk(1), indicator, dict(zip(YEARS, own, strict=True))),
        *series(GEMEENTE, indicator, dict(zip(YEARS, theirs, strict=True))),
        *(figure(region, year, "population", 5000) for region in (wijk(1), GEMEENTE) for year in YEARS),
        *(figure(region, year, "households", 2500) for region in (wijk(1), GEMEENTE) for year in YEARS),
    ]
    return panel(rows, DEFINITIONS)


def held(frame: pd.DataFrame, comparator: str = "gemeente") -> pd.DataFrame:
    figures = figures_of_panel(frame, DEFINITIONS)
    return gaps(figures[figures["indicator"] != "population"], DEFINITIONS, comparator).query(
        "indicator != 'households'"
    )


def test_only_amounts_in_euros_are_nominal() -> None:
    assert nominal(DEFINITIONS).pipe(lambda found: list(found[found].index)) == ["income"]


def test_a_gap_is_a_difference_and_for_euros_a_ratio() -> None:
    shares = held(town("poverty", [12.0] * 10, [10.0] * 10))
    euros = held(town("income", [27.0] * 10, [30.0] * 10))

    assert shares["value"].unique() == pytest.approx([2.0])
    assert euros["value"].unique() == pytest.approx([90.0])
    assert (shares["gap"].unique().tolist(), euros["gap"].unique().tolist()) == (["difference"], ["ratio"])
    assert set(shares["region"]) == {wijk(1)}


def test_the_error_of_a_gap_holds_that_of_both() -> None:
    figures = pd.DataFrame(
        {
            "region": [wijk(1), GEMEENTE] * 2,
            "indicator": ["poverty", "poverty", "income", "income"],
            "unit": ["%", "%", "x 1 000 euro", "x 1 000 euro"],
            "year": 2020,
            "value": [12.0, 10.0, 20.0, 40.0],
            "segment": 0,
            "error": [3.0, 4.0, 0.3, 0.8],
        }
    )
    found = gaps(figures, DEFINITIONS, "gemeente").set_index("indicator")["error"]

    assert found["poverty"] == pytest.approx(5.0)
    assert found["income"] == pytest.approx(100 * np.hypot(0.3 / 40, 0.5 * 0.8 / 40))


def test_euros_that_rise_everywhere_are_no_trend_beside_the_comparator() -> None:
    rising = [30.0 + place for place in range(10)]
    figures = figures_of_panel(town("income", [value * 0.8 for value in rising], rising), DEFINITIONS)
    row = judge(
        gap_trends(gaps(figures, DEFINITIONS, "gemeente"), figures), DEFINITIONS["direction"]
    ).set_index("indicator")

    assert row.loc["income", "verdict"] == "about_equal"
    assert row.loc["income", "slope"] == pytest.approx(0.0, abs=0.1)


def test_a_wijk_that_falls_behind_in_euros_falls_although_its_euros_rise() -> None:
    theirs = [30.0 + place for place in range(10)]
    own = [value * (0.95 - 0.02 * place) for place, value in enumerate(theirs)]
    figures = figures_of_panel(town("income", own, theirs), DEFINITIONS)
    row = judge(
        gap_trends(gaps(figures, DEFINITIONS, "gemeente"), figures), DEFINITIONS["direction"]
    ).set_index("indicator")

    assert own[-1] > own[0]
    assert (row.loc["income", "verdict"], row.loc["income", "judgement"]) == ("falls", "unfavourable")


def test_a_year_without_the_figure_of_the_comparator_has_no_gap() -> None:
    frame = town("poverty", [12.0] * 10, [10.0] * 10)
    frame = frame[~((frame["region"] == GEMEENTE) & (frame["year"] == 2018))].reset_index(drop=True)

    assert 2018 not in set(held(frame)["year"])


def test_a_gap_starts_anew_where_one_of_the_two_does() -> None:
    figures = figures_of_panel(town("poverty", [12.0] * 10, [10.0] * 10), DEFINITIONS)
    of_gemeente = (figures["region"] == GEMEENTE) & (figures["year"] >= 2020)
    segments = figures["segment"].mask(of_gemeente, figures["segment"] + 1)
    found = gaps(figures.assign(segment=segments), DEFINITIONS, "gemeente")
    found = found[found["indicator"] == "poverty"].sort_values("year")

    assert found["segment"].nunique() == 2
    assert found.loc[found["segment"] == found["segment"].max(), "year"].min() == 2020


def test_a_ratio_to_nothing_is_no_figure() -> None:
    assert held(town("income", [20.0] * 10, [0.0] * 10)).empty


def test_a_comparator_without_figures_leaves_no_gap_and_no_trend() -> None:
    frame = town("poverty", [12.0] * 10, [10.0] * 10)

    assert held(frame, "WK000000").empty
    assert gap_trends(
        gaps(figures_of_panel(frame, DEFINITIONS), DEFINITIONS, "WK000000"),
        figures_of_panel(frame, DEFINITIONS),
    ).empty


# Attention -----------------------------------------------------------------------------------------


def test_one_theme_alone_is_no_reason_and_two_are() -> None:
    one = [level("poverty", 9.0, number=1), level("low_income_hh", 9.0, number=1)]
    two = [level("poverty", 9.0, number=2), level("theft", 9.0, number=2)]
    found = attention(state([*one, *two], []))

    assert found["region"].tolist() == [wijk(2)]
    assert (found["n_themes"].tolist(), found["themes"].tolist()[0]) == ([2], ("inkomen", "veiligheid"))


def test_what_is_good_inside_the_noise_or_getting_better_is_no_reason() -> None:
    rows = state(
        [level("poverty", 9.0), level("theft", -9.0), level("work", 0.2), level("low_income_hh", 1.2)],
        [course("poverty", "falls")],
    )

    assert not weighs(rows).any()
    assert attention(rows).empty


def test_a_course_that_gets_worse_brings_a_difference_sooner_to_where_it_counts() -> None:
    assert weighs(state([level("poverty", 2.0)], [])).tolist() == [False]
    assert weighs(state([level("poverty", 2.0)], [course("poverty", "rises")])).tolist() == [True]
    tiny = course("poverty", "rises", slope=0.2, lower=0.1, upper=0.3)
    assert weighs(state([level("poverty", 2.0)], [tiny])).tolist() == [False]


def test_what_gets_worse_in_more_themes_comes_first() -> None:
    levels = [level(name, 8.0, number=number) for number in (1, 2) for name in ("poverty", "theft")]
    found = attention(state(levels, [course("theft", "rises", number=2)]))

    assert found["region"].tolist() == [wijk(2), wijk(1)]
    assert found["n_worse"].tolist() == [1, 0]


def test_compare_and_triage_fit_on_a_panel() -> None:
    frame = town("poverty", [20.0 + place for place in range(10)], [10.0] * 10)
    figures = figures_of_panel(frame, DEFINITIONS)
    judged = judge(gap_trends(gaps(figures, DEFINITIONS, "gemeente"), figures), DEFINITIONS["direction"])
    rows = triage(compare(frame, DEFINITIONS, "gemeente"), judged, DEFINITIONS)

    assert rows["state"].tolist() == ["bad_worse"]
    assert rows["concerned"].tolist() == [round(0.29 * 5000)]
