"""How a figure of before a change of borders is converted to the borders of after it.

The town: in 2018 the block Strook (100 addresses) goes from wijk West to wijk Oost.
"""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.bridging import bridge
from analysis.segments import number_segments
from tests.redrawn_town import Town, block, row, rows, value

WEST, OOST, NIEUW, POLDER = "WK000101", "WK000102", "WK000103", "WK000109"
BLOCKS = {"dorp": block(900), "strook": block(100), "stad": block(500)}
BEFORE = {WEST: ["dorp", "strook"], OOST: ["stad"]}
AFTER = {WEST: ["dorp"], OOST: ["stad", "strook"]}


def town(blocks: dict[str, dict[str, float]] | None = None, **more: object) -> Town:
    return Town(BLOCKS | (blocks or {}), {2016: BEFORE, 2018: AFTER}, 2019, **more)


def test_people_go_along_with_their_addresses() -> None:
    figures = town()
    converted = figures.converted(figures.overlaps(2017, 2018))
    # West had 2 000 inhabitants; nine in ten of its addresses are in the West of now.
    assert value(converted, WEST, 2017) == pytest.approx(1800)
    assert value(converted, OOST, 2017) == pytest.approx(1000 + 200)
    assert row(converted, OOST, 2017)["status"] == "bridged"


def test_the_sum_of_all_wijken_stays_the_same() -> None:
    figures = town({"strook": block(100, people=999)})
    converted = figures.converted(figures.overlaps(2017, 2018))
    assert value(converted, WEST, 2016) + value(converted, OOST, 2016) == pytest.approx(1800 + 999 + 1000)


def test_the_part_that_moved_is_taken_to_be_like_the_rest_and_the_error_says_how_wrong_that_may_be() -> None:
    figures = town({"strook": block(100, people=260)})
    converted = figures.converted(figures.overlaps(2017, 2018))
    told = row(converted, OOST, 2017)
    truth = 1000 + 260
    assert told["value"] != pytest.approx(truth)
    assert abs(told["value"] - truth) < 1.96 * told["bridging_error"] < 0.15 * truth


def test_a_percentage_is_put_together_by_what_it_is_a_percentage_of() -> None:
    # 1 000 households in old West of which 19 % are poor, 500 in old Oost of which 4 %.
    figures = town({"dorp": block(900, poor=19), "strook": block(100, poor=19), "stad": block(500, poor=4)})
    converted = figures.converted(figures.overlaps(2017, 2018))
    assert value(converted, WEST, 2017, "low_income") == pytest.approx(19)
    assert value(converted, OOST, 2017, "low_income") == pytest.approx((100 * 19 + 500 * 4) / 600)


def test_a_figure_about_the_land_itself_is_not_converted() -> None:
    figures = town()
    converted = figures.converted(figures.overlaps(2017, 2018))
    assert rows(converted, OOST, "density")["year"].tolist() == [2018, 2019]
    assert rows(converted, f"{OOST}@2017", "density")["year"].tolist() == [2016, 2017]


def test_what_was_published_stays_findable_under_the_land_that_was() -> None:
    figures = town()
    converted = figures.converted(figures.overlaps(2017, 2018))
    published = rows(converted, f"{WEST}@2017")
    assert published["value"].tolist() == [2000, 2000]
    assert published["status"].unique().tolist() == ["observed"]
    names = converted.lineage.lands.set_index(["region", "year"])["series"]
    assert names[WEST, 2017] == f"{WEST}@2017"
    assert names[WEST, 2018] == WEST


def test_a_converted_figure_names_the_codes_it_is_made_of_and_how_much_changed_wijk() -> None:
    figures = town()
    converted = figures.converted(figures.overlaps(2017, 2018))
    told = row(converted, OOST, 2017)
    assert told["published_as"] == f"{WEST}, {OOST}"
    assert told["source"] == "table-2017"
    # Of the 600 addresses that lie in Oost, before or after, 100 changed wijk.
    assert told["moved"] == pytest.approx(100 / 600)
    account = converted.account.set_index(["region", "year", "old"])
    assert account.loc[(OOST, 2017, WEST), "weight"] == pytest.approx(0.1)
    assert account.loc[(OOST, 2017, WEST), "share"] == pytest.approx(100 / 600)


