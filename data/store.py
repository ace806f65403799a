"""The store: checked panel rows and borders as Parquet, read by DuckDB.

Every file is written under a new name; ``manifest.json`` says which files count and is replaced in one
rename. Whoever stops halfway (or loses power) leaves the former content as it was.
"""

from __future__ import annotations

import errno
import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd
import shapely
from filelock import FileLock, Timeout

from data import borders as borders_module
from data import cbs_table, gemeenten, overlay, projection, sample
from data import panel as panel_contract
from data.assemble import Assembled
from data.borders import WGS84, Borders
from data.errors import StoreError
from data.manifest import (
    FORMAT,
    MANIFEST,
    UNDO,
    BordersRecord,
    BridgeRecord,
    Delivery,
    Manifest,
    ProjectionRecord,
    TableRecord,
    UndoPoint,
    damaged,
    manifest_of,
    read_manifest,
    read_undo,
    sync,
    write_atomically,
)
from data.overlay import AREA, OVERLAPS
from data.panel import WITH_VALUE, Level, Status
from data.regions import NEDERLAND

#: Real figures and the fictional sample live side by side and never mix: each has its own Nederland row.
CBS, SAMPLE = "cbs", "voorbeeld"
#: How an error ends after which the store is as it was.
NOTHING_LOST = " Wat er stond, staat er nog."
_LOCK_SECONDS = 120
_ROW_GROUP = 50_000


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def cannot_write(folder: Path, error: OSError) -> StoreError:
    """Return the error for a folder that cannot be written, in words of our own: the system speaks English."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why = "de schijf is vol; maak ruimte vrij en probeer het opnieuw"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why = "Wijkradar mag daar niet schrijven; vraag uw beheerder om schrijfrechten op die map"
    else:
        what = error.strerror or type(error).__name__
        why = f"de schijf geeft een fout ({what}); kijk of de schijf er nog is en probeer het opnieuw"
    return StoreError(f"In {folder} kan niet worden geschreven, want {why}.{NOTHING_LOST}")


def _damaged_file(folder: Path, file: str) -> StoreError:
    """Return the error for a file of the store that is gone or damaged (which pyarrow calls a wrong value)."""
    return StoreError(f"Het bestand {file} is beschadigd; zet een reservekopie van de map {folder} terug.")


@lru_cache(maxsize=1024)
def predecessors(gemeente: str) -> tuple[str, ...]:
    """Return the codes of the gemeenten that merged into ``gemeente`` since the first table year."""
    years = cbs_table.known_tables()
    return tuple(sorted({code for year in years for code in gemeenten.codes_in(gemeente, year)} - {gemeente}))


def _of_gemeente(gemeente: str) -> tuple[str, list[object]]:
    """Return the condition, with its values, for rows of Nederland, a gemeente and the wijken of what merged into it."""
    family = [gemeente, NEDERLAND, *predecessors(gemeente)]
    # A list written out lets DuckDB skip the parts of a file with other gemeenten.
    written_out = ", ".join("?" * len(family))
    where = f"gemeente IN ({written_out}) AND (level IN ('wijk', 'buurt') OR gemeente IN (?, ?))"
    return where, [*family, gemeente, NEDERLAND]


def _among(rows: pd.DataFrame, others: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Tell which rows occur among others, as far as some columns go."""
    there = pd.MultiIndex.from_frame(rows[columns]).isin(pd.MultiIndex.from_frame(others[columns]))
    return pd.Series(there, index=rows.index)


def _bridge_key(record: BridgeRecord) -> tuple[str, str, int, int, str]:
    return record.collection, record.gemeente, record.old_year, record.new_year, record.origin


