"""Trends for the screen: estimated once per gemeente and span of years, judged per family that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from analysis.trends import judge, trends_of_figures
from analysis.turns import judge_turns, with_turns
from data.catalogue import Indicator
from ui import trend_wording
from ui.amounts import slope_text
from ui.figures import Figures
from ui.kept import of_figures
from ui.trend_ends import ends

_KEYS = ["region", "indicator"]
#: Unit of a figure that was divided by that of a base year, times 100.
INDEX_UNIT: Final = "indexpunten"
_SIDED: Final = ("favourable", "unfavourable")
#: Columns of a trend that stand in the unit of the figure, and go along when the figure becomes an index.
_IN_UNIT: Final = (
    "slope",
    "lower",
    "upper",
    "line_first",
    "line_last",
    "change",
    "change_lower",
    "change_upper",
    "slope_before",
    "slope_after",
    "after_lower",
    "after_upper",
)


def within(frame: pd.DataFrame, years: tuple[int, int] | None) -> pd.DataFrame:
    """Return the rows of these years; all of them without any."""
    return frame if years is None else frame[frame["year"].between(*years)]


@of_figures(maxsize=24)
def estimated(known: Figures, years: tuple[int, int] | None = None) -> pd.DataFrame:
    """Return the trend, the turn, the latest departure and the real ends of every series in these years.

    Columns of `analysis.trends.trends_of_panel`, `analysis.turns.turns`, `analysis.turns.recent` and
    `ui.trend_ends.ends`.
    """
    return _estimated(known.panel, known.measured, years)


@lru_cache(maxsize=256)
def _estimated_one(known: Figures, indicator: str, years: tuple[int, int] | None) -> pd.DataFrame:
    """Return the rows of `estimated` on one figure, which rest on nothing but its own series."""
    measured = known.measured
    return _estimated(known.of(indicator), measured[measured["indicator"] == indicator], years)


def _estimated(panel: pd.DataFrame, figures: pd.DataFrame, years: tuple[int, int] | None) -> pd.DataFrame:
    figures = within(figures, years)
    found = with_turns(figures, trends_of_figures(figures))
    return found.merge(ends(panel, figures, years), "left", _KEYS, validate="1:1")


@lru_cache(maxsize=256)
def family(
    known: Figures,
    indicators: tuple[str, ...],
    regions: tuple[str, ...],
    years: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """Return trends with their verdicts, judged as the one family that the reader looks at together.

    Parameters
    ----------
    known : Figures
    indicators, regions : tuple of str
        The family is every combination of these that has figures.
    years : tuple of int, optional
        First and last year; all if left out.

    Returns
    -------
    DataFrame
        Columns of `estimated` with those of `analysis.trends.judge` (p_adjusted, verdict, judgement) and
        `analysis.turns.judge_turns` (since, now, departure).
    """
    one = len(indicators) == 1
    rows = _estimated_one(known, indicators[0], years) if one else estimated(known, years)
    rows = rows[rows["indicator"].isin(indicators) & rows["region"].isin(regions)]
    judged = judge_turns(judge(rows, known.definitions["direction"])).reset_index(drop=True)
    return judged.assign(judgement=_as_told(judged, known))


def _as_told(judged: pd.DataFrame, known: Figures) -> pd.Series:
    """Return the judgements that the words carry: a rise in euros of the day, for one, is never called favourable."""
    without = [
        row["judgement"] in _SIDED
        and not trend_wording.judgement_word(row, known.catalogue[str(row["indicator"])])
        for _, row in judged.iterrows()
    ]
    return judged["judgement"].mask(pd.Series(without, index=judged.index, dtype="bool"), "neutral")


def wijken_now(known: Figures) -> tuple[str, ...]:
    """Return the wijken of the last year: those that are judged together as one family."""
    return tuple(known.regions_in(known.years[-1]))


def of_wijken(known: Figures, indicator: str, years: tuple[int, int] | None = None) -> pd.DataFrame:
    """Return the verdicts on one figure in all wijken of now (`family`); only those with a figure in these years."""
    return family(known, (indicator,), wijken_now(known), years)


def verdict(
    known: Figures, indicator: str, region: str, years: tuple[int, int] | None = None
) -> pd.Series | None:
    """Return the verdict on one region, the same wherever it stands on the page; None without a figure.

    A wijk is judged with all wijken of now; the gemeente, Nederland and a wijk that is gone by themselves.
    """
    of_now = wijken_now(known)
    judged = family(known, (indicator,), of_now if region in of_now else (region,), years)
    own = judged[judged["region"] == region]
    return own.iloc[0] if len(own) else None


def sentence(known: Figures, indicator: str, region: str, years: tuple[int, int] | None = None) -> str:
    """Return the one true sentence about a region in these years (`ui.trend_wording.trend_sentence`)."""
    rows = within(known.of(indicator, region), years).sort_values("year")
    return trend_wording.trend_sentence(
        verdict(known, indicator, region, years),
        known.catalogue[indicator],
        known.label(region),
        status=str(rows["status"].iloc[-1]) if len(rows) else "",
        years=years,
    )


# Index ---------------------------------------------------------------------------------------------


def base_years(frame: pd.DataFrame) -> dict[str, int]:
    """Return per region the year that becomes 100: within its last segment, and the same for all where that can be.

    Parameters
    ----------
    frame : DataFrame
        Columns region, year, value and segment, of the years on the screen.

    Returns
    -------
    dict
        Region to year: the first in which the most regions have a figure in their last segment; for one that has none
        then, the first of its own. A region without a figure above zero in that year is left out.
    """
    piece = last_pieces(frame)
    regions = piece.groupby("region", sort=False)["year"]
    shared = piece.groupby("year").size()
    usual = int(shared.index[shared == shared.max()].min()) if len(shared) else 0
    with_usual = set(piece.loc[piece["year"] == usual, "region"])
    base = {
        str(region): usual if region in with_usual else int(first) for region, first in regions.min().items()
    }
    at = piece.set_index(["region", "year"])["value"]
    return {region: year for region, year in base.items() if float(at.loc[(region, year)]) > 0}


def last_pieces(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a figure of the last segment of every region (and of the indicator itself)."""
    there = frame[frame["value"].notna()]
    if "measure" in there:
        there = there[there["measure"] == ""]
    newest = there["segment"] == there.groupby("region")["segment"].transform("max")
    return there[newest]


