"""A temporary folder that is cleared away also where the process that made it was killed and could not do so itself."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_PREFIX: Final = "wijkradar-zip-"
#: The system lets go of it when its process ends, however that ends.
_LOCK: Final = ".bezet"
#: A folder that is younger may be waiting for its lock.
_YOUNG_SECONDS: Final = 60


class TemporaryFolder:
    """A folder that is locked as long as its process lives; making one clears what dead processes left.

    Attributes
    ----------
    path : Path
    """

    def __init__(self) -> None:
        clear_left_behind()
        # Where a file in it is open, Windows takes no folder away.
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        # Let go by another thread than took it: pages run in threads.
        self._lock = FileLock(self.path / _LOCK, thread_local=False)
        self._lock.acquire()

    def cleanup(self) -> None:
        """Take the folder away."""
        self._lock.release()
        self._folder.cleanup()


def clear_left_behind() -> None:
    """Take away folders of processes that are gone: those of this user that nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = folder / _LOCK
        with suppress(OSError, Timeout):
            if (
                folder.is_symlink()
                or not _is_ours(folder)
                or time.time() - lock.stat().st_mtime < _YOUNG_SECONDS
            ):
                continue
            with FileLock(lock, timeout=0):
                pass
            shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
