"""Whoever opens a notebook can run it from top to bottom: the cells run here, without Jupyter."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import altair as alt
import pandas as pd
import pytest

from data.settings import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
THE_HAGUE = Path(__file__).parents[2].parent / "shared" / "real" / "panel" / "denhaag_wijken_2009_2022.csv"
TRENDS = ROOT / "notebooks" / "trends_zonder_vals_alarm.ipynb"
HOTSPOTS = ROOT / "notebooks" / "hotspots_die_iets_betekenen.ipynb"
FORECASTS = ROOT / "notebooks" / "prognose_met_een_staat_van_dienst.ipynb"
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda file: file.stem)


def read(notebook: Path) -> dict[str, Any]:
    return json.loads(notebook.read_text(encoding="utf-8"))


def code_cells(notebook: Path, beginning: str = "") -> list[str]:
    """Return the code in a notebook, of the cells whose id begins with ``beginning``."""
    cells = [cell for cell in read(notebook)["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in cells if cell["id"].startswith(beginning)]


def run(cell: str, names: dict[str, Any]) -> Any:
    """Run a cell as Jupyter does; returns what it would show, which is its last line."""
    body = ast.parse(cell)
    shown = body.body.pop() if isinstance(body.body[-1], ast.Expr) else None
    exec(compile(body, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(shown.value), "<cell>", "eval"), names) if shown else None


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


def check(results: list[Any]) -> None:
    for result in results:
        held = [result]
        if isinstance(result, alt.TopLevelMixin):
            spec = result.to_dict(validate=False)
            held = [spec["layer"], *spec.get("datasets", {}).values()]
        assert all(len(rows) > 0 for rows in held)


def skipped(results: list[Any]) -> list[str]:
    """Return what cells say that pass themselves over for want of real figures."""
    return [result for result in results if isinstance(result, str) and result.startswith("Overgeslagen")]


def run_without_real_figures(notebook: Path) -> tuple[dict[str, Any], list[Any]]:
    """Run a notebook from top to bottom in an empty folder; returns its names and what the cells would show.

    Takes seconds, and tests of one file spread over workers: what is promised of a notebook is one test.
    """
    names: dict[str, Any] = {}
    is_file = Path.is_file
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "path", list(sys.path))
        patch.setattr(Path, "is_file", lambda file: file.name != THE_HAGUE.name and is_file(file))
        shown = [run(cell, names) for cell in code_cells(notebook)]
        assert list(Path(folder).iterdir()) == []
    return names, [result for result in shown if result is not None]


def the_hague(notebook: Path, names: dict[str, Any]) -> list[Any]:
    """Run the cells about The Hague after the others; nothing where its figures are not beside the project."""
    if not THE_HAGUE.exists():
        return []
    results = [run(cell, names) for cell in code_cells(notebook, beginning="haag")]
    check(results)
    assert skipped(results) == []
    assert isinstance(results[-1], alt.TopLevelMixin)
    return results


@each_notebook
def test_every_cell_runs_and_shows_what_the_notebook_says(notebook: Path) -> None:
    """Without the figures of The Hague, and then with them where they are."""
    names, results = run_without_real_figures(notebook)
    assert results
    check(results)
    about_the_hague = THE_HAGUE.name in notebook.read_text(encoding="utf-8")
    assert bool(skipped(results)) == about_the_hague
    SAYS.get(notebook, lambda _: None)(names)
    hague = the_hague(notebook, names) if about_the_hague else []
    if notebook == FORECASTS and hague:
        shows_skill_where_there_is_any_and_none_where_there_is_not(hague[1])


def shows_who_cries_wolf_over_nothing_but_chance(names: dict[str, Any]) -> None:
    alarms = pd.DataFrame.from_dict(names["alarms"], orient="index")
    assert alarms.loc["Mann-Kendall", "autocorrelatie 0.7"] > 25
    assert alarms.loc["Wijkradar"].max() < 8


def shows_that_nobody_peeked_and_that_chance_cannot_be_foreseen(names: dict[str, Any]) -> None:
    assert set(names["peeked"]) == {"mean", "lower_80", "upper_95"}
    assert max(names["peeked"].values()) < 1e-6
    assert names["straight"] / names["unchanged"] > 1.1
    assert names["nothing"]["relative"].between(0.98, 1.02).all()
    assert names["nothing"]["covered_80"].between(0.74, 0.88).all()


def shows_who_sees_something_in_nothing_and_finds_what_was_planted(names: dict[str, Any]) -> None:
    alarms = pd.DataFrame.from_dict(names["alarms"], orient="index")
    assert alarms.loc["Gi* boven 1,96"].min() > 50
    # Of 300 maps 5 % is 15, give or take 8.
    assert alarms.loc["Wijkradar"].max() <= 7.7
    found = names["gathered"].loc[names["gathered"]["class"] == "hot"].index
    assert len(found) >= 3
    assert "hot" not in set(names["scattered"]["class"])
    assert names["courses"]["class"].tolist() == [
        "persistent",
        "new",
        "intensifying",
        "historical",
        "not_significant",
    ]
    assert "wijk 20" in names["clusters"]["regions"][0]
    assert len(names["clusters"]) == 1


def shows_skill_where_there_is_any_and_none_where_there_is_not(record: pd.DataFrame) -> None:
    assert record.loc["Inwoners", "relative"] < 0.95
    assert record["relative"].max() <= 1.02


SAYS = {
    TRENDS: shows_who_cries_wolf_over_nothing_but_chance,
    FORECASTS: shows_that_nobody_peeked_and_that_chance_cannot_be_foreseen,
    HOTSPOTS: shows_who_sees_something_in_nothing_and_finds_what_was_planted,
}


@each_notebook
@pytest.mark.parametrize("place", [ROOT, ROOT / "notebooks"], ids=["root", "notebooks"])
def test_the_first_cell_finds_wijkradar_from_where_jupyter_starts(notebook: Path, place: Path) -> None:
    # -I keeps the working folder out of the path, so only the cell itself can have put Wijkradar there.
    script = code_cells(notebook)[0] + "\nimport data.errors\nprint(data.errors.__file__)"
    found = subprocess.run(
        [sys.executable, "-I", "-c", script],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert Path(found.stdout.strip()) == ROOT / "data" / "errors.py"


@each_notebook
def test_a_notebook_carries_no_output_and_is_valid(notebook: Path) -> None:
    content = read(notebook)
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in content["cells"]:
        needed = {"id", "cell_type", "metadata", "source"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
            needed |= {"outputs", "execution_count"}
        assert set(cell) == needed
