import pandas as pd
import pytest

from analysis.coverage import coverage, coverage_of_regions
from tests.panel_builder import count, define, figure, panel, rate, series
from ui import charts
from ui.theme import DARK, LIGHT

DEFINITIONS = define(count("people"), rate("poor", breaks=(2016,)))


def two_wijken(**more: object) -> pd.DataFrame:
    rows = [
        *series("WK000001", "people", {2015: 10.0, 2016: 15.0, 2017: 20.0}),
        *series("WK000002", "people", {2015: 10.0, 2016: None, 2017: 20.0}),
        *series("WK000001", "poor", {2015: 1.0, 2016: 2.0}),
        *series("WK000002", "poor", {2015: 1.0, 2016: 2.0}),
    ]
    return panel([*rows, *more.get("rows", [])], DEFINITIONS)  # type: ignore[misc]


def cell(table: pd.DataFrame, indicator: str, year: int) -> pd.Series:
    return table[(table["indicator"] == indicator) & (table["year"] == year)].iloc[0]


def test_a_cell_counts_its_figures_and_the_reasons_why_others_are_not_there() -> None:
    told = cell(coverage(two_wijken(), DEFINITIONS), "people", 2016)
    assert (told["n_regions"], told["n_figures"], told["n_suppressed"], told["n_withheld"]) == (2, 1, 1, 0)
    assert told["status"] == "observed"
    assert told["share"] == 0.5


def test_withheld_and_converted_figures_are_counted_apart() -> None:
    frame = two_wijken()
    frame.loc[(frame["indicator"] == "people") & frame["value"].isna(), "status"] = "withheld"
    frame.loc[(frame["indicator"] == "people") & (frame["year"] == 2015), "status"] = "bridged"
    table = coverage(frame, DEFINITIONS)
    assert cell(table, "people", 2016)["n_withheld"] == 1
    first = cell(table, "people", 2015)
    assert (first["status"], first["n_bridged"]) == ("bridged", 2)


def test_a_new_definition_breaks_the_year_in_which_it_starts() -> None:
    table = coverage(two_wijken(), DEFINITIONS)
    told = cell(table, "poor", 2016)
    assert told["broken"]
    assert told["new_definition"]
    assert not told["redrawn"]
    assert not cell(table, "poor", 2015)["broken"]
    assert not table.loc[table["indicator"] == "people", "broken"].any()


@pytest.mark.parametrize(("n_redrawn", "broken"), [(1, False), (3, True)])
def test_a_year_is_broken_where_most_wijken_became_other_land(n_redrawn: int, broken: bool) -> None:
    rows = []
    for number in range(1, 5):
        rows += [figure(f"WK00000{number}", 2015, "people", 10.0)]
        rows += [figure(f"WK00000{number}", 2016, "people", 10.0, boundary=3 if number <= n_redrawn else 1)]
    told = cell(coverage(panel(rows, DEFINITIONS), DEFINITIONS), "people", 2016)
    assert told["redrawn"] == broken
    assert told["broken"] == broken


def test_a_year_with_nothing_but_new_codes_is_broken_and_the_first_year_is_not() -> None:
    rows = [figure("WK000001", 2015, "people", 10.0), figure("WK000009", 2016, "people", 10.0, boundary=3)]
    table = coverage(panel(rows, DEFINITIONS), DEFINITIONS)
    assert list(table["redrawn"]) == [False, True]


def test_the_break_of_one_wijk_is_told_in_its_own_row() -> None:
    frame = two_wijken()
    frame.loc[(frame["region"] == "WK000002") & (frame["year"] == 2017), "boundary"] = 3
    told = coverage_of_regions(frame, DEFINITIONS, "people")
    broken = told[told["broken"]]
    assert broken[["region", "year", "reason"]].to_numpy().tolist() == [["WK000002", 2017, "redrawn"]]
    assert set(told["status"]) == {"observed", "suppressed"}


# -- the picture --------------------------------------------------------------------------------------


def cells_of(chart: dict) -> list[dict]:
    return [row for data in chart["datasets"].values() for row in data if "told" in row]


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_the_picture_tells_converted_and_withheld_without_colour_and_marks_the_break(look) -> None:
    statuses = ["observed", "bridged", "suppressed", "withheld", "not_published", "discontinued"]
    frame = pd.DataFrame(
        {
            "indicator": "a",
            "title": "Inwoners",
            "year": range(2013, 2019),
            "status": statuses,
            "share": [0.5, 1, 0, 0, 0, 0],
            "n_suppressed": [2, 0, 3, 0, 0, 0],
            "broken": [False, True, False, False, False, False],
            "why": ["", "andere definitie", "", "", "", ""],
        }
    )
    drawn = charts.coverage_chart(frame, look, title="t").to_dict()
    cells = {row["column"]: row for row in cells_of(drawn)}
    assert [cells[str(year)]["sign"] for year in range(2013, 2019)] == ["50", "o", "g", "w", "n", "×"]
    assert "2 wijken geheim" in cells["2013"]["told"].replace("\u00a0", " ")
    assert cells["2014"]["told_break"] == "andere definitie"
    caption = str(drawn)
    assert "Dikke streep: een breuk" in caption.replace("', '", " ")
    assert "Breuken: 1, in 2014." in drawn["description"]
    assert "Weggelaten ter bescherming: 1." in drawn["description"]
    assert any(layer.get("mark", {}).get("strokeWidth") == 3 for layer in drawn["layer"])


def test_wijken_as_rows_keep_names_apart_and_leave_years_without_the_wijk_empty() -> None:
    frame = pd.DataFrame(
        {
            "region": ["WK000001", "WK000001", "WK000002"],
            "title": ["Noord", "Noord", "Noord"],
            "year": [2015, 2016, 2016],
            "status": "observed",
        }
    )
    drawn = charts.coverage_chart(frame, LIGHT, title="t", rows="region").to_dict()
    assert len(cells_of(drawn)) == 3
    labels = {
        row["label"]
        for data in drawn["datasets"].values()
        for row in data
        if "short" in row and "label" in row
    }
    assert len(labels) == 2
    assert "Overzicht van 2\u00a0gebieden" in drawn["description"]


def test_the_life_of_a_wijk_is_drawn_with_its_codes_and_its_break() -> None:
    frame = pd.DataFrame(
        {
            "region": "WK091742",
            "title": "De Beitel",
            "year": [2015, 2016, 2017],
            "code": ["WK091741", "WK091742", "WK091742"],
            "broken": [False, False, True],
            "why": ["", "", "ander gebied"],
        }
    )
    drawn = charts.life_chart(frame, LIGHT, title="t", selected="WK091742").to_dict()
    signs = [
        row["sign"] for data in drawn["datasets"].values() for row in data if "code" in row and "fill" in row
    ]
    assert signs[:3] == ["41", "42", "42"]
    assert drawn["description"] == (
        "De Beitel staat in de tabellen van 2015 tot en met 2017, onder de codes WK091741 en WK091742. "
        "Vanaf 2017 is het ander gebied."
    )
