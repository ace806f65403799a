"""Where are there more cases than inhabitants explain? Kulldorff's scan statistic for counts.

A circle around the middle of every region grows until it holds half of the inhabitants; each time the cases inside are
compared with what the inhabitants lead one to expect. The circle that stands out most is held against the circle that
stands out most when the same number of cases is spread over the inhabitants by chance, many times over. So one question
is asked of the whole map, and no number of circles makes a false alarm likelier. Rates per region need no smoothing
for this: a small region cannot stand out on one case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from analysis._door import require
from analysis.hotspots.spots import RATE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

#: A circle holds at most this share of all inhabitants: what holds more than half is rather a gap elsewhere.
SHARE: Final = 0.5
#: Times the cases are spread by chance; with 999 the smallest p is 0.001.
DRAWS: Final = 999
#: One case is never a cluster.
FEWEST_CASES: Final = 2
HIGH, LOW, BOTH = "high", "low", "both"

_COLUMNS: Final = {
    "cluster": "int64",
    "regions": "object",
    "cases": "int64",
    "population": "float64",
    "expected": "float64",
    "relative_risk": "float64",
    "statistic": "float64",
    "p": "float64",
}


def centres(polygons: Sequence[shapely.Geometry], regions: Sequence[str]) -> pd.DataFrame:
    """Return the middle of every region.

    Parameters
    ----------
    polygons : sequence of Polygon or MultiPolygon
        In metres (for the Netherlands EPSG:28992): a circle in degrees is an ellipse on the ground.
    regions : sequence of str

    Returns
    -------
    DataFrame
        Columns region, x and y, in the unit of the polygons; a region without land is left out.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    if len(polygons) != len(regions):
        raise ValueError("one polygon per region")
    shapes: npt.NDArray[Any] = np.asarray(polygons, dtype=object)
    middle = shapely.centroid(shapes)
    there = np.flatnonzero(~shapely.is_empty(middle) & ~shapely.is_missing(middle))
    x, y = shapely.get_x(middle[there]), shapely.get_y(middle[there])
    return pd.DataFrame({"region": [regions[int(place)] for place in there], "x": x, "y": y})


