"""Elements of WordprocessingML (ECMA-376), small enough to be right: runs, fields, bookmarks, links, breaks of a section."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from reports.map_lettering import plain

Element = Any

#: Twentieths of a point, in a millimetre and in a point.
TWIPS_PER_MM: Final = 1440 / 25.4
TWIPS_PER_POINT: Final = 20


def element(tag: str, attributes: dict[str, object] | None = None, *children: Element) -> Element:
    """Return an element with its attributes and children; names as in ``w:p``."""
    made = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        made.set(qn(name) if ":" in name else name, str(value))
    for child in children:
        made.append(child)
    return made


def run(text: str, style: str = "") -> Element:
    """Return a run; an end of a line in the text becomes one in the document.

    Parameters
    ----------
    text : str
    style : str
        Identifier of a character style.
    """
    made = element("w:r")
    if style:
        made.append(element("w:rPr", None, element("w:rStyle", {"w:val": style})))
    for number, line in enumerate(plain(text).split("\n")):
        if number:
            made.append(element("w:br"))
        for place, part in enumerate(line.split("\t")):
            if place:
                made.append(element("w:tab"))
            if part:
                made.append(_text("w:t", part))
    return made


def _text(tag: str, text: str) -> Element:
    made = element(tag, {"xml:space": "preserve"})
    made.text = text
    return made


def tab() -> Element:
    """Return a run that goes to the next stop."""
    return element("w:r", None, element("w:tab"))


def paragraph(
    style: str,
    *content: Element,
    keep_next: bool = False,
    new_page: bool = False,
    number: int | None = None,
    spacing: dict[str, object] | None = None,
) -> Element:
    """Return a paragraph.

    Parameters
    ----------
    style : str
        Identifier of its style.
    *content : elements
        Runs, fields, bookmarks.
    keep_next, new_page : bool
    number : int, optional
        List that it belongs to; 0 takes it out of the numbering of its style.
    spacing : dict, optional
        Attributes of ``w:spacing``, where the style does not decide.
    """
    properties = element("w:pPr", None, element("w:pStyle", {"w:val": style}))
    if keep_next:
        properties.append(element("w:keepNext"))
    if new_page:
        properties.append(element("w:pageBreakBefore"))
    if number is not None:
        level = element("w:ilvl", {"w:val": 0})
        properties.append(element("w:numPr", None, level, element("w:numId", {"w:val": number})))
    if spacing:
        properties.append(element("w:spacing", spacing))
    if number == 0:
        properties.append(element("w:ind", {"w:left": 0, "w:firstLine": 0}))
    return element("w:p", None, properties, *content)


def field(instruction: str, *shown: Element) -> Iterator[Element]:
    """Yield the runs of a field with what it shows before it is updated."""
    yield from field_start(instruction)
    yield from shown
    yield field_end()


def field_start(instruction: str) -> Iterator[Element]:
    """Yield the runs of a field up to its result."""
    yield element("w:r", None, element("w:fldChar", {"w:fldCharType": "begin"}))
    yield element("w:r", None, _text("w:instrText", f" {instruction} "))
    yield element("w:r", None, element("w:fldChar", {"w:fldCharType": "separate"}))


def field_end() -> Element:
    """Return the run that ends a field."""
    return element("w:r", None, element("w:fldChar", {"w:fldCharType": "end"}))


class Bookmarks:
    """Hands out bookmarks, each with a number of its own."""

    def __init__(self, first: int = 1) -> None:
        self._numbers = itertools.count(first)

    def around(self, name: str, *content: Element) -> Iterator[Element]:
        """Yield content between the start and the end of a bookmark."""
        number = next(self._numbers)
        yield element("w:bookmarkStart", {"w:id": number, "w:name": name})
        yield from content
        yield element("w:bookmarkEnd", {"w:id": number})


def link(name: str, *content: Element) -> Element:
    """Return a link to a bookmark of the document itself."""
    return element("w:hyperlink", {"w:anchor": name, "w:history": 1}, *content)


def end_section(last: Element, properties: Element) -> Element:
    """End a section at a block; return the paragraph that carries the end.

    Parameters
    ----------
    last : element
        The last block; where that is a table, a low paragraph comes behind it, as the format wants.
    properties : element
        ``w:sectPr`` of the section that ends; a copy is used.
    """
    if last.tag != qn("w:p"):
        low = element("w:spacing", {"w:before": 0, "w:after": 0, "w:line": 20, "w:lineRule": "exact"})
        carrier = element("w:p", None, element("w:pPr", None, low))
        last.addnext(carrier)
        last = carrier
    paragraph_properties = last.find(qn("w:pPr"))
    if paragraph_properties is None:
        paragraph_properties = element("w:pPr")
        last.insert(0, paragraph_properties)
    change = paragraph_properties.find(qn("w:pPrChange"))
    copied = copy.deepcopy(properties)
    if change is None:
        paragraph_properties.append(copied)
    else:
        change.addprevious(copied)
    return last
