"""What an import would do, before it does it: per row ready, wrong, there already, or changed since the last time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd

from register import schema
from register.concerns import Concerns
from register.importing.cells import TEXTS, Rows, fields_of
from register.importing.columns import OWN, make_of, propose
from register.importing.plan import Plan, categories
from register.importing.reading import Source
from register.importing.scanning import cleaned, scan
from register.placing import Places
from register.privacy import Find, without
from register.roles import Action

READY, WRONG, THERE, CHANGED, GONE = "ready", "wrong", "there", "changed", "gone"
#: What happens with a text in which something points at a person.
REMOVE, HARMLESS, SKIP = "remove", "harmless", "skip"
#: Batches of an import start like this, so that the next import knows what the last one wrote.
BATCH: Final = "i-"
#: Told of every part of the work that begins: how many there are, and which one this is, in Dutch.
Progress = Callable[[int, int, str], None]
_PARTS: Final = ("kolommen lezen", "persoonsgegevens zoeken", "vergelijken met het register")
_SCANNED: Final = (*TEXTS, "owner")
#: What the register compares, by what a file has to tell for it.
_BY_GIVEN: Final[Mapping[str, tuple[str, ...]]] = {
    "theme": ("theme",), "text": ("text",), "wijk": ("wijk", "buurt"), "point": ("wijk", "buurt", "x", "y"), "heard": ("heard",),
    "channel": ("channel",), "seriousness": ("seriousness",), "people": ("people",), "owner": ("owner",), "due": ("due",),
    "status": ("status",), "done": ("done",), "feedback": ("feedback",), "feedback_on": ("feedback_on",),
}  # fmt: skip


def silent(step: int, steps: int, what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Change:
    """A concern of which the file tells something else than the register.

    Attributes
    ----------
    row : int
        Position in the file.
    number, seen : int
        The concern, and its version as it was compared with.
    fields : dict
        Field to what stands in the register and what the file says.
    base : int
        Version that the last import wrote: what somebody changed by hand after it, is not overwritten.
    by_hand : frozenset of str
        Fields of these that somebody changed by hand since.
    """

    row: int
    number: int
    seen: int
    fields: dict[str, tuple[Any, Any]]
    base: int
    by_hand: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Preview:
    """What an import would do.

    Attributes
    ----------
    source : Source
    plan : Plan
    rows : DataFrame
        One row per row of the file: fields of a concern, key, source, source_key and state (`READY`, `WRONG`, `THERE`,
        `CHANGED` or `GONE`: removed by hand, or past its retention period).
    wrong : DataFrame
        row (position), line (as in the file), column, value, what, remedy.
    finds : DataFrame
        row, line, field, title, text, around (the words around it, with the find in brackets); only of rows that can be
        written.
    changes : tuple of Change
    remarks : tuple of str
    found : mapping of str to tuple of Find
        What was found, by text.
    """

    source: Source
    plan: Plan
    rows: pd.DataFrame
    wrong: pd.DataFrame
    finds: pd.DataFrame
    changes: tuple[Change, ...]
    remarks: tuple[str, ...]
    found: Mapping[str, tuple[Find, ...]] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows by state."""
        there = Counter(self.rows["state"])
        return {state: there.get(state, 0) for state in (READY, CHANGED, THERE, WRONG, GONE)}


def preview(
    source: Source,
    plan: Plan,
    places: Places,
    concerns: Concerns,
    themes: Mapping[str, str],
    progress: Progress = silent,
) -> Preview:
    """Work out what an import would do; nothing is written.

    Parameters
    ----------
    source : Source
    plan : Plan
        Without `Plan.problems`.
    places : Places
    concerns : Concerns
    themes : mapping of str to str
        Titles by id.
    progress : callable, optional

    Raises
    ------
    NotAllowed
    ValueError
        If the plan has problems.
    """
    concerns.actor.require(Action.IMPORT)
    if plan.problems:
        raise ValueError("; ".join(plan.problems))
    plan = _without_persons(source, plan)
    progress(1, len(_PARTS), _PARTS[0])
    read = fields_of(source, plan, places, themes)
    progress(2, len(_PARTS), _PARTS[1])
    found = scan(text for name in _SCANNED for text in read.frame[name].dropna().unique() if text)
    rows = read.frame
    rows["source"] = plan.source
    rows["source_key"] = _source_keys(source, plan)
    rows["key"], doubles = _keys(source, plan, rows, found)
    wrong = _wrong_frame(source, [*read.wrong, *doubles])
    rows["state"] = READY
    rows.loc[wrong["row"].unique(), "state"] = WRONG
    rows.loc[(rows["state"] == READY) & rows["key"].duplicated(), "state"] = THERE
    progress(3, len(_PARTS), _PARTS[2])
    changes = _compare(concerns, source, plan, rows, read, found)
    return Preview(
        source, plan, rows, wrong, _finds_frame(source, rows, found), changes, tuple(read.remarks), found
    )


