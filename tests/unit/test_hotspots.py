"""Hotspots: what gathers is found, what does not is left alone, and what cannot be judged is named."""

import itertools
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy import sparse, special, stats

from analysis.false_discovery import adjusted
from analysis.hotspots import (
    ORDINARY,
    Neighbours,
    chance_beside,
    chance_together,
    contiguity,
    empirical_bayes,
    getis_ord,
    hotspots,
    local_moran,
    local_moran_spots,
    reach,
    smoothed,
    standardised,
)


def town(columns: int, rows: int) -> Neighbours:
    """Square regions that touch at their sides and corners."""
    squares = [shapely.box(x, y, x + 1, y + 1) for y in range(rows) for x in range(columns)]
    return contiguity(squares, [f"WK{number:06d}" for number in range(len(squares))])


def figures(neighbours: Neighbours, values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"region": neighbours.regions, "value": values})


def both_tails(sums: list[float], seen: float) -> float:
    drawn = np.array(sums)
    return min(1.0, 2 * min((drawn >= seen - 1e-9).mean(), (drawn <= seen + 1e-9).mean()))


@pytest.fixture
def lot() -> np.random.Generator:
    return np.random.default_rng(20)


class TestNeighbours:
    def test_regions_that_meet_in_a_corner_are_neighbours(self) -> None:
        assert town(2, 2).counts.tolist() == [3, 3, 3, 3]

    def test_islands_and_single_neighbours_are_named(self) -> None:
        shapes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(9, 9, 10, 10)]
        found = contiguity(shapes, ["a", "b", "island"])
        assert (found.islands, found.single) == (("island",), ("a", "b"))

    def test_a_region_without_land_is_an_island(self) -> None:
        found = contiguity([shapely.box(0, 0, 1, 1), None, shapely.Polygon()], ["a", "b", "c"])
        assert found.islands == ("a", "b", "c")

    def test_borders_drawn_a_metre_apart_touch_if_asked(self) -> None:
        shapes = [shapely.box(0, 0, 100, 100), shapely.box(101, 0, 200, 100)]
        assert contiguity(shapes, ["a", "b"]).islands == ("a", "b")
        assert contiguity(shapes, ["a", "b"], within=1.0).islands == ()

    def test_an_exclave_gives_neighbours_too(self) -> None:
        parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)])
        assert contiguity([parts, shapely.box(6, 0, 7, 1)], ["a", "b"]).islands == ()

    def test_a_region_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="every region once"):
            contiguity([shapely.box(0, 0, 1, 1)] * 2, ["a", "a"])

    @pytest.mark.real
    def test_the_country_has_two_wijken_that_touch_none(self, real: Path) -> None:
        wijken = gpd.read_file(real / "geometry" / "wijken_2022.gpkg")
        found = contiguity(wijken.geometry.to_list(), wijken["statcode"].to_list())
        assert len(found.islands) == 2
        assert (found.touching != found.touching.T).nnz == 0


