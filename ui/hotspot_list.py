"""The list beside a map of hotspots: each region with its sentence, what asks attention first."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd
import streamlit as st

from analysis.hotspots import COLD, HOT
from data.catalogue import Indicator
from data.panel import Level
from ui import hotspot_tables as tables
from ui import hotspot_wording as words
from ui import hotspotting, wording
from ui.buurt_choice import choose_region
from ui.figures import Figures
from ui.hotspot_drawing import group_colour, side_colour
from ui.hotspotting import Spots
from ui.parts import parent_link, plain, when_opened
from ui.selection import Selection
from ui.theme import Look

#: So many regions stand in the list at once; the others when they are asked for.
_FIRST: Final = 5
_KEY: Final = "hotspots"


@dataclass(frozen=True, eq=False)
class View:
    """What is looked at, and what is found.

    Attributes
    ----------
    selection : Selection
        Of the bar, with the year that is shown.
    known : Figures
        At the level of the map.
    found : Spots
        Of the year that is shown.
    moment : str
        ``nu`` or ``jaren``, as in the address.
    """

    selection: Selection
    known: Figures
    found: Spots
    moment: str

    @property
    def indicator(self) -> Indicator:
        """The figure."""
        return self.selection.indicator

    @property
    def year(self) -> int:
        """The year of the map, or the last of the years."""
        return self.selection.year

    @property
    def level(self) -> str:
        """Level of the regions."""
        return self.known.level

    @property
    def gathering(self) -> pd.DataFrame:
        """Regions where figures gather in the year that is shown, what asks attention first."""
        rows = self.found.rows
        return tables.in_order(rows[rows["class"].isin([HOT, COLD])], self.indicator)

    @cached_property
    def over(self) -> pd.DataFrame:
        """What happened over the years, with names."""
        over = hotspotting.emerging_of(self.known, self.indicator, self.year)
        if over is None:
            return pd.DataFrame(columns=["region", "name", "side", "class", "n_years"])
        return over.assign(name=over["region"].map(self.known.label))

    @cached_property
    def years(self) -> list[int]:
        """The years that `over` is about."""
        return hotspotting.comparable_years(self.known, self.indicator, self.year)

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that "does it grow?" is about."""
        worse = words.worse_side(self.indicator)
        return (HOT, COLD) if worse is None else (worse,)


def show_list(view: View, look: Look, over: pd.DataFrame | None) -> None:
    """Show where figures gather, what asks attention first; over the years where ``over`` is given."""
    if over is not None:
        st.caption(words.SIGNAL)
        _list_over(over, view, look)
        return
    mean = (
        words.mean_sentence(view.gathering.iloc[0], view.indicator, view.level) if len(view.gathering) else ""
    )
    st.caption(plain(f"{words.SIGNAL} {mean}".strip()))
    for side in words.sides_in_order(view.indicator):
        rows = view.gathering[view.gathering["class"] == side]
        if len(rows):
            label = words.class_label(side, view.indicator, view.level)
            _heading(wording.capital(label), side_colour(side, view.indicator, look), look)
            _items(
                view, [(str(row["region"]), str(row["name"]), _told(view, row)) for _, row in rows.iterrows()]
            )


def _list_over(over: pd.DataFrame, view: View, look: Look) -> None:
    """Show what happened over the years, class by class with what it means."""
    for kind, label in words.YEARS_LABELS.items():
        rows = over[over["class"] == kind].sort_values("name")
        if len(rows):
            fill = group_colour(kind, str(rows["side"].iloc[0]), view.indicator, look)
            _heading(wording.capital(label), fill, look, words.YEARS_EXPLAINED[kind])
            _items(
                view,
                [
                    (
                        str(row["region"]),
                        str(row["name"]),
                        f"{wording.capital(words.in_how_many_years(row))}.",
                    )
                    for _, row in rows.iterrows()
                ],
            )


def _told(view: View, row: pd.Series) -> str:
    told = words.place_sentence(row, view.indicator, view.level)
    over = view.over[(view.over["region"] == row["region"]) & (view.over["side"] == row["class"])]
    return f"{told} {words.years_sentence(over.iloc[0])}" if len(over) else told


def _heading(label: str, fill: str, look: Look, explained: str = "") -> None:
    st.html(
        f'<p style="display:flex;gap:.5rem;align-items:center;margin:.5rem 0 0;font-weight:600;color:{look.ink}">'
        f'<span aria-hidden="true" style="flex:none;width:1.5rem;height:1rem;box-sizing:border-box;background:{fill};'
        f'border:1px solid {look.quiet}"></span>{html.escape(label)}</p>'
        + (
            f'<p style="margin:0;font-size:.875rem;color:{look.quiet}">{html.escape(explained)}</p>'
            if explained
            else ""
        )
    )


def _items(view: View, told: Sequence[tuple[str, str, str]]) -> None:
    """Show regions: the name opens the card, under it one sentence and where its figure comes from."""
    for region, name, sentence in told[:_FIRST]:
        _item(view, region, name, sentence)
    if rest := told[_FIRST:]:
        many = wording.count(
            len(rest), wording.level_label(view.level), wording.level_label(view.level, plural=True)
        )
        with when_opened(f"Nog {many}", f"{_KEY}-meer-{told[0][0]}") as is_open:
            if is_open:
                for region, name, sentence in rest:
                    _item(view, region, name, sentence)


def _item(view: View, region: str, name: str, sentence: str) -> None:
    with st.container(key=f"{_KEY}-{region.replace('@', '-')}", gap=None):
        st.button(
            plain(name),
            type="tertiary",
            key=f"{_KEY}-open-{region}",
            on_click=choose_region,
            args=(view.known, region),
            help=f"Open de kaart van {plain(name)}",
        )
        with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="bottom"):
            st.markdown(plain(sentence), width="stretch")
            if view.level == Level.WIJK:
                parent_link(view.known, view.indicator, region, view.year, label="Bron")
