"""Retention takes texts out for good; a backup brings everything back, also on the other database."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from data.settings import Settings
from register import database as registers
from register import schema
from register.backup import MANIFEST, BackupError, backup, restore
from register.concerns import Concerns
from register.database import Database, open_register
from register.errors import Conflict, NothingToUndo, RegisterError
from register.retention import DEFAULT_MONTHS, due, expire, forget, set_terms, terms, terms_version
from register.roles import NotAllowed
from register.visits import Visits
from tests.postgres.conftest import ANNA, BRAM, CHIEF, GEMEENTE, on_server
from tests.postgres.test_records import heard, told

WORDS = "sinaasappelpannenkoek"
LATER = date(date.today().year + 4, 1, 1)


def everything(database: Database) -> dict[str, list[Any]]:
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in schema.metadata.sorted_tables
        }  # fmt: skip


def closed(anna: Concerns) -> int:
    number = anna.add(heard(text=f"eerst {WORDS}", owner=WORDS, x=192_041.0, y=321_077.0), "k").numbers[0]
    anna.change(number, 1, {"text": f"later {WORDS}", "harmless": [WORDS]})
    with pytest.raises(Conflict):
        Concerns(anna.database, GEMEENTE, BRAM).change(number, 1, {"text": f"anders {WORDS}"})
    anna.change(number, 2, {"status": "afgerond", "done": WORDS, "feedback": WORDS})
    return number


def test_a_text_past_its_term_is_gone_everywhere_and_still_counts(
    anna: Concerns, register_database: Database
) -> None:
    number = closed(anna)
    open_one = anna.add(heard(text="blijft staan")).numbers[0]
    visits = Visits(register_database, GEMEENTE, ANNA)
    visit = visits.add({"wijk": "WK999901", "aim": WORDS, "day": "2025-05-01", "status": "gedaan"}).numbers[0]
    report = expire(register_database, GEMEENTE, CHIEF, LATER)
    assert (report.concerns, report.visits, report.cleaned) == (1, 1, True)
    assert WORDS not in str(everything(register_database))
    found = anna.get(number)
    assert (found["text"], found["x"], found["owner"], found["key"]) == ("", None, None, "k")
    assert (found["theme"], found["status"]) == ("afval", "afgerond")
    assert sorted(anna.heard()["number"]) == [number, open_one]
    assert visits.get(visit)["outcome"] is None
    assert told(anna, number)[-1][:4] == (4, "chef", "expired", "expired_at")
    assert anna.conflicts().empty
    if register_database.is_file:
        folder = Path(str(register_database.engine.url.database)).parent
        assert not [file for file in folder.iterdir() if WORDS.encode() in file.read_bytes()]
    assert anna.add(heard(), "k").batch == ""
    assert expire(register_database, GEMEENTE, CHIEF, LATER).concerns == 0


def test_what_expired_can_neither_be_undone_nor_written_again(
    anna: Concerns, register_database: Database
) -> None:
    number = closed(anna)
    expire(register_database, GEMEENTE, CHIEF, LATER)
    for batch in anna.history(number)["batch"].unique():
        with pytest.raises(NothingToUndo, match="bewaartermijn"):
            anna.undo(batch)
    with pytest.raises(RegisterError, match="bewaartermijn"):
        anna.change(number, 4, {"text": "toch weer"})


def test_an_administrator_can_have_one_text_forgotten_at_once_whatever_its_term(
    anna: Concerns, register_database: Database
) -> None:
    number = anna.add(heard(text=f"eerst {WORDS}")).numbers[0]
    anna.change(number, 1, {"text": f"later {WORDS}"})
    kept = anna.add(heard(text="blijft staan")).numbers[0]
    visits = Visits(register_database, GEMEENTE, CHIEF)
    visit = visits.add({"wijk": "WK999901", "aim": WORDS, "day": "2025-05-01"}).numbers[0]
    chief = Concerns(register_database, GEMEENTE, CHIEF)
    with pytest.raises(NotAllowed):
        forget(anna, {number: 2})
    with pytest.raises(RegisterError, match="er is niets gewist"):
        forget(chief, {number: 1})
    assert forget(chief, {number: 2}).concerns == 1
    assert forget(visits, {visit: 1}).visits == 1
    assert WORDS not in str(everything(register_database))
    assert (anna.get(number)["status"], visits.get(visit)["status"]) == ("vervallen", "afgezegd")
    assert anna.get(kept)["text"] == "blijft staan"
    assert sorted(anna.heard()["number"]) == [number, kept]


def test_terms_are_set_by_the_administrator_and_open_concerns_never_expire(
    anna: Concerns, register_database: Database
) -> None:
    today = date.today()
    anna.add(heard())
    gone = anna.add(heard(status="vervallen")).numbers[0]
    set_terms(register_database, GEMEENTE, CHIEF, DEFAULT_MONTHS | {"vervallen": 12}, None)
    assert terms(register_database, GEMEENTE, ANNA)["vervallen"] == 12
    assert terms_version(register_database, GEMEENTE, ANNA) == 1
    in_eleven = date(today.year + (today.month + 10) // 12, (today.month + 10) % 12 + 1, 1)
    assert not due(register_database, GEMEENTE, CHIEF, in_eleven)["expires"].any()
    in_years = due(register_database, GEMEENTE, CHIEF, LATER).set_index("number")
    assert in_years.index[in_years["expires"]].tolist() == [gone]
    assert in_years["months"].min() >= 36
    assert expire(register_database, GEMEENTE, CHIEF, LATER, dry=True).concerns == 1
    assert anna.get(gone)["text"]
    for attempt in (expire, due):
        with pytest.raises(NotAllowed, match="beheerder"):
            attempt(register_database, GEMEENTE, ANNA, LATER)
    with pytest.raises(NotAllowed):
        set_terms(register_database, GEMEENTE, ANNA, DEFAULT_MONTHS, 1)


# -- backup -------------------------------------------------------------------------------------------


def filled(settings: Settings) -> Concerns:
    anna = Concerns(open_register(settings), GEMEENTE, ANNA)
    saved = anna.add_many([heard(text=f"nummer {i} é😀") for i in range(40)], [f"k{i}" for i in range(40)])
    anna.link(*saved.numbers[:2])
    anna.change(saved.numbers[2], 1, {"harmless": ["één"], "owner": "Anna", "x": 192_041.0, "y": 321_077.0})
    shelf = settings.store / "scenarios"
    shelf.mkdir(parents=True, exist_ok=True)
    (shelf / "GM9999.json").write_text('{"format": 1}')
    return anna


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a second register, on each of the two databases."""
    if request.param == "sqlite":
        return Settings(store=tmp_path / "ander")
    return on_server(request.getfixturevalue("postgres"), tmp_path / "ander")


