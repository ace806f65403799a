"""The scenarios that were kept: open, keep, rename, copy, throw away and bring back, and take along as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from analysis.needs import Scenario, record_of, scenario_of
from data.errors import UserError
from data.store import Store
from register.roles import Action
from register.scenarios import Kept, Scenarios, Shelf, from_json, to_json
from ui import identity
from ui import needs_state as state
from ui.figures import Figures
from ui.parts import say
from ui.shelf_parts import Counter
from ui.uploads import in_dutch

#: MB; a scenario is a few lines.
_LARGEST: Final = 1
_NEW: Final = "een nieuw scenario"
_COUNTER: Final = Counter("kept scenarios")


def shelf_of(store: Store, known: Figures) -> tuple[Scenarios, Shelf]:
    """Return where the scenarios of a gemeente are kept, and what is there."""
    scenarios = Scenarios(store.folder, known.gemeente)
    try:
        return scenarios, scenarios.shelf()
    except UserError as error:
        return scenarios, Shelf(damage=str(error))


def usable(shelf: Shelf) -> dict[str, Scenario]:
    """Return the kept scenarios that this version can read, by name."""
    found = {}
    for kept in shelf.scenarios:
        try:
            found[kept.name] = scenario_of(kept.record())
        except ValueError:
            continue
    return found


def show_shelf(scenarios: Scenarios, shelf: Shelf, gemeente: str) -> None:
    """Show which scenario is on the desk, with what can be done with it, and say what just happened."""
    if shelf.damage:
        st.warning(shelf.damage)
    _open_box(shelf, gemeente)
    _actions(scenarios, shelf, gemeente)
    _COUNTER.tell()
    _COUNTER.way_back(
        scenarios,
        shelf.undo,
        f"bewaard-terug-{gemeente}",
        lambda: _take_back(scenarios, gemeente, shelf.undo),
    )


# Opening -------------------------------------------------------------------------------------------


def _open_box(shelf: Shelf, gemeente: str) -> None:
    names = [kept.name for kept in shelf.scenarios]
    if not names:
        return
    draft, known = state.draft(gemeente), usable(shelf)
    key = f"scenario-open-{gemeente}"

    def open_chosen() -> None:
        chosen = st.session_state[key]
        if chosen == _NEW:
            state.open_draft(gemeente, state.Draft(), "een nieuw scenario beginnen")
        elif chosen in known:
            state.open_draft(gemeente, _as_draft(known[chosen]), f"‘{chosen}’ openen")
        else:
            _COUNTER.say(
                f"Scenario ‘{chosen}’ is gemaakt met een andere versie van Wijkradar en kan hier niet open. Het blijft bewaard."
            )

    # What is on the desk decides what the box says, however it came there.
    st.session_state[key] = draft.kept_as if draft.kept_as in names else _NEW
    st.selectbox(
        "Open een scenario",
        [_NEW, *names],
        key=key,
        on_change=open_chosen,
    )


def _as_draft(scenario: Scenario) -> state.Draft:
    return state.Draft(scenario.name, scenario.changes, scenario.name, scenario.changes)


# Keeping -------------------------------------------------------------------------------------------


def _actions(scenarios: Scenarios, shelf: Shelf, gemeente: str) -> None:
    """Show the buttons that make sense for what is on the desk."""
    draft = state.draft(gemeente)
    name, there = draft.name.strip(), {kept.name.casefold() for kept in shelf.scenarios}
    is_kept = draft.kept_as.casefold() in there and bool(draft.kept_as)
    renamed = is_kept and bool(name) and name != draft.kept_as
    buttons: list[tuple[str, str, Callable[[], str]]] = []
    if renamed:
        buttons += [
            (f"Hernoem naar ‘{name}’", "hernoem", lambda: _rename(scenarios, gemeente)),
            ("Bewaar als apart scenario", "apart", lambda: _keep(scenarios, gemeente)),
        ]
    elif not is_kept:
        if draft.changes:
            buttons.append(("Bewaar scenario", "bewaar", lambda: _keep(scenarios, gemeente)))
    elif draft.is_changed:
        buttons.append(("Bewaar wijzigingen", "bewaar", lambda: _keep(scenarios, gemeente, replacing=True)))
    if is_kept and not renamed:
        buttons += [
            ("Maak een kopie", "kopie", lambda: _copy(scenarios, gemeente)),
            ("Verwijder", "verwijder", lambda: _delete(scenarios, gemeente)),
        ]
    if not buttons:
        return
    if not identity.only(Action.KEEP_CHOICES, "Een scenario bewaren"):
        return
    with st.container(horizontal=True, gap="small", key="scenario-knoppen"):
        for label, what, work in buttons:
            st.button(
                label,
                key=f"scenario-{what}-{gemeente}",
                on_click=_COUNTER.attempt,
                args=(scenarios, work),
                disabled=not name and what == "bewaar",
                help="Geef het scenario eerst een naam." if not name and what == "bewaar" else None,
            )


def _keep(scenarios: Scenarios, gemeente: str, *, replacing: bool = False) -> str:
    identity.require(Action.KEEP_CHOICES)
    draft = state.draft(gemeente)
    name = draft.kept_as if replacing else draft.name.strip()
    seen = record_of(Scenario(name, draft.kept))["changes"] if replacing else None
    kept = scenarios.save(record_of(Scenario(name, draft.changes)), replacing=replacing, seen=seen)
    state.kept(gemeente, kept.name)
    return f"Bewaard: ‘{kept.name}’. Iedereen die deze Wijkradar gebruikt, kan het openen."


def _rename(scenarios: Scenarios, gemeente: str) -> str:
    identity.require(Action.KEEP_CHOICES)
    draft = state.draft(gemeente)
    before = draft.kept_as
    kept = scenarios.rename(before, draft.name.strip())
    state.renamed(gemeente, kept.name)
    return f"‘{before}’ heet nu ‘{kept.name}’."


def _copy(scenarios: Scenarios, gemeente: str) -> str:
    identity.require(Action.KEEP_CHOICES)
    before = state.draft(gemeente).kept_as
    kept = scenarios.copy(before)
    state.open_draft(gemeente, _as_draft(scenario_of(kept.record())), f"een kopie maken van ‘{before}’")
    return f"U werkt nu in de kopie ‘{kept.name}’; ‘{before}’ blijft zoals het is."


def _delete(scenarios: Scenarios, gemeente: str) -> str:
    identity.require(Action.KEEP_CHOICES)
    name = state.draft(gemeente).kept_as
    scenarios.delete(name)
    state.loose(gemeente)
    return f"‘{name}’ is verwijderd. Wat erin stond, staat hieronder nog, en u kunt het verwijderen ongedaan maken."


def _take_back(scenarios: Scenarios, gemeente: str, only: str) -> str:
    identity.require(Action.KEEP_CHOICES)
    what = scenarios.undo(only)
    draft = state.draft(gemeente)
    there = {kept.name: kept for kept in scenarios.shelf().scenarios}
    if draft.kept_as and draft.kept_as not in there:
        state.loose(gemeente)
    elif not draft.kept_as and draft.name in there:
        state.kept_is(gemeente, draft.name, scenario_of(there[draft.name].record()).changes)
    return f"Ongedaan gemaakt: {what}."


# Taking along --------------------------------------------------------------------------------------


def take_along(shelf: Shelf, scenarios: Scenarios, gemeente: str, name: Callable[[str], str]) -> None:
    """Offer a kept scenario as a file, and read one that somebody else made.

    Parameters
    ----------
    shelf : Shelf
    scenarios : Scenarios
    gemeente : str
        Code.
    name : callable
        Returns a file name without its ending for what it is about.
    """
    with st.expander("Een scenario meegeven of inlezen"):
        say(
            "Een scenario is een klein bestand met alleen de aannames. U kunt het aan een collega geven, die het hier weer "
            "inleest."
        )
        kept: list[Kept] = list(shelf.scenarios)
        if kept:
            chosen = st.selectbox("Welk scenario?", [one.name for one in kept], key=f"meegeven-{gemeente}")
            one = next(one for one in kept if one.name == chosen)
            st.download_button(
                "Scenario als bestand",
                data=to_json(one),
                file_name=f"{name(f'scenario {one.name}')}.json",
                mime="application/json",
                key=f"meegeven-json-{gemeente}",
                on_click="ignore",
            )
        with st.container(key="scenario-inlezen"):
            in_dutch("scenario-inlezen", _LARGEST)
            file = st.file_uploader(
                "Scenario van een collega (JSON)",
                type=["json"],
                max_upload_size=_LARGEST,
                key=f"inlezen-{gemeente}-{state.sheet(gemeente)}",
            )
        if file is not None:
            content = file.getvalue()
            st.button(
                "Zet dit scenario klaar",
                key=f"klaarzetten-{gemeente}",
                on_click=_COUNTER.attempt,
                args=(scenarios, lambda: _take_in(content, gemeente)),
            )


def _take_in(content: bytes, gemeente: str) -> str:
    kept = from_json(content)
    try:
        scenario = scenario_of(kept.record())
    except ValueError as error:
        raise UserError(
            "In dit bestand staat een aanname die Wijkradar niet kent. Er is niets veranderd."
        ) from error
    state.open_draft(gemeente, state.Draft(scenario.name, scenario.changes), f"‘{scenario.name}’ inlezen")
    return f"‘{scenario.name}’ staat klaar, en is nog niet bewaard."
