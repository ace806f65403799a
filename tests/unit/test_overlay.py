"""Two maps on top of each other: which regions share land."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from analysis import lineage
from data import overlay
from data.overlay import OVERLAPS, area_overlaps, area_overlaps_with_outside, land_of

WEST, SOUTH = 120_000, 480_000


def drawing(*regions: tuple[str, shapely.Geometry], water: str = "", crs: int = 28992) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {"region": [code for code, _ in regions]},
        geometry=[shapely.affinity.translate(shape, WEST, SOUTH) for _, shape in regions],
        crs=28992,
    )
    return frame.assign(water=frame["region"] == water).to_crs(crs)


def amounts(rows) -> dict[tuple[str, str], float]:
    return {(row.old, row.new): round(row.amount) for row in rows.itertuples()}


OLD = drawing(("WK000101", shapely.box(0, 0, 100, 100)), ("WK000102", shapely.box(100, 0, 200, 100)))


def test_land_is_measured_in_square_metres_whatever_system_the_map_is_in() -> None:
    new = drawing(
        ("WK000101", shapely.box(0, 0, 150, 100)), ("WK000103", shapely.box(150, 0, 200, 100)), crs=4326
    )
    rows = area_overlaps(land_of(OLD.to_crs(4326)), land_of(new), "wijk", 2017, 2018)
    assert list(rows.columns) == OVERLAPS
    assert amounts(rows) == {
        ("WK000101", "WK000101"): 10_000,
        ("WK000102", "WK000101"): 5_000,
        ("WK000102", "WK000103"): 5_000,
    }
    assert rows[["level", "old_year", "new_year", "origin"]].drop_duplicates().to_numpy().tolist() == [
        ["wijk", 2017, 2018, "area"]
    ]


def test_neighbours_that_only_touch_share_nothing() -> None:
    assert set(amounts(area_overlaps(land_of(OLD), land_of(OLD), "wijk", 2017, 2018))) == {
        ("WK000101", "WK000101"),
        ("WK000102", "WK000102"),
    }


def test_open_water_does_not_count() -> None:
    lake = drawing(
        ("WK000101", shapely.box(0, 0, 100, 100)),
        ("WK000102", shapely.box(100, 0, 200, 100)),
        water="WK000102",
    )
    assert amounts(area_overlaps(land_of(lake), land_of(OLD), "wijk", 2017, 2018)) == {
        ("WK000101", "WK000101"): 10_000
    }


def test_a_polygon_that_crosses_itself_is_mended() -> None:
    bow = drawing(("WK000101", shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])))
    assert amounts(area_overlaps(land_of(bow), land_of(OLD), "wijk", 2017, 2018)) == {
        ("WK000101", "WK000101"): 5_000
    }


def test_land_and_water_of_one_region_in_two_rows_count_once() -> None:
    parts = drawing(("WK000101", shapely.box(0, 0, 50, 100)), ("WK000101", shapely.box(50, 0, 100, 100)))
    assert amounts(area_overlaps(land_of(parts), land_of(OLD), "wijk", 2017, 2018)) == {
        ("WK000101", "WK000101"): 10_000
    }


def test_land_that_is_drawn_in_one_year_only_is_told_apart() -> None:
    """Ground that went to another gemeente must not look as if all of the wijk stayed."""
    new = drawing(("WK000101", shapely.box(0, 0, 100, 100)), ("WK000102", shapely.box(100, 0, 200, 50)))
    rows = area_overlaps_with_outside(land_of(OLD), land_of(new), "wijk", 2017, 2018)
    assert amounts(rows) == {
        ("WK000101", "WK000101"): 10_000,
        ("WK000102", "WK000102"): 5_000,
        ("WK000102", ""): 5_000,
    }
    back = area_overlaps_with_outside(land_of(new), land_of(OLD), "wijk", 2018, 2019)
    assert amounts(back)["", "WK000102"] == 5_000


def test_a_coast_that_moves_a_little_is_no_ground_that_went_elsewhere() -> None:
    new = drawing(("WK000101", shapely.box(0, 0, 100, 98)), ("WK000102", shapely.box(100, 0, 200, 100)))
    assert "" not in set(area_overlaps_with_outside(land_of(OLD), land_of(new), "wijk", 2017, 2018)["new"])


def test_analysis_reads_the_columns_that_data_writes() -> None:
    assert lineage.OVERLAPS == OVERLAPS


def test_no_overlaps_have_the_types_of_overlaps() -> None:
    some = area_overlaps(land_of(OLD), land_of(OLD), "wijk", 2017, 2018)
    assert overlay.nothing().dtypes.to_dict() == some.dtypes.to_dict()
    assert overlay.together([]).empty
    assert overlay.together([some, overlay.nothing()])["amount"].sum() == pytest.approx(20_000)
