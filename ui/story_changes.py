"""From a second edition on: what became of the actions, what the figures did since, and what people name anew or no more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import hypot
from typing import Any, Final

import pandas as pd

from analysis.trends import NEGLIGIBLE
from data.catalogue import Indicator
from register.stories import ACTION_STATUSES, Story
from reports.model import Block, Figure, Grid, Points, Say
from ui import story_wording as words
from ui import wording
from ui.amounts import look_alike
from ui.breaks import break_sentences
from ui.figures import series
from ui.story_blocks import source_of
from ui.story_history import SIZE
from ui.story_people import Told, sentence, written
from ui.story_subject import Subject
from ui.story_summary import key_indicators
from ui.wording import Row

#: Parts of which it is told what came and what went, with their heading.
_KINDS: Final = {"strength": "Krachten", "bottleneck": "Knelpunten", "priority": "Prioriteiten"}
_NO_INDICATOR: Final = "geen maatstaf afgesproken"
_NOTE: Final = (
    "Ongeveer gelijk: het verschil is kleiner dan afronding en toeval verklaren, en hooguit een tiende van het cijfer. Te onzeker: "
    "het verschil kan toeval zijn, en ook groot."
)
_MARKED: Final = re.compile(r"(.+) \((voorlopig|omgerekend)\)")


@dataclass(frozen=True)
class Change:
    """One figure then and now.

    Attributes
    ----------
    then, now : str
        As they are written, with their year.
    told : str
        What the difference is, as the start of a sentence; "ongeveer gelijk" inside the noise.
    figures : tuple of Figure
    note : str
        What must be known to compare, as a sentence; mostly empty.
    measure : str
        Title of the figure.
    """

    then: str
    now: str
    told: str
    figures: tuple[Figure, ...] = ()
    note: str = ""
    measure: str = _NO_INDICATOR

    @property
    def both(self) -> str:
        """Both in one cell."""
        return self.then if self.then == self.now else f"{self.then} en {self.now}"


def changes(subject: Subject) -> Told:
    """Return the chapter; of a first edition that there is nothing to look back on."""
    before = subject.story.before if subject.story else None
    if before is None:
        told = "Dit is de eerste editie. Een volgende laat hier zien wat er veranderde en wat er van de acties werd."
        return [Say(told)], []
    blocks: list[Block] = [Say(lead(subject, before), "lead")]
    left_out: list[str] = []
    if before.of("action"):
        grid, notes = _actions(subject, before)
        blocks.append(grid)
        left_out += notes
    grid, notes = _key_figures(subject, before)
    blocks.append(grid)
    left_out += notes
    blocks += [_named(subject, before, kind, heading) for kind, heading in _KINDS.items()]
    blocks.append(
        Say(
            "Het verschil tussen twee jaren is geen trend, en bewijst niet dat een actie hielp of niet hielp.",
            "note",
        )
    )
    return blocks, list(dict.fromkeys(left_out))


def year_of(before: Story, subject: Subject) -> int:
    """Return the last year of the figures of the edition before."""
    settled = str(before.head.get("settled_on") or before.head.get("discussed_on") or "")[:4]
    return int(before.head.get("year") or (settled if settled.isdigit() else 0) or subject.year)


def lead(subject: Subject, before: Story) -> str:
    """Say what became of the actions of the edition before."""
    then = year_of(before, subject)
    edition = f"De vorige wijkanalyse (editie {before.head.get('edition', 1)}) had cijfers tot en met {then}"
    actions = before.of("action")
    if not actions:
        return f"{edition}. Er waren geen acties afgesproken."
    ended = [status_of(subject, action) if now_of(subject, action) else "" for action in actions]
    told = [
        label if len(ended) == 1 else f"{wording.number(ended.count(key))} {label}"
        for key, label in (*((key, wording.in_sentence(label)) for key, label in ACTION_STATUSES.items()), ("", "niet overgenomen"))
        if key in ended
    ]  # fmt: skip
    of_them = "Stand" if len(ended) == 1 else "Daarvan"
    return f"{edition} en {wording.count(len(actions), 'actie', 'acties')}. {of_them}: {wording.join_names(told)}."


def message(subject: Subject, before: Story) -> str:
    """Say in one clause how many actions of the edition before are done."""
    actions = before.of("action")
    if not actions:
        return "De vorige wijkanalyse had geen acties; dit is er sindsdien veranderd"
    done = sum(status_of(subject, action) == "gedaan" for action in actions)
    whence = "uit de vorige wijkanalyse"
    return words.told_of(done, len(actions), f"de enige actie {whence}", f"acties {whence}", "gedaan")


def status_of(subject: Subject, action: Mapping[str, Any]) -> str:
    """Return how far an action of the edition before is: as the new edition says, else as it was kept up in the old one."""
    return str((now_of(subject, action) or action).get("status") or "open")


def now_of(subject: Subject, part: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what a part of the edition before became; None where it was not taken over."""
    own = (one for one in subject.parts(str(part["kind"])) if one.get("came_from") == part["number"])
    return next(own, None)


