"""Overlay: which regions of two divisions share land, and how much of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.borders import RIJKSDRIEHOEK

#: Which regions of two years share ground: addresses (counted) or square metres.
OVERLAPS: Final = ["level", "old_year", "new_year", "old", "new", "amount", "origin"]
#: Where an amount comes from.
ADDRESSES, AREA = "addresses", "area"
#: Square metres below which two regions only touch; a border drawn twice never coincides to the last digit.
_TOUCHING = 1.0
#: Share of a region that may lie outside the other division. Borders are simplified to some metres, and the coast moves.
OUTSIDE = 0.05


def nothing() -> pd.DataFrame:
    """Return overlaps without rows, with the types that rows have."""
    kinds = {"old_year": "int64", "new_year": "int64", "amount": "float64"}
    return pd.DataFrame({column: pd.Series(dtype=kinds.get(column, "str")) for column in OVERLAPS})


def together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return overlaps below each other; `nothing` when there are none."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else nothing()


def land_of(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the land of each region of a division.

    Parameters
    ----------
    frame : GeoDataFrame
        Columns region, water (bool) and geometry, in a system that they name (`data.borders.Borders`).

    Returns
    -------
    GeoSeries
        In Rijksdriehoek (EPSG:28992), indexed by region. Open water is left out, and polygons that cross themselves are
        mended.
    """
    land = frame[~frame["water"].astype(bool)].to_crs(RIJKSDRIEHOEK)
    whole = gpd.GeoDataFrame({"region": land["region"]}, geometry=land.geometry.make_valid())
    if whole["region"].duplicated().any():
        whole = whole.dissolve(by="region", as_index=False)
    return gpd.GeoSeries(whole.geometry.to_numpy(), index=whole["region"].to_numpy(), crs=RIJKSDRIEHOEK)


def area_overlaps(
    old: gpd.GeoSeries, new: gpd.GeoSeries, level: str, old_year: int, new_year: int
) -> pd.DataFrame:
    """Measure how much land the regions of two divisions share.

    Parameters
    ----------
    old, new : GeoSeries
        Of two years, as `land_of` returns it.
    level : str
    old_year, new_year : int

    Returns
    -------
    DataFrame
        Columns `OVERLAPS`; ``amount`` in square metres in Rijksdriehoek (EPSG:28992), one row per pair that shares at
        least one. Borders that were simplified apart give slivers along an edge that never moved.
    """
    of_new, of_old = shapely.STRtree(old.to_numpy()).query(new.to_numpy(), predicate="intersects")
    before, after = old.to_numpy()[of_old], new.to_numpy()[of_new]
    shared = shapely.area(before)
    # What stayed as it was is most of it, and need not be cut.
    moved = ~shapely.equals_exact(before, after)
    shared[moved] = shapely.area(shapely.intersection(before[moved], after[moved]))
    rows = pd.DataFrame(
        {
            "level": level,
            "old_year": old_year,
            "new_year": new_year,
            "old": np.asarray(old.index, dtype=object)[of_old],
            "new": np.asarray(new.index, dtype=object)[of_new],
            "amount": shared,
            "origin": AREA,
        }
    ).astype({"level": "str", "old": "str", "new": "str", "origin": "str"})
    return rows[rows["amount"] >= _TOUCHING].sort_values(["old", "new"], ignore_index=True)


def area_overlaps_with_outside(
    old: gpd.GeoSeries, new: gpd.GeoSeries, level: str, old_year: int, new_year: int
) -> pd.DataFrame:
    """Measure overlaps, and say of which land the other division is not known.

    Returns
    -------
    DataFrame
        As `area_overlaps`. A region of which more than `OUTSIDE` lies in no region of the other year (ground that came from
        or went to another gemeente) also has a row with an empty code on the other side: its parts do not add up.
    """
    overlaps = area_overlaps(old, new, level, old_year, new_year)
    outside = []
    for side, other, land in (("old", "new", old), ("new", "old", new)):
        shared = overlaps.groupby(side)["amount"].sum().reindex(land.index, fill_value=0.0)
        left = (land.area - shared)[land.area - shared > OUTSIDE * land.area]
        rows = pd.DataFrame({side: left.index.astype("str"), "amount": left.to_numpy()})
        rows = rows.assign(level=level, old_year=old_year, new_year=new_year, origin=AREA)
        rows[other] = ""
        outside.append(rows[OVERLAPS])
    return together([overlaps, *outside])
