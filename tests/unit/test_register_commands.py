"""The commands for the register: texts that expire, a backup and the way back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

import cli
from data.settings import load_settings
from register.concerns import Concerns
from register.database import Database, open_register
from register.roles import LOCAL

SECRET = "de put bij het plein stinkt"
LONG_AGO = "2020-01-01T00:00:00.000000+00:00"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **more: CliRunner().invoke(cli.app, [str(one) for one in arguments], **more)


def add(gemeente: str = "GM0001", words: str = SECRET, **fields: object) -> int:
    heard = {
        "theme": "afval",
        "text": words,
        "wijk": "WK000101",
        "heard": date.today().isoformat(),
        "borders_year": 2025,
        "channel": "gesprek",
        "seriousness": 2,
    }
    return concerns(gemeente).add({**heard, **fields}).numbers[0]


def concerns(gemeente: str = "GM0001") -> Concerns:
    return Concerns(open_register(load_settings()), gemeente, LOCAL)


def finished_long_ago(gemeente: str = "GM0001") -> int:
    number = add(gemeente, status="afgerond")
    with open_register(load_settings()).writing() as connection:
        connection.execute(
            text("update concern set changed_at = :at where number = :number"),
            {"at": LONG_AGO, "number": number},
        )
    return number


def texts(gemeente: str = "GM0001") -> list[str]:
    return concerns(gemeente).frame()["text"].tolist()


# -- retention ---------------------------------------------------------------------------------------


def test_retention_takes_texts_away_of_every_gemeente_and_leaves_what_is_open(
    run: Callable[..., Result],
) -> None:
    finished_long_ago()
    finished_long_ago("GM0002")
    add(words="er is te weinig licht")
    result = run("retention")
    assert result.exit_code == 0, result.output
    assert "GM0001: de teksten van 1 zorg en 0 bezoeken zijn weggehaald." in result.output
    assert "GM0002: de teksten van 1 zorg" in result.output
    assert texts() == ["", "er is te weinig licht"]
    assert texts("GM0002") == [""]


def test_a_dry_run_says_what_would_go_and_changes_nothing(run: Callable[..., Result]) -> None:
    finished_long_ago()
    result = run("retention", "--dry-run")
    assert (
        "GM0001: de teksten van 1 zorg en 0 bezoeken zouden weggaan. Er is niets veranderd." in result.output
    )
    assert texts() == [SECRET]


def test_one_gemeente_leaves_the_others_alone_also_when_it_is_no_gemeente_any_more(
    run: Callable[..., Result],
) -> None:
    finished_long_ago()
    finished_long_ago("GM0398")
    assert run("retention", "--gemeente", "GM0398").exit_code == 0
    assert texts("GM0398") == [""]
    assert texts() == [SECRET]


def test_the_log_of_retention_is_one_line_of_json_per_gemeente(run: Callable[..., Result]) -> None:
    finished_long_ago()
    (line,) = run("retention", "--json").stdout.splitlines()
    told = json.loads(line)
    assert told.pop("at")
    assert told == {
        "event": "retention",
        "gemeente": "GM0001",
        "dry_run": False,
        "concerns": 1,
        "visits": 0,
        "stories": 0,
        "story_parts": 0,
        "cleaned": True,
    }


def test_texts_that_a_reader_keeps_in_the_log_of_the_database_are_told_by_the_exit_code(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    finished_long_ago()
    with monkeypatch.context() as while_somebody_reads:
        while_somebody_reads.setattr(Database, "forget_deleted", lambda self: False)
        result = run("retention")
    assert result.exit_code == cli.NOT_ALL
    assert "omdat iemand aan het lezen is" in result.stderr
    assert texts() == [""]
    assert run("retention").exit_code == 0


def test_an_empty_register_and_an_unknown_gemeente_are_told(run: Callable[..., Result]) -> None:
    assert "Het register is leeg" in run("retention").output
    result = run("retention", "--gemeente", "Nergenshuizen")
    assert result.exit_code == cli.WRONG_INPUT
    assert "Er is geen gemeente met de naam of code 'Nergenshuizen'" in result.stderr


# -- backup and restore ------------------------------------------------------------------------------


def test_what_was_thrown_away_after_a_backup_comes_back_and_what_was_there_is_kept(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    number = add()
    made = run("backup", "kopie.zip")
    assert made.exit_code == 0, made.output
    assert "De reservekopie staat in kopie.zip: 1 zorg en 0 bezoeken" in made.output
    add(words="alleen in het nieuwe register")
    result = run("restore", "kopie.zip", "--ja")
    assert result.exit_code == 0, result.output
    assert concerns().frame()[["number", "text"]].to_numpy().tolist() == [[number, SECRET]]
    (kept,) = (tmp_path / "store").glob("wijkradar-voor-terugzetten-*.zip")
    assert str(kept) in result.output.replace("\n", "")
    assert run("restore", kept, "--ja").exit_code == 0
    assert texts() == [SECRET, "alleen in het nieuwe register"]


def test_restore_asks_first_and_a_no_changes_nothing(run: Callable[..., Result]) -> None:
    add()
    run("backup", "kopie.zip")
    add(words="nieuw")
    for answer in ("nee\n", "\n", ""):
        result = run("restore", "kopie.zip", input=answer)
        assert result.exit_code == cli.WRONG_INPUT
        assert "Er is niets teruggezet" in result.stderr
    assert texts() == [SECRET, "nieuw"]
    result = run("restore", "kopie.zip", input="Ja\n")
    assert re.search(r"zoals het was op \d\d-\d\d-20\d\d om \d\d\.\d\d uur: 1 zorg", result.stdout)
    assert texts() == [SECRET]


def test_a_backup_goes_into_a_folder_under_a_name_with_the_date_and_logs_json(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    add()
    (tmp_path / "kopieen").mkdir()
    told = json.loads(run("backup", "kopieen", "--json").stdout)
    assert told["event"] == "backup"
    assert told["rows"]["concern"] == 1
    (file,) = (tmp_path / "kopieen").iterdir()
    assert file.name.startswith("wijkradar-")
    assert file.suffix == ".zip"
    assert told["file"].endswith(file.name)


def test_what_cannot_be_written_or_put_back_is_one_sentence(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    add()
    (tmp_path / "oud.zip").write_bytes(b"geen zip")
    for command in (("backup", "oud.zip"), ("restore", "oud.zip", "--ja"), ("restore", "weg.zip", "--ja")):
        result = run(*command)
        assert result.exit_code == cli.WRONG_INPUT, command
        assert len(result.stderr.strip().splitlines()) == 1, command
    assert (tmp_path / "oud.zip").read_bytes() == b"geen zip"
    assert texts() == [SECRET]
