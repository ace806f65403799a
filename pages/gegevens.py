"""Gegevens & methode: can I rely on this?"""

from __future__ import annotations

from datetime import date

import streamlit as st

from analysis.coverage import coverage
from data import VERSION
from data.panel import Status
from ui import charts, fetch_wording, wording
from ui.parts import about_indicator, chart, doors, lead, page_look, say, say_list
from ui.selection import current
from ui.sources import still_to_come, tables_table

selection, look = current(), page_look()
known = selection.figures
published = {indicator.id for indicator in known.catalogue.published}
panel = known.panel[(known.panel["level"] == known.level) & known.panel["indicator"].isin(published)]
there = panel["value"].notna()
lead(
    "Gegevens & methode",
    f"Van {known.name} {'is' if len(known.tables) == 1 else 'zijn'} "
    f"{wording.count(len(known.tables), 'tabel', 'tabellen')} ingelezen, over {wording.join_years(known.years)}. Van de "
    f"{wording.number(len(panel))} cijfers per wijk is {wording.figure(100 * there.mean(), '%')} er; van de rest staat "
    "de reden hieronder.",
)

st.header("Welke cijfers zijn er?", anchor=False)
cells = coverage(panel, known.definitions)
cells["title"] = cells["indicator"].map(known.definitions["title"])
theme = st.selectbox(
    "Thema",
    [theme.id for theme in known.catalogue.themes],
    format_func={theme.id: theme.title for theme in known.catalogue.themes}.__getitem__,
    key="dekking-thema",
    persist_state="session",
)
of_theme = cells[cells["indicator"].map(known.definitions["theme"]) == theme]
chart(charts.coverage_chart(of_theme, look, title=f"Cijfers per wijk in {known.name}"), "dekking")

st.header("Wat betekent het als er geen cijfer is?", anchor=False)
say_list(
    f"{wording.capital(wording.status_label(status) or 'vast cijfer')}: {wording.status_explanation(status)}"
    for status in Status
)

st.header("Uit welke tabellen komt het?", anchor=False)
tables_table(known)
with st.expander("Grenzen van wijken en buurten"):
    borders = selection.store.drawn(known.gemeente)
    if borders:
        say_list(
            f"{record.year}: {wording.level_label(record.level, plural=True)}, ingelezen op {fetch_wording.day(record.imported_at)}"
            for record in borders
        )
    else:
        say("Er zijn nog geen grenzen ingelezen.")

st.header("Wat komt er nog?", anchor=False)
still_to_come(known, date.today())

st.header("Hoe rekent Wijkradar?", anchor=False)
say_list(
    [
        "Niets wordt ingevuld, opgeteld of afgeleid zonder dat het erbij staat. Een gemeentecijfer is het cijfer van CBS "
        "zelf, nooit een som van wijken.",
        "Een aandeel rekent Wijkradar zelf uit. De noemer is de som van de groepen, want CBS rondt elke groep apart af.",
        "CBS rondt aantallen per wijk af op vijftallen, door loting omhoog of omlaag. Daardoor is een verschil van een paar "
        "mensen niets waard. Wat kleiner is dan die ruis heet ongeveer gelijk.",
        "Een wijk met een verlegde grens of een andere code begint een nieuwe reeks. Over een breuk loopt geen lijn en "
        "geen verwachting.",
        "Voor een verwachting kiest Wijkradar per reeks uit drie eenvoudige methoden: geen verandering, elk jaar evenveel, "
        "of een gedempte trend (statsmodels). Erbij staat hoe vaak de band eerder klopte.",
        "Herkomst telt nergens mee in een score, rangorde of signaal.",
    ]
)
st.header("Licenties", anchor=False)
say_list(
    [
        "Cijfers: CBS, Kerncijfers wijken en buurten, CC BY 4.0.",
        "Grenzen: CBS en Kadaster via PDOK, CC BY 4.0.",
        "Kaartprogramma Leaflet: BSD-2. Lettertype Public Sans: SIL Open Font License 1.1.",
        f"Wijkradar {VERSION}.",
    ]
)
about_indicator(selection.indicator, known)
doors(selection, "gegevens.py")
