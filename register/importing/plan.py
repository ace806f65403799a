"""How a source is read: which column is what, and what its words mean; proposed, chosen, remembered for the next file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Final

import pandas as pd

from register.concerns import CHANNELS, STATUSES
from register.importing.columns import (
    FIELDS,
    FIXI,
    IGNORED,
    OTHER,
    OWN,
    OWN_FIELDS,
    SIGNALEN,
    TITLES,
    Proposal,
    bare,
    make_of,
    propose,
)
from register.importing.reading import Source
from register.importing.values import channel_of, status_of, theme_of
from register.keeping import MAPPING, Kept
from register.themes import OTHER as OTHER_THEME

#: Fields whose words are mapped, with the id of what they are mapped to.
CATEGORY, STATUS, CHANNEL = "category", "status", "channel"
#: Of a value that the file does not have.
DEFAULTS: Final[Mapping[str, Any]] = {
    "theme": OTHER_THEME, "channel": "meldpunt", "status": "nieuw", "seriousness": 2, "wijk": "", "heard": "",
}  # fmt: skip
BETWEEN: Final = " › "
#: Headings in common, as a share, from which a file counts as the next one of a known source.
ALIKE: Final = 0.8
_FORM: Final = 1
_LONGEST_SOURCE: Final = 40


@dataclass(frozen=True)
class Plan:
    """How a source is read.

    Attributes
    ----------
    source : str
        What the source is called; concerns carry it.
    columns : mapping of str to str
        Field (`register.importing.columns.FIELDS`, or ``""``) by heading.
    themes, statuses, channels : mapping of str to str
        Id in the register by word in the file.
    defaults : mapping of str to value
        For what the file does not have: theme, channel, status, seriousness, wijk, heard.
    """

    source: str
    columns: Mapping[str, str]
    themes: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=lambda: dict(DEFAULTS))

    def column(self, name: str) -> str | None:
        """Return the column that holds a field; None where none does."""
        return next((column for column, field_ in self.columns.items() if field_ == name), None)

    @property
    def problems(self) -> tuple[str, ...]:
        """What has to be chosen before rows can be read, in Dutch; empty when all is there."""
        told = []
        doubles = sorted(
            {name for name in self.columns.values() if name and list(self.columns.values()).count(name) > 1}
        )
        told += [f"Twee kolommen staan op ‘{FIELDS.get(name, name)}’; kies er één." for name in doubles]
        if not self.column("heard") and not self.defaults.get("heard"):
            told.append("Geen kolom met de datum; kies die kolom, of geef één datum voor alle rijen.")
        has_point = self.column("point") or (self.column("x") and self.column("y"))
        if not (has_point or self.column("wijk") or self.column("buurt") or self.defaults.get("wijk")):
            told.append(
                "Geen kolom met de wijk of de plek; kies die kolom, of geef één wijk voor alle rijen."
            )
        if bool(self.column("x")) != bool(self.column("y")):
            told.append("Van de plek is maar één coördinaat gekozen; kies ook de andere.")
        return tuple(told)


@dataclass(frozen=True)
class Remembered:
    """A plan that was kept.

    Attributes
    ----------
    name : str
        Name under which it is kept.
    version : int
    plan : Plan
    headings : tuple of str
        Headings of the file it was made for.
    exact : bool
        This file has just those headings.
    """

    name: str
    version: int
    plan: Plan
    headings: tuple[str, ...]
    exact: bool


# -- words in the file ---------------------------------------------------------------------------------


def categories(source: Source, columns: Mapping[str, str]) -> pd.Series:
    """Return the category of each row: main and sub tied together where both are there; "" for none."""
    main, sub = (
        next((c for c, name in columns.items() if name == wanted), None)
        for wanted in ("category", "subcategory")
    )
    if main is None and sub is None:
        return pd.Series("", index=source.rows.index, dtype=object)
    if main is None or sub is None:
        return source.rows[main or sub]
    first, second = source.rows[main], source.rows[sub]
    both = (first != "") & (second != "") & (first != second)
    return (first + BETWEEN + second).where(both, first.where(first != "", second))


def words(source: Source, columns: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Count the words to be mapped, the most frequent first: under `CATEGORY`, `STATUS` and `CHANNEL`."""
    found = {CATEGORY: categories(source, columns)}
    for name in (STATUS, CHANNEL):
        column = next((c for c, field_ in columns.items() if field_ == name), None)
        found[name] = source.rows[column] if column else pd.Series("", index=source.rows.index, dtype=object)
    return {
        name: {str(word): int(often) for word, often in cells[cells != ""].value_counts().items()}
        for name, cells in found.items()
    }


