"""What a map of one figure can show: the figure, how it differs, how it changed and what is expected.

Everything is worked out once per gemeente and shared by every session; nothing here is ever changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from analysis.classes import Method
from analysis.standing import compare
from data.catalogue import Indicator
from data.panel import Status
from data.regions import NEDERLAND
from ui import findings, forecasting, map_wording, outlook_wording, trending, wording
from ui.amounts import slope_text, unit_behind
from ui.figures import Figures
from ui.outlook_ranking import common_year, expected_changes
from ui.painting import (
    Layer,
    Painting,
    Palette,
    alike,
    areas_of,
    as_given,
    away_name,
    borders_for,
    figure_name,
    paint,
)

Against = Literal["gemeente", "land"]
Write = Callable[[float], str]

#: Years ahead of what is expected.
AHEAD: Final = 5
_LEVEL: Final = "ongeveer gelijk"
_TREND_METHOD: Final = (
    "De richting over alle jaren van de reeks. Alleen wat meer is dan toeval, krijgt een kleur: van alle gebieden "
    "samen is hoogstens 1 op de 20 richtingen vals alarm. Nooit het verschil tussen twee losse jaren."
)
_EXPECTED_METHOD: Final = (
    "De verwachte verandering vanaf het laatste cijfer. Alleen waar de hele band van 80 % boven of onder nu ligt, krijgt een "
    "gebied een kleur. Zie de pagina Prognose voor hoe vaak zulke banden klopten."
)
_DIFFERENCE_METHOD: Final = (
    "Een verschil telt pas als het groter is dan de marge: afronding, kleine aantallen en omrekenen samen. Kleinere "
    "verschillen heten ongeveer gelijk."
)


@dataclass(frozen=True, eq=False)
class Shown:
    """A layer with what belongs beside the map.

    Attributes
    ----------
    layer : Layer
    table : DataFrame
        The rows behind the map, in the columns that its table takes.
    sentences : tuple of str
        What the map says.
    method : str
        How what is computed came about.
    """

    layer: Layer
    table: pd.DataFrame
    sentences: tuple[str, ...]
    method: str = ""


def _frame(rows: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """Return the columns of `Layer.rows`, on a plain index."""
    wanted = ["region", "name", "value", "status", "reason", "alike", "label"]
    out = rows.assign(**columns)[wanted].reset_index(drop=True)
    return out.astype({"value": "float64", "alike": "bool", "label": "str", "reason": "str", "status": "str"})


def _palette(more_is: str) -> Palette:
    return {"ongunstig": "more_is_worse", "gunstig": "more_is_better"}.get(more_is, "neutral")  # type: ignore[return-value]


# The figure ----------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def figure_shown(known: Figures, indicator: Indicator, year: int, published: bool = False) -> Shown:
    """Return the figure itself in one year; dots where it cannot be told apart from that of the gemeente."""
    areas = areas_of(known, indicator, year, published=published).reset_index(drop=True)
    given = as_given(indicator, areas)
    same = alike(known, given, areas)
    layer = Layer(
        _frame(
            areas,
            reason=[wording.no_figure(status) for status in areas["status"]],
            alike=same,
            label=_figure_labels(known, given, areas, same),
        ),
        year,
        title=findings.map_title(areas, given, known.name, year, known.level),
        legend_title=f"{wording.title_with_unit(given)}, {year}",
        named=figure_name(given),
        decimals=given.decimals,
        dots=f"ongeveer gelijk aan {known.name}",
        notes=_figure_notes(known, given, areas, same),
        source=known.source_of(indicator, year),
    )
    return Shown(layer, areas, (map_wording.figure_sentence(areas, given, known.name, year, known.level),))


def _figure_labels(known: Figures, indicator: Indicator, areas: pd.DataFrame, same: pd.Series) -> list[str]:
    labels = []
    for value, status, margin, near in zip(
        areas["value"], areas["status"], areas["margin"], same, strict=True
    ):
        lines = [wording.figure_or_reason(value, status, indicator.unit, indicator.decimals)]
        if margin > 0:
            lines.append(f"marge {wording.margin(margin, indicator.unit, indicator.decimals)}")
        if near:
            lines.append(f"ongeveer gelijk aan {known.name}")
        labels.append("\n".join(lines))
    return labels


def _figure_notes(
    known: Figures, indicator: Indicator, areas: pd.DataFrame, same: pd.Series
) -> tuple[str, ...]:
    statuses = set(areas["status"])
    many = wording.level_label(known.level, plural=True)
    told = [
        "Een gebroken rand: voorlopig cijfer." if Status.PROVISIONAL in statuses else "",
        "Een dikke streepjesrand: door Wijkradar omgerekend naar de grenzen van nu."
        if Status.BRIDGED in statuses
        else "",
        f"Stippen: het verschil met het cijfer van {known.name} valt binnen de marge." if same.any() else "",
        f"Dit zijn aantallen: grote {many} kleuren vanzelf sterker. Kies een aandeel om te vergelijken."
        if indicator.kind == "count"
        else "",
    ]
    return tuple(filter(None, told))


# The difference ------------------------------------------------------------------------------------


def comparators(known: Figures) -> dict[Against, str]:
    """Return with whom a figure can be compared, and their names."""
    found: dict[Against, str] = {"gemeente": known.name}
    return found | ({"land": known.label(NEDERLAND)} if known.comparator else {})


@lru_cache(maxsize=256)
def difference_shown(
    known: Figures, indicator: Indicator, year: int, against: Against, published: bool = False
) -> Shown:
    """Return how far every region lies from the comparator in one year; what is within the noise is about equal."""
    areas = areas_of(known, indicator, year, published=published).reset_index(drop=True)
    given, name = as_given(indicator, areas), comparators(known)[against]
    compared = _compared(known, indicator.id, year, against, published)
    rows = areas.merge(
        compared[["region", "difference", "noise", "verdict", "comparator_value"]], "left", "region"
    ).fillna({"verdict": "no_figure"})
    sides = map_wording.difference_sides(given, name, year)
    told = rows["verdict"] != "no_figure"
    sure = rows["verdict"].isin(["higher", "lower"])
    smallest = 10.0**-given.decimals
    value = _never_zero(rows["difference"], sure, smallest, given.decimals).where(told)

    def written(size: float) -> str:
        return wording.difference(size, given.unit, given.decimals)

    def short(size: float) -> str:
        return _short(size, given.unit, given.decimals)

    more, less = wording.degrees(given)[:2]
    layer = Layer(
        _frame(
            rows,
            value=value,
            status=rows["status"].where(told | rows["value"].isna(), ""),
            reason=[
                wording.no_figure(status) if np.isnan(here) else f"niet te vergelijken met {name}"
                for status, here in zip(rows["status"], rows["value"], strict=True)
            ],
            alike=False,
            label=[_difference_label(row, given, name, written) for _, row in rows.iterrows()],
        ),
        year,
        title=map_wording.sides_title(
            rows.loc[told, "verdict"],
            given,
            sides,
            f"wijkt in {{where}} duidelijk af van {name}",
            f"geen enkele {{one}} is in {year} te vergelijken met {name}",
            known.level,
        ),
        legend_title=f"{wording.title_with_unit(given)}, {year}: {_beside(rows, given, name)}",
        named=away_name(short, more, less, f"ongeveer gelijk aan {name}"),
        decimals=given.decimals,
        palette=_palette(_more_is(given)),
        midpoint=0.0,
        notes=(f"Ongeveer gelijk: het verschil met {name} valt binnen de marge.",),
        source=known.source_of(indicator, year),
    )
    ordered = rows.assign(size=rows["difference"].abs()).sort_values("size", ascending=False)
    others = {
        "about_equal": f"ongeveer gelijk aan {name}",
        "no_comparator": f"niet te vergelijken met {name}",
        "no_figure": wording.NO_FIGURE,
    }
    alone = (ordered["verdict"] == "no_figure") & ordered["value"].notna()
    ordered = ordered.assign(verdict=ordered["verdict"].mask(alone, "no_comparator"))
    sentences = map_wording.sides_sentences(ordered, given, sides, others, known.level)
    return Shown(layer, rows, tuple(sentences), _DIFFERENCE_METHOD)


def _compared(known: Figures, indicator: str, year: int, against: Against, published: bool) -> pd.DataFrame:
    """Return how every region compares in one year: what `ui.figures.standing` says, of this figure alone.

    A slider over the years asks it of every year, and of every buurt.
    """
    panel = known.as_published if published else known.on_borders_of_now
    rows = panel[panel["indicator"].isin([indicator, "population"])]
    compared = compare(rows, known.definitions, against, known.level, year, known.errors)
    return compared[(compared["indicator"] == indicator) & (compared["year"] == year)]


def _more_is(indicator: Indicator) -> str:
    if not indicator.usable_in_score:
        return ""
    return {"higher_is_worrying": "ongunstig", "lower_is_worrying": "gunstig"}.get(indicator.direction, "")


def _beside(rows: pd.DataFrame, indicator: Indicator, name: str) -> str:
    against = rows["comparator_value"].dropna()
    if against.empty:
        return f"verschil met {name}"
    return f"verschil met {name} ({wording.figure(against.iloc[0], indicator.unit, indicator.decimals)})"


def _difference_label(row: pd.Series, indicator: Indicator, name: str, written: Write) -> str:
    own = wording.figure_or_reason(row["value"], row["status"], indicator.unit, indicator.decimals)
    if row["verdict"] == "no_figure":
        return own if np.isnan(row["value"]) else f"{own}\nniet te vergelijken met {name}"
    if row["verdict"] == "about_equal":
        return f"ongeveer gelijk aan {name}\n{own}"
    more, less = wording.degrees(indicator)[:2]
    side = more if row["verdict"] == "higher" else less
    return f"{written(abs(row['difference']))} {side} dan {name}\n{own}"


def _percent(size: float, decimals: int) -> str:
    return f"{wording.number(size, decimals)}{wording.SPACE}%"


def _short(size: float, unit: str, decimals: int) -> str:
    """Write the size of a difference for a line of the legend: a unit like "per 1 000 inwoners" stands above them all."""
    whole = wording.difference(size, unit, decimals)
    return wording.number(size, decimals) if "per " in whole else whole


def _never_zero(values: pd.Series, sure: pd.Series, smallest: float, decimals: int) -> pd.Series:
    """Return 0 where a side is not sure, and at least the smallest step where it is: that colour must be of its side."""
    exact = values.astype("float64")
    signs = (exact > 0).astype("float64") - (exact < 0).astype("float64")
    least = signs * exact.abs().round(decimals).clip(lower=smallest)
    return least.where(sure, 0.0).round(decimals)


# The change ----------------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def change_shown(known: Figures, indicator: Indicator) -> Shown:
    """Return the trend per year in every region of now: a colour where it is sure, dots where it has no clear direction.

    A count in per cent a year of its own middle, so that a large wijk does not colour for being large.
    """
    now = known.years[-1]
    names = {region: known.label(region) for region in trending.wijken_now(known)}
    judged = trending.of_wijken(known, indicator.id).set_index("region").reindex(list(names))
    rows = judged.assign(region=judged.index, name=[names[region] for region in judged.index])
    verdicts = rows["verdict"].fillna("no_figure").astype("str")
    rows["verdict"] = verdicts
    sure, told = verdicts.isin(["rises", "falls"]), ~verdicts.isin(["no_figure", "no_verdict"])
    own, share = indicator, indicator.kind == "count"
    per_year = rows["slope"].astype("float64")
    if share:
        middle = (rows["line_first"] + rows["line_last"]).abs() / 2
        per_year = 100 * per_year / middle.where(middle > 0)
        told &= per_year.notna()
        own = indicator.model_copy(update={"unit": "%", "decimals": 0, "phrase_has_unit": True})
    decimals = own.decimals + 1

    def written(size: float) -> str:
        return f"{_percent(size, decimals) if share else wording.difference(size, indicator.unit, decimals)} per jaar"

    def short(size: float) -> str:
        return _percent(size, decimals) if share else _short(size, indicator.unit, decimals)

    latest = _latest_status(known, indicator)
    span = _span(rows.loc[told])
    sides = map_wording.course_sides(indicator)
    unit = "procent per jaar" if share else _per_year(indicator)
    layer = Layer(
        _frame(
            rows,
            value=_never_zero(per_year, sure, 10.0**-decimals, decimals).where(told),
            status="",
            reason=[_no_trend(verdict, latest.get(str(region), "")) for region, verdict in verdicts.items()],
            alike=verdicts == "too_uncertain",
            label=[
                _change_label(row, indicator, written, share, latest.get(str(region), ""))
                for region, row in rows.iterrows()
            ],
        ),
        now,
        title=map_wording.sides_title(
            verdicts[told],
            indicator,
            sides,
            f"stijgt of daalt in {{where}} duidelijk{span}",
            "van geen enkele {one} is te zeggen of het cijfer stijgt of daalt",
            known.level,
        )
        + (span if sure.any() else ""),
        legend_title=f"{indicator.title}, verandering{span}, {unit}",
        named=away_name(short, "omhoog", "omlaag", _LEVEL),
        decimals=decimals,
        palette=_palette(wording.good_or_bad("rises", indicator)),
        midpoint=0.0,
        dots=map_wording.UNSURE,
        notes=("Stippen: er is geen duidelijke richting; het cijfer kan stijgen, dalen of gelijk blijven.",)
        if (verdicts == "too_uncertain").any()
        else (),
        source=known.source_of(indicator),
        of_one_year=False,
    )
    others = {
        "about_equal": _LEVEL,
        "too_uncertain": map_wording.UNSURE,
        "no_verdict": "te weinig jaren voor een oordeel",
        "no_figure": wording.NO_FIGURE,
    }
    ordered = rows.assign(size=per_year.abs()).sort_values("size", ascending=False)
    sentences = map_wording.sides_sentences(ordered, indicator, sides, others, known.level)
    return Shown(layer, judged.reset_index(), tuple(sentences), _TREND_METHOD)


def _per_year(indicator: Indicator) -> str:
    unit = "procentpunt" if indicator.unit == "%" else wording.unit_label(indicator.unit)
    return f"{unit} per jaar"


def _latest_status(known: Figures, indicator: Indicator) -> dict[str, str]:
    rows = known.of(indicator.id).sort_values("year").drop_duplicates("region", keep="last")
    return dict(zip(rows["region"], rows["status"].astype("str"), strict=True))


def _span(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    return f" tussen {int(rows['first_year'].min())} en {int(rows['last_year'].max())}"


def _no_trend(verdict: str, status: str) -> str:
    if verdict == "no_verdict":
        return "geen oordeel (te weinig jaren)"
    return wording.no_figure(status or None)


def _change_label(row: pd.Series, indicator: Indicator, written: Write, share: bool, status: str) -> str:
    if row["verdict"] in ("no_figure", "no_verdict"):
        return _no_trend(str(row["verdict"]), status)
    if share:
        middle = abs(row["line_first"] + row["line_last"]) / 2
        change = written(abs(100 * row["slope"] / middle)) if middle else ""
    else:
        change = slope_text(row, indicator)
    return map_wording.trend_label(row, indicator, change)


# What is expected ----------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def expectation_shown(known: Figures, indicator: Indicator, ahead: int = AHEAD) -> Shown:
    """Return the change that is expected within some years in every region of now.

    A colour where the whole band of 80 % lies above or below the figure of now, dots where it does not. A count in per
    cent of its figure of now. Best after `ui.forecasting.wait_for_study`.
    """
    names = {region: known.label(region) for region in trending.wijken_now(known)}
    found = {region: forecasting.prospect_of(known, indicator.id, region) for region in names}
    foreseen = common_year(found, ahead)
    year = foreseen or known.years[-1] + ahead
    share = indicator.kind == "count"
    rows = expected_changes(found, names, indicator, year, in_percent=share)
    rows = rows.assign(verdict=rows["course"])
    sure = rows["course"].isin(["rises", "falls"])
    told = (rows["course"] != "none") & rows["change"].notna()
    decimals = 1 if share else indicator.decimals

    def written(size: float) -> str:
        if share:
            return _percent(size, decimals)
        return wording.difference(size, indicator.unit, decimals)

    def short(size: float) -> str:
        return written(size) if share else _short(size, indicator.unit, decimals)

    newest = int(rows["last_year"].max()) if foreseen else known.years[-1]
    sides = map_wording.course_sides(indicator, "naar verwachting")
    unit = (
        "procent"
        if share
        else ("procentpunt" if indicator.unit == "%" else wording.unit_label(indicator.unit))
    )
    layer = Layer(
        _frame(
            rows,
            value=_never_zero(rows["change"], sure, 10.0**-decimals, decimals).where(told),
            status="",
            reason=[f"niet te voorspellen ({why})" if why else wording.NO_FIGURE for why in rows["reason"]],
            alike=rows["course"] == "too_uncertain",
            label=[_expected_label(row, indicator, written, share) for _, row in rows.iterrows()],
        ),
        known.years[-1],
        title=map_wording.sides_title(
            rows.loc[told, "verdict"],
            indicator,
            map_wording.course_sides(indicator, f"naar verwachting tot {year}"),
            f"verandert naar verwachting in {{where}} duidelijk tot {year}",
            "voor geen enkele {one} te voorspellen",
            known.level,
        ),
        legend_title=f"{indicator.title}, verwachte verandering van {newest} tot {year}, {unit}",
        named=away_name(short, "omhoog", "omlaag", _LEVEL),
        decimals=decimals,
        palette=_palette(wording.good_or_bad("rises", indicator)),
        midpoint=0.0,
        dots=map_wording.UNSURE,
        notes=("Stippen: de band bevat ook het cijfer van nu; het kan beide kanten op gaan.",)
        if (rows["course"] == "too_uncertain").any()
        else (),
        source=known.source_of(indicator),
        of_one_year=False,
    )
    others = {
        "about_equal": _LEVEL,
        "too_uncertain": map_wording.UNSURE,
        "none": outlook_wording.COURSE_LABELS["none"],
    }
    ordered = rows.assign(size=rows["change"].abs()).sort_values("size", ascending=False)
    sentences = map_wording.sides_sentences(ordered, indicator, sides, others, known.level)
    record = forecasting.record_of(known, indicator.id, known.level)
    if foreseen and (doubt := outlook_wording.unproven_sentence(record, year - newest)):
        sentences.append(doubt)
    return Shown(layer, rows, tuple(sentences), _EXPECTED_METHOD)


def _expected_label(row: pd.Series, indicator: Indicator, written: Write, share: bool) -> str:
    course = str(row["course"])
    if course == "none":
        return f"niet te voorspellen ({row['reason']})"
    label = map_wording.UNSURE if course == "too_uncertain" else outlook_wording.COURSE_LABELS[course]
    if course in ("rises", "falls") and pd.notna(row["change"]):
        label = f"{label}: {written(abs(row['change']))}"
    now = float(row["last_value"])
    unit = abs(now) / 100 if share else 1.0
    ends = {name: now + unit * float(row[name]) for name in ("lower_80", "upper_80")}
    if not all(map(np.isfinite, ends.values())):
        return label
    mean, low, high = outlook_wording.written({"mean": row["mean"], "last_value": now, **ends}, indicator)
    return (
        f"{label}\nnaar verwachting {mean}{unit_behind(indicator)}, in 8 van de 10 gevallen {low} tot {high}"
    )


# On borders ----------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def painting_of(
    known: Figures, shown: Shown, method: Method = "quantiles", bounds: tuple[float, ...] = ()
) -> Painting | None:
    """Return one layer on the borders that fit it, in classes of its own; None where there are no borders."""
    borders_year = borders_for(known, shown.layer.rows["region"], shown.layer.year)
    if borders_year is None:
        return None
    painting = paint(known, shown.layer, borders_year)
    return painting.in_classes(shown.layer.classes_of(painting.areas["value"], method, bounds))


@lru_cache(maxsize=32)
def paintings_of(
    known: Figures, shown: tuple[Shown, ...], method: Method = "quantiles", bounds: tuple[float, ...] = ()
) -> dict[int, Painting]:
    """Return layers of several years on the borders of now, by year, in classes that they share; empty without borders."""
    borders_year = known.borders_year(known.years[-1])
    if borders_year is None or not shown:
        return {}
    each = {one.layer.year: paint(known, one.layer, borders_year) for one in shown}
    values = pd.concat([painting.areas["value"] for painting in each.values()])
    classes = shown[0].layer.classes_of(values, method, bounds)
    return {year: painting.in_classes(classes) for year, painting in each.items()}
