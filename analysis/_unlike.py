"""How unlike each other the parts of one region are: what makes a conversion to other borders uncertain.

A region is thought of as 1 / s^2 blocks that are alike inside and go over as a whole. A figure that lies in a few
places (rented houses, welfare) has few blocks, one that is spread evenly over the addresses (inhabitants) has many.

Measured on redrawn wijken, put together of all 13,808 buurten of the country (CBS, Kerncijfers wijken en buurten 2020,
CC BY 4.0), and where that table lacks a figure on the buurten of Heerlen (the same, 2016 to 2019). How, and how often
the band then holds the truth, stands in docs/benchmarks.md.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

ADDRESSES: Final = "addresses"
AREA: Final = "area"

_COUNTS: Final = {
    0.06: ("households",),
    0.07: ("dwellings",),
    0.08: ("income_recipients",),
    0.10: ("population", "men", "women", "hh_no_children"),
    0.13: ("age_25_45", "age_45_65"),
    0.14: ("hh_single", "hh_with_children"),
    0.15: ("age_15_25", "edu_low", "edu_mid"),
    0.16: ("age_65plus", "origin_western"),
    0.17: ("age_0_15", "benefit_aow"),
    0.18: ("cars",),
    0.20: ("births",),
    0.21: ("benefit_ww",),
    0.22: ("youth_care",),
    0.24: ("benefit_ao",),
    0.26: ("wmo_clients",),
    0.29: ("origin_nonwestern",),
    0.30: ("deaths",),
    0.33: ("edu_high",),
    0.36: ("benefit_bijstand", "businesses"),
}
_RATES: Final = {
    0.06: ("hh_size",),
    0.10: ("income_per_recipient", "income_per_resident", "schools_3km"),
    0.11: ("electricity",),
    0.12: ("cars_per_hh",),
    0.14: ("gas", "labour_participation", "active_15_75"),
    0.17: ("youth_care_pct",),
    0.18: ("woz", "low40_persons"),
    0.22: ("birth_rate",),
    0.24: ("employees", "self_employed"),
    0.26: ("vacancy",),
    0.30: ("death_rate", "wmo_relative"),
    0.33: ("other_rental",),
    0.34: ("social_minimum",),
    0.35: ("low_income_hh", "crime_theft_home", "crime_vandalism", "crime_violence"),
    0.37: ("low40_households",),
    0.38: ("high20_persons",),
    0.40: ("dist_gp", "dist_supermarket", "dist_daycare", "dist_school"),
    0.45: ("high20_households",),
    0.47: ("rented", "owner_occupied"),
    0.50: ("single_family", "multi_family"),
    0.60: ("corp_rental",),
    0.72: ("built_before_2000", "built_from_2000", "built_last_10y"),
}
#: Land says little about where people live, whatever the count, and less about who they are.
_COUNT_BY_AREA: Final = 0.40
_IN_FEW_PLACES_BY_AREA: Final = {"benefit_bijstand": 0.48, "origin_western": 0.48, "origin_nonwestern": 0.48}
_RATE_BY_AREA: Final = 2.5


def _spread(groups: dict[float, tuple[str, ...]], otherwise: dict[str, float]) -> pd.Series[float]:
    return pd.Series(otherwise | {name: spread for spread, names in groups.items() for name in names})


def _measured() -> pd.DataFrame:
    counts = _spread(_COUNTS, {"count": 0.20})
    rates = _spread(_RATES, {"rate": 0.40, "approximation": 0.15})
    by_area = pd.Series(_COUNT_BY_AREA, index=counts.index)
    by_area.update(pd.Series(_IN_FEW_PLACES_BY_AREA))
    of_counts = pd.DataFrame({ADDRESSES: counts, AREA: by_area})
    of_rates = pd.DataFrame({ADDRESSES: rates, AREA: _RATE_BY_AREA * rates})
    return pd.concat([of_counts, of_rates]).rename_axis("indicator")


#: Spread between blocks, relative to the figure (of a percentage: to its distance to 0 and 100), by indicator, and under
#: ``count``, ``rate`` and ``approximation`` for a figure that was not measured. By area it is the spread of a part.
SPREAD: Final = _measured()
