"""Where a map is written to: the ending says whether it is a picture or a layer for a geographical system."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import geopandas as gpd

from data.errors import ExportError
from data.manifest import write_atomically
from reports.map_drawing import MapDrawing
from reports.map_file import map_file
from reports.map_picture import map_picture

SUFFIXES: Final = (".png", ".svg", ".geojson", ".gpkg")


def check(out: Path, read: Iterable[Path]) -> None:
    """Refuse a place to write where nothing can or should be written, before the work begins.

    Raises
    ------
    ExportError
        For another ending than `SUFFIXES`, a folder that is not there, or a file that is read.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise ExportError(
            f"Een kaart komt in een bestand dat eindigt op {', '.join(SUFFIXES[:-1])} of {SUFFIXES[-1]}, en niet in {out}; "
            "pas de naam aan."
        )
    if not out.parent.is_dir():
        raise ExportError(f"De map {out.parent} bestaat niet; maak haar aan of kies een andere.")
    for file in read:
        if out.exists() and file.exists() and out.samefile(file):
            raise ExportError(
                f"{out} is een van de bestanden die worden gelezen; kies een andere naam, anders bent u het kwijt."
            )


def write(
    drawing: MapDrawing, borders: gpd.GeoDataFrame, outline: gpd.GeoDataFrame | None, out: Path
) -> None:
    """Write a map; an existing file is replaced only when all went well.

    Parameters
    ----------
    drawing : MapDrawing
    borders, outline : GeoDataFrame
        See `reports.map_picture.map_picture`.
    out : Path
        Ends in one of the `SUFFIXES`.

    Raises
    ------
    ExportError
        If the map cannot be made, or the file cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix == ".png":
        content = map_picture(drawing, borders, "png", outline=outline)
    elif suffix == ".svg":
        content = map_picture(drawing, borders, "svg", outline=outline)
    else:
        content = map_file(drawing, borders, "gpkg" if suffix == ".gpkg" else "geojson")
    try:
        write_atomically(out, content)
    except OSError as error:
        raise ExportError(
            f"{out} kan niet worden geschreven: {error.strerror}; kies een andere plek."
        ) from error
