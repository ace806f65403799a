"""Slides of a report: nothing falls off or over anything, in any template, and the file is one that PowerPoint opens."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from data.errors import ExportError
from reports.deck import deck
from reports.deck_text import Face, Paragraph, Run, height_of, lines_of, said, split_to_fit, width_of
from reports.house import House
from reports.model import Chart, Grid, Points, Report, Say, Series, Slide
from tests.helpers.example_report import example_report

EMPTY = Grid("", ("Jaar",), (("2020",),))
#: Children in the order that ECMA-376 asks, of what the charts of a deck hold.
ORDER = {
    "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr chart spPr txPr externalData",
    "chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs showDLblsOverMax",
    "plotArea": "layout areaChart lineChart barChart catAx valAx spPr",
    "areaChart": "grouping varyColors ser dLbls axId",
    "lineChart": "grouping varyColors ser dLbls marker smooth axId",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap axId",
    "ser": "idx order tx spPr invertIfNegative marker dPt dLbls errBars cat val smooth",
    "dPt": "idx invertIfNegative marker bubble3D spPr",
    "marker": "symbol size spPr",
    "dLbls": "dLbl numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize",
    "dLbl": "idx layout tx numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize",
    "errBars": "errDir errBarType errValType noEndCap plus minus val spPr",
    "catAx": "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr "
    "crossAx crosses auto lblAlgn lblOffset tickLblSkip noMultiLvlLbl",
    "valAx": "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr "
    "crossAx crosses crossBetween majorUnit",
    "scaling": "orientation max min",
    "legend": "legendPos layout overlay spPr txPr",
    "title": "tx layout overlay",
    "manualLayout": "layoutTarget xMode yMode x y w h",
}


def opened(report: Report, house: House | None = None):
    return Presentation(BytesIO(deck(report, house or House())))


def without_map(**changes) -> Report:
    """Return the example with fewer things to draw."""
    report = example_report(**changes)
    return replace(report, slides=tuple(slide for slide in report.slides if slide.id != "kaart"))


def with_slides(*slides: Slide) -> Report:
    return example_report(slides=slides)


def titles(made) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in made.slides]


def line_chart(**changes) -> Chart:
    values = (1.0, 2.0, 3.0, 4.0)
    own = Series("Muziekwijk", "own", values, ("1", "2", "3", "4"))
    return replace(
        Chart(
            "line", "Het loopt op", "aantal", 0, ("2020", "2021", "2022", "2023"), (own,), "Een lijn.", EMPTY
        ),
        **changes,
    )


def native(report: Report):
    """Return the first chart of a deck."""
    made = opened(report)
    return next(shape.chart for slide in made.slides for shape in slide.shapes if shape.has_chart)


def all_series(chart):
    return [series for plot in chart.plots for series in plot.series]


# -- nothing falls off, nothing lies over another ----------------------------------------------------


def blank_only(folder: Path) -> Path:
    made = Presentation()
    for layout in list(made.slide_layouts):
        if layout.name != "Blank":
            made.slide_layouts.remove(layout)
    return saved(made, folder / "leeg.pptx")


def four_by_three(folder: Path) -> Path:
    return saved(Presentation(), folder / "vier-bij-drie.pptx")


def saved(made, file: Path) -> Path:
    made.save(str(file))
    return file


def needed(shape, width: float) -> float:
    """Return the height that the text of a shape takes, in points."""
    frame = shape.text_frame
    total = 0.0
    for number, paragraph in enumerate(frame.paragraphs):
        size = paragraph.runs[0].font.size.pt
        indent = (
            int(paragraph._p.find(qn("a:pPr")).get("marL", "0")) / 12700
            if paragraph._p.find(qn("a:pPr")) is not None
            else 0
        )
        bold = any(run.font.bold for run in paragraph.runs)
        before = paragraph.space_before
        total += len(lines_of(paragraph.text, size, width - indent, bold=bold)) * 1.15 * size
        total += before.pt if number and before is not None else 0
    return total


def box_of(shape) -> tuple[int, int, int, int]:
    return shape.left, shape.top, shape.left + shape.width, shape.top + shape.height


def overlap(one, other) -> bool:
    a, b = box_of(one), box_of(other)
    slack = int(Pt(2))
    return min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack


@pytest.mark.parametrize(
    ("template", "long_names"), [(None, False), (None, True), (four_by_three, True), (blank_only, True)]
)
def test_everything_stays_on_the_slide_and_nothing_lies_over_another(tmp_path, template, long_names):
    house = House(organisation="Gemeente", deck_template=template(tmp_path) if template else None)
    made = opened(example_report(long_names=long_names), house)
    for slide in made.slides:
        shapes = list(slide.shapes)
        for shape in shapes:
            left, top, right, bottom = box_of(shape)
            assert left >= 0
            assert top >= 0
            assert right <= made.slide_width + 10
            assert bottom <= made.slide_height + 10
            if shape.has_text_frame and shape.text_frame.text and shape.name != "Dianummer":
                assert needed(shape, shape.width / 12700) <= shape.height / 12700 + 8, shape.text_frame.text
        for one, other in combinations(shapes, 2):
            assert not overlap(one, other), (slide.shapes.title.text_frame.text, one.name, other.name)


def test_body_text_and_titles_can_be_read_at_the_back_of_the_room():
    made = opened(without_map(long_names=True))
    for slide in list(made.slides)[1:]:
        sizes = [run.font.size.pt for run in slide.shapes.title.text_frame.paragraphs[0].runs]
        assert min(sizes) >= 28
        for shape in slide.placeholders:
            if shape.has_text_frame and shape.placeholder_format.idx in (1, 2):
                assert all(
                    run.font.size.pt >= 18
                    for paragraph in shape.text_frame.paragraphs
                    for run in paragraph.runs
                )


def test_a_table_that_is_too_long_goes_on_on_a_next_slide_with_a_title_of_its_own():
    rows = tuple((f"Buurt {number}", f"{number} personen") for number in range(40))
    made = opened(with_slides(Slide("tabel", "Veel buurten", (Grid("Buurten", ("Buurt", "Aantal"), rows),))))
    found = titles(made)
    assert len(set(found)) == len(found) > 3
    assert found[1].startswith("Veel buurten (1 van ")
    tables = [shape.table for slide in made.slides for shape in slide.shapes if shape.has_table]
    shown = [row.cells[0].text for table in tables for row in list(table.rows)[1:]]
    assert shown == [row[0] for row in rows]
    assert all(table.first_row and table.cell(0, 0).text == "Buurt" for table in tables)


def test_a_table_that_is_all_there_is_to_see_is_as_large_as_it_can_be():
    rows = tuple((f"Onderwerp {number}", "12,3 %", "9,8 %", "hoger (ongunstig)") for number in range(6))
    grid = Grid(
        "Kerncijfers", ("Wat", "Hier", "Elders", "Verschil"), rows, note="Voorlopig.", source="Bron: CBS."
    )
    made = opened(
        with_slides(Slide("x", "Het gaat hier anders", (grid, Say("Ze lijken op elkaar.", "note"))))
    )
    assert len(made.slides) == 2
    (table,) = (shape.table for shape in made.slides[1].shapes if shape.has_table)
    assert table.cell(1, 0).text_frame.paragraphs[0].runs[0].font.size.pt >= 18
    told = [shape.text_frame.text for shape in made.slides[1].shapes if shape.has_text_frame]
    assert "Kerncijfers" not in told
    assert any("Ze lijken op elkaar." in text for text in told)


def test_on_a_computer_without_arial_tables_stay_as_high_as_they_were_measured_and_titles_shrink():
    # DejaVu Sans takes its place, with letters a tenth wider.
    wide = Face(1.1)
    made = opened(without_map(long_names=True))
    tables = [shape.table for slide in made.slides for shape in slide.shapes if shape.has_table]
    assert tables
    for table in tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                (run,) = cell.text_frame.paragraphs[0].runs
                size, inside = run.font.size.pt, (column.width - cell.margin_left - cell.margin_right) / 12700
                lines = lines_of(run.text, size, inside, wide, bold=bool(run.font.bold))
                margins = (cell.margin_top + cell.margin_bottom) / 12700
                assert len(lines) * size * 1.15 + margins <= row.height / 12700 + 1, run.text
    titles_of = [slide.shapes.title.text_frame for slide in list(made.slides)[1:]]
    assert {frame.auto_size for frame in titles_of} == {MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE}


def test_a_title_of_two_lines_leaves_no_word_alone():
    made = opened(
        with_slides(
            Slide("x", "Er wordt u nog niets gevraagd: prioriteiten en acties volgen nog", (Say("Ja."),))
        )
    )
    title = made.slides[1].shapes.title
    size = title.text_frame.paragraphs[0].runs[0].font.size.pt
    lines = lines_of(title.text_frame.text, size, title.width / 12700, bold=True)
    assert len(lines) == 2
    assert len(lines[1].split()) > 2


def test_a_text_that_is_too_long_goes_on_on_a_next_slide():
    items = tuple(f"Punt {number}: " + "een hele zin die door blijft lopen " * 4 for number in range(14))
    made = opened(with_slides(Slide("tekst", "Veel punten", (Points(items, "Wat er speelt"),))))
    text = "\n".join(
        shape.text_frame.text for slide in made.slides for shape in slide.shapes if shape.has_text_frame
    )
    assert len(made.slides) > 2
    assert all(item.strip() in text for item in items)


def test_a_remark_goes_to_the_small_print_before_it_takes_a_slide_of_its_own():
    rows = tuple((f"Onderwerp {number}", "12,3 %") for number in range(8))
    slide = Slide("x", "Cijfers", (Grid("Cijfers", ("Wat", "Hoeveel"), rows), Say("Voorlopig.", "note")))
    made = opened(with_slides(slide))
    assert len(made.slides) == 2
    assert "Voorlopig." in [shape.text_frame.text for shape in made.slides[1].shapes if shape.has_text_frame]


def test_slides_with_the_same_message_get_titles_that_can_be_told_apart():
    same = [Slide(str(number), "Het gaat goed", (Say("Ja."),)) for number in range(3)]
    assert titles(opened(with_slides(*same)))[1:] == [
        "Het gaat goed",
        "Het gaat goed (2)",
        "Het gaat goed (3)",
    ]


# -- text --------------------------------------------------------------------------------------------


def test_a_line_ends_between_words_after_a_hyphen_or_inside_a_word_that_is_too_long():
    assert lines_of("een twee drie", 10, width_of("een twee", 10) + 1) == ["een twee", "drie"]
    assert lines_of("Nieuwegein-Hardinxveld", 10, width_of("Nieuwegein-", 10) + 5) == [
        "Nieuwegein-",
        "Hardinxveld",
    ]
    assert "".join(lines_of("a" * 40, 10, 50)) == "a" * 40
    assert max(width_of(line, 10) for line in lines_of("a" * 40, 10, 50)) <= 50


def test_a_heading_is_not_left_behind_when_a_text_is_divided():
    texts = [said("Een"), said("Twee"), Paragraph((Run("Kop", True),)), said("Drie")]
    parts = split_to_fit(texts, 300, height_of(texts[:3], 20, 300) + 1, 20)
    assert [[paragraph.text for paragraph in part] for part in parts] == [["Een", "Twee"], ["Kop", "Drie"]]


# -- charts ------------------------------------------------------------------------------------------


def test_every_element_of_a_chart_stands_where_the_schema_wants_it():
    package = zipfile.ZipFile(BytesIO(deck(without_map(long_names=True), House())))
    charts = [name for name in package.namelist() if re.fullmatch(r"ppt/charts/chart\d+\.xml", name)]
    assert len(charts) == 3
    for name in charts:
        for element in etree.fromstring(package.read(name)).iter():
            space, tag = etree.QName(element).namespace, etree.QName(element).localname
            if not space.endswith("/chart") or tag not in ORDER:
                continue
            places = [ORDER[tag].split().index(etree.QName(child).localname) for child in element]
            assert places == sorted(places), (
                f"{name}: {tag} has {[etree.QName(c).localname for c in element]}"
            )


def test_a_line_does_not_cross_a_break():
    chart = native(with_slides(Slide("x", "Breuk", (line_chart(breaks=("2022",)),))))
    assert [tuple(series.values) for series in all_series(chart)] == [
        (1.0, 2.0, None, None),
        (None, None, 3.0, 4.0),
    ]
    assert {series.name for series in all_series(chart)} == {"Muziekwijk"}


def test_a_missing_figure_is_a_gap_and_never_a_zero():
    own = Series("Muziekwijk", "own", (1.0, None, float("nan"), 4.0), ("1", "geheim", "geheim", "4"))
    chart = native(with_slides(Slide("x", "Gat", (line_chart(series=(own,)),))))
    assert [tuple(series.values) for series in all_series(chart)] == [(1.0, None, None, 4.0)]
    assert chart._chartSpace.find(f".//{qn('c:dispBlanksAs')}").get("val") == "gap"


def test_provisional_figures_are_dashed_one_by_one():
    own = Series(
        "Muziekwijk", "own", (1.0, 2.0, 3.0, 4.0), ("1", "2", "3", "4"), dashed=(False, False, False, True)
    )
    chart = native(with_slides(Slide("x", "Voorlopig", (line_chart(series=(own,)),))))
    points = chart._chartSpace.findall(f".//{qn('c:dPt')}")
    assert [point.find(qn("c:idx")).get("val") for point in points] == ["3"]
    assert points[0].find(f"{qn('c:spPr')}//{qn('a:prstDash')}").get("val") == "sysDash"


def test_the_filled_band_of_a_forecast_reaches_from_end_to_end_and_opens_at_the_last_figure():
    own = Series("Muziekwijk", "own", (1.0, 2.0, None, None), ("1", "2", "", ""))
    ahead = Series(
        "Verwachting", "expected", (None, None, 3.0, 4.0), ("", "", "3", "4"),
        lower=(None, None, 2.5, 3.0), upper=(None, None, 3.5, 5.0),
        wide_lower=(None, None, 2.0, 2.0), wide_upper=(None, None, 4.0, 6.0),
    )  # fmt: skip
    chart = native(with_slides(Slide("x", "Vooruit", (line_chart(series=(own, ahead)),))))
    stack = [tuple(series.values) for series in chart.plots[0].series]
    heights = [
        tuple(sum(row[place] for row in stack[:count]) for place in range(4)) for count in (1, 2, 3, 4)
    ]
    assert heights == [(1, 2, 2, 2), (1, 2, 2.5, 3), (1, 2, 3.5, 5), (1, 2, 4, 6)]


def test_a_bar_that_is_not_there_says_why():
    own = Series("Muziekwijk", "own", (1.0, None), ("1", "geheim: te weinig mensen"))
    chart = Chart("bars", "Staven", "%", 0, ("Werk", "Bijstand"), (own,), "Staven.", EMPTY)
    made = opened(with_slides(Slide("x", "Staven", (chart,))))
    text = [shape.text_frame.text for shape in made.slides[1].shapes if shape.has_text_frame]
    assert "Bijstand: geheim: te weinig mensen." in text


def test_a_chart_without_a_single_figure_is_still_a_chart():
    own = Series("Muziekwijk", "own", (None,) * 4, ("geheim",) * 4)
    assert len(all_series(native(with_slides(Slide("x", "Niets", (line_chart(series=(own,)),)))))) == 1


# -- templates ---------------------------------------------------------------------------------------


def with_examples(folder: Path) -> Path:
    """A template as organisations have them: example slides with a picture, notes, a section and a link between them."""
    made = Presentation()
    made.slide_width, made.slide_height = Inches(13.333), Inches(7.5)
    first, second = (made.slides.add_slide(made.slide_layouts[1]) for _ in range(2))
    first.shapes.title.text = "Voorbeeld"
    first.notes_slide.notes_text_frame.text = "Weg ermee"
    first.shapes.add_table(2, 2, 0, 0, Inches(2), Inches(1))
    first.shapes.title.click_action.target_slide = second
    return saved(made, folder / "huisstijl.pptx")


def test_example_slides_of_a_template_leave_nothing_behind(tmp_path):
    house = House(deck_template=with_examples(tmp_path))
    content = deck(without_map(), house)
    made = Presentation(BytesIO(content))
    names = zipfile.ZipFile(BytesIO(content)).namelist()
    assert sum(bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", name)) for name in names) == len(made.slides)
    assert sum(bool(re.fullmatch(r"ppt/notesSlides/notesSlide\d+\.xml", name)) for name in names) == len(
        made.slides
    )
    assert not any("thumbnail" in name for name in names)
    assert "Voorbeeld" not in titles(made)


def test_no_placeholder_stays_empty_and_no_number_is_given_twice(tmp_path):
    for house in (House(), House(deck_template=with_examples(tmp_path))):
        for slide in opened(without_map(), house).slides:
            numbers = [shape.shape_id for shape in slide.shapes]
            assert len(numbers) == len(set(numbers))
            for shape in slide.placeholders:
                assert not shape.has_text_frame or shape.text_frame.text.strip(), shape.name


def test_a_template_keeps_its_own_layouts(tmp_path):
    made = opened(without_map(), House(deck_template=with_examples(tmp_path)))
    assert [slide.slide_layout.name for slide in made.slides][:3] == [
        "Title Slide",
        "Two Content",
        "Two Content",
    ]


@pytest.mark.parametrize("content", [b"", b"geen zip", b"PK\x03\x04 kapot"])
def test_what_is_no_powerpoint_is_refused_in_dutch(tmp_path, content):
    file = tmp_path / "stuk.pptx"
    file.write_bytes(content)
    with pytest.raises(ExportError, match=r"stuk\.pptx.*bewaar het opnieuw"):
        deck(example_report(), House(deck_template=file))


@pytest.mark.parametrize("layout", ["Section Header", "Picture with Caption", "Vertical Title and Text"])
def test_a_layout_that_is_not_made_for_messages_still_carries_them(tmp_path, layout):
    made = Presentation()
    for other in list(made.slide_layouts):
        if other.name != layout:
            made.slide_layouts.remove(other)
    file = saved(made, tmp_path / "een-indeling.pptx")
    report = without_map()
    slides = list(opened(report, House(deck_template=file)).slides)
    assert len(slides) == len(report.slides) + 1
    for slide in slides[1:]:
        assert slide.shapes.title.top < made.slide_height / 5
        below = [shape for shape in slide.shapes if shape.has_chart or shape.has_table]
        assert all(shape.top >= slide.shapes.title.top + slide.shapes.title.height for shape in below)


def test_slides_too_small_for_a_chart_are_refused(tmp_path):
    made = Presentation()
    made.slide_width = made.slide_height = Inches(1)
    with pytest.raises(ExportError, match="kleiner dan 9 cm"):
        deck(example_report(), House(deck_template=saved(made, tmp_path / "postzegel.pptx")))


def test_what_was_pasted_with_control_characters_is_shown_without_them():
    pasted = "een\ntwee\x85drie\u2029vier\x1dvijf\x07\u200b"
    made = opened(with_slides(Slide("a", pasted, (Say(pasted), Points((pasted,))))))
    assert "vijf" in titles(made)[1]


def test_a_word_file_is_refused_as_a_template_for_slides(tmp_path):
    docx = pytest.importorskip("docx")
    file = tmp_path / "brief.pptx"
    docx.Document().save(str(file))
    with pytest.raises(ExportError, match="geen PowerPoint-bestand"):
        deck(example_report(), House(deck_template=file))


def test_on_a_dark_template_lines_are_light(tmp_path):
    made = Presentation()
    mapping = made.slide_masters[0]._element.find(qn("p:clrMap"))
    mapping.set("bg1", "dk1")
    mapping.set("tx1", "lt1")
    file = saved(made, tmp_path / "donker.pptx")
    chart = next(
        shape.chart
        for slide in opened(without_map(), House(deck_template=file)).slides
        for shape in slide.shapes
        if shape.has_chart
    )
    own = next(series for series in all_series(chart) if series.name == "Muziekwijk")
    assert str(own.format.line.color.rgb) == "6CC0E0"


# -- the own template --------------------------------------------------------------------------------


def test_the_own_template_carries_colour_and_logo_of_the_house(tmp_path):
    from PIL import Image

    logo = tmp_path / "logo.png"
    Image.new("RGB", (300, 100), "#7A1F3D").save(logo)
    made = opened(without_map(), House(organisation="Stad & Co", accent="#7A1F3D", logo=logo))
    theme = next(
        part.blob.decode()
        for part in made.part.package.iter_parts()
        if str(part.partname).startswith("/ppt/theme/theme1")
    )
    assert '<a:accent1><a:srgbClr val="7A1F3D"/>' in theme
    assert 'typeface="Arial"' in theme
    assert (made.slide_width.inches, made.slide_height.inches) == (pytest.approx(13.333, abs=0.01), 7.5)
    for page in (made.slide_master, made.slide_layouts[0]):
        pictures = page._element.findall(f".//{qn('p:pic')}")
        assert [one.find(f".//{qn('p:cNvPr')}").get("descr") for one in pictures] == ["Logo Stad & Co"]
