"""The official projection comes along with the figures, and whatever happens to it, the figures do not notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from data.asking import Patience
from data.catalogue import Catalogue
from data.cbs import CbsV3
from data.cbs_v4 import CbsV4
from data.fetch_report import FetchReport, Kind, Outcome, State
from data.fetching import Services, fetch
from data.pdok import Pdok
from data.store import Store
from tests.service.standin import StandIn
from tests.service.standin.projection import INTERVALS, VALUES, projected

HEERLEN, PURMEREND, BEEMSTER = "GM0917", "GM0439", "GM0370"
#: In thousands, in 2023.
PEOPLE = 87.0

Fetch = Callable[..., FetchReport]


@pytest.fixture
def standin(standin: StandIn) -> StandIn:
    """The sample under the code of a gemeente that exists, with an official projection."""
    standin.rename_regions({"GM9999": HEERLEN}, range(2013, 2027), {HEERLEN: "Heerlen"})
    standin.project({HEERLEN: PEOPLE})
    return standin


@pytest.fixture
def run(standin: StandIn, tmp_path: Path, known: Catalogue, patience: Patience) -> Fetch:
    def run_(gemeente: str = HEERLEN, patience: Patience = patience, **options: object) -> FetchReport:
        services = Services(
            CbsV3(standin.address, patience),
            CbsV4(standin.address, patience),
            Pdok(standin.address, patience),
        )
        options = {"years": [2020], "today": date(2026, 11, 22)} | options
        return fetch(Store(tmp_path), services, known, gemeente, **options)  # type: ignore[arg-type]

    return run_


def of(report: FetchReport) -> Outcome:
    """Return what became of the projection."""
    (outcome,) = (outcome for outcome in report.outcomes if outcome.kind == Kind.PROJECTION)
    return outcome


def came(report: FetchReport) -> State:
    """Return what became of the figures of 2020."""
    return next(outcome.state for outcome in report.outcomes if outcome.kind == Kind.TABLE)


def in_2030(folder: Path, column: str = "people", gemeente: str = HEERLEN) -> float:
    rows = Store(folder).projection(gemeente)
    assert rows is not None
    return float(rows.set_index("year").loc[2030, column])


def test_it_comes_along_with_the_figures_and_its_interval(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    report = run()
    assert (of(report).state, of(report).service, of(report).filled) == (State.TAKEN, "OData v3", 28)
    assert in_2030(tmp_path) == projected(PEOPLE, 2030) * 1_000
    assert in_2030(tmp_path, "lower_67") == projected(PEOPLE, 2030, -1) * 1_000
    assert in_2030(tmp_path, "upper_67") == projected(PEOPLE, 2030, 1) * 1_000
    rows = Store(tmp_path).projection(HEERLEN)
    assert rows is not None
    assert list(rows["year"]) == list(range(2023, 2051))
    assert rows["source"].iloc[0].startswith("CBS en PBL, Regionale prognose, tabel 85173NED")
    assert sum(INTERVALS in target or VALUES in target for target in standin.requests) <= 3


def test_what_did_not_change_is_not_asked_again(run: Fetch, standin: StandIn) -> None:
    run()
    standin.forget()
    assert of(run()).state == State.UNCHANGED
    assert standin.count() == 1, "only the list of tables"
    standin.modified[INTERVALS] = "2027-07-01T02:00:00"
    assert of(run()).state == State.TAKEN


def test_padded_codes_are_found_as_well(run: Fetch, standin: StandIn, tmp_path: Path) -> None:
    standin.project({HEERLEN: PEOPLE}, padded=True)
    run()
    assert in_2030(tmp_path) == projected(PEOPLE, 2030) * 1_000


def test_ages_come_along_where_there_are_any(run: Fetch, standin: StandIn, tmp_path: Path) -> None:
    standin.project({HEERLEN: PEOPLE}, ages=True)
    run()
    assert in_2030(tmp_path) == projected(PEOPLE, 2030) * 1_000
    assert in_2030(tmp_path, "age_65plus") == pytest.approx(0.2 * in_2030(tmp_path), abs=100)


def test_gemeenten_that_merged_are_added_up(run: Fetch, standin: StandIn, tmp_path: Path) -> None:
    standin.project({PURMEREND: 81.0, BEEMSTER: 10.0})
    run(PURMEREND)
    whole = projected(81.0, 2030) + projected(10.0, 2030)
    assert in_2030(tmp_path, gemeente=PURMEREND) == pytest.approx(whole * 1_000)


def test_a_part_of_a_merged_gemeente_is_no_projection_of_it(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    standin.project({PURMEREND: 81.0})
    outcome = of(run(PURMEREND))
    assert (outcome.state, BEEMSTER in outcome.reason) == (State.FAILED, True)
    assert Store(tmp_path).projection(PURMEREND) is None


@pytest.mark.parametrize("kind", ["error", "truncated", "html", "reset", "empty", "refused"])
def test_a_bad_day_of_the_first_road_is_what_the_second_is_for(
    kind: str, run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    for table in (INTERVALS, VALUES):
        standin.fault(kind, road="v3", table=table)
    report = run()
    assert (of(report).state, of(report).service) == (State.TAKEN, "OData v4")
    assert "OData v3" in of(report).reason
    assert came(report) == State.TAKEN
    assert in_2030(tmp_path, "upper_67") == projected(PEOPLE, 2030, 1) * 1_000


@pytest.mark.parametrize("kind", ["error", "truncated", "html", "reset", "refused"])
def test_when_both_roads_fail_the_figures_still_come_and_the_old_projection_stays(
    kind: str, run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    run()
    before = in_2030(tmp_path)
    standin.modified[INTERVALS] = "2027-07-01T02:00:00"
    standin.modified["84799NED"] = "2027-07-01T02:00:00"
    for table in (INTERVALS, VALUES):
        standin.fault(kind, table=table)
    report = run()
    assert of(report).state == State.FAILED
    assert of(report).reason
    assert not report.complete
    assert came(report) == State.TAKEN
    assert in_2030(tmp_path) == before


def test_without_the_table_with_intervals_the_other_one_tells_the_middle(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    standin.fault("error", table=INTERVALS)
    run()
    rows = Store(tmp_path).projection(HEERLEN)
    assert rows is not None
    assert rows["lower_67"].isna().all()
    assert in_2030(tmp_path) == projected(PEOPLE, 2030) * 1_000
    assert VALUES in rows["tables"].iloc[0]


def test_tables_that_are_gone_are_absent_and_nothing_is_left_to_do(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    run()
    for table in (INTERVALS, VALUES):
        standin.fault("gone", table=table)
    standin.forget()
    report = run()
    assert of(report).state == State.ABSENT
    assert report.complete
    assert standin.count() == 1, "what the list of tables does not name is not asked for"
    assert Store(tmp_path).projection(HEERLEN) is not None


def test_a_gemeente_that_is_not_in_it_has_none(run: Fetch, standin: StandIn, tmp_path: Path) -> None:
    standin.project({PURMEREND: 81.0})
    report = run()
    assert (of(report).state, report.complete) == (State.ABSENT, True)
    assert Store(tmp_path).projection(HEERLEN) is None


def test_a_service_that_hangs_costs_no_more_than_its_time_limit(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    for table in (INTERVALS, VALUES):
        standin.fault("slow", table=table, seconds=30)
    report = run(patience=Patience(attempts=1, wait_initial=0.01, read=1.5))
    assert of(report).state == State.FAILED
    assert came(report) == State.TAKEN
    assert report.seconds < 20


def test_only_the_projection_can_be_asked_for_again(run: Fetch, standin: StandIn, tmp_path: Path) -> None:
    for table in (INTERVALS, VALUES):
        standin.fault("error", table=table)
    run()
    standin.clear()
    report = run(years=[])
    assert (of(report).state, report.complete) == (State.TAKEN, True)


def test_undo_takes_the_projection_back_with_the_figures(run: Fetch, tmp_path: Path) -> None:
    run()
    store = Store(tmp_path)
    store.undo()
    assert store.projection(HEERLEN) is None
    assert not store.gemeenten()
