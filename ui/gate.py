"""The gate before every page: the sign-in page for who is not let in, and a line that says who is."""

from __future__ import annotations

from html import escape
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit import config

from data.errors import UserError
from data.settings import LOOPBACK, load_settings
from register.roles import TITLES
from ui import identity, sign_in
from ui.claims import Refusal, Visitor
from ui.parts import page_look, plain, say

#: Pages where residents' concerns stand: there it is said on the page itself that sign-in is off.
OF_THE_REGISTER: Final = ("zorgen", "niet-gehoord", "outreach")
_NOTED: Final = "refusal that was logged"
_STYLE: Final = """
<style>
.aanmeldknop { display: inline-block; min-height: 2.75rem; padding: .6rem 1.5rem; border-radius: 4px; font-weight: 600;
  background: BACKGROUND; color: INK !important; text-decoration: none !important; }
.aanmeldknop:hover { filter: brightness(1.12); }
.aanmeldknop:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
</style>
"""
_WHERE_TO: Final = (
    "U gaat naar de aanmeldpagina van uw organisatie. Daarna komt u terug op de pagina die u wilde zien."
)
_TOLD: Final = {
    sign_in.FAILED: "Het aanmelden is niet gelukt. Probeer het nog eens.",
    sign_in.UNREACHABLE: (
        "De aanmeldpagina van uw organisatie is nu niet te bereiken. Probeer het over een paar minuten nog eens."
    ),
}


def navigation() -> Literal["sidebar", "hidden"]:
    """Return where the list of pages stands: nowhere for who is not let in."""
    try:
        return "sidebar" if identity.visitor().actor else "hidden"
    except UserError:
        return "hidden"


def let_in(here: str) -> None:
    """Let a visitor with a role through; show anybody else the way to sign in and stop the run.

    Parameters
    ----------
    here : str
        Address of the page that was asked for.

    Raises
    ------
    SettingsError
        If sign-in is set up by half; then nobody is let in.
    """
    visitor = identity.visitor()
    if visitor.actor is None:
        _log_once(visitor)
        _show_sign_in(visitor, here)
        st.stop()
    st.session_state.pop(_NOTED, None)
    if identity.sign_in_is_on() and sign_in.OUTCOME in st.query_params:
        del st.query_params[sign_in.OUTCOME]


def _log_once(visitor: Visitor) -> None:
    """Log a refusal once a session; who merely has not signed in yet is none."""
    forged = visitor.refusal is Refusal.NOBODY and sign_in.has_cookie(st.context.cookies)
    if visitor.refusal is Refusal.NOBODY and not forged:
        return
    reason = "een koekje dat niet van Wijkradar is" if forged else str(visitor.refusal)
    if st.session_state.get(_NOTED) != reason:
        st.session_state[_NOTED] = reason
        sign_in.note("geweigerd", naam=visitor.called, reden=reason)


# -- the sign-in page --------------------------------------------------------------------------------


def _show_sign_in(visitor: Visitor, here: str) -> None:
    settings = load_settings()
    st.title("Wijkradar", anchor=False)
    if visitor.refusal is Refusal.STRANGER:
        say(f"U bent aangemeld als {visitor.called}, maar u hebt nog geen toegang tot Wijkradar.")
        say(f"Vraag toegang aan bij {settings.contact}. Of meld u af, en kies daarna een ander account.")
        st.button("Afmelden", on_click=st.logout, key="afmelden")
        return
    outcome = _TOLD.get(st.query_params.get(sign_in.OUTCOME, ""))
    if outcome:
        st.error(outcome)
    elif visitor.refusal is Refusal.EXPIRED:
        say(
            f"U bent {settings.sign_in_hours} uur geleden aangemeld. Daarna vraagt Wijkradar opnieuw wie u bent."
        )
    elif visitor.refusal is Refusal.ENDED:
        say("U bent afgemeld.")
    else:
        say("Meld u aan om verder te gaan.")
    _button(here)
    say(_WHERE_TO)
    say(f"Lukt het niet, of hebt u nog geen toegang? Vraag het aan {settings.contact}.")


def _button(here: str) -> None:
    """Show the way to the provider: a link, since it leads to another site and works without this one."""
    colours = page_look()
    style = _STYLE.replace("BACKGROUND", colours.accent).replace("INK", colours.paper)
    address = sign_in.start_address(_wanted(here))
    st.html(f'{style}<a class="aanmeldknop" href="{escape(address, quote=True)}">Aanmelden</a>')


def _wanted(here: str) -> str:
    """Return page and query as they were asked for."""
    fields = [
        (name, value)
        for name in st.query_params
        if name != sign_in.OUTCOME
        for value in st.query_params.get_all(name)
    ]
    return here + (f"?{urlencode(fields)}" if fields else "")


# -- who is there ------------------------------------------------------------------------------------


def say_who() -> None:
    """Say who is signed in, and offer the way out."""
    visitor = identity.visitor()
    if not identity.sign_in_is_on() or visitor.actor is None:
        return
    with st.sidebar.container(key="wie"):
        st.markdown(f"Aangemeld als **{plain(visitor.called)}**, {TITLES[visitor.actor.role]}.")
        st.button("Afmelden", on_click=st.logout, key="afmelden")


def tell_sign_in_is_off(here: str) -> None:
    """Say that nobody is asked for: on the pages with concerns in sight, on every other one in the sidebar."""
    if identity.sign_in_is_on():
        return
    place = (
        st.container(key="aanmelden-uit")
        if here in OF_THE_REGISTER
        else st.sidebar.container(key="aanmelden-uit")
    )
    with place:
        st.markdown(_off_sentence(others_can_reach_it()))


def _off_sentence(reachable: bool) -> str:
    if reachable:
        return (
            "**Let op: aanmelden staat uit en deze Wijkradar is ook vanaf andere computers te bereiken.** Iedereen op het "
            "netwerk kan alles lezen en schrijven. Vraag de beheerder om aanmelden aan te zetten."
        )
    return (
        "Aanmelden staat uit: iedereen die deze pagina kan openen, kan lezen en schrijven. De beheerder kan aanmelden "
        "aanzetten."
    )


def others_can_reach_it() -> bool:
    """Tell whether more than this computer can come here: by what the server listens to, or by the name it was asked by."""
    if str(config.get_option("server.address") or "0.0.0.0") not in LOOPBACK:
        return True
    asked = urlsplit(st.context.url or "").hostname
    return asked is not None and asked not in LOOPBACK
