"""Any map as a file: polygons with a code, found by which column holds the codes of the figures.

`data.borders` reads the borders of CBS and PDOK for the store; this reads what somebody else drew, in any projection or
none, as it is.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from data import borders
from data.errors import BordersError

#: Kinds of files that `read` knows.
SUFFIXES: Final = (".gpkg", ".geojson", ".json", ".shp", ".zip", ".parquet", ".geoparquet")
_PARQUET: Final = (".parquet", ".geoparquet")
#: Of columns that fit equally well, one with a name like these.
_USUAL: Final = re.compile(r"stat_?code|(?:wijk|buurt|gemeente)code|(?:wk|bu|gm)_code|code|id|region", re.I)
#: Ends of names that columns with codes often have.
_OFTEN: Final = re.compile(r"(?:id|code|key|nr|no)$", re.I)
#: What stands for a column where the figures are numbered as the rows of the map.
ROW: Final = "rijnummer"
#: Columns that hold the name of a region.
_NAMES: Final = re.compile(r"stat_?naam|(?:wijk|buurt|gemeente)naam|(?:wk|bu|gm)_naam|naam|name", re.I)
#: A whole number that a program wrote with decimals.
_WHOLE: Final = re.compile(r"^([+-]?\d+)\.0+$")


@dataclass(frozen=True)
class Land:
    """Polygons that go with figures.

    Attributes
    ----------
    frame : GeoDataFrame
        One row per region of the map, each once: region (as the figures write it where they have it), name and geometry
        (valid polygons in the system of the file; no row without land).
    column : str
        The column that held the codes; `ROW` where these are the numbers of the rows.
    rivals : tuple of str
        Columns that hold the codes just as well, but with other regions.
    mended, dissolved : int
        Polygons that crossed themselves and were mended, and rows that were joined with another of the same region.
    without_land : tuple of str
        Regions of the map that are there without a polygon.
    """

    frame: gpd.GeoDataFrame
    column: str
    rivals: tuple[str, ...]
    mended: int
    dissolved: int
    without_land: tuple[str, ...]


def read(path: Path, regions: Collection[str], code_column: str | None = None) -> Land:
    """Read the layer and the column of a map that hold most of some codes.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoJSON, shapefile, a zip with one of those, or GeoParquet.
    regions : collection of str
        Codes of the figures.
    code_column : str, optional
        Column with the codes; the one that has most of ``regions`` when omitted.

    Returns
    -------
    Land

    Raises
    ------
    BordersError
        If the file cannot be read, has no polygons, lacks ``code_column``, or no column has any of ``regions``.
    """
    if not path.is_file():
        raise BordersError(f"{path} bestaat niet; controleer de naam van de map of het bestand.")
    best: _Found | None = None
    polygons = False
    seen: list[str] = []
    for frame in _layers(path):
        if not _has_polygons(frame):
            continue
        polygons = True
        seen += [str(name) for name in frame.columns if name != frame.geometry.name]
        found = _codes_in(frame, [_key(region) for region in regions], code_column)
        if found is not None and (best is None or found.fitting > best.fitting):
            best = found
    if not polygons:
        raise BordersError(
            f"{path}: hier staan geen vlakken in, maar punten, lijnen of niets; kies een kaart met gebieden."
        )
    if best is None or not best.fitting:
        raise _no_overlap(path, regions, code_column, seen)
    if best.rivals and not best.sure:
        raise BordersError(
            f"{path}: de gebieden uit de cijfers staan in kolom {best.column} en ook in {', '.join(best.rivals)}, maar bij een ander "
            "vlak; noem de goede kolom met --code-column."
        )
    return _land(best, regions)


@dataclass(frozen=True)
class _Found:
    """A column of a layer with codes of the figures."""

    frame: gpd.GeoDataFrame
    column: str
    codes: pd.Series
    fitting: int
    rivals: tuple[str, ...] = ()
    sure: bool = True


def _no_overlap(
    path: Path, regions: Collection[str], code_column: str | None, seen: list[str]
) -> BordersError:
    columns = ", ".join(dict.fromkeys(seen)) or "geen"
    if code_column is not None and code_column not in seen:
        return BordersError(f"{path}: er is geen kolom {code_column}; kies er een uit: {columns}.")
    example = next(iter(regions), "")
    where = f"kolom {code_column}" if code_column else f"geen enkele kolom ({columns})"
    return BordersError(
        f"{path}: in {where} staat een van de gebieden uit de cijfers, zoals {example}; kies de kaart die bij de cijfers hoort, "
        "of noem de kolom met codes met --code-column."
        if code_column is None
        else f"{path}: in {where} staat geen van de gebieden uit de cijfers, zoals {example}; kies een andere kolom of kaart."
    )


def _layers(path: Path) -> Iterator[gpd.GeoDataFrame]:
    """Give every layer of a file, or of the map files in a zip."""
    suffix = path.suffix.lower()
    if suffix == ".zip":
        with tempfile.TemporaryDirectory(prefix="wijkradar-") as folder:
            files = borders.unpacked(path, Path(folder))
            for file in (file for file in files if file.suffix.lower() in SUFFIXES):
                yield from _layers(file)
        return
    if suffix not in SUFFIXES:
        raise BordersError(
            f"{path} is geen kaartbestand; kies een bestand dat eindigt op {', '.join(SUFFIXES)}."
        )
    if suffix == ".shp":
        borders.refuse_half_a_shapefile(path, str(path))
    try:
        if suffix in _PARQUET:
            yield gpd.read_parquet(path)
            return
        for name, _ in pyogrio.list_layers(path):
            layer = gpd.read_file(path, layer=name)
            if isinstance(layer, gpd.GeoDataFrame):
                yield layer
    except Exception as error:  # readers raise many kinds; each means the same to the user
        raise BordersError(
            f"{path} is niet te lezen als kaartbestand; bewaar het opnieuw als GeoPackage of GeoJSON."
        ) from error


def _has_polygons(frame: gpd.GeoDataFrame) -> bool:
    return bool(frame.geometry.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"]).any())


def _key(text: str) -> str:
    """Return what two ways to write one code have in common."""
    return _WHOLE.sub(r"\1", text.strip())


def _texts(column: pd.Series) -> pd.Series:
    """Return a column as text, whole numbers without decimals; empty stays empty."""
    return column.where(column.notna()).astype("str").map(_key, na_action="ignore")


def _codes_in(frame: gpd.GeoDataFrame, regions: list[str], code_column: str | None) -> _Found | None:
    """Return the column that has most of the codes; of columns that have as many, the likeliest.

    Likeliest is one in which the codes stand in the order of the figures, then one that is called as columns with codes
    are. Numbers from 1 up are found in many a column, each time beside other polygons.
    """
    columns = [str(name) for name in frame.columns if name != frame.geometry.name]
    if code_column is not None:
        columns = [name for name in columns if name.lower() == code_column.lower()]
    wanted = set(regions)
    texts = {name: _texts(frame[name]) for name in columns}
    fitting = {name: len(wanted & set(codes.dropna())) for name, codes in texts.items()}
    most = max(fitting.values(), default=0)
    rows = pd.Series(range(len(frame)), index=frame.index)
    if code_column is None and most < len(frame) == len(wanted) and wanted == set(map(str, rows)):
        return _Found(frame, ROW, rows.astype("str"), len(frame))
    if not columns:
        return None
    rivals = [name for name in columns if fitting[name] == most]
    likely = {
        name: (
            [code for code in texts[name] if code in wanted]
            == [code for code in regions if code in set(texts[name])],
            bool(_USUAL.fullmatch(name)),
            bool(_OFTEN.search(name)),
            texts[name].is_unique,
        )
        for name in rivals
    }
    best = max(rivals, key=lambda name: likely[name])
    others = tuple(
        name for name in rivals if not _places(texts[name], wanted).equals(_places(texts[best], wanted))
    )
    sure = all(likely[best] > likely[name] for name in others)
    return _Found(frame, best, texts[best], most, others, sure)


def _places(codes: pd.Series, wanted: set[str]) -> pd.Series:
    return codes.where(codes.isin(wanted))


def _land(found: _Found, regions: Collection[str]) -> Land:
    frame, codes = found.frame, found.codes
    written = {_key(region): region for region in regions}
    name_column = next(
        (name for name in frame.columns if _NAMES.fullmatch(str(name)) and name != found.column), None
    )
    names = codes if name_column is None else _texts(frame[name_column]).fillna(codes)
    shapes = np.asarray(frame.geometry.force_2d().to_numpy(), dtype=object)
    there = codes.notna().to_numpy()
    codes, names, shapes = codes[there], names[there], shapes[there]
    broken = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes))
    mended = np.where(broken, shapely.make_valid(shapes), shapes)
    land = gpd.GeoDataFrame(
        {
            "region": codes.map(lambda code: written.get(code, code)).astype("str").to_numpy(),
            "name": names.astype("str").to_numpy(),
        },
        geometry=np.array([_surfaces(shape) for shape in mended], dtype=object),
        crs=frame.crs,
    )
    has_land = land.geometry.notna() & ~land.geometry.is_empty
    drawn = set(land.loc[has_land, "region"])
    without = tuple(dict.fromkeys(region for region in land["region"] if region not in drawn))
    land = land[has_land].reset_index(drop=True)
    rows = len(land)
    if land["region"].duplicated().any():
        land = land.dissolve(by="region", as_index=False, sort=False)[["region", "name", "geometry"]]
    return Land(land, found.column, found.rivals, int(broken.sum()), rows - len(land), without)


def _surfaces(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Return the surfaces of a geometry; mending may leave lines and points beside them."""
    if shape is None or isinstance(shape, (shapely.Polygon, shapely.MultiPolygon)):
        return shape
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.area > 0])
