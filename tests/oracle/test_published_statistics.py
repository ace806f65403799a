"""Our statistics of place equal those of esda, of libpysal and of the books, to a millionth."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from esda import G_Local, Moran_Local
from esda.smoothing import Empirical_Bayes, assuncao_rate

from analysis.hotspots import (
    chance_beside,
    chance_together,
    contiguity,
    empirical_bayes,
    getis_ord,
    local_moran,
    standardised,
)
from tests.oracle.conftest import ours, queen

#: Places and their figures: one without islands, one with skewed counts, one with small rates.
FIGURES = [("columbus", "CRIME"), ("columbus", "HOVAL"), ("sids", "SID74"), ("sids", "NWR79")]
#: Gi* of CRIME in Columbus, binary queen weights with the region itself: esda and R spdep::localG agree.
COLUMBUS_CRIME_GI_STAR = (-1.432780, -1.340008, -0.771999, -0.131733)
#: Moran's I of the whole of Columbus is the mean of the local ones (R spdep::moran.test).
COLUMBUS_CRIME_MORAN = 0.500188557
#: Empirical Bayes rates of the first counties of North Carolina, 1974 (Marshall's estimator).
SIDS_RATES = (0.0016973, 0.00170538, 0.00177309)


@pytest.fixture(params=FIGURES, ids=[" ".join(pair) for pair in FIGURES])
def place(request: pytest.FixtureRequest) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    name, figure = request.param
    frame = request.getfixturevalue(name)
    return frame, frame[figure].to_numpy(dtype=float)


@pytest.mark.parametrize("name", ["columbus", "sids"])
def test_neighbours_are_those_of_libpysal(name: str, request: pytest.FixtureRequest) -> None:
    frame = request.getfixturevalue(name)
    np.testing.assert_array_equal(ours(frame).touching.toarray(), queen(frame).sparse.toarray())


def test_gi_star_is_that_of_esda(place: tuple[gpd.GeoDataFrame, np.ndarray]) -> None:
    frame, values = place
    theirs = G_Local(values, queen(frame), transform="B", star=True, permutations=0).Zs
    np.testing.assert_allclose(getis_ord(values[:, None], ours(frame))[:, 0], theirs, atol=1e-6)


def test_gi_star_is_the_published_one(columbus: gpd.GeoDataFrame) -> None:
    z = getis_ord(columbus[["CRIME"]].to_numpy(dtype=float), ours(columbus))[:4, 0]
    np.testing.assert_allclose(z, COLUMBUS_CRIME_GI_STAR, atol=1e-6)


def test_local_moran_is_that_of_esda(place: tuple[gpd.GeoDataFrame, np.ndarray]) -> None:
    frame, values = place
    theirs = Moran_Local(values, queen(frame), permutations=0)
    found = local_moran(values[:, None], ours(frame))
    np.testing.assert_allclose(found.statistic[:, 0], theirs.Is, atol=1e-6)
    np.testing.assert_allclose(found.z[:, 0], (theirs.Is - theirs.EIc) / np.sqrt(theirs.VIc), atol=1e-6)
    high, among_high = found.side[:, 0] > 0, found.beside[:, 0] > 0
    quadrant = np.select([high & among_high, among_high, ~high & ~among_high], [1, 2, 3], 4)
    np.testing.assert_array_equal(quadrant, theirs.q)


def test_the_mean_of_local_moran_is_the_published_moran(columbus: gpd.GeoDataFrame) -> None:
    values = columbus[["CRIME"]].to_numpy(dtype=float)
    statistic = local_moran(values, ours(columbus)).statistic
    n = len(columbus)
    assert statistic.mean() * n / (n - 1) == pytest.approx(COLUMBUS_CRIME_MORAN, abs=1e-6)


def test_the_computed_chance_is_what_permutations_of_esda_approach(columbus: gpd.GeoDataFrame) -> None:
    """esda shuffles the neighbours of each region 9 999 times and counts the smaller tail."""
    values = columbus["CRIME"].to_numpy(dtype=float)
    theirs = Moran_Local(values, queen(columbus), permutations=9_999, seed=1, keep_simulations=True)
    found = chance_beside(values[:, None], ours(columbus))[:, 0]
    np.testing.assert_allclose(found / 2, theirs.p_sim, atol=0.02)


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
def test_empirical_bayes_is_that_of_esda(sids: gpd.GeoDataFrame, year: int) -> None:
    deaths, births = (sids[f"{name}{year}"].to_numpy(dtype=float) for name in ("SID", "BIR"))
    theirs = Empirical_Bayes(deaths, births).r.ravel()
    np.testing.assert_allclose(empirical_bayes(deaths, births), theirs, atol=1e-12)
    theirs = assuncao_rate(deaths, births)
    np.testing.assert_allclose(standardised(deaths / births, births, per=1.0), theirs, atol=1e-6)


def test_empirical_bayes_is_the_published_one(sids: gpd.GeoDataFrame) -> None:
    found = empirical_bayes(sids["SID74"].to_numpy(dtype=float), sids["BIR74"].to_numpy(dtype=float))
    np.testing.assert_allclose(found[:3], SIDS_RATES, atol=1e-8)


def test_missing_figures_are_as_if_esda_never_had_the_regions(columbus: gpd.GeoDataFrame) -> None:
    values = columbus["CRIME"].to_numpy(dtype=float)
    gone = np.arange(49) % 8 == 3
    with_gaps = np.where(gone, np.nan, values)
    rest = columbus[~gone].reset_index(drop=True)
    theirs = G_Local(values[~gone], queen(rest), transform="B", star=True, permutations=0).Zs
    z = getis_ord(with_gaps[:, None], ours(columbus))[:, 0]
    here = contiguity(rest.geometry.to_list(), [str(number) for number in range(len(rest))])
    judged = here.counts > 0
    np.testing.assert_allclose(z[~gone][judged], theirs[judged], atol=1e-6)
    assert np.isnan(z[gone]).all()
