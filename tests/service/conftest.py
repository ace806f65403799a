"""The service room: a stand-in that answers on loopback the way CBS and PDOK do, faults included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data import sample
from data.asking import Patience
from data.cbs import CbsV3
from tests.service.standin import StandIn


@pytest.fixture
def standin() -> Iterator[StandIn]:
    """The sample, served."""
    with StandIn(sample.FOLDER / "odata_v3") as serving:
        yield serving


@pytest.fixture
def real_standin(real: Path) -> Iterator[StandIn]:
    """The sample and the real figures and borders, served together."""
    with StandIn(sample.FOLDER / "odata_v3", real / "odata_v3") as serving:
        yield serving


@pytest.fixture
def patience() -> Patience:
    """No pauses between attempts; a time limit that only something that hangs reaches, also on a busy machine."""
    return Patience(wait_initial=0.01, connect=10, read=10)


@pytest.fixture
def service(standin: StandIn, patience: Patience) -> CbsV3:
    return CbsV3(standin.address, patience)
