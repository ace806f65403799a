"""Standing: how a wijk compares with its gemeente or the country, and what deserves attention first."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import WITH_VALUE, require, require_defined
from analysis.development import total_errors
from analysis.noise import POPULATION, Z95
from analysis.segments import history

#: Fewer wijken than this do not show what an ordinary spread is.
FEWEST_FOR_SPREAD: Final = 8
#: From this robust distance on a wijk lies outside the ordinary spread between the wijken.
OUTSIDE_SPREAD: Final = 1.5
#: An older figure, counted from the newest in the comparison, tells nothing about now.
MAX_AGE: Final = 3
#: Fewer indicators than this give no picture of a theme.
FEWEST_FOR_THEME: Final = 2

_MAD_TO_SD: Final = 1.4826
_MEAN_DEVIATION_TO_SD: Final = 1.2533
_FARTHEST: Final = 3.0
_WORRY_SIGN: Final = {"higher_is_worrying": 1.0, "lower_is_worrying": -1.0, "neutral": 0.0}
_NEEDS: Final = ("unit", "kind", "direction", "breaks")
_COMPARISON: Final = (
    "region",
    "indicator",
    "year",
    "value",
    "difference",
    "noise",
    "verdict",
    "judgement",
    "people",
)


def compare(
    panel: pd.DataFrame,
    definitions: pd.DataFrame,
    comparator: str,
    level: str = "wijk",
    year: int | None = None,
    errors: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Hold the latest figures of every region of a level against one comparator.

    Parameters
    ----------
    panel : DataFrame
        A panel that holds the comparator too.
    definitions : DataFrame
        Indexed by indicator id, with unit, kind, direction, breaks and what `standard_errors` reads.
    comparator : str
        ``"gemeente"`` (each region's own), ``"land"``, or the code of a region in the panel.
    level : str, default "wijk"
        Level of the regions to compare: only regions that exist in the latest year of that level.
    year : int, optional
        Look no further than this year.
    errors : DataFrame, optional
        `standard_errors` of a panel that holds at least these rows under the same index.

    Returns
    -------
    DataFrame
        One row per region x indicator, columns

        - region, level, indicator, unit, year (of the figure), value, status: the region's own latest
          figure on the land it has now. A figure from before the region was redrawn or recoded belongs to
          other land and is not used; if no other figure exists, value is empty and status tells why
          (``not_published`` if there is nothing yet for the new borders);
        - comparator (code), comparator_value: the comparator's figure of that same year;
        - difference: value minus comparator_value; noise: 1.96 * sqrt(se^2 + se_comparator^2), taking
          the two as independent;
        - verdict: ``higher``, ``lower``, ``about_equal`` (inside the noise), or ``no_figure`` where one
          of the two is missing, their units differ, or a count would be held against the count of a
          larger area, which says nothing but that the area is larger;
        - judgement: ``favourable`` or ``unfavourable`` by the direction of the indicator; ``neutral``
          where the indicator is neutral or the figures are about equal; ``none`` without a verdict;
        - people: inhabitants of the region in that year, or in the latest year before it that is known.

    Raises
    ------
    ValueError
        If the comparator is unknown, or as `standard_errors` does.
    """
    require_defined(panel, definitions, _NEEDS)
    total = total_errors(panel, definitions, errors)
    figures = panel[["region", "level", "indicator", "year", "value", "status", "unit"]].assign(error=total)
    figures["valued"] = figures["status"].isin(WITH_VALUE)
    figures["land"] = _land(panel)
    figures = figures if year is None else figures[figures["year"] <= year]
    rows = _latest(figures[figures["level"] == level])
    rows["comparator"] = _comparator_codes(rows["region"], comparator, set(panel["region"].drop_duplicates()))
    rows = rows.merge(_comparators(figures, rows["comparator"]), "left", ["comparator", "indicator", "year"])
    rows = rows.merge(_people(figures), "left", ["region", "year"])

    kind = rows["indicator"].map(definitions["kind"])
    alike = (rows["unit"] == rows["comparator_unit"]) & (
        (kind == "rate") | (rows["level"] == rows["comparator_level"])
    )
    rows["difference"] = (rows["value"] - rows["comparator_value"]).where(alike)
    rows["noise"] = (Z95 * (rows["error"] ** 2 + rows["comparator_error"] ** 2) ** 0.5).where(
        rows["difference"].notna()
    )
    rows["verdict"] = _verdict(rows)
    rows["judgement"] = _judgement(rows, definitions)
    columns = ["region", "level", "indicator", "unit", "year", "value", "status", "comparator"]
    return rows[
        [*columns, "comparator_value", "difference", "noise", "verdict", "judgement", "people"]
    ].reset_index(drop=True)


