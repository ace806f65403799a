"""The sections of the page Trends: one wijk large, all wijken small, and how it was worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from analysis.trends import FEWEST_POINTS
from analysis.turns import FEWEST_FIGURES
from data.catalogue import Indicator
from data.panel import Level
from reports.export import rounded
from ui import charts, tables, trend_wording, trending, wording
from ui.amounts import in_unit_of, slope_text
from ui.breaks import break_sentences, breaks_to_mark
from ui.chart_multiples import CLICKED, multiples_chart, on_a_telephone, with_selected
from ui.exhibit import exhibit, file_name
from ui.figures import Figures, series, with_successor
from ui.parts import chart, say, say_list, say_with_parents
from ui.selection import Selection, choose_from_list, choose_wijk
from ui.theme import Look
from ui.trend_choice import Choice
from ui.trend_table import trend_rows, trend_table

#: So many panels at first; a button shows the others.
FIRST_PANELS: Final = 24
_ORDERS: Final = {
    "direction": "meest ongunstig eerst",
    "rise": "sterkste stijging eerst",
    "name": "op naam",
}
#: What a download says about how a verdict came about.
_METHOD: Final = (
    "Lijn door de cijfers na de laatste breuk (Theil-Sen); band van 95 %, gerekend met de samenhang tussen "
    "opeenvolgende jaren en de ruis van de cijfers; alle wijken van de gemeente samen beoordeeld, met naar verwachting "
    "ten hoogste 5 % loos alarm (Benjamini-Hochberg)."
)
_NONE = pd.DataFrame({"year": pd.Series(dtype="int64"), "reason": pd.Series(dtype="str")})
_ON_A_TELEPHONE: Final = """
<style>
@media (max-width: 640px) { .st-key-veelluik-breed [data-testid="stVegaLiteChart"] { display: none; } }
@media (min-width: 641px) { .st-key-veelluik-telefoon { display: none; } }
</style>
"""


# One region large ---------------------------------------------------------------------------------


def opening_sentence(selection: Selection, choice: Choice) -> str:
    """Return the one true sentence about the chosen wijk, or the gemeente, in the chosen years."""
    return trending.sentence(selection.figures, selection.indicator.id, selection.focus, choice.years)


def one_large(selection: Selection, choice: Choice) -> None:
    """Draw the chosen region with its comparators, and say what must be known to read it."""
    known, indicator, focus = selection.figures, selection.indicator, selection.focus
    row = trending.verdict(known, indicator.id, focus, choice.years)
    shown, subject = _shown(known, indicator, focus, choice)
    plain, drawn, *_ = _prepared(known, indicator.id, focus, choice)
    figures = trending.within(series(known, indicator.id, shown), choice.years)
    source = known.source_of(indicator, *_table_years(known, choice.years))

    exhibit(
        lambda look: _large(known, indicator.id, focus, choice, look),
        "trend",
        name=file_name(known, f"trend {indicator.title}", *_table_years(known, choice.years)),
        table=lambda: tables.figures_table(figures, indicator),
        figures=lambda: _plain_figures(figures, known, indicator, drawn if choice.as_index else None),
        told=f"Tabel: {wording.title_with_unit(indicator)}",
        legend=wording.marks_legend(figures["status"]),
        source=source,
        method=f"{opening_sentence(selection, choice)} {_METHOD}",
    )
    for note in [
        *trend_wording.trend_notes(row, indicator),
        *break_sentences(known, indicator, subject, choice.years),
        *_left_out(known, indicator, choice, plain, drawn),
    ]:
        st.caption(note)
    beside = [code for code in choice.beside if code in known.regions]
    say_with_parents(
        known,
        [
            (
                trending.sentence(known, indicator.id, region, choice.years),
                indicator,
                region,
                _year_of(selection, choice),
            )
            for region in beside
        ],
    )


@lru_cache(maxsize=64)
def _prepared(
    known: Figures, indicator_id: str, focus: str, choice: Choice
) -> tuple[pd.DataFrame, pd.DataFrame, Indicator, str | None, dict[str, float]]:
    """Return the figures of the large picture as they are and as drawn, with what `_as_chosen` tells of them."""
    indicator = known.catalogue[indicator_id]
    row = trending.verdict(known, indicator_id, focus, choice.years)
    shown, _ = _shown(known, indicator, focus, choice)
    plain = trending.within(with_successor(known, indicator_id, shown), choice.years)
    return plain, *_as_chosen(plain, _in_unit(row, indicator), choice, known)


@lru_cache(maxsize=64)
def _large(known: Figures, indicator_id: str, focus: str, choice: Choice, look: Look) -> dict[str, Any]:
    """Return the specification of the large picture; the same for every visitor, so drawn once."""
    indicator = known.catalogue[indicator_id]
    row = trending.verdict(known, indicator_id, focus, choice.years)
    _, subject = _shown(known, indicator, focus, choice)
    _, drawn, unit, subtitle, by = _prepared(known, indicator_id, focus, choice)
    fitted = None
    if row is not None and by.get(focus):
        fitted = trending.fitted_line(drawn, trending.scaled(row, by[focus], unit.unit), unit)
    return charts.line_chart(
        drawn,
        unit,
        look,
        title=trend_wording.line_title(row, indicator, known.label(focus), years=choice.years),
        subtitle=subtitle,
        breaks=_NONE if choice.as_index else breaks_to_mark(known, indicator, subject),
        emphasised=subject,
        source=known.source_of(indicator, *_table_years(known, choice.years)),
        fitted=fitted,
    ).to_dict(validate=False)


def _in_unit(row: pd.Series | None, indicator: Indicator) -> Indicator:
    return indicator if row is None else in_unit_of(row, indicator)


def _year_of(selection: Selection, choice: Choice) -> int:
    return (
        selection.year if choice.years is None else min(max(selection.year, choice.years[0]), choice.years[1])
    )


def _table_years(known: Figures, years: tuple[int, int] | None) -> list[int]:
    return [year for year in known.years if years is None or years[0] <= year <= years[1]]


def _shown(known: Figures, indicator: Indicator, focus: str, choice: Choice) -> tuple[list[str], list[str]]:
    """Return the regions to draw, and those that it is about.

    A count of the gemeente or the country would flatten the line of a wijk.
    """
    beside = [code for code in choice.beside if code != focus]
    if indicator.kind == "count" and not choice.as_index:
        beside = [code for code in beside if code in known.regions]
    shown = [focus, *(code for code in beside if code in known.regions), *_areas(beside, known)]
    return shown, [code for code in shown if code in known.regions] or [known.gemeente]


def _areas(beside: Sequence[str], known: Figures) -> list[str]:
    return [code for code in beside if code not in known.regions]


def _as_chosen(
    frame: pd.DataFrame, indicator: Indicator, choice: Choice, known: Figures
) -> tuple[pd.DataFrame, Indicator, str | None, dict[str, float]]:
    """Return the figures to draw, in their own unit or as an index, what they are, and their factors."""
    if not choice.as_index:
        return frame, indicator, None, dict.fromkeys(frame["region"].unique(), 1.0)
    if "measure" in frame:
        frame = frame[frame["measure"] == ""]
    own = frame.assign(value=frame["value"].where(frame["unit"] == indicator.unit))
    base = trending.base_years(own)
    drawn, factors = trending.as_index(own, base)
    subtitle = f"{indicator.title}, index: {_base_told(base, known)}"
    return drawn, trending.index_indicator(indicator), subtitle, factors


def _base_told(base: dict[str, int], known: Figures) -> str:
    """Say which year is 100: one for all, or another one for some."""
    if not base:
        return "geen jaar om mee te beginnen"
    usual = max(set(base.values()), key=list(base.values()).count)
    others = {region: year for region, year in base.items() if year != usual}
    if not others:
        return f"{usual} = 100"
    if len(others) > 1:
        return f"{usual} = 100, en voor {len(others)} reeksen die later begonnen hun eerste jaar"
    region, year = next(iter(others.items()))
    return f"{usual} = 100, en voor {known.label(region)} {year} = 100"


def _left_out(
    known: Figures, indicator: Indicator, choice: Choice, plain: pd.DataFrame, drawn: pd.DataFrame
) -> list[str]:
    """Say what is not in the picture, and why."""
    told = []
    if indicator.kind == "count" and not choice.as_index and _areas(choice.beside, known):
        told.append(
            "Aantallen van gemeente en land staan er niet bij: die zijn altijd groter. Kies index, of een aandeel, om te "
            "vergelijken."
        )
    if not known.comparator:
        told.append("Nederland staat er niet bij: die rij zit niet in de ingelezen tabellen.")
    return [*told, *_not_in_index(known, indicator, plain, drawn)] if choice.as_index else told


def _not_in_index(
    known: Figures, indicator: Indicator, plain: pd.DataFrame, drawn: pd.DataFrame
) -> list[str]:
    """Say which figures an index cannot show: those before a break, in another unit, and from 0."""
    there = plain[plain["value"].notna()]
    missing = sorted(set(there["region"]) - set(drawn.loc[drawn["value"].notna(), "region"]))
    in_unit = set(there.loc[there["unit"] == indicator.unit, "region"])
    told = []
    for why, regions in (
        ("Het cijfer is daar niet groter dan 0 in het jaar waarmee de index zou beginnen.", in_unit),
        ("De cijfers staan daar in een andere eenheid.", set(missing) - in_unit),
    ):
        names = [known.label(region) for region in missing if region in regions]
        if names:
            told.append(f"Niet in de index: {wording.join_names(names, limit=3)}. {why}")
    before = int((~there["region"].isin(missing)).sum() - drawn["value"].notna().sum())
    if before:
        told.append(
            f"{wording.capital(wording.count(before, 'cijfer staat', 'cijfers staan'))} niet in de index: van vóór een "
            "breuk, of van een ander cijfer. Die zijn niet te vergelijken met het jaar dat 100 is."
        )
    return told


def _plain_figures(
    frame: pd.DataFrame, known: Figures, indicator: Indicator, index: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the figures for a download, always in their own unit, with the index beside it where that was drawn."""
    source = known.source_of(indicator, *map(int, frame["year"].unique()))
    out = frame.assign(indicator=indicator.id, source=source)
    columns = ["region", "name", "year", "indicator", "value", "margin", "status", "unit", "source"]
    out = rounded(out[columns])
    if index is None:
        return out
    shown = index[["region", "year", "value"]].rename(columns={"value": "index"}).round(1)
    return out.merge(shown, "left", ["region", "year"])


