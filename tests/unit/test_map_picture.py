"""The map as a picture and as a file: everything that must be known to read it goes along."""

from __future__ import annotations

import json
import re
import struct
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.errors import ExportError
from reports.map_drawing import LOOK, Entry, MapDrawing
from reports.map_file import map_file
from reports.map_ground import bar_of, dots, edges, ground, hatches, placed_names
from reports.map_lettering import layouts, wrapped
from reports.map_picture import map_picture
from ui.theme import LIGHT

SVG = "{http://www.w3.org/2000/svg}"
NASTY = 'Höhe <b>& "Zuid"</b>'
SOURCE = "Bron: CBS, Kerncijfers wijken en buurten (CC BY 4.0). Grenzen: CBS en Kadaster (PDOK), CC BY 4.0."
NOTE = "Gemaakt op 22 november 2026 met Wijkradar 0.1.0."


def borders(columns: int = 3, rows: int = 2, names: dict[int, str] | None = None) -> gpd.GeoDataFrame:
    """Squares of 900 m in the middle of the country, with water below them."""
    squares = [
        shapely.box(150_000 + 900 * x, 450_000 + 900 * y, 150_900 + 900 * x, 450_900 + 900 * y)
        for y in range(rows)
        for x in range(columns)
    ]
    frame = gpd.GeoDataFrame(
        {
            "region": [f"WK99{place:04}" for place in range(len(squares))],
            "name": [(names or {}).get(place, f"Wijk 0{place} Naam{place}") for place in range(len(squares))],
            "gemeente": "GM9999",
            "water": False,
        },
        geometry=squares,
        crs=28992,
    )
    water = frame.iloc[:1].assign(
        water=True, geometry=[shapely.box(150_000, 449_000, 150_000 + 900 * columns, 450_000)]
    )
    return pd.concat([frame, water], ignore_index=True).to_crs(4326)


def drawing(frame: gpd.GeoDataFrame, **changes: object) -> MapDrawing:
    """Of the regions the first has no figure, the second is alike, the third provisional and the fourth converted."""
    land = frame[~frame["water"]]
    n = len(land)
    classes = pd.array([pd.NA, 2, *([0, 4] * n)][:n], dtype="Int64")
    areas = pd.DataFrame(
        {
            "region": [f"reeks-{code}" for code in land["region"]],
            "name": land["name"].to_numpy(),
            "class": classes,
            "label": ["geen cijfer (geheim)", *["12,3 %"] * (n - 1)],
            "status": ["suppressed", "observed", "provisional", "bridged", *["observed"] * n][:n],
            "alike": [place == 1 for place in range(n)],
            "value": [np.nan, *[12.3] * (n - 1)],
        },
        index=land["region"].to_numpy(),
    )
    legend = (
        *(Entry(f"klasse {place}", "colour", colour, place) for place, colour in enumerate(LIGHT.scale)),
        Entry("geen cijfer (geheim)", "no_figure", "", 1),
        Entry("ongeveer gelijk aan Voorbeeldstad", "dots", "", 1),
        Entry("voorlopig cijfer", "broken", "", 1),
        Entry("omgerekend", "dashed", "", 1),
    )
    made = MapDrawing(
        title=f"Het aandeel is het hoogst in {NASTY}, en dat is een zin die niet op één regel van een blad past",
        gemeente="GM9999",
        level="wijk",
        borders_year=2025,
        areas=areas,
        colours=LIGHT.scale,
        legend_title="Aandeel (%), 2025, naast Voorbeeldstad",
        legend=legend,
        look={name: getattr(LIGHT, name) for name in LOOK},
        notes=("Een gebroken rand: voorlopig cijfer.",),
        source=SOURCE,
    )
    return replace(made, **changes)


def svg_of(frame: gpd.GeoDataFrame, made: MapDrawing, **how: object) -> ElementTree.Element:
    return ElementTree.fromstring(map_picture(made, frame, "svg", note=NOTE, **how))


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(part.itertext()) for part in root.iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def frame() -> gpd.GeoDataFrame:
    return borders(names={2: NASTY})


@pytest.fixture(scope="module")
def root(frame: gpd.GeoDataFrame) -> ElementTree.Element:
    return svg_of(frame, drawing(frame))


# -- the picture -------------------------------------------------------------------------------------


def test_a_picture_says_finding_figure_classes_counts_source_and_day(root: ElementTree.Element) -> None:
    told = " ".join(texts(root))
    for part in (
        "Aandeel (%), 2025",
        "klasse 4",
        "wijken",
        "geen cijfer (geheim)",
        "Een gebroken rand",
        "CC BY 4.0",
    ):
        assert part in told
    assert NOTE in told
    assert "op één regel van een blad past" in told


