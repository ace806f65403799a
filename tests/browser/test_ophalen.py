"""The first run: from the sample to the figures of one's own gemeente, with files as the other way in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data import sample
from data.store import Store
from tests.browser.room import ROOT, OpenPage, choose_file, running_app, settle
from tests.browser.test_every_page import barriers
from tests.browser.test_journey import address_of
from tests.helpers.copies import copied
from tests.service.standin import StandIn

DONE_MS = 60_000


@pytest.fixture
def standin() -> Iterator[StandIn]:
    """The services, with the sample as if it were Heerlen."""
    with StandIn(sample.FOLDER / "odata_v3") as serving:
        serving.rename_regions({"GM9999": "GM0917"}, range(2013, 2027), {"GM0917": "Heerlen"})
        yield serving


@pytest.fixture
def store(sample_folder: Path, tmp_path: Path) -> Store:
    return Store(copied(sample_folder, tmp_path / "store"))


@pytest.fixture
def app_of_heerlen(standin: StandIn, store: Store) -> Iterator[str]:
    """An app of its own that holds only the sample, beside the stand-in."""
    with app_beside(standin, store.folder) as address:
        yield address


@contextmanager
def app_beside(standin: StandIn, folder: Path) -> Iterator[str]:
    services = dict.fromkeys(
        ("WIJKRADAR_CBS_URL", "WIJKRADAR_CBS_V4_URL", "WIJKRADAR_PDOK_URL"), standin.address
    )
    with running_app(folder, **services) as address:
        yield address


@pytest.fixture
def untouched_app(standin: StandIn, tmp_path: Path) -> Iterator[str]:
    """An app that nobody prepared anything for: its folder is not even there."""
    with app_beside(standin, tmp_path / "eerste") as address:
        yield address


def type_gemeente(page: Page, text: str, option: str) -> None:
    page.get_by_role("combobox", name="Welke gemeente?").focus()
    page.keyboard.type(text)
    page.get_by_role("option", name=option).click()
    expect(page.get_by_role("button", name="Ophalen", exact=True)).to_be_visible()
    settle(page)


def from_year(page: Page, steps_back_from_the_end: int) -> None:
    """Move the first year towards the last, with the keyboard."""
    first = page.get_by_role("slider").first
    first.focus()
    first.press("End")
    for _ in range(steps_back_from_the_end):
        first.press("ArrowLeft")
    expect(
        page.get_by_text(f"Wijkradar vraagt CBS om {steps_back_from_the_end + 1} tabellen")
    ).to_be_visible()
    settle(page)


def test_the_very_first_start_shows_the_sample_and_leads_to_ones_own_gemeente(
    open_page: OpenPage, untouched_app: str, standin: StandIn, tmp_path: Path
) -> None:
    standin.fault("slow", road="v3", part="DataProperties", seconds=1)
    page = open_page("/", address=untouched_app)
    expect(page.locator("h1").first).to_contain_text("Voorbeeldstad")
    expect(page.get_by_text(re.compile("verzonnen|fictie")).first).to_be_visible()
    assert page.url.partition("gemeente=")[2].startswith("GM9999")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.get_by_role("link", name="Uw eigen gemeente ophalen").click()
    expect(page.get_by_role("heading", name="Gegevens ophalen")).to_be_visible()
    type_gemeente(page, "heer", "Heerlen (GM0917)")
    from_year(page, 4)
    page.get_by_role("button", name="Ophalen", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Stoppen")).to_be_visible()

    # It goes on while one looks at another page.
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Kaart").click()
    expect(page.get_by_text(re.compile("Heerlen wordt opgehaald"))).to_be_visible(timeout=20_000)
    page.get_by_role("link", name=re.compile("Bekijk")).click()

    door = page.get_by_role("link", name="Naar het overzicht van Heerlen")
    expect(door).to_be_visible(timeout=DONE_MS)
    settle(page)
    assert not barriers(page)
    door.click()
    expect(page.locator("h1").first).to_contain_text("Overzicht van Heerlen", timeout=30_000)
    settle(page)
    assert address_of(page)["gemeente"] == "GM0917"
    expect(page.get_by_text("verzonnen")).to_have_count(0)
    # Its end was read on the page before; once is enough.
    expect(page.get_by_text("Het ophalen van Heerlen is klaar")).to_have_count(0)
    store = Store(tmp_path / "eerste")
    assert {record.year for record in store.tables("GM0917")} <= {2022, 2023, 2024, 2025}
    assert store.borders_years("GM0917", "wijk")


def test_stopping_halfway_keeps_what_came_and_a_file_is_recognised_shown_and_stored(
    open_page: OpenPage, app_of_heerlen: str, standin: StandIn, store: Store
) -> None:
    standin.fault("slow", road="v3", part="DataProperties", seconds=1)
    page = open_page("/ophalen", address=app_of_heerlen)
    type_gemeente(page, "heerlen", "Heerlen (GM0917)")
    page.get_by_role("button", name="Ophalen", exact=True).click()
    # Something is on its way: then what is on its way still comes in.
    expect(page.get_by_text("Nu: cijfers van")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Stoppen").click()
    expect(page.get_by_text("Wijkradar maakt af wat onderweg is")).to_be_visible()
    expect(page.get_by_role("heading", name="Het ophalen van Heerlen is gestopt")).to_be_visible(
        timeout=DONE_MS
    )
    settle(page)
    kept = {record.year for record in Store(store.folder).tables("GM0917")}
    assert 0 < len(kept) < 13
    expect(page.get_by_role("button", name=re.compile("opnieuw proberen"))).to_be_visible()

    # The other way in, on a telephone.
    page = open_page("/ophalen", address=app_of_heerlen, width=400, dark=True)
    expect(page.get_by_role("button", name=re.compile("Kies bestanden"))).to_be_visible()
    english = (
        page.get_by_test_id("stFileUploaderDropzone").get_by_text("Upload", exact=True).last.bounding_box()
    )
    assert english is None or english["width"] <= 1
    box = page.get_by_label("Bestanden van CBS of PDOK", exact=True)
    choose_file(page, box, ROOT / "tests/data/kwb-2018.xls")
    expect(page.get_by_text("Er is nog niets opgeslagen.")).to_be_visible(timeout=30_000)
    settle(page)
    assert not barriers(page)
    before = Store(store.folder).generation
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Opgeslagen: cijfers over 2018")).to_be_visible(timeout=30_000)
    assert Store(store.folder).generation != before
    go_to_overview = page.get_by_role("link", name=re.compile("Naar het overzicht van"))
    expect(go_to_overview).to_be_visible()


def test_a_name_that_is_not_found_is_told_and_a_wrong_file_with_addresses_is_taken_away_and_another_chosen(
    open_page: OpenPage,
) -> None:
    page = open_page("/ophalen", width=400)
    page.get_by_role("combobox", name="Welke gemeente?").focus()
    page.keyboard.type("utrrecht")
    told = page.locator('[role="listbox"][data-empty="true"] [role="option"] > *')
    expect(told).to_have_css("font-size", "0px")
    assert "Niets gevonden" in told.evaluate("place => getComputedStyle(place, '::after').content")
    page.keyboard.press("Escape")

    page.get_by_text("Cijfers omrekenen", exact=True).click()
    expect(page.get_by_text("Hoe wilt u omrekenen?")).to_be_visible()
    settle(page)
    box = page.locator("[class*='st-key-adressen']")
    choose_file(page, box, ROOT / "tests/data/kwb-2018.xls")
    refusal = page.get_by_text("is geen bestand met adressen van CBS")
    expect(refusal).to_be_visible(timeout=30_000)
    assert "\N{REPLACEMENT CHARACTER}" not in refusal.inner_text()
    box.get_by_test_id("stFileChipDeleteBtn").get_by_role("button").click()
    expect(refusal).to_have_count(0)
    settle(page)
    addresses = sample.FOLDER / "adressen"
    choose_file(page, box, addresses / "2017-cbs-pc6huisnr20170801_buurt.zip")
    expect(page.get_by_text("Dit is het eerste bestand.")).to_be_visible(timeout=30_000)
    choose_file(page, box, addresses / "2021-cbs-pc6huisnr20210801_buurt.zip")
    expect(page.get_by_role("button", name="Omrekenen", exact=True)).to_be_visible(timeout=30_000)
