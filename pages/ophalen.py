"""Gegevens ophalen: how do I get my gemeente in, and up to date?"""

from __future__ import annotations

import streamlit as st

from ui import bridges, fetch_screen, fetching, uploads
from ui.parts import doors, lead
from ui.selection import current

selection = current()
store = selection.store
lead("Gegevens ophalen", *fetch_screen.state_of_the_store(store))

fetch_screen.tell_not_started()
job = fetching.finished_here(store)
if fetching.running_job(store):
    fetching.show_progress(store)
else:
    if job:
        fetch_screen.closing_words(selection, job)
    st.header("Een gemeente ophalen", anchor=False)
    if not fetch_screen.busy_elsewhere(store):
        fetch_screen.choose_and_fetch(selection)
fetch_screen.what_happened(selection, job)

st.header("Bestanden inlezen", anchor=False)
uploads.read_files(selection)

st.header("Cijfers omrekenen naar nieuwe grenzen", anchor=False)
bridges.convert(selection)
fetch_screen.undo(store)
doors(selection, "ophalen.py")
