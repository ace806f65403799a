"""What all charts share: the theme, titles that wrap, captions, ticks, line pieces and label places.

Charts are single layered views, so that they take the width of the page (also 400 px) and need no layout
from Vega but its own. Nothing is added to the global theme registry of Altair: many sessions share one
process, and a light and a dark reader may ask for a chart at the same moment.
"""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from data.catalogue import Indicator
from data.panel import Status
from ui import wording
from ui.theme import FONT, Look
from ui.wording import MINUS, SPACE, THIN, in_thousands_of_euro, number

#: Below this width of the plot (px) a chart takes its narrow form: short names, fewer year labels.
NARROW: Final = 480
TITLE_SIZE: Final = 16
TEXT_SIZE: Final = 12
_TITLE_WIDTHS: Final = (260, 330, 420, 540, 700, 800, 900, 1000, 1150)
_TITLE_CHARACTER: Final = 8.4
_SUBTITLE_CHARACTERS: Final = 58
#: Pixels of a line in `empty_chart`.
_MESSAGE_LINE: Final = 19
#: Pixels of a year under the axis, with some air.
_YEAR_WIDTH: Final = 38

#: How a stretch of line is drawn: definitive, provisional, and converted to other borders.
DASHES: Final[dict[str, list[float]]] = {"solid": [1, 0], "dashed": [5, 4], "dotted": [0.5, 5]}
#: What is least certain comes last, and wins where the two ends of a stretch differ.
_STROKES: Final = {Status.PROVISIONAL: "dashed", Status.BRIDGED: "dotted"}
#: A small slanting cross, which no line has as its own shape: a converted figure.
CROSS: Final = "M-0.8,-0.8L0.8,0.8M-0.8,0.8L0.8,-0.8"

Layers = list[alt.Chart]


@dataclass(frozen=True)
class Field:
    """The two scales and the one axis that all layers of a chart share.

    Every layer must name the axis: one layer that says "no axis" takes it from all of them.
    """

    x_scale: alt.Scale
    y_scale: alt.Scale
    axis: alt.Axis | None = None
    kind: str = "Q"
    rows: str = "Q"

    def x(self, field: str) -> alt.X:
        """Encode a field along the horizontal scale."""
        return alt.X(f"{field}:{self.kind}", scale=self.x_scale, axis=self.axis)

    def y(self, field: str) -> alt.Y:
        """Encode a field along the vertical scale."""
        return alt.Y(f"{field}:{self.rows}", scale=self.y_scale, axis=None)


def theme(look: Look) -> dict[str, Any]:
    """Return the Vega-Lite config of a look: colours, type, and Dutch number forms on the axes."""
    text = {"labelColor": look.quiet, "titleColor": look.quiet, "labelFontSize": TEXT_SIZE}
    return {
        "background": look.paper,
        "font": FONT,
        "locale": {
            "number": {
                "decimal": ",",
                "thousands": THIN,
                "grouping": [3],
                "currency": ["€\u00a0", ""],
                "minus": MINUS,
            }
        },
        "view": {"stroke": None},
        "axis": {
            **text,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "grid": False,
            "domainColor": look.no_figure,
            "tickColor": look.no_figure,
            "labelPadding": 6,
        },
        "title": {
            "color": look.ink,
            "subtitleColor": look.quiet,
            "fontSize": TITLE_SIZE,
            "fontWeight": 600,
            "subtitleFontSize": 13,
            "lineHeight": 20,
            "subtitleLineHeight": 17,
            "subtitlePadding": 4,
            "anchor": "start",
            "frame": "bounds",
            "offset": 14,
        },
        "text": {"color": look.ink, "fontSize": TEXT_SIZE},
    }


def wrapped_title(text: str) -> alt.ExprRef:
    """Return a title that breaks its lines anew for each width of the chart."""
    lines = [textwrap.wrap(text, int(width / _TITLE_CHARACTER)) or [""] for width in _TITLE_WIDTHS]
    expression = json.dumps(lines[-1])
    for width, shorter in zip(reversed(_TITLE_WIDTHS[1:]), reversed(lines[:-1]), strict=True):
        expression = f"width < {width} ? {json.dumps(shorter)} : {expression}"
    return alt.ExprRef(expression)


