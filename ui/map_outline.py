"""The outline of a gemeente: its own borders, or the outer edge of its wijken or buurten where only these are there."""

from __future__ import annotations

import geopandas as gpd
import shapely

from data.panel import Level
from data.store import Store

_PARTS = (Level.WIJK.value, Level.BUURT.value)


def has_outline(store: Store, gemeente: str, year: int) -> bool:
    """Tell whether `outline` has something for ``year``, without reading any borders."""
    return any(record.year == year for record in store.drawn(gemeente))


def outline(store: Store, gemeente: str, year: int) -> gpd.GeoDataFrame | None:
    """Return the outline of a gemeente, or None where the store has no borders of that year.

    Parameters
    ----------
    store : Store
    gemeente : str
    year : int

    Returns
    -------
    GeoDataFrame or None
        Columns region, name, gemeente, water and geometry (EPSG:4326). Its own borders when there; else one row, which
        is everything that its wijken (or buurten) cover, land and water.
    """
    own = store.border_frame(gemeente, Level.GEMEENTE.value, year)
    if own is not None and len(own):
        return own
    for level in _PARTS:
        parts = store.border_frame(gemeente, level, year)
        if parts is not None and len(parts):
            whole = shapely.union_all(shapely.make_valid(parts.geometry.to_numpy()))
            row = {"region": [gemeente], "name": [gemeente], "gemeente": [gemeente], "water": [False]}
            return gpd.GeoDataFrame(row, geometry=[whole], crs=parts.crs)
    return None
