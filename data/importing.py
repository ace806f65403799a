"""Import: from paths on disk to the store, all or nothing, with progress."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data import sample
from data.assemble import assemble
from data.catalogue import Catalogue
from data.errors import UserError
from data.manifest import BordersRecord, TableRecord
from data.recognition import Progress, Recognised, Recognition, only, recognise, silent
from data.store import SAMPLE, Store, Writer


@dataclass(frozen=True)
class Imported:
    """What an import put in the store; ``projections`` are the gemeenten of which the official projection came in."""

    tables: tuple[TableRecord, ...]
    borders: tuple[BordersRecord, ...]
    ignored: tuple[Path, ...]
    projections: tuple[str, ...] = ()


def import_paths(
    paths: Iterable[Path],
    store: Store,
    catalogue: Catalogue,
    *,
    gemeenten: Sequence[str] | None = None,
    progress: Progress = silent,
) -> Imported:
    """Read every table and every file with borders under ``paths`` and store them in one step.

    Parameters
    ----------
    paths : iterable of Path
        Files or folders, searched through.
    store : Store
    catalogue : Catalogue
    gemeenten : sequence of str, optional
        Codes; only these are stored, with Nederland.
    progress : callable, optional

    Returns
    -------
    Imported

    Raises
    ------
    UserError
        At the first file that cannot be read; the store is then as it was. A file under a folder that is no
        table and no map is passed over, unless there is nothing else.
    """
    recognition = recognise(paths, catalogue, progress=progress)
    recognition.check()
    return store_recognised(recognition, store, catalogue, gemeenten=gemeenten, progress=progress)


def store_recognised(
    recognition: Recognition,
    store: Store,
    catalogue: Catalogue,
    *,
    gemeenten: Sequence[str] | None = None,
    progress: Progress = silent,
    undo_as: str = "",
) -> Imported:
    """Store what was recognised, all at once or not at all.

    Parameters
    ----------
    recognition : Recognition
        What cannot be read in it is left out.
    store : Store
    catalogue : Catalogue
    gemeenten : sequence of str, optional
        Codes; only these are stored, with Nederland.
    progress : callable, optional
    undo_as : str, optional
        What `Store.undo` then calls this import. Where nothing is stored, what could be undone before still can.

    Returns
    -------
    Imported

    Raises
    ------
    UserError
        If there is nothing to store; the store is then as it was.
    """
    entries = _chosen(recognition, gemeenten)
    if undo_as:
        store.remember(undo_as)
    with store.writing() as writer:
        return _put(entries, recognition.ignored, writer, catalogue, progress)


def _chosen(recognition: Recognition, gemeenten: Sequence[str] | None) -> list[Recognised]:
    if not recognition.usable:
        first = next((entry.error for entry in recognition.entries if entry.error), None)
        raise first or UserError("Er is niets om te importeren; kies een map of een bestand.")
    if gemeenten is None:
        return list(recognition.usable)
    chosen = [part for entry in recognition.usable if (part := only(entry, gemeenten)) is not None]
    if not chosen:
        raise UserError(
            f"Van {', '.join(gemeenten)} staat niets in deze bestanden; kies een gemeente die er wel in staat."
        )
    return chosen


def _put(
    entries: Sequence[Recognised],
    ignored: tuple[Path, ...],
    writer: Writer,
    catalogue: Catalogue,
    progress: Progress,
) -> Imported:
    tables: list[TableRecord] = []
    drawn: list[BordersRecord] = []
    projected: list[str] = []
    for number, entry in enumerate(entries, start=1):
        progress(number, len(entries), f"bewaren: {entry.path.name}")
        if entry.table is not None:
            tables.append(writer.put_table(assemble(entry.table, catalogue)))
        drawn += [writer.put_borders(layer, str(entry.path)) for layer in entry.borders]
        if entry.projection is not None:
            writer.put_projection(entry.projection)
            projected += entry.gemeenten.values()
    return Imported(tuple(tables), tuple(drawn), ignored, tuple(dict.fromkeys(projected)))


def _sample_checksum(catalogue: Catalogue) -> str:
    digest = hashlib.sha256(catalogue.rules.encode())
    for file in sorted(sample.FOLDER.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(sample.FOLDER).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def sample_is_current(store: Store, catalogue: Catalogue) -> bool:
    """Tell whether the store holds the sample as it ships, read with this catalogue."""
    return store.manifest.sample_checksum == _sample_checksum(catalogue)


def ensure_sample(store: Store, catalogue: Catalogue, progress: Progress = silent) -> bool:
    """Import the sample municipality where the store does not have it, or has an older one.

    Returns
    -------
    bool
        True when it was imported now.
    """
    if sample_is_current(store, catalogue):
        return False
    with store.writing() as writer:
        # Another first visitor may have been ahead while this one waited for the store.
        if sample_is_current(store, catalogue):
            return False
        writer.clear(SAMPLE)
        recognition = recognise([sample.FOLDER], catalogue)
        _put(recognition.usable, (), writer, catalogue, progress)
        writer.sample_checksum = _sample_checksum(catalogue)
    return True
