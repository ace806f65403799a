"""Looks for what may point at a person in very many texts at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from register.privacy import Find, finds, without

#: Between two texts: a sign that no rule can match, so that no find runs from one text into the next.
_BETWEEN: Final = "\n\ue000\n"
#: Characters looked through in one go; many small goes and one huge one both take longer.
_AT_ONCE: Final = 40_000


def scan(texts: Iterable[str]) -> dict[str, tuple[Find, ...]]:
    """Return what `register.privacy.finds` finds in each text; only texts with a find are there.

    Parameters
    ----------
    texts : iterable of str
        The same text may be there more often.
    """
    found: dict[str, tuple[Find, ...]] = {}
    some: list[str] = []
    size = 0
    for text in dict.fromkeys(texts):
        some.append(text)
        size += len(text)
        if size > _AT_ONCE:
            found |= _scanned(some)
            some, size = [], 0
    return found | _scanned(some)


def _scanned(texts: list[str]) -> dict[str, tuple[Find, ...]]:
    if not texts:
        return {}
    starts = np.cumsum([0] + [len(text) + len(_BETWEEN) for text in texts[:-1]])
    together: dict[str, list[Find]] = {}
    for find in finds(_BETWEEN.join(texts)):
        place = int(np.searchsorted(starts, find.start, side="right")) - 1
        start = int(starts[place])
        together.setdefault(texts[place], []).append(
            replace(find, start=find.start - start, end=find.end - start)
        )
    return {text: tuple(some) for text, some in together.items()}


def cleaned(texts: Iterable[str], found: Mapping[str, tuple[Find, ...]]) -> list[str]:
    """Return texts with their finds taken out."""
    return [without(text, *found[text]) if text in found else text for text in texts]
