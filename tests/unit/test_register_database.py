"""A register opens fast and up to date, and says in Dutch what is wrong with it and that nothing was lost."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from traceback import format_exception

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from data.settings import Settings
from register import database as registers
from register.concerns import Concerns
from register.database import REVISION, Database, address, open_register
from register.errors import RegisterError
from register.roles import LOCAL
from register.schema import metadata

ROOT = Path(registers.__file__).parents[1]
HEARD = {"theme": "afval", "text": "Er ligt vuil", "wijk": "WK999901", "heard": "2025-03-01", "channel": "gesprek"}  # fmt: skip


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Database]:
    database = open_register(Settings(store=tmp_path / "store"))
    yield database
    database.engine.dispose()
    registers._open.pop(database.url, None)


def file_of(register: Database) -> Path:
    return Path(str(register.engine.url.database))


def test_the_constant_is_the_last_migration_and_the_migrations_make_the_schema(register: Database) -> None:
    scripts = ScriptDirectory(str(ROOT / "register" / "migrations"))
    assert scripts.get_current_head() == REVISION
    with register.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_register_that_is_up_to_date_opens_without_alembic_and_pandas(register: Database) -> None:
    script = (
        "import sys; from pathlib import Path; from data.settings import Settings; from register.concerns import Concerns\n"
        "from register.database import open_register; from register.roles import LOCAL\n"
        f"Concerns(open_register(Settings(store=Path({str(file_of(register).parent)!r}))), 'GM9999', LOCAL).rows()\n"
        "print([name for name in ('alembic', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(store=tmp_path / "store")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
    with pytest.raises(KeyboardInterrupt):
        open_register(settings)
    monkeypatch.undo()
    assert Concerns(open_register(settings), "GM9999", LOCAL).rows() == []


def test_a_register_of_a_newer_version_is_left_alone(register: Database) -> None:
    with register.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    registers._open.pop(register.url)
    with pytest.raises(RegisterError, match=r"nieuwere versie.*werk het programma bij"):
        open_register(Settings(store=file_of(register).parent))


def test_a_file_that_is_removed_is_told_and_does_not_come_back_empty(register: Database) -> None:
    concerns = Concerns(register, "GM9999", LOCAL)
    concerns.add(HEARD)
    kept = file_of(register).read_bytes()
    for ending in ("", "-wal", "-shm"):
        Path(f"{file_of(register)}{ending}").unlink(missing_ok=True)
    for attempt in (concerns.rows, lambda: concerns.add(HEARD)):
        with pytest.raises(RegisterError, match=r"is weg.*Er is niets veranderd.*reservekopie"):
            attempt()
    assert not file_of(register).exists()
    assert kept


@pytest.mark.parametrize(
    ("pragma", "match"),
    [("max_page_count=1", "schijf is vol.*Maak ruimte vrij"), ("query_only=ON", "mag het register.*niet schrijven")],
)  # fmt: skip
def test_a_full_disk_and_a_file_that_may_not_be_written_are_told(
    register: Database, pragma: str, match: str
) -> None:
    concerns = Concerns(register, "GM9999", LOCAL)
    with register.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA {pragma}")
    with pytest.raises(RegisterError, match=match):
        concerns.add(HEARD | {"text": "x" * 4_000, "done": "y" * 4_000})
    assert concerns.rows() == []


def test_who_waits_too_long_for_another_writer_is_told(
    register: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with register.reading() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    monkeypatch.setattr(registers, "WAIT_SECONDS", 0.05)
    register.engine.dispose()
    with register.writing(), pytest.raises(RegisterError, match=r"bezet.*over een minuut"):
        Concerns(register, "GM9999", LOCAL).add(HEARD)


def test_a_server_that_is_down_is_told_without_the_password(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://jan:geheim@127.0.0.1:{taken.getsockname()[1]}/zorgen"
        with pytest.raises(RegisterError, match=r"niet te bereiken.*server draait") as caught:
            open_register(Settings(store=tmp_path, database_url=url))
    assert "geheim" not in str(caught.value)


def test_a_relative_file_is_counted_from_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        address(Settings(database_url="sqlite:///ergens/zorgen.db")) == f"sqlite:///{ROOT}/ergens/zorgen.db"
    )
    with pytest.raises(RegisterError, match="geen bestand"):
        address(Settings(database_url="sqlite:///:memory:"))


def test_what_goes_wrong_is_logged_without_what_somebody_wrote(register: Database) -> None:
    concerns = Concerns(register, "GM9999", LOCAL)
    with register.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
    words = " ".join(["over", "de", "buren"])
    with pytest.raises(RegisterError) as caught:
        concerns.add(HEARD | {"text": words + "x" * 3_900, "done": "y" * 4_000})
    assert words not in "".join(format_exception(caught.value))
