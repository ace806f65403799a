"""The ranking: all wijken in order of one figure, with its noise (public face: ``ui.charts``)."""

from __future__ import annotations

import altair as alt
import pandas as pd

from data.catalogue import Indicator
from ui import wording
from ui.chart_parts import (
    Field,
    Layers,
    caption_of,
    dress,
    empty_chart,
    name_layers,
    names_by_key,
    no_axis,
    outlined_text,
    short_figure,
    source_line,
    text_width,
    wide_or_narrow,
)
from ui.chart_words import nothing_to_draw, row_figure
from ui.theme import Look


def _ranking_ink(row: pd.Series, look: Look) -> str:
    verdict, judgement = row.get("verdict", "neutral"), row.get("judgement", "neutral")
    if verdict in ("about_equal", "too_uncertain"):
        return look.no_figure
    return {"favourable": look.favourable, "unfavourable": look.unfavourable}.get(judgement, look.quiet)


def bar_ranking(
    frame: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    subtitle: str | None = None,
    year: int | None = None,
    comparator_value: float | None = None,
    comparator_name: str = "",
    selected: str | None = None,
    source: str | None = None,
) -> alt.LayerChart:
    """Draw all wijken in order of their figure, with the margin as a whisker and a line for the comparator.

    Parameters
    ----------
    frame : DataFrame
        Columns region, name, value (NaN without a figure), status, and where known noise (half-width in the
        unit of the value), verdict and judgement as `compare` gives them. Colours speak only through
        judgement: blue is gunstig, orange ongunstig, dark grey no judgement, light grey ongeveer gelijk.
    indicator, look, title, subtitle, source
        As in `line_chart`.
    year : int, optional
        Year of the figures, for the caption.
    comparator_value, comparator_name : float and str, optional
        The line to compare with, and whose it is.
    selected : str, optional
        Region code whose name is set in bold.

    Notes
    -----
    Wijken without a figure stand below, with the reason; they have no bar and no place in the order.
    """
    description = describe_ranking(frame, indicator, comparator_value, comparator_name)
    if frame["value"].notna().sum() == 0:
        return empty_chart(description, look, title=title, source=source or indicator.source)
    bars = _ranking_rows(frame, indicator, look, selected)
    low, high = _ranking_domain(bars, comparator_value)
    row_height = 24 if len(bars) <= 60 else 18
    head = 26 if comparator_value is not None else 4
    names = bars["label"].tolist()
    wide, narrow = min(text_width(names) + 12, 260), 122
    gutter = wide_or_narrow(f"{wide:.0f}", f"{narrow}")
    after = text_width(bars["figure"]) + 14
    x_scale = alt.Scale(
        domain=[low, high], range=[gutter, alt.ExprRef(f"width - {after:.0f}")], nice=False, zero=False
    )
    y_scale = alt.Scale(
        domain=bars["region"].tolist(),
        range=[head, alt.ExprRef("height")],
        paddingInner=0.3,
        paddingOuter=0.1,
    )
    caption = _ranking_caption(bars, indicator, look, year, source)
    field = Field(x_scale, y_scale, no_axis(), rows="N")
    layers = _ranking_layers(bars, field, look)
    if comparator_value is not None:
        foot = alt.ExprRef(f"{head} + (height - {head}) * {bars['known'].mean():.4f}")
        left = comparator_value <= (low + high) / 2
        layers += _comparator_layers(comparator_value, comparator_name, indicator, field, look, foot, left)
    layers += _figure_layers(bars, field, look)
    return dress(
        layers,
        look,
        title=title,
        subtitle=subtitle or wording.title_with_unit(indicator),
        description=description,
        height=row_height * len(bars) + head + 75,
        caption=caption,
    )


def _ranking_rows(
    frame: pd.DataFrame, indicator: Indicator, look: Look, selected: str | None
) -> pd.DataFrame:
    names = names_by_key(frame)
    labels, shorts = wording.label_names(names, 36), wording.label_names(names, 17)
    ordered = frame.sort_values(
        "value", ascending=False, na_position="last", kind="stable", ignore_index=True
    )
    known = ordered["value"].notna()
    noise = ordered["noise"].fillna(0.0) if "noise" in ordered else pd.Series(0.0, index=ordered.index)
    return ordered.assign(
        known=known,
        zero=0.0,
        label=ordered["region"].map(labels),
        short=ordered["region"].map(shorts),
        bold=ordered["region"] == selected,
        ink=[_ranking_ink(row, look) for _, row in ordered.iterrows()],
        # Where nothing is below zero, neither can what is uncertain about it be.
        whisker_low=(ordered["value"] - noise).clip(
            lower=0 if (ordered["value"].dropna() >= 0).all() else None
        ),
        whisker_high=ordered["value"] + noise,
        has_noise=known & (noise > 0),
        figure=[
            short_figure(value, indicator) + wording.status_mark(status) if ok else ""
            for value, status, ok in zip(ordered["value"], ordered["status"], known, strict=True)
        ],
        reason=[
            "" if ok else wording.no_figure(status)
            for ok, status in zip(known, ordered["status"], strict=True)
        ],
        short_reason=[
            "" if ok else wording.no_figure_short(status)
            for ok, status in zip(known, ordered["status"], strict=True)
        ],
        told=[
            wording.figure_or_reason(value, status, indicator.unit, indicator.decimals)
            for value, status in zip(ordered["value"], ordered["status"], strict=True)
        ],
        told_verdict=[
            wording.verdict_label(verdict) for verdict in ordered.get("verdict", ["no_figure"] * len(ordered))
        ],
        told_noise=[
            wording.margin(width if width > 0 else None, indicator.unit, indicator.decimals)
            for width in noise
        ],
    )


