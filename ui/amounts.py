"""How running text writes figures and the change between them: "van 8 naar 11 procent", "0,7 procentpunt per jaar".

Pure functions. A figure is written with the decimals of its source; these fall away where all figures of one clause
are whole. A change per year is smaller than a figure, so it keeps one decimal where the figures have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from data.catalogue import Indicator
from ui import wording
from ui.wording import SPACE, Row, is_figure

#: From this size on a change per year needs no decimals where the figures themselves have none.
_LARGE: Final = 100.0
_MOST_DECIMALS: Final = 3
#: From this size on (in thousands of euro) a change is written as exactly as the figures themselves.
_MANY_THOUSANDS: Final = 10.0


def given(row: Row, key: str) -> Any:
    """Return a field of ``row``, or None where it is missing or empty."""
    value = row.get(key)
    if isinstance(value, str):
        return value or None
    return None if value is None or pd.isna(value) else value


def in_unit_of(row: Row, indicator: Indicator) -> Indicator:
    """Return the indicator in the unit of this very series: CBS gave some counts as a percentage once."""
    unit = given(row, "unit")
    if unit is None or wording.unit_label(unit) == wording.unit_label(indicator.unit):
        return indicator
    decimals = max(indicator.decimals, 1) if unit == "%" else indicator.decimals
    return indicator.model_copy(update={"unit": str(unit), "phrase_has_unit": False, "decimals": decimals})


def amounts(values: Sequence[float], indicator: Indicator) -> list[str]:
    """Write figures of one clause alike, without their unit (euros keep their sign)."""
    if wording.in_thousands_of_euro(indicator.unit):
        return [wording.figure(value, indicator.unit, indicator.decimals) for value in values]
    decimals = indicator.decimals
    if all(is_figure(value) and round(float(value), decimals).is_integer() for value in values):
        decimals = 0
    return [wording.number(value, decimals) for value in values]


def unit_behind(indicator: Indicator) -> str:
    """Return the unit in words with a space in front; empty where the phrase or the sign already says it."""
    word = "" if indicator.phrase_has_unit else wording.spoken_unit(indicator.unit)
    return f"{SPACE}{word}" if word else ""


def amount(value: float, indicator: Indicator) -> str:
    """Write one figure with its unit in words: "11,5 procent", "€ 28 400", "1 240"."""
    return amounts([value], indicator)[0] + unit_behind(indicator)


def both_amounts(first: float, last: float, indicator: Indicator) -> tuple[str, str]:
    """Write two figures alike, each with its unit: "47,9 procent" and "48,0 procent"."""
    one, other = amounts([first, last], indicator)
    return one + unit_behind(indicator), other + unit_behind(indicator)


def pair(first: float, last: float, indicator: Indicator, between: str = "naar") -> str:
    """Write two figures with their unit once: "8 naar 11 procent", "7,9 tot 9,0 procent"."""
    one, other = amounts([first, last], indicator)
    return f"{one} {between} {other}{unit_behind(indicator)}"


def look_alike(first: float, last: float, indicator: Indicator) -> bool:
    """Tell whether two figures are written the same, so that no sentence can say that one is higher."""
    one, other = amounts([first, last], indicator)
    return one == other


def _finest(indicator: Indicator, largest: float) -> int:
    if wording.in_thousands_of_euro(indicator.unit):
        return 2 if largest < _MANY_THOUSANDS else indicator.decimals
    return 0 if indicator.decimals == 0 and largest >= _LARGE else max(indicator.decimals, 1)


def per_year(slope: float, indicator: Indicator) -> str:
    """Write the size of a yearly change, without its sign: "0,7 procentpunt per jaar".

    As it stands behind the phrase of the indicator: a unit that the phrase names is not said twice.
    """
    if indicator.phrase_has_unit:
        indicator = indicator.model_copy(update={"unit": "", "phrase_has_unit": False})
    size = abs(slope)
    decimals = _finest(indicator, size)
    smallest = 10.0**-decimals
    if 0 < size < smallest / 2:
        return f"minder dan {_spoken_change(smallest, indicator, decimals)} per jaar"
    return f"{_spoken_change(size, indicator, decimals)} per jaar"


def _spoken_change(value: float, indicator: Indicator, decimals: int, signed: bool = False) -> str:
    """Write a change with its unit in words, "kilometer" rather than "km"."""
    word = wording.spoken_unit(indicator.unit)
    if word in ("", "procent"):
        return wording.difference(value, indicator.unit, decimals, signed)
    return f"{wording.number(value, decimals, signed)}{SPACE}{word}"


def slope_text(row: Row, indicator: Indicator, band: bool = True) -> str:
    """Write the change per year with its band: "0,7 procentpunt per jaar, tussen 0,4 en 1,0".

    Parameters
    ----------
    row : mapping or Series
        slope, lower and upper, per year and in the unit of the figure; as in `analysis.trends.trends`.
    indicator : Indicator
    band : bool
        Also write between which values the change lies (95 %), where that is known.

    Returns
    -------
    str
        Empty without a slope.
    """
    slope, lower, upper = (given(row, key) for key in ("slope", "lower", "upper"))
    if slope is None:
        return ""
    indicator = in_unit_of(row, indicator)
    told = (slope, lower, upper) if band and lower is not None and upper is not None else (slope,)
    decimals = _decimals_for(told, indicator, moved=given(row, "verdict") in ("rises", "falls"))
    smallest = 10.0**-decimals
    if 0 < max(abs(value) for value in told) < smallest / 2:
        return f"minder dan {_spoken_change(smallest, indicator, decimals)} per jaar"
    text = f"{_spoken_change(slope, indicator, decimals)} per jaar"
    if len(told) == 1:
        return text
    low, high = (_bare_change(value, indicator, decimals) for value in told[1:])
    return f"{text}, tussen {low} en {high}"


def _decimals_for(values: Sequence[float], indicator: Indicator, *, moved: bool) -> int:
    """Return as many decimals as it takes not to write a change as 0, at most one or two more than usual.

    Where the figure is called rising or falling (``moved``), no side of its band is written as 0 either.
    """
    usual = _finest(indicator, max(abs(value) for value in values))
    sizes = [abs(value) for value in values]
    shown = min(sizes) if moved else max(sizes)
    most = min(usual + (2 if moved else 1), _MOST_DECIMALS)
    return next((n for n in range(usual, most) if shown == 0 or shown >= 0.5 * 10.0**-n), max(usual, most))


def _bare_change(value: float, indicator: Indicator, decimals: int) -> str:
    if wording.in_thousands_of_euro(indicator.unit):
        return wording.figure(value, indicator.unit, decimals)
    return wording.number(value, decimals)
