"""Zorgen & signalen as a coordinator meets it: recorded once, found again, changed by two at a time, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import Settings
from register.concerns import Concerns
from register.database import open_register
from register.roles import LOCAL, Actor, Role
from tests.pages.conftest import Open

SAMPLE = "GM9999"
COLLEAGUE = Actor("collega", Role.COORDINATOR)
THEME, TEXT, WIJK = f"zorg-theme-{SAMPLE}", f"zorg-text-{SAMPLE}", f"zorg-wijk-{SAMPLE}"
SAVE, NEXT, BACK = f"zorg-bewaar-{SAMPLE}", f"zorg-nog-{SAMPLE}", f"zorg-terug-{SAMPLE}"


def told(app: AppTest) -> str:
    assert not app.exception, app.exception
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.warning, *app.success, *app.info]
    return "\n".join(str(part.value) for part in parts)


def press(app: AppTest, begin: str) -> AppTest:
    return (
        app.button(key=next(str(one.key) for one in app.button if str(one.key).startswith(begin)))
        .click()
        .run()
    )


def opened(app: AppTest, *folds: str) -> AppTest:
    for fold in folds:
        app.session_state[fold] = True
    return app.run()


@pytest.fixture
def register(empty_register: str) -> Callable[..., Concerns]:
    """A register of its own beside the figures that all tests share."""

    def of(actor: Actor = LOCAL) -> Concerns:
        return Concerns(open_register(Settings(database_url=empty_register)), SAMPLE, actor)

    return of


def numbers(app: AppTest) -> list[int]:
    return [int(number) for number in app.dataframe[0].value["Nr."]]


def test_five_fields_are_enough_and_nothing_that_points_at_a_person_gets_in(
    open_page: Open, register: Callable[..., Concerns]
) -> None:
    app = open_page("zorgen", wijk="WK999907")
    before = len(register().frame())
    assert app.selectbox(key=WIJK).value == "WK999907", "the wijk of the bar is filled in"
    app = app.button(key=SAVE).click().run()
    assert "Vul nog in: ‘Thema’ en ‘Wat is er gehoord?’" in told(app)

    app.button_group(key=THEME).set_value("afval")
    app = app.text_area(key=TEXT).set_value("Afval bij de bakken, bel 06-12345678").run()
    assert "telefoonnummer" in told(app)
    app = app.button(key=SAVE).click().run()
    assert "kies eerst wat er gebeurt" in told(app)
    assert len(register().frame()) == before
    app = press(app, "weg-text")
    assert app.text_area(key=TEXT).value == "Afval bij de bakken, bel [weggehaald]"

    # What was typed survives another wijk in the bar and another page.
    app = app.selectbox(key="wijk").set_value("WK999901").run()
    assert app.selectbox(key=WIJK).value == "WK999901"
    app = app.switch_page("trends.py").run()
    app = app.switch_page("zorgen.py").run()
    assert app.text_area(key=TEXT).value == "Afval bij de bakken, bel [weggehaald]"

    app = app.button(key=SAVE).click().run()
    record = register().frame().iloc[-1]
    assert f"Vastgelegd als nr. {record['number']}" in told(app)
    assert (record["wijk"], record["theme"], record["heard"]) == (
        "WK999901",
        "afval",
        date.today().isoformat(),
    )

    # Taken back, what was typed is there again; recorded anew it is another record.
    app = app.button(key=BACK).click().run()
    assert len(register().frame()) == before
    assert app.text_area(key=TEXT).value == "Afval bij de bakken, bel [weggehaald]"
    app = app.button(key=SAVE).click().run()
    app = app.button(key=NEXT).click().run()
    assert app.text_area(key=TEXT).value == ""
    assert app.button_group(key=THEME).value == "afval", "an evening has one theme"
    assert len(register().frame()) == before + 1


def test_a_draft_that_was_recorded_before_the_connection_broke_is_known_again(
    open_page: Open, register: Callable[..., Concerns]
) -> None:
    open_page("zorgen")
    saved = register().add(
        {"theme": "afval", "text": "x", "wijk": "WK999901", "heard": "2025-05-01", "channel": "gesprek"},
        "sleutel1",
    )
    app = open_page("zorgen", invoer="sleutel1")
    assert f"Dit is vastgelegd als nr. {saved.numbers[0]}" in told(app)


def test_the_list_is_chosen_from_kept_by_name_and_sent_as_a_link(
    open_page: Open, register: Callable[..., Concerns]
) -> None:
    app = open_page("zorgen", deel="lijst")
    text = told(app)
    every = register().frame()
    assert "zorgen en signalen" in text
    assert "te laat" in str(app.dataframe[0].value["Terugkoppeling"].iloc[0]), "overdue first"

    # A link that somebody mailed.
    app = open_page("zorgen", deel="lijst", filter="thema.afval~status.nieuw.afgerond", wijk="WK999916")
    wanted = every[
        (every["theme"] == "afval")
        & every["status"].isin(["nieuw", "afgerond"])
        & (every["wijk"] == "WK999916")
    ]
    assert f"U ziet {len(wanted)} van de" in told(app)
    assert set(numbers(app)) <= set(wanted["number"])

    app = opened(app, "lijst-weergaven")
    app.text_input(key="weergave-nieuw").set_value("Afval in Parkwijk")
    app = press(app, "weergave-bewaar")
    app = press(app, "lijst-leeg")
    assert app.query_params["filter"] in ("alles", ["alles"])
    app = press(app, "weergave-open")
    assert app.query_params["filter"] in (
        "thema.afval~status.nieuw.afgerond",
        ["thema.afval~status.nieuw.afgerond"],
    )
    app = press(app, "weergave-begin")
    assert "alleen voor u" in told(app)
    fresh = open_page("zorgen", deel="lijst", wijk="WK999916")
    assert f"U ziet {len(wanted)} van de" in told(fresh), "one's own beginning"
    # The search text stays out of the address, where a name would end up in logs.
    app = app.text_input(key="lijst-zoek").set_value("glasbak").run()
    assert "glasbak" not in str(dict(app.query_params))


def test_many_are_changed_at_once_after_a_preview_and_taken_back_whole(
    open_page: Open, register: Callable[..., Concerns]
) -> None:
    app = open_page("zorgen", deel="lijst", filter="status.nieuw")
    concerns = register()
    before = concerns.frame().set_index("number")["status"]
    chosen = numbers(app)
    app = opened(app, "lijst-tegelijk")
    app = app.checkbox(key="tegelijk-alle").check().run()
    app = app.selectbox(key="tegelijk-status").set_value("in_behandeling").run()
    assert "wordt de status: In behandeling" in told(app)
    # A colleague is in between with one of them.
    row = concerns.get(chosen[0])
    register(COLLEAGUE).change(chosen[0], row["version"], {"status": "vervallen"})
    app = press(app, "tegelijk-doen")
    text = told(app)
    assert "kies bovenaan de lijst welke versie blijft" in text
    assert f"Nr. {chosen[0]}: ondertussen gewijzigd door collega" in text
    after = concerns.frame().set_index("number")["status"]
    assert after[chosen[0]] == "vervallen", "nothing is overwritten"
    assert len(chosen) > 2
    assert set(after[chosen[1:]]) == {"in_behandeling"}

    app = press(app, "terug-lijst")
    assert concerns.frame().set_index("number")["status"].drop(chosen[0]).equals(before.drop(chosen[0]))
    app = press(app, "botsing-mine")
    assert concerns.get(chosen[0])["status"] == "in_behandeling"


def test_one_concern_two_people_feedback_in_one_press_links_and_its_history(
    open_page: Open, register: Callable[..., Concerns], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page("zorgen")
    concerns = register()
    heard = (date.today() - timedelta(days=9)).isoformat()
    fields = {"theme": "verkeer", "wijk": "WK999903", "heard": heard, "channel": "gesprek"}
    number, other = concerns.add_many(
        [fields | {"text": "Te hard op de Kade"}, fields | {"text": "Ook te hard"}], ["een", "twee"]
    ).numbers
    app = open_page("zorgen", deel="lijst", nr=str(number))
    assert f"Nr. {number}: Verkeer en parkeren" in told(app)
    assert "nieuw, wacht 9\u00a0dagen" in told(app)

    # Something is typed; meanwhile a colleague changes the same, and something else.
    app = app.text_input(key=f"bewerk-{SAMPLE}-{number}-owner").set_value("Wijkteam Noord").run()
    register(COLLEAGUE).change(number, 1, {"owner": "Verkeer", "people": 4})
    app = app.run()
    assert "Ondertussen gewijzigd door collega" in told(app)
    app = press(app, "nr-opslaan")
    assert "Er is niets overschreven" in told(app)
    assert concerns.get(number)["owner"] == "Verkeer"
    app = press(app, "botsing-mine")
    assert (concerns.get(number)["owner"], concerns.get(number)["people"]) == ("Wijkteam Noord", 4)

    app = press(app, "nr-terugkoppeling")
    record = concerns.get(number)
    assert (record["status"], record["feedback_on"]) == ("terugkoppeling", date.today().isoformat())

    app = opened(app, f"nr-koppel-{number}")
    app = press(app, f"nr-koppel-{number}-{other}")
    assert concerns.linked(number) == (other,)

    app = opened(app, f"nr-geschiedenis-{number}")
    text = told(app)
    assert "De status van Nieuw naar Terugkoppeling gegeven." in text
    assert f"Gekoppeld aan nr. {other}." in text
    assert "Wie dit oppakt van Verkeer naar Wijkteam Noord." in text
    steps = [one for one in app.button if str(one.key).startswith("stap-")]
    app = app.button(key=str(steps[1].key)).click().run()
    assert concerns.get(number)["status"] == "nieuw", "the feedback is taken back, the link stays"
    assert concerns.linked(number) == (other,)

    # Somebody asks to be forgotten: only an administrator, only who is sure, and then everywhere.
    app = opened(app, f"nr-wis-{number}")
    assert app.button(key="nr-wis-nu").disabled
    app = press(app.checkbox(key=f"nr-wis-zeker-{number}").check().run(), "nr-wis-nu")
    assert f"De teksten van nr. {number} zijn gewist." in app.success[0].value
    assert (concerns.get(number)["text"], concerns.get(number)["status"]) == ("", "vervallen")
    assert "Te hard" not in str(concerns.history(number))
    monkeypatch.setattr("ui.registering.actor", lambda: COLLEAGUE)
    app = open_page("zorgen", deel="lijst", nr=str(other))
    assert "nr-wis" not in str([one.key for one in app.button])


def test_a_viewer_sees_no_form_no_list_and_no_text(
    open_page: Open, register: Callable[..., Concerns], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.registering.actor", lambda: Actor("raadslid", Role.VIEWER))
    app = open_page("zorgen", deel="lijst", nr="1")
    assert "hoort niet bij uw rol" in told(app)
    assert list(app.button_group(key="deel").options) == ["Beeld"]
    assert not app.text_area


def test_an_administrator_makes_the_list_of_themes_their_own(
    open_page: Open, register: Callable[..., Concerns]
) -> None:
    app = open_page("zorgen", deel="instellen")
    app = app.text_input(key="thema-nieuw").set_value("Water en hitte").run()
    app = press(app, "thema-voeg-toe")
    app = press(app, "thema-uit-jeugd")
    # What is typed last comes along with the click itself.
    app.text_input(key=f"thema-naam-{SAMPLE}-afval").set_value("Afval")
    app = press(app, "thema-opslaan")
    assert "De thema's zijn opgeslagen." in told(app)
    entry = open_page("zorgen")
    options = list(entry.button_group(key=THEME).options)
    assert options[0] == "Afval"
    assert "Water en hitte" in options
    assert "Jeugd en opgroeien" not in options
    listed = open_page("zorgen", deel="lijst", filter="thema.jeugd")
    assert set(listed.dataframe[0].value["Thema"]) == {"Jeugd en opgroeien"}, "a concern keeps its theme"
    app = press(app, "terug-instellen")
    assert "Jeugd en opgroeien" in list(open_page("zorgen").button_group(key=THEME).options)

    # What is past its term is told before anything is thrown away.
    app = open_page("zorgen", deel="instellen")
    next(one for one in app.number_input if "afgerond" in str(one.label)).set_value(1)
    app = press(app, "termijn-opslaan")
    assert "Er is nog niets gewist" in told(app)
    assert "Er is nu niets aan de beurt" in told(opened(app, "termijn-beurt"))


def test_where_nothing_was_heard_yet_there_are_three_ways_to_begin(
    open_page: Open, register: Callable[..., Concerns], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.registering.ensure_sample", lambda *_: None)
    text = told(open_page("zorgen", deel="lijst"))
    assert "nog geen zorg of signaal vastgelegd" in text
    assert "vijf velden, ook op een telefoon" in text
    assert "een bestand van Signalen, Fixi of uw eigen Excel" in text
