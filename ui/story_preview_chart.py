"""A chart of a wijkanalyse on the screen: the same values and words as in the document, in the look of the visitor."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from reports.model import Chart, Role
from ui.chart_parts import caption_of, dress
from ui.theme import Look

_HEIGHT: Final = 300
_BAR: Final = 17
_DASHES: Final = {"gemeente": [6, 3], "land": [2, 3], "before": [8, 3, 2, 3], "expected": [4, 3]}
#: Under a chart that has forecasts: how the two bands read is in the note of the chart itself.
_WIDE, _CLOSE = 0.14, 0.24


def chart_spec(block: Chart, look: Look) -> dict[str, Any]:
    """Return a chart as Vega-Lite takes it.

    Parameters
    ----------
    block : Chart
    look : Look
    """
    frame = points_of(block)
    layers = _bars(block, frame, look) if block.form == "bars" else _lines(block, frame, look)
    height = _HEIGHT if block.form == "line" else 90 + len(block.categories) * (len(block.series) * _BAR + 16)
    spec: dict[str, Any] = dress(
        layers,
        look,
        title=block.title,
        subtitle=block.unit,
        description=block.alt,
        height=height,
        caption=caption_of((block.note, block.source)),
    ).to_dict(validate=False)
    return spec


def points_of(block: Chart) -> pd.DataFrame:
    """Return one row per series and category, with the run to which it belongs: a line never crosses a gap or a break.

    Parameters
    ----------
    block : Chart

    Returns
    -------
    DataFrame
        series, role, category, value, text, lower, upper, wide_lower, wide_upper, provisional, run.
    """
    rows = []
    for one in block.series:
        run = 0
        for place, category in enumerate(block.categories):
            value = one.values[place]
            if value is None or category in block.breaks:
                run += 1
            rows.append(
                {
                    "series": one.name,
                    "role": one.role,
                    "category": category,
                    "value": value,
                    "text": one.texts[place],
                    "lower": _at(one.lower, place),
                    "upper": _at(one.upper, place),
                    "wide_lower": _at(one.wide_lower, place),
                    "wide_upper": _at(one.wide_upper, place),
                    "provisional": bool(_at(one.dashed, place)),
                    "run": f"{one.name} {run}",
                }
            )
    return pd.DataFrame(rows)


def _at(values: tuple[Any, ...], place: int) -> Any:
    return values[place] if place < len(values) else None


def _colour(role: Role, look: Look) -> str:
    return {
        "own": look.accent,
        "gemeente": look.quiet,
        "land": look.no_figure,
        "before": look.series[2],
        "expected": look.unfavourable,
    }[role]


def _colours(block: Chart, look: Look) -> alt.Color:
    names = [one.name for one in block.series]
    scale = alt.Scale(domain=names, range=[_colour(one.role, look) for one in block.series])
    legend = alt.Legend(
        orient="top",
        title=None,
        columns=1,
        labelLimit=340,
        labelColor=look.ink,
        labelFontSize=12,
        symbolType="stroke" if block.form == "line" else "square",
        symbolStrokeWidth=3,
        symbolOpacity=1,
        symbolSize=140,
    )
    return alt.Color("series:N", scale=scale, legend=legend if len(names) > 1 else None)


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("series:N", title="Wie"),
        alt.Tooltip("category:N", title="Wat"),
        alt.Tooltip("text:N", title="Cijfer"),
    ]


def _lines(block: Chart, frame: pd.DataFrame, look: Look) -> list[alt.Chart]:
    there = frame[frame["value"].notna()]
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=8, title=None)
    x = alt.X(
        "category:O", sort=list(block.categories), axis=axis, scale=alt.Scale(domain=list(block.categories))
    )
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y(
        "value:Q",
        scale=scale,
        axis=alt.Axis(
            title=None, grid=True, gridColor=look.hairline, tickCount=5, format=f",.{block.decimals}f"
        ),
    )
    colour = _colours(block, look)
    names = [one.name for one in block.series]
    dash = alt.StrokeDash(
        "series:N",
        scale=alt.Scale(domain=names, range=[_DASHES.get(one.role, [1, 0]) for one in block.series]),
        legend=None,
    )
    layers = []
    for low, high, opacity in (("wide_lower", "wide_upper", _WIDE), ("lower", "upper", _CLOSE)):
        around = there[there[low].notna() & there[high].notna()]
        if not around.empty:
            band = alt.Chart(around).mark_area(opacity=opacity)
            layers.append(
                band.encode(
                    x=x, y=alt.Y(f"{low}:Q", scale=scale), y2=f"{high}:Q", color=colour, detail="run:N"
                )
            )
    base = alt.Chart(there).encode(x=x, y=y, color=colour, tooltip=_tooltip())
    layers.append(base.mark_line(strokeWidth=2.2).encode(strokeDash=dash, detail="run:N"))
    filled = alt.condition("datum.provisional", alt.value(look.paper), colour)
    layers.append(base.mark_point(size=36, filled=False, strokeWidth=1.6).encode(fill=filled))
    return layers


def _bars(block: Chart, frame: pd.DataFrame, look: Look) -> list[alt.Chart]:
    order, names = list(block.categories), [one.name for one in block.series]
    y = alt.Y("category:N", sort=order, axis=alt.Axis(title=None, labelLimit=190, domain=False, ticks=False))
    offset = alt.YOffset("series:N", sort=names)
    most = frame[["value", "upper"]].max().max()
    # Room for the figure at the end of the longest bar.
    scale = alt.Scale(
        domain=[min(0.0, float(frame["value"].min() or 0)), float(most or 1) * 1.35], nice=False
    )
    x = alt.X("value:Q", scale=scale, axis=None)
    there = frame[frame["value"].notna()]
    base = alt.Chart(there).encode(y=y, yOffset=offset, tooltip=_tooltip())
    layers = [base.mark_bar(height=_BAR - 5).encode(x=x, color=_colours(block, look))]
    around = there[there["lower"].notna() & there["upper"].notna()]
    if not around.empty:
        span = alt.Chart(around).encode(y=y, yOffset=offset)
        layers.append(
            span.mark_rule(color=look.ink).encode(x=alt.X("lower:Q", scale=scale, axis=None), x2="upper:Q")
        )
    label = frame.assign(at=frame[["value", "upper"]].max(axis=1).fillna(0.0))
    text = alt.Chart(label).encode(
        y=y, yOffset=offset, x=alt.X("at:Q", scale=scale, axis=None), text="text:N"
    )
    layers.append(text.mark_text(align="left", dx=5, color=look.ink, fontSize=12, limit=170))
    return layers
