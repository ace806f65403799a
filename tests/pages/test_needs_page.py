"""Wat is er nodig, as a coordinator meets it: what to expect, what happens if, and nothing that was typed gets lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.forecasting import track_record
from analysis.needs import NEEDS, UseChange
from data.settings import ROOT
from data.store import Store
from reports.needs_table import side_by_side
from tests.helpers.copies import copied
from ui import needs_figures
from ui.figures import figures

# One worker studies the store of these tests.
pytestmark = pytest.mark.xdist_group("nodig")

WIJK, OTHER, NEW = "WK999906", "WK999907", "WK999924"
GEMEENTE = "GM9999"
OpenNeeds = Callable[..., AppTest]


@pytest.fixture(scope="module")
def store_folder(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store of these tests, since scenarios are kept in it; one for all, so that it is studied once."""
    return copied(sample_folder, tmp_path_factory.mktemp("nodig") / "store")


@pytest.fixture
def folder(store_folder: Path) -> Path:
    """Return the store without any scenario."""
    shutil.rmtree(store_folder / "scenarios", ignore_errors=True)
    return store_folder


@pytest.fixture
def open_needs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> OpenNeeds:
    """Open the view in a session of its own."""
    monkeypatch.setenv("WIJKRADAR_STORE", str(folder))

    def open_(**address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "pages" / "_start.py"), default_timeout=60)
        for name, value in ({"deel": "nodig", "wijk": WIJK, "behoefte": "older"} | address).items():
            app.query_params[name] = value
        app.switch_page("prognose.py")
        return app.run()

    return open_


def told(app: AppTest) -> list[str]:
    assert not app.exception
    parts = [*app.markdown, *app.caption, *app.warning, *app.success]
    return [str(part.value).replace("\\", "").replace("\u00a0", " ") for part in parts]


def sentence(app: AppTest, *words: str) -> str:
    """Return the one text on the page with all these words."""
    found = [text for text in told(app) if all(word in text for word in words)]
    assert found, f"nothing says {words} in {told(app)}"
    return found[0]


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=f"{key}-{GEMEENTE}").click().run()


def name_it(app: AppTest, name: str) -> AppTest:
    box = next(box for box in app.text_input if box.label == "Naam van het scenario")
    return box.set_value(name).run()


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def charts(app: AppTest) -> dict[str, str]:
    """Return the text alternative of every picture by its title."""
    found = {}
    for part in app.get("vega_lite_chart"):
        spec: dict[str, Any] = json.loads(part.proto.spec)
        found[str(spec["usermeta"]["title"])] = str(spec.get("description", ""))
    return found


def build(app: AppTest, name: str, example: int) -> AppTest:
    """Begin with one of the three examples and keep it under a name."""
    app = name_it(press(app, f"voorbeeld-{example}"), name)
    return press(app, "scenario-bewaar")


# What to expect -----------------------------------------------------------------------------------


def test_the_page_opens_with_the_number_its_band_and_that_of_now(open_needs: OpenNeeds) -> None:
    app = open_needs()
    assert app.title[0].value == "Wat is er nodig in Rivierenbuurt?"
    first = sentence(app, "Rond 2030 naar verwachting", "inwoners van 65 jaar of ouder in Rivierenbuurt")
    assert "in 8 van de 10 gevallen tussen" in first
    assert "in 2025" in sentence(app, "Dat is waarschijnlijk meer dan")
    assert "in 8 van de 10 gevallen" in sentence(app, "Per 1\u202f000 inwoners")
    assert not any("scenario" in title.casefold() for title in charts(app))


def test_needs_of_every_kind_and_both_units_give_a_picture_and_never_an_empty_number(
    open_needs: OpenNeeds,
) -> None:
    app = open_needs()
    for need in ("wmo", "youth_care", "older", "school", "dwellings"):
        app = app.selectbox(key="behoefte").set_value(need).run()
        assert app.get("vega_lite_chart"), need
        assert not any("nan" in text.casefold().split() for text in told(app)), need
    app.session_state["tonen"] = "promille"
    for need in ("wmo", "older"):
        app = app.selectbox(key="behoefte").set_value(need).run()
        assert app.get("vega_lite_chart"), need
        assert not any("nan" in text.casefold().split() for text in told(app)), need


def test_wijken_are_ranked_only_where_the_change_is_sure(open_needs: OpenNeeds) -> None:
    app = open_needs()
    assert "waarschijnlijk hoger dan nu" in sentence(app, "Rond 2030", "van de", "wijken")
    app.session_state["behoefte-wijken-tabel"] = True
    table = app.run().dataframe[-1].value
    assert table.index[0] != "Rivierenbuurt"
    assert {"stijgt", "te onzeker"} <= {str(text).partition(":")[0] for text in table.iloc[:, -1]}