class TestStatistic:
    def test_missing_figures_count_for_nobody_in_every_pattern(self, lot: np.random.Generator) -> None:
        """Each layer is what it would be on a map of only the regions with a figure."""
        neighbours = town(5, 4)
        values = lot.lognormal(size=(20, 12))
        values[lot.random(values.shape) < np.linspace(0.0, 0.9, 12)] = np.nan
        together, moran = getis_ord(values, neighbours), local_moran(values, neighbours)
        for layer in range(12):
            here = np.flatnonzero(np.isfinite(values[:, layer]))
            alone = neighbours.among([neighbours.regions[place] for place in here])
            few = values[here, layer][:, None]
            expected = np.full(20, np.nan)
            expected[here] = getis_ord(few, alone)[:, 0]
            np.testing.assert_allclose(together[:, layer], expected, atol=1e-12)
            expected[here] = local_moran(few, alone).z[:, 0]
            np.testing.assert_allclose(moran.z[:, layer], expected, atol=1e-12)

    def test_no_z_is_beyond_the_root_of_the_number_less_one(self) -> None:
        neighbours = town(5, 2)
        star = neighbours.with_self.toarray()
        assert np.nanmax(getis_ord(star, neighbours)) == pytest.approx(3.0)

    @pytest.mark.parametrize("level", [0.0, 0.1, 1e9])
    def test_equal_figures_have_no_pattern(self, level: float) -> None:
        neighbours = town(4, 4)
        equal = np.full((16, 3), level)
        equal[0, 1] = np.nan
        assert np.isnan(getis_ord(equal, neighbours)).all()
        assert np.isnan(local_moran(equal, neighbours).statistic).all()
        assert np.isnan(chance_together(equal, neighbours)).all()

    def test_a_figure_of_millions_with_small_differences_keeps_its_pattern(
        self, lot: np.random.Generator
    ) -> None:
        neighbours, values = town(6, 6), lot.normal(size=(36, 2))
        np.testing.assert_allclose(
            getis_ord(values + 1e7, neighbours), getis_ord(values, neighbours), atol=1e-6
        )


