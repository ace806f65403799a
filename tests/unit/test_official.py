"""The projection of CBS and PBL beside our own forecast: what is said, and what is imposed when one goes by it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ui import official, official_wording

GEMEENTE = "GM0917"


def known(counts: dict[int, float], projected: dict[int, float] | None, bounds: float | None = 0.02) -> Any:
    """Return what `ui.official` needs of a gemeente: what was counted, and what was projected."""
    panel = pd.DataFrame({"year": list(counts), "value": list(counts.values())}, dtype="float64")
    projection = None
    if projected is not None:
        people = pd.Series(projected, dtype="float64")
        off = people * (np.nan if bounds is None else bounds)
        projection = pd.DataFrame(
            {
                "year": people.index,
                "people": people.to_numpy(),
                "lower_67": (people - off).to_numpy(),
                "upper_67": (people + off).to_numpy(),
                "division": 2021,
                "tables": "85173NED",
                "modified": "85173NED 2023-07-05T02:00:00",
                "at": "2026-11-22T10:00:00+00:00",
                "source": "CBS en PBL, Regionale prognose, tabel 85173NED (CC BY 4.0)",
            }
        )
    return SimpleNamespace(gemeente=GEMEENTE, projection=projection, of=lambda *_: panel)


def ours(means: dict[int, float]) -> Any:
    """Return a study of the one series, with a band of 2 000 either way."""
    mean = pd.Series(means, dtype="float64")
    return SimpleNamespace(
        forecasts=pd.DataFrame(
            {
                "region": GEMEENTE,
                "indicator": "population",
                "year": mean.index,
                "mean": mean.to_numpy(),
                "lower_80": mean.to_numpy() - 2_000,
                "upper_80": mean.to_numpy() + 2_000,
                "last_value": 90_000.0,
            }
        )
    )


TOWN = known({2023: 90_000, 2024: 90_000, 2025: 90_000}, {2024: 91_000, 2025: 92_000, 2026: 93_840})


def test_what_is_imposed_grows_as_projected_from_what_was_counted() -> None:
    fixed = official.fixed_of(TOWN)
    assert list(fixed.columns) == ["region", "indicator", "year", "mean", "error"]
    assert fixed[["region", "indicator", "year"]].to_numpy().tolist() == [[GEMEENTE, "population", 2026]]
    assert fixed["mean"].iloc[0] == pytest.approx(90_000 * 93_840 / 92_000)


def test_the_whole_published_error_comes_along() -> None:
    half = 0.02 * 93_840 * 90_000 / 92_000
    assert official.fixed_of(TOWN)["error"].iloc[0] == pytest.approx(half / 0.9741)


def test_without_an_interval_nothing_is_said_of_the_error() -> None:
    bare = known({2025: 90_000}, {2025: 92_000, 2026: 93_840}, bounds=None)
    assert official.fixed_of(bare)["error"].tolist() == [0.0]


@pytest.mark.parametrize(
    "town",
    [
        known({2025: 90_000}, None),
        known({2022: 90_000}, {2023: 91_000, 2024: 92_000}),
        known({2025: 90_000}, {2025: 190_000, 2026: 191_000}),
        known({}, {2025: 90_000, 2026: 91_000}),
        known({2025: 0}, {2025: 0, 2026: 0}),
    ],
    ids=["no projection", "no year in common", "another town", "never counted", "nobody"],
)
def test_where_it_does_not_fit_nothing_is_imposed(town: Any) -> None:
    assert official.growth(town) is None
    assert official.fixed_of(town).empty


def test_beside_each_other_stand_the_published_figure_ours_and_the_difference() -> None:
    rows = official.beside(TOWN, ours({2026: 90_400}))
    assert rows is not None
    row = rows.set_index("year").loc[2026]
    assert (row["people"], row["mean"], row["difference"]) == (93_840, 90_400, 3_440)
    assert rows.set_index("year").loc[2025, "counted"] == 90_000
    assert np.isnan(rows.set_index("year").loc[2025, "mean"])


def test_the_difference_is_told_in_per_cent_with_what_our_band_says_of_it() -> None:
    row = pd.Series({"year": 2030, "people": 95_400, "mean": 93_400, "lower_80": 92_000, "upper_80": 94_800})
    assert official_wording.difference_sentences(row) == [
        "De prognose van CBS en PBL ligt in 2030 2,1\u00a0% hoger dan onze verwachting: 95\u202f400 tegen 93\u202f400 inwoners.",
        "Dat is buiten de band waarin het in 8 van de 10 gevallen uitkomt.",
    ]
    inside = official_wording.difference_sentences(row.replace(94_800, 96_000))
    assert "binnen de band" in inside[1]


def test_a_difference_within_the_rounding_is_about_equal() -> None:
    row = pd.Series({"year": 2030, "people": 12_100, "mean": 12_040, "lower_80": 1, "upper_80": 2})
    (sentence,) = official_wording.difference_sentences(row)
    assert "ongeveer gelijk" in sentence
    assert official_wording.title(row, "Heerlen").endswith("ongeveer hetzelfde in 2030")
    assert "Dat is ongeveer gelijk." in official_wording.gap_sentence(92_600, 92_574, 2023)


def test_how_it_did_so_far_is_told_beside_the_count() -> None:
    told = official_wording.gap_sentence(94_100, 93_107, 2025)
    assert told == (
        "Voor 2025 verwachtte die prognose 94\u202f100 inwoners; geteld zijn er 93\u202f107. Dat is 1,1\u00a0% minder."
    )


def test_its_limits_are_told_division_age_and_end() -> None:
    told = " ".join(official_wording.limits(TOWN.projection, GEMEENTE, [GEMEENTE]))
    for words in ("gemeenten van 2021", "leeftijden", "sinds 2024", "2 van de 3", "wijken en buurten"):
        assert words in told
    assert "gewijzigd op 5-7-2023, ingelezen op 22 november 2026" in told


def test_of_a_merged_gemeente_is_told_what_was_added_up() -> None:
    told = " ".join(official_wording.limits(TOWN.projection, "GM0439", ["GM0439", "GM0370"]))
    assert "We telden Purmerend en Beemster bij elkaar op" in told
    new = " ".join(official_wording.limits(TOWN.projection, "GM1991", ["GM0856", "GM1685"]))
    assert "We telden Uden en Landerd bij elkaar op" in new


def test_the_table_has_words_where_there_is_no_figure() -> None:
    rows = official.beside(TOWN, ours({2026: 90_400}))
    assert rows is not None
    shown = official.table(rows)
    assert not shown.isna().any(axis=None)
    assert "nan" not in shown.to_csv()
