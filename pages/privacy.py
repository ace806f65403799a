"""Privacy: what is written down about residents and what is not, for the privacy officer."""

from __future__ import annotations

from ui import privacy
from ui.parts import doors
from ui.selection import current

selection = current()
privacy.show(selection)
doors(selection, "privacy.py")
