"""The oracle room: equality with esda and libpysal, which only the tests know, and with published numbers."""

from __future__ import annotations

import geopandas as gpd
import pytest

from analysis.hotspots import Neighbours, contiguity
from tests.oracle.peers import shape_file


@pytest.fixture(scope="session")
def columbus() -> gpd.GeoDataFrame:
    """49 neighbourhoods of Columbus, Ohio, 1980 (Anselin 1988), part of libpysal."""
    return gpd.read_file(shape_file("columbus"))


@pytest.fixture(scope="session")
def sids() -> gpd.GeoDataFrame:
    """100 counties of North Carolina, sudden infant deaths 1974-1984 (Cressie 1993), part of libpysal."""
    return gpd.read_file(shape_file("sids"))


def ours(frame: gpd.GeoDataFrame) -> Neighbours:
    return contiguity(frame.geometry.to_list(), [str(number) for number in range(len(frame))])
