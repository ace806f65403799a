"""What a wijkanalyse is about: a wijk up to a year, as the figures and the register know it; asked for once, by every part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final

import pandas as pd

from analysis.attention import weighs
from analysis.standing import FEWEST_PEOPLE
from data.catalogue import Indicator
from data.panel import WITH_VALUE
from register.stories import Story
from reports.model import Figure
from ui import triage, wording
from ui.amounts import in_unit_of
from ui.figures import Figures
from ui.registering import Desk

#: Signals and strengths that a report tells.
_MOST: Final = 3
#: Theme of a figure that no report ever tells.
ORIGIN: Final = "herkomst"
_VALUED: Final = frozenset(str(status) for status in WITH_VALUE)


@dataclass(frozen=True, eq=False)
class Subject:
    """One wijk in one edition.

    Attributes
    ----------
    known : Figures
    desk : Desk or None
        None where there is no register to ask.
    region : str
        A wijk (series of the panel), also one that is gone.
    story : Story or None
        What people brought in; None where nobody began.
    today : date
    ahead : int
        Years that are looked ahead.
    """

    known: Figures
    desk: Desk | None
    region: str
    story: Story | None
    today: date
    ahead: int = 5

    @cached_property
    def name(self) -> str:
        """Name of the wijk as it stands in a sentence."""
        return self.known.label(self.region)

    @cached_property
    def year(self) -> int:
        """The last year of the figures: that of the edition, else the last with figures; of a wijk that is gone its last."""
        last = self.known.last_year_of(self.region)
        wished = self.head.get("year") or triage.latest_year(self.known) or self.known.years[-1]
        return min(int(wished), last) if last < self.known.years[-1] else int(wished)

    @property
    def is_gone(self) -> bool:
        """Whether the wijk stands in no table of now."""
        return self.known.last_year_of(self.region) < self.known.years[-1]

    @cached_property
    def people(self) -> float | None:
        """Inhabitants in the last year with that figure; None where it is not known."""
        found = self.figure("population")
        return found.value if found and wording.is_figure(found.value) else None

    @property
    def is_small(self) -> bool:
        """Whether too few people live here to say how the wijk stands (`analysis.standing.FEWEST_PEOPLE`)."""
        return self.people is None or self.people < FEWEST_PEOPLE

    @cached_property
    def comparator(self) -> str:
        """What the wijk is held against: the gemeente, Nederland where that is all there is, or nothing (empty)."""
        there = triage.comparators(self.known, self.year)
        return next((one for one in (triage.GEMEENTE, triage.LAND) if one in there), "")

    @property
    def comparator_name(self) -> str:
        """Name of what the wijk is held against, as it stands in a sentence."""
        return "Nederland" if self.comparator == triage.LAND else self.known.name

    @cached_property
    def head(self) -> dict[str, Any]:
        """Fields of the edition; empty where nobody began."""
        return self.story.head if self.story else {}

    @property
    def edition(self) -> int:
        """Number of the edition, from 1."""
        return int(self.head.get("edition") or 1)

    def text(self, field: str) -> str:
        """Return what people wrote in a field of the head; empty where they wrote nothing."""
        return str(self.head.get(field) or "").strip()

    def parts(self, kind: str, section: str | None = None) -> tuple[dict[str, Any], ...]:
        """Return the parts of a kind that people brought in."""
        return self.story.of(kind, section) if self.story else ()

    @cached_property
    def triaged(self) -> pd.DataFrame:
        """The rows of this wijk in the triage, strongest first; herkomst has no place in it, nor has a wijk that is too small."""
        if not self.comparator or self.is_small:
            return pd.DataFrame(columns=["region", "indicator", "theme", "state", "order", "year"])
        question = triage.Question(self.comparator, triage.ALL_THEMES, False, self.year)
        rows = triage.triaged(self.known, question, published=self.is_gone)
        return rows[rows["region"] == self.region]

    @cached_property
    def signals(self) -> pd.DataFrame:
        """The strongest reasons to look at the wijk, at most one per theme (`ui.triage.signals`)."""
        rows = self.triaged
        return rows[weighs(rows)].drop_duplicates("theme").head(_MOST) if len(rows) else rows

    @cached_property
    def strengths(self) -> pd.DataFrame:
        """What is clearly more favourable than in the gemeente, the clearest first, at most one per theme."""
        rows = self.triaged
        if rows.empty:
            return rows
        good = rows[rows["state"] == "good"].sort_values("order", ascending=False, kind="stable")
        return good.drop_duplicates("theme").head(_MOST)

    def indicator(self, indicator: str) -> Indicator:
        """Return an indicator in the unit of the last figure of this wijk."""
        rows = self.known.of(indicator, self.region).dropna(subset="value").sort_values("year")
        found = self.known.catalogue[indicator]
        return in_unit_of(rows.iloc[-1], found) if len(rows) else found

    def figure(self, indicator: str, region: str | None = None, year: int | None = None) -> Figure | None:
        """Return a figure; the last one up to the year of the edition where no year is named, None where there is no row.

        Never of herkomst.
        """
        return figure_of(self.known, indicator, region or self.region, self.year, exactly=year)


@lru_cache(maxsize=4096)
def figure_of(
    known: Figures, indicator: str, region: str, until: int, *, exactly: int | None = None
) -> Figure | None:
    """Return one figure of the panel as it is written.

    Parameters
    ----------
    known : Figures
    indicator, region : str
    until : int
        The last year that may be looked at.
    exactly : int, optional
        This very year, with or without a figure.

    Returns
    -------
    Figure or None
        The last with a value; else the last row, of which ``text`` is the reason; None without any row, and for herkomst.
    """
    if indicator not in known.catalogue or known.catalogue[indicator].theme == ORIGIN:
        return None
    rows = _of_indicator(known, indicator)
    rows = rows[rows["region"] == region]
    rows = rows[rows["year"] == exactly] if exactly is not None else rows[rows["year"] <= until]
    if rows.empty:
        return None
    rows = rows.sort_values("year")
    with_value = rows[rows["status"].isin(_VALUED) & rows["value"].notna()]
    return as_figure(known, (with_value if len(with_value) else rows).iloc[-1])


@lru_cache(maxsize=256)
def _of_indicator(known: Figures, indicator: str) -> pd.DataFrame:
    """Return the rows of one figure: found in the whole panel once, not for every year and wijk anew."""
    return known.of(indicator)


def as_figure(known: Figures, row: pd.Series) -> Figure:
    """Return a row of the panel as it is written."""
    entry = in_unit_of(row, known.catalogue[str(row["indicator"])])
    year, status = int(row["year"]), str(row["status"])
    value = float(row["value"]) if pd.notna(row["value"]) and status in _VALUED else float("nan")
    return Figure(
        region=str(row["region"]),
        indicator=entry.id,
        year=year,
        value=value,
        status=status,
        unit=str(row["unit"]),
        place=known.label(str(row["region"])),
        title=entry.title,
        text=wording.figure_or_reason(value, status, entry.unit, entry.decimals),
        source=known.source_of(known.catalogue[entry.id], year),
    )
