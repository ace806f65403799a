"""The land of Voorbeeldstad: plots that never change, and the shapes that a division makes of them.

A plot is the smallest piece of land. Every division (see `data.sample.divisions`) is a grouping of the same
plots into buurten and wijken, so that a redrawn border moves real land, people and houses.

The shapes are one coverage: neighbours share exactly the same line. Many small Voronoi cells are given to
the plot that pulls hardest (a multiplicatively weighted Voronoi diagram, Okabe et al., Spatial Tessellations,
2000), which keeps a village small in a wide polder; the lines between plots are then cut corner by corner
(Chaikin 1974), once for both sides.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

PLACES_FILE = Path(__file__).with_name("places.csv")
RIVER = "river"
#: South-west corner in RD metres: the Markermeer, so that no real place carries an invented figure.
CORNER = np.array([137_400.0, 501_900.0])
WIDTH_KM, HEIGHT_KM = 9.6, 7.6
RIVER_HALF_WIDTH_KM = 0.055
CENTRE_KM = np.array([4.6, 3.6])
VILLAGE_KM = np.array([1.57, 1.92])
FINE_KM, COARSE_KM = 0.105, 0.24
_SIMPLIFY_M = 4.0


@dataclass(frozen=True)
class Plot:
    """A piece of land as it stands in ``places.csv``.

    Attributes
    ----------
    plot, name : str
        Number (wijk and buurt of 2013) and invented name.
    x, y : float
        Middle, in km from `CORNER`.
    pull : float
        How much land it draws towards itself; a polder more than a village.
    kind : str
        What stands there, see ``kinds.csv``.
    people : int
        Inhabitants in the first year.
    welfare : float
        Latent wellbeing in the first year; 0 is the country.
    """

    plot: str
    name: str
    x: float
    y: float
    pull: float
    kind: str
    people: int
    welfare: float


@cache
def plots() -> tuple[Plot, ...]:
    """Return all plots, in the order of the file."""
    with PLACES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Plot(
                row["plot"],
                row["name"],
                float(row["x"]),
                float(row["y"]),
                float(row["pull"]),
                row["kind"],
                int(row["people"]),
                float(row["welfare"]),
            )
            for row in csv.DictReader(file)
        )


def _river_y(x: np.ndarray) -> np.ndarray:
    return 3.22 + 0.30 * np.sin(2 * np.pi * (x - 0.4) / 5.2) + 0.09 * np.sin(2 * np.pi * x / 2.3 + 1)


def _river() -> Polygon:
    x = np.linspace(-1, WIDTH_KM + 1, 140)
    return LineString(np.column_stack([x, _river_y(x)])).buffer(RIVER_HALF_WIDTH_KM)


def _outline(rng: np.random.Generator) -> Polygon:
    """A lumpy rounded rectangle: no municipality is an ellipse, and none is a box."""
    angle = np.linspace(0, 2 * np.pi, 220, endpoint=False)
    box = 1 / (np.abs(np.cos(angle)) ** 3.2 + np.abs(np.sin(angle)) ** 3.2) ** (1 / 3.2)
    lumps = np.ones_like(angle)
    for waves, size in ((3, 0.045), (5, 0.05), (8, 0.03), (13, 0.018)):
        lumps += size * np.sin(waves * angle + rng.uniform(0, 2 * np.pi))
    x = WIDTH_KM / 2 + 0.97 * WIDTH_KM / 2 * box * lumps * np.cos(angle)
    y = HEIGHT_KM / 2 + 0.97 * HEIGHT_KM / 2 * box * lumps * np.sin(angle)
    return Polygon(np.column_stack([x, y]))


def _built_up(points: np.ndarray) -> np.ndarray:
    town = ((points[:, 0] - CENTRE_KM[0]) / 3.0) ** 2 + ((points[:, 1] - CENTRE_KM[1]) / 2.5) ** 2 < 1
    village = np.hypot(*(points - VILLAGE_KM).T) < 0.75
    return town | village


def _cell_points(rng: np.random.Generator) -> np.ndarray:
    parts = []
    for step, inside in ((FINE_KM, True), (COARSE_KM, False)):
        x, y = np.meshgrid(np.arange(-0.6, WIDTH_KM + 0.6, step), np.arange(-0.6, HEIGHT_KM + 0.6, step))
        points = np.column_stack([x.ravel(), y.ravel()])
        points += rng.uniform(-0.36, 0.36, points.shape) * step
        parts.append(points[_built_up(points) == inside])
    return np.vstack(parts)


def _bend(points: np.ndarray) -> np.ndarray:
    """Bend the plane a little, so that borders curve like old ditches and roads."""
    x, y = points.T
    dx = 0.10 * np.sin(2 * np.pi * y / 1.9 + 0.7) + 0.05 * np.sin(2 * np.pi * (x + y) / 1.1)
    dy = 0.10 * np.sin(2 * np.pi * x / 2.1 + 2.1) + 0.05 * np.sin(2 * np.pi * (x - y) / 1.3 + 1.0)
    return np.column_stack([x + dx, y + dy])


def _strongest_plot(points: np.ndarray) -> np.ndarray:
    """Return for each point the index of the plot on the same bank that pulls hardest."""
    seeds = np.array([[p.x, p.y] for p in plots()])
    pull = np.array([p.pull for p in plots()])
    bent, bent_seeds = _bend(points), _bend(seeds)
    distance = np.hypot(*(bent[:, None, :] - bent_seeds[None, :, :]).transpose(2, 0, 1)) / pull
    north = points[:, 1] > _river_y(points[:, 0])
    seed_north = seeds[:, 1] > _river_y(seeds[:, 0])
    distance[north[:, None] != seed_north[None, :]] = np.inf
    return np.argmin(distance, axis=1)


def _faces(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Cut the municipality into small faces; return them and the index of their plot (-1: river)."""
    outline, river = _outline(rng), _river()
    cells = shapely.voronoi_polygons(
        MultiPoint(_cell_points(rng)), extend_to=outline.buffer(1), only_edges=True
    )
    land = outline.difference(river)
    pieces = [cells.intersection(land), land.boundary, river.intersection(outline).boundary]
    lines = shapely.union_all(pieces, grid_size=1e-6)
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))))
    inside = shapely.point_on_surface(faces)
    keep = shapely.contains(outline, inside)
    faces, inside = faces[keep], inside[keep]
    owner = _strongest_plot(shapely.get_coordinates(inside))
    owner[shapely.contains(river, inside)] = -1
    return faces, owner


