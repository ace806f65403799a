"""A coordinator works out what new dwellings ask for: built, kept, found back and taken along, also with a thumb."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Page, expect

from tests.browser.room import OpenPage, settle

VIEW = {"deel": "nodig", "wijk": "WK999906", "behoefte": "older"}
NAME = "Nieuwbouw aan de rivier"


@pytest.fixture(autouse=True)
def _an_empty_shelf_to_oneself(app_store: Path) -> Iterator[None]:
    """Let one worker at a time keep scenarios: they share a store, and what another keeps cannot be taken back."""
    with FileLock(app_store.parent / "scenarios.lock"):
        shutil.rmtree(app_store / "scenarios", ignore_errors=True)
        yield


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    page.wait_for_timeout(300)
    settle(page)


def said(page: Page, text: str) -> None:
    expect(page.locator("[data-testid=stMain]").get_by_text(text).first).to_be_visible()


def test_a_scenario_is_built_kept_found_back_and_taken_along(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/prognose", VIEW)
    said(page, "Rond 2030 naar verwachting")
    said(page, "Dit is een scenario: wat er gebeurt áls deze aannames uitkomen.")

    press(page, "nieuwe woningen in Rivierenbuurt")
    said(page, "In uw scenario zijn er in Rivierenbuurt rond 2030")
    page.get_by_role("textbox", name="Naam van het scenario").fill(NAME)
    page.keyboard.press("Enter")
    said(page, f"In scenario ‘{NAME}’ zijn er in Rivierenbuurt rond 2030")

    page.get_by_text("Er komt een maatregel").click()
    expect(page.get_by_role("spinbutton", name="Volledig binnen (jaar)")).to_be_visible()
    settle(page)
    # Typed and clicked at once: what stands in the box counts.
    page.get_by_role("spinbutton", name="Hoeveel procent?").fill("25")
    press(page, "Voeg deze aanname toe")
    said(page, "Een maatregel vanaf 2027: 25 % minder inwoners van 65 jaar of ouder, binnen 3 jaar volledig")
    press(page, "Haal 1 weg")
    expect(page.get_by_role("button", name="Haal 2 weg")).to_have_count(0)
    press(page, "Ongedaan maken: een aanname weghalen")
    expect(page.get_by_role("button", name="Haal 2 weg")).to_be_visible()
    press(page, "Bewaar scenario")
    said(page, f"Bewaard: ‘{NAME}’")

    page.locator(".st-key-scenario-tabel summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Cijfers (CSV)").click()
    taken = tmp_path / "scenario.csv"
    download.value.save_as(taken)
    lines = taken.read_text("utf-8-sig").splitlines()
    assert {"kind", "scenario", "people", "difference"} <= set(lines[0].split(";"))
    assert any(";scenario;" in line and NAME in line for line in lines)

    page.get_by_text("Een scenario meegeven of inlezen").click()
    with page.expect_download() as download:
        press(page, "Scenario als bestand")
    kept = tmp_path / "scenario.json"
    download.value.save_as(kept)
    assert json.loads(kept.read_text())["name"] == NAME


def test_on_a_telephone_a_kept_scenario_opens_and_fits(open_page: OpenPage) -> None:
    page = open_page("/prognose", VIEW | {"wijk": "WK999907"}, width=400, dark=True)
    press(page, "nieuwe woningen in Componistenkwartier")
    page.get_by_role("textbox", name="Naam van het scenario").fill("Onderweg")
    page.keyboard.press("Enter")
    press(page, "Bewaar scenario")
    said(page, "Bewaard: ‘Onderweg’")

    page = open_page("/prognose", VIEW | {"wijk": "WK999907"}, width=400)
    page.get_by_role("combobox", name="Open een scenario").focus()
    page.keyboard.type("Onderweg")
    page.keyboard.press("Enter")
    said(page, "In scenario ‘Onderweg’ zijn er in Componistenkwartier rond 2030")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    press(page, "Verwijder")
    said(page, "‘Onderweg’ is verwijderd")
    press(page, "Ongedaan maken: het verwijderen")
    said(page, "Ongedaan gemaakt: het verwijderen van ‘Onderweg’")
