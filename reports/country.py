"""The whole country: one year of every gemeente in the store, with nothing shown that a gemeente by itself hides."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.disclosure import protect
from analysis.shares import add_shares
from data import VERSION
from data.catalogue import CATALOGUE_FILE, Catalogue
from data.manifest import TableRecord, write_atomically
from data.panel import Level
from data.store import CBS, Store

#: Folder in the store for what can be worked out again.
DERIVED: Final = "afgeleid"
_TEXTS: Final = ("region", "level", "indicator", "status", "unit")
_KEPT: Final = (*_TEXTS, "year", "value")
#: Levels that are kept; buurten only take part in the protection.
_LEVELS: Final = (Level.LAND, Level.GEMEENTE, Level.WIJK)


def tables(store: Store) -> dict[int, TableRecord]:
    """Return the tables with figures of more than one gemeente, by year; the sample is never among them."""
    found = (record for record in store.manifest.tables if record.collection == CBS)
    return {record.year: record for record in found if len(record.gemeenten) > 1}


def country_figures(store: Store, catalogue: Catalogue, year: int) -> pd.DataFrame:
    """Return the figures of one year of every wijk and gemeente in the store, and of Nederland.

    Counts are protected over all levels (`analysis.disclosure`), as they are where a gemeente is looked at by itself,
    and shares follow. Worked out once for the same table: that takes some ten seconds for the country, and the
    outcome stays in the store.

    Parameters
    ----------
    store : Store
    catalogue : Catalogue
    year : int
        One of `tables`.

    Returns
    -------
    DataFrame
        Columns region, level, indicator, status, unit (categories), year and value.
    """
    file = _file(store, tables(store)[year])
    with suppress(OSError, ValueError):
        return _read(file)
    rows = _worked_out(store, catalogue, year)
    _keep(rows, file)
    return rows


def is_worked_out(store: Store, year: int) -> bool:
    """Tell whether `country_figures` has its outcome ready."""
    return _file(store, tables(store)[year]).exists()


def _file(store: Store, record: TableRecord) -> Path:
    known = f"{record.checksum} {_catalogue_checksum()} {VERSION}"
    return (
        store.folder
        / DERIVED
        / f"land-{record.year}-{hashlib.sha256(known.encode()).hexdigest()[:16]}.parquet"
    )


@lru_cache(maxsize=1)
def _catalogue_checksum() -> str:
    return hashlib.sha256(CATALOGUE_FILE.read_bytes()).hexdigest()


@lru_cache(maxsize=2)
def _read(file: Path) -> pd.DataFrame:
    return pd.read_parquet(file)


def _worked_out(store: Store, catalogue: Catalogue, year: int) -> pd.DataFrame:
    definitions = catalogue.frame()
    totals = [(total.total, total.parts) for total in catalogue.totals]
    rows = protect(store.panel(year=year), totals, definitions)
    rows = rows[rows["level"].isin([level.value for level in _LEVELS])]
    rows = add_shares(rows.reset_index(drop=True), definitions)
    rows = rows.loc[:, list(_KEPT)].sort_values(["indicator", "region"], ignore_index=True)
    return rows.astype(dict.fromkeys(_TEXTS, "category"))


def _keep(rows: pd.DataFrame, file: Path) -> None:
    """Keep the outcome; a store that cannot be written to only costs the time again."""
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        content = BytesIO()
        rows.to_parquet(content, index=False)
        write_atomically(file, content.getvalue())
        _sweep(file)


def _sweep(kept: Path) -> None:
    """Remove what was worked out of the same before: files that begin alike and are not the one to keep."""
    beginning = kept.name.rpartition("-")[0]
    for other in kept.parent.glob(f"{beginning}-*"):
        if other != kept:
            with suppress(OSError):
                other.unlink()
