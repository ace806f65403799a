import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
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


def squares(codes: list[str], side: float = 1000, **columns: object) -> gpd.GeoDataFrame:
    """One square per code, side by side in the middle of the country."""
    shapes = [
        shapely.box(154_000 + i * side, 463_000, 154_000 + (i + 1) * side, 463_000 + side)
        for i in range(len(codes))
    ]
    return gpd.GeoDataFrame({"statcode": codes, **columns}, geometry=shapes, crs=28992)


def zipped(path: Path, *files: Path, under: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, under + file.name)
    return path


def all_parts_of(shapefile: Path) -> list[Path]:
    return sorted(shapefile.parent.glob(f"{shapefile.stem}.*"))


# -- polygons ----------------------------------------------------------------------------------------


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


def test_land_and_water_of_one_wijk_stay_apart_and_its_islands_together() -> None:
    frame = squares(["WK036300"] * 3, water=["NEE", "JA", "NEE"])
    tidied = borders.tidy(frame, "kaart", 2022).frame.set_index("water")
    assert tidied.loc[False, "geometry"].geom_type == "MultiPolygon"
    assert tidied.loc[True, "geometry"].geom_type == "Polygon"


@pytest.mark.parametrize(
    ("columns", "water"),
    [
        ({"H2O": ["JA", "NEE", "NEE"]}, {"BU03630000"}),
        ({"WATER": ["NEE", "JA", "NEE"]}, {"BU03639997"}),
        ({}, {"BU03639997"}),
    ],
)
def test_water_is_known_by_its_mark_or_without_one_by_its_code(columns: dict, water: set[str]) -> None:
    frame = squares(["BU03630000", "BU03639997", "BU03630001"], **columns)
    tidied = borders.tidy(frame, "kaart", 2022).frame
    assert set(tidied.loc[tidied["water"], "region"]) == water


def test_belgian_ground_inside_the_country_is_left_out() -> None:
    frame = squares(["BU07440000", "BU09980000"], water=["NEE", "B"])
    assert borders.tidy(frame, "kaart", 2022).frame["region"].tolist() == ["BU07440000"]


def test_numbers_that_mean_no_figure_do_not_get_in(tmp_path: Path) -> None:
    path = two_neighbours(
        tmp_path, statnaam=["-99997", None], aantalInwoners=[-99999999, 100], jaar=[-99997, -99997]
    )
    read = borders.read(path)[0]
    assert list(read.frame.columns) == ["region", "name", "gemeente", "water", "geometry"]
    assert read.frame["name"].tolist() == ["WK036300", "WK036301"]
    assert read.year == 2022


def test_a_buurt_does_not_get_the_name_of_its_wijk() -> None:
    frame = (
        squares(["BU03630000"])
        .rename(columns={"statcode": "BU_CODE"})
        .assign(WK_NAAM="Noord", BU_NAAM="Kade")
    )
    assert borders.tidy(frame, "kaart", 2022).frame["name"].tolist() == ["Kade"]
    without = frame.drop(columns="BU_NAAM")
    assert borders.tidy(without, "kaart", 2022).frame["name"].tolist() == ["BU03630000"]


def test_an_overlap_in_the_source_stays_as_it_was() -> None:
    """What the source draws twice must not grow into something that shows."""
    rng = np.random.default_rng(4)
    edge = [(155_000 + rng.normal(0, 2), 463_000 + step) for step in np.linspace(0, 1000, 300)]
    left = shapely.Polygon([(154_000, 463_000), *edge, (154_000, 464_000)])
    right = shapely.Polygon([(156_000, 463_000), *[(x - 3, y) for x, y in edge], (156_000, 464_000)])
    source = gpd.GeoDataFrame({"statcode": ["WK036300", "WK036301"]}, geometry=[left, right], crs=28992)
    tidied = borders.tidy(source, "kaart", 2022).frame.to_crs(28992).geometry
    assert tidied.is_valid.all()
    assert tidied[0].intersection(tidied[1]).area == pytest.approx(left.intersection(right).area, rel=0.001)


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


