"""OData v4 brings the same figures as v3, in few requests, and never a part of them without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from data import sample
from data.asking import Patience
from data.assemble import Assembled, assemble
from data.catalogue import Catalogue
from data.cbs_table import TableInfo
from data.cbs_v4 import CbsV4
from data.errors import ServiceError, TableError
from data.files import read_table
from tests.service.standin import StandIn

SAMPLE = sample.FOLDER / "odata_v3"
INFO = TableInfo("84799NED", "Kerncijfers wijken en buurten 2020", "2020", "2023-10-29T02:00:00")


@pytest.fixture
def v4(standin: StandIn, patience: Patience) -> CbsV4:
    return CbsV4(standin.address, patience)


def in_order(assembled: Assembled) -> pd.DataFrame:
    return assembled.panel.sort_values(["region", "indicator"], ignore_index=True)


# -- the same figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table_id", ["82339NED", "82931NED", "84799NED", "86165NED"])
def test_v4_and_saved_v3_files_give_the_same_panel(v4: CbsV4, known: Catalogue, table_id: str) -> None:
    fetched = assemble(v4.table(table_id, [sample.GEMEENTE]), known)
    saved = assemble(read_table(SAMPLE / table_id), known)
    pd.testing.assert_frame_equal(in_order(fetched), in_order(saved))
    assert fetched.table.region_titles == saved.table.region_titles
    assert (fetched.table.year, fetched.table.title) == (saved.table.year, saved.table.title)
    assert fetched.table.service == "OData v4"


@pytest.mark.real
@pytest.mark.parametrize("table_id", ["83487NED", "83765NED", "84286NED", "84583NED", "84799NED"])
def test_real_figures_are_the_same_by_both_roads(
    real: Path, patience: Patience, known: Catalogue, table_id: str
) -> None:
    with StandIn(real / "odata_v3") as serving:
        fetched = assemble(CbsV4(serving.address, patience).table(table_id, ["GM0917"]), known)
    saved = assemble(read_table(real / "odata_v3" / table_id), known)
    pd.testing.assert_frame_equal(in_order(fetched), in_order(saved))


def test_what_happened_to_the_borders_comes_along(v4: CbsV4, known: Catalogue) -> None:
    regions = assemble(v4.table("84799NED", [sample.GEMEENTE]), known).regions
    local = regions["level"].isin(["wijk", "buurt"])
    assert regions.loc[local, "boundary"].isin([1, 2, 3]).all()


def test_columns_keep_the_order_and_the_groups_of_the_table(v4: CbsV4) -> None:
    topics = v4.table("84799NED", [sample.GEMEENTE]).topics
    saved = read_table(SAMPLE / "84799NED").topics
    saved = saved[saved["key"] != "WijkenEnBuurten"]
    assert [stem.casefold() for stem in topics["stem"]] == [stem.casefold() for stem in saved["stem"]]
    assert list(topics["group"]) == list(saved["group"])
    assert list(topics["unit"]) == list(saved["unit"])


def test_only_the_gemeente_and_nederland_come_in(v4: CbsV4) -> None:
    codes = v4.table("84799NED", [sample.GEMEENTE]).rows["region"]
    assert codes.is_unique
    assert "NL00" in set(codes)
    assert set(codes[codes != "NL00"].str[2:6]) == {sample.GEMEENTE[2:]}


def test_gemeenten_that_merged_come_in_together(v4: CbsV4, standin: StandIn) -> None:
    standin.halve(sample.GEMEENTE, ("GM0398", "GM0416"), years=[2020])
    both = v4.table("84799NED", ["GM0398", "GM0416"], INFO)
    assert set(both.gemeenten) == {"GM0398", "GM0416"}
    alone = v4.table("84799NED", ["GM0398"], INFO)
    assert set(alone.gemeenten) == {"GM0398"}
    assert len(alone.rows) < len(both.rows)


def test_the_catalogue_names_only_tables_that_are_there(v4: CbsV4) -> None:
    found = v4.catalogue(["84799NED", "86165NED", "99999NED"])
    assert set(found) == {"84799NED", "86165NED"}
    assert "2020" in found["84799NED"].title
    assert found["84799NED"].modified
    assert v4.requests == 1


# -- a look ahead --------------------------------------------------------------------------------------


def test_a_look_ahead_tells_which_columns_have_figures(v4: CbsV4) -> None:
    stems = {"AantalInwoners", "koopwoningen", "GemiddeldInkomenPerInwoner", "BestaatNiet"}
    # Housing and income of 2025 are not out yet; in capitals or not, a stem is found.
    assert v4.values_for("86165NED", stems, [sample.GEMEENTE]) == _filled("86165NED", stems)
    assert v4.requests == 2


def test_a_look_ahead_at_many_columns_sends_no_endless_question(v4: CbsV4, standin: StandIn) -> None:
    topics = read_table(SAMPLE / "86165NED").topics
    stems = set(topics["stem"]) - {"Gemeentenaam", "SoortRegio", "Codering", "WijkenEnBuurten"}
    stems = {stem for stem in stems if not stem.startswith(("Indelingswijziging", "MeestVoorkomende"))}
    assert v4.values_for("86165NED", stems, [sample.GEMEENTE]) == _filled("86165NED", stems)
    assert max(len(request) for request in standin.requests) < 2_048


def test_a_look_ahead_saves_a_request_of_the_whole_table(v4: CbsV4) -> None:
    assert v4.values_for("82339NED", {"AantalInwoners"}, [sample.GEMEENTE]) == {"AantalInwoners"}
    before = v4.requests
    v4.table("82339NED", [sample.GEMEENTE], TableInfo("82339NED", "Kerncijfers wijken en buurten 2013"))
    assert v4.requests - before == 3


def _filled(table_id: str, stems: set[str]) -> set[str]:
    table = read_table(SAMPLE / table_id)
    rows = table.rows[table.rows["region"] != "NL00"]
    filled = {
        stem.casefold()
        for key, stem in zip(table.topics["key"], table.topics["stem"], strict=True)
        if key in rows and pd.to_numeric(rows[key], errors="coerce").notna().any()
    }
    return {stem for stem in stems if stem.casefold() in filled}


# -- few requests --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table_id", "most"), [("84799NED", 4), ("86165NED", 4), ("82339NED", 5)])
def test_a_table_takes_few_requests(v4: CbsV4, standin: StandIn, table_id: str, most: int) -> None:
    info = v4.catalogue([table_id])[table_id]
    before = v4.requests
    v4.table(table_id, [sample.GEMEENTE], info)
    assert v4.requests - before == most
    assert v4.requests == len(standin.requests)


def test_small_pages_are_followed_to_the_end(v4: CbsV4, standin: StandIn, known: Catalogue) -> None:
    standin.page_v4 = 2_500
    fetched = assemble(v4.table("84799NED", [sample.GEMEENTE], INFO), known)
    saved = assemble(read_table(SAMPLE / "84799NED"), known)
    pd.testing.assert_frame_equal(in_order(fetched), in_order(saved))
    assert v4.requests > 5


# -- bad days ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["truncated", "html", "reset", "error"])
def test_a_passing_fault_is_tried_again(v4: CbsV4, standin: StandIn, fault: str) -> None:
    standin.fault(fault, road="v4", times=2)
    assert v4.table("84799NED", [sample.GEMEENTE], INFO).year == 2020
    assert v4.requests == 6


@pytest.mark.parametrize("right_length", [True, False])
def test_only_the_page_that_was_cut_off_is_asked_again(
    v4: CbsV4, standin: StandIn, right_length: bool
) -> None:
    standin.page_v4 = 7_000
    standin.fault("truncated", road="v4", part="Observations", times=1, right_length=right_length)
    v4.table("84799NED", [sample.GEMEENTE], INFO)
    asked = [request for request in standin.requests if "Observations" in request]
    assert len(asked) == len(set(asked)) + 1


def test_a_table_that_is_not_there_is_asked_for_once(v4: CbsV4) -> None:
    with pytest.raises(ServiceError, match="99999NED") as told:
        v4.table("99999NED", [sample.GEMEENTE], TableInfo("99999NED"))
    assert told.value.not_there
    assert v4.requests == 1


def test_a_gemeente_that_is_not_in_the_table_is_told_apart(v4: CbsV4) -> None:
    with pytest.raises(ServiceError, match="staat er niet in") as told:
        v4.table("84799NED", ["GM1234"], INFO)
    assert told.value.not_there


def test_missing_regions_are_not_passed_over(v4: CbsV4, standin: StandIn) -> None:
    standin.fault("short", road="v4", table="84799NED")
    with pytest.raises(ServiceError) as told:
        v4.table("84799NED", [sample.GEMEENTE], INFO)
    assert "onvolledig" in told.value.reason
    assert not told.value.not_there
    assert not told.value.unreachable


def test_a_service_that_is_down_is_told_in_one_sentence(patience: Patience) -> None:
    with pytest.raises(ServiceError, match="CBS") as told:
        CbsV4("http://127.0.0.1:9", patience).table("84799NED", [sample.GEMEENTE], INFO)
    assert told.value.unreachable


# -- answers that make no sense ------------------------------------------------------------------------


class Answers:
    """A service with two regions and two measures, of which each test spoils something."""

    def __init__(self, server: HTTPServer) -> None:
        self.address = f"http://{server.host}:{server.port}"
        self.requests: list[str] = []
        self.lists: dict[str, dict[str, object]] = {
            "MeasureCodes": {
                "value": [
                    {"Identifier": "M2", "Title": "Mannen", "DataType": "Long", "Index": 2},
                    {"Identifier": "M1", "Title": "Aantal inwoners", "DataType": "Long", "Index": 1},
                ]
            },
            "WijkenEnBuurtenCodes": {
                "value": [
                    {"Identifier": "NL00", "Title": "Nederland"},
                    {"Identifier": "GM0917", "Title": "Heerlen"},
                ]
            },
            "Observations": {
                "value": [cell("NL00", "M1", 17.0), cell("GM0917", "M1", 9.0), cell("GM0917", "M2", None)]
            },
        }
        for name in self.lists:
            server.expect_request(f"/odata/v1/CBS/84799NED/{name}").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.requests.append(request.full_path)
        return Response(json.dumps(self.lists[request.path.rsplit("/", 1)[1]]))


def cell(region: str, measure: str, value: float | None) -> dict[str, object]:
    return {"Id": 0, "Measure": measure, "ValueAttribute": "None", "Value": value, "WijkenEnBuurten": region}


@pytest.fixture
def answers(httpserver: HTTPServer) -> Answers:
    return Answers(httpserver)


def fetch(answers: Answers) -> pd.DataFrame:
    return CbsV4(answers.address, Patience(wait_initial=0.01)).table("84799NED", ["GM0917"], INFO).rows


def test_a_cell_without_a_value_and_a_cell_that_is_left_out_are_both_empty(answers: Answers) -> None:
    rows = fetch(answers).set_index("region")
    assert list(rows.columns) == ["M1", "M2"]
    assert rows.loc["GM0917", "M1"] == 9
    assert rows["M2"].isna().all()


def test_a_region_whose_code_only_contains_the_digits_stays_out(answers: Answers) -> None:
    # Buurt 1700 of gemeente 0009.
    answers.lists["WijkenEnBuurtenCodes"]["value"] += [{"Identifier": "BU00091700", "Title": "Elders"}]  # type: ignore[operator]
    answers.lists["Observations"]["value"] += [cell("BU00091700", "M1", 5.0)]  # type: ignore[operator]
    assert set(fetch(answers)["region"]) == {"NL00", "GM0917"}


def test_the_rest_of_an_answer_is_never_asked_of_another_host(answers: Answers) -> None:
    answers.lists["Observations"]["@odata.nextLink"] = "http://localhost.elsewhere.example/more"
    with pytest.raises(ServiceError, match="andere server") as told:
        fetch(answers)
    assert "elsewhere.example" in told.value.reason
    assert len(answers.requests) == 3


def test_an_answer_that_goes_round_in_circles_ends(answers: Answers) -> None:
    answers.lists["Observations"]["@odata.nextLink"] = "Observations?$skip=3"
    with pytest.raises(ServiceError, match="verwijst naar zichzelf"):
        fetch(answers)
    assert len(answers.requests) == 4


def test_fewer_cells_than_the_service_counts_is_incomplete(answers: Answers) -> None:
    answers.lists["Observations"]["@odata.count"] = 4
    with pytest.raises(ServiceError, match="onvolledig: 3 van de 4"):
        fetch(answers)


def test_two_values_for_one_figure_are_refused(answers: Answers) -> None:
    answers.lists["Observations"]["value"] += [cell("GM0917", "M1", 10.0)]  # type: ignore[operator]
    with pytest.raises(TableError, match="twee waarden"):
        fetch(answers)


def test_a_row_without_its_code_is_no_answer(answers: Answers) -> None:
    answers.lists["WijkenEnBuurtenCodes"] = {"value": [{"Title": "Heerlen"}]}
    with pytest.raises(ServiceError, match="onleesbaar"):
        fetch(answers)


@pytest.mark.parametrize("part", ["MeasureCodes", "WijkenEnBuurtenCodes", "Observations"])
def test_an_empty_list_never_becomes_a_table_without_figures(answers: Answers, part: str) -> None:
    answers.lists[part] = {"value": []}
    with pytest.raises(ServiceError, match="onvolledig") as told:
        fetch(answers)
    assert not told.value.not_there
