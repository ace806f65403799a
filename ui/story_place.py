"""The wijk that a report is about: its figures, how they compare and where they go, up to a year.

Whatever is told of a wijk in a report comes through here, so that the same figure reads alike in a table, a chart and a
sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from analysis.noise import Z95
from analysis.standing import FEWEST_PEOPLE, MAX_AGE, spread_between
from analysis.trends import judge
from analysis.triage import MUCH
from analysis.turns import judge_turns
from data.catalogue import Indicator
from data.panel import Status
from data.regions import NEDERLAND
from reports.model import Figure
from ui import trending, triage_figures, wording
from ui.amounts import in_unit_of
from ui.figures import Figures, standing
from ui.kept import of_figures

#: Theme of which a report tells nothing at all.
ORIGIN: Final = "herkomst"
#: What is looked at of the triage.
_OF_TRIAGE: Final = [
    "region",
    "indicator",
    "theme",
    "state",
    "order",
    "year",
    "unsure",
    "trend",
    "relative",
    "since",
]
#: States of a figure that is more favourable than the comparator, or less.
GOOD: Final = ("good", "good_worse")
_BAD: Final = ("bad_worse", "bad", "bad_better")
_NEVER_THERE: Final = "geen cijfer in de tabellen"
_Row = tuple[int, float, str, str, float]


# The place that is told about ---------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A wijk up to a year, and what it is held against.

    Attributes
    ----------
    known : Figures
    region : str
        A series of the panel, also of land that is gone.
    year : int
        Look no further than this year.
    against : {"gemeente", "land", ""}
        The gemeente, or Nederland where the gemeente is this one wijk; empty where there is nothing to compare with.
    """

    known: Figures
    region: str
    year: int
    against: Literal["gemeente", "land", ""]

    @property
    def name(self) -> str:
        """Name of the wijk as it stands in a sentence."""
        return self.known.label(self.region)

    @property
    def is_gone(self) -> bool:
        """Tell whether the wijk stands in no table of now."""
        return self.known.last_year_of(self.region) < self.known.years[-1]

    @property
    def comparator(self) -> str | None:
        """Code of what it is held against."""
        return {"gemeente": self.known.gemeente, "land": NEDERLAND, "": None}[self.against]

    @property
    def comparator_name(self) -> str:
        """Name of what it is held against; empty where there is nothing."""
        return self.known.label(self.comparator) if self.comparator else ""

    @property
    def beside(self) -> tuple[str, ...]:
        """Codes of the gemeente and Nederland, as far as they stand beside the wijk in a picture."""
        country = (self.known.comparator,) if self.known.comparator else ()
        return country if self.against == "land" else (self.known.gemeente, *country)

    @property
    def people(self) -> float | None:
        """Inhabitants in this year, or in the last year before it that is known."""
        found = figure_of(self.known, "population", self.region, self.year).value
        return None if np.isnan(found) else found

    @property
    def is_small(self) -> bool:
        """Tell whether too few people live here to say how the wijk stands."""
        return self.people is None or self.people < FEWEST_PEOPLE


@lru_cache(maxsize=512)
def place_of(known: Figures, region: str, year: int | None = None) -> Place:
    """Return a wijk up to a year, with what it is held against.

    Parameters
    ----------
    known : Figures
    region : str
    year : int, optional
        The last year in which the wijken can be compared when left out. Of a wijk that is gone never later than its own
        last year.
    """
    wished = year or triage_figures.latest_year(known) or known.years[-1]
    until = min(wished, known.last_year_of(region))
    names = triage_figures.comparators(known, until)
    against: Literal["gemeente", "land", ""] = ""
    if triage_figures.GEMEENTE in names:
        against = "gemeente"
    elif triage_figures.LAND in names:
        against = "land"
    return Place(known, region, until, against)


