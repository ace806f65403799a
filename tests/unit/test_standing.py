from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.standing import compare, heat, stand_out
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

    assert compared(*rows).loc[(WIJK, "poverty"), "people"] == 4000


def test_a_level_without_rows_compares_nothing():
    assert compared(*town("poverty", [10.0]), level="buurt").empty


ORDINARY = [9.0, 9.5, 10.0, 10.5, 9.2, 10.2, 9.8]


def picked(frame, comparator="gemeente", **choices):
    return stand_out(compare(frame, DEFINITIONS, comparator), DEFINITIONS, **choices)


def test_only_what_is_unfavourable_certain_and_out_of_the_ordinary_stands_out():
    rows = picked(merged(town("poverty", [*ORDINARY, 20.0])))

    assert rows["region"].tolist() == [wijk(8)]
    assert rows["people"].tolist() == [4000]
    assert rows["theme"].tolist() == ["inkomen"]
    assert rows["distance"].iloc[0] == pytest.approx(
        (20 - 9.9) / (1.4826 * np.median(np.abs(np.array([*ORDINARY, 20.0]) - 9.9)))
    )


def test_where_every_wijk_differs_from_the_gemeente_none_is_out_of_the_ordinary():
    assert picked(merged(town("poverty", [value + 10 for value in [*ORDINARY, 10.1]]))).empty


def test_an_old_figure_does_not_stand_out_today():
    frame = merged(
        town("poverty", [*ORDINARY, 20.0], year=2018),
        town("population", [], year=2018),
        town("work", [*ORDINARY, 10.0], year=2022),
        *(town("vacancy", [3.0] * 8, 3.0, year=year) for year in (2019, 2020, 2021)),
    )

    assert picked(frame).empty
    assert picked(frame, max_age=4)["region"].tolist() == [wijk(8)]


def test_favourable_figures_can_be_asked_for():
    rows = picked(merged(town("poverty", [*ORDINARY, 1.0])), favourable=True)

    assert (rows["region"].tolist(), rows["judgement"].tolist()) == ([wijk(8)], ["favourable"])


def test_a_small_wijk_does_not_come_before_a_large_one_that_is_certain():
    people = [4000] * 7 + [300, 4000]
    rows = picked(merged(town("poverty", [*ORDINARY, 22.0, 20.0], people=people)))

    assert rows["region"].tolist() == [wijk(9), wijk(8)]


def test_with_few_wijken_the_noise_alone_decides():
    rows = picked(merged(town("poverty", [10.0, 10.1, 20.0])))

    assert rows["region"].tolist() == [wijk(3)]
    assert rows["distance"].isna().all()


def test_one_row_per_wijk_and_theme_unless_asked_otherwise():
    frame = merged(town("poverty", [*ORDINARY, 20.0]), town("minimum", [*ORDINARY, 25.0]))

    assert picked(frame)["indicator"].tolist() == ["minimum"]
    assert len(picked(frame, by=None)) == 2
    assert picked(frame, limit=0).empty


def test_where_most_wijken_are_alike_the_mean_deviation_tells_the_spread():
    rows = picked(merged(town("vacancy", [3.0] * 8 + [30.0], 3.0)))

    assert rows["region"].tolist() == [wijk(9)]
    assert rows["distance"].iloc[0] == pytest.approx(27 / (1.2533 * 27 / 9))


def test_neutral_and_excluded_figures_never_stand_out():
    frame = merged(
        town("rented", [*ORDINARY, 90.0]),
        town("origin_share", [*ORDINARY, 90.0]),
        town("population", [], people=4000),
    )

    assert picked(frame).empty
    assert picked(frame, favourable=True).empty


def test_a_count_never_stands_out_even_if_someone_gave_it_a_direction():
    definitions = DEFINITIONS.assign(
        direction=DEFINITIONS["direction"].mask(DEFINITIONS.index == "population", "higher_is_worrying")
    )
    frame = merged(town("poverty", [10.0] * 9, people=[*range(4000, 4080, 10), 40_000]))
    comparison = compare(frame, definitions, wijk(1))

    assert "higher" in set(comparison.loc[comparison["indicator"] == "population", "verdict"])
    assert stand_out(comparison, definitions).empty


def test_heat_is_the_mean_distance_per_theme_and_positive_is_unfavourable():
    frame = merged(
        town("poverty", [*ORDINARY, 10.4]),
        town("minimum", [*ORDINARY, 60.0]),
        town("work", [*ORDINARY, 10.4]),
    )
    comparison = compare(frame, DEFINITIONS, "gemeente").assign(noise=0.1)
    cells = heat(comparison, DEFINITIONS).set_index(["region", "theme"])

    poverty_spread = 1.4826 * np.median(np.abs(np.array([*ORDINARY, 10.4]) - 9.9))
    expected = ((10.4 - 9.9 - 0.1) / poverty_spread + 3.0) / 2  # the outlier of 60 % counts as 3
    assert cells.loc[(wijk(8), "inkomen"), "distance"] == pytest.approx(expected)
    assert cells.loc[(wijk(8), "inkomen"), "n_indicators"] == 2
    assert cells.loc[(wijk(1), "inkomen"), "distance"] < 0


def test_heat_does_not_colour_a_difference_inside_the_noise():
    values = [*ORDINARY, 12.0]
    many, few = (
        heat(
            compare(
                merged(town("poverty", values, people=people), town("minimum", values, people=people)),
                DEFINITIONS,
                "gemeente",
            ),
            DEFINITIONS,
        ).set_index("region")["distance"]
        for people in (400_000, 400)
    )

    assert many[wijk(8)] > 1.5
    assert set(few) == {0.0}


def test_heat_is_empty_with_one_indicator_and_leaves_out_neutral_themes():
    frame = merged(town("work", [*ORDINARY, 10.4]), town("origin_share", [*ORDINARY, 90.0]))
    cells = heat(compare(frame, DEFINITIONS, "gemeente"), DEFINITIONS)

    assert set(cells["theme"]) == {"werk"}
    assert cells["distance"].isna().all()
    assert set(cells["n_indicators"]) == {1}


def test_suppressed_wijken_stay_in_the_heat_as_empty():
    values = [*ORDINARY, 10.4, None]
    cells = heat(
        compare(merged(town("poverty", values), town("minimum", values)), DEFINITIONS, "gemeente"),
        DEFINITIONS,
    ).set_index(["region", "theme"])

    assert pd.isna(cells.loc[(wijk(9), "inkomen"), "distance"])
    assert cells.loc[(wijk(9), "inkomen"), "n_indicators"] == 0


def test_a_comparison_without_a_needed_column_is_refused():
    comparison = compare(merged(town("poverty", [10.0])), DEFINITIONS, "gemeente")

    with pytest.raises(ValueError, match="comparison has no column noise"):
        stand_out(comparison.drop(columns="noise"), DEFINITIONS)


def test_the_latest_year_of_each_region_wins_over_row_order():
    rows = series(WIJK, "poverty", {2020: 12.0, 2018: 10.0, 2019: 11.0})

    assert compared(*rows).loc[(WIJK, "poverty"), "year"] == 2020
