"""The forecast: what was counted, and as a fan what may be expected; never a bare line into the future."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from data.catalogue import Indicator
from data.panel import Status
from ui import wording
from ui.amounts import amounts
from ui.chart_line_parts import (
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
from ui.chart_lines import line_chart
from ui.chart_parts import (
    NARROW,
    Field,
    Layers,
    bands,
    caption_of,
    dress,
    outlined_text,
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
from ui.outlook_reach import digits_of, no_finer
from ui.theme import Look

#: So many scenarios at most are drawn; more lines could not be told apart.
MOST_SCENARIOS: Final = 3
_BOUNDS: Final = ("lower_95", "lower_80", "upper_80", "upper_95")
#: What tells the official projection and the scenarios apart without their hue: dashes and shape of the last point.
_Style = tuple[str, list[float]]
_OFFICIAL: Final[_Style] = ("square", [9, 4])
_SCENARIOS: Final[tuple[_Style, ...]] = (
    ("triangle-up", [6, 3]),
    ("diamond", [2, 2]),
    ("triangle-down", [10, 3, 2, 3]),
)
_LINE_HEIGHT: Final = 15
#: From so many expected years on there is room above the fan to say from when it is expected.
_ROOM_FOR_WORDS: Final = 3


def forecast_chart(
    history: pd.DataFrame,
    outlook: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    subtitle: str | None = None,
    breaks: pd.DataFrame | None = None,
    source: str | None = None,
    official: pd.DataFrame | None = None,
    official_name: str = "CBS/PBL",
    scenarios: Mapping[str, pd.DataFrame] | None = None,
    made_by: str = "Wijkradar",
    height: float = 350,
) -> alt.LayerChart:
    """Draw what was observed and, as a fan, what may be expected.

    Parameters
    ----------
    history : DataFrame
        The columns of `ui.chart_lines.line_chart` for the region; rows of a gemeente or country are drawn in grey.
    outlook : DataFrame
        Columns year, mean, lower_80, upper_80, lower_95 and upper_95, in the unit of the indicator: the rows of one
        series in `analysis.forecasting.Study`. A year without a band is left out. Without any, and without an official
        projection, only the history is drawn.
    indicator, look, title, subtitle, breaks, source, height
        As in `ui.chart_lines.line_chart`.
    official : DataFrame, optional
        A projection of somebody else: columns year, people, lower_67 and upper_67 (empty where none is given).
    official_name : str
        Whose it is, as it stands at its line.
    scenarios : mapping, optional
        Name to what would come then: columns year and mean, and lower_80 and upper_80 where they are known. Drawn in
        hues of their own over the fan, never without it; at most `MOST_SCENARIOS`.
    made_by : str
        Whose expectation the fan is, as it stands under the picture.
    """
    history = completed(history, indicator)
    runs = line_runs(history)
    outlook = _banded(outlook)
    projected = official is not None and official["people"].notna().any()
    if runs.empty or (outlook.empty and not projected):
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
    styles = styles_of(runs, None, look)
    runs = with_tooltip(runs.merge(styles, on="region"), indicator).sort_values("run", ignore_index=True)
    anchor = _own(runs).sort_values("year").iloc[-1]
    fan = _fan(anchor, outlook)
    first = int(runs["year"].min())
    others = _others(
        anchor, fan, official if projected else None, official_name, scenarios or {}, first, look
    )
    own = runs.loc[runs["region"] == anchor["region"]]
    # Beside the fan a band of chance would read as doubt about what was counted; only what was converted is in doubt.
    in_doubt = own["margin"].where(own["status"] == Status.BRIDGED, 0.0)
    around = bands(own.assign(margin=in_doubt), indicator.unit)
    ticks = _ticks(runs, around, fan, others, indicator)
    labels = _end_labels(fan, others, anchor, indicator, ticks, plot_height=max(height - 165, 120))
    last = int(max(runs["year"].max(), labels["end"].max()))
    break_years = years_of_breaks(history, breaks, first, int(anchor["year"]))

    left = text_width(tick_labels(ticks, indicator.unit)) + 14
    beside = (text_width(labels["label"]) + 24, text_width(labels["short"]) + 20)
    right = wide_or_narrow(*(f"width - {pixels:.0f}" for pixels in beside))
    taken = (left + beside[0], left + beside[1])
    field = Field(
        year_scale(first, last, left, right), value_scale(ticks), year_axis(range(first, last + 1), taken)
    )
    layers = value_layers(field, ticks, indicator.unit, look, left, right)
    rules, reasons = break_layers(break_years, field, look)
    layers += rules + band_layers(around, field, look)
    layers += _fan_layers(fan, field, look, str(anchor["ink"]))
    layers += [layer for other in others for layer in _other_layers(other, field, look)]
    layers += line_layers(runs, field, look)
    layers += reasons + _start_layers(anchor, fan, field, look)
    layers += _pointing_layers(fan, others, field, indicator)
    layers += _label_layers(labels, field)
    caption = line_caption(
        source,
        indicator,
        runs,
        around,
        gaps=has_gaps(history, runs),
        broken=not break_years.empty,
        from_zero=ticks[0] == 0,
    )
    return dress(
        layers,
        look,
        title=title,
        subtitle=subtitle or wording.title_with_unit(indicator),
        description=describe_forecast_chart(history, outlook, indicator, official, scenarios, official_name),
        height=height,
        caption=caption_of([caption, *_about(fan, others, made_by)]),
    )


def _banded(outlook: pd.DataFrame) -> pd.DataFrame:
    """Return the years with a band, in order."""
    known = outlook.loc[outlook[["mean", *_BOUNDS]].notna().all(axis=1)]
    return known.sort_values("year", ignore_index=True)


def _own(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that the picture is about; those of the gemeente where it holds nothing else."""
    own = runs.loc[~runs["role"].isin(COMPARATORS)]
    return runs if own.empty else own


