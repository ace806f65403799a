"""The register on both databases: kills, sixteen writers, and how long a hundred thousand concerns take.

python -m benchmarks.register [--kills N] [--rows N] [--only sqlite|postgresql]

PostgreSQL is a server of its own from the installed programs, with fsync on. The peer writes the same rows into one plain table
with the driver alone (sqlite3, psycopg): no history, no keys, no checks. Times are of the processor of this process and of the
clock.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg

from data.settings import Settings
from register.backup import backup, restore
from register.concerns import Concerns
from register.database import open_register
from register.roles import LOCAL
from tests.postgres.hard_days import GEMEENTE, faults, hard_day
from tests.postgres.server import Server, programs, start

T = TypeVar("T")
#: Writers that work together and are killed together.
TOGETHER: Final = 5
_COLUMNS: Final = ("theme", "text", "wijk", "borders_year", "heard", "channel", "seriousness", "status", "source", "source_key")  # fmt: skip


def concerns(how_many: int) -> list[dict[str, Any]]:
    """Return invented concerns, as an import would bring them."""
    return [
        {
            "theme": "afval", "text": f"Er ligt al weken grofvuil naast de container aan het plein, melding {i}",
            "wijk": f"WK9999{i % 24:02d}", "borders_year": 2025, "heard": "2025-03-01", "channel": "meldpunt",
            "seriousness": 2, "status": "nieuw", "source": "signalen", "source_key": str(i),
        }
        for i in range(how_many)
    ]  # fmt: skip


def timed(what: str, work: Callable[[], T]) -> T:
    clock, processor = time.perf_counter(), time.process_time()
    done = work()
    print(
        f"| {what} | {time.process_time() - processor:.1f} | {time.perf_counter() - clock:.1f} |", flush=True
    )
    return done


def times(settings: Settings, folder: Path, rows: int) -> None:
    print("| what | processor, s | clock, s |\n|---|---|---|")
    here = Concerns(timed("open for the first time", lambda: open_register(settings)), GEMEENTE, LOCAL)
    told, keys = concerns(rows), [f"k{i}" for i in range(rows)]
    ready = timed("check", lambda: [here.checked(one, None) for one in told])
    saved = timed("add", lambda: here.add_many(ready, keys, checked=True))
    timed("add the same again", lambda: here.add_many(ready, keys, checked=True))
    table = timed("list all", here.frame)
    timed("list what everybody may see", here.heard)
    some = {int(number): 1 for number in table["number"].head(1_000)}
    changed = timed("change 1,000", lambda: here.change_many(some, {"status": "in_behandeling"}))
    timed("undo that", lambda: here.undo(changed.batch))
    undone = timed("undo the import", lambda: here.undo(saved.batch))
    timed("do it again", lambda: here.undo(undone.batch))
    timed("backup", lambda: backup(settings, folder / "kopie.zip"))
    timed("restore", lambda: restore(settings, folder / "kopie.zip"))


def plain(settings: Settings, folder: Path, rows: int) -> None:
    """Write the rows with the driver alone."""
    values = [[one[name] for name in _COLUMNS] for one in concerns(rows)]
    made = f"create table plain ({', '.join(f'{name} text' for name in _COLUMNS)})"
    if settings.database_url:
        with psycopg.connect(settings.database_url) as connection, connection.cursor() as cursor:
            cursor.execute(made)
            cursor.executemany(f"insert into plain values ({', '.join(['%s'] * len(_COLUMNS))})", values)
        return
    with sqlite3.connect(folder / "plain.db") as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute(made)
        connection.executemany(f"insert into plain values ({', '.join('?' * len(_COLUMNS))})", values)


def hard(settings: Settings, *, writers: int, rounds: int, writes: int, what: str) -> None:
    clock = time.perf_counter()
    told = hard_day(settings, writers=writers, rounds=rounds, writes=writes)
    wrong = faults(open_register(settings), told)
    counts = json.dumps(Counter(line[1] for line in told))
    print(
        f"{what}: {counts}; lost, doubled or half: {len(wrong)}; {time.perf_counter() - clock:.1f} s",
        flush=True,
    )


@contextmanager
def servers(wanted: bool) -> Iterator[Server | None]:
    found = programs() if wanted else None
    server = start(found) if found else None
    try:
        yield server
    finally:
        if server:
            server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, servers(given.only != "sqlite") as server:
        kinds = [kind for kind in ("sqlite", "postgresql") if given.only in (None, kind)]
        for kind in kinds:

            def register(name: str, kind: str = kind) -> tuple[Settings, Path]:
                folder = Path(place) / kind / name
                folder.mkdir(parents=True)
                if kind == "sqlite":
                    return Settings(store=folder), folder
                if server is None:
                    raise SystemExit("The PostgreSQL server is not installed on this machine.")
                server.say(f"create database {name}")
                return Settings(store=folder, database_url=server.url(name)), folder

            print(f"\n{kind}\n")
            hard(register("kills")[0], writers=TOGETHER, rounds=given.kills // TOGETHER, writes=0,
                 what=f"{given.kills} kills")  # fmt: skip
            hard(register("writers")[0], writers=16, rounds=1, writes=25, what="16 writers at once")
            settings, folder = register("times")
            times(settings, folder, given.rows)
            timed("the driver alone", lambda: plain(*register("peer"), given.rows))


if __name__ == "__main__":
    main()
