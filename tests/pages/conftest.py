from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.util import calc_hash

from data.settings import ROOT

Open = Callable[..., AppTest]

# A page that runs for a test looks each time for components among all installed packages; these stay the same.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

_look_whether_it_ran = local_script_runner.require_widgets_deltas


def _wait_until_it_ran(runner: local_script_runner.LocalScriptRunner, timeout: float = 3) -> None:
    """Wait for a page without looking a thousand times a second, for each of which the page has to stop."""
    if runner._script_thread is not None:
        runner._script_thread.join(timeout)
    _look_whether_it_ran(runner, timeout)


local_script_runner.require_widgets_deltas = _wait_until_it_ran


@pytest.fixture(scope="session")
def register_to_read(sample_register: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a register with the concerns of the sample, for the tests of this worker that write nothing in it."""
    return f"sqlite:///{shutil.copy(sample_register, tmp_path_factory.mktemp('register'))}"


@pytest.fixture(autouse=True)
def _register_beside_the_store(register_to_read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the register out of the store that all tests share; who writes in it asks for one of its own."""
    monkeypatch.setenv("WIJKRADAR_DATABASE_URL", register_to_read)


@pytest.fixture
def own_register(sample_register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the test a register of its own, with the concerns of the sample."""
    address = f"sqlite:///{shutil.copy(sample_register, tmp_path)}"
    monkeypatch.setenv("WIJKRADAR_DATABASE_URL", address)
    return address


@pytest.fixture
def empty_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the test a register of its own in which nothing was put yet."""
    address = f"sqlite:///{tmp_path / 'register.db'}"
    monkeypatch.setenv("WIJKRADAR_DATABASE_URL", address)
    return address


@pytest.fixture
def open_page(sample_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page of the app on the sample municipality, the way a link does."""
    monkeypatch.setenv("WIJKRADAR_STORE", str(sample_folder))

    def open_(page: str = "", **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "pages" / "_start.py"), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        if page:
            app.switch_page(f"{page}.py")
            # Before the first run it goes by the name of the file; a page is known by its address.
            app._page_hash = calc_hash(page.replace("_", "-"))
        return app.run()

    return open_
