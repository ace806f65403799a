"""How many requests and seconds a gemeente costs, against a stand-in of the services on loopback.

::

    python -m benchmarks.fetching

Beside it stands what the usual way of `cbsodata` costs against the same stand-in: ``get_data`` per table, which
asks every list of the table and all regions each time, and needs the whole table to find one gemeente.
"""

from __future__ import annotations

import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import cbsodata

from data import sample
from data.asking import Patience
from data.catalogue import catalogue
from data.cbs import CbsV3
from data.cbs_v4 import CbsV4
from data.fetching import Services, fetch
from data.pdok import Pdok
from data.store import Store
from tests.service.standin import StandIn

_HEERLEN = "GM0917"
_YEARS = range(2013, 2026)
_TODAY = date(2026, 11, 22)


def _services(standin: StandIn) -> Services:
    patience = Patience(wait_initial=0.01)
    return Services(
        CbsV3(standin.address, patience), CbsV4(standin.address, patience), Pdok(standin.address, patience)
    )


def _timed(what: str, standin: StandIn, act: Callable[[], object]) -> None:
    standin.forget()
    started = time.perf_counter()
    told = act()
    seconds = time.perf_counter() - started
    roads = ", ".join(f"{road} {standin.count(road)}" for road in ("v3", "v4", "pdok") if standin.count(road))
    print(f"{what:58} {standin.count():4} requests ({roads}), {seconds:5.1f} s, {told}")


def _run(folder: Path, standin: StandIn) -> Callable[[], str]:
    def act() -> str:
        report = fetch(Store(folder), _services(standin), catalogue(), _HEERLEN, years=_YEARS, today=_TODAY)
        return report.summary.partition(": ")[2].partition(";")[0]

    return act


def _naively(standin: StandIn) -> str:
    cbsodata.options.use_https = False
    rows = 0
    for table_id in standin.table_ids:
        rows += len(cbsodata.get_data(table_id, catalog_url=standin.address.partition("//")[2]))
    return f"{rows} rows, codes replaced by names"


def main() -> None:
    """Measure a first run, a second one, the second road, and `cbsodata.get_data` beside it."""
    print(f"{platform.machine()}, Python {platform.python_version()}")
    folder = Path(tempfile.mkdtemp())
    try:
        with StandIn(sample.FOLDER / "odata_v3") as standin:
            standin.rename_regions({sample.GEMEENTE: _HEERLEN}, _YEARS, {_HEERLEN: "Heerlen"})
            _timed("13 years with borders, empty store", standin, _run(folder / "a", standin))
            _timed("the same again, nothing changed", standin, _run(folder / "a", standin))
            standin.fault("reset", road="v3")
            _timed("13 years with borders, v3 down, empty store", standin, _run(folder / "b", standin))
            standin.clear()
            standin.fault("slow", road="v3", seconds=0.5)
            _timed("13 years, v3 takes half a second per answer", standin, _run(folder / "c", standin))
            standin.clear()
            _timed("cbsodata.get_data, 13 tables (one gemeente in them)", standin, lambda: _naively(standin))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
