"""What in a text may point at a person: shown under the field, with a choice for each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import streamlit as st

from register.privacy import TAKEN_OUT, Find, finds
from ui.parts import say


def open_finds(text: str, harmless: Sequence[str]) -> list[Find]:
    """Return what nobody has decided about yet, each wording once."""
    by_text = {find.text: find for find in finds(text) if find.text not in set(harmless)}
    return list(by_text.values())


def ask_about_finds(
    text: str,
    harmless: Sequence[str],
    key: str,
    take_out: Callable[[str], None],
    confirm: Callable[[str], None],
) -> int:
    """Show what may point at a person, each with the choice to take it out or to confirm that it does not.

    Parameters
    ----------
    text : str
    harmless : sequence of str
        Wordings that were confirmed before.
    key : str
        Unique on the page.
    take_out, confirm : callable
        Get the wording; called before the page runs again.

    Returns
    -------
    int
        How many wait for a choice.
    """
    waiting = open_finds(text, harmless)
    for place, find in enumerate(waiting):
        mark = hashlib.sha256(find.text.encode()).hexdigest()[:10]
        with st.container(key=f"vondst-{key}-{mark}", border=True):
            # What it asks is said once: on a phone a second find would push the button to save out of sight.
            asked = "" if place else " Kies wat ermee gebeurt; daarna kunt u opslaan."
            say(f"Dit lijkt op een gegeven van een persoon ({find.title}): “{find.text}”.{asked}")
            with st.container(horizontal=True):
                st.button(
                    "Haal weg", key=f"weg-{key}-{mark}", on_click=take_out, args=(find.text,), type="primary"
                )
                st.button(
                    "Dit is geen gegeven van een persoon",
                    key=f"onschuldig-{key}-{mark}",
                    on_click=confirm,
                    args=(find.text,),
                )
    return len(waiting)


def without(text: str, wording: str) -> str:
    """Return a text in which a wording was taken out."""
    return text.replace(wording, TAKEN_OUT)
