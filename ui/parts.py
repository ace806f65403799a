"""Pieces that stand on more than one page: the opening sentence, charts with their text and table, doors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from data.catalogue import Indicator
from ui import wording
from ui.figures import Figures
from ui.selection import ALL_WIJKEN, Selection, current, on_page
from ui.theme import Look, look

if TYPE_CHECKING:
    import altair as alt

#: The pages a wijk card or a chart leads to, in the order of the navigation.
DOORS = {
    "overzicht.py": "Overzicht",
    "trends.py": "Trends",
    "prognose.py": "Prognose",
    "kaart.py": "Kaart",
    "zorgen.py": "Zorgen & signalen",
    "niet_gehoord.py": "Wie horen we niet?",
    "outreach.py": "Outreach",
    "wijkanalyse.py": "Wijkanalyse",
    "raad.py": "Raadspresentatie",
    "gegevens.py": "Gegevens & methode",
    "ophalen.py": "Gegevens ophalen",
}
#: What the link under a figure says; it leads to the page that shows where that figure comes from.
PARENT_QUESTION = "Waar komt dit vandaan?"
#: Field and value in the address of such a link; they tell it from the other doors to that page (its look).
PART, PARENT = "deel", "bron"
#: Address of the page where the link leads to; there it is a jump within the page.
PARENT_PAGE = "gegevens"
#: Keeps in sight what the visitor asked for, while the page around it still comes in.
HELD_TOP = "<script src='app/static/invoer/hold-top.js'></script>"


def page_look() -> Look:
    """Return the look that the visitor's browser shows now."""
    return look(dark=st.context.theme.type == "dark")


def lead(title: str, *sentences: str) -> None:
    """Open a page: what it is about, then the sentence that answers its question."""
    st.title(title, anchor=False)
    for sentence in sentences:
        if sentence:
            st.markdown(plain(sentence))


