"""Forecasts that add up: wijken to their gemeente, age bands to the inhabitants, also after an official total is imposed.

Every series is forecast by itself, so the wijken do not sum to the gemeente. Reconciliation moves all forecasts of a
year as little as possible, each in proportion to the variance of its own earlier errors, until the sums hold: weighted
least squares with error variances ("WLS-v"; Wickramasuriya, Athanasopoulos and Hyndman, Journal of the American
Statistical Association 114, 2019; Athanasopoulos et al., European Journal of Operational Research 262, 2017).

The past itself does not add up: figures of wijken are rounded, and some are missing. What the parts fell short of the
whole in recent years, the gap, is carried on as a part of its own, with the variance of its own earlier changes. It takes
its share of every correction, so that a missing wijk is never squeezed into another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import ndtri

from analysis._adding_up import (
    REGIONS,
    SERIES,
    SUM,
    Cells,
    Gaps,
    Tree,
    cells_of,
    happened_in,
    settle,
    tree_of,
)
from analysis._door import require
from analysis._grid import Floats
from analysis._rebanding import with_bands
from analysis.forecasting import LEVELS, Study, track_record

#: How a sum stands: all parts have a forecast; some have none, and the gap stands for them; it could not be held.
STATES: Final = ("holds", "in_part", "apart")


@dataclass(frozen=True)
class Reconciled(Study):
    """A study whose forecasts add up, and how far they do.

    Attributes
    ----------
    sums : DataFrame
        One row per sum and year ahead: parent_region, parent_indicator, family, year, parts (in the sum), expected
        (parts with a forecast for that year), state (one of `STATES`), gap_before (what the forecast parts fall short
        of the whole in recent years) and gap (what they fall short of it in the forecast); empty where the sum is
        ``apart``.
    differences : DataFrame
        One row per imposed forecast: region, indicator, year, own (what we would say), imposed and difference
        (imposed minus own).
    """

    sums: pd.DataFrame
    differences: pd.DataFrame


def sums_of(
    definitions: pd.DataFrame, regions: pd.DataFrame, totals: Iterable[tuple[str, Sequence[str]]] = ()
) -> pd.DataFrame:
    """Return which figures are the sum of which others.

    Parameters
    ----------
    definitions : DataFrame
        Indexed by indicator id, with kind and usable_in_score. Every ``count`` of a gemeente is the sum of its wijken.
    regions : DataFrame
        region, level (wijk, buurt, gemeente, land), gemeente and year, as `analysis.lineage.Lineage.lands` with the
        series as region; only the regions of the last year count. With wijken and buurten, wijken sum to the gemeente.
    totals : iterable of (str, sequence of str)
        Counts that are the sum of other counts of the same region. Parts that may not enter a score (herkomst) are
        left out: where people come from has no say in how many there will be.

    Returns
    -------
    DataFrame
        One row per sum and part: parent_region, parent_indicator, family (``regions``, or the parts with a plus
        between), region and indicator.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(definitions, ("kind", "usable_in_score"), "definitions frame")
    require(regions, ("region", "level", "gemeente", "year"), "frame of regions")
    now = regions[(regions["year"] == regions["year"].max()) & (regions["level"] != "land")]
    small = "wijk" if (now["level"] == "wijk").any() else "buurt"
    children = now.loc[now["level"] == small, ["region", "gemeente"]].drop_duplicates()
    counts = definitions.index[definitions["kind"] == "count"]
    over_regions = children.rename(columns={"gemeente": "parent_region"}).merge(
        pd.DataFrame({"indicator": counts}), how="cross"
    )
    pieces = [over_regions.assign(parent_indicator=over_regions["indicator"], family=REGIONS)]
    where = now.loc[now["level"].isin([small, "gemeente"]), ["region"]].drop_duplicates()
    for total, parts in totals:
        if not definitions["usable_in_score"].reindex([total, *parts]).eq(True).all():
            continue
        within = where.merge(pd.DataFrame({"indicator": list(parts)}), how="cross")
        pieces.append(
            within.assign(parent_region=within["region"], parent_indicator=total, family=" + ".join(parts))
        )
    sums: pd.DataFrame = pd.concat(pieces, ignore_index=True)
    return sums[[*SUM, *SERIES]].astype("str").drop_duplicates(ignore_index=True)


