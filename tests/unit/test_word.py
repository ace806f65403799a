"""The wijkanalyse as Word: a file that Word opens, in the house style or in the template of the municipality."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor
from PIL import Image

from data.errors import ExportError, SettingsError
from data.settings import Settings
from reports import word
from reports.house import House, house, opened_template, with_template
from reports.model import Grid, Points, Report, Voice
from reports.table_widths import column_widths
from reports.word_base import PAPER
from reports.word_measure import Measure
from reports.word_xml import TWIPS_PER_MM, TWIPS_PER_POINT
from tests.helpers.example_report import example_report

#: Children in the order that ECMA-376 asks, of what a document of ours holds.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid "
    "spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl "
    "divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps color spacing w kern position sz szCs highlight u lang",
    "tblPr": "tblStyle tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType "
    "cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    "style": "name aliases basedOn next link uiPriority semiHidden unhideWhenUsed qFormat locked pPr rPr tblPr trPr tcPr tblStylePr",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlJc pPr rPr",
    "numbering": "numPicBullet abstractNum num",
    "settings": "zoom embedTrueTypeFonts saveSubsetFonts defaultTabStop evenAndOddHeaders characterSpacingControl compat "
    "themeFontLang clrSchemeMapping decimalSymbol listSeparator",
}
MAIN = b"wordprocessingml.%s.main+xml"


@pytest.fixture(scope="module")
def report() -> Report:
    """The example with one picture only: drawing is tested elsewhere."""
    return with_few_pictures(example_report())


@pytest.fixture(scope="module")
def written(report: Report) -> bytes:
    return word.document(report, House(organisation="Gemeente Voorbeeldstad"))


def with_few_pictures(report: Report) -> Report:
    kept = tuple(section for section in report.sections if section.id not in ("zorg", "vooruitblik"))
    return replace(report, sections=kept)


def opened(content: bytes) -> Document:
    return docx.Document(BytesIO(content))


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def save(document: Document, file: Path, *, template: bool = False) -> Path:
    """Write a document; as Word writes a template where asked."""
    made = BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as package, zipfile.ZipFile(file, "w") as copy:
        for entry in package.infolist():
            part = package.read(entry)
            if template and entry.filename == "[Content_Types].xml":
                part = part.replace(MAIN % b"document", MAIN % b"template")
            copy.writestr(entry, part)
    return file


def out_of_order(content: bytes) -> list[str]:
    """Return elements whose children do not stand in the order that the format asks."""
    found = []
    document = opened(content)
    parts: list[Any] = [document.element, document.styles.element, document.settings.element]
    parts.append(document.part.numbering_part.element)
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    for part in parts:
        for item in part.iter():
            name = item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""
            if name not in ORDER or not item.tag.startswith(f"{{{docx.oxml.ns.nsmap['w']}}}"):
                continue
            known = ORDER[name].split()
            children = [child.tag.rpartition("}")[2] for child in item]
            places = [known.index(child) if child in known else -1 for child in children]
            if -1 in places or places != sorted(places):
                found.append(f"{name}: {' '.join(children)}")
    return found


# -- the file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [word.document, word.one_page])
def test_elements_stand_in_the_order_of_the_format(
    make: Callable[[Report, House], bytes], report: Report
) -> None:
    assert out_of_order(make(report, House())) == []


def test_bookmarks_and_pictures_have_numbers_of_their_own_and_links_lead_somewhere(written: bytes) -> None:
    body = opened(written).element.body
    marks = [(mark.get(qn("w:id")), mark.get(qn("w:name"))) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len({number for number, _ in marks}) == len({name for _, name in marks}) == len(marks) > 10
    names = {name for _, name in marks}
    assert {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} <= names
    fields = [field.text.split() for field in body.iter(qn("w:instrText"))]
    assert {words[1] for words in fields if words[0] == "REF"} <= names
    drawn = [drawing.get("id") for drawing in body.iter(qn("wp:docPr"))]
    assert len(set(drawn)) == len(drawn) > 0


def test_the_file_says_what_it_is_and_carries_its_typeface(written: bytes, report: Report) -> None:
    known = opened(written).core_properties
    assert (known.title, known.author, known.language) == (report.title, "Gemeente Voorbeeldstad", "nl-NL")
    with zipfile.ZipFile(BytesIO(written)) as package:
        assert sum(name.endswith(".odttf") for name in package.namelist()) == 2
        assert len(package.namelist()) == len(set(package.namelist()))


def test_every_page_says_the_status_the_version_and_that_all_is_invented(
    written: bytes, report: Report
) -> None:
    for section in opened(written).sections:
        footers = [section.footer]
        if section.different_first_page_header_footer:
            footers.append(section.first_page_footer)
        for footer in footers:
            told = " ".join(paragraph.text for paragraph in footer.paragraphs)
            for wanted in ("Besproken op 3 maart 2026", report.methods, report.fictional, "Bladzijde"):
                assert wanted in told


def test_the_accent_of_the_house_is_that_of_the_headings_and_of_the_theme(report: Report) -> None:
    made = opened(word.one_page(report, House(accent="#7A1F5C")))
    assert made.styles["Heading 1"].font.color.rgb == RGBColor.from_string("7A1F5C")
    theme = next(link.target_part for link in made.part.rels.values() if link.reltype.endswith("/theme"))
    assert b'val="7A1F5C"' in theme.blob


def test_a_logo_stands_in_the_header_with_its_name(report: Report, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (300, 100), "purple").save(logo)
    made = opened(word.one_page(report, House(organisation="Ergens", logo=logo)))
    (drawn,) = made.sections[0].header._element.iter(qn("wp:docPr"))
    assert drawn.get("descr") == "Logo van Ergens"


# -- tables --------------------------------------------------------------------------------------------


def test_a_table_too_wide_for_the_page_lies_on_its_side_behind_the_text(report: Report) -> None:
    head = tuple(f"Gezondheidsvoorzieningen{number}" for number in range(8))
    wide = Grid("Acht kolommen", head, (("1",) * 8, ("2",) * 8), source="Bron: CBS.")
    first = report.sections[0]
    made = opened(word.document(
        replace(report, sections=(replace(first, blocks=(*first.blocks, wide)),)), House()
    ))  # fmt: skip
    assert any("achterin: Acht kolommen" in text for text in texts(made))
    assert made.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    assert [cell.text for cell in made.tables[-1].rows[0].cells] == list(head)
    assert [section.orientation for section in made.sections[:-1]] == [WD_ORIENT.PORTRAIT]


def test_columns_fill_the_width_and_none_is_narrower_than_its_longest_word() -> None:
    grid = Grid("", ("Actie", "Wie", "Jaar"), (("Een lang verhaal over wat er gebeurt " * 6, "Jeugdgezondheidszorg", "2027"),) * 3,
                widths=(1, 1, 1))  # fmt: skip
    asked = column_widths(grid, 9000)
    assert sum(asked) == 9000
    assert asked[0] > 2 * asked[2]
    even = column_widths(replace(grid, rows=(("kort", "kort", "kort"),)), 9000)
    assert max(even) - min(even) < 10


def test_a_table_that_stands_twice_is_numbered_twice(report: Report) -> None:
    grid = Grid("Dubbel", ("Wat", "Getal"), (("a", "1"),))
    first = report.sections[0]
    twice = replace(report, sections=(replace(first, blocks=(grid, grid)),))
    captions = [
        text for text in texts(opened(word.document(twice, House()))) if text.startswith("Tabel ") and ". Dub" in text
    ]  # fmt: skip
    assert captions == ["Tabel 2. Dubbel", "Tabel 3. Dubbel"]


# -- one page ------------------------------------------------------------------------------------------


def height_of(content: bytes) -> float:
    """Return how high the text of one page is at most, in millimetres."""
    document = opened(content)
    measure = Measure(document)
    width = document.sections[0].page_width.pt - 107.0
    return measure.height(document.element.body, width) / TWIPS_PER_MM * TWIPS_PER_POINT


@pytest.mark.parametrize("times", [1, 8, 60])
def test_one_page_says_less_of_long_lists_and_that_the_rest_stands_elsewhere(times: int) -> None:
    report = example_report(long_names=True)
    summary = report.summary
    longer = tuple(
        Points(tuple(f"{item} " * times for item in points.items), points.heading, points.ordered)
        for points in summary.points
    )
    made = opened(word.one_page(replace(report, summary=replace(summary, points=longer)), House()))
    told = [
        "".join(text.text for text in block.iter(qn("w:t"))) for block in made.element.body.iter(qn("w:p"))
    ]
    assert told[0] == report.title
    assert told[2] == summary.message
    assert "Wat wij vragen" in told
    for points in longer:
        whole = all(item in told for item in points.items)
        assert whole or points.heading in told[-1] or any("in de wijkanalyse" in text for text in told)
        assert points.heading in told or points.heading in told[-1]


def test_one_page_shows_the_chart_where_there_is_room(report: Report) -> None:
    content = word.one_page(report, House())
    (drawn,) = opened(content).element.body.iter(qn("wp:docPr"))
    assert report.summary.chart is not None
    assert drawn.get("descr") == report.summary.chart.alt
    # Columns stand beside each other, so what is measured below each other is more than the page.
    assert height_of(content) < 1.2 * PAPER[1]


# -- templates -----------------------------------------------------------------------------------------


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template with a cover, a heading of its own, a header and a footer, saved as Word saves templates."""
    made = docx.Document()
    made.styles["Heading 1"].font.color.rgb = RGBColor(0x7A, 0x1F, 0x5C)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.header.paragraphs[0].text = "Ergens: [titel]"
    section.footer.paragraphs[0].text = "Postbus 1"
    made.add_paragraph("Voorblad van [Organisatie]", style="Title")
    made.add_paragraph("[wijkanalyse]")
    made.add_paragraph("Colofon")
    return save(made, tmp_path / "sjabloon.dotx", template=True)


