"""What the visitor is building: a scenario per gemeente in the session, with every step back.

A scenario that is being built lives here and not in the widgets, so that another wijk, another page or another gemeente
never loses it. It is kept for good only when the visitor says so (`register.scenarios`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import streamlit as st

from analysis.needs import Change, Scenario
from ui.needs_wording import UNNAMED

_SESSION: Final = "scenarios being built"
#: So many steps can be taken back.
_STEPS: Final = 50


@dataclass(frozen=True)
class Draft:
    """A scenario that is being built.

    Attributes
    ----------
    name : str
        As typed; empty until the visitor gives one.
    changes : tuple
        The assumptions, in the order in which they were added.
    kept_as : str
        Name under which it was opened or kept; empty for one that never was.
    kept : tuple
        The assumptions as they were kept under that name.
    """

    name: str = ""
    changes: tuple[Change, ...] = ()
    kept_as: str = ""
    kept: tuple[Change, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether nothing has been kept under a name yet."""
        return not self.kept_as

    @property
    def is_changed(self) -> bool:
        """Whether there is something to keep: other assumptions, or another name."""
        return self.changes != self.kept or (bool(self.name.strip()) and self.name.strip() != self.kept_as)

    @property
    def scenario(self) -> Scenario:
        """The scenario as it stands, with a name that fits in a sentence also before it has one."""
        return Scenario(self.name.strip() or UNNAMED, self.changes)


@dataclass
class _Desk:
    """The draft of one gemeente and the drafts before it."""

    draft: Draft = field(default_factory=Draft)
    before: list[tuple[str, Draft]] = field(default_factory=list)
    #: Changes with every draft that was put in place as a whole.
    sheet: int = 0


def _desk(gemeente: str) -> _Desk:
    desks: dict[str, _Desk] = st.session_state.setdefault(_SESSION, {})
    return desks.setdefault(gemeente, _Desk())


def draft(gemeente: str) -> Draft:
    """Return the scenario that is being built for a gemeente."""
    return _desk(gemeente).draft


def sheet(gemeente: str) -> int:
    """Return a number that is another one after the whole draft was replaced; then a box for files is empty again."""
    return _desk(gemeente).sheet


def can_undo(gemeente: str) -> str:
    """Return what would be taken back, in a few words; empty where there is nothing."""
    before = _desk(gemeente).before
    return before[-1][0] if before else ""


def _put(gemeente: str, new: Draft, what: str) -> None:
    desk = _desk(gemeente)
    desk.before = [*desk.before, (what, desk.draft)][-_STEPS:]
    desk.draft = new


def rename(gemeente: str, name: str) -> None:
    """Call the draft something else; not a step to take back, since the box itself shows what was typed."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, name=name)


def add(gemeente: str, change: Change) -> None:
    """Add an assumption to the draft; one that is there already is not added twice."""
    now = draft(gemeente)
    if change not in now.changes:
        _put(gemeente, replace(now, changes=(*now.changes, change)), "een aanname toevoegen")


def remove(gemeente: str, place: int) -> None:
    """Take the assumption at a place out of the draft."""
    now = draft(gemeente)
    left = tuple(change for at, change in enumerate(now.changes) if at != place)
    _put(gemeente, replace(now, changes=left), "een aanname weghalen")


def open_draft(gemeente: str, new: Draft, what: str) -> None:
    """Put another scenario in place of the draft, which can be taken back."""
    _put(gemeente, new, what)
    _desk(gemeente).sheet += 1


def kept(gemeente: str, name: str) -> None:
    """Note that the draft is kept under a name now; that is taken back in the register, not here."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, name=name, kept_as=name, kept=desk.draft.changes)
    desk.before = []


def undo(gemeente: str) -> None:
    """Take back the last step."""
    desk = _desk(gemeente)
    if desk.before:
        _, desk.draft = desk.before[-1]
        desk.before = desk.before[:-1]


def renamed(gemeente: str, name: str) -> None:
    """Note that what is kept has another name now."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, name=name, kept_as=name)


def kept_is(gemeente: str, name: str, changes: tuple[Change, ...]) -> None:
    """Note what is kept under the name of the draft."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, name=name, kept_as=name, kept=changes)


def loose(gemeente: str) -> None:
    """Note that nothing is kept under the name of the draft any more; the assumptions stay on the desk."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, kept_as="", kept=())
