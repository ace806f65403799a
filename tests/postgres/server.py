"""A PostgreSQL server of our own, from the programs that are installed: on the loopback address, gone after the tests."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
from filelock import FileLock

HOST = "127.0.0.1"
USER = "wijkradar"
TEMPLATE = "leeg_register"
START_SECONDS = 60
#: PostgreSQL refuses to run as root, and then runs as the first of these that there is.
UNPRIVILEGED = ("postgres", "nobody")
QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    port, pid : int
    folder : str
        Where its data live.
    password : str
    """

    port: int
    pid: int
    folder: str
    password: str

    def url(self, database: str) -> str:
        """Return the address of a database as an organisation would set it."""
        return f"postgresql://{USER}:{self.password}@{HOST}:{self.port}/{database}"

    def say(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        """Stop at once and leave nothing behind."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            process.send_signal(signal.SIGQUIT)
            # Where another worker started it, it stays behind as one that is dead, and nobody hears that it went.
            deadline = time.monotonic() + 10
            while process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
                time.sleep(0.02)
        shutil.rmtree(self.folder, ignore_errors=True)


def programs() -> Path | None:
    """Return the folder with the newest PostgreSQL server on this machine, or None."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).parent
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(installed, key=lambda path: int(path.parent.name), default=None)


def start(found: Path, *options: str) -> Server:
    """Start a server; ``options`` are those of the program ``postgres``."""
    # Not below the folder of pytest: the user that the server runs as may not come there.
    folder = Path(tempfile.mkdtemp(prefix="wijkradar-postgres-"))
    password, secret = secrets.token_hex(12), folder / "password"
    secret.write_text(password)
    whose = _unprivileged()
    if whose is not None:
        for path in (folder, secret):
            os.chown(path, whose.pw_uid, whose.pw_gid)
    run_as = {} if whose is None else {"user": whose.pw_uid, "group": whose.pw_gid, "extra_groups": []}
    making = [found / "initdb", "-D", folder / "data", "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync"]
    making += ["-A", "scram-sha-256", "--pwfile", secret]
    made = subprocess.run(making, cwd=folder, capture_output=True, text=True, check=False, **run_as)
    if made.returncode:
        pytest.fail(f"initdb did not make a cluster:\n{made.stderr}", pytrace=False)
    port = _free_port()
    where = ["-c", f"listen_addresses={HOST}", "-p", str(port), "-c", "unix_socket_directories="]
    command = [found / "postgres", "-D", folder / "data", *where, "-c", "max_connections=150", *options]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **run_as
        )
    server = Server(port, process.pid, str(folder), password)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.say("select 1")
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                told = (folder / "log").read_text()
                server.stop()
                pytest.fail(f"PostgreSQL did not start:\n{told}", pytrace=False)
            time.sleep(0.1)
        else:
            return server


@contextmanager
def shared(folder: Path, user: str) -> Iterator[Server]:
    """Run one server for all workers: who comes first starts it, who leaves last stops it.

    Parameters
    ----------
    folder : Path
        That every worker knows.
    user : str
        Name of the worker.
    """
    found = programs()
    if found is None:
        pytest.skip("these tests need the PostgreSQL server (the package postgresql) on this machine")
    told, users, lock = folder / "server.json", folder / "users", FileLock(folder / "server.lock")
    with lock:
        users.mkdir(exist_ok=True)
        if not told.exists():
            server = start(found, *QUICK)
            told.write_text(json.dumps(asdict(server)))
        server = Server(**json.loads(told.read_text()))
        (users / user).touch()
    try:
        yield server
    finally:
        with lock:
            (users / user).unlink()
            if not any(users.iterdir()):
                server.stop()
                told.unlink()


def _unprivileged() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody on this machine")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
