"""What users keep by name, per gemeente, as one file beside the figures.

A file holds everything of one kind of a gemeente and what the last change can be taken back to, and is replaced in one
rename. A file that cannot be read is never written over: the first change puts it aside under another name.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from filelock import FileLock, Timeout

from data.errors import UserError
from data.manifest import write_atomically
from data.store import cannot_write

LONGEST_NAME: Final = 60
LONGEST_NOTE: Final = 1_000
_FORMAT: Final = 1
_LOCK_SECONDS: Final = 10
_LARGEST_FILE: Final = 1_000_000
_CODE: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{2,10}")
#: What goes wrong while a file of somebody else is read as JSON of ours.
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Item(Protocol):
    """Something that is kept: a frozen dataclass with at least a name and the moment it was saved (UTC, ISO 8601)."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """One line of at most `LONGEST_NAME` characters."""
        ...


T = TypeVar("T", bound=Item)


@dataclass(frozen=True)
class Sentences:
    """What is told about one kind of thing, in Dutch; whole sentences, since each stands in the handleiding.

    What stands between braces is filled in.
    """

    no_name: str
    not_one: str
    #: {name}
    taken: str
    #: {name}
    missing: str
    #: {name}
    changed_since: str
    nothing_to_undo: str
    busy: str
    #: {file}
    unreadable: str
    #: {file}
    newer_file: str
    newer: str
    other_file: str


@dataclass(frozen=True)
class Kind:
    """What kind of thing is kept.

    Attributes
    ----------
    folder, rows : str
        Folder in the store, and the name of the list in the file.
    file_kind : str
        Tells a downloaded file from files of other kinds.
    error : type
        What is raised, with a Dutch sentence.
    says : Sentences
    """

    folder: str
    rows: str
    file_kind: str
    error: type[UserError]
    says: Sentences

    def clean_name(self, name: str) -> str:
        """Return a name on one line without spaces around it.

        Raises
        ------
        UserError
            If nothing is left, or more than `LONGEST_NAME` characters.
        """
        clean = " ".join("".join(c if c.isprintable() else " " for c in name).split())
        if not clean:
            raise self.error(self.says.no_name)
        if len(clean) > LONGEST_NAME:
            raise self.error(
                f"Een naam mag hoogstens {LONGEST_NAME} tekens hebben en deze heeft er {len(clean)}; maak haar korter."
            )
        return clean

    def check_note(self, note: str) -> str:
        """Return a note, or refuse one that is too long."""
        if len(note) > LONGEST_NOTE:
            raise self.error(f"Een toelichting mag hoogstens {LONGEST_NOTE} tekens hebben; maak haar korter.")
        return note


class Damaged(Exception):
    """A record or file is not what it should be."""


class _NewerVersion(Exception):
    """A file was written by a newer version."""


@dataclass(frozen=True)
class _Content(Generic[T]):
    rows: tuple[T, ...] = ()
    undo: str = ""
    before: tuple[T, ...] = ()


class KeptByName(ABC, Generic[T]):
    """Things of one gemeente by name; every call reads the file anew, every change counts at once.

    Parameters
    ----------
    folder : Path
        Folder of the store; the folder of the kind within it is made at the first change.
    gemeente : str
        Code.

    Raises
    ------
    UserError
        If ``gemeente`` is not a code.
    """

    kind: ClassVar[Kind]

    def __init__(self, folder: Path, gemeente: str) -> None:
        if not _CODE.fullmatch(gemeente):
            raise self.kind.error(f"{gemeente!r} is geen code van een gemeente, zoals GM0917.")
        self.gemeente = gemeente
        self.folder = folder / self.kind.folder
        self.file = self.folder / f"{gemeente}.json"

    @staticmethod
    @abstractmethod
    def _item(record: Mapping[str, Any]) -> T:
        """Read one record.

        Raises
        ------
        Damaged
            If it is something else.
        """

    @staticmethod
    @abstractmethod
    def _still(kept: T, seen: Any) -> bool:
        """Tell whether what is kept is still what a user opened."""

    def rename(self, name: str, new: str) -> T:
        """Give what is kept another name; errors as `save`."""
        name, new = self.kind.clean_name(name), self.kind.clean_name(new)

        def change(there: tuple[T, ...]) -> tuple[T, ...]:
            place = self._place(there, name)
            others = (*there[:place], *there[place + 1 :])
            self._refuse_taken(others, new)
            return (*others, replace(there[place], name=new))

        self._change(f"het hernoemen van ‘{name}’", change)
        return self.get(new)

    def copy(self, name: str, new: str = "") -> T:
        """Keep something a second time, under a name of its own; without one "(kopie)" comes behind it."""
        name = self.kind.clean_name(name)
        chosen = self.kind.clean_name(new) if new.strip() else ""

        def change(there: tuple[T, ...]) -> tuple[T, ...]:
            nonlocal chosen
            original = there[self._place(there, name)]
            chosen = chosen or _name_of_copy(original.name, there)
            self._refuse_taken(there, chosen)
            # Any, since the protocol of a dataclass cannot say which fields there are.
            fields: dict[str, Any] = {"name": chosen, "saved_at": _now()}
            return (*there, replace(original, **fields))

        self._change(f"het kopiëren van ‘{name}’", change)
        return self.get(chosen)

    def delete(self, name: str) -> None:
        """Throw something away; `undo` brings it back."""
        name = self.kind.clean_name(name)

        def change(there: tuple[T, ...]) -> tuple[T, ...]:
            place = self._place(there, name)
            return (*there[:place], *there[place + 1 :])

        self._change(f"het verwijderen van ‘{name}’", change)

    def get(self, name: str) -> T:
        """Return what is kept by name, in upper or lower case.

        Raises
        ------
        UserError
            If there is none.
        """
        rows, _, _ = self._shelved()
        return rows[self._place(rows, name)]

    def undo(self, only: str = "") -> str:
        """Take back the last change, and return what it was.

        Parameters
        ----------
        only : str, optional
            What is to be taken back (``undo`` of the shelf): nothing happens where somebody else changed something since.

        Raises
        ------
        UserError
            If there is nothing to take back, or something else; a `StoreError` if the folder cannot be written.
        """
        with self._locked():
            try:
                content = self._read()
            except Damaged:
                content = _Content()
            if not content.undo:
                raise self.kind.error(self.kind.says.nothing_to_undo)
            if only and content.undo != only:
                raise self.kind.error(
                    f"Iemand anders heeft intussen iets veranderd ({content.undo}); er is niets teruggedraaid."
                )
            self._write(_Content(content.before))
        return content.undo

    def _shelved(self) -> tuple[tuple[T, ...], str, str]:
        """Return what is kept by name, what can be taken back, and what is wrong with the file."""
        try:
            content = self._read()
        except Damaged:
            return (), "", self.kind.says.unreadable.format(file=self.file)
        return content.rows, content.undo, ""

    def _save(self, record: Mapping[str, Any], *, replacing: bool, seen: Any) -> T:
        try:
            fields: dict[str, Any] = {"saved_at": _now()}
            fresh = replace(self._item(record), **fields)
        except Damaged as error:
            raise self.kind.error(self.kind.says.not_one) from error

        def change(there: tuple[T, ...]) -> tuple[T, ...]:
            same = tuple(kept for kept in there if _same(kept.name, fresh.name))
            if same and not replacing:
                raise self._taken(fresh.name)
            for kept in same:
                if seen is not None and not self._still(kept, seen):
                    raise self.kind.error(self.kind.says.changed_since.format(name=kept.name))
            return (*(kept for kept in there if kept not in same), fresh)

        self._change(f"het bewaren van ‘{fresh.name}’", change)
        return fresh

    def _change(self, what: str, change: Callable[[tuple[T, ...]], tuple[T, ...]]) -> None:
        with self._locked():
            try:
                there = self._read().rows
            except Damaged:
                # What `change` refuses, such as the removal of what is not there, leaves the damaged file in place.
                after = change(())
                self.file.rename(self.file.with_name(f"{self.gemeente}.beschadigd-{_stamp()}.json"))
                there = ()
            else:
                after = change(there)
            self._write(_Content(tuple(sorted(after, key=_order)), what, there))

    def _read(self) -> _Content[T]:
        try:
            content = json.loads(self.file.read_text(encoding="utf-8"))
            if int(content["format"]) > _FORMAT:
                raise _NewerVersion
            undo = content["undo"] or {"what": "", self.kind.rows: []}
            return _Content(
                tuple(self._item(row) for row in content[self.kind.rows]),
                str(undo["what"]),
                tuple(self._item(row) for row in undo[self.kind.rows]),
            )
        except FileNotFoundError:
            return _Content()
        except _NewerVersion as error:
            raise self.kind.error(self.kind.says.newer_file.format(file=self.file)) from error
        except (OSError, *_UNREADABLE, self.kind.error) as error:
            raise Damaged from error

    def _write(self, content: _Content[T]) -> None:
        undo = {"what": content.undo, self.kind.rows: [asdict(kept) for kept in content.before]}
        whole = {
            "format": _FORMAT,
            "gemeente": self.gemeente,
            self.kind.rows: [asdict(kept) for kept in content.rows],
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
            raise self.kind.error(self.kind.says.busy) from error
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def _place(self, there: Sequence[T], name: str) -> int:
        for place, kept in enumerate(there):
            if _same(kept.name, self.kind.clean_name(name)):
                return place
        raise self.kind.error(self.kind.says.missing.format(name=name))

    def _taken(self, name: str) -> UserError:
        return self.kind.error(self.kind.says.taken.format(name=name))

    def _refuse_taken(self, there: Sequence[T], name: str) -> None:
        if any(_same(kept.name, name) for kept in there):
            raise self._taken(name)


def packed(kept: Item, kind: Kind) -> bytes:
    """Return what is kept as a file to take along."""
    whole = {"kind": kind.file_kind, "format": _FORMAT, **asdict(kept)}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode()


def unpacked(content: bytes, kind: Kind, read: Callable[[Mapping[str, Any]], T]) -> T:
    """Read a file that `packed` wrote.

    Raises
    ------
    UserError
        If it is something else, or written by a newer Wijkradar.
    """
    try:
        if len(content) > _LARGEST_FILE:
            raise ValueError
        whole = json.loads(content.decode("utf-8-sig"))
        if whole["kind"] != kind.file_kind:
            raise ValueError
        if int(whole["format"]) > _FORMAT:
            raise kind.error(kind.says.newer)
        return read(whole)
    except (*_UNREADABLE, Damaged) as error:
        raise kind.error(kind.says.other_file) from error


def texts(record: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return name, note and saved_at of a record.

    Raises
    ------
    Damaged
        If one of them is no text.
    """
    found = record.get("name"), record.get("note", ""), record.get("saved_at", "")
    if not all(isinstance(text, str) for text in found):
        raise Damaged
    return str(found[0]), str(found[1]), str(found[2])


def plain(thing: Any) -> Any:
    """Return a thing as JSON gives it back: what is kept is what will be read again.

    Raises
    ------
    Damaged
        If JSON cannot hold it.
    """
    try:
        return json.loads(json.dumps(thing, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise Damaged from error


def _order(kept: Item) -> str:
    # Without the bracket "Plan (kopie)" stands before "Plan (kopie 2)".
    return kept.name.casefold().rstrip(")")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _name_of_copy(name: str, there: Sequence[Item]) -> str:
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
