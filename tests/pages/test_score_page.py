"""The Aandachtsscore as a visitor meets it: a sentence, every choice in sight, sets that are kept, links that open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from register.weight_sets import WeightSets
from tests.helpers.copies import copied
from tests.pages.conftest import Open
from ui import map_score_shelf

SAMPLE = "GM9999"
OWN = "minmax.arithmetic.winsorise.own~vacancy~edu_low_share~benefit_bijstand_share*2~social_minimum~@wonen*3"


def told(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption, *app.warning, *app.success])


def address(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def opened(app: AppTest, *folds: str) -> AppTest:
    for fold in folds:
        app.session_state[fold] = True
    return app.run()


@pytest.fixture
def own_store(open_page: Open, sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own, since sets are kept beside the figures."""
    folder = tmp_path / "store"
    copied(sample_folder, folder)
    monkeypatch.setenv("WIJKRADAR_STORE", str(folder))
    return folder


def test_it_says_who_comes_first_how_sure_that_is_and_what_it_is_not(open_page: Open) -> None:
    app = open_page("kaart", deel="score")
    assert not app.exception
    text = told(app)
    assert (
        "Componistenkwartier heeft de hoogste aandachtsscore; ook bij andere keuzes hoort deze wijk bij de"
        in text
    )
    assert "geen oordeel over een wijk of wie er woont, en geen oorzaak" in text
    assert "De keuze die de volgorde het meest verandert" in text
    assert "samen tellen zij bijna dubbel" in text
    assert len(app.get("vega_lite_chart")) == 2
    assert (address(app, "set"), address(app, "recept")) == ("(begin)", "bewaard")

    app = opened(app, "score-kiezen", "score-rekenwijze", "score-gevoelig", "aandachtsscore-tabel")
    assert not app.exception
    listed = {option for box in app.multiselect for option in box.options}
    assert "Onbewoonde woningen" in listed
    assert not any("herkomst" in option.lower() for option in listed)
    assert "Cijfers over herkomst staan niet in de lijst" in told(app)
    assert "minder dan 200 inwoners" in set(app.dataframe[0].value["Zonder score, omdat"])

    # Weights that cannot be taken from the figures here are refused in words, and what is shown is said.
    app = app.selectbox(key=f"score-weighting-{SAMPLE}").set_value("pca").run()
    assert "Gewichten uit de cijfers zelf kan hier niet" in told(app)
    assert "elk thema even zwaar" in told(app)


def test_choices_are_kept_under_a_name_changed_deleted_and_brought_back(
    open_page: Open, own_store: Path
) -> None:
    app = open_page("kaart", deel="score", set="(begin)", recept=OWN)
    sets = WeightSets(own_store, SAMPLE)
    assert "uw eigen keuzes" in told(app)
    app.session_state["score-kiezen"] = True
    app = app.text_input(key=f"set-naam-{SAMPLE}").set_value("Nota <b>wonen</b>").run()
    app = app.button(key=f"set-bewaar-{SAMPLE}").click().run()
    assert [kept.name for kept in sets.shelf().sets] == ["Nota <b>wonen</b>"]
    assert address(app, "recept") == "bewaard"
    app = app.select_slider(key=f"score-theme_weights-wonen-{SAMPLE}").set_value(0.5).run()
    assert address(app, "recept").endswith("@wonen*0.5")

    # Another page in between loses nothing.
    app = app.switch_page("ophalen.py").run()
    app = app.switch_page("kaart.py").run()
    assert address(app, "recept").endswith("@wonen*0.5")
    # What a colleague changed meanwhile is not written over.
    theirs = {**sets.get("Nota <b>wonen</b>").recipe, "normalisation": "rank"}
    sets.save({"name": "Nota <b>wonen</b>", "recipe": theirs}, replacing=True)
    app = app.button(key=f"set-bewaar-{SAMPLE}").click().run()
    assert "Iemand anders heeft" in told(app)
    assert sets.get("Nota <b>wonen</b>").recipe == theirs

    app = app.button(key=f"set-verwijder-{SAMPLE}").click().run()
    assert not sets.shelf().sets
    app = app.button(key=f"set-terug-{SAMPLE}").click().run()
    assert not app.exception
    assert [kept.name for kept in sets.shelf().sets] == ["Nota <b>wonen</b>"]


def test_a_link_opens_its_wijk_and_choices_and_what_may_not_count_is_refused_kindly(open_page: Open) -> None:
    app = open_page("kaart", deel="score", wijk="WK999906", set="van Jan", recept=f"{OWN}~origin_nl_share")
    assert not app.exception
    text = told(app)
    assert "De link noemt de set gewichten ‘van Jan’" in text
    assert "herkomst is in Wijkradar nooit deel van een score" in text
    assert "Rivierenbuurt staat op plaats" in text
    assert next(part.value for part in app.subheader) == "Rivierenbuurt"
    assert "origin" not in address(app, "recept")
    app = open_page("kaart", deel="score", wijk="WK999914", recept="onzin")
    assert "De link noemt keuzes die Wijkradar niet kent" in told(app)
    assert "geen score (minder dan 200 inwoners)" in told(app)


def test_without_borders_and_with_one_figure_the_places_and_files_stand_there_without_a_map(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.map_score.painted", lambda *_: None)
    app = open_page("kaart", deel="score", recept="rank.arithmetic.keep.equal~vacancy")
    assert "nog geen grenzen" in told(app)
    assert len(app.get("vega_lite_chart")) == 2
    app = opened(app, "score-kiezen")
    app = app.multiselect(key=f"score-cijfers-wonen-{SAMPLE}").set_value([]).run()
    assert not app.exception
    assert "het laatste is blijven staan" in told(app)
    assert address(app, "recept").endswith("~vacancy")


def test_a_set_of_another_version_is_not_offered_as_if_it_could_open(own_store: Path) -> None:
    sets = WeightSets(own_store, SAMPLE)
    sets.save({"name": "Later", "recipe": {"indicators": ["vacancy"], "weighting": "quantum"}})
    assert map_score_shelf.usable(sets.shelf()) == {}
    assert json.loads(sets.file.read_text(encoding="utf-8"))["sets"]
