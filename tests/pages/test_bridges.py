"""The part of "Gegevens ophalen" about new borders: what was redrawn, and converting with addresses or on area."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import sample
from data.store import Store
from tests.helpers.copies import copied
from tests.pages.conftest import Open

ADDRESSES = sample.FOLDER / "adressen"


@pytest.fixture
def store(sample_folder: Path, tmp_path: Path) -> Store:
    """Hold the sample in a store that may be written to."""
    return Store(copied(sample_folder, tmp_path / "store"))


@pytest.fixture
def open_fetching(open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    monkeypatch.setenv("WIJKRADAR_STORE", str(store.folder))
    return lambda: open_page("ophalen")


def text_of(app: AppTest) -> str:
    parts = [*app.header, *app.subheader, *app.markdown, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts).replace("\u00a0", " ").replace("\\", "")


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    box = next(box for box in app.file_uploader if box.label == "Twee bestanden met adressen")
    for name, content in files:
        box = box.upload(name, content)
    app = app.run()
    assert not app.exception
    return app


def of_year(year: int) -> tuple[str, bytes]:
    file = ADDRESSES / f"{year}-cbs-pc6huisnr{year}0801_buurt.zip"
    return file.name, file.read_bytes()


def test_the_page_says_in_which_years_borders_moved(open_fetching: Callable[[], AppTest]) -> None:
    told = text_of(open_fetching())
    assert "In Voorbeeldstad kregen wijken andere grenzen in 2018 en 2021" in told
    assert "Er is nog niets om cijfers van Voorbeeldstad mee om te rekenen." in told


def test_two_files_are_shown_first_then_convert_and_can_be_taken_away(
    open_fetching: Callable[[], AppTest], store: Store
) -> None:
    generation = store.generation
    app = upload(open_fetching(), of_year(2021))
    assert "Kies er ook een van een ander jaar bij." in text_of(app)
    app = upload(app, of_year(2021), of_year(2017))
    assert "welke adressen tussen 2017 en 2021 in een andere wijk of buurt kwamen" in text_of(app)
    assert Store(store.folder).generation == generation
    app = app.button(key="omrekenen-adressen").click().run()
    assert not app.exception
    told = text_of(app)
    assert "(98 %) ook in 2021" in told
    assert "Nu omgerekend in Voorbeeldstad: cijfers van 4 wijken" in told
    assert "/tmp" not in told
    (record,) = Store(store.folder).bridges("GM9999")
    app = app.button(key=f"weghalen-{record.file}").click().run()
    assert not app.exception
    assert Store(store.folder).bridges("GM9999") == ()
    app = app.button(key="ongedaan").click().run()
    assert Store(store.folder).bridges("GM9999") == (record,)


def test_a_file_that_is_something_else_is_told_with_where_to_get_the_right_one(
    open_fetching: Callable[[], AppTest], store: Store
) -> None:
    app = upload(
        open_fetching(), of_year(2017), ("gem2020.csv", b"Gem2020;Gemeentenaam2020\n363;Amsterdam\n")
    )
    told = text_of(app)
    assert "gem2020.csv is geen bestand met adressen van CBS" in told
    assert "zoek op cbs.nl" in told
    assert "/tmp" not in told
    assert "omrekenen-adressen" not in {button.key for button in app.button}


def test_area_needs_a_yes_to_a_warning(open_fetching: Callable[[], AppTest], store: Store) -> None:
    app = open_fetching().radio(key="omrekenen-waarmee").set_value("Op oppervlakte").run()
    assert "een park telt even zwaar als een flat" in text_of(app)
    assert app.button(key="omrekenen-oppervlakte").disabled
    app = app.checkbox(key="omrekenen-zeker").check().run()
    app = app.button(key="omrekenen-oppervlakte").click().run()
    assert not app.exception
    assert {record.origin for record in Store(store.folder).bridges("GM9999")} == {"area"}
    assert "veel onzekerder dan met adressen" in text_of(app)


def test_whoever_looks_around_tries_it_with_the_addresses_of_the_sample(
    open_fetching: Callable[[], AppTest], store: Store
) -> None:
    app = open_fetching().button(key="omrekenen-proberen").click().run()
    assert not app.exception
    assert "Nu omgerekend in Voorbeeldstad: cijfers van 4 wijken" in text_of(app)


def test_years_between_which_nothing_moved_are_told_before_anything_is_stored(
    open_fetching: Callable[[], AppTest],
) -> None:
    later = io.BytesIO()
    with zipfile.ZipFile(later, "w") as archive:
        archive.writestr("pc6hnr20230801_gwb.csv", "PC6;Huisnummer;Buurt2023\n0901AA;1;99990101\n")
    told = text_of(upload(open_fetching(), of_year(2021), ("later.zip", later.getvalue())))
    assert "in Voorbeeldstad veranderden tussen 2021 en 2023 geen grenzen" in told
    assert "een bestand van 2017 of eerder en een van 2021 of later" in told


def test_address_files_in_the_other_box_are_shown_the_way(open_fetching: Callable[[], AppTest]) -> None:
    app = open_fetching()
    box = next(box for box in app.file_uploader if box.label == "Bestanden van CBS of PDOK")
    app = box.upload(*of_year(2017)).run()
    assert "dit zijn adressen van 2017" in text_of(app)
