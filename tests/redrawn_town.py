"""A small town of blocks, of which everything is known, for the tests of conversion to other borders.

A block is a piece of land that never changes: so many addresses, people, and so on. A division says which blocks make
which wijk (or buurt), so that what a wijk would have shown before it was there can be counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.bridging import Bridged, bridge
from analysis.lineage import OVERLAPS, Lineage, join_series, trace
from data.panel import COLUMNS
from tests.panel_builder import LEVELS, count, define, figure, rate

Division = Mapping[str, Sequence[str]]

DEFINITIONS = define(
    count("population", base="", bridged_as="count"),
    count("households", base="", bridged_as="count"),
    rate("low_income", base="households", bridged_as="rate"),
    rate("gas", unit="m³", base="households", bridged_as="approximation"),
    rate("density", unit="per km²", base="", bridged_as="never"),
)


def block(
    addresses: float, people: float | None = None, poor: float = 10.0, **more: float
) -> dict[str, float]:
    """A block; unless told otherwise with two people in every household and a household at every address."""
    return {
        "addresses": addresses,
        "population": 2 * addresses if people is None else people,
        "households": addresses,
        "low_income": poor,
        "gas": 1000.0,
        "hectares": 10.0,
    } | more


@dataclass
class Town:
    """Blocks, and their division from a year on.

    ``without`` lists the figures that are suppressed: code, year and indicator.
    """

    blocks: Mapping[str, Mapping[str, float]]
    divisions: Mapping[int, Division]
    last_year: int
    without: Sequence[tuple[str, int, str]] = ()
    definitions: pd.DataFrame = field(default_factory=lambda: DEFINITIONS)

    @property
    def years(self) -> range:
        return range(min(self.divisions), self.last_year + 1)

    def division(self, year: int) -> dict[str, frozenset[str]]:
        latest = max(first for first in self.divisions if first <= year)
        return {code: frozenset(blocks) for code, blocks in self.divisions[latest].items()}

    def sum(self, what: str, blocks: Sequence[str] | frozenset[str]) -> float:
        return float(sum(self.blocks[name][what] for name in blocks))

    def truth(self, indicator: str, blocks: Sequence[str] | frozenset[str]) -> float:
        """What a region of these blocks would show."""
        if self.definitions.loc[indicator, "kind"] == "count":
            return self.sum(indicator, blocks)
        households = self.sum("households", blocks)
        of_each = [self.blocks[name][indicator] * self.blocks[name]["households"] for name in blocks]
        return sum(of_each) / households if households else np.nan

    def regions(self) -> pd.DataFrame:
        rows = []
        for year in self.years:
            before = self.division(year - 1) if year > min(self.divisions) else self.division(year)
            for code, blocks in self.division(year).items():
                flag = 1 if before.get(code) == blocks else 2 if blocks in before.values() else 3
                name = "-".join(sorted(blocks))
                rows.append((code, LEVELS[code[:2]], year, name, "GM" + code[2:6], flag))
        columns = ["region", "level", "year", "name", "gemeente", "boundary"]
        return pd.DataFrame(rows, columns=columns).astype({"boundary": "Int8"})

    def published(self) -> pd.DataFrame:
        """The panel as the statistical office publishes it, on the borders of each year."""
        rows: list[dict[str, Any]] = []
        for region, year, boundary in self.regions()[["region", "year", "boundary"]].itertuples(index=False):
            blocks = self.division(year)[region]
            for indicator in self.definitions.index:
                value = 7.0 if indicator == "density" else self.truth(indicator, blocks)
                known = np.isfinite(value) and (region, year, indicator) not in self.without
                rows.append(figure(region, year, indicator, value if known else None, boundary=boundary))
        types = dict.fromkeys(("region", "level", "indicator", "status", "source"), "str")
        frame = pd.DataFrame(rows, columns=COLUMNS).astype(types | {"value": "float64", "boundary": "Int8"})
        return frame.assign(unit=frame["indicator"].map(self.definitions["unit"]).astype("str"))

    def overlaps(self, old: int, new: int, origin: str = "addresses") -> pd.DataFrame:
        """What a count over two years finds; the blocks of land without an address only have area."""
        what = "addresses" if origin == "addresses" else "hectares"
        rows = []
        for before, theirs in self.division(old).items():
            for after, ours in self.division(new).items():
                amount = self.sum(what, theirs & ours)
                if amount:
                    rows.append((LEVELS[before[:2]], old, new, before, after, amount, origin))
        return pd.DataFrame(rows, columns=OVERLAPS)

    def traced(self, overlaps: pd.DataFrame) -> tuple[pd.DataFrame, Lineage]:
        lineage = trace(self.regions(), overlaps)
        return join_series(self.published(), lineage), lineage

    def converted(self, *counts: pd.DataFrame) -> Bridged:
        """The panel, converted with these counts."""
        overlaps = pd.concat(counts, ignore_index=True)
        joined, lineage = self.traced(overlaps)
        return bridge(joined, lineage, overlaps, self.definitions)


def value(bridged: Bridged, region: str, year: int, indicator: str = "population") -> float:
    """The one figure of a region and year."""
    return float(row(bridged, region, year, indicator)["value"])


def row(bridged: Bridged, region: str, year: int, indicator: str = "population") -> pd.Series:
    """The one row of a region, year and indicator."""
    return rows(bridged, region, indicator).set_index("year").loc[year]


def rows(bridged: Bridged, region: str, indicator: str = "population") -> pd.DataFrame:
    """The rows of a region and indicator, by year."""
    here = bridged.panel[(bridged.panel["region"] == region) & (bridged.panel["indicator"] == indicator)]
    return here.sort_values("year")
