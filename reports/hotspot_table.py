"""Hotspots of any figures on any map, as a table to write away and what must be told with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.hotspots import (
    NO_FIGURE,
    Neighbours,
    Reach,
    contiguity,
    empirical_bayes,
    hotspots,
    local_moran_spots,
    reach,
)
from data.errors import UserError
from data.geometry_file import Land

Method = Literal["gi", "moran"]
Rates = Literal["bayes", "standard"]
#: People that a count is told per; it changes no statistic.
PER: Final = 1000.0
#: The columns of the file, in this order; of counts with a population `SMOOTHED` stands behind them.
COLUMNS: Final = ["region", "statistic", "p", "p_adjusted", "class"]
#: The empirical Bayes rate per `PER` people.
SMOOTHED: Final = "smoothed"
#: A region with a figure that is not on the map.
NO_LAND: Final = "no_land"


@dataclass(frozen=True)
class Hotspots:
    """Hotspots, and what a reader has to know about them.

    Attributes
    ----------
    table : DataFrame
        `COLUMNS`, one row per region of the map in its order, then those without land. Of counts with a population also
        `SMOOTHED`.
    values : Series of float
        What the map shows, indexed by region of the map; with a population the empirical Bayes rate per `PER` people.
    neighbours : Neighbours
        Of the regions with a figure.
    reach : Reach
        What can be found among so many regions.
    no_figure, no_land, islands, single : tuple of str
        Regions of the map without a figure, figures without land, regions that touch no other with a figure, and regions
        that touch one.
    nobody : tuple of str
        Regions with a count of a population of 0 or unknown: there is no rate.
    equal : bool
        All figures are the same, so that nothing can stand out.
    rates : str
        How counts were made comparable; empty where the figures were no counts.
    """

    table: pd.DataFrame
    values: pd.Series
    neighbours: Neighbours
    reach: Reach
    no_figure: tuple[str, ...]
    no_land: tuple[str, ...]
    islands: tuple[str, ...]
    single: tuple[str, ...]
    nobody: tuple[str, ...]
    equal: bool
    rates: str


def hotspot_table(
    figures: pd.DataFrame, land: Land, method: Method = "gi", rates: Rates = "bayes"
) -> Hotspots:
    """Find the hotspots of figures on a map.

    Parameters
    ----------
    figures : DataFrame
        As `data.value_file.read`: region, value and, where value is a count, population.
    land : Land
        As `data.geometry_file.read`.
    method : {"gi", "moran"}
        Getis-Ord Gi* (where high or low figures lie together), or local Moran (which regions are like their neighbours, and
        which stand out among them).
    rates : {"bayes", "standard"}
        How counts with a population are compared: as empirical Bayes rates (`analysis.hotspots.empirical_bayes`), as in the
        books and in esda; or each rate as its distance to the overall rate in standard deviations of its own
        (`analysis.hotspots.standardised`). The first leaves large regions more spread than small ones: on the counties of
        North Carolina, with counts without any pattern, it shows a hotspot on 10 to 15 % of the maps, the second on
        4 to 5 %.

    Returns
    -------
    Hotspots

    Raises
    ------
    UserError
        If no region of the map has a figure.
    """
    codes = list(land.frame["region"])
    placed = rates_of(figures).reindex(codes)
    if placed.notna().sum() == 0:
        raise UserError(
            "Geen van de gebieden op de kaart heeft een cijfer; vul de kolom value, of kies een andere kaart."
        )
    neighbours = contiguity(list(land.frame.geometry), codes, within=_slack(land))
    search = hotspots if method == "gi" else local_moran_spots
    compared = pd.DataFrame({"region": codes, "value": placed.to_numpy()})
    if "population" in figures and rates == "standard":
        compared = _with_base(figures).set_index("region").reindex(codes).reset_index()
    found = search(compared, neighbours, per=PER)
    on_map = set(codes)
    no_land = tuple(region for region in figures["region"] if region not in on_map)
    nowhere = pd.DataFrame({"region": list(no_land), "class": NO_LAND}).reindex(columns=COLUMNS)
    nowhere = nowhere.astype(dict.fromkeys(COLUMNS[1:4], "float64"))
    told = found[COLUMNS]
    if "population" in figures:
        told = told.assign(**{SMOOTHED: placed.to_numpy()})
    table = told if nowhere.empty else pd.concat([told, nowhere], ignore_index=True)
    known = [str(region) for region in placed.index[np.isfinite(placed.to_numpy())]]
    among = neighbours.among(known)
    return Hotspots(
        table=table,
        values=placed,
        neighbours=among,
        reach=reach(among),
        no_figure=tuple(found.loc[found["class"] == NO_FIGURE, "region"]),
        no_land=no_land,
        islands=among.islands,
        single=among.single,
        nobody=_nobody(figures, on_map),
        equal=len(known) > 1 and _all_equal(compared["value"].dropna().to_numpy(dtype=np.float64)),
        rates=rates if "population" in figures else "",
    )


def _all_equal(values: npt.NDArray[np.float64]) -> bool:
    return bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def _slack(land: Land) -> float:
    """Return how far apart, in the unit of the map, two borders may lie that touch: a metre, where that is known.

    Borders that were simplified or rounded one by one lie centimetres apart.
    """
    crs = land.frame.crs
    if crs is None:
        return 0.0
    return 1e-5 if crs.is_geographic else 1.0 / float(crs.axis_info[0].unit_conversion_factor)


def rates_of(figures: pd.DataFrame) -> pd.Series:
    """Return the figures by region; counts with a population as an empirical Bayes rate per `PER` people."""
    values = figures["value"].to_numpy(dtype=np.float64)
    if "population" in figures:
        values = PER * empirical_bayes(values, figures["population"].to_numpy(dtype=np.float64))
    return pd.Series(values, index=figures["region"].to_numpy())


def _with_base(figures: pd.DataFrame) -> pd.DataFrame:
    """Return counts as plain rates with the population they are counted on; none where nobody lives."""
    people = figures["population"].where(figures["population"] > 0)
    return pd.DataFrame(
        {"region": figures["region"], "value": PER * figures["value"] / people, "base": people}
    )


def _nobody(figures: pd.DataFrame, on_map: set[str]) -> tuple[str, ...]:
    if "population" not in figures:
        return ()
    without = figures["value"].notna() & ~(figures["population"] > 0)
    return tuple(region for region in figures.loc[without, "region"] if region in on_map)
