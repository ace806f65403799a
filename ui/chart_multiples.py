"""Small multiples: the same figure of every wijk in a small panel of its own, all on one scale.

One layered view, in which every mark is placed in its panel by its own pixels. A facet of Vega-Lite cannot take
the width of the page, and a picture per wijk makes a page with a hundred of them slow. The layers are written out as
Vega-Lite themselves, since Altair would take a fifth of a second to say the same. The number of columns
follows the width; the height of a view cannot, so that a telephone gets a view of its own (`on_a_telephone`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from data.catalogue import Indicator
from data.panel import Status
from ui import wording
from ui.chart_parts import (
    CROSS,
    DASHES,
    caption_of,
    dress,
    empty_chart,
    line_edges,
    names_by_key,
    short_figure,
    source_line,
    text_width,
    tick_labels,
    value_ticks,
)
from ui.chart_words import line_runs, nothing_to_draw, row_figure
from ui.theme import Look

#: Columns of panels on a wide page, on a page half as wide, and on a telephone.
COLUMNS: Final = 6
COLUMNS_IN_BETWEEN: Final = 4
COLUMNS_ON_A_TELEPHONE: Final = 2
#: Below this width in pixels six columns would leave no room for a name.
_FULL_WIDTH: Final = 800
#: Heights in pixels: of a panel with few and with many columns, and of what stands above and below its plot.
_PANEL: Final = {COLUMNS: 136, COLUMNS_IN_BETWEEN: 98, COLUMNS_ON_A_TELEPHONE: 112}
_HEAD: Final = 42
_BELOW: Final = 14
_YEARS: Final = 16
_SMALL: Final = 11
#: Between the plots of two panels, the last figure included.
_FIGURE_GAP: Final = 14
#: Who reaches so many times as high as the next does not set the scale for all.
_FAR_ABOVE: Final = 2.5
#: Name of the parameter that holds the region with a frame around it.
_SELECTED: Final = "gekozen"
#: Name of the selection that holds the region whose panel was clicked.
CLICKED: Final = "aangeklikt"
_INKS: Final = {"favourable": "favourable", "unfavourable": "unfavourable"}


def multiples_chart(
    frame: pd.DataFrame,
    judged: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    order: Sequence[str],
    subtitle: str | None = None,
    selected: str | None = None,
    comparator: pd.DataFrame | None = None,
    labels: dict[str, str] | None = None,
    columns: int | None = None,
    source: str | None = None,
) -> dict[str, Any]:
    """Draw the figures of every wijk in a small panel, with what they do in words above it.

    Parameters
    ----------
    frame : DataFrame
        Columns region, name, role, year, value (NaN without a figure), status and segment, of the wijken.
    judged : DataFrame
        At most one row per region, with verdict and judgement (`analysis.trends.judge`).
    indicator : Indicator
        Gives unit and decimals.
    look : Look
        The light or the dark look.
    title : str
        The finding.
    order : sequence of str
        Regions with a panel, in reading order; one without a figure gets a panel that says why.
    subtitle : str, optional
        What is measured; title and unit of the indicator by default.
    selected : str, optional
        Region with a frame around its panel; see also `with_selected`.
    comparator : DataFrame, optional
        One line in the columns of ``frame``, drawn thin and grey in every panel.
    labels : dict, optional
        Region to what stands above its panel: the class in words; empty without a verdict.
    columns : int, optional
        Number of columns. By default it follows the width: `COLUMNS`, or `COLUMNS_IN_BETWEEN`.
    source : str, optional
        Source line; that of the indicator by default.

    Returns
    -------
    dict
        A specification of Vega-Lite, with the text of `describe_multiples` as its description; a sentence where nothing can be drawn.
    """
    frame = _of_unit(frame[frame["region"].isin(order)], indicator)
    runs = line_runs(frame)
    if runs.empty:
        told = nothing_to_draw(frame, indicator)
        empty = empty_chart(told, look, title=title, source=source or indicator.source)
        return empty.to_dict(validate=False)
    first, last = int(runs["year"].min()), int(runs["year"].max())
    beside = line_runs(_of_unit(comparator, indicator)) if comparator is not None else runs.iloc[:0]
    beside = beside[beside["year"].between(first, last)]
    beyond = _off_the_scale(runs)
    reach = pd.concat([runs.loc[~runs["region"].isin(beyond), "value"], beside["value"]])
    ticks = value_ticks(reach, indicator.unit)
    field = _Panels(order, first, last, ticks, indicator, _room(runs, indicator))
    panels = _panels(frame, runs, judged, indicator, look, order, labels or {})
    layers = [
        *_grounds(panels, field, look),
        *_grids(field, look),
        *_edge_layers(_everywhere(beside, field), field, look.no_figure, 1),
        *_breaks(runs, field, look),
        *_edge_layers(_with_edges(runs, field), field, look.accent, 1.8),
        _points(runs, field, look),
        _last_figures(runs, field, indicator),
        *_heads(panels, field),
        *_years(field, look, order),
    ]
    caption = _caption(runs, beside, indicator, ticks, source, beyond)
    # One empty layer takes title, text alternative and look from where all charts have them.
    shell = dress(
        [alt.Chart(pd.DataFrame({"one": [1]})).mark_point()],
        look,
        title=title,
        subtitle=subtitle or wording.title_with_unit(indicator),
        description=describe_multiples(frame, judged, indicator),
        height=_height(len(order), columns),
        caption=caption,
    ).to_dict(validate=False)
    by_width = f"width < {_FULL_WIDTH} ? {COLUMNS_IN_BETWEEN} : {COLUMNS}"
    below = _YEARS + 10
    params = [
        {"name": "kolommen", "expr": str(columns) if columns else by_width},
        {"name": "rijen", "expr": f"ceil({len(order)} / kolommen)"},
        {"name": "paneel", "expr": f"(height - {below}) / rijen"},
        {"name": _SELECTED, "value": selected or ""},
    ]
    return {name: part for name, part in shell.items() if name != "datasets"} | {
        "layer": layers,
        "params": params,
    }


def with_selected(spec: dict[str, Any], region: str | None) -> dict[str, Any]:
    """Return the specification of `multiples_chart` with the frame around another panel, or around none."""
    params = [
        {**param, "value": region or ""} if param["name"] == _SELECTED else param
        for param in spec.get("params", [])
    ]
    return {**spec, "params": params} if params else spec


def _height(panels: int, columns: int | None) -> float:
    """Return the height of a view: enough for every number of columns that it may take."""
    possible = (columns,) if columns else (COLUMNS, COLUMNS_IN_BETWEEN)
    rows = [math.ceil(panels / number) * _PANEL.get(number, _PANEL[COLUMNS]) for number in possible]
    return max(rows) + _YEARS + 10


def on_a_telephone(spec: dict[str, Any], panels: int) -> dict[str, Any]:
    """Return the specification of `multiples_chart` in the two columns that fit on a telephone.

    Parameters
    ----------
    spec : dict
        Of a chart that was made without ``columns``; it is left as it is.
    panels : int
        Number of panels in it.
    """
    params = [
        {**param, "expr": str(COLUMNS_ON_A_TELEPHONE)} if param["name"] == "kolommen" else param
        for param in spec.get("params", [])
    ]
    taller = _height(panels, COLUMNS_ON_A_TELEPHONE) - _height(panels, None)
    return {**spec, "params": params, "height": spec["height"] + taller} if params else spec


def _off_the_scale(runs: pd.DataFrame) -> list[str]:
    """Return the few regions that reach so far above all others that these would become flat lines at the bottom."""
    highest = runs.groupby("region")["value"].max().sort_values(ascending=False)
    few = max(1, len(highest) // 12)
    for rank in range(few, 0, -1):
        if rank < len(highest) and highest.iloc[rank - 1] > _FAR_ABOVE * highest.iloc[rank] > 0:
            return [str(region) for region in highest.index[:rank]]
    return []


def _of_unit(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Leave out a figure in another unit than the scale: a percentage among counts has no place on it."""
    if "unit" not in frame:
        return frame
    return frame.assign(value=frame["value"].where(frame["unit"] == indicator.unit))


