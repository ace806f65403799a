"""Which figures are withheld, and how few."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.disclosure import protect, recoverable
from tests.panel_builder import count, define, figure, panel, rate

DEFINITIONS = define(
    count("population"),
    count("men"),
    count("women"),
    count("clients"),
    rate("clients_rate"),
    count("households"),
)
TOTALS = [("population", ("men", "women"))]


def town(year: int = 2020, indicator: str = "clients", **counts: float | None) -> list[dict[str, object]]:
    """One gemeente: wijk A with buurten A0, A1, A2 and wijk B with B0, B1, B2; what is not said is 100 per buurt."""
    buurten = {name: counts.get(name, 100.0) for name in ("A0", "A1", "A2", "B0", "B1", "B2")}
    wijken = {
        wijk: counts.get(wijk, sum(value or 0.0 for name, value in buurten.items() if name[0] == wijk))
        for wijk in "AB"
    }
    whole = counts.get("G", sum(value or 0.0 for value in wijken.values()))
    codes = {"G": "GM0001", "A": "WK00010A", "B": "WK00010B"} | {n: f"BU00010{n[0]}0{n[1]}" for n in buurten}
    figures = {"G": whole} | wijken | buurten
    return [figure(codes[name], year, indicator, value) for name, value in figures.items()]


def people(year: int = 2020) -> list[dict[str, object]]:
    return town(year, "population", A0=20.0, A1=900.0, A2=400.0, B0=800.0, B1=300.0, B2=500.0)


def shielded(rows: list[dict[str, object]], definitions: pd.DataFrame = DEFINITIONS) -> pd.DataFrame:
    return protect(panel(rows, definitions), TOTALS, definitions)


def withheld(frame: pd.DataFrame) -> set[tuple[str, int, str]]:
    rows = frame[frame["status"] == "withheld"]
    return set(zip(rows["region"], rows["year"], rows["indicator"], strict=True))


def test_the_only_buurt_left_out_gets_one_partner_in_its_wijk_where_the_fewest_people_live() -> None:
    assert withheld(shielded([*town(A0=None, A=210.0), *people()])) == {("BU00010A02", 2020, "clients")}


def test_two_figures_left_out_hide_each_other_where_there_is_room_between_them() -> None:
    before = panel(town(A0=None, A1=None, A=130.0), DEFINITIONS)
    assert protect(before, TOTALS, DEFINITIONS) is before


@pytest.mark.parametrize("room", [0.0, 5.0])
def test_two_figures_left_out_that_can_only_be_next_to_nothing_get_a_third(room: float) -> None:
    rows = town(A0=None, A1=None, A=100.0 + room, G=400.0 + room)
    assert withheld(shielded(rows)) == {("BU00010A02", 2020, "clients")}


def test_a_partner_is_large_enough_to_hide_a_figure() -> None:
    rows = town(A0=None, A1=5.0, A2=60.0, A=70.0)
    assert withheld(shielded(rows)) == {("BU00010A02", 2020, "clients")}


def test_figures_that_are_too_small_hide_one_together() -> None:
    assert len(withheld(shielded(town(A0=None, A1=5.0, A2=5.0, A=10.0)))) == 2


def test_coarser_rounding_asks_for_more_room() -> None:
    coarse = define(count("clients", rounding=50))
    rows = town(A0=None, A1=60.0, A2=150.0, A=210.0)
    assert withheld(shielded(rows, coarse)) == {("BU00010A02", 2020, "clients")}
    assert withheld(shielded(rows)) == {("BU00010A01", 2020, "clients")}


def test_a_wijk_left_out_with_its_buurten_known_takes_one_buurt_on_either_side() -> None:
    found = withheld(shielded([*town(A=None, G=600.0), *people()]))
    assert found == {
        ("BU00010A00", 2020, "clients"),
        ("WK00010B", 2020, "clients"),
        ("BU00010B01", 2020, "clients"),
    }


def test_a_figure_of_the_gemeente_stays_as_long_as_a_wijk_can_do() -> None:
    frame = shielded(town(A0=None, A1=None, A2=None, A=None, G=300.0))
    assert not {region for region, *_ in withheld(frame)} & {"GM0001"}
    assert recoverable(frame, TOTALS, DEFINITIONS).empty


def test_the_gemeente_gives_up_its_figure_where_its_only_wijk_is_left_out() -> None:
    rows = [figure("GM0001", 2020, "clients", 40.0), figure("WK000100", 2020, "clients")]
    assert withheld(shielded(rows)) == {("GM0001", 2020, "clients")}


def test_a_series_stays_whole_where_the_figure_is_left_out_in_another_year_too() -> None:
    rows = [*town(2019, A0=None, A1=None, A2=100.0, A=150.0), *town(2020, A0=None, A=200.0)]
    assert withheld(shielded([*rows, *people(2019), *people(2020)])) == {("BU00010A01", 2020, "clients")}


def test_the_same_figures_are_withheld_year_after_year() -> None:
    rows = [row for year in (2018, 2019, 2020) for row in (*town(year, A0=None, A=210.0), *people(year))]
    assert {region for region, *_ in withheld(shielded(rows))} == {"BU00010A02"}


def test_a_part_of_the_people_is_not_found_from_the_rest_of_them() -> None:
    rows = [
        *town(indicator="population", A0=60.0, A1=200.0, A2=200.0, B0=200.0, B1=200.0, B2=200.0),
        *town(indicator="men", A0=None, A=230.0),
        *town(indicator="women", A0=30.0),
    ]
    frame = shielded(rows)
    assert recoverable(panel(rows, DEFINITIONS), TOTALS, DEFINITIONS)["indicator"].tolist() == ["men"]
    assert ("BU00010A00", 2020, "women") in withheld(frame)
    assert not any(indicator == "population" for *_, indicator in withheld(frame))
    assert recoverable(frame, TOTALS, DEFINITIONS).empty


def test_rates_and_counts_in_another_unit_are_never_added_up() -> None:
    rows = town(indicator="clients_rate", A0=None, A=200.0)
    shares = [row | {"unit": "%"} for row in town(A0=None, A=200.0)]
    before = panel([*rows, *shares], DEFINITIONS)
    assert protect(before, TOTALS, DEFINITIONS) is before


def test_nothing_follows_from_a_wijk_of_which_buurten_are_absent() -> None:
    rows = [row for row in (*town(A0=None, A=210.0), *people()) if row["region"] != "BU00010A01"]
    assert withheld(shielded(rows)) == set()


def test_buurten_without_a_wijk_make_up_their_gemeente() -> None:
    rows = [row for row in town(A0=None, A=200.0) if row["level"] != "wijk"]
    assert len(withheld(shielded(rows))) == 1


def test_a_figure_that_does_not_exist_is_a_nought_that_hides_nothing() -> None:
    rows = town(A0=None, A1=0.0, A=100.0)
    rows = [
        row | {"value": None, "status": "not_applicable"} if row["region"] == "BU00010A01" else row
        for row in rows
    ]
    assert withheld(shielded(rows)) == {("BU00010A02", 2020, "clients")}


def test_nothing_else_is_touched_and_twice_is_the_same() -> None:
    before = panel([*town(A0=None, A=210.0), *people()], DEFINITIONS).set_index(pd.Index(range(50, 68)))
    once = protect(before, TOTALS, DEFINITIONS)
    stays = once["status"] != "withheld"
    pd.testing.assert_frame_equal(once[stays], before[stays])
    assert once.loc[~stays, "value"].isna().all()
    pd.testing.assert_frame_equal(protect(once, TOTALS, DEFINITIONS), once)


def test_what_is_given_away_comes_with_the_values_that_are_left_for_it() -> None:
    found = recoverable(panel(town(A0=None, A=207.0), DEFINITIONS), TOTALS, DEFINITIONS)
    assert found.to_dict("records") == [
        {"region": "BU00010A00", "year": 2020, "indicator": "clients", "lowest": 7.0, "highest": 7.0}
    ]


def test_sums_that_rounding_made_contradict_each_other_hide_nothing() -> None:
    rows = town(A0=None, A1=None, A=90.0, G=400.0)
    assert withheld(shielded(rows))
    assert recoverable(shielded(rows), TOTALS, DEFINITIONS).empty


def of_inhabitants(region: str, clients: float | None, relative: float | None) -> list[dict]:
    return [
        figure(region, 2020, "clients", clients),
        figure(region, 2020, "relative", relative),
    ]


def test_a_rate_goes_with_the_count_it_expresses_and_not_without() -> None:
    definitions = define(count("clients"), rate("relative", unit="per 1 000 inwoners", rate_of="clients"))
    definitions["rate_of"] = definitions["rate_of"].fillna("")
    rows = [
        *of_inhabitants("WK00010A", 210.0, 70.0),
        *of_inhabitants("BU00010A00", None, None),
        *of_inhabitants("BU00010A01", 150.0, 100.0),
        *of_inhabitants("BU00010A02", 50.0, 60.0),
    ]
    safe = shielded(rows, definitions)
    assert withheld(safe) == {("BU00010A02", 2020, "clients"), ("BU00010A02", 2020, "relative")}
    assert protect(safe, TOTALS, definitions) is safe


def test_a_rate_that_cbs_shows_of_a_count_it_does_not_show_is_not_passed_on() -> None:
    definitions = define(count("clients"), rate("relative", unit="per 1 000 inwoners", rate_of="clients"))
    definitions["rate_of"] = definitions["rate_of"].fillna("")
    rows = [*of_inhabitants("BU00010A00", None, 20.0), *of_inhabitants("BU00010A01", 150.0, 100.0)]
    assert withheld(shielded(rows, definitions)) == {("BU00010A00", 2020, "relative")}
