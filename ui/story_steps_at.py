"""What every step of the wijkanalyse knows: which wijk, which edition, who is there, and what was written so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from register.roles import Action
from register.stories import ACTION, SETTLED, STILL_WRITTEN, Story
from ui.figures import Figures
from ui.registering import Desk
from ui.selection import Selection
from ui.story_steps_saving import Saving, waiting_of

#: What the fields of an edition are called.
HEAD: Final = {
    "reason": "Aanleiding: waarom deze wijkanalyse, en waarom nu?",
    "question": "Welke vraag wilt u beantwoorden?",
    "boundary": "Afbakening: wat hoort erbij, en wat niet?",
    "observed": "Wat zag u zelf in de wijk?",
    "history": "Wat moet men weten van de geschiedenis van de wijk?",
    "message": "De boodschap in een of twee zinnen",
    "ask": "Wat vraagt u van de raad? Zet elke vraag op een eigen regel",
}
#: What the fields of a part are called in a sentence about what happened.
FIELDS: Final = HEAD | {
    "title": "naam",
    "text": "toelichting",
    "group_name": "wie het zei",
    "recognised": "herkenning",
    "owner": "wie het doet",
    "partners": "partners",
    "about": "waar het bij hoort",
    "indicator": "maatstaf",
    "target": "streven",
    "evaluate_on": "datum om terug te kijken",
    "status": "stand",
    "outcome": "wat ervan kwam",
    "place": "volgorde",
    "discussed_on": "datum van bespreken",
    "settled_on": "datum van vaststellen",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class At:
    """Where the visitor is.

    Attributes
    ----------
    selection : Selection
    place : Desk
    region : str
        The wijk, as series.
    story : Story
    today : date
    """

    selection: Selection
    place: Desk
    region: str
    story: Story
    today: date

    @property
    def known(self) -> Figures:
        """The figures."""
        return self.selection.figures

    @property
    def number(self) -> int:
        """Number of the edition."""
        return int(self.story.head["number"])

    @property
    def name(self) -> str:
        """Name of the wijk."""
        return self.known.label(self.region)

    @property
    def may_write(self) -> bool:
        """Whether the visitor may write at all."""
        return self.place.actor.may(Action.WRITE_STORIES)

    @property
    def frozen(self) -> bool:
        """Whether nothing can be changed: it was settled."""
        return str(self.story.head["status"]) == SETTLED or not self.may_write

    @cached_property
    def head_conflicts(self) -> list[dict[str, Any]]:
        """What waits for a choice in the edition itself."""
        return waiting_of(self.place.stories) if self.may_write else []

    @cached_property
    def part_conflicts(self) -> list[dict[str, Any]]:
        """What waits for a choice in the parts of the gemeente."""
        return waiting_of(self.place.parts) if self.may_write else []

    @property
    def head(self) -> Saving:
        """The fields of the edition."""
        return Saving(
            self.place.stories,
            self.story.head,
            conflicts=self.head_conflicts,
            frozen=self.frozen,
            labels=HEAD,
        )

    def part(self, part: Mapping[str, Any], slot: str = "") -> Saving:
        """Return the fields of a part."""
        return Saving(
            self.place.parts, part, slot=slot, conflicts=self.part_conflicts, frozen=self.frozen, labels=FIELDS,
            still=STILL_WRITTEN if self.may_write and part["kind"] == ACTION else (),
        )  # fmt: skip

    def new(
        self,
        kind: str,
        slot: str,
        needed: tuple[tuple[str, ...], ...],
        section: str | None = None,
        **more: Any,
    ) -> Saving:
        """Return the fields of a part that is to be; once something of it was saved, of that part."""
        begin = Saving(self.place.parts, None, slot=slot)
        number = begin.number
        part = next((part for part in self.story.parts if int(part["number"]) == number), None)
        if part is not None:
            return self.part(part, slot)
        if number is not None:
            # Somebody took it out.
            begin.forget()
        fixed = {"story": self.number, "kind": kind, "section": section, **more}
        return Saving(
            self.place.parts, None, slot=slot, needed=needed, frozen=self.frozen, labels=FIELDS,
            fixed={name: value for name, value in fixed.items() if value is not None},
        )  # fmt: skip
