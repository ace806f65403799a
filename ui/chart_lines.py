"""Charts over the years: lines with their bands and breaks, and the small sparkline (public face: ``ui.charts``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from data.catalogue import Indicator
from data.panel import Status
from ui import wording
from ui.chart_line_parts import (
    BAND_OPACITY,
    band_layers,
    break_layers,
    has_gaps,
    line_caption,
    line_layers,
    styles_of,
    with_tooltip,
    year_scale,
    years_of_breaks,
)
from ui.chart_parts import (
    TEXT_SIZE,
    Field,
    Layers,
    bands,
    dress,
    empty_chart,
    short_figure,
    spread,
    text_width,
    tick_labels,
    value_layers,
    value_scale,
    value_ticks,
    wide_or_narrow,
    year_axis,
)
from ui.chart_words import COMPARATORS, completed, describe_line_chart, line_runs
from ui.theme import Look


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
            color=look.no_figure, opacity=BAND_OPACITY[look.name], line=False, tooltip=None, aria=False
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
    frame = completed(frame, indicator)
    description = describe_line_chart(frame, indicator)
    runs = line_runs(frame)
    if runs.empty:
        return empty_chart(description, look, title=title, source=source or indicator.source)
    styles = styles_of(runs, emphasised, look)
    runs = with_tooltip(runs.merge(styles, on="region"), indicator).sort_values("run", ignore_index=True)
    first, last = int(runs["year"].min()), int(runs["year"].max())
    around = bands(runs.loc[runs["layer"] == "emphasised"], indicator.unit)
    fit = _with_ink(fitted, styles) if fitted is not None else runs.iloc[:0]
    reach = pd.concat([runs["value"], around["band_low"], around["band_high"]])
    if not fit.empty:
        fit = _within_reason(fit, reach)
        reach = pd.concat([reach, fit["line_low"], fit["line_high"]])
    ticks = value_ticks(reach, indicator.unit)
    break_years = years_of_breaks(frame, breaks, first, last)
    ends = _line_ends(runs, indicator, ticks, last, max(height - 165, 120), fit)

    left = text_width(tick_labels(ticks, indicator.unit)) + 14
    wide, narrow = text_width(ends["label"]) + 24, text_width(ends["short"]) + 24
    right = wide_or_narrow(f"width - {wide:.0f}", f"width - {narrow:.0f}")
    caption = line_caption(
        source,
        indicator,
        runs,
        around,
        gaps=has_gaps(frame, runs),
        broken=not break_years.empty,
        from_zero=ticks[0] == 0,
        fitted=_about_fitted(fit),
    )
    years = list(range(first, last + 1))
    field = Field(year_scale(first, last, left, right), value_scale(ticks), year_axis(years))
    layers = value_layers(field, ticks, indicator.unit, look, left, right)
    rules, reasons = break_layers(break_years, field, look)
    layers += rules + _fitted_layers(fit, field, look) + band_layers(around, field, look)
    layers += line_layers(runs, field, look)
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
    frame = completed(frame, indicator)
    description = describe_sparkline(frame, indicator)
    runs = line_runs(frame)
    if runs.empty:
        return empty_chart("Geen cijfers", look, height=height)
    first, last = int(runs["year"].min()), int(runs["year"].max())
    is_own = ~runs["role"].isin(COMPARATORS)
    if not is_own.any():
        is_own = pd.Series(True, index=runs.index)
    runs = with_tooltip(runs, indicator).assign(
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
        year_scale(first, last, 6, right),
        alt.Scale(domain=[low - margin, high + margin], range=height_range, nice=False, zero=False),
    )
    ends = emphasised.groupby("region").tail(1)
    lines = line_layers(runs.assign(layer=runs["layer"].replace("emphasised", "comparator")), field, look)
    dot = ends.assign(paint=ends["ink"].where(ends["status"] != Status.PROVISIONAL, look.paper))
    layers = [
        *band_layers(around, field, look),
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
