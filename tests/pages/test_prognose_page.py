"""Prognose as a visitor meets it: never a figure without its band, never a change within the doubt, a reason for every no."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open

QUIET, YOUNG, GONE = "WK999906", "WK999924", "WK999911"
BENEFIT = "benefit_bijstand_share"


def text_of(app: AppTest) -> str:
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption]
    return re.sub("[\u00a0\u202f]", " ", "\n".join(str(part.value) for part in parts))


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


def test_the_page_opens_with_what_to_expect_and_its_band(open_page: Open) -> None:
    app = open_page("prognose", wijk=QUIET, indicator="population")
    assert not app.exception
    assert re.search(
        r"Rond 2030 naar verwachting [\d ]+ inwoners in Rivierenbuurt; in 8 van de 10 gevallen tussen",
        text_of(app),
    )
    assert "bedoeld was 80" in text_of(app)
    assert "zeggen dat er niets verandert" in text_of(app)


def test_the_band_of_a_longer_look_ahead_ends_where_we_no_longer_know_and_says_so(open_page: Open) -> None:
    app = open_page("prognose", wijk=QUIET, indicator="population", vooruit="10")
    assert app.segmented_control(key="vooruit").value == "10"
    assert re.search(r"Verder dan 203\d weten we niet hoe ver we ernaast zitten", text_of(app))
    assert "Rond 2035" not in text_of(app)


def test_the_record_is_that_of_wijken_of_its_own_size_or_says_that_it_is_not(open_page: Open) -> None:
    told = text_of(open_page("prognose", wijk=QUIET, indicator="population"))
    assert re.search(r"In wijken met [\d ]+ tot [\d ]+ inwoners zaten eerdere verwachtingen", told)
    small = text_of(open_page("prognose", wijk="WK999923", indicator="population"))
    assert ("met minder dan 1 000 inwoners" in small) != ("tellen wijken van elke grootte mee" in small)


def test_a_wijk_with_too_few_years_gets_a_reason_and_a_way_on_and_no_fan(open_page: Open) -> None:
    app = open_page("prognose", wijk=YOUNG, indicator="population")
    assert not app.exception
    told = text_of(app)
    assert "Niet te voorspellen: het aantal inwoners in" in told
    assert "Er zijn er 6 achter elkaar nodig." in told
    assert "8 van de 10" not in told
    assert charts(app) == 1


@pytest.mark.parametrize("view", ["verwachting", "wijken"])
@pytest.mark.parametrize("wijk", ["alle", QUIET, YOUNG, GONE])
def test_whatever_is_chosen_no_view_falls_over_or_shows_what_is_no_number(
    open_page: Open, view: str, wijk: str
) -> None:
    app = open_page("prognose", wijk=wijk, deel=view)
    for indicator in ("population", BENEFIT, "poverty", "woz", "origin_western", "births"):
        app = app.selectbox(key="indicator").set_value(indicator).run()
        assert not app.exception, indicator
        assert not re.search(r"\b(nan|inf|None|voorspelling)\b", text_of(app)), indicator
        assert len(app.title) == 1


def test_all_wijken_are_counted_and_the_view_stands_in_the_address(open_page: Open) -> None:
    app = open_page("prognose", indicator="population", deel="wijken")
    assert app.segmented_control(key="deel").value == "wijken"
    told = text_of(app)
    assert re.search(r"Rond 20\d\d is het aantal inwoners in (\d+|geen) van de \d+ wijken", told)
    assert "Niet te voorspellen (te weinig jaren):" in told
    assert charts(app) == 1
    app = app.segmented_control(key="deel").set_value("verwachting").run()
    assert "verwachting" in app.query_params["deel"]
    assert not app.exception


def test_a_wijk_taken_from_the_list_opens_with_its_own_forecast(open_page: Open) -> None:
    app = open_page("prognose", indicator="population", deel="wijken")
    app = app.selectbox(key="verwacht-wijk").set_value(QUIET).run()
    assert app.selectbox(key="wijk").value == QUIET
    assert app.segmented_control(key="deel").value == "verwachting"
    assert "inwoners in Rivierenbuurt" in str(app.title[0].value)


def test_herkomst_is_never_put_in_order(open_page: Open) -> None:
    app = open_page("prognose", indicator="origin_europe", deel="wijken")
    assert "Herkomst zetten we nooit op volgorde" in text_of(app)
    assert charts(app) == 0


def test_the_weights_of_the_trends_are_told_in_plain_words(open_page: Open) -> None:
    told = text_of(open_page("prognose", wijk=QUIET, indicator="population"))
    assert re.search(r"Het verleden van deze wijk telt voor \d+ %", told)
    assert not re.search(r"\b([Tt]heta|ETS|p-waarde|significant)\b", told)


def test_a_band_further_ahead_than_any_that_was_checked_is_called_unchecked_where_it_is_claimed(
    open_page: Open,
) -> None:
    far = text_of(open_page("prognose", wijk=QUIET, indicator="population"))
    assert "Of het 5 jaar vooruit echt 8 van de 10 gevallen zijn, is nog niet na te gaan." in far
    near = text_of(open_page("prognose", wijk=QUIET, indicator="population", vooruit="3"))
    assert "nog niet na te gaan" not in near
    everywhere = text_of(open_page("prognose", deel="wijken", indicator="population"))
    assert "Of het 5 jaar vooruit echt 8 van de 10 gevallen zijn, is nog niet na te gaan." in everywhere


def test_only_what_the_projection_changes_is_said_to_go_by_it(open_page: Open) -> None:
    people = text_of(open_page("prognose", indicator="population", rekenen="cbs"))
    assert "Hier rekenen we met de prognose van CBS en PBL" in people
    assert "Hoe vaak een band dan klopt, hebben we niet kunnen narekenen." in people
    homes = text_of(open_page("prognose", indicator="woz", rekenen="cbs"))
    assert "Hier rekenen we met" not in homes


def test_the_record_per_year_ahead_opens_as_a_picture_with_its_table(open_page: Open) -> None:
    app = open_page("prognose", wijk=QUIET, indicator="population")
    before = charts(app)
    app.session_state["staat-van-dienst"] = True
    app.run()
    assert not app.exception
    assert charts(app) == before + 1
