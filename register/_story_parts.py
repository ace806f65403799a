"""What people bring into a wijkanalyse: in their order, following their edition, frozen with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import ColumnElement, Connection, Table, func, select

from register import _trail, schema
from register._bulk import chunks
from register._reading import not_there
from register._records import CHANGED, EXPIRED, Records, Saved, now
from register._story_checks import (
    ABOUT,
    ACTION,
    BOTTLENECK,
    DISCUSSED,
    KINDS,
    PART_TEXTS,
    PRIORITY,
    READING,
    SECTIONS,
    SETTLED,
    checked_part,
)
from register._trail import Note
from register.errors import RegisterError, WrongConcern
from register.roles import Action, Actor

if TYPE_CHECKING:
    import pandas as pd

#: What everybody may read.
OPEN_TO_ALL: Final = (DISCUSSED, SETTLED)
#: What goes along into a next edition; readings belong to the figures of their own edition, and advice was given once.
CARRIED: Final = ("asset", "partner", "strength", "bottleneck", PRIORITY, ACTION)
_NOT_CARRIED: Final = frozenset({"story", "came_from", "recognised"})
#: What is still written of an action after the edition is settled; `harmless` goes with the words of the outcome.
STILL_WRITTEN: Final = frozenset({"status", "outcome", "harmless"})
FROZEN: Final = (
    "Deze wijkanalyse is vastgesteld en ligt vast. Er is niets veranderd. Zet haar bij Afronden terug naar concept als u haar "
    "wilt wijzigen. Van acties zijn de status en de uitkomst wel bij te houden."
)


def open_to(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return what an edition must be for somebody to see it."""
    if actor.may(Action.READ_DRAFTS):
        return ()
    return schema.story.c.status.in_(OPEN_TO_ALL), schema.story.c.removed_at.is_(None)


