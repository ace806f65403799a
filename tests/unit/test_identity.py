"""From the claims of a provider to a role here, and what stays shut until somebody has one."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.runtime.secrets import AttrDict, secrets_singleton
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from data.errors import SettingsError
from data.settings import Settings, load_settings
from register.roles import LOCAL, Role
from ui import gate, identity, server, sign_in
from ui.claims import Refusal, name_of, role_of, sign_in_key, visitor_of

NOW = 1_800_000_000.0
HERE = "https://wijkradar.example"
SECTION = {
    "redirect_uri": f"{HERE}/oauth2callback",
    "cookie_secret": "x" * 48,
    "client_id": "wijkradar",
    "client_secret": "geheim",
    "server_metadata_url": "https://aanmelden.example/.well-known/openid-configuration",
}
SANNE = {
    "is_logged_in": True,
    "iss": "https://aanmelden.example",
    "sub": "1",
    "nonce": "n",
    "iat": NOW - 60,
    "origin": HERE,
    "name": "Sanne Bakker",
    "preferred_username": "s.bakker@gemeente.example",
    "email": "S.Bakker@gemeente.example",
    "groups": ["wijkregie"],
}


def lists(**entries: tuple[str, ...]) -> Settings:
    return Settings(sign_in="oidc", role_claim="groups", **entries)  # type: ignore[arg-type]


# -- from claims to a role ---------------------------------------------------------------------------


def test_a_group_of_the_provider_gives_the_role_of_the_list_it_stands_in() -> None:
    settings = lists(administrators=("applicatiebeheer",), coordinators=("Wijkregie",), viewers=("raad",))
    assert role_of(SANNE, settings) is Role.COORDINATOR
    assert role_of({**SANNE, "groups": "raad"}, settings) is Role.VIEWER
    assert role_of({**SANNE, "groups": ["raad", "Applicatiebeheer"]}, settings) is Role.ADMINISTRATOR


def test_an_address_in_a_list_counts_only_when_the_provider_has_checked_it() -> None:
    settings = lists(administrators=("s.bakker@gemeente.example",), viewers=("raad",))
    assert role_of(SANNE, settings) is Role.ADMINISTRATOR
    assert role_of({**SANNE, "email_verified": False}, settings) is None


def test_without_a_list_of_viewers_everybody_with_an_account_is_one() -> None:
    assert role_of({**SANNE, "groups": []}, lists(coordinators=("wijkregie",))) is Role.VIEWER
    assert role_of({**SANNE, "groups": []}, lists(viewers=("raad",))) is None


@pytest.mark.parametrize(
    "groups", ["geen wijkregie", "wijkregie,", [], None, {"wijkregie": True}, 3, [["wijkregie"]]]
)
def test_what_only_looks_like_the_group_gives_nothing(groups: object) -> None:
    assert role_of({**SANNE, "groups": groups}, lists(coordinators=("wijkregie",), viewers=("raad",))) is None


def test_roles_may_stand_within_another_claim() -> None:
    settings = Settings(sign_in="oidc", role_claim="realm_access.roles", viewers=("raad",))
    assert role_of({**SANNE, "realm_access": {"roles": ["raad"]}}, settings) is Role.VIEWER
    assert role_of({**SANNE, "realm_access": "raad"}, settings) is None
    # A name with dots in it is a name first.
    address = Settings(sign_in="oidc", role_claim="https://gemeente.example/roles", viewers=("raad",))
    assert role_of({**SANNE, "https://gemeente.example/roles": ["raad"]}, address) is Role.VIEWER


def test_the_history_names_somebody_by_what_does_not_change_and_fits_on_a_line() -> None:
    assert name_of(SANNE) == "s.bakker@gemeente.example"
    assert name_of({"sub": "1", "email": "a@b.example"}) == "a@b.example"
    assert name_of({"sub": "een\ntwee\u202e" + "x" * 200})[:10] == "een twee x"
    assert "\n" not in name_of({"sub": "een\ntwee"})


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"is_logged_in": False}, Refusal.NOBODY),
        ({"is_logged_in": "ja"}, Refusal.NOBODY),
        ({"preferred_username": "", "email": None, "sub": ""}, Refusal.NOBODY),
        ({"iat": NOW - 3601}, Refusal.EXPIRED),
        ({"iat": NOW + 3600}, Refusal.EXPIRED),
        ({"iat": None}, Refusal.EXPIRED),
        ({"groups": ["financien"]}, Refusal.STRANGER),
    ],
)
def test_whoever_is_not_surely_somebody_is_not_let_in(change: dict[str, Any], refusal: Refusal) -> None:
    settings = Settings(sign_in="oidc", role_claim="groups", viewers=("wijkregie",), sign_in_hours=1)
    assert visitor_of(SANNE, settings, NOW).actor is not None
    there = visitor_of({**SANNE, **change}, settings, NOW)
    assert (there.actor, there.refusal) == (None, refusal)


def test_a_sign_in_that_was_ended_counts_no_more_and_a_new_one_does() -> None:
    settings = lists()
    ended = {sign_in_key(SANNE)}
    assert visitor_of(SANNE, settings, NOW, ended).refusal is Refusal.ENDED
    assert visitor_of({**SANNE, "nonce": "m"}, settings, NOW, ended).actor is not None


# -- set up, or by half ------------------------------------------------------------------------------


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What stands in secrets.toml; empty means that there is no such file."""
    content: dict[str, Any] = {}
    monkeypatch.setattr(secrets_singleton, "load_if_toml_exists", lambda: bool(content))
    monkeypatch.setattr(secrets_singleton, "_secrets", content)
    assert st.secrets is secrets_singleton
    assert not isinstance(content, AttrDict)
    yield content
    sign_in._ended.clear()


