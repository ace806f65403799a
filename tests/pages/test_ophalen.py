"""The page "Gegevens ophalen": choosing, fetching in the background, what came, files, and going back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import sample
from data.cbs_table import known_tables
from data.errors import StoreError
from data.fetch_report import FetchReport, Kind, Outcome, State, keep
from data.store import Store
from tests.helpers.copies import copied
from tests.pages.conftest import Open
from tests.service.standin import StandIn
from ui import fetch_wording, fetching

START, END = "2026-11-22T09:00:00.000+00:00", "2026-11-22T09:00:34.000+00:00"
YEARS = [2024, 2025]


@pytest.fixture
def store(sample_folder: Path, tmp_path: Path) -> Store:
    """Hold the sample in a store that may be written to."""
    return Store(copied(sample_folder, tmp_path / "store"))


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The services, with the sample as if it were Heerlen."""
    with StandIn(sample.FOLDER / "odata_v3") as serving:
        serving.rename_regions({"GM9999": "GM0917"}, range(2013, 2027), {"GM0917": "Heerlen"})
        for name in ("CBS_URL", "CBS_V4_URL", "PDOK_URL"):
            monkeypatch.setenv(f"WIJKRADAR_{name}", serving.address)
        yield serving


@pytest.fixture
def open_fetching(open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    """Open the page on a store of its own."""
    monkeypatch.setenv("WIJKRADAR_STORE", str(store.folder))
    return lambda: open_page("ophalen")


def text_of(app: AppTest) -> str:
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts).replace("\u00a0", " ").replace("\\", "")


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def wait(app: AppTest, store: Store) -> AppTest:
    """Wait until the run in the background is over and show the page again, as the page itself would."""
    job = fetching.last_job(store)
    assert job
    assert job.wait(60)
    app = app.run()
    assert not app.exception
    return app


def choose(app: AppTest) -> AppTest:
    app = app.selectbox(key="ophalen-gemeente").set_value("GM0917").run()
    return app.select_slider(key="ophalen-jaren").set_range(*YEARS).run()


def leave_report(store: Store, *outcomes: Outcome) -> None:
    keep(store.folder, FetchReport("GM0917", "Heerlen", START, END, outcomes, touched=len(outcomes)))


def outcome(year: int, state: State, **more: object) -> Outcome:
    known = {"kind": Kind.TABLE, "year": year, "id": known_tables()[year], "state": state, "at": END}
    return Outcome(**{**known, **more})  # type: ignore[arg-type]


# -- choosing ----------------------------------------------------------------------------------------


def test_with_only_the_sample_the_page_says_what_to_do(open_fetching: Callable[[], AppTest]) -> None:
    app = open_fetching()
    assert not app.exception
    assert "Er zijn nog geen cijfers van een echte gemeente. Kies hieronder uw gemeente" in text_of(app)
    assert len(app.selectbox(key="ophalen-gemeente").options) == 342
    assert app.selectbox(key="ophalen-gemeente").value is None
    assert "Ophalen" not in labels(app)


def test_choosing_a_gemeente_says_what_will_happen_before_it_does(
    open_fetching: Callable[[], AppTest],
) -> None:
    app = open_fetching().selectbox(key="ophalen-gemeente").set_value("GM1980").run()
    told = text_of(app)
    assert "14 tabellen (2013 tot en met 2026)" in told
    assert "komen de wijken van Heerhugowaard en Langedijk mee" in told
    assert "Ophalen" in labels(app)


# -- fetching ----------------------------------------------------------------------------------------


def test_a_gemeente_is_fetched_in_the_background_and_then_chosen(
    open_fetching: Callable[[], AppTest], store: Store, standin: StandIn
) -> None:
    app = choose(open_fetching()).button(key="ophalen").click().run()
    app = wait(app, store)
    assert app.selectbox(key="gemeente").value == "GM0917"
    told = text_of(app)
    assert "de cijfers van 2 jaren kwamen binnen" in told
    assert "Wijkradar heeft de cijfers van Heerlen." in told
    assert "verzonnen" not in told
    assert sorted(record.year for record in Store(store.folder).tables("GM0917")) == YEARS


