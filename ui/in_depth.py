"""The view Narekenen of the page Prognose: one series in depth, for whoever does not believe us."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, cast

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from analysis.evidence import evidence_table
from analysis.in_depth import (
    WIJKRADAR,
    History,
    components,
    history_of,
    leftover,
    models,
    of_wijkradar,
)
from data.catalogue import Indicator
from data.panel import Level
from ui import forecasting, official, tables, wording
from ui import in_depth_wording as words
from ui.breaks import break_sentences
from ui.chart_in_depth import components_chart, models_chart
from ui.chart_members import members_chart
from ui.exhibit import exhibit, file_name
from ui.figures import Figures
from ui.outlook_reach import no_finer
from ui.parts import about_indicator, lead, say, say_list
from ui.selection import Selection

#: Years ahead that are drawn, and those that are told in a table.
AHEAD: Final = 5
TOLD: Final = (1, 3, 5)
#: Years ahead of the sentence about the weights, and of the one about the nearest model.
_USUAL: Final = 3
_METHOD: Final = (
    "Modellen geschat met statsmodels op dezelfde cijfers als de verwachting van Wijkradar; fouten van vroegere jaren met wat "
    "toen bekend was, gedeeld door de fout van zeggen dat er niets verandert."
)


def show(selection: Selection) -> None:
    """Show the models beside each other, what drives the weights, and the components of the chosen series."""
    known, region, place = selection.figures, selection.focus, selection.focus_label
    forecasting.wait_for_study(known)
    indicator = forecasting.in_own_unit(known, selection.indicator, region)
    title = f"Narekenen: {wording.in_sentence(selection.indicator.title)} in {place}"
    history = _history(known, indicator.id, region)
    if history.reason:
        opening, *why = words.refusal(history, indicator, place)
        lead(title, opening, " ".join(why))
        _say_breaks(known, indicator, region)
    else:
        with st.spinner("De modellen worden geschat"):
            found = _side_by_side(known, indicator.id, region)
            parts = _components(known, indicator.id, region)
        lead(title, words.nearest_sentence(found, place, _told_ahead(found)), words.WARNING)
        if official.imposed(known):
            st.caption(words.OWN_ONLY)
        _say_breaks(known, indicator, region)
        _show_models(known, indicator, region, history, found)
        _show_weights(known, indicator, region)
        _show_components(known, indicator, region, parts)
    about_indicator(selection.indicator, known)


def _say_breaks(known: Figures, indicator: Indicator, region: str) -> None:
    for sentence in break_sentences(known, indicator, [region]):
        st.caption(sentence)


# What is worked out, once for the same content ----------------------------------------------------


@lru_cache(maxsize=128)
def _history(known: Figures, indicator: str, region: str) -> History:
    return history_of(known.measured, region, indicator)


@lru_cache(maxsize=128)
def _side_by_side(known: Figures, indicator: str, region: str) -> pd.DataFrame:
    """Return the forecasts of Wijkradar, where there are any, and those of the other models."""
    outlook = forecasting.prospect_of(known, indicator, region).until(AHEAD)
    own = of_wijkradar(outlook, forecasting.earlier_of(known, indicator, region))
    others = models(_history(known, indicator, region), AHEAD)
    return pd.concat([own, others], ignore_index=True) if len(own) else others


@lru_cache(maxsize=128)
def _components(known: Figures, indicator: str, region: str) -> pd.DataFrame:
    return components(_history(known, indicator, region))


@lru_cache(maxsize=32)
def _evidence(known: Figures, indicator: str, pool: str) -> pd.DataFrame:
    measured = known.measured
    rows = measured[(measured["indicator"] == indicator) & (measured["pool"] == pool)]
    return evidence_table(rows, forecasting.AHEAD)


def _told_ahead(found: pd.DataFrame) -> int:
    """Return the years ahead that can be told of: the usual ones, or fewer where nothing came yet."""
    known = found.loc[found["error"].notna() & (found["horizon"] <= _USUAL), "horizon"]
    return int(known.max()) if len(known) else 1


# The models side by side --------------------------------------------------------------------------


def _show_models(
    known: Figures, indicator: Indicator, region: str, history: History, found: pd.DataFrame
) -> None:
    place, source = known.label(region), known.source_of(indicator)
    st.subheader("Andere modellen ernaast", anchor=False)
    if WIJKRADAR not in set(found["model"]):
        say("Wijkradar geeft hier zelf geen verwachting; bij Verwachting staat waarom.")
    exhibit(
        lambda look: models_chart(
            history,
            found,
            indicator,
            look,
            title=f"Zo lopen de modellen uiteen: {wording.in_sentence(indicator.title)} in {place}",
            source=source,
        ),
        "modellen",
        name=file_name(known, f"modellen {indicator.title} {place}", *map(int, found["year"])),
        table=lambda: models_table(no_finer(found, float(history.values[-1]), indicator), indicator),
        figures=lambda: models_rows(found, indicator, region, place, source),
        told=f"Tabel: {indicator.title} in {place} volgens elk model na 1, 3 en 5 jaar, met band van 80 %, AICc en fout",
        legend="Fout: vergeleken met ‘er verandert niets’ bij vroegere jaren van deze reeks; onder de 1 is beter.",
        source=source,
        method=_METHOD,
    )
    with st.expander("Welk model is welk, en hoe zijn ze geschat?"):
        say_list(words.about_models())


def models_table(found: pd.DataFrame, indicator: Indicator) -> Styler:
    """Return what every model says 1, 3 and 5 years ahead, to show with ``st.dataframe``."""
    rows = found[found["horizon"].isin(TOLD)].reset_index(drop=True)
    thousands = wording.in_thousands_of_euro(indicator.unit)
    factor, decimals = (1000, 0) if thousands else (1, indicator.decimals)
    figures = {"mean": "Verwacht", "lower_80": "80 %: van", "upper_80": "80 %: tot"}
    table = pd.DataFrame(
        {
            "Model": rows["model"].map(words.MODEL_LABELS),
            "Jaar": rows["year"].astype(int).astype(str),
            **{name: (rows[column].astype("float64") * factor).round(6) for column, name in figures.items()},
            "Fout": rows["error"].astype("float64").round(4),
            "Uit zoveel jaren": rows["cases"].astype(int).astype(str),
            "AICc": rows["aicc"].astype("float64").round(4),
            "Opmerking": rows["note"].map(words.NOTES),
        }
    )
    return _dutch(table, {**dict.fromkeys(figures.values(), decimals), "Fout": 2, "AICc": 1})


def _dutch(table: pd.DataFrame, decimals: dict[str, int]) -> Styler:
    """Return a table with its numbers written as Dutch, each column with its own decimals."""
    style = table.style
    for column, digits in decimals.items():
        style = style.format(_writer(digits), subset=[column], na_rep=tables.PLACEHOLDER)
    return style


def _writer(decimals: int) -> Callable[[object], str]:
    return lambda value: wording.number(cast(float, value), decimals)


def models_rows(
    found: pd.DataFrame, indicator: Indicator, region: str, place: str, source: str
) -> pd.DataFrame:
    """Return the plain rows behind `models_table`, of every year ahead, to download."""
    figures = ["mean", "lower_80", "upper_80"]
    rows = found.assign(region=region, name=place, indicator=indicator.id, unit=indicator.unit, source=source)
    rows[figures] = rows[figures].astype("float64").round(indicator.decimals + 2)
    rows[["aicc", "error"]] = rows[["aicc", "error"]].astype("float64").round(4)
    first = ["region", "name", "indicator", "model", "year", "horizon"]
    return rows[[*first, *figures, "aicc", "error", "cases", "note", "unit", "source"]]


# What drives the weights --------------------------------------------------------------------------


def _show_weights(known: Figures, indicator: Indicator, region: str) -> None:
    measured = known.measured
    pool = measured.loc[(measured["region"] == region) & (measured["indicator"] == indicator.id), "pool"]
    evidence = _evidence(known, indicator.id, str(pool.iloc[-1]))
    drawn = evidence[evidence["horizon"] <= AHEAD]
    whose = _whose(known, region)
    source = known.source_of(indicator)
    st.subheader("Waarom telt een trend zo veel mee?", anchor=False)
    say_list(words.weights_sentences(evidence, _told_of_pool(drawn), whose))
    exhibit(
        lambda look: members_chart(
            drawn,
            indicator,
            look,
            title=f"Wat elke trend waard was in {whose}: {wording.in_sentence(indicator.title)}",
            source=source,
        ),
        "gewichten",
        name=file_name(known, f"gewichten {indicator.title}"),
        table=lambda: members_table(drawn),
        figures=lambda: members_rows(evidence, indicator, source),
        told=f"Tabel: fout van elk onderdeel vergeleken met ‘er verandert niets’ in {whose}, en de gewichten, per jaar vooruit",
        legend="Fout onder de 1: dichter bij de uitkomst dan zeggen dat er niets verandert.",
        source=source,
        method=_METHOD,
    )
    with st.expander("Wat zijn deze trends, en hoe ontstaan de gewichten?"):
        say_list(words.about_members())


def _whose(known: Figures, region: str) -> str:
    if region in known.regions:
        return f"alle {wording.level_label(known.level, plural=True)} samen"
    return f"de {wording.level_label(Level.GEMEENTE)}" if region == known.gemeente else known.label(region)


def _told_of_pool(evidence: pd.DataFrame) -> int:
    return _told_ahead(evidence[evidence["member"] == "own_trend"])


def members_table(evidence: pd.DataFrame) -> Styler:
    """Return the error of every member and the weights per year ahead, to show with ``st.dataframe``."""
    wide = evidence.pivot_table(index="horizon", columns="member", values="error", dropna=False)
    one = evidence.drop_duplicates("horizon").set_index("horizon")
    errors = {
        words.MEMBER_LABELS[name][0].capitalize(): wide[name] for name in words.MEMBER_LABELS if name in wide
    }
    shares = {
        "Eigen trend telt mee (%)": 100 * one["own"],
        "Gedeelde trend telt mee (%)": 100 * one["shared"],
        "Niets verandert telt mee (%)": 100 * (1 - one["own"] - one["shared"]),
    }
    table = pd.DataFrame(errors | shares).astype("float64").round(6)
    table.insert(0, "Jaren vooruit", table.index.astype(str))
    table["Eerdere verwachtingen"] = one["cases"].astype("int64").map(wording.number)
    return _dutch(table.reset_index(drop=True), dict.fromkeys(errors, 2) | dict.fromkeys(shares, 0))


def members_rows(evidence: pd.DataFrame, indicator: Indicator, source: str) -> pd.DataFrame:
    """Return the plain rows behind `members_table`, of every year ahead, to download."""
    rows = evidence.assign(indicator=indicator.id, source=source)
    rows[["error", "own", "shared"]] = rows[["error", "own", "shared"]].round(4)
    return rows[["indicator", "member", "horizon", "error", "origins", "cases", "own", "shared", "source"]]


# Components ---------------------------------------------------------------------------------------


def _show_components(known: Figures, indicator: Indicator, region: str, parts: pd.DataFrame) -> None:
    place, source = known.label(region), known.source_of(indicator)
    left = leftover(parts)
    st.subheader("De reeks uit elkaar", anchor=False)
    if left is not None:
        say_list(words.leftover_sentences(left, indicator))
    exhibit(
        lambda look: components_chart(
            parts,
            indicator,
            look,
            title=f"Niveau, verandering en wat overblijft: {wording.in_sentence(indicator.title)} in {place}",
            source=source,
        ),
        "onderdelen",
        name=file_name(known, f"onderdelen {indicator.title} {place}", *map(int, parts["year"])),
        table=lambda: components_table(parts, indicator),
        figures=lambda: components_rows(parts, indicator, region, place, source),
        told=f"Tabel: {indicator.title} in {place} uit elkaar: niveau, verandering per jaar en wat overblijft, volgens twee modellen",
        source=source,
        method=_METHOD,
    )
    with st.expander("Welke modellen en toetsen zijn dit?"):
        say_list(words.about_leftover(left))


def components_table(parts: pd.DataFrame, indicator: Indicator) -> Styler:
    """Return level, yearly change and what is left over per model and year, to show with ``st.dataframe``."""
    thousands = wording.in_thousands_of_euro(indicator.unit)
    factor, decimals = (1000, 0) if thousands else (1, indicator.decimals)
    figures = {
        "value": "Cijfer",
        "level": "Niveau",
        "change": "Verandering per jaar",
        "residual": "Wat overblijft",
    }
    table = pd.DataFrame(
        {
            "Model": parts["model"].map(words.MODEL_LABELS),
            "Jaar": parts["year"].astype(int).astype(str),
            **{name: (parts[column].astype("float64") * factor).round(6) for column, name in figures.items()},
        }
    )
    finer = decimals if thousands else decimals + 1
    return _dutch(table, dict.fromkeys(figures.values(), finer) | {"Cijfer": decimals})


def components_rows(
    parts: pd.DataFrame, indicator: Indicator, region: str, place: str, source: str
) -> pd.DataFrame:
    """Return the plain rows behind `components_table`, to download."""
    figures = ["level", "change", "residual"]
    rows = parts.assign(region=region, name=place, indicator=indicator.id, unit=indicator.unit, source=source)
    rows[figures] = rows[figures].astype("float64").round(indicator.decimals + 2)
    first = ["region", "name", "indicator", "model", "year", "value"]
    return rows[[*first, *figures, "unit", "source"]]
