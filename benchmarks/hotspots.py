"""How fast hotspots are found, how often one is called where there is none, and how often one is found that is there.

python -m benchmarks.hotspots [--maps N]

Every map is a set of random regions (Voronoi cells of random points). False alarms: the share of maps on which any region
is called at a false discovery rate of 5 %, on figures without a pattern, by the normal distribution of the z of Gi* and by
the chance that is computed (`chance_together`). Found: the share of planted neighbourhoods (a region and its
neighbours, 1.5 standard deviations above the others) of which any region is called. esda is the peer for the speed;
its permutations give no p below 1 / (permutations + 1).
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Final

import numpy as np
import shapely
from esda import G_Local, Moran_Local
from libpysal.weights import WSP
from scipy import special

from analysis.hotspots import (
    ORDINARY,
    Neighbours,
    adjusted,
    chance_beside,
    chance_together,
    contiguity,
    empirical_bayes,
    getis_ord,
    local_moran,
    reach,
    standardised,
)

SIZES: Final = (10, 15, 25, 50, 100, 400)
COUNTRY: Final = 3364
LAYERS: Final = 600
RATE: Final = 0.05


def cells(n: int, rng: np.random.Generator) -> tuple[Neighbours, np.ndarray]:
    """Random regions that cover a square, and the distance between each two."""
    points = shapely.multipoints(rng.random((n, 2)))
    polygons = list(shapely.voronoi_polygons(points, extend_to=shapely.box(0, 0, 1, 1)).geoms)
    centres = shapely.get_coordinates(shapely.centroid(polygons))
    apart = np.sqrt(((centres[:, None] - centres[None]) ** 2).sum(axis=2)) if n <= 1000 else np.empty(0)
    return contiguity(polygons, [str(number) for number in range(n)]), apart


def by_normal(values: np.ndarray, neighbours: Neighbours) -> np.ndarray:
    return 2.0 * special.ndtr(-np.abs(getis_ord(values, neighbours)))


def maps_with_an_alarm(p: np.ndarray) -> float:
    """Share of maps with any region called, in percent."""
    return 100.0 * float((adjusted(p) <= RATE).any(axis=0).mean())


def worlds(apart: np.ndarray, maps: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Figures without a pattern, one map per column; the people of "together" live in small regions side by side."""
    n = len(apart)
    smooth = np.linalg.cholesky(np.exp(-(apart**2) / 0.08) + 1e-8 * np.eye(n))
    found = {
        "normal": rng.standard_normal((n, maps)),
        "skewed (lognormal)": rng.lognormal(size=(n, maps)),
        "heavy tails (t, 3 df)": rng.standard_t(3, (n, maps)),
        "one region 30 sd out": rng.standard_normal((n, maps)) + 30.0 * (np.arange(n) == n // 2)[:, None],
    }
    for place, field in (("apart", np.eye(n)), ("together", smooth)):
        people = np.maximum(1500.0 * np.exp(field @ rng.standard_normal((n, maps))), 30.0)
        cases = rng.poisson(0.005 * people).astype(float)
        each = range(maps)
        found[f"5 per 1 000, small regions {place}: as counted"] = cases / people
        found[f"5 per 1 000, small regions {place}: empirical Bayes"] = np.stack(
            [empirical_bayes(cases[:, one], people[:, one]) for one in each], axis=1
        )
        found[f"5 per 1 000, small regions {place}: standardised"] = np.stack(
            [standardised(cases[:, one] / people[:, one], people[:, one], per=1.0) for one in each], axis=1
        )
    return found


def false_alarms(maps: int, rng: np.random.Generator) -> None:
    print(f"\nmaps without a pattern on which a hotspot is called, in %: normal p / computed p ({maps} maps)")
    print(f"{'regions':52}" + "".join(f"{n:>13}" for n in SIZES))
    columns = []
    for n in SIZES:
        number = maps if n < 400 else maps // 4
        neighbours, apart = cells(n, rng)
        columns.append(
            {
                name: (
                    maps_with_an_alarm(by_normal(values, neighbours)),
                    maps_with_an_alarm(chance_together(values, neighbours)),
                )
                for name, values in worlds(apart, number, rng).items()
            }
        )
    for name in columns[0]:
        shares = "".join(f"{f'{column[name][0]:.1f} / {column[name][1]:.1f}':>13}" for column in columns)
        print(f"{name:52}{shares}", flush=True)


def moran_alarms(maps: int, rng: np.random.Generator) -> None:
    print("\nthe same for local Moran")
    for name, draw in (
        ("normal", rng.standard_normal),
        ("skewed (lognormal)", lambda s: rng.lognormal(size=s)),
    ):
        shares = []
        for n in (25, 100):
            neighbours, _ = cells(n, rng)
            values = draw((n, maps // 2))
            normal = 2.0 * special.ndtr(-np.abs(local_moran(values, neighbours).z))
            computed = chance_beside(values, neighbours)
            shares.append(f"{n}: {maps_with_an_alarm(normal):.1f} / {maps_with_an_alarm(computed):.1f}")
        print(f"{name:52}{'   '.join(shares)}", flush=True)


def found(maps: int, rng: np.random.Generator) -> None:
    print(f"\nplanted neighbourhoods that are found, in % ({ORDINARY} sd above the others)")
    print(f"{'regions':10}{'normal p':>10}{'computed p':>12}{'reach says':>12}{'enough':>8}{'ms':>8}")
    for n in (8, 10, 12, 15, 20, 25, 30, 50, 100):
        shares = []
        for _ in range(4):
            neighbours, _ = cells(n, rng)
            centre = rng.choice(np.flatnonzero(neighbours.counts + 1 < n), maps // 4)
            planted = neighbours.with_self[centre].toarray().T > 0
            values = rng.standard_normal((n, len(centre))) + ORDINARY * planted
            high = (getis_ord(values, neighbours) > 0) & planted
            started = time.process_time()
            told = reach(neighbours)
            spent = time.process_time() - started
            ps = (by_normal(values, neighbours), chance_together(values, neighbours))
            hits = [float(((adjusted(p) <= RATE) & high).any(axis=0).mean()) for p in ps]
            shares.append([*hits, told.chance, float(told.enough), spent])
        normal, computed, promised, enough, spent = np.mean(shares, axis=0)
        print(
            f"{n:<10}{100 * normal:>10.0f}{100 * computed:>12.0f}{100 * promised:>12.0f}{enough:>8.1f}{1000 * spent:>8.0f}",
            flush=True,
        )


def spent(work: Callable[[], object]) -> str:
    """Milliseconds the first time and at best of four more."""
    times = []
    for _ in range(5):
        started = time.process_time()
        work()
        times.append(1000.0 * (time.process_time() - started))
    return f"{times[0]:>10.1f}{min(times[1:]):>10.1f}"


def speed(rng: np.random.Generator) -> None:
    side = int(COUNTRY**0.5)
    squares = [shapely.box(i % side, i // side, i % side + 1, i // side + 1) for i in range(COUNTRY)]
    regions = [str(number) for number in range(COUNTRY)]
    neighbours = contiguity(squares, regions)
    values = rng.standard_normal((COUNTRY, LAYERS))
    gaps = np.where(rng.random(values.shape) < 0.05, np.nan, values)
    z = getis_ord(values[:, :1], neighbours)
    p = 2.0 * special.ndtr(-np.abs(rng.standard_normal(values.shape)))
    print(f"milliseconds of processor time, {COUNTRY} regions; first call and best of four")
    for name, work in {
        f"Gi*, {LAYERS} layers": lambda: getis_ord(values, neighbours),
        f"Gi*, {LAYERS} layers with 5 % gaps": lambda: getis_ord(gaps, neighbours),
        f"local Moran, {LAYERS} layers": lambda: local_moran(values, neighbours),
        f"normal p, {LAYERS} layers": lambda: 2.0 * special.ndtr(-np.abs(values)),
        f"Benjamini-Hochberg, {LAYERS} layers": lambda: adjusted(p),
        "computed p of Gi*, 1 layer": lambda: chance_together(values[:, :1], neighbours),
        "computed p of Gi*, 20 layers": lambda: chance_together(values[:, :20], neighbours),
        "computed p of local Moran, 1 layer": lambda: chance_beside(values[:, :1], neighbours),
        "contiguity": lambda: contiguity(squares, regions),
    }.items():
        print(f"{name:44}{spent(work)}", flush=True)
    theirs = WSP(neighbours.touching.tocsr()).to_W(silence_warnings=True)
    one = values[:, 0]
    layers = range(5)
    started = time.process_time()
    for layer in layers:
        last = G_Local(values[:, layer], theirs, transform="B", star=True, permutations=0)
    each = 1000.0 * (time.process_time() - started) / len(layers)
    print(f"{f'esda G_Local, {LAYERS} layers (from {len(layers)})':44}{each * LAYERS:>10.0f}")
    started = time.process_time()
    G_Local(one, theirs, transform="B", star=True, permutations=999, n_jobs=1, keep_simulations=False)
    print(f"{'esda G_Local, 999 permutations, 1 layer':44}{1000.0 * (time.process_time() - started):>10.0f}")
    started = time.process_time()
    Moran_Local(one, theirs, permutations=999, n_jobs=1, keep_simulations=False)
    print(
        f"{'esda Moran_Local, 999 permutations, 1 layer':44}{1000.0 * (time.process_time() - started):>10.0f}"
    )
    different = np.abs(getis_ord(values[:, [layers[-1]]], neighbours)[:, 0] - last.Zs).max()
    print(f"largest difference of a z with esda: {different:.1e}; largest z {np.abs(z).max():.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--maps", type=int, default=2000)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    rng = np.random.default_rng(2026)
    speed(rng)
    false_alarms(arguments.maps, rng)
    moran_alarms(arguments.maps, rng)
    found(arguments.maps, rng)


if __name__ == "__main__":
    main()
