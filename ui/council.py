"""Raadspresentatie: which wijk and which edition, and from there the slides, full screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import streamlit as st

from data.errors import UserError
from data.settings import load_settings
from reports.drawn import chart_svg, map_size, map_svg
from reports.house import House, house, logo_picture
from reports.model import Chart, Map, Report
from ui import council_slides, forecasting
from ui.council_choice import FIGURES_ONLY, options_of, story_chosen, wijken_written
from ui.council_slides import DIA, Sender
from ui.parts import lead, page_look, plain, say
from ui.registering import Desk, desk
from ui.selection import Selection, choose_from_list
from ui.story_batch import editions_of
from ui.story_download import show_downloads
from ui.story_editions import choose_edition
from ui.story_report import report_of
from ui.theme import DARK, Look
from ui.wording import count

PAGE: Final = "raad.py"
_FILES: Final = Path(__file__).resolve().parent.parent / "static" / "raad"
#: More wijken than this are chosen from the list alone.
_MOST_LINKS: Final = 12


def show(selection: Selection) -> None:
    """Show what can be presented of the chosen wijk; without one, which wijken there are."""
    place, complaint = _register(selection)
    if selection.wijk is None:
        _show_wijken(selection, place, complaint)
        return
    known, region = selection.figures, selection.wijk
    editions = editions_of(place, known, region)
    options = options_of(editions)
    opening = st.container()
    chosen = choose_edition("Wat wilt u laten zien?", options)
    forecasting.wait_for_study(known)
    with st.spinner("De dia's worden gemaakt"):
        report = report_of(known, place, region, story_chosen(place, editions, chosen), date.today())
        style = house(load_settings())
        deck = deck_of(report, style, page_look(), _sender(style))
    with opening:
        lead(f"{known.label(region)} in de raad", _opening(report, written=chosen != FIGURES_ONLY))
        if complaint:
            st.warning(complaint)
    st.html(deck, unsafe_allow_javascript=True)
    st.subheader("Meenemen als bestand", anchor=False)
    show_downloads(lambda: report, "raad")


def _register(selection: Selection) -> tuple[Desk | None, str]:
    """Return the register, or None with the reason why the slides must do without."""
    try:
        place = desk(selection)
        place.stories.rows()
    except UserError as error:
        return None, str(error)
    return place, ""


def _opening(report: Report, *, written: bool) -> str:
    slides = count(len(report.slides), "dia staat", "dia's staan")
    about = (
        f"gemaakt uit editie {report.edition} van de wijkanalyse ({report.status})"
        if written
        else "gemaakt uit de cijfers van nu; een wijkanalyse is er niet bij"
    )
    return f"{slides} klaar, {about}. {report.vintage}"


# -- which one ---------------------------------------------------------------------------------------


def _show_wijken(selection: Selection, place: Desk | None, complaint: str) -> None:
    """Ask for a wijk: first those with a wijkanalyse, then all."""
    known = selection.figures
    if DIA in st.query_params:
        # Else the slides would open by themselves as soon as a wijk is chosen.
        del st.query_params[DIA]
    lead(
        f"Een wijk van {known.name} in de raad",
        "Kies een wijk; dan staan de dia's klaar, met de cijfers van nu.",
    )
    if complaint:
        st.warning(complaint)
    written = wijken_written(place, known)
    if written:
        _links(selection, written)
    else:
        say(
            "Van geen enkele wijk is er al een wijkanalyse die u mag laten zien. De cijfers alleen kunnen wel."
        )
    names = {code: known.label(code) for code in known.regions_in(known.years[-1])}
    choose_from_list(names, None, "raad-wijk", label="Alle wijken")


def _links(selection: Selection, written: Sequence[str]) -> None:
    known = selection.figures
    say(
        f"Met een wijkanalyse: {count(len(written), 'wijk', 'wijken')}"
        + (f", hier de eerste {_MOST_LINKS}." if len(written) > _MOST_LINKS else ".")
    )
    for region in written[:_MOST_LINKS]:
        st.page_link(PAGE, label=known.label(region), query_params=selection.address(wijk=region))


# -- the slides --------------------------------------------------------------------------------------


def _sender(style: House) -> Sender:
    """Return whose slides they are; a logo that cannot be read is told, and no reason not to present."""
    try:
        return Sender(style.organisation, logo_picture(style))
    except UserError as error:
        st.warning(plain(str(error)))
        return Sender(style.organisation)


def deck_of(report: Report, style: House, look: Look, sender: Sender) -> str:
    """Return the slides as HTML; drawn once for all who look at the same report.

    Parameters
    ----------
    report : Report
    style : House
    look : Look
        Of the page around it; the slides themselves are dark on white.
    sender : Sender
    """
    return _deck(_Same(report), style, look, sender)


@dataclass(frozen=True, eq=False)
class _Same:
    """A report that is the same as long as it is the very same object: comparing every figure would take longer than drawing."""

    report: Report

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.report is self.report

    def __hash__(self) -> int:
        return id(self.report)


@lru_cache(maxsize=16)
def _deck(same: _Same, style: House, look: Look, sender: Sender) -> str:
    script = _FILES / "council.js"
    version = sha256(script.read_bytes()).hexdigest()[:10]
    return council_slides.deck_html(
        same.report,
        style.accent,
        (look.accent, DARK.paper if look is DARK else look.paper),
        f"app/static/raad/{script.name}?v={version}",
        (_FILES / "council.css").read_text("utf-8"),
        lambda block, width, height: _drawn(block, style, width, height),
        sender,
    )


def _drawn(block: Chart | Map, style: House, width: float, height: float) -> str:
    if isinstance(block, Chart):
        return chart_svg(block, style, width, height, typeface=True)
    # The legend stands beside it, as text.
    bare = replace(block, drawing=replace(block.drawing, legend=(), legend_title=""))
    wide, high = map_size(bare, style, width)
    shown = min(council_slides.MAP_PLACE[0] / wide, council_slides.MAP_PLACE[1] / high)
    return map_svg(bare, style, width, typeface=True, letters=(council_slides.MAP_NAMES / shown,))
