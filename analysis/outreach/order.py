"""In which wijk is there most reason to go first, and how sure is that order?

Places whose order depends on chance stand in one group; a part that nobody knows is left out and never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import require
from analysis.standing import FEWEST_PEOPLE

SCORE, TREND, FORECAST, CONCERNS, SILENCE = "score", "trend", "forecast", "concerns", "silence"
#: In the order in which a sentence tells them where they weigh the same.
PARTS: Final = (SCORE, TREND, FORECAST, CONCERNS, SILENCE)
MOST_WEIGHT: Final = 10
#: What Wijkradar starts with: every part as much.
START: Final[Mapping[str, int]] = dict.fromkeys(PARTS, 5)
#: With less than this part of the weight known nobody can say where a wijk stands.
LEAST_KNOWN: Final = 0.5
#: Places are told as the interval that holds this part of the draws; the band of a strength holds as much.
INTERVAL: Final = 0.8
#: Two places are about equal where the order is the other way round in more than this part of the draws.
OFTEN: Final = 0.2
#: A reason weaker than this is not told as one.
STRONG: Final = 0.5
FEW_PEOPLE, LITTLE_KNOWN, NO_WEIGHT = "few_people", "little_known", "no_weight"

_REASON: Final = ("part", "signal", "region", "strength", "low", "high")
#: Half the width of 80 % of a normal distribution, in standard deviations.
EDGE: Final = 1.2815515655446004
#: As in `analysis.composite.ranks`: a weight moves by about a third of itself.
_HOLD: Final = 9.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ordered:
    """Wijken in order of reason.

    Attributes
    ----------
    places : DataFrame
        One row per wijk that can be placed, the first to go to on top: region, place, lower and upper (place in `INTERVAL`
        of the draws; the place of now lies within), group (numbered from 1), group_from and group_to (places that the
        group covers; more than one is "ongeveer gelijk"), strength (0-1, the weighted mean of its known parts), known (part
        of the weight whose part is known) and missing (tuple of parts with a weight that are not known here).
    reasons : DataFrame
        One row per wijk of ``places`` and known part with a weight, in the order of ``places`` and within a wijk the one
        that adds most first: region, part, signal (the strongest of that part), strength, low, high, weight (0-1, as
        it counts here) and adds (weight times strength; together the strength of the wijk).
    apart : DataFrame
        Wijken without a place: region and why (`FEW_PEOPLE`, `LITTLE_KNOWN` or `NO_WEIGHT`).
    """

    places: pd.DataFrame
    reasons: pd.DataFrame
    apart: pd.DataFrame

    @property
    def groups(self) -> list[tuple[int, int, tuple[str, ...]]]:
        """First place, last place and wijken of every group, in order."""
        return [
            (int(rows["group_from"].iloc[0]), int(rows["group_to"].iloc[0]), tuple(rows["region"]))
            for _, rows in self.places.groupby("group", sort=True)
        ]


def order(
    reasons: pd.DataFrame,
    weights: Mapping[str, float],
    people: Mapping[str, float],
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Ordered:
    """Put wijken in order of reason to go there.

    A part is as strong as the strongest of its signals. A wijk is the weighted mean of the parts that are known there; the
    weight of a part that is missing is shared by the others. In every draw each strength moves within its band, and each
    weight by about a third of itself (Dirichlet).

    Parameters
    ----------
    reasons : DataFrame
        One row per wijk and signal: part (one of `PARTS`), signal, region, strength, low and high (0-1, empty where nothing
        is known; low and high hold 80 %). Other columns are left alone.
    weights : mapping of str to float
        By part, 0 or more; only the ratio counts. What is left out weighs 0.
    people : mapping of str to float
        Inhabitants by wijk: every wijk that is to be told of. Fewer than `analysis.standing.FEWEST_PEOPLE`, or not known:
        stands apart.
    draws : int, default 1000
    seed : int, default 0
        The same seed gives the same answer.

    Raises
    ------
    ValueError
        If a column is missing, a part is not one of the five, a weight is negative, a strength lies outside 0-1 or its
        band, or a signal occurs twice in a wijk.

    References
    ----------
    OECD/JRC Handbook on Constructing Composite Indicators (2008), step 8: rank intervals by Monte Carlo over the figures
    and the weights.
    """
    _check(reasons, weights)
    shares = _shares(weights)
    regions = sorted(people)
    small = [region for region in regions if not people[region] >= FEWEST_PEOPLE]
    large = [region for region in regions if people[region] >= FEWEST_PEOPLE]
    signals = _signals(reasons)
    at, low, high = (_wide(reasons, large, signals, name) for name in ("strength", "low", "high"))
    part_of = np.array([PARTS.index(part) for part, _ in signals], dtype=np.intp)
    by_part = _of_parts(at, part_of)
    known = np.isfinite(by_part) @ shares
    enough = (known >= LEAST_KNOWN) & (shares.sum() > 0)
    rows = np.flatnonzero(enough)
    total = _total(by_part[rows], shares)
    size = np.array([people[large[row]] for row in rows])
    rows = rows[np.lexsort((rows, -size, -total))]
    drawn = _drawn(at[rows], low[rows], high[rows], part_of, shares, draws, seed)
    why = NO_WEIGHT if shares.sum() == 0 else LITTLE_KNOWN
    apart = [(region, FEW_PEOPLE) for region in small]
    apart += [(region, why) for region, there in zip(large, enough, strict=True) if not there]
    names = [large[row] for row in rows]
    return Ordered(
        _places(names, _total(by_part[rows], shares), drawn, by_part[rows], shares),
        _told_reasons(names, rows, signals, (at, low, high), part_of, shares),
        pd.DataFrame(apart, columns=["region", "why"]).astype("str"),
    )


def _check(reasons: pd.DataFrame, weights: Mapping[str, float]) -> None:
    require(reasons, _REASON, "frame of reasons")
    strange = sorted({*reasons["part"], *weights} - set(PARTS))
    if strange:
        raise ValueError(f"{', '.join(strange)} is no part; there are {', '.join(PARTS)}.")
    if any(not weight >= 0 for weight in weights.values()):
        raise ValueError("A weight is 0 or more.")
    known = reasons[reasons["strength"].notna()]
    inside = (known["low"] >= 0) & (known["low"] <= known["strength"])
    inside &= (known["high"] <= 1) & (known["high"] >= known["strength"])
    if not inside.all():
        raise ValueError("A strength lies between 0 and 1, and within its band.")
    if reasons.duplicated(["region", "part", "signal"]).any():
        raise ValueError("A signal occurs twice in a wijk.")


def _shares(weights: Mapping[str, float]) -> Floats:
    given = np.array([float(weights.get(part, 0.0)) for part in PARTS])
    return np.asarray(given / given.sum() if given.sum() > 0 else given)


def _signals(reasons: pd.DataFrame) -> list[tuple[str, str]]:
    pairs = set(zip(reasons["part"], reasons["signal"], strict=True))
    return sorted(pairs, key=lambda pair: (PARTS.index(pair[0]), pair[1]))


def _wide(
    reasons: pd.DataFrame, regions: Sequence[str], signals: Sequence[tuple[str, str]], name: str
) -> Floats:
    """Return one column of the reasons, shape (regions, signals)."""
    wide = reasons.set_index(["region", "part", "signal"])[name].astype("float64").unstack(["part", "signal"])  # noqa: PD010
    columns = pd.MultiIndex.from_tuples(signals, names=["part", "signal"]) if signals else wide.columns
    return wide.reindex(index=list(regions), columns=columns).to_numpy()


def _of_parts(values: Floats, part_of: npt.NDArray[np.intp]) -> Floats:
    """Return the strongest signal of every part, shape (..., parts); empty where none is known."""
    found = np.full((*values.shape[:-1], len(PARTS)), np.nan)
    for part in np.unique(part_of):
        found[..., part] = np.fmax.reduce(values[..., part_of == part], axis=-1)
    return found


def _total(by_part: Floats, shares: Floats) -> Floats:
    """Return the weighted mean of what is known; ``shares`` has one row, or one per draw."""
    known = np.isfinite(by_part)
    weight = np.where(known, shares if shares.ndim == 1 else shares[:, None, :], 0.0)
    whole = weight.sum(axis=-1)
    return np.asarray((weight * np.where(known, by_part, 0.0)).sum(axis=-1) / np.where(whole > 0, whole, 1.0))


def _drawn(
    at: Floats,
    low: Floats,
    high: Floats,
    part_of: npt.NDArray[np.intp],
    shares: Floats,
    draws: int,
    seed: int,
) -> Floats:
    """Return the total of every wijk in every draw, shape (draws, wijken)."""
    random = np.random.default_rng(seed)
    z = random.standard_normal((draws, *at.shape))
    # Two half normals, since a strength near 0 or 1 has its doubt on one side.
    moved = np.clip(at + z * np.where(z > 0, high - at, at - low) / EDGE, 0.0, 1.0)
    gammas = random.standard_gamma(_HOLD * (shares > 0).sum() * shares, (draws, len(shares)))
    weights = gammas / np.where(gammas.sum(axis=1) > 0, gammas.sum(axis=1), 1.0)[:, None]
    # What is alike to the last digit is not in the order of the codes.
    return np.asarray(_total(_of_parts(moved, part_of), weights) + 1e-9 * random.random((draws, len(at))))


def _places(
    names: Sequence[str], total: Floats, drawn: Floats, by_part: Floats, shares: Floats
) -> pd.DataFrame:
    n = len(names)
    place = np.arange(1, n + 1)
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    outside = (1 - INTERVAL) / 2
    ends = np.quantile(ranks, [outside, 1 - outside], axis=0, method="inverted_cdf") if n else np.ones((2, 0))
    group = _groups(drawn)
    frame = pd.DataFrame(
        {
            "region": pd.Series(names, dtype="str"),
            "place": place,
            "lower": np.minimum(ends[0], place).astype("int64"),
            "upper": np.maximum(ends[1], place).astype("int64"),
            "group": group,
            "strength": total,
            "known": np.isfinite(by_part) @ shares,
            "missing": pd.Series([_missing(row, shares) for row in by_part], dtype="object"),
        }
    )
    return frame.assign(
        group_from=frame.groupby("group")["place"].transform("min"),
        group_to=frame.groupby("group")["place"].transform("max"),
    )


def _missing(row: Floats, shares: Floats) -> tuple[str, ...]:
    return tuple(
        part for part, value, share in zip(PARTS, row, shares, strict=True) if share > 0 and np.isnan(value)
    )


def _groups(drawn: Floats) -> npt.NDArray[np.int64]:
    """Number the groups: a wijk joins as long as it comes before the first of the group often enough."""
    group = np.zeros(drawn.shape[1], dtype=np.int64)
    first, number = 0, 1
    for row in range(drawn.shape[1]):
        if row and (drawn[:, row] > drawn[:, first]).mean() <= OFTEN:
            first, number = row, number + 1
        group[row] = number
    return group


def _told_reasons(
    names: Sequence[str],
    rows: npt.NDArray[np.intp],
    signals: Sequence[tuple[str, str]],
    values: tuple[Floats, Floats, Floats],
    part_of: npt.NDArray[np.intp],
    shares: Floats,
) -> pd.DataFrame:
    at, low, high = values
    told: list[tuple[Any, ...]] = []
    for name, row in zip(names, rows, strict=True):
        there: list[tuple[Any, ...]] = []
        for part, share in enumerate(shares):
            mine = np.flatnonzero((part_of == part) & np.isfinite(at[row]))
            if share == 0 or not len(mine):
                continue
            best = mine[int(at[row, mine].argmax())]
            there.append((share, best))
        whole = sum(share for share, _ in there)
        lines = [
            (name, *signals[best], at[row, best], low[row, best], high[row, best], share / whole)
            for share, best in there
        ]
        told += sorted(lines, key=lambda line: -line[3] * line[6])
    columns = ["region", "part", "signal", "strength", "low", "high", "weight"]
    frame = pd.DataFrame(told, columns=columns)
    kinds = dict.fromkeys(columns[:3], "str") | dict.fromkeys(columns[3:], "float64")
    frame = frame.astype(kinds)
    return frame.assign(adds=frame["weight"] * frame["strength"])
