"""Trends: how did one figure develop in the chosen wijken, beside the gemeente and the country?"""

from __future__ import annotations

import streamlit as st

from data.regions import NEDERLAND
from ui import charts, wording
from ui.breaks import break_sentences, breaks_to_mark
from ui.figures import series, with_successor
from ui.parts import (
    about_indicator,
    chart,
    doors,
    figures_behind,
    lead,
    page_look,
    say_list,
    say_with_parents,
)
from ui.selection import adopt_address, current, write_address

MOST = 5

selection, look = current(), page_look()
known, indicator = selection.figures, selection.indicator

others = [region for region in known.regions if region != selection.wijk]
if "wijken" in adopt_address("wijken"):
    st.session_state["wijken"] = st.session_state["wijken"].split(",")
st.session_state["wijken"] = [code for code in st.session_state.get("wijken", []) if code in others][:MOST]

development = known.development[known.development["indicator"] == indicator.id].set_index("region")


def in_words(region: str) -> str:
    """Say how the figure of one region developed."""
    if region not in development.index:
        return f"Voor {wording.in_sentence(indicator.title)} in {known.label(region)} is er geen cijfer."
    return wording.development_sentence(development.loc[region], indicator, known.label(region))


lead(f"{indicator.title} in {selection.focus_label}", in_words(selection.focus))
chosen = st.multiselect(
    "Vergelijk met andere wijken",
    others,
    format_func=known.label,
    key="wijken",
    max_selections=MOST,
    placeholder=f"Kies tot {MOST} wijken",
    persist_state="session",
)
write_address({"wijken": ",".join(chosen)})

own = [code for code in (selection.wijk, *chosen) if code]
shown = [*own, known.gemeente, *([NEDERLAND] if known.comparator else [])]
if indicator.kind == "count":
    # A count of a wijk beside that of the country would flatten every line.
    shown = own or [known.gemeente]
subject = own or [known.gemeente]
frame = series(known, indicator.id, shown)
chart(
    charts.line_chart(
        with_successor(known, indicator.id, shown),
        indicator,
        look,
        title=f"{indicator.title}, {wording.join_names([known.label(code) for code in shown], limit=3)}",
        breaks=breaks_to_mark(known, indicator, subject),
        emphasised=subject,
        source=known.source_of(indicator),
    ),
    "trend",
)
for sentence in break_sentences(known, indicator, subject):
    st.caption(sentence)
if indicator.kind == "count":
    st.caption(
        "Aantallen van gemeente en land staan er niet bij: die zijn altijd groter. Kies een aandeel om te vergelijken."
    )
elif not known.comparator:
    st.caption("Nederland staat er niet bij: die rij zit niet in de ingelezen tabellen.")
say_with_parents(known, [(in_words(region), indicator, region, selection.year) for region in chosen])
figures_behind(frame, known, indicator, f"trend-{indicator.id}", "trend")
about_indicator(indicator, known)
with st.expander("Hoe lees ik dit?"):
    say_list(
        [
            "Een doorgetrokken lijn is een vast cijfer, een gestreepte lijn een voorlopig cijfer. Een gat is een jaar "
            "zonder cijfer; we vullen niets in.",
            "Een stippellijn met kruisjes zijn cijfers die Wijkradar omrekende naar de grenzen van nu. Dat zijn "
            "schattingen.",
            "De lichte band om een lijn is de marge: zo ver kan het cijfer ernaast zitten door afronding, kleine "
            "aantallen en omrekenen. Valt het verschil van twee jaren daarbinnen, lees er dan niets in.",
            "Over een breuk loopt geen lijn. Dan is de grens van de wijk verlegd, is niet bekend welke code de wijk "
            "eerder had, of meet CBS iets anders dan daarvoor.",
            "Ongeveer gelijk betekent: het verschil is kleiner dan de ruis door afronding en kleine aantallen.",
            "Wijkradar beschrijft hier alleen het eerste en het laatste jaar. Of een verandering blijvend is, is "
            "daarmee niet gezegd.",
        ]
    )
doors(selection, "trends.py")