class Parts(Records):
    """The parts of the editions of one gemeente; fields: see `register.schema.story_part`.

    They follow their edition: of one that was removed they are not seen, of one that is settled they lie still.
    """

    entity: ClassVar[str] = "story_part"
    table: ClassVar[Table] = schema.story_part
    erasable: ClassVar[frozenset[str]] = frozenset({*PART_TEXTS, "harmless"})
    united: ClassVar[frozenset[str]] = frozenset({"harmless"})
    to_read: ClassVar[Action] = Action.READ_STORIES
    to_write: ClassVar[Action] = Action.WRITE_STORIES

    def checked(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the fields as they are stored; see `Records.checked`.

        Raises
        ------
        PersonalDetails
            If a text holds what may point at a person that is not among ``harmless``.
        """
        return checked_part(super().checked(values, before), before)

    def of(self, story: int) -> list[dict[str, Any]]:
        """Return the parts of an edition: by kind, readings by chapter, and then as people put them.

        Those of which the texts were taken out are left out.

        Raises
        ------
        RegisterError
            If the edition does not exist, or is in concept and the role does not read those.
        """
        self._refuse_unseen(story)
        also = self.table.c.story == story, self.table.c.expired_at.is_(None)
        return sorted(self._as_rows(self._fetched(removed=False, numbers=None, also=also)), key=_order)

    def conflicts(self) -> pd.DataFrame:
        """Return what waits for a choice; see `Reading.conflicts`. It holds texts in concept."""
        self.actor.require(Action.READ_DRAFTS)
        return super().conflicts()

    def move(self, number: int, seen: int, up: bool) -> Saved:
        """Move a part one place up or down among those of its kind; readings among those of their chapter.

        Raises
        ------
        RegisterError
            If it is gone, or somebody else moved it since.
        NotAllowed
        """
        self.actor.require(self.to_write)
        with self.database.writing() as connection:
            records = self._locked(connection, self._beside(connection, number))
            record = records[number]
            if record["removed_at"]:
                raise not_there(number)
            then = _trail.seen_then(connection, self.entity, {number: seen})[number]
            if record["version"] < seen or then.get("place", record["place"]) != record["place"]:
                raise RegisterError(
                    f"Dit is ondertussen verplaatst door {record['changed_by']}; er is niets veranderd. Bekijk de volgorde opnieuw."
                )
            order = sorted(records, key=lambda one: _order(records[one]))
            here = order.index(number)
            there = min(max(here + (-1 if up else 1), 0), len(order) - 1)
            order[here], order[there] = order[there], order[here]
            ready = [
                (one, {"place": place})
                for place, one in enumerate(order, 1)
                if here != there and records[one]["place"] != place
            ]
            batch = self._apply(connection, CHANGED, now(), ready, records)
        return Saved(batch, tuple(one for one, _ in ready) or (number,))

    def carried(self, connection: Connection, story: int) -> list[dict[str, Any]]:
        """Return what goes along from an edition into the next, as `insert_whole` takes it."""
        table = self.table
        wanted = select(table).where(
            table.c.story == story, table.c.gemeente == self.gemeente, table.c.kind.in_(CARRIED),
            table.c.removed_at.is_(None), table.c.expired_at.is_(None),
        )  # fmt: skip
        rows = sorted((dict(row) for row in connection.execute(wanted).mappings()), key=_order)
        names = {name for name in (*_WRITTEN, "place") if name not in _NOT_CARRIED}
        return [
            {name: row[name] for name in names}
            | {"name": str(row["number"]), "about": str(row["about"] or ""), "came_from": row["number"]}
            for row in rows
        ]

    def insert_whole(
        self,
        connection: Connection,
        story: int,
        key: str,
        parts: Sequence[Mapping[str, Any]],
        at: str,
    ) -> list[Note]:
        """Add the parts of an edition that is added in this transaction; ``about`` and ``name`` as in `Stories.bring`."""
        numbers: dict[str, int] = {}
        notes: list[Note] = []
        # What another is about comes before it.
        for step in (0, 1, 2):
            some = {
                f"{key}.{part['name']}": self.checked(
                    {
                        **without_name(part),
                        "story": story,
                        "about": numbers.get(str(part.get("about") or "")),
                        "place": part.get("place") or place,
                    },
                    None,
                )
                for place, part in enumerate(parts, 1)
                if _STEPS.get(part["kind"], 0) == step
            }
            made = super()._insert(connection, some, at)
            names = [part["name"] for part in parts if _STEPS.get(part["kind"], 0) == step]
            numbers |= {str(name): note.number for name, note in zip(names, made, strict=True)}
            notes += made
        return notes

    def _refuse_unseen(self, story: int) -> None:
        self.actor.require(self.to_read)
        head = schema.story
        here = head.c.number == story, head.c.gemeente == self.gemeente, head.c.removed_at.is_(None)
        with self.database.reading() as connection:
            seen = connection.execute(select(head.c.number).where(*here, *open_to(self.actor))).first()
        if seen is None:
            raise not_there(story)

    # -- inside a transaction -------------------------------------------------------------------------

    def _visible(self, *, removed: bool) -> tuple[ColumnElement[bool], ...]:
        head = schema.story
        here = [head.c.gemeente == self.gemeente, *open_to(self.actor)]
        if not removed:
            here.append(head.c.removed_at.is_(None))
        return (self.table.c.story.in_(select(head.c.number).where(*here)),)

    def _beside(self, connection: Connection, number: int) -> list[int]:
        """Return the numbers among which a part has its place."""
        table = self.table
        here = table.c.gemeente == self.gemeente
        found = connection.execute(
            select(table.c.story, table.c.kind, table.c.section).where(table.c.number == number, here)
        ).first()
        if found is None:
            raise not_there(number)
        group = [table.c.story == found.story, table.c.kind == found.kind]
        if found.kind == READING:
            group.append(table.c.section == found.section)
        standing = table.c.removed_at.is_(None), table.c.expired_at.is_(None)
        wanted = select(table.c.number).where(here, *group, *standing)
        return sorted({number, *connection.execute(wanted).scalars()})

    def _heads(self, connection: Connection, stories: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return editions by number; nobody settles or removes them before this transaction ends."""
        table = schema.story
        wanted = select(table).where(
            table.c.number.in_(sorted(set(stories))), table.c.gemeente == self.gemeente
        )
        held = connection.execute(wanted.order_by(table.c.number).with_for_update(read=True)).mappings()
        return {row["number"]: dict(row) for row in held}

    def _locked(self, connection: Connection, numbers: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return parts by number, locked, each with its edition under ``head``; first the editions are held."""
        table = self.table
        stories: set[int] = set()
        for some in chunks(sorted(set(numbers))):
            stories |= set(
                connection.execute(select(table.c.story).where(table.c.number.in_(some))).scalars()
            )
        heads = self._heads(connection, stories)
        found = super()._locked(connection, numbers)
        return {number: {**record, "head": heads[record["story"]]} for number, record in found.items()}

    def _insert(self, connection: Connection, fresh: Mapping[str, Mapping[str, Any]], at: str) -> list[Note]:
        heads = self._heads(connection, (row["story"] for row in fresh.values()))
        for row in fresh.values():
            if row["story"] not in heads:
                raise not_there(row["story"])
            _refuse_closed({**row, "head": heads[row["story"]]}, row)
            self._refuse_strange(connection, row, row)
        last = self._last_places(connection, heads)
        placed = {
            key: {**row, "place": row.get("place") or last + place}
            for place, (key, row) in enumerate(fresh.items(), 1)
        }
        return super()._insert(connection, placed, at)

    def _revive(
        self,
        connection: Connection,
        taken_back: Mapping[str, int],
        ready: Mapping[str, Mapping[str, Any]],
        at: str,
    ) -> list[Note]:
        for record in self._locked(connection, taken_back.values()).values():
            _refuse_closed(record, {"removed_at": None})
        return super()._revive(connection, taken_back, ready, at)

    def _last_places(self, connection: Connection, stories: Iterable[int]) -> int:
        table = self.table
        wanted = select(func.max(table.c.place)).where(table.c.story.in_(list(stories)))
        return int(connection.execute(wanted).scalar() or 0)

    def _refuse_strange(
        self, connection: Connection, part: Mapping[str, Any], fields: Mapping[str, Any]
    ) -> None:
        """Refuse what is about something that does not stand in its own edition; ``part`` has its edition and kind."""
        table = self.table
        if fields.get("about") is None:
            return
        wanted = ABOUT[part["kind"]]
        ours = (
            table.c.number == fields["about"], table.c.story == part["story"], table.c.kind == wanted,
            table.c.gemeente == self.gemeente, table.c.removed_at.is_(None),
        )  # fmt: skip
        if connection.execute(select(table.c.number).where(*ours)).first() is None:
            raise WrongConcern("about", f"{_GONE[wanted]}; kies een ander.")

    def _apply(
        self,
        connection: Connection,
        kind: str,
        at: str,
        ready: Sequence[tuple[int, Mapping[str, Any]]],
        records: Mapping[int, Mapping[str, Any]],
        *,
        undoes: str | None = None,
        told: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]] | None = None,
    ) -> str:
        for number, new in ready if kind != EXPIRED else ():
            _refuse_closed(records[number], new)
            if kind == CHANGED:
                self._refuse_strange(connection, records[number], new)
        return super()._apply(connection, kind, at, ready, records, undoes=undoes, told=told)


#: In which order parts are added together: what another is about comes first.
_STEPS: Final = {PRIORITY: 1, ACTION: 2}
_GONE: Final = {
    PRIORITY: "Deze prioriteit staat niet (meer) in deze wijkanalyse",
    BOTTLENECK: "Dit knelpunt staat niet (meer) in deze wijkanalyse",
}
#: What a user fills in of a part.
_WRITTEN: Final = tuple(
    name
    for name in schema.story_part.c.keys()  # noqa: SIM118
    if name
    in {*PART_TEXTS, "kind", "section", "recognised", "indicator", "evaluate_on", "status", "harmless"}
)


def _refuse_closed(part: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse to write a part of an edition that is gone or settled, but for what became of an action."""
    head = part["head"]
    if head["removed_at"]:
        raise not_there(head["number"])
    if head["expired_at"]:
        raise RegisterError(
            "Van deze wijkanalyse is de bewaartermijn voorbij; zij is niet meer te wijzigen. Er is niets veranderd."
        )
    if head["status"] == SETTLED and not (part["kind"] == ACTION and set(new) <= STILL_WRITTEN):
        raise RegisterError(FROZEN)


def without_name(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a part that is brought in, without what it is called there."""
    return {name: value for name, value in part.items() if name != "name"}


def _order(part: Mapping[str, Any]) -> tuple[int, int, float, int]:
    section = part["section"] if part["kind"] == READING else None
    return (
        list(KINDS).index(part["kind"]),
        SECTIONS.index(section) if section in SECTIONS else 0,
        float("inf") if part["place"] is None else part["place"],
        part["number"],
    )
