"""Who is there: through the sign-in of the organisation, or one local user where sign-in is off.

Pages ask `actor` for the register, `may` for what to show, and `only` where somebody may find a door closed. What the
screen hides is refused behind it as well: `require` stands at the writes themselves.
"""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data.errors import UserError
from data.settings import load_settings
from register.roles import TITLES, Action, Actor, NotAllowed, Role
from ui import sign_in
from ui.claims import Claims, Refusal, Visitor
from ui.parts import say

_GONE = "U bent niet meer aangemeld, dus er is niets veranderd. Ververs de pagina en meld u opnieuw aan."
_NO_ROLE = "U hebt geen rol meer in Wijkradar, dus er is niets veranderd. Vraag uw beheerder om een rol."


class _SignedIn(Actor):
    """Somebody who signed in, asked for anew at everything that is done.

    A button runs before the page does, with what the page knew when it was drawn; a role that was taken away since, or a
    sign-in that ended, must count at that very click.
    """

    def require(self, action: Action) -> None:
        """Refuse what the role of this moment does not allow."""
        # A download is made outside the run of a page, where nobody can be asked for; its button stood on a page.
        if get_script_run_ctx(suppress_warning=True) is None:
            super().require(action)
            return
        now = actor()
        if now.name != self.name:
            raise NotAllowed(_GONE)
        Actor(now.name, now.role).require(action)


def sign_in_is_on() -> bool:
    """Tell whether visitors must sign in.

    Raises
    ------
    SettingsError
        If a setting is wrong.
    """
    return sign_in.is_on(load_settings())


def visitor() -> Visitor:
    """Return who uses this page, let in or not.

    Raises
    ------
    SettingsError
        If sign-in is set up by half; then nobody may be let in.
    """
    return sign_in.visitor_of(_claims())


def actor() -> Actor:
    """Return who uses this page.

    Raises
    ------
    NotAllowed
        If nobody is signed in (any more), or somebody without a role.
    SettingsError
        As `visitor`.
    """
    there = visitor()
    if there.actor is None:
        raise NotAllowed(_NO_ROLE if there.refusal is Refusal.STRANGER else _GONE)
    if not sign_in_is_on():
        return there.actor
    return _SignedIn(there.actor.name, there.actor.role)


def may(action: Action) -> bool:
    """Tell whether who is there may do something; never raises, since whoever is not let in may nothing."""
    try:
        return actor().may(action)
    except UserError:
        return False


def require(action: Action) -> None:
    """Refuse what who is there may not do; for a write that has no register behind it.

    Raises
    ------
    NotAllowed
    """
    actor().require(action)


def only(action: Action, what: str) -> bool:
    """Tell whether who is there may do something, and say kindly who may where not.

    Parameters
    ----------
    action : Action
    what : str
        What the reader finds closed, as the start of a sentence: "Zorgen vastleggen".

    Raises
    ------
    NotAllowed, SettingsError
        As `actor`; behind the gate that is nobody.
    """
    mine = actor().role
    if Actor("", mine).may(action):
        return True
    who = " of ".join(f"een {TITLES[role]}" for role in Role if Actor("", role).may(action))
    say(
        f"{what} mag alleen {who}. Uw rol is {TITLES[mine]}; een andere rol vraagt u aan bij {load_settings().contact}."
    )
    return False


def _claims() -> Claims:
    claims: dict[str, Any] = dict(st.user.to_dict())
    return claims