def _without_persons(source: Source, plan: Plan) -> Plan:
    """Leave out columns of persons, whatever the plan says: a plan may be older than the file, or made by hand."""
    never = {proposal.column for proposal in propose(source) if proposal.person}
    return replace(
        plan, columns={column: "" if column in never else name for column, name in plan.columns.items()}
    )


def _wrong_frame(source: Source, wrong: Sequence[tuple[int, str, str, str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(wrong), columns=["row", "column", "value", "what", "remedy"])
    frame.insert(1, "line", [source.lines[row] for row in frame["row"]])
    return frame.astype({"row": "int64", "line": "int64"})


# -- keys ----------------------------------------------------------------------------------------------


def _source_keys(source: Source, plan: Plan) -> pd.Series:
    column = plan.column("source_key")
    if column is None:
        return pd.Series([None] * len(source.rows), dtype=object)
    cells = source.rows[column].str.slice(0, 120)
    return cells.where(cells != "", None).astype(object)


def _digest(*parts: object) -> str:
    return hashlib.sha256(
        "\x1f".join("" if part is None else str(part) for part in parts).encode()
    ).hexdigest()[:40]


def _keys(
    source: Source, plan: Plan, rows: pd.DataFrame, found: Mapping[str, tuple[Find, ...]]
) -> tuple[list[str], list[tuple[int, str, str, str, str]]]:
    """Return what makes each row the same one in the next file, and the rows whose number stands there with other content.

    A row has the number of its source, or else its content: what was found of persons counts as taken out, so that no key
    can ever tell it. Two rows with the same content are two concerns, the first and the second.
    """
    texts = cleaned(rows["text"], found)
    raw = categories(source, plan.columns)
    contents = [
        _digest(*parts)
        for parts in zip(
            texts, rows["heard"], rows["wijk"], rows["buurt"], rows["x"], rows["y"], raw, strict=True
        )
    ]
    column = plan.column("key") if make_of(source) == OWN else None
    own = source.rows[column] if column else pd.Series([""] * len(rows), dtype=object)
    keys, doubles = [], []
    seen: Counter[str] = Counter()
    first: dict[str, tuple[int, str]] = {}
    for row, (content, mine, number) in enumerate(zip(contents, own, rows["source_key"], strict=True)):
        if mine and len(mine) <= 64:
            key = str(mine)
        elif number:
            key = "n-" + _digest(plan.source, number)
        else:
            seen[content] += 1
            keys.append("c-" + _digest(content, seen[content]))
            continue
        if key in first and first[key][1] != content:
            doubles.append((
                row, plan.column("source_key") or plan.column("key") or "", str(number or mine)[:60],
                f"Dit nummer staat ook in {source.where(first[key][0])}, met iets anders erbij.",
                "Haal een van de twee rijen weg.",
            ))  # fmt: skip
        first.setdefault(key, (row, content))
        keys.append(key)
    return keys, doubles


# -- what may point at a person --------------------------------------------------------------------------


def _finds_frame(source: Source, rows: pd.DataFrame, found: Mapping[str, tuple[Find, ...]]) -> pd.DataFrame:
    told = []
    can_be_written = rows[rows["state"].isin([READY, CHANGED])]
    for name in _SCANNED:
        cells = can_be_written[name]
        for row, text in cells[cells.isin(found)].items():
            for find in found[str(text)]:
                around = f"{'…' if find.start > 30 else ''}{text[max(0, find.start - 30) : find.start]}[{find.text}]{text[find.end : find.end + 30]}"
                told.append(
                    (
                        int(str(row)),
                        source.lines[int(str(row))],
                        name,
                        find.title,
                        find.text,
                        " ".join(around.split()),
                    )
                )
    frame = pd.DataFrame(told, columns=["row", "line", "field", "title", "text", "around"])
    return frame.sort_values(["row", "field"], kind="stable", ignore_index=True)


# -- the register as it is -------------------------------------------------------------------------------


def _compare(
    concerns: Concerns,
    source: Source,
    plan: Plan,
    rows: pd.DataFrame,
    read: Rows,
    found: Mapping[str, tuple[Find, ...]],
) -> tuple[Change, ...]:
    """Set the state of rows whose key is in the register, and return those that changed since the last import."""
    mine = rows[rows["state"] == READY]
    with concerns.database.reading() as connection:
        there = concerns._there(connection, list(mine["key"]))
        undone = concerns._taken_back(connection, there)
    if not there:
        return ()
    # What was taken back with an import comes in again as if it were new.
    at = {key: int(str(row)) for row, key in mine["key"].items() if key in there and key not in undone}
    records = {
        record["key"]: record for record in concerns.rows(removed=True, numbers=[there[key][0] for key in at])
    }
    compared = [name for given, names in _BY_GIVEN.items() if given in read.given for name in names]
    told = list(dict.fromkeys(compared))
    versions = source.rows[plan.column("version")] if plan.column("version") else None
    differing: list[tuple[int, dict[str, Any], dict[str, tuple[Any, Any]]]] = []
    states = dict.fromkeys(at.values(), THERE)
    columns = {name: rows[name].to_numpy(object) for name in told}
    for key, row in at.items():
        record = records[key]
        if record["expired_at"] or record["removed_at"]:
            states[row] = GONE
        else:
            new = {name: columns[name][row] for name in told}
            fields = {
                name: (record[name], value)
                for name, value in new.items()
                if not _same(record[name], value, found)
            }
            if fields:
                differing.append((row, record, fields))
    changes = _against_base(concerns, differing, found, versions)
    for change in changes:
        states[change.row] = CHANGED
    rows.loc[list(states), "state"] = list(states.values())
    return changes


def _same(before: Any, after: Any, found: Mapping[str, tuple[Find, ...]]) -> bool:
    if (before or None) == (after or None):
        return True
    return isinstance(after, str) and after in found and before == without(after, *found[after])


def _against_base(
    concerns: Concerns,
    differing: Sequence[tuple[int, dict[str, Any], dict[str, tuple[Any, Any]]]],
    found: Mapping[str, tuple[Find, ...]],
    versions: pd.Series | None,
) -> tuple[Change, ...]:
    """Keep what the file tells anew: what differs because somebody changed the register by hand is no news in the file."""
    if not differing:
        return ()
    change = schema.change
    numbers = [record["number"] for _, record, _ in differing]
    trails: dict[int, list[Any]] = {}
    with concerns.database.reading() as connection:
        for start in range(0, len(numbers), 500):
            for step in concerns._trail_of(connection, change.c.number.in_(numbers[start : start + 500])):
                trails.setdefault(step.number, []).append(step)
    kept = []
    for row, record, fields in differing:
        seen_by_user = _whole(versions.iloc[row]) if versions is not None else None
        base, last = _base_of(trails.get(record["number"], []), seen_by_user)
        news = {name: both for name, both in fields.items() if not _same(base.get(name), both[1], found)}
        if news:
            by_hand = frozenset(
                name for name, (now, _) in news.items() if (base.get(name) or None) != (now or None)
            )
            kept.append(Change(row, record["number"], record["version"], news, last, by_hand))
    return tuple(kept)


def _base_of(trail: Sequence[Any], seen: int | None) -> tuple[dict[str, Any], int]:
    """Return the fields as the last import wrote them (or as they were in the version that an own list shows), and that version."""
    base: dict[str, Any] = {}
    last = 1
    for step in sorted(trail, key=lambda happened: happened.version):
        imported = step.batch.startswith(BATCH) or step.version == 1
        counts = step.version <= seen if seen is not None else imported
        if counts:
            base |= {name: after for name, (_, after) in step.fields.items()}
            last = step.version
    return base, last


def _whole(text: object) -> int | None:
    return int(str(text)) if str(text).isdigit() else None
