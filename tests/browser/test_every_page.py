"""What holds for every page: Dutch, nothing from another host, usable by everyone, also on a phone."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.room import PAGES, OpenPage, running_app

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}


#: Streamlit puts the headings of its navigation straight into the list; a page cannot change that.
STREAMLIT_NAVIGATION = (("list", "stSidebarNavItems"), ("listitem", '<li class="st-emotion-cache'))


def barriers(place: Page | Frame) -> list[str]:
    """Return what axe finds serious or critical, one line per element."""
    found = Axe().run(place, options=WCAG).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
        if not any(violation["id"] == rule and part in node["html"] for rule, part in STREAMLIT_NAVIGATION)
    ]


def expect_no_barrier(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "Streamlit" not in page.title()
    found = [barrier for frame in page.frames for barrier in barriers(frame)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_at_its_own_address_in_dutch_and_has_no_serious_barrier(
    open_page: OpenPage, path: str
) -> None:
    expect_no_barrier(open_page(path))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_a_phone_in_the_dark_has_no_barrier_and_does_not_scroll_sideways(
    open_page: OpenPage, path: str
) -> None:
    page = open_page(path, width=400, dark=True)
    expect_no_barrier(page)
    wide = """() => [...document.querySelectorAll('html, [data-testid="stMain"]')]
        .map(box => box.scrollWidth - box.clientWidth)"""
    assert max(page.evaluate(wide)) <= 0


def test_the_text_is_set_in_the_font_that_comes_along(open_page: OpenPage) -> None:
    page = open_page("/")
    assert page.evaluate("document.fonts.check('400 16px \"Public Sans\"')")
    family = page.locator("h1").first.evaluate("heading => getComputedStyle(heading).fontFamily")
    assert family.startswith('"Public Sans"')


def test_every_answer_of_the_running_app_carries_the_security_headers(app: str) -> None:
    for path in ("/", "/kaart", "/gezond", "/_stcore/health", "/kaartdelen/region-map.js"):
        with urllib.request.urlopen(app + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert not re.search(r"https?:", policy)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_health_address_answers_while_the_app_runs(app: str) -> None:
    with urllib.request.urlopen(f"{app}/gezond") as answer:
        health = json.load(answer)
    assert health["status"] == "goed"
    assert health["generation"]


def test_a_script_that_gets_into_a_page_does_not_run(open_page: OpenPage) -> None:
    page = open_page("/", expected=("violates the following Content Security Policy",))
    refused = page.evaluate(
        """() => new Promise(resolve => {
            document.addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective));
            document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.stolen = true">');
            setTimeout(() => resolve('nothing'), 3000);
        })"""
    )
    assert refused == "script-src-attr"
    assert page.evaluate("window.stolen === undefined")


def test_the_very_first_start_shows_the_sample_without_any_preparation(
    open_page: OpenPage, tmp_path: Path
) -> None:
    with running_app(tmp_path / "store") as address:
        page = open_page("/", address=address)
        expect(page.locator("h1").first).to_contain_text("Voorbeeldstad")
        expect(page.get_by_text(re.compile("verzonnen|fictie")).first).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
