"""How long the register keeps texts: a term per status, and then a record without a text stays and still counts.

A wijkanalyse that was discussed or settled is a document of the gemeente and has no term: for how long it stays is for the
archivist, not for a setting. One in concept on which nobody worked for the term (36 months when nothing is set: longer than
the two years after which a next edition is usual) loses its texts, with its parts. What was removed goes as everything that
was removed does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, func, select

from register import _trail, schema
from register._adding import FORGOTTEN
from register._bulk import stand_in_line
from register._records import EXPIRED, Records, Saved, now
from register.concerns import OPEN, STATUSES, Concerns
from register.database import Database
from register.errors import RegisterError, WrongConcern
from register.keeping import RETENTION, Kept
from register.roles import Action, Actor
from register.stories import CONCEPT, Parts, Stories
from register.stories import STATUSES as STORY_STATUSES
from register.visits import STATUSES as VISIT_STATUSES
from register.visits import Visits

if TYPE_CHECKING:
    import pandas as pd

#: Months after the last change; what is not here never expires and is told with how long it has been open.
DEFAULT_MONTHS: Final = {"afgerond": 24, "vervallen": 6, "verwijderd": 6, "bezoek": 36, "wijkanalyse": 36}
TITLES: Final = {
    "afgerond": "Zorgen die zijn afgerond",
    "vervallen": "Zorgen die zijn vervallen",
    "verwijderd": "Wat uit de lijst is verwijderd",
    "bezoek": "Bezoeken die zijn geweest of niet doorgingen",
    "wijkanalyse": "Wijkanalyses in concept waaraan niemand meer werkt",
}
SHORTEST, LONGEST = 1, 240
_NAME: Final = "bewaartermijnen"
_PAST_VISITS: Final = ("gedaan", "afgezegd")
#: What becomes of what was still open when its texts are taken out.
_ENDED: Final = dict.fromkeys(OPEN, "vervallen") | {"gepland": "afgezegd"}
_HARMLESS: Final = "harmless"
#: What a text that may not be missing becomes.
_EMPTY: Final = {"concern": {"text": ""}, "visit": {"aim": ""}}
_TITLES_OF: Final = {"zorg": STATUSES, "bezoek": VISIT_STATUSES, "wijkanalyse": STORY_STATUSES}


@dataclass(frozen=True)
class Report:
    """What retention did.

    Attributes
    ----------
    concerns, visits, stories, parts : int
        Records that lost their texts, or would have: concerns, visits, editions of a wijkanalyse with all their parts, and
        parts that were removed from one that stays.
    cleaned : bool
        Nothing of the texts is left in the file and its log; False while somebody is reading, and then the next
        run cleans up. In PostgreSQL this is for autovacuum.
    """

    concerns: int
    visits: int
    cleaned: bool
    stories: int = 0
    parts: int = 0


def terms(database: Database, gemeente: str, actor: Actor) -> dict[str, int]:
    """Return the terms in months by what they are for (`TITLES`)."""
    kept = Kept(database, gemeente, actor).of(RETENTION).get(_NAME)
    # Terms that were set before there was something to have a term.
    set_here = kept["body"] if kept else {}
    return {name: int(set_here.get(name, months)) for name, months in DEFAULT_MONTHS.items()}


def terms_version(database: Database, gemeente: str, actor: Actor) -> int | None:
    """Return the version of the terms, to give to `set_terms`; None while they are the usual ones."""
    kept = Kept(database, gemeente, actor).of(RETENTION).get(_NAME)
    return int(kept["version"]) if kept else None


def set_terms(
    database: Database, gemeente: str, actor: Actor, months: Mapping[str, int], seen: int | None
) -> Saved:
    """Set the terms.

    Parameters
    ----------
    months : mapping of str to int
        One per key of `DEFAULT_MONTHS`.
    seen : int or None
        Version that the administrator had before them (`terms_version`).

    Raises
    ------
    WrongConcern, Conflict, NotAllowed
    """
    actor.require(Action.SET_UP)
    if set(months) != set(DEFAULT_MONTHS):
        raise WrongConcern("months", f"Geef een termijn voor: {', '.join(TITLES.values())}.")
    for name, term in months.items():
        if isinstance(term, bool) or not isinstance(term, int) or not SHORTEST <= term <= LONGEST:
            raise WrongConcern(
                name, f"{TITLES[name]}: een termijn is {SHORTEST} tot {LONGEST} hele maanden; kies een ander getal."
            )  # fmt: skip
    return Kept(database, gemeente, actor).keep(RETENTION, _NAME, dict(months), seen)


def due(database: Database, gemeente: str, actor: Actor, today: date) -> pd.DataFrame:
    """Return what has texts still: what expires and when, and what is open and for how long.

    A wijkanalyse that never expires is not in it, and of parts only those that go before their edition does.

    Returns
    -------
    DataFrame
        One row per record: kind (``zorg``, ``bezoek``, ``wijkanalyse`` or ``onderdeel``), number, status (Dutch title), changed (day of the last change),
        months (whole months since), term (months; NaN where nothing expires), until (first day without a
        text; empty where nothing expires), expires (bool: that day has come).
    """
    import pandas as pd

    actor.require(Action.EXPIRE)
    kept_for = terms(database, gemeente, actor)
    with database.reading() as connection:
        work = _last_work(connection, gemeente)
    rows = [
        _told(record, kind, kept_for, today)
        for kind, records in _kinds(database, gemeente, actor).items()
        for record in _with_texts(records.rows(removed=True), kind, work)
    ]
    columns = ["kind", "number", "status", "changed", "months", "term", "until", "expires"]
    table = pd.DataFrame(rows, columns=columns)
    types = dict.fromkeys(("kind", "status", "changed", "until"), "str")
    return table.astype(types | {"number": "int64", "months": "int64", "term": "float64", "expires": "bool"})


def expire(database: Database, gemeente: str, actor: Actor, today: date, *, dry: bool = False) -> Report:
    """Take the texts out of what is past its term, everywhere: the record, its history, what waits for a choice.

    What stays tells what, where and when without words: theme, wijk, date, channel, seriousness, status, and the key by
    which an import knows it again. The square, the owner and what was called harmless go along with the texts.

    Parameters
    ----------
    today : date
    dry : bool
        Only count.

    Raises
    ------
    NotAllowed
        Without the role of administrator.
    RegisterError
    """
    actor.require(Action.EXPIRE)
    kept_for = terms(database, gemeente, actor)
    if dry:
        past = due(database, gemeente, actor, today)
        counts = past.loc[past["expires"], "kind"].value_counts()
        return _report({str(kind): int(many) for kind, many in counts.items()}, cleaned=True)
    done = {}
    for kind, records in _kinds(database, gemeente, actor).items():
        with database.reading() as connection:
            work = _last_work(connection, gemeente)
        past_ones = [
            record["number"]
            for record in _with_texts(records.rows(removed=True), kind, work)
            if _told(record, kind, kept_for, today)[-1]
        ]
        with database.writing() as connection:
            stand_in_line(connection, f"retention {gemeente}")
            done[kind] = _take_out(connection, records, past_ones, kind, kept_for, today)
    return _report(done, cleaned=database.forget_deleted())


def forget(records: Records, seen: Mapping[int, int]) -> Report:
    """Take the texts out of some records now, whatever their term: when somebody asks for it.

    What stays and what goes is as in `expire`. What was still open ends, since nobody can take it further: a concern lapses,
    a visit is called off. An edition of a wijkanalyse loses its parts along with it, also when it is settled: the right of
    a person goes before that of the archive.

    Parameters
    ----------
    records : Concerns, Visits, Stories or Parts
    seen : mapping of int to int
        Version that the administrator saw, by number.

    Raises
    ------
    NotAllowed
        Without the role of administrator.
    RegisterError
        If one of them is not there, or was changed since; then nothing is taken out.
    """
    records.actor.require(Action.EXPIRE)
    with records.database.writing() as connection:
        fresh = _as_seen(connection, records, seen)
        done = {records.entity: _empty(connection, records, fresh, end=True)}
        if isinstance(records, Stories):
            parts = Parts(records.database, records.gemeente, records.actor)
            _empty(connection, parts, _parts_of(connection, parts, fresh))
    return _report(_by_kind(done), cleaned=records.database.forget_deleted())


def forget_earlier(records: Stories | Parts, seen: Mapping[int, int]) -> Report:
    """Take the earlier versions of texts out of the history, while what stands now stays: a name that was edited out.

    The history keeps which field was changed, by whom and when, and tells that this was done. What waits for a choice about these
    records goes too, since it may hold the old text; a change of before cannot be taken back any more. An edition goes
    with everything that was brought into it. Also what is settled: not a word of it changes.

    Parameters
    ----------
    records : Stories or Parts
    seen : mapping of int to int
        Version that the administrator saw, by number.

    Raises
    ------
    NotAllowed
        Without the role of administrator.
    RegisterError
        If one of them is not there, or was changed since; then nothing is taken out.
    """
    records.actor.require(Action.EXPIRE)
    with records.database.writing() as connection:
        locked = _as_seen(connection, records, seen)
        done = {records.entity: _blank(connection, records, locked)}
        if isinstance(records, Stories):
            parts = Parts(records.database, records.gemeente, records.actor)
            done[parts.entity] = _blank(connection, parts, _parts_of(connection, parts, locked))
    return _report(_by_kind(done), cleaned=records.database.forget_deleted())


def _blank(connection: Connection, records: Stories | Parts, locked: Mapping[int, dict[str, Any]]) -> int:
    at = now()
    texts = sorted(records.erasable - {_HARMLESS})
    # What was called harmless in a text of before may be the very name that has to go.
    still: list[tuple[int, dict[str, Any]]] = []
    for number, record in locked.items():
        found = record[_HARMLESS] or []
        said = " ".join(str(record[name]) for name in texts if record[name])
        kept = [one for one in found if one in said]
        still.append((number, {_HARMLESS: kept or None} if kept != found else {}))
    _trail.blank(connection, records.entity, records.gemeente, locked, at, records.actor.name)
    untold = {number: {**record, _HARMLESS: None} for number, record in locked.items()}
    told: dict[int, Any] = dict.fromkeys(locked, ({}, {"earlier_texts": at}))
    # What is settled is refused a change; here not a word of it changes.
    Records._apply(records, connection, FORGOTTEN, at, still, untold, told=told)
    return len(locked)


def _as_seen(connection: Connection, records: Records, seen: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """Return records, locked, that nobody changed since an administrator saw them and that have their texts still."""
    stand_in_line(connection, f"retention {records.gemeente}")
    locked = records._locked(connection, seen)
    for number, record in locked.items():
        if record["version"] != seen[number]:
            raise RegisterError(
                f"Nummer {number} is ondertussen gewijzigd door {record['changed_by']}; er is niets gewist. Bekijk het "
                "opnieuw."
            )
    return {number: row for number, row in locked.items() if not row["expired_at"]}


def _by_kind(done: Mapping[str, int]) -> dict[str, int]:
    kinds = {kind.entity: name for name, kind in _KINDS.items()}
    return {kinds[entity]: many for entity, many in done.items()}


def _take_out(
    connection: Connection,
    records: Records,
    numbers: list[int],
    kind: str,
    kept_for: Mapping[str, int],
    today: date,
) -> int:
    # Asked once more, now that nobody else can change them.
    locked = records._locked(connection, numbers)
    work = _last_work(connection, records.gemeente)
    past = {
        record["number"]: bool(record.get("edition_gone"))
        for record in _with_texts(locked.values(), kind, work)
        if _told(record, kind, kept_for, today)[-1]
    }
    _empty(connection, records, {number: locked[number] for number in past})
    return list(past.values()).count(False)


def _empty(
    connection: Connection, records: Records, locked: Mapping[int, dict[str, Any]], *, end: bool = False
) -> int:
    at = now()
    empty = _EMPTY.get(records.entity, {})
    emptied = {name: empty.get(name) for name in records.erasable} | {"expired_at": at}
    ends = _ENDED if end and records.entity in _EMPTY else {}
    ended = {number: ends.get(record["status"]) for number, record in locked.items()}
    # What they were is not told: the history would keep the texts.
    untold = dict.fromkeys(emptied)
    as_told = {number: {**record, **untold} for number, record in locked.items()}
    to_do = [(number, emptied | ({"status": status} if status else {})) for number, status in ended.items()]
    records._apply(connection, EXPIRED, at, to_do, as_told)
    _trail.forget(connection, records.entity, records.gemeente, locked, at, records.actor.name)
    return len(locked)


#: In this order: the parts of a wijkanalyse go once it has gone itself.
_KINDS: Final[Mapping[str, type[Records]]] = {
    "zorg": Concerns,
    "bezoek": Visits,
    "wijkanalyse": Stories,
    "onderdeel": Parts,
}


def _kinds(database: Database, gemeente: str, actor: Actor) -> dict[str, Records]:
    return {name: kind(database, gemeente, actor) for name, kind in _KINDS.items()}


def _report(done: Mapping[str, int], *, cleaned: bool) -> Report:
    return Report(
        done.get("zorg", 0),
        done.get("bezoek", 0),
        cleaned,
        done.get("wijkanalyse", 0),
        done.get("onderdeel", 0),
    )


# -- wijkanalyses -------------------------------------------------------------------------------------


def _last_work(connection: Connection, gemeente: str) -> dict[int, tuple[str, bool]]:
    """Return when somebody last worked on an edition or its parts, and whether its texts are gone, by number."""
    head, part = schema.story, schema.story_part
    latest = func.max(part.c.changed_at)
    wanted = (
        select(head.c.number, head.c.changed_at, head.c.expired_at, latest)
        .outerjoin(part, part.c.story == head.c.number)
        .where(head.c.gemeente == gemeente)
        .group_by(head.c.number, head.c.changed_at, head.c.expired_at)
    )
    return {
        number: (max(changed, worked or changed), expired is not None)
        for number, changed, expired, worked in connection.execute(wanted)
    }


def _with_texts(
    records: Iterable[Mapping[str, Any]], kind: str, work: Mapping[int, tuple[str, bool]]
) -> Iterator[Mapping[str, Any]]:
    """Yield what has texts still and, of wijkanalyses, a term; ``changed_at`` of an edition is the last work on it."""
    for record in records:
        if record["expired_at"]:
            continue
        if kind == "wijkanalyse":
            if record["removed_at"]:
                yield record
            elif record["status"] == CONCEPT:
                yield {**record, "changed_at": work[record["number"]][0]}
        elif kind == "onderdeel":
            gone = work[record["story"]][1]
            if gone or record["removed_at"]:
                yield {**record, "edition_gone": gone}
        else:
            yield record


def _parts_of(connection: Connection, parts: Parts, stories: Iterable[int]) -> dict[int, dict[str, Any]]:
    table = parts.table
    wanted = select(table.c.number).where(table.c.story.in_(list(stories)), table.c.expired_at.is_(None))
    return parts._locked(connection, list(connection.execute(wanted).scalars()))


# -- terms --------------------------------------------------------------------------------------------


def _told(
    record: Mapping[str, Any], kind: str, kept_for: Mapping[str, int], today: date
) -> tuple[str, int, str, str, int, int | None, str, bool]:
    changed = datetime.fromisoformat(record["changed_at"]).astimezone(UTC).date()
    # What is left of an edition that has gone goes with it.
    term = 0 if record.get("edition_gone") else kept_for.get(_term_of(record, kind))
    until = None if term is None else _months_later(changed, term)
    status = (
        "Verwijderd" if record["removed_at"] or kind == "onderdeel" else _TITLES_OF[kind][record["status"]]
    )
    return (
        kind, record["number"], status, changed.isoformat(), _months_between(changed, today), term,
        until.isoformat() if until else "", until is not None and until <= today,
    )  # fmt: skip


def _term_of(record: Mapping[str, Any], kind: str) -> str:
    if record["removed_at"]:
        return "verwijderd"
    if kind == "wijkanalyse":
        return kind if record["status"] == CONCEPT else ""
    if kind == "bezoek":
        return "bezoek" if record["status"] in _PAST_VISITS else ""
    return str(record["status"])


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _months_between(day: date, later: date) -> int:
    months = (later.year - day.year) * 12 + later.month - day.month
    return months - (months > 0 and _months_later(day, months) > later)
