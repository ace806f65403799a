from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.noise import standard_errors
from analysis.shares import add_shares
from tests.panel_builder import count, define, figure, panel, rate, series, share

COUNTRY = Path(__file__).parents[2].parent / "shared" / "real" / "kwb_2020_nl" / "TypedDataSet.parquet"
BANDS = ("0Tot15Jaar_8", "15Tot25Jaar_9", "25Tot45Jaar_10", "45Tot65Jaar_11", "65JaarOfOuder_12")
WIJK, GEMEENTE = "WK999901", "GM9999"
DEFINITIONS = define(
    count("population"),
    count("households"),
    count("young"),
    count("old"),
    count("benefit", 10),
    count("area", 0) | {"unit": "ha"},
    rate("low_income"),
    rate("crime", unit="per 1 000 inwoners", decimals=0),
    rate("gas", unit="m³", decimals=0, rounding=50),
    rate("income", unit="x 1 000 euro"),
    rate("density", "neutral", unit="aantal inwoners per km²", decimals=0),
    share("young_share", "young", "young", "old"),
    share("benefit_share", "benefit", "population", factor=1000.0, unit="per 1 000 inwoners"),
)


def errors_of(*rows, shares=False):
    frame = panel(list(rows), DEFINITIONS)
    frame = add_shares(frame, DEFINITIONS) if shares else frame
    errors = standard_errors(frame, DEFINITIONS)
    assert errors.index.equals(frame.index)
    return frame.join(errors).set_index(["region", "indicator", "year"])


def test_random_rounding_to_five_has_the_spread_that_drawing_lots_gives():
    """Enumerate: remainder k goes up with probability k/5, so the error is 5-k or -k."""
    by_lot = [(k / 5) * (5 - k) ** 2 + (1 - k / 5) * k**2 for k in range(5)]
    row = errors_of(figure(WIJK, 2020, "young", 100)).iloc[0]

    assert row["rounding"] == pytest.approx(np.sqrt(np.mean(by_lot)))
    assert row["rounding"] == pytest.approx(2.0)


@pytest.mark.real
@pytest.mark.skipif(not COUNTRY.exists(), reason="the real figures are not beside the project")
def test_random_rounding_is_as_large_in_the_real_table():
    """Where a gemeente has one wijk, the exact count of the gemeente shows the rounding of the wijk."""
    columns = ["Codering_3", *(f"k_{band}" for band in BANDS)]
    table = pd.read_parquet(COUNTRY, columns=columns).rename(columns={"Codering_3": "code"})
    table["code"] = table["code"].str.strip()
    wijken = table[table["code"].str.startswith("WK")].copy()
    wijken["gemeente"] = "GM" + wijken["code"].str[2:6]
    alone = wijken[~wijken["gemeente"].duplicated(keep=False)].set_index("gemeente").drop(columns="code")
    exact = table.set_index("code").loc[alone.index]
    off = (alone - exact).to_numpy(dtype=float)

    assert len(off) >= 20
    assert np.abs(off).max() < 5
    assert np.sqrt(np.mean(off**2)) == pytest.approx(2.0, abs=0.35)


def test_rounding_to_tens_is_to_the_nearest_at_every_level():
    to_nearest = np.sqrt(np.mean([(round(k, -1) - k) ** 2 for k in (0.5, *range(1, 10))]))
    rows = errors_of(figure(WIJK, 2020, "benefit", 100), figure(GEMEENTE, 2020, "benefit", 4000))

    assert rows["rounding"].to_numpy() == pytest.approx(np.sqrt(99 / 12))
    assert rows["rounding"].iloc[0] == pytest.approx(to_nearest, rel=0.05)


def test_the_gemeente_count_is_exact():
    assert errors_of(figure(GEMEENTE, 2020, "population", 87_123))["rounding"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("indicator", "step"), [("low_income", 0.1), ("crime", 1.0), ("gas", 50.0), ("income", 0.1)]
)
def test_a_published_rate_is_rounded_to_its_decimals_or_multiple(indicator, step):
    row = errors_of(figure(WIJK, 2020, indicator, 10.0)).iloc[0]

    assert row["rounding"] == pytest.approx(step / np.sqrt(12))


def test_a_count_published_as_a_percentage_is_rounded_as_one():
    row = errors_of(figure(WIJK, 2014, "young", 25, unit="%")).iloc[0]

    assert row["rounding"] == pytest.approx(1 / np.sqrt(12))


