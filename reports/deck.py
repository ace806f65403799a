"""The report as slides: one message per slide, charts and tables that can be edited, and notes for who presents them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from pptx.enum.shapes import PP_PLACEHOLDER as HOLDER
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from data import VERSION
from reports.deck_blocks import alt_of, heading_of
from reports.deck_chart import add_chart
from reports.deck_map import add_map, add_words
from reports.deck_notes import add_notes, notes_for, opening_notes
from reports.deck_page import Page, Shown, Words, pages
from reports.deck_table import add_table
from reports.deck_template import Box, Template, contents, is_turned, template
from reports.deck_text import LANGUAGE, LEADING, Face, best_size, fill, height_of, in_dutch, said, write
from reports.house import House
from reports.map_lettering import plain
from reports.model import Chart, Grid, Report, Slide

_SPACES: Final = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
#: Points of the message, from what is wished down; below 28 only for one that fills half the slide.
_TITLES: Final = (30.0, 28.0)
_CRAMPED_TITLES: Final = (24.0, 20.0, 16.0)
_OPENING: Final = (44.0, 40.0, 36.0, 32.0, 28.0, 24.0, 20.0)
_SUBTITLES: Final = (24.0, 22.0, 20.0, 18.0, 16.0, 14.0)
_FOOT: Final = (12.0, 11.0, 10.0, 9.0)
#: Margins inside a title of a template, left and right, and above and below.
_INSIDE: Final = (7.2, 3.6)
_MOST_TITLE: Final = 0.34
#: How much wider a title is than its lines, for a program that sets letters wider.
_SLACK: Final = 1.04
_EMU: Final = 12700
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FIELD: Final = "{C1FF6DA9-008F-8B48-92A6-B652298478BF}"
#: An own slide of the model that opens the deck.
_OPENINGS: Final = ("titel", "voorblad")


def deck(report: Report, house: House) -> bytes:
    """Make the slides of a report.

    Parameters
    ----------
    report : Report
    house : House
        Its template is used where there is one: layouts by their type or name, the nearest one where one is missing.

    Returns
    -------
    bytes
        A presentation (.pptx): a title slide, and then one slide per message; two where what carries it does not fit on one.

    Raises
    ------
    ExportError
        If the template or the logo cannot be used.
    """
    return _Deck(report, house, template(house)).made()


class _Deck:
    """The slides while they are made."""

    def __init__(self, report: Report, house: House, base: Template) -> None:
        self.report, self.house, self.base = report, house, base

    def made(self) -> bytes:
        if not self.report.slides or self.report.slides[0].id not in _OPENINGS:
            self._open()
        made = [(slide, page) for slide in self.report.slides for page in self._pages(slide)]
        size = min((self._title_size(page.message, self._titled()) for _, page in made), default=_TITLES[0])
        for (slide, page), message in zip(made, _unlike([page.message for _, page in made]), strict=True):
            self._show(slide, page, message, size)
        self._describe()
        if self.base.own:
            in_dutch(self.base.deck.part._element)
        self._name_notes()
        content = BytesIO()
        self.base.deck.save(content)
        return content.getvalue()

    # -- the title slide ---------------------------------------------------------------------------

    def _open(self) -> None:
        report = self.report
        layout = self.base.layout("title")
        slide = self.base.deck.slides.add_slide(layout)
        holders = list(slide.placeholders)
        title, box = self._title_of(
            slide,
            layout,
            Box(
                0.08 * self.base.width,
                0.22 * self.base.height,
                0.84 * self.base.width,
                0.3 * self.base.height,
            ),
        )
        inner = _inside(box, own=self.base.own)
        size = (
            best_size(
                [said(report.title, bold=True)], inner.width, inner.height, _OPENING, self.base.title_face
            )
            or _OPENING[-1]
        )
        self._write_title(title, report.title, size)
        below = [said(report.subtitle), *self._organisation()]
        told = [said(text, before=0.3) for text in (report.vintage, report.methods, report.fictional) if text]
        free = [
            holder
            for holder in holders
            if _kind(holder) in (HOLDER.SUBTITLE, HOLDER.BODY, HOLDER.OBJECT) and not is_turned(holder)
        ]
        subtitle = next(
            (holder for holder in free if _kind(holder) == HOLDER.SUBTITLE), free[0] if free else None
        )
        small = next((holder for holder in free if holder is not subtitle and self.base.own), None)
        order = [title]
        if subtitle is None:
            room = Box(box.x, box.bottom + 12, box.width, 0.9 * self.base.height - box.bottom - 12)
            words = [*below, *told]
            fits = best_size(words, room.width, room.height, _SUBTITLES, self.base.body_face) or 12.0
            order.append(add_words(slide.shapes, words, room, fits, self.base.palette, name="Ondertitel"))
        else:
            order.append(self._fill_holder(subtitle, below, _SUBTITLES))
            if small is not None:
                order.append(self._fill_holder(small, told, (*_SUBTITLES[-2:], 12.0, 11.0, 10.0)))
        self._finish(slide, layout, order, opening_notes(report))

    def _organisation(self) -> list[Any]:
        """Return who makes it, unless the line above says so already."""
        name = self.house.organisation
        return (
            [said(name, before=0.3)]
            if name and name.casefold() not in self.report.subtitle.casefold()
            else []
        )

    def _fill_holder(self, holder: Any, paragraphs: list[Any], sizes: Sequence[float]) -> Any:
        """Write into a placeholder as large as fits, in the colours of its layout."""
        width, height = (side / _EMU for side in (holder.width, holder.height))
        inner = _inside(Box(0, 0, width, height), own=self.base.own)
        size = best_size(paragraphs, inner.width, inner.height, sizes, self.base.body_face) or sizes[-1]
        fill(holder.text_frame._txBody, paragraphs, size)
        for properties in holder._element.iter(qn("a:pPr")):
            properties.attrib.pop("algn", None)
        return holder

    # -- slides with a message ---------------------------------------------------------------------

    def _pages(self, slide: Slide) -> list[Page]:
        return pages(slide.message, slide.blocks, self._area, self.base.body_face, slide.untold)

    def _titled(self) -> Any:
        return self.base.layout("one")

    def _layout(self, blocks: int) -> Any:
        return self.base.layout("two" if blocks == 2 else "one")

    def _title_box(self, layout: Any) -> Box:
        """Return where the message stands."""
        width, height = self.base.width, self.base.height
        return self.base.message_box(layout) or Box(0.05 * width, 0.05 * height, 0.9 * width, 0.17 * height)

    def _title_size(self, message: str, layout: Any) -> float:
        """Return the size of a message: 28 or more, unless it would fill the slide."""
        box = _inside(self._title_box(layout), own=self.base.own)
        told, face = [said(message, bold=True)], self.base.title_face
        fitting = best_size(told, box.width, box.height, _TITLES, face)
        if fitting is not None:
            return fitting
        return (
            best_size(told, box.width, _MOST_TITLE * self.base.height, (_TITLES[-1], *_CRAMPED_TITLES), face)
            or _CRAMPED_TITLES[-1]
        )

    def _grown(self, message: str, size: float, layout: Any) -> Box:
        """Return the place of a message: lower than in the layout where it has more lines; in the own one, no more than it needs."""
        box = self._title_box(layout)
        inner = _inside(box, own=self.base.own)
        told = [said(message, bold=True)]
        high = height_of(told, size, inner.width, self.base.title_face)
        needed = high + box.height - inner.height
        if not self.base.own:
            return box if needed <= box.height else Box(box.x, box.y, box.width, needed)
        if high <= height_of([said("x", bold=True)], size, inner.width, self.base.title_face):
            return Box(box.x, box.y, box.width, needed)
        # Lines about equally long: else a word may stand alone on the last.
        shares = (share / 20 for share in range(11, 20))
        width = next(
            (
                share * box.width
                for share in shares
                if height_of(told, size, share * inner.width, self.base.title_face) <= high
            ),
            box.width,
        )
        return Box(box.x, box.y, min(width * _SLACK, box.width), needed)

    def _area(self, message: str, blocks: int) -> Box:
        """Return the room under a message."""
        layout = self._layout(blocks)
        size = self._title_size(message, layout)
        room = self.base.content_box(layout)
        title = self._grown(message, size, layout)
        over = title.bottom + (14 if self.base.own else 6) - room.y
        return room.below(over) if title.y < room.y and (over > 0 or self.base.own) else room

    def _show(self, slide: Slide, page: Page, message: str, size: float) -> None:
        layout = self._layout(len(page.blocks))
        made = self.base.deck.slides.add_slide(layout)
        suits = self.base.leaves_room(layout)
        holders = _for_text_or_figures(made) if suits and contents(layout) else []
        title, _ = self._title_of(made, layout, self._title_box(layout))
        size = min(size, self._title_size(message, layout))
        _place(title, self._grown(message, size, layout))
        if not suits:
            title.text_frame._txBody.bodyPr.set("vert", "horz")
        self._write_title(title, message, size, "" if suits else ' cap="none"')
        order = [title]
        for piece in page.pieces:
            order += self._put(made, piece, message, holders)
        self._finish(made, layout, order, notes_for(slide))

    def _put(self, slide: Any, piece: Words | Shown, message: str, holders: list[Any]) -> list[Any]:
        """Put a piece on a slide, in a placeholder where one is free for it."""
        palette, face = self.base.palette, self.base.body_face
        if isinstance(piece, Words):
            holder = _take(holders, (HOLDER.OBJECT, HOLDER.BODY)) if piece.name == "Tekst" else None
            if holder is None:
                return [
                    add_words(slide.shapes, piece.paragraphs, piece.box, piece.size, palette, name=piece.name)
                ]
            _place(holder, piece.box)
            write(holder.text_frame, piece.paragraphs, piece.size, palette.ink, palette.quiet)
            return [holder]
        if isinstance(piece.block, Chart):
            shapes = [add_chart(slide.shapes, piece.block, piece.box, palette, face)]
        elif isinstance(piece.block, Grid):
            shapes = [add_table(slide.shapes, piece.block, piece.box, piece.size, palette, face)]
        else:
            shapes = add_map(slide.shapes, piece.block, self.house, piece.box, palette, face)
        shapes[0].name = {Chart: "Grafiek", Grid: "Tabel"}.get(type(piece.block), "Kaart")
        _tell(shapes[0], heading_of(piece.block, "") or message, alt_of(piece.block))
        holder = _take(holders, (HOLDER.OBJECT,))
        if holder is not None:
            _into_holder(shapes[0], holder)
        return shapes

    # -- title, foot and notes ---------------------------------------------------------------------

    def _title_of(self, slide: Any, layout: Any, otherwise: Box) -> tuple[Any, Box]:
        """Return the title of a slide and its place; one of its own where the layout has none."""
        box = self.base.title_box(layout)
        if slide.shapes.title is not None and box is not None:
            return slide.shapes.title, box
        shape = slide.shapes.add_textbox(*otherwise.emu)
        shape.name = "Titel"
        _as_holder(shape, '<p:ph type="title"/>')
        return slide.shapes.title, otherwise

    def _write_title(self, title: Any, message: str, size: float, also: str = "") -> None:
        body = title.text_frame._txBody
        if self.base.own:
            # Said once more where it stands: LibreOffice does not read it from the layout.
            title.text_frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
        for paragraph in body.findall(qn("a:p")):
            body.remove(paragraph)
        words = escape(plain(message))
        body.append(
            parse_xml(
                f'<a:p {_SPACES}><a:r><a:rPr lang="{LANGUAGE}" sz="{round(size * 100)}"{also}/><a:t>{words}</a:t></a:r></a:p>'
            )
        )

    def _finish(self, slide: Any, layout: Any, order: list[Any], notes: list[Any]) -> None:
        """Add foot and notes, take away what stayed empty, and put shapes in the order in which they are read."""
        order = [*order, *self._feet(slide, layout)]
        kept = [shape._element for shape in order]
        tree = slide.shapes._spTree
        for shape in list(slide.shapes):
            if shape._element not in kept:
                tree.remove(shape._element)
        for element in kept:
            tree.append(element)
        in_dutch(slide._element)
        add_notes(slide, notes)

    def _feet(self, slide: Any, layout: Any) -> list[Any]:
        report, base = self.report, self.base
        holders = {_kind(holder): holder for holder in layout.placeholders}
        words = " ".join(filter(None, [f"{report.title}, {report.status}.", report.fictional]))
        low = 0.915 * base.height
        room = base.foot_box(layout) or Box(0.05 * base.width, low, 0.78 * base.width, 0.06 * base.height)
        foot = add_words(
            slide.shapes,
            [said(words, quiet=True)],
            room,
            _foot_size(words, room, base.body_face),
            base.palette,
            name="Voettekst",
            anchor="ctr",
        )
        number = slide.shapes.add_textbox(*self._number_box(holders, low).emu)
        number.name = "Dianummer"
        place = len(base.deck.slides)
        write(
            number.text_frame,
            [said("x", quiet=True)],
            _FOOT[0],
            base.palette.ink,
            base.palette.quiet,
            anchor="ctr",
            align="r",
        )
        run = number._element.find(f".//{qn('a:r')}")
        properties = deepcopy(run.find(qn("a:rPr")))
        field = parse_xml(f'<a:fld {_SPACES} id="{_FIELD}" type="slidenum"><a:t>{place}</a:t></a:fld>')
        field.insert(0, properties)
        run.getparent().replace(run, field)
        for shape, kind in ((foot, HOLDER.FOOTER), (number, HOLDER.SLIDE_NUMBER)):
            if kind in holders:
                _as_holder(shape, holders[kind]._element.find(f".//{qn('p:ph')}"))
        return [foot, number]

    def _number_box(self, holders: dict[Any, Any], low: float) -> Box:
        base = self.base
        holder = holders.get(HOLDER.SLIDE_NUMBER)
        if holder is not None and holder.width:
            return Box(*(side / _EMU for side in (holder.left, holder.top, holder.width, holder.height)))
        return Box(0.86 * base.width, low, 0.09 * base.width, 0.06 * base.height)

    # -- the file ----------------------------------------------------------------------------------

    def _name_notes(self) -> None:
        """Name the master of the notes in the presentation, where the library leaves it a relation only."""
        root, part = self.base.deck.part._element, self.base.deck.part
        in_dutch(self.base.deck.notes_master._element)
        if root.find(qn("p:notesMasterIdLst")) is None:
            key = part.relate_to(part.notes_master_part, RT.NOTES_MASTER)
            listed = f'<p:notesMasterIdLst {_SPACES} xmlns:r="{_RELATIONS}"><p:notesMasterId r:id="{key}"/></p:notesMasterIdLst>'
            root.find(qn("p:sldMasterIdLst")).addnext(parse_xml(listed))

    def _describe(self) -> None:
        report, package = self.report, self.base.deck.part.package
        day = datetime(report.made.year, report.made.month, report.made.day, tzinfo=UTC).replace(tzinfo=None)
        core = self.base.deck.core_properties
        core.title, core.subject = _short(report.title), _short(report.subtitle)
        core.author = _short(self.house.sender(report.gemeente_name))
        core.last_modified_by = core.author
        core.comments = _short(" ".join(filter(None, [report.fictional, report.vintage, report.methods])))
        core.keywords = _short(f"wijkanalyse, {report.wijk_name}, {report.gemeente_name}")
        core.language, core.category = LANGUAGE, "Wijkanalyse"
        core.created = core.modified = day
        core.last_printed = day
        core.revision = 1
        for relation in package._rels.values():
            if relation.reltype == RT.EXTENDED_PROPERTIES:
                relation.target_part._blob = _application(len(self.base.deck.slides)).encode()


# -- shapes ------------------------------------------------------------------------------------------


def _kind(holder: Any) -> Any:
    return holder.placeholder_format.type


def _inside(box: Box, *, own: bool) -> Box:
    """Return a box without the margins that a template has inside."""
    side, above = (0.0, 0.0) if own else _INSIDE
    return Box(box.x + side, box.y + above, box.width - 2 * side, box.height - 2 * above)


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = box.emu


def _take(holders: list[Any], kinds: tuple[Any, ...]) -> Any:
    """Take the first free placeholder of some kinds; None where there is none."""
    found = next((holder for holder in holders if _kind(holder) in kinds), None)
    if found is not None:
        holders.remove(found)
    return found


def _into_holder(shape: Any, holder: Any) -> None:
    """Let a chart, table or picture stand in a placeholder, as PowerPoint does when one is inserted there."""
    mark = holder._element.find(f".//{qn('p:ph')}")
    inner = next(shape._element.iter(qn("p:nvPr")))
    inner.insert(0, deepcopy(mark))


def _for_text_or_figures(slide: Any) -> list[Any]:
    """Return the placeholders of a slide that something can be put into, from left to right."""
    found = [
        holder
        for holder in slide.placeholders
        if _kind(holder) in (HOLDER.OBJECT, HOLDER.BODY) and not is_turned(holder)
    ]
    return sorted(found, key=lambda holder: (holder.left or 0, holder.top or 0))


def _as_holder(shape: Any, mark: Any) -> None:
    """Turn a text box into a placeholder."""
    made = parse_xml(mark.replace("/>", f" {_SPACES}/>")) if isinstance(mark, str) else deepcopy(mark)
    outer = shape._element.nvSpPr
    locks = outer.find(qn("p:cNvSpPr"))
    locks.attrib.pop("txBox", None)
    locks.append(parse_xml(f'<a:spLocks {_SPACES} noGrp="1"/>'))
    outer.find(qn("p:nvPr")).insert(0, made)


def _tell(shape: Any, title: str, alt: str) -> None:
    """Give a chart, table or picture its name and alternative text."""
    own = next(shape._element.iter(qn("p:cNvPr")))
    own.set("descr", plain(alt))
    own.set("title", plain(title))


def _foot_size(words: str, room: Box, face: Face) -> float:
    told = [said(words)]
    on_one_line = best_size(told, room.width, min(room.height, _FOOT[0] * LEADING + 1), _FOOT[:2], face)
    return on_one_line or best_size(told, room.width, room.height, _FOOT, face) or _FOOT[-1]


def _unlike(messages: Sequence[str]) -> list[str]:
    """Return messages of which no two are the same: a list of slides is read out by its titles."""
    seen: dict[str, int] = {}
    made = []
    for message in messages:
        seen[message] = seen.get(message, 0) + 1
        made.append(message if seen[message] == 1 else f"{message} ({seen[message]})")
    return made


def _short(text: str) -> str:
    """Return a text that a property of a file can hold."""
    return plain(text)[:255]


def _application(slides: int) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"<Application>Wijkradar</Application><Slides>{slides}</Slides><AppVersion>{_app_version()}</AppVersion></Properties>"
    )


def _app_version() -> str:
    """Return the version as Office wants to read it: two numbers of which the second has four figures."""
    major, minor, *_ = VERSION.split(".")
    return f"{int(major):02d}.{int(minor):04d}"
