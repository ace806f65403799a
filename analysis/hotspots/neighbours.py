"""Neighbours: which regions touch, and which have nobody beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Contiguity of regions.

    Attributes
    ----------
    regions : tuple of str
        Each once; the order of rows and columns of ``touching``.
    touching : csr_array of float, shape (regions, regions)
        1 where two regions touch, else nothing; symmetric, and no region touches itself.
    """

    regions: tuple[str, ...]
    touching: sparse.csr_array

    def __len__(self) -> int:
        return len(self.regions)

    @cached_property
    def counts(self) -> npt.NDArray[np.intp]:
        """Number of neighbours of each region, in order."""
        return np.diff(self.touching.indptr).astype(np.intp)

    @cached_property
    def with_self(self) -> sparse.csr_array:
        """``touching`` with a 1 for the region itself."""
        return sparse.csr_array(self.touching + sparse.eye_array(len(self), format="csr"))

    @property
    def islands(self) -> tuple[str, ...]:
        """Regions without neighbours: nothing can gather around them, and they are told, not dropped."""
        return self._with(0)

    @property
    def single(self) -> tuple[str, ...]:
        """Regions with one neighbour: what is said there leans on two figures."""
        return self._with(1)

    def _with(self, count: int) -> tuple[str, ...]:
        return tuple(self.regions[place] for place in np.flatnonzero(self.counts == count))

    def among(self, regions: Sequence[str]) -> Neighbours:
        """Return the neighbours among some regions, in the order given.

        Raises
        ------
        KeyError
            If a region is not there.
        """
        place = {region: number for number, region in enumerate(self.regions)}
        rows = [place[region] for region in regions]
        return Neighbours(tuple(regions), self.touching[rows][:, rows].tocsr())


def contiguity(
    polygons: Sequence[shapely.Geometry], regions: Sequence[str], *, within: float = 0.0
) -> Neighbours:
    """Find which regions share at least a point of their borders (queen contiguity).

    Parameters
    ----------
    polygons : sequence of Polygon or MultiPolygon
        One per region, valid.
    regions : sequence of str
        Codes, each once.
    within : float, default 0
        Polygons that come this close count as touching too, in the unit of the coordinates: for borders that were
        drawn apart.

    Returns
    -------
    Neighbours

    Raises
    ------
    ValueError
        If the lengths differ or a region occurs twice.

    References
    ----------
    Anselin, Rey, Modern Spatial Econometrics in Practice (2014), chapter 3.
    """
    shapes: npt.NDArray[Any] = np.asarray(polygons, dtype=object)
    if len(shapes) != len(regions) or len(set(regions)) != len(regions):
        raise ValueError("one polygon per region, and every region once")
    tree = shapely.STRtree(shapes)
    if within > 0:
        first, second = tree.query(shapes, predicate="dwithin", distance=within)
    else:
        first, second = tree.query(shapes, predicate="intersects")
    apart = first != second
    first, second = first[apart], second[apart]
    n = len(shapes)
    found = sparse.csr_array((np.ones(len(first)), (first, second)), shape=(n, n))
    found.sort_indices()
    return Neighbours(tuple(regions), found)
