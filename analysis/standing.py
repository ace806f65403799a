"""Standing: how a wijk compares with its gemeente, the country or another wijk, and what may be part of a ranking."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import WITH_VALUE, require, require_defined
from analysis.noise import POPULATION, Z95, total_errors
from analysis.segments import history

#: Fewer wijken than this do not show what an ordinary spread is.
FEWEST_FOR_SPREAD: Final = 8
#: Where the spread between wijken is not known, this part of the comparator's figure stands for it.
ASSUMED_SPREAD: Final = 0.25
#: A figure that is more years older than this than the year that is looked at tells nothing about how it is then.
MAX_AGE: Final = 2
#: Below this number of inhabitants a wijk is not ranked: one household more or less changes every share.
FEWEST_PEOPLE: Final = 200

_MAD_TO_SD: Final = 1.4826
_MEAN_DEVIATION_TO_SD: Final = 1.2533
_WORRY_SIGN: Final = {"higher_is_worrying": 1.0, "lower_is_worrying": -1.0, "neutral": 0.0}
_NEEDS: Final = ("unit", "kind", "direction", "breaks")


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
        - people: inhabitants of the region in that year, or in the latest year before it that is known; people_year: which
          year that is.

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
    rows["comparator"] = comparator_codes(rows["region"], comparator, set(panel["region"].drop_duplicates()))
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
        [*columns, "comparator_value", "difference", "noise", "verdict", "judgement", "people", "people_year"]
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


def comparator_codes(regions: pd.Series[Any], comparator: str, known: set[str]) -> pd.Series[Any]:
    """Return the code that each region is held against.

    Parameters
    ----------
    regions : Series of str
    comparator : str
        ``"gemeente"`` (each region's own), ``"land"``, or a code.
    known : set of str
        Codes that there are.

    Raises
    ------
    ValueError
        If the comparator is not one of them.
    """
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
    counted = counted[["region", "year", "value"]].rename(columns={"value": "people"})
    people = years.merge(counted.assign(people_year=counted["year"]), "left", ["region", "year"])
    known = ["people", "people_year"]
    people[known] = people.groupby("region")[known].ffill()
    return people[["region", "year", *known]]


def _verdict(rows: pd.DataFrame) -> pd.Series[Any]:
    difference, noise = rows["difference"], rows["noise"]
    verdict = np.select(
        [difference.isna(), difference > noise, difference < -noise],
        ["no_figure", "higher", "lower"],
        default="about_equal",
    )
    return pd.Series(verdict, index=rows.index, dtype="str")


def _judgement(rows: pd.DataFrame, definitions: pd.DataFrame) -> pd.Series[Any]:
    sign = worry_signs(rows["indicator"], definitions)
    worry = sign * rows["verdict"].map({"higher": 1.0, "lower": -1.0}).fillna(0.0).astype("float64")
    judgement = np.select(
        [rows["verdict"] == "no_figure", worry > 0, worry < 0],
        ["none", "unfavourable", "favourable"],
        default="neutral",
    )
    return pd.Series(judgement, index=rows.index, dtype="str")


def scoring(definitions: pd.DataFrame) -> pd.DataFrame:
    """Keep the definitions of rates with a direction that may be used in a score.

    Never herkomst, and never a count: with counts the biggest wijk always looks worst.

    Parameters
    ----------
    definitions : DataFrame
        Indexed by indicator id, with theme, kind, direction and usable_in_score.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(definitions, ("theme", "kind", "direction", "usable_in_score"), "definitions frame")
    usable = definitions["usable_in_score"].astype("bool")
    return definitions.loc[usable & (definitions["kind"] == "rate") & (definitions["direction"] != "neutral")]


def worry_signs(indicators: pd.Series[Any], definitions: pd.DataFrame) -> pd.Series[Any]:
    """Return 1 for an indicator of which more is worrying, -1 where less is, 0 where neither is."""
    return indicators.map(definitions["direction"].map(_WORRY_SIGN)).astype("float64")


def is_recent(years: pd.Series[Any], now: int) -> pd.Series[Any]:
    """Tell which years are near enough to ``now`` to say something about it: at most `MAX_AGE` years before it.

    This is the one rule for the age of a figure, and of the last figure of a trend.
    """
    return (years >= now - MAX_AGE).fillna(False).astype("bool")


def spread_between(comparison: pd.DataFrame) -> pd.Series[Any]:
    """Return for every row how far wijken ordinarily lie apart on that indicator, in its unit.

    Parameters
    ----------
    comparison : DataFrame
        What `compare` returns, or a selection of it.

    Returns
    -------
    Series
        On the index of the comparison. The median absolute deviation of the differences times 1.4826; the mean
        absolute deviation times 1.2533 where more than half of the wijken are alike (Iglewicz and Hoaglin, How to
        Detect and Handle Outliers, 1993). With fewer than `FEWEST_FOR_SPREAD` wijken, or where all are alike, the
        spread is not known and `ASSUMED_SPREAD` of the comparator's figure stands for it.
    """
    require(comparison, ("indicator", "difference", "comparator_value"), "comparison")
    by = comparison["indicator"]
    away = (comparison["difference"] - comparison["difference"].groupby(by).transform("median")).abs()
    median = _MAD_TO_SD * away.groupby(by).transform("median")
    mean = _MEAN_DEVIATION_TO_SD * away.groupby(by).transform("mean")
    spread = median.where(median > 0, mean)
    known = (away.groupby(by).transform("count") >= FEWEST_FOR_SPREAD) & (spread > 0)
    assumed = ASSUMED_SPREAD * comparison["comparator_value"].abs()
    return spread.where(known, assumed.where(assumed > 0))
