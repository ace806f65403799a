"""The controls of the page Trends: which years, in which unit, and beside whom; in the address and the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from data.regions import NEDERLAND
from ui.figures import Figures
from ui.selection import Selection, adopt_address, write_address

#: How the gemeente stands among the regions to compare with, so that the choice holds for another gemeente too.
GEMEENTE: Final = "gemeente"
OWN_UNIT: Final = "eigen eenheid"
INDEX: Final = "index"
_WISHED_YEARS: Final = "span of years as last chosen"
_WISHED_BESIDE: Final = "comparators as last chosen"


@dataclass(frozen=True)
class Choice:
    """What the controls of the page say.

    Attributes
    ----------
    years : tuple of int, optional
        First and last year; None for all there are.
    as_index : bool
        Whether figures are shown as a percentage of those in a base year.
    beside : tuple of str
        Regions to compare with: gemeente, Nederland, wijken.
    """

    years: tuple[int, int] | None
    as_index: bool
    beside: tuple[str, ...]


def controls(selection: Selection, most: int) -> Choice:
    """Show the controls in one row and return what they say; they stand in the address and survive another page.

    Parameters
    ----------
    selection : Selection
    most : int
        Largest number of other wijken to compare with.
    """
    years_box, unit_box, beside_box = st.columns([1.2, 1.1, 2], gap="medium", vertical_alignment="top")
    with years_box:
        years = _years(selection.figures)
    with unit_box:
        as_index = _as_index()
    with beside_box:
        beside = _beside(selection, most)
    return Choice(years, as_index, beside)


def _years(known: Figures) -> tuple[int, int] | None:
    first, last = known.years[0], known.years[-1]
    if "jaren" in adopt_address("jaren"):
        st.session_state[_WISHED_YEARS] = _span(str(st.session_state["jaren"]))
    if first == last:
        return None
    wished = st.session_state.get(_WISHED_YEARS) or (first, last)
    low, high = (min(max(year, first), last) for year in wished)
    overlaps = wished[0] <= last and wished[1] >= first
    st.session_state["jaren"] = (low, high) if overlaps else (first, last)
    chosen: tuple[int, int] = st.slider(  # type: ignore[assignment]  # two years, as the state it finds
        "Jaren",
        first,
        last,
        key="jaren",
        on_change=_remember_years,
        args=((first, last),),
        help="Zin, oordeel en grafieken gaan over deze jaren.",
    )
    write_address({"jaren": f"{chosen[0]}-{chosen[1]}"})
    return None if chosen == (first, last) else chosen


def _span(text: str) -> tuple[int, int] | None:
    """Read "2015-2023" from an address; anything else is no wish."""
    low, _, high = text.partition("-")
    if not (low.isdecimal() and high.isdecimal()):
        return None
    return (int(low), int(high)) if int(low) <= int(high) else None


def _remember_years(everything: tuple[int, int]) -> None:
    chosen = tuple(st.session_state["jaren"])
    st.session_state[_WISHED_YEARS] = None if chosen == everything else chosen


def _as_index() -> bool:
    adopt_address("eenheid")
    if st.session_state.get("eenheid") not in (OWN_UNIT, INDEX):
        st.session_state["eenheid"] = OWN_UNIT
    chosen = st.segmented_control(
        "Toon als",
        [OWN_UNIT, INDEX],
        key="eenheid",
        required=True,
        wrap=True,
        persist_state="session",
        help="Index: elke reeks begint op 100. Zo ziet u wie harder stijgt of daalt, ook als de cijfers ver uit elkaar "
        "liggen. Het oordeel blijft hetzelfde.",
    )
    write_address({"eenheid": str(chosen)})
    return chosen == INDEX


def _beside(selection: Selection, most: int) -> tuple[str, ...]:
    known = selection.figures
    areas = {GEMEENTE: known.gemeente} if selection.wijk else {}
    areas |= {NEDERLAND: NEDERLAND} if known.comparator else {}
    wijken = [region for region in known.regions if region != selection.wijk]
    if "wijken" in adopt_address("wijken"):
        st.session_state[_WISHED_BESIDE] = str(st.session_state["wijken"]).split(",")
    wished = st.session_state.get(_WISHED_BESIDE, [GEMEENTE, NEDERLAND])
    chosen_wijken = [code for code in wished if code in wijken][:most]
    st.session_state["wijken"] = [*(code for code in areas if code in wished), *chosen_wijken]
    chosen = st.multiselect(
        "Vergelijk met",
        [*areas, *wijken],
        format_func=lambda code: known.label(areas.get(code) or code),
        key="wijken",
        on_change=_remember_beside,
        args=(frozenset([GEMEENTE, NEDERLAND]) - frozenset(areas),),
        # Gemeente and Nederland do not count: a wijk too many is one colour too many.
        max_selections=most + len(st.session_state["wijken"]) - len(chosen_wijken),
        placeholder=f"Kies tot {most} wijken",
    )
    write_address({"wijken": ",".join(chosen)})
    return tuple(areas.get(code) or code for code in chosen)


def _remember_beside(not_offered: frozenset[str]) -> None:
    before = st.session_state.get(_WISHED_BESIDE, [GEMEENTE, NEDERLAND])
    kept = [code for code in before if code in not_offered]
    st.session_state[_WISHED_BESIDE] = [*kept, *st.session_state["wijken"]]
