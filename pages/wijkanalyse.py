"""Wijkanalyse: how is this wijk doing, what do people say of it, and what will we do?"""

from __future__ import annotations

from ui.concern_told import leave_view, tell_written
from ui.parts import doors, lead, page_look
from ui.registering import desk
from ui.selection import current
from ui.story_steps import show
from ui.story_steps_begin import show_overview
from ui.story_steps_saving import draw_anew

TITLE = "Wijkanalyse"

selection = current()
lead(f"{TITLE} {selection.figures.label(selection.wijk)}" if selection.wijk else TITLE)
place = desk(selection)
leave_view(f"wijkanalyse {selection.wijk}")
if selection.wijk:
    show(selection, place, selection.wijk, page_look())
else:
    draw_anew(())
    tell_written("wijkanalyse")
    show_overview(selection, place)
doors(selection, "wijkanalyse.py")
