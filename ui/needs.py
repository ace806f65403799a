"""The view "Wat is er nodig?": how many people will need something in a wijk, and what a scenario would change."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from analysis.needs import NEEDS, Need
from ui import charts, findings, tables, wording
from ui import needs_figures as worked
from ui import needs_wording as told
from ui import outlook_wording as words
from ui.exhibit import exhibit, file_name
from ui.figures import Figures
from ui.forecasting import wait_for_study
from ui.needs_ranking import show_ranking
from ui.needs_record import show_record
from ui.needs_scenarios import show_scenarios
from ui.official import imposed, imposed_sentence
from ui.outlook_choice import horizon_chosen
from ui.outlook_reach import Prospect
from ui.parts import lead, say_list
from ui.selection import Selection, adopt_address, write_address
from ui.theme import Look

_PEOPLE, _RATE = "aantal", "promille"
_SHOWN: Final = {_PEOPLE: "aantal", _RATE: f"per {told.THOUSAND} inwoners"}
METHOD: Final = (
    "Verwachting van het aantal mensen maal de verwachting van het gebruik. De banden komen uit eerdere verwachtingen waarvan "
    "we weten wat er kwam: nagebootst met 2 000 trekkingen, waarin mensen en gebruik samen bewegen zoals eerder."
)


def show(selection: Selection) -> None:
    """Show what will be needed: the sentence, the fan, all wijken in order, and the scenarios."""
    known = selection.figures
    wait_for_study(known)
    if is_imposed := imposed(known):
        wait_for_study(known, imposed=True)
    head = st.container()
    with st.container(horizontal=True, gap="medium"):
        chosen = _need_chosen()
        per_thousand = _unit_chosen()
        horizon = horizon_chosen()
        basis = worked.Basis(known, is_imposed, _school_chosen(chosen))
        need = basis.need(chosen.id)
    with st.spinner("De behoefte wordt doorgerekend"):
        found = worked.prospect_of(basis, need.id, selection.focus)
    with head:
        _open(selection, basis, need, found, horizon)
        if sentence := imposed_sentence(known):
            st.caption(sentence)
    _show_fan(basis, need, selection.focus, horizon, per_thousand=per_thousand)
    show_record(basis, need, selection.focus, horizon)
    show_scenarios(selection, basis, need, horizon)
    show_ranking(selection, basis, need, horizon, METHOD)
    _how(need, known)


# What is chosen ------------------------------------------------------------------------------------


def _need_chosen() -> Need:
    adopt_address("behoefte")
    if st.session_state.get("behoefte") not in worked.BY_ID:
        st.session_state["behoefte"] = NEEDS[0].id
    chosen = st.selectbox(
        "Wat is er nodig?",
        list(worked.BY_ID),
        format_func=lambda need: told.title_of(worked.BY_ID[need]),
        key="behoefte",
        persist_state="session",
        placeholder="Kies wat er nodig is",
        width=380,
    )
    write_address({"behoefte": str(chosen)})
    return worked.BY_ID[str(chosen)]


def _school_chosen(need: Need) -> int | None:
    """Ask how many ages go to a primary school, where that is what is on the screen."""
    key = "basisschooljaren"
    if need.factor == 1.0:
        # What was chosen still counts in the scenarios and downloads of everything that is needed.
        return st.session_state.get(key)
    return int(
        st.number_input(
            "Leeftijden op school",
            min_value=1,
            max_value=worked.SCHOOL_AGES,
            value=round(worked.SCHOOL_AGES * need.factor),
            key=key,
            persist_state="session",
            help=f"Hoeveel van de {worked.SCHOOL_AGES} leeftijden van 0 tot 15 jaar gaan naar de basisschool? Gewoonlijk 8: van 4 "
            "tot 12 jaar.",
        )
    )


def _unit_chosen() -> bool:
    adopt_address("tonen")
    if st.session_state.get("tonen") not in _SHOWN:
        st.session_state["tonen"] = _PEOPLE
    chosen = st.segmented_control(
        "Toon als",
        list(_SHOWN),
        format_func=_SHOWN.__getitem__,
        key="tonen",
        required=True,
        persist_state="session",
        help=f"Per {told.THOUSAND} inwoners kunt u wijken vergelijken die niet even groot zijn.",
    )
    write_address({"tonen": str(chosen)})
    return chosen == _RATE


# What is shown -------------------------------------------------------------------------------------


def _open(selection: Selection, basis: worked.Basis, need: Need, found: Prospect, horizon: int) -> None:
    """Say what is expected, or why that cannot be said."""
    known, place = selection.figures, selection.focus_label
    indicator = told.indicator_of(need, known.catalogue)
    row = found.row(horizon)
    if row is None:
        opening, *why = words.refusal_sentences(found, indicator, place)
        missing = worked.missing_figure(basis, need.id, selection.focus)
        if missing:
            why.insert(0, told.missing_sentence(need, known.catalogue[missing]))
        lead(f"Wat is er nodig in {place}?", opening, " ".join(why))
        return
    record, _ = worked.record_beside(basis, need.id, selection.focus)
    lead(
        f"Wat is er nodig in {place}?",
        words.expected_sentence(row, indicator, place),
        f"{words.change_sentence(row, indicator)} {_rate(basis, need, selection.focus, int(row['year']))}".strip(),
        words.unproven_sentence(record, int(row["horizon"])),
        words.end_sentence(found, horizon),
    )
    if selection.wijk is None:
        st.caption(
            "Dit is de gemeente als geheel. Kies boven een wijk om te zien wat er in die wijk nodig is."
        )


def _rate(basis: worked.Basis, need: Need, region: str, year: int) -> str:
    """Say the same per 1,000 inhabitants, where that is known."""
    outlook = worked.prospect_of(basis, need.id, region, per_thousand=True).outlook
    rows = outlook[outlook["year"] == year]
    if rows.empty or not wording.is_figure(rows.iloc[0]["last_value"]):
        return ""
    return told.rate_sentence(
        worked.numbers(rows.iloc[0]), told.indicator_of(need, basis.known.catalogue, per_thousand=True)
    )


def _show_fan(basis: worked.Basis, need: Need, region: str, horizon: int, *, per_thousand: bool) -> None:
    known = basis.known
    indicator = told.indicator_of(need, known.catalogue, per_thousand=per_thousand)
    history = worked.counted(basis, need.id, region, per_thousand=per_thousand)
    outlook = worked.prospect_of(basis, need.id, region, per_thousand=per_thousand).until(horizon)
    place, source = known.label(region), known.source_of(indicator)
    exhibit(
        lambda look: _drawn(basis, need, region, horizon, look, per_thousand=per_thousand),
        "behoefte-grafiek",
        name=file_name(known, f"behoefte {indicator.title} {place}", *_years(history, outlook)),
        table=lambda: tables.forecast_table(history, outlook, indicator),
        figures=lambda: tables.forecast_rows(history, outlook, indicator, source),
        told=f"Tabel: {wording.in_sentence(indicator.title)} in {place}, wat er was en wat we verwachten, met de banden",
        legend=wording.marks_legend(history["status"]),
        linked=False,
        source=source,
        method=METHOD,
    )


@lru_cache(maxsize=64)
def _drawn(
    basis: worked.Basis, need: Need, region: str, horizon: int, look: Look, *, per_thousand: bool
) -> dict[str, Any]:
    """Return the specification of the fan; the same for every visitor, so drawn once."""
    known = basis.known
    indicator = told.indicator_of(need, known.catalogue, per_thousand=per_thousand)
    history = worked.counted(basis, need.id, region, per_thousand=per_thousand)
    outlook = worked.prospect_of(basis, need.id, region, per_thousand=per_thousand).until(horizon)
    place = known.label(region)
    title = findings.series_title(history, indicator, place)
    if len(outlook):
        title = findings.forecast_title(outlook.iloc[-1], indicator, place)
    return charts.forecast_chart(
        history,
        outlook,
        indicator,
        look,
        title=title,
        breaks=worked.breaks_of(known, need.id, region),
        source=known.source_of(indicator),
    ).to_dict(validate=False)


def _years(*frames: pd.DataFrame) -> list[int]:
    return [int(year) for frame in frames for year in frame["year"]]


def _how(need: Need, known: Figures) -> None:
    with st.expander("Hoe rekenen we dit uit?"):
        say_list(
            [
                told.made_of(need, known.catalogue),
                "Voor elk onderdeel maken we een verwachting, zoals bij Verwachting op deze pagina. Daarna bootsen we 2\u202f000 "
                "keer na hoe het kan lopen. Mensen en gebruik bewegen daarin samen zoals ze dat in eerdere jaren deden. Zo "
                "ontstaat de band om het aantal dat nodig is.",
                "Het laatste jaar waarvan alle onderdelen er zijn, is waar de verwachting begint.",
                "Nieuwbouw, sloop en nieuw beleid kent de verwachting niet. Daarvoor zijn de scenario's.",
                "Een scenario verandert de aannames en laat de rest gelijk. Verwachting en scenario gebruiken dezelfde trekkingen. "
                "Daardoor is het verschil tussen die twee zekerder dan elk getal apart. Of de aannames uitkomen, rekenen we niet uit.",
            ]
        )