def wide_or_narrow(wide: float | str, narrow: float | str) -> alt.ExprRef:
    """Return an expression that gives one value on a wide chart and another on a narrow one."""
    return alt.ExprRef(f"width < {NARROW} ? {narrow} : {wide}")


def caption_of(sentences: Iterable[str]) -> str:
    """Join the sentences that are there into a caption."""
    return " ".join(sentence for sentence in sentences if sentence)


def source_line(source: str, years: str = "") -> str:
    """Return the sentence that names the source; one that already says "Bron:" is kept as it is."""
    if source.startswith("Bron:"):
        return source
    return f"Bron: {source}{f', {years}' if years else ''}."


def dress(
    layers: Sequence[alt.Chart],
    look: Look,
    *,
    title: str,
    subtitle: str | None,
    description: str,
    height: float,
    caption: str = "",
) -> alt.LayerChart:
    """Lay the layers over each other and give them the one look, a title and a text alternative.

    The caption is not drawn: it goes along for whoever shows the chart, since text on a page or under a picture wraps to
    its width and can be selected, which text inside a drawing cannot.
    """
    heading: dict[str, Any] = {"text": wrapped_title(title)} if title else {"text": ""}
    if subtitle:
        heading["subtitle"] = textwrap.wrap(subtitle, _SUBTITLE_CHARACTERS)
    # In one call: each later one would copy all layers with their figures.
    return alt.LayerChart(
        layer=list(layers),
        width="container",
        height=height,
        description=description,
        # On the chart itself: st.altair_chart adds 20 pixels below a chart that does not say.
        padding={"left": 0, "right": 0, "top": 4, "bottom": 4},
        # The title on the chart is an expression; who needs it as text (a file to download) finds it here.
        usermeta={name: text for name, text in (("title", title), ("caption", caption)) if text},
        title=alt.TitleParams(**heading) if title or subtitle else alt.Undefined,
        config=alt.Config(**theme(look)),
    )


def empty_chart(
    message: str, look: Look, *, title: str = "", source: str = "", height: float = 160
) -> alt.LayerChart:
    """Return a chart that holds only a sentence: why there is nothing to draw, and who says so."""
    text = (
        alt.Chart(pd.DataFrame({"one": [1]}))
        .mark_text(align="left", baseline="top", color=look.quiet, fontSize=13, lineHeight=_MESSAGE_LINE)
        .encode(x=alt.value(0), y=alt.value(8), text=alt.value(textwrap.wrap(message, _SUBTITLE_CHARACTERS)))
    )
    caption = source_line(source) if source else ""
    return dress(
        [text], look, title=title, subtitle=None, description=message, height=height, caption=caption
    )


def short_figure(value: float, indicator: Indicator) -> str:
    """Write a figure with its unit where the unit is a sign, without where it is several words."""
    if len(wording.unit_label(indicator.unit)) <= len("procent"):
        return wording.figure(value, indicator.unit, indicator.decimals)
    return wording.number(value, indicator.decimals)


def names_by_key(frame: pd.DataFrame, key: str = "region", name: str = "name") -> dict[str, str]:
    """Return key -> name in the order of the frame."""
    return dict(zip(frame[key].astype(str), frame[name].astype(str), strict=True))


def name_layers(frame: pd.DataFrame, field: Field, row: str) -> Layers:
    """Return the names left of the rows; ``frame`` holds label, short (for a narrow chart) and bold."""
    text = wide_or_narrow("datum.label", "datum.short")
    names = [
        alt.Chart(frame.loc[~frame["bold"]]).mark_text(align="left", baseline="middle", text=text),
        alt.Chart(frame.loc[frame["bold"]]).mark_text(
            align="left", baseline="middle", text=text, fontWeight=700
        ),
    ]
    return [layer.encode(x=alt.value(0), y=field.y(row)) for layer in names]


