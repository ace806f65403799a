"""How something that takes a while tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

#: Called with the step's number, the number of steps and a short Dutch description.
Progress = Callable[[int, int, str], None]


def silent(_step: int, _steps: int, _what: str) -> None:
    """Tell nothing."""
