"""What pictures over the years share: names and inks of lines, solid and dashed pieces, bands, breaks and captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from data.catalogue import Indicator
from data.panel import Level, Status
from ui import wording
from ui.chart_parts import (
    CROSS,
    DASHES,
    Field,
    Layers,
    caption_of,
    line_edges,
    names_by_key,
    outlined_text,
    source_line,
)
from ui.chart_words import COMPARATORS, line_runs
from ui.theme import Look

#: So many wijken at most are drawn in colour; more would be a tangle.
MOST_EMPHASISED: Final = 6
_SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
#: Light enough to see a line and another band through it, dark enough to see in grey.
BAND_OPACITY: Final = {"light": 0.16, "dark": 0.24}
_TOOLTIP: Final = [
    alt.Tooltip("name:N", title="Gebied"),
    alt.Tooltip("year_text:N", title="Jaar"),
    alt.Tooltip("figure:N", title="Cijfer"),
    alt.Tooltip("margin_text:N", title="Marge"),
    alt.Tooltip("remark:N", title="Bijzonder"),
]


#: What the layers of a line need; a frame with everything in it makes a page noticeably slower.
_EDGE_COLUMNS: Final = ["region", "year", "value", "year_to", "value_to", "stroke", "ink", "width"]
_POINT_COLUMNS: Final = [
    "region",
    "name",
    "year",
    "value",
    "told",
    "year_text",
    "figure",
    "margin_text",
    "remark",
]


def with_tooltip(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Add what a figure tells when pointed at, and what is read out; ``frame`` as `completed` returns it."""
    return frame.assign(
        year_text=frame["year"].astype(int).astype(str),
        figure=[wording.figure(value, indicator.unit, indicator.decimals) for value in frame["value"]],
        margin_text=[wording.margin(width, indicator.unit, indicator.decimals) for width in frame["margin"]],
        remark=[
            "; ".join(filter(None, [measure, wording.status_label(status) or "definitief"]))
            for measure, status in zip(frame["measure"], frame["status"], strict=True)
        ],
        told=[
            f"{row['name']}, {int(row['year'])}: "
            f"{wording.figure_or_reason(row['value'], row['status'], indicator.unit, indicator.decimals)}"
            for _, row in frame.iterrows()
        ],
    )


def styles_of(frame: pd.DataFrame, emphasised: Sequence[str] | None, look: Look) -> pd.DataFrame:
    """Return per region its role in the picture: colour, shape, width and label."""
    regions = frame.drop_duplicates("region")
    roles, names = names_by_key(regions, name="role"), names_by_key(regions)
    own = [code for code, role in roles.items() if role not in COMPARATORS]
    chosen = [code for code in (own if emphasised is None else emphasised) if code in roles]
    if emphasised is None and len(chosen) > MOST_EMPHASISED:
        chosen = []
    chosen = chosen[:MOST_EMPHASISED]
    labels = wording.label_names(names, 24)
    shorts = wording.label_names(names, 14)
    rows = []
    for code, role in roles.items():
        style: dict[str, Any] = {
            "region": code,
            "label": labels[code],
            "short": shorts[code],
            "shape": "circle",
        }
        if code in chosen:
            place = chosen.index(code)
            style |= {
                "layer": "emphasised",
                "ink": look.series[place % len(look.series)],
                "shape": _SHAPES[place],
                "width": 2.5,
            }
        elif role in COMPARATORS:
            ink = look.ink if role == Level.GEMEENTE else look.quiet
            style |= {"layer": "comparator", "ink": ink, "width": 1.6}
        else:
            style |= {"layer": "context", "ink": look.no_figure, "width": 0.9}
        rows.append(style)
    return pd.DataFrame(rows)


def year_scale(first: int, last: int, left: float, right: alt.ExprRef) -> alt.Scale:
    """Return the horizontal scale of the years, from ``left`` to ``right`` in pixels; a single year stands at the right."""
    domain = [first, last] if first < last else [first - 1, last]
    return alt.Scale(domain=domain, range=[left, right], nice=False, zero=False)


