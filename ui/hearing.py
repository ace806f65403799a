"""What the views of the page Wie horen we niet? share: the opening, the choices, and what is said where nothing was heard yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from data.errors import UserError
from register.roles import Action
from ui import hearing_wording as words
from ui.hearing_figures import CONCERNS, PEOPLE, PERIODS, USUAL, Hearing, hearing, months_of
from ui.outlook_choice import one_of
from ui.parts import lead, plain, say, say_list
from ui.registering import Desk, desk
from ui.selection import ALL_WIJKEN, Selection

TITLE: Final = "Wie horen we niet?"
#: Why some counts are not there, as under every protected figure.
SMALL_COUNTS: Final = (
    "Getallen van 1 tot en met 4 staan er niet, en ook geen getal waaruit een ander die kan uitrekenen."
)


def open_desk(selection: Selection) -> Desk | None:
    """Return the register; where it cannot be reached that is said, and None is returned."""
    try:
        return desk(selection)
    except UserError as error:
        lead(TITLE)
        st.warning(plain(str(error)))
        return None


def show_heard(
    selection: Selection, place: Desk, body: Callable[[Hearing], None], *, choices: bool = True
) -> None:
    """Show the opening sentences and the choices, and under them what a view makes of them.

    Parameters
    ----------
    selection : Selection
    place : Desk
    body : callable
        Shows the view.
    choices : bool, default True
        Whether what counts and the period can be chosen. Of groups only one period is shown: from two, what lies between them
        could be worked out.
    """
    head = st.container()
    what, months = _chosen() if choices else (CONCERNS, USUAL)
    try:
        with st.spinner("Wat er gehoord is wordt naast de inwoners gelegd"):
            found = hearing(place, selection.figures, what, months)
    except UserError as error:
        with head:
            lead(TITLE)
        st.warning(plain(str(error)))
        return
    with head:
        lead(TITLE)
        if found is None:
            _teach(selection, place, what)
            return
        say(words.opening(found))
        if sentence := words.quiet_while_worse(found):
            say(sentence)
        if selection.wijk and (own := words.sentence_for(found, selection.wijk)):
            say(own)
        st.caption(plain(_about(found)))
    body(found)


def _chosen() -> tuple[str, int]:
    """Ask what counts as a voice, and how many months are looked at."""
    with st.container(horizontal=True, gap="medium", key="gehoord-keuzes"):
        what = one_of(
            "stemmen",
            "Wat telt als stem",
            [CONCERNS, PEOPLE],
            CONCERNS,
            {CONCERNS: "zorgen en signalen", PEOPLE: "deelnemers"},
        )
        labels = {str(months): f"{months} maanden" for months in PERIODS}
        months = months_of(one_of("periode", "Hoe ver terug", list(labels), str(USUAL), labels))
    return what, months


def _about(found: Hearing) -> str:
    told = f"{words.total(found)}, {words.period(found)}: hele maanden, die van deze maand tellen later mee."
    if found.unplaced is None:
        told += " Enkele konden niet in een wijk van nu worden gezet en tellen bij geen wijk mee."
    elif found.unplaced:
        told += (
            f" {found.unplaced} konden niet in een wijk van nu worden gezet en tellen bij geen wijk mee."
            if found.unplaced > 1
            else " 1 kon niet in een wijk van nu worden gezet en telt bij geen wijk mee."
        )
    return f"{told} {SMALL_COUNTS}"


def _teach(selection: Selection, place: Desk, what: str) -> None:
    """Say that nothing can be counted yet, what the page would show, and the ways to begin."""
    known = selection.figures
    thing = "zorg of signaal" if what == CONCERNS else "deelnemer"
    say(
        f"Van {known.name} is nog geen {thing} vastgelegd. Straks ziet u hier uit welke wijken u minder hoort dan van zo veel "
        "inwoners te verwachten is, en via welk kanaal u die wijken wel bereikt."
    )
    ways = []
    if place.actor.may(Action.WRITE_CONCERNS):
        ways.append("Leg op ‘Zorgen & signalen’ vast wat u hoort, of lees daar een bestand in.")
        ways.append(
            "Tel na een bijeenkomst, enquête of ronde hoeveel mensen meededen. Dat kan hieronder bij ‘Wie deed mee?’."
        )
    else:
        ways.append("Wie het register bijhoudt, kan zorgen en deelnemers vastleggen.")
    sample = next((code for code in selection.store.gemeenten() if selection.store.is_sample(code)), None)
    if sample and sample != known.gemeente:
        ways.append("Kijk eerst hoe het wordt, bij de voorbeeldgemeente met verzonnen zorgen.")
    say_list(ways)
    st.page_link("zorgen.py", label="Naar Zorgen & signalen", query_params=selection.address())
    if sample and sample != known.gemeente:
        st.page_link(
            "niet_gehoord.py",
            label="Open de voorbeeldgemeente",
            query_params=selection.address(gemeente=sample, wijk=ALL_WIJKEN),
        )


def source(found: Hearing) -> str:
    """Name where the figures of this page come from."""
    fiction = " Alle cijfers en zorgen zijn verzonnen." if found.known.is_sample else ""
    year = found.years.get("population", found.known.years[-1])
    return (
        f"Bron: eigen register van {found.known.name}, {words.period(found)}; inwoners: CBS, Kerncijfers wijken en buurten "
        f"{year}, CC BY 4.0.{fiction}"
    )


def say_cautions() -> None:
    """Say what may not be concluded; open, because it is easily concluded."""
    st.subheader("Wat dit niet zegt", anchor=False)
    say_list(words.CAUTIONS)
