"""Prognose: what may we expect of one figure in one wijk, and how sure is that?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.forecasting import FEWEST_YEARS, TooShort, bounds, forecast
from analysis.segments import latest_segment
from data.panel import Status
from ui import tables, wording
from ui.breaks import break_sentences
from ui.figures import record, series
from ui.outlook import show_fan, show_series
from ui.parts import about_indicator, doors, lead, say, say_list
from ui.selection import current

AHEAD = 5
METHODS = {
    "no_change": "Voor deze reeks verwachten we geen verandering: er is geen trend die sterk genoeg is om door te trekken. De "
    "band volgt uit de verschillen van jaar op jaar.",
    "steady_change": "Voor deze reeks gaat de gemiddelde verandering per jaar door zoals zij was.",
    "damped_trend": "Voor deze reeks tellen recente jaren zwaarder en vlakt de stijging of daling af (exponentiële effening "
    "met gedempte trend, statsmodels ETS A,Ad,N).",
}

selection = current()
known, indicator, place = selection.figures, selection.indicator, selection.focus_label
rows = known.of(indicator.id, selection.focus)
usable = latest_segment(rows, known.definitions).dropna(subset="value").sort_values("year")
history = series(known, indicator.id, [selection.focus], own=selection.focus)
title = f"Verwachting: {wording.in_sentence(indicator.title)} in {place}"
n_converted = int((usable["status"] == Status.BRIDGED.value).sum())


def explain_series() -> None:
    """Say under the picture which figures were converted, and why the series is broken."""
    for sentence in (
        wording.converted_sentence(n_converted, len(usable)),
        *break_sentences(known, indicator, [selection.focus]),
    ):
        if sentence:
            st.caption(sentence)


def show_outlook(outlook: pd.DataFrame) -> None:
    """Show the fan, and right behind it how often such a fan was right."""
    with st.spinner("Eerdere verwachtingen worden nagerekend"):
        tried = record(known, indicator.id, AHEAD)
    last = usable.iloc[-1]
    expected = wording.forecast_sentence(outlook, indicator, place, int(last["year"]), float(last["value"]))
    lead(title, expected, wording.record_sentence(tried))
    if selection.wijk is None:
        st.caption("Dit is de gemeente als geheel. Kies boven een wijk voor de verwachting van die wijk.")
    method = METHODS[outlook.attrs["method"]]
    show_fan(known, indicator, selection.focus, history, outlook, float(last["value"]), method)
    explain_series()
    with st.expander("Hoe vaak klopte dit eerder?", expanded=True):
        say(
            f"We hebben in de wijken van {known.name} gedaan alsof we vroeger leefden, een verwachting gemaakt met de "
            "cijfers van toen, en gekeken wat er kwam."
        )
        st.table(
            tables.record_table(tried, indicator),
            hide_index=True,
            alt="Tabel: hoe vaak eerdere verwachtingen klopten",
        )
    with st.expander("Hoe maken we deze verwachting?"):
        say_list(
            [
                METHODS[outlook.attrs["method"]],
                "Uit drie eenvoudige methoden (er verandert niets, elk jaar evenveel erbij of eraf, gedempte trend) kiezen "
                "we die het verleden het best beschrijft voor het aantal jaren dat er is.",
                f"Alleen de jaren {outlook.attrs['first_year']} tot en met {outlook.attrs['last_year']} tellen mee: daarin "
                "zit geen breuk en geen gat.",
                "Een verwachting is geen plan en geen wens. Nieuwbouw, sloop en nieuw beleid kent de methode niet.",
            ]
        )


def show_history_only() -> None:
    """Say why there is no forecast, what to do, and show what there is."""
    nothing = pd.DataFrame(columns=["year", "value", "low_80", "high_80"])
    lead(title, wording.forecast_sentence(nothing, indicator, place))
    there = wording.count(len(usable), "jaar", "jaar")
    number_there = f"{'is' if len(usable) == 1 else 'zijn'} er {there}"
    say(
        f"Er zijn {FEWEST_YEARS} jaren achter elkaar nodig zonder breuk; hier {number_there}. Kies een ander onderwerp of een "
        "andere wijk, of lees meer jaren in."
    )
    show_series(known, indicator, selection.focus, history)
    explain_series()


try:
    lower, upper = bounds(indicator.unit)
    show_outlook(forecast(usable["year"], usable["value"], AHEAD, lower=lower, upper=upper))
except TooShort:
    show_history_only()
about_indicator(indicator, known)
doors(selection, "prognose.py")
