"""What is expected of all wijken at once: ranked where the change is sure, in a block of their own where it is not."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from data.catalogue import Indicator
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
    outlined_text,
    source_line,
    text_width,
    wide_or_narrow,
)
from ui.outlook_reach import digits_of
from ui.tables import in_order_of_change
from ui.theme import Look

#: Name of the selection that holds the region whose row was clicked.
CLICKED: Final = "aangeklikt"
#: Name of the parameter that holds the region with a frame around its row.
_CHOSEN: Final = "gekozen"
_SURE: Final = ("rises", "falls")
_BLOCKS: Final = {
    "about_equal": "Ongeveer gelijk of te onzeker: geen volgorde",
    "too_uncertain": "Ongeveer gelijk of te onzeker: geen volgorde",
    "none": "Niet te voorspellen",
}
_WORDS: Final = {"about_equal": ("ongeveer gelijk", "gelijk"), "too_uncertain": ("te onzeker", "onzeker")}
#: Pixels: of a row with few and with many of them, and of what stands above the rows.
_ROW: Final = 24
_ROW_OF_MANY: Final = 20
_MANY: Final = 60
_HEAD: Final = 30
#: A band that reaches so many times as far as most do does not set the scale for all.
_FAR_BEYOND: Final = 2.0
_QUIET: Final[dict[str, Any]] = {"tooltip": None, "aria": False}


def expected_chart(
    rows: pd.DataFrame,
    indicator: Indicator,
    look: Look,
    *,
    title: str,
    subtitle: str | None = None,
    source: str | None = None,
    chosen: str | None = None,
    in_percent: bool = False,
) -> dict[str, Any]:
    """Draw the expected change of every wijk as a point in its band of 80 %.

    Parameters
    ----------
    rows : DataFrame
        Columns region, name, change, lower_80 and upper_80 (against the figure of now, in the unit of the indicator or,
        with ``in_percent``, per cent of that figure; empty without a forecast) and course: "rises", "falls",
        "about_equal", "too_uncertain" or "none" (`ui.outlook_reach.course`). Optionally judgement ("favourable",
        "unfavourable") for the ink of what rises or falls, and reason: why there is no forecast.
    indicator : Indicator
    look : Look
    title : str
        The finding.
    subtitle : str, optional
        What is measured; by default the indicator and what the change is in.
    source : str, optional
        Source line; that of the indicator by default.
    chosen : str, optional
        Region with a frame around its row; see also `with_chosen`.
    in_percent : bool
        Whether the changes are per cent of the figure of now.

    Returns
    -------
    dict
        A specification of Vega-Lite with the text of `describe_expected_chart` as its description; a sentence where
        nothing is expected of any wijk. A click on a row stands in the selection `CLICKED`.
    """
    description = describe_expected_chart(rows, indicator, in_percent=in_percent)
    if rows["change"].notna().sum() == 0:
        nothing = empty_chart(description, look, title=title, source=source or indicator.source)
        return nothing.to_dict(validate=False)
    placed, headings, count = _placed(rows, indicator, look, in_percent)
    low, high = _reach(placed)
    ticks = [tick for tick in nice_ticks(low, high, wanted=6) if low <= tick <= high]
    placed = placed.assign(
        drawn_low=placed["lower_80"].clip(low, high), drawn_high=placed["upper_80"].clip(low, high)
    )
    names = (min(text_width(placed["label"]) + 12, 300), min(text_width(placed["short"]) + 10, 124))
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
    pointing = _pointing_layer(placed, field, indicator, in_percent)
    layers: Layers = [
        _frame_layer(placed, field, look),
        *_scale_layers(ticks, field, indicator, look, in_percent),
        *_band_layers(placed, field, look),
        *_text_layers(placed, headings, field, look),
        pointing,
    ]
    spec = dress(
        layers,
        look,
        title=title,
        subtitle=subtitle or _subtitle(indicator, in_percent),
        description=description,
        height=_HEAD + count * (_ROW if count <= _MANY else _ROW_OF_MANY) + 75,
        caption=_caption(placed, indicator, look, source),
    ).to_dict(validate=False)
    # Altair would lift a selection out of its layer, and with it out of sight of who asks what can be clicked.
    spec["layer"][len(layers) - 1]["params"] = [
        {"name": CLICKED, "select": {"type": "point", "fields": ["region"], "toggle": False}}
    ]
    return with_chosen({**spec, "params": [{"name": _CHOSEN, "value": ""}]}, chosen)


def with_chosen(spec: dict[str, Any], region: str | None) -> dict[str, Any]:
    """Return the specification of `expected_chart` with the frame around another row, or around none."""
    params = [
        {**param, "value": region or ""} if param["name"] == _CHOSEN else param
        for param in spec.get("params", [])
    ]
    return {**spec, "params": params} if params else spec


def _subtitle(indicator: Indicator, in_percent: bool) -> str:
    unit = "% van nu" if in_percent else _unit_of_change(indicator)
    return f"{indicator.title}: verandering{f', {unit}' if unit else ''}"


def _unit_of_change(indicator: Indicator) -> str:
    """Return the unit in words; empty where things are counted, or where every figure has its sign in front."""
    if indicator.unit.strip() == "%":
        return "procentpunt"
    return "" if wording.in_thousands_of_euro(indicator.unit) else wording.spoken_unit(indicator.unit)


# Rows ---------------------------------------------------------------------------------------------


def _placed(
    rows: pd.DataFrame, indicator: Indicator, look: Look, in_percent: bool
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Return the wijken with the place and the words of their rows, the headings of the blocks, and the rows there are."""
    ordered = in_order_of_change(rows)
    names = dict(zip(ordered["region"].astype(str), ordered["name"].astype(str), strict=True))
    labels, shorts = wording.label_names(names, 40), wording.label_names(names, 17)
    places: list[float] = []
    headings: list[tuple[str, float]] = []
    row = 0
    for course in ordered["course"]:
        heading = _BLOCKS.get(course, "")
        if heading and heading not in [label for label, _ in headings]:
            headings.append((heading, row + 0.5))
            row += 1
        places.append(row + 0.5)
        row += 1
    told = [_told(wijk, indicator, in_percent) for _, wijk in ordered.iterrows()]
    judgement = ordered["judgement"] if "judgement" in ordered else pd.Series("", index=ordered.index)
    inks = {"favourable": look.favourable, "unfavourable": look.unfavourable}
    sure = ordered["course"].isin(_SURE)
    placed = ordered.assign(
        place=places,
        label=ordered["region"].map(labels),
        short=ordered["region"].map(shorts),
        sure=sure,
        known=ordered["change"].notna(),
        ink=judgement.map(inks).fillna(look.accent if judgement.eq("").all() else look.quiet),
        told=[wide for wide, _ in told],
        told_short=[short for _, short in told],
    )
    return placed, pd.DataFrame(headings, columns=["label", "place"]), row


