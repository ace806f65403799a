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
from register.stories import Story
from reports.model import Figure
from ui import triage_figures, wording
from ui.amounts import in_unit_of
from ui.figures import Figures
from ui.registering import Desk
from ui.story_place import figure_there

#: Signals and strengths that a report tells.
_MOST: Final = 3


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
        Years that are looked ahead, after `looks_from`.
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
        wished = self.head.get("year") or triage_figures.latest_year(self.known) or self.known.years[-1]
        return min(int(wished), last) if last < self.known.years[-1] else int(wished)

    @property
    def is_settled(self) -> bool:
        """Whether the edition was settled: it then goes on saying what it said."""
        return bool(self.text("settled_on"))

    @cached_property
    def basis(self) -> Figures:
        """The figures that expectations rest on: all that there are, of a settled edition only those of then."""
        kept = [int(row["year"]) for row in self.head.get("figures") or ()]
        last = max([self.year, *kept])
        return self.known if not self.is_settled or self.is_gone else known_until(self.known, last)

    @property
    def looks_from(self) -> int:
        """The year from which is looked ahead: that of today, of a settled edition that in which it was settled."""
        return int(self.text("settled_on")[:4]) if self.is_settled else self.today.year

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
        there = triage_figures.comparators(self.known, self.year)
        return next((one for one in (triage_figures.GEMEENTE, triage_figures.LAND) if one in there), "")

    @property
    def comparator_name(self) -> str:
        """Name of what the wijk is held against, as it stands in a sentence."""
        return "Nederland" if self.comparator == triage_figures.LAND else self.known.name

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
        question = triage_figures.Question(self.comparator, triage_figures.ALL_THEMES, False, self.year)
        rows = triage_figures.triaged(self.known, question, published=self.is_gone)
        return rows[rows["region"] == self.region]

    @cached_property
    def signals(self) -> pd.DataFrame:
        """The strongest reasons to look at the wijk, at most one per theme (`ui.triage_figures.signals`)."""
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
        until = self.year if year is None else year
        return figure_there(self.known, indicator, region or self.region, until, exactly=year is not None)


@lru_cache(maxsize=8)
def known_until(known: Figures, year: int) -> Figures:
    """Return the figures as if no table came after a year; revisions by the source, borders and names are those of now."""
    return known if year >= known.years[-1] else known.until(year)
