"""The map of one figure says what it shows: colours only where that is sure, and in words what is not there.

Every example is the sample Voorbeeldstad, sometimes with something wrong in it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data import sample
from data.borders import read
from data.catalogue import Indicator
from data.panel import Level
from data.store import Store
from reports.map_drawing import MapDrawing
from ui import map_wording
from ui.figures import Figures, figures, standing
from ui.map_layers import (
    Shown,
    change_shown,
    difference_shown,
    figure_shown,
    painting_of,
    paintings_of,
)
from ui.painting import Painting, unplaced_sentence
from ui.parts import plain
from ui.theme import DARK, LIGHT, Look

BENEFIT, HERKOMST, PEOPLE = "benefit_bijstand_share", "origin_western_share", "population"
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def town(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


def drawn(known: Figures, shown: Shown, look: Look = LIGHT) -> tuple[Painting, MapDrawing]:
    painting = painting_of(known, shown)
    assert painting is not None
    return painting, painting.drawn(look)


def counts(drawing: MapDrawing, mark: str) -> int:
    return sum(entry.count or 0 for entry in drawing.legend if entry.mark == mark)


def with_values(known: Figures, indicator: str, value: float) -> Figures:
    here = (known.panel["indicator"] == indicator) & known.panel["value"].notna()
    return replace(known, panel=known.panel.assign(value=known.panel["value"].mask(here, value)))


# What a colour means -------------------------------------------------------------------------------


def test_the_legend_counts_every_wijk_once(town: Figures) -> None:
    _, drawing = drawn(town, figure_shown(town, town.catalogue[BENEFIT], 2024))
    assert counts(drawing, "colour") + counts(drawing, "no_figure") == len(town.regions_in(2024))
    assert counts(drawing, "dots") > 0


def test_a_missing_figure_is_hatched_with_its_reason(town: Figures) -> None:
    _, drawing = drawn(town, figure_shown(town, town.catalogue[BENEFIT], 2024))
    reasons = {entry.name for entry in drawing.legend if entry.mark == "no_figure"}
    assert "geen cijfer (geheim of te klein om te tonen)" in reasons
    hatched = drawing.areas[drawing.areas["class"].isna()]
    assert hatched["value"].isna().all()


def test_a_difference_has_a_colour_only_where_it_is_beyond_the_noise(town: Figures) -> None:
    painting, drawing = drawn(town, difference_shown(town, town.catalogue[BENEFIT], 2024, "gemeente"))
    verdicts = standing(town, 2024)
    verdicts = verdicts[(verdicts["indicator"] == BENEFIT) & (verdicts["year"] == 2024)].set_index("region")
    sides = {"lower": {0, 1}, "about_equal": {2}, "higher": {3, 4}}
    for verdict, classes in sides.items():
        regions = verdicts.index[verdicts["verdict"] == verdict]
        there = painting.areas[painting.areas["region"].isin(regions)]
        assert len(there)
        assert set(there["class"]) <= classes
    middle = next(entry for entry in drawing.legend if entry.name.startswith("ongeveer gelijk"))
    assert middle.colour == LIGHT.diverging[2]
    assert "verschil met Voorbeeldstad (30,4" in drawing.legend_title


def test_more_benefits_are_unfavourable_and_have_the_colour_of_that(town: Figures) -> None:
    _, drawing = drawn(town, difference_shown(town, town.catalogue[BENEFIT], 2024, "gemeente"))
    assert drawing.colours[-1] == LIGHT.unfavourable
    assert drawing.colours[0] == LIGHT.favourable


def test_herkomst_is_never_good_or_bad_and_no_wijk_is_named(town: Figures) -> None:
    shown = difference_shown(town, town.catalogue[HERKOMST], 2020, "gemeente")
    _, drawing = drawn(town, shown)
    told = " ".join([drawing.title, *shown.sentences])
    assert "gunstig" not in told
    assert not any(name in told for name in drawing.areas["name"])
    assert drawing.colours == LIGHT.less_to_more


def test_change_is_that_of_the_trend_and_what_is_not_sure_has_dots(town: Figures) -> None:
    shown = change_shown(town, town.catalogue[BENEFIT])
    painting, drawing = drawn(town, shown)
    unsure = set(shown.table.loc[shown.table["verdict"] == "too_uncertain", "region"])
    dotted = painting.areas[painting.areas["alike"]]
    assert unsure
    assert set(dotted["region"]) == unsure
    assert set(dotted["class"]) == {2}
    assert set(dotted["label"].str.partition("\n")[0]) == {map_wording.UNSURE}
    rising = painting.areas[painting.areas["class"] > 2]
    assert set(rising["region"]) == set(shown.table.loc[shown.table["verdict"] == "rises", "region"])
    assert "stijgt in 4 van de 19" in drawing.title.replace("\u00a0", " ")
    assert counts(drawing, "colour") + counts(drawing, "dots") + counts(drawing, "no_figure") == len(
        painting.areas
    )


def test_a_large_wijk_does_not_stand_out_for_being_large(town: Figures) -> None:
    """The change of a count is in per cent; the map of the count itself says what is wrong with it."""
    people = town.catalogue[PEOPLE]
    assert "procent per jaar" in change_shown(town, people).layer.legend_title
    assert any(
        "grote wijken kleuren vanzelf sterker" in note
        for note in figure_shown(town, people, 2024).layer.notes
    )


def test_a_colour_means_the_same_in_every_year_of_the_slider(town: Figures) -> None:
    indicator = town.catalogue[BENEFIT]
    years = town.years_with(BENEFIT)
    paintings = paintings_of(town, tuple(figure_shown(town, indicator, year) for year in years))
    assert list(paintings) == years
    assert len({painting.borders_year for painting in paintings.values()}) == 1
    assert len({painting.drawn(LIGHT).legend[0].name for painting in paintings.values()}) == 1
    assert {len(painting.areas) for painting in paintings.values()} == {len(town.regions_in(2025))}
    assert "2015" in map_wording.broken_note(indicator, years)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("palette", ["scale", "diverging", "less_to_more"])
def test_colours_can_be_told_apart_by_who_is_colour_blind(look: Look, palette: str) -> None:
    """Deuteranopia and protanopia after Machado, Oliveira and Fernandes (2009); at least 10 apart in CIE L*a*b*."""
    deuteranopia = [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
    protanopia = [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]
    for seen in (np.eye(3), np.array(deuteranopia), np.array(protanopia)):
        places = [_lab(seen @ _linear(colour)) for colour in getattr(look, palette)]
        assert min(np.linalg.norm(one - other) for one, other in combinations(places, 2)) > 10


def _linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(np.clip(to_xyz @ np.clip(linear, 0, 1) / [0.9505, 1, 1.089], 0.008856, None))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


# Bounds of one's own -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "bounds"),
    [("5; 10; 20", (5, 10, 20)), ("20;5", (5, 20)), (" 7,5 ; 1 000", (7.5, 1000)), ("−2; 4 %", (-2, 4))],
)
def test_bounds_are_read_as_a_dutchman_writes_them(
    town: Figures, typed: str, bounds: tuple[float, ...]
) -> None:
    assert map_wording.read_bounds(typed, town.catalogue[BENEFIT]) == (bounds, "")


def test_bounds_in_euros_are_written_in_euros(town: Figures) -> None:
    income = town.catalogue["income_per_resident"]
    assert map_wording.read_bounds("€ 20 000; 30 000", income) == ((20, 30), "")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("5; tien", "“tien” is geen getal"),
        ("", "Vul de grenzen tussen de kleuren in"),
        ("5; 5", "Twee grenzen zijn gelijk"),
        ("1; 2; 3; 4; 5", "Kies er hoogstens 4"),
        ("inf", "is geen getal"),
    ],
)
def test_what_is_wrong_with_bounds_is_told(town: Figures, typed: str, told: str) -> None:
    bounds, wrong = map_wording.read_bounds(typed, town.catalogue[BENEFIT])
    assert bounds == ()
    assert told in wrong


# Where something is wrong --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def odd_borders(town: Figures, sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The sample on a map in another projection that misses one wijk, has one too many and one that crosses itself."""
    frame = Store(sample_folder).border_frame(sample.GEMEENTE, Level.WIJK, 2025)
    assert frame is not None
    odd = frame[~frame["water"] & (frame["region"] != "WK999901")].to_crs(3857)
    _, south, east, north = odd.total_bounds
    bow_tie = shapely.Polygon([(east, south), (east + 900, north), (east + 900, south), (east, north)])
    extra = {
        "region": "WK999988",
        "name": EVIL,
        "gemeente": sample.GEMEENTE,
        "water": False,
        "geometry": bow_tie,
    }
    odd = pd.concat([odd, gpd.GeoDataFrame([extra], crs=3857)], ignore_index=True)
    file = tmp_path_factory.mktemp("grenzen") / "wijken_2025.gpkg"
    gpd.GeoDataFrame(odd.rename(columns={"region": "statcode", "name": "statnaam"}), crs=3857).to_file(file)
    (borders,) = read(file)

    class Odd(Figures):
        def border_frame(self, borders_year: int) -> gpd.GeoDataFrame | None:
            return borders.frame

    given = {field.name: getattr(town, field.name) for field in fields(Figures) if field.init}
    return Odd(**given | {"divisions": {2025: set(borders.frame["region"])}})


