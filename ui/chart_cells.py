"""Charts of cells: indicators, wijken or codes against years (public face: ``ui.charts``)."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from data.panel import WITH_VALUE, Status
from ui import wording
from ui.chart_parts import (
    Field,
    Layers,
    caption_of,
    dress,
    empty_chart,
    hatching,
    name_layers,
    names_by_key,
    no_axis,
    source_line,
    text_width,
    wide_or_narrow,
)
from ui.theme import Look

_COVERAGE_SIGNS: Final = {
    Status.OBSERVED: "",
    Status.PROVISIONAL: "v",
    Status.BRIDGED: "o",
    Status.SUPPRESSED: "g",
    Status.WITHHELD: "w",
    Status.NOT_PUBLISHED: "n",
    Status.DISCONTINUED: "×",
    Status.NOT_APPLICABLE: "/",
}
#: Striped: CBS or Wijkradar has the figure, but it may not be seen.
_KEPT_BACK: Final = (Status.SUPPRESSED, Status.WITHHELD)
#: Counts that a cell tells about when it is pointed at; only those that occur are told.
_COUNTED: Final = {
    "n_provisional": Status.PROVISIONAL,
    "n_bridged": Status.BRIDGED,
    "n_suppressed": Status.SUPPRESSED,
    "n_withheld": Status.WITHHELD,
    "n_not_published": Status.NOT_PUBLISHED,
}


def coverage_chart(
    frame: pd.DataFrame,
    look: Look,
    *,
    title: str,
    subtitle: str | None = None,
    source: str = "CBS, Kerncijfers wijken en buurten (CC BY 4.0)",
    rows: str = "indicator",
    selected: str | None = None,
) -> alt.LayerChart:
    """Draw what has a figure in which year, why not, and where a series breaks.

    Parameters
    ----------
    frame : DataFrame
        One row per indicator (or region) and year, in the order to draw: ``rows``, title, year, status, and
        optionally share (0-1, part of the wijken with a figure), the counts of `analysis.coverage.coverage`,
        broken (True where the figures do not continue those of the year before: a thick line before the year)
        and why (a few words for that break).
    look : Look
        The light or the dark look.
    title, subtitle : str
        The finding and what is shown.
    source : str
        Source line.
    rows : str
        Column that holds what the rows stand for: ``indicator`` or ``region``.
    selected : str, optional
        The row whose name is set in bold.

    Notes
    -----
    A letter says the status without colour: v voorlopig, o omgerekend, g geheim of te klein, w weggelaten,
    n nog niet, × gestopt.
    """
    description = describe_coverage_chart(frame, rows)
    if frame.empty:
        return empty_chart(description, look, title=title, source=source)
    share = frame["share"] if "share" in frame else pd.Series(1.0, index=frame.index)
    statuses = [Status(status) for status in frame["status"]]
    painted = [_coverage_ink(status, part, look) for status, part in zip(statuses, share, strict=True)]
    bridged = frame["n_bridged"] if "n_bridged" in frame else pd.Series(0, index=frame.index)
    signs = [
        _coverage_sign(status, part, converted)
        for status, part, converted in zip(statuses, share, bridged, strict=True)
    ]
    cells = frame.assign(
        column=frame["year"].astype(int).astype(str),
        row=frame[rows].astype(str),
        empty=[status in _KEPT_BACK for status in statuses],
        fill=[fill for fill, _ in painted],
        text_ink=[ink for _, ink in painted],
        sign=signs,
        told=_coverage_told(frame, statuses),
        told_share=[f"{wording.number(100 * part)} %" if wording.is_figure(part) else "" for part in share],
        told_break=_breaks_told(frame),
    )
    tooltip = [
        alt.Tooltip("title:N", title="Cijfer" if rows == "indicator" else "Gebied"),
        alt.Tooltip("column:N", title="Jaar"),
        alt.Tooltip("told:N", title="Stand"),
    ]
    if "share" in frame:
        tooltip.append(alt.Tooltip("told_share:N", title="Wijken met cijfer"))
    if any(cells["told_break"]):
        tooltip.append(alt.Tooltip("told_break:N", title="Breuk"))
    years = [str(year) for year in range(int(frame["year"].min()), int(frame["year"].max()) + 1)]
    labels = names_by_key(frame.drop_duplicates(rows), rows, "title")
    layers, height = _cell_layers(
        cells,
        rows=_row_labels(labels, rows, 44),
        short_rows=_row_labels(labels, rows, 19),
        columns=years,
        look=look,
        tooltip=tooltip,
        bold=selected,
    )
    caption = caption_of([*_coverage_caption(cells, rows), source_line(source)])
    return dress(
        layers, look, title=title, subtitle=subtitle, description=description, height=height, caption=caption
    )


def _row_labels(labels: dict[str, str], rows: str, width: int) -> dict[str, str]:
    """Return short names of the rows; two wijken never get the same."""
    if rows == "region":
        return wording.label_names(labels, width)
    return {key: wording.short_name(title, width) for key, title in labels.items()}


def _coverage_caption(cells: pd.DataFrame, rows: str) -> list[str]:
    """Return the legend in words: only what occurs in the picture."""
    signs = set(cells["sign"])
    broken = cells["broken"].astype(bool) if "broken" in cells else pd.Series(False, index=cells.index)
    what = "andere definitie, of de meeste wijken kregen andere grenzen"
    if rows == "region":
        what = "andere definitie, of dit gebied kreeg andere grenzen"
    gaps = cells["row"].nunique() * cells["column"].nunique() > len(cells)
    return [
        "Gekleurd: er is een cijfer.",
        "Getal: het deel van de wijken met een cijfer, in procenten." if any(map(str.isdigit, signs)) else "",
        *(
            f"{sign}: {wording.status_label(status)}{_in_part(status, rows)}."
            for status, sign in _COVERAGE_SIGNS.items()
            if sign and sign in signs
        ),
        "Leeg: dit gebied bestond toen niet." if rows == "region" and gaps else "",
        f"Dikke streep: een breuk ({what})." if broken.any() else "",
    ]


def _in_part(status: Status, rows: str) -> str:
    return " (bij een of meer wijken)" if status == Status.BRIDGED and rows == "indicator" else ""


def _coverage_sign(status: Status, share: float, bridged: float = 0) -> str:
    if status in WITH_VALUE and wording.is_figure(share) and share < 0.995:
        return f"{100 * share:.0f}"
    if status == Status.OBSERVED and bridged > 0:
        return _COVERAGE_SIGNS[Status.BRIDGED]
    return _COVERAGE_SIGNS[status]


def _coverage_told(frame: pd.DataFrame, statuses: list[Status]) -> list[str]:
    """Say the status of every cell, and how many regions have which other one."""
    told = [wording.status_label(status) or "cijfer" for status in statuses]
    for column, status in _COUNTED.items():
        if column in frame:
            label = wording.status_label(status)
            told = [
                f"{text}; {wording.count(int(n), 'wijk', 'wijken')} {label}" if n and text != label else text
                for text, n in zip(told, frame[column], strict=True)
            ]
    return told


def _breaks_told(frame: pd.DataFrame) -> list[str]:
    if "broken" not in frame:
        return [""] * len(frame)
    why = frame["why"] if "why" in frame else pd.Series("reeks onderbroken", index=frame.index)
    return [text if broken else "" for text, broken in zip(why, frame["broken"], strict=True)]


def _coverage_ink(status: Status, share: float, look: Look) -> tuple[str, str]:
    """Return fill and text colour of a cell."""
    if status == Status.OBSERVED:
        part = 1.0 if not wording.is_figure(share) else share
        if part >= 0.9:
            return look.scale[3], look.paper
        return (look.scale[1], look.ink) if part >= 0.5 else (look.scale[0], look.ink)
    if status in WITH_VALUE:
        return look.scale[1], look.ink
    return look.raised, look.quiet


def describe_coverage_chart(frame: pd.DataFrame, rows: str = "indicator") -> str:
    """Return the text alternative of `coverage_chart`: how many cells have a figure, why others not, and breaks."""
    if frame.empty:
        return "Er zijn nog geen cijfers opgehaald."
    status = frame["status"].map(Status)
    with_figure = int(status.isin(WITH_VALUE).sum())
    what = ("cijfer", "cijfers") if rows == "indicator" else ("gebied", "gebieden")
    told = [
        f"Overzicht van {wording.count(frame[rows].nunique(), *what)} van "
        f"{int(frame['year'].min())} tot en met {int(frame['year'].max())}: "
        f"{with_figure} van de {wording.count(len(frame), 'vakje heeft', 'vakjes hebben')} een cijfer."
    ]
    for missing, part in status.groupby(status, sort=False):
        label = wording.status_label(missing)
        if label:
            told.append(f"{wording.capital(label)}: {len(part)}.")
    if "broken" in frame and frame["broken"].any():
        broken = frame[frame["broken"].astype(bool)]
        years = wording.join_years(sorted(broken["year"].unique()))
        told.append(f"Breuken: {len(broken)}, in {years}.")
    return " ".join(told)


def life_chart(
    frame: pd.DataFrame,
    look: Look,
    *,
    title: str,
    selected: str,
    source: str = "CBS, Kerncijfers wijken en buurten (CC BY 4.0)",
) -> alt.LayerChart:
    """Draw the life of a wijk: in which year it existed, under which code, and where its land became other land.

    Parameters
    ----------
    frame : DataFrame
        One row per region and year, in the order to draw: region (series), title, year, code (as published),
        broken (True where it is other land than the year before) and why (a few words for that).
    look, title, source
        As in `coverage_chart`.
    selected : str
        The region whose life it is; the others gave land to it or got land from it.
    """
    description = describe_life_chart(frame, selected)
    if frame.empty:
        return empty_chart(description, look, title=title, source=source)
    own = frame["region"] == selected
    cells = frame.assign(
        column=frame["year"].astype(int).astype(str),
        row=frame["region"],
        empty=False,
        fill=own.map({True: look.scale[3], False: look.scale[1]}),
        text_ink=own.map({True: look.paper, False: look.ink}),
        sign=frame["code"].str[-2:],
        told_break=_breaks_told(frame),
    )
    labels = names_by_key(frame.drop_duplicates("region"), "region", "title")
    years = [str(year) for year in range(int(frame["year"].min()), int(frame["year"].max()) + 1)]
    sentences = [
        "Een vakje: de wijk bestond. Erin: de laatste twee tekens van de code in dat jaar.",
        "Dikke streep: vanaf daar is het ander gebied." if frame["broken"].any() else "",
        "Vet: deze wijk. Bij de andere kwam gebied vandaan of ging gebied naartoe." if not own.all() else "",
        source_line(source),
    ]
    layers, height = _cell_layers(
        cells,
        rows=wording.label_names(labels, 44),
        short_rows=wording.label_names(labels, 19),
        columns=years,
        look=look,
        tooltip=[
            alt.Tooltip("title:N", title="Wijk"),
            alt.Tooltip("column:N", title="Jaar"),
            alt.Tooltip("code:N", title="Code"),
            alt.Tooltip("told_break:N", title="Breuk"),
        ],
        bold=selected,
    )
    return dress(
        layers,
        look,
        title=title,
        subtitle=None,
        description=description,
        height=height,
        caption=caption_of(sentences),
    )


def describe_life_chart(frame: pd.DataFrame, selected: str) -> str:
    """Return the text alternative of `life_chart`: from when until when, under which codes, with which breaks."""
    own = frame[frame["region"] == selected]
    if own.empty:
        return "Van deze wijk is niet bekend in welke jaren zij bestond."
    codes = list(dict.fromkeys(own["code"]))
    told = [
        f"{own['title'].iloc[0]} staat in de tabellen van {wording.join_years(sorted(own['year']))}, onder "
        f"{'code' if len(codes) == 1 else 'de codes'} {wording.join_names(codes)}."
    ]
    broken = sorted(own.loc[own["broken"].astype(bool), "year"])
    if broken:
        told.append(f"Vanaf {wording.join_years(broken)} is het ander gebied.")
    others = list(dict.fromkeys(frame.loc[frame["region"] != selected, "title"]))
    if others:
        told.append(f"Gebied kwam van of ging naar {wording.join_names(others)}.")
    return " ".join(told)


def _cell_layers(
    cells: pd.DataFrame,
    *,
    rows: dict[str, str],
    short_rows: dict[str, str],
    columns: list[str],
    look: Look,
    tooltip: list[alt.Tooltip],
    bold: str | None = None,
) -> tuple[Layers, float]:
    """Return the layers of a grid of cells and its height in pixels.

    ``cells`` holds column, row, fill, text_ink, sign and empty. Names stand left, years above: upright
    on a narrow chart, flat on a wide one.
    """
    row_height, head_wide, head_narrow = 24, 22, 40
    gutter = wide_or_narrow(f"{min(text_width(rows.values()) + 12, 290):.0f}", "124")
    x_scale = alt.Scale(
        domain=columns,
        range=[gutter, wide_or_narrow("width - 4", "width - 2")],
        paddingInner=0.08,
        paddingOuter=0,
    )
    y_scale = alt.Scale(
        domain=list(rows),
        range=[wide_or_narrow(f"{head_wide}", f"{head_narrow}"), alt.ExprRef("height")],
        paddingInner=0.12,
        paddingOuter=0,
    )
    axis = no_axis()
    field = Field(x_scale, y_scale, axis, kind="N", rows="N")
    x, y = field.x("column"), field.y("row")
    head = pd.DataFrame({"column": columns})
    row_names = pd.DataFrame(
        {
            "row": list(rows),
            "label": list(rows.values()),
            "short": list(short_rows.values()),
            "bold": [row == bold for row in rows],
        }
    )
    base = alt.Chart(cells).encode(x=x, y=y)
    layers: Layers = [
        base.mark_rect(cornerRadius=2, opacity=1).encode(
            color=alt.Color("fill:N", scale=None, legend=None), tooltip=tooltip
        ),
        *_striped_layers(cells.loc[cells["empty"]], x, y, tooltip, look),
        base.mark_text(baseline="middle", align="center", fontSize=11, tooltip=None).encode(
            text="sign:N", color=alt.Color("text_ink:N", scale=None, legend=None)
        ),
        *_heading_layers(head, field, look, head_wide, head_narrow),
    ]
    layers += name_layers(row_names, field, "row")
    if "broken" in cells and cells["broken"].any():
        layers += _break_layers(cells.loc[cells["broken"].astype(bool)], x_scale, y_scale, axis, look)
    return layers, row_height * len(rows) + head_narrow + 50


def _break_layers(
    cells: pd.DataFrame, x_scale: alt.Scale, y_scale: alt.Scale, axis: alt.Axis, look: Look
) -> Layers:
    """Draw a thick line before each broken cell, with an edge of paper so that it also shows between dark cells."""
    lines = alt.Chart(cells).encode(
        x=alt.X("column:N", scale=x_scale, axis=axis, bandPosition=0),
        y=alt.Y("row:N", scale=y_scale, axis=None, bandPosition=0),
        y2=alt.Y2("row:N", bandPosition=1),
    )
    # In the gap between two cells, and without gaps between two rows.
    place: dict[str, Any] = {"xOffset": -1, "yOffset": -1.5, "y2Offset": 1.5, "tooltip": None, "aria": False}
    return [
        lines.mark_rule(strokeWidth=7, color=look.paper, opacity=1, **place),
        lines.mark_rule(strokeWidth=3, color=look.ink, opacity=1, **place),
    ]


def _heading_layers(head: pd.DataFrame, field: Field, look: Look, head_wide: int, head_narrow: int) -> Layers:
    return [
        alt.Chart(head)
        .mark_text(
            align=alt.ExprRef("width < 700 ? 'left' : 'center'"),
            baseline=alt.ExprRef("width < 700 ? 'middle' : 'bottom'"),
            angle=alt.ExprRef("width < 700 ? 270 : 0"),
            color=look.quiet,
        )
        .encode(
            x=field.x("column"),
            y=alt.value(wide_or_narrow(f"{head_wide - 6}", f"{head_narrow - 5}")),
            text="column:N",
        )
    ]


def _striped_layers(cells: pd.DataFrame, x: alt.X, y: alt.Y, tooltip: Any, look: Look) -> Layers:
    """Draw hatching over cells without a figure; an empty layer would be a picture without a name."""
    if cells.empty:
        return []
    striped = alt.Chart(cells).encode(x=x, y=y)
    return [
        striped.mark_rect(cornerRadius=2, opacity=1, color=hatching(look)).encode(tooltip=tooltip),
        striped.mark_text(
            baseline="middle",
            align="center",
            fontSize=11,
            stroke=look.paper,
            strokeWidth=5,
            tooltip=None,
            aria=False,
        ).encode(text="sign:N"),
    ]
