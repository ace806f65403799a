"""How often a trend is called where there is none, how often one is found that is there, and how fast it goes.

python -m benchmarks.trends [--series N]

Every panel is a number of wijken with figures of variance 1; a trend is 0.15 of that standard deviation a year. The
peers see each series by itself: Mann-Kendall, with the corrections of Hamed and Rao and of Yue and Wang (pymannkendall),
and the t-test of a straight line. `--series` is the number of simulated series per cell.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import pymannkendall
from scipy import stats

from analysis.trends import judge, trends

PANELS: Final = (1, 3, 10, 24, 100)
LENGTHS: Final = (10, 15, 20)
COHERENCES: Final = (0.0, 0.4, 0.7)
TREND: Final = 0.15
WIJKEN: Final = 24
PEERS: Final[dict[str, Callable[[np.ndarray], float]]] = {
    "Mann-Kendall": lambda row: pymannkendall.original_test(row).p,
    "Hamed-Rao": lambda row: pymannkendall.hamed_rao_modification_test(row).p,
    "Yue-Wang": lambda row: pymannkendall.yue_wang_modification_test(row).p,
    "t-test": lambda row: stats.linregress(np.arange(len(row)), row).pvalue,
}


def noise(
    shape: tuple[int, int, int], coherence: float | np.ndarray, rng: np.random.Generator, tails: int = 0
) -> np.ndarray:
    """Draw autoregressive series of variance 1, shape (panels, wijken, years); heavy tails are those of Student."""
    drawn = (
        rng.standard_t(tails, shape) / np.sqrt(tails / (tails - 2)) if tails else rng.standard_normal(shape)
    )
    for t in range(1, shape[2]):
        drawn[..., t] = coherence * drawn[..., t - 1] + np.sqrt(1 - np.square(coherence)) * drawn[..., t]
    return drawn


def frame(values: np.ndarray) -> pd.DataFrame:
    """Figures of panels x wijken x years, every panel a pool of its own."""
    panels, wijken, years = values.shape
    rows = pd.DataFrame(
        {
            "region": np.tile(np.repeat([f"WK{i:06d}" for i in range(wijken)], years), panels),
            "indicator": np.repeat([f"panel {i}" for i in range(panels)], wijken * years),
            "year": np.tile(np.arange(2010, 2010 + years), panels * wijken),
            "value": values.ravel(),
        }
    )
    return rows[rows["value"].notna()]


def called(values: np.ndarray) -> tuple[float, float]:
    """Share of series with p below 0.05, in percent, and the standard error of that share."""
    found = trends(frame(values))
    shares = 100 * found["p"].lt(0.05).groupby(found["indicator"]).mean()
    return float(shares.mean()), float(shares.std() / np.sqrt(len(shares)))


def worlds(panels: int, years: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Worlds without a trend that are less kind than the model: panels of 24 wijken."""
    shape = (panels, WIJKEN, years)
    shared = (panels, 1, years)
    size = np.exp(rng.uniform(np.log(60), np.log(9000), (panels, WIJKEN, 1)))
    counts = 5 * np.round(0.1 * size / 5 + np.sqrt(0.09 * size) / 5 * noise(shape, 0.4, rng))
    absent = noise(shape, 0.4, rng)
    absent[rng.random(shape) < 0.15] = np.nan
    return {
        "half of it shared by all wijken, 0.4": 0.71 * noise(shared, 0.4, rng)
        + 0.71 * noise(shape, 0.4, rng),
        "70 % shared by all wijken, 0.7": 0.84 * noise(shared, 0.7, rng) + 0.55 * noise(shape, 0.7, rng),
        "shared part 0.7, own part 0": 0.71 * noise(shared, 0.7, rng) + 0.71 * noise(shape, 0.0, rng),
        "wijken of 60 to 9 000, rounded to 5, 0.4": np.maximum(counts, 0.0),
        "heavy tails (t, 3 df), 0.4": noise(shape, 0.4, rng, tails=3),
        "15 % of the years missing, 0.4": absent,
        "each wijk its own coherence, 0 to 0.8": noise(shape, rng.uniform(0, 0.8, shape[:2]), rng),
        "coherence 0.9": noise(shape, 0.9, rng),
        "random walk": rng.standard_normal(shape).cumsum(axis=2),
        "coherence 0.9 and as much loose noise": noise(shape, 0.9, rng) + rng.standard_normal(shape),
    }


