"""Trends: is it getting better or worse here, and is that more than chance?"""

from __future__ import annotations

import streamlit as st

from ui import trends
from ui.parts import about_indicator, doors, lead, page_look
from ui.selection import current
from ui.trend_choice import controls

#: So many other wijken fit in the large picture.
MOST = 5

selection, look = current(), page_look()

head = st.container()
choice = controls(selection, MOST)
with head:
    lead(
        f"{selection.indicator.title} in {selection.focus_label}",
        trends.opening_sentence(selection, choice),
    )
trends.one_large(selection, choice)
trends.all_wijken(selection, choice, look)
about_indicator(selection.indicator, selection.figures)
trends.how_to_read()
trends.how_it_was_worked_out(selection, choice)
doors(selection, "trends.py")
