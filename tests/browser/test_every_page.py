"""What holds for every page: Dutch, nothing from another host, usable by everyone, also on a phone."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.room import PAGES, OpenPage, settle

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
def test_a_page_is_in_dutch_in_its_own_font_without_a_barrier_and_also_on_a_phone_in_the_dark(
    open_page: OpenPage, path: str
) -> None:
    page = open_page(path)
    expect_no_barrier(page)
    assert page.evaluate("document.fonts.check('400 16px \"Public Sans\"')"), "the font comes along"
    family = page.locator("h1").first.evaluate("heading => getComputedStyle(heading).fontFamily")
    assert family.startswith('"Public Sans"')

    # A phone opens it in the dark; in the same tab, which has read the scripts already.
    page.set_viewport_size({"width": 400, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.reload()
    settle(page)
    expect_no_barrier(page)
    wide = """() => [...document.querySelectorAll('html, [data-testid="stMain"]')]
        .map(box => box.scrollWidth - box.clientWidth)"""
    assert max(page.evaluate(wide)) <= 0


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