def test_a_backup_comes_back_as_it_was_on_either_database(
    register_settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    anna = filled(register_settings)
    seen: list[float] = []
    manifest = backup(register_settings, tmp_path / "kopie.zip", seen.append)
    assert (manifest.rows["concern"], seen[-1]) == (40, 1.0)
    there = Concerns(open_register(elsewhere), GEMEENTE, BRAM)
    there.add_many([heard(text="was er al")] * 50, [f"ander {i}" for i in range(50)])
    restored = restore(elsewhere, tmp_path / "kopie.zip")
    assert everything(there.database) == everything(anna.database)
    assert (elsewhere.store / "scenarios" / "GM9999.json").read_text() == '{"format": 1}'
    assert there.add(heard()).numbers[0] > 50
    assert there.linked(1) == (2,)
    with pytest.raises(RegisterError), there.database.writing() as connection:
        connection.execute(schema.change.delete())
    # Who still has a record on the screen that was put back from before it overwrites nothing.
    assert there.change_many({1: 9}, {"owner": "van voor de kopie"}).conflicts
    restore(elsewhere, restored.kept)  # type: ignore[arg-type]
    assert there.frame()["text"].unique().tolist() == ["was er al"]
    assert not (elsewhere.store / "scenarios" / "GM9999.json").exists()


def spoiled(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
    return target


def as_newer(name: str, content: bytes) -> bytes:
    return json.dumps(json.loads(content) | {"revision": "9999"}).encode() if name == MANIFEST else content


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda name, content: content.replace(b"nummer 7", b"nummer 8"), r"bij register/concern.jsonl, is beschadigd"),
        (lambda name, content: b"" if name.endswith("change.jsonl") else content, r"bij register/change.jsonl"),
        (lambda name, content: content.replace(b"winkel/scenarios/GM9999", b"winkel/../../x"), "beschadigd"),
        (lambda name, content: b"{}" if name == MANIFEST else content, "geen reservekopie"),
        (as_newer, "nieuwere versie"),
    ],
)  # fmt: skip
def test_a_damaged_or_newer_backup_changes_nothing(
    tmp_path: Path, change: Callable[[str, bytes], bytes], match: str
) -> None:
    settings = Settings(store=tmp_path / "store")
    before = everything(filled(settings).database)
    backup(settings, tmp_path / "kopie.zip")
    with pytest.raises(BackupError, match=match):
        restore(settings, spoiled(tmp_path / "kopie.zip", tmp_path / "stuk.zip", change))
    assert everything(open_register(settings)) == before
    assert not list(settings.store.glob("*voor-terugzetten*"))