def _written(values: pd.Series, indicator: Indicator) -> list[str]:
    return [wording.figure(value, indicator.unit, indicator.decimals) for value in values]


def _between(lower: pd.Series, upper: pd.Series, indicator: Indicator) -> list[str]:
    """Write bands; empty where none is known."""
    return [
        f"{low} tot {high}" if there else ""
        for low, high, there in zip(
            _written(lower, indicator), _written(upper, indicator), lower.notna() & upper.notna(), strict=True
        )
    ]


# What is drawn ------------------------------------------------------------------------------------


def _fan(anchor: pd.Series, outlook: pd.DataFrame) -> pd.DataFrame:
    """Return the forecast with the last observed figure in front, so that the fan opens from there."""
    ahead = outlook.loc[outlook["year"] > anchor["year"], ["year", "mean", *_BOUNDS]]
    if ahead.empty:
        return ahead.assign(is_forecast=True)
    start = pd.DataFrame([{"year": int(anchor["year"])} | dict.fromkeys(("mean", *_BOUNDS), anchor["value"])])
    return pd.concat([start.assign(is_forecast=False), ahead.assign(is_forecast=True)], ignore_index=True)


@dataclass(frozen=True)
class _Other:
    """Another line into the future than ours: years, values and what is known of their band."""

    name: str
    frame: pd.DataFrame
    ink: str
    shape: str
    dash: list[float]
    level: str


def _others(
    anchor: pd.Series,
    fan: pd.DataFrame,
    official: pd.DataFrame | None,
    official_name: str,
    scenarios: Mapping[str, pd.DataFrame],
    first: int,
    look: Look,
) -> list[_Other]:
    """Return the official projection and the scenarios, the latter from the last figure on and only over a fan."""
    found = []
    if official is not None:
        given = official.loc[official["people"].notna() & (official["year"] >= first)]
        found.append(_Other(official_name, _line(given, "people", "67"), look.series[2], *_OFFICIAL, "67"))
    inks = (look.series[1], look.series[3], look.series[2] if official is None else look.ink)
    drawn = list(scenarios.items())[:MOST_SCENARIOS] if len(fan) else []
    start = pd.DataFrame({"year": [int(anchor["year"])], "mean": [float(anchor["value"])]})
    for (name, frame), (shape, dash), ink in zip(drawn, _SCENARIOS, inks, strict=False):
        ahead = frame.loc[frame["mean"].notna() & (frame["year"] > anchor["year"])]
        if len(ahead):
            line = _line(pd.concat([start, ahead], ignore_index=True), "mean", "80")
            found.append(_Other(name, line, ink, shape, dash, "80"))
    return found


