"""Contrast of colours, after the Web Content Accessibility Guidelines (W3C, WCAG 2.2)."""

from __future__ import annotations

import re
from typing import Final

#: Of ordinary text on its paper (WCAG 2.2, 1.4.3).
READABLE: Final = 4.5
WHITE: Final = "#FFFFFF"
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


def is_colour(text: str) -> bool:
    """Tell whether a text is ``#RRGGBB``."""
    return _COLOUR.fullmatch(text) is not None


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB``, 0 to 1."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def darkened(colour: str, least: float = READABLE) -> str:
    """Return the colour itself, or the lightest darker shade of it with enough contrast on white."""
    for share in range(100, 0, -1):
        channels = [int(colour[place : place + 2], 16) * share // 100 for place in (1, 3, 5)]
        shade = "#{:02X}{:02X}{:02X}".format(*channels)
        if contrast(shade, WHITE) >= least:
            return shade
    return "#000000"
