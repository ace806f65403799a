"""Our statistics of place equal those of esda, of libpysal and of the books, to a millionth."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from analysis.hotspots import (
    chance_beside,
    chance_together,
    contiguity,
    empirical_bayes,
    getis_ord,
    local_moran,
    standardised,
)
from tests.oracle.conftest import ours
from tests.oracle.peers import FIGURES, GONE

Place = tuple[gpd.GeoDataFrame, str, np.ndarray]
#: Gi* of CRIME in Columbus, binary queen weights with the region itself: esda and R spdep::localG agree.
COLUMBUS_CRIME_GI_STAR = (-1.432780, -1.340008, -0.771999, -0.131733)
#: Moran's I of the whole of Columbus is the mean of the local ones (R spdep::moran.test).
COLUMBUS_CRIME_MORAN = 0.500188557
#: Empirical Bayes rates of the first counties of North Carolina, 1974 (Marshall's estimator).
SIDS_RATES = (0.0016973, 0.00170538, 0.00177309)


@pytest.fixture(params=FIGURES, ids=[" ".join(pair) for pair in FIGURES])
def place(request: pytest.FixtureRequest) -> Place:
    name, figure = request.param
    frame = request.getfixturevalue(name)
    return frame, figure, frame[figure].to_numpy(dtype=float)


@pytest.mark.parametrize("name", ["columbus", "sids"])
def test_neighbours_are_those_of_libpysal(
    name: str, peers: dict[str, np.ndarray], request: pytest.FixtureRequest
) -> None:
    frame = request.getfixturevalue(name)
    np.testing.assert_array_equal(ours(frame).touching.toarray(), peers[f"touching {name}"])


def test_gi_star_is_that_of_esda(place: Place, peers: dict[str, np.ndarray]) -> None:
    frame, figure, values = place
    found = getis_ord(values[:, None], ours(frame))[:, 0]
    np.testing.assert_allclose(found, peers[f"gi* {figure}"], atol=1e-6)


def test_gi_star_is_the_published_one(columbus: gpd.GeoDataFrame) -> None:
    z = getis_ord(columbus[["CRIME"]].to_numpy(dtype=float), ours(columbus))[:4, 0]
    np.testing.assert_allclose(z, COLUMBUS_CRIME_GI_STAR, atol=1e-6)


def test_local_moran_is_that_of_esda(place: Place, peers: dict[str, np.ndarray]) -> None:
    frame, figure, values = place
    found = local_moran(values[:, None], ours(frame))
    np.testing.assert_allclose(found.statistic[:, 0], peers[f"moran {figure}"], atol=1e-6)
    np.testing.assert_allclose(found.z[:, 0], peers[f"moran z {figure}"], atol=1e-6)
    high, among_high = found.side[:, 0] > 0, found.beside[:, 0] > 0
    quadrant = np.select([high & among_high, among_high, ~high & ~among_high], [1, 2, 3], 4)
    np.testing.assert_array_equal(quadrant, peers[f"quadrant {figure}"])


def test_the_mean_of_local_moran_is_the_published_moran(columbus: gpd.GeoDataFrame) -> None:
    values = columbus[["CRIME"]].to_numpy(dtype=float)
    statistic = local_moran(values, ours(columbus)).statistic
    n = len(columbus)
    assert statistic.mean() * n / (n - 1) == pytest.approx(COLUMBUS_CRIME_MORAN, abs=1e-6)


def test_the_computed_chance_is_what_permutations_of_esda_approach(
    columbus: gpd.GeoDataFrame, peers: dict[str, np.ndarray]
) -> None:
    """esda shuffles the neighbours of each region 9 999 times and counts the smaller tail."""
    values = columbus["CRIME"].to_numpy(dtype=float)
    found = chance_beside(values[:, None], ours(columbus))[:, 0]
    np.testing.assert_allclose(found / 2, peers["shuffled CRIME"], atol=0.02)


def test_the_computed_chance_is_what_shuffled_maps_approach(sids: gpd.GeoDataFrame) -> None:
    values, neighbours = sids["SID74"].to_numpy(dtype=float), ours(sids)
    lot = np.random.default_rng(3)
    star = neighbours.with_self
    seen = star @ values
    sums = star @ lot.permuted(np.tile(values[:, None], 4_000), axis=0)
    tails = np.minimum((sums >= seen[:, None]).mean(axis=1), (sums <= seen[:, None]).mean(axis=1))
    found = chance_together(values[:, None], neighbours)[:, 0]
    np.testing.assert_allclose(found, np.minimum(2 * tails, 1.0), atol=0.05)


@pytest.mark.parametrize("year", [74, 79])
def test_empirical_bayes_is_that_of_esda(
    sids: gpd.GeoDataFrame, peers: dict[str, np.ndarray], year: int
) -> None:
    deaths, births = (sids[f"{name}{year}"].to_numpy(dtype=float) for name in ("SID", "BIR"))
    shrunk, distance = empirical_bayes(deaths, births), standardised(deaths / births, births, per=1.0)
    np.testing.assert_allclose(shrunk, peers[f"empirical bayes {year}"], atol=1e-12)
    np.testing.assert_allclose(distance, peers[f"assuncao {year}"], atol=1e-6)


def test_empirical_bayes_is_the_published_one(sids: gpd.GeoDataFrame) -> None:
    found = empirical_bayes(sids["SID74"].to_numpy(dtype=float), sids["BIR74"].to_numpy(dtype=float))
    np.testing.assert_allclose(found[:3], SIDS_RATES, atol=1e-8)


def test_missing_figures_are_as_if_esda_never_had_the_regions(
    columbus: gpd.GeoDataFrame, peers: dict[str, np.ndarray]
) -> None:
    values = columbus["CRIME"].to_numpy(dtype=float)
    with_gaps = np.where(GONE, np.nan, values)
    rest = columbus[~GONE].reset_index(drop=True)
    z = getis_ord(with_gaps[:, None], ours(columbus))[:, 0]
    here = contiguity(rest.geometry.to_list(), [str(number) for number in range(len(rest))])
    judged = here.counts > 0
    np.testing.assert_allclose(z[~GONE][judged], peers["gi* with gaps"][judged], atol=1e-6)
    assert np.isnan(z[GONE]).all()
