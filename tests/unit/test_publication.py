"""What is still to come from CBS, and what is late."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data import cbs_table, publication
from data import panel as contract
from data.assemble import assemble
from data.catalogue import Catalogue
from tests.panel_builder import figure

WIJKEN = ("WK091701", "WK091702")
TODAY = date(2026, 11, 1)


def panel(*blocks: list[dict[str, Any]]) -> pd.DataFrame:
    rows = pd.DataFrame([row for block in blocks for row in block], columns=contract.COLUMNS)
    rows["unit"] = "aantal"
    return contract.check(rows.astype(contract.empty().dtypes.to_dict()))


def table(
    indicator: str, year: int, status: str = "observed", regions: tuple[str, ...] = WIJKEN
) -> list[dict[str, Any]]:
    """Give every region the same status in one year."""
    value = 1.0 if status in ("observed", "provisional") else None
    return [figure(region, year, indicator, value, status) for region in regions]


def coming(
    figures: pd.DataFrame, known: Catalogue, indicator: str, today: date = TODAY, level: str = "wijk"
) -> dict[str, Any]:
    rows = publication.to_come(figures, known, level, today).set_index("indicator")
    return rows.loc[indicator].to_dict()


def test_the_next_figure_is_of_the_year_after_the_last_and_comes_as_late_as_it_usually_does(
    known: Catalogue,
) -> None:
    figures = panel(table("edu_low", 2024), table("edu_low", 2025, "not_published"))
    row = coming(figures, known, "edu_low")
    assert (row["last_year"], row["next_year"]) == (2024, 2025)
    assert row["expected"] == pd.Timestamp(2027, 6, 30)  # a year and a half after 2025
    assert (row["status"], row["overdue"]) == ("verwacht", False)


def test_a_figure_is_late_from_the_day_after_its_moment(known: Catalogue) -> None:
    figures = panel(table("edu_low", 2024), table("edu_low", 2025, "not_published"))
    assert coming(figures, known, "edu_low", date(2027, 6, 30))["status"] == "verwacht"
    late = coming(figures, known, "edu_low", date(2027, 7, 1))
    assert (late["status"], late["overdue"]) == ("te laat", True)


def test_a_table_that_was_never_fetched_is_not_held_against_cbs(known: Catalogue) -> None:
    row = coming(panel(table("population", 2024)), known, "population")
    assert (row["next_year"], row["overdue"], row["status"]) == (2025, True, "op te halen")


def test_a_secret_is_an_answer_so_the_next_year_is_awaited(known: Catalogue) -> None:
    figures = panel(table("woz", 2023), table("woz", 2024, "suppressed"), table("woz", 2025, "not_published"))
    row = coming(figures, known, "woz")
    assert (row["last_year"], row["next_year"]) == (2023, 2025)


def test_years_with_provisional_figures_are_told(known: Catalogue) -> None:
    figures = panel(*(table("edu_low", year, "provisional") for year in (2024, 2023)), table("edu_low", 2022))
    assert coming(figures, known, "edu_low")["provisional"] == (2023, 2024)


def test_what_cbs_stopped_with_is_told_apart_with_its_last_year(known: Catalogue) -> None:
    figures = panel(
        table("low_income_hh", 2023), table("low_income_hh", 2024, "discontinued"), table("population", 2024)
    )
    row = coming(figures, known, "low_income_hh")
    assert (row["status"], row["ended"], row["last_year"]) == ("gestopt", 2023, 2023)
    assert pd.isna(row["next_year"])
    assert pd.isna(row["expected"])
    assert not row["overdue"]


def test_a_figure_that_cbs_has_stopped_with_may_still_owe_its_last_year(known: Catalogue) -> None:
    figures = panel(table("low_income_hh", 2022), table("low_income_hh", 2023, "not_published"))
    row = coming(figures, known, "low_income_hh")
    assert (row["next_year"], row["status"]) == (2023, "te laat")


def test_a_new_figure_without_a_past_is_awaited_from_its_first_year(known: Catalogue) -> None:
    figures = panel(table("poverty", 2024, "not_published"), table("poverty", 2025, "not_published"))
    row = coming(figures, known, "poverty")
    assert pd.isna(row["last_year"])
    assert row["next_year"] == 2024
    assert coming(panel(table("population", 2020)), known, "poverty")["next_year"] == 2024


def test_a_figure_that_only_other_levels_have_is_not_awaited_here(known: Catalogue) -> None:
    figures = panel(
        table("wmo_clients", 2022, "not_published"), table("wmo_clients", 2022, regions=("GM0917",))
    )
    assert "wmo_clients" not in set(publication.to_come(figures, known, "wijk", TODAY)["indicator"])
    assert coming(figures, known, "wmo_clients", level="gemeente")["last_year"] == 2022


def test_what_comes_first_stands_first_and_what_stopped_last(known: Catalogue) -> None:
    rows = publication.to_come(panel(table("population", 2025)), known, "wijk", TODAY)
    assert len(rows) == len(known.published)
    assert rows["expected"].dropna().is_monotonic_increasing
    stopped = rows[rows["status"] == "gestopt"]
    assert stopped.index.tolist() == list(range(len(rows) - len(stopped), len(rows)))
    assert stopped["ended"].is_monotonic_decreasing


def test_without_figures_at_the_level_nothing_is_promised(known: Catalogue) -> None:
    assert list(publication.to_come(contract.empty(), known, "buurt", TODAY).columns) == publication.COLUMNS
    assert publication.to_come(panel(table("population", 2025)), known, "buurt", TODAY).empty


def test_a_level_that_is_empty_too_long_is_a_gap(known: Catalogue) -> None:
    figures = panel(table("woz", 2023, "not_published"), table("woz", 2023, regions=("GM0917",)))
    assert publication.overdue_gaps(figures, known, TODAY) == {"woz"}


def test_a_level_that_is_empty_before_its_moment_is_no_gap(known: Catalogue) -> None:
    figures = panel(table("edu_low", 2025, "not_published"))
    assert publication.overdue_gaps(figures, known, date(2027, 6, 30)) == set()
    assert publication.overdue_gaps(figures, known, date(2027, 7, 1)) == {"edu_low"}


def test_secret_stopped_and_impossible_figures_are_no_gaps(known: Catalogue) -> None:
    figures = panel(
        table("woz", 2020, "suppressed"),
        table("crime_violence", 2020, "discontinued"),
        table("density", 2020, "not_applicable"),
    )
    assert publication.overdue_gaps(figures, known, TODAY) == set()


def test_one_empty_cell_of_the_gemeente_is_no_gap_unless_nothing_else_is_there(known: Catalogue) -> None:
    of_gemeente = table("district_heating", 2019, "not_published", ("GM0917",))
    assert (
        publication.overdue_gaps(panel(of_gemeente, table("district_heating", 2019)), known, TODAY) == set()
    )
    assert publication.overdue_gaps(panel(of_gemeente), known, TODAY) == {"district_heating"}


@pytest.mark.real
def test_on_the_day_that_a_real_table_was_saved_nothing_in_it_was_late(real: Path, known: Catalogue) -> None:
    """The table of 2020 as it was on 26 March 2021, when 45 indicators were still empty."""
    folder = real / "kwb_2020_nl"
    parts = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("TypedDataSet", "DataProperties")}
    of_heerlen = parts["TypedDataSet"]["WijkenEnBuurten"].str.contains("0917|NL00")
    parts["TypedDataSet"] = parts["TypedDataSet"][of_heerlen]
    figures = assemble(cbs_table.from_parts(parts, "84799NED", "84799NED"), known).panel
    assert publication.overdue_gaps(figures, known, date(2021, 3, 26)) == set()
    rows = publication.to_come(figures, known, "buurt", date(2021, 3, 26))
    awaited = rows[(rows["next_year"] == 2020) & (rows["status"] == "verwacht")]
    assert len(awaited) > 40
    assert {"woz", "edu_low", "income_per_resident"} <= set(awaited["indicator"])
