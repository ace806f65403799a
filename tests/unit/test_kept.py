"""What was worked out of figures is kept for the next process, and never outlives what it was worked out of."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data.store import Store
from tests.helpers.copies import copied
from ui import kept as keeping
from ui.figures import Figures, figures
from ui.kept import FOLDER, Kept, kept_of, of_figures

GEMEENTE = "GM9999"


@pytest.fixture(autouse=True)
def everything_is_worth_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_WORTH_SECONDS", -1.0)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / FOLDER, "GM9999-wijk", "figures of today")


def refused() -> str:
    raise AssertionError("it was kept, and should not be made again")


def made(answer: str) -> Callable[[], str]:
    return lambda: answer


def test_what_was_worked_out_is_found_again_under_its_name_only(kept: Kept) -> None:
    assert kept.get("trend", made("rises")) == "rises"
    assert kept.get("trend", refused) == "rises"
    assert kept.has("trend")
    assert not kept.has("forecast")
    assert kept.get("forecast", made("about 5")) == "about 5"


def test_other_figures_begin_anew(kept: Kept) -> None:
    kept.get("trend", made("rises"))
    later = Kept(kept.folder, "GM9999-wijk", "figures of tomorrow")
    assert later.get("trend", made("falls")) == "falls"
    assert not kept.has("trend"), "nobody can ask for it any more"


def test_another_gemeente_keeps_its_own(kept: Kept) -> None:
    kept.get("trend", made("rises"))
    other = Kept(kept.folder, "GM0917-wijk", "figures of today")
    assert other.get("trend", made("falls")) == "falls"
    assert kept.get("trend", refused) == "rises"


def test_other_code_begins_anew(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.get("trend", made("rises"))
    monkeypatch.setattr(keeping, "_made_by", lambda: "the next version")
    later = Kept(kept.folder, "GM9999-wijk", "figures of today")
    assert later.get("trend", made("falls")) == "falls"


def test_a_file_of_the_store_that_changed_gives_another_state(sample_store: Store, tmp_path: Path) -> None:
    copied(sample_store.folder, tmp_path / "store")
    store = Store(tmp_path / "store")
    before = kept_of(store, GEMEENTE, "wijk")
    before.get("trend", made("rises"))
    assert kept_of(Store(tmp_path / "store"), GEMEENTE, "wijk").has("trend")
    assert not kept_of(store, GEMEENTE, "buurt").has("trend")
    file = store.folder / store.tables(GEMEENTE)[-1].file
    file.write_bytes(file.read_bytes() + b" ")
    assert not kept_of(store, GEMEENTE, "wijk").has("trend")


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05cnowhere\nnothing\n."])
def test_a_damaged_file_is_worked_out_anew(kept: Kept, content: bytes) -> None:
    kept.get("trend", made("rises"))
    (file,) = kept.folder.iterdir()
    file.write_bytes(content)
    assert kept.get("trend", made("rises still")) == "rises still"
    assert kept.get("trend", refused) == "rises still"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no owners of files")
def test_a_file_that_others_may_write_is_never_opened(kept: Kept) -> None:
    kept.get("trend", made("rises"))
    (file,) = kept.folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0, "nobody else can read it either"
    file.chmod(0o666)
    assert kept.get("trend", made("falls")) == "falls"
    kept.folder.chmod(0o777)
    assert kept.get("trend", made("who knows")) == "who knows"


def test_where_nothing_can_be_written_everything_still_works(tmp_path: Path) -> None:
    (tmp_path / FOLDER.parent).write_text("in the way")
    kept = Kept(tmp_path / FOLDER, "GM9999-wijk", "figures of today")
    assert kept.get("trend", made("rises")) == "rises"
    assert kept.get("trend", made("worked out again")) == "worked out again"


def test_what_nobody_asks_for_goes_when_there_is_too_much(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_MOST_BYTES", 2_500)
    for number in range(3):
        kept.get(f"figure {number}", made(str(number) * 1_000))
        for place, file in enumerate(sorted(kept.folder.iterdir(), key=lambda file: file.stat().st_mtime)):
            os.utime(file, (place, place))
    assert [kept.has(f"figure {number}") for number in range(3)] == [False, True, True]


def test_what_a_killed_process_left_half_written_goes_and_what_is_being_written_stays(kept: Kept) -> None:
    kept.folder.mkdir(parents=True)
    for name, hours in (("left", 2), ("busy", 0)):
        half = kept.folder / f".GM9999-wijk-0-0.pickle.{name}"
        half.write_bytes(b"half")
        os.utime(half, (half.stat().st_mtime - hours * 3_600,) * 2)
    kept.get("trend", made("rises"))
    assert [file.suffix for file in kept.folder.glob(".*")] == [".busy"]


def test_figures_of_ones_own_making_are_not_taken_for_those_of_the_store(sample_store: Store) -> None:
    @of_figures(maxsize=8)
    def people(known: Figures, year: int) -> float:
        rows = known.of("population", known.gemeente)
        return float(rows.loc[rows["year"] == year, "value"].iloc[0])

    known = figures(sample_store, GEMEENTE)
    doubled = replace(known, panel=known.panel.assign(value=known.panel["value"] * 2))
    assert known.kept is not None
    assert doubled.kept is None
    assert people(doubled, 2025) == 2 * people(known, 2025)


def test_figures_up_to_a_year_keep_their_own(sample_store: Store) -> None:
    known = figures(sample_store, GEMEENTE)
    for _ in ("worked out", "read from disk"):

        @of_figures(maxsize=8)
        def last(known: Figures) -> int:
            return known.years[-1]

        assert [last(known), last(known.until(2020)), last(known.until(2019).until(2018))] == [
            2025,
            2020,
            2018,
        ]


def test_one_question_is_worked_out_once_however_it_is_put(sample_store: Store) -> None:
    asked = []

    @of_figures(maxsize=8)
    def counted(known: Figures, year: int, level: str = "wijk", *, published: bool = False) -> int:
        asked.append((year, level, published))
        return len(known.panel)

    known = figures(sample_store, GEMEENTE)
    counted(known, 2025)
    counted(known, 2025, "wijk")
    counted(known, level="wijk", year=2025, published=False)
    assert asked == [(2025, "wijk", False)]
    counted(known, 2025, published=True)
    assert asked[1:] == [(2025, "wijk", True)]


def test_another_process_finds_the_same_figures(sample_store: Store, tmp_path: Path) -> None:
    copied(sample_store.folder, tmp_path / "store")
    told = """if True:
        import sys
        from pathlib import Path
        import pandas as pd
        from data.store import Store
        from ui import trending
        from ui.figures import figures
        known = figures(Store(Path(sys.argv[1])), "GM9999")
        frames = [known.panel, known.errors, known.measured, trending.estimated(known)]
        print([int(pd.util.hash_pandas_object(frame.astype("str")).sum()) for frame in frames])
    """

    def run() -> str:
        command = [sys.executable, "-c", told, str(tmp_path / "store")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    first, files = run(), {file.name for file in (tmp_path / "store" / FOLDER).iterdir()}
    assert len(files) >= 3
    assert run() == first
    assert {file.name for file in (tmp_path / "store" / FOLDER).iterdir()} == files
