"""The field for a free text about a concern; everything that types such a text goes through here."""

from __future__ import annotations

import streamlit as st

from register.concerns import LONGEST_TEXT
from ui.while_typing import sent_while_typing


def concern_text(
    label: str, key: str, value: str = "", *, placeholder: str = "", height: int | None = None
) -> str:
    """Show a field for a free text and return what stands in it, at every pause of whoever types.

    Parameters
    ----------
    label : str
    key : str
        Under which the text stands in the session; what is put there before the field is shown, is shown.
    value : str
        What it begins with where the session has nothing under the key.
    placeholder : str
    height : int, optional
        In pixels.
    """
    st.session_state.setdefault(key, value)
    with sent_while_typing(key):
        text = st.text_area(
            label,
            key=key,
            placeholder=placeholder,
            max_chars=LONGEST_TEXT,
            height=height if height else "content",
            persist_state="session",
        )
    return str(text or "")
