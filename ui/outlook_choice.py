"""The choices on the page Prognose: which view and how far ahead; in the address and the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from ui.selection import adopt_address, write_address

#: Years ahead that can be chosen, as they stand in the address.
HORIZONS: Final = ("3", "5", "10")
_USUAL: Final = "5"


def view_chosen(views: Mapping[str, str]) -> str:
    """Show the switch between views (address to title) and return the address of the chosen one."""
    return one_of("deel", "Wat wilt u weten?", list(views), next(iter(views)), views, hidden=True)


def horizon_chosen() -> int:
    """Show the choice how far to look ahead and return it in years."""
    labels = {years: f"{years} jaar" for years in HORIZONS}
    return int(one_of("vooruit", "Hoe ver vooruit", list(HORIZONS), _USUAL, labels))


def lead_chosen(possible: Sequence[int], usual: int | None) -> int | None:
    """Show the choice how many years ahead the earlier forecasts were, where there is one; else return the usual."""
    if len(possible) < 2 or usual not in possible:
        return usual
    labels = {str(years): f"{years} jaar eerder" for years in possible}
    return int(one_of("gezegd", "Wat wij zeiden", list(labels), str(usual), labels))


def percent_chosen() -> bool:
    """Show the choice between a change in numbers and in per cent and tell whether it is per cent."""
    labels = {"aantal": "in aantallen", "procent": "in procenten"}
    return one_of("verandering", "Verandering", list(labels), "procent", labels) == "procent"


def one_of(
    key: str, label: str, options: list[str], usual: str, labels: Mapping[str, str], *, hidden: bool = False
) -> str:
    """Show a choice that stands in the address and returns to it; return the address of what is chosen."""
    adopt_address(key)
    if st.session_state.get(key) not in options:
        st.session_state[key] = usual
    chosen = st.segmented_control(
        label,
        options,
        format_func=labels.__getitem__,
        key=key,
        required=True,
        wrap=True,
        persist_state="session",
        label_visibility="collapsed" if hidden else "visible",
    )
    write_address({key: str(chosen)})
    return str(chosen)
