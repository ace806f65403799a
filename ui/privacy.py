"""The notes for the privacy officer, with what is set up here."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

import pandas as pd
import streamlit as st

from data.settings import ROOT
from register import retention
from register.roles import Action
from ui import wording
from ui.identity import sign_in_is_on
from ui.parts import lead, narrow_table, say
from ui.registering import Desk, desk
from ui.selection import Selection

_FILE: Final = ROOT / "docs" / "avg.md"
#: On a phone a table takes no more than there is, or the whole page would scroll sideways.
_STYLE: Final = """
<style>
@media (max-width: 640px) {
  .st-key-avg table { table-layout: fixed; width: 100%; font-size: .85rem; }
  .st-key-avg :is(td, th) { padding: .35rem; overflow-wrap: break-word; hyphens: auto; }
  .st-key-avg :is(td, th) code { font-size: .75rem; padding: 0; white-space: normal; }
}
</style>
"""


def show(selection: Selection) -> None:
    """Show the page."""
    lead(
        "Privacy",
        "In het register van zorgen is geen plek voor gegevens van bewoners. Teksten worden nagekeken, kleine aantallen "
        "weggelaten, en na een vaste termijn gaat de tekst eruit.",
    )
    _here(selection)
    st.html(_STYLE)
    with st.container(key="avg"):
        st.markdown(_notes())


@lru_cache(maxsize=1)
def _notes() -> str:
    """Return the notes without their own title; what is called docs there has no link here."""
    text = _FILE.read_text(encoding="utf-8")
    return re.sub(r"\A# .*\n", "", text)


def _here(selection: Selection) -> None:
    """Tell how it is set up here: sign-in and terms."""
    place = desk(selection)
    st.header("Hoe is het hier ingesteld?", anchor=False)
    if sign_in_is_on():
        say("Aanmelden staat aan: wie niet is aangemeld, ziet niets.")
    else:
        say("Aanmelden staat uit: iedereen die deze pagina kan openen, mag alles lezen en schrijven.")
    months = retention.terms(place.database, place.gemeente, place.actor)
    terms = pd.DataFrame(
        {
            "Wat": [retention.TITLES[kind] for kind in months],
            "De tekst gaat eruit": [
                f"{wording.count(term, 'maand', 'maanden')} na de laatste wijziging"
                for term in months.values()
            ],
        }
    )
    narrow_table(terms, "Hoe lang teksten in het register blijven.", "bewaartermijnen")
    if place.actor.may(Action.SET_UP):
        _past_their_term(place)


def _past_their_term(place: Desk) -> None:
    due = retention.due(place.database, place.gemeente, place.actor, date.today())
    past, waiting = int(due["expires"].sum()), int(due["term"].isna().sum())
    if past:
        say(
            f"Van {wording.count(past, 'stuk', 'stukken')} (zorgen, bezoeken, wijkanalyses) is de termijn voorbij. De opdracht "
            "python cli.py retention haalt de teksten eruit; zet die in een dagelijkse taak."
        )
    else:
        say("Er staat nu geen tekst in waarvan de termijn voorbij is.")
    if waiting:
        say(
            f"Nog open, en dus nog zonder termijn: {wording.count(waiting, 'zorg of bezoek', 'zorgen en bezoeken')}. De "
            "termijn begint na het afronden."
        )