def _without_exclaves(faces: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Give loose pieces of a plot to the neighbour with which they share the longest border."""
    owner = owner.copy()
    for _ in range(6):
        loose: list[int] = []
        for index in range(len(plots())):
            members = np.flatnonzero(owner == index)
            pieces = shapely.get_parts(shapely.coverage_union_all(faces[members]))
            if len(pieces) > 1:
                main = pieces[np.argmax(shapely.area(pieces))]
                loose += [int(m) for m in members if not main.contains(faces[m].representative_point())]
        if not loose:
            break
        for member in loose:
            shared = shapely.length(shapely.intersection(faces[member].boundary, shapely.boundary(faces)))
            shared[[member]] = 0
            shared[(owner == owner[member]) | (owner == -1)] = 0
            owner[member] = owner[int(np.argmax(shared))]
    return owner


def _chaikin(line: np.ndarray, rounds: int = 2) -> np.ndarray:
    for _ in range(rounds):
        if len(line) < 3:
            return line
        first, last = line[:1], line[-1:]
        a = 0.75 * line[:-1] + 0.25 * line[1:]
        b = 0.25 * line[:-1] + 0.75 * line[1:]
        line = np.vstack([first, np.column_stack([a, b]).reshape(-1, 2)[1:-1], last])
    return line


def _smooth_arc(arc: BaseGeometry) -> LineString:
    points = shapely.get_coordinates(arc)
    if len(points) > 3:
        middle = points[1:-1] * 0.5 + (points[:-2] + points[2:]) * 0.25
        points = np.vstack([points[:1], middle, points[-1:]])
    metres = CORNER + 1000 * _chaikin(points)
    simple = shapely.simplify(LineString(metres), _SIMPLIFY_M)
    return LineString(np.round(shapely.get_coordinates(simple), 1))


@dataclass(frozen=True)
class Land:
    """Every plot (and the river) with its shape in RD metres (EPSG:28992)."""

    shapes: dict[str, BaseGeometry]

    def together(self, names: list[str]) -> BaseGeometry:
        """Return the land of several plots as one shape, along the lines they share with others."""
        return shapely.coverage_union_all([self.shapes[name] for name in names])

    def neighbours(self) -> np.ndarray:
        """Return which plots share a border: a boolean matrix (plots x plots) in the order of `plots`."""
        shapes = np.array([self.shapes[p.plot] for p in plots()])
        tree = shapely.STRtree(shapes)
        near = np.zeros((len(shapes), len(shapes)), dtype=bool)
        left, right = tree.query(shapes, predicate="touches")
        near[left, right] = True
        return near

    def centres(self) -> np.ndarray:
        """Return the middle of every plot in RD metres, shape (plots, 2)."""
        return shapely.get_coordinates(shapely.centroid([self.shapes[p.plot] for p in plots()]))

    def hectares(self) -> np.ndarray:
        """Return the area of every plot in hectares."""
        return np.array([self.shapes[p.plot].area for p in plots()]) / 10_000


def build_land(seed: int) -> Land:
    """Build the land, the same for the same seed.

    Raises
    ------
    ValueError
        If the lines do not close into exactly one shape per plot, or shapes overlap.
    """
    faces, owner = _faces(np.random.default_rng(seed))
    owner = _without_exclaves(faces, owner)
    rough = [shapely.coverage_union_all(faces[owner == index]) for index in range(-1, len(plots()))]
    border = shapely.line_merge(shapely.unary_union(shapely.boundary(np.array(rough))))
    arcs = shapely.get_parts(border)
    closed = shapely.get_parts(shapely.polygonize([_smooth_arc(arc) for arc in arcs]))
    shapes: dict[str, BaseGeometry] = {}
    names = [RIVER, *(p.plot for p in plots())]
    metres = shapely.transform(np.array(rough), lambda xy: CORNER + 1000 * xy)
    for face in closed:
        overlap = shapely.area(shapely.intersection(face, metres))
        name = names[int(np.argmax(overlap))]
        if name in shapes:
            raise ValueError(f"plot {name} has more than one shape")
        shapes[name] = shapely.normalize(face)
    if set(shapes) != set(names) or not shapely.coverage_is_valid(list(shapes.values())):
        raise ValueError(f"the shapes are not one coverage; missing: {sorted(set(names) - set(shapes))}")
    return Land(shapes)


def feature(code: str, name: str, water: bool, shape: BaseGeometry) -> dict[str, Any]:
    """Return one GeoJSON feature with the properties that PDOK gives, coordinates to 0.1 m."""
    return {
        "type": "Feature",
        "properties": {"statcode": code, "statnaam": name, "water": "JA" if water else "NEE"},
        "geometry": shapely.geometry.mapping(shape),
    }
