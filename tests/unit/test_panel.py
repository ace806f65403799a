import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import _door
from data import panel
from data.panel import PanelError, Status
from data.settings import ROOT


def rows(**changes: object) -> pd.DataFrame:
    row = {
        "region": "WK091710",
        "level": "wijk",
        "year": 2016,
        "indicator": "population",
        "value": 4175.0,
        "status": "observed",
        "unit": "aantal",
        "boundary": 1,
        "source": "83487NED",
    }
    return pd.DataFrame([row | changes]).astype({"boundary": "Int8", "value": "float64"})


def test_a_right_row_passes_untouched() -> None:
    frame = rows()
    assert panel.check(frame) is frame
    panel.check(panel.empty())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"status": "suppressed"}, "status"),
        ({"value": None}, "status"),
        ({"status": "zero"}, "status"),
        ({"level": "straat"}, "level"),
        ({"region": "WK0917"}, "region"),
        ({"region": "WK091710  "}, "region"),
        ({"boundary": 4}, "boundary"),
        ({"year": 20}, "year"),
    ],
)
def test_a_row_that_breaks_the_contract_is_refused_and_named(change: dict[str, object], word: str) -> None:
    with pytest.raises(PanelError, match=word):
        panel.check(rows(**change))


def test_the_same_figure_twice_is_refused() -> None:
    with pytest.raises(PanelError, match="unique"):
        panel.check(pd.concat([rows(), rows(value=4180.0)], ignore_index=True))


def test_a_missing_or_foreign_column_is_refused() -> None:
    with pytest.raises(PanelError):
        panel.check(rows().drop(columns="boundary"))
    with pytest.raises(PanelError):
        panel.check(rows().assign(colour="red"))


@given(st.sampled_from(list(Status)), st.one_of(st.none(), st.floats(-1e9, 1e9)))
def test_a_value_is_there_exactly_when_its_status_says_so(status: Status, value: float | None) -> None:
    frame = rows(status=status.value, value=value)
    if (value is not None) == (status in panel.WITH_VALUE):
        panel.check(frame)
    else:
        with pytest.raises(PanelError):
            panel.check(frame)


def test_analysis_speaks_of_the_same_statuses() -> None:
    assert set(_door.WITH_VALUE) == {status.value for status in panel.WITH_VALUE}


def test_panels_can_be_checked_by_several_threads_from_the_start() -> None:
    """Three tables arrive at once in a program that has checked nothing yet."""
    script = (
        "import threading\n"
        "from data import panel\n"
        "threads = [threading.Thread(target=panel.check, args=[panel.empty()]) for _ in range(8)]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
