"""The section "Welke cijfers zijn er?": years against subjects, or against wijken, with every gap and break."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from analysis.coverage import coverage, coverage_of_regions
from ui import charts, wording
from ui.biography import EXCHANGES, event_sentence
from ui.figures import Figures
from ui.parts import chart, say, say_list, when_opened
from ui.selection import Selection
from ui.theme import Look

_OF_THEME, _OF_WIJKEN = "Alle onderwerpen van een thema", "Eén onderwerp, per wijk"


@lru_cache(maxsize=16)
def cells_by_indicator(known: Figures) -> pd.DataFrame:
    """Return the coverage of every indicator per wijk, with ``title``, ``theme`` and ``why`` for each break."""
    rows = known.panel[known.panel["level"] == known.level]
    cells = coverage(rows, known.definitions)
    cells["title"] = cells["indicator"].map(known.definitions["title"])
    cells["theme"] = cells["indicator"].map(known.definitions["theme"])
    cells["why"] = [
        _why(meaning, land) for meaning, land in zip(cells["new_definition"], cells["redrawn"], strict=True)
    ]
    return cells


def _why(new_definition: bool, redrawn: bool) -> str:
    reasons = ["andere definitie of eenheid"] if new_definition else []
    return " en ".join([*reasons, "de meeste wijken kregen andere grenzen"] if redrawn else reasons)


@lru_cache(maxsize=64)
def cells_by_region(known: Figures, indicator: str) -> pd.DataFrame:
    """Return the coverage of one indicator for every wijk, with ``title`` and ``why`` for each break."""
    rows = known.panel[known.panel["level"] == known.level]
    cells = coverage_of_regions(rows, known.definitions, indicator)
    order = {region: place for place, region in enumerate(known.regions)}
    cells["title"] = cells["region"].map(known.label)
    cells["why"] = [wording.break_reason(reason) if reason else "" for reason in cells["reason"]]
    return cells.sort_values(["region", "year"], key=lambda c: c.map(order) if c.name == "region" else c)


def show_coverage(selection: Selection, look: Look) -> None:
    """Show which figures there are in which year: of a theme, or of the chosen indicator per wijk."""
    st.header("Welke cijfers zijn er?", anchor=False)
    shown = st.radio(
        "Wat wilt u zien?",
        [_OF_THEME, _OF_WIJKEN],
        horizontal=True,
        key="dekking-soort",
        persist_state="session",
    )
    if shown == _OF_WIJKEN:
        _show_wijken(selection, look)
    else:
        _show_theme(selection, look)


def _show_theme(selection: Selection, look: Look) -> None:
    known = selection.figures
    titles = {theme.id: theme.title for theme in known.catalogue.themes}
    st.session_state.setdefault("dekking-thema", selection.indicator.theme)
    theme = st.selectbox(
        "Thema", list(titles), format_func=titles.__getitem__, key="dekking-thema", persist_state="session"
    )
    chart(_theme_drawn(known, theme, look), "dekking")
    _explain(list(_reasons_of_theme(known, _cells_of_theme(known, theme))), "dekking-breuken")


def _cells_of_theme(known: Figures, theme: str) -> pd.DataFrame:
    published = {indicator.id for indicator in known.catalogue.published}
    cells = cells_by_indicator(known)
    return cells[(cells["theme"] == theme) & cells["indicator"].isin(published)]


@lru_cache(maxsize=64)
def _theme_drawn(known: Figures, theme: str, look: Look) -> dict[str, Any]:
    """Draw the picture of a theme; it is the same for every wijk, so another choice need not draw it anew."""
    title = f"Cijfers per wijk in {known.name}"
    return charts.coverage_chart(_cells_of_theme(known, theme), look, title=title).to_dict(validate=False)


def _show_wijken(selection: Selection, look: Look) -> None:
    known, indicator = selection.figures, selection.indicator
    drawn = charts.coverage_chart(
        cells_by_region(known, indicator.id),
        look,
        title=f"{indicator.title}, per wijk in {known.name}",
        rows="region",
        selected=selection.wijk,
    )
    chart(drawn, "dekking-per-wijk")
    own = [f"Vanaf {entry.year}: {entry.reason}" for entry in indicator.breaks]
    _explain([*own, *_reasons_of_land(known, known.years)], "dekking-breuken-wijken")


def _reasons_of_theme(known: Figures, cells: pd.DataFrame) -> Iterator[str]:
    """Say for every break in the picture what changed, oldest first."""
    broken = cells[cells["broken"]].sort_values("year", kind="stable")
    new = broken.loc[broken["new_definition"], ["indicator", "title", "year"]]
    for indicator, title, year in new.itertuples(index=False):
        reasons = {entry.year: entry.reason for entry in known.catalogue[indicator].breaks}
        yield f"{title}, vanaf {year}: {reasons.get(year, wording.break_explanation('unit'))}"
    yield from _reasons_of_land(known, sorted(set(broken.loc[broken["redrawn"], "year"])))


def _reasons_of_land(known: Figures, years: list[int]) -> list[str]:
    """Say in which of ``years`` wijken got other land, and which."""
    events = known.lineage.events
    events = events[
        (events["level"] == known.level) & events["kind"].isin(EXCHANGES) & events["year"].isin(years)
    ]
    return [event_sentence(event) for _, event in events.iterrows()]


def _explain(sentences: list[str], key: str) -> None:
    if not sentences:
        return
    with when_opened("Waarom zit daar een breuk?", key) as is_open:
        if is_open:
            say_list(sentences)
            say("Over een breuk trekt Wijkradar geen lijn en rekent het geen verandering uit.")
