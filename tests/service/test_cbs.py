"""OData v3: the figures of one gemeente and of Nederland, in few requests, or a clear reason why not."""

from __future__ import annotations

import pandas as pd
import pytest

from data import sample
from data.asking import Patience
from data.assemble import assemble
from data.catalogue import Catalogue
from data.cbs import CbsV3
from data.errors import ServiceError
from data.files import read_table
from tests.service.standin import StandIn

TABLE = "84799NED"
OURS = [sample.GEMEENTE]


@pytest.mark.parametrize("table_id", ["82339NED", "82931NED", "84799NED", "86165NED"])
def test_the_service_and_saved_files_give_the_same_panel(
    service: CbsV3, known: Catalogue, table_id: str
) -> None:
    fetched = assemble(service.table(table_id, OURS), known)
    saved = assemble(read_table(sample.FOLDER / "odata_v3" / table_id), known)
    order = ["region", "indicator"]
    pd.testing.assert_frame_equal(
        fetched.panel.sort_values(order, ignore_index=True), saved.panel.sort_values(order, ignore_index=True)
    )
    assert fetched.table.region_titles | {"NL00": "Nederland (fictief)"} == saved.table.region_titles
    assert fetched.table.service == "OData v3"


def test_pages_are_followed_to_the_end(service: CbsV3, standin: StandIn) -> None:
    standin.page = 7
    assert len(service.table(TABLE, OURS).rows) == len(read_table(sample.FOLDER / "odata_v3" / TABLE).rows)


def test_only_the_rows_of_the_gemeente_and_nederland_are_asked_for(service: CbsV3, standin: StandIn) -> None:
    infos = service.catalogue([TABLE])
    standin.forget()
    service.table(TABLE, OURS, infos[TABLE])
    asked = [request for request in standin.requests if "TypedDataSet" in request]
    assert asked
    assert all("filter" in request for request in asked)
    assert standin.count() == 4


def test_a_code_that_only_looks_like_one_of_the_gemeente_is_left_out(
    service: CbsV3, standin: StandIn
) -> None:
    standin.look_alike(sample.GEMEENTE)
    fetched = service.table(TABLE, OURS)
    assert list(fetched.gemeenten) == OURS
    assert not fetched.rows["region"].str.startswith("BU0001").any()


def test_the_catalogue_tells_in_one_request_when_cbs_changed_each_table(
    service: CbsV3, standin: StandIn
) -> None:
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    infos = service.catalogue(standin.table_ids)
    assert (len(infos), standin.count()) == (13, 1)
    assert (infos[TABLE].period, infos[TABLE].modified) == ("2020", "2026-11-01T02:00:00")
    assert service.table(TABLE, OURS, infos[TABLE]).modified == "2026-11-01T02:00:00"


def test_a_service_that_does_not_filter_names_is_asked_for_all_of_them(
    service: CbsV3, standin: StandIn, patience: Patience
) -> None:
    standin.fault("error", part="WijkenEnBuurten", times=patience.attempts)
    assert len(service.table(TABLE, OURS).region_titles) == 119
    standin.forget()
    service.table("85039NED", OURS)
    assert not any("WijkenEnBuurten?" in asked and "filter" in asked for asked in standin.requests)


@pytest.mark.parametrize("fault", ["error", "html", "reset", "truncated"])
def test_a_passing_fault_is_tried_again(service: CbsV3, standin: StandIn, fault: str) -> None:
    standin.fault(fault, times=2)
    assert service.table(TABLE, OURS).year == 2020


def test_a_lasting_fault_is_told_in_one_sentence(service: CbsV3, standin: StandIn) -> None:
    standin.fault("error")
    with pytest.raises(ServiceError, match="later opnieuw") as told:
        service.table(TABLE, OURS)
    assert told.value.reason == "de dienst meldt een fout (HTTP 500)"
    assert not told.value.unreachable


def test_a_table_that_does_not_exist_is_not_asked_for_again_and_again(
    service: CbsV3, standin: StandIn
) -> None:
    with pytest.raises(ServiceError, match="99999NED") as told:
        service.table("99999NED", OURS)
    assert told.value.not_there
    assert standin.count() == 1


def test_a_service_that_is_down_is_told_in_one_sentence(patience: Patience) -> None:
    with pytest.raises(ServiceError, match="CBS") as told:
        CbsV3("http://127.0.0.1:9", patience).table(TABLE, OURS)
    assert told.value.unreachable


def test_a_certificate_is_not_tried_again(patience: Patience) -> None:
    with StandIn(sample.FOLDER / "odata_v3", tls=True) as untrusted:
        service = CbsV3(untrusted.address, patience)
        with pytest.raises(ServiceError, match="certificaat"):
            service.table(TABLE, OURS)
        assert service.requests == 1


def test_rows_that_went_missing_are_noticed(service: CbsV3, standin: StandIn) -> None:
    standin.fault("short", missing=3)
    with pytest.raises(ServiceError, match="onvolledig: 115 van de 118 gebieden"):
        service.table(TABLE, OURS)


def test_a_gemeente_that_is_not_in_the_table_is_told(service: CbsV3) -> None:
    with pytest.raises(ServiceError, match="staat er niet in") as told:
        service.table(TABLE, ["GM0363"])
    assert told.value.not_there
