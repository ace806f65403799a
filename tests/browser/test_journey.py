"""A policy advisor's first visit, from the overview to a link that a colleague opens."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.room import OpenPage, map_frame, running_app, settle

WIJK = "Componistenkwartier"


def address_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def choose(page: Page, box: str, option: str) -> None:
    field = page.get_by_role("combobox", name=box, exact=True)
    field.focus()
    page.keyboard.type(option)
    expect(page.get_by_role("option", name=option, exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field).to_have_value(option)
    page.wait_for_timeout(300)
    settle(page)


def go_to(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    expect(page.get_by_test_id("stMain").locator("h1").first).to_be_visible()
    page.wait_for_timeout(300)
    settle(page)


def test_a_wijk_that_was_chosen_stays_chosen_on_every_page(open_page: OpenPage) -> None:
    page = open_page("/")
    choose(page, "Wijk", WIJK)
    for title in ("Trends", "Prognose", "Kaart", "Gegevens & methode", "Overzicht"):
        go_to(page, title)
        assert address_of(page)["wijk"] == "WK999907", title
        expect(page.get_by_role("combobox", name="Wijk", exact=True)).to_have_value(WIJK)


def test_a_copied_link_opens_the_same_view_for_someone_else(open_page: OpenPage) -> None:
    page = open_page("/trends")
    choose(page, "Wijk", WIJK)
    choose(page, "Jaar", "2022")
    other = open_page("/trends", dict(address_of(page)))
    assert address_of(other) == address_of(page)
    expect(other.locator("h1").first).to_have_text(page.locator("h1").first.inner_text())


def test_a_click_on_the_map_opens_the_card_and_its_doors_lead_on(open_page: OpenPage) -> None:
    page = open_page("/kaart")
    map_frame(page).locator("path.leaflet-interactive[data-code=WK999907]").click()
    card = page.locator(".st-key-wijkkaart")
    expect(card.get_by_role("heading", name=WIJK)).to_be_visible()
    settle(page)
    card.get_by_role("link", name="Trends").click()
    expect(page.locator("h1").first).to_contain_text(WIJK)
    settle(page)
    assert address_of(page)["wijk"] == "WK999907"


def test_nobody_gets_past_the_gate_with_a_direct_address(open_page: OpenPage, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    (store / "manifest.json").write_text('{"format": 99}')
    with running_app(store) as address:
        # That it holds for every page is promised in tests/pages; here for the address of a page and of none.
        for path in ("/", "/kaart"):
            page = open_page(path, address=address)
            expect(page.get_by_text("nieuwere Wijkradar")).to_be_visible()
            expect(page.get_by_role("combobox")).to_have_count(0)
            expect(page.locator("iframe, [data-testid=stVegaLiteChart]")).to_have_count(0)


def test_pages_work_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/kaart")
    box = page.get_by_role("combobox", name="Wijk", exact=True)
    box.focus()
    page.keyboard.type(WIJK[:6])
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-wijkkaart").get_by_role("heading", name=WIJK)).to_be_visible()
