"""One concern that is being changed: what the visitor saw when it was opened, and what was changed since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import streamlit as st

from ui.concern_wording import is_missing

#: Fields that can be changed, in the order of the screen.
EDITABLE: Final = (
    "status", "owner", "due", "done", "feedback", "feedback_on",
    "text", "theme", "seriousness", "channel", "heard", "people", "wijk", "buurt",
)  # fmt: skip
_DAYS: Final = ("due", "feedback_on", "heard")
_TEXTS: Final = ("done", "feedback", "text", "owner")


def _key(gemeente: str, number: int, what: str = "") -> str:
    return f"bewerk-{gemeente}-{number}-{what}"


def forget_editing(gemeente: str, number: int) -> None:
    """Let go of what was typed about a concern; it is then read anew."""
    for name in [str(name) for name in st.session_state]:
        if name.startswith(_key(gemeente, number)):
            del st.session_state[name]


class Editing:
    """The fields of one concern on the screen.

    Parameters
    ----------
    gemeente : str
    record : mapping
        As it stands in the register now.

    Attributes
    ----------
    opened : dict
        As it stood when the visitor began: what is sent as seen when it is saved.
    """

    def __init__(self, gemeente: str, record: Mapping[str, Any]) -> None:
        self.gemeente, self.number = gemeente, int(record["number"])
        self.record = dict(record)
        kept = st.session_state.get(self.name("geopend"))
        if kept is None:
            kept = self._open()
        self.opened: dict[str, Any] = kept
        if self.is_behind and not self.changes():
            self.opened = self._open()

    def _open(self) -> dict[str, Any]:
        st.session_state[self.name("geopend")] = self.record
        st.session_state[self.name("onschuldig")] = list(self.record.get("harmless") or [])
        for field in EDITABLE:
            st.session_state[self.name(field)] = self._on_screen(field, self.record[field])
        return self.record

    def name(self, what: str) -> str:
        """Return under which name a field stands in the session."""
        return _key(self.gemeente, self.number, what)

    @property
    def is_behind(self) -> bool:
        """Whether somebody changed the concern since it was opened."""
        return bool(self.opened["version"] != self.record["version"])

    @property
    def harmless(self) -> list[str]:
        """What somebody confirmed not to point at a person."""
        return list(st.session_state.get(self.name("onschuldig")) or [])

    def confirm(self, wording: str) -> None:
        """Note that a wording does not point at a person; to be called in a callback."""
        st.session_state[self.name("onschuldig")] = [*self.harmless, wording]

    def get(self, field: str) -> Any:
        """Return what a field holds on the screen, as the register takes it."""
        if self.name(field) not in st.session_state:
            return self.opened[field]
        value = st.session_state[self.name(field)]
        if field in _DAYS:
            return value.isoformat() if isinstance(value, date) else None
        if field in _TEXTS:
            text = str(value or "").strip()
            return text or ("" if field == "text" else None)
        return None if is_missing(value) else value

    def changes(self) -> dict[str, Any]:
        """Return the fields that differ from what was opened."""
        found = {}
        for field in EDITABLE:
            before, after = self.opened[field], self.get(field)
            if before != after and not (is_missing(before) and is_missing(after)):
                found[field] = after
        if found and self.harmless != list(self.opened.get("harmless") or []):
            found["harmless"] = self.harmless
        return found

    @staticmethod
    def _on_screen(field: str, value: Any) -> Any:
        if is_missing(value):
            return "" if field in _TEXTS else None
        if field in _DAYS:
            return date.fromisoformat(str(value)[:10])
        return int(value) if field in ("people", "seriousness") else value
