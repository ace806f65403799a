"""Pictures of who is heard: per wijk how many voices are missing, per channel which groups come."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from analysis.hearing import ABOUT, ALL_CHANNELS, OVER, TOO_FEW, UNDER
from analysis.small_counts import SHOWN
from ui import hearing_wording as words
from ui import wording
from ui.chart_parts import (
    NARROW,
    Field,
    Layers,
    caption_of,
    dress,
    empty_chart,
    nice_ticks,
    no_axis,
    source_line,
    text_width,
    wide_or_narrow,
)
from ui.theme import Look

ORDER: Final = (UNDER, ABOUT, OVER, TOO_FEW)
_HEADINGS: Final = words.TITLES | {ABOUT: "Ongeveer zoals verwacht: geen volgorde"}
_ROW, _ROW_OF_MANY, _MANY, _HEAD = 24, 20, 60, 30
_GROUP_ROW: Final = 34
#: A band that reaches so many times as far as most do does not set the scale for all.
_FAR_BEYOND: Final = 2.0
_QUIET: Final[dict[str, Any]] = {"tooltip": None, "aria": False}


def ink_of(verdict: str, look: Look) -> str:
    """Return the colour of a verdict: less and more, neither of which is good or bad."""
    return {UNDER: look.less_to_more[0], OVER: look.less_to_more[-1]}.get(verdict, look.no_figure)


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the wijken as they are drawn: what is missing most first, and by name where there is no order."""
    place = rows["verdict"].map({verdict: number for number, verdict in enumerate(ORDER)})
    ranked = rows["missing"].where(rows["verdict"].isin((UNDER, OVER)) & (rows["status"] == SHOWN), 0.0)
    return (
        rows.assign(place=place, ranked=-ranked.fillna(0.0))
        .sort_values(["place", "ranked", "name"], kind="stable")
        .drop(columns=["place", "ranked"])
        .reset_index(drop=True)
    )


# Wijken ---------------------------------------------------------------------------------------------


def gap_chart(
    rows: pd.DataFrame,
    look: Look,
    *,
    title: str,
    subtitle: str,
    source: str,
    what: str,
    chosen: str | None = None,
) -> alt.LayerChart:
    """Draw of every wijk how many voices more or fewer than expected were heard, with the band of 95 %.

    Parameters
    ----------
    rows : DataFrame
        ``wijken`` of `ui.hearing_figures.Hearing`. A count that may not be shown has no point and no band.
    look, title, subtitle, source
        As in `ui.charts.line_chart`.
    what : str
        What counts as a voice.
    chosen : str, optional
        Region whose name is set in bold.
    """
    description = describe_gaps(rows, what)
    if rows.empty or (rows["verdict"] == TOO_FEW).all():
        return empty_chart(description, look, title=title, source=source)
    placed, headings, count = _placed(in_order(rows), look, chosen)
    low, high = _reach(placed)
    ticks = [tick for tick in nice_ticks(low, high, wanted=6) if low <= tick <= high]
    placed = placed.assign(from_=placed["from_"].clip(low, high), to=placed["to"].clip(low, high))
    names = (min(text_width(placed["label"]) + 12, 300), min(text_width(placed["short"]) + 10, 138))
    behind = [text_width(placed[column]) + 14 for column in ("told", "told_short")]
    x_scale = alt.Scale(
        domain=[low, high],
        range=[
            wide_or_narrow(*(f"{pixels:.0f}" for pixels in names)),
            wide_or_narrow(*(f"width - {pixels:.0f}" for pixels in behind)),
        ],
        nice=False,
        zero=False,
    )
    y_scale = alt.Scale(domain=[0, count], range=[_HEAD, alt.ExprRef("height")], nice=False, zero=False)
    field = Field(x_scale, y_scale, no_axis())
    layers = [
        *_scale(ticks, field, look),
        *_bands(placed, field, look),
        *_texts(placed, headings, field, look),
    ]
    return dress(
        layers,
        look,
        title=title,
        subtitle=subtitle,
        description=description,
        height=_HEAD + count * (_ROW if count <= _MANY else _ROW_OF_MANY) + 75,
        caption=caption_of(
            [
                source_line(source),
                "Punt: hoeveel er meer of minder gehoord zijn dan verwacht. Balk: de band van 95 %.",
                "Open punt: ongeveer zoals verwacht.",
                "Zonder punt: te weinig, of zo weinig dat het getal niet wordt getoond."
                if (~placed["drawn"]).any()
                else "",
            ]
        ),
    )


