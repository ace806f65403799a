"""What was converted to other borders, counted: how many regions, which years, and how much of them moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from data.panel import Level, Status


@dataclass(frozen=True)
class Converted:
    """What was converted at one level.

    Attributes
    ----------
    level : str
    regions : int
        Number of regions with converted figures.
    first_year, last_year : int
        Of the converted figures.
    usual_moved, most_moved : float
        Share (0-1) of the addresses (or the land) that changed region, for each region in the year in which most did: the
        median and the largest.
    """

    level: str
    regions: int
    first_year: int
    last_year: int
    usual_moved: float
    most_moved: float


def converted(panel: pd.DataFrame) -> Iterator[Converted]:
    """Count what was converted, wijken first.

    Parameters
    ----------
    panel : DataFrame
        Of `reports.trusted.Trusted`.
    """
    rows = panel[panel["status"] == Status.BRIDGED.value]
    for level in (Level.WIJK, Level.BUURT):
        here = rows[rows["level"] == level.value]
        if here.empty:
            continue
        moved = here.groupby("region")["moved"].max()
        years = here["year"]
        yield Converted(
            level.value,
            len(moved),
            int(years.min()),
            int(years.max()),
            float(moved.median()),
            float(moved.max()),
        )
