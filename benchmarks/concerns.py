"""What counting concerns is worth: coverage of bands, false alarms, and how often what is there is found.

Run with ``python -m benchmarks.concerns``; some ten minutes. Everything is invented here, with fixed seeds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.concerns import FADING, GROWING, LESS, MORE, NEW, PERSISTENT, fresh_clusters, over_time, rates
from analysis.small_counts import COMPLEMENT, SMALL, table_status

TIMES = 200
CALLED = [NEW, GROWING, PERSISTENT, FADING]


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    for part in (_bands, _verdicts, _courses, _fresh, _hidden):
        started = time.perf_counter()
        sys.stdout.write(f"\n{part.__doc__}\n{part(times).to_string(index=False)}\n")
        sys.stdout.write(f"({time.perf_counter() - started:.0f} s)\n")


def _town(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.lognormal(8.2, 0.6, n)


def _rates(cases: np.ndarray, sizes: np.ndarray) -> pd.DataFrame:
    names = [f"W{number:03d}" for number in range(len(sizes))]
    counts = pd.DataFrame({"region": names, "cases": cases})
    return rates(counts, pd.DataFrame({"region": names, "population": sizes}), per=1.0)


def _bands(times: int) -> pd.DataFrame:
    """Share of the true rates inside the band of 95 %."""
    rng, rows = np.random.default_rng(1), []
    for n, mean, spread in [
        (24, 30, 0.0),
        (24, 30, 0.2),
        (24, 6, 0.3),
        (24, 30, 0.6),
        (100, 10, 0.3),
        (10, 10, 0.2),
    ]:
        inside = []
        for _ in range(times):
            sizes = _town(rng, n)
            true = mean / sizes.mean() * (rng.gamma(1 / spread**2, spread**2, n) if spread else np.ones(n))
            told = _rates(rng.poisson(true * sizes), sizes)
            inside.append(((told["lower"] <= true) & (true <= told["upper"])).mean())
        rows.append(
            {
                "wijken": n,
                "concerns per wijk": mean,
                "spread": spread,
                "inside": round(float(np.mean(inside)), 3),
            }
        )
    return pd.DataFrame(rows)


def _verdicts(times: int) -> pd.DataFrame:
    """Share of towns without a difference that show one, and how often one wijk with twice as much is called."""
    rng, rows = np.random.default_rng(2), []
    for n, mean in [(10, 10), (24, 6), (24, 30), (100, 10)]:
        false, found = [], []
        for _ in range(times):
            sizes = _town(rng, n)
            level = mean / sizes.mean() * sizes
            false.append(_rates(rng.poisson(level), sizes)["verdict"].isin([MORE, LESS]).any())
            level[0] = 2 * mean
            sizes[0] = sizes.mean()
            found.append(_rates(rng.poisson(level), sizes)["verdict"].iloc[0] == MORE)
        rows.append(
            {
                "wijken": n,
                "concerns per wijk": mean,
                "false": round(float(np.mean(false)), 3),
                "found": round(float(np.mean(found)), 3),
            }
        )
    return pd.DataFrame(rows)


def _courses(times: int) -> pd.DataFrame:
    """Towns of 24 wijken, 12 themes and six half years: share with any class where nothing is, and what was planted found."""
    rng, rows = np.random.default_rng(3), []
    names, themes = [f"W{number:02d}" for number in range(24)], [f"t{number:02d}" for number in range(12)]
    people = pd.DataFrame({"region": names, "population": 4000.0})
    index = pd.MultiIndex.from_product([names, themes, range(6)], names=["region", "theme", "period"])

    def told(cube: np.ndarray) -> pd.Series:
        frame = pd.Series(cube.ravel(), index=index, name="cases").reset_index()
        return over_time(frame, people).set_index(["region", "theme"])["class"]

    plant: dict[str, Callable[[float], list[float]]] = {
        NEW: lambda usual: [usual] * 4 + [3 * usual] * 2,
        GROWING: lambda usual: [2.5 * usual] * 4 + [5 * usual] * 2,
        PERSISTENT: lambda usual: [3 * usual] * 6,
        FADING: lambda usual: [3 * usual] * 4 + [usual] * 2,
    }
    for usual in (2.0, 4.0, 8.0):
        row: dict[str, float] = {"usual per half year": usual}
        row["false"] = float(
            np.mean([told(rng.poisson(usual, (24, 12, 6))).isin(CALLED).any() for _ in range(times)])
        )
        for kind, course in plant.items():
            cubes = (rng.poisson(usual, (24, 12, 6)) for _ in range(times // 2))
            classes = []
            for cube in cubes:
                cube[5, 5] = rng.poisson(course(usual))
                classes.append(told(cube)["W05", "t05"])
            row[kind] = float(np.mean([one == kind for one in classes]))
        rows.append(row)
    return pd.DataFrame(rows).round(3)


def _fresh(times: int) -> pd.DataFrame:
    """36 months in 24 wijken: share with a cluster where nothing is (also with wijken and months that differ), and found."""
    rng, rows = np.random.default_rng(4), []
    names = [f"W{number:02d}" for number in range(24)]
    places = pd.DataFrame(
        {"region": names, "x": np.arange(24) % 6 * 1000.0, "y": np.arange(24) // 6 * 1000.0}
    )
    places[["x", "y"]] += rng.normal(0, 150, (24, 2))
    index = pd.MultiIndex.from_product([names, range(-35, 1)], names=["region", "period"])
    near = (
        places.assign(d=np.hypot(places["x"] - places["x"][8], places["y"] - places["y"][8]))
        .nsmallest(2, "d")
        .index
    )

    def found(table: np.ndarray) -> pd.DataFrame:
        frame = pd.Series(table.ravel(), index=index, name="cases").reset_index()
        return fresh_clusters(frame, places, draws=199)

    for usual in (0.5, 2.0):
        levels = rng.gamma(4, usual / 4, 24)[:, None] * rng.gamma(8, 1 / 8, 36)[None, :]
        false = [len(found(rng.poisson(levels))) > 0 for _ in range(times)]
        planted = []
        for _ in range(times // 2):
            table = rng.poisson(levels)
            table[np.ix_(near, range(30, 36))] += rng.poisson(2 * usual, (2, 6))
            clusters = found(table)
            planted.append(len(clusters) > 0 and names[8] in clusters["regions"].iloc[0])
        rows.append(
            {"per wijk and month": usual, "false": np.mean(false), "three times as many": np.mean(planted)}
        )
    return pd.DataFrame(rows).round(3)


def _hidden(times: int) -> pd.DataFrame:
    """Share of the cells above 0 of wijk by theme that is hidden, and seconds per table."""
    rng, rows = np.random.default_rng(5), []
    for shape, mean in [((24, 12), 2), ((24, 12), 8), ((24, 12), 30), ((110, 12), 8)]:
        small, other, seconds = [], [], []
        for _ in range(max(times // 10, 3)):
            values = rng.poisson(mean * rng.gamma(1.0, 1.0, shape))
            started = time.perf_counter()
            words = table_status(values)[:-1, :-1]
            seconds.append(time.perf_counter() - started)
            small.append((words == SMALL).sum() / (values > 0).sum())
            other.append((words == COMPLEMENT).sum() / (values > 0).sum())
        rows.append(
            {
                "table": f"{shape[0]} x {shape[1]}",
                "mean": mean,
                "small": np.mean(small),
                "complement": np.mean(other),
                "seconds": np.mean(seconds),
            }
        )
    return pd.DataFrame(rows).round(3)


if __name__ == "__main__":
    main()
