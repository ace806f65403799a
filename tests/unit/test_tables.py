import io

import pandas as pd
import pytest

from data.catalogue import ColumnAlias, Indicator
from ui import tables
from ui.wording import SPACE, THIN


def indicator(unit="%", decimals=1):
    return Indicator(
        id="example",
        title="Voorbeeld",
        phrase="het voorbeeld",
        explanation="Een cijfer om mee te oefenen.",
        theme="inkomen",
        unit=unit,
        decimals=decimals,
        kind="rate",
        columns=(ColumnAlias(stems=("X",)),),
        first_year=2013,
        source="CBS",
    )


@pytest.fixture
def figures():
    return pd.DataFrame(
        {
            "region": ["WK991701", "WK991701", "WK991702", "WK991702"],
            "name": ["Wijk 01 Noord", "Wijk 01 Noord", "Wijk 02 Zuid", "Wijk 02 Zuid"],
            "year": [2022, 2023, 2022, 2023],
            "value": [9.5, 10.25, None, 1234.5],
            "status": ["observed", "provisional", "suppressed", "observed"],
        }
    )


def test_cells_stay_numbers_but_are_shown_in_dutch(figures):
    styler = tables.figures_table(figures, indicator())
    assert styler.data["2023"].dtype == "float64"
    html = styler.to_html()
    assert f"1{THIN}234,5" in html
    assert f"10,3{SPACE}(v)" in html


def test_a_converted_figure_is_marked_and_a_withheld_one_has_its_reason(figures):
    figures["status"] = ["bridged", "provisional", "withheld", "observed"]
    html = tables.figures_table(figures, indicator()).to_html()
    assert f"9,5{SPACE}(o)" in html
    text = tables.figures_text(figures, indicator())
    assert text.loc["Noord", "2022"] == f"9,5{SPACE}(o)"
    assert text.loc["Zuid", "2022"] == "geen cijfer (weggelaten ter bescherming)"
    reasons = tables.figures_table(figures, indicator()).data[tables.REASONS]
    assert reasons["Zuid"] == "2022: weggelaten ter bescherming"


def test_a_figure_in_another_unit_than_the_table_says_so(figures):
    counts = figures.assign(unit=["%", "aantal", "aantal", "aantal"])
    html = tables.figures_table(counts, indicator("aantal", 0)).to_html()
    assert f"10{SPACE}%" in html
    assert f"1{THIN}234{SPACE}%" not in html
    assert tables.figures_text(counts, indicator("aantal", 0)).loc["Noord", "2022"] == f"10{SPACE}%"


def test_an_empty_cell_has_its_reason_beside_it(figures):
    table = tables.figures_table(figures, indicator()).data
    assert table.loc["Zuid", tables.REASONS] == "2022: geheim of te klein om te tonen"
    assert table.loc["Noord", tables.REASONS] == ""
    assert pd.isna(table.loc["Zuid", "2022"])


def test_a_table_without_gaps_has_no_column_of_reasons(figures):
    complete = figures.assign(value=1.0, status="observed")
    assert tables.REASONS not in tables.figures_table(complete, indicator()).data


def test_the_text_table_says_why_in_the_cell(figures):
    text = tables.figures_text(figures, indicator())
    assert text.loc["Zuid", "2022"] == "geen cijfer (geheim of te klein om te tonen)"


def test_thousands_of_euro_become_euros_in_the_cell_and_on_the_screen(figures):
    styler = tables.figures_table(figures, indicator("x 1 000 euro"))
    assert styler.data.loc["Noord", "2022"] == 9500
    assert f"9{THIN}500" in styler.to_html()
    assert tables.shown_unit(indicator("x 1 000 euro")) == "euro"


def test_the_download_opens_in_dutch_excel():
    raw = tables.csv_bytes(pd.DataFrame({"naam": ["=1+1"], "waarde": [1.5]}))
    assert raw.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(raw), sep=";", decimal=",")
    assert back.loc[0, "waarde"] == 1.5
    assert back.loc[0, "naam"] == "'=1+1"


@pytest.fixture
def outlook():
    return pd.DataFrame(
        {
            "year": [2024, 2025],
            "value": [31.23456, 32.0],
            "low_80": [28.0, 27.0],
            "high_80": [34.0, 37.0],
            "low_95": [26.0, 24.0],
            "high_95": [36.0, 40.0],
        }
    )


@pytest.fixture
def history():
    return pd.DataFrame(
        {
            "region": "WK1",
            "name": "Noord",
            "year": [2022, 2023],
            "value": [30.0, float("nan")],
            "status": ["provisional", "suppressed"],
            "unit": "%",
            "margin": [1.5, float("nan")],
        }
    )


def test_a_forecast_is_never_listed_as_a_figure(history, outlook):
    table = tables.forecast_table(history, outlook, indicator()).data
    assert list(table.index) == ["2022", "2023", "2024", "2025"]
    assert list(table["Wat het is"]) == [
        "voorlopig",
        "geheim of te klein om te tonen",
        "verwachting",
        "verwachting",
    ]
    rows = tables.forecast_rows(history, outlook, indicator(), "Bron: CBS.")
    assert list(rows["kind"]) == ["cijfer", "cijfer", "verwachting", "verwachting"]
    assert rows.loc[rows["kind"] == "cijfer", "low_80"].isna().all()
    assert rows.loc[rows["kind"] == "verwachting", "status"].isna().all()
    assert set(rows["region"]) == {"WK1"}
    assert rows.loc[2, "value"] == 31.235


def test_a_ranking_lists_wijken_without_a_figure_last_and_says_why():
    ranked = pd.DataFrame(
        {
            "region": ["WK1", "WK2", "WK3"],
            "name": ["Wijk 01 Noord", "Wijk 02 Zuid", "Wijk 03 Oost"],
            "value": [float("nan"), 9.5, 12.0],
            "status": ["suppressed", "observed", "bridged"],
            "noise": [float("nan"), 0.4, 1.0],
            "verdict": ["no_figure", "about_equal", "higher"],
        }
    )
    table = tables.ranking_table(ranked, indicator("x 1 000 euro"), "Voorbeeldstad").data
    assert list(table.index) == ["Oost", "Zuid", "Noord"]
    assert list(table["Euro"])[:2] == [12000, 9500]
    assert list(table["Naast Voorbeeldstad"]) == ["hoger", "ongeveer gelijk", "geen cijfer"]
    assert table.loc["Noord", "Stand"] == "geheim of te klein om te tonen"
    assert table.loc["Noord", "Marge"] == ""
