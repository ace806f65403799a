"""Hotspots over the years: where high or low figures lie together, since when, and does it grow?

Two questions in turn, so that neither many years nor a year that looks like the one before gives false alarms:

1. *Is there anything here at all?* The figures of a region, each as a distance to the middle of its year, are averaged
   over a few stretches of years, and each average is laid on the map. Chance is then: whole series, with all their
   years, shuffled over the map. How the years of one series hang together does not matter to that, so the answer
   holds for noise that is fresh every year as well as for noise that stays. The stretches of one region are one question
   (Simes); over the regions the share of false alarms is held (Benjamini and Hochberg).
2. *In which years?* Within a region that passed, the years are one family (Benjamini and Hochberg again; Yekutieli,
   "Hierarchical false discovery rate controlling methodology", JASA 103, 2008, for asking from coarse to fine).

The pattern of those years gives the class, after the classes of ESRI's Emerging Hot Spot Analysis. Whether a lasting
hotspot grows or shrinks is a trend test that stands autocorrelation (`analysis.trends`), on the distance between
the region with its neighbours and the regions away from every hotspot: Gi* itself has a ceiling, and a strong hotspot
that grows would look the same every year. How often this finds what was planted, and how often it finds what was
not: docs/methode/hotspots.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import require
from analysis._series import refuse_absurd
from analysis.false_discovery import adjusted
from analysis.hotspots.chance import chance_together
from analysis.hotspots.local import getis_ord
from analysis.hotspots.neighbours import Neighbours
from analysis.hotspots.rates import standardised
from analysis.hotspots.spots import COLD, HOT, ISLAND, NO_FIGURE, NOTHING, RATE
from analysis.trends import FEWEST_POINTS, trends

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: With fewer years nothing is claimed: a trend has no verdict then either, and "lasting" would be three figures.
FEWEST_YEARS: Final = FEWEST_POINTS
#: A hotspot is new when it was found for the first time in the last so many figures: within one term of a council.
NEW_WITHIN: Final = 3
#: It is over when it was not found in the last so many figures: one year can be missed by a hair.
GONE_AFTER: Final = 2
#: It lasts when it was found in this share of the years since it was first found. ESRI asks 0.9, of many time steps; of six
#: years that is all six, and one missed by a hair would make a lasting hotspot an occasional one. Every other year is less.
LASTING: Final = 0.75
#: A hotspot that is over is called one only if it lasted at least so many figures; else it came and went.
FEWEST_BEFORE: Final = 3
#: A year in which fewer regions have a figure is no year: nothing can gather there.
FEWEST_COMPARED: Final = 3
#: The middle and the spread of "the rest" take so many regions away from every hotspot.
FEWEST_REST: Final = 5

NEW, INTENSIFYING, PERSISTENT = "new", "intensifying", "persistent"
SPORADIC, DIMINISHING, HISTORICAL = "sporadic", "diminishing", "historical"
#: What a hotspot over the years can be called.
CLASSES: Final = (NEW, INTENSIFYING, PERSISTENT, SPORADIC, DIMINISHING, HISTORICAL)
#: Why nothing is claimed, besides the reasons of `hotspots`: too few years, or no figure in the last years.
TOO_FEW_YEARS, ENDED = "too_few_years", "ended"
#: Side of a region where nothing is claimed.
NEITHER: Final = "none"


@dataclass(frozen=True)
class _Map:
    """Figures laid out as regions by years, with what chance has to say about each."""

    years: npt.NDArray[np.intp]
    values: Floats
    compared: Floats
    statistic: Floats
    p: Floats
    testable: Bools


def emerging(
    figures: pd.DataFrame, neighbours: Neighbours, *, rate: float = RATE, per: float = 100.0
) -> pd.DataFrame:
    """Find where high or low figures gathered over the years, and say what kind of hotspot that is.

    Parameters
    ----------
    figures : DataFrame
        One row per region and year with columns region, year and value, of one indicator. Missing rows and empty values
        are no figure; regions that ``neighbours`` do not have are left out. Optional: segment (only the rows of
        the highest segment of a region count, so that nothing is read across a break) and base (the count that value is
        a rate of: rates are then compared in standard deviations of their own, as in `hotspots`).
    neighbours : Neighbours
    rate : float, default 0.05
        False discovery rate: of the regions, of the years within a region, and of the trends.
    per : float, default 100
        What value is counted on, where there is a base; see `hotspots`.

    Returns
    -------
    DataFrame
        Per region of ``neighbours``, in that order, one row for each side on which something was found, or one row
        that says why nothing is claimed:

        - region; side (`HOT`, `COLD` or `NEITHER`);
        - class: `NEW` (found now, and for the first time within the last `NEW_WITHIN` figures), `PERSISTENT` (in at least
          `LASTING` of the years since it was first found, until now), `INTENSIFYING` and `DIMINISHING` (lasting, and
          farther from or closer to the rest than before), `HISTORICAL` (lasted, but not found in the last
          `GONE_AFTER` figures), `SPORADIC` (on and off); or `NOTHING`, `TOO_FEW_YEARS`, `ENDED`, `ISLAND`, `NO_FIGURE`;
        - n_years, n_flagged: years that could be tested, and those in which it was found; first, last: the first and
          the last year in which it was found (empty where nothing was); years: all of them, as a tuple;
        - statistic_first, statistic_last: z of Gi* in the first and the last year that could be tested;
        - gap_first, gap_last: mean of the region with its neighbours less the mean of the rest, in those years, in the
          unit of the figures; slope: of that gap, divided by the spread of the rest, per year (Theil-Sen); slope_p and
          slope_p_adjusted: of no trend (adjusted over the lasting hotspots, empty elsewhere). The rest are the regions
          where nothing was found, nor beside them; empty where they are fewer than `FEWEST_REST`;
        - p_adjusted: of the region as a whole.

    Raises
    ------
    ValueError
        If a column is missing, a region has two figures in one year, a value is infinite or a year is not a whole number.

    References
    ----------
    Ord, Getis, Geographical Analysis 27 (1995); ESRI, "How Emerging Hot Spot Analysis works" (ArcGIS Pro), for the
    classes; Simes, Biometrika 73 (1986); Benjamini, Hochberg, JRSS B 57 (1995); Yekutieli (2008).
    """
    laid = _lay_out(figures, neighbours, per)
    reasons = _reasons(laid, neighbours)
    claimable = reasons == ""
    overall = _overall(laid, neighbours, claimable)
    flagged = _flagged_years(laid, claimable & (overall <= rate), rate)
    somewhere = np.asarray((flagged != 0).any(axis=1))
    around = somewhere | (neighbours.touching @ somewhere.astype(np.float64) > 0)
    gaps = _gaps(laid, neighbours, around)
    spells = [
        _spell(laid, flagged * side, int(place), name)
        for place in np.flatnonzero(somewhere)
        for side, name in ((1, HOT), (-1, COLD))
        if (flagged[place] == side).any()
    ]
    told = _with_trends(pd.DataFrame(spells), gaps, laid, neighbours, rate) if spells else pd.DataFrame()
    return _table(laid, neighbours, reasons, overall, gaps, told)


def _lay_out(figures: pd.DataFrame, neighbours: Neighbours, per: float) -> _Map:
    require(figures, ("region", "year", "value"), "figures")
    refuse_absurd(figures)
    figures = figures[figures["region"].isin(neighbours.regions) & figures["value"].notna()]
    if figures.duplicated(["region", "year"]).any():
        raise ValueError("a region has two figures in one year")
    if "segment" in figures:
        newest = figures.groupby("region")["segment"].transform("max")
        figures = figures[figures["segment"] == newest]
    years = np.unique(figures["year"].to_numpy().astype(np.intp))
    place = pd.Index(neighbours.regions).get_indexer(pd.Index(figures["region"]))
    column = np.searchsorted(years, figures["year"].to_numpy())
    values, base = (np.full((len(neighbours), len(years)), np.nan) for _ in range(2))
    values[place, column] = figures["value"].to_numpy(dtype=np.float64)
    compared = values
    if "base" in figures and not (values < 0).any():
        base[place, column] = figures["base"].to_numpy(dtype=np.float64, na_value=np.nan)
        every = range(len(years))
        compared = np.column_stack([standardised(values[:, y], base[:, y], per=per) for y in every])
    statistic = getis_ord(compared, neighbours)
    p = chance_together(compared, neighbours)
    testable = np.isfinite(statistic) & np.isfinite(p)
    return _Map(years, values, compared, statistic, p, testable)


def _reasons(laid: _Map, neighbours: Neighbours) -> npt.NDArray[np.str_]:
    """Say per region why nothing can be claimed, in the order in which it helps a reader; "" where it can."""
    known = np.isfinite(laid.values)
    beside = known & (neighbours.touching @ known.astype(np.float64) > 0)
    # A year in which hardly anybody has a figure says nothing about who has none in it.
    recent = beside[:, known.sum(axis=0) >= FEWEST_COMPARED][:, -GONE_AFTER:]
    return np.select(
        [
            ~known.any(axis=1),
            ~beside.any(axis=1),
            beside.sum(axis=1) < FEWEST_YEARS,
            ~recent.any(axis=1),
            laid.testable.sum(axis=1) < FEWEST_YEARS,
        ],
        [NO_FIGURE, ISLAND, TOO_FEW_YEARS, ENDED, NOTHING],
        "",
    )


def _overall(laid: _Map, neighbours: Neighbours, claimable: Bools) -> Floats:
    """Return the p of each region over all its stretches of years, adjusted over the regions."""
    found = np.full(len(neighbours), np.nan)
    if not claimable.any():
        return found
    stretches = chance_together(_stretches(laid), neighbours)[claimable]
    ranked = np.sort(stretches, axis=1)
    number = np.isfinite(ranked).sum(axis=1, keepdims=True)
    simes = np.fmin.reduce(ranked * number / np.arange(1.0, ranked.shape[1] + 1.0), axis=1)
    found[claimable] = adjusted(simes[:, None])[:, 0]
    return found


def _stretches(laid: _Map) -> Floats:
    """Average the figures, as distances to the middle of their year, over stretches of years.

    All years (lasting), the first and the last few (over, and new), and the last one (just begun).
    """
    distance = _distances(laid.compared)
    distance = distance[:, np.isfinite(distance).sum(axis=0) >= FEWEST_COMPARED]
    parts = (distance, distance[:, :NEW_WITHIN], distance[:, -NEW_WITHIN:], distance[:, -1:])
    return np.column_stack([_mean(part, axis=1) for part in parts])


def _distances(values: Floats) -> Floats:
    """Return distances to the mean of each year in standard deviations; empty in a year that has no spread."""
    away = values - _mean(values, axis=0)
    spread = np.sqrt(_mean(away**2, axis=0))
    level = np.abs(np.nan_to_num(values)).max(axis=0, initial=0.0)
    return np.asarray(away / np.where(spread > 1e-11 * level, spread, np.nan))


def _mean(values: Floats, axis: int) -> Floats:
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis))


def _flagged_years(laid: _Map, passed: Bools, rate: float) -> npt.NDArray[np.int8]:
    """Return 1 where high figures were found, -1 where low ones, shape (regions, years)."""
    flagged = np.zeros(laid.values.shape, dtype=np.int8)
    if passed.any():
        p = np.where(laid.testable, laid.p, np.nan)[passed]
        over_years = adjusted(np.ascontiguousarray(p.T)).T
        flagged[passed] = np.where(over_years <= rate, np.sign(laid.statistic[passed]), 0.0).astype(np.int8)
    return flagged


def _gaps(laid: _Map, neighbours: Neighbours, around: Bools) -> tuple[Floats, Floats]:
    """Return how far each region with its neighbours is from the rest: in the unit, and in spreads of the rest.

    One spread for all years would call growth what is inflation; the rest is the same regions in every year.
    """
    known = np.isfinite(laid.values)
    filled = np.where(known, laid.values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        together = (filled + neighbours.touching @ filled) / (
            known + neighbours.touching @ known.astype(np.float64)
        )
        rest = np.where(around[:, None], np.nan, laid.values)
        enough = np.isfinite(rest).sum(axis=0) >= FEWEST_REST
        middle = np.where(enough, _mean(rest, axis=0), np.nan)
        spread = np.sqrt(_mean((rest - middle) ** 2, axis=0))
        gap = np.where(laid.testable, together - middle, np.nan)
        return gap, gap / np.where(spread > 1e-11 * np.abs(middle), spread, np.nan)


def _spell(laid: _Map, flagged: npt.NDArray[np.int8], place: int, side: str) -> dict[str, Any]:
    """Say of one region and side in which years it was found, and what kind of hotspot that makes it."""
    tested = laid.testable[place]
    found = (flagged[place] > 0)[tested]
    years = laid.years[tested][found]
    return {
        "place": place,
        "side": side,
        "class": _pattern(found),
        "n_flagged": int(found.sum()),
        "first": int(years[0]),
        "last": int(years[-1]),
        "years": tuple(int(year) for year in years),
    }


def _pattern(found: Bools) -> str:
    """Return the class of a row of years in which a hotspot was found or not, at least once; no trend yet."""
    count = len(found)
    places = np.flatnonzero(found)
    first, last = int(places[0]), int(places[-1])
    if last < count - GONE_AFTER:
        length = last - first + 1
        return HISTORICAL if length >= FEWEST_BEFORE and len(places) >= LASTING * length else SPORADIC
    if first >= count - NEW_WITHIN:
        return NEW if found[-1] else SPORADIC
    return PERSISTENT if len(places) >= LASTING * (count - first) else SPORADIC


def _with_trends(
    spells: pd.DataFrame, gaps: tuple[Floats, Floats], laid: _Map, neighbours: Neighbours, rate: float
) -> pd.DataFrame:
    """Turn lasting hotspots that grow or shrink more than chance into intensifying and diminishing ones."""
    row, column = np.nonzero(np.isfinite(gaps[1]))
    lasting = (spells["class"] == PERSISTENT).to_numpy()
    if not len(row):
        return spells
    # All regions teach how a gap hangs together from year to year; only the lasting hotspots are judged.
    series = pd.DataFrame(
        {
            "region": np.asarray(neighbours.regions)[row],
            "indicator": "gap",
            "year": laid.years[column],
            "value": gaps[1][row, column],
        }
    )
    estimated = trends(series).set_index("region")
    own = estimated.reindex([neighbours.regions[place] for place in spells["place"]])
    slope, p = own["slope"].to_numpy(), own["p"].to_numpy()
    family = adjusted(np.where(lasting, p, np.nan)[:, None])[:, 0]
    outward = slope * np.where(spells["side"] == HOT, 1.0, -1.0)
    kind = np.select(
        [(family <= rate) & (outward > 0), (family <= rate) & (outward < 0)],
        [INTENSIFYING, DIMINISHING],
        spells["class"].to_numpy(),
    )
    return spells.assign(**{"class": kind, "slope": slope, "slope_p": p, "slope_p_adjusted": family})


def _table(
    laid: _Map,
    neighbours: Neighbours,
    reasons: npt.NDArray[np.str_],
    overall: Floats,
    gaps: tuple[Floats, Floats],
    told: pd.DataFrame,
) -> pd.DataFrame:
    every = pd.DataFrame(
        {
            "place": np.arange(len(neighbours)),
            "region": list(neighbours.regions),
            "n_years": laid.testable.sum(axis=1),
            "p_adjusted": overall,
        }
    )
    for name, matrix in (("statistic", laid.statistic), ("gap", gaps[0])):
        every[f"{name}_first"], every[f"{name}_last"] = _ends(matrix, laid.testable)
    columns = ["place", "side", "class", "n_flagged", "first", "last", "years"]
    columns += ["slope", "slope_p", "slope_p_adjusted"]
    table = every.merge(told.reindex(columns=columns).astype({"place": "int64"}), "left", on="place")
    nothing = table["side"].isna()
    why = np.where(reasons == "", NOTHING, reasons)[table["place"].to_numpy()]
    table["side"] = table["side"].where(~nothing, NEITHER).astype("str")
    table["class"] = table["class"].where(~nothing, pd.Series(why, index=table.index)).astype("str")
    table["n_flagged"] = table["n_flagged"].astype("Int64").fillna(0).astype("int64")
    table["years"] = [years if isinstance(years, tuple) else () for years in table["years"]]
    table = table.astype(
        {
            "first": "Int64",
            "last": "Int64",
            "slope": "float64",
            "slope_p": "float64",
            "slope_p_adjusted": "float64",
        }
    )
    order = ["region", "side", "class", "n_years", "n_flagged", "first", "last", "years"]
    order += [
        "statistic_first",
        "statistic_last",
        "gap_first",
        "gap_last",
        "slope",
        "slope_p",
        "slope_p_adjusted",
    ]
    return table[[*order, "p_adjusted"]]


def _ends(matrix: Floats, testable: Bools) -> tuple[Floats, Floats]:
    """Return the value in the first and in the last year that could be tested."""
    rows = np.arange(len(matrix))
    if not matrix.shape[1]:
        return np.full(len(matrix), np.nan), np.full(len(matrix), np.nan)
    first, last = testable.argmax(axis=1), matrix.shape[1] - 1 - testable[:, ::-1].argmax(axis=1)
    some = testable.any(axis=1)
    return np.where(some, matrix[rows, first], np.nan), np.where(some, matrix[rows, last], np.nan)
