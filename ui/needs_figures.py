"""What the view "Wat is er nodig?" shows: needs of all wijken, with and without a scenario, worked out once per content.

A need is told in the same words, and as far ahead, as any other forecast: it takes the form of a series of
`analysis.forecasting.Study`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import pandas as pd

from analysis.forecasting import Study, track_record
from analysis.needs import NEEDS, Change, Need, Scenario, earlier_outlooks, not_applied, outlook, refused
from ui.breaks import breaks_to_mark
from ui.figures import Figures, series
from ui.forecasting import studied
from ui.needs_wording import indicator_of
from ui.outlook_reach import Prospect, prospect, refusal

BY_ID: Final = {need.id: need for need in NEEDS}
_BOUNDS: Final = ("lower_80", "upper_80", "lower_95", "upper_95")
_THOUSAND: Final = 1000.0
#: Years of age in the group 0 to 15 of CBS, of which the children at a primary school are a part.
SCHOOL_AGES: Final = 15
#: Draws behind each earlier forecast of the record: enough to know whether its band was right.
_DRAWS_OF_RECORD: Final = 500
#: The figures of one need run at most so many years behind those of another.
_MOST_BEHIND: Final = 3


def first_ahead(known: Figures) -> int:
    """Return the first year in which a scenario can change something: the one after the last figures of any need."""
    names = {name for need in NEEDS for name in (*need.figures, need.count) if name}
    rows = known.measured[
        (known.measured["region"] == known.gemeente) & known.measured["indicator"].isin(names)
    ]
    last = rows.dropna(subset="value").groupby("indicator")["year"].max()
    oldest = int(last.min()) if len(last) else known.years[-1]
    # Figures that ended long ago are not expected either.
    return max(oldest, known.years[-1] - _MOST_BEHIND) + 1


def wijken_now(known: Figures) -> tuple[str, ...]:
    """Return the wijken of the last year."""
    return tuple(known.regions_in(known.years[-1]))


# What is worked out --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Basis:
    """What needs are worked out from.

    Attributes
    ----------
    known : Figures
    imposed : bool
        Whether the forecasts sum to the projection of CBS and PBL for the gemeente (`ui.forecasting.studied`).
    school : int, optional
        How many of the `SCHOOL_AGES` years of age go to a primary school, as the user moved it.
    """

    known: Figures
    imposed: bool = False
    school: int | None = None

    def need(self, need: str) -> Need:
        """Return a need by id, with what the user assumes of it."""
        usual = BY_ID[need]
        moved = usual.factor != 1.0 and self.school is not None
        return replace(usual, factor=self.school / SCHOOL_AGES) if moved and self.school else usual

    @property
    def needs(self) -> tuple[Need, ...]:
        """All needs, with what the user assumes of them."""
        return tuple(self.need(need) for need in BY_ID)

    @property
    def study(self) -> Study:
        """The forecasts of every figure."""
        return studied(self.known, imposed=self.imposed)


@lru_cache(maxsize=48)
def expected(basis: Basis, need: str) -> pd.DataFrame:
    """Return what is needed in the gemeente and in every wijk, now and to come (`analysis.needs.outlook`).

    The number of the gemeente rests on its own figures; it is never a sum of wijken.
    """
    known = basis.known
    regions = [known.gemeente, *known.regions]
    return _kept(basis, "expected", need, lambda: outlook(basis.study, [basis.need(need)], regions))


def _kept(basis: Basis, what: str, need: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return basis.known.work_out(f"needs {what} {basis.need(need)!r} {basis.imposed}", make)


@lru_cache(maxsize=96)
def supposed(basis: Basis, need: str, region: str, changes: tuple[Change, ...]) -> pd.DataFrame:
    """Return what is needed in one region under assumptions, and the difference to what is expected without them."""
    return outlook(basis.study, [basis.need(need)], [region], Scenario("", changes))


@lru_cache(maxsize=48)
def _refused(basis: Basis, need: str) -> pd.DataFrame:
    known = basis.known
    return refused(basis.study, [BY_ID[need]], [known.gemeente, *known.regions])


@lru_cache(maxsize=48)
def not_counted(basis: Basis, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the assumptions that cannot be counted with: for want of figures of the region they are about."""
    return not_applied(basis.study, NEEDS, Scenario("", changes))


