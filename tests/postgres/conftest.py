"""The register on both databases: every test that asks for `register_settings` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.settings import Settings
from register import database as registers
from register.concerns import Concerns
from register.database import Database, open_register
from register.roles import Actor, Role
from tests.conftest import made_once
from tests.postgres.server import TEMPLATE, Server, shared

GEMEENTE = "GM9999"
ANNA = Actor("anna", Role.COORDINATOR)
BRAM = Actor("bram", Role.COORDINATOR)
CHIEF = Actor("chef", Role.ADMINISTRATOR)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of our own with an empty register to copy; the test is skipped where the programs are absent."""
    folder = made_once(tmp_path_factory, "postgres", lambda folder: None)
    with shared(folder, os.environ.get("PYTEST_XDIST_WORKER", "alone")) as server:
        # Two workers that make it at once would be in each other's way.
        made_once(tmp_path_factory, "postgres-template", lambda folder: _make_template(server, folder))
        yield server


def _make_template(server: Server, folder: Path) -> None:
    server.say(f"create database {TEMPLATE}")
    database = open_register(Settings(store=folder, database_url=server.url(TEMPLATE)))
    # A database with visitors cannot be copied.
    database.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def register_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a register of one's own, on each of the two databases."""
    if request.param == "sqlite":
        return Settings(store=tmp_path / "store")
    return on_server(request.getfixturevalue("postgres"), tmp_path / "store")


def on_server(server: Server, store: Path) -> Settings:
    name = f"r{uuid.uuid4().hex}"
    server.say(f"create database {name} template {TEMPLATE}")
    return Settings(store=store, database_url=server.url(name))


@pytest.fixture
def register_database(register_settings: Settings) -> Iterator[Database]:
    database = open_register(register_settings)
    yield database
    database.engine.dispose()
    registers._open.pop(database.url, None)


@pytest.fixture
def anna(register_database: Database) -> Concerns:
    return Concerns(register_database, GEMEENTE, ANNA)


@pytest.fixture
def bram(register_database: Database) -> Concerns:
    return Concerns(register_database, GEMEENTE, BRAM)
