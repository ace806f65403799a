"""The table of needs to take along: forecast and scenarios side by side, with the assumptions on a second sheet."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from analysis.forecasting import study
from analysis.needs import Measure, Need, NewDwellings, Scenario, UseChange, outlook
from reports.needs_table import needs_workbook, side_by_side

NEEDS = [
    Need("older", "age_65plus", None, 1, "65-plussers"),
    Need("school", "age_0_15", None, 1, "leerlingen", factor=0.5),
]
NAMES = {"WK000101": "Noord"}
PLAN = Scenario(
    "=Plan",
    (
        NewDwellings("WK000101", 2026, 100, 1.5, 0.4),
        NewDwellings("WK000101", 2027, -20),
        UseChange("older", 2.5, 2027),
        Measure("school", -10, 2027, 3, 2030, ("WK000101", "WK000109")),
    ),
    "Uit het overleg.",
)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rows = [
        (wijk, name, 2013 + year, size + 3 * year + (year * size) % 7, "aantal")
        for wijk in ("WK000101", "WK000102")
        for name, size in (("population", 2000), ("households", 1000), ("age_65plus", 400), ("age_0_15", 300))
        for year in range(13)
    ]
    studied = study(pd.DataFrame(rows, columns=["region", "indicator", "year", "value", "unit"]), 4)
    regions = ["WK000101", "WK000102"]
    scenarios = {
        "=Plan": outlook(studied, NEEDS, regions, PLAN),
        "Niets": outlook(studied, NEEDS, regions, Scenario("Niets")),
    }
    return side_by_side(outlook(studied, NEEDS, regions), scenarios, NEEDS, NAMES)


def test_every_row_has_the_forecast_and_each_scenario(table: pd.DataFrame):
    assert len(table) == 2 * 2 * 5
    assert table.columns.is_unique
    row = table[
        (table["gebied"] == "Noord") & (table["wat er nodig is"] == "65-plussers") & (table["jaar"] == 2029)
    ].iloc[0]
    gained = row["scenario =Plan: aantal"] - row["verwachting: aantal"]
    assert row["scenario =Plan: verschil met verwachting"] == pytest.approx(gained, abs=0.11)
    assert gained > 0
    assert row["scenario Niets: verschil met verwachting"] == 0
    assert list(table["gebied"].unique()) == ["Noord", "WK000102"]
    assert set(table.loc[table["jaar"] == 2025, "gemeten"]) == {"ja"}


def test_the_workbook_accounts_for_itself_and_runs_no_formula(table: pd.DataFrame):
    content = io.BytesIO(
        needs_workbook(
            table,
            {"=Plan": ["100 nieuwe woningen in Noord."], "Niets": []},
            NEEDS,
            {"Eigen onderwerp": "Uitleg"},
        )
    )
    sheets = pd.read_excel(content, sheet_name=None)
    figures, about = sheets["Cijfers"], sheets["Verantwoording"].set_index("Onderwerp")["Uitleg"]
    assert len(figures) == len(table)
    assert "100 nieuwe woningen in Noord" in about["Scenario =Plan"]
    assert about["Scenario Niets"] == "Zonder aannames."
    assert about["Deel van de groep: leerlingen"] == "50 %"
    assert {"Bron", "Licentie", "Eigen onderwerp", "Gemaakt op"} <= set(about.index)
