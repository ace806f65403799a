from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.standing import MAX_AGE, compare, is_recent, scoring, spread_between
from tests.panel_builder import count, define, figure, panel, rate, series

GEMEENTE, WIJK = "GM9999", "WK999901"
DEFINITIONS = define(
    count("population"),
    count("households"),
    rate("poverty", theme="inkomen"),
    rate("minimum", theme="inkomen"),
    rate("work", "lower_is_worrying", theme="werk"),
    rate("vacancy", theme="wonen", decimals=0),
    rate("rented", "neutral", theme="wonen"),
    rate("origin_share", "neutral", theme="herkomst", usable_in_score=False),
)


def wijk(number):
    return f"WK9999{number:02d}"


def town(indicator, values, gemeente_value=10.0, people=4000, year=2020):
    """Wijken 01, 02, ... with these values, and enough inhabitants to be sure of them."""
    rows = [
        figure(GEMEENTE, year, indicator, gemeente_value),
        figure(GEMEENTE, year, "households", 40_000),
        figure(GEMEENTE, year, "population", 90_000),
    ]
    for number, value in enumerate(values, start=1):
        size = people[number - 1] if isinstance(people, list) else people
        rows += [
            figure(wijk(number), year, indicator, value),
            figure(wijk(number), year, "households", size // 2),
            figure(wijk(number), year, "population", size),
        ]
    return rows


def merged(*towns):
    seen = {}
    for rows in towns:
        for row in rows:
            seen.setdefault((row["region"], row["year"], row["indicator"]), row)
    return panel(list(seen.values()), DEFINITIONS)


def compared(*rows, **choices):
    result = compare(panel(list(rows), DEFINITIONS), DEFINITIONS, **({"comparator": "gemeente"} | choices))
    return result.set_index(["region", "indicator"])


def test_a_wijk_is_held_against_its_gemeente_of_the_same_year():
    rows = [
        *town("poverty", [15.0], 10.0, year=2019),
        *town("work", [60.0], 70.0, year=2020),
        figure(WIJK, 2020, "poverty", None, "not_published"),
        figure(GEMEENTE, 2020, "poverty", 3.0),
    ]
    row = compared(*rows).loc[(WIJK, "poverty")]

    assert (row["year"], row["value"], row["comparator"], row["comparator_value"]) == (
        2019,
        15.0,
        GEMEENTE,
        10.0,
    )
    assert row["difference"] == 5.0
    assert 0 < row["noise"] < 5
    assert (row["verdict"], row["judgement"], row["people"]) == ("higher", "unfavourable", 4000)


@pytest.mark.parametrize(
    ("indicator", "value", "verdict", "judgement"),
    [
        ("poverty", 15.0, "higher", "unfavourable"),
        ("poverty", 5.0, "lower", "favourable"),
        ("poverty", 10.3, "about_equal", "neutral"),
        ("work", 15.0, "higher", "favourable"),
        ("work", 5.0, "lower", "unfavourable"),
        ("rented", 15.0, "higher", "neutral"),
        ("poverty", None, "no_figure", "none"),
    ],
)
def test_verdict_and_judgement(indicator, value, verdict, judgement):
    row = compared(*town(indicator, [value])).loc[(WIJK, indicator)]

    assert (row["verdict"], row["judgement"]) == (verdict, judgement)


def test_a_missing_figure_keeps_its_reason():
    row = compared(*town("poverty", [None])).loc[(WIJK, "poverty")]

    assert pd.isna(row["value"])
    assert row["status"] == "suppressed"


def test_without_the_comparators_figure_of_that_year_there_is_no_verdict():
    row = compared(figure(WIJK, 2020, "poverty", 12.0), figure(GEMEENTE, 2019, "poverty", 10.0)).loc[
        (WIJK, "poverty")
    ]

    assert (row["value"], row["verdict"]) == (12.0, "no_figure")


def test_figures_in_different_units_are_not_compared():
    row = compared(
        figure(WIJK, 2020, "poverty", 12.0), figure(GEMEENTE, 2020, "poverty", 10.0, unit="aantal")
    ).loc[(WIJK, "poverty")]

    assert row["verdict"] == "no_figure"


def test_a_count_is_compared_with_an_equal_but_never_with_a_larger_area():
    rows = town("poverty", [10.0, 10.0], people=[400, 4000])

    assert compared(*rows).loc[(WIJK, "population"), "verdict"] == "no_figure"
    assert compared(*rows, comparator=wijk(2)).loc[(WIJK, "population"), "verdict"] == "lower"


def test_a_figure_from_before_the_border_was_redrawn_is_not_used():
    rows = [
        *town("poverty", [15.0], year=2019),
        figure(GEMEENTE, 2020, "population", 90_000),
        figure(WIJK, 2020, "population", 2000, boundary=3),
    ]
    row = compared(*rows).loc[(WIJK, "poverty")]

    assert pd.isna(row["value"])
    assert (row["status"], row["verdict"]) == ("not_published", "no_figure")


def test_a_wijk_that_no_longer_exists_is_not_compared():
    rows = [*town("poverty", [15.0, 12.0], year=2019), *town("poverty", [15.0], year=2020)]

    assert compared(*rows).index.get_level_values("region").unique().tolist() == [WIJK]
    assert wijk(2) in compared(*rows, year=2019).index.get_level_values("region")


def test_look_no_further_than_the_year_asked_for():
    rows = [*town("poverty", [15.0], year=2019), *town("poverty", [5.0], year=2020)]

    assert compared(*rows, year=2019).loc[(WIJK, "poverty"), "value"] == 15.0


def test_the_country_and_an_unknown_comparator():
    rows = [*town("poverty", [15.0]), figure("NL00", 2020, "poverty", 6.0)]

    assert compared(*rows, comparator="land").loc[(WIJK, "poverty"), "comparator_value"] == 6.0
    with pytest.raises(ValueError, match="WK123456"):
        compared(*rows, comparator="WK123456")


def test_people_are_those_of_the_year_or_the_latest_before_it():
    rows = [*town("poverty", [15.0], year=2019), figure(WIJK, 2020, "poverty", 14.0)]

    found = compared(*rows).loc[(WIJK, "poverty")]
    assert (found["year"], found["people"], found["people_year"]) == (2020, 4000, 2019)


def test_a_level_without_rows_compares_nothing():
    assert compared(*town("poverty", [10.0]), level="buurt").empty


ORDINARY = [9.0, 9.5, 10.0, 10.5, 9.2, 10.2, 9.8]


def spread_of(*towns):
    return spread_between(compare(merged(*towns), DEFINITIONS, "gemeente").query("difference.notna()"))


def test_the_spread_between_wijken_does_not_follow_the_one_outlier():
    values = [*ORDINARY, 20.0]
    expected = 1.4826 * np.median(np.abs(np.array(values) - 9.9))

    assert spread_of(town("poverty", values)).unique() == pytest.approx([expected])


def test_where_most_wijken_are_alike_the_mean_deviation_tells_the_spread():
    spread = spread_of(town("vacancy", [3.0] * 8 + [30.0], 3.0))

    assert spread.unique() == pytest.approx([1.2533 * 27 / 9])


def test_with_few_wijken_part_of_the_comparator_stands_for_the_spread():
    assert spread_of(town("poverty", [10.0, 10.1, 20.0], 12.0)).unique() == pytest.approx([3.0])


def test_where_all_wijken_are_alike_nothing_is_divided_by_zero():
    assert spread_of(town("poverty", [0.0] * 9, 0.0)).isna().all()
    assert spread_of(town("poverty", [4.0] * 9, 4.0)).unique() == pytest.approx([1.0])


def test_one_rule_says_which_year_is_too_long_ago():
    years = pd.Series([2020, 2022, 2023, 2025, None], dtype="Int64")

    assert is_recent(years, 2025).tolist() == [False, False, True, True, False]
    assert MAX_AGE == 2


def test_only_rates_with_a_direction_may_score():
    assert set(scoring(DEFINITIONS).index) == {"poverty", "minimum", "work", "vacancy"}
    with_direction = DEFINITIONS.assign(direction="higher_is_worrying")
    assert not {"population", "origin_share"} & set(scoring(with_direction).index)


def test_a_comparison_without_a_needed_column_is_refused():
    comparison = compare(merged(town("poverty", [10.0])), DEFINITIONS, "gemeente")

    with pytest.raises(ValueError, match="comparison has no column difference"):
        spread_between(comparison.drop(columns="difference"))


def test_the_latest_year_of_each_region_wins_over_row_order():
    rows = series(WIJK, "poverty", {2020: 12.0, 2018: 10.0, 2019: 11.0})

    assert compared(*rows).loc[(WIJK, "poverty"), "year"] == 2020


def test_a_comparison_with_a_converted_figure_widens_the_noise():
    definitions = define(rate("gas"))
    rows = [figure(code, 2020, "gas", value) for code, value in (("WK999901", 14.0), ("GM9999", 10.0))]
    frame = panel(rows, definitions)
    bridged = frame.assign(
        status=frame["status"].mask(frame["level"] == "wijk", "bridged"),
        bridging_error=(frame["level"] == "wijk") * 3.0,
    )

    assert compare(frame, definitions, "gemeente")["verdict"].tolist() == ["higher"]
    row = compare(bridged, definitions, "gemeente").iloc[0]
    assert (row["verdict"], row["status"], row["value"]) == ("about_equal", "bridged", 14.0)
