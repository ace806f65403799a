"""What a user reads on a bad day, per fault of the services, and what stays: the table of docs/benchmarks.md.

::

    python -m benchmarks.faults
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from data import sample
from data.asking import Patience
from data.catalogue import catalogue
from data.cbs import CbsV3
from data.cbs_v4 import CbsV4
from data.fetch_report import FetchReport, Kind
from data.fetching import Services, fetch
from data.pdok import Pdok
from data.store import Store
from tests.service.standin import StandIn

_HEERLEN = "GM0917"
_TABLE = "84799NED"
_WOZ = "GemiddeldeWOZWaardeVanWoningen"
_FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("reset", {}),
    ("slow", {"seconds": 4.0}),
    ("error", {}),
    ("refused", {}),
    ("truncated", {}),
    ("html", {}),
    ("empty", {}),
    ("gone", {}),
    ("short", {"missing": 7}),
    ("relaid", {}),
    ("new_column", {"column": "GelukPerInwoner"}),
    ("dropped", {"column": _WOZ}),
    ("emptied", {"column": _WOZ}),
    ("tls", {}),
]


def _run(folder: Path, v3: str, other: str) -> FetchReport:
    patience = Patience(attempts=2, wait_initial=0.01, read=1.0)
    services = Services(CbsV3(v3, patience), CbsV4(other, patience), Pdok(other, patience))
    return fetch(Store(folder), services, catalogue(), _HEERLEN, years=[2020], today=date(2026, 11, 22))


def _told(report: FetchReport) -> str:
    outcome = next(o for o in report.outcomes if o.kind == Kind.TABLE)
    unknown = f" Nieuwe kolom: {', '.join(outcome.unknown)}." if outcome.unknown else ""
    service = f" [{outcome.service}]" if outcome.service else ""
    return outcome.sentence.removeprefix(f"2020, tabel {_TABLE}: ") + service + unknown


def _figures(folder: Path) -> int:
    panel = Store(folder).panel(_HEERLEN)
    return int(panel["value"].notna().sum())


def _moved(standin: StandIn) -> StandIn:
    standin.rename_regions({sample.GEMEENTE: _HEERLEN}, range(2013, 2027), {_HEERLEN: "Heerlen"})
    return standin


def _try(fault: str, how: dict[str, Any], roads: tuple[str, ...]) -> tuple[str, int, int]:
    folder = Path(tempfile.mkdtemp())
    tables = sample.FOLDER / "odata_v3"
    try:
        with _moved(StandIn(tables)) as good, _moved(StandIn(tables, tls=True)) as untrusted:
            _run(folder, good.address, good.address)
            before = _figures(folder)
            good.modified[_TABLE] = "2026-11-01T02:00:00"
            if fault == "tls":
                v3 = untrusted.address
                other = untrusted.address if "v4" in roads else good.address
                report = _run(folder, v3, other)
            else:
                for road in roads:
                    good.fault(fault, road=road, table=_TABLE, **how)
                report = _run(folder, good.address, good.address)
            return _told(report), before, _figures(folder)
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Print one line per fault, for v3 alone and for both roads."""
    logging.disable(logging.WARNING)
    print("| fault | only v3 | v3 and v4 | figures before and after |\n|---|---|---|---|")
    for fault, how in _FAULTS:
        one, _, _ = _try(fault, how, ("v3",))
        both, before, after = _try(fault, how, ("v3", "v4"))
        print(f"| {fault} | {one} | {both} | {before} -> {after} |", flush=True)


if __name__ == "__main__":
    main()