def test_a_converted_series_has_no_break_and_one_that_is_not_converted_keeps_it() -> None:
    figures = town()
    converted = figures.converted(figures.overlaps(2017, 2018))
    assert number_segments(rows(converted, OOST), figures.definitions).tolist() == [0, 0, 0, 0]
    joined, _ = figures.traced(figures.overlaps(2017, 2018))
    left = joined[(joined["region"] == OOST) & (joined["indicator"] == "population")]
    assert number_segments(left, figures.definitions).tolist() == [0, 0, 1, 1]


def test_without_any_count_everything_stays_as_it_was() -> None:
    figures = town()
    joined, _ = figures.traced(figures.overlaps(2017, 2018))
    converted = figures.converted(figures.overlaps(2017, 2018).iloc[:0])
    assert converted.account.empty
    assert set(converted.panel["status"]) == {"observed"}
    assert (converted.panel[["moved", "bridging_error"]] == 0).all(axis=None)
    assert len(converted.panel) == len(joined)


def test_a_wijk_that_was_split_gets_a_past_in_both_halves() -> None:
    figures = Town(
        {"dorp": block(750), "strook": block(250)},
        {2019: {WEST: ["dorp", "strook"]}, 2021: {OOST: ["dorp"], NIEUW: ["strook"]}},
        2022,
    )
    converted = figures.converted(figures.overlaps(2020, 2021))
    assert rows(converted, NIEUW)["value"].tolist() == [500, 500, 500, 500]
    assert rows(converted, OOST)["value"].tolist() == [1500, 1500, 1500, 1500]
    assert rows(converted, WEST)["value"].tolist() == [2000, 2000]


def test_a_split_of_a_split_is_followed_step_by_step() -> None:
    figures = Town(
        {"a": block(500), "b": block(300), "c": block(200)},
        {
            2016: {WEST: ["a", "b", "c"]},
            2018: {OOST: ["a"], NIEUW: ["b", "c"]},
            2020: {OOST: ["a"], "WK000104": ["b"], "WK000105": ["c"]},
        },
        2021,
    )
    converted = figures.converted(figures.overlaps(2017, 2018), figures.overlaps(2019, 2020))
    assert value(converted, "WK000105", 2016) == pytest.approx(400)
    assert row(converted, "WK000105", 2016)["published_as"] == WEST
    assert row(converted, "WK000105", 2019)["published_as"] == NIEUW


def test_wijken_that_merged_are_added_up_without_any_error() -> None:
    figures = Town(BLOCKS, {2016: AFTER, 2018: {NIEUW: ["dorp", "strook", "stad"]}}, 2019)
    converted = figures.converted(figures.overlaps(2017, 2018))
    assert value(converted, NIEUW, 2017) == pytest.approx(3000)
    assert row(converted, NIEUW, 2017)["bridging_error"] == 0


def test_a_part_that_is_suppressed_leaves_the_whole_without_a_figure() -> None:
    figures = town(without=[(WEST, 2017, "population")])
    converted = figures.converted(figures.overlaps(2017, 2018))
    for wijk in (WEST, OOST):
        told = row(converted, wijk, 2017)
        assert told["status"] == "suppressed"
        assert pd.isna(told["value"])
        assert row(converted, wijk, 2016)["status"] == "bridged"