def _ranking_domain(bars: pd.DataFrame, comparator_value: float | None) -> tuple[float, float]:
    edges = pd.concat([bars["whisker_low"], bars["whisker_high"], bars["value"]]).dropna()
    reach = [0.0, float(edges.min()), float(edges.max())]
    if comparator_value is not None:
        reach.append(float(comparator_value))
    low, high = min(reach), max(reach)
    if (bars["value"].dropna() >= 0).all():
        low = 0.0
    return low, high if high > low else low + 1.0


def _ranking_caption(
    bars: pd.DataFrame, indicator: Indicator, look: Look, year: int | None, source: str | None
) -> str:
    inks = set(bars.loc[bars["known"], "ink"])
    return caption_of(
        [
            source_line(source or indicator.source, str(year) if year and not source else ""),
            "Blauw: gunstig." if look.favourable in inks else "",
            "Oranje: ongunstig." if look.unfavourable in inks else "",
            "Lichtgrijs: ongeveer gelijk." if look.no_figure in inks else "",
            "Streepje door het einde van de balk: de marge van het cijfer."
            if bars["has_noise"].any()
            else "",
            wording.marks_legend(bars.loc[bars["known"], "status"]),
        ]
    )


def _ranking_layers(bars: pd.DataFrame, field: Field, look: Look) -> Layers:
    known, unknown = bars.loc[bars["known"]], bars.loc[~bars["known"]]
    tooltip = [
        alt.Tooltip("name:N", title="Gebied"),
        alt.Tooltip("told:N", title="Cijfer"),
        alt.Tooltip("told_noise:N", title="Marge"),
        alt.Tooltip("told_verdict:N", title="Vergeleken"),
    ]
    if "verdict" not in bars:
        tooltip = tooltip[:3]
    base = alt.Chart(known).encode(y=field.y("region"))
    noisy = alt.Chart(known.loc[known["has_noise"]]).encode(
        x=field.x("whisker_low"), x2="whisker_high:Q", y=field.y("region")
    )
    layers = [
        base.mark_bar(opacity=1, cornerRadiusEnd=2).encode(
            x=field.x("value"),
            x2="zero:Q",
            color=alt.Color("ink:N", scale=None, legend=None),
            tooltip=tooltip,
        ),
        noisy.mark_rule(color=look.paper, strokeWidth=4, tooltip=None, clip=True),
        noisy.mark_rule(color=look.ink, strokeWidth=1.4, tooltip=None, clip=True),
        alt.Chart(unknown)
        .mark_text(
            align="left",
            baseline="middle",
            color=look.quiet,
            fontStyle="italic",
            dx=2,
            text=wide_or_narrow("datum.reason", "datum.short_reason"),
        )
        .encode(x=field.x("zero"), y=field.y("region")),
    ]
    return layers + name_layers(bars, field, "region")


def _figure_layers(bars: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return the figures behind the bars, with an edge of paper where the comparator's line passes."""
    known = bars.loc[bars["known"]]
    after = known.assign(after=known[["value", "whisker_high"]].max(axis=1))
    text = alt.Chart(after).encode(x=field.x("after"), y=field.y("region"), text="figure:N")
    return outlined_text(text, look, ink=look.ink, align="left", baseline="middle", dx=6)


def _comparator_layers(
    value: float, name: str, indicator: Indicator, field: Field, look: Look, foot: alt.ExprRef, left: bool
) -> Layers:
    written = f"{name} {short_figure(value, indicator)}".strip()
    frame = pd.DataFrame({"value": [value], "label": [written]})
    at = field.x("value")
    return [
        alt.Chart(frame)
        .mark_rule(color=look.ink, strokeWidth=1.4, strokeDash=[3, 2], tooltip=None)
        .encode(x=at, y=alt.value(16), y2=alt.value(foot)),
        alt.Chart(frame)
        .mark_text(align="left" if left else "right", baseline="top", fontWeight=600, dx=-2 if left else 2)
        .encode(x=at, y=alt.value(0), text="label:N"),
    ]


def describe_ranking(
    frame: pd.DataFrame,
    indicator: Indicator,
    comparator_value: float | None = None,
    comparator_name: str = "",
) -> str:
    """Return the text alternative of `bar_ranking`: the order's two ends, the comparator, who is missing."""
    known = frame.loc[frame["value"].notna()].sort_values("value", ascending=False, kind="stable")
    if known.empty:
        return nothing_to_draw(frame, indicator)
    told = [
        f"Staafgrafiek van {wording.subject(indicator)}: "
        f"{wording.count(len(known), 'gebied', 'gebieden')} van hoog naar laag."
    ]
    shown = known if len(known) <= 6 else pd.concat([known.head(3), known.tail(3)])
    told.append(
        wording.join_names(
            [f"{wording.wijk_name(row['name'])} {row_figure(row, indicator)}" for _, row in shown.iterrows()]
        )
        + ("." if len(known) <= 6 else " (de drie hoogste en de drie laagste).")
    )
    if comparator_value is not None:
        figure = wording.figure(comparator_value, indicator.unit, indicator.decimals)
        told.append(f"{comparator_name}: {figure}.")
    missing = len(frame) - len(known)
    if missing:
        told.append(f"Van {wording.count(missing, 'gebied', 'gebieden')} is er geen cijfer.")
    return " ".join(told)