# One figure ---------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _by_series(known: Figures) -> dict[tuple[str, str], list[_Row]]:
    """Return year, value, status, unit and margin of every series, oldest first: looking through the panel each time is slow."""
    columns = known.panel[["region", "indicator", "year", "value", "status", "unit"]]
    columns = columns.assign(margin=Z95 * known.errors["total"].reindex(columns.index)).sort_values("year")
    # Texts come out of pandas one by one, five times slower than all together.
    lists = [columns[name].to_numpy(dtype=object).tolist() for name in columns]
    found: dict[tuple[str, str], list[_Row]] = {}
    for region, indicator, *row in zip(*lists, strict=True):
        found.setdefault((region, indicator), []).append((row[0], row[1], row[2], row[3], row[4]))
    return found


def margin_of(known: Figures, figure: Figure) -> float:
    """Return the margin of a figure, 1.96 standard errors in its unit; 0 where none is known."""
    rows = _by_series(known).get((figure.region, figure.indicator), [])
    margin = next((row[4] for row in rows if row[0] == figure.year), 0.0)
    return margin if np.isfinite(margin) else 0.0


def figure_of(
    known: Figures, indicator: str, region: str, year: int | None = None, *, exactly: bool = False
) -> Figure:
    """Return one figure as it is written: the latest with a value, else the latest with the reason why there is none.

    Parameters
    ----------
    known : Figures
    indicator, region : str
    year : int, optional
        Look no further than this year; with ``exactly`` at no other year.
    exactly : bool
    """
    if found := figure_there(known, indicator, region, year, exactly=exactly):
        return found
    nothing = (
        *(year or known.years[-1], float("nan"), Status.NOT_PUBLISHED.value),
        *(known.catalogue[indicator].unit, float("nan")),
    )
    return replace(_as_figure(known, indicator, region, nothing), text=_NEVER_THERE)


@lru_cache(maxsize=8192)
def figure_there(
    known: Figures, indicator: str, region: str, year: int | None = None, *, exactly: bool = False
) -> Figure | None:
    """Return `figure_of`; None where the tables have no row of it, and for what no report tells."""
    if indicator not in known.catalogue or known.catalogue[indicator].theme == ORIGIN:
        return None
    rows = [
        row
        for row in _by_series(known).get((region, indicator), [])
        if year is None or row[0] == year or (row[0] < year and not exactly)
    ]
    there = [row for row in rows if not np.isnan(row[1])]
    # What is not published yet is not published for anybody; why there is no figure here, stands at the years before.
    told_before = [row for row in rows if row[2] != Status.NOT_PUBLISHED.value]
    found = there or told_before or rows
    return _as_figure(known, indicator, region, found[-1]) if found else None


def _as_figure(known: Figures, indicator: str, region: str, row: _Row) -> Figure:
    then, value, status, unit, _ = row
    entry = known.catalogue[indicator]
    written = in_unit_of({"unit": unit}, entry)
    return Figure(
        region=region,
        indicator=indicator,
        year=then,
        value=value,
        status=status,
        unit=unit,
        place=known.label(region),
        title=entry.title,
        text=wording.figure_or_reason(value, status, written.unit, written.decimals),
        source=source_in(known, entry.source, then),
    )


@lru_cache(maxsize=512)
def source_in(known: Figures, source: str, *years: int) -> str:
    """Return `ui.figures.Figures.source_of`, which depends on nothing else of an indicator than its source."""
    return known.source_of(
        next(iter(known.catalogue.indicators.values())).model_copy(update={"source": source}), *years
    )


def has_value(figure: Figure) -> bool:
    """Tell whether there is a figure."""
    return not np.isnan(figure.value)


def is_of_now(figure: Figure, year: int) -> bool:
    """Tell whether a figure says something about ``year`` (`analysis.standing.MAX_AGE`)."""
    return has_value(figure) and figure.year >= year - MAX_AGE


def as_written(known: Figures, figure: Figure) -> Indicator:
    """Return the indicator in the unit of this very figure."""
    return in_unit_of({"unit": figure.unit}, known.catalogue[figure.indicator])


# How it stands ------------------------------------------------------------------------------------


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain mappings: far faster to look in than rows of pandas."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


