from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from data import sample
from data.assemble import assemble
from data.catalogue import Catalogue
from data.cbs import CbsService
from data.errors import ServiceError
from data.files import read_table
from data.store import Store
from tests.service.standin import StandIn


@pytest.mark.parametrize("table_id", ["82339NED", "82931NED", "84799NED", "86165NED"])
def test_the_service_and_saved_files_give_the_same_panel(
    service: CbsService, known: Catalogue, table_id: str
) -> None:
    fetched = assemble(service.table(table_id, sample.GEMEENTE), known)
    saved = assemble(read_table(sample.FOLDER / "odata_v3" / table_id), known)
    order = ["region", "indicator"]
    pd.testing.assert_frame_equal(
        fetched.panel.sort_values(order, ignore_index=True), saved.panel.sort_values(order, ignore_index=True)
    )
    assert fetched.table.region_titles == saved.table.region_titles


def test_pages_are_followed_to_the_end(service: CbsService, standin: StandIn) -> None:
    standin.page = 7
    assert len(service.table("84799NED", sample.GEMEENTE).rows) == len(
        read_table(sample.FOLDER / "odata_v3" / "84799NED").rows
    )


def test_only_the_rows_of_the_gemeente_and_nederland_are_asked_for(
    service: CbsService, standin: StandIn
) -> None:
    service.table("84799NED", sample.GEMEENTE)
    asked = [request for request in standin.requests if "TypedDataSet" in request]
    assert asked
    assert all("filter" in request for request in asked)
    assert len(standin.requests) <= 8


@pytest.mark.parametrize("fault", [500, 503, "<html>Even geduld</html>"])
def test_a_passing_fault_is_tried_again(service: CbsService, standin: StandIn, fault: int | str) -> None:
    standin.faults = [fault, fault]
    assert service.table("84799NED", sample.GEMEENTE).year == 2020


def test_a_lasting_fault_is_told_in_one_sentence(service: CbsService, standin: StandIn) -> None:
    standin.faults = [500] * 50
    with pytest.raises(ServiceError, match="later opnieuw"):
        service.table("84799NED", sample.GEMEENTE)


def test_a_table_that_does_not_exist_is_not_asked_for_again_and_again(
    service: CbsService, standin: StandIn
) -> None:
    with pytest.raises(ServiceError, match="99999NED"):
        service.table("99999NED", sample.GEMEENTE)
    assert len(standin.requests) == 1


def test_a_service_that_is_down_is_told_in_one_sentence() -> None:
    with pytest.raises(ServiceError, match="CBS"):
        CbsService("http://127.0.0.1:9", wait_initial=0.01).table("84799NED", sample.GEMEENTE)


def test_what_arrived_is_kept_when_a_year_fails(
    standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path))
    monkeypatch.setenv("WIJKRADAR_CBS_URL", standin.address)
    # 2025 is at hand, 2026 is not.
    result = CliRunner().invoke(cli.app, ["fetch", sample.GEMEENTE, "--jaar", "2025", "--jaar", "2026"])
    assert result.exit_code == 0, result.output
    assert "86358NED" in result.output
    assert [record.year for record in Store(tmp_path).manifest.tables] == [2025]
