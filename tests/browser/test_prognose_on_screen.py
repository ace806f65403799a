"""Prognose on a real screen: the fan with its record beside it, all wijken, and from there to one wijk."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.room import OpenPage, settle

WIJK = {"wijk": "WK999907", "indicator": "population"}


def address_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (400, True)])
def test_a_forecast_is_drawn_with_its_record_beside_it_and_without_a_mouse_one_looks_further(
    open_page: OpenPage, width: int, dark: bool
) -> None:
    page = open_page("/prognose", WIJK, width=width, dark=dark)
    expect(page.get_by_text("in 8 van de 10 gevallen tussen").first).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("svg, canvas").first).to_be_visible()
    expect(page.get_by_text("bedoeld was 80").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    further = page.get_by_role("radio", name="10 jaar").or_(page.get_by_role("button", name="10 jaar"))
    further.first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("weten we niet hoe ver we ernaast zitten").first).to_be_visible()
    assert address_of(page)["vooruit"] == "10"


def test_a_click_on_a_wijk_in_the_order_opens_its_forecast(open_page: OpenPage) -> None:
    page = open_page("/prognose", {"indicator": "population", "deel": "wijken"})
    picture = page.get_by_test_id("stVegaLiteChart").first
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    first = page.locator("h1").first.inner_text()
    # The first row, right under the heading and the axis.
    picture.click(position={"x": 0.1 * box["width"], "y": 96})
    expect(page.locator("h1").first).not_to_have_text(first)
    settle(page)
    assert address_of(page)["deel"] == "verwachting"
    assert address_of(page)["wijk"].startswith("WK")
    expect(page.get_by_text("in 8 van de 10 gevallen tussen").first).to_be_visible()
