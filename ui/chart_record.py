"""The record of the forecasts: what would have been said in earlier years against what came, and how often it was right."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from data.catalogue import Indicator
from ui import wording
from ui.chart_line_parts import (
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
    NARROW,
    Field,
    Layers,
    caption_of,
    dress,
    empty_chart,
    outlined_text,
    source_line,
    text_width,
    tick_labels,
    value_layers,
    value_scale,
    value_ticks,
    wide_or_narrow,
    year_axis,
)
from ui.chart_words import completed, line_runs
from ui.tables import nearer_or_further
from ui.theme import Look

#: Years ahead of which the picture can be drawn, the one that says most first.
LEADS: Final = (5, 3, 1)
#: Fewer earlier forecasts than this make no picture, unless there are no more of any lead.
FEWEST_DRAWN: Final = 3


def leads(earlier: pd.DataFrame) -> list[int]:
    """Return of which years ahead (1, 3, 5) there are enough earlier forecasts of one series to draw."""
    counts = earlier["horizon"].value_counts()
    return [lead for lead in sorted(LEADS) if counts.get(lead, 0) >= FEWEST_DRAWN]


def best_lead(earlier: pd.DataFrame) -> int | None:
    """Return the years ahead to draw unasked; None without any earlier forecast.

    The most of `LEADS` with enough bands, else with enough forecasts, else the years ahead that occur most.
    """
    for rows in (earlier.loc[earlier["lower_80"].notna()], earlier):
        if possible := leads(rows):
            return max(possible)
    counts = earlier["horizon"].value_counts()
    return int(counts.index[0]) if len(counts) else None


# What was said against what came ------------------------------------------------------------------


def earlier_chart(
    history: pd.DataFrame,
    earlier: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    subtitle: str | None = None,
    lead: int | None = None,
    breaks: pd.DataFrame | None = None,
    source: str | None = None,
    height: float = 330,
) -> alt.LayerChart:
    """Draw for every year the band that would have been given some years before it, and the figure that came.

    A figure inside its band is a filled point, one outside it a large open diamond: told apart without colour.

    Parameters
    ----------
    history : DataFrame
        The columns of `ui.chart_lines.line_chart` for the region.
    earlier : DataFrame
        The rows of one series in `analysis.forecasting.Study.earlier`. Where no band would have been given, only the
        middle is drawn, and the figure is neither right nor wrong.
    indicator, look, title, subtitle, breaks, source, height
        As in `ui.chart_lines.line_chart`.
    lead : int, optional
        How many years before each year; `best_lead` by default.
    """
    history = completed(history, indicator)
    runs = line_runs(history)
    lead = best_lead(earlier) if lead is None else lead
    said = _said(earlier, lead, indicator)
    description = describe_earlier_chart(earlier, indicator, lead)
    if runs.empty or said.empty:
        return empty_chart(description, look, title=title, source=source or indicator.source)
    runs = runs.merge(styles_of(runs, None, look), on="region")
    runs = with_tooltip(runs, indicator).sort_values("run", ignore_index=True)
    ink = str(runs["ink"].iloc[0])
    first, last = int(runs["year"].min()), int(runs["year"].max())
    reach = [runs["value"], *(said[column] for column in ("lower_80", "upper_80", "mean"))]
    ticks = value_ticks(pd.concat(reach).dropna(), indicator.unit)
    left = text_width(tick_labels(ticks, indicator.unit)) + 14
    right, taken = alt.ExprRef("width - 16"), left + 16
    field = Field(
        year_scale(first, last, left, right),
        value_scale(ticks),
        year_axis(range(first, last + 1), (taken, taken)),
    )
    break_years = years_of_breaks(history, breaks, first, last)
    rules, reasons = break_layers(break_years, field, look)
    layers = value_layers(field, ticks, indicator.unit, look, left, right) + rules
    layers += _said_layers(said, field, look)
    # The figures are drawn as those of a comparator: a thin line, whose points say whether the band held them.
    layers += line_layers(runs.assign(layer="comparator", width=1.6), field, look)
    layers += _came_layers(said, field, look, ink) + reasons
    caption = line_caption(
        source,
        indicator,
        runs,
        runs.iloc[:0],
        gaps=has_gaps(history, runs),
        broken=not break_years.empty,
        from_zero=ticks[0] == 0,
    )
    return dress(
        layers,
        look,
        title=title,
        subtitle=subtitle or wording.title_with_unit(indicator),
        description=description,
        height=height,
        caption=caption_of([caption, *_about_said(said, lead)]),
    )


def _said(earlier: pd.DataFrame, lead: int | None, indicator: Indicator) -> pd.DataFrame:
    """Return what would have been said ``lead`` years before each year, and whether the figure came inside the band."""
    rows = earlier.loc[(earlier["horizon"] == lead) & earlier["mean"].notna() & earlier["value"].notna()]
    rows = rows.sort_values("year", ignore_index=True)
    banded = rows["lower_80"].notna() & rows["upper_80"].notna()
    inside = rows["value"].between(rows["lower_80"], rows["upper_80"])

    def written(column: str) -> list[str]:
        return [wording.figure(value, indicator.unit, indicator.decimals) for value in rows[column]]

    ends = zip(written("lower_80"), written("upper_80"), banded, strict=True)
    return rows.assign(
        verdict=np.select([~banded, inside], ["unbanded", "inside"], default="outside"),
        origin_text=rows["origin"].astype(int).astype(str),
        year_text=rows["year"].astype(int).astype(str),
        came=written("value"),
        said=written("mean"),
        band=[f"tussen {low} en {high}" if there else "toen nog geen band" for low, high, there in ends],
    )


def _said_layers(said: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return the bands as upright bars, their middle as a small dash, and a thin line from the year they were made in."""
    style: dict[str, Any] = {"tooltip": None, "aria": False}
    rows = said[["origin", "last_value", "year", "mean", "lower_80", "upper_80"]]
    base = alt.Chart(rows).encode(x=field.x("year"))
    opacity = 0.3 if look.name == "light" else 0.4
    bars = base.transform_filter("isValid(datum.lower_80)").mark_rule(
        color=look.no_figure, strokeWidth=11, opacity=opacity, **style
    )
    middle = base.mark_tick(orient="horizontal", color=look.quiet, thickness=1.6, size=17, opacity=1, **style)
    strings = alt.Chart(rows).mark_rule(color=look.no_figure, strokeWidth=0.8, strokeDash=[2, 3], **style)
    return [
        strings.encode(x=field.x("origin"), y=field.y("last_value"), x2="year:Q", y2="mean:Q"),
        bars.encode(y=field.y("lower_80"), y2="upper_80:Q"),
        middle.encode(y=field.y("mean")),
    ]


