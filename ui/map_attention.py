"""Aandachtskaart: in which wijken do level, trend, forecast and score point the same way, and why?"""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analysis.agreement import CLASSES, TOO_FEW, WITNESSES, Agreement
from analysis.standing import FEWEST_PEOPLE
from reports.map_drawing import LOOK, Entry, MapDrawing
from ui import map_attention_wording as words
from ui import triage_figures, wording
from ui.agreeing import agreed, compared_with, rows_of, wijken_of, year_to_show
from ui.card import wijk_card
from ui.exhibit import behind, file_name
from ui.figures import Figures
from ui.forecasting import is_studied, people_of, studied, wait_for_study
from ui.map_exhibit import map_exhibit
from ui.painting import ATTRIBUTION, Layer, Painting, borders_for, paint, unplaced_sentence
from ui.parts import lead, page_look, parent_link, plain, say, say_list, when_opened
from ui.selection import ALL_WIJKEN, Selection, adopt_address, choose_wijk, write_address
from ui.theme import Look
from ui.triage_figures import GEMEENTE

_ASKING = CLASSES[:3]
#: So many wijken of the list stand there at once; the others when they are asked for.
_FIRST = 8
#: A list that is opened holds at most so many; the table holds all.
_MOST = 40


@dataclass(frozen=True)
class View:
    """What the map shows: one gemeente, held against one comparator, in one year.

    Attributes
    ----------
    known : Figures
    comparator : str
        ``gemeente`` or ``land``.
    against : str
        Its name as it stands in a sentence.
    year : int
    foretold : bool
        Whether the forecast speaks too; without it the map is there before the forecasts are worked out.
    """

    known: Figures
    comparator: str
    against: str
    year: int
    foretold: bool = True

    @cached_property
    def found(self) -> Agreement:
        """What the four witnesses say."""
        return agreed(self.known, self.comparator, self.year, foretold=self.foretold)

    @property
    def wijken(self) -> pd.DataFrame:
        """The wijken that can be spoken of, in the order of the list."""
        return self.found.wijken

    @cached_property
    def names(self) -> dict[str, str]:
        """Every wijk of the gemeente, by code."""
        return {code: self.known.label(code) for code in wijken_of(self.known, self.year)}

    @cached_property
    def silent(self) -> list[str]:
        """The wijken about which nothing can be said: too few inhabitants, or no figure at all."""
        return sorted(set(self.names) - set(self.wijken["region"]), key=self.names.__getitem__)

    @property
    def listed(self) -> pd.DataFrame:
        """All wijken for the table: those that can be spoken of, and below them the silent ones."""
        people = people_of(self.known)
        silent = pd.DataFrame(
            {
                "region": self.silent,
                "class": TOO_FEW,
                **dict.fromkeys(WITNESSES, "unknown"),
                "urgency": 0,
                "themes": [()] * len(self.silent),
                "concerned": np.nan,
                "concerned_indicator": "",
                "people": [people.get(region, np.nan) for region in self.silent],
            }
        )
        return pd.concat([self.wijken, silent], ignore_index=True) if len(silent) else self.wijken

    def wijk(self, region: str) -> pd.Series | None:
        """Return what is found of one wijk, or None."""
        rows = self.wijken[self.wijken["region"] == region]
        return rows.iloc[0] if len(rows) else None

    def line(self, region: str, *, whole: bool = False) -> tuple[str, str, int]:
        """Return why a wijk is in its class, in one breath or with all reasons, and where its figure comes from.

        Returns
        -------
        told, indicator : str
            That of the number of people beside it; without one, or with all reasons, the strongest figure.
        year : int
        """
        wijk = self.wijk(region)
        if wijk is None:
            people = people_of(self.known).get(region)
            return words.label_text(None, self.known.catalogue, people), "", self.year
        signs = self.found.signs[self.found.signs["region"] == region]
        rows = rows_of(self.known, self.comparator, self.year)
        name = words.strongest(signs)
        if whole:
            of_wijk = {str(sign): rows.loc[(region, sign)] for sign in signs["indicator"]}
            told = words.reasons_line(wijk, signs, of_wijk, self.known.catalogue)
        else:
            told = words.short_line(wijk, signs, self.known.catalogue)
            name = str(wijk["concerned_indicator"]) or name
        return told, name, int(rows["year"][region, name]) if name else self.year

    @property
    def source(self) -> str:
        """Sentence that names where the figures come from."""
        return self.known.source_of(self.known.catalogue["population"])


