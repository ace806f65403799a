"""Wijkradar as a server: ``streamlit run app.py``.

The pages are not beside this file but behind ``pages/_start.py``, so that nobody can ask for a page and miss
what stands there: the gate, the language, the navigation.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Before numpy is loaded: small fits run on one core, a second thread only waits for the first.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import streamlit as st

ROOT = Path(__file__).resolve().parent
# Streamlit puts pages/ in front of the path; the packages stand here.
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from ui import server  # noqa: E402

app = st.App(
    ROOT / "pages" / "_start.py",
    lifespan=server.warm_start,
    routes=server.routes(),
    middleware=server.middleware(),
)
