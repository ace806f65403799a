"""Shares: how a count becomes a figure that can be compared between a big and a small wijk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import STATUS_ORDER, require_defined
from analysis._grid import Bools, Floats, Grid, Ints, codes, lay_out, of_definition, pick

_RANK: Final = {status: rank for rank, status in enumerate(STATUS_ORDER)}
_LAST_WITH_VALUE: Final = _RANK["bridged"]


def derived_indicators(definitions: pd.DataFrame) -> pd.Series[Any]:
    """Return ``share_of`` of the indicators that are computed here, indexed by indicator id."""
    share_of = definitions["share_of"]
    return share_of[share_of.map(len) > 0]


def effects_on_ratio(parts: Sequence[str], figures: Floats) -> Floats:
    """Return how far ``numerator / sum(denominators)`` moves when one of its parts moves by one.

    Parameters
    ----------
    parts : sequence of str
        Ids, numerator first. Where it is also a denominator, its whole effect stands there and the first column is 0.
    figures : ndarray, shape (rows, parts)

    Returns
    -------
    ndarray, shape (rows, parts)
        First-order derivatives.
    """
    whole = figures[:, 1:].sum(axis=1, keepdims=True)
    effect = np.repeat(-figures[:, :1] / whole, len(parts), axis=1)
    if parts[0] in parts[1:]:
        effect[:, 0] = 0.0
        effect[:, list(parts).index(parts[0], 1)] += 1.0
    else:
        effect[:, 0] = 1.0
    return np.asarray(effect / whole, dtype=np.float64)


def add_shares(panel: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Append a row for every share that can be derived from the counts in the panel.

    A share is ``factor * numerator / sum(denominators)``. The numerator may be one of the denominators:
    for rounded bands (age, kind of household) the sum of the bands is the right denominator, because
    each band is rounded by itself and they do not add up to the published total. Nothing is clipped:
    where numerator and denominator are rounded apart a share can come out as 100.3.

    Parameters
    ----------
    panel : DataFrame
        A panel (region, level, year, indicator, value, status, unit, boundary, source); with ``moved`` and
        ``bridging_error`` where figures were converted.
    definitions : DataFrame
        Indexed by indicator id, with unit, share_of (numerator first; empty for a published figure)
        and factor.

    Returns
    -------
    DataFrame
        The panel with the new rows behind it, on a new index. A share gets a row where its numerator
        has one. Its status is

        - ``observed`` when all parts have a value, or ``bridged`` if any part is, or else ``provisional`` if any
          part is;
        - otherwise the most telling reason among its parts: suppressed, then withheld, not_published,
          discontinued, not_applicable. A part that has no row at all counts as not_published;
        - ``not_applicable`` where the denominators sum to 0, and where a part stands in another unit
          than its definition (CBS published a percentage instead of a count that year): a figure in
          another unit is kept apart and never passed off as a share computed in our way.

        The ``bridging_error`` of a share is propagated from its parts as if their errors were independent. They
        are not: what moved took people of every kind along, so that the error is smaller than this. ``moved`` is
        the largest of its parts.

        Rows of a derived indicator that the panel already held are computed anew, so that adding
        shares twice gives the same panel.

    Raises
    ------
    ValueError
        If a column is missing or an indicator or status is unknown.
    """
    require_defined(panel, definitions, ("unit", "share_of", "factor"))
    derived = derived_indicators(definitions)
    published = panel[~panel["indicator"].isin(derived.index)].reset_index(drop=True)
    here = set(published["indicator"].drop_duplicates())
    possible = {share: parts for share, parts in derived.items() if parts[0] in here}
    parts = list(dict.fromkeys(part for share in possible.values() for part in share))
    factors = definitions["factor"].astype("float64").to_dict()
    figures = _Figures(published, definitions, lay_out(published, parts))
    pieces = [
        figures.share(str(share), list(share_parts), factors[share])
        for share, share_parts in possible.items()
    ]
    return pd.concat([published, *pieces], ignore_index=True) if pieces else published


class _Figures:
    """The published figures of a panel, as arrays that the shares are computed from."""

    def __init__(self, panel: pd.DataFrame, definitions: pd.DataFrame, grid: Grid) -> None:
        self._panel = panel
        self._units = definitions["unit"].to_dict()
        self._grid = grid
        self._value = panel["value"].to_numpy(dtype=np.float64)
        status, names = codes(panel["status"])
        self._rank = np.array([_RANK[name] for name in names], dtype=np.intp)[status]
        expected = of_definition(panel, definitions["unit"])
        self._unit_as_defined = panel["unit"].to_numpy(dtype=object) == expected

    def share(self, name: str, parts: list[str], factor: float) -> pd.DataFrame:
        """Return the rows of one derived indicator."""
        rows = self._grid.rows(parts)
        rows = rows[rows[:, 0] >= 0]
        rank = pick(self._rank, rows, _RANK["not_published"]).max(axis=1)
        denominator = pick(self._value, rows[:, 1:], np.nan).sum(axis=1)
        comparable = pick(self._unit_as_defined, rows, True).all(axis=1)
        impossible = (rank <= _LAST_WITH_VALUE) & (~comparable | (denominator == 0))
        rank = np.where(impossible, _RANK["not_applicable"], rank)
        computable = rank <= _LAST_WITH_VALUE
        value = np.full(len(rows), np.nan)
        value[computable] = factor * self._value[rows[computable, 0]] / denominator[computable]
        return self._like_numerator(rows[:, 0], name, value, rank).assign(
            **self._conversion(rows, parts, factor, computable)
        )

    def _conversion(
        self, rows: Ints, parts: list[str], factor: float, computable: Bools
    ) -> dict[str, Floats]:
        """Return ``moved`` and ``bridging_error`` of a share, for a panel that has them."""
        told: dict[str, Floats] = {}
        if "moved" in self._panel:
            told["moved"] = pick(self._panel["moved"].to_numpy(dtype=np.float64), rows, 0.0).max(axis=1)
        if "bridging_error" in self._panel:
            error = np.zeros(len(rows))
            there = rows[computable]
            of_parts = self._panel["bridging_error"].to_numpy(dtype=np.float64)[there]
            effect = effects_on_ratio(parts, self._value[there])
            error[computable] = factor * np.sqrt(((effect * of_parts) ** 2).sum(axis=1))
            told["bridging_error"] = error
        return told

    def _like_numerator(self, rows: Ints, name: str, value: Floats, rank: npt.NDArray[Any]) -> pd.DataFrame:
        status = np.array(STATUS_ORDER, dtype=object)[rank]
        return self._panel.take(rows).assign(
            indicator=pd.Series(name, index=rows, dtype="str"),
            value=value,
            status=pd.Series(status, index=rows, dtype="str"),
            unit=pd.Series(str(self._units[name]), index=rows, dtype="str"),
        )
