"""Aandachtsscore: several figures of a wijk in one, by choices that everybody can see and change, with a margin on every place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from analysis.classes import Classes
from analysis.composite import DRAWS, Recipe, Scored
from ui import map_score_state as state
from ui import map_score_tables as tables
from ui import map_score_wording as words
from ui import wording
from ui.agreeing import wijken_of
from ui.card import wijk_card
from ui.chart_contributions import contributions_chart
from ui.chart_rank_bands import rank_bands
from ui.exhibit import behind, exhibit, file_name
from ui.figures import Figures
from ui.map_attention_wording import figure_title, no_borders_sentence, not_on_map_sentence
from ui.map_exhibit import map_exhibit
from ui.map_score_choices import Sheet, choose, choose_method
from ui.map_score_figures import (
    counted_twice,
    figures_of,
    fitted,
    moved_by,
    places,
    scored,
    start_of,
    year_to_score,
)
from ui.map_score_shelf import shelf_of, show_shelf, take_along, usable
from ui.painting import Layer, Painting, borders_for, paint, unplaced_sentence
from ui.parts import lead, narrow_table, say, say_list, say_with_parents, when_opened
from ui.selection import ALL_WIJKEN, Selection, choose_wijk
from ui.theme import Look

#: More wijken than this make a ranking longer than the map beside it; of a longer one these stand there first.
_BESIDE: Final = 24
#: Figures of a wijk that are told in words, with where they come from.
_TOLD: Final = 3


@dataclass(frozen=True)
class View:
    """What is shown: one recipe on the wijken of one gemeente in one year.

    Attributes
    ----------
    known : Figures
    year : int
    recipe : Recipe
        One that can be carried out here.
    """

    known: Figures
    year: int
    recipe: Recipe

    @property
    def found(self) -> Scored:
        """The scores and what led to them."""
        return scored(self.known, self.year, self.recipe)

    @property
    def ranked(self) -> pd.DataFrame:
        """The places, in the order of the scores."""
        return places(self.known, self.year, self.recipe)

    @cached_property
    def names(self) -> dict[str, str]:
        """Every wijk of the year, by code."""
        regions = [*wijken_of(self.known, self.year), *self.ranked["region"]]
        return {str(code): self.known.label(str(code)) for code in regions}

    @property
    def source(self) -> str:
        """Sentence that names where the figures come from."""
        return self.known.source_of(self.known.catalogue["population"])

    @property
    def total(self) -> int:
        """Wijken with a score."""
        return int(self.ranked["rank"].notna().sum())

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Places, scores and reasons in one, in the order of the scores."""
        extra = self.found.scores[["region", "score", "reason"]]
        return self.ranked.merge(extra, on="region").assign(
            name=lambda rows: rows["region"].map(self.names), wide=words.is_wide(self.ranked).to_numpy()
        )

    def wijk(self, region: str) -> pd.Series | None:
        """Return the row of one wijk, or None."""
        rows = self.rows[self.rows["region"] == region]
        return rows.iloc[0] if len(rows) else None

    def has_score(self, region: str) -> bool:
        """Tell whether a wijk has a score."""
        wijk = self.wijk(region)
        return wijk is not None and bool(pd.notna(wijk["rank"]))

    def parts(self, region: str) -> pd.DataFrame:
        """Return what makes the score of one wijk."""
        contributions = self.found.contributions
        return contributions[contributions["region"] == region]

    def file(self, subject: str) -> str:
        """Return a file name without its ending."""
        return file_name(self.known, subject, self.year)


def show(selection: Selection, look: Look) -> None:
    """Show the view: who has the highest score, the map, the places, what made them, and every choice behind it.

    Parameters
    ----------
    selection : Selection
    look : Look
        Of the card; pictures are drawn in that of the visitor.
    """
    known = selection.figures
    title = f"Aandachtsscore per wijk in {known.name}"
    year = year_to_score(known, selection.year)
    start = start_of(known, year) if year is not None else None
    if year is None or start is None:
        lead(title, words.nothing_to_score(known.name))
        return
    sets, shelf = shelf_of(selection.store, known)
    complaints = state.adopt(known.gemeente, start, usable(shelf))
    wished = state.draft(known.gemeente).recipe
    recipe, refusals = fitted(known, year, wished or start, start)
    if wished and any(refused.indicators for refused in refusals):
        state.correct(known.gemeente, replace(recipe, weighting=wished.weighting))
    draft = state.draft(known.gemeente)
    state.write(known.gemeente)
    view = View(known, year, recipe)
    with st.spinner(f"De volgorde wordt {wording.number(DRAWS)} keer opnieuw gemaakt"):
        places(known, year, recipe)
    lead(title, words.other_year_sentence(year, selection.year))
    for told in [*complaints, *[words.refusal_sentence(refused, known.catalogue) for refused in refusals]]:
        st.warning(told)
    say(" ".join(words.lead_sentences(view.ranked, view.names)))
    say(words.recipe_sentence(recipe, view.found, known.catalogue, _whose(draft)))
    say(words.WHAT_IT_IS)
    sheet = Sheet(known, year, start, draft.recipe or start, view.found)
    show_shelf(sets, shelf, known.gemeente, sheet.recipe)
    with when_opened("Kies cijfers en gewichten", "score-kiezen") as is_open:
        if is_open:
            choose(sheet)
    _map_and_places(selection, view, look)
    _what_matters(view)
    with when_opened("Rekenwijze", "score-rekenwijze") as is_open:
        if is_open:
            _method(view, sheet)
    with when_opened("Een set gewichten meegeven of inlezen", "score-meegeven") as is_open:
        if is_open:
            take_along(sets, shelf, known.gemeente, view.file)


