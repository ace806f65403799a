"""Kaart: where are the figures high or low?"""

from __future__ import annotations

import streamlit as st

from data.panel import Level, Status
from ui import wording
from ui.card import wijk_card
from ui.map import class_colours, classify, legend_html, show_map
from ui.parts import (
    about_indicator,
    doors,
    figures_behind,
    lead,
    page_look,
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

rows = known.of(indicator.id)
rows = rows[(rows["level"] == known.level) & (rows["year"] == year)]
areas = rows.assign(name=rows["region"].map(known.label)).set_index("region", drop=False)
title = f"{indicator.title} per wijk in {known.name}, {year}"
borders_year = known.borders_year(year)


def draw_map(borders_year: int) -> None:
    """Show the map with its legend and what must be known to read it."""
    classes = classify(areas["value"], decimals=indicator.decimals)
    colours = class_colours(len(classes), look)
    painted = areas.assign(uncertain=areas["status"] == Status.PROVISIONAL.value)
    painted["class"] = classes.of(areas["value"])
    painted["label"] = [
        wording.figure_or_reason(value, status, indicator.unit, indicator.decimals)
        for value, status in zip(areas["value"], areas["status"], strict=True)
    ]
    show_map(
        known.gemeente,
        Level.WIJK,
        borders_year,
        painted,
        colours,
        title=title,
        look=look,
        selected=selection.wijk,
        on_click=choose_wijk,
    )
    counts, gaps = classes.counts(areas["value"]), int(areas["value"].isna().sum())
    st.html(legend_html(f"{indicator.title}, {year}", classes, indicator.unit, colours, counts, gaps, look))
    notes = ["Klik op een wijk, of kies er boven een: dan verschijnt wat er over die wijk bekend is."]
    if painted["uncertain"].any():
        notes.append("Een gebroken rand: voorlopig cijfer.")
    if indicator.kind == "count":
        notes.append(
            "Dit zijn aantallen: grote wijken kleuren vanzelf sterker. Kies een aandeel om te vergelijken."
        )
    if borders_year != year:
        notes.append(f"Grenzen van {borders_year}, cijfers van {year}.")
    st.caption(" ".join(notes))


lead(title, wording.map_sentence(areas, indicator, known.name, year))
if areas.empty:
    say(
        "Voor dit onderwerp zijn er nog geen cijfers per wijk. Kies boven een ander onderwerp of een ander jaar."
    )
elif borders_year is None:
    say(
        f"Van {known.name} zijn nog geen grenzen ingelezen, dus er is geen kaart. Lees een kaartbestand van CBS of PDOK in "
        "met: python cli.py import wijken_2022.gpkg. De cijfers staan hieronder."
    )
    ranking(selection, areas, look)
else:
    # The same two columns with and without a chosen wijk, so that a click does not load the map anew.
    picture, beside = st.columns([3, 2], gap="medium")
    with picture:
        draw_map(borders_year)
    with beside:
        if selection.wijk:
            wijk_card(selection, selection.wijk, look, "kaart.py")
            st.button("Alle wijken", on_click=choose_wijk, args=(ALL_WIJKEN,), key="sluit-kaart")
        elif len(areas) <= MOST_BESIDE:
            ranking(selection, areas, look)
        else:
            say("Kies een wijk om te zien wat er over die wijk bekend is.")
    if selection.wijk or len(areas) > MOST_BESIDE:
        with when_opened("Alle wijken op volgorde", "volgorde-open") as is_open:
            if is_open:
                ranking(selection, areas, look)
if len(areas):
    figures_behind(
        areas.reset_index(drop=True), known, indicator, f"kaart-{indicator.id}-{year}", "kaart-cijfers"
    )
about_indicator(indicator, known)
source_line(known, indicator, year)
doors(selection, "kaart.py")
