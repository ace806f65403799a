"""What people bring into a wijkanalyse: the question, what residents tell, who is there, what they make of it, what is agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from data.regions import NEDERLAND
from register.stories import ACTION_STATUSES
from reports.model import RECOGNISED, SECTIONS, Block, Figure, Grid, Points, Say, Voice, Voices
from ui import story_wording as words
from ui import triage_figures, triage_wording, wording
from ui.fetch_wording import day
from ui.figures import Figures
from ui.story_blocks import as_written, in_cell, source_of
from ui.story_heard import heard_in
from ui.story_history import SIZE
from ui.story_subject import Subject

#: Blocks of a chapter, and what it does not tell.
Told = tuple[list[Block], list[str]]
#: How far an action is of which nothing is asked any more.
ENDED: Final = ("gedaan", "gestopt")
#: Days, months and years of a date as the register keeps it.
_ISO: Final = 10


def paragraphs(text: str, weight: str = "plain") -> list[Block]:
    """Return what somebody wrote as paragraphs; an empty line parts two."""
    pieces = [" ".join(piece.split()) for piece in text.replace("\r\n", "\n").split("\n\n")]
    return [Say(piece, weight) for piece in pieces if piece]  # type: ignore[arg-type]


def sentence(part: Mapping[str, Any]) -> str:
    """Return title and text of a part as they stand in a list."""
    title, text = (" ".join(str(part.get(name) or "").split()) for name in ("title", "text"))
    if not title or not text:
        return title or text
    return f"{title.rstrip('.')}. {wording.capital(text)}{'' if text[-1] in '.!?’”' else '.'}"


def voices(subject: Subject, section: str) -> list[Block]:
    """Return what groups said of a chapter; empty where nobody was asked."""
    said = [
        Voice(
            str(part.get("group_name") or "een groep die niet is genoemd"),
            " ".join(str(part.get("text") or part.get("title") or "").split()) or "Geen toelichting.",
            str(part.get("recognised") or ""),
        )
        for part in subject.parts("reading", section)
    ]
    return [Voices(tuple(said))] if said else []


# The question -------------------------------------------------------------------------------------


def question(subject: Subject) -> Told:
    """Return why the analysis is made, what is asked, and what it is about."""
    blocks: list[Block] = [Say(subject.text("question") or words.QUESTION, "lead")]
    left_out = [] if subject.text("question") else [words.GENERAL_QUESTION]
    for field in ("reason", "boundary", "observed"):
        if written := subject.text(field):
            blocks += paragraphs(written)
        else:
            left_out.append(words.WAITS[field])
    blocks.insert(2 if subject.text("reason") else 1, _scope(subject))
    if subject.is_gone:
        blocks.append(Say(words.gone(subject.name, subject.known.last_year_of(subject.region)), "note"))
    return blocks, left_out


def _scope(subject: Subject) -> Say:
    people = subject.figure("population")
    told = words.scope(
        subject.name,
        subject.known.name,
        subject.year,
        people.text if people and wording.is_figure(people.value) else "",
    )
    return Say(told, "plain", (people,) if people else ())


# What residents tell ------------------------------------------------------------------------------


def lived(subject: Subject) -> Told:
    """Return what residents tell: in counts that everybody may see, and what groups had written down."""
    found = heard_in(subject)
    said = voices(subject, "leefwereld")
    left_out = [*found.left_out, *([] if said else [words.NOBODY_ASKED])]
    if found.verdict and (settled := subject.text("settled_on")):
        left_out.append(words.counted_until_now(settled))
    return [*found.blocks, *said], left_out


# Who and what is there ----------------------------------------------------------------------------


def assets(subject: Subject) -> Told:
    """Return what there is in the wijk and who works there, as people know it."""
    blocks: list[Block] = []
    left_out = []
    for kind, heading, missing in (
        ("asset", "Wat er is", "Wat er in de wijk is en goed werkt, is nog niet opgeschreven."),
        ("partner", "Wie er werken en helpen", "Welke partners er zijn, is nog niet opgeschreven."),
    ):
        items = tuple(filter(None, (sentence(part) for part in subject.parts(kind))))
        if items:
            blocks.append(Points(items, heading))
        else:
            left_out.append(missing)
    return blocks, left_out


# What is made of it -------------------------------------------------------------------------------


def meaning(subject: Subject) -> Told:
    """Return strengths, bottlenecks and priorities: those of people, else what the figures propose."""
    blocks: list[Block] = []
    left_out = []
    if message := subject.text("message"):
        blocks += paragraphs(message, "lead")
    blocks.append(strengths(subject))
    blocks.append(bottlenecks(subject))
    blocks.append(priorities(subject))
    if any(_proposed(subject, kind) for kind in ("strength", "bottleneck")):
        few = words.too_small(subject.name, subject.people)
        blocks.append(Say(few if subject.is_small else words.SIGNAL, "note"))
    if told := words.readings_sentence(recognised(subject)):
        blocks.append(Say(told))
    asked = {str(part.get("section")) for part in subject.parts("reading")}
    without = [SECTIONS[section] for section in RECOGNISED if section not in asked]
    if without:
        left_out.append(words.without_readings(without, len(RECOGNISED)))
    return blocks, left_out


def recognised(subject: Subject) -> dict[str, int]:
    """Count how often groups recognised what the figures say."""
    said = [str(part.get("recognised") or "") for part in subject.parts("reading")]
    return {key: said.count(key) for key in ("ja", "deels", "nee") if key in said}


def _proposed(subject: Subject, kind: str) -> bool:
    return not subject.parts(kind)


def strengths(subject: Subject) -> Points:
    """Return the strengths that people name, else what the figures propose."""
    return _named_or_proposed(
        subject,
        "strength",
        "Krachten",
        subject.strengths,
        "Geen enkel cijfer is duidelijk gunstiger dan in {}.",
    )


def bottlenecks(subject: Subject) -> Points:
    """Return the bottlenecks that people name, else what the figures propose."""
    return _named_or_proposed(
        subject,
        "bottleneck",
        "Knelpunten",
        subject.signals,
        "Geen enkel cijfer is hier veel ongunstiger dan in {}.",
    )


def _named_or_proposed(
    subject: Subject, kind: str, heading: str, rows: pd.DataFrame, otherwise: str
) -> Points:
    named = tuple(filter(None, (sentence(part) for part in subject.parts(kind))))
    if named:
        return Points(named, heading)
    if subject.is_small:
        return Points((words.NONE_OF_FEW,), heading)
    proposed = f"{heading} ({words.PROPOSAL})"
    if rows.empty:
        return Points((otherwise.format(subject.comparator_name),), proposed)
    told = tuple(signal_sentence(subject, row) for _, row in rows.iterrows())
    figures = tuple(figure for _, row in rows.iterrows() for figure in signal_figures(subject, row))
    return Points(told, proposed, figures=figures)


def signal_sentence(subject: Subject, row: pd.Series) -> str:
    """Say one row of the triage."""
    known = subject.known
    return triage_wording.triage_sentence(
        row, known.catalogue[str(row["indicator"])], subject.name, subject.comparator_name
    )


def signal_figures(subject: Subject, row: pd.Series) -> tuple[Figure, ...]:
    """Return the figures that a row of the triage is about: of the wijk and of the gemeente."""
    found = (
        subject.figure(str(row["indicator"]), region, int(row["year"]))
        for region in (
            subject.region,
            NEDERLAND if subject.comparator == triage_figures.LAND else subject.known.gemeente,
        )
    )
    return tuple(figure for figure in found if figure)


def priorities(subject: Subject) -> Points:
    """Return the priorities in their order, or that nobody chose any."""
    chosen = tuple(filter(None, (sentence(part) for part in subject.parts("priority"))))
    begin = any(subject.parts(kind) for kind in ("strength", "bottleneck")) or not subject.is_small
    waits = f"{words.PEOPLE_CHOOSE} {words.BEGIN}" if begin else words.PEOPLE_CHOOSE
    return Points(chosen or (waits,), "Prioriteiten", ordered=len(chosen) > 1)


# What is agreed -----------------------------------------------------------------------------------


def actions(subject: Subject) -> Told:
    """Return advice and actions, each with who does it, by which figure it is followed, and when it is looked back on."""
    blocks: list[Block] = []
    advice = tuple(filter(None, (sentence(part) for part in subject.parts("advice"))))
    if advice:
        blocks.append(Points(advice, "Advies"))
    parts = subject.parts("action")
    if not parts:
        return [*blocks, Say(words.NO_ACTIONS)], ([] if advice else ["Advies is nog niet opgeschreven."])
    blocks.insert(0, Say(_agreed(parts), "lead"))
    blocks.append(action_grid(subject, parts))
    return blocks, _not_agreed(parts)


def _agreed(parts: Sequence[Mapping[str, Any]]) -> str:
    n, statuses = len(parts), [str(part.get("status") or "open") for part in parts]
    what = "een eigenaar, een maatstaf of een datum"
    complete = sum(all(part.get(name) for name in ("owner", "indicator", "evaluate_on")) for part in parts)
    told = f"Er {'is' if n == 1 else 'zijn'} {wording.count(n, 'actie', 'acties')} afgesproken"
    ended = [
        f"{wording.number(statuses.count(status))} {wording.in_sentence(ACTION_STATUSES[status])}"
        for status in ENDED
        if status in statuses
    ]
    if ended:
        told += (
            f", waarvan {wording.join_names(ended)}"
            if n > 1
            else f" en {wording.in_sentence(ACTION_STATUSES[statuses[0]])}"
        )
    if complete == n:
        joined = ", met" if n == 1 else ". Er is bij elke actie" if ended else ", elk met"
        return f"{told}{joined} een eigenaar, een maatstaf en een datum om terug te kijken."
    which = "daarbij" if n == 1 else f"bij {words.out_of(n - complete, n, '', 'acties')}"
    return f"{told}; {which} ontbreekt nog {what}."


def _not_agreed(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    told = []
    for field, what in (
        ("owner", "wie het doet"),
        ("indicator", "waaraan te zien is of het helpt"),
        ("evaluate_on", "wanneer wordt teruggekeken"),
    ):
        names = [f"‘{part.get('title')}’" for part in parts if not part.get(field)]
        if names:
            told.append(f"Nog niet afgesproken is {what} bij {wording.join_names(names, 4)}.")
    return told


def action_grid(subject: Subject, parts: Sequence[Mapping[str, Any]]) -> Grid:
    """Return the actions as a table.

    Parameters
    ----------
    subject : Subject
    parts : sequence of mapping
        Parts of kind ``action``.
    """
    figures = [subject.figure(str(part.get("indicator") or "")) for part in parts]
    rows = tuple(
        (_what(part), _who(part), _measure(subject, figure, str(part.get("target") or "")), when(part, subject.today))
        for part, figure in zip(parts, figures, strict=True)
    )  # fmt: skip
    used = tuple(figure for figure in figures if figure and may_be_told(subject, figure))
    return Grid(
        "Acties: wie, waaraan we het zien, en wanneer we terugkijken",
        ("Actie", "Wie", "Maatstaf en streven", "Terugkijken"),
        rows,
        widths=(6, 4, 6, 3),
        note="Dat een cijfer verandert, bewijst niet dat een actie hielp: er gebeurt tegelijk van alles.",
        source=source_of(subject.known, used),
        figures=used,
    )


def _what(part: Mapping[str, Any]) -> str:
    told = sentence(part)
    status = str(part.get("status") or "open")
    if status == "open":
        return told or words.UNNAMED
    return f"{told.rstrip('.')}. Stand: {wording.in_sentence(ACTION_STATUSES.get(status, status))}."


def _who(part: Mapping[str, Any]) -> str:
    owner, partners = (str(part.get(name) or "") for name in ("owner", "partners"))
    if not owner:
        return f"{words.NOT_AGREED}; met {partners}" if partners else words.NOT_AGREED
    return f"{owner}, met {partners}" if partners else owner


def _measure(subject: Subject, figure: Figure | None, target: str) -> str:
    if figure is None and not target:
        return words.NOT_AGREED
    wished = f"Streven: {target or words.NOT_AGREED}"
    if figure is None:
        return f"{words.NOT_AGREED}. {wished}"
    told = f", nu {written(subject.known, figure)}" if may_be_told(subject, figure) else f": {words.OF_FEW}"
    return f"{wording.unbroken(figure.title)}{told.rstrip('.')}. {wished}"


def may_be_told(subject: Subject, figure: Figure) -> bool:
    """Tell whether a figure says something: of few people only how many there are does."""
    return not subject.is_small or figure.indicator in SIZE


def written(known: Figures, figure: Figure) -> str:
    """Write a figure as in the other tables of the report: with its year and what to know about it."""
    return in_cell(figure, as_written(known, figure), year=True)


def when(part: Mapping[str, Any], today: date) -> str:
    """Say when an action is looked back on, and that the day has passed where the action still runs."""
    on = str(part.get("evaluate_on") or "")
    if len(on) < _ISO:
        return words.NOT_AGREED
    late = on[:_ISO] < today.isoformat() and part.get("status") not in ENDED
    return f"{day(on)} ({words.DAY_PASSED})" if late else day(on)
