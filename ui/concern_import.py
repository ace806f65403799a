"""View "Inlezen" of Zorgen & signalen: a file with concerns, from choosing it to taking it back."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import streamlit as st

from data.errors import UserError
from data.store import Store
from register.export import template
from register.importing import (
    Preview,
    Source,
    commit,
    make_of,
    preview,
    propose,
    proposed,
    read,
    remember,
    remembered,
)
from register.importing.plan import Plan
from register.importing.writing import Choice
from register.placing import Places, places
from register.roles import Action
from ui import concern_import_wording as told
from ui.concern_import_check import button_label, has_work, show_check
from ui.concern_import_plan import choose_columns, choose_defaults, choose_words, say_problems
from ui.concern_told import Told, attempt, forget_told, tell_written, written_page
from ui.parts import plain, say, say_list
from ui.registering import Desk, desk
from ui.selection import Selection
from ui.theme import Look
from ui.uploads import in_dutch, with_progress

#: MB; a year of reports of a large city is about 50.
LARGEST: Final = 100
_FILE, _ROUND, _CHECKED = "zorgen: gelezen bestand", "zorgen: ronde van inlezen", "zorgen: gecontroleerd"
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Over the words of `ui.uploads.in_dutch`, which speak of several files.
_ONE_FILE: Final = """
<style>
.st-key-zorgenbestand [data-testid="stFileUploaderDropzoneInstructions"]::after {
  content: "of sleep het hierheen; ten hoogste 100 MB" !important; }
.st-key-zorgenbestand [data-testid="stFileUploaderDropzone"] button[kind="secondary"]::after {
  content: "Kies een bestand" !important; }
</style>
"""


def show(selection: Selection, look: Look) -> None:
    """Show the view: choose a file, look at its columns and words, see what would happen, read it in."""
    del look
    place = desk(selection)
    if not place.actor.may(Action.IMPORT):
        say("Een bestand inlezen kan alleen een coördinator. Vraag die rol aan bij uw beheerder.")
        return
    tell_written("inlezen")
    st.subheader("1. Bestand", anchor=False)
    source = _source()
    there = _places(selection.store, selection.figures.gemeente)
    if source is None:
        _teach(there, place)
        return
    key = hashlib.sha256("|".join([source.name, *source.columns]).encode()).hexdigest()[:8]
    plan = _plan(place, source, there, key)
    st.subheader("4. Controle", anchor=False)
    if plan.problems:
        say_problems(plan)
        return
    checked = _checked(place, source, plan, there)
    if checked is None:
        return
    names = dict(there.names) | dict(there.former)
    choice = show_check(checked, place.themes, names, key)
    if not has_work(checked, choice):
        st.button("Kies een ander bestand", on_click=_forget, key="ander-bestand")
        return
    st.subheader("5. Inlezen", anchor=False)
    say("Alles gaat in één keer: lukt het niet, dan verandert er niets. Daarna kunt u het nog terugdraaien.")
    if st.button(button_label(checked, choice), type="primary", key="inlezen"):
        _write(place, checked, choice)


# -- 1. the file -----------------------------------------------------------------------------------------


def _source() -> Source | None:
    """Take a file and return it as rows; what was read stays while the user looks at another page."""
    with st.container(key="zorgenbestand"):
        in_dutch("zorgenbestand", LARGEST)
        st.html(_ONE_FILE)
        file = st.file_uploader(
            "Bestand met zorgen of meldingen",
            max_upload_size=LARGEST,
            key=f"zorgenbestand-{st.session_state.get(_ROUND, 0)}",
            help="csv, Excel, ods, GeoJSON, of het zip-bestand van Signalen",
        )
    known: tuple[str, Source] | None = st.session_state.get(_FILE)
    if file is None:
        if known is not None:
            say(
                f"‘{known[1].name}’ staat nog klaar. Kiest u een ander bestand, dan komt dat ervoor in de plaats."
            )
            st.button("Toch niet", on_click=_forget, key="toch-niet-inlezen")
        return known[1] if known else None
    if known is None or known[0] != file.file_id:
        _let_go()
        forget_told()
        try:
            with st.spinner(f"{plain(file.name)} lezen"):
                known = (file.file_id, read(file.getvalue(), file.name))
        except UserError as error:
            st.warning(plain(str(error)))
            return None
        st.session_state[_FILE] = known
    return known[1]


def _let_go() -> None:
    for name in (_FILE, _CHECKED):
        st.session_state.pop(name, None)


def _forget() -> None:
    """Empty the uploader and let go of what was read."""
    _let_go()
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _teach(there: Places, place: Desk) -> None:
    say(told.TEACH)
    say_list(told.CAN_READ)
    say(told.NEVER)
    # Asked while the page runs: a fault while the file is made has no page to be told on.
    themes = place.themes
    st.download_button(
        "Leeg voorbeeldbestand (Excel)",
        lambda: template(there.wijken, themes),
        "zorgen inlezen.xlsx",
        _EXCEL,
        key="sjabloon",
        on_click="ignore",
        help="Een werkboek met de kolommen die Wijkradar kent, en uitleg op het tweede blad",
    )


def _places(store: Store, gemeente: str) -> Places:
    return _places_of(str(store.folder), gemeente, store.content(gemeente), store)


@st.cache_resource(max_entries=8, show_spinner="De grenzen van wijken en buurten lezen")
def _places_of(_folder_name: str, gemeente: str, content: str, _store: Store) -> Places:
    del content
    return places(_store, gemeente)


# -- 2. and 3. columns and words ---------------------------------------------------------------------------


def _plan(place: Desk, source: Source, there: Places, key: str) -> Plan:
    themes = place.themes
    proposals = propose(source)
    before = remembered(place.kept, source)
    say(told.file_sentence(source, make_of(source)))
    if sentence := told.memory_sentence(before):
        say(sentence)
    plan = proposed(source, themes, before, proposals)
    st.subheader("2. Kolommen", anchor=False)
    plan = choose_columns(proposals, plan, key)
    with st.expander("Wat voor alle rijen geldt", expanded=bool(plan.problems), key=f"alles-{key}"):
        plan = choose_defaults(plan, themes, there.wijken, key)
    st.subheader("3. Waarden", anchor=False)
    return choose_words(source, plan, themes, key)


# -- 4. and 5. checking and writing --------------------------------------------------------------------------


def _checked(place: Desk, source: Source, plan: Plan, there: Places) -> Preview | None:
    """Return what an import would do; worked out once for the same file and choices."""
    asked: tuple[Any, ...] = (id(source), repr(plan), place.gemeente, there.borders_year)
    known: tuple[tuple[Any, ...], Preview] | None = st.session_state.get(_CHECKED)
    if known is not None and known[0] == asked:
        return known[1]
    st.session_state.pop(_CHECKED, None)
    try:
        checked = with_progress(
            lambda progress: preview(source, plan, there, place.concerns, place.themes, progress),
            "Controle, stap",
        )
    except UserError as error:
        st.warning(plain(str(error)))
        return None
    st.session_state[_CHECKED] = (asked, checked)
    return checked


def _write(place: Desk, checked: Preview, choice: Choice) -> None:
    def work() -> Told:
        saved = with_progress(
            lambda progress: commit(checked, choice, place.concerns, progress), "Inlezen, stap"
        )
        sentence = told.saved_sentence(saved, checked)
        try:
            remember(place.kept, checked.source, checked.plan)
        except UserError:
            sentence += " " + told.NOT_REMEMBERED
        _forget()
        return Told(sentence, place.concerns, saved.batch)

    attempt(work)
    written_page()
