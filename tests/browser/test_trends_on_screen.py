"""Trends with the keyboard alone: choose a wijk, move the years, open the table, take the figures along."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.room import OpenPage, settle

WIJK = "Componistenkwartier"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(400)
    settle(page)


def test_a_visitor_without_a_mouse_finds_out_whether_it_gets_worse(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/trends", {"indicator": "benefit_bijstand_share"})
    panels = page.locator(".st-key-veelluik-breed [data-testid=stVegaLiteChart]")
    expect(panels).to_be_visible()
    expect(page.locator(".st-key-veelluik-telefoon")).to_be_hidden()

    page.get_by_role("combobox", name="Bekijk een wijk uit deze plaatjes groot").focus()
    page.keyboard.type(WIJK)
    press(page, "Enter")
    expect(page.locator("h1").first).to_contain_text(WIJK)
    expect(page.get_by_text("dat is meer dan toeval, en ongunstig").first).to_be_visible()

    last_year = page.get_by_role("slider").last
    last_year.focus()
    for _ in range(3):
        press(page, "ArrowLeft")
    assert parse_qs(urlsplit(page.url).query)["jaren"] == ["2013-2022"]
    expect(page.get_by_text("Tussen 2015 en 2022 steeg").first).to_be_visible()

    fold = page.locator(".st-key-veelluik-breed summary")
    fold.focus()
    press(page, "Enter")
    expect(page.locator(".st-key-veelluik-breed [data-testid=stDataFrame]")).to_be_visible()
    button = page.locator(".st-key-veelluik-breed [data-testid=stDownloadButton] button").filter(
        has_text="CSV"
    )
    button.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    taken = tmp_path / "trends.csv"
    download.value.save_as(taken)
    lines = taken.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("region;name;")
    assert any(WIJK in line and "stijgt" in line and "ongunstig" in line for line in lines)
    assert "CC BY 4.0" in lines[1]


def test_a_click_on_a_panel_takes_that_wijk_to_the_large_picture(open_page: OpenPage) -> None:
    page = open_page("/trends", {"indicator": "benefit_bijstand_share", "wijk": "alle"})
    panels = page.locator(".st-key-veelluik-breed [data-testid=stVegaLiteChart]")
    panels.scroll_into_view_if_needed()
    box = panels.bounding_box()
    assert box is not None
    # The first panel: of all wijken it goes up fastest.
    panels.click(position={"x": 0.1 * box["width"], "y": 0.13 * box["height"]})
    expect(page.locator("h1").first).to_contain_text(WIJK)
