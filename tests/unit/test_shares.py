from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis._door import STATUS_ORDER, WITH_VALUE
from analysis.shares import add_shares
from data.panel import WITH_VALUE as CONTRACT_WITH_VALUE
from data.panel import Status, check
from tests.panel_builder import count, define, figure, panel, share

WIJK = "WK999901"
DEFINITIONS = define(
    count("young"),
    count("old"),
    count("population"),
    count("benefit", 10),
    share("young_share", "young", "young", "old"),
    share("benefit_share", "benefit", "population", unit="per 1 000 inwoners", factor=1000.0),
)


def shares_of(*rows, indicator="young_share"):
    result = check(add_shares(panel(list(rows), DEFINITIONS), DEFINITIONS))
    return result[result["indicator"] == indicator]


def test_status_names_are_those_of_the_panel_contract():
    assert set(STATUS_ORDER) == {status.value for status in Status}
    assert tuple(WITH_VALUE) == tuple(status.value for status in CONTRACT_WITH_VALUE)


def test_band_is_divided_by_the_sum_of_the_bands():
    row = shares_of(
        figure(WIJK, 2020, "young", 30),
        figure(WIJK, 2020, "old", 90),
        figure(WIJK, 2020, "population", 125),
    ).iloc[0]

    assert row["value"] == 25.0
    assert (row["status"], row["unit"], row["source"]) == ("observed", "%", "table-2020")
    assert (row["level"], row["boundary"]) == ("wijk", 1)


def test_factor_and_unit_follow_the_definition():
    row = shares_of(
        figure(WIJK, 2020, "benefit", 30),
        figure(WIJK, 2020, "population", 1200),
        indicator="benefit_share",
    ).iloc[0]

    assert row["value"] == 25.0
    assert row["unit"] == "per 1 000 inwoners"


def test_one_provisional_part_makes_the_share_provisional():
    row = shares_of(
        figure(WIJK, 2020, "young", 30, "provisional"),
        figure(WIJK, 2020, "old", 90),
    ).iloc[0]

    assert (row["value"], row["status"]) == (25.0, "provisional")


def test_one_converted_part_makes_the_share_converted():
    row = shares_of(
        figure(WIJK, 2020, "young", 30, "provisional"),
        figure(WIJK, 2020, "old", 90, "bridged"),
    ).iloc[0]

    assert (row["value"], row["status"]) == (25.0, "bridged")


def test_a_share_carries_the_conversion_of_its_parts_in_its_own_unit():
    rows = [figure(WIJK, 2020, "young", 100, "bridged"), figure(WIJK, 2020, "old", 300, "bridged")]
    frame = panel(rows, DEFINITIONS).assign(moved=[0.1, 0.3], bridging_error=[20.0, 40.0])
    row = add_shares(frame, DEFINITIONS).set_index("indicator").loc["young_share"]

    assert row["moved"] == 0.3
    assert row["bridging_error"] == pytest.approx(100 / 400 * (0.75**2 * 20**2 + 0.25**2 * 40**2) ** 0.5)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("suppressed", "not_published", "suppressed"),
        ("suppressed", "withheld", "suppressed"),
        ("withheld", "not_published", "withheld"),
        ("not_published", "discontinued", "not_published"),
        ("not_applicable", "discontinued", "discontinued"),
        ("not_applicable", "not_applicable", "not_applicable"),
    ],
)
def test_the_most_telling_reason_is_passed_on(first, second, told):
    row = shares_of(
        figure(WIJK, 2020, "young", None, first),
        figure(WIJK, 2020, "old", None, second),
    ).iloc[0]

    assert pd.isna(row["value"])
    assert row["status"] == told


def test_a_part_without_a_row_counts_as_not_published():
    assert shares_of(figure(WIJK, 2020, "young", 30))["status"].tolist() == ["not_published"]


def test_without_a_numerator_there_is_no_row():
    assert shares_of(figure(WIJK, 2020, "old", 30)).empty


