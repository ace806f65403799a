"""The part of the page "Gegevens ophalen" about converting figures to new borders: with addresses, or on area."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import streamlit as st

from data import sample
from data.addresses import AddressFile, in_order, read_addresses
from data.bridges import Bridged, area_years, bridge_by_addresses, bridge_by_area, remove
from data.errors import UserError
from data.manifest import BridgeRecord
from data.panel import Level
from data.progress import Progress
from data.store import Store
from register.roles import Action
from reports.converted import converted
from ui import bridge_wording as told
from ui import fetching, identity, uploads, wording
from ui.figures import figures
from ui.parts import narrow_table, say, say_list
from ui.selection import Selection

_BOX, _ROUND, _PREVIEW = "adressen", "ronde van adressen", "herkende adressen"
_STORED, _MEANS, _OPEN = "zojuist omgerekend", "omrekenen-waarmee", "omrekenen-open"
_BY_ADDRESSES, _BY_AREA = "Met adressen", "Op oppervlakte"


@dataclass(frozen=True)
class _Preview:
    """What was recognised in the files with these ids, or why they are of no use."""

    ids: tuple[str, ...]
    files: tuple[AddressFile, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Stored:
    """What was stored just now for a gemeente, in sentences."""

    gemeente: str
    sentences: tuple[str, ...]


def convert(selection: Selection) -> None:
    """Say what was redrawn, show what is stored to convert with, and take more."""
    known = selection.figures
    say(told.redrawn_sentence(known.name, known.lineage.events))
    _tell_stored(selection)
    _what_is_stored(selection)
    if not identity.only(Action.MANAGE_FIGURES, "Cijfers omrekenen"):
        return
    if fetching.running_job(selection.store):
        say("Wacht met omrekenen tot het ophalen klaar is.")
        return
    # Of a key of its own, so that taking a wrong file away does not fold the box up; what was stored does.
    with st.expander("Cijfers omrekenen", key=f"{_OPEN}-{_round()}", on_change="rerun"):
        say(told.CBS_ONLY_THEN)
        means = st.radio(
            "Hoe wilt u omrekenen?",
            [_BY_ADDRESSES, _BY_AREA],
            key=_MEANS,
            horizontal=True,
            captions=["Het best", "Veel onzekerder"],
        )
        if means == _BY_AREA:
            _on_area(selection)
        else:
            _with_addresses(selection)


def _round() -> int:
    return int(st.session_state.get(_ROUND, 0))


# With addresses.


def _with_addresses(selection: Selection) -> None:
    known = selection.figures
    say(told.WHAT_IS_NEEDED)
    if which := told.which_files(known.name, known.lineage.events):
        say(which)
    if selection.store.is_sample(known.gemeente):
        _try_it(selection)
    with st.container(key=_BOX):
        uploads.in_dutch(_BOX)
        files = st.file_uploader(
            "Twee bestanden met adressen",
            accept_multiple_files=True,
            max_upload_size=uploads.LARGEST,
            key=f"{_BOX}-{_round()}",
            help="Zip of csv van CBS: pc6hnr met een jaar in de naam, of 'cbs-pc6huisnr' met een jaar in de naam.",
        )
    if not files:
        st.session_state.pop(_PREVIEW, None)
        say(told.too_large(uploads.LARGEST))
        return
    preview = _preview(files)
    if preview.files:
        rows = pd.DataFrame([told.recognised_row(file) for file in preview.files])
        narrow_table(rows, "Tabel: welke bestanden met adressen u koos", "adressen-herkend", ["Grootte"])
    if preview.refused:
        say_list(preview.refused)
        return
    if len(preview.files) < 2:
        say("Dit is het eerste bestand. Kies er ook een van een ander jaar bij.")
        return
    try:
        old, new = in_order(preview.files)
    except UserError as error:
        say(str(error))
        return
    for sentence in told.ready_sentences(old, new, selection.figures.name, selection.figures.lineage.events):
        say(sentence)
    if st.button("Omrekenen", type="primary", key="omrekenen-adressen"):
        _store(selection, lambda progress: _stored_from(selection.store, files, progress))


def _try_it(selection: Selection) -> None:
    """Let somebody who only looks around see what converting does; real files know no sample."""
    say(
        "Voorbeeldstad bestaat niet en staat dus niet in bestanden van CBS. U kunt het proberen met verzonnen adressen."
    )
    if st.button("Proberen met verzonnen adressen", key="omrekenen-proberen"):
        paths = sorted((sample.FOLDER / "adressen").glob("*.zip"))
        code = selection.figures.gemeente
        _store(
            selection,
            lambda progress: bridge_by_addresses(
                selection.store, [paths[0], paths[-1]], [code], progress=progress
            ),
        )


def _preview(files: Sequence[uploads.Uploaded]) -> _Preview:
    """Return what is in the files; worked out once for the same files."""
    ids = tuple(file.file_id for file in files)
    known: _Preview | None = st.session_state.get(_PREVIEW)
    if known is None or known.ids != ids:
        known = _recognised(files, ids)
        st.session_state[_PREVIEW] = known
    return known


def _recognised(files: Sequence[uploads.Uploaded], ids: tuple[str, ...]) -> _Preview:
    found: list[AddressFile] = []
    refused: list[str] = []
    with tempfile.TemporaryDirectory(prefix="wijkradar-") as name:
        folder = Path(name).resolve()
        for path in uploads.save(files, folder):
            try:
                found.append(replace(read_addresses(path), path=Path(path.name)))
            except UserError as error:
                refused.append(_without(str(error), folder))
    return _Preview(ids, tuple(found), tuple(refused))


def _without(text: str, folder: Path) -> str:
    """Call a file what the user calls it, not where it stood for a moment."""
    return text.replace(f"{folder}/", "")


def _stored_from(store: Store, files: Sequence[uploads.Uploaded], progress: Progress) -> Bridged:
    # What the user sent is on the disk only while it is read.
    with tempfile.TemporaryDirectory(prefix="wijkradar-") as name:
        folder = Path(name).resolve()
        try:
            return bridge_by_addresses(store, uploads.save(files, folder), progress=progress)
        except UserError as error:
            raise type(error)(_without(str(error), folder)) from error


# On area.


def _on_area(selection: Selection) -> None:
    st.warning(told.AREA_WARNING)
    store, gemeente = selection.store, selection.figures.gemeente
    pairs = area_years(store, gemeente)
    if not pairs:
        say(
            f"Van {selection.figures.name} zijn er geen grenzen van twee jaren. Haal de gemeente op, of lees kaartbestanden in."
        )
        return
    years = wording.join_names([told.pair_label(old, new) for old, new in pairs])
    say(f"Wijkradar legt de grenzen van deze jaren op elkaar: {years}.")
    sure = st.checkbox(told.AREA_CONFIRM, key="omrekenen-zeker")
    if st.button("Omrekenen op oppervlakte", key="omrekenen-oppervlakte", disabled=not sure):
        _store(selection, lambda progress: bridge_by_area(store, gemeente, progress=progress))


# Storing.


def _store(selection: Selection, work: Callable[[Progress], Bridged]) -> None:
    store = selection.store
    try:
        identity.require(Action.MANAGE_FIGURES)
        bridged = uploads.with_progress(work, "Stap")
    except UserError as error:
        st.warning(str(error))
        return
    # A new box is an empty one.
    st.session_state[_ROUND] = _round() + 1
    st.session_state.pop(_PREVIEW, None)
    names = {code: _name(name) for code, name in store.gemeenten().items()}
    sentences = [
        sentence
        for code in dict.fromkeys(record.gemeente for record in bridged.records)
        for sentence in told.stored_sentences(
            bridged.of(code), names[code], {table.year for table in store.tables(code)}
        )
    ]
    sentences.append(told.left_out_sentence([names[code] for code in bridged.left_out]))
    st.session_state[_STORED] = _Stored(
        selection.figures.gemeente, tuple(sentence for sentence in sentences if sentence)
    )
    st.rerun()


def _name(name: str) -> str:
    return wording.wijk_name(name).removesuffix(" (fictief)")


def _tell_stored(selection: Selection) -> None:
    stored: _Stored | None = st.session_state.pop(_STORED, None)
    if stored is None:
        return
    with st.container(border=True, key="omgerekend"):
        for sentence in stored.sentences:
            say(sentence)
        if stored.gemeente != selection.figures.gemeente:
            return
        found = [
            one
            for level in (Level.WIJK, Level.BUURT)
            for one in converted(figures(selection.store, stored.gemeente, level).panel)
        ]
        for sentence in told.converted_sentences(found, selection.figures.name):
            say(sentence)


# What is there.


def _what_is_stored(selection: Selection) -> None:
    store = selection.store
    known = selection.figures
    records = store.bridges(known.gemeente)
    if not records:
        if told.which_files(known.name, known.lineage.events):
            say(f"Er is nog niets om cijfers van {known.name} mee om te rekenen.")
        return
    say(f"Hiermee rekent Wijkradar cijfers van {known.name} om:")
    rows = pd.DataFrame([told.record_row(record) for record in records])
    narrow_table(rows, "Tabel: waarmee wordt omgerekend", "omrekenen", ["Teruggevonden"])
    if files := wording.join_names(list(dict.fromkeys(file for record in records for file in record.files))):
        st.caption(f"Uit de bestanden {files}.")
    if not identity.may(Action.MANAGE_FIGURES):
        return
    with st.popover("Weghalen", disabled=fetching.running_job(store) is not None):
        say("Zonder dit staan de cijfers er weer voor de oude grenzen, zoals CBS ze gaf.")
        for record in records:
            if st.button(f"Haal weg: {told.record_title(record)}", key=f"weghalen-{record.file}"):
                _remove(store, record)


def _remove(store: Store, record: BridgeRecord) -> None:
    try:
        identity.require(Action.MANAGE_FIGURES)
        remove(store, record)
    except UserError as error:
        st.warning(str(error))
        return
    st.rerun()
