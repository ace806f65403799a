"""The template under a deck: opened or made, emptied, and asked where a title, a text and a foot belong."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from zipfile import BadZipFile

from lxml.etree import XMLSyntaxError
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as HOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from data.errors import ExportError
from reports.contrast import contrast
from reports.deck_own import own_template
from reports.deck_text import Face, Ink
from reports.house import BESIDE, EXPECTED, HAIRLINE, INK, QUIET, RAISED, House, opened_template

_POINT: Final = 12700
#: Relations of a presentation to what speaks of slides that are no longer there.
_STALE: Final = (RT.VIEW_PROPS, RT.PRINTER_SETTINGS)
_EXAMPLES: Final = ("p:custShowLst", "p:extLst")
#: The kinds that a layout can be, in the order in which they replace each other.
Kind = Literal["title", "one", "two", "bare"]
_TYPES: Final[dict[Kind, tuple[str, ...]]] = {
    "title": ("title",), "one": ("obj", "tx"), "two": ("twoObj",), "bare": ("titleOnly",),
}  # fmt: skip
_NAMES: Final[dict[Kind, tuple[str, ...]]] = {
    "title": ("titeldia", "title slide", "voorblad", "titelpagina"),
    "one": ("titel en object", "titel en inhoud", "title and content", "titel en tekst"),
    "two": ("inhoud van twee", "two content", "twee objecten", "grafiek met toelichting"),
    "bare": ("alleen titel", "title only"),
}
_TITLES: Final = (HOLDER.TITLE, HOLDER.CENTER_TITLE)
_CONTENTS: Final = (HOLDER.OBJECT, HOLDER.BODY)
_FEET: Final = (HOLDER.FOOTER, HOLDER.SLIDE_NUMBER, HOLDER.DATE)
#: Of a dark sheet.
_ON_DARK: Final = {"accent": "#6CC0E0", "beside": "#A3B3BE", "faint": "#7D8B95", "expected": "#F0994F"}
_FAINT: Final = "#7F8C96"
#: Shares of the height and the width of a slide.
_LOWEST_TITLE: Final = 0.45
_NARROWEST_TITLE: Final = 0.4
#: Points of the shortest side of a slide: half of the usual one.
_SMALLEST: Final = 255.0


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in points from the corner at the top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends at the right."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.y + self.height

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """The same in the unit of a file."""
        return (
            round(self.x * _POINT), round(self.y * _POINT), round(self.width * _POINT), round(self.height * _POINT)
        )  # fmt: skip

    def below(self, taken: float) -> Box:
        """Return what is left under a strip at the top."""
        return Box(self.x, self.y + taken, self.width, max(self.height - taken, 0.0))

    def above(self, taken: float) -> Box:
        """Return what is left above a strip at the bottom."""
        return Box(self.x, self.y, self.width, max(self.height - taken, 0.0))

    def top(self, height: float) -> Box:
        """Return the strip at the top."""
        return Box(self.x, self.y, self.width, height)

    def columns(self, share: float, gutter: float) -> tuple[Box, Box]:
        """Return two columns, the left one with a share of the room."""
        left = (self.width - gutter) * share
        return (
            Box(self.x, self.y, left, self.height),
            Box(self.x + left + gutter, self.y, self.width - gutter - left, self.height),
        )


@dataclass(frozen=True)
class Palette:
    """The colours of a deck on its own sheet."""

    accent: Ink
    beside: Ink
    faint: Ink
    expected: Ink
    ink: Ink
    quiet: Ink
    hairline: Ink
    raised: Ink
    paper: Ink


@dataclass(frozen=True)
class Template:
    """A presentation without slides, with what must be known to fill it.

    Attributes
    ----------
    deck : Presentation
    palette : Palette
    title_face, body_face : Face
    width, height : float
        Of a slide, in points.
    own : bool
        It is the template of Wijkradar itself.
    """

    deck: Any
    palette: Palette
    title_face: Face
    body_face: Face
    width: float
    height: float
    own: bool

    def layout(self, kind: Kind) -> Any:
        """Return the layout that suits best: by its type, else by its name, else by what stands in it."""
        return _chosen(list(self.deck.slide_layouts), kind)

    def title_box(self, layout: Any) -> Box | None:
        """Return where the title belongs; None where the layout has none."""
        return next((_box(holder) for holder in layout.placeholders if _kind(holder) in _TITLES), None)

    def leaves_room(self, layout: Any) -> bool:
        """Say whether a title stands above enough room: that of a section, a caption or one that stands upright does not."""
        title = self.title_box(layout)
        return title is None or (
            title.bottom <= _LOWEST_TITLE * self.height and title.width >= _NARROWEST_TITLE * self.width
        )

    def message_box(self, layout: Any) -> Box | None:
        """Return where a message belongs; None where the title of the layout does not suit, or it has none."""
        return self.title_box(layout) if self.leaves_room(layout) else None

    def content_box(self, layout: Any) -> Box:
        """Return the room for what the slide shows."""
        boxes = [_box(holder) for holder in contents(layout)] if self.leaves_room(layout) else []
        title = self.message_box(layout)
        if boxes:
            left, top = min(box.x for box in boxes), min(box.y for box in boxes)
            right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
        else:
            wide = title is not None and title.width > self.width / 2
            margin = 0.05 * self.width
            left, right = (title.x, title.right) if wide and title else (margin, self.width - margin)
            top = title.bottom + 0.02 * self.height if title else 0.24 * self.height
            bottom = self.height
        feet = [_box(holder).y for holder in layout.placeholders if _kind(holder) in _FEET]
        # Feet at the top of a slide say nothing about its bottom.
        low = [y for y in feet if y > self.height / 2] or [self.height - 0.085 * self.height]
        bottom = min(bottom, min(low) - 4)
        return Box(left, top, right - left, bottom - top)

    def foot_box(self, layout: Any) -> Box | None:
        """Return where the foot belongs, with the room of a date that is not shown; None where the layout has none."""
        feet = {_kind(holder): _box(holder) for holder in layout.placeholders if _kind(holder) in _FEET}
        foot = feet.get(HOLDER.FOOTER)
        if foot is None:
            return None
        left, right = foot.x, foot.right
        day = feet.get(HOLDER.DATE)
        if day is not None and abs(day.y - foot.y) < foot.height:
            left, right = min(left, day.x), max(right, day.right)
        number = feet.get(HOLDER.SLIDE_NUMBER)
        if number is not None and abs(number.y - foot.y) < foot.height:
            right = min(right, number.x - 8) if number.x > foot.x else right
            left = max(left, number.right + 8) if number.right < foot.right and number.x <= foot.x else left
        return Box(left, foot.y, right - left, foot.height)


def template(house: House) -> Template:
    """Return the template of the house, or the own one.

    Parameters
    ----------
    house : House

    Raises
    ------
    ExportError
        If the template of the house cannot be used.
    """
    if house.deck_template is None:
        deck = own_template(house)
        return _known(deck, house, own=True)
    deck = _opened(house.deck_template)
    empty(deck)
    return _known(deck, house, own=False)


def _opened(file: Path) -> Any:
    content = opened_template(file)
    try:
        deck = Presentation(content)
        smallest = min(deck.slide_width, deck.slide_height) / _POINT
        usable = len(deck.slide_layouts) > 0
    except (
        PythonPptxError,
        BadZipFile,
        XMLSyntaxError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        IndexError,
        zlib.error,
    ) as error:
        raise ExportError(
            f"Het sjabloon {file.name} is geen PowerPoint-bestand, of het is beschadigd. Open het in PowerPoint, bewaar "
            "het opnieuw als .pptx, en kies dat bestand."
        ) from error
    if smallest < _SMALLEST:
        raise ExportError(
            f"De dia's van het sjabloon {file.name} zijn kleiner dan {_SMALLEST / 72 * 2.54:.0f} cm; daar past geen grafiek op. "
            "Kies een groter formaat, bijvoorbeeld breedbeeld (16:9)."
        )
    if not usable:
        raise ExportError(
            f"Het sjabloon {file.name} heeft geen enkele dia-indeling. Kies een PowerPoint-bestand met ten minste één indeling."
        )
    return deck


def empty(deck: Any) -> None:
    """Take the example slides out, with everything that speaks of them: no part of them stays in the file."""
    slides = deck.part._element.find(qn("p:sldIdLst"))
    gone = set()
    for entry in list(slides) if slides is not None else []:
        key = entry.get(qn("r:id"))
        gone.add(deck.part.related_part(key))
        slides.remove(entry)
        deck.part.rels.pop(key)
    for key, relation in list(deck.part.rels.items()):
        if relation.reltype in _STALE:
            deck.part.rels.pop(key)
    for tag in _EXAMPLES:
        for element in deck.part._element.findall(qn(tag)):
            deck.part._element.remove(element)
    _forget_shows(deck)
    _forget_thumbnail(deck)
    if gone:
        _forget_links(deck, gone)


def _forget_shows(deck: Any) -> None:
    """Show all slides again, where a template showed some of its own."""
    for relation in deck.part.rels.values():
        if relation.reltype != RT.PRES_PROPS:
            continue
        part = relation.target_part
        root = parse_xml(part.blob)
        for element in root.findall(qn("p:showPr")):
            root.remove(element)
        part._blob = _serialised(root)


def _serialised(root: Any) -> bytes:
    from lxml import etree

    content: bytes = etree.tostring(root, encoding="UTF-8", standalone=True)
    return content


def _forget_thumbnail(deck: Any) -> None:
    package = deck.part.package
    for key, relation in list(package._rels.items()):
        if relation.reltype == RT.THUMBNAIL:
            package._rels.pop(key)


def _forget_links(deck: Any, gone: set[Any]) -> None:
    """Take links of masters and layouts to slides that are gone out of the file."""
    for part in list(deck.part.package.iter_parts()):
        if part in gone or not hasattr(part, "rels"):
            continue
        for key, relation in list(part.rels.items()):
            if relation.is_external or relation.target_part not in gone:
                continue
            for element in list(part._element.iter()) if hasattr(part, "_element") else []:
                if element.get(qn("r:id")) == key and element.getparent() is not None:
                    element.getparent().remove(element)
            part.rels.pop(key)


# -- layouts -----------------------------------------------------------------------------------------


def _kind(holder: Any) -> Any:
    return holder.placeholder_format.type


def _box(holder: Any) -> Box:
    sides = (holder.left, holder.top, holder.width, holder.height)
    return Box(*((side or 0) / _POINT for side in sides))


def contents(layout: Any) -> list[Any]:
    """Return the placeholders of a layout for text, charts and tables, from left to right."""
    found = [
        holder
        for holder in layout.placeholders
        if _kind(holder) in _CONTENTS and _box(holder).width > 0 and not is_turned(holder)
    ]
    return sorted(found, key=lambda holder: (_box(holder).x, _box(holder).y))


def is_turned(holder: Any) -> bool:
    """Say whether the lines of a placeholder stand upright."""
    return bool(holder._element.find(f".//{qn('p:ph')}").get("orient") == "vert")


def has_title(layout: Any) -> bool:
    """Say whether a layout has room for a title."""
    return any(_kind(holder) in _TITLES for holder in layout.placeholders)


def _shape(layout: Any) -> Kind | None:
    """Return what kind of layout it is, by what stands in it."""
    if not has_title(layout):
        return None
    kinds = [_kind(holder) for holder in layout.placeholders]
    if HOLDER.SUBTITLE in kinds or HOLDER.CENTER_TITLE in kinds:
        return "title"
    others = [kind for kind in kinds if kind not in (*_TITLES, *_FEET)]
    if all(kind in _CONTENTS for kind in others):
        return {0: "bare", 1: "one", 2: "two"}.get(len(others))  # type: ignore[return-value]
    return None


def _chosen(layouts: Sequence[Any], kind: Kind) -> Any:
    for fits in (
        lambda layout: layout._element.get("type") in _TYPES[kind],
        lambda layout: layout.name.strip().lower() in _NAMES[kind],
        lambda layout: _shape(layout) == kind,
    ):
        found = [layout for layout in layouts if fits(layout) and has_title(layout)]
        if found:
            return found[0]
    nearest: dict[Kind, tuple[Kind, ...]] = {
        "title": ("bare", "one"), "one": ("bare", "two"), "two": ("one", "bare"), "bare": ("one", "two"),
    }  # fmt: skip
    for other in nearest[kind]:
        found = [layout for layout in layouts if _shape(layout) == other]
        if found:
            return found[0]
    titled = [layout for layout in layouts if has_title(layout) and _shape(layout) != "title"]
    return next(iter(titled or _emptiest(layouts)))


def _emptiest(layouts: Sequence[Any]) -> list[Any]:
    return sorted(layouts, key=lambda layout: len(list(layout.placeholders)))


# -- colours and letters -----------------------------------------------------------------------------


def _known(deck: Any, house: House, *, own: bool) -> Template:
    master = deck.slide_masters[0]
    theme = _theme_of(master)
    title, body = (
        _face(master, theme, style, slot) for style, slot in (("title", "major"), ("body", "minor"))
    )
    return Template(
        deck,
        _own_palette(house)
        if own
        else _palette(house, _colour(master, theme, "bg1"), _colour(master, theme, "tx1")),
        title,
        body,
        deck.slide_width / _POINT,
        deck.slide_height / _POINT,
        own,
    )


def _own_palette(house: House) -> Palette:
    return Palette(
        accent=Ink(house.accent, "accent1"), beside=Ink(BESIDE, "tx2"), faint=Ink(_FAINT), expected=Ink(EXPECTED, "accent2"),
        ink=Ink(INK, "tx1"), quiet=Ink(QUIET, "tx2"), hairline=Ink(HAIRLINE), raised=Ink(RAISED, "bg2"), paper=Ink("#FFFFFF", "bg1"),
    )  # fmt: skip


def _palette(house: House, paper: str, ink: str) -> Palette:
    """Return colours that can be seen on the sheet of a template: its own ink, and series that stand out."""
    dark = contrast(paper, "#FFFFFF") > contrast(paper, "#000000")

    def seen(name: str, colour: str) -> Ink:
        return Ink(colour if contrast(colour, paper) >= 4.5 or not dark else _ON_DARK[name])

    return Palette(
        accent=seen("accent", house.accent), beside=seen("beside", BESIDE), faint=seen("faint", _FAINT),
        expected=seen("expected", EXPECTED), ink=Ink(ink, "tx1"), quiet=Ink("#A3B3BE" if dark else QUIET),
        hairline=Ink("#5A6B77" if dark else HAIRLINE), raised=Ink("#33434E" if dark else RAISED), paper=Ink(paper, "bg1"),
    )  # fmt: skip


def _theme_of(master: Any) -> Any:
    try:
        return parse_xml(master.part.part_related_by(RT.THEME).blob)
    except (KeyError, XMLSyntaxError):
        return None


def _colour(master: Any, theme: Any, name: str) -> str:
    """Return the colour behind a name of the colour map, as ``#RRGGBB``."""
    usual = "#FFFFFF" if name == "bg1" else "#000000"
    mapping = master._element.find(qn("p:clrMap"))
    if theme is None or mapping is None:
        return usual
    slot = (
        theme.find(f".//{qn('a:clrScheme')}/{qn('a:' + mapping.get(name, ''))}")
        if mapping.get(name)
        else None
    )
    colour = slot[0] if slot is not None and len(slot) else None
    value = (colour.get("lastClr") or colour.get("val", "")) if colour is not None else ""
    return f"#{value.upper()}" if len(value) == 6 and _is_hex(value) else usual


def _is_hex(value: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in value)


def _face(master: Any, theme: Any, style: str, slot: str) -> Face:
    """Return the letters of titles or of texts."""
    defaults = master._element.find(
        f"{qn('p:txStyles')}/{qn(f'p:{style}Style')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}"
    )
    named = defaults.find(qn("a:latin")) if defaults is not None else None
    name = named.get("typeface", "") if named is not None else ""
    if (not name or name.startswith("+")) and theme is not None:
        used = "major" if name.startswith("+mj") else "minor" if name.startswith("+mn") else slot
        latin = theme.find(f".//{qn(f'a:{used}Font')}/{qn('a:latin')}")
        name = latin.get("typeface", "") if latin is not None else ""
    capitals = defaults is not None and defaults.get("cap") == "all"
    return Face.named(name, capitals)