def test_an_empty_wijk_has_no_share():
    row = shares_of(figure(WIJK, 2020, "young", 0), figure(WIJK, 2020, "old", 0)).iloc[0]

    assert pd.isna(row["value"])
    assert row["status"] == "not_applicable"


def test_a_figure_in_another_unit_is_not_passed_off_as_our_share():
    row = shares_of(
        figure(WIJK, 2014, "young", 25, unit="%"),
        figure(WIJK, 2014, "old", 90),
    ).iloc[0]

    assert pd.isna(row["value"])
    assert row["status"] == "not_applicable"


def test_rounding_can_lift_a_share_above_a_hundred_and_it_is_not_clipped():
    row = shares_of(
        figure(WIJK, 2020, "benefit", 1010),
        figure(WIJK, 2020, "population", 1005),
        indicator="benefit_share",
    ).iloc[0]

    assert row["value"] == pytest.approx(1004.975, abs=0.001)


def test_years_and_regions_are_kept_apart_whatever_the_order_of_rows():
    rows = [
        figure("WK999902", 2021, "old", 10),
        figure(WIJK, 2020, "young", 10),
        figure("WK999902", 2021, "young", 30),
        figure(WIJK, 2021, "old", 60),
        figure(WIJK, 2020, "old", 10),
        figure(WIJK, 2021, "young", 40),
    ]
    result = shares_of(*rows).set_index(["region", "year"])["value"]

    assert result.to_dict() == {(WIJK, 2020): 50.0, (WIJK, 2021): 40.0, ("WK999902", 2021): 75.0}


def test_adding_twice_changes_nothing_and_the_panel_handed_in_is_left_alone():
    before = panel([figure(WIJK, 2020, "young", 30), figure(WIJK, 2020, "old", 90)], DEFINITIONS)
    copy = before.copy(deep=True)
    once = add_shares(before, DEFINITIONS)

    pd.testing.assert_frame_equal(add_shares(once, DEFINITIONS), once)
    pd.testing.assert_frame_equal(before, copy)


def test_an_empty_panel_stays_empty():
    assert add_shares(panel([], DEFINITIONS), DEFINITIONS).empty


def test_unknown_indicator_status_and_column_are_refused_by_name():
    good = panel([figure(WIJK, 2020, "young", 30)], DEFINITIONS)

    with pytest.raises(ValueError, match="young"):
        add_shares(good, DEFINITIONS.drop(index="young"))
    with pytest.raises(ValueError, match="geheim"):
        add_shares(good.assign(status="geheim"), DEFINITIONS)
    with pytest.raises(ValueError, match="no column unit"):
        add_shares(good.drop(columns="unit"), DEFINITIONS)
    with pytest.raises(ValueError, match="definitions frame has no column factor"):
        add_shares(good, DEFINITIONS.drop(columns="factor"))


PARTS = st.tuples(
    st.one_of(st.none(), st.integers(0, 400).map(lambda n: 5.0 * n)),
    st.sampled_from(["suppressed", "not_published", "discontinued", "not_applicable"]),
)


@settings(max_examples=25, deadline=None)
@given(parts=st.lists(st.tuples(PARTS, PARTS), min_size=1, max_size=8))
def test_a_share_exists_only_where_every_part_has_a_figure(parts):
    rows = []
    for year, ((young, why_young), (old, why_old)) in enumerate(parts, start=2013):
        rows.append(figure(WIJK, year, "young", young, None if young is not None else why_young))
        rows.append(figure(WIJK, year, "old", old, None if old is not None else why_old))
    result = shares_of(*rows).set_index("year")

    assert len(result) == len(parts)
    for year, ((young, _), (old, _)) in enumerate(parts, start=2013):
        complete = young is not None and old is not None and young + old > 0
        assert pd.notna(result["value"][year]) == complete
        if complete:
            assert 0 <= result["value"][year] <= 100