def _came_layers(said: pd.DataFrame, field: Field, look: Look, ink: str) -> Layers:
    """Return the figures that came, and what each tells beside what was said."""
    style: dict[str, Any] = {"tooltip": None, "aria": False, "opacity": 1}
    base = alt.Chart(said[["year", "value", "verdict"]]).encode(x=field.x("year"), y=field.y("value"))
    hits = base.transform_filter(alt.datum.verdict == "inside").mark_point(
        shape="circle", size=46, filled=True, color=ink, **style
    )
    misses = base.transform_filter(alt.datum.verdict == "outside").mark_point(
        shape="diamond", size=130, fill=look.paper, stroke=look.unfavourable, strokeWidth=2.2, **style
    )
    headings = {
        "year_text": "Jaar",
        "came": "Dit kwam er",
        "said": "Dit was de verwachting",
        "band": "In 8 van de 10 gevallen",
        "origin_text": "Gemaakt met cijfers tot en met",
        "told_verdict": "Het cijfer kwam",
    }
    told = said.assign(told_verdict=said["verdict"].map(_VERDICTS))
    told = told[["year", "value", *headings]].assign(
        alternative=[
            f"{row['year_text']}: {row['came']}, {row['told_verdict']}; de verwachting was {row['said']}, {row['band']}"
            for _, row in told.iterrows()
        ]
    )
    pointed = alt.Chart(told).mark_point(size=300, opacity=0, filled=True)
    tooltip = [alt.Tooltip(f"{column}:N", title=heading) for column, heading in headings.items()]
    return [
        hits,
        misses,
        pointed.encode(x=field.x("year"), y=field.y("value"), description="alternative:N", tooltip=tooltip),
    ]


