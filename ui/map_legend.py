"""The legend of a map and its colours: what a colour, a hatch, dots and an outline mean, and how often each occurs."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from reports.contrast import readable_on
from reports.map_drawing import LOOK, Entry, MapDrawing
from ui.theme import Look
from ui.wording import count, figure, in_thousands_of_euro, level_label, number

# -- colours -----------------------------------------------------------------------------------------


def inks(look: Look) -> dict[str, str]:
    """Return the colours that a drawing needs beside those of its classes (`reports.map_drawing.LOOK`)."""
    return {name: getattr(look, name) for name in LOOK}


def dot_colours(colours: Sequence[str], inks: Mapping[str, str]) -> tuple[str, ...]:
    """Return for every class the colour of dots that can be seen on it: ink or paper."""
    return tuple(readable_on(fill, inks["ink"], inks["paper"]) for fill in colours)


def edge_colours(colours: Sequence[str], inks: Mapping[str, str]) -> tuple[str, ...]:
    """Return for every class the colour of an outline that can be seen on it, so that neighbours in one class stay apart."""
    return tuple(readable_on(fill, inks["quiet"], inks["paper"]) for fill in colours)


# -- entries -----------------------------------------------------------------------------------------


def range_name(low: float, high: float, decimals: int, unit: str) -> str:
    """Return how a class from ``low`` up to and including ``high`` is called: both figures, the unit once."""
    highest = figure(high, unit, decimals)
    if low == high:
        return highest
    lowest = figure(low, unit, decimals) if in_thousands_of_euro(unit) else number(low, decimals)
    return f"{lowest} tot en met {highest}"


def swatch_style(entry: Entry, drawing: MapDrawing) -> str:
    """Return the CSS of the little box in front of one line of the legend."""
    inks = drawing.look
    line = f"1px solid {inks['quiet']}"
    if entry.mark == "broken":
        return f"background:{inks['paper']};border:1px dotted {inks['quiet']}"
    if entry.mark == "dashed":
        return f"background:{inks['paper']};border:2px dashed {inks['quiet']}"
    if entry.mark == "no_figure":
        stripes = f"{inks['no_figure']} 0 2px,{inks['paper']} 2px 6px"
        return f"background:repeating-linear-gradient(45deg,{stripes});border:{line}"
    if entry.mark == "dots":
        fill = drawing.colours[len(drawing.colours) // 2] if drawing.colours else inks["paper"]
        dot = dot_colours([fill], inks)[0]
        spots = f"radial-gradient(circle at 2px 2px,{dot} 1.2px,transparent 1.4px) 0 0/6px 6px"
        return f"background:{spots},{fill};border:{line}"
    return f"background:{entry.colour};border:{line}"


def told_count(entry: Entry, level: str) -> str:
    """Return how many regions are drawn so, with the word for them; empty where counting means nothing."""
    if entry.count is None:
        return ""
    return count(entry.count, level_label(level), level_label(level, plural=True))


def legend_html(drawing: MapDrawing) -> str:
    """Write the legend of a map: what the colours show, then a line with a box, a name and a number per class.

    Returns
    -------
    str
        HTML with every text escaped.
    """
    quiet = html.escape(drawing.look["quiet"])
    rows = "".join(
        '<li style="display:flex;gap:.5rem;align-items:center;margin:0;font-size:.875rem">'
        '<span aria-hidden="true" style="display:inline-block;flex:none;box-sizing:border-box;width:1.5rem;height:1rem;'
        f'{html.escape(swatch_style(entry, drawing))}"></span><span>{html.escape(entry.name)}</span>'
        f'<span style="color:{quiet}">{told_count(entry, drawing.level)}</span></li>'
        for entry in drawing.legend
    )
    return (
        f'<div style="color:{html.escape(drawing.look["ink"])}">'
        f'<p style="margin:0 0 .25rem;font-weight:600;font-size:.875rem">{html.escape(drawing.legend_title)}</p>'
        '<ul style="list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem">'
        f"{rows}</ul></div>"
    )
