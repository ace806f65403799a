"""The scan statistic for counts: equal to what others published, and silent where chance explains it."""

from __future__ import annotations

import itertools
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analysis.hotspots.scan import centres, scan
from tests.oracle.peers import shape_file

REGIONS = [f"WK{number:06d}" for number in range(36)]
GRID = pd.DataFrame(
    [(region, 1000.0 * (number % 6), 1000.0 * (number // 6)) for number, region in enumerate(REGIONS)],
    columns=["region", "x", "y"],
)


def counts(cases: np.ndarray, population: np.ndarray | float = 1000.0) -> pd.DataFrame:
    return pd.DataFrame({"region": REGIONS[: len(cases)], "cases": cases, "population": population})


@pytest.mark.parametrize(
    ("cases", "people", "risk", "ratio"),
    [
        # Leukaemia in upstate New York, 552 cases among 1 057 673 people (Waller and Gotway 2005), as SaTScan 9.6 prints it.
        (100, 111_674, 1.87, 14.083511),
        (38, 34_083, 2.22, 9.019716),
        (64, 78_280, 1.64, 6.114140),
        (25, 24_571, 1.99, 4.651839),
        (12, 9_840, 2.37, 3.363518),
        (11, 8_839, 2.41, 3.209485),
    ],
)
def test_the_statistic_is_that_of_satscan(cases: int, people: int, risk: float, ratio: float) -> None:
    rest = [(552 - cases, 1_057_673 - people)]
    frame = pd.DataFrame([(cases, people), *rest], columns=["cases", "population"]).assign(region=REGIONS[:2])
    found = scan(frame, GRID, rate=1.0).iloc[0]
    assert found["regions"] == (REGIONS[0],)
    assert found["statistic"] == pytest.approx(ratio, abs=5e-7)
    assert found["relative_risk"] == pytest.approx(risk, abs=5e-3)


def sids() -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    counties = gpd.read_file(shape_file("sids")).set_crs(4267, allow_override=True)
    flat = counties.to_crs(32119)
    return counties, centres(list(flat.geometry), list(flat["NAME"]))


def test_sudden_infant_deaths_in_north_carolina_gather_where_it_was_published() -> None:
    """Most likely cluster of 4 counties, 5.12 per 1 000; second of 6, 3.76 (Int. J. Health Geographics 20, 2021)."""
    counties, middles = sids()
    frame = counties.rename(columns={"NAME": "region", "SID74": "cases", "BIR74": "population"})
    found = scan(frame, middles, share=0.25)
    rate = 1000 * found["cases"] / found["population"]
    assert [sorted(regions) for regions in found["regions"].head(2)] == [
        ["Bertie", "Halifax", "Hertford", "Northampton"],
        ["Anson", "Hoke", "Moore", "Richmond", "Robeson", "Scotland"],
    ]
    assert rate.head(2).round(2).tolist() == [5.12, 3.76]
    assert (found["p"].head(2) == 0.001).all()


def by_hand(frame: pd.DataFrame, middles: pd.DataFrame) -> tuple[float, set[str]]:
    """Look at every circle in plain loops, and return the one that stands out most."""
    total, everybody = frame["cases"].sum(), frame["population"].sum()
    best: tuple[float, set[str]] = (0.0, set())
    rows = list(frame.merge(middles, on="region").itertuples())
    for centre, edge in itertools.product(rows, rows):
        radius = math.hypot(centre.x - edge.x, centre.y - edge.y)
        inside = [row for row in rows if math.hypot(centre.x - row.x, centre.y - row.y) <= radius]
        cases, people = sum(row.cases for row in inside), sum(row.population for row in inside)
        expected = total * people / everybody
        if people > everybody / 2 or cases <= expected or cases < 2:
            continue
        ratio = cases * math.log(cases / expected)
        if cases < total:
            ratio += (total - cases) * math.log((total - cases) / (total - expected))
        best = max(best, (ratio, {row.region for row in inside}), key=lambda one: one[0])
    return best


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_what_plain_loops_find(seed: int) -> None:
    random = np.random.default_rng(seed)
    people = random.integers(200, 3000, 36)
    frame = counts(random.poisson(people / 150), people)
    middles = GRID.assign(x=random.random(36), y=random.random(36))
    ratio, regions = by_hand(frame, middles)
    first = scan(frame, middles, rate=1.0, draws=9).iloc[0]
    assert first["statistic"] == pytest.approx(ratio, rel=1e-9)
    assert set(first["regions"]) == regions


def test_chance_alone_is_called_a_cluster_as_often_as_promised() -> None:
    random = np.random.default_rng(3)
    people = random.integers(100, 4000, 36)
    called = [len(scan(counts(random.poisson(people / 200), people), GRID, draws=99)) > 0 for _ in range(60)]
    assert np.mean(called) <= 0.08


def test_a_second_cluster_shares_no_region_with_the_first() -> None:
    cases = np.full(36, 10)
    cases[[0, 1, 6, 7]] = 40
    cases[[28, 29, 34, 35]] = 30
    found = scan(counts(cases), GRID)
    assert [set(regions) for regions in found["regions"]] == [
        {REGIONS[place] for place in places} for places in ([0, 1, 6, 7], [28, 29, 34, 35])
    ]
    assert found["cluster"].tolist() == [1, 2]
    assert found["statistic"].is_monotonic_decreasing
    everything = scan(counts(cases), GRID, rate=1.0)
    inside = [region for regions in everything["regions"] for region in regions]
    assert len(set(inside)) == len(inside)


def test_few_cases_are_found_on_their_own_side() -> None:
    cases = np.full(36, 20)
    cases[[0, 1, 6, 7]] = 2
    assert len(scan(counts(cases), GRID)) == 0
    low = scan(counts(cases), GRID, side="low").iloc[0]
    assert set(low["regions"]) == {REGIONS[place] for place in (0, 1, 6, 7)}
    assert low["relative_risk"] < 0.2
    assert scan(counts(cases), GRID, side="both").iloc[0]["regions"] == low["regions"]


def test_the_same_question_gets_the_same_answer() -> None:
    random = np.random.default_rng(1)
    frame = counts(random.poisson(20, 36) + 15 * (np.arange(36) < 2))
    first = scan(frame, GRID, rate=1.0)
    pd.testing.assert_frame_equal(first, scan(frame, GRID, rate=1.0))
    turned = scan(frame.iloc[::-1], GRID.iloc[::-1], rate=1.0).iloc[0]
    assert set(turned["regions"]) == set(first.iloc[0]["regions"])
    assert turned["statistic"] == pytest.approx(first.iloc[0]["statistic"])


def test_all_cases_in_one_place_have_no_relative_risk_to_write() -> None:
    cases = np.zeros(36, dtype=int)
    cases[14] = 30
    row = scan(counts(cases), GRID).iloc[0]
    assert row["regions"] == (REGIONS[14],)
    assert math.isinf(row["relative_risk"])


def test_a_region_without_a_figure_an_inhabitant_or_a_middle_takes_no_part() -> None:
    cases = np.full(36, 10.0)
    cases[[0, 1, 6, 7]] = 40
    frame = counts(cases)
    frame.loc[20, "cases"] = np.nan
    frame.loc[21, ["cases", "population"]] = 0
    found = scan(frame, GRID.drop(index=30), rate=1.0)
    named = {region for regions in found["regions"] for region in regions}
    assert set(found["regions"][0]) == {REGIONS[place] for place in (0, 1, 6, 7)}
    assert found["expected"][0] == pytest.approx(4 * (4 * 40 + 29 * 10) / 33)
    assert named.isdisjoint({REGIONS[20], REGIONS[21], REGIONS[30]})


@pytest.mark.parametrize("cases", [np.zeros(36), np.full(36, 7.0), np.array([5.0]), np.array([])])
def test_without_cases_differences_or_other_regions_there_is_nothing(cases: np.ndarray) -> None:
    found = scan(counts(cases), GRID, rate=1.0)
    assert len(found) == 0
    assert found.columns.tolist()[:3] == ["cluster", "regions", "cases"]


def test_one_case_is_never_a_cluster() -> None:
    frame = pd.DataFrame({"region": REGIONS[:3], "cases": [1, 0, 0], "population": [1, 9000, 9000]})
    assert len(scan(frame, GRID, rate=1.0)) == 0


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("cases", -1, "whole numbers"),
        ("cases", 2.5, "whole numbers"),
        ("cases", np.inf, "whole numbers"),
        ("population", -5, "a number from 0"),
        ("population", 0, "where nobody lives: WK000000"),
        ("region", REGIONS[1], "a region occurs twice among the counts"),
    ],
)
def test_what_makes_no_sense_is_refused(column: str, value: object, said: str) -> None:
    frame = counts(np.full(36, 4.0))
    frame.loc[0, column] = value
    with pytest.raises(ValueError, match=said):
        scan(frame, GRID)


@pytest.mark.parametrize("wrong", [{"side": "up"}, {"share": 0.0}, {"draws": 0}])
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        scan(counts(np.full(36, 4)), GRID, **wrong)


def test_land_without_a_middle_is_left_out() -> None:
    found = centres([shapely.box(0, 0, 2, 2), shapely.Polygon()], ["WK000001", "WK000002"])
    assert found.to_dict("records") == [{"region": "WK000001", "x": 1.0, "y": 1.0}]
    with pytest.raises(ValueError, match="one polygon per region"):
        centres([shapely.box(0, 0, 2, 2)], [])