_VERDICTS: Final = {
    "inside": "in de band",
    "outside": "buiten de band",
    "unbanded": "zonder band om aan te toetsen",
}


def _about_said(said: pd.DataFrame, lead: int | None) -> list[str]:
    verdicts = set(said["verdict"])
    if verdicts == {"unbanded"}:
        return [
            f"Streepje: de verwachting van {_years(lead)} eerder; stippellijn: vanaf het laatste cijfer van toen. Toen "
            "waren er nog te weinig eerdere verwachtingen voor een band."
        ]
    return [
        f"Grijze balk: waar het cijfer volgens de verwachting van {_years(lead)} eerder in 8 van de 10 gevallen zou komen; "
        "streepje: het midden; stippellijn: vanaf het laatste cijfer van toen.",
        "Ruit: het cijfer kwam buiten de balk." if "outside" in verdicts else "Elk cijfer kwam in zijn balk.",
        "Streepje zonder balk: toen nog te weinig eerdere verwachtingen voor een band."
        if "unbanded" in verdicts
        else "",
    ]


def _years(lead: int | None) -> str:
    return wording.count(lead or 0, "jaar", "jaar")


def describe_earlier_chart(earlier: pd.DataFrame, indicator: Indicator, lead: int | None = None) -> str:
    """Return the text alternative of `earlier_chart`: how many figures came inside their band, and which did not."""
    lead = best_lead(earlier) if lead is None else lead
    said = _said(earlier, lead, indicator)
    if said.empty:
        return f"Er zijn geen eerdere verwachtingen om na te rekenen voor {wording.subject(indicator)}."
    told = [
        f"Wat de verwachting van {wording.subject(indicator)} {_years(lead)} eerder zou zijn geweest, naast wat er kwam, "
        f"van {int(said['year'].iloc[0])} tot en met {int(said['year'].iloc[-1])}."
    ]
    banded = said.loc[said["verdict"] != "unbanded"]
    if banded.empty:
        off = (said["value"] - said["mean"]).abs().mean()
        far = wording.difference(off, indicator.unit, indicator.decimals)
        return f"{told[0]} Gemiddeld {far} ernaast; toen was er nog geen band."
    misses = banded.loc[banded["verdict"] == "outside"]
    told.append(
        f"Van {wording.count(len(banded), 'cijfer', 'cijfers')} {'kwam' if len(banded) - len(misses) == 1 else 'kwamen'} er "
        f"{wording.number(len(banded) - len(misses))} in de band van 8 op de 10."
    )
    told += [
        f"In {row['year_text']} niet: het werd {row['came']}, de verwachting was {row['said']}, {row['band']}."
        for _, row in misses.head(4).iterrows()
    ]
    return " ".join(told)


# How often right, and how far off -----------------------------------------------------------------
#: Pixels: height of a row, of the headings above the rows, and of what stands below them.
_ROW: Final = 26
_HEAD: Final = 44
_FOOT: Final = 22
#: Pixels between the two halves.
_BETWEEN: Final = 34
#: Shares under this one (per cent) are rare; the scale of the first half starts here, or lower where it must.
_LOWEST_SHARE: Final = 50.0
_PROMISED: Final = (80, 95)