def test_while_a_run_is_on_every_page_says_so_and_nothing_else_starts(
    open_fetching: Callable[[], AppTest], open_page: Open, store: Store, standin: StandIn
) -> None:
    standin.fault("slow", road="v3", seconds=1.5)
    app = choose(open_fetching()).button(key="ophalen").click().run()
    job = fetching.running_job(store)
    assert job
    assert "Stoppen" in labels(app)
    assert "Ophalen" not in labels(app)
    assert fetching.running_job(store) is job
    assert "Heerlen wordt opgehaald" in text_of(open_page("trends"))
    # Somebody else who opens the page sees the same run, and may stop it.
    other = open_fetching()
    assert "Heerlen wordt opgehaald" in text_of(other)
    other.button(key="stoppen").click().run()
    assert job.stopping
    assert job.wait(30)


def test_a_fault_that_nobody_foresaw_is_told_kindly_and_nothing_hangs(
    open_fetching: Callable[[], AppTest],
    store: Store,
    standin: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def breaks(*_: object, **__: object) -> FetchReport:
        begun.wait(10)
        raise ZeroDivisionError

    begun = threading.Event()
    monkeypatch.setattr("data.fetching.fetch", breaks)
    app = choose(open_fetching()).button(key="ophalen").click().run()
    begun.set()
    app = wait(app, store)
    assert fetch_wording.UNEXPECTED in text_of(app)
    assert "ZeroDivisionError" in caplog.text
    assert "Ophalen" in labels(app)


def test_services_that_are_down_leave_what_there_was_and_say_what_to_do(
    open_fetching: Callable[[], AppTest], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A form of answer that is not tried again, so that the test does not wait.
    with StandIn(sample.FOLDER / "odata_v3") as serving:
        serving.fault("refused")
        for name in ("CBS_URL", "CBS_V4_URL", "PDOK_URL"):
            monkeypatch.setenv(f"WIJKRADAR_{name}", serving.address)
        app = wait(choose(open_fetching()).button(key="ophalen").click().run(), store)
    told = text_of(app)
    assert "Het ophalen van Heerlen is niet gelukt" in told
    assert "wat er stond, staat er nog" in told
    assert "2024 en 2025 opnieuw proberen" in labels(app)
    assert app.selectbox(key="gemeente").value == "GM9999"
    assert not app.error


def test_the_end_of_a_run_in_which_nothing_came_is_not_called_ready_on_other_pages(
    open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKRADAR_STORE", str(store.folder))
    job = fetching.Job("GM0917", "Heerlen")
    fetching._jobs().last[store.folder] = job
    app = open_page("gegevens")
    assert "Heerlen wordt opgehaald" in text_of(app)
    failed = FetchReport("GM0917", "Heerlen", START, END, (outcome(2024, State.FAILED),), touched=1)
    job.run(lambda *_: failed)
    assert "Het ophalen van Heerlen is niet gelukt." in text_of(app.run())


def test_a_click_just_after_somebody_elses_is_not_dropped_in_silence(
    open_fetching: Callable[[], AppTest], store: Store
) -> None:
    app = choose(open_fetching())
    fetching._jobs().last[store.folder] = job = fetching.Job("GM0935", "Maastricht")
    app = app.button(key="ophalen").click().run()
    assert fetching.last_job(store) is job
    assert "Wat u vroeg, is niet begonnen." in text_of(app)
    assert "Maastricht wordt opgehaald" in text_of(app)


def test_a_store_that_cannot_be_written_is_told_and_no_error(
    open_fetching: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> bool:
        raise StoreError("In deze map kan niet worden geschreven.")

    monkeypatch.setattr("ui.fetch_screen.is_running", closed)
    app = open_fetching()
    assert not app.exception
    assert "Er kan nu niets worden opgehaald. In deze map kan niet worden geschreven." in text_of(app)


# -- what came, next week ----------------------------------------------------------------------------


def test_what_was_held_back_waits_for_a_choice(open_fetching: Callable[[], AppTest], store: Store) -> None:
    leave_report(
        store,
        outcome(2025, State.TAKEN, service="OData v3", regions=120, filled=3924),
        outcome(2024, State.HELD, lost_regions=12, stored_regions=24, emptied=("Inwoners",)),
    )
    app = open_fetching()
    told = text_of(app)
    assert "2024 is tegengehouden en wacht op uw keuze" in told
    assert "12 van de 24 gebieden ontbreken" in told
    assert "De oude cijfers blijven staan" in told
    assert "Ja, neem 2024 over" in labels(app)
    shown = app.table[0].value
    assert list(shown["Uitkomst"]) == ["nieuw", "tegengehouden"]
    assert list(shown["Dienst"]) == ["CBS v3", ""]


def test_taking_over_what_was_held_back_asks_only_that_year(
    open_fetching: Callable[[], AppTest], store: Store, standin: StandIn
) -> None:
    leave_report(store, outcome(2024, State.HELD, emptied=("Inwoners",)))
    app = wait(open_fetching().button(key="overnemen-2024").click().run(), store)
    assert not [label for label in labels(app) if label.startswith("Ja, neem")]
    assert [record.year for record in Store(store.folder).tables("GM0917")] == [2024]


def test_what_failed_or_was_stopped_can_be_tried_again_alone(
    open_fetching: Callable[[], AppTest], store: Store, standin: StandIn
) -> None:
    leave_report(store, outcome(2025, State.TAKEN), outcome(2024, State.STOPPED), outcome(2023, State.FAILED))
    app = open_fetching()
    assert "2023 en 2024 opnieuw proberen" in labels(app)
    app = wait(app.button(key="opnieuw").click().run(), store)
    assert [record.year for record in Store(store.folder).tables("GM0917")] == [2023, 2024]
    assert "opnieuw" not in {button.key for button in app.button}


def test_new_columns_and_the_second_road_are_told(open_fetching: Callable[[], AppTest], store: Store) -> None:
    leave_report(
        store,
        outcome(2025, State.TAKEN, service="OData v3", unknown=("KlimaatScore_122",)),
        outcome(2021, State.TAKEN, service="OData v4", reason="OData v3: er is geen verbinding"),
    )
    told = text_of(open_fetching())
    assert "nieuwe kolommen die Wijkradar nog niet kent: KlimaatScore (2025)" in told
    assert "De cijfers van 2021 kwamen via de tweede dienst van CBS" in told


def test_a_run_can_be_taken_back_after_a_second_question(
    open_fetching: Callable[[], AppTest], store: Store, standin: StandIn
) -> None:
    app = wait(choose(open_fetching()).button(key="ophalen").click().run(), store)
    assert "GM0917" in Store(store.folder).gemeenten()
    app = app.button(key="ongedaan").click().run()
    assert not app.exception
    assert "Ongedaan gemaakt: het ophalen van Heerlen." in text_of(app)
    assert "GM0917" not in Store(store.folder).gemeenten()
    assert app.selectbox(key="gemeente").value == "GM9999"
    # Nobody asked for a gemeente that is not there; that it is gone is what the user wanted.
    assert not app.warning


def test_going_back_after_a_run_that_changed_nothing_says_that_the_figures_are_gone(
    open_fetching: Callable[[], AppTest], store: Store, standin: StandIn
) -> None:
    app = wait(choose(open_fetching()).button(key="ophalen").click().run(), store)
    app = wait(app.button(key="ophalen").click().run(), store)
    assert "waren al bijgewerkt" in text_of(app)
    told = text_of(app.button(key="ongedaan").click().run())
    assert "de cijfers van 2024 en 2025 staan er niet meer" in told
    assert "vraagt niets uw aandacht" not in told
    assert "duurde dat" not in told


# -- files -------------------------------------------------------------------------------------------


def test_a_file_is_shown_first_and_stored_only_on_request(
    open_fetching: Callable[[], AppTest], store: Store
) -> None:
    app = open_fetching()
    generation = store.generation
    kwb = (Path(__file__).parents[1] / "data" / "kwb-2018.xls").read_bytes()
    app.file_uploader[0].upload("kwb-2018.xls", kwb).upload("brief.txt", b"Beste collega").run()
    told = text_of(app)
    assert "1 onderdeel kan worden ingelezen, 1 onderdeel niet" in told
    assert list(app.table[0].value["Soort"]) == ["Excel van CBS (kwb)"]
    assert "brief.txt" in told
    assert "/tmp" not in told
    assert Store(store.folder).generation == generation
    app = app.button(key="opslaan").click().run()
    assert not app.exception
    assert "Opgeslagen: cijfers over 2018" in text_of(app)
    assert Store(store.folder).generation != generation
    app = app.button(key="ongedaan").click().run()
    assert "Ongedaan gemaakt: het inlezen van bestanden." in text_of(app)


def test_files_are_still_there_after_a_look_at_another_page(open_fetching: Callable[[], AppTest]) -> None:
    app = open_fetching()
    kwb = (Path(__file__).parents[1] / "data" / "kwb-2018.xls").read_bytes()
    app.file_uploader[0].upload("kwb-2018.xls", kwb).run()
    app = app.switch_page("gegevens.py").run().switch_page("ophalen.py").run()
    assert "Wat u eerder koos, staat nog klaar." in text_of(app)
    assert "opslaan" in {button.key for button in app.button}
    app = app.button(key="toch-niet").click().run()
    assert "opslaan" not in {button.key for button in app.button}
