"""What every shelf of things kept by name does on the screen: try it, tell kindly how it went, offer the last change back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import streamlit as st

from data.errors import UserError

Work = Callable[[], str]


class Register(Protocol):
    """Where things of one gemeente are kept (`register.scenarios`, `register.weight_sets`)."""

    gemeente: str

    def shelf(self) -> Any:
        """Return what is there, with ``undo``: what can be taken back, empty for nothing."""


@dataclass(frozen=True)
class Counter:
    """Between the visitor and one kind of shelf.

    Attributes
    ----------
    about : str
        What is kept; another one for every kind.
    """

    about: str

    def say(self, sentence: str, *, failed: bool = False) -> None:
        """Have something told once, in the run that comes."""
        st.session_state[self._told] = (sentence, failed)

    def tell(self) -> None:
        """Show what just happened."""
        if (told := st.session_state.pop(self._told, None)) is not None:
            sentence, failed = told
            (st.warning if failed else st.success)(sentence)

    def attempt(self, register: Register, work: Work) -> None:
        """Do something to what is kept; what went wrong is told as kindly as what went right, and nothing is lost."""
        try:
            before = register.shelf().undo
            self.say(work())
            after = register.shelf().undo
        except UserError as error:
            self.say(str(error), failed=True)
            return
        if after != before:
            st.session_state.setdefault(self._mine, {})[register.gemeente] = after

    def way_back(self, register: Register, undo: str, key: str, work: Work) -> None:
        """Offer to take back the last change, only where this session made it and not a colleague."""
        if undo and undo == st.session_state.get(self._mine, {}).get(register.gemeente):
            st.button(
                f"Ongedaan maken: {undo}",
                key=key,
                on_click=self.attempt,
                args=(register, work),
                type="tertiary",
            )

    @property
    def _told(self) -> str:
        return f"what happened to {self.about}"

    @property
    def _mine(self) -> str:
        return f"last change to {self.about}"
