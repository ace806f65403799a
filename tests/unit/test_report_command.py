"""The wijkanalyse from the command line: one wijk, all wijken, and what is said when something is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from cli import app
from commands import reports
from data.errors import UserError
from data.settings import ROOT, load_settings
from data.store import Store
from data.temporary import TemporaryFolder
from register.roles import LOCAL
from reports.house import House
from ui import story_all, story_batch
from ui.story_all import Job
from ui.story_batch import Step, opened, write_all

# One worker studies the sample for all of these.
pytestmark = pytest.mark.xdist_group("wijkanalyse")


@pytest.fixture(scope="module")
def register(sample_register: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a register of this module, beside the store that all tests share."""
    return f"sqlite:///{shutil.copy(sample_register, tmp_path_factory.mktemp('wijkanalyses'))}"


@pytest.fixture(autouse=True)
def _there(sample_folder: Path, register: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIJKRADAR_STORE", str(sample_folder))
    monkeypatch.setenv("WIJKRADAR_DATABASE_URL", register)


def test_a_wijk_by_its_name_becomes_a_document_with_its_edition(tmp_path: Path) -> None:
    out = tmp_path / "analyse.docx"
    done = CliRunner().invoke(app, ["report", "Voorbeeldstad (fictief)", "vogelbuurt", "--output", str(out)])
    assert done.exit_code == 0, done.output
    written = docx.Document(str(out))
    assert written.core_properties.title == "Wijkanalyse Vogelbuurt"
    assert "editie" in done.output


def test_who_begins_with_the_sample_need_not_open_the_app_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path / "new"))
    done = CliRunner().invoke(app, ["report", "GM9999", "Nergens", "--output", str(tmp_path / "x.docx")])
    assert "Voorbeeldstad heeft geen wijk Nergens" in done.output
    assert Store(tmp_path / "new").is_sample("GM9999")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["GM9999", "WK999908", "--output", "x.odt"], "eindigt op .docx of .pptx of .pdf"),
        (["GM9999", "alle", "--output", "x.pdf"], "eindigt op .zip"),
        (["GM9999", "Voggelbuurt", "--output", "x.pdf"], "Bedoelt u Vogelbuurt?"),
        (["GM9999", "WK99908", "--output", "x.pdf"], "Bedoelt u WK999908 (Vogelbuurt)?"),
        (["GM9999", "wijk 80", "--output", "x.pdf"], "geen wijk wijk 80. De codes staan op"),
        (["GM0001", "WK999908", "--output", "x.pdf"], "Wel: Voorbeeldstad"),
        (["GM9999", "WK999908", "--edition", "9", "--output", "x.pdf"], "geen editie 9"),
        (["GM9999", "alle", "--forms", "odt", "--output", "x.zip"], "kent odt niet"),
        (["GM9999", "WK999908", "--template", "weg.docx", "--output", "x.docx"], "weg.docx is er niet"),
        (["GM9999", "WK999908", "--output", "weg/x.pdf"], "De map weg bestaat niet"),
        (["GM9999", "WK999908", "--output", "/proc/x.pdf", "--one-page"], "kan niet worden geschreven"),
        (["GM9999", "WK999908", "--output", "x.pdf", "--template", __file__], "geen sjabloon voor Word"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_and_nothing_is_written(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["report", *words])
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert not list(tmp_path.iterdir())


def test_all_wijken_come_in_one_zip_that_tells_how_far_it_is(tmp_path: Path) -> None:
    known, desk = opened(load_settings(), "GM9999", LOCAL)
    told: list[Step] = []
    out = tmp_path / "alle.zip"
    wijken = ["WK999908", "WK999914"]
    assert (
        write_all(known, desk, House(), ["pdf", "bladzijde"], out, told.append, date(2026, 11, 22), wijken)
        == 2
    )
    with zipfile.ZipFile(out) as packed:
        assert len(packed.namelist()) == 4
        assert all(packed.read(name).startswith(b"%PDF") for name in packed.namelist())
    assert [step.done for step in told] == [0, 1, 2]
    assert told[0].name == "Vogelbuurt"


def test_what_breaks_off_leaves_the_zip_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, desk = opened(load_settings(), "GM9999", LOCAL)
    out = tmp_path / "alle.zip"
    out.write_bytes(b"van vorige week")

    def broken(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(story_batch, "made", broken)
    with pytest.raises(MemoryError):
        write_all(known, desk, House(), ["pdf"], out, lambda _: None, date(2026, 11, 22), ["WK999908"])
    assert out.read_bytes() == b"van vorige week"
    assert len(list(tmp_path.iterdir())) == 1


def test_wijken_that_are_called_alike_each_have_their_file_and_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, desk = opened(load_settings(), "GM9999", LOCAL)
    monkeypatch.setattr(type(known), "label", lambda *_: "Centrum")
    out = tmp_path / "alle.zip"
    write_all(known, desk, House(), ["bladzijde"], out, lambda _: None, date(2026, 11, 22), known.regions[:2])
    with zipfile.ZipFile(out) as packed:
        assert len(set(packed.namelist())) == 2
    with pytest.raises(UserError, match="wijken die centrum heten; noem de code"):
        reports._region(known, "centrum")


def test_a_zip_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    known, desk = opened(load_settings(), "GM9999", LOCAL)
    nowhere = tmp_path / "weg" / "alle.zip"
    with pytest.raises(UserError, match="maak ruimte vrij of kies een andere plek"):
        write_all(known, desk, House(), ["pdf"], nowhere, lambda _: None, date(2026, 11, 22), [])


def test_a_run_in_its_own_process_can_be_stopped_and_leaves_nothing() -> None:
    job = Job()
    job.start("GM9999", ["pdf"], LOCAL)
    until = time.monotonic() + 60
    while not job.of and time.monotonic() < until:
        job.wait(0.1)
    assert job.of > 20
    job.stop()
    assert job.finished
    assert not job.complaint
    assert not job.out.exists()
    story_all._jobs()["GM9999", "lokaal", "beheerder"] = job
    story_all.end_all()
    assert not job.out.parent.exists(), "a server that ends leaves no drafts behind"


_KILLED = """
import os, signal
from data.temporary import TemporaryFolder
folder = TemporaryFolder()
(folder.path / "half.zip").write_bytes(b"concept")
print(folder.path, flush=True)
input()
"""


def test_what_a_killed_server_left_goes_with_the_next_zip_and_what_a_living_one_makes_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        subprocess.Popen(
            [sys.executable, "-c", _KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "TMPDIR": str(tmp_path)}, cwd=ROOT,
        ) as server
    ):  # fmt: skip
        assert server.stdout is not None
        left = Path(server.stdout.readline().strip())
        strange = tmp_path / "wijkradar-zip-van-iets-anders"
        strange.mkdir()
        os.utime(left / ".bezet", (0, 0))
        TemporaryFolder().cleanup()
        assert (left / "half.zip").exists(), "it is still being made"
        server.kill()
        server.wait()
    os.utime(left / ".bezet", (0, 0))
    mine = TemporaryFolder()
    assert not left.exists()
    assert mine.path.exists()
    assert strange.exists()
    mine.cleanup()
    assert not mine.path.exists()