class _Panels:
    """Where a year and a value stand in a panel: pixels, worked out by the browser from the width it has."""

    def __init__(
        self,
        order: Sequence[str],
        first: int,
        last: int,
        ticks: Sequence[float],
        indicator: Indicator,
        figure_room: float,
    ) -> None:
        self.slots = {region: slot for slot, region in enumerate(order)}
        self.first, self.last = first, last
        self.ticks = list(ticks)
        self.tick_labels = tick_labels(ticks, indicator.unit)
        self.gutter = round(text_width([self.tick_labels[0], self.tick_labels[-1]], _SMALL) + 8)
        self.figure_room = round(figure_room)

    def across(self, years: pd.Series) -> pd.Series:
        """Return how far along the panel a year stands, from 0 to 1."""
        return (years - self.first) / max(self.last - self.first, 1)

    def down(self, values: pd.Series) -> pd.Series:
        """Return how far below the top of the plot a value stands, from 0 to 1."""
        return (self.ticks[-1] - values) / (self.ticks[-1] - self.ticks[0])

    def placed(self, rows: pd.DataFrame, **more: str) -> _Layer:
        """Return a layer of rows with slot, and u and v (0 to 1 in the plot), placed at px and py."""
        return _layer(rows, px=self.x("u"), py=self.y("v"), **more)

    def x(self, u: str) -> str:
        """Return the expression of the horizontal place, of a field from 0 to 1."""
        return f"{self.left} + 3 + datum.{u} * ({self.width} - {self.figure_room + 3})"

    def y(self, v: str) -> str:
        """Return the expression of the vertical place, of a field from 0 to 1."""
        return f"{self.top} + {_HEAD} + datum.{v} * (paneel - {_HEAD + _BELOW})"

    @property
    def width(self) -> str:
        """The expression of the width of a panel."""
        return f"(width - {self.gutter}) / kolommen"

    @property
    def left(self) -> str:
        """The expression of the left side of a panel."""
        return f"{self.gutter} + (datum.slot % kolommen) * {self.width}"

    @property
    def top(self) -> str:
        """The expression of the top of a panel."""
        return "floor(datum.slot / kolommen) * paneel"


