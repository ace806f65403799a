"""A file comes in, goes back and comes in again, on both databases alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from register.concerns import Concerns
from register.database import Database
from register.errors import RegisterError
from register.importing import Choice, NothingToImport, Preview, commit, preview, proposed, read
from register.roles import LOCAL
from register.themes import DEFAULT
from tests.spec.test_signals_come_in import FIRST, HEADING, SECOND, town


@pytest.fixture
def concerns(register_database: Database) -> Concerns:
    return Concerns(register_database, "GM9998", LOCAL)


def look(concerns: Concerns, *lines: str) -> Preview:
    source = read("\n".join([HEADING, *lines]).encode(), "meldingen.csv")
    return preview(source, proposed(source, DEFAULT), town(), concerns, DEFAULT)


def test_a_file_comes_in_once_goes_back_whole_and_comes_in_again(concerns: Concerns) -> None:
    saved = commit(look(concerns, FIRST, SECOND), Choice(), concerns)
    assert concerns.frame()["text"].tolist() == ["Container vol", "Te hard rijden"]
    with pytest.raises(NothingToImport):
        commit(look(concerns, FIRST, SECOND), Choice(), concerns)
    concerns.undo(saved.batch)
    assert concerns.frame().empty
    assert commit(look(concerns, FIRST, SECOND), Choice(), concerns).numbers == saved.numbers


def test_what_changed_at_the_source_is_changed_and_what_a_colleague_changed_is_kept_apart(
    concerns: Concerns,
) -> None:
    one, two = commit(look(concerns, FIRST, SECOND), Choice(), concerns).numbers
    concerns.change(two, 1, {"text": "Te hard rijden bij de school"})
    theirs = look(concerns, FIRST.replace("vol", "overvol"), SECOND.replace("Te hard", "Veel te hard"))
    saved = commit(theirs, Choice(), concerns)
    assert (saved.numbers, len(saved.conflicts)) == ((one,), 1)
    assert concerns.frame()["text"].tolist() == ["Container overvol", "Te hard rijden bij de school"]


def test_the_same_file_by_four_people_at_once_makes_no_doubles(concerns: Concerns) -> None:
    lines = [f"{i};04-03-2025;Noord;Afval;Container {i};telefoon;Gemeld" for i in range(50)]
    previews = [look(concerns, *lines) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        saved = list(threads.map(lambda one: commit(one, Choice(), concerns), previews))
    assert sum(len(each.numbers) for each in saved) == len(concerns.frame()) == 50


def test_a_fault_halfway_leaves_nothing_of_the_file(
    concerns: Concerns, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = look(concerns, FIRST, SECOND)

    def fail(*_: object, **__: object) -> None:
        raise RegisterError("de server viel om")

    with monkeypatch.context() as halfway:
        halfway.setattr("register._trail.write", fail)
        with pytest.raises(RegisterError):
            commit(ready, Choice(), concerns)
    assert concerns.frame(removed=True).empty
    assert len(commit(ready, Choice(), concerns).numbers) == 2
