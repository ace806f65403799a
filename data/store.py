"""The store: checked panel rows and borders as Parquet, read by DuckDB.

Every file is written under a new name; ``manifest.json`` says which files count and is replaced in one
rename. Whoever stops halfway (or loses power) leaves the former content as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd
from filelock import FileLock, Timeout

from data import borders as borders_module
from data import panel as panel_contract
from data import sample
from data.assemble import Assembled
from data.borders import Borders
from data.errors import StoreError
from data.manifest import FORMAT, MANIFEST, read_manifest
from data.panel import WITH_VALUE, Level, Status
from data.regions import NEDERLAND

#: Real figures and the fictional sample live side by side and never mix: each has its own Nederland row.
CBS, SAMPLE = "cbs", "voorbeeld"
_LOCK_SECONDS = 120
_ROW_GROUP = 50_000


@dataclass(frozen=True)
class TableRecord:
    """What the store knows about one table.

    Attributes
    ----------
    id, title, year, collection, file : str, str, int, str, str
    modified : str
        When CBS last changed the table, in CBS's words; empty when unknown.
    imported_at : str
        UTC, ISO 8601.
    origin : str
        Folder or address the table came from.
    regions, filled, kept : int
        Number of regions, of figures with a value, and of earlier figures that were kept because the new
        delivery had none.
    checksum : str
        SHA-256 of the Parquet file.
    gemeenten : dict
        Name by code.
    unused, missing : tuple of str
        Columns that no indicator uses; indicators without a column.
    """

    id: str
    title: str
    year: int
    collection: str
    file: str
    modified: str
    imported_at: str
    origin: str
    regions: int
    filled: int
    kept: int
    checksum: str
    gemeenten: dict[str, str]
    unused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class BordersRecord:
    """Borders of one level and year in the store; ``gemeenten`` are the codes they cover."""

    level: str
    year: int
    collection: str
    file: str
    imported_at: str
    origin: str
    regions: int
    checksum: str
    gemeenten: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """Which files count, and where they came from."""

    generation: str = ""
    tables: tuple[TableRecord, ...] = ()
    borders: tuple[BordersRecord, ...] = ()
    sample_checksum: str = ""
    format: int = FORMAT


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def write_atomically(file: Path, content: bytes) -> None:
    """Write ``content`` to a new file beside ``file`` and rename it into place."""
    new = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}")
    try:
        new.write_bytes(content)
        _sync(new)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


class Store:
    """Figures and borders in one folder.

    Parameters
    ----------
    folder : Path
        Made at the first write.

    Raises
    ------
    StoreError
        On opening, when the manifest cannot be read.
    StoreTooNew
        On opening, when a newer Wijkradar wrote it; nothing is touched.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = self._read_manifest()

    # -- reading -------------------------------------------------------------------------------------

    def _read_manifest(self) -> Manifest:
        content = read_manifest(self.folder)
        if content is None:
            return Manifest()
        return Manifest(
            generation=content["generation"],
            tables=tuple(
                TableRecord(**{**row, "unused": tuple(row["unused"]), "missing": tuple(row["missing"])})
                for row in content["tables"]
            ),
            borders=tuple(
                BordersRecord(**{**row, "gemeenten": tuple(row["gemeenten"])}) for row in content["borders"]
            ),
            sample_checksum=content.get("sample_checksum", ""),
        )

    @property
    def generation(self) -> str:
        """Changes with every write; what is remembered about the store is remembered under this key."""
        return self.manifest.generation

    def gemeenten(self) -> dict[str, str]:
        """Return the name of every gemeente in the store by code: real ones by name, the sample last."""
        newest: dict[str, tuple[bool, str]] = {}
        for record in sorted(self.manifest.tables, key=lambda record: record.year):
            for code, name in record.gemeenten.items():
                newest[code] = (record.collection == SAMPLE, name)
        ordered = sorted(newest.items(), key=lambda item: (item[1][0], item[1][1].casefold()))
        return {code: name for code, (_, name) in ordered}

    def tables(self, gemeente: str) -> tuple[TableRecord, ...]:
        """Return the tables that hold figures of ``gemeente``, oldest year first."""
        records = [record for record in self.manifest.tables if gemeente in record.gemeenten]
        return tuple(sorted(records, key=lambda record: (record.year, record.id)))

    def is_sample(self, gemeente: str) -> bool:
        """Tell whether ``gemeente`` is the fictional sample."""
        return any(record.collection == SAMPLE for record in self.tables(gemeente))

    def _select(self, what: str, files: Iterable[str], where: str, values: Sequence[object]) -> pd.DataFrame:
        paths = [str(self.folder / file) for file in files]
        if not paths:
            return pd.DataFrame()
        try:
            with duckdb.connect() as connection:
                connection.execute("SET TimeZone='UTC'")
                return connection.execute(
                    f"SELECT {what} FROM read_parquet(?) WHERE {where}", [paths, *values]
                ).df()
        except duckdb.Error as error:
            raise StoreError(
                f"De cijfers in {self.folder} zijn niet te lezen ({type(error).__name__}); importeer de tabellen "
                "opnieuw of zet een reservekopie terug."
            ) from error

    def panel(
        self,
        gemeente: str | None = None,
        *,
        levels: Iterable[str] = tuple(Level),
        indicators: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Read panel rows of one gemeente (with its wijken and buurten) and of Nederland.

        Parameters
        ----------
        gemeente : str, optional
            Code; everything that is not the sample when omitted.
        levels, indicators : iterable of str, optional
            Limit what is read.

        Returns
        -------
        DataFrame
            A panel (see `data.panel`), ordered by region, indicator and year.
        """
        records = (
            self.tables(gemeente)
            if gemeente
            else [record for record in self.manifest.tables if record.collection == CBS]
        )
        where = "level IN (SELECT unnest(?))"
        values: list[object] = [[str(level) for level in levels]]
        if gemeente:
            where += " AND gemeente IN (?, ?)"
            values += [gemeente, NEDERLAND]
        if indicators is not None:
            where += " AND indicator IN (SELECT unnest(?))"
            values += [list(indicators)]
        columns = ", ".join(panel_contract.COLUMNS)
        rows = self._select(columns, (r.file for r in records), where, values)
        if rows.empty:
            return panel_contract.empty()
        text = ("region", "level", "indicator", "status", "unit", "source")
        rows = rows.astype(dict.fromkeys(text, "str") | {"year": "int64", "boundary": "Int8"})
        return rows.sort_values(["region", "indicator", "year"], ignore_index=True)

    def regions(self, gemeente: str) -> pd.DataFrame:
        """Read which regions a gemeente has in which year.

        Returns
        -------
        DataFrame
            Columns region, name, level, gemeente, year, boundary; with Nederland and the gemeente itself.
        """
        rows = self._select(
            "region, name, level, gemeente, year, boundary",
            (record.file for record in self.tables(gemeente)),
            "indicator = 'population' AND gemeente IN (?, ?)",
            [gemeente, NEDERLAND],
        )
        if rows.empty:
            return pd.DataFrame(columns=["region", "name", "level", "gemeente", "year", "boundary"])
        rows = rows.astype({"year": "int64", "boundary": "Int8"})
        return rows.sort_values(["year", "region"], ignore_index=True)

    def borders_years(self, gemeente: str, level: str) -> dict[int, set[str]]:
        """Return the codes of the polygons of ``gemeente`` by year, for each year that has borders."""
        return {
            record.year: set(self._cut(record, gemeente)["region"])
            for record in self.manifest.borders
            if record.level == level and gemeente in record.gemeenten
        }

    def _cut(self, record: BordersRecord, gemeente: str) -> gpd.GeoDataFrame:
        return gpd.read_parquet(self.folder / record.file, filters=[("gemeente", "==", gemeente)])

    def border_frame(self, gemeente: str, level: str, year: int) -> gpd.GeoDataFrame | None:
        """Return the polygons of one gemeente (EPSG:4326), or None when the store has none."""
        for record in self.manifest.borders:
            if (record.level, record.year) == (level, year) and gemeente in record.gemeenten:
                return self._cut(record, gemeente)
        return None

    def borders(self, gemeente: str, level: str, year: int) -> bytes | None:
        """Return the polygons of one gemeente as GeoJSON, or None when the store has none."""
        frame = self.border_frame(gemeente, level, year)
        return None if frame is None else borders_module.to_geojson(frame)

    # -- writing -------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Collect changes and make them count all at once, or not at all.

        Yields
        ------
        Writer
            Files are written as they are added; the manifest is replaced when the block ends without an
            error. One process writes at a time.

        Raises
        ------
        StoreError
            If the folder cannot be written or another import holds it for two minutes.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock", timeout=_LOCK_SECONDS)
            lock.acquire()
        except Timeout as error:
            raise StoreError(
                f"Er loopt al een import in {self.folder}; wacht tot die klaar is en probeer het opnieuw."
            ) from error
        except OSError as error:
            raise StoreError(f"In {self.folder} kan niet worden geschreven: {error.strerror}.") from error
        try:
            self.manifest = self._read_manifest()
            writer = Writer(self)
            try:
                yield writer
                writer.commit()
            except OSError as error:
                raise StoreError(
                    f"Schrijven in {self.folder} lukte niet ({error.strerror}); maak ruimte vrij. Wat er stond, staat er nog."
                ) from error
            finally:
                writer.discard()
        finally:
            lock.release()


@dataclass
class Writer:
    """Changes to a store that do not count yet; made by `Store.writing`."""

    store: Store
    tables: dict[tuple[str, str], TableRecord] = field(default_factory=dict)
    borders: dict[tuple[str, str, int], BordersRecord] = field(default_factory=dict)
    sample_checksum: str = ""
    _fresh: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        manifest = self.store.manifest
        self.tables = {(record.collection, record.id): record for record in manifest.tables}
        self.borders = {(r.collection, r.level, r.year): r for r in manifest.borders}
        self.sample_checksum = manifest.sample_checksum

    def _new_file(self, collection: str, name: str) -> Path:
        folder = self.store.folder / collection
        folder.mkdir(exist_ok=True)
        file = folder / f"{name}-{uuid.uuid4().hex[:8]}.parquet"
        self._fresh.append(file)
        return file

    def put_table(self, assembled: Assembled) -> TableRecord:
        """Add one table, joined with what the store already has of it; the sample goes to its own collection.

        New rows replace the stored ones of the same region and indicator, with one exception: a figure that
        was there is not lost to a delivery in which it is not (yet) published.
        """
        table = assembled.table
        collection = _collection(table.gemeenten)
        rows = assembled.panel.merge(
            assembled.regions[["region", "name", "gemeente"]], on="region", how="left", validate="many_to_one"
        )
        gemeenten = dict(table.gemeenten)
        kept = 0
        if former := self.tables.get((collection, table.id)):
            rows, kept = _join(pd.read_parquet(self.store.folder / former.file), rows)
            gemeenten = {**former.gemeenten, **gemeenten}
        rows = rows.sort_values(["gemeente", "region", "indicator"], ignore_index=True)
        file = self._new_file(collection, table.id)
        rows.to_parquet(file, index=False, row_group_size=_ROW_GROUP, compression="zstd")
        _sync(file)
        record = TableRecord(
            id=table.id,
            title=table.title,
            year=table.year,
            collection=collection,
            file=file.relative_to(self.store.folder).as_posix(),
            modified=table.modified,
            imported_at=_now(),
            origin=table.origin,
            regions=int(rows["region"].nunique()),
            filled=int(rows["value"].notna().sum()),
            kept=kept,
            checksum=_checksum(file),
            gemeenten=gemeenten,
            unused=assembled.resolution.unused,
            missing=(*assembled.resolution.missing, *assembled.resolution.ambiguous),
        )
        self.tables[collection, table.id] = record
        return record

    def put_borders(self, borders: Borders, origin: str) -> BordersRecord:
        """Add the borders of one level and year; gemeenten that are not in them keep theirs."""
        frame = borders.frame
        collection = _collection(frame["gemeente"])
        if former := self.borders.get((collection, borders.level, borders.year)):
            stored = gpd.read_parquet(self.store.folder / former.file)
            others = stored[~stored["gemeente"].isin(set(frame["gemeente"]))]
            frame = gpd.GeoDataFrame(pd.concat([others, frame], ignore_index=True), crs=frame.crs)
        file = self._new_file(collection, f"grenzen-{borders.level}-{borders.year}")
        frame.sort_values("region", ignore_index=True).to_parquet(
            file, index=False, row_group_size=500, compression="zstd"
        )
        _sync(file)
        record = BordersRecord(
            level=borders.level,
            year=borders.year,
            collection=collection,
            file=file.relative_to(self.store.folder).as_posix(),
            imported_at=_now(),
            origin=origin,
            regions=len(frame),
            checksum=_checksum(file),
            gemeenten=tuple(sorted(set(frame["gemeente"]))),
        )
        self.borders[collection, borders.level, borders.year] = record
        return record

    def clear(self, collection: str) -> None:
        """Take out everything of one collection."""
        self.tables = {key: record for key, record in self.tables.items() if key[0] != collection}
        self.borders = {key: record for key, record in self.borders.items() if key[0] != collection}

    def commit(self) -> None:
        """Make the changes count."""
        manifest = replace(
            self.store.manifest,
            generation=uuid.uuid4().hex[:12],
            tables=tuple(self.tables[key] for key in sorted(self.tables)),
            borders=tuple(self.borders[key] for key in sorted(self.borders)),
            sample_checksum=self.sample_checksum,
            format=FORMAT,
        )
        content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        before = self.store.manifest
        write_atomically(self.store.folder / MANIFEST, content)
        self.store.manifest = manifest
        self._fresh.clear()
        _sweep(self.store.folder, manifest, before)

    def discard(self) -> None:
        """Throw away files that never came to count."""
        for file in self._fresh:
            file.unlink(missing_ok=True)
        self._fresh.clear()


def _collection(gemeenten: Iterable[str]) -> str:
    """Return where figures belong: nothing fictional may stand among real figures, whoever imports it."""
    return SAMPLE if sample.GEMEENTE in set(gemeenten) else CBS


def _join(stored: pd.DataFrame, fresh: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Join two deliveries of one table; returns the rows and how many earlier figures were kept."""
    key = panel_contract.KEY
    had_value = stored.loc[stored["status"].isin([str(s) for s in WITH_VALUE]), key]
    empty_now = fresh.loc[fresh["status"] == Status.NOT_PUBLISHED.value, key]
    kept = had_value.merge(empty_now, on=key)
    fresh_keys = pd.MultiIndex.from_frame(fresh[key])
    kept_keys = pd.MultiIndex.from_frame(kept)
    fresh = fresh[~fresh_keys.isin(kept_keys)]
    stored_keys = pd.MultiIndex.from_frame(stored[key])
    stored = stored[~stored_keys.isin(pd.MultiIndex.from_frame(fresh[key]))]
    return pd.concat([stored, fresh], ignore_index=True), len(kept)


def _sweep(folder: Path, *manifests: Manifest) -> None:
    """Remove files that neither the present nor the former manifest names (a reader may still hold those)."""
    named = {record.file for manifest in manifests for record in manifest.tables}
    named |= {record.file for manifest in manifests for record in manifest.borders}
    for collection in (CBS, SAMPLE):
        for file in (folder / collection).glob("*.parquet"):
            if file.relative_to(folder).as_posix() not in named:
                file.unlink(missing_ok=True)


def names_by_year(regions: pd.DataFrame) -> Mapping[str, str]:
    """Return the latest name of each region out of `Store.regions`."""
    latest = regions.sort_values("year").drop_duplicates("region", keep="last")
    return dict(zip(latest["region"], latest["name"], strict=True))