# All wijken small ---------------------------------------------------------------------------------


def all_wijken(selection: Selection, choice: Choice, look: Look) -> None:
    """Draw every wijk in a small panel, all on one scale, with the class of each in words."""
    known, indicator = selection.figures, selection.indicator
    regions = list(trending.wijken_now(known))
    if len(regions) < 2:
        return
    judged = trending.of_wijken(known, indicator.id, choice.years)
    st.header("Alle wijken", anchor=False)
    names = {region: known.label(region) for region in regions}
    say(trend_wording.multiples_sentence(judged, indicator, names, len(regions), years=choice.years))
    regions = _ordered(regions, judged, indicator, names)
    panels, reasons = _first_panels(regions, selection.wijk), _reasons(known, indicator, choice)
    st.html(_ON_A_TELEPHONE)

    shared = replace(choice, beside=())

    def small(look: Look) -> dict[str, Any]:
        drawn = _multiples(known, indicator.id, shared, tuple(panels), look)
        return with_selected(drawn.spec, selection.wijk)

    with st.container(key="veelluik-telefoon"):
        chart(
            on_a_telephone(small(look), len(panels)),
            "veelluik-smal",
            linked=False,
            captioned=False,
            on_select=partial(_take_clicked, "veelluik-smal"),
        )
    with st.container(key="veelluik-breed"):
        exhibit(
            small,
            "veelluik",
            name=file_name(known, f"wijken {indicator.title}", *_table_years(known, choice.years)),
            table=lambda: trend_table(judged, indicator, names, regions, reasons),
            figures=lambda: trend_rows(
                judged, indicator, names, regions, reasons, known.source_of(indicator)
            ),
            told=f"Tabel: {indicator.title} per wijk, eerste en laatste cijfer, verandering per jaar en oordeel",
            source=known.source_of(indicator, *_table_years(known, choice.years)),
            method=_METHOD,
            on_select=partial(_take_clicked, "veelluik"),
        )
    for note in _multiples(known, indicator.id, shared, tuple(panels), look).notes:
        st.caption(note)
    choose_from_list(
        {region: names[region] for region in regions},
        selection.wijk,
        "groot",
        label="Bekijk een wijk uit deze plaatjes groot",
    )