def test_what_mending_leaves_over_is_no_polygon_and_is_dropped() -> None:
    spike = shapely.Polygon([(0, 0), (1000, 0), (2000, 0), (1000, 0), (1000, 1000), (0, 1000)])
    assert shapely.make_valid(spike).geom_type == "GeometryCollection"
    frame = squares(["WK036300"]).set_geometry(
        [shapely.affinity.translate(spike, 155_000, 463_000)], crs=28992
    )
    assert borders.tidy(frame, "kaart", 2022).frame.geometry[0].geom_type == "Polygon"


def test_metres_in_a_file_that_does_not_name_its_system_are_understood(tmp_path: Path) -> None:
    """GeoJSON without "crs" counts as degrees, whatever stands in it."""
    path = tmp_path / "wijken_2022.json"
    path.write_text(squares(["WK036300"]).to_json(drop_id=True).replace("EPSG::28992", "OGC:1.3:CRS84"))
    assert borders.read(path)[0].frame.union_all().centroid.x == pytest.approx(5.38, abs=0.03)


def test_a_place_outside_the_country_is_refused() -> None:
    swapped = squares(["WK036300"]).to_crs(4326)
    swapped["geometry"] = shapely.transform(swapped.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    with pytest.raises(BordersError, match="niet in Nederland"):
        borders.tidy(swapped, "kaart", 2022)


# -- files -------------------------------------------------------------------------------------------


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


def test_of_an_original_and_its_generalised_layer_the_generalised_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "cbsgebiedsindelingen.gpkg"
    squares(["WK036300", "WK036301"], statnaam=["ruw", "ruw"]).to_file(
        path, layer="cbs_wijk_2021_niet_gegeneraliseerd"
    )
    squares(["WK036300", "WK036301"], statnaam=["net", "net"]).to_file(
        path, layer="cbs_wijk_2021_gegeneraliseerd"
    )
    (read,) = borders.read(path)
    assert read.year == 2021
    assert set(read.frame["name"]) == {"net"}


@pytest.mark.parametrize(
    "name", ["WijkBuurtkaart_2023_v2.gpkg", "wijkenbuurten2023.geojson", "2023 kaart.shp"]
)
def test_the_year_is_found_in_the_name(tmp_path: Path, name: str) -> None:
    squares(["WK036300"]).to_file(tmp_path / name)
    assert borders.read(tmp_path / name)[0].year == 2023


def test_what_the_rows_say_of_the_year_goes_before_the_name(tmp_path: Path) -> None:
    path = two_neighbours(tmp_path, "van_2025.gpkg", jrstatcode=["2021WK036300", "2021WK036301"])
    assert borders.read(path)[0].year == 2021
    mixed = two_neighbours(tmp_path, "door_elkaar.gpkg", JRSTATCODE=["2021WK036300", "2022WK036301"])
    with pytest.raises(BordersError, match="2021, 2022"):
        borders.read(mixed)


def test_a_shapefile_needs_its_companions(tmp_path: Path) -> None:
    path = two_neighbours(tmp_path, "wijken_2022.shp")
    assert len(borders.read(path)[0].frame) == 2
    path.with_suffix(".prj").unlink()
    assert len(borders.read(path)[0].frame) == 2, "metres that fit Rijksdriehoek need no .prj"
    path.with_suffix(".dbf").unlink()
    with pytest.raises(BordersError, match=r"ontbreekt \.dbf"):
        borders.read(path)


def test_degrees_in_a_shapefile_without_prj_are_refused(tmp_path: Path) -> None:
    squares(["WK036300"]).to_crs(4326).to_file(tmp_path / "wijken_2022.shp")
    (tmp_path / "wijken_2022.prj").unlink()
    with pytest.raises(BordersError, match=r"\.prj"):
        borders.read(tmp_path / "wijken_2022.shp")


def test_a_zip_as_cbs_publishes_it_is_read_once_per_level(tmp_path: Path) -> None:
    wijken = two_neighbours(tmp_path, "wijken.shp")
    kaart = two_neighbours(tmp_path, "kaart.gpkg")
    squares(["BU03630000", "BU03630001"]).to_file(kaart, layer="buurten")
    path = zipped(tmp_path / "WijkBuurtkaart_2023_v2.zip", kaart, *all_parts_of(wijken), under="kaart/")
    assert {(read.level, read.year) for read in borders.read(path)} == {("wijk", 2023), ("buurt", 2023)}


def test_a_zip_with_a_shapefile_is_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "kaart.zip", *all_parts_of(two_neighbours(tmp_path, "wijken_2019.shp")))
    assert [(read.level, read.year) for read in borders.read(path)] == [("wijk", 2019)]


