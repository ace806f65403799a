"""The parts of the page "Gegevens ophalen" that are about CBS and PDOK: choosing, and what came of it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from data import cbs_table, gemeenten, projection
from data.errors import UserError
from data.fetch_report import FetchReport, Kind, Outcome, State, last_report, reports
from data.fetching import is_running
from data.store import SAMPLE, Store
from register.roles import Action
from ui import fetch_wording as told
from ui import fetching, identity, wording
from ui.parts import narrow_table, say, say_list
from ui.selection import Selection

_CHOSEN, _YEARS, _FROM_BAR, _DONE = "ophalen-gemeente", "ophalen-jaren", "ophalen-balk", "zojuist"
_NOT_STARTED = "ophalen-niet-begonnen"
_STATES_WITH_FIGURES = (State.TAKEN, State.UNCHANGED, State.HELD)


# What is there.


def state_of_the_store(store: Store) -> tuple[str, str]:
    """Return the two sentences that open the page: what is there, and what asks for attention."""
    names = [wording.wijk_name(name) for code, name in store.gemeenten().items() if not store.is_sample(code)]
    moments = [record.delivery().at for record in store.manifest.tables if record.collection != SAMPLE]
    return told.present_sentence(names, max(moments, default="")), _attention(store)


def _attention(store: Store) -> str:
    # Of a gemeente that is gone again, by going back, only what went wrong is worth a word.
    there = store.gemeenten()
    known = [report for report in reports(store.folder) if report.gemeente in there or not report.complete]
    asking = [report for report in known if not report.complete]
    first = next(iter([*asking, *known]), None)
    return told.attention_sentence(first, [report.name for report in asking[1:]])


# Choosing.


def choose_and_fetch(selection: Selection) -> None:
    """Let the user choose gemeente and years, say what will happen, and start."""
    if not identity.only(Action.MANAGE_FIGURES, "Een gemeente ophalen"):
        return
    store = selection.store
    every = {gemeente.code: gemeente for gemeente in gemeenten.present()}
    _follow_the_bar(selection, every)
    box, slider = st.columns([1, 1])
    code = box.selectbox(
        "Welke gemeente?",
        list(every),
        index=None,
        format_func=lambda code: told.label_of(every[code]),
        key=_CHOSEN,
        placeholder="Typ een naam of code, zoals Heerlen of GM0917",
        persist_state="session",
    )
    known_years = sorted(cbs_table.known_tables())
    first, last = slider.select_slider(
        "Welke jaren?",
        known_years,
        value=(known_years[0], known_years[-1]),
        key=_YEARS,
        persist_state="session",
    )
    if code is None:
        return
    years = [year for year in known_years if first <= year <= last]
    former = last_report(store.folder, code)
    if former and _years_gone(store, former):
        # How long it takes to see that nothing changed says nothing of fetching it again.
        former = None
    for sentence in told.plan_sentences(every[code], years, former):
        say(sentence)
    st.button("Ophalen", type="primary", key="ophalen", on_click=_start, args=(store, code, years))


def _follow_the_bar(selection: Selection, every: Collection[str]) -> None:
    """Take over the gemeente of the bar when another one was chosen there, where it can be fetched: not the sample."""
    here = selection.figures.gemeente
    if here in every and st.session_state.get(_FROM_BAR) != here:
        st.session_state[_CHOSEN] = here
    st.session_state[_FROM_BAR] = here


def _start(store: Store, gemeente: str, years: list[int], accept: tuple[int, ...] = ()) -> None:
    """Start a run; as a callback, so that a click also counts where a colleague just started one and the button is gone."""
    try:
        if not fetching.start(store, gemeente, years, accept):
            st.session_state[_NOT_STARTED] = told.NOT_STARTED
    except UserError as error:
        st.session_state[_NOT_STARTED] = str(error)


def tell_not_started() -> None:
    """Say why nothing was started: somebody else was just before, or a setting is wrong."""
    if sentence := st.session_state.pop(_NOT_STARTED, None):
        st.warning(sentence)


def busy_elsewhere(store: Store) -> bool:
    """Tell whether nothing can be fetched for this store now, and say why: another program does, or it is closed."""
    try:
        if not is_running(store.folder):
            return False
    except UserError as error:
        st.warning(f"Er kan nu niets worden opgehaald. {error}")
        return True
    say(
        "Een ander programma is al aan het ophalen, bijvoorbeeld een opdracht op deze computer. Wacht tot dat klaar is en "
        "ververs dan deze pagina."
    )
    return True


# What came of it.


def closing_words(selection: Selection, job: fetching.Job) -> None:
    """Tell whoever saw a run how it ended, with a door to the figures."""
    fetching.note_told(job)
    with st.container(border=True, key="afgelopen"):
        if job.report is None:
            st.subheader(f"Het ophalen van {job.name} is niet gelukt", anchor=False)
            say(job.complaint)
            return
        st.subheader(told.closing_title(job.report), anchor=False)
        for sentence in told.report_sentences(job.report):
            say(sentence)
        if job.gemeente in selection.store.gemeenten():
            st.page_link(
                "overzicht.py",
                label=f"Naar het overzicht van {job.name}",
                query_params=selection.address(gemeente=job.gemeente, wijk="alle")
                if selection.figures.gemeente != job.gemeente
                else selection.address(),
            )


def what_happened(selection: Selection, job: fetching.Job | None) -> None:
    """Show the last report: what came, what was held back, what failed, with the buttons that go with it.

    Parameters
    ----------
    selection : Selection
    job : Job or None
        A run that this session just saw end; its sentences stand above.
    """
    store = selection.store
    known = {report.gemeente: report for report in reports(store.folder)}
    if not known:
        return
    st.header("Hoe staat het per jaar?", anchor=False)
    report = known[_whose(known, selection.figures.gemeente)]
    if not (job and job.report and job.gemeente == report.gemeente):
        for sentence in told.report_sentences(report):
            say(sentence)
    if gone := _years_gone(store, report):
        say(told.gone_sentence(gone))
    elif _was_undone(store, report):
        say("Dit is daarna ongedaan gemaakt: de cijfers die toen binnenkwamen, staan er niet meer.")
    for sentence in (told.detour_sentence(report), told.unknown_sentence(report)):
        if sentence:
            say(sentence)
    _held_back(store, report)
    _try_again(store, report)
    if not told.nothing_came(report):
        _tables_table(report)
    with st.expander("Grenzen, verzoeken en uitleg bij deze woorden"):
        if told.nothing_came(report):
            _tables_table(report)
        _borders_table(report)
        if sentence := told.projection_sentence(report):
            say(sentence)
        say(told.effort_sentence(report))
        say_list(told.STATES_EXPLAINED)
        say(told.SERVICES_EXPLAINED)


def _whose(known: dict[str, FetchReport], here: str) -> str:
    if len(known) == 1:
        return next(iter(known))
    codes = list(known)
    if st.session_state.get("verslag-balk") != here and here in known:
        st.session_state["verslag"] = here
    st.session_state["verslag-balk"] = here
    return st.selectbox(
        "Van welke gemeente?",
        codes,
        format_func=lambda code: known[code].name,
        key="verslag",
        placeholder="Kies een gemeente",
    )


def _years_gone(store: Store, report: FetchReport) -> list[int]:
    """Return the years that a report calls new or unchanged and that are not in the store any more."""
    there = {record.id for record in store.tables(report.gemeente)}
    came = report.having(State.TAKEN, State.UNCHANGED, kind=Kind.TABLE)
    return [outcome.year for outcome in came if outcome.id not in there]


def _was_undone(store: Store, report: FetchReport) -> bool:
    """Tell whether nothing is left of the figures that a run brought in."""
    came = [o for o in told.fresh(report) if (o.kind, o.state) == (Kind.TABLE, State.TAKEN)]
    since = report.started[:19]
    deliveries = (d for record in store.tables(report.gemeente) for d in record.deliveries)
    return bool(came) and not any(delivery.at[:19] >= since for delivery in deliveries)  # noqa: PD008


def _held_back(store: Store, report: FetchReport) -> None:
    for outcome in report.having(State.HELD):
        with st.container(border=True, key=f"tegengehouden-{outcome.year}"):
            say(told.held_sentence(outcome))
            if not identity.may(Action.MANAGE_FIGURES):
                continue
            with st.popover("Toch overnemen", disabled=fetching.running_job(store) is not None):
                say(told.accept_warning(outcome))
                st.button(
                    f"Ja, neem {outcome.year} over",
                    key=f"overnemen-{outcome.year}",
                    on_click=_start,
                    args=(store, report.gemeente, [outcome.year], (outcome.year,)),
                )


def _try_again(store: Store, report: FetchReport) -> None:
    missed = report.having(State.FAILED, State.STOPPED)
    years = sorted({outcome.year for outcome in missed if outcome.kind != Kind.PROJECTION})
    if not missed or not identity.may(Action.MANAGE_FIGURES):
        return
    busy = fetching.running_job(store) is not None
    what = wording.join_years(years) if years else f"De {projection.NAME}"
    st.button(
        f"{what} opnieuw proberen",
        key="opnieuw",
        disabled=busy,
        on_click=_start,
        args=(store, report.gemeente, years),
    )


def _tables_table(report: FetchReport) -> None:
    now = told.fresh(report)
    rows = [_row(outcome, outcome in now) for outcome in report.outcomes if outcome.kind == Kind.TABLE]
    if rows:
        told_by = f"Tabel: wat er per jaar binnenkwam van {report.name}"
        narrow_table(pd.DataFrame(rows), told_by, "per-jaar", ["Gebieden", "Cijfers"])


def _row(outcome: Outcome, now: bool) -> dict[str, str]:
    came = outcome.state in _STATES_WITH_FIGURES and outcome.regions
    return {
        "Jaar": str(outcome.year),
        "Uitkomst": told.state_label(outcome.state),
        "Toelichting": told.outcome_note(outcome, earlier=not now),
        "Gebieden": wording.number(outcome.regions) if came else "",
        "Cijfers": wording.number(outcome.filled) if came else "",
        "Dienst": told.service_label(outcome.service),
    }


def _borders_table(report: FetchReport) -> None:
    drawn = [outcome for outcome in report.outcomes if outcome.kind == Kind.BORDERS]
    if not drawn:
        return
    rows = [
        {
            "Grenzen van": wording.level_label(outcome.id, plural=True),
            "Jaar": str(outcome.year),
            "Uitkomst": told.state_label(outcome.state),
            "Gebieden": wording.number(outcome.regions) if outcome.regions else "",
            "Toelichting": told.outcome_note(outcome),
        }
        for outcome in drawn
    ]
    told_by = f"Tabel: welke grenzen er binnenkwamen van {report.name}"
    narrow_table(pd.DataFrame(rows), told_by, "grenzen", ["Gebieden"])
    say("Wijkradar vraagt alleen grenzen van een jaar waarin ze anders zijn dan het jaar ervoor.")


# Going back.


def undo(store: Store) -> None:
    """Offer to take back what was done last, with a second question first."""
    if done := st.session_state.pop(_DONE, None):
        say(done)
    point = store.undo_point()
    if point is None or fetching.running_job(store) or not identity.may(Action.MANAGE_FIGURES):
        return
    st.header("Ongedaan maken", anchor=False)
    say(told.undo_sentence(point.what, point.at))
    with st.popover(f"Ongedaan maken: {point.what}"):
        say("Weet u het zeker? U kunt dit zelf niet terugdraaien; ophalen of inlezen kan wel opnieuw.")
        if st.button("Ja, maak het ongedaan", key="ongedaan"):
            _undo(store, point.what)


def _undo(store: Store, what: str) -> None:
    try:
        identity.require(Action.MANAGE_FIGURES)
        store.undo()
    except UserError as error:
        st.warning(str(error))
        return
    # The gemeente in the bar may be gone now; that is no reason to complain about a link.
    if st.session_state.get("gemeente") not in store.gemeenten():
        for name in ("gemeente", "wijk"):
            st.session_state.pop(name, None)
    st.session_state[_DONE] = f"Ongedaan gemaakt: {what}. Alles staat weer zoals het ervoor was."
    fetching.forget_finished()
    st.rerun()
