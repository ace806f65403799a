"""What CBS has still to publish, and when that may be expected.

A table of neighbourhood figures fills in over the years: inhabitants come in the year itself, incomes one or
two years later. The catalogue says how long after the table year a figure usually comes out (``lag_years``);
these functions lay that beside what is there.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from data.catalogue import Catalogue, Indicator
from data.panel import WITH_VALUE, Status

COLUMNS = [
    "indicator",
    "title",
    "last_year",
    "provisional",
    "next_year",
    "expected",
    "overdue",
    "status",
    "ended",
]

#: CBS has said something of every region: a figure, or why there is none.
_ANSWERED = (*WITH_VALUE, Status.SUPPRESSED, Status.NOT_APPLICABLE)


class Outlook(StrEnum):
    """What may be expected of an indicator."""

    EXPECTED = "verwacht"
    TO_FETCH = "op te halen"
    LATE = "te laat"
    ENDED = "gestopt"


def usual_moment(indicator: Indicator, year: int) -> date:
    """Return the last day of the month in which CBS usually has published the figure of a table year."""
    moment: date = _moments(np.array([year]), np.array([indicator.lag_years]))[0].item()
    return moment


def to_come(panel: pd.DataFrame, catalogue: Catalogue, level: str, today: date) -> pd.DataFrame:
    """Say of each indicator which figure comes next, and when.

    Parameters
    ----------
    panel : DataFrame
        Panel rows (`data.panel`) of one gemeente.
    catalogue : Catalogue
    level : str
        Regional level to look at: an indicator may be there for the gemeente and not yet for its buurten.
    today : date

    Returns
    -------
    DataFrame
        One row per indicator that CBS publishes, in order of ``expected``; what CBS stopped with goes last, the latest first.

        - indicator, title: str
        - last_year: Int64, last year with figures at this level; missing where there is none
        - provisional: tuple of int, the years of which the figures may still change
        - next_year: Int64, the table year that comes next; missing where CBS stopped
        - expected: datetime64, the end of the month in which it usually is out: the end of the table year
          plus ``lag_years``
        - overdue: bool, that moment has passed
        - status: `Outlook`. ``te laat`` is said only where the panel holds the table of next_year and the
          figure is not in it; where the panel has no such table it is ``op te halen``
        - ended: Int64, the last table year that CBS made it; missing where it goes on

        An indicator without any figure at this level is left out where another level has figures in those same
        years: then CBS does not make it for this level, or has none of these regions.
    """
    at_level = panel["level"] == level
    if not at_level.any():
        return _frame([])
    here, elsewhere = _Seen(panel, at_level), _Seen(panel, ~at_level)
    rows: list[dict[str, Any]] = []
    for indicator in catalogue.published:
        if indicator.id not in here.answered and _only_elsewhere(indicator.id, here, elsewhere):
            continue
        rows.append(_row(indicator, here, today))
    rows.sort(key=_by_moment)
    return _frame(rows)


def overdue_gaps(panel: pd.DataFrame, catalogue: Catalogue, today: date) -> set[str]:
    """Return the indicators of which a whole level is empty although CBS should have published it by now.

    Parameters
    ----------
    panel : DataFrame
        Panel rows (`data.panel`), of one table or more.
    catalogue : Catalogue
    today : date

    Returns
    -------
    set of str
        Ids of indicators with, in some year, no value at all at a level where it is ``not_published``, after
        the usual moment. A level with one region (the gemeente itself) counts only where the other levels
        are empty too: one empty cell is more often a secret than a delay.
    """
    empty = panel["status"] == Status.NOT_PUBLISHED.value
    lags = {indicator.id: indicator.lag_years for indicator in catalogue.published}
    suspects = [indicator for indicator in panel.loc[empty, "indicator"].unique() if indicator in lags]
    if not suspects:
        return set()
    rows = panel.loc[panel["indicator"].isin(suspects), ["indicator", "level", "year", "value", "status"]]
    groups = rows.groupby(["indicator", "year", "level"], observed=True).agg(
        values=("value", "count"), regions=("value", "size"), status=("status", "first")
    )
    groups["anywhere"] = groups.groupby(["indicator", "year"], observed=True)["values"].transform("sum")
    groups = groups.reset_index()
    moments = _moments(groups["year"].to_numpy(), groups["indicator"].map(lags).to_numpy())
    missing = (
        (groups["values"] == 0)
        & (groups["status"] == Status.NOT_PUBLISHED.value)
        & ((groups["regions"] > 1) | (groups["anywhere"] == 0))
        & (moments < np.datetime64(today))
    )
    return set(groups.loc[missing, "indicator"])


class _Seen:
    """What a panel says of each indicator: the years that CBS answered, with figures or otherwise."""

    def __init__(self, panel: pd.DataFrame, where: pd.Series) -> None:
        pairs = _distinct(panel.loc[where, ["indicator", "year", "status"]])
        self.years = set(pairs["year"].unique().tolist())
        self.answered = self._by_indicator(pairs, _ANSWERED)
        self.with_figures = self._by_indicator(pairs, WITH_VALUE)
        self.provisional = self._by_indicator(pairs, (Status.PROVISIONAL,))
        self.awaited = self._by_indicator(pairs, (Status.NOT_PUBLISHED,))

    @staticmethod
    def _by_indicator(pairs: pd.DataFrame, statuses: tuple[Status, ...]) -> dict[str, list[int]]:
        wanted = pairs[pairs["status"].isin([status.value for status in statuses])]
        found: dict[str, list[int]] = {}
        for indicator, year in zip(wanted["indicator"], wanted["year"].tolist(), strict=True):
            found.setdefault(indicator, []).append(year)
        return {indicator: sorted(set(years)) for indicator, years in found.items()}


def _distinct(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the distinct combinations of indicator, year and status; in whole numbers, for speed."""
    indicators, indicator_names = pd.factorize(rows["indicator"])
    statuses, status_names = pd.factorize(rows["status"])
    years = rows["year"].to_numpy()
    keys = np.unique((indicators * len(Status) + statuses) * 10_000 + years)
    pairs, years = np.divmod(keys, 10_000)
    indicators, statuses = np.divmod(pairs, len(Status))
    return pd.DataFrame(
        {"indicator": indicator_names[indicators], "year": years, "status": status_names[statuses]}
    )