def test_a_zip_that_means_harm_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kaart = two_neighbours(tmp_path)
    for name in ("../buiten.gpkg", "/etc/kaart.gpkg", "..\\buiten.gpkg"):
        with zipfile.ZipFile(tmp_path / "kaart_2022.zip", "w") as archive:
            archive.write(kaart, "wijken_2022.gpkg")
            archive.writestr(zipfile.ZipInfo(name), b"x")
        with pytest.raises(BordersError, match="buiten de map wijst"):
            borders.read(tmp_path / "kaart_2022.zip")
    monkeypatch.setattr(borders, "MOST_UNPACKED", 1000)
    with pytest.raises(BordersError, match="te groot"):
        borders.read(zipped(tmp_path / "groot_2022.zip", kaart))


def test_a_damaged_zip_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "wijken_2022.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wijken_2022.geojson", "{}" * 5_000)
    content = bytearray(path.read_bytes())
    content[50:70] = b"\xff" * 20
    path.write_bytes(content)
    with pytest.raises(BordersError, match="niet uit te pakken"):
        borders.read(path)


def test_a_zip_without_a_map_or_that_is_no_zip_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "leesmij.txt").write_text("hallo")
    with pytest.raises(BordersError, match=r"leeg\.zip.*geen kaartbestand"):
        borders.read(zipped(tmp_path / "leeg.zip", tmp_path / "leesmij.txt"))
    (tmp_path / "kapot.zip").write_text("geen zip")
    with pytest.raises(BordersError, match=r"kapot\.zip.*uit te pakken"):
        borders.read(tmp_path / "kapot.zip")


# -- which year --------------------------------------------------------------------------------------


def first_years(regions: pd.DataFrame) -> list[int]:
    """Return the first year of each run: those whose borders are not those of the year before."""
    return [run[0] for run in borders.runs_with_the_same_borders(regions)]


def history(*years: tuple[int, dict[str, int | None]]) -> pd.DataFrame:
    """Regions per year with what CBS says of their borders (Indelingswijziging)."""
    rows = [(code, "wijk", year, flag) for year, flags in years for code, flag in flags.items()]
    frame = pd.DataFrame(rows, columns=["region", "level", "year", "boundary"])
    return frame.astype({"boundary": "Int8"})


def test_borders_are_asked_only_for_years_in_which_something_changed() -> None:
    regions = history(
        (2016, {"a": 3, "b": 1}),
        (2017, {"a": 1, "b": 1}),
        (2018, {"a": 1, "b": 1}),
        (2019, {"a": 1, "b": 3}),  # redrawn
        (2020, {"a": 1, "b": 1}),
        (2021, {"a": 1, "c": 2}),  # another code
        (2022, {"a": 1}),  # one fewer
        (2023, {"a": 1}),
    )
    assert first_years(regions) == [2016, 2019, 2021, 2022]
    assert borders.runs_with_the_same_borders(regions)[0] == [2016, 2017, 2018]


def test_borders_of_which_nothing_is_said_may_have_changed() -> None:
    silent = history((2013, {"a": None}), (2014, {"a": None}), (2015, {"a": 1}))
    assert first_years(silent) == [2013, 2014]
    a_year_missing = history((2016, {"a": 1}), (2018, {"a": 1}))
    assert first_years(a_year_missing) == [2016, 2018]
    assert first_years(history()) == []


