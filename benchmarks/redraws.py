"""A known truth for converting to other borders: real buurten, put together in wijken that never were.

The figures of every buurt of one year are taken as they were published. Wijken made of them are then redrawn:
cut in two, a buurt given to the next wijk, a buurt exchanged, two wijken merged. What a new wijk would have shown
before it was there is the sum of its buurten, so the error of a conversion can be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import ascii_uppercase, digits
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.lineage import OVERLAPS
from data.assemble import assemble
from data.catalogue import Catalogue
from data.files import read_table

ADDRESSES: Final = "addresses"
AREA: Final = "area"
#: Spread (log) of addresses per household between buurten with at least so many households, as it was measured for
#: dwellings with half of the businesses in Heerlen (CBS, Kerncijfers wijken en buurten 2016-2019, CC BY 4.0).
_ADDRESS_SPREAD: Final = ((0, 0.40), (50, 0.20), (200, 0.10), (600, 0.06))
#: Addresses of firms per household, and per buurt with hardly any household.
_FIRMS_PER_HOUSEHOLD: Final = 0.07
_FIRMS: Final = 4.0
#: Part of the businesses that has an address of its own; the others are run from a dwelling.
_OWN_ADDRESS: Final = 0.55


@dataclass(frozen=True, eq=False)
class World:
    """Buurten of one year with figures that add up.

    Attributes
    ----------
    amounts : DataFrame
        One row per buurt: every count, every rate as an amount (rate times base), `ADDRESSES` and `AREA`.
    bases : DataFrame
        What the amount of a rate is measured on, only where the rate was published; columns are the rates.
    definitions : DataFrame
        Of the catalogue.
    year : int
    """

    amounts: pd.DataFrame
    bases: pd.DataFrame
    definitions: pd.DataFrame
    year: int

    @property
    def indicators(self) -> list[str]:
        """Return the indicators that can be converted."""
        return [name for name in self.amounts if name not in (ADDRESSES, AREA)]

    def of(self, codes: pd.Series[Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return amounts and bases per region, where ``codes`` gives the region of every buurt."""
        return self.amounts.groupby(codes).sum(), self.bases.groupby(codes).sum()

    def values(self, codes: pd.Series[Any]) -> pd.DataFrame:
        """Return the figures per region: counts as they are, rates per base."""
        amounts, bases = self.of(codes)
        figures = amounts[self.indicators].copy()
        for rate in bases:
            figures[rate] = amounts[rate] / bases[rate].where(bases[rate] > 0)
        return figures


@dataclass(frozen=True, eq=False)
class Redraw:
    """One redrawing of a whole country: the wijk of every buurt before and after it."""

    kind: str
    old: pd.Series[Any]
    new: pd.Series[Any]

    def touched(self) -> Redraw:
        """Return the same without the wijken that stayed as they were."""
        pairs = pd.DataFrame({"old": self.old, "new": self.new})
        changed = pairs["old"].groupby(pairs["new"]).transform("nunique").gt(1)
        changed |= pairs["new"].groupby(pairs["old"]).transform("nunique").gt(1)
        return Redraw(self.kind, self.old[changed], self.new[changed])


def world(folder: Path, catalogue: Catalogue, rng: np.random.Generator) -> World:
    """Read the buurten of a table as one world.

    Parameters
    ----------
    folder : Path
        Holds a table as CBS gives it (TypedDataSet and DataProperties).
    catalogue : Catalogue
    rng : Generator
        Draws addresses where the table has no dwellings and businesses.

    Notes
    -----
    A count that CBS suppressed is 0 in this world, before and after every redrawing alike. Addresses are not in these
    tables: they are dwellings and half of the businesses where the table has those, else households with the spread
    that addresses per household showed elsewhere.
    """
    assembled = assemble(read_table(folder), catalogue)
    buurten = assembled.panel[assembled.panel["level"] == "buurt"]
    wide = buurten.pivot_table(index="region", columns="indicator", values="value")
    wide = wide[[name for name in wide if wide[name].notna().any()]]
    definitions = catalogue.frame()
    way = definitions["bridged_as"].reindex(wide.columns)
    counts = wide[[name for name in wide if way[name] == "count"]].fillna(0.0)
    amounts, bases = counts.copy(), {}
    for rate in [name for name in wide if way[name] in ("rate", "approximation")]:
        base = definitions.loc[rate, "base"]
        if base in counts:
            bases[rate] = counts[base].where(wide[rate].notna(), 0.0)
            amounts[rate] = (wide[rate] * counts[base]).fillna(0.0)
    if "area_land" in wide:
        amounts[AREA] = wide["area_land"].fillna(0.0)
    amounts[ADDRESSES] = _addresses(counts, rng)
    return World(amounts, pd.DataFrame(bases, index=amounts.index), definitions, int(buurten["year"].iloc[0]))


