from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import ROOT

Open = Callable[..., AppTest]


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
        return app.run()

    return open_
