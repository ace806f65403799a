"""Scenarios on the screen: what happens if, built in plain sentences and always told apart from what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from analysis.needs import Change, Need, NewDwellings
from register.scenarios import Shelf
from reports.needs_table import needs_workbook, side_by_side
from ui import charts, needs_shelf, needs_tables
from ui import needs_figures as worked
from ui import needs_state as state
from ui import needs_wording as told
from ui.exhibit import exhibit, file_name
from ui.figures import Figures
from ui.needs_builder import build
from ui.official import imposed_sentence
from ui.parts import say
from ui.selection import Selection
from ui.theme import Look

#: So many scenarios at most stand beside each other.
MOST: Final = 3
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_METHOD: Final = (
    "Een scenario verandert aannames in de verwachting. Verwachting en scenario worden met dezelfde trekkingen nagebootst; "
    "daardoor is het verschil zekerder dan elk van de twee. Of de aannames uitkomen, is niet berekend."
)


def show_scenarios(selection: Selection, basis: worked.Basis, need: Need, horizon: int) -> None:
    """Show the builder of a scenario, what it would change in the chosen wijk, and the scenarios that were kept.

    Parameters
    ----------
    selection : Selection
    basis : Basis
    need : Need
        What is on the screen.
    horizon : int
        Years ahead, at most.
    """
    known = selection.figures
    st.header("Wat als?", anchor=False)
    say(told.SCENARIO_IS)
    scenarios, shelf = needs_shelf.shelf_of(selection.store, known)
    builder, result = st.columns([4, 5], gap="large")
    with builder:
        ahead = worked.prospect_of(basis, need.id, selection.focus).until(horizon)
        build(known, need, selection.wijk, int(ahead["year"].max()) if len(ahead) else None)
        needs_shelf.show_shelf(scenarios, shelf, known.gemeente)
    with result:
        _result(selection, basis, need, shelf, horizon)
    needs_shelf.take_along(shelf, scenarios, known.gemeente, lambda subject: file_name(known, subject))


def _chosen(known: Figures, shelf: Shelf) -> dict[str, tuple[Change, ...]]:
    """Return the scenarios to show, by name: the one on the desk and those chosen beside it."""
    draft = state.draft(known.gemeente)
    found = {draft.scenario.name: draft.changes} if draft.changes else {}
    others = {
        name: scenario.changes
        for name, scenario in needs_shelf.usable(shelf).items()
        if name not in (draft.kept_as, *found)
    }
    if others:
        beside = st.multiselect(
            "Vergelijk met",
            list(others),
            key=f"scenario-naast-{known.gemeente}",
            max_selections=MOST - len(found),
            persist_state="session",
            placeholder=f"Zet er scenario's naast (samen hoogstens {MOST})",
        )
        found |= {name: others[name] for name in beside if name in others}
    return found


def _result(selection: Selection, basis: worked.Basis, need: Need, shelf: Shelf, horizon: int) -> None:
    """Say, draw and tabulate what the scenarios change in the chosen wijk, or in the gemeente."""
    known, region, place = selection.figures, selection.focus, selection.focus_label
    chosen = _chosen(known, shelf)
    if not chosen:
        say(
            "Zodra er een aanname is, ziet u hier het verschil met de verwachting: in een zin, een grafiek en een tabel."
        )
        return
    found = worked.prospect_of(basis, need.id, region)
    if found.reason:
        say(
            f"Voor {need.title} in {place} is er geen verwachting, en dus ook geen verschil met een scenario. De reden staat "
            "bovenaan. Kies een andere wijk, of iets anders dat nodig is."
        )
        return
    view = _View(basis, need, region, horizon, tuple(chosen.items()))
    with st.spinner("Het scenario wordt doorgerekend"):
        rows = view.rows
    for name, changes in chosen.items():
        say(_sentence(rows[name], changes, known, need, place, name))
    for note in _notes(basis, chosen):
        st.caption(note)
    _picture(view)


@dataclass(frozen=True)
class _View:
    """Scenarios of one region beside its forecast.

    Attributes
    ----------
    basis : Basis
    need : Need
    region : str
    horizon : int
        Years ahead, at most.
    scenarios : tuple of (str, tuple of Change)
        Names and assumptions.
    """

    basis: worked.Basis
    need: Need
    region: str
    horizon: int
    scenarios: tuple[tuple[str, tuple[Change, ...]], ...]

    @property
    def baseline(self) -> pd.DataFrame:
        """What is expected without any scenario."""
        return worked.prospect_of(self.basis, self.need.id, self.region).until(self.horizon)

    @property
    def rows(self) -> dict[str, pd.DataFrame]:
        """What happens in each scenario, in the years of the forecast."""
        years = self.baseline["year"]
        found = {
            name: worked.scenario_rows(self.basis, self.need.id, self.region, changes)
            for name, changes in self.scenarios
        }
        return {name: rows[rows["year"].isin(years)].reset_index(drop=True) for name, rows in found.items()}


def _sentence(
    rows: pd.DataFrame,
    changes: tuple[Change, ...],
    known: Figures,
    need: Need,
    place: str,
    name: str,
) -> str:
    last, first = int(rows["year"].max()), worked.first_change(changes)
    if first is not None and first > last:
        return told.starts_later_sentence(first, last, told.called(name))
    row = worked.numbers(rows.iloc[-1])
    return told.scenario_sentence(row, need, place, name, told.indicator_of(need, known.catalogue))


def _notes(basis: worked.Basis, chosen: dict[str, tuple[Change, ...]]) -> list[str]:
    """Say what a reader of the picture has to know about the assumptions."""
    known = basis.known
    every = tuple(dict.fromkeys(change for changes in chosen.values() for change in changes))
    notes = []
    if any(isinstance(change, NewDwellings) for change in every):
        notes.append("De mensen in nieuwe woningen tellen mee vanaf 1 januari van het jaar na de oplevering.")
    if left_out := worked.not_counted(basis, every):
        notes.append(told.not_counted_sentence(_sentences(known, left_out)))
    return notes


def _picture(view: _View) -> None:
    known, need, baseline, rows = view.basis.known, view.need, view.baseline, view.rows
    place, source = known.label(view.region), known.source_of(told.indicator_of(need, known.catalogue))
    exhibit(
        lambda look: _drawn(view, look),
        "scenario",
        name=file_name(known, f"scenario {need.title} {place}", *map(int, baseline["year"])),
        table=lambda: needs_tables.scenario_table(baseline, rows),
        figures=lambda: needs_tables.scenario_rows(baseline, rows, need, place, source),
        told=f"Tabel: {need.title} in {place}, de verwachting en de scenario's naast elkaar",
        linked=False,
        source=source,
        method=f"{told.SCENARIO_IS} {_METHOD} {_assumptions(view)}",
    )
    st.download_button(
        "Alle wijken en alles wat nodig is (Excel)",
        data=lambda: _whole(view),
        file_name=f"{file_name(known, 'scenario alle wijken')}.xlsx",
        mime=_EXCEL,
        key="scenario-alles",
        on_click="ignore",
        help="Eén bestand met de verwachting en deze scenario's naast elkaar, met op een tweede blad wat er is aangenomen.",
    )


def _assumptions(view: _View) -> str:
    """Write what each scenario assumes, for who downloads it."""
    return " ".join(
        f"{told.capital_name(name)}: {' '.join(_sentences(view.basis.known, changes))}"
        for name, changes in view.scenarios
    )


def _sentences(known: Figures, changes: tuple[Change, ...]) -> list[str]:
    names = {code: known.label(code) for code in known.regions}
    return [told.change_sentence(change, worked.BY_ID, names, known.name) for change in changes]


def _whole(view: _View) -> bytes:
    """Return a workbook with all wijken and all needs, what is expected and what happens in each scenario."""
    basis, names = view.basis, {code: view.basis.known.label(code) for code in view.basis.known.regions}
    scenarios = {name: worked.told_rows(basis, changes) for name, changes in view.scenarios}
    table = side_by_side(
        worked.told_rows(basis), scenarios, basis.needs, names | {basis.known.gemeente: basis.known.name}
    )
    assumed = {name: _sentences(basis.known, changes) for name, changes in view.scenarios}
    about = {"Waarmee is gerekend": imposed_sentence(basis.known)} if basis.imposed else None
    return needs_workbook(table, assumed, basis.needs, about)


@lru_cache(maxsize=64)
def _drawn(view: _View, look: Look) -> dict[str, Any]:
    """Return the specification of the fan with the scenarios over it."""
    known, need, rows = view.basis.known, view.need, view.rows
    place, indicator = known.label(view.region), told.indicator_of(need, known.catalogue)
    title = f"{told.title_of(need)} in {place}: {len(rows)} scenario's naast de verwachting"
    if len(rows) == 1:
        name, only = next(iter(rows.items()))
        title = told.scenario_title(worked.numbers(only.iloc[-1]), need, place, name)
    return charts.forecast_chart(
        worked.counted(view.basis, need.id, view.region),
        view.baseline,
        indicator,
        look,
        title=title,
        breaks=worked.breaks_of(known, need.id, view.region),
        source=known.source_of(indicator),
        scenarios={name: worked.as_line(frame) for name, frame in rows.items()},
    ).to_dict(validate=False)
