"""The database of the register: SQLite beside the figures, or PostgreSQL by address; brought up to date when opened."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as NoConnection

from data.settings import ROOT, Settings
from register._faults import NOTHING_CHANGED, file_fault, is_damage, told, unsure
from register.errors import DamagedRegister, RegisterError

FILE: Final = "register.db"
#: The last of the migrations; a test holds it to the scripts, so that opening a register that is up to date needs no Alembic.
REVISION: Final = "0002"
_MIGRATIONS: Final = Path(__file__).with_name("migrations")
#: A writer waits this long for the others.
WAIT_SECONDS: Final = 60
#: Any number will do, as long as every process asks for the same one.
_MIGRATION_LOCK: Final = 4_815_162
_WRITES: Final = "register_writes"
_FILE_OF: Final = "register_file"
#: How both databases get JSON; what is no number in JSON is refused.
written_as_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
#: Registers that one process keeps open; the connections of the one that was used longest ago are closed.
_MOST_OPEN: Final = 8


@dataclass(frozen=True)
class Database:
    """An open register.

    Attributes
    ----------
    url : str
        Address as SQLAlchemy reads it.
    engine : Engine
    """

    url: str
    engine: Engine

    @property
    def is_file(self) -> bool:
        """Tell whether it is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[Connection]:
        """Give a connection to read with.

        Parameters
        ----------
        snapshot : bool
            Every question is answered as of one moment, while others write on. SQLite always does.

        Raises
        ------
        RegisterError
        """
        with self._told(), self.engine.connect() as connection:
            if snapshot and not self.is_file:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction: all of it is kept, or nothing.

        SQLite writers stand in one line (BEGIN IMMEDIATE); in PostgreSQL a row that is changed is locked first.

        Raises
        ------
        RegisterError
        """
        with (
            self._told(),
            self.engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin() as transaction,
        ):
            yield connection
            try:
                transaction.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise RegisterError(unsure(self.engine.url)) from error
                raise

    def forget_deleted(self) -> bool:
        """Empty the log of a SQLite file, in which what was deleted can still be read; True when that is done.

        In PostgreSQL this is for autovacuum, and nothing happens here.
        """
        if not self.is_file:
            return True
        with (
            self._told(),
            self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not busy

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, NoConnection) as error:
            kind = DamagedRegister if is_damage(error) else RegisterError
            raise kind(told(error, self.engine.url)) from error


def address(settings: Settings) -> str:
    """Return the address of the register: the setting, or a SQLite file in the store.

    Raises
    ------
    RegisterError
        If it is no address of a database.
    """
    if not settings.database_url:
        return _written(URL.create("sqlite", database=str(settings.store / FILE)))
    try:
        given = make_url(settings.database_url)
    except ArgumentError as error:
        raise RegisterError(
            "De instelling WIJKRADAR_DATABASE_URL is geen adres van een databank; verwacht sqlite:///... of "
            f"postgresql://gebruiker:wachtwoord@server/databank. {NOTHING_CHANGED}"
        ) from error
    if given.get_backend_name() != "sqlite":
        # psycopg 3 is the driver that is installed.
        return _written(given.set(drivername="postgresql+psycopg"))
    if given.database in (None, "", ":memory:"):
        raise RegisterError(
            "De instelling WIJKRADAR_DATABASE_URL noemt geen bestand; verwacht bijvoorbeeld sqlite:////map/register.db. "
            f"{NOTHING_CHANGED}"
        )
    # As with the store, nothing depends on the folder from which a command is given.
    return _written(URL.create("sqlite", database=str((ROOT / str(given.database)).resolve())))


def _written(url: URL) -> str:
    return url.render_as_string(hide_password=False)


# -- open once per process ----------------------------------------------------------------------------

_open: OrderedDict[str, Database] = OrderedDict()
_opening = threading.Lock()
#: Pools that a process got from its parent: not to be used, and not to be closed either.
_inherited: list[Any] = []


def open_register(settings: Settings) -> Database:
    """Open the register and bring its tables up to date; the same object for the same address in one process.

    Raises
    ------
    RegisterError
        If the database cannot be reached, or was written by a newer version.
    """
    url = address(settings)
    with _opening:
        if url not in _open:
            database = Database(url, _engine(make_url(url)))
            bring_up_to_date(database)
            _open[url] = database
            if len(_open) > _MOST_OPEN:
                _open.popitem(last=False)[1].engine.dispose()
        _open.move_to_end(url)
        return _open[url]


def _start_anew_in_child() -> None:
    global _opening
    _opening = threading.Lock()
    for database in _open.values():
        _inherited.append(database.engine.pool)
        database.engine.dispose(close=False)


os.register_at_fork(after_in_child=_start_anew_in_child)


def _engine(url: URL) -> Engine:
    return (
        _file_engine(Path(str(url.database))) if url.get_backend_name() == "sqlite" else _server_engine(url)
    )


def _server_engine(url: URL) -> Engine:
    engine = create_engine(
        url, json_serializer=written_as_json, pool_pre_ping=True, pool_size=10, max_overflow=20, pool_timeout=WAIT_SECONDS / 2,
        connect_args={"connect_timeout": 10, "application_name": "wijkradar"}, hide_parameters=True,
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
        connection.commit()

    return engine


def _file_engine(file: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        # Not "rwc": a file that is gone must not come back empty.
        return sqlite3.connect(
            f"file:{quote(str(file))}?mode=rw",
            uri=True,
            timeout=WAIT_SECONDS,
            check_same_thread=False,
            isolation_level=None,
        )

    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        creator=connect,
        json_serializer=written_as_json,
        pool_size=10,
        max_overflow=20,
        # What goes wrong may end in a log; the texts of residents may not.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        with closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
            # What retention takes out must not stay behind in the file.
            cursor.execute("PRAGMA secure_delete=ON")
            # Without this "insert or replace" goes past what the tables refuse.
            cursor.execute("PRAGMA recursive_triggers=ON")
        record.info[_FILE_OF] = _inode(file)

    @event.listens_for(engine, "checkout")
    def _still_there(_connection: object, record: Any, _proxy: object) -> None:
        # What is written into a file that was removed or replaced is lost without a word.
        if record.info[_FILE_OF] != _inode(file):
            raise DisconnectionError

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _inode(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


# -- the tables ---------------------------------------------------------------------------------------


def bring_up_to_date(database: Database, revision: str = REVISION) -> None:
    """Make the tables, or change them to those of this version; in one transaction.

    Raises
    ------
    RegisterError
        If the database was written by a newer version, or cannot be written.
    """
    file = database.engine.url.database
    if database.is_file and file not in (None, "", ":memory:"):
        _make_file(Path(str(file)))
    with database._told():
        with database.engine.connect() as connection:
            if _revision(connection) == revision:
                return
        with database.writing() as connection:
            if not database.is_file:
                connection.execute(text(f"select pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            _upgrade(connection, revision)


def _make_file(file: Path) -> None:
    try:
        if file.exists() and file.stat().st_size:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock", timeout=WAIT_SECONDS):
            # Free texts are not for everybody on this machine.
            file.touch(mode=0o600)
            with closing(sqlite3.connect(file, timeout=WAIT_SECONDS)) as connection:
                # Stays with the file. Two processes that set it at once do not wait for each other, hence the lock.
                connection.execute("PRAGMA journal_mode=WAL")
    except Timeout:
        raise RegisterError(
            f"Het register ({file}) wordt al door een ander gemaakt. {NOTHING_CHANGED}"
        ) from None
    except (OSError, sqlite3.Error) as error:
        raise RegisterError(file_fault(file, error)) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("select version_num from alembic_version")).scalar()
    return None if found is None else str(found)


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    try:
        command.upgrade(settings, revision)
    except CommandError as error:
        raise RegisterError(
            "Dit register is geschreven door een nieuwere versie van Wijkradar; werk het programma bij. "
            f"{NOTHING_CHANGED}"
        ) from error