def test_names_with_html_are_text_and_every_region_says_its_figure_when_pointed_at(
    root: ElementTree.Element,
) -> None:
    assert root.findtext(f"{SVG}title", "").startswith("Het aandeel is het hoogst in Höhe <b>&")
    assert f"{NASTY}\n12,3 %" in [part.text for part in root.iter(f"{SVG}title")]
    assert not list(root.iter(f"{SVG}b"))
    assert not list(root.iter("b"))


def test_the_number_before_a_name_is_left_out_on_the_map(root: ElementTree.Element) -> None:
    assert "Naam3" in texts(root)
    assert not any("Wijk 03" in text for text in texts(root))


def test_a_number_never_breaks_off_from_its_thousands_or_its_unit() -> None:
    lines = wrapped("€\u00a0102\u00a0000 tot en met €\u00a0114\u00a0000", 8.5, 100)
    assert len(lines) == 2
    assert lines[-1].endswith("€\u00a0114\u00a0000")


def test_an_svg_has_its_size_on_paper_and_can_be_read_out(root: ElementTree.Element) -> None:
    assert root.get("width") == "170.00mm"
    assert root.get("role") == "img"
    assert "geen cijfer (geheim): 1 wijk" in root.findtext(f"{SVG}desc", "")


def fills(root: ElementTree.Element) -> list[str]:
    return [part.get("fill", "") for part in root.iter(f"{SVG}path") if part.find(f"{SVG}title") is not None]


def test_a_region_without_a_figure_has_no_colour_of_the_scale(root: ElementTree.Element) -> None:
    assert fills(root)[0] == LIGHT.paper
    assert fills(root)[1:] == [LIGHT.scale[2], LIGHT.scale[0], LIGHT.scale[4], LIGHT.scale[0], LIGHT.scale[4]]


def test_a_polygon_that_the_drawing_does_not_know_has_no_figure(frame: gpd.GeoDataFrame) -> None:
    made = drawing(frame)
    root = svg_of(frame, replace(made, areas=made.areas.iloc[1:]))
    assert fills(root)[0] == LIGHT.paper


def test_a_region_inside_another_is_not_painted_over() -> None:
    ring = shapely.box(150_000, 450_000, 153_000, 453_000) - shapely.box(151_000, 451_000, 152_000, 452_000)
    inner = shapely.box(151_000, 451_000, 152_000, 452_000)
    frame = gpd.GeoDataFrame(
        {"region": ["WK990001", "WK990000"], "name": ["kern", "rand"], "water": False},
        geometry=[inner, ring],
        crs=28992,
    )
    rules = [
        part.get("fill-rule")
        for part in svg_of(frame, drawing(frame)).iter(f"{SVG}path")
        if part.find(f"{SVG}title") is not None
    ]
    assert rules == ["evenodd", "evenodd"]


def test_a_class_without_a_colour_is_an_error_not_a_white_region(frame: gpd.GeoDataFrame) -> None:
    with pytest.raises(ValueError, match="no colour"):
        map_picture(drawing(frame, colours=LIGHT.scale[:3]), frame, "svg")


def test_without_a_reference_system_there_is_a_map_but_no_scale_bar(frame: gpd.GeoDataFrame) -> None:
    bare = frame.to_crs(28992).set_crs(None, allow_override=True)
    bar = re.compile(r"\d+ (km|m)")
    assert any(bar.fullmatch(text) for text in texts(svg_of(frame, drawing(frame))))
    assert not any(bar.fullmatch(text) for text in texts(svg_of(bare, drawing(frame))))


def test_a_thousand_small_regions_get_no_handful_of_names() -> None:
    frame = borders(40, 30, names={0: "X"})
    told = texts(svg_of(frame, drawing(frame)))
    assert not any(text.startswith("Naam") or text == "X" for text in told)


def test_the_region_that_the_map_is_about_is_named_beside_it_where_its_name_does_not_fit() -> None:
    frame = borders(4, 4, {5: "Een Heel Lange Naam"})
    outline = frame[frame["region"] == "WK990005"]
    root = svg_of(frame, drawing(frame, legend=(), notes=()), outline=outline, width_mm=50, letters=(12.0,))
    named = [part for part in root.iter(f"{SVG}text") if part.get("text-anchor") == "middle"]
    told = dict.fromkeys("".join(part.itertext()) for part in named)
    assert " ".join(told) == "Een Heel Lange Naam"
    assert {part.get("font-size") for part in named} == {"12px"}
    drawn = ground(frame, 130.0, 130.0)
    (name,) = placed_names(
        drawn, drawn.names, lambda name: layouts(name, (12.0,)), surely="WK990005", fewest=1.0
    )
    assert name.region == "WK990005"
    assert name.leads_to is not None
    assert drawn.land["WK990005"].contains(shapely.Point(name.leads_to))


