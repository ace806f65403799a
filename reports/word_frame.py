"""What stands around the text of a Word document: header, footer, and sections that lie on their side."""

from __future__ import annotations

import copy
from io import BytesIO
from typing import Any, Final

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section

from data.errors import ExportError
from reports.house import House, logo_picture
from reports.map_lettering import plain
from reports.model import Report
from reports.word_base import Base
from reports.word_styles import StyleSheet
from reports.word_xml import TWIPS_PER_MM, Element, element, field, paragraph, run, tab

_EMU_PER_MM: Final = 36000
#: Millimetres that a logo may be high and wide: on the first page, and on the others.
_LARGE: Final = (12.0, 70.0)
_SMALL: Final = (7.0, 45.0)
_DECORATIVE: Final = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
_A4: Final = (11906, 16838)
_MARGIN: Final = 1417


def text_size(section: Element) -> tuple[int, int]:
    """Return width and height between the margins of a section, in twentieths of a point."""
    size, edges = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    width, height = (_number(size, name, default) for name, default in zip(("w:w", "w:h"), _A4, strict=True))
    left, right, top, bottom, gutter = (
        abs(_number(edges, f"w:{name}", default))
        for name, default in (
            ("left", _MARGIN),
            ("right", _MARGIN),
            ("top", _MARGIN),
            ("bottom", _MARGIN),
            ("gutter", 0),
        )
    )
    return max(width - left - right - gutter, 2000), max(height - top - bottom, 2000)


def _number(item: Element | None, name: str, default: int) -> int:
    written = None if item is None else item.get(qn(name))
    return default if written is None else round(float(written))


# -- pictures ------------------------------------------------------------------------------------------


def picture(
    part: Any, content: bytes, width_mm: float, highest_mm: float, alt: str, title: str = ""
) -> Element:
    """Return a run with a picture in the line.

    Parameters
    ----------
    part : StoryPart
        Of the text, a header or a footer.
    content : bytes
        PNG or JPEG.
    width_mm, highest_mm : float
        The picture is that wide, or narrower where it would become too high.
    alt, title : str
        What is to be seen, and its short name. Without ``alt`` it is marked as decoration.
    """
    from PIL import Image

    with Image.open(BytesIO(content)) as image:
        wide, high = image.size
    width = min(width_mm, highest_mm * wide / high)
    made = part.new_pic_inline(
        BytesIO(content), round(width * _EMU_PER_MM), round(width * high / wide * _EMU_PER_MM)
    )
    described = made.docPr
    described.set("descr", plain(alt))
    if title:
        described.set("title", plain(title)[:255])
    if not alt:
        described.append(parse_xml(_DECORATIVE))
    for name in ("distT", "distB", "distL", "distR"):
        made.set(name, "0")
    return element("w:r", None, element("w:drawing", None, made))


# -- header and footer ---------------------------------------------------------------------------------


