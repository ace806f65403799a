from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bridging import ACCOUNT, SPREAD, bridge
from analysis.lineage import EVENTS, OVERLAPS, Lineage
from data.addresses import overlaps_of, read_addresses
from data.catalogue import Catalogue
from data.panel import COLUMNS
from data.panel import check as check_panel
from data.sample import FOLDER
from data.sample.divisions import GEMEENTE
from data.store import Store
from reports.trusted import trusted
from tests.helpers.copies import copied
from tests.redrawn_town import DEFINITIONS, Town, block, row, rows, value

CODES = ["WK000101", "WK000102", "WK000103", "WK000104"]
BLOCKS = list("abcdef")


@st.composite
def towns(draw: st.DrawFn, fewest_addresses: int = 1) -> Town:
    """Towns of six blocks that are divided anew once or twice; one block in two has the fewest addresses."""
    number = st.integers(1, 500)
    addresses = st.one_of(st.just(fewest_addresses), number)
    blocks = {
        name: block(draw(addresses), people=draw(number), poor=draw(st.integers(0, 100)), gas=draw(number))
        for name in BLOCKS
    }
    divisions = {}
    for year in draw(st.sampled_from([[2016, 2017], [2016, 2017, 2018]])):
        owners = draw(st.lists(st.sampled_from(CODES), min_size=6, max_size=6))
        divisions[year] = {
            code: [name for name, owner in zip(BLOCKS, owners, strict=True) if owner == code]
            for code in sorted(set(owners))
        }
    return Town(blocks, divisions, 2018)


def each_step(town: Town) -> list[pd.DataFrame]:
    return [town.overlaps(year - 1, year) for year in sorted(town.divisions)[1:]]


def now(town: Town, panel: pd.DataFrame, year: int, indicator: str) -> pd.DataFrame:
    """The figures of ``year`` on the borders of the last year: converted, or of land that is still there."""
    here = panel[(panel["year"] == year) & (panel["indicator"] == indicator)]
    last, then = town.division(town.last_year), town.division(year)
    stayed = here["region"].map(lambda code: code in last and last[code] == then.get(code))
    converted = here["region"].isin(last.keys()) & (here["status"] == "bridged")
    return here[stayed.astype(bool) | converted].set_index("region")


@settings(max_examples=25, deadline=None)
@given(towns(fewest_addresses=0))
def test_sums_over_all_wijken_are_exact_and_a_key_occurs_once(town: Town) -> None:
    converted = town.converted(*each_step(town))
    panel = converted.panel
    assert not panel.duplicated(["region", "year", "indicator"]).any()
    assert not converted.lineage.lands.duplicated(["region", "year"]).any()
    assert set(panel["region"]) == set(converted.account["region"]) | set(converted.lineage.lands["series"])
    for year in town.years:
        here = now(town, panel, year, "population")
        if len(here) == len(town.division(town.last_year)):
            total = town.sum("population", BLOCKS)
            assert here["value"].sum() == pytest.approx(total, rel=1e-12)
    of_now = converted.account[converted.account["region"].isin(town.division(town.last_year).keys())]
    weights = of_now.groupby(["year", "old"])["weight"].sum()
    assert (weights < 1 + 1e-9).all()


@settings(max_examples=15, deadline=None)
@given(towns())
def test_a_converted_rate_lies_between_those_it_is_made_of(town: Town) -> None:
    converted = town.converted(*each_step(town))
    published = town.published().set_index(["region", "year", "indicator"])["value"]
    bridged = converted.panel[converted.panel["status"] == "bridged"]
    assert (bridged["bridging_error"] >= 0).all()
    assert bridged["moved"].between(0, 1).all()
    for told in bridged[bridged["indicator"] == "low_income"].itertuples():
        made_of = [published[code, told.year, "low_income"] for code in told.published_as.split(", ")]
        assert min(made_of) - 1e-9 <= told.value <= max(made_of) + 1e-9


