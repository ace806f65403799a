"""Changing many concerns at once: what it will do is said first, and it can be taken back whole."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from register.concerns import STATUSES
from ui.concern_finds import open_finds
from ui.concern_told import Told, attempt, written_page
from ui.concern_wording import bulk_done, bulk_preview, short_date, theme_title
from ui.parts import say, when_opened
from ui.registering import Desk
from ui.wording import count

_FIELDS: Final = {"status": "Status", "owner": "Wie pakt dit op", "due": "Uiterlijk op", "theme": "Thema"}
_TO_DO: Final = "change of many concerns"


def change_many(place: Desk, rows: pd.DataFrame, ticked: list[int]) -> None:
    """Offer to change a field of the ticked concerns, or of the whole list.

    Parameters
    ----------
    place : Desk
    rows : DataFrame
        The whole list, with the versions that the user sees.
    ticked : list of int
    """
    label = (
        f"Wijzig {count(len(ticked), 'aangevinkte zorg', 'aangevinkte zorgen')} tegelijk"
        if ticked
        else "Wijzig er meer tegelijk"
    )
    with when_opened(label, "lijst-tegelijk") as is_open:
        if is_open:
            _choose(place, rows, ticked)


def _choose(place: Desk, rows: pd.DataFrame, ticked: list[int]) -> None:
    every = st.checkbox(f"De hele lijst ({count(len(rows), 'zorg', 'zorgen')})", key="tegelijk-alle")
    chosen = rows if every else rows[rows["number"].isin(ticked)]
    if chosen.empty:
        say("Vink in de tabel aan welke zorgen u wilt wijzigen, of kies de hele lijst.")
        return
    field = st.selectbox(
        "Wat wilt u wijzigen?", list(_FIELDS), format_func=_FIELDS.__getitem__, key="tegelijk-wat"
    )
    value = _value(place, field)
    if value is None:
        return
    told = _in_words(place, field, value)
    already = int((chosen[field].astype(object).where(chosen[field].notna(), "") == value).sum())
    say(bulk_preview(field, told, len(chosen), already))
    seen = dict(zip(map(int, chosen["number"]), map(int, chosen["version"]), strict=True))
    st.button(
        f"Wijzig {count(len(chosen), 'zorg', 'zorgen')}",
        key="tegelijk-doen",
        type="primary",
        on_click=_plan,
        args=(seen, field, value, told),
    )


def _value(place: Desk, field: str) -> Any:
    """Show the field for the new value; None as long as there is none."""
    if field == "status":
        return st.selectbox(
            "Nieuwe status", list(STATUSES), format_func=STATUSES.__getitem__, key="tegelijk-status"
        )
    if field == "theme":
        themes = place.themes
        return st.selectbox("Nieuw thema", list(themes), format_func=themes.__getitem__, key="tegelijk-thema")
    if field == "due":
        day: date | None = st.date_input(
            "Nieuwe uiterste dag", value=None, key="tegelijk-uiterlijk", format="DD-MM-YYYY"
        )
        return day.isoformat() if day else None
    owner = st.text_input(
        "Team of functie", key="tegelijk-wie", max_chars=120, help="Nooit de naam van een bewoner."
    )
    if open_finds(owner, ()):
        say("Dit lijkt op een gegeven van een persoon. Vul een team of functie in.")
        return None
    return owner.strip() or None


def _in_words(place: Desk, field: str, value: Any) -> str:
    if field == "theme":
        return theme_title(str(value), place.themes)
    if field == "due":
        return short_date(value)
    return STATUSES[str(value)] if field == "status" else str(value)


def _plan(seen: dict[int, int], field: str, value: Any, told: str) -> None:
    """Note what is to be done, with the versions that were on the screen; it is done where waiting can be told."""
    st.session_state[_TO_DO] = (seen, field, value, told)


def carry_out(place: Desk) -> None:
    """Do what was planned at the last press, whatever the list holds by now."""
    planned = st.session_state.pop(_TO_DO, None)
    if planned is None:
        return
    seen, field, value, told = planned

    def work() -> Told:
        saved = place.concerns.change_many(seen, {field: value})
        sentence = bulk_done(field, told, len(saved.numbers), len(saved.conflicts))
        return Told(sentence, place.concerns, saved.batch)

    with st.spinner(f"{count(len(seen), 'zorg wordt', 'zorgen worden')} gewijzigd"):
        attempt(work)
    st.session_state["tegelijk-alle"] = False
    written_page()