def scan(
    counts: pd.DataFrame,
    centres: pd.DataFrame,
    *,
    side: str = HIGH,
    share: float = SHARE,
    rate: float = RATE,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """Find clusters of regions with more cases (or fewer) than their inhabitants explain.

    Parameters
    ----------
    counts : DataFrame
        One row per region with columns region, cases (whole numbers) and population (the people, households or births that
        the cases come from). A region without one of the two, without inhabitants or without a middle takes no part.
    centres : DataFrame
        Columns region, x and y, in metres; see `centres`.
    side : {"high", "low", "both"}, default "high"
    share : float, default 0.5
        Largest share of the population in a circle.
    rate : float, default 0.05
        Clusters with a larger p are left out; 1 returns all that do not overlap.
    draws : int, default 999
    seed : int, default 0
        The same seed gives the same p.

    Returns
    -------
    DataFrame
        One row per cluster, the one that stands out most first, none that overlap: cluster (from 1), regions (tuple,
        from the middle outwards), cases, population, expected, relative_risk (inside compared with outside; infinite
        without cases outside), statistic (log likelihood ratio) and p (Monte Carlo; for the second cluster and on it is
        rather too large). Empty without cases, with one region, or where nothing stands out.

    Raises
    ------
    ValueError
        If a column is missing, a region occurs twice, a count is negative, infinite or not whole, there are cases where
        nobody lives, or ``side``, ``share`` or ``draws`` is out of range.

    References
    ----------
    Kulldorff, "A spatial scan statistic", Communications in Statistics: Theory and Methods 26 (1997).
    """
    if side not in (HIGH, LOW, BOTH):
        raise ValueError("side is high, low or both")
    if not 0 < share <= 1:
        raise ValueError("share is more than 0 and at most 1")
    if draws < 1:
        raise ValueError("draws is 1 or more")
    known = _together(counts, centres)
    cases, population = known["cases"].to_numpy(dtype=np.intp), known["population"].to_numpy(dtype=np.float64)
    total = int(cases.sum())
    if total == 0 or len(known) < 2:
        return _empty()
    chances = population / population.sum()
    spread = np.random.default_rng(seed).multinomial(total, chances, size=draws)
    ratio = _Ratio(total, side)
    windows: list[_Window] = []
    highest = np.zeros(draws)
    for order, last in _circles(known, share):
        expected = np.cumsum(chances[order])[last] * total
        own = ratio(np.cumsum(cases[order])[last][:, None], expected)[:, 0]
        windows += [_Window(float(own[one]), order[: last[one] + 1]) for one in np.flatnonzero(own > 0)]
        drawn = ratio(np.cumsum(spread[:, order], axis=1)[:, last].T, expected)
        np.maximum(highest, drawn.max(axis=0, initial=0.0), out=highest)
    return _told(_apart(windows), known, total, np.sort(highest), rate)


@dataclass(frozen=True)
class _Window:
    statistic: float
    places: Ints


class _Ratio:
    """Log likelihood ratio of circles, 0 on the side that is not looked for.

    Cases are whole numbers, so that every n log n there can be is worked out once: that halves the time.
    """

    def __init__(self, total: int, side: str) -> None:
        number = np.arange(total + 1, dtype=np.float64)
        self.with_log = number * np.log(np.maximum(number, 1.0))
        self.total = total
        self.side = side

    def __call__(self, inside: Ints, expected: Floats) -> Floats:
        """Return the ratios of circles with these cases, shape (circles, draws), given what is expected, shape (circles,)."""
        outside = self.total - inside
        left = np.maximum(self.total - expected, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.with_log[inside] + self.with_log[outside]
            found -= inside * np.log(expected)[:, None]
            found -= outside * np.where(left > 0, np.log(left), 0.0)[:, None]
        more = inside > expected[:, None]
        wanted = {HIGH: more, LOW: ~more, BOTH: np.ones_like(more)}[self.side]
        if self.side != LOW:
            wanted &= (inside >= FEWEST_CASES) | ~more
        # The whole map is no cluster, and a computer's rounding makes no difference.
        found[~wanted | (left <= 1e-9 * self.total)[:, None] | (found < 1e-9)] = 0.0
        return found


def _together(counts: pd.DataFrame, centres: pd.DataFrame) -> pd.DataFrame:
    """Return the regions that take part, with cases, population, x and y."""
    require(counts, ("region", "cases", "population"), "counts")
    require(centres, ("region", "x", "y"), "centres")
    for frame, name in ((counts, "counts"), (centres, "centres")):
        if frame["region"].duplicated().any():
            raise ValueError(f"a region occurs twice among the {name}")
    known = counts[["region", "cases", "population"]].dropna()
    cases, population = known["cases"].to_numpy(np.float64), known["population"].to_numpy(np.float64)
    if not (np.isfinite(cases).all() and (cases >= 0).all() and (cases == np.floor(cases)).all()):
        raise ValueError("cases are whole numbers from 0")
    if not (np.isfinite(population).all() and (population >= 0).all()):
        raise ValueError("a population is a number from 0")
    nobody = known.loc[(population == 0) & (cases > 0), "region"]
    if len(nobody):
        raise ValueError(f"there are cases where nobody lives: {', '.join(map(str, nobody))}")
    known = known[population > 0].merge(centres[["region", "x", "y"]].dropna(), on="region")
    return known.reset_index(drop=True)


def _circles(known: pd.DataFrame, share: float) -> Iterator[tuple[Ints, Ints]]:
    """Give for every middle the regions from near to far, and where in that row a circle can end.

    Not between regions at the same distance, and not beyond the share of the population.
    """
    x, y = known["x"].to_numpy(np.float64), known["y"].to_numpy(np.float64)
    population = known["population"].to_numpy(np.float64)
    most = share * population.sum() * (1 + 1e-12)
    for place in range(len(known)):
        away = (x - x[place]) ** 2 + (y - y[place]) ** 2
        order = np.argsort(away, kind="stable")
        farther = np.append(np.diff(away[order]) > 1e-9 * away[order][1:], True)
        last = np.flatnonzero(farther & (np.cumsum(population[order]) <= most))
        if len(last):
            yield order[: last[-1] + 1], last


def _apart(windows: list[_Window]) -> list[_Window]:
    """Keep the windows that stand out most and share no region with one kept before; of equals the smallest."""
    kept: list[_Window] = []
    taken: set[int] = set()
    for window in sorted(windows, key=lambda one: (-round(one.statistic, 9), len(one.places), one.places[0])):
        places = set(window.places.tolist())
        if taken.isdisjoint(places):
            kept.append(window)
            taken |= places
    return kept


def _told(
    kept: list[_Window], known: pd.DataFrame, total: int, by_chance: Floats, rate: float
) -> pd.DataFrame:
    region = known["region"].to_numpy()
    cases, population = known["cases"].to_numpy(np.intp), known["population"].to_numpy(np.float64)
    rows = []
    for number, window in enumerate(kept, start=1):
        higher = len(by_chance) - int(np.searchsorted(by_chance, window.statistic - 1e-9))
        p = (1 + higher) / (len(by_chance) + 1)
        if p > rate:
            break
        inside, people = int(cases[window.places].sum()), float(population[window.places].sum())
        expected = total * people / float(population.sum())
        outside = (total - inside) / (total - expected)
        rows.append(
            {
                "cluster": number,
                "regions": tuple(region[window.places].tolist()),
                "cases": inside,
                "population": people,
                "expected": expected,
                "relative_risk": inside / expected / outside if outside > 0 else np.inf,
                "statistic": window.statistic,
                "p": p,
            }
        )
    return pd.DataFrame(rows).astype(_COLUMNS) if rows else _empty()


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
