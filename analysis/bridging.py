"""Bridging: figures of before a change of borders, converted to the borders of after it.

A wijk that is redrawn keeps its code, but its figures of before are about other land. Where it was counted which part
of the old land went where, the old figures can be converted: a count is divided in the proportion of the addresses, a
percentage is put together in the proportion of what it is a percentage of. That assumes that the part that moved is
like the rest of where it came from. It never is quite, so every converted figure carries the error of that assumption.

The weights are those of areal interpolation (Goodchild and Lam, "Areal interpolation: a variant of the traditional
spatial problem", Geo-Processing 1, 1980), with addresses instead of area as the measure of what is where, as in
dasymetric mapping and in the crosswalks of the US census (Logan, Xu and Stults, "Interpolating U.S. decennial census
tract data from as early as 1970 to 2010", Professional Geographer 66, 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import STATUS_ORDER, WITH_VALUE, require, require_defined
from analysis._grid import Bools, Floats, Ints, codes, lay_out, pick
from analysis._transfer import contributions
from analysis._unlike import ADDRESSES, AREA, SPREAD
from analysis.lineage import LANDS, OVERLAPS, Lineage

#: Land says little about where people live, except that there are few in a sliver: only below this w (1 - w) the error
#: of a weight by area shrinks.
SMALLEST_BY_AREA: Final = 0.01
#: A rate is still converted where parts without a figure weigh less than this together.
LEFT_OUT: Final = 0.02
#: Which old regions a converted figure is made of.
ACCOUNT: Final = ["level", "region", "year", "old", "weight", "share", "origin", "moved"]

_RANK: Final = {status: rank for rank, status in enumerate(STATUS_ORDER)}
_LAST_WITH_VALUE: Final = max(_RANK[status] for status in WITH_VALUE)
_NEEDS: Final = ("unit", "kind", "share_of", "base", "bridged_as")
_NO_ROW: Final = -1
_SAME, _REDRAWN = 1, 3
_NOT_PUBLISHED: Final = _RANK["not_published"]
_NOT_APPLICABLE: Final = _RANK["not_applicable"]


@dataclass(frozen=True, eq=False)
class Bridged:
    """A panel with converted figures.

    Attributes
    ----------
    panel : DataFrame
        The panel, with the converted rows and the columns ``moved`` and ``bridging_error``.
    lineage : Lineage
        The lineage, with the series names of the panel.
    account : DataFrame
        One row per converted region and year and old region it is made of, columns `ACCOUNT`: ``region`` the series,
        ``old`` the code of then, ``weight`` which share of the old region went along (0-1), ``share`` which share of
        the addresses (or the land) of the region came from there (0-1), ``origin`` (``addresses``, or ``area`` if
        any of it was weighed by area), ``moved`` as in the panel.
    """

    panel: pd.DataFrame
    lineage: Lineage
    account: pd.DataFrame


def bridge(
    panel: pd.DataFrame,
    lineage: Lineage,
    overlaps: pd.DataFrame,
    definitions: pd.DataFrame,
    spread: pd.DataFrame | None = None,
) -> Bridged:
    """Convert the figures of former land to the borders of the land at the end of each series.

    Weights
        The weight of an old land for a new one is the share of its addresses (or square metres) that lie there, of
        all that could be counted; pairs that share less than 0.5 % of both are slips and left out. Over
        all new lands the weights of an old one sum to 1, so that a sum over a redrawn group stays the same. Several
        changes in a row are followed one after the other, where no count spans them at once. A land without any address
        is divided by its area, where that is known; where not, a count of 0 stays 0 and any other makes the conversion
        impossible. Years are converted from the first year of the land of now backwards, until one of which not
        everything that made that land is known.
    Figures
        A count v becomes ``sum(w v)``. A rate r on a base d (``definitions.base``) becomes
        ``sum(w d r) / sum(w d)``; where the base is not known of every part, the addresses take its place. An average
        or a median (``approximation``) goes the same way, which for a median is only nearly right. Figures that may
        ``never`` be converted get no row, nor do counts in another unit than their definition (a percentage of 2014)
        or rates of which the parts stand in different units.
    Missing parts
        Where a part has no figure, there is none for the whole: the row tells the most telling reason among the
        parts; a count that does not apply to a part (nobody lives there) is 0 there. A rate leaves out parts that weigh
        less than 2 % together.
    Names
        A converted row belongs to the series of the land of now, with ``published_as`` the codes it is made of, and
        no break at the first year of that land. The published figures of the land that was, and its rows in the
        lineage, move to a series of their own, ``CODE@LASTYEAR``. A code and year in the lineage stay one row:
        converted years add none.
    Moved
        Share (0-1) of the addresses (or the land) that changed region: of all that is in the new region or in the
        old region that it has most in common with, the part that is not in both.
    Error
        Standard deviation of (converted - true), if the part of an old region s that went along is not like the rest.
        A region is thought of as 1 / s^2 blocks of which some go along (variance of a sample from a finite population,
        Cochran, Sampling Techniques, 1977); s by indicator is measured on real buurten (`analysis._unlike`). For a
        count ``sum((s v)^2 w (1-w) + v w (1-w))``: the second term is who happens to live in which part. For a rate
        ``sum((a s)^2 (1-w) / w) R^2`` with a the share of the part in the converted figure R; for a percentage
        ``R (100 - R) / 100`` stands in the place of R. To that comes what the uncertain division of the base does,
        ``sum((r - R)^2 var(w d)) / sum(w d)^2``, what was left out, and the variance of weights that go through a land
        in between.
        By area a part is hardly more certain when it is small, since nearly all of a wijk may live on a small part
        of it: ``sum((s v min(1, w (1-w) / 0.01))^2)`` and ``sum((a s min(1, (1-w) / 0.01))^2) R^2``.
        Rounding and chance are not in it.

    Parameters
    ----------
    panel : DataFrame
        Of joined series (`analysis.lineage.join_series`), before shares.
    lineage : Lineage
        What the series were joined with.
    overlaps : DataFrame
        As `analysis.lineage.OVERLAPS`: which regions of two years share ground.
    definitions : DataFrame
        Indexed by indicator id, with unit, kind, share_of, base and bridged_as.
    spread : DataFrame, optional
        s by indicator id, with columns ``addresses`` and ``area``; for indicators that are not in it, `SPREAD` holds.

    Returns
    -------
    Bridged
        Where nothing can be converted: the panel and the lineage as they were.

    Raises
    ------
    ValueError
        If a column is missing, an indicator or status is unknown, a rate is to be converted as a count, or the
        overlaps go back in time.
    """
    require_defined(panel, definitions, _NEEDS)
    require(panel, ("published_as", "source"))
    require(lineage.lands, LANDS, "frame of lands")
    require(overlaps, OVERLAPS, "frame of overlaps")
    plain = panel.assign(moved=0.0, bridging_error=0.0)
    here = _with_figures(lineage.lands, panel, overlaps)
    parts = _weighed(contributions(here, lineage, overlaps)) if len(here) else None
    if parts is None or parts.empty:
        return Bridged(plain, lineage, pd.DataFrame(columns=ACCOUNT))
    former = _land_that_was(lineage.lands, parts)
    lands = lineage.lands.assign(series=_renamed(lineage.lands["series"], lineage.lands["year"], former))
    published = plain.assign(region=_renamed(plain["region"], plain["year"], former))
    published, parts = _begin_again(published, parts)
    converted = _Conversion(panel, parts, definitions, spread).rows()
    whole = pd.concat([published, converted[published.columns]], ignore_index=True)
    return Bridged(whole, Lineage(lands, lineage.events), _account(parts))


def _with_figures(lands: pd.DataFrame, panel: pd.DataFrame, overlaps: pd.DataFrame) -> pd.DataFrame:
    """Keep the lands of the levels that overlaps speak of, in the years in which they have rows."""
    levels = set(overlaps["level"])
    if not levels:
        return lands.iloc[:0]
    rows = panel.loc[panel["level"].isin(levels), ["region", "year"]].drop_duplicates()
    cells = pd.MultiIndex.from_frame(rows)
    there = pd.MultiIndex.from_frame(lands[["series", "year"]]).isin(cells)
    return lands[there & lands["level"].isin(levels).to_numpy()]


def _weighed(parts: pd.DataFrame) -> pd.DataFrame:
    """Add ``group`` (number of the region-year), ``share`` and ``moved`` to contributions."""
    group = parts.groupby(["level", "series", "year"], sort=False).ngroup().to_numpy().astype(np.intp)
    amount, size = parts["amount"].to_numpy(dtype=np.float64), parts["size"].to_numpy(dtype=np.float64)
    total = np.bincount(group, amount)
    order = np.lexsort((-amount, group))
    main = order[_starts(group[order])]
    moved = 1 - amount[main] / (total + size[main] - amount[main])
    return parts.assign(group=group, share=amount / total[group], moved=np.clip(moved, 0, 1)[group])


def _starts(group: Ints) -> Ints:
    return np.flatnonzero(np.diff(group, prepend=-1))


def _account(parts: pd.DataFrame) -> pd.DataFrame:
    counted = parts[parts["weight"].notna()].drop(columns="size")
    return counted.rename(columns={"series": "region"})[ACCOUNT].reset_index(drop=True)


def _land_that_was(lands: pd.DataFrame, parts: pd.DataFrame) -> pd.Series[str]:
    """Return the name of the series of land whose place is taken by converted figures, by series and year."""
    converted = parts[["level", "series", "year", "land"]].drop_duplicates()
    rows = lands.merge(converted, on=["level", "series", "year"], suffixes=("", "_now"))
    replaced = rows.loc[rows["land"] != rows["land_now"], ["level", "land"]].drop_duplicates()
    theirs = lands.merge(replaced, on=["level", "land"]).sort_values("year")
    last = theirs.groupby(["level", "land"])[["region", "year"]].transform("last")
    names = last["region"] + "@" + last["year"].astype("str")
    return pd.Series(
        names.to_numpy(), index=pd.MultiIndex.from_frame(theirs[["series", "year"]]), dtype="str"
    )


def _renamed(series: pd.Series[str], year: pd.Series[int], former: pd.Series[str]) -> pd.Series[str]:
    concerned = np.flatnonzero(series.isin(former.index.get_level_values(0)))
    place = former.index.get_indexer(
        pd.MultiIndex.from_arrays([series.iloc[concerned], year.iloc[concerned]])
    )
    names = series.to_numpy(dtype=object, copy=True)
    names[concerned[place >= 0]] = former.to_numpy()[place[place >= 0]]
    return pd.Series(names, index=series.index, dtype="str")


def _begin_again(published: pd.DataFrame, parts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the break where the land that could be converted begins: add ``boundary`` to the parts, mend the panel's."""
    years = parts.groupby("series")["year"].agg(["min", "max"])
    concerned = np.flatnonzero(published["region"].isin(years.index))
    number, names = codes(published["region"].iloc[concerned])
    year = published["year"].to_numpy()[concerned]
    first, last = years.reindex(pd.Index(names)).to_numpy().T
    boundary = published["boundary"].copy()
    boundary.iloc[concerned[year == last[number] + 1]] = _SAME
    older = names[np.unique(number[year < first[number]])]
    begins = parts["year"] == parts["series"].map(years["min"])
    broken = np.where(begins & parts["series"].isin(older), _REDRAWN, _SAME)
    return published.assign(boundary=boundary), parts.assign(boundary=broken)


