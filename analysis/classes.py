"""Classes: figures divided into at most five groups, for a map that people read by colour.

Four ways to divide: groups of about equal size; by mapclassify (Rey and Anselin, PySAL, 2007) natural breaks
(Fisher, On Grouping for Maximum Homogeneity, Journal of the American Statistical Association 53, 1958; Jenks, 1977),
equal steps, and bounds of one's own. Around a midpoint that means something the classes lie symmetric. Equal figures
always share a class and a class without figures is left out, so that what a legend says is true of what is drawn.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

Method = Literal["quantiles", "natural", "equal", "own"]
Floats = npt.NDArray[np.float64]

METHODS: Final[tuple[str, ...]] = get_args(Method)
MOST_CLASSES: Final = 5
#: Natural breaks of more figures than this are those of so many order statistics, evenly spread: the search is
#: quadratic, and the breaks of 500 of 3,000 figures are those of the 3,000 within the width of a legend.
MOST_SEARCHED: Final = 500
#: Which of the five steps of a scale are used when there are fewer classes.
_STEPS: Final = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
_MIDDLE: Final = 2


@dataclass(frozen=True)
class Classes:
    """Classes from low to high.

    Attributes
    ----------
    ranges : tuple of (float, float)
        Lowest and highest figure in each class; both really occur.
    decimals : int
        Figures are rounded to this before they are put in a class, so that two figures that look the
        same on the screen never differ in colour.
    steps : tuple of int
        Which of the five steps of a scale each class gets, 0 to 4. With equal steps, bounds of one's own or a midpoint the
        step says where the class lies, also when a class before it is empty.
    bounds : tuple of float
        The bounds that were asked for, with method ``own``; a class holds what is at most its bound.
    midpoint : float or None
        Figure that lies between less and more; a class of its own where it occurs.
    """

    ranges: tuple[tuple[float, float], ...]
    decimals: int
    steps: tuple[int, ...] = ()
    bounds: tuple[float, ...] = ()
    midpoint: float | None = None

    def __len__(self) -> int:
        return len(self.ranges)

    def of(self, values: pd.Series[Any]) -> pd.Series[Any]:
        """Return the class of each figure.

        Parameters
        ----------
        values : Series of float
            Figures that were all among those given to `classify`.

        Returns
        -------
        Series of Int64
            0 is the lowest class; empty where there is no figure.

        Raises
        ------
        ValueError
            If a figure lies outside every class: the legend would then not be true.
        """
        known = rounded(values, self.decimals)
        index = np.searchsorted([high for _, high in self.ranges], known.to_numpy())
        lows = np.array([low for low, _ in self.ranges] + [np.inf])
        if len(known) and (known.to_numpy() < lows[index]).any():
            raise ValueError("a figure lies outside the classes; classify all figures that are shown")
        return pd.Series(index, index=known.index, dtype="Int64").reindex(values.index)

    def counts(self, values: pd.Series[Any]) -> tuple[int, ...]:
        """Return how many of the figures fall in each class."""
        found = self.of(values).value_counts()
        return tuple(int(found.get(step, 0)) for step in range(len(self)))

    def limits(self, place: int) -> tuple[float | None, float | None]:
        """Return the bounds of one's own around a class: above the first, up to the second; None is no bound."""
        step = int(np.searchsorted(self.bounds, self.ranges[place][1]))
        lower = self.bounds[step - 1] if step else None
        return lower, self.bounds[step] if step < len(self.bounds) else None


def rounded(values: pd.Series[Any], decimals: int) -> pd.Series[Any]:
    """Return the finite figures, rounded as they are written; minus zero is zero."""
    numeric = pd.to_numeric(values).astype("float64")
    return numeric[np.isfinite(numeric)].round(decimals) + 0.0


