"""What drives the weights of a forecast: the error of each of its members beside saying that nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from data.catalogue import Indicator
from ui import wording
from ui.chart_line_parts import year_scale
from ui.chart_parts import (
    Field,
    Layers,
    caption_of,
    dress,
    empty_chart,
    nice_ticks,
    outlined_text,
    source_line,
    spread,
    text_width,
    tick_labels,
    value_layers,
    value_scale,
    wide_or_narrow,
)
from ui.in_depth_wording import MEMBER_LABELS, NO_CHANGE
from ui.theme import Look
from ui.wording import number

#: Pixels: the plot, what title and axis take beside it, and between two names behind the lines.
_PLOT: Final = 310
_AROUND: Final = 105
_LINE_HEIGHT: Final = 15
_QUIET: Final[dict[str, Any]] = {"tooltip": None, "aria": False}


def members_chart(
    evidence: pd.DataFrame, indicator: Indicator, look: Look, *, title: str, source: str
) -> alt.LayerChart:
    """Draw per year ahead the error of every member of the forecast relative to no change.

    Parameters
    ----------
    evidence : DataFrame
        Rows of `analysis.evidence.evidence_table`, as far ahead as is drawn.
    indicator, look, title, source
        As in `ui.chart_lines.line_chart`.
    """
    rows = evidence[evidence["error"].notna()]
    description = describe_members_chart(evidence, indicator)
    if rows.empty:
        return empty_chart(description, look, title=title, source=source)
    ticks = nice_ticks(min(0.9, float(rows["error"].min())), max(1.05, float(rows["error"].max())))
    left = text_width(tick_labels(ticks, "")) + 14
    wide, narrow = (text_width([names[place] for names in MEMBER_LABELS.values()]) + 16 for place in (0, 1))
    right = wide_or_narrow(f"width - {wide:.0f}", f"width - {narrow:.0f}")
    last = int(rows["horizon"].max())
    axis = alt.Axis(
        title="jaren vooruit", values=list(range(1, last + 1)), format="d", tickSize=4, labelFlush=False
    )
    field = Field(year_scale(1, last, left, right), value_scale(ticks), axis)
    layers = value_layers(field, ticks, "", look, left, right)
    layers += _no_change_layers(field, look, left, right)
    for member, part in rows.groupby("member", sort=False):
        layers += _member_layers(str(member), part, field, look)
    layers += _member_labels(rows, ticks, field, look)
    caption = caption_of(
        [
            source_line(source),
            "Fout van eerdere verwachtingen gedeeld door de fout van ‘er verandert niets’: onder de 1 zat het dichterbij.",
            "Dunne lijnen: de vijf onderdelen van de eigen trend.",
        ]
    )
    return dress(
        layers,
        look,
        title=title,
        subtitle="Fout, vergeleken met ‘er verandert niets’ (= 1)",
        description=description,
        height=_PLOT + _AROUND,
        caption=caption,
    )


def _style(member: str, look: Look) -> dict[str, Any]:
    return {
        "own_trend": {"color": look.series[0], "strokeWidth": 2.6},
        "shared_trend": {"color": look.series[1], "strokeWidth": 2.2, "strokeDash": [6, 3]},
        "mixture": {"color": look.ink, "strokeWidth": 2.2, "strokeDash": [2, 2]},
    }.get(member, {"color": look.no_figure, "strokeWidth": 1.1})


def _no_change_layers(field: Field, look: Look, left: float, right: alt.ExprRef) -> Layers:
    base = alt.Chart(pd.DataFrame({"value": [1.0], "label": [NO_CHANGE.lower()]})).encode(y=field.y("value"))
    rule = base.mark_rule(color=look.ink, strokeWidth=1.2, **_QUIET)
    return [
        rule.encode(x=alt.value(left), x2=alt.value(right)),
        *outlined_text(
            base.encode(x=alt.value(left + 4), text="label:N"), look, align="left", baseline="bottom", dy=-3
        ),
    ]


def _member_layers(member: str, part: pd.DataFrame, field: Field, look: Look) -> Layers:
    style = _style(member, look)
    headings = {"name": "Onderdeel", "ahead": "Vooruit", "written": "Fout"}
    told = pd.DataFrame(
        {
            "year": part["horizon"],
            "value": part["error"],
            "name": MEMBER_LABELS[member][0],
            "ahead": [wording.count(int(h), "jaar", "jaar") for h in part["horizon"]],
            "written": [number(value, 2) for value in part["error"]],
        }
    )
    told["told"] = told["name"] + ", " + told["ahead"] + " vooruit: " + told["written"]
    line = alt.Chart(told[["year", "value"]]).encode(x=field.x("year"), y=field.y("value"))
    pointed = alt.Chart(told).encode(x=field.x("year"), y=field.y("value"), description="told:N")
    tooltip = [alt.Tooltip(f"{column}:N", title=title) for column, title in headings.items()]
    return [
        line.mark_line(**style, **_QUIET),
        line.mark_point(filled=True, size=22, opacity=1, color=style["color"], **_QUIET),
        pointed.mark_point(size=160, opacity=0, filled=True).encode(tooltip=tooltip),
    ]


def _member_labels(rows: pd.DataFrame, ticks: Sequence[float], field: Field, look: Look) -> Layers:
    ends = rows.sort_values("horizon").drop_duplicates("member", keep="last")
    per_pixel = (ticks[-1] - ticks[0]) / _PLOT
    half = _LINE_HEIGHT / 2 * per_pixel
    places = spread(ends["error"].to_list(), _LINE_HEIGHT * per_pixel, ticks[0] + half, ticks[-1] - half)
    labels = pd.DataFrame(
        {
            "year": float(rows["horizon"].max()),
            "y": places,
            "label": [MEMBER_LABELS[member][0] for member in ends["member"]],
            "short": [MEMBER_LABELS[member][1] for member in ends["member"]],
            "bold": ends["member"].isin(["own_trend", "shared_trend", "mixture"]).to_numpy(),
            "ink": [
                look.quiet if style["color"] == look.no_figure else style["color"]
                for style in (_style(member, look) for member in ends["member"])
            ],
        }
    )
    text = wide_or_narrow("datum.label", "datum.short")
    return [
        alt.Chart(part.drop(columns="bold"))
        .mark_text(align="left", baseline="middle", dx=10, fontWeight=700 if bold else "normal", text=text)
        .encode(x=field.x("year"), y=field.y("y"), color=alt.Color("ink:N", scale=None, legend=None))
        for bold, part in labels.groupby("bold")
    ]


def describe_members_chart(evidence: pd.DataFrame, indicator: Indicator) -> str:
    """Return the text alternative of `members_chart`."""
    told = []
    for member in ("own_trend", "shared_trend", "mixture"):
        rows = evidence[(evidence["member"] == member) & evidence["error"].notna()]
        if len(rows):
            parts = [
                f"{number(error, 2)} na {wording.count(int(h), 'jaar', 'jaar')}"
                for error, h in zip(rows["error"], rows["horizon"], strict=True)
            ]
            told.append(f"{MEMBER_LABELS[member][0].capitalize()}: {wording.join_names(parts)}.")
    if not told:
        return f"Er is nog geen uitkomst om van te leren voor {wording.subject(indicator)}."
    return " ".join(["Fout vergeleken met zeggen dat er niets verandert (dat is 1).", *told])
