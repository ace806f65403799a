"""A report as files, the files as pages, and the pages as pictures: what the tests of this room look at.

LibreOffice and the tests see no other typeface than the one that comes along, so that a page is the same everywhere.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PIL import Image

from data.settings import ROOT, Settings
from reports.house import House
from reports.model import Report

HOUSE = House(organisation="Gemeente Voorbeeldstad")
WIJK = "WK999908"
TODAY = date(2026, 11, 22)
#: Files that LibreOffice turns into pages, and those that are pages already.
OFFICE = ("word.docx", "deck.pptx", "word_one_page.docx")
PAGES = ("pdf.pdf", "one_page.pdf")
NAMES = tuple(Path(name).stem for name in (*OFFICE, *PAGES))
#: Dots per inch of the pictures that are looked at.
DPI = 26
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def missing_programs() -> list[str]:
    """Programs that this room needs and that are not on this machine."""
    return [name for name in ("soffice", "pdftoppm", "pdftotext") if shutil.which(name) is None]


def sample_report(store: Path, folder: Path) -> Report:
    """Return the wijkanalyse of the sample that is filled in, on a day that never changes."""
    from register.database import open_register
    from register.roles import LOCAL
    from register.sample import ensure_sample
    from ui.story_batch import opened, story_of
    from ui.story_report import report_of

    settings = Settings(store=store, database_url=f"sqlite:///{folder / 'register.db'}")
    ensure_sample(open_register(settings), TODAY)
    known, desk = opened(settings, "GM9999", LOCAL)
    return report_of(known, desk, WIJK, story_of(desk, known, WIJK), TODAY)


def write(report: Report, folder: Path, house: House = HOUSE) -> None:
    """Write every file of a report."""
    from reports import deck, pdf, word

    made = {
        "word.docx": word.document(report, house),
        "word_one_page.docx": word.one_page(report, house),
        "deck.pptx": deck.deck(report, house),
        "pdf.pdf": pdf.pdf(report, house),
        "one_page.pdf": pdf.one_page(report, house),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)


def print_office(folder: Path, names: Iterable[str] = OFFICE) -> None:
    """Turn files of Word and PowerPoint into pages, with a profile of its own for LibreOffice."""
    profile, fonts = folder / "profile", folder / "fonts.conf"
    fonts.write_text(
        _FONTS.format(fonts=ROOT / "static" / "lettertypen", cache=folder / "cache"), encoding="utf-8"
    )
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "pdf",
         "--outdir", folder, *(folder / name for name in names)],
        check=True, capture_output=True, timeout=150, env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
    )  # fmt: skip
    shutil.rmtree(profile, ignore_errors=True)


def photograph(folder: Path) -> None:
    """Make a small grey picture of every page."""
    for name in NAMES:
        subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-gray", "-png", folder / f"{name}.pdf", folder / name],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip


def pictures(folder: Path, name: str) -> list[Image.Image]:
    """Return the pictures of the pages of a file, in order."""
    files = sorted(folder.glob(f"{name}-*.png"), key=lambda file: int(file.stem.rpartition("-")[2]))
    return [Image.open(file).convert("L") for file in files]


@dataclass(frozen=True)
class Word:
    """A word on a page, with where it stands in points from the top left."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """The size of a page in points."""

    width: float
    height: float


def words_of(file: Path) -> tuple[list[Page], list[Word]]:
    """Return the pages of a PDF and every word on them."""
    told = subprocess.run(
        ["pdftotext", "-bbox", file, "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode("utf-8", errors="replace")
    clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", told)
    space = "{http://www.w3.org/1999/xhtml}"
    pages = list(ElementTree.fromstring(clean).iter(f"{space}page"))
    sizes = [Page(float(page.get("width", 0)), float(page.get("height", 0))) for page in pages]
    return sizes, [word for number, page in enumerate(pages) for word in _words(page, number, space)]


def _words(page: ElementTree.Element, number: int, space: str) -> Iterator[Word]:
    for word in page.iter(f"{space}word"):
        edges = (float(word.get(edge, 0)) for edge in ("xMin", "yMin", "xMax", "yMax"))
        yield Word(number, word.text or "", *edges)


def text_above_the_foot(file: Path, foot: float) -> str:
    """Return the text of a PDF without what stands in the lowest ``foot`` points of its pages."""
    sizes, _ = words_of(file)
    height = int(sizes[0].height - foot)
    command = [
        "pdftotext",
        "-x",
        "0",
        "-y",
        "0",
        "-W",
        str(int(sizes[0].width)),
        "-H",
        str(height),
        file,
        "-",
    ]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
