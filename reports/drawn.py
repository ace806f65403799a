"""Pictures of the report: a chart or a map as SVG or PNG, the same in Word, on a slide, in a PDF and on the page.

Title and source are not in the picture: the document sets them, as text. Shapes and letters are placed here in points;
a PNG is made of the SVG by the typesetter that also makes the PDF, which takes some 30 ms and lets other threads run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, Self

from reports import pictures
from reports.drawn_bars import draw_bars
from reports.drawn_lines import draw_lines
from reports.drawn_sheet import POINTS_PER_MM
from reports.house import House
from reports.map_lettering import NAMES
from reports.map_picture import map_picture
from reports.model import Block, Chart, Map

#: Millimetres between the margins of a page.
WIDTH: Final = 160.0
#: Pixels per inch: sharp on paper; lines and letters, no photographs.
DPI: Final = 240
#: Millimetres that a map may be high without its legend: with words above and below it then fits on a page.
_HIGHEST_MAP: Final = 82.0
_ONE_PICTURE: Final = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("drawn.svg")'
_FACES: Final = re.compile(r"<style>.*?</style>", re.DOTALL)
_SIZE: Final = re.compile(r'width="[\d.]+mm" height="[\d.]+mm" viewBox="0 0 ([\d.]+) ([\d.]+)"')
_VIEW: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def chart_svg(
    chart: Chart,
    house: House,
    width_mm: float = WIDTH,
    height_mm: float | None = None,
    *,
    typeface: bool = False,
) -> str:
    """Draw a chart.

    Parameters
    ----------
    chart : Chart
    house : House
        Its accent is the colour of the wijk.
    width_mm : float
        Letters are 8.5 to 9 points high at this width.
    height_mm : float, optional
        What the chart asks where omitted; it grows where its words need more.
    typeface : bool
        Put the typeface inside, for a place that does not have it (an image on a page).

    Returns
    -------
    str
        SVG whose sizes are points, with the alternative text as its label.
    """
    draw = draw_lines if chart.form == "line" else draw_bars
    height = None if height_mm is None else height_mm * POINTS_PER_MM
    sheet, drawn = draw(chart, house, width_mm * POINTS_PER_MM, height)
    svg = sheet.svg(drawn, chart.alt or chart.title)
    return pictures.with_typeface(svg) if typeface else svg


def chart_png(
    chart: Chart, house: House, width_mm: float = WIDTH, height_mm: float | None = None, *, dpi: int = DPI
) -> bytes:
    """Draw a chart as `chart_svg`, in pixels.

    Parameters
    ----------
    chart, house, width_mm, height_mm
        As in `chart_svg`.
    dpi : int
        Pixels per inch at ``width_mm``.
    """
    return png(chart_svg(chart, house, width_mm, height_mm), dpi=dpi)


def map_svg(
    block: Map,
    house: House,  # noqa: ARG001
    width_mm: float = WIDTH,
    *,
    typeface: bool = False,
    letters: tuple[float, ...] = NAMES,
) -> str:
    """Draw a map with its legend; its title, notes and source are left to the document.

    Parameters
    ----------
    block : Map
    house : House
        Colours of classes mean something and stay as they are.
    width_mm : float
    typeface : bool
        As in `chart_svg`.
    letters : tuple of float
        Sizes of the names on the map, as `reports.map_picture.map_picture` takes them.

    Returns
    -------
    str
        SVG whose sizes are points.
    """
    drawn = _map_of(block, width_mm, letters)
    return drawn if typeface else _FACES.sub("", drawn, count=1)


def map_size(block: Map, house: House, width_mm: float = WIDTH) -> tuple[float, float]:
    """Return how wide and high a map is drawn, in points, with names of the usual size; see `map_svg`."""
    found = _VIEW.search(map_svg(block, house, width_mm))
    assert found is not None
    return float(found[1]), float(found[2])


@lru_cache(maxsize=8)
def _map_of(block: Map, width_mm: float, letters: tuple[float, ...]) -> str:
    """Draw a map once for all forms of a report: a block is the same as itself only."""
    bare = replace(block.drawing, title="", notes=(), source="")
    drawn = map_picture(
        bare,
        block.borders,
        "svg",
        outline=block.outline,
        width_mm=width_mm,
        note="",
        highest_mm=_HIGHEST_MAP,
        outline_width=2.2,
        letters=letters,
    ).decode()
    return _SIZE.sub(r'width="\1pt" height="\2pt" viewBox="0 0 \1 \2"', drawn, count=1)


def map_png(
    block: Map,
    house: House,
    width_mm: float = WIDTH,
    *,
    dpi: int = DPI,
    letters: tuple[float, ...] = NAMES,
) -> bytes:
    """Draw a map as `map_svg`, in pixels.

    Parameters
    ----------
    block, house, width_mm, letters
        As in `map_svg`.
    dpi : int
        Pixels per inch at ``width_mm``.
    """
    return png(map_svg(block, house, width_mm, letters=letters), dpi=dpi)


class Drawings:
    """Pictures of a document, made in threads while it is still being written: the typesetter lets other threads run.

    Parameters
    ----------
    house : House
    """

    def __init__(self, house: House) -> None:
        self._house, self._threads = house, ThreadPoolExecutor(2)
        self._begun: dict[tuple[int, float], Future[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Nobody waits for what was begun and not asked for.
        self._threads.shutdown(cancel_futures=True)
        self._begun.clear()

    def begin(self, blocks: Iterable[Block], width_mm: float = WIDTH) -> None:
        """Begin to draw the charts and maps among some blocks; what was begun at this width already is not begun again."""
        for block in blocks:
            if isinstance(block, Chart | Map) and (id(block), width_mm) not in self._begun:
                self._begun[id(block), width_mm] = self._threads.submit(self._made, block, width_mm)

    def of(self, block: Chart | Map, width_mm: float, height_mm: float | None = None) -> bytes:
        """Return a drawing in pixels, the one that was begun or else a new one (`chart_png`, `map_png`)."""
        if height_mm is None and (begun := self._begun.get((id(block), width_mm))):
            return begun.result()
        return self._made(block, width_mm, height_mm)

    def _made(self, block: Chart | Map, width_mm: float, height_mm: float | None = None) -> bytes:
        if isinstance(block, Chart):
            return chart_png(block, self._house, width_mm, height_mm)
        return map_png(block, self._house, width_mm)


def png(svg: str, *, dpi: int = DPI) -> bytes:
    """Turn a drawing of ours, in points, into pixels.

    Raises
    ------
    ValueError
        If it is no drawing.
    """
    import typst

    files: dict[str, Any] = {"main.typ": _ONE_PICTURE, "drawn.svg": svg.encode()}
    try:
        made = typst.compile(files, format="png", ppi=dpi, font_paths=typefaces())
    except typst.TypstError as fault:
        raise ValueError(f"this cannot be drawn: {fault}") from fault
    return bytes(made)


@lru_cache(maxsize=1)
def typefaces() -> Any:
    """Return the typeface of the screens for the typesetter, and none of the machine's: everywhere the same page."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(pictures.FONTS)]
    )
