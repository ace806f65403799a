"""Wijkanalyses on both databases: one edition whoever starts it, nothing slips into a settled one, nothing is deleted."""

from __future__ import annotations

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from data.settings import Settings
from register import schema
from register.backup import MANIFEST, backup, restore
from register.database import Database, bring_up_to_date, open_register
from register.errors import Conflict, NothingToUndo, RegisterError
from register.retention import expire, forget_earlier
from register.roles import NotAllowed
from register.sample import ensure_sample
from register.stories import Parts, Stories, story
from tests.postgres.conftest import ANNA, BRAM, CHIEF, GEMEENTE, on_server
from tests.postgres.test_keeping_and_forgetting import everything, filled

WIJK = "WK999901"
WORDS = "sinaasappelpannenkoek"
NEW = ("story", "story_part")


@pytest.fixture
def stories(register_database: Database) -> Stories:
    return Stories(register_database, GEMEENTE, ANNA)


@pytest.fixture
def parts(register_database: Database) -> Parts:
    return Parts(register_database, GEMEENTE, ANNA)


def test_two_authors_who_start_the_same_edition_at_once_get_one(stories: Stories, parts: Parts) -> None:
    with ThreadPoolExecutor(6) as authors:
        begun = list(authors.map(lambda _: stories.start(WIJK, 2025, 2023), range(6)))
    assert len({saved.numbers for saved in begun}) == 1
    assert sum(bool(saved.batch) for saved in begun) == 1
    first = begun[0].numbers[0]
    parts.add({"story": first, "kind": "asset", "title": "Buurthuis"})
    stories.set_status(first, 1, "vastgesteld", on=date(2024, 11, 14))
    with ThreadPoolExecutor(6) as authors:
        next_ones = set(authors.map(lambda _: stories.start(WIJK, 2025, 2025, after=first).numbers, range(6)))
    ((second,),) = next_ones
    assert [one["title"] for one in parts.of(second)] == ["Buurthuis"]


def test_what_is_added_while_somebody_settles_is_in_it_or_refused(
    register_database: Database, stories: Stories, parts: Parts
) -> None:
    first = stories.start(WIJK, 2025, 2023).numbers[0]
    action = parts.add({"story": first, "kind": "action", "title": "Koffie"}).numbers[0]
    bram = Parts(register_database, GEMEENTE, BRAM)
    with ThreadPoolExecutor(2) as others:
        with register_database.writing() as connection:
            stories._locked(connection, [first])
            adding = others.submit(bram.add, {"story": first, "kind": "asset", "title": "te laat"})
            changing = others.submit(bram.change, action, 1, {"title": "te laat"})
            connection.execute(sql("update story set status = 'vastgesteld'"))
        for attempt in (adding, changing):
            with pytest.raises(RegisterError, match="ligt vast"):
                attempt.result()
    assert [one["title"] for one in parts.of(first)] == ["Koffie"]


def test_two_who_move_at_once_end_with_an_order(
    register_database: Database, stories: Stories, parts: Parts
) -> None:
    first = stories.start(WIJK, 2025, 2023).numbers[0]
    numbers = [parts.add({"story": first, "kind": "priority", "title": name}).numbers[0] for name in "abcd"]

    def shuffle(number: int) -> None:
        for up in (True, False, True):
            parts.move(number, parts.get(number)["version"] + 9, up)

    def shuffled(number: int) -> str:
        try:
            shuffle(number)
        except RegisterError as refused:
            return str(refused)
        return ""

    with ThreadPoolExecutor(4) as authors:
        told = list(authors.map(shuffled, numbers))
    assert all("verplaatst" in one for one in told)
    with ThreadPoolExecutor(4) as authors:
        list(
            authors.map(
                lambda number: parts.move(number, parts.get(number)["version"], up=True), numbers[1::2]
            )
        )
    assert sorted(one["place"] for one in parts.of(first)) == [1, 2, 3, 4]


