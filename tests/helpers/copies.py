"""Copies of a store that every worker reads, and keeps what it works out in."""

from __future__ import annotations

import shutil
from pathlib import Path


def copied(folder: Path, to: Path) -> Path:
    """Copy a store; what another worker is just writing is left where it is.

    Parameters
    ----------
    folder, to : Path
        ``to`` may be there already.
    """
    half_written = shutil.ignore_patterns(".*.pickle.*")
    return Path(shutil.copytree(folder, to, dirs_exist_ok=True, ignore=half_written))
