"""The view Alle wijken of the page Prognose: every wijk by expected change, with how sure that is."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from data.catalogue import Indicator
from ui import findings, forecasting, official, tables, trending, wording
from ui import outlook_wording as words
from ui.chart_expected import CLICKED, expected_chart
from ui.exhibit import exhibit, file_name
from ui.figures import Figures
from ui.outlook import method
from ui.outlook_choice import horizon_chosen, percent_chosen
from ui.outlook_ranking import common_year, expected_changes
from ui.parts import about_indicator, lead, say, say_list
from ui.selection import Selection, choose_from_list, choose_wijk

_CHART: Final = "verwacht"


def show(selection: Selection) -> None:
    """Show all wijken of now by expected change of the chosen figure."""
    known, indicator = selection.figures, selection.indicator
    forecasting.wait_for_study(known)
    regions = trending.wijken_now(known)
    imposed = official.imposed(known) and forecasting.moves(known, indicator.id, *regions)
    title = f"Verwachting: {wording.in_sentence(indicator.title)} in alle wijken van {known.name}"
    found = {
        region: forecasting.prospect_of(known, indicator.id, region, imposed=imposed) for region in regions
    }
    head = st.container()
    horizon, percent = _choices(indicator)
    year = common_year(found, horizon)
    if year is None:
        with head:
            lead(title, f"Niet te voorspellen: {wording.subject(indicator)}, in geen enkele wijk.")
        reasons = {region: words.SHORT_REASONS[each.reason] for region, each in found.items()}
        say_list(words.reasons_sentences(_names_by_reason(known, reasons)))
    else:
        names = {region: known.label(region) for region in regions}
        rows = expected_changes(found, names, indicator, year, in_percent=percent)
        with head:
            newest = max(each.last_year or 0 for each in found.values() if not each.reason)
            record = forecasting.record_of(known, indicator.id, known.level)
            lead(
                title,
                words.all_sentence(list(rows["course"]), indicator, year),
                f"{official.imposed_sentence(known)} {words.UNCHECKED}"
                if imposed
                else words.unproven_sentence(record, year - newest),
            )
            if year < newest + horizon:
                say(f"Verder dan {year} is er voor minder dan de helft van de wijken een band.")
        _show_ranking(selection, rows, year, percent, method(known, imposed))
    if not indicator.usable_in_score:
        say("Herkomst zetten we nooit op volgorde, ook niet naar wat we verwachten. Kies een wijk.")
    about_indicator(indicator, known)


def _choices(indicator: Indicator) -> tuple[int, bool]:
    """Show how far ahead, and for a figure that is no percentage whether the change is in per cent."""
    with st.container(horizontal=True, gap="medium"):
        horizon = horizon_chosen()
        percent = indicator.unit != "%" and percent_chosen()
    return horizon, percent


def _show_ranking(selection: Selection, rows: pd.DataFrame, year: int, percent: bool, made_with: str) -> None:
    known, indicator = selection.figures, selection.indicator
    if indicator.usable_in_score:
        _draw_ranking(selection, rows, year, percent, made_with)
    missing = rows[rows["reason"] != ""]
    reasons = dict(zip(missing["region"], missing["reason"], strict=True))
    say_list(words.reasons_sentences(_names_by_reason(known, reasons)))
    names = dict(zip(rows["region"], rows["name"], strict=True))
    choose_from_list(names, selection.wijk, "verwacht-wijk", _go_to)
    with st.expander("Hoe lees ik dit?"):
        say_list(
            [
                "Elke regel is een wijk: de punt is de verwachte verandering, de streep de band. In 8 van de 10 gevallen ligt "
                "de uitkomst in die band.",
                *(
                    f"{wording.capital(label)}: {wording.in_sentence(words.COURSE_EXPLANATIONS[side])}"
                    for side, label in words.COURSE_LABELS.items()
                ),
                "Alleen wijken waar de hele band boven of onder nu ligt, staan op volgorde. Daartussen maken we geen rangorde.",
            ]
        )


def _draw_ranking(selection: Selection, rows: pd.DataFrame, year: int, percent: bool, made_with: str) -> None:
    known, indicator = selection.figures, selection.indicator
    source = known.source_of(indicator)
    exhibit(
        lambda look: expected_chart(
            rows,
            indicator,
            look,
            title=findings.expected_title(rows, indicator, year),
            source=source,
            chosen=selection.wijk,
            in_percent=percent,
        ),
        _CHART,
        name=file_name(known, f"verwachting {indicator.title} wijken", year),
        table=lambda: tables.expected_table(rows, indicator, in_percent=percent),
        figures=lambda: tables.expected_rows(rows, indicator, source, in_percent=percent),
        told=f"Tabel: {indicator.title} per wijk, nu en naar verwachting in {year}, met de band van 80 %",
        source=source,
        method=made_with,
        on_select=partial(_take_clicked, _CHART),
    )


def _names_by_reason(known: Figures, reasons: dict[str, str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for region, reason in reasons.items():
        names.setdefault(reason, []).append(known.label(region))
    return names


def _take_clicked(key: str) -> None:
    if clicked := st.session_state[key]["selection"].get(CLICKED):
        _go_to(str(clicked[0]["region"]))


def _go_to(region: str) -> None:
    """Show the forecast of one wijk."""
    choose_wijk(region)
    st.session_state["deel"] = "verwachting"