def _reasons(known: Figures, indicator: Indicator, choice: Choice) -> dict[str, str]:
    rows = trending.within(known.of(indicator.id), choice.years).sort_values("year")
    return dict(rows.drop_duplicates("region", keep="last")[["region", "status"]].itertuples(index=False))


def _ordered(
    regions: list[str], judged: pd.DataFrame, indicator: Indicator, names: dict[str, str]
) -> list[str]:
    if not judged["p"].notna().any():
        # Without any direction there is nothing to order by.
        return sorted(regions, key=names.__getitem__)
    neutral = indicator.direction == "neutral"
    orders = [_ORDERS["rise" if neutral else "direction"], _ORDERS["name"]]
    if st.session_state.get("volgorde") not in orders:
        by_name = st.session_state.get("volgorde") == _ORDERS["name"]
        st.session_state["volgorde"] = orders[by_name]
    chosen = st.segmented_control(
        "Volgorde",
        orders,
        key="volgorde",
        required=True,
        persist_state="session",
        help="Wijken zonder duidelijke richting staan bij elkaar; daartussen maken we geen rangorde.",
    )
    if chosen == _ORDERS["name"]:
        return sorted(regions, key=names.__getitem__)
    return trending.in_order(judged, regions)


def _first_panels(regions: list[str], wijk: str | None) -> list[str]:
    """Return the wijken to draw: the first ones and the chosen one, or all where that is asked."""
    if len(regions) <= FIRST_PANELS or st.toggle(
        f"Toon alle {len(regions)} wijken", key="alle-panelen", persist_state="session"
    ):
        return regions
    first = regions[:FIRST_PANELS]
    return first if wijk not in regions or wijk in first else [*first[:-1], str(wijk)]


