"""The section "Welke cijfers zijn er?": years against subjects, or against wijken, with every gap and break."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from analysis.coverage import coverage, coverage_of_regions
from data.panel import WITH_VALUE
from ui import charts, findings, wording
from ui.biography import EXCHANGES, event_sentence
from ui.exhibit import exhibit, file_name
from ui.figures import Figures
from ui.parts import say, say_list, when_opened
from ui.selection import Selection
from ui.theme import Look

#: What a mark in the tables means.
_BREAK_MARK = (
    "Een streepje (|) achter een vakje: vanaf dat jaar is het niet te vergelijken met het jaar ervoor."
)
_OF_THEME, _OF_WIJKEN = "Alle onderwerpen van een thema", "Eén onderwerp, per wijk"


@lru_cache(maxsize=16)
def cells_by_indicator(known: Figures) -> pd.DataFrame:
    """Return the coverage of every indicator per wijk, with ``title``, ``theme`` and ``why`` for each break."""
    rows = known.panel[known.panel["level"] == known.level]
    cells = coverage(rows, known.definitions)
    cells["title"] = cells["indicator"].map(known.definitions["title"])
    cells["theme"] = cells["indicator"].map(known.definitions["theme"])
    cells["why"] = [
        _why(meaning, land) for meaning, land in zip(cells["new_definition"], cells["redrawn"], strict=True)
    ]
    return cells


def _why(new_definition: bool, redrawn: bool) -> str:
    reasons = ["andere definitie of eenheid"] if new_definition else []
    return " en ".join([*reasons, "de meeste wijken kregen andere grenzen"] if redrawn else reasons)


@lru_cache(maxsize=64)
def cells_by_region(known: Figures, indicator: str) -> pd.DataFrame:
    """Return the coverage of one indicator for every wijk, with ``title`` and ``why`` for each break."""
    rows = known.panel[known.panel["level"] == known.level]
    cells = coverage_of_regions(rows, known.definitions, indicator)
    order = {region: place for place, region in enumerate(known.regions)}
    cells["title"] = cells["region"].map(known.label)
    cells["why"] = [wording.break_reason(reason) if reason else "" for reason in cells["reason"]]
    return cells.sort_values(["region", "year"], key=lambda c: c.map(order) if c.name == "region" else c)


def show_coverage(selection: Selection) -> None:
    """Show which figures there are in which year: of a theme, or of the chosen indicator per wijk."""
    st.header("Welke cijfers zijn er?", anchor=False)
    shown = st.radio(
        "Wat wilt u zien?",
        [_OF_THEME, _OF_WIJKEN],
        horizontal=True,
        key="dekking-soort",
        persist_state="session",
    )
    if shown == _OF_WIJKEN:
        _show_wijken(selection)
    else:
        _show_theme(selection)


def _show_theme(selection: Selection) -> None:
    known = selection.figures
    titles = {theme.id: theme.title for theme in known.catalogue.themes}
    st.session_state.setdefault("dekking-thema", selection.indicator.theme)
    theme = st.selectbox(
        "Thema", list(titles), format_func=titles.__getitem__, key="dekking-thema", persist_state="session"
    )
    cells = _cells_of_theme(known, theme)
    source = known.source_of(known.catalogue["population"])
    exhibit(
        lambda look: _theme_drawn(known, theme, look),
        "dekking",
        name=file_name(known, f"dekking {titles[theme]}", *map(int, cells["year"])),
        table=lambda: theme_table(cells),
        figures=lambda: theme_rows(cells, source),
        told=f"Tabel: hoeveel wijken een cijfer hebben, per onderwerp van {wording.in_sentence(titles[theme])} en per jaar",
        legend=_BREAK_MARK if cells["broken"].any() else "",
    )
    _explain(list(_reasons_of_theme(known, cells)), "dekking-breuken")


def _cells_of_theme(known: Figures, theme: str) -> pd.DataFrame:
    published = {indicator.id for indicator in known.catalogue.published}
    cells = cells_by_indicator(known)
    return cells[(cells["theme"] == theme) & cells["indicator"].isin(published)]


@lru_cache(maxsize=64)
def _theme_drawn(known: Figures, theme: str, look: Look) -> dict[str, Any]:
    """Draw the picture of a theme; it is the same for every wijk, so another choice need not draw it anew."""
    cells = _cells_of_theme(known, theme)
    name = next(entry.title for entry in known.catalogue.themes if entry.id == theme)
    share = cells["n_figures"].sum() / cells["n_regions"].sum() if len(cells) else float("nan")
    title = findings.coverage_title(share, f"{name} in {known.name}")
    source = known.source_of(known.catalogue["population"])
    return charts.coverage_chart(cells, look, title=title, source=source).to_dict(validate=False)


def _show_wijken(selection: Selection) -> None:
    known, indicator = selection.figures, selection.indicator
    cells, source = cells_by_region(known, indicator.id), known.source_of(indicator)
    title = findings.coverage_title(
        cells["status"].isin(WITH_VALUE).mean(), f"{indicator.title} in {known.name}"
    )
    exhibit(
        lambda look: charts.coverage_chart(
            cells, look, title=title, rows="region", selected=selection.wijk, source=source
        ),
        "dekking-per-wijk",
        name=file_name(known, f"dekking {indicator.title} per wijk", *map(int, cells["year"])),
        table=lambda: wijken_table(cells),
        figures=lambda: wijken_rows(cells, indicator.id, source),
        told=f"Tabel: in welk jaar elke wijk een cijfer heeft voor {wording.subject(indicator)}, en waarom niet",
        legend=" ".join(
            filter(
                None, [wording.marks_legend(cells["status"]), _BREAK_MARK if cells["broken"].any() else ""]
            )
        ),
    )
    own = [f"Vanaf {entry.year}: {entry.reason}" for entry in indicator.breaks]
    _explain([*own, *_reasons_of_land(known, known.years)], "dekking-breuken-wijken")


def theme_table(cells: pd.DataFrame) -> pd.DataFrame:
    """Return how many wijken have each figure, with figures down and years across; latest year first.

    Parameters
    ----------
    cells : DataFrame
        As `cells_by_indicator` returns them.
    """
    told = [
        f"{figures} van {regions}" if figures else wording.no_figure_short(status)
        for figures, regions, status in zip(
            cells["n_figures"], cells["n_regions"], cells["status"], strict=True
        )
    ]
    return _wide(cells, told, "indicator", "Onderwerp").fillna("niet in de tabel")


def theme_rows(cells: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the plain rows behind the picture of a theme, to download."""
    columns = ["indicator", "title", "year", "n_regions", "n_figures", "status", "broken", "why"]
    return _yes_or_no(cells[columns]).assign(unit="aantal wijken", source=source)


