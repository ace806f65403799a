"""How high blocks of a Word document become: measured beforehand, from the styles that the document has.

A word processor has the last word on where lines end. What is measured here is therefore on the high side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from docx.document import Document
from docx.oxml.ns import qn

from reports.map_lettering import text_width
from reports.word_styles import FONT
from reports.word_xml import TWIPS_PER_POINT, Element

#: Height of a line of Public Sans and of the highest of the usual faces (Calibri, Verdana), as share of its letters.
_OWN_FACE, _ANY_FACE = 1.18, 1.24
#: How much wider than Public Sans another face may be (Verdana).
_WIDER: Final = 1.12
_EMU_PER_POINT: Final = 12700
#: Of a document that says nothing of it, in points (ECMA-376, 17.3.2.38).
_SIZE: Final = 10.0
#: Points that the words of a list stand from the side, where the list decides and not the style.
_HANGING: Final = 18.0
#: Points of the rule between rows, and of the sides of a cell together.
_RULE, _SIDES = 0.75, 11.0


@dataclass(frozen=True)
class Form:
    """How a paragraph stands, in points; ``line`` is a share of the height of a line, ``exact`` its height where fixed."""

    size: float
    bold: bool
    before: float
    after: float
    line: float
    exact: float
    sides: float


class Measure:
    """Measures the blocks of one document."""

    def __init__(self, document: Document, *, own: bool) -> None:
        sheet = document.styles.element
        self._styles = {style.get(qn("w:styleId")): style for style in sheet.findall(qn("w:style"))}
        self._defaults = sheet.find(qn("w:docDefaults"))
        self._normal = next(
            (key for key, style in self._styles.items()
             if style.get(qn("w:default")) == "1" and style.get(qn("w:type")) == "paragraph"),
            "",
        )  # fmt: skip
        self._face = _OWN_FACE if own else _ANY_FACE
        self._wider = 1.0 if own else _WIDER
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
        for block in blocks:
            if block.tag == qn("w:tbl"):
                total += behind + self._table(block)
                behind = 0.0
            elif block.tag == qn("w:p"):
                before, high, after = self._paragraph(block, width)
                total += max(behind, before) + high
                behind = after
        return total + behind

    def _paragraph(self, block: Element, width: float) -> tuple[float, float, float]:
        properties = block.find(qn("w:pPr"))
        style = None if properties is None else properties.find(qn("w:pStyle"))
        form = self._form(self._normal if style is None else style.get(qn("w:val")))
        spacing = None if properties is None else properties.find(qn("w:spacing"))
        direct = {} if spacing is None else {name: _number(spacing, name) for name in ("before", "after")}
        line = form.exact or form.size * self._face * form.line
        if spacing is not None and spacing.get(qn("w:lineRule")) == "exact":
            line = _number(spacing, "line") or line
        lines = self._lines(_words(block), form, width)
        drawn = sum(
            int(extent.get("cy")) / _EMU_PER_POINT for extent in block.iter("{*}extent") if extent.get("cy")
        )
        return _or(direct.get("before"), form.before), max(lines * line, drawn + 4.0 if drawn else 0.0), _or(
            direct.get("after"), form.after
        )  # fmt: skip

    def _lines(self, text: str, form: Form, width: float) -> int:
        weight = 700 if form.bold else 400
        room = max(width - form.sides, form.size)
        space = text_width(" ", form.size, weight) * self._wider
        lines = 0
        for part in text.split("\n"):
            lines, filled = lines + 1, 0.0
            for word in part.split(" "):
                wide = text_width(word, form.size, weight) * self._wider
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
        bold = next(
            (style.find(_path("w:rPr/w:b")) for style in chain if style.find(_path("w:rPr/w:b")) is not None),
            None,
        )
        line, rule = _first(chain, "w:pPr/w:spacing", "line"), _rule(chain)
        sides = sum(
            _first(chain, "w:pPr/w:ind", name) or _first(chain, "w:pPr/w:ind", other) or 0.0
            for name, other in (("left", "start"), ("right", "end"))
        )
        listed = any(style.find(_path("w:pPr/w:numPr")) is not None for style in chain)
        return Form(
            size=_SIZE if size is None else size * TWIPS_PER_POINT / 2,
            bold=bold is not None and bold.get(qn("w:val")) not in ("0", "false", "off"),
            before=_first(chain, "w:pPr/w:spacing", "before") or 0.0,
            after=_first(chain, "w:pPr/w:spacing", "after") or 0.0,
            line=1.0 if line is None or rule in ("exact", "atLeast") else line * TWIPS_PER_POINT / 240,
            exact=line or 0.0 if rule in ("exact", "atLeast") else 0.0,
            sides=sides or (_HANGING if listed else 0.0),
        )

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


def is_own_face(document: Document) -> bool:
    """Tell whether the text of a document is set in the typeface that comes along."""
    found = document.styles.element.find(_path("w:docDefaults/w:rPrDefault/w:rPr/w:rFonts"))
    return found is not None and found.get(qn("w:ascii")) == FONT


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