def test_the_database_itself_keeps_editions_and_parts_and_one_of_each(stories: Stories, parts: Parts) -> None:
    first = stories.start(WIJK, 2025, 2023).numbers[0]
    parts.add({"story": first, "kind": "asset", "title": "Buurthuis"})
    for statement in (
        *(f"delete from {table}" for table in NEW),
        f"insert into story select 99, 'x', gemeente, version, added_at, added_by, changed_at, changed_by, removed_at, "
        f"{', '.join(column.name for column in schema.story.columns[9:])} from story",
    ):
        with pytest.raises(RegisterError), stories.database.writing() as connection:
            connection.execute(sql(statement))
    assert len(parts.of(first)) == 1


def test_a_text_that_was_forgotten_is_nowhere(
    register_database: Database, stories: Stories, parts: Parts
) -> None:
    first = stories.start(WIJK, 2025, 2023).numbers[0]
    stories.change(first, 1, {"question": f"eerst {WORDS}"})
    stories.change(first, 2, {"question": f"later {WORDS}"})
    number = parts.add(
        {"story": first, "kind": "action", "title": WORDS, "owner": WORDS, "outcome": WORDS}
    ).numbers[0]
    parts.change(number, 1, {"title": f"nog eens {WORDS}"})
    later = date.today().replace(day=1, year=date.today().year + 4)
    assert expire(register_database, GEMEENTE, CHIEF, later).stories == 1
    assert WORDS not in str(everything(register_database))
    if register_database.is_file:
        folder = Path(str(register_database.engine.url.database)).parent
        assert not [file for file in folder.iterdir() if WORDS.encode() in file.read_bytes()]


# -- backup -------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a second register, on each of the two databases."""
    if request.param == "sqlite":
        return Settings(store=tmp_path / "ander")
    return on_server(request.getfixturevalue("postgres"), tmp_path / "ander")


def test_a_backup_brings_wijkanalyses_back(elsewhere: Settings, tmp_path: Path) -> None:
    here = Settings(store=tmp_path / "hier")
    ensure_sample(open_register(here), date(2026, 11, 22))
    manifest = backup(here, tmp_path / "kopie.zip")
    assert (manifest.rows["story"], manifest.revision) == (3, "0002")
    restore(elsewhere, tmp_path / "kopie.zip")
    there = open_register(elsewhere)
    assert everything(there) == everything(open_register(here))
    second = Stories(there, GEMEENTE, ANNA).editions("WK999908")[0]["number"]
    told = story(there, GEMEENTE, ANNA, second)
    assert told.before is not None
    number = Parts(there, GEMEENTE, ANNA).add({"story": second, "kind": "asset", "title": "Kiosk"}).numbers[0]
    assert number > max(one["number"] for one in told.parts)


def test_a_backup_of_before_there_were_wijkanalyses_still_goes_back(
    elsewhere: Settings, tmp_path: Path
) -> None:
    here = Settings(store=tmp_path / "hier")
    filled(here)
    backup(here, tmp_path / "nieuw.zip")
    _as_of_before(tmp_path / "nieuw.zip", tmp_path / "oud.zip")
    there = Stories(open_register(elsewhere), GEMEENTE, ANNA)
    there.start(WIJK, 2025, 2023)
    restore(elsewhere, tmp_path / "oud.zip")
    assert there.rows() == []
    now = everything(there.database)
    assert {name: rows for name, rows in now.items() if name not in NEW} == {
        name: rows for name, rows in everything(open_register(here)).items() if name not in NEW
    }
    assert there.start(WIJK, 2025, 2023).batch