_Layer = dict[str, Any]


def _layer(rows: pd.DataFrame, **places: str) -> _Layer:
    """Return a layer of rows in which the browser works out ``places`` from the width it has."""
    return {
        "data": {"values": rows.to_dict("records")},
        "transform": [{"calculate": expression, "as": name} for name, expression in places.items()],
    }


def _drawn(layer: _Layer, mark: str, style: dict[str, Any], *channels: str, **encoding: Any) -> _Layer:
    """Return a layer with its mark, silent and without tooltip, at the places of ``channels`` (px, py, px2 ...)."""
    at = {
        {"px": "x", "py": "y", "px2": "x2", "py2": "y2"}.get(channel, "y"): _place(channel)
        for channel in channels
    }
    return {
        **layer,
        "mark": {"type": mark, "tooltip": None, "aria": False, **style},
        "encoding": {**at, **encoding},
    }


def _place(channel: str) -> dict[str, Any]:
    if channel in ("px2", "py2"):
        return {"field": channel}
    return {"field": channel, "type": "quantitative", "scale": None, "axis": None}


def _as_given(field: str) -> dict[str, Any]:
    """Return an encoding of a colour or shape that stands in the rows."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def _written(field: str) -> dict[str, Any]:
    return {"field": field, "type": "nominal"}


def _room(runs: pd.DataFrame, indicator: Indicator) -> float:
    """Return how many pixels the last figure behind a line takes."""
    written = [_brief(value, indicator) for value in runs.groupby("region")["value"].last()]
    return text_width(written, _SMALL) + _FIGURE_GAP + (12 if _off_the_scale(runs) else 0)


def _brief(value: float, indicator: Indicator) -> str:
    """Write a figure without the words of its unit, which stand in the heading."""
    text = short_figure(value, indicator)
    return text if len(text) <= 9 else wording.number(value, indicator.decimals)


def _panels(
    frame: pd.DataFrame,
    runs: pd.DataFrame,
    judged: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    order: Sequence[str],
    labels: dict[str, str],
) -> pd.DataFrame:
    """Return one row per panel: its names, its words with their ink, and what it tells when pointed at."""
    regions = frame.drop_duplicates("region")
    names = names_by_key(regions)
    wide = wording.label_names(names, 24)
    narrow = wording.label_names(names, 18)
    judgements = dict(zip(judged["region"], judged["judgement"], strict=True)) if len(judged) else {}
    ends = runs.groupby("region", sort=False)
    rows = []
    for slot, region in enumerate(code for code in order):
        empty = region not in ends.groups
        told = labels.get(region, wording.NO_FIGURE if empty else "")
        ink = getattr(look, _INKS.get(judgements.get(region, ""), "quiet"))
        rows.append(
            {
                "slot": slot,
                "region": region,
                "label": wide.get(region, region),
                "short": narrow.get(region, region),
                "name": names.get(region, region),
                "told": told,
                "ink": look.quiet if empty else ink,
                "span": _why_empty(frame, region) if empty else _span(ends.get_group(region), indicator),
            }
        )
    return pd.DataFrame(rows)


def _why_empty(frame: pd.DataFrame, region: str) -> str:
    """Return the reason that holds in most of the years; empty where the source does not name the region."""
    reasons = frame.loc[frame["region"] == region, "status"].mode()
    return wording.status_label(str(reasons.iloc[0])) if len(reasons) else ""


def _span(line: pd.DataFrame, indicator: Indicator) -> str:
    start, end = line.iloc[0], line.iloc[-1]
    told = f"{row_figure(end, indicator)} in {int(end['year'])}"
    if start["year"] == end["year"]:
        return told
    return f"{row_figure(start, indicator)} in {int(start['year'])}, {told}"


def _grounds(panels: pd.DataFrame, field: _Panels, look: Look) -> list[_Layer]:
    """Return what lies under the panels: the frame of the selected one, and what each tells when pointed at."""
    heading = [
        f"{name}: {told}" if told else name for name, told in zip(panels["name"], panels["told"], strict=True)
    ]
    rows = panels[["slot", "region", "name", "told", "span"]].assign(
        alternative=[
            f"{head}. {span}" if span else head for head, span in zip(heading, panels["span"], strict=True)
        ]
    )
    ground = _layer(
        rows,
        px=f"{field.left} - 2",
        px2=f"{field.left} + {field.width} - 8",
        py=f"{field.top} + 2",
        py2=f"{field.top} + paneel - {_BELOW - 5}",
    )
    corners = ("px", "px2", "py", "py2")
    frame = {**ground, "transform": [*ground["transform"], {"filter": f"datum.region == {_SELECTED}"}]}
    tooltip = [
        {"field": column, "type": "nominal", "title": heading}
        for column, heading in (("name", "Wijk"), ("told", "Oordeel"), ("span", "Cijfers"))
    ]
    pointed = _drawn(
        ground, "rect", {"opacity": 0}, *corners, description=_written("alternative"), tooltip=tooltip
    )
    pointed["mark"] = {"type": "rect", "opacity": 0, "cursor": "pointer"}
    pointed["params"] = [
        {"name": CLICKED, "select": {"type": "point", "fields": ["region"], "toggle": False}}
    ]
    return [
        _drawn(frame, "rect", {"fill": look.raised, "stroke": look.ink, "strokeWidth": 1.5}, *corners),
        pointed,
    ]


def _grids(field: _Panels, look: Look) -> list[_Layer]:
    """Return the two ends of the one scale: a hairline in every panel, with its figure left of each row."""
    rows = pd.DataFrame(
        [
            {"slot": slot, "v": v, "label": label}
            for slot in field.slots.values()
            for v, label in zip((1.0, 0.0), (field.tick_labels[0], field.tick_labels[-1]), strict=True)
        ]
    )
    base = _layer(
        rows,
        px=f"{field.left} + 3",
        px2=f"{field.left} + {field.width} - {field.figure_room}",
        py=field.y("v"),
    )
    in_front = {**base, "transform": [*base["transform"], {"filter": "datum.slot % kolommen == 0"}]}
    text = {"align": "right", "baseline": "middle", "dx": -7, "fontSize": _SMALL, "color": look.quiet}
    return [
        _drawn(base, "rule", {"color": look.hairline, "strokeWidth": 1}, "px", "px2", "py"),
        _drawn(in_front, "text", text, "px", "py", text=_written("label")),
    ]


def _with_edges(runs: pd.DataFrame, field: _Panels) -> pd.DataFrame:
    edges = _cut_off(line_edges(runs), field.ticks[-1])
    return edges.assign(
        slot=edges["region"].map(field.slots),
        u=field.across(edges["year"]),
        v=field.down(edges["value"]),
        u2=field.across(edges["year_to"]),
        v2=field.down(edges["value_to"]),
    )


def _cut_off(edges: pd.DataFrame, top: float) -> pd.DataFrame:
    """Cut off what reaches above the scale, at the place where it leaves it."""
    edges = edges[(edges["value"] <= top) | (edges["value_to"] <= top)]
    step = (edges["value_to"] - edges["value"]).where(lambda rise: rise != 0, 1.0)
    leaves = edges["year"] + (top - edges["value"]) / step * (edges["year_to"] - edges["year"])
    starts, stops = edges["value"] > top, edges["value_to"] > top
    return edges.assign(
        year=edges["year"].where(~starts, leaves),
        value=edges["value"].where(~starts, top),
        year_to=edges["year_to"].where(~stops, leaves),
        value_to=edges["value_to"].where(~stops, top),
    )


def _edge_layers(edges: pd.DataFrame, field: _Panels, color: str, width: float) -> list[_Layer]:
    layers = []
    for stroke, dash in DASHES.items():
        pieces = edges.loc[edges["stroke"] == stroke, ["slot", "u", "v", "u2", "v2"]]
        if pieces.empty:
            continue
        style = {
            "color": color,
            "strokeWidth": width,
            "strokeDash": dash if stroke == "solid" else [max(0.5, step * 0.7) for step in dash],
            "strokeCap": "butt" if stroke == "dashed" else "round",
        }
        placed = field.placed(pieces.round(4), px2=field.x("u2"), py2=field.y("v2"))
        layers.append(_drawn(placed, "rule", style, "px", "py", "px2", "py2"))
    return layers


def _everywhere(beside: pd.DataFrame, field: _Panels) -> pd.DataFrame:
    """Return the stretches of the comparator once per panel, all solid."""
    edges = _with_edges(beside, field).drop(columns="slot")
    return edges.merge(pd.DataFrame({"slot": list(field.slots.values())}), how="cross").assign(stroke="solid")


def _breaks(runs: pd.DataFrame, field: _Panels, look: Look) -> list[_Layer]:
    """Return a thin rule before the first year of every new series."""
    before = runs.shift(1)
    starts = runs[(runs["region"] == before["region"]) & (runs["segment"] != before["segment"])]
    if starts.empty:
        return []
    rows = pd.DataFrame(
        {
            "slot": starts["region"].map(field.slots),
            "u": field.across(starts["year"] - 0.5),
            "v": 0.0,
            "v2": 1.0,
        }
    )
    style = {"color": look.no_figure, "strokeWidth": 1}
    return [_drawn(field.placed(rows, py2=field.y("v2")), "rule", style, "px", "py", "py2")]


def _points(runs: pd.DataFrame, field: _Panels, look: Look) -> _Layer:
    """Return a point for the last figure, and for what stands alone or is provisional."""
    lonely = ~runs["run"].isin(set(line_edges(runs)["run"]))
    final = runs.index.isin(runs.groupby("region").tail(1).index)
    drawn = runs[
        (lonely | final | (runs["status"] == Status.PROVISIONAL)) & (runs["value"] <= field.ticks[-1])
    ]
    points = pd.DataFrame(
        {
            "slot": drawn["region"].map(field.slots),
            "u": field.across(drawn["year"]).round(4),
            "v": field.down(drawn["value"]).round(4),
            "paint": np.where(drawn["status"] == Status.PROVISIONAL, look.paper, look.accent),
            "shape": np.where(drawn["status"] == Status.BRIDGED, CROSS, "circle"),
        }
    )
    style = {"size": 22, "strokeWidth": 1.4, "stroke": look.accent, "opacity": 1}
    return _drawn(
        field.placed(points), "point", style, "px", "py", fill=_as_given("paint"), shape=_as_given("shape")
    )


def _last_figures(runs: pd.DataFrame, field: _Panels, indicator: Indicator) -> _Layer:
    """Return the last figure behind every line; one above the scale with an arrow."""
    ends = runs.groupby("region").tail(1)
    top = field.ticks[-1]
    rows = pd.DataFrame(
        {
            "slot": ends["region"].map(field.slots),
            "u": field.across(ends["year"]).round(4),
            "v": field.down(ends["value"].clip(upper=top)).round(4),
            "label": [
                _brief(value, indicator) + (f"{wording.SPACE}↑" if value > top else "")
                for value in ends["value"]
            ],
        }
    )
    style = {"align": "left", "baseline": "middle", "dx": 6, "fontSize": _SMALL}
    return _drawn(field.placed(rows), "text", style, "px", "py", text=_written("label"))


def _heads(panels: pd.DataFrame, field: _Panels) -> list[_Layer]:
    """Return the names and, under them, what the figures do."""
    base = _layer(
        panels[["slot", "label", "short", "told", "ink"]],
        px=f"{field.left} + 3",
        name_at=f"{field.top} + 14",
        told_at=f"{field.top} + 30",
    )
    style = {"align": "left", "baseline": "middle", "limit": {"expr": f"{field.width} - 14"}}
    name = {"expr": f"{field.width} < 155 ? datum.short : datum.label"}
    return [
        _drawn(base, "text", {**style, "fontSize": 12, "fontWeight": 600, "text": name}, "px", "name_at"),
        _drawn(
            base,
            "text",
            {**style, "fontSize": _SMALL},
            "px",
            "told_at",
            text=_written("told"),
            color=_as_given("ink"),
        ),
    ]


def _years(field: _Panels, look: Look, order: Sequence[str]) -> list[_Layer]:
    """Return the first and the last year, under the lowest panel of every column."""
    lowest = f"datum.slot + kolommen >= {len(order)}"
    layers = []
    for u, year, side in ((0.0, field.first, "left"), (1.0, field.last, "right")):
        if side == "right" and field.first == field.last:
            continue
        slots = range(max(0, len(order) - COLUMNS), len(order))
        placed = field.placed(pd.DataFrame({"slot": slots, "u": u, "v": 1.0, "label": str(year)}))
        placed["transform"].append({"filter": lowest})
        style = {"align": side, "baseline": "top", "dy": 8, "fontSize": _SMALL, "color": look.quiet}
        layers.append(_drawn(placed, "text", style, "px", "py", text=_written("label")))
    return layers


def _caption(
    runs: pd.DataFrame,
    beside: pd.DataFrame,
    indicator: Indicator,
    ticks: Sequence[float],
    source: str | None,
    beyond: Sequence[str],
) -> str:
    first, last = int(runs["year"].min()), int(runs["year"].max())
    statuses = set(runs["status"])
    # A single year of the comparator is no line.
    grey = wording.wijk_name(str(beside["name"].iloc[0])) if len(line_edges(beside)) else ""
    return caption_of(
        [
            source_line(source) if source else source_line(indicator.source, f"{first}–{last}"),
            "Alle plaatjes hebben dezelfde schaal.",
            f"Pijl: {wording.join_names(_names(runs, beyond))} gaat daar bovenuit." if beyond else "",
            f"Dunne grijze lijn: {grey}." if grey else "",
            "Open punt, streepjeslijn: voorlopig." if Status.PROVISIONAL in statuses else "",
            "Kruisje, stippellijn: omgerekend naar de grenzen van nu." if Status.BRIDGED in statuses else "",
            "Een gat in de lijn: geen cijfer, of niet te vergelijken." if _has_gap(runs) else "",
            "" if ticks[0] == 0 else "Let op: de as begint niet bij 0.",
        ]
    )


def _names(runs: pd.DataFrame, regions: Sequence[str]) -> list[str]:
    named = names_by_key(runs.drop_duplicates("region"))
    return [wording.wijk_name(named[region]) for region in regions]


def _has_gap(runs: pd.DataFrame) -> bool:
    return len(runs[["region", "run"]].drop_duplicates()) > runs["region"].nunique()


def describe_multiples(frame: pd.DataFrame, judged: pd.DataFrame, indicator: Indicator) -> str:
    """Return the text alternative of `multiples_chart`: how many wijken, the lowest and highest, and their classes."""
    runs = line_runs(frame)
    if runs.empty:
        return nothing_to_draw(frame, indicator)
    panels = frame["region"].nunique()
    last = runs.loc[runs["year"] == runs["year"].max()].sort_values("value")
    low, high = last.iloc[0], last.iloc[-1]
    told = [
        f"Kleine lijngrafieken van {wording.subject(indicator)} in {wording.count(panels, 'wijk', 'wijken')}, "
        "op één schaal."
    ]
    told.append(
        f"In {int(low['year'])} van {row_figure(low, indicator)} ({wording.wijk_name(low['name'])}) tot "
        f"{row_figure(high, indicator)} ({wording.wijk_name(high['name'])})."
        if low["region"] != high["region"]
        else f"In {int(low['year'])}: {row_figure(low, indicator)} ({wording.wijk_name(low['name'])})."
    )
    counts = judged["verdict"].value_counts()
    classes = [
        f"{wording.number(counts[verdict])} {word}"
        for verdict, word in _CLASSES.items()
        if counts.get(verdict, 0)
    ]
    if classes:
        told.append(f"Van deze wijken: {wording.join_names(classes)}.")
    return " ".join(told)


_CLASSES: Final = {
    "rises": "stijgt",
    "falls": "daalt",
    "about_equal": "ongeveer gelijk",
    "too_uncertain": "te onzeker",
    "no_verdict": "zonder oordeel",
}
