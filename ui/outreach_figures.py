"""What Outreach knows: the reasons to go to a wijk, worked out once for the same figures and the same register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.outreach import (
    FORECAST,
    PARTS,
    SCORE,
    SILENCE,
    START,
    TREND,
    Ordered,
    forecast_courses,
    from_ranks,
    order,
    trend_courses,
    unvisited,
    worsening,
)
from analysis.triage import COURSE_YEARS
from register.lookup import State, state_of
from register.roles import Actor, Role
from ui import agreeing, forecasting
from ui import outreach_wording as words
from ui.figures import Figures
from ui.outreach_voices import Reason, concern_reasons, silence_reasons
from ui.registering import Desk

VISIT: Final = "visit"
#: Reads only what everybody may see, so that one answer serves all.
_READER: Final = Actor("", Role.VIEWER)
#: Writes a reason, from its wijk, the number of themes and the figure that moves most.
_Words = Callable[[str, int, str], str]
_COLUMNS: Final = ["part", "signal", "region", "strength", "low", "high"]


@dataclass(frozen=True, eq=False)
class Picture:
    """Why to go where, in one gemeente.

    Attributes
    ----------
    known : Figures
    year : int
        Of the figures.
    today : date
    found : tuple of Reason
    people : dict of str to float
        Every wijk of now, with its inhabitants.
    visits : DataFrame
        Of `analysis.outreach.unvisited`.
    planned : dict of str to str
        First day on which a visit is planned, by wijk.
    foretold : bool
        Whether the forecast speaks too.
    """

    known: Figures
    year: int
    today: date
    found: tuple[Reason, ...]
    people: dict[str, float]
    visits: pd.DataFrame
    planned: dict[str, str]
    foretold: bool

    @cached_property
    def reasons(self) -> pd.DataFrame:
        """The reasons as `analysis.outreach.order` takes them."""
        rows = [(one.part, one.signal, one.region, one.strength, one.low, one.high) for one in self.found]
        kinds = dict.fromkeys(_COLUMNS[:3], "str") | dict.fromkeys(_COLUMNS[3:], "float64")
        return pd.DataFrame(rows, columns=_COLUMNS).astype(kinds)

    @cached_property
    def by_name(self) -> dict[tuple[str, str, str], Reason]:
        """Every reason by wijk, part and signal."""
        return {(one.region, one.part, one.signal): one for one in self.found}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the wijken, by code."""
        return {region: self.known.label(region) for region in self.people}

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Parts of which nothing is known, in any wijk."""
        there = set(self.reasons.loc[self.reasons["strength"].notna(), "part"])
        return tuple(part for part in PARTS if part not in there)

    @property
    def unknown_but_coming(self) -> tuple[str, ...]:
        """As ``unknown``, without the forecast that is being worked out."""
        return tuple(part for part in self.unknown if part != FORECAST)

    def address(self, reason: Reason) -> dict[str, str]:
        """Return the query parameters of the page that shows more of a reason."""
        return {"gemeente": self.known.gemeente, "jaar": str(self.year), **reason.address}

    def visit(self, region: str) -> dict[str, Any]:
        """Return when somebody was last in a wijk."""
        return self._visit_of[region]

    @cached_property
    def _visit_of(self) -> dict[str, dict[str, Any]]:
        return {str(row["region"]): row for row in records(self.visits)}

    def strongest(self, found: Ordered, region: str) -> list[Reason]:
        """Return the two or three reasons that the sentence of a wijk names."""
        rows = words.strongest(found.reasons, region)
        return [
            self.by_name[region, part, signal]
            for part, signal in zip(rows["part"], rows["signal"], strict=True)
        ]


def picture(known: Figures, desk: Desk, year: int, today: date) -> Picture:
    """Return the reasons of every wijk; the same object as long as neither figures nor register change.

    Parameters
    ----------
    known : Figures
    desk : Desk
        Of the same gemeente.
    year : int
        Of the figures; the last one with wijken to compare up to it is taken.
    today : date
    """
    reader = Desk(desk.database, desk.gemeente, _READER)
    return _picture(known, reader, state_of(reader.gatherings), year, today, forecasting.is_studied(known))


@lru_cache(maxsize=16)
def _picture(
    known: Figures,
    reader: Desk,
    state: State,  # noqa: ARG001 (cache key)
    year: int,
    today: date,
    foretold: bool,
) -> Picture:
    shown = agreeing.year_to_show(known, year) or known.years[-1]
    counted = forecasting.people_of(known)
    people = {region: float(counted.get(region, np.nan)) for region in agreeing.wijken_of(known, shown)}
    paid = _in_regions(known, reader.visits.paid())
    done = paid.loc[paid["status"] == "gedaan"]
    visits = unvisited(done, list(people), today)
    coming = paid[(paid["status"] == "gepland") & (paid["day"] >= today.isoformat())]
    found = [
        *_of_figures(known, shown, foretold),
        *concern_reasons(known, reader, today, tuple(people)),
        *silence_reasons(known, reader, today, tuple(people)),
        *_of_visits(visits),
    ]
    first = coming.sort_values("day").drop_duplicates("region")
    return Picture(
        known,
        shown,
        today,
        tuple(one for one in found if one.region in people),
        people,
        visits,
        dict(zip(first["region"], first["day"], strict=True)),
        foretold,
    )


def _in_regions(known: Figures, rows: pd.DataFrame) -> pd.DataFrame:
    """Put the wijk of now beside records of the register; those of land that is no wijk any more are left out."""
    years = [known.years[-1] if pd.isna(year) else int(year) for year in rows["borders_year"]]
    regions = [known.region_on(code, year) or "" for code, year in zip(rows["wijk"], years, strict=True)]
    found = rows.assign(region=pd.Series(regions, index=rows.index, dtype="str"))
    return found[found["region"] != ""]


def region_of(known: Figures, visit: Mapping[str, Any]) -> str:
    """Return the wijk of a visit as the figures of now know it; its code where they do not."""
    year = visit.get("borders_year")
    then = known.years[-1] if year is None or pd.isna(year) else int(year)
    return known.region_on(str(visit["wijk"]), then) or str(visit["wijk"])


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as records by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


@lru_cache(maxsize=16)
def codes_of_now(known: Figures) -> dict[str, str]:
    """Return the code of every wijk on the borders of the last year, by wijk."""
    last = known.years[-1]
    return {region: known.code_in(region, last) or region for region in known.regions}


@lru_cache(maxsize=64)
def ordered(shown: Picture, weights: tuple[float, ...]) -> Ordered:
    """Return the order of a picture; the weights in the order of `analysis.outreach.PARTS`."""
    return order(shown.reasons, dict(zip(PARTS, weights, strict=True)), shown.people)


def as_tuple(weights: Mapping[str, float]) -> tuple[float, ...]:
    """Return weights in the order of the parts, as `ordered` takes them."""
    return tuple(float(weights.get(part, START[part])) for part in PARTS)


# From the figures -----------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _of_figures(known: Figures, year: int, foretold: bool) -> tuple[Reason, ...]:
    names = agreeing.compared_with(known, year)
    found = [*_of_score(known, year)]
    if names:
        comparator = next(iter(names))
        found += _of_trend(known, year, comparator, names[comparator])
        found += _of_forecast(known, year, comparator) if foretold else []
    return tuple(found)


def _of_score(known: Figures, year: int) -> list[Reason]:
    ranks = agreeing.ranked(known, year)
    if ranks is None:
        return []
    rows = from_ranks(ranks).merge(ranks, on="region")
    return [
        Reason(
            SCORE,
            SCORE,
            row["region"],
            row["strength"],
            row["low"],
            row["high"],
            words.score_told(int(row["rank"]), int(row["lower"]), int(row["upper"]), len(rows)),
            "kaart.py",
            {"deel": "score"},
            words.score_short(int(row["rank"]), int(row["lower"]), int(row["upper"]), len(rows)),
        )
        for row in records(rows.rename(columns={"lower_y": "lower", "upper_y": "upper"}))
    ]


def _of_trend(known: Figures, year: int, comparator: str, against: str) -> list[Reason]:
    rows = agreeing.rows_of(known, comparator, year).reset_index()
    found = worsening(trend_courses(rows, known.definitions))
    of_figure = {(str(row["region"]), str(row["indicator"])): row for row in records(rows)}

    def told(region: str, n: int, indicator: str) -> str:
        return words.trend_told(n, of_figure[region, indicator], known.catalogue[indicator], against)

    def short(region: str, n: int, indicator: str) -> str:
        return words.trend_short(n, of_figure[region, indicator], known.catalogue[indicator])

    return [_of_course(TREND, row, told, short, "trends.py") for row in records(found)]


def _of_forecast(known: Figures, year: int, comparator: str) -> list[Reason]:
    rows = agreeing.rows_of(known, comparator, year).reset_index()
    found = worsening(forecast_courses(rows, known.definitions, agreeing.expected(known, year)))

    def told(region: str, n: int, indicator: str) -> str:
        entry = known.catalogue[indicator]
        row = forecasting.prospect_of(known, indicator, region).row(COURSE_YEARS)
        return words.forecast_told(n, row, entry) if row is not None else ""

    def short(_: str, n: int, indicator: str) -> str:
        return words.forecast_short(n, known.catalogue[indicator])

    return [_of_course(FORECAST, row, told, short, "prognose.py") for row in records(found)]


def _of_course(part: str, row: Mapping[str, Any], told: _Words, short: _Words, page: str) -> Reason:
    region, indicators = str(row["region"]), row["indicators"]
    n = int(row["n_themes"])
    in_full = told(region, n, indicators[0]) if indicators else ""
    return Reason(
        part,
        part,
        region,
        row["strength"],
        row["low"],
        row["high"],
        in_full,
        page,
        {"wijk": region, "indicator": indicators[0]} if indicators else {"wijk": region},
        short(region, n, indicators[0]) if in_full else "",
    )


def _of_visits(visits: pd.DataFrame) -> list[Reason]:
    return [
        Reason(
            SILENCE,
            VISIT,
            row["region"],
            row["strength"],
            row["low"],
            row["high"],
            words.visit_told(row),
            "outreach.py",
            {"deel": "agenda", "wijk": row["region"]},
        )
        for row in records(visits)
        if pd.notna(row["strength"])
    ]
