"""Tiles: the key figures of the gemeente beside those of the country, with the table of all of them."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from data.catalogue import Indicator
from ui import tables, wording
from ui.exhibit import behind, file_name
from ui.figures import Figures, series
from ui.parts import chart, parent_link, say
from ui.sparkline import sparkline
from ui.theme import Look

#: The first of these that the gemeente has.
KEY_FIGURES: Final = ("population", "age_65plus_share", "benefit_bijstand_share", "low40_households", "woz")
MOST: Final = 4


def tiles(known: Figures, year: int, look: Look) -> None:
    """Show the latest key figures up to ``year``, each with its line through the years, and the table of them."""
    indicators = [known.catalogue[name] for name in KEY_FIGURES if known.years_with(name)][:MOST]
    for column, indicator in zip(st.columns(max(len(indicators), 1)), indicators, strict=False):
        with column.container(border=True, height="stretch"):
            _tile(known, indicator, year, look)
    if indicators:
        behind(
            "tegels",
            name=file_name(known, "in het kort", known.years[0], known.years[-1]),
            title=f"{known.name} in het kort",
            table=lambda: _table(known, indicators),
            figures=lambda: _rows(known, indicators),
            told=f"Tabel: {wording.join_names([_name(indicator) for indicator in indicators])} van {known.name}, per jaar",
            linked=False,
        )


def _name(indicator: Indicator) -> str:
    return wording.title_with_unit(indicator)


def _tile(known: Figures, indicator: Indicator, year: int, look: Look) -> None:
    st.caption(indicator.title, help=indicator.explanation)
    rows = known.of(indicator.id, known.gemeente)
    rows = rows[rows["value"].notna() & (rows["year"] <= year)].sort_values("year")
    if rows.empty:
        say(f"geen cijfer in of voor {year}")
        return
    latest = rows.iloc[-1]
    unit, decimals = indicator.unit, indicator.decimals
    st.subheader(wording.figure(latest["value"], unit, decimals), anchor=False)
    country = known.of(indicator.id, known.comparator or "")
    country = country[(country["year"] == latest["year"]) & country["value"].notna()]
    told = wording.figure(country["value"].iloc[0], unit, decimals) if len(country) else "geen cijfer"
    note = wording.status_label(latest["status"])
    st.caption(f"in {int(latest['year'])}{f' ({note})' if note else ''}; Nederland: {told}")
    chart(sparkline(known, indicator.id, known.gemeente, look), f"vonk-{indicator.id}", linked=False)
    parent_link(known, indicator, known.gemeente, int(latest["year"]))


def _frame(known: Figures, indicator: Indicator) -> pd.DataFrame:
    return series(known, indicator.id, [known.gemeente, *([known.comparator] if known.comparator else [])])


def _table(known: Figures, indicators: list[Indicator]) -> pd.DataFrame:
    """Return one row per figure and area, one column per year, as text: each figure has its own unit."""
    parts = [
        tables.figures_text(_frame(known, indicator), indicator)
        .rename_axis("Gebied")
        .reset_index()
        .assign(Cijfer=_name(indicator))
        for indicator in indicators
    ]
    table = pd.concat(parts).fillna(wording.no_figure()).set_index(["Cijfer", "Gebied"])
    return table[sorted(table.columns)]


def _rows(known: Figures, indicators: list[Indicator]) -> pd.DataFrame:
    parts = [
        tables.figure_rows(_frame(known, indicator), indicator, known.source_of(indicator))
        for indicator in indicators
    ]
    return pd.concat(parts, ignore_index=True)