@dataclass(frozen=True)
class _Drawn:
    spec: dict[str, Any]
    notes: tuple[str, ...]


@lru_cache(maxsize=64)
def _multiples(
    known: Figures, indicator_id: str, choice: Choice, panels: tuple[str, ...], look: Look
) -> _Drawn:
    """Return the specification of the panels; the same for every visitor, so drawn once."""
    indicator = known.catalogue[indicator_id]
    judged = trending.of_wijken(known, indicator_id, choice.years)
    frame = trending.within(series(known, indicator_id, [*panels, known.gemeente]), choice.years)
    drawn, unit, subtitle, _ = _as_chosen(frame, indicator, choice, known)
    missing = frame[~frame["region"].isin(drawn["region"])].assign(value=float("nan"))
    drawn = pd.concat([drawn, missing], ignore_index=True)
    in_gemeente = drawn["role"] == Level.GEMEENTE.value
    compared = indicator.kind != "count" or choice.as_index
    labels = {str(row["region"]): trend_wording.class_label(row, indicator) for _, row in judged.iterrows()}
    made = multiples_chart(
        drawn[~in_gemeente],
        judged[judged["region"].isin(panels)],
        unit,
        look,
        title=trend_wording.multiples_title(judged, indicator, years=choice.years),
        subtitle=subtitle,
        order=panels,
        comparator=drawn[in_gemeente] if compared else None,
        labels=labels,
        source=known.source_of(indicator, *_table_years(known, choice.years)),
    )
    notes = _left_out_of_panels(known, indicator, choice, frame, drawn)
    return _Drawn(made, tuple(notes))


def _left_out_of_panels(
    known: Figures, indicator: Indicator, choice: Choice, plain: pd.DataFrame, drawn: pd.DataFrame
) -> list[str]:
    if choice.as_index:
        own = plain["role"] != Level.GEMEENTE.value
        return _not_in_index(known, indicator, plain[own], drawn[drawn["role"] != Level.GEMEENTE.value])
    if indicator.kind == "count":
        return ["Kies index om ook in kleine wijken te zien hoe hard het gaat."]
    return []


def _take_clicked(key: str) -> None:
    if clicked := st.session_state[key]["selection"].get(CLICKED):
        choose_wijk(str(clicked[0]["region"]))


# How it was worked out ----------------------------------------------------------------------------


