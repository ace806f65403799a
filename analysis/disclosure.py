"""Disclosure control: a suppressed figure may not be found by subtraction.

CBS leaves out what could tell something of a few people. Where a table also holds a total, what was left out is the
difference between that total and the rest. Cell suppression closes that road by leaving out a few figures more
(complementary suppression: Hundepool et al., "Statistical Disclosure Control", Wiley 2012, chapter 4). The partners are
chosen greedily, what turns out to be needless is shown again, and the outcome is audited by solving the sums as an
attacker would.

Only counts are added up. What is looked at per year:

- the wijken of a gemeente make the gemeente, the buurten of a wijk make the wijk;
- per region the totals of the catalogue (men and women make the population).

The sums are taken to hold exactly although CBS rounds every count by itself: that gives an attacker more than there is.

A rate that expresses a count (clients per 1 000 inhabitants) goes with that count: times its base it would give the
count back, in a small wijk to the last one.

What is not looked at:

- other rates. A rate that CBS left out for too small a base can be estimated from the rates around it and their bases,
  as near as their rounding allows;
- what a suppressed figure cannot be larger than (no more benefits than inhabitants);
- Nederland. CBS's national row is its own estimate and holds what a gemeente did not deliver, and gemeenten are
  protected by CBS over the whole country.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis._door import WITH_VALUE, require_defined
from analysis._equations import Equation, Sum, System
from analysis._grid import Bools, Floats, Ints, codes, of_definition

Totals = Iterable[tuple[str, tuple[str, ...]]]

POPULATION: Final = "population"
#: Figures that are left out, by CBS or by us: none of them may be found.
SECRET: Final = ("suppressed", "withheld")
#: An attacker may not know a figure better than within this, nor within twice its rounding.
LEAST_WIDTH: Final = 10.0
#: Below this share of a total the regions under it are not all there, and nothing follows from their sum.
_ALL_THERE: Final = 0.9
#: Counts below this are mostly rounding and cannot tell whether all regions are there.
_TELLING: Final = 100.0
_SOLVED: Final = 1e-6


def protect(panel: pd.DataFrame, totals: Totals, definitions: pd.DataFrame) -> pd.DataFrame:
    """Withhold the fewest figures by which a suppressed one could be found.

    Parameters
    ----------
    panel : DataFrame
        A panel under the published codes, with every level that will be shown anywhere: what is shown of one level
        may not give away another.
    totals : iterable of (str, tuple of str)
        Indicator ids of a total and of its parts.
    definitions : DataFrame
        Indexed by indicator id, with kind, unit and rounding. Only counts in the unit of their definition are added
        up. Read where it is there: rate_of, the count that a rate expresses.

    Returns
    -------
    DataFrame
        The panel, in the same order and on the same index. A figure that had to be left out has status ``withheld``
        and an empty value; nothing else is touched. Protecting twice gives the same panel.

        For who solves all the sums, every suppressed or withheld count lies anywhere in an interval at least as wide
        as `LEAST_WIDTH` and as twice the rounding. A partner is taken from the smallest regions: first where no
        further figures have to follow, then where the same figure is left out in other years too (so that a series
        stays whole), then where the fewest people live. A gemeente gives up its own figure only where its wijken and
        buurten cannot hide anything.

    Raises
    ------
    ValueError
        If a column is missing or an indicator or status is unknown.
    """
    require_defined(panel, definitions, ("kind", "unit", "rounding"))
    hidden: list[int] = []
    often: Counter[tuple[str, str]] | None = None
    for year in _years(panel, totals, definitions):
        if often is None:
            secret = panel[panel["status"].isin(SECRET)]
            often = Counter(zip(secret["indicator"], secret["region"], strict=True))
        hidden += year.withhold(often)
    hidden += _rates_that_tell(panel, hidden, definitions)
    if not hidden:
        return panel
    value = panel["value"].to_numpy(dtype=np.float64, copy=True)
    status = panel["status"].to_numpy(dtype=object, copy=True)
    value[hidden] = np.nan
    status[hidden] = "withheld"
    return panel.assign(value=value, status=pd.Series(status, index=panel.index, dtype="str"))


def recoverable(panel: pd.DataFrame, totals: Totals, definitions: pd.DataFrame) -> pd.DataFrame:
    """Find the figures that were left out and that subtraction gives away all the same.

    Parameters
    ----------
    panel, totals, definitions
        As for `protect`.

    Returns
    -------
    DataFrame
        Columns region, year, indicator, lowest, highest: between which values the figure must lie. One row per
        suppressed or withheld count that is known better than `protect` allows; none for a protected panel.

    Raises
    ------
    ValueError
        If a column is missing or an indicator or status is unknown.
    """
    require_defined(panel, definitions, ("kind", "unit", "rounding"))
    columns = ["region", "year", "indicator", "lowest", "highest"]
    found = [row for year in _years(panel, totals, definitions) for row in year.given_away()]
    return pd.DataFrame(found, columns=columns)


def _rates_that_tell(panel: pd.DataFrame, hidden: list[int], definitions: pd.DataFrame) -> list[int]:
    """Return the rows of the rates that are shown although the count they express is left out, or will be."""
    if "rate_of" not in definitions:
        return []
    telling = definitions["rate_of"]
    rows = panel[["region", "year", "indicator"]]
    secret = panel["status"].isin(SECRET).to_numpy(copy=True)
    secret[hidden] = True
    secrets = rows[secret & rows["indicator"].isin(telling).to_numpy()]
    shown = panel["status"].isin(WITH_VALUE) & rows["indicator"].isin(telling.index[telling != ""])
    of_count = rows[shown].assign(indicator=lambda rates: rates["indicator"].map(telling))
    known = pd.MultiIndex.from_frame(of_count).isin(pd.MultiIndex.from_frame(secrets))
    return [int(row) for row in np.flatnonzero(shown)[known]]


def _years(panel: pd.DataFrame, totals: Totals, definitions: pd.DataFrame) -> Iterator[_Year]:
    """Give every year in which a count was left out."""
    kind = of_definition(panel, definitions["kind"])
    unit = of_definition(panel, definitions["unit"])
    countable = (kind == "count") & (panel["unit"].to_numpy(dtype=object) == unit)
    secret = panel["status"].isin(SECRET).to_numpy() & countable
    if not secret.any():
        return
    years = panel["year"].to_numpy()
    sums = [(total, tuple(parts)) for total, parts in totals]
    for year in np.unique(years[secret]):
        yield _Year(panel, np.flatnonzero(countable & (years == year)), sums, definitions)


class _Year:
    """The counts of one year as cells (indicator times region) and the sums among them."""

    def __init__(self, panel: pd.DataFrame, rows: Ints, totals: Totals, definitions: pd.DataFrame) -> None:
        here = panel.iloc[rows]
        region, self._regions = codes(here["region"])
        indicator, self._indicators = codes(here["indicator"])
        self._year = int(here["year"].iloc[0])
        self._size = len(self._regions)
        cell = indicator * self._size + region
        cells = self._size * len(self._indicators)
        status = here["status"].to_numpy(dtype=object)

        self._row = np.full(cells, -1, dtype=np.intp)
        self._row[cell] = rows
        values = np.full(cells, np.nan)
        values[cell] = np.where(status == "not_applicable", 0.0, here["value"].to_numpy(dtype=np.float64))
        self._secret = set(cell[np.isin(status, SECRET)].tolist())
        self._open = np.zeros(cells, dtype=bool)
        self._open[cell] = np.isin(status, WITH_VALUE)

        rounding = definitions["rounding"].reindex(self._indicators).to_numpy(dtype=np.float64)
        self._margin = np.maximum(LEAST_WIDTH, 2 * rounding)
        self._people = self._population(values)
        self._parent, self._depth = _hierarchy(self._regions)
        self._children = _children(self._parent, values.reshape(-1, self._size))
        self._sums = self._known_sums(totals)
        self._system = System(values.tolist(), self._sums_of)
        self._safe: set[int] = set()

    def _population(self, values: Floats) -> Floats:
        where = np.flatnonzero(self._indicators == POPULATION)
        if not len(where):
            return np.full(self._size, np.nan)
        return values[where[0] * self._size : (where[0] + 1) * self._size].copy()

    def _known_sums(self, totals: Totals) -> dict[int, list[tuple[int, int, tuple[int, ...]]]]:
        """Return by indicator the totals it is in, of those whose indicators all have figures this year."""
        number = {str(name): place for place, name in enumerate(self._indicators)}
        found: dict[int, list[tuple[int, int, tuple[int, ...]]]] = {}
        for place, (total, parts) in enumerate(totals):
            if {total, *parts} <= number.keys():
                of = (place, number[total], tuple(number[part] for part in parts))
                for indicator in (of[1], *of[2]):
                    found.setdefault(indicator, []).append(of)
        return found

    def _sums_of(self, cell: int) -> Iterator[Sum]:
        indicator, region = divmod(cell, self._size)
        first = indicator * self._size
        for above in (region, int(self._parent[region])):
            if above in self._children:
                members = tuple(first + child for child in self._children[above])
                yield Sum(("regions", first + above), first + above, members)
        for place, total, parts in self._sums.get(indicator, ()):
            members = tuple(part * self._size + region for part in parts)
            yield Sum(("parts", place, region), total * self._size + region, members)

    def withhold(self, often: Counter[tuple[str, str]]) -> list[int]:
        """Hide cells until no secret is given away; return their rows in the panel.

        Parameters
        ----------
        often : Counter
            In how many years a figure (indicator, region) was left out; what is hidden is added.
        """
        published = list(self._system.values)
        hidden: set[int] = set()
        while fresh := self._hide_partners(often):
            hidden |= fresh
            # A figure that is hidden widens what is left for the others, unless it ties them to sums that rounding
            # made contradict each other. So everything is looked at once more.
            self._safe.clear()
        for cell in sorted(hidden, key=lambda cell: (self._depth[cell % self._size], -published[cell])):
            if self._can_be_shown(cell, published[cell]):
                hidden.remove(cell)
                often[self._name(cell)] -= 1
        return [int(self._row[cell]) for cell in sorted(hidden)]

    def _hide_partners(self, often: Counter[tuple[str, str]]) -> set[int]:
        """Go past every secret, and every partner that is hidden on the way; return the partners."""
        # Buurten come first: what they hide also hides the wijk above them.
        secrets = sorted(self._secret, key=lambda cell: (self._depth[cell % self._size], -cell))
        waiting: list[tuple[int, Equation | None]] = [(cell, None) for cell in secrets]
        hidden: set[int] = set()
        while waiting:
            cell, hidden_in = waiting[-1]
            partners = self._partners(cell, hidden_in, often) if self._is_given_away(cell) else {}
            if not partners:
                waiting.pop()
            for partner, equation in partners.items():
                self._system.hide(partner)
                self._open[partner] = False
                self._secret.add(partner)
                often[self._name(partner)] += 1
                waiting.append((partner, equation))
            hidden |= partners.keys()
        return hidden

    def _can_be_shown(self, cell: int, value: float) -> bool:
        """Show a hidden figure again where that gives nothing away."""
        connected = (c for equation in self._system.connected(cell) for c in equation.unknown)
        around = [c for c in dict.fromkeys(connected) if c in self._secret and c != cell]
        self._system.show(cell, value)
        self._secret.discard(cell)
        self._safe.difference_update(around)
        if not any(self._is_given_away(other) for other in around):
            return True
        self._system.hide(cell)
        self._secret.add(cell)
        self._safe.difference_update(around)
        return False

    def given_away(self) -> Iterator[tuple[str, int, str, float, float]]:
        """Give the secrets that the sums tell too much of, with the interval that is left for them."""
        for cell in sorted(self._secret):
            if self._is_given_away(cell):
                indicator, region = self._name(cell)
                yield (region, self._year, indicator, *self._system.interval(cell))

    def _name(self, cell: int) -> tuple[str, str]:
        indicator, region = divmod(cell, self._size)
        return str(self._indicators[indicator]), str(self._regions[region])

    def _is_given_away(self, cell: int) -> bool:
        if cell not in self._safe:
            self._safe |= {
                each
                for each, (lowest, highest) in self._system.intervals(cell).items()
                if highest - lowest >= self._margin[each // self._size] - _SOLVED
            }
        return cell not in self._safe

    def _partners(
        self, cell: int, hidden_in: Equation | None, often: Counter[tuple[str, str]]
    ) -> dict[int, Equation]:
        """Choose what to hide next, and in which sum, so that ``cell`` is no longer given away.

        Parameters
        ----------
        cell : int
        hidden_in : Equation, optional
            The sum in which the cell was hidden to save another: what it still tells comes last, for it is often
            the other sums of the cell that give away both.
        often : Counter
            In how many years a figure was left out.
        """
        margin = float(self._margin[cell // self._size])
        equations = sorted(self._system.equations(cell), key=lambda equation: equation is hidden_in)
        chosen: dict[int, Equation] = {}
        for equation in equations:
            if chosen and equation is hidden_in:
                break
            lowest, highest = self._system.interval(cell, [equation])
            if highest - lowest < margin - _SOLVED:
                partner = self._best(equation, margin - (highest - lowest), margin - highest, often)
                chosen |= {} if partner is None else {partner: equation}
        if chosen:
            return chosen
        # Each sum leaves room, but they do so in different places, or have nothing left to hide. The parts of a
        # figure hide it best; after its own sums come those further off.
        lowest, highest = self._system.interval(cell)
        nearest = sorted(equations, key=lambda equation: equation.total != cell)
        for equation in (*nearest, *self._system.connected(cell)):
            partner = self._best(equation, margin - (highest - lowest), margin - highest, often)
            if partner is not None:
                return {partner: equation}
        return {}

    def _best(
        self, equation: Equation, wished: float, needed: float, often: Counter[tuple[str, str]]
    ) -> int | None:
        """Choose one of the members of a sum, or its total where the members are too small to hide anything.

        Parameters
        ----------
        equation : Equation
        wished : float
            A member of this size hides the figure by itself.
        needed : float
            Members of this size together leave room for the figure.
        often : Counter
            In how many years a figure was left out.
        """
        members = [member for member in equation.members if self._open[member]]
        total = equation.total if self._open[equation.total] else None
        values = self._system.values
        large = [member for member in members if values[member] >= max(wished, 1.0)]
        if large:
            return min(large, key=lambda member: self._loss(member, often))
        if total is not None and sum(values[member] for member in members) < max(needed, 1.0):
            return total
        return max(members, key=lambda member: (values[member], -member), default=total)

    def _loss(self, cell: int, often: Counter[tuple[str, str]]) -> tuple[Any, ...]:
        region = cell % self._size
        to_follow = sum(not equation.unknown for equation in self._system.equations(cell))
        people = self._people[region]
        return (
            self._depth[region] == 0,
            to_follow,
            -often[self._name(cell)],
            np.inf if np.isnan(people) else people,
            self._system.values[cell],
            cell,
        )


def _hierarchy(regions: Any) -> tuple[Ints, Ints]:
    """Return for every region the place of the one it is a part of (-1: none) and how deep it lies (gemeente: 0).

    A buurt whose wijk has no figures is a part of its gemeente.
    """
    place = {str(region): number for number, region in enumerate(regions)}
    parent = np.full(len(regions), -1, dtype=np.intp)
    depth = np.zeros(len(regions), dtype=np.intp)
    for region, number in place.items():
        above = {"BU": ["WK" + region[2:8], "GM" + region[2:6]], "WK": ["GM" + region[2:6]]}.get(
            region[:2], []
        )
        parent[number] = next((place[code] for code in above if code in place), -1)
        depth[number] = {"BU": 2, "WK": 1}.get(region[:2], 0)
    return parent, depth


def _children(parent: Ints, values: Floats) -> dict[int, list[int]]:
    """Return which regions make up a region, for those of which all parts are there.

    A figure that is known of a region and of every part of it tells whether parts are absent. Where no figure can
    tell, the parts are taken to be all.

    Parameters
    ----------
    parent : ndarray, shape (regions,)
    values : ndarray, shape (indicators, regions)
    """
    inside = np.flatnonzero(parent >= 0)
    sums = np.zeros_like(values)
    np.add.at(sums.T, parent[inside], values[:, inside].T)
    tells: Bools = ~np.isnan(sums) & (values >= _TELLING)
    ratio = np.where(tells, sums / np.where(tells, values, 1.0), -1.0).max(axis=0)
    absent = tells.any(axis=0) & (ratio < _ALL_THERE)
    return {
        int(above): inside[parent[inside] == above].tolist()
        for above in np.unique(parent[inside])
        if not absent[above]
    }