def size_and_power(series: int, rng: np.random.Generator) -> None:
    print(
        f"\nsize / power in %, nominal 5 %, trend {TREND} sd a year; largest standard error of a size at the end"
    )
    print(f"{'':16}" + "".join(f"{f'n={n} ac={c}':>13}" for n in LENGTHS for c in COHERENCES))
    for wijken in PANELS:
        cells, errors = [], []
        for n in LENGTHS:
            for coherence in COHERENCES:
                flat = noise((max(series // wijken, 40), wijken, n), coherence, rng)
                size, error = called(flat)
                power, _ = called(flat + TREND * np.arange(n))
                cells.append(f"{size:.1f} / {power:.0f}")
                errors.append(error)
        name = f"{wijken} wijken" if wijken > 1 else "1 wijk"
        print(f"{name:16}" + "".join(f"{cell:>13}" for cell in cells) + f"   +-{max(errors):.1f}", flush=True)
    for name, test in PEERS.items():
        cells = []
        for n in LENGTHS:
            for coherence in COHERENCES:
                flat = noise((1, max(series // 20, 100), n), coherence, rng)[0]
                size = np.mean([test(row) < 0.05 for row in flat])
                power = np.mean([test(row) < 0.05 for row in flat + TREND * np.arange(n)])
                cells.append(f"{100 * size:.1f} / {100 * power:.0f}")
        print(f"{name:16}" + "".join(f"{cell:>13}" for cell in cells), flush=True)


def less_kind(series: int, rng: np.random.Generator) -> None:
    print(f"\nsize in %, nominal 5 %, {WIJKEN} wijken, worlds that are not those of the model")
    print(f"{'':44}" + "".join(f"{f'n={n}':>8}" for n in (10, 13, 15)) + f"{'Mann-Kendall, n=13':>22}")
    columns = [worlds(max(series // WIJKEN, 20), n, rng) for n in (10, 13, 15)]
    for name in columns[0]:
        rows = [row[np.isfinite(row)] for row in columns[1][name][:20].reshape(-1, 13)[::2]]
        peer = np.mean([PEERS["Mann-Kendall"](row) < 0.05 for row in rows])
        print(
            f"{name:44}"
            + "".join(f"{called(world[name])[0]:>8.1f}" for world in columns)
            + f"{100 * peer:>22.1f}",
            flush=True,
        )


def families(rng: np.random.Generator, screens: int = 60) -> None:
    """Screens of 240 series (24 wijken, 10 figures), of which none or an eighth rises."""
    print("\nscreens of 240 series, n = 13, coherence 0.4: after Benjamini-Hochberg")
    for slope in (0.0, 0.3, 0.5):
        rises = np.zeros((10, WIJKEN, 1))
        rises[:, ::10] = slope
        false, found, any_false = [], [], []
        for _ in range(screens):
            judged = judge(trends(frame(noise((10, WIJKEN, 13), 0.4, rng) + rises * np.arange(13))))
            alarm = judged["verdict"].isin(["rises", "falls"]).to_numpy()
            real = rises.ravel() > 0
            false.append((alarm & ~real).sum() / max(alarm.sum(), 1))
            any_false.append((alarm & ~real).any())
            found.append(alarm[real].mean() if slope else 0.0)
        print(
            f"{f'30 of 240 rise {slope} sd a year' if slope else 'none rises':32}"
            f" screens with a false alarm {100 * np.mean(any_false):.0f} %, false among the called "
            f"{100 * np.mean(false):.1f} %, found {100 * np.mean(found):.0f} %"
        )


def speed(rng: np.random.Generator) -> None:
    print(
        "\nseconds of processor time for 132 000 series of 13 years (3 300 wijken x 40 figures); peers extrapolated from 500 series"
    )
    table = frame(noise((40, 3300, 13), 0.4, rng))
    started = time.process_time()
    judge(trends(table))
    print(f"{'trends and judge':24}{time.process_time() - started:>8.1f}")
    rows = noise((1, 500, 13), 0.4, rng)[0]
    for name, test in PEERS.items():
        started = time.process_time()
        for row in rows:
            test(row)
        print(f"{name:24}{(time.process_time() - started) * 132_000 / len(rows):>8.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--series", type=int, default=9600)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    rng = np.random.default_rng(2026)
    speed(rng)
    size_and_power(arguments.series, rng)
    less_kind(arguments.series, rng)
    families(rng)


if __name__ == "__main__":
    main()
