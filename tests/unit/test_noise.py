from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.noise import standard_errors, total_errors
from analysis.shares import add_shares
from data.catalogue import catalogue
from data.sample import GEMEENTE as SAMPLE
from data.sample.divisions import YEARS
from data.sample.figures import figure_for
from data.sample.generate import model
from data.sample.publish import layouts, places
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


def by_lot(true, threshold):
    """Round to fives: up where the remainder, in fifths, is above the threshold of the lot."""
    return 5 * (true // 5 + (threshold < true % 5 / 5))


def test_rounding_of_a_share_of_one_whole_is_what_one_lot_for_all_parts_gives():
    generator = np.random.default_rng(1)
    lots = generator.random(60_000)
    true_young, true_old = generator.integers(80, 90, 60_000), generator.integers(235, 245, 60_000)
    young, old = by_lot(true_young, lots), by_lot(true_old, lots)
    simulated = np.std(100 * (young / (young + old) - true_young / (true_young + true_old)))
    rows = errors_of(figure(WIJK, 2020, "young", 85), figure(WIJK, 2020, "old", 240), shares=True)

    assert rows.loc[(WIJK, "young_share", 2020), "rounding"] == pytest.approx(simulated, rel=0.02)


def test_rounding_of_a_share_of_something_else_is_what_separate_lots_give():
    generator = np.random.default_rng(2)
    true_benefit, true_people = generator.integers(80, 100, 60_000), generator.integers(495, 505, 60_000)
    benefit, people = 10 * np.round(true_benefit / 10), by_lot(true_people, generator.random(60_000))
    simulated = np.std(1000 * (benefit / people - true_benefit / true_people))
    rows = errors_of(figure(WIJK, 2020, "benefit", 90), figure(WIJK, 2020, "population", 500), shares=True)

    assert rows.loc[(WIJK, "benefit_share", 2020), "rounding"] == pytest.approx(simulated, rel=0.03)


def test_a_figure_that_is_the_sum_of_two_rounded_columns_is_noisier_from_that_year_on():
    generator = np.random.default_rng(3)
    first, second = generator.integers(100, 110, 60_000), generator.integers(300, 310, 60_000)
    lots = generator.random(60_000)
    simulated = np.std(by_lot(first, lots) + by_lot(second, lots) - first - second)
    definitions = define(count("old", summed=((2026, 2),)))
    frame = panel(series(WIJK, "old", {2025: 400, 2026: 400}), definitions)

    before, after = standard_errors(frame, definitions)["rounding"]
    assert before == pytest.approx(2.0)
    assert after == pytest.approx(simulated, rel=0.02)


def test_rounding_follows_what_cbs_did_in_that_year():
    definitions = define(rate("gas", unit="m³", decimals=0, rounding=10, rounding_changes=((2021, 50),)))
    frame = panel(series(WIJK, "gas", {2020: 1200, 2021: 1200}), definitions)

    assert standard_errors(frame, definitions)["rounding"].tolist() == pytest.approx(
        [10 / 12**0.5, 50 / 12**0.5]
    )


def test_cars_are_rounded_to_the_nearest_five_at_the_gemeente_too():
    definitions = define(count("cars", 5, rounded_by_lot=False), count("people", 5, rounded_by_lot=True))
    rows = [figure(code, 2020, name, 500) for code in (WIJK, GEMEENTE) for name in ("cars", "people")]
    to_nearest = np.sqrt(np.mean([(5 * round(k / 5) - k) ** 2 for k in range(5)]))

    rounding = standard_errors(panel(rows, definitions), definitions)["rounding"]
    assert rounding.tolist() == pytest.approx([to_nearest, 2.0, to_nearest, 0.0])


def test_a_rate_wobbles_with_the_group_it_is_measured_on_but_no_less_than_with_the_households():
    definitions = define(
        count("population"), count("households"), count("dwellings", 0), rate("rented", base="dwellings")
    )
    rows = [figure(WIJK, 2020, "households", 400), figure(WIJK, 2020, "rented", 50.0)]
    smaller = panel([*rows, figure(WIJK, 2020, "dwellings", 100)], definitions)
    larger = panel([*rows, figure(WIJK, 2020, "dwellings", 1600)], definitions)
    secret = panel([*rows, figure(WIJK, 2020, "dwellings", None)], definitions)

    assert standard_errors(smaller, definitions)["chance"][1] == pytest.approx(50 / 10, rel=0.03)
    for few in (larger, secret):
        assert standard_errors(few, definitions)["chance"][1] == pytest.approx(50 / 20, rel=0.01)


def converted(*rows, definitions=DEFINITIONS):
    """A panel in which every figure of before 2020 was converted from two regions, with an error of 30."""
    frame = panel(list(rows), definitions)
    old = frame["year"] < 2020
    return frame.assign(
        status=frame["status"].mask(old & frame["value"].notna(), "bridged"),
        published_as=frame["region"].mask(old, "WK999907, WK999908"),
        moved=old * 0.2,
        bridging_error=old * 30.0,
    )


def test_the_error_of_a_conversion_is_part_of_the_total():
    frame = converted(*series(WIJK, "young", {2019: 400, 2020: 400}))
    before, now = (row for _, row in standard_errors(frame, DEFINITIONS).iterrows())

    assert (before["bridging"], now["bridging"]) == (30.0, 0.0)
    assert before["total"] == pytest.approx(
        np.sqrt(before["rounding"] ** 2 + before["chance"] ** 2 + 30.0**2)
    )


def test_a_figure_put_together_from_two_regions_has_the_rounding_of_two():
    frame = converted(*series(WIJK, "young", {2019: 400, 2020: 400}))

    assert standard_errors(frame, DEFINITIONS)["rounding"].tolist() == pytest.approx([12**0.5, 2.0])


def test_the_error_of_a_conversion_goes_on_into_the_share():
    frame = add_shares(
        converted(figure(WIJK, 2019, "young", 100), figure(WIJK, 2019, "old", 300)), DEFINITIONS
    )
    share_row = frame.index[frame["indicator"] == "young_share"][0]
    simulated = np.random.default_rng(5).normal([100, 300], 30, (40_000, 2))
    spread = np.std(100 * simulated[:, 0] / simulated.sum(axis=1))

    assert frame.loc[share_row, ["status", "moved"]].tolist() == ["bridged", 0.2]
    assert standard_errors(frame, DEFINITIONS).loc[share_row, "bridging"] == pytest.approx(spread, rel=0.05)


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


def test_converted_figures_do_not_make_the_swing_of_an_average():
    """Twenty wijken of which the converted figures, of before 2020, jump about twenty times as far."""
    generator = np.random.default_rng(6)
    rows = []
    for number in range(1, 21):
        code = f"WK9999{number:02d}"
        for year in range(2010, 2026):
            wild = 8.0 if year < 2020 else 0.4
            rows += [
                figure(code, year, "income", round(30 + generator.normal(0, wild), 1)),
                figure(code, year, "population", 2500),
            ]
    frame = converted(*rows)
    chance = standard_errors(frame, DEFINITIONS)["chance"][frame["indicator"] == "income"]

    assert chance.median() == pytest.approx(0.4, rel=0.4)


def test_a_missing_figure_has_no_error():
    row = errors_of(figure(WIJK, 2020, "young", None)).iloc[0]

    assert row[["rounding", "chance", "bridging", "total"]].isna().all()


def published_and_exact(store, year):
    """The published counts and shares of the sample with their rounding, beside the exact numbers behind them."""
    definitions = catalogue().frame()
    figures = add_shares(store.panel(SAMPLE), definitions)
    figures = figures.join(standard_errors(figures, definitions)).query("year == @year and value == value")
    layout, (_, measures) = layouts()[year], model()
    exact = {}
    for place in places(year):
        members = measures_of(measures, place.members, year)
        for indicator in catalogue().published:
            for column in layout.columns:
                if indicator.kind == "count" and column.stem == indicator.columns[0].stems[0]:
                    part = figure_for(column.stem, column.occurrence, column.unit, year).part
                    exact[place.code, indicator.id] = members(part)
        for ratio in catalogue().shares:
            parts = [exact.get((place.code, part), np.nan) for part in ratio.share_of]
            exact[place.code, ratio.id] = ratio.factor * parts[0] / (sum(parts[1:]) or np.nan)
    keys = zip(figures["region"], figures["indicator"], strict=True)
    return figures.assign(exact=[exact.get(key, np.nan) for key in keys]).dropna(subset="exact")


def measures_of(measures, members, year):
    return lambda name: float(measures[name][members, YEARS.index(year)].sum())


def test_rounding_covers_what_the_sample_knows_to_be_true(sample_store):
    """A band of 1.96 standard errors holds 92 % of counts rounded by lot (drawn from whole numbers) and more of others."""
    figures = published_and_exact(sample_store, 2019)
    rounded = figures[figures["rounding"] > 0]
    off = ((rounded["value"] - rounded["exact"]) / rounded["rounding"]).abs()
    of_shares = off[rounded["indicator"].str.endswith("_share")]

    assert len(of_shares) > 1000
    assert (off <= 1.96).mean() > 0.92
    assert 0.92 < (of_shares <= 1.96).mean() < 0.99
    assert np.sqrt((of_shares**2).mean()) == pytest.approx(1.0, abs=0.1)
    unrounded = figures[figures["rounding"] == 0]
    assert np.abs(unrounded["value"] - unrounded["exact"]).max() < 0.5


@pytest.mark.real
@pytest.mark.skipif(not COUNTRY.exists(), reason="the real figures are not beside the project")
def test_the_error_of_a_share_holds_in_the_real_table():
    """In a gemeente of one wijk the exact shares of the gemeente show the rounding of those of the wijk."""
    columns = ["Codering_3", *(f"k_{band}" for band in BANDS)]
    table = pd.read_parquet(COUNTRY, columns=columns)
    table.columns = ["region", "a", "b", "c", "d", "e"]
    table["region"] = table["region"].str.strip()
    wijken = table[table["region"].str.startswith("WK")].assign(
        gemeente=lambda w: "GM" + w["region"].str[2:6]
    )
    alone = wijken[~wijken["gemeente"].duplicated(keep=False)]
    bands = ["a", "b", "c", "d", "e"]
    definitions = define(*map(count, bands), *(share(f"{band}_share", band, *bands) for band in bands))
    counts = table[table["region"].isin([*alone["region"], *alone["gemeente"]])].melt(
        "region", bands, "indicator"
    )
    rows = [figure(row.region, 2020, row.indicator, row.value) for row in counts.itertuples()]
    whole = add_shares(panel(rows, definitions), definitions)
    whole = whole.join(standard_errors(whole, definitions))
    of_share = whole[whole["indicator"].str.endswith("_share")].set_index(["region", "indicator"])
    wijk = of_share[of_share["level"] == "wijk"]
    exact = [of_share.loc[("GM" + region[2:6], name), "value"] for region, name in wijk.index]
    off = (wijk["value"] - exact) / wijk["rounding"]

    assert len(off) >= 100
    assert np.sqrt((off**2).mean()) == pytest.approx(1.0, abs=0.15)
    assert (off.abs() <= 1.96).mean() > 0.93


def test_a_share_without_its_parts_is_refused_by_name():
    whole = add_shares(
        panel([*series(WIJK, "young", {2020: 50}), *series(WIJK, "old", {2020: 50})], DEFINITIONS),
        DEFINITIONS,
    )

    with pytest.raises(ValueError, match="young_share without a figure for young, old"):
        standard_errors(whole[whole["indicator"] == "young_share"], DEFINITIONS)


def test_an_empty_panel_has_no_errors():
    assert standard_errors(panel([], DEFINITIONS), DEFINITIONS).empty


def test_errors_computed_once_serve_a_selection():
    definitions = define(count("population"), rate("gas"))
    rows = [
        *series("WK999901", "population", {2019: 500, 2020: 900}),
        *series("WK999901", "gas", {2019: 2, 2020: 3}),
    ]
    whole = panel(rows, definitions)
    errors = standard_errors(whole, definitions)
    part = whole[whole["indicator"] == "gas"]

    assert total_errors(part, definitions, errors).tolist() == errors["total"].loc[part.index].tolist()
    with pytest.raises(ValueError, match="does not cover"):
        total_errors(whole, definitions, errors.loc[part.index])
