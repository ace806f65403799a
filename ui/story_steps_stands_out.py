"""Step 4: what stands out. The figures propose; people take over, reword, leave it, or add their own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from data.errors import UserError
from register._records import new_key
from ui import concern_figures, forecasting, trending
from ui.concern_told import Told, attempt
from ui.parts import parent_link, say
from ui.story_outlook import ahead
from ui.story_people import signal_sentence
from ui.story_steps_at import At
from ui.story_steps_fields import long_text, short_text
from ui.story_steps_parts import List, open_part, show_list, title_and_text
from ui.story_steps_saving import Saving, forget_last
from ui.story_subject import Subject

STRENGTH, BOTTLENECK = "strength", "bottleneck"
_NAMES: Final = {STRENGTH: "kracht", BOTTLENECK: "knelpunt"}
_LONGEST_TITLE: Final = 200
_MOST_TRENDS: Final = 4
_KEY: Final = "voorstel"
#: Of these a forecast is worth a look in every wijk.
_AHEAD: Final = ("population", "age_65plus_share", "households")


@dataclass(frozen=True)
class Proposal:
    """What the figures propose to look at.

    Attributes
    ----------
    id : str
        The same as long as it is about the same thing.
    sentence : str
    kind : str
        ``strength`` or ``bottleneck`` where the figures lean to one; empty where people must say.
    indicator : str
        Of which figure; empty for concerns.
    year : int
    """

    id: str
    sentence: str
    kind: str = ""
    indicator: str = ""
    year: int = 0

    @property
    def mark(self) -> str:
        """How the entry that came from it is known."""
        return f"{_KEY}-{hashlib.sha256(self.id.encode()).hexdigest()[:16]}"


def proposals(at: At) -> Iterator[tuple[str, list[Proposal]]]:
    """Yield what the figures propose, with the heading where it stands; what takes longest to know comes last."""
    subject = Subject(at.known, at.place, at.region, at.story, at.today)
    if subject.is_small:
        return
    yield "Ongunstiger dan in de gemeente", list(_rows(subject, "signaal", subject.signals, BOTTLENECK))
    yield "Gunstiger dan in de gemeente", list(_rows(subject, "kracht", subject.strengths, STRENGTH))
    yield "Wat duidelijk verandert", list(_trends(at, subject))
    yield "Wat bewoners vertellen", list(_concerns(at))
    yield "Wat er te verwachten is", list(_forecasts(at, subject))


def _rows(subject: Subject, what: str, rows: pd.DataFrame, kind: str) -> Iterator[Proposal]:
    for _, row in rows.iterrows():
        name = str(row["indicator"])
        yield Proposal(f"{what} {name}", signal_sentence(subject, row), kind, name, int(row["year"]))


def _trends(at: At, subject: Subject) -> Iterator[Proposal]:
    rows = subject.triaged
    if rows.empty:
        return
    told = {*subject.signals["indicator"], *subject.strengths["indicator"]}
    moving = rows[
        rows["trend_judgement"].isin(("favourable", "unfavourable")) & ~rows["indicator"].isin(told)
    ]
    for _, row in moving.drop_duplicates("theme").head(_MOST_TRENDS).iterrows():
        name = str(row["indicator"])
        kind = BOTTLENECK if row["trend_judgement"] == "unfavourable" else STRENGTH
        yield Proposal(
            f"trend {name}", trending.sentence(at.known, name, at.region), kind, name, int(row["year"])
        )


def _forecasts(at: At, subject: Subject) -> Iterator[Proposal]:
    if subject.is_gone:
        return
    for name in _AHEAD:
        if name not in at.known.catalogue or not forecasting.moves(at.known, name, at.region):
            continue
        of = ahead(subject, name)
        if of.row is None:
            continue
        told = " ".join(forecasting.sentences(at.known, at.known.catalogue[name], at.region, of.horizon))
        yield Proposal(f"verwachting {name}", told, "", name, subject.year)


def _concerns(at: At) -> Iterator[Proposal]:
    try:
        told = concern_figures.sentence_for(at.selection, at.region)
    except UserError:
        return
    if told:
        yield Proposal("zorgen", told)


def show_stands_out(at: At) -> None:
    """Show strengths and bottlenecks as people name them."""
    for kind, heading, ask in (
        (STRENGTH, "Krachten", "Wat is een kracht van deze wijk?"),
        (BOTTLENECK, "Knelpunten", "Wat is een knelpunt?"),
    ):
        st.subheader(heading, anchor=False)
        fields = _fields_asking(ask)
        listed = List(kind, (("title",),), "Vul in wat u ziet.", fields, title_and_text, ordered=True)
        show_list(at, listed, f"Er is nog geen {_NAMES[kind]} genoemd.")


def _fields_asking(ask: str) -> Callable[[Saving], None]:
    def fields(saving: Saving) -> None:
        short_text(saving, "title", ask, placeholder="In één zin")
        long_text(saving, "text", "Toelichting", placeholder="Waaraan ziet u dat? Wie zegt dat?")

    return fields


def show_proposals(at: At) -> None:
    """Show what the figures propose, each to take over with one touch."""
    st.subheader("Voorstellen uit de cijfers", anchor=False)
    say(
        "Dit zijn signalen, geen oordeel. Neem over wat klopt; daarna kunt u het in uw eigen woorden zetten. Wat u laat staan, "
        "komt niet in het document, behalve als voorstel zolang er nog geen eigen kracht of knelpunt is."
    )
    there = False
    for heading, some in proposals(at):
        if some:
            there = True
            st.markdown(f"**{heading}**")
        for one in some:
            _proposal(at, one)
    if not there:
        say(
            "De cijfers doen hier geen voorstel: er wonen te weinig mensen, of er is geen cijfer dat duidelijk afwijkt."
        )


def _proposal(at: At, one: Proposal) -> None:
    taken = taken_over(at, one)
    with st.container(border=True, key=one.mark, gap="xsmall"):
        say(one.sentence)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if taken:
                st.caption(f"Overgenomen als {_NAMES[taken]}.")
            for rank, kind in enumerate(() if taken else _order(one)):
                st.button(
                    f"{'Als' if rank else 'Neem over als'} {_NAMES[kind]}",
                    key=f"{one.mark}-{kind}",
                    on_click=attempt,
                    args=(lambda kind=kind: _take(at, one, kind),),
                )
            if one.indicator:
                parent_link(at.known, one.indicator, at.region, one.year, label="Bron")


def _order(one: Proposal) -> tuple[str, ...]:
    return (STRENGTH, BOTTLENECK) if one.kind != BOTTLENECK else (BOTTLENECK, STRENGTH)


def taken_over(at: At, one: Proposal) -> str:
    """Return as what a proposal was taken over; empty where it was not."""
    for part in at.story.parts:
        if part["kind"] in _NAMES and str(part["key"]).startswith(one.mark):
            return str(part["kind"])
    return ""


def _take(at: At, one: Proposal, kind: str) -> Told:
    forget_last()
    now = at.place.story(at.number)
    if any(str(part["key"]).startswith(one.mark) for part in now.parts):
        return Told("Dit was al overgenomen.")
    short = len(one.sentence) <= _LONGEST_TITLE
    title = (
        one.sentence
        if short
        else at.known.catalogue[one.indicator].title
        if one.indicator
        else "Wat bewoners vertellen"
    )
    values = {"story": at.number, "kind": kind, "title": title, "text": None if short else one.sentence}
    saved = at.place.parts.add(values, f"{one.mark}-{new_key()[:24]}")
    open_part(saved.numbers[0])
    return Told(
        f"Overgenomen als {_NAMES[kind]}. U kunt het nu in uw eigen woorden zetten.",
        at.place.parts,
        saved.batch,
    )
