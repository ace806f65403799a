"""The choices above a map of one figure: what it shows, of which areas, in which colours, and beside what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.classes import Method
from data.catalogue import Indicator
from data.panel import Level
from ui import map_wording
from ui.figures import Figures
from ui.map_layers import comparators
from ui.parts import say
from ui.selection import adopt_address, indicator_label, write_address

#: In the address: what is shown.
FIGURE, DIFFERENCE, FROM_COUNTRY, CHANGE, EXPECTED = (
    "cijfer",
    "verschil",
    "verschil-land",
    "verandering",
    "verwachting",
)
#: In the address: what stands beside the map.
NOTHING, OTHER_YEAR, OTHER_FIGURE = "een", "jaar", "onderwerp"
_LEVELS: Final = {"wijken": Level.WIJK, "buurten": Level.BUURT}
_FIELDS: Final = ("toon", "gebied", "indeling", "eigen", "naast", "naastjaar", "naastonderwerp")


@dataclass(frozen=True)
class MapChoice:
    """What the choices say.

    Attributes
    ----------
    shows : str
        `FIGURE`, `DIFFERENCE`, `FROM_COUNTRY`, `CHANGE` or `EXPECTED`.
    level : Level
    method : Method
        How the colours are divided.
    bounds : tuple of float
        Bounds of one's own, in the unit of the source; empty with another method.
    beside : str
        `NOTHING`, `OTHER_YEAR` or `OTHER_FIGURE`.
    beside_year : int or None
    beside_indicator : str or None
    """

    shows: str
    level: Level
    method: Method = "quantiles"
    bounds: tuple[float, ...] = ()
    beside: str = NOTHING
    beside_year: int | None = None
    beside_indicator: str | None = None


def row_of_choices() -> DeltaGenerator:
    """Return the place for `choices`, to which the caller may add one of its own."""
    return st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="kaartkeuzes")


def choices(
    row: DeltaGenerator, known: Figures, indicator: Indicator, year: int, *, with_buurten: bool
) -> MapChoice:
    """Show the choices in one row and return what they say; they stand in the address.

    Parameters
    ----------
    row : DeltaGenerator
        What `row_of_choices` returned.
    known : Figures
        Of the wijken of the gemeente.
    indicator : Indicator
    year : int
    with_buurten : bool
        Whether the gemeente has borders of buurten.
    """
    adopt_address(*_FIELDS)
    with row:
        shows = _one_of("toon", "Wat de kaart toont", _measures(known, indicator), 230)
        level = _LEVELS[_one_of("gebied", "Gebieden", _levels(with_buurten), 130)]
        methods = map_wording.METHODS if shows == FIGURE else map_wording.METHODS_AROUND
        method = _one_of("indeling", "Kleuren", methods, 190, help_=map_wording.METHODS_EXPLAINED)
        typed = _own_bounds() if method == "own" else ""
        beside = _one_of("naast", "Ernaast", _besides(known, indicator, shows), 190)
        beside_year, beside_indicator = _beside(known, indicator, year, beside)
    bounds, wrong = map_wording.read_bounds(typed, indicator) if method == "own" else ((), "")
    if wrong:
        say(f"{wrong} Tot die tijd zijn de kleuren even groot.")
        method = "quantiles"
    write_address(
        {
            "toon": shows,
            "gebied": next(name for name, each in _LEVELS.items() if each == level),
            "indeling": "own" if wrong else method,
            **({"eigen": typed} if typed else {}),
            "naast": beside,
            **({"naastjaar": str(beside_year)} if beside == OTHER_YEAR and beside_year else {}),
            **({"naastonderwerp": beside_indicator} if beside_indicator else {}),
        }
    )
    return MapChoice(shows, level, method, bounds, beside, beside_year, beside_indicator)  # type: ignore[arg-type]


def _measures(known: Figures, indicator: Indicator) -> dict[str, str]:
    offered = {FIGURE: "het cijfer"}
    if indicator.kind != "count":
        against = comparators(known)
        offered[DIFFERENCE] = f"verschil met {against['gemeente']}"
        if "land" in against:
            offered[FROM_COUNTRY] = f"verschil met {against['land']}"
    return offered | {CHANGE: "verandering over de jaren", EXPECTED: "verwachting"}


def _levels(with_buurten: bool) -> dict[str, str]:
    return {name: name for name in _LEVELS if with_buurten or name == "wijken"}


def _besides(known: Figures, indicator: Indicator, shows: str) -> dict[str, str]:
    offered = {NOTHING: "één kaart"}
    if shows in (FIGURE, DIFFERENCE, FROM_COUNTRY) and len(known.years_with(indicator.id)) > 1:
        offered[OTHER_YEAR] = "ander jaar"
    return offered | {OTHER_FIGURE: "ander onderwerp"}


def _beside(known: Figures, indicator: Indicator, year: int, beside: str) -> tuple[int | None, str | None]:
    """Show what else there is to choose for the map beside it."""
    if beside == OTHER_YEAR:
        years = [str(other) for other in reversed(known.years_with(indicator.id)) if other != year]
        labels = dict(zip(years, years, strict=True))
        return int(_one_of("naastjaar", "Jaar ernaast", labels, 110, usual=years[-1])), None
    if beside == OTHER_FIGURE:
        themes = [
            other.id for theme in known.catalogue.themes for other in known.catalogue.of_theme(theme.id)
        ]
        labels = {name: indicator_label(name) for name in themes if name != indicator.id}
        return None, _one_of("naastonderwerp", "Onderwerp ernaast", labels, 300)
    return None, None


def _own_bounds() -> str:
    # Assigned so that the text outlives a run in which the box was not there.
    st.session_state["eigen"] = str(st.session_state.get("eigen") or "")
    return str(
        st.text_input(
            "Grenzen tussen de kleuren",
            key="eigen",
            placeholder="5; 10; 20",
            help="Schrijf de hoogste waarde van elke kleur, met een puntkomma ertussen. Hoogstens vier grenzen.",
            max_chars=80,
            width=190,
        )
        or ""
    )


def _one_of(
    key: str, label: str, options: Mapping[str, str], width: int, *, usual: str = "", help_: str | None = None
) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = usual or next(iter(options))
    else:
        st.session_state[key] = st.session_state[key]
    return str(
        st.selectbox(
            label,
            list(options),
            format_func=options.__getitem__,
            key=key,
            width=width,
            help=help_,
            placeholder="Kies",
        )
    )
