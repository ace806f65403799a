"""Raadspresentatie: what does the council need to decide? The slides of a wijkanalyse, full screen, with the figures of now."""

from __future__ import annotations

from ui import council
from ui.parts import doors
from ui.selection import current

selection = current()
council.show(selection)
doors(selection, council.PAGE)
