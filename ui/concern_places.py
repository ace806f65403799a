"""Where a concern is: wijken and buurten of now to choose from, and names for the codes that are kept."""

from __future__ import annotations

import pandas as pd

from data.panel import Level
from register.concerns import Concerns
from ui.buurt_choice import wijk_of
from ui.concern_wording import is_missing
from ui.figures import Figures


def wijken_now(known: Figures) -> dict[str, str]:
    """Return the names of the wijken of the last year by code."""
    return {region: known.label(region) for region in known.regions_in(known.years[-1])}


def buurten_now(known: Figures, wijk: str | None) -> dict[str, str]:
    """Return the names of the buurten of a wijk in the last year by code; empty without a wijk."""
    if not wijk:
        return {}
    there = known.region_years
    last = there[(there["level"] == Level.BUURT.value) & (there["year"] == known.years[-1])]
    return {
        str(code): known.label(str(region))
        for region, code in zip(last["region"], last["published_as"], strict=True)
        if wijk_of(str(code)) == wijk
    }


def borders_now(known: Figures) -> int:
    """Return the year of the borders on which a wijk that is chosen now lies."""
    return known.borders_year(known.years[-1]) or known.years[-1]


def region_of(known: Figures, wijk: object, borders_year: object) -> str | None:
    """Return the wijk of now, or the one that is gone, that a code on older borders stands for; None where unknown."""
    if is_missing(wijk):
        return None
    code = str(wijk)
    year = known.years[-1] if is_missing(borders_year) else int(borders_year)  # type: ignore[call-overload]
    return known.region_on(code, year) or (code if code in known.regions else None)


def regions_of(known: Figures, concerns: pd.DataFrame) -> pd.Series:
    """Return the wijk of every concern (see `region_of`), in the order of the rows; the code where it is unknown."""
    keys = concerns["wijk"].astype("str") + "|" + concerns["borders_year"].astype("str")
    first = concerns[~keys.duplicated()]
    found = {
        keys[at]: region_of(known, wijk, year) or str(wijk)
        for at, wijk, year in zip(first.index, first["wijk"], first["borders_year"], strict=True)
    }
    return keys.map(found)


def theme_counts(concerns: Concerns) -> dict[str, int]:
    """Return how many concerns have each theme, most first."""
    return {str(theme): int(found) for theme, found in concerns.heard()["theme"].value_counts().items()}
