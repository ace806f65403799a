"""The server around the pages: addresses of our own, headers on every answer, a warm start.

Streamlit answers what is not named here. Everything is served by ourselves: a page needs no other host.
"""

from __future__ import annotations

import base64
import gc
import gzip
import hashlib
import importlib
import logging
import re
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from data import VERSION
from data.borders import to_geojson
from data.errors import UserError
from data.panel import Level
from data.settings import load_settings
from data.store import Store
from data.temporary import clear_left_behind
from ui import sign_in
from ui.map_outline import outline
from ui.sign_in import Application, Message, Receive, Scope, Send

ROOT: Final = Path(__file__).resolve().parent.parent
STATIC: Final = ROOT / "static"
TITLE: Final = "Wijkradar"

#: Imported before the server answers: what the first page needs.
WARM: Final = ("pandas", "duckdb", "altair", "geopandas")
#: Imported a moment later, out of the first visitor's way: what Prognose and Kaart need. Not
#: streamlit_folium: its component must be declared by a page.
WARM_LATER: Final = ("scipy.stats", "statsmodels.tsa.exponential_smoothing.ets", "folium", "mapclassify")
_LATER_SECONDS: Final = 6.0

#: A gemeente, or the whole country.
_GEMEENTE = re.compile(r"GM\d{4}|NL00")
_YEAR = re.compile(r"(19|20)\d{2}")
_LANGUAGE_SCRIPT: Final = "document.documentElement.lang='nl'"
_log = logging.getLogger(__name__)
_LEVELS: Final = (Level.GEMEENTE.value, Level.WIJK.value, Level.BUURT.value)


# -- start -------------------------------------------------------------------------------------------


@asynccontextmanager
async def warm_start(_app: object) -> AsyncIterator[None]:
    """Import what is heavy and put it out of reach of the garbage collector; at the end leave no drafts in a temporary folder.

    Streamlit collects garbage after every run of a page; what is frozen is skipped (155 ms becomes 2 ms).
    """
    sign_in.log_to_stderr()
    _tell_at_start()
    clear_left_behind()
    _load(WARM)
    later = threading.Timer(_LATER_SECONDS, _load, [WARM_LATER])
    later.daemon = True
    later.start()
    try:
        yield
    finally:
        later.cancel()
        # What was never opened has left nothing behind.
        if made := sys.modules.get("ui.story_all"):
            made.end_all()


def _tell_at_start() -> None:
    """Say in the log what every page will say too: that nobody gets in, and why."""
    try:
        sign_in.check(load_settings())
    except UserError as error:
        _log.error("%s", error)


def _load(names: Sequence[str]) -> None:
    for name in names:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


# -- addresses ---------------------------------------------------------------------------------------


class _Files(StaticFiles):
    """Static files that a browser keeps for a day; their addresses carry a version where it matters."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response


def health(_request: Request) -> Response:
    """Tell whether the store can be read: 200 with its generation, or 503 with the reason in Dutch.

    Open to everybody, like the borders: a watchman has no account.
    """
    answer = {"status": "goed", "version": VERSION}
    try:
        settings = load_settings()
        sign_in.check(settings)
        answer["generation"] = Store(settings.store).generation
    except UserError as error:
        answer |= {"status": "storing", "reason": str(error)}
        return JSONResponse(answer, status_code=503, headers={"Cache-Control": "no-store"})
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


@lru_cache(maxsize=128)
def _borders(
    folder: Path, _generation: str, gemeente: str, level: str, year: int
) -> tuple[bytes, str] | None:
    store = Store(folder)
    content = store.borders(gemeente, level, year)
    if content is None and level == Level.GEMEENTE:
        edge = outline(store, gemeente, year)
        content = None if edge is None else to_geojson(edge)
    if content is None:
        return None
    return gzip.compress(content, 6), f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def borders(request: Request) -> Response:
    """Give the borders of one gemeente, level and year as GeoJSON; 404 when there are none.

    Borders are public (CBS and Kadaster), so this address does not ask who is there.
    """
    parts = request.path_params
    gemeente, level, year = parts["gemeente"], parts["level"], parts["year"]
    if not (_GEMEENTE.fullmatch(gemeente) and level in _LEVELS and _YEAR.fullmatch(year)):
        return Response(status_code=404)
    try:
        store = Store(load_settings().store)
        found = _borders(store.folder, store.generation, gemeente, level, int(year))
    except UserError as error:
        return JSONResponse({"reason": str(error)}, status_code=503)
    if found is None:
        return Response(status_code=404)
    packed, tag = found
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300", "Vary": "Accept-Encoding"}
    if tag in [
        known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")
    ]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            packed, headers=headers | {"Content-Encoding": "gzip"}, media_type="application/geo+json"
        )
    return Response(gzip.decompress(packed), headers=headers, media_type="application/geo+json")


def first_page(request: Request) -> Response:
    """Lead to the first page by its name; Streamlit knows it only as ``/`` and says that the name does not exist."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(request.url.path.removesuffix("overzicht") + query)


