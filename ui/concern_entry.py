"""The view Vastleggen: five fields, by thumb, in the street; the rest when there is time."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, Final

import streamlit as st

from data.errors import UserError
from register.concerns import CHANNELS, MOST_PEOPLE, SERIOUSNESS
from register.lookup import number_of
from ui.concern_draft import KEY, Draft, Recorded
from ui.concern_finds import ask_about_finds, open_finds, without
from ui.concern_places import borders_now, buurten_now, wijken_now
from ui.concern_point import choose_square, square_chosen
from ui.concern_text import concern_text
from ui.concern_told import refresh_page, whole_page
from ui.concern_wording import FIELDS, NUMBER, VIEW, missing_fields, quoted, recorded
from ui.faults import told_fragment
from ui.figures import Figures
from ui.parts import plain, say, when_opened
from ui.registering import Desk, desk
from ui.selection import Selection
from ui.theme import Look

_NEEDED: Final = ("wijk", "theme", "text", "channel", "seriousness")
#: Pills and controls are as high as a thumb is wide.
_THUMBS: Final = """
<style>
.st-key-vastleggen [data-testid="stButtonGroup"] button { min-height: 2.5rem; }
.st-key-vastleggen [data-testid="stBaseButton-primary"] { min-height: 3rem; }
.st-key-vastleggen { max-width: 44rem; }
</style>
"""
_NO_PERSON: Final = (
    "Schrijf geen namen, adressen of telefoonnummers op: in dit register staan geen gegevens van personen."
)


def show(selection: Selection, look: Look) -> None:
    """Show the form, or what was just recorded with it."""
    del look
    place = desk(selection)
    draft = Draft(place.gemeente)
    _know_again(place, draft)
    st.html(_THUMBS)
    _form(selection, place)


def _know_again(place: Desk, draft: Draft) -> None:
    """Find back what was recorded when the page is loaded anew and nobody knows whether it was saved."""
    if not draft.adopt_key(st.query_params.get(KEY)):
        return
    number = number_of(place.concerns, draft.key)
    if number is not None:
        draft.recorded = Recorded(draft.key, number, "")
        draft.put("key", None)


@told_fragment
def _form(selection: Selection, place: Desk) -> None:
    """Show the form; a press in it runs this part of the page alone."""
    refresh_page()
    draft = Draft(place.gemeente)
    with st.container(key="vastleggen"):
        if draft.recorded is not None:
            _after(selection.figures, place, draft, draft.recorded)
            return
        _fields(selection, place, draft)


def _fields(selection: Selection, place: Desk, draft: Draft) -> None:
    known, themes = selection.figures, place.themes
    wijken = wijken_now(known)
    draft.begin(selection, wijken, themes)
    if st.query_params.get(KEY) != draft.key:
        st.query_params[KEY] = draft.key
    st.selectbox(
        FIELDS["wijk"],
        list(wijken),
        format_func=wijken.__getitem__,
        key=draft.name("wijk"),
        index=None,
        placeholder="Kies een wijk",
        persist_state="session",
    )
    st.pills(
        FIELDS["theme"],
        list(themes),
        format_func=themes.__getitem__,
        key=draft.name("theme"),
        wrap=True,
        persist_state="session",
    )
    _text(draft, "text", "Bijvoorbeeld: bewoners vinden dat er te veel afval naast de bakken ligt.")
    st.caption(_NO_PERSON)
    _choice(draft, "channel", CHANNELS)
    _choice(draft, "seriousness", SERIOUSNESS)
    with when_opened("Meer: datum, plek, wie pakt dit op", _more_key(place)) as is_open:
        if is_open:
            _more(selection, draft)
    _complaint(draft)
    st.button(
        "Leg vast",
        key=f"zorg-bewaar-{place.gemeente}",
        type="primary",
        width="stretch",
        on_click=_record,
        args=(known, place, draft.key),
    )


def _more_key(place: Desk) -> str:
    return f"zorg-meer-{place.gemeente}"


def _choice(draft: Draft, what: str, options: dict[Any, str]) -> None:
    st.segmented_control(
        FIELDS[what],
        list(options),
        format_func=options.__getitem__,
        key=draft.name(what),
        required=True,
        wrap=True,
        persist_state="session",
    )


def _text(draft: Draft, what: str, placeholder: str = "") -> None:
    _ask(draft, what, concern_text(FIELDS[what], draft.name(what), placeholder=placeholder))


def _ask(draft: Draft, what: str, text: str) -> None:
    ask_about_finds(
        text,
        draft.harmless,
        f"{what}-{draft.gemeente}",
        partial(_take_out, draft, what),
        draft.confirm,
    )


def _take_out(draft: Draft, what: str, wording: str) -> None:
    draft.put(what, without(str(draft.get(what) or ""), wording))


def _more(selection: Selection, draft: Draft) -> None:
    known = selection.figures
    st.date_input(
        FIELDS["heard"],
        key=draft.name("heard"),
        max_value=date.today(),
        format="DD-MM-YYYY",
        persist_state="session",
    )
    buurten = buurten_now(known, draft.get("wijk"))
    if draft.get("buurt") not in buurten:
        draft.put("buurt", None)
    if buurten:
        st.selectbox(
            FIELDS["buurt"],
            list(buurten),
            format_func=buurten.__getitem__,
            key=draft.name("buurt"),
            index=None,
            placeholder="Weet ik niet",
            persist_state="session",
        )
    choose_square(selection, draft)
    st.number_input(
        FIELDS["people"],
        min_value=1,
        max_value=MOST_PEOPLE,
        value=None,
        step=1,
        key=draft.name("people"),
        placeholder="Laat leeg als u het niet weet",
        persist_state="session",
    )
    st.text_input(
        FIELDS["owner"],
        key=draft.name("owner"),
        placeholder="Een team of functie, bijvoorbeeld Wijkteam Noord",
        help="Nooit de naam van een bewoner.",
        max_chars=120,
        persist_state="session",
    )
    _ask(draft, "owner", str(draft.get("owner") or ""))
    st.date_input(
        FIELDS["due"], value=None, key=draft.name("due"), format="DD-MM-YYYY", persist_state="session"
    )
    _text(draft, "done")
    _text(draft, "feedback")
    say("Koppelen aan een andere zorg kan zodra deze is vastgelegd.")


def _complaint(draft: Draft) -> None:
    if complaint := draft.get("klacht"):
        st.warning(plain(str(complaint)))


def _record(known: Figures, place: Desk, key: str) -> None:
    """Record what stands in the form; a second press with the same key does nothing."""
    draft = Draft(place.gemeente)
    if draft.recorded is not None and draft.recorded.key == key:
        return
    draft.put("klacht", None)
    if complaint := _not_yet(draft):
        draft.put("klacht", complaint)
        if any(
            open_finds(str(draft.get(name) or ""), draft.harmless) for name in ("done", "feedback", "owner")
        ):
            st.session_state[_more_key(place)] = True
        return
    values = draft.values() | {"wijk": draft.get("wijk"), "borders_year": borders_now(known)}
    values |= {"buurt": draft.get("buurt")} | square_chosen(draft)
    try:
        saved = place.concerns.add(values, key)
    except UserError as error:
        draft.put("klacht", f"{error} Wat u typte, staat er nog.")
        return
    draft.recorded = Recorded(key, saved.numbers[0], saved.batch, draft.typed())
    draft.clear()


def _not_yet(draft: Draft) -> str:
    missing = [name for name in _NEEDED if not str(draft.get(name) or "").strip()]
    if missing:
        return missing_fields(missing)
    if any(
        open_finds(str(draft.get(name) or ""), draft.harmless)
        for name in ("text", "done", "feedback", "owner")
    ):
        return (
            "Nog niet vastgelegd: kies eerst wat er gebeurt met wat op een gegeven van een persoon lijkt. Wat u typte, "
            "staat er nog."
        )
    return ""


def _after(known: Figures, place: Desk, draft: Draft, done: Recorded) -> None:
    """Say what was recorded, with the way back and the way on."""
    if done.values:
        st.success(plain(recorded(done.number, done.values, place.themes, known.label)))
        say(f"“{quoted(done.values['text'], 200)}”")
    else:
        st.success(f"Dit is vastgelegd als nr. {done.number}. U hoeft het niet opnieuw te doen.")
    _complaint(draft)
    with st.container(horizontal=True):
        st.button("Nog een", key=f"zorg-nog-{place.gemeente}", type="primary", on_click=_next, args=(draft,))
        if done.batch:
            st.button(
                "Ongedaan maken",
                key=f"zorg-terug-{place.gemeente}",
                on_click=_take_back,
                args=(place, draft, done),
            )
    st.button(
        f"Bekijk nr. {done.number} of vul het aan",
        key=f"zorg-bekijk-{place.gemeente}",
        type="tertiary",
        on_click=_look_at,
        args=(done.number,),
    )


def _look_at(number: int) -> None:
    """Open the concern in the view Lijst; a link to the page that one is on would leave the switch where it was."""
    st.session_state[VIEW] = "lijst"
    st.query_params[NUMBER] = str(number)
    whole_page()


def _next(draft: Draft) -> None:
    draft.put("klacht", None)
    draft.recorded = None


def _take_back(place: Desk, draft: Draft, done: Recorded) -> None:
    draft.put("klacht", None)
    try:
        place.concerns.undo(done.batch)
    except UserError as error:
        draft.put("klacht", str(error))
        return
    draft.restore(done.values)
    draft.put("klacht", f"Nr. {done.number} is ongedaan gemaakt. Wat u typte, staat hier weer.")