def _told(row: pd.Series, indicator: Indicator, in_percent: bool) -> tuple[str, str]:
    """Write what stands behind a row: the change and its band, no finer than the doubt; on a telephone without it."""
    course = row["course"]
    if pd.isna(row["change"]):
        reason = row.get("reason")
        return (reason if isinstance(reason, str) and reason else "geen verwachting"), ""
    change, low, high = changes(row, indicator, in_percent=in_percent)
    if course in _SURE:
        return f"{change} ({low} tot {high})", change
    wide, short = _WORDS[course]
    return f"{wide} ({low} tot {high})", short


def changes(row: pd.Series, indicator: Indicator, *, in_percent: bool = False) -> tuple[str, str, str]:
    """Write an expected change and the ends of its band with their sign, no finer than the doubt.

    Parameters
    ----------
    row : Series
        change, lower_80 and upper_80, as `expected_chart` takes them.
    indicator : Indicator
    in_percent : bool
        Whether they are per cent of the figure of now.
    """
    if in_percent:
        indicator = indicator.model_copy(update={"unit": "%", "decimals": 1})
    values = {
        "mean": row["change"],
        "lower_80": row["lower_80"],
        "upper_80": row["upper_80"],
        "last_value": 0.0,
    }
    finest = digits_of(values, indicator)
    decimals = min(max(finest, 0), indicator.decimals)

    def write(value: float) -> str:
        rounded = round(float(value), finest)
        if in_percent or wording.in_thousands_of_euro(indicator.unit):
            return wording.figure(rounded, indicator.unit, decimals, signed=True)
        return wording.number(rounded, decimals, signed=True)

    change, low, high = (write(values[name]) for name in ("mean", "lower_80", "upper_80"))
    return change, low, high