def _land(panel: pd.DataFrame) -> npt.NDArray[np.intp]:
    so_far = history(panel)
    return so_far.redrawn + so_far.recoded + so_far.gap


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the latest figure per region x indicator on today's land, else the latest row without one."""
    rows = rows[rows["region"].isin(rows.loc[rows["year"] == rows["year"].max(), "region"])]
    rows = rows.assign(land_now=rows.groupby("region")["land"].transform("max"))
    usable = rows["valued"] & (rows["land"] == rows["land_now"])
    rows = rows.assign(usable=usable).sort_values(["region", "indicator", "usable", "year"])
    latest = rows.drop_duplicates(["region", "indicator"], keep="last").reset_index(drop=True)
    of_other_land = latest["valued"] & ~latest["usable"]
    latest.loc[of_other_land, ["value", "error"]] = np.nan
    latest.loc[of_other_land, "status"] = "not_published"
    return latest


def _comparator_codes(regions: pd.Series[Any], comparator: str, known: set[str]) -> pd.Series[Any]:
    if comparator == "gemeente":
        return ("GM" + regions.str[2:6]).astype("str")
    code = "NL00" if comparator == "land" else comparator
    if comparator != "land" and code not in known:
        raise ValueError(f"Unknown comparator {comparator!r}: use gemeente, land or a region of the panel.")
    return pd.Series(code, index=regions.index, dtype="str")


def _comparators(figures: pd.DataFrame, comparator_codes: pd.Series[Any]) -> pd.DataFrame:
    theirs = figures[figures["region"].isin(comparator_codes.drop_duplicates()) & figures["valued"]]
    return theirs[["region", "level", "indicator", "year", "value", "unit", "error"]].rename(
        columns={
            "region": "comparator",
            "level": "comparator_level",
            "value": "comparator_value",
            "unit": "comparator_unit",
            "error": "comparator_error",
        }
    )


def _people(figures: pd.DataFrame) -> pd.DataFrame:
    years = figures[["region", "year"]].drop_duplicates().sort_values(["region", "year"])
    counted = figures[(figures["indicator"] == POPULATION) & figures["valued"]]
    people = years.merge(counted[["region", "year", "value"]], "left", ["region", "year"])
    people["people"] = people.groupby("region")["value"].ffill()
    return people[["region", "year", "people"]]


def _verdict(rows: pd.DataFrame) -> pd.Series[Any]:
    difference, noise = rows["difference"], rows["noise"]
    verdict = np.select(
        [difference.isna(), difference > noise, difference < -noise],
        ["no_figure", "higher", "lower"],
        default="about_equal",
    )
    return pd.Series(verdict, index=rows.index, dtype="str")


def _judgement(rows: pd.DataFrame, definitions: pd.DataFrame) -> pd.Series[Any]:
    sign = rows["indicator"].map(definitions["direction"].map(_WORRY_SIGN)).astype("float64")
    worry = sign * rows["verdict"].map({"higher": 1.0, "lower": -1.0}).fillna(0.0).astype("float64")
    judgement = np.select(
        [rows["verdict"] == "no_figure", worry > 0, worry < 0],
        ["none", "unfavourable", "favourable"],
        default="neutral",
    )
    return pd.Series(judgement, index=rows.index, dtype="str")


def _may_score(definitions: pd.DataFrame) -> pd.DataFrame:
    """Keep the definitions of rates with a direction that may be used in a score."""
    require(definitions, ("theme", "kind", "direction", "usable_in_score"), "definitions frame")
    usable = definitions["usable_in_score"].astype("bool")
    return definitions.loc[usable & (definitions["kind"] == "rate") & (definitions["direction"] != "neutral")]


def _scored(comparison: pd.DataFrame, definitions: pd.DataFrame, max_age: int) -> pd.DataFrame:
    """Keep what may be part of a score, and measure how far each wijk lies from the ordinary wijk.

    Adds theme, robust (whether enough wijken have a figure to know the ordinary spread), distance (from
    the median wijk in robust standard deviations, positive is unfavourable) and sure (the part of that
    distance that the noise cannot explain).
    """
    require(comparison, _COMPARISON, "comparison")
    may_score = _may_score(definitions)
    rows: pd.DataFrame = comparison[
        comparison["indicator"].isin(may_score.index)
        & (comparison["verdict"] != "no_figure")
        & (comparison["year"] >= comparison["year"].max() - max_age)
    ].copy()
    rows["theme"] = rows["indicator"].map(may_score["theme"]).astype("str")
    sign = rows["indicator"].map(may_score["direction"].map(_WORRY_SIGN)).astype("float64")
    groups = rows["indicator"]
    away = rows["difference"] - rows["difference"].groupby(groups).transform("median")
    median_deviation = _MAD_TO_SD * away.abs().groupby(groups).transform("median")
    mean_deviation = _MEAN_DEVIATION_TO_SD * away.abs().groupby(groups).transform("mean")
    spread = median_deviation.where(median_deviation > 0, mean_deviation)
    rows["robust"] = (away.groupby(groups).transform("size") >= FEWEST_FOR_SPREAD) & (spread > 0)
    rows["distance"] = (sign * away / spread).where(rows["robust"])
    sure = np.sign(away) * (away.abs() - rows["noise"]).clip(lower=0)
    rows["sure"] = (sign * sure / spread).where(rows["robust"])
    return rows


