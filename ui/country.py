"""The whole country on the map: the figures of every wijk in the store, where they gather, and the drawings of both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from analysis.classes import classify
from analysis.hotspots import COLD, HOT, ISLAND, NOTHING, Neighbours, contiguity, hotspots
from data.borders import RIJKSDRIEHOEK
from data.catalogue import Indicator, catalogue
from data.panel import Level
from data.regions import NEDERLAND
from data.store import Store
from reports.country import country_figures, tables
from reports.map_drawing import Entry, MapDrawing
from ui import hotspot_wording as words
from ui import wording
from ui.fetch_wording import day
from ui.hotspot_drawing import side_colour
from ui.hotspotting import WITHIN, per_of
from ui.map_legend import inks, range_name
from ui.theme import Look

#: Quantiles that say how far apart wijken lie: the middle half.
_MIDDLE_HALF: Final = (0.25, 0.75)
_BORDERS: Final = "Grenzen: CBS en Kadaster (PDOK), CC BY 4.0."


@dataclass(frozen=True, eq=False)
class Country:
    """One year of every gemeente in the store.

    Attributes
    ----------
    year, borders_year : int
    figures : DataFrame
        As `reports.country.country_figures`.
    shapes : DataFrame
        One row per wijk with land, indexed by code: name (with the gemeente behind it, where its name is known).
    neighbours : Neighbours
        Of these wijken.
    gemeenten : dict
        Name by code.
    source : str
        Sentence that names the parent of the figures.
    """

    year: int
    borders_year: int
    figures: pd.DataFrame
    shapes: pd.DataFrame
    neighbours: Neighbours
    gemeenten: dict[str, str]
    source: str

    def of(self, indicator: str, level: str = Level.WIJK) -> pd.DataFrame:
        """Return region, value, status and unit of one figure at one level, by region."""
        rows = self.figures[(self.figures["indicator"] == indicator) & (self.figures["level"] == level)]
        return rows.assign(
            region=rows["region"].astype("str"), status=rows["status"].astype("str")
        ).set_index("region")[["value", "status", "unit"]]

    def indicators(self) -> set[str]:
        """Return the figures that at least one wijk has in this year."""
        wijken = self.figures[(self.figures["level"] == Level.WIJK) & self.figures["value"].notna()]
        return set(wijken["indicator"].unique())


def years(store: Store) -> list[int]:
    """Return the years that can be shown of the country, oldest first; empty where there are no borders."""
    return sorted(tables(store)) if store.country_borders(Level.WIJK) else []


@st.cache_resource(max_entries=3, show_spinner=False)
def _country(folder: str, _generation: str, year: int) -> Country:
    store = Store(Path(folder))
    borders = store.country_borders(Level.WIJK)
    borders_year = min(borders, key=lambda there: (abs(there - year), there))
    frame = store.read_borders(borders[borders_year])
    land = frame[~frame["water"].astype(bool)].to_crs(RIJKSDRIEHOEK)
    record = tables(store)[year]
    # Also those that merged since.
    gemeenten = {**record.gemeenten, **store.gemeenten()}
    place = land["gemeente"].map(gemeenten)
    names = land["name"].map(wording.wijk_name) + (" (" + place + ")").fillna("")
    at = day(max(delivery.at for delivery in record.deliveries))
    return Country(
        year=year,
        borders_year=borders_year,
        figures=country_figures(store, catalogue(), year),
        shapes=pd.DataFrame(
            {"name": names.to_numpy()}, index=pd.Index(land["region"].to_numpy(), name="shape")
        ),
        neighbours=contiguity(list(land.geometry), list(land["region"]), within=WITHIN),
        gemeenten=gemeenten,
        source=f"Bron: CBS, tabel {record.id} ({year}), ingelezen op {at}. {_BORDERS}",
    )


def country(store: Store, year: int) -> Country:
    """Return one year of the country; read only once for the same content of the store."""
    return _country(str(store.folder), store.generation, year)


# What a map shows ----------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def placed(known: Country, indicator: Indicator) -> pd.DataFrame:
    """Return one row per wijk with land: region, name, value and status; by the code of its polygon.

    A wijk that has other borders than those of the map keeps its code in most cases, and then stands on the land that this
    code has now; `unplaced` holds the others.
    """
    rows = known.of(indicator.id)
    there = known.shapes.join(rows)
    known_here = there.index.isin(rows.index)
    return there.assign(
        region=np.where(known_here, there.index, ""),
        status=there["status"].fillna(""),
        unit=there["unit"].astype("object").fillna(indicator.unit),
    )


def unplaced(known: Country, indicator: Indicator) -> pd.DataFrame:
    """Return the wijken with a figure that are not on borders of this year, as `Country.of`."""
    rows = known.of(indicator.id)
    return rows[~rows.index.isin(known.shapes.index) & rows["value"].notna()]


@lru_cache(maxsize=32)
def gathered(known: Country, indicator: Indicator) -> pd.DataFrame | None:
    """Return where figures gather among all wijken (`analysis.hotspots.hotspots`); None for what may have no hotspots."""
    if words.refusal(indicator):
        return None
    rows = placed(known, indicator).reset_index()
    rows["region"] = rows["shape"]
    parts = indicator.share_of[1:] or ((indicator.base,) if indicator.base and indicator.unit == "%" else ())
    if parts:
        counts = [rows["shape"].map(known.of(part)["value"]) for part in parts]
        base = pd.concat(counts, axis=1).sum(axis=1, skipna=False)
        rows["base"] = base.where(base > 0)
    return hotspots(rows, known.neighbours, per=per_of(indicator)).set_index("region")


def finding(known: Country, indicator: Indicator) -> str:
    """Say how high the figure is in Nederland and how far wijken lie apart."""
    values = placed(known, indicator)["value"].dropna()
    if values.empty:
        return f"Over {wording.subject(indicator)} is er in {known.year} van geen enkele wijk een cijfer"

    def told(value: float) -> str:
        return wording.figure(value, indicator.unit, indicator.decimals)

    low, high = values.quantile(list(_MIDDLE_HALF))
    of_land = known.of(indicator.id, Level.LAND)["value"].dropna()
    whole = (
        f"in heel Nederland {told(float(of_land.iloc[0]))}; "
        if len(of_land) and indicator.kind != "count"
        else ""
    )
    return (
        f"{wording.capital(wording.subject(indicator))} is {whole}in de helft van de "
        f"{wording.count(len(values), 'wijk', 'wijken')} tussen {told(low)} en {told(high)}, in een kwart lager en in een kwart "
        f"hoger ({known.year})"
    )


def gathering(known: Country, indicator: Indicator) -> str:
    """Say in how many wijken figures gather more than chance."""
    found = gathered(known, indicator)
    assert found is not None
    counted = [
        (words.kind_of_figures(side, indicator), int((found["class"] == side).sum()))
        for side in _sides(indicator)
    ]
    n = int(found["class"].isin([HOT, COLD, NOTHING]).sum())
    told = [f"{kind} cijfers bij elkaar in {wording.number(count)}" for kind, count in counted]
    return f"{indicator.title}: {told[0]} en {told[1]} van de {wording.count(n, 'wijk', 'wijken')}, meer dan toeval ({known.year})"


def _sides(indicator: Indicator) -> tuple[str, str]:
    first, second = words.sides_in_order(indicator)
    return first, second


def drawn_figures(known: Country, indicator: Indicator, look: Look) -> MapDrawing:
    """Draw one figure of every wijk in five classes of about equal size."""
    areas = placed(known, indicator)
    classes = classify(areas["value"], decimals=indicator.decimals)
    colours = tuple(look.scale[step] for step in classes.steps)
    counts = classes.counts(areas["value"])
    legend = [
        Entry(range_name(low, high, classes.decimals, indicator.unit), "colour", colour, n)
        for (low, high), colour, n in zip(classes.ranges, colours, counts, strict=True)
    ]
    return _drawing(
        known,
        areas.assign(**{"class": classes.of(areas["value"])}),
        legend,
        colours,
        title=finding(known, indicator),
        legend_title=f"{wording.title_with_unit(indicator)}, {known.year}, alle wijken van Nederland",
        labels=_figures_in_words(areas, indicator, known.year),
        look=look,
    )


def drawn_hotspots(known: Country, indicator: Indicator, look: Look) -> MapDrawing:
    """Draw where figures gather among all wijken."""
    areas, found = placed(known, indicator), gathered(known, indicator)
    assert found is not None
    order = (*_sides(indicator), NOTHING)
    kinds = found["class"].reindex(areas.index)
    colours = (*(side_colour(side, indicator, look) for side in order[:2]), look.diverging[2])
    legend = [
        Entry(words.class_label(kind, indicator), "colour", colour, int((kinds == kind).sum()))
        for kind, colour in zip(order, colours, strict=True)
    ]
    if islands := int((kinds == ISLAND).sum()):
        legend.append(Entry(words.reason_label(ISLAND), "no_figure", "", islands))
    told = kinds.map({kind: words.class_label(kind, indicator) for kind in order}).fillna("")
    labels = _figures_in_words(areas, indicator, known.year) + ("\n" + told).where(told != "", "")
    return _drawing(
        known,
        areas.assign(
            **{"class": kinds.map({kind: place for place, kind in enumerate(order)}).astype("Int64")}
        ),
        legend,
        colours,
        title=gathering(known, indicator),
        legend_title=f"Waar cijfers bij elkaar liggen: {wording.in_sentence(indicator.title)}, {known.year}",
        labels=labels,
        look=look,
    )


def _figures_in_words(areas: pd.DataFrame, indicator: Indicator, year: int) -> pd.Series:
    """Return what stands under a name; a long unit stands in the legend only, since every text goes to the browser."""
    unknown = f"{wording.NO_FIGURE} (in {year} was er geen wijk met deze code)"
    short = indicator.unit == "%" or wording.in_thousands_of_euro(indicator.unit)
    told = []
    for value, status in zip(areas["value"], areas["status"], strict=True):
        if not status:
            told.append(unknown)
        elif short or not wording.is_figure(value):
            told.append(wording.figure_or_reason(value, status, indicator.unit, indicator.decimals))
        else:
            told.append(wording.number(value, indicator.decimals))
    return pd.Series(told, index=areas.index, dtype="str")


def _drawing(
    known: Country,
    areas: pd.DataFrame,
    legend: list[Entry],
    colours: tuple[str, ...],
    *,
    title: str,
    legend_title: str,
    labels: pd.Series,
    look: Look,
) -> MapDrawing:
    lacking = labels[areas["value"].isna()].str.split("\n").str[0].value_counts()
    legend += [Entry(str(reason), "no_figure", "", int(n)) for reason, n in lacking.items()]
    notes = []
    if known.borders_year != known.year:
        notes.append(f"Grenzen van {known.borders_year}, cijfers van {known.year}.")
    return MapDrawing(
        title=title,
        gemeente=NEDERLAND,
        level=Level.WIJK.value,
        borders_year=known.borders_year,
        areas=areas.assign(label=labels, alike=False, status="")[
            ["region", "name", "class", "label", "status", "alike", "value"]
        ],
        colours=colours,
        legend_title=legend_title,
        legend=tuple(legend),
        look=inks(look),
        notes=tuple(notes),
        source=known.source,
    )
