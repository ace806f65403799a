"""Hotspots over the years: every class is found where it was planted, and nothing is claimed where nothing can be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.hotspots import COLD, HOT, ISLAND, NO_FIGURE, NOTHING, Neighbours, contiguity, getis_ord
from analysis.hotspots.emerging import (
    CLASSES,
    DIMINISHING,
    ENDED,
    HISTORICAL,
    INTENSIFYING,
    NEITHER,
    NEW,
    PERSISTENT,
    SPORADIC,
    TOO_FEW_YEARS,
    _pattern,
    emerging,
)
from benchmarks.emerging import FIRST_YEAR, PLANTED, course, found, frame, group, town

YEARS = 9


def planted(kind: str, height: float = 5.0, seed: int = 1) -> tuple[np.ndarray, Neighbours, list[int]]:
    """Return figures of 44 wijken with one hotspot, their neighbours, and the places in the hotspot."""
    neighbours, outwards = town(44, 1)
    inside = group(neighbours, outwards[0], PLANTED[44])
    values = np.random.default_rng(seed).normal(size=(44, YEARS))
    values[inside] += course(kind, YEARS, height)
    return values, neighbours, inside


def middle(table: pd.DataFrame, neighbours: Neighbours, inside: list[int]) -> pd.Series:
    return table[table["region"] == neighbours.regions[inside[0]]].iloc[0]


@pytest.mark.parametrize(("wijken", "years", "least"), [(24, 13, 35), (44, 6, 35), (110, 13, 70)])
def test_a_planted_hotspot_gets_its_own_class(wijken: int, years: int, least: float) -> None:
    towns = {24: 3, 44: 2, 110: 1}[wijken]
    told = {kind: found(kind, wijken, years, 4.0, towns) for kind in CLASSES}
    lasting = {INTENSIFYING, DIMINISHING}
    for kind, share in told.items():
        # A trend in six to thirteen figures takes more than a hotspot does: there, "lasting" is right as well.
        right = share[kind] + (share[PERSISTENT] if kind in lasting else 0.0)
        assert right >= (least if (kind, years) != (SPORADIC, 6) else 20), (kind, share)
        assert share["elsewhere"] <= 5
    assert told[INTENSIFYING][DIMINISHING] == told[DIMINISHING][INTENSIFYING] == 0
    if wijken == 110:
        assert min(told[kind][kind] for kind in lasting) >= 50


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("00000001", NEW),
        ("00000111", NEW),
        ("00000101", NEW),
        ("00000010", SPORADIC),
        ("11111111", PERSISTENT),
        ("00111111", PERSISTENT),
        ("11101101", PERSISTENT),
        ("11111110", PERSISTENT),
        ("10010001", SPORADIC),
        ("01000000", SPORADIC),
        ("11110000", HISTORICAL),
        ("01110100", HISTORICAL),
        ("10001000", SPORADIC),
    ],
)
def test_the_years_make_the_class(pattern: str, kind: str) -> None:
    assert _pattern(np.array([year == "1" for year in pattern])) == kind


def test_low_figures_are_a_side_of_their_own() -> None:
    values, neighbours, inside = planted(PERSISTENT)
    high, low = emerging(frame(values), neighbours), emerging(frame(-values), neighbours)
    assert middle(high, neighbours, inside)[["side", "class"]].tolist() == [HOT, PERSISTENT]
    assert middle(low, neighbours, inside)[["side", "class"]].tolist() == [COLD, PERSISTENT]
    assert high["class"].tolist() == low["class"].tolist()


@pytest.mark.parametrize(("kind", "sign"), [(INTENSIFYING, 1), (DIMINISHING, -1)])
def test_growth_is_told_in_the_unit_of_the_figures(kind: str, sign: int) -> None:
    values, neighbours, inside = planted(kind)
    row = middle(emerging(frame(10 + values), neighbours), neighbours, inside)
    assert row["class"] == kind
    assert sign * row["slope"] > 0
    assert sign * (row["gap_last"] - row["gap_first"]) > 1


def test_rates_of_few_people_weigh_by_how_far_chance_takes_them() -> None:
    neighbours, _ = town(44, 1)
    people = np.where(np.arange(44) < 22, 60.0, 6000.0)[:, None] * np.ones(YEARS)
    rates = 100 * np.random.default_rng(2).binomial(people.astype(int), 0.05) / people
    rows = frame(rates).assign(base=people.ravel())
    assert set(emerging(rows, neighbours)["side"]) == {NEITHER}
    far = emerging(rows.assign(base=np.nan), neighbours)
    pd.testing.assert_frame_equal(far, emerging(rows.drop(columns="base"), neighbours))


def test_inflation_is_no_growth() -> None:
    values, neighbours, inside = planted(PERSISTENT)
    dearer = (200 + 10 * values) * 1.08 ** np.arange(YEARS)
    assert middle(emerging(frame(dearer), neighbours), neighbours, inside)["class"] == PERSISTENT


def test_what_is_told_rests_on_the_years_it_names() -> None:
    values, neighbours, inside = planted(NEW)
    row = middle(emerging(frame(values), neighbours), neighbours, inside)
    assert row["years"] == (FIRST_YEAR + YEARS - 2, FIRST_YEAR + YEARS - 1)
    assert (row["first"], row["last"]) == (row["years"][0], row["years"][-1])
    assert (row["n_years"], row["n_flagged"]) == (YEARS, 2)
    z = getis_ord(values, neighbours)[inside[0]]
    assert row[["statistic_first", "statistic_last"]].tolist() == pytest.approx([z[0], z[-1]])


def test_order_of_rows_and_regions_elsewhere_make_no_difference() -> None:
    values, neighbours, _ = planted(PERSISTENT)
    rows = frame(values)
    elsewhere = pd.DataFrame({"region": ["<b>elders</b>"], "year": [2013], "value": [99.0]})
    shuffled = pd.concat([elsewhere, rows.sample(frac=1, random_state=1)])
    pd.testing.assert_frame_equal(emerging(rows, neighbours), emerging(shuffled, neighbours))


def test_a_region_that_came_later_or_stopped_is_not_judged_but_counts_for_its_neighbours() -> None:
    values, neighbours, inside = planted(PERSISTENT)
    values[inside[1], :4] = np.nan
    values[inside[2], -2:] = np.nan
    values[inside[3]] = np.nan
    values[inside[4], 2:5] = np.nan
    table = emerging(frame(values), neighbours).set_index("region")
    told = [table.loc[neighbours.regions[place], "class"] for place in inside[:4]]
    assert told == [PERSISTENT, TOO_FEW_YEARS, ENDED, NO_FIGURE]
    assert table.loc[neighbours.regions[inside[4]], "n_years"] == YEARS - 3


def test_an_island_is_named() -> None:
    values, neighbours, inside = planted(PERSISTENT)
    alone = neighbours.touching.tolil()
    alone[inside[1], :] = 0
    alone[:, inside[1]] = 0
    apart = alone.tocsr()
    apart.eliminate_zeros()
    table = emerging(frame(values), Neighbours(neighbours.regions, apart)).set_index("region")
    assert table.loc[neighbours.regions[inside[1]], "class"] == ISLAND


def test_nothing_is_read_across_a_break() -> None:
    values, neighbours, inside = planted(PERSISTENT)
    rows = frame(values)
    rows["segment"] = (rows["year"] >= FIRST_YEAR + 2).astype(int)
    row = middle(emerging(rows, neighbours), neighbours, inside)
    assert (row["n_years"], row["first"]) == (YEARS - 2, FIRST_YEAR + 2)
    rows["segment"] = (rows["year"] >= FIRST_YEAR + 5).astype(int)
    assert set(emerging(rows, neighbours)["class"]) == {TOO_FEW_YEARS}


def test_where_nothing_can_be_found_nothing_is_claimed() -> None:
    neighbours, _ = town(24, 0)
    equal = emerging(frame(np.full((24, 8), 3.1)), neighbours)
    assert set(equal["class"]) == {NOTHING}
    assert set(equal["side"]) == {NEITHER}
    assert set(emerging(frame(np.zeros((24, 8))).iloc[:0], neighbours)["class"]) == {NO_FIGURE}
    few = emerging(frame(np.random.default_rng(0).normal(size=(24, 5))), neighbours)
    assert set(few["class"]) == {TOO_FEW_YEARS}
    nobody = emerging(frame(np.zeros((1, 8))), contiguity([], []))
    assert len(nobody) == 0


def test_what_makes_no_sense_is_refused() -> None:
    neighbours, _ = town(24, 0)
    rows = frame(np.zeros((24, 8)))
    with pytest.raises(ValueError, match="two figures in one year"):
        emerging(pd.concat([rows, rows.head(1)]), neighbours)
    with pytest.raises(ValueError, match="no column value"):
        emerging(rows.drop(columns="value"), neighbours)
    with pytest.raises(ValueError, match="infinite"):
        emerging(rows.assign(value=np.inf), neighbours)
