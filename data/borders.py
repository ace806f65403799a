"""Borders of wijken, buurten and gemeenten: read, mended, simplified as one coverage, cut out per gemeente."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data import regions
from data.errors import BordersError
from data.panel import BOUNDARY_SAME

RIJKSDRIEHOEK = 28992
#: The system that borders are kept in.
WGS84 = 4326
#: Metres that a border may move on the map; CBS itself does not call less than about 5 m a change.
TOLERANCE = 5.0
#: Metres that a border may move on a map of the whole country, where a pixel is more than that.
COUNTRY_TOLERANCE = 100.0
#: A degree with five decimals is about a metre.
DECIMALS = 5
#: Kinds of files that `read` knows, the best first.
SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".zip")
#: Bytes that a zip may hold when unpacked; the Wijk- en buurtkaart of a whole year is below 1 GB.
MOST_UNPACKED = 2_000_000_000
MOST_MEMBERS = 5_000

_CODE_COLUMNS = ("statcode", "buurtcode", "wijkcode", "gemeentecode", "bu_code", "wk_code", "gm_code")
# A map of buurten also names their wijk and gemeente: the name has to go with the code.
_NAME_COLUMN = {code: code.replace("code", "naam") for code in _CODE_COLUMNS}
_WATER_COLUMNS = ("water", "h2o")
_YEAR_COLUMNS = ("jaar", "jrstatcode")
_WANTED_COLUMNS = {*_CODE_COLUMNS, *_NAME_COLUMN.values(), *_WATER_COLUMNS, *_YEAR_COLUMNS}
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_SENTINEL = re.compile(r"-9999\d+(\.0*)?")
# Numbers that no buurt with figures has; open water in maps without a column that says so.
_WATER_CODE = r"BU\d{4}999[78]"
_SHAPEFILE_PARTS = (".shx", ".dbf")
_UNPACKED_SUFFIXES = {*SUFFIXES[:-1], *_SHAPEFILE_PARTS, ".prj", ".cpg"}
# Metres in Rijksdriehoek, with some sea around the country.
_NETHERLANDS = (-10_000.0, 290_000.0, 300_000.0, 650_000.0)


@dataclass(frozen=True)
class Borders:
    """Polygons of one level in one year.

    Attributes
    ----------
    level : str
        ``gemeente``, ``wijk`` or ``buurt``.
    year : int
    frame : GeoDataFrame
        Columns region, name, gemeente, water (bool) and geometry in EPSG:4326; one row per region, and one
        more for its open water where the source keeps that apart. Neighbours share their edges.
    """

    level: str
    year: int
    frame: gpd.GeoDataFrame


# -- from a frame ------------------------------------------------------------------------------------


def tidy(frame: gpd.GeoDataFrame, origin: str, year: int) -> Borders:
    """Make borders of one level from polygons as CBS or PDOK publish them.

    - Polygons that cross themselves are mended (`make_valid`); lines and points that this leaves are dropped.
    - Only code, name and water are kept: what else a map says (also -99997 and its kin, which mean "no
      figure") does not get in, and a name that is no name becomes the code.
    - Land and open water of one region stay apart. Water is what the columns ``water`` or ``H2O`` call
      ``JA``, or without such a column a buurt whose code ends in 9997 or 9998. ``B`` means Belgian ground
      (CBS, Toelichting Wijk- en Buurtkaart 2021): it belongs to no gemeente and is left out.
    - Edges are simplified together (Visvalingam-Whyatt on the coverage, see `shapely.coverage_simplify`), so
      that neighbours still touch. Where polygons overlap or leave gaps, only edges that two polygons share
      exactly are simplified: an overlap or gap then stays as it was, and never grows.

    Parameters
    ----------
    frame : GeoDataFrame
        A code column (statcode, wijkcode, ...) and polygons; in Rijksdriehoek (EPSG:28992) or any system that
        it names. Without a name, metres that fit Rijksdriehoek are taken as such.
    origin : str
        File or service, for the message.
    year : int

    Returns
    -------
    Borders

    Raises
    ------
    BordersError
        If there are no codes with polygons, the codes are of several levels, or the place is not in the
        Netherlands or not to be told.
    """
    code_column = _first_of(frame, _CODE_COLUMNS)
    has_shapes = isinstance(frame, gpd.GeoDataFrame) and not frame.geometry.isna().all()
    if code_column is None or not has_shapes:
        raise _without_codes(origin)
    frame = frame.reset_index(drop=True)
    codes = regions.clean_codes(frame[code_column])
    frame = frame[regions.are_regions(codes) & frame.geometry.notna() & ~_is_belgian(frame)]
    polygons = _polygons(_in_rijksdriehoek(frame, origin).geometry)
    polygons = polygons[~polygons.is_empty]
    frame, codes = frame.loc[polygons.index], codes[polygons.index]
    if frame.empty:
        raise _without_codes(origin)
    if len(set(codes.str[:2])) != 1:
        raise BordersError(
            f"{origin}: verwacht alleen wijken, alleen buurten of alleen gemeenten; kies de laag van één niveau."
        )
    tidied = gpd.GeoDataFrame(
        {
            "region": codes,
            "name": _names(frame, _NAME_COLUMN[code_column.lower()], codes),
            "gemeente": regions.gemeenten(codes),
            "water": _is_water(frame, codes),
        },
        geometry=polygons,
        crs=RIJKSDRIEHOEK,
    )
    parts = ["region", "water"]
    if tidied.duplicated(parts).any():
        tidied = tidied.dissolve(by=parts, as_index=False)[
            ["region", "name", "gemeente", "water", "geometry"]
        ]
    tidied["geometry"] = _simplified(tidied.geometry)
    return Borders(
        level=str(regions.levels(codes).iloc[0]), year=year, frame=tidied.to_crs(WGS84).reset_index(drop=True)
    )


def _without_codes(origin: str) -> BordersError:
    return BordersError(
        f"{origin}: geen grenzen met codes gevonden (kolom {', '.join(_CODE_COLUMNS[:4])}); kies een ander bestand."
    )


def _first_of(frame: pd.DataFrame, names: Iterable[str]) -> str | None:
    by_lower = {str(column).lower(): str(column) for column in frame.columns}
    return next((by_lower[name] for name in names if name in by_lower), None)


def _in_netherlands(bounds: Sequence[float]) -> bool:
    """Tell whether (west, south, east, north) in metres lies in the Netherlands."""
    west, south, east, north = bounds
    return (
        _NETHERLANDS[0] < west <= east < _NETHERLANDS[2]
        and _NETHERLANDS[1] < south <= north < _NETHERLANDS[3]
    )


def _in_rijksdriehoek(frame: gpd.GeoDataFrame, origin: str) -> gpd.GeoDataFrame:
    if frame.empty:
        raise _without_codes(origin)
    fits = _in_netherlands(frame.total_bounds)
    if frame.crs is None and not fits:
        raise BordersError(
            f"{origin}: niet te zien in welk stelsel de coördinaten staan; zet het .prj-bestand ernaast of kies een GeoPackage."
        )
    # GeoJSON that names no system counts as degrees, also when it holds metres.
    if frame.crs is None or (frame.crs.is_geographic and fits):
        frame = frame.set_crs(RIJKSDRIEHOEK, allow_override=True)
    frame = frame.to_crs(RIJKSDRIEHOEK)
    if not _in_netherlands(frame.total_bounds):
        raise BordersError(
            f"{origin}: deze grenzen liggen niet in Nederland; bewaar de kaart opnieuw in Rijksdriehoek (EPSG:28992)."
        )
    return frame


def _polygons(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    def only_polygons(shape: shapely.Geometry) -> shapely.Geometry:
        if isinstance(shape, (shapely.Polygon, shapely.MultiPolygon)):
            return shape
        return shapely.union_all([part for part in shapely.get_parts(shape) if part.area > 0])

    return shapes.force_2d().make_valid().map(only_polygons)


def _simplified(shapes: gpd.GeoSeries, tolerance: float = TOLERANCE) -> np.ndarray:
    together = shapes.to_numpy()
    fits = bool(shapely.coverage_is_valid(together))
    fewer = shapely.coverage_simplify(together, tolerance, simplify_boundary=fits)
    # Of polygons that overlap, shapely does not promise that each stays whole.
    return fewer if shapely.is_valid(fewer).all() else together


def for_country(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return borders in the detail of a map of the country; neighbours still touch.

    Parameters
    ----------
    frame : GeoDataFrame
        As in `Borders`, in EPSG:4326.
    """
    metres = frame.to_crs(RIJKSDRIEHOEK)
    metres["geometry"] = _simplified(metres.geometry, COUNTRY_TOLERANCE)
    return metres.to_crs(WGS84)


def _texts(frame: gpd.GeoDataFrame, names: Iterable[str]) -> pd.Series | None:
    column = _first_of(frame, names)
    if column is None:
        return None
    texts = frame[column].astype("str").str.strip()
    return texts.mask(texts.str.fullmatch(_SENTINEL).fillna(True) | texts.isin(["", "None", "nan"]))


def _names(frame: gpd.GeoDataFrame, column: str, codes: pd.Series) -> pd.Series:
    names = _texts(frame, (column,))
    return codes if names is None else names.fillna(codes).astype("str")


def _water_mark(frame: gpd.GeoDataFrame) -> pd.Series | None:
    marks = _texts(frame, _WATER_COLUMNS)
    return None if marks is None else marks.fillna("").str.upper()


def _is_belgian(frame: gpd.GeoDataFrame) -> pd.Series:
    marks = _water_mark(frame)
    return pd.Series(False, index=frame.index) if marks is None else marks == "B"


def _is_water(frame: gpd.GeoDataFrame, codes: pd.Series) -> pd.Series:
    marks = _water_mark(frame)
    if marks is None:
        return codes.str.fullmatch(_WATER_CODE).astype(bool)
    return marks.isin(["JA", "TRUE", "1"])


# -- from a file -------------------------------------------------------------------------------------


def read(path: Path) -> list[Borders]:
    """Read a file with borders as PDOK and CBS publish them.

    Parameters
    ----------
    path : Path
        GeoPackage, GeoJSON, shapefile, or a zip with one of those (such as ``WijkBuurtkaart_2023_v2.zip``;
        of several kinds in one zip the first of `SUFFIXES` is taken). Every layer with codes and polygons of
        one level is read as `tidy` says; of a generalised layer and its original the generalised one. The
        year comes from the columns jaar or jrstatcode, else from the name of the layer, the file or the zip.

    Returns
    -------
    list of Borders
        At least one, and one per level and year; other layers are passed over.

    Raises
    ------
    BordersError
        If the file cannot be read, is not complete, no layer has codes and polygons, or the year cannot be
        told. A zip is refused if it would fill the disk or names a place outside itself.
    """
    if path.suffix.lower() != ".zip":
        return _read_file(path, str(path), (path.stem,))
    with tempfile.TemporaryDirectory(prefix="wijkradar-") as folder:
        files = unpacked(path, Path(folder))
        refused: BordersError | None = None
        for suffix in SUFFIXES:
            found: list[Borders] = []
            for file in files:
                if file.suffix.lower() == suffix:
                    try:
                        found += _read_file(file, f"{path} ({file.name})", (file.stem, path.stem))
                    except BordersError as error:
                        refused = refused or error
            if found:
                return _one_each(found)
    raise refused or BordersError(
        f"{path}: in dit zip-bestand zit geen kaartbestand ({', '.join(SUFFIXES[:-1])}); kies een ander bestand."
    )


def unpacked(path: Path, folder: Path) -> list[Path]:
    """Unpack the map files of a zip and return where they are.

    Raises
    ------
    BordersError
        If it cannot be unpacked, would fill the disk or names a place outside the folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _refuse_unsafe(path, members)
            wanted = [m for m in members if PurePosixPath(m.filename).suffix.lower() in _UNPACKED_SUFFIXES]
            for member in wanted:
                target = folder / member.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink)
            return [folder / member.filename for member in wanted]
    # zipfile raises RuntimeError for a password and NotImplementedError for an unknown way of packing.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        raise BordersError(
            f"{path} is niet uit te pakken; pak het zelf uit en kies het kaartbestand dat erin zit."
        ) from error


def _refuse_unsafe(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    # What is unpacked never exceeds file_size: zipfile stops reading there.
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise BordersError(
            f"{path} is uitgepakt te groot voor een kaart; pak het zelf uit en kies het kaartbestand dat u nodig hebt."
        )
    for member in members:
        # Windows knows other separators and drives; a map needs neither in its names.
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in member.filename:
            raise BordersError(
                f"{path} bevat een bestandsnaam die buiten de map wijst en is daarom niet uitgepakt; haal het opnieuw op bij CBS of PDOK."
            )


def _read_file(path: Path, origin: str, names: tuple[str, ...]) -> list[Borders]:
    if path.suffix.lower() == ".shp":
        refuse_half_a_shapefile(path, origin)
    import pyogrio  # only who brings a file waits for it

    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    except Exception as error:  # pyogrio raises many kinds; each means the same to the user
        raise _unreadable(origin) from error
    found: list[Borders] = []
    refused: BordersError | None = None
    for layer in layers:
        if "niet_gegeneraliseerd" in layer and layer.replace("niet_", "") in layers:
            continue
        try:
            found.append(_read_layer(path, layer, origin, names))
        except BordersError as error:
            refused = refused or error
    if not found:
        raise refused or _unreadable(origin)
    return _one_each(found)


def refuse_half_a_shapefile(path: Path, origin: str) -> None:
    """Raise BordersError where a shapefile lacks one of its parts."""
    beside = {file.suffix.lower() for file in path.parent.glob("*") if file.stem.lower() == path.stem.lower()}
    if missing := [suffix for suffix in _SHAPEFILE_PARTS if suffix not in beside]:
        raise BordersError(
            f"{origin}: van deze shapefile ontbreekt {' en '.join(missing)}; zet alle bestanden met dezelfde naam bij elkaar."
        )


def _unreadable(origin: str) -> BordersError:
    return BordersError(
        f"{origin} is niet te lezen als kaartbestand; kies een GeoPackage of GeoJSON van CBS of PDOK."
    )


def _read_layer(path: Path, layer: str, origin: str, names: tuple[str, ...]) -> Borders:
    import pyogrio

    try:
        fields = [str(field) for field in pyogrio.read_info(path, layer=layer)["fields"]]
        wanted = [field for field in fields if field.lower() in _WANTED_COLUMNS]
        frame = gpd.read_file(path, layer=layer, columns=wanted)
    except Exception as error:  # as above
        raise _unreadable(origin) from error
    if _first_of(frame, _CODE_COLUMNS) is None or frame.empty:
        raise _without_codes(origin)
    return tidy(frame, origin, _year_of(frame, origin, (layer, *names)))


def _year_of(frame: gpd.GeoDataFrame, origin: str, names: tuple[str, ...]) -> int:
    for column in _YEAR_COLUMNS:
        texts = _texts(frame, (column,))
        years = set() if texts is None else set(texts.dropna().str.extract(_YEAR, expand=False).dropna())
        if len(years) > 1:
            raise BordersError(
                f"{origin}: grenzen van meer dan één jaar door elkaar ({', '.join(sorted(years))}); bewaar één jaar per bestand."
            )
        if years:
            return int(years.pop())
    for name in names:
        if found := _YEAR.search(name):
            return int(found.group(1))
    raise BordersError(
        f"{origin}: niet te zien van welk jaar deze grenzen zijn; zet het jaar in de bestandsnaam, zoals wijken_2022.gpkg."
    )


def _one_each(found: Iterable[Borders]) -> list[Borders]:
    """Keep one per level and year: that with most rows, since it covers most."""
    best: dict[tuple[str, int], Borders] = {}
    for borders in found:
        key = borders.level, borders.year
        if key not in best or len(borders.frame) > len(best[key].frame):
            best[key] = borders
    return list(best.values())


# -- to the browser ----------------------------------------------------------------------------------


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


# -- which year --------------------------------------------------------------------------------------


def runs_with_the_same_borders(regions_by_year: pd.DataFrame) -> list[list[int]]:
    """Group the years in which the wijken (or buurten) of a gemeente lay where they lay the year before.

    A new run starts where a code came or went, where CBS says of any region that it got another code or other
    borders (Indelingswijziging 2 or 3), and where nobody says that nothing changed: CBS gives no
    Indelingswijziging for some region, or a year in between is missing. Unknown counts as changed, as it does
    in the series (`analysis.segments`): borders that were fetched for nothing cost a request, borders taken
    over wrongly would show figures in the wrong place.

    Parameters
    ----------
    regions_by_year : DataFrame
        One row per region and year, of wijken only or of buurten only, with columns region, level, year (int)
        and boundary (Int8; empty is unknown); see `Store.regions`. CBS gives gemeenten no
        Indelingswijziging, so that each of their years is a run.

    Returns
    -------
    list of list of int
        Every year of the frame in exactly one run; runs and years in order.

    Raises
    ------
    ValueError
        If there are several levels.
    """
    if len(set(regions_by_year["level"])) > 1:
        raise ValueError(f"expected one level, got {sorted(set(regions_by_year['level']))}")
    runs: list[list[int]] = []
    codes_before: set[str] = set()
    for year in sorted({int(year) for year in regions_by_year["year"]}):
        here = regions_by_year[regions_by_year["year"] == year]
        codes = set(here["region"])
        unchanged = bool((here["boundary"] == BOUNDARY_SAME).fillna(False).all())
        if runs and runs[-1][-1] == year - 1 and codes == codes_before and unchanged:
            runs[-1].append(year)
        else:
            runs.append([year])
        codes_before = codes
    return runs


def best_year(
    codes: set[str], divisions: Mapping[int, set[str]], year: int, runs: Iterable[Sequence[int]] = ()
) -> int | None:
    """Choose the division that fits the figures of ``year`` best.

    Codes alone cannot tell when a wijk was redrawn and kept its code; ``runs`` can.

    Parameters
    ----------
    codes : set of str
        Regions that have figures in ``year``.
    divisions : mapping of int to set of str
        Codes in each year for which there are borders.
    year : int
    runs : iterable of sequence of int, optional
        From `runs_with_the_same_borders`.

    Returns
    -------
    int or None
        A year of the same run that has a polygon for every code. Without one, the year whose codes overlap
        most (Jaccard). With equal fit the last one that is not later than ``year``, else the nearest. None
        when no division shares a code.
    """
    same_run = next((set(run) for run in runs if year in run), set())

    def fit(candidate: int) -> tuple[bool, float, bool, int]:
        there = divisions[candidate]
        certain = candidate in same_run and codes <= there
        # Among certain ones, water that only one of them draws must not decide.
        overlap = 1.0 if certain else len(codes & there) / max(len(codes | there), 1)
        return certain, overlap, candidate <= year, -abs(candidate - year)

    usable = [candidate for candidate in divisions if codes & divisions[candidate]]
    return max(usable, key=fit) if usable else None
