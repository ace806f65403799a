"""How the page Zorgen & signalen opens: what residents tell, and how to begin where nothing was heard yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from register.lookup import is_empty
from ui.concern_draft import KEY
from ui.concern_figures import summary
from ui.concern_wording import FILTER, NUMBER
from ui.parts import lead, plain, say, say_list
from ui.registering import Desk
from ui.selection import ALL_WIJKEN, Selection

TITLE: Final = "Zorgen & signalen"
_WHY: Final = "Cijfers vertellen niet alles. Wat bewoners zeggen op straat, bij het meldpunt of tegen een buurtantenne hoort ernaast."


def open_page(place: Desk) -> bool:
    """Show the title; tells whether anything was recorded for this gemeente."""
    lead(TITLE)
    return not is_empty(place.concerns)


def forget_address(view: str) -> None:
    """Take out of the address what belongs to another view than the one that is open."""
    for name, of in ((KEY, "invoer"), (NUMBER, "lijst"), (FILTER, "lijst")):
        if view != of and name in st.query_params:
            del st.query_params[name]


def tell(selection: Selection) -> None:
    """Say what residents tell, for this gemeente and wijk."""
    for sentence in summary(selection):
        say(sentence)


def teach(selection: Selection, allowed: Mapping[str, str]) -> None:
    """Say that nothing was recorded yet, and the ways to begin."""
    say(f"Van {selection.figures.name} is nog geen zorg of signaal vastgelegd. {_WHY}")
    ways = []
    if "invoer" in allowed:
        ways.append("Leg vast wat u hoort: vijf velden, ook op een telefoon. Dat kan bij ‘Vastleggen’.")
    if "inlezen" in allowed:
        ways.append(
            "Lees in wat er al is: een bestand van Signalen, Fixi of uw eigen Excel. Dat kan bij ‘Inlezen’."
        )
    sample = next((code for code in selection.store.gemeenten() if selection.store.is_sample(code)), None)
    if sample and sample != selection.figures.gemeente:
        ways.append("Kijk eerst hoe het wordt, bij de voorbeeldgemeente met verzonnen zorgen.")
    if not ways:
        say("Wie het register bijhoudt, kan zorgen vastleggen of een bestand inlezen.")
    say_list(ways)
    if sample and sample != selection.figures.gemeente:
        st.page_link(
            "zorgen.py",
            label=plain("Open de voorbeeldgemeente"),
            query_params=selection.address(gemeente=sample, wijk=ALL_WIJKEN, deel="beeld"),
        )
