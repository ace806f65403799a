"""Borders of wijken, buurten and gemeenten: read, mended, simplified as one coverage, cut out per gemeente."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from data import regions
from data.errors import BordersError

RIJKSDRIEHOEK = 28992
#: Metres that a border may move on the map; CBS itself does not call less than about 5 m a change.
TOLERANCE = 5.0
#: A degree with five decimals is about a metre.
DECIMALS = 5
_CODE_COLUMNS = ("statcode", "buurtcode", "wijkcode", "gemeentecode", "bu_code", "wk_code", "gm_code")
_NAME_COLUMNS = ("statnaam", "buurtnaam", "wijknaam", "gemeentenaam", "bu_naam", "wk_naam", "gm_naam")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")


@dataclass(frozen=True)
class Borders:
    """Polygons of one level in one year.

    Attributes
    ----------
    level : str
        ``gemeente``, ``wijk`` or ``buurt``.
    year : int
    frame : GeoDataFrame
        Columns region, name, gemeente, water (bool) and geometry in EPSG:4326; neighbours share their edges.
    """

    level: str
    year: int
    frame: gpd.GeoDataFrame


def _first_of(frame: gpd.GeoDataFrame, names: tuple[str, ...]) -> str | None:
    by_lower = {str(column).lower(): str(column) for column in frame.columns}
    return next((by_lower[name] for name in names if name in by_lower), None)


def _year_of(frame: gpd.GeoDataFrame, path: Path) -> int:
    for column in ("jaar", "jrstatcode"):
        if column in frame and (found := _YEAR.search(str(frame[column].iloc[0]))):
            return int(found.group(1))
    if found := _YEAR.search(path.stem):
        return int(found.group(1))
    raise BordersError(
        f"{path}: niet te zien van welk jaar deze grenzen zijn; zet het jaar in de bestandsnaam, zoals wijken_2022.gpkg."
    )


def _is_water(frame: gpd.GeoDataFrame) -> pd.Series:
    column = _first_of(frame, ("water", "h2o"))
    if column is None:
        return pd.Series(False, index=frame.index)
    return frame[column].astype("str").str.strip().str.upper().isin(["JA", "B", "TRUE", "1"])


def read(path: Path) -> list[Borders]:
    """Read a file with borders as PDOK and CBS publish them.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoJSON or shapefile; every layer with a code column (statcode, wijkcode, ...) of one
        level is read, in Rijksdriehoek (EPSG:28992) or any system the file names.

    Returns
    -------
    list of Borders
        At least one; other layers are passed over.

    Raises
    ------
    BordersError
        If the file cannot be read, no layer has codes and polygons, or the year cannot be told.
    """
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    except Exception as error:  # pyogrio raises many kinds; each means the same to the user
        raise _unreadable(path) from error
    found: list[Borders] = []
    refused: BordersError | None = None
    for layer in layers:
        try:
            found.append(_read_layer(path, layer))
        except BordersError as error:
            refused = refused or error
    if not found:
        raise refused or _unreadable(path)
    return found


def _unreadable(path: Path) -> BordersError:
    return BordersError(
        f"{path} is niet te lezen als kaartbestand; kies een GeoPackage of GeoJSON van CBS of PDOK."
    )


def _read_layer(path: Path, layer: str) -> Borders:
    try:
        frame = gpd.read_file(path, layer=layer)
    except Exception as error:  # as above
        raise _unreadable(path) from error
    code_column = _first_of(frame, _CODE_COLUMNS)
    if code_column is None or frame.empty or frame.geometry.isna().all():
        raise BordersError(
            f"{path}: geen grenzen met codes gevonden (kolom {', '.join(_CODE_COLUMNS[:4])}); kies een ander bestand."
        )
    codes = regions.clean_codes(frame[code_column])
    frame = frame[regions.are_regions(codes) & frame.geometry.notna()]
    codes = codes[frame.index]
    if len(set(regions.levels(codes))) != 1:
        raise BordersError(
            f"{path}: verwacht alleen wijken, alleen buurten of alleen gemeenten; kies de laag van één niveau."
        )
    if frame.crs is None:
        frame = frame.set_crs(RIJKSDRIEHOEK)
    name_column = _first_of(frame, _NAME_COLUMNS)
    tidy = gpd.GeoDataFrame(
        {
            "region": codes,
            "name": frame[name_column].astype("str") if name_column else codes,
            "gemeente": regions.gemeenten(codes),
            "water": _is_water(frame),
        },
        geometry=frame.geometry.to_crs(RIJKSDRIEHOEK).make_valid(),
        crs=RIJKSDRIEHOEK,
    )
    tidy["geometry"] = shapely.coverage_simplify(tidy.geometry.to_numpy(), TOLERANCE)
    parts = ["region", "water"]
    tidy = tidy.dissolve(by=parts, as_index=False) if tidy.duplicated(parts).any() else tidy
    return Borders(
        level=str(regions.levels(codes).iloc[0]),
        year=_year_of(frame, path),
        frame=tidy.to_crs(4326).reset_index(drop=True),
    )


def to_geojson(frame: gpd.GeoDataFrame) -> bytes:
    """Write regions as a GeoJSON FeatureCollection for the browser.

    Returns
    -------
    bytes
        UTF-8; each feature has properties code, name and water; coordinates in WGS84 with five decimals.
    """
    features = [
        {
            "type": "Feature",
            "properties": {"code": row.region, "name": row.name_, "water": bool(row.water)},
            "geometry": _rounded(shapely.geometry.mapping(row.geometry)),
        }
        for row in frame.rename(columns={"name": "name_"}).itertuples()
    ]
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _rounded(geometry: Mapping[str, object]) -> dict[str, object]:
    def rounded(value: object) -> object:
        if isinstance(value, float):
            return round(value, DECIMALS)
        if isinstance(value, (list, tuple)):
            return [rounded(part) for part in value]
        return value

    return {key: rounded(value) for key, value in geometry.items()}


def best_year(codes: set[str], divisions: Mapping[int, set[str]], year: int) -> int | None:
    """Choose the division that fits the figures of ``year`` best.

    Parameters
    ----------
    codes : set of str
        Regions that have figures in ``year``.
    divisions : mapping of int to set of str
        Codes in each year for which there are borders.
    year : int

    Returns
    -------
    int or None
        The year whose codes overlap most (Jaccard); with equal overlap the last one that is not later
        than ``year``, else the nearest. None when no division shares a code.
    """

    def fit(candidate: int) -> tuple[float, bool, int]:
        there = divisions[candidate]
        overlap = len(codes & there) / max(len(codes | there), 1)
        return overlap, candidate <= year, -abs(candidate - year)

    usable = [candidate for candidate in divisions if codes & divisions[candidate]]
    return max(usable, key=fit) if usable else None
