"""The view Verwachting of the page Prognose: one figure of one region, where it goes, and how often we were right."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from data.catalogue import Indicator
from data.panel import Level, Status
from ui import charts, findings, forecasting, official, tables, wording
from ui import outlook_wording as words
from ui.breaks import break_sentences, breaks_to_mark
from ui.chart_record import best_lead, earlier_chart, leads, record_chart
from ui.exhibit import exhibit, file_name
from ui.figures import Figures, series
from ui.outlook_choice import horizon_chosen, lead_chosen
from ui.outlook_reach import Prospect
from ui.parts import about_indicator, lead, say, say_list, when_opened
from ui.selection import Selection
from ui.theme import Look

#: How it came about, for who downloads it.
METHOD: Final = (
    "Mengsel van de eigen trend, de trend die gebieden delen en geen verandering; de gewichten zijn geleerd van eerdere "
    "verwachtingen waarvan de uitkomst bekend was. De banden van 80 en 95 % komen van de fouten van die eerdere verwachtingen."
)


def show(selection: Selection) -> None:
    """Show what to expect of the chosen figure in the chosen wijk, or in the gemeente."""
    known, focus = selection.figures, selection.focus
    forecasting.wait_for_study(known)
    imposed = official.imposed(known) and forecasting.moves(known, selection.indicator.id, focus)
    indicator = forecasting.in_own_unit(known, selection.indicator, focus)
    found = forecasting.prospect_of(known, selection.indicator.id, focus, imposed=imposed)
    if found.reason:
        _show_refusal(selection, indicator, found)
    else:
        _show_outlook(selection, indicator, found, imposed)
    about_indicator(selection.indicator, known)


# With a forecast ----------------------------------------------------------------------------------


def _show_outlook(selection: Selection, indicator: Indicator, found: Prospect, imposed: bool) -> None:
    known, place = selection.figures, selection.focus_label
    head = st.container()
    horizon = horizon_chosen()
    row = found.row(horizon)
    assert row is not None
    record, size = forecasting.record_beside(known, indicator.id, selection.focus)
    reached = int(row["horizon"])
    with head:
        lead(
            f"Verwachting: {wording.in_sentence(selection.indicator.title)} in {place}",
            words.expected_sentence(row, indicator, place),
            words.change_sentence(row, indicator),
            f"{official.imposed_sentence(known)} {words.UNCHECKED}"
            if imposed
            else words.unproven_sentence(record, reached),
            words.end_sentence(found, horizon),
        )
        if selection.wijk is None:
            st.caption("Dit is de gemeente als geheel. Kies boven een wijk voor de verwachting van die wijk.")
    picture, beside = st.columns([5, 3], gap="large")
    with picture:
        _show_fan(known, indicator, selection.focus, found, horizon, imposed)
    with beside:
        _show_record(known, indicator, selection.focus, record, size, reached)
    _show_record_by_year(known, indicator, selection.focus, record, size)
    _show_earlier(known, indicator, selection.focus)
    _show_official(selection, horizon)
    _explain(known, row, selection.focus, found, imposed)


def _show_fan(
    known: Figures, indicator: Indicator, region: str, found: Prospect, horizon: int, imposed: bool
) -> None:
    history, outlook = series(known, indicator.id, [region], own=region), found.until(horizon)
    place, source = known.label(region), known.source_of(indicator)
    years = [*map(int, history["year"]), *map(int, outlook["year"])]
    exhibit(
        lambda look: _fan(known, indicator.id, region, horizon, imposed, look),
        "prognose",
        name=file_name(known, f"verwachting {indicator.title} {place}", *years),
        table=lambda: tables.forecast_table(history, outlook, indicator),
        figures=lambda: tables.forecast_rows(history, outlook, indicator, source),
        told=f"Tabel: {indicator.title} in {place}, wat er was en wat we verwachten met de banden van 80 en 95 %",
        legend=wording.marks_legend(history["status"]),
        method=method(known, imposed),
    )
    _explain_series(known, indicator, region)


def method(known: Figures, imposed: bool) -> str:
    """Return how a forecast came about, for who downloads it."""
    return f"{METHOD} {official.imposed_sentence(known)}" if imposed else METHOD


@lru_cache(maxsize=64)
def _fan(
    known: Figures, indicator_id: str, region: str, horizon: int, imposed: bool, look: Look
) -> dict[str, Any]:
    """Return the specification of the fan; the same for every visitor, so drawn once."""
    indicator = forecasting.in_own_unit(known, known.catalogue[indicator_id], region)
    outlook = forecasting.prospect_of(known, indicator_id, region, imposed=imposed).until(horizon)
    return charts.forecast_chart(
        series(known, indicator_id, [region], own=region),
        outlook,
        indicator,
        look,
        title=findings.forecast_title(outlook.iloc[-1], indicator, known.label(region)),
        breaks=breaks_to_mark(known, indicator, [region]),
        source=known.source_of(indicator),
        made_by=f"Wijkradar, met de groei van {official.told.NAME}" if imposed else "Wijkradar",
    ).to_dict(validate=False)


def _explain_series(known: Figures, indicator: Indicator, region: str) -> None:
    """Say under the picture which figures were converted, and why the series is broken."""
    rows = known.of(indicator.id, region).dropna(subset="value")
    converted = int((rows["status"] == Status.BRIDGED.value).sum())
    for sentence in (
        wording.converted_sentence(converted, len(rows)),
        *break_sentences(known, indicator, [region]),
    ):
        if sentence:
            st.caption(sentence)


# The record ---------------------------------------------------------------------------------------


def _show_record(
    known: Figures, indicator: Indicator, region: str, record: pd.DataFrame, size: int | None, horizon: int
) -> None:
    """Say how earlier forecasts did in regions like this one."""
    st.subheader("Hoe vaak klopte dit eerder?", anchor=False)
    say(
        "We deden alsof we vroeger leefden: een verwachting met de cijfers van toen, naast wat er daarna kwam."
    )
    say_list(
        filter(
            None,
            [
                words.error_sentence(record, indicator, _whose(known, region, size)),
                words.coverage_sentence(record, horizon),
                words.skill_sentence(record, horizon, indicator),
            ],
        )
    )
    if size is None and region in known.regions:
        st.caption("Wijken van deze grootte zijn er te weinig; daarom tellen wijken van elke grootte mee.")


def _show_record_by_year(
    known: Figures, indicator: Indicator, region: str, record: pd.DataFrame, size: int | None
) -> None:
    """Show the record per year ahead, once it is asked for."""
    with when_opened("Hoe vaak klopte dit, per jaar vooruit?", "staat-van-dienst") as is_open:
        if not is_open or record.empty:
            return
        whose, source = _whose(known, region, size), known.source_of(indicator)
        exhibit(
            lambda look: record_chart(
                record, indicator, look, title=findings.record_title(record, whose), source=source
            ),
            "per-jaar",
            name=file_name(known, f"staat van dienst {indicator.title}", *_origins(record)),
            table=lambda: tables.record_table(record, indicator),
            figures=lambda: record_rows(record, indicator, whose, source),
            told="Tabel: hoe vaak eerdere verwachtingen klopten, per jaar vooruit",
            source=source,
            method=METHOD,
        )


def _origins(record: pd.DataFrame) -> tuple[int, int]:
    return int(record["first_origin"].min()), int(record["last_origin"].max())


def record_rows(record: pd.DataFrame, indicator: Indicator, whose: str, source: str) -> pd.DataFrame:
    """Return the plain rows behind the record per year ahead, to download; shares are 0-1."""
    numbers = record.select_dtypes("number").columns
    rows = record.assign(
        **{name: record[name].round(4) for name in numbers},
        indicator=indicator.id,
        regions=whose.removeprefix("In "),
        unit=indicator.unit,
        source=source,
    )
    first = ["indicator", "regions", "horizon"]
    return rows[[*first, *(name for name in numbers if name != "horizon"), "unit", "source"]]


def _whose(known: Figures, region: str, size: int | None) -> str:
    if region not in known.regions:
        return f"In {known.label(region)}"
    many = wording.level_label(known.level, plural=True)
    return f"In {many}{f' {words.size_label(size)}' if size is not None else ''}"


def _show_earlier(known: Figures, indicator: Indicator, region: str) -> None:
    """Draw what we would have said of this very region in earlier years, against what came."""
    earlier = forecasting.earlier_of(known, indicator.id, region)
    if earlier.empty:
        return
    place, source = known.label(region), known.source_of(indicator)
    st.subheader(f"Wat wij eerder hadden gezegd over {place}", anchor=False)
    lead_years = lead_chosen(leads(earlier), best_lead(earlier))
    exhibit(
        lambda look: _said_earlier(known, indicator.id, region, lead_years, look),
        "eerder",
        name=file_name(known, f"eerdere verwachtingen {indicator.title} {place}", *map(int, earlier["year"])),
        table=lambda: earlier_table(earlier, indicator),
        figures=lambda: earlier_rows(earlier, indicator, place, source),
        told=f"Tabel: wat we eerder verwachtten van {indicator.title} in {place}, en wat er kwam",
        method=METHOD,
        source=source,
    )


@lru_cache(maxsize=64)
def _said_earlier(
    known: Figures, indicator_id: str, region: str, lead_years: int | None, look: Look
) -> dict[str, Any]:
    """Return the specification of what was said against what came; the same for every visitor, so drawn once."""
    indicator = forecasting.in_own_unit(known, known.catalogue[indicator_id], region)
    earlier = forecasting.earlier_of(known, indicator_id, region)
    return earlier_chart(
        series(known, indicator_id, [region], own=region),
        earlier,
        indicator,
        look,
        title=findings.earlier_title(earlier, lead_years, indicator, known.label(region)),
        lead=lead_years,
        breaks=breaks_to_mark(known, indicator, [region]),
        source=known.source_of(indicator),
    ).to_dict(validate=False)


def _show_official(selection: Selection, horizon: int) -> None:
    """Lay the projection of CBS and PBL beside that of the gemeente; elsewhere only the choice to go by it."""
    known = selection.figures
    if selection.indicator.id == official.INDICATOR and selection.wijk is None:
        official.show(known, forecasting.studied(known), horizon)
    elif selection.indicator.kind == "count":
        official.choose(known)


def earlier_table(earlier: pd.DataFrame, indicator: Indicator) -> pd.io.formats.style.Styler:
    """Return what was said in earlier years beside what came, newest first, to show with ``st.dataframe``."""
    rows = earlier.sort_values(["origin", "horizon"], ascending=[False, True], ignore_index=True)
    factor = 1000 if wording.in_thousands_of_euro(indicator.unit) else 1
    names = {"mean": "Verwacht", "lower_80": "80 %: van", "upper_80": "80 %: tot", "value": "Het werd"}
    table = (rows[list(names)].astype("float64") * factor).round(6).rename(columns=names)
    table.insert(0, "Gezegd met cijfers tot en met", rows["origin"].astype(int).astype(str))
    table.insert(1, "Voor", rows["year"].astype(int).astype(str))
    inside = rows["value"].between(rows["lower_80"], rows["upper_80"]).map({True: "ja", False: "nee"})
    table["In de band"] = inside.where(rows["lower_80"].notna(), "er was nog geen band")
    decimals = 0 if factor == 1000 else indicator.decimals
    return table.style.format(
        lambda value: wording.number(value, decimals),
        subset=list(names.values()),
        na_rep=tables.PLACEHOLDER,
    )


def earlier_rows(earlier: pd.DataFrame, indicator: Indicator, place: str, source: str) -> pd.DataFrame:
    """Return the plain rows of `earlier_table` to download."""
    rows = earlier.assign(name=place, unit=indicator.unit, source=source)
    columns = ["region", "name", "indicator", "origin", "year", "horizon", "value", "last_value", "mean"]
    bounds = ["lower_80", "upper_80", "lower_95", "upper_95"]
    rows[["mean", *bounds]] = rows[["mean", *bounds]].round(indicator.decimals + 2)
    return rows[[*columns, *bounds, "unit", "source"]]


def _explain(known: Figures, row: pd.Series, region: str, found: Prospect, imposed: bool) -> None:
    whose, others = _own_and_others(known, region)
    with st.expander("Hoe maken we deze verwachting?"):
        say_list(
            [
                *([official.imposed_sentence(known)] if imposed else []),
                words.weights_sentence(row, whose, others),
                "Die gewichten leren we van het verleden: wat het dichtst bij de uitkomst zat, telt zwaarder. Blijkt geen trend "
                "te helpen, dan verwachten we dat er niets verandert.",
                "De band is zo breed als onze eerdere verwachtingen ernaast zaten, aangepast aan hoe sterk dit cijfer zelf van "
                "jaar tot jaar beweegt. In 2 van de 10 gevallen valt het cijfer buiten de band.",
                f"De verwachting rust op {wording.count(found.n, 'jaar', 'jaren')} achter elkaar, tot en met "
                f"{found.last_year}. Over een breuk of een gat kijken we niet heen.",
                "Een verwachting is geen plan en geen wens. Nieuwbouw, sloop en nieuw beleid kent de methode niet.",
            ]
        )
        st.caption(
            "De hele methode met haar staat van dienst staat in docs/methode/prognose.md bij Wijkradar."
        )


def _own_and_others(known: Figures, region: str) -> tuple[str, str]:
    """Return how a region is called in a sentence, and those that it learns from; the gemeente has nobody like it."""
    if region in known.regions:
        one, many = wording.level_label(known.level), wording.level_label(known.level, plural=True)
        return f"deze {one}", f"alle {many} samen"
    return f"de {wording.level_label(Level.GEMEENTE)}", ""


# Without one --------------------------------------------------------------------------------------


def _show_refusal(selection: Selection, indicator: Indicator, found: Prospect) -> None:
    """Say why there is no forecast and what to do, and show what there is."""
    known, region, place = selection.figures, selection.focus, selection.focus_label
    opening, *why = words.refusal_sentences(found, indicator, place)
    lead(f"Verwachting: {wording.in_sentence(selection.indicator.title)} in {place}", opening, " ".join(why))
    history, source = series(known, indicator.id, [region], own=region), known.source_of(indicator)
    exhibit(
        lambda look: charts.line_chart(
            history,
            indicator,
            look,
            title=findings.series_title(history, indicator, place),
            breaks=breaks_to_mark(known, indicator, [region]),
            source=source,
        ),
        "reeks",
        name=file_name(known, f"{indicator.title} {place}", *map(int, history["year"])),
        table=lambda: tables.figures_table(history, indicator),
        figures=lambda: tables.figure_rows(history, indicator, source),
        told=f"Tabel: {wording.title_with_unit(indicator)}, in {place}",
        legend=wording.marks_legend(history["status"]),
    )
    _explain_series(known, indicator, region)
