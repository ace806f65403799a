"""Borders from PDOK, the geodata service of the Dutch government, over WFS 2.0.

Two services have them. The Gebiedsindelingen of CBS are generalised and hold no figures, so they are asked
first; the Wijk- en buurtkaart is there for years that the former does not serve.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

import geopandas as gpd
import requests

from data import regions
from data.asking import Asker, Patience, trusted_certificates
from data.borders import RIJKSDRIEHOEK, Borders, tidy
from data.errors import BordersError, ServiceError
from data.panel import Level

ADDRESS: Final = "https://service.pdok.nl"
#: Features per request; PDOK gives no more than this.
PAGE: Final = 1000

_FES: Final = "http://www.opengis.net/fes/2.0"
ElementTree.register_namespace("fes", _FES)
_WGS84: Final = 4326
_PLURAL: Final = {Level.GEMEENTE: "gemeenten", Level.WIJK: "wijken", Level.BUURT: "buurten"}
_PREFIX: Final = {Level.GEMEENTE: "GM", Level.WIJK: "WK", Level.BUURT: "BU"}

Feature = Mapping[str, Any]


@dataclass(frozen=True)
class _Road:
    """One of the services: its name, and per level the type and the property with the code."""

    service: str
    types: Mapping[Level, str]
    codes: Mapping[Level, str]


_ROADS: Final = (
    _Road(
        "gebiedsindelingen",
        {level: f"gebiedsindelingen:{level}_gegeneraliseerd" for level in _PLURAL},
        dict.fromkeys(_PLURAL, "statcode"),
    ),
    _Road(
        "wijkenbuurten",
        {level: f"wijkenbuurten:{plural}" for level, plural in _PLURAL.items()},
        {level: f"{level}code" for level in _PLURAL},
    ),
)


class _Declined(ServiceError):
    """The service works and says no to this question (an OWS ExceptionReport)."""


class Pdok:
    """PDOK, or a mirror of it.

    Parameters
    ----------
    address : str
        Scheme and host.
    patience : Patience, optional
    """

    name = "PDOK"

    def __init__(self, address: str = ADDRESS, patience: Patience | None = None) -> None:
        self._asker = Asker(self.name, address, patience)
        self._not_served: dict[tuple[str, int], ServiceError] = {}

    @property
    def requests(self) -> int:
        """How often the service was asked so far."""
        return self._asker.requests

    def borders(self, year: int, level: Level, gemeenten: Sequence[str]) -> Borders:
        """Fetch the borders of gemeenten, or of their wijken or buurten.

        Parameters
        ----------
        year : int
            Of the division.
        level : Level
            ``gemeente``, ``wijk`` or ``buurt``.
        gemeenten : sequence of str
            Codes, such as ``GM0917``. A gemeente without regions in that year is left out as long as another
            has them: of a gemeente that others merged into, either the old codes or the new one exist.

        Returns
        -------
        Borders
            As `data.borders.tidy` makes them. Neighbouring gemeenten are not fetched: what is simplified
            together are these gemeenten.

        Raises
        ------
        ServiceError
            If PDOK cannot be reached, answers nonsense or not everything, does not serve the year
            (``not_there``), or has nothing of these gemeenten.
        ValueError
            If a code is no gemeente, or the level has no borders.
        """
        level = Level(level)
        if level not in _PLURAL or not gemeenten or not all(map(regions.is_gemeente_code, gemeenten)):
            raise ValueError(f"no borders of {level} for {list(gemeenten)}")
        declined: list[ServiceError] = []
        for road in _ROADS:
            if known := self._not_served.get((road.service, year)):
                declined.append(known)
                continue
            try:
                features, crs = self._features(road, year, level, gemeenten)
            except ServiceError as error:
                if not (error.not_there or isinstance(error, _Declined)):
                    raise
                declined.append(error)
                if not isinstance(error, _Declined):
                    # The year as a whole is not there, so not for another level either.
                    self._not_served[road.service, year] = error
            else:
                return _borders(road, year, level, gemeenten, features, crs)
        for refusal in declined:
            if not refusal.not_there:
                raise refusal
        raise ServiceError(
            f"PDOK geeft van {year} geen grenzen van {_PLURAL[level]}; lees zo nodig zelf een kaartbestand in.",
            reason="dit bestaat daar niet (meer)",
            not_there=True,
        )

    def _features(
        self, road: _Road, year: int, level: Level, gemeenten: Sequence[str]
    ) -> tuple[list[Feature], int]:
        """Follow the pages to the end; return the features and the EPSG number of their coordinates."""
        found: dict[str, Feature] = {}
        start = epsg = 0
        while True:
            page = self._page(road, year, level, gemeenten, start)
            epsg = epsg or _epsg(page)
            before = len(found)
            found |= {_identity(feature, road.codes[level]): feature for feature in page["features"]}
            start += len(page["features"])
            matched = _number_matched(page)
            if len(found) == before or (matched is not None and len(found) >= matched):
                break
        # Also a service that gives the first page again and again ends here.
        if matched is not None and len(found) < matched:
            raise ServiceError(
                f"PDOK gaf {len(found)} van de {matched} {_PLURAL[level]} in {year}, en daarna niets nieuws; probeer het later opnieuw.",
                reason="het antwoord is onvolledig",
            )
        return list(found.values()), epsg

    def _page(
        self, road: _Road, year: int, level: Level, gemeenten: Sequence[str], start: int
    ) -> dict[str, Any]:
        asker = self._asker
        what = f"grenzen van {_PLURAL[level]} in {year}"
        query: dict[str, str | int] = {
            "service": "WFS",
            "version": "2.0.0",
            "request": "GetFeature",
            "typeNames": road.types[level],
            "outputFormat": "application/json",
            "srsName": f"EPSG:{RIJKSDRIEHOEK}",
            "count": PAGE,
            "startIndex": start,
            "filter": filter_of(road.codes[level], level, gemeenten),
        }

        def call() -> dict[str, Any]:
            answer = requests.get(
                f"{asker.address}/cbs/{road.service}/{year}/wfs/v1_0",
                params=query,
                timeout=asker.patience.timeout,
                verify=trusted_certificates(),
            )
            _raise_declined(answer, what)
            answer.raise_for_status()
            page = answer.json()
            if not isinstance(page["features"], list) or not all(map(_is_feature, page["features"])):
                raise ValueError("no features")
            return dict(page)

        return asker.ask(what, call)


def filter_of(code_property: str, level: Level, gemeenten: Sequence[str]) -> str:
    """Write a filter on the codes of gemeenten.

    PDOK ignores CQL_FILTER without a word; the filter of the standard works (OGC Filter Encoding 2.0,
    09-026r2, PropertyIsLike).

    Parameters
    ----------
    code_property : str
        Property with the code, such as ``statcode``.
    level : Level
    gemeenten : sequence of str

    Returns
    -------
    str
        XML.
    """
    root = ElementTree.Element(f"{{{_FES}}}Filter")
    parent = root if len(gemeenten) == 1 else ElementTree.SubElement(root, f"{{{_FES}}}Or")
    for gemeente in gemeenten:
        like = ElementTree.SubElement(
            parent, f"{{{_FES}}}PropertyIsLike", wildCard="*", singleChar="?", escapeChar="!"
        )
        ElementTree.SubElement(like, f"{{{_FES}}}ValueReference").text = code_property
        ElementTree.SubElement(like, f"{{{_FES}}}Literal").text = f"{_PREFIX[level]}{gemeente[2:]}*"
    return ElementTree.tostring(root, encoding="unicode")


def _raise_declined(answer: requests.Response, what: str) -> None:
    # With a fault of its own (5xx) a service may also send a report, but then another try can help.
    if answer.status_code >= 500 or b"ExceptionReport" not in answer.content[:2000]:
        return
    report = answer.content.decode(errors="replace")
    code = next(iter(re.findall(r'\bexceptionCode="(\w+)"', report)), "zonder reden")
    raise _Declined(
        f"PDOK wijst de vraag naar {what} af ({code}); lees zo nodig zelf een kaartbestand in.",
        reason=f"de dienst wijst de vraag af ({code})",
        # A type that this year does not have; anything else that it does not like is no lack of borders.
        not_there="typename" in report.lower(),
    )


def _number_matched(page: Mapping[str, Any]) -> int | None:
    number = page.get("numberMatched", page.get("totalFeatures"))
    return number if isinstance(number, int) else None


def _epsg(page: Mapping[str, Any]) -> int:
    found = re.search(r"EPSG:+(?:[\d.]*:)?(\d+)", json.dumps(page.get("crs")))
    return int(found.group(1)) if found else _WGS84


def _is_feature(feature: object) -> bool:
    return isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict)


def _properties(feature: Feature) -> Mapping[str, Any]:
    return feature.get("properties") or {}


def _identity(feature: Feature, code_property: str) -> str:
    # Not the id of the feature: a service may make one up anew for every answer.
    return json.dumps([_properties(feature).get(code_property), feature.get("geometry")])


def _borders(
    road: _Road, year: int, level: Level, gemeenten: Sequence[str], features: Sequence[Feature], epsg: int
) -> Borders:
    """Keep what was asked (a service may ignore the filter) and make borders of it."""
    code_property = road.codes[level]
    stems = tuple(_PREFIX[level] + gemeente[2:] for gemeente in gemeenten)
    asked = [
        {**feature, "properties": {**_properties(feature), code_property: code}}
        for feature in features
        if (code := str(_properties(feature).get(code_property, "")).strip().upper()).startswith(stems)
    ]
    if not asked:
        raise ServiceError(
            f"PDOK heeft in {year} geen {_PLURAL[level]} van {', '.join(gemeenten)}; controleer of de gemeente toen onder deze code bestond.",
            reason="de gemeente staat er niet in",
        )
    try:
        return tidy(gpd.GeoDataFrame.from_features(asked, crs=epsg), f"PDOK, {road.service} {year}", year)
    except Exception as error:  # shapely and pyproj raise many kinds on what is no polygon or no known system
        advice = "probeer het later opnieuw of lees zelf een kaartbestand in."
        why = error if isinstance(error, BordersError) else advice
        raise ServiceError(
            f"PDOK gaf grenzen van {_PLURAL[level]} in {year} die niet te gebruiken zijn: {why}",
            reason="de grenzen zijn niet te gebruiken",
        ) from error
