"""The seven steps of a wijkanalyse: one at a time, with how far it is, and beside it what the document will say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import streamlit as st

from register.roles import Action
from register.stories import SETTLED, Story
from reports.model import RECOGNISED, SECTIONS
from ui.concern_told import leave_part, refresh_page, tell_written
from ui.faults import told_fragment
from ui.fetch_wording import moment
from ui.outlook_choice import one_of
from ui.parts import HELD_TOP, plain, say
from ui.registering import Desk
from ui.selection import Selection, visit
from ui.story_batch import editions_of
from ui.story_download import show_downloads
from ui.story_preview import show_section, show_summary
from ui.story_report import report_of, section_of
from ui.story_steps_agree import show_actions, show_priorities, show_question, show_there
from ui.story_steps_at import At
from ui.story_steps_begin import show_begin
from ui.story_steps_finish import edition_chosen, show_finish, status_in_words
from ui.story_steps_history import show_homeless_conflicts
from ui.story_steps_picture import chosen_chapter, show_picture
from ui.story_steps_saving import draw_anew
from ui.story_steps_stands_out import show_proposals, show_stands_out
from ui.theme import Look
from ui.wording import join_names

#: In the address: which step is open.
STEP: Final = "stap"
#: Steps by address, with their title.
STEPS: Final = {
    "vraag": "1 Vraag",
    "beeld": "2 Beeld van de cijfers",
    "krachten": "3 Wat er is, en wie",
    "opvallend": "4 Wat valt op",
    "prioriteiten": "5 Prioriteiten",
    "acties": "6 Acties",
    "klaar": "7 Afronden",
}
#: What each step asks, as the sentence above it.
_ASKS: Final = {
    "vraag": "Waarom deze wijkanalyse, en wat wilt u weten?",
    "beeld": "Dit zeggen de cijfers. Herkennen bewoners en professionals het?",
    "krachten": "Waar kan de wijk op bouwen?",
    "opvallend": "Wat is sterk, en waar knelt het?",
    "prioriteiten": "Wat moet eerst?",
    "acties": "Wie doet wat, en waaraan is te zien of het helpt?",
    "klaar": "Wat is de boodschap, en is alles er?",
}
#: Which part of the document stands beside a step; step 2 is that part itself.
_BESIDE: Final = {
    "vraag": "vraag",
    "krachten": "voorzieningen",
    "opvallend": "duiding",
    "prioriteiten": "duiding",
    "acties": "acties",
    "klaar": "samenvatting",
}
_SUMMARY, _WHOLE = "samenvatting", "alles"
_READ: Final = {_SUMMARY: "Samenvatting", **SECTIONS, _WHOLE: "Het hele document"}
_STYLE: Final = """
<style>
.st-key-wijkanalyse [data-testid="stButtonGroup"] button { min-height: 2.5rem; padding-inline: .7rem; }
.st-key-wijkanalyse [data-testid="stBaseButton-primary"], .st-key-wijkanalyse [data-testid="stBaseButton-secondary"] { min-height: 2.5rem; }
/* What was settled is there to be read, also where it cannot be changed. */
.st-key-wijkanalyse :is(textarea, input):disabled { color: inherit; -webkit-text-fill-color: currentColor; opacity: .85; }
.st-key-voorbeeld-open, .st-key-voorbeeld-dicht {
  border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: 4px; padding: 1rem; }
