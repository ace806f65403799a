"""Taking a picture along: with the keyboard alone, four files, none of them through another host."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
from playwright.sync_api import Locator, Page, expect

from tests.browser.room import OpenPage

WIJK, BENEFIT = "WK999907", "benefit_bijstand_share"


def save(page: Page, button: Locator, folder: Path) -> Path:
    """Press a button with the keyboard and keep the file that it gives."""
    button.focus()
    with page.expect_download(timeout=60_000) as asked:
        page.keyboard.press("Enter")
    file = folder / asked.value.suggested_filename
    asked.value.save_as(file)
    return file


def test_a_chart_can_be_taken_along_in_four_forms_with_the_keyboard(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("/prognose", {"wijk": WIJK, "indicator": BENEFIT}, dark=True)
    fold = page.get_by_test_id("stExpander").filter(has_text="Tabel en downloads").first
    summary = fold.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    buttons = fold.get_by_test_id("stDownloadButton").get_by_role("button")
    expect(buttons).to_have_text(
        ["Afbeelding (PNG)", "Tekening (SVG)", "Cijfers (CSV)", "Cijfers (Excel)"], timeout=30_000
    )
    summary.focus()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText"))
    assert reached.index("Afbeelding (PNG)") < reached.index("Cijfers (Excel)"), "reached with Tab, in order"

    png, svg, csv, xlsx = (save(page, buttons.nth(place), tmp_path) for place in range(4))
    assert len({file.stem for file in (png, svg, csv, xlsx)}) == 1
    assert png.stem.startswith("wijkradar-voorbeeldstad-verwachting-")
    assert re.search(r"-2013-20[23]\d$", png.stem)
    assert png.read_bytes().startswith(b"\x89PNG")
    assert "CBS" in "".join(ElementTree.parse(svg).getroot().itertext())
    figures = pd.read_csv(csv, sep=";", decimal=",", encoding="utf-8-sig")
    assert set(figures["kind"]) == {"cijfer", "verwachting"}
    book = openpyxl.load_workbook(xlsx)
    assert book.sheetnames == ["Cijfers", "Verantwoording"]
    assert book["Cijfers"].max_row == len(figures) + 1
