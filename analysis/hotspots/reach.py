"""Reach: what can be found at all on a map of so many regions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from analysis.false_discovery import adjusted
from analysis.hotspots.local import getis_ord
from analysis.hotspots.neighbours import Neighbours
from analysis.hotspots.spots import RATE

Floats = npt.NDArray[np.float64]

#: A neighbourhood of ordinary strength lies this many standard deviations of the other regions above them. On maps of
#: Dutch gemeenten of 20 wijken or more the strongest neighbourhood lies 1.1 to 1.9 standard deviations of the map
#: away from the rest (half of the maps; figures: CBS, Kerncijfers wijken en buurten 2020, CC BY 4.0), which is
#: what a planted neighbourhood of this strength looks like.
ORDINARY: Final = 1.5
#: A map is worth a search for hotspots if a neighbourhood of ordinary strength is found one time in three. With 100 wijken
#: that is three times in five, with 20 two in five, with 15 three in ten, with 10 one in twenty (benchmarks/hotspots.py).
ENOUGH: Final = 1 / 3
#: A wijk and its neighbours are seven wijken (5.7 neighbours on average in 2022; borders: CBS and Kadaster, CC BY 4.0). On
#: a map of fewer than two of those, "around here" is half of the map.
FEWEST: Final = 14
#: On a large map one neighbourhood is planted for every so many regions.
_ONE_IN: Final = 100
_MAPS: Final = 400
_SEED: Final = 1995


@dataclass(frozen=True)
class Reach:
    """What can be found at all.

    Attributes
    ----------
    n : int
        Regions with a neighbour.
    highest : float
        The largest z of Gi* that any figures can reach: the root of the number of regions less one.
    chance : float
        Share of the planted neighbourhoods of ordinary strength (`ORDINARY`) that are found, from 0 to 1.
    enough : bool
        Whether that is at least `ENOUGH`, on at least `FEWEST` regions. If not, "no hotspot" says nothing, and a ranking
        with bands says more.
    """

    n: int
    highest: float
    chance: float
    enough: bool


def reach(neighbours: Neighbours, *, rate: float = RATE) -> Reach:
    """Say what a search for hotspots can find among these regions.

    A simulation on these very neighbours, with a fixed seed: figures without any pattern, of which one region (on a
    large map one in a hundred), chosen by lot, and its neighbours are raised by `ORDINARY` standard deviations. The
    neighbourhood is found if any of its regions is called. For such figures z / sqrt(n - 1) is a correlation, so that p
    follows from the distribution of Student; with few regions the neighbourhood itself is one of not so many that
    can be drawn, which adds to p.

    Parameters
    ----------
    neighbours : Neighbours
        Of the regions that have a figure.
    rate : float, default 0.05
        False discovery rate of the search.

    Returns
    -------
    Reach
    """
    layout = neighbours.touching
    return _reach(
        len(neighbours), layout.indptr.tobytes(), layout.indices.tobytes(), str(layout.indices.dtype), rate
    )


@lru_cache(maxsize=64)
def _reach(n: int, ends: bytes, others: bytes, kind: str, rate: float) -> Reach:
    indices = np.frombuffer(others, dtype=kind)
    touching = sparse.csr_array(
        (np.ones(len(indices)), indices, np.frombuffer(ends, dtype=kind)), shape=(n, n)
    )
    neighbours = Neighbours(tuple(str(place) for place in range(n)), touching)
    candidates = np.flatnonzero((neighbours.counts > 0) & (neighbours.counts + 1 < n))
    usable = int(np.count_nonzero(neighbours.counts))
    highest = math.sqrt(max(n - 1, 0))
    if n < 3 or not len(candidates):
        return Reach(usable, highest, 0.0, False)
    lot = np.random.default_rng(_SEED)
    maps = min(_MAPS, max(60, 40_000 // n))
    centres = lot.choice(candidates, (max(1, n // _ONE_IN), maps))
    centre = np.zeros((n, maps))
    centre[centres, np.arange(maps)] = 1.0
    planted = neighbours.with_self @ centre > 0
    z = getis_ord(lot.standard_normal((n, maps)) + ORDINARY * planted, neighbours)
    called = (adjusted(_chance(z, neighbours)) <= rate) & (z > 0) & planted
    found = neighbours.with_self @ called.astype(np.float64) > 0
    chance = float(found[centres, np.arange(maps)].mean())
    return Reach(usable, highest, chance, chance >= ENOUGH and usable >= FEWEST)


def _chance(z: Floats, neighbours: Neighbours) -> Floats:
    n = len(neighbours)
    explained = np.minimum(z**2 / (n - 1.0), 1.0)
    p = special.betainc(0.5 * (n - 2.0), 0.5, 1.0 - explained)
    ways = np.array([float(math.comb(n, int(count) + 1)) for count in neighbours.counts])
    return np.asarray(np.minimum(p + 2.0 / ways[:, None], 1.0))
