"""Choices of the list that are kept by name: open, keep, rename, throw away, and begin with one's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st

from register.errors import PersonalDetails, WrongConcern
from register.keeping import LONGEST_NAME, VIEW
from register.privacy import finds
from ui.concern_filter import Filter, from_address, to_address
from ui.concern_told import Told, attempt, forget_told
from ui.parts import say, when_opened
from ui.registering import Desk

#: With which view somebody begins, by the name of who it is.
_DEFAULT: Final = "view_default"
_FOLD: Final = "lijst-weergaven"


def body_of(chosen: Filter) -> dict[str, str]:
    """Return what is kept of a choice."""
    return {"filter": to_address(chosen), "text": chosen.text}


def filter_of(body: dict[str, Any]) -> Filter:
    """Return the choice that was kept."""
    return replace(from_address(str(body.get("filter", ""))), text=str(body.get("text", "")))


def _mark(place: Desk) -> str:
    """Return under which name the own beginning of somebody is kept; a sign-in name may be longer than a name can be."""
    return hashlib.sha256(place.actor.name.encode()).hexdigest()[:40]


def own_default(place: Desk) -> Filter | None:
    """Return the view with which whoever is there wants to begin; None without one."""
    record = place.kept.of(_DEFAULT).get(_mark(place))
    view = place.kept.of(VIEW).get(str(record["body"].get("view", ""))) if record else None
    return filter_of(view["body"]) if view else None


def show_views(place: Desk, chosen: Filter, take: Callable[[Filter], None]) -> None:
    """Show the fold with what is kept, and what can be done with the choice of now.

    Parameters
    ----------
    place : Desk
    chosen : Filter
        What the list shows now.
    take : callable
        Lets the list show a choice; called in a callback.
    """
    with when_opened("Bewaarde weergaven", _FOLD) as is_open:
        if is_open:
            views = place.kept.of(VIEW)
            if views:
                _open(place, views, chosen, take)
            else:
                say(
                    "Een weergave is een keuze van de lijst met een naam, bijvoorbeeld ‘Te laat in Noord’. Er is er nog geen."
                )
            _keep(place, chosen)


def _open(
    place: Desk, views: dict[str, dict[str, Any]], chosen: Filter, take: Callable[[Filter], None]
) -> None:
    name = st.selectbox("Weergave", list(views), key="weergave", persist_state="session")
    record = views[str(name)]
    own = place.kept.of(_DEFAULT).get(_mark(place))
    is_own = bool(own and own["body"].get("view") == name)
    with st.container(horizontal=True):
        st.button(
            "Open",
            key="weergave-open",
            type="primary",
            on_click=_take,
            args=(take, filter_of(record["body"])),
        )
        if body_of(chosen) != record["body"]:
            st.button(
                "Bewaar de keuze van nu hierin",
                key="weergave-over",
                on_click=attempt,
                args=(partial(_put, place, str(name), chosen, record),),
            )
        st.button(
            "Begin er niet meer mee" if is_own else "Begin hier altijd mee",
            key="weergave-begin",
            on_click=attempt,
            args=(partial(_begin, place, "" if is_own else str(name)),),
        )
        st.button("Verwijder", key="weergave-weg", on_click=attempt, args=(partial(_drop, place, record),))
    new = st.text_input(
        "Andere naam", key=f"weergave-naam-{record['number']}", max_chars=LONGEST_NAME, placeholder=str(name)
    )
    if new.strip() and new.strip() != name:
        st.button(
            "Hernoem",
            key="weergave-hernoem",
            on_click=attempt,
            args=(partial(_rename, place, record, new, views),),
        )


def _take(take: Callable[[Filter], None], chosen: Filter) -> None:
    forget_told()
    take(chosen)


def _keep(place: Desk, chosen: Filter) -> None:
    st.text_input(
        "Bewaar de keuze van nu als", key="weergave-nieuw", max_chars=LONGEST_NAME, placeholder="Een naam"
    )
    st.button(
        "Bewaar",
        key="weergave-bewaar",
        on_click=attempt,
        args=(partial(_put_new, place, chosen),),
    )


def _put_new(place: Desk, chosen: Filter) -> Told:
    # Read at the click: what was typed last comes along with it, and the page has not seen it yet.
    name = str(st.session_state.get("weergave-nieuw") or "").strip()
    if not name:
        return Told("Geef de weergave eerst een naam.", failed=True)
    return _put(place, name, chosen, None)


def _put(place: Desk, name: str, chosen: Filter, record: dict[str, Any] | None) -> Told:
    if finds(f"{name} {chosen.text}"):
        raise PersonalDetails(
            "In de naam of de zoektekst staat misschien iets van een persoon. Haal het weg; er is niets bewaard."
        )
    saved = place.kept.keep(VIEW, name, body_of(chosen), int(record["version"]) if record else None)
    st.session_state["weergave-nieuw"] = ""
    st.session_state["weergave"] = " ".join(name.split())
    return Told(f"Weergave ‘{' '.join(name.split())}’ is bewaard.", place.kept, saved.batch)


def _rename(place: Desk, record: dict[str, Any], new: str, views: dict[str, dict[str, Any]]) -> Told:
    plain = " ".join(new.split())
    if plain in views:
        raise WrongConcern("name", f"Er is al een weergave met de naam {plain}; kies een andere naam.")
    saved = place.kept.change(int(record["number"]), int(record["version"]), {"name": plain})
    st.session_state["weergave"] = plain
    return Told(f"‘{record['name']}’ heet nu ‘{plain}’.", place.kept, saved.batch)


def _drop(place: Desk, record: dict[str, Any]) -> Told:
    saved = place.kept.remove({int(record["number"]): int(record["version"])})
    st.session_state.pop("weergave", None)
    return Told(f"Weergave ‘{record['name']}’ is verwijderd.", place.kept, saved.batch)


def _begin(place: Desk, name: str) -> Told:
    record = place.kept.of(_DEFAULT).get(_mark(place))
    saved = place.kept.keep(
        _DEFAULT, _mark(place), {"view": name}, int(record["version"]) if record else None
    )
    told = (
        f"De lijst begint voortaan met ‘{name}’; alleen voor u."
        if name
        else "De lijst begint weer met alles."
    )
    return Told(told, place.kept, saved.batch)
