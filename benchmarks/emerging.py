"""How often a hotspot over the years is called where there is none, and how often a planted one gets its own class.

python -m benchmarks.emerging [--towns N]

Every town is a map of wijken (Voronoi cells of random points) with figures of variance 1. A planted hotspot is a group
of wijken around the middle that stands out by so many standard deviations in some of the years. `--towns` is the number
of simulated towns per cell.
"""

from __future__ import annotations

import argparse
import time
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import shapely

from analysis.hotspots import Neighbours, contiguity
from analysis.hotspots.emerging import (
    CLASSES,
    DIMINISHING,
    HISTORICAL,
    INTENSIFYING,
    NEITHER,
    NEW,
    PERSISTENT,
    emerging,
)
from benchmarks.trends import noise

FIRST_YEAR: Final = 2013
MAPS: Final = 10
SIZES: Final = (10, 24, 44, 110)
LENGTHS: Final = (6, 13)
#: Wijken in a planted hotspot, by the number of wijken.
PLANTED: Final = {24: 5, 44: 7, 110: 9}


@lru_cache
def town(wijken: int, number: int) -> tuple[Neighbours, tuple[int, ...]]:
    """Return a map of wijken with borders of all lengths, and the wijken in order of distance to the middle."""
    points = np.random.default_rng([wijken, number]).random((wijken, 2))
    box = shapely.box(0, 0, 1, 1)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=box, ordered=True)
    shapes = [shapely.intersection(cell, box) for cell in cells.geoms]
    outwards = np.argsort(((points - 0.5) ** 2).sum(axis=1))
    return contiguity(shapes, [f"WK{place:06d}" for place in range(wijken)]), tuple(map(int, outwards))


def group(neighbours: Neighbours, start: int, wanted: int) -> list[int]:
    """Return a group of wijken that touch, around one of them."""
    found = [start]
    for place in found:
        beside = neighbours.touching[[place]].indices
        found += [int(other) for other in beside if other not in found][: wanted - len(found)]
    return found


def course(kind: str, years: int, height: float) -> np.ndarray:
    """Return by how much a planted hotspot stands out in every year."""
    level = np.full(years, height)
    if kind == NEW:
        level[:-2] = 0.0
    elif kind == HISTORICAL:
        level[-max(2, years // 3) :] = 0.0
    elif kind == INTENSIFYING:
        level *= np.linspace(0.6, 2.0, years)
    elif kind == DIMINISHING:
        level *= np.linspace(2.0, 0.6, years)
    elif kind != PERSISTENT:
        level[1::2] = 0.0
    return level


def frame(values: np.ndarray) -> pd.DataFrame:
    """Return figures of wijken x years in the form that `emerging` takes."""
    wijken, years = values.shape
    return pd.DataFrame(
        {
            "region": np.repeat([f"WK{place:06d}" for place in range(wijken)], years),
            "year": np.tile(np.arange(FIRST_YEAR, FIRST_YEAR + years), wijken),
            "value": values.ravel(),
        }
    )


def false_alarms(wijken: int, years: int, coherence: float, skewed: bool, towns: int, seed: int = 0) -> float:
    """Return in how many of 100 towns without anything a hotspot of some class is called."""
    drawn = noise((towns, wijken, years), coherence, np.random.default_rng(seed))
    drawn = np.exp(drawn) if skewed else drawn
    called = [
        (emerging(frame(values), town(wijken, number % MAPS)[0])["side"] != NEITHER).any()
        for number, values in enumerate(drawn)
    ]
    return 100.0 * float(np.mean(called))


def found(
    kind: str, wijken: int, years: int, height: float, towns: int, coherence: float = 0.7
) -> dict[str, float]:
    """Return in how many of 100 towns the middle of a planted hotspot gets each class; and elsewhere any at all.

    Elsewhere is the share of wijken that are not in the hotspot, and do not touch it.
    """
    drawn = noise((towns, wijken, years), coherence, np.random.default_rng(1))
    told: dict[str, float] = dict.fromkeys([*CLASSES, "elsewhere"], 0.0)
    for number, values in enumerate(drawn):
        neighbours, outwards = town(wijken, number % MAPS)
        inside = group(neighbours, outwards[number % 3], PLANTED[wijken])
        values[inside] += course(kind, years, height)
        table = emerging(frame(values), neighbours)
        hot = table[table["side"] == "hot"].set_index("region")["class"]
        middle = hot.get(neighbours.regions[inside[0]])
        if middle is not None:
            told[middle] += 100.0 / towns
        near = {*inside, *neighbours.touching[inside].indices.tolist()}
        far = [neighbours.regions[place] for place in range(wijken) if place not in near]
        wrong = set(table.loc[table["side"] != NEITHER, "region"]).intersection(far)
        told["elsewhere"] += 100.0 * len(wrong) / max(len(far), 1) / towns
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=400)
    towns = parser.parse_args().towns
    print("towns in which anything is called, where nothing is (%); 1.0 is a figure that never changes")
    rows = []
    for skewed in (False, True):
        for wijken in SIZES:
            for years in LENGTHS:
                begin = time.perf_counter()
                row = {"figures": "skewed" if skewed else "normal", "wijken": wijken, "years": years}
                row |= {
                    f"autocorrelation {rho}": false_alarms(wijken, years, rho, skewed, towns)
                    for rho in (0.0, 0.7, 1.0)
                }
                row["ms"] = (time.perf_counter() - begin) / (3 * towns) * 1e3
                rows.append(row)
    print(pd.DataFrame(rows).round(1).to_string(index=False))
    print("\nclass of the middle of a planted hotspot, autocorrelation 0.7 (% of towns)")
    rows = [
        {"wijken": wijken, "years": years, "height": height, "planted": kind}
        | found(kind, wijken, years, height, max(towns // 4, 1))
        for wijken in PLANTED
        for years in LENGTHS
        for height in (2.0, 3.0)
        for kind in CLASSES
    ]
    print(pd.DataFrame(rows).round(1).to_string(index=False))


if __name__ == "__main__":
    main()
