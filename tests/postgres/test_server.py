"""What PostgreSQL refuses is told in Dutch, without the password."""

from __future__ import annotations

import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import make_url

from data.settings import ROOT, Settings
from register.concerns import Concerns
from register.database import open_register
from register.errors import RegisterError
from register.schema import metadata
from tests.postgres.conftest import ANNA, GEMEENTE, on_server
from tests.postgres.server import Server
from tests.postgres.test_records import heard


@pytest.mark.parametrize(
    ("change", "match"),
    [({"password": "verkeerd"}, "laat Wijkradar niet toe.*wachtwoord"), ({"database": "nergens"}, "bestaat niet")],
)  # fmt: skip
def test_a_wrong_password_or_database_is_told(
    postgres: Server, tmp_path: Path, change: dict[str, str], match: str
) -> None:
    url = make_url(postgres.url("postgres")).set(**change).render_as_string(hide_password=False)
    with pytest.raises(RegisterError, match=match) as caught:
        open_register(Settings(store=tmp_path, database_url=url))
    assert "verkeerd" not in str(caught.value)
    assert postgres.password not in str(caught.value)


_OPEN_AT_ONCE = """
import os, sys
from pathlib import Path
import alembic.command, alembic.config
from data.settings import Settings
from register.database import open_register
settings = Settings(store=Path(sys.argv[1]), database_url=sys.argv[2])
def child():
    pid = os.fork()
    if not pid:
        status = 1
        try:
            open_register(settings)
            status = 0
        finally:
            os._exit(status)
    return pid
print([os.waitpid(pid, 0)[1] for pid in [child() for _ in range(4)]])
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_make_an_empty_register_together(
    postgres: Server, tmp_path: Path, kind: str
) -> None:
    settings = Settings(store=tmp_path)
    if kind == "postgresql":
        name = f"leeg_{uuid.uuid4().hex}"
        postgres.say(f"create database {name}")
        settings = Settings(store=tmp_path, database_url=postgres.url(name))
    asked = [sys.executable, "-c", _OPEN_AT_ONCE, str(tmp_path), settings.database_url]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[0, 0, 0, 0]", done.stderr
    assert Concerns(open_register(settings), GEMEENTE, ANNA).rows() == []


def test_a_connection_that_broke_is_replaced_and_nothing_is_doubled(postgres: Server, tmp_path: Path) -> None:
    settings = on_server(postgres, tmp_path)
    anna = Concerns(open_register(settings), GEMEENTE, ANNA)
    anna.add(heard(), "k")
    name = make_url(settings.database_url).database
    postgres.say(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
    assert anna.add(heard(), "k").batch == ""

    def cut_off() -> None:
        with anna.database.writing() as connection:
            postgres.say(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
            connection.exec_driver_sql("select 1")

    with pytest.raises(RegisterError, match="niet te bereiken"):
        cut_off()
    assert len(anna.rows()) == 1


def test_the_migrations_make_the_schema_here_too(postgres: Server, tmp_path: Path) -> None:
    database = open_register(on_server(postgres, tmp_path))
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
