"""Contrast of colours, after the Web Content Accessibility Guidelines (W3C, WCAG 2.2)."""

from __future__ import annotations

from data.colours import contrast, luminance

__all__ = ["contrast", "luminance", "readable_on"]


def readable_on(fill: str, *colours: str) -> str:
    """Return which of some colours stands out most on another."""
    return max(colours, key=lambda colour: contrast(colour, fill))
