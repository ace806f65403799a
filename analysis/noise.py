"""Noise: how far a figure may be off, or may wobble, without anything having changed.

Two kinds are told apart. *Rounding* is measurement noise: CBS published a rounded figure. *Chance* is
small-number noise: in a wijk of 400 people a share of 10 % is 40 people, and three households moving
changes it, although nothing structural happened.

Figures of CBS are full counts, not samples, so *chance* rests on the usual super-population view (Brillinger,
"The natural variability of vital rates and associated statistics", Biometrics 42, 1986): the people who
happen to live there now are one draw of those who could have. It makes a screen slower to say "higher",
never faster.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis._door import SMALL_LEVELS, WITH_VALUE, require_defined
from analysis._grid import Bools, Floats, Grid, codes, lay_out, of_definition, pick
from analysis.segments import cut
from analysis.shares import derived_indicators

#: Two-sided 95 % of a normal distribution.
Z95: Final = 1.96
POPULATION: Final = "population"
HOUSEHOLDS: Final = "households"
COUNT_UNIT: Final = "aantal"

_UNIFORM: Final = 12**-0.5
_MAD_TO_SD: Final = 1.4826
_FEWEST_WOBBLES: Final = 10
_RANDOM_ROUNDING_BELOW: Final = 10
_NEEDS: Final = ("unit", "decimals", "kind", "rounding", "share_of", "factor", "breaks")


def standard_errors(panel: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Estimate the standard error of every figure in the panel.

    Rounding

    - A count of a wijk or buurt rounded to multiples of r < 10: CBS rounds these at random ("aselect
      afgerond op veelvouden van 5 ... gemiddeld wordt een getal hierdoor op zichzelf afgerond",
      Kerncijfers wijken en buurten, toelichting). With remainder k the error is r-k with probability
      k/r and -k otherwise: variance k(r-k). Averaged over k = 0..r-1 that is (r^2-1)/6; for r = 5 the
      standard deviation is 2. Gemeenten and the country are not rounded that way: 0.
    - A count rounded to tens or hundreds is rounded to the nearest, at every level: variance (r^2-1)/12.
    - A published rate or average with d decimals: 10^-d / sqrt(12); rounded to multiples of r:
      r / sqrt(12), whichever is larger. A count that stands in another unit than its definition (a
      percentage of 2014) counts as a rate without decimals.
    - A derived share: propagated (first order) from the rounding of numerator and denominators, taken as
      independent; a numerator that is also part of the denominator is counted once. In the published
      tables the lots of one gemeente hang together, which makes the true error of a band smaller than
      this for shares below 2/k of k bands and up to a quarter larger for a dominant band; either way it is
      small beside chance.

    Chance

    - A derived share q of n: sqrt(q (1-q) / n), with two added to both sides (Agresti and Coull,
      American Statistician 52, 1998), so that a share of 0 is not called certain. Where the numerator
      exceeds the denominator: Poisson.
    - A count in "aantal": Poisson, the root of the count (of 1 where the count is 0). For a stock such as
      inhabitants this is the order of magnitude of what people moving in and out bring about in a few
      years.
    - A density ("aantal inwoners per km²") wobbles as the inhabitants it counts do.
    - A published rate in % or per 1 000 inwoners: as a share, with n the households (%, the smallest of
      the usual bases, hence cautious) or the inhabitants (per 1 000) of the same region and year.
    - Every other rate or average (income, distance, gas), and a % whose n is not in the panel: measured
      from the panel. Within a segment the second differences of a series without structural change have
      variance 6 s^2; their spread (median absolute deviation, after taking out what all wijken and
      buurten share that year) times the root of the inhabitants is pooled per indicator. Where fewer
      than ten such differences exist it is empty: chance is then unknown and not part of ``total``.

    Parameters
    ----------
    panel : DataFrame
        A panel. Hand in the whole panel, with population, households and the parts of each share; a
        selection of the result can be handed on to other functions.
    definitions : DataFrame
        Indexed by indicator id, with unit, decimals, kind, rounding, share_of, factor and breaks.

    Returns
    -------
    DataFrame
        On the index of the panel, columns rounding, chance and total: standard deviations in the unit of
        the value; total is the root of the sum of squares. Empty where there is no value.

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
    wanted = [POPULATION, HOUSEHOLDS, *(part for parts in derived for part in parts)]
    grid = lay_out(panel, wanted)

    traits = _Traits(panel, definitions)
    rounding = _published_rounding(traits)
    chance = _published_chance(traits, value, grid)
    row_of = _rows_by_indicator(panel, derived.index)
    factors = definitions["factor"].astype("float64").to_dict()
    for share, parts in derived.items():
        rows = row_of[str(share)]
        rows = rows[valued[rows]]
        factor = factors[share]
        rounding[rows], chance[rows] = _of_share(rows, list(parts), factor, value, rounding, grid, str(share))
    unknown = valued & np.isnan(chance) & (traits.rate | ~traits.own_unit)
    if unknown.any():
        wobble = _measured_wobble(panel, definitions, unknown, value, grid)
        chance[unknown] = np.sqrt(np.clip(wobble[unknown] ** 2 - rounding[unknown] ** 2, 0, None))
    total = np.sqrt(np.nan_to_num(rounding) ** 2 + np.nan_to_num(chance) ** 2)
    errors = pd.DataFrame({"rounding": rounding, "chance": chance, "total": total}, index=panel.index)
    errors.loc[~valued] = np.nan
    return errors


class _Traits:
    """What the definitions say about every row of the panel, as arrays."""

    def __init__(self, panel: pd.DataFrame, definitions: pd.DataFrame) -> None:
        unit = panel["unit"].to_numpy(dtype=object)
        self.own_unit: Bools = np.asarray(unit == of_definition(panel, definitions["unit"]), dtype=np.bool_)
        self.rate: Bools = np.asarray(of_definition(panel, definitions["kind"]) == "rate", dtype=np.bool_)
        self.derived: Bools = of_definition(panel, definitions["share_of"].map(len)).astype(np.bool_)
        self.decimals: Floats = of_definition(panel, definitions["decimals"]).astype(np.float64)
        self.multiple: Floats = of_definition(panel, definitions["rounding"]).astype(np.float64)
        self.small: Bools = panel["level"].isin(SMALL_LEVELS).to_numpy(dtype=np.bool_)
        self.counted: Bools = ~self.rate & self.own_unit & (unit == COUNT_UNIT)
        text = pd.Series(unit, dtype="str")
        self.percent: Bools = (text == "%").to_numpy(dtype=np.bool_)
        self.density: Bools = text.str.startswith("aantal inwoners per").to_numpy(dtype=np.bool_)
        self.per_thousand: Bools = text.str.startswith("per 1 000 inw").to_numpy(dtype=np.bool_)


def _published_rounding(traits: _Traits) -> Floats:
    multiple = traits.multiple
    at_random = np.where(traits.small, np.sqrt(np.clip(multiple**2 - 1, 0, None) / 6), 0.0)
    to_nearest = np.sqrt(np.clip(multiple**2 - 1, 0, None) / 12)
    count = np.where(multiple < _RANDOM_ROUNDING_BELOW, at_random, to_nearest)
    decimals = np.where(traits.own_unit, traits.decimals, 0.0)
    rate = np.maximum(10.0**-decimals, np.where(traits.own_unit, multiple, 0.0)) * _UNIFORM
    return np.where(traits.rate | ~traits.own_unit, rate, count)


def _published_chance(traits: _Traits, value: Floats, grid: Grid) -> Floats:
    chance = np.full(len(value), np.nan)
    counted = traits.counted
    chance[counted] = np.sqrt(np.clip(value[counted], 1, None))
    people = _basis(value, grid, POPULATION)
    chance[traits.density] = (value / np.sqrt(np.clip(people, 1, None)))[traits.density]
    for rows, basis, factor in (
        (traits.percent, HOUSEHOLDS, 100.0),
        (traits.per_thousand, POPULATION, 1000.0),
    ):
        base = _basis(value, grid, basis)[rows]
        chance[rows] = factor * _binomial(value[rows] / factor * base, base)
    return np.where(traits.derived, np.nan, chance)


def _basis(value: Floats, grid: Grid, indicator: str) -> Floats:
    """Return the figure of ``indicator`` of the same region and year, for every row of the panel."""
    rows = grid.rows([indicator])[:, 0]
    return np.asarray(pick(value, rows, np.nan)[grid.cell], dtype=np.float64)


def _binomial(part: Floats, whole: Floats) -> Floats:
    """Return the standard deviation of ``part / whole``."""
    more, total = part + 2, whole + 4
    share = more / total
    variance = np.where(part <= whole, share * (1 - share), share) / total
    return np.asarray(np.sqrt(np.clip(variance, 0, None)), dtype=np.float64)


def _rows_by_indicator(panel: pd.DataFrame, wanted: pd.Index[Any]) -> dict[str, npt.NDArray[np.intp]]:
    which, names = codes(panel["indicator"])
    number = {name: place for place, name in enumerate(names)}
    return {str(name): np.flatnonzero(which == number[name]) for name in wanted}


def _of_share(
    rows: npt.NDArray[np.intp],
    parts: list[str],
    factor: float,
    value: Floats,
    rounding: Floats,
    grid: Grid,
    name: str,
) -> tuple[Floats, Floats]:
    """Return rounding and chance of the derived share ``name`` at ``rows``."""
    part_rows = grid.rows(parts)[grid.cell[rows]]
    part_values = pick(value, part_rows, np.nan)
    if np.isnan(part_values).any():
        raise ValueError(
            f"The panel holds {name} without a figure for {', '.join(dict.fromkeys(parts))}; "
            "hand in the whole panel, or the errors computed from it."
        )
    variance = pick(rounding, part_rows, np.nan) ** 2
    numerator, denominators = part_values[:, 0], part_values[:, 1:]
    whole = denominators.sum(axis=1)
    ratio = numerator / whole
    shared = np.array([part == parts[0] for part in parts[1:]])
    others = (variance[:, 1:] * ~shared).sum(axis=1) * ratio**2
    own = variance[:, 0] * (1 - ratio * shared.any()) ** 2
    return factor / whole * np.sqrt(own + others), factor * _binomial(numerator, whole)


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
    first, middle, last = slice(None, -2), slice(1, -1), slice(2, None)
    triple = (
        (series[first] == series[last])
        & (segment[first] == segment[last])
        & (year[last] - year[first] == 2)
        & small[middle]
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
