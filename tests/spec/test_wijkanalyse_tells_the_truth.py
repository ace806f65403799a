"""A wijkanalyse tells what the figures say, no more: each number stands in the panel, and what is not there says why."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.store import Store
from register.stories import Story
from reports.model import Chart, Figure, Grid, Map, Points, Report, Say, Section, Slide
from tests.helpers.example_story import first_edition, head, part, second_edition
from ui import story_wording as words
from ui.figures import Figures, figures
from ui.forecasting import record_beside
from ui.outlook_wording import coverage_sentence
from ui.story_changes import difference
from ui.story_outlook import ahead
from ui.story_report import report_of, section_of, snapshot_of
from ui.story_subject import Subject

# One worker studies the sample for all of these.
pytestmark = pytest.mark.xdist_group("wijkanalyse")

GEMEENTE, WIJK, SMALL, GONE = "GM9999", "WK999908", "WK999914", "WK999911"
TODAY = date(2026, 11, 22)
_FIRST_NUMBER = re.compile(r"[−-]?\d[\d\u202f]*(?:,\d+)?")


@pytest.fixture(scope="module")
def sample(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), GEMEENTE)


@pytest.fixture(scope="module")
def report(sample: Figures) -> Report:
    return report_of(sample, None, WIJK, None, TODAY)


def _texts(of: Any) -> Iterator[str]:
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


def _grid(section: Section) -> Grid:
    return next(block for block in section.blocks if isinstance(block, Grid))


def _written(text: str) -> float:
    found = _FIRST_NUMBER.search(text)
    assert found, text
    return float(found[0].replace("\u202f", "").replace(",", ".").replace("−", "-"))


def test_every_figure_of_the_report_is_the_figure_of_the_panel(sample: Figures, report: Report) -> None:
    rows = sample.panel.set_index(["region", "indicator", "year"])
    assert len(report.figures) > 100
    for figure in report.figures:
        row = rows.loc[(figure.region, figure.indicator, figure.year)]
        assert figure.status == row["status"]
        assert math.isnan(figure.value) if math.isnan(row["value"]) else figure.value == row["value"]


def test_the_number_that_is_written_is_the_number_of_the_panel_rounded_as_its_source_rounds(
    sample: Figures, report: Report
) -> None:
    for figure in report.figures:
        if math.isnan(figure.value):
            assert figure.text.startswith("geen cijfer (")
            continue
        entry = sample.catalogue[figure.indicator]
        euros = 1000.0 if "euro" in figure.unit else 1.0
        decimals = max(entry.decimals, 1) if figure.unit == "%" else entry.decimals
        assert _written(figure.text) == pytest.approx(
            round(figure.value, decimals) * euros, abs=0.51 * euros * 10.0**-decimals
        )


def test_every_figure_names_its_table_its_year_and_its_day(report: Report) -> None:
    for figure in report.figures:
        assert str(figure.year) in figure.source
        assert "CBS" in figure.source
        assert "ingelezen op" in figure.source


def test_the_key_figures_stand_beside_those_of_the_gemeente_of_the_same_year(
    sample: Figures, report: Report
) -> None:
    grid = report.summary.figures
    assert [row[0] for row in grid.rows][:2] == ["Inwoners", "Aandeel 65-plussers"]
    by_place = {(figure.indicator, figure.region): figure for figure in grid.figures}
    for figure in grid.figures:
        assert by_place[figure.indicator, GEMEENTE].year == by_place[figure.indicator, WIJK].year


def test_of_a_wijk_with_45_people_nothing_is_called_good_or_bad_and_the_reason_is_told(
    sample: Figures,
) -> None:
    found = report_of(sample, None, SMALL, None, TODAY)
    told = " ".join([*_texts(found.sections), *_texts(found.slides), *_texts(found.summary)])
    assert "(gunstig)" not in told
    assert "(ongunstig)" not in told
    assert "Met minder dan 200 inwoners verandert één huishouden elk aandeel al." in told


def test_a_part_of_which_nothing_is_known_says_why_instead_of_being_blank(
    sample: Figures, report: Report
) -> None:
    grids = [block for section in report.sections for block in section.blocks if isinstance(block, Grid)]
    assert all(cell.strip() for grid in grids for row in grid.rows for cell in row)
    missing = next(grid for grid in grids if grid.caption.startswith("Ontbrekende cijfers"))
    counted = sum(int(_written(row[1])) for row in missing.rows)
    there, of = (int(_written(part)) for part in missing.note.split("van de"))
    assert counted == of - there


def test_origin_is_nowhere(sample: Figures, report: Report) -> None:
    told = " ".join([*_texts(report.sections), *_texts(report.slides), *_texts(report.summary)]).lower()
    assert "herkomst" not in told
    titles = [entry.title.lower() for entry in sample.catalogue.of_theme("herkomst")]
    assert titles
    assert not [title for title in titles if title in told]


def test_a_forecast_stands_beside_how_often_such_bands_were_right(sample: Figures, report: Report) -> None:
    blocks = _of(report, "vooruitblik").blocks
    charts = [place for place, block in enumerate(blocks) if isinstance(block, Chart)]
    assert charts
    for place in charts:
        chart, beside = blocks[place], blocks[place + 1]
        assert isinstance(chart, Chart)
        assert isinstance(beside, Say)
        record, _ = record_beside(sample, chart.figures[0].indicator, WIJK)
        expected = next(series for series in chart.series if series.role == "expected")
        ahead = [value for value in expected.values if value is not None]
        assert coverage_sentence(record, len(ahead)) in beside.text
        assert len([low for low in expected.lower if low is not None]) == len(ahead)
        assert len([low for low in expected.wide_lower if low is not None]) == len(ahead)


def test_what_cannot_be_forecast_is_left_out_with_the_reason(report: Report) -> None:
    assert any(reason.startswith("Niet te voorspellen:") for reason in _of(report, "vooruitblik").left_out)


def test_where_people_named_nothing_the_figures_propose_and_say_that_nobody_discussed_it(
    report: Report,
) -> None:
    blocks = [block for block in _of(report, "duiding").blocks if isinstance(block, Points)]
    assert blocks[1].heading == "Knelpunten (voorstel uit de cijfers, nog niet besproken)"
    assert "Prioriteiten kiezen mensen, geen cijfers." in blocks[2].items[0]


def test_a_second_edition_tells_what_became_of_each_action(sample: Figures) -> None:
    story = second_edition(WIJK, 2025, first_edition(WIJK, 2023))
    grid = _grid(section_of(sample, None, WIJK, "verandering", story, TODAY))
    became = {row[0]: row[1] for row in grid.rows}
    assert became["Inloop op drie ochtenden"] == "Gedaan. Gemiddeld 18 bezoekers per ochtend"
    assert became["Hulp bij geldzaken in de wijk"].startswith(
        "Loopt. Wat het opleverde, is nog niet opgeschreven"
    )
    assert became["Bankjes langs de route"].startswith("Niet overgenomen in deze editie. Stand: gestopt")


def test_a_second_edition_names_what_is_new_what_stayed_and_what_is_not_named_any_more(
    sample: Figures,
) -> None:
    story = second_edition(WIJK, 2025, first_edition(WIJK, 2023))
    section = section_of(sample, None, WIJK, "verandering", story, TODAY)
    strengths = next(block for block in section.blocks if isinstance(block, Points))
    assert strengths.items == (
        "Nieuw: Het buurthuis is elke dag open",
        "Gebleven: Buren helpen elkaar",
        "Niet meer genoemd: Een actieve speeltuinvereniging",
    )


def test_the_figure_of_then_is_the_one_that_was_kept_and_a_revision_by_the_source_is_told(
    sample: Figures,
) -> None:
    kept = [
        {"region": WIJK, "indicator": "benefit_bijstand_share", "year": 2022, "value": 50.0,
         "status": "provisional", "text": "50,0 per 1 000 inwoners (voorlopig)"},
    ]  # fmt: skip
    story = second_edition(WIJK, 2025, first_edition(WIJK, 2023, kept))
    section = section_of(sample, None, WIJK, "verandering", story, TODAY)
    row = next(row for row in _grid(section).rows if row[0] == "Hulp bij geldzaken in de wijk")
    assert row[3].startswith("50,0 (2022, voorlopig) en ")
    assert any("de bron geeft nu" in reason for reason in section.left_out)


def test_two_years_within_their_noise_are_not_called_a_change(sample: Figures) -> None:
    rows: list[dict[str, float]] = [{"value": 40.0, "margin": 1.0}, {"value": 41.0, "margin": 1.0}]
    entry = sample.catalogue["hh_single_share"]
    assert difference(rows[0], rows[1], entry) == "ongeveer gelijk"
    assert difference({"value": 40.0, "margin": 6.0}, {"value": 45.0, "margin": 6.0}, entry) == "te onzeker"
    assert (
        difference({"value": 40.0, "margin": 1.0}, {"value": 45.0, "margin": 1.0}, entry)
        == "5,0\u00a0procentpunt hoger"
    )


def test_other_land_or_another_way_of_counting_makes_that_years_are_not_compared(sample: Figures) -> None:
    # From 2023 on CBS names the levels of schooling otherwise.
    before = first_edition(WIJK, 2021)
    parts = tuple(
        {**part, "indicator": "edu_low_share"} if part["number"] == 22 else part for part in before.parts
    )
    story = second_edition(WIJK, 2025, Story(before.head, parts))
    section = section_of(sample, None, WIJK, "verandering", story, TODAY)
    row = next(row for row in _grid(section).rows if row[0] == "Hulp bij geldzaken in de wijk")
    assert row[4] == "niet te vergelijken: andere grens of andere telling"
    assert any("Breuk in 2023" in reason for reason in section.left_out)


def test_a_first_edition_has_nothing_to_look_back_on(sample: Figures, report: Report) -> None:
    assert "verandering" not in [section.id for section in report.sections]
    told = section_of(sample, None, WIJK, "verandering", None, TODAY)
    assert "Dit is de eerste editie" in " ".join(_texts(told))


def test_the_year_of_an_edition_of_a_wijk_that_is_gone_is_never_later_than_its_own_last(
    sample: Figures,
) -> None:
    story = replace(first_edition(GONE, 2025))
    assert Subject(sample, None, GONE, story, TODAY).year == 2020


# What a critical reader looks for -----------------------------------------------------------------


def _slide(report: Report, id: str) -> Slide:
    return next(slide for slide in report.slides if slide.id == id)


def test_of_a_wijk_with_45_people_no_share_is_told_and_nothing_is_forecast(sample: Figures) -> None:
    found = report_of(sample, None, SMALL, None, TODAY)
    own = {figure.indicator for figure in found.figures if figure.region == SMALL}
    assert own == {"population", "households", "dwellings", "businesses", "area_land"}
    assert found.summary.chart is None
    assert not [block for block in _of(found, "vooruitblik").blocks if isinstance(block, Chart)]
    assert "te weinig om vooruit te kijken" in " ".join(_texts(_of(found, "vooruitblik")))


def test_the_message_tells_both_sides_and_that_figures_of_one_theme_are_alike(report: Report) -> None:
    slide = _slide(report, "beeld")
    assert re.search(
        r"\d+ van de \d+\scijfers ongunstiger en \d+ gunstiger dan in Voorbeeldstad", slide.message
    )
    assert "die lijken op elkaar" in " ".join(_texts(slide.blocks))
    assert "die lijken op elkaar" in report.summary.message
    told = next(one.answer for one in slide.questions if "dubbel" in one.question)
    of_themes = [int(n) for n in re.findall(r": (\d+)\scijfers?,", told)]
    (whole,) = re.findall(r"van de (\d+)\scijfers", slide.message)
    assert sum(of_themes) == int(whole)


def test_no_finding_of_a_chapter_stands_there_twice(sample: Figures) -> None:
    for region in (WIJK, "WK999901", GONE):
        for section in report_of(sample, None, region, None, TODAY).sections:
            said = [block.text for block in section.blocks if isinstance(block, Say)]
            said += [item for block in section.blocks if isinstance(block, Points) for item in block.items]
            said += [f"{block.title}." for block in section.blocks if isinstance(block, Chart)]
            findings = [
                one for text in said for one in re.split(r"(?<=\.) (?=[A-Z])", text) if " dan in " in one
            ]
            assert len(findings) == len(set(findings)), (region, section.id)


def test_what_is_expected_is_written_as_finely_in_the_table_as_in_the_sentence(report: Report) -> None:
    blocks = _of(report, "vooruitblik").blocks
    for place, block in enumerate(blocks):
        if isinstance(block, Chart):
            said = blocks[place - 1]
            expected = next(series for series in block.series if series.role == "expected")
            assert isinstance(said, Say)
            assert _FIRST_NUMBER.findall(expected.texts[-1])[0] in said.text


def test_an_expectation_that_reaches_less_far_is_not_told_as_if_it_did(report: Report) -> None:
    charts = [block for block in _of(report, "vooruitblik").blocks if isinstance(block, Chart)]
    last = {chart.categories[-1] for chart in charts}
    lead = _of(report, "vooruitblik").blocks[0]
    assert isinstance(lead, Say)
    assert len(last) > 1
    assert all(year in lead.text for year in last)


def test_an_answer_in_the_notes_speaks_of_nothing_that_is_not_there(sample: Figures, report: Report) -> None:
    ask = " ".join(answer.question for answer in _slide(report, "gevraagd").questions)
    assert "Wat kost het?" not in ask
    assert "Waarom hier" not in ask
    voices = _slide(report, "bewoners")
    assert voices.sources == ("Bron: deze wijkanalyse zelf.",)
    assert all(slide.sources for slide in report.slides)
    assert "Spreken deze mensen" not in " ".join(answer.question for answer in voices.questions)
    few = _slide(report_of(sample, None, SMALL, None, TODAY), "krachten")
    assert "voorstel uit de cijfers" not in " ".join(_texts(few))


def test_a_slide_never_breaks_off_within_a_figure(sample: Figures) -> None:
    for region in ("WK999901", "WK999922", WIJK):
        for points in _slide(report_of(sample, None, region, None, TODAY), "krachten").blocks:
            assert isinstance(points, Points)
            assert not [item for item in points.items if "…" in item]


def test_that_the_day_of_looking_back_has_passed_is_told(sample: Figures) -> None:
    actions = (
        part(1, "action", title="Bankjes", status="loopt", evaluate_on="2026-01-01"),
        part(2, "action", title="Fietsles", status="gedaan", evaluate_on="2026-01-01"),
    )
    story = Story(head(wijk=WIJK, year=2025), actions)
    section = section_of(sample, None, WIJK, "acties", story, TODAY)
    assert [row[-1] for row in _grid(section).rows] == [
        "1 januari 2026 (die dag is voorbij)",
        "1 januari 2026",
    ]
    assert "2\u00a0acties afgesproken, waarvan 1 gedaan" in " ".join(_texts(section))


def test_one_side_that_people_named_is_not_told_as_two(sample: Figures) -> None:
    story = Story(head(wijk=WIJK, year=2025), (part(1, "bottleneck", title="Donker plein"),))
    slide = _slide(report_of(sample, None, WIJK, story, TODAY), "krachten")
    assert (
        slide.message == "Vogelbuurt: 1\u00a0knelpunt genoemd, krachten zijn nog een voorstel uit de cijfers"
    )


def test_texts_of_thousands_of_characters_leave_the_one_page_one_page(sample: Figures) -> None:
    long = "Dit is een zin over de wijk zonder einde " * 100
    parts = tuple(
        part(n, kind, title=long, text=long, about=999) for n, kind in enumerate(("strength", "priority"))
    )
    story = Story(head(wijk=WIJK, year=2025, message=long, ask=long), parts)
    found = report_of(sample, None, WIJK, story, TODAY)
    told = [found.summary.message, *_texts(found.summary.points)]
    assert max(map(len, told)) < 500
    assert "verder in de wijkanalyse" in found.summary.message
    # What is asked stands nowhere else: the one page shortens it, the wijkanalyse does not.
    assert found.summary.ask == (long.strip(),)


# What was settled, and read later -----------------------------------------------------------------


def _settled(sample: Figures, **fields: Any) -> Story:
    """Return an edition that was settled when there were figures up to 2023, with the figures of then."""
    story = first_edition(WIJK, 2023, **fields)
    kept = snapshot_of(report_of(sample, None, WIJK, story, date(2023, 11, 20)))
    return Story(story.head | {"figures": kept}, story.parts)


def test_what_was_settled_is_expected_from_the_figures_of_then_and_reads_the_same_everywhere(
    sample: Figures,
) -> None:
    found = report_of(sample, None, WIJK, _settled(sample), TODAY)
    assert max(figure.year for figure in found.figures) == 2023
    charts = [block for block in _of(found, "vooruitblik").blocks if isinstance(block, Chart)]
    assert charts
    told: dict[tuple[str, str, int], set[str]] = {}
    for figure in found.figures:
        told.setdefault((figure.region, figure.indicator, figure.year), set()).add(figure.text)
    for chart in charts:
        own, expected = chart.series
        indicator = chart.figures[-1].indicator
        last = max(at for at, value in enumerate(own.values) if value is not None)
        year = int(chart.categories[last])
        told.setdefault((WIJK, indicator, year), set()).add(own.texts[last])
        assert int(chart.categories[-1]) <= 2023 + 5
        assert expected.texts[last] == "gemeten"
    assert not [texts for texts in told.values() if len(texts) > 1]
    assert found.summary.chart in charts


def test_a_document_that_is_made_anew_says_what_is_of_then_and_what_is_of_now(sample: Figures) -> None:
    story = _settled(sample)
    accounting = " ".join(_texts(_of(report_of(sample, None, WIJK, story, TODAY), "verantwoording")))
    assert "is op 22 november 2026 opnieuw gemaakt" in accounting
    assert "De verwachtingen zijn gemaakt met cijfers tot en met 2023" in accounting
    assert "Alle cijfers die toen zijn bewaard, staan er nu net zo." in accounting
    assert "Van nu zijn: de namen en grenzen" in accounting
    other = [
        row | {"value": 40.0, "text": "40,0 per 1 000 inwoners"}
        if (row["region"], row["indicator"]) == (WIJK, "benefit_bijstand_share")
        else row
        for row in story.head["figures"]
    ]
    revised = report_of(sample, None, WIJK, Story(story.head | {"figures": other}, story.parts), TODAY)
    told = " ".join(_texts(_of(revised, "verantwoording")))
    assert "Anders dan toen:" in told
    assert "toen 40,0 per 1 000 inwoners, nu 64,4" in told


def test_nothing_is_expected_of_a_year_that_is_over_or_of_now(sample: Figures) -> None:
    subject = Subject(sample, None, WIJK, None, TODAY)
    report = report_of(sample, None, WIJK, None, TODAY)
    charts = [block for block in _of(report, "vooruitblik").blocks if isinstance(block, Chart)]
    assert all(TODAY.year < int(chart.categories[-1]) <= TODAY.year + 5 for chart in charts)
    years = re.findall(r"Rond (\d{4})", " ".join(_texts(report.sections)))
    assert years
    assert min(map(int, years)) > TODAY.year
    told = " ".join(_of(report, "vooruitblik").left_out)
    assert (
        "Geen verwachting: het aantal cliënten van de Wmo in Vogelbuurt. Het laatste cijfer is van 2024."
        in told
    )
    assert "Een verwachting tot en met 2025 kijkt niet vooruit." in told
    # Three years on, what reaches far enough is looked ahead at further, and the rest says why not.
    later = replace(subject, today=date(2029, 3, 1))
    far = ahead(later, "population")
    assert far.row is not None
    assert far.row["year"] > 2030
    near = ahead(later, "benefit_bijstand_share")
    assert (near.row, near.past) == (None, 2028)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("gedaan", "De enige actie uit de vorige wijkanalyse is gedaan"),
        ("loopt", "De enige actie uit de vorige wijkanalyse is niet gedaan"),
    ],
)
def test_of_one_thing_it_is_not_told_how_many_of_them(sample: Figures, status: str, told: str) -> None:
    before = first_edition(WIJK, 2023)
    before = Story(before.head, (part(21, "action", title="Inloop", status=status),))
    after = Story(
        head(number=2, edition=2, previous=1, wijk=WIJK, year=2025), (part(41, "action", title="Inloop", status=status, came_from=21),), before
    )  # fmt: skip
    found = report_of(sample, None, WIJK, after, TODAY)
    assert _slide(found, "verandering").message == told
    lead = _of(found, "verandering").blocks[0]
    assert isinstance(lead, Say)
    assert lead.text.endswith(f"en 1\u00a0actie. Stand: {status}.")
    agreed = _of(found, "acties").blocks[0]
    assert isinstance(agreed, Say)
    assert "daarbij ontbreekt nog" in agreed.text
    everything = " ".join(_texts((found.sections, found.slides, found.summary)))
    assert not re.findall(r"\b1 van (?:de 1|alle)\b|[Vv]an de 1\b", everything.replace("\u00a0", " "))


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 3, "Geen van de 3 acties is gedaan"),
        (1, 3, "1 van de 3 acties is gedaan"),
        (2, 3, "2 van de 3 acties zijn gedaan"),
        (2, 2, "Beide acties zijn gedaan"),
        (3, 3, "Alle 3 acties zijn gedaan"),
        (1, 1, "De enige actie is gedaan"),
        (0, 1, "De enige actie is niet gedaan"),
    ],
)
def test_so_many_of_so_many_reads_as_people_say_it(part: int, whole: int, told: str) -> None:
    found = words.told_of(part, whole, "de enige actie", "acties", "gedaan")
    assert found.replace("\u00a0", " ") == told
