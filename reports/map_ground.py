"""The ground of a map on paper: borders projected and scaled, and what is drawn on them as geometry of its own.

Hatches and dots are lines and points cut to size here, not patterns of the file: Word, PowerPoint and every printer draw
them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Shapes = npt.NDArray[Any]
Surface = shapely.Polygon | shapely.MultiPolygon
#: Longitudes and latitudes within which Rijksdriehoek is the map that everybody knows.
_NETHERLANDS: Final = (3.0, 50.5, 7.5, 53.8)
_RIJKSDRIEHOEK: Final = 28992
#: Points that an edge may move: less than a pixel on paper.
_TOLERANCE: Final = 0.2
#: Where the middle of a name is tried, as a share of the width and height of a region.
_STEPS: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
#: A name may stick out of its region this much: a border that touches a letter can still be read.
_OUTSIDE: Final = 0.14
#: Points between a region and a name beside it, and in how many places across and down one is tried.
_APART: Final = 5.0
_TRIES: Final = 40
#: A region so many times as large as its name is still seen under it.
_LARGE: Final = 1.5
#: How many points further away a name may stand to cover no other land.
_COVERING: Final = 12.0


@dataclass(frozen=True)
class Ground:
    """Borders on paper, in points (1/72 inch) from the upper left.

    Attributes
    ----------
    land : Series of geometry
        Indexed by code, each once.
    names : Series of str
        As ``land``.
    water : ndarray of geometry
    outline : ndarray of geometry
        Of the whole, drawn on top; may be empty.
    width, height : float
    metres : float or None
        Metres per point; None where the borders do not say in what they are measured.
    """

    land: gpd.GeoSeries
    names: pd.Series
    water: Shapes
    outline: Shapes
    width: float
    height: float
    metres: float | None

    @property
    def grain(self) -> float:
        """Width of an ordinary region, in points; the smaller, the finer the lines."""
        return float(np.sqrt(np.median(shapely.area(self.land.to_numpy())))) if len(self.land) else 1.0


def ground(
    borders: gpd.GeoDataFrame,
    most_width: float,
    most_height: float,
    *,
    outline: gpd.GeoDataFrame | None = None,
) -> Ground:
    """Project borders and scale them to a place on paper.

    Parameters
    ----------
    borders : GeoDataFrame
        Columns region, geometry and, where they are there, name and water (bool). A region may have several rows.
    most_width, most_height : float
        Points that the map may take; it fills one of the two.
    outline : GeoDataFrame, optional
        What is drawn around it, such as the borders of the gemeente.

    Raises
    ------
    ValueError
        If there is nothing to draw.
    """
    flat, metres = projected(borders)
    flat = flat[flat.geometry.notna() & ~flat.geometry.is_empty]
    if flat.empty:
        raise ValueError("there is no border to draw")
    west, south, east, north = flat.total_bounds
    scale = min(most_width / max(east - west, 1e-9), most_height / max(north - south, 1e-9))

    def on_paper(shapes: Shapes) -> Shapes:
        def place(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack([(xy[:, 0] - west) * scale, (north - xy[:, 1]) * scale])

        return np.asarray(shapely.transform(shapely.force_2d(shapes), place))

    is_water = flat["water"].astype(bool) if "water" in flat else pd.Series(False, index=flat.index)
    land = flat[~is_water]
    codes = land["region"].astype("str")
    names = land["name"].astype("str") if "name" in land else codes
    shapes = shapely.coverage_simplify(on_paper(_polygonal(land.geometry.to_numpy())), _TOLERANCE)
    pieces = gpd.GeoSeries(shapes, index=pd.Index(codes, dtype="str"))
    if pieces.index.has_duplicates:
        pieces = pieces.groupby(level=0).agg(lambda parts: shapely.union_all(parts.to_numpy()))
    around = [] if outline is None else outline.to_crs(flat.crs).geometry if flat.crs else outline.geometry
    return Ground(
        land=gpd.GeoSeries(pieces),
        names=names.set_axis(codes).groupby(level=0).first().reindex(pieces.index),
        water=on_paper(_polygonal(flat.loc[is_water].geometry.to_numpy())),
        outline=on_paper(np.asarray(around, dtype=object)),
        width=(east - west) * scale,
        height=(north - south) * scale,
        metres=metres / scale if metres else None,
    )


def projected(borders: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, float | None]:
    """Return borders in a flat projection, and how many metres its unit is.

    The Netherlands in Rijksdriehoek (EPSG:28992), elsewhere degrees in the zone of UTM that fits. Borders without a
    reference system stay as they are; what their unit is, is not known.
    """
    if borders.crs is None:
        return borders, None
    degrees = borders.to_crs(4326).total_bounds
    west, south, east, north = _NETHERLANDS
    if west <= degrees[0] and south <= degrees[1] and degrees[2] <= east and degrees[3] <= north:
        return borders.to_crs(_RIJKSDRIEHOEK), 1.0
    flat = borders.to_crs(borders.estimate_utm_crs()) if borders.crs.is_geographic else borders
    return flat, float(flat.crs.axis_info[0].unit_conversion_factor)


def _polygonal(shapes: Shapes) -> Shapes:
    """Return shapes of which only the surfaces are left; shapely simplifies no coverage of anything else."""
    mended = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    kind = shapely.get_type_id(mended)
    odd = (kind != shapely.GeometryType.POLYGON) & (kind != shapely.GeometryType.MULTIPOLYGON)
    for place in np.flatnonzero(odd):
        parts = shapely.get_parts(mended[place])
        mended[place] = shapely.union_all([part for part in parts if part.area > 0])
    return mended


def edges(shapes: Shapes) -> shapely.Geometry:
    """Return the edges of polygons as lines, each edge that two of them share only once.

    Drawn twice, the dashes of two neighbours would fill each other's gaps.
    """
    pieces: list[npt.NDArray[np.float64]] = []
    for ring in shapely.get_rings(shapely.get_parts(shapes)):
        xy = shapely.get_coordinates(ring).round(3)
        pieces.append(np.hstack([xy[:-1], xy[1:]]))
    if not pieces:
        return shapely.MultiLineString()
    found = np.vstack(pieces)
    backwards = (found[:, 0] > found[:, 2]) | ((found[:, 0] == found[:, 2]) & (found[:, 1] > found[:, 3]))
    found[backwards] = found[backwards][:, [2, 3, 0, 1]]
    found = np.unique(found, axis=0)
    lines: Shapes = np.asarray(shapely.linestrings(found.reshape(-1, 2, 2)), dtype=object)
    return np.asarray(shapely.line_merge(shapely.multilinestrings(lines)), dtype=object).item()


def hatches(shapes: Shapes, gap: float, *, level: bool = False) -> Shapes:
    """Return slanting (or level) lines that fill polygons, ``gap`` points apart; they run on from one to the next."""
    return np.array([shapely.intersection(shape, _ruled(shape.bounds, gap, level)) for shape in shapes])


def _ruled(bounds: Sequence[float], gap: float, level: bool) -> shapely.Geometry:
    west, low, east, high = bounds
    if level:
        heights = np.arange(np.ceil(low / gap), np.floor(high / gap) + 1) * gap
        ends = [[(west, height), (east, height)] for height in heights]
    else:
        # Of a line that slants, x + y is the same all along; the root of two keeps the gap square to the line.
        gap *= np.sqrt(2.0)
        sums = np.arange(np.ceil((west + low) / gap), np.floor((east + high) / gap) + 1) * gap
        ends = [[(west, total - west), (east, total - east)] for total in sums]
    return shapely.multilinestrings(ends) if ends else shapely.MultiLineString()


def dots(shapes: Shapes, gap: float, radius: float) -> list[npt.NDArray[np.float64]]:
    """Return for every polygon the middles of the dots that fit in it, at least one each, in staggered rows."""
    found = []
    for shape in shapes:
        west, low, east, high = shape.bounds
        rows = np.arange(np.ceil(low / gap), np.floor(high / gap) + 1)
        columns = np.arange(np.ceil(west / gap) - 1, np.floor(east / gap) + 1)
        x, y = np.meshgrid(columns * gap, rows * gap)
        x = x + np.where(rows[:, None] % 2 == 0, 0.0, gap / 2)
        room = shape.buffer(-radius)
        inside = (
            shapely.contains_xy(room, x.ravel(), y.ravel()) if not room.is_empty else np.zeros(x.size, bool)
        )
        middles = np.column_stack([x.ravel(), y.ravel()])[inside]
        if not len(middles):
            middles = shapely.get_coordinates(shapely.point_on_surface(shape))
        found.append(middles)
    return found


@dataclass(frozen=True)
class Name:
    """A name on the map: its region, its lines, the size of its letters and its middle, in points.

    ``leads_to`` is where a line from it goes, for a name that stands beside its region.
    """

    region: str
    lines: tuple[str, ...]
    size: float
    x: float
    y: float
    width: float = 0.0
    leads_to: tuple[float, float] | None = None


Layout = tuple[tuple[str, ...], float, float, float]


def placed_names(
    drawn: Ground,
    names: pd.Series,
    layouts: Callable[[str], Iterator[Layout]],
    *,
    fewest: float = 0.15,
    surely: str = "",
) -> list[Name]:
    """Find places for names inside their region and off each other, the largest region first.

    Parameters
    ----------
    drawn : Ground
    names : Series of str
        Indexed as ``drawn.land``.
    layouts : callable
        Name -> ways to lay it out, the best first: lines, size of the letters, width and height in points.
    fewest : float
        With places for a smaller share of the names, none is placed: the few would seem to be what the map is about.
    surely : str
        A region that gets its name before all others: beside it where it does not fit inside, and where the others have none.
    """
    taken: list[shapely.Geometry] = []
    found: list[Name] = []
    order = list(np.argsort(-shapely.area(drawn.land.to_numpy()), kind="stable"))
    order.sort(key=lambda place: str(drawn.land.index[place]) != surely)
    for place in order:
        region, shape = str(drawn.land.index[place]), drawn.land.iloc[place]
        best = _best(shape, layouts(str(names.iloc[place])), taken)
        leads_to = None
        if best is None and region == surely:
            best, leads_to = _beside(drawn, shape, layouts(str(names.iloc[place])))
        if best is not None:
            (lines, size, width, height), x, y = best
            taken.append(shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2))
            found.append(Name(region, lines, size, x, y, width, leads_to))
    if len(found) >= fewest * len(drawn.land):
        return found
    return [name for name in found if name.region == surely]


def _beside(
    drawn: Ground, shape: Surface, layouts: Iterator[Layout]
) -> tuple[tuple[Layout, float, float] | None, tuple[float, float] | None]:
    """Return the nearest place beside a region where its name covers as little land as can be, and where its line goes."""
    others = shapely.difference(shapely.union_all(drawn.land.to_numpy()), shape)
    least, best = np.inf, None
    for layout in layouts:
        _, _, width, height = layout
        if width > drawn.width or height > drawn.height:
            continue
        across = np.linspace(width / 2, drawn.width - width / 2, _TRIES)
        down = np.linspace(height / 2, drawn.height - height / 2, _TRIES)
        x, y = np.tile(across, _TRIES), np.repeat(down, _TRIES)
        boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        apart = shapely.distance(boxes, shape)
        covered = shapely.area(shapely.intersection(boxes, others)) / (width * height)
        # Of a large region a name may cover a part.
        may = (apart >= _APART) | (shape.area > _LARGE * width * height)
        cost = np.where(may, apart + _COVERING * covered, np.inf)
        place = int(np.argmin(cost))
        if cost[place] < least:
            least, best = float(cost[place]), (layout, float(x[place]), float(y[place]))
    if best is None:
        return None, None
    end = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, tolerance=1.0))[0]
    return best, (float(end[0]), float(end[1]))


def _best(
    shape: Surface, layouts: Iterator[Layout], taken: Sequence[shapely.Geometry]
) -> tuple[Layout, float, float] | None:
    """Return the first layout that fits whole and where; else the one that sticks out least, if it may."""
    west, low, east, high = shape.bounds
    most, best = 1 - _OUTSIDE, None
    for layout in layouts:
        _, _, width, height = layout
        if width * height > shape.area or width > 1.2 * (east - west) or height > high - low:
            continue
        inside, x, y = _room_for(shape, width, height, taken)
        if inside > most:
            most, best = inside, (layout, x, y)
        if inside > 0.985:
            break
    return best


def _room_for(
    shape: Surface, width: float, height: float, taken: Sequence[shapely.Geometry]
) -> tuple[float, float, float]:
    """Return how much of a box lies inside a region, off what is taken, at the best place, and the middle of that."""
    west, low, east, high = shape.bounds
    x, y = np.meshgrid(west + (east - west) * np.array(_STEPS), low + (high - low) * np.array(_STEPS))
    middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, tolerance=1.0))[0]
    x, y = np.append(middle[0], x.ravel()), np.append(middle[1], y.ravel())
    boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    shapely.prepare(shape)
    free = np.ones(len(boxes), dtype=np.bool_)
    for box in taken:
        free &= ~shapely.intersects(boxes, box)
    inside = (free & shapely.covers(shape, boxes)).astype(float)
    # How much of it lies inside is only worth knowing where no place has all of it.
    if not inside.any():
        near = free & shapely.contains_xy(shape, x, y)
        inside[near] = shapely.area(shapely.intersection(shape, boxes[near])) / (width * height)
    best = int(np.argmax(inside))
    return float(inside[best]), float(x[best]), float(y[best])


def bar_of(metres: float, most: float) -> tuple[float, str]:
    """Return the length in points and the words of a scale bar of at most ``most`` points: 1, 2 or 5 of a unit."""
    longest = metres * most
    power = 10.0 ** np.floor(np.log10(longest))
    step = float(max(factor for factor in (1, 2, 5) if factor * power <= longest) * power)
    words = f"{step:g} m" if step < 1000 else f"{step / 1000:g} km"
    return step / metres, words
