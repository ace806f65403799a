"""How high blocks of a Word document become: measured beforehand, from the styles that the document has.

A word processor has the last word on where lines end. What is measured here is therefore on the high side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from reports.map_lettering import text_width
from reports.word_styles import FONT
from reports.word_xml import TWIPS_PER_POINT, Element

#: How much wider than Public Sans a face is at most, and the height of a line of it as share of its letters: of our own, of
#: those that Office brings along, of wide ones, of one that is unknown here, and of one that says by its name that it is wide.
_OWN, _USUAL, _BROAD, _UNKNOWN, _WIDE = (1.0, 1.18), (1.12, 1.24), (1.25, 1.24), (1.25, 1.36), (1.6, 1.5)
_FACES: Final = {
    FONT.casefold(): _OWN,
    **dict.fromkeys((
        "aptos", "arial", "arial narrow", "calibri", "calibri light", "cambria", "candara", "constantia", "corbel",
        "franklin gothic book", "garamond", "georgia", "gill sans mt", "helvetica", "liberation sans", "liberation serif",
        "carlito", "caladea", "palatino linotype", "tahoma", "times new roman", "trebuchet ms",
    ), _USUAL),
    **dict.fromkeys(("verdana", "dejavu sans", "dejavu sans mono", "dejavu serif", "courier new", "consolas"), _BROAD),
}  # fmt: skip
_WIDE_NAME: Final = re.compile(r"\b(black|heavy|ultra|wide|extended|expanded)\b")
_EMU_PER_POINT: Final = 12700
#: Of a document that says nothing of it, in points (ECMA-376, 17.3.2.38).
_SIZE: Final = 10.0
#: Points that the words of a list stand from the side, where the list decides and not the style.
_HANGING: Final = 18.0
#: Points of the rule between rows, and of the sides of a cell together.
_RULE, _SIDES = 0.75, 11.0
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"


@dataclass(frozen=True)
class Form:
    """How a paragraph stands, in points.

    ``line`` is the height of a line as share of the letters, ``exact`` its height where fixed; ``wider`` is how much wider than
    Public Sans the letters are, ``spaced`` what stands between them; with ``close`` there is no room between two that are alike.
    """

    size: float
    bold: bool
    before: float
    after: float
    line: float
    exact: float
    sides: float
    wider: float
    spaced: float
    close: bool

    def width(self, text: str, weight: int) -> float:
        """Return how wide a text on one line becomes, in points."""
        return text_width(text, self.size, weight) * self.wider + len(text) * self.spaced


class Measure:
    """Measures the blocks of one document."""

    def __init__(self, document: Document) -> None:
        sheet = document.styles.element
        self._styles = {style.get(qn("w:styleId")): style for style in sheet.findall(qn("w:style"))}
        self._defaults = sheet.find(qn("w:docDefaults"))
        self._normal = next(
            (key for key, style in self._styles.items()
             if style.get(qn("w:default")) == "1" and style.get(qn("w:type")) == "paragraph"),
            "",
        )  # fmt: skip
        self._of_theme = _faces_of_theme(document)
        self._forms: dict[str, Form] = {}

    def height(self, blocks: Iterable[Element], width: float) -> float:
        """Return how high paragraphs and tables become below each other, in points.

        Parameters
        ----------
        blocks : iterable of element
        width : float
            Points.
        """
        total = behind = 0.0
        above = ""
        for block in blocks:
            if block.tag == qn("w:tbl"):
                total += behind + self._table(block)
                behind, above = 0.0, ""
            elif block.tag == qn("w:p"):
                before, high, after = self._paragraph(block, width)
                style = self._style_of(block)
                close = style == above and self._form(style).close
                total += (0.0 if close else max(behind, before)) + high
                behind, above = after, style
        return total + behind

    def _paragraph(self, block: Element, width: float) -> tuple[float, float, float]:
        properties = block.find(qn("w:pPr"))
        form = self._form(self._style_of(block))
        spacing = None if properties is None else properties.find(qn("w:spacing"))
        direct = {} if spacing is None else {name: _number(spacing, name) for name in ("before", "after")}
        line = form.exact or form.size * form.line
        if spacing is not None and spacing.get(qn("w:lineRule")) == "exact":
            line = _number(spacing, "line") or line
        lines = self._lines(_words(block), form, width)
        drawn = sum(
            int(extent.get("cy")) / _EMU_PER_POINT for extent in block.iter("{*}extent") if extent.get("cy")
        )
        return _or(direct.get("before"), form.before), max(lines * line, drawn + 4.0 if drawn else 0.0), _or(
            direct.get("after"), form.after
        )  # fmt: skip

    def _style_of(self, block: Element) -> str:
        style = block.find(_path("w:pPr/w:pStyle"))
        return self._normal if style is None else str(style.get(qn("w:val")))

    def _lines(self, text: str, form: Form, width: float) -> int:
        weight = 700 if form.bold else 400
        room = max(width - form.sides, form.size)
        space = form.width(" ", weight)
        lines = 0
        for part in text.split("\n"):
            lines, filled = lines + 1, 0.0
            for word in part.split(" "):
                wide = form.width(word, weight)
                if filled and filled + space + wide > room:
                    lines, filled = lines + 1, 0.0
                while wide > room:
                    lines, wide = lines + 1, wide - room
                filled += wide + (space if filled else 0.0)
        return lines

    def _table(self, block: Element) -> float:
        return sum(
            _RULE + max((self._cell(cell) for cell in row.findall(qn("w:tc"))), default=0.0)
            for row in block.findall(qn("w:tr"))
        )

    def _cell(self, cell: Element) -> float:
        wide = _number(cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}"), "w") or 0.0
        return self.height(cell.findall(qn("w:p")), max(wide - _SIDES, 1.0))

    # -- styles ----------------------------------------------------------------------------------------

    def _form(self, identifier: str) -> Form:
        if identifier not in self._forms:
            self._forms[identifier] = self._resolved(identifier)
        return self._forms[identifier]

    def _resolved(self, identifier: str) -> Form:
        chain = self._chain(identifier)
        size = _first(chain, "w:rPr/w:sz", "val")
        line, rule = _first(chain, "w:pPr/w:spacing", "line"), _rule(chain)
        sides = sum(
            _first(chain, "w:pPr/w:ind", name) or _first(chain, "w:pPr/w:ind", other) or 0.0
            for name, other in (("left", "start"), ("right", "end"))
        )
        listed = any(style.find(_path("w:pPr/w:numPr")) is not None for style in chain)
        wider, high = _face(self._face_name(chain))
        return Form(
            size=_SIZE if size is None else size * TWIPS_PER_POINT / 2,
            bold=_on(chain, "w:rPr/w:b"),
            before=_first(chain, "w:pPr/w:spacing", "before") or 0.0,
            after=_first(chain, "w:pPr/w:spacing", "after") or 0.0,
            line=high
            * (1.0 if line is None or rule in ("exact", "atLeast") else line * TWIPS_PER_POINT / 240),
            exact=line or 0.0 if rule in ("exact", "atLeast") else 0.0,
            sides=sides or (_HANGING if listed else 0.0),
            wider=wider * _stretched(chain),
            spaced=_first(chain, "w:rPr/w:spacing", "val") or 0.0,
            close=_on(chain, "w:pPr/w:contextualSpacing"),
        )

    def _face_name(self, chain: list[Element]) -> str:
        """Return the name of the typeface of a style."""
        for style in chain:
            fonts = style.find(_path("w:rPr/w:rFonts"))
            for side in ("ascii", "hAnsi") if fonts is not None else ():
                if theme := fonts.get(qn(f"w:{side}Theme")):
                    return self._of_theme.get(theme[:5], "")
                if name := fonts.get(qn(f"w:{side}")):
                    return str(name)
        return ""

    def _chain(self, identifier: str) -> list[Element]:
        """Return a style and those that it is based on, then the defaults of the document."""
        chain: list[Element] = []
        while identifier in self._styles and self._styles[identifier] not in chain:
            style = self._styles[identifier]
            chain.append(style)
            base = style.find(qn("w:basedOn"))
            identifier = "" if base is None else base.get(qn("w:val"))
        if self._defaults is not None:
            chain += [child for child in self._defaults if len(child)]
        return chain


def _face(name: str) -> tuple[float, float]:
    """Return how much wider than Public Sans a typeface is at most, and how high a line of it is."""
    known = name.casefold()
    return _FACES.get(known) or (_WIDE if _WIDE_NAME.search(known) else _UNKNOWN)


def _faces_of_theme(document: Document) -> dict[str, str]:
    """Return the names of the typefaces of the theme, for text ("minor") and for headings ("major")."""
    found = {}
    for link in document.part.rels.values():
        if not link.is_external and link.reltype.endswith("/theme"):
            try:
                theme = parse_xml(link.target_part.blob)
            except etree.XMLSyntaxError:
                continue
            for kind in ("minor", "major"):
                face = next(theme.iter(f"{{{_DRAWING}}}{kind}Font"), None)
                latin = None if face is None else face.find(f"{{{_DRAWING}}}latin")
                found[kind] = "" if latin is None else str(latin.get("typeface", ""))
    return found


def _stretched(chain: list[Element]) -> float:
    """Return how much letters are drawn out; a style may say so in percents."""
    for style in chain:
        scale = style.find(_path("w:rPr/w:w"))
        if scale is not None:
            written = str(scale.get(qn("w:val"), "")).rstrip("%")
            return float(written) / 100 if written.isdigit() else 1.0
    return 1.0


def _path(path: str) -> str:
    return "/".join(qn(tag) for tag in path.split("/"))


def _number(item: Element | None, name: str) -> float | None:
    """Return a length in points that stands in twentieths of a point."""
    written = None if item is None else item.get(qn(f"w:{name}"))
    try:
        return None if written is None else float(written) / TWIPS_PER_POINT
    except ValueError:
        return None


def _first(chain: list[Element], path: str, name: str) -> float | None:
    return next(
        (found for style in chain if (found := _number(style.find(_path(path)), name)) is not None), None
    )


def _on(chain: list[Element], path: str) -> bool:
    """Tell whether a style says yes to something."""
    found = next((item for style in chain if (item := style.find(_path(path))) is not None), None)
    return found is not None and found.get(qn("w:val")) not in ("0", "false", "off")


def _rule(chain: list[Element]) -> str:
    for style in chain:
        spacing = style.find(_path("w:pPr/w:spacing"))
        if spacing is not None and spacing.get(qn("w:line")) is not None:
            return str(spacing.get(qn("w:lineRule"), "auto"))
    return "auto"


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def _words(block: Element) -> str:
    """Return the text of a paragraph; a tab as a space."""
    told = []
    for item in block.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        if item.tag == qn("w:t"):
            told.append(item.text or "")
        elif item.getparent().tag == qn("w:r"):
            told.append("\n" if item.tag == qn("w:br") else " ")
    return "".join(told)
