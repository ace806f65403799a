"""Maps of a report: where the wijk lies, and one figure in all wijken with this one outlined."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import geopandas as gpd
import pandas as pd

from reports.map_drawing import LOOK, Entry, MapDrawing
from reports.map_picture import description
from reports.model import Grid, Map
from ui import wording
from ui.figures import Figures
from ui.map_layers import figure_shown, painting_of
from ui.painting import ATTRIBUTION, land_on, shape_names, unplaced_sentence
from ui.story_blocks import level_title, source_of
from ui.story_place import ORIGIN, figure_of, has_value, place_of
from ui.theme import LIGHT

#: Fewer wijken with a figure are no map to compare on.
_FEWEST: Final = 2


@lru_cache(maxsize=16)
def borders_of(known: Figures, borders_year: int) -> gpd.GeoDataFrame | None:
    """Return the polygons of one year (`ui.figures.Figures.border_frame`), read once for all wijken."""
    return known.border_frame(borders_year)


def _outlined(frame: gpd.GeoDataFrame, code: str | None) -> gpd.GeoDataFrame | None:
    own = frame[frame["region"] == code]
    return own if len(own) else None


def map_block(known: Figures, indicator: str, year: int, region: str) -> Map | None:
    """Return the map of one figure in all wijken, with one wijk outlined.

    Parameters
    ----------
    known : Figures
    indicator : str
    year : int
        Of the figures.
    region : str
        The wijk that the report is about.

    Returns
    -------
    Map or None
        None without borders, for herkomst, where fewer than two wijken have the figure, and where the wijk itself has
        no place on the map.
    """
    entry = known.catalogue[indicator]
    place = place_of(known, region, year)
    shown = figure_shown(known, entry, year, published=place.is_gone)
    painting = painting_of(known, shown) if entry.theme != ORIGIN else None
    frame = None if painting is None else borders_of(known, painting.borders_year)
    if painting is None or frame is None or painting.areas["value"].notna().sum() < _FEWEST:
        return None
    own = painting.areas.index[painting.areas["region"] == region]
    outline = _outlined(frame, str(own[0])) if len(own) else None
    if outline is None:
        return None
    drawing = painting.drawn(LIGHT)
    title = level_title(place, indicator) if year == place.year else ""
    notes = [
        *drawing.notes,
        f"Dik omlijnd: {place.name}.",
        unplaced_sentence(painting.unplaced, painting.borders_year),
    ]
    drawing = replace(drawing, title=title or drawing.title, notes=tuple(filter(None, notes)))
    table = _table(drawing, known, indicator, year)
    return Map(drawing, frame, outline, _told(drawing, known, indicator, region, year), table)


def _told(drawing: MapDrawing, known: Figures, indicator: str, region: str, year: int) -> str:
    figure = figure_of(known, indicator, region, year, exactly=True)
    return f"{description(drawing)} {figure.place}: {figure.text}."


def _table(drawing: MapDrawing, known: Figures, indicator: str, year: int) -> Grid:
    """Return the figures of the map, the highest first, those without a figure last."""
    rows = drawing.areas.sort_values(
        ["value", "name"], ascending=[False, True], na_position="last", kind="stable"
    )
    return Grid(
        caption=drawing.legend_title,
        head=("Wijk", str(year)),
        rows=tuple(
            (str(name), str(label).partition("\n")[0])
            for name, label in zip(rows["name"], rows["label"], strict=True)
        ),
        numeric=frozenset({1}),
        source=drawing.source,
        figures=tuple(
            figure_of(known, indicator, str(region), year, exactly=True)
            for region in rows["region"]
            if region
        ),
    )


def place_map(known: Figures, region: str, year: int | None = None) -> Map | None:
    """Return the map that shows where a wijk lies, or None where there are no borders of it.

    Parameters
    ----------
    known : Figures
    region : str
    year : int, optional
        As in `ui.story_blocks.place_of`.
    """
    place = place_of(known, region, year)
    borders_year = known.borders_year(place.year)
    frame = None if borders_year is None else borders_of(known, borders_year)
    if borders_year is None or frame is None:
        return None
    own = known.shape_of(region, borders_year)
    outline = _outlined(frame, own)
    if outline is None or own is None:
        return None
    areas = _lying(known, borders_year, own)
    others = len(areas) - 1
    many = wording.count(others, "andere wijk", "andere wijken")
    drawing = MapDrawing(
        title=f"Hier {'lag' if place.is_gone else 'ligt'} {place.name}"
        + (f", tussen de {many} van {known.name}" if others > 1 else ""),
        gemeente=known.gemeente,
        level=known.level,
        borders_year=borders_year,
        areas=areas,
        colours=(LIGHT.scale[0], LIGHT.scale[3]),
        legend_title=f"Wijken van {known.name}",
        legend=(
            Entry(place.name, "colour", LIGHT.scale[3], 1),
            *((Entry("andere wijken", "colour", LIGHT.scale[0], others),) if others else ()),
        ),
        look={name: getattr(LIGHT, name) for name in LOOK},
        notes=(f"Grenzen van {borders_year}.",) if borders_year != place.year else (),
        source=ATTRIBUTION,
    )
    return Map(
        drawing,
        frame,
        outline,
        f"{description(drawing)} Dik omlijnd: {place.name}.",
        _residents(known, areas, place.year),
    )


def _lying(known: Figures, borders_year: int, own: str) -> pd.DataFrame:
    codes, names = sorted(land_on(known, borders_year)), shape_names(known, borders_year)
    regions = [known.region_on(code, borders_year) for code in codes]
    titles = [
        known.label(region) if region else wording.wijk_name(names.get(code, code))
        for code, region in zip(codes, regions, strict=True)
    ]
    return pd.DataFrame(
        {
            "region": [region or "" for region in regions],
            "name": titles,
            "class": pd.array([int(code == own) for code in codes], dtype="Int64"),
            "label": ["" for _ in codes],
            "status": ["" for _ in codes],
            "alike": [False for _ in codes],
            "value": [float(code == own) for code in codes],
        },
        index=pd.Index(codes, dtype="str"),
    )


def _residents(known: Figures, areas: pd.DataFrame, year: int) -> Grid:
    found = [figure_of(known, "population", str(region), year) for region in areas["region"] if region]
    rows = sorted(
        found, key=lambda figure: (not has_value(figure), -figure.value if has_value(figure) else 0.0)
    )
    return Grid(
        caption=f"Wijken van {known.name} en hun inwoners",
        head=("Wijk", "Inwoners"),
        rows=tuple(
            (figure.place, f"{figure.text} ({figure.year})" if has_value(figure) else figure.text)
            for figure in rows
        ),
        numeric=frozenset({1}),
        source=source_of(known, found),
        figures=tuple(rows),
    )