def test_a_template_keeps_its_looks_and_its_own_words(template: Path, report: Report) -> None:
    content = word.document(report, House(organisation="Ergens", word_template=template))
    made = opened(content)
    told = texts(made)
    assert (told[0], told[-1]) == ("Voorblad van Ergens", "Colofon")
    assert report.title not in told
    assert "[wijkanalyse]" not in told
    assert made.styles["Heading 1"].font.color.rgb == RGBColor(0x7A, 0x1F, 0x5C)
    assert made.sections[0].header.paragraphs[0].text == f"Ergens: {report.title}"
    footer = [paragraph.text for paragraph in made.sections[0].footer.paragraphs]
    assert footer[0] == "Postbus 1"
    assert any(report.fictional in text for text in footer)
    assert any(text.startswith("Bladzijde") for text in footer)
    known = {style.name for style in made.styles}
    assert {paragraph.style.name for paragraph in made.paragraphs} <= known
    assert "Wijkradar conclusie" in known


def test_the_one_page_never_uses_the_text_of_a_template(template: Path, report: Report) -> None:
    told = texts(opened(word.one_page(report, House(word_template=template))))
    assert told[0] == report.title
    assert not {"Voorblad van Ergens", "Colofon"} & set(told)


def test_what_a_template_lacks_is_added(tmp_path: Path, report: Report) -> None:
    bare = docx.Document()
    for style in list(bare.styles):
        if style.name != "Normal":
            style.delete()
    file = save(bare, tmp_path / "kaal.docx")
    made = opened(word.document(report, House(word_template=file)))
    styles = {paragraph.style.name for paragraph in made.paragraphs}
    assert {"Title", "Heading 1", "Caption", "List Bullet", "Wijkradar bron"} <= styles
    assert made.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "nl-NL"


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"geen zip", "is beschadigd"), (b"", "is beschadigd"), (None, "is geen document dat Word kan openen")],
)
def test_a_damaged_template_is_told_in_one_dutch_line(
    content: bytes | None, told: str, tmp_path: Path, report: Report
) -> None:
    file = tmp_path / "stuk.docx"
    if content is None:
        with zipfile.ZipFile(file, "w") as package:
            package.writestr("[Content_Types].xml", "<Types/>")
    else:
        file.write_bytes(content)
    with pytest.raises(ExportError, match=told) as error:
        word.one_page(report, House(word_template=file))
    assert "stuk.docx" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("program", "itself"), [("wordprocessingml", "document"), ("presentationml", "presentation")]
)
def test_a_file_saved_as_template_becomes_the_thing_itself(program: str, itself: str, tmp_path: Path) -> None:
    file = tmp_path / "sjabloon"
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", f"<Types a='{program}.template.main+xml'/>")
        package.writestr("rest", "blijft")
    with zipfile.ZipFile(opened_template(file)) as made:
        assert made.read("[Content_Types].xml").decode() == f"<Types a='{program}.{itself}.main+xml'/>"
        assert made.read("rest") == b"blijft"


