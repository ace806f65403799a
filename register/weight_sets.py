"""Sets of weights that users keep: how they make an attention score, by name, per gemeente, as one file beside the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    "KeptSet",
    "WeightSetError",
    "WeightSets",
    "WeightShelf",
    "from_json",
    "to_json",
]

FOLDER: Final = "gewichten"


class WeightSetError(UserError):
    """A set of weights cannot be kept, found or read."""


_KIND: Final = Kind(
    folder=FOLDER,
    rows="sets",
    file_kind="wijkradar-gewichten",
    error=WeightSetError,
    says=Sentences(
        no_name="Geef de set gewichten een naam.",
        not_one="Dit is geen set gewichten van Wijkradar.",
        taken="Er is al een set gewichten ‘{name}’; kies een andere naam.",
        missing="Er is geen set gewichten ‘{name}’ (meer); misschien heeft iemand anders die verwijderd.",
        changed_since=(
            "Iemand anders heeft ‘{name}’ intussen gewijzigd. Er is niets bewaard. Geef uw set gewichten een andere naam, "
            "dan blijven ze allebei bestaan."
        ),
        nothing_to_undo="Er is niets om ongedaan te maken; de sets gewichten zijn niet veranderd.",
        busy="Iemand anders bewaart op dit moment een set gewichten; probeer het over een paar tellen opnieuw.",
        unreadable=(
            "Het bestand met sets gewichten ({file}) is niet te lezen. Wijkradar laat het staan; zet een reservekopie terug "
            "als u die hebt. Bewaart u hier iets nieuws, dan krijgt het oude bestand een andere naam."
        ),
        newer_file="De sets gewichten in {file} zijn gemaakt door een nieuwere Wijkradar; werk Wijkradar bij.",
        newer="Deze set gewichten is gemaakt met een nieuwere Wijkradar; werk Wijkradar bij.",
        other_file=(
            "Dit bestand is geen set gewichten van Wijkradar; kies een bestand dat u bij een set gewichten hebt gedownload."
        ),
    ),
)


@dataclass(frozen=True)
class KeptSet:
    """A set of weights as it is kept.

    Attributes
    ----------
    name : str
        One line of at most `LONGEST_NAME` characters.
    recipe : mapping
        A plain object; what it means is known to `analysis.composite.recipe_of`.
    note : str
    saved_at : str
        UTC, ISO 8601.
    """

    name: str
    recipe: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    saved_at: str = ""


@dataclass(frozen=True)
class WeightShelf:
    """What is kept of one gemeente.

    Attributes
    ----------
    sets : tuple of KeptSet
        By name.
    undo : str
        What `WeightSets.undo` takes back, a Dutch noun phrase; empty for nothing.
    damage : str
        A Dutch sentence where the file cannot be read; empty where all is well.
    """

    sets: tuple[KeptSet, ...] = ()
    undo: str = ""
    damage: str = ""


class WeightSets(KeptByName[KeptSet]):
    """Sets of weights of one gemeente (`register._shelf.KeptByName`); what goes wrong is a `WeightSetError`."""

    kind = _KIND

    def shelf(self) -> WeightShelf:
        """Return what is kept; a file that cannot be read is told and counts as empty.

        Raises
        ------
        WeightSetError
            If a newer Wijkradar wrote the file.
        """
        return WeightShelf(*self._shelved())

    def save(
        self, record: Mapping[str, Any], *, replacing: bool = False, seen: Mapping[str, Any] | None = None
    ) -> KeptSet:
        """Keep a set of weights.

        Parameters
        ----------
        record : mapping
            name, recipe (as `analysis.composite.record_of` gives it) and optionally note.
        replacing : bool, default False
            Whether it takes the place of one with the same name.
        seen : mapping, optional
            The recipe that was kept when the user opened it: what somebody else has made of it since is not replaced.

        Raises
        ------
        WeightSetError
            If the name is empty, too long or taken, the record is no set of weights, or somebody else changed what it
            replaces.
        StoreError
            If the folder cannot be written.
        """
        return self._save(record, replacing=replacing, seen=seen)

    @staticmethod
    def _item(record: Mapping[str, Any]) -> KeptSet:
        name, note, saved_at = texts(record)
        recipe = record.get("recipe")
        if not isinstance(recipe, Mapping) or not isinstance(recipe.get("indicators"), list | tuple):
            raise Damaged
        return KeptSet(_KIND.clean_name(name), plain(dict(recipe)), _KIND.check_note(note), saved_at)

    @staticmethod
    def _still(kept: KeptSet, seen: Mapping[str, Any]) -> bool:
        return bool(kept.recipe == plain(dict(seen)))


def to_json(kept: KeptSet) -> bytes:
    """Return a set of weights as a file to take along."""
    return packed(kept, _KIND)


def from_json(content: bytes) -> KeptSet:
    """Read a set of weights that `to_json` wrote.

    Raises
    ------
    WeightSetError
        If it is something else, or written by a newer Wijkradar.
    """
    return unpacked(content, _KIND, WeightSets._item)