@lru_cache(maxsize=1024)
def prospect_of(basis: Basis, need: str, region: str, *, per_thousand: bool = False) -> Prospect:
    """Return what can be said of a need in a region, and how far (`ui.outlook_reach.prospect`).

    Parameters
    ----------
    basis : Basis
    need : str
        Id.
    region : str
        The gemeente or a wijk.
    per_thousand : bool
        Per 1,000 inhabitants instead of the number itself.
    """
    known, whole = basis.known, expected(basis, need)
    rows = as_series(whole[whole["region"] == region], per_thousand=per_thousand)
    if rows.empty:
        return _refusal(basis, need, region)
    indicator = indicator_of(BY_ID[need], known.catalogue, per_thousand=per_thousand)
    years = counted(basis, need, region)["value"].notna().sum()
    # Per 1,000 the number is divided by the same people, so that the record of the number is its record too.
    record, _ = record_beside(basis, need, region)
    banded = record[record["banded"] > 0]
    right = {
        int(horizon): (float(share), int(cases))
        for horizon, share, cases in zip(
            banded["horizon"], banded["covered_80"], banded["banded"], strict=True
        )
    }
    return prospect(rows.assign(n=int(years)), indicator, right)


# How it did -----------------------------------------------------------------------------------------


@lru_cache(maxsize=48)
def earlier_of(basis: Basis, need: str) -> pd.DataFrame:
    """Return what would have been said of a need in earlier years (`analysis.needs.earlier_outlooks`), of our own forecasts."""
    ours = replace(basis, imposed=False)
    regions = [ours.known.gemeente, *ours.known.regions]
    return _kept(
        ours,
        "earlier",
        need,
        lambda: earlier_outlooks(ours.study, [ours.need(need)], regions, _DRAWS_OF_RECORD),
    )


@lru_cache(maxsize=96)
def _record(basis: Basis, need: str, region: str) -> pd.DataFrame:
    rows = earlier_of(basis, need)
    rows = rows[rows["region"] == region] if region else rows[rows["region"] != basis.known.gemeente]
    return track_record(rows, by=("need",))


def record_beside(basis: Basis, need: str, region: str) -> tuple[pd.DataFrame, bool]:
    """Return how earlier outlooks of a need did per year ahead, and whether that is of the region alone.

    Of wijken all count together; the gemeente, of which few earlier outlooks exist, stands by itself.
    """
    alone = region == basis.known.gemeente
    return _record(basis, need, region if alone else ""), alone


def _refusal(basis: Basis, need: str, region: str) -> Prospect:
    """Return that there is no forecast, with the reason of the figure that is missing."""
    own = _refused(basis, need)
    own = own[own["region"] == region]
    if own.empty:
        return Prospect(pd.DataFrame(columns=["year", "horizon", "mean", *_BOUNDS]), reason="no_figures")
    missing = own.iloc[0]
    all_refused = basis.study.refused
    rows = all_refused[(all_refused["region"] == region) & (all_refused["indicator"] == missing["indicator"])]
    if rows.empty:
        return Prospect(
            pd.DataFrame(columns=["year", "horizon", "mean", *_BOUNDS]), reason=str(missing["reason"])
        )
    return refusal(rows.iloc[0])


def missing_figure(basis: Basis, need: str, region: str) -> str:
    """Return the id of the figure for want of which a need cannot be forecast; empty where it can."""
    own = _refused(basis, need)
    missing = own.loc[own["region"] == region, "indicator"]
    return "" if missing.empty else str(missing.iloc[0])


