"""Raadspresentatie: which wijk, which edition and for whom; the slides stand in the page as a whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from register.roles import LOCAL, Actor, Role
from reports.model import Report
from tests.helpers.example_report import NASTY, example_report
from tests.pages.conftest import Open
from ui import council, council_slides
from ui.council_slides import NOBODY, Sender

WRITTEN = "WK999908"
VIEWER = Actor("lezer", Role.VIEWER)


def text_of(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.title, *app.markdown, *app.caption, *app.warning])


def slides_of(app: AppTest) -> str:
    return next((part.proto.body for part in app.get("html") if "raad-scherm" in part.proto.body), "")


def deck(report: Report, sender: Sender = NOBODY) -> str:
    return council_slides.deck_html(
        report, "#0B5C7A", ("#0B5C7A", "#FFFFFF"), "raad.js", "", lambda *_: "<svg/>", sender
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The editions of which slides were asked; the report itself is an example, made at once."""
    editions: list[Any] = []

    def report_of(known: Any, desk: Any, region: str, story: Any, today: Any) -> Report:
        editions.append(story and story.head["edition"])
        return example_report(wijk=region)

    monkeypatch.setattr(council, "report_of", report_of)
    monkeypatch.setattr(council.forecasting, "wait_for_study", lambda _: None)
    return editions


def as_viewer(monkeypatch: pytest.MonkeyPatch, who: Actor = VIEWER) -> None:
    monkeypatch.setattr("ui.registering.actor", lambda: who)


def test_without_a_wijk_the_page_lists_those_that_have_a_wijkanalyse(open_page: Open) -> None:
    app = open_page("raad")
    assert "Kies een wijk" in text_of(app)
    links = [part.proto for part in app.get("page_link")]
    assert any(f"wijk={WRITTEN}" in link.query_string for link in links)
    assert not slides_of(app)


def test_where_nobody_wrote_anything_yet_that_is_said_and_every_wijk_can_be_chosen(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(council, "wijken_written", lambda *_: [])
    app = open_page("raad")
    assert "De cijfers alleen kunnen wel" in text_of(app)
    assert len(app.selectbox(key="raad-wijk").options) > 20


def test_a_link_to_a_slide_without_a_wijk_does_not_open_by_itself_later(open_page: Open) -> None:
    assert "dia" not in open_page("raad", dia="vooruitblik").query_params


def test_a_coordinator_presents_the_concept_and_a_viewer_what_was_settled(
    open_page: Open, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("raad", wijk=WRITTEN)
    assert app.query_params["editie"] == "2"
    as_viewer(monkeypatch)
    app = open_page("raad", wijk=WRITTEN)
    assert app.query_params["editie"] == "1"
    assert asked == [2, 1]
    assert LOCAL.role is not Role.VIEWER


def test_a_link_to_a_concept_tells_a_viewer_why_there_is_something_else(
    open_page: Open, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_viewer(monkeypatch)
    app = open_page("raad", wijk=WRITTEN, editie="2")
    assert "editie 2 van de wijkanalyse" in str(app.warning[0].value)
    assert asked == [1]


def test_the_figures_alone_can_always_be_presented(open_page: Open, asked: list[Any]) -> None:
    app = open_page("raad", wijk="WK999901")
    assert asked == [None]
    assert app.query_params["editie"] == "cijfers"
    assert "een wijkanalyse is er niet bij" in text_of(app)
    assert "raad-start" in slides_of(app)


def test_a_register_that_cannot_be_reached_is_told_once_and_the_figures_go_on(
    open_page: Open, asked: list[Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "register.db").write_bytes(b"dit is geen databank" * 500)
    monkeypatch.setenv("WIJKRADAR_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    app = open_page("raad", wijk=WRITTEN)
    assert text_of(app).count("is beschadigd of is geen register") == 1
    assert asked == [None]
    assert "raad-start" in slides_of(app)


def test_a_logo_that_cannot_be_read_is_told_and_no_reason_not_to_present(
    open_page: Open, asked: list[Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "logo.png").write_text("geen plaatje")
    monkeypatch.setenv("WIJKRADAR_LOGO", str(tmp_path / "logo.png"))
    monkeypatch.setenv("WIJKRADAR_ORGANISATION", "Gemeente Elders")
    app = open_page("raad", wijk=WRITTEN)
    assert "kan niet worden gelezen" in str(app.warning[0].value)
    assert asked
    assert "Gemeente Elders." in slides_of(app)


# -- the slides themselves ---------------------------------------------------------------------------


def test_every_slide_has_one_heading_an_address_and_the_words_of_the_report() -> None:
    report = example_report()
    made = deck(report)
    assert made.count("<h1 ") == len(report.slides) == made.count('<section class="dia"')
    for slide in report.slides:
        assert f'data-dia="{slide.id}"' in made
        assert f"dia={slide.id}" in made
    for told in (report.vintage, report.fictional, "Besproken op 3 maart 2026"):
        assert told in made


def test_the_logo_of_the_organisation_stands_at_the_foot_with_its_name() -> None:
    made = deck(example_report(), Sender("Gemeente Elders", b"\x89PNG-of-zo"))
    assert '<img class="logo" alt="Gemeente Elders" src="data:image/png;base64,' in made.split("<footer")[1]
    assert 'class="logo"' not in deck(example_report())


def test_every_picture_has_an_alternative_and_a_table_with_headers() -> None:
    made = deck(example_report())
    assert "<img" in made
    assert all(len(alt) > 20 for alt in re.findall(r'<img [^>]*alt="([^"]*)"', made))
    for slide in re.findall(r'<section class="dia".*?</section>', made, re.DOTALL):
        if "<img" in slide:
            assert re.search(r'dia-tabel.*<th scope="col".*<th scope="row"', slide, re.DOTALL)


def test_notes_and_tables_are_hidden_until_somebody_asks_for_them() -> None:
    made = deck(example_report())
    for part in re.findall(r'<(?:aside|div) class="dia-(?:notities|tabel)"[^>]*>', made):
        assert part.endswith(" hidden>")


def test_names_with_signs_of_html_stay_text() -> None:
    report = example_report(wijk_name=NASTY)
    made = deck(report)
    assert "<b>buur</b>" not in made
    assert "&lt;b&gt;buur&lt;/b&gt;" in made
    assert "http://" not in made.replace("http://www.w3.org", "")
    assert "https://" not in made


def test_a_finding_that_only_repeats_the_message_is_not_said_twice() -> None:
    report = example_report()
    assert report.slides[3].message == report.slides[3].blocks[0].title  # type: ignore[union-attr]
    made = deck(report)
    section = made.split('data-dia="kaart"')[1].split("</section>")[0]
    assert "<figcaption>" not in section
