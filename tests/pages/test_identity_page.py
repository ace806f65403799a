"""What somebody sees who is not let in, who may look, and who may write."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from data.settings import ROOT

SECTION = {
    "redirect_uri": "https://wijkradar.example/oauth2callback",
    "cookie_secret": "x" * 48,
    "client_id": "wijkradar",
    "client_secret": "geheim",
    "server_metadata_url": "https://aanmelden.example/.well-known/openid-configuration",
}


@pytest.fixture(autouse=True)
def sign_in_on(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIJKRADAR_STORE", str(sample_folder))
    monkeypatch.setenv("WIJKRADAR_DATABASE_URL", f"sqlite:///{tmp_path / 'register.sqlite'}")
    monkeypatch.setenv("WIJKRADAR_SIGN_IN", "oidc")
    monkeypatch.setenv("WIJKRADAR_COORDINATORS", "s.bakker@gemeente.example")
    monkeypatch.setattr(secrets_singleton, "load_if_toml_exists", lambda: True)
    monkeypatch.setattr(secrets_singleton, "_secrets", {"auth": SECTION})


def opened(page: str, email: str = "", **address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "_start.py"), default_timeout=60)
    app.user = claims(email)
    for name, value in address.items():
        app.query_params[name] = value
    return app.switch_page(f"{page}.py").run()


def claims(email: str) -> dict[str, Any]:
    if not email:
        return {"is_logged_in": False}
    return {"is_logged_in": True, "sub": email, "email": email, "name": email[:8], "iat": time.time()}


def words(app: AppTest) -> str:
    return " ".join(str(element.value) for element in (*app.title, *app.markdown, *app.caption, *app.warning))


def buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def test_nobody_sees_anything_before_signing_in_and_the_button_leads_back_to_the_very_page() -> None:
    app = opened("kaart", wijk="WK999903", jaar="2020")
    assert not app.exception
    assert not app.selectbox
    assert "Voorbeeldstad" not in words(app)
    assert "Meld u aan om verder te gaan." in words(app)
    (link,) = [html for element in app.get("html") if "Aanmelden" in (html := str(element.proto.body))]
    (address,) = re.findall(r'href="([^"]*)"', link)
    wanted = "kaart%3Fwijk%3DWK999903%26jaar%3D2020"
    assert address == f"https://wijkradar.example/aanmelden?naar={wanted}"


def test_half_a_sign_in_shows_one_sentence_and_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets_singleton, "_secrets", {"auth": {**SECTION, "client_id": ""}})
    app = opened("kaart", "s.bakker@gemeente.example")
    assert [error.value for error in app.error] == [
        "Aanmelden is half ingesteld: WIJKRADAR_SIGN_IN staat op oidc, maar in .streamlit/secrets.toml ontbreekt onder "
        "[auth]: client_id. Vul dat aan en start opnieuw."
    ]
    assert not app.selectbox


def test_who_may_only_look_sees_the_figures_and_finds_the_writing_closed_with_a_kind_word() -> None:
    app = opened("ophalen", "r.mol@gemeente.example")
    assert not app.exception
    assert "Aangemeld als **r.mol@ge**, lezer." in words(app)
    told = "Een gemeente ophalen mag alleen een coördinator of een beheerder. Uw rol is lezer;"
    assert told in words(app)
    assert buttons(app) == {"Afmelden"}
    assert not app.get("file_uploader")


def test_a_coordinator_may_fetch_until_the_role_is_taken_away_and_that_counts_at_the_next_click(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened("ophalen", "s.bakker@gemeente.example")
    assert "Aangemeld als **s.bakker**, coördinator." in words(app)
    assert app.get("file_uploader")
    app.selectbox("ophalen-gemeente").select("GM0917").run()
    monkeypatch.setenv("WIJKRADAR_COORDINATORS", "iemand@gemeente.example")
    app.button("ophalen").click().run()
    assert "Als lezer mag u dit niet (cijfers ophalen en inlezen)" in words(app)
    assert "Ophalen" not in buttons(app)


def _writing() -> None:
    """A page of its own: everything that a page could try behind the screen."""
    import streamlit as st

    from data.errors import UserError
    from data.settings import load_settings
    from data.store import Store
    from register.concerns import Concerns
    from register.database import open_register
    from ui import fetching, identity

    def attempt(what: str, work) -> None:  # type: ignore[no-untyped-def]
        try:
            work()
            st.markdown(f"{what}: gelukt")
        except UserError as error:
            st.markdown(f"{what}: {type(error).__name__}")

    settings = load_settings()
    if "concerns" not in st.session_state:
        st.session_state["concerns"] = Concerns(open_register(settings), "GM9999", identity.actor())
    concerns = st.session_state["concerns"]
    said = {"theme": "afval", "heard": "2025-01-01", "channel": "gesprek", "wijk": "WK999901"}
    attempt("vastleggen", lambda: concerns.add({**said, "borders_year": 2025}))
    attempt("lezen", concerns.frame)
    attempt("aantallen", concerns.heard)
    attempt("ophalen", lambda: fetching.start(Store(settings.store), "GM0917", accept=(1,), years=()))


def test_a_page_that_forgets_to_ask_is_refused_by_the_register_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("data.fetching.fetch", lambda *_, **__: None)
    app = AppTest.from_function(_writing, default_timeout=60)
    app.user = claims("r.mol@gemeente.example")
    told = [element.value for element in app.run().markdown]
    assert told == ["vastleggen: NotAllowed", "lezen: NotAllowed", "aantallen: gelukt", "ophalen: NotAllowed"]

    app = AppTest.from_function(_writing, default_timeout=60)
    app.user = claims("s.bakker@gemeente.example")
    told = [element.value for element in app.run().markdown]
    assert told == [f"{what}: gelukt" for what in ("vastleggen", "lezen", "aantallen", "ophalen")]
    # What the page kept from before knows no more than it did, and still counts no longer.
    monkeypatch.setenv("WIJKRADAR_COORDINATORS", "iemand@gemeente.example")
    assert [element.value for element in app.run().markdown][:2] == [
        "vastleggen: NotAllowed",
        "lezen: NotAllowed",
    ]
    app.user = claims("")
    assert "vastleggen: NotAllowed" in [element.value for element in app.run().markdown]