def show(selection: Selection, look: Look) -> None:
    """Show the view: its sentence, the map with the list beside it, and how it was decided."""
    known = selection.figures
    opening = st.container()
    title = f"Aandachtskaart van {known.name}"
    year = year_to_show(known, selection.year)
    if year is None:
        years, better = known.years_of_gemeente, triage_figures.latest_year(known)
        with opening:
            lead(title, wording.nothing_to_compare(known.name, selection.year, years, better))
        return
    names = compared_with(known, year)
    comparator = _comparator_chosen(names)
    write_address({"vergelijk": comparator})
    view = View(known, comparator, names[comparator], year, foretold=is_studied(known))
    with st.spinner("Cijfers, trend, verwachting en score worden naast elkaar gelegd"):
        agreed(known, comparator, year, foretold=view.foretold)
    with opening:
        silent = len(view.silent)
        lead(title, words.other_year_sentence(year, selection.year))
        sentences = words.lead_sentences(
            view.wijken,
            view.names,
            known.catalogue,
            known.name,
            view.against,
            silent,
            waiting=not view.foretold,
        )
        say(" ".join(sentences))
    _map_and_list(selection, view, look)
    with st.expander("Hoe is dit bepaald?"):
        say_list(words.explanation(view.against))
    if not view.foretold:
        # Down here the progress moves nothing that somebody is reading.
        wait_for_study(known)
        studied(known)
        st.rerun()


def _comparator_chosen(names: dict[str, str]) -> str:
    adopt_address("vergelijk")
    wished = st.session_state.get("vergelijk")
    if wished not in names:
        st.session_state["vergelijk"] = next(iter(names))
        if wished is not None:
            st.caption(
                "Deze kaart vergelijkt met de gemeente of met Nederland. U ziet de eerste van die twee."
            )
    chosen = st.segmented_control(
        "Vergelijk met",
        list(names),
        format_func=lambda code: f"gemeente {names[code]}" if code == GEMEENTE else names[code],
        key="vergelijk",
        persist_state="session",
        required=True,
    )
    return str(chosen)


# The map --------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def painted(
    known: Figures, comparator: str, against: str, year: int, *, foretold: bool = True
) -> Painting | None:
    """Put the classes on borders; None where there are none."""
    view = View(known, comparator, against, year, foretold)
    rows = pd.DataFrame([_area(view, code) for code in view.names])
    borders_year = borders_for(known, rows["region"], year) if len(rows) else None
    if borders_year is None:
        return None
    layer = Layer(
        rows=rows,
        year=year,
        title=words.map_title(view.wijken, known.name, year),
        legend_title=words.legend_title(against, year),
        named=lambda _, place: words.CLASS_NAMES[CLASSES[place]],
        decimals=0,
        source=view.source,
    )
    return paint(known, layer, borders_year)


def _area(view: View, region: str) -> dict[str, object]:
    wijk = view.wijk(region)
    people = people_of(view.known).get(region)
    name = TOO_FEW if wijk is None else str(wijk["class"])
    few = people is not None and people < FEWEST_PEOPLE
    reason = f"minder dan {FEWEST_PEOPLE} inwoners" if few else "te weinig cijfers"
    return {
        "region": region,
        "name": view.names[region],
        "value": float(CLASSES.index(name)) if name in CLASSES else np.nan,
        "status": "",
        "reason": reason,
        "alike": False,
        "label": words.label_text(wijk, view.known.catalogue, people),
    }


def drawing(painting: Painting, look: Look) -> MapDrawing:
    """Return the drawing in a look: always the four classes, also those without a wijk."""
    areas = painting.areas.assign(**{"class": painting.areas["value"].round().astype("Int64")})
    entries = [
        Entry(words.CLASS_NAMES[name], "colour", look.attention[place], int((areas["class"] == place).sum()))
        for place, name in enumerate(CLASSES)
    ]
    without = areas.loc[areas["class"].isna(), "reason"].value_counts(sort=True)
    entries += [Entry(str(reason), "no_figure", "", int(n)) for reason, n in without.items()]
    return MapDrawing(
        title=painting.layer.title,
        gemeente=painting.known.gemeente,
        level=painting.known.level,
        borders_year=painting.borders_year,
        areas=areas,
        colours=look.attention,
        legend_title=painting.layer.legend_title,
        legend=tuple(entries),
        look={name: getattr(look, name) for name in LOOK},
        notes=painting.notes,
        source=f"{painting.layer.source} {ATTRIBUTION}".strip(),
    )


def _map_and_list(selection: Selection, view: View, look: Look) -> None:
    known = view.known
    painting = painted(known, view.comparator, view.against, view.year, foretold=view.foretold)
    files: dict[str, Any] = {
        "name": file_name(known, "aandachtskaart", view.year),
        "table": lambda: words.table(view.listed, view.names, known.catalogue),
        "figures": lambda: words.figure_rows(
            view.listed, view.names, known.catalogue, view.against, view.year, view.source
        ),
        "told": f"Tabel: wijken van {known.name} in de orde van de lijst, vergeleken met {view.against}",
        "source": view.source,
        "method": words.METHOD,
        "linked": False,
    }
    if painting is None:
        say(words.no_borders_sentence(known.name))
        _beside(selection, view, look)
        behind("aandachtskaart", title=words.map_title(view.wijken, known.name, view.year), **files)
        return
    # The same two columns with and without a chosen wijk, so that a click does not load the map anew.
    picture, beside = st.columns([3, 2], gap="medium")
    with picture:
        map_exhibit(selection, lambda chosen: drawing(painting, chosen), "aandachtskaart", **files)
        if len(painting.unplaced):
            say(unplaced_sentence(painting.unplaced, painting.borders_year))
    with beside:
        _beside(selection, view, look)