def classify(
    values: pd.Series[Any],
    method: Method = "quantiles",
    k: int = MOST_CLASSES,
    *,
    decimals: int = 1,
    bounds: Sequence[float] | None = None,
    midpoint: float | None = None,
) -> Classes:
    """Divide figures into at most ``k`` classes.

    Parameters
    ----------
    values : Series of float
        One figure per region, or of several years when these share a legend; missing ones are ignored.
    method : {"quantiles", "natural", "equal", "own"}
        Classes of about equal size, with gaps between them as large as can be, with equal steps, or with given bounds.
        Where there are no more different figures than classes each has its own, except with bounds of one's own.
    k : int
        Most classes wanted, 1 to 5.
    decimals : int
        Number of decimals that the screen shows.
    bounds : sequence of float, optional
        With ``own``: at most four, each the highest figure of a class; above the last is a class too.
    midpoint : float, optional
        The classes lie around it with the same bounds on both sides: two below, itself, two above. ``k`` is then five.

    Raises
    ------
    ValueError
        If ``k`` is not between 1 and 5, the method is unknown, or the bounds are missing, too many, equal or infinite.
    """
    if not 1 <= k <= MOST_CLASSES:
        raise ValueError(f"between 1 and {MOST_CLASSES} classes, not {k}")
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}: use {', '.join(METHODS)}")
    own = _checked(bounds) if method == "own" else ()
    known = np.sort(rounded(values, decimals).to_numpy(dtype=np.float64))
    if not known.size:
        return Classes((), decimals, bounds=own, midpoint=midpoint)
    if midpoint is not None:
        return _around(known, method, decimals, float(np.round(midpoint, decimals)), own)
    highs = _highs(known, method, k, own)
    ranges, places = _occurring(known, highs)
    spread = method in ("equal", "own") and len(highs) > 1
    steps = tuple(_STEPS[len(highs)][place] for place in places) if spread else _STEPS[len(ranges)]
    return Classes(ranges, decimals, steps, own)


def _checked(bounds: Sequence[float] | None) -> tuple[float, ...]:
    given = tuple(float(bound) for bound in bounds or ())
    if not 1 <= len(given) < MOST_CLASSES:
        raise ValueError(f"own classes need 1 to {MOST_CLASSES - 1} bounds, not {len(given)}")
    if not np.isfinite(given).all() or len(set(given)) < len(given):
        raise ValueError("bounds of one's own must be finite and different")
    return tuple(sorted(given))


def _highs(known: Floats, method: str, k: int, own: tuple[float, ...]) -> Floats:
    """Return the highest figure that each class may hold, low to high; the last holds everything."""
    if method == "own":
        return np.array([*own, np.inf])
    distinct = np.unique(known)
    if distinct.size <= k:
        return distinct
    if method == "quantiles":
        highs = np.quantile(known, np.arange(1, k + 1) / k)
        return np.append(np.unique(highs)[:-1], np.inf)
    # Importing it takes up to a second; what is drawn in quantiles, as nearly all is, does not wait for it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mapclassify

        if method == "natural":
            searched = _thinned(known)
            highs = _halfway(searched, mapclassify.FisherJenks(searched, k=k).bins)
        else:
            highs = mapclassify.EqualInterval(known, k=k).bins
    return np.append(np.unique(np.asarray(highs, dtype=np.float64))[:-1], np.inf)


def _thinned(known: Floats) -> Floats:
    if known.size <= MOST_SEARCHED:
        return known
    return known[np.linspace(0, known.size - 1, MOST_SEARCHED).round().astype(np.int64)]


def _halfway(searched: Floats, highs: Floats) -> Floats:
    """Return the bounds halfway to the next figure that was searched: what was passed over goes to the nearest side."""
    after = np.searchsorted(searched, highs, side="right")
    return (np.asarray(highs) + searched[np.minimum(after, searched.size - 1)]) / 2


def _occurring(known: Floats, highs: Floats) -> tuple[tuple[tuple[float, float], ...], list[int]]:
    """Return lowest and highest figure of each class that has any, and the place of that class among ``highs``."""
    place = np.searchsorted(highs, known)
    there = [int(each) for each in np.unique(place)]
    return tuple(
        (float(known[place == each].min()), float(known[place == each].max())) for each in there
    ), there


def _around(known: Floats, method: str, decimals: int, midpoint: float, own: tuple[float, ...]) -> Classes:
    """Return classes with the same bounds below and above the midpoint."""
    away = np.round(known - midpoint, decimals) + 0.0
    size = np.abs(away)
    sizes = np.sort(size[size > 0])
    inner = _highs(sizes, method, 2, tuple(bound for bound in own if bound > 0)) if sizes.size else sizes
    small = inner[0] if inner.size > 1 else np.inf
    step = _MIDDLE + np.sign(away) * np.where(size > small, 2, 1) * (size > 0)
    there = np.unique(step)
    ranges = tuple((float(known[step == each].min()), float(known[step == each].max())) for each in there)
    return Classes(ranges, decimals, tuple(int(each) for each in there), own, midpoint)