def routes() -> list[BaseRoute]:
    """Return the addresses of our own, under the base path that Streamlit is served from."""
    base = sign_in.base_path()
    return [
        Route(f"{base}/gezond", health),
        Route(f"{base}/overzicht", first_page),
        Route(f"{base}/{sign_in.START}", sign_in.start),
        Route(f"{base}/grenzen/{{gemeente}}/{{level}}/{{year}}.geojson", borders),
        Mount(f"{base}/kaartdelen", _Files(directory=STATIC / "kaartdelen")),
        # Streamlit's own static serving looks beside the script, in pages/; this address is ours instead.
        Mount(f"{base}/app/static/lettertypen", _Files(directory=STATIC / "lettertypen")),
        Mount(f"{base}/app/static/invoer", _Files(directory=STATIC / "invoer")),
        Mount(f"{base}/app/static/raad", _Files(directory=STATIC / "raad")),
    ]


# -- headers -----------------------------------------------------------------------------------------


def _allowed(script: str) -> str:
    """Return what a content policy calls this very script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _policy(scripts: str, images: str = "") -> str:
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {scripts}".strip(),
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob: {images}".strip(),
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


@lru_cache(maxsize=1)
def page_policy() -> str:
    """Return the content policy of a page: only scripts that are served or named here, no other host."""
    index = Path(st.__file__).parent / "static" / "index.html"
    scripts = re.findall(r"<script>(.*?)</script>", index.read_text("utf-8"), re.DOTALL)
    return _policy(" ".join(_allowed(script) for script in [*scripts, _LANGUAGE_SCRIPT]))


def frame_policy() -> str:
    """Return the content policy of the frame around a map.

    streamlit-folium puts the map's script inside its frame and runs changes with eval. Only the frame, whose texts we put
    in as JSON, is allowed to. Images may also come from the one host of the background, where there is one.
    """
    try:
        background = load_settings().background
    except UserError:
        background = ""
    return _frame_policy(background)


@lru_cache(maxsize=4)
def _frame_policy(background: str) -> str:
    parts = urlsplit(background)
    return _policy("'unsafe-inline' 'unsafe-eval'", f"{parts.scheme}://{parts.netloc}" if background else "")


_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Put the content policy and its relatives on every answer; websockets and streams go through untouched."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = frame_policy() if "/component/" in scope["path"] else page_policy()

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers.update(_HEADERS)
            await send(message)

        await self.app(scope, receive, with_headers)


class DutchPage:
    """Make Streamlit's page a Dutch one before it reaches the browser.

    Streamlit writes ``<html lang="en">`` and has no setting for it. Changing it here rather than with a script
    needs no hole in the content policy, and a screen reader has the right voice from the first word.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if not _asks_for_page(scope):
            await self.app(scope, receive, send)
            return
        # An answer that is compressed cannot be rewritten; the page is 7 KB.
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def rewritten(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                if not _is_page(message):
                    await send(message)
                return
            if message["type"] != "http.response.body" or not _is_page(start):
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            content = dutch(body.decode("utf-8")).encode()
            headers = MutableHeaders(scope=start)
            headers["Content-Length"] = str(len(content))
            # These are of the page before it was changed.
            for name in ("ETag", "Last-Modified"):
                del headers[name]
            await send(start)
            await send({"type": "http.response.body", "body": content})

        await self.app({**scope, "headers": plain}, receive, rewritten)


def _asks_for_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or "/component/" in scope["path"]:
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(start: Message) -> bool:
    kind = MutableHeaders(scope=start).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")


def dutch(page: str) -> str:
    """Put language, title and the words for a browser without JavaScript in Dutch."""
    page = page.replace('<html lang="en">', '<html lang="nl">', 1)
    page = page.replace("<title>Streamlit</title>", f"<title>{TITLE}</title>", 1)
    words = f"<noscript><p>Zet JavaScript aan om {TITLE} te gebruiken.</p></noscript>"
    return re.sub(r"<noscript>.*?</noscript>", words, page, count=1, flags=re.DOTALL)


def set_language() -> None:
    """Say in the page itself that it is Dutch, for pages that run without this server around them."""
    st.html(f"<script>{_LANGUAGE_SCRIPT}</script>", unsafe_allow_javascript=True)


def middleware() -> list[Middleware]:
    """Return what every answer goes through, outermost first."""
    return [Middleware(SecurityHeaders), Middleware(DutchPage), Middleware(sign_in.SignIn)]
