"""The form for a visit: plan one, change it, write what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from register._records import new_key
from register.errors import PersonalDetails
from register.visits import KINDS
from ui.concern_finds import ask_about_finds, open_finds, without
from ui.concern_text import concern_text
from ui.concern_told import Told, attempt, forget_told
from ui.registering import Desk

_OPEN: Final = "visit that is open"
_LAST: Final = "wijk of the last plan"
PLAN, CHANGE, DONE = "plan", "change", "done"
_LINES: Final = ("who", "partners", "place")
_TEXTS: Final = ("aim", "outcome", *_LINES)
_HARMLESS: Final = "onschuldig"
_LONGEST: Final = {"who": 200, "partners": 400, "place": 200}
_LABELS: Final = {
    "who": "Wie gaat? (team of functie)",
    "partners": "Met welke partners?",
    "place": "Waar?",
}
_HINTS: Final = {
    "who": "Bijvoorbeeld: Wijkteam Noord",
    "partners": "Bijvoorbeeld: woningcorporatie, buurthuis",
    "place": "Bijvoorbeeld: buurthuis",
}
_AHEAD: Final = timedelta(days=7)
_USUAL_MINUTES: Final = 60


def opened(gemeente: str) -> tuple[str, str | int] | None:
    """Return which form is open: what it does, and the wijk (to plan) or the number of the visit."""
    there = st.session_state.get(_OPEN, {})
    found = there.get(gemeente)
    return found[:2] if found else None


def open_form(gemeente: str, what: str, which: str | int, given: Mapping[str, Any] | None = None) -> None:
    """Open a form with what is known already; to be called in a callback.

    Parameters
    ----------
    gemeente, what : str
        ``what`` is `PLAN`, `CHANGE` or `DONE`.
    which : str or int
        The wijk, or the number of the visit.
    given : mapping, optional
        Fields that are filled in, and the version that the user saw.
    """
    st.session_state[_OPEN] = {gemeente: (what, which, dict(given or {}), new_key())}
    for name in [name for name in st.session_state if str(name).startswith(_prefix(gemeente))]:
        del st.session_state[name]


def last_opened(gemeente: str) -> str:
    """Return the wijk of which a form was opened last on the list, so that what happened is told there."""
    return str(st.session_state.get(_LAST, {}).get(gemeente, ""))


def forget_last() -> None:
    """Say what happened at the top again: something else was written than a plan."""
    st.session_state.pop(_LAST, None)


def close_form(gemeente: str) -> None:
    """Put the form away without writing; to be called in a callback."""
    st.session_state.get(_OPEN, {}).pop(gemeente, None)


def _prefix(gemeente: str) -> str:
    return f"bezoek-{gemeente}-"


def show_form(desk: Desk, names: Mapping[str, str], borders_year: int) -> None:
    """Show the form that is open.

    Parameters
    ----------
    desk : Desk
    names : mapping of str to str
        Wijken that can be chosen: name by code on borders of ``borders_year``.
    borders_year : int
    """
    what, which, given, key = st.session_state[_OPEN][desk.gemeente]
    prefix = _prefix(desk.gemeente)
    confirmed = given.get("harmless")
    st.session_state.setdefault(
        f"{prefix}{_HARMLESS}", list(confirmed) if isinstance(confirmed, list) else []
    )
    with st.container(border=True, key=f"{prefix}vak"):
        if what == DONE:
            _done_fields(prefix, given)
        else:
            _fields(prefix, names, given)
        waiting = _ask(prefix)

        def write() -> Told:
            # What was typed last may come along with the click: the page has not seen it yet.
            _refuse_finds(prefix)
            values = _typed_outcome(prefix) if what == DONE else _typed_plan(prefix)
            values["harmless"] = st.session_state.get(f"{prefix}{_HARMLESS}") or None
            saved = _written(desk, what, which, given, values, key, borders_year)
            close_form(desk.gemeente)
            return saved

        with st.container(horizontal=True):
            st.button(
                {PLAN: "Zet in de agenda", CHANGE: "Bewaar", DONE: "Afvinken"}[what],
                key=f"{prefix}bewaar",
                type="primary",
                disabled=bool(waiting),
                help="Kies eerst wat er met de gevonden tekst gebeurt." if waiting else None,
                on_click=attempt,
                args=(write,),
            )
            st.button("Laat maar", key=f"{prefix}sluit", on_click=close_form, args=(desk.gemeente,))


def _fields(prefix: str, names: Mapping[str, str], given: Mapping[str, Any]) -> None:
    codes = list(names)
    wijk = str(given.get("wijk") or "")
    if wijk and wijk not in names:
        codes = [wijk, *codes]
    st.selectbox(
        "Wijk",
        codes,
        index=codes.index(wijk) if wijk in codes else None,
        format_func=lambda code: names.get(code, code),
        key=f"{prefix}wijk",
        placeholder="Kies een wijk",
    )
    kinds = list(KINDS)
    st.segmented_control(
        "Soort",
        kinds,
        default=given.get("kind") or kinds[0],
        format_func=KINDS.__getitem__,
        key=f"{prefix}kind",
        required=True,
        wrap=True,
    )
    concern_text("Wat wilt u te weten komen of bereiken?", f"{prefix}aim", str(given.get("aim") or ""))
    with st.container(horizontal=True, gap="small"):
        day = _as_date(given.get("day")) or date.today() + _AHEAD
        st.date_input("Dag", day, key=f"{prefix}day", format="DD-MM-YYYY", width=150)
        quarter = timedelta(minutes=15)
        st.time_input(
            "Tijd (mag leeg)", _as_time(given.get("time")), key=f"{prefix}time", step=quarter, width=150
        )
        minutes = int(given.get("minutes") or _USUAL_MINUTES)
        st.number_input("Minuten", 5, 600, min(max(minutes, 5), 600), 15, key=f"{prefix}minutes", width=150)
    for name in _LINES:
        key = f"{prefix}{name}"
        st.session_state.setdefault(key, str(given.get(name) or ""))
        st.text_input(
            _LABELS[name],
            key=key,
            max_chars=_LONGEST[name],
            placeholder=_HINTS[name],
            help="Schrijf geen namen of nummers van mensen op." if name != "place" else None,
        )


def _done_fields(prefix: str, given: Mapping[str, Any]) -> None:
    day = _as_date(given.get("done_on")) or min(_as_date(given.get("day")) or date.today(), date.today())
    st.date_input(
        "Wanneer was het?", day, max_value=date.today(), key=f"{prefix}done_on", format="DD-MM-YYYY"
    )
    concern_text(
        "Wat kwam ervan? (mag leeg)",
        f"{prefix}outcome",
        str(given.get("outcome") or ""),
        placeholder="Bijvoorbeeld: bewoners willen een plek om elkaar te zien; het buurthuis zoekt mee",
    )


def _typed_plan(prefix: str) -> dict[str, Any]:
    """Return what stands in the fields of a plan at this very moment."""
    at = st.session_state[f"{prefix}time"]
    return {
        "wijk": st.session_state[f"{prefix}wijk"],
        "kind": st.session_state[f"{prefix}kind"],
        "day": _day(st.session_state[f"{prefix}day"]),
        "time": at.strftime("%H:%M") if at else None,
        "minutes": int(st.session_state[f"{prefix}minutes"]),
        **{name: _text(prefix, name) for name in ("aim", *_LINES)},
    }


def _typed_outcome(prefix: str) -> dict[str, Any]:
    day = _day(st.session_state[f"{prefix}done_on"])
    return {"status": "gedaan", "done_on": day, "outcome": _text(prefix, "outcome")}


def _text(prefix: str, name: str) -> str | None:
    return str(st.session_state.get(f"{prefix}{name}") or "").strip() or None


def _texts(prefix: str) -> str:
    return "\n".join(filter(None, (_text(prefix, name) for name in _TEXTS)))


def _ask(prefix: str) -> int:
    """Show what may point at a person in what was typed; return how many wait for a choice."""
    harmless: list[str] = st.session_state[f"{prefix}{_HARMLESS}"]

    def take_out(found: str) -> None:
        for name in _TEXTS:
            key = f"{prefix}{name}"
            if found in str(st.session_state.get(key) or ""):
                st.session_state[key] = without(str(st.session_state[key]), found)

    def confirm(found: str) -> None:
        st.session_state[f"{prefix}{_HARMLESS}"] = [*harmless, found]

    return ask_about_finds(_texts(prefix), harmless, prefix, take_out, confirm)


def _refuse_finds(prefix: str) -> None:
    found = open_finds(_texts(prefix), st.session_state.get(f"{prefix}{_HARMLESS}", []))
    if found:
        told = ", ".join(f"{find.title} ({find.text})" for find in found)
        raise PersonalDetails(
            f"In de tekst staat misschien iets van een persoon: {told}. Er is nog niets opgeslagen. Haal het weg, of bevestig "
            "dat het geen gegeven van een persoon is."
        )


def _written(
    desk: Desk,
    what: str,
    which: str | int,
    given: Mapping[str, Any],
    values: Mapping[str, Any],
    key: str,
    borders_year: int,
) -> Told:
    if what == PLAN:
        saved = desk.visits.add({**values, "borders_year": borders_year}, key)
        return Told("Opgeslagen. Het bezoek staat in de agenda.", desk.visits, saved.batch)
    changed = {name: value for name, value in values.items() if _plain(given.get(name)) != value}
    if "wijk" in changed:
        changed["borders_year"] = borders_year
    saved = desk.visits.change(int(which), int(given["version"]), changed)
    if not saved.batch:
        return Told("Er was niets veranderd.")
    sentence = "Opgeslagen. Het bezoek is afgevinkt." if what == DONE else "Opgeslagen."
    if saved.merged:
        sentence += " Een collega had intussen iets anders aan dit bezoek gewijzigd; beide staan er nu in."
    return Told(sentence, desk.visits, saved.batch)


def _plain(value: Any) -> Any:
    return None if value is None or (isinstance(value, float) and pd.isna(value)) else value


def _day(value: date | Sequence[date] | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else None


def _as_date(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if _plain(value) else None


def _as_time(value: Any) -> time | None:
    return time.fromisoformat(str(value)) if _plain(value) else None


def on_plan(gemeente: str, wijk: str, aim: str) -> Callable[[], None]:
    """Return what a button "Plan" does: open the form of a wijk with the aim that its reasons suggest."""

    def work() -> None:
        open_form(gemeente, PLAN, wijk, {"wijk": wijk, "aim": aim})
        forget_told()
        st.session_state[_LAST] = {gemeente: wijk}

    return work
