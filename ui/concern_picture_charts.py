"""Pictures of concerns in counts: figures with their bands, counts per half year, and squares on the map."""

from __future__ import annotations

import math
from typing import Any, Final

import altair as alt
import geopandas as gpd
import pandas as pd
import shapely

from analysis.small_counts import SHOWN
from ui import wording
from ui.chart_parts import (
    Field,
    Layers,
    caption_of,
    dress,
    empty_chart,
    name_layers,
    names_by_key,
    nice_ticks,
    no_axis,
    source_line,
    text_width,
    wide_or_narrow,
)
from ui.concern_picture_wording import count_text
from ui.fetch_wording import month
from ui.theme import Look

_ROW: Final = 24
_HEAD: Final = 26
_BARS: Final = 220
_MAP: Final = 460


def band_chart(
    frame: pd.DataFrame,
    look: Look,
    *,
    title: str,
    subtitle: str,
    source: str,
    description: str,
    overall: float,
    overall_name: str,
    selected: str | None = None,
) -> alt.LayerChart:
    """Draw a figure of every group as a point on its band, with that of all together as a line.

    Parameters
    ----------
    frame : DataFrame
        In the order of drawing: region (key), name, middle, lower, upper (empty where nothing is shown; an empty upper is an
        open end), told (the figure in words), apart (bool: surely unlike all together) and reason (why nothing is shown).
    look, title, subtitle, source
        As in `ui.charts.line_chart`.
    description : str
        Text alternative.
    overall : float
        Where the line stands; NaN for none.
    overall_name : str
    selected : str, optional
        Key of the group with a bold name.
    """
    if frame["middle"].isna().all():
        return empty_chart(description, look, title=title, source=source)
    names = names_by_key(frame)
    rows = frame.assign(
        label=frame["region"].map(wording.label_names(names, 36)),
        short=frame["region"].map(wording.label_names(names, 17)),
        bold=frame["region"] == selected,
        ink=frame["apart"].map({True: look.accent, False: look.no_figure}),
        first=0.0,
    )
    top = max(rows["upper"].max(), rows["middle"].max(), 0.0 if math.isnan(overall) else overall)
    ticks = [tick for tick in nice_ticks(0.0, float(top)) if tick <= top * 1.2]
    rows["end"] = rows["upper"].fillna(max(ticks[-1], top)).where(rows["middle"].notna())
    gutter = wide_or_narrow(f"{min(text_width(rows['label']) + 12, 260):.0f}", "126")
    after = text_width(rows["told"].where(rows["middle"].notna(), "")) + 14
    field = Field(
        alt.Scale(
            domain=[0.0, max(ticks[-1], top)], range=[gutter, alt.ExprRef(f"width - {after:.0f}")], nice=False
        ),
        alt.Scale(
            domain=rows["region"].tolist(),
            range=[_HEAD, alt.ExprRef("height")],
            paddingInner=0.3,
            paddingOuter=0.1,
        ),
        no_axis(),
        rows="N",
    )
    layers = [
        *_ticks(ticks, field, look),
        *_overall(overall, overall_name, field, look),
        *_bands(rows, field, look, after),
    ]
    return dress(
        [*layers, *name_layers(rows, field, "region")],
        look,
        title=title,
        subtitle=subtitle,
        description=description,
        height=_ROW * len(rows) + _HEAD + 75,
        caption=caption_of(
            [
                "Punt: het cijfer. Streep: de band; in 95 van de 100 gevallen ligt het daarin.",
                f"Blauw: zeker anders dan {overall_name}." if rows["apart"].any() else "",
                source_line(source),
            ]
        ),
    )


def _ticks(ticks: list[float], field: Field, look: Look) -> Layers:
    marks = pd.DataFrame(
        {"value": ticks, "label": [wording.number(t, 0 if t == int(t) else 1) for t in ticks]}
    )
    base = alt.Chart(marks).encode(x=field.x("value"))
    return [
        base.mark_rule(color=look.hairline, tooltip=None, aria=False).encode(
            y=alt.value(_HEAD - 6), y2=alt.value(alt.ExprRef("height"))
        ),
        base.mark_text(baseline="top", color=look.quiet, fontSize=11).encode(y=alt.value(2), text="label:N"),
    ]


def _overall(overall: float, name: str, field: Field, look: Look) -> Layers:
    if math.isnan(overall):
        return []
    line = alt.Chart(pd.DataFrame({"value": [overall], "name": [name]})).encode(x=field.x("value"))
    return [
        line.mark_rule(color=look.ink, strokeDash=[4, 3]).encode(
            y=alt.value(_HEAD - 6),
            y2=alt.value(alt.ExprRef("height")),
            tooltip=alt.Tooltip("name:N", title="Streepjeslijn"),
        )
    ]


def _bands(rows: pd.DataFrame, field: Field, look: Look, after: float) -> Layers:
    known, unknown = rows.loc[rows["middle"].notna()], rows.loc[rows["middle"].isna()]
    tooltip = [alt.Tooltip("name:N", title="Waar"), alt.Tooltip("told:N", title="Cijfer")]
    base = alt.Chart(known).encode(y=field.y("region"))
    return [
        base.mark_rule(strokeWidth=8, strokeCap="round").encode(
            x=field.x("lower"), x2="end:Q", color=alt.Color("ink:N", scale=None, legend=None), tooltip=tooltip
        ),
        base.mark_point(
            filled=True, size=75, fill=look.paper, stroke=look.ink, strokeWidth=2, opacity=1
        ).encode(x=field.x("middle"), tooltip=tooltip),
        base.mark_text(align="left", baseline="middle").encode(
            x=alt.value(alt.ExprRef(f"width - {after - 8:.0f}")), text="told:N"
        ),
        alt.Chart(unknown)
        .mark_text(align="left", baseline="middle", color=look.quiet, fontStyle="italic", dx=2)
        .encode(x=field.x("first"), y=field.y("region"), text="reason:N"),
    ]


