"""Needs: how many people will need something, from people times use, with the doubt of both carried through.

The forecast of a need is the product of two forecasts of `analysis.forecasting`: of the group (people, households) and
of the use in it. Its band comes from draws of both, with errors that hang together as those of earlier forecasts did
(`analysis.needs._draws`); it ends where one of the two has none. A scenario changes people or use in the same draws,
so that the difference with the forecast is surer than either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from analysis.forecasting import Study
from analysis.needs import _draws
from analysis.needs._assumptions import (
    GROUNDS,
    Change,
    Scenario,
    household_sizes,
    told,
    without_ground,
)
from analysis.needs._course import applied_to, course_of
from analysis.needs._expected import BANDS, Luck, of_regions, of_total
from analysis.needs._need import Need
from analysis.needs._sheets import measured, sheets

_FEWEST_DRAWS: Final = 100


def outlook(
    studied: Study,
    needs: Sequence[Need],
    regions: Sequence[str],
    scenario: Scenario | None = None,
    draws: int = 2000,
    seed: int = 2026,
    total: str | None = None,
) -> pd.DataFrame:
    """Expect needs per region and year, in numbers and per 1,000 inhabitants.

    What was at work in the last measured year is in the figures already: of a measure that began before, only what it
    does more (or less) than in that year counts, and dwellings from before it not at all.

    Parameters
    ----------
    studied : Study
        With the indicators of the needs, and population for what is told per 1,000 inhabitants. Without ``earlier``
        errors are taken as independent.
    needs : sequence of Need
    regions : sequence of str
        Each region gets the same answer whatever else is asked.
    scenario : Scenario, optional
        A change in a part of a region counts for that part.
    draws : int, default 2000
    seed : int, default 2026
    total : str, optional
        Name for the sum of all regions that can be expected, in the same draws; it comes behind them as a region.

    Returns
    -------
    DataFrame
        One row per region, need and year that can be expected (see `refused`), in the order asked:

        - region, need, year, horizon (years after the last measured one, 0 is measured) and regions (how many were
          summed, 1 for a region itself);
        - people_mean, people_lower_80, people_upper_80, people_lower_95, people_upper_95: the number needed. The mean is
          the product of what is expected of people and use; the bands are empty where one of them has none, and equal to
          it for what is measured;
        - rate_mean and its bands, as of people: that number per 1,000 inhabitants, empty where they are not known;
        - base_mean: people (or households) in the group; use_mean: the number per 1,000 of them;
        - with a scenario all of these are of the scenario, and beside them stand baseline_mean (people_mean without
          it), difference_mean, difference_lower_80 and difference_upper_80.

    Raises
    ------
    ValueError
        If there are fewer than 100 draws.
    """
    if draws < _FEWEST_DRAWS:
        raise ValueError(f"At least {_FEWEST_DRAWS} draws are needed.")
    asked = tuple(dict.fromkeys(regions))
    named = told(scenario)
    everywhere = (*asked, *(region for region in named if region not in asked))
    wanted = dict.fromkeys(GROUNDS)
    for need in needs:
        wanted |= dict.fromkeys((*need.figures, *([need.count] if need.count else [])))
    laid = sheets(studied, tuple(wanted), everywhere)
    scored = _draws.scores(studied.earlier, tuple(wanted)) if len(studied.earlier) else None
    parts = []
    for number, need in enumerate(needs):
        if laid.years == 0:
            continue
        course = course_of(laid, need)
        applied = applied_to(course, laid, need, scenario) if scenario else None
        luck = Luck(seed, draws, scored, need)
        here = np.flatnonzero(course.there & np.isin(np.arange(len(everywhere)), np.arange(len(asked))))
        parts.append(of_regions(course, here, luck, applied).assign(_need=number))
        if total is not None and len(here):
            whole = of_total(course, here, luck, applied, total)
            parts.append(whole.assign(_need=number, _row=len(everywhere)))
    return _put_together(parts, scenario is not None)


def refused(studied: Study, needs: Sequence[Need], regions: Sequence[str]) -> pd.DataFrame:
    """Return what `outlook` leaves out, and why.

    Returns
    -------
    DataFrame
        Columns region, need, indicator (the figure that is missing) and reason (one of
        `analysis.forecasting.REASONS`).
    """
    asked = tuple(dict.fromkeys(regions))
    wanted = dict.fromkeys(name for need in needs for name in (*need.figures, need.count) if name)
    laid = sheets(studied, tuple(wanted), asked)
    frame = studied.refused
    reasons = {
        (region, indicator): reason
        for region, indicator, reason in zip(
            frame.get("region", []), frame.get("indicator", []), frame.get("reason", []), strict=True
        )
    }
    rows = []
    for need in needs:
        there = course_of(laid, need).there if laid.years else np.zeros(len(asked), dtype=np.bool_)
        for row in np.flatnonzero(~there):
            missing = [name for name in (*need.figures, need.count) if name and laid.of[name].last[row] == 0]
            indicator = missing[0] if missing else need.count or need.people
            reason = reasons.get((asked[row], indicator), "no_figures" if missing else "ended")
            rows.append((asked[row], need.id, indicator, reason))
    return pd.DataFrame(rows, columns=["region", "need", "indicator", "reason"]).astype("str")


def not_applied(studied: Study, needs: Sequence[Need], scenario: Scenario) -> tuple[Change, ...]:
    """Return the changes that `outlook` cannot count with: of a need or in a region that is not known.

    New dwellings also need the inhabitants of their region, and how many there are per household if that is not given.
    """
    laid = sheets(studied, GROUNDS, told(scenario))
    there = set(studied.forecasts["region"]) if len(studied.forecasts) else set()
    ids = {need.id for need in needs}
    return tuple(change for change in scenario.changes if without_ground(change, laid, there, ids))


def household_size(studied: Study, region: str) -> float | None:
    """Return how many people live in a dwelling of a region if nothing else is said; None where that is not known."""
    laid = sheets(studied, GROUNDS, (region,))
    size = household_sizes(laid)
    return float(size[0]) if len(size) and np.isfinite(size[0]) else None


def earlier_outlooks(
    studied: Study, needs: Sequence[Need], regions: Sequence[str], draws: int = 2000
) -> pd.DataFrame:
    """Return what `outlook` would have said in earlier years beside what came.

    Returns
    -------
    DataFrame
        One row per region, need, earlier origin and year ahead whose number is known, for
        `analysis.forecasting.track_record` by need: region, need, origin, year, horizon, value, last_value, mean,
        lower_80, upper_80, lower_95 and upper_95 (empty where no band would have been given).
    """
    columns = ["region", "need", "origin", "year", "horizon", "value", "last_value", "mean", *BANDS]
    studied = _about(studied, needs)
    parts = [
        _beside(outlook(_as_known(studied, int(origin)), needs, regions, draws=draws), int(origin))
        for origin in (np.unique(studied.earlier["origin"]) if len(studied.earlier) else ())
    ]
    if not parts:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[2:], "float64"))
    came = _came(studied, needs, tuple(dict.fromkeys(regions)))
    return pd.concat(parts).merge(came, on=["region", "need", "year"]).reindex(columns=columns)


def _about(studied: Study, needs: Sequence[Need]) -> Study:
    """Return only what a study tells of the figures of some needs."""
    wanted = {*GROUNDS, *(name for need in needs for name in (*need.figures, need.count) if name)}
    frames = (studied.forecasts, studied.refused, studied.earlier)
    return Study(*(frame if frame.empty else frame[frame["indicator"].isin(wanted)] for frame in frames))


def _as_known(studied: Study, origin: int) -> Study:
    """Return what was expected at an earlier year, with the track record of then."""
    rows = studied.earlier[studied.earlier["origin"] == origin]
    return Study(
        rows.assign(last_year=origin),
        pd.DataFrame(columns=["region", "indicator", "reason"]),
        studied.earlier[studied.earlier["year"] <= origin],
    )


def _beside(said: pd.DataFrame, origin: int) -> pd.DataFrame:
    names = {"people_mean": "mean", **{f"people_{band}": band for band in BANDS}}
    ahead = said[said["horizon"] > 0].rename(columns=names).assign(origin=origin)
    start = said.loc[said["horizon"] == 0, ["region", "need", "people_mean"]]
    return ahead.merge(start.rename(columns={"people_mean": "last_value"}), on=["region", "need"])


def _came(studied: Study, needs: Sequence[Need], regions: tuple[str, ...]) -> pd.DataFrame:
    """Return the number needed in each year in which it was measured: region, need, year and value."""
    wanted = dict.fromkeys(name for need in needs for name in (*need.figures, need.count) if name)
    known = measured(studied, tuple(wanted), regions)
    wide = known.set_index(["region", "year", "indicator"])["value"].unstack("indicator")  # noqa: PD010
    wide = wide.reindex(columns=list(wanted))
    parts = []
    for need in needs:
        group = wide[list(need.group)].sum(axis=1, skipna=False)
        number = need.factor * group * (wide[need.use] / need.per if need.use else 1.0)
        value = wide[need.count] if need.count else number
        parts.append(value.rename("value").reset_index().assign(need=need.id))
    return pd.concat(parts).dropna(subset="value")


def _put_together(parts: Sequence[pd.DataFrame], applied: bool) -> pd.DataFrame:
    columns = ["region", "need", "year", "horizon", "regions", "people_mean"]
    columns += [f"people_{band}" for band in BANDS]
    columns += ["rate_mean", *(f"rate_{band}" for band in BANDS), "base_mean", "use_mean"]
    if applied:
        columns += ["baseline_mean", "difference_mean", "difference_lower_80", "difference_upper_80"]
    if not parts:
        kinds = dict.fromkeys(columns, "float64") | {"region": "str", "need": "str"}
        kinds |= dict.fromkeys(("year", "horizon", "regions"), "int64")
        return pd.DataFrame(columns=columns).astype(kinds)
    rows = pd.concat(parts, ignore_index=True)
    order = rows.sort_values(["_row", "_need", "year"], kind="stable", ignore_index=True)
    return order.reindex(columns=columns)