def _placed(rows: pd.DataFrame, look: Look, chosen: str | None) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    names = dict(zip(rows["region"].astype(str), rows["name"].astype(str), strict=True))
    labels, shorts = wording.label_names(names, 40), wording.label_names(names, 20)
    places: list[float] = []
    headings: list[tuple[str, float]] = []
    row, before = 0, ""
    for verdict in rows["verdict"]:
        if verdict != before:
            headings.append((_HEADINGS[verdict], row + 0.5))
            row, before = row + 1, verdict
        places.append(row + 0.5)
        row += 1
    drawn = (rows["status"] == SHOWN) & rows["missing"].notna() & (rows["verdict"] != TOO_FEW)
    placed = rows.assign(
        at=places,
        label=rows["region"].map(labels),
        short=rows["region"].map(shorts),
        bold=rows["region"] == chosen,
        drawn=drawn,
        sure=rows["verdict"].isin((UNDER, OVER)),
        ink=[ink_of(verdict, look) for verdict in rows["verdict"]],
        value=(-rows["missing"]).where(drawn),
        from_=(-rows["missing_upper"]).where(drawn),
        to=(-rows["missing_lower"]).where(drawn),
        told=[_told(each) for _, each in rows.iterrows()],
        told_short=[_told_short(each) for _, each in rows.iterrows()],
        heard=[
            words.counted(value, status) for value, status in zip(rows["voices"], rows["status"], strict=True)
        ],
        hoped=[wording.number(value) for value in rows["expected"]],
        said=[words.gap(each) for _, each in rows.iterrows()],
    )
    return placed, pd.DataFrame(headings, columns=["label", "at"]), row


def _told(row: pd.Series) -> str:
    if row["status"] != SHOWN or row["verdict"] in (ABOUT, TOO_FEW):
        return f"{words.counted(row['voices'], row['status'])}, verwacht {wording.number(row['expected'])}"
    return words.gap(row)


def _told_short(row: pd.Series) -> str:
    if row["status"] != SHOWN:
        return "<5" if row["status"] == "small" else ""
    return wording.number(-row["missing"], signed=True) if row["verdict"] in (UNDER, OVER) else ""


def _reach(placed: pd.DataFrame) -> tuple[float, float]:
    known = placed[placed["drawn"]]
    edges = pd.concat([known["from_"], known["to"]]).abs()
    usual = float(edges.quantile(0.85)) * _FAR_BEYOND if len(edges) else 1.0
    sure = known[known["sure"]]
    whole = pd.concat([pd.Series([0.0]), known["value"], sure["from_"], sure["to"]])
    low = min(float(whole.min()), max(float(known["from_"].min()), -usual)) if len(known) else -1.0
    high = max(float(whole.max()), min(float(known["to"].max()), usual)) if len(known) else 1.0
    air = 0.04 * (high - low) or 1.0
    return low - air, high + air


def _scale(ticks: list[float], field: Field, look: Look) -> Layers:
    labels = ["zoals verwacht" if tick == 0 else wording.number(tick, signed=True) for tick in ticks]
    # Beside the word in the middle a near figure would not fit.
    near = [0 < abs(tick) <= abs(ticks[1] - ticks[0]) * 1.01 and len(ticks) > 4 for tick in ticks]
    frame = pd.DataFrame({"value": ticks, "label": labels, "near": near})
    base = alt.Chart(frame).encode(x=field.x("value"))
    span = {"y": alt.value(_HEAD - 8), "y2": alt.value(alt.ExprRef("height"))}
    text = f"width < {NARROW} && datum.value != 0 ? '' : width < 760 && datum.near ? '' : datum.label"
    return [
        base.mark_rule(color=look.hairline, strokeWidth=1, **_QUIET).encode(**span),
        base.transform_filter(alt.datum.value == 0)
        .mark_rule(color=look.quiet, strokeWidth=1.4, **_QUIET)
        .encode(**span),
        base.transform_calculate(shown=text)
        .mark_text(baseline="bottom", color=look.quiet, fontSize=11)
        .encode(y=alt.value(_HEAD - 11), text="shown:N"),
    ]


