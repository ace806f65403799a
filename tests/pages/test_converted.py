"""Pages of a town whose wijken were redrawn and whose older figures were converted to the borders of now."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import ROOT
from tests.pages.conftest import Open

# One worker studies the converted figures for all of these.
pytestmark = pytest.mark.xdist_group("omgerekend")

WEIDE, WEST = "WK999919", "WK999924"
BENEFIT = "benefit_bijstand_share"


@pytest.fixture
def open_converted(converted_folder: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("WIJKRADAR_STORE", str(converted_folder))
    return open_page


def text_of(app: AppTest) -> str:
    parts = [*app.title, *app.markdown, *app.caption, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts)


@pytest.mark.parametrize("page", sorted(file.stem for file in (ROOT / "pages").glob("[!_]*.py")))
@pytest.mark.parametrize("wijk", [WEIDE, "WK999919@2017", "WK999911"])
def test_every_page_holds_for_a_converted_wijk_and_for_the_land_that_was(
    open_converted: Open, page: str, wijk: str
) -> None:
    app = open_converted(page, wijk=wijk, indicator=BENEFIT, jaar="2016")
    assert not app.exception, app.exception[0].message
    assert app.selectbox(key="wijk").value == wijk


def test_trends_says_how_many_figures_were_converted(open_converted: Open) -> None:
    told = text_of(open_converted("trends", wijk=WEIDE, indicator="population"))
    assert "5 van de 13\u00a0cijfers zijn door Wijkradar omgerekend naar de grenzen van nu" in told
    assert "Breuk" not in told


def test_the_land_that_was_is_named_with_its_last_year(open_converted: Open) -> None:
    app = open_converted("trends", wijk="WK999919@2017", indicator="population")
    assert str(app.title[0].value) == "Inwoners in De Weide (tot en met 2017)"


def test_a_forecast_says_how_many_figures_were_converted(open_converted: Open) -> None:
    told = text_of(open_converted("prognose", wijk=WEST, indicator="population"))
    assert "8 van de 13\u00a0cijfers zijn door Wijkradar omgerekend" in told


def test_the_map_lets_choose_between_the_borders_of_now_and_of_then(open_converted: Open) -> None:
    app = open_converted("kaart", deel="onderwerp", indicator=BENEFIT, jaar="2016")
    assert "Grenzen van 2025, cijfers van 2016." in text_of(app)
    app = app.segmented_control(key="grenzen").set_value("van toen").run()
    assert not app.exception
    assert "omgerekend" not in text_of(app)
    assert "Grenzen van 2025" not in text_of(app)


def test_the_land_that_was_is_shown_on_the_borders_of_then(open_converted: Open) -> None:
    app = open_converted("kaart", deel="onderwerp", wijk="WK999919@2017", indicator=BENEFIT, jaar="2016")
    assert app.segmented_control(key="grenzen").value == "van toen"


def test_a_year_after_the_last_change_has_nothing_to_choose(open_converted: Open) -> None:
    app = open_converted("kaart", deel="onderwerp", indicator=BENEFIT, jaar="2024")
    assert "grenzen" not in {switch.key for switch in app.segmented_control}
