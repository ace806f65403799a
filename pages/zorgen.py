"""Zorgen & signalen: what do residents tell us?"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import streamlit as st

from register.errors import RegisterError
from register.roles import Action
from ui.concern_lead import TITLE, forget_address, open_page, teach, tell
from ui.concern_told import leave_view
from ui.outlook_choice import view_chosen
from ui.parts import doors, lead, page_look
from ui.registering import desk
from ui.selection import current

#: Address of a view, its title, the module that shows it and what one must be allowed to do; the first is the one that opens.
VIEWS: Final = {
    "invoer": ("Vastleggen", "ui.concern_entry", Action.WRITE_CONCERNS),
    "lijst": ("Lijst", "ui.concern_list", Action.SEE_CONCERNS),
    "beeld": ("Beeld", "ui.concern_picture", Action.SEE_COUNTS),
    "inlezen": ("Inlezen", "ui.concern_import", Action.IMPORT),
    "instellen": ("Instellen", "ui.concern_settings", Action.SET_UP),
}
#: The view that opens with what residents tell, in public form; the list says it of the concerns that it holds.
ANSWERED: Final = "beeld"

selection = current()
try:
    place = desk(selection)
except RegisterError:
    lead(TITLE)
    raise
allowed = {view: title for view, (title, _, action) in VIEWS.items() if place.actor.may(action)}
asked = st.query_params.get("deel", "")
view = view_chosen(allowed)
has_concerns = open_page(place)
if asked in VIEWS and asked not in allowed:
    st.info(f"‘{VIEWS[asked][0]}’ hoort niet bij uw rol. U ziet hier de aantallen.")
leave_view(view)
forget_address(view)
if not has_concerns:
    teach(selection, allowed)
elif view == ANSWERED:
    tell(selection)
import_module(VIEWS[view][1]).show(selection, page_look())
doors(selection, "zorgen.py")