def _bands(placed: pd.DataFrame, field: Field, look: Look) -> Layers:
    layers: Layers = []
    tooltip = [
        alt.Tooltip("name:N", title="Wijk"),
        alt.Tooltip("heard:N", title="Gehoord"),
        alt.Tooltip("hoped:N", title="Verwacht"),
        alt.Tooltip("said:N", title="Verschil"),
    ]
    columns = ["name", "at", "value", "from_", "to", "ink", "heard", "hoped", "said"]
    for sure, part in placed[placed["drawn"]].groupby("sure"):
        base = alt.Chart(part[columns])
        ink = alt.Color("ink:N", scale=None, legend=None)
        band = base.mark_rule(strokeWidth=7 if sure else 2, opacity=0.45 if sure else 0.8)
        point = base.mark_point(
            size=64 if sure else 40,
            strokeWidth=1.6,
            opacity=1,
            **({"filled": True} if sure else {"fill": look.paper}),
        )
        layers += [
            band.encode(x=field.x("from_"), x2="to:Q", y=field.y("at"), color=ink, tooltip=tooltip),
            point.encode(x=field.x("value"), y=field.y("at"), color=ink, tooltip=tooltip),
        ]
    return layers


def _texts(placed: pd.DataFrame, headings: pd.DataFrame, field: Field, look: Look) -> Layers:
    text = wide_or_narrow("datum.label", "datum.short")
    columns = ["label", "short", "at", "told", "told_short"]
    names = [
        alt.Chart(placed.loc[placed["bold"] == bold, columns])
        .mark_text(align="left", baseline="middle", text=text, fontWeight=700 if bold else 400)
        .encode(x=alt.value(0), y=field.y("at"))
        for bold in (False, True)
    ]
    behind = (
        alt.Chart(placed[columns])
        .mark_text(
            align="right", baseline="middle", text=wide_or_narrow("datum.told", "datum.told_short"), **_QUIET
        )
        .encode(x=alt.value(alt.ExprRef("width")), y=field.y("at"))
    )
    above = (
        alt.Chart(headings)
        .mark_text(align="left", baseline="middle", color=look.quiet, fontWeight=600, **_QUIET)
        .encode(x=alt.value(0), y=field.y("at"), text="label:N")
    )
    return [*names, behind, above]


def describe_gaps(rows: pd.DataFrame, what: str) -> str:
    """Return the text alternative of `gap_chart`."""
    if rows.empty or (rows["verdict"] == TOO_FEW).all():
        return "Er is te weinig gehoord om wijken te vergelijken."
    told = [
        f"Per wijk: hoeveel {what} er meer of minder gehoord zijn dan van zo veel inwoners te verwachten."
    ]
    for verdict in ORDER:
        part = in_order(rows[rows["verdict"] == verdict])
        if part.empty:
            continue
        if verdict in (UNDER, OVER):
            told += [f"{row['name']}: {words.gap(row)}." for _, row in part.head(6).iterrows()]
        else:
            told.append(f"{words.TITLES[verdict]}: {wording.count(len(part), 'wijk', 'wijken')}.")
    return " ".join(told)


# Groups ---------------------------------------------------------------------------------------------


def group_chart(rows: pd.DataFrame, look: Look, *, title: str, source: str) -> alt.LayerChart:
    """Draw of every group its share among participants as a point in its band, and that among residents as a line.

    Parameters
    ----------
    rows : DataFrame
        Rows of `ui.hearing_figures.Hearing.groups` of one channel.
    look, title, source
        As in `gap_chart`.
    """
    description = describe_groups(rows)
    if rows.empty or (rows["status"] != SHOWN).all():
        return empty_chart(description, look, title=title, source=source)
    placed, headings, count = _placed_groups(rows, look)
    highest = float(np.nanmax(placed[["upper", "residents"]].to_numpy(np.float64)))
    ticks = [tick for tick in nice_ticks(0, highest) if tick <= 1]
    names = (text_width(placed["label"]) + 14, min(text_width(placed["label"]) + 8, 132))
    x_scale = alt.Scale(
        domain=[0, max(ticks[-1], highest)],
        range=[wide_or_narrow(*(f"{pixels:.0f}" for pixels in names)), alt.ExprRef("width - 8")],
        nice=False,
        zero=False,
    )
    y_scale = alt.Scale(domain=[0, count], range=[_HEAD, alt.ExprRef("height")], nice=False, zero=False)
    field = Field(x_scale, y_scale, no_axis())
    return dress(
        [*_percent_scale(ticks, field, look), *_group_layers(placed, headings, field, look)],
        look,
        title=title,
        subtitle="Deelnemers naast inwoners (of woningen)",
        description=description,
        height=_HEAD + count * _GROUP_ROW + 75,
        caption=caption_of(
            [
                source_line(source),
                "Punt met balk: deelnemers met de band van 95 %. Streepje: inwoners van dezelfde wijken.",
                "Paars: minder dan er wonen. Groen: meer. Open punt: ongeveer gelijk.",
            ]
        ),
    )


