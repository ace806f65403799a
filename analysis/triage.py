"""Triage: where is it bad and getting worse, and where not, by more than noise and chance?

Level and direction are two questions with two answers. The level is held against a comparator and counts where it
differs by more than the noise. The direction is that of a trend, and counts where it is more than chance, tested with
every other trend that the reader looks at. What neither question can answer gets no place in the order.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import require
from analysis.gaps import LEVEL, RATIO
from analysis.standing import MAX_AGE, is_recent, scoring, spread_between, worry_signs
from analysis.trends import NEGLIGIBLE

#: From what asks for attention first to what does not.
STATES: Final = ("bad_worse", "bad", "bad_better", "good_worse", "good")
#: Not ranked: a difference inside the noise, and nothing (recent) to compare.
NOT_RANKED: Final = ("about_equal", "no_figure")
#: Farther off than this is simply very far off: people decide the order there (the bound for an outlier of Iglewicz
#: and Hoaglin, How to Detect and Handle Outliers, 1993). Distances in the countryside would else come before all.
FARTHEST: Final = 3.5
#: A direction weighs as much as what it changes in so many years at the pace that is sure.
COURSE_YEARS: Final = 5
#: From so many ordinary differences between wijken on a difference is large; noise that hides even that hides all.
MUCH: Final = 1.5

_COMPARISON: Final = (
    *("region", "indicator", "year", "value", "comparator_value", "difference"),
    *("noise", "verdict", "judgement", "people", "people_year"),
)
_TREND: Final = (
    *("slope", "lower", "upper", "change", "change_lower", "change_upper"),
    *("first_year", "last_year", "n", "p_adjusted"),
)
#: What else a trend may carry: its turn, what it is a trend of, and the real ends that a sentence quotes.
_ALONG: Final = (
    *("broken", "since", "now", "slope_after", "after_lower", "after_upper", "departure", "gap"),
    *("line_first", "line_last", "first_value", "last_value", "last_status", "n_bridged", "ordinary"),
)
_KEYS: Final = ["region", "indicator"]
_PEOPLE, _HOUSEHOLDS = "people", "households"
#: What a count counts; other counts (dwellings, offences) are no people.
_COUNTED: Final = {
    "population": _PEOPLE,
    "income_recipients": _PEOPLE,
    "edu_low": _PEOPLE,
    "edu_mid": _PEOPLE,
    "edu_high": _PEOPLE,
    "benefit_bijstand": _PEOPLE,
    "benefit_ao": _PEOPLE,
    "benefit_ww": _PEOPLE,
    "households": _HOUSEHOLDS,
}
_MOVES: Final = {"rises": 1.0, "falls": -1.0}


def triage(
    comparison: pd.DataFrame,
    judged: pd.DataFrame,
    definitions: pd.DataFrame,
    *,
    now: int | None = None,
    counts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put every wijk x indicator that differs from the comparator in one of five states, most urgent first.

    Parameters
    ----------
    comparison : DataFrame
        What `analysis.standing.compare` returns: level against the chosen comparator.
    judged : DataFrame
        What `analysis.trends.judge` returns for the same family of wijken and indicators; what
        `analysis.turns.judge_turns` adds is used where it is there, and gap of `analysis.gaps.gap_trends`.
    definitions : DataFrame
        The catalogue as a frame.
    now : int, optional
        The year that is looked at; the newest in the comparison if left out. Figures and trends that end too long
        before it (`analysis.standing.is_recent`) say nothing about now.
    counts : DataFrame, optional
        Rows of a panel with the counts that rates are measured on: region, indicator, year and value. Those of the
        comparison if left out.

    Returns
    -------
    DataFrame
        One row per row of the comparison of an indicator that may score (`analysis.standing.scoring`): its columns,
        theme, and

        - slope, lower, upper, change, change_lower, change_upper, first_year, last_year, n, p_adjusted of the course
          that holds now: that of the trend or, after a turn, that since the turn (first_year is then the last year
          of the old course). Where the trend carries them also broken, since, now, departure and its real ends;
        - trend: the verdict on that course (of one without a clear direction since a turn ``about_equal`` where its
          whole band stays within `analysis.trends.NEGLIGIBLE` of an ordinary figure, else ``too_uncertain``, as it is
          where the trends have no column ordinary); ``no_verdict`` where there is
          no trend or it ended too long ago. trend_judgement: what that means;
        - gap: empty, or how the distance to the comparator was measured of which this is the trend; relative: whether
          it is such a trend;
        - state: one of `STATES` or of `NOT_RANKED`. An unfavourable level that gets worse is bad_worse, one that gets
          better bad_better, else bad; a favourable level that gets worse is good_worse, else good. A difference
          inside the noise is about_equal whatever its direction; no_figure has no (recent) figure to compare;
        - unsure: about_equal only because the noise is more than `MUCH` times what wijken ordinarily differ: it would
          hide a large difference too, so that nobody can say it is equal;
        - sure_level: what is left of the difference at the near edge of its noise; sure_change: what the course of
          now changes in `COURSE_YEARS` years at the near edge of its 95 % band, 0 without a clear direction. Both in
          what wijken ordinarily differ (`analysis.standing.spread_between`), positive is unfavourable;
        - order: sure_level plus sure_change, each held within `FARTHEST`; in good the other way round, so that the
          clearest comes first. Rows are sorted by state, then by order, then by people, and last by code;
        - concerned: about how many people or households the figure counts (people with bijstand, households with a
          low income), with concerned_unit (``people`` or ``households``). Empty where it counts neither, where
          the count that it is a part of is not known within `analysis.standing.MAX_AGE` years of it, and where
          fewer is worse: those it counts are not the ones it concerns. people: inhabitants, and people_year: of which year;
          of the comparison.

    Raises
    ------
    ValueError
        If a column is missing or a wijk has two trends for one indicator.
    """
    require(comparison, _COMPARISON, "comparison")
    require(judged, (*_KEYS, *_TREND, "verdict", "judgement"), "frame of trends")
    may_score = scoring(definitions)
    rows = comparison[comparison["indicator"].isin(may_score.index)].reset_index(drop=True)
    year = int(comparison["year"].max()) if now is None and len(comparison) else now or 0
    rows["theme"] = rows["indicator"].map(may_score["theme"]).astype("str")
    along = [name for name in _ALONG if name in judged]
    told = judged[[*_KEYS, *_TREND, *along, "verdict", "judgement"]]
    told = told.rename(columns={"verdict": "trend", "judgement": "trend_judgement"})
    rows = rows.merge(told, "left", _KEYS, validate="1:1")
    rows["broken"] = rows["broken"].eq(True) if "broken" in along else False
    rows["gap"] = rows["gap"].fillna("") if "gap" in along else ""
    rows["relative"] = rows["gap"] != ""

    recent = is_recent(rows["year"], year)
    lasting = is_recent(rows["last_year"], year) & (rows["trend"] != "no_verdict")
    rows["trend"] = rows["trend"].where(lasting, "no_verdict").astype("str")
    sign = worry_signs(rows["indicator"], definitions)
    rows = _course_of_now(rows)
    moves = rows["trend"].map(_MOVES).fillna(0.0).astype("float64")
    rows["trend_judgement"] = _judgement(sign * moves, lasting)
    rows["state"] = _state(rows, recent)

    comparable = rows[recent & rows["difference"].notna()]
    spread = spread_between(comparable).reindex(rows.index)
    rows["unsure"] = (rows["state"] == "about_equal") & (rows["noise"] > MUCH * spread)
    rows["sure_level"] = sign * _near_edge(rows["difference"], rows["noise"]) / spread
    rows["sure_change"] = sign * _sure_pace(rows, moves) * COURSE_YEARS / spread
    rows.loc[rows["state"] == "no_figure", ["sure_level", "sure_change"]] = np.nan
    level, change = (
        rows[name].fillna(0.0).clip(-FARTHEST, FARTHEST) for name in ("sure_level", "sure_change")
    )
    total = level + change
    rows["order"] = total.where(rows["state"] != "good", -total)
    rows = rows.merge(_concerned(rows, definitions, comparison if counts is None else counts), "left", _KEYS)
    return _sorted(rows)


