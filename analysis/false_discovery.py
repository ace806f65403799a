"""The share of false alarms among everything that is called, held where many things are looked at together."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def adjusted(p: Floats) -> Floats:
    """Correct p-values for how many were looked at, per column (Benjamini-Hochberg).

    Parameters
    ----------
    p : ndarray of float, shape (tests,) or (tests, families)
        NaN was not looked at and takes no part.

    Returns
    -------
    ndarray of float, of the same shape
        The smallest false discovery rate at which each would still be called; NaN where ``p`` is.

    References
    ----------
    Benjamini, Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995).
    """
    rows = np.array(p.T, dtype=np.float64, order="C", ndmin=2)
    tested = np.count_nonzero(~np.isnan(rows), axis=1)
    order = np.argsort(rows, axis=1)
    ranked = np.take_along_axis(rows, order, axis=1)
    ranked *= tested[:, None] / np.arange(1.0, rows.shape[1] + 1.0)
    backwards = ranked[:, ::-1]
    np.fmin.accumulate(backwards, axis=1, out=backwards)
    np.minimum(ranked, 1.0, out=ranked)
    ranked[np.arange(rows.shape[1]) >= tested[:, None]] = np.nan
    np.put_along_axis(rows, order, ranked, axis=1)
    return rows.T.reshape(p.shape)


def adjusted_within(p: Floats, family: pd.Series[Any] | None) -> Floats:
    """Correct p-values as `adjusted` does, of every family apart.

    Parameters
    ----------
    p : ndarray of float, shape (tests,)
    family : Series, shape (tests,), or None
        What is alike belongs together; None is one family.

    Returns
    -------
    ndarray of float, shape (tests,)
    """
    if family is None or not len(p):
        return adjusted(p)
    codes = pd.factorize(family)[0]
    place = pd.Series(codes).groupby(codes).cumcount().to_numpy()
    beside = np.full((place.max() + 1, codes.max() + 1), np.nan)
    beside[place, codes] = p
    return adjusted(beside)[place, codes]
