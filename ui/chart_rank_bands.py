"""The places of wijken: where each stands, and between which places it stands when the choices are others."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from ui import wording
from ui.chart_parts import (
    Field,
    Layers,
    caption_of,
    dress,
    empty_chart,
    name_layers,
    names_by_key,
    no_axis,
    source_line,
    text_width,
    wide_or_narrow,
)
from ui.theme import Look

_ROW: Final = 24
#: Room above the rows for the numbers of the places.
_HEAD: Final = 24


def rank_bands(
    frame: pd.DataFrame,
    look: Look,
    *,
    title: str,
    subtitle: str,
    source: str,
    total: int,
    sure: float,
    selected: str | None = None,
) -> alt.LayerChart:
    """Draw the place of every wijk as a point on the band of its places with other choices.

    Parameters
    ----------
    frame : DataFrame
        In the order of drawing: region, name, rank, lower and upper (empty without a score), top (share of the draws
        among the first fifth), told (the score in words) and reason (why there is no score; empty with one).
    look, title, subtitle, source
        As in `ui.charts.line_chart`.
    total : int
        Wijken with a score, also those that are not in ``frame``.
    sure : float
        Share of the draws from which a wijk has the colour of the first fifth.
    selected : str, optional
        Region whose name is set in bold.
    """
    description = describe_rank_bands(frame, total)
    if frame["rank"].isna().all():
        return empty_chart(description, look, title=title, source=source)
    rows = _rows(frame, look, sure, selected)
    names = rows["label"].tolist()
    gutter = wide_or_narrow(f"{min(text_width(names) + 12, 260):.0f}", "126")
    after = text_width(rows["told"]) + 14
    field = Field(
        alt.Scale(
            domain=[0.5, total + 0.5],
            range=[gutter, alt.ExprRef(f"width - {after:.0f}")],
            nice=False,
            zero=False,
        ),
        alt.Scale(
            domain=rows["region"].tolist(),
            range=[_HEAD, alt.ExprRef("height")],
            paddingInner=0.3,
            paddingOuter=0.1,
        ),
        no_axis(),
        rows="N",
    )
    return dress(
        _place_layers(total, field, look) + _band_layers(rows, field, look, after),
        look,
        title=title,
        subtitle=subtitle,
        description=description,
        height=_ROW * len(rows) + _HEAD + 75,
        caption=_caption(rows, total, source),
    )


def _rows(frame: pd.DataFrame, look: Look, sure: float, selected: str | None) -> pd.DataFrame:
    names = names_by_key(frame)
    labels, shorts = wording.label_names(names, 36), wording.label_names(names, 17)
    known = frame["rank"].notna()
    return frame.assign(
        known=known,
        label=frame["region"].map(labels),
        short=frame["region"].map(shorts),
        bold=frame["region"] == selected,
        ink=(frame["top"].fillna(0.0) >= sure).map({True: look.accent, False: look.no_figure}),
        start=frame["lower"].astype("Float64") - 0.35,
        end=frame["upper"].astype("Float64") + 0.35,
        first=0.5,
        places=[
            f"plaats {low} tot en met {high}" if there else ""
            for low, high, there in zip(frame["lower"], frame["upper"], known, strict=True)
        ],
    )


def _place_layers(total: int, field: Field, look: Look) -> Layers:
    """Return thin lines at some places, with their number above."""
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if total / each <= 6)
    places = sorted({1, *range(step, total + 1, step)} - ({2} if step > 2 else set()))
    marks = pd.DataFrame({"place": [float(place) for place in places], "label": [str(p) for p in places]})
    base = alt.Chart(marks).encode(x=field.x("place"))
    return [
        base.mark_rule(color=look.hairline, strokeWidth=1, tooltip=None, aria=False).encode(
            y=alt.value(_HEAD - 4), y2=alt.value(alt.ExprRef("height"))
        ),
        base.mark_text(baseline="top", color=look.quiet, fontSize=11).encode(y=alt.value(2), text="label:N"),
    ]


def _band_layers(rows: pd.DataFrame, field: Field, look: Look, after: float) -> Layers:
    known, unknown = rows.loc[rows["known"]], rows.loc[~rows["known"]]
    tooltip = [
        alt.Tooltip("name:N", title="Wijk"),
        alt.Tooltip("rank:Q", title="Plaats"),
        alt.Tooltip("places:N", title="Bij andere keuzes"),
        alt.Tooltip("told:N", title="Score"),
    ]
    ink = alt.Color("ink:N", scale=None, legend=None)
    base = alt.Chart(known).encode(y=field.y("region"))
    layers = [
        base.mark_rule(strokeWidth=8, strokeCap="round").encode(
            x=field.x("start"), x2="end:Q", color=ink, tooltip=tooltip
        ),
        base.mark_point(
            filled=True, size=75, fill=look.paper, stroke=look.ink, strokeWidth=2, opacity=1
        ).encode(x=field.x("rank"), tooltip=tooltip),
        base.mark_text(align="left", baseline="middle").encode(
            x=alt.value(alt.ExprRef(f"width - {after - 8:.0f}")), text="told:N"
        ),
        alt.Chart(unknown)
        .mark_text(align="left", baseline="middle", color=look.quiet, fontStyle="italic", dx=2)
        .encode(x=field.x("first"), y=field.y("region"), text="reason:N"),
    ]
    return layers + name_layers(rows, field, "region")


def _caption(rows: pd.DataFrame, total: int, source: str) -> str:
    shown = int(rows["known"].sum())
    return caption_of(
        [
            source_line(source),
            "Rondje: de plaats met deze keuzes. Balk: tussen deze plaatsen staat de wijk in 90 van de 100 keer bij andere "
            "keuzes en andere ruis.",
            "Gekleurde balk: bijna altijd bij de hoogste vijfde."
            if (rows["ink"] == rows["ink"].iloc[0]).sum() < len(rows)
            else "",
            f"Hier staan {shown} van de {total} wijken; de tabel heeft ze allemaal." if shown < total else "",
        ]
    )


def _between(row: pd.Series) -> str:
    low, high = int(row["lower"]), int(row["upper"])
    return "ook" if low == high else f"{low} tot en met {high}"


def describe_rank_bands(frame: pd.DataFrame, total: int) -> str:
    """Return the text alternative of `rank_bands`: the first places with their bands, and who has no score."""
    known = frame.loc[frame["rank"].notna()]
    if known.empty:
        return "Er is geen volgorde om te tekenen: geen enkele wijk heeft een score."
    told = [
        f"De plaatsen van {wording.count(total, 'wijk', 'wijken')} met een aandachtsscore, met hun marge."
    ]
    told += [
        f"{row['name']}: plaats {int(row['rank'])}, bij andere keuzes {_between(row)}."
        for _, row in known.head(5).iterrows()
    ]
    if missing := len(frame) - len(known):
        told.append(f"Zonder score: {wording.count(missing, 'wijk', 'wijken')}.")
    return " ".join(told)