def _course_of_now(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the course since a turn in the place of the whole trend: that one is over."""
    if not {"since", "now", "slope_after", "after_lower", "after_upper"} <= set(rows):
        return rows
    turned = rows["since"].notna() & (rows["trend"] != "no_verdict")
    since = rows.loc[turned, "since"].astype("float64") - 1
    span = rows.loc[turned, "last_year"] - since
    rows.loc[turned, "first_year"] = since
    for name, after in (("slope", "slope_after"), ("lower", "after_lower"), ("upper", "after_upper")):
        rows.loc[turned, name] = rows.loc[turned, after]
        change = "change" if name == "slope" else f"change_{name}"
        rows.loc[turned, change] = rows.loc[turned, after] * span
    rows.loc[turned, "trend"] = rows.loc[turned, "now"].replace("level", "too_uncertain")
    if "ordinary" in rows:
        farthest = rows[["change_lower", "change_upper"]].abs().max(axis=1)
        small = farthest <= NEGLIGIBLE * rows["ordinary"].astype("float64")
        rows.loc[turned & (rows["now"] == "level") & small, "trend"] = "about_equal"
    return rows


def _judgement(worse: pd.Series[Any], lasting: pd.Series[Any]) -> pd.Series[Any]:
    judgement = np.select([~lasting, worse > 0, worse < 0], ["none", "unfavourable", "favourable"], "neutral")
    return pd.Series(judgement, index=worse.index, dtype="str")


def _state(rows: pd.DataFrame, recent: pd.Series[Any]) -> pd.Series[Any]:
    level, course = rows["judgement"], rows["trend_judgement"]
    bad, good = level == "unfavourable", level == "favourable"
    state = np.select(
        [
            ~recent | (rows["verdict"] == "no_figure"),
            bad & (course == "unfavourable"),
            bad & (course == "favourable"),
            bad,
            good & (course == "unfavourable"),
            good,
        ],
        ["no_figure", "bad_worse", "bad_better", "bad", "good_worse", "good"],
        "about_equal",
    )
    return pd.Series(state, index=rows.index, dtype="str")


def _near_edge(distance: pd.Series[Any], margin: pd.Series[Any]) -> pd.Series[Any]:
    """Return the part of a signed distance that its margin does not reach."""
    left: pd.Series[Any] = np.sign(distance) * (distance.abs() - margin).clip(lower=0)
    return left


def _sure_pace(rows: pd.DataFrame, moves: pd.Series[Any]) -> pd.Series[Any]:
    """Return the change per year, in the unit of the figure, at the edge of its band that is nearest to none."""
    lower, upper = rows["lower"].astype("float64"), rows["upper"].astype("float64")
    pace = lower.clip(lower=0).where(moves > 0, upper.clip(upper=0).where(moves < 0, 0.0))
    pace = pace.where(rows["gap"] != RATIO, pace * rows["comparator_value"] / LEVEL)
    return pace.fillna(0.0)


def _concerned(rows: pd.DataFrame, definitions: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return about how many people or households every figure counts."""
    require(counts, (*_KEYS, "year", "value"), "frame of counts")
    wanted = {name: _counts(definitions.loc[name]) for name in rows["indicator"].drop_duplicates()}
    plan = pd.DataFrame(
        [(name, *found) for name, found in wanted.items() if found],
        columns=["indicator", "base", "part", "concerned_unit"],
    ).astype({"indicator": "str", "base": "str", "concerned_unit": "str", "part": "float64"})
    asked = rows.loc[rows["value"].notna(), [*_KEYS, "year", "value"]].merge(plan, on="indicator")
    known = counts.loc[counts["value"].notna(), [*_KEYS, "year", "value"]]
    known = known.rename(columns={"indicator": "base", "value": "counted"})
    found = pd.merge_asof(
        asked.astype({"year": "int64"}).sort_values("year"),
        known.astype({"year": "int64"}).sort_values("year"),
        on="year",
        by=["region", "base"],
        direction="nearest",
        tolerance=MAX_AGE,
    )
    part = np.where(found["part"] > 0, found["value"] * found["part"], 1.0)
    found["concerned"] = (found["counted"] * part).round()
    found["concerned_unit"] = found["concerned_unit"].where(found["concerned"].notna(), "")
    return (
        rows[_KEYS]
        .merge(found[[*_KEYS, "concerned", "concerned_unit"]], "left", _KEYS)
        .fillna({"concerned_unit": ""})
    )


def _counts(definition: pd.Series[Any]) -> tuple[str, float, str] | None:
    """Return which count tells how many a figure counts, times which part of the figure (0: that count itself)."""
    if definition["direction"] != "higher_is_worrying":
        return None
    parts = definition.get("share_of", ())
    if len(parts):
        numerator = str(parts[0])
        return (numerator, 0.0, _COUNTED[numerator]) if numerator in _COUNTED else None
    # Offences per 1 000 inhabitants count no people; a base that is only near gives a wrong number of them.
    base = str(definition.get("base", ""))
    exact = definition.get("bridged_as", "rate") == "rate" and definition["unit"] == "%"
    return (base, 0.01, _COUNTED[base]) if exact and base in _COUNTED else None


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    place = {state: number for number, state in enumerate((*STATES, *NOT_RANKED))}
    keys = pd.DataFrame(
        {
            "state": rows["state"].map(place),
            "order": -rows["order"].where(~rows["state"].isin(NOT_RANKED), 0.0),
            "people": -rows["people"].fillna(0),
            "region": rows["region"],
            "indicator": rows["indicator"],
        }
    )
    return rows.loc[keys.sort_values(list(keys.columns)).index].reset_index(drop=True)
