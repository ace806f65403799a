"""The map of the whole country in Chromium, with a stock folium map of the same wijken beside it in the same run.

    python -m benchmarks.map FIGURES BORDERS [--reruns N]

FIGURES is a table of CBS of the whole country, BORDERS a map file with its wijken; both are imported into a store of
their own first. Measured for each of the two, on a server that is warm and in a browser that has nothing in its cache:
first paint (from asking for the page until every wijk is drawn), a rerun (from choosing another figure until every wijk
has its new colour and the page stands still) and what comes over the websocket per rerun.

The stock map is `folium.Map` with `folium.GeoJson` on the same simplified borders. It would ask a CDN for its scripts; here
it gets our own copy of Leaflet, and none of the others, which it does not need for this: no other host is asked.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, WebSocket, sync_playwright

from benchmarks.pages import open_when_up, server, wait_until_still
from data.catalogue import catalogue
from data.importing import import_paths
from data.regions import NEDERLAND
from data.settings import ROOT
from data.store import Store
from reports.country import country_figures, tables

LEAFLET = ROOT / "static" / "kaartdelen" / "leaflet" / "leaflet.js"
INDICATORS = ("age_65plus_share", "hh_single_share", "age_0_15_share", "density")
STOCK = """
import json
from pathlib import Path

import branca.colormap
import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

st.set_page_config(layout="wide")
st.title("Stock")
chosen = st.selectbox("Onderwerp", {titles!r})


@st.cache_resource
def loaded():
    return json.loads(Path({borders!r}).read_text()), pd.read_parquet({figures!r})


borders, figures = loaded()
values = figures[figures["indicator"] == {ids!r}[chosen]].set_index("region")["value"].dropna()
bounds = list(values.quantile([0.2, 0.4, 0.6, 0.8]))
colours = ["#DCEBF2", "#A6CCDD", "#63A3C0", "#2A7598", "#0A4560"]


def style(feature):
    value = values.get(feature["properties"]["code"])
    fill = "#8A97A0" if value is None else colours[sum(value > bound for bound in bounds)]
    return {{"fillColor": fill, "fillOpacity": 1, "color": "#52626E", "weight": 0.5}}


folium.Map.default_js = [("leaflet", "../../app/static/leaflet.js")]
folium.Map.default_css = []
chart = folium.Map(location=(52.2, 5.3), zoom_start=7, tiles=None)
folium.GeoJson(borders, style_function=style).add_to(chart)
st_folium(chart, height=720, use_container_width=True, returned_objects=[], key="kaart")
"""
#: Colours of some wijken, to see that another figure is drawn; and how many are drawn at all.
DRAWN = """() => {
  const paths = document.querySelectorAll('path.leaflet-interactive');
  return [paths.length, [...paths].filter((_, place) => place % 7 === 0).map(path => path.getAttribute('fill')).join()];
}"""


class Socket:
    """What came over the websocket."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._count)

    def _count(self, payload: str | bytes) -> None:
        self.received += len(payload)


def map_frame(page: Page) -> Frame | None:
    return next((frame for frame in page.frames if "st_folium" in frame.url), None)


def wait_for_map(page: Page, least: int, former: str = "") -> str:
    """Wait until at least so many wijken are drawn, in other colours than before; return the colours."""
    while True:
        if frame := map_frame(page):
            with contextlib.suppress(Exception):
                count, colours = frame.evaluate(DRAWN)
                if count >= least and colours != former:
                    return str(colours)
        page.wait_for_timeout(10)


def choose(page: Page, title: str) -> None:
    box = page.get_by_role("combobox", name="Onderwerp")
    box.focus()
    page.keyboard.type(title)
    page.locator('[role="option"]').first.wait_for()
    page.keyboard.press("Enter")


def measure(
    browser: Browser, address: str, titles: list[str], least: int, count: int
) -> dict[str, list[float]]:
    """Return first paint and reruns in seconds, and megabytes per rerun."""
    found: dict[str, list[float]] = {"first paint, s": [], "rerun, s": [], "websocket per rerun, MB": []}
    for visit in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        socket = Socket(page)
        started = time.perf_counter()
        page.goto(address, wait_until="commit")
        colours = wait_for_map(page, least)
        found["first paint, s"].append(time.perf_counter() - started)
        wait_until_still(page)
        if visit == 2:
            for number in range(count):
                page.wait_for_timeout(700)
                before = socket.received
                choose(page, titles[(number + 1) % len(titles)])
                started = time.perf_counter()
                colours = wait_for_map(page, least, colours)
                found["rerun, s"].append(time.perf_counter() - started)
                wait_until_still(page)
                page.wait_for_timeout(300)
                found["websocket per rerun, MB"].append((socket.received - before) / 1e6)
        context.close()
    return found


def told(values: list[float]) -> str:
    return f"p50 {statistics.median(values):6.3f}   worst {max(values):6.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figures", type=Path)
    parser.add_argument("borders", type=Path)
    parser.add_argument("--reruns", type=int, default=12)
    arguments = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    known = catalogue()
    os.environ |= {"WIJKRADAR_BACKGROUND": "uit", "STREAMLIT_SERVER_ENABLE_STATIC_SERVING": "true"}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch) / "store")
        import_paths([arguments.figures, arguments.borders], store, known)
        year = max(tables(store))
        borders_year = max(store.country_borders("wijk"))
        started = time.perf_counter()
        figures = country_figures(store, known, year)
        print(f"protecting {year} the first time: {time.perf_counter() - started:.1f} s")
        content = store.borders(NEDERLAND, "wijk", borders_year)
        assert content is not None
        stock = Path(scratch) / "stock.py"
        static = Path(scratch) / "static"
        static.mkdir()
        shutil.copy(LEAFLET, static / "leaflet.js")
        geometry, table = Path(scratch) / "borders.geojson", Path(scratch) / "figures.parquet"
        geometry.write_bytes(content)
        figures.to_parquet(table)
        titles = [known[indicator].title for indicator in INDICATORS]
        stock.write_text(
            STOCK.format(
                titles=titles,
                borders=str(geometry),
                figures=str(table),
                ids=dict(zip(titles, INDICATORS, strict=True)),
            )
        )
        least = len(store.border_frame(NEDERLAND, "wijk", borders_year)) - 5
        print(f"{least + 5} wijken, {len(content) / 1e6:.1f} MB of borders")
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        gemeente = next(iter(store.gemeenten()))
        here = f"/kaart?deel=land&gemeente={gemeente}&indicator={INDICATORS[0]}&jaar={year}"
        for name, script, path in (("Wijkradar", ROOT / "app.py", here), ("stock folium", stock, "/")):
            with server(script, store.folder) as (_, address):
                page = browser.new_page()
                started = time.perf_counter()
                open_when_up(page, address + path)
                wait_for_map(page, least)
                print(f"{name}: first visitor of a new server {time.perf_counter() - started:.1f} s")
                page.close()
                for what, values in measure(browser, address + path, titles, least, arguments.reruns).items():
                    print(f"{name}: {what:<26} {told(values)}")


if __name__ == "__main__":
    main()