def _addresses(counts: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    if {"dwellings", "businesses"} <= set(counts):
        return (counts["dwellings"] + _OWN_ADDRESS * counts["businesses"]).to_numpy()
    households = counts["households"].to_numpy()
    spread = np.zeros(len(households))
    for least, of_class in _ADDRESS_SPREAD:
        spread[households >= least] = of_class
    homes = households * np.exp(spread * rng.standard_normal(len(households)))
    firms = rng.exponential(_FIRMS_PER_HOUSEHOLD * households + _FIRMS)
    return np.rint(homes + firms)


def redraws(buurten: pd.Index, rng: np.random.Generator, rounds: int) -> Iterator[Redraw]:
    """Return redrawings of all wijken with these buurten, ``rounds`` of every kind.

    Parameters
    ----------
    buurten : Index
        Codes; a buurt lies in the wijk that its code tells.
    rng : Generator
        Chooses where a wijk is cut and which buurt moves.
    rounds : int
    """
    codes = pd.Series(np.sort(buurten.to_numpy()))
    old = pd.Series(("WK" + codes.str[2:8]).to_numpy(), index=codes.to_numpy())
    members = {wijk: list(rows.index) for wijk, rows in old.groupby(old)}
    for number in range(rounds):
        yield Redraw("split", old, _split(old, members, rng))
        pairs = _neighbours(list(members), number)
        yield Redraw("shift", old, _moved(old, members, pairs, rng, exchange=False))
        yield Redraw("exchange", old, _moved(old, members, pairs, rng, exchange=True))
    yield Redraw(
        "merge", old, old.replace({second: first for first, second in _neighbours(list(members), 0)})
    )


def _neighbours(wijken: list[str], offset: int) -> list[tuple[str, str]]:
    """Return pairs of wijken of one gemeente that follow each other in number, each wijk once."""
    by_gemeente = pd.Series(wijken).groupby(pd.Series(wijken).str[2:6])
    found: list[tuple[str, str]] = []
    for _, of_gemeente in by_gemeente:
        here = list(of_gemeente)[offset % 2 :]
        found += list(zip(here[::2], here[1::2], strict=False))
    return found


def _split(old: pd.Series[Any], members: dict[str, list[str]], rng: np.random.Generator) -> pd.Series[Any]:
    """Cut every wijk in two, both parts under a code that no wijk has."""
    new = old.copy()
    free: dict[str, Iterator[str]] = {}
    for wijk, buurten in members.items():
        if len(buurten) < 2:
            continue
        codes = free.setdefault(wijk[:6], map("".join, product(ascii_uppercase, ascii_uppercase + digits)))
        cut = int(rng.integers(1, len(buurten)))
        for part in (buurten[:cut], buurten[cut:]):
            new[part] = wijk[:6] + next(codes)
    return new


def _moved(
    old: pd.Series[Any],
    members: dict[str, list[str]],
    pairs: list[tuple[str, str]],
    rng: np.random.Generator,
    *,
    exchange: bool,
) -> pd.Series[Any]:
    """Give one buurt of the first wijk to the second, and where it is an exchange also one the other way."""
    new = old.copy()
    for first, second in pairs:
        if len(members[first]) < 2 or (exchange and len(members[second]) < 2):
            continue
        new[rng.choice(members[first])] = second
        if exchange:
            new[rng.choice(members[second])] = first
    return new


def overlaps(world: World, redraw: Redraw, origin: str) -> pd.DataFrame:
    """Return which old and new wijken share addresses or land, columns `analysis.lineage.OVERLAPS`."""
    amount = world.amounts.loc[redraw.old.index, origin]
    shared = (
        amount.groupby([redraw.old.rename("old"), redraw.new.rename("new")]).sum().reset_index(name="amount")
    )
    shared = shared[shared["amount"] > 0]
    return shared.assign(level="wijk", old_year=world.year - 1, new_year=world.year, origin=origin)[OVERLAPS]


def panel(world: World, redraw: Redraw) -> pd.DataFrame:
    """Return the panel of a country before and after a redrawing; in the year after it, the truth of both years.

    The year before has the figures of the old wijken and the year after those of the new ones, of the same people:
    what a conversion of the first makes of the new wijken ought to be what the second says.
    """
    before = _rows(world, redraw.old, world.year - 1, boundary=1)
    after = _rows(world, redraw.new, world.year, boundary=3)
    return pd.concat([before, after], ignore_index=True)


def _rows(world: World, codes: pd.Series[Any], year: int, boundary: int) -> pd.DataFrame:
    figures = world.values(codes).rename_axis("region").reset_index()
    rows = figures.melt(id_vars="region", var_name="indicator").dropna(subset="value", ignore_index=True)
    return rows.assign(
        level="wijk",
        year=year,
        status="observed",
        unit=rows["indicator"].map(world.definitions["unit"]).astype("str"),
        boundary=pd.array([boundary] * len(rows), dtype="Int8"),
        source="buurten",
    )


def regions(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the code lists that belong to a panel, as the store gives them."""
    listed = rows[["region", "level", "year", "boundary"]].drop_duplicates(["region", "year"])
    return listed.assign(name=listed["region"], gemeente="GM" + listed["region"].str[2:6])
