"""A copy of all that users wrote, in one file, and the way back: the same file for SQLite and for PostgreSQL."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from filelock import FileLock, Timeout
from sqlalchemy import JSON, Connection, MetaData, Table, Text, func, select, text, type_coerce
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

from data import VERSION
from data.manifest import write_atomically
from data.settings import Settings
from register import scenarios, schema, weight_sets
from register._bulk import chunks, learn, pour
from register._faults import NOTHING_CHANGED
from register.database import (
    REVISION,
    Database,
    address,
    bring_up_to_date,
    open_register,
    written_as_json,
)
from register.errors import DamagedRegister, RegisterError

FORMAT: Final = 1
KIND: Final = "wijkradar-reservekopie"
MANIFEST: Final = "inhoud.json"
#: Folders of the store that users write.
FOLDERS: Final = (scenarios.FOLDER, weight_sets.FOLDER)
_FILE: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{2,10}\.json")
_ROWS_AT_ONCE: Final = 5_000
_LOCK_SECONDS: Final = 30
_as_line: Final = json.JSONEncoder(ensure_ascii=False).encode
_of_line: Final = json.JSONDecoder().decode
#: How far something is, from 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes
    ----------
    kind, version, at : str
        ``at`` is UTC, ISO 8601; ``version`` is that of Wijkradar.
    format : int
    revision : str
        Of the tables.
    rows : dict
        Number of rows by table.
    checksums : dict
        SHA-256 by file in the backup.
    """

    version: str
    at: str
    revision: str
    rows: dict[str, int]
    checksums: dict[str, str]
    kind: str = KIND
    format: int = FORMAT


@dataclass(frozen=True)
class Restored:
    """What was put back, and the file in which what was there before is kept (None where there was nothing readable)."""

    manifest: Manifest
    kept: Path | None
    damaged: Path | None = None


class BackupError(RegisterError):
    """A backup cannot be made, read or put back."""


# -- away ---------------------------------------------------------------------------------------------


def place_for(target: Path) -> Path:
    """Return the file that a backup goes to: in a folder one with the date in its name."""
    return target / f"wijkradar-{_stamp()}.zip" if target.is_dir() else target


def backup(settings: Settings, target: Path, progress: Progress | None = None) -> Manifest:
    """Write all that users wrote to one file, as of one moment, while others write on.

    Parameters
    ----------
    settings : Settings
    target : Path
        The file, or a folder (`place_for`).
    progress : callable, optional

    Raises
    ------
    BackupError
        If the file is there already or cannot be written.
    RegisterError
    """
    target = place_for(target)
    if target.exists():
        raise BackupError(f"Het bestand {target} bestaat al en blijft staan; geef een andere naam.")
    database = open_register(settings)
    with database.reading(snapshot=True) as connection:
        return _write(connection, settings.store, target, progress or _silent)


def _write(connection: Connection, store: Path, target: Path, progress: Progress) -> Manifest:
    part = target.with_name(f".{target.name}.{os.getpid()}.deel")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # It holds free texts: not for everybody on this machine.
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
            manifest = _pack(connection, store, out, progress)
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)
    except OSError as error:
        raise BackupError(
            f"De reservekopie {target} kan niet worden geschreven ({error.strerror or error}). Het register is niet veranderd; "
            "maak ruimte vrij of kies een andere map, en probeer het opnieuw."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return manifest


def _pack(connection: Connection, store: Path, out: BinaryIO, progress: Progress) -> Manifest:
    tables = schema.metadata.sorted_tables
    counts = {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in tables
    }
    checksums: dict[str, str] = {}
    whole, done = sum(counts.values()) or 1, 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        for table in tables:
            name, digest = _name_of(table.name), hashlib.sha256()
            with archive.open(name, "w", force_zip64=True) as file:
                for some in chunks(connection.execute(_all_of(table)), _ROWS_AT_ONCE):
                    lines = b"".join(_as_line(list(row)).encode() + b"\n" for row in some)
                    file.write(lines)
                    digest.update(lines)
                    done += len(some)
                    progress(min(done / whole, 1.0))
            checksums[name] = digest.hexdigest()
        for kept in _files_of_users(store):
            name, content = f"winkel/{kept.parent.name}/{kept.name}", kept.read_bytes()
            archive.writestr(name, content)
            checksums[name] = hashlib.sha256(content).hexdigest()
        at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(VERSION, at, REVISION, counts, checksums)
        columns = {table.name: [column.name for column in table.columns] for table in tables}
        told = asdict(manifest) | {"columns": columns}
        archive.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))
    progress(1.0)
    return manifest


