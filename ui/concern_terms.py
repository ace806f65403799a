"""How long texts stay: the terms as an administrator sets them, and what is due."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

import streamlit as st

from register.retention import DEFAULT_MONTHS, LONGEST, SHORTEST, TITLES, due, set_terms, terms, terms_version
from ui.concern_told import Told, attempt
from ui.parts import say, when_opened
from ui.registering import Desk
from ui.wording import count, number

#: What is open for longer than this is told: nobody may have an eye on it.
LONG_OPEN_MONTHS: Final = 12


def show_terms(place: Desk) -> None:
    """Show the terms, to be changed, and what is due in a fold."""
    st.subheader("Bewaartermijnen", anchor=False)
    say(
        "Teksten blijven niet voor altijd. Is de termijn voorbij, dan verdwijnen de tekst, wat is gedaan, de terugkoppeling, de "
        "plek en wie het oppakte. De zorg zelf blijft meetellen in de aantallen. Wat nog open staat, verdwijnt nooit vanzelf. "
        "Een wijkanalyse die is besproken of vastgesteld, blijft; alleen een concept waaraan niemand meer werkt, raakt zijn teksten kwijt."
    )
    now, version = (
        terms(place.database, place.gemeente, place.actor),
        terms_version(place.database, place.gemeente, place.actor),
    )
    with st.container(horizontal=True, key="termijnen"):
        for name in DEFAULT_MONTHS:
            st.number_input(
                f"{TITLES[name]} (maanden)",
                min_value=SHORTEST,
                max_value=LONGEST,
                value=now[name],
                step=1,
                key=_field(place, name, version),
                width=300,
            )
    st.button(
        "Sla de termijnen op",
        key="termijn-opslaan",
        on_click=attempt,
        args=(partial(_save, place, now, version),),
    )
    with when_opened("Wat is er aan de beurt?", "termijn-beurt") as is_open:
        if is_open:
            _due(place)


def _field(place: Desk, name: str, version: int | None) -> str:
    return f"termijn-{place.gemeente}-{name}-{version}"


def _save(place: Desk, now: dict[str, int], version: int | None) -> Told:
    # Read at the click: what was typed last comes along with it, and the page has not seen it yet.
    wanted = {
        name: int(st.session_state.get(_field(place, name, version)) or now[name]) for name in DEFAULT_MONTHS
    }
    if wanted == now:
        return Told("Er was niets veranderd.")
    saved = set_terms(place.database, place.gemeente, place.actor, wanted, version)
    return Told("De termijnen zijn opgeslagen. Er is nog niets gewist.", place.kept, saved.batch)


def _due(place: Desk) -> None:
    with st.spinner("De termijnen worden nagekeken"):
        found = due(place.database, place.gemeente, place.actor, date.today())
    past = found.loc[found["expires"], "kind"].value_counts()
    concerns, visits = int(past.get("zorg", 0)), int(past.get("bezoek", 0))
    stories = int(past.get("wijkanalyse", 0)) + int(past.get("onderdeel", 0))
    if concerns or visits or stories:
        last = count(visits, "bezoek", "bezoeken")
        more = (
            f", {last} en {count(stories, 'tekst', 'teksten')} van wijkanalyses" if stories else f" en {last}"
        )
        say(
            f"De termijn is voorbij voor {count(concerns, 'zorg', 'zorgen')}{more}. Uw "
            "beheerder wist hun teksten met het commando voor bewaartermijnen; dat kan niet meer terug."
        )
    else:
        say("Er is nu niets aan de beurt.")
    long_open = int(
        ((found["kind"] == "zorg") & found["term"].isna() & (found["months"] >= LONG_OPEN_MONTHS)).sum()
    )
    if long_open:
        say(
            f"{number(long_open)} {'zorg staat' if long_open == 1 else 'zorgen staan'} al {LONG_OPEN_MONTHS} maanden of langer "
            "open zonder dat er iets aan veranderde. Kijk in de lijst bij ‘langst wachtend eerst’."
        )
