"""Fields of a wijkanalyse on the screen: a text, a long text, a choice or a day, each with what its saving has to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import streamlit as st

from ui.story_steps_saving import Saving
from ui.while_typing import sent_while_typing

LONGEST: Final = 4_000
#: Fields of a part that are one line, with how many signs fit.
SHORT: Final = {"title": 200, "group_name": 200, "owner": 200, "partners": 400, "target": 400}


def long_text(saving: Saving, field: str, label: str, *, placeholder: str = "", help: str = "") -> None:
    """Show a field for a text of some sentences, sent at every pause of whoever types."""
    saving.follow(field)
    name = saving.name(field)
    with sent_while_typing(name):
        st.text_area(
            label,
            key=name,
            placeholder=_placeholder(saving, field, placeholder),
            help=help or None,
            max_chars=LONGEST,
            height="content",
            disabled=saving.is_frozen(field),
            on_change=saving.save,
            args=(field,),
            persist_state="session",
        )
    saving.below(field)


def short_text(saving: Saving, field: str, label: str, *, placeholder: str = "", help: str = "") -> None:
    """Show a field of one line."""
    saving.follow(field)
    st.text_input(
        label,
        key=saving.name(field),
        placeholder=_placeholder(saving, field, placeholder),
        help=help or None,
        max_chars=SHORT[field],
        disabled=saving.is_frozen(field),
        on_change=saving.save,
        args=(field,),
        persist_state="session",
    )
    saving.below(field)


def choice(
    saving: Saving, field: str, label: str, options: Mapping[Any, str], *, empty: str = "", help: str = ""
) -> None:
    """Show a list to choose from; ``empty`` is what stands there where nothing is chosen."""
    saving.follow(field)
    # What was chosen once may have gone from the list.
    kept = saving.typed(field)
    there = dict(options) if kept is None or kept in options else {**options, kept: str(kept)}
    st.selectbox(
        label,
        list(there),
        index=None,
        format_func=there.__getitem__,
        key=saving.name(field),
        placeholder=_placeholder(saving, field, empty or "Kies"),
        help=help or None,
        disabled=saving.is_frozen(field),
        on_change=saving.save,
        args=(field,),
        persist_state="session",
    )
    saving.below(field, _named(there))


def touch(saving: Saving, field: str, label: str, options: Mapping[str, str]) -> None:
    """Show a few answers of which one can be touched."""
    saving.follow(field)
    st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        key=saving.name(field),
        wrap=True,
        disabled=saving.is_frozen(field),
        on_change=saving.save,
        args=(field,),
        persist_state="session",
    )
    saving.below(field, _named(options))


def day(saving: Saving, field: str, label: str, *, help: str = "") -> None:
    """Show a field for a day."""
    saving.follow(field)
    st.date_input(
        label,
        value=None,
        key=saving.name(field),
        format="DD-MM-YYYY",
        min_value=date(2000, 1, 1),
        help=help or None,
        disabled=saving.is_frozen(field),
        on_change=saving.save,
        args=(field,),
        persist_state="session",
    )
    saving.below(field)


def _placeholder(saving: Saving, field: str, usual: str) -> str:
    """Say what to type; an example in a field where nothing can be typed would look like what somebody wrote."""
    return "Niet ingevuld" if saving.is_frozen(field) else usual


def _named(options: Mapping[Any, str]) -> Callable[[str, Any], str]:
    return lambda _, value: options.get(value, str(value))
