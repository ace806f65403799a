"""Styles of a Word document: real ones with the names of Word itself, so that a template of the house can replace each.

Sizes are in half points and twentieths of a point, as the format has them. A style that a template has is left as it is;
one that it lacks is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from reports.house import HAIRLINE, INK, QUIET, RAISED

FONT: Final = "Public Sans"
LANGUAGE: Final = "nl-NL"
#: Names as Word shows them, where the documents of Wijkradar use a style of their own.
LEAD: Final = "Wijkradar conclusie"
FINDING: Final = "Wijkradar bevinding"
NOTE: Final = "Wijkradar noot"
SOURCE: Final = "Wijkradar bron"
PICTURE: Final = "Wijkradar figuur"
GROUP: Final = "Wijkradar groep"
CELL: Final = "Wijkradar tabeltekst"
NUMBER: Final = "Wijkradar tabelcijfer"
HEAD: Final = "Wijkradar tabelkop"
TABLE: Final = "Wijkradar tabel"


@dataclass(frozen=True)
class Sizes:
    """What differs between a report and a single page: half points and twentieths of a point."""

    body: int = 20
    line: int = 300
    after: int = 120
    title: int = 56
    subtitle: int = 26
    first: int = 34
    second: int = 24
    before_first: int = 480
    before_second: int = 260
    lead: int = 25
    cell: int = 18
    in_cell: int = 50
    item_after: int = 60


REPORT: Final = Sizes()
ONE_PAGE: Final = Sizes(
    body=19, line=264, after=60, title=40, subtitle=20, first=23, second=22, before_first=140, before_second=140,
    lead=22, cell=17, in_cell=30, item_after=20,
)  # fmt: skip
#: For one page on which much has to stand.
ONE_PAGE_SMALL: Final = replace(
    ONE_PAGE, body=17, line=252, after=40, title=36, first=20, second=20, before_first=100, before_second=100, lead=18,
    cell=16, in_cell=20,
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """One style.

    Attributes
    ----------
    name : str
        As it stands in the file: built-in ones in the English of the format.
    id : str
    kind : {"paragraph", "character", "table"}
    paragraph, run, rest : str
        XML within ``w:pPr`` and ``w:rPr``, and behind them.
    base, following, rank : str, str, int
    """

    name: str
    id: str
    kind: str = "paragraph"
    paragraph: str = ""
    run: str = ""
    rest: str = ""
    base: str = "Normal"
    following: str = ""
    rank: int = 1

    @property
    def own(self) -> bool:
        """Tell whether Word does not know it."""
        return self.name.startswith("Wijkradar")


def _colour(colour: str, accent: bool = False) -> str:
    theme = ' w:themeColor="accent1"' if accent else ""
    return f'<w:color w:val="{colour.lstrip("#")}"{theme}/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _spacing(before: int, after: int, line: int = 0) -> str:
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def _bar(colour: str, thick: int, accent: bool = False) -> str:
    theme = ' w:themeColor="accent1"' if accent else ""
    return f'<w:pBdr><w:left w:val="single" w:sz="{thick}" w:space="8" w:color="{colour.lstrip("#")}"{theme}/></w:pBdr>'


_BOLD: Final = "<w:b/><w:bCs/>"


def _list(number: int, sizes: Sizes) -> str:
    return (
        f'<w:numPr><w:numId w:val="{number}"/></w:numPr>{_spacing(0, sizes.item_after)}'
        '<w:ind w:left="340" w:hanging="340"/>'
    )


def styles(accent: str, sizes: Sizes, *, lists: tuple[int, int, int], themed: bool) -> Iterator[Style]:
    """Yield every style that the documents use.

    Parameters
    ----------
    accent : str
        ``#RRGGBB``.
    sizes : Sizes
    lists : tuple of int
        Numbers of the lists of headings (0 for none), bullets and ordered points.
    themed : bool
        Whether the accent is also the first accent of the theme.
    """
    headings, bullets, ordered = lists
    hue = _colour(accent, themed)
    chapter = f'<w:numPr><w:numId w:val="{headings}"/></w:numPr>' if headings else ""
    held = "<w:keepNext/><w:keepLines/>"
    quiet = _colour(QUIET)
    yield Style(
        "Title",
        "Title",
        paragraph=held + _spacing(0, 80, 252),
        run=_BOLD + hue + _size(sizes.title),
        following="Subtitle",
        rank=10,
    )
    yield Style(
        "Subtitle",
        "Subtitle",
        paragraph=_spacing(0, 2 * sizes.after),
        run=quiet + _size(sizes.subtitle),
        following="Normal",
        rank=11,
    )
    yield Style(
        "heading 1", "Heading1",
        paragraph=held + chapter + _spacing(sizes.before_first, 140, 264) + '<w:outlineLvl w:val="0"/>',
        run=_BOLD + hue + _size(sizes.first), following="Normal", rank=9,
    )  # fmt: skip
    yield Style(
        "heading 2", "Heading2",
        paragraph=held + _spacing(sizes.before_second, 80, 264) + '<w:outlineLvl w:val="1"/>',
        run=_BOLD + _colour(INK) + _size(sizes.second), following="Normal", rank=9,
    )  # fmt: skip
    yield Style("List Bullet", "ListBullet", paragraph=_list(bullets, sizes), rank=20)
    yield Style("List Number", "ListNumber", paragraph=_list(ordered, sizes), rank=20)
    yield Style(
        "Quote", "Quote", following=GROUP, rank=29,
        paragraph="<w:keepNext/><w:keepLines/>" + _bar(HAIRLINE, 18) + _spacing(80, 0) + '<w:ind w:left="227"/>',
        run=_colour(INK),
    )  # fmt: skip
    yield Style(
        "caption",
        "Caption",
        paragraph=held + _spacing(200, 80, 264),
        run=_BOLD + _colour(INK) + _size(19),
        following="Normal",
        rank=35,
    )
    yield Style(
        "TOC Heading",
        "TOCHeading",
        paragraph=held + _spacing(360, 120),
        run=_BOLD + hue + _size(28),
        following="Normal",
        rank=39,
    )
    yield Style(
        "toc 1", "TOC1", following="Normal", rank=39,
        paragraph='<w:tabs><w:tab w:val="left" w:pos="480"/><w:tab w:val="right" w:leader="dot" w:pos="9071"/></w:tabs>' + _spacing(0, 70),
    )  # fmt: skip
    edge = '<w:tabs><w:tab w:val="right" w:pos="9071"/></w:tabs>' + _spacing(0, 0, 252)
    yield Style("header", "Header", paragraph=edge, run=quiet + _size(16), rank=99)
    yield Style("footer", "Footer", paragraph=edge, run=quiet + _size(16), rank=99)
    yield Style(
        "Hyperlink", "Hyperlink", kind="character", run=_colour(INK), base="DefaultParagraphFont", rank=99
    )
    yield from _own_styles(accent, sizes, themed)


def _own_styles(accent: str, sizes: Sizes, themed: bool) -> Iterator[Style]:
    quiet = _colour(QUIET)
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{RAISED.lstrip("#")}"/>'
    yield Style(
        LEAD, "WijkradarConclusie", following="Normal",
        paragraph="<w:keepLines/>" + _bar(accent, 24, themed) + fill + _spacing(60, 160, 288) + '<w:ind w:left="227"/>',
        run=_BOLD + _colour(INK) + _size(sizes.lead),
    )  # fmt: skip
    yield Style(FINDING, "WijkradarBevinding")
    yield Style(NOTE, "WijkradarNoot", paragraph=_spacing(0, sizes.after, 276), run=quiet + _size(18))
    yield Style(
        SOURCE, "WijkradarBron", paragraph="<w:keepLines/>" + _spacing(60, 200, 252), run=quiet + _size(16)
    )
    yield Style(
        PICTURE, "WijkradarFiguur", paragraph="<w:keepNext/>" + _spacing(0, 40, 240), following=SOURCE
    )
    yield Style(
        GROUP, "WijkradarGroep", paragraph="<w:keepLines/>" + _bar(HAIRLINE, 18) + _spacing(0, 140) + '<w:ind w:left="227"/>',
        run=quiet + _size(18),
    )  # fmt: skip
    cell = _spacing(sizes.in_cell, sizes.in_cell, 252)
    yield Style(CELL, "WijkradarTabeltekst", paragraph=cell, run=_size(sizes.cell))
    yield Style(NUMBER, "WijkradarTabelcijfer", paragraph='<w:jc w:val="right"/>', base=CELL)
    yield Style(HEAD, "WijkradarTabelkop", paragraph="<w:keepNext/>", run=_BOLD + _colour(INK), base=CELL)
    yield Style(
        TABLE, "WijkradarTabel", kind="table", rest=_table(accent, themed), base="TableNormal", rank=99
    )


def _table(accent: str, themed: bool) -> str:
    theme = ' w:themeColor="accent1"' if themed else ""
    strong = f'w:val="single" w:sz="12" w:space="0" w:color="{accent.lstrip("#")}"{theme}'
    thin = f'w:val="single" w:sz="4" w:space="0" w:color="{HAIRLINE.lstrip("#")}"'
    edges = f"<w:top {thin}/><w:bottom {thin}/><w:insideH {thin}/>"
    margins = '<w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
    head = (
        f'<w:tblStylePr w:type="firstRow"><w:rPr>{_BOLD}</w:rPr><w:tblPr/><w:tcPr><w:tcBorders><w:bottom {strong}/></w:tcBorders>'
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )
    first = f'<w:tblStylePr w:type="firstCol"><w:rPr>{_BOLD}</w:rPr></w:tblStylePr>'
    return (
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"{head}{first}"
    )


def base_sheet(sizes: Sizes) -> str:
    """Return the sheet of styles of a document without a template: what every style starts from."""
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    return (
        f"<w:styles {nsdecls('w')}><w:docDefaults>"
        f"<w:rPrDefault><w:rPr>{fonts}{_colour(INK)}{_size(sizes.body)}"
        f'<w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{_spacing(0, sizes.after, sizes.line)}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
        '<w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/>'
        "<w:semiHidden/><w:unhideWhenUsed/></w:style></w:styles>"
    )


_DEFAULTS: Final = {
    "Normal": "normal",
    "DefaultParagraphFont": "default paragraph font",
    "TableNormal": "normal table",
}


class StyleSheet:
    """The styles of one document: finds the identifier that a style has there, and adds what is lacking."""

    def __init__(self, document: Document) -> None:
        self._element = document.styles.element
        self._ids: dict[tuple[str, str], str] = {}
        for style in self._element.findall(qn("w:style")):
            name = style.find(qn("w:name"))
            if name is not None:
                key = (style.get(qn("w:type"), "paragraph"), name.get(qn("w:val")).casefold())
                self._ids.setdefault(key, style.get(qn("w:styleId")))

    def has(self, name: str, kind: str = "paragraph") -> bool:
        """Tell whether the document has a style."""
        return (kind, name.casefold()) in self._ids

    def __getitem__(self, name: str) -> str:
        """Return the identifier of a paragraph style."""
        return self._ids["paragraph", name.casefold()]

    def of_kind(self, name: str, kind: str) -> str:
        """Return the identifier of a style of another kind."""
        return self._ids[kind, name.casefold()]

    def add_missing(self, wanted: Iterator[Style]) -> None:
        """Add the styles that the document lacks, by name."""
        for style in wanted:
            if self.has(style.name, style.kind):
                continue
            # Word knows one style by a name: where a template has it as another kind, ours goes by a name beside it.
            others = {name for _, name in self._ids}
            name = f"Wijkradar {style.name}" if style.name.casefold() in others else style.name
            identifier = style.id
            while identifier in self._ids.values():
                identifier += "W"
            self._element.append(parse_xml(self._xml(style, name, identifier)))
            self._ids[style.kind, style.name.casefold()] = identifier

    def _resolved(self, name: str, kind: str) -> str:
        return self._ids.get((kind, _DEFAULTS.get(name, name).casefold()), name)

    def _xml(self, style: Style, name: str, identifier: str) -> str:
        custom = ' w:customStyle="1"' if style.own or name != style.name else ""
        following = (
            f'<w:next w:val="{self._resolved(style.following, "paragraph")}"/>'
            if style.following and self.has(style.following)
            else ""
        )
        parts = (
            f'<w:name w:val="{name}"/><w:basedOn w:val="{self._resolved(style.base, style.kind)}"/>{following}'
            f'<w:uiPriority w:val="{style.rank}"/><w:qFormat/>'
            + (f"<w:pPr>{style.paragraph}</w:pPr>" if style.paragraph else "")
            + (f"<w:rPr>{style.run}</w:rPr>" if style.run else "")
            + style.rest
        )
        return f'<w:style {nsdecls("w")} w:type="{style.kind}"{custom} w:styleId="{identifier}">{parts}</w:style>'


# -- lists ---------------------------------------------------------------------------------------------


def _level(format_: str, text: str, hanging: int, style: str = "", run: str = "", suffix: str = "") -> str:
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{format_}"/>{linked}{suffix}<w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{hanging}" w:hanging="{hanging}"/></w:pPr><w:rPr>{run}</w:rPr></w:lvl>'
    )


class Lists:
    """The lists of one document: its own, or those that a template brought along."""

    def __init__(self, document: Document, accent: str, *, headings: bool) -> None:
        self._element: Any = document.part.numbering_part.element
        hue = _colour(accent)
        self.headings = self._add(_level("decimal", "%1", 567, "Heading1"), linked=True) if headings else 0
        self.bullets = self._add(_level("bullet", "•", 340, run=hue))
        self.ordered = self._add(_level("decimal", "%1.", 340, run=_BOLD + hue))

    def _numbers(self, tag: str, attribute: str) -> list[int]:
        return [int(item.get(qn(attribute))) for item in self._element.findall(qn(tag))]

    def _add(self, level: str, linked: bool = False) -> int:
        number = max(self._numbers("w:abstractNum", "w:abstractNumId"), default=-1) + 1
        kind = "multilevel" if linked else "singleLevel"
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="{kind}"/>{level}</w:abstractNum>'
        )
        # The format wants every abstract list before the first list.
        first = self._element.find(qn("w:num"))
        if first is None:
            self._element.insert(self._behind_bullets(), abstract)
        else:
            first.addprevious(abstract)
        return self._list_of(number)

    def _behind_bullets(self) -> int:
        pictures = self._element.findall(qn("w:numPicBullet"))
        return len(pictures) + len(self._element.findall(qn("w:abstractNum")))

    def _list_of(self, abstract: int, restart: bool = False) -> int:
        number = max(self._numbers("w:num", "w:numId"), default=0) + 1
        anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if restart else ""
        made = parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{anew}</w:num>'
        )
        existing = self._element.findall(qn("w:num"))
        if existing:
            existing[-1].addnext(made)
        else:
            self._element.insert(self._behind_bullets(), made)
        return number

    def anew(self, number: int) -> int:
        """Return a list that looks as another one, and counts from 1 again."""
        for item in self._element.findall(qn("w:num")):
            if item.get(qn("w:numId")) == str(number):
                return self._list_of(int(item.find(qn("w:abstractNumId")).get(qn("w:val"))), restart=True)
        return self.anew(self.ordered)


def list_of_style(document: Document, identifier: str) -> int:
    """Return the number of the list that a style belongs to, through the styles that it is based on; 0 for none."""
    by_id = {style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))}
    seen: set[str] = set()
    while identifier in by_id and identifier not in seen:
        seen.add(identifier)
        style = by_id[identifier]
        found = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        if found is not None:
            return int(found.get(qn("w:val")))
        base = style.find(qn("w:basedOn"))
        identifier = "" if base is None else base.get(qn("w:val"))
    return 0
