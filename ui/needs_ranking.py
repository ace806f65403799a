"""All wijken by how many more (or fewer) will need something, with how sure that is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from analysis.needs import Need
from ui import findings, tables, wording
from ui import needs_figures as worked
from ui import needs_wording as told
from ui import outlook_wording as words
from ui.chart_expected import expected_chart
from ui.exhibit import exhibit, file_name
from ui.outlook_ranking import common_year, expected_changes
from ui.parts import say, say_list
from ui.selection import Selection, choose_from_list
from ui.theme import Look

_KEY: Final = "behoefte-wijken"


def show_ranking(selection: Selection, basis: worked.Basis, need: Need, horizon: int, method: str) -> None:
    """Show where most will be added, in the year that most wijken can be compared in.

    Parameters
    ----------
    selection : Selection
    basis : Basis
    need : Need
    horizon : int
        Years ahead, at most.
    method : str
        For the downloads.
    """
    known = selection.figures
    regions = worked.wijken_now(known)
    if len(regions) < 2:
        return
    st.header("Alle wijken", anchor=False)
    indicator = told.indicator_of(need, known.catalogue)
    found = {region: worked.prospect_of(basis, need.id, region) for region in regions}
    year = common_year(found, horizon)
    if year is None:
        say(f"Niet te voorspellen: {wording.subject(indicator)}, in geen enkele wijk.")
        return
    rows = _rows(basis, need, year)
    say(words.all_sentence(list(rows["course"]), indicator, year))
    source = known.source_of(indicator)
    exhibit(
        lambda look: _drawn(basis, need, year, selection.wijk, look),
        _KEY,
        name=file_name(known, f"behoefte {need.title} wijken", year),
        table=lambda: tables.expected_table(rows, indicator),
        figures=lambda: tables.expected_rows(rows, indicator, source),
        told=f"Tabel: {need.title} per wijk, nu en naar verwachting in {year}, met de band van 80 %",
        linked=False,
        source=source,
        method=method,
    )
    _say_missing(rows)
    names = dict(zip(rows["region"], rows["name"], strict=True))
    choose_from_list(names, selection.wijk, "behoefte-wijk")


@lru_cache(maxsize=32)
def _rows(basis: worked.Basis, need: Need, year: int) -> pd.DataFrame:
    known, regions = basis.known, worked.wijken_now(basis.known)
    found = {region: worked.prospect_of(basis, need.id, region) for region in regions}
    names = {region: known.label(region) for region in regions}
    return expected_changes(found, names, told.indicator_of(need, known.catalogue), year)


@lru_cache(maxsize=64)
def _drawn(basis: worked.Basis, need: Need, year: int, chosen: str | None, look: Look) -> dict[str, Any]:
    """Return the specification of the ranking; the same for every visitor, so drawn once."""
    indicator, rows = told.indicator_of(need, basis.known.catalogue), _rows(basis, need, year)
    title, source = findings.expected_title(rows, indicator, year), basis.known.source_of(indicator)
    return expected_chart(rows, indicator, look, title=title, source=source, chosen=chosen)


def _say_missing(rows: pd.DataFrame) -> None:
    missing = rows[rows["reason"] != ""]
    by_reason = {str(reason): list(part["name"]) for reason, part in missing.groupby("reason", sort=False)}
    say_list(words.reasons_sentences(by_reason))
