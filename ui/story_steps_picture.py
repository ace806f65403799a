"""Step 2: what the figures say per chapter, and whether residents and professionals recognise it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from register.stories import RECOGNISED as ANSWERS
from reports.model import RECOGNISED, SECTIONS, Section
from ui.outlook_choice import one_of
from ui.parts import plain, say
from ui.story_preview import show_section
from ui.story_report import section_of
from ui.story_steps_at import At
from ui.story_steps_fields import long_text, short_text, touch
from ui.story_steps_parts import List, show_list
from ui.story_steps_saving import Saving
from ui.theme import Look

#: In the address: which chapter is open.
CHAPTER: Final = "hoofdstuk"
#: Short names, for a row of choices.
SHORT: Final = {
    "bevolking": "Bevolking",
    "wonen": "Wonen",
    "werk": "Werk en inkomen",
    "onderwijs": "Onderwijs",
    "zorg": "Gezondheid",
    "veiligheid": "Veiligheid",
    "voorzieningen": "Voorzieningen",
    "leefwereld": "Bewoners vertellen",
    "vooruitblik": "Vooruitblik",
}


def show_picture(at: At, chapter: str, look: Look) -> None:
    """Show the figures of one chapter with, beside them, what groups say of it."""
    figures, people = st.columns([3, 2], gap="large")
    with figures:
        show_section(_figures(at, chapter), look, "beeld", voices=False)
    with people:
        _ask(at, chapter)


def chosen_chapter(at: At) -> str:
    """Let the visitor choose a chapter; one of which somebody said something has a mark."""
    said = {str(part["section"]) for part in at.story.of("reading")}
    labels = {id: f"{SHORT[id]} ✓" if id in said else SHORT[id] for id in RECOGNISED}
    return one_of(CHAPTER, "Hoofdstuk", list(RECOGNISED), RECOGNISED[0], labels)


def _figures(at: At, chapter: str) -> Section:
    with st.spinner("De cijfers worden erbij gezocht"):
        return section_of(at.known, at.place, at.region, chapter, at.story, at.today)


def _ask(at: At, chapter: str) -> None:
    with st.container(key="herkent-u-dit"):
        st.subheader("Herkent u dit?", anchor=False)
        say(
            f"Vraag het aan bewoners en aan professionals, en schrijf op wat zij zeggen over ‘{SECTIONS[chapter]}’. Noem een "
            "groep, geen persoon."
        )
        listed = List(
            "reading",
            (("group_name",), ("recognised", "text")),
            "Vul in wie het zei, en of de groep dit herkent of wat zij ervan zegt.",
            _fields,
            _told,
            section=chapter,
            add="Voeg deze stem toe",
        )
        show_list(at, listed, "Er is bij dit hoofdstuk nog niemand gevraagd.")


def _fields(saving: Saving) -> None:
    short_text(
        saving,
        "group_name",
        "Wie zegt dit?",
        placeholder="Bijvoorbeeld: bewoners van de flats, of de wijkverpleging",
    )
    touch(
        saving, "recognised", "Herkent deze groep de cijfers?", {"ja": "Ja", "deels": "Deels", "nee": "Nee"}
    )
    long_text(
        saving,
        "text",
        "Wat zegt deze groep erover?",
        placeholder="In een paar zinnen, zo veel mogelijk in hun woorden.",
    )


def _told(part: Mapping[str, Any]) -> str:
    known = f" · {ANSWERS[str(part['recognised'])].lower()}" if part.get("recognised") in ANSWERS else ""
    text = str(part.get("text") or "").strip()
    return f"**{plain(str(part.get('group_name') or ''))}**{known}" + (f"  \n{plain(text)}" if text else "")
