"""The map and its legend tell the truth, also about what is not there."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from streamlit_folium import generate_leaflet_string

from analysis.classes import classify
from data.borders import Borders
from data.catalogue import catalogue
from data.settings import ROOT
from data.store import Store
from reports.contrast import contrast
from reports.map_drawing import Entry, MapDrawing
from ui.map import EDGES, Picture, RegionMap, chosen_year, clicked_region, codes_of, picture
from ui.map_legend import (
    dot_colours,
    edge_colours,
    inks,
    legend_html,
    range_name,
    swatch_style,
)
from ui.map_outline import has_outline, outline
from ui.painting import as_given
from ui.theme import DARK, LIGHT

EVIL = "<img src=x onerror=alert(1)>"


def areas(**bands: int | None) -> pd.DataFrame:
    frame = pd.DataFrame({"class": pd.Series(list(bands.values()), dtype="Int64"), "label": "12,3 %"})
    return frame.assign(region=list(bands), name=list(bands), status="observed", alike=False).set_index(
        pd.Index(bands, name="shape")
    )


def drawing(frame: pd.DataFrame, **changes: Any) -> MapDrawing:
    colours = LIGHT.scale
    legend = (Entry("laag", colour=colours[0], count=2), Entry("geen cijfer", "no_figure", count=1))
    made = MapDrawing("Kaart", "GM0917", "wijk", 2022, frame, colours, "Inkomen, 2022", legend, inks(LIGHT))
    return replace(made, **changes)


def text_of(page: str) -> str:
    plain = html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NARROW NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", plain)


# -- legend ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", [LIGHT, DARK])
@pytest.mark.parametrize("n", range(6))
def test_fewer_classes_still_run_from_light_to_dark(n: int, look) -> None:
    steps = classify(pd.Series(range(n), dtype="float64")).steps
    colours = [look.scale[step] for step in steps]
    assert len(set(colours)) == n
    assert list(colours) == sorted(colours, key=look.scale.index)
    assert look.no_figure not in colours


def test_the_legend_names_unit_and_number_of_wijken_per_class() -> None:
    assert range_name(1.5, 2.5, 1, "%") == "1,5 tot en met 2,5\u00a0%"
    assert range_name(12.2, 12.2, 1, "%") == "12,2\u00a0%"
    told = text_of(legend_html(drawing(areas())))
    assert "Inkomen, 2022" in told
    assert "laag 2 wijken" in told
    assert "geen cijfer 1 wijk" in told
    assert "buurten" in legend_html(drawing(areas(), level="buurt"))


def test_every_mark_of_the_legend_looks_different() -> None:
    marks = [Entry("", mark) for mark in ("dots", "broken", "dashed", "no_figure")]
    assert len({swatch_style(entry, drawing(areas())) for entry in marks}) == 4


def test_the_legend_shows_text_of_others_as_text() -> None:
    page = legend_html(drawing(areas(), legend_title=EVIL, legend=(Entry(EVIL, colour="#000000", count=1),)))
    assert "<img" not in page


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_dots_can_be_seen_on_every_class_and_neighbours_in_one_class_stay_apart(look) -> None:
    for scale in (look.scale, look.diverging, look.less_to_more, look.attention):
        for fill, dot, edge in zip(
            scale, dot_colours(scale, inks(look)), edge_colours(scale, inks(look)), strict=True
        ):
            assert contrast(fill, dot) >= 3
            assert contrast(fill, edge) >= 2.4


# -- what the browser gets ---------------------------------------------------------------------------


def test_the_map_gets_the_same_script_for_every_picture_so_that_it_stays_on_the_screen() -> None:
    first, second = RegionMap(), RegionMap()
    for shown in (first, second):
        shown.get_root().render()
    assert generate_leaflet_string(first) == generate_leaflet_string(second)


def test_the_map_needs_no_other_host() -> None:
    shown = RegionMap()
    page = shown.get_root().render()
    links = [address for _, address in [*shown.default_js, *shown.default_css]]
    assert all(link.startswith("../../kaartdelen/") for link in links)
    assert not re.findall(r"https?://", page)


def test_text_of_others_cannot_leave_the_script_of_a_picture() -> None:
    evil = "</script><img src=x onerror=alert(1)>'`${1}"
    frame = areas(WK091700=1).assign(label=evil)
    shown = Picture(picture(drawing(frame, title=EVIL))).add_to(RegionMap())
    shown.render()
    script = shown._template.module.script(shown)  # type: ignore[attr-defined]
    assert "<" not in script
    content = json.loads(script[script.index("paint(") + 6 : script.rindex(");")])
    assert {evil, EVIL} <= set(content["lines"])


def test_a_wijk_without_a_figure_reaches_the_map_without_a_class() -> None:
    frame = areas(WK091700=None, WK091701=4).assign(label=["geen cijfer\ngeheim", "12,3 %\nmarge 1"])
    sent = picture(drawing(frame))
    assert codes_of(sent) == list(frame.index)
    (moment,) = sent["moments"]
    assert moment["classes"] == "-4"
    told = [
        [sent["lines"][line] for line in ([label] if isinstance(label, int) else label)]
        for label in moment["labels"]
    ]
    assert told == [["geen cijfer", "geheim"], ["12,3 %", "marge 1"]]


@pytest.mark.parametrize(
    "codes", [[], ["WK091700"], ["WK003403", "WK003300", "BU00340312345678", "BU00340312345679"]]
)
def test_codes_reach_the_browser_whole_however_much_they_share(codes: list[str]) -> None:
    assert codes_of(picture(drawing(areas(**dict.fromkeys(codes, 0))))) == codes


def test_the_whole_country_fits_in_a_small_message() -> None:
    codes = [f"WK{n // 9:04d}{n % 9:02d}" for n in range(3_340)]
    frame = areas(**{code: n % 5 for n, code in enumerate(codes)})
    frame = frame.assign(label=[f"{n * 5:,}" for n in range(3_340)])
    assert len(json.dumps(picture(drawing(frame)))) < 75_000


def test_uncertain_figures_have_an_outline_of_their_own_and_dots_where_they_are_alike() -> None:
    frame = areas(WK091700=0, WK091701=1, WK091702=1, WK091703=None)
    frame = frame.assign(
        status=["provisional", "bridged", "observed", "withheld"], alike=[False, True, True, False]
    )
    (moment,) = picture(drawing(frame))["moments"]
    # The last of them has no mark, which need not be sent.
    assert [EDGES[mark % len(EDGES)] for mark in map(int, moment["marks"])] == ["broken", "dashed", ""]
    assert [mark >= len(EDGES) for mark in map(int, moment["marks"])] == [False, True, True]
    script = (ROOT / "static" / "kaartdelen" / "region-map.js").read_text(encoding="utf-8")
    assert re.findall(r"/\* (\w+) \*/ \{ weight", script) == ["definitive", *filter(None, EDGES)]


def test_every_year_of_the_slider_has_its_own_legend_and_texts_are_sent_once() -> None:
    def of(year: int, band: int | None) -> MapDrawing:
        legend = (Entry("laag", colour="#DCEBF2", count=int(band == 0)),)
        return drawing(areas(WK091700=band), legend=legend, legend_title=f"Inkomen, {year}")

    years = {2021: of(2021, None), 2022: of(2022, 0)}
    sent = picture(years[2022], years=years)
    assert [moment["year"] for moment in sent["moments"]] == [2021, 2022]
    assert sent["shown"] == 1
    legends = [
        (sent["lines"][title], [sent["lines"][told] for _, _, told in entries])
        for title, entries in (moment["legend"] for moment in sent["moments"])
    ]
    assert legends == [("Inkomen, 2021", ["0\u00a0wijken"]), ("Inkomen, 2022", ["1\u00a0wijk"])]
    assert len(sent["lines"]) == len(set(sent["lines"]))
    with pytest.raises(ValueError, match="borders and classes"):
        picture(years[2022], years={**years, 2020: drawing(areas(WK091700=0), borders_year=2020)})


def test_thirteen_years_of_a_large_gemeente_stay_a_small_message() -> None:
    codes = [f"WK0363{n:02d}" for n in range(110)]
    frame = areas(**{code: n % 5 for n, code in enumerate(codes)})
    years = {
        year: drawing(frame.assign(label=[f"{n / 10 + year:.1f} %\nmarge ± {n % 20}" for n in range(110)]))
        for year in range(2013, 2026)
    }
    assert len(json.dumps(picture(years[2025], years=years))) < 60_000


def test_a_class_without_a_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="no colour"):
        picture(drawing(areas(WK091700=5)))


def test_the_address_of_the_borders_names_only_a_known_level() -> None:
    sent = picture(drawing(areas(WK091700=1)), outlined=True)
    assert sent["address"] == "../../grenzen/GM0917/wijk/2022.geojson"
    assert sent["outline"] == "../../grenzen/GM0917/gemeente/2022.geojson"
    with pytest.raises(ValueError, match="straat"):
        picture(drawing(areas(), level="straat"))


@pytest.mark.parametrize(
    "answer",
    [None, {}, "WK091700", {"code": ["WK091700"]}, {"code": "WK999999"}, {"code": EVIL}, {"year": "2022"}],
)
def test_an_answer_that_the_map_cannot_have_sent_is_no_choice(answer: object) -> None:
    assert clicked_region(answer, ["WK091700"]) is None
    assert chosen_year(answer, [2022]) is None


def test_a_click_names_the_wijk_and_the_slider_the_year() -> None:
    assert clicked_region({"code": "WK091700", "moment": 1}, ["WK091700"]) == "WK091700"
    assert chosen_year({"year": 2022, "moment": 1}, [2021, 2022]) == 2022
    assert chosen_year({"year": True}, [1]) is None
    assert chosen_year({"year": 2030}, [2021, 2022]) is None


# -- the edge of the gemeente ------------------------------------------------------------------------


def test_a_gemeente_without_borders_of_its_own_has_the_outer_edge_of_its_wijken(tmp_path) -> None:
    store = Store(tmp_path)
    wijken = gpd.GeoDataFrame(
        {"region": ["WK091700", "WK091701"], "name": ["A", "B"], "gemeente": "GM0917", "water": False},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs=4326,
    )
    with store.writing() as writer:
        writer.put_borders(Borders("wijk", 2022, wijken), "test")
    assert has_outline(store, "GM0917", 2022)
    edge = outline(store, "GM0917", 2022)
    assert edge is not None
    assert edge.geometry.iloc[0].equals(shapely.box(0, 0, 2, 1))
    assert not has_outline(store, "GM0917", 2021)
    assert outline(store, "GM0917", 2021) is None


# -- what is drawn -----------------------------------------------------------------------------------


def test_a_map_of_a_count_that_cbs_gave_as_a_percentage_that_year_is_a_map_of_percentages() -> None:
    people = catalogue()["origin_western"]
    given = pd.DataFrame({"value": [14.0, float("nan")], "unit": ["%", "aantal"]})
    assert (as_given(people, given).unit, as_given(people, given).kind) == ("%", "rate")
    assert as_given(people, given.assign(unit="aantal")) is people
