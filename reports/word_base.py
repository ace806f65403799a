"""What a Word document starts from: a sheet of our own, or the template of the house.

Of a template everything stays but its text; where it holds a paragraph ``[wijkanalyse]``, the text around that stays too
and the report comes in its place.
"""

from __future__ import annotations

import copy
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree

from data.errors import ExportError
from reports.house import House, opened_template
from reports.map_lettering import plain
from reports.model import Report
from reports.pictures import FONTS
from reports.word_styles import (
    FONT,
    LANGUAGE,
    ONE_PAGE,
    ONE_PAGE_SMALL,
    REPORT,
    Lists,
    Sizes,
    StyleSheet,
    base_sheet,
    styles,
)
from reports.word_xml import TWIPS_PER_MM, Element, element

#: A paragraph of a template with this text gives way to the report.
MARKER: Final = "[wijkanalyse]"
#: Millimetres of A4 and its margins.
PAPER: Final = (210.0, 297.0)
MARGINS: Final = (26.0, 25.0, 24.0, 25.0)
ONE_PAGE_MARGINS: Final = (18.0, 20.0, 20.0, 20.0)
_FROM_EDGE: Final = 10.0
_FONT_TYPE: Final = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_FONT_LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
#: Seldom the same for two programs that open a file, so never left to chance.
_FONT_KEY: Final = uuid.UUID("6a3f2d51-7c0b-4c4e-9f6e-1b5a2c8d9e70")
_UNUSED: Final = ("customXml", "stylesWithEffects", "webSettings")
_SETTINGS: Final = (
    f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:embedTrueTypeFonts/><w:saveSubsetFonts/>'
    '<w:defaultTabStop w:val="567"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    + "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
            ("differentiateMultirowTableHeaders", 1),
        )
    )
    + f'</w:compat><w:themeFontLang w:val="{LANGUAGE}"/><w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2"'
    ' w:t2="dark2" w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" w:accent5="accent5"'
    ' w:accent6="accent6" w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/>'
    '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
)
_APP: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Wijkradar</Application></Properties>"
)


@dataclass
class Base:
    """A document that waits for its text.

    Attributes
    ----------
    document : Document
    sheet : StyleSheet
    lists : Lists
    anchor : element
        The text comes before this one.
    own : bool
        Made from our own sheet, not from a template.
    titled : bool
        The template shows the title itself.
    """

    document: Document
    sheet: StyleSheet
    lists: Lists
    anchor: Element
    own: bool
    titled: bool = False

    @property
    def section(self) -> Element:
        """Properties of the section that the text comes in."""
        for block in (self.anchor, *self.anchor.itersiblings()):
            found = block if block.tag == qn("w:sectPr") else block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
            if found is not None:
                return found
        raise ValueError("a document without a section")

    def add(self, block: Element) -> Element:
        """Put a block behind the last one."""
        self.anchor.addprevious(block)
        return block


def opened(report: Report, house: House, *, one_page: bool = False, small: bool = False) -> Base:
    """Return the document to write in, with its styles, properties and language.

    Raises
    ------
    ExportError
        If the template cannot be used.
    """
    sizes = REPORT if not one_page else ONE_PAGE_SMALL if small else ONE_PAGE
    base = (
        _own(house, sizes, one_page) if house.word_template is None else _from(house, sizes, report, one_page)
    )
    _describe(base.document, report, house)
    return base


# -- without a template --------------------------------------------------------------------------------


def _own(house: House, sizes: Sizes, one_page: bool) -> Base:
    document = docx.Document()
    _replace_children(document.styles.element, parse_xml(base_sheet(sizes)))
    _replace_children(document.settings.element, parse_xml(_SETTINGS))
    numbering: Any = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    _strip(document)
    _paint(document, house.accent)
    _embed_fonts(document)
    body = document.element.body
    final = body.sectPr
    _set_paper(final, ONE_PAGE_MARGINS if one_page else MARGINS)
    lists = Lists(document, house.accent, headings=not one_page)
    sheet = StyleSheet(document)
    numbers = (lists.headings, lists.bullets, lists.ordered)
    sheet.add_missing(styles(house.accent, sizes, lists=numbers, themed=True))
    return Base(document, sheet, lists, final, own=True)


def _replace_children(old: Element, new: Element) -> None:
    for child in list(old):
        old.remove(child)
    for child in list(new):
        old.append(child)


def _strip(document: Document) -> None:
    """Leave out the parts of the library's own template that say nothing here."""
    links = document.part.rels
    for key in [key for key, link in links.items() if link.reltype.rsplit("/", 1)[-1] in _UNUSED]:
        del links[key]
    package = document.part.package.rels
    for key, link in list(package.items()):
        kind = link.reltype.rsplit("/", 1)[-1]
        if kind == "thumbnail":
            del package[key]
        elif kind == "extended-properties":
            link.target_part._blob = _APP


