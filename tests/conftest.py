"""What every room shares: the sample in a store of its own, and the real figures where they are at hand."""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import shutil
from collections.abc import Callable, Iterable

# Small fits run on one core; a second thread only waits for the first, and far longer on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import numpy as np
import pytest
from _pytest.nodeid import coerce_node_id
from filelock import FileLock
from hypothesis import settings

from commands._prepare import prepare
from data import sample
from data.bridges import bridge_by_addresses
from data.catalogue import Catalogue, catalogue
from data.importing import ensure_sample, import_paths
from data.panel import Level
from data.settings import Settings
from data.store import Store
from reports import trusted as trusting
from reports.model import Report
from tests.helpers.copies import copied
from tests.oracle.peers import FILE as PEERS
from tests.oracle.peers import write as write_peers

# What is read before the first test stays until the last: looking through it for rubbish again and again takes seconds.
gc.disable()

# How fast something is depends on what else the machine does; benchmarks measure it.
settings.register_profile("rooms", deadline=None)
settings.load_profile("rooms")

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"

# Settings of whoever runs the tests must not change their outcome.
for _name in [name for name in os.environ if name.upper().startswith("WIJKRADAR_")]:
    del os.environ[_name]


_trusted = trusting.trusted
_known: dict[tuple[object, ...], trusting.Trusted] = {}


def _trusted_once(
    store: Store, of: Catalogue, gemeente: str, levels: Iterable[str] = tuple(Level)
) -> trusting.Trusted:
    """Work out the figures of a store once for all its copies: tests that write have one each, of the same sample.

    Copies have files of the same name, size and time; whatever is written, damaged or taken away gives another one.
    """
    if of is not catalogue():
        return _trusted(store, of, gemeente, levels)
    levels = tuple(str(level) for level in levels)
    files = [store.folder / name for name in store.content(gemeente).split()]
    state = tuple(
        (file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.exists()
    )
    key = (gemeente, levels, len(files), state)
    if key not in _known:
        if len(_known) == 8:
            del _known[next(iter(_known))]
        _known[key] = _trusted(store, of, gemeente, levels)
    return _known[key]


# Before any other module has it by name.
trusting.trusted = _trusted_once  # type: ignore[assignment]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell who gives tests to workers which of them go together.

    It reads that from the end of a name, where pytest-xdist 3.8 writes it in vain since pytest 9.2 keeps names elsewhere: each worker
    then makes what one should make for all.
    """
    if not config.getoption("loadgroup", default=False):
        return
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        if groups and "@" not in item.nodeid.rpartition("]")[2]:
            item._id = coerce_node_id(f"{item.nodeid}@{'_'.join(groups)}")  # type: ignore[attr-defined]


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    # What is still frozen at the end, a library would report as leaked.
    gc.unfreeze()


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

    def fill(folder: Path) -> None:
        ensure_sample(Store(folder), catalogue())
        # With what comes of its figures (`ui.kept`): every worker, every app and every copy then has that too.
        prepare(Store(folder), [sample.GEMEENTE], hidden=True)

    return made_once(tmp_path_factory, "voorbeeld", fill)


@pytest.fixture
def sample_store(sample_folder: Path) -> Store:
    return Store(sample_folder)


@pytest.fixture(scope="session")
def sample_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with the concerns of the sample; to be copied, never to be opened."""

    def fill(folder: Path) -> None:
        from register import sample as of_register
        from register.database import open_register

        database = open_register(Settings(store=folder))
        of_register.ensure_sample(database)
        # The last connection that closes writes what still stood beside the file into it.
        database.engine.dispose()

    return made_once(tmp_path_factory, "zorgen", fill) / "register.db"


@pytest.fixture(scope="session")
def sample_wijkanalyse(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The wijkanalyse of the sample that is filled in, with its conversations and actions."""

    def write(folder: Path) -> None:
        from tests.documents.room import sample_report

        (folder / "report.pickle").write_bytes(pickle.dumps(sample_report(sample_folder, folder)))

    folder = made_once(tmp_path_factory, "wijkanalyse", write)
    return pickle.loads((folder / "report.pickle").read_bytes())


@pytest.fixture(scope="session")
def heerlen_folder(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store folder with the real tables and borders of Heerlen; read-only for tests."""

    def bring_in(folder: Path) -> None:
        import_paths([real / "odata_v3", real / "geometry"], Store(folder), catalogue())

    return made_once(tmp_path_factory, "heerlen", bring_in)


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """What esda and libpysal say of the places in `tests.oracle.peers`, by what was asked."""
    with np.load(made_once(tmp_path_factory, "peers", write_peers) / PEERS) as told:
        return dict(told)


@pytest.fixture(scope="session")
def converted_folder(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store folder with the sample, and its address files to convert figures with; read-only for tests."""

    def convert(folder: Path) -> None:
        copied(sample_folder, folder)
        addresses = sorted((Path(sample.__file__).parent / "voorbeeldstad" / "adressen").glob("*.zip"))
        for pair in itertools.pairwise(addresses):
            bridge_by_addresses(Store(folder), list(pair), [sample.GEMEENTE])

    return made_once(tmp_path_factory, "omgerekend", convert)
