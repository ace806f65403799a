"""Noise: how far a figure may be off, or may wobble, without anything having changed.

Three kinds are told apart. *Rounding* is measurement noise: CBS published a rounded figure. *Chance* is
small-number noise: in a wijk of 400 people a share of 10 % is 40 people, and three households moving
changes it, although nothing structural happened. *Bridging* is the error of a conversion to other borders.

Figures of CBS are full counts, not samples, so *chance* rests on the usual super-population view (Brillinger,
"The natural variability of vital rates and associated statistics", Biometrics 42, 1986): the people who
happen to live there now are one draw of those who could have. It makes a screen slower to say "higher",
never faster.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import SMALL_LEVELS, WITH_VALUE, require, require_defined
from analysis._grid import Bools, Floats, Grid, Ints, codes, lay_out, of_definition, pick
from analysis.segments import cut
from analysis.shares import derived_indicators, effects_on_ratio

#: Two-sided 95 % of a normal distribution.
Z95: Final = 1.96
POPULATION: Final = "population"
HOUSEHOLDS: Final = "households"
COUNT_UNIT: Final = "aantal"
#: Status of a figure that was converted to other borders.
BRIDGED: Final = "bridged"

#: One lot per gemeente decides for all columns of a group whether they are rounded up: half of the variance is common.
_LOT_IN_COMMON: Final = 0.5
_UNIFORM: Final = 12**-0.5
_MAD_TO_SD: Final = 1.4826
_FEWEST_WOBBLES: Final = 10
_BY_LOT_BELOW: Final = 10
_NEEDS: Final = ("unit", "decimals", "kind", "rounding", "share_of", "factor", "breaks")


def standard_errors(panel: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Estimate the standard error of every figure in the panel.

    Rounding

    - A count of a wijk or buurt that CBS rounds by lot ("aselect afgerond op veelvouden van 5 ... gemiddeld wordt
      een getal hierdoor op zichzelf afgerond", Kerncijfers wijken en buurten, toelichting). With remainder k the
      error is r-k with probability k/r and -k otherwise: variance k(r-k). Averaged over k = 0..r-1 that is
      (r^2-1)/6; for r = 5 the standard deviation is 2. Gemeenten and the country are not rounded that way: 0.
    - Any other count is rounded to the nearest multiple (cars and businesses 5, benefits 10, recipients of an
      income 100), at every level, also that of the gemeente: variance (r^2-1)/12.
    - A published rate or average with d decimals: 10^-d / sqrt(12); rounded to multiples of r:
      r / sqrt(12), whichever is larger. A count that stands in another unit than its definition (a
      percentage of 2014) counts as a rate without decimals.
    - Columns that belong together (ages, kinds of household) are rounded with one lot per gemeente, so that half of
      the variance is common to them. (Measured on the table of 2020: the sum of five ages differs from the population
      with a standard deviation of 8.4, where separate lots would give 4.9 and one lot 8.0; between gemeenten the
      mean errors of two ages correlate 0.98.) A figure that is the sum of n columns (65 or older from 2026) or was
      converted from n regions has variance (n^2 + n)/2 times that of one column.
    - A derived share: propagated (first order) from its parts; a numerator that is also part of the denominator is
      counted once, and the parts of such a whole are taken to share their lot. Other parts are independent.

    Chance

    - A derived share q of n: sqrt(q (1-q) / n), with two added to both sides (Agresti and Coull,
      American Statistician 52, 1998), so that a share of 0 is not called certain. Where the numerator
      exceeds the denominator: Poisson.
    - A count in "aantal": Poisson, the root of the count (of 1 where the count is 0). For a stock such as
      inhabitants this is the order of magnitude of what people moving in and out bring about in a few
      years.
    - A density ("aantal inwoners per km²") wobbles as the inhabitants it counts do.
    - A published rate in % or per 1 000 inwoners: as a share, with n its base (``definitions.base``) of the same
      region and year, and no more than the households (%) or the inhabitants (per 1 000): what happens to homes or
      people of one household happens together. Where the base is not there, those alone.
    - Every other rate or average (income, distance, gas), and a % whose n is not in the panel: measured
      from the panel. Within a segment the second differences of a series without structural change have
      variance 6 s^2; their spread (median absolute deviation, after taking out what all wijken and
      buurten share that year) times the root of the inhabitants is pooled per indicator. Converted figures do not
      take part. Where fewer than ten such differences exist it is empty: chance is then unknown and not part of
      ``total``.

    Bridging

    - The column ``bridging_error`` of the panel, 0 where the panel has none; `analysis.shares.add_shares` propagates
      it to the shares.

    Parameters
    ----------
    panel : DataFrame
        A panel. Hand in the whole panel, with population, households and the parts of each share; a
        selection of the result can be handed on to other functions.
    definitions : DataFrame
        Indexed by indicator id, with unit, decimals, kind, rounding, share_of, factor and breaks. Read where they are
        there: base; rounded_by_lot (else every count rounded to less than tens is); summed and rounding_changes
        (tuples of (first year, number of columns) and (first year, multiple)).

    Returns
    -------
    DataFrame
        On the index of the panel, columns rounding, chance, bridging and total: standard deviations in the unit
        of the value; total is the root of the sum of squares. Empty where there is no value.

    Raises
    ------
    ValueError
        If a column is missing, an indicator or status is unknown, or a derived share has a value while
        the counts it comes from are not in the panel.
    """
    require_defined(panel, definitions, _NEEDS)
    value = panel["value"].to_numpy(dtype=np.float64)
    valued = panel["status"].isin(WITH_VALUE).to_numpy(dtype=np.bool_) & np.isfinite(value)
    derived = derived_indicators(definitions[definitions.index.isin(panel["indicator"].drop_duplicates())])
    traits = _Traits(panel, definitions)
    wanted = [POPULATION, HOUSEHOLDS, *traits.bases, *(part for parts in derived.values for part in parts)]
    grid = lay_out(panel, wanted)

    rounding, in_common = _published_rounding(traits)
    chance = _published_chance(traits, value, grid)
    shares = _Shares(grid, value, rounding, in_common)
    row_of = _rows_by_indicator(panel, derived.index)
    factors = definitions["factor"].astype("float64").to_dict()
    for share, parts in derived.items():
        rows = row_of[str(share)]
        rows = rows[valued[rows]]
        rounding[rows], chance[rows] = shares.errors(rows, list(parts), str(share)) * factors[share]
    unknown = valued & np.isnan(chance) & (traits.rate | ~traits.own_unit)
    if unknown.any():
        wobble = _measured_wobble(panel, definitions, unknown, value, grid)
        chance[unknown] = np.sqrt(np.clip(wobble[unknown] ** 2 - rounding[unknown] ** 2, 0, None))
    bridging = _bridging(panel)
    total = np.sqrt(np.nan_to_num(rounding) ** 2 + np.nan_to_num(chance) ** 2 + bridging**2)
    errors = pd.DataFrame(
        {"rounding": rounding, "chance": chance, "bridging": bridging, "total": total}, index=panel.index
    )
    errors.loc[~valued] = np.nan
    return errors