def test_a_failure_halfway_leaves_what_was_there(
    register_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = filled(register_settings)
    backup(register_settings, tmp_path / "kopie.zip")
    anna.add(heard(text="van daarna"))
    (register_settings.store / "scenarios" / "GM9999.json").write_text('{"format": 1, "later": 1}')
    before = everything(anna.database)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("register.backup._guards_up", fail)
    with pytest.raises(KeyboardInterrupt):
        restore(register_settings, tmp_path / "kopie.zip")
    assert everything(anna.database) == before
    assert "later" in (register_settings.store / "scenarios" / "GM9999.json").read_text()
    assert not list(register_settings.store.glob("*voor-terugzetten*"))


def test_a_backup_waits_for_who_is_writing(register_settings: Settings, tmp_path: Path) -> None:
    anna = filled(register_settings)
    backup(register_settings, tmp_path / "kopie.zip")
    with ThreadPoolExecutor(1) as others:
        with anna.database.writing() as connection:
            anna._locked(connection, [1])
            putting_back = others.submit(restore, register_settings, tmp_path / "kopie.zip")
            time.sleep(0.3)
            # Who holds a record goes on to its history: a restore that held that already would stop them both.
            anna._trail_of(connection, schema.change.c.number == 1)
        assert putting_back.result().manifest.rows["concern"] == 40


def test_a_damaged_register_is_put_aside_for_the_backup(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store")
    anna = filled(settings)
    backup(settings, tmp_path / "kopie.zip")
    anna.database.engine.dispose()
    file = settings.store / "register.db"
    file.write_bytes(b"dit was een databank" * 1000)
    with pytest.raises(RegisterError, match=r"beschadigd.*restore"):
        anna.frame()
    restored = restore(settings, tmp_path / "kopie.zip")
    assert len(anna.frame()) == 40
    assert restored.damaged is not None
    assert restored.damaged.read_bytes().startswith(b"dit was")


def test_a_register_of_a_newer_version_is_not_put_aside_as_if_it_were_damaged(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store")
    anna = filled(settings)
    backup(settings, tmp_path / "kopie.zip")
    with anna.database.writing() as connection:
        connection.execute(sql("update alembic_version set version_num = '9999'"))
    registers._open.pop(anna.database.url)
    with pytest.raises(RegisterError, match="nieuwere versie"):
        restore(settings, tmp_path / "kopie.zip")
    assert {file.suffix for file in settings.store.glob("register*")} <= {
        ".db",
        ".db-wal",
        ".db-shm",
        ".lock",
    }
    assert len(anna.rows()) == 40


def test_reading_a_backup_leaves_nothing_where_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(store=tmp_path / "store")
    backup(settings, tmp_path / "kopie.zip")
    restore(settings, tmp_path / "kopie.zip")
    assert {one.name for one in tmp_path.iterdir()} == {"store", "kopie.zip"}
    for file in (settings.store / "register.db", *settings.store.glob("*.zip")):
        assert not file.stat().st_mode & 0o077, f"{file.name} is for everybody"


def test_a_backup_is_never_written_over(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store")
    backup(settings, tmp_path / "kopie.zip")
    with pytest.raises(BackupError, match="bestaat al"):
        backup(settings, tmp_path / "kopie.zip")
    assert not oct((tmp_path / "kopie.zip").stat().st_mode & 0o077).strip("0o")
    with pytest.raises(BackupError, match="is er niet"):
        restore(settings, tmp_path / "weg.zip")
