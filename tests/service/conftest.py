from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from data import sample
from data.cbs import CbsService
from tests.service.standin import StandIn


@pytest.fixture
def standin(httpserver: HTTPServer) -> StandIn:
    return StandIn(httpserver, sample.FOLDER / "odata_v3")


@pytest.fixture
def service(standin: StandIn) -> CbsService:
    return CbsService(standin.address, wait_initial=0.01)
