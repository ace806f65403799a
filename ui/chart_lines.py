"""Charts over the years: lines, the forecast fan and the small sparkline (public face: ``ui.charts``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from data.catalogue import Indicator
from data.panel import Level, Status
from ui import wording
from ui.chart_parts import (
    CROSS,
    DASHES,
    TEXT_SIZE,
    Field,
    Layers,
    bands,
    caption_of,
    dress,
    empty_chart,
    line_edges,
    line_runs,
    names_by_key,
    nothing_to_draw,
    outlined_text,
    row_figure,
    short_figure,
    source_line,
    spread,
    text_width,
    tick_labels,
    value_layers,
    value_scale,
    value_ticks,
    wide_or_narrow,
    year_axis,
)
from ui.theme import Look

#: So many wijken at most are drawn in colour; more would be a tangle.
MOST_EMPHASISED: Final = 6
_SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
_COMPARATORS: Final = (Level.GEMEENTE.value, Level.LAND.value)
#: Light enough to see a line and another band through it, dark enough to see in grey.
_BAND_OPACITY: Final = {"light": 0.16, "dark": 0.24}
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


def _completed(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Add what a frame of lines may leave out: the margin of each figure, and what else than the indicator it measures.

    A figure in another unit than the axis (a percentage among counts) has no place in the picture.
    """
    if "margin" not in frame:
        frame = frame.assign(margin=np.nan)
    if "unit" in frame:
        fits = frame["unit"] == indicator.unit
        frame = frame.assign(value=frame["value"].where(fits), margin=frame["margin"].where(fits))
    return frame if "measure" in frame else frame.assign(measure="")


