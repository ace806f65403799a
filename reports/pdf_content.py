"""What the typesetter is handed: the report as plain data, its pictures as drawings beside it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from reports.drawn import WIDTH, chart_svg, map_svg
from reports.drawn_sheet import POINTS_PER_MM
from reports.house import House
from reports.map_lettering import plain as without_control
from reports.model import Block, Chart, Grid, Map, Points, Report, Say, Summary, Voices
from reports.shortening import SHARES, shorter
from reports.table_widths import column_widths, least_widths

#: Millimetres of the one page: width, and heights of its chart, the last where little room is left.
_ONE_WIDE, _ONE_HIGH, _ONE_LOW = 174.0, 62.0, 44.0
_END: Final = re.compile("[\n\x85\u2028\u2029]")
_ENDS: Final = re.compile(rf"\s*{_END.pattern}\s*")
#: What comes along unseen when a text is copied from the web; on its own no typeface can set it.
_UNSEEN: Final = re.compile("[\u200b\u2060\ufeff]")
#: Letters of a title so long, in points.
_TITLES: Final = ((40, 34), (70, 28), (10_000, 23))

#: A word too long for a line of its own, such as an address on the web: it may break anywhere.
_LONG_WORD: Final = re.compile(r"[^\s\u200b-]{37,}")
_PIECE: Final = 18
BREAK: Final = "\u200b"
_TWIPS_PER_POINT: Final = 20
#: Figures below each other are a little wider than measured: columns are shared out of less than there is.
_MEASURED: Final = 0.95
#: Share of a table that a word may ask before it is hyphenated.
_LONGEST_WORD: Final = 0.2

Data = dict[str, Any]


@dataclass
class Content:
    """The report as data, and the files that it names."""

    data: Data = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def add(self, drawing: str) -> str:
        """Put a drawing beside the report and return its name."""
        name = f"{len(self.files)}.svg"
        self.files[name] = drawing
        return name


def content_of(report: Report, house: House, logo: bytes | None, *, whole: bool = True) -> Content:
    """Return what the typesetter needs.

    Parameters
    ----------
    report : Report
    house : House
    logo : bytes or None
        PNG or JPEG.
    whole : bool
        With sections; else the summary with its chart, for one page.
    """
    made = Content()
    status = f"{report.status[:1].upper()}{report.status[1:]}"
    made.data = {
        "title": plain(report.title),
        "name": _on_one_line(report.title),
        "title-size": next(size for most, size in _TITLES if len(report.title) <= most),
        "subtitle": plain(report.subtitle),
        "sender": _on_one_line(house.sender(report.gemeente_name)),
        "organisation": plain(house.organisation),
        "made": {"year": report.made.year, "month": report.made.month, "day": report.made.day},
        "vintage": plain(report.vintage),
        "methods": plain(report.methods),
        "fictional": plain(report.fictional),
        "footer": " · ".join(filter(None, map(plain, (house.organisation, report.title, status)))),
        "accent": house.accent,
        "logo": None if logo is None else made.add(_in_drawing(logo)),
        "summary": _summary(report.summary),
        "sections": [],
        "appendix": [],
    }
    if not whole:
        made.data |= _for_one_page(report.summary, house, made)
        return made
    for section in report.sections:
        blocks = [_block(block, house, made) for block in section.blocks]
        left_out = [_texts(text) for text in section.left_out]
        made.data["sections"].append({"title": plain(section.title), "blocks": blocks, "left_out": left_out})
    return made


def _summary(summary: Summary) -> Data:
    return {
        "message": _texts(summary.message),
        "figures": _grid(summary.figures),
        "points": [_points(points) for points in summary.points if points.items],
        "ask": [_texts(text) for text in summary.ask],
    }


def _for_one_page(summary: Summary, house: House, made: Content) -> Data:
    """Return what only the one page shows: the chart in two heights, and the summary in ever fewer words."""
    chart = summary.chart
    heights = (_ONE_HIGH, _ONE_LOW) if chart is not None else ()
    return {
        "charts": [_one_chart(chart, house, made, height) for height in heights if chart is not None],
        "shorter": [_summary(shorter(summary, share)) for share in SHARES],
    }


def _one_chart(chart: Chart, house: House, made: Content, height: float) -> Data:
    svg = chart_svg(chart, house, _ONE_WIDE, height)
    return _picture(made.add(svg), chart, _texts(chart.note), "")


def _block(block: Block, house: House, made: Content) -> Data:
    match block:
        case Say():
            return {"type": "say", "weight": block.weight, "texts": _texts(block.text)}
        case Points():
            return _points(block)
        case Voices():
            return _voices(block)
        case Grid():
            return _grid(block)
        case Chart():
            svg, notes = chart_svg(block, house, WIDTH), _texts(block.note)
        case Map():
            svg = map_svg(block, house, WIDTH)
            notes = [part for note in block.drawing.notes for part in _texts(note)]
    return _picture(made.add(svg), block, notes, _into_appendix(block.table, made))


def _picture(file: str, block: Chart | Map, notes: list[str], table: str) -> Data:
    return {
        "type": "picture",
        "file": file,
        "alt": plain(block.alt) or plain(block.title),
        "title": plain(block.title),
        "note": notes,
        "source": plain(block.source),
        "table": table,
    }


def _into_appendix(table: Grid, made: Content) -> str:
    """Put the table of a figure at the end and return by what name it is called; none where it is empty."""
    if not table.rows:
        return ""
    name = f"tabel-bij-figuur-{len(made.data['appendix']) + 1}"
    made.data["appendix"].append({**_grid(table), "name": name})
    return name


def _points(points: Points) -> Data:
    return {
        "type": "points",
        "heading": plain(points.heading),
        "items": [_texts(item) for item in points.items],
        "ordered": points.ordered,
    }


def _voices(voices: Voices) -> Data:
    items = [
        {
            "group": plain(f"{voice.group[:1].upper()}{voice.group[1:]}"),
            "texts": _texts(voice.text),
            "recognised": voice.verdict,
        }
        for voice in voices.items
    ]
    return {"type": "voices", "heading": plain(voices.heading), "items": items}


def _grid(grid: Grid) -> Data:
    room = round(_MEASURED * WIDTH * POINTS_PER_MM * _TWIPS_PER_POINT)
    widths = column_widths(grid, room, _LONGEST_WORD)
    return {
        "type": "grid",
        "caption": plain(grid.caption),
        "head": [plain(words) for words in grid.head],
        "rows": [[_texts(words) for words in row] for row in grid.rows],
        "numeric": sorted(grid.numeric),
        "widths": widths,
        "hyphenate": [at for at, least in enumerate(least_widths(grid)) if least > widths[at]],
        "note": _texts(grid.note),
        "source": plain(grid.source),
    }


def _in_drawing(picture: bytes) -> str:
    """Wrap a PNG or JPEG in an SVG: the typesetter takes files of text only."""
    from PIL import Image

    with Image.open(BytesIO(picture)) as opened:
        width, height = opened.size
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    content = base64.b64encode(picture).decode()
    size = f'width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">'
        f'<image {size} href="data:image/{kind};base64,{content}"/></svg>'
    )


def plain(text: str) -> str:
    """Return a text that can be set: no control characters, ends of lines as spaces, a chance to break in every word."""
    return _LONG_WORD.sub(_breakable, _on_one_line(text))


def _on_one_line(text: str) -> str:
    return _END.sub(" ", _UNSEEN.sub("", without_control(text)))


def _breakable(word: re.Match[str]) -> str:
    letters = word.group()
    return BREAK.join(letters[place : place + _PIECE] for place in range(0, len(letters), _PIECE))


def _texts(text: str) -> list[str]:
    """Return the paragraphs of a text; the end of a line in a field that people fill in is meant."""
    return [plain(part) for part in _ENDS.split(text.strip()) if part]
