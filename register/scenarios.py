"""Scenarios that users keep, per gemeente, as one file beside the figures.

A file holds all scenarios of a gemeente and what the last change can be taken back to, and is replaced in one rename.
A file that cannot be read is never written over: the first change puts it aside under another name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from data.errors import UserError
from data.manifest import write_atomically
from data.store import cannot_write

FOLDER: Final = "scenarios"
LONGEST_NAME: Final = 60
LONGEST_NOTE: Final = 1_000
_FORMAT: Final = 1
_KIND: Final = "wijkradar-scenario"
_LOCK_SECONDS: Final = 10
_LARGEST_FILE: Final = 1_000_000
_CODE: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{2,10}")


class ScenarioError(UserError):
    """A scenario cannot be kept, found or read."""


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


@dataclass(frozen=True)
class _Content:
    scenarios: tuple[Kept, ...] = ()
    undo: str = ""
    before: tuple[Kept, ...] = field(default=())


class _Damaged(Exception):
    """The file cannot be read."""


class Scenarios:
    """Scenarios of one gemeente; every call reads the file anew, every change counts at once.

    Parameters
    ----------
    folder : Path
        Folder of the store; `FOLDER` within it is made at the first change.
    gemeente : str
        Code.

    Raises
    ------
    ScenarioError
        If ``gemeente`` is not a code.
    """

    def __init__(self, folder: Path, gemeente: str) -> None:
        if not _CODE.fullmatch(gemeente):
            raise ScenarioError(f"{gemeente!r} is geen code van een gemeente, zoals GM0917.")
        self.gemeente = gemeente
        self.folder = folder / FOLDER
        self.file = self.folder / f"{gemeente}.json"

    def shelf(self) -> Shelf:
        """Return what is kept; a file that cannot be read is told and counts as empty.

        Raises
        ------
        ScenarioError
            If a newer Wijkradar wrote the file.
        """
        try:
            content = self._read()
        except _Damaged:
            return Shelf(
                damage=(
                    f"Het bestand met scenario's ({self.file}) is niet te lezen. Wijkradar laat het staan; zet een "
                    "reservekopie terug als u die hebt. Bewaart u hier iets nieuws, dan krijgt het oude bestand een "
                    "andere naam."
                )
            )
        return Shelf(content.scenarios, content.undo)

    def get(self, name: str) -> Kept:
        """Return a scenario by name, in upper or lower case.

        Raises
        ------
        ScenarioError
            If there is none.
        """
        return self.shelf().scenarios[_place(self.shelf().scenarios, name)]

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
        fresh = replace(_kept(record), saved_at=_now())

        def change(there: tuple[Kept, ...]) -> tuple[Kept, ...]:
            others = tuple(kept for kept in there if not _same(kept.name, fresh.name))
            if len(others) < len(there) and not replacing:
                raise _taken(fresh.name)
            for kept in there:
                if seen is not None and kept not in others and list(kept.changes) != _plain(seen):
                    raise ScenarioError(
                        f"Iemand anders heeft ‘{kept.name}’ intussen gewijzigd. Er is niets bewaard. Geef uw scenario een andere "
                        "naam, dan blijven ze allebei bestaan."
                    )
            return (*others, fresh)

        self._change(f"het bewaren van ‘{fresh.name}’", change)
        return fresh

    def rename(self, name: str, new: str) -> Kept:
        """Give a scenario another name; errors as `save`."""
        name, new = clean_name(name), clean_name(new)

        def change(there: tuple[Kept, ...]) -> tuple[Kept, ...]:
            place = _place(there, name)
            others = (*there[:place], *there[place + 1 :])
            _refuse_taken(others, new)
            return (*others, replace(there[place], name=new))

        self._change(f"het hernoemen van ‘{name}’", change)
        return self.get(new)

    def copy(self, name: str, new: str = "") -> Kept:
        """Keep a scenario a second time, under a name of its own; without one "(kopie)" comes behind it."""
        name = clean_name(name)
        chosen = clean_name(new) if new.strip() else ""

        def change(there: tuple[Kept, ...]) -> tuple[Kept, ...]:
            nonlocal chosen
            original = there[_place(there, name)]
            chosen = chosen or _name_of_copy(original.name, there)
            _refuse_taken(there, chosen)
            return (*there, replace(original, name=chosen, saved_at=_now()))

        self._change(f"het kopiëren van ‘{name}’", change)
        return self.get(chosen)

    def delete(self, name: str) -> None:
        """Throw a scenario away; `undo` brings it back."""
        name = clean_name(name)

        def change(there: tuple[Kept, ...]) -> tuple[Kept, ...]:
            place = _place(there, name)
            return (*there[:place], *there[place + 1 :])

        self._change(f"het verwijderen van ‘{name}’", change)

    def undo(self, only: str = "") -> str:
        """Take back the last change, and return what it was.

        Parameters
        ----------
        only : str, optional
            What is to be taken back (`Shelf.undo`): nothing happens where somebody else changed something since.

        Raises
        ------
        ScenarioError
            If there is nothing to take back, or something else.
        StoreError
            If the folder cannot be written.
        """
        with self._locked():
            try:
                content = self._read()
            except _Damaged:
                content = _Content()
            if not content.undo:
                raise ScenarioError("Er is niets om ongedaan te maken; de scenario's zijn niet veranderd.")
            if only and content.undo != only:
                raise ScenarioError(
                    f"Iemand anders heeft intussen iets veranderd ({content.undo}); er is niets teruggedraaid."
                )
            self._write(_Content(content.before))
        return content.undo

    def _change(self, what: str, change: Callable[[tuple[Kept, ...]], tuple[Kept, ...]]) -> None:
        with self._locked():
            try:
                there = self._read().scenarios
            except _Damaged:
                # What `change` refuses, such as the removal of what is not there, leaves the damaged file in place.
                after = change(())
                self.file.rename(self.file.with_name(f"{self.gemeente}.beschadigd-{_stamp()}.json"))
                there = ()
            else:
                after = change(there)
            self._write(_Content(tuple(sorted(after, key=_order)), what, there))

    def _read(self) -> _Content:
        try:
            content = json.loads(self.file.read_text(encoding="utf-8"))
            if int(content["format"]) > _FORMAT:
                raise ScenarioError(
                    f"De scenario's in {self.file} zijn gemaakt door een nieuwere Wijkradar; werk Wijkradar bij."
                )
            undo = content["undo"] or {"what": "", "scenarios": []}
            return _Content(
                tuple(_kept(row) for row in content["scenarios"]),
                str(undo["what"]),
                tuple(_kept(row) for row in undo["scenarios"]),
            )
        except FileNotFoundError:
            return _Content()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise _Damaged from error
        except _NotAScenario as error:
            raise _Damaged from error

    def _write(self, content: _Content) -> None:
        undo = {"what": content.undo, "scenarios": [asdict(kept) for kept in content.before]}
        whole = {
            "format": _FORMAT,
            "gemeente": self.gemeente,
            "scenarios": [asdict(kept) for kept in content.scenarios],
            "undo": undo if content.undo else None,
        }
        write_atomically(self.file, json.dumps(whole, ensure_ascii=False, indent=1).encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process change the file at a time; tell in Dutch what the disk refuses."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise ScenarioError(
                "Iemand anders bewaart op dit moment een scenario; probeer het over een paar tellen opnieuw."
            ) from error
        except OSError as error:
            raise cannot_write(self.folder, error) from error


class _NotAScenario(ScenarioError):
    """A record or file is no scenario."""


def clean_name(name: str) -> str:
    """Return a name on one line without spaces around it.

    Raises
    ------
    ScenarioError
        If nothing is left, or more than `LONGEST_NAME` characters.
    """
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not clean:
        raise ScenarioError("Geef het scenario een naam.")
    if len(clean) > LONGEST_NAME:
        raise ScenarioError(
            f"Een naam mag hoogstens {LONGEST_NAME} tekens hebben en deze heeft er {len(clean)}; maak haar korter."
        )
    return clean


def to_json(kept: Kept) -> bytes:
    """Return a scenario as a file to take along."""
    whole = {"kind": _KIND, "format": _FORMAT, **asdict(kept)}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode()


def from_json(content: bytes) -> Kept:
    """Read a scenario that `to_json` wrote.

    Raises
    ------
    ScenarioError
        If it is something else, or written by a newer Wijkradar.
    """
    try:
        if len(content) > _LARGEST_FILE:
            raise ValueError
        whole = json.loads(content.decode("utf-8-sig"))
        if whole["kind"] != _KIND:
            raise ValueError
        if int(whole["format"]) > _FORMAT:
            raise ScenarioError("Dit scenario is gemaakt met een nieuwere Wijkradar; werk Wijkradar bij.")
        return _kept(whole)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, _NotAScenario) as error:
        raise ScenarioError(
            "Dit bestand is geen scenario van Wijkradar; kies een bestand dat u bij een scenario hebt gedownload."
        ) from error


def _kept(record: Mapping[str, Any]) -> Kept:
    name, note, changes = record.get("name"), record.get("note", ""), record.get("changes")
    saved_at = record.get("saved_at", "")
    texts = all(isinstance(text, str) for text in (name, note, saved_at))
    whole = isinstance(changes, Sequence) and all(_is_change(change) for change in changes)
    if not texts or not whole:
        raise _NotAScenario("Dit is geen scenario van Wijkradar.")
    if len(str(note)) > LONGEST_NOTE:
        raise ScenarioError(f"Een toelichting mag hoogstens {LONGEST_NOTE} tekens hebben; maak haar korter.")
    # Through JSON and back: what is kept is what will be read again.
    return Kept(clean_name(str(name)), tuple(_plain(changes or ())), str(note), str(saved_at))


def _plain(changes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    plain: list[dict[str, Any]] = json.loads(
        json.dumps([dict(change) for change in changes], allow_nan=False)
    )
    return plain


def _is_change(change: object) -> bool:
    if not isinstance(change, Mapping) or not isinstance(change.get("kind"), str):
        return False
    try:
        json.dumps(dict(change), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _order(kept: Kept) -> str:
    # Without the bracket "Plan (kopie)" stands before "Plan (kopie 2)".
    return kept.name.casefold().rstrip(")")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _place(there: Sequence[Kept], name: str) -> int:
    for place, kept in enumerate(there):
        if _same(kept.name, clean_name(name)):
            return place
    raise ScenarioError(f"Er is geen scenario ‘{name}’ (meer); misschien heeft iemand anders het verwijderd.")


def _taken(name: str) -> ScenarioError:
    return ScenarioError(f"Er is al een scenario ‘{name}’; kies een andere naam.")


def _refuse_taken(there: Sequence[Kept], name: str) -> None:
    if any(_same(kept.name, name) for kept in there):
        raise _taken(name)


def _name_of_copy(name: str, there: Sequence[Kept]) -> str:
    for number in range(1, len(there) + 2):
        behind = " (kopie)" if number == 1 else f" (kopie {number})"
        copy = name[: LONGEST_NAME - len(behind)].rstrip() + behind
        if not any(_same(kept.name, copy) for kept in there):
            return copy
    raise AssertionError("there is always a free number")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
