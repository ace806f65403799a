"""Scenarios that users keep: by name, undone in one step, and never lost to a damaged file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from data.errors import StoreError, UserError
from register.scenarios import LONGEST_NAME, Kept, ScenarioError, Scenarios, from_json, to_json

CHANGE = {"kind": "measure", "need": "wmo", "percent": -10.0, "from_year": 2027, "regions": ["WK051801"]}


def record(name: str, *changes: dict[str, object], note: str = "") -> dict[str, object]:
    return {"name": name, "changes": list(changes or (CHANGE,)), "note": note}


@pytest.fixture
def kept(tmp_path: Path) -> Scenarios:
    return Scenarios(tmp_path, "GM0518")


def names(kept: Scenarios) -> list[str]:
    return [scenario.name for scenario in kept.shelf().scenarios]


def test_nothing_is_kept_and_nothing_is_written_before_somebody_saves(kept: Scenarios, tmp_path: Path):
    assert kept.shelf().scenarios == ()
    assert list(tmp_path.iterdir()) == []


def test_what_is_saved_is_there_for_everybody_after_a_restart(kept: Scenarios, tmp_path: Path):
    saved = kept.save(record("  Meer \n preventie ", note="Overleg van mei"))
    again = Scenarios(tmp_path, "GM0518").get("meer PREVENTIE")
    assert again == saved
    assert again.name == "Meer preventie"
    assert again.record() == {"name": "Meer preventie", "note": "Overleg van mei", "changes": [CHANGE]}
    assert Scenarios(tmp_path, "GM0917").shelf().scenarios == ()


def test_a_name_is_unique_unless_the_scenario_is_replaced(kept: Scenarios):
    kept.save(record("Plan"))
    with pytest.raises(ScenarioError, match="al een scenario"):
        kept.save(record("PLAN"))
    kept.save(record("PLAN", note="nieuw"), replacing=True)
    assert [(one.name, one.note) for one in kept.shelf().scenarios] == [("PLAN", "nieuw")]


@pytest.mark.parametrize(("name", "told"), [("", "een naam"), (" \n ", "een naam"), ("x" * 61, "61")])
def test_a_name_that_will_not_do_is_told_in_dutch(kept: Scenarios, name: str, told: str):
    with pytest.raises(ScenarioError, match=told):
        kept.save(record(name))
    assert names(kept) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "x"},
        {"name": "x", "changes": ["y"]},
        {"name": "x", "changes": [{"percent": 3}]},
        {"name": 3, "changes": []},
        {"name": "x", "changes": [{"kind": "measure", "percent": float("nan")}]},
        {"name": "x", "changes": [{"kind": "measure", "thing": object()}]},
    ],
)
def test_nonsense_is_not_kept(kept: Scenarios, wrong: dict[str, object]):
    with pytest.raises(UserError):
        kept.save(wrong)
    assert names(kept) == []


def test_rename_copy_and_delete(kept: Scenarios):
    kept.save(record("Plan B"))
    kept.save(record("plan a"))
    assert names(kept) == ["plan a", "Plan B"]
    assert kept.copy("Plan B").name == "Plan B (kopie)"
    assert kept.copy("Plan B").name == "Plan B (kopie 2)"
    assert kept.copy("Plan B", "Ander").changes == kept.get("Plan B").changes
    assert kept.rename("Plan B", "PLAN B").name == "PLAN B"
    with pytest.raises(ScenarioError, match="al een scenario"):
        kept.rename("PLAN B", "Ander")
    kept.delete("ander")
    assert names(kept) == ["plan a", "PLAN B", "Plan B (kopie)", "Plan B (kopie 2)"]
    with pytest.raises(ScenarioError, match="geen scenario"):
        kept.delete("Ander")


def test_a_copy_of_the_longest_name_still_fits(kept: Scenarios):
    kept.save(record("x" * LONGEST_NAME))
    assert len(kept.copy("x" * LONGEST_NAME).name) == LONGEST_NAME


def test_the_last_change_can_be_taken_back_once(kept: Scenarios, tmp_path: Path):
    kept.save(record("Plan"))
    kept.delete("Plan")
    assert kept.shelf().undo == "het verwijderen van ‘Plan’"
    assert Scenarios(tmp_path, "GM0518").undo() == "het verwijderen van ‘Plan’"
    assert names(kept) == ["Plan"]
    with pytest.raises(ScenarioError, match="niets om ongedaan"):
        kept.undo()


def test_what_is_refused_leaves_the_former_undo(kept: Scenarios):
    kept.save(record("Plan"))
    with pytest.raises(ScenarioError):
        kept.delete("Iets anders")
    assert kept.shelf().undo == "het bewaren van ‘Plan’"


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"format": 1, "scenarios": 3, "undo": null}', b"\xff\xfe\x00"]
)
def test_a_damaged_file_is_told_and_kept_aside(kept: Scenarios, content: bytes):
    kept.folder.mkdir()
    kept.file.write_bytes(content)
    shelf = kept.shelf()
    assert shelf.scenarios == ()
    assert "niet te lezen" in shelf.damage
    with pytest.raises(ScenarioError):
        kept.delete("Plan")
    assert kept.file.read_bytes() == content
    kept.save(record("Plan"))
    assert names(kept) == ["Plan"]
    assert kept.shelf().damage == ""
    (aside,) = kept.folder.glob("GM0518.beschadigd-*.json")
    assert aside.read_bytes() == content


def test_a_file_of_a_newer_wijkradar_is_left_alone(kept: Scenarios):
    kept.save(record("Plan"))
    content = json.loads(kept.file.read_text(encoding="utf-8")) | {"format": 2}
    kept.file.write_text(json.dumps(content), encoding="utf-8")
    for act in (kept.shelf, kept.undo, lambda: kept.save(record("Ander"))):
        with pytest.raises(ScenarioError, match="nieuwere Wijkradar"):
            act()
    assert json.loads(kept.file.read_text(encoding="utf-8")) == content


def test_a_write_that_fails_loses_nothing(kept: Scenarios, monkeypatch: pytest.MonkeyPatch):
    kept.save(record("Plan"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="schijf is vol"):
        kept.save(record("Ander"))
    monkeypatch.undo()
    assert names(kept) == ["Plan"]
    assert sorted(path.name for path in kept.folder.iterdir() if path.name != ".lock") == ["GM0518.json"]


def test_a_code_cannot_leave_the_folder(tmp_path: Path):
    with pytest.raises(ScenarioError):
        Scenarios(tmp_path, "../GM0518")


def test_undo_takes_back_only_what_was_asked(kept: Scenarios):
    kept.save(record("Mijn"))
    mine = kept.shelf().undo
    kept.save(record("Van een ander"))
    with pytest.raises(ScenarioError, match="intussen iets veranderd"):
        kept.undo(mine)
    assert names(kept) == ["Mijn", "Van een ander"]


def test_what_changed_since_it_was_opened_is_not_replaced(kept: Scenarios):
    seen = kept.save(record("Plan")).changes
    other = {**record("Plan"), "changes": []}
    kept.save(other, replacing=True, seen=seen)
    with pytest.raises(ScenarioError, match="Iemand anders"):
        kept.save(record("Plan"), replacing=True, seen=seen)
    assert kept.get("Plan").changes == ()


def test_a_scenario_travels_as_a_file(kept: Scenarios):
    saved = kept.save(record("Voor de buren", note="é ‘aan’"))
    assert from_json(to_json(saved)) == saved
    assert from_json(b"\xef\xbb\xbf" + to_json(saved)) == saved


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"{}", b"[1]", b'{"kind": "wijkradar-scenario", "format": 1}', b"[" * 100_000],
)
def test_another_file_is_refused_in_dutch(content: bytes):
    with pytest.raises(ScenarioError, match="geen scenario van Wijkradar"):
        from_json(content)


def test_a_file_of_a_newer_version_says_so():
    newer = json.loads(to_json(Kept("Plan"))) | {"format": 9}
    with pytest.raises(ScenarioError, match="nieuwere Wijkradar"):
        from_json(json.dumps(newer).encode())
