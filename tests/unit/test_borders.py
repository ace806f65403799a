import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st

from data import borders
from data.errors import BordersError


def two_neighbours(tmp_path: Path, name: str = "wijken_2022.gpkg", **columns: object) -> Path:
    """Two squares of a kilometre in the middle of the country, with a wavy common edge."""
    steps = np.linspace(0, 1000, 200)
    edge = [(155_000 + 3 * np.sin(step / 7), 463_000 + step) for step in steps]
    left = shapely.Polygon([(154_000, 463_000), *edge, (154_000, 464_000)])
    right = shapely.Polygon([(156_000, 463_000), *edge, (156_000, 464_000)])
    frame = gpd.GeoDataFrame(
        {"statcode": ["WK036300", "WK036301"], "statnaam": ["Noord", "Zuid"], **columns},
        geometry=[left, right],
        crs=28992,
    )
    frame.to_file(tmp_path / name)
    return tmp_path / name


def test_borders_come_out_in_degrees_with_code_name_and_year(tmp_path: Path) -> None:
    read = borders.read(two_neighbours(tmp_path))[0]
    assert (read.level, read.year) == ("wijk", 2022)
    assert read.frame["region"].tolist() == ["WK036300", "WK036301"]
    assert read.frame.crs.to_epsg() == 4326
    # The middle of the country, near Amersfoort.
    assert read.frame.union_all().centroid.x == pytest.approx(5.39, abs=0.03)
    assert read.frame.union_all().centroid.y == pytest.approx(52.16, abs=0.03)


def test_neighbours_still_touch_after_simplifying(tmp_path: Path) -> None:
    frame = borders.read(two_neighbours(tmp_path))[0].frame
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    assert shapely.get_num_coordinates(frame.geometry.to_numpy()).sum() < 200


def test_water_is_told_apart(tmp_path: Path) -> None:
    frame = borders.read(two_neighbours(tmp_path, water=["NEE", "JA"]))[0].frame
    assert frame.set_index("region")["water"].to_dict() == {"WK036300": False, "WK036301": True}


def test_geojson_names_every_region_and_rounds_to_a_metre(tmp_path: Path) -> None:
    content = json.loads(borders.to_geojson(borders.read(two_neighbours(tmp_path))[0].frame))
    assert [feature["properties"]["code"] for feature in content["features"]] == ["WK036300", "WK036301"]
    corner = content["features"][0]["geometry"]["coordinates"][0][0]
    assert all(round(value, 5) == value for value in corner)


def test_a_bow_tie_is_mended(tmp_path: Path) -> None:
    tie = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    frame = gpd.GeoDataFrame(
        {"statcode": ["WK036300"], "statnaam": ["Strik"]},
        geometry=[shapely.affinity.translate(tie, 155_000, 463_000)],
        crs=28992,
    )
    frame.to_file(tmp_path / "wijken_2020.gpkg")
    assert borders.read(tmp_path / "wijken_2020.gpkg")[0].frame.geometry.is_valid.all()


def test_every_layer_with_borders_is_read_and_others_are_passed_over(tmp_path: Path) -> None:
    path = two_neighbours(tmp_path, "wijkenbuurten_2024.gpkg")
    wijken = gpd.read_file(path)
    buurten = wijken.assign(statcode=["BU03630000", "BU03630100"])
    buurten.to_file(path, layer="buurten", driver="GPKG")
    wijken.drop(columns="statcode").to_file(path, layer="iets_anders", driver="GPKG")
    assert {layer.level: layer.year for layer in borders.read(path)} == {"wijk": 2024, "buurt": 2024}


def test_a_file_without_codes_year_or_sense_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BordersError, match=r"wijken\.gpkg.*jaar"):
        borders.read(two_neighbours(tmp_path, "wijken.gpkg"))
    (tmp_path / "kapot_2020.geojson").write_text("geen kaart")
    with pytest.raises(BordersError, match="kapot_2020"):
        borders.read(tmp_path / "kapot_2020.geojson")
    gpd.GeoDataFrame({"naam": ["x"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=28992).to_file(
        tmp_path / "anders_2020.gpkg"
    )
    with pytest.raises(BordersError, match="codes"):
        borders.read(tmp_path / "anders_2020.gpkg")


def test_the_division_with_most_codes_in_common_is_chosen() -> None:
    divisions = {2018: {"a", "b"}, 2021: {"a", "c", "d"}, 2024: {"a", "c", "d"}}
    assert borders.best_year({"a", "b"}, divisions, 2019) == 2018
    assert borders.best_year({"a", "c", "d"}, divisions, 2022) == 2021
    assert borders.best_year({"a", "c", "d"}, divisions, 2025) == 2024
    assert borders.best_year({"a", "c", "d"}, divisions, 2019) == 2021
    assert borders.best_year({"z"}, divisions, 2019) is None


@given(st.integers(2010, 2030))
def test_with_one_division_there_is_one_answer(year: int) -> None:
    assert borders.best_year({"a"}, {2022: {"a", "b"}}, year) == 2022


@pytest.mark.real
def test_the_real_wijken_of_2022_are_read(real: Path) -> None:
    read = borders.read(real / "geometry" / "wijken_2022.gpkg")[0]
    assert len(read.frame) == 3340
    assert (read.frame["gemeente"] == "GM0917").sum() == 23
