"""Kaart: where do figures gather, and is that more than chance?"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from ui import country
from ui.outlook_choice import view_chosen
from ui.parts import doors, page_look
from ui.selection import current

#: Address of a view, its title and the module that shows it, imported once it is asked for; the first is the one that opens.
VIEWS: Final = {
    "aandacht": ("Aandachtskaart", "ui.map_attention"),
    "onderwerp": ("Eén onderwerp", "ui.map_subject"),
    "hotspots": ("Hotspots", "ui.map_hotspots"),
    "score": ("Aandachtsscore", "ui.map_score"),
    "land": ("Heel Nederland", "ui.map_land"),
}

selection = current()
of_country = bool(country.years(selection.store))
view = view_chosen({view: title for view, (title, _) in VIEWS.items() if view != "land" or of_country})
import_module(VIEWS[view][1]).show(selection, page_look())
doors(selection, "kaart.py")
