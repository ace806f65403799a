"""The choices of the view Aandachtsscore that a visitor is making: per gemeente, in the session and in the address.

They live here and not in the widgets, so that another wijk, another page or another gemeente never loses them. They are
kept for good only when the visitor says so (`register.weight_sets`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import streamlit as st

from analysis.composite import Recipe
from ui.selection import adopt_address, write_address

_SESSION: Final = "sets of weights being made"
#: So many steps can be taken back.
_STEPS: Final = 30
#: In the address: the name of the set, and the choices where they are not those of the set.
SET, CHOICES = "set", "recept"
#: What stands there for the set that Wijkradar starts with, and for choices that are as they were kept.
START, AS_KEPT = "(begin)", "bewaard"


@dataclass(frozen=True)
class Draft:
    """What is on the desk.

    Attributes
    ----------
    recipe : Recipe or None
        None for the recipe that Wijkradar starts with, whatever that is in the year on the screen.
    name : str
        As typed; empty until the visitor gives one.
    kept_as : str
        Name under which it was opened or kept; empty for one that never was.
    kept : Recipe or None
        The recipe as it was kept under that name.
    """

    recipe: Recipe | None = None
    name: str = ""
    kept_as: str = ""
    kept: Recipe | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the recipe is another one than was kept or started with."""
        return self.recipe != self.kept


@dataclass
class _Desk:
    draft: Draft = field(default_factory=Draft)
    before: list[tuple[str, Draft]] = field(default_factory=list)
    #: Changes with every draft that was put in place as a whole.
    sheet: int = 0


def _desk(gemeente: str) -> _Desk:
    desks: dict[str, _Desk] = st.session_state.setdefault(_SESSION, {})
    return desks.setdefault(gemeente, _Desk())


def draft(gemeente: str) -> Draft:
    """Return what is on the desk of a gemeente."""
    return _desk(gemeente).draft


def sheet(gemeente: str) -> int:
    """Return a number that is another one after the whole draft was replaced; then a box for files is empty again."""
    return _desk(gemeente).sheet


def can_undo(gemeente: str) -> str:
    """Return what would be taken back, in a few words; empty where there is nothing."""
    before = _desk(gemeente).before
    return before[-1][0] if before else ""


def undo(gemeente: str) -> None:
    """Take back the last step."""
    desk = _desk(gemeente)
    if desk.before:
        _, desk.draft = desk.before[-1]
        desk.before = desk.before[:-1]


def _put(gemeente: str, new: Draft, what: str) -> None:
    desk = _desk(gemeente)
    if new != desk.draft:
        desk.before = [*desk.before, (what, desk.draft)][-_STEPS:]
        desk.draft = new


def edit(gemeente: str, start: Recipe, what: str, **changes: Any) -> None:
    """Change choices of the recipe on the desk; what becomes the start again is the start."""
    now = draft(gemeente)
    recipe = replace(now.recipe or start, **changes)
    _put(gemeente, replace(now, recipe=None if recipe == start and now.kept is None else recipe), what)


def correct(gemeente: str, recipe: Recipe) -> None:
    """Put a recipe without what may never count in place of one with it; there is no way back to that."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, recipe=recipe)


def rename(gemeente: str, name: str) -> None:
    """Call the draft something else; not a step to take back, since the box itself shows what was typed."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, name=name)


def open_draft(gemeente: str, new: Draft, what: str) -> None:
    """Put another set in place of the draft, which can be taken back."""
    _put(gemeente, new, what)
    _desk(gemeente).sheet += 1


def kept(gemeente: str, name: str, recipe: Recipe) -> None:
    """Note that a recipe is kept under a name now; that is taken back in the register, not here."""
    desk = _desk(gemeente)
    desk.draft = Draft(recipe, name, name, recipe)
    desk.before = []


def renamed(gemeente: str, name: str) -> None:
    """Note that what is kept has another name now."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, name=name, kept_as=name)


def kept_is(gemeente: str, name: str, recipe: Recipe) -> None:
    """Note what is kept under the name of the draft."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, name=name, kept_as=name, kept=recipe)


def loose(gemeente: str) -> None:
    """Note that nothing is kept under the name of the draft any more; the choices stay on the desk."""
    desk = _desk(gemeente)
    desk.draft = replace(desk.draft, kept_as="", kept=None)


# The address ---------------------------------------------------------------------------------------


def adopt(gemeente: str, start: Recipe, sets: Mapping[str, Recipe]) -> list[str]:
    """Take over the set and the choices of a link; return in sentences what of it is not there.

    Parameters
    ----------
    gemeente : str
    start : Recipe
        What Wijkradar starts with.
    sets : mapping of str to Recipe
        What is kept, by name.
    """
    if not adopt_address(SET, CHOICES):
        return []
    complaints = []
    name = str(st.session_state.get(SET) or START)
    code = str(st.session_state.get(CHOICES) or AS_KEPT)
    if name not in sets:
        if name != START:
            complaints.append(
                f"De link noemt de set gewichten ‘{name}’, maar die is er hier niet (meer)."
                + (" U ziet de keuzes van Wijkradar." if code == AS_KEPT else "")
            )
        new = Draft()
    else:
        new = Draft(sets[name], name, name, sets[name])
    if code != AS_KEPT:
        try:
            new = replace(new, recipe=recipe_from(code, new.recipe or start))
        except ValueError:
            complaints.append("De link noemt keuzes die Wijkradar niet kent; die tellen niet mee.")
    old = draft(gemeente)
    if (new.recipe, new.kept_as) != (old.recipe, old.kept_as):
        open_draft(gemeente, new, "een link openen")
    return complaints


def write(gemeente: str) -> None:
    """Put what is on the desk in the address."""
    now = draft(gemeente)
    changed = now.recipe is not None and now.is_changed
    write_address(
        {
            SET: now.kept_as or START,
            CHOICES: code_of(now.recipe) if changed and now.recipe else AS_KEPT,
        }
    )


def code_of(recipe: Recipe) -> str:
    """Return a recipe in one line for the address: how it is made, then figures and themes with their weights."""
    how = ".".join((recipe.normalisation, recipe.aggregation, recipe.outliers, recipe.weighting))
    figures = [name + _weight(recipe.weights.get(name, 1.0)) for name in recipe.indicators]
    themes = [
        f"@{name}{_weight(weight)}" for name, weight in sorted(recipe.theme_weights.items()) if weight != 1
    ]
    return "~".join([how, *figures, *themes])


def _weight(weight: float) -> str:
    return "" if weight == 1 else f"*{weight:g}"


def recipe_from(code: str, base: Recipe) -> Recipe:
    """Read what `code_of` wrote.

    Parameters
    ----------
    code : str
    base : Recipe
        For what does not stand in the line.

    Raises
    ------
    ValueError
        If it is something else.
    """
    how, *parts = code.split("~")
    made = how.split(".")
    if len(made) != 4:
        raise ValueError("A recipe begins with four choices.")
    # Any, since only the recipe itself knows which words it takes.
    how_made: dict[str, Any] = dict(
        zip(("normalisation", "aggregation", "outliers", "weighting"), made, strict=True)
    )
    weights: dict[str, float] = {}
    for part in parts:
        name, star, weight = part.partition("*")
        weights[name] = float(weight) if star else 1.0
    return replace(
        base,
        indicators=tuple(name for name in weights if not name.startswith("@")),
        **how_made,
        weights={name: w for name, w in weights.items() if w != 1 and not name.startswith("@")},
        theme_weights={name[1:]: w for name, w in weights.items() if name.startswith("@")},
    )
