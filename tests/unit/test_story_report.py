"""The whole wijkanalyse of the sample: a good document with and without what people bring, and never a blank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from pptx import Presentation

from data.settings import Settings
from data.store import Store
from register.database import open_register
from register.roles import LOCAL
from register.stories import Story
from reports.deck import deck
from reports.house import House
from reports.model import SECTIONS, Chart, Figure, Grid, Map, Points, Report, Say, Section, Voices
from tests.helpers.example_story import first_edition, head, part, second_edition
from ui import story_report
from ui.concern_figures import heard_at
from ui.concern_patterns import fresh
from ui.figures import Figures, figures
from ui.registering import Desk
from ui.story_report import report_of, section_of, snapshot_of
from ui.story_slides import MOST_CHARACTERS, fits
from ui.story_subject import Subject

# One worker studies the sample for all of these.
pytestmark = pytest.mark.xdist_group("wijkanalyse")

GEMEENTE, WIJK, SMALL, GONE = "GM9999", "WK999908", "WK999914", "WK999911"
#: "Buitengebied Oosterpolder, Zuiderpolder en Lange Weiden".
LONG = "WK999922"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def sample(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), GEMEENTE)


@pytest.fixture
def empty_desk(tmp_path: Path) -> Desk:
    return Desk(open_register(Settings(store=tmp_path)), GEMEENTE, LOCAL)


@pytest.fixture
def sample_desk(sample_register: Path, tmp_path: Path) -> Desk:
    url = f"sqlite:///{copy(sample_register, tmp_path)}"
    return Desk(open_register(Settings(store=tmp_path, database_url=url)), GEMEENTE, LOCAL)


def _texts(of: Any) -> Iterator[str]:
    """Yield every text that a reader gets to see."""
    if isinstance(of, str):
        yield of
    elif isinstance(of, tuple):
        for one in of:
            yield from _texts(one)
    elif is_dataclass(of) and not isinstance(of, Figure | Map):
        for field in fields(of):
            yield from _texts(getattr(of, field.name))


def _of(report: Report, id: str) -> Section:
    return next(section for section in report.sections if section.id == id)


def _seen(report: Report) -> list[str]:
    return [*_texts(report.sections), *_texts(report.slides), *_texts(report.summary)]


def test_without_a_register_or_an_author_it_is_still_a_document_that_says_what_waits_for_people(
    sample: Figures,
) -> None:
    report = report_of(sample, None, WIJK, None, TODAY)
    assert [section.id for section in report.sections] == [id for id in SECTIONS if id != "verandering"]
    assert all(section.blocks for section in report.sections)
    assert "De aanleiding is nog niet opgeschreven." in _of(report, "vraag").left_out
    assert any(
        "voorstel uit de cijfers, nog niet besproken" in text for text in _texts(_of(report, "duiding"))
    )
    assert "Het zorgenregister is niet geraadpleegd" in " ".join(_texts(_of(report, "leefwereld")))
    assert report.status == "concept, alleen uit cijfers"
    assert "verzonnen" in report.fictional
    asked = next(slide for slide in report.slides if slide.id == "gevraagd")
    assert any("vragen of zij de cijfers herkennen" in text for text in _texts(asked)), "what comes first"


def test_a_register_without_concerns_says_so(sample: Figures, empty_desk: Desk) -> None:
    found = section_of(sample, empty_desk, WIJK, "leefwereld", None, TODAY)
    assert "Er zijn nog geen zorgen of signalen vastgelegd" in " ".join(_texts(found))


@pytest.mark.parametrize("region", [WIJK, SMALL, GONE])
def test_nothing_is_blank_and_no_figure_is_written_as_nothing(sample: Figures, region: str) -> None:
    report = report_of(sample, None, region, None, TODAY)
    for block in [block for section in report.sections for block in section.blocks]:
        grid = block if isinstance(block, Grid) else getattr(block, "table", None)
        assert all(cell.strip() for row in (grid.rows if grid else ()) for cell in row)
        if isinstance(block, Points | Voices):
            assert block.items
        if isinstance(block, Chart | Map):
            assert block.title
            assert block.alt
            assert block.source
    assert not [text for text in _seen(report) if "None" in text or "nan" in text.lower().split()]


@pytest.mark.parametrize("region", [WIJK, SMALL, GONE])
def test_the_council_gets_a_title_and_five_to_seven_slides_of_one_short_message_each(
    sample: Figures, region: str
) -> None:
    report = report_of(sample, None, region, None, TODAY)
    assert 6 <= 1 + len(report.slides) <= 8
    assert len({slide.id for slide in report.slides}) == len(report.slides)
    for slide in report.slides:
        assert 0 < len(slide.message) <= MOST_CHARACTERS
        assert 1 <= len(slide.blocks) <= 2
        assert 2 <= len(slide.questions) <= 5
        assert all(answer.answer.strip() for answer in slide.questions)


@pytest.mark.parametrize("region", [WIJK, LONG])
def test_key_figures_can_be_read_from_the_back_of_a_council_room(sample: Figures, region: str) -> None:
    report = report_of(sample, None, region, None, TODAY)
    made = Presentation(BytesIO(deck(replace(report, slides=report.slides[:1]), House())))
    table = next(shape.table for slide in made.slides for shape in slide.shapes if shape.has_table)
    assert len(table.rows) == 7
    sizes = [
        run.font.size.pt
        for cell in table.iter_cells()
        for paragraph in cell.text_frame.paragraphs
        for run in paragraph.runs
    ]
    assert min(sizes) >= 20
    told = {answer.question: answer.answer for answer in report.slides[0].questions}
    assert told["Welke kant gaan deze cijfers op?"].count(";") == 5


def test_a_long_name_fits_in_every_message(sample: Figures) -> None:
    report = report_of(sample, None, LONG, None, TODAY)
    assert len(report.wijk_name) == 55
    assert max(len(slide.message) for slide in report.slides) <= MOST_CHARACTERS


def test_a_message_that_does_not_fit_with_its_names_is_told_without_and_never_cut_off(
    sample: Figures,
) -> None:
    renamed = replace(
        sample, names={**sample.names, LONG: "Sint-Willebrordusbuurt en Oud-Kerkwijkerbroek aan de Waterka"}
    )
    subject = Subject(renamed, None, LONG, None, TODAY)
    told = fits(
        subject, lambda place, town: f"{place} is op dit punt een stuk groter dan {town} in haar geheel"
    )
    assert told == "Deze wijk is op dit punt een stuk groter dan Voorbeeldstad in haar geheel"


def test_a_wijk_with_too_few_people_gets_no_strengths_or_bottlenecks_from_its_figures(
    sample: Figures,
) -> None:
    report = report_of(sample, None, SMALL, None, TODAY)
    told = " ".join(_texts(_of(report, "duiding")))
    assert "45\u00a0mensen" in told
    assert "verandert één huishouden elk aandeel al" in told
    assert "ongunstig" not in told
    assert "te weinig om met Voorbeeldstad te vergelijken" in report.slides[0].message


def test_a_wijk_that_was_split_is_told_until_its_last_year_and_gets_no_forecast(sample: Figures) -> None:
    report = report_of(sample, None, GONE, None, TODAY)
    assert "tot en met 2020" in " ".join(_texts(_of(report, "vraag")))
    assert not [block for block in _of(report, "vooruitblik").blocks if isinstance(block, Chart)]
    assert max(figure.year for figure in report.figures if figure.region == GONE) == 2020


def test_what_people_bring_stands_where_they_brought_it(sample: Figures) -> None:
    before = first_edition(WIJK, 2023)
    report = report_of(sample, None, WIJK, second_edition(WIJK, 2025, before), TODAY)
    said = [block for block in _of(report, "werk").blocks if isinstance(block, Voices)]
    assert said[0].items[0].group == "bewoners van de Componistenlaan"
    assert "Buurthuis De Maat. Elke dag open." in list(_texts(_of(report, "voorzieningen")))
    assert report.summary.ask == ("Stem in met twee prioriteiten.", "Kijk in 2028 terug.")
    assert report.summary.message == "Houd vol: ontmoeting en geldzorgen eerst."
    assert "voorstel uit de cijfers" not in " ".join(_texts(_of(report, "duiding")))
    grid = next(block for block in _of(report, "acties").blocks if isinstance(block, Grid))
    inloop = grid.rows[0]
    assert inloop[1] == "Welzijn, met kerk en speeltuin"
    assert inloop[2].endswith(". Streven: niet hoger dan nu")
    assert inloop[3] == "1 juni 2028"
    assert grid.rows[1][2].endswith(". Streven: nog niet afgesproken")
    assert grid.rows[1][3] == "nog niet afgesproken"


def test_what_was_settled_keeps_its_figures_as_they_were_told(sample: Figures) -> None:
    kept = snapshot_of(report_of(sample, None, WIJK, None, TODAY))
    own = [row for row in kept if row["indicator"] == "population" and row["region"] == WIJK]
    assert own
    assert set(own[0]) == {"region", "indicator", "year", "value", "status", "text"}
    assert all(row["value"] is None or row["value"] == row["value"] for row in kept)


def test_a_report_is_made_once_until_somebody_writes(
    sample: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(head(wijk=WIJK, year=2025), (part(1, "strength", title="Buren helpen elkaar"),))
    first = report_of(sample, None, WIJK, story, TODAY)
    monkeypatch.setattr(story_report, "summary", lambda _: pytest.fail("made anew"))
    again = Story(dict(story.head), tuple(dict(one) for one in story.parts))
    assert report_of(sample, None, WIJK, again, TODAY) is first


def test_an_older_edition_is_told_with_the_figures_of_its_year(sample: Figures) -> None:
    story = Story(head(wijk=WIJK, year=2022), ())
    report = report_of(sample, None, WIJK, story, TODAY)
    assert max(figure.year for figure in report.summary.figures.figures) <= 2022
    assert "tot en met 2022" in report.vintage
    assert "met de cijfers van nu, tot en met 2025" in " ".join(_of(report, "vooruitblik").left_out)


def test_no_part_of_the_report_knows_of_origin(sample: Figures) -> None:
    report = report_of(sample, None, WIJK, None, TODAY)
    assert not [figure for figure in report.figures if sample.catalogue[figure.indicator].theme == "herkomst"]
    assert Subject(sample, None, WIJK, None, TODAY).figure("origin_nl") is None
    assert isinstance(_of(report, "vraag").blocks[0], Say)


# What residents tell, in counts --------------------------------------------------------------------


def test_that_a_number_per_inhabitant_was_drawn_towards_the_gemeente_is_said_where_it_stands(
    sample: Figures, sample_desk: Desk
) -> None:
    report = report_of(sample, sample_desk, WIJK, None, TODAY)
    says = [block.text for block in _of(report, "leefwereld").blocks if isinstance(block, Say)]
    (at,) = (place for place, text in enumerate(says) if "per 1\u202f000 inwoners (in 95" in text)
    assert "naar het gemiddelde van de gemeente toe getrokken" in says[at + 1]
    assert says[at + 1] in list(_texts(_of(report, "verantwoording")))
    slide = next(slide for slide in report.slides if slide.id == "bewoners")
    assert says[at + 1] in [answer.answer for answer in slide.questions]
    few = report_of(sample, sample_desk, SMALL, None, TODAY)
    assert "toe getrokken" not in " ".join(_texts(_of(few, "leefwereld")))


def test_a_fresh_concentration_is_told_in_the_wijken_that_lie_in_it_and_that_may_be_told_of(
    sample: Figures, sample_desk: Desk
) -> None:
    found = fresh(heard_at(sample_desk, sample, TODAY))
    assert len(found)
    inside = {region for regions in found["regions"] for region in regions}
    told = {
        region: " ".join(_texts(section_of(sample, sample_desk, region, "leefwereld", None, TODAY)))
        for region in sample.regions_in(2025)
    }
    fresh_in = {
        region
        for region, text in told.items()
        if "Nieuwe concentratie" in text or "Ook van alle zorgen samen" in text
    }
    hidden = {region for region, text in told.items() if "daarvoor zijn het er te weinig" in text}
    assert fresh_in == inside - hidden
    assert fresh_in
    assert all("meer dan toeval" in told[region].lower() for region in fresh_in)
    # The council hears of it too.
    slides = report_of(sample, sample_desk, min(fresh_in), None, TODAY).slides
    heard = " ".join(_texts(next(slide for slide in slides if slide.id == "bewoners")))
    assert "Nieuwe concentratie sinds" in heard
