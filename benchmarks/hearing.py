"""How often "we hear too little of this wijk" is said where it is not so, and how often it is found where it is.

python -m benchmarks.hearing [--towns N]

Every town is a set of wijken of all sizes, in which residents give voices through three channels in eight stretches of a
period. Voices come one by one, or in bunches. A planted silent wijk gives a third of the ordinary number. Peers are what
is usually done: the ratio to the average of all wijken with the margin of a Poisson count, a chi square per wijk at
1.96, and the band of an empirical Bayes rate (gamma prior). `--towns` is the number of simulated towns per cell.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import gamma

from analysis.hearing import ALIKE, OVER, UNDER, heard, reach

STRETCHES: Final = 8
CHANNELS: Final = {"meldpunt": 0.6, "buurtantenne": 0.15, "gesprek": 0.25}
SILENT: Final = 1 / 3
#: Voices per resident and period; a wijk of 3 000 people then gives 60.
PER_HEAD: Final = 0.02


def town(
    wijken: int,
    rng: np.random.Generator,
    *,
    per_head: float = PER_HEAD,
    bunch: float = 1.0,
    loudness: np.ndarray | None = None,
    tilt: Mapping[str, np.ndarray] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the voices and residents of a town.

    Parameters
    ----------
    wijken : int
    rng : Generator
    per_head : float
        Voices per resident in the whole period.
    bunch : float
        Mean number of voices that come together; one plus Poisson.
    loudness : ndarray, shape (wijken,), optional
        What every wijk gives beside an ordinary one.
    tilt : mapping, optional
        The same per channel.
    """
    people = np.round(rng.lognormal(8.0, 0.6, wijken))
    names = [f"WK{place:06d}" for place in range(wijken)]
    pieces = []
    for channel, share in CHANNELS.items():
        mean = people * per_head * share * (1.0 if loudness is None else loudness)
        mean = mean * (tilt or {}).get(channel, 1.0)
        events = rng.poisson(np.repeat(mean[:, None] / STRETCHES / bunch, STRETCHES, axis=1))
        counts = events + rng.poisson(events * (bunch - 1.0))
        pieces.append(
            pd.DataFrame(
                {
                    "region": np.repeat(names, STRETCHES),
                    "channel": channel,
                    "stretch": np.tile(np.arange(STRETCHES), wijken),
                    "count": counts.ravel(),
                }
            )
        )
    return pd.concat(pieces, ignore_index=True), pd.DataFrame({"region": names, "people": people})


