"""A register that goes away between two presses: the part of the page that runs alone says so, as the page itself does."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner

from tests.pages.conftest import Open


def run_part(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Run the part of the page alone, as a browser asks for after a press in it."""
    (part,) = app._fragment_storage._fragments
    with monkeypatch.context() as browser:
        browser.setattr(local_script_runner, "RerunData", partial(RerunData, fragment_id_queue=[part]))
        return app.run()


@pytest.mark.parametrize("view", ["invoer", "lijst", "instellen"])
@pytest.mark.parametrize("gone", [False, True], ids=["damaged", "removed"])
def test_a_part_that_runs_alone_says_in_dutch_that_the_register_is_out_of_reach(
    open_page: Open, empty_register: str, monkeypatch: pytest.MonkeyPatch, view: str, gone: bool
) -> None:
    app = open_page("zorgen", deel=view)
    assert not app.exception
    file = Path(empty_register.removeprefix("sqlite:///"))
    for beside in file.parent.glob("register.db-*"):
        beside.unlink()
    file.unlink()
    if not gone:
        file.write_bytes(b"dit was een register " * 500)
    app = run_part(app, monkeypatch)
    assert not app.title, "only the part ran"
    assert not app.exception
    (told,) = (one.value for one in app.warning)
    assert ("is weg of niet te openen" if gone else "is beschadigd") in told
    assert "Er is niets veranderd" in told
