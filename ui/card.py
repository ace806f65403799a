"""The wijk card: everything about one wijk in one glance, with doors to the other pages."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui import forecasting, trending, wording
from ui.breaks import break_sentences
from ui.parts import chart, doors, parent_link, say, say_with_parents, sparkline
from ui.selection import Selection
from ui.theme import Look
from ui.triage import signals
from ui.triage_wording import triage_sentence

_SIZE = ("population", "households")


def _latest(rows: pd.DataFrame, year: int) -> pd.Series | None:
    rows = rows[rows["year"] <= year].sort_values("year")
    return None if rows.empty else rows.iloc[-1]


def _code(selection: Selection, region: str) -> str:
    """Return the code under which CBS publishes the wijk in the chosen year, else the last one it had."""
    known = selection.figures
    return known.code_in(region, selection.year) or region.partition("@")[0]


def wijk_card(selection: Selection, region: str, look: Look, here: str) -> None:
    """Show the card of one wijk.

    Parameters
    ----------
    selection : Selection
        Gives the gemeente, the indicator of the sparkline and the year.
    region : str
        The wijk (series).
    look : Look
    here : str
        The page that shows the card; it gets no door to itself.
    """
    known, indicator = selection.figures, selection.indicator
    with st.container(border=True, key="wijkkaart"):
        st.subheader(known.label(region), anchor=False)
        size = []
        for key in _SIZE:
            row = _latest(known.of(key, region), selection.year)
            if row is not None:
                told = wording.figure_in_year(row["value"], row["status"], "aantal", int(row["year"]))
                size.append(f"{wording.in_sentence(known.catalogue[key].title)}: {told}")
        st.caption(f"{_code(selection, region)}. {wording.capital('; '.join(size))}.")
        parent_link(known, _SIZE[0], region, selection.year)
        reasons = signals(known, region, selection.year)
        if reasons.empty:
            say("Geen enkel cijfer is hier veel ongunstiger dan in de gemeente.")
        else:
            say_with_parents(
                known,
                [
                    (
                        triage_sentence(
                            row, known.catalogue[row["indicator"]], known.label(region), known.name
                        ),
                        row["indicator"],
                        region,
                        int(row["year"]),
                    )
                    for _, row in reasons.iterrows()
                ],
            )
        st.caption(f"{indicator.title} door de jaren")
        chart(sparkline(known, indicator.id, region, look), f"kaartje-{region}-{indicator.id}", linked=False)
        say(trending.sentence(known, indicator.id, region))
        # Only where somebody had it worked out: the card opens at once.
        if forecasting.is_studied(known):
            say(" ".join(forecasting.sentences(known, indicator, region)))
        for sentence in break_sentences(known, indicator, [region]):
            st.caption(sentence)
        parent_link(known, indicator, region, selection.year)
        doors(selection, here, wijk=region)
