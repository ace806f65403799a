"""The server's side of signing in: whether it is set up, the way to the provider and back, and what stays shut without it.

Streamlit talks with the provider (``/auth/login``, ``/oauth2callback``, ``/auth/logout``) and signs the cookie. What it
leaves to us stands here: the address somebody asked for survives the round, what goes wrong is told in Dutch, and the
addresses with figures on them that no page stands in front of ask for the cookie too.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from streamlit import config
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from data.errors import SettingsError, UserError
from data.settings import LOOPBACK, SIGN_IN_OFF, Settings, load_settings
from ui import claims as told_by_provider
from ui.claims import Claims, Visitor, sign_in_key

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Our address that leads to the provider.
START: Final = "aanmelden"
#: Field of that address: the page and its query that somebody asked for.
WANTED: Final = "naar"
#: Field that the sign-in page gets when it did not work, and what it may say.
OUTCOME: Final = "aanmelden"
FAILED, UNREACHABLE = "mislukt", "onbereikbaar"
#: The part of secrets.toml, and what Streamlit wants in it.
SECTION: Final = "auth"
REQUIRED: Final = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
SHORTEST_SECRET: Final = 32

_CALLBACK: Final = "/oauth2callback"
_WANTED_COOKIE: Final = "wijkradar_naar"
_WANTED_SECONDS: Final = 900
_LARGEST_COOKIE: Final = 3_500
#: A page is a name without a slash, so that an address can only ever be one of ours.
_PAGE = re.compile(r"[a-z0-9-]{0,40}(\?[^\s\\\x00-\x1f\x7f]{0,2000})?")
#: What carries figures or files without a page before it: what is downloaded, and what is sent.
_SHUT: Final = ("/media/", "/_stcore/upload_file", "/_stcore/agent/")
_CODE = re.compile(r"[a-z_]{1,40}")

_log = logging.getLogger("wijkradar.aanmelden")


# -- set up or not -----------------------------------------------------------------------------------


def is_on(settings: Settings) -> bool:
    """Tell whether the settings ask for sign-in."""
    return settings.sign_in != SIGN_IN_OFF


def check(settings: Settings) -> None:
    """Refuse half a sign-in: nothing may be open because somebody forgot one of two places.

    Raises
    ------
    SettingsError
        With one Dutch sentence that says what to do.
    """
    there = _section()
    if not is_on(settings):
        if there is not None:
            raise SettingsError(
                f"Aanmelden is half ingesteld: in secrets.toml staat een deel [{SECTION}], maar WIJKRADAR_SIGN_IN staat op "
                "uit. Zet WIJKRADAR_SIGN_IN op oidc, of haal dat deel weg, en start opnieuw."
            )
        return
    missing = [name for name in REQUIRED if not str((there or {}).get(name, "")).strip()]
    if missing:
        raise SettingsError(
            "Aanmelden is half ingesteld: WIJKRADAR_SIGN_IN staat op oidc, maar in .streamlit/secrets.toml ontbreekt onder "
            f"[{SECTION}]: {', '.join(missing)}. Vul dat aan en start opnieuw."
        )
    assert there is not None
    if wrong := _wrong_in(there):
        raise SettingsError(f"Aanmelden is niet goed ingesteld: in .streamlit/secrets.toml {wrong}")


def _section() -> Mapping[str, Any] | None:
    if not st.secrets.load_if_toml_exists() or SECTION not in st.secrets:
        return None
    there = st.secrets[SECTION]
    return there if isinstance(there, Mapping) else {}


def _wrong_in(there: Mapping[str, Any]) -> str:
    if not str(there["redirect_uri"]).endswith(_CALLBACK):
        return f"moet redirect_uri het adres van Wijkradar zijn met {_CALLBACK} erachter."
    for name in ("redirect_uri", "server_metadata_url"):
        # A port that is filled in later is no port yet.
        parts = urlsplit(str(there[name]).replace("{port}", "1"))
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            return f"moet {name} met https beginnen."
    if len(str(there["cookie_secret"])) < SHORTEST_SECRET:
        return f"moet cookie_secret minstens {SHORTEST_SECRET} willekeurige tekens hebben."
    return ""


# -- who is there ------------------------------------------------------------------------------------

_ended: dict[str, float] = {}
_ended_lock = threading.Lock()


def visitor_of(claims: Claims) -> Visitor:
    """Return who is there by these claims, or the local user where sign-in is off.

    Raises
    ------
    SettingsError
        If sign-in is set up by half; then nobody may be let in.
    """
    settings = load_settings()
    check(settings)
    if not is_on(settings):
        return told_by_provider.AT_THIS_MACHINE
    return told_by_provider.visitor_of(claims, settings, time.time(), _ended)


def claims_in(cookies: Mapping[str, str]) -> Claims:
    """Return what the signed cookie of a request says; empty without one, or with one that we did not sign."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1", "replace")) if value else None

    content = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    try:
        claims = json.loads(content) if content else {}
    except ValueError:
        return {}
    return (
        claims if isinstance(claims, dict) and claims.get("origin") == get_origin_from_redirect_uri() else {}
    )