def reconcile(
    studied: Study,
    sums: pd.DataFrame,
    fixed: pd.DataFrame | None = None,
    *,
    figures: pd.DataFrame | None = None,
    control: bool = True,
) -> Reconciled:
    """Make forecasts add up, those of earlier years likewise, with bands from the errors that are left.

    Parameters
    ----------
    studied : Study
        With its earlier forecasts.
    sums : DataFrame
        As `sums_of` returns it. Parts and wholes without a forecast may be in it.
    fixed : DataFrame, optional
        Totals from elsewhere that the rest has to follow to the last person: region, indicator, year, mean and,
        optional, error (its standard deviation, for the band around it; 0, the default, where it is unknown). Between
        the last figure and the imposed years the distance to our own forecast runs in straight lines; after the last of
        them it stays.
    figures : DataFrame, optional
        What the study was made of. Without it the gaps are known only from the sixth figure of each series on.
    control : bool, default True
        Whether the whole of a sum over regions (the gemeente) is a control total: its forecasts are first made to add up
        among themselves, and the regions follow. Else it gives way too, by the variance of its own earlier errors.

    Returns
    -------
    Reconciled
        The study with other means and bands; ``forecasts`` also tells whether a row was ``imposed``. A band around an
        imposed forecast is that of its own error, and empty where that is 0: of such a total we have no record. No other
        band becomes narrower than it was.
        An earlier forecast of which the outcome is unknown is not in the study: in its year the part counts as one without
        a forecast, and the others are told what they would have been told without it.

    Raises
    ------
    ValueError
        If a column is missing, the study has no earlier forecasts, a series is a part of itself or twice a part of one
        sum, or an imposed figure is no number, has a negative error or comes twice.
    """
    require(sums, (*SUM, *SERIES), "frame of sums")
    if len(studied.forecasts) and "scale" not in studied.earlier:
        raise ValueError("Only a study with its earlier forecasts can be reconciled.")
    if sums.duplicated([*SUM, *SERIES]).any():
        raise ValueError("The frame of sums has a part twice in one sum.")
    if ((sums["region"] == sums["parent_region"]) & (sums["indicator"] == sums["parent_indicator"])).any():
        raise ValueError("The frame of sums has a series that is a part of itself.")
    imposed = _imposed(studied.forecasts, fixed)
    if not len(studied.forecasts):
        nothing = pd.DataFrame(columns=[*SUM, "year", "parts", "expected", "state", "gap_before", "gap"])
        forecasts = studied.forecasts.assign(imposed=False)
        return Reconciled(forecasts, studied.refused, studied.earlier, nothing, _differences(imposed))
    cells = cells_of(studied, imposed)
    tree = tree_of(sums, cells)
    settled, gaps = settle(cells, tree, happened_in(studied, cells, figures), control)
    split = len(studied.earlier)
    forecasts, earlier = with_bands(
        studied,
        studied.forecasts.assign(mean=settled[split:]),
        studied.earlier.assign(mean=settled[:split]),
        (cells.lowest, np.full(len(settled), np.inf)),
    )
    return Reconciled(
        _mark_imposed(forecasts, imposed, cells.lowest[split:]),
        studied.refused,
        earlier,
        _told(sums, tree, cells, gaps, split),
        _differences(imposed),
    )


def effect(before: Study, after: Study, by: Sequence[str] = ("indicator", "pool")) -> pd.DataFrame:
    """Hold the record of one study against that of another one of the same series.

    Parameters
    ----------
    before, after : Study
    by : sequence of str, default ("indicator", "pool")
        Columns of ``earlier`` that make a group.

    Returns
    -------
    DataFrame
        One row per group and horizon: the columns of ``by``, horizon, n, origins, mae_no_change, and of both
        (``_before``, ``_after``) mae, relative, covered_80, covered_95 and width_80 (see
        `analysis.forecasting.track_record`); and gain, the share of the error that is gone (0.1 is a tenth; negative
        where errors grew).
    """
    keys = [*by, "horizon"]
    told = ["mae", "relative", "covered_80", "covered_95", "width_80"]
    table = track_record(before.earlier, by)[[*keys, "n", "origins", "mae_no_change", *told]].merge(
        track_record(after.earlier, by)[[*keys, *told]], on=keys, suffixes=("_before", "_after")
    )
    was = table["mae_before"]
    gain = (1 - table["mae_after"] / was.where(was > 0)).mask((was == 0) & (table["mae_after"] == 0), 0.0)
    return table.assign(gain=gain)