@pytest.fixture
def on(secrets: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    secrets["auth"] = dict(SECTION)
    monkeypatch.setenv("WIJKRADAR_SIGN_IN", "oidc")
    monkeypatch.setenv("WIJKRADAR_ROLE_CLAIM", "groups")
    monkeypatch.setenv("WIJKRADAR_VIEWERS", "wijkregie")


def test_without_sign_in_there_is_one_local_user_who_may_do_everything(secrets: dict[str, Any]) -> None:
    assert identity.actor() is LOCAL
    assert LOCAL.role is Role.ADMINISTRATOR
    assert not identity.sign_in_is_on()


@pytest.mark.parametrize(
    ("setting", "section", "told"),
    [
        ("uit", SECTION, "half ingesteld.*WIJKRADAR_SIGN_IN staat op uit"),
        ("oidc", None, "ontbreekt onder .auth.: redirect_uri, cookie_secret"),
        ("oidc", {**SECTION, "client_secret": " "}, "ontbreekt onder .auth.: client_secret"),
        ("oidc", {**SECTION, "redirect_uri": HERE}, "oauth2callback erachter"),
        (
            "oidc",
            {**SECTION, "redirect_uri": "http://wijkradar.example/oauth2callback"},
            "redirect_uri met https",
        ),
        ("oidc", {**SECTION, "cookie_secret": "kort"}, "minstens 32"),
        ("oidc", "tekst", "ontbreekt onder"),
    ],
)
def test_half_a_sign_in_lets_nobody_in_and_says_what_is_missing(
    setting: str, section: object, told: str, secrets: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if section is not None:
        secrets["auth"] = section
    monkeypatch.setenv("WIJKRADAR_SIGN_IN", setting)
    with pytest.raises(SettingsError, match=told) as error:
        identity.actor()
    assert "\n" not in str(error.value)
    assert gate.navigation() == "hidden"
    assert Answer("/gezond").status == 503
    assert Answer("/media/figures.csv").status == 503


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"COORDINATORS": "wijkregie"}, "COORDINATORS is ingevuld, maar aanmelden staat uit"),
        ({"ROLE_CLAIM": "groups"}, "ROLE_CLAIM is ingevuld, maar aanmelden staat uit"),
        ({"SIGN_IN": "oidc", "VIEWERS": "a@b.example, raad"}, "VIEWERS staat raad; dat is geen e-mailadres"),
        ({"SIGN_IN": "ja"}, "verwacht uit of oidc"),
        ({"SIGN_IN_HOURS": "1,5"}, "heel aantal uren"),
        ({"SIGN_IN_HOURS": "0"}, "heel aantal uren"),
    ],
)
def test_settings_that_would_count_for_nothing_are_refused(
    settings: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"WIJKRADAR_{name}", value)
    with pytest.raises(SettingsError, match=told):
        load_settings()


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIJKRADAR_SIGN_IN", "oidc")
    monkeypatch.setenv("WIJKRADAR_COORDINATORS", " a@b.example ,c@d.example,, a@b.example")
    assert load_settings().coordinators == ("a@b.example", "c@d.example")


