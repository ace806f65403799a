"""Whether a new delivery of a table may replace the stored one, or has to wait for a person."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.panel import WITH_VALUE

_VALUES = [str(status) for status in WITH_VALUE]


@dataclass(frozen=True)
class Doubts:
    """What is less in a new delivery than in the stored one.

    Attributes
    ----------
    lost_regions : tuple of str
        Regions with rows before and none now.
    stored_regions : int
        How many regions there were.
    emptied : tuple of (str, str)
        Indicator and level: figures before, none now.
    """

    lost_regions: tuple[str, ...] = ()
    stored_regions: int = 0
    emptied: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any reason to hold the delivery back."""
        return bool(self.lost_regions or self.emptied)


def doubts(stored: pd.DataFrame, fresh: pd.DataFrame) -> Doubts:
    """Compare two deliveries of the same table for the same gemeenten.

    CBS fills its tables in phases and re-lays them now and then; a table that has fewer regions than before,
    or a column that had figures and has none, is more often a mishap than a withdrawal.

    Parameters
    ----------
    stored, fresh : DataFrame
        Columns region, level, indicator, status; the rows of the gemeenten in question.

    Returns
    -------
    Doubts
        Falsy when nothing is less.
    """
    lost = sorted(set(stored["region"]) - set(fresh["region"]))
    had, has = (_with_values(frame) for frame in (stored, fresh))
    # A level of which every row is gone is told by its regions.
    levels = set(fresh["level"])
    emptied = sorted(pair for pair in had - has if pair[1] in levels)
    return Doubts(tuple(lost), stored["region"].nunique(), tuple(emptied))


def _with_values(frame: pd.DataFrame) -> set[tuple[str, str]]:
    there = frame.loc[frame["status"].isin(_VALUES), ["indicator", "level"]].drop_duplicates()
    return set(there.itertuples(index=False, name=None))