def _whose(draft: state.Draft) -> str:
    if draft.kept_as:
        return f"set ‘{draft.kept_as}’" + (", met wijzigingen" if draft.is_changed else "")
    return "uw eigen keuzes" if draft.is_changed else words.OF_WIJKRADAR


# The map --------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def painted(known: Figures, year: int, recipe: Recipe) -> Painting | None:
    """Put the scores on borders; None where there are none."""
    view = View(known, year, recipe)
    rows = pd.DataFrame([_area(view, code) for code in view.names]).astype({"value": "float64"})
    borders_year = borders_for(known, rows["region"], year)
    if borders_year is None:
        return None

    def named(classes: Classes, place: int) -> str:
        low, high = classes.ranges[place]
        top = words.points(high, recipe, unit=True)
        return top if low == high else f"{words.points(low, recipe)} tot en met {top}"

    layer = Layer(
        rows=rows,
        year=year,
        title=words.map_title(view.ranked, view.names, known.name, year),
        legend_title=words.legend_title(recipe, year),
        named=named,
        decimals=words.decimals_of(recipe),
        dots=words.wide_legend(view.total),
        source=view.source,
    )
    return paint(known, layer, borders_year)


def _area(view: View, region: str) -> dict[str, Any]:
    wijk = view.wijk(region)
    reason = "" if wijk is None else str(wijk["reason"])
    score = np.nan if wijk is None else float(wijk["score"])
    return {
        "region": region,
        "name": view.names[region],
        "value": score,
        "status": "",
        "reason": "" if np.isfinite(score) else words.no_score(reason),
        "alike": wijk is not None and bool(wijk["wide"]),
        "label": words.label_text(wijk, score, view.recipe, reason),
    }


def _map_and_places(selection: Selection, view: View, look: Look) -> None:
    painting = painted(view.known, view.year, view.recipe)
    files = _files(view)
    if painting is None:
        say(no_borders_sentence(view.known.name))
        _beside(selection, view, look)
        title = words.map_title(view.ranked, view.names, view.known.name, view.year)
        behind("aandachtsscore", title=title, **files)
        if selection.wijk and view.has_score(selection.wijk):
            _made_of(view, selection.wijk)
    else:
        # The same two columns with and without a chosen wijk, so that a click does not load the map anew.
        picture, beside = st.columns([3, 2], gap="medium")
        with picture:
            map_exhibit(selection, painting.drawn, "aandachtsscore", **files)
            if len(painting.unplaced):
                say(unplaced_sentence(painting.unplaced, painting.borders_year))
        with beside:
            _beside(selection, view, look)
        with picture:
            if selection.wijk and view.has_score(selection.wijk):
                _made_of(view, selection.wijk)
    if selection.wijk:
        with when_opened("Alle wijken op volgorde", "score-volgorde") as is_open:
            if is_open:
                _places(view, selection.wijk, "score-plaatsen-onder")
    elif view.total:
        _made_of(view, str(view.ranked["region"].iloc[0]))


def _files(view: View) -> dict[str, Any]:
    known = view.known
    return {
        "name": view.file("aandachtsscore"),
        "table": lambda: tables.table(view.found, view.ranked, view.recipe, view.names),
        "figures": lambda: tables.figure_rows(
            view.found, view.ranked, view.names, known.catalogue, view.year, view.source
        ),
        "told": f"Tabel: aandachtsscore en plaats van elke wijk van {known.name}, de hoogste eerst",
        "source": view.source,
        "method": words.method(view.recipe, view.found, known.catalogue),
        "linked": False,
    }


# Beside it ------------------------------------------------------------------------------------------


def _beside(selection: Selection, view: View, look: Look) -> None:
    """Show the places or, of a chosen wijk, its place and its card."""
    region = selection.wijk
    if region is None:
        if view.total:
            _places(view, None, "score-plaatsen")
        return
    wijk = view.wijk(region)
    if region not in view.names:
        say(not_on_map_sentence(view.known.label(region)))
    elif wijk is None or pd.isna(wijk["rank"]):
        reason = "" if wijk is None else str(wijk["reason"])
        say(f"{view.names[region]}: {words.no_score(reason)}.")
    else:
        say(words.place_sentence(wijk, float(wijk["score"]), view.recipe, view.names, view.total))
    wijk_card(selection, region, look, "kaart.py")
    st.button("Alle wijken", on_click=choose_wijk, args=(ALL_WIJKEN,), key="sluit-kaart")


