"""A map as a file for a geographical system: the regions with their figures, what they are and where they come from."""

from __future__ import annotations

import tempfile
import warnings
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import geopandas as gpd
import pandas as pd
import pyogrio

from data import VERSION
from data.errors import ExportError
from data.panel import Status
from reports.export import status_in_words, without_formulas
from reports.map_drawing import MapDrawing

Kind = Literal["geojson", "gpkg"]
WGS84, RIJKSDRIEHOEK = 4326, 28992
#: Decimals of a coordinate in degrees: some ten centimetres.
_DECIMALS: Final = 6
_DRIVERS: Final = {"geojson": "GeoJSON", "gpkg": "GPKG"}


def map_file(drawing: MapDrawing, borders: gpd.GeoDataFrame, kind: Kind = "geojson") -> bytes:
    """Write a map with its figures as GeoJSON or GeoPackage.

    Parameters
    ----------
    drawing : MapDrawing
    borders : GeoDataFrame
        As `data.store.Store.border_frame`: columns region, name, water and geometry, in any reference system.
    kind : {"geojson", "gpkg"}
        GeoJSON in degrees (RFC 7946, WGS84), GeoPackage in metres (Rijksdriehoek, EPSG:28992). Borders without a reference
        system stay as they are.

    Returns
    -------
    bytes
        One feature per region with land: see `map_frame`.

    Raises
    ------
    ExportError
        If the borders are not there or cannot be written.
    """
    frame = without_running_text(map_frame(drawing, borders))
    if frame.empty:
        raise ExportError("Er zijn geen gebieden om weg te schrijven; kies een andere kaart.")
    if frame.crs is not None:
        frame = frame.to_crs(WGS84 if kind == "geojson" else RIJKSDRIEHOEK)
    options: dict[str, Any] = {"layer": "kaart"}
    if kind == "geojson":
        options = {"RFC7946": "YES", "COORDINATE_PRECISION": _DECIMALS} if frame.crs is not None else {}
    with tempfile.TemporaryDirectory(prefix="wijkradar-") as folder:
        file = Path(folder) / f"kaart.{kind}"
        try:
            # A title of the layer stands in the contents of a GeoPackage, and in the head of GeoJSON.
            described = {"DESCRIPTION": f"{drawing.title.rstrip('.')}. {drawing.source}".strip()}
            with warnings.catch_warnings():
                # A map that came without a reference system has none to write; that is told elsewhere.
                warnings.simplefilter("ignore")
                pyogrio.write_dataframe(
                    frame, file, driver=_DRIVERS[kind], **options, layer_options=described
                )
        except Exception as error:  # a driver raises many kinds; each means the same to the user
            raise ExportError(
                f"De kaart kan niet als {kind} worden geschreven ({type(error).__name__}); kies een ander soort bestand."
            ) from error
        return file.read_bytes()


def map_frame(drawing: MapDrawing, borders: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lay the figures of a drawing on its borders.

    Returns
    -------
    GeoDataFrame
        One row per region with land, in the order of the borders, in their reference system: code (of the polygon), region
        (of the series), name, value (float, empty is no figure), unit and year (where the drawing has them), class (as the
        legend names it), label (as the map says it), status, status_text, figure (what is shown), title, borders_year,
        source, made_on and wijkradar_version.
    """
    land = borders[~borders["water"].astype(bool)] if "water" in borders else borders
    if land["region"].duplicated().any():
        land = land.dissolve(by="region", as_index=False, sort=False)
    codes = land["region"].astype("str")
    areas = drawing.areas.reindex(codes)
    told = gpd.GeoDataFrame(
        {
            "code": codes.to_numpy(),
            "region": _column(areas, "region", codes).fillna(pd.Series(codes.to_numpy(), index=areas.index)),
            "name": _column(areas, "name", land["name"]).fillna(
                pd.Series(land["name"].astype("str").to_numpy(), index=areas.index)
            ),
            "value": pd.to_numeric(_column(areas, "value", None)).astype("float64"),
            "unit": _column(areas, "unit", None),
            "year": pd.to_numeric(_column(areas, "year", None)).astype("Int64"),
            "class": class_names(drawing, areas["class"]),
            "label": _column(areas, "label", None).fillna("geen cijfer"),
            "status": _column(areas, "status", None),
        },
        geometry=land.geometry.to_numpy(),
        crs=borders.crs,
    )
    empty = [name for name in ("unit", "year") if told[name].isna().all()]
    return told.drop(columns=empty).assign(
        status_text=told["status"].map(_status_text),
        figure=drawing.legend_title,
        title=drawing.title,
        borders_year=drawing.borders_year,
        source=drawing.source,
        made_on=date.today().isoformat(),
        wijkradar_version=VERSION,
    )


def without_running_text(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a copy of which no text can run as a formula when its table is opened in a spreadsheet."""
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return gpd.GeoDataFrame(without_formulas(table), geometry=frame.geometry, crs=frame.crs)


def class_names(drawing: MapDrawing, classes: pd.Series) -> pd.Series:
    """Return what the legend calls the class of each region; "geen cijfer" where there is none."""
    by_colour = {entry.colour: entry.name for entry in drawing.legend if entry.mark == "colour"}
    names = {place: by_colour.get(colour, "") for place, colour in enumerate(drawing.colours)}
    return classes.map(names, na_action="ignore").astype("object").fillna("geen cijfer").astype("str")


def _column(areas: pd.DataFrame, name: str, otherwise: pd.Series | None) -> pd.Series:
    if name in areas:
        return areas[name]
    values = None if otherwise is None else otherwise.to_numpy()
    return pd.Series(values, index=areas.index, dtype="object")


def _status_text(status: object) -> str:
    known = status if isinstance(status, str) and status in set(Status) else None
    return "" if known is None else status_in_words([known])[f"Status {known}"]