# Actions ------------------------------------------------------------------------------------------


def _actions(subject: Subject, before: Story) -> tuple[Grid, list[str]]:
    then = year_of(before, subject)
    rows: list[tuple[str, ...]] = []
    figures: list[Figure] = []
    notes: list[str] = []
    for action in before.of("action"):
        now = now_of(subject, action)
        change = change_of(subject, str(action.get("indicator") or ""), then, before)
        rows.append((title_of(action), became(action, now), change.measure, change.both, change.told))
        figures += change.figures
        notes += [change.note] if change.note else []
    grid = Grid(
        "Wat er van de acties werd",
        ("Actie", "Wat ervan kwam", "Maatstaf", "Toen en nu", "Verschil"),
        tuple(rows),
        widths=(3, 5, 3, 3, 2),
        note=_NOTE,
        source=source_of(subject.known, figures),
        figures=tuple(figures),
    )
    return grid, notes


def title_of(part: Mapping[str, Any]) -> str:
    """Return the name of an action."""
    return str(part.get("title") or part.get("text") or words.UNNAMED)


def became(then: Mapping[str, Any], now: Mapping[str, Any] | None) -> str:
    """Say how far an action came and what it brought: as the new edition tells it, else as the old one was kept up."""
    told = now or then
    status = ACTION_STATUSES.get(str(told.get("status") or "open"), str(told.get("status")))
    outcome = " ".join(str(told.get("outcome") or then.get("outcome") or "").split())
    if now is None:
        status = f"Niet overgenomen in deze editie. Stand: {wording.in_sentence(status)}"
    return (
        f"{status}. {wording.capital(outcome)}"
        if outcome
        else f"{status}. Wat het opleverde, is nog niet opgeschreven."
    )


# Figures ------------------------------------------------------------------------------------------


def _key_figures(subject: Subject, before: Story) -> tuple[Grid, list[str]]:
    then = year_of(before, subject)
    found = {indicator: change_of(subject, indicator, then, before) for indicator in key_indicators(subject)}
    figures = tuple(figure for change in found.values() for figure in change.figures)
    grid = Grid(
        f"Kerncijfers van {subject.name}, toen en nu",
        ("Cijfer", "Vorige editie", "Nu", "Verschil"),
        tuple(
            (wording.unbroken(subject.known.catalogue[indicator].title), change.then, change.now, change.told)
            for indicator, change in found.items()
        ),
        widths=(4, 3, 3, 4),
        note=_NOTE,
        source=source_of(subject.known, figures),
        figures=figures,
    )
    return grid, [change.note for change in found.values() if change.note]


def change_of(subject: Subject, indicator: str, then: int, before: Story) -> Change:
    """Return one figure of the wijk in the edition before and now.

    Parameters
    ----------
    subject : Subject
    indicator : str
        Empty where none was agreed.
    then : int
        Last year of the figures of the edition before.
    before : Story
        With the figures that were in it, where it was settled.
    """
    found = _change(subject, indicator, then, before)
    there = indicator in subject.known.catalogue
    return (
        replace(found, measure=wording.unbroken(subject.known.catalogue[indicator].title)) if there else found
    )


def _change(subject: Subject, indicator: str, then: int, before: Story) -> Change:
    known = subject.known
    if indicator not in known.catalogue:
        return Change(_NO_INDICATOR, _NO_INDICATOR, "niet te zeggen")
    if subject.is_small and indicator not in SIZE:
        return Change(words.OF_FEW, words.OF_FEW, "niet te zeggen")
    rows = series(known, indicator, [subject.region], own=subject.region)
    rows = rows[rows["year"] <= subject.year]
    kept = _kept(before, subject.region, indicator)
    own = subject.indicator(indicator)
    now = subject.figure(indicator)
    old_year = int(kept["year"]) if kept else then
    first, last = _at(rows, old_year, exactly=bool(kept)), _at(rows, subject.year)
    old = subject.figure(indicator, year=int(first["year"])) if first is not None else None
    told_then = _then(subject, kept, old) if kept else _written(subject, old)
    figures = tuple(figure for figure in (old, now) if figure)
    if first is None or last is None or now is None:
        return Change(
            told_then, _written(subject, now), "niet te vergelijken: er ontbreekt een cijfer", figures
        )
    note = _revised(kept, first, old, own)
    if int(first["year"]) == int(last["year"]):
        return Change(told_then, _written(subject, now), "nog geen nieuwer cijfer", figures, note)
    if first["segment"] != last["segment"]:
        span = (int(first["year"]), int(last["year"]))
        why = " ".join(break_sentences(known, known.catalogue[indicator], [subject.region], span))
        told = f"{own.title} van {span[0]} en {span[1]} is niet te vergelijken. {why}".strip()
        return Change(
            told_then,
            _written(subject, now),
            "niet te vergelijken: andere grens of andere telling",
            figures,
            told,
        )
    return Change(told_then, _written(subject, now), difference(first, last, own), figures, note)


