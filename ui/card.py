"""The wijk card: everything about one wijk or buurt in one glance, with doors to the other pages."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from data.panel import Level
from register.errors import RegisterError
from ui import concern_figures, forecasting, hotspotting, trending, wording
from ui.breaks import break_sentences
from ui.figures import Figures
from ui.parts import chart, doors, parent_link, plain, say, say_list, say_with_parents, when_opened
from ui.selection import Selection
from ui.sparkline import sparkline
from ui.theme import Look
from ui.triage_figures import signals
from ui.triage_wording import triage_sentence

#: View of Zorgen & signalen that the card leads to; who may not read concerns gets the counts there.
_LIST: Final = "lijst"
_SIZE = ("population", "households")


def _latest(rows: pd.DataFrame, year: int) -> pd.Series | None:
    rows = rows[rows["year"] <= year].sort_values("year")
    return None if rows.empty else rows.iloc[-1]


def _code(selection: Selection, region: str) -> str:
    """Return the code under which CBS publishes the wijk in the chosen year, else the last one it had."""
    known = selection.figures
    return known.code_in(region, selection.year) or region.partition("@")[0]


def wijk_card(
    selection: Selection, region: str, look: Look, here: str, *, doors_to: str | None = None
) -> None:
    """Show the card of one wijk or buurt.

    Parameters
    ----------
    selection : Selection
        Gives the gemeente, the indicator of the sparkline and the year; its figures are at the level of the region.
    region : str
        The wijk or buurt (series).
    look : Look
    here : str
        The page that shows the card; it gets no door to itself.
    doors_to : str, optional
        The wijk that the doors lead to, for the card of a buurt; no other page shows a buurt.
    """
    known, indicator = selection.figures, selection.indicator
    linked = known.level == Level.WIJK
    with st.container(border=True, key="wijkkaart"):
        st.subheader(known.label(region), anchor=False)
        size = []
        for key in _SIZE:
            row = _latest(known.of(key, region), selection.year)
            if row is not None:
                told = wording.figure_in_year(row["value"], row["status"], "aantal", int(row["year"]))
                size.append(f"{wording.in_sentence(known.catalogue[key].title)}: {told}")
        st.caption(f"{_code(selection, region)}. {wording.capital('; '.join(size))}.")
        if linked:
            parent_link(known, _SIZE[0], region, selection.year)
        if linked:
            _say_signals(known, region, selection.year, linked=True)
        else:
            # The trends of every figure of every buurt take seconds; they are worked out when asked for.
            with when_opened("Wat valt hier op?", "kaartje-signalen") as is_open:
                if is_open:
                    with st.spinner("Alle cijfers van alle buurten worden vergeleken"):
                        _say_signals(known, region, selection.year, linked=False)
        st.caption(f"{indicator.title} door de jaren")
        chart(sparkline(known, indicator.id, region, look), f"kaartje-{region}-{indicator.id}", linked=False)
        say(trending.sentence(known, indicator.id, region))
        # Only where somebody had it worked out: the card opens at once.
        if forecasting.is_studied(known):
            say(" ".join(forecasting.sentences(known, indicator, region)))
        if gathers := hotspotting.sentence(known, indicator, region, selection.year):
            say(gathers)
        for sentence in break_sentences(known, indicator, [region]):
            st.caption(sentence)
        if linked:
            parent_link(known, indicator, region, selection.year)
            _say_concerns(selection, region)
        else:
            st.caption(plain(known.source_of(indicator, selection.year)))
        doors(selection, here, wijk=doors_to or region)


def _say_concerns(selection: Selection, region: str) -> None:
    """Say what residents told in the last twelve months, in counts that everybody may see, with the way to more."""
    try:
        told = concern_figures.sentence_for(selection, region)
    except RegisterError as error:
        # The figures are no worse for it.
        st.caption(plain(str(error)))
        return
    if told:
        say(told)
        st.page_link(
            "zorgen.py",
            label="Zorgen & signalen van deze wijk",
            query_params=selection.address(wijk=region, deel=_LIST),
        )


def _say_signals(known: Figures, region: str, year: int, *, linked: bool) -> None:
    reasons = signals(known, region, year)
    if reasons.empty:
        say("Geen enkel cijfer is hier veel ongunstiger dan in de gemeente.")
        return
    told = [
        (
            triage_sentence(row, known.catalogue[row["indicator"]], known.label(region), known.name),
            row["indicator"],
            region,
            int(row["year"]),
        )
        for _, row in reasons.iterrows()
    ]
    if linked:
        say_with_parents(known, told)
    else:
        say_list(sentence for sentence, *_ in told)