# -- settings ------------------------------------------------------------------------------------------


def test_files_of_the_house_style_are_looked_for_when_a_report_is_made(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path, organisation="Ergens", word_template=tmp_path / "weg.docx")
    with pytest.raises(SettingsError, match="WIJKRADAR_WORD_TEMPLATE"):
        house(settings)
    (tmp_path / "weg.docx").touch()
    assert house(settings).word_template == tmp_path / "weg.docx"


@pytest.mark.parametrize("name", ["a.docx", "a.DOTX", "a.pptx", "a.potx"])
def test_a_template_is_for_word_or_for_powerpoint_by_its_name(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.touch()
    made = with_template(House(), file)
    assert (made.word_template or made.deck_template) == file
    assert (made.word_template is None) == (file.suffix == ".pptx" or file.suffix == ".potx")


def test_another_file_is_no_template(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="geen sjabloon"):
        with_template(House(), tmp_path / "a.odt")
    with pytest.raises(ExportError, match="is er niet"):
        with_template(House(), tmp_path / "a.docx")


def test_whether_a_group_recognises_the_figures_is_said_in_one_way() -> None:
    told = [Voice("wijkteam", "", answer).verdict for answer in ("ja", "deels", "nee", "")]
    assert told == ["cijfers herkend", "cijfers deels herkend", "cijfers niet herkend", ""]
