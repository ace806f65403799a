from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.segments import latest_segment, number_segments, segment_reasons
from tests.panel_builder import count, define, figure, panel, rate, series

WIJK = "WK999901"
DEFINITIONS = define(count("population"), count("origin"), rate("income", breaks=(2015, 2020)))


def segments(*rows):
    frame = panel(list(rows), DEFINITIONS)
    numbered = frame.assign(segment=number_segments(frame, DEFINITIONS))
    return numbered.set_index(["indicator", "year"])["segment"]


def reasons(*rows):
    told = segment_reasons(panel(list(rows), DEFINITIONS), DEFINITIONS)
    return list(zip(told["indicator"], told["year"], told["reason"], strict=True))


def test_an_undisturbed_series_is_one_segment():
    assert set(segments(*series(WIJK, "population", dict.fromkeys(range(2013, 2020), 100)))) == {0}


@pytest.mark.parametrize(("flag", "reason"), [(3, "redrawn"), (2, "recoded")])
def test_a_flag_begins_a_segment(flag, reason):
    rows = [
        figure(WIJK, 2016, "population", 100),
        figure(WIJK, 2017, "population", 100, boundary=flag),
        figure(WIJK, 2018, "population", 100),
    ]

    assert segments(*rows).tolist() == [0, 1, 1]
    assert reasons(*rows) == [("population", 2017, reason)]


def test_a_redrawn_border_counts_also_when_the_figure_skips_that_year():
    rows = [
        *series(WIJK, "population", {2016: 100, 2018: 120}),
        figure(WIJK, 2017, "population", 110, boundary=3),
        *series(WIJK, "origin", {2016: 10, 2018: 20}),
    ]

    assert segments(*rows)["origin"].to_dict() == {2016: 0, 2018: 1}
    assert ("origin", 2018, "redrawn") in reasons(*rows)


def test_a_new_definition_begins_a_segment_for_that_figure_only():
    rows = [
        *series(WIJK, "income", dict.fromkeys(range(2013, 2022), 20)),
        *series(WIJK, "population", dict.fromkeys(range(2013, 2022), 100)),
    ]

    assert segments(*rows)["income"].tolist() == [0, 0, 1, 1, 1, 1, 1, 2, 2]
    assert set(segments(*rows)["population"]) == {0}
    assert reasons(*rows) == [("income", 2015, "definition"), ("income", 2020, "definition")]


def test_two_definitions_passed_in_one_gap_are_one_break():
    rows = [
        *series(WIJK, "population", dict.fromkeys(range(2014, 2022), 100)),
        *series(WIJK, "income", {2014: 20, 2021: 25}),
    ]

    assert segments(*rows)["income"].to_dict() == {2014: 0, 2021: 1}


def test_another_unit_begins_a_segment_and_empty_rows_say_nothing_about_units():
    rows = [
        figure(WIJK, 2013, "origin", 50),
        figure(WIJK, 2014, "origin", 25, unit="%"),
        figure(WIJK, 2015, "origin", None, unit="?"),
        figure(WIJK, 2016, "origin", 30, unit="%"),
        figure(WIJK, 2017, "origin", 60),
    ]

    assert segments(*rows)["origin"].tolist() == [0, 1, 1, 1, 2]
    assert reasons(*rows) == [("origin", 2014, "unit"), ("origin", 2017, "unit")]


def test_a_missing_figure_does_not_break_a_segment():
    assert segments(*series(WIJK, "population", {2016: 100, 2017: None, 2018: 120})).tolist() == [0, 0, 0]


def test_a_year_without_any_row_breaks_every_level_but_the_country():
    years = {2016: 100, 2018: 120}
    rows = [figure for code in ("NL00", "GM9999", WIJK) for figure in series(code, "population", years)]
    frame = panel(rows, DEFINITIONS)
    last = frame.assign(segment=number_segments(frame, DEFINITIONS))
    last = last[last["year"] == 2018].set_index("region")["segment"]

    assert last.to_dict() == {"NL00": 0, "GM9999": 1, WIJK: 1}
    assert {reason for *_, reason in reasons(*rows)} == {"gap"}


def test_a_wijk_without_a_flag_has_an_unknown_history():
    rows = [figure(WIJK, 2016, "population", 100), figure(WIJK, 2017, "population", 100, boundary=None)]

    assert segments(*rows).tolist() == [0, 1]
    assert reasons(*rows) == [("population", 2017, "gap")]


def test_several_reasons_in_one_year_are_told_with_the_most_telling_first():
    rows = [
        figure(WIJK, 2019, "income", 20),
        figure(WIJK, 2020, "income", 20, unit="x 1 000 euro", boundary=3),
    ]

    assert reasons(*rows) == [
        ("income", 2020, "redrawn"),
        ("income", 2020, "definition"),
        ("income", 2020, "unit"),
    ]


def test_numbers_stay_with_their_rows_in_any_order_and_index():
    rows = [
        *series("WK999902", "population", dict.fromkeys(range(2013, 2018), 100)),
        *series(WIJK, "income", dict.fromkeys(range(2013, 2018), 20)),
    ]
    frame = panel(rows, DEFINITIONS)
    shuffled = frame.sample(frac=1, random_state=3)

    assert number_segments(shuffled, DEFINITIONS).sort_index().equals(number_segments(frame, DEFINITIONS))


def test_latest_segment_passes_over_a_later_segment_without_figures():
    rows = [
        *series(WIJK, "population", {2016: 100, 2017: 105}),
        figure(WIJK, 2018, "population", None, "not_published", boundary=3),
        *series(WIJK, "origin", {2016: None, 2017: None}),
    ]
    kept = latest_segment(panel(rows, DEFINITIONS), DEFINITIONS)

    assert kept["year"].tolist() == [2016, 2017]
    assert kept["indicator"].unique().tolist() == ["population"]


def test_latest_segment_keeps_missing_years_inside_it():
    rows = [
        figure(WIJK, 2015, "population", 90),
        figure(WIJK, 2016, "population", None, boundary=3),
        figure(WIJK, 2017, "population", 100),
        figure(WIJK, 2018, "population", None, "not_published"),
    ]

    assert latest_segment(panel(rows, DEFINITIONS), DEFINITIONS)["year"].tolist() == [2016, 2017, 2018]


def test_an_empty_panel_has_no_segments():
    nothing = panel([], DEFINITIONS)

    assert number_segments(nothing, DEFINITIONS).empty
    assert latest_segment(nothing, DEFINITIONS).empty
    assert segment_reasons(nothing, DEFINITIONS).empty


YEAR = st.tuples(st.booleans(), st.sampled_from([1, 1, 1, 2, 3]), st.booleans())


@settings(max_examples=40, deadline=None)
@given(years=st.lists(YEAR, min_size=1, max_size=12))
def test_a_segment_never_crosses_a_break(years):
    """Whatever is missing: two figures share a segment only if nothing happened after the first."""
    rows, breaks = [], {2015, 2020}
    for year, (has_income, flag, has_population) in enumerate(years, start=2012):
        if has_income:
            rows.append(figure(WIJK, year, "income", 20, boundary=flag))
        if has_population:
            rows.append(figure(WIJK, year, "population", 100, boundary=flag))
        if flag != 1 or not (has_income or has_population):
            breaks.add(year)
    numbered = segments(*rows)
    income = (
        numbered["income"].sort_index() if "income" in numbered.index.get_level_values(0) else numbered[:0]
    )

    for earlier, later in zip(income.index[:-1], income.index[1:], strict=True):
        disturbed = any(earlier < year <= later for year in breaks)
        assert (income[later] > income[earlier]) == disturbed