def peers(voices: pd.DataFrame, residents: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Return per peer the band of the ratio to the average, and which wijken it calls silent."""
    counts = voices.groupby("region")["count"].sum().reindex(residents["region"]).to_numpy(np.float64)
    people = residents["people"].to_numpy(np.float64)
    rate = counts.sum() / people.sum()
    expected = people * rate
    ratio = counts / expected
    half = 1.96 * np.sqrt(np.maximum(counts, 1.0)) / expected
    z = (counts - expected) / np.sqrt(expected)
    between = max(
        float((people * (counts / people - rate) ** 2).sum() / people.sum() - rate / people.mean()), 1e-12
    )
    shape, weight = rate**2 / between + counts, rate / between + people
    low, high = (gamma.ppf(end, shape, scale=1 / weight) / rate for end in (0.025, 0.975))
    return {
        "ratio, Poisson margin": {"lower": ratio - half, "upper": ratio + half, "silent": ratio + half < 1},
        "chi square per wijk": {"lower": ratio - half, "upper": ratio + half, "silent": z < -1.96},
        "empirical Bayes band": {"lower": low, "upper": high, "silent": high < 1},
    }


def measured(
    wijken: int, bunch: float, towns: int, *, spread: float = 0.0, loud: float = 1.0
) -> list[dict[str, Any]]:
    """Return per method how often its band holds, how often it calls an ordinary wijk silent, and finds a silent one.

    Parameters
    ----------
    wijken, bunch, towns
        As in `town`.
    spread : float
        By how much ordinary wijken differ (standard deviation of the logarithm), held within what still is ordinary.
    loud : float
        What one loud wijk gives beside an ordinary one.
    """
    rng = np.random.default_rng([wijken, int(10 * bunch), int(100 * spread), int(loud)])
    told: dict[str, dict[str, list[float]]] = {}
    for _ in range(towns):
        for planted in (False, True):
            real = np.clip(np.exp(rng.normal(0.0, spread, wijken)), ALIKE, 1 / ALIKE)
            real[-1] *= loud
            if planted:
                real[0] = SILENT
            voices, residents = town(wijken, rng, bunch=bunch, loudness=real)
            rows = heard(voices.assign(channel="together"), residents).query("channel == ''")
            methods: dict[str, Any] = {
                "Wijkradar": {
                    "lower": rows["lower"],
                    "upper": rows["upper"],
                    "silent": rows["verdict"] == UNDER,
                }
            } | peers(voices, residents)
            for name, found in methods.items():
                notes = told.setdefault(name, {"held": [], "alarm": [], "found": []})
                silent = np.asarray(found["silent"])
                ordinary = (
                    slice(1, wijken - 1 if loud != 1.0 else wijken)
                    if planted
                    else slice(0, wijken - (loud != 1.0))
                )
                held = (np.asarray(found["lower"]) <= real) & (real <= np.asarray(found["upper"]))
                notes["held"] += list(held[ordinary])
                notes["alarm" if not planted else "found"].append(
                    float(silent[ordinary].any() if not planted else silent[0])
                )
    return [
        {"wijken": wijken, "bunch": bunch, "spread": spread, "loud": loud, "method": name}
        | {key: 100.0 * float(np.mean(values)) for key, values in notes.items()}
        for name, notes in told.items()
    ]


def channels(wijken: int, bunch: float, towns: int, times: float = 2.5) -> dict[str, Any]:
    """Return how often a channel is said to reach a wijk better where it does, and any where none does."""
    rng = np.random.default_rng([wijken, int(10 * bunch), 7])
    alarms, found, held = [], [], []
    tilt = {"buurtantenne": np.where(np.arange(wijken) == 0, times, 1.0)}
    for _ in range(towns):
        voices, residents = town(wijken, rng, bunch=bunch)
        rows = reach(voices, list(residents["region"]))
        alarms.append(rows["verdict"].isin((OVER, UNDER)).any())
        known = rows[rows["ratio"].notna()]
        held += list((known["lower"] <= 1) & (known["upper"] >= 1))
        voices, residents = town(wijken, rng, bunch=bunch, tilt=tilt)
        rows = reach(voices, list(residents["region"]), ["WK000000"])
        row = rows[(rows["region"] == "WK000000") & (rows["channel"] == "buurtantenne")].iloc[0]
        found.append(row["verdict"] == OVER)
    named = {"alarm": alarms, "found": found, "held": held}
    return {"wijken": wijken, "bunch": bunch} | {
        key: 100.0 * float(np.mean(values)) for key, values in named.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=200)
    towns = parser.parse_args().towns
    begin = time.perf_counter()
    print(
        "held: band holds the truth (%); alarm: towns with an ordinary wijk called silent (%); found: silent wijk found (%)"
    )
    rows = []
    for wijken in (3, 10, 24, 110):
        for bunch in (1.0, 3.0):
            rows += measured(wijken, bunch, towns)
    rows += measured(24, 3.0, towns, spread=0.15)
    rows += measured(24, 1.0, towns, loud=10.0)
    print(pd.DataFrame(rows).round(1).to_string(index=False))
    print("\nchannels: a buurtantenne that reaches one wijk 2.5 times as well")
    print(
        pd.DataFrame([channels(wijken, bunch, towns) for wijken in (10, 24, 110) for bunch in (1.0, 3.0)])
        .round(1)
        .to_string(index=False)
    )
    print(f"\n{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
