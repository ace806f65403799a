"""The heat map of the triage: wijken down, figures across under their themes (public face: ``ui.charts``).

Filled is unfavourable and open is favourable, for the cells and for the small triangles in them, so that the two
sides also differ in grey: orange cells are dark, blue ones are pale with an edge (in the dark look the other way
round). A difference inside the noise has no colour and no edge.

A hundred wijken by thirty figures are three thousand cells. They travel as one table of a few characters per
cell; names and sentences are put together by the browser.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import altair as alt
import pandas as pd

from ui import wording
from ui.chart_parts import (
    NARROW,
    TEXT_SIZE,
    Field,
    caption_of,
    dress,
    empty_chart,
    hatching,
    names_by_key,
    no_axis,
    source_line,
    text_width,
    wide_or_narrow,
)
from ui.heat_legend import SHAPES, HeatLegend, heat_inks
from ui.heat_words import (
    BETTER,
    LEVEL_WORDS,
    NO_FIGURE,
    UNSURE,
    WORSE,
    compared,
    course_subject,
    course_told,
    heat_marks,
    level_told,
    told_of,
)
from ui.theme import Look

_ROW, _ROW_OF_MANY, _MANY, _TALLEST_ROW = 24, 19, 30, 34
_WIDEST_COLUMN, _THEME_GAP = 124, 0.4
#: Headings lie flat from this width of a column on; upright they take two lines or one, below the last no heading.
_FLAT, _TWO_LINES, _ONE_LINE = 108, 23, 11
_FLAT_CHARACTERS, _CHARACTERS, _NARROW_CHARACTERS = 17, 28, 22
_FLAT_LINE, _HEAD_LINE, _HEAD_TEXT, _THEME_LINE = 14, 11.5, 11, 22
_NARROW_GUTTER, _WIDEST_GUTTER, _LABEL, _SHORT_LABEL = 114, 260, 34, 16
#: What the browser works out once from the width of the plot, in pixels: the edge of the first column, the width of a
#: column, the height of the headings and the edge of the first row.
_LEFT, _CELL, _HEAD, _TOP = "links", "vak", "kop", "boven"
#: The wijk that is framed: a value that a drawn picture takes over, so that another wijk needs no other picture.
_CHOSEN = "gekozen"
_IS_CHOSEN = f"datum.region == {_CHOSEN}"
#: Signs that tell the parts and the lines of the table of cells apart may not stand in a part.
_APART = str.maketrans({";": ",", "\n": " "})


def triage_heat(
    cells: pd.DataFrame,
    look: Look,
    *,
    title: str,
    comparator: str,
    selected: str | None = None,
    source: str | None = None,
    subtitle: str | None = None,
) -> alt.LayerChart:
    """Draw wijken against figures: how each compares, and which way it goes.

    Parameters
    ----------
    cells : DataFrame
        One row per wijk and indicator, in the order to draw (`ui.heat_table.heat_cells` puts the most urgent wijk
        first and the themes together): region, name (of the wijk), indicator, theme and title (as on the screen),
        state and sure_level (of `analysis.triage.triage`), and where known trend, since, now, gap, trend_judgement,
        shown (the figure with its year, or why there is none) and unsure (True where the noise hides even a large
        difference). The course since a turn goes before the trend.
        A combination without a row, or with another state than those of the triage, has no figure.
    look : Look
        The light or the dark look.
    title : str
        The finding.
    comparator : str
        With whom the wijken are compared, as it stands in a sentence.
    selected : str, optional
        Region code of the wijk to frame, with its name in bold.
    source : str, optional
        Source line; CBS if left out.
    subtitle : str, optional
        What is shown.

    Returns
    -------
    LayerChart
        Fills its width. A figure that no wijk has is named under the picture instead of drawn. Narrow, with more
        figures than can be named, only the themes stand above the columns.
    """
    marked, left_out = compared(heat_marks(cells))
    description = told_of(marked, left_out, comparator)
    if marked.empty:
        return empty_chart(description, look, title=title)
    drawn = _drawn(marked, comparator, selected)
    caption = caption_of(
        [
            f"Elk vakje vergelijkt het cijfer van de wijk met dat van {comparator}.",
            "Gevuld is ongunstig, open is gunstig. Zonder driehoekje: geen duidelijke richting.",
            course_subject(marked, comparator),
            f"Niet getekend, want zonder recent cijfer: {wording.join_names(left_out)}." if left_out else "",
            source_line(
                (source or "").rstrip(".")
                or "CBS, Kerncijfers wijken en buurten (CC BY 4.0); bewerking Wijkradar"
            ),
        ]
    )
    field = drawn.field(no_axis())
    layers: list[Any] = [
        *drawn.frame(field, look),
        drawn.cells(field, look),
        *drawn.row_labels(field),
        *drawn.headings(field, look),
        *drawn.legend.layers(look),
    ]
    chart = dress(
        layers,
        look,
        title=title,
        subtitle=subtitle,
        description=description,
        height=drawn.height,
        caption=caption,
    )
    chart.params = drawn.params
    return chart


def with_selected(drawn: dict[str, Any], selected: str | None) -> dict[str, Any]:
    """Return the specification of a heat map with another wijk framed; drawing it again takes much longer.

    Parameters
    ----------
    drawn : dict
        ``triage_heat(...).to_dict()``; stays as it is.
    selected : str, optional
        Region code; nothing is framed where the picture does not have it.
    """
    params = [
        param | {"value": selected or ""} if param["name"] == _CHOSEN else param
        for param in drawn.get("params", [])
    ]
    return drawn | {"params": params} if params else drawn


@dataclass(frozen=True)
class _Column:
    indicator: str
    title: str
    theme: str
    place: float


def _drawn(marked: pd.DataFrame, comparator: str, selected: str | None) -> _Heat:
    """Lay the columns out, themes together with a little room between them."""
    titles = marked.drop_duplicates("indicator")
    order = {theme: i for i, theme in enumerate(dict.fromkeys(titles["theme"]))}
    titles = titles.assign(rank=titles["theme"].map(order)).sort_values("rank", kind="stable")
    columns = [
        _Column(str(name), str(title), str(theme), i + _THEME_GAP * order[theme])
        for i, (name, title, theme) in enumerate(
            zip(titles["indicator"], titles["title"], titles["theme"], strict=True)
        )
    ]
    return _Heat(marked, names_by_key(marked.drop_duplicates("region")), columns, comparator, selected)


@dataclass(frozen=True)
class _Heat:
    """Where everything stands: a linear grid in units of one cell, and pixels for what lies around it."""

    marked: pd.DataFrame
    names: dict[str, str]
    columns: list[_Column]
    comparator: str
    selected: str | None

    @property
    def themes(self) -> dict[str, tuple[float, float]]:
        """First and last edge of every theme, in cells."""
        edges: dict[str, tuple[float, float]] = {}
        for column in self.columns:
            edges[column.theme] = (edges.get(column.theme, (column.place, 0))[0], column.place + 1)
        return edges

    @cached_property
    def legend(self) -> HeatLegend:
        return HeatLegend(self.steps, self.marked["moves"])

    @cached_property
    def steps(self) -> set[int]:
        """Steps that occur; a combination without a row has no figure."""
        absent = len(self.marked) < self.rows * len(self.columns)
        return set(self.marked["step"]) | ({NO_FIGURE} if absent else set())

    @property
    def span(self) -> float:
        return self.columns[-1].place + 1

    @property
    def rows(self) -> int:
        return len(self.names)

    @cached_property
    def _labels(self) -> list[str]:
        return list(wording.label_names(self.names, _LABEL).values())

    @property
    def _flat_lines(self) -> int:
        return max(len(_lines(column.title, _FLAT_CHARACTERS)) for column in self.columns)

    def _upright(self, characters: int) -> float:
        """Return the height of upright headings of at most so many characters."""
        longest = max(min(len(column.title), characters) for column in self.columns)
        return text_width(["x" * longest], _HEAD_TEXT) + 12

    @property
    def params(self) -> list[alt.VariableParameter]:
        """Return the chosen wijk, and what the browser works out from the width; all else refers to them by name."""
        gutter = min(text_width(self._labels) + 12, _WIDEST_GUTTER)
        themed = _THEME_LINE if len(self.themes) > 1 else 0
        short, long = self._upright(_NARROW_CHARACTERS), self._upright(_CHARACTERS) + themed
        upright = f"width < {NARROW} ? {short:.0f} : {long:.0f}"
        worked_out = {
            _LEFT: f"width < {NARROW} ? {_NARROW_GUTTER} : {gutter:.0f}",
            _CELL: f"min({_WIDEST_COLUMN}, (width - {_LEFT} - 3) / {self.span:g})",
            _HEAD: f"{_CELL} >= {_FLAT} ? {_FLAT_LINE * self._flat_lines + 12 + themed} : {upright}",
            _TOP: f"{self.legend.height} + {_HEAD}",
        }
        return [
            alt.VariableParameter(name=_CHOSEN, value=self.selected or ""),
            *(alt.VariableParameter(name=name, expr=expr) for name, expr in worked_out.items()),
        ]

    @property
    def height(self) -> float:
        """Height of the plot in pixels; where headings take less room, the rows take more."""
        row = _ROW if self.rows <= _MANY else _ROW_OF_MANY
        characters = _NARROW_CHARACTERS if self.span * _FLAT < 1000 else _CHARACTERS
        return row * self.rows + self.legend.tallest + self._upright(characters)

    def field(self, axis: alt.Axis) -> Field:
        """Return the scales: both linear, in cells."""
        right = f"{_LEFT} + {self.span:g} * {_CELL}"
        bottom = f"min(height, {_TOP} + {_TALLEST_ROW * self.rows})"
        return Field(
            alt.Scale(
                domain=[0, round(self.span, 3)],
                range=[alt.ExprRef(_LEFT), alt.ExprRef(right)],
                nice=False,
                zero=False,
            ),
            alt.Scale(
                domain=[0, self.rows],
                range=[alt.ExprRef(_TOP), alt.ExprRef(bottom)],
                nice=False,
                zero=False,
            ),
            axis,
        )

    def _table(self) -> alt.InlineData:
        """Return the cells as one text, a line for each: row, column, step, course, year of its turn, figure."""
        row_of = {region: i for i, region in enumerate(self.names)}
        place_of = {column.indicator: i for i, column in enumerate(self.columns)}
        shown = self.marked["shown"] if "shown" in self.marked else pd.Series("", index=self.marked.index)
        found = {
            (row_of[str(region)], place_of[str(indicator)]): said
            for region, indicator, *said in zip(
                *(self.marked[name] for name in ("region", "indicator", "step", "moves", "turned")),
                shown,
                strict=True,
            )
        }
        absent = (NO_FIGURE, "", "", wording.NO_FIGURE)
        lines = [
            ";".join(str(part).translate(_APART) for part in (row, column, *found.get((row, column), absent)))
            for row in range(self.rows)
            for column in range(len(self.columns))
        ]
        # A name of its own keeps Altair from moving the lines to the data sets, which Streamlit reads as tables. The
        # browser may not read CSV: the parser of Vega writes code for that, which the app's content policy forbids.
        return alt.InlineData(values=["\n".join(lines)], name="vakjes")

    def cells(self, field: Field, look: Look) -> alt.LayerChart:
        """Return fills, hatching and triangles, all from one table."""
        inks = heat_inks(look)
        steps = list(inks)
        x, y = field.x("x"), field.y("r")
        told = [
            alt.Tooltip("n:N", title="Wijk"),
            alt.Tooltip("f:N", title="Cijfer"),
            alt.Tooltip("l:N", title="Stand"),
            alt.Tooltip("w:N", title="Richting"),
        ]
        ends: dict[str, Any] = {"x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
        box: dict[str, Any] = {"xOffset": 1, "yOffset": 1.5, "x2Offset": -1, "y2Offset": -1.5, "aria": False}
        base = alt.Chart().encode(x=x, y=y, tooltip=told, **ends)
        layers: list[alt.Chart] = [
            base.mark_rect(**box, cornerRadius=1, strokeWidth=1).encode(
                fill=alt.Fill("s:N", scale=_scale(steps, [inks[s][0] for s in steps]), legend=None),
                stroke=alt.Stroke("s:N", scale=_scale(steps, [inks[s][1] for s in steps]), legend=None),
            )
        ]
        if UNSURE in self.steps:
            layers.append(
                base.transform_filter(f"datum.s == {UNSURE}").mark_rect(
                    **box, fill=look.paper, stroke=look.no_figure, strokeWidth=1, strokeDash=[2, 2]
                )
            )
        if NO_FIGURE in self.steps:
            layers.append(
                base.transform_filter(f"datum.s == {NO_FIGURE}").mark_rect(
                    **box, cornerRadius=1, color=hatching(look), opacity=1
                )
            )
        grid = alt.LayerChart(data=self._table(), layer=[*layers, *self._triangles(field, look)])
        grid.transform = [
            alt.CalculateTransform(calculate=r"split(datum.data, '\n')", **{"as": "lines"}),
            alt.FlattenTransform(flatten=["lines"]),
            *(
                alt.CalculateTransform(calculate=how, **{"as": name})
                for name, how in self._worked_out().items()
            ),
        ]
        return grid

    def _triangles(self, field: Field, look: Look) -> list[alt.Chart]:
        """Return the directions: a filled triangle is unfavourable, an open one favourable."""
        inks = heat_inks(look)
        moves = set(self.marked["moves"].str.lower())
        place = alt.Chart().encode(
            x=field.x("mx"),
            y=field.y("my"),
            shape=alt.Shape("m:N", scale=_scale(list(SHAPES), list(SHAPES.values())), legend=None),
        )
        size = alt.ExprRef(f"pow(clamp(0.62 * {_CELL}, 4, 9), 2)")
        steps = list(inks)
        colours = _scale(steps, [inks[s][2] for s in steps])
        style: dict[str, Any] = {"size": size, "opacity": 1, "tooltip": None, "aria": False}
        drawn = []
        if moves & set(WORSE):
            drawn.append(
                place.transform_filter("datum.m == 'a' || datum.m == 'b'")
                .mark_point(**style, filled=True, strokeWidth=0)
                .encode(color=alt.Color("s:N", scale=colours, legend=None))
            )
        if moves & set(BETTER):
            drawn.append(
                place.transform_filter("datum.m == 'c' || datum.m == 'd'")
                .mark_point(**style, filled=False, strokeWidth=1.2)
                .encode(color=alt.Color("s:N", scale=colours, legend=None))
            )
        return [layer.properties(name=f"richting{i}") for i, layer in enumerate(drawn)]

    def _worked_out(self) -> dict[str, str]:
        """Return what the browser works out per cell: places, and the sentences of the tooltip."""
        places = _as_json([round(column.place, 3) for column in self.columns])
        titles = _as_json([column.title for column in self.columns])
        names = _as_json(list(self.names.values()))
        levels = _as_json({str(step): level_told(step, self.comparator) for step in LEVEL_WORDS})
        codes = sorted(set(self.marked["moves"]))
        plain = _as_json({code: course_told(code, self.comparator) for code in codes})
        turned = _as_json({code: course_told(code, self.comparator, since="{jaar}") for code in codes})
        return {
            "p": "split(datum.lines, ';')",
            "r": "toNumber(datum.p[0])",
            "c": "toNumber(datum.p[1])",
            "s": "toNumber(datum.p[2])",
            "m": "lower(datum.p[3])",
            "x": f"{places}[datum.c]",
            "x2": "datum.x + 1",
            "y2": "datum.r + 1",
            "mx": "datum.x + 0.5",
            "my": "datum.r + 0.5",
            "n": f"{names}[datum.r]",
            "f": f"{titles}[datum.c] + (datum.p[5] ? ': ' + datum.p[5] : '')",
            "l": f"{levels}[datum.s]",
            "w": f"datum.p[4] ? replace({turned}[datum.p[3]], '{{jaar}}', datum.p[4]) : {plain}[datum.p[3]]",
        }

    def frame(self, field: Field, look: Look) -> list[alt.Chart]:
        """Return the frame around the selected wijk."""
        return [
            alt.Chart(self._rows)
            .transform_filter(_IS_CHOSEN)
            .mark_rect(
                fill=None,
                stroke=look.ink,
                strokeWidth=1.5,
                cornerRadius=2,
                yOffset=-0.5,
                y2Offset=0.5,
                tooltip=None,
                aria=False,
            )
            .encode(
                x=alt.value(alt.ExprRef(f"{_LEFT} - 3")),
                x2=alt.value(alt.ExprRef(f"{_LEFT} + {self.span:g} * {_CELL} + 3")),
                y=field.y("row"),
                y2="row2:Q",
            )
        ]

    def row_labels(self, field: Field) -> list[alt.Chart]:
        """Return the names left of the rows, shorter on a narrow chart; that of the selected wijk is bold."""
        style: dict[str, Any] = {
            "align": "left",
            "baseline": "middle",
            "text": wide_or_narrow("datum.label", "datum.short"),
        }
        rows = alt.Chart(self._rows).encode(x=alt.value(0), y=field.y("middle"))
        return [
            rows.transform_filter(f"!({_IS_CHOSEN})").mark_text(**style),
            rows.transform_filter(_IS_CHOSEN).mark_text(**style, fontWeight=700),
        ]

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "region": list(self.names),
                "row": range(self.rows),
                "middle": [i + 0.5 for i in range(self.rows)],
                "row2": [i + 1 for i in range(self.rows)],
                "label": self._labels,
                "short": list(wording.label_names(self.names, _SHORT_LABEL).values()),
            }
        )

    def headings(self, field: Field, look: Look) -> list[alt.Chart]:
        """Return what stands above the columns: the figures, and above them their themes."""
        titles = [column.title for column in self.columns]
        heads = pd.DataFrame(
            {
                "mx": [column.place + 0.5 for column in self.columns],
                "flat": ["|".join(_lines(title, _FLAT_CHARACTERS)) for title in titles],
                "two": ["|".join(_lines(title, _CHARACTERS, 2)) for title in titles],
                "two_short": ["|".join(_lines(title, _NARROW_CHARACTERS, 2)) for title in titles],
                "one": _unlike(titles, _CHARACTERS),
                "one_short": _unlike(titles, _NARROW_CHARACTERS),
            }
        )
        flat, narrow = f"{_CELL} >= {_FLAT}", f"width < {NARROW}"
        two = f"{_CELL} >= {_TWO_LINES} ? ({narrow} ? datum.two_short : datum.two)"
        one = f"{_CELL} >= {_ONE_LINE} ? ({narrow} ? datum.one_short : datum.one) : ''"
        text = f"{flat} ? datum.flat : {two} : {one}"
        more = f"(length(split({text}, '|')) - 1)"
        named = (
            alt.Chart(heads)
            .mark_text(
                align=alt.ExprRef(f"{flat} ? 'center' : 'left'"),
                baseline=alt.ExprRef(f"{flat} ? 'line-bottom' : 'middle'"),
                angle=alt.ExprRef(f"{flat} ? 0 : 270"),
                fontSize=alt.ExprRef(f"{flat} ? {TEXT_SIZE} : {_HEAD_TEXT}"),
                lineHeight=alt.ExprRef(f"{flat} ? {_FLAT_LINE} : {_HEAD_LINE}"),
                # Lines run on downward in the direction of the text: move the first one back.
                dy=alt.ExprRef(f"-{more} * ({flat} ? {_FLAT_LINE} : {_HEAD_LINE / 2})"),
                color=look.quiet,
                text=alt.ExprRef(f"split({text}, '|')"),
                tooltip=None,
            )
            .encode(x=field.x("mx"), y=alt.value(alt.ExprRef(f"{_TOP} - 6")))
        )
        return [named, *(self._theme_headings(field, look) if len(self.themes) > 1 else [])]

    def _theme_headings(self, field: Field, look: Look) -> list[alt.Chart]:
        """Return the themes: above the headings with a rule, or in place of them where those do not fit."""
        themes = pd.DataFrame(
            {
                "first": [first for first, _ in self.themes.values()],
                "last": [last for _, last in self.themes.values()],
                "mx": [(first + last) / 2 for first, last in self.themes.values()],
                "theme": list(self.themes),
                # "Voorzieningen" says more than "Voorzieningen en mobi…".
                "short": [theme.partition(" en ")[0] for theme in self.themes],
            }
        )
        room = f"(datum.last - datum.first + {_THEME_GAP}) * {_CELL} - 2"
        fitting = f"length(datum.theme) * {_HEAD_TEXT * 0.58:.1f} > {room} ? datum.short : datum.theme"
        above = f"{_TOP} - {_HEAD} + 12"
        base = alt.Chart(themes)
        wide = f"width >= {NARROW}"
        return [
            base.mark_text(
                align="left",
                baseline="middle",
                fontWeight=600,
                fontSize=_HEAD_TEXT,
                color=look.ink,
                text=alt.ExprRef(f"{wide} ? ({fitting}) : ''"),
                limit=alt.ExprRef(room),
                tooltip=None,
            ).encode(x=field.x("first"), y=alt.value(alt.ExprRef(above))),
            base.mark_rule(
                color=look.no_figure, opacity=alt.ExprRef(f"{wide} ? 1 : 0"), tooltip=None, aria=False
            ).encode(x=field.x("first"), x2="last:Q", y=alt.value(alt.ExprRef(f"{above} + 9"))),
            base.mark_text(
                align="left",
                baseline="middle",
                angle=270,
                color=look.quiet,
                text=alt.ExprRef(f"{_CELL} < {_ONE_LINE} ? datum.theme : ''"),
                tooltip=None,
            ).encode(x=field.x("mx"), y=alt.value(alt.ExprRef(f"{_TOP} - 6"))),
        ]


def _lines(title: str, width: int, most: int | None = None) -> list[str]:
    """Break a title into lines; a number with a space in it stays whole."""
    whole = re.sub(r"(\d)[ \u202f](?=\d{3}\b)", "\\1\u00a0", title)
    return textwrap.wrap(whole, width, max_lines=most, placeholder="…", break_long_words=False)


def _unlike(titles: Sequence[str], width: int) -> list[str]:
    """Shorten titles to at most ``width`` characters; where two would become alike, cut both in the middle."""
    short = [wording.short_name(title, width) for title in titles]
    return [
        f"{title[: width // 2 - 1].rstrip()}…{title[len(title) - width // 2 :].lstrip()}"
        if short.count(text) > 1
        else text
        for text, title in zip(short, titles, strict=True)
    ]


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _scale(domain: Sequence[Any], range_: Sequence[Any]) -> alt.Scale:
    return alt.Scale(domain=list(domain), range=list(range_))
