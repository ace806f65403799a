"""Kaart: where are the figures high or low?"""

from __future__ import annotations

import streamlit as st

from data.panel import Level, Status
from ui import charts, wording
from ui.card import wijk_card
from ui.figures import standing
from ui.map import class_colours, classify, legend_html, show_map
from ui.parts import about_indicator, chart, doors, figures_behind, lead, page_look, say, source_line
from ui.selection import ALL_WIJKEN, choose_wijk, current

selection, look = current(), page_look()
known, indicator, year = selection.figures, selection.indicator, selection.year

rows = known.of(indicator.id)
rows = rows[(rows["level"] == known.level) & (rows["year"] == year)]
areas = rows.assign(name=rows["region"].map(known.label)).set_index("region", drop=False)
title = f"{indicator.title} per wijk in {known.name}, {year}"
lead(title, wording.map_sentence(areas, indicator, known.name, year))

drawn = known.borders_year(year)
if areas.empty:
    say(
        "Voor dit onderwerp zijn er nog geen cijfers per wijk. Kies boven een ander onderwerp of een ander jaar."
    )
elif drawn is None:
    say(
        f"Van {known.name} zijn nog geen grenzen ingelezen, dus er is geen kaart. Lees een kaartbestand van CBS of PDOK in "
        "met: python cli.py import wijken_2022.gpkg. De cijfers staan hieronder."
    )
else:
    classes = classify(areas["value"], decimals=indicator.decimals)
    areas["class"] = classes.of(areas["value"])
    areas["label"] = [
        wording.figure_or_reason(value, status, indicator.unit, indicator.decimals)
        for value, status in zip(areas["value"], areas["status"], strict=True)
    ]
    areas["uncertain"] = areas["status"] == Status.PROVISIONAL.value
    colours = class_colours(len(classes), look)
    picture, card = st.columns([3, 2], gap="medium") if selection.wijk else (st.container(), None)
    with picture:
        show_map(
            known.gemeente,
            Level.WIJK,
            drawn,
            areas,
            colours,
            title=title,
            look=look,
            selected=selection.wijk,
            on_click=choose_wijk,
        )
        st.html(
            legend_html(
                f"{indicator.title}, {year}",
                classes,
                indicator.unit,
                colours,
                classes.counts(areas["value"]),
                int(areas["value"].isna().sum()),
                look,
            )
        )
        notes = ["Klik op een wijk, of kies er boven een: dan verschijnt wat er over die wijk bekend is."]
        if areas["uncertain"].any():
            notes.append("Een gebroken rand: voorlopig cijfer.")
        if indicator.kind == "count":
            notes.append(
                "Dit zijn aantallen: grote wijken kleuren vanzelf donker. Kies een aandeel om te vergelijken."
            )
        if drawn != year:
            notes.append(f"Grenzen van {drawn}, cijfers van {year}.")
        st.caption(" ".join(notes))
    if card is not None and selection.wijk:
        with card:
            wijk_card(selection, selection.wijk, look, "kaart.py")
            st.button("Alle wijken", on_click=choose_wijk, args=(ALL_WIJKEN,), key="sluit-kaart")

if areas["value"].notna().any():
    comparison = standing(known, selection.year)
    comparison = comparison[(comparison["indicator"] == indicator.id) & (comparison["year"] == year)]
    ranked = areas.reset_index(drop=True).merge(
        comparison[["region", "noise", "verdict", "judgement", "comparator_value"]], on="region", how="left"
    )
    ranked = ranked.fillna({"verdict": "no_figure", "judgement": "none"})
    against = comparison["comparator_value"].dropna()
    if indicator.kind == "rate" and indicator.usable_in_score:
        with st.expander("Alle wijken op volgorde", expanded=drawn is None):
            chart(
                charts.bar_ranking(
                    ranked,
                    indicator,
                    look,
                    title=f"{indicator.title}, {year}",
                    year=year,
                    comparator_value=float(against.iloc[0]) if len(against) else None,
                    comparator_name=known.name,
                    selected=selection.wijk,
                    source=known.source_of(indicator, year),
                ),
                "volgorde",
            )
if len(areas):
    figures_behind(
        areas.reset_index(drop=True), known, indicator, f"kaart-{indicator.id}-{year}", "kaart-cijfers"
    )
about_indicator(indicator, known)
source_line(known, indicator, year)
doors(selection, "kaart.py")
