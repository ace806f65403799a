"""The WFS of PDOK, made out of border files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from tests.service.standin.answers import Answer, Asked, Refused, as_json
from tests.service.standin.tables import Move, Row, Table

if TYPE_CHECKING:
    import geopandas as gpd

#: PDOK never gives more features than this in one answer.
MOST = 1000
RIJKSDRIEHOEK, WGS84 = 28992, 4326
_FES = "{http://www.opengis.net/fes/2.0}"
_LEVELS = {"gemeenten": "gemeente", "wijken": "wijk", "buurten": "buurt"}
_PLURALS = {level: plural for plural, level in _LEVELS.items()}
_FILE = re.compile(r"^(gemeenten|wijken|buurten)_(20\d\d)\.(geojson|gpkg)$")
#: What PDOK writes where there is no figure.
_NO_FIGURE, _CANNOT_BE, _OLD_NO_FIGURE = -99997, -99998, -99999999

Test = Callable[[Row], bool]


@dataclass(frozen=True)
class Layer:
    """One layer of one service: what it is called and the features' attributes."""

    service: str
    name: str
    level: str


def layers(service: str) -> dict[str, Layer]:
    """Return the layers of a service by name."""
    if service == "gebiedsindelingen":
        return {
            f"{level}_gegeneraliseerd": Layer(service, f"{level}_gegeneraliseerd", level)
            for level in _PLURALS
        }
    if service == "wijkenbuurten":
        return {plural: Layer(service, plural, level) for plural, level in _LEVELS.items()}
    return {}


def border_files(folder: Path) -> dict[tuple[str, int], Path]:
    """Return the border files that belong to a folder of tables, by level and year."""
    root = next(
        (place / "geometry" for place in (folder, folder.parent) if (place / "geometry").is_dir()), None
    )
    if root is None:
        return {}
    named = ((path, _FILE.match(path.name)) for path in sorted(root.iterdir()))
    return {(_LEVELS[match[1]], int(match[2])): path for path, match in named if match}


