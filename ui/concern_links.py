"""Concerns that belong together: what is linked, what may be, and how to look for another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from register.lookup import frame_now
from ui.concern_filter import Filter, chosen_rows
from ui.concern_told import Told, attempt, forget_told
from ui.concern_wording import NUMBER, one_line, records_of
from ui.figures import Figures
from ui.parts import say, when_opened
from ui.registering import Desk

#: Concerns with the same theme in the same wijk that were heard so many days apart may be one story.
NEAR_DAYS: Final = 60
_MOST: Final = 5


def show_links(known: Figures, place: Desk, record: Mapping[str, Any]) -> None:
    """Show what is linked to a concern; suggestions and a search in a fold."""
    number = int(record["number"])
    linked = place.concerns.linked(number)
    if linked:
        st.markdown("**Hoort bij**")
        for other in linked:
            _line(known, place, number, other, there=True)
    with when_opened("Koppel aan een andere zorg", f"nr-koppel-{number}") as is_open:
        if is_open:
            _offer(known, place, record, linked)


def _offer(known: Figures, place: Desk, record: Mapping[str, Any], linked: tuple[int, ...]) -> None:
    number = int(record["number"])
    concerns = frame_now(place.concerns)
    asked = st.text_input(
        "Zoek op nummer of tekst",
        key=f"nr-koppel-zoek-{number}",
        placeholder="Bijvoorbeeld 1204 of zwerfvuil",
    )
    if asked:
        found = found_by(concerns, asked, number)
        if found.empty:
            say("Niets gevonden. Kijk de spelling na, of zoek op een nummer.")
    else:
        found = suggestions(concerns, record)
        told = f"hetzelfde thema in dezelfde wijk, minder dan {NEAR_DAYS} dagen ervoor of erna"
        say(
            f"Misschien hoort dit erbij ({told}):"
            if len(found)
            else f"Er is niets met {told}. Zoek hierboven."
        )
    for other in found["number"]:
        if int(other) not in linked:
            _line(known, place, number, int(other), there=False)


def found_by(concerns: pd.DataFrame, asked: str, but: int) -> pd.DataFrame:
    """Return the concerns that a search finds, a number before words, newest first."""
    others = concerns[concerns["number"] != but]
    if asked.strip().isdigit() and len(exact := others[others["number"] == int(asked)]):
        return exact
    rows = chosen_rows(others, Filter(text=asked, order="nieuwste"), others["wijk"], None, date.today())
    return rows.head(_MOST)


def suggestions(concerns: pd.DataFrame, record: Mapping[str, Any]) -> pd.DataFrame:
    """Return the concerns with the same theme in the same wijk that were heard about the same time, nearest first."""
    alike = concerns[
        (concerns["theme"] == record["theme"])
        & (concerns["wijk"] == record["wijk"])
        & (concerns["number"] != record["number"])
    ]
    apart = (pd.to_datetime(alike["heard"]) - pd.Timestamp(str(record["heard"]))).abs().dt.days
    return alike.loc[apart[apart <= NEAR_DAYS].sort_values(kind="stable").index].head(_MOST)


def _line(known: Figures, place: Desk, number: int, other: int, *, there: bool) -> None:
    concerns = frame_now(place.concerns)
    rows = records_of(concerns[concerns["number"] == other])
    with st.container(horizontal=True, vertical_alignment="center"):
        told = one_line(rows[0], place.themes, known.label) if rows else f"{other} · verwijderd uit de lijst"
        with st.container(width="stretch"):
            say(told)
        if rows:
            st.button("Open", key=f"nr-open-{number}-{other}", on_click=_open, args=(other,))
        st.button(
            "Maak los" if there else "Koppel",
            key=f"nr-{'los' if there else 'koppel'}-{number}-{other}",
            on_click=attempt,
            args=(partial(_link, place, number, other, there=there),),
        )


def _open(other: int) -> None:
    forget_told()
    st.query_params[NUMBER] = str(other)


def _link(place: Desk, number: int, other: int, *, there: bool) -> Told:
    if there:
        saved = place.concerns.unlink(number, other)
        return Told(f"Nr. {number} en nr. {other} horen niet meer bij elkaar.", place.concerns, saved.batch)
    saved = place.concerns.link(number, other)
    return Told(f"Nr. {number} en nr. {other} horen nu bij elkaar.", place.concerns, saved.batch)