def _line(frame: pd.DataFrame, value: str, level: str) -> pd.DataFrame:
    """Return columns year, value, lower and upper in order of year; bounds that are not given are empty."""
    bounds = {
        side: frame.get(f"{side}_{level}", pd.Series(np.nan, index=frame.index))
        for side in ("lower", "upper")
    }
    line = pd.DataFrame({"year": frame["year"], "value": frame[value], **bounds}).astype("float64")
    return line.sort_values("year", ignore_index=True)


def _ticks(
    runs: pd.DataFrame,
    around: pd.DataFrame,
    fan: pd.DataFrame,
    others: Sequence[_Other],
    indicator: Indicator,
) -> list[float]:
    """Return the values of an axis that holds everything that is drawn."""
    reach = [runs["value"], around["band_low"], around["band_high"], *(fan[edge] for edge in _BOUNDS)]
    reach += [other.frame[column] for other in others for column in ("value", "lower", "upper")]
    return value_ticks(pd.concat(reach).dropna().astype("float64"), indicator.unit)


# Layers -------------------------------------------------------------------------------------------


def _fan_layers(fan: pd.DataFrame, field: Field, look: Look, ink: str) -> Layers:
    if fan.empty:
        return []
    base = alt.Chart(fan[["year", "mean", *_BOUNDS]]).encode(x=field.x("year"))
    opacity = 0.16 if look.name == "light" else 0.22
    layers: Layers = []
    for level, dash in ((95, [2, 3]), (80, [1, 0])):
        low, high = field.y(f"lower_{level}"), field.y(f"upper_{level}")
        area = base.mark_area(color=ink, opacity=opacity, line=False, tooltip=None, aria=False)
        layers.append(area.encode(y=low, y2=f"upper_{level}:Q"))
        edge = base.mark_line(
            color=ink, strokeWidth=1, strokeDash=dash, opacity=0.75, tooltip=None, aria=False
        )
        layers += [edge.encode(y=side) for side in (low, high)]
    middle = base.mark_line(color=ink, strokeWidth=1.6, strokeDash=[5, 3], tooltip=None, aria=False)
    return [*layers, middle.encode(y=field.y("mean"))]


def _other_layers(other: _Other, field: Field, look: Look) -> Layers:
    """Return one line with the shape that names it at its end, and its band: an outline, or a bar at the last year."""
    frame, end = other.frame, other.frame.tail(1)
    style: dict[str, Any] = {"color": other.ink, "tooltip": None, "aria": False}
    layers: Layers = []
    known = frame.loc[frame["lower"].notna() & frame["upper"].notna()]
    if other.level == "67":
        edges = alt.Chart(known).encode(x=field.x("year"))
        layers += [
            edges.mark_line(strokeWidth=1, strokeDash=[1, 3], strokeCap="round", **style).encode(
                y=field.y(side)
            )
            for side in ("lower", "upper")
            if len(known) > 1
        ]
    else:
        bar = alt.Chart(known.tail(1)).mark_rule(strokeWidth=2.5, xOffset=4, **style)
        layers.append(bar.encode(x=field.x("year"), y=field.y("lower"), y2="upper:Q"))
    line = alt.Chart(frame[["year", "value"]]).encode(x=field.x("year"), y=field.y("value"))
    layers.append(line.mark_line(strokeWidth=2.2, strokeDash=other.dash, **style))
    point = alt.Chart(end[["year", "value"]]).encode(x=field.x("year"), y=field.y("value"))
    shape = point.mark_point(shape=other.shape, size=60, strokeWidth=2, fill=look.paper, opacity=1, **style)
    return [*layers, shape]


