"""A small line beside a figure: where it came from, without a scale."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ui import charts
from ui.figures import Figures, series
from ui.theme import Look


@lru_cache(maxsize=512)
def sparkline(known: Figures, indicator: str, region: str, look: Look) -> dict[str, Any]:
    """Return the specification of a small line; the same for every visitor, so drawn once."""
    frame = series(known, indicator, [region], own=region)
    return charts.sparkline(frame, known.catalogue[indicator], look).to_dict(validate=False)
