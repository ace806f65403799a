"""The evening in the council: a beamer of 1024 x 768, a remote that sends keys, and no network but ours."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.room import OpenPage, settle
from tests.browser.test_every_page import barriers

# The first to ask waits for the figures of the report; the others would only wait beside it.
pytestmark = pytest.mark.xdist_group("raad")

WIJK = {"wijk": "WK999908"}
#: What does not fit on the slide that is shown, or is smaller than it may be.
FAULTS = """() => {
    const slide = [...document.querySelectorAll('.dia')].find(slide => !slide.hidden);
    const box = slide.querySelector('.inhoud');
    const found = [];
    const hall = document.querySelector('.raad-zaal');
    if (hall.scrollHeight > hall.clientHeight) found.push(`the hall scrolls: ${hall.scrollHeight} > ${hall.clientHeight}`);
    if (box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1) found.push('what is in it does not fit');
    if (box.classList.contains('rolt')) found.push('it scrolls');
    const letter = parseFloat(getComputedStyle(box).fontSize);
    if (letter < 24) found.push(`letters of ${letter}`);
    const title = slide.querySelector('h1');
    if (parseFloat(getComputedStyle(title).fontSize) < 40) found.push('small title');
    for (const part of [title, ...box.querySelectorAll('p, li, td, th, img, figcaption')]) {
        if (!part.offsetParent || part.closest('.gehoord')) continue;
        const { right, bottom } = part.getBoundingClientRect();
        if (right > innerWidth + 1 || bottom > innerHeight + 1) found.push(`cut off: ${part.outerHTML.slice(0, 80)}`);
    }
    const note = box.querySelector('.met-beeld > .klein');
    for (const part of box.querySelectorAll('.legenda, .naast > .woorden, .onder > .woorden')) {
        const under = note && part.offsetTop < note.offsetTop && part.getBoundingClientRect().bottom - note.getBoundingClientRect().top;
        if (under > 1) found.push(`words over the source: ${under}`);
    }
    for (const picture of box.querySelectorAll('img')) {
        if (picture.offsetParent && picture.clientHeight < 0.25 * innerHeight) found.push(`picture of ${picture.clientHeight} high`);
    }
    for (const rest of box.querySelectorAll('.rest')) {
        const rows = [...rest.parentElement.querySelectorAll('tbody tr')];
        const shown = rows.filter(row => !row.hidden).length;
        const told = !rest.hidden && rest.textContent.startsWith(`Hier staan ${shown} van de ${rows.length} rijen`);
        if (told !== (shown < rows.length)) found.push(`${shown} of ${rows.length} rows, and it says: ${rest.textContent}`);
    }
    for (const picture of box.querySelectorAll('.met-legenda img')) {
        const drawn = new TextDecoder().decode(Uint8Array.from(atob(picture.src.split(',')[1]), letter => letter.charCodeAt(0)));
        const [wide, high] = drawn.match(/viewBox="0 0 ([\\d.]+) ([\\d.]+)"/).slice(1).map(Number);
        const scale = Math.min(picture.clientWidth / wide, picture.clientHeight / high);
        const names = [...drawn.matchAll(/<text[^>]*font-size="([\\d.]+)px"/g)].map(size => scale * Number(size[1]));
        if (picture.offsetParent && (!names.length || Math.min(...names) < 14)) found.push(`names on the map of ${Math.min(...names)}`);
    }
    return found.map(fault => `${slide.dataset.dia}: ${fault}`);
}"""
#: Which slide is shown at once after each of some keys: before the browser does anything else, so no server had a part in it.
SWITCHED = """() => ['End', 'Home', ...Array(5).fill('PageDown')].map(key => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key }));
    return [...document.querySelectorAll('.dia')].filter(slide => !slide.hidden).map(slide => slide.dataset.dia).join();
})"""


def expect_slide(page: Page, ids: list[str], place: int) -> None:
    """Expect the slide at a place (from 0) with its number and its address, which the browser tells a little later."""
    expect(page.locator(".raad-nummer")).to_have_text(f"dia {place + 1} van {len(ids)}")
    expect(page.locator(".dia:visible")).to_have_attribute("data-dia", ids[place])
    expect(page).to_have_url(re.compile(rf"[?&]dia={re.escape(ids[place])}(&|$)"))


def expect_no_fault(page: Page) -> None:
    """Expect that all fits, once the layout has followed the size of the window."""
    for _ in range(20):
        faults = page.evaluate(FAULTS)
        if not faults:
            return
        page.wait_for_timeout(100)
    raise AssertionError((page.viewport_size, faults))


def present(
    open_page: OpenPage, dia: str = "", width: int = 1024, height: int = 768, *, dark: bool = False
) -> Page:
    page = open_page("/raad", WIJK | {"dia": dia}, dark=dark)
    page.set_viewport_size({"width": width, "height": height})
    expect(page.locator(".raad-nummer")).to_be_visible()
    return page


def slides(page: Page) -> list[str]:
    return page.locator(".dia").evaluate_all("all => all.map(slide => slide.dataset.dia)")


def test_every_slide_fits_the_beamer_has_an_address_and_no_barrier(open_page: OpenPage) -> None:
    page = present(open_page)
    ids = slides(page)
    assert 6 <= len(ids) <= 8
    expect(page.locator(".onbekend")).to_be_hidden()
    expect(page.locator(".stand")).to_contain_text("bestaat niet")
    for width, height in ((1024, 768), (1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.keyboard.press("Home")
        for place in range(len(ids)):
            expect_slide(page, ids, place)
            expect_no_fault(page)
            page.keyboard.press("PageDown")
    assert not barriers(page)


def test_the_keys_of_a_presenter_go_through_the_slides_and_escape_leaves(open_page: OpenPage) -> None:
    page = present(open_page)
    ids = slides(page)
    for key, place in (
        *(("ArrowRight", 1), ("Space", 2), ("PageDown", 3), ("ArrowLeft", 2), ("PageUp", 1)),
        *(("End", len(ids) - 1), ("ArrowRight", len(ids) - 1), ("Home", 0), ("ArrowLeft", 0)),
    ):
        page.keyboard.press(key)
        expect_slide(page, ids, place)
        expect(page.locator(".dia:visible h1")).to_have_count(1)
        expect(page.locator(".melding")).to_contain_text(f"Dia {place + 1} van {len(ids)}")
    page.get_by_role("button", name="Volgende", exact=True).click()
    expect_slide(page, ids, 1)
    assert page.evaluate(SWITCHED) == [ids[-1], *ids[:6]]
    page.keyboard.press("Home")
    page.keyboard.press("b")
    expect(page.locator(".dia h1:visible")).to_have_count(0)
    page.keyboard.press("PageDown")
    # The first step out of the dark only brings the slide back.
    expect_slide(page, ids, 0)
    page.keyboard.press("PageDown")
    page.go_back()
    expect_slide(page, ids, 0)
    page.keyboard.press("Escape")
    expect(page.locator(".raad-scherm")).to_be_hidden()
    settle(page)
    expect(page).not_to_have_url(re.compile("[?&]dia="))
    expect(page.locator("h1").first).to_have_text("Vogelbuurt in de raad")


def test_a_slide_survives_a_reload_and_one_that_is_not_there_gives_the_first(open_page: OpenPage) -> None:
    page = present(open_page, "geluk")
    expect(page.locator(".onbekend")).to_contain_text("geluk")
    ids = slides(page)
    expect_slide(page, ids, 0)
    page = present(open_page, "3")
    expect(page.locator(".onbekend")).to_be_hidden()
    expect_slide(page, ids, 2)
    page.keyboard.press("End")
    expect_slide(page, ids, len(ids) - 1)
    page.reload()
    settle(page)
    expect_slide(page, slides(page), len(ids) - 1)


def test_notes_come_on_the_screen_only_after_a_second_answer_and_a_table_with_a_key(
    open_page: OpenPage,
) -> None:
    page = present(open_page, "vooruitblik")
    page.keyboard.press("t")
    expect(page.locator(".dia:visible .dia-tabel table").first).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator(".dia:visible img:visible")).to_have_count(1)
    page.keyboard.press("n")
    notes = page.locator(".dia:visible .dia-notities")
    expect(page.get_by_text("dan ziet de zaal ze ook")).to_be_visible()
    expect(notes).to_be_hidden()
    page.get_by_role("button", name="Toon ze hier").click()
    expect(notes).to_contain_text("Bronnen")
    page.keyboard.press("n")
    expect(notes).to_be_hidden()
    page.keyboard.press("n")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="In een eigen venster").click()
    own = opened.value
    settle(own)
    expect(own.locator(".dia:visible .dia-notities")).to_contain_text("Bronnen")
    ids = slides(page)
    following = ids.index("vooruitblik") + 1
    page.keyboard.press("PageDown")
    expect_slide(page, ids, following)
    expect(own.locator(".dia:visible")).to_have_attribute("data-dia", ids[following])
    own.close()


def test_on_a_phone_in_the_dark_a_slide_is_read_from_top_to_bottom(open_page: OpenPage) -> None:
    page = present(open_page, "vooruitblik", 400, 800, dark=True)
    assert page.locator(".raad-zaal").evaluate("hall => hall.scrollWidth <= hall.clientWidth")
    assert not barriers(page)
