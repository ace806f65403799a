"""Tables and lists for a slide: what can be read from the back of a room, with the rest in the notes and in the document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from register.stories import ACTION_STATUSES, Story
from reports.model import Answer, Figure, Grid, Points, Voice, Voices
from reports.shortening import begun
from ui import story_changes, triage_figures, triage_wording, wording
from ui import story_people as people
from ui import story_wording as words
from ui.story_blocks import figures_grid, source_of
from ui.story_subject import Subject
from ui.story_summary import first_sentence, key_indicators, shortened

#: Columns of a table of figures in which a wijk is compared: figure, wijk, comparator, difference and direction.
_COMPARED: Final = 5
_MOST_ACTIONS: Final = 3
_MOST_ASKED: Final = 2
_MOST_VOICES: Final = 3
#: Longer than this nobody reads a sentence on a wall.
_LONGEST: Final = 150
_VERDICT: Final = re.compile(r", en dat is (?:on)?gunstig(?=: )")


def figures_table(subject: Subject) -> Grid:
    """Return the key figures in few words; where they are compared, the title of the slide names the places.

    The direction then stands in the notes (`directions`): with a fifth column the letters are too small for a council room.
    """
    grid = _key_figures(subject)
    if len(grid.head) < _COMPARED:
        return grid
    town = grid.head[2] if subject.comparator == triage_figures.LAND else "Gemeente"
    return replace(
        grid,
        head=(grid.head[0], "Deze wijk", town, grid.head[3]),
        rows=tuple(row[:4] for row in grid.rows),
        widths=(30, 15, 15, 21),
    )


def directions(subject: Subject) -> Answer | None:
    """Say for the notes which way the key figures go; None where that stands on the slide, or nothing can be said."""
    grid = _key_figures(subject)
    if len(grid.head) < _COMPARED:
        return None
    told = "; ".join(f"{row[0].rpartition(' (')[0]}: {row[4].replace(': ', ', ')}" for row in grid.rows)
    return Answer("Welke kant gaan deze cijfers op?", f"{told}.")


def _key_figures(subject: Subject) -> Grid:
    return figures_grid(
        subject.known,
        subject.region,
        key_indicators(subject),
        year=subject.year,
        caption=f"Kerncijfers van {subject.name}",
        marked=True,
    )


def actions_table(subject: Subject, actions: Sequence[Mapping[str, Any]]) -> Grid:
    """Return the first actions: what, who, and when is looked back."""
    left = len(actions) - _MOST_ACTIONS
    rows = [
        (
            cut(str(part.get("title") or people.sentence(part) or words.UNNAMED)),
            str(part.get("owner") or words.NOT_AGREED),
            people.when(part, subject.today),
        )
        for part in actions[:_MOST_ACTIONS]
    ]
    return Grid(
        "Acties: wie, en wanneer we terugkijken",
        ("Actie", "Wie", "Terugkijken"),
        tuple(rows),
        widths=(5, 4, 3),
        note=f"En nog {wording.count(left, 'actie', 'acties')}, in de wijkanalyse zelf." if left > 0 else "",
    )


def measures(subject: Subject, actions: Sequence[Mapping[str, Any]]) -> Answer:
    """Say for the notes by what it will be seen whether an action helps."""
    grid = people.action_grid(subject, actions[:_MOST_ACTIONS])
    told = [f"{row[0].rstrip('.')}. Maatstaf: {row[2].rstrip('.')}." for row in grid.rows]
    return Answer("Waaraan zien we of een actie werkt?", " ".join([*told, grid.note]))


def became_table(subject: Subject, before: Story) -> Grid:
    """Return how far the actions of the edition before came, with their figure then and now."""
    then = story_changes.year_of(before, subject)
    rows: list[tuple[str, ...]] = []
    figures: list[Figure] = []
    for action in before.of("action"):
        change = story_changes.change_of(subject, str(action.get("indicator") or ""), then, before)
        status = story_changes.status_of(subject, action)
        label = ACTION_STATUSES.get(status, status)
        if story_changes.now_of(subject, action) is None:
            label = "Niet overgenomen"
        rows.append((cut(story_changes.title_of(action)), label, change.measure, change.both, change.told))
        figures += change.figures
    left = len(rows) - _MOST_ACTIONS
    return Grid(
        "Wat er van de acties werd",
        ("Actie", "Stand", "Maatstaf", "Toen en nu", "Verschil"),
        tuple(rows[:_MOST_ACTIONS]),
        widths=(5, 3, 5, 4, 3),
        note=f"En nog {wording.count(left, 'actie', 'acties')}, in de wijkanalyse zelf." if left > 0 else "",
        source=source_of(subject.known, figures),
        figures=tuple(figures),
    )


def outcomes(subject: Subject, before: Story) -> Answer:
    """Say for the notes what came of each action of the edition before."""
    told = [
        f"{story_changes.title_of(action).rstrip('.')}: "
        + wording.in_sentence(story_changes.became(action, story_changes.now_of(subject, action)))
        for action in before.of("action")
    ]
    return Answer("Wat kwam ervan?", " ".join(told))


def voices(said: Voices) -> Voices:
    """Return the first voices, each as far as it can be read on a wall."""
    items = (Voice(one.group, cut(one.text), one.recognised) for one in said.items)
    return Voices(tuple(items)[:_MOST_VOICES], "Wat bewoners en professionals zeggen")


def asks(wishes: Sequence[str]) -> Points:
    """Return what is asked, as far as it fits on a slide."""
    items = [cut(first_sentence(wish)) for wish in wishes[:_MOST_ASKED]]
    if (more := len(wishes) - _MOST_ASKED) > 0:
        items.append(f"En nog {wording.number(more)}, in de wijkanalyse zelf.")
    return Points(tuple(items), "Wij vragen u")


def brief(points: Points) -> Points:
    """Return a list as `ui.story_summary.shortened`, with no item longer than can be read on a wall."""
    found = shortened(points)
    return Points(tuple(cut(item) for item in found.items), found.heading, found.ordered, found.figures)


def strong_or_weak(subject: Subject, kind: str, points: Points) -> Points:
    """Return strengths or bottlenecks for a slide: what people named, else what the figures propose in fewer words.

    Parameters
    ----------
    subject : Subject
    kind : {"strength", "bottleneck"}
    points : Points
        As `ui.story_people.strengths` and `ui.story_people.bottlenecks` return them.
    """
    rows = subject.strengths if kind == "strength" else subject.signals
    if subject.parts(kind) or subject.is_small or rows.empty:
        return brief(points)
    items = tuple(_proposal(subject, row) for _, row in rows.iterrows())
    return Points(items, points.heading, figures=points.figures)


def _proposal(subject: Subject, row: pd.Series) -> str:
    """Say level and comparator of one figure; that it is favourable or not, the heading says."""
    whole = "Nederland" if subject.comparator == triage_figures.LAND else "de gemeente"
    told = [
        triage_wording.triage_sentence(
            row.drop(["people", "concerned"], errors="ignore"),
            subject.known.catalogue[str(row["indicator"])],
            place,
            town,
            directed=False,
        )
        for place, town in ((subject.name, subject.comparator_name), ("deze wijk", whole))
    ]
    short = [_VERDICT.sub("", sentence) for sentence in told]
    return next((one for one in short if len(one) <= _LONGEST), short[-1])


def cut(text: str) -> str:
    """Return a text as far as it can be read on a wall (`reports.shortening.begun`)."""
    return begun(text, _LONGEST)