def _read_borders(
    folder: Path, record: BordersRecord, gemeenten: Sequence[str] | None = None
) -> gpd.GeoDataFrame:
    """Read polygons, of some gemeenten or all; six times faster than `geopandas.read_parquet`, which asks each file its system."""
    family = None if gemeenten is None else [("gemeente", "in", list(gemeenten))]
    try:
        rows = pd.read_parquet(folder / record.file, filters=family)
        shapes = shapely.from_wkb(rows.pop("geometry").to_numpy())
        return gpd.GeoDataFrame(rows, geometry=shapes, crs=WGS84)
    except (FileNotFoundError, ValueError, KeyError, shapely.GEOSException) as error:
        raise _damaged_file(folder, record.file) from error


def _drawn_codes(folder: Path, record: BordersRecord, family: Sequence[str]) -> set[str]:
    try:
        rows = pd.read_parquet(
            folder / record.file, columns=["region"], filters=[("gemeente", "in", list(family))]
        )
    except (FileNotFoundError, ValueError) as error:
        raise _damaged_file(folder, record.file) from error
    return set(rows["region"])


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """Return the one engine of this process: to start it takes longer than most questions; a cursor is for one thread."""
    # What it would remember of files, it would remember for good.
    engine = duckdb.connect(config={"enable_external_file_cache": False})
    engine.execute("SET GLOBAL TimeZone='UTC'")
    return engine


@lru_cache(maxsize=256)
def _measured(folder: Path, old: BordersRecord, new: BordersRecord, family: tuple[str, ...]) -> pd.DataFrame:
    """Return which regions of two divisions share land; a file never changes, so neither does this."""
    before, after = _land(folder, old, family), _land(folder, new, family)
    return overlay.area_overlaps(before, after, old.level, old.year, new.year)


@lru_cache(maxsize=16)
def _cut(folder: Path, record: BordersRecord, family: tuple[str, ...]) -> gpd.GeoDataFrame:
    return _read_borders(folder, record, family)


#: Divisions are measured two by two, each with the one after it.
@lru_cache(maxsize=2)
def _land(folder: Path, record: BordersRecord, family: tuple[str, ...]) -> gpd.GeoSeries:
    return overlay.land_of(_read_borders(folder, record, family))