def measurement_errors(panel: pd.DataFrame, errors: pd.DataFrame) -> Floats:
    """Return the part of the standard error of each row that is of the measurement: rounding and conversion, not chance."""
    require(errors, ("rounding", "bridging"), "frame of errors")
    parts = errors[["rounding", "bridging"]].reindex(panel.index).to_numpy(dtype=np.float64)
    return np.asarray(np.sqrt((np.nan_to_num(parts) ** 2).sum(axis=1)))


def total_errors(panel: pd.DataFrame, definitions: pd.DataFrame, errors: pd.DataFrame | None) -> Floats:
    """Return the total standard error of each row, from ``errors`` or computed anew."""
    if errors is None:
        errors = standard_errors(panel, definitions)
    require(errors, ("total",), "frame of errors")
    if not panel.index.isin(errors.index).all():
        raise ValueError("The frame of errors does not cover every row of the panel.")
    return errors["total"].reindex(panel.index).to_numpy(dtype=np.float64)


class _Traits:
    """What the definitions say about every row of the panel, as arrays."""

    def __init__(self, panel: pd.DataFrame, definitions: pd.DataFrame) -> None:
        unit = panel["unit"].to_numpy(dtype=object)
        self.own_unit: Bools = np.asarray(unit == of_definition(panel, definitions["unit"]), dtype=np.bool_)
        self.rate: Bools = np.asarray(of_definition(panel, definitions["kind"]) == "rate", dtype=np.bool_)
        self.derived: Bools = of_definition(panel, definitions["share_of"].map(len)).astype(np.bool_)
        self.decimals: Floats = of_definition(panel, definitions["decimals"]).astype(np.float64)
        self.multiple: Floats = _changing(panel, definitions, definitions["rounding"], "rounding_changes")
        self.by_lot: Bools = of_definition(panel, _rounded_by_lot(definitions)).astype(np.bool_)
        self.small: Bools = panel["level"].isin(SMALL_LEVELS).to_numpy(dtype=np.bool_)
        self.counted: Bools = ~self.rate & self.own_unit & (unit == COUNT_UNIT)
        text = pd.Series(unit, dtype="str")
        self.percent: Bools = (text == "%").to_numpy(dtype=np.bool_)
        self.density: Bools = text.str.startswith("aantal inwoners per").to_numpy(dtype=np.bool_)
        self.per_thousand: Bools = text.str.startswith("per 1 000 inw").to_numpy(dtype=np.bool_)
        one_column = pd.Series(1, index=definitions.index)
        self.summed: Floats = _changing(panel, definitions, one_column, "summed") * _regions_summed(panel)
        no_base = pd.Series("", index=definitions.index, dtype="str")
        self._base = of_definition(panel, definitions.get("base", no_base))
        self.bases = [str(name) for name in pd.unique(self._base) if name]

    def base(self, counts: Floats, grid: Grid) -> Floats:
        """Return the count that each row is measured on, empty where it has none."""
        found = np.full(len(counts), np.nan)
        for name in self.bases:
            here = self._base == name
            found[here] = _basis(counts, grid, name)[here]
        return found