def test_a_wijk_that_the_borders_miss_is_named_with_its_figure(odd_borders: Figures) -> None:
    painting, _ = drawn(odd_borders, figure_shown(odd_borders, odd_borders.catalogue[BENEFIT], 2024))
    assert list(painting.unplaced["region"]) == ["WK999901"]
    told = unplaced_sentence(painting.unplaced, painting.borders_year)
    assert "omdat de grenzen van 2025 dit gebied zo niet hebben: Binnenstad: 29,6" in told


def test_a_polygon_that_no_figure_is_about_says_so_and_its_name_is_text(odd_borders: Figures) -> None:
    _, drawing = drawn(odd_borders, figure_shown(odd_borders, odd_borders.catalogue[BENEFIT], 2024))
    extra = drawing.areas.loc["WK999988"]
    assert extra["label"] == "geen cijfer (niet in de tabellen)"
    assert pd.isna(extra["class"])
    assert extra["name"] == EVIL
    assert "<" not in plain(EVIL).replace("\\<", "")


def test_one_wijk_all_alike_or_nothing_at_all(town: Figures) -> None:
    indicator = town.catalogue[BENEFIT]
    same = with_values(town, BENEFIT, 12.0)
    painting, drawing = drawn(same, figure_shown(same, indicator, 2024))
    assert len(painting.classes) == 1
    assert "Alle cijfers zijn gelijk" in map_wording.one_colour_sentence(painting.classes, indicator)
    assert counts(drawing, "colour") == painting.areas["value"].notna().sum()
    differs, _ = drawn(same, difference_shown(same, indicator, 2024, "gemeente"))
    assert set(differs.areas["class"].dropna()) == {2}

    alone = _only(town, "WK999901")
    painting, drawing = drawn(alone, figure_shown(alone, indicator, 2024))
    assert [entry.count for entry in drawing.legend if entry.mark == "colour"] == [1]
    assert "de enige wijk" in difference_shown(alone, indicator, 2024, "gemeente").layer.title

    nothing = town.catalogue["poverty"]
    painting, drawing = drawn(town, figure_shown(town, nothing, 2025))
    assert drawing.colours == ()
    assert counts(drawing, "no_figure") == len(town.regions_in(2025))
    assert "van geen enkele wijk een cijfer" in drawing.title


