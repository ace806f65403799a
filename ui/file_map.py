"""The map of any figures on any borders: what `python cli.py map` draws from files."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.classes import Classes, Method, classify
from analysis.hotspots import COLD, HOT, ISLAND, NOTHING
from data.geometry_file import Land
from reports.hotspot_table import PER, Hotspots
from reports.map_drawing import LOOK, Entry, MapDrawing
from ui import map_file_wording as words
from ui.theme import Look
from ui.wording import number

#: What a region is called on a map of which nobody says what it shows.
LEVEL: Final = "gebied"
_KINDS: Final = (COLD, NOTHING, HOT)


def borders_of(land: Land) -> gpd.GeoDataFrame:
    """Return the polygons as every map takes its borders."""
    return land.frame.assign(water=False)


def figure_map(
    figures: pd.Series,
    land: Land,
    look: Look,
    *,
    title: str,
    method: Method,
    source: str,
    counts: bool = False,
) -> MapDrawing:
    """Draw figures in classes.

    Parameters
    ----------
    figures : Series of float
        Indexed by region; regions that are not on the map take no part.
    land : Land
    look : Look
    title : str
        What the map shows; a plain one when empty.
    method : {"quantiles", "natural", "equal"}
        How the classes are made, see `analysis.classes.classify`.
    source : str
    counts : bool
        The figures are a number per `reports.hotspot_table.PER` people.
    """
    values = figures.reindex(list(land.frame["region"]))
    decimals = decimals_of(values)
    classes = classify(values, method, decimals=decimals)
    colours = tuple(look.scale[step] for step in classes.steps)
    named = [_range(classes, place, decimals) for place in range(len(classes))]
    entries = [
        Entry(name, "colour", colour, n)
        for name, colour, n in zip(named, colours, classes.counts(values), strict=True)
    ]
    labels = [number(value, decimals) for value in values]
    return _drawing(
        land,
        look,
        values,
        classes.of(values),
        labels,
        colours,
        entries,
        title or _plain_title(values),
        source,
        notes=(words.SHRUNK,) if counts else (),
        counts=counts,
    )


def hotspot_map(found: Hotspots, land: Land, look: Look, *, title: str, source: str) -> MapDrawing:
    """Draw where high or low figures gather; parameters as in `figure_map`."""
    kinds = found.table.set_index("region")["class"].reindex(list(land.frame["region"]))
    classes = kinds.map({kind: place for place, kind in enumerate(_KINDS)}).astype("Int64")
    colours = (look.less_to_more[0], look.less_to_more[2], look.less_to_more[4])
    counts = classes.value_counts()
    entries = [
        Entry(words.CLASS_LABELS[kind], "colour", colour, int(counts.get(place, 0)))
        for place, (kind, colour) in enumerate(zip(_KINDS, colours, strict=True))
    ]
    alone = int((kinds == ISLAND).sum())
    entries += [Entry(words.CLASS_LABELS[ISLAND], "no_figure", "", alone)] if alone else []
    decimals = decimals_of(found.values)
    labels = [
        f"{number(value, decimals)}\n{words.CLASS_LABELS[kind]}"
        for value, kind in zip(found.values, kinds, strict=True)
    ]
    few = () if found.reach.enough else (words.reach_sentence(found.reach, words.regions(found.reach.n)),)
    told = title or f"{words.finding(found)}."
    return _drawing(
        land,
        look,
        found.values,
        classes,
        labels,
        colours,
        entries,
        told,
        source,
        alone,
        few,
        counts=bool(found.rates),
    )


def _drawing(
    land: Land,
    look: Look,
    values: pd.Series,
    classes: pd.Series,
    labels: list[str],
    colours: tuple[str, ...],
    entries: list[Entry],
    title: str,
    source: str,
    told: int = 0,
    notes: tuple[str, ...] = (),
    *,
    counts: bool = False,
) -> MapDrawing:
    codes = list(land.frame["region"])
    areas = pd.DataFrame(
        {
            "region": codes,
            "name": land.frame["name"].to_numpy(),
            "class": classes.to_numpy(),
            "label": labels,
            "status": "",
            "alike": False,
            "value": values.to_numpy(),
        },
        index=pd.Index(codes, dtype="str"),
    ).astype({"class": "Int64"})
    if without := int(areas["class"].isna().sum()) - told:
        entries = [*entries, Entry("geen cijfer", "no_figure", "", without)]
    return MapDrawing(
        title=title,
        gemeente="",
        level=LEVEL,
        borders_year=0,
        areas=areas,
        colours=colours,
        legend_title=f"Aantal per {number(PER)} mensen" if counts else "Cijfer per gebied",
        legend=tuple(entries),
        look={name: getattr(look, name) for name in LOOK},
        notes=notes,
        source=source,
    )


def decimals_of(values: pd.Series) -> int:
    """Return how many decimals figures are written with: all they have, or else three significant ones of their range."""
    known = values.to_numpy(dtype=np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return 0
    for decimals in range(3):
        if np.allclose(known, known.round(decimals), rtol=0, atol=1e-9):
            return decimals
    span = float(np.ptp(known)) or float(np.abs(known).max())
    return int(np.clip(2 - np.floor(np.log10(span)), 0, 8))


def _range(classes: Classes, place: int, decimals: int) -> str:
    low, high = classes.ranges[place]
    return (
        number(high, decimals)
        if low == high
        else f"{number(low, decimals)} tot en met {number(high, decimals)}"
    )


def _plain_title(values: pd.Series) -> str:
    n = int(values.notna().sum())
    return f"Cijfers van {words.regions(n)}" if n else "Geen cijfers voor deze kaart"
