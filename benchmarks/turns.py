"""How often a turn or a departure is called where there is none, how sharp a turn has to be, and how fast it goes.

python -m benchmarks.turns [--panels N]

Panels of 24 wijken; the autocorrelation is estimated from them, as in the app. The peers: choosing the best year by
least squares and testing as if it had been chosen beforehand, and one fit of statsmodels per series and year.
"""

from __future__ import annotations

import argparse
import time
from typing import Final

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.trends import trends
from analysis.turns import FEWEST_A_SIDE, judge_turns, recent, turns, with_turns

WIJKEN: Final = 24
LENGTHS: Final = (10, 12, 13, 15, 20)
COHERENCES: Final = (0.0, 0.4, 0.7, 0.9)


def noise(count: int, years: int, coherence: float, rng: np.random.Generator) -> np.ndarray:
    """Draw autoregressive series of variance 1, shape (count, years)."""
    correlation = coherence ** np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    return rng.standard_normal((count, years)) @ np.linalg.cholesky(correlation).T


def frame(values: np.ndarray, wijken: int = WIJKEN) -> pd.DataFrame:
    """Return series as figures: so many of them are the wijken of one indicator."""
    count, years = values.shape
    number = np.repeat(np.arange(count), years)
    return pd.DataFrame(
        {
            "region": pd.Series(number % wijken).astype("str"),
            "indicator": pd.Series(number // wijken).astype("str"),
            "year": np.tile(np.arange(2010, 2010 + years), count),
            "value": values.ravel(),
        }
    )


def bend(years: int, sharpness: float) -> np.ndarray:
    """Return a rise that turns into an equal fall halfway."""
    times = np.arange(years) - (years - 1) // 2
    return -sharpness / 2 * np.abs(times)


def sought(values: np.ndarray) -> pd.DataFrame:
    """Return everything `turns` and `recent` say about some series, judged per indicator."""
    figures = frame(values)
    both = with_turns(figures, trends(figures))
    return pd.concat([judge_turns(rows) for _, rows in both.groupby("indicator", sort=False)])


def chosen_by_eye(values: np.ndarray) -> np.ndarray:
    """Return p of the best bend by least squares, as if its year had been given beforehand."""
    count, years = values.shape
    times = np.arange(years, dtype=np.float64)
    best = np.ones(count)
    for knot in range(FEWEST_A_SIDE - 1, years - FEWEST_A_SIDE):
        design = np.column_stack([np.ones(years), times, np.maximum(times - knot, 0)])
        spread = np.linalg.inv(design.T @ design)
        weights = spread @ design.T
        left = values - values @ weights.T @ design.T
        error = np.sqrt((left**2).sum(axis=1) / (years - 3) * spread[2, 2])
        best = np.minimum(best, 2 * stats.t.sf(np.abs(values @ weights[2]) / error, years - 3))
    return best


def percent(found: pd.Series | np.ndarray) -> str:
    """Return the share of what is true, as a column of text; nothing to count gives a dash."""
    return f"{100 * float(np.mean(found)):>8.1f}" if len(found) else f"{'-':>8}"


def size(panels: int, rng: np.random.Generator) -> None:
    """Print how many straight lines are called bent, or to depart."""
    print("\nNo turn, no departure: percent that is called one")
    print(f"{'years':>5}{'coherence':>10}{'by eye':>8}{'p<=.05':>8}{'told':>8}{'recent':>8}{'departs':>8}")
    for years in LENGTHS:
        for coherence in COHERENCES:
            values = noise(panels * WIJKEN, years, coherence, rng) + 0.15 * np.arange(years)
            found = sought(values)
            print(
                f"{years:>5}{coherence:>10}{percent(chosen_by_eye(values) <= 0.05)}{percent(found['turn_p'] <= 0.05)}"
                f"{percent(found['since'].notna())}{percent(found['recent_p'] <= 0.05)}"
                f"{percent(found['departure'].isin(['above', 'below']))}"
            )


def harsher(panels: int, rng: np.random.Generator) -> None:
    """Print the same for 13 years in worlds that differ from what the method assumes."""
    print(
        "\nNo turn in 13 years, other worlds (coherence 0.4 where nothing else is said): percent that is called one"
    )
    print(f"{'world':<38}{'p<=.05':>8}{'told':>8}{'recent':>8}{'departs':>8}")
    count = panels * WIJKEN
    own = noise(count, 13, 0.4, rng)
    shared = np.repeat(noise(panels, 13, 0.4, rng), WIJKEN, axis=0)
    walk = rng.standard_normal((count, 13)).cumsum(axis=1)
    worlds = {
        "half of the movement is shared": np.sqrt(0.5) * (own + shared),
        "wijken of very different size": own * np.exp(rng.normal(0, 0.8, (count, 1))),
        "counts rounded to 5": 5 * np.round(own),
        "heavy tails (t with 3)": rng.standard_t(3, (count, 13)),
        "half has coherence 0, half 0.8": np.where(
            np.arange(count)[:, None] % 2, noise(count, 13, 0.8, rng), noise(count, 13, 0.0, rng)
        ),
        "random walk": walk,
        "random walk, seen with noise": walk + rng.standard_normal((count, 13)),
    }
    for name, values in worlds.items():
        found = sought(values)
        print(
            f"{name:<38}{percent(found['turn_p'] <= 0.05)}{percent(found['since'].notna())}"
            f"{percent(found['recent_p'] <= 0.05)}{percent(found['departure'].isin(['above', 'below']))}"
        )


def power(panels: int, rng: np.random.Generator) -> None:
    """Print how many real turns, in 3 wijken of 24, are found, how well dated, and whether the new slope is right."""
    print("\nA rise turns into an equal fall halfway, in 3 wijken of 24: percent")
    print(
        f"{'years':>5}{'coherence':>10}{'bend':>6}{'p<=.05':>8}{'told':>8}{'year+-1':>8}{'in span':>8}{'in band':>8}{'falls':>8}"
    )
    turning = np.arange(panels * WIJKEN) % WIJKEN < 3
    for years in LENGTHS:
        for coherence in COHERENCES:
            for sharpness in (0.4, 0.8, 1.2):
                values = noise(panels * WIJKEN, years, coherence, rng)
                values[turning] += bend(years, sharpness)
                found = sought(values)[turning]
                seen = found[(found["turn_p"] <= 0.05) & (found["shape"] == "turn")]
                true = 2010 + (years - 1) // 2
                dated = (seen["turn_year"] - true).abs() <= 1
                spanned = seen["turn_earliest"].le(true) & seen["turn_latest"].ge(true)
                inside = seen["after_lower"].le(-sharpness / 2) & seen["after_upper"].ge(-sharpness / 2)
                print(
                    f"{years:>5}{coherence:>10}{sharpness:>6}{percent(found['turn_p'] <= 0.05)}"
                    f"{percent(found['since'].notna())}{percent(dated)}{percent(spanned)}{percent(inside)}"
                    f"{percent(seen['after_upper'] < 0)}"
                )


def lookalikes(panels: int, rng: np.random.Generator) -> None:
    """Print how often something else than a turn is called one, in 3 wijken of 24."""
    print("\n13 years, something of 3 standard deviations that is no turn, in 3 wijken of 24: percent")
    print(f"{'what':<28}{'coherence':>10}{'p<=.05':>8}{'left':>8}{'told':>8}{'departs':>8}")
    years = np.arange(13)
    other = np.arange(panels * WIJKEN) % WIJKEN < 3
    shapes = {
        "jump after the third year": 3.0 * (years > 2),
        "jump halfway": 3.0 * (years > 6),
        "jump before the last three": 3.0 * (years > 9),
        "odd first year": 3.0 * (years == 0),
        "odd year halfway": 3.0 * (years == 6),
        "odd last year": 3.0 * (years == 12),
    }
    for name, shape in shapes.items():
        for coherence in COHERENCES:
            values = noise(panels * WIJKEN, 13, coherence, rng)
            values[other] += shape
            found = sought(values)[other]
            suspect = found["turn_p"] <= 0.05
            print(
                f"{name:<28}{coherence:>10}{percent(suspect)}{percent(suspect & (found['shape'] == 'turn'))}"
                f"{percent(found['since'].notna())}{percent(found['departure'].isin(['above', 'below']))}"
            )


def speed(rng: np.random.Generator) -> None:
    """Print the seconds of processor time for 3 300 wijken x 40 indicators, of which one in ten misses a year."""
    count, years = 132_000, 13
    figures = frame(noise(count, years, 0.4, rng), wijken=3_300)
    figures = figures[rng.random(len(figures)) > 0.1 / years]
    estimated = trends(figures)
    for function in (turns, recent):
        started = time.process_time()
        result = function(figures, estimated)
        print(f"{function.__name__:<28}{len(result):>8} series{time.process_time() - started:>8.1f} s")
    values, times = noise(200, years, 0.4, rng), np.arange(years, dtype=np.float64)
    correlation = 0.4 ** np.abs(np.subtract.outer(times, times))
    started = time.process_time()
    left = []
    for row in values:
        for knot in range(FEWEST_A_SIDE - 1, years - FEWEST_A_SIDE):
            design = np.column_stack([np.ones(years), times, np.maximum(times - knot, 0)])
            left.append(sm.GLS(row, design, sigma=correlation).fit().ssr)
    seconds = (time.process_time() - started) / len(values) * count
    print(f"{'statsmodels GLS, bends alone':<28}{count:>8} series{seconds:>8.0f} s (from {len(values)})")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--panels", type=int, default=100)
    panels = parser.parse_args().panels
    rng = np.random.default_rng(20)
    size(3 * panels, rng)
    harsher(3 * panels, rng)
    power(panels, rng)
    lookalikes(panels, rng)
    print()
    speed(rng)


if __name__ == "__main__":
    main()