class TestChance:
    @pytest.mark.parametrize("gap", [False, True])
    def test_the_p_of_every_region_is_that_of_all_ways_to_shuffle(
        self, lot: np.random.Generator, gap: bool
    ) -> None:
        """All draws from eleven figures are counted; two of the regions touch nearly all others."""
        shapes = [shapely.box(i % 4, i // 4, i % 4 + 1, i // 4 + 1) for i in range(11)]
        neighbours = contiguity(shapes, [str(i) for i in range(11)])
        values = lot.permutation(np.append(lot.integers(1, 400, 9), [0, 400])).astype(float)
        if gap:
            values[np.flatnonzero((values > 0) & (values < 400))[0]] = np.nan
        together = chance_together(values[:, None], neighbours)[:, 0]
        beside = chance_beside(values[:, None], neighbours)[:, 0]
        known, touching = np.flatnonzero(np.isfinite(values)), neighbours.touching.toarray()
        for place in known:
            around = [other for other in known if touching[place, other]]
            sums = [sum(values[list(drawn)]) for drawn in itertools.combinations(known, len(around) + 1)]
            expected = both_tails(sums, sum(values[around]) + values[place])
            assert together[place] == pytest.approx(expected, abs=1e-9)
            others = [other for other in known if other != place]
            sums = [sum(values[list(drawn)]) for drawn in itertools.combinations(others, len(around))]
            assert beside[place] == pytest.approx(both_tails(sums, sum(values[around])), abs=1e-9)

    @pytest.mark.parametrize("unit", [1e-9, 1e-5, 1e6])
    def test_the_unit_of_a_figure_does_not_matter(self, lot: np.random.Generator, unit: float) -> None:
        """Deaths per head and euros are judged as deaths per 1 000 and thousands of euros are."""
        neighbours, values = town(7, 7), np.stack([lot.normal(size=49), lot.integers(0, 60, 49) / 10], axis=1)
        np.testing.assert_allclose(
            chance_together(values * unit, neighbours), chance_together(values, neighbours), rtol=0.15
        )

    def test_a_region_that_touches_a_hundred_others_is_judged_too(self, lot: np.random.Generator) -> None:
        around = np.arange(1, 101)
        hub = sparse.coo_array((np.ones(100), (np.zeros(100, dtype=int), around)), shape=(300, 300))
        neighbours = Neighbours(tuple(map(str, range(300))), sparse.csr_array(hub + hub.T))
        values = lot.normal(size=(300, 1))
        expected = 2 * special.ndtr(-abs(getis_ord(values, neighbours)[0, 0]))
        assert chance_together(values, neighbours)[0, 0] == pytest.approx(expected, rel=0.05)
        expected = 2 * special.ndtr(-abs(local_moran(values, neighbours).z[0, 0]))
        assert chance_beside(values, neighbours)[0, 0] == pytest.approx(expected, rel=0.05)

    def test_correcting_for_many_regions_is_per_layer_and_leaves_the_p_alone(
        self, lot: np.random.Generator
    ) -> None:
        p = lot.random((40, 3)) ** 3
        p[::7, 1] = np.nan
        before = p.copy()
        corrected = adjusted(p)
        np.testing.assert_array_equal(p, before)
        for layer in range(3):
            tested = np.isfinite(p[:, layer])
            expected = stats.false_discovery_control(p[tested, layer])
            np.testing.assert_allclose(corrected[tested, layer], expected)
            assert np.isnan(corrected[~tested, layer]).all()
        np.testing.assert_allclose(adjusted(p[:, 1]), corrected[:, 1])
        np.testing.assert_array_equal(p, before)


class TestHotspots:
    def test_a_planted_neighbourhood_is_found_and_what_lies_apart_is_not(
        self, lot: np.random.Generator
    ) -> None:
        neighbours = town(8, 8)
        values = 10 + lot.normal(size=64)
        raised = neighbours.with_self.toarray()[27] > 0
        found = hotspots(figures(neighbours, values + 3 * raised), neighbours)
        hot = set(found.loc[found["class"] == "hot", "region"])
        assert neighbours.regions[27] in hot
        assert hot <= {neighbours.regions[place] for place in np.flatnonzero(neighbours.with_self @ raised)}
        cold = hotspots(figures(neighbours, values - 3 * raised), neighbours)
        assert cold.set_index("region").loc[neighbours.regions[27], "class"] == "cold"

    def test_what_cannot_be_judged_says_why(self, lot: np.random.Generator) -> None:
        shapes = [shapely.box(x, 0, x + 1, 1) for x in (0, 1, 2, 3, 9)]
        neighbours = contiguity(shapes, ["a", "b", "c", "d", "island"])
        given = pd.DataFrame({"region": ["b", "c", "island", "elsewhere"], "value": [1.0, 2.0, 3.0, 99.0]})
        given.loc[len(given)] = ["d", np.inf]
        found = hotspots(given, neighbours).set_index("region")
        assert found["class"].to_dict() == {
            "a": "no_figure",
            "b": "not_significant",
            "c": "not_significant",
            "d": "no_figure",
            "island": "no_neighbours",
        }
        assert found["n_neighbours"].to_dict() == {"a": 1, "b": 1, "c": 1, "d": 1, "island": 0}

    @pytest.mark.parametrize("shapes", [[], [shapely.box(0, 0, 1, 1)]])
    def test_a_single_region_or_none_gives_no_hotspot(self, shapes: list) -> None:
        neighbours = contiguity(shapes, ["WK000000"] * len(shapes))
        found = hotspots(figures(neighbours, np.ones(len(shapes))), neighbours)
        assert found["class"].to_list() == ["no_neighbours"] * len(shapes)

    def test_a_region_twice_is_refused(self) -> None:
        neighbours = town(2, 2)
        twice = pd.DataFrame({"region": ["WK000000"] * 2, "value": [1.0, 2.0]})
        with pytest.raises(ValueError, match="twice"):
            hotspots(twice, neighbours)

    def test_a_balance_below_zero_is_compared_as_it_stands(self, lot: np.random.Generator) -> None:
        neighbours = town(4, 4)
        given = figures(neighbours, lot.normal(size=16))
        pd.testing.assert_frame_equal(
            hotspots(given.assign(base=500.0), neighbours), hotspots(given, neighbours)
        )

    def test_one_extreme_region_is_no_neighbourhood(self, lot: np.random.Generator) -> None:
        """With the normal distribution a single figure of ten times the others makes hotspots of all around it."""
        neighbours = town(12, 12)
        values = lot.normal(size=144)
        values[65] = 30.0
        z = getis_ord(values[:, None], neighbours)[:, 0]
        assert np.count_nonzero(adjusted(2 * special.ndtr(-np.abs(z))[:, None]) <= 0.05) >= 9
        assert "hot" not in set(hotspots(figures(neighbours, values), neighbours)["class"])

    def test_skewed_figures_without_pattern_give_no_hotspots(self, lot: np.random.Generator) -> None:
        neighbours, values = town(10, 10), lot.lognormal(size=(100, 300))
        alarms = (adjusted(chance_together(values, neighbours)) <= 0.05).any(axis=0).mean()
        p = 2 * special.ndtr(-np.abs(getis_ord(values, neighbours)))
        assert alarms <= 0.08
        assert (adjusted(p) <= 0.05).any(axis=0).mean() > 0.15

    def test_a_corner_of_small_regions_is_no_hotspot_when_their_size_is_told(
        self, lot: np.random.Generator
    ) -> None:
        neighbours, maps = town(10, 10), 150
        people = np.where(np.arange(100) < 30, 150.0, 6000.0)
        rates = 100 * lot.binomial(people.astype(int)[:, None], 0.05, (100, maps)) / people[:, None]
        told = np.stack([standardised(rates[:, one], people) for one in range(maps)], axis=1)

        def alarms(values: np.ndarray) -> float:
            return (adjusted(chance_together(values, neighbours)) <= 0.05).any(axis=0).mean()

        assert alarms(told) <= 0.08 < 0.2 < alarms(rates)
        given = figures(neighbours, rates[:, 0]).assign(base=people)
        found = hotspots(given, neighbours)
        assert found["smoothed"].std() < found["value"].std()
        assert found["statistic"].to_numpy() == pytest.approx(getis_ord(told[:, :1], neighbours)[:, 0])


class TestStandingOut:
    def test_a_poor_region_among_rich_ones_is_told_as_such(self, lot: np.random.Generator) -> None:
        neighbours = town(9, 9)
        values = lot.normal(size=81)
        block = neighbours.with_self.toarray()[20] > 0
        values[block] += 4
        values[20] = -3.0
        found = local_moran_spots(figures(neighbours, values), neighbours).set_index("region")
        assert found.loc[neighbours.regions[20], "class"] == "low_high"
        mirrored = local_moran_spots(figures(neighbours, -values), neighbours).set_index("region")
        assert mirrored.loc[neighbours.regions[20], "class"] == "high_low"

    def test_high_among_high_and_low_among_low_are_told_apart(self) -> None:
        neighbours = town(10, 6)
        slope = np.tile(np.arange(10.0), 6)
        found = local_moran_spots(figures(neighbours, slope), neighbours)["class"].to_numpy().reshape(6, 10)
        assert set(found[1:-1, 0]) == {"low_low"}
        assert set(found[1:-1, 9]) == {"high_high"}
        assert set(found[1:-1, 4]) == {"not_significant"}

    def test_an_island_and_a_gap_are_named(self, lot: np.random.Generator) -> None:
        shapes = [*(shapely.box(x, 0, x + 1, 1) for x in range(6)), shapely.box(20, 0, 21, 1)]
        neighbours = contiguity(shapes, list("abcdefg"))
        values = lot.normal(size=7)
        values[2] = np.nan
        found = local_moran_spots(figures(neighbours, values), neighbours).set_index("region")
        assert found.loc["c", "class"] == "no_figure"
        assert found.loc["g", "class"] == "no_neighbours"

    def test_unrelated_figures_stand_out_seldom(self, lot: np.random.Generator) -> None:
        neighbours, values = town(8, 8), lot.lognormal(size=(64, 100))
        by_normal = 2 * special.ndtr(-np.abs(local_moran(values, neighbours).z))
        alarms = [
            (adjusted(p) <= 0.05).any(axis=0).mean() for p in (chance_beside(values, neighbours), by_normal)
        ]
        assert alarms[0] <= 0.1 < 0.15 < alarms[1]


class TestRates:
    def test_a_rate_of_few_people_is_taken_further_towards_the_rate_of_all(self) -> None:
        told = empirical_bayes([3, 300, 10, 100], [20, 10_000, 500, 2_000])
        own = np.array([3 / 20, 0.03, 0.02, 0.05])
        overall = 413 / 12_520
        kept = (told - overall) / (own - overall)
        assert np.argsort(kept).tolist() == [0, 2, 3, 1]
        assert ((kept > 0) & (kept < 1)).all()

    def test_where_nothing_but_chance_is_seen_all_get_the_rate_of_all(self) -> None:
        told = empirical_bayes([10, 11, 9, 10], [1000, 1000, 1000, 1000])
        assert told.tolist() == [0.01] * 4

    def test_a_rate_of_nobody_is_no_rate(self) -> None:
        told = empirical_bayes([3, 0, np.nan, 9], [100, 0, 100, 100])
        assert np.isnan(told).tolist() == [False, True, True, False]
        np.testing.assert_array_equal(told[[0, 3]], empirical_bayes([3, 9], [100, 100]))

    @pytest.mark.parametrize(("events", "people"), [([-1.0], [10.0]), ([1.0], [-10.0]), ([1.0], [1.0, 2.0])])
    def test_impossible_counts_are_refused(self, events: list[float], people: list[float]) -> None:
        with pytest.raises(ValueError, match=r"below zero|one count"):
            empirical_bayes(events, people)

    def test_a_published_rate_is_shrunk_as_its_count_is(self) -> None:
        events, people = np.array([3.0, 300, 10, 100]), np.array([20.0, 10_000, 500, 2_000])
        told = smoothed(1000 * events / people, people, per=1000)
        np.testing.assert_allclose(told, 1000 * empirical_bayes(events, people))

    def test_a_percentage_near_the_whole_wobbles_less_than_a_count(self) -> None:
        values, people = np.array([99.0, 90.0, 96.0, 93.0]), np.full(4, 200.0)
        assert smoothed(values, people).std() > smoothed(values * 10, people, per=1000).std() / 10

    def test_a_figure_without_a_base_stays_as_it_is(self) -> None:
        values, base = np.array([10.0, 30.0, 20.0, np.nan]), np.array([50.0, 500.0, np.nan, 40.0])
        told = smoothed(values, base)
        assert told[2] == 20.0
        assert np.isnan(told[3])
        assert told[0] != 10.0
        np.testing.assert_array_equal(smoothed(values, np.full(4, np.nan)), values)
        np.testing.assert_array_equal(standardised(values, np.zeros(4)), values)


class TestReach:
    def test_ten_wijken_are_too_few_and_a_hundred_are_not(self) -> None:
        few, many = reach(town(5, 2)), reach(town(10, 10))
        assert (few.n, few.highest, few.enough) == (10, 3.0, False)
        assert few.chance < 0.4
        assert many.enough
        assert many.chance > 0.5

    def test_the_share_it_promises_is_the_share_that_is_found(self, lot: np.random.Generator) -> None:
        neighbours = town(6, 4)
        centre = lot.integers(0, 24, 150)
        planted = neighbours.with_self[centre].toarray().T > 0
        values = lot.normal(size=(24, 150)) + ORDINARY * planted
        found = adjusted(chance_together(values, neighbours)) <= 0.05
        seen = (found & planted & (getis_ord(values, neighbours) > 0)).any(axis=0).mean()
        assert reach(neighbours).chance == pytest.approx(seen, abs=3 * math.sqrt(0.25 / 150))

    @pytest.mark.parametrize("size", [(0, 0), (1, 1), (2, 2), (3, 1)])
    def test_a_handful_of_regions_promises_nothing(self, size: tuple[int, int]) -> None:
        told = reach(town(*size))
        assert (told.chance, told.enough) == (0.0, False)
