"""Outreach: where do we go first, and why?"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from ui.outlook_choice import view_chosen
from ui.parts import doors, page_look
from ui.selection import current

#: Address of a view, its title and the module that shows it, imported once it is asked for; the first is the one that opens.
VIEWS: Final = {
    "lijst": ("Waar eerst?", "ui.outreach"),
    "agenda": ("Agenda", "ui.outreach_agenda"),
}

selection = current()
view = view_chosen({view: title for view, (title, _) in VIEWS.items()})
import_module(VIEWS[view][1]).show(selection, page_look())
doors(selection, "outreach.py")
