"""The view Heel Nederland of the page Kaart: one figure of every wijk in the store, or where it gathers."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from data.catalogue import Indicator
from data.store import Store, predecessors
from reports.country import is_worked_out
from ui import country, hotspot_wording, tables, wording
from ui.country import Country
from ui.map_exhibit import map_exhibit
from ui.outlook_choice import one_of
from ui.parts import about_indicator, lead, say, say_list
from ui.selection import Selection
from ui.theme import Look

_FIGURES, _HOTSPOTS = "cijfer", "hotspots"
#: A country is higher than it is wide.
_HEIGHT: Final = 720
_MOST_NAMED: Final = 5


def show(selection: Selection, look: Look) -> None:  # noqa: ARG001 (maps are drawn in the look of the visitor)
    """Show the country: what is said of it, the map, its table, and how to read it.

    Parameters
    ----------
    selection : Selection
        Gives the figure, and the year nearest to which there is a table of the country.
    look : Look
    """
    store, indicator = selection.store, selection.indicator
    possible = country.years(store)
    if not possible:
        lead("Heel Nederland", _NO_COUNTRY)
        return
    known = _ready(store, min(possible, key=lambda year: (abs(year - selection.year), -year)))
    head = st.container()
    kinds = {_FIGURES: "het cijfer", _HOTSPOTS: "waar cijfers bij elkaar liggen"}
    shows = one_of("laatzien", "Wat laat de kaart zien?", list(kinds), _FIGURES, kinds)
    refused = hotspot_wording.refusal(indicator) if shows == _HOTSPOTS else ""
    with head:
        lead(f"{indicator.title} in heel Nederland, {known.year}", "")
        if known.year != selection.year:
            st.caption(f"Van {selection.year} is er geen tabel met alle gemeenten. U ziet {known.year}.")
        if selection.figures.is_sample:
            st.caption(f"Deze kaart is echt: {selection.figures.name} is verzonnen en staat er niet op.")
        say(f"{refused} {_FIGURE_IS_HERE}" if refused else f"{_conclusion(known, indicator, shows)}.")
    if refused or indicator.id not in known.indicators():
        return
    map_exhibit(
        selection,
        (lambda at: country.drawn_hotspots(known, indicator, at))
        if shows == _HOTSPOTS
        else (lambda at: country.drawn_figures(known, indicator, at)),
        "kaart-land",
        name=f"wijkradar-nederland-{indicator.id.replace('_', '-')}-{shows}-{known.year}",
        table=lambda: _table(known, indicator, shows),
        figures=lambda: _rows(known, indicator, shows),
        told=f"Tabel: {wording.title_with_unit(indicator)}, alle wijken van Nederland, {known.year}",
        source=known.source,
        selected=selection.wijk or "",
        on_click=partial(_go_to, store),
        height=_HEIGHT,
        linked=False,
    )
    _say_what_to_know(known, indicator, shows)
    about_indicator(indicator, selection.figures)


_FIGURE_IS_HERE: Final = "De kaart van het cijfer zelf staat hieronder bij “het cijfer”."
_NO_COUNTRY: Final = (
    "Er zijn nog geen cijfers en grenzen van meer dan één gemeente. Lees een tabel en een kaartbestand van heel Nederland in "
    "met: python cli.py import."
)


def _ready(store: Store, year: int) -> Country:
    if is_worked_out(store, year):
        return country.country(store, year)
    with st.spinner(
        f"De cijfers van {year} van alle gemeenten worden nagekeken. Dat gebeurt één keer en duurt ongeveer tien seconden.",
        show_time=True,
    ):
        return country.country(store, year)


def _conclusion(known: Country, indicator: Indicator, shows: str) -> str:
    if shows == _HOTSPOTS and indicator.id in known.indicators():
        return country.gathering(known, indicator)
    return country.finding(known, indicator)


def _go_to(store: Store, wijk: str) -> None:
    """Choose the wijk that was clicked, and with it its gemeente: where it merged, the one that it is part of now."""
    own = f"GM{wijk[2:6]}"
    merged = (code for code in store.gemeenten() if own in predecessors(code))
    st.session_state["gemeente"] = next(merged, own)
    st.session_state["wijk"] = wijk


def _say_what_to_know(known: Country, indicator: Indicator, shows: str) -> None:
    told = [
        hotspot_wording.SIGNAL if shows == _HOTSPOTS else "",
        "Klik op een wijk, of kies er een uit de lijst: de balk boven gaat dan naar die gemeente en die wijk. Kies daarna een "
        "andere kaart of pagina om er meer van te zien.",
        "Marges en “ongeveer gelijk” staan op de kaart van één gemeente; op deze schaal zijn ze niet te tekenen.",
    ]
    if indicator.kind == "count":
        told.append(
            "Dit zijn aantallen: grote wijken kleuren vanzelf sterker. Kies een aandeel om te vergelijken."
        )
    if known.borders_year != known.year:
        told.append(
            f"De cijfers zijn van {known.year} en de grenzen van {known.borders_year}. Een wijk met dezelfde code kan toen een "
            "ander gebied zijn geweest; Wijkradar rekent dat op deze kaart niet om."
        )
    told.append(_unplaced_sentence(known, indicator))
    say_list([sentence for sentence in told if sentence])


def _unplaced_sentence(known: Country, indicator: Indicator) -> str:
    """Say how many wijken with a figure have no land on the map, and of which gemeenten; empty without."""
    lacking = country.unplaced(known, indicator)
    if lacking.empty:
        return ""
    # The gemeenten with most of them first.
    of = ("GM" + lacking.index.to_series().str[2:6]).value_counts()
    gemeenten = [known.gemeenten.get(code, code) for code in of.index]
    names = wording.join_names(gemeenten, limit=_MOST_NAMED)
    if len(gemeenten) > _MOST_NAMED + 1:
        names += " gemeenten"
    n = len(lacking)
    verb, stand = ("heeft", "staat") if n == 1 else ("hebben", "staan")
    return (
        f"{wording.capital(wording.count(n, 'wijk', 'wijken'))} met een cijfer over {known.year} {verb} een code die er binnen de "
        f"grenzen van {known.borders_year} niet meer is. Die {stand} niet op de kaart, wel in de tabel. "
        f"{'Zij ligt' if n == 1 else 'Zij liggen'} in {names}."
    )


def _frame(known: Country, indicator: Indicator, shows: str) -> pd.DataFrame:
    rows = known.of(indicator.id).rename_axis("region").reset_index()
    on_map = rows["region"].isin(known.shapes.index)
    gemeente = "GM" + rows["region"].str[2:6]
    rows = rows.assign(
        name=rows["region"].map(known.shapes["name"]).fillna(rows["region"]),
        gemeente=gemeente.map(known.gemeenten).fillna(gemeente),
        year=known.year,
        on_map=on_map.map({True: "ja", False: f"niet binnen de grenzen van {known.borders_year}"}),
    )
    if shows == _HOTSPOTS and (found := country.gathered(known, indicator)) is not None:
        rows["gathers"] = [
            hotspot_wording.class_label(kind, indicator) if isinstance(kind, str) else ""
            for kind in rows["region"].map(found["class"])
        ]
    return rows.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _table(known: Country, indicator: Indicator, shows: str) -> pd.DataFrame:
    rows = _frame(known, indicator, shows)
    heads = {"name": "Wijk", "gemeente": "Gemeente"}
    table = rows[list(heads)].rename(columns=heads)
    table[tables.capital_unit(indicator)] = [
        wording.figure_or_reason(value, status, indicator.unit, indicator.decimals)
        for value, status in zip(rows["value"], rows["status"], strict=True)
    ]
    if "gathers" in rows:
        table["Bij elkaar"] = rows["gathers"]
    return table.assign(**{"Op de kaart": rows["on_map"]}).set_index("Wijk")


def _rows(known: Country, indicator: Indicator, shows: str) -> pd.DataFrame:
    rows = _frame(known, indicator, shows)
    plain = tables.figure_rows(rows, indicator, known.source)
    more = {name: rows[name] for name in ("gemeente", "gathers", "on_map") if name in rows}
    return plain.assign(**more)
