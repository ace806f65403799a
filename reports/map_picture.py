"""A map as a picture for a report or a slide: drawn here, without a browser and without a network.

Sizes are in points (1/72 inch), so that text has the size on paper that it has here. Text stays text, with the typeface of
the screens inside the SVG (`reports.pictures`).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal
from xml.sax.saxutils import escape

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data import VERSION
from data.panel import Level, Status
from reports import map_ground, pictures
from reports.contrast import readable_on
from reports.map_drawing import Entry, MapDrawing
from reports.map_ground import Ground, Name, Shapes
from reports.map_lettering import NAME_LEADING, NAMES, evened, layouts, plain, text_width, wrapped

Kind = Literal["png", "svg"]

#: Millimetres between the margins of A4.
WIDTH: Final = 170.0
#: Pixels per inch of a PNG.
DPI: Final = 300
_POINTS: Final = 72 / 25.4
_MARGIN: Final = 6.0
_OUTLINE: Final = 1.1
#: Points that a map may be high: with title, legend and notes it then fits on A4.
_HIGHEST: Final = 480.0
#: A map higher than this share of its width leaves room for the legend beside it.
_TALL: Final = 0.72
_LEGEND_WIDTH: Final = 150.0
_GUTTER: Final = 14.0
_TITLE, _TEXT, _SMALL = 13.0, 8.5, 7.5
#: Height of a line as a share of the size of its letters.
_LEADING: Final = 1.32
_SWATCH: Final = (19.0, 10.0)
_HATCH_GAP, _DOT_GAP, _DOT = 3.4, 4.4, 0.62
#: How the edge of a region says that its figure is less certain: width against that of an ordinary edge, and dashes.
_EDGES: Final = {Status.PROVISIONAL.value: (1.5, "1.6 2.4"), Status.BRIDGED.value: (2.2, "6 3.6")}
_EDGE_OF_MARK: Final = {"broken": Status.PROVISIONAL.value, "dashed": Status.BRIDGED.value}
_CALLED: Final = {
    Level.WIJK.value: ("wijk", "wijken"),
    Level.BUURT.value: ("buurt", "buurten"),
    Level.GEMEENTE.value: ("gemeente", "gemeenten"),
}
_REGION: Final = ("gebied", "gebieden")
_MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"),
    *("september", "oktober", "november", "december"),
)


def map_picture(
    drawing: MapDrawing,
    borders: gpd.GeoDataFrame,
    kind: Kind = "png",
    *,
    outline: gpd.GeoDataFrame | None = None,
    width_mm: float = WIDTH,
    dpi: int = DPI,
    note: str | None = None,
    highest_mm: float = _HIGHEST / _POINTS,
    outline_width: float = _OUTLINE,
    letters: Sequence[float] = NAMES,
) -> bytes:
    """Draw a map as a still picture in print size.

    Parameters
    ----------
    drawing : MapDrawing
        Its look decides the paper; on a screen with a dark theme, a picture is still ordered in the light look.
    borders : GeoDataFrame
        As `data.store.Store.border_frame`: columns region, name, water and geometry. Any projection or none (then
        without a scale bar). A region that ``drawing.areas`` does not know has no figure.
    kind : {"png", "svg"}
    outline : GeoDataFrame, optional
        Drawn around the regions, such as the borders of the gemeente.
    width_mm : float
        Width on paper; the height follows from the map.
    dpi : int
        For a PNG: pixels per inch.
    note : str, optional
        When and with what it was made; that sentence for today when omitted.
    highest_mm : float
        How high the regions may be drawn, without legend and words.
    outline_width : float
        Of ``outline``, in points.
    letters : sequence of float
        Sizes of the names on the map in points, tried from the left; a name that does not fit is left out, but that of a
        region that ``outline`` is: it stands beside it then.

    Returns
    -------
    bytes
        PNG with title, source and size on paper in it, or SVG (UTF-8) with title and description.

    Raises
    ------
    ValueError
        If there is no border to draw, or a class without a colour.
    RuntimeError
        If a PNG is not there within a minute; it is made in a process of its own, so that nobody else waits for it.
    """
    highest = drawing.areas["class"].max()
    if pd.notna(highest) and int(highest) >= len(drawing.colours):
        raise ValueError(f"class {highest} has no colour; there are {len(drawing.colours)} colours")
    words = made_today() if note is None else note
    page = _page(drawing, borders, outline, width_mm, words, highest_mm * _POINTS, outline_width, letters)
    if kind == "svg":
        whole = pictures.with_typeface(page.svg("mm", 1 / _POINTS))
        return pictures.told(whole, plain(drawing.title), plain(description(drawing))).encode()
    png = pictures.png_apart(page.svg("", 1.0), dpi)
    return _with_texts(png, {"Title": drawing.title, "Source": drawing.source, "Software": "Wijkradar"})


def made_today() -> str:
    """Say when and with what a picture was made."""
    day = date.today()
    return f"Gemaakt op {day.day} {_MONTHS[day.month - 1]} {day.year} met Wijkradar {VERSION}."


def description(drawing: MapDrawing) -> str:
    """Say in one piece of text what the map shows, for who has it read out."""
    classes = "; ".join(f"{entry.name}: {_counted(entry, drawing.level)}" for entry in _counting(drawing))
    return " ".join(
        filter(None, [f"Kaart. {drawing.legend_title}.", classes and f"{classes}.", *drawing.notes])
    )


def _counting(drawing: MapDrawing) -> list[Entry]:
    return [entry for entry in drawing.legend if entry.count is not None]


def _counted(entry: Entry, level: str) -> str:
    one, more = _CALLED.get(level, _REGION)
    return f"{_number(entry.count or 0)} {one if entry.count == 1 else more}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


# -- the page ----------------------------------------------------------------------------------------


@dataclass
class _Page:
    """A sheet of paper that grows downwards."""

    width: float
    look: dict[str, str]
    height: float = 0.0
    parts: list[str] = field(default_factory=list)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        size: float,
        colour: str,
        *,
        bold: int = 400,
        anchor: str = "start",
    ) -> None:
        self.parts.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-family="Public Sans" font-size="{size:g}px" font-weight="{bold}" '
            f'text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
        )

    def lines(
        self,
        lines: Sequence[str],
        x: float,
        y: float,
        size: float,
        colour: str,
        *,
        bold: int = 400,
    ) -> float:
        """Write lines from ``y`` down and return where the next thing may begin."""
        for number, line in enumerate(lines):
            self.text(line, x, y + size + number * size * _LEADING, size, colour, bold=bold)
        return y + len(lines) * size * _LEADING

    def svg(self, unit: str, per_point: float) -> str:
        wide, high = f"{self.width * per_point:.2f}{unit}", f"{self.height * per_point:.2f}{unit}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
            f'viewBox="0 0 {self.width:.2f} {self.height:.2f}">'
            f'<rect width="{self.width:.2f}" height="{self.height:.2f}" fill="{self.look["paper"]}"/>'
            f"{''.join(self.parts)}</svg>"
        )


def _page(
    drawing: MapDrawing,
    borders: gpd.GeoDataFrame,
    outline: gpd.GeoDataFrame | None,
    width_mm: float,
    note: str,
    highest: float,
    outline_width: float,
    letters: Sequence[float],
) -> _Page:
    look = dict(drawing.look)
    page = _Page(width_mm * _POINTS, look)
    inner = page.width - 2 * _MARGIN
    y = page.lines(evened(drawing.title, _TITLE, inner, 700), _MARGIN, _MARGIN, _TITLE, look["ink"], bold=700)
    y += 8 if drawing.title else 0
    flat, _ = map_ground.projected(borders)
    west, south, east, north = flat.total_bounds
    tall = bool(drawing.legend) and (north - south) > _TALL * (east - west)
    room = inner - _LEGEND_WIDTH - _GUTTER if tall else inner
    drawn = map_ground.ground(flat, room, highest, outline=outline)
    page.parts.append(f'<g transform="translate({_MARGIN + (room - drawn.width) / 2:.2f},{y:.2f})">')
    _draw_regions(page, drawing, drawn, outline_width)
    own = (
        ""
        if outline is None or "region" not in outline or len(outline) != 1
        else str(outline["region"].iloc[0])
    )
    _draw_names(page, drawing, drawn, letters, own)
    page.parts.append("</g>")
    under = y + drawn.height + 8
    bar = _draw_scale_bar(page, drawn, _MARGIN, under, max(_SMALL, min(letters)))
    if tall:
        end = _draw_legend(page, drawing, _MARGIN + room + _GUTTER, y, _LEGEND_WIDTH, columns=1)
        y = max(bar, end)
    else:
        y = _draw_legend(page, drawing, _MARGIN, bar + 4, inner, columns=3)
    below = [text for text in (" ".join(drawing.notes), f"{drawing.source} {note}".strip()) if text]
    if below:
        y += 7
        page.parts.append(
            f'<path d="M{_MARGIN} {y:.2f}h{inner:.2f}" stroke="{look["hairline"]}" stroke-width="0.6" fill="none"/>'
        )
        y += 4
    for text in below:
        y = page.lines(wrapped(text, _SMALL, inner), _MARGIN, y, _SMALL, look["quiet"]) + 2
    page.height = y + _MARGIN
    return page


def _draw_scale_bar(page: _Page, drawn: Ground, x: float, y: float, letters: float) -> float:
    if drawn.metres is None:
        return y
    length, words = map_ground.bar_of(drawn.metres, drawn.width / 4)
    quiet = page.look["quiet"]
    page.parts.append(
        f'<path d="M{x:.2f} {y:.2f}v4h{length:.2f}v-4" stroke="{quiet}" stroke-width="0.8" fill="none"/>'
    )
    page.text(words, x + length + 4, y + letters - 2.5, letters, quiet)
    return y + letters + 4.5


def _draw_legend(
    page: _Page, drawing: MapDrawing, x: float, y: float, width: float, *, columns: int
) -> float:
    look = page.look
    title = wrapped(drawing.legend_title, _TEXT, width, 600)
    y = page.lines(title, x, y, _TEXT, look["ink"], bold=600) + 2
    columns = min(columns, -(-len(drawing.legend) // 3)) or 1
    each = min((width - (columns - 1) * _GUTTER) / columns, 1.4 * _LEGEND_WIDTH)
    per_column = -(-len(drawing.legend) // columns)
    lowest = y
    for column in range(columns):
        left = x + column * (each + _GUTTER)
        entries = drawing.legend[column * per_column : (column + 1) * per_column]
        top = y
        if _counting(drawing):
            if any(entry.count is not None for entry in entries):
                page.text(
                    _CALLED.get(drawing.level, _REGION)[1],
                    left + each,
                    y + _SMALL,
                    _SMALL,
                    look["quiet"],
                    anchor="end",
                )
            top = y + _SMALL * _LEADING + 2
        for entry in entries:
            top = _draw_entry(page, drawing, entry, left, top, each)
        lowest = max(lowest, top)
    return lowest


def _draw_entry(page: _Page, drawing: MapDrawing, entry: Entry, x: float, y: float, width: float) -> float:
    """Draw a line of the legend: what it looks like, what it is and, at the right, how many there are."""
    look = page.look
    wide, high = _SWATCH
    _draw_swatch(page, drawing, entry, x, y)
    counted = "" if entry.count is None else _number(entry.count)
    room = width - wide - 6 - (text_width(counted, _TEXT) + 6 if counted else 0)
    below = page.lines(wrapped(entry.name, _TEXT, room), x + wide + 6, y - 0.4, _TEXT, look["ink"])
    if counted:
        page.text(counted, x + width, y - 0.4 + _TEXT, _TEXT, look["quiet"], anchor="end")
    return max(below, y + high) + 3.5


def _draw_swatch(page: _Page, drawing: MapDrawing, entry: Entry, x: float, y: float) -> None:
    look = page.look
    wide, high = _SWATCH
    box = np.array([shapely.box(x, y, x + wide, y + high)])
    edge = f'stroke="{look["quiet"]}" stroke-width="0.6"'
    if entry.mark in _EDGE_OF_MARK:
        thick, dashes = _EDGES[_EDGE_OF_MARK[entry.mark]]
        edge = f'stroke="{look["quiet"]}" stroke-width="{0.6 * thick:.2f}" stroke-dasharray="{dashes}"'
    colours = drawing.colours
    middle = colours[len(colours) // 2] if colours else look["raised"]
    fill = {"colour": entry.colour or look["raised"], "dots": entry.colour or middle}.get(
        entry.mark, look["paper"]
    )
    page.parts.append(f'<path d="{_path(box[0])}" fill="{fill}"/>')
    if entry.mark == "no_figure":
        _draw_hatch(page, box, _HATCH_GAP)
    if entry.mark == "dots":
        _draw_dots(page, box, [fill], _DOT_GAP)
    page.parts.append(f'<path d="{_path(box[0])}" fill="none" {edge}/>')


# -- the regions -------------------------------------------------------------------------------------


def _draw_regions(page: _Page, drawing: MapDrawing, drawn: Ground, outline_width: float) -> None:
    look, shapes = page.look, drawn.land.to_numpy()
    areas = drawing.areas.reindex(drawn.land.index)
    classes = areas["class"].astype("Int64").to_numpy(dtype=np.float64, na_value=np.nan)
    fills, names = _fills(drawing, drawn), _names(drawing, drawn)
    labels = areas["label"].fillna("geen cijfer") if "label" in areas else pd.Series("", index=areas.index)
    for shape, fill, name, label in zip(shapes, fills, names, labels, strict=True):
        told = plain("\n".join(filter(None, [str(name), str(label)])))
        page.parts.append(
            f'<path d="{_path(shape)}" fill="{fill}" fill-rule="evenodd"><title>{escape(told)}</title></path>'
        )
    fine = float(np.clip(drawn.grain / 26, 0.28, 1.0))
    _draw_hatch(page, shapes[np.isnan(classes)], _HATCH_GAP * fine)
    alike = areas["alike"].eq(True).to_numpy() if "alike" in areas else np.zeros(len(areas), dtype=bool)
    dotted = alike & ~np.isnan(classes)
    _draw_dots(
        page,
        shapes[dotted],
        [fill for fill, same in zip(fills, dotted, strict=True) if same],
        _DOT_GAP * fine,
    )
    _draw_water(page, drawn.water)
    _draw_edges(page, shapes, areas["status"] if "status" in areas else pd.Series(dtype="str"), fine)
    if len(drawn.outline):
        rings = " ".join(map(_path, drawn.outline))
        if outline_width > _OUTLINE:
            # An edge of paper: on a dark class the ink alone would not show.
            page.parts.append(
                f'<path d="{rings}" fill="none" stroke="{look["paper"]}" stroke-width="{outline_width + 2.2:g}" '
                'stroke-linejoin="round"/>'
            )
        page.parts.append(
            f'<path d="{rings}" fill="none" stroke="{look["ink"]}" stroke-width="{outline_width:g}" '
            'stroke-linejoin="round"/>'
        )


def _draw_hatch(page: _Page, shapes: Shapes, gap: float) -> None:
    if len(shapes):
        strokes = " ".join(map(_path, map_ground.hatches(shapes, gap)))
        page.parts.append(
            f'<path d="{strokes}" fill="none" stroke="{page.look["no_figure"]}" stroke-width="{0.26 * gap:.2f}"/>'
        )


def _draw_dots(page: _Page, shapes: Shapes, fills: Sequence[str], gap: float) -> None:
    if not len(shapes):
        return
    radius = _DOT * gap / _DOT_GAP
    by_colour: dict[str, list[str]] = {}
    for fill, middles in zip(fills, map_ground.dots(shapes, gap, radius), strict=True):
        strokes = by_colour.setdefault(readable_on(fill, page.look["ink"], page.look["paper"]), [])
        strokes.extend(f"M{x:.2f} {y:.2f}h.01" for x, y in middles)
    for colour, strokes in by_colour.items():
        page.parts.append(
            f'<path d="{"".join(strokes)}" fill="none" stroke="{colour}" stroke-width="{2 * radius:.2f}" '
            'stroke-linecap="round"/>'
        )


def _draw_water(page: _Page, water: Shapes) -> None:
    if not len(water):
        return
    surfaces = " ".join(map(_path, water))
    ruled = " ".join(map(_path, map_ground.hatches(water, 2.2, level=True)))
    page.parts.append(f'<path d="{surfaces}" fill="{page.look["raised"]}" fill-rule="evenodd"/>')
    page.parts.append(
        f'<path d="{ruled}" fill="none" stroke="{page.look["no_figure"]}" stroke-width="0.35" stroke-opacity="0.7"/>'
    )


def _draw_edges(page: _Page, shapes: Shapes, statuses: pd.Series, fine: float) -> None:
    """Draw every edge once; those of a figure that is less certain are broken, also beside one that is certain."""
    quiet, paper = page.look["quiet"], page.look["paper"]
    usual = 0.6 * max(fine, 0.35)
    join = 'fill="none" stroke-linejoin="round"'
    page.parts.append(
        f'<path d="{_path(map_ground.edges(shapes))}" {join} stroke="{quiet}" stroke-width="{usual:.2f}"/>'
    )
    for status, (thick, dashes) in _EDGES.items():
        chosen = shapes[(statuses == status).to_numpy()] if len(statuses) else shapes[:0]
        if not len(chosen):
            continue
        lines = _path(map_ground.edges(chosen))
        dashes = " ".join(f"{float(part) * max(fine, 0.5):.2g}" for part in dashes.split())
        page.parts.append(
            f'<path d="{lines}" {join} stroke="{paper}" stroke-width="{usual * thick + 0.3 * fine:.2f}"/>'
            f'<path d="{lines}" {join} stroke="{quiet}" stroke-width="{usual * thick:.2f}" stroke-dasharray="{dashes}"/>'
        )


def _fills(drawing: MapDrawing, drawn: Ground) -> list[str]:
    """Return the colour of every region."""
    classes = drawing.areas["class"].reindex(drawn.land.index).astype("Int64")
    return [drawing.look["paper"] if pd.isna(band) else drawing.colours[int(band)] for band in classes]


def _names(drawing: MapDrawing, drawn: Ground) -> pd.Series:
    """Return the name of every region, that of the borders where the drawing has none."""
    areas = drawing.areas.reindex(drawn.land.index)
    known = areas["name"].astype("str") if "name" in areas else drawn.names
    return known.where(areas["class"].notna() | known.notna(), drawn.names).fillna(drawn.names)


def _draw_names(page: _Page, drawing: MapDrawing, drawn: Ground, letters: Sequence[float], own: str) -> None:
    """Write the names that have a place, and surely that of the region that the map is about."""
    fills = dict(zip(drawn.land.index, _fills(drawing, drawn), strict=True))
    named = map_ground.placed_names(
        drawn, _names(drawing, drawn), lambda name: layouts(name, letters), surely=own
    )
    for name in named:
        fill = fills[name.region]
        if name.leads_to is not None:
            fill = page.look["paper"]
            _draw_leader(page, name)
        ink = readable_on(fill, page.look["ink"], page.look["paper"])
        line_height = name.size * NAME_LEADING
        top = name.y - len(name.lines) * line_height / 2
        style = (
            f'font-family="Public Sans" font-size="{name.size:g}px" font-weight="600" text-anchor="middle"'
        )
        for number, line in enumerate(name.lines):
            place = f'x="{name.x:.2f}" y="{top + (number + 0.8) * line_height:.2f}"'
            words = escape(line)
            # The halo is a text of its own: not every program knows how to paint the outline of letters first.
            page.parts.append(
                f'<text {place} {style} fill="{fill}" stroke="{fill}" stroke-width="2.2" stroke-linejoin="round" '
                f'aria-hidden="true">{words}</text><text {place} {style} fill="{ink}">{words}</text>'
            )


def _draw_leader(page: _Page, name: Name) -> None:
    """Draw a line from a name to its region, with a dot at its end, and paper behind the name."""
    assert name.leads_to is not None
    x, y = name.leads_to
    wide, high = name.width, len(name.lines) * name.size * NAME_LEADING + 2
    ink, paper = page.look["ink"], page.look["paper"]
    line = f'd="M{name.x:.2f} {name.y:.2f}L{x:.2f} {y:.2f}" fill="none"'
    page.parts.append(
        f'<path {line} stroke="{paper}" stroke-width="2.6"/><path {line} stroke="{ink}" stroke-width="1"/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2.2" fill="{ink}" stroke="{paper}" stroke-width="0.8"/>'
        f'<rect x="{name.x - wide / 2:.2f}" y="{name.y - high / 2:.2f}" width="{wide:.2f}" height="{high:.2f}" '
        f'rx="2" fill="{paper}" stroke="{ink}" stroke-width="0.6"/>'
    )


def _path(shape: shapely.Geometry) -> str:
    """Write the polygons and lines of a geometry as a path."""
    parts: list[str] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "GeometryCollection":
            parts.append(_path(part))
        elif part.geom_type == "Polygon":
            parts += [_run(ring) + "Z" for ring in shapely.get_rings(part)]
        elif part.geom_type in ("LineString", "LinearRing"):
            parts.append(_run(part))
    return "".join(parts)


def _run(line: shapely.Geometry) -> str:
    points = " ".join(f"{x:.2f} {y:.2f}" for x, y in shapely.get_coordinates(line).tolist())
    return f"M{points}" if points else ""


# -- texts in a PNG ----------------------------------------------------------------------------------


def _with_texts(png: bytes, texts: dict[str, str]) -> bytes:
    """Write texts into a PNG (iTXt of the PNG specification), behind the header."""
    head = 8 + 25
    chunks = [
        _chunk(b"iTXt", keyword.encode("latin-1") + b"\0\0\0nl\0\0" + plain(text).encode())
        for keyword, text in texts.items()
        if text
    ]
    return png[:head] + b"".join(chunks) + png[head:]


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