def as_index(frame: pd.DataFrame, base: dict[str, int]) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the figures as a percentage of those in the base year, and by how much each region was multiplied.

    Figures of an earlier segment cannot be compared with the base year and are left out.

    Parameters
    ----------
    frame : DataFrame
        Columns region, year, value, segment and margin.
    base : dict
        What `base_years` returned.
    """
    piece = last_pieces(frame)
    at = piece.set_index(["region", "year"])["value"]
    factors = {region: 100.0 / float(at.loc[(region, year)]) for region, year in base.items()}
    kept = frame[~frame.index.isin(frame.index[frame["value"].notna()].difference(piece.index))]
    kept = kept[kept["region"].isin(factors)]
    by = kept["region"].map(factors)
    return kept.assign(value=kept["value"] * by, margin=kept["margin"] * by, unit=INDEX_UNIT), factors


def index_indicator(indicator: Indicator) -> Indicator:
    """Return the indicator as an index: whole points, and a rate, since 100 says nothing about size."""
    return indicator.model_copy(update={"unit": INDEX_UNIT, "decimals": 0, "kind": "rate"})


def scaled(row: pd.Series, factor: float, unit: str) -> pd.Series:
    """Return a row of `family` with everything that stands in the unit of the figure multiplied, now in ``unit``."""
    out = row.copy()
    out["unit"] = unit
    for column in _IN_UNIT:
        if column in out.index:
            out[column] = out[column] * factor
    return out


# The line through the figures ----------------------------------------------------------------------


def fitted_line(frame: pd.DataFrame, row: pd.Series, indicator: Indicator) -> pd.DataFrame:
    """Return the straight line of a trend with its band, or with a turn the bent one, to draw over the figures.

    Parameters
    ----------
    frame : DataFrame
        Figures of this region: region, year, value and segment.
    row : Series
        Of `family`, in the unit of ``frame``.
    indicator : Indicator
        Gives the unit of the words.

    Returns
    -------
    DataFrame
        Columns region, year, line (empty where the direction is too uncertain to draw one), line_low and line_high
        (how steep or flat it may be), label and short. No rows without a verdict.
    """
    piece = last_pieces(frame[frame["region"] == row["region"]])
    piece = piece[piece["year"].between(row["first_year"], row["last_year"])]
    if row["verdict"] == "no_verdict" or len(piece) < 2:
        return pd.DataFrame(columns=["region", "year", "line", "line_low", "line_high", "label", "short"])
    label, short = fitted_label(row, indicator)
    line = _bent(piece, row) if pd.notna(row["since"]) else _straight(piece, row)
    if row["verdict"] == "too_uncertain" and pd.isna(row["since"]):
        line["line"] = np.nan
    return line.assign(region=row["region"], label=label, short=short)


def fitted_label(row: pd.Series, indicator: Indicator) -> tuple[str, str]:
    """Return what the end of the fitted line says, on a wide and on a narrow picture."""
    if pd.notna(row["since"]):
        told = trend_wording.turn_text(row)
        return told, told.replace("geen duidelijke richting", "geen richting")
    if row["verdict"] in ("rises", "falls"):
        told = slope_text(row, indicator, band=False)
        verb = trend_wording.CLASS_LABELS[row["verdict"]]
        return f"{verb}: {told}", verb
    if row["verdict"] == "about_equal":
        return "ongeveer gelijk", "gelijk"
    return "richting te onzeker", "te onzeker"


def _straight(piece: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """Return the line with the band of its slope, which turns around the middle of the years."""
    centre = float(piece["year"].mean())
    height = row["line_first"] + row["slope"] * (centre - row["first_year"])
    years = np.array([row["first_year"], centre, row["last_year"]], dtype=np.float64)
    edges = [height + row[bound] * (years - centre) for bound in ("lower", "upper")]
    return pd.DataFrame(
        {
            "year": years,
            "line": height + row["slope"] * (years - centre),
            "line_low": np.minimum(*edges),
            "line_high": np.maximum(*edges),
        }
    )


def _bent(piece: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """Return the line that bends in the year of the turn, with the band of its new slope."""
    turn = float(row["turn_year"])

    def height(years: np.ndarray, after: float) -> np.ndarray:
        away = years - turn
        return np.where(away > 0, after * away, row["slope_before"] * away)

    seen = piece["year"].to_numpy(dtype=np.float64)
    level = float(np.median(piece["value"].to_numpy(dtype=np.float64) - height(seen, row["slope_after"])))
    years = np.array([row["first_year"], turn, row["last_year"]], dtype=np.float64)
    edges = [level + height(years, row[bound]) for bound in ("after_lower", "after_upper")]
    return pd.DataFrame(
        {
            "year": years,
            "line": level + height(years, row["slope_after"]),
            "line_low": np.minimum(*edges),
            "line_high": np.maximum(*edges),
        }
    )


# Order ---------------------------------------------------------------------------------------------

_FIRST_ASKED: Final = {"unfavourable": 0, "rises": 0, "favourable": 2, "falls": 2}


def in_order(judged: pd.DataFrame, regions: Sequence[str]) -> list[str]:
    """Return regions with what asks for attention first; what cannot be told apart stays in its own order.

    Unfavourable ones come first, by how fast they change, then those without a clear direction or without a
    figure, then the favourable ones. Without a good or bad side rising ones come first and falling ones last.
    """
    places = {str(row["region"]): _place(row) for _, row in judged.iterrows()}
    return sorted(regions, key=lambda region: places.get(region, (1, 0.0)))


def _place(row: pd.Series) -> tuple[int, float]:
    group = _FIRST_ASKED.get(row["judgement"] if row["judgement"] in _SIDED else row["verdict"], 1)
    speed = float(abs(row["slope"])) if group != 1 else 0.0
    return group, -speed if group == 0 else speed
