"""Prognose: what may we expect, how sure is that, and what will be needed?"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from ui.outlook_choice import view_chosen
from ui.parts import doors
from ui.selection import current

#: Address of a view, its title and the module that shows it.
VIEWS: Final = {
    "verwachting": ("Verwachting", "ui.outlook"),
    "wijken": ("Alle wijken", "ui.outlook_all"),
    "nodig": ("Wat is er nodig?", "ui.needs"),
    "narekenen": ("Narekenen", "ui.in_depth"),
}

selection = current()
view = view_chosen({view: title for view, (title, _) in VIEWS.items()})
import_module(VIEWS[view][1]).show(selection)
doors(selection, "prognose.py")
