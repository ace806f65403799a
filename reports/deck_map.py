"""A map on a slide: a sharp picture of the map alone, with a legend of shapes and words beside it, large enough for a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from reports import drawn, map_ground
from reports.contrast import readable_on
from reports.deck_template import Box, Palette
from reports.deck_text import LEADING, Face, height_of, lines_of, said, write
from reports.house import House
from reports.map_drawing import Entry
from reports.model import Map

LETTERS: Final = 16.0
_SMALLEST: Final = 12.0
_SWATCH: Final = (30.0, 17.0)
_GAP: Final = 10.0
_LEGEND: Final = 230.0
#: How much larger the map stands on the slide than it was drawn, so that its lines are thick enough for a room.
_LARGER: Final = 1.9
#: Points of the names on the slide: 14 pixels on a beamer of 1024 wide.
NAMES: Final = 13.5
_DPI: Final = 400
#: To find the empty margins of a picture.
_ROUGH_DPI: Final = 100
_MM: Final = 25.4 / 72
_AIR: Final = 4
#: The words beside a colour are read out, the colour is not.
_DECORATIVE: Final = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
_DRAWING: Final = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


@dataclass(frozen=True)
class Plan:
    """Where the map and its legend stand.

    Attributes
    ----------
    room : Box
        For the map; the picture stands in it as large as it can.
    legend : Box
    letters : float
        Points of the legend.
    """

    room: Box
    legend: Box
    letters: float


def plan_of(block: Map, box: Box, face: Face) -> Plan:
    """Return where map and legend stand: beside each other, or the legend under the map where the map is larger so."""
    flat, _ = map_ground.projected(block.borders)
    west, south, east, north = flat.total_bounds
    shape = (east - west) / max(north - south, 1e-9)
    plans = [
        plan for plan in (_beside(block, box, shape, face), _under(block, box, face)) if plan is not None
    ]

    def size(plan: Plan) -> float:
        return min(plan.room.width, plan.room.height * shape)

    return max(plans, key=size)


def _beside(block: Map, box: Box, shape: float, face: Face) -> Plan | None:
    width = min(max(_LEGEND, box.width - box.height * shape - 2 * _GAP), 0.4 * box.width)
    letters = _letters(block, width, box.height, face)
    room = Box(box.x, box.y, box.width - width - 2 * _GAP, box.height)
    return Plan(room, Box(room.right + 2 * _GAP, box.y, width, box.height), letters)


def _under(block: Map, box: Box, face: Face) -> Plan | None:
    height = _legend_height(block, box.width, _SMALLEST, face)
    if height > 0.45 * box.height:
        return None
    room = box.above(height + _GAP)
    return Plan(room, Box(box.x, room.bottom + _GAP, box.width, height), _SMALLEST)


def _letters(block: Map, width: float, height: float, face: Face) -> float:
    """Return the largest letters at which the legend fits."""
    for letters in (LETTERS, 14.0, _SMALLEST, 10.0):
        if _legend_height(block, width, letters, face) <= height:
            return letters
    return 8.0


def _legend_height(block: Map, width: float, letters: float, face: Face) -> float:
    title = height_of([said(block.drawing.legend_title, bold=True)], letters, width, face)
    return title + 4 + sum(_entry_height(entry, width, letters, face) for entry in block.drawing.legend)


def _entry_height(entry: Entry, width: float, letters: float, face: Face) -> float:
    lines = len(lines_of(entry.name, letters, width - _SWATCH[0] - 8, face))
    return max(lines * letters * LEADING, _SWATCH[1]) + 5


def picture_of(block: Map, house: House, room: Box) -> bytes:
    """Draw the map without its title, legend and notes, which stand on the slide as text.

    Parameters
    ----------
    block : Map
    house : House
    room : Box
        On the slide. Names are as large as they should be there, once the picture fills its room without its margins.
    """
    bare = replace(block, drawing=replace(block.drawing, legend=(), legend_title=""))
    width = room.width / _LARGER * _MM
    wide, high = drawn.map_size(bare, house, width)
    left, top, right, bottom = inside_of(drawn.map_png(bare, house, width, dpi=_ROUGH_DPI))
    larger = min(room.width / (wide * (1 - left - right)), room.height / (high * (1 - top - bottom)))
    return drawn.map_png(bare, house, width, dpi=_DPI, letters=(NAMES / larger,))


def inside_of(png: bytes) -> tuple[float, float, float, float]:
    """Return the shares of a picture that are empty margin: left, top, right, bottom."""
    from PIL import Image, ImageChops

    with Image.open(BytesIO(png)) as image:
        small = image.reduce(4).convert("L")
    empty = Image.new("L", small.size, small.getpixel((0, 0)))
    found = ImageChops.difference(small, empty).getbbox()
    if found is None:
        return (0.0, 0.0, 0.0, 0.0)
    # A little air, for programs that round a crop to whole points.
    left, top, right, bottom = found[0] - _AIR, found[1] - _AIR, found[2] + _AIR, found[3] + _AIR
    wide, high = small.size
    return (
        max(left / wide, 0.0),
        max(top / high, 0.0),
        max(1 - right / wide, 0.0),
        max(1 - bottom / high, 0.0),
    )


def add_map(shapes: Any, block: Map, house: House, box: Box, palette: Palette, face: Face) -> list[Any]:
    """Put a map with its legend on a slide.

    Parameters
    ----------
    shapes : shapes of a slide of python-pptx
    block : Map
    house : House
    box : Box
    palette : Palette
    face : Face

    Returns
    -------
    list of shapes
        The picture first.
    """
    plan = plan_of(block, box, face)
    content = picture_of(block, house, plan.room)
    picture = shapes.add_picture(BytesIO(content), 0, 0)
    left, top, right, bottom = inside_of(content)
    picture.crop_left, picture.crop_top, picture.crop_right, picture.crop_bottom = left, top, right, bottom
    picture.width, picture.height = (
        int(picture.width * (1 - left - right)),
        int(picture.height * (1 - top - bottom)),
    )
    share = min(plan.room.emu[2] / picture.width, plan.room.emu[3] / picture.height)
    picture.width, picture.height = int(picture.width * share), int(picture.height * share)
    picture.left = plan.room.emu[0]
    picture.top = plan.room.emu[1]
    picture.name = "Kaart"
    legend = plan.legend
    if legend.x > plan.room.x:
        begin = _right_of(picture) + 2 * _GAP
        legend = Box(
            begin, legend.y, max(legend.width, min(legend.right - begin, 1.5 * legend.width)), legend.height
        )
    return [picture, *_add_legend(shapes, block, replace(plan, legend=legend), palette, face)]


def _right_of(picture: Any) -> float:
    return float(picture.left + picture.width) / 12700


def _add_legend(shapes: Any, block: Map, plan: Plan, palette: Palette, face: Face) -> list[Any]:
    box, letters = plan.legend, plan.letters
    title = [said(block.drawing.legend_title, bold=True)]
    high = height_of(title, letters, box.width, face)
    made = [add_words(shapes, title, box.top(high), letters, palette, name="Titel van de legenda")]
    y = box.y + high + 4
    for entry in block.drawing.legend:
        high = _entry_height(entry, box.width, letters, face)
        swatch = shapes.add_shape(MSO_SHAPE.RECTANGLE, *Box(box.x, y + 2, *_SWATCH).emu)
        _colour(swatch, entry, block.drawing.colours, palette)
        swatch.name = "Vlak van de legenda"
        swatch._element.nvSpPr.cNvPr.append(parse_xml(_DECORATIVE))
        if entry.mark == "dots":
            swatch = _dotted(shapes, swatch, block, entry)
        words = Box(box.x + _SWATCH[0] + 8, y, box.width - _SWATCH[0] - 8, high)
        made += [swatch, add_words(shapes, [said(entry.name)], words, letters, palette, name="Legenda")]
        y += high
    return made


def _dotted(shapes: Any, swatch: Any, block: Map, entry: Entry) -> Any:
    """Put dots on a swatch, as on the map; patterns of PowerPoint look otherwise in other programs."""
    look, colours = block.drawing.look, block.drawing.colours
    fill = entry.colour or (colours[len(colours) // 2] if colours else look["raised"])
    side, gap = Pt(1.3), Pt(4.5)
    corners = [
        (x, y)
        for x in range(int(swatch.left + gap // 2), int(swatch.left + swatch.width - side), int(gap))
        for y in range(int(swatch.top + gap // 2), int(swatch.top + swatch.height - side), int(gap))
    ]
    builder = shapes.build_freeform(*corners[0], scale=1.0)
    for place, (x, y) in enumerate(corners):
        if place:
            builder.move_to(x, y)
        builder.add_line_segments([(x + side, y), (x + side, y + side), (x, y + side)], close=True)
    dots = builder.convert_to_shape()
    dots.fill.solid()
    dots.fill.fore_color.rgb = RGBColor.from_string(readable_on(fill, look["ink"], look["paper"])[1:])
    dots.line.fill.background()
    style = dots._element.find(qn("p:style"))
    dots._element.remove(style)
    both = shapes.add_group_shape([swatch, dots])
    both.name = swatch.name
    both._element.nvGrpSpPr.cNvPr.append(parse_xml(_DECORATIVE))
    return both


def add_words(
    shapes: Any,
    paragraphs: Sequence[Any],
    box: Box,
    size: float,
    palette: Palette,
    *,
    name: str,
    anchor: str = "t",
) -> Any:
    """Put words in a box of their own on a slide."""
    shape = shapes.add_textbox(*box.emu)
    shape.name = name
    write(shape.text_frame, list(paragraphs), size, palette.ink, palette.quiet, anchor=anchor)
    return shape


def _colour(swatch: Any, entry: Entry, colours: Sequence[str], palette: Palette) -> None:
    """Give a swatch of the legend the looks of the map."""
    middle = colours[len(colours) // 2] if colours else palette.raised.colour
    edge = palette.quiet.xml()
    if entry.mark == "no_figure":
        inside = '<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="8A97A0"/></a:fgClr><a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
    elif entry.mark == "dots":
        inside = f'<a:solidFill><a:srgbClr val="{(entry.colour or middle)[1:]}"/></a:solidFill>'
    elif entry.colour:
        inside = f'<a:solidFill><a:srgbClr val="{entry.colour[1:]}"/></a:solidFill>'
    else:
        inside = "<a:noFill/>"
    dash = {"broken": "sysDot", "dashed": "dash"}.get(entry.mark, "solid")
    thick = 19050 if entry.mark in ("broken", "dashed") else 9525
    properties = swatch._element.spPr
    for tag in ("a:solidFill", "a:noFill", "a:pattFill", "a:ln"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    filling = (
        inside.replace(">", f" {_DRAWING}>", 1)
        if not inside.endswith("/>") or "><" in inside
        else f"<a:noFill {_DRAWING}/>"
    )
    properties.append(parse_xml(filling))
    properties.append(
        parse_xml(
            f'<a:ln {_DRAWING} w="{thick}"><a:solidFill>{edge}</a:solidFill><a:prstDash val="{dash}"/></a:ln>'
        )
    )
    style = swatch._element.find(qn("p:style"))
    if style is not None:
        swatch._element.remove(style)