def test_a_percentage_leaves_out_a_part_that_hardly_weighs_and_a_count_does_not() -> None:
    hidden = [(WEST, 2017, "low_income"), (WEST, 2017, "population")]
    figures = town({"strook": block(8), "stad": block(500, poor=4)}, without=hidden)
    converted = figures.converted(figures.overlaps(2017, 2018))
    assert value(converted, OOST, 2017, "low_income") == pytest.approx(4)
    assert row(converted, OOST, 2017, "population")["status"] == "suppressed"
    complete = town({"strook": block(8), "stad": block(500, poor=4)})
    certain = complete.converted(complete.overlaps(2017, 2018))
    told, sure = (row(each, OOST, 2017, "low_income")["bridging_error"] for each in (converted, certain))
    assert told > sure


def test_a_percentage_without_its_base_is_weighed_by_addresses_and_is_less_certain() -> None:
    blocks = {"strook": block(100, poor=10), "stad": block(500, poor=40)}
    hidden = town(blocks, without=[(WEST, 2017, "households")])
    told = row(hidden.converted(hidden.overlaps(2017, 2018)), OOST, 2017, "low_income")
    assert told["value"] == pytest.approx((100 * 10 + 500 * 40) / 600)
    complete = town(blocks)
    sure = row(complete.converted(complete.overlaps(2017, 2018)), OOST, 2017, "low_income")
    assert told["bridging_error"] > sure["bridging_error"]


def test_a_count_that_was_a_percentage_that_year_is_not_converted() -> None:
    figures = town()
    joined, lineage = figures.traced(figures.overlaps(2017, 2018))
    percentage = (joined["indicator"] == "population") & (joined["year"] == 2016)
    joined["unit"] = joined["unit"].mask(percentage, "%")
    converted = bridge(joined, lineage, figures.overlaps(2017, 2018), figures.definitions)
    assert rows(converted, OOST)["year"].tolist() == [2017, 2018, 2019]
    assert value(converted, OOST, 2016, "households") == pytest.approx(600)


def test_an_empty_polder_is_divided_by_its_land_where_that_is_known() -> None:
    figures = Town(
        BLOCKS | {"weide": block(0), "sloot": block(0)},
        {
            2016: BEFORE | {POLDER: ["weide", "sloot"]},
            2018: {WEST: ["dorp", "weide"], OOST: ["stad", "strook", "sloot"]},
        },
        2019,
    )
    both = figures.converted(figures.overlaps(2017, 2018), figures.overlaps(2017, 2018, "area"))
    assert value(both, OOST, 2017) == pytest.approx(1200)
    assert row(both, OOST, 2017)["published_as"] == f"{WEST}, {OOST}, {POLDER}"
    assert row(both, OOST, 2017)["moved"] == pytest.approx(100 / 600)


def test_an_area_count_converts_too_and_is_far_less_certain() -> None:
    figures = town()
    by_address = row(figures.converted(figures.overlaps(2017, 2018)), OOST, 2017)
    by_area = row(figures.converted(figures.overlaps(2017, 2018, "area")), OOST, 2017)
    assert by_area["value"] == pytest.approx(1000 + 2000 * 10 / 20)
    assert by_area["bridging_error"] > 3 * by_address["bridging_error"]


def test_land_that_came_from_another_gemeente_is_not_made_up() -> None:
    figures = town()
    stranger = figures.overlaps(2017, 2018)
    came = stranger.iloc[[0]].assign(old="WK000207", new=OOST, amount=200.0)
    converted = figures.converted(stranger, came)
    assert set(converted.account["region"]) == {WEST}
    assert rows(converted, OOST)["status"].unique().tolist() == ["observed"]


def test_one_address_on_the_wrong_side_is_no_change_of_borders() -> None:
    figures = Town(BLOCKS, {2016: AFTER, 2018: {WEST: ["dorp"], OOST: ["strook"], NIEUW: ["stad"]}}, 2019)
    count = figures.overlaps(2017, 2018)
    slip = count.iloc[[0]].assign(old=OOST, new=WEST, amount=1.0)
    converted = figures.converted(count, slip)
    assert value(converted, NIEUW, 2017) == pytest.approx(1200 * 500 / 600)
    assert rows(converted, WEST)["status"].unique().tolist() == ["observed"]
