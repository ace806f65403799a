"""Chance: how often figures shuffled over the map give a sum this far out, computed and not simulated."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.hotspots.local import no_spread
from analysis.hotspots.neighbours import Neighbours

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

#: Most steps between the lowest and the highest figure, and the finest step that figures are published in.
_STEPS: Final = 511
_FINEST: Final = 1e-6
#: Newton's identities lose a digit for every 2 in (number summed)^2 / regions; 9 digits are left at this. Beyond it,
#: and beyond so many figures in one sum, the sum is taken to be normally distributed.
_MOST_CROWDED: Final = 16.0
_MOST_SUMMED: Final = 64
_SMALLEST: Final = 1e-12
_AT_ONCE: Final = 256


def chance_together(values: Floats, neighbours: Neighbours) -> Floats:
    """Return how often shuffled figures make the sum of a region and its neighbours at least this far out.

    The p-value of Gi* under its own null hypothesis, total randomisation: the sum of k figures drawn from the n without
    replacement, both tails (twice the smaller). The whole distribution is computed: its characteristic function
    is the k-th elementary symmetric polynomial of the n points on the unit circle, which Newton's identities give from
    the Fourier transform of the histogram of the figures, in the same time for 10 regions as for 3 000. So there is no
    seed, no smallest p of 1 / (permutations + 1), and no assumption of a normal distribution: a sum of seven
    skewed figures is skewed, however many regions the map has. Figures that take more than 511 steps from the lowest to
    the highest are rounded to 1/511 of that range first, which keeps the test exact (the rounded figures are
    shuffled) and costs next to no power.

    Parameters
    ----------
    values : ndarray of float, shape (regions, layers)
        In the order of ``neighbours.regions``; NaN is no figure.
    neighbours : Neighbours

    Returns
    -------
    ndarray of float, shape (regions, layers)
        NaN where `getis_ord` is.

    References
    ----------
    Ord, Getis, "Local spatial autocorrelation statistics", Geographical Analysis 27 (1995), for the null hypothesis;
    Pagano, Tritchler, "On obtaining permutation distributions in polynomial time", JASA 78 (1983), for the transform.
    """
    found = np.full(values.shape, np.nan)
    for layer, here, level in _layers(values):
        star = neighbours.with_self[here][:, here]
        size = np.diff(star.indptr)
        total = np.rint(star @ level.astype(np.float64)).astype(np.intp)
        p = np.full(len(level), np.nan)
        n = len(level)
        usable = (size > 1) & (size < n)
        drawn, total = _fewest(size, total, n, int(level.sum()))
        wave = _Waves(level, int(drawn[usable].max(initial=1)))
        for k in np.unique(drawn[usable]):
            rows = np.flatnonzero(usable & (drawn == k))
            if k > wave.most:
                p[rows] = _normal(total[rows], k, level.sum(), (level**2).sum(), n)
                continue
            p[rows] = _both_tails(wave.pmf(wave.sums[k][None])[0], total[rows], math.comb(n, int(k)))
        found[here, layer] = p
    return found


def chance_beside(values: Floats, neighbours: Neighbours) -> Floats:
    """Return how often shuffled figures make the sum of the neighbours of a region at least this far out.

    The p-value of the local Moran statistic under conditional randomisation: the figure of the region stays where it is
    and k of the other n - 1 are drawn for its neighbours; both tails. Computed as in `chance_together`.

    Parameters
    ----------
    values : ndarray of float, shape (regions, layers)
        In the order of ``neighbours.regions``; NaN is no figure.
    neighbours : Neighbours

    Returns
    -------
    ndarray of float, shape (regions, layers)
        NaN where there is no figure, where fewer than four regions have one, where all are equal, and where a region
        has no neighbour with a figure or all others as neighbours.

    References
    ----------
    Anselin, "Local indicators of spatial association", Geographical Analysis 27 (1995); Pagano, Tritchler (1983).
    """
    found = np.full(values.shape, np.nan)
    for layer, here, level in _layers(values):
        if len(here) < 4:
            continue
        touching = neighbours.touching[here][:, here]
        size = np.diff(touching.indptr)
        beside = np.rint(touching @ level.astype(np.float64)).astype(np.intp)
        others = len(level) - 1
        p = np.full(len(level), np.nan)
        usable = (size > 0) & (size < others)
        drawn, beside = _fewest(size, beside, others, level.sum() - level)
        wave = _Waves(level, int(drawn[usable].max(initial=1)))
        for k in np.unique(drawn[usable]):
            rows = np.flatnonzero(usable & (drawn == k))
            if k > wave.most:
                own = level[rows]
                p[rows] = _normal(beside[rows], k, level.sum() - own, (level**2).sum() - own**2, others)
                continue
            for own in _in_turns(np.unique(level[rows])):
                pmf = wave.pmf(wave.without(own, k))
                for place, one in enumerate(own):
                    same = rows[level[rows] == one]
                    p[same] = _both_tails(pmf[place], beside[same], math.comb(others, int(k)))
        found[here, layer] = p
    return found


def _layers(values: Floats) -> Iterator[tuple[int, Ints, Ints]]:
    """Walk over the layers in which something can be found: number, rows with a figure, figures as whole steps."""
    for layer in range(values.shape[1]):
        column = values[:, layer]
        here = np.flatnonzero(np.isfinite(column))
        if len(here) < 3 or no_spread(column[here].std(), column[here].mean()):
            continue
        yield layer, here, _in_steps(column[here])


def _in_steps(figures: Floats) -> Ints:
    """Return figures as whole steps above the lowest: the steps they are published in where those are few enough."""
    above = figures - figures.min()
    highest = above.max()
    fine = above / _FINEST
    if highest < _FINEST * 2**52 and np.abs(fine - np.rint(fine)).max() < 0.01:
        whole = np.rint(fine).astype(np.int64)
        step = np.gcd.reduce(whole)
        if 0 < whole.max() <= step * _STEPS:
            return np.asarray(whole // step, dtype=np.intp)
    return np.asarray(np.rint(above / highest * _STEPS), dtype=np.intp)


def _fewest(size: Ints, total: Ints, n: int, all_of_them: Ints | int) -> tuple[Ints, Ints]:
    """Count those left out instead where they are fewer: the same event, seen from the other side."""
    many = 2 * size > n
    return np.where(many, n - size, size), np.where(many, all_of_them - total, total)


class _Waves:
    """Characteristic functions of the sum of 0, 1, ... k figures drawn without replacement."""

    def __init__(self, level: Ints, most: int) -> None:
        n = len(level)
        self.n = n
        self.most = most = min(most, _MOST_SUMMED, int(math.sqrt(_MOST_CROWDED * n)))
        highest = int(level.max())
        self.length = 1 << (most * highest).bit_length()
        self.turns = np.arange(self.length // 2 + 1)
        self.circle = np.exp(-2j * np.pi * np.arange(self.length) / self.length)
        mean = np.fft.fft(np.bincount(level), self.length) / n
        powers = [mean[m * self.turns % self.length] for m in range(1, most + 1)]
        self.sums = [np.ones(len(self.turns), dtype=np.complex128)]
        for k in range(1, most + 1):
            ways = k * math.comb(n, k)
            terms = (
                (-1) ** (m - 1) * (math.comb(n, k - m) * n / ways) * self.sums[k - m] * powers[m - 1]
                for m in range(1, k + 1)
            )
            self.sums.append(np.asarray(sum(terms), dtype=np.complex128))

    def without(self, own: Ints, k: int) -> npt.NDArray[np.complex128]:
        """Return the function for k figures of the others, one row per figure that stays out."""
        left: npt.NDArray[np.complex128]
        turn = self.circle[own[:, None] * self.turns[None, :] % self.length]
        left = np.ones_like(turn)
        for drawn in range(1, k + 1):
            left *= turn
            left *= -drawn / (self.n - drawn)
            left += self.n / (self.n - drawn) * self.sums[drawn]
        return left

    def pmf(self, wave: npt.NDArray[np.complex128]) -> Floats:
        """Return the chance of every sum, one row per function."""
        return np.fft.irfft(wave, self.length, axis=1)


def _both_tails(pmf: Floats, total: Ints, ways: int) -> Floats:
    """Return twice the smaller tail at every total, the total itself in both."""
    upto = np.cumsum(pmf)
    down = np.cumsum(pmf[::-1])[::-1]
    smallest = max(_SMALLEST, 2.0 / ways)
    return np.clip(2.0 * np.minimum(upto[total], down[total]), smallest, 1.0)


def _normal(total: Ints, k: int, figures: Ints, squares: Ints, n: int) -> Floats:
    """Return both tails of the sum of k of n figures with this sum and this sum of squares, taken to be normal."""
    mean = figures / n
    variance = (squares / n - mean**2) * k * (n - k) / (n - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2.0 * special.ndtr(-np.abs(total - k * mean) / np.sqrt(variance)))


def _in_turns(own: Ints) -> Iterator[Ints]:
    for start in range(0, len(own), _AT_ONCE):
        yield own[start : start + _AT_ONCE]
