"""What a report would have to wait for is done by a second process, which leaves it on disk, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.store import Store
from tests.helpers.copies import copied
from ui.kept import FOLDER

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2,
    reason="elsewhere, and on one core, everything is done in one process",
)


def told(code: str, *args: Path) -> str:
    """Run something where nothing else has begun: the tests have threads of their own."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, *map(str, args)]
    run = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert run.stderr == ""
    return run.stdout.strip()


def test_who_waits_finds_what_the_other_process_made(tmp_path: Path) -> None:
    code = """if True:
        import os, sys
        from pathlib import Path
        from commands._beside import begin_beside
        place = Path(sys.argv[1])
        begin_beside(lambda: place.write_text(str(os.getpid())))()
        print(place.read_text() != str(os.getpid()))
    """
    assert told(code, tmp_path / "made") == "True"


def test_what_fails_there_is_told_by_who_does_it_again() -> None:
    code = """if True:
        from commands._beside import begin_beside
        from data.errors import StoreError
        def refused():
            raise StoreError("De opslag is er niet.")
        begin_beside(refused)()
        print("waited")
    """
    assert told(code) == "waited"


def test_a_process_with_threads_is_not_copied() -> None:
    code = """if True:
        import threading
        from commands._beside import begin_beside
        hold = threading.Event()
        threading.Thread(target=hold.wait, daemon=True).start()
        print(begin_beside(print, "copied"))
    """
    assert told(code) == "None"


def test_the_forecasts_of_the_other_process_are_read_and_not_made_again(
    sample_store: Store, tmp_path: Path
) -> None:
    copied(sample_store.folder, tmp_path / "store")
    for file in (tmp_path / "store" / FOLDER).glob("*"):
        file.unlink()
    code = """if True:
        import sys
        from pathlib import Path
        from commands._beside import study_beside
        from data.store import Store
        from ui import forecasting
        from ui.figures import figures
        store = Store(Path(sys.argv[1]))
        beside = study_beside(store, "GM9999")
        known = figures(store, "GM9999")
        beside.go()
        forecasting._apart = None
        forecasting.begin(known, beside.wait)
        print(len(forecasting.studied(known).forecasts) > 0, study_beside(store, "GM9999"))
    """
    assert told(code, tmp_path / "store") == "True None"


def test_a_report_does_not_wait_for_libraries_that_it_does_not_use() -> None:
    code = """if True:
        import sys
        import commands.reports, reports.making, ui.story_batch, ui.story_report
        print({"altair", "folium", "scipy.stats", "statsmodels", "pandera"} & set(sys.modules) or "none")
    """
    assert told(code) == "none"
