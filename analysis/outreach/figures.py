"""Reasons to go somewhere that come from figures: a place in a score, and figures that get worse."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import require
from analysis.gaps import LEVEL as GAP_LEVEL
from analysis.gaps import RATIO, nominal
from analysis.standing import scoring, spread_between, worry_signs
from analysis.triage import COURSE_YEARS

#: So many themes that get worse make a trend or forecast that cannot be stronger.
THEMES: Final = 2
#: A figure that is not unfavourable now but gets worse counts for this part.
NOT_BAD_YET: Final = 0.5

_COURSE: Final = ["region", "indicator", "theme", "bad", "clear", "near", "centre", "far"]


def from_ranks(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return how strong a reason the place in the attention score is.

    Parameters
    ----------
    ranks : DataFrame
        What `analysis.composite.rank_intervals` returns: region, rank (1 is the highest score), lower and upper. Its
        interval of 90 % is taken as one of 80 %: rather too wide.

    Returns
    -------
    DataFrame
        region, strength, low and high: 0 for the lower half of the ranking, since an ordinary score is no reason; from there to
        nearly 1 for the first.
    """
    require(ranks, ("region", "rank", "lower", "upper"), "frame of rank intervals")
    known = ranks[ranks["rank"].notna()].reset_index(drop=True)
    n = max(len(known), 1)

    def part(places: pd.Series[Any]) -> pd.Series[Any]:
        return (2 * (n - places.astype("float64") + 0.5) / n - 1).clip(lower=0.0)

    return pd.DataFrame(
        {
            "region": known["region"],
            "strength": part(known["rank"]),
            "low": part(known["upper"]),
            "high": part(known["lower"]),
        }
    )


def trend_courses(triaged: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Return where every figure goes by its trend, for `worsening`.

    Parameters
    ----------
    triaged : DataFrame
        What `analysis.triage.triage` returns. What may not score (herkomst, counts) is left out whatever it holds.
    definitions : DataFrame
        The catalogue as a frame.

    Returns
    -------
    DataFrame
        One row per wijk and figure with a verdict on its course: region, indicator, theme, bad (its level is unfavourable),
        clear (it surely gets worse) and near, centre and far: change in `analysis.triage.COURSE_YEARS` years at the edges
        and in the middle of its band, in what wijken ordinarily differ; positive is worse.
    """
    rows = _may_score(triaged, definitions)
    rows = rows[rows["trend"] != "no_verdict"]
    scale = worry_signs(rows["indicator"], definitions) * COURSE_YEARS / rows["spread"]
    ratio = rows["gap"] == RATIO if "gap" in rows else pd.Series(data=False, index=rows.index)
    scale = scale.where(~ratio, scale * rows["comparator_value"] / GAP_LEVEL)
    return _courses(
        rows,
        rows["trend_judgement"] == "unfavourable",
        *(scale * rows[name] for name in ("lower", "slope", "upper")),
    )


def forecast_courses(
    triaged: pd.DataFrame, definitions: pd.DataFrame, expected: pd.DataFrame
) -> pd.DataFrame:
    """Return where every figure is expected to go, for `worsening`; the band is that of 80 %.

    Parameters
    ----------
    triaged, definitions
        As `trend_courses`.
    expected : DataFrame
        As `analysis.agreement.agreement` takes it: region, indicator, course, last_value, lower_80 and upper_80. Amounts in
        euros are left out: prices rise.
    """
    require(
        expected,
        ("region", "indicator", "course", "last_value", "lower_80", "upper_80"),
        "frame of forecasts",
    )
    euros = nominal(definitions)
    ahead = expected[~expected["indicator"].map(euros).fillna(value=True).astype("bool")]
    ahead = ahead[["region", "indicator", "course", "last_value", "lower_80", "upper_80"]]
    ahead = ahead.rename(columns={"last_value": "from_value"})
    rows = _may_score(triaged, definitions).merge(ahead, "inner", ["region", "indicator"], validate="1:1")
    sign = worry_signs(rows["indicator"], definitions)
    moves = rows["course"].map({"rises": 1.0, "falls": -1.0}).fillna(0.0).astype("float64")
    scale = sign / rows["spread"]
    ends = [scale * (rows[name] - rows["from_value"]) for name in ("lower_80", "upper_80")]
    return _courses(rows, sign * moves > 0, ends[0], (ends[0] + ends[1]) / 2, ends[1])


def _may_score(triaged: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    require(triaged, ("region", "indicator", "theme", "state", "judgement", "trend"), "triage")
    rows = triaged[triaged["indicator"].isin(scoring(definitions).index)]
    rows = rows[rows["state"] != "no_figure"].reset_index(drop=True)
    return rows.assign(spread=spread_between(rows))


def _courses(
    rows: pd.DataFrame,
    clear: pd.Series[Any],
    one: pd.Series[Any],
    centre: pd.Series[Any],
    other: pd.Series[Any],
) -> pd.DataFrame:
    ends = pd.concat([one, other], axis=1).astype("float64")
    found = rows[["region", "indicator", "theme"]].assign(
        bad=rows["judgement"] == "unfavourable",
        clear=clear,
        near=ends.min(axis=1),
        centre=centre.astype("float64"),
        far=ends.max(axis=1),
    )
    return found.loc[found["centre"].notna(), _COURSE].reset_index(drop=True)


def worsening(courses: pd.DataFrame) -> pd.DataFrame:
    """Return how strong a reason it is that figures get worse.

    A theme counts by the figure in it that surely gets worse most: in full from one ordinary difference between wijken
    on, and for `NOT_BAD_YET` where that figure is not unfavourable now. A theme without such a figure is 0, with as
    much doubt as the figure in it that is known best leaves. The strength is the mean of the `THEMES` strongest themes.

    Parameters
    ----------
    courses : DataFrame
        Of `trend_courses` or `forecast_courses`.

    Returns
    -------
    DataFrame
        One row per wijk with a course: region, strength, low, high, n_themes (themes that surely get worse) and indicators
        (tuple: the figure of each of those themes, the strongest first).
    """
    counts = np.where(courses["bad"], 1.0, NOT_BAD_YET)
    rows = courses.assign(
        size=courses["centre"] * counts,
        **{name: courses[name].clip(0.0, 1.0) * counts for name in ("near", "centre", "far")},
    )
    clear = rows[rows["clear"]].sort_values(["size", "indicator"], ascending=[False, True])
    best = clear.drop_duplicates(["region", "theme"])
    keys = ["region", "theme"]
    themes = rows.groupby(keys)["far"].min().rename("high").to_frame()
    themes = themes.join(best.set_index(keys)[["near", "centre", "far"]])
    themes["high"] = themes["far"].fillna(themes["high"])
    themes = themes.fillna({"near": 0.0, "centre": 0.0})
    means = {
        name: themes[name]
        .sort_values(ascending=False)
        .groupby(level="region")
        .head(THEMES)
        .groupby(level="region")
        .mean()
        for name in ("centre", "near", "high")
    }
    figures = best.groupby("region")["indicator"].agg(tuple)
    regions = sorted(means["centre"].index)
    return pd.DataFrame(
        {
            "region": pd.Series(regions, dtype="str"),
            "strength": means["centre"].reindex(regions).to_numpy(),
            "low": means["near"].reindex(regions).to_numpy(),
            "high": means["high"].reindex(regions).to_numpy(),
            "n_themes": [len(figures.get(region, ())) for region in regions],
            "indicators": pd.Series([figures.get(region, ()) for region in regions], dtype="object"),
        }
    )