def test_a_png_is_200_dpi_or_more_on_a4_and_holds_title_and_source(frame: gpd.GeoDataFrame) -> None:
    png = map_picture(drawing(frame), frame, "png", note=NOTE, dpi=200)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", png[16:24])
    assert wide == pytest.approx(170 / 25.4 * 200, abs=2)
    assert high > 500
    assert NASTY.encode() in png
    assert SOURCE.encode() in png


# -- what is drawn as geometry -----------------------------------------------------------------------


def test_hatches_stay_inside_and_run_on_into_the_neighbour() -> None:
    left, right = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    first, second = hatches(np.array([left, right]), 2.0)
    whole = hatches(np.array([shapely.box(0, 0, 20, 10)]), 2.0)[0]
    assert left.buffer(1e-9).covers(first)
    assert first.length + second.length == pytest.approx(whole.length)


def test_every_region_that_is_alike_has_a_dot_however_small() -> None:
    small, large = shapely.box(0, 0, 0.3, 0.3), shapely.box(0, 0, 30, 30)
    of_small, of_large = dots(np.array([small, large]), 4.4, 0.6)
    assert len(of_small) == 1
    assert len(of_large) > 30
    assert shapely.contains_xy(large, *of_large.T).all()


def test_an_edge_that_two_regions_share_is_drawn_once() -> None:
    both = np.array([shapely.box(0, 0, 10, 10), shapely.multipolygons([shapely.box(10, 0, 20, 10)])])
    assert edges(both).length == pytest.approx(70)


@pytest.mark.parametrize(
    ("metres", "most", "words"), [(20.0, 100.0, "2 km"), (3.0, 100.0, "200 m"), (900.0, 110.0, "50 km")]
)
def test_the_scale_bar_is_a_round_number_that_fits(metres: float, most: float, words: str) -> None:
    length, told = bar_of(metres, most)
    assert told == words
    assert most / 2.6 < length <= most


def test_the_map_is_drawn_in_rijksdriehoek(frame: gpd.GeoDataFrame) -> None:
    drawn = ground(frame, 300, 300)
    assert drawn.metres == pytest.approx(2800 / drawn.height, rel=0.01)
    sides = [np.ptp(shapely.get_coordinates(square), axis=0) for square in drawn.land]
    assert np.allclose(sides, sides[0], rtol=0.01)


def test_polygons_that_cross_themselves_are_drawn() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    drawn = ground(gpd.GeoDataFrame({"region": ["A"], "name": ["A"]}, geometry=[bow]), 100, 100)
    assert shapely.is_valid(drawn.land.to_numpy()).all()
    assert drawn.land.area.sum() > 0


# -- the file ----------------------------------------------------------------------------------------


def test_geojson_is_in_degrees_and_a_geopackage_in_rijksdriehoek(
    frame: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    for kind, system in (("geojson", 4326), ("gpkg", 28992)):
        file = tmp_path / f"kaart.{kind}"
        file.write_bytes(map_file(drawing(frame), frame, kind))
        read = gpd.read_file(file)
        assert read.crs.to_epsg() == system
        assert len(read) == 6
        second = read.set_index("code").loc["WK990001"]
        assert second["region"] == "reeks-WK990001"
        assert second["value"] == 12.3
        assert second["class"] == "klasse 2"
        assert second["status_text"] == "Cijfer van CBS."
        assert second["source"] == SOURCE
        assert second["borders_year"] == 2025


def test_a_figure_that_is_not_there_is_empty_with_its_reason(frame: gpd.GeoDataFrame) -> None:
    first = json.loads(map_file(drawing(frame), frame))["features"][0]["properties"]
    assert first["value"] is None
    assert first["class"] == "geen cijfer"
    assert first["label"] == "geen cijfer (geheim)"
    assert first["status_text"].startswith("Geheim")


def test_no_text_in_a_file_runs_in_a_spreadsheet() -> None:
    frame = borders(names={1: "=HYPERLINK(1)"})
    features = json.loads(map_file(drawing(frame), frame))["features"]
    assert features[1]["properties"]["name"] == "'=HYPERLINK(1)"


def test_a_map_without_regions_is_refused_in_words(frame: gpd.GeoDataFrame) -> None:
    with pytest.raises(ExportError, match="geen gebieden"):
        map_file(drawing(frame), frame[frame["water"]])
