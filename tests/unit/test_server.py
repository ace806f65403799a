"""The server: addresses of our own, headers on every answer, and one look in code and settings."""

from __future__ import annotations

import asyncio
import gzip
import json
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket

from data import VERSION
from data.borders import Borders
from data.manifest import MANIFEST
from data.store import Store
from ui import server
from ui.theme import DARK, FONT, LIGHT, Look

ROOT = Path(__file__).parents[2]
PAGE = '<html lang="en"><title>Streamlit</title><noscript>Turn on <b>JavaScript</b></noscript><p>é</p></html>'


class Answer:
    def __init__(self, messages: list[Message]) -> None:
        start = next(m for m in messages if m["type"] == "http.response.start")
        self.status: int = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        self.body = b"".join(m.get("body", b"") for m in messages)


def ask(path: str, **headers: str) -> Answer:
    """Ask the application, as a browser would, without a network."""

    async def page(_request: object) -> PlainTextResponse:
        return PlainTextResponse(PAGE, media_type="text/html", headers={"ETag": '"streamlit"'})

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    app = Starlette(
        routes=[*server.routes(), WebSocketRoute("/stream", socket), Route("/{rest:path}", page)],
        middleware=server.middleware(),
    )
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return Answer(sent)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path))
    return Store(tmp_path)


def put_borders(store: Store, name: str = "Wijk 00") -> None:
    frame = gpd.GeoDataFrame(
        {"region": ["WK990100"], "name": [name], "gemeente": ["GM9901"], "water": [False]},
        geometry=[shapely.box(5, 52, 5.1, 52.1)],
        crs=4326,
    )
    with store.writing() as writer:
        writer.put_borders(Borders("wijk", 2022, frame), "test")


def test_the_health_address_says_which_version_and_which_figures_are_served(store: Store) -> None:
    put_borders(store)
    answer = ask("/gezond")
    assert answer.status == 200
    assert json.loads(answer.body) == {
        "status": "goed",
        "version": VERSION,
        "generation": Store(store.folder).generation,
    }


def test_the_health_address_says_in_dutch_why_the_store_cannot_be_read(store: Store) -> None:
    (store.folder / MANIFEST).write_text("{")
    answer = ask("/gezond")
    assert answer.status == 503
    assert "beschadigd" in json.loads(answer.body)["reason"]


def test_the_first_page_is_found_by_its_name_too(store: Store) -> None:
    answer = ask("/overzicht")
    assert (answer.status, answer.headers["location"]) == (307, "/")