def _all_of(table: Table) -> Any:
    # The order of the keys makes two backups of the same register the same.
    return select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_ROWS_AT_ONCE)


def _files_of_users(store: Path) -> list[Path]:
    return [
        file
        for folder in FOLDERS
        for file in sorted((store / folder).glob("*.json"))
        if _FILE.fullmatch(file.name)
    ]


# -- and back -----------------------------------------------------------------------------------------


def restore(settings: Settings, source: Path, progress: Progress | None = None) -> Restored:
    """Put a backup back in the place of what is there, on either database, whole or not at all.

    Everything is checked before anything changes, and what was there is first kept as a backup of its own in the
    store, ``wijkradar-voor-terugzetten-DATE.zip``. A SQLite file that cannot be read is put aside.

    Raises
    ------
    BackupError
        If the file is no backup, is damaged, or was made by a newer version; nothing changed then.
    RegisterError
    """
    told = progress or _silent
    with ExitStack() as stack:
        archive = stack.enter_context(_opened(source))
        manifest, columns = _checked(archive, source)
        staging = stack.enter_context(_staged(archive, manifest, columns, source))
        told(0.4)
        files = {name: archive.read(name) for name in manifest.checksums if not name.endswith(".jsonl")}
        database, damaged = _open_or_put_aside(settings)
        kept = settings.store / f"wijkradar-voor-terugzetten-{_stamp()}.zip"
        stack.enter_context(_folders_locked(settings.store))
        before = {file: file.read_bytes() for file in _files_of_users(settings.store)}
        try:
            with database.writing() as connection:
                _wait_for_all(connection)
                _write(connection, settings.store, kept, _silent)
                told(0.6)
                _replace(connection, staging, told)
                _put_files(settings.store, files)
        except BaseException:
            _put_files(settings.store, {f"winkel/{f.parent.name}/{f.name}": c for f, c in before.items()})
            # All is still there, and this holds texts that nobody would think of.
            kept.unlink(missing_ok=True)
            raise
    told(1.0)
    return Restored(manifest, kept, damaged)


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except FileNotFoundError:
        raise BackupError(f"Het bestand {source} is er niet. {NOTHING_CHANGED}") from None
    except (zipfile.BadZipFile, OSError) as error:
        raise _damaged(source) from error


def _checked(archive: zipfile.ZipFile, source: Path) -> tuple[Manifest, dict[str, list[str]]]:
    try:
        told = json.loads(archive.read(MANIFEST))
        kind, form = told["kind"], int(told["format"])
    except KeyError:
        raise BackupError(
            f"Het bestand {source} is geen reservekopie van Wijkradar. {NOTHING_CHANGED}"
        ) from None
    except (ValueError, TypeError, zipfile.BadZipFile, OSError) as error:
        raise _damaged(source, MANIFEST) from error
    if kind != KIND:
        raise BackupError(f"Het bestand {source} is geen reservekopie van Wijkradar. {NOTHING_CHANGED}")
    if form > FORMAT or str(told.get("revision", "")) > REVISION:
        raise BackupError(
            f"De reservekopie {source} is gemaakt door een nieuwere versie van Wijkradar ({told.get('version')}); werk het "
            f"programma bij. {NOTHING_CHANGED}"
        )
    try:
        columns = {str(name): [str(each) for each in names] for name, names in told.pop("columns").items()}
        manifest = Manifest(**told)
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged(source, MANIFEST) from error
    for name, expected in manifest.checksums.items():
        if not _is_ours(name, columns) or _checksum(archive, name) != expected:
            raise _damaged(source, name)
    if any(_name_of(table) not in manifest.checksums for table in columns):
        raise _damaged(source, MANIFEST)
    return manifest, columns


