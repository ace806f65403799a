"""Trends as a visitor meets it: one verdict everywhere on the page, and none where there may be none."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open
from ui import trends

RISING, GONE, EMPTY = "WK999907", "WK999911", "WK999914"
BENEFIT = "benefit_bijstand_share"


def sentences(app: AppTest) -> list[str]:
    return [str(part.value) for part in [*app.markdown, *app.caption]]


def lead(app: AppTest) -> str:
    return next(text for text in sentences(app) if "verzonnen" not in text and not text.startswith("<"))


def spec(app: AppTest, place: int = 0) -> dict[str, Any]:
    return json.loads(app.get("vega_lite_chart")[place].proto.spec)


def title(chart: dict[str, Any]) -> str:
    return str(chart["title"]["text"])


def panel_rows(app: AppTest) -> list[dict[str, Any]]:
    layers = spec(app, 1)["layer"]
    return next(rows for layer in layers if "alternative" in (rows := layer["data"]["values"])[0])


def rows(app: AppTest, place: int, *columns: str) -> list[dict[str, Any]]:
    """Return the data rows of one picture that have these columns."""
    sets = [
        convert_arrow_bytes_to_pandas_df(part.data.data)
        for part in app.get("vega_lite_chart")[place].proto.datasets
    ]
    return [row for data in sets if set(columns) <= set(data) for row in data.to_dict("records")]


def panels(app: AppTest) -> dict[str, str]:
    """Return what stands above every small panel: name -> class."""
    return {row["name"]: row["told"] for row in panel_rows(app)}


def test_the_sentence_the_picture_the_panels_and_the_table_give_one_verdict(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT)
    app.session_state["veelluik-tabel"] = True
    app = app.run()
    assert not app.exception
    assert "steeg" in lead(app)
    assert "meer dan toeval" in lead(app)
    assert "steeg" in title(spec(app))
    assert panels(app)["Componistenkwartier"] == "stijgt (ongunstig)"
    table = app.dataframe[0].value
    assert table.loc["Componistenkwartier", "Oordeel"] == "stijgt (ongunstig)"
    assert any(row["label"].startswith("stijgt: ") for row in rows(app, 0, "label", "end"))


def test_other_years_change_the_sentence_the_pictures_and_the_address(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT)
    before = lead(app)
    app = app.slider(key="jaren").set_range(2020, 2023).run()
    assert not app.exception
    assert lead(app) != before
    assert "2020" in lead(app)
    drawn = {int(row["year"]) for row in rows(app, 0, "year", "figure")}
    assert (min(drawn), max(drawn)) == (2020, 2023)
    assert app.query_params["jaren"] in ("2020-2023", ["2020-2023"])


def test_years_that_stop_before_now_are_told_in_the_past_with_these_years(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT, jaren="2015-2022")
    told = str(spec(app, 1)["usermeta"]["title"])
    assert "steeg tussen 2015 en 2022 in" in told
    assert any(text.startswith(f"{told}. De richting was ongunstig in ") for text in sentences(app))
    until_now = spec(open_page("trends", wijk=RISING, indicator=BENEFIT), 1)
    assert "stijgt in" in str(until_now["usermeta"]["title"])


def test_no_figure_in_the_chosen_years_names_these_years(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT, jaren="2025-2025")
    assert "is er geen cijfer van 2025 (nog niet gepubliceerd)" in lead(app)
    assert str(spec(app)["usermeta"]["title"]).endswith("geen cijfers van 2025")


def test_years_in_a_link_are_taken_over_and_survive_another_subject(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT, jaren="2016-2022")
    assert app.slider(key="jaren").value == (2016, 2022)
    app = app.selectbox(key="indicator").set_value("population").run()
    assert app.slider(key="jaren").value == (2016, 2022)
    assert "Tussen 2016 en 2022" in lead(app) or "tussen 2016 en 2022" in lead(app)


@pytest.mark.parametrize("years", ["1990-1995", "2022-2016", "nooit", "2016", ""])
def test_years_that_are_not_there_give_all_years(open_page: Open, years: str) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT, jaren=years)
    assert not app.exception
    assert app.slider(key="jaren").value == (2013, 2025)


def test_fewer_than_six_years_give_a_picture_and_no_verdict(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT, jaren="2019-2023")
    told = " ".join([lead(app), title(spec(app)), *panels(app).values()])
    assert "te weinig" in told
    assert not re.search(r"\b(steeg|stijgt|daalt|daalde)\b(?! of)", title(spec(app)))
    assert set(panels(app).values()) <= {"geen oordeel", "geen cijfer"}
    assert not rows(app, 0, "line_low")
    assert rows(app, 0, "figure")
    assert all(control.key != "volgorde" for control in app.segmented_control), "nothing to order by"


def test_an_index_begins_at_100_after_the_last_break_and_says_what_is_left_out(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT, eenheid="index")
    assert not app.exception
    drawn = rows(app, 0, "year", "value", "figure")
    assert {row["value"] for row in drawn if row["year"] == 2015} == {100.0}
    assert min(row["year"] for row in drawn) == 2015
    assert "2015 = 100" in " ".join(spec(app)["title"]["subtitle"])
    assert any("niet in de index" in text for text in sentences(app))
    # The verdict is that of the figures themselves.
    assert lead(app) == lead(open_page("trends", wijk=RISING, indicator=BENEFIT))


def test_a_count_is_compared_with_the_gemeente_as_an_index_only(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator="population")
    assert {row["region"] for row in rows(app, 0, "region", "figure")} == {RISING}
    assert any("Aantallen van gemeente en land staan er niet bij" in text for text in sentences(app))
    app = app.segmented_control(key="eenheid").set_value("index").run()
    assert not app.exception
    assert len({row["region"] for row in rows(app, 0, "region", "figure")}) == 3


def test_comparators_are_named_at_the_end_of_their_lines(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT, wijken="gemeente,NL00,WK999908")
    labels = [row["label"] for row in rows(app, 0, "label", "end")]
    for name in ("Componistenkwartier", "Voorbeeldstad", "Nederland", "Vogelbuurt"):
        assert any(label.startswith(name) for label in labels), name


def test_the_choice_to_compare_with_the_gemeente_holds_for_the_next_wijk(open_page: Open) -> None:
    app = open_page("trends", wijk="alle", indicator=BENEFIT)
    assert app.multiselect(key="wijken").value == ["NL00"]
    app = app.selectbox(key="wijk").set_value(RISING).run()
    assert app.multiselect(key="wijken").value == ["gemeente", "NL00"]


def test_six_other_wijken_is_one_too_many(open_page: Open) -> None:
    codes = [f"WK9999{number:02d}" for number in range(1, 7)]
    app = open_page("trends", wijk=RISING, wijken=",".join(codes))
    assert app.multiselect(key="wijken").value == codes[:5]


def test_a_neutral_figure_is_never_called_favourable_or_unfavourable(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator="age_65plus_share")
    app.session_state["veelluik-tabel"] = True
    app = app.run()
    told = " ".join([*sentences(app), *panels(app).values(), *app.dataframe[0].value["Oordeel"]])
    about_this = told.replace("meest ongunstig eerst", "")
    assert "gunstig" not in about_this
    assert app.segmented_control(key="volgorde").options == ["sterkste stijging eerst", "op naam"]


def test_no_line_and_no_verdict_run_across_a_break(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT)
    fitted = rows(app, 0, "line_low")
    assert min(row["year"] for row in fitted) >= 2015
    told = " ".join(sentences(app))
    assert "vóór 2015" in told


def test_a_wijk_without_any_figure_says_why(open_page: Open) -> None:
    app = open_page("trends", wijk=EMPTY, indicator=BENEFIT)
    assert not app.exception
    told = lead(app)
    assert "geen cijfer" in told
    assert "geen cijfers" in title(spec(app)) or "Er is geen cijfer" in spec(app)["description"]


def test_a_wijk_that_is_gone_is_judged_by_itself_and_changes_nobody_elses_verdict(open_page: Open) -> None:
    app = open_page("trends", wijk=GONE, indicator=BENEFIT)
    assert not app.exception
    assert "2020" in lead(app)
    assert panels(app) == panels(open_page("trends", wijk="alle", indicator=BENEFIT))


def test_without_a_wijk_the_page_is_about_the_gemeente(open_page: Open) -> None:
    app = open_page("trends", wijk="alle", indicator=BENEFIT)
    assert "Voorbeeldstad" in lead(app)
    assert {row["region"] for row in rows(app, 0, "line_low")} == {"GM9999"}


def test_the_panels_stand_in_the_order_that_was_asked(open_page: Open) -> None:
    app = open_page("trends", wijk="alle", indicator=BENEFIT)
    classes = list(panels(app).values())
    worst = [place for place, told in enumerate(classes) if "ongunstig" in told]
    assert worst == list(range(len(worst)))
    assert worst
    app = app.segmented_control(key="volgorde").set_value("op naam").run()
    names = list(panels(app))
    assert names == sorted(names)


def test_a_panel_can_be_taken_to_the_large_picture(open_page: Open) -> None:
    app = open_page("trends", wijk="alle", indicator=BENEFIT)
    app = app.selectbox(key="groot").set_value(RISING).run()
    assert app.selectbox(key="wijk").value == RISING
    assert app.selectbox(key="groot").value is None
    assert "Componistenkwartier" in lead(app)


def test_with_many_wijken_the_first_panels_come_first_and_the_chosen_one_is_among_them(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trends, "FIRST_PANELS", 6)
    app = open_page("trends", wijk="WK999921", indicator=BENEFIT)
    assert len(panels(app)) == 6
    assert "WK999921" in {row["region"] for row in panel_rows(app)}
    app = app.toggle(key="alle-panelen").set_value(True).run()
    assert len(panels(app)) == 24


def test_jargon_stays_inside_the_fold(open_page: Open) -> None:
    app = open_page("trends", wijk=RISING, indicator=BENEFIT)
    inside = [str(text.value) for fold in app.expander for text in [*fold.markdown, *fold.caption]]
    folded = " ".join(inside)
    outside = " ".join(text for text in sentences(app) if text not in inside)
    assert "autocorrelatie" in folded
    assert "Theil-Sen" in folded
    assert not re.search(r"autocorrelatie|Theil|Benjamini|\bp\b ?=", outside)


@pytest.mark.parametrize(
    ("wijk", "corrected"),
    [(RISING, True), ("WK999911", False), ("alle", False)],
    ids=["now", "gone", "gemeente"],
)
def test_the_fold_tells_for_how_many_wijken_with_a_verdict_was_corrected(
    open_page: Open, wijk: str, corrected: bool
) -> None:
    app = open_page("trends", wijk=wijk, indicator=BENEFIT)
    verdicts = ("stijgt", "daalt", "gelijk", "onzeker")
    judged = sum(any(word in told for word in verdicts) for told in panels(app).values())
    folded = " ".join(str(text.value) for fold in app.expander for text in fold.markdown)
    assert "Deze reeks" in folded
    assert (f"na correctie voor {judged}\N{NO-BREAK SPACE}wijken" in folded) is corrected
    assert ("na correctie" in folded) is corrected