# -- the server's side -------------------------------------------------------------------------------


class Answer:
    """What the server answers, with a stand-in for what Streamlit would do behind it."""

    def __init__(
        self, path: str, query: str = "", behind: Response | Exception | None = None, **cookies: str
    ):
        async def streamlit(_request: Request) -> Response:
            if isinstance(behind, Exception):
                raise behind
            return behind or PlainTextResponse("cijfers")

        app = Starlette(
            routes=[*server.routes(), Route("/{rest:path}", streamlit, methods=["GET", "PUT"])],
            middleware=server.middleware(),
        )
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "method": "GET",
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", b"wijkradar.example"), (b"cookie", jar.encode("latin-1"))],
        }
        self.status, self.headers, self.body = 0, [], b""

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = [(name.decode().lower(), value.decode()) for name, value in message["headers"]]
            else:
                self.body += message.get("body", b"")

        asyncio.run(app(scope, receive, send))

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known == name]

    @property
    def location(self) -> str:
        return self.all("location")[0]


def cookie(secret: str = SECTION["cookie_secret"], **claims: Any) -> str:
    content = json.dumps({**SANNE, "iat": time.time(), **claims})
    return create_signed_value(secret, "_streamlit_user", content).decode()


@pytest.mark.usefixtures("on")
def test_a_download_needs_a_cookie_that_we_signed_of_somebody_with_a_role() -> None:
    assert Answer("/media/a.csv").status == 401
    assert Answer("/_stcore/upload_file/a/b").status == 401
    assert Answer("/media/a.csv", _streamlit_user=cookie("y" * 48)).status == 401
    assert Answer("/media/a.csv", _streamlit_user=cookie(groups=["financien"])).status == 401
    assert Answer("/media/a.csv", _streamlit_user=cookie(origin="https://elders.example")).status == 401
    assert Answer("/media/a.csv", _streamlit_user=cookie(iat=time.time() - 11 * 3600)).status == 401
    assert Answer("/media/a.csv", _streamlit_user="onzin.é").status == 401
    allowed = Answer("/media/a.csv", _streamlit_user=cookie())
    assert (allowed.status, allowed.body) == (200, b"cijfers")


@pytest.mark.usefixtures("on")
def test_a_cookie_opens_nothing_any_more_once_its_owner_signed_out() -> None:
    mine = cookie()
    Answer("/auth/logout", _streamlit_user=mine)
    assert Answer("/media/a.csv", _streamlit_user=mine).status == 401
    assert Answer("/media/a.csv", _streamlit_user=cookie(nonce="later")).status == 200


@pytest.mark.usefixtures("secrets")
def test_without_sign_in_a_download_is_open_and_our_address_leads_home() -> None:
    assert Answer("/media/a.csv").status == 200
    assert Answer("/aanmelden", "naar=kaart").location == "/"