def _placed_groups(rows: pd.DataFrame, look: Look) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    places: list[float] = []
    headings: list[tuple[str, float]] = []
    row, before = 0.0, ""
    for kind in rows["kind"]:
        if kind != before:
            headings.append((words.KINDS[kind], row + 0.5))
            row, before = row + 0.8, kind
        places.append(row + 0.5)
        row += 1.0
    shown = rows["status"] == SHOWN
    placed = rows.assign(
        at=places,
        label=[
            words.group_title(kind, group) for kind, group in zip(rows["kind"], rows["group"], strict=True)
        ],
        shown=shown,
        sure=rows["verdict"].isin((UNDER, OVER)),
        ink=[ink_of(verdict, look) for verdict in rows["verdict"]],
        note=["" if there else words.NOT_SHOWN for there in shown],
        of_them=[words.percent(share) for share in rows["share"]],
        of_all=[words.percent(share) for share in rows["residents"]],
    )
    number = ["share", "lower", "upper"]
    placed[number] = placed[number].where(shown)
    placed["of_them"] = placed["of_them"].where(shown, words.NOT_SHOWN)
    return placed, pd.DataFrame(headings, columns=["label", "at"]), row


def _percent_scale(ticks: list[float], field: Field, look: Look) -> Layers:
    frame = pd.DataFrame({"value": ticks, "label": [words.percent(tick) for tick in ticks]})
    base = alt.Chart(frame).encode(x=field.x("value"))
    span = {"y": alt.value(_HEAD - 8), "y2": alt.value(alt.ExprRef("height"))}
    return [
        base.mark_rule(color=look.hairline, strokeWidth=1, **_QUIET).encode(**span),
        base.mark_text(baseline="bottom", color=look.quiet, fontSize=11).encode(
            y=alt.value(_HEAD - 11), text="label:N"
        ),
    ]


def _group_layers(placed: pd.DataFrame, headings: pd.DataFrame, field: Field, look: Look) -> Layers:
    tooltip = [
        alt.Tooltip("label:N", title="Groep"),
        alt.Tooltip("of_them:N", title="Van de deelnemers"),
        alt.Tooltip("of_all:N", title="Van de inwoners"),
    ]
    columns = ["label", "at", "share", "lower", "upper", "residents", "ink", "note", "of_them", "of_all"]
    layers: Layers = []
    for sure, part in placed[placed["shown"]].groupby("sure"):
        base = alt.Chart(part[columns])
        ink = alt.Color("ink:N", scale=None, legend=None)
        band = base.mark_rule(strokeWidth=8 if sure else 2, opacity=0.45 if sure else 0.9)
        point = base.mark_point(
            size=70, strokeWidth=1.6, opacity=1, **({"filled": True} if sure else {"fill": look.paper})
        )
        layers += [
            band.encode(x=field.x("lower"), x2="upper:Q", y=field.y("at"), color=ink, tooltip=tooltip),
            point.encode(x=field.x("share"), y=field.y("at"), color=ink, tooltip=tooltip),
        ]
    base = alt.Chart(placed[columns])
    hidden = alt.Chart(placed.loc[~placed["shown"], columns])
    return [
        *layers,
        base.mark_tick(color=look.ink, thickness=2.5, height=18, opacity=1).encode(
            x=field.x("residents"), y=field.y("at"), tooltip=tooltip
        ),
        base.mark_text(align="left", baseline="middle").encode(
            x=alt.value(0), y=field.y("at"), text="label:N"
        ),
        hidden.mark_text(align="right", baseline="middle", color=look.quiet, fontStyle="italic").encode(
            x=alt.value(alt.ExprRef("width")), y=field.y("at"), text="note:N"
        ),
        alt.Chart(headings)
        .mark_text(align="left", baseline="middle", color=look.quiet, fontWeight=600, **_QUIET)
        .encode(x=alt.value(0), y=field.y("at"), text="label:N"),
    ]


def describe_groups(rows: pd.DataFrame) -> str:
    """Return the text alternative of `group_chart`."""
    shown = rows[rows["status"] == SHOWN]
    if shown.empty:
        return "Van dit kanaal is te weinig bekend om groepen te vergelijken."
    told = [
        f"{words.group_title(row['kind'], row['group'])}: {words.percent(row['share'])} van de deelnemers, "
        f"{words.percent(row['residents'])} van {words.base(row['kind'])}."
        for _, row in shown.iterrows()
    ]
    channel = (
        "alle kanalen samen"
        if rows["channel"].iloc[0] == ALL_CHANNELS
        else words.through(rows["channel"].iloc[0])
    )
    return f"Wie meedoet via {channel}, naast wie er woont. " + " ".join(told)
