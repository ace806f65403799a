"""Kaart, view Hotspots: do figures gather, is that more than chance, and does it grow?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from analysis.hotspots import RATE
from data.catalogue import SHARE_SUFFIX, Indicator
from data.panel import Level
from reports.map_drawing import MapDrawing
from ui import hotspot_method_wording as method_words
from ui import hotspot_tables as tables
from ui import hotspot_wording as words
from ui import hotspotting, wording
from ui.buurt_choice import choose_region, chosen_buurt, forget_choice
from ui.card import wijk_card
from ui.exhibit import file_name
from ui.figures import Figures, figures
from ui.hotspot_drawing import drawn_of_year, drawn_over_years
from ui.hotspot_list import View, show_list
from ui.map_exhibit import map_exhibit
from ui.map_layers import figure_shown, painting_of
from ui.painting import areas_of
from ui.parts import (
    about_indicator,
    lead,
    narrow_table,
    say,
    say_list,
    source_line,
    when_opened,
)
from ui.ranking import ranking
from ui.selection import Selection, adopt_address, write_address
from ui.theme import Look

NOW, YEARS = "nu", "jaren"
_MOMENTS: Final = {NOW: "in dit jaar", YEARS: "door de jaren"}
_LEVELS: Final = {"wijken": Level.WIJK, "buurten": Level.BUURT}
#: Where an ordinary group is found less often than this, "nothing found" comes with how often.
_SURE_TO_SEE: Final = 0.8
_KEY: Final = "hotspots"


def show(selection: Selection, look: Look) -> None:
    """Show the view: its sentence, the map with the list beside it, and how it was decided.

    Parameters
    ----------
    selection : Selection
    look : Look
    """
    indicator = selection.indicator
    share = _share_of(selection)
    if refused := words.refusal(indicator, share):
        lead(_title(selection.figures, indicator), refused)
        if share:
            st.button(
                f"Toon {wording.in_sentence(share.title)}",
                on_click=_choose_indicator,
                args=(share.id,),
                type="primary",
            )
        about_indicator(indicator, selection.figures)
        return
    head = st.container()
    known, moment = _choices(selection)
    year = _year_with_figures(known, indicator, selection.year)
    shown = replace(selection, year=year)
    found = hotspotting.spots(known, indicator, year)
    with head:
        lead(_title(known, indicator), method_words.other_year(year, selection.year, known.level))
    if found is None:
        _without_borders(shown, known)
    else:
        _found(View(shown, known, found, moment), head, look)
    about_indicator(indicator, selection.figures)
    source_line(selection.figures, indicator, year)


def _title(known: Figures, indicator: Indicator) -> str:
    return f"Hotspots in {known.name}: {wording.in_sentence(indicator.title)}"


def _share_of(selection: Selection) -> Indicator | None:
    share = f"{selection.indicator.id}{SHARE_SUFFIX}"
    known = selection.figures
    return known.catalogue[share] if share in known.catalogue and known.years_with(share) else None


def _choose_indicator(indicator: str) -> None:
    st.session_state["indicator"] = indicator


def _year_with_figures(known: Figures, indicator: Indicator, wished: int) -> int:
    years = known.years_with(indicator.id)
    return max((year for year in years if year <= wished), default=years[0] if years else wished)


# Choices -------------------------------------------------------------------------------------------


def _choices(selection: Selection) -> tuple[Figures, str]:
    """Show the choices in one row and return the figures of the chosen level, and the moment."""
    adopt_address("gebied", "moment")
    wijken = selection.figures
    with st.container(horizontal=True, gap="medium", key="hotspotkeuzes"):
        moment = _one_of("moment", "Wanneer", _MOMENTS)
        of_buurten = figures(selection.store, wijken.gemeente, Level.BUURT)
        level = Level.WIJK
        if of_buurten.divisions:
            level = _LEVELS[_one_of("gebied", "Gebieden", {name: name for name in _LEVELS})]
        write_address(
            {"moment": moment, "gebied": next(name for name, each in _LEVELS.items() if each == level)}
        )
    return (of_buurten if level == Level.BUURT else wijken), moment


def _one_of(key: str, label: str, options: Mapping[str, str]) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = next(iter(options))
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        required=True,
        wrap=True,
        persist_state="session",
    )
    return str(chosen)


def _side_chosen(view: View) -> str:
    """Show the choice between both sides over the years where both have something; return the side to show."""
    order = words.sides_in_order(view.indicator)
    there = [side for side in order if (view.over["side"] == side).any()]
    if len(there) < 2:
        return there[0] if there else order[0]
    labels = {side: words.kind_of_figures(side, view.indicator) for side in order}
    by_label = {label: side for side, label in labels.items()}
    adopt_address("kant")
    chosen = _one_of("kant", "Welke cijfers", {label: f"{label} cijfers" for label in by_label})
    write_address({"kant": chosen})
    return by_label[chosen]


# What is found -------------------------------------------------------------------------------------


def _found(view: View, head: st.delta_generator.DeltaGenerator, look: Look) -> None:
    known, found = view.known, view.found
    if view.moment == YEARS:
        side = _side_chosen(view)
        with head:
            say(_years_lead(view, side))
        drawn, there = partial(_drawn_years, view, side), bool((view.over["side"] == side).any())
    else:
        side = None
        nothing = method_words.without_figures(found.rows, view.indicator, known.name, view.year, view.level)
        with head:
            say(nothing or _lead(view))
        drawn, there = (
            partial(drawn_of_year, known, view.indicator, found, view.year),
            len(view.gathering) > 0,
        )
    if there:
        _map_and_list(view, drawn, look, side)
    else:
        # A map without a single hotspot shows nothing; the figure itself shows which regions stand out.
        _plain_map(view, look)
    _how(view)


def _lead(view: View) -> str:
    if not view.found.reach.enough and view.gathering.empty:
        return _too_few(view)
    told = [
        words.opening(view.found.rows, view.indicator, view.known.name, view.year, view.level),
        _growth(view),
    ]
    if view.gathering.empty and view.found.reach.chance < _SURE_TO_SEE:
        told.append(method_words.may_be_missed(view.found.reach, view.level))
    return " ".join(filter(None, told))


def _too_few(view: View) -> str:
    """Say that so few regions show little, and whether there are buurten that show more."""
    more = None
    if view.level == Level.WIJK:
        buurten = figures(view.selection.store, view.known.gemeente, Level.BUURT)
        of_buurten = hotspotting.spots(buurten, view.indicator, view.year)
        if of_buurten is not None and of_buurten.reach.enough:
            more = (Level.BUURT.value, of_buurten.reach.n)
    return method_words.too_few(view.found.reach, view.known.name, view.level, more)


def _growth(view: View) -> str:
    names = dict(zip(view.over["region"], view.over["name"], strict=True))
    gathers = bool(view.gathering["class"].isin(view.sides).any())
    return words.growth(view.over, names, view.sides, view.level, gathers=gathers)


def _years_lead(view: View, side: str) -> str:
    if words.too_short(view.over):
        return _growth(view)
    rows = view.over[view.over["side"] == side]
    if len(rows):
        return words.years_opening(rows, view.indicator, view.known.name, side, view.level)
    if not view.found.reach.enough:
        return _too_few(view)
    return words.years_nowhere(view.over, view.indicator, view.known.name, view.level)


def _drawn_years(view: View, side: str, look: Look) -> MapDrawing:
    known, indicator, years = view.known, view.indicator, view.years or [view.year]
    # The classes are those of the land that the regions have now.
    newest = hotspotting.spots(known, indicator, years[-1], known.borders_year(known.years[-1]))
    return drawn_over_years(known, indicator, newest or view.found, view.over, side, years, look)


@lru_cache(maxsize=256)
def _drawn_in(
    known: Figures, indicator: Indicator, year: int, borders_year: int, look: Look
) -> MapDrawing | None:
    found = hotspotting.spots(known, indicator, year, borders_year)
    return None if found is None else drawn_of_year(known, indicator, found, year, look)


def _each_year(view: View, look: Look) -> dict[int, MapDrawing]:
    """Return the map of every year on the borders of the one that is shown, for the slider."""
    years = view.known.years_with(view.indicator.id)
    drawn = {
        year: _drawn_in(view.known, view.indicator, year, view.found.borders_year, look) for year in years
    }
    return {year: drawing for year, drawing in drawn.items() if drawing is not None}


def _map_and_list(view: View, drawn: partial[MapDrawing], look: Look, side: str | None) -> None:
    known, indicator = view.known, view.indicator
    chosen = chosen_buurt(known, view.selection)
    source = known.source_of(indicator, view.year)
    subject = f"hotspots {indicator.title}"
    over = view.over[view.over["side"] == side]
    # The same two columns with and without a chosen wijk, so that a click does not load the map anew.
    picture, beside = st.columns([3, 2], gap="medium")
    with picture:
        map_exhibit(
            view.selection,
            drawn,
            _KEY,
            name=file_name(known, subject if side is None else f"{subject} door de jaren", view.year),
            table=(lambda: tables.spot_table(view.found, indicator, view.level))
            if side is None
            else (lambda: tables.over_table(over)),
            figures=(lambda: tables.spot_rows(view.found, indicator, source))
            if side is None
            else (lambda: tables.over_rows(over, indicator, known.source_of(indicator))),
            told=f"Tabel: waar cijfers bij elkaar liggen, {wording.in_sentence(indicator.title)}, per "
            f"{wording.level_label(view.level)} in {known.name}",
            source=source,
            method=" ".join([*_method(view), *method_words.not_meant()]),
            selected=chosen or (view.selection.wijk or "" if view.level == Level.WIJK else ""),
            on_click=partial(choose_region, known),
            years=partial(_each_year, view) if side is None else None,
            linked=view.level == Level.WIJK,
        )
    with beside:
        _beside(view, chosen, look, over if side else None)


# The list ------------------------------------------------------------------------------------------


def _beside(view: View, chosen: str | None, look: Look, over: pd.DataFrame | None) -> None:
    """Show the list or, of a chosen wijk or buurt, its card."""
    selection = view.selection
    if chosen:
        card = replace(selection, figures=view.known, wijk=chosen)
        wijk_card(card, chosen, look, "kaart.py", doors_to=selection.wijk)
    elif selection.wijk:
        wijk_card(selection, selection.wijk, look, "kaart.py")
    else:
        show_list(view, look, over)
        return
    many = wording.level_label(Level.BUURT if chosen else Level.WIJK, plural=True)
    st.button(f"Alle {many}", on_click=forget_choice, key="sluit-kaart")


# Without hotspots ----------------------------------------------------------------------------------


def _plain_map(view: View, look: Look) -> None:
    """Show the figure itself in classes, with the order of the wijken beside it."""
    known, indicator, selection = view.known, view.indicator, view.selection
    shown = figure_shown(known, indicator, view.year)
    painting = painting_of(known, shown)
    chosen = chosen_buurt(known, selection)
    picture, beside = st.columns([3, 2], gap="medium")
    with picture:
        if painting is not None:
            map_exhibit(
                selection,
                painting.drawn,
                _KEY,
                name=file_name(known, f"kaart {indicator.title}", view.year),
                table=lambda: tables.spot_table(view.found, indicator, view.level),
                figures=lambda: tables.spot_rows(view.found, indicator, painting.layer.source),
                told=f"Tabel: {wording.title_with_unit(indicator)}, per {wording.level_label(view.level)} in {known.name}",
                source=painting.layer.source,
                selected=chosen or (selection.wijk or "" if view.level == Level.WIJK else ""),
                on_click=partial(choose_region, known),
                linked=view.level == Level.WIJK,
            )
    with beside:
        if selection.wijk:
            _beside(view, chosen, look, None)
        else:
            _order(selection, known)
    if selection.wijk:
        with when_opened("Alles op volgorde", f"{_KEY}-volgorde") as is_open:
            if is_open:
                _order(selection, known)


def _order(selection: Selection, known: Figures) -> None:
    here = replace(selection, figures=known, wijk=selection.wijk if known is selection.figures else None)
    ranking(here, areas_of(known, selection.indicator, selection.year))


def _without_borders(selection: Selection, known: Figures) -> None:
    say(method_words.no_borders(known.name, known.level))
    _order(selection, known)


# How it was decided --------------------------------------------------------------------------------


def _method(view: View) -> list[str]:
    known, found = view.known, view.found
    labels = {region: known.label(region) for region in found.neighbours.regions}
    counts = found.neighbours.counts
    told = method_words.method_sentences(
        found.reach,
        float(np.mean(counts)) if len(counts) else 0.0,
        view.level,
        weighed="smoothed" in found.rows,
        rate=RATE,
    )
    alone = method_words.alone_sentence(
        [labels[region] for region in found.neighbours.islands],
        [labels[region] for region in found.neighbours.single],
        view.level,
    )
    return [
        sentence
        for sentence in (*told, alone, method_words.over_method(view.years, view.level) if view.years else "")
        if sentence
    ]


def _how(view: View) -> None:
    with when_opened("Hoe is dit bepaald?", f"{_KEY}-hoe") as is_open:
        if not is_open:
            return
        say_list(_method(view))
        say("Wat het niet is:")
        say_list(method_words.not_meant())
        unlike = hotspotting.unlike_those_around(view.known, view.indicator, view.year)
        if len(unlike):
            say(
                f"{wording.capital(wording.level_label(view.level, plural=True))} die afwijken van hun buren (lokale Moran):"
            )
            say_list(
                method_words.unlike_sentence(row, view.indicator, view.level) for _, row in unlike.iterrows()
            )
        narrow_table(
            tables.tested_table(view.found, view.indicator),
            f"Tabel: wat er is getoetst, {wording.in_sentence(view.indicator.title)}, {view.year}",
            f"{_KEY}-getoetst",
            numbers=["Bijgesteld", "Buren", "Gi* (z)", "p", "p, gecorrigeerd"],
        )