@dataclass(frozen=True)
class _Result:
    """Figures of one kind, shape (region-years, indicators): whether there is a row, its value, status and error."""

    there: Bools
    value: Floats
    rank: Ints
    error: Floats


@dataclass(frozen=True)
class _Base:
    """What rates are measured on, shape (contributions, rates).

    Attributes
    ----------
    weighed : ndarray of float
        How much of it there is in the old region.
    variance : ndarray of float
        Of the part of it that went along.
    measured : ndarray of bool
        Whether there is anything in the old region for the rate to be about.
    """

    weighed: Floats
    variance: Floats
    measured: Bools


@dataclass(frozen=True)
class _Mix:
    """How a rate is put together.

    ``drawn`` (0-1, the share of each part), ``part`` (the same of the parts that have a figure) and ``missing`` by
    contribution; ``left_out`` (0-1, what the missing parts weigh) and ``whole`` (what all parts weigh, in the unit of
    the base) by region-year.
    """

    drawn: Floats
    part: Floats
    missing: Bools
    left_out: Floats
    whole: Floats


class _Conversion:
    """The figures of old regions, laid out by contribution and indicator, and what comes of them."""

    def __init__(
        self, panel: pd.DataFrame, parts: pd.DataFrame, definitions: pd.DataFrame, spread: pd.DataFrame | None
    ) -> None:
        here = panel["region"].isin(parts["old_series"].unique()) & panel["year"].isin(parts["year"].unique())
        self._panel = panel[here]
        self._parts = parts
        self._definitions = definitions
        self._indicators = self._convertible()
        bases = {base for base in definitions.loc[self._indicators, "base"] if base in definitions.index}
        self._columns = list(dict.fromkeys([*self._indicators, *bases]))
        self._group = parts["group"].to_numpy(dtype=np.intp)
        self._starts = _starts(self._group)
        weight = parts["weight"].to_numpy(dtype=np.float64)
        self._loose: Bools = np.isnan(weight)
        self._weight: Floats = np.where(self._loose, 0.0, weight)[:, None]
        self._stayed: Floats = np.clip(1 - self._weight, 0, 1)
        self._doubt: Floats = parts["doubt"].to_numpy(dtype=np.float64)[:, None]
        self._by_area: Bools = (parts["origin"] == AREA).to_numpy()[:, None]
        self._origin: Ints = self._by_area[:, 0].astype(np.intp)
        self._spread = _spread_of(self._columns, definitions, spread)
        self._lay_out()

    def _convertible(self) -> list[str]:
        occurring = self._panel["indicator"].drop_duplicates()
        chosen = self._definitions.loc[self._definitions.index.isin(occurring)]
        published = chosen[(chosen["share_of"].map(len) == 0) & (chosen["bridged_as"] != "never")]
        summed = published[(published["kind"] == "rate") & (published["bridged_as"] == "count")]
        if len(summed):
            raise ValueError(f"A rate cannot be converted as a count: {', '.join(summed.index)}.")
        return [str(name) for name in published.index]

    def _lay_out(self) -> None:
        panel, parts = self._panel, self._parts
        grid = lay_out(panel, self._columns)
        _, first = np.unique(grid.cell, return_index=True)
        cells = pd.MultiIndex.from_frame(panel[["region", "year"]].iloc[first])
        wanted = pd.MultiIndex.from_arrays([parts["old_series"], parts["year"]])
        self._row: Ints = grid.position[cells.get_indexer(wanted)]
        value = panel["value"].to_numpy(dtype=np.float64)
        self._value: Floats = pick(value, self._row, np.nan)
        status, names = codes(panel["status"])
        rank = np.array([_RANK[name] for name in names], dtype=np.intp)[status]
        self._rank: Ints = pick(rank, self._row, _NO_ROW)
        self._known: Bools = (self._rank >= 0) & (self._rank <= _LAST_WITH_VALUE)
        unit, self._unit_names = codes(panel["unit"])
        self._unit: Ints = pick(unit, self._row, _NO_ROW)
        source, self._source_names = codes(panel["source"])
        self._source: Ints = pick(source, self._row, _NO_ROW)
        number = {name: place for place, name in enumerate(self._unit_names)}
        own = np.array([number.get(unit, -2) for unit in self._definitions.loc[self._columns, "unit"]])
        self._own_unit: Bools = np.asarray(self._unit == own, dtype=np.bool_)

    def rows(self) -> pd.DataFrame:
        """Return the converted rows."""
        how = self._definitions.loc[self._indicators, "bridged_as"].to_numpy(dtype=object)
        counts, rates = np.flatnonzero(how == "count"), np.flatnonzero(how != "count")
        pieces = [self._frame(counts, self._counts(counts)), self._frame(rates, self._rates(rates))]
        return pd.concat(pieces, ignore_index=True)

    def _sum(self, figures: npt.NDArray[Any]) -> Floats:
        return np.asarray(np.add.reduceat(figures, self._starts, axis=0), dtype=np.float64)

    def _any(self, facts: Bools) -> Bools:
        return np.asarray(np.logical_or.reduceat(facts, self._starts, axis=0), dtype=np.bool_)

    def _highest(self, numbers: Ints) -> Ints:
        return np.asarray(np.maximum.reduceat(numbers, self._starts, axis=0), dtype=np.intp)

    def _counts(self, columns: Ints) -> _Result:
        value, known = np.nan_to_num(self._value[:, columns]), self._known[:, columns]
        rank, placed = self._rank[:, columns], ~self._loose[:, None]
        # Where nobody lives CBS leaves many counts of people empty.
        nobody = rank == _NOT_APPLICABLE
        nothing = nobody | (known & (value == 0))
        impossible = self._any((known & ~self._own_unit[:, columns]) | (~placed & ~nothing))
        there = self._any((rank >= 0) & placed) & ~impossible
        reason = np.where(rank < 0, _NOT_PUBLISHED, np.where(nobody, 0, rank))
        worst = self._highest(np.where(placed, reason, 0))
        worst = np.where(self._any(placed & ~nobody), worst, _NOT_APPLICABLE)
        variance = self._misdivided(value, self._spread[self._origin][:, columns])
        return _Result(there, self._sum(self._weight * value), worst, np.sqrt(self._sum(variance)))

    def _misdivided(self, count: Floats, spread: Floats) -> Floats:
        """Return the variance of the part of a count that went along, around what its weight says."""
        divided = self._weight * self._stayed
        by_address = (count * spread) ** 2 * divided + np.clip(count, 0, None) * divided
        by_area = (count * spread * np.minimum(1, divided / SMALLEST_BY_AREA)) ** 2
        return np.where(self._by_area, by_area, by_address) + count**2 * self._doubt

    def _rates(self, columns: Ints) -> _Result:
        base = self._bases(columns)
        mix = self._mix(columns, base.weighed)
        rate = self._sum(mix.part * np.nan_to_num(self._value[:, columns]))
        rank, loose = self._rank[:, columns], self._loose[:, None]
        impossible = self._any(loose & base.measured)
        unit = np.where(mix.part > 0, self._unit[:, columns], _NO_ROW)
        mixed = self._any((unit >= 0) & (unit != self._highest(unit)[self._group]))
        there = self._any((rank >= 0) & ~loose) & ~impossible & ~mixed
        reason = self._highest(np.where(mix.missing, np.where(rank < 0, _NOT_PUBLISHED, rank), 0))
        nobody = np.maximum(self._highest(np.where(loose, 0, rank)), _NOT_APPLICABLE)
        reason = np.where(mix.whole > 0, reason, nobody)
        valued = (mix.whole > 0) & (mix.left_out < LEFT_OUT)
        error = self._error_of_rates(columns, rate, mix, base.variance)
        return _Result(there, rate, np.where(valued, 0, reason), error)

    def _mix(self, columns: Ints, base: Floats) -> _Mix:
        weighed = self._weight * base
        whole = self._sum(weighed)
        drawn = weighed / np.where(whole > 0, whole, np.inf)[self._group]
        known = self._known[:, columns]
        missing = ~known & (drawn > 0)
        left_out = self._sum(drawn * missing)
        kept = np.where(left_out < LEFT_OUT, 1 - left_out, np.inf)
        return _Mix(drawn, np.where(known, drawn, 0.0) / kept[self._group], missing, left_out, whole)

    def _error_of_rates(self, columns: Ints, rate: Floats, mix: _Mix, base_variance: Floats) -> Floats:
        percent = (self._definitions.loc[self._columns, "unit"] == "%").to_numpy()[columns]
        size = np.abs(np.where(percent, rate * np.clip(1 - rate / 100, 0, None), rate))
        spread = self._spread[self._origin][:, columns] * size[self._group]
        by_address = self._stayed / np.where(self._weight > 0, self._weight, np.inf)
        by_area = np.minimum(1, self._stayed / SMALLEST_BY_AREA) ** 2
        unlike = self._sum((mix.drawn * spread) ** 2 * np.where(self._by_area, by_area, by_address))
        apart = np.where(mix.part > 0, np.nan_to_num(self._value[:, columns]) - rate[self._group], 0.0)
        whole = np.where(mix.whole > 0, mix.whole, np.inf)[self._group]
        unsure = self._sum(apart**2 * base_variance / whole**2)
        left_out = mix.left_out * (self._spread[0][columns] * size) ** 2
        return np.asarray(np.sqrt(unlike + unsure + left_out), dtype=np.float64)

    def _bases(self, columns: Ints) -> _Base:
        """Return what each rate weighs in its old region.

        Where the base of a part is not known, addresses take its place for the whole region: what there is of the base
        per address then differs between regions as it does between parts of one.
        """
        base, counted, spread = self._of_base(columns)
        by_base = ~self._any(~counted & ~self._loose[:, None])[self._group]
        weighed = np.where(by_base, base, self._parts["size"].to_numpy(dtype=np.float64)[:, None])
        variance = self._misdivided(weighed, spread)
        variance += np.where(by_base, 0.0, (self._weight * weighed * spread) ** 2)
        return _Base(weighed, variance, np.where(counted, base > 0, self._known[:, columns]))

    def _of_base(self, columns: Ints) -> tuple[Floats, Bools, Floats]:
        place = {name: column for column, name in enumerate(self._columns)}
        bases = [place.get(base, _NO_ROW) for base in self._definitions.loc[self._columns, "base"]]
        column = np.array(bases, dtype=np.intp)[columns]
        nobody = self._rank[:, column] == _NOT_APPLICABLE
        counted = (nobody | (self._known[:, column] & self._own_unit[:, column])) & (column >= 0)
        usual = SPREAD.loc[["count"], [ADDRESSES, AREA]].to_numpy().T[self._origin]
        spread = np.where(column >= 0, self._spread[self._origin][:, column], usual)
        return np.where(counted & ~nobody, self._value[:, column], 0.0), counted, spread

    def _frame(self, columns: Ints, result: _Result) -> pd.DataFrame:
        group, column = np.nonzero(result.there)
        rank = result.rank[group, column]
        valued = rank <= _LAST_WITH_VALUE
        head = self._parts.iloc[self._starts]
        cell = (group, columns[column])
        return pd.DataFrame(
            {
                "region": _texts(head["series"].to_numpy(dtype=object), group),
                "level": _texts(head["level"].to_numpy(dtype=object), group),
                "year": head["year"].to_numpy(dtype=np.int64)[group],
                "indicator": _texts(np.array(self._columns, dtype=object), cell[1]),
                "value": np.where(valued, result.value[group, column], np.nan),
                "status": _texts(
                    np.array(STATUS_ORDER, dtype=object), np.where(valued, _RANK["bridged"], rank)
                ),
                "unit": _texts(self._unit_names, self._told_unit()[cell]),
                "boundary": pd.array(head["boundary"].to_numpy()[group], dtype="Int8"),
                "source": self._sources(*cell),
                "published_as": _texts(self._codes(), group),
                "moved": head["moved"].to_numpy(dtype=np.float64)[group],
                "bridging_error": np.where(valued, result.error[group, column], 0.0),
            }
        )

    def _told_unit(self) -> Ints:
        """Return the unit of the figures; of those without a value where there is no other."""
        with_value = self._highest(np.where(self._known, self._unit, _NO_ROW))
        return np.where(with_value >= 0, with_value, self._highest(self._unit))

    def _codes(self) -> npt.NDArray[Any]:
        made_of: dict[int, set[str]] = {}
        for group, old, loose in zip(self._group, self._parts["old"], self._loose, strict=True):
            if not loose:
                made_of.setdefault(group, set()).add(old)
        return np.array(
            [", ".join(sorted(made_of[group])) for group in range(len(self._starts))], dtype=object
        )

    def _sources(self, group: Ints, column: Ints) -> pd.Series[str]:
        """Return the sources of the parts, joined; nearly always they have the same one."""
        highest = self._highest(self._source)
        there = np.where(self._source >= 0, self._source, len(self._source_names))
        lowest = np.minimum.reduceat(there, self._starts, axis=0)
        number = highest[group, column]
        names = list(self._source_names)
        joined: dict[str, int] = {}
        ends = np.append(self._starts, len(self._group))
        for row in np.flatnonzero(lowest[group, column] != number):
            parts = self._source[ends[group[row]] : ends[group[row] + 1], column[row]]
            text = ", ".join(sorted({names[part] for part in parts if part >= 0}))
            number[row] = joined.setdefault(text, len(names) + len(joined))
        return _texts(np.array([*names, *joined], dtype=object), number)


def _spread_of(indicators: list[str], definitions: pd.DataFrame, spread: pd.DataFrame | None) -> Floats:
    """Return how unlike each other parts are, shape (addresses and area, indicators)."""
    names = pd.Index(indicators)
    by_kind = SPREAD.reindex(pd.Index(definitions["bridged_as"].reindex(names))).set_axis(names)
    known = SPREAD.reindex(names).fillna(by_kind)
    if spread is not None:
        known = spread.reindex(names)[[ADDRESSES, AREA]].fillna(known)
    return known[[ADDRESSES, AREA]].to_numpy(dtype=np.float64).T


def _texts(names: npt.NDArray[Any], which: Ints) -> pd.Series[str]:
    return pd.Series(pd.array(list(names), dtype="str").take(which), dtype="str")
