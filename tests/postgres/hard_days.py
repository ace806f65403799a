"""Writers that are killed in the middle, and many at once: what they were told is kept must be there, once.

python -m tests.postgres.hard_days STORE URL WRITERS ROUNDS WRITES

Imports little and forks its writers, so that a hundred of them cost seconds. A writer tells through a pipe what it was told is
kept; with WRITES 0 it goes on until it is killed, in the middle of whatever it is doing.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select as pick
from sqlalchemy import text

from data.settings import ROOT, Settings
from register import schema
from register._trail import read
from register.concerns import Concerns
from register.database import Database, open_register
from register.errors import Conflict
from register.roles import Actor, Role

GEMEENTE: Final = "GM9999"
#: Records that all writers change.
SHARED: Final = 4
_FIRST: Final = {"theme": "afval", "wijk": "WK999901", "heard": "2025-03-01", "channel": "gesprek"}


def _concerns(settings: Settings, who: str) -> Concerns:
    return Concerns(open_register(settings), GEMEENTE, Actor(who, Role.COORDINATOR))


def _write(settings: Settings, who: str, writes: int, out: int) -> None:
    concerns, chance = _concerns(settings, who), random.Random(who)
    mine: list[int] = []

    def tell(*what: object) -> None:
        os.write(out, json.dumps([who, *what]).encode() + b"\n")

    turn = 0
    while turn < writes or not writes:
        key = f"{who}-{turn}"
        mine.append(concerns.add(_FIRST | {"text": f"gehoord door {key}"}, key).numbers[0])
        tell("added", key)
        number = chance.randint(1, SHARED)
        seen = concerns.get(number)
        try:
            # With a value of its own: two who want the same are not in conflict.
            saved = concerns.change(number, seen["version"], {"owner": key})
            tell("changed", saved.batch)
        except Conflict as error:
            tell("conflict", error.conflict)
        if turn % 3 == 2:
            concerns.link(*mine[-2:])
            tell("linked", *mine[-2:])
        turn += 1
        # SQLite keeps no queue: of writers that never stop for a moment some would wait for very long.
        time.sleep(chance.uniform(0.0, 0.004))


def _fork(settings: Settings, who: str, writes: int) -> tuple[int, int]:
    inlet, out = os.pipe()
    pid = os.fork()
    if pid:
        os.close(out)
        return pid, inlet
    os.close(inlet)
    status = 1
    try:
        _write(settings, who, writes, out)
        status = 0
    finally:
        os._exit(status)


def _round(settings: Settings, name: str, writers: int, writes: int) -> Iterator[list[Any]]:
    running = [_fork(settings, f"{name}-{writer}", writes) for writer in range(writers)]
    if not writes:
        # Somewhere in the writes that follow, once every writer was told of its first.
        for _, inlet in running:
            select.select([inlet], [], [], 60)
        time.sleep(random.uniform(0.0, 0.05))
        for pid, _ in running:
            os.kill(pid, signal.SIGKILL)
    for pid, inlet in running:
        with os.fdopen(inlet, "rb") as told:
            # The last line of who is killed may be half a line: then nobody was told.
            yield from (
                json.loads(line) for line in told.read().splitlines(keepends=True) if line.endswith(b"\n")
            )
        _, status = os.waitpid(pid, 0)
        killed = os.WIFSIGNALED(status)
        if killed != (not writes) or (not killed and os.WEXITSTATUS(status)):
            yield [f"{name}", "failed", status]


def _warm_up(settings: Settings) -> None:
    """Load and compile what the writers need, and leave no connection open for them to inherit."""
    database = open_register(settings)
    concerns = Concerns(database, "GM0000", Actor("eerste", Role.COORDINATOR))
    one, two = (concerns.add(_FIRST | {"text": "vooraf"}).numbers[0] for _ in range(2))
    for owner in ("een", "twee"):
        with suppress(Conflict):
            concerns.change(one, 1, {"owner": owner})
    concerns.link(one, two)
    database.engine.dispose()


def main() -> None:
    """Let writers write, round after round, and print what they were told."""
    store, url, writers, rounds, writes = sys.argv[1:]
    settings = Settings(store=Path(store), database_url=url)
    _warm_up(settings)
    told = [
        line
        for turn in range(int(rounds))
        for line in _round(settings, f"ronde{turn}", int(writers), int(writes))
    ]
    sys.stdout.write(json.dumps(told))


def hard_day(settings: Settings, *, writers: int, rounds: int, writes: int = 0) -> list[list[Any]]:
    """Run writers in processes of their own; with ``writes`` 0 they are killed.

    Returns
    -------
    list
        What the writers were told: name of the writer, and ``added`` and a key, ``changed`` and a batch, ``conflict`` and its
        number, ``linked`` and two numbers, or ``failed`` and a status.
    """
    first = _concerns(settings, "eerste")
    first.add_many(
        [_FIRST | {"text": f"van iedereen {i}"} for i in range(SHARED)],
        [f"gedeeld-{i}" for i in range(SHARED)],
    )
    asked = [str(settings.store), settings.database_url, str(writers), str(rounds), str(writes)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.postgres.hard_days", *asked],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    told: list[list[Any]] = json.loads(done.stdout)
    return told


def faults(database: Database, told: list[list[Any]]) -> list[str]:
    """Return what is lost, doubled or half, in words; nothing when all is well."""
    with database.reading(snapshot=True) as connection:
        rows = [dict(row) for row in connection.execute(pick(schema.concern)).mappings()]
        steps = read(connection, schema.change.c.entity == "concern")
        links = {(row.first, row.second) for row in connection.execute(pick(schema.concern_link))}
        conflicts = set(connection.execute(pick(schema.conflict.c.id)).scalars())
        sound = connection.execute(text("pragma integrity_check")).scalar() if database.is_file else "ok"
    keys, batches = Counter(row["key"] for row in rows), {step.batch for step in steps}
    wrong = [] if sound == "ok" else [f"the file is not sound: {sound}"]
    wrong += [f"{key} stands there {count} times" for key, count in keys.items() if count > 1]
    for who, what, *which in told:
        there = {
            "added": lambda which=which: which[0] in keys,
            "changed": lambda which=which: which[0] in batches,
            "conflict": lambda which=which: which[0] in conflicts,
            "linked": lambda which=which: (min(which), max(which)) in links,
        }.get(what, lambda: False)
        if not there():
            wrong.append(f"{who}: {what} {which}")
    return wrong + list(_disagreements(rows, steps, links))


def _disagreements(
    rows: list[dict[str, Any]], steps: list[Any], links: set[tuple[int, int]]
) -> Iterator[str]:
    """Compare every record with its history, read from the beginning."""
    versions: dict[int, list[int]] = {row["number"]: [] for row in rows}
    fields: dict[int, dict[str, Any]] = {row["number"]: {} for row in rows}
    linked: set[tuple[int, int]] = set()
    for step in steps:
        if step.number not in versions:
            yield f"the history tells of {step.number}, which is not there"
            continue
        versions[step.number].append(step.version)
        for name, (_, after) in step.fields.items():
            if name == "linked":
                linked.add((min(step.number, after), max(step.number, after)))
            else:
                fields[step.number][name] = after
    for row in rows:
        number = row["number"]
        if versions[number] != list(range(1, row["version"] + 1)):
            yield f"{number} has version {row['version']} and a history of {versions[number]}"
        yield from (
            f"{number}: {name} is {row[name]!r} and should be {value!r}"
            for name, value in fields[number].items()
            if row[name] != value
        )
    if linked != links:
        yield f"links {links ^ linked} stand in one place only"


if __name__ == "__main__":
    main()