def _with_tooltip(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
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


def _styles(frame: pd.DataFrame, emphasised: Sequence[str] | None, look: Look) -> pd.DataFrame:
    """Return per region its role in the picture: colour, shape, width and label."""
    regions = frame.drop_duplicates("region")
    roles, names = names_by_key(regions, name="role"), names_by_key(regions)
    own = [code for code, role in roles.items() if role not in _COMPARATORS]
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
        elif role in _COMPARATORS:
            ink = look.ink if role == Level.GEMEENTE else look.quiet
            style |= {"layer": "comparator", "ink": ink, "width": 1.6}
        else:
            style |= {"layer": "context", "ink": look.no_figure, "width": 0.9}
        rows.append(style)
    return pd.DataFrame(rows)


def _line_layers(runs: pd.DataFrame, field: Field, look: Look) -> Layers:
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


def _band_layers(around: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return the soft areas behind the lines; ``around`` is what `bands` returns, with ink."""
    if around.empty:
        return []
    opacity = _BAND_OPACITY[look.name] / (1 if around["region"].nunique() < 3 else 1.6)
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


def _break_layers(breaks: pd.DataFrame, field: Field, look: Look) -> tuple[Layers, Layers]:
    """Return the rules, to draw under the lines, and their labels, to draw over them."""
    if breaks.empty:
        return [], []
    base = alt.Chart(breaks.assign(place=breaks["year"] - 0.5)).encode(x=field.x("place"))
    rule = base.mark_rule(color=look.no_figure, strokeWidth=1, tooltip=None)
    text = base.encode(y=alt.value(2), text="label:N")
    style: dict[str, Any] = {"angle": 270, "align": "right", "baseline": "bottom", "fontSize": 11, "dy": -3}
    return [rule], outlined_text(text, look, **style)


def _break_years(frame: pd.DataFrame, breaks: pd.DataFrame | None, first: int, last: int) -> pd.DataFrame:
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


def _label_layers(ends: pd.DataFrame, field: Field) -> Layers:
    """Return the names at the line ends; ``ends`` holds year, value, place, label, short, ink and bold."""
    ink = alt.Color("ink:N", scale=None, legend=None)
    place = field.y("place")
    moved = alt.Chart(ends).mark_rule(opacity=0.6, xOffset=6, x2Offset=13, tooltip=None, aria=False)
    end_x = field.x("end")
    layers: Layers = [
        moved.encode(x=end_x, x2="end:Q", y=field.y("value"), y2="place:Q", color=ink).transform_filter(
            alt.datum.year == alt.datum.end
        )
    ]
    for bold in (True, False):
        part = ends.loc[ends["bold"] == bold]
        if part.empty:
            continue
        names = alt.Chart(part).mark_text(
            align="left",
            baseline="middle",
            dx=16,
            fontSize=TEXT_SIZE,
            fontWeight="bold" if bold else "normal",
            text=wide_or_narrow("datum.label", "datum.short"),
        )
        layers.append(names.encode(x=end_x, y=place, color=ink))
    return layers


def _line_ends(
    runs: pd.DataFrame,
    indicator: Indicator,
    ticks: Sequence[float],
    last: int,
    plot_height: float,
    fit: pd.DataFrame,
) -> pd.DataFrame:
    """Return one label per named line and fitted line, pushed apart so that none covers another.

    The figure of another indicator that took this one's place says so.
    """
    named = runs.loc[runs["layer"] != "context"]
    ends = named.sort_values("year").groupby("region", sort=False).tail(1)
    fits = _fitted_ends(fit)
    per_pixel = (ticks[-1] - ticks[0]) / plot_height
    # A fitted line that ends where its figures do gets its label right under the name.
    wanted = [*ends["value"], *(fits["value"] - 0.1 * per_pixel)] if len(fits) else ends["value"].to_list()
    places = spread(wanted, 16 * per_pixel, ticks[0] + 6 * per_pixel, ticks[-1])
    # The name of a wijk that is gone already says until when.
    stopped = [
        "" if year == last or "(tot en met" in name else f" (t/m {year:.0f})"
        for year, name in zip(ends["year"], ends["name"], strict=True)
    ]
    figures = [
        short_figure(value, indicator) + (" (ander cijfer)" if measure else "")
        for value, measure in zip(ends["value"], ends["measure"], strict=True)
    ]
    labelled = ends.assign(
        label=[
            f"{label}{stop} {text}" for label, stop, text in zip(ends["label"], stopped, figures, strict=True)
        ],
        bold=True,
    )
    if len(fits):
        labelled = pd.concat([labelled, fits.assign(bold=False)], ignore_index=True)
    return labelled.assign(place=places, end=last)


# The line of a trend ------------------------------------------------------------------------------


def _with_ink(fitted: pd.DataFrame, styles: pd.DataFrame) -> pd.DataFrame:
    """Give the line of a trend the ink of its region; that of a region without a named line is left out."""
    inks = styles.loc[styles["layer"] != "context", ["region", "ink"]]
    return fitted.merge(inks, on="region")


def _within_reason(fit: pd.DataFrame, reach: pd.Series) -> pd.DataFrame:
    """Cut the band off where it would press the figures flat: half their reach above and below, and zero."""
    low, high = float(reach.min()), float(reach.max())
    room = (high - low) / 2 or abs(high) / 10
    floor = max(low - room, 0.0) if low >= 0 else low - room
    edges = {name: fit[name].clip(floor, high + room) for name in ("line_low", "line_high")}
    return fit.assign(
        **edges, is_cut=(edges["line_high"] < fit["line_high"]) | (edges["line_low"] > fit["line_low"])
    )


def _fitted_ends(fit: pd.DataFrame) -> pd.DataFrame:
    """Return the last point of every fitted line, with what it says; halfway its band where there is no line."""
    if fit.empty:
        return pd.DataFrame(columns=["region", "year", "value", "label", "short", "ink"])
    ends = fit.sort_values("year").groupby("region", sort=False).tail(1)
    halfway = (ends["line_low"] + ends["line_high"]) / 2
    return ends.assign(value=ends["line"].fillna(halfway).astype("float64"))[
        ["region", "year", "value", "label", "short", "ink"]
    ]


def _about_fitted(fit: pd.DataFrame) -> str:
    if fit.empty:
        return ""
    cut = " Die band is afgekapt: hij is nog breder." if fit["is_cut"].any() else ""
    band = "Grijze band: zo steil of zo vlak kan die lijn zijn."
    if fit["line"].notna().any():
        return f"Dunne lijn met lange strepen: de lijn die het best bij de cijfers past. {band}{cut}"
    return f"Grijze band: zo kan de lijn door de cijfers lopen; de richting is te onzeker.{cut}"


def _fitted_layers(fit: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return the band of a trend in grey, and its line thin and dashed, so that neither passes for a figure."""
    if fit.empty:
        return []
    base = alt.Chart(fit[["region", "year", "line", "line_low", "line_high", "ink"]]).encode(
        x=field.x("year"), detail="region:N"
    )
    layers: Layers = [
        base.mark_area(
            color=look.no_figure, opacity=_BAND_OPACITY[look.name], line=False, tooltip=None, aria=False
        ).encode(y=field.y("line_low"), y2="line_high:Q")
    ]
    if fit["line"].notna().any():
        ink = alt.Color("ink:N", scale=None, legend=None)
        layers.append(
            base.mark_line(strokeWidth=1.3, strokeDash=[9, 4], tooltip=None, aria=False).encode(
                y=field.y("line"), color=ink
            )
        )
    return layers


def _caption(
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


def line_chart(
    frame: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    subtitle: str | None = None,
    breaks: pd.DataFrame | None = None,
    emphasised: Sequence[str] | None = None,
    source: str | None = None,
    fitted: pd.DataFrame | None = None,
    height: float = 340,
) -> alt.LayerChart:
    """Draw figures over the years, with the names at the line ends instead of a legend.

    Parameters
    ----------
    frame : DataFrame
        Columns region, name, role ("wijk", "buurt", "gemeente" or "land"), year, value (NaN without a
        figure), status and segment. Lines and bands never cross from one segment into another. Optionally
        margin (half the width of the band around the figure, in its unit; drawn for emphasised lines) and
        measure (title of the indicator that the figure is of, where that is another one; else empty).
    indicator : Indicator
        Gives unit, decimals and source.
    look : Look
        The light or the dark look.
    title, subtitle : str
        The finding, and what is measured (default: title and unit of the indicator).
    breaks : DataFrame, optional
        Columns year and reason ("redrawn", "recoded", "definition", "unit", "gap" or "successor"): where a new
        series starts. Without it the years are taken from ``segment``.
    emphasised : sequence of str, optional
        Region codes drawn in colour with their name, at most six; the other wijken become thin grey lines.
        By default all wijken where there are no more than six, else none.
    source : str, optional
        Source line; default that of the indicator.
    fitted : DataFrame, optional
        The line of a trend: columns region, year, line (empty where no line may be drawn), line_low, line_high, and
        label and short (what its end says). Drawn thin and dashed over a grey band.
    height : float
        Height in pixels.

    Returns
    -------
    alt.LayerChart
        With the text of `describe_line_chart` as its description; a sentence where nothing can be drawn.
    """
    frame = _completed(frame, indicator)
    description = describe_line_chart(frame, indicator)
    runs = line_runs(frame)
    if runs.empty:
        return empty_chart(description, look, title=title, source=source or indicator.source)
    styles = _styles(runs, emphasised, look)
    runs = _with_tooltip(runs.merge(styles, on="region"), indicator).sort_values("run", ignore_index=True)
    first, last = int(runs["year"].min()), int(runs["year"].max())
    around = bands(runs.loc[runs["layer"] == "emphasised"], indicator.unit)
    fit = _with_ink(fitted, styles) if fitted is not None else runs.iloc[:0]
    reach = pd.concat([runs["value"], around["band_low"], around["band_high"]])
    if not fit.empty:
        fit = _within_reason(fit, reach)
        reach = pd.concat([reach, fit["line_low"], fit["line_high"]])
    ticks = value_ticks(reach, indicator.unit)
    break_years = _break_years(frame, breaks, first, last)
    ends = _line_ends(runs, indicator, ticks, last, max(height - 165, 120), fit)

    left = text_width(tick_labels(ticks, indicator.unit)) + 14
    wide, narrow = text_width(ends["label"]) + 24, text_width(ends["short"]) + 24
    right = wide_or_narrow(f"width - {wide:.0f}", f"width - {narrow:.0f}")
    caption = _caption(
        source,
        indicator,
        runs,
        around,
        gaps=_has_gaps(frame, runs),
        broken=not break_years.empty,
        from_zero=ticks[0] == 0,
        fitted=_about_fitted(fit),
    )
    years = list(range(first, last + 1))
    field = Field(_year_scale(first, last, left, right), value_scale(ticks), year_axis(years))
    layers = value_layers(field, ticks, indicator.unit, look, left, right)
    rules, reasons = _break_layers(break_years, field, look)
    layers += rules + _fitted_layers(fit, field, look) + _band_layers(around, field, look)
    layers += _line_layers(runs, field, look)
    layers += reasons + _label_layers(ends, field)
    return dress(
        layers,
        look,
        title=title,
        subtitle=subtitle or wording.title_with_unit(indicator),
        description=description,
        height=height,
        caption=caption,
    )


def _year_scale(first: int, last: int, left: float, right: alt.ExprRef) -> alt.Scale:
    domain = [first, last] if first < last else [first - 1, last]
    return alt.Scale(domain=domain, range=[left, right], nice=False, zero=False)


def _has_gaps(frame: pd.DataFrame, runs: pd.DataFrame) -> bool:
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


def describe_line_chart(frame: pd.DataFrame, indicator: Indicator, limit: int = 8) -> str:
    """Return the text alternative of `line_chart`: first and last figure per line, breaks, gaps.

    Beyond ``limit`` lines only their number and the extremes of the last year are told.
    """
    runs = line_runs(_completed(frame, indicator))
    if runs.empty:
        return nothing_to_draw(frame, indicator)
    told = [f"Lijngrafiek van {wording.with_unit(wording.subject(indicator), indicator)}."]
    own = runs.loc[~runs["role"].isin(_COMPARATORS)]
    shown = runs if own["region"].nunique() <= limit else runs.loc[runs["role"].isin(_COMPARATORS)]
    if len(shown) < len(runs):
        last = own.loc[own["year"] == own["year"].max()].sort_values("value")
        low, high = last.iloc[0], last.iloc[-1]
        told.append(
            f"{wording.count(own['region'].nunique(), 'gebied', 'gebieden')}; in {int(low['year'])} van "
            f"{row_figure(low, indicator)} ({wording.wijk_name(low['name'])}) tot {row_figure(high, indicator)} "
            f"({wording.wijk_name(high['name'])})."
        )
    for (_, measure), line in shown.groupby(["region", "measure"], sort=False):
        told.append(_describe_line(line, indicator, str(measure)))
    return " ".join(told)


def _describe_line(line: pd.DataFrame, indicator: Indicator, measure: str) -> str:
    """Tell the first and the last figure of one line, and what to know about it."""
    start, end = line.iloc[0], line.iloc[-1]
    text = wording.wijk_name(end["name"]) + (f" ({wording.in_sentence(measure)})" if measure else "") + ": "
    if start["year"] != end["year"]:
        text += f"{row_figure(start, indicator)} in {int(start['year'])}, "
    text += f"{row_figure(end, indicator)} in {int(end['year'])}"
    notes = [wording.status_label(end["status"])]
    if end["margin"] > 0:
        notes.append(f"marge {wording.margin(end['margin'], indicator.unit, indicator.decimals)}")
    if any(notes):
        text += f" ({', '.join(filter(None, notes))})"
    converted = sorted(set(line.loc[line["status"] == Status.BRIDGED, "year"]))
    if converted:
        text += f"; {wording.join_years(converted)} omgerekend naar de grenzen van nu"
    if line["segment"].iloc[0] != line["segment"].iloc[-1]:
        text += "; de reeks is onderbroken, ervoor en erna zijn niet te vergelijken"
    return f"{text}."


# Forecast -----------------------------------------------------------------------------------------


def forecast_chart(
    history: pd.DataFrame,
    forecast: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    subtitle: str | None = None,
    breaks: pd.DataFrame | None = None,
    source: str | None = None,
    height: float = 350,
) -> alt.LayerChart:
    """Draw what was observed and, as a fan, what may be expected; never a bare line into the future.

    Parameters
    ----------
    history : DataFrame
        The columns of `line_chart` for the region; rows of a gemeente or country are drawn in grey.
    forecast : DataFrame
        Columns year, value, low_80, high_80, low_95 and high_95, in the unit of the indicator. Without
        rows only the history is drawn.
    indicator, look, title, subtitle, breaks, source, height
        As in `line_chart`.
    """
    history = _completed(history, indicator)
    runs = line_runs(history)
    if runs.empty or forecast.empty:
        return line_chart(
            history,
            indicator,
            look,
            title=title,
            subtitle=subtitle,
            breaks=breaks,
            source=source,
            height=height,
        )
    styles = _styles(runs, None, look)
    runs = _with_tooltip(runs.merge(styles, on="region"), indicator).sort_values("run", ignore_index=True)
    own = runs.loc[runs["layer"] == "emphasised"]
    anchor = own.sort_values("year").iloc[-1]
    fan = _fan(anchor, forecast, indicator)
    first, last = int(runs["year"].min()), int(fan["year"].max())
    # Beside the fan a band of chance would read as doubt about what was counted; only what was converted is in doubt.
    in_doubt = own["margin"].where(own["status"] == Status.BRIDGED, 0.0)
    around = bands(own.assign(margin=in_doubt), indicator.unit)
    edges = [around["band_low"], around["band_high"], fan["low_95"], fan["high_95"]]
    reach = pd.concat([runs["value"], *edges])
    ticks = value_ticks(reach, indicator.unit)
    labels = _fan_labels(fan, indicator, ticks, plot_height=max(height - 165, 120))

    left = text_width(tick_labels(ticks, indicator.unit)) + 14
    right = wide_or_narrow(
        f"width - {text_width(labels['label']) + 18:.0f}", f"width - {text_width(labels['short']) + 18:.0f}"
    )
    break_years = _break_years(history, breaks, first, int(anchor["year"]))
    caption = _caption(
        source,
        indicator,
        runs,
        around,
        gaps=_has_gaps(history, runs),
        broken=not break_years.empty,
        from_zero=ticks[0] == 0,
    )
    caption = caption_of(
        [
            caption,
            f"Waaier vanaf {int(anchor['year']) + 1}: verwachting van Wijkradar; "
            "donker is de band van 80 %, licht die van 95 %.",
        ]
    )
    years = list(range(first, last + 1))
    field = Field(_year_scale(first, last, left, right), value_scale(ticks), year_axis(years))
    layers = value_layers(field, ticks, indicator.unit, look, left, right)
    rules, reasons = _break_layers(break_years, field, look)
    layers += rules + _band_layers(around, field, look)
    layers += _fan_layers(fan, field, look, str(anchor["ink"]))
    layers += _line_layers(runs, field, look)
    layers += reasons + _last_year_layers(anchor, field, look)
    layers.append(
        alt.Chart(labels)
        .mark_text(
            align="left",
            baseline="middle",
            dx=9,
            text=wide_or_narrow("datum.label", "datum.short"),
        )
        .encode(
            x=field.x("year"),
            y=field.y("place"),
            color=alt.Color("ink:N", scale=None, legend=None),
        )
        .transform_calculate(ink=f"datum.central ? '{anchor['ink']}' : '{look.quiet}'")
    )
    return dress(
        layers,
        look,
        title=title,
        subtitle=subtitle or wording.title_with_unit(indicator),
        description=describe_forecast_chart(history, forecast, indicator),
        height=height,
        caption=caption,
    )


def _fan(anchor: pd.Series, forecast: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return the forecast with the last observed figure in front, so that the fan opens from there."""
    bounds = ["low_95", "low_80", "high_80", "high_95"]
    start = pd.DataFrame({"year": [int(anchor["year"])], "value": [anchor["value"]], "is_forecast": [False]})
    start = start.assign(**dict.fromkeys(bounds, anchor["value"]))
    ahead = forecast.loc[:, ["year", "value", *bounds]].assign(is_forecast=True)
    fan = pd.concat([start, ahead], ignore_index=True).sort_values("year", ignore_index=True)

    def written(column: str) -> list[str]:
        return [wording.figure(value, indicator.unit, indicator.decimals) for value in fan[column]]

    return fan.assign(
        year_text=fan["year"].astype(int).astype(str),
        figure=written("value"),
        band_80=[f"{a} tot {b}" for a, b in zip(written("low_80"), written("high_80"), strict=True)],
        band_95=[f"{a} tot {b}" for a, b in zip(written("low_95"), written("high_95"), strict=True)],
    )


def _fan_layers(fan: pd.DataFrame, field: Field, look: Look, ink: str) -> Layers:
    base = alt.Chart(fan).encode(x=field.x("year"))
    opacity = 0.16 if look.name == "light" else 0.22
    layers: Layers = []
    for level in (95, 80):
        low = field.y(f"low_{level}")
        high = field.y(f"high_{level}")
        layers.append(
            base.mark_area(color=ink, opacity=opacity, line=False, tooltip=None).encode(
                y=low, y2=f"high_{level}:Q"
            )
        )
        dash = [1, 0] if level == 80 else [2, 3]
        layers += [
            base.mark_line(color=ink, strokeWidth=1, strokeDash=dash, opacity=0.75, tooltip=None).encode(
                y=edge
            )
            for edge in (low, high)
        ]
    layers.append(
        base.mark_line(color=ink, strokeWidth=2, strokeDash=[1, 4], strokeCap="round").encode(
            y=field.y("value")
        )
    )
    ahead = fan.loc[fan["is_forecast"]]
    layers.append(
        alt.Chart(ahead)
        .mark_point(size=300, opacity=0, filled=True)
        .encode(
            x=field.x("year"),
            y=field.y("value"),
            tooltip=[
                alt.Tooltip("year_text:N", title="Jaar"),
                alt.Tooltip("figure:N", title="Verwachting"),
                alt.Tooltip("band_80:N", title="Band van 80 %"),
                alt.Tooltip("band_95:N", title="Band van 95 %"),
            ],
        )
    )
    return layers


def _fan_labels(
    fan: pd.DataFrame, indicator: Indicator, ticks: Sequence[float], plot_height: float
) -> pd.DataFrame:
    end = fan.iloc[-1]
    per_pixel = (ticks[-1] - ticks[0]) / plot_height
    rows = [
        ("low_95", "(95 %)", False),
        ("low_80", "(80 %)", False),
        ("value", "verwacht", True),
        ("high_80", "(80 %)", False),
        ("high_95", "(95 %)", False),
    ]
    values = [float(end[column]) for column, _, _ in rows]
    written = [short_figure(value, indicator) for value in values]
    return pd.DataFrame(
        {
            "year": int(end["year"]),
            "place": spread(values, 15 * per_pixel, ticks[0] + 6 * per_pixel, ticks[-1]),
            "label": [f"{text} {name}" for text, (_, name, _) in zip(written, rows, strict=True)],
            "short": written,
            "central": [central for _, _, central in rows],
        }
    )


def _last_year_layers(anchor: pd.Series, field: Field, look: Look) -> Layers:
    frame = pd.DataFrame({"year": [int(anchor["year"])], "label": [f"laatste cijfer {int(anchor['year'])}"]})
    at = field.x("year")
    text = alt.Chart(frame).encode(x=at, y=alt.value(2), text="label:N")
    return [
        alt.Chart(frame).mark_rule(color=look.no_figure, strokeWidth=1, tooltip=None).encode(x=at),
        *outlined_text(text, look, align="right", baseline="top", fontSize=11, dx=-5),
    ]


def describe_forecast_chart(history: pd.DataFrame, forecast: pd.DataFrame, indicator: Indicator) -> str:
    """Return the text alternative of `forecast_chart`: the lines, and both bands of the last year."""
    told = describe_line_chart(history, indicator)
    if forecast.empty or line_runs(history).empty:
        return told
    end = forecast.sort_values("year").iloc[-1]

    def written(column: str) -> str:
        return wording.figure(end[column], indicator.unit, indicator.decimals)

    return (
        f"{told} Waaier van de verwachting tot {int(end['year'])}: {written('value')}; de band van 80 % loopt van "
        f"{written('low_80')} tot {written('high_80')}, die van 95 % van {written('low_95')} tot {written('high_95')}."
    )


# Sparkline ----------------------------------------------------------------------------------------


def sparkline(frame: pd.DataFrame, indicator: Indicator, look: Look, *, height: float = 64) -> alt.LayerChart:
    """Draw one small line without axes: the shape of the years with their band, the last figure as a point.

    Parameters
    ----------
    frame : DataFrame
        The columns of `line_chart`; a gemeente or country is drawn as a thin grey line behind it.
    indicator : Indicator
        Gives unit and decimals of tooltip and description.
    look : Look
        The light or the dark look.
    height : float
        Height in pixels.
    """
    frame = _completed(frame, indicator)
    description = describe_sparkline(frame, indicator)
    runs = line_runs(frame)
    if runs.empty:
        return empty_chart("Geen cijfers", look, height=height)
    first, last = int(runs["year"].min()), int(runs["year"].max())
    is_own = ~runs["role"].isin(_COMPARATORS)
    if not is_own.any():
        is_own = pd.Series(True, index=runs.index)
    runs = _with_tooltip(runs, indicator).assign(
        layer=np.where(is_own, "emphasised", "context"),
        ink=np.where(is_own, look.accent, look.no_figure),
        width=np.where(is_own, 2.0, 1.2),
        shape="circle",
    )
    emphasised = runs.loc[runs["layer"] == "emphasised"]
    around = bands(emphasised, indicator.unit)
    reach = pd.concat([runs["value"], around["band_low"], around["band_high"]])
    low, high = float(reach.min()), float(reach.max())
    margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    years = pd.DataFrame({"year": [first, last], "label": [str(first), str(last)], "side": ["left", "right"]})
    right = alt.ExprRef("width - 6")
    height_range: list[Any] = [alt.ExprRef("height - 16"), 5]
    field = Field(
        _year_scale(first, last, 6, right),
        alt.Scale(domain=[low - margin, high + margin], range=height_range, nice=False, zero=False),
    )
    ends = emphasised.groupby("region").tail(1)
    lines = _line_layers(runs.assign(layer=runs["layer"].replace("emphasised", "comparator")), field, look)
    dot = ends.assign(paint=ends["ink"].where(ends["status"] != Status.PROVISIONAL, look.paper))
    layers = [
        *_band_layers(around, field, look),
        *lines,
        alt.Chart(dot)
        .mark_point(size=50, strokeWidth=2, opacity=1, tooltip=None, aria=False)
        .encode(
            x=field.x("year"),
            y=field.y("value"),
            stroke=alt.Stroke("ink:N", scale=None, legend=None),
            fill=alt.Fill("paint:N", scale=None, legend=None),
        ),
    ]
    for side in ("left", "right") if first < last else ("right",):
        layers.append(
            alt.Chart(years.loc[years["side"] == side])
            .mark_text(
                align=side, baseline="bottom", fontSize=11, color=look.quiet, dx=-6 if side == "left" else 6
            )
            .encode(x=field.x("year"), y=alt.value(alt.ExprRef("height")), text="label:N")
        )
    return dress(layers, look, title="", subtitle=None, description=description, height=height)


def describe_sparkline(frame: pd.DataFrame, indicator: Indicator) -> str:
    """Return the text alternative of `sparkline`."""
    return describe_line_chart(frame, indicator)
