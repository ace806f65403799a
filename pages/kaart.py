"""Kaart: where do figures gather, and is that more than chance?"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from ui import country
from ui.outlook_choice import view_chosen
from ui.parts import doors, page_look
from ui.selection import current

#: Address of a view and its title; the first is the one that opens.
VIEWS: Final = {
    "aandacht": "Aandachtskaart",
    "onderwerp": "Eén onderwerp",
    "hotspots": "Hotspots",
    "score": "Aandachtsscore",
    "land": "Heel Nederland",
}
#: Imported once its view is asked for, so that the first view does not wait for the others.
MODULES: Final = {
    "aandacht": "ui.map_attention",
    "onderwerp": "ui.map_subject",
    "hotspots": "ui.map_hotspots",
    "score": "ui.map_score",
    "land": "ui.map_land",
}

selection = current()
of_country = bool(country.years(selection.store))
view = view_chosen({view: title for view, title in VIEWS.items() if view != "land" or of_country})
import_module(MODULES[view]).show(selection, page_look())
doors(selection, "kaart.py")