def outlined_text(base: alt.Chart, look: Look, ink: str | None = None, **style: Any) -> Layers:
    """Return quiet text with an edge of paper, so that it stays readable over lines."""
    return [
        base.mark_text(**style, stroke=look.paper, strokeWidth=4, aria=False),
        base.mark_text(**style, color=ink or look.quiet),
    ]


def sized(chart: alt.LayerChart, width: int, height: int | None = None) -> alt.LayerChart:
    """Return the chart at a fixed width in pixels, for a still picture in a report."""
    size: dict[str, Any] = {"width": width, "autosize": {"type": "fit", "contains": "padding"}}
    if height is not None:
        size["height"] = height
    return chart.properties(**size)


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round axis values that reach from at or below ``low`` to at or above ``high``."""
    span = high - low or abs(high) or 1.0
    raw = span / max(wanted - 1, 1)
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        last += 1
    decimals = max(0, 2 - math.floor(math.log10(step)))
    return [round(i * step, decimals) for i in range(first, last + 1)]


def value_ticks(values: pd.Series, unit: str) -> list[float]:
    """Return the values of the axis: from zero, unless that would press all lines together.

    Zero is kept where the lowest figure is less than 60 % of the highest. Percentages never pass 100.
    """
    low, high = float(values.min()), float(values.max())
    if 0 <= low <= 0.6 * high or low == high == 0:
        low = 0.0
    ticks = nice_ticks(low, high)
    if unit.strip() == "%" and high <= 100:
        ticks = [tick for tick in ticks if tick <= 100]
    return ticks


def tick_labels(ticks: Sequence[float], unit: str) -> list[str]:
    """Write the axis values with as many decimals as their step needs, euros in full, percentages with %."""
    factor = 1000 if in_thousands_of_euro(unit) else 1
    step = (ticks[1] - ticks[0]) * factor
    decimals = next(d for d in range(6) if math.isclose(round(step, d), step) or d == 5)
    if factor == 1000:
        return [f"€{SPACE}{number(tick * factor, decimals)}" for tick in ticks]
    suffix = f"{SPACE}%" if unit.strip() == "%" else ""
    return [number(tick, decimals) + suffix for tick in ticks]


def text_width(texts: Iterable[str], size: float = TEXT_SIZE) -> float:
    """Return a safe estimate in pixels of the longest text; Python cannot measure the reader's font."""
    return max((len(text) for text in texts), default=0) * size * 0.56


def value_scale(ticks: Sequence[float]) -> alt.Scale:
    """Return the vertical scale that runs exactly from the first tick to the last."""
    return alt.Scale(domain=[ticks[0], ticks[-1]], nice=False, zero=False)


def value_layers(
    field: Field, ticks: Sequence[float], unit: str, look: Look, left: float, right: alt.ExprRef
) -> Layers:
    """Return grid and labels of the value axis, as marks.

    A Vega axis would narrow the plot *after* the title has been broken into lines for its width.
    """
    frame = pd.DataFrame({"value": list(ticks), "label": tick_labels(ticks, unit)})
    base = alt.Chart(frame).encode(y=field.y("value"))
    grid = base.mark_rule(color=look.hairline, strokeWidth=1, tooltip=None, aria=False)
    labels = base.mark_text(align="right", baseline="middle", color=look.quiet)
    return [
        grid.encode(x=alt.value(left), x2=alt.value(right)),
        labels.encode(x=alt.value(left - 8), text="label:N"),
    ]


def no_axis() -> alt.Axis:
    """Return an axis that draws nothing: a layer without one would take it from all others."""
    return alt.Axis(labels=False, ticks=False, domain=False, title=None)


