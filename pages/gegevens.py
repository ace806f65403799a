"""Gegevens & methode: can I rely on this, and where does this very figure come from?"""

from __future__ import annotations

from datetime import date

import streamlit as st

from data import VERSION
from data.panel import Status
from ui import wording
from ui.coverage import show_coverage
from ui.left_out import published_figures, show_left_out
from ui.life import show_life
from ui.parent import show_parent
from ui.parts import about_indicator, doors, lead, say_list
from ui.selection import current
from ui.sources import borders_list, still_to_come, tables_table

selection = current()
known = selection.figures
panel = published_figures(known)
there = panel["value"].notna()
lead(
    "Gegevens & methode",
    f"Van {known.name} {'is' if len(known.tables) == 1 else 'zijn'} "
    f"{wording.count(len(known.tables), 'tabel', 'tabellen')} ingelezen, over {wording.join_years(known.years)}. Van de "
    f"{wording.number(len(panel))} cijfers per wijk is {wording.figure(100 * there.mean(), '%')} er; van de rest staat "
    "de reden hieronder.",
)

# First, since every figure on every page has a link that leads here.
show_parent(selection)
show_coverage(selection)
show_life(selection)
show_left_out(known)

st.header("Wat betekent de stand van een cijfer?", anchor=False)
say_list(
    f"{wording.capital(wording.status_label(status) or 'vast cijfer')}: {wording.status_explanation(status)}"
    for status in Status
)

st.header("Uit welke tabellen komt het?", anchor=False)
tables_table(known)
borders_list(selection.store, known)

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
        "Een geheim cijfer mag niet uit te rekenen zijn door af te trekken. Waar dat zou kunnen, laat Wijkradar nog een "
        "cijfer weg.",
        "Een wijk met alleen een andere code houdt haar reeks. Een wijk met andere grenzen begint een nieuwe reeks. Over een "
        "breuk loopt geen lijn en geen verwachting.",
        "Met adressenbestanden van CBS rekent Wijkradar oude cijfers om naar de grenzen van nu. Zo'n cijfer heet omgerekend "
        "en heeft een marge.",
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
        "Afbeeldingen om te downloaden: Vega en Vega-Lite met vl-convert, BSD-3.",
        f"Wijkradar {VERSION}.",
    ]
)
about_indicator(selection.indicator, known)
doors(selection, "gegevens.py")
