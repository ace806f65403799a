"""What is not on the screen, and why: withheld and secret figures, unused columns, borders that do not fit."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Final

import pandas as pd
import streamlit as st

from data import gemeenten
from data.panel import Status
from ui import wording
from ui.biography import EXCHANGES
from ui.figures import Figures
from ui.parts import narrow_table, say, say_list, when_opened

_MOST_TITLES: Final = 6
#: Statuses that come with no value, in the order of the table that counts them.
_REASONS: Final = (
    Status.SUPPRESSED,
    Status.WITHHELD,
    Status.NOT_PUBLISHED,
    Status.DISCONTINUED,
    Status.NOT_APPLICABLE,
)


@lru_cache(maxsize=8)
def published_figures(known: Figures) -> pd.DataFrame:
    """Return the figures per wijk that CBS itself publishes: no shares, no converted figures."""
    published = {indicator.id for indicator in known.catalogue.published}
    rows = known.panel
    rows = rows[(rows["level"] == known.level) & rows["indicator"].isin(published)]
    there = pd.MultiIndex.from_frame(known.region_years[["region", "year"]])
    return rows[pd.MultiIndex.from_frame(rows[["region", "year"]]).isin(there)]


def held_back_sentences(known: Figures) -> list[str]:
    """Say how many figures are secret or were left out by Wijkradar, of what, and why."""
    rows = published_figures(known)
    many = wording.level_label(known.level, plural=True)
    sentences = []
    for status in (Status.SUPPRESSED, Status.WITHHELD):
        here = rows.loc[rows["status"] == status.value, "indicator"].value_counts()
        label = wording.capital(wording.status_label(status))
        if here.empty:
            sentences.append(f"{label}: geen enkel cijfer van de {many} in {known.name}.")
            continue
        titles = [wording.in_sentence(known.catalogue[str(indicator)].title) for indicator in here.index]
        sentences.append(
            f"{label}: {wording.count(int(here.sum()), 'cijfer', 'cijfers')}, bij "
            f"{wording.join_names(titles, limit=_MOST_TITLES)}. {wording.status_explanation(status)}"
        )
    return sentences


def held_back_table(known: Figures) -> pd.DataFrame:
    """Count for every indicator how many figures are not there, by reason."""
    rows = published_figures(known)
    rows = rows[rows["status"].isin([status.value for status in _REASONS])]
    counts = pd.crosstab(rows["indicator"], rows["status"]).reindex(
        columns=[status.value for status in _REASONS], fill_value=0
    )
    counts = counts[(counts[[Status.SUPPRESSED.value, Status.WITHHELD.value]] > 0).any(axis=1)]
    order = [indicator for indicator in known.catalogue.indicators if indicator in counts.index]
    counts = counts.loc[order]
    table = pd.DataFrame({"Onderwerp": [known.catalogue[indicator].title for indicator in order]})
    for status, heading in zip(
        _REASONS, ("Geheim", "Weggelaten", "Nog niet", "Gestopt", "Kan niet"), strict=True
    ):
        table[heading] = [wording.number(count) for count in counts[status.value]]
    return table


def column_sentences(known: Figures) -> list[str]:
    """Say which columns of CBS Wijkradar does not use."""
    unknown = {record.year: record.unknown for record in known.tables if record.unknown}
    sentences = [
        f"Kolommen van CBS die Wijkradar nog niet kent, in {year}: {wording.join_names(columns, limit=_MOST_TITLES)}."
        for year, columns in unknown.items()
    ]
    if not unknown:
        sentences.append("Wijkradar kent alle kolommen van de ingelezen tabellen.")
    n = len(known.catalogue.ignored_stems)
    sentences.append(
        f"{wording.capital(wording.count(n, 'kolom', 'kolommen'))} van CBS kent Wijkradar, maar gebruikt het niet, "
        "bijvoorbeeld omdat CBS ermee is gestopt of omdat een andere kolom hetzelfde zegt. De namen staan hieronder."
    )
    return sentences


def gemeente_sentences(known: Figures) -> list[str]:
    """Say which gemeenten were divided, so that their wijken are in no gemeente of now."""
    years: dict[str, list[int]] = {}
    for year in known.years:
        if year >= gemeenten.FIRST_YEAR:
            for divided in gemeenten.partly(known.gemeente, year):
                years.setdefault(divided.name, []).append(year)
    return [
        f"De wijken van {name} ({wording.join_years(there)}) doen niet mee: die gemeente is verdeeld, en maar een deel kwam "
        f"bij {known.name}."
        for name, there in years.items()
    ]


def unconverted(known: Figures) -> dict[int, list[str]]:
    """Return the wijken whose land changed and whose older figures were not converted, by year of the change."""
    events = known.lineage.events
    events = events[(events["level"] == known.level) & events["kind"].isin(EXCHANGES)]
    rows = known.panel
    converted = set(rows.loc[rows["status"] == Status.BRIDGED.value, "region"])
    found: dict[int, list[str]] = {}
    for year, codes in zip(events["year"], events["new"], strict=True):
        regions = [known.region_of(code, int(year)) for code in codes]
        left = [region for region in regions if region and region not in converted]
        if left:
            found.setdefault(int(year), []).extend(left)
    return {year: list(dict.fromkeys(found[year])) for year in sorted(found)}


def border_sentences(known: Figures) -> list[str]:
    """Say for which years the map shows borders of another year."""
    other = [(year, drawn) for year in known.years if (drawn := known.borders_year(year)) not in (None, year)]
    without = [year for year in known.years if known.borders_year(year) is None]
    told = [
        f"van {wording.join_years([year for year, _ in group])} die van {drawn}"
        for drawn, group in groupby(other, key=lambda pair: pair[1])
    ]
    sentences = (
        [
            f"Niet van elk jaar zijn er grenzen ingelezen. De kaart gebruikt dan de grenzen van een ander jaar: voor de cijfers "
            f"{wording.join_names(told)}."
        ]
        if told
        else []
    )
    if without:
        sentences.append(
            f"Van {wording.join_years(without)} is er geen kaart, want er zijn geen grenzen die passen."
        )
    return sentences


def show_left_out(known: Figures) -> None:
    """Show what was left out and why."""
    st.header("Wat is weggelaten, en waarom?", anchor=False)
    say_list([*held_back_sentences(known), *gemeente_sentences(known), *border_sentences(known)])
    _show_unconverted(known, unconverted(known))
    with when_opened("Geheime en weggelaten cijfers per onderwerp", "weggelaten") as is_open:
        if is_open:
            _show_counts(held_back_table(known))
    with st.expander("Kolommen van CBS die niet meedoen"):
        say_list(column_sentences(known))
        say(f"Niet gebruikt: {', '.join(sorted(known.catalogue.ignored_stems))}.")


def _show_unconverted(known: Figures, left: dict[int, list[str]]) -> None:
    if not left:
        return
    say_list(
        f"In {year} kregen {wording.join_names([known.label(region) for region in regions], limit=_MOST_TITLES)} ander gebied. "
        f"De cijfers van vóór {year} zijn niet omgerekend naar de grenzen van nu; daar is de reeks onderbroken."
        for year, regions in left.items()
    )
    say("Met adressenbestanden van CBS kunnen die cijfers wel worden omgerekend.")
    st.page_link("ophalen.py", label="Naar Gegevens ophalen: cijfers omrekenen")


def _show_counts(table: pd.DataFrame) -> None:
    if table.empty:
        say("Er is geen enkel cijfer geheim of weggelaten.")
        return
    narrow_table(
        table,
        "Tabel: hoeveel cijfers er niet zijn, per onderwerp en reden",
        "weggelaten-tabel",
        list(table.columns[1:]),
    )