def has_cookie(cookies: Mapping[str, str]) -> bool:
    """Tell whether a request brings a cookie of a sign-in, a good one or not."""
    return bool(cookies.get(USER_COOKIE_NAME))


def end(claims: Claims) -> None:
    """Let a sign-in count no more, in every tab and for whoever copied its cookie."""
    try:
        longest = load_settings().sign_in_hours * 3600
    except UserError:
        longest = 0
    now = time.time()
    with _ended_lock:
        _ended[sign_in_key(claims)] = now
        # What is older than a sign-in lasts is refused anyway.
        for key in [key for key, at in _ended.items() if longest and now - at > longest + 3600]:
            del _ended[key]


# -- the audit log -----------------------------------------------------------------------------------


def log_to_stderr() -> None:
    """Write what happens at the door on lines of their own, whatever else the server logs."""
    if _log.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False


def note(what: str, **details: str) -> None:
    """Log one line of JSON: the moment (UTC), what happened, and of whom. Never a token or a cookie."""
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    _log.info(json.dumps({"moment": moment, "aanmelden": what, **details}, ensure_ascii=False))


def note_visitor(visitor: Visitor) -> None:
    """Log who came in, or who was refused and why."""
    if visitor.actor:
        note("binnengelaten", naam=visitor.actor.name, rol=visitor.actor.role.value)
    else:
        note("geweigerd", naam=visitor.called, reden=str(visitor.refusal))


# -- addresses ---------------------------------------------------------------------------------------


def base_path() -> str:
    """Return the path that Wijkradar is served under, without a slash behind it; empty for the root."""
    return ("/" + str(config.get_option("server.baseUrlPath") or "").strip("/")).rstrip("/")


def origin() -> str:
    """Return scheme and host where Wijkradar is to be found, by what the provider knows."""
    return get_origin_from_redirect_uri() or ""


def start_address(wanted: str) -> str:
    """Return the address of the button on the sign-in page, on the host that the provider leads back to."""
    return f"{origin()}{base_path()}/{START}?{WANTED}={quote(wanted, safe='')}"


def start(request: Request) -> Response:
    """Remember which page somebody asked for, and lead to the provider."""
    home = f"{base_path()}/"
    try:
        settings = load_settings()
        check(settings)
    except UserError as error:
        return JSONResponse({"reason": str(error)}, status_code=503)
    if not is_on(settings):
        return RedirectResponse(home, status_code=303)
    answer = RedirectResponse(generate_login_redirect_url("default"), status_code=303)
    answer.headers["Cache-Control"] = "no-store"
    wanted = request.query_params.get(WANTED, "")
    kept = quote(wanted if _PAGE.fullmatch(wanted) else "", safe="")
    answer.set_cookie(
        _WANTED_COOKIE,
        kept if len(kept) <= _LARGEST_COOKIE else "",
        max_age=_WANTED_SECONDS,
        path=home,
        httponly=True,
        samesite="lax",
    )
    return answer


def _wanted(cookies: Mapping[str, str]) -> str:
    wanted = unquote(cookies.get(_WANTED_COOKIE, ""))
    return wanted if _PAGE.fullmatch(wanted) else ""


