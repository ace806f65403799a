"""Taking an edition away that was begun by mistake, and taking texts out for good where somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import streamlit as st

from register import retention
from register.roles import Action
from register.stories import KINDS, SETTLED
from ui.concern_told import Told, attempt
from ui.fetch_wording import day
from ui.parts import say, when_opened
from ui.story_steps_at import At
from ui.story_steps_saving import forget_last

_WHOLE: Final = 0
_LONGEST: Final = 60
_LEFT_IN_FILE: Final = " In het bestand van het register kunnen resten staan tot de volgende keer dat de beheerder de opdracht retention geeft."
_EARLIER: Final = "eerder"
_HOW: Final = {
    "alles": "De tekst zelf, met alle eerdere versies",
    _EARLIER: "Alleen eerdere versies; de tekst van nu blijft staan",
}
_WHAT_GOES: Final = {
    "alles": "De tekst gaat er nu uit, ook uit de geschiedenis. Dat kan niet ongedaan worden gemaakt. De status en wat daarvan is "
    "bewaard aan cijfers blijven.",
    _EARLIER: "Haal eerst weg wat niet mag blijven. Wat er eerder stond, gaat nu uit de geschiedenis. Ook wat nog op een keuze "
    "wacht, gaat weg. Dat kan niet ongedaan worden gemaakt. De geschiedenis houdt wie wat wijzigde en wanneer, zonder tekst.",
}
_WHERE_ELSE: Final = (
    "Staat dezelfde tekst ook in een andere editie, kies haar dan daar ook. In reservekopieën en in documenten die iemand meenam, "
    "staat de tekst nog."
)


def show_taking_away(at: At) -> None:
    """Fold out how an edition is taken away and, for administrators, how texts are taken out for good."""
    head = at.story.head
    if gone := head["expired_at"]:
        say(f"De teksten van deze editie zijn op {day(str(gone)[:10])} voorgoed verwijderd.")
    if at.may_write and head["status"] != SETTLED:
        _show_removal(at)
    if at.place.actor.may(Action.EXPIRE) and not gone:
        _show_forgetting(at)


# Taken away, with a way back ------------------------------------------------------------------------


def _show_removal(at: At) -> None:
    edition = at.story.head["edition"]
    with when_opened("Bij vergissing begonnen?", f"wa-weg-{at.number}") as is_open:
        if is_open:
            say("U kunt deze editie weghalen, met alles wat erin staat. De geschiedenis blijft, en u kunt haar terugzetten.")  # fmt: skip
            st.button(f"Haal editie {edition} weg", key="wa-haal-weg", on_click=attempt, args=(partial(_remove, at),))  # fmt: skip


def _remove(at: At) -> Told:
    forget_last()
    saved = at.place.stories.remove({at.number: int(at.story.head["version"])})
    return Told(f"Editie {at.story.head['edition']} is weggehaald.", at.place.stories, saved.batch)


# For good -------------------------------------------------------------------------------------------


def _show_forgetting(at: At) -> None:
    with when_opened("Staat er iets van een persoon in? Tekst voorgoed verwijderen", f"wa-wis-{at.number}") as is_open:  # fmt: skip
        if not is_open:
            return
        parts = _with_texts(at)
        chosen = st.selectbox(
            "Wat moet eruit?",
            [*parts, _WHOLE],
            format_func=lambda number: _named(parts[number]) if number in parts else "De hele editie",
            index=None,
            placeholder="Kies een onderdeel",
            key=f"wa-wis-wat-{at.number}",
        )
        how = st.radio(
            "Hoeveel moet eruit?", list(_HOW), format_func=_HOW.__getitem__, key=f"wa-wis-hoe-{at.number}"
        )
        say(f"{_WHAT_GOES[how]} {_WHERE_ELSE}")
        sure = st.checkbox("Ik weet het zeker", key=f"wa-wis-zeker-{at.number}")
        st.button(
            "Verwijder de tekst voorgoed",
            key="wa-wis-nu",
            disabled=chosen is None or not sure,
            on_click=attempt,
            args=(partial(_forget, at, parts, chosen, how),),
        )


def _with_texts(at: At) -> dict[int, dict[str, Any]]:
    """Return what was brought into the edition and has its texts still, also what was taken out, by number."""
    there = at.place.parts.rows(removed=True)
    return {
        int(part["number"]): part
        for part in there
        if part["story"] == at.number and not part["expired_at"]
    }  # fmt: skip


def _named(part: Mapping[str, Any]) -> str:
    name = " ".join(str(part["title"] or part["group_name"] or part["text"] or "").split())
    short = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    return f"{KINDS[str(part['kind'])]} ‘{short}’{' (weggehaald)' if part['removed_at'] else ''}"


def _forget(at: At, parts: Mapping[int, Mapping[str, Any]], chosen: int | None, how: str) -> Told:
    """Take the texts of a part out, or of the whole edition; or only what they were before."""
    forget_last()
    if chosen is None:
        return Told("Kies eerst wat eruit moet.", failed=True)
    forget = retention.forget_earlier if how == _EARLIER else retention.forget
    if chosen == _WHOLE:
        done = forget(at.place.stories, {at.number: int(at.story.head["version"])})
        what = "De teksten van deze editie zijn"
    else:
        done = forget(at.place.parts, {chosen: int(parts[chosen]["version"])})
        what = "De tekst is"
    if how == _EARLIER:
        what = "De eerdere versies zijn"
    return Told(f"{what} voorgoed verwijderd.{'' if done.cleaned else _LEFT_IN_FILE}")
