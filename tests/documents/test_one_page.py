"""One page is one page, whatever people typed and whichever letters a template asks for."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from register.stories import LONGEST_TEXT
from reports import pdf, word
from reports.house import House
from reports.model import Points, Report, Summary
from tests.documents import room
from tests.helpers.example_report import example_report

# One worker prints them all, in one run of LibreOffice.
pytestmark = pytest.mark.xdist_group("bladzijde")

_SENTENCE = "In deze wijk kennen veel mensen hun buren niet meer, en rondkomen wordt moeilijker. "
_LONG = (_SENTENCE * 60)[:LONGEST_TEXT]
_REST = "in de wijkanalyse"


def _typed(summary: Summary) -> dict[str, Summary]:
    """What people may type at worst."""
    lists = tuple(Points((_LONG,) * 4, points.heading, points.ordered) for points in summary.points)
    return {
        "lang": replace(summary, message=_LONG, ask=(_LONG,)),
        "veel-regels": replace(summary, message=_LONG, ask=("Stem in.",) * 400),
        "geen-punt": replace(summary, message="woord " * 660, ask=("y" * LONGEST_TEXT,)),
        "enters": replace(summary, message="kort\n" * 800, ask=("a\n" * 1_900,)),
        "alles": replace(summary, message=_LONG, ask=(_LONG,) * 5, points=lists),
    }


def _template(folder: Path) -> Path:
    """A template with letters that are half as wide again as ours, and larger."""
    made = docx.Document()
    default = made.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    default.find(qn("w:sz")).addprevious(parse_xml(f'<w:w {nsdecls("w")} w:val="150"/>'))
    for fonts in made.styles.element.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        fonts.set(qn("w:ascii"), "Zeer Brede Letter")
    file = folder / "sjabloon.docx"
    made.save(str(file))
    return file


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of the one page by what was typed and who sets it; pages end with a form feed."""
    if missing := room.missing_programs():
        pytest.skip(f"{' and '.join(missing)} (LibreOffice, poppler-utils) are not on this machine")
    folder = tmp_path_factory.mktemp("een-bladzijde")
    report = example_report()
    houses = {"word": House(), "sjabloon": House(word_template=_template(folder))}
    names = []
    for typed, said in _reports(report):
        (folder / f"{typed}-pdf.pdf").write_bytes(pdf.one_page(said, House()))
        for name, house in houses.items():
            names.append(f"{typed}-{name}.docx")
            (folder / names[-1]).write_bytes(word.one_page(said, house))
    room.print_office(folder, names)
    return {
        file.stem: subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True).stdout.decode()
        for file in folder.glob("*.pdf")
    }


def _reports(report: Report) -> Iterator[tuple[str, Report]]:
    for name, summary in _typed(report.summary).items():
        yield name, replace(report, summary=summary)


@pytest.mark.parametrize("typed", sorted(_typed(example_report().summary)))
@pytest.mark.parametrize("form", ["pdf", "word", "sjabloon"])
def test_one_page_stays_one_page_and_says_where_the_rest_stands(
    pages: dict[str, str], typed: str, form: str
) -> None:
    told = pages[f"{typed}-{form}"]
    assert told.count("\f") == 1
    assert _REST in " ".join(told.split()).lower()
    assert "Wat wij vragen" in told