def _landing(cookies: Mapping[str, str], outcome: str = "") -> str:
    """Return the address that somebody asked for; with what went wrong behind it."""
    wanted = _wanted(cookies)
    joint = "&" if "?" in wanted else "?"
    return f"{base_path()}/{wanted}" + (f"{joint}{OUTCOME}={outcome}" if outcome else "")


# -- between the browser and Streamlit ---------------------------------------------------------------


class SignIn:
    """Keep shut what only somebody with a role may have, and mind the way to the provider and back."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(base_path())
        try:
            settings = load_settings()
            check(settings)
        except UserError as error:
            shut = path.startswith(_SHUT) or path in ("/auth/login", _CALLBACK)
            refusal = JSONResponse({"reason": str(error)}, status_code=503)
            await (refusal if shut else self.app)(scope, receive, send)
            return
        if is_on(settings):
            await self._guarded(path, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _guarded(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        send = _only_over_https(send)
        cookies = Request(scope).cookies
        if path.startswith(_SHUT):
            visitor = visitor_of(claims_in(cookies))
            if visitor.actor is None:
                note("bestand geweigerd", naam=visitor.called, reden=str(visitor.refusal))
                await Response("Meld u eerst aan.", status_code=401)(scope, receive, send)
                return
        elif path == "/auth/login":
            await self._to_provider(scope, receive, send, cookies)
            return
        elif path == _CALLBACK:
            await self._from_provider(scope, receive, send, cookies)
            return
        elif path == "/auth/logout" and (claims := claims_in(cookies)):
            end(claims)
            note("afgemeld", naam=told_by_provider.name_of(claims))
        await self.app(scope, receive, send)

    async def _to_provider(
        self, scope: Scope, receive: Receive, send: Send, cookies: Mapping[str, str]
    ) -> None:
        answer = await _answer(self.app, scope, receive)
        if answer is None or answer.status_code >= 400:
            note("mislukt", reden="de aanmelddienst antwoordt niet")
            answer = RedirectResponse(_landing(cookies, UNREACHABLE), status_code=303)
        await answer(scope, receive, send)

    async def _from_provider(
        self, scope: Scope, receive: Receive, send: Send, cookies: Mapping[str, str]
    ) -> None:
        answer = await _answer(self.app, scope, receive)
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        claims = claims_in(_cookies_set(answer)) if answer else {}
        if claims:
            note_visitor(visitor_of(claims))
            to = _landing(cookies)
        elif "code" in asked or "error" in asked:
            code = asked.get("error", [""])[0]
            note("mislukt", reden=code if _CODE.fullmatch(code) else "de aanmelding klopte niet")
            to = _landing(cookies, FAILED)
        else:
            # Whoever signed out comes back here as well.
            to = f"{base_path()}/"
        if answer is None or not answer.headers.get("location"):
            answer = RedirectResponse(to, status_code=302)
        answer.headers["Location"] = to
        answer.delete_cookie(_WANTED_COOKIE, path=f"{base_path()}/")
        await answer(scope, receive, send)


async def _answer(app: Application, scope: Scope, receive: Receive) -> Response | None:
    """Return the answer of Streamlit as a whole; None where it broke."""
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    try:
        await app(scope, receive, keep)
    except Exception:
        # Without the text of the error: a provider may have put anything in it.
        logging.getLogger(__name__).warning("signing in failed at %s", scope["path"])
        return None
    if not start:
        return None
    answer = Response(bytes(body), status_code=start["status"])
    answer.raw_headers = list(start["headers"])
    return answer


def _cookies_set(answer: Response) -> dict[str, str]:
    """Return the cookies that an answer leaves in the browser."""
    jar: SimpleCookie = SimpleCookie()
    for name, value in answer.raw_headers:
        if name.lower() == b"set-cookie":
            jar.load(value.decode("latin-1"))
    return {name: morsel.value for name, morsel in jar.items() if morsel["max-age"] != "0"}


def _only_over_https(send: Send) -> Send:
    """Have the browser keep our cookies off plain http, where Wijkradar itself is on https."""
    if not origin().startswith("https:"):
        return send

    def safe(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        return [
            (
                name,
                value + b"; Secure"
                if name.lower() == b"set-cookie" and b"; secure" not in value.lower()
                else value,
            )
            for name, value in headers
        ]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = safe(message["headers"])
        await send(message)

    return sending