def record_chart(
    record: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    subtitle: str | None = None,
    source: str | None = None,
) -> alt.LayerChart:
    """Draw a row per number of years ahead: how often the bands were right, and how far off beside saying "no change".

    Parameters
    ----------
    record : DataFrame
        Rows of one group of `analysis.forecasting.track_record`.
    indicator, look, title, subtitle, source
        As in `ui.chart_lines.line_chart`.
    """
    description = describe_record_chart(record, indicator)
    rows = _record_rows(record, indicator)
    if rows.empty:
        return empty_chart(description, look, title=title, source=source or indicator.source)
    ticks = value_ticks(pd.concat([rows["mae"], rows["mae_no_change"], pd.Series([0.0])]), "")
    halves = _Halves(rows, ticks)
    layers = [
        *_row_layers(rows, halves),
        *_promise_layers(len(rows), halves, look),
        *_share_layers(rows, halves, look),
        *_scale_layers(len(rows), halves, indicator, look),
        *_error_layers(rows, halves, look),
        _row_pointing(rows),
    ]
    first, last = int(rows["first_origin"].min()), int(rows["last_origin"].max())
    made = f"in {first}" if first == last else f"van {first} tot en met {last}"
    caption = caption_of(
        [
            source_line(source or indicator.source),
            f"Proef: verwachtingen gemaakt met wat er {made} bekend was, naast wat er kwam.",
            "Links: dichte punt de band van 80 %, open vierkant die van 95 %; hoe dichter bij zijn streep, hoe beter.",
            "Rechts: dichte punt de verwachting, open ruit zeggen dat er niets verandert; links van de ruit is dichterbij.",
        ]
    )
    return dress(
        layers,
        look,
        title=title,
        subtitle=subtitle or wording.title_with_unit(indicator),
        description=description,
        height=_HEAD + _ROW * len(rows) + _FOOT + 75,
        caption=caption,
    )


