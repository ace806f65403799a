"""The sets of weights that were kept: open, keep, rename, copy, throw away and bring back, and take along as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from analysis.composite import Recipe, recipe_of, record_of
from data.errors import UserError
from data.store import Store
from register.roles import Action
from register.weight_sets import LONGEST_NAME, WeightSets, WeightShelf, from_json, to_json
from ui import identity
from ui import map_score_state as state
from ui.figures import Figures
from ui.parts import say
from ui.shelf_parts import Counter
from ui.uploads import in_dutch

#: MB; a set is a few lines.
_LARGEST: Final = 1
_START: Final = "de keuzes van Wijkradar"
_COUNTER: Final = Counter("kept sets of weights")


def shelf_of(store: Store, known: Figures) -> tuple[WeightSets, WeightShelf]:
    """Return where the sets of weights of a gemeente are kept, and what is there."""
    sets = WeightSets(store.folder, known.gemeente)
    try:
        return sets, sets.shelf()
    except UserError as error:
        return sets, WeightShelf(damage=str(error))


def usable(shelf: WeightShelf) -> dict[str, Recipe]:
    """Return the kept recipes that this version can read, by name."""
    found = {}
    for kept in shelf.sets:
        try:
            found[kept.name] = recipe_of(kept.recipe)
        except ValueError:
            continue
    return found


def show_shelf(sets: WeightSets, shelf: WeightShelf, gemeente: str, recipe: Recipe) -> None:
    """Show which set is on the desk, what can be done with it, and what just happened.

    Parameters
    ----------
    sets, shelf
        As `shelf_of` returns them.
    gemeente : str
    recipe : Recipe
        What is on the desk, to be kept.
    """
    if shelf.damage:
        st.warning(shelf.damage)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        _open_box(shelf, gemeente)
        _name_box(gemeente)
        _actions(sets, shelf, gemeente, recipe)
    _COUNTER.tell()
    _COUNTER.way_back(
        sets, shelf.undo, f"set-terug-{gemeente}", lambda: _take_back(sets, gemeente, shelf.undo)
    )


def _open_box(shelf: WeightShelf, gemeente: str) -> None:
    names = [kept.name for kept in shelf.sets]
    draft, known = state.draft(gemeente), usable(shelf)
    if not names and not draft.is_changed:
        return
    key = f"set-open-{gemeente}"

    def open_chosen() -> None:
        chosen = st.session_state[key]
        if chosen == _START:
            state.open_draft(gemeente, state.Draft(), "de keuzes van Wijkradar openen")
        elif chosen in known:
            state.open_draft(gemeente, _as_draft(chosen, known[chosen]), f"‘{chosen}’ openen")
        elif chosen in names:
            _COUNTER.say(
                f"‘{chosen}’ is gemaakt met een andere versie van Wijkradar en kan hier niet open. Het blijft bewaard."
            )

    # What is on the desk decides what the box says, however it came there; own choices have no name yet.
    loose = draft.is_changed and not draft.kept_as
    st.session_state[key] = None if loose else draft.kept_as if draft.kept_as in names else _START
    st.selectbox(
        "Open een set gewichten",
        [_START, *names],
        key=key,
        on_change=open_chosen,
        placeholder="uw eigen keuzes",
        width=280,
    )


def _as_draft(name: str, recipe: Recipe) -> state.Draft:
    return state.Draft(recipe, name, name, recipe)


def _name_box(gemeente: str) -> None:
    draft = state.draft(gemeente)
    if not (draft.is_changed or draft.kept_as):
        return
    key = f"set-naam-{gemeente}"

    def take() -> None:
        state.rename(gemeente, st.session_state[key])

    st.session_state[key] = draft.name
    st.text_input(
        "Naam van de set",
        max_chars=LONGEST_NAME,
        key=key,
        on_change=take,
        placeholder="Bijvoorbeeld: Nota wonen",
        help="Onder deze naam kunt u uw keuzes bewaren. Zet er geen namen van mensen in.",
        width=280,
    )


def _actions(sets: WeightSets, shelf: WeightShelf, gemeente: str, recipe: Recipe) -> None:
    """Show the buttons that make sense for what is on the desk."""
    draft = state.draft(gemeente)
    name, there = draft.name.strip(), {kept.name.casefold() for kept in shelf.sets}
    is_kept = bool(draft.kept_as) and draft.kept_as.casefold() in there
    renamed = is_kept and bool(name) and name != draft.kept_as
    buttons: list[tuple[str, str, Callable[[], str]]] = []
    if renamed:
        buttons += [
            (f"Hernoem naar ‘{name}’", "hernoem", lambda: _rename(sets, gemeente)),
            ("Bewaar als aparte set", "apart", lambda: _keep(sets, gemeente, recipe)),
        ]
    elif not is_kept:
        if draft.is_changed:
            buttons.append(("Bewaar deze set", "bewaar", lambda: _keep(sets, gemeente, recipe)))
    elif draft.is_changed:
        buttons.append(
            ("Bewaar wijzigingen", "bewaar", lambda: _keep(sets, gemeente, recipe, replacing=True))
        )
    if is_kept and not renamed:
        buttons += [
            ("Maak een kopie", "kopie", lambda: _copy(sets, gemeente)),
            ("Verwijder", "verwijder", lambda: _delete(sets, gemeente)),
        ]
    if buttons and not identity.only(Action.KEEP_CHOICES, "Een set bewaren"):
        return
    for label, what, work in buttons:
        nameless = not name and what == "bewaar"
        st.button(
            label,
            key=f"set-{what}-{gemeente}",
            on_click=_COUNTER.attempt,
            args=(sets, work),
            disabled=nameless,
            help="Geef de set eerst een naam." if nameless else None,
        )


def _keep(sets: WeightSets, gemeente: str, recipe: Recipe, *, replacing: bool = False) -> str:
    identity.require(Action.KEEP_CHOICES)
    draft = state.draft(gemeente)
    name = draft.kept_as if replacing else draft.name.strip()
    seen = record_of(draft.kept) if replacing and draft.kept else None
    kept = sets.save({"name": name, "recipe": record_of(recipe)}, replacing=replacing, seen=seen)
    state.kept(gemeente, kept.name, recipe)
    return f"Bewaard: ‘{kept.name}’. Iedereen die deze Wijkradar gebruikt, kan de set openen."


def _rename(sets: WeightSets, gemeente: str) -> str:
    identity.require(Action.KEEP_CHOICES)
    draft = state.draft(gemeente)
    kept = sets.rename(draft.kept_as, draft.name.strip())
    state.renamed(gemeente, kept.name)
    return f"‘{draft.kept_as}’ heet nu ‘{kept.name}’."


def _copy(sets: WeightSets, gemeente: str) -> str:
    identity.require(Action.KEEP_CHOICES)
    before = state.draft(gemeente).kept_as
    kept = sets.copy(before)
    try:
        recipe = recipe_of(kept.recipe)
    except ValueError as error:
        raise UserError(
            f"‘{kept.name}’ is bewaard, maar kan met deze versie van Wijkradar niet open."
        ) from error
    state.open_draft(gemeente, _as_draft(kept.name, recipe), f"een kopie maken van ‘{before}’")
    return f"U werkt nu in de kopie ‘{kept.name}’; ‘{before}’ blijft zoals het is."


def _delete(sets: WeightSets, gemeente: str) -> str:
    identity.require(Action.KEEP_CHOICES)
    name = state.draft(gemeente).kept_as
    sets.delete(name)
    state.loose(gemeente)
    return f"‘{name}’ is verwijderd. De keuzes staan hier nog, en u kunt het verwijderen ongedaan maken."


def _take_back(sets: WeightSets, gemeente: str, only: str) -> str:
    identity.require(Action.KEEP_CHOICES)
    what = sets.undo(only)
    draft = state.draft(gemeente)
    there = usable(sets.shelf())
    if draft.kept_as and draft.kept_as not in there:
        state.loose(gemeente)
    elif not draft.kept_as and draft.name in there:
        state.kept_is(gemeente, draft.name, there[draft.name])
    return f"Ongedaan gemaakt: {what}."


def take_along(sets: WeightSets, shelf: WeightShelf, gemeente: str, name: Callable[[str], str]) -> None:
    """Offer a kept set as a file, and read one that somebody else made.

    Parameters
    ----------
    sets, shelf
        As `shelf_of` returns them.
    gemeente : str
    name : callable
        Returns a file name without its ending for what it is about.
    """
    say("Een set gewichten is een klein bestand met alleen de keuzes. Een collega kan het hier weer inlezen.")
    if shelf.sets:
        chosen = st.selectbox(
            "Welke set?", [one.name for one in shelf.sets], key=f"set-mee-{gemeente}", width=360
        )
        one = next(one for one in shelf.sets if one.name == chosen)
        st.download_button(
            "Set als bestand",
            data=to_json(one),
            file_name=f"{name(f'gewichten {one.name}')}.json",
            mime="application/json",
            key=f"set-json-{gemeente}",
            on_click="ignore",
        )
    with st.container(key="set-inlezen"):
        in_dutch("set-inlezen", _LARGEST)
        file = st.file_uploader(
            "Set van een collega (JSON)",
            type=["json"],
            max_upload_size=_LARGEST,
            key=f"set-inlezen-{gemeente}-{state.sheet(gemeente)}",
        )
    if file is not None:
        content = file.getvalue()
        st.button(
            "Zet deze set klaar",
            key=f"set-klaar-{gemeente}",
            on_click=_COUNTER.attempt,
            args=(sets, lambda: _take_in(content, gemeente)),
        )


def _take_in(content: bytes, gemeente: str) -> str:
    kept = from_json(content)
    try:
        recipe = recipe_of(kept.recipe)
    except ValueError as error:
        raise UserError(
            "In dit bestand staat een keuze die Wijkradar niet kent. Er is niets veranderd."
        ) from error
    state.open_draft(gemeente, state.Draft(recipe, kept.name), f"‘{kept.name}’ inlezen")
    return f"‘{kept.name}’ staat klaar, en is nog niet bewaard."
