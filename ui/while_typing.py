"""Free texts that are looked at while they are typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import streamlit as st

#: Fields inside a container whose key begins with this are sent when their writer pauses.
KEY: Final = "vrije-tekst"
_SCRIPT: Final = "<script src='app/static/invoer/while-typing.js'></script>"


@contextmanager
def sent_while_typing(key: str) -> Iterator[None]:
    """Let the text areas inside reach the server at every pause of whoever types, not only when the field is left.

    Parameters
    ----------
    key : str
        Of the container, unique on the page.
    """
    with st.container(key=f"{KEY}-{key}"):
        st.html(_SCRIPT, unsafe_allow_javascript=True)
        yield
