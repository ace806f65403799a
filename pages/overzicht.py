"""Overzicht: which figures of which wijken ask for attention, and how is my gemeente doing?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from analysis.attention import FAR, FEWEST_THEMES, attention
from analysis.standing import MAX_AGE
from analysis.trends import FEWEST_POINTS
from analysis.triage import COURSE_YEARS
from ui import triage, triage_figures, wording
from ui.figures import FEWEST_PEOPLE
from ui.parts import doors, lead, page_look, say_list, source_line
from ui.selection import current
from ui.tiles import tiles

selection, look = current(), page_look()
known, year = selection.figures, selection.year
wijken = known.regions_in(known.years[-1])
opening = st.container()
asked = triage.ask(selection)

with opening:
    if asked is None:
        lead(
            f"Overzicht van {known.name}",
            wording.nothing_to_compare(
                known.name, year, known.years_of_gemeente, triage_figures.latest_year(known)
            ),
        )
    else:
        question, names = asked
        comparator = names[question.comparator]
        # Which wijken ask for attention is told over all themes, whatever theme is on the screen.
        whole = triage_figures.triaged(known, replace(question, theme=triage_figures.ALL_THEMES))
        compared = set(whole.loc[whole["state"] != "no_figure", "region"]) | {question.comparator}
        lead(
            f"Overzicht van {known.name}",
            wording.overview_sentence(
                known.name,
                len(wijken),
                [known.label(region) for region in attention(whole)["region"]],
                left_out=len(set(wijken) - compared),
                comparator=comparator,
            ),
        )

if asked is not None:
    st.header("Wat vraagt aandacht?", anchor=False)
    rows = triage_figures.triaged(known, question)
    triage.ranked_list(selection, question, rows, comparator)

st.header(f"{known.name} in het kort", anchor=False)
tiles(known, year, look)

if asked is not None:
    st.header("Alle wijken naast elkaar", anchor=False)
    triage.heat(selection, question, comparator)

with st.expander("Hoe is dit bepaald?"):
    say_list(
        [
            "Elke wijk wordt vergeleken met wat u hierboven kiest, steeds met het cijfer van hetzelfde jaar. Een verschil "
            "telt pas als het groter is dan de ruis door afronding en kleine aantallen. Kleinere verschillen heten "
            "ongeveer gelijk en staan niet in de lijst. Is de ruis zo groot dat ook een groot verschil er niet boven uit "
            "komt, dan staat er te onzeker.",
            "Slechter of beter heet een cijfer pas als de verandering meer is dan toeval. Alle wijken en alle cijfers van "
            "het thema dat u kiest, worden daarbij samen getoetst, want wie vaak kijkt, vindt altijd iets. Met een ander "
            "thema verandert die groep. Een cijfer kan daardoor net wel of net geen duidelijke richting krijgen. Op de pagina "
            "Trends is de groep anders: daar is het één onderwerp in alle wijken. Met minder dan "
            f"{FEWEST_POINTS} jaren zegt Wijkradar niets over de richting. Na een omslag telt de nieuwe koers.",
            "Bedragen in euro's stijgen bijna overal, want de prijzen stijgen. Daarom telt bij inkomen en vermogen of de "
            "wijk achterblijft bij waarmee u vergelijkt, ook als u kiest voor de ontwikkeling van de wijk zelf.",
            "Bovenaan staat wat het zekerst en het grootst is: het verschil zonder de ruis, plus wat er in "
            f"{COURSE_YEARS} jaar met zekerheid bij komt. Dat meten we af aan hoeveel wijken gewoonlijk verschillen. Bij "
            "gelijke stand gaat de wijk met de meeste inwoners voor.",
            f"Een wijk vraagt aandacht als er op {FEWEST_THEMES} of meer thema's een cijfer slecht is, niet verbetert, en ver "
            f"weg ligt: zo gemeten minstens {wording.number(FAR, 0)} keer het gewone verschil tussen wijken. Eén zo'n cijfer "
            "vind je in bijna elke wijk.",
            "Alleen cijfers met een gunstige of ongunstige kant doen mee. Herkomst doet nooit mee. Aantallen ook niet: "
            "daarmee lijkt de grootste wijk altijd het slechtst.",
            f"Cijfers van meer dan {MAX_AGE} jaar voor het gekozen jaar tellen niet mee, en wijken met minder dan "
            f"{FEWEST_PEOPLE} inwoners ook niet: daar verandert één huishouden elk aandeel.",
            "Het is een signaal om te gaan kijken. Het is geen oordeel over de wijk en zegt niets over de oorzaak.",
        ]
    )
source_line(known)
doors(selection, "overzicht.py")