def how_to_read() -> None:
    """Fold out what the marks in the pictures mean."""
    with st.expander("Hoe lees ik dit?"):
        say_list(
            [
                "Een doorgetrokken lijn is een vast cijfer, een gestreepte lijn een voorlopig cijfer. Een gat is een "
                "jaar zonder cijfer; we vullen niets in.",
                "Een stippellijn met kruisjes zijn cijfers die Wijkradar omrekende naar de grenzen van nu. Dat zijn "
                "schattingen.",
                "De gekleurde band om een lijn is de marge: zo ver kan het cijfer ernaast zitten door afronding, kleine "
                "aantallen en omrekenen.",
                "De dunne lijn met lange strepen is de rechte lijn die het best bij de cijfers past. De grijze band laat "
                "zien hoe steil of vlak die lijn kan zijn. Is de richting te onzeker, dan staat er alleen een band.",
                "Over een breuk loopt geen lijn. Dan is de grens van de wijk verlegd, is niet bekend welke code de wijk "
                "eerder had, of meet CBS iets anders dan daarvoor. Het oordeel gaat over de jaren na de laatste breuk.",
                *(
                    f"{wording.capital(label)}: {wording.in_sentence(trend_wording.CLASS_EXPLANATIONS[verdict])}"
                    for verdict, label in trend_wording.CLASS_LABELS.items()
                ),
            ]
        )


def how_it_was_worked_out(selection: Selection, choice: Choice) -> None:
    """Fold out the method in plain words, with the numbers behind the verdict on this very series."""
    known, indicator = selection.figures, selection.indicator
    row = trending.verdict(known, indicator.id, selection.focus, choice.years)
    judged = trending.of_wijken(known, indicator.id, choice.years)
    tested = int(judged["p"].notna().sum()) if selection.focus in set(judged["region"]) else 0
    with st.expander("Hoe is dit bepaald?"):
        say_list(
            [
                "We leggen een rechte lijn door de cijfers van na de laatste breuk. Die lijn laat zich niet van de wijs "
                "brengen door één vreemd jaar: per jaar erbij of eraf is het midden van alle verschillen tussen twee "
                "jaren (Theil-Sen).",
                "Cijfers van opeenvolgende jaren lijken op elkaar, ook als er niets blijvends gebeurt. Wie dat vergeet, ziet "
                "in elke derde reeks een trend. Daarom meten we eerst hoe sterk de jaren samenhangen, in alle gebieden "
                "tegelijk, en rekenen we daarmee.",
                "Ook de ruis door afronding en kleine aantallen telt mee.",
                "Wie veel wijken tegelijk bekijkt, vindt altijd wel iets. Daarom zijn alle wijken van de gemeente als één "
                "groep beoordeeld: van wat we stijgt of daalt noemen, is naar verwachting ten hoogste 5 % loos alarm "
                "(Benjamini-Hochberg). De gemeente zelf, Nederland en een wijk die niet meer bestaat zijn apart beoordeeld. "
                "Op de pagina Overzicht gaat het om meer cijfers tegelijk; daar kan dezelfde reeks anders uitvallen.",
                f"Met minder dan {FEWEST_POINTS} jaren na een breuk geven we geen oordeel. Dan is er alleen de grafiek.",
                f"Een omslag (stijgt sinds 2019) noemen we alleen bij {FEWEST_FIGURES} jaren of meer, en als een knik in de lijn "
                "duidelijk beter past dan een rechte lijn, ook als je meetelt dat we in elk jaar naar een knik zochten.",
                "Een trend zegt niets over de oorzaak.",
                *_numbers_behind(row, indicator, tested),
            ]
        )
        st.caption(
            "De hele methode, en hoe vaak zij zich vergist, staat in docs/methode/trends.md bij Wijkradar."
        )


def _numbers_behind(row: pd.Series | None, indicator: Indicator, family: int) -> list[str]:
    """Say slope, band, autocorrelation and p of one series, and for how many wijken p was corrected (0: for none)."""
    if row is None or not wording.is_figure(row["p"]):
        return []
    told = (
        f"Deze reeks: {wording.count(int(row['n']), 'cijfer', 'cijfers')} van {int(row['first_year'])} tot en met "
        f"{int(row['last_year'])}; {slope_text(row, indicator)} (band van 95 %). Samenhang tussen opeenvolgende jaren "
        f"(autocorrelatie): {wording.number(row['autocorrelation'], 2)}. p = {_p(row['p'])}"
    )
    together = f"; na correctie voor {wording.count(family, 'wijk', 'wijken')} {_p(row['p_adjusted'])}"
    return [f"{told}{together if family else ''}."]


def _p(p: float) -> str:
    return f"kleiner dan {wording.number(0.001, 3)}" if p < 0.001 else wording.number(p, 3)
