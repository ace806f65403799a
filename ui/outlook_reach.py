"""How far a forecast says something: where its band ends and why, and whether it is a change beyond the doubt.

Pure functions on rows of `analysis.forecasting.Study`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from analysis.trends import NEGLIGIBLE
from data.catalogue import Indicator
from ui.wording import Row

#: Half the band wider than this share of the figure, now or expected, and the band says nothing.
MOST_DOUBT: Final = 0.5
#: Half a band narrower than so many smallest steps of the source says something, however small the figure.
_SMALL_STEPS: Final = 2
#: Half a band is written in at least so many steps, so that rounding never takes away a sixth of it.
_STEPS_IN_HALF: Final = 3
#: Where fewer of the earlier bands of 80 % were right than this share, no new one is given.
LEAST_RIGHT: Final = 0.6
#: Fewer earlier forecasts than this say nothing about how they do.
FEWEST_CASES: Final = 30
#: Why a forecast goes no further: too few earlier forecasts to know a band, a band that says nothing, earlier bands that
#: were right too seldom. Also reasons for no forecast at all, beside `analysis.forecasting.REASONS`.
ENDS: Final = ("few_origins", "wide", "missed")
COURSES: Final = ("rises", "falls", "about_equal", "too_uncertain")
_BOUNDS: Final = ["lower_80", "upper_80", "lower_95", "upper_95"]


@dataclass(frozen=True)
class Prospect:
    """What can be said about the future of one series.

    Attributes
    ----------
    outlook : DataFrame
        Rows of `analysis.forecasting.Study.forecasts`, from the first year ahead as far as there is a band that says
        something; empty where there is none.
    ends : str
        Why it goes no further (`ENDS`); empty where it goes as far as was worked out, and where there is none.
    reason : str
        Why there is none: one of `analysis.forecasting.REASONS` or `ENDS`; empty where there is one.
    n : int
        Figures in a row that it rests on.
    last_year : int, optional
        Year of the last figure; None without figures.
    right : float, optional
        Share of earlier bands of 80 % that were right where the next year ahead was withheld for it, 0-1.
    """

    outlook: pd.DataFrame
    ends: str = ""
    reason: str = ""
    n: int = 0
    last_year: int | None = None
    right: float | None = None

    def until(self, horizon: int) -> pd.DataFrame:
        """Return the outlook up to so many years ahead."""
        return self.outlook[self.outlook["horizon"] <= horizon]

    def row(self, horizon: int) -> pd.Series | None:
        """Return the furthest row within so many years ahead, or None where there is none."""
        rows = self.until(horizon)
        return rows.iloc[-1] if len(rows) else None


def prospect(
    rows: pd.DataFrame, indicator: Indicator, right: Mapping[int, tuple[float, int]] | None = None
) -> Prospect:
    """Return how far the forecast of one series says something.

    A band is withheld from the first year ahead on at which it is not known (too few earlier forecasts), at which
    earlier ones were right in less than `LEAST_RIGHT` of at least `FEWEST_CASES` cases, or at which it says nothing
    (`says_nothing`).

    Parameters
    ----------
    rows : DataFrame
        The rows of one series in `analysis.forecasting.Study.forecasts`, not empty.
    indicator : Indicator
    right : mapping, optional
        Years ahead to the share of earlier bands of 80 % that were right in like regions (0-1), and of how many.
    """
    rows = rows.sort_values("horizon", ignore_index=True)
    ends = [why_no_further(row, indicator, right or {}) for _, row in rows.iterrows()]
    place = next((place for place, end in enumerate(ends) if end), len(ends))
    why = ends[place] if place < len(ends) else ""
    missed = (right or {})[int(rows["horizon"].iloc[place])][0] if why == "missed" else None
    first = rows.iloc[0]
    return Prospect(
        rows.iloc[:place],
        ends=why if place else "",
        reason="" if place else why,
        n=int(first["n"]),
        last_year=int(first["last_year"]),
        right=missed,
    )


def refusal(row: pd.Series) -> Prospect:
    """Return that there is no forecast, from a row of `analysis.forecasting.Study.refused`."""
    last = row["last_year"]
    return Prospect(
        pd.DataFrame({name: pd.Series(dtype="float64") for name in ("year", "horizon", "mean", *_BOUNDS)}),
        reason=str(row["reason"]),
        n=int(row["n"]),
        last_year=None if pd.isna(last) else int(last),
    )


def why_no_further(row: Row, indicator: Indicator, right: Mapping[int, tuple[float, int]]) -> str:
    """Return why the band of one year ahead is withheld: one of `ENDS`, or empty; arguments as in `prospect`."""
    if not all(math.isfinite(row[name]) for name in ("mean", *_BOUNDS)):
        return "few_origins"
    share, cases = right.get(int(row["horizon"]), (1.0, 0))
    if cases >= FEWEST_CASES and share < LEAST_RIGHT:
        return "missed"
    return "wide" if says_nothing(row, indicator) else ""


def says_nothing(row: Row, indicator: Indicator) -> bool:
    """Tell whether the band of 80 % is so wide that it says nothing: the figure could be half as much again or half less.

    Half its width is then more than `MOST_DOUBT` of the larger of the figure of now and the expected one, and more than
    twice the smallest step of the source: between 0 and 10 clients says something where counts are rounded to 5.
    """
    half = (row["upper_80"] - row["lower_80"]) / 2
    figure = max(abs(row["mean"]), abs(row["last_value"]))
    return bool(half > MOST_DOUBT * figure and half > _SMALL_STEPS * _smallest_step(indicator))


def _smallest_step(indicator: Indicator) -> float:
    latest = max(indicator.rounding_changes, key=lambda change: change.year, default=None)
    rounding = latest.rounding if latest else indicator.rounding
    return float(max(rounding, 10.0**-indicator.decimals))


def course(row: Row, indicator: Indicator) -> str:
    """Tell where a figure goes: one of `COURSES`.

    It rises or falls only where the whole band of 80 % lies beyond the figure of now, as both are written; it is about
    equal where the band stays within a tenth of that figure (`analysis.trends.NEGLIGIBLE`); else it is too uncertain.
    """
    lower, upper, now = (
        round(row[name], indicator.decimals) for name in ("lower_80", "upper_80", "last_value")
    )
    if lower > now:
        return "rises"
    if upper < now:
        return "falls"
    small = NEGLIGIBLE * max(abs(now), abs(row["mean"])) + 1e-9
    return "about_equal" if max(upper - now, now - lower) <= small else "too_uncertain"


def no_finer(outlook: pd.DataFrame, now: float, indicator: Indicator) -> pd.DataFrame:
    """Return rows of an outlook with a band, each rounded as `digits_of` says; ``now`` is the last figure."""
    ends = [name for name in ("mean", *_BOUNDS) if name in outlook]
    digits = [digits_of({**row, "last_value": now}, indicator) for _, row in outlook[ends].iterrows()]
    rounded = {
        name: [round(float(value), finest) for value, finest in zip(outlook[name], digits, strict=True)]
        for name in ends
    }
    return outlook.assign(**rounded)


def digits_of(row: Row, indicator: Indicator) -> int:
    """Return to how many decimals the forecast and its band are written, below 0 for tens, hundreds and so on.

    No finer than a third of the doubt (a figure with a band of 600 wide is told in hundreds), but fine enough that the band
    as written holds the figure of now exactly where `course` says so.
    """
    half = (row["upper_80"] - row["lower_80"]) / 2
    digits = indicator.decimals
    if half > 10.0**-digits:
        digits = min(digits, -math.floor(math.log10(half / _STEPS_IN_HALF)))
    now = round(row["last_value"], indicator.decimals)
    side = course(row, indicator)
    while digits < indicator.decimals:
        lower, upper = round(row["lower_80"], digits), round(row["upper_80"], digits)
        beyond = "rises" if lower > now else "falls" if upper < now else ""
        if beyond == (side if side in ("rises", "falls") else ""):
            break
        digits += 1
    return digits
