"""Two people changed the same: both versions side by side, and one of them is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from data.errors import UserError
from register._records import MINE, THEIRS
from ui.concern_editing import forget_editing
from ui.concern_told import Told, attempt
from ui.concern_wording import FIELDS, LONG, is_missing, value_in_words
from ui.fetch_wording import moment
from ui.figures import Figures
from ui.parts import narrow_table, say
from ui.registering import Desk
from ui.wording import count


def show_conflicts(known: Figures, place: Desk, number: int | None = None) -> None:
    """Show what waits for a choice, of every concern or of one; nothing where there is none."""
    waiting = place.concerns.conflicts()
    if number is not None:
        waiting = waiting[waiting["number"] == number]
    if waiting.empty:
        return
    one = len(waiting) == 1
    with st.container(border=True, key="botsingen"):
        st.markdown(
            f"**{count(len(waiting), 'wijziging', 'wijzigingen')} {'wacht' if one else 'wachten'} op een keuze**"
        )
        say(
            "Iemand anders wijzigde ondertussen hetzelfde. Er is niets overschreven: beide versies zijn bewaard. Kies welke "
            "blijft staan."
        )
        for conflict in waiting.to_dict("records"):
            _show(known, place, conflict)


def _show(known: Figures, place: Desk, conflict: Mapping[Any, Any]) -> None:
    number = int(conflict["number"])
    try:
        record = place.concerns.get(number)
    except UserError as error:
        say(str(error))
        record = {}
    whose = str(conflict["actor"])
    told = f"Nr. {number}: ondertussen gewijzigd door {record.get('changed_by', 'een ander')}."
    say(f"{told} De andere versie is van {whose}, {moment(str(conflict['at']))}.")
    narrow_table(
        versions(record, dict(conflict["mine"]), place.themes, known),
        f"Beide versies van nr. {number}",
        f"botsing-{conflict['id']}",
    )
    mine = whose == place.actor.name
    with st.container(horizontal=True):
        for choice, label in (
            (MINE, "Neem mijn versie" if mine else f"Neem de versie van {whose}"),
            (THEIRS, "Laat staan wat er nu staat"),
        ):
            st.button(
                label,
                key=f"botsing-{choice}-{conflict['id']}",
                on_click=attempt,
                args=(lambda choice=choice: _settle(place, int(conflict["id"]), number, choice),),
            )


def _settle(place: Desk, conflict: int, number: int, choice: str) -> Told:
    saved = place.concerns.settle(conflict, choice)
    forget_editing(place.gemeente, number)
    if choice == MINE:
        return Told(f"Gekozen: nr. {number} is bijgewerkt.", place.concerns, saved.batch)
    return Told(
        f"Gekozen: nr. {number} blijft zoals het staat. De andere versie blijft in de geschiedenis van de keuzes."
    )


def versions(
    record: Mapping[str, Any], mine: Mapping[str, Any], themes: Mapping[str, str], known: Figures
) -> pd.DataFrame:
    """Return both versions of the fields that differ, in words: what, what stands now, what waits."""

    def told(field: str, value: object) -> str:
        if field in LONG and not is_missing(value):
            return str(value)
        return value_in_words(field, value, themes, known.label)

    return pd.DataFrame(
        [
            (
                FIELDS[field],
                told(field, record.get(field)),
                told(field, value),
            )
            for field, value in mine.items()
            if field in FIELDS
        ],
        columns=["Wat", "Staat er nu", "Wacht op een keuze"],
    )
