"""The stand-in does what is known of the real services, and is nowhere kinder.

The other service tests are worth as much as this one: code that leans on something the real services do not
do must fail against the stand-in.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cbsodata
import pytest
import requests
from shapely.geometry import shape

from data import sample
from tests.service.standin import CERTIFICATE, StandIn

TABLE = "84799NED"
FEED = f"/ODataFeed/odata/{TABLE}"
V4 = f"/odata/v1/CBS/{TABLE}"
PDOK = "/cbs/gebiedsindelingen/2022/wfs/v1_0"
WIJKEN = {
    "service": "WFS",
    "version": "2.0.0",
    "request": "GetFeature",
    "typeNames": "gebiedsindelingen:wijk_gegeneraliseerd",
    "outputFormat": "application/json",
}
ROAD_TO = {"v3": f"{FEED}/TableInfos", "v4": f"{V4}/MeasureGroups", "pdok": PDOK}
SAVED_ROWS = json.loads((sample.FOLDER / "odata_v3" / TABLE / "TypedDataSet.json").read_text("utf-8"))[
    "value"
]


def ask(standin: StandIn, path: str, **query: object) -> requests.Response:
    return requests.get(
        standin.address + path,
        params={name.replace("_", "$", 1): value for name, value in query.items()},
        timeout=2,
    )


def rows(standin: StandIn, path: str, **query: object) -> list[dict[str, Any]]:
    answer = ask(standin, path, **query)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def wijken(standin: StandIn, **more: object) -> requests.Response:
    return requests.get(standin.address + PDOK, params={**WIJKEN, **more}, timeout=5)


def like(literal: str, namespace: str = "http://www.opengis.net/fes/2.0", marks: str = "") -> str:
    marks = marks or 'wildCard="*" singleChar="?" escapeChar="!"'
    return (
        f'<f:Filter xmlns:f="{namespace}"><f:PropertyIsLike {marks}>'
        f"<f:ValueReference>statcode</f:ValueReference><f:Literal>{literal}</f:Literal>"
        "</f:PropertyIsLike></f:Filter>"
    )


@pytest.fixture
def cbs(standin: StandIn) -> Iterator[dict[str, str]]:
    """What cbsodata must be told to ask the stand-in."""
    before = cbsodata.options.use_https
    cbsodata.options.use_https = False
    yield {"catalog_url": standin.address.removeprefix("http://")}
    cbsodata.options.use_https = before


# OData v3


def test_cbsodata_itself_reads_a_whole_table_over_pages(standin: StandIn, cbs: dict[str, str]) -> None:
    standin.page = 50
    found = cbsodata.get_meta(TABLE, "TypedDataSet", **cbs)
    assert found == SAVED_ROWS
    assert standin.count("v3") == 3


def test_get_data_replaces_codes_by_names_as_it_does_with_the_real_service(cbs: dict[str, str]) -> None:
    assert cbsodata.get_data(TABLE, **cbs)[1]["WijkenEnBuurten"] == "Voorbeeldstad (fictief)"


def test_untyped_rows_are_padded_text(standin: StandIn) -> None:
    first = rows(standin, f"{FEED}/UntypedDataSet", _top=1)[0]
    assert first["AantalInwoners_5"] == str(SAVED_ROWS[0]["AantalInwoners_5"]).rjust(10)


def test_the_catalogue_tells_period_and_last_change(standin: StandIn, cbs: dict[str, str]) -> None:
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    found = cbsodata.get_table_list(
        select=["Identifier", "Period", "Modified", "RecordCount"],
        filters=f"Identifier eq '{TABLE}' or Identifier eq '99999NED'",
        **cbs,
    )
    assert found == [
        {
            "Identifier": TABLE,
            "Period": "2020",
            "Modified": "2026-11-01T02:00:00",
            "RecordCount": len(SAVED_ROWS),
        }
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("WijkenEnBuurten eq 'GM9999    '", 1),
        ("WijkenEnBuurten eq 'GM9999'", 0),  # without the padding nothing is found, and nobody says so
        ("WijkenEnBuurten eq 'GM9999    ' or WijkenEnBuurten eq 'NL00      '", 2),
        ("startswith(WijkenEnBuurten,'WK9999')", 23),
        ("substringof('9999',WijkenEnBuurten)", len(SAVED_ROWS) - 1),
        ("WijkenEnBuurten ge 'WK999900  '", len(SAVED_ROWS)),  # ignored
        ("SoortRegio_2 eq 'Wijk      '", len(SAVED_ROWS)),  # ignored
    ],
)
def test_filters_that_v3_answers(standin: StandIn, condition: str, expected: int) -> None:
    assert len(rows(standin, f"{FEED}/TypedDataSet", _filter=condition)) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"_filter": "Codering_3 eq 'GM9999    '"},
        {"_filter": "startswith(WijkenEnBuurten,'WK9999') or startswith(WijkenEnBuurten,'BU9999')"},
        {"_filter": "contains(WijkenEnBuurten,'9999')"},
        {"_select": "WijkenEnBuurten,AantalInwoners_99"},
    ],
)
def test_what_v3_does_not_know_is_an_error(standin: StandIn, query: dict[str, str]) -> None:
    assert ask(standin, f"{FEED}/TypedDataSet", **query).status_code == 500


def test_the_api_fails_on_many_records_where_the_feed_gives_pages(standin: StandIn) -> None:
    standin.api_limit = standin.page = 100
    assert ask(standin, f"/ODataApi/odata/{TABLE}/TypedDataSet").status_code == 500
    assert "odata.nextLink" in ask(standin, f"{FEED}/TypedDataSet").json()


def test_the_table_of_2013_has_its_own_dimension(standin: StandIn) -> None:
    assert len(rows(standin, "/ODataFeed/odata/82339NED/RegioS", _filter="substringof('GM9999',Key)")) == 1
    assert ask(standin, "/ODataFeed/odata/82339NED/WijkenEnBuurten").status_code == 404


# OData v4


def test_v4_has_the_figures_of_v3_without_padding(standin: StandIn) -> None:
    codes = {row["Title"]: row["Identifier"] for row in rows(standin, f"{V4}/MeasureCodes")}
    found = rows(
        standin,
        f"{V4}/Observations",
        _filter=f"Measure eq '{codes['Aantal inwoners']}' and contains(WijkenEnBuurten,'9999')",
    )
    saved = {row["WijkenEnBuurten"].strip(): row["AantalInwoners_5"] for row in SAVED_ROWS}
    assert {row["WijkenEnBuurten"]: row["Value"] for row in found} == {
        code: people for code, people in saved.items() if code != "NL00"
    }


def test_v4_leaves_cells_without_a_figure_out_or_says_why(standin: StandIn) -> None:
    cells = rows(standin, f"{V4}/Observations", _filter="startswith(WijkenEnBuurten,'BU')")
    said = {row["ValueAttribute"] for row in cells if row["Value"] is None and row["StringValue"] is None}
    buurten = [row for row in SAVED_ROWS if row["WijkenEnBuurten"].startswith("BU")]
    assert said == {"Confidential", "Impossible"}
    assert len(cells) < sum(len(row) - 2 for row in buurten)


def test_v4_gives_pages_and_counts(standin: StandIn) -> None:
    standin.page_v4 = 40
    first = ask(standin, f"{V4}/WijkenEnBuurtenCodes", _count="true", _select="Identifier").json()
    rest = []
    link = first.get("@odata.nextLink")
    while link:
        page = requests.get(link, timeout=2).json()
        rest += page["value"]
        link = page.get("@odata.nextLink")
    assert first["@odata.count"] == len(first["value"]) + len(rest) == len(SAVED_ROWS)
    assert len({row["Identifier"] for row in first["value"] + rest}) == len(SAVED_ROWS)


@pytest.mark.parametrize(
    "condition", ["Region eq 'GM9999'", "substringof('9999',WijkenEnBuurten)", "WijkenEnBuurten eq"]
)
def test_what_v4_does_not_know_is_an_error(standin: StandIn, condition: str) -> None:
    assert ask(standin, f"{V4}/Observations", _filter=condition).status_code == 400


@pytest.mark.real
def test_v4_answers_have_the_fields_of_real_ones(standin: StandIn, real: Path) -> None:
    saved = {}
    for file in (real / "odata_v4" / "80072ned").glob("meta_*.json"):
        content = json.loads(file.read_text("utf-8"))
        saved[content["@odata.context"].rpartition("#")[2]] = content
    for part in ("MeasureCodes", "Dimensions"):
        assert set(rows(standin, f"{V4}/{part}")[0]) == set(saved[part]["value"][0])
    # A group of measures is described as a group of a dimension is; the real table has none of the former.
    group = set(saved["BedrijfskenmerkenSBI2008Groups"]["value"][0])
    assert set(rows(standin, f"{V4}/MeasureGroups")[0]) == group
    assert set(rows(standin, f"{V4}/WijkenEnBuurtenGroups")[0]) == group
    code = set(saved["BedrijfskenmerkenSBI2008Codes"]["value"][0])
    assert set(rows(standin, f"{V4}/WijkenEnBuurtenCodes")[0]) == code | {"DetailRegionCode"}
    # The real table holds numbers only; one with text has StringValue as well.
    cell = set(saved["Observations"]["value"][0]) - {"Perioden", "BedrijfskenmerkenSBI2008"}
    assert set(rows(standin, f"{V4}/Observations", _top=1)[0]) == cell | {"StringValue", "WijkenEnBuurten"}
    assert set(rows(standin, "/odata/v1/CBS/Datasets")[0]) == set(saved["Datasets"]["value"][0])
    assert set(ask(standin, f"{V4}/Properties").json()) == set(saved["Properties"])
    assert set(rows(standin, V4)[0]) == {"name", "kind", "url"}


# PDOK


def test_pdok_honours_fes_and_ignores_cql(standin: StandIn) -> None:
    assert wijken(standin, filter=like("WK99990*")).json()["numberMatched"] == 9
    assert wijken(standin, CQL_FILTER="statcode = 'WK999901'").json()["numberMatched"] == 24


@pytest.mark.parametrize(
    "more",
    [
        {"typeNames": "gebiedsindelingen:wijken"},
        {"filter": like("WK*", namespace="http://www.opengis.net/ogc")},
        {"filter": like("WK*", marks='wildCard="*"')},
        {"filter": "statcode like 'WK*'"},
        {"srsName": "EPSG:3857"},
    ],
)
def test_pdok_turns_down_with_a_report(standin: StandIn, more: dict[str, str]) -> None:
    answer = wijken(standin, **more)
    assert answer.status_code == 400
    assert "ExceptionReport" in answer.text


def test_pdok_speaks_rijksdriehoek_unless_asked_otherwise(standin: StandIn) -> None:
    metres = shape(wijken(standin).json()["features"][0]["geometry"]).centroid
    degrees = wijken(standin, srsName="EPSG:4326").json()
    assert 0 < metres.x < 300_000 < metres.y < 630_000
    assert degrees["crs"]["properties"]["name"].endswith("4326")
    assert 3 < shape(degrees["features"][0]["geometry"]).centroid.x < 8


def test_pdok_gives_json_only_when_asked(standin: StandIn) -> None:
    assert wijken(standin, outputFormat="").headers["Content-Type"].startswith("text/xml")


def test_pdok_does_not_serve_every_year(standin: StandIn) -> None:
    standin.border_years = {2020}
    assert wijken(standin).status_code == 404


def test_the_map_with_figures_has_water_and_sentinels(standin: StandIn) -> None:
    answer = requests.get(
        f"{standin.address}/cbs/wijkenbuurten/2022/wfs/v1_0",
        params={**WIJKEN, "typeNames": "wijkenbuurten:buurten"},
        timeout=5,
    ).json()
    of = [feature["properties"] for feature in answer["features"]]
    assert {row["water"] for row in of} == {"JA", "NEE"}
    assert {-99997, -99998, -99999999} <= {value for row in of for value in row.values()}
    assert {"buurtcode", "wijkcode", "gemeentecode", "aantalInwoners"} <= set(of[0])


def test_one_border_crosses_itself_when_told_to(standin: StandIn) -> None:
    standin.bow_tie = "WK999903"
    invalid = [
        feature["properties"]["statcode"]
        for feature in wijken(standin).json()["features"]
        if not shape(feature["geometry"]).is_valid
    ]
    assert invalid == ["WK999903"]


@pytest.mark.real
def test_all_wijken_of_the_country_come_in_pages_of_a_thousand(real_standin: StandIn) -> None:
    first = wijken(real_standin, count=5000).json()
    last = wijken(real_standin, startIndex=3000).json()
    assert first["numberReturned"] == 1000
    assert first["numberMatched"] == 3000 + last["numberReturned"] > 3300


# Several gemeenten


@pytest.mark.real
def test_folders_are_served_together(real_standin: StandIn) -> None:
    codes = {row["Key"].strip() for row in rows(real_standin, f"{FEED}/WijkenEnBuurten")}
    assert {"NL00", "GM9999", "GM0917", "WK091710"} <= codes
    found = rows(real_standin, f"{FEED}/TypedDataSet", _filter="substringof('0917',WijkenEnBuurten)")
    assert len(found) == 81


def test_a_gemeente_can_have_been_two(standin: StandIn) -> None:
    early = range(2013, 2022)
    standin.halve("GM9999", ("GM0398", "GM0416"), early, names={"GM0416": "Langedijk"})
    standin.rename_regions({"GM9999": "GM1980"}, range(2022, 2026), names={"GM1980": "Dijk en Waard"})

    found = rows(standin, f"{FEED}/TypedDataSet")
    by_code = {row["WijkenEnBuurten"].strip(): row for row in found}
    both = (
        [code for code in by_code if code.startswith("WK0398")],
        [c for c in by_code if c.startswith("WK0416")],
    )
    assert [len(part) for part in both] == [12, 11]
    assert len(found) == len(SAVED_ROWS) + 1
    people = sum(by_code[wijk]["AantalInwoners_5"] for wijk in both[1])
    assert by_code["GM0416"]["AantalInwoners_5"] == people
    assert by_code["GM0416"]["Gemeentenaam_1"].strip() == "Langedijk"
    assert all(row["Codering_3"] == row["WijkenEnBuurten"] for row in found)

    late = rows(standin, "/ODataFeed/odata/85318NED/WijkenEnBuurten", _filter="Key eq 'GM1980    '")
    assert late[0]["Title"] == "Dijk en Waard"
    codes = {feature["properties"]["statcode"][:6] for feature in wijken(standin).json()["features"]}
    assert codes == {"WK1980"}


def test_a_filter_on_digits_can_hit_another_gemeente(standin: StandIn) -> None:
    standin.look_alike("GM9999")
    digits = "substringof('9999',WijkenEnBuurten)"
    found = {row["WijkenEnBuurten"] for row in rows(standin, f"{FEED}/TypedDataSet", _filter=digits)}
    assert {code for code in found if code[2:6] != "9999"} == {"BU00019999"}
    titles = rows(standin, f"{V4}/WijkenEnBuurtenCodes", _filter="contains(Identifier,'9999')")
    assert "BU00019999" in {row["Identifier"] for row in titles}


# Faults


@pytest.mark.parametrize("road", ["v3", "v4", "pdok"])
def test_a_connection_is_broken_off(standin: StandIn, road: str) -> None:
    standin.fault("reset", road=road, times=1)
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        ask(standin, ROAD_TO[road])
    assert requests.get(
        standin.address + ROAD_TO[road], params=WIJKEN if road == "pdok" else None, timeout=5
    ).ok


def test_an_answer_can_be_late_or_come_in_drips(standin: StandIn) -> None:
    standin.fault("slow", road="v3", times=1, seconds=5)
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{standin.address}{FEED}/TableInfos", timeout=0.2)
    # A time limit between two pieces of an answer never strikes when it comes in drips.
    standin.fault("drips", road="v3", times=1, seconds=0.8)
    began = time.monotonic()
    answer = requests.get(f"{standin.address}{FEED}/TableInfos", timeout=0.5)
    assert time.monotonic() - began > 0.5
    assert answer.json()["value"][0]["Identifier"] == TABLE


@pytest.mark.parametrize(("kind", "status"), [("error", 503), ("gone", 404), ("refused", 403)])
@pytest.mark.parametrize("road", ["v3", "v4", "pdok"])
def test_a_service_says_no(standin: StandIn, road: str, kind: str, status: int) -> None:
    standin.fault(kind, road=road, **({"status": status} if kind == "error" else {}))
    assert ask(standin, ROAD_TO[road]).status_code == status
    standin.clear()
    assert ask(standin, ROAD_TO[road]).status_code != status


def test_an_answer_is_cut_off_with_and_without_saying_so(standin: StandIn) -> None:
    standin.fault("truncated", road="v4", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask(standin, ROAD_TO["v4"])
    standin.fault("truncated", road="v4", times=1, right_length=True)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        ask(standin, ROAD_TO["v4"]).json()


def test_a_page_instead_of_json_comes_with_status_200(standin: StandIn) -> None:
    standin.fault("html", road="v3")
    answer = ask(standin, ROAD_TO["v3"])
    assert answer.status_code == 200
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_fault_strikes_only_where_it_is_aimed(standin: StandIn) -> None:
    standin.fault("error", road="v3", table="84583NED", part="TypedDataSet", times=1)
    assert ask(standin, "/ODataFeed/odata/84583NED/TableInfos").ok
    assert ask(standin, f"{FEED}/TypedDataSet").ok
    assert not ask(standin, "/ODataFeed/odata/84583NED/TypedDataSet").ok
    assert ask(standin, "/ODataFeed/odata/84583NED/TypedDataSet").ok


def test_a_table_without_rows(standin: StandIn) -> None:
    standin.fault("empty", table=TABLE)
    assert rows(standin, f"{FEED}/TypedDataSet") == rows(standin, f"{V4}/Observations") == []


def test_a_table_that_is_gone_is_not_in_the_catalogue_either(standin: StandIn) -> None:
    standin.fault("gone", road="v3", table=TABLE)
    assert TABLE not in {row["Identifier"] for row in rows(standin, "/ODataCatalog/Tables")}
    assert TABLE in {row["Identifier"] for row in rows(standin, "/odata/v1/CBS/Datasets")}


def test_a_relaid_table_has_the_same_figures_under_other_keys(standin: StandIn) -> None:
    before = rows(standin, f"{V4}/Observations")
    standin.fault("relaid", table=TABLE)
    first = rows(standin, f"{FEED}/TypedDataSet", _top=1)[0]
    keys = [row["Key"] for row in rows(standin, f"{FEED}/DataProperties") if row["Type"] == "Topic"]
    assert set(keys) == set(first) - {"ID", "WijkenEnBuurten"}
    assert "AantalInwoners_5" not in first
    (people,) = [key for key in keys if key.startswith("Aantalinwoners_")]
    assert first[people] == SAVED_ROWS[0]["AantalInwoners_5"]
    stems = [key.rpartition("_")[0].casefold() for key in keys]
    saved_stems = [key.rpartition("_")[0].casefold() for key in SAVED_ROWS[0] if "_" in key]
    assert sorted(stems) == sorted(saved_stems)
    assert stems != saved_stems
    # Ids of OData v4 are the same in every layout.
    values = {
        (row["Measure"], row["WijkenEnBuurten"]): row["Value"] for row in before if row["Value"] is not None
    }
    after = rows(standin, f"{V4}/Observations")
    assert values == {
        (row["Measure"], row["WijkenEnBuurten"]): row["Value"] for row in after if row["Value"] is not None
    }


def test_a_column_can_go_come_and_be_emptied(standin: StandIn) -> None:
    standin.fault("dropped", table=TABLE, column="Mannen")
    standin.fault("new_column", table=TABLE)
    standin.fault("emptied", road="v3", table=TABLE, column="AantalInwoners", levels=["wijk", "buurt"])
    found = rows(standin, f"{FEED}/TypedDataSet")
    titles = {row["Title"]: row["Identifier"] for row in rows(standin, f"{V4}/MeasureCodes")}
    assert not any(key.startswith("Mannen") for key in found[0])
    assert any(key.startswith("NooitEerderGezien_") for key in found[0])
    assert "Mannen" not in titles
    assert {row["WijkenEnBuurten"][:2] for row in found if row["AantalInwoners_5"] is not None} == {
        "NL",
        "GM",
    }
    people = rows(standin, f"{V4}/Observations", _filter=f"Measure eq '{titles['Aantal inwoners']}'")
    assert len(people) == len(SAVED_ROWS)


def test_a_short_table_still_names_every_region(standin: StandIn) -> None:
    standin.fault("short", table=TABLE, missing=3)
    assert len(rows(standin, f"{FEED}/TypedDataSet")) == len(SAVED_ROWS) - 3
    assert len(rows(standin, f"{FEED}/WijkenEnBuurten")) == len(SAVED_ROWS)
    (listed,) = rows(standin, "/ODataCatalog/Tables", _filter=f"Identifier eq '{TABLE}'")
    assert listed["RecordCount"] == len(SAVED_ROWS)
    regions = {row["WijkenEnBuurten"] for row in rows(standin, f"{V4}/Observations")}
    assert len(regions) == len(SAVED_ROWS) - 3


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "rest"},
        {"kind": "reset", "road": "v5"},
        {"kind": "slow", "second": 3},
        {"kind": "dropped", "column": "AantalInwonners"},
        {"kind": "relaid", "table": "84798NED"},
        {"kind": "emptied", "column": "Mannen", "levels": ["wijken"]},
        {"kind": "short", "road": "pdok"},
    ],
)
def test_a_fault_that_would_never_strike_is_refused(standin: StandIn, told: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        standin.fault(**told)


def test_on_https_nobody_trusts_it_unless_told_to() -> None:
    with StandIn(sample.FOLDER / "odata_v3", tls=True) as standin:
        url = f"{standin.address}{FEED}/TableInfos"
        with pytest.raises(requests.exceptions.SSLError, match="certificate"):
            requests.get(url, timeout=2)
        assert standin.requests == []
        assert requests.get(url, timeout=2, verify=str(CERTIFICATE)).ok


# What the tests look at


def test_requests_are_remembered_per_road() -> None:
    with StandIn(sample.FOLDER / "odata_v3") as standin:
        for road in ("v3", "v4", "v4", "pdok"):
            ask(standin, ROAD_TO[road])
        assert [standin.count(road) for road in ("v3", "v4", "pdok", "")] == [1, 2, 1, 4]
        assert standin.requests == [ROAD_TO[road] for road in ("v3", "v4", "v4", "pdok")]


def test_requests_at_once_are_counted() -> None:
    with StandIn(sample.FOLDER / "odata_v3") as standin:
        for _ in range(20):
            ask(standin, ROAD_TO["v3"])
        assert standin.most_at_once == 1
        standin.fault("slow", road="v4", seconds=30)
        together = [
            threading.Thread(target=requests.get, args=(standin.address + ROAD_TO["v4"],)) for _ in range(3)
        ]
        for thread in together:
            thread.start()
        deadline = time.monotonic() + 10
        while standin.count("v4") < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert standin.most_at_once == 3
    for thread in together:
        thread.join()


def test_a_closed_stand_in_is_out_of_reach() -> None:
    with StandIn(sample.FOLDER / "odata_v3") as standin:
        pass
    with pytest.raises(requests.ConnectionError):
        ask(standin, ROAD_TO["v3"])
