"""Concerns that lie together on the map: as the other screens look for hotspots, and in circles."""

from __future__ import annotations

import pandas as pd

from analysis._door import require
from analysis.hotspots import Neighbours, hotspots
from analysis.hotspots.scan import BOTH, scan


def together(
    counts: pd.DataFrame,
    neighbours: Neighbours,
    centres: pd.DataFrame,
    *,
    per: float = 1000.0,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find where concerns per inhabitant lie together more than chance, as neighbours and in circles.

    Parameters
    ----------
    counts : DataFrame
        Columns region, cases (empty is no figure) and population.
    neighbours : Neighbours
    centres : DataFrame
        Columns region, x and y in metres (`analysis.hotspots.scan.centres`).
    per : float, default 1000
    seed : int, default 0

    Returns
    -------
    tuple of DataFrame
        `analysis.hotspots.hotspots` of the standardised rates (Gi*), and `analysis.hotspots.scan.scan` of the cases, rounded to
        whole ones (Kulldorff), with circles of more and of fewer.

    Raises
    ------
    ValueError
        As those two.
    """
    require(counts, ("region", "cases", "population"), "counts")
    lived_in = counts["population"] > 0
    figures = pd.DataFrame(
        {
            "region": counts["region"],
            "value": (per * counts["cases"] / counts["population"].where(lived_in)).astype("float64"),
            "base": counts["population"].where(lived_in).astype("float64"),
        }
    )
    figures = figures[figures["region"].isin(neighbours.regions)]
    whole = counts[lived_in].assign(cases=counts["cases"].round())
    return hotspots(figures, neighbours, per=per), scan(whole, centres, side=BOTH, seed=seed)
