from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.development import describe
from analysis.noise import standard_errors
from analysis.standing import compare
from tests.panel_builder import count, define, figure, panel, rate, series

WIJK = "WK999901"
DEFINITIONS = define(count("population"), rate("income", unit="x 1 000 euro"), rate("gas", breaks=(2019,)))


def described(*rows):
    return describe(panel(list(rows), DEFINITIONS), DEFINITIONS).set_index(["region", "indicator"])


def test_the_row_tells_the_two_ends_and_the_noise_of_both():
    row = described(*series(WIJK, "population", {2015: 400, 2016: None, 2017: 700, 2018: 900})).iloc[0]

    assert (row["first_year"], row["last_year"]) == (2015, 2018)
    assert (row["first_value"], row["last_value"], row["difference"]) == (400, 900, 500)
    assert row["noise"] == pytest.approx(1.96 * np.sqrt((400 + 4) + (900 + 4)))
    assert (row["n_values"], row["verdict"], row["broken"]) == (3, "higher", False)
    assert (row["unit"], row["status"]) == ("aantal", "observed")


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (1000, 1085, "about_equal"),
        (1000, 1200, "higher"),
        (1200, 1000, "lower"),
        (10, 15, "too_uncertain"),
    ],
)
def test_a_difference_is_held_against_the_noise(first, last, verdict):
    assert described(*series(WIJK, "population", {2019: first, 2020: last}))["verdict"].tolist() == [verdict]


def test_two_small_figures_are_about_equal_where_the_figure_is_usually_large():
    rows = [
        row
        for number, value in enumerate([0, 5000, 6000], start=1)
        for row in series(f"WK99990{number}", "population", {2019: value, 2020: value})
    ]

    assert described(*rows).loc[(WIJK, "population"), "verdict"] == "about_equal"


def test_an_earlier_segment_is_told_but_not_used():
    rows = [
        *series(WIJK, "population", {2015: 4000, 2016: 4000}),
        figure(WIJK, 2017, "population", 1000, boundary=3),
        *series(WIJK, "population", {2018: 1000, 2019: 1010}),
    ]
    row = described(*rows).iloc[0]

    assert (row["first_year"], row["n_values"], row["broken"]) == (2017, 3, True)
    assert row["verdict"] == "about_equal"


def test_an_earlier_segment_without_figures_is_not_called_a_break():
    row = described(*series(WIJK, "gas", {2018: None, 2019: 10.0, 2020: 10.1})).iloc[0]

    assert not row["broken"]


def test_one_figure_is_no_development_but_is_still_shown():
    row = described(*series(WIJK, "income", {2019: 20.0, 2020: None})).iloc[0]

    assert (row["verdict"], row["last_value"], row["status"]) == ("no_figure", 20.0, "suppressed")
    assert pd.isna(row["difference"])
    assert pd.isna(row["noise"])


def test_no_figure_at_all_keeps_its_row_and_its_reason():
    row = described(figure(WIJK, 2020, "income", None, "not_published")).iloc[0]

    assert (row["verdict"], row["n_values"], row["status"]) == ("no_figure", 0, "not_published")
    assert pd.isna(row["first_year"])


def test_errors_computed_once_serve_a_selection():
    whole = panel(
        [*series(WIJK, "population", {2019: 500, 2020: 900}), *series(WIJK, "gas", {2019: 20.0, 2020: 30.0})],
        DEFINITIONS,
    )
    errors = standard_errors(whole, DEFINITIONS)
    part = whole[whole["indicator"] == "gas"]

    pd.testing.assert_frame_equal(
        describe(part, DEFINITIONS, errors).reset_index(drop=True),
        describe(whole, DEFINITIONS).query("indicator == 'gas'").reset_index(drop=True),
    )
    with pytest.raises(ValueError, match="does not cover"):
        describe(whole, DEFINITIONS, errors.loc[part.index])


def test_converted_figures_count_as_figures_and_widen_the_noise():
    frame = panel(series(WIJK, "population", {2018: 1000, 2019: 1000, 2020: 1130}), DEFINITIONS)
    before = describe(frame, DEFINITIONS).iloc[0]
    old = frame["year"] < 2020
    frame = frame.assign(status=frame["status"].mask(old, "bridged"), bridging_error=old * 60.0)
    after = describe(frame, DEFINITIONS).iloc[0]

    assert (before["n_values"], before["n_bridged"], before["verdict"]) == (3, 0, "higher")
    assert (after["n_values"], after["n_bridged"], after["verdict"]) == (3, 2, "about_equal")
    assert after["noise"] == pytest.approx(np.hypot(before["noise"], 1.96 * 60.0))


def test_a_comparison_with_a_converted_figure_widens_the_noise_too():
    rows = [figure(code, 2020, "gas", value) for code, value in ((WIJK, 14.0), ("GM9999", 10.0))]
    frame = panel(rows, DEFINITIONS)
    bridged = frame.assign(
        status=frame["status"].mask(frame["level"] == "wijk", "bridged"),
        bridging_error=(frame["level"] == "wijk") * 3.0,
    )

    assert compare(frame, DEFINITIONS, "gemeente")["verdict"].tolist() == ["higher"]
    row = compare(bridged, DEFINITIONS, "gemeente").iloc[0]
    assert (row["verdict"], row["status"], row["value"]) == ("about_equal", "bridged", 14.0)


def test_an_empty_panel_has_no_developments():
    assert describe(panel([], DEFINITIONS), DEFINITIONS).empty
