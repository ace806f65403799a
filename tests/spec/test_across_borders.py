"""Screens across a change of borders: what is drawn, what is said, and that nobody is counted twice.

Voorbeeldstad: in 2018 De Weide (19) gave land to Zonnehoek (20); in 2021 De Hoge Akkers (11) was split into West (24)
and Oost (25). With address files Wijkradar can convert the years before.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data import sample
from data.panel import Status
from data.store import Store
from ui.breaks import break_sentences, breaks_to_mark
from ui.figures import Figures, figures, series, standing, with_successor
from ui.map_layers import figure_shown, painting_of
from ui.painting import alike, areas_of, unplaced_sentence
from ui.parts import parent_address

WEIDE, ZONNEHOEK, AKKERS, WEST = "WK999919", "WK999920", "WK999911", "WK999924"
WEIDE_THAT_WAS = "WK999919@2017"
BENEFIT = "benefit_bijstand_share"


@pytest.fixture(scope="module")
def town(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


@pytest.fixture(scope="module")
def converted(converted_folder: Path) -> Figures:
    return figures(Store(converted_folder), sample.GEMEENTE)


def test_the_reason_of_a_break_is_that_of_the_catalogue(town: Figures) -> None:
    indicator = town.catalogue[BENEFIT]
    told = break_sentences(town, indicator, ["WK999907"])
    assert told == [f"Breuk in 2015: {indicator.breaks[0].reason} Ervoor en erna zijn niet te vergelijken."]


def test_a_redrawn_wijk_is_told_with_whom_it_exchanged_land(town: Figures) -> None:
    told = " ".join(break_sentences(town, town.catalogue["population"], [WEIDE]))
    assert "2018" in told
    assert "De Weide en Zonnehoek" in told
    assert "niet te vergelijken" in told


def test_two_wijken_with_one_event_get_one_sentence(town: Figures) -> None:
    assert len(break_sentences(town, town.catalogue["population"], [WEIDE, ZONNEHOEK])) == 1


def test_a_series_that_stops_or_begins_halfway_says_why(town: Figures) -> None:
    population = town.catalogue["population"]
    (stops,) = break_sentences(town, population, [AKKERS])
    assert stops.startswith("De reeks stopt na 2020. In 2021 is De Hoge Akkers gesplitst in")
    (begins,) = break_sentences(town, population, [WEST])
    assert begins.startswith("De reeks begint in 2021. In 2021 is De Hoge Akkers gesplitst in")


def test_a_figure_that_took_the_place_of_another_says_so_on_both_pages(town: Figures) -> None:
    before, after = town.catalogue["low_income_hh"], town.catalogue["poverty"]
    assert before.followed_by
    assert before.followed_by.indicator == after.id
    assert any(before.followed_by.reason in told for told in break_sentences(town, before, ["WK999907"]))
    told = [sentence for sentence in break_sentences(town, after, ["WK999907"]) if "Vóór 2024" in sentence]
    assert len(told) == 1
    assert "laag inkomen" in told[0]
    assert set(breaks_to_mark(town, before, ["WK999907"])["reason"]) >= {"definition", "successor"}


def test_the_figure_of_before_stands_in_the_same_picture_and_no_line_joins_the_two(town: Figures) -> None:
    frame = with_successor(town, "origin_europe_share", ["WK999907"])
    assert not frame.duplicated(["region", "year"]).any()
    own, other = frame[frame["measure"] == ""], frame[frame["measure"] != ""]
    assert own.loc[own["value"].notna(), "year"].min() == 2023
    assert other["year"].max() == 2022
    assert not set(own["segment"]) & set(other["segment"])
    assert set(other["measure"]) == {town.catalogue["origin_western_share"].title}


def test_a_figure_that_is_not_there_yet_gets_no_picture_of_another_one(town: Figures) -> None:
    assert (with_successor(town, "poverty", ["WK999907"])["measure"] == "").all()


def test_converted_years_make_one_unbroken_line(converted: Figures) -> None:
    frame = series(converted, "population", [WEIDE])
    assert len(set(frame["segment"])) == 1
    early = frame[frame["year"] < 2018]
    assert set(early["status"]) == {Status.BRIDGED.value}
    assert early["margin"].min() > frame.loc[frame["year"] >= 2018, "margin"].max()
    # No break, and still why there are converted figures.
    (why,) = break_sentences(converted, converted.catalogue["population"], [WEIDE])
    assert why.startswith("In 2018 zijn de grenzen tussen De Weide en Zonnehoek verlegd")


@pytest.mark.parametrize("year", [2015, 2019])
def test_nobody_is_counted_twice_where_figures_were_converted(
    converted: Figures, town: Figures, year: int
) -> None:
    population = converted.catalogue["population"]
    now = areas_of(converted, population, year)
    then = areas_of(converted, population, year, published=True)
    published = areas_of(town, population, year)
    assert then["value"].sum() == published["value"].sum()
    assert now["value"].sum() == pytest.approx(published["value"].sum(), rel=0.002)
    assert WEIDE_THAT_WAS not in set(now["region"])
    assert set(now["region"]) == set(converted.regions_in(2025))
    assert Status.BRIDGED.value in set(now["status"])
    assert Status.BRIDGED.value not in set(then["status"])


def test_wijken_are_compared_on_one_set_of_borders(converted: Figures) -> None:
    now = standing(converted, 2016)
    then = standing(converted, 2016, published=True)
    assert WEST in set(now["region"])
    assert not {AKKERS, WEIDE_THAT_WAS} & set(now["region"])
    assert {AKKERS, WEIDE_THAT_WAS} <= set(then["region"])
    assert not {WEST, WEIDE} & set(then["region"])


def test_the_map_draws_converted_figures_on_the_borders_of_now(converted: Figures) -> None:
    indicator = converted.catalogue[BENEFIT]
    painting = painting_of(converted, figure_shown(converted, indicator, 2016))
    assert painting
    assert set(painting.areas.index) == set(converted.regions_in(painting.borders_year))
    assert painting.areas["value"].notna().sum() > 20
    assert painting.areas.loc[WEST, "status"] == Status.BRIDGED.value
    assert "omgerekend" in painting.areas.loc[WEST, "label"]
    assert any("omgerekend" in note for note in painting.notes)
    assert painting.unplaced.empty


def test_the_map_draws_published_figures_on_the_borders_of_then(converted: Figures) -> None:
    indicator = converted.catalogue[BENEFIT]
    painting = painting_of(converted, figure_shown(converted, indicator, 2016, published=True))
    assert painting
    assert painting.borders_year < 2018
    # The polygon has the code of then; a click on it chooses the land that was.
    assert painting.areas.loc["WK999919", "region"] == WEIDE_THAT_WAS
    assert converted.region_of("WK999919", painting.borders_year) == WEIDE_THAT_WAS


def test_a_wijk_of_other_land_is_named_and_not_drawn(town: Figures) -> None:
    """Without borders of before 2018 the figures of De Weide have no place on those of after it."""
    population = town.catalogue["population"]
    only_later = {year: codes for year, codes in town.divisions.items() if year >= 2021}
    late = replace(town, divisions=only_later)
    painting = painting_of(late, figure_shown(late, population, 2016))
    assert painting
    assert {WEIDE, ZONNEHOEK, AKKERS} == set(painting.unplaced["region"])
    assert painting.areas.loc[WEIDE, "reason"] == "geen cijfer (dit gebied bestond zo niet in 2016)"
    assert pd.isna(painting.areas.loc[WEIDE, "class"])
    told = unplaced_sentence(painting.unplaced, painting.borders_year)
    assert told.startswith("Niet op de kaart, omdat de grenzen van 2021 deze gebieden zo niet hebben:")
    assert "De Weide" in told
    assert "Grenzen van 2021, cijfers van 2016." in painting.notes


def test_alike_on_the_map_is_about_equal_in_the_sentences(town: Figures) -> None:
    indicator = town.catalogue[BENEFIT]
    areas = areas_of(town, indicator, 2024).set_index("region", drop=False)
    compared = standing(town, 2024)
    compared = compared[(compared["indicator"] == BENEFIT) & (compared["year"] == 2024)].set_index("region")
    same = alike(town, indicator, areas)
    assert same.any()
    assert not same.all()
    assert set(same[same].index) == set(compared.index[compared["verdict"] == "about_equal"])


def test_counts_are_never_called_alike(town: Figures) -> None:
    population = town.catalogue["population"]
    assert not alike(town, population, areas_of(town, population, 2024)).any()


def test_borders_of_a_year_without_figures_carry_the_figures_of_the_year_before(town: Figures) -> None:
    later = replace(town, divisions={2027: town.divisions[2025]})
    indicator = later.catalogue[BENEFIT]
    painting = painting_of(later, figure_shown(later, indicator, 2024))
    assert painting is not None
    assert painting.unplaced.empty
    assert set(painting.areas.index) == set(town.regions_in(2025))
    assert later.region_on(WEST, 2027) == WEST
    assert later.shape_of(WEIDE_THAT_WAS, 2027) is None


def test_the_parent_of_a_wijk_that_is_gone_is_in_its_last_year(converted: Figures) -> None:
    assert parent_address(converted, "population", WEIDE_THAT_WAS, 2025)["jaar"] == "2017"
    assert parent_address(converted, "population", WEIDE, 2025)["jaar"] == "2025"


def test_a_year_in_which_meaning_and_unit_changed_is_told_once(town: Figures) -> None:
    indicator = town.catalogue["origin_nonwestern"]
    told = break_sentences(town, indicator, ["WK999906"])
    assert [sentence[:14] for sentence in told].count("Breuk in 2015:") == 1
    marks = breaks_to_mark(town, indicator, ["WK999906"])
    assert marks.loc[marks["year"] == 2015, "reason"].tolist() == ["definition"]
