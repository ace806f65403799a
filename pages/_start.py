"""The frame around every page: gate, language, navigation, the bar with the selection."""

from __future__ import annotations

import streamlit as st

from ui import faults, frame, gate

st.set_page_config(page_title="Wijkradar", page_icon=frame.ICON, layout="wide", initial_sidebar_state="auto")
page = st.navigation(
    {
        "Verkennen": [
            st.Page("overzicht.py", title="Overzicht", url_path="overzicht", default=True),
            st.Page("trends.py", title="Trends", url_path="trends"),
            st.Page("prognose.py", title="Prognose", url_path="prognose"),
            st.Page("kaart.py", title="Kaart", url_path="kaart"),
        ],
        "Signaleren": [
            st.Page("zorgen.py", title="Zorgen & signalen", url_path="zorgen"),
            st.Page("niet_gehoord.py", title="Wie horen we niet?", url_path="niet-gehoord"),
            st.Page("outreach.py", title="Outreach", url_path="outreach"),
        ],
        "Rapporteren": [
            st.Page("wijkanalyse.py", title="Wijkanalyse", url_path="wijkanalyse"),
            st.Page("raad.py", title="Raadspresentatie", url_path="raad"),
        ],
        "Verantwoorden": [
            st.Page("gegevens.py", title="Gegevens & methode", url_path="gegevens"),
            st.Page("ophalen.py", title="Gegevens ophalen", url_path=frame.FETCHING),
            st.Page("privacy.py", title="Privacy", url_path="privacy"),
        ],
    },
    position=gate.navigation(),
)
frame.open_frame(page.url_path)
with faults.faults_told():
    page.run()
frame.close_frame()
