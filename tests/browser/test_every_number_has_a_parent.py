"""One click from a figure leads to where it comes from: the right wijk, the right figure, the right year."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.room import OpenPage, settle

WIJK, NAME = "WK999907", "Componistenkwartier"
CHOSEN = {"wijk": WIJK, "indicator": "benefit_bijstand_share", "jaar": "2022"}
SECTION = "Waar komt dit cijfer vandaan?"
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
    section = page.get_by_role("heading", name=SECTION)
    expect(section).to_be_in_viewport()
    expect(page.get_by_text(f"{promised['jaar']} (gekozen)").first).to_be_attached()


def place_of(section: Locator) -> float:
    """How far down the screen a heading stands, as a part of its height."""
    return float(section.evaluate("heading => heading.getBoundingClientRect().top / innerHeight"))


def grow(page: Page) -> None:
    """Let something come in above everything else, as high as a screen, and the page follow."""
    page.evaluate(
        """() => new Promise(resolve => {
            const late = document.createElement('div');
            late.style.height = `${innerHeight}px`;
            document.querySelector('[data-testid=stMainBlockContainer]').prepend(late);
            requestAnimationFrame(() => requestAnimationFrame(resolve));
        })"""
    )


def test_a_click_under_a_picture_leads_to_the_parent_of_the_chosen_figure_as_does_its_address(
    open_page: OpenPage,
) -> None:
    page = open_page("/trends", dict(CHOSEN))
    link = page.locator(f"{LINK}:visible").first
    address = str(link.get_attribute("href"))
    expect_parent(open_page(f"/{address}"), fields(address))  # beside the page, by its address
    promised = follow(page, link)
    assert promised.items() >= {"gemeente": "GM9999", "wijk": WIJK}.items()
    expect_parent(page, promised)
    expect(page.get_by_role("combobox", name="Wijk", exact=True)).to_have_value(NAME)


def test_on_a_slow_phone_the_parent_stands_at_the_top_and_stays_there_until_the_visitor_moves(
    open_page: OpenPage,
) -> None:
    page = open_page("/kaart", dict(CHOSEN), width=400)
    page.set_viewport_size({"width": 400, "height": 700})
    machine = page.context.new_cdp_session(page)
    machine.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    promised = follow(page, page.locator(f"{LINK}:visible").first)
    assert promised.items() >= {"gemeente": "GM9999", "wijk": WIJK}.items()
    expect_parent(page, promised)
    expect(page.get_by_role("combobox", name="Wijk", exact=True)).to_have_value(NAME)
    section = page.get_by_role("heading", name=SECTION)
    assert place_of(section) < 0.5
    grow(page)
    assert 0 < place_of(section) < 0.5
    machine.send("Emulation.setCPUThrottlingRate", {"rate": 1})

    main = page.get_by_test_id("stMain")
    page.mouse.move(200, 350)
    page.mouse.wheel(0, -10_000)
    expect(main).to_have_js_property("scrollTop", 0)
    grow(page)
    assert place_of(section) > 1, "who looks elsewhere is left there"


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
    section = page.get_by_role("heading", name=SECTION)
    expect(section).not_to_be_in_viewport()
    link.click()
    expect(section).to_be_in_viewport()
