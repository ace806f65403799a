"""What is said after something was written: that it was saved, with the way back beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from data.errors import UserError
from register._records import Records
from register.errors import Conflict
from ui.parts import plain

_TOLD: Final = "what was written last"
_VIEW: Final = "view in which something was written"
_STALE: Final = "the page shows what was before"
_PART: Final = "part of a page, with what was told in it"
BACK: Final = "Ongedaan maken"
_SCRIPT: Final = "<script src='app/static/invoer/bring-into-view.js'></script>"


@dataclass(frozen=True)
class Told:
    """What happened.

    Attributes
    ----------
    sentence : str
    records : Records or None
        With which the action can be taken back; None where it cannot.
    batch : str
    failed : bool
    undone : callable, optional
        Called after the action was taken back.
    """

    sentence: str
    records: Records | None = None
    batch: str = ""
    failed: bool = False
    undone: Callable[[], None] | None = None


def attempt(work: Callable[[], Told]) -> None:
    """Write something; what went wrong is told as kindly as what went right. To be called in a callback."""
    try:
        told = work()
    except Conflict as error:
        told = Told(str(error), failed=True)
    except UserError as error:
        told = Told(str(error), failed=True)
    st.session_state[_TOLD] = told
    st.session_state[_STALE] = True


def whole_page() -> None:
    """Have the whole page run after a press in a part of it; to be called in a callback."""
    st.session_state[_STALE] = True


def refresh_page() -> None:
    """Run the whole page when something was written in a part of it: what stands above counts too."""
    if st.session_state.pop(_STALE, False):
        st.rerun()


def written_page() -> None:
    """Run the whole page anew after something was written while it ran."""
    st.session_state.pop(_STALE, None)
    st.rerun()


def leave_view(view: str) -> None:
    """Say no more of what happened in another view than the one that is open."""
    if st.session_state.get(_VIEW, view) != view:
        forget_told()
    st.session_state[_VIEW] = view


def leave_part(part: str) -> None:
    """Say no more of what happened in another part of a page; what happened at the press that led here stays."""
    told = st.session_state.get(_TOLD)
    before, told_before = st.session_state.get(_PART, (part, None))
    if before != part and told is told_before:
        forget_told()
    st.session_state[_PART] = (part, told)


def forget_told(entity: str = "") -> None:
    """Say no more of what happened: something else is going on now.

    Parameters
    ----------
    entity : str
        Only of what was written in records of this kind; empty for all.
    """
    told: Told | None = st.session_state.get(_TOLD)
    if told is not None and entity in ("", told.records.entity if told.records else ""):
        del st.session_state[_TOLD]


def take_back(told: Told) -> None:
    """Undo what was written; to be called in a callback."""

    def work() -> Told:
        assert told.records is not None
        saved = told.records.undo(told.batch)
        if told.undone:
            told.undone()
        return Told("Ongedaan gemaakt. Alles staat weer zoals het stond.", told.records, saved.batch)

    attempt(work)


def tell_written(key: str) -> None:
    """Show what just happened; it stays until something else happens, so that the way back is not lost."""
    told: Told | None = st.session_state.get(_TOLD)
    if told is None:
        return
    st.html(_SCRIPT, unsafe_allow_javascript=True)
    with st.container(key=f"verteld-{key}"):
        (st.warning if told.failed else st.success)(plain(told.sentence))
        if told.records is not None and told.batch:
            again = told.sentence.startswith("Ongedaan gemaakt")
            st.button(
                "Toch weer zoals het was" if again else BACK,
                key=f"terug-{key}-{told.batch}",
                on_click=take_back,
                args=(told,),
            )