def _covers(record: BordersRecord, gemeente: str) -> bool:
    return not {gemeente, *predecessors(gemeente)}.isdisjoint(record.gemeenten)


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
        try:
            return Manifest() if content is None else manifest_of(content)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise damaged(self.folder) from error

    @property
    def generation(self) -> str:
        """Changes with every write; what is remembered about the store is remembered under this key."""
        return self.manifest.generation

    def gemeenten(self) -> dict[str, str]:
        """Return the name of every gemeente in the store by code: real ones by name, the sample last.

        One that merged into another gemeente in the store is found there.
        """
        newest: dict[str, tuple[bool, str]] = {}
        for record in sorted(self.manifest.tables, key=lambda record: record.year):
            for code, name in record.gemeenten.items():
                newest[code] = (record.collection == SAMPLE, name)
        merged = {former for code in newest for former in predecessors(code)}
        left = [item for item in newest.items() if item[0] not in merged]
        ordered = sorted(left, key=lambda item: (item[1][0], item[1][1].casefold()))
        return {code: name for code, (_, name) in ordered}

    def tables(self, gemeente: str) -> tuple[TableRecord, ...]:
        """Return the tables that hold figures of ``gemeente`` or what merged into it, oldest year first."""
        family = {gemeente, *predecessors(gemeente)}
        records = [record for record in self.manifest.tables if family & record.gemeenten.keys()]
        return tuple(sorted(records, key=lambda record: (record.year, record.id)))

    def is_sample(self, gemeente: str) -> bool:
        """Tell whether ``gemeente`` is the fictional sample."""
        return any(record.collection == SAMPLE for record in self.tables(gemeente))

    def _select(self, what: str, files: Iterable[str], where: str, values: Sequence[object]) -> pd.DataFrame:
        paths = [str(self.folder / file) for file in files]
        if not paths:
            return pd.DataFrame()
        try:
            with _engine().cursor() as cursor:
                return cursor.execute(
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
        year: int | None = None,
    ) -> pd.DataFrame:
        """Read panel rows of one gemeente (with its wijken and buurten) and of Nederland.

        Parameters
        ----------
        gemeente : str, optional
            Code; everything that is not the sample when omitted. Wijken and buurten of gemeenten that merged
            into it come along; their own gemeente rows do not, since they are not figures of this gemeente.
        levels, indicators : iterable of str, optional
            Limit what is read.
        year : int, optional
            Of the only table that is read.

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
        if year is not None:
            records = [record for record in records if record.year == year]
        where = "level IN (SELECT unnest(?))"
        values: list[object] = [[str(level) for level in levels]]
        if gemeente:
            of_gemeente, its_values = _of_gemeente(gemeente)
            where += f" AND {of_gemeente}"
            values += its_values
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

    def delivered(self, table_id: str, codes: Sequence[str]) -> pd.DataFrame:
        """Read what the store has of one table for gemeenten and Nederland: region, level, indicator, status."""
        collection = _collection(codes)
        files = [
            record.file
            for record in self.manifest.tables
            if (record.collection, record.id) == (collection, table_id)
        ]
        nothing = self.nothing_delivered()
        rows = self._select(
            ", ".join(nothing.columns), files, "gemeente IN (SELECT unnest(?))", [[*codes, NEDERLAND]]
        )
        return rows if len(rows.columns) else nothing

    @staticmethod
    def nothing_delivered() -> pd.DataFrame:
        """Return what `delivered` gives of a table that the store does not have."""
        return pd.DataFrame(columns=["region", "level", "indicator", "status"])

    def regions(self, gemeente: str) -> pd.DataFrame:
        """Read which regions a gemeente has in which year.

        Returns
        -------
        DataFrame
            Columns region, name, level, gemeente, year, boundary; with Nederland and the gemeente itself.
        """
        of_gemeente, values = _of_gemeente(gemeente)
        # A file that holds a part of a table may lack the flag, and names; what is known of a region counts.
        rows = self._select(
            "region, coalesce(max(name) FILTER (name <> region), region) AS name, level, gemeente, year, "
            "max(boundary) AS boundary",
            (record.file for record in self.tables(gemeente)),
            f"{of_gemeente} GROUP BY region, level, gemeente, year",
            values,
        )
        if rows.empty:
            return pd.DataFrame(columns=["region", "name", "level", "gemeente", "year", "boundary"])
        rows = rows.astype({"year": "int64", "boundary": "Int8"})
        return rows.sort_values(["year", "region"], ignore_index=True)

    def bridges(self, gemeente: str) -> tuple[BridgeRecord, ...]:
        """Return with what figures of ``gemeente`` can be converted, oldest years first; addresses before area."""
        family = {gemeente, *predecessors(gemeente)}
        records = [record for record in self.manifest.bridges if record.gemeente in family]
        return tuple(sorted(records, key=_bridge_key))

    def bridged(self, gemeente: str) -> pd.DataFrame:
        """Read what the user gave to convert figures of ``gemeente`` to other borders.

        Returns
        -------
        DataFrame
            Columns `data.overlay.OVERLAPS`. Where addresses were counted for a pair of years, area is only there of old
            regions without any address. An old region comes with everything it went to, also in another gemeente.
        """
        rows = overlay.together(self._overlaps_in(record) for record in self.bridges(gemeente))
        by_area = rows["origin"] == AREA
        years = ["level", "old_year", "new_year"]
        counted = rows.loc[~by_area]
        told = _among(rows, counted, [*years, "old"]) | (_among(rows, counted, years) & (rows["old"] == ""))
        rows = rows[~(by_area & told)]
        # Two gemeenten that merged later both know of the addresses that went from one to the other.
        return rows.drop_duplicates([column for column in OVERLAPS if column != "amount"], ignore_index=True)

    def _overlaps_in(self, record: BridgeRecord) -> pd.DataFrame:
        try:
            return pd.read_parquet(self.folder / record.file)[OVERLAPS]
        except (FileNotFoundError, ValueError) as error:
            raise _damaged_file(self.folder, record.file) from error

    def border_overlaps(self, gemeente: str) -> pd.DataFrame:
        """Measure which regions of one division share land with which of the next one that has borders.

        Returns
        -------
        DataFrame
            Columns `data.overlay.OVERLAPS`, in square metres of land; of wijken and of buurten, for each pair of years
            that follow each other among those with borders of that level. Measured once for the same files.
        """
        family = (gemeente, *predecessors(gemeente))
        return overlay.together(
            _measured(self.folder, old, new, family)
            for level in (Level.WIJK, Level.BUURT)
            for old, new in pairwise(record for record in self.drawn(gemeente) if record.level == level)
        )

    def drawn(self, gemeente: str) -> tuple[BordersRecord, ...]:
        """Return which borders there are of ``gemeente`` or what merged into it, oldest year first."""
        records = [record for record in self.manifest.borders if _covers(record, gemeente)]
        return tuple(sorted(records, key=lambda record: (record.year, record.level)))

    def content(self, gemeente: str) -> str:
        """Return what changes only when figures or borders of ``gemeente`` do, or how they are converted."""
        files = [table.file for table in self.tables(gemeente)]
        files += [drawn.file for drawn in self.drawn(gemeente)]
        files += [bridge.file for bridge in self.bridges(gemeente)]
        files += [record.file for record in self._projections_of(gemeente)]
        return " ".join(files)

    def _projections_of(self, gemeente: str) -> list[ProjectionRecord]:
        family = {gemeente, *predecessors(gemeente)}
        records = self.manifest.projections
        return [
            record
            for record in records
            if record.collection == _collection([gemeente]) and not family.isdisjoint(record.regions)
        ]

    def projection(self, gemeente: str) -> pd.DataFrame | None:
        """Read the official projection of CBS and PBL for one gemeente of now.

        Returns
        -------
        DataFrame or None
            One row per year: year, people, lower_67, upper_67, ages and where it comes from (`data.projection.of_gemeente`).
            None where the store has none, or none that can be brought to this gemeente.

        Raises
        ------
        StoreError
            If the file is damaged.
        """
        for record in self._projections_of(gemeente):
            return projection.of_gemeente(self.projection_rows(record), gemeente)
        return None

    def projection_rows(self, record: ProjectionRecord) -> pd.DataFrame:
        """Read the official projections as they came in: columns `data.projection.COLUMNS`."""
        try:
            return pd.read_parquet(self.folder / record.file)[list(projection.COLUMNS)]
        except (FileNotFoundError, ValueError, KeyError) as error:
            raise _damaged_file(self.folder, record.file) from error

    def borders_years(self, gemeente: str, level: str) -> dict[int, set[str]]:
        """Return the codes of the polygons of ``gemeente`` by year, for each year that has borders."""
        family = (gemeente, *predecessors(gemeente))
        # Without the polygons, which are nearly all of a file.
        return {
            record.year: _drawn_codes(self.folder, record, family)
            for record in self.drawn(gemeente)
            if record.level == level
        }

    def cut_borders(self, record: BordersRecord, gemeente: str) -> gpd.GeoDataFrame:
        """Read the polygons of one gemeente, and of what merged into it, out of a file with borders (EPSG:4326)."""
        # What is done to a copy is not done to what is remembered.
        return _cut(self.folder, record, (gemeente, *predecessors(gemeente))).copy()

    def read_borders(self, record: BordersRecord) -> gpd.GeoDataFrame:
        """Read a file with borders (EPSG:4326)."""
        return _read_borders(self.folder, record)

    def country_borders(self, level: str) -> dict[int, BordersRecord]:
        """Return the borders of more than one gemeente, by year; the sample is never among them."""
        found = (
            record for record in self.manifest.borders if record.collection == CBS and record.level == level
        )
        return {record.year: record for record in found if len(record.gemeenten) > 1}

    def border_frame(self, gemeente: str, level: str, year: int) -> gpd.GeoDataFrame | None:
        """Return the polygons of one gemeente (EPSG:4326), or None when the store has none.

        Of ``NL00`` those of every gemeente, in less detail (`data.borders.for_country`).
        """
        if gemeente == NEDERLAND:
            record = self.country_borders(level).get(year)
            return None if record is None else borders_module.for_country(self.read_borders(record))
        for record in self.drawn(gemeente):
            if (record.level, record.year) == (level, year):
                return self.cut_borders(record, gemeente)
        return None

    def borders(self, gemeente: str, level: str, year: int) -> bytes | None:
        """Return the polygons of one gemeente as GeoJSON, or None when the store has none."""
        frame = self.border_frame(gemeente, level, year)
        return None if frame is None else borders_module.to_geojson(frame)

    # -- going back ----------------------------------------------------------------------------------

    def remember(self, what: str) -> None:
        """Keep the present content as the point that `undo` goes back to; ``what`` says what comes after it."""
        point = {"what": what, "at": _now(), "manifest": asdict(self._read_manifest())}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self.folder / UNDO, json.dumps(point, ensure_ascii=False).encode())
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def undo_point(self) -> UndoPoint | None:
        """Return what `undo` would take back, or None when there is nothing to take back."""
        point = read_undo(self.folder)
        # After `undo` the content is that of the point again, under a generation of its own.
        if point is None or replace(point.manifest, generation=self.manifest.generation) == self.manifest:
            return None
        return point

    def undo(self) -> None:
        """Go back to the point that was remembered last.

        Raises
        ------
        StoreError
            If there is no such point, or the folder cannot be written.
        """
        with self.writing() as writer:
            point = self.undo_point()
            if point is None:
                raise StoreError("Er is niets om ongedaan te maken; de opslag is niet veranderd.")
            writer.restore(point.manifest)

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
            raise cannot_write(self.folder, error) from error
        try:
            self.manifest = self._read_manifest()
            writer = Writer(self)
            try:
                yield writer
                writer.commit()
            except OSError as error:
                raise cannot_write(self.folder, error) from error
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
    bridges: dict[tuple[str, str, int, int, str], BridgeRecord] = field(default_factory=dict)
    projections: dict[str, ProjectionRecord] = field(default_factory=dict)
    sample_checksum: str = ""
    _fresh: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restore(self.store.manifest)

    def _new_file(self, collection: str, name: str) -> Path:
        folder = self.store.folder / collection
        folder.mkdir(exist_ok=True)
        file = folder / f"{name}-{uuid.uuid4().hex[:8]}.parquet"
        self._fresh.append(file)
        return file

    def put_table(self, assembled: Assembled, *, replacing: Collection[str] = ()) -> TableRecord:
        """Add one table, joined with what the store already has of it; the sample goes to its own collection.

        New rows replace the stored ones of the same region and indicator, with one exception: a figure that
        was there is not lost to a delivery in which it is not (yet) published.

        Parameters
        ----------
        assembled : Assembled
        replacing : collection of str
            Gemeenten of which everything that is stored is dropped first, without that exception.
        """
        table = assembled.table
        collection = _collection(table.gemeenten)
        rows = with_regions(assembled)
        names = dict(table.gemeenten)
        kept = 0
        earlier: list[Delivery] = []
        if former := self.tables.get((collection, table.id)):
            stored = self._former_rows(former, rows, partial=table.partial)
            others = {code: name for code, name in former.gemeenten.items() if code not in replacing}
            if replacing:
                stored = stored[~stored["region"].isin(rows["region"])]
                stored = stored[~stored["gemeente"].isin(list(replacing))]
            rows, kept = _join(stored, rows, partial=table.partial)
            names = {**others, **names}
            earlier = _without(former.deliveries, {*table.gemeenten, *replacing})
        rows = rows.sort_values(["gemeente", "region", "indicator"], ignore_index=True)
        file = self._new_file(collection, table.id)
        rows.to_parquet(file, index=False, row_group_size=_ROW_GROUP, compression="zstd")
        sync(file)
        delivery = Delivery(
            at=_now(),
            origin=table.origin,
            service=table.service,
            modified=table.modified,
            rows=len(assembled.regions),
            rules=assembled.rules,
            gemeenten=tuple(sorted(table.gemeenten)),
        )
        record = TableRecord(
            id=table.id,
            title=table.title,
            year=table.year,
            collection=collection,
            file=file.relative_to(self.store.folder).as_posix(),
            deliveries=(*earlier, delivery),
            regions=int(rows["region"].nunique()),
            filled=int(rows["value"].notna().sum()),
            kept=kept,
            checksum=_checksum(file),
            gemeenten=names,
            unknown=assembled.resolution.unknown,
            missing=(*assembled.resolution.missing, *assembled.resolution.ambiguous),
        )
        self.tables[collection, table.id] = record
        return record

    def _former_rows(self, former: TableRecord, rows: pd.DataFrame, *, partial: bool) -> pd.DataFrame:
        """Read what is stored; a damaged file counts as empty where all that was in it comes in again."""
        try:
            return pd.read_parquet(self.store.folder / former.file)
        except (FileNotFoundError, ValueError) as error:
            if not partial and set(former.gemeenten) <= set(rows["gemeente"]):
                return rows.iloc[:0]
            raise _damaged_file(self.store.folder, former.file) from error

    def put_borders(self, borders: Borders, origin: str) -> BordersRecord:
        """Add the borders of one level and year; what is not in them stays: gemeenten, and the rest of a part of one."""
        frame = borders.frame
        collection = _collection(frame["gemeente"])
        if former := self.borders.get((collection, borders.level, borders.year)):
            stored = self.store.read_borders(former)
            others = _not_drawn_again(stored, frame)
            frame = gpd.GeoDataFrame(pd.concat([others, frame], ignore_index=True), crs=frame.crs)
        file = self._new_file(collection, f"grenzen-{borders.level}-{borders.year}")
        frame.sort_values("region", ignore_index=True).to_parquet(
            file, index=False, row_group_size=500, compression="zstd"
        )
        sync(file)
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

    def put_bridge(
        self,
        gemeente: str,
        overlaps: pd.DataFrame,
        *,
        files: Sequence[str] = (),
        matched: int = 0,
        only_old: int = 0,
        only_new: int = 0,
    ) -> BridgeRecord:
        """Add what figures of one gemeente are converted with, in place of what there is for the same two years.

        Parameters
        ----------
        gemeente : str
            Code.
        overlaps : DataFrame
            Columns `data.overlay.OVERLAPS`, of one pair of years and one origin; not empty.
        files : sequence of str
            Names of the files with addresses.
        matched, only_old, only_new : int
            See `data.manifest.BridgeRecord`.
        """
        pairs = overlaps[["old_year", "new_year", "origin"]].drop_duplicates()
        if len(pairs) != 1:
            raise ValueError(f"expected one pair of years and one origin, got {pairs.to_dict('records')}")
        old_year, new_year, origin = pairs.iloc[0]
        collection = _collection([gemeente])
        file = self._new_file(collection, f"omrekenen-{gemeente}-{old_year}-{new_year}-{origin}")
        overlaps[OVERLAPS].to_parquet(file, index=False, compression="zstd")
        sync(file)
        record = BridgeRecord(
            gemeente=gemeente,
            old_year=int(old_year),
            new_year=int(new_year),
            origin=str(origin),
            collection=collection,
            file=file.relative_to(self.store.folder).as_posix(),
            at=_now(),
            files=tuple(files),
            matched=matched,
            only_old=only_old,
            only_new=only_new,
            checksum=_checksum(file),
        )
        self.bridges[_bridge_key(record)] = record
        return record

    def drop_bridge(self, record: BridgeRecord) -> None:
        """Take out what figures were converted with; nothing happens where it is gone already."""
        self.bridges.pop(_bridge_key(record), None)

    def put_projection(self, rows: pd.DataFrame) -> tuple[ProjectionRecord, ...]:
        """Add official projections in place of what there is of the same gemeenten; the sample goes to its own collection.

        Parameters
        ----------
        rows : DataFrame
            Columns `data.projection.COLUMNS`.
        """
        of_sample = rows["region"] == sample.GEMEENTE
        parts = ((SAMPLE, rows[of_sample]), (CBS, rows[~of_sample]))
        return tuple(self._put_projection(collection, part) for collection, part in parts if len(part))

    def _put_projection(self, collection: str, rows: pd.DataFrame) -> ProjectionRecord:
        if former := self.projections.get(collection):
            stored = self._former_projections(former, rows)
            rows = pd.concat([stored[~stored["region"].isin(rows["region"])], rows], ignore_index=True)
        file = self._new_file(collection, "prognose")
        rows = rows[list(projection.COLUMNS)].sort_values(["region", "year"], ignore_index=True)
        rows.to_parquet(file, index=False, compression="zstd")
        sync(file)
        record = ProjectionRecord(
            collection=collection,
            file=file.relative_to(self.store.folder).as_posix(),
            at=_now(),
            regions=tuple(rows["region"].unique()),
            checksum=_checksum(file),
        )
        self.projections[collection] = record
        return record

    def _former_projections(self, former: ProjectionRecord, rows: pd.DataFrame) -> pd.DataFrame:
        """Read what is stored; a damaged file counts as empty where all that was in it comes in again."""
        try:
            return self.store.projection_rows(former)
        except StoreError:
            if set(former.regions) <= set(rows["region"]):
                return rows.iloc[:0]
            raise

    def restore(self, manifest: Manifest) -> None:
        """Put back the content of an earlier manifest."""
        self.tables = {(record.collection, record.id): record for record in manifest.tables}
        self.borders = {(r.collection, r.level, r.year): r for r in manifest.borders}
        self.bridges = {_bridge_key(record): record for record in manifest.bridges}
        self.projections = {record.collection: record for record in manifest.projections}
        self.sample_checksum = manifest.sample_checksum

    def clear(self, collection: str) -> None:
        """Take out the figures, borders and projections of one collection; what a user gave to convert them stays."""
        self.tables = {key: record for key, record in self.tables.items() if key[0] != collection}
        self.borders = {key: record for key, record in self.borders.items() if key[0] != collection}
        self.projections.pop(collection, None)

    def commit(self) -> None:
        """Make the changes count."""
        manifest = replace(
            self.store.manifest,
            generation=uuid.uuid4().hex[:12],
            tables=tuple(self.tables[key] for key in sorted(self.tables)),
            borders=tuple(self.borders[key] for key in sorted(self.borders)),
            bridges=tuple(self.bridges[key] for key in sorted(self.bridges)),
            projections=tuple(self.projections[key] for key in sorted(self.projections)),
            sample_checksum=self.sample_checksum,
            format=FORMAT,
        )
        content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        before = self.store.manifest
        write_atomically(self.store.folder / MANIFEST, content)
        self.store.manifest = manifest
        self._fresh.clear()
        point = read_undo(self.store.folder)
        _sweep(self.store.folder, manifest, before, *([point.manifest] if point else []))

    def discard(self) -> None:
        """Throw away files that never came to count."""
        for file in self._fresh:
            file.unlink(missing_ok=True)
        self._fresh.clear()


def with_regions(assembled: Assembled) -> pd.DataFrame:
    """Return panel rows as the store keeps them: with the name of the region and its gemeente."""
    return assembled.panel.merge(
        assembled.regions[["region", "name", "gemeente"]], on="region", how="left", validate="many_to_one"
    )


def _not_drawn_again(stored: gpd.GeoDataFrame, fresh: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the stored polygons that a new map leaves as they are: it may hold a few wijken of a gemeente."""
    before = stored.groupby("gemeente")["region"].agg(set)
    whole = [
        gemeente
        for gemeente, codes in fresh.groupby("gemeente")["region"].agg(set).items()
        if not codes < before.get(gemeente, set())
    ]
    return stored[~stored["gemeente"].isin(whole) & ~stored["region"].isin(fresh["region"])]


