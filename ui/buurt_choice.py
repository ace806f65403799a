"""The chosen buurt of a map of buurten: in the address and the session, beside its wijk that every other page shows."""

from __future__ import annotations

from typing import Final

import streamlit as st

from data.panel import Level
from ui.figures import Figures
from ui.selection import ALL_WIJKEN, Selection, adopt_address, choose_wijk, write_address

_BUURT: Final = "buurt"


def wijk_of(buurt: str) -> str:
    """Return the code of the wijk that a buurt is in: codes of CBS are made that way."""
    return f"WK{buurt[2:8]}"


def choose_region(known: Figures, region: str) -> None:
    """Choose what was clicked; of a buurt also its wijk. To be called in a callback.

    Parameters
    ----------
    known : Figures
        At the level of the map.
    region : str
        Empty for land without figures, which is nobody's choice.
    """
    if not region:
        return
    if known.level == Level.BUURT:
        st.session_state[_BUURT] = region
        choose_wijk(wijk_of(region))
    else:
        choose_wijk(region)


def chosen_buurt(known: Figures, selection: Selection) -> str | None:
    """Return the chosen buurt; one of another wijk than that of the bar is let go."""
    if known.level != Level.BUURT:
        return None
    adopt_address(_BUURT)
    buurt = st.session_state.get(_BUURT)
    if buurt not in known.regions or wijk_of(str(buurt)) != selection.wijk:
        st.session_state[_BUURT] = None
        return None
    write_address({_BUURT: str(buurt)})
    return str(buurt)


def forget_choice() -> None:
    """Let the chosen wijk or buurt go; to be called in a callback."""
    st.session_state[_BUURT] = None
    choose_wijk(ALL_WIJKEN)
