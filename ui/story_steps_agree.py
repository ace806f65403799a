"""Steps 1, 3, 5 and 6: the question, who and what is there, priorities, and what is agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from register.stories import ACTION_STATUSES
from ui.concern_told import Told, attempt
from ui.fetch_wording import day as day_in_words
from ui.parts import parent_link, plain, say, when_opened
from ui.selection import indicator_label
from ui.story_people import written
from ui.story_place import ORIGIN, figure_there
from ui.story_steps_at import HEAD, At
from ui.story_steps_fields import choice, day, long_text, short_text
from ui.story_steps_parts import List, open_part, show_list, title_and_text
from ui.story_steps_saving import Saving, forget_last
from ui.wording import count, in_sentence

_QUESTION: Final = {
    "reason": "Bijvoorbeeld: het programma Samen vitaal loopt af, en de raad wil weten hoe het verder gaat.",
    "question": "Bijvoorbeeld: hoe komt het dat ouderen hier minder hulp vragen, en wat is nodig?",
    "boundary": "Bijvoorbeeld: de hele wijk, vanaf 18 jaar. Niet: de jeugdhulp, die heeft een eigen plan.",
    "observed": "Loop een ronde door de wijk. Wat valt op aan straten, winkels, groen en mensen?",
    "history": "Wanneer is de wijk gebouwd, wat veranderde er, wat ligt gevoelig?",
}


def show_question(at: At) -> None:
    """Show the question and what it is about."""
    for field, placeholder in _QUESTION.items():
        long_text(at.head, field, HEAD[field], placeholder=placeholder)


# What is there --------------------------------------------------------------------------------------


def show_there(at: At) -> None:
    """Show what is there and who is there."""
    st.subheader("Wat er is", anchor=False)
    say("Plekken, voorzieningen, verenigingen en gewoonten waar bewoners iets aan hebben.")
    show_list(
        at,
        List("asset", (("title",),), "Vul in wat er is.", _asset, title_and_text, ordered=True),
        "Er is nog niets genoemd.",
    )
    st.subheader("Met wie", anchor=False)
    say(
        "Organisaties en groepen met wie u samenwerkt, of zou willen samenwerken. Noem een organisatie of functie, geen persoon."
    )
    show_list(
        at,
        List("partner", (("title",),), "Vul in wie dit is.", _partner, title_and_text, ordered=True),
        "Er is nog geen partner genoemd.",
    )


def _asset(saving: Saving) -> None:
    short_text(saving, "title", "Wat is er?", placeholder="Bijvoorbeeld: buurtkamer De Notenkraker")
    long_text(saving, "text", "Wat doet het voor de wijk?", placeholder="Wie komt er, en wanneer?")


def _partner(saving: Saving) -> None:
    short_text(
        saving,
        "title",
        "Welke organisatie of functie?",
        placeholder="Bijvoorbeeld: wijkverpleging, woningcorporatie",
    )
    long_text(saving, "text", "Wat doen zij in de wijk?")


# Priorities -----------------------------------------------------------------------------------------


def show_priorities(at: At) -> None:
    """Show the priorities in their order, and the bottlenecks that they can come from."""
    say("Zet bovenaan wat het eerst moet. Drie prioriteiten waar iets van komt, zijn beter dan tien.")
    listed = List(
        "priority",
        (("title",),),
        "Vul in wat er moet gebeuren.",
        _priority,
        lambda part: _priority_told(at, part),
        ordered=True,
    )
    show_list(at, listed, "Er is nog geen prioriteit gekozen.")
    if at.frozen:
        return
    left = [part for part in at.story.of("bottleneck") if not _priorities_of(at, part)]
    if left:
        with when_opened("Maak een prioriteit van een knelpunt", f"wa-knelpunten-{at.number}") as is_open:
            for part in left if is_open else ():
                _offer(at, part)


def _offer(at: At, part: Mapping[str, Any]) -> None:
    with st.container(border=True, key=f"knelpunt-{part['number']}", gap="xsmall"):
        st.markdown(title_and_text(part))
        st.button(
            "Maak hier een prioriteit van",
            key=f"prioriteit-van-{part['number']}",
            on_click=attempt,
            args=(lambda: _prioritise(at, part),),
        )


def _priority(saving: Saving) -> None:
    short_text(
        saving,
        "title",
        "Wat moet er gebeuren?",
        placeholder="Bijvoorbeeld: ontmoeting dicht bij huis voor ouderen",
    )
    long_text(saving, "text", "Waarom dit, en waarom nu?")


def _priorities_of(at: At, bottleneck: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [part for part in at.story.of("priority") if part["about"] == bottleneck["number"]]


def _priority_told(at: At, part: Mapping[str, Any]) -> str:
    told = title_and_text(part)
    if bottleneck := next((one for one in at.story.of("bottleneck") if one["number"] == part["about"]), None):
        told += f"  \nBij het knelpunt: {plain(str(bottleneck['title']))}"
    n = sum(1 for action in at.story.of("action") if action["about"] == part["number"])
    return told + (f"  \n{count(n, 'actie', 'acties').capitalize()}." if n else "")


def _prioritise(at: At, bottleneck: Mapping[str, Any]) -> Told:
    forget_last()
    values = {
        "story": at.number,
        "kind": "priority",
        "title": bottleneck["title"],
        "about": bottleneck["number"],
        "harmless": bottleneck["harmless"],
    }
    saved = at.place.parts.add(values)
    open_part(saved.numbers[0])
    return Told(
        "Dit knelpunt is nu een prioriteit. Schrijf op wat er moet gebeuren.", at.place.parts, saved.batch
    )


# Advice and actions ---------------------------------------------------------------------------------


def show_actions(at: At) -> None:
    """Show advice, and actions with who, by which figure and when."""
    if at.story.before is not None and (old := [part for part in at.story.of("action") if part["came_from"]]):
        each = "bij elk op" if len(old) > 1 else "op"
        say(
            f"{count(len(old), 'actie kwam', 'acties kwamen')} mee uit de vorige editie. Schrijf {each} wat ervan kwam."
        )
    st.subheader("Acties", anchor=False)
    listed = List(
        "action",
        (("title",),),
        "Vul in wat er gaat gebeuren.",
        lambda saving: _action(at, saving),
        lambda part: _action_told(at, part),
        ordered=True,
        folded="Nog een actie afspreken",
    )
    show_list(at, listed, "Er is nog geen actie afgesproken.")
    st.subheader("Advies", anchor=False)
    say("Wat raadt u aan, ook waar nog niemand het doet?")
    show_list(
        at,
        List("advice", (("title",),), "Vul in wat u aanraadt.", _advice, title_and_text, ordered=True),
        "Er is nog geen advies.",
    )


def _advice(saving: Saving) -> None:
    short_text(saving, "title", "Wat raadt u aan?")
    long_text(saving, "text", "Toelichting")


def _action(at: At, saving: Saving) -> None:
    short_text(
        saving,
        "title",
        "Wat gaat er gebeuren?",
        placeholder="Bijvoorbeeld: elke dinsdag koffie in de buurtkamer",
    )
    long_text(saving, "text", "Toelichting")
    short_text(
        saving,
        "owner",
        "Wie doet het?",
        placeholder="Een team of functie",
        help="Een functie of team, geen naam van een persoon.",
    )
    short_text(saving, "partners", "Met wie?", placeholder="Bijvoorbeeld: welzijn, huisartsen")
    priorities = {int(part["number"]): str(part["title"]) for part in at.story.of("priority")}
    if priorities:
        choice(saving, "about", "Bij welke prioriteit?", priorities, empty="Kies een prioriteit")
    choice(
        saving, "indicator", "Aan welk cijfer is te zien of het helpt?", indicators(at), empty="Kies een cijfer",
        help="Zo is over een paar jaar te zien wat er veranderde. Herkomst staat er niet bij: dat is geen maat voor hoe het gaat.",
    )  # fmt: skip
    _present(at, saving)
    short_text(
        saving, "target", "Wat is het streven?", placeholder="Bijvoorbeeld: niet meer dan in de gemeente"
    )
    day(saving, "evaluate_on", "Wanneer kijkt u terug?")
    choice(saving, "status", "Hoe staat het ervoor?", ACTION_STATUSES, empty=ACTION_STATUSES["open"])
    long_text(saving, "outcome", "Wat kwam ervan?", placeholder="Vul dit in als er iets van te zeggen is.")


def indicators(at: At) -> dict[str, str]:
    """Return the figures by which an action can be followed: those that this wijk has, and nothing of herkomst."""
    known = at.known
    there = set(
        known.panel.loc[(known.panel["region"] == at.region) & known.panel["value"].notna(), "indicator"]
    )
    return {
        indicator.id: indicator_label(indicator.id)
        for theme in known.catalogue.themes
        if theme.id != ORIGIN
        for indicator in known.catalogue.of_theme(theme.id)
        if indicator.id in there
    }


def _present(at: At, saving: Saving) -> None:
    name = saving.typed("indicator")
    figure = figure_there(at.known, str(name), at.region, at.known.years[-1]) if name else None
    if figure is not None:
        st.caption(plain(f"Nu: {in_sentence(figure.title)} in {figure.place}: {written(at.known, figure)}."))
        parent_link(at.known, figure.indicator, at.region, figure.year, label="Bron")


def _action_told(at: At, part: Mapping[str, Any]) -> str:
    lines = [title_and_text(part)]
    who = ", ".join(
        filter(None, (str(part["owner"] or ""), f"met {part['partners']}" if part["partners"] else ""))
    )
    about = next((str(one["title"]) for one in at.story.of("priority") if one["number"] == part["about"]), "")
    figure = (
        figure_there(at.known, str(part["indicator"]), at.region, at.known.years[-1])
        if part["indicator"]
        else None
    )
    for label, told in (
        ("Wie", who),
        ("Prioriteit", about),
        ("Maatstaf", f"{figure.title}, nu {written(at.known, figure)}" if figure else ""),
        ("Streven", part["target"]),
        ("Terugkijken", day_in_words(str(part["evaluate_on"])) if part["evaluate_on"] else ""),
        ("Stand", ACTION_STATUSES.get(str(part["status"]), "")),
        ("Wat ervan kwam", part["outcome"]),
    ):
        if told:
            lines.append(f"{label}: {plain(str(told))}")
    return "  \n".join(lines)
