"""Files that a user drops on the page: first what is in them, and only then storing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

import pandas as pd
import streamlit as st

from data import gemeenten
from data.catalogue import catalogue
from data.errors import UserError
from data.importing import Imported, store_recognised
from data.recognition import Progress, Recognised, Recognition, recognise
from data.store import Store
from register.roles import Action
from ui import fetch_wording as told
from ui import fetching, identity
from ui.parts import narrow_table, say, say_list
from ui.selection import Selection

#: What comes along with a .shp of the same name.
_BESIDE_SHP = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qmd", ".xml")
#: MB per file; a Wijk- en buurtkaart of CBS is about 220. The server refuses what is over its own limit too.
LARGEST = 300
#: A file with more gemeenten than this is one of the whole country: then the user says which are wanted.
_ALL_OF_THEM = 5
_PREVIEW, _ROUND, _STORED = "herkende bestanden", "ronde van bestanden", "opgeslagen bestanden"
_KEPT = "herkende bestanden van voor een andere pagina"
#: What is under an uploader, in Dutch: Streamlit has no setting for its own words.
_DUTCH = """
<style>
.st-key-KEY [data-testid="stFileUploaderDropzoneInstructions"] span { display: none; }
.st-key-KEY [data-testid="stFileUploaderDropzoneInstructions"]::after {
  content: "of sleep ze hierheen; ten hoogste LARGEST MB per bestand"; font-size: .875rem; }
