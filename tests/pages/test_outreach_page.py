"""Outreach as a coordinator meets it: where first and why, a visit planned, ticked off and taken back, files to take along."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data import sample
from data.settings import load_settings
from register.database import open_register
from register.roles import LOCAL, Actor, Role
from register.visits import Visits
from reports.week_sheet import Stop, WeekSheet, week_book, week_page
from tests.pages.conftest import Open
from ui import registering

TRUTHS = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["concerns"]


@pytest.fixture
def own(open_page: Open, own_register: str, monkeypatch: pytest.MonkeyPatch) -> Open:
    """A register of its own, and no forecasts to wait for."""
    for name in ("wait_for_study", "studied"):
        monkeypatch.setattr(f"ui.outreach.{name}", lambda _: None)
    monkeypatch.setattr("ui.outreach.st.rerun", lambda: None)
    return open_page


def told(app: AppTest) -> str:
    return "\n".join(
        str(part.value) for part in [*app.markdown, *app.caption, *app.warning, *app.success, *app.subheader]
    )


def visits() -> Visits:
    return Visits(open_register(load_settings()), sample.GEMEENTE, LOCAL)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return app.run()


def test_a_visit_is_planned_from_its_reason_ticked_off_and_taken_back(own: Open) -> None:
    app = own("outreach")
    assert not app.exception
    text = told(app)
    assert "Begin in " in text
    assert "ongeveer gelijk" in text
    wijk = sorted(TRUTHS["under_heard"]["regions"])[0]
    press(app, f"outreach-plan-{wijk}")
    prefix = f"bezoek-{sample.GEMEENTE}-"
    assert app.text_area(key=f"{prefix}aim").value
    app.text_input(key=f"{prefix}who").set_value("Wijkteam Noord, bel 06-12345678").run()
    assert "Dit lijkt op een gegeven van een persoon" in told(app)
    assert app.button(key=f"{prefix}bewaar").disabled
    press(app, next(button.key for button in app.button if str(button.key).startswith("weg-")))
    app.date_input(key=f"{prefix}day").set_value(date.today())
    press(app, f"{prefix}bewaar")
    assert not app.exception
    assert "Opgeslagen. Het bezoek staat in de agenda." in told(app)
    row = visits().frame().iloc[-1]
    assert (row["wijk"], row["day"], row["status"]) == (wijk, date.today().isoformat(), "gepland")
    assert "06-" not in row["who"]

    app.query_params["deel"] = "agenda"
    app.session_state["agenda-mee"] = True
    app.session_state["agenda-eerder"] = True
    app.session_state["agenda-lang"] = True
    app.run()
    assert not app.exception
    assert len(app.get("download_button")) == 4
    nr = int(row["number"])
    press(app, f"gedaan-{nr}")
    app.text_area(key=f"{prefix}outcome").set_value("Bewoners willen een inloop, mail a@voorbeeld.nl")
    press(app, f"{prefix}bewaar")
    assert "Er is nog niets opgeslagen" in told(app)
    app.text_area(key=f"{prefix}outcome").set_value("Bewoners willen een inloop").run()
    press(app, f"{prefix}bewaar")
    assert "Het bezoek is afgevinkt" in told(app)
    assert "Wat kwam ervan: Bewoners willen een inloop" in told(app)
    press(app, next(button.key for button in app.button if str(button.key).startswith("terug-agenda-")))
    assert visits().get(nr)["status"] == "gepland"


def test_what_two_people_change_at_once_is_shown_and_both_are_kept(own: Open) -> None:
    app = own("outreach", deel="agenda")
    coming = visits().frame()
    nr = int(coming.loc[coming["status"] == "gepland", "number"].iloc[0])
    press(app, f"wijzig-{nr}")
    visits().change(nr, 1, {"aim": "Wat een collega schreef"})
    prefix = f"bezoek-{sample.GEMEENTE}-"
    app.text_area(key=f"{prefix}aim").set_value("Wat ik schreef")
    press(app, f"{prefix}bewaar")
    assert not app.exception
    assert "Twee mensen veranderden tegelijk" in told(app)
    waiting = visits().conflicts()
    assert visits().get(nr)["aim"] == "Wat een collega schreef"
    press(app, f"kies-mine-{int(waiting['id'].iloc[0])}")
    assert visits().get(nr)["aim"] == "Wat ik schreef"


def test_weights_are_kept_for_the_gemeente_and_change_the_order(own: Open) -> None:
    app = own("outreach")
    app.session_state["outreach-gewichten"] = True
    app.run()
    for part in ("score", "trend", "forecast", "concerns"):
        app.slider(key=f"outreach-gewicht-{part}-{sample.GEMEENTE}").set_value(0)
    app.run()
    assert "op een andere plaats" in told(app)
    assert "stilte 100" in told(app)
    press(app, "outreach-gewicht-bewaar")
    assert "Iedereen in deze gemeente ziet nu deze volgorde" in told(app)
    again = own("outreach")
    again.session_state["outreach-gewichten"] = True
    assert again.run().slider(key=f"outreach-gewicht-score-{sample.GEMEENTE}").value == 0


def test_a_reader_sees_the_order_and_no_plan(own: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = own("outreach")
    aim = str(visits().frame()["aim"].iloc[0])
    monkeypatch.setattr(registering, "actor", lambda: Actor("lezer", Role.VIEWER))
    app.run()
    assert not app.exception
    assert "Begin in " in told(app)
    assert not [button for button in app.button if str(button.key).startswith("outreach-plan-")]
    app.query_params["deel"] = "agenda"
    app.run()
    assert not app.exception
    assert "ziet u als coördinator" in told(app)
    assert aim not in told(app)


@pytest.fixture
def sheet() -> Callable[..., WeekSheet]:
    monday = date(2026, 11, 23)

    def make(**other: Any) -> WeekSheet:
        usual = {"wijk": "Rivierenbuurt", "kind": "bezoek", "when": "14.30 uur", "aim": "Horen wat er speelt"}
        stop = Stop(day=monday + timedelta(days=1), **(usual | other))
        days = tuple(f"dag {n}" for n in range(7))
        return WeekSheet(
            "Voorbeeldstad", monday, "23 tot en met 29 november 2026", (stop,), days, "Bron: CBS."
        )

    return make


def test_the_week_sheet_needs_nothing_else_and_runs_nothing(sheet: Callable[..., WeekSheet]) -> None:
    text = week_page(sheet(aim="<script>alert(1)</script>", partners='"=A1"')).decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in text.replace("http-equiv", "")
    assert text.count("<section") == 1
    assert 'lang="nl"' in text
    assert week_book(sheet(aim="=2+2"))[:2] == b"PK"