def _pointing_layers(
    fan: pd.DataFrame, others: Sequence[_Other], field: Field, indicator: Indicator
) -> Layers:
    """Return what every expected year tells when it is pointed at."""
    layers: Layers = []
    if len(fan):
        ahead = no_finer(fan.loc[fan["is_forecast"]], float(fan["mean"].iloc[0]), indicator)
        told = pd.DataFrame(
            {
                "year": ahead["year"],
                "value": ahead["mean"],
                "year_text": ahead["year"].astype(int).astype(str),
                "figure": _written(ahead["mean"], indicator),
                "band_80": _between(ahead["lower_80"], ahead["upper_80"], indicator),
                "band_95": _between(ahead["lower_95"], ahead["upper_95"], indicator),
            }
        )
        headings = {
            "year_text": "Jaar",
            "figure": "Verwachting",
            "band_80": "In 8 van de 10 gevallen",
            "band_95": "In 95 van de 100 gevallen",
        }
        layers.append(_pointed(told, headings, field))
    for other in others:
        told = pd.DataFrame(
            {
                "year": other.frame["year"],
                "value": other.frame["value"],
                "name": other.name,
                "year_text": other.frame["year"].astype(int).astype(str),
                "figure": _written(other.frame["value"], indicator),
                "band": _between(other.frame["lower"], other.frame["upper"], indicator),
            }
        )
        band = "In 2 van de 3 gevallen" if other.level == "67" else "In 8 van de 10 gevallen"
        headings = {"name": "Lijn", "year_text": "Jaar", "figure": "Cijfer"}
        layers.append(_pointed(told, headings | ({"band": band} if told["band"].any() else {}), field))
    return layers


def _pointed(told: pd.DataFrame, headings: dict[str, str], field: Field) -> alt.Chart:
    marks = alt.Chart(told).mark_point(size=300, opacity=0, filled=True)
    tooltip = [alt.Tooltip(f"{column}:N", title=heading) for column, heading in headings.items()]
    return marks.encode(x=field.x("year"), y=field.y("value"), tooltip=tooltip)