def test_a_wijk_with_too_few_years_says_why_and_offers_no_scenario_of_it(open_needs: OpenNeeds) -> None:
    app = open_needs(wijk=NEW)
    assert sentence(app, "Niet te voorspellen: het aantal inwoners van 65 jaar of ouder")
    app = press(app, "voorbeeld-1")
    assert sentence(app, "geen verwachting, en dus ook geen verschil met een scenario")


def test_beside_the_number_stands_how_often_it_was_right(open_needs: OpenNeeds) -> None:
    app = open_needs()
    assert sentence(app, "In alle wijken zaten eerdere verwachtingen er gemiddeld", "na 1 jaar", "naast")
    assert sentence(app, "De band klopte", "bedoeld was 80", "eerdere banden")
    assert sentence(app, "dan zeggen dat er niets verandert")
    assert sentence(app, "Of het 5 jaar vooruit echt 8 van de 10 gevallen zijn, is nog niet na te gaan")
    app = app.selectbox(key="wijk").set_value("alle").run()
    assert sentence(app, "In Voorbeeldstad zaten eerdere verwachtingen er gemiddeld")


def test_a_need_whose_bands_were_right_too_seldom_gets_no_new_one(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    basis = needs_figures.Basis(figures(sample_store, GEMEENTE))
    said = needs_figures.earlier_of(basis, "older")
    missed = said.assign(value=said["upper_80"].fillna(said["value"]) + 1)
    monkeypatch.setattr(
        needs_figures, "record_beside", lambda *_: (track_record(missed, by=("need",)), False)
    )
    found = needs_figures.prospect_of.__wrapped__(basis, "older", WIJK)
    assert found.reason == "missed"
    assert found.outlook.empty


def test_how_many_ages_are_at_school_can_be_moved(open_needs: OpenNeeds, sample_store: Store) -> None:
    app = open_needs(behoefte="school")
    eight = next(iter(charts(app).values()))
    app = app.number_input(key="basisschooljaren").set_value(9).run()
    assert sentence(app, "tellen er 9 mee")
    assert next(iter(charts(app).values())) != eight
    known = figures(sample_store, GEMEENTE)
    usual, moved = (
        needs_figures.prospect_of(needs_figures.Basis(known, school=ages), "school", WIJK).outlook["mean"]
        for ages in (None, 9)
    )
    assert moved.to_numpy() == pytest.approx(usual.to_numpy() * 9 / 8)


# A scenario is built ------------------------------------------------------------------------------


def test_an_example_shows_its_difference_at_once_apart_from_the_forecast(open_needs: OpenNeeds) -> None:
    app = open_needs()
    before = charts(app)
    app = press(app, "voorbeeld-0")
    assert "meer dan we verwachten" in sentence(app, "In uw scenario zijn er in Rivierenbuurt rond 2030")
    assert sentence(app, "Dit is een scenario: wat er gebeurt áls")
    assert sentence(app, "1 januari van het jaar na de oplevering")
    after = charts(app)
    assert set(before) < set(after), "what is expected stays as it was, the scenario has a picture of its own"
    new = next(title for title in after if title not in before)
    assert new.startswith("Uw scenario")


@pytest.mark.parametrize("need", ["wmo", "older"])
def test_every_example_makes_a_difference_before_the_band_ends(open_needs: OpenNeeds, need: str) -> None:
    app = open_needs(behoefte=need)
    places = [button.key for button in app.button if str(button.key).startswith("voorbeeld-")]
    assert len(places) >= 2
    for key in places:
        app = app.button(key=key).click().run()
        assert "dan we verwachten" in sentence(app, "In uw scenario zijn er in Rivierenbuurt")
        app = press(app, "haal-0")


def test_less_use_makes_less_and_the_gemeente_feels_what_happens_in_one_wijk(open_needs: OpenNeeds) -> None:
    app = press(open_needs(), "voorbeeld-1")
    assert "minder dan we verwachten" in sentence(app, "In uw scenario")
    app = app.selectbox(key="wijk").set_value("alle").run()
    assert "minder dan we verwachten" in sentence(app, "In uw scenario zijn er in Voorbeeldstad")
    app = app.selectbox(key="wijk").set_value(OTHER).run()
    assert sentence(app, "In uw scenario verandert er rond 2030 niets", "Componistenkwartier")


def test_the_form_adds_what_its_boxes_say_and_refuses_the_same_twice(open_needs: OpenNeeds) -> None:
    app = open_needs()
    app = app.number_input(key=f"aanname-gebruik-procent-{GEMEENTE}").set_value(25.0).run()
    app = press(app, "aanname-toevoegen")
    assert sentence(app, "1. Vanaf 2027: 25 % minder inwoners van 65 jaar of ouder", "in heel Voorbeeldstad")
    app = press(app, "aanname-toevoegen")
    assert sentence(app, "Deze aanname staat er al in")
    app.number_input(key=f"aanname-gebruik-procent-{GEMEENTE}").set_value(0.0)
    app = press(app, "aanname-toevoegen")
    assert sentence(app, "met 0 verandert er niets")
    assert sum(text.startswith(("1. ", "2. ")) for text in told(app)) == 1


def test_removing_is_undone_step_by_step(open_needs: OpenNeeds) -> None:
    app = press(press(open_needs(), "voorbeeld-0"), "haal-0")
    assert sentence(app, "Er staan nog geen aannames in")
    app = press(app, "scenario-terug")
    assert sentence(app, "1. 200 nieuwe woningen in Rivierenbuurt")
    app = press(app, "scenario-terug")
    assert sentence(app, "Er staan nog geen aannames in")
    assert not any("Ongedaan maken" in label for label in buttons(app))


def test_what_is_typed_survives_another_wijk_another_need_and_another_page(open_needs: OpenNeeds) -> None:
    app = name_it(press(open_needs(), "voorbeeld-0"), "Nieuwbouw")
    app = app.number_input(key=f"aanname-gebruik-procent-{GEMEENTE}").set_value(35.0).run()
    app = app.selectbox(key="wijk").set_value(OTHER).run()
    app = app.selectbox(key="behoefte").set_value("school").run()
    app.switch_page("trends.py")
    app = app.run()
    app.switch_page("prognose.py")
    app.query_params["deel"] = "nodig"
    app = app.run()
    assert sentence(app, "1. 200 nieuwe woningen in Rivierenbuurt")
    assert next(box for box in app.text_input if box.label == "Naam van het scenario").value == "Nieuwbouw"
    assert app.number_input(key=f"aanname-gebruik-procent-{GEMEENTE}").value == 35.0


def test_a_scenario_that_begins_after_the_last_band_says_so(open_needs: OpenNeeds) -> None:
    app = open_needs(behoefte="wmo")
    app.selectbox(key=f"aanname-gebruik-vanaf-{GEMEENTE}").set_value(2034)
    app = press(app, "aanname-toevoegen")
    assert sentence(app, "verandert er pas iets in 2034", "Verder dan")


# A scenario is kept -------------------------------------------------------------------------------


def test_a_kept_scenario_is_opened_again_in_another_session(open_needs: OpenNeeds) -> None:
    app = build(open_needs(), "Nieuwbouw", 0)
    assert sentence(app, "Bewaard: ‘Nieuwbouw’")
    difference = sentence(app, "In scenario ‘Nieuwbouw’")
    other = open_needs()
    box = next(box for box in other.selectbox if box.label == "Open een scenario")
    other = box.set_value("Nieuwbouw").run()
    assert sentence(other, "1. 200 nieuwe woningen in Rivierenbuurt")
    assert sentence(other, "In scenario ‘Nieuwbouw’") == difference


def test_up_to_three_scenarios_stand_beside_each_other(open_needs: OpenNeeds) -> None:
    app = build(open_needs(), "Nieuwbouw", 0)
    app = build(open_needs(), "Minder gebruik", 1)
    app.multiselect(key=f"scenario-naast-{GEMEENTE}").set_value(["Nieuwbouw"])
    app.session_state["scenario-tabel"] = True
    app = app.run()
    assert "meer dan we verwachten" in sentence(app, "In scenario ‘Nieuwbouw’")
    assert "minder dan we verwachten" in sentence(app, "In scenario ‘Minder gebruik’")
    headings = [list(frame.value.columns) for frame in app.dataframe]
    side_by_side = next(columns for columns in headings if "Verwachting" in columns)
    assert {"Scenario: Nieuwbouw", "Verschil: Minder gebruik"} <= set(side_by_side)
    description = next(text for title, text in charts(app).items() if "2 scenario's" in title)
    assert "Nieuwbouw" in description
    assert "Minder gebruik" in description


def test_renaming_copying_and_deleting_can_be_taken_back(open_needs: OpenNeeds) -> None:
    app = build(open_needs(), "Nieuwbouw", 0)
    app = press(name_it(app, "Nieuwbouw 2026"), "scenario-hernoem")
    assert sentence(app, "‘Nieuwbouw’ heet nu ‘Nieuwbouw 2026’")
    app = press(app, "scenario-kopie")
    assert sentence(app, "U werkt nu in de kopie ‘Nieuwbouw 2026 (kopie)’")
    app = press(app, "scenario-verwijder")
    assert sentence(app, "is verwijderd")
    assert sentence(app, "1. 200 nieuwe woningen"), "what was in it stays on the desk"
    app = press(app, "bewaard-terug")
    assert sentence(app, "Ongedaan gemaakt: het verwijderen van ‘Nieuwbouw 2026 (kopie)’")
    options = next(box for box in app.selectbox if box.label == "Open een scenario").options
    assert options[1:] == ["Nieuwbouw 2026", "Nieuwbouw 2026 (kopie)"]


def test_a_name_that_is_taken_is_told_and_nothing_is_lost(open_needs: OpenNeeds) -> None:
    build(open_needs(), "Nieuwbouw", 0)
    app = build(open_needs(), "NIEUWBOUW", 1)
    assert sentence(app, "Er is al een scenario")
    assert sentence(app, "1. Vanaf 2027: 10 % minder")


def test_after_keeping_one_a_new_one_can_be_begun_each_time(open_needs: OpenNeeds) -> None:
    app = open_needs()
    for number in (0, 1, 2):
        app = build(app, f"Plan {number}", number)
        box = next(box for box in app.selectbox if box.label == "Open een scenario")
        assert box.value == f"Plan {number}"
        app = box.set_value("een nieuw scenario").run()
        assert sentence(app, "Er staan nog geen aannames in")


def test_what_a_colleague_changed_is_not_offered_to_be_taken_back(open_needs: OpenNeeds) -> None:
    mine = build(open_needs(), "Nieuwbouw", 0)
    assert any(label.startswith("Ongedaan maken: het bewaren") for label in buttons(mine))
    assert not any(label.startswith("Ongedaan maken") for label in buttons(open_needs()))


def test_what_a_colleague_kept_meanwhile_is_not_written_over(open_needs: OpenNeeds) -> None:
    mine = build(open_needs(), "Plan", 0)
    theirs = open_needs()
    theirs = next(b for b in theirs.selectbox if b.label == "Open een scenario").set_value("Plan").run()
    theirs = press(press(theirs, "aanname-toevoegen"), "scenario-bewaar")
    assert sentence(theirs, "Bewaard: ‘Plan’")
    mine = press(press(mine, "haal-0"), "voorbeeld-1")
    mine = press(mine, "scenario-bewaar")
    assert sentence(mine, "Iemand anders heeft ‘Plan’ intussen gewijzigd", "Er is niets bewaard")
    assert sentence(mine, "1. Vanaf 2027: 10 % minder"), "what was on the desk is still there"
    mine = press(name_it(mine, "Mijn plan"), "scenario-apart")
    assert sentence(mine, "Bewaard: ‘Mijn plan’")
    options = next(box for box in mine.selectbox if box.label == "Open een scenario").options
    assert options[1:] == ["Mijn plan", "Plan"]


def test_a_damaged_file_is_told_and_the_page_goes_on(open_needs: OpenNeeds, folder: Path) -> None:
    file = folder / "scenarios" / f"{GEMEENTE}.json"
    file.parent.mkdir()
    file.write_text("{ kapot")
    app = open_needs()
    assert sentence(app, "niet te lezen")
    assert sentence(app, "Rond 2030 naar verwachting")


# What stands behind it ----------------------------------------------------------------------------


def test_earlier_numbers_are_those_of_cbs_and_stay_empty_where_they_are_secret(sample_store: Store) -> None:
    known = figures(sample_store, GEMEENTE)
    for need in needs_figures.BY_ID.values():
        if need.count is None:
            continue
        for region in known.regions:
            shown = needs_figures.counted(needs_figures.Basis(known), need.id, region).set_index("year")[
                "value"
            ]
            given = known.of(need.count, region).set_index("year")["value"]
            assert shown.dropna().equals(given.dropna().sort_index().astype(shown.dtype)), (need.id, region)


def test_the_workbook_of_all_wijken_holds_no_year_that_the_screen_does_not_tell(sample_store: Store) -> None:
    basis = needs_figures.Basis(figures(sample_store, GEMEENTE))
    rows = needs_figures.told_rows(basis, (UseChange("older", -10.0, 2027),))
    ahead = rows[rows["horizon"] > 0]
    assert ahead["people_lower_80"].notna().all()
    last = ahead[(ahead["region"] == WIJK) & (ahead["need"] == "wmo")]["year"].max()
    assert last == needs_figures.prospect_of(basis, "wmo", WIJK).outlook["year"].max()
    table = side_by_side(needs_figures.told_rows(basis), {"Minder": rows}, NEEDS, {WIJK: "Rivierenbuurt"})
    older = table[
        (table["code"] == WIJK) & table["wat er nodig is"].str.contains("65") & (table["jaar"] == 2030)
    ]
    assert older["scenario Minder: verschil met verwachting"].item() < 0