def _as_of_before(source: Path, target: Path) -> None:
    """Write a backup as a version without wijkanalyses would have."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        told = json.loads(before.read(MANIFEST))
        gone = {f"register/{table}.jsonl" for table in NEW}
        told["revision"] = "0001"
        for table in NEW:
            told["rows"].pop(table)
            told["columns"].pop(table)
        told["checksums"] = {name: digest for name, digest in told["checksums"].items() if name not in gone}
        for name in before.namelist():
            if name not in gone:
                after.writestr(name, json.dumps(told) if name == MANIFEST else before.read(name))


def test_a_register_of_before_is_brought_up_to_date_with_all_that_is_in_it(
    register_settings: Settings, tmp_path: Path
) -> None:
    anna = filled(register_settings)
    with anna.database.writing() as connection:
        for table in reversed(NEW):
            connection.execute(sql(f"drop table {table}"))
        connection.execute(sql("update alembic_version set version_num = '0001'"))
    bring_up_to_date(anna.database)
    assert len(anna.rows()) == 40
    assert Stories(anna.database, GEMEENTE, ANNA).start(WIJK, 2025, 2023).batch
    with pytest.raises(RegisterError), anna.database.writing() as connection:
        connection.execute(sql("delete from story"))


def test_a_name_that_was_edited_out_goes_from_the_history_and_what_stands_now_stays(
    register_database: Database, stories: Stories, parts: Parts
) -> None:
    first = stories.start(WIJK, 2025, 2023).numbers[0]
    stories.change(first, 1, {"question": f"Wat doet {WORDS}?", "harmless": [WORDS]})
    stories.change(first, 2, {"question": "Wat doen buren?"})
    number = parts.add({"story": first, "kind": "strength", "title": "Buren", "text": WORDS}).numbers[0]
    edited = parts.change(number, 1, {"text": "Buren helpen elkaar"})
    with pytest.raises(Conflict):
        Parts(register_database, GEMEENTE, BRAM).change(number, 1, {"text": f"{WORDS} ook"})
    stories.set_status(first, 3, "vastgesteld", on=date(2024, 11, 14))
    with pytest.raises(NotAllowed):
        forget_earlier(parts, {number: 2})
    chief = Stories(register_database, GEMEENTE, CHIEF)
    with pytest.raises(RegisterError, match="er is niets gewist"):
        forget_earlier(chief, {first: 3})
    assert WORDS in str(everything(register_database))
    done = forget_earlier(chief, {first: 4})
    assert (done.stories, done.parts) == (1, 1)
    assert WORDS not in str(everything(register_database))
    assert parts.get(number)["text"] == "Buren helpen elkaar"
    assert (stories.get(first)["question"], stories.get(first)["status"]) == (
        "Wat doen buren?",
        "vastgesteld",
    )
    assert parts.conflicts().empty
    told = parts.history(number)
    assert told[["actor", "kind", "field"]].drop_duplicates().to_numpy().tolist()[-2:] == [
        ["anna", "changed", "text"],
        ["chef", "forgotten", "earlier_texts"],
    ]
    with pytest.raises((NothingToUndo, RegisterError)):
        parts.undo(edited.batch)
    assert parts.get(number)["text"] == "Buren helpen elkaar"


def test_who_still_has_the_old_text_before_them_overwrites_nothing_after_it_was_wiped(
    register_database: Database, stories: Stories, parts: Parts
) -> None:
    first = stories.start(WIJK, 2025, 2023).numbers[0]
    number = parts.add({"story": first, "kind": "strength", "title": "Buren", "text": WORDS}).numbers[0]
    # Emptied: what was wiped must not look like what stands there now.
    edited = parts.change(number, 1, {"text": None})
    forget_earlier(Parts(register_database, GEMEENTE, CHIEF), {number: 2})
    with pytest.raises(NothingToUndo):
        parts.undo(edited.batch)
    with pytest.raises(Conflict):
        Parts(register_database, GEMEENTE, BRAM).change(number, 1, {"text": "Buurvrouw helpt"})
    assert parts.get(number)["text"] is None
    # And on from here all goes as before.
    later = parts.change(number, 3, {"text": "Buren helpen elkaar"})
    parts.undo(later.batch)
    assert parts.get(number)["text"] is None
