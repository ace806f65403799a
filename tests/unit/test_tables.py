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
            "mean": [31.23456, 32.0],
            "lower_80": [28.0, 27.0],
            "upper_80": [34.0, 37.0],
            "lower_95": [26.0, 24.0],
            "upper_95": [36.0, 40.0],
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
    assert rows.loc[rows["kind"] == "cijfer", "lower_80"].isna().all()
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


def test_what_is_expected_is_written_no_finer_than_its_doubt_but_downloaded_to_go_on_with(history, outlook):
    shown = tables.forecast_table(history, outlook, indicator()).data
    assert shown.loc["2024", "Procent"] == 31.0
    assert "31,2" not in tables.forecast_table(history, outlook, indicator()).to_html()
    rows = tables.forecast_rows(history, outlook, indicator(), "Bron: CBS.")
    assert rows.loc[2, "value"] == 31.235


def test_a_year_without_a_band_has_no_row_in_the_table_or_the_download(history, outlook):
    bands = ["lower_80", "upper_80", "lower_95", "upper_95"]
    outlook.loc[1, bands] = float("nan")
    assert "2025" not in tables.forecast_table(history, outlook, indicator()).data.index
    assert 2025 not in set(tables.forecast_rows(history, outlook, indicator(), "Bron: CBS.")["year"])


def expected(**changes):
    rows = pd.DataFrame(
        {
            "region": ["WK1", "WK2", "WK3", "WK4"],
            "name": ["Wijk 01 Noord", "Wijk 02 Zuid", "Wijk 03 Oost", "Wijk 04 Aan de Dijk"],
            "last_value": [100.0, 200.0, 300.0, 50.0],
            "change": [5.0, 30.0, float("nan"), 40.0],
            "lower_80": [-10.0, 20.0, float("nan"), -60.0],
            "upper_80": [20.0, 40.0, float("nan"), 140.0],
            "course": ["about_equal", "rises", "none", "too_uncertain"],
            "reason": ["", "", "te weinig jaren", ""],
        }
    )
    return rows.assign(**changes)


def test_only_a_sure_change_has_a_place_in_the_order():
    table = tables.expected_table(expected(), indicator("aantal", 0))
    assert list(table.data.index) == ["Zuid", "Aan de Dijk", "Noord", "Oost"]
    assert table.data.loc["Aan de Dijk", "Wat het is"] == "te onzeker"
    assert table.data.loc["Oost", "Wat het is"] == "niet te voorspellen: te weinig jaren"
    html = table.to_html()
    assert "+30" in html
    assert "nan" not in html


def test_a_change_in_per_cent_says_so_and_is_not_taken_for_euros():
    table = tables.expected_table(expected(), indicator("x 1 000 euro"), in_percent=True)
    assert table.data.loc["Zuid", "Verandering"] == 30.0
    assert table.data.loc["Zuid", "Nu"] == 200_000
    assert f"+30,0{SPACE}%" in table.to_html()
    rows = tables.expected_rows(expected(), indicator("x 1 000 euro"), "Bron: CBS.", in_percent=True)
    assert set(rows["change_unit"]) == {"% van het cijfer van nu"}
    assert list(rows["region"]) == ["WK2", "WK4", "WK1", "WK3"]


@pytest.mark.parametrize(
    ("relative", "said"),
    [
        (0.88, f"12{SPACE}% dichterbij"),
        (1.2, f"20{SPACE}% verder weg"),
        (0.99, "ongeveer even ver"),
        (float("nan"), "verder weg"),
    ],
)
def test_a_record_says_whether_it_was_nearer_than_no_change(relative, said):
    assert tables.nearer_or_further(relative) == said


def test_a_record_without_bands_says_so_instead_of_a_share():
    record = pd.DataFrame(
        {
            "horizon": [1, 5],
            "n": [1200, 40],
            "covered_80": [0.81, float("nan")],
            "covered_95": [0.95, float("nan")],
            "mae": [1.25, 3.5],
            "mae_no_change": [1.5, 3.5],
            "relative": [1.25 / 1.5, 1.0],
        }
    )
    html = tables.record_table(record, indicator()).to_html()
    assert f"1{THIN}200" in html
    assert f"81{SPACE}%" in html
    assert html.count("te weinig proeven") == 2
    assert f"1,3{SPACE}procentpunt" in html
    assert "nan" not in html


def test_a_change_is_shown_no_finer_than_its_doubt_as_in_the_picture():
    rows = pd.DataFrame(
        {
            "region": ["WK1"],
            "name": ["Wijk 01 Noord"],
            "course": ["too_uncertain"],
            "last_value": [4675.0],
            "mean": [4681.4],
            "change": [6.4],
            "lower_80": [-226.3],
            "upper_80": [239.2],
        }
    )
    people = indicator(unit="aantal", decimals=0).model_copy(update={"kind": "count"})
    (row,) = tables.expected_table(rows, people).data.to_dict("records")
    assert list(row.values())[:5] == [4675.0, 4680.0, 10.0, -230.0, 240.0]


def test_what_was_never_tried_does_not_read_as_never_right():
    record = pd.DataFrame(
        {
            "horizon": [1, 2],
            "n": [20, 10],
            "covered_80": [0.8, None],
            "covered_95": [0.95, None],
            "mae": [0.01, 2.0],
            "mae_no_change": [0.02, 4.0],
            "relative": [0.5, 0.5],
        }
    )
    first, second = tables.record_table(record, indicator()).data.to_dict("records")
    assert first["In de band van 80 %"] == f"80{SPACE}%"
    assert second["In de band van 80 %"] == "te weinig proeven"
    assert first["Naast ‘er verandert niets’"] == "ongeveer even ver", "both are written as less than 0.1"
    assert second["Naast ‘er verandert niets’"] == f"50{SPACE}% dichterbij"
