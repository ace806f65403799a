"""What is being written down now: kept in the session until it is recorded, whatever else the visitor looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import streamlit as st

from register._records import new_key
from register.concerns import CHANNELS
from ui.selection import Selection

#: Names of the fields in the session.
_FIELDS: Final = (
    "wijk", "theme", "text", "channel", "seriousness", "heard", "people", "owner", "due", "buurt", "done", "feedback",
    "square",
)  # fmt: skip
#: These are the same for the next concern of one conversation or evening.
_REMEMBERED: Final = ("wijk", "theme", "channel", "heard")
USUAL_SERIOUSNESS: Final = 2
MOST_USUAL_CHANNEL: Final = "gesprek"
#: In the address: a page that is loaded anew after a broken connection still knows what it was about to record.
KEY: Final = "invoer"


@dataclass
class Recorded:
    """What was recorded last, and can still be taken back."""

    key: str
    number: int
    batch: str
    values: dict[str, Any] = field(default_factory=dict)


class Draft:
    """The concern of one gemeente that is being written down.

    Parameters
    ----------
    gemeente : str
        Code.
    """

    def __init__(self, gemeente: str) -> None:
        self.gemeente = gemeente

    def name(self, what: str) -> str:
        """Return under which name a field stands in the session."""
        return f"zorg-{what}-{self.gemeente}"

    def get(self, what: str) -> Any:
        """Return what a field holds."""
        return st.session_state.get(self.name(what))

    def put(self, what: str, value: Any) -> None:
        """Fill in a field; to be called in a callback or before the field is shown."""
        # What is written goes to the screen, and would wipe out a touch that is on its way: only what differs is written.
        if self.get(what) != value:
            st.session_state[self.name(what)] = value

    @property
    def key(self) -> str:
        """The key of the record to be; made when the form opens, so that a second press records nothing new."""
        if not self.get("key"):
            self.put("key", new_key())
        return str(self.get("key"))

    @property
    def recorded(self) -> Recorded | None:
        """What was recorded last, as long as no next one was begun."""
        found: Recorded | None = self.get("vastgelegd")
        return found

    @recorded.setter
    def recorded(self, what: Recorded | None) -> None:
        self.put("vastgelegd", what)

    @property
    def harmless(self) -> list[str]:
        """What somebody confirmed not to point at a person."""
        return list(self.get("onschuldig") or [])

    def confirm(self, wording: str) -> None:
        """Note that a wording does not point at a person; to be called in a callback."""
        self.put("onschuldig", [*self.harmless, wording])

    def adopt_key(self, key: str | None) -> bool:
        """Take over the key of the address in a fresh session; tells whether it did."""
        fresh = not self.get("begonnen")
        self.put("begonnen", True)
        if fresh and key:
            self.put("key", key[:64])
        return bool(fresh and key)

    def begin(self, selection: Selection, wijken: dict[str, str], themes: dict[str, str]) -> None:
        """Fill in what is known beforehand: the wijk of the bar, the channel, today; never over what was chosen."""
        bar = selection.wijk if selection.wijk in wijken else None
        wijk = self.get("wijk") if self.get("wijk") in wijken else None
        # The bar is followed until somebody chooses another wijk in the form.
        if bar and wijk in (None, self.get("balk")):
            wijk = bar
        self.put("wijk", wijk)
        self.put("balk", bar)
        if self.get("theme") not in themes:
            self.put("theme", None)
        if self.get("channel") not in CHANNELS:
            self.put("channel", MOST_USUAL_CHANNEL)
        if self.get("seriousness") is None:
            self.put("seriousness", USUAL_SERIOUSNESS)
        if self.get("heard") is None:
            self.put("heard", date.today())

    def values(self) -> dict[str, Any]:
        """Return the fields as the register takes them, without the place."""
        texts = {name: str(self.get(name) or "").strip() for name in ("text", "done", "feedback", "owner")}
        return texts | {
            "theme": self.get("theme"),
            "channel": self.get("channel"),
            "seriousness": self.get("seriousness"),
            "heard": self.get("heard"),
            "people": self.get("people"),
            "due": self.get("due"),
            "harmless": self.harmless or None,
        }

    def typed(self) -> dict[str, Any]:
        """Return everything that stands in the fields, to put it back."""
        return {what: self.get(what) for what in (*_FIELDS, "onschuldig")}

    def clear(self) -> None:
        """Begin the next one with what an evening has in common; to be called in a callback."""
        for what in (*_FIELDS, "onschuldig"):
            if what not in _REMEMBERED:
                self.put(what, None if what not in ("text", "done", "feedback", "owner") else "")
        self.put("key", None)

    def restore(self, typed: dict[str, Any]) -> None:
        """Put back what was typed, as a new record to be; to be called in a callback."""
        for what, value in typed.items():
            self.put(what, value)
        self.put("key", None)
        self.recorded = None
