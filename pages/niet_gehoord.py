"""Wie horen we niet?: whose voice is missing, how sure is that, and which channel does reach them?"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from ui.concern_told import leave_view
from ui.outlook_choice import view_chosen
from ui.parts import doors, page_look
from ui.selection import current

#: Address of a view, its title and the module that shows it, imported once it is asked for; the first is the one that opens.
VIEWS: Final = {
    "wijken": ("Welke wijken?", "ui.hearing_wijken"),
    "kanalen": ("Welk kanaal?", "ui.hearing_channels"),
    "groepen": ("Welke groepen?", "ui.hearing_groups"),
    "deelnemers": ("Wie deed mee?", "ui.hearing_entry"),
}

selection = current()
view = view_chosen({view: title for view, (title, _) in VIEWS.items()})
leave_view(view)
import_module(VIEWS[view][1]).show(selection, page_look())
doors(selection, "niet_gehoord.py")