.st-key-wijkanalyse h2 { scroll-margin-top: 4.5rem; }
.st-key-voorbeeld-open h3, .st-key-voorbeeld-dicht h3 { font-size: 1.15rem; }
@media (min-width: 1280px) { .st-key-voorbeeld-schakel { display: none; } }
@media (max-width: 1279px) {
  .st-key-voorbeeld-dicht { display: none; }
  .st-key-wijkanalyse-naast > [data-testid="stHorizontalBlock"] { flex-direction: column; }
  .st-key-wijkanalyse-naast > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] { width: 100% !important; flex: 1 1 auto !important; }
}
</style>
"""


def show(selection: Selection, place: Desk, region: str, look: Look) -> None:
    """Show the wijkanalyse of one wijk: to write in, to read, or how to begin."""
    heads = editions_of(place, selection.figures, region)
    if not heads:
        draw_anew(())
        tell_written("wijkanalyse")
        show_begin(selection, place, region)
        return
    st.html(_STYLE)
    head = edition_chosen(heads)
    if place.actor.may(Action.WRITE_STORIES):
        _write(selection, place, region, int(head["number"]), look)
    else:
        _read(At(selection, place, region, place.story(int(head["number"])), date.today()), look)


@told_fragment
def _write(selection: Selection, place: Desk, region: str, number: int, look: Look) -> None:
    """Show the step that is open; a press in it runs this part of the page alone."""
    refresh_page()
    at = At(selection, place, region, place.story(number), date.today())
    with st.container(key="wijkanalyse"):
        _standing(at)
        told = st.container()
        show_homeless_conflicts(at)
        step = _chosen(at.story)
        leave_part(step)
        sight = (visit(), number, step)
        with told:
            tell_written("wijkanalyse")
        st.html(HELD_TOP, unsafe_allow_javascript=True)
        with st.container(key=f"stap-{step}"):
            st.header(STEPS[step], anchor=False)
            say(_ASKS[step])
            if step == "beeld":
                chapter = chosen_chapter(at)
                draw_anew((*sight, chapter))
                show_picture(at, chapter, look)
            else:
                draw_anew(sight)
                _with_preview(at, step, look)
        _along(step)


def _standing(at: At) -> None:
    """Say how far it is and who wrote last."""
    head = at.story.head
    newest = max((head, *at.story.parts), key=lambda record: str(record["changed_at"]))
    told = f"Editie {head['edition']}, {status_in_words(head).lower()}. Laatst gewijzigd door {newest['changed_by']}, {moment(str(newest['changed_at']))}."
    st.caption(plain(told))
    if str(head["status"]) == SETTLED:
        st.info(
            "Deze wijkanalyse is vastgesteld en ligt vast. Wijzigen kan nadat u haar bij 7 Afronden terugzet naar concept. Van acties "
            "kunt u wel opschrijven hoe het ervoor staat."
        )
        return
    todo = [title.partition(" ")[2] for id, title in STEPS.items() if not is_filled(at.story, id)]
    say(
        f"{len(STEPS) - len(todo)} van de {len(STEPS)} stappen {'is' if len(STEPS) - len(todo) == 1 else 'zijn'} ingevuld."
        + (f" Nog te doen: {join_names([f'‘{title}’' for title in todo])}." if todo else "")
    )


def _chosen(story: Story) -> str:
    labels = {id: f"{title} ✓" if is_filled(story, id) else title for id, title in STEPS.items()}
    return one_of(STEP, "Stap", list(STEPS), "vraag", labels, hidden=True)


def is_filled(story: Story, step: str) -> bool:
    """Tell whether what a step asks was given.

    Parameters
    ----------
    story : Story
    step : str
        A key of `STEPS`.
    """
    head = story.head
    return _FILLED[step](story, head)


_FILLED: Final[dict[str, Callable[[Story, dict[str, Any]], bool]]] = {
    "vraag": lambda _, head: bool(head["reason"] and head["question"]),
    "beeld": lambda story, _: {str(part["section"]) for part in story.of("reading")} >= set(RECOGNISED),
    "krachten": lambda story, _: bool(story.of("asset") and story.of("partner")),
    "opvallend": lambda story, _: bool(story.of("strength") and story.of("bottleneck")),
    "prioriteiten": lambda story, _: bool(story.of("priority")),
    "acties": lambda story, _: bool(story.of("action")) and all(
        part["owner"] and part["indicator"] and part["evaluate_on"] for part in story.of("action")
    ),
    "klaar": lambda _, head: bool(head["message"] and head["ask"]),
}  # fmt: skip
_SHOWN: Final[dict[str, Callable[[At], None]]] = {
    "vraag": show_question,
    "krachten": show_there,
    "opvallend": show_stands_out,
    "prioriteiten": show_priorities,
    "acties": show_actions,
    "klaar": show_finish,
}


def _along(step: str) -> None:
    ids = list(STEPS)
    place = ids.index(step)
    with st.container(horizontal=True, gap="small", key="stap-verder"):
        if place > 0:
            before = ids[place - 1]
            st.button(f"Terug: {STEPS[before]}", key="stap-terug", on_click=_go, args=(before,))
        if place < len(ids) - 1:
            after = ids[place + 1]
            st.button(
                f"Verder: {STEPS[after]}", key="stap-volgende", type="primary", on_click=_go, args=(after,)
            )


def _go(step: str) -> None:
    st.session_state[STEP] = step


# Beside it ------------------------------------------------------------------------------------------


def _with_preview(at: At, step: str, look: Look) -> None:
    with st.container(key="wijkanalyse-naast"):
        work, beside = st.columns([3, 2], gap="medium")
        with work:
            _SHOWN[step](at)
        with beside:
            if step == "opvallend" and not at.frozen:
                show_proposals(at)
            _preview(at, step, look)


def _preview(at: At, step: str, look: Look) -> None:
    with st.container(key="voorbeeld-schakel"):
        is_open = st.toggle(
            "Laat zien hoe het in het document staat", key="voorbeeld-aan", persist_state="session"
        )
    with st.container(key=f"voorbeeld-{'open' if is_open else 'dicht'}"):
        st.markdown("**Zo staat het in het document**")
        _show_document(at, look, f"lees-{step}", _BESIDE[step])


def _show_document(at: At, look: Look, key: str, usual: str) -> None:
    parts = {
        id: title for id, title in _READ.items() if id != "verandering" or int(at.story.head["edition"]) > 1
    }
    part = st.selectbox(
        "Deel van het document",
        list(parts),
        index=list(parts).index(usual),
        format_func=parts.__getitem__,
        key=f"{key}-deel",
        persist_state="session",
    )
    with st.spinner("Het document wordt gelezen"):
        if part in SECTIONS:
            show_section(section_of(at.known, at.place, at.region, part, at.story, at.today), look, key)
            return
        report = report_of(at.known, at.place, at.region, at.story, at.today)
    show_summary(report, look, key)
    for section in report.sections if part == _WHOLE else ():
        show_section(section, look, key)


def _read(at: At, look: Look) -> None:
    """Show an edition to somebody who only reads."""
    say(f"Editie {at.story.head['edition']}, {status_in_words(at.story.head).lower()}.")
    show_downloads(lambda: report_of(at.known, at.place, at.region, at.story, at.today), f"{at.number}")
    with st.container(key="voorbeeld-open"):
        _show_document(at, look, "lezer", _SUMMARY)
