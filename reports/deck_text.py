"""Text on a slide: how much room it takes, and how it is written.

A slide does not grow and nothing on it moves up, so every text is measured before it is placed. The letters are those of
Public Sans (`reports.map_lettering`), which are a little wider than those of Arial; a wider face of a template counts for
more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from xml.sax.saxutils import escape

from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from reports.map_lettering import plain, text_width

LANGUAGE: Final = "nl-NL"
#: Height of a line as a share of its letters, with some room for faces that stand higher than Arial.
LEADING: Final = 1.2
#: Points of a body, from what is wished to what is still read at the back of the room.
BODY: Final = (24.0, 22.0, 20.0, 18.0)
#: For one text that does not fit on a slide of its own.
CRAMPED: Final = (16.0, 14.0, 12.0, 10.0)
_DRAWING: Final = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_BREAKS: Final = re.compile(r"(?<= )|(?<=\w-)(?=\w)")
#: How wide a face is beside Public Sans; a narrow one may be replaced by Arial on a computer that does not have it.
_WIDTHS: Final = {
    **dict.fromkeys(
        ("arial", "liberation sans", "helvetica", "public sans", "calibri", "calibri light", "carlito"), 1.0
    ),
    **{"times new roman": 1.0, "aptos": 1.02, "tahoma": 1.03, "segoe ui": 1.04, "verdana": 1.18},
}
_UNKNOWN_WIDTH: Final = 1.1
#: DejaVu Sans beside Public Sans; its signs are wider still.
_DEJAVU, _DEJAVU_SIGNS = 1.1, 1.2
_NO_SIGN: Final = re.compile(r"[^\s().,:;]")


@dataclass(frozen=True)
class Ink:
    """A colour: by its name in the theme where it has one, so that it follows when the theme changes.

    Attributes
    ----------
    colour : str
        ``#RRGGBB``.
    scheme : str
        Name in the theme; empty for none.
    """

    colour: str
    scheme: str = ""

    def xml(self, inside: str = "") -> str:
        """Return the element of DrawingML, with ``inside`` as what changes the colour."""
        if self.scheme:
            return f'<a:schemeClr val="{self.scheme}">{inside}</a:schemeClr>'
        return f'<a:srgbClr val="{self.colour[1:]}">{inside}</a:srgbClr>'

    def fill(self, inside: str = "") -> str:
        """Return a solid fill."""
        return f"<a:solidFill>{self.xml(inside)}</a:solidFill>"


@dataclass(frozen=True)
class Face:
    """The letters of a template.

    Attributes
    ----------
    width : float
        Beside Public Sans.
    capitals : bool
        Everything is set in capitals.
    signs : float
        How much wider its spaces and signs are than its letters, beside those of Public Sans; a 1 is then as wide as a 0.
    """

    width: float = 1.0
    capitals: bool = False
    signs: float = 1.0

    @property
    def replaced(self) -> Face:
        """The face that a computer without this one may use: DejaVu Sans, where LibreOffice has neither Arial nor its likes."""
        return Face(max(self.width, _DEJAVU), self.capitals, _DEJAVU_SIGNS)

    @classmethod
    def named(cls, name: str, capitals: bool = False) -> Face:
        """Return the face of that name; an unknown one counts as wide."""
        return cls(_WIDTHS.get(name.strip().lower(), _UNKNOWN_WIDTH), capitals)


ARIAL: Final = Face()


@dataclass(frozen=True)
class Run:
    """Words in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph.

    Attributes
    ----------
    runs : tuple of Run
    bullet : str
        ``•`` or ``1`` for a list (``1`` counts), empty for none.
    quiet : bool
        In the quieter colour.
    before : float
        White above, as a share of the letters.
    number : int
        Of the item, in a list that counts.
    scale : float
        Size of the letters beside that of the whole text.
    """

    runs: tuple[Run, ...]
    bullet: str = ""
    quiet: bool = False
    before: float = 0.5
    number: int = 1
    scale: float = 1.0

    @property
    def text(self) -> str:
        """The words."""
        return "".join(run.text for run in self.runs)

    @property
    def indent(self) -> float:
        """Room for the bullet, as a share of the letters."""
        return {"": 0.0, "•": 1.0}.get(self.bullet, 1.5)


def said(text: str, *, bold: bool = False, **more: Any) -> Paragraph:
    """Return a paragraph in one weight."""
    return Paragraph((Run(text, bold),), **more)


@lru_cache(maxsize=4096)
def _width(text: str, weight: int) -> float:
    return text_width(text, 1.0, weight)


def width_of(text: str, size: float, face: Face = ARIAL, *, bold: bool = False) -> float:
    """Return the width of a text in points."""
    words, weight = plain(text.upper() if face.capitals else text), 700 if bold else 400
    width = _width(words, weight)
    if face.signs > 1:
        signs = _NO_SIGN.sub("", words)
        width = _width(words.replace("1", "0"), weight) + (face.signs - 1) * _width(signs, weight)
    return width * size * face.width


def lines_of(text: str, size: float, most: float, face: Face = ARIAL, *, bold: bool = False) -> list[str]:
    """Return the lines that a text takes in ``most`` points, as programs break it: between words, else inside one."""
    lines: list[str] = []
    line = ""
    for word in _words(plain(text)):
        longer = line + word
        if width_of(longer.rstrip(" "), size, face, bold=bold) <= most:
            line = longer
            continue
        if line:
            lines.append(line.rstrip(" "))
        while width_of(word.rstrip(" "), size, face, bold=bold) > most and len(word) > 1:
            kept = _fitting(word, size, most, face, bold)
            lines.append(word[:kept])
            word = word[kept:]
        line = word
    return [*lines, line.rstrip(" ")]


def _words(text: str) -> list[str]:
    """Divide a text where a line may end: after a space, and after a hyphen inside a word."""
    return [part for part in _BREAKS.split(_SPACES.sub(" ", text.strip())) if part] or [""]


def _fitting(word: str, size: float, most: float, face: Face, bold: bool) -> int:
    """Return how many letters of a word fit; at least one."""
    kept = 1
    while kept < len(word) and width_of(word[: kept + 1], size, face, bold=bold) <= most:
        kept += 1
    return kept


def longest_word(text: str, size: float, face: Face = ARIAL, *, bold: bool = False) -> float:
    """Return the width of the widest word."""
    return max((width_of(word.rstrip(" "), size, face, bold=bold) for word in _words(text)), default=0.0)


def height_of(paragraphs: Sequence[Paragraph], size: float, width: float, face: Face = ARIAL) -> float:
    """Return the height that paragraphs take, in points."""
    total = 0.0
    for place, paragraph in enumerate(paragraphs):
        own = size * paragraph.scale
        room = width - paragraph.indent * own
        bold = any(run.bold for run in paragraph.runs)
        lines = len(lines_of(paragraph.text, own, max(room, own), face, bold=bold))
        total += lines * own * LEADING + (paragraph.before * own if place else 0)
    return total


def best_size(
    paragraphs: Sequence[Paragraph], width: float, height: float, sizes: Iterable[float], face: Face = ARIAL
) -> float | None:
    """Return the first of some sizes at which paragraphs fit; None where none does."""
    return next((size for size in sizes if height_of(paragraphs, size, width, face) <= height), None)


def split_to_fit(
    paragraphs: Sequence[Paragraph], width: float, height: float, size: float, face: Face = ARIAL
) -> list[tuple[Paragraph, ...]]:
    """Divide paragraphs over as few boxes as they need; a heading stays with what follows it."""
    parts: list[tuple[Paragraph, ...]] = []
    current: list[Paragraph] = []
    for paragraph in paragraphs:
        if current and height_of([*current, paragraph], size, width, face) > height:
            taken_along = [current.pop()] if len(current) > 1 and _is_heading(current[-1]) else []
            parts.append(tuple(current))
            current = taken_along
        current.append(paragraph)
    return [*parts, tuple(current)]


def _is_heading(paragraph: Paragraph) -> bool:
    return not paragraph.bullet and len(paragraph.runs) == 1 and paragraph.runs[0].bold


def properties(size: float, *, bold: bool = False, colour: Ink | None = None, tag: str = "a:rPr") -> str:
    """Return the properties of a run."""
    filled = colour.fill() if colour else ""
    weight = ' b="1"' if bold else ' b="0"'
    return f'<{tag} lang="{LANGUAGE}" sz="{round(size * 100)}"{weight}>{filled}</{tag}>'


def paragraph_xml(
    paragraph: Paragraph, size: float, ink: Ink | None, quiet: Ink | None, *, first: bool, align: str = "l"
) -> str:
    """Return a paragraph of DrawingML, with everything that decides how much room it takes."""
    own = size * paragraph.scale
    indent = round(paragraph.indent * own * 12700)
    mark = {
        "": "<a:buNone/>",
        "•": '<a:buFont typeface="Arial"/><a:buChar char="•"/>',
        "1": f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod" startAt="{paragraph.number}"/>',
    }[paragraph.bullet]
    before = 0 if first else round(paragraph.before * own * 100)
    colour = quiet if paragraph.quiet else ink
    runs = "".join(
        f"<a:r>{properties(own, bold=run.bold, colour=colour)}<a:t>{escape(plain(run.text))}</a:t></a:r>"
        for run in paragraph.runs
        if run.text
    )
    return (
        f'<a:p><a:pPr marL="{indent}" indent="{-indent}" algn="{align}"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="{before}"/></a:spcBef><a:spcAft><a:spcPts val="0"/></a:spcAft>{mark}</a:pPr>'
        f"{runs}</a:p>"
    )


def write(
    frame: Any,
    paragraphs: Sequence[Paragraph],
    size: float,
    ink: Ink | None = None,
    quiet: Ink | None = None,
    *,
    anchor: str = "t",
    align: str = "l",
) -> None:
    """Write paragraphs into a text frame of python-pptx, in place of what stands there, without margins around them."""
    body = frame._txBody
    body.replace(
        body.find(qn("a:bodyPr")),
        parse_xml(
            f'<a:bodyPr {_DRAWING} vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}">'
            "<a:normAutofit/></a:bodyPr>"
        ),
    )
    fill(body, paragraphs, size, ink, quiet, align=align)


def fill(
    body: Any,
    paragraphs: Sequence[Paragraph],
    size: float,
    ink: Ink | None = None,
    quiet: Ink | None = None,
    *,
    align: str = "l",
) -> None:
    """Put paragraphs into a body of text in place of those that are in it."""
    for old in body.findall(qn("a:p")):
        body.remove(old)
    for place, paragraph in enumerate(paragraphs):
        xml = paragraph_xml(paragraph, size, ink, quiet, first=place == 0, align=align)
        body.append(parse_xml(xml.replace("<a:p>", f"<a:p {_DRAWING}>", 1)))


def in_dutch(root: Any) -> None:
    """Mark every run, field and empty paragraph below an element as Dutch."""
    for run in root.iter(qn("a:r"), qn("a:fld"), qn("a:br")):
        if run.find(qn("a:rPr")) is None:
            run.insert(0, parse_xml(f"<a:rPr {_DRAWING}/>"))
    for mark in root.iter(qn("a:rPr"), qn("a:endParaRPr"), qn("a:defRPr")):
        mark.set("lang", LANGUAGE)


def numbered(items: Sequence[str], *, ordered: bool, runs: Sequence[tuple[Run, ...]] = ()) -> list[Paragraph]:
    """Return a list of items as paragraphs."""
    made = [
        said(item, bullet="1" if ordered else "•", before=0.35, number=n) for n, item in enumerate(items, 1)
    ]
    return [replace(item, runs=own) for item, own in zip(made, runs, strict=True)] if runs else made
