"""Charts of a report: a figure over the years beside gemeente and Nederland, or several shares beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from data.catalogue import Indicator
from data.panel import Status
from data.regions import NEDERLAND
from reports.model import Chart, Figure, Grid, Role, Series
from ui import trend_wording, wording
from ui.breaks import break_sentences, breaks_to_mark
from ui.chart_words import describe_line_chart
from ui.figures import Figures, series
from ui.story_blocks import head_names, in_cell, level_title, source_of, without_unit
from ui.story_place import (
    Place,
    as_written,
    direction_of,
    figure_of,
    has_value,
    margin_of,
    place_of,
    span_of,
    standing_of,
)

_BAND: Final = "De band om de lijn is de marge van elk cijfer, door afronding en kleine aantallen."
_WHISKERS: Final = (
    "Het streepje bij een staaf is de marge van het cijfer, door afronding en kleine aantallen."
)
_NOT_THERE: Final = "bestond niet"
_SOFT: Final = (Status.PROVISIONAL.value, Status.BRIDGED.value)
_UNDECIDED: Final = ("no_verdict", "too_uncertain")
#: With fewer years there is no line to look at.
_FEWEST_YEARS: Final = 3


def can_be_drawn(place: Place, indicator: str) -> bool:
    """Tell whether a figure of the wijk has enough years for a line, the last of them not too long ago."""
    rows = place.known.of(indicator, place.region)
    rows = rows[(rows["year"] <= place.year) & rows["value"].notna()]
    return len(rows) >= _FEWEST_YEARS


def factor_of(entry: Indicator) -> int:
    """Return what a figure is multiplied with at an axis: thousands of euro become euros."""
    return 1000 if wording.in_thousands_of_euro(entry.unit) else 1


# Over the years -----------------------------------------------------------------------------------


def line_chart(
    known: Figures,
    indicator: str,
    regions: Sequence[str],
    *,
    year: int | None = None,
    title: str = "",
) -> Chart | None:
    """Return a chart over the years: the first region is what it is about, the others stand beside it.

    Parameters
    ----------
    known : Figures
    indicator : str
    regions : sequence of str
        The wijk, then gemeente and country. With a count only the wijk is drawn: others are larger anyhow.
    year : int, optional
        As in `ui.story_blocks.place_of`.
    title : str
        The finding; that of its trend when left out.

    Returns
    -------
    Chart or None
        None with fewer than three years with a figure.
    """
    place = place_of(known, regions[0], year)
    if not can_be_drawn(place, indicator):
        return None
    entry = known.catalogue[indicator]
    drawn = (place.region,) if entry.kind == "count" else tuple(dict.fromkeys(regions))
    frame = _frame(place, entry, drawn)
    entry = _unit_of_now(entry, frame, place.region)
    years = _years(frame, place.region)
    lines = [(region, _line(known, frame, region, years, entry)) for region in drawn]
    lines = [(region, line) for region, line in lines if any(value is not None for value in line.values)]
    figures = tuple(
        figure_of(known, indicator, region, int(then), exactly=True)
        for region, line in lines
        for then, value in zip(years, line.values, strict=True)
        if value is not None
    )
    source = source_of(known, figures)
    return Chart(
        form="line",
        title=title or _line_title(place, entry, several=len(lines) > 1),
        unit=wording.unit_label(entry.unit),
        decimals=0 if factor_of(entry) > 1 else entry.decimals,
        categories=tuple(map(str, years)),
        series=tuple(line for _, line in lines),
        breaks=_breaks(place, entry, years),
        alt=describe_line_chart(frame, entry),
        table=_years_table(place, entry, [region for region, _ in lines], lines, years, source),
        note=_note(place, entry, lines, figures),
        source=source,
        figures=figures,
    )


def _line_title(place: Place, entry: Indicator, *, several: bool) -> str:
    """Return the finding: where the figure goes; where that cannot be said, how it differs from what stands beside it."""
    row = direction_of(place, entry.id)
    undecided = row is None or (row["verdict"] in _UNDECIDED and not trend_wording.turn_text(row))
    level = level_title(place, entry.id) if undecided and several else ""
    return level or trend_wording.line_title(row, entry, place.name, years=span_of(place))


def _frame(place: Place, entry: Indicator, drawn: tuple[str, ...]) -> pd.DataFrame:
    frame = series(place.known, entry.id, drawn, own=place.region)
    return frame[frame["year"] <= place.year]


def _unit_of_now(entry: Indicator, frame: pd.DataFrame, region: str) -> Indicator:
    there = frame[(frame["region"] == region) & frame["value"].notna()].sort_values("year")
    last = str(there["unit"].iloc[-1])
    return entry if last == entry.unit else entry.model_copy(update={"unit": last})


def _years(frame: pd.DataFrame, region: str) -> list[int]:
    """Return the years from the first figure of the wijk on: what lies before tells nothing of it."""
    there = frame[frame["value"].notna()]
    first = int(there.loc[there["region"] == region, "year"].min())
    return list(range(first, int(there["year"].max()) + 1))


def _line(known: Figures, frame: pd.DataFrame, region: str, years: list[int], entry: Indicator) -> Series:
    rows = frame[frame["region"] == region].set_index("year").reindex(years)
    # What CBS gave in another unit is no point on this axis; the table still tells it.
    drawn = rows["value"].where(rows["unit"] == entry.unit) * factor_of(entry)
    margin = rows["margin"] * factor_of(entry)
    is_own = region == frame["region"].iloc[0]
    low, high = _ends(drawn, margin, entry) if is_own and bool((margin > 0).any()) else ((), ())
    return Series(
        name=known.label(region),
        role=_role(known, region, is_own=is_own),
        values=_floats(drawn),
        texts=tuple(_text(known, region, year, row, entry) for year, row in rows.iterrows()),
        lower=low,
        upper=high,
        dashed=tuple(bool(status in _SOFT) for status in rows["status"]),
    )


def _role(known: Figures, region: str, *, is_own: bool) -> Role:
    if is_own:
        return "own"
    if region == NEDERLAND:
        return "land"
    return "gemeente" if region == known.gemeente else "before"


def _floats(values: pd.Series) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else round(float(value), 6) for value in values)


def _ends(
    values: pd.Series, margin: pd.Series, entry: Indicator
) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    """Return the ends of the margin of every figure: never below nothing, a percentage never above all."""
    known = margin.fillna(0.0)
    low = (values - known).clip(lower=0.0).where(values >= 0, values - known)
    high = (values + known).clip(upper=100.0) if entry.unit == "%" else values + known
    return _floats(low), _floats(high)


def _text(known: Figures, region: str, year: object, row: pd.Series, entry: Indicator) -> str:
    if pd.isna(row["status"]):
        own_level = region not in (known.gemeente, NEDERLAND)
        there = not own_level or known.code_in(region, int(str(year))) is not None
        return wording.NO_FIGURE if there else _NOT_THERE
    unit = str(row["unit"]) if row["unit"] != entry.unit else entry.unit
    return wording.figure_or_reason(row["value"], str(row["status"]), unit, entry.decimals)


def _breaks(place: Place, entry: Indicator, years: list[int]) -> tuple[str, ...]:
    marked = breaks_to_mark(place.known, entry, [place.region])["year"] if years else pd.Series(dtype="int64")
    return tuple(str(year) for year in sorted(set(map(int, marked))) if years[0] < year <= years[-1])


def _soft(figures: Sequence[Figure]) -> str:
    """Say what the dashes are of; empty where there are none."""
    there = [status for status in _SOFT if any(figure.status == status for figure in figures)]
    labels = wording.join_names([wording.status_label(status) for status in there]).replace(" en ", " of ")
    return f"Streepjeslijn: {labels}." if there else ""


def _note(
    place: Place, entry: Indicator, lines: Sequence[tuple[str, Series]], figures: Sequence[Figure]
) -> str:
    years = (int(place.known.years[0]), place.year)
    told = [
        _BAND if any(line.lower for _, line in lines) else "",
        _soft(figures),
        *break_sentences(place.known, place.known.catalogue[entry.id], [place.region], years),
    ]
    return " ".join(filter(None, told))


def _years_table(
    place: Place,
    entry: Indicator,
    drawn: Sequence[str],
    lines: Sequence[tuple[str, Series]],
    years: list[int],
    source: str,
) -> Grid:
    own, theirs = head_names(place.known, place.region, place.known.gemeente)
    heads = {place.region: own, place.known.gemeente: theirs}
    return Grid(
        caption=f"{_caption(entry)}, per jaar",
        head=("Jaar", *(heads.get(region, place.known.label(region)) for region in drawn)),
        rows=tuple(
            (str(year), *(without_unit(line.texts[at], entry) for _, line in lines))
            for at, year in enumerate(years)
        ),
        numeric=frozenset(range(1, len(drawn) + 1)),
        source=source,
    )


def _caption(entry: Indicator) -> str:
    return wording.unbroken(entry.title if entry.kind == "count" else wording.title_with_unit(entry))


# Several shares beside each other -----------------------------------------------------------------


def bar_chart(
    known: Figures,
    indicators: Sequence[str],
    region: str,
    *,
    year: int | None = None,
    what: str,
    title: str = "",
    short: dict[str, str] | None = None,
) -> Chart | None:
    """Return lying bars of figures in one unit: the wijk with its margins beside gemeente and Nederland, of one year.

    Parameters
    ----------
    known : Figures
    indicators : sequence of str
        From top to bottom.
    region : str
    year : int, optional
        As in `ui.story_blocks.place_of`; the last year up to it in which the wijk has one of the figures.
    what : str
        What the figures show together, as it stands in a sentence: "de leeftijdsopbouw".
    title : str
        The finding; that of the clearest difference when left out.
    short : dict, optional
        What stands at a bar, by indicator; its title when left out.

    Returns
    -------
    Chart or None
        None where the wijk has none of the figures.
    """
    place = place_of(known, region, year)
    latest = [figure_of(known, name, region, place.year) for name in indicators]
    years = [figure.year for figure in latest if has_value(figure)]
    if not years:
        return None
    then = max(years)
    names = short or {}
    labels = tuple(names.get(name, known.catalogue[name].title) for name in indicators)
    entry = known.catalogue[indicators[0]]
    sets = {
        other: [figure_of(known, name, other, then, exactly=True) for name in indicators]
        for other in (region, *place.beside)
    }
    sets = {other: found for other, found in sets.items() if any(map(has_value, found))}
    bars = tuple(_bars(place, other, found) for other, found in sets.items())
    figures = tuple(figure for found in sets.values() for figure in found)
    own, theirs = head_names(known, region, known.gemeente)
    heads = {region: own, known.gemeente: theirs}
    source = source_of(known, figures)
    return Chart(
        form="bars",
        title=title or clearest_difference(place, indicators, what),
        unit=wording.unit_label(entry.unit),
        decimals=0 if factor_of(entry) > 1 else entry.decimals,
        categories=labels,
        series=bars,
        alt=_describe_bars(labels, bars, then),
        table=Grid(
            caption=f"{wording.capital(what)} van {place.name} in {then}, {wording.unit_label(entry.unit)}",
            head=("Cijfer", *(heads.get(other, known.label(other)) for other in sets)),
            rows=tuple((label, *(bar.texts[at] for bar in bars)) for at, label in enumerate(labels)),
            numeric=frozenset(range(1, len(sets) + 1)),
            source=source,
        ),
        note=_WHISKERS if bars[0].lower else "",
        source=source,
        figures=figures,
    )


def _bars(place: Place, region: str, figures: Sequence[Figure]) -> Series:
    known, is_own = place.known, region == place.region
    entries = [as_written(known, figure) for figure in figures]
    values = [figure.value * factor_of(entry) for figure, entry in zip(figures, entries, strict=True)]
    margins = [
        margin_of(known, figure) * factor_of(entry) for figure, entry in zip(figures, entries, strict=True)
    ]
    low, high = _ends(pd.Series(values), pd.Series(margins), entries[0])
    wide = is_own and any(margin > 0 for margin in margins)
    return Series(
        name=known.label(region),
        role=_role(known, region, is_own=is_own),
        values=_floats(pd.Series(values)),
        texts=tuple(
            in_cell(figure, entry, year=False) for figure, entry in zip(figures, entries, strict=True)
        ),
        lower=low if wide else (),
        upper=high if wide else (),
        dashed=tuple(figure.status in _SOFT for figure in figures),
    )


def _describe_bars(labels: Sequence[str], bars: Sequence[Series], year: int) -> str:
    told = [
        f"{bar.name}: {wording.join_names([f'{wording.in_sentence(label)} {text}' for label, text in zip(labels, bar.texts, strict=True)])}."
        for bar in bars
    ]
    return f"Liggende staven, {year}. {' '.join(told)}"


def clearest_difference(place: Place, indicators: Sequence[str], what: str) -> str:
    """Return the clearest difference among figures in one unit as the title of a picture; parameters as in `bar_chart`."""
    rows = {name: row for name in indicators if (row := standing_of(place, name)) is not None}
    differ = {name: row["apart"] for name, row in rows.items() if row["verdict"] in ("higher", "lower")}
    if differ:
        return level_title(place, max(differ, key=lambda name: differ[name]))
    if any(row["verdict"] == "about_equal" for row in rows.values()):
        return (
            f"{wording.capital(what)} van {place.name} is ongeveer gelijk aan die van {place.comparator_name}"
        )
    return f"{wording.capital(what)} van {place.name}"
