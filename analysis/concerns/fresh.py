"""Fresh clusters: wijken close together where concerns have gathered in the last months, more than before and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy

from analysis._door import require
from analysis.concerns.rates import RATE

#: A cluster is at most this share of the periods old: what lasts longer is not fresh.
LONGEST: Final = 1 / 3
#: A circle holds at most this share of the cases.
SHARE: Final = 0.5
DRAWS: Final = 999
#: Fewer cases than this are no concentration, however unlikely: one household can tell as much.
FEWEST_CASES: Final = 10
#: Draws at once, and cases in them at most: what does not stand out is known after a few.
_AT_ONCE: Final = 50
_MOST_CASES: Final = 2_000_000
_TIE: Final = 1e-9

_COLUMNS: Final = {
    "regions": "object",
    "since": "object",
    "periods": "int64",
    "cases": "int64",
    "expected": "float64",
    "ratio": "float64",
    "p": "float64",
}
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


def fresh_clusters(
    counts: pd.DataFrame,
    centres: pd.DataFrame,
    *,
    longest: float = LONGEST,
    rate: float = RATE,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """Find the circle of wijken and the last periods in which more concerns gather than wijk and period explain.

    The prospective space-time permutation scan: a cylinder is a circle of wijken over the last periods; what is expected in
    it follows from how many concerns each wijk has in all periods and each period has in all wijken. A wijk that always tells
    much is therefore no fresh cluster, and neither is a month in which everybody tells more. The cylinder that stands out
    most is compared with the one that stands out most where the periods are dealt out anew over the cases, as often as asked; once
    that already shows that nothing stands out, no more often.

    Parameters
    ----------
    counts : DataFrame
        Columns region, period (sorts by time; of equal length) and cases (whole numbers); an absent cell is 0.
    centres : DataFrame
        Columns region, x and y, in metres; a region without a middle takes no part.
    longest : float, default 1/3
        Largest share of the periods that a cylinder covers.
    rate : float, default 0.05
        Clusters with a larger p are left out.
    draws : int, default 999
    seed : int, default 0

    Returns
    -------
    DataFrame
        One row per cluster, strongest first, none with a region of another: regions (tuple, from the middle outwards), since
        (the first period of the cylinder), periods, cases, expected, ratio and p (Monte Carlo). Empty where nothing stands
        out, with one region, or with fewer than three periods.

    Raises
    ------
    ValueError
        If a column is missing, a cell occurs twice or a count is negative or not whole.

    References
    ----------
    Kulldorff, "Prospective time periodic geographical disease surveillance using a scan statistic", JRSS A 164 (2001);
    Kulldorff et al., "A space-time permutation scan statistic for disease outbreak detection", PLoS Medicine 2 (2005).
    """
    require(counts, ("region", "period", "cases"), "counts")
    require(centres, ("region", "x", "y"), "centres")
    table, regions, periods, places = _table(counts, centres)
    ends = int(len(periods) * longest)
    total = int(table.sum())
    if len(regions) < 2 or len(periods) < 3 or ends < 1 or total < FEWEST_CASES:
        return _empty()
    lengths = np.arange(1, ends + 1)
    in_time = np.cumsum(table.sum(axis=0)[::-1])[:ends]
    # Cases in the last 1, 2 ... periods, by region.
    own = np.cumsum(table[:, ::-1], axis=1)[:, :ends]
    circles = _circles(places, table.sum(axis=1))
    member = np.zeros((len(circles), len(regions)))
    for row, circle in enumerate(circles):
        member[row, circle] = 1.0
    inside, expected = member @ own, np.outer(member @ table.sum(axis=1), in_time) / total
    likelihood = _Likelihood(expected, total)
    ratio = likelihood.ratio(inside)
    found = [
        (float(ratio[row, end]), circles[row], int(lengths[end]), inside[row, end], expected[row, end])
        for row, end in enumerate(ratio.argmax(axis=1))
        if ratio[row, end] > 0
    ]
    strongest, higher = max((one[0] for one in found), default=0.0), 0
    highest: list[Floats] = []
    for chance in _drawn(table, ends, draws, seed):
        in_circles = member @ chance.reshape(len(regions), -1)
        most = likelihood.most(in_circles.reshape(len(circles), -1, ends))
        if not highest:
            # Half of the draws come higher, so that nothing lower is ever called.
            likelihood.leave_out_below(min(float(np.median(most)), strongest - _TIE))
        highest.append(most)
        higher += int((most >= strongest - _TIE).sum())
        # However the rest falls, even the strongest is no more than chance.
        if 1 + higher > rate * (draws + 1):
            return _empty()
    return _told(found, regions, periods, np.sort(np.concatenate(highest)), rate)


class _Likelihood:
    """Log likelihood ratio of cylinders, 0 where there are not more cases than expected.

    Parameters
    ----------
    expected : ndarray of float, shape (circles, ends)
    total : int
        All cases.
    """

    def __init__(self, expected: Floats, total: int) -> None:
        self._inside, self._outside = np.log(expected), np.log(total - expected)
        self._fewest = np.maximum(np.floor(expected) + 1, FEWEST_CASES)
        # Counts are whole: one table of n log n saves two logarithms for every cylinder of every draw.
        self._n_log_n, self._total = xlogy(np.arange(total + 1.0), np.arange(total + 1.0)), total

    def leave_out_below(self, least: float) -> None:
        """Take every ratio below this for 0 from now on: what is sure not to matter need not be worked out."""
        fewest, most = self._fewest, np.full_like(self._fewest, self._total)
        for _ in range(self._total.bit_length()):
            middle = (fewest + most) // 2
            enough = self._of(middle.astype(np.intp), self._inside, self._outside) >= least
            fewest, most = np.where(enough, fewest, middle + 1), np.where(enough, middle, most)
        self._fewest = most

    def ratio(self, inside: Floats) -> Floats:
        """Return the ratio for counts of cases, shape (circles, ends)."""
        found = np.zeros(inside.shape)
        more = np.nonzero(inside >= self._fewest)
        found[more] = self._of(inside[more].astype(np.intp), self._inside[more], self._outside[more])
        return found

    def most(self, inside: Floats) -> Floats:
        """Return the highest ratio of each draw, shape (draws,), for counts of cases of shape (circles, draws, ends)."""
        _, draws, ends = inside.shape
        # In one dimension: to look for the few that matter is most of the work.
        more = np.flatnonzero(inside >= self._fewest[:, None])
        circle, rest = np.divmod(more, draws * ends)
        draw, end = np.divmod(rest, ends)
        cases = inside.reshape(-1)[more].astype(np.intp)
        highest = np.zeros(draws)
        np.maximum.at(highest, draw, self._of(cases, self._inside[circle, end], self._outside[circle, end]))
        return highest

    def _of(self, cases: Ints, log_inside: Floats, log_outside: Floats) -> Floats:
        rest = self._total - cases
        inside = self._n_log_n[cases] - cases * log_inside
        return np.asarray(inside + self._n_log_n[rest] - rest * log_outside)


def _drawn(table: Floats, ends: int, draws: int, seed: int) -> Iterator[Floats]:
    """Yield cases in the last 1, 2 ... periods where every case keeps its region and periods are dealt out anew, in blocks.

    Each of shape (regions, some draws, ends); together so many draws. Totals per region and per period stay what they are.
    """
    lot = np.random.default_rng(seed)
    whole = table.astype(np.int64)
    regions, periods = whole.shape
    region = np.repeat(np.arange(regions), whole.sum(axis=1))
    age = np.repeat(np.arange(periods)[::-1], whole.sum(axis=0)).astype(np.int32)
    left, most = draws, max(1, min(_AT_ONCE, _MOST_CASES // len(age)))
    while left:
        block = min(most, left)
        dealt = lot.permuted(np.broadcast_to(age, (block, len(age))), axis=1)
        late = np.flatnonzero(dealt < ends)
        draw, case = np.divmod(late, len(age))
        cell = (region[case] * block + draw) * ends + dealt.reshape(-1)[late]
        counted = np.bincount(cell, minlength=regions * block * ends).reshape(regions, block, ends)
        yield np.cumsum(counted, axis=2, dtype=np.float64)
        left -= block


def _table(counts: pd.DataFrame, centres: pd.DataFrame) -> tuple[Floats, list[str], list[object], Floats]:
    if counts.duplicated(["region", "period"]).any():
        raise ValueError("a cell occurs twice among the counts")
    cases = counts["cases"].to_numpy(dtype=np.float64)
    if not (np.isfinite(cases).all() and (cases >= 0).all() and (cases == np.floor(cases)).all()):
        raise ValueError("cases are whole numbers from 0")
    periods = sorted(counts["period"].unique())
    known = centres.dropna(subset=["x", "y"]).drop_duplicates("region")
    region = pd.Index(known["region"]).get_indexer(pd.Index(counts["region"]))
    period = pd.Index(periods).get_indexer(pd.Index(counts["period"]))
    wide = np.zeros((len(known), len(periods)))
    wide[region[region >= 0], period[region >= 0]] = cases[region >= 0]
    there = wide.sum(axis=1) > 0
    places = known[["x", "y"]].to_numpy(dtype=np.float64)[there]
    return wide[there], list(known["region"][there]), periods, places


def _circles(places: Floats, cases: Floats) -> list[Ints]:
    """Return the regions of every circle, from its middle outwards, each set of regions once."""
    most = SHARE * cases.sum()
    circles: dict[frozenset[int], Ints] = {}
    for middle in places:
        order = np.argsort(((places - middle) ** 2).sum(axis=1), kind="stable")
        widest = int(np.searchsorted(np.cumsum(cases[order]), most, side="right"))
        for size in range(1, max(widest, 1) + 1):
            circles.setdefault(frozenset(order[:size].tolist()), order[:size])
    return list(circles.values())


def _told(
    found: list[tuple[float, Ints, int, float, float]],
    regions: list[str],
    periods: list[object],
    by_chance: Floats,
    rate: float,
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    taken: set[int] = set()
    for statistic, places, length, cases, expected in sorted(
        found, key=lambda one: (-round(one[0], 9), len(one[1]), one[2])
    ):
        if not taken.isdisjoint(places.tolist()):
            continue
        higher = len(by_chance) - int(np.searchsorted(by_chance, statistic - _TIE))
        p = (1 + higher) / (len(by_chance) + 1)
        if p > rate:
            break
        taken |= set(places.tolist())
        rows.append(
            {
                "regions": tuple(regions[int(place)] for place in places),
                "since": periods[len(periods) - length],
                "periods": length,
                "cases": int(cases),
                "expected": expected,
                "ratio": cases / expected,
                "p": p,
            }
        )
    return pd.DataFrame(rows).astype(_COLUMNS) if rows else _empty()


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
