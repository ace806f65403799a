"""What residents tell of one wijk, in counts that everybody may see: kept for as long as nothing that counts is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import pandas as pd
from sqlalchemy import func, select

from analysis.hearing import ABOUT, TOO_FEW
from analysis.small_counts import SHOWN
from data.errors import UserError
from register import schema
from register.roles import Action
from register.stories import Parts, Stories
from reports.model import Block, Grid, Points, Say
from ui import concern_figures, concern_patterns, hearing_wording, wording
from ui import concern_picture_wording as concern_words
from ui import story_wording as words
from ui.concern_figures import Heard
from ui.concern_map import source_of
from ui.fetch_wording import month
from ui.figures import Figures
from ui.hearing_figures import CONCERNS, USUAL, hearing
from ui.registering import Desk
from ui.story_subject import Subject

_BY_THEME: Final = "Zorgen per thema of per kanaal in deze wijk staan er niet: dat zijn er te weinig om te tellen zonder dat iemand herkenbaar wordt."
_TOO_FEW: Final = "Of dit meer of minder is dan elders, is niet te zeggen: daarvoor zijn het er te weinig."
#: A count that is further from what was expected than this share of it looks like more or less to who reads it.
_LOOKS_LARGE: Final = 0.15
_GONE: Final = "Zorgen worden geteld in de wijken van nu; deze wijk is daar niet meer bij."


@dataclass(frozen=True)
class HeardIn:
    """What the register says of one wijk, in counts.

    Attributes
    ----------
    blocks : tuple of Block
    left_out : tuple of str
    verdict : str
        Whether more or less is heard than expected, in words; empty where nothing was heard or it cannot be asked.
    news : str
        What a theme does that is more than chance: "nieuw: afval en zwerfvuil"; empty where none does.
    gathered : tuple of str
        Where concerns have gathered since a few months, that are in and around this wijk too; each a few sentences.
    estimated : bool
        Whether a number per 1,000 inhabitants is told, which is drawn towards that of the gemeente.
    """

    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()
    verdict: str = ""
    news: str = ""
    gathered: tuple[str, ...] = ()
    estimated: bool = False

    @property
    def told(self) -> str:
        """The sentence that carries it: how many there were beside what was expected, where that can be said."""
        says = {block.weight: block.text for block in reversed(self.blocks) if isinstance(block, Say)}
        return says.get("finding") or says.get("lead") or says["note"]

    @property
    def grid(self) -> Grid | None:
        """The counts per half year, where there are."""
        return next((block for block in self.blocks if isinstance(block, Grid)), None)


def heard_in(subject: Subject) -> HeardIn:
    """Return what the register says of this wijk; without a register that it was not asked."""
    if subject.desk is None:
        return HeardIn((Say(words.NO_REGISTER, "note"),))
    try:
        state = counts_state(subject.desk)
        return _heard_in(
            _Asked(subject.desk), state, subject.known, subject.region, subject.name, subject.today
        )
    except UserError as error:
        return HeardIn((Say(f"Hoeveel zorgen en signalen er zijn, is nu niet te zeggen. {error}", "note"),))


class _Asked:
    """A desk that is no part of what a cache goes by: the state of its register is."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked)

    def __hash__(self) -> int:
        return 0


def counts_state(desk: Desk) -> tuple[object, ...]:
    """Return what changes whenever counts of the register may; writing a wijkanalyse changes none of them.

    Raises
    ------
    RegisterError, NotAllowed
    """
    desk.actor.require(Action.SEE_COUNTS)
    change = schema.change
    counted = change.c.entity.not_in([Stories.entity, Parts.entity])
    with desk.database.reading() as connection:
        last, many = connection.execute(select(func.max(change.c.id), func.count()).where(counted)).one()
    return desk.database.url, desk.gemeente, str(desk.actor.role), int(last or 0), int(many)


