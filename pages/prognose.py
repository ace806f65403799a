"""Prognose: what may we expect, how sure is that, and what will be needed?"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
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
offered = {view: title for view, (title, module) in VIEWS.items() if find_spec(module)}
import_module(VIEWS[view_chosen(offered)][1]).show(selection)
doors(selection, "prognose.py")
