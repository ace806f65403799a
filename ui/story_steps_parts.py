"""Lists of what people bring into a wijkanalyse: each entry short, opened to change it, and an empty form below to add one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from data.errors import UserError
from ui.concern_told import Told, attempt
from ui.fetch_wording import moment
from ui.parts import plain, say, when_opened
from ui.story_steps_at import At
from ui.story_steps_saving import Saving, forget_last

#: Says in which words an entry stands in the list.
Told_as = Callable[[Mapping[str, Any]], str]
Fields = Callable[[Saving], None]
#: Of the entry that is open to be changed.
OPEN: Final = "wijkanalyse-open"


@dataclass(frozen=True)
class List:
    """One kind of entry.

    Attributes
    ----------
    kind : str
    needed : tuple of tuple of str
        Of each group one must be filled in (`Saving`).
    missing : str
        What to fill in, as a sentence.
    fields : callable
        Shows the fields.
    told : callable
        Writes an entry in one line.
    ordered : bool
        Whether entries can be moved up and down.
    section : str, optional
    add : str
        What the button says.
    folded : str
        Under which words the empty form is folded out of sight where there are entries; empty for never.
    """

    kind: str
    needed: tuple[tuple[str, ...], ...]
    missing: str
    fields: Fields
    told: Told_as
    ordered: bool = False
    section: str | None = None
    add: str = "Voeg toe"
    folded: str = ""

    def slot(self, at: At) -> str:
        """Return the name of the empty form."""
        return f"nieuw-{at.number}-{self.kind}-{self.section or ''}"


def title_and_text(part: Mapping[str, Any]) -> str:
    """Write an entry with its title in bold."""
    title, text = (str(part.get(name) or "").strip() for name in ("title", "text"))
    if not title:
        return plain(text)
    return f"**{plain(title)}**" + (f"  \n{plain(text)}" if text else "")


def show_list(at: At, listed: List, empty: str = "") -> None:
    """Show the entries of a kind and, for who may write, an empty form.

    Parameters
    ----------
    at : At
    listed : List
    empty : str
        What is said where there is none yet.
    """
    form = at.new(listed.kind, listed.slot(at), listed.needed, listed.section)
    parts = at.story.of(listed.kind, listed.section)
    there = [part for part in parts if form.record is None or part["number"] != form.number]
    if not parts and empty:
        say(empty)
    for rank, part in enumerate(there):
        _entry(at, listed, part, rank, len(there))
    if at.frozen:
        return
    if not listed.folded or not there:
        _form(at, listed, form)
        return
    with when_opened(listed.folded, f"wa-{listed.slot(at)}") as is_open:
        if is_open:
            _form(at, listed, form)


def _entry(at: At, listed: List, part: Mapping[str, Any], rank: int, of: int) -> None:
    number, saving = int(part["number"]), at.part(part)
    waits = bool(saving.conflicts)
    may = not at.frozen or bool(saving.still)
    is_open = may and (waits or st.session_state.get(OPEN) == number)
    with st.container(border=True, key=f"deel-{number}", gap="xsmall"):
        before = f"{rank + 1}. " if listed.ordered else ""
        st.markdown(before + listed.told(part))
        st.caption(plain(_who(part)))
        if not may:
            return
        with st.container(horizontal=True, gap="small"):
            change = "Werk de stand bij" if at.frozen else "Wijzig"
            st.button(
                "Klaar" if is_open else change,
                key=f"deel-open-{number}",
                on_click=_toggle,
                args=(saving, is_open),
            )
            if not at.frozen:
                _moves(at, part, rank, of if listed.ordered else 1)
                st.button(
                    "Haal weg", key=f"deel-weg-{number}", on_click=attempt, args=(lambda: _remove(at, part),)
                )
        if is_open:
            listed.fields(saving)


def _who(part: Mapping[str, Any]) -> str:
    old = " Kwam mee uit de vorige editie." if part.get("came_from") else ""
    return f"{'Toegevoegd' if part['version'] == 1 else 'Gewijzigd'} door {part['changed_by']}, {moment(str(part['changed_at']))}.{old}"


def _moves(at: At, part: Mapping[str, Any], rank: int, of: int) -> None:
    if of < 2:
        return
    for label, up, possible in (("Omhoog", True, rank > 0), ("Omlaag", False, rank < of - 1)):
        st.button(
            label,
            key=f"deel-{'op' if up else 'neer'}-{part['number']}",
            disabled=not possible,
            on_click=attempt,
            args=(lambda up=up: _move(at, part, up),),
        )


def _toggle(saving: Saving, is_open: bool) -> None:
    saving.comes_in_sight()
    st.session_state[OPEN] = None if is_open else saving.number


def open_part(number: int) -> None:
    """Have an entry open to be changed; to be called in a callback."""
    st.session_state[OPEN] = number


def _move(at: At, part: Mapping[str, Any], up: bool) -> Told:
    forget_last()
    saved = at.place.parts.move(int(part["number"]), int(part["version"]), up)
    return Told("De volgorde is veranderd.", at.place.parts, saved.batch)


def _remove(at: At, part: Mapping[str, Any]) -> Told:
    forget_last()
    saving = at.part(part)
    saved = at.place.parts.remove({int(part["number"]): int(part["version"])})
    saving.forget()
    name = str(part.get("title") or part.get("group_name") or part.get("text") or "Dit")
    return Told(f"‘{name}’ is weggehaald.", at.place.parts, saved.batch)


def _form(at: At, listed: List, form: Saving) -> None:
    with st.container(border=True, key=f"vorm-{listed.kind}-{listed.section or 'alle'}"):
        listed.fields(form)
        complaint = st.session_state.get(_complaint(listed, at))
        if complaint and form.number is None:
            st.warning(complaint)
        st.button(
            listed.add if form.number is None else "Klaar, nog een",
            key=f"voeg-toe-{listed.kind}-{listed.section or 'alle'}",
            on_click=_next,
            args=(at, listed, form),
        )


def _complaint(listed: List, at: At) -> str:
    return f"mist|{listed.slot(at)}"


def _next(at: At, listed: List, form: Saving) -> None:
    """Save what stands in the form, and empty it for the next one; what is not saved stays."""
    st.session_state.pop(_complaint(listed, at), None)
    try:
        saved = form.add()
    except UserError as error:
        st.session_state[_complaint(listed, at)] = plain(
            f"Nog niet opgeslagen. {error} Wat u typte, staat er nog."
        )
        return
    if not saved:
        st.session_state[_complaint(listed, at)] = listed.missing
        return
    if not any(form.is_unsaved(field) for field in form.fields_typed()):
        form.forget()
