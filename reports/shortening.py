"""Shorter ways to say a summary, for a page that has no room for all of it; what is left out is always told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from reports.model import Summary

#: How much of a summary may stay, tried from the left: of the longest text that one page holds.
SHARES: Final = (1.0, 0.75, 0.55, 0.4, 0.3, 0.2, 0.12)
#: Characters that the conclusion, what is asked and a list may have at a share of one.
_MESSAGE, _ASK, _LIST = 1_600, 1_600, 900
_LEAST: Final = 60
_END_OF_SENTENCE: Final = re.compile(r"[.!?…]['’”)]*(?=\s)")
#: A cut at the end of a sentence keeps at least this share of what there is room for.
_WORTH: Final = 0.25
_MORE: Final = "{} (En nog {}, in de wijkanalyse zelf.)"


def begun(text: str, longest: int) -> str:
    """Return a text, or its first sentences with where the rest stands.

    Parameters
    ----------
    text : str
    longest : int
        Characters, without the remark.
    """
    if len(text) <= longest:
        return text
    room = text[: longest + 1]
    end = max((found.end() for found in _END_OF_SENTENCE.finditer(room)), default=0)
    if end >= _WORTH * longest:
        return f"{text[:end]} (Verder in de wijkanalyse.)"
    return f"{room[:longest].rsplit(None, 1)[0].rstrip(',;:.')} … (verder in de wijkanalyse)"


def shorter(summary: Summary, share: float) -> Summary:
    """Return a summary that says less.

    Parameters
    ----------
    summary : Summary
    share : float
        Of the most that is kept; see `SHARES`.
    """
    return replace(
        summary,
        message=begun(_on_few_lines(summary.message), round(_MESSAGE * share)),
        ask=_first(summary.ask, round(_ASK * share)),
        points=tuple(
            replace(points, items=_first(points.items, round(_LIST * share))) for points in summary.points
        ),
    )


def _first(items: Sequence[str], most: int) -> tuple[str, ...]:
    """Return the first items, each begun, that together have so many characters; the last says how many more there are."""
    each = max(_LEAST, most // max(1, min(len(items), 3)))
    told = [begun(_on_few_lines(item), each) for item in items]
    # A line takes room however short it is.
    sizes = [max(len(item), _LEAST) for item in told]
    kept = next((n for n in range(len(told), 1, -1) if sum(sizes[:n]) <= max(most, sizes[0])), 1)
    left = len(told) - kept
    if left > 0:
        told[kept - 1] = _MORE.format(told[kept - 1], left)
    return tuple(told[:kept])


def _on_few_lines(text: str) -> str:
    """Return a text without its own ends of lines: a page with little room has none for them."""
    return " ".join(text.split())
