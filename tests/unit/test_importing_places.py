from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data.store import Store
from register.placing import NOWHERE, Places, as_coordinates, folded, places, systems, to_rd


@pytest.fixture(scope="module")
def town() -> Places:
    """Two wijken of a square kilometre side by side, each with two buurten; two buurten carry one name."""
    shapes, names = [], {}
    for number in (1, 2):
        left = 150_000 + (number - 1) * 1_000
        code = f"WK99980{number}"
        names[code] = f"Wijk 0{number} {'Noord' if number == 1 else 'Zuid'}"
        shapes.append((code, shapely.box(left, 480_000, left + 1_000, 481_000)))
        for half, name in enumerate(("Kern", f"Rand {number}")):
            buurt = f"BU99980{number}0{half}"
            names[buurt] = name
            shapes.append(
                (buurt, shapely.box(left, 480_000 + half * 500, left + 1_000, 480_500 + half * 500))
            )
    frame = gpd.GeoDataFrame({"region": [c for c, _ in shapes]}, geometry=[s for _, s in shapes], crs=28992)
    wijk_of = {code: f"WK{code[2:8]}" for code in names if code.startswith("BU")}
    return Places("GM9998", 2025, names, wijk_of, frame)


def test_a_point_falls_in_its_wijk_and_buurt_and_only_its_square_is_kept(town: Places) -> None:
    found = town.at_points(np.array([150_123.4, 151_999.0, 149_980.0, 10_000.0]), np.array([480_777.7, 480_001.0, 480_100.0, 480_000.0]))  # fmt: skip
    assert list(found["wijk"]) == ["WK999801", "WK999802", "WK999801", ""]
    assert list(found["buurt"]) == ["BU99980101", "BU99980200", "BU99980100", ""]
    assert found.loc[0, ["x", "y"]].tolist() == [150_150.0, 480_750.0]
    assert found["problem"].iloc[3] == "Dit punt ligt buiten de gemeente."


def test_metres_and_degrees_are_told_apart_also_turned_round() -> None:
    x, y = as_coordinates(
        ["155.000", "155000,5", "5.3872", "52,15517", "463000", "0"],
        ["463.000", "463000", "52.15517", "5,3872", "155000", "0"],
    )
    kinds = systems(x, y)
    assert list(kinds) == ["rd", "rd", "wgs84", "wgs84_turned", "rd_turned", NOWHERE]
    east, north = to_rd(x, y, kinds)
    # The tower of Onze-Lieve-Vrouwe in Amersfoort is the origin of Rijksdriehoek: 155000, 463000.
    assert east[:5] == pytest.approx([155_000] * 5, abs=5)
    assert north[:5] == pytest.approx([463_000] * 5, abs=5)


def test_names_are_found_without_number_capitals_or_accents(town: Places) -> None:
    assert town.of_text("noord", "wijk")[0] == "WK999801"
    assert town.of_text("Wijk 02 ZUID", "wijk")[0] == "WK999802"
    assert town.of_text("rand 2", "buurt") == ("WK999802", "BU99980200"[:-1] + "1", "")
    assert folded("Buurt 3: ’t Höfke") == "t hofke"


def test_a_name_that_two_buurten_carry_is_refused_with_both_unless_the_wijk_tells(town: Places) -> None:
    wijk, _, problem = town.of_text("Kern", "buurt")
    assert wijk == ""
    assert "BU99980100" in problem
    assert "BU99980200" in problem
    assert town.of_text("Kern", "buurt", within="WK999802")[1] == "BU99980200"


def test_codes_of_before_go_to_the_one_clear_successor(sample_store: Store) -> None:
    there = places(sample_store, "GM9999")
    assert there.of_text("BU99990503") == ("WK999905", "BU99990509", "")
    assert "over meer dan één gebied verdeeld" in there.of_text("WK999911")[2]
    assert there.of_text("wk 999906")[0] == "WK999906"
    assert (
        there.of_text("Wijk 22 Buitengebied Oosterpolder, Zuiderpolder en Lange Weiden", "wijk")[0]
        == "WK999922"
    )
    assert "Bedoelt u" in there.of_text("Rivierenbuur", "wijk")[2]