def shares_from_counts(studied: Study, definitions: pd.DataFrame) -> Study:
    """Let shares follow from the counts that they are made of, in the forecast and in earlier ones.

    A share and its counts that are forecast apart contradict each other on one screen; here they cannot. A share of which
    a count has no forecast keeps its own.

    Parameters
    ----------
    studied : Study
        Of counts and shares, after `reconcile`.
    definitions : DataFrame
        Indexed by indicator id, with share_of (ids, numerator first; empty for other indicators) and factor.

    Returns
    -------
    Study
        Of the same kind, with other means and bands for these shares; their trends and method are those of the share's
        own forecast still.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(definitions, ("share_of", "factor"), "definitions frame")
    shares = definitions[definitions["share_of"].map(len) > 0]
    known = shares.index.intersection(pd.Index(studied.forecasts.get("indicator", pd.Series(dtype="str"))))
    if not len(known):
        return studied
    forecasts = _quotients(studied.forecasts, ["region", "year"], shares.loc[known])
    earlier = _quotients(studied.earlier, ["region", "origin", "horizon"], shares.loc[known])
    both = pd.concat([earlier["indicator"], forecasts["indicator"]])
    highest = {share: _highest(*shares.loc[share, ["share_of", "factor"]]) for share in known}
    limits = (
        np.where(both.isin(known), 0.0, -np.inf),
        both.map(highest).fillna(np.inf).to_numpy(dtype=np.float64),
    )
    forecasts, earlier = with_bands(studied, forecasts, earlier, limits)
    return replace(studied, forecasts=forecasts, earlier=earlier)


def _imposed(forecasts: pd.DataFrame, fixed: pd.DataFrame | None) -> pd.DataFrame:
    """Return what is imposed, by row number of ``forecasts``: region, indicator, year, own, mean, error, and given.

    Years between those that are given have a row too.
    """
    if fixed is None:
        fixed = forecasts.iloc[:0][[*SERIES, "year", "mean"]]
    require(fixed, (*SERIES, "year", "mean"), "frame of imposed figures")
    kinds = {"year": "int64", "mean": "float64", "error": "float64"}
    fixed = fixed.assign(error=fixed.get("error", 0.0)).astype(kinds)
    if not (np.isfinite(fixed["mean"]) & np.isfinite(fixed["error"]) & (fixed["error"] >= 0)).all():
        raise ValueError("An imposed figure is no number, or its error is negative.")
    if fixed.duplicated([*SERIES, "year"]).any():
        raise ValueError("The frame of imposed figures has two figures for one region, indicator and year.")
    rows = forecasts[[*SERIES, "year", "last_year"]].assign(
        own=forecasts["mean"], row=np.arange(len(forecasts))
    )
    rows = rows.merge(fixed[[*SERIES, "year", "mean", "error"]], "left", on=[*SERIES, "year"])
    rows = rows.assign(given=rows["mean"].notna())
    rows = rows[rows.groupby(SERIES)["given"].transform("any")].reset_index(drop=True)
    away, error = (rows["mean"] - rows["own"]).to_numpy(copy=True), rows["error"].to_numpy(copy=True)
    for mine in rows.groupby(SERIES, sort=False).indices.values():
        told = mine[rows["given"].to_numpy()[mine]]
        year = rows["year"].to_numpy()
        at = np.append(rows["last_year"].to_numpy()[mine[0]], year[told])
        away[mine] = np.interp(year[mine], at, np.append(0.0, away[told]))
        error[mine] = np.interp(year[mine], at, np.append(0.0, error[told]))
    return rows.assign(mean=rows["own"] + away, error=error).set_index("row").drop(columns="last_year")


def _differences(imposed: pd.DataFrame) -> pd.DataFrame:
    """Return what was imposed beside what we would have said; see `Reconciled`."""
    table = imposed[imposed["given"]].rename(columns={"mean": "imposed"})
    table = table.assign(difference=table["imposed"] - table["own"])
    return table[[*SERIES, "year", "own", "imposed", "difference"]].reset_index(drop=True)


def _mark_imposed(forecasts: pd.DataFrame, imposed: pd.DataFrame, lowest: Floats) -> pd.DataFrame:
    """Give imposed forecasts the band of their own error, and tell which they are."""
    rows = imposed.index.to_numpy(dtype=np.intp)
    flag = np.zeros(len(forecasts), dtype=np.bool_)
    flag[rows] = True
    marked = forecasts.assign(imposed=flag)
    error = imposed["error"].where(imposed["error"] > 0).to_numpy()
    mean = marked["mean"].to_numpy()[rows]
    for level in LEVELS:
        reach = ndtri((1 + level) / 2) * error
        for name, end in (("lower", np.maximum(mean - reach, lowest[rows])), ("upper", mean + reach)):
            column = marked[f"{name}_{round(100 * level)}"].to_numpy(copy=True)
            column[rows] = end
            marked[f"{name}_{round(100 * level)}"] = column
    return marked


def _told(sums: pd.DataFrame, tree: Tree, cells: Cells, gaps: Gaps, split: int) -> pd.DataFrame:
    """Return how every sum stands in every year ahead; see `Reconciled`."""
    ahead = np.arange(len(cells.series)) >= split
    targets, first = np.unique(cells.target[ahead], return_index=True)
    years = cells.year[ahead][first]
    there = sparse.coo_array(
        (np.ones(ahead.sum()), (cells.series[ahead], np.searchsorted(targets, cells.target[ahead]))),
        shape=(len(cells.names), len(targets)),
    ).tocsr()
    parts = sums.groupby(SUM, sort=False).size().to_numpy()
    expected = -(tree.matrix.minimum(0) @ there).toarray()
    before, after = gaps.before[:, targets], gaps.after[:, targets]
    whole = expected == parts[:, None]
    state = np.where(np.isnan(after), "apart", np.where(whole, "holds", "in_part"))
    frame = tree.heads.loc[np.repeat(np.arange(len(tree.heads)), len(targets))].reset_index(drop=True)
    frame = frame.assign(
        year=np.tile(years, len(tree.heads)),
        parts=np.repeat(parts, len(targets)),
        expected=expected.ravel().astype(np.int64),
        state=state.ravel(),
        gap_before=before.ravel(),
        gap=after.ravel(),
    )
    return frame.astype({"state": "str"}).sort_values([*SUM, "year"], kind="stable", ignore_index=True)


def _highest(share_of: Sequence[str], factor: float) -> float:
    """Return what a share can be at most: a part never exceeds its whole."""
    return factor if share_of[0] in share_of[1:] else np.inf


def _quotients(rows: pd.DataFrame, keys: Sequence[str], shares: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the means of shares as the quotient of the means of their counts."""
    needed = sorted({part for parts in shares["share_of"] for part in parts})
    counts = rows[rows["indicator"].isin(needed)].pivot_table("mean", list(keys), "indicator", "first")
    counts = counts.reindex(columns=needed)
    mean = rows["mean"].to_numpy(copy=True)
    for share, parts, factor in zip(shares.index, shares["share_of"], shares["factor"], strict=True):
        numerator, *denominator = parts
        whole = counts[denominator].sum(axis=1, skipna=False)
        quotient = (factor * counts[numerator] / whole.where(whole > 0)).rename("quotient")
        mine = np.flatnonzero(rows["indicator"] == share)
        found = rows.iloc[mine][list(keys)].join(quotient, on=list(keys))["quotient"].to_numpy()
        mean[mine] = np.where(np.isnan(found), mean[mine], found)
    return rows.assign(mean=mean)