@lru_cache(maxsize=256)
def _heard_in(
    asked: _Asked,
    state: tuple[object, ...],  # noqa: ARG001 (cache key)
    known: Figures,
    region: str,
    name: str,
    today: date,
) -> HeardIn:
    of = concern_figures.heard_at(asked.desk, known, today)
    stretch = of.stretches[0]
    if of.rows.empty or of.within(stretch).empty:
        return HeardIn((Say(words.NOTHING_HEARD, "note"),))
    table = concern_figures.rates_of(of, stretch)
    rows = table[table["region"] == region]
    if rows.empty:
        return HeardIn((Say(_GONE, "note"),))
    own = rows.iloc[0]
    few = own["verdict"] == TOO_FEW or own["status"] != SHOWN
    return HeardIn(
        tuple(_blocks(of, own, asked.desk, name)),
        (_BY_THEME, _TOO_FEW) if few else (_BY_THEME,),
        concern_words.VERDICTS[str(own["verdict"])],
        _news(_course(of, region), asked.desk.themes),
        tuple(_gathered_since(of, own, asked.desk.themes)),
        concern_words.tells_rate(own),
    )


def _course(of: Heard, region: str) -> pd.DataFrame:
    """Return what the themes do in one wijk (`ui.concern_patterns.course`)."""
    found = concern_patterns.course(of)
    return found[found["region"] == region]


def _news(found: pd.DataFrame, themes: Mapping[str, str]) -> str:
    """Say in a few words what one kind of course the themes take, that of the most urgent kind."""
    for kind, word in concern_words.CLASSES.items():
        names = [
            wording.in_sentence(themes.get(str(theme), str(theme)))
            for theme in found.loc[found["class"] == kind, "theme"]
        ]
        if names:
            return f"{word}: {wording.join_names(names)}"
    return ""


def _chance(own: pd.Series) -> str:
    """Say that a difference that looks large may still be chance; empty where more or less is sure, or there is hardly any."""
    if own["verdict"] != ABOUT or own["status"] != SHOWN or not wording.is_figure(own["expected"]):
        return ""
    cases, expected = float(own["cases"]), float(own["expected"])
    if abs(cases - expected) <= _LOOKS_LARGE * expected:
        return ""
    side = "meer" if cases > expected else "minder"
    word = wording.capital(concern_words.VERDICTS[ABOUT])
    return f"‘{word}’ wil hier zeggen: het zijn er {side}, maar dat kan toeval zijn."


def _blocks(of: Heard, own: pd.Series, desk: Desk, name: str) -> list[Block]:
    region, themes, last = str(own["region"]), desk.themes, of.stretches[0].last
    found = _course(of, region)
    blocks: list[Block] = [Say(concern_words.card_sentence(own, last, found, themes), "lead")]
    if concern_words.tells_rate(own):
        blocks.append(Say(words.ESTIMATED, "note"))
    heard = hearing(desk, of.known, CONCERNS, USUAL, of.today)
    if heard and (sentence := hearing_wording.sentence_for(heard, region)):
        blocks.append(Say(f"{sentence} {_chance(own)}".strip(), "finding"))
    lines = [concern_words.course_line(row, themes) for _, row in found.iterrows()]
    lines += _gathered_since(of, own, themes)
    if lines:
        blocks.append(Points(tuple(lines), "Wat meer of minder is dan toeval"))
    if grid := _halves(of, region, name):
        blocks.append(grid)
    return [*blocks, Say(f"{concern_words.LOUD_IS_NOT_NEEDY} {hearing_wording.CAUTIONS[0]}", "note")]


def _gathered_since(of: Heard, own: pd.Series, themes: Mapping[str, str]) -> list[str]:
    """Say in which fresh clusters the wijk lies; of a wijk of which nothing may be told, nothing."""
    if own["verdict"] == TOO_FEW or own["status"] != SHOWN:
        return []
    found = concern_patterns.fresh(of)
    here = [own["region"] in regions for regions in found["regions"]]
    return concern_words.fresh_lines(found[here], themes)


def _halves(of: Heard, region: str, name: str) -> Grid | None:
    frame = concern_figures.halves(of, concern_figures.Pick(), region)
    if frame.empty:
        return None
    rows = tuple(
        (f"{month(first)} tot en met {month(last)}", concern_words.count_text(cases, status))
        for first, last, cases, status in frame[["first", "last", "cases", "status"]].itertuples(index=False)
    )
    return Grid(
        f"Zorgen en signalen uit {name}, per half jaar",
        ("Half jaar", "Aantal"),
        rows,
        frozenset({1}),
        (3, 2),
        "Aantallen van 1 tot en met 4 worden niet getoond, en ook niet de aantallen waaruit die te berekenen zijn.",
        source_of(of),
    )
