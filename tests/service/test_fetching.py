"""Fetching on good and on bad days: what the user is told, and that nothing that was there is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data import sample
from data.asking import Patience
from data.assemble import assemble
from data.catalogue import Catalogue
from data.cbs import CbsV3
from data.cbs_v4 import CbsV4
from data.errors import FetchRunning, UnknownGemeente
from data.fetch_report import FetchReport, Kind, Outcome, State, last_report
from data.fetching import AT_ONCE, Services, Step, fetch, is_running, only_run
from data.files import read_table
from data.pdok import Pdok
from data.store import Store
from tests.service.standin import StandIn

HEERLEN = "GM0917"
#: For a stand-in that answers too late: short enough to wait for, long enough for every other answer.
SHORT = Patience(attempts=2, wait_initial=0.01, read=1.0)
TODAY = date(2026, 11, 22)
YEARS = [2019, 2020]
TABLE = "84799NED"

Fetch = Callable[..., FetchReport]


@pytest.fixture
def standin(standin: StandIn) -> StandIn:
    """The sample under the code of a gemeente that exists."""
    standin.rename_regions({"GM9999": HEERLEN}, range(2013, 2027), {HEERLEN: "Heerlen"})
    return standin


@pytest.fixture
def run(standin: StandIn, tmp_path: Path, known: Catalogue, patience: Patience) -> Fetch:
    """Run the engine once, the way the page and the command line do."""

    def run_(
        gemeente: str = HEERLEN,
        address: str = standin.address,
        second: str = standin.address,
        patience: Patience = patience,
        **options: object,
    ) -> FetchReport:
        services = Services(
            CbsV3(address, patience), CbsV4(second, patience), Pdok(standin.address, patience)
        )
        options = {"years": YEARS, "today": TODAY} | options
        return fetch(Store(tmp_path), services, known, gemeente, **options)  # type: ignore[arg-type]

    return run_


def of(report: FetchReport, year: int = 2020) -> Outcome:
    """Return what became of the table of a year."""
    return next(o for o in report.outcomes if o.kind == Kind.TABLE and o.year == year)


def figures(folder: Path, gemeente: str = HEERLEN) -> pd.DataFrame:
    return Store(folder).panel(gemeente)


def values(folder: Path, indicator: str, year: int = 2020) -> int:
    panel = figures(folder)
    return int(panel.loc[(panel["indicator"] == indicator) & (panel["year"] == year), "value"].notna().sum())


# -- a good day --------------------------------------------------------------------------------------


def test_thirteen_years_with_borders_come_in_at_once(run: Fetch, standin: StandIn, tmp_path: Path) -> None:
    report = run(years=range(2013, 2026))
    assert report.complete, report.summary
    assert [o.year for o in report.having(State.TAKEN, kind=Kind.TABLE)] == list(range(2025, 2012, -1))
    assert standin.count("v3") + standin.count("v4") <= 60
    assert figures(tmp_path)["year"].nunique() == 13
    assert {"wijk", "buurt"} == {o.id for o in report.having(State.TAKEN, kind=Kind.BORDERS)}


def test_what_is_fetched_is_what_was_published(run: Fetch, tmp_path: Path, known: Catalogue) -> None:
    run(years=[2020])
    saved = assemble(read_table(sample.FOLDER / "odata_v3" / TABLE), known).panel
    columns = ["region", "indicator", "value", "status", "unit"]
    saved = saved.assign(region=saved["region"].str.replace("9999", "0917"))
    pd.testing.assert_frame_equal(
        figures(tmp_path)[columns].sort_values(columns[:2], ignore_index=True),
        saved[columns].sort_values(columns[:2], ignore_index=True),
    )


def test_not_more_than_a_few_requests_run_at_once(run: Fetch, standin: StandIn) -> None:
    standin.fault("slow", road="v3", seconds=0.05)
    run(years=range(2013, 2019))
    assert 1 < standin.most_at_once <= AT_ONCE


def test_every_table_says_where_it_came_from(run: Fetch, tmp_path: Path) -> None:
    run()
    for record in Store(tmp_path).manifest.tables:
        delivery = record.delivery(HEERLEN)
        assert (delivery.service, delivery.modified[:4]) == ("OData v3", "2025") or delivery.modified
        assert delivery.rows == record.regions == of(last_report(tmp_path, HEERLEN), record.year).regions  # type: ignore[arg-type]
        assert delivery.at
        assert len(record.checksum) == 64


def test_progress_is_told_from_beginning_to_end(run: Fetch) -> None:
    steps: list[Step] = []
    run(progress=steps.append)
    assert steps[-1].done == steps[-1].steps
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert any("cijfers van 2019" in step.what for step in steps)
    assert any("grenzen van wijken" in step.what for step in steps)
    assert any(step.seconds_left for step in steps)


def test_what_did_not_change_is_not_asked_again(run: Fetch, standin: StandIn) -> None:
    run()
    standin.forget()
    report = run()
    assert {o.state for o in report.outcomes if o.kind == Kind.TABLE} == {State.UNCHANGED}
    assert standin.count() == 1
    assert of(run()).regions == of(report).regions == 119
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    assert of(run()).state == State.TAKEN


def test_a_run_for_some_years_keeps_what_was_told_of_the_others(run: Fetch) -> None:
    run()
    assert [o.year for o in run(years=[2018]).outcomes if o.kind == Kind.TABLE] == [2020, 2019, 2018]


def test_a_merged_gemeente_brings_the_wijken_of_its_predecessors(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    standin.halve(
        HEERLEN, ("GM0398", "GM0416"), range(2013, 2022), {"GM0398": "Heerhugowaard", "GM0416": "Langedijk"}
    )
    standin.rename_regions({HEERLEN: "GM1980"}, range(2022, 2027), {"GM1980": "Dijk en Waard"})
    report = run("GM1980", years=[2021, 2022])
    assert report.complete, report.summary
    panel = figures(tmp_path, "GM1980")
    wijken = panel[panel["level"] == "wijk"].groupby("year")["region"].unique()
    assert {code[2:6] for code in wijken[2021]} == {"0398", "0416"}
    assert {code[2:6] for code in wijken[2022]} == {"1980"}
    assert Store(tmp_path).gemeenten() == {"GM1980": "Dijk en Waard"}
    assert Store(tmp_path).border_frame("GM1980", "wijk", 2021) is not None


def test_a_table_that_cbs_does_not_have_yet_is_no_fault(run: Fetch) -> None:
    outcome = of(run(years=[2026]), 2026)
    assert (outcome.state, outcome.reason) == (State.ABSENT, "CBS heeft deze tabel nog niet")


def test_an_unknown_gemeente_is_told_before_anything_is_asked(run: Fetch, standin: StandIn) -> None:
    with pytest.raises(UnknownGemeente):
        run("GM0002")
    assert standin.count() == 0


def test_one_year_alone_gets_no_borders_of_its_own(run: Fetch, standin: StandIn) -> None:
    run(years=range(2016, 2021))
    standin.forget()
    run(years=[2020], accept=[2020])
    assert standin.count("pdok") == 0


def test_a_night_that_brings_nothing_leaves_the_step_back_alone(run: Fetch, tmp_path: Path) -> None:
    run()
    Store(tmp_path).remember("het inlezen van bestanden")
    run(years=[2018])
    kept = Store(tmp_path).undo_point()
    run(years=[2018])
    assert kept is not None
    assert kept.what == "het ophalen van Heerlen"
    assert Store(tmp_path).undo_point() == kept


# -- stopping, and two at once -----------------------------------------------------------------------


def test_stopping_keeps_what_arrived_and_the_next_run_fetches_the_rest(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    stop = threading.Event()

    def stop_after_two(step: Step) -> None:
        if step.done >= 2:
            stop.set()

    years = range(2013, 2026)
    report = run(years=years, progress=stop_after_two, stop=stop)
    came = {o.year for o in report.having(State.TAKEN, kind=Kind.TABLE)}
    assert report.stopped
    assert 2 <= len(came) <= 2 + AT_ONCE
    assert set(figures(tmp_path)["year"]) == came
    standin.forget()
    again = run(years=years)
    assert again.complete, again.summary
    assert {o.year for o in again.having(State.UNCHANGED)} == came
    assert set(figures(tmp_path)["year"]) == set(years)


def test_two_runs_never_go_at_once(run: Fetch, standin: StandIn, tmp_path: Path) -> None:
    with only_run(tmp_path):
        assert is_running(tmp_path)
        with pytest.raises(FetchRunning, match="al cijfers opgehaald"):
            run()
    assert not is_running(tmp_path)
    assert standin.count() == 0


def _patience_for(fault: str) -> dict[str, object]:
    return {"patience": SHORT} if fault == "slow" else {}


# -- bad days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("reset", {}),
        ("error", {}),
        ("error", {"status": 503}),
        ("truncated", {"right_length": True}),
        ("truncated", {"right_length": False}),
        ("html", {}),
        ("slow", {"seconds": 1.5}),
    ],
)
def test_a_passing_fault_is_not_noticed(
    run: Fetch, standin: StandIn, fault: str, told: dict[str, object]
) -> None:
    standin.fault(fault, road="v3", table=TABLE, times=1, **told)
    report = run(years=[2020], **_patience_for(fault))
    assert (of(report).state, of(report).service, of(report).reason) == (State.TAKEN, "OData v3", "")


LASTING = [
    ("reset", {}, "geen verbinding"),
    ("slow", {"seconds": 3.0}, "geen antwoord binnen"),
    ("error", {}, "HTTP 500"),
    ("refused", {}, "HTTP 403"),
    ("truncated", {"right_length": True}, "onleesbaar of afgebroken"),
    ("truncated", {"right_length": False}, "afgebroken"),
    ("html", {}, "onleesbaar of afgebroken"),
    ("empty", {}, "leeg"),
    ("gone", {}, "bestaat daar niet"),
    ("short", {"missing": 7}, "onvolledig: 111 van de 118 gebieden"),
]


@pytest.mark.parametrize(("fault", "how", "told"), LASTING, ids=lambda part: str(part))
def test_where_v3_lets_down_the_same_figures_come_over_v4(
    run: Fetch, standin: StandIn, tmp_path: Path, fault: str, how: dict[str, object], told: str
) -> None:
    run(years=[2020])
    over_v3 = figures(tmp_path)
    Store(tmp_path).undo()
    standin.fault(fault, road="v3", table=TABLE, **how)
    outcome = of(run(years=[2020], **_patience_for(fault)))
    assert (outcome.state, outcome.service) == (State.TAKEN, "OData v4")
    assert told in outcome.reason
    pd.testing.assert_frame_equal(figures(tmp_path), over_v3)


@pytest.mark.parametrize(("fault", "how", "told"), LASTING, ids=lambda part: str(part))
def test_where_both_let_down_the_user_reads_why_and_keeps_what_was_there(
    run: Fetch, standin: StandIn, tmp_path: Path, fault: str, how: dict[str, object], told: str
) -> None:
    run(years=[2020])
    before = figures(tmp_path)
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    standin.fault(fault, table=TABLE, **how)
    report = run(years=[2020], **_patience_for(fault))
    outcome = of(report)
    assert outcome.state == State.FAILED
    assert not report.complete
    assert told in outcome.sentence
    assert outcome.sentence.startswith("2020, tabel 84799NED: mislukt")
    pd.testing.assert_frame_equal(figures(tmp_path), before)
    standin.clear()
    assert of(run(years=[2020])).state == State.TAKEN


def test_a_certificate_that_is_not_trusted_is_told_and_v4_helps(run: Fetch, tmp_path: Path) -> None:
    with StandIn(sample.FOLDER / "odata_v3", tls=True) as untrusted:
        outcome = of(run(years=[2020], address=untrusted.address))
    assert (outcome.state, outcome.service) == (State.TAKEN, "OData v4")
    assert "certificaat" in outcome.reason
    assert len(figures(tmp_path))


def test_where_no_certificate_is_trusted_the_user_reads_whom_to_ask(run: Fetch, tmp_path: Path) -> None:
    run(years=[2020])
    before = figures(tmp_path)
    with StandIn(sample.FOLDER / "odata_v3", tls=True) as untrusted:
        outcome = of(run(years=[2020], address=untrusted.address, second=untrusted.address))
    assert outcome.state == State.FAILED
    assert "vraag uw beheerder om REQUESTS_CA_BUNDLE" in outcome.sentence
    pd.testing.assert_frame_equal(figures(tmp_path), before)


def test_a_service_that_is_down_is_left_alone_after_a_few_tries(
    run: Fetch, standin: StandIn, patience: Patience
) -> None:
    standin.fault("reset", road="v3")
    report = run(years=range(2013, 2026))
    assert {o.service for o in report.having(State.TAKEN, kind=Kind.TABLE)} == {"OData v4"}
    assert standin.count("v3") == patience.attempts


def test_everything_down_is_told_quickly_and_nothing_is_lost(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    run()
    before = figures(tmp_path)
    standin.fault("reset")
    report = run(years=range(2013, 2026))
    assert len(report.having(State.FAILED, kind=Kind.TABLE)) == 13
    assert "geen verbinding" in of(report).sentence
    pd.testing.assert_frame_equal(figures(tmp_path), before)


def test_columns_in_another_order_under_other_numbers_give_the_same_panel(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    run(years=[2020])
    before = figures(tmp_path)
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    standin.fault("relaid", road="v3", table=TABLE)
    outcome = of(run(years=[2020]))
    assert (outcome.state, outcome.service) == (State.TAKEN, "OData v3")
    pd.testing.assert_frame_equal(figures(tmp_path), before)


def test_a_new_column_is_reported(run: Fetch, standin: StandIn) -> None:
    standin.fault("new_column", road="v3", table=TABLE, column="GelukPerInwoner")
    assert [key.split("_")[0] for key in of(run(years=[2020])).unknown] == ["GelukPerInwoner"]


def test_a_column_that_is_not_there_at_first_is_not_yet_published(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    standin.fault("dropped", table=TABLE, column="GemiddeldeWOZWaardeVanWoningen")
    assert of(run(years=[2020])).state == State.TAKEN
    panel = figures(tmp_path)
    assert set(panel.loc[panel["indicator"] == "woz", "status"]) == {"not_published"}
    assert values(tmp_path, "population") == 119


@pytest.mark.parametrize("fault", ["emptied", "dropped"])
def test_a_column_that_is_empty_in_v3_and_full_in_v4_comes_over_v4(
    run: Fetch, standin: StandIn, tmp_path: Path, fault: str
) -> None:
    standin.fault(fault, road="v3", table=TABLE, column="GemiddeldeWOZWaardeVanWoningen")
    outcome = of(run(years=[2020]))
    assert (outcome.state, outcome.service) == (State.TAKEN, "OData v4")
    assert "minder cijfers" in outcome.reason
    assert values(tmp_path, "woz") > 0


def test_an_emptied_column_does_not_take_the_old_figures_away(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    run()
    before = figures(tmp_path)
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    standin.fault("emptied", table=TABLE, column="GemiddeldeWOZWaardeVanWoningen", levels=("wijk", "buurt"))
    report = run()
    outcome = of(report)
    assert (outcome.state, outcome.emptied) == (State.HELD, ("Gemiddelde WOZ-waarde",))
    assert "de oude cijfers blijven staan" in outcome.sentence
    assert not report.complete
    pd.testing.assert_frame_equal(figures(tmp_path), before)


def test_fewer_regions_do_not_take_the_old_ones_away(
    run: Fetch, standin: StandIn, tmp_path: Path, known: Catalogue
) -> None:
    run()
    before = figures(tmp_path)
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    # One wijk has gone to another gemeente, in the lists too: complete in itself, less than before.
    standin.rename_regions({"WK091701": "GM0888"}, [2020])
    outcome = of(run())
    assert outcome.state == State.HELD
    assert outcome.lost_regions > 0
    assert f"{outcome.lost_regions} van de {outcome.stored_regions} gebieden ontbreken" in outcome.sentence
    pd.testing.assert_frame_equal(figures(tmp_path), before)


def test_what_was_held_back_stays_told_until_it_is_taken_over(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    run()
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    standin.fault("emptied", table=TABLE, column="GemiddeldeWOZWaardeVanWoningen")
    run()
    assert of(run(years=[2019])).state == State.HELD
    assert of(run(years=[2020], accept=[2020])).state == State.TAKEN
    assert values(tmp_path, "woz") == 0
    assert values(tmp_path, "woz", 2019) > 0


def test_what_was_held_back_comes_in_by_itself_once_cbs_has_repaired_it(run: Fetch, standin: StandIn) -> None:
    run()
    standin.modified[TABLE] = "2026-11-01T02:00:00"
    standin.fault("emptied", table=TABLE, column="GemiddeldeWOZWaardeVanWoningen")
    assert of(run()).state == State.HELD
    standin.clear()
    standin.modified[TABLE] = "2026-11-02T02:00:00"
    assert of(run()).state == State.TAKEN


def test_pdok_that_is_down_costs_the_borders_and_not_the_figures(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    standin.fault("reset", road="pdok")
    report = run()
    assert len(report.having(State.TAKEN, kind=Kind.TABLE)) == 2
    assert report.having(State.FAILED, kind=Kind.BORDERS)
    assert "geen verbinding" in report.having(State.FAILED, kind=Kind.BORDERS)[0].sentence
    assert len(figures(tmp_path))
    standin.clear()
    assert run().complete


def test_borders_of_a_year_that_pdok_does_not_have_are_taken_from_a_year_with_the_same_borders(
    run: Fetch, standin: StandIn, tmp_path: Path
) -> None:
    standin.border_years = [2020]
    standin.map_years = []
    run(years=[2019, 2020])
    assert Store(tmp_path).borders_years(HEERLEN, "wijk").keys() == {2020}