def halves_chart(
    frame: pd.DataFrame, look: Look, *, title: str, subtitle: str, source: str
) -> alt.LayerChart:
    """Draw the counts per half year as bars; one that is hidden is told, never drawn as 0.

    Parameters
    ----------
    frame : DataFrame
        `ui.concern_figures.halves`.
    look, title, subtitle, source
        As in `ui.charts.line_chart`.
    """
    rows = frame.assign(
        label=[f"tot en met {month(last)}" for last in frame["last"]],
        short=[f"{last:%m-%Y}" for last in frame["last"]],
        text=[
            count_text(cases, status) for cases, status in zip(frame["cases"], frame["status"], strict=True)
        ],
        value=frame["cases"].astype("Float64").astype("float64"),
    ).drop(columns=["first", "last", "cases"])
    described = "; ".join(f"{label}: {text}" for label, text in zip(rows["label"], rows["text"], strict=True))
    top = rows["value"].max()
    if rows.empty or pd.isna(top):
        return empty_chart(f"Er is niets om te tekenen. {described}", look, title=title, source=source)
    x = alt.X(
        "short:N",
        sort=rows["short"].tolist(),
        axis=alt.Axis(title=None, labelAngle=0, ticks=False),
        scale=alt.Scale(paddingInner=0.35),
    )
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, float(top) * 1.15 + 1]), axis=None)
    base = alt.Chart(rows).encode(
        x=x, tooltip=[alt.Tooltip("label:N", title="Half jaar"), alt.Tooltip("text:N", title="Zorgen")]
    )
    hidden = alt.Chart(rows[rows["status"] != SHOWN]).encode(x=x)
    return dress(
        [
            base.mark_bar(color=look.accent).encode(y=y),
            base.mark_text(baseline="bottom", dy=-4).encode(
                y=y,
                text="text:N",
                opacity=alt.condition(f"datum.status == '{SHOWN}'", alt.value(1), alt.value(0)),
            ),
            hidden.mark_text(baseline="bottom", color=look.quiet, fontStyle="italic", fontSize=11).encode(
                y=alt.value(alt.ExprRef("height - 6")), text="text:N"
            ),
        ],
        look,
        title=title,
        subtitle=subtitle,
        description=f"Zorgen en signalen per half jaar. {described}.",
        height=_BARS,
        caption=caption_of(["Elk half jaar staat bij zijn laatste maand.", source_line(source)]),
    )


def squares_chart(
    squares: pd.DataFrame, land: gpd.GeoDataFrame, look: Look, *, title: str, subtitle: str, source: str
) -> alt.LayerChart:
    """Draw the squares in which concerns with a point lie over the borders of the wijken.

    Parameters
    ----------
    squares : DataFrame
        `register.counting.squares`.
    land : GeoDataFrame
        Borders of the wijken in RD, with name.
    look, title, subtitle, source
        As in `ui.charts.line_chart`.
    """
    told = f"{wording.count(len(squares), 'vierkant', 'vierkanten')} met minstens 5 zorgen met een plek."
    if squares.empty:
        return empty_chart(
            "Er is geen vierkant met minstens 5 zorgen met een plek.", look, title=title, source=source
        )
    steps = sorted(squares["at_least"].unique())
    names = {step: step_name(int(step)) for step in steps}
    boxes = gpd.GeoDataFrame(
        {
            "told": [names[step] for step in squares["at_least"]],
            "side": [f"{wording.number(side)} m" for side in squares["side"]],
        },
        geometry=[
            shapely.box(x, y, x + side, y + side)
            for x, y, side in zip(squares["x"], squares["y"], squares["side"], strict=True)
        ],
    )
    # Vega's identity projection takes plane coordinates; rings must turn as it fills them.
    lines = gpd.GeoDataFrame(
        {"name": land["name"].tolist()}, geometry=list(land.geometry.simplify(15).boundary)
    )
    colours = alt.Color(
        "properties.told:N",
        scale=alt.Scale(domain=list(names.values()), range=list(look.scale[-len(steps) :])),
        legend=alt.Legend(
            title="Zorgen met een plek",
            orient="bottom",
            labelColor=look.ink,
            titleColor=look.quiet,
            symbolType="square",
        ),
    )
    return dress(
        [
            _shapes(boxes)
            .mark_geoshape(stroke=look.paper, strokeWidth=1, opacity=0.85)
            .encode(
                color=colours,
                tooltip=[
                    alt.Tooltip("properties.told:N", title="Zorgen"),
                    alt.Tooltip("properties.side:N", title="Zijde"),
                ],
            ),
            _shapes(lines).mark_geoshape(fill=None, stroke=look.quiet, strokeWidth=0.8),
        ],
        look,
        title=title,
        subtitle=subtitle,
        description=f"Kaart met vierkanten. {told}",
        height=_MAP,
        caption=caption_of(
            [
                "Elk vierkant heeft een zijde van 500 m, of groter waar het er anders minder dan 5 zouden zijn. Geen adressen.",
                source_line(source),
            ]
        ),
    ).project(type="identity", reflectY=True)


def step_name(at_least: int) -> str:
    """Return how a class of squares is called: "5 tot 10"."""
    from register.counting import CLASSES

    higher = [step for step in CLASSES if step > at_least]
    return f"{at_least} tot {higher[0]}" if higher else f"{at_least} of meer"


def _shapes(frame: gpd.GeoDataFrame) -> alt.Chart:
    features: list[dict[str, Any]] = frame.__geo_interface__["features"]
    return alt.Chart(alt.Data(values=features))
