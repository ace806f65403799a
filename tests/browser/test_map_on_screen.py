"""The map as a visitor meets it: it draws, a click comes back, the years play, and text of others stays text."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, Route, expect

from data.catalogue import catalogue
from data.store import Store
from tests.browser.room import OpenPage, map_frame, running_app, settle
from tests.two_gemeenten import store_of_two

EVIL = '<img src="x" onerror="parent.stolen = window.stolen = true">'
SUBJECT: dict[str, object] = {"deel": "onderwerp", "indicator": "benefit_bijstand_share"}
#: The borders of the sample are those of now from this year on.
YEAR = 2021
GREY_TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


def regions(frame: FrameLocator) -> Locator:
    return frame.locator("path.leaflet-interactive")


def codes(frame: FrameLocator) -> list[str]:
    found: list[str] = regions(frame).evaluate_all("paths => paths.map(path => path.dataset.code)")
    return sorted(found)


def region(frame: FrameLocator, code: str) -> Locator:
    return frame.locator(f"path.leaflet-interactive[data-code={code}]")


def in_the_address(page: Page, name: str) -> str | None:
    return parse_qs(urlsplit(page.url).query).get(name, [None])[0]


def chosen(page: Page, frame: FrameLocator, code: str) -> None:
    """Click a wijk, or press Enter on it, and wait until the page has followed."""
    page.wait_for_url(re.compile(rf"[?&]wijk={code}"))
    settle(page)
    widths = regions(frame).evaluate_all(
        "paths => Object.fromEntries(paths.map(path => [path.dataset.code, Number(path.getAttribute('stroke-width'))]))"
    )
    assert max(widths, key=widths.__getitem__) == code, "the chosen wijk has the thickest outline"


def lit(frame: FrameLocator) -> str | None:
    """Return the wijk that stands out because it is pointed at."""
    return frame.locator("path.leaflet-interactive[stroke-width='2.5']").get_attribute("data-code")


def zoom_of(page: Page, which: int) -> float:
    frame = page.locator("iframe").nth(which).element_handle()
    inside = frame.content_frame() if frame else None
    assert inside
    return float(inside.evaluate("window.map.getZoom()"))


@pytest.fixture
def drawn_wijken(app_store: Path) -> int:
    """Number of wijken in the borders of the sample."""
    store = Store(app_store)
    gemeente = next(iter(store.gemeenten()))
    year = max(store.borders_years(gemeente, "wijk"))
    features = json.loads(store.borders(gemeente, "wijk", year) or b"")["features"]
    return sum(not feature["properties"]["water"] for feature in features)


def test_every_wijk_is_drawn_with_the_edge_of_the_gemeente_and_the_map_has_a_name_and_a_licence(
    open_page: OpenPage, drawn_wijken: int
) -> None:
    page = open_page("/kaart", SUBJECT)
    frame = map_frame(page)
    expect(regions(frame)).to_have_count(drawn_wijken)
    expect(frame.locator(".leaflet-outline-pane path").first).to_be_attached()
    expect(page.locator("iframe")).not_to_have_attribute("title", re.compile("streamlit|folium"))
    expect(frame.get_by_role("region")).to_have_count(1)
    expect(frame.get_by_text("CC BY 4.0")).to_be_visible()
    expect(frame.get_by_role("button", name="Inzoomen")).to_be_visible()
    expect(frame.get_by_role("button", name="Toon de hele gemeente")).to_be_visible()

    names = frame.locator(".region-name")
    expect(names).to_have_count(0)
    frame.get_by_role("button", name="Zet namen op de kaart").click()
    assert names.count() > drawn_wijken / 3
    boxes = names.evaluate_all("names => names.map(name => name.getBoundingClientRect().toJSON())")
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"], (
                "names do not touch"
            )

    # A press of the mouse gives the map the focus; the page around it stays where it is.
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(200)
    above = page.get_by_test_id("stMain").evaluate("main => main.scrollTop")
    regions(frame).first.dispatch_event("mousedown", {"bubbles": True, "button": 0})
    page.wait_for_timeout(200)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == above


def test_a_click_chooses_a_wijk_also_after_it_was_let_go_and_the_keyboard_goes_on_to_the_next(
    open_page: OpenPage,
) -> None:
    page = open_page("/kaart", SUBJECT)
    frame = map_frame(page)
    first = codes(frame)[5]
    region(frame, first).click()
    chosen(page, frame, first)
    page.get_by_role("button", name="Alle wijken").click()
    page.wait_for_url(re.compile("[?&]wijk=alle"))
    settle(page)
    assert in_the_address(page, "wijk") == "alle", "the click of before must not choose the wijk again"
    region(frame, first).click()
    chosen(page, frame, first)

    walk = frame.get_by_role("button", name="Met de pijltjestoetsen langs de wijken")
    walk.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = lit(frame)
    assert second
    assert second != first
    told = frame.locator("[aria-live=polite]").filter(has_text=re.compile(r".+, .+"))
    expect(told).to_be_attached()
    page.keyboard.press("Enter")
    chosen(page, frame, second)
    for _ in range(8):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "IFRAME", "the keyboard gets out again"


def test_the_years_play_with_their_own_legend_and_the_page_follows_when_they_rest(
    open_page: OpenPage,
) -> None:
    page = open_page("/kaart", {**SUBJECT, "jaar": YEAR})
    frame = map_frame(page)
    year, legend = frame.locator(".map-panel .year"), frame.locator(".map-panel .legend p")
    expect(year).to_have_text(str(YEAR))
    before = frame.locator(".map-panel .legend li").all_inner_texts()
    frame.get_by_role("button", name="Speel af").click()
    expect(year).to_have_text(str(YEAR + 1))
    assert in_the_address(page, "jaar") == str(YEAR), "nothing runs while it plays"
    last = YEAR + 3
    expect(year).to_have_text(str(last), timeout=20_000)
    expect(legend).to_contain_text(str(last))
    assert frame.locator(".map-panel .legend li").all_inner_texts() != before
    page.wait_for_url(re.compile(rf"jaar={last}"))
    settle(page)
    assert str(last) in page.locator("h1").first.inner_text()

    slider = frame.get_by_role("slider", name="Jaar op de kaart")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(year).to_have_text(str(last - 1))
    expect(slider).to_have_attribute("aria-valuetext", str(last - 1))
    page.wait_for_url(re.compile(rf"jaar={last - 1}"))
    settle(page)
    expect(year).to_have_text(str(last - 1))

    # Also before the borders of now the slider stays, on the borders that its map has.
    page.keyboard.press("Home")
    first = year.inner_text()
    assert int(first) < YEAR
    page.wait_for_url(re.compile(rf"jaar={first}"))
    settle(page)
    expect(slider).to_be_visible()
    expect(year).to_have_text(first)


def test_two_maps_move_together_and_light_up_together(open_page: OpenPage) -> None:
    page = open_page("/kaart", {**SUBJECT, "jaar": YEAR, "naast": "jaar"})
    one, other = (page.frame_locator("iframe").nth(place) for place in (0, 1))
    for frame in (one, other):
        regions(frame).first.wait_for()
    one.get_by_role("button", name="Inzoomen").click()
    page.wait_for_timeout(600)
    assert zoom_of(page, 0) == zoom_of(page, 1)
    one.get_by_role("button", name="Toon de hele gemeente").click()
    code = codes(one)[5]
    region(one, code).hover()
    expect(one.locator(".region-tooltip strong")).to_be_visible()
    name = one.locator(".region-tooltip strong").inner_text()
    expect(other.locator(".region-tooltip strong")).to_have_text(name)
    expect(region(other, code)).to_have_attribute("stroke-width", "2.5")


def test_text_of_others_stays_text_water_cannot_be_chosen_and_a_wijk_without_a_figure_is_hatched(
    open_page: OpenPage, drawn_wijken: int
) -> None:
    changed: list[str] = []

    def answer(route: Route) -> None:
        borders = route.fetch().json()
        land = [
            feature["properties"] for feature in borders["features"] if not feature["properties"]["water"]
        ]
        flooded, evil = land[0], land[1]
        flooded["water"] = True
        evil["name"] = EVIL
        evil["code"] = "WK000000"
        changed.append(flooded["code"])
        route.fulfill(json=borders)

    page = open_page("/kaart", SUBJECT, before=lambda page: page.route("**/grenzen/**/wijk/**", answer))
    frame = map_frame(page)
    expect(regions(frame)).to_have_count(drawn_wijken - 1)
    water = frame.locator(f"path[data-code={changed[0]}]").first
    expect(water).to_have_attribute("fill", "url(#water)")
    evil = region(frame, "WK000000")
    expect(evil).to_have_attribute("fill", "url(#no-figure)")
    evil.hover()
    expect(frame.locator(".region-tooltip")).to_contain_text(EVIL)
    expect(frame.locator(".region-tooltip")).to_contain_text("geen cijfer")
    frame.get_by_role("button", name="Zet namen op de kaart").click()
    page.wait_for_timeout(300)
    assert not page.evaluate("window.stolen === true")
    assert not frame.locator("body").evaluate("() => window.stolen === true")


def test_on_a_phone_it_fits_in_the_dark_and_says_so_when_the_borders_cannot_be_had(
    open_page: OpenPage,
) -> None:
    page = open_page("/kaart", SUBJECT, width=400, dark=True)
    frame = map_frame(page)
    box, inside = page.locator("iframe").bounding_box(), regions(frame).first.bounding_box()
    assert box
    assert inside
    assert box["width"] <= 400
    assert box["x"] <= inside["x"]
    assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1
    for button in frame.get_by_role("button").all():
        size = button.bounding_box()
        assert size is None or min(size["width"], size["height"]) >= 24

    page.route("**/grenzen/**", lambda route: route.fulfill(json={}))
    page.reload()
    settle(page)
    expect(page.frame_locator("iframe").get_by_role("status")).to_contain_text(
        "De cijfers staan ook in de tabel"
    )


# -- the country and the background ------------------------------------------------------------------


def test_the_country_lies_on_streets_where_these_can_be_had_and_a_click_leads_into_a_gemeente(
    open_page: OpenPage, tmp_path: Path
) -> None:
    there = True

    def answer(route: Route) -> None:
        if there:
            route.fulfill(body=GREY_TILE, content_type="image/png")
        else:
            route.fulfill(status=404)

    store = store_of_two(tmp_path / "store", catalogue())
    with running_app(store.folder) as address:
        page = open_page(
            "/kaart",
            {"deel": "land", "indicator": "population", "gemeente": "GM0002"},
            address=address,
            before=lambda page: page.route("**/tegels/**", answer),
            expected=("404",),
        )
        frame = map_frame(page)
        expect(regions(frame)).to_have_count(5)
        some = regions(frame).first
        expect(frame.locator("img.leaflet-tile-loaded").first).to_be_attached()
        expect(frame.get_by_text("Kadaster (BRT)")).to_be_visible()
        expect(frame.get_by_role("button", name="Toon heel Nederland")).to_be_visible()
        widths = regions(frame).evaluate_all(
            "paths => paths.map(path => Number(path.getAttribute('stroke-width')))"
        )
        assert len(set(widths)) == 1, "no wijk is chosen, so none has a thick outline"
        expect(some).to_have_attribute("fill-opacity", "1")
        streets = frame.get_by_role("button", name="Maak de kleuren doorzichtig, zodat u de straten ziet")
        streets.click()
        expect(some).not_to_have_attribute("fill-opacity", "1")

        region(frame, "WK000102").click()
        page.wait_for_url(re.compile("[?&]wijk=WK000102"))
        settle(page)
        assert in_the_address(page, "gemeente") == "GM0001"
        # Land without figures is nobody's choice.
        region(frame, "WK000209").click()
        page.wait_for_timeout(400)
        settle(page)
        assert in_the_address(page, "wijk") == "WK000102"

        there = False
        page.reload()
        settle(page)
        frame = map_frame(page)
        expect(regions(frame).first).to_have_attribute("fill-opacity", "1")
        expect(frame.get_by_role("button", name=re.compile("doorzichtig"))).to_be_hidden()
        expect(frame.locator("img.leaflet-tile")).to_have_count(0)
        expect(frame.get_by_text("Kadaster (BRT)")).to_have_count(0)
