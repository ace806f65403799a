"""The oracle room: equality with esda and libpysal, which only the tests know, and with published numbers."""

from __future__ import annotations

import geopandas as gpd
import pytest

from analysis.hotspots import Neighbours, contiguity

pytest.importorskip("esda", reason="esda is part of requirements-dev only")
pytest.importorskip("libpysal", reason="libpysal is part of requirements-dev only")

from libpysal import examples
from libpysal.weights import Queen, W


def _read(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(examples.get_path(name))


@pytest.fixture(scope="session")
def columbus() -> gpd.GeoDataFrame:
    """49 neighbourhoods of Columbus, Ohio, 1980 (Anselin 1988), part of libpysal."""
    return _read("columbus.shp")


@pytest.fixture(scope="session")
def sids() -> gpd.GeoDataFrame:
    """100 counties of North Carolina, sudden infant deaths 1974-1984 (Cressie 1993), part of libpysal."""
    return _read("sids2.shp")


def queen(frame: gpd.GeoDataFrame) -> W:
    return Queen.from_dataframe(frame, use_index=False)


def ours(frame: gpd.GeoDataFrame) -> Neighbours:
    return contiguity(frame.geometry.to_list(), [str(number) for number in range(len(frame))])