def _start_layers(anchor: pd.Series, fan: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return the rule where the figures end, and what stands on either side of it."""
    year = int(anchor["year"])
    frame = pd.DataFrame(
        {"year": [year], "before": [f"laatste cijfer {year}"], "after": [f"verwacht vanaf {year + 1}"]}
    )
    at = alt.Chart(frame).encode(x=field.x("year"), y=alt.value(2))
    style: dict[str, Any] = {"baseline": "top", "fontSize": 11}
    rule = alt.Chart(frame).mark_rule(color=look.no_figure, strokeWidth=1, tooltip=None, aria=False)
    layers: Layers = [
        rule.encode(x=field.x("year")),
        *outlined_text(at.encode(text="before:N"), look, align="right", dx=-5, **style),
    ]
    # On a telephone there is only room for one of the two, and in a picture without a fan there is nothing to say.
    if len(fan) > _ROOM_FOR_WORDS:
        after = at.transform_calculate(told=f"width < {NARROW} ? '' : datum.after").encode(text="told:N")
        layers += outlined_text(after, look, align="left", dx=5, **style)
    return layers


def _end_labels(
    fan: pd.DataFrame,
    others: Sequence[_Other],
    anchor: pd.Series,
    indicator: Indicator,
    ticks: Sequence[float],
    plot_height: float,
) -> pd.DataFrame:
    """Return what stands behind every line: two lines of text each, pushed apart so that none covers another."""
    per_pixel = (ticks[-1] - ticks[0]) / plot_height
    heads: list[dict[str, Any]] = []
    if len(fan):
        end = fan.iloc[-1]
        figure, wide, narrow = _expected(end, float(anchor["value"]), indicator)
        # Among other lines a figure alone would not say whose it is.
        head = (f"verwacht {figure}" if others else figure, figure)
        heads.append(_label(end["mean"], end["year"], head, (wide, narrow), str(anchor["ink"])))
    for other in others:
        end = other.frame.iloc[-1]
        names = (wording.short_name(other.name, 30), wording.short_name(other.name, 14))
        figure = short_figure(end["value"], indicator)
        heads.append(_label(end["value"], end["year"], names, (figure, figure), other.ink))
    labels = pd.DataFrame(heads)
    half = _LINE_HEIGHT / 2 * per_pixel
    room = (ticks[0] + half, ticks[-1] - half)
    labels["place"] = spread(labels["value"].to_list(), (2 * _LINE_HEIGHT + 3) * per_pixel, *room)
    lines = [
        labels.assign(
            label=labels[line], short=labels[f"{line}_short"], bold=bold, place=labels["place"] + shift
        )
        for line, bold, shift in (("head", True, half), ("foot", False, -half))
    ]
    drawn = pd.concat(lines, ignore_index=True).assign(end=labels["year"].max())
    return drawn[["label", "short", "ink", "bold", "place", "end"]]


def _label(
    value: float, year: float, head: tuple[str, str], foot: tuple[str, str], ink: str
) -> dict[str, Any]:
    texts = {"head": head[0], "head_short": head[1], "foot": foot[0], "foot_short": foot[1]}
    return {"value": value, "year": year, "ink": ink, **texts}


def _expected(row: pd.Series, now: float, indicator: Indicator) -> tuple[str, str, str]:
    """Write what is expected and its band, no finer than the doubt; the band with its unit once, and for a telephone."""
    finest = digits_of({**row, "last_value": now}, indicator)
    coarse = indicator.model_copy(update={"decimals": max(finest, 0)})
    mean, low, high = (round(float(row[name]), finest) for name in ("mean", "lower_80", "upper_80"))
    first, last = amounts([low, high], coarse)
    narrow = f"{first}–{last.removeprefix(f'€{wording.SPACE}')}"
    return short_figure(mean, coarse), f"({first} – {last})", narrow


def _label_layers(labels: pd.DataFrame, field: Field) -> Layers:
    ink = alt.Color("ink:N", scale=None, legend=None)
    text = wide_or_narrow("datum.label", "datum.short")
    layers: Layers = []
    for bold, part in labels.groupby("bold"):
        mark = alt.Chart(part.drop(columns="bold")).mark_text(
            align="left", baseline="middle", dx=12, fontWeight="bold" if bold else "normal", text=text
        )
        layers.append(mark.encode(x=field.x("end"), y=field.y("place"), color=ink))
    return layers


# Words --------------------------------------------------------------------------------------------


def _about(fan: pd.DataFrame, others: Sequence[_Other], made_by: str) -> list[str]:
    """Say what the fan and the other lines are."""
    told = []
    if len(fan):
        told.append(
            f"Waaier vanaf {int(fan['year'].iloc[0]) + 1}: verwachting van {made_by}. In 8 van de 10 gevallen "
            "komt het cijfer in de donkere band, in 95 van de 100 in de lichte."
        )
    for other in others:
        if other.level == "67":
            dotted = other.frame["lower"].notna().any()
            band = ", stippellijnen: in 2 van de 3 gevallen ertussen" if dotted else ""
            told.append(f"Lange strepen: prognose van {other.name}{band}.")
    names = [f"‘{other.name}’" for other in others if other.level == "80"]
    if names:
        told.append(
            f"{wording.join_names(names)}: {'een scenario' if len(names) == 1 else 'scenario’s'}, wat er gebeurt áls; "
            "geen verwachting."
        )
    return told


def describe_forecast_chart(
    history: pd.DataFrame,
    outlook: pd.DataFrame,
    indicator: Indicator,
    official: pd.DataFrame | None = None,
    scenarios: Mapping[str, pd.DataFrame] | None = None,
    official_name: str = "CBS/PBL",
) -> str:
    """Return the text alternative of `forecast_chart`: the lines, both bands of the last year, and what lies beside."""
    told = [describe_line_chart(history, indicator)]
    outlook = _banded(outlook)
    if line_runs(completed(history, indicator)).empty:
        return told[0]
    if len(outlook):
        end = outlook.iloc[-1]
        now = float(_own(line_runs(completed(history, indicator))).sort_values("year")["value"].iloc[-1])
        digits = digits_of({**end, "last_value": now}, indicator)
        written = {
            name: wording.figure(
                round(float(end[name]), digits), indicator.unit, min(max(digits, 0), indicator.decimals)
            )
            for name in ("mean", *_BOUNDS)
        }
        told.append(
            f"Waaier van de verwachting tot {int(end['year'])}: {written['mean']}; in 8 van de 10 gevallen tussen "
            f"{written['lower_80']} en {written['upper_80']}, in 95 van de 100 tussen {written['lower_95']} en "
            f"{written['upper_95']}."
        )
    if official is not None and official["people"].notna().any():
        told.append(_describe_end(f"Prognose van {official_name}", official, "people", indicator))
    if len(outlook):
        for name, frame in list((scenarios or {}).items())[:MOST_SCENARIOS]:
            if frame["mean"].notna().any():
                told.append(_describe_end(f"Scenario ‘{name}’", frame, "mean", indicator))
    return " ".join(told)


def _describe_end(name: str, frame: pd.DataFrame, value: str, indicator: Indicator) -> str:
    end = frame.loc[frame[value].notna()].sort_values("year").iloc[-1]
    return f"{name}: {wording.figure(end[value], indicator.unit, indicator.decimals)} in {int(end['year'])}."
