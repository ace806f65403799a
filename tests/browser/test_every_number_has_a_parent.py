"""One click from a figure leads to where it comes from: the right wijk, the right figure, the right year."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.room import OpenPage, settle

WIJK, NAME = "WK999907", "Componistenkwartier"
CHOSEN = {"wijk": WIJK, "indicator": "benefit_bijstand_share", "jaar": "2022"}
LINK = '[data-testid="stPageLink-NavLink"][href*="deel=bron"]'


def fields(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def follow(page: Page, link: Locator) -> dict[str, str]:
    """Click a link to the parent of a figure; returns what it promised."""
    promised = fields(str(link.get_attribute("href")))
    link.scroll_into_view_if_needed()
    link.click()
    expect(page.locator("h1").first).to_have_text("Gegevens & methode", timeout=60_000)
    settle(page)
    return promised


def expect_parent(page: Page, promised: dict[str, str]) -> None:
    arrived = fields(page.url)
    for name in ("gemeente", "wijk", "indicator", "jaar"):
        assert arrived[name] == promised[name], name
    section = page.get_by_role("heading", name="Waar komt dit cijfer vandaan?")
    expect(section).to_be_in_viewport()
    expect(page.get_by_text(f"{promised['jaar']} (gekozen)").first).to_be_attached()


@pytest.mark.parametrize(("path", "width"), [("/trends", 1280), ("/kaart", 400)])
def test_a_click_under_a_picture_leads_to_the_parent_of_the_chosen_figure_as_does_its_address(
    open_page: OpenPage, path: str, width: int
) -> None:
    page = open_page(path, dict(CHOSEN), width=width)
    link = page.locator(f"{LINK}:visible").first
    if path == "/trends":
        address = str(link.get_attribute("href"))
        expect_parent(open_page(f"/{address}"), fields(address))  # beside the page, by its address
    promised = follow(page, link)
    assert promised.items() >= {"gemeente": "GM9999", "wijk": WIJK}.items()
    expect_parent(page, promised)
    expect(page.get_by_role("combobox", name="Wijk", exact=True)).to_have_value(NAME)


def test_a_tile_and_a_sentence_of_the_overview_lead_to_their_own_figure(open_page: OpenPage) -> None:
    page = open_page("/", dict(CHOSEN))
    tile = page.get_by_role("link", name="Waar komt dit vandaan?", exact=True).first
    promised = follow(page, tile)
    assert (promised["wijk"], promised["indicator"]) == ("alle", "population")
    expect_parent(page, promised)

    page = open_page("/", dict(CHOSEN))
    sentence = page.get_by_role("link", name="Bron", exact=True).first
    promised = follow(page, sentence)
    assert promised["wijk"].startswith("WK")
    expect_parent(page, promised)


def test_on_the_page_itself_the_link_jumps_to_the_section(open_page: OpenPage) -> None:
    page = open_page("/gegevens", dict(CHOSEN))
    link = page.locator('a[href="#bron"]:visible').last
    link.scroll_into_view_if_needed()
    section = page.get_by_role("heading", name="Waar komt dit cijfer vandaan?")
    expect(section).not_to_be_in_viewport()
    link.click()
    expect(section).to_be_in_viewport()
