"""The choice between the editions of a wijkanalyse, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from ui.outlook_choice import one_of
from ui.parts import plain
from ui.selection import adopt_address
from ui.wording import in_sentence

#: In the address: which edition.
EDITION: Final = "editie"
_NO_EDITION: Final = (
    "De link noemt editie {} van de wijkanalyse. Die is er niet, of is nog in concept: een concept laat alleen een coördinator "
    "zien. U ziet nu: {}."
)


def choose_edition(label: str, options: Mapping[str, str]) -> str:
    """Let the visitor choose between editions and return the chosen one; a link to one that is not there is told.

    Parameters
    ----------
    label : str
    options : mapping of str to str
        As they stand in the address, with their label; the usual first.
    """
    tell_missing(options)
    return one_of(EDITION, label, list(options), next(iter(options)), options)


def tell_missing(options: Mapping[str, str]) -> None:
    """Say that a link names an edition that is not there for who opened it, and what is shown instead; as `choose_edition`."""
    arrived = adopt_address(EDITION)
    asked = st.session_state.get(EDITION)
    if arrived and asked not in options:
        st.warning(plain(_NO_EDITION.format(asked, in_sentence(next(iter(options.values()))))))