@pytest.mark.usefixtures("on")
def test_the_page_somebody_asked_for_survives_the_round() -> None:
    begun = Answer("/aanmelden", f"naar={quote('kaart?wijk=WK1&jaar=2020', safe='')}")
    assert begun.location.startswith("/auth/login?provider=")
    (kept,) = begun.all("set-cookie")
    assert "HttpOnly" in kept
    assert kept.endswith("; Secure")
    value = kept.split(";")[0].split("=", 1)[1]

    signed = RedirectResponse("/", 302)
    signed.set_cookie("_streamlit_user", cookie(), httponly=True)
    back = Answer("/oauth2callback", "code=a&state=b", signed, wijkradar_naar=value)
    assert back.location == "/kaart?wijk=WK1&jaar=2020"
    assert all("; Secure" in one for one in back.all("set-cookie"))
    assert any(one.startswith('wijkradar_naar=""') for one in back.all("set-cookie"))


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(
    "wanted",
    ["//elders.example", "https://elders.example", "\\\\elders.example", "kaart\r\nX: y", "../x", "a/b"],
)
def test_nobody_is_led_to_another_site_after_signing_in(wanted: str) -> None:
    kept = Answer("/aanmelden", f"naar={quote(wanted, safe='')}").all("set-cookie")[0]
    assert "elders" not in kept
    signed = RedirectResponse("/", 302)
    signed.set_cookie("_streamlit_user", cookie())
    back = Answer("/oauth2callback", "code=a&state=b", signed, wijkradar_naar=quote(wanted, safe=""))
    assert back.location == "/"


@pytest.mark.usefixtures("on")
def test_what_goes_wrong_at_the_provider_leads_back_with_a_kind_sentence() -> None:
    wanted = quote("kaart?wijk=WK1", safe="")
    down = Answer("/auth/login", "provider=x", Response("Authentication error", 400), wijkradar_naar=wanted)
    assert down.location == "/kaart?wijk=WK1&aanmelden=onbereikbaar"
    broken = Answer("/auth/login", "provider=x", RuntimeError("geheim"), wijkradar_naar=wanted)
    assert broken.location == down.location
    refused = Answer("/oauth2callback", "error=access_denied&state=b", RedirectResponse("/", 302))
    assert refused.location == "/?aanmelden=mislukt"
    # Whoever comes back from signing out is not told that it failed.
    assert Answer("/oauth2callback", "", RedirectResponse("/", 302)).location == "/"


@pytest.mark.usefixtures("on")
def test_the_log_tells_who_came_in_and_who_did_not_and_holds_no_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    good, stranger = cookie(), cookie(groups=[])
    for value in (good, stranger):
        signed = RedirectResponse("/", 302)
        signed.set_cookie("_streamlit_user", value)
        Answer("/oauth2callback", "code=geheime-code&state=b", signed)
    Answer("/oauth2callback", "error=x%0Ageheim&state=b", RedirectResponse("/", 302))
    Answer("/auth/logout", _streamlit_user=good)
    told = [json.loads(record.message) for record in caplog.records if record.name == "wijkradar.aanmelden"]
    assert [line["aanmelden"] for line in told] == ["binnengelaten", "geweigerd", "mislukt", "afgemeld"]
    assert told[0]["naam"] == "s.bakker@gemeente.example"
    assert told[0]["rol"] == "lezer"
    assert told[1]["reden"] == "geen rol in Wijkradar"
    assert "geheim" not in caplog.text
    assert good not in caplog.text


# -- said on the screen ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listens", "open_to_others"), [("127.0.0.1", False), ("0.0.0.0", True), (None, True)]
)
def test_a_server_that_others_can_reach_without_sign_in_says_so_louder(
    listens: str | None, open_to_others: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate.config, "get_option", lambda _name: listens)
    assert gate.others_can_reach_it() is open_to_others
    assert ("vanaf andere computers" in gate._off_sentence(open_to_others)) is open_to_others


def test_the_example_of_the_secrets_has_every_line_that_is_asked_for() -> None:
    example = (Path(__file__).parents[2] / ".streamlit" / "secrets.toml.example").read_text()
    assert all(f"\n{name} = " in example for name in sign_in.REQUIRED)
