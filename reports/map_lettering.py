"""Letters on a map: how wide a text is, where its lines end, and how a name can be laid out."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from reports import pictures
from reports.map_ground import Layout

#: Letters of the names on the map, in points: where they fit the first, else the second.
NAMES: Final = (7.0, 5.8)
NAME_LEADING: Final = 1.12
#: "Wijk 07 " before a name says nothing on a map.
_NUMBERED: Final = re.compile(r"^(?:Wijk|Buurt) \d+ (?=\S)")
#: In a name a line may end after these.
_BREAKS: Final = re.compile(r"(?<=[\s/-])")
#: Between words; a space that keeps a number and its unit together is none of these.
_SPACES: Final = re.compile(r"[ \t\r\n]+")
#: What XML does not allow in a text, in any form.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
#: Where a line or paragraph ends; a text with one inside cannot be measured.
_ENDS: Final = re.compile("[\n\r\x1c-\x1e\x85\u2028\u2029]")


def plain(text: str) -> str:
    """Return a text without what no drawing can hold."""
    return _CONTROL.sub("", text)


@lru_cache(maxsize=8)
def _font(weight: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(pictures.FONTS / f"public-sans-{weight}.ttf"), 100)


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Return how wide a text is, in points."""
    return _width(text, weight) * size / 100


@lru_cache(maxsize=16_384)
def _width(text: str, weight: int) -> float:
    # The words of a report return over and over, and measuring takes longer than anything else about them.
    return float(_font(weight).getlength(_ENDS.sub(" ", text)))


def wrapped(text: str, size: float, most: float, weight: int = 400) -> list[str]:
    """Return the lines of a text that fit in ``most`` points; a word that is too long on its own is cut."""
    lines: list[str] = []
    line = ""
    longest = max(1, int(most / (0.62 * size)))
    words = [
        part
        for word in _SPACES.split(plain(text).strip())
        for part in textwrap.wrap(word, longest * 2) or [word]
    ]
    for word in words:
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size, weight) > most:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def evened(text: str, size: float, most: float, weight: int) -> list[str]:
    """Wrap a text so that its lines are about equally long, on no more lines than it needs."""
    lines = wrapped(text, size, most, weight)
    narrow, wide = most / max(len(lines), 1), most
    while wide - narrow > size:
        middle = (narrow + wide) / 2
        fits = len(wrapped(text, size, middle, weight)) == len(lines)
        narrow, wide = (narrow, middle) if fits else (middle, wide)
    return wrapped(text, size, wide, weight)


def layouts(name: str, sizes: Sequence[float] = NAMES) -> Iterator[Layout]:
    """Lay a name out on one, two or three lines, with a little air around it, in large and then in small letters."""
    parts = [part for part in _BREAKS.split(_NUMBERED.sub("", plain(name))) if part.strip()]
    for size in sizes:
        for rows in range(1, min(len(parts), 3) + 1):
            lines = _balanced(parts, rows)
            widest = max(text_width(line, size, 600) for line in lines)
            yield tuple(lines), size, widest + 2, rows * size * NAME_LEADING + 1


def _balanced(parts: Sequence[str], rows: int) -> list[str]:
    """Divide a name over rows that differ as little as can be in length."""
    if rows == 1:
        return ["".join(parts).strip()]
    options = [
        ["".join(parts[:cut]).strip(), *_balanced(parts[cut:], rows - 1)]
        for cut in range(1, len(parts) - rows + 2)
    ]
    return min(options, key=lambda lines: max(map(len, lines)))