def _rounded_by_lot(definitions: pd.DataFrame) -> pd.Series[Any]:
    finely = (definitions["rounding"] > 0) & (definitions["rounding"] < _BY_LOT_BELOW)
    return definitions.get("rounded_by_lot", finely)


def _changing(panel: pd.DataFrame, definitions: pd.DataFrame, first: pd.Series[Any], changes: str) -> Floats:
    """Return for every row what ``first`` says of its indicator, or the latest of its ``changes`` (year, number)."""
    number = of_definition(panel, first).astype(np.float64)
    if changes not in definitions:
        return number
    year = panel["year"].to_numpy()
    for indicator, since in definitions[changes][definitions[changes].map(len) > 0].items():
        here = (panel["indicator"] == indicator).to_numpy(dtype=np.bool_)
        for first_year, then in sorted(since):
            number[here & (year >= first_year)] = then
    return number


def _regions_summed(panel: pd.DataFrame) -> Floats:
    """Return from how many regions each figure was converted; 1 for a figure that was not."""
    number = np.ones(len(panel))
    if "published_as" not in panel:
        return number
    converted = (panel["status"] == BRIDGED).to_numpy(dtype=np.bool_)
    number[converted] += panel.loc[converted, "published_as"].str.count(", ").to_numpy(dtype=np.float64)
    return number


def _published_rounding(traits: _Traits) -> tuple[Floats, Floats]:
    """Return the rounding of each published figure, and how much of it is common to columns with the same lot."""
    one = np.clip(traits.multiple**2 - 1, 0, None)
    lot = np.where(traits.small, one / 6, 0.0)
    in_common = np.where(traits.by_lot, _LOT_IN_COMMON * lot * traits.summed**2, 0.0)
    separate = np.where(traits.by_lot, (1 - _LOT_IN_COMMON) * lot, one / 12) * traits.summed
    decimals = np.where(traits.own_unit, traits.decimals, 0.0)
    rate = np.maximum(10.0**-decimals, np.where(traits.own_unit, traits.multiple, 0.0)) * _UNIFORM
    as_rate = traits.rate | ~traits.own_unit
    return np.where(as_rate, rate, np.sqrt(in_common + separate)), np.where(as_rate, 0.0, np.sqrt(in_common))


def _published_chance(traits: _Traits, value: Floats, grid: Grid) -> Floats:
    chance = np.full(len(value), np.nan)
    counted = traits.counted
    chance[counted] = np.sqrt(np.clip(value[counted], 1, None))
    counts = np.where(counted, value, np.nan)
    people = _basis(counts, grid, POPULATION)
    chance[traits.density] = (value / np.sqrt(np.clip(people, 1, None)))[traits.density]
    own = traits.base(counts, grid)
    for rows, usual, factor in (
        (traits.percent, _basis(counts, grid, HOUSEHOLDS), 100.0),
        (traits.per_thousand, people, 1000.0),
    ):
        base = np.fmin(own, usual)[rows]
        chance[rows] = factor * _binomial(value[rows] / factor * base, base)
    return np.where(traits.derived, np.nan, chance)


def _bridging(panel: pd.DataFrame) -> Floats:
    if "bridging_error" not in panel:
        return np.zeros(len(panel))
    return panel["bridging_error"].fillna(0.0).to_numpy(dtype=np.float64)


