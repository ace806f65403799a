"""Agreement: in which wijken do level, trend, forecast and attention score point the same way?

Four witnesses speak about a wijk. The level says how its figures are now, beside a comparator; the trend where they
went; the forecast where they are expected to go; the score how all figures together rank. One witness is easily wrong
or easily small. A wijk only gets a class that asks for something where two of them, or one over two themes, say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import require
from analysis.attention import FAR, FEWEST_THEMES
from analysis.gaps import nominal
from analysis.standing import scoring, spread_between, worry_signs

#: From what asks most attention to what asks none.
CLASSES: Final = ("now_and_later", "now", "later", "none")
#: Not a class: too few figures to say that there is nothing particular.
TOO_FEW: Final = "too_few"
#: The four witnesses, in the order in which a sentence tells them.
LEVEL, TREND, FORECAST, INDEX = "level", "trend", "forecast", "index"
WITNESSES: Final = (LEVEL, TREND, FORECAST, INDEX)
#: A course counts from this part of an ordinary difference between wijken on, in `analysis.triage.COURSE_YEARS` years at
#: its sure end: four such periods then make an ordinary wijk one that lies far off (`analysis.attention.FAR`).
FELT: Final = 0.25
#: A wijk is surely among the highest scores where its whole rank interval lies in this part of the ranking, rounded
#: upwards to whole wijken.
WORST_PART: Final = 0.2
#: With fewer wijken in the ranking a fifth is a single wijk, and some wijk always comes first.
FEWEST_RANKED: Final = 10
#: Of fewer themes the theme that is far off makes the score, which then is no second witness.
FEWEST_SCORED_THEMES: Final = 3
#: With less than this part of the figures that wijken here usually have, nobody knows that there is nothing particular.
LEAST_KNOWN: Final = 0.5

_COMPARED: Final = (
    *("region", "indicator", "theme", "state", "order", "sure_level", "sure_change", "difference"),
    *("comparator_value", "trend", "trend_judgement", "people", "concerned", "concerned_unit"),
)
_EXPECTED: Final = ("region", "indicator", "course", "last_value", "lower_80", "upper_80")
_SIGN: Final = ["region", "sign", "theme", "indicator", "strength"]
_BAD: Final = ("bad_worse", "bad", "bad_better")
_COURSES: Final = {"rises": 1.0, "falls": -1.0}


@dataclass(frozen=True)
class Agreement:
    """What the four witnesses say of every wijk.

    Attributes
    ----------
    wijken : DataFrame
        One row per wijk, the first to look at on top: region; class (one of `CLASSES`, or `TOO_FEW`); level, trend,
        forecast and index (``worse``, ``better``, ``neither`` or, where that witness has nothing to go by,
        ``unknown``; level and index are never ``better``); urgency (how many signs: themes that are far off now, themes
        with a trend to worse, themes with a forecast to worse, and one for the score); themes (tuple of the themes with a
        sign, the strongest first), themes_now (those that are far off now) and themes_later (those that get worse);
        concerned, concerned_unit and concerned_indicator (how many people or households the strongest figure behind a
        sign counts, of those that count any: never a sum, since several figures may count the same people); people (inhabitants); n_figures. In order of class, urgency, concerned and people; wijken with too few
        figures last.
    signs : DataFrame
        One row per wijk, witness and theme: region, sign (`LEVEL`, `TREND` or `FORECAST`), theme, indicator (the strongest
        figure of that theme) and strength (in what wijken ordinarily differ; positive). Strongest first within a wijk
        and witness.
    """

    wijken: pd.DataFrame
    signs: pd.DataFrame


def agreement(
    triaged: pd.DataFrame,
    definitions: pd.DataFrame,
    expected: pd.DataFrame | None = None,
    ranks: pd.DataFrame | None = None,
) -> Agreement:
    """Tell for every wijk whether level, trend, forecast and score point the same way.

    - *Now*: a figure of the theme is unfavourable and surely far off (`analysis.attention.FAR`), also where it gets
      better. It takes two themes, or one theme and a place surely among the highest scores.
    - *Later*: a figure of the theme surely gets worse by its trend, or by its forecast (the whole band of 80 % beyond
      the figure of now), enough to be felt (`FELT`). Where trend and forecast contradict each other neither counts.
    - ``now_and_later``: now, and later in one of the themes of now. ``now``: now, not surely getting worse. ``later``: not
      now, and later in two themes. ``none``: nothing of this, with figures enough to say so.

    Parameters
    ----------
    triaged : DataFrame
        What `analysis.triage.triage` returns for all themes, of the wijken that are large enough.
    definitions : DataFrame
        The catalogue as a frame. What may not score (herkomst, counts) is left out whatever the frames hold.
    expected : DataFrame, optional
        Forecasts about `analysis.triage.COURSE_YEARS` years ahead, one row per region and indicator at most: region,
        indicator, course (``rises``, ``falls`` where the band does not hold the figure of now, else something else),
        last_value, lower_80 and upper_80. Amounts in euros are left out: prices rise.
    ranks : DataFrame, optional
        Rank intervals of an attention score over `FEWEST_SCORED_THEMES` themes or more: region, lower and upper (1 is
        the highest score).

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(triaged, _COMPARED, "triage")
    may_score = scoring(definitions)
    rows = triaged[triaged["indicator"].isin(may_score.index)].reset_index(drop=True)
    rows = _with_forecast(rows, definitions, expected)
    ranked = _ranked(ranks)
    signs = pd.concat([_levels(rows), _trends(rows), _forecasts(rows)], ignore_index=True)
    signs = signs.sort_values(
        ["region", "sign", "strength", "indicator"], ascending=[True, True, False, True]
    )
    wijken = _wijken(rows, signs, ranked)
    return Agreement(_in_order(wijken), _strongest_of_theme(signs))


