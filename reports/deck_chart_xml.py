"""Pieces of a chart of the slides as the elements of a file, each with its children in the order of the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree
from pptx.oxml import parse_xml

from reports.deck_text import LANGUAGE, Ink
from reports.map_lettering import plain
from reports.model import Series

#: Points of the letters in a chart.
LETTERS: Final = 14.0
SMALL: Final = 12.0
SPACES: Final = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_EMU: Final = 12700


def element_of(xml: str) -> Any:
    """Return the element that a text describes."""
    return parse_xml(xml)


def written(element: Any) -> str:
    """Return an element as text."""
    return etree.tostring(element, encoding="unicode")


def letters_xml(size: float, colour: Ink, *, bold: bool = False, tag: str = "a:rPr") -> str:
    """Return the properties of letters: size in points, colour and weight."""
    return f'<{tag} lang="{LANGUAGE}" sz="{round(size * 100)}" b="{int(bold)}">{colour.fill()}</{tag}>'


def text_style(size: float, colour: Ink, *, turned: int | None = None) -> Any:
    """Return the letters of an axis or a legend; ``turned`` by so many degrees where that is not left to the program."""
    turn = "" if turned is None else f' rot="{turned * 60000}" vert="horz"'
    return element_of(
        f"<c:txPr {SPACES}><a:bodyPr{turn}/><a:lstStyle/><a:p><a:pPr>{letters_xml(size, colour, tag='a:defRPr')}</a:pPr>"
        f'<a:endParaRPr lang="{LANGUAGE}"/></a:p></c:txPr>'
    )


def stroke(colour: Ink, points: float, dash: str = "", *, alpha: int = 100) -> str:
    """Return a line of so many points; ``alpha`` is how dark it is, in percent."""
    inside = f'<a:alpha val="{alpha * 1000}"/>' if alpha < 100 else ""
    dashes = f'<a:prstDash val="{dash}"/>' if dash else '<a:prstDash val="solid"/>'
    return f'<a:ln w="{round(points * _EMU)}" cap="flat">{colour.fill(inside)}{dashes}<a:round/></a:ln>'


def _shown(value: int) -> str:
    return (
        f'<c:showLegendKey val="0"/><c:showVal val="{value}"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
    )


def label_xml(
    place: int, lines: Sequence[str], size: float, colour: Ink, position: str, layout: str, *, bold: bool
) -> str:
    """Return the label of one point: words of the model, that do not change with the number format of a computer."""
    words = "".join(
        f'<a:p><a:pPr algn="l">{letters_xml(size, colour, bold=bold, tag="a:defRPr")}</a:pPr><a:r>'
        f"{letters_xml(size, colour, bold=bold)}<a:t>{escape(plain(line))}</a:t></a:r></a:p>"
        for line in lines
    )
    return (
        f'<c:dLbl><c:idx val="{place}"/>{layout}<c:tx><c:rich><a:bodyPr wrap="none" lIns="38100" tIns="0" rIns="0" bIns="0" '
        f'anchor="ctr"><a:spAutoFit/></a:bodyPr><a:lstStyle/>{words}</c:rich></c:tx><c:spPr><a:noFill/><a:ln><a:noFill/>'
        f'</a:ln></c:spPr><c:dLblPos val="{position}"/>{_shown(1)}</c:dLbl>'
    )


def labels_xml(labels: Sequence[str]) -> str:
    """Return the labels of a series: those of some points, and none at the others."""
    return f"<c:dLbls {SPACES}>{''.join(labels)}{_shown(0)}</c:dLbls>"


def error_bars(values: Sequence[float | None], series: Series, stroke: str, *, direction: str) -> str:
    """Return margins around the points of a line or the ends of bars; how far they reach is the model's, less the point."""
    ups, downs = [], []
    for place, value in enumerate(values):
        low = series.lower[place] if place < len(series.lower) else None
        high = series.upper[place] if place < len(series.upper) else None
        if value is not None and low is not None and high is not None:
            ups.append((place, round(high - value, 9)))
            downs.append((place, round(value - low, 9)))
    if not ups:
        return ""
    along = f'<c:errDir val="{direction}"/>' if direction else ""
    return (
        f'<c:errBars {SPACES}>{along}<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="{int(bool(direction))}"/>'
        f"<c:plus>{_literal(ups, len(values))}</c:plus><c:minus>{_literal(downs, len(values))}</c:minus>"
        f"<c:spPr>{stroke}</c:spPr></c:errBars>"
    )


def _literal(points: Sequence[tuple[int, float]], count: int) -> str:
    known = dict(points)
    written = "".join(
        f'<c:pt idx="{place}"><c:v>{known.get(place, 0.0)!r}</c:v></c:pt>' for place in range(count)
    )
    return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{count}"/>{written}</c:numLit>'


def plain_number(value: float, decimals: int) -> str:
    """Return a number about as wide as the program will write it."""
    return f"{value:,.{decimals}f}"