def _reach(placed: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the scale, with a little air.

    All points and all bands of sure changes are on the scale, but no wide band of an unsure one may press them together.
    """
    known = placed.loc[placed["known"]]
    sure = known.loc[known["sure"]]
    edges = pd.concat([known["lower_80"], known["upper_80"]]).abs()
    usual = float(edges.quantile(0.85)) * _FAR_BEYOND
    whole = pd.concat([pd.Series([0.0]), known["change"], sure["lower_80"], sure["upper_80"]])
    low = min(float(whole.min()), max(float(known["lower_80"].min()), -usual))
    high = max(float(whole.max()), min(float(known["upper_80"].max()), usual))
    air = 0.04 * (high - low) or 1.0
    return low - air, high + air


# Layers -------------------------------------------------------------------------------------------


def _scale_layers(
    ticks: list[float], field: Field, indicator: Indicator, look: Look, in_percent: bool
) -> Layers:
    """Return the grid with its figures above the rows; the line of no change is the strongest."""
    unit = "%" if in_percent else "" if indicator.unit.strip() == "%" else indicator.unit
    frame = pd.DataFrame(
        {
            "value": ticks,
            "label": _tick_labels(ticks, unit),
            "outer": [tick in (ticks[0], 0, ticks[-1]) for tick in ticks],
        }
    )
    base = alt.Chart(frame).encode(x=field.x("value"))
    grid = base.mark_rule(color=look.hairline, strokeWidth=1, **_QUIET)
    zero = base.transform_filter(alt.datum.value == 0).mark_rule(color=look.quiet, strokeWidth=1.4, **_QUIET)
    text = f"width < {NARROW} && !datum.outer ? '' : datum.label"
    labels = base.transform_calculate(shown=text).mark_text(baseline="bottom", color=look.quiet, fontSize=11)
    span = {"y": alt.value(_HEAD - 8), "y2": alt.value(alt.ExprRef("height"))}
    return [
        grid.encode(**span),
        zero.encode(**span),
        labels.encode(y=alt.value(_HEAD - 11), text="shown:N"),
    ]


def _tick_labels(ticks: list[float], unit: str) -> list[str]:
    step = ticks[1] - ticks[0]
    thousands = wording.in_thousands_of_euro(unit)
    decimals = next(d for d in range(6) if np.isclose(round(step, d), step) or d == 5)
    return [
        "nu"
        if tick == 0
        else wording.figure(tick, unit, decimals, signed=True)
        if thousands or unit == "%"
        else wording.number(tick, decimals, signed=True)
        for tick in ticks
    ]


def _frame_layer(placed: pd.DataFrame, field: Field, look: Look) -> alt.Chart:
    """Return the frame around the row of the chosen region."""
    rows = pd.DataFrame(
        {"region": placed["region"], "top": placed["place"] - 0.5, "foot": placed["place"] + 0.5}
    )
    frame = alt.Chart(rows).mark_rect(fill=look.raised, stroke=look.ink, strokeWidth=1.2, **_QUIET)
    frame = frame.transform_filter(f"datum.region == {_CHOSEN}")
    return frame.encode(
        x=alt.value(-2), x2=alt.value(alt.ExprRef("width + 2")), y=field.y("top"), y2="foot:Q"
    )


def _band_layers(placed: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return bands and points: broad and filled where the change is sure, thin and open where it is not."""
    columns = ["place", "change", "drawn_low", "drawn_high", "ink"]
    layers: Layers = []
    known = placed.loc[placed["known"]]
    for sure, part in known.groupby("sure"):
        base = alt.Chart(part[columns] if sure else part[columns].assign(ink=look.no_figure))
        ink = alt.Color("ink:N", scale=None, legend=None)
        opacity = 0.45 if sure else 0.8
        band = base.mark_rule(strokeWidth=7 if sure else 2, opacity=opacity, **_QUIET)
        point = base.mark_point(
            size=64 if sure else 40,
            strokeWidth=1.6,
            opacity=1,
            **({"filled": True} if sure else {"fill": look.paper}),
            **_QUIET,
        )
        layers += [
            band.encode(x=field.x("drawn_low"), x2="drawn_high:Q", y=field.y("place"), color=ink),
            point.encode(x=field.x("change"), y=field.y("place"), color=ink),
        ]
    for side, beyond, shape in (
        ("drawn_low", known["lower_80"] < known["drawn_low"], "triangle-left"),
        ("drawn_high", known["upper_80"] > known["drawn_high"], "triangle-right"),
    ):
        if beyond.any():
            arrows = alt.Chart(known.loc[beyond, [side, "place"]]).mark_point(
                shape=shape, size=50, filled=True, color=look.quiet, opacity=1, **_QUIET
            )
            layers.append(arrows.encode(x=field.x(side), y=field.y("place")))
    return layers


def _text_layers(placed: pd.DataFrame, headings: pd.DataFrame, field: Field, look: Look) -> Layers:
    """Return names in front, changes behind, and the headings of the blocks."""
    left: dict[str, Any] = {"align": "left", "baseline": "middle"}
    layers: Layers = []
    for sure, part in placed.groupby("sure"):
        ink = look.ink if sure else look.quiet
        base = alt.Chart(part[["place", "label", "short", "told", "told_short"]]).encode(y=field.y("place"))
        name = base.mark_text(**left, color=ink, text=wide_or_narrow("datum.label", "datum.short"))
        figure = base.mark_text(
            align="right",
            baseline="middle",
            color=ink,
            fontWeight=600 if sure else "normal",
            text=wide_or_narrow("datum.told", "datum.told_short"),
        )
        layers += [
            name.encode(x=alt.value(0)),
            figure.encode(x=alt.value(alt.ExprRef("width"))),
        ]
    if len(headings):
        base = alt.Chart(headings).encode(x=alt.value(0), y=field.y("place"), text="label:N")
        layers += outlined_text(base, look, ink=look.ink, fontWeight=600, **left)
    return layers


def _pointing_layer(placed: pd.DataFrame, field: Field, indicator: Indicator, in_percent: bool) -> alt.Chart:
    """Return what a row tells when it is pointed at, and what makes it one to click."""
    unit = "" if in_percent else f", {_unit_of_change(indicator)}".rstrip(", ")
    rows = pd.DataFrame(
        {
            "region": placed["region"],
            "name": placed["name"],
            "top": placed["place"] - 0.5,
            "foot": placed["place"] + 0.5,
            "change": [
                f"{told}{unit if known and sure else ''}"
                for told, known, sure in zip(placed["told"], placed["known"], placed["sure"], strict=True)
            ],
        }
    )
    rows["alternative"] = rows["name"] + ": " + rows["change"]
    tooltip = [
        alt.Tooltip("name:N", title="Wijk"),
        alt.Tooltip("change:N", title="Verwachte verandering"),
    ]
    return (
        alt.Chart(rows)
        .mark_rect(opacity=0, cursor="pointer")
        .encode(
            x=alt.value(0),
            x2=alt.value(alt.ExprRef("width")),
            y=field.y("top"),
            y2="foot:Q",
            description="alternative:N",
            tooltip=tooltip,
        )
    )


# Words --------------------------------------------------------------------------------------------


def _caption(placed: pd.DataFrame, indicator: Indicator, look: Look, source: str | None) -> str:
    is_cut = (placed["lower_80"] < placed["drawn_low"]) | (placed["upper_80"] > placed["drawn_high"])
    sure, inks = placed.loc[placed["sure"]], set(placed.loc[placed["sure"], "ink"])
    return caption_of(
        [
            source_line(source or indicator.source),
            "Punt: wat we verwachten; balk: daar komt het in 8 van de 10 gevallen.",
            "Volle punt, brede balk: de hele balk ligt aan één kant van nu." if len(sure) else "",
            "Blauw: gunstig." if look.favourable in inks and "judgement" in placed else "",
            "Oranje: ongunstig." if look.unfavourable in inks else "",
            "Driehoek: de balk gaat verder dan de schaal." if is_cut.any() else "",
        ]
    )


def describe_expected_chart(rows: pd.DataFrame, indicator: Indicator, *, in_percent: bool = False) -> str:
    """Return the text alternative of `expected_chart`: how many rise and fall surely, the first and the last, who has none."""
    known = rows.loc[rows["change"].notna()]
    if known.empty:
        return f"Van geen enkele wijk is er een verwachting voor {wording.subject(indicator)}."
    told = [
        f"Verwachte verandering van {wording.subject(indicator)} in {wording.count(len(known), 'wijk', 'wijken')}."
    ]
    unit = "" if in_percent else f"{wording.SPACE}{_unit_of_change(indicator)}".rstrip()
    ordered = in_order_of_change(known)
    for course, word in (("rises", "stijgt"), ("falls", "daalt")):
        part = ordered.loc[ordered["course"] == course]
        if part.empty:
            continue
        most = part.iloc[0] if course == "rises" else part.iloc[-1]
        change, low, high = changes(most, indicator, in_percent=in_percent)
        told.append(
            f"In {wording.number(len(part))} {word} het, het meest in {wording.wijk_name(str(most['name']))}: "
            f"{change}{unit} ({low} tot {high})."
        )
    unsure = int((~known["course"].isin(_SURE)).sum())
    if unsure:
        told.append(f"In {wording.number(unsure)} is het ongeveer gelijk of te onzeker.")
    if missing := len(rows) - len(known):
        told.append(f"Van {wording.count(missing, 'wijk', 'wijken')} is er geen verwachting.")
    return " ".join(told)