def stand_out(
    comparison: pd.DataFrame,
    definitions: pd.DataFrame,
    limit: int = 5,
    by: str | None = "theme",
    favourable: bool = False,
    max_age: int = MAX_AGE,
) -> pd.DataFrame:
    """Pick what deserves attention: clearly unfavourable figures that are also out of the ordinary.

    A figure stands out when all of this holds:

    - it is a rate with a direction that may be used in a score. Never herkomst, never a count: with
      counts the biggest wijk always looks worst;
    - it is of the newest year in the comparison or at most ``max_age`` years older;
    - it is unfavourable against the comparator by more than the noise;
    - it lies at least 1.5 robust standard deviations from the median wijk (median and median absolute
      deviation times 1.4826; the mean absolute deviation where more than half of the wijken are alike;
      Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993). This is only known with at least
      eight wijken; with fewer the noise alone decides.

    Parameters
    ----------
    comparison : DataFrame
        What `compare` returns for the wijken of one gemeente.
    definitions : DataFrame
        Indexed by indicator id, with theme, kind, direction and usable_in_score.
    limit : int, default 5
        At most so many rows.
    by : str or None, default "theme"
        At most one row per wijk and value of this column (``theme`` or another column of the result);
        None keeps them all.
    favourable : bool, default False
        Pick the clearly favourable figures instead.
    max_age : int, default 3
        Leave out figures that are more years older than the newest figure in the comparison.

    Returns
    -------
    DataFrame
        Rows of the comparison, most outstanding first, with theme, distance (robust standard deviations
        from the median wijk, positive is unfavourable; empty with fewer than eight wijken) and sure (what
        is left of the distance at the near edge of the noise band). The order is by ``sure``, so that a
        small wijk with an uncertain figure does not come before a large one with a certain figure. A
        signal, not a verdict and not a cause.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    rows = _scored(comparison, definitions, max_age)
    side = -1.0 if favourable else 1.0
    rows = rows[rows["judgement"] == ("favourable" if favourable else "unfavourable")]
    rows = rows[~rows["robust"] | (side * rows["distance"] >= OUTSIDE_SPREAD)]
    over_noise = rows["difference"].abs() / rows["noise"].where(rows["noise"] > 0)
    rows = rows.assign(order=side * rows["sure"], over_noise=over_noise.fillna(np.inf))
    rows = rows.sort_values(
        ["robust", "order", "over_noise", "region", "indicator"], ascending=[False, False, False, True, True]
    )
    if by is not None:
        require(rows, (by,), "comparison")
        rows = rows.drop_duplicates(["region", by])
    return rows.drop(columns=["robust", "order", "over_noise"]).head(limit).reset_index(drop=True)


def heat(comparison: pd.DataFrame, definitions: pd.DataFrame, max_age: int = MAX_AGE) -> pd.DataFrame:
    """Summarise per wijk and theme how far its figures surely lie from the ordinary wijk.

    Parameters
    ----------
    comparison : DataFrame
        What `compare` returns for the wijken of one gemeente.
    definitions : DataFrame
        As in `stand_out`; only rates with a direction that may be used in a score take part.
    max_age : int, default 3
        Leave out figures that are more years older than the newest figure in the comparison.

    Returns
    -------
    DataFrame
        One row per wijk of the comparison x theme that has such an indicator, columns region, theme,
        distance and n_indicators. Distance is the mean over the indicators of the part of the robust distance
        from the median wijk that the noise cannot explain (0 for a difference inside the noise), each held
        within -3 and 3 so that one outlier does not colour a theme; positive is unfavourable. Empty with
        fewer than two indicators.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    rows = _scored(comparison, definitions, max_age)
    rows = rows[rows["robust"]].assign(distance=rows["sure"].clip(-_FARTHEST, _FARTHEST))
    cells = rows.groupby(["region", "theme"])["distance"].agg(["mean", "size"])
    may_score = _may_score(definitions)
    themes = may_score.loc[may_score.index.isin(comparison["indicator"]), "theme"].drop_duplicates()
    everything = pd.MultiIndex.from_product(
        [comparison["region"].drop_duplicates(), themes], names=["region", "theme"]
    )
    cells = cells.reindex(everything).reset_index()
    cells["n_indicators"] = cells["size"].fillna(0).astype("int64")
    cells["distance"] = cells["mean"].where(cells["n_indicators"] >= FEWEST_FOR_THEME)
    return cells[["region", "theme", "distance", "n_indicators"]]