@lru_cache(maxsize=64)
def _standings(known: Figures, year: int, against: str, *, published: bool) -> dict[str, pd.DataFrame]:
    rows = standing(known, year, against, published=published)
    spread = spread_between(rows)
    rows = rows.assign(
        unsure=(rows["verdict"] == "about_equal") & (rows["noise"] > MUCH * spread),
        apart=((rows["difference"].abs() - rows["noise"]) / spread).clip(lower=0.0).fillna(0.0),
    )
    return {str(region): found for region, found in rows.groupby("region")}


@lru_cache(maxsize=256)
def _standing(place: Place) -> dict[str, dict[str, Any]]:
    if not place.against or place.is_small:
        return {}
    rows = _standings(place.known, place.year, place.against, published=place.is_gone).get(place.region)
    return {} if rows is None else {str(row["indicator"]): row for row in records(rows)}


def standing_of(place: Place, indicator: str) -> dict[str, Any] | None:
    """Return how one figure of the wijk compares (`analysis.standing.compare`), or None where nothing can be compared.

    With ``unsure``: about equal only because the noise would hide a large difference too; and ``apart``: how far the near
    edge of the noise lies from the comparator, in what wijken ordinarily differ.
    """
    return _standing(place).get(indicator)


# Where it goes ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def triaged(place: Place) -> pd.DataFrame:
    """Return the rows of `ui.triage_figures.triaged` of this wijk, strongest first; empty where nothing can be compared."""
    if not place.against or place.is_small:
        return pd.DataFrame(columns=_OF_TRIAGE)
    question = triage_figures.Question(place.against, triage_figures.ALL_THEMES, False, place.year)
    rows = triage_figures.triaged(place.known, question, published=place.is_gone)
    return rows[rows["region"] == place.region]


@lru_cache(maxsize=256)
def _triaged_figures(place: Place) -> dict[str, dict[str, Any]]:
    return {str(row["indicator"]): row for row in records(triaged(place))}


def span_of(place: Place) -> tuple[int, int] | None:
    """Return the years that trends run over; None is all of them."""
    return None if place.year >= place.known.years[-1] else (place.known.years[0], place.year)


@lru_cache(maxsize=16)
def _wijken_now(known: Figures) -> tuple[str, ...]:
    return trending.wijken_now(known)


@of_figures(maxsize=64)
def _judged(
    known: Figures, regions: tuple[str, ...], years: tuple[int, int] | None
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the verdict on every figure of these wijken by indicator and region, each figure a family of its own."""
    estimated = trending.estimated(known, years)
    rows = estimated[estimated["region"].isin(regions)]
    judged = judge_turns(judge(rows, known.definitions["direction"], family="indicator"), family="indicator")
    return {(str(row["indicator"]), str(row["region"])): row for row in records(judged)}


@lru_cache(maxsize=4096)
def direction_of(place: Place, indicator: str) -> pd.Series | None:
    """Return the verdict on the trend of a figure, as `ui.trending.verdict` gives it; None without a figure.

    Taken from the trends of all figures together, which the triage has estimated anyhow: figure by figure takes seconds.
    Where the triage tells a direction too, its verdict counts: judged among all figures it can be more careful, and a
    sentence, a table and a picture of one report must say the same.
    """
    of_now = _wijken_now(place.known)
    family = of_now if place.region in of_now else (place.region,)
    row = _judged(place.known, family, span_of(place)).get((indicator, place.region))
    if row is None:
        return None
    return pd.Series(row | _direction_of_triage(place, indicator, row))


def _direction_of_triage(place: Place, indicator: str, row: dict[str, Any]) -> dict[str, Any]:
    told = _triaged_figures(place).get(indicator)
    if told is None or told["relative"] or told["trend"] == "no_verdict":
        return {}
    if pd.isna(told["since"]):
        return {"verdict": told["trend"], "judgement": told["trend_judgement"], "since": None, "now": None}
    # Since a turn the triage speaks of the course of now; that of the whole period stays what it was.
    return {"since": told["since"], "now": told["now"], "verdict": row["verdict"]}


# How many differ ----------------------------------------------------------------------------------


def sides_of(rows: pd.DataFrame) -> tuple[int, int]:
    """Return how many rows of the triage are less favourable than the comparator, and how many more."""
    return int(rows["state"].isin(_BAD).sum()), int(rows["state"].isin(GOOD).sum())
