"""The choices behind the attention score: which figures, how heavy, on what scale and how they are put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from analysis.composite import Recipe, Scored
from ui import map_score_state as state
from ui import map_score_wording as words
from ui.figures import Figures
from ui.map_score_figures import in_order, offered
from ui.parts import say
from ui.wording import number

_WEIGHTS: Final = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
_NONE_LEFT: Final = "no figure would be left"


@dataclass(frozen=True)
class Sheet:
    """What the boxes are about.

    Attributes
    ----------
    known : Figures
    year : int
    start : Recipe
        What Wijkradar starts with.
    recipe : Recipe
        On the desk.
    found : Scored
        What is shown; it can be of another recipe where this one cannot be carried out.
    """

    known: Figures
    year: int
    start: Recipe
    recipe: Recipe
    found: Scored

    def key(self, box: str) -> str:
        """Return the key of a box, of its own for every gemeente."""
        return f"score-{box}-{self.known.gemeente}"

    def edit(self, what: str, **changes: Any) -> None:
        """Put other choices on the desk."""
        state.edit(self.known.gemeente, self.start, what, **changes)

    def themes(self) -> dict[str, tuple[str, ...]]:
        """Return what is offered by theme; a chosen figure without a value this year stays, so that it is not lost."""
        by_theme = dict(offered(self.known, self.year))
        for name in self.recipe.indicators:
            theme = self.known.catalogue[name].theme if name in self.known.catalogue else ""
            if theme and name not in by_theme.get(theme, ()):
                by_theme[theme] = (*by_theme.get(theme, ()), name)
        order = [theme.id for theme in self.known.catalogue.themes]
        return {theme: by_theme[theme] for theme in order if theme in by_theme}

    def title(self, theme: str) -> str:
        """Return the title of a theme."""
        return next(entry.title for entry in self.known.catalogue.themes if entry.id == theme)


def choose(sheet: Sheet) -> None:
    """Show the figures by theme with their weights, and the way back."""
    say("Kies per thema welke cijfers meetellen. Een thema zonder cijfers telt niet mee.")
    st.caption(words.NO_HERKOMST)
    if st.session_state.pop(_NONE_LEFT, False):
        st.warning("Er moet minstens één cijfer meetellen; het laatste is blijven staan.")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        _choice(sheet, "weighting", "Gewichten", words.WEIGHTINGS, words.WEIGHTINGS_EXPLAINED)
    for theme, names in sheet.themes().items():
        _theme(sheet, theme, names)
    _way_back(sheet.known.gemeente)


def choose_method(sheet: Sheet) -> None:
    """Show the choices of scale, adding up and outliers."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        _choice(sheet, "normalisation", "Schaal", words.NORMALISATIONS, words.NORMALISATIONS_EXPLAINED)
        _choice(sheet, "aggregation", "Optellen", words.AGGREGATIONS, words.AGGREGATIONS_EXPLAINED)
        _choice(sheet, "outliers", "Uitschieters", words.OUTLIER_RULES, words.OUTLIERS_EXPLAINED)


def _choice(sheet: Sheet, part: str, label: str, options: Mapping[str, str], help_: str) -> None:
    key = sheet.key(part)

    def take() -> None:
        if st.session_state[key] is not None:
            sheet.edit(f"{label.lower()} kiezen", **{part: st.session_state[key]})

    # What is on the desk decides what the box says, however it came there.
    st.session_state[key] = getattr(sheet.recipe, part)
    st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        on_change=take,
        help=help_,
        width=300,
        placeholder="Kies",
    )


def _theme(sheet: Sheet, theme: str, names: tuple[str, ...]) -> None:
    """Show one theme: its figures, how heavy it is, and how heavy its figures are within it."""
    chosen = [name for name in names if name in sheet.recipe.indicators]
    own = sheet.recipe.weighting == "own" and bool(chosen)
    figures_box, weight_box = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    with figures_box:
        _figures(sheet, theme, names, chosen)
    with weight_box:
        if own:
            _slider(sheet, f"Gewicht van {sheet.title(theme).lower()}", "theme_weights", theme)
        elif chosen:
            st.caption(_counts_for(sheet, theme))
    if own:
        if len(chosen) > 1:
            _within(sheet, chosen)
        st.caption(_counts_for(sheet, theme))


def _counts_for(sheet: Sheet, theme: str) -> str:
    rows = sheet.found.weights[sheet.found.weights["theme"] == theme]
    if rows.empty:
        return "Telt nu niet mee."
    return f"Telt voor {number(100 * rows['weight'].sum())} van de 100."


def _figures(sheet: Sheet, theme: str, names: tuple[str, ...], chosen: list[str]) -> None:
    key = sheet.key(f"cijfers-{theme}")

    def take() -> None:
        others = {name for name in sheet.recipe.indicators if name not in names}
        wanted = others | set(st.session_state[key])
        if wanted:
            indicators = in_order(sheet.known, wanted)
            sheet.edit("andere cijfers kiezen", indicators=indicators)
        else:
            st.session_state[_NONE_LEFT] = True

    st.session_state[key] = chosen
    st.multiselect(
        sheet.title(theme),
        list(names),
        format_func=lambda name: sheet.known.catalogue[name].title,
        key=key,
        on_change=take,
        placeholder="Kies cijfers",
    )


def _within(sheet: Sheet, chosen: list[str]) -> None:
    for place, column in enumerate(st.columns(min(len(chosen), 3), gap="medium")):
        with column:
            for name in chosen[place :: min(len(chosen), 3)]:
                _slider(sheet, f"Daarin: {sheet.known.catalogue[name].title}", "weights", name)


def _slider(sheet: Sheet, label: str, part: str, name: str) -> None:
    key = sheet.key(f"{part}-{name}")
    weights: Mapping[str, float] = getattr(sheet.recipe, part)

    def take() -> None:
        changed = {**weights, name: float(st.session_state[key])}
        # What counts 1 need not be said; so the same weights are always the same recipe.
        said = {each: weight for each, weight in changed.items() if weight != 1}
        sheet.edit("gewichten veranderen", **{part: said})

    now = float(weights.get(name, 1.0))
    st.session_state[key] = now
    st.select_slider(
        label,
        sorted({*_WEIGHTS, now}),
        format_func=lambda weight: number(weight, 0 if weight == int(weight) else 1),
        key=key,
        on_change=take,
        help="Alleen de verhouding telt: 2 is twee keer zo zwaar als 1, en met 0 telt het niet mee.",
    )


def _way_back(gemeente: str) -> None:
    if what := state.can_undo(gemeente):
        st.button(
            f"Ongedaan maken: {what}",
            key=f"score-terug-{gemeente}",
            on_click=state.undo,
            args=(gemeente,),
            type="tertiary",
        )