def _is_ours(name: str, columns: dict[str, list[str]]) -> bool:
    """Tell whether a file may be in a backup: nothing is ever written outside the folders of users."""
    parts = name.split("/")
    if len(parts) == 3:
        return parts[0] == "winkel" and parts[1] in FOLDERS and bool(_FILE.fullmatch(parts[2]))
    return name in {_name_of(table) for table in columns}


def _checksum(archive: zipfile.ZipFile, name: str) -> str:
    try:
        with archive.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except (KeyError, zipfile.BadZipFile, OSError, EOFError, ValueError):
        return ""
    except Exception as error:  # zlib.error has no better name that is public
        if type(error).__module__ == "zlib":
            return ""
        raise


class _staged:  # noqa: N801 (used as a context)
    """The backup in a database in memory, with the tables of its own version first and of this one after that.

    All that the database checks (what may not be missing, what belongs to what) is checked here, far from the register.
    """

    def __init__(
        self, archive: zipfile.ZipFile, manifest: Manifest, columns: dict[str, list[str]], source: Path
    ) -> None:
        from sqlalchemy import create_engine

        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        self._work = archive, manifest, columns, source

    def __enter__(self) -> Connection:
        archive, manifest, columns, source = self._work
        staging = Database("sqlite://", self.engine)
        try:
            bring_up_to_date(staging, manifest.revision)
            self.connection = self.engine.connect()
            there = MetaData()
            there.reflect(self.connection)
            for table in there.sorted_tables:
                if table.name not in columns:
                    continue
                names = columns[table.name]
                pour(self.connection, table, names, _lines(archive, table, names))
                found = self.connection.execute(select(func.count()).select_from(table)).scalar_one()
                if found != manifest.rows.get(table.name):
                    raise _damaged(source, _name_of(table.name))
            wrong = self.connection.execute(text("pragma foreign_key_check")).first()
            if wrong is not None:
                raise _damaged(source, _name_of(str(wrong[0])))
            self.connection.commit()
            if manifest.revision != REVISION:
                bring_up_to_date(staging)
        except BackupError:
            self.engine.dispose()
            raise
        except Exception as error:
            self.engine.dispose()
            raise _damaged(source, MANIFEST) from error
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.engine.dispose()


def _lines(archive: zipfile.ZipFile, table: Table, names: list[str]) -> Iterator[list[Any]]:
    as_json = [place for place, name in enumerate(names) if isinstance(table.c[name].type, JSON)]
    with archive.open(_name_of(table.name)) as file:
        for line in file:
            row = _of_line(line.decode())
            for place in as_json:
                if row[place] is not None:
                    row[place] = written_as_json(row[place])
            yield row


def _open_or_put_aside(settings: Settings) -> tuple[Database, Path | None]:
    try:
        database = open_register(settings)
        with database.reading() as connection:
            for table in schema.metadata.sorted_tables:
                connection.execute(select(func.count()).select_from(table))
    except DamagedRegister:
        # Any other fault (busy, a newer version, no rights) says nothing bad of what is there: that stays where it is.
        url = make_url(address(settings))
        file = Path(str(url.database))
        if url.get_backend_name() != "sqlite" or not file.is_file() or not os.access(file, os.W_OK):
            raise
        aside = file.with_name(f"{file.name}.beschadigd-voor-terugzetten-{_stamp()}")
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{file}{ending}").rename(f"{aside}{ending}")
        fresh = open_register(settings)
        bring_up_to_date(fresh)
        return fresh, aside
    return database, None


class _folders_locked(ExitStack):  # noqa: N801 (used as a context)
    """The folders in which users keep things, while nobody else writes them."""

    def __init__(self, store: Path) -> None:
        super().__init__()
        try:
            for folder in FOLDERS:
                (store / folder).mkdir(parents=True, exist_ok=True)
                self.enter_context(FileLock(store / folder / ".lock", timeout=_LOCK_SECONDS))
        except (Timeout, OSError) as error:
            self.close()
            raise BackupError(
                f"In {store} wordt nu geschreven, of Wijkradar mag er niet schrijven. {NOTHING_CHANGED} Probeer het over een "
                "minuut opnieuw."
            ) from error