def test_wijken_and_buurten_are_not_taken_together() -> None:
    both = history((2016, {"a": 1})).assign(level="buurt")
    with pytest.raises(ValueError, match="one level"):
        first_years(pd.concat([both, history((2016, {"a": 1}))]))


changes = st.lists(
    st.fixed_dictionaries({code: st.sampled_from([1, 1, 1, 2, 3, None]) for code in "ab"}),
    min_size=1,
    max_size=9,
)


@settings(max_examples=40, deadline=None)
@given(changes, st.data())
def test_with_one_year_of_borders_per_run_each_year_finds_its_own(
    flags: list[dict], data: st.DataObject
) -> None:
    regions = history(*enumerate(flags, start=2013))
    runs = borders.runs_with_the_same_borders(regions)
    served = [data.draw(st.sampled_from(run)) for run in runs]
    divisions = {year: {"a", "b"} for year in served}
    for year in range(2013, 2013 + len(flags)):
        best = borders.best_year({"a", "b"}, divisions, year, runs)
        assert any(year in run and best in run for run in runs)


@settings(max_examples=40, deadline=None)
@given(changes)
def test_with_borders_of_the_needed_years_the_codes_alone_suffice(flags: list[dict]) -> None:
    needed = first_years(history(*enumerate(flags, start=2013)))
    divisions = {year: {"a", "b"} for year in needed}
    for year in range(2013, 2013 + len(flags)):
        assert borders.best_year({"a", "b"}, divisions, year) == max(y for y in needed if y <= year)


def test_water_in_a_map_does_not_drive_a_year_to_the_borders_of_another() -> None:
    divisions = {2015: {"a"}, 2018: {"a"}, 2019: {"a", "water"}}
    assert borders.best_year({"a"}, divisions, 2020, runs=[[2015], [2019, 2020]]) == 2019
    assert borders.best_year({"a"}, divisions, 2020, runs=[[2015], [2018, 2019, 2020]]) == 2019


def test_the_division_with_most_codes_in_common_is_chosen() -> None:
    divisions = {2018: {"a", "b"}, 2021: {"a", "c", "d"}, 2024: {"a", "c", "d"}}
    assert borders.best_year({"a", "b"}, divisions, 2019) == 2018
    assert borders.best_year({"a", "c", "d"}, divisions, 2022) == 2021
    assert borders.best_year({"a", "c", "d"}, divisions, 2025) == 2024
    assert borders.best_year({"a", "c", "d"}, divisions, 2019) == 2021
    assert borders.best_year({"z"}, divisions, 2019) is None


@settings(deadline=None)
@given(st.integers(2010, 2030))
def test_with_one_division_there_is_one_answer(year: int) -> None:
    assert borders.best_year({"a"}, {2022: {"a", "b"}}, year) == 2022


@pytest.mark.real
def test_the_real_wijken_of_2022_are_read(real: Path) -> None:
    read = borders.read(real / "geometry" / "wijken_2022.gpkg")[0]
    assert len(read.frame) == 3340
    assert (read.frame["gemeente"] == "GM0917").sum() == 23
    texel = read.frame[read.frame["gemeente"] == "GM0448"]
    assert shapely.get_num_geometries(texel.geometry.to_numpy()).tolist() == [2, 1], "an island of its own"


@pytest.mark.real
def test_no_real_wijk_moves_on_the_map(real: Path) -> None:
    path = real / "geometry" / "wijken_2022.gpkg"
    source = gpd.read_file(path).set_index("statcode").geometry
    tidied = borders.read(path)[0].frame.set_index("region").to_crs(28992).geometry
    assert shapely.coverage_is_valid(tidied.to_numpy())
    assert source.hausdorff_distance(tidied, align=True).max() < borders.TOLERANCE
    assert (tidied.area / source.area - 1).abs().max() < 0.001
