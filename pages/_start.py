"""The frame around every page: gate, language, navigation, the bar with the selection."""

from __future__ import annotations

import streamlit as st

from ui import frame

st.set_page_config(page_title="Wijkradar", page_icon=frame.ICON, layout="wide", initial_sidebar_state="auto")
page = st.navigation(
    {
        "Verkennen": [
            st.Page("overzicht.py", title="Overzicht", url_path="overzicht", default=True),
            st.Page("trends.py", title="Trends", url_path="trends"),
            st.Page("prognose.py", title="Prognose", url_path="prognose"),
            st.Page("kaart.py", title="Kaart", url_path="kaart"),
        ],
        "Verantwoorden": [
            st.Page("gegevens.py", title="Gegevens & methode", url_path="gegevens"),
            st.Page("ophalen.py", title="Gegevens ophalen", url_path=frame.FETCHING),
        ],
    }
)
frame.open_frame(page.url_path)
page.run()
frame.close_frame()