def test_borders_are_sent_packed_and_not_again_when_the_browser_has_them(store: Store) -> None:
    put_borders(store)
    address = "/grenzen/GM9901/wijk/2022.geojson"
    packed = ask(address, accept_encoding="gzip, br")
    plain = ask(address)
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    feature = json.loads(plain.body)["features"][0]
    assert feature["properties"] == {"code": "WK990100", "name": "Wijk 00", "water": False}
    again = ask(address, if_none_match=packed.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_the_edge_of_a_gemeente_is_served_also_where_only_its_wijken_were_imported(store: Store) -> None:
    put_borders(store)
    answer = ask("/grenzen/GM9901/gemeente/2022.geojson")
    (feature,) = json.loads(answer.body)["features"]
    assert feature["properties"]["code"] == "GM9901"
    assert shapely.geometry.shape(feature["geometry"]).area == pytest.approx(0.01)


def test_new_borders_are_served_after_an_import(store: Store) -> None:
    put_borders(store, "oud")
    address = "/grenzen/GM9901/wijk/2022.geojson"
    before = ask(address)
    put_borders(store, "nieuw")
    after = ask(address, if_none_match=before.headers["etag"])
    assert after.status == 200
    assert "nieuw" in after.body.decode()


@pytest.mark.parametrize(
    "address",
    [
        "GM9901/wijk/2021.geojson",
        "GM9902/wijk/2022.geojson",
        "GM990/wijk/2022.geojson",
        "GM9901/straat/2022.geojson",
        "GM9901/wijk/20222.geojson",
        "../../wijkradar.env",
        "GM9901/..%2f..%2fmanifest/2022.geojson",
    ],
)
def test_there_are_no_other_borders(store: Store, address: str) -> None:
    put_borders(store)
    answer = ask(f"/grenzen/{address}")
    assert answer.status == 404 or answer.body.decode() == PAGE


@pytest.mark.parametrize(
    "path", ["/", "/kaart", "/gezond", "/grenzen/GM0000/wijk/2022.geojson", "/kaartdelen/x"]
)
def test_every_answer_carries_the_security_headers(store: Store, path: str) -> None:
    headers = ask(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]


def test_a_page_runs_no_script_that_was_put_in_it_and_only_the_frame_of_the_map_does(store: Store) -> None:
    def scripts(path: str) -> str:
        return ask(path).headers["content-security-policy"].split("script-src")[1].split(";")[0]

    assert "unsafe" not in scripts("/kaart")
    assert "'unsafe-inline' 'unsafe-eval'" in scripts("/component/streamlit_folium.st_folium/index.html")


def test_only_the_frame_of_the_map_may_show_the_background_and_only_from_its_own_host(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def images(path: str) -> list[str]:
        return ask(path).headers["content-security-policy"].split("img-src")[1].split(";")[0].split()

    frame = "/component/streamlit_folium.st_folium/index.html"
    monkeypatch.setenv("WIJKRADAR_BACKGROUND", "https://kaarten.example/v2/{z}/{x}/{y}.png")
    assert images(frame) == ["'self'", "data:", "blob:", "https://kaarten.example"]
    assert images("/kaart") == ["'self'", "data:", "blob:"]
    assert "https:" not in ask(frame).headers["content-security-policy"].split("img-src")[0]
    monkeypatch.setenv("WIJKRADAR_BACKGROUND", "uit")
    assert images(frame) == ["'self'", "data:", "blob:"]


def test_a_page_is_dutch_before_any_script_runs(store: Store) -> None:
    answer = ask("/kaart", accept="text/html", accept_encoding="gzip")
    page = answer.body.decode()
    assert '<html lang="nl">' in page
    assert "<title>Wijkradar</title>" in page
    assert "Zet JavaScript aan" in page
    assert "<p>é</p>" in page
    assert answer.headers["content-length"] == str(len(answer.body))
    assert "etag" not in answer.headers


def test_what_is_not_a_page_is_left_as_it_is(store: Store) -> None:
    assert ask("/kaart", accept="*/*").body.decode() == PAGE
    assert ask("/component/x/index.html", accept="text/html").body.decode() == PAGE


@pytest.mark.parametrize(
    ("path", "starts"),
    [
        ("/kaartdelen/leaflet/leaflet.js", b"/* @preserve\n * Leaflet 1.9.4"),
        ("/kaartdelen/leaflet/LICENSE", b"BSD 2-Clause"),
        ("/app/static/lettertypen/public-sans-latin-400-normal.woff2", b"wOF2"),
        ("/app/static/lettertypen/LICENSE", b"Copyright 2015 The Public Sans"),
    ],
)
def test_map_parts_and_fonts_are_served_by_ourselves_with_their_licence(path: str, starts: bytes) -> None:
    answer = ask(path)
    assert answer.status == 200
    assert answer.body.startswith(starts)


# -- settings of Streamlit ---------------------------------------------------------------------------

SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_streamlit_has_the_colours_of_the_look(look: Look) -> None:
    theme = SETTINGS["theme"][look.name]
    assert theme["backgroundColor"] == look.paper
    assert theme["secondaryBackgroundColor"] == look.raised
    assert theme["textColor"] == look.ink
    assert theme["primaryColor"] == theme["linkColor"] == look.accent
    assert (theme["blueColor"], theme["blueTextColor"]) == (look.accent, look.ink)
    assert theme["blueBackgroundColor"] == look.raised
    assert theme["borderColor"] == theme["dataframeBorderColor"] == look.hairline
    assert theme["chartCategoricalColors"] == list(look.series)
    assert theme["sidebar"]["backgroundColor"] == look.raised


def test_the_fonts_in_the_settings_are_there() -> None:
    assert SETTINGS["theme"]["font"].replace("'", "") == FONT
    for face in SETTINGS["theme"]["fontFaces"]:
        assert face["family"] == "Public Sans"
        assert (ROOT / face["url"].removeprefix("app/")).is_file()


def test_streamlit_tells_nobody_what_happens_here() -> None:
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["server"]["enableCORS"] is True
    assert SETTINGS["server"]["enableXsrfProtection"] is True
    # A map of the whole country fits, and not much more.
    assert 220 <= SETTINGS["server"]["maxUploadSize"] <= 300