def line_layers(runs: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return solid and dashed pieces and points; ``runs`` carries layer, ink, width, shape and tooltips."""
    ink = alt.Color("ink:N", scale=None, legend=None)
    width = alt.StrokeWidth("width:Q", scale=None, legend=None)
    edges = line_edges(runs)
    layers: Layers = []
    for name, opacity in (("context", 0.55), ("comparator", 1.0), ("emphasised", 1.0)):
        part = edges.loc[edges["layer"] == name]
        for stroke, dash in DASHES.items():
            pieces = part.loc[part["stroke"] == stroke]
            if pieces.empty:
                continue
            mark = alt.Chart(pieces[_EDGE_COLUMNS]).mark_rule(
                strokeCap="butt" if stroke == "dashed" else "round",
                strokeDash=dash,
                opacity=opacity,
                tooltip=None,
                aria=False,
            )
            layers.append(
                mark.encode(
                    x=field.x("year"),
                    y=field.y("value"),
                    x2="year_to:Q",
                    y2="value_to:Q",
                    color=ink,
                    strokeWidth=width,
                )
            )
    points = runs.loc[_gets_point(runs, edges)]
    if not points.empty:
        drawn = points.assign(
            paint=points["ink"].where(points["status"] != Status.PROVISIONAL, look.paper),
            shape=points["shape"].where(points["status"] != Status.BRIDGED, CROSS),
        )
        layers.append(
            alt.Chart(drawn[["year", "value", "ink", "paint", "shape"]])
            .mark_point(size=46, strokeWidth=1.8, opacity=1, tooltip=None, aria=False)
            .encode(
                x=field.x("year"),
                y=field.y("value"),
                stroke=alt.Stroke("ink:N", scale=None, legend=None),
                fill=alt.Fill("paint:N", scale=None, legend=None),
                shape=alt.Shape("shape:N", scale=None, legend=None),
            )
        )
    layers.append(
        alt.Chart(runs[_POINT_COLUMNS])
        .mark_point(size=260, opacity=0, filled=True)
        .encode(x=field.x("year"), y=field.y("value"), description="told:N", tooltip=_TOOLTIP)
    )
    return layers


def _gets_point(runs: pd.DataFrame, edges: pd.DataFrame) -> pd.Series:
    """Tell which figures get a visible point: of wijken in colour, the less certain ones, and lonely years."""
    drawn = set(edges["run"])
    lonely = ~runs["run"].isin(drawn)
    uncertain = runs["status"].isin([Status.PROVISIONAL, Status.BRIDGED]) & (runs["layer"] != "context")
    return (runs["layer"] == "emphasised") | uncertain | lonely


def band_layers(around: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return the soft areas behind the lines; ``around`` is what `bands` returns, with ink."""
    if around.empty:
        return []
    opacity = BAND_OPACITY[look.name] / (1 if around["region"].nunique() < 3 else 1.6)
    ink = alt.Color("ink:N", scale=None, legend=None)
    style: dict[str, Any] = {"tooltip": None, "aria": False, "opacity": opacity}
    alone = around.groupby("stretch")["year"].transform("size") == 1
    around = around[["region", "year", "band_low", "band_high", "ink", "stretch"]]
    areas = alt.Chart(around.loc[~alone]).mark_area(line=False, **style)
    strips = alt.Chart(around.loc[alone]).mark_rule(strokeWidth=10, **style)
    drawn = [layer for layer, rows in ((areas, ~alone), (strips, alone)) if rows.any()]
    return [
        layer.encode(
            x=field.x("year"), y=field.y("band_low"), y2="band_high:Q", color=ink, detail="stretch:N"
        )
        for layer in drawn
    ]


def break_layers(breaks: pd.DataFrame, field: Field, look: Look) -> tuple[Layers, Layers]:
    """Return the rules, to draw under the lines, and their labels, to draw over them."""
    if breaks.empty:
        return [], []
    base = alt.Chart(breaks.assign(place=breaks["year"] - 0.5)).encode(x=field.x("place"))
    rule = base.mark_rule(color=look.no_figure, strokeWidth=1, tooltip=None)
    text = base.encode(y=alt.value(2), text="label:N")
    style: dict[str, Any] = {"angle": 270, "align": "right", "baseline": "bottom", "fontSize": 11, "dy": -3}
    return [rule], outlined_text(text, look, **style)


def years_of_breaks(frame: pd.DataFrame, breaks: pd.DataFrame | None, first: int, last: int) -> pd.DataFrame:
    """Return one row per year in which a line is broken, with a short reason."""
    if breaks is None:
        runs = line_runs(frame)
        previous = runs.shift(1)
        cut = (runs["region"] == previous["region"]) & (runs["segment"] != previous["segment"])
        breaks = pd.DataFrame({"year": runs.loc[cut, "year"].astype(int), "reason": "unknown"})
    inside = breaks.loc[breaks["year"].between(first + 1, last)]
    labels = [
        (year, " / ".join(dict.fromkeys(wording.break_reason(reason) for reason in part["reason"])))
        for year, part in inside.groupby("year")
    ]
    return pd.DataFrame(labels, columns=["year", "label"])


def has_gaps(frame: pd.DataFrame, runs: pd.DataFrame) -> bool:
    """Tell whether a drawn line has a year without a figure between two years with one."""
    spans = runs.groupby("region")["year"].agg(["min", "max"])
    empty = frame.loc[frame["value"].isna() & frame["region"].isin(spans.index)]
    reach = spans.loc[empty["region"]]
    return bool(
        (
            (empty["year"].to_numpy() > reach["min"].to_numpy())
            & (empty["year"].to_numpy() < reach["max"].to_numpy())
        ).any()
    )


def line_caption(
    source: str | None,
    indicator: Indicator,
    runs: pd.DataFrame,
    around: pd.DataFrame,
    *,
    gaps: bool,
    broken: bool,
    from_zero: bool,
    fitted: str = "",
) -> str:
    """Return the caption of a picture over the years: its source and every mark that occurs in it.

    Parameters
    ----------
    source : str or None
        Sentence that names the parent; that of the indicator without it.
    indicator : Indicator
    runs : DataFrame
        The figures that are drawn, as `ui.chart_words.line_runs` returns them.
    around : DataFrame
        The bands that are drawn, as `ui.chart_parts.bands` returns them.
    gaps, broken, from_zero : bool
        Whether a line has a year without a figure, is broken, and whether the axis begins at zero.
    fitted : str
        Sentence about the line of a trend.
    """
    first, last = int(runs["year"].min()), int(runs["year"].max())
    years = f"{first}–{last}" if first != last else str(first)
    statuses = set(runs["status"])
    converted = Status.BRIDGED in set(around["status"])
    return caption_of(
        [
            source_line(source) if source else source_line(indicator.source, years),
            "Open punt, streepjeslijn: voorlopig." if Status.PROVISIONAL in statuses else "",
            "Kruisje, stippellijn: omgerekend naar de grenzen van nu." if Status.BRIDGED in statuses else "",
            *_other_measures(runs),
            ""
            if around.empty
            else f"Band om de lijn: marge door afronding{', omrekenen' if converted else ''} en kleine aantallen.",
            fitted,
            "Gat in de lijn: geen cijfer." if gaps else "",
            "Dunne verticale lijn: ervoor en erna zijn niet te vergelijken." if broken else "",
            "" if from_zero else "Let op: de as begint niet bij 0.",
        ]
    )


def _other_measures(runs: pd.DataFrame) -> list[str]:
    """Say which years show another indicator than the one the chart is about."""
    others = runs.loc[runs["measure"] != ""]
    return [
        f"{wording.join_years(sorted(set(part['year'])))}: een ander cijfer, {wording.in_sentence(str(measure))}."
        for measure, part in others.groupby("measure", sort=False)
    ]
