"""A wijkanalyse as a file: made when somebody asks, in a process of its own, and then handed over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from data.errors import UserError
from data.settings import load_settings
from reports.house import house
from reports.making import FORMS, file_name, made_apart
from reports.model import Report
from ui.parts import plain, say

_log = logging.getLogger(__name__)
_MADE: Final = "wijkanalyse-bestand"
_UNEXPECTED: Final = (
    "Het document kon niet worden gemaakt; aan de wijkanalyse is niets veranderd. Probeer het opnieuw. Blijft het misgaan, "
    "vraag dan uw beheerder om in het logboek te kijken."
)


@dataclass(frozen=True)
class _Made:
    """A file that is ready to be taken along.

    Attributes
    ----------
    report : Report
        Of which it was made: once something changed it is no longer offered.
    form : str
    content : bytes
    complaint : str
        Why there is none; empty otherwise.
    """

    report: Report
    form: str
    content: bytes = b""
    complaint: str = ""


def show_downloads(report: Callable[[], Report], key: str) -> None:
    """Offer the report as Word, PowerPoint, PDF and one page.

    Parameters
    ----------
    report : callable
        Returns the report; called only when a document is asked for, and to see whether what was made still holds.
    key : str
        Unique on the page.
    """
    asked: str | None = None
    with st.container(horizontal=True, gap="small", key=f"maak-{key}"):
        for form, told in FORMS.items():
            if st.button(told.label, key=f"maak-{key}-{form}"):
                asked = form
    if asked is not None:
        with st.spinner(f"{FORMS[asked].label} wordt gemaakt"):
            st.session_state[_MADE] = _make(report(), asked)
    made: _Made | None = st.session_state.get(_MADE)
    if made is None:
        return
    if made.report is not report():
        # What changed since is not in it, or it is of another wijk.
        del st.session_state[_MADE]
        return
    if made.complaint:
        st.error(plain(made.complaint))
        return
    say(f"Klaar: {FORMS[made.form].label}.")
    st.download_button(
        "Opslaan op uw apparaat",
        data=made.content,
        file_name=file_name(made.report, made.form),
        mime=FORMS[made.form].mime,
        key=f"bewaar-{key}-{made.form}",
        on_click="ignore",
        type="primary",
    )


def _make(report: Report, form: str) -> _Made:
    try:
        return _Made(report, form, made_apart(report, house(load_settings()), form))
    except UserError as error:
        return _Made(report, form, complaint=str(error))
    except Exception:
        _log.exception("a wijkanalyse could not be made as %s", form)
        return _Made(report, form, complaint=_UNEXPECTED)