def wijken_table(cells: pd.DataFrame) -> pd.DataFrame:
    """Return in which year each wijk has a figure, or why not; wijken down and years across, latest year first."""
    there = cells["status"].isin(WITH_VALUE)
    told = [
        f"ja{wording.status_mark(status)}" if has else wording.no_figure_short(status)
        for has, status in zip(there, cells["status"], strict=True)
    ]
    return _wide(cells, told, "region", "Wijk").fillna("bestond niet")


def wijken_rows(cells: pd.DataFrame, indicator: str, source: str) -> pd.DataFrame:
    """Return the plain rows behind the picture per wijk, to download."""
    rows = cells[["region", "title", "year", "status", "broken", "why"]].rename(columns={"title": "name"})
    return _yes_or_no(rows).assign(indicator=indicator, source=source)


def _wide(cells: pd.DataFrame, told: list[str], down: str, heading: str) -> pd.DataFrame:
    marked = [text + (" |" if broken else "") for text, broken in zip(told, cells["broken"], strict=True)]
    labels = wording.label_names(dict(zip(cells[down], cells["title"], strict=True)))
    wide = cells.assign(told=marked).set_index([down, "year"])["told"].unstack().loc[list(labels)]  # noqa: PD010
    wide = wide[sorted(wide.columns, reverse=True)]
    wide.index = pd.Index(list(labels.values()), name=heading, dtype="str")
    wide.columns = pd.Index([str(int(year)) for year in wide.columns], dtype="str")
    return wide


def _yes_or_no(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(broken=rows["broken"].map({True: "ja", False: "nee"}))


def _reasons_of_theme(known: Figures, cells: pd.DataFrame) -> Iterator[str]:
    """Say for every break in the picture what changed, oldest first."""
    broken = cells[cells["broken"]].sort_values("year", kind="stable")
    new = broken.loc[broken["new_definition"], ["indicator", "title", "year"]]
    for indicator, title, year in new.itertuples(index=False):
        reasons = {entry.year: entry.reason for entry in known.catalogue[indicator].breaks}
        yield f"{title}, vanaf {year}: {reasons.get(year, wording.break_explanation('unit'))}"
    yield from _reasons_of_land(known, sorted(set(broken.loc[broken["redrawn"], "year"])))


def _reasons_of_land(known: Figures, years: list[int]) -> list[str]:
    """Say in which of ``years`` wijken got other land, and which."""
    events = known.lineage.events
    events = events[
        (events["level"] == known.level) & events["kind"].isin(EXCHANGES) & events["year"].isin(years)
    ]
    return [event_sentence(event) for _, event in events.iterrows()]


def _explain(sentences: list[str], key: str) -> None:
    if not sentences:
        return
    with when_opened("Waarom zit daar een breuk?", key) as is_open:
        if is_open:
            say_list(sentences)
            say("Over een breuk trekt Wijkradar geen lijn en rekent het geen verandering uit.")