class Frame:
    """Headers and footers of one document."""

    def __init__(self, base: Base, report: Report, house: House) -> None:
        self._base, self._report, self._house = base, report, house
        self._logo = logo_picture(house)

    def put(self, *, first_apart: bool = True) -> None:
        """Write the header and footer of every section that has none of its own; add to those of a template."""
        for number, section in enumerate(self._base.document.sections):
            if self._base.own and first_apart:
                section.different_first_page_header_footer = True
            self._headers(section, opening=number == 0)
            self._footers(section, opening=number == 0)

    def turned(self, section: Element) -> None:
        """Write header and footer for a section on its side: they reach further."""
        if self._base.own:
            part = Section(section, self._base.document.part)
            part.different_first_page_header_footer = False
            self._header(part.header, section, large=False)
            self._footer(part.footer, section)

    def _headers(self, section: Section, *, opening: bool) -> None:
        apart = section.different_first_page_header_footer
        for header, large in (
            (section.header, not apart),
            *(((section.first_page_header, True),) if apart else ()),
        ):
            if not _is_empty(header) or (header.is_linked_to_previous and not opening):
                continue
            if self._base.own or self._logo is not None:
                self._header(header, section._sectPr, large=large)

    def _header(self, header: Any, section: Element, *, large: bool) -> None:
        sheet = self._base.sheet
        width, _ = text_size(section)
        header.is_linked_to_previous = False
        words = [] if large else [run(f"{self._report.title}, gemeente {self._report.gemeente_name}")]
        if self._logo is not None:
            high, wide = _LARGE if large else _SMALL
            name = f"Logo van {self._house.organisation}" if self._house.organisation else ""
            try:
                drawn = picture(header.part, self._logo, wide, high, name, name)
            except (ValueError, KeyError, ZeroDivisionError) as error:
                raise ExportError(
                    f"Het logo {self._house.logo} past niet in een Word-document; bewaar het als PNG."
                ) from error
            words += [drawn] if large else [tab(), drawn]
        _refill(header._element, _edge(sheet, "header", width, *words))

    def _footers(self, section: Section, *, opening: bool) -> None:
        footers = [section.footer]
        if section.different_first_page_header_footer:
            footers.append(section.first_page_footer)
        if self._base.document.settings.odd_and_even_pages_header_footer:
            footers.append(section.even_page_footer)
        for footer in footers:
            if footer.is_linked_to_previous and not opening:
                continue
            if self._base.own or _is_empty(footer):
                self._footer(footer, section._sectPr)
            else:
                self._add_to(footer)

    def _footer(self, footer: Any, section: Element) -> None:
        width, _ = text_size(section)
        footer.is_linked_to_previous = False
        sheet = self._base.sheet
        first = _edge(sheet, "footer", width, run(_sentence(self._report.status)), tab(), *_page_number())
        _refill(footer._element, first, *self._lines(with_status=False))

    def _add_to(self, footer: Any) -> None:
        """Say below the footer of a template what every page has to say."""
        for line in self._lines(with_status=True):
            footer._element.append(line)
        if not _counts_pages(footer._element):
            footer._element.append(paragraph(self._base.sheet["footer"], *_page_number()))

    def _lines(self, *, with_status: bool) -> list[Element]:
        style = self._base.sheet["footer"]
        report = self._report
        told = [_sentence(report.status)] if with_status else []
        told += [_sentence(self._house.organisation), report.methods]
        lines = [" ".join(filter(None, told)), report.fictional]
        return [paragraph(style, run(line)) for line in lines if line]


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}." if text and not text.endswith((".", "!", "?")) else text


def _page_number() -> list[Element]:
    return [
        run("Bladzijde "), *field("PAGE", run("1")), run(" van "), *field("NUMPAGES", run("1")),
    ]  # fmt: skip


def _edge(sheet: StyleSheet, style: str, width: int, *content: Element) -> Element:
    made = paragraph(sheet[style], *content)
    stop = parse_xml(
        f'<w:tabs {nsdecls("w")}><w:tab w:val="clear" w:pos="9071"/><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    )
    if width == 9071:
        stop.remove(stop[0])
    made.pPr.append(stop)
    return made


def _refill(edge: Element, *blocks: Element) -> None:
    for child in list(edge):
        edge.remove(child)
    for block in blocks:
        edge.append(block)


def _is_empty(edge: Any) -> bool:
    """Tell whether a header or footer shows nothing."""
    if edge.is_linked_to_previous:
        return True
    shown = ("w:drawing", "w:pict", "w:object", "w:fldChar", "w:fldSimple")
    if any(edge._element.find(f".//{qn(tag)}") is not None for tag in shown):
        return False
    return not "".join(text.text or "" for text in edge._element.iter(qn("w:t"))).strip()


def _counts_pages(edge: Element) -> bool:
    spoken = [item.text or "" for item in edge.iter(qn("w:instrText"))]
    spoken += [item.get(qn("w:instr"), "") for item in edge.iter(qn("w:fldSimple"))]
    return any(word == "PAGE" for text in spoken for word in text.upper().split())


# -- a section on its side -----------------------------------------------------------------------------


def lying(section: Element) -> Element:
    """Return the properties of a section as those of one that lies on its side, after it and with its headers."""
    made = copy.deepcopy(section)
    for tag in ("w:headerReference", "w:footerReference", "w:titlePg", "w:type", "w:pgNumType"):
        for item in made.findall(qn(tag)):
            made.remove(item)
    size, edges = made.find(qn("w:pgSz")), made.find(qn("w:pgMar"))
    if size is not None:
        width, height = size.get(qn("w:w")), size.get(qn("w:h"))
        if int(width) < int(height):
            size.set(qn("w:w"), height)
            size.set(qn("w:h"), width)
        size.set(qn("w:orient"), "landscape")
    if edges is not None:
        for name in ("left", "right"):
            edges.set(qn(f"w:{name}"), str(round(20 * TWIPS_PER_MM)))
    return made


def sections_of(document: Document) -> list[Element]:
    """Return the properties of every section, in order."""
    return [section._sectPr for section in document.sections]