# The list -------------------------------------------------------------------------------------------


def _beside(selection: Selection, view: View, look: Look) -> None:
    """Show the list or, of a chosen wijk, why it is in its class and its card."""
    wijk = selection.wijk
    if wijk is None:
        _list(view)
        return
    if wijk in view.names:
        found = view.wijk(wijk)
        _heading(str(found["class"]) if found is not None else TOO_FEW, look)
        _item(view, wijk, whole=True)
    else:
        say(words.not_on_map_sentence(view.known.label(wijk)))
    wijk_card(selection, wijk, look, "kaart.py")
    st.button("Alle wijken", on_click=choose_wijk, args=(ALL_WIJKEN,), key="sluit-kaart")
    with when_opened("Alle wijken op volgorde", "aandacht-lijst") as is_open:
        if is_open:
            _list(view)


def _list(view: View) -> None:
    of_class = {
        name: list(view.wijken.loc[view.wijken["class"] == name, "region"]) for name in (*CLASSES, TOO_FEW)
    }
    asking = [region for name in _ASKING for region in of_class[name]]
    if len(asking) > 1:
        st.caption(words.order_sentence())
    _items(view, asking[:_FIRST])
    if rest := asking[_FIRST:]:
        with when_opened(words.more_label(len(rest)), "aandacht-meer") as is_open:
            if is_open:
                _items(view, rest)
    if of_class["none"]:
        if not asking:
            _heading("none", page_look())
        with when_opened(words.rest_label(len(of_class["none"])), "aandacht-geen") as is_open:
            if is_open:
                _items(view, of_class["none"])
    if silent := [*of_class[TOO_FEW], *view.silent]:
        with when_opened(words.silent_label(len(silent)), "aandacht-weinig") as is_open:
            if is_open:
                _items(view, silent)


def _items(view: View, regions: list[str]) -> None:
    """Show wijken under the name of their class."""
    above = ""
    for region in regions[:_MOST]:
        wijk = view.wijk(region)
        name = str(wijk["class"]) if wijk is not None else TOO_FEW
        if name != above:
            _heading(name, page_look())
            above = name
        _item(view, region)
    if len(regions) > _MOST:
        st.caption(words.whole_list_sentence())


def _heading(name: str, look: Look) -> None:
    place = CLASSES.index(name) if name in CLASSES else None
    stripes = f"repeating-linear-gradient(45deg,{look.no_figure} 0 2px,{look.paper} 2px 6px)"
    fill = stripes if place is None else look.attention[place]
    st.html(
        f'<p style="display:flex;gap:.5rem;align-items:center;margin:.5rem 0 0;font-weight:600;color:{look.ink}">'
        f'<span aria-hidden="true" style="flex:none;width:1.5rem;height:1rem;box-sizing:border-box;background:{fill};'
        f'border:1px solid {look.quiet}"></span>{html.escape(words.CLASS_NAMES[name])}</p>'
        f'<p style="margin:0;font-size:.875rem;color:{look.quiet}">{html.escape(words.CLASS_EXPLANATIONS[name])}</p>'
    )


def _item(view: View, region: str, *, whole: bool = False) -> None:
    """Show one wijk: its name to open the card with how many it is about, and below it why it is in its class.

    Of a wijk that is opened (``whole``) the card shows the name, and all its reasons stand here.
    """
    told, indicator, year = view.line(region, whole=whole)
    wijk = view.wijk(region)
    with st.container(key=f"aandacht-{region.replace('@', '-')}", gap=None):
        if not whole:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.button(
                    f"**{plain(view.names[region])}**",
                    type="tertiary",
                    key=f"open-{region}",
                    on_click=choose_wijk,
                    args=(region,),
                    help="Toon wat er over deze wijk bekend is",
                )
                if indicator:
                    # Together, so that on a narrow screen the source does not end up alone on a line.
                    with st.container(
                        horizontal=True, wrap=False, gap="small", width="content", vertical_alignment="center"
                    ):
                        if wijk is not None and (people := words.people_text(wijk, view.known.catalogue)):
                            st.caption(people, width="content")
                        parent_link(view.known, indicator, region, year, label="Bron")
        say(told)
        if whole and indicator:
            parent_link(view.known, indicator, region, year, label="Bron")
