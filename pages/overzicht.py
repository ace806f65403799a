"""Overzicht: how is my gemeente doing, and which wijken ask for attention?"""

from __future__ import annotations

import streamlit as st

from analysis.standing import heat, stand_out
from ui import charts, wording
from ui.figures import FEWEST_PEOPLE, RECENT_YEARS, series, standing, worth_ranking
from ui.parts import chart, doors, lead, page_look, say, say_list
from ui.selection import current

KEY_FIGURES = (
    "population",
    "age_65plus_share",
    "benefit_bijstand_share",
    "low40_households",
    "woz",
    "hh_single_share",
)
SHOWN = 4

selection, look = current(), page_look()
known = selection.figures
comparison = worth_ranking(standing(known, selection.year), selection.year)
bad = stand_out(comparison, known.definitions, limit=50)
good = stand_out(comparison, known.definitions, limit=3, favourable=True)
wijken = known.regions_in(known.years[-1])
with_figures = set(comparison.loc[comparison["verdict"] != "no_figure", "region"])

lead(
    f"Overzicht van {known.name}",
    wording.overview_sentence(
        known.name,
        len(wijken),
        [known.label(region) for region in dict.fromkeys(bad["region"])],
        "de gemeente als geheel",
        without_figures=len(set(wijken) - with_figures),
    ),
)

tiles = [indicator for indicator in KEY_FIGURES if known.years_with(indicator)][:SHOWN]
for column, key in zip(st.columns(max(len(tiles), 1)), tiles, strict=False):
    indicator = known.catalogue[key]
    rows = known.of(key, known.gemeente)
    rows = rows[rows["value"].notna() & (rows["year"] <= selection.year)]
    with column.container(border=True, height="stretch"):
        st.caption(indicator.title, help=indicator.explanation)
        if rows.empty:
            say(f"geen cijfer in of voor {selection.year}")
            continue
        latest = rows.sort_values("year").iloc[-1]
        st.subheader(wording.figure(latest["value"], indicator.unit, indicator.decimals), anchor=False)
        country = known.of(key, known.comparator or "")
        country = country[(country["year"] == latest["year"]) & country["value"].notna()]
        beside = (
            f"Nederland: {wording.figure(country['value'].iloc[0], indicator.unit, indicator.decimals)}"
            if len(country)
            else "Nederland: geen cijfer ingelezen"
        )
        st.caption(f"{int(latest['year'])}. {beside}")
        chart(
            charts.sparkline(series(known, key, [known.gemeente], own=known.gemeente), indicator, look),
            f"vonk-{key}",
        )

st.header("Wat valt op?", anchor=False)
if bad.empty:
    say("Geen enkele wijk wijkt duidelijk ongunstig af van de gemeente. Kleine verschillen tellen we niet.")
else:
    say_list(
        wording.stand_out_sentence(
            row, known.catalogue[row["indicator"]], known.label(row["region"]), known.name
        )
        for _, row in bad.head(5).iterrows()
    )
if len(good):
    with st.expander("En wat gaat er goed?"):
        say_list(
            wording.stand_out_sentence(
                row, known.catalogue[row["indicator"]], known.label(row["region"]), known.name
            )
            for _, row in good.iterrows()
        )

st.header("Wijken en thema's naast elkaar", anchor=False)
cells = heat(comparison, known.definitions)
cells["name"] = cells["region"].map(known.label)
cells["theme"] = cells["theme"].map({theme.id: theme.title for theme in known.catalogue.themes})
chart(
    charts.heat_chart(
        cells.rename(columns={"distance": "value"}),
        look,
        title=f"Hoe ver wijkt een wijk af van de doorsnee wijk in {known.name}?",
        comparator=f"de doorsnee wijk in {known.name}",
        selected=selection.wijk,
    ),
    "warmte",
)
with st.expander("Hoe is dit bepaald?"):
    say_list(
        [
            "Elke wijk wordt vergeleken met het cijfer van de gemeente zelf, in hetzelfde jaar.",
            "Een verschil telt pas als het groter is dan de ruis door afronding en kleine aantallen.",
            "Een wijk valt op als zij daarnaast duidelijk buiten de gewone spreiding tussen de wijken ligt.",
            "Alleen cijfers met een gunstige of ongunstige kant doen mee. Herkomst doet nooit mee. Aantallen ook niet: "
            "daarmee lijkt de grootste wijk altijd het slechtst.",
            f"Cijfers van meer dan {RECENT_YEARS} jaar terug tellen niet mee, en wijken met minder dan {FEWEST_PEOPLE} "
            "inwoners ook niet: daar verandert één huishouden elk aandeel.",
            "Opvallen is een signaal om te gaan kijken. Het is geen oordeel en zegt niets over de oorzaak.",
        ]
    )
st.caption(known.source_of(known.catalogue[selection.indicator.id]))
doors(selection, "overzicht.py")
