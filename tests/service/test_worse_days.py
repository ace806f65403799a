"""Fetching when the trouble is not the service: a full disk, a wrong clock, a cut-off run, an answer nobody foresaw."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from data import cbs_table, fetch_report, fetching, manifest, roads
from data import store as store_module
from data.asking import Patience
from data.catalogue import Catalogue
from data.cbs import CbsV3
from data.cbs_v4 import CbsV4
from data.errors import StoreError
from data.fetch_report import FetchReport, Kind, State, last_report
from data.fetching import Services, fetch, fetched_before
from data.importing import ensure_sample
from data.pdok import Pdok
from data.store import Store
from tests.service.standin import StandIn

HEERLEN = "GM0917"
TABLE = "84799NED"
TODAY = date(2026, 11, 22)
Fetch = Callable[..., FetchReport]


@pytest.fixture
def standin(standin: StandIn) -> StandIn:
    """The sample under the code of a gemeente that exists."""
    standin.rename_regions({"GM9999": HEERLEN}, range(2013, 2027), {HEERLEN: "Heerlen"})
    return standin


@pytest.fixture
def run(standin: StandIn, tmp_path: Path, known: Catalogue, patience: Patience) -> Fetch:
    address = standin.address

    def run_(gemeente: str = HEERLEN, **options: object) -> FetchReport:
        services = Services(CbsV3(address, patience), CbsV4(address, patience), Pdok(address, patience))
        options = {"years": [2020], "today": TODAY} | options
        return fetch(Store(tmp_path), services, known, gemeente, **options)  # type: ignore[arg-type]

    return run_


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


# -- the disk ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["write_atomically", "sync"])
def test_a_full_disk_is_told_in_dutch_and_nothing_is_lost(
    run: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    run(years=[2019])
    before = Store(tmp_path).panel(HEERLEN)
    with monkeypatch.context() as patched:
        patched.setattr(store_module, where, full_disk)
        report = run(years=[2019, 2020])
    [failed] = report.having(State.FAILED, kind=Kind.TABLE)
    assert "de schijf is vol; maak ruimte vrij" in failed.sentence
    assert "No space" not in failed.sentence
    pd.testing.assert_frame_equal(Store(tmp_path).panel(HEERLEN), before)
    assert run(years=[2019, 2020]).complete


def test_a_report_that_cannot_be_kept_does_not_cost_the_figures(
    run: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_report, "write_atomically", full_disk)
    assert run().complete
    assert len(Store(tmp_path).panel(HEERLEN))


def test_a_folder_that_may_not_be_written_is_told_with_a_remedy(
    run: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(fetching.FileLock, "acquire", forbidden)
    with pytest.raises(StoreError, match="vraag uw beheerder om schrijfrechten"):
        run()


def test_a_damaged_table_in_the_store_is_mended_by_fetching_it_again(run: Fetch, tmp_path: Path) -> None:
    run(years=[2019, 2020])
    before = Store(tmp_path).panel(HEERLEN)
    (tmp_path / Store(tmp_path).manifest.tables[0].file).write_bytes(b"PAR1 this is not a table")
    with pytest.raises(StoreError, match="zijn niet te lezen"):
        Store(tmp_path).panel(HEERLEN)
    assert run(years=[2019, 2020]).complete
    pd.testing.assert_frame_equal(Store(tmp_path).panel(HEERLEN), before)


def test_a_damaged_table_with_another_gemeente_in_it_is_not_thrown_away(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    standin.rename_regions({"WK091701": "GM0888"}, range(2013, 2027), {"GM0888": "Beek"})
    run()
    run("GM0888")
    file = tmp_path / Store(tmp_path).manifest.tables[0].file
    file.write_bytes(b"PAR1 this is not a table")
    with pytest.raises(StoreError, match="zijn niet te lezen"):
        run()
    report = last_report(tmp_path, HEERLEN)
    assert report is not None
    [failed] = report.having(State.FAILED, kind=Kind.TABLE)
    assert "is beschadigd; zet een reservekopie van de map" in failed.sentence
    assert file.exists()


def test_a_run_that_ends_halfway_leaves_a_report_that_says_so(run: Fetch, tmp_path: Path) -> None:
    def interrupt(step: fetching.Step) -> None:
        if step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(years=range(2016, 2021), progress=interrupt)
    report = last_report(tmp_path, HEERLEN)
    assert report is not None
    assert len(report.having(State.TAKEN)) == 2
    assert {o.reason for o in report.having(State.STOPPED)} == {"het ophalen is halverwege afgebroken"}
    assert not report.complete
    assert run(years=range(2016, 2021)).complete


@pytest.mark.parametrize("content", ['{"format": 2}', '{"format": 1}', '{"format": 1, "tables": [{}]}', "[]"])
def test_a_manifest_without_sense_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / manifest.MANIFEST).write_text(content)
    with pytest.raises(StoreError, match="is beschadigd; zet een reservekopie"):
        Store(tmp_path)


# -- a run that was cut off, and one step back -------------------------------------------------------


@pytest.mark.parametrize("report", [None, "half a rep", '{"outcomes": 3}'])
def test_a_gemeente_without_a_readable_report_is_refreshed_as_well(
    run: Fetch, tmp_path: Path, report: str | None
) -> None:
    run()
    file = tmp_path / "ophalen" / f"{HEERLEN}.json"
    file.unlink() if report is None else file.write_text(report)
    assert fetched_before(Store(tmp_path)) == [HEERLEN]
    assert run().having(State.UNCHANGED)


def test_the_sample_is_not_refreshed(tmp_path: Path, known: Catalogue) -> None:
    ensure_sample(Store(tmp_path), known)
    assert fetched_before(Store(tmp_path)) == []


def test_a_gemeente_that_merged_since_then_is_refreshed_under_its_new_name(
    run: Fetch, tmp_path: Path
) -> None:
    report = run()
    fetch_report.keep(tmp_path, replace(report, gemeente="GM0398", name="Heerhugowaard"))
    assert set(fetched_before(Store(tmp_path))) == {HEERLEN, "GM1980"}


def test_what_was_undone_cannot_be_undone_again_and_comes_back_with_the_next_run(
    run: Fetch, tmp_path: Path
) -> None:
    run(years=[2019])
    run(years=[2020])
    Store(tmp_path).undo()
    store = Store(tmp_path)
    assert set(store.panel(HEERLEN)["year"]) == {2019}
    assert store.undo_point() is None
    assert "tabellen: 1 nieuw;" in run(years=[2020]).summary
    Store(tmp_path).undo()
    assert set(Store(tmp_path).panel(HEERLEN)["year"]) == {2019}


def test_stopping_during_the_borders_keeps_all_figures_and_the_next_run_draws_the_rest(run: Fetch) -> None:
    stop = threading.Event()

    def stop_at_borders(step: fetching.Step) -> None:
        if step.what.startswith("grenzen"):
            stop.set()

    report = run(progress=stop_at_borders, stop=stop)
    assert [o.state for o in report.having(*State, kind=Kind.TABLE)] == [State.TAKEN]
    assert {o.state for o in report.having(*State, kind=Kind.BORDERS)} == {State.TAKEN, State.STOPPED}
    again = run()
    assert again.complete
    assert {o.state for o in again.having(*State, kind=Kind.BORDERS)} == {State.TAKEN}


def test_borders_that_failed_are_past_once_another_year_brings_the_same_ones(
    run: Fetch, standin: StandIn
) -> None:
    standin.fault("reset", road="pdok")
    failed = run(years=[2018, 2019, 2020]).having(State.FAILED, kind=Kind.BORDERS)
    assert {o.year for o in failed} == {2018}
    standin.clear()
    standin.border_years, standin.map_years = [2020], []
    assert run(years=[2020]).complete


def test_taking_over_one_year_leaves_what_is_held_back_of_another(run: Fetch, standin: StandIn) -> None:
    run(years=[2019, 2020])
    for table in (TABLE, "84583NED"):
        standin.modified[table] = "2026-11-01T02:00:00"
        standin.fault("emptied", table=table, column="GemiddeldeWOZWaardeVanWoningen")
    assert {o.year for o in run(years=[2019, 2020]).having(State.HELD)} == {2019, 2020}
    assert [o.year for o in run(years=[2019, 2020], accept=[2020]).having(State.HELD)] == [2019]


# -- what stands beside it in the store --------------------------------------------------------------


def test_the_sample_is_no_reason_to_hold_real_figures_back(
    run: Fetch, standin: StandIn, tmp_path: Path, known: Catalogue
) -> None:
    ensure_sample(Store(tmp_path), known)
    standin.fault("emptied", table=TABLE, column="GemiddeldeWOZWaardeVanWoningen", levels=("land",))
    report = run()
    assert [o.state for o in report.having(*State, kind=Kind.TABLE)] == [State.TAKEN]


def test_a_merged_gemeente_that_did_not_change_is_not_asked_again(run: Fetch, standin: StandIn) -> None:
    standin.halve(
        HEERLEN, ("GM0398", "GM0416"), range(2013, 2022), {"GM0398": "Heerhugowaard", "GM0416": "Langedijk"}
    )
    standin.rename_regions({HEERLEN: "GM1980"}, range(2022, 2027), {"GM1980": "Dijk en Waard"})
    run("GM1980", years=[2021, 2022])
    standin.forget()
    again = run("GM1980", years=[2021, 2022])
    assert len(again.having(State.UNCHANGED, kind=Kind.TABLE)) == 2
    assert standin.count() == 1


def test_what_is_taken_over_without_one_of_the_old_gemeenten_is_not_held_back_again(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    standin.halve(
        HEERLEN, ("GM0398", "GM0416"), range(2013, 2022), {"GM0398": "Heerhugowaard", "GM0416": "Langedijk"}
    )
    run("GM1980")
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    standin.rename_regions({"GM0416": "GM0888"}, [2020])
    assert run("GM1980").having(State.HELD)
    assert run("GM1980", accept=[2020]).having(State.TAKEN, kind=Kind.TABLE)
    assert {"GM0398"} == set(Store(tmp_path).regions("GM1980")["gemeente"]) - {"NL00"}
    standin.modified[TABLE] = "2026-11-02T02:00:00"
    assert not run("GM1980").having(State.HELD)


# -- answers that nobody foresaw ---------------------------------------------------------------------


def test_a_region_with_two_different_rows_is_refused_and_not_chosen_from(
    run: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = CbsV3._get

    def twofold(self: CbsV3, table_id: str, part: str, **query: object) -> pd.DataFrame:
        frame = asked(self, table_id, part, **query)
        if part != cbs_table.ROWS or len(frame) < 2:
            return frame
        key = next(name for name in frame if str(name).startswith("AantalInwoners"))
        return pd.concat([frame, frame.tail(1).assign(**{key: 1})])

    monkeypatch.setattr(CbsV3, "_get", twofold)
    [outcome] = run().having(State.TAKEN, kind=Kind.TABLE)
    assert outcome.service == "OData v4"
    assert "staat er twee keer in" in outcome.reason


def test_a_table_that_nobody_can_read_costs_that_table_and_no_other(
    run: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    assembling = roads.assemble

    def surprised(table: cbs_table.CbsTable, known: Catalogue) -> object:
        if table.year == 2019:
            raise IndexError("nobody thought of this")
        return assembling(table, known)

    monkeypatch.setattr(roads, "assemble", surprised)
    report = run(years=[2019, 2020])
    [failed] = report.having(State.FAILED, kind=Kind.TABLE)
    assert (failed.year, failed.reason) == (
        2019,
        "OData v3 en v4: de tabel heeft een vorm die Wijkradar niet begrijpt",
    )
    assert [o.year for o in report.having(State.TAKEN, kind=Kind.TABLE)] == [2020]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": "nergens"},
        {"type": "Kubus"},
        {"type": "Point", "coordinates": [190_000, 320_000]},
        None,
    ],
)
def test_borders_that_are_none_cost_the_map_and_not_the_figures(
    run: Fetch, monkeypatch: pytest.MonkeyPatch, geometry: object
) -> None:
    def nonsense(_self: Pdok, _road: object, _year: int, level: str, *_: object) -> dict[str, object]:
        code = {"wijk": "WK091700", "buurt": "BU09170000"}[level]
        return {"features": [{"properties": {"statcode": code}, "geometry": geometry}]}

    monkeypatch.setattr(Pdok, "_page", nonsense)
    report = run()
    assert report.having(State.TAKEN, kind=Kind.TABLE)
    assert {o.reason for o in report.having(State.FAILED, kind=Kind.BORDERS)} == {
        "de grenzen zijn niet te gebruiken"
    }


# -- the clock ---------------------------------------------------------------------------------------


def test_a_clock_that_was_ahead_does_not_make_old_news_new(
    run: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        ahead = datetime.now(UTC) + timedelta(days=3650)
        patched.setattr(fetching, "_now", lambda: ahead.isoformat(timespec="milliseconds"))
        run(years=[2018, 2019])
    report = run(years=[2020])
    assert "tabellen: 1 nieuw;" in report.summary
    kept = last_report(tmp_path, HEERLEN)
    assert kept is not None
    assert kept.fresh == report.fresh


def test_a_clock_that_is_put_back_during_a_run_hides_nothing(
    run: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(range(10_000))
    start = datetime.now(UTC)
    monkeypatch.setattr(fetching, "_now", lambda: (start - timedelta(hours=next(times))).isoformat())
    report = run(years=[2019, 2020])
    assert "tabellen: 2 nieuw;" in report.summary
    assert report.seconds == 0


def test_a_report_of_an_older_version_can_still_be_read(run: Fetch, tmp_path: Path) -> None:
    run()
    file = tmp_path / "ophalen" / f"{HEERLEN}.json"
    content = json.loads(file.read_text())
    for outcome in content["outcomes"]:
        del outcome["run"]
    file.write_text(json.dumps(content))
    kept = last_report(tmp_path, HEERLEN)
    assert kept is not None
    assert kept.fresh == kept.outcomes
