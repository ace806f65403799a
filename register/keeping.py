"""What users keep by name in the register: views of the table, how the columns of a source are read, themes, weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from sqlalchemy import Table

from register import schema
from register._records import Records, Saved
from register.errors import WrongConcern
from register.privacy import refuse_finds
from register.roles import Action

VIEW, MAPPING, THEMES, OUTREACH, RETENTION = "view", "mapping", "themes", "outreach", "retention"
#: What holds for the whole organisation: for the administrator.
_FOR_ALL: Final = frozenset({THEMES, RETENTION})
#: In which users write words of their own; how a file is read holds the headings of that file.
_OWN_WORDS: Final = frozenset({VIEW, THEMES})
LONGEST_NAME: Final = 60


class Kept(Records):
    """Things by name of one gemeente."""

    entity: ClassVar[str] = "kept"
    table: ClassVar[Table] = schema.kept
    to_read: ClassVar[Action] = Action.SEE_COUNTS
    to_write: ClassVar[Action] = Action.WRITE_CONCERNS

    def checked(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the fields as they are stored; see `Records.checked`."""
        clean = super().checked(values, before)
        name = " ".join(str({**(before or {}), **clean}.get("name", "")).split())
        if not name or len(name) > LONGEST_NAME:
            raise WrongConcern("name", f"Een naam heeft 1 tot {LONGEST_NAME} tekens; geef een andere naam.")
        refuse_finds([name])
        if {**(before or {}), **clean}.get("kind") in _OWN_WORDS:
            refuse_finds(_words(clean.get("body")))
        return clean | {"name": name}

    def _permit(self, record: Mapping[str, Any]) -> None:
        if record["kind"] in _FOR_ALL:
            self.actor.require(Action.SET_UP)

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return everything of a kind by name: its record, with the content under ``body``; None for what is missing."""
        rows = [record for record in self.rows() if record["kind"] == kind]
        return {record["name"]: record for record in sorted(rows, key=lambda record: str(record["name"]))}

    def keep(self, kind: str, name: str, body: Mapping[str, Any], seen: int | None = None) -> Saved:
        """Keep something under a name; ``seen`` is the version that the user had before them, None for something new.

        Raises
        ------
        Conflict
            If somebody changed it since.
        WrongConcern
            If there is no name, or the name is taken while the user saw nothing under it.
        """
        clean = " ".join(name.split())
        ever = [one for one in self.rows(removed=True) if one["kind"] == kind and one["name"] == clean]
        there = next((one for one in ever if one["removed_at"] is None), None)
        if there is None:
            # Of two people who give the same name at the same moment one is first.
            key = hashlib.sha256(f"{kind}\n{clean}\n{len(ever)}".encode()).hexdigest()
            added = self.add({"kind": kind, "name": clean, "body": dict(body)}, key)
            if added.batch:
                return added
            raise _taken(clean)
        if seen is None:
            raise _taken(clean)
        return self.change(int(there["number"]), seen, {"body": dict(body)})


def _words(body: Any) -> Iterator[str]:
    """Yield every text in what is kept."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        yield from (word for part in body.values() for word in _words(part))
    elif isinstance(body, list | tuple):
        yield from (word for part in body for word in _words(part))


def _taken(name: str) -> WrongConcern:
    return WrongConcern("name", f"Er is al iets met de naam {name}; kies een andere naam, of open dat eerst.")
