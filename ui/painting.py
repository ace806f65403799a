"""What the map shows: which figures on which borders, how sure they are, and what has no place on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.noise import Z95
from data.catalogue import Indicator
from data.panel import BOUNDARY_REDRAWN, Status
from ui import wording
from ui.figures import Figures
from ui.map import alike_swatch, class_colours, classify, legend_html
from ui.theme import Look

#: More regions than this are not named one by one under the map.
_MOST_NAMED: Final = 8


@dataclass(frozen=True)
class Painting:
    """A map of one figure in one year.

    Attributes
    ----------
    borders_year : int
        Year of the borders that it is drawn on.
    areas : DataFrame
        One row per region that has a polygon, indexed by the code of that polygon: region, class, label, status and
        alike; see `ui.map.picture`.
    unplaced : DataFrame
        The regions without a polygon of their own under these borders: region, name, value and status.
    colours : tuple of str
    legend : str
        HTML.
    notes : tuple of str
        What must be known to read the map.
    """

    borders_year: int
    areas: pd.DataFrame
    unplaced: pd.DataFrame
    colours: tuple[str, ...]
    legend: str
    notes: tuple[str, ...]


def areas_of(known: Figures, indicator: Indicator, year: int, *, published: bool = False) -> pd.DataFrame:
    """Return one row per region of a year, indexed and ordered as the panel.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    year : int
    published : bool
        Take the figures that were published that year; else those that were converted to the borders of now, where
        there are. Never both: that would count the same people twice.

    Returns
    -------
    DataFrame
        Columns region, name, value, status, year, unit and margin (1.96 standard errors).
    """
    panel = known.as_published if published else known.on_borders_of_now
    rows = panel[
        (panel["indicator"] == indicator.id) & (panel["level"] == known.level) & (panel["year"] == year)
    ]
    return rows[["region", "value", "status", "year", "unit"]].assign(
        name=rows["region"].map(known.label), margin=Z95 * known.errors["total"].reindex(rows.index)
    )


def as_given(indicator: Indicator, areas: pd.DataFrame) -> Indicator:
    """Return the indicator as CBS gave it in the year of ``areas``: some counts were a percentage in 2014."""
    units = areas.loc[areas["value"].notna(), "unit"].unique()
    if len(units) != 1 or units[0] == indicator.unit:
        return indicator
    return indicator.model_copy(update={"unit": str(units[0]), "kind": "rate"})


def alike(known: Figures, indicator: Indicator, areas: pd.DataFrame) -> pd.Series:
    """Tell which regions cannot be told apart from the figure of the gemeente: the difference is within the noise.

    The same test as `analysis.standing.compare`. A count says only how large a region is, so it is never alike.
    """
    nowhere = pd.Series(False, index=areas.index)
    if indicator.kind == "count" or areas.empty:
        return nowhere
    own = known.of(indicator.id, known.gemeente)
    own = own[(own["year"] == areas["year"].iloc[0]) & own["value"].notna()]
    if own.empty:
        return nowhere
    gemeente = own.iloc[0]
    noise = np.hypot(areas["margin"], Z95 * known.errors["total"].get(own.index[0], np.nan))
    near = (areas["value"] - gemeente["value"]).abs() <= noise
    return near & (areas["unit"] == gemeente["unit"])


def paint(
    known: Figures, indicator: Indicator, areas: pd.DataFrame, year: int, look: Look
) -> Painting | None:
    """Work out the map of ``areas`` (see `areas_of`); None where there are no borders."""
    on_now = Status.BRIDGED.value in set(areas["status"]) or any(
        (region, year) in known.converted for region in areas["region"]
    )
    borders_year = known.borders_year(known.years[-1] if on_now else year)
    if borders_year is None:
        return None
    same = alike(known, indicator, areas)
    painted = areas.assign(
        shape=pd.Series(_shapes(known, areas["region"], year, borders_year), index=areas.index, dtype="str"),
        alike=same,
        label=_labels(known, indicator, areas, same),
    )
    drawn = painted["shape"].isin(known.divisions[borders_year])
    classes = classify(painted.loc[drawn, "value"], decimals=indicator.decimals)
    colours = class_colours(len(classes), look)
    placed = painted[drawn].set_index("shape")
    placed["class"] = classes.of(placed["value"])
    n_alike = int(placed["alike"].sum())
    marks = [(f"ongeveer gelijk aan {known.name}", alike_swatch(colours, look), n_alike)] if n_alike else []
    legend = legend_html(
        f"{indicator.title}, {year}",
        classes,
        indicator.unit,
        colours,
        classes.counts(placed["value"]),
        int(placed["value"].isna().sum()),
        look,
        level=known.level,
        marks=marks,
    )
    notes = _notes(known, indicator, placed, year, borders_year)
    unplaced = painted.loc[~drawn, ["region", "name", "value", "status"]]
    return Painting(borders_year, placed, unplaced, colours, legend, notes)


def _shapes(known: Figures, regions: pd.Series, year: int, borders_year: int) -> list[str | None]:
    """Return the code of the polygon that is the land of each region in ``year``; None where that land has none."""
    first, last = sorted((year, borders_year))
    there = known.region_years
    changed = there[there["year"].between(first + 1, last) & (there["boundary"] == BOUNDARY_REDRAWN)]
    redrawn = set(changed["region"])
    return [
        known.shape_of(region, borders_year)
        if (region, year) in known.converted or region not in redrawn
        else None
        for region in regions
    ]


def _labels(known: Figures, indicator: Indicator, areas: pd.DataFrame, same: pd.Series) -> list[str]:
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


def _notes(
    known: Figures, indicator: Indicator, placed: pd.DataFrame, year: int, borders_year: int
) -> tuple[str, ...]:
    statuses = set(placed["status"])
    told = [
        "Een gebroken rand: voorlopig cijfer." if Status.PROVISIONAL in statuses else "",
        "Een dikke streepjesrand: door Wijkradar omgerekend naar de grenzen van nu."
        if Status.BRIDGED in statuses
        else "",
        f"Stippen: het verschil met het cijfer van {known.name} valt binnen de marge."
        if placed["alike"].any()
        else "",
        "Dit zijn aantallen: grote wijken kleuren vanzelf sterker. Kies een aandeel om te vergelijken."
        if indicator.kind == "count"
        else "",
        f"Grenzen van {borders_year}, cijfers van {year}." if borders_year != year else "",
    ]
    return tuple(filter(None, told))


def unplaced_sentence(unplaced: pd.DataFrame, indicator: Indicator, borders_year: int) -> str:
    """Name the regions that have no place on the map, with their figures; empty where all have one.

    Parameters
    ----------
    unplaced : DataFrame
        As in `Painting`.
    """
    if unplaced.empty:
        return ""
    told = [
        f"{row['name']}: {wording.figure_or_reason(row['value'], row['status'], indicator.unit, indicator.decimals)}"
        for _, row in unplaced.head(_MOST_NAMED).iterrows()
    ]
    if len(unplaced) > _MOST_NAMED:
        told.append(f"en nog {wording.number(len(unplaced) - _MOST_NAMED)} andere, zie de tabel")
    who = "dit gebied zo niet bestaat" if len(unplaced) == 1 else "deze gebieden zo niet bestaan"
    return f"Niet op de kaart, omdat {who} binnen de grenzen van {borders_year}: {'; '.join(told)}."
