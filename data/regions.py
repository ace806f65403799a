"""Region codes: what a code says about level and gemeente."""

from __future__ import annotations

import re

import pandas as pd

from data.panel import REGION_PATTERN, Level

NEDERLAND = "NL00"
_LEVEL_OF_PREFIX = {"NL": Level.LAND, "GM": Level.GEMEENTE, "WK": Level.WIJK, "BU": Level.BUURT}
_GEMEENTE = re.compile(r"^GM\d{4}$")


def is_gemeente_code(text: str) -> bool:
    """Tell whether ``text`` has the form of a gemeente code (``GM0917``)."""
    return bool(_GEMEENTE.match(text))


def clean_codes(codes: pd.Series) -> pd.Series:
    """Strip the padding of CBS codes (``'GM0363    '``) and put them in capitals."""
    return codes.astype("str").str.strip().str.upper()


def are_regions(codes: pd.Series) -> pd.Series:
    """Tell per clean code whether it is a land, gemeente, wijk or buurt."""
    return codes.str.match(REGION_PATTERN).fillna(False).astype(bool)


def levels(codes: pd.Series) -> pd.Series:
    """Return the level of each clean code (``land``, ``gemeente``, ``wijk``, ``buurt``)."""
    return codes.str[:2].map({prefix: level.value for prefix, level in _LEVEL_OF_PREFIX.items()})


def gemeenten(codes: pd.Series) -> pd.Series:
    """Return the gemeente code that each clean code belongs to; Nederland belongs to itself."""
    return ("GM" + codes.str[2:6]).where(~codes.str.startswith("NL"), NEDERLAND)