def _only(known: Figures, region: str) -> Figures:
    keeps = known.panel["level"].ne(Level.WIJK) | known.panel["region"].eq(region)
    lands = known.region_years
    return replace(
        known,
        panel=known.panel[keeps],
        region_years=lands[lands["level"].ne(Level.WIJK) | lands["region"].eq(region)],
        divisions={2025: {region}},
        folder=None,
    )


def test_regions_that_share_a_place_are_counted_and_none_of_them_is_named_as_the_lowest(
    town: Figures,
) -> None:
    rows = pd.DataFrame({"name": list("ABCDE"), "value": [0.0, 0.0, 0.0, 7.0, np.nan]})
    told = map_wording.figure_sentence(rows, town.catalogue[BENEFIT], "Dorp", 2024, Level.BUURT)
    assert "het laagst in 3 buurten (0) en het hoogst in D (7)" in told.replace("\u00a0", " ")
    assert "Van 1 buurt is er geen cijfer" in told.replace("\u00a0", " ")


def test_a_name_with_html_stays_text(town: Figures) -> None:
    named = replace(town, names={**town.names, "WK999907": EVIL, "WK999906": EVIL})
    indicator: Indicator = town.catalogue[BENEFIT]
    painting, drawing = drawn(named, figure_shown(named, indicator, 2024))
    assert EVIL in drawing.title
    assert "<img" not in plain(drawing.title).replace("\\<img", "")
    assert painting.areas.loc["WK999907", "name"] == EVIL