def with_words(plan: Plan, source: Source, themes: Mapping[str, str]) -> Plan:
    """Return the plan with a proposal for every word that it does not know yet.

    A word that nobody can place gets ``""``: the user chooses, and until then the default is used.
    """
    counted = words(source, plan.columns)
    known = (
        (plan.themes, counted[CATEGORY], lambda word: theme_of(word, themes), themes),
        (plan.statuses, counted[STATUS], lambda word: status_of(word, STATUSES), STATUSES),
        (plan.channels, counted[CHANNEL], lambda word: channel_of(word, CHANNELS), CHANNELS),
    )
    mapped = [
        {word: before[word] if before.get(word) in there else find(word) or "" for word in often}
        for before, often, find, there in known
    ]
    return replace(plan, themes=mapped[0], statuses=mapped[1], channels=mapped[2])


# -- proposals and memory ----------------------------------------------------------------------------------


def proposed(
    source: Source,
    themes: Mapping[str, str],
    remembered: Remembered | None = None,
    proposals: Sequence[Proposal] | None = None,
) -> Plan:
    """Return how Wijkradar would read a file.

    Parameters
    ----------
    source : Source
    themes : mapping of str to str
        Titles by id, of this organisation.
    remembered : Remembered, optional
        How the last file of this source was read: what it says goes first.
    proposals : sequence of Proposal, optional
        As `register.importing.columns.propose` gives them, where they are known.
    """
    made = proposals or propose(source)
    never = {proposal.column for proposal in made if proposal.person}
    columns = {proposal.column: proposal.field for proposal in made}
    plan = Plan(_source_name(source), columns)
    if remembered is not None:
        before = remembered.plan
        taken = {name for column, name in before.columns.items() if column in columns and name}
        columns = {
            column: before.columns.get(column, name if name not in taken else IGNORED)
            for column, name in columns.items()
        }
        plan = replace(before, columns=columns, defaults=dict(DEFAULTS) | dict(before.defaults))
    plan = replace(
        plan, columns={column: IGNORED if column in never else name for column, name in plan.columns.items()}
    )
    return with_words(plan, source, themes)


def _source_name(source: Source) -> str:
    make = make_of(source)
    if make in (SIGNALEN, FIXI, OWN):
        return TITLES[make]
    stem = re.sub(r"[\d_\-.()]+", " ", PurePosixPath(source.name).stem)
    return " ".join(stem.split())[:_LONGEST_SOURCE] or "Bestand"


def remembered(kept: Kept, source: Source) -> Remembered | None:
    """Return how a file with these headings was read before, or else the most alike of the same make; None for neither."""
    here = set(source.columns)
    best: tuple[float, Remembered] | None = None
    for name, record in kept.of(MAPPING).items():
        body = record["body"]
        if body.get("form") != _FORM or body.get("make", OTHER) != make_of(source):
            continue
        headings = tuple(body["headings"])
        alike = len(here & set(headings)) / max(len(here | set(headings)), 1)
        if alike >= ALIKE and (best is None or alike > best[0]):
            best = (
                alike,
                Remembered(name, int(record["version"]), _plan_of(body), headings, set(headings) == here),
            )
    return best[1] if best else None


def remember(kept: Kept, source: Source, plan: Plan) -> None:
    """Keep how a source is read, for the next file with these headings; every change is a version with a history.

    Raises
    ------
    Conflict
        If somebody else kept another way of reading it in between; both stay.
    NotAllowed
    """
    headings = sorted(source.columns)
    name = f"{plan.source[:_LONGEST_SOURCE]} ({hashlib.sha256('|'.join(headings).encode()).hexdigest()[:8]})"
    body: dict[str, Any] = {
        "form": _FORM, "make": make_of(source), "headings": headings, "source": plan.source, "columns": dict(plan.columns),
        "themes": dict(plan.themes), "statuses": dict(plan.statuses), "channels": dict(plan.channels),
        "defaults": {key: value for key, value in plan.defaults.items() if key != "heard"},
    }  # fmt: skip
    there = kept.of(MAPPING).get(name)
    if there is not None:
        # Words of earlier files that this one does not have are not forgotten.
        for part in ("themes", "statuses", "channels"):
            body[part] = dict(there["body"].get(part, {})) | dict(body[part])
        if there["body"] == body:
            return
    kept.keep(MAPPING, name, body, int(there["version"]) if there else None)


def _plan_of(body: Mapping[str, Any]) -> Plan:
    known = {*FIELDS, *OWN_FIELDS, IGNORED}
    columns = {column: name if name in known else IGNORED for column, name in body["columns"].items()}
    return Plan(
        str(body["source"]), columns, dict(body.get("themes", {})), dict(body.get("statuses", {})), dict(body.get("channels", {})),
        dict(DEFAULTS) | dict(body.get("defaults", {})),
    )  # fmt: skip


def clean_source(name: str) -> str:
    """Return the name of a source as it is kept."""
    return " ".join(name.split())[:_LONGEST_SOURCE]


__all__ = [
    "ALIKE", "BETWEEN", "CATEGORY", "CHANNEL", "DEFAULTS", "STATUS", "Plan", "Remembered", "bare", "categories", "clean_source",
    "proposed", "remember", "remembered", "with_words", "words",
]  # fmt: skip
