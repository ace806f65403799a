"""Work in a process of its own, so that who needs it and everything else waits for the longer of the two."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec

from data.errors import UserError

if TYPE_CHECKING:
    from data.store import Store

P = ParamSpec("P")
_THREADS: Final = Path("/proc/self/task")
#: Of pyarrow's allocator, which starts it anew in a copy.
_HARMLESS: Final = "jemalloc_bg_thd"


def begin_beside(work: Callable[P, object], *args: P.args, **named: P.kwargs) -> Callable[[], object] | None:
    """Begin with something in a copy of this process; what is loaded here need not be loaded there.

    Parameters
    ----------
    work : callable
        What it leaves behind must be on disk. Where it fails it leaves nothing, and who needs it does it again and tells why.

    Returns
    -------
    callable or None
        Waits until it is ready. None where there is no other core, or this process has threads: a copy would wait for ever
        for what they hold.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2 or _has_threads():
        return None

    def carried_out() -> None:
        with suppress(UserError):
            work(*args, **named)

    other = multiprocessing.get_context("fork").Process(target=carried_out, daemon=True)
    try:
        other.start()
    except OSError:
        return None
    return other.join


def _has_threads() -> bool:
    names = [(thread / "comm").read_text().strip() for thread in _THREADS.iterdir()]
    return len(names) - names.count(_HARMLESS) > 1


@dataclass(frozen=True)
class StudyBeside:
    """Forecasts in another process.

    Attributes
    ----------
    wait : callable
        Waits until they are kept, for `ui.forecasting.begin`.
    """

    wait: Callable[[], object]
    _opened: Event

    def go(self) -> None:
        """Tell that the figures are opened: what came of that is kept, and read there instead of done twice."""
        self._opened.set()


def study_beside(store: Store, gemeente: str) -> StudyBeside | None:
    """Be ready to work out the forecasts of a gemeente, which keeps them (`ui.kept`), where they are not kept already.

    Parameters
    ----------
    store : Store
    gemeente : str
        Code.

    Returns
    -------
    StudyBeside or None
        None as in `begin_beside`.
    """
    from data.panel import Level
    from ui.figures import figures
    from ui.forecasting import STUDIED, studied
    from ui.kept import kept_of

    if kept_of(store, gemeente, Level.WIJK).has(STUDIED):
        return None
    opened = multiprocessing.Event()

    def study() -> None:
        opened.wait()
        studied(figures(store, gemeente))

    wait = begin_beside(study)
    return StudyBeside(wait, opened) if wait else None