# The witnesses --------------------------------------------------------------------------------------


def _with_forecast(
    rows: pd.DataFrame, definitions: pd.DataFrame, expected: pd.DataFrame | None
) -> pd.DataFrame:
    """Put beside every figure what its forecast says: foretold (1 worse, -1 better, 0 neither, empty) and sure_ahead."""
    if expected is None or expected.empty:
        return rows.assign(foretold=np.nan, sure_ahead=0.0)
    require(expected, _EXPECTED, "frame of forecasts")
    euros = nominal(definitions)
    ahead = expected[~expected["indicator"].map(euros).fillna(True).astype("bool")]
    # A trend has a last value too: that of its own last year.
    ahead = ahead[list(_EXPECTED)].rename(columns={"last_value": "from_value"})
    rows = rows.merge(ahead, "left", ["region", "indicator"], validate="1:1")
    spread = spread_between(rows[rows["state"] != "no_figure"]).reindex(rows.index)
    moves = rows["course"].map(_COURSES).fillna(0.0).astype("float64")
    nearest = rows["lower_80"].where(moves > 0, rows["upper_80"]) - rows["from_value"]
    sign = worry_signs(rows["indicator"], definitions)
    return rows.assign(
        foretold=(sign * moves).where(rows["course"].notna()),
        sure_ahead=(sign * nearest / spread).where(moves != 0, 0.0).fillna(0.0),
    )


def _levels(rows: pd.DataFrame) -> pd.DataFrame:
    # What gets better is less urgent in the order of the triage, but it is as far off now.
    strength = rows["order"].where(rows["state"] != "bad_better", rows["sure_level"])
    return _signs(rows, rows["state"].isin(_BAD) & (strength >= FAR), LEVEL, strength)


def _trends(rows: pd.DataFrame) -> pd.DataFrame:
    worse = _told(rows) & (rows["trend_judgement"] == "unfavourable") & ~(rows["foretold"] < 0)
    return _signs(rows, worse & (rows["sure_change"] >= FELT), TREND, rows["sure_change"])


def _forecasts(rows: pd.DataFrame) -> pd.DataFrame:
    worse = _told(rows) & (rows["foretold"] > 0) & (rows["trend_judgement"] != "favourable")
    return _signs(rows, worse & (rows["sure_ahead"] >= FELT), FORECAST, rows["sure_ahead"])


def _told(rows: pd.DataFrame) -> pd.Series[Any]:
    return rows["state"] != "no_figure"


def _signs(rows: pd.DataFrame, found: pd.Series[Any], sign: str, strength: pd.Series[Any]) -> pd.DataFrame:
    there = rows.assign(sign=sign, strength=strength)[found]
    return there[[*_SIGN, "concerned", "concerned_unit"]]


def _ranked(ranks: pd.DataFrame | None) -> pd.Series[Any]:
    """Return by region whether its score is surely among the highest; nothing where there are too few to rank."""
    if ranks is None:
        return pd.Series(dtype="bool")
    require(ranks, ("region", "lower", "upper"), "frame of rank intervals")
    known = ranks[ranks["upper"].notna()].set_index("region")
    if len(known) < FEWEST_RANKED:
        return pd.Series(dtype="bool")
    return pd.Series(known["upper"] <= np.ceil(WORST_PART * len(known)), dtype="bool")


# What they say together -----------------------------------------------------------------------------


