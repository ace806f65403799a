"""One concern: everything that is known of it, what can be changed, what belongs with it, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analysis.concerns import days_overdue
from data.errors import UserError
from register import retention
from register.concerns import CHANNELS, MOST_PEOPLE, OPEN, SERIOUSNESS, STATUSES
from register.errors import Conflict
from register.roles import Action
from ui.concern_conflicts import show_conflicts
from ui.concern_editing import Editing, forget_editing
from ui.concern_finds import ask_about_finds, open_finds, without
from ui.concern_links import show_links
from ui.concern_places import borders_now, buurten_now, region_of, wijken_now
from ui.concern_text import concern_text
from ui.concern_told import Told, attempt, forget_told
from ui.concern_wording import (
    FIELDS,
    LONG,
    NUMBER,
    is_missing,
    quoted,
    short_date,
    step_in_words,
    theme_title,
    waiting,
    who_and_when,
)
from ui.figures import Figures
from ui.parts import plain, say, when_opened
from ui.registering import Desk
from ui.selection import Selection
from ui.wording import number


def show_one(selection: Selection, place: Desk, number_: int) -> None:
    """Show one concern in the place of the list."""
    st.button("Terug naar de lijst", key="nr-terug", on_click=_back)
    known = selection.figures
    try:
        record = place.concerns.get(number_)
    except UserError as error:
        st.warning(plain(str(error)))
        _history(known, place, number_)
        return
    editing = Editing(place.gemeente, record)
    _head(known, place, record)
    show_conflicts(known, place, number_)
    if record.get("expired_at"):
        say(
            "De teksten zijn gewist, omdat de bewaartermijn voorbij was of omdat daarom is gevraagd. Wat overblijft, telt alleen nog mee in de aantallen."
        )
    else:
        _at_once(place, record)
        _fields(known, place, editing)
    show_links(known, place, record)
    _history(known, place, number_)
    _remove(place, record)
    _forget(place, record)


def _back() -> None:
    forget_told()
    _close()


def _close() -> None:
    if NUMBER in st.query_params:
        del st.query_params[NUMBER]


def _head(known: Figures, place: Desk, record: Mapping[str, Any]) -> None:
    region = region_of(known, record["wijk"], record["borders_year"]) or str(record["wijk"])
    st.subheader(
        plain(
            f"Nr. {record['number']}: {theme_title(str(record['theme']), place.themes)} in {known.label(region)}"
        ),
        anchor=False,
    )
    told = [
        f"Gehoord op {short_date(record['heard'])}, {CHANNELS[record['channel']].lower()}",
        SERIOUSNESS[int(record["seriousness"])].lower(),
        _status(record),
    ]
    if not is_missing(record["people"]):
        told.insert(1, f"{number(record['people'])} mensen")
    if not is_missing(record["source"]):
        told.append(f"bron: {record['source']}")
    if not is_missing(record["x"]):
        told.append("met een plek op de kaart (een vak van 100 meter)")
    say("; ".join(told) + ".")
    if not is_missing(record["text"]):
        say(f"“{quoted(record['text'], 400)}”")


def _status(record: Mapping[str, Any]) -> str:
    today, status = date.today(), STATUSES[record["status"]].lower()
    told = waiting(record, today, int(days_overdue(pd.DataFrame([record]), today).iloc[0]))
    if record["status"] in OPEN and is_missing(record["feedback_on"]):
        return f"{status}, {told}"
    if is_missing(record["feedback_on"]):
        return f"{status}, {told}"
    given = f"gegeven op {short_date(record['feedback_on'])}"
    return (
        f"terugkoppeling {given}"
        if status.startswith("terugkoppeling")
        else f"{status}, terugkoppeling {given}"
    )


def _at_once(place: Desk, record: Mapping[str, Any]) -> None:
    """Offer what is done most, in one press."""
    if record["status"] not in OPEN:
        return
    number_, seen = int(record["number"]), int(record["version"])
    with st.container(horizontal=True):
        st.button(
            "Terugkoppeling is gegeven (vandaag)",
            key="nr-terugkoppeling",
            on_click=attempt,
            args=(
                partial(
                    _save,
                    place,
                    number_,
                    seen,
                    {"status": "terugkoppeling", "feedback_on": date.today().isoformat()},
                ),
            ),
        )
        if record["status"] == "nieuw":
            st.button(
                "In behandeling",
                key="nr-behandeling",
                on_click=attempt,
                args=(partial(_save, place, number_, seen, {"status": "in_behandeling"}),),
            )


def _save(place: Desk, number_: int, seen: int, values: Mapping[str, Any]) -> Told:
    try:
        saved = place.concerns.change(number_, seen, values)
    except Conflict:
        # What was typed is kept as a version to choose; the fields show what stands.
        forget_editing(place.gemeente, number_)
        raise
    forget_editing(place.gemeente, number_)
    if not saved.batch:
        return Told("Er was niets veranderd.")
    also = " Iemand anders wijzigde ondertussen iets anders; dat staat er ook." if saved.merged else ""
    return Told(f"Opgeslagen.{also}", place.concerns, saved.batch)


# The fields ----------------------------------------------------------------------------------------


def _fields(known: Figures, place: Desk, editing: Editing) -> None:
    with st.container(border=True, key="nr-velden"):
        st.markdown("**Wat ermee gebeurt**")
        left, right = st.columns(2)
        with left:
            _select(editing, "status", STATUSES)
            st.text_input(
                FIELDS["owner"],
                key=editing.name("owner"),
                help="Een team of functie, nooit een bewoner.",
                max_chars=120,
            )
            ask_about_finds(
                str(editing.get("owner") or ""),
                editing.harmless,
                f"wie-{editing.number}",
                partial(_take_out, editing, "owner"),
                editing.confirm,
            )
        with right:
            _day(editing, "due")
            _day(editing, "feedback_on")
        _text(editing, "done")
        _text(editing, "feedback")
        with when_opened("Wat er is gehoord, waar en wanneer", f"nr-gehoord-{editing.number}") as is_open:
            if is_open:
                _heard(known, place, editing)
        _save_row(known, place, editing)


def _heard(known: Figures, place: Desk, editing: Editing) -> None:
    themes = place.themes
    own = editing.opened["theme"]
    _text(editing, "text")
    left, right = st.columns(2)
    with left:
        _select(editing, "theme", {own: theme_title(own, themes)} | themes)
        _select(editing, "channel", CHANNELS)
        _select(editing, "seriousness", SERIOUSNESS)
    with right:
        _day(editing, "heard")
        st.number_input(
            FIELDS["people"],
            min_value=1,
            max_value=MOST_PEOPLE,
            step=1,
            value=None,
            key=editing.name("people"),
            placeholder="niet ingevuld",
        )
        wijken = wijken_now(known)
        was = str(editing.opened["wijk"])
        _select(editing, "wijk", {was: known.label(was)} | wijken)
        buurten = buurten_now(known, editing.get("wijk"))
        if (old := editing.opened["buurt"]) and editing.get("wijk") == was:
            buurten = {old: known.label(old)} | buurten
        if st.session_state.get(editing.name("buurt")) not in [None, *buurten]:
            st.session_state[editing.name("buurt")] = None
        _select(editing, "buurt", buurten, index=None)


def _select(editing: Editing, field: str, options: Mapping[Any, str], index: int | None = 0) -> None:
    st.selectbox(
        FIELDS[field],
        list(options),
        index=index,
        format_func=options.__getitem__,
        key=editing.name(field),
        placeholder="niet ingevuld",
        persist_state="session",
    )


def _day(editing: Editing, field: str) -> None:
    st.date_input(
        FIELDS[field],
        value=None,
        key=editing.name(field),
        format="DD-MM-YYYY",
        max_value=None if field == "due" else date.today(),
        persist_state="session",
    )


def _text(editing: Editing, field: str) -> None:
    text = concern_text(FIELDS[field], editing.name(field))
    ask_about_finds(
        text,
        editing.harmless,
        f"{field}-{editing.number}",
        partial(_take_out, editing, field),
        editing.confirm,
    )


def _take_out(editing: Editing, field: str, wording: str) -> None:
    name = editing.name(field)
    st.session_state[name] = without(str(st.session_state.get(name) or ""), wording)


def _save_row(known: Figures, place: Desk, editing: Editing) -> None:
    changes = editing.changes()
    if editing.is_behind and changes:
        st.info(
            plain(
                f"Ondertussen gewijzigd door {editing.record['changed_by']}. Wat u typte, staat er nog. Sla gerust op: wijzigde "
                "u iets anders, dan blijft allebei staan; wijzigde u hetzelfde, dan kiest u daarna."
            )
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Sla op",
            key="nr-opslaan",
            type="primary",
            on_click=attempt,
            args=(partial(_save_fields, known, place, editing),),
        )
        if changes:
            st.button(
                "Toch niet", key="nr-niet", on_click=forget_editing, args=(place.gemeente, editing.number)
            )
            st.caption(f"Nog niet opgeslagen: {len(changes)} {'veld' if len(changes) == 1 else 'velden'}.")


def _save_fields(known: Figures, place: Desk, editing: Editing) -> Told:
    changes = editing.changes()
    if not changes:
        return Told("Er is niets veranderd.")
    for field in (*LONG, "owner"):
        if field in changes and open_finds(str(changes[field] or ""), editing.harmless):
            return Told(
                "Nog niet opgeslagen: kies eerst wat er gebeurt met wat op een gegeven van een persoon lijkt. Wat u typte, "
                "staat er nog.",
                failed=True,
            )
    if "wijk" in changes:
        # Another wijk: its borders are those of now, and the square of before lies elsewhere.
        changes |= {"borders_year": borders_now(known), "buurt": changes.get("buurt"), "x": None, "y": None}
    return _save(place, editing.number, int(editing.opened["version"]), changes)


# What happened -------------------------------------------------------------------------------------


def _history(known: Figures, place: Desk, number_: int) -> None:
    with when_opened("Wat er eerder mee gebeurde", f"nr-geschiedenis-{number_}") as is_open:
        if not is_open:
            return
        history = place.concerns.history(number_)
        if history.empty:
            say("Er is niets bekend van dit nummer.")
            return
        themes = place.themes
        steps = [step for _, step in history.groupby("batch", sort=False)]
        for place_, step in reversed(list(enumerate(steps))):
            with st.container(border=True):
                st.caption(plain(who_and_when(step)))
                for sentence in step_in_words(step, themes, known.label):
                    say(sentence)
                if can_be_undone(step, steps[place_ + 1 :]):
                    st.button(
                        "Maak deze stap ongedaan",
                        key=f"stap-{step['batch'].iloc[0]}",
                        on_click=attempt,
                        args=(partial(_undo, place, number_, str(step["batch"].iloc[0])),),
                    )


def can_be_undone(step: pd.DataFrame, later: list[pd.DataFrame]) -> bool:
    """Tell whether a step can be taken back: none of its fields was changed in a later one.

    That something was recorded can always be taken back, as long as it was not before.
    """
    kind = str(step["kind"].iloc[0])
    if kind == "expired" or any(str(other["kind"].iloc[0]) == "expired" for other in later):
        return False
    touched = {"removed_at"} if kind in ("added", "imported") else _touched(step)
    return not any(touched & _touched(other) for other in later)


def _touched(step: pd.DataFrame) -> set[str]:
    """Return what a step is about; every link is a thing of its own."""
    return {
        f"linked to {before or after}" if field == "linked" else str(field)
        for field, before, after in step[["field", "before", "after"]].to_numpy().tolist()
    }


def _undo(place: Desk, number_: int, batch: str) -> Told:
    saved = place.concerns.undo(batch)
    forget_editing(place.gemeente, number_)
    more = f" Dat gold voor {number(len(saved.numbers))} zorgen tegelijk." if len(saved.numbers) > 1 else ""
    return Told(f"Ongedaan gemaakt.{more}", place.concerns, saved.batch)


def _remove(place: Desk, record: Mapping[str, Any]) -> None:
    with when_opened("Bij vergissing vastgelegd?", f"nr-weg-{record['number']}") as is_open:
        if is_open:
            say(
                "Dan kunt u dit uit de lijst en uit alle aantallen halen. De geschiedenis blijft, en u kunt het terugzetten."
            )
            st.button(
                f"Verwijder nr. {record['number']}",
                key="nr-verwijder",
                on_click=attempt,
                args=(partial(_take_away, place, int(record["number"]), int(record["version"])),),
            )


def _take_away(place: Desk, number_: int, seen: int) -> Told:
    saved = place.concerns.remove({number_: seen})
    _close()
    return Told(f"Nr. {number_} is verwijderd.", place.concerns, saved.batch)


def _forget(place: Desk, record: Mapping[str, Any]) -> None:
    """Let an administrator take the texts out for good; there is no way back, so it is asked twice."""
    if not place.actor.may(Action.EXPIRE) or record.get("expired_at"):
        return
    which = int(record["number"])
    with when_opened(
        "Staat er iets van een persoon in? Teksten voorgoed wissen", f"nr-wis-{which}"
    ) as is_open:
        if not is_open:
            return
        say(
            "De tekst, wat er is gedaan, de terugkoppeling, het team en de plek op de kaart gaan er nu uit, ook uit de geschiedenis. "
            "Dat kan niet ongedaan worden gemaakt. Thema, wijk en dagen blijven tellen. Wat nog open is, vervalt. In "
            "reservekopieën en in bestanden die iemand meenam, staat de tekst nog."
        )
        sure = st.checkbox("Ik weet het zeker", key=f"nr-wis-zeker-{which}")
        st.button(
            f"Wis de teksten van nr. {which}",
            key="nr-wis-nu",
            disabled=not sure,
            on_click=attempt,
            args=(partial(_forget_now, place, which, int(record["version"])),),
        )


def _forget_now(place: Desk, number_: int, seen: int) -> Told:
    done = retention.forget(place.concerns, {number_: seen})
    forget_editing(place.gemeente, number_)
    left = (
        ""
        if done.cleaned
        else " In het bestand van het register kunnen resten staan tot de volgende keer dat de beheerder de opdracht retention geeft."
    )
    return Told(f"De teksten van nr. {number_} zijn gewist.{left}")