def _paint(document: Document, accent: str) -> None:
    """Make the accent of the house the first accent of the theme, and set its letters."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = etree.fromstring(part.blob)
    drawing = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    colour = theme.find(f".//{drawing}accent1/{drawing}srgbClr")
    colour.set("val", accent.lstrip("#"))
    for latin in theme.iter(f"{drawing}latin"):
        if not latin.get("typeface", "").startswith("+"):
            latin.set("typeface", FONT)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _embed_fonts(document: Document) -> None:
    """Put the typeface inside (SIL Open Font License), so that pages end where they end here; Arial where that fails."""
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    entries = []
    for tag, weight in (("embedRegular", 400), ("embedBold", 700)):
        name = PackURI(f"/word/fonts/public-sans-{weight}.odttf")
        font = Part(
            name, _FONT_TYPE, _obfuscated((FONTS / f"public-sans-{weight}.ttf").read_bytes()), table.package
        )
        entries.append(
            f'<w:{tag} r:id="{table.relate_to(font, _FONT_LINK)}" w:fontKey="{{{str(_FONT_KEY).upper()}}}"/>'
        )
    table._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:fonts {nsdecls("w", "r")}><w:font w:name="{FONT}"><w:altName w:val="Arial"/><w:charset w:val="00"/>'
        f'<w:family w:val="swiss"/><w:pitch w:val="variable"/>{"".join(entries)}</w:font></w:fonts>'
    ).encode()


def _obfuscated(font: bytes) -> bytes:
    """Mix the first 32 bytes with the key, as ECMA-376 part 4, 15.2.13 wants it of an embedded font."""
    key = _FONT_KEY.bytes[::-1]
    return bytes(byte ^ key[place % 16] for place, byte in enumerate(font[:32])) + font[32:]


def _set_paper(section: Element, margins: tuple[float, float, float, float]) -> None:
    size, edges = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    for name, length in zip(("w", "h"), PAPER, strict=True):
        size.set(qn(f"w:{name}"), str(round(length * TWIPS_PER_MM)))
    for name, length in zip(("top", "right", "bottom", "left"), margins, strict=True):
        edges.set(qn(f"w:{name}"), str(round(length * TWIPS_PER_MM)))
    for name in ("header", "footer"):
        edges.set(qn(f"w:{name}"), str(round(_FROM_EDGE * TWIPS_PER_MM)))


# -- from a template -----------------------------------------------------------------------------------


def _from(house: House, sizes: Sizes, report: Report, one_page: bool) -> Base:
    file = house.word_template
    assert file is not None
    document = _template(file)
    _speak_dutch(document)
    lists = Lists(document, house.accent, headings=False)
    sheet = StyleSheet(document)
    numbers = (0, lists.bullets, lists.ordered)
    sheet.add_missing(styles(house.accent, sizes, lists=numbers, themed=False))
    _fill_in(document, report, house)
    anchor, titled = _emptied(document, sheet, keep=not one_page)
    return Base(document, sheet, lists, anchor, own=False, titled=titled)


def _template(file: Path) -> Document:
    try:
        document = docx.Document(opened_template(file))
        # Parts that are read only when they are asked for are damaged as easily.
        _ = (document.styles.element, document.settings.element, document.part.numbering_part.element)
        if document.element.body is None:
            raise ValueError("no body")
    except (
        # A part that is there but holds something else has none of the properties that are asked of it.
        AttributeError,
        TypeError,
        ValueError,
        KeyError,
        PackageNotFoundError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        NotImplementedError,
    ) as error:
        raise ExportError(
            f"Het sjabloon {file.name} is geen document dat Word kan openen, of het is beschadigd. Open het in Word, bewaar "
            "het als Word-document (.docx) en kies dat bestand; of haal de instelling WIJKRADAR_WORD_TEMPLATE weg."
        ) from error
    if document.element.body.sectPr is None:
        document.element.body.get_or_add_sectPr()
        _set_paper_of(document.element.body.sectPr)
    return document


def _set_paper_of(section: Element) -> None:
    """Give a section without a size of paper A4."""
    section.append(element("w:pgSz"))
    section.append(element("w:pgMar", {"w:gutter": 0}))
    _set_paper(section, MARGINS)


def _speak_dutch(document: Document) -> None:
    """Mark every style as Dutch: a screen reader then reads it with a Dutch voice."""
    sheet = document.styles.element
    for language in sheet.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    if sheet.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}") is None:
        old = sheet.find(qn("w:docDefaults"))
        kept = None if old is None else old.find(qn("w:pPrDefault"))
        made = element("w:docDefaults", None, element("w:rPrDefault", None, element("w:rPr")))
        if kept is not None:
            made.append(kept)
        if old is not None:
            sheet.remove(old)
        sheet.insert(0, made)
    default = sheet.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
    properties = default.find(qn("w:rPr"))
    if properties is None:
        properties = element("w:rPr")
        default.append(properties)
    if properties.find(qn("w:lang")) is None:
        properties.append(element("w:lang", {"w:val": LANGUAGE}))
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), LANGUAGE)


def placeholders(report: Report, house: House) -> dict[str, str]:
    """Return what a template may ask for between square brackets, and what comes there."""
    return {
        "[titel]": report.title,
        "[ondertitel]": report.subtitle,
        "[wijk]": report.wijk_name,
        "[gemeente]": report.gemeente_name,
        "[status]": report.status,
        "[organisatie]": house.organisation or f"Gemeente {report.gemeente_name}",
    }


def _fill_in(document: Document, report: Report, house: House) -> None:
    known = placeholders(report, house)
    wanted = re.compile("|".join(map(re.escape, known)), re.IGNORECASE)
    for block in _paragraphs(document):
        texts = [text for text in block.iter(qn("w:t")) if text.getparent().tag == qn("w:r")]
        whole = "".join(text.text or "" for text in texts)
        filled = wanted.sub(lambda found: plain(known[found.group().lower()]), whole)
        if filled == whole:
            continue
        # Word divides a text over runs as it likes: the first one gets it all, in its look.
        for text in texts[1:]:
            text.text = ""
        texts[0].text = filled
        texts[0].set(qn("xml:space"), "preserve")


def _paragraphs(document: Document) -> Iterator[Element]:
    """Yield the paragraphs of the text, the headers and the footers."""
    yield from document.element.body.iter(qn("w:p"))
    for link in document.part.rels.values():
        if link.reltype in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
            yield from link.target_part.element.iter(qn("w:p"))


def _emptied(document: Document, sheet: StyleSheet, *, keep: bool) -> tuple[Element, bool]:
    """Make room for the report; return what comes behind it, and whether the title stands before it already."""
    body = document.element.body
    final = body.sectPr
    blocks = [block for block in body if block is not final]
    markers = [block for block in blocks if block.tag == qn("w:p") and _text(block).casefold() == MARKER]
    if keep and markers:
        marker = markers[0]
        before = list(marker.itersiblings(preceding=True))
        titled = any(_style(block) == sheet["Title"] for block in before)
        if marker.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            # It also ends a section: it goes on doing that, behind the report.
            for item in [item for item in marker if item.tag != qn("w:pPr")]:
                marker.remove(item)
            return marker, titled
        anchor = marker.getnext()
        body.remove(marker)
        return anchor, titled
    _inherit(final, [block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") for block in blocks])
    for block in blocks:
        body.remove(block)
    return final, False


def _inherit(final: Element, earlier: list[Element | None]) -> None:
    """Give the last section the headers and footers that it took from the ones before it."""
    tags = (qn("w:headerReference"), qn("w:footerReference"))
    known = {(item.tag, item.get(qn("w:type"))) for item in final if item.tag in tags}
    for section in reversed([section for section in earlier if section is not None]):
        for item in [item for item in section if item.tag in tags]:
            key = (item.tag, item.get(qn("w:type")))
            if key not in known:
                known.add(key)
                final.insert(0, copy.deepcopy(item))
        if section.find(qn("w:titlePg")) is not None and final.find(qn("w:titlePg")) is None:
            set_first_page_apart(final)


def set_first_page_apart(section: Element) -> None:
    """Let the first page of a section have a header and a footer of its own."""
    later = {
        qn(f"w:{name}")
        for name in ("textDirection", "bidi", "rtlGutter", "docGrid", "printerSettings", "sectPrChange")
    }
    made = element("w:titlePg")
    following = next((item for item in section if item.tag in later), None)
    if following is None:
        section.append(made)
    else:
        following.addprevious(made)


def _text(block: Element) -> str:
    return "".join(text.text or "" for text in block.iter(qn("w:t"))).strip()


def _style(block: Element) -> str:
    found = block.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else found.get(qn("w:val"))


# -- both ----------------------------------------------------------------------------------------------


def _describe(document: Document, report: Report, house: House) -> None:
    """Write the properties that a file carries: what it is, whose, in which language, of which day."""
    properties = document.core_properties
    day = datetime(report.made.year, report.made.month, report.made.day, tzinfo=UTC)
    properties.title = plain(report.title)[:255]
    properties.subject = plain(report.subtitle)[:255]
    properties.author = plain(house.sender(report.gemeente_name))[:255]
    properties.last_modified_by = "Wijkradar"
    properties.category = "Wijkanalyse"
    properties.keywords = plain(f"{report.wijk_name}; {report.gemeente_name}; {report.wijk}")[:255]
    properties.comments = plain(" ".join(filter(None, [report.methods, report.vintage, report.fictional])))[
        :255
    ]
    properties.language = LANGUAGE
    properties.content_status = plain(report.status)[:255]
    properties.revision = 1
    properties.created = properties.modified = day