def _basis(counts: Floats, grid: Grid, indicator: str) -> Floats:
    """Return the figure of ``indicator`` of the same region and year, for every row of the panel."""
    rows = grid.rows([indicator])[:, 0]
    return np.asarray(pick(counts, rows, np.nan)[grid.cell], dtype=np.float64)


def _binomial(part: Floats, whole: Floats) -> Floats:
    """Return the standard deviation of ``part / whole``."""
    more, total = part + 2, whole + 4
    share = more / total
    variance = np.where(part <= whole, share * (1 - share), share) / total
    return np.asarray(np.sqrt(np.clip(variance, 0, None)), dtype=np.float64)


def _rows_by_indicator(panel: pd.DataFrame, wanted: pd.Index[Any]) -> dict[str, Ints]:
    which, names = codes(panel["indicator"])
    number = {name: place for place, name in enumerate(names)}
    return {str(name): np.flatnonzero(which == number[name]) for name in wanted}


class _Shares:
    """Propagates the errors of counts to the shares that are computed from them."""

    def __init__(self, grid: Grid, value: Floats, rounding: Floats, in_common: Floats) -> None:
        self._grid, self._value, self._in_common = grid, value, in_common
        self._separate = np.sqrt(np.clip(rounding**2 - in_common**2, 0, None))

    def errors(self, rows: Ints, parts: list[str], name: str) -> Floats:
        """Return rounding and chance of the ratio at ``rows``, shape (2, len(rows))."""
        places = self._grid.rows(parts)[self._grid.cell[rows]]
        figures = pick(self._value, places, np.nan)
        if np.isnan(figures).any():
            raise ValueError(
                f"The panel holds {name} without a figure for {', '.join(dict.fromkeys(parts))}; "
                "hand in the whole panel, or the errors computed from it."
            )
        effect = effects_on_ratio(parts, figures)
        separate = ((effect * pick(self._separate, places, np.nan)) ** 2).sum(axis=1)
        common = effect * pick(self._in_common, places, np.nan)
        # Parts of one whole are rounded with one lot, so that their errors partly cancel.
        together = common.sum(axis=1) ** 2 if parts[0] in parts[1:] else (common**2).sum(axis=1)
        numerator, whole = figures[:, 0], figures[:, 1:].sum(axis=1)
        return np.stack([np.sqrt(together + separate), _binomial(numerator, whole)])


def _measured_wobble(
    panel: pd.DataFrame, definitions: pd.DataFrame, wanted: Bools, value: Floats, grid: Grid
) -> Floats:
    """Measure, per indicator, how much figures swing around their own course; scale it to each region."""
    inhabitants = _basis(value, grid, POPULATION)
    root = np.sqrt(np.clip(np.where(np.isfinite(inhabitants), inhabitants, np.nan), 1, None))
    indicator, names = codes(panel["indicator"])
    pieces = cut(panel, definitions)
    order = pieces.order[wanted[pieces.order]]
    series = pieces.series[wanted[pieces.order]]
    segment = pieces.segment[wanted[pieces.order]]
    year = panel["year"].to_numpy()[order]
    small = panel["level"].isin(SMALL_LEVELS).to_numpy(dtype=np.bool_)[order]
    converted = (panel["status"] == BRIDGED).to_numpy(dtype=np.bool_)[order]
    first, middle, last = slice(None, -2), slice(1, -1), slice(2, None)
    triple = (
        (series[first] == series[last])
        & (segment[first] == segment[last])
        & (year[last] - year[first] == 2)
        & small[middle]
        & ~(converted[first] | converted[middle] | converted[last])
    )
    swing = pd.DataFrame(
        {
            "indicator": indicator[order[middle]],
            "year": year[middle],
            "second": value[order[first]] - 2 * value[order[middle]] + value[order[last]],
            "root": root[order[middle]],
        }
    )[triple].dropna()
    if swing.empty:
        return np.full(len(value), np.nan)
    common = swing.groupby(["indicator", "year"])["second"].transform("median")
    swing["scaled"] = (swing["second"] - common).abs() * swing["root"]
    pooled = swing.groupby("indicator")["scaled"].agg(["median", "size"])
    enough = pooled["median"].where(pooled["size"] >= _FEWEST_WOBBLES)
    spread = _MAD_TO_SD * enough.reindex(range(len(names))).to_numpy(dtype=np.float64) / np.sqrt(6)
    return np.asarray(spread[indicator] / root, dtype=np.float64)
