"""Overzicht: how is my gemeente doing, and which wijken ask for attention?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.attention import FEWEST_THEMES, attention
from analysis.standing import heat, stand_out
from data.catalogue import Indicator
from ui import charts, wording
from ui.figures import FEWEST_PEOPLE, RECENT_YEARS, standing, themes_judged, worth_ranking
from ui.parts import chart, doors, key_figure, lead, page_look, say, say_list, say_with_parents, source_line
from ui.selection import current

KEY_FIGURES = ("population", "age_65plus_share", "benefit_bijstand_share", "low40_households", "woz")
TILES, SENTENCES = 4, 5

selection, look = current(), page_look()
known, year = selection.figures, selection.year
comparison = worth_ranking(standing(known, year), year)
outstanding = stand_out(comparison, known.definitions, limit=len(comparison))
asking = attention(outstanding)
wijken = known.regions_in(known.years[-1])
themes = {theme.id: theme.title for theme in known.catalogue.themes}


def told(row: pd.Series) -> tuple[str, Indicator, str, int]:
    """Say one outstanding figure in a sentence, and which figure it is."""
    indicator, region = known.catalogue[row["indicator"]], str(row["region"])
    sentence = wording.stand_out_sentence(row, indicator, known.label(region), known.name)
    return sentence, indicator, region, int(row["year"])


comparable = len(themes_judged(comparison, known.definitions)) >= FEWEST_THEMES
lead(
    f"Overzicht van {known.name}",
    wording.overview_sentence(
        known.name,
        len(wijken),
        [known.label(region) for region in asking["region"]],
        left_out=len(set(wijken) - set(comparison["region"])),
    )
    if comparable
    else wording.nothing_to_compare(known.name, year, known.years_of_gemeente),
)

tiles = [indicator for indicator in KEY_FIGURES if known.years_with(indicator)][:TILES]
for column, indicator_id in zip(st.columns(max(len(tiles), 1)), tiles, strict=False):
    with column.container(border=True, height="stretch"):
        key_figure(known, known.catalogue[indicator_id], year, look)


def what_stands_out() -> None:
    """Say which wijken differ most from the gemeente, for worse and for better."""
    st.header("Wat valt op?", anchor=False)
    if outstanding.empty:
        say(
            "Geen enkele wijk wijkt duidelijk ongunstig af van de gemeente. Kleine verschillen tellen we niet."
        )
    else:
        # First the wijken where several things come together, each with what is strongest there.
        order = {region: place for place, region in enumerate(asking["region"])}
        place = outstanding["region"].map(order).fillna(len(order))
        strongest = outstanding.assign(place=place).sort_values(["place", "sure"], ascending=[True, False])
        one_each = strongest.drop_duplicates("region").head(SENTENCES)
        say_with_parents(known, [told(row) for _, row in one_each.iterrows()])
    good = stand_out(comparison, known.definitions, limit=3, favourable=True)
    if len(good):
        with st.expander("En wat gaat er goed?"):
            say_with_parents(known, [told(row) for _, row in good.iterrows()])


def side_by_side() -> None:
    """Draw how far every wijk is from the middle one, per theme."""
    st.header("Wijken en thema's naast elkaar", anchor=False)
    cells = heat(comparison, known.definitions)
    filled = cells.groupby("theme")["distance"].transform("count") > 0
    cells = cells[filled].rename(columns={"distance": "value"})
    chart(
        charts.heat_chart(
            cells.assign(name=cells["region"].map(known.label), theme=cells["theme"].map(themes)),
            look,
            title=f"Hoe ver wijkt een wijk af van de doorsnee wijk in {known.name}?",
            comparator=f"de doorsnee wijk in {known.name}",
            selected=selection.wijk,
        ),
        "warmte",
    )


if comparable:
    what_stands_out()
    side_by_side()
with st.expander("Hoe is dit bepaald?"):
    say_list(
        [
            "Elke wijk wordt vergeleken met het cijfer van de gemeente zelf, in hetzelfde jaar.",
            "Een verschil telt pas als het groter is dan de ruis door afronding en kleine aantallen.",
            "Een cijfer valt op als het daarnaast duidelijk buiten de gewone spreiding tussen de wijken ligt.",
            f"Een wijk vraagt aandacht als er op {FEWEST_THEMES} of meer thema's iets ongunstig opvalt. Eén opvallend cijfer "
            "vind je in bijna elke wijk.",
            "Alleen cijfers met een gunstige of ongunstige kant doen mee. Herkomst doet nooit mee. Aantallen ook niet: "
            "daarmee lijkt de grootste wijk altijd het slechtst.",
            f"Cijfers van {RECENT_YEARS} jaar of langer terug tellen niet mee, en wijken met minder dan {FEWEST_PEOPLE} "
            "inwoners ook niet: daar verandert één huishouden elk aandeel.",
            "Opvallen is een signaal om te gaan kijken. Het is geen oordeel en zegt niets over de oorzaak.",
        ]
    )
source_line(known)
doors(selection, "overzicht.py")
