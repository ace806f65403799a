"""Kaart: where are the figures high or low?"""

from __future__ import annotations

import streamlit as st

from data.panel import Level
from ui import findings, tables, wording
from ui.card import wijk_card
from ui.exhibit import behind, file_name
from ui.map import show_map
from ui.painting import Painting, areas_of, as_given, paint, unplaced_sentence
from ui.parts import (
    about_indicator,
    doors,
    lead,
    page_look,
    parent_link,
    say,
    source_line,
    when_opened,
)
from ui.ranking import ranking
from ui.selection import ALL_WIJKEN, choose_wijk, current

#: More wijken than this make a ranking longer than the map beside it.
MOST_BESIDE = 32

selection, look = current(), page_look()
known, indicator, year = selection.figures, selection.indicator, selection.year

head = st.container()
published = False
if year in {then for _, then in known.converted}:
    gone = selection.wijk is not None and known.last_year_of(selection.wijk) < known.years[-1]
    borders = st.segmented_control(
        "Grenzen",
        ["van nu", "van toen"],
        default="van toen" if gone else "van nu",
        required=True,
        persist_state="session",
        key="grenzen",
        help=f"Na {year} zijn er grenzen verlegd. Van nu: cijfers die Wijkradar omrekende. Van toen: zoals CBS ze gaf.",
    )
    published = borders == "van toen"
areas = areas_of(known, indicator, year, published=published)
given = as_given(indicator, areas)
title = f"{indicator.title} per wijk in {known.name}, {year}"
painting = paint(known, given, areas, year, look)


def draw_map(painting: Painting) -> None:
    """Show the map with its legend and what must be known to read it."""
    show_map(
        known.gemeente,
        Level.WIJK,
        painting.borders_year,
        painting.areas,
        painting.colours,
        title=title,
        look=look,
        selected=known.shape_of(selection.wijk, painting.borders_year) if selection.wijk else None,
        on_click=lambda code: choose_wijk(known.region_on(code, painting.borders_year) or ALL_WIJKEN),
    )
    st.html(painting.legend)
    how = "Klik op een wijk, of kies er boven een: dan verschijnt wat er over die wijk bekend is."
    st.caption(" ".join([how, *painting.notes]))
    if len(painting.unplaced):
        say(unplaced_sentence(painting.unplaced, given, painting.borders_year))
    parent_link(selection, indicator, selection.focus, year)
    show_figures()


def show_figures() -> None:
    """Show the table behind the map, with its downloads."""
    frame, source = areas.reset_index(drop=True), known.source_of(indicator, year)
    behind(
        "kaart-cijfers",
        name=file_name(known, f"kaart {indicator.title}", year),
        title=findings.map_title(frame, given, known.name, year),
        table=lambda: tables.figures_table(frame, indicator),
        figures=lambda: tables.figure_rows(frame, indicator, source),
        told=f"Tabel: {wording.title_with_unit(indicator)}, per wijk in {known.name}, {year}",
        legend=wording.marks_legend(frame["status"]),
    )


with head:
    lead(title, wording.map_sentence(areas, given, known.name, year))
if areas.empty:
    say(
        "Voor dit onderwerp zijn er nog geen cijfers per wijk. Kies boven een ander onderwerp of een ander jaar."
    )
elif painting is None:
    say(
        f"Van {known.name} zijn nog geen grenzen ingelezen, dus er is geen kaart. Lees een kaartbestand van CBS of PDOK in "
        "met: python cli.py import wijken_2022.gpkg. De cijfers staan hieronder."
    )
    ranking(selection, areas, published=published)
    show_figures()
else:
    # The same two columns with and without a chosen wijk, so that a click does not load the map anew.
    picture, beside = st.columns([3, 2], gap="medium")
    with picture:
        draw_map(painting)
    with beside:
        if selection.wijk:
            wijk_card(selection, selection.wijk, look, "kaart.py")
            st.button("Alle wijken", on_click=choose_wijk, args=(ALL_WIJKEN,), key="sluit-kaart")
        elif len(areas) <= MOST_BESIDE:
            ranking(selection, areas, published=published)
        else:
            say("Kies een wijk om te zien wat er over die wijk bekend is.")
    if selection.wijk or len(areas) > MOST_BESIDE:
        with when_opened("Alle wijken op volgorde", "volgorde-open") as is_open:
            if is_open:
                ranking(selection, areas, published=published)
about_indicator(indicator, known)
source_line(known, indicator, year)
doors(selection, "kaart.py")
