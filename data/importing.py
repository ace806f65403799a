"""Import: from paths on disk to the store, all or nothing, with progress."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from data import borders, files, sample
from data.assemble import assemble
from data.catalogue import Catalogue
from data.store import SAMPLE, BordersRecord, Store, TableRecord, Writer

#: Called with the step's number, the number of steps and a short Dutch description.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Imported:
    """What an import put in the store."""

    tables: tuple[TableRecord, ...]
    borders: tuple[BordersRecord, ...]
    ignored: tuple[Path, ...]


def _silent(_step: int, _steps: int, _what: str) -> None: ...


def import_paths(
    paths: Iterable[Path],
    store: Store,
    catalogue: Catalogue,
    *,
    progress: Progress = _silent,
) -> Imported:
    """Read every table and every file with borders under ``paths`` and store them in one step.

    Parameters
    ----------
    paths : iterable of Path
        Files or folders, searched through.
    store : Store
    catalogue : Catalogue
    progress : callable, optional

    Returns
    -------
    Imported

    Raises
    ------
    UserError
        At the first file that cannot be read; the store is then as it was.
    """
    found = files.find(paths)
    with store.writing() as writer:
        return _read_all(found, writer, catalogue, progress)


def _read_all(found: files.Found, writer: Writer, catalogue: Catalogue, progress: Progress) -> Imported:
    steps = len(found.tables) + len(found.borders)
    tables: list[TableRecord] = []
    drawn: list[BordersRecord] = []
    for number, folder in enumerate(found.tables, start=1):
        progress(number, steps, f"tabel {folder.name}")
        tables.append(writer.put_table(assemble(files.read_table(folder), catalogue)))
    for number, file in enumerate(found.borders, start=len(found.tables) + 1):
        progress(number, steps, f"grenzen {file.name}")
        drawn += [writer.put_borders(layer, str(file)) for layer in borders.read(file)]
    return Imported(tuple(tables), tuple(drawn), found.ignored)


def _sample_checksum(catalogue: Catalogue) -> str:
    # Only what decides how a column becomes a figure; a better sentence needs no new import.
    rules = [
        i.model_dump_json(include={"id", "columns", "first_year", "last_year", "threshold", "unit"})
        for i in catalogue.published
    ]
    digest = hashlib.sha256("".join(rules).encode())
    for file in sorted(sample.FOLDER.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(sample.FOLDER).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def sample_is_current(store: Store, catalogue: Catalogue) -> bool:
    """Tell whether the store holds the sample as it ships, read with this catalogue."""
    return store.manifest.sample_checksum == _sample_checksum(catalogue)


def ensure_sample(store: Store, catalogue: Catalogue, progress: Progress = _silent) -> bool:
    """Import the sample municipality where the store does not have it, or has an older one.

    Returns
    -------
    bool
        True when it was imported now.
    """
    if sample_is_current(store, catalogue):
        return False
    with store.writing() as writer:
        writer.clear(SAMPLE)
        _read_all(files.find([sample.FOLDER]), writer, catalogue, progress)
        writer.sample_checksum = _sample_checksum(catalogue)
    return True
