"""One series in depth: its components under each other, and models beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from analysis.in_depth import WIJKRADAR, History
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
    short_figure,
    source_line,
    text_width,
    tick_labels,
    wide_or_narrow,
    year_axis,
)
from ui.in_depth_wording import MODEL_LABELS
from ui.outlook_reach import no_finer
from ui.theme import Look

_QUIET: Final[dict[str, Any]] = {"tooltip": None, "aria": False}
#: Pixels: heading above a strip, the air under it, and the room right of the last year.
_HEADING: Final = 30
_AIR: Final = 8
_RIGHT: Final = 18
_FAN: Final = 62
_PART: Final = 96
#: Pixels for title and axis, which a chart on the page has to hold too.
_AROUND: Final = 105
#: A band is drawn at most so many times as wide as figures and ordinary bands reach; else one wild model hides the others.
_WIDEST: Final = 1.5


@dataclass(frozen=True)
class _Strip:
    """One of the strips under each other: where it lies (pixels from the bottom of the plot) and what values it holds."""

    foot: float
    height: float
    low: float
    high: float

    def place(self, values: pd.Series) -> pd.Series:
        """Return where values are drawn; what lies outside is put on the edge."""
        share = (values.astype("float64").clip(self.low, self.high) - self.low) / (self.high - self.low)
        return self.foot + share * self.height

    @property
    def head(self) -> float:
        """Where its heading stands."""
        return self.foot + self.height + _HEADING - 10


def _strips(ranges: Sequence[tuple[float, float]], height: float) -> tuple[list[_Strip], float]:
    """Return strips from top to bottom, and the height of all together."""
    step = height + _HEADING + _AIR
    total = step * len(ranges)
    return [
        _Strip(total - (place + 1) * step + _AIR / 2, height, low, high)
        for place, (low, high) in enumerate(ranges)
    ], total


def _field(first: int, last: int, left: float, total: float) -> Field:
    scale = alt.Scale(domain=[0, total], nice=False, zero=False)
    axis = year_axis(range(first, last + 1), (left + _RIGHT, left + _RIGHT))
    return Field(year_scale(first, last, left, alt.ExprRef(f"width - {_RIGHT}")), scale, axis)


def _frame_layers(
    strip: _Strip, ticks: Sequence[float], unit: str, field: Field, look: Look, left: float
) -> Layers:
    """Return the lowest and highest value of a strip and hairlines at all of ``ticks``."""
    labels = tick_labels(ticks, unit)
    told = [label if place in (0, len(ticks) - 1) else "" for place, label in enumerate(labels)]
    base = alt.Chart(pd.DataFrame({"y": strip.place(pd.Series(ticks)), "label": told})).encode(y=field.y("y"))
    right = alt.ExprRef(f"width - {_RIGHT}")
    return [
        base.mark_rule(color=look.hairline, strokeWidth=1, **_QUIET).encode(
            x=alt.value(left), x2=alt.value(right)
        ),
        base.mark_text(align="right", baseline="middle", color=look.quiet, fontSize=11).encode(
            x=alt.value(left - 8), text="label:N"
        ),
    ]


def _heading(
    strip: _Strip, field: Field, look: Look, names: tuple[str, str], comes: tuple[str, str] = ("", "")
) -> Layers:
    """Return the heading of a strip: what it is, and what it comes to at the right; on a wide and on a narrow chart."""
    told = dict(zip(("bold", "bold_short", "rest", "rest_short"), (*names, *comes), strict=True))
    frame = pd.DataFrame([{"y": strip.head} | told])
    base = alt.Chart(frame).encode(y=field.y("y"))
    text = wide_or_narrow("datum.bold", "datum.bold_short")
    name = base.mark_text(align="left", baseline="middle", fontWeight=600, text=text).encode(x=alt.value(0))
    if not any(comes):
        return [name]
    text = wide_or_narrow("datum.rest", "datum.rest_short")
    end = base.mark_text(align="right", baseline="middle", color=look.quiet, text=text)
    return [name, end.encode(x=alt.value(alt.ExprRef("width - 2")))]


def _line(frame: pd.DataFrame, field: Field, **style: Any) -> alt.Chart:
    base = alt.Chart(frame[["year", "y"]].dropna()).mark_line(**style, **_QUIET)
    return base.encode(x=field.x("year"), y=field.y("y"))


def _pointed(frame: pd.DataFrame, headings: dict[str, str], field: Field) -> alt.Chart:
    """Return what is told of every point that is pointed at, and read out."""
    told = frame[["year", "y", *headings]].assign(
        told=["; ".join(f"{headings[name]} {row[name]}" for name in headings) for _, row in frame.iterrows()]
    )
    tooltip = [alt.Tooltip(f"{column}:N", title=title) for column, title in headings.items()]
    marks = alt.Chart(told).mark_point(size=160, opacity=0, filled=True)
    return marks.encode(x=field.x("year"), y=field.y("y"), tooltip=tooltip, description="told:N")


def _written(values: pd.Series, indicator: Indicator, *, signed: bool = False) -> list[str]:
    if signed:
        return [
            wording.difference(value, indicator.unit, indicator.decimals, signed=True) for value in values
        ]
    return [wording.figure(value, indicator.unit, indicator.decimals) for value in values]


# The models side by side --------------------------------------------------------------------------


def models_chart(
    history: History,
    models: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    source: str,
) -> alt.LayerChart:
    """Draw under each other, on the same scales, what every model says, with its band of 80 %.

    Parameters
    ----------
    history : History
    models : DataFrame
        Rows of `analysis.in_depth.models` and `analysis.in_depth.of_wijkradar`; Wijkradar is drawn first.
    indicator, look, title, source
        As in `ui.chart_lines.line_chart`.
    """
    drawn = models[models["mean"].notna()]
    names = sorted(drawn["model"].unique(), key=lambda model: list(MODEL_LABELS).index(model))
    description = describe_models_chart(no_finer(models, float(history.values[-1]), indicator), indicator)
    if not names:
        return empty_chart(description, look, title=title, source=source)
    figures = pd.DataFrame({"year": history.years, "value": history.values})
    ticks, cut = _common_ticks(history, drawn, indicator)
    left = text_width(tick_labels(ticks, indicator.unit), 11) + 12
    strips, total = _strips([(ticks[0], ticks[-1])] * len(names), _FAN)
    field = _field(int(figures["year"].min()), int(drawn["year"].max()), left, total)
    layers: Layers = []
    for model, strip in zip(names, strips, strict=True):
        rows = drawn[drawn["model"] == model].sort_values("horizon")
        layers += _frame_layers(strip, [ticks[0], ticks[-1]], indicator.unit, field, look, left)
        layers += _fan_layers(figures, rows, strip, model == WIJKRADAR, indicator, field, look)
    caption = caption_of(
        [
            source_line(source),
            "Dunne lijn: de cijfers. Streeplijn: wat het model verwacht, met de band waarin het cijfer volgens dat model in 8 van de "
            "10 gevallen komt. Alle stroken hebben dezelfde schaal.",
            "Een te brede band is aan de rand afgekapt; in de tabel staat hij helemaal." if cut else "",
        ]
    )
    return dress(
        layers,
        look,
        title=title,
        subtitle=wording.title_with_unit(indicator),
        description=description,
        height=total + _AROUND,
        caption=caption,
    )


def _common_ticks(history: History, drawn: pd.DataFrame, indicator: Indicator) -> tuple[list[float], bool]:
    """Return the ends of the common scale, and whether a band passes them."""
    lowest, highest = float(history.values.min()), float(history.values.max())
    middle = drawn.groupby("horizon")[["lower_80", "upper_80"]].median()
    low, high = min(lowest, float(middle["lower_80"].min())), max(highest, float(middle["upper_80"].max()))
    room = (_WIDEST - 1) * (high - low)
    reach_low, reach_high = float(drawn["lower_80"].min()), float(drawn["upper_80"].max())
    ticks = nice_ticks(max(low - room, min(reach_low, low)), min(high + room, max(reach_high, high)))
    if indicator.unit.strip() == "%" and highest <= 100:
        ticks = [tick for tick in ticks if tick <= 100]
    if len(ticks) < 2:
        ticks = [low, high]
    return ticks, reach_low < ticks[0] or reach_high > ticks[-1]


def _fan_layers(
    figures: pd.DataFrame,
    rows: pd.DataFrame,
    strip: _Strip,
    own: bool,
    indicator: Indicator,
    field: Field,
    look: Look,
) -> Layers:
    ink = look.series[0] if own else look.quiet
    last = figures.tail(1)
    start = {"year": last["year"].iloc[0]} | dict.fromkeys(
        ("mean", "lower_80", "upper_80"), last["value"].iloc[0]
    )
    fan = pd.concat([pd.DataFrame([start]), rows[list(start)]], ignore_index=True)
    placed = pd.DataFrame(
        {"year": fan["year"], **{name: strip.place(fan[name]) for name in ("mean", "lower_80", "upper_80")}}
    )
    opacity = 0.22 if look.name == "light" else 0.3
    area = alt.Chart(placed).mark_area(color=ink, opacity=opacity, line=False, **_QUIET)
    written = no_finer(rows, float(last["value"].iloc[0]), indicator)
    told = written.assign(
        y=strip.place(rows["mean"]),
        model_name=MODEL_LABELS[str(rows["model"].iloc[0])],
        year_text=rows["year"].astype(int).astype(str),
        figure=_written(written["mean"], indicator),
        band=[f"{low} tot {high}" for low, high in zip(*_ends(written, indicator), strict=True)],
    )
    headings = {"model_name": "Model", "year_text": "Jaar", "figure": "Verwacht", "band": "Band van 80 %"}
    name = MODEL_LABELS[str(rows["model"].iloc[0])]
    end = written.iloc[-1]
    mean, low, high = (short_figure(end[name], indicator) for name in ("mean", "lower_80", "upper_80"))
    comes = (f"{int(end['year'])}: {mean} ({low} tot {high})", f"{mean} ({low}–{high})")
    return [
        area.encode(x=field.x("year"), y=field.y("lower_80"), y2="upper_80:Q"),
        _line(figures.assign(y=strip.place(figures["value"])), field, color=look.ink, strokeWidth=1.3),
        _line(placed.assign(y=placed["mean"]), field, color=ink, strokeWidth=2, strokeDash=[5, 3]),
        _pointed(told, headings, field),
        *_heading(strip, field, look, (name, wording.short_name(name, 22)), comes),
    ]


def _ends(rows: pd.DataFrame, indicator: Indicator) -> tuple[list[str], list[str]]:
    return _written(rows["lower_80"], indicator), _written(rows["upper_80"], indicator)


def describe_models_chart(models: pd.DataFrame, indicator: Indicator) -> str:
    """Return the text alternative of `models_chart`: what every model says of the last year."""
    told = []
    for model, label in MODEL_LABELS.items():
        rows = models[(models["model"] == model) & models["mean"].notna()]
        if rows.empty:
            continue
        end = rows.sort_values("horizon").iloc[-1]
        mean, lower, upper = (
            wording.figure(end[name], indicator.unit, indicator.decimals)
            for name in ("mean", "lower_80", "upper_80")
        )
        told.append(f"{label}: {mean} in {int(end['year'])}, band van 80 % van {lower} tot {upper}.")
    return " ".join(told) or f"Geen model kon worden geschat voor {wording.subject(indicator)}."


# Components ---------------------------------------------------------------------------------------


def components_chart(
    parts: pd.DataFrame, indicator: Indicator, look: Look, *, title: str, source: str
) -> alt.LayerChart:
    """Draw under each other the figure with its level, the yearly change, and what is left over.

    Parameters
    ----------
    parts : DataFrame
        As `analysis.in_depth.components` returns it.
    indicator, look, title, source
        As in `ui.chart_lines.line_chart`.
    """
    description = describe_components_chart(parts, indicator)
    if parts.empty:
        return empty_chart(description, look, title=title, source=source)
    left_over = parts[(parts["model"] == _first_model(parts)) & parts["residual"].notna()]
    ticks = [
        nice_ticks(*_ends_of(pd.concat([parts["value"], parts["level"]])), wanted=3),
        nice_ticks(*_ends_of(pd.concat([parts["change"], pd.Series([0.0])])), wanted=3),
        nice_ticks(*_ends_of(pd.concat([left_over["residual"], pd.Series([0.0])])), wanted=3),
    ]
    left = text_width([label for own in ticks for label in tick_labels(own, indicator.unit)], 11) + 12
    strips, total = _strips([(own[0], own[-1]) for own in ticks], _PART)
    field = _field(int(parts["year"].min()), int(parts["year"].max()), left, total)
    layers: Layers = []
    for strip, own, name in zip(strips, ticks, _PANELS, strict=True):
        layers += _frame_layers(strip, own, indicator.unit, field, look, left)
        layers += _heading(strip, field, look, (name, name))
    layers += _level_layers(parts, strips[0], indicator, field, look)
    layers += _change_layers(parts, strips[1], indicator, field, look)
    layers += _left_layers(left_over, strips[2], indicator, field, look)
    caption = caption_of(
        [
            source_line(source),
            "Punten: de cijfers. Getrokken lijn: een trend die langzaam uitdooft en alleen het verleden kent; streeplijn: een tweede "
            "kijk, achteraf. Staafjes: wat het cijfer hoger of lager uitkwam dan de getrokken lijn een jaar eerder zei.",
        ]
    )
    return dress(
        layers,
        look,
        title=title,
        subtitle=wording.title_with_unit(indicator),
        description=description,
        height=total + _AROUND,
        caption=caption,
    )


_PANELS: Final = ("Cijfer en niveau", "Verandering per jaar", "Wat overblijft")
_DRAWN: Final[dict[str, dict[str, Any]]] = {
    "ets_aadn": {"strokeWidth": 2.2},
    "local_linear": {"strokeWidth": 1.8, "strokeDash": [5, 4]},
}


def _first_model(parts: pd.DataFrame) -> str:
    return str(parts["model"].iloc[0])


def _ends_of(values: pd.Series) -> tuple[float, float]:
    known = values.dropna().astype("float64")
    return float(known.min()), float(known.max())


def _inks(look: Look) -> dict[str, str]:
    return {"ets_aadn": look.series[0], "local_linear": look.series[1]}


def _level_layers(
    parts: pd.DataFrame, strip: _Strip, indicator: Indicator, field: Field, look: Look
) -> Layers:
    layers: Layers = []
    for model, rows in parts.groupby("model", sort=False):
        placed = rows.assign(y=strip.place(rows["level"]))
        layers.append(_line(placed, field, color=_inks(look)[str(model)], **_DRAWN[str(model)]))
    own = parts[parts["model"] == _first_model(parts)]
    placed = own.assign(
        y=strip.place(own["value"]),
        year_text=own["year"].astype(int).astype(str),
        figure=_written(own["value"], indicator),
        level_text=_written(own["level"], indicator),
    )
    dots = alt.Chart(placed[["year", "y"]]).mark_point(
        filled=True, size=34, opacity=1, color=look.ink, **_QUIET
    )
    headings = {"year_text": "Jaar", "figure": "Cijfer", "level_text": "Niveau"}
    return [*layers, dots.encode(x=field.x("year"), y=field.y("y")), _pointed(placed, headings, field)]


def _zero(strip: _Strip, field: Field, look: Look, years: pd.Series) -> alt.Chart:
    frame = pd.DataFrame({"year": [years.min()], "last": [years.max()], "y": strip.place(pd.Series([0.0]))})
    rule = alt.Chart(frame).mark_rule(color=look.no_figure, strokeWidth=1, **_QUIET)
    return rule.encode(x=field.x("year"), x2="last:Q", y=field.y("y"))


def _change_layers(
    parts: pd.DataFrame, strip: _Strip, indicator: Indicator, field: Field, look: Look
) -> Layers:
    layers: Layers = [_zero(strip, field, look, parts["year"])]
    for model, rows in parts.groupby("model", sort=False):
        placed = rows.assign(
            y=strip.place(rows["change"]),
            year_text=rows["year"].astype(int).astype(str),
            change_text=_written(rows["change"], indicator, signed=True),
        )
        layers.append(_line(placed, field, color=_inks(look)[str(model)], **_DRAWN[str(model)]))
        headings = {"year_text": "Jaar", "change_text": "Verandering per jaar"}
        layers.append(_pointed(placed, headings, field))
    return layers


def _left_layers(rows: pd.DataFrame, strip: _Strip, indicator: Indicator, field: Field, look: Look) -> Layers:
    if rows.empty:
        return []
    layers: Layers = [_zero(strip, field, look, rows["year"])]
    placed = rows.assign(
        y=strip.place(rows["residual"]),
        zero=float(strip.place(pd.Series([0.0])).iloc[0]),
        year_text=rows["year"].astype(int).astype(str),
        left_text=_written(rows["residual"], indicator, signed=True),
    )
    bars = alt.Chart(placed[["year", "y", "zero"]]).mark_rule(
        color=_inks(look)[_first_model(rows)], strokeWidth=5, opacity=1, **_QUIET
    )
    furthest = placed.loc[[placed["residual"].abs().idxmax()]]
    above = bool(furthest["residual"].iloc[0] > 0)
    name = alt.Chart(furthest[["year", "y", "year_text"]]).encode(
        x=field.x("year"), y=field.y("y"), text="year_text:N"
    )
    headings = {"year_text": "Jaar", "left_text": "Anders dan verwacht"}
    return [
        *layers,
        bars.encode(x=field.x("year"), y=field.y("y"), y2="zero:Q"),
        *outlined_text(
            name, look, align="center", baseline="top" if above else "bottom", dx=20, dy=0, fontSize=11
        ),
        _pointed(placed, headings, field),
    ]


def describe_components_chart(parts: pd.DataFrame, indicator: Indicator) -> str:
    """Return the text alternative of `components_chart`."""
    if parts.empty:
        return f"De modellen konden niet worden geschat op de cijfers van {wording.subject(indicator)}."
    own = parts[parts["model"] == _first_model(parts)]
    end = own.iloc[-1]
    level = wording.figure(end["level"], indicator.unit, indicator.decimals)
    change = wording.difference(end["change"], indicator.unit, indicator.decimals, signed=True)
    told = f"Van {int(own['year'].iloc[0])} tot en met {int(end['year'])}: niveau in het laatste jaar {level}, verandering {change} per jaar."
    left = own["residual"].dropna()
    if np.isfinite(left).any():
        year = int(own["year"].iloc[int(own["residual"].abs().fillna(0).argmax())])
        far = wording.difference(left.abs().max(), indicator.unit, indicator.decimals)
        told += f" De grootste afwijking was in {year}: {far}."
    return told
