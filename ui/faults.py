"""Why a page cannot go on, such as a register that is out of reach: one sentence instead of a page that breaks off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import streamlit as st

from data.errors import UserError
from ui.parts import plain

_Given = ParamSpec("_Given")


@contextmanager
def faults_told() -> Iterator[None]:
    """Say in one sentence why what runs cannot go on."""
    try:
        yield
    except UserError as error:
        st.warning(plain(str(error)))


def told_fragment(part: Callable[_Given, None]) -> Callable[_Given, None]:
    """Make a part of a page that runs alone after a press in it, and then also says why it cannot go on.

    Such a part runs again without the page around it, so what the page says of its faults does not reach it.
    """

    @wraps(part)
    def told(*args: _Given.args, **kwargs: _Given.kwargs) -> None:
        with faults_told():
            part(*args, **kwargs)

    return st.fragment(told)
