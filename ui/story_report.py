"""The whole wijkanalyse: the chapters of figures, people, outlook and accounting brought together in the one report model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, Final

from data import VERSION
from data.errors import UserError
from register.stories import Story
from reports.model import RECOGNISED, SECTIONS, Block, Report, Say, Section
from ui import story_accounting, story_changes, story_figures, story_outlook, story_people, story_slides
from ui import story_wording as words
from ui.figures import Figures
from ui.registering import Desk
from ui.story_heard import counts_state
from ui.story_people import Told
from ui.story_subject import Subject
from ui.story_summary import summary

#: Years that a report looks ahead.
AHEAD: Final = 5
#: Chapters that are nothing but figures, with what groups say of them.
OF_FIGURES: Final = (
    *("geschiedenis", "bevolking", "wonen", "werk", "onderwijs", "zorg", "veiligheid", "voorzieningen"),
)


def report_of(
    known: Figures,
    desk: Desk | None,
    region: str,
    story: Story | None,
    today: date,
    *,
    ahead: int = AHEAD,
    ready: Callable[[Section], object] | None = None,
) -> Report:
    """Return the wijkanalyse of one wijk.

    Kept for as long as the figures, the register and what people wrote stay as they are, on one day.

    Parameters
    ----------
    known : Figures
    desk : Desk or None
        Asked for concerns in counts; None where there is no register.
    region : str
        A wijk (series of the panel), also one that is gone.
    story : Story or None
        The edition; None where nobody began, and then the report says which parts wait for people.
    today : date
    ahead : int
        Years that are looked ahead.
    ready : callable, optional
        Gets each chapter as soon as it is there; not where the report was kept.
    """
    asked = _Asked(desk, story, ready)
    return _report(known, region, today, ahead, _state(desk), _written(story), asked)


def section_of(
    known: Figures, desk: Desk | None, region: str, id: str, story: Story | None, today: date
) -> Section:
    """Return one chapter; parameters as in `report_of`.

    Parameters
    ----------
    id : str
        A key of `reports.model.SECTIONS`.
    """
    asked = _Asked(desk, story)
    return _section(known, region, today, AHEAD, _state(desk), _written(story), asked, id)


def sections_of(
    known: Figures, desk: Desk | None, region: str, story: Story | None, today: date
) -> tuple[Section, ...]:
    """Return every chapter that the report has; parameters as in `report_of`."""
    edition = int(story.head.get("edition") or 1) if story else 1
    return tuple(section_of(known, desk, region, id, story, today) for id in _ids(edition))


def snapshot_of(report: Report) -> list[dict[str, Any]]:
    """Return the figures of a report as they are kept with an edition that is settled: what a later edition looks back on."""
    return [
        {
            "region": figure.region,
            "indicator": figure.indicator,
            "year": figure.year,
            "value": figure.value if figure.value == figure.value else None,
            "status": figure.status,
            "text": figure.text,
        }
        for figure in report.figures
    ]


# Kept ---------------------------------------------------------------------------------------------


class _Asked:
    """Whom to ask and what people wrote, which is no part of what a cache goes by: its state and its text are."""

    def __init__(
        self, desk: Desk | None, story: Story | None, ready: Callable[[Section], object] | None = None
    ) -> None:
        self.desk, self.story, self._ready = desk, story, ready

    def told(self, section: Section) -> Section:
        """Hand on a chapter that is there."""
        if self._ready is not None:
            self._ready(section)
        return section

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked)

    def __hash__(self) -> int:
        return 0


def _state(desk: Desk | None) -> tuple[object, ...]:
    """Return what changes whenever counts of the register may: which register, what may be seen of it, its last change."""
    if desk is None:
        return ()
    try:
        return counts_state(desk)
    except UserError as error:
        return desk.database.url, desk.gemeente, str(desk.actor.role), str(error)


def _written(story: Story | None) -> str:
    return repr(story)


@lru_cache(maxsize=64)
def _report(
    known: Figures,
    region: str,
    today: date,
    ahead: int,
    state: tuple[object, ...],
    written: str,
    asked: _Asked,
) -> Report:
    subject = Subject(known, asked.desk, region, asked.story, today, ahead)
    sections = tuple(
        asked.told(_section(known, region, today, ahead, state, written, asked, id))
        for id in _ids(subject.edition)
    )
    return Report(
        gemeente=known.gemeente,
        wijk=region,
        gemeente_name=known.name,
        wijk_name=subject.name,
        edition=subject.edition,
        status=words.status(subject.head),
        made=today,
        vintage=story_accounting.vintage(subject),
        methods=words.methods(VERSION, today),
        sections=sections,
        summary=summary(subject),
        slides=story_slides.slides(subject, sections),
        fictional=words.FICTIONAL if known.is_sample else "",
    )


def _ids(edition: int) -> tuple[str, ...]:
    """Return the chapters: what changed since the edition before is only told where there is one."""
    return tuple(id for id in SECTIONS if edition > 1 or id != "verandering")


@lru_cache(maxsize=512)
def _section(
    known: Figures,
    region: str,
    today: date,
    ahead: int,
    state: tuple[object, ...],  # noqa: ARG001 (cache key)
    written: str,  # noqa: ARG001 (cache key)
    asked: _Asked,
    id: str,
) -> Section:
    subject = Subject(known, asked.desk, region, asked.story, today, ahead)
    if id in OF_FIGURES:
        return _of_figures(subject, id)
    blocks, left_out = _OTHERS[id](subject)
    if id in RECOGNISED and id != "leefwereld":
        blocks = [*blocks, *story_people.voices(subject, id)]
    return Section(id, SECTIONS[id], _never_empty(blocks), tuple(left_out))


def _of_figures(subject: Subject, id: str) -> Section:
    """Return a chapter of figures with what people add to it."""
    found = story_figures.section(subject.known, subject.region, id, subject.year)
    blocks, left_out = list(found.blocks), list(found.left_out)
    if id == "geschiedenis":
        blocks += story_people.paragraphs(subject.text("history"))
    if id == "voorzieningen":
        more, less = story_people.assets(subject)
        blocks, left_out = [*blocks, *more], [*left_out, *less]
    blocks += story_people.voices(subject, id)
    return Section(id, SECTIONS[id], _never_empty(blocks), tuple(left_out))


def _never_empty(blocks: list[Block]) -> tuple[Block, ...]:
    return tuple(blocks) or (Say("Hierover is nu niets te zeggen; hieronder staat waarom.", "note"),)


def _accounting(subject: Subject) -> Told:
    return story_accounting.accounting(
        subject, story_figures.appendix(subject.known, subject.region, subject.year)
    )


_OTHERS: Final[dict[str, Callable[[Subject], Told]]] = {
    "vraag": story_people.question,
    "leefwereld": story_people.lived,
    "vooruitblik": story_outlook.outlook,
    "duiding": story_people.meaning,
    "acties": story_people.actions,
    "verandering": story_changes.changes,
    "verantwoording": _accounting,
}