def year_axis(years: Sequence[int], taken: tuple[float, float] | None = None) -> alt.Axis:
    """Return the axis of whole years; on a narrow chart only every second, third ... year is written.

    Parameters
    ----------
    years : sequence of int
        From the first to the last of them.
    taken : tuple of float, optional
        Pixels beside the years on a wide and on a narrow chart, where names take more than a little of the width.
    """
    last, n = max(years), max(years) - min(years) + 1
    wide, narrow = (
        (f"ceil({n * _YEAR_WIDTH} / max(width - {pixels:.0f}, {_YEAR_WIDTH}))" for pixels in taken)
        if taken
        else (math.ceil(n / 16), math.ceil(n / 6))
    )
    return alt.Axis(
        title=None,
        values=list(range(min(years), last + 1)),
        format="d",
        labelExpr=(
            f"({last} - datum.value) % (width < {NARROW} ? {narrow} : {wide}) == 0 "
            "? format(datum.value, 'd') : ''"
        ),
        labelOverlap=False,
        labelFlush=False,
        tickSize=4,
    )


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Push label places apart until each is ``gap`` from the next, moving them as little as possible.

    The least-squares answer is an isotonic regression of ``wanted - rank * gap`` (pool adjacent violators,
    Barlow et al. 1972), afterwards moved inside ``low`` .. ``high`` as far as they fit.
    """
    order = np.argsort(np.asarray(wanted, dtype=float), kind="stable")
    pools: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        total, size = float(wanted[index]) - rank * gap, 1
        while pools and pools[-1][0] / pools[-1][1] > total / size:
            previous_total, previous_size = pools.pop()
            total, size = total + previous_total, size + previous_size
        pools.append((total, size))
    level = [total / size for total, size in pools for _ in range(size)]
    highest = max(high - (len(order) - 1) * gap, low)
    places = [0.0] * len(order)
    for rank, index in enumerate(order):
        places[int(index)] = min(max(level[rank], low), highest) + rank * gap
    return places


def line_edges(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches between two neighbouring years of one run.

    Returns
    -------
    DataFrame
        The columns of ``runs`` for the first year, with ``year_to`` and ``value_to`` of the next, and
        ``stroke``: the least certain of its two ends says how the stretch is drawn, see `DASHES`.
    """
    following = runs.shift(-1)
    joined = runs["run"] == following["run"]
    stroke = pd.Series("solid", index=runs.index, dtype="str")
    for status, name in _STROKES.items():
        stroke = stroke.mask((runs["status"] == status) | (following["status"] == status), name)
    edges = runs.assign(year_to=following["year"], value_to=following["value"], stroke=stroke)
    return edges.loc[joined].reset_index(drop=True)


def bands(runs: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return the band around each figure of a line.

    Parameters
    ----------
    runs : DataFrame
        As `line_runs` returns it, with ``margin``: half the width of the band, empty where it is not known.
    unit : str
        As the source states it.

    Returns
    -------
    DataFrame
        The rows with a margin that can be seen, with ``band_low`` and ``band_high``, and ``stretch``: a new number
        starts where the run does, or after a figure whose margin is not known. No band passes below zero where no
        figure does, nor 100 where the figures are percentages up to 100.
    """
    known = runs["margin"].notna()
    stretch = (known != known.shift()).cumsum().astype(str) + "-" + runs["run"].astype(str)
    low, high = runs["value"] - runs["margin"], runs["value"] + runs["margin"]
    if (runs["value"] >= 0).all():
        low = low.clip(lower=0)
    if unit.strip() == "%" and (runs["value"] <= 100).all():
        high = high.clip(upper=100)
    found = runs.assign(band_low=low, band_high=high, stretch=stretch)
    visible = found.groupby("stretch")["margin"].transform("max") > 0
    return found.loc[known & visible].reset_index(drop=True)


def hatching(look: Look, stripes: int = 6) -> dict[str, Any]:
    """Return a fill of slanting stripes, which says "no figure" also in greyscale.

    Vega has no patterns; a gradient with hard stops in the box of the mark draws the same.
    """
    stops: list[dict[str, Any]] = []
    for i in range(stripes):
        start, middle, end = i / stripes, (i + 0.72) / stripes, (i + 1) / stripes
        stops += [
            {"offset": start, "color": look.raised},
            {"offset": middle, "color": look.raised},
            {"offset": middle, "color": look.no_figure},
            {"offset": end, "color": look.no_figure},
        ]
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}
