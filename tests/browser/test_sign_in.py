"""Signing in, with a provider on this machine: from a deep link to the provider and back, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.room import Watch, running_app, settle
from tests.browser.test_every_page import barriers
from tests.helpers.copies import copied
from tests.helpers.identity_provider import Person, Provider

PEOPLE = [
    Person("1", "s.bakker@gemeente.example", "Sanne Bakker", ["wijkregie"]),
    Person("2", "t.visser@gemeente.example", "Tom Visser", ["financien"]),
]
DEEP = "/gegevens?gemeente=GM9999&wijk=WK999903&indicator=age_65plus_share&jaar=2020"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider(PEOPLE) as running:
        yield running


@pytest.fixture
def address(
    browser: Browser | BrowserContext, provider: Provider, sample_folder: Path, tmp_path: Path
) -> Iterator[str]:
    """An app of its own where colleagues of two groups may come in."""
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(provider.secrets_for("http://127.0.0.1:{port}"))
    store = copied(sample_folder, tmp_path / "store")
    settings = {
        "STREAMLIT_SECRETS_FILES": str(secrets),
        "WIJKRADAR_SIGN_IN": "oidc",
        "WIJKRADAR_ROLE_CLAIM": "groups",
        "WIJKRADAR_COORDINATORS": "wijkregie",
        "WIJKRADAR_VIEWERS": "raad",
        "WIJKRADAR_CONTACT": "de servicedesk (tel. 14 0000)",
    }
    with running_app(store, **settings) as app:
        provider.redirects.add(f"{app}/oauth2callback")
        yield app


@pytest.fixture
def watch() -> Iterator[Watch]:
    seen = Watch()
    yield seen
    if complaint := seen.report():
        pytest.fail(complaint, pytrace=False)


@pytest.fixture
def visitor(browser: Browser | BrowserContext, watch: Watch) -> Iterator[BrowserContext]:
    """The browser of somebody who was never here, on a phone."""
    running = browser if isinstance(browser, Browser) else browser.browser
    assert running is not None
    context = running.new_context(viewport={"width": 400, "height": 900}, locale="nl-NL")
    context.on("page", watch.on)
    yield context
    context.close()


def sign_in_as(page: Page, name: str) -> None:
    settle(page)
    page.get_by_role("link", name="Aanmelden").click()
    page.get_by_role("link", name=name).click()


def expect_the_gate(page: Page) -> None:
    settle(page)
    expect(page.get_by_role("heading", name="Wijkradar")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    expect(page.get_by_text("Voorbeeldstad")).to_have_count(0)


def test_the_round_from_a_deep_link_to_the_provider_and_back_and_out_again(
    address: str, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    page.goto(address + DEEP)
    expect_the_gate(page)
    assert not barriers(page)

    # Somebody thinks better of it, and is told kindly; the address survives that too.
    sign_in_as(page, "Annuleren")
    expect(page.get_by_text("Het aanmelden is niet gelukt.")).to_be_visible()
    sign_in_as(page, "Sanne Bakker")
    expect(page.get_by_role("heading", name="Gegevens & methode")).to_be_visible(timeout=60_000)
    assert page.url == address + DEEP
    cookies = {cookie["name"]: cookie for cookie in visitor.cookies()}
    assert cookies["_streamlit_user"]["httpOnly"]
    assert "wijkradar_naar" not in cookies

    # A copy of the cookie opens nothing once its owner has signed out.
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_text("Aangemeld als Sanne Bakker, coördinator.")).to_be_visible()
    other = visitor.new_page()
    other.goto(address + "/gegevens")
    settle(other)
    page.get_by_role("button", name="Afmelden").click()
    expect_the_gate(page)
    other.get_by_role("link", name="Gegevens ophalen").first.click()
    expect(other.get_by_text("U bent afgemeld.")).to_be_visible()
    other.close()
    visitor.add_cookies([cookies["_streamlit_user"]])
    page.goto(address + DEEP)
    expect_the_gate(page)

    # Nor does one that we did not sign.
    visitor.add_cookies(
        [{**cookies["_streamlit_user"], "value": cookies["_streamlit_user"]["value"][:-4] + "AAAA"}]
    )
    page.goto(address + DEEP)
    expect_the_gate(page)
    assert visitor.request.get(f"{address}/media/0.csv").status == 401

    # A colleague of another group has an account, and no business here.
    sign_in_as(page, "Tom Visser")
    expect(page.get_by_text("U bent aangemeld als Tom Visser, maar u hebt nog geen toegang")).to_be_visible()
    expect(page.get_by_text("de servicedesk (tel. 14 0000)")).to_be_visible()
    expect_the_gate(page)