.st-key-KEY [data-testid="stFileUploaderDropzone"] button[kind="secondary"] p {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.st-key-KEY [data-testid="stFileUploaderDropzone"] button[kind="secondary"]::after {
  content: "Kies bestanden"; font-size: .875rem; }
</style>
"""


Result = TypeVar("Result")


class Uploaded(Protocol):
    """A file as the browser sent it."""

    name: str
    file_id: str

    def seek(self, offset: int, /) -> int:
        """Go to a place in the file."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""


@dataclass(frozen=True)
class _Preview:
    """What was recognised in the files with these ids."""

    ids: tuple[str, ...]
    recognition: Recognition


def in_dutch(key: str, largest: int = LARGEST) -> None:
    """Let the uploader in the container with this key speak Dutch; ``largest`` is in MB per file."""
    st.html(_DUTCH.replace("KEY", key).replace("LARGEST", str(largest)))


def read_files(selection: Selection) -> None:
    """Take files, show what is in them, and store them when the user says so."""
    _tell_stored(selection)
    if not identity.only(Action.MANAGE_FIGURES, "Bestanden inlezen"):
        return
    say(
        "Geen verbinding, of kreeg u bestanden van een collega? Kies ze hier. U ziet eerst wat erin staat; pas daarna slaat u "
        "ze op."
    )
    box = f"bestanden-{st.session_state.get(_ROUND, 0)}"
    if box not in st.session_state:
        # Streamlit empties the box when one goes to another page; what was in the files is still known.
        st.session_state[_KEPT] = _PREVIEW in st.session_state
    with st.container(key="bestanden"):
        in_dutch("bestanden")
        files = st.file_uploader(
            "Bestanden van CBS of PDOK",
            accept_multiple_files=True,
            max_upload_size=LARGEST,
            key=box,
            help="Excel of CSV met kerncijfers van wijken en buurten, tabellen uit de open-data-dienst van CBS (JSON), en "
            "kaartbestanden met grenzen.",
        )
    if files:
        st.session_state[_KEPT] = False
        _show(selection, _preview(files).recognition)
    elif st.session_state[_KEPT]:
        say(
            "Wat u eerder koos, staat nog klaar. Kiest u andere bestanden, dan komen die ervoor in de plaats."
        )
        _show(selection, st.session_state[_PREVIEW].recognition)
        st.button("Toch niet", on_click=_forget, key="toch-niet")
    else:
        _forget()
        _what_can_be_read()


def _forget() -> None:
    """Let go of what was in the files."""
    st.session_state.pop(_PREVIEW, None)
    st.session_state[_KEPT] = False


def _what_can_be_read() -> None:
    with st.expander("Welke bestanden kan Wijkradar lezen?"):
        say_list(
            [
                "Excel van CBS: Kerncijfers wijken en buurten, zoals kwb-2024.xlsx.",
                "CSV van StatLine: kies bij het downloaden de codes van de wijken en buurten, niet alleen de namen.",
                "Tabellen uit de open-data-dienst van CBS: TypedDataSet.json en DataProperties.json samen.",
                "De prognose van CBS en PBL: tabel 85173NED van StatLine, als CSV.",
                "Grenzen: de Wijk- en buurtkaart van CBS of een download van PDOK (gpkg, geojson, zip, of alle delen van "
                "een shp).",
            ]
        )


# What is in them.


def _preview(files: Sequence[Uploaded]) -> _Preview:
    """Return what is in the files; worked out once for the same files."""
    ids = tuple(file.file_id for file in files)
    known: _Preview | None = st.session_state.get(_PREVIEW)
    if known is None or known.ids != ids:
        known = _Preview(ids, with_progress(lambda progress: _recognised(files, progress)))
        st.session_state[_PREVIEW] = known
    return known


def _recognised(files: Sequence[Uploaded], progress: Progress) -> Recognition:
    # What is recognised is kept in memory, so that nothing of the user stays behind on the disk.
    with tempfile.TemporaryDirectory(prefix="wijkradar-") as name:
        folder = Path(name).resolve()
        found = recognise(save(files, folder), catalogue(), progress=progress)
    return Recognition(tuple(_without_folder(entry, folder) for entry in found.entries))


def save(files: Sequence[Uploaded], folder: Path) -> list[Path]:
    """Write files into a folder; a name that is there already goes into a folder of its own below it.

    Returns
    -------
    list of Path
        What to recognise: every file, but not the parts of a shapefile beside its .shp.
    """
    written = []
    for file in files:
        name = Path(file.name.replace("\\", "/")).name
        place, number = folder, 1
        while (place / name).exists():
            number += 1
            place = folder / str(number)
        place.mkdir(exist_ok=True)
        file.seek(0)
        with (place / name).open("wb") as copy:
            shutil.copyfileobj(file, copy)
        written.append(place / name)
    drawn = {path.with_suffix("") for path in written if path.suffix.lower() == ".shp"}
    return [
        path
        for path in written
        if path.suffix.lower() not in _BESIDE_SHP or path.with_suffix("") not in drawn
    ]


def _without_folder(entry: Recognised, folder: Path) -> Recognised:
    """Call a file what the user calls it, not where it stood for a moment."""

    def named(text: str) -> str:
        return text.replace(f"{folder}/", "").replace(str(folder), "de tabel")

    path = Path(named(str(entry.path)))
    error = type(entry.error)(named(str(entry.error))) if entry.error else None
    table = replace(entry.table, origin=named(entry.table.origin)) if entry.table else None
    rows = entry.projection
    projected = rows.assign(origin=rows["origin"].map(named).astype("str")) if rows is not None else None
    warnings = tuple(named(warning) for warning in entry.warnings)
    return replace(entry, path=path, error=error, table=table, warnings=warnings, projection=projected)


def with_progress(work: Callable[[Progress], Result], unit: str = "Bezig met bestand") -> Result:
    """Show a bar while ``work`` tells how far it is; the bar goes when it ends."""
    bar = st.progress(0.0, "Bezig")

    def show(step: int, steps: int, what: str) -> None:
        bar.progress((step - 1) / max(steps, 1), f"{unit} {step} van {steps}: {what}")

    try:
        return work(show)
    finally:
        bar.empty()


def _show(selection: Selection, recognition: Recognition) -> None:
    say(told.recognised_sentence(recognition))
    if recognition.usable:
        rows = [told.recognised_row(entry) for entry in recognition.usable]
        narrow_table(pd.DataFrame(rows), "Tabel: wat er in de bestanden staat", "herkend", ["Onderwerpen"])
        if remarks := [remark for entry in recognition.usable for remark in told.remarks(entry)]:
            with st.expander("Waar u op moet letten", expanded=True):
                say_list(remarks)
    if refused := [str(entry.error) for entry in recognition.entries if entry.error]:
        say("Dit kan Wijkradar niet inlezen:")
        say_list(refused)
    if recognition.usable:
        _choose_and_store(selection, recognition)


# Storing.


def _choose_and_store(selection: Selection, recognition: Recognition) -> None:
    names = recognition.gemeenten
    chosen = list(names)
    if len(names) > 1:
        here = selection.figures.gemeente
        chosen = st.multiselect(
            "Welke gemeenten wilt u opslaan?",
            list(names),
            default=[here] if here in names else list(names) if len(names) <= _ALL_OF_THEM else [],
            format_func=lambda code: _label(code, names[code]),
            placeholder="Typ een naam of code",
            key=f"gemeenten-{st.session_state[_PREVIEW].ids[0]}",
            persist_state="session",
        )
    if fetching.running_job(selection.store):
        say("Wacht met opslaan tot het ophalen klaar is.")
        return
    if not chosen:
        say("Kies eerst een gemeente.")
        return
    if st.button("Opslaan", type="primary", key="opslaan"):
        _store(selection.store, recognition, chosen)


def _label(code: str, name: str) -> str:
    known = gemeenten.known().get(code)
    return told.label_of(known) if known else f"{name} ({code})"


def _store(store: Store, recognition: Recognition, chosen: list[str]) -> None:
    try:
        identity.require(Action.MANAGE_FIGURES)
        stored = with_progress(
            lambda progress: store_recognised(
                recognition,
                store,
                catalogue(),
                gemeenten=chosen,
                progress=progress,
                undo_as="het inlezen van bestanden",
            )
        )
    except UserError as error:
        st.warning(str(error))
        return
    _finish(stored, chosen)
    st.rerun()


def _finish(stored: Imported, chosen: Sequence[str]) -> None:
    """Empty the uploader, and let the bar show what came in."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    _forget()
    st.session_state[_STORED] = told.stored_sentences(stored)
    # A projection alone gives a gemeente no figures to look at.
    with_figures = [code for code in chosen if any(code in record.gemeenten for record in stored.tables)]
    if with_figures:
        fetching.choose_next(with_figures[0])


def _tell_stored(selection: Selection) -> None:
    sentences = st.session_state.pop(_STORED, None)
    if not sentences:
        return
    with st.container(border=True, key="opgeslagen"):
        for sentence in sentences:
            say(sentence)
        st.page_link(
            "overzicht.py",
            label=f"Naar het overzicht van {selection.figures.name}",
            query_params=selection.address(),
        )
