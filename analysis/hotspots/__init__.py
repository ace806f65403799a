"""Hotspots: where figures gather on the map, more than chance, and since when."""

from analysis.hotspots.chance import chance_beside, chance_together
from analysis.hotspots.local import LocalMoran, getis_ord, local_moran
from analysis.hotspots.neighbours import Neighbours, contiguity
from analysis.hotspots.rates import empirical_bayes, smoothed, standardised
from analysis.hotspots.reach import ORDINARY, Reach, reach
from analysis.hotspots.spots import (
    COLD,
    HIGH_HIGH,
    HIGH_LOW,
    HOT,
    ISLAND,
    LOW_HIGH,
    LOW_LOW,
    NO_FIGURE,
    NOTHING,
    RATE,
    hotspots,
    local_moran_spots,
)

__all__ = [
    "COLD",
    "HIGH_HIGH",
    "HIGH_LOW",
    "HOT",
    "ISLAND",
    "LOW_HIGH",
    "LOW_LOW",
    "NOTHING",
    "NO_FIGURE",
    "ORDINARY",
    "RATE",
    "LocalMoran",
    "Neighbours",
    "Reach",
    "chance_beside",
    "chance_together",
    "contiguity",
    "empirical_bayes",
    "getis_ord",
    "hotspots",
    "local_moran",
    "local_moran_spots",
    "reach",
    "smoothed",
    "standardised",
]
