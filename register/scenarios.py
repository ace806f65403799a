"""Scenarios that users keep, per gemeente, as one file beside the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from data.errors import UserError
from register._shelf import (
    LONGEST_NAME,
    LONGEST_NOTE,
    Damaged,
    KeptByName,
    Kind,
    Sentences,
    packed,
    plain,
    texts,
    unpacked,
)

__all__ = [
    "FOLDER",
    "LONGEST_NAME",
    "LONGEST_NOTE",
    "Kept",
    "ScenarioError",
    "Scenarios",
    "Shelf",
    "clean_name",
    "from_json",
    "to_json",
]

FOLDER: Final = "scenarios"


class ScenarioError(UserError):
    """A scenario cannot be kept, found or read."""


_KIND: Final = Kind(
    folder=FOLDER,
    rows="scenarios",
    file_kind="wijkradar-scenario",
    error=ScenarioError,
    says=Sentences(
        no_name="Geef het scenario een naam.",
        not_one="Dit is geen scenario van Wijkradar.",
        taken="Er is al een scenario ‘{name}’; kies een andere naam.",
        missing="Er is geen scenario ‘{name}’ (meer); misschien heeft iemand anders het verwijderd.",
        changed_since=(
            "Iemand anders heeft ‘{name}’ intussen gewijzigd. Er is niets bewaard. Geef uw scenario een andere naam, "
            "dan blijven ze allebei bestaan."
        ),
        nothing_to_undo="Er is niets om ongedaan te maken; de scenario's zijn niet veranderd.",
        busy="Iemand anders bewaart op dit moment een scenario; probeer het over een paar tellen opnieuw.",
        unreadable=(
            "Het bestand met scenario's ({file}) is niet te lezen. Wijkradar laat het staan; zet een reservekopie terug "
            "als u die hebt. Bewaart u hier iets nieuws, dan krijgt het oude bestand een andere naam."
        ),
        newer_file="De scenario's in {file} zijn gemaakt door een nieuwere Wijkradar; werk Wijkradar bij.",
        newer="Dit scenario is gemaakt met een nieuwere Wijkradar; werk Wijkradar bij.",
        other_file=(
            "Dit bestand is geen scenario van Wijkradar; kies een bestand dat u bij een scenario hebt gedownload."
        ),
    ),
)


@dataclass(frozen=True)
class Kept:
    """A scenario as it is kept.

    Attributes
    ----------
    name : str
        One line of at most `LONGEST_NAME` characters.
    changes : tuple of mapping
        Plain objects with a ``kind``; what they mean is known to `analysis.needs.scenario_of`.
    note : str
    saved_at : str
        UTC, ISO 8601.
    """

    name: str
    changes: tuple[Mapping[str, Any], ...] = ()
    note: str = ""
    saved_at: str = ""

    def record(self) -> dict[str, Any]:
        """Return name, note and changes as `analysis.needs.scenario_of` takes them."""
        return {"name": self.name, "note": self.note, "changes": [dict(change) for change in self.changes]}


@dataclass(frozen=True)
class Shelf:
    """What is kept of one gemeente.

    Attributes
    ----------
    scenarios : tuple of Kept
        By name.
    undo : str
        What `Scenarios.undo` takes back, a Dutch noun phrase; empty for nothing.
    damage : str
        A Dutch sentence where the file cannot be read; empty where all is well.
    """

    scenarios: tuple[Kept, ...] = ()
    undo: str = ""
    damage: str = ""


class Scenarios(KeptByName[Kept]):
    """Scenarios of one gemeente (`register._shelf.KeptByName`); what goes wrong is a `ScenarioError`."""

    kind = _KIND

    def shelf(self) -> Shelf:
        """Return what is kept; a file that cannot be read is told and counts as empty.

        Raises
        ------
        ScenarioError
            If a newer Wijkradar wrote the file.
        """
        return Shelf(*self._shelved())

    def save(
        self,
        record: Mapping[str, Any],
        *,
        replacing: bool = False,
        seen: Sequence[Mapping[str, Any]] | None = None,
    ) -> Kept:
        """Keep a scenario: name, note and changes as `analysis.needs.record_of` gives them.

        Parameters
        ----------
        record : mapping
        replacing : bool, default False
            Whether it takes the place of one with the same name.
        seen : sequence of mapping, optional
            The changes that were kept when the user opened it: what somebody else has made of it since is not replaced.

        Raises
        ------
        ScenarioError
            If the name is empty, too long or taken, the record is no scenario, or somebody else changed what it replaces.
        StoreError
            If the folder cannot be written.
        """
        return self._save(record, replacing=replacing, seen=seen)

    @staticmethod
    def _item(record: Mapping[str, Any]) -> Kept:
        name, note, saved_at = texts(record)
        changes = record.get("changes")
        if not isinstance(changes, Sequence) or not all(_is_change(change) for change in changes):
            raise Damaged
        kept = tuple(plain([dict(change) for change in changes]))
        return Kept(clean_name(name), kept, _KIND.check_note(note), saved_at)

    @staticmethod
    def _still(kept: Kept, seen: Sequence[Mapping[str, Any]]) -> bool:
        return list(kept.changes) == plain([dict(change) for change in seen])


def _is_change(change: object) -> bool:
    return isinstance(change, Mapping) and isinstance(change.get("kind"), str)


def clean_name(name: str) -> str:
    """Return a name on one line without spaces around it.

    Raises
    ------
    ScenarioError
        If nothing is left, or more than `LONGEST_NAME` characters.
    """
    return _KIND.clean_name(name)


def to_json(kept: Kept) -> bytes:
    """Return a scenario as a file to take along."""
    return packed(kept, _KIND)


def from_json(content: bytes) -> Kept:
    """Read a scenario that `to_json` wrote.

    Raises
    ------
    ScenarioError
        If it is something else, or written by a newer Wijkradar.
    """
    return unpacked(content, _KIND, Scenarios._item)
