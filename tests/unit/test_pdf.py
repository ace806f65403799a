"""The report as PDF: everything that the model says, for everybody, whatever people typed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from data.errors import ExportError
from reports.house import House
from reports.model import Grid, Points, Report, Say, Section, Summary
from reports.pdf import one_page, pdf
from tests.helpers.example_report import NASTY, example_report

HOUSE = House(organisation="Gemeente Voorbeeldstad", accent="#7A1F5C")


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def elements(file: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every element of the structure, in the order of reading."""
    waiting = [file.Root.StructTreeRoot]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, pikepdf.Dictionary):
            continue
        if "/S" in one:
            yield one
        children = one.get("/K", [])
        waiting[:0] = list(children) if isinstance(children, pikepdf.Array) else [children]


def below(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """An element and every one inside it, in the order of reading."""
    yield element
    children = element.get("/K", [])
    for child in list(children) if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from below(child)


def page_of(element: pikepdf.Object) -> tuple[int, int]:
    """The page on which an element begins."""
    return next(one.Pg.objgen for one in below(element) if "/Pg" in one)


def tags(content: bytes) -> list[str]:
    with opened(content) as file:
        return [str(element.S) for element in elements(file)]


@pytest.fixture(scope="module")
def example() -> Report:
    return example_report()


@pytest.fixture(scope="module")
def whole(example: Report) -> bytes:
    return pdf(example, HOUSE)


def test_it_says_what_it_is_in_which_language_and_of_whom(whole: bytes, example: Report) -> None:
    with opened(whole) as file:
        assert str(file.Root.Lang) == "nl-NL"
        assert file.Root.MarkInfo.Marked
        assert file.Root.ViewerPreferences.DisplayDocTitle
        with file.open_metadata() as about:
            assert about["dc:title"] == example.title
            assert about["dc:creator"] == [HOUSE.organisation]
            assert about["pdfuaid:part"] == "1"
            assert about["xmp:CreateDate"].startswith("2026-11-22")


def test_every_section_has_a_heading_and_an_outline(whole: bytes, example: Report) -> None:
    levels = [tag for tag in tags(whole) if tag in {"/H1", "/H2", "/H3"}]
    assert levels[0] == "/H1"
    assert levels.count("/H1") == len(example.sections) + 3  # the contents, the summary and the appendix
    with opened(whole) as file, file.open_outline() as outline:
        named = [item.title for item in outline.root]
    for section in example.sections:
        assert any(section.title in name for name in named)


def test_every_picture_has_an_alternative_text_and_every_table_a_header_row(
    whole: bytes, example: Report
) -> None:
    pictures = [block for block in example.blocks() if hasattr(block, "alt")]
    with opened(whole) as file:
        told = [str(element.Alt) for element in elements(file) if "/Alt" in element]
        tables = [element for element in elements(file) if str(element.S) == "/Table"]
        heads = [element for element in elements(file) if str(element.S) == "/THead"]
    assert told == [block.alt for block in pictures]
    grids = 1 + sum(isinstance(block, Grid) for block in example.blocks()) + len(pictures)
    assert len(tables) == len(heads) == grids


def test_a_source_stands_on_the_page_of_the_last_row_of_its_table(example: Report) -> None:
    def table(rows: int) -> Grid:
        told = tuple((str(row), "gemeten") for row in range(rows))
        return Grid(
            f"Tabel van {rows} rijen", ("Jaar", "Wat"), told, note=40 * "Verzonnen. ", source="Bron: niemand."
        )

    section = Section("vraag", "Vraag", tuple(table(rows) for rows in range(4, 52)))
    with opened(pdf(replace(example, sections=(section,)), HOUSE)) as file:
        found = list(elements(file))
        tables = [place for place, element in enumerate(found) if element.S == "/Table"][1:]
        assert len(tables) == 48
        for place in tables:
            rows = [element for element in below(found[place]) if element.S == "/TR"]
            under = found[place + len(list(below(found[place])))]
            assert page_of(under) == page_of(rows[-1]), f"{len(rows) - 1} rows"


def test_only_the_typeface_that_comes_along_is_used(whole: bytes) -> None:
    with opened(whole) as file:
        fonts = {str(one.get("/BaseFont", "")) for one in file.objects if isinstance(one, pikepdf.Dictionary)}
    assert {font.split("+")[-1].split("-")[0] for font in fonts if font} == {"PublicSans"}


@pytest.mark.parametrize("long_names", [False, True])
def test_the_summary_is_one_page(long_names: bool) -> None:
    with opened(one_page(example_report(long_names=long_names), HOUSE)) as file:
        assert len(file.pages) == 1


def test_a_summary_with_very_much_to_say_is_still_one_page(example: Report) -> None:
    long = (
        "Dit is een zin die aardig doorloopt, zoals dat in een buurt met veel verhalen gaat, en nog iets. "
        * 2
    )
    much = replace(
        example.summary,
        points=tuple(Points((long,) * 4, heading) for heading in "ABCD"),
        ask=(long, long, long),
    )
    with opened(one_page(replace(example, summary=much), HOUSE)) as file:
        assert len(file.pages) == 1


@pytest.mark.parametrize(
    "typed",
    [NASTY, "#eval(\"1+1\") #read(\"report.json\") $x^2$ = kop\n== kop\n- punt\n/ a: b\n@verwijzing <label> // weg", "a\n\n\nb", "x" * 300],
)  # fmt: skip
def test_what_people_typed_is_set_as_they_typed_it(typed: str, example: Report) -> None:
    section = Section(
        "vraag", typed, (Say(typed), Points((typed, typed)), Grid(typed, (typed, "b"), ((typed, typed),)))
    )
    made = pdf(replace(example, wijk_name=typed, gemeente_name=typed, sections=(section,)), HOUSE)
    # Contents, summary and the one section: nothing that was typed became a heading of its own.
    assert tags(made).count("/H1") == 3
    with opened(made) as file:
        assert str(file.docinfo.Title) == f"Wijkanalyse {typed}".replace("\n", " ")


def test_letters_of_other_alphabets_and_signs_do_not_stop_it(example: Report) -> None:
    made = pdf(replace(example, wijk_name="Łukasz Ωmega Жук 中文 \x07 ☐ 😀", sections=()), HOUSE)
    assert made.startswith(b"%PDF")


def test_what_comes_along_when_a_text_is_pasted_does_not_stop_it(example: Report) -> None:
    pasted = f"{''.join(map(chr, range(32)))}\x7f\x85\u2028\u2029\u200b\u2060\ufeff einde"
    summary = replace(example.summary, message=pasted)
    assert one_page(replace(example, wijk_name=pasted, summary=summary), House())


def test_a_report_of_which_little_is_known_is_still_a_document() -> None:
    bare = example_report(
        sections=(Section("vraag", "Aanleiding", (Say("Nog niemand schreef hier iets."),)),),
        summary=Summary("Nog weinig te zeggen.", Grid("Kerncijfers", ("Onderwerp",), ()), ()),
        fictional="",
    )
    with opened(pdf(bare, House())) as file:
        assert len(file.pages) == 3
    assert one_page(bare, House()).startswith(b"%PDF")


def test_a_logo_stands_on_it_and_a_broken_one_is_told(tmp_path: Path, example: Report) -> None:
    good, broken = tmp_path / "logo.png", tmp_path / "stuk.png"
    Image.new("RGB", (300, 90), "#7A1F5C").save(good)
    broken.write_bytes(b"geen plaatje")
    assert len(one_page(example, replace(HOUSE, logo=good))) > len(one_page(example, HOUSE))
    with pytest.raises(ExportError, match=r"stuk\.png"):
        pdf(example, replace(HOUSE, logo=broken))


def test_the_same_report_is_the_same_file(whole: bytes, example: Report) -> None:
    assert pdf(example, HOUSE) == whole