def as_series(rows: pd.DataFrame, *, per_thousand: bool = False) -> pd.DataFrame:
    """Return the years to come of `analysis.needs.outlook`, of one region, in the form of `Study.forecasts`.

    Columns year, horizon, mean, lower_80, upper_80, lower_95, upper_95, last_year and last_value; empty without a
    measured year.
    """
    what = "rate" if per_thousand else "people"
    now = rows[rows["horizon"] == 0]
    columns = {f"{what}_{name}": name for name in ("mean", *_BOUNDS)}
    ahead = rows.loc[rows["horizon"] > 0].reindex(columns=["region", "year", "horizon", *columns])
    ahead = ahead.rename(columns=columns).sort_values("year", ignore_index=True)
    if now.empty:
        return ahead.iloc[:0]
    start = now.iloc[0]
    return ahead.assign(last_year=int(start["year"]), last_value=float(start[f"{what}_mean"]))


def scenario_rows(basis: Basis, need: str, region: str, changes: tuple[Change, ...]) -> pd.DataFrame:
    """Return `supposed` for the years of which something is expected without the scenario too, in order of year."""
    found = prospect_of(basis, need, region)
    rows = supposed(basis, need, region, changes)
    return rows[rows["year"].isin(found.outlook["year"])].sort_values("year", ignore_index=True)


def told_rows(basis: Basis, changes: tuple[Change, ...] | None = None) -> pd.DataFrame:
    """Return all needs of the gemeente and its wijken of now, with or without assumptions, as far as the screen tells them."""
    regions = (basis.known.gemeente, *wijken_now(basis.known))
    scenario = None if changes is None else Scenario("", changes)
    rows = outlook(basis.study, basis.needs, regions, scenario)
    keys = pd.MultiIndex.from_frame(rows[["region", "need", "year"]])
    told = {
        (region, need.id, int(year))
        for region in regions
        for need in NEEDS
        for year in prospect_of(basis, need.id, region).outlook["year"]
    }
    return rows[(rows["horizon"] == 0) | keys.isin(list(told))].reset_index(drop=True)


# What was counted ----------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def counted(basis: Basis, need: str, region: str, *, per_thousand: bool = False) -> pd.DataFrame:
    """Return how many people needed something in earlier years, as charts take it (`ui.figures.series`).

    Figures of CBS itself where it counts the need; a part of a group (children at a primary school) else. A year in
    which one of its figures is secret has no number.
    """
    known, made_of = basis.known, basis.need(need)
    first, *others = [made_of.count] if made_of.count else made_of.group
    frame = series(known, first, [region], own=region)
    for other in others:
        frame = frame.assign(value=frame["value"] + frame["year"].map(_by_year(known, other, region)))
    if not made_of.count:
        frame = frame.assign(value=frame["value"] * made_of.factor, margin=frame["margin"] * made_of.factor)
    if not per_thousand:
        return frame
    inhabitants = _by_year(known, "population", region)
    by = frame["year"].map(inhabitants.where(inhabitants > 0)) / _THOUSAND
    return frame.assign(value=frame["value"] / by, margin=frame["margin"] / by, unit="per 1 000 inwoners")


def _by_year(known: Figures, indicator: str, region: str) -> pd.Series:
    return known.of(indicator, region).set_index("year")["value"]


def breaks_of(known: Figures, need: str, region: str) -> pd.DataFrame:
    """Return where the figures of `counted` are broken, and why (`ui.breaks.breaks_to_mark`)."""
    made_of = BY_ID[need]
    return breaks_to_mark(known, known.catalogue[made_of.count or made_of.people], [region])


def first_change(changes: tuple[Change, ...]) -> int | None:
    """Return the first year in which a scenario changes something; None without any assumption."""
    return min((int(change.from_year) for change in changes), default=None)


def as_line(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `scenario_rows` as `ui.charts.forecast_chart` takes a scenario: year, mean, lower_80 and upper_80."""
    columns = {"people_mean": "mean", "people_lower_80": "lower_80", "people_upper_80": "upper_80"}
    return rows[["year", *columns]].rename(columns=columns)


def numbers(row: pd.Series) -> dict[str, float]:
    """Return a row as sentences take it."""
    return {str(name): value for name, value in row.items()}