@lru_cache(maxsize=32)
def _read(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd  # takes half a second, and only PDOK needs it

    frame = gpd.read_file(path)
    return frame.assign(water=frame.get("water", "NEE"))[
        ["statcode", "statnaam", "water", "geometry"]
    ].to_crs(RIJKSDRIEHOEK)


class Borders:
    """Every border file of some folders, with the moves that were asked for."""

    def __init__(self, folders: Sequence[Path], moves: Sequence[Move]) -> None:
        self._files = [files for folder in folders if (files := border_files(folder))]
        self._moves = moves
        self._made: dict[tuple[object, ...], list[Row]] = {}

    def features(self, layer: Layer, year: int, crs: int, table: Table | None) -> list[Row]:
        """Return the features of a layer: the division of the year, or the last one before it."""
        made_for = (layer, year, crs, len(self._moves), table)
        if made_for not in self._made:
            self._made[made_for] = self._make(layer, year, crs, table)
        return self._made[made_for]

    def _make(self, layer: Layer, year: int, crs: int, table: Table | None) -> list[Row]:
        import pandas as pd

        frames = [self._frame(files, layer.level, year) for files in self._files]
        there = [frame for frame in frames if frame is not None]
        if not there:
            return []
        frame = pd.concat(there, ignore_index=True).drop_duplicates(["statcode", "water"])
        if layer.service == "gebiedsindelingen":
            frame = frame[frame["water"] != "JA"]
        shapes = frame.to_crs(crs).__geo_interface__["features"]
        figures = {row[table.dimension].strip(): row for row in table.rows} if table else {}
        return [
            {
                "type": "Feature",
                "id": f"{layer.name}.{number}",
                "properties": _attributes(layer, shape["properties"], year, figures, table),
                "geometry": shape["geometry"],
            }
            for number, shape in enumerate(shapes, 1)
        ]

    def _frame(self, files: Mapping[tuple[str, int], Path], level: str, year: int) -> gpd.GeoDataFrame | None:
        years = [there for of_level, there in files if of_level == level and there <= year]
        if not years:
            return None
        frame = _read(files[level, max(years)])
        for move in self._moves:
            if year in move.years:
                frame = self._moved(frame, move, files, level, year)
        return frame

    def _moved(
        self,
        frame: gpd.GeoDataFrame,
        move: Move,
        files: Mapping[tuple[str, int], Path],
        level: str,
        year: int,
    ) -> gpd.GeoDataFrame:
        apart = level == "gemeente" and any(code.startswith("WK") for code in move.codes)
        if apart:
            # A gemeente that is taken apart has the land of its own wijken, wherever it lies.
            years = [there for of_level, there in files if of_level == "wijk" and there <= year]
            frame = _read(files["wijk", max(years)])
        moved = frame.assign(statcode=frame["statcode"].map(move.of))
        if apart:
            moved["statcode"] = "GM" + moved["statcode"].str[2:6]
            moved = moved.dissolve(by=["statcode", "water"], as_index=False)[frame.columns]
            moved["statnaam"] = moved["statcode"]
        moved["statnaam"] = moved["statcode"].map(move.names).fillna(moved["statnaam"])
        return moved


def _attributes(layer: Layer, shape: Row, year: int, figures: Mapping[str, Row], table: Table | None) -> Row:
    code, name = shape["statcode"], shape["statnaam"]
    if layer.service == "gebiedsindelingen":
        return {
            "statcode": code,
            "jrstatcode": f"{year}{code}",
            "statnaam": name,
            "rubriek": layer.level,
        }
    found: Row = {f"{layer.level}code": code, f"{layer.level}naam": name, "jrstatcode": f"{year}{code}"}
    if layer.level == "buurt":
        found["wijkcode"] = f"WK{code[2:8]}"
    if layer.level != "gemeente":
        found["gemeentecode"] = f"GM{code[2:6]}"
        found["gemeentenaam"] = ""
        found["indelingswijzigingWijkenEnBuurten"] = _figure(code, "Indelingswijziging", figures, table)
    people = _figure(code, "AantalInwoners", figures, table)
    young = _figure(code, "k_0Tot15Jaar", figures, table)
    share = round(100 * young / people) if people > 0 and young >= 0 else _NO_FIGURE
    return {
        **found,
        "water": shape["water"],
        "jaar": year,
        "aantalInwoners": _CANNOT_BE if shape["water"] == "JA" else people,
        "percentagePersonen0Tot15Jaar": share,
        "gemiddeldInkomenPerInwoner": _NO_FIGURE,
        "medianVermogenVanParticuliereHuish": _OLD_NO_FIGURE,
    }


def _figure(code: str, column: str, figures: Mapping[str, Row], table: Table | None) -> int:
    if table is None or code not in figures:
        return _NO_FIGURE
    key = next((row["Key"] for row in table.topics if row["Key"].startswith(column)), None)
    value = figures[code].get(key) if key else None
    text = str(value).strip()
    return int(text) if text.isdigit() else _NO_FIGURE


def answer(asked: Asked, borders: Borders, table: Table | None, *, bow_tie: str | None) -> Answer:
    """Answer one WFS request for a year that is served.

    Parameters
    ----------
    table : Table or None
        The figures of that year.
    bow_tie : str or None
        Code of a region whose border crosses itself.
    """
    query = {name.lower(): value for name, value in asked.query.items()}
    if query.get("service", "").upper() != "WFS":
        raise Refused(400, "Missing or wrong parameter service")
    known = layers(asked.place)
    kind = query.get("request", "").lower()
    if kind == "getcapabilities":
        return _capabilities(asked, known)
    if kind != "getfeature":
        raise Refused(400, f"Request {kind!r} is not supported")
    layer = _layer(asked, query, known)
    crs = _crs(query.get("srsname", ""))
    features = borders.features(layer, int(asked.table), crs, table)
    features = [feature for feature in features if _wanted(feature, query, features)]
    start, count = int(query.get("startindex", 0)), min(int(query.get("count", MOST)), MOST)
    page = features[start : start + count]
    if query.get("outputformat", "").lower() not in ("application/json", "json", "geojson"):
        return _as_gml(len(features), len(page))
    shown = [_crossed(feature) if bow_tie in feature["properties"].values() else feature for feature in page]
    return as_json(
        {
            "type": "FeatureCollection",
            "name": layer.name,
            "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}},
            "numberMatched": len(features),
            "numberReturned": len(shown),
            "features": shown,
        }
    )


def refusal(refused: Refused) -> Answer:
    """Return the form in which a request is turned down."""
    if refused.status == 404:
        return Answer(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0" xml:lang="en">'
        f'<ows:Exception exceptionCode="InvalidParameterValue"><ows:ExceptionText>{_escaped(refused.reason)}'
        "</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    )
    return Answer(refused.status, body.encode(), "text/xml; charset=UTF-8")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _capabilities(asked: Asked, known: Mapping[str, Layer]) -> Answer:
    names = "".join(f"<FeatureType><Name>{asked.place}:{name}</Name></FeatureType>" for name in known)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs/2.0" version="2.0.0">'
        f"<FeatureTypeList>{names}</FeatureTypeList></wfs:WFS_Capabilities>"
    )
    return Answer(200, body.encode(), "text/xml; charset=UTF-8")


def _layer(asked: Asked, query: Mapping[str, str], known: Mapping[str, Layer]) -> Layer:
    prefix, _, name = query.get("typenames", query.get("typename", "")).rpartition(":")
    if name not in known or prefix not in ("", asked.place):
        raise Refused(400, f"TYPENAME '{name}' doesn't exist in this server")
    return known[name]


def _crs(text: str) -> int:
    number = text.rpartition(":")[2] or str(RIJKSDRIEHOEK)
    if number not in (str(RIJKSDRIEHOEK), str(WGS84)):
        raise Refused(400, f"SRSNAME {text} is not supported")
    return int(number)


def _wanted(feature: Row, query: Mapping[str, str], features: Sequence[Row]) -> bool:
    """Tell whether filter and bbox let a feature through; ``cql_filter`` says nothing here, as at PDOK."""
    if "filter" in query and "bbox" in query:
        raise Refused(400, "FILTER and BBOX exclude each other")
    if "filter" in query:
        return _fes_test(query["filter"], tuple(features[0]["properties"]))(feature["properties"])
    if "bbox" in query:
        return _overlaps(feature, query["bbox"])
    return True


def _overlaps(feature: Row, text: str) -> bool:
    from shapely.geometry import shape

    west, south, east, north = (float(number) for number in text.split(",")[:4])
    left, bottom, right, top = shape(feature["geometry"]).bounds
    return left <= east and right >= west and bottom <= north and top >= south


@lru_cache(maxsize=32)
def _fes_test(xml: str, names: tuple[str, ...]) -> Test:
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise Refused(400, f"Invalid or Unsupported FILTER: {error}") from error
    if root.tag != f"{_FES}Filter" or len(root) != 1:
        raise Refused(400, "Invalid or Unsupported FILTER: expected one fes:Filter (FES 2.0)")
    return _operation(root[0], names)


def _operation(element: ElementTree.Element, names: tuple[str, ...]) -> Test:
    kind = element.tag.removeprefix(_FES)
    if kind in ("And", "Or"):
        if len(element) < 2:
            raise Refused(400, f"Invalid or Unsupported FILTER: {kind} needs two operands")
        tests = [_operation(child, names) for child in element]
        combine: Callable[[Any], bool] = all if kind == "And" else any
        return lambda row: combine(test(row) for test in tests)
    if kind not in ("PropertyIsLike", "PropertyIsEqualTo"):
        raise Refused(400, f"Invalid or Unsupported FILTER: {element.tag}")
    name = (element.findtext(f"{_FES}ValueReference") or "").rpartition(":")[2]
    literal = element.findtext(f"{_FES}Literal")
    if name not in names or literal is None:
        raise Refused(400, f"Invalid or Unsupported FILTER: property {name!r}")
    if kind == "PropertyIsEqualTo":
        return lambda row: str(row[name]) == literal
    pattern = _like(literal, element)
    return lambda row: bool(pattern.fullmatch(str(row[name])))


def _like(literal: str, element: ElementTree.Element) -> re.Pattern[str]:
    missing = [name for name in ("wildCard", "singleChar", "escapeChar") if not element.get(name)]
    if missing:
        raise Refused(400, f"Invalid or Unsupported FILTER: PropertyIsLike without {missing[0]}")
    special = {element.get("wildCard"): ".*", element.get("singleChar"): "."}
    escape, pattern, letters = element.get("escapeChar"), "", iter(literal)
    for letter in letters:
        pattern += (
            re.escape(next(letters, "")) if letter == escape else special.get(letter, re.escape(letter))
        )
    return re.compile(pattern)


def _crossed(feature: Row) -> Row:
    """Return a feature with two corners of its first ring changed about, so that the ring crosses itself."""
    from shapely import get_parts
    from shapely.geometry import Polygon, mapping, shape

    outline = next(part for part in get_parts(shape(feature["geometry"])) if isinstance(part, Polygon))
    ring = list(outline.exterior.coords)
    third = len(ring) // 3
    ring[third], ring[2 * third] = ring[2 * third], ring[third]
    return {**feature, "geometry": mapping(Polygon(ring))}


def _as_gml(matched: int, returned: int) -> Answer:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" '
        f'numberMatched="{matched}" numberReturned="{returned}"></wfs:FeatureCollection>'
    )
    return Answer(200, body.encode(), "text/xml; subtype=gml/3.2; charset=UTF-8")
