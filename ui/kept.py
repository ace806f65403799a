"""What was worked out of the figures of a gemeente, kept on disk beside them: the next process need not do it again.

A file goes by everything that its content rests on: the files of the figures, the code and the libraries that worked it out. Where
one of these changes, it is worked out anew; nothing old is ever read. What cannot be read or written is simply worked out.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, lru_cache, wraps
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from data.manifest import write_atomically
from data.store import Store
from reports.country import DERIVED

if TYPE_CHECKING:
    from ui.figures import Figures

Rest = ParamSpec("Rest")
Result = TypeVar("Result")

#: Folder in the store; whoever removes it loses nothing but time.
FOLDER: Final = Path(DERIVED) / "gemeenten"
#: What is worked out faster than this is not worth a file.
_WORTH_SECONDS: Final = 0.05
#: Of the figures that were looked at last; what nobody asks for goes first.
_MOST_BYTES: Final = 400_000_000
#: What stands half written for longer than this is of a process that was killed.
_LONGEST_WRITE_SECONDS: Final = 3_600
_ROOT: Final = Path(__file__).resolve().parent.parent
#: Rooms whose code the numbers come from.
_ROOMS: Final = ("analysis", "data", "reports", "ui")
_CODE: Final = (".py", ".yaml", ".yml", ".toml")
_LIBRARIES: Final = ("numpy", "pandas", "scipy", "statsmodels", "geopandas", "shapely")


@lru_cache(maxsize=1)
def _made_by() -> str:
    """Return what changes with every line of code and every library that figures are worked out with."""
    found = hashlib.sha256(sys.version.encode())
    for library in _LIBRARIES:
        found.update(f"{library} {version(library)}".encode())
    for room in _ROOMS:
        for folder, _, names in sorted(os.walk(_ROOT / room)):
            for name in sorted(names):
                if name.endswith(_CODE):
                    found.update(Path(folder, name).read_bytes())
    return found.hexdigest()


class Kept:
    """What was worked out of the figures of one gemeente at one level.

    Parameters
    ----------
    folder : Path
        Where its files stand.
    whose : str
        Gemeente and level.
    state : str
        Changes whenever the figures do.
    part : str
        Which part of the figures; empty is all.
    """

    def __init__(self, folder: Path, whose: str, state: str, part: str = "") -> None:
        self.folder, self._whose, self._state, self._part = folder, whose, state, part

    def part(self, name: str) -> Kept:
        """Return what is kept of a part of the figures."""
        return Kept(self.folder, self._whose, self._state, f"{self._part}{name} ")

    @cached_property
    def _beginning(self) -> str:
        """What the names of all its files begin with, and those of figures or code of before do not."""
        return f"{self._whose}-{_hash(_made_by(), self._state)}-"

    def _file(self, name: str) -> Path:
        return self.folder / f"{self._beginning}{_hash(self._part, name)}.pickle"

    def has(self, name: str) -> bool:
        """Tell whether something is kept under a name."""
        return self._file(name).exists()

    def get(self, name: str, make: Callable[[], Result]) -> Result:
        """Return what is kept under a name; where nothing is, make it, and keep it where that took long.

        Parameters
        ----------
        name : str
            With everything that the outcome rests on beside the figures.
        make : callable
        """
        file = self._file(name)
        # A file that somebody else put there is not read: to read one is to carry it out. A damaged one can fail in any way.
        with suppress(Exception):
            if _is_ours(file):
                found: Result = pickle.loads(file.read_bytes())
                os.utime(file)
                return found
        started = time.perf_counter()
        made = make()
        if time.perf_counter() - started > _WORTH_SECONDS:
            self.put(name, made)
        return made

    def put(self, name: str, made: object) -> None:
        """Keep something under a name; where that cannot be written, it is made again the next time."""
        with suppress(OSError):
            self._write(self._file(name), made)

    def _write(self, file: Path, made: object) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(file, pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
        file.chmod(0o600)
        self._sweep()

    def _sweep(self) -> None:
        """Remove what can never be asked for again, and of the rest what was asked for longest ago."""
        for other in self.folder.glob(f"{self._whose}-*"):
            if not other.name.startswith(self._beginning):
                other.unlink(missing_ok=True)
        for half_written in self.folder.glob(f".{self._whose}-*"):
            if time.time() - half_written.stat().st_mtime > _LONGEST_WRITE_SECONDS:
                half_written.unlink(missing_ok=True)
        there = sorted(
            ((one.stat(), one) for one in self.folder.glob("*.pickle")), key=lambda pair: -pair[0].st_mtime
        )
        bytes_so_far = 0
        for state, one in there:
            bytes_so_far += state.st_size
            if bytes_so_far > _MOST_BYTES:
                one.unlink(missing_ok=True)


def _hash(*told: str) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:24]


def _is_ours(file: Path) -> bool:
    if not hasattr(os, "getuid"):
        return file.exists()
    states = file.stat(), file.parent.stat()
    others = stat.S_IWGRP | stat.S_IWOTH
    return all(state.st_uid == os.getuid() and not state.st_mode & others for state in states)


def kept_of(store: Store, gemeente: str, level: str) -> Kept:
    """Return what is kept of the figures that a store has of one gemeente."""
    files = [store.folder / name for name in store.content(gemeente).split()]
    states = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.exists()]
    return Kept(store.folder / FOLDER, f"{gemeente}-{level}", repr(states))


def of_figures(
    maxsize: int,
) -> Callable[[Callable[Concatenate[Figures, Rest], Result]], Callable[Concatenate[Figures, Rest], Result]]:
    """Keep what a function makes of `Figures`: in memory as `functools.lru_cache` does, and on disk where it takes long.

    Its other arguments must have a ``repr`` that tells all of them apart, and its outcome must never be changed by a caller.
    """

    def around(
        make: Callable[Concatenate[Figures, Rest], Result],
    ) -> Callable[Concatenate[Figures, Rest], Result]:
        called = signature(make)

        @lru_cache(maxsize)
        def worked_out(known: Figures, question: tuple[tuple[str, Any], ...]) -> Result:
            name = f"{make.__module__}.{make.__qualname__}{question!r}"
            return known.work_out(name, lambda: make(known, **dict(question)))  # type: ignore[call-arg]

        @wraps(make)
        def asked(known: Figures, *more: Rest.args, **named: Rest.kwargs) -> Result:
            # One question, however it is put: by place or by name, and with or without what goes without saying.
            given = called.bind(known, *more, **named)
            given.apply_defaults()
            return worked_out(known, tuple(given.arguments.items())[1:])

        return asked

    return around
