"""The view Eén onderwerp of the page Kaart: every choice opens, stands in the address and says what it shows."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open

BENEFIT = "benefit_bijstand_share"
BUURT, ITS_WIJK = "BU99990700", "WK999907"


def told_by(app: AppTest) -> str:
    assert not app.exception, app.exception[0].message
    parts = [*app.title, *app.markdown, *app.caption, *app.subheader]
    return "\n".join(str(part.value) for part in parts).replace("\u00a0", " ")


def open_map(open_page: Open, **address: str) -> AppTest:
    return open_page("kaart", deel="onderwerp", indicator=BENEFIT, jaar="2024", **address)


def test_a_link_opens_buurten_beside_the_country_with_the_card_of_a_buurt(open_page: Open) -> None:
    app = open_map(open_page, toon="verschil-land", gebied="buurten", wijk=ITS_WIJK, buurt=BUURT)
    told = told_by(app)
    assert "per buurt in Voorbeeldstad, 2024" in str(app.title[0].value)
    assert "buurten hoger dan in Nederland" in told
    assert BUURT in told
    doors = [link for link in app.get("page_link") if "trends" in link.proto.page]
    assert all(f"wijk={ITS_WIJK}" in link.proto.query_string for link in doors)
    # No other page shows a buurt, so nothing leads to one.
    assert not any(BUURT in link.proto.query_string for link in app.get("page_link"))


def test_change_another_figure_beside_it_and_bounds_that_are_wrong(open_page: Open) -> None:
    app = open_map(open_page, toon="verandering")
    told = told_by(app)
    assert "stijgt in 4 van de 19 wijken tussen 2015 en 2024" in told
    assert "Stijgt (ongunstig): " in told
    assert "hoogstens 1 op de 20 richtingen vals alarm" in told
    app = app.selectbox(key="toon").set_value("cijfer").run()
    app.selectbox(key="indeling").set_value("own")
    app = app.selectbox(key="naast").set_value("onderwerp").run()
    told = told_by(app)
    assert "Vul de grenzen tussen de kleuren in" in told
    assert len(app.get("component_instance")) == 2
    app = app.text_input(key="eigen").set_value("10; 20; dertig").run()
    assert "“dertig” is geen getal" in told_by(app)
    assert app.query_params["naast"] in ("onderwerp", ["onderwerp"])


@pytest.mark.parametrize("indicator", ["population", "origin_western_share"])
def test_counts_and_herkomst_get_no_comparison_that_says_nothing(open_page: Open, indicator: str) -> None:
    app = open_page("kaart", deel="onderwerp", indicator=indicator, jaar="2020", toon="verschil")
    told = told_by(app)
    shown = app.selectbox(key="toon").value
    assert shown == ("cijfer" if indicator == "population" else "verschil")
    assert "ongunstig" not in told