def plain(text: str) -> str:
    """Keep names with signs that mean something in Markdown as they are."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#$~|" else sign for sign in text)


def say(sentence: str) -> None:
    """Write one sentence as it is; nothing in it counts as markup."""
    st.markdown(plain(sentence))


def say_list(sentences: Iterable[str]) -> None:
    """Write sentences under each other, as a list."""
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))


def narrow_table(frame: pd.DataFrame, told: str, key: str, numbers: Sequence[str] = ()) -> None:
    """Show a table of text that also fits on a phone, where it would else scroll sideways out of the keyboard's reach.

    Parameters
    ----------
    frame : DataFrame
        Text, with no more than some seven short columns.
    told : str
        Text alternative.
    key : str
        Unique on the page.
    numbers : sequence of str
        Columns with numbers, which are aligned at the right.
    """
    places = [list(frame.columns).index(column) + 1 for column in numbers if column in frame]
    cells = ", ".join(
        f".st-key-past-{key} :is(th, td):nth-child({n}), .st-key-past-{key} :is(th, td):nth-child({n}) *"
        for n in places
    )
    with st.container(key=f"past-{key}"):
        if cells:
            st.html(f"<style>{cells} {{ text-align: right !important; }}</style>")
        st.table(frame, hide_index=True, alt=told)


def parent_address(known: Figures, indicator: str, region: str, year: int) -> dict[str, str]:
    """Return the query parameters by which Gegevens & methode shows the parent of one figure."""
    # A wijk that is gone has no figure in a later year, but it has one in its last.
    year = min(year, known.last_year_of(region)) if region in known.regions else year
    return {
        "gemeente": known.gemeente,
        "wijk": region if region in known.regions else ALL_WIJKEN,
        "indicator": indicator,
        "jaar": str(year),
        PART: PARENT,
    }


def parent_link(
    known: Figures | Selection,
    indicator: Indicator | str,
    region: str,
    year: int,
    label: str = PARENT_QUESTION,
) -> None:
    """Show the link from one figure to where it comes from: Gegevens & methode, at that very figure.

    Parameters
    ----------
    known : Figures or Selection
    indicator : Indicator or str
        The figure, or its id.
    region : str
        A wijk (series); the gemeente and Nederland lead to the figure of the gemeente.
    year : int
    label : str
        Short for a link behind a sentence: "Bron".
    """
    figures = known.figures if isinstance(known, Selection) else known
    name = indicator if isinstance(indicator, str) else indicator.id
    address = parent_address(figures, name, region, year)
    if on_page() == PARENT_PAGE and address == parent_address(figures, *_chosen()):
        st.caption(f"[{label}](#{PARENT})")
        return
    st.page_link("gegevens.py", label=label, query_params=address)


def _chosen() -> tuple[str, str, int]:
    selection = current()
    return selection.indicator.id, selection.focus, selection.year


def say_with_parents(
    known: Figures, told: Iterable[tuple[str, Indicator | str, str, int]], *, headed: bool = False
) -> None:
    """Write sentences with a figure as a list, each with a link to where its figure comes from.

    Parameters
    ----------
    known : Figures
    told : iterable of tuple
        Sentence, indicator, region and year of its figure.
    headed : bool
        Put the name of the region and the theme above each sentence, so that the eye finds them.
    """
    for sentence, indicator, region, year in told:
        head = ""
        if headed:
            entry = known.catalogue[indicator] if isinstance(indicator, str) else indicator
            theme = next(theme.title for theme in known.catalogue.themes if theme.id == entry.theme)
            head = f"**{plain(known.label(region))}** · {plain(wording.in_sentence(theme))}  \n  "
        with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="bottom"):
            st.markdown(f"- {head}{plain(sentence)}", width="stretch")
            parent_link(known, indicator, region, year, label="Bron")


def parent_of_selection() -> None:
    """Show the link to the parent of the figure that is chosen in the bar."""
    parent_link(current(), *_chosen())


def chart(
    drawn: alt.LayerChart | dict[str, Any],
    key: str,
    *,
    linked: bool = True,
    captioned: bool = True,
    on_select: Callable[[], None] | None = None,
) -> None:
    """Show a chart, or its specification, at the width of the page; its description is the text alternative.

    Parameters
    ----------
    drawn : LayerChart or dict
    key : str
        Unique on the page.
    linked : bool
        Whether a link to the parent of the chosen figure stands under it; False where the caller places its own.
    captioned : bool
        Whether its caption stands under it; False for the second of two pictures that share one.
    on_select : callable, optional
        Called when something in it is clicked; what, stands in the session under ``key``. Never the only way.
    """
    # Altair would check the whole chart against the schema once more; the tests do that.
    spec = drawn if isinstance(drawn, dict) else drawn.to_dict(validate=False)
    # A picture that says that there is nothing to draw has nothing to click either.
    if on_select and _can_be_clicked(spec):
        st.vega_lite_chart(spec=spec, width="stretch", theme=None, key=key, on_select=on_select)
    else:
        st.vega_lite_chart(spec=spec, width="stretch", theme=None, key=key)
    if captioned and (caption := caption_in(spec)):
        st.caption(plain(caption))
    if linked:
        parent_of_selection()


def caption_in(spec: dict[str, Any]) -> str:
    """Return the caption that goes along with a chart; empty where it has none."""
    return str(spec.get("usermeta", {}).get("caption", ""))


def _can_be_clicked(spec: dict[str, Any]) -> bool:
    return any("select" in param for layer in spec.get("layer", []) for param in layer.get("params", []))


def source_line(known: Figures, indicator: Indicator | None = None, *years: int) -> None:
    """Name the parent of the figures above, small, with the link to it."""
    st.caption(plain(known.source_of(indicator or known.catalogue["population"], *years)))
    parent_of_selection()


@contextmanager
def when_opened(label: str, key: str) -> Iterator[bool]:
    """Fold something out of sight and say whether the user has it open: what is closed is not worked out."""
    fold = st.expander(label, key=key, on_change="rerun")
    with fold:
        yield bool(fold.open)


def about_indicator(indicator: Indicator, known: Figures) -> None:
    """Fold out what a figure means, where its meaning changed, and where it comes from."""
    with st.expander(f"Wat betekent {indicator.title}?", key=f"uitleg-{indicator.id}"):
        say(indicator.explanation)
        if indicator.breaks:
            say_list(f"Breuk vanaf {entry.year}: {entry.reason}" for entry in indicator.breaks)
        if indicator.threshold:
            basis = known.catalogue[indicator.threshold.basis]
            say(
                f"CBS toont dit cijfer alleen waar er genoeg zijn: minstens {indicator.threshold.minimum} "
                f"({basis.title.lower()}). Kleinere wijken hebben dus geen cijfer."
            )
        if indicator.derived:
            parts = " + ".join(known.catalogue[part].title.lower() for part in indicator.share_of[1:])
            say(
                f"Wijkradar rekent dit uit: {known.catalogue[indicator.share_of[0]].title.lower()} gedeeld door "
                f"{parts}. De aantallen zelf komen van CBS."
            )
        if not indicator.usable_in_score:
            say("Herkomst telt nooit mee in een score, een rangorde of een signaal.")
        source_line(known, indicator)


def doors(selection: Selection, here: str, **other: str) -> None:
    """Show links to the other pages with the same selection."""
    st.caption("Verder met deze keuze:")
    with st.container(horizontal=True):
        for page, title in DOORS.items():
            if page != here:
                st.page_link(page, label=title, query_params=selection.address(**other))
