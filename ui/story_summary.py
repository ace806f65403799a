"""The one page that answers: how is this wijk doing, how will it develop, where first, and what is asked."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from reports.model import Chart, Grid, Points, Summary, Voices
from reports.shortening import begun
from ui import forecasting, story_outlook, wording
from ui import story_people as people
from ui import story_wording as words
from ui.outlook_reach import course
from ui.story_blocks import figures_grid
from ui.story_history import sizes
from ui.story_place import place_of, sides_of
from ui.story_subject import Subject

#: Key figures of every wijk; signals of the wijk take the places of the last.
KEYS: Final = (
    *("population", "age_65plus_share", "hh_single_share", "low_income_hh"),
    *("benefit_bijstand_share", "wmo_relative"),
)
_FIXED: Final = 4
VOICES: Final = "Wat bewoners en professionals zeggen"
#: Longer than this the answer, or an item, takes more of the one page than there is.
_LONGEST_MESSAGE: Final = 450
_LONGEST_ITEM: Final = 240
#: What groups say is told whole up to so many characters.
_SHORT: Final = 160
#: From so many figures of one theme on, and such a share of all, it is said that they are alike.
_MANY_ALIKE: Final = 4
_SHARE_ALIKE: Final = 0.4
_MOST_ITEMS: Final = 4
_END_OF_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z‘“])")


def summary(subject: Subject) -> Summary:
    """Return the one page: the answer, six key figures, what is strong, what is not, what comes first, what is asked."""
    points = [people.strengths(subject), people.bottlenecks(subject), people.priorities(subject)]
    if said := voiced(subject):
        points.append(said)
    return Summary(
        message=answer(subject),
        figures=key_figures(subject),
        points=tuple(shortened(one) for one in points),
        ask=asked(subject),
        chart=outlook_chart(subject),
    )


def answer(subject: Subject) -> str:
    """Answer the question: how is this wijk doing, how will it develop, and where first?"""
    if message := subject.text("message"):
        return begun(" ".join(message.split("\n\n")[0].split()), _LONGEST_MESSAGE)
    told = [f"{overall(subject, subject.name, subject.comparator_name)}."]
    if same := alike(subject):
        told.append(same)
    if chart := outlook_chart(subject):
        told.append(f"{chart.title}.")
    if priorities := subject.parts("priority"):
        told.append(f"Als eerste: {wording.in_sentence(people.sentence(priorities[0])).rstrip('.')}.")
    elif len(subject.signals):
        themes = wording.join_names(themes_of(subject, subject.signals))
        told.append(f"Om als eerste over te praten: {themes} ({words.PROPOSAL}).")
    return " ".join(told)


def overall(subject: Subject, place: str, town: str) -> str:
    """Say how the figures of the wijk stand beside those of the gemeente, as a title."""
    if subject.people is None:
        return f"Hoeveel mensen er in {place} wonen, is niet bekend"
    if subject.is_small:
        lives = wording.count(round(subject.people), "mens", "mensen")
        return f"In {place} wonen {lives}: te weinig om met {town} te vergelijken"
    if subject.triaged.empty:
        return f"Er zijn geen cijfers om {place} met {town} te vergelijken"
    return _sides_told(subject, place, town)


def _sides_told(subject: Subject, place: str, town: str) -> str:
    """Say how many figures are less favourable, and how many more: one without the other tells half."""
    rows = subject.triaged[subject.triaged["state"] != "no_figure"]
    if rows.empty:
        return f"Er zijn geen cijfers om {place} met {town} te vergelijken"
    worse, better = sides_of(rows)
    if not worse and not better:
        differs = "week" if subject.is_gone else "wijkt"
        return f"Geen enkel cijfer {differs} in {place} duidelijk af van {town}"
    sides = [(worse, "ongunstiger"), (better, "gunstiger")]
    (first, side), *rest = [(n, word) for n, word in sides if n]
    many, one = ("waren", "was") if subject.is_gone else ("zijn", "is")
    also = "".join(f" en {wording.number(n)} {word}" for n, word in rest)
    which = words.out_of(first, len(rows), "het enige cijfer", "cijfers")
    return f"In {place} {one if first == 1 else many} {which} {side}{also} dan in {town}"


def alike(subject: Subject) -> str:
    """Say that many of the figures that are counted are of one theme, and so much alike; empty where they are not."""
    rows = subject.triaged
    rows = rows[rows["state"] != "no_figure"] if len(rows) else rows
    if rows.empty:
        return ""
    most = rows["theme"].value_counts()
    if most.iloc[0] < _MANY_ALIKE or most.iloc[0] < _SHARE_ALIKE * len(rows):
        return ""
    (theme,) = themes_of(subject, pd.DataFrame({"theme": [most.index[0]]}))
    return f"Van die {wording.count(len(rows), 'cijfer', 'cijfers')} gaan er {wording.number(int(most.iloc[0]))} over {theme}: die lijken op elkaar."


def themes_of(subject: Subject, rows: pd.DataFrame) -> list[str]:
    """Return the themes of rows of the triage as they stand in a sentence."""
    titles = {theme.id: wording.in_sentence(theme.title) for theme in subject.known.catalogue.themes}
    return [titles.get(str(theme), str(theme)) for theme in rows["theme"]]


def key_indicators(subject: Subject) -> list[str]:
    """Return the six key figures: four of every wijk, then the signals of this one; of few people how many there are."""
    if subject.is_small:
        # A share of so few people tells of persons: only how large the wijk is.
        return sizes(place_of(subject.known, subject.region, subject.year))
    signals = [str(indicator) for indicator in subject.signals["indicator"]]
    return list(dict.fromkeys([*KEYS[:_FIXED], *signals, *KEYS[_FIXED:]]))[: len(KEYS)]


def key_figures(subject: Subject) -> Grid:
    """Return the key figures with the gemeente beside them, and where they go in words."""
    caption = f"Kerncijfers van {subject.name}"
    return figures_grid(
        subject.known, subject.region, key_indicators(subject), year=subject.year, caption=caption
    )


def asked(subject: Subject) -> tuple[str, ...]:
    """Return what is asked of the council, a line each."""
    lines = (" ".join(line.strip(" -•*\t").split()) for line in subject.text("ask").splitlines())
    return tuple(line for line in lines if line)


def voiced(subject: Subject) -> Points | None:
    """Return what residents say, with who: each a sentence; None where nobody was asked."""
    said = [
        voice
        for block in people.voices(subject, "leefwereld")
        if isinstance(block, Voices)
        for voice in block.items
    ]
    items = tuple(f"{wording.capital(voice.group)}: {_short(voice.text)}" for voice in said)
    return Points(items, VOICES) if items else None


def shortened(points: Points) -> Points:
    """Return a list that fits on one page: the first items, each as its first sentence; how many more there are is said."""
    said = points.heading == VOICES
    first = [item if said else first_sentence(item) for item in points.items[:_MOST_ITEMS]]
    items = [begun(item, _LONGEST_ITEM) for item in first]
    if (more := len(points.items) - _MOST_ITEMS) > 0:
        items.append(f"En nog {wording.number(more)}, in de wijkanalyse zelf.")
    return Points(tuple(items), points.heading, points.ordered and more <= 0, points.figures)


def _short(text: str) -> str:
    """Return a text where it is short, else its first sentence."""
    return text if len(text) <= _SHORT else first_sentence(text)


def first_sentence(text: str) -> str:
    """Return the first sentence of a text."""
    return _END_OF_SENTENCE.split(text.strip(), maxsplit=1)[0]


def outlook_chart(subject: Subject) -> Chart | None:
    """Return the first picture of what is expected in which something changes beyond the doubt, else the first there is."""
    if subject.is_gone or subject.is_small:
        return None
    there: list[tuple[bool, str, int]] = []
    for indicator in story_outlook.indicators(subject):
        of = story_outlook.ahead(subject, indicator)
        if of.row is not None:
            own = forecasting.in_own_unit(subject.basis, subject.known.catalogue[indicator], subject.region)
            there.append((course(of.row, own) in ("rises", "falls"), indicator, of.horizon))
    if not there:
        return None
    _, indicator, horizon = next((one for one in there if one[0]), there[0])
    return story_outlook.chart_of(subject.basis, indicator, subject.region, horizon)
