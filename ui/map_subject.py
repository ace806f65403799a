"""The view Eén onderwerp of the page Kaart: one figure on the map, its difference, change or expectation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from data.catalogue import Indicator
from data.panel import Level
from reports.map_drawing import MapDrawing
from ui import forecasting, map_wording, tables, wording
from ui.buurt_choice import choose_region, chosen_buurt, forget_choice
from ui.card import wijk_card
from ui.exhibit import behind, file_name
from ui.figures import Figures, figures
from ui.map_choices import (
    CHANGE,
    DIFFERENCE,
    EXPECTED,
    FIGURE,
    FROM_COUNTRY,
    NOTHING,
    OTHER_YEAR,
    MapChoice,
    choices,
    row_of_choices,
)
from ui.map_exhibit import map_exhibit
from ui.map_layers import (
    Shown,
    change_shown,
    difference_shown,
    expectation_shown,
    figure_shown,
    painting_of,
    paintings_of,
)
from ui.map_tables import difference_rows, difference_table
from ui.painting import Painting, areas_of, lies_elsewhere, unplaced_sentence
from ui.parts import about_indicator, lead, parent_link, plain, say, say_list, source_line, when_opened
from ui.ranking import ranking
from ui.selection import Selection, choose_year
from ui.theme import Look
from ui.trend_table import trend_rows, trend_table

#: More wijken than this make a ranking longer than the map beside it.
MOST_BESIDE: Final = 32
#: The choice of borders, in the session.
_BORDERS, _OF_NOW, _OF_THEN = "grenzen", "van nu", "van toen"


@dataclass(frozen=True, eq=False)
class _View:
    """What one map of this page is made of.

    Attributes
    ----------
    selection : Selection
        Of the bar; for a map beside it with the other figure or year.
    known : Figures
        At the level of the map.
    choice : MapChoice
    published : bool
        Whether figures stay on the borders of their own year.
    """

    selection: Selection
    known: Figures
    choice: MapChoice
    published: bool = False

    @property
    def indicator(self) -> Indicator:
        return self.selection.indicator

    @property
    def year(self) -> int:
        return self.selection.year

    def shown(self, year: int) -> Shown:
        """Return what the map shows of one year."""
        known, indicator = self.known, self.indicator
        if self.choice.shows == CHANGE:
            return change_shown(known, indicator)
        if self.choice.shows == EXPECTED:
            return expectation_shown(known, indicator)
        if self.choice.shows in (DIFFERENCE, FROM_COUNTRY) and indicator.kind != "count":
            against = "gemeente" if self.choice.shows == DIFFERENCE else "land"
            return difference_shown(known, indicator, year, against, self.published)
        return figure_shown(known, indicator, year, self.published)

    @property
    def of_years(self) -> bool:
        """Whether the map is of one year, so that other years can stand beside it."""
        return self.choice.shows in (FIGURE, DIFFERENCE, FROM_COUNTRY)

    def paintings(self) -> dict[int, Painting]:
        """Return the map of every year in one set of classes; empty where years cannot share them."""
        if self.published or not self.of_years:
            return {}
        each = [self.shown(year) for year in self.known.years_with(self.indicator.id)]
        unit = _unit_of(self.shown(self.year))
        alike = tuple(one for one in each if _unit_of(one) == unit and len(one.layer.rows))
        return paintings_of(self.known, alike, self.choice.method, self.choice.bounds)


def _unit_of(shown: Shown) -> set[str]:
    return set(shown.table.loc[shown.table["value"].notna(), "unit"])


def show(selection: Selection, look: Look) -> None:
    """Show one figure on the map, with its choices, its conclusion, its table and the card of the chosen wijk.

    Parameters
    ----------
    selection : Selection
    look : Look
        Of the card; maps are drawn in that of the visitor.
    """
    indicator, year = selection.indicator, selection.year
    head = st.container()
    gemeente = selection.figures.gemeente
    with_buurten = any(record.level == Level.BUURT for record in selection.store.drawn(gemeente))
    row = row_of_choices()
    choice = choices(row, selection.figures, indicator, year, with_buurten=with_buurten)
    known = selection.figures
    if choice.level == Level.BUURT:
        known = figures(selection.store, gemeente, Level.BUURT)
    with row:
        published = _borders_of_then(selection, known, choice)
    if choice.shows == EXPECTED:
        forecasting.wait_for_study(known)
    view = _View(selection, known, choice, published)
    shown = view.shown(year)
    with head:
        lead(_title(view))
        if shown.layer.rows.empty:
            say(
                f"Voor dit onderwerp zijn er nog geen cijfers per {wording.level_label(known.level)}. "
                "Kies boven een ander onderwerp of een ander jaar."
            )
        else:
            st.markdown(f"**{plain(shown.layer.title)}.**")
    if len(shown.layer.rows):
        _show_map(view, shown, look)
    else:
        source_line(selection.figures, indicator, *([year] if view.of_years else []))
    about_indicator(indicator, selection.figures)


def _title(view: _View) -> str:
    per = f"per {wording.level_label(view.known.level)} in {view.known.name}"
    about = {CHANGE: ": verandering", EXPECTED: ": verwachting"}.get(view.choice.shows)
    return f"{view.indicator.title}{about} {per}" if about else f"{view.indicator.title} {per}, {view.year}"


def _borders_of_then(selection: Selection, known: Figures, choice: MapChoice) -> bool:
    """Show the choice between borders where figures of the year were converted; tells whether it is those of then."""
    year, wijk = selection.year, selection.wijk
    converted = year in {then for _, then in known.converted}
    if choice.shows in (CHANGE, EXPECTED) or not (converted or lies_elsewhere(known, year)):
        return False
    gone = wijk in known.regions and wijk is not None and known.last_year_of(wijk) < known.years[-1]
    now = "cijfers die Wijkradar omrekende" if converted else "alleen wat op die grenzen past"
    # Not as default: the slider over the years sets it too.
    st.session_state.setdefault(_BORDERS, _OF_THEN if gone or not converted else _OF_NOW)
    borders = st.segmented_control(
        "Grenzen",
        [_OF_NOW, _OF_THEN],
        required=True,
        persist_state="session",
        key=_BORDERS,
        help=f"Na {year} zijn er grenzen verlegd. Van nu: {now}. Van toen: zoals CBS ze gaf.",
    )
    return borders == _OF_THEN


def _slide_to(year: int) -> None:
    """Choose the year on which the slider came to rest, on the borders that its map has."""
    choose_year(year)
    st.session_state[_BORDERS] = _OF_NOW


# The map and what stands around it -----------------------------------------------------------------


def _show_map(view: _View, shown: Shown, look: Look) -> None:
    paintings = view.paintings()
    painting = paintings.get(view.year) or painting_of(
        view.known, shown, view.choice.method, view.choice.bounds
    )
    if painting is None:
        _without_borders(view, shown)
        return
    chosen = chosen_buurt(view.known, view.selection)
    if view.choice.beside == NOTHING:
        # The same two columns with and without a chosen wijk, so that a click does not load the map anew.
        picture, aside = st.columns([3, 2], gap="medium")
        with picture:
            _one_map(view, shown, painting, paintings, "kaart-cijfers", chosen)
        with aside:
            _aside(view, shown, look, chosen)
    else:
        first, second = st.columns(2, gap="medium")
        with first:
            _one_map(view, shown, painting, paintings, "kaart-cijfers", chosen)
        with second:
            _map_beside(view, chosen)
        _aside(view, shown, look, chosen)
    ranked = _may_be_ranked(view)
    if ranked and (view.selection.wijk or len(shown.layer.rows) > MOST_BESIDE):
        with when_opened("Alle wijken op volgorde", "volgorde-open") as is_open:
            if is_open:
                _ranking(view)


def _one_map(
    view: _View,
    shown: Shown,
    painting: Painting,
    paintings: Mapping[int, Painting],
    key: str,
    chosen: str | None,
    *,
    linked: bool = True,
) -> None:
    """Show a map, and under it what it says."""
    moments = paintings if len(paintings) > 1 and painting.layer.year in paintings else {}

    def each_year(look: Look) -> dict[int, MapDrawing]:
        return {year: each.drawn(look) for year, each in moments.items()}

    map_exhibit(
        view.selection,
        painting.drawn,
        key,
        name=file_name(view.known, f"kaart {view.indicator.title} {_kind(view)}", painting.layer.year),
        table=lambda: _table(view, shown),
        figures=lambda: _rows(view, shown),
        told=f"Tabel: {painting.layer.legend_title}, per {wording.level_label(view.known.level)} in {view.known.name}",
        legend=wording.marks_legend(painting.areas["status"]),
        source=painting.layer.source,
        method=shown.method,
        selected=chosen or view.selection.wijk or "",
        on_click=partial(choose_region, view.known),
        years=each_year if moments else None,
        on_year=_slide_to,
        linked=linked,
        conclusion=_conclusions(view, shown, painting, sorted(moments)),
    )


def _kind(view: _View) -> str:
    return "" if view.choice.shows == FIGURE else view.choice.shows


def _conclusions(view: _View, shown: Shown, painting: Painting, years: list[int]) -> list[str]:
    told = [
        *shown.sentences,
        map_wording.one_colour_sentence(painting.classes, view.indicator),
        unplaced_sentence(painting.unplaced, painting.borders_year),
        map_wording.shared_legend_note(years) if len(painting.classes) > 1 else "",
        map_wording.broken_note(view.indicator, years),
    ]
    return [sentence for sentence in told if sentence]


def _map_beside(view: _View, chosen: str | None) -> None:
    """Show the second map: another year in the classes of the first, or another figure in its own."""
    choice = view.choice
    if choice.beside == OTHER_YEAR and choice.beside_year:
        other = replace(view, selection=replace(view.selection, year=choice.beside_year))
        shared = other.paintings() if other.year in view.paintings() else {}
        second = shared.get(other.year)
    else:
        indicator = view.known.catalogue[str(choice.beside_indicator)]
        years = view.known.years_with(indicator.id) or view.known.years[-1:]
        year = max((then for then in years if then <= view.year), default=years[0])
        plain_colours = replace(
            choice, method="quantiles" if choice.method == "own" else choice.method, bounds=()
        )
        other = replace(
            view, selection=replace(view.selection, indicator=indicator, year=year), choice=plain_colours
        )
        second = None
    shown = other.shown(other.year)
    if shown.layer.rows.empty:
        say(map_wording.no_figures_sentence(other.indicator, other.known.level))
        return
    second = second or painting_of(other.known, shown, other.choice.method, other.choice.bounds)
    assert second is not None  # the first map has borders, so this one has
    _one_map(other, shown, second, {}, "kaart-naast", chosen, linked=False)
    if other.known.level == Level.WIJK:
        parent_link(other.known, other.indicator, other.selection.focus, other.year)


def _aside(view: _View, shown: Shown, look: Look, chosen: str | None) -> None:
    """Show the card of the chosen wijk or buurt, else the order of all, else how to choose."""
    selection = view.selection
    if chosen:
        wijk_card(
            replace(selection, figures=view.known, wijk=chosen),
            chosen,
            look,
            "kaart.py",
            doors_to=selection.wijk,
        )
        st.button("Alle buurten", on_click=forget_choice, key="sluit-buurt")
    elif selection.wijk:
        wijk_card(selection, selection.wijk, look, "kaart.py")
        st.button("Alle wijken", on_click=forget_choice, key="sluit-kaart")
    elif _may_be_ranked(view) and len(shown.layer.rows) <= MOST_BESIDE:
        _ranking(view)
    else:
        one = wording.level_label(view.known.level)
        say(
            f"Klik op een {one}, of kies er een uit de lijst: dan verschijnt wat er over die {one} bekend is."
        )
        if shown.method:
            st.caption(plain(shown.method))


def _may_be_ranked(view: _View) -> bool:
    return view.known.level == Level.WIJK and view.of_years


def _ranking(view: _View) -> None:
    areas = areas_of(view.known, view.indicator, view.year, published=view.published)
    ranking(view.selection, areas, published=view.published)


def _without_borders(view: _View, shown: Shown) -> None:
    known, many = view.known, wording.level_label(view.known.level, plural=True)
    say(
        f"Van de {many} van {known.name} zijn nog geen grenzen ingelezen, dus er is geen kaart. Lees een kaartbestand van "
        f"CBS of PDOK in met: python cli.py import {many}_2022.gpkg. De cijfers staan hieronder."
    )
    say_list(shown.sentences)
    if _may_be_ranked(view):
        _ranking(view)
    behind(
        "kaart-cijfers",
        name=file_name(known, f"kaart {view.indicator.title}", view.year),
        title=shown.layer.title,
        table=lambda: _table(view, shown),
        figures=lambda: _rows(view, shown),
        told=f"Tabel: {shown.layer.legend_title}",
        source=shown.layer.source,
    )


# Tables --------------------------------------------------------------------------------------------


def _names(shown: Shown) -> dict[str, str]:
    return dict(zip(shown.layer.rows["region"], shown.layer.rows["name"], strict=True))


def _latest(known: Figures, indicator: Indicator) -> dict[str, str]:
    rows = known.of(indicator.id).sort_values("year").drop_duplicates("region", keep="last")
    return dict(zip(rows["region"], rows["status"], strict=True))


def _table(view: _View, shown: Shown) -> Styler | pd.DataFrame:
    known, indicator = view.known, view.indicator
    if view.choice.shows == CHANGE:
        names = _names(shown)
        return trend_table(shown.table, indicator, names, list(names), _latest(known, indicator))
    if view.choice.shows == EXPECTED:
        return tables.expected_table(shown.table, indicator, in_percent=indicator.kind == "count")
    if "verdict" in shown.table:
        return difference_table(shown.table, indicator)
    return tables.figures_table(shown.table, indicator)


def _rows(view: _View, shown: Shown) -> pd.DataFrame:
    known, indicator, source = view.known, view.indicator, shown.layer.source
    if view.choice.shows == CHANGE:
        names = _names(shown)
        return trend_rows(shown.table, indicator, names, list(names), _latest(known, indicator), source)
    if view.choice.shows == EXPECTED:
        return tables.expected_rows(shown.table, indicator, source, in_percent=indicator.kind == "count")
    if "verdict" in shown.table:
        return difference_rows(shown.table, indicator, source)
    return tables.figure_rows(shown.table, indicator, source)