def _without(deliveries: Iterable[Delivery], gemeenten: set[str]) -> list[Delivery]:
    """Take gemeenten out of earlier deliveries; a delivery that is the last of none is forgotten."""
    left = [replace(d, gemeenten=tuple(g for g in d.gemeenten if g not in gemeenten)) for d in deliveries]
    return [delivery for delivery in left if delivery.gemeenten]


def _collection(gemeenten: Iterable[str]) -> str:
    """Return where figures belong: nothing fictional may stand among real figures, whoever imports it."""
    return SAMPLE if sample.GEMEENTE in set(gemeenten) else CBS


def _join(stored: pd.DataFrame, fresh: pd.DataFrame, *, partial: bool = False) -> tuple[pd.DataFrame, int]:
    """Join two deliveries of one table; returns the rows and how many earlier figures were kept.

    A figure is not lost to a delivery in which it is not published yet; nor to any gap in a ``partial`` file,
    and neither is the reason why there is none: a part knows less of reasons. Such a file also does not say which
    figures are provisional, so that a figure it repeats stays as it was, nor always what happened to the borders.
    A percentage in it (``p_00_14``) is no newer form of the number that is stored.
    """
    key = panel_contract.KEY
    if partial:
        flags = stored.dropna(subset="boundary").drop_duplicates("region").set_index("region")["boundary"]
        known = fresh["region"].map(flags).astype("Int8")
        fresh = fresh.assign(boundary=fresh["boundary"].fillna(known))
    had_value = stored.loc[stored["status"].isin([str(s) for s in WITH_VALUE]), [*key, "value", "unit"]]
    empty = fresh["value"].isna() if partial else fresh["status"] == Status.NOT_PUBLISHED.value
    kept = had_value[key].merge(fresh.loc[empty, key], on=key)
    stays = kept
    if partial:
        answered = stored.loc[stored["status"] != Status.NOT_PUBLISHED.value, key]
        gaps = answered.merge(fresh.loc[empty, key], on=key)
        both = had_value.merge(fresh[[*key, "value", "unit"]], on=key, suffixes=("", "_fresh"))
        alike = (both["value"] == both["value_fresh"]) | (both["unit"] != both["unit_fresh"])
        stays = pd.concat([gaps, both.loc[alike, key]])
    fresh = fresh[~pd.MultiIndex.from_frame(fresh[key]).isin(pd.MultiIndex.from_frame(stays))]
    stored_keys = pd.MultiIndex.from_frame(stored[key])
    stored = stored[~stored_keys.isin(pd.MultiIndex.from_frame(fresh[key]))]
    return pd.concat([stored, fresh], ignore_index=True), len(kept)


def _sweep(folder: Path, *manifests: Manifest) -> None:
    """Remove files that no manifest names: the present one, the former (a reader may hold it), the undo point."""
    named = {record.file for manifest in manifests for record in manifest.tables}
    named |= {record.file for manifest in manifests for record in manifest.borders}
    named |= {record.file for manifest in manifests for record in manifest.bridges}
    named |= {record.file for manifest in manifests for record in manifest.projections}
    for collection in (CBS, SAMPLE):
        for file in (folder / collection).glob("*.parquet"):
            if file.relative_to(folder).as_posix() not in named:
                # Windows keeps a file that somebody reads; the next sweep takes it.
                with suppress(OSError):
                    file.unlink()


def names_by_year(regions: pd.DataFrame) -> Mapping[str, str]:
    """Return the latest name of each region out of `Store.regions`."""
    latest = regions.sort_values("year").drop_duplicates("region", keep="last")
    return dict(zip(latest["region"], latest["name"], strict=True))