def _wait_for_all(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        # In the order in which who writes takes them: the records, and then what is told of them.
        told = (schema.conflict, schema.change, schema.change_text)
        records = [table for table in schema.metadata.sorted_tables if table not in told]
        tables = ", ".join(table.name for table in (*records, *told))
        connection.execute(text(f"lock table {tables} in access exclusive mode"))


def _replace(connection: Connection, staging: Connection, told: Progress) -> None:
    """Put the rows of one database in the place of those of another, within the transaction of the latter."""
    tables = schema.metadata.sorted_tables
    guards = _guards_down(connection)
    for table in reversed(tables):
        connection.execute(table.delete())
    for step, table in enumerate(tables, 1):
        # JSON goes across as the text that it is.
        whole = [type_coerce(column, Text) if isinstance(column.type, JSON) else column for column in table.c]
        wanted = select(*whole).order_by(*table.primary_key.columns)
        rows = staging.execute(wanted.execution_options(yield_per=_ROWS_AT_ONCE))
        pour(connection, table, table.c.keys(), _as_text(rows, table))
        _numbers_go_on(connection, table)
        told(0.6 + 0.4 * step / (len(tables) + 1))
    _guards_up(connection, guards)
    learn(connection, *tables)


def _as_text(rows: Iterable[Sequence[Any]], table: Table) -> Iterator[Sequence[Any]]:
    """Yield rows with their JSON as text: SQLite makes a number of text that is one, and PostgreSQL takes none for JSON."""
    as_json = [place for place, column in enumerate(table.c) if isinstance(column.type, JSON)]
    for row in rows:
        if all(row[place] is None or isinstance(row[place], str) for place in as_json):
            yield row
            continue
        told = list(row)
        for place in as_json:
            if isinstance(told[place], int | float):
                told[place] = written_as_json(told[place])
        yield told


def _guards_down(connection: Connection) -> list[str]:
    """Let the database allow what it refuses to everybody else, inside this transaction."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("select name, sql from sqlite_master where type = 'trigger'")).all()
        for name, _ in found:
            connection.execute(text(f"drop trigger {name}"))
        return [str(made) for _, made in found]
    for table in schema.metadata.sorted_tables:
        connection.execute(text(f"alter table {table.name} disable trigger user"))
    return [f"alter table {table.name} enable trigger user" for table in schema.metadata.sorted_tables]


def _guards_up(connection: Connection, guards: list[str]) -> None:
    for statement in guards:
        connection.exec_driver_sql(statement)


def _numbers_go_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number on after the highest, also of what is no longer there; SQLite does of itself."""
    column = table.autoincrement_column
    if connection.dialect.name == "sqlite" or column is None:
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar_one()
    highest = connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
    last = connection.execute(text(f"select case when is_called then last_value else 0 end from {sequence}"))
    following = max(int(highest), int(last.scalar_one())) + 1
    connection.execute(select(func.setval(sequence, following, False)))


def _put_files(store: Path, files: dict[str, bytes]) -> None:
    wanted = {store / name.removeprefix("winkel/"): content for name, content in files.items()}
    for file in _files_of_users(store):
        if file not in wanted:
            file.unlink()
    for file, content in wanted.items():
        write_atomically(file, content)


def _name_of(table: str) -> str:
    return f"register/{table}.jsonl"


def _damaged(source: Path, name: str = "") -> BackupError:
    which = f"{source}, bij {name}," if name else str(source)
    return BackupError(
        f"De reservekopie {which} is beschadigd. {NOTHING_CHANGED} Neem een andere kopie, of haal deze "
        "opnieuw op van waar zij bewaard wordt."
    )


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S%f")


def _silent(_done: float) -> None:
    """Tell nobody."""
