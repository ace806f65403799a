"""What every room shares: the sample in a store of its own, and the real figures where they are at hand."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable

# Small fits run on one core; a second thread only waits for the first, and far longer on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from data import sample
from data.bridges import bridge_by_addresses
from data.catalogue import Catalogue, catalogue
from data.importing import ensure_sample
from data.store import Store

# How fast something is depends on what else the machine does; benchmarks measure it.
settings.register_profile("rooms", deadline=None)
settings.load_profile("rooms")

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"

# Settings of whoever runs the tests must not change their outcome.
for _name in [name for name in os.environ if name.upper().startswith("WIJKRADAR_")]:
    del os.environ[_name]


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first worker to ask fills, and that every other worker then reads.

    What it holds has cost seconds: three workers need not all spend them.
    """
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, filled = shared / name, shared / f"{name}.filled"
    with FileLock(shared / f"{name}.lock"):
        if not filled.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            filled.touch()
    return folder


@pytest.fixture(scope="session")
def real() -> Path:
    """Folder with real figures; the test is skipped where it is absent."""
    if not REAL.is_dir():
        pytest.skip("the real figures (../shared/real) are not on this machine")
    return REAL


@pytest.fixture(scope="session")
def known() -> Catalogue:
    return catalogue()


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store folder that holds the sample municipality; read-only for tests."""
    return made_once(tmp_path_factory, "voorbeeld", lambda folder: ensure_sample(Store(folder), catalogue()))


@pytest.fixture
def sample_store(sample_folder: Path) -> Store:
    return Store(sample_folder)


@pytest.fixture(scope="session")
def converted_folder(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store folder with the sample, and its address files to convert figures with; read-only for tests."""

    def convert(folder: Path) -> None:
        shutil.copytree(sample_folder, folder, dirs_exist_ok=True)
        addresses = sorted((Path(sample.__file__).parent / "voorbeeldstad" / "adressen").glob("*.zip"))
        for pair in itertools.pairwise(addresses):
            bridge_by_addresses(Store(folder), list(pair), [sample.GEMEENTE])

    return made_once(tmp_path_factory, "omgerekend", convert)
