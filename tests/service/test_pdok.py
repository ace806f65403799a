"""Borders from PDOK: what is asked, what comes of it, and what a service may do wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import pytest
import shapely
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from data.asking import Patience
from data.errors import ServiceError
from data.panel import Level
from data.pdok import Pdok, filter_of
from tests.service.standin import StandIn

QUICK = Patience(attempts=3, wait_initial=0.01, read=2)
HEERLEN, LANDGRAAF = "GM0917", "GM0882"


@dataclass
class Wfs:
    """A WFS on loopback that does well or badly as a test wants, on six wijken of two gemeenten."""

    property: str = "statcode"
    most: int = 1000
    filters: bool = True
    pages: bool = True
    counts: bool = True
    crs: str | None = "urn:ogc:def:crs:EPSG::28992"
    extra: dict[str, object] = field(default_factory=dict)
    shape: Callable[[int], shapely.Geometry] = lambda i: shapely.box(
        195_000 + 100 * i, 322_000, 195_100 + 100 * i, 322_100
    )
    refusals: list[Response] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        if self.refusals:
            return self.refusals.pop(0)
        codes = ["WK091710", "WK091711", "WK091720", "WK091721", "WK088200", "WK088201"]
        if self.filters:
            literals = ElementTree.fromstring(request.args["filter"]).iterfind(".//{*}Literal")
            stems = tuple(str(literal.text).rstrip("*") for literal in literals)
            codes = [code for code in codes if code.startswith(stems)]
        start = int(request.args["startIndex"]) if self.pages else 0
        page: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": f"wijk.{len(self.asked)}.{code}",
                    "properties": {self.property: code, **self.extra},
                    "geometry": shapely.geometry.mapping(self.shape(i)),
                }
                for i, code in list(enumerate(codes))[start : start + self.most]
            ],
        }
        if self.counts:
            page |= {"numberMatched": len(codes), "numberReturned": len(page["features"])}
        if self.crs:
            page["crs"] = {"type": "name", "properties": {"name": self.crs}}
        return Response(json.dumps(page), content_type="application/json")


def report(code: str, status: int = 400, locator: str = "typenames") -> Response:
    return Response(
        f'<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception exceptionCode="{code}" '
        f'locator="{locator}"/></ows:ExceptionReport>',
        status=status,
        content_type="text/xml",
    )


NOT_FOUND = Response("<html>404</html>", status=404)


@pytest.fixture
def serve(httpserver: HTTPServer) -> Callable[..., Pdok]:
    def serving(first: Wfs | None = None, second: Wfs | None = None) -> Pdok:
        for service, wfs in (("gebiedsindelingen", first), ("wijkenbuurten", second)):
            if wfs:
                httpserver.expect_request(f"/cbs/{service}/2022/wfs/v1_0").respond_with_handler(wfs)
            else:
                httpserver.expect_request(f"/cbs/{service}/2022/wfs/v1_0").respond_with_data("", status=404)
        return Pdok(httpserver.url_for("/").rstrip("/"), QUICK)

    return serving


# -- asking ------------------------------------------------------------------------------------------


def test_the_wijken_of_one_gemeente_cost_one_request(serve: Callable[..., Pdok]) -> None:
    wfs = Wfs(extra={"statnaam": "Maria Gewanden"})
    pdok = serve(wfs)
    borders = pdok.borders(2022, Level.WIJK, [HEERLEN])
    assert (borders.level, borders.year, pdok.requests) == ("wijk", 2022, 1)
    assert borders.frame["region"].tolist() == ["WK091710", "WK091711", "WK091720", "WK091721"]
    assert set(borders.frame["name"]) == {"Maria Gewanden"}
    assert borders.frame.crs.to_epsg() == 4326
    asked = wfs.asked[0].args
    assert asked["typeNames"] == "gebiedsindelingen:wijk_gegeneraliseerd"
    assert asked["srsName"] == "EPSG:28992"
    assert "CQL_FILTER" not in asked, "PDOK ignores it without a word"


def test_the_filter_is_that_of_the_standard() -> None:
    assert filter_of("statcode", Level.WIJK, [HEERLEN]) == (
        '<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0">'
        '<fes:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!">'
        "<fes:ValueReference>statcode</fes:ValueReference><fes:Literal>WK0917*</fes:Literal>"
        "</fes:PropertyIsLike></fes:Filter>"
    )


def test_a_gemeente_that_others_merged_into_is_asked_in_one_go(serve: Callable[..., Pdok]) -> None:
    pdok = serve(Wfs())
    borders = pdok.borders(2022, Level.WIJK, [HEERLEN, LANDGRAAF, "GM0416"])
    assert set(borders.frame["gemeente"]) == {HEERLEN, LANDGRAAF}
    assert (len(borders.frame), pdok.requests) == (6, 1)


def test_nothing_is_asked_for_what_cannot_be(serve: Callable[..., Pdok]) -> None:
    pdok = serve()
    for level, codes in (
        (Level.LAND, [HEERLEN]),
        (Level.WIJK, []),
        (Level.WIJK, ["Heerlen"]),
        (Level.WIJK, ["GM09*7"]),
    ):
        with pytest.raises(ValueError, match="no borders"):
            pdok.borders(2022, level, codes)
    assert pdok.requests == 0


# -- the stand-in of PDOK ----------------------------------------------------------------------------

SAMPLE = "GM9999"


def test_every_level_of_the_sample_comes_from_the_stand_in(standin: StandIn, patience: Patience) -> None:
    pdok = Pdok(standin.address, patience)
    found = {
        level: pdok.borders(2022, level, [SAMPLE]) for level in (Level.GEMEENTE, Level.WIJK, Level.BUURT)
    }
    assert {level: len(borders.frame) for level, borders in found.items()} == {
        Level.GEMEENTE: 1,
        Level.WIJK: 24,
        Level.BUURT: 94,
    }
    for borders in found.values():
        assert shapely.coverage_is_valid(borders.frame.geometry.to_numpy())
    assert standin.count("pdok") == pdok.requests == 3


def test_the_second_road_gives_the_same_wijken_and_their_water(standin: StandIn, patience: Patience) -> None:
    pdok = Pdok(standin.address, patience)
    first = pdok.borders(2023, Level.WIJK, [SAMPLE]).frame
    standin.border_years = ()
    second = pdok.borders(2023, Level.WIJK, [SAMPLE]).frame
    assert set(second.loc[~second["water"], "region"]) == set(first["region"])
    assert second["water"].any()
    standin.map_years = ()
    with pytest.raises(ServiceError) as caught:
        pdok.borders(2023, Level.WIJK, [SAMPLE])
    assert caught.value.not_there


def test_a_border_that_crosses_itself_is_mended(standin: StandIn, patience: Patience) -> None:
    standin.bow_tie = "WK999902"
    frame = Pdok(standin.address, patience).borders(2022, Level.WIJK, [SAMPLE]).frame
    assert frame.geometry.is_valid.all()
    assert set(frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}


@pytest.mark.parametrize("fault", ["reset", "html", "truncated", "error"])
def test_a_fault_that_passes_is_not_noticed(standin: StandIn, patience: Patience, fault: str) -> None:
    standin.fault(fault, road="pdok", times=2)
    assert len(Pdok(standin.address, patience).borders(2022, Level.WIJK, [SAMPLE]).frame) == 24


def test_a_service_that_does_not_answer_is_unreachable(standin: StandIn) -> None:
    standin.fault("slow", road="pdok", seconds=1)
    with pytest.raises(ServiceError) as caught:
        Pdok(standin.address, Patience(attempts=2, wait_initial=0.01, read=0.1)).borders(
            2022, Level.WIJK, [SAMPLE]
        )
    assert caught.value.unreachable


@pytest.mark.real
def test_heerlen_comes_out_of_a_whole_country(real_standin: StandIn, patience: Patience) -> None:
    pdok = Pdok(real_standin.address, replace(patience, read=10))
    assert len(pdok.borders(2022, Level.WIJK, [HEERLEN]).frame) == 23
    assert pdok.requests == 1


# -- a service with habits of its own ----------------------------------------------------------------


@pytest.mark.parametrize("counts", [True, False], ids=["that counts", "that does not count"])
def test_a_service_with_small_pages_is_followed_to_the_end(serve: Callable[..., Pdok], counts: bool) -> None:
    pdok = serve(Wfs(most=3, counts=counts))
    assert len(pdok.borders(2022, Level.WIJK, [HEERLEN]).frame) == 4
    assert pdok.requests == (2 if counts else 3)


def test_a_service_that_ignores_the_filter_gives_no_more_than_was_asked(serve: Callable[..., Pdok]) -> None:
    borders = serve(Wfs(filters=False, most=2)).borders(2022, Level.WIJK, [LANDGRAAF])
    assert borders.frame["region"].tolist() == ["WK088200", "WK088201"]


def test_a_service_that_repeats_its_first_page_is_found_out(serve: Callable[..., Pdok]) -> None:
    pdok = serve(Wfs(most=3, pages=False))
    with pytest.raises(ServiceError, match="3 van de 4 wijken") as caught:
        pdok.borders(2022, Level.WIJK, [HEERLEN])
    assert pdok.requests == 2
    assert not caught.value.not_there


@pytest.mark.parametrize(
    ("epsg", "crs"),
    [(4326, "EPSG:4326"), (4326, None), (3857, "urn:ogc:def:crs:EPSG::3857")],
    ids=["degrees", "degrees that are not named", "web mercator"],
)
def test_a_service_that_answers_in_another_system_is_understood(
    serve: Callable[..., Pdok], epsg: int, crs: str | None
) -> None:
    boxes = gpd.GeoSeries(
        [shapely.box(5.9 + i / 100, 50.88, 5.91 + i / 100, 50.89) for i in range(6)], crs=4326
    )
    frame = serve(Wfs(crs=crs, shape=boxes.to_crs(epsg).get)).borders(2022, Level.WIJK, [HEERLEN]).frame
    assert frame.union_all().bounds == pytest.approx((5.9, 50.88, 5.94, 50.89), abs=1e-4)


def test_borders_in_the_wrong_place_are_refused(serve: Callable[..., Pdok]) -> None:
    wfs = Wfs(crs="EPSG:4326", shape=lambda i: shapely.box(50.88, 5.9 + i / 100, 50.89, 5.91 + i / 100))
    with pytest.raises(ServiceError, match="niet in Nederland"):
        serve(wfs).borders(2022, Level.WIJK, [HEERLEN])


# -- the second road ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal", [report("InvalidParameterValue"), report("InvalidParameterValue", 200), NOT_FOUND]
)
def test_a_year_that_the_one_does_not_serve_is_asked_of_the_other(
    serve: Callable[..., Pdok], refusal: Response
) -> None:
    second = Wfs("wijkcode", extra={"wijknaam": "De Hei", "water": "NEE", "aantalInwoners": -99997})
    pdok = serve(Wfs(refusals=[refusal]), second)
    frame = pdok.borders(2022, Level.WIJK, [HEERLEN]).frame
    assert (len(frame), set(frame["name"]), pdok.requests) == (4, {"De Hei"}, 2)
    assert list(frame.columns) == ["region", "name", "gemeente", "water", "geometry"]
    assert second.asked[0].args["typeNames"] == "wijkenbuurten:wijken"


def test_a_year_that_neither_serves_is_said_to_be_not_there(serve: Callable[..., Pdok]) -> None:
    pdok = serve(Wfs(refusals=[report("InvalidParameterValue")]))
    with pytest.raises(ServiceError, match="2022 geen grenzen van buurten") as caught:
        pdok.borders(2022, Level.BUURT, [HEERLEN])
    assert caught.value.not_there
    assert pdok.requests == 2, "no second try for what does not exist"


@pytest.mark.parametrize(
    ("code", "locator"), [("OperationProcessingFailed", "wijk"), ("InvalidParameterValue", "filter")]
)
def test_a_refusal_for_another_reason_does_not_mean_not_there(
    serve: Callable[..., Pdok], code: str, locator: str
) -> None:
    with pytest.raises(ServiceError, match=f"wijken in 2022 af .{code}") as caught:
        serve(Wfs(refusals=[report(code, locator=locator)])).borders(2022, Level.WIJK, [HEERLEN])
    assert not caught.value.not_there


def test_a_gemeente_that_is_not_in_it_is_named(serve: Callable[..., Pdok]) -> None:
    with pytest.raises(ServiceError, match="geen wijken van GM0416") as caught:
        serve(Wfs()).borders(2022, Level.WIJK, ["GM0416"])
    assert not caught.value.not_there


# -- a bad day ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hiccup",
    [
        Response("even niet", status=503),
        report("NoApplicableCode", 500),
        Response("<html>onderhoud</html>", content_type="text/html"),
        Response('{"type": "FeatureCollection", "feat', content_type="application/json"),
        Response('{"error": "?"}', content_type="application/json"),
    ],
    ids=["503", "report with 500", "web page", "cut off", "no features"],
)
def test_a_hiccup_is_tried_again(serve: Callable[..., Pdok], hiccup: Response) -> None:
    pdok = serve(Wfs(refusals=[hiccup]))
    assert len(pdok.borders(2022, Level.WIJK, [HEERLEN]).frame) == 4
    assert pdok.requests == 2


def test_a_service_that_stays_down_is_told_in_one_sentence(serve: Callable[..., Pdok]) -> None:
    pdok = serve(Wfs(refusals=[Response(status=500)] * 9), Wfs("wijkcode"))
    with pytest.raises(ServiceError, match=r"PDOK .*grenzen van wijken in 2022.*HTTP 500"):
        pdok.borders(2022, Level.WIJK, [HEERLEN])
    assert pdok.requests == QUICK.attempts


def test_no_service_at_all_is_unreachable() -> None:
    with pytest.raises(ServiceError) as caught:
        Pdok("http://127.0.0.1:9", QUICK).borders(2022, Level.WIJK, [HEERLEN])
    assert caught.value.unreachable