def _record_rows(record: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return the years ahead that were tried, each with what it tells."""
    tried = record.loc[record["n"] > 0].sort_values("horizon", ignore_index=True)

    def off(column: str) -> list[str]:
        return [wording.difference(value, indicator.unit, indicator.decimals) for value in tried[column]]

    def share(column: str) -> list[str]:
        return [
            wording.figure(100 * value, "%") if known else "te weinig proeven"
            for value, known in zip(tried[column], tried[column].notna(), strict=True)
        ]

    return tried.assign(
        row=range(len(tried)),
        wide=[f"{wording.count(int(ahead), 'jaar', 'jaar')} vooruit" for ahead in tried["horizon"]],
        narrow=[wording.count(int(ahead), "jaar", "jaar") for ahead in tried["horizon"]],
        trials=[wording.number(n) for n in tried["n"]],
        share_80=share("covered_80"),
        share_95=share("covered_95"),
        off=off("mae"),
        off_no_change=off("mae_no_change"),
        against=[nearer_or_further(relative) for relative in tried["relative"]],
        percent=[_signed_percent(relative) for relative in tried["relative"]],
    )


def _signed_percent(relative: float) -> str:
    """Write how much larger (+) or smaller the error is than that of no change, for a telephone."""
    if not wording.is_figure(relative):
        return ""
    return wording.figure(round(100 * (relative - 1)), "%", 0, signed=True)


class _Halves:
    """Where a row, a share and an error stand: pixels, worked out by the browser from the width it has."""

    def __init__(self, rows: pd.DataFrame, ticks: list[float]) -> None:
        shares = 100 * pd.concat([rows["covered_80"], rows["covered_95"]])
        lowest = shares.min() if shares.notna().any() else _LOWEST_SHARE
        self.lowest = min(_LOWEST_SHARE, 10 * np.floor(lowest / 10))
        self.ticks = ticks
        gutter = [text_width(rows[name]) + 10 for name in ("wide", "narrow")]
        behind = [text_width(rows["against"]) + 14, text_width(rows["percent"]) + 14]
        self.left = _by_width(*gutter)
        self.behind = _by_width(*behind)
        self.half = f"((width - {self.left} - {self.behind} - {_BETWEEN}) / 2)"

    def of_share(self, percent: pd.Series[Any] | float) -> Any:
        """Return how far along the first half a share stands, from 0 to 1."""
        return (percent - self.lowest) / (100 - self.lowest)

    def of_error(self, error: pd.Series[Any] | float) -> Any:
        """Return how far along the second half an error stands, from 0 to 1."""
        return error / self.ticks[-1]

    def first(self, u: str) -> str:
        """Return the expression of the horizontal place in the first half."""
        return f"{self.left} + {u} * {self.half}"

    def second(self, u: str) -> str:
        """Return the expression of the horizontal place in the second half."""
        return f"{self.left} + {self.half} + {_BETWEEN} + {u} * {self.half}"


def _by_width(wide: float, narrow: float) -> str:
    return f"(width < {NARROW} ? {narrow:.0f} : {wide:.0f})"


def _placed(rows: pd.DataFrame, px: str, py: str = "", **more: str) -> alt.Chart:
    """Return a chart of rows at the pixels of two expressions; without ``py`` in the middle of their row."""
    middle = f"{_HEAD} + (datum.row + 0.5) * {_ROW}"
    chart = alt.Chart(rows).transform_calculate(px=px, py=py or middle, **more)
    return chart.encode(x=_pixel("px", alt.X), y=_pixel("py", alt.Y))


def _pixel(field: str, channel: Any) -> Any:
    return channel(f"{field}:Q", scale=None, axis=None)


_QUIET: Final[dict[str, Any]] = {"tooltip": None, "aria": False}


def _row_layers(rows: pd.DataFrame, halves: _Halves) -> Layers:
    """Return the headings of both halves, the years ahead in front and the comparison behind."""
    heads = pd.DataFrame(
        {
            "row": [0, 0],
            "wide": ["Zo vaak klopte de band", "Zo ver zat het ernaast"],
            "narrow": ["Band klopte", "Gemiddeld mis"],
        }
    )
    bold: dict[str, Any] = {"align": "left", "baseline": "top", "fontWeight": 600}
    text = wide_or_narrow("datum.wide", "datum.narrow")
    return [
        _placed(heads.head(1), halves.first("0"), "0").mark_text(**bold, text=text),
        _placed(heads.tail(1), halves.second("0"), "0").mark_text(**bold, text=text),
        _placed(rows[["row", "wide", "narrow"]], "0").mark_text(align="left", baseline="middle", text=text),
        _placed(rows[["row", "against", "percent"]], "width").mark_text(
            align="right", baseline="middle", text=wide_or_narrow("datum.against", "datum.percent")
        ),
    ]


def _promise_layers(rows: int, halves: _Halves, look: Look) -> Layers:
    """Return an upright line where each band should be."""
    frame = pd.DataFrame(
        {
            "u": [halves.of_share(float(level)) for level in _PROMISED],
            "label": [wording.figure(level, "%") for level in _PROMISED],
        }
    )
    base = _placed(frame, halves.first("datum.u"), str(_HEAD - 6), foot=str(_HEAD + rows * _ROW))
    return [
        base.mark_rule(color=look.quiet, strokeWidth=1.2, strokeDash=[3, 2], **_QUIET).encode(y2="foot:Q"),
        base.mark_text(baseline="bottom", color=look.quiet, fontSize=11, dy=-2).encode(text="label:N"),
    ]


def _share_layers(rows: pd.DataFrame, halves: _Halves, look: Look) -> Layers:
    """Return how often each band was right: a filled point and an open square, with their figures where there is room."""
    layers: Layers = []
    known = rows.loc[rows["covered_80"].notna() & rows["covered_95"].notna()]
    for level, shape, paint, side in (
        (80, "circle", look.accent, "right"),
        (95, "square", look.paper, "left"),
    ):
        marks = pd.DataFrame(
            {
                "row": known["row"],
                "u": halves.of_share(100 * known[f"covered_{level}"]),
                "label": [wording.number(100 * share) for share in known[f"covered_{level}"]],
            }
        )
        base = _placed(marks, halves.first("datum.u"))
        layers.append(
            base.mark_point(
                shape=shape, size=70, fill=paint, stroke=look.accent, strokeWidth=1.8, opacity=1, **_QUIET
            )
        )
        written = wide_or_narrow("datum.label", "''")
        away = -9 if side == "right" else 9
        layers += outlined_text(base, look, align=side, dx=away, baseline="middle", fontSize=11, text=written)
    unknown = rows.loc[rows["covered_80"].isna() | rows["covered_95"].isna(), ["row"]]
    if len(unknown):
        words = _placed(unknown, halves.first("0")).mark_text(
            align="left",
            baseline="middle",
            color=look.quiet,
            fontStyle="italic",
            text=wide_or_narrow("'te weinig proeven'", "'te weinig'"),
        )
        layers.append(words)
    return layers


def _scale_layers(rows: int, halves: _Halves, indicator: Indicator, look: Look) -> Layers:
    """Return the two ends of the scale of the errors."""
    ends = [0.0, halves.ticks[-1]]
    frame = pd.DataFrame({"u": [0.0, 1.0], "label": tick_labels(ends, indicator.unit.replace("%", ""))})
    foot = str(_HEAD + rows * _ROW)
    base = _placed(frame, halves.second("datum.u"), foot, top=str(_HEAD - 6))
    return [
        base.mark_rule(color=look.hairline, strokeWidth=1, **_QUIET).encode(y2="top:Q"),
        base.mark_text(baseline="top", color=look.quiet, fontSize=11, dy=5).encode(text="label:N"),
    ]


def _error_layers(rows: pd.DataFrame, halves: _Halves, look: Look) -> Layers:
    """Return how far off the forecasts were, beside how far off saying "no change" was."""
    marks = pd.DataFrame(
        {"row": rows["row"], "u": halves.of_error(rows["mae"]), "v": halves.of_error(rows["mae_no_change"])}
    )
    between = _placed(marks, halves.second("datum.u"), px2=halves.second("datum.v"))
    other = _placed(marks, halves.second("datum.v"))
    own = _placed(marks, halves.second("datum.u"))
    return [
        between.mark_rule(color=look.no_figure, strokeWidth=2, **_QUIET).encode(x2="px2:Q"),
        other.mark_point(
            shape="diamond", size=80, fill=look.paper, stroke=look.quiet, strokeWidth=1.8, opacity=1, **_QUIET
        ),
        own.mark_point(size=70, filled=True, color=look.accent, opacity=1, **_QUIET),
    ]


def _row_pointing(rows: pd.DataFrame) -> alt.Chart:
    """Return what a row tells when it is pointed at."""
    headings = {
        "wide": "Verwachting",
        "trials": "Aantal proeven",
        "share_80": "In de band van 80 %",
        "share_95": "In de band van 95 %",
        "off": "Gemiddeld ernaast",
        "off_no_change": "Ernaast bij ‘er verandert niets’",
        "against": "Verschil",
    }
    top = f"{_HEAD} + datum.row * {_ROW}"
    strips = _placed(rows[["row", *headings]], "0", top, px2="width", py2=f"{top} + {_ROW}")
    tooltip = [alt.Tooltip(f"{column}:N", title=heading) for column, heading in headings.items()]
    return strips.mark_rect(opacity=0).encode(x2="px2:Q", y2="py2:Q", tooltip=tooltip, description="wide:N")


def describe_record_chart(record: pd.DataFrame, indicator: Indicator) -> str:
    """Return the text alternative of `record_chart`: per number of years ahead how often right, and how far off."""
    rows = _record_rows(record, indicator)
    if rows.empty:
        return f"Er zijn geen eerdere verwachtingen om na te rekenen voor {wording.subject(indicator)}."
    told = [f"Hoe vaak eerdere verwachtingen van {wording.subject(indicator)} klopten."]
    shown = rows.loc[rows["horizon"].isin((1, 3, 5))]
    for _, row in (shown if len(shown) else rows.head(3)).iterrows():
        bands = f"{row['share_80']} in de band van 80 % en {row['share_95']} in die van 95 %"
        if pd.isna(row["covered_80"]):
            bands = "te weinig proeven voor een band"
        told.append(
            f"{wording.capital(row['wide'])}: {bands}; gemiddeld {row['off']} ernaast, {row['against']}"
            f"{'' if row['against'].endswith('ver') else ' dan zeggen dat er niets verandert'}."
        )
    return " ".join(told)
