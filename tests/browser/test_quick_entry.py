"""On the phone of a coordinator in the street: five fields, by thumb, in under twenty seconds, once."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Page, expect

from data.settings import Settings
from register.concerns import Concerns
from register.database import open_register
from register.roles import LOCAL
from tests.browser.room import OpenPage, settle

GEMEENTE = "GM9999"
#: Wijk (open, take), theme, text, channel, seriousness, and the button.
MOST_TOUCHES = 8
MOST_SECONDS = 20
#: As a thumb does: so long to find and touch something, and so many signs a second. What the server takes depends on what else the
#: machine of a test does; the rest of the seconds is left for it.
SECONDS_A_TOUCH = 1
SIGNS_A_SECOND = 12
SECONDS_FOR_THE_SERVER = 5


class Thumb:
    """Touches the screen, and counts how often."""

    def __init__(self, page: Page) -> None:
        self.page, self.touches = page, 0

    def touch(self, role: str, name: str, within: str = ".st-key-vastleggen") -> None:
        self.page.locator(within).get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        self.touches += 1


def register_of(store: Path) -> Concerns:
    return Concerns(open_register(Settings(store=store)), GEMEENTE, LOCAL)


def test_a_concern_is_recorded_on_a_phone_in_under_twenty_seconds(
    open_page: OpenPage, app_store: Path
) -> None:
    page = open_page("/zorgen", {"gemeente": GEMEENTE}, width=400)
    concerns, said = register_of(app_store), f"Er ligt glas bij de speelplek {time.time_ns()}"
    thumb = Thumb(page)

    thumb.touch("combobox", "Wijk")
    page.get_by_role("option", name="Componistenkwartier").click()
    thumb.touches += 1
    thumb.touch("radio", "Afval en zwerfvuil")
    page.get_by_label("Wat is er gehoord?").press_sequentially(said, delay=1000 / SIGNS_A_SECOND)
    thumb.touches += 1
    thumb.touch("radio", "Buurtantenne")
    thumb.touch("radio", "Ernstig")
    # A thumb that is not sure presses twice.
    page.get_by_role("button", name="Leg vast").dblclick()
    thumb.touches += 1
    expect(page.get_by_text("Vastgelegd als nr.")).to_be_visible()

    assert thumb.touches <= MOST_TOUCHES
    own = thumb.touches * SECONDS_A_TOUCH + len(said) / SIGNS_A_SECOND
    assert own + SECONDS_FOR_THE_SERVER < MOST_SECONDS
    frame = concerns.frame()
    found = frame[frame["text"] == said]
    assert len(found) == 1, "pressed twice, recorded once"
    record = found.iloc[0]
    assert (record["wijk"], record["theme"], record["channel"], record["seriousness"]) == (
        "WK999907",
        "afval",
        "buurtantenne",
        3,
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 400

    # A page that is loaded anew does not ask for it again.
    page.reload()
    settle(page)
    expect(page.get_by_text(f"Dit is vastgelegd als nr. {record['number']}.")).to_be_visible()
    page.get_by_role("button", name="Nog een").click()
    settle(page)
    field = page.get_by_label("Wat is er gehoord?")
    expect(field).to_have_value("")

    # What may point at a person is asked about while the writer is still in the field, who types on where the caret was.
    field.press_sequentially("Bel haar op 06-12345678 na vijven", delay=20)
    expect(page.get_by_text("Dit lijkt op een gegeven van een persoon")).to_be_visible()
    for _ in range(len(" na vijven")):
        field.press("ArrowLeft")
    field.press_sequentially(" of 7", delay=20)
    page.wait_for_timeout(1_000)
    field.press_sequentially(" uur", delay=20)
    expect(field).to_be_focused()
    expect(field).to_have_value("Bel haar op 06-12345678 of 7 uur na vijven")

    # As on every page the switch stands above the title; what was saved far down the page is told where it is seen.
    page = open_page(
        "/zorgen", {"gemeente": GEMEENTE, "deel": "lijst", "nr": str(record["number"])}, width=400
    )
    switch, title = page.get_by_role("radio", name="Lijst"), page.get_by_role("heading", level=1)
    assert (switch.bounding_box() or {})["y"] < (title.bounding_box() or {})["y"]
    empty = (
        "getComputedStyle(document.querySelector('[data-type=year][data-placeholder]'), '::before').content"
    )
    assert page.evaluate(empty) == '"jjjj"', "an empty day speaks Dutch"
    page.get_by_role("textbox", name="Wat is aan bewoners verteld?").fill("Het glas is opgeruimd")
    page.get_by_role("button", name="Sla op").click()
    expect(page.get_by_text("Opgeslagen.", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("button", name="Ongedaan maken")).to_be_in_viewport()
