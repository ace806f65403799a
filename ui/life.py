"""The section "Levensloop": what happened to the chosen wijk, or to all wijken of the gemeente."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data.panel import Level
from ui import biography, charts
from ui.parts import chart, say, say_list, when_opened
from ui.selection import Selection
from ui.theme import Look


def show_life(selection: Selection, look: Look) -> None:
    """Show the life of the chosen wijk with a picture, else everything that happened in the gemeente."""
    if selection.wijk:
        _show_wijk(selection, selection.wijk, look)
    else:
        _show_gemeente(selection)


def _show_wijk(selection: Selection, wijk: str, look: Look) -> None:
    known = selection.figures
    st.header(f"Levensloop van {known.label(wijk)}", anchor=False)
    say_list(biography.life(known.lineage, wijk))
    names = {region: known.label(region) for region in known.regions}
    drawn = charts.life_chart(
        biography.life_frame(known.lineage, wijk, names),
        look,
        title=f"{known.label(wijk)} door de jaren",
        selected=wijk,
    )
    chart(drawn, "levensloop", linked=False)
    st.caption(known.source_of(selection.indicator))
    with when_opened("Wat gebeurde er met de buurten van deze wijk?", "levensloop-buurten") as is_open:
        if is_open:
            _say_buurten(biography.events_of_buurten(known.lineage, wijk))


def _say_buurten(events: pd.DataFrame) -> None:
    if events.empty:
        say("Aan de grenzen, codes en namen van de buurten veranderde niets.")
    else:
        say_list(biography.told(event) for _, event in events.iterrows())


def _show_gemeente(selection: Selection) -> None:
    known = selection.figures
    st.header(f"Wat gebeurde er met de wijken van {known.name}?", anchor=False)
    _say_chronicle(biography.chronicle(known.lineage), "wijken")
    say("Kies boven een wijk voor de levensloop van die wijk.")
    with when_opened("Wat gebeurde er met de buurten?", "levensloop-alle-buurten") as is_open:
        if is_open:
            _say_chronicle(biography.chronicle(known.lineage, Level.BUURT), "buurten")


def _say_chronicle(chronicle: dict[int, list[str]], many: str) -> None:
    if not chronicle:
        say(f"In de ingelezen jaren veranderde er niets aan de grenzen, codes en namen van de {many}.")
    for year, sentences in chronicle.items():
        st.markdown(f"**{year}**")
        say_list(sentences)
