"""The view Heel Nederland: what is not on the map is told, and land without figures is nobody's choice."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.catalogue import catalogue
from tests.pages.conftest import Open
from tests.two_gemeenten import store_of_two


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of_two(tmp_path_factory.mktemp("land") / "store", catalogue()).folder


@pytest.fixture
def open_land(open_page: Open, two: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("WIJKRADAR_STORE", str(two))
    return lambda **address: open_page("kaart", deel="land", gemeente="GM0002", **address)


def told(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(part.value) for part in [*app.title, *app.markdown, *app.caption])


def test_it_says_how_far_wijken_lie_apart_and_what_is_not_on_the_map(open_land: Open) -> None:
    app = open_land(indicator="population")
    text = told(app)
    assert "in de helft van de 4\u00a0wijken tussen" in text
    assert (
        "1\u00a0wijk met een cijfer over 2020 heeft een code die er binnen de grenzen van 2022 niet meer is"
        in text
    )
    assert "Wijkradar rekent dat op deze kaart niet om" in text
    assert "Zij ligt in GM0002." in text
    places = app.selectbox(key="kaart-land-kies")
    assert len(places.options) == 4, "land without figures is not in the list"

    app = places.set_value("WK000102").run()
    told(app)
    assert (app.selectbox(key="gemeente").value, app.selectbox(key="wijk").value) == ("GM0001", "WK000102")


def test_counts_herkomst_and_figures_of_another_year_are_told_in_words_without_a_map(open_land: Open) -> None:
    app = open_land(indicator="population", laatzien="hotspots")
    text = told(app)
    assert "Dit zijn aantallen." in text
    assert "De kaart van het cijfer zelf staat hieronder bij “het cijfer”." in text
    app = app.selectbox(key="indicator").set_value("origin_europe_share").run()
    assert "geen signaal" in told(app)
    app = app.selectbox(key="indicator").set_value("poverty").run()
    assert "is er in 2020 van geen enkele wijk een cijfer." in told(app)
    assert not app.get("component_instance")