def _kept(before: Story, region: str, indicator: str) -> Mapping[str, Any] | None:
    """Return the newest figure that was kept with the edition before."""
    rows = [
        row
        for row in before.head.get("figures") or ()
        if row.get("region") == region and row.get("indicator") == indicator and row.get("value") is not None
    ]
    return max(rows, key=lambda row: int(row["year"]), default=None)


def _at(rows: pd.DataFrame, year: int, *, exactly: bool = False) -> pd.Series | None:
    """Return the last row with a figure up to a year, or of that very year."""
    there = rows[rows["value"].notna()]
    there = there[there["year"] == year] if exactly else there[there["year"] <= year]
    return there.sort_values("year").iloc[-1] if len(there) else None


def _written(subject: Subject, figure: Figure | None) -> str:
    return written(subject.known, figure) if figure else wording.no_figure()


def _then(subject: Subject, kept: Mapping[str, Any], old: Figure | None) -> str:
    """Write the figure that was kept, as the figure beside it is written."""
    if old is None:
        return _dated(str(kept["text"]), int(kept["year"]))
    return _written(subject, replace(old, value=float(kept["value"]), status=str(kept["status"])))


def _dated(text: str, year: int) -> str:
    """Write a figure that was kept with its year, in the same brackets as what was to know about it."""
    marked = _MARKED.fullmatch(text)
    return f"{marked[1]} ({year}, {marked[2]})" if marked else f"{text} ({year})"


def _revised(
    kept: Mapping[str, Any] | None, first: pd.Series, old: Figure | None, indicator: Indicator
) -> str:
    """Say that the source changed the figure of then since; empty where it did not."""
    if not kept or old is None or look_alike(float(kept["value"]), float(first["value"]), indicator):
        return ""
    return (
        f"{indicator.title}, {kept['year']}: in de vorige editie stond {kept['text']}; de bron geeft nu {old.text}. Het verschil is "
        "met het cijfer van nu gerekend."
    )


def difference(first: Row, last: Row, indicator: Indicator) -> str:
    """Say whether a figure is higher, lower or about equal, beyond the noise of both years.

    Parameters
    ----------
    first, last : mapping or Series
        Rows of `ui.figures.series`: value and margin (1.96 standard errors, empty where it is not known).
    indicator : Indicator
    """
    moved = float(last["value"]) - float(first["value"])
    margins = [float(row["margin"]) for row in (first, last)]
    if not all(wording.is_figure(margin) for margin in margins):
        return wording.verdict_label("too_uncertain")
    noise, values = hypot(*margins), (float(first["value"]), float(last["value"]))
    if abs(moved) <= noise or look_alike(*values, indicator):
        sure = abs(moved) + noise <= NEGLIGIBLE * max(abs(value) for value in values) + 1e-9
        return wording.verdict_label("about_equal" if sure else "too_uncertain")
    more, less = wording.degrees(indicator)[:2]
    size = wording.difference(abs(moved), indicator.unit, indicator.decimals)
    judged = wording.good_or_bad("rises" if moved > 0 else "falls", indicator)
    return f"{size} {more if moved > 0 else less}{f' ({judged})' if judged else ''}"


# What people name ---------------------------------------------------------------------------------


def _named(subject: Subject, before: Story, kind: str, heading: str) -> Points:
    """Say which strengths, bottlenecks or priorities came, went and stayed."""
    own = subject.parts(kind)
    new = [sentence(part) for part in own if not part.get("came_from")]
    stayed = [sentence(part) for part in own if part.get("came_from")]
    kept = {part.get("came_from") for part in own}
    gone = [sentence(part) for part in before.of(kind) if part["number"] not in kept]
    told = [
        *(f"Nieuw: {text}" for text in new),
        *(f"Gebleven: {text}" for text in stayed),
        *(f"Niet meer genoemd: {text}" for text in gone),
    ]
    return Points(
        tuple(told) or (f"{heading} werden toen niet genoemd, en nu ook niet.",),
        f"{heading}: nieuw, gebleven en niet meer genoemd",
    )
