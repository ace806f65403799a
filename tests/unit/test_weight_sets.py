"""Sets of weights that users keep: what differs from scenarios (`test_scenarios`), which share the shelf."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.composite import Recipe, recipe_of, record_of
from data.errors import UserError
from register.scenarios import Scenarios
from register.weight_sets import KeptSet, WeightSetError, WeightSets, from_json, to_json

RECIPE = Recipe(
    ("poverty", "dist_gp"), weighting="own", theme_weights={"inkomen": 2}, weights={"dist_gp": 0.5}
)


def record(name: str, recipe: Recipe = RECIPE, note: str = "") -> dict[str, object]:
    return {"name": name, "recipe": record_of(recipe), "note": note}


@pytest.fixture
def kept(tmp_path: Path) -> WeightSets:
    return WeightSets(tmp_path, "GM0518")


def test_what_is_saved_is_the_same_recipe_after_a_restart(kept: WeightSets, tmp_path: Path):
    saved = kept.save(record("Sociaal domein", note="Besproken in mei"))
    again = WeightSets(tmp_path, "GM0518").get("sociaal DOMEIN")
    assert again == saved
    assert recipe_of(again.recipe) == RECIPE
    assert WeightSets(tmp_path, "GM0917").shelf().sets == ()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "../../x", 'a"b', "Ünïcode 漢字", "'; DROP"])
def test_a_name_can_hold_anything(kept: WeightSets, name: str, tmp_path: Path):
    kept.save(record(name))
    assert [one.name for one in kept.shelf().sets] == [name]
    assert sorted(path.name for path in tmp_path.rglob("*.json")) == ["GM0518.json"]


def test_what_somebody_else_changed_since_is_not_lost(kept: WeightSets):
    seen = kept.save(record("Plan")).recipe
    kept.save(record("Plan", Recipe(("poverty",))), replacing=True, seen=seen)
    with pytest.raises(WeightSetError, match="Iemand anders heeft ‘Plan’ intussen gewijzigd"):
        kept.save(record("Plan"), replacing=True, seen=seen)
    assert recipe_of(kept.get("Plan").recipe) == Recipe(("poverty",))
    with pytest.raises(WeightSetError, match="al een set gewichten ‘plan’"):
        kept.save(record("plan"))


def test_a_set_that_was_thrown_away_comes_back(kept: WeightSets):
    kept.save(record("Plan"))
    kept.delete("plan")
    assert kept.shelf().sets == ()
    assert kept.undo(kept.shelf().undo) == "het verwijderen van ‘plan’"
    assert recipe_of(kept.get("Plan").recipe) == RECIPE
    with pytest.raises(WeightSetError, match="niets om ongedaan te maken; de sets gewichten"):
        kept.undo()


def test_scenarios_and_weights_do_not_stand_in_each_others_way(kept: WeightSets, tmp_path: Path):
    kept.save(record("Plan"))
    scenarios = Scenarios(tmp_path, "GM0518")
    scenarios.save({"name": "Plan", "changes": []})
    kept.delete("Plan")
    assert [one.name for one in scenarios.shelf().scenarios] == ["Plan"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "x"},
        {"name": "x", "recipe": []},
        {"name": "x", "recipe": {"indicators": 3}},
        {"name": "x", "recipe": {"indicators": ["a"], "weights": {"a": float("nan")}}},
    ],
)
def test_nonsense_is_not_kept(kept: WeightSets, wrong: dict[str, object]):
    with pytest.raises(UserError):
        kept.save(wrong)
    assert kept.shelf().sets == ()


def test_a_damaged_file_is_told_and_kept_aside(kept: WeightSets):
    kept.folder.mkdir()
    kept.file.write_bytes(b'{"format": 1, "sets": [{"name": 3}], "undo": null}')
    assert "sets gewichten" in kept.shelf().damage
    kept.save(record("Plan"))
    assert kept.shelf().damage == ""
    assert len(list(kept.folder.glob("GM0518.beschadigd-*.json"))) == 1


def test_a_set_travels_as_a_file_and_a_scenario_is_not_taken_for_one(kept: WeightSets):
    saved = kept.save(record("Voor de buren"))
    assert from_json(to_json(saved)) == saved
    other = json.loads(to_json(KeptSet("x"))) | {"kind": "wijkradar-scenario"}
    with pytest.raises(WeightSetError, match="geen set gewichten van Wijkradar"):
        from_json(json.dumps(other).encode())