def test_rounding_of_a_share_is_what_simulated_rounding_gives():
    generator = np.random.default_rng(1)
    true_young, true_old = generator.integers(80, 90, 60_000), generator.integers(235, 245, 60_000)

    def by_lot(true):
        return 5 * (true // 5 + (generator.random(len(true)) < true % 5 / 5))

    young, old = by_lot(true_young), by_lot(true_old)
    simulated = np.std(100 * (young / (young + old) - true_young / (true_young + true_old)))
    rows = errors_of(figure(WIJK, 2020, "young", 85), figure(WIJK, 2020, "old", 240), shares=True)

    assert rows.loc[(WIJK, "young_share", 2020), "rounding"] == pytest.approx(simulated, rel=0.02)


def test_chance_of_a_share_is_binomial_and_shrinks_with_the_root_of_the_wijk():
    small = errors_of(figure(WIJK, 2020, "young", 100), figure(WIJK, 2020, "old", 300), shares=True)
    large = errors_of(figure(WIJK, 2020, "young", 10_000), figure(WIJK, 2020, "old", 30_000), shares=True)
    key = (WIJK, "young_share", 2020)

    assert small.loc[key, "chance"] == pytest.approx(100 * np.sqrt(0.25 * 0.75 / 400), rel=0.02)
    assert small.loc[key, "chance"] / large.loc[key, "chance"] == pytest.approx(10, rel=0.02)
    assert small.loc[key, "total"] == pytest.approx(
        np.hypot(small.loc[key, "rounding"], small.loc[key, "chance"])
    )


def test_a_share_of_zero_is_not_called_certain():
    rows = errors_of(figure(WIJK, 2020, "young", 0), figure(WIJK, 2020, "old", 40), shares=True)

    assert rows.loc[(WIJK, "young_share", 2020), "chance"] > 2


def test_a_numerator_above_its_denominator_still_has_a_spread():
    rows = errors_of(figure(WIJK, 2020, "benefit", 40), figure(WIJK, 2020, "population", 35), shares=True)

    assert rows.loc[(WIJK, "benefit_share", 2020), "chance"] > 0


def test_chance_of_a_count_is_its_root():
    assert errors_of(figure(WIJK, 2020, "young", 400))["chance"].tolist() == [20.0]
    assert errors_of(figure(WIJK, 2020, "young", 0))["chance"].tolist() == [1.0]


def test_area_is_not_a_matter_of_chance():
    row = errors_of(figure(WIJK, 2020, "area", 120)).iloc[0]

    assert pd.isna(row["chance"])
    assert row["total"] == 0


def test_chance_of_a_published_rate_comes_from_households_or_inhabitants():
    rows = errors_of(
        figure(WIJK, 2020, "population", 2000),
        figure(WIJK, 2020, "households", 900),
        figure(WIJK, 2020, "low_income", 10.0),
        figure(WIJK, 2020, "crime", 5.0),
    )["chance"]

    assert rows[(WIJK, "low_income", 2020)] == pytest.approx(100 * np.sqrt(0.1 * 0.9 / 900), rel=0.05)
    assert rows[(WIJK, "crime", 2020)] == pytest.approx(1000 * np.sqrt(0.005 * 0.995 / 2000), rel=0.12)


def test_density_is_as_uncertain_as_the_inhabitants_it_counts():
    rows = errors_of(figure(WIJK, 2020, "population", 2500), figure(WIJK, 2020, "density", 5000))["chance"]

    assert rows[(WIJK, "density", 2020)] / 5000 == pytest.approx(rows[(WIJK, "population", 2020)] / 2500)


def test_unknown_chance_stays_empty_and_leaves_the_rounding():
    row = errors_of(figure(WIJK, 2020, "income", 28.4)).iloc[0]

    assert pd.isna(row["chance"])
    assert row["total"] == row["rounding"]


def test_chance_of_an_average_is_measured_from_how_series_swing():
    """Twenty wijken around straight lines, with a shared shock: the swing per wijk is found back."""
    generator = np.random.default_rng(4)
    rows, spread = [], 0.8
    for number in range(1, 21):
        code = f"WK9999{number:02d}"
        for year in range(2013, 2024):
            shock = 3.0 if year == 2018 else 0.0
            value = 20 + number + 0.3 * (year - 2013) + shock + generator.normal(0, spread)
            rows += [
                figure(code, year, "income", round(value, 1)),
                figure(code, year, "population", 1600 if number <= 10 else 6400),
            ]
    errors = errors_of(*rows)["chance"]
    small = errors[("WK999901", "income", 2020)]
    large = errors[("WK999920", "income", 2020)]

    assert small / large == pytest.approx(2.0, rel=0.01)
    assert np.sqrt(small * large) == pytest.approx(spread, rel=0.35)


def test_a_missing_figure_has_no_error():
    row = errors_of(figure(WIJK, 2020, "young", None)).iloc[0]

    assert row[["rounding", "chance", "total"]].isna().all()


def test_a_share_without_its_parts_is_refused_by_name():
    whole = add_shares(
        panel([*series(WIJK, "young", {2020: 50}), *series(WIJK, "old", {2020: 50})], DEFINITIONS),
        DEFINITIONS,
    )

    with pytest.raises(ValueError, match="young_share without a figure for young, old"):
        standard_errors(whole[whole["indicator"] == "young_share"], DEFINITIONS)


def test_an_empty_panel_has_no_errors():
    assert standard_errors(panel([], DEFINITIONS), DEFINITIONS).empty
