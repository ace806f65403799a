"""Step 7: the message, what is still missing, the status, documents, and the next edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from typing import Any, Final

import streamlit as st

from register.stories import CONCEPT, DISCUSSED, SETTLED, STATUSES, Story
from reports.model import RECOGNISED, SECTIONS
from ui.concern_told import Told, attempt
from ui.fetch_wording import day as day_in_words
from ui.parts import say, say_list, when_opened
from ui.registering import Desk
from ui.selection import Selection
from ui.story_batch import editions_of
from ui.story_download import show_downloads
from ui.story_editions import EDITION, choose_edition, tell_missing
from ui.story_forget import show_taking_away
from ui.story_report import report_of, snapshot_of
from ui.story_steps_at import HEAD, At
from ui.story_steps_fields import long_text
from ui.story_steps_history import show_history
from ui.story_steps_saving import forget_last
from ui.wording import join_names

_ON: Final = "wijkanalyse-op"


def show_finish(at: At) -> None:
    """Show what rounds a wijkanalyse off."""
    long_text(
        at.head, "message", HEAD["message"], placeholder="Wat moet iemand onthouden die alleen dit leest?"
    )
    long_text(at.head, "ask", HEAD["ask"], placeholder="Bijvoorbeeld: stem in met twee jaar buurtkamer.")
    _complete(at)
    st.subheader("Documenten", anchor=False)
    say("Word en PowerPoint kunt u zelf nog bewerken. De cijfers en zinnen zijn in elk document dezelfde.")
    show_downloads(lambda: report_of(at.known, at.place, at.region, at.story, at.today), f"{at.number}")
    st.page_link("raad.py", label="Open de raadspresentatie", query_params=at.selection.address())
    if at.may_write:
        _status(at)
        _next(at)
    show_history(at)
    show_taking_away(at)
    show_all(at.selection)


def show_all(selection: Selection) -> None:
    """Fold out the wijkanalyses of all wijken at once."""
    with when_opened("Alle wijken in één keer", "wa-alle-wijken") as is_open:
        if is_open:
            import_module("ui.story_all").show(selection)


# What is missing ------------------------------------------------------------------------------------


def missing(story: Story) -> Iterator[str]:
    """Yield what a good wijkanalyse has and this one has not, as sentences."""
    head = story.head
    if not head["question"]:
        yield "Er is geen eigen vraag. In het document staat de algemene vraag."
    asked = {str(part["section"]) for part in story.of("reading")}
    without = [SECTIONS[id] for id in RECOGNISED if id not in asked]
    if len(without) == len(RECOGNISED):
        yield "Aan niemand is gevraagd of de cijfers herkenbaar zijn."
    elif without:
        yield f"Bij {join_names([f'‘{title}’' for title in without])} is nog niet gevraagd of de cijfers herkenbaar zijn."
    for kind, told in (
        ("strength", "Er is geen kracht genoemd."),
        ("bottleneck", "Er is geen knelpunt genoemd."),
        ("priority", "Er is geen prioriteit gekozen."),
        ("action", "Er is geen actie afgesproken."),
    ):
        if not story.of(kind):
            yield told
    for field, told in (
        ("owner", "wie het doet"),
        ("indicator", "aan welk cijfer te zien is of het helpt"),
        ("evaluate_on", "wanneer u terugkijkt"),
    ):
        names = [f"‘{part['title']}’" for part in story.of("action") if not part[field]]
        if names:
            yield f"Nog niet ingevuld is {told}, bij {join_names(names, 3)}."
    if not head["message"]:
        yield "De boodschap is nog niet opgeschreven."


def _complete(at: At) -> None:
    st.subheader("Is alles er?", anchor=False)
    lines = list(missing(at.story))
    if not lines:
        say("Ja. Elk onderdeel is ingevuld.")
        return
    say("Het document is ook nu goed te lezen; waar iets ontbreekt, staat dat erbij. Dit ontbreekt nog:")
    say_list(lines)


# Status ---------------------------------------------------------------------------------------------


def status_in_words(head: Mapping[str, Any]) -> str:
    """Say how far an edition is: "Besproken op 3 maart 2026"."""
    status = str(head["status"])
    on = {DISCUSSED: head["discussed_on"], SETTLED: head["settled_on"]}.get(status)
    return STATUSES[status] + (f" op {day_in_words(str(on))}" if on else "")


def _status(at: At) -> None:
    st.subheader("Status", anchor=False)
    status = str(at.story.head["status"])
    say(f"Nu: {status_in_words(at.story.head).lower()}.")
    if status == SETTLED:
        say(
            "Vastgesteld betekent: de tekst en de cijfers liggen vast. Van acties kunt u nog wel opschrijven hoe het ervoor staat."
        )
    else:
        st.date_input("Op welke dag?", value=at.today, key=_ON, format="DD-MM-YYYY", max_value=at.today)
    choices = {
        CONCEPT: "Terug naar concept",
        DISCUSSED: "Besproken",
        SETTLED: "Stel vast",
    }
    with st.container(horizontal=True, gap="small"):
        for to, label in choices.items():
            if to != status and not (status == SETTLED and to == DISCUSSED):
                st.button(
                    label,
                    key=f"status-{to}",
                    type="primary" if to == SETTLED else "secondary",
                    on_click=attempt,
                    args=(lambda to=to: _set(at, to),),
                )
    if status == CONCEPT:
        st.caption(
            "In concept is de wijkanalyse alleen te lezen voor wie eraan werkt. Is zij besproken of vastgesteld, dan kan iedereen haar lezen."
        )


def _set(at: At, status: str) -> Told:
    forget_last()
    on = st.session_state.get(_ON)
    # As it stands in the register at this moment, with what a colleague wrote since.
    story = at.place.story(at.number)
    figures = (
        snapshot_of(report_of(at.known, at.place, at.region, story, at.today)) if status == SETTLED else None
    )
    saved = at.place.stories.set_status(
        at.number,
        int(story.head["version"]),
        status,
        on=on if isinstance(on, date) else at.today,
        figures=figures,
    )
    told = {
        CONCEPT: "De wijkanalyse is weer in concept; u kunt verder schrijven.",
        DISCUSSED: "De wijkanalyse staat op besproken. Iedereen kan haar nu lezen.",
        SETTLED: "De wijkanalyse is vastgesteld. De tekst ligt nu vast, en de cijfers van nu zijn erbij bewaard. Maak vandaag het document: "
        "later staan er de cijfers van dat moment in.",
    }
    return Told(told[status], at.place.stories, saved.batch)


# Editions -------------------------------------------------------------------------------------------


def _next(at: At) -> None:
    newest = editions_of(at.place, at.known, at.region)[0]
    if newest["number"] != at.number:
        return
    edition = int(at.story.head["edition"]) + 1
    st.subheader("Een volgende editie", anchor=False)
    if str(at.story.head["status"]) != SETTLED:
        say(f"Editie {edition} begint bij deze, zodra deze is vastgesteld. Dan is te zien wat er veranderde.")
        return
    say(
        f"Editie {edition} begint met wat hier staat: krachten, knelpunten, prioriteiten en acties gaan mee. Zij laat zien wat er "
        "veranderde en wat er van de acties kwam."
    )
    st.button(
        f"Begin editie {edition}",
        key="volgende-editie",
        type="primary",
        on_click=attempt,
        args=(lambda: _start_next(at),),
    )


def _start_next(at: At) -> Told:
    told = start(at.place, at.selection, at.region, after=at.number)
    st.session_state[EDITION] = None
    return told


def start(place: Desk, selection: Selection, region: str, after: int | None = None) -> Told:
    """Start an edition: the first of a wijk, or the one after another."""
    known = selection.figures
    forget_last()
    code = region.partition("@")[0]
    saved = place.stories.start(
        code, known.borders_year(known.years[-1]) or known.years[-1], known.years[-1], after=after
    )
    st.session_state["stap"] = "vraag"
    edition = int(place.stories.get(saved.numbers[0])["edition"])
    return Told(
        f"Editie {edition} van {known.label(region)} is begonnen, in concept.", place.stories, saved.batch
    )


def edition_chosen(heads: list[dict[str, Any]]) -> dict[str, Any]:
    """Let the visitor choose between the editions of a wijk, newest first; only where there are several."""
    by_number = {str(head["edition"]): head for head in heads}
    labels = {
        number: f"Editie {number}, {status_in_words(head).lower()}" for number, head in by_number.items()
    }
    if len(by_number) > 1:
        return by_number[choose_edition("Welke editie?", labels)]
    tell_missing(labels)
    return heads[0]
