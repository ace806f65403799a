"""From a raw table to panel rows: every region and indicator gets a value or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import panel as panel_contract
from data import regions
from data.catalogue import Catalogue, Indicator
from data.cbs_table import CbsTable, stem
from data.columns import Column, Resolution, resolve
from data.panel import Level, Status

#: Below this CBS (and PDOK) mean "no figure" (-99997, -99998, -99999999).
SENTINEL = -99990
#: The one unit in which a figure below zero is real: debts (wealth) and losses (income).
_MAY_BE_NEGATIVE = "x 1 000 euro"


@dataclass(frozen=True)
class Assembled:
    """One table in the form of the panel.

    Attributes
    ----------
    panel : DataFrame
        Panel rows, checked.
    regions : DataFrame
        One row per region: region, name, level, gemeente, boundary.
    resolution : Resolution
        Which columns were used, missing, ambiguous or unknown.
    rules : str
        Checksum of what in the catalogue decided how a column becomes a figure.
    """

    table: CbsTable
    panel: pd.DataFrame
    regions: pd.DataFrame
    resolution: Resolution
    rules: str


def _boundary_flags(table: CbsTable) -> pd.Series:
    for name in table.rows.columns:
        if stem(str(name)).casefold().startswith("indelingswijziging"):
            flags = pd.to_numeric(table.rows[name].astype("str").str.strip(), errors="coerce")
            return flags.where(flags.isin([1, 2, 3])).astype("Int8")
    return pd.Series(pd.NA, index=table.rows.index, dtype="Int8")


def _region_frame(table: CbsTable) -> pd.DataFrame:
    codes = table.rows["region"]
    return pd.DataFrame(
        {
            "region": codes,
            "name": codes.map(table.region_titles).fillna(codes).astype("str"),
            "level": regions.levels(codes),
            "gemeente": regions.gemeenten(codes),
            "boundary": _boundary_flags(table),
        }
    )


def _numbers(table: CbsTable, column: Column, unit: str) -> np.ndarray:
    parts = [pd.to_numeric(table.rows[key], errors="coerce").to_numpy(dtype="float64") for key in column.keys]
    total = np.sum(parts, axis=0)
    # Some older tables carry -1 where they mean "."; a share or count below zero does not exist.
    floor = SENTINEL if unit == _MAY_BE_NEGATIVE else 0
    return np.where(np.isfinite(total) & (total >= floor), total, np.nan)


class _Bases:
    """Figures that a disclosure threshold looks at, read once per table."""

    def __init__(self, table: CbsTable, found: dict[str, Column]) -> None:
        self._table = table
        self._found = found
        self._cache: dict[str, np.ndarray] = {}

    def of(self, indicator: str) -> np.ndarray:
        if indicator not in self._cache:
            column = self._found.get(indicator)
            self._cache[indicator] = (
                _numbers(self._table, column, column.unit)
                if column
                else np.full(len(self._table.rows), np.nan)
            )
        return self._cache[indicator]


def _reasons(
    values: np.ndarray, levels: np.ndarray, indicator: Indicator, year: int, bases: _Bases
) -> np.ndarray:
    """Say for each empty value why it is empty.

    The service gives one and the same null for "cannot occur", "unknown" and "secret", and for columns that
    fill in later. What can be told apart:

    - nothing to count (no inhabitants, no households, ...): not applicable;
    - a column that is empty at every level: not yet published;
    - a column that is empty at one whole level: not yet published there, unless every region of the level
      is below the disclosure threshold;
    - any other gap: suppressed (too small, secret or unreliable).
    """
    there = ~np.isnan(values)
    if not there.any():
        return np.full(len(values), Status.NOT_PUBLISHED.value, dtype=object)
    reasons = np.full(len(values), Status.SUPPRESSED.value, dtype=object)
    threshold = indicator.threshold
    basis = bases.of(threshold.basis) if threshold else np.full(len(values), np.nan)
    minimum = threshold.minimum if threshold and (threshold.first_year or year) <= year else 1
    for level in Level:
        here = levels == level.value
        if here.any() and not there[here].any() and not (basis[here] < minimum).all():
            reasons[here] = Status.NOT_PUBLISHED.value
    nothing_to_count = (bases.of("population") == 0) | (basis == 0)
    reasons[nothing_to_count & (reasons == Status.SUPPRESSED.value)] = Status.NOT_APPLICABLE.value
    return reasons


def assemble(table: CbsTable, catalogue: Catalogue) -> Assembled:
    """Turn a raw table into checked panel rows.

    Parameters
    ----------
    table : CbsTable
        From the service, from files or from the sample municipality.
    catalogue : Catalogue

    Returns
    -------
    Assembled
        Per region one row for every indicator that the catalogue expects in this year. An expected
        indicator without a column is ``not_published``; one that CBS ended before this year is
        ``discontinued``. A partial table never says that CBS did not publish something yet: where it has no
        column, or not one figure at a level, there are no rows.

    Raises
    ------
    PanelError
        If the outcome breaks the panel contract, which is a fault in the table or in Wijkradar.
    """
    resolution = resolve(table, catalogue)
    region_frame = _region_frame(table)
    levels = region_frame["level"].to_numpy(dtype=object)
    bases = _Bases(table, resolution.found)
    count = len(region_frame)
    blocks: list[tuple[Indicator, np.ndarray, np.ndarray, str]] = []
    for indicator in catalogue.published:
        column = resolution.found.get(indicator.id)
        if column:
            values = _numbers(table, column, column.unit)
            status = _reasons(values, levels, indicator, table.year, bases)
            status[~np.isnan(values)] = (Status.PROVISIONAL if column.provisional else Status.OBSERVED).value
            blocks.append((indicator, values, status, column.unit))
        elif indicator.last_year is not None and indicator.last_year < table.year:
            blocks.append(_empty_block(indicator, count, Status.DISCONTINUED))
        elif not table.partial and indicator.id in (*resolution.missing, *resolution.ambiguous):
            blocks.append(_empty_block(indicator, count, Status.NOT_PUBLISHED))
    rows = pd.DataFrame(
        {
            "region": np.tile(region_frame["region"].to_numpy(dtype=object), len(blocks)),
            "level": np.tile(levels, len(blocks)),
            "year": np.full(count * len(blocks), table.year, dtype="int64"),
            "indicator": np.repeat([block[0].id for block in blocks], count),
            "value": np.concatenate([block[1] for block in blocks]),
            "status": np.concatenate([block[2] for block in blocks]),
            "unit": np.repeat([block[3] for block in blocks], count),
        }
    ).astype(dict.fromkeys(("region", "level", "indicator", "status", "unit"), "str"))
    rows["boundary"] = pd.concat([region_frame["boundary"]] * len(blocks), ignore_index=True)
    rows["source"] = pd.Series(table.id, index=rows.index, dtype="str")
    if table.partial:
        rows = rows[rows["status"] != Status.NOT_PUBLISHED.value].reset_index(drop=True)
    return Assembled(table, panel_contract.check(rows), region_frame, resolution, catalogue.rules)


def _empty_block(
    indicator: Indicator, count: int, status: Status
) -> tuple[Indicator, np.ndarray, np.ndarray, str]:
    return (
        indicator,
        np.full(count, np.nan),
        np.full(count, status.value, dtype=object),
        indicator.unit,
    )
