"""The wijkanalyse as PDF: set by typst, readable by everybody (PDF/UA-1), with the typeface inside.

A rendering of `reports.model`: no number is made here. Texts go to the typesetter as data, never as its markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from reports import pictures
from reports.house import House, logo_picture
from reports.model import Report
from reports.pdf_content import BREAK, Content, content_of

TEMPLATES: Final = Path(__file__).resolve().parent / "typst"
#: PDF/UA-1 is ISO 14289-1; typst refuses to write a file that does not hold to what it can check of it.
STANDARD: Final = "ua-1"
_NO_LETTER: Final = "could not be displayed"
#: What stands for a letter that no typeface here has.
_UNKNOWN: Final = "\N{WHITE SQUARE}"
#: Letters that the typeface surely has; others are asked one by one when a page cannot be set.
_SURE: Final = re.compile(r"[\n -~\xa0-\xff\u2018-\u201d\u2013\u2022\u202f\u20ac]")


def pdf(report: Report, house: House) -> bytes:
    """Set a whole wijkanalyse.

    Parameters
    ----------
    report : Report
    house : House
        Name, colour and logo of the organisation.

    Returns
    -------
    bytes
        PDF 1.7 that holds to PDF/UA-1, tagged and in Dutch.

    Raises
    ------
    ExportError
        If the logo cannot be read.
    """
    return _set("report.typ", content_of(report, house, logo_picture(house)))


def one_page(report: Report, house: House) -> bytes:
    """Set what fits on one page; letters get smaller and the chart lower, then left out, then texts are cut at the end of a sentence, until it does.

    Parameters
    ----------
    report, house
        As in `pdf`.

    Returns
    -------
    bytes
        As in `pdf`.

    Raises
    ------
    ExportError
        As `pdf`.
    """
    return _set("one_page.typ", content_of(report, house, logo_picture(house), whole=False))


def _set(template: str, content: Content) -> bytes:
    """Set the pages; where a letter is missing, look for it on this machine, and else put a square there."""
    if (done := _set_with(template, content, _typefaces())) is not None:
        return done
    unsure = set(_SURE.sub("", _told(content) + "".join(content.files.values())))
    of_machine = _typefaces(of_machine=True)
    lacking = {letter for letter in unsure if not _drawable(letter)}
    if (done := _set_with(template, _squared(content, lacking), of_machine)) is not None:
        return done
    # A letter that can be set alone may not be beside others.
    return _compiled(template, _squared(content, unsure), of_machine)


def _set_with(template: str, content: Content, typefaces: Any) -> bytes | None:
    """Set the pages; None where the typefaces do not have every letter."""
    import typst

    try:
        return _compiled(template, content, typefaces)
    except typst.TypstError as fault:
        if _NO_LETTER in str(fault):
            return None
        raise


def _told(content: Content) -> str:
    return json.dumps(content.data, ensure_ascii=False)


def _squared(content: Content, lacking: Iterable[str]) -> Content:
    """Return the content with a square for every letter that is lacking."""
    table = str.maketrans({letter: "" if letter == BREAK else _UNKNOWN for letter in lacking})
    files = {name: drawing.translate(table) for name, drawing in content.files.items()}
    return Content(json.loads(_told(content).translate(table)), files)


def _compiled(template: str, content: Content, typefaces: Any) -> bytes:
    import typst

    files: dict[str, Any] = {
        "main.typ": (TEMPLATES / template).read_bytes(),
        "common.typ": (TEMPLATES / "common.typ").read_bytes(),
        "report.json": json.dumps(content.data).encode(),
        **{name: drawing.encode() for name, drawing in content.files.items()},
    }
    return bytes(typst.compile(files, format="pdf", pdf_standards=[STANDARD], font_paths=typefaces))


@lru_cache(maxsize=2)
def _typefaces(*, of_machine: bool = False) -> Any:
    """Return the typeface of the screens and those that the typesetter carries; those of the machine only on request."""
    import typst

    return typst.Fonts(
        include_system_fonts=of_machine, include_embedded_fonts=True, font_paths=[str(pictures.FONTS)]
    )


@lru_cache(maxsize=512)
def _drawable(letter: str) -> bool:
    """Tell whether any typeface has a letter, by setting a page with nothing else."""
    import typst

    page = f'#set document(title: "x")\n#set text(font: "Public Sans")\n#"\\u{{{ord(letter):x}}}"'.encode()
    fonts = _typefaces(of_machine=True)
    try:
        typst.compile({"main.typ": page}, format="pdf", pdf_standards=[STANDARD], font_paths=fonts)
    except typst.TypstError:
        return False
    return True
