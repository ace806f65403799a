"""`cli.py refresh`: one summary line, an exit code that a job can act on, and one run at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
from data.fetch_report import keep, last_report
from data.fetching import only_run
from data.store import Store
from tests.service.standin import StandIn

Run = Callable[..., Result]


@pytest.fixture
def run(standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    standin.rename_regions({"GM9999": "GM0917"}, range(2013, 2027), {"GM0917": "Heerlen"})
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path))
    # What comes in is worked out after it was told (`tests/unit/test_cli.py` holds that); here it would only take its time.
    monkeypatch.setattr("commands.figures.prepare", lambda *_, **__: None)
    for name in ("CBS_URL", "CBS_V4_URL", "PDOK_URL"):
        monkeypatch.setenv(f"WIJKRADAR_{name}", standin.address)
    return lambda *arguments: CliRunner().invoke(cli.app, ["refresh", *arguments])


def test_a_gemeente_is_fetched_by_code_or_name_and_told_in_one_line(run: Run, tmp_path: Path) -> None:
    result = run("Heerlen", "--years", "2016-2018,2020")
    assert result.exit_code == 0, result.output
    assert "Heerlen (GM0917): tabellen: 4 nieuw;" in result.stdout
    assert [record.year for record in Store(tmp_path).tables("GM0917")] == [2016, 2017, 2018, 2020]


def test_without_a_gemeente_what_was_fetched_before_is_refreshed(run: Run) -> None:
    run("GM0917", "--years", "2020")
    result = run("--years", "2020")
    assert result.exit_code == 0, result.output
    assert "Heerlen (GM0917): tabellen: 1 ongewijzigd;" in result.stdout


def test_one_gemeente_that_was_divided_does_not_keep_the_others_waiting(run: Run, tmp_path: Path) -> None:
    run("GM0917", "--years", "2020")
    report = last_report(tmp_path, "GM0917")
    assert report is not None
    keep(tmp_path, replace(report, gemeente="GM0788", name="Haaren"))
    result = run("--years", "2020")
    assert result.exit_code == 1
    assert "Haaren is geen gemeente meer en is verdeeld over" in result.stderr
    assert "Heerlen (GM0917): tabellen: 1 ongewijzigd;" in result.stdout


def test_the_log_is_json_on_request(run: Run) -> None:
    result = run("GM0917", "--years", "2020", "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["event"] for event in events[-1:]] == ["summary"]
    assert {event["event"] for event in events[:-1]} == {"outcome"}
    assert events[0] | {"kind": "table", "year": 2020, "state": "taken"} == events[0]
    assert events[-1]["complete"] is True


def test_what_failed_is_told_and_gives_exit_code_1(run: Run, standin: StandIn) -> None:
    standin.fault("error", table="84799NED")
    result = run("GM0917", "--years", "2019-2020")
    assert result.exit_code == 1
    assert "2020, tabel 84799NED: mislukt" in result.stderr
    assert "1 nieuw, 1 mislukt" in result.stdout


def test_what_was_held_back_gives_exit_code_1_until_it_is_accepted(run: Run, standin: StandIn) -> None:
    run("GM0917", "--years", "2020")
    standin.modified["84799NED"] = "2026-11-01T02:00:00"
    standin.fault("emptied", table="84799NED", column="GemiddeldeWOZWaardeVanWoningen")
    assert run("GM0917", "--years", "2020").exit_code == 1
    assert run("GM0917", "--accept", "2020").exit_code == 0


def test_a_second_run_does_not_start(run: Run, tmp_path: Path) -> None:
    with only_run(tmp_path):
        result = run("GM0917", "--years", "2020")
    assert result.exit_code == 3
    assert "al cijfers opgehaald" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Atlantis"], "Atlantis"),
        ([], "nog geen gemeente opgehaald"),
        (["GM0917", "--years", "vorig jaar"], "niet te lezen"),
        (["GM0917", "--years", "1980"], "geen tabel"),
        (["GM0917", "--years", "2999-99999999999999"], "geen tabel"),
        (["GM0917", "--years", "2020²"], "niet te lezen"),
    ],
)
def test_wrong_input_is_one_sentence_and_exit_code_2(
    run: Run, standin: StandIn, arguments: list[str], told: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert standin.count() == 0
