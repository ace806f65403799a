"""A wijkanalyse on the phone of a coordinator: begun, typed by thumb, saved at every pause, heard from a group, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.room import OpenPage, running_app, settle
from tests.browser.test_every_page import expect_no_barrier
from tests.helpers.copies import copied

GEMEENTE, WIJK = "GM9999", "WK999903"
HERE = {"gemeente": GEMEENTE, "wijk": WIJK}
PREVIEW = "Zo staat het in het document"


def go_on(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    settle(page)


def fits(page: Page) -> bool:
    wide = """() => [...document.querySelectorAll('html, [data-testid="stMain"]')]
        .every(box => box.scrollWidth <= box.clientWidth)"""
    return bool(page.evaluate(wide))


@pytest.fixture
def own_app(sample_folder: Path, tmp_path: Path) -> Iterator[str]:
    """Address of an app with a register of its own: a wijkanalyse is begun once."""
    with running_app(copied(sample_folder, tmp_path / "store")) as address:
        yield address


def test_a_wijkanalyse_is_begun_and_written_on_a_phone_and_read_back(
    open_page: OpenPage, own_app: str
) -> None:
    page = open_page("/wijkanalyse", HERE, width=400, address=own_app)
    go_on(page, "Begin de wijkanalyse van")
    reason = page.get_by_label("Aanleiding: waarom deze wijkanalyse")
    reason.press_sequentially("De raad vroeg erom", delay=20)
    # Saved at a pause, while the writer is still in the field and types on where the caret was.
    expect(page.get_by_text("Opgeslagen om")).to_be_visible()
    expect(reason).to_be_focused()
    reason.press_sequentially(", in mei", delay=20)
    expect(reason).to_have_value("De raad vroeg erom, in mei")
    preview = page.get_by_text(PREVIEW)
    expect(preview).to_be_hidden()
    page.get_by_text("Laat zien hoe het in het document staat").click()
    expect(preview).to_be_visible()
    expect(page.locator(".st-key-voorbeeld-open").get_by_text("De raad vroeg erom, in mei")).to_be_visible()
    assert fits(page)

    # The next step begins at its top, not where the button to it stood.
    go_on(page, "Verder: 2 Beeld van de cijfers")
    expect(page.get_by_role("heading", name="2 Beeld van de cijfers")).to_be_in_viewport()
    people = page.locator(".st-key-herkent-u-dit")
    people.get_by_label("Wie zegt dit?").fill("bewoners van het plein")
    people.get_by_role("radio", name="Deels").click()
    settle(page)
    expect(people.get_by_text("Opgeslagen om")).to_be_visible()
    people.get_by_role("button", name="Klaar, nog een").click()
    expect(people.get_by_text("deels herkenbaar")).to_be_visible()
    thumb = people.get_by_role("button", name="Wijzig").bounding_box() or {}
    assert thumb["height"] >= 40
    assert fits(page)
    expect_no_barrier(page)

    # On a screen with room the document stands beside it at once; what was typed is there for whoever comes after.
    page = open_page("/wijkanalyse", HERE | {"stap": "vraag"}, width=1280, dark=True, address=own_app)
    expect(page.get_by_label("Aanleiding: waarom deze wijkanalyse")).to_have_value(
        "De raad vroeg erom, in mei"
    )
    expect(page.get_by_text(PREVIEW)).to_be_visible()
    expect(page.get_by_text("Laat zien hoe het in het document staat")).to_be_hidden()
    expect_no_barrier(page)
