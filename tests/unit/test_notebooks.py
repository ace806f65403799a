"""Whoever opens a notebook can run it from top to bottom: the cells run here, without Jupyter."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import altair as alt
import pytest

from data.settings import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda file: file.stem)


def read(notebook: Path) -> dict[str, Any]:
    return json.loads(notebook.read_text(encoding="utf-8"))


def code_cells(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in read(notebook)["cells"] if cell["cell_type"] == "code"]


def run(cell: str, names: dict[str, Any]) -> Any:
    """Run a cell as Jupyter does; returns what it would show, which is its last line."""
    body = ast.parse(cell)
    shown = body.body.pop() if isinstance(body.body[-1], ast.Expr) else None
    exec(compile(body, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(shown.value), "<cell>", "eval"), names) if shown else None


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@each_notebook
def test_every_cell_runs_and_every_table_or_picture_holds_something(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    names: dict[str, Any] = {}
    shown = [run(cell, names) for cell in code_cells(notebook)]
    results = [result for result in shown if result is not None]
    assert results
    for result in results:
        held = result.to_dict()["datasets"].values() if isinstance(result, alt.TopLevelMixin) else [result]
        assert all(len(rows) > 0 for rows in held)
    assert list(tmp_path.iterdir()) == []


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
