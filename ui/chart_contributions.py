"""What makes a score: per theme and per figure how much it adds, beside what it adds in the average wijk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import shorten
from typing import Final, Literal

import altair as alt
import pandas as pd

from ui import wording
from ui.chart_parts import (
    Field,
    Layers,
    caption_of,
    dress,
    empty_chart,
    no_axis,
    outlined_text,
    source_line,
    wide_or_narrow,
)
from ui.theme import Look

#: Pixels of a row: its text and its bar under it; of a theme with some air above.
_FIGURE, _THEME = 36, 50
_TEXT_TO_BAR: Final = 15
_INDENT: Final = 12
#: Longest title of a figure on a narrow chart, so that its value still stands there.
_NARROW_TITLE: Final = 38


def contributions_chart(
    parts: pd.DataFrame,
    look: Look,
    *,
    title: str,
    subtitle: str,
    source: str,
    themes: Mapping[str, str],
    figures: Mapping[str, tuple[str, str]],
    write: Callable[[float], str],
) -> alt.LayerChart:
    """Draw the contributions to one score as bars with their names on them: a theme, and under it its figures.

    Parameters
    ----------
    parts : DataFrame
        The rows of `analysis.composite.Scored.contributions` on one region: theme, indicator, contribution and
        above_average.
    look, title, subtitle, source
        As in `ui.charts.line_chart`.
    themes : mapping of str to str
        Titles.
    figures : mapping of str to (str, str)
        Title and value.
    write : callable
        Writes a contribution.
    """
    description = describe_contributions(parts, themes, write)
    if parts.empty:
        return empty_chart(description, look, title=title, source=source)
    rows = _rows(parts, themes, figures, write)
    height = float(rows["bottom"].max())
    reached = rows[["value", "usual"]].to_numpy(dtype="float64")
    low = min(0.0, float(reached.min()))
    high = max(float(reached.max()), low + 1e-6)
    field = Field(
        alt.Scale(domain=[low, high], range=[_INDENT, alt.ExprRef("width - 56")], nice=False, zero=False),
        alt.Scale(domain=[0.0, height], range=[0, alt.ExprRef("height")], nice=False, zero=False),
        no_axis(),
    )
    return dress(
        _layers(rows, field, look),
        look,
        title=title,
        subtitle=subtitle,
        description=description,
        height=height + 75,
        caption=caption_of(
            [
                source_line(source),
                "Dikke balk: een thema. Dunne balk: een cijfer daarin. Streepje: het gemiddelde van de wijken met een score.",
                "De dikke balken zijn samen de score.",
            ]
        ),
    )


def _rows(
    parts: pd.DataFrame,
    themes: Mapping[str, str],
    figures: Mapping[str, tuple[str, str]],
    write: Callable[[float], str],
) -> pd.DataFrame:
    """Return themes and figures from top to bottom, the largest contribution first, with their places in pixels."""
    usual = parts.assign(usual=parts["contribution"] - parts["above_average"])
    sums = usual.groupby("theme", sort=False)[["contribution", "usual"]].sum()
    found, top = [], 0.0
    for theme, total in sums.sort_values("contribution", ascending=False, kind="stable").iterrows():
        within = usual[usual["theme"] == theme].sort_values("contribution", ascending=False, kind="stable")
        lines = [(True, (themes[str(theme)], ""), total)]
        lines += [(False, figures[str(row["indicator"])], row) for _, row in within.iterrows()]
        for is_theme, (name, told), row in lines:
            size = _THEME if is_theme else _FIGURE
            text = top + (size - _FIGURE) + 9
            value, mean = float(row["contribution"]), float(row["usual"])
            found.append(
                {
                    "is_theme": is_theme,
                    "name": f"{name}: {told}" if told else name,
                    "short": f"{shorten(name, _NARROW_TITLE, placeholder='…')}: {told}" if told else name,
                    "value": value,
                    "usual": mean,
                    "zero": 0.0,
                    "text": text,
                    "bar": text + _TEXT_TO_BAR,
                    "high": text + _TEXT_TO_BAR - (9 if is_theme else 6),
                    "low": text + _TEXT_TO_BAR + (9 if is_theme else 6),
                    "bottom": top + size,
                    "after": max(value, mean, 0.0),
                    "told": write(value),
                    "told_usual": write(mean),
                }
            )
            top += size
    return pd.DataFrame(found)


def _layers(rows: pd.DataFrame, field: Field, look: Look) -> Layers:
    layers: Layers = []
    for is_theme, ink, width in ((True, look.accent, 12), (False, look.no_figure, 6)):
        of_kind = alt.Chart(rows.loc[rows["is_theme"] == is_theme])
        tooltip = [
            alt.Tooltip("name:N", title="Thema" if is_theme else "Cijfer"),
            alt.Tooltip("told:N", title="Bijdrage"),
            alt.Tooltip("told_usual:N", title="Gemiddeld"),
        ]
        at = of_kind.encode(y=field.y("bar"))
        weight: Literal[400, 600] = 600 if is_theme else 400
        layers += [
            at.mark_rule(color=ink, strokeWidth=width).encode(
                x=field.x("zero"), x2="value:Q", tooltip=tooltip
            ),
            of_kind.mark_rule(color=look.ink, strokeWidth=2, tooltip=None).encode(
                x=field.x("usual"), y=field.y("high"), y2="low:Q"
            ),
            of_kind.mark_text(
                align="left",
                baseline="middle",
                fontWeight=weight,
                text=wide_or_narrow("datum.name", "datum.short"),
            ).encode(x=alt.value(0 if is_theme else _INDENT), y=field.y("text")),
            *outlined_text(
                at.encode(x=field.x("after"), text="told:N"),
                look,
                ink=look.ink,
                align="left",
                baseline="middle",
                dx=8,
                fontWeight=weight,
            ),
        ]
    return layers


def describe_contributions(
    parts: pd.DataFrame, themes: Mapping[str, str], write: Callable[[float], str]
) -> str:
    """Return the text alternative of `contributions_chart`: every theme with its part and the usual part."""
    if parts.empty:
        return "Er is geen score, dus ook geen bijdragen om te tekenen."
    usual = parts.assign(usual=parts["contribution"] - parts["above_average"])
    sums = usual.groupby("theme", sort=False)[["contribution", "usual"]].sum()
    ordered = sums.sort_values("contribution", ascending=False, kind="stable")
    told = wording.join_names(
        [
            f"{themes[str(theme)]} {write(float(row['contribution']))} (gemiddeld {write(float(row['usual']))})"
            for theme, row in ordered.iterrows()
        ]
    )
    return f"Staafgrafiek van de bijdragen aan de score per thema: {told}."
