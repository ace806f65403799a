"""The page Wie horen we niet?: it answers, it teaches where nothing was heard, and what is filled in can be taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from data import sample
from data.settings import ROOT, Settings, load_settings
from data.store import Store
from register.database import open_register
from register.errors import RegisterError
from register.gatherings import Gatherings
from register.roles import LOCAL, Actor, Role
from ui.figures import figures
from ui.hearing_import import HEADINGS, read_gatherings, template
from ui.registering import Desk

Open = Callable[..., AppTest]


@pytest.fixture
def open_view(sample_folder: Path, empty_register: str, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a view on a register of its own; the address of this page is not the name of its file."""
    monkeypatch.setenv("WIJKRADAR_STORE", str(sample_folder))

    def open_(view: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "pages" / "_start.py"), default_timeout=60)
        for name, value in {"deel": view, **address}.items():
            app.query_params[name] = value
        app._page_hash = calc_hash("niet-gehoord")
        return app.run()

    return open_


def told(app: AppTest) -> str:
    assert not app.exception
    return "\n".join([*(each.value for each in app.markdown), *(each.value for each in app.caption)])


def rows_of_sample() -> pd.DataFrame:
    return Gatherings(open_register(load_settings()), sample.GEMEENTE, LOCAL).frame()


def test_it_opens_with_who_is_silent_and_every_view_says_what_it_found(open_view: Open) -> None:
    text = told(open_view("wijken"))
    assert "Uit 3 wijken horen we duidelijk minder" in text
    assert "Begin met luisteren in" in text
    assert "niet dat de huurders zwijgen" in text
    assert "via buurtantennes" in told(open_view("kanalen", stemmen="deelnemers", periode="24"))
    assert "mensen met een huurwoning" in told(open_view("groepen", waar="stil", kanaal="enquete"))


def test_where_nothing_was_heard_the_page_teaches_how_to_begin(
    open_view: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.registering.ensure_sample", lambda database: False)
    text = told(open_view("wijken"))
    assert "nog geen zorg of signaal vastgelegd" in text
    assert "Wie deed mee?" in text


def test_what_is_filled_in_is_kept_and_can_be_taken_back(
    open_view: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.registering.ensure_sample", lambda database: False)
    app = open_view("deelnemers", wijk="WK999906")
    app.number_input(key="deelnemers-nieuw-GM9999-participants").set_value(30)
    app.number_input(key="deelnemers-nieuw-GM9999-tenure-rent").set_value(20)
    next(button for button in app.button if button.label == "Opslaan").click().run()
    assert "Opgeslagen: 30" in app.success[0].value
    kept = rows_of_sample()
    assert kept[["wijk", "channel", "participants"]].to_numpy().tolist() == [["WK999906", "bijeenkomst", 30]]
    assert kept["shares"].iloc[0] == {"tenure": {"rent": 20}}
    next(button for button in app.button if button.label == "Ongedaan maken").click().run()
    assert rows_of_sample().empty


def test_more_of_a_group_than_there_were_participants_is_refused_and_nothing_typed_is_lost(
    open_view: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.registering.ensure_sample", lambda database: False)
    app = open_view("deelnemers", wijk="WK999906")
    app.number_input(key="deelnemers-nieuw-GM9999-participants").set_value(3)
    app.number_input(key="deelnemers-nieuw-GM9999-tenure-rent").set_value(20)
    next(button for button in app.button if button.label == "Opslaan").click().run()
    assert "meer dan het aantal deelnemers" in app.warning[0].value
    assert app.number_input(key="deelnemers-nieuw-GM9999-tenure-rent").value == 20
    assert rows_of_sample().empty


def test_a_record_can_be_changed_and_removed_and_a_viewer_is_offered_neither(
    open_view: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.registering.ensure_sample", lambda database: False)
    Gatherings(open_register(load_settings()), sample.GEMEENTE, LOCAL).add(
        {
            "wijk": "WK999906",
            "borders_year": 2025,
            "channel": "gesprek",
            "first_day": "2025-03-01",
            "participants": 8,
        }
    )
    app = open_view("deelnemers")
    box = next(box for box in app.selectbox if box.label == "Wijzig of verwijder er een")
    box.select(1).run()
    app.number_input(key="deelnemers-1-GM9999-1-participants").set_value(9)
    [button for button in app.button if button.label == "Opslaan"][1].click().run()
    assert "Gewijzigd" in app.success[0].value
    assert rows_of_sample()["participants"].tolist() == [9]
    next(button for button in app.button if button.label == "Verwijder dit").click().run()
    assert rows_of_sample().empty
    monkeypatch.setattr("ui.registering.actor", lambda: Actor("iemand", Role.VIEWER))
    app = open_view("deelnemers")
    assert "vult de coördinator in" in told(app)
    assert not [button for button in app.button if button.label == "Opslaan"]


# Files ----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(open_register(Settings(store=tmp_path)), sample.GEMEENTE, LOCAL)


def csv(*rows: dict[str, object]) -> bytes:
    return pd.DataFrame(list(rows), columns=list(HEADINGS)).to_csv(index=False, sep=";").encode()


ROW = {
    "wijk": "Rivierenbuurt",
    "kanaal": "Bijeenkomst",
    "eerste dag": "31-01-2025",
    "deelnemers": 40,
    "65 jaar en ouder": 12,
}


def test_the_file_to_fill_in_is_understood_as_it_comes(desk: Desk, sample_folder: Path) -> None:
    known = figures(Store(sample_folder), sample.GEMEENTE)
    content = template(known)
    assert pd.read_excel(io.BytesIO(content), sheet_name=0).columns.tolist() == list(HEADINGS)
    found = read_gatherings(content, "deelnemers.xlsx", known, desk.gatherings)
    assert not found.wrong
    assert found.rows[0]["shares"] == {"age": {"65+": 12}}


def test_every_row_that_is_wrong_is_told_and_the_same_file_twice_adds_nothing(
    empty_register: str, desk: Desk, sample_folder: Path
) -> None:
    known = figures(Store(sample_folder), sample.GEMEENTE)
    wrong = read_gatherings(
        csv(ROW, ROW | {"wijk": "Elders"}, ROW | {"deelnemers": "veel"}, ROW | {"eerste dag": "1 mei"}, ROW | {"65 jaar en ouder": 90},
            ROW | {"naam": "bij jan.jansen@voorbeeld.nl"}, ROW | {"eerste dag": f"31-12-{date.today().year + 1}"}),
        "deelnemers.csv", known, desk.gatherings,
    ).wrong  # fmt: skip
    assert [where for where, _ in wrong] == [f"regel {line}" for line in range(3, 9)]
    good = read_gatherings(
        csv(ROW, ROW, ROW | {"wijk": "WK999907"}), "deelnemers.csv", known, desk.gatherings
    )
    assert len(set(good.keys)) == 3
    for _ in range(2):
        desk.gatherings.add_many(list(good.rows), list(good.keys), checked=True)
    assert len(desk.gatherings.frame()) == 3


def test_a_file_of_another_form_is_refused(desk: Desk, sample_folder: Path) -> None:
    known = figures(Store(sample_folder), sample.GEMEENTE)
    with pytest.raises(RegisterError, match="ontbreekt de kolom wijk"):
        read_gatherings(b"naam;aantal\nx;3\n", "iets.csv", known, desk.gatherings)