def _places(view: View, selected: str | None, key: str) -> None:
    rows = view.rows
    if len(rows) > _BESIDE:
        rows = rows[(np.arange(len(rows)) < _BESIDE) | (rows["region"] == selected)]
    shown = rows.assign(
        told=[words.points(score, view.recipe) if np.isfinite(score) else "" for score in rows["score"]],
        reason=[
            "" if np.isfinite(score) else words.no_score(why)
            for score, why in zip(rows["score"], rows["reason"], strict=True)
        ],
    ).reset_index(drop=True)

    def drawn(look: Look) -> alt.LayerChart:
        return rank_bands(
            shown,
            look,
            title="De plaats van elke wijk, en hoe zeker die is",
            subtitle=f"Plaats 1: hoogste score. Rechts de score, {view.year}",
            source=view.source,
            total=view.total,
            sure=words.SURE,
            selected=selected,
        )

    exhibit(drawn, key, **(_files(view) | {"name": view.file("aandachtsscore plaatsen")}))


def _made_of(view: View, region: str) -> None:
    """Show what makes the score of one wijk: drawn, in words, and each figure with where it comes from."""
    parts, known, recipe = view.parts(region), view.known.catalogue, view.recipe
    name = view.names[region]
    score = view.found.scores.set_index("region")["score"].get(region, np.nan)

    def drawn(look: Look) -> alt.LayerChart:
        return contributions_chart(
            parts,
            look,
            title=words.contributions_title(name, parts, known),
            subtitle=f"Bijdrage aan {words.score_words(score, recipe)} van {name}, {view.year}",
            source=view.source,
            themes={theme.id: theme.title for theme in known.themes},
            figures={
                str(row["indicator"]): words.figure_and_value(row, known) for _, row in parts.iterrows()
            },
            write=lambda value: words.part_points(value, recipe),
        )

    exhibit(
        drawn,
        "score-bijdragen",
        name=view.file(f"aandachtsscore {name}"),
        table=lambda: tables.parts_table(parts, recipe, known),
        figures=lambda: tables.part_rows(parts, name, known, view.year, view.source),
        told=f"Tabel: wat elk cijfer bijdraagt aan de aandachtsscore van {name}",
        source=view.source,
        method=words.method(recipe, view.found, known),
        linked=False,
    )
    most = parts.sort_values("contribution", ascending=False, kind="stable").head(_TOLD)
    say_with_parents(
        view.known,
        [
            (
                words.part_sentence(row, recipe, known),
                str(row["indicator"]),
                region,
                year_of(view, str(row["indicator"])),
            )
            for _, row in most.iterrows()
        ],
    )


def year_of(view: View, indicator: str) -> int:
    """Return the year of a figure in the score: the one that most wijken have."""
    rows = figures_of(view.known, view.year)
    rows = rows[(rows["indicator"] == indicator) & rows["value"].notna()]
    return int(rows["year"].iloc[0]) if len(rows) else view.year


# What matters, and how it is made -------------------------------------------------------------------


def _what_matters(view: View) -> None:
    known, names = view.known.catalogue, view.names
    moved = moved_by(view.known, view.year, view.recipe)
    told = [
        words.moved_sentence(moved, known, names),
        *words.overlap_sentences(counted_twice(view.known, view.year, view.recipe), known),
        *words.left_out_sentences(view.found.left_out, known),
        words.outliers_sentence(view.found.outliers, known, names),
    ]
    if told := [sentence for sentence in told if sentence]:
        st.subheader("Hoe zwaar wegen de keuzes?", anchor=False)
        say_list(told)
    if len(moved):
        with when_opened("Wat elke andere keuze verandert", "score-gevoelig") as is_open:
            if is_open:
                narrow_table(
                    words.moved_table(moved, known, names),
                    "Tabel: hoeveel plaatsen wijken opschuiven bij een andere keuze",
                    "score-gevoelig",
                )


def _method(view: View, sheet: Sheet) -> None:
    choose_method(sheet)
    known, weights = view.known.catalogue, view.found.weights
    if told := words.explained_sentence(view.found.explained):
        say(told)
    narrow_table(
        pd.DataFrame(
            {
                "Thema": [sheet.title(theme) for theme in weights["theme"]],
                "Cijfer": [wording.capital(figure_title(known[name])) for name in weights["indicator"]],
                "Jaar": [str(year_of(view, name)) for name in weights["indicator"]],
                "Telt voor": [
                    f"{wording.number(100 * weight)}{wording.SPACE}%" for weight in weights["weight"]
                ],
            }
        ),
        "Tabel: hoe zwaar elk cijfer telt",
        "score-gewichten",
        ["Telt voor"],
    )
    say_list(words.explanation())