@settings(max_examples=15, deadline=None)
@given(towns())
def test_where_all_parts_are_alike_the_conversion_is_the_truth(town: Town) -> None:
    alike = Town({name: block(town.blocks[name]["addresses"]) for name in BLOCKS}, town.divisions, 2018)
    converted = alike.converted(*each_step(alike))
    straight = len(town.divisions) == 2
    for told in converted.panel[converted.panel["status"] == "bridged"].itertuples():
        if straight and told.region in alike.division(2018) and told.indicator in ("population", "gas"):
            truth = alike.truth(told.indicator, alike.division(2018)[told.region])
            # One address in a whole wijk may count as a slip.
            assert told.value == pytest.approx(truth, rel=0.01)


def test_the_sample_is_converted_within_its_band(
    sample_folder: Path, known: Catalogue, tmp_path: Path
) -> None:
    files = [read_addresses(path) for path in sorted((FOLDER / "adressen").glob("*.zip"))]
    store = Store(copied(sample_folder, tmp_path / "store"))
    with store.writing() as writer:
        for old, new in ((files[0], files[1]), (files[1], files[2])):
            counted = overlaps_of(old, new, {GEMEENTE: [GEMEENTE]})[GEMEENTE]
            writer.put_bridge(GEMEENTE, counted.overlaps)
    result = trusted(store, known, GEMEENTE)
    told = result.panel.set_index(["region", "year", "indicator"])
    within, errors = [], []
    for entry in json.loads((FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["bridged"]:
        for year, truth in entry["true_values"].items():
            key = (entry["region"], int(year), entry["indicator"])
            if key not in told.index:
                # CBS did not publish it on the old borders either.
                assert entry["indicator"] == "low_income_hh"
                assert year == "2013"
                continue
            figure = told.loc[key]
            assert figure["status"] == "bridged"
            within.append(abs(figure["value"] - truth) < 1.96 * figure["bridging_error"])
            if entry["indicator"] == "population":
                errors.append(abs(figure["value"] / truth - 1))
    assert np.mean(within) > 0.9
    assert max(errors) < 0.05
    # Shares are made of the converted counts.
    share = told.loc[("WK999924", 2015, "age_65plus_share")]
    assert share["status"] == "bridged"
    assert set(result.account["region"]) >= {"WK999919", "WK999920", "WK999924", "WK999925"}


def test_old_land_that_cannot_be_converted_stays_with_its_break() -> None:
    town = Town(
        {"a": block(500), "b": block(300), "c": block(200)},
        {
            2014: {CODES[0]: ["a", "b"], CODES[1]: ["c"]},
            2016: {CODES[0]: ["a"], CODES[1]: ["b", "c"]},
            2018: {CODES[0]: ["a", "c"], CODES[1]: ["b"]},
        },
        2019,
    )
    # All steps tell the lineage that a code goes on with other land; only the last one is counted for conversion.
    evidence = pd.concat(each_step(town), ignore_index=True)
    joined, lineage = town.traced(evidence)
    converted = bridge(joined, lineage, town.overlaps(2017, 2018), DEFINITIONS)
    here = rows(converted, CODES[0])
    assert here["year"].tolist() == list(range(2014, 2020))
    assert here["status"].tolist() == ["observed"] * 2 + ["bridged"] * 2 + ["observed"] * 2
    assert here["boundary"].tolist()[2:5] == [3, 1, 1]
    assert rows(converted, f"{CODES[0]}@2017")["year"].tolist() == [2016, 2017]


def test_one_count_that_spans_everything_goes_before_a_way_in_steps() -> None:
    town = Town(
        {"a": block(500), "b": block(300, people=900), "c": block(200)},
        {
            2016: {CODES[0]: ["a", "b"], CODES[1]: ["c"]},
            2018: {CODES[0]: ["a"], CODES[1]: ["b", "c"]},
            2019: {CODES[0]: ["a", "b"], CODES[1]: ["c"]},
        },
        2020,
    )
    in_steps = town.converted(*each_step(town))
    at_once = town.converted(*each_step(town), town.overlaps(2017, 2019))
    # At once it is seen that the block b came back; in steps it is mixed with c on its way.
    assert value(at_once, CODES[1], 2016) == pytest.approx(400)
    assert value(in_steps, CODES[1], 2016) != pytest.approx(400)
    told, sure = (row(each, CODES[1], 2016)["bridging_error"] for each in (in_steps, at_once))
    assert told > sure
    assert abs(value(in_steps, CODES[1], 2016) - 400) < 1.96 * told


def test_an_uninhabited_part_that_nobody_counted_does_no_harm_and_an_inhabited_one_does() -> None:
    def town(people: float) -> Town:
        return Town(
            {"dorp": block(500), "stad": block(400), "polder": block(0, people=people)},
            {
                2016: {CODES[0]: ["dorp"], CODES[1]: ["stad"], CODES[2]: ["polder"]},
                2018: {CODES[0]: ["dorp", "stad", "polder"]},
            },
            2019,
        )

    def converted(people: float):
        here = town(people)
        evidence = pd.concat([here.overlaps(2017, 2018), here.overlaps(2017, 2018, "area")])
        joined, lineage = here.traced(evidence)
        return bridge(joined, lineage, here.overlaps(2017, 2018), DEFINITIONS)

    assert value(converted(0), CODES[0], 2017) == pytest.approx(1800)
    assert rows(converted(30), CODES[0])["year"].tolist() == [2018, 2019]
    assert value(converted(30), CODES[0], 2017, "households") == pytest.approx(900)


def town_with_a_polder(people: float) -> Town:
    """A town of which the polder has no address; after the change it belongs to the second wijk."""
    return Town(
        {"dorp": block(500), "west": block(100), "stad": block(400), "polder": block(0, people=people)},
        {
            2016: {CODES[0]: ["dorp", "west"], CODES[1]: ["stad"], CODES[2]: ["polder"]},
            2018: {CODES[0]: ["dorp"], CODES[1]: ["stad", "west", "polder"]},
        },
        2019,
    )


def test_people_of_a_wijk_without_any_address_are_not_lost_without_a_word() -> None:
    """The history of the polder is not known either: there are no borders to tell where it went."""
    empty = town_with_a_polder(people=0)
    converted = empty.converted(empty.overlaps(2017, 2018))
    assert [value(converted, code, 2017) for code in CODES[:2]] == pytest.approx([1000, 1000])
    inhabited = town_with_a_polder(people=30)
    converted = inhabited.converted(inhabited.overlaps(2017, 2018))
    assert rows(converted, CODES[0])["year"].tolist() == [2018, 2019]
    assert rows(converted, CODES[1])["year"].tolist() == [2018, 2019]
    # Nobody has a household there, so that what is counted in households is known.
    assert value(converted, CODES[1], 2017, "households") == pytest.approx(500)
    assert value(converted, CODES[1], 2017, "low_income") == pytest.approx(10)


def test_land_without_any_address_is_divided_by_area_where_the_user_gave_that_too(tmp_path: Path) -> None:
    town = town_with_a_polder(people=30)
    store = Store(tmp_path)
    with store.writing() as writer:
        for origin in ("addresses", "area"):
            writer.put_bridge("GM0001", town.overlaps(2017, 2018, origin))
    converted = town.converted(store.bridged("GM0001"))
    assert value(converted, CODES[1], 2017) == pytest.approx(1030)
    assert value(converted, CODES[0], 2017) == pytest.approx(1000)


def test_a_buurt_without_any_address_went_nowhere_beyond_the_borders_of_its_wijk() -> None:
    def buurten(here: list[str], there: list[str]) -> dict[str, list[str]]:
        return {"BU00010101": [*here, "haven"], "BU00010201": there, "BU00010202": ["kade"]}

    wijken = {"WK000101": ["a", "b", "haven"], "WK000102": ["c", "d", "kade"]}
    blocks = {name: block(100) for name in "abcd"} | {"kade": block(0, people=9), "haven": block(50)}
    before = wijken | {"BU00010101": ["a", "haven"], "BU00010102": ["b"]}
    before |= {"BU00010201": ["c"], "BU00010202": ["d"], "BU00010203": ["kade"]}
    after = wijken | {"BU00010101": ["a", "b", "haven"], "BU00010201": ["c", "d", "kade"]}
    town = Town(blocks, {2016: before, 2018: after}, 2018)
    counted = town.overlaps(2017, 2018)
    converted = town.converted(counted[counted["old"].str[:2] == counted["new"].str[:2]])
    assert value(converted, "BU00010101", 2017) == pytest.approx(500)
    assert rows(converted, "BU00010201")["year"].tolist() == [2018]


def test_where_nobody_lives_a_count_that_does_not_apply_is_zero_and_takes_nothing_away() -> None:
    """CBS leaves benefits and the like empty there; such a part may still have addresses, of firms."""
    town = Town(
        {"dorp": block(500), "haven": block(60, people=0, households=0)},
        {2016: {CODES[0]: ["dorp"], CODES[1]: ["haven"]}, 2018: {CODES[0]: ["dorp", "haven"]}},
        2018,
    )
    counted = town.overlaps(2017, 2018)
    joined, lineage = town.traced(counted)
    empty = (joined["region"] == CODES[1]) & (joined["indicator"] != "population")
    joined = joined.assign(
        value=joined["value"].mask(empty), status=joined["status"].mask(empty, "not_applicable")
    )
    converted = bridge(joined, lineage, counted, DEFINITIONS)
    assert value(converted, CODES[0], 2017, "households") == pytest.approx(500)
    assert value(converted, CODES[0], 2017, "low_income") == pytest.approx(10)


def test_addresses_go_before_area_and_area_helps_out_after_the_last_count() -> None:
    town = Town(
        {"a": block(600), "b": block(400), "c": block(300, hectares=30.0)},
        {
            2016: {CODES[0]: ["a", "b", "c"]},
            2017: {CODES[1]: ["a"], CODES[2]: ["b", "c"]},
            2018: {CODES[1]: ["a"], CODES[2]: ["b"], CODES[3]: ["c"]},
        },
        2018,
    )
    counted = town.overlaps(2016, 2017)
    converted = town.converted(counted, town.overlaps(2016, 2017, "area"), town.overlaps(2017, 2018, "area"))
    assert value(converted, CODES[1], 2016) == pytest.approx(1200)
    assert value(converted, CODES[3], 2016) == pytest.approx(1400 * 30 / 40)
    origins = converted.account.set_index(["region", "year"])["origin"]
    assert origins[CODES[1], 2016] == "addresses"
    assert origins[CODES[3], 2016] == "area"


def test_by_area_a_village_on_a_hundredth_of_the_land_is_not_left_out_without_a_word() -> None:
    """Most people of a wijk may live on the little land that changed sides; the band has to hold them."""
    town = Town(
        {
            "village": block(300, hectares=1.0),
            "fields": block(200, hectares=99.0),
            "c": block(400, hectares=100.0),
        },
        {
            2016: {CODES[0]: ["village", "fields"], CODES[1]: ["c"]},
            2017: {CODES[0]: ["fields"], CODES[1]: ["c", "village"]},
        },
        2017,
    )
    converted = town.converted(town.overlaps(2016, 2017, "area"))
    for code, truth in ((CODES[0], 400), (CODES[1], 1400)):
        told = row(converted, code, 2016)
        assert told["moved"] > 0
        assert abs(told["value"] - truth) < 1.96 * told["bridging_error"]


def test_figures_of_several_sources_name_them_all() -> None:
    town = Town(
        {"a": block(600), "b": block(400)},
        {2016: {CODES[0]: ["a"], CODES[1]: ["b"]}, 2018: {CODES[2]: ["a", "b"]}},
        2018,
    )
    joined, lineage = town.traced(town.overlaps(2017, 2018))
    joined["source"] = joined["source"].mask(joined["region"] == CODES[1], "herziening")
    converted = bridge(joined, lineage, town.overlaps(2017, 2018), DEFINITIONS)
    assert row(converted, CODES[2], 2017)["source"] == "herziening, table-2017"


def test_a_figure_in_two_units_is_not_put_together() -> None:
    town = Town(
        {"a": block(600), "b": block(400)},
        {2016: {CODES[0]: ["a"], CODES[1]: ["b"]}, 2018: {CODES[2]: ["a", "b"]}},
        2018,
    )
    joined, lineage = town.traced(town.overlaps(2017, 2018))
    other = (joined["indicator"] == "gas") & (joined["region"] == CODES[1])
    joined["unit"] = joined["unit"].mask(other, "kWh")
    converted = bridge(joined, lineage, town.overlaps(2017, 2018), DEFINITIONS)
    assert rows(converted, CODES[2], "gas")["year"].tolist() == [2018]


def test_the_other_columns_keep_the_panel_contract() -> None:
    town = Town(
        {"a": block(600), "b": block(400)},
        {2016: {CODES[0]: ["a", "b"]}, 2018: {CODES[1]: ["a"], CODES[2]: ["b"]}},
        2019,
        without=[(CODES[0], 2016, "gas")],
    )
    converted = town.converted(town.overlaps(2017, 2018))
    assert list(converted.panel) == [*COLUMNS, "published_as", "moved", "bridging_error"]
    check_panel(converted.panel[COLUMNS])
    assert list(converted.account) == ACCOUNT
    assert row(converted, CODES[1], 2016, "gas")["status"] == "suppressed"
    empty = converted.panel["value"].isna()
    assert (converted.panel.loc[empty, "bridging_error"] == 0).all()


def test_a_measured_spread_takes_the_place_of_the_usual_one() -> None:
    town = Town(
        {"a": block(600), "b": block(400)},
        {2016: {CODES[0]: ["a", "b"]}, 2018: {CODES[1]: ["a"], CODES[2]: ["b"]}},
        2018,
    )
    overlaps = town.overlaps(2017, 2018)
    joined, lineage = town.traced(overlaps)
    spread = pd.DataFrame({"addresses": [0.0], "area": [0.0]}, index=["population"])
    told = row(bridge(joined, lineage, overlaps, DEFINITIONS, spread), CODES[1], 2017)
    # What stays is who happens to live in which part.
    assert told["bridging_error"] == pytest.approx(np.sqrt(2000 * 0.6 * 0.4))
    usual = row(bridge(joined, lineage, overlaps, DEFINITIONS), CODES[1], 2017)
    expected = 2000**2 * 0.24 * SPREAD.loc["population", "addresses"] ** 2 + 2000 * 0.24
    assert usual["bridging_error"] == pytest.approx(np.sqrt(expected))


def test_what_makes_no_sense_is_refused() -> None:
    town = Town({"a": block(600)}, {2016: {CODES[0]: ["a"]}}, 2018)
    overlaps = town.overlaps(2017, 2018)
    joined, lineage = town.traced(overlaps)
    back = overlaps.assign(old_year=2018, new_year=2017)
    with pytest.raises(ValueError, match="old one is not the earlier"):
        bridge(joined, lineage, back, DEFINITIONS)
    with pytest.raises(ValueError, match="published_as"):
        bridge(joined.drop(columns="published_as"), lineage, overlaps, DEFINITIONS)
    with pytest.raises(ValueError, match="amount"):
        bridge(joined, lineage, overlaps.drop(columns="amount"), DEFINITIONS)


def test_a_rate_is_never_added_up() -> None:
    town = Town(
        {"a": block(600), "b": block(400)},
        {2016: {CODES[0]: ["a"], CODES[1]: ["b"]}, 2018: {CODES[2]: ["a", "b"]}},
        2018,
    )
    overlaps = town.overlaps(2017, 2018)
    joined, lineage = town.traced(overlaps)
    wrong = DEFINITIONS.assign(bridged_as="count")
    with pytest.raises(ValueError, match="low_income"):
        bridge(joined, lineage, overlaps, wrong)


def test_a_panel_without_rows_stays_empty() -> None:
    town = Town({"a": block(600)}, {2016: {CODES[0]: ["a"]}}, 2018)
    joined, _ = town.traced(town.overlaps(2017, 2018))
    lands = pd.DataFrame(
        columns=["region", "level", "year", "name", "gemeente", "boundary", "land", "series"]
    )
    nothing = Lineage(lands, pd.DataFrame(columns=EVENTS))
    converted = bridge(joined.iloc[:0], nothing, pd.DataFrame(columns=OVERLAPS), DEFINITIONS)
    assert converted.panel.empty
    assert converted.account.empty