def _wijken(rows: pd.DataFrame, signs: pd.DataFrame, ranked: pd.Series[Any]) -> pd.DataFrame:
    told = rows[_told(rows)]
    wijken = rows.groupby("region", sort=True).agg(people=("people", "first"))
    wijken["n_figures"] = told.groupby("region").size().reindex(wijken.index).fillna(0).astype("int64")
    n_themes = told.groupby("region")["theme"].nunique().reindex(wijken.index).fillna(0)
    wijken[LEVEL] = _says(wijken.index, signs, LEVEL, wijken["n_figures"] > 0)
    judged = told[told["trend"] != "no_verdict"]
    better = set(judged.loc[judged["trend_judgement"] == "favourable", "region"])
    wijken[TREND] = _says(wijken.index, signs, TREND, wijken.index.isin(judged["region"]), better)
    foretold = told[told["foretold"].notna()]
    better = set(foretold.loc[foretold["foretold"] < 0, "region"])
    wijken[FORECAST] = _says(wijken.index, signs, FORECAST, wijken.index.isin(foretold["region"]), better)
    highest = ranked.reindex(wijken.index)
    wijken[INDEX] = np.select([highest.isna(), highest.eq(True)], ["unknown", "worse"], "neither")

    by_theme: dict[str, dict[str, set[str]]] = {}
    for region, theme, sign in zip(signs["region"], signs["theme"], signs["sign"], strict=True):
        by_theme.setdefault(region, {}).setdefault(theme, set()).add(sign)
    wijken["class"] = [
        _class(by_theme.get(str(region), {}), index == "worse") for region, index in wijken[INDEX].items()
    ]
    enough = (n_themes >= FEWEST_THEMES) & (wijken["n_figures"] >= LEAST_KNOWN * _usual(told, len(wijken)))
    wijken.loc[(wijken["class"] == "none") & ~enough, "class"] = TOO_FEW
    counted = signs.drop_duplicates(["region", "sign", "theme"]).groupby("region").size()
    wijken["urgency"] = counted.reindex(wijken.index).fillna(0).astype("int64") + (wijken[INDEX] == "worse")
    for name, those in (("themes", WITNESSES), ("themes_now", (LEVEL,)), ("themes_later", (TREND, FORECAST))):
        wijken[name] = _themes(signs[signs["sign"].isin(those)], wijken.index)
    return wijken.join(_concerned(signs)).reset_index()


def _says(
    regions: pd.Index[Any],
    signs: pd.DataFrame,
    sign: str,
    known: Any,
    better: set[str] | None = None,
) -> pd.Series[Any]:
    worse = regions.isin(signs.loc[signs["sign"] == sign, "region"])
    says = np.select(
        [~np.asarray(known), worse, regions.isin(better or ())], ["unknown", "worse", "better"], "neither"
    )
    return pd.Series(says, index=regions, dtype="str")


def _class(signs_by_theme: dict[str, set[str]], highest_score: bool) -> str:
    now = {theme for theme, signs in signs_by_theme.items() if LEVEL in signs}
    later = {theme for theme, signs in signs_by_theme.items() if signs & {TREND, FORECAST}}
    if len(now) >= FEWEST_THEMES or (now and highest_score):
        return "now_and_later" if now & later else "now"
    return "later" if len(later) >= FEWEST_THEMES else "none"


def _themes(signs: pd.DataFrame, regions: pd.Index[Any]) -> list[tuple[str, ...]]:
    """Return for every region the themes of its signs, the strongest first."""
    strongest = signs.sort_values("strength", ascending=False, kind="stable").drop_duplicates(
        ["region", "theme"]
    )
    themes = strongest.groupby("region", sort=False)["theme"].agg(tuple)
    return [themes.get(region, ()) for region in regions]


def _usual(told: pd.DataFrame, n_wijken: int) -> int:
    """Return how many figures half of the wijken have."""
    return int((told["indicator"].value_counts() >= n_wijken / 2).sum())


def _concerned(signs: pd.DataFrame) -> pd.DataFrame:
    # A figure that is far off now tells more about who is concerned than one that only moves.
    place = signs["sign"].map({name: place for place, name in enumerate(WITNESSES)})
    counted = signs.assign(place=place).dropna(subset="concerned")
    counted = counted.sort_values(["place", "strength"], ascending=[True, False], kind="stable")
    first = counted.drop_duplicates("region").set_index("region")
    return first[["concerned", "concerned_unit", "indicator"]].rename(
        columns={"indicator": "concerned_indicator"}
    )


def _in_order(wijken: pd.DataFrame) -> pd.DataFrame:
    keys = pd.DataFrame(
        {
            "class": wijken["class"].map({name: place for place, name in enumerate((*CLASSES, TOO_FEW))}),
            "urgency": -wijken["urgency"],
            "concerned": -wijken["concerned"].fillna(0.0),
            "people": -wijken["people"].fillna(0.0),
            "region": wijken["region"],
        }
    )
    columns = ["region", "class", *WITNESSES, "urgency", "themes", "themes_now", "themes_later"]
    columns += ["concerned", "concerned_unit", "concerned_indicator", "people", "n_figures"]
    ordered = wijken.loc[keys.sort_values(list(keys.columns)).index, columns]
    return ordered.fillna({"concerned_unit": "", "concerned_indicator": ""}).reset_index(drop=True)


def _strongest_of_theme(signs: pd.DataFrame) -> pd.DataFrame:
    return signs.drop_duplicates(["region", "sign", "theme"])[_SIGN].reset_index(drop=True)
