"""Narekenen as an analyst meets it: other models beside ours, what drives the weights, and a reason for every no."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open

QUIET, YOUNG, GONE = "WK999906", "WK999924", "WK999911"


def text_of(app: AppTest) -> str:
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption]
    return re.sub("[\u00a0\u202f]", " ", "\n".join(str(part.value) for part in parts))


def test_the_view_opens_with_the_nearest_model_and_warns_that_one_series_says_little(open_page: Open) -> None:
    app = open_page("prognose", wijk=QUIET, indicator="population", deel="narekenen")
    assert not app.exception
    told = text_of(app)
    assert "Narekenen: inwoners in Rivierenbuurt" in told
    assert re.search(r"3 jaar vooruit zat ‘[^’]+’ in Rivierenbuurt het dichtst bij de uitkomst", told)
    assert "grotendeels toeval" in told
    assert len(app.get("vega_lite_chart")) == 3


def test_the_weights_of_the_forecast_are_told_and_sum_to_a_hundred(open_page: Open) -> None:
    told = text_of(open_page("prognose", wijk=QUIET, indicator="population", deel="narekenen", rekenen="cbs"))
    assert "niet over de prognose van CBS en PBL waarmee u nu rekent" in told
    found = re.search(
        r"de eigen trend telt voor (\d+) % mee, de gedeelde trend voor (\d+) % en ‘er verandert niets’ voor (\d+) %",
        told,
    )
    assert found
    assert sum(map(int, found.groups())) == 100


def test_every_picture_has_a_table_and_downloads(open_page: Open) -> None:
    app = open_page("prognose", wijk=QUIET, indicator="woz", deel="narekenen")
    for key in ("modellen", "gewichten", "onderdelen"):
        app.session_state[f"{key}-tabel"] = True
        app = app.run()
        assert not app.exception, key
    assert len(app.dataframe) == 3


@pytest.mark.parametrize("wijk", ["alle", YOUNG, GONE])
def test_whatever_is_chosen_the_view_does_not_fall_over_or_show_what_is_no_number(
    open_page: Open, wijk: str
) -> None:
    app = open_page("prognose", wijk=wijk, deel="narekenen")
    for indicator in ("benefit_bijstand_share", "poverty"):
        app = app.selectbox(key="indicator").set_value(indicator).run()
        assert not app.exception, indicator
        assert not re.search(r"\b(nan|inf|None|voorspelling)\b", text_of(app)), indicator


def test_a_wijk_with_too_few_years_gets_a_reason(open_page: Open) -> None:
    told = text_of(open_page("prognose", wijk=YOUNG, indicator="population", deel="narekenen"))
    assert "Niet na te rekenen: het aantal inwoners in" in told
    assert "er zijn er 6 nodig" in told
