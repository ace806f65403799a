"""The map as a visitor meets it: it draws, a click comes back, and text of others stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, Route, expect

from data.store import Store
from tests.browser.room import OpenPage, map_frame, settle

EVIL = '<img src="x" onerror="parent.stolen = window.stolen = true">'


def regions(frame: FrameLocator) -> Locator:
    return frame.locator("path.leaflet-interactive")


def first_wijk(frame: FrameLocator) -> str:
    code = regions(frame).first.get_attribute("data-code")
    assert code
    return code


def wijk_in_the_address(page: Page) -> str | None:
    found = re.search(r"[?&]wijk=(\w+)", page.url)
    return found.group(1) if found else None


def click(page: Page, frame: FrameLocator, code: str) -> None:
    frame.locator(f"path.leaflet-interactive[data-code={code}]").click()
    page.wait_for_timeout(300)
    settle(page)


def change_borders(change: Callable[[dict], None]) -> Callable[[Page], None]:
    """Return what changes the borders on their way to the browser."""

    def answer(route: Route) -> None:
        borders = route.fetch().json()
        for feature in borders["features"]:
            change(feature)
        route.fulfill(json=borders)

    return lambda page: page.route("**/grenzen/**", answer)


@pytest.fixture
def drawn_wijken(app_store: Path) -> int:
    """Number of wijken in the borders of the sample."""
    store = Store(app_store)
    gemeente = next(iter(store.gemeenten()))
    year = max(store.borders_years(gemeente, "wijk"))
    features = json.loads(store.borders(gemeente, "wijk", year) or b"")["features"]
    return sum(not feature["properties"]["water"] for feature in features)


def test_every_wijk_is_drawn(open_page: OpenPage, drawn_wijken: int) -> None:
    frame = map_frame(open_page("/kaart"))
    expect(regions(frame)).to_have_count(drawn_wijken)


def test_the_map_has_a_name_a_licence_and_dutch_buttons(open_page: OpenPage) -> None:
    page = open_page("/kaart")
    frame = map_frame(page)
    expect(page.locator("iframe")).not_to_have_attribute("title", re.compile("streamlit|folium"))
    expect(frame.get_by_role("region")).to_have_count(1)
    expect(frame.get_by_text("CC BY 4.0")).to_be_visible()
    expect(frame.get_by_role("button", name="Inzoomen")).to_be_visible()
    expect(frame.get_by_role("button", name="Toon de hele gemeente")).to_be_visible()


def test_a_click_on_a_wijk_chooses_it(open_page: OpenPage) -> None:
    page = open_page("/kaart")
    frame = map_frame(page)
    code = first_wijk(frame)
    click(page, frame, code)
    assert wijk_in_the_address(page) == code


def test_a_wijk_that_was_let_go_can_be_clicked_again(open_page: OpenPage) -> None:
    page = open_page("/kaart")
    frame = map_frame(page)
    code = first_wijk(frame)
    click(page, frame, code)
    page.get_by_role("button", name="Alle wijken").click()
    page.wait_for_timeout(300)
    settle(page)
    assert wijk_in_the_address(page) != code, "the click of before must not choose the wijk again"
    click(page, map_frame(page), code)
    assert wijk_in_the_address(page) == code


def test_the_chosen_wijk_has_the_thickest_outline(open_page: OpenPage) -> None:
    code = first_wijk(map_frame(open_page("/kaart")))
    frame = map_frame(open_page("/kaart", {"wijk": code}))
    widths = regions(frame).evaluate_all(
        "paths => Object.fromEntries(paths.map(path => [path.dataset.code, Number(path.getAttribute('stroke-width'))]))"
    )
    assert max(widths, key=widths.__getitem__) == code


def test_the_map_does_not_jump_when_a_wijk_is_clicked(open_page: OpenPage) -> None:
    page = open_page("/kaart")
    frame = map_frame(page)
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(300)
    above = page.get_by_test_id("stMain").evaluate("main => main.scrollTop")
    path = regions(frame).first
    path.dispatch_event("mousedown", {"bubbles": True, "button": 0})
    page.wait_for_timeout(200)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == above


def test_a_name_with_a_script_in_it_is_shown_as_text(open_page: OpenPage) -> None:
    def rename(feature: dict) -> None:
        feature["properties"]["name"] = EVIL

    page = open_page("/kaart", before=change_borders(rename))
    frame = map_frame(page)
    regions(frame).first.hover()
    expect(frame.locator(".region-tooltip")).to_contain_text(EVIL)
    page.wait_for_timeout(300)
    assert not page.evaluate("window.stolen === true")
    assert not frame.locator("body").evaluate("() => window.stolen === true")


def test_water_is_drawn_but_cannot_be_chosen(open_page: OpenPage, drawn_wijken: int) -> None:
    flooded: list[str] = []

    def flood(feature: dict) -> None:
        flooded.append(feature["properties"]["code"])
        feature["properties"]["water"] = True

    def first_only(feature: dict) -> None:
        if not flooded and not feature["properties"]["water"]:
            flood(feature)

    frame = map_frame(open_page("/kaart", before=change_borders(first_only)))
    expect(regions(frame)).to_have_count(drawn_wijken - 1)
    water = frame.locator(f"path[data-code={flooded[0]}]").first
    expect(water).to_have_attribute("fill", "url(#water)")


def test_a_wijk_that_has_no_figure_is_hatched(open_page: OpenPage) -> None:
    def unknown(feature: dict) -> None:
        feature["properties"]["code"] = "WK999999"

    page = open_page("/kaart", before=change_borders(unknown))
    frame = map_frame(page)
    fills = set(regions(frame).evaluate_all("paths => paths.map(path => path.getAttribute('fill'))"))
    assert fills == {"url(#no-figure)"}
    regions(frame).first.hover()
    expect(frame.locator(".region-tooltip")).to_contain_text("geen cijfer")


def test_when_the_borders_cannot_be_had_the_map_says_so_in_dutch(open_page: OpenPage) -> None:
    page = open_page(
        "/kaart", before=lambda page: page.route("**/grenzen/**", lambda route: route.fulfill(json={}))
    )
    expect(page.frame_locator("iframe").get_by_role("status")).to_contain_text(
        "De cijfers staan ook in de tabel"
    )


def test_the_keyboard_gets_into_the_map_and_out_again(open_page: OpenPage) -> None:
    page = open_page("/kaart")
    map_frame(page)
    page.locator("iframe").evaluate("frame => frame.contentDocument.getElementById('map_div').focus()")
    for _ in range(6):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "IFRAME"


def test_the_map_fits_and_works_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/kaart", width=400)
    frame = map_frame(page)
    box, inside = page.locator("iframe").bounding_box(), regions(frame).first.bounding_box()
    assert box
    assert inside
    assert box["width"] <= 400
    assert box["x"] <= inside["x"]
    assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1