def _only_elsewhere(indicator: str, here: _Seen, elsewhere: _Seen) -> bool:
    awaited = set(here.awaited.get(indicator, ()))
    return bool(awaited) and awaited <= set(elsewhere.answered.get(indicator, ()))


def _next_year(indicator: Indicator, here: _Seen) -> int:
    if answered := here.answered.get(indicator.id):
        return answered[-1] + 1
    if awaited := here.awaited.get(indicator.id):
        return awaited[0]
    return max(indicator.first_year, max(here.years) + 1)


def _row(indicator: Indicator, here: _Seen, today: date) -> dict[str, Any]:
    figures = here.with_figures.get(indicator.id)
    next_year = _next_year(indicator, here)
    ended = indicator.last_year if indicator.last_year and next_year > indicator.last_year else None
    expected = None if ended else usual_moment(indicator, next_year)
    overdue = expected is not None and expected < today
    return {
        "indicator": indicator.id,
        "title": indicator.title,
        "last_year": figures[-1] if figures else None,
        "provisional": tuple(here.provisional.get(indicator.id, ())),
        "next_year": None if ended else next_year,
        "expected": expected,
        "overdue": overdue,
        "status": _outlook(ended, overdue, next_year in here.years).value,
        "ended": ended,
    }


def _by_moment(row: dict[str, Any]) -> tuple[date, int, str]:
    return row["expected"] or date.max, -(row["ended"] or 0), row["title"]


def _outlook(ended: int | None, overdue: bool, in_panel: bool) -> Outlook:
    if ended:
        return Outlook.ENDED
    if not overdue:
        return Outlook.EXPECTED
    return Outlook.LATE if in_panel else Outlook.TO_FETCH


def _moments(years: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Return the last day of the month that lies ``lags`` years after the end of each table year."""
    months = ((years - 1970) * 12 + 12 + np.round(lags * 12)).astype("int64")
    return months.astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(
        {
            "indicator": "str",
            "title": "str",
            "last_year": "Int64",
            "next_year": "Int64",
            "expected": "datetime64[s]",
            "overdue": "bool",
            "status": "str",
            "ended": "Int64",
        }
    )
