from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.forecasting import (
    FEWEST_YEARS,
    LEVELS,
    REASONS,
    Study,
    bounds,
    method_of,
    size_class,
    study,
    track_record,
)
from analysis.forecasting._bands import FEWEST_ORIGINS
from analysis.trends import figures_of_panel
from tests.panel_builder import count, define, panel, rate, series

M3 = Path(__file__).parents[2].parent / "shared" / "real" / "forecasting" / "m3_yearly.csv"
BANDS = ["lower_80", "upper_80", "lower_95", "upper_95"]
FORECAST = ["region", "indicator", "year", "horizon", "mean", *BANDS, "method", "own", "shared"]
FORECAST += ["last_year", "last_value", "n", "origins", "pool", "scale"]
EARLIER = ["region", "indicator", "pool", "origin", "year", "horizon", "value", "last_value", "mean", *BANDS]
EARLIER += ["size", "scale", "own", "shared"]
YEARS = np.arange(2009, 2023)


def frame(values: dict[str, object], first: int = 2009, **columns: object) -> pd.DataFrame:
    """One series per region; None is a year without a figure."""
    rows = [
        (region, "figure", first + place, value)
        for region, figures in values.items()
        for place, value in enumerate(figures)
    ]
    figures = pd.DataFrame(rows, columns=["region", "indicator", "year", "value"])
    return figures.astype({"value": "float64"}).assign(**columns)


def town(wijken: int = 10, years: int = 14, seed: int = 3) -> dict[str, np.ndarray]:
    noise = np.random.default_rng(seed)
    steps = noise.normal(0.008, 0.03, (wijken, years))
    return {
        f"W{n:02d}": np.round(300 * (n + 1) * np.exp(np.cumsum(steps[n]))).astype(float)
        for n in range(wijken)
    }


def assert_sound(studied: Study, unit: str = "") -> None:
    """What holds for every answer, however odd the question."""
    low, high = bounds(unit)
    for told in (studied.forecasts, studied.earlier):
        assert np.isfinite(told["mean"]).all()
        banded = told[BANDS].notna()
        assert (banded.all(axis=1) == banded.any(axis=1)).all()
        inside = told[banded.all(axis=1)]
        ordered = inside[["lower_95", "lower_80", "mean", "upper_80", "upper_95"]].to_numpy()
        assert np.isfinite(ordered).all()
        assert (np.diff(ordered, axis=1) >= 0).all()
        assert (told[["own", "shared"]] >= 0).all(axis=None)
        assert (told["own"] + told["shared"] <= 1 + 1e-9).all()
        if low is not None:
            assert not (told["mean"] < low).any()
        if high is not None:
            assert not (told["mean"] > high).any()
    assert set(studied.refused["reason"]) <= set(REASONS)
    assert (studied.forecasts["n"] >= FEWEST_YEARS).all()
    answered = set(studied.forecasts["region"]) | set(studied.refused["region"])
    assert not set(studied.forecasts["region"]) & set(studied.refused["region"])
    assert answered >= set(studied.earlier["region"])


def test_a_study_has_the_columns_it_promises():
    studied = study(frame(town()), 4)

    assert list(studied.forecasts.columns) == FORECAST
    assert list(studied.earlier.columns) == EARLIER
    assert list(studied.refused.columns) == ["region", "indicator", "reason", "n", "last_year"]
    assert len(studied.forecasts) == 10 * 4
    assert studied.forecasts["year"].tolist()[:4] == [2023, 2024, 2025, 2026]
    assert studied.forecasts["region"].drop_duplicates().tolist() == list(town())


def test_what_came_is_held_against_what_was_said():
    values = town()
    earlier = study(frame(values), 3).earlier

    assert (earlier["year"] == earlier["origin"] + earlier["horizon"]).all()
    for row in earlier.sample(20, random_state=1).itertuples():
        assert row.value == values[row.region][row.year - 2009]
        assert row.last_value == values[row.region][row.origin - 2009]
    assert earlier["origin"].min() == 2009 + FEWEST_YEARS - 1


def test_earlier_forecasts_can_be_left_out_and_change_nothing():
    figures = frame(town())
    without = study(figures, 4, earlier=False)

    assert without.earlier.empty
    pd.testing.assert_frame_equal(without.forecasts, study(figures, 4).forecasts)


def test_bands_need_three_years_of_earlier_forecasts():
    forecasts = study(frame(town(years=8)), 8).forecasts
    banded = forecasts[BANDS].notna().all(axis=1)

    assert (banded == (forecasts["origins"] >= FEWEST_ORIGINS)).all()
    assert banded.any()
    assert not banded.all()


def test_a_fan_has_no_hole_where_figures_come_every_other_year():
    values = town(years=24)
    figures = frame(values)
    forecasts = study(figures[figures["year"] % 2 == 1], 6).forecasts
    banded = forecasts.pivot_table(index="region", columns="horizon", values="lower_80", dropna=False).notna()

    assert banded[2].all()
    assert not (banded.astype(int).diff(axis=1) > 0).any(axis=None)


def test_rounding_noise_is_in_the_band():
    noisy = study(frame(town(), error=60.0), 3).forecasts

    assert (noisy["upper_80"] - noisy["mean"] >= 1.28 * 60).all()
    assert (noisy["upper_95"] - noisy["mean"] >= 1.95 * 60).all()


def test_values_a_thousand_times_as_large_have_forecasts_a_thousand_times_as_large():
    figures = frame(town()).assign(kind="count")
    one, thousand = study(figures, 5), study(figures.assign(value=figures["value"] * 1000), 5)
    for name in ("forecasts", "earlier"):
        small, large = getattr(one, name), getattr(thousand, name)
        np.testing.assert_allclose(
            small[["mean", *BANDS, "last_value", "scale"]] * 1000,
            large[["mean", *BANDS, "last_value", "scale"]],
            rtol=1e-9,
        )


def test_a_straight_rise_goes_on_and_noise_does_not():
    rising = {f"W{n}": 500 + (20 + n) * np.arange(14.0) for n in range(8)}
    noise = np.random.default_rng(1).normal(0, 20, (8, 14))
    level = {f"W{n}": 500 + noise[n] for n in range(8)}
    went_on = study(frame(rising, kind="count"), 3).forecasts.query("horizon == 3")
    stayed = study(frame(level), 3).forecasts.query("horizon == 3")

    assert (went_on["mean"] > went_on["last_value"] + 45).all()
    assert ((stayed["mean"] - stayed["last_value"]).abs() < 25).all()


def test_the_past_of_another_pool_is_not_used():
    figures = frame(town())
    split = figures.assign(pool=np.where(figures["region"] < "W05", "a", "b"))
    together = pd.concat([split, frame(town(seed=9), pool="c").assign(indicator="other")])
    mine = study(together, 3).forecasts.query("indicator == 'figure'").reset_index(drop=True)

    pd.testing.assert_frame_equal(mine, study(split, 3).forecasts)
    assert sorted(mine["pool"].unique()) == [0, 1]


def test_old_series_can_be_forecast_from_their_own_end():
    """As for a collection of series that have nothing to do with each other, such as those of a competition."""
    values = town(5)
    values["W02"] = values["W02"][:8]
    figures = frame(values)

    assert study(figures, 2).refused["reason"].tolist() == ["ended"]
    own_end = study(figures, 2, oldest=None)
    assert own_end.refused.empty
    assert own_end.forecasts.query("region == 'W02'")["last_year"].unique().tolist() == [2016]


def test_a_panel_of_the_product_goes_in_as_it_is():
    definitions = define(count("population"), rate("poverty"))
    rows = [
        row
        for n, values in enumerate(town(6).values(), start=1)
        for row in (
            *series(f"WK9999{n:02d}", "population", dict(zip(YEARS, values, strict=True))),
            *series(f"WK9999{n:02d}", "poverty", dict(zip(YEARS, values % 17, strict=True))),
        )
    ]
    studied = study(figures_of_panel(panel(rows, definitions), definitions), 4)

    assert len(studied.forecasts) == 2 * 6 * 4
    assert_sound(studied)


@pytest.mark.parametrize("unit", ["", "%", "euro"])
@pytest.mark.parametrize(
    "values",
    [
        {"W1": [50.0] * 10},
        {"W1": [0.0] * 10, "W2": [0.0] * 10},
        {"W1": [0.0] * 5 + [80.0] * 5, "W2": [10.0] * 10},
        {"W1": [None] * 10, "W2": [None] * 10},
        {"W1": [5.0], "W2": [6.0]},
        {"W1": [], "W2": []},
        {"W1": [1e15, 1.0] * 6, "W2": [1e-12, 1e-13] * 6},
        {"W1": [1e100, 1e-100] * 6, "W2": [1e99] * 12},
        {"W1": [-5.0, 6.0, -7.0, 3.0, 0.0, 0.0, 1.0, -1.0] * 2, "W2": list(range(16))},
        {"W1": [1.0, None] * 9, "W2": [None, 2.0] * 9},
        {"W1": [1.0, None, None] * 9, "W2": [3.0] * 27},
        {"W1": [4.0, 5.0, 3.0] * 4, "W2": [None] * 9 + [4.0, 5.0, 3.0]},
        {"W1": [120.0, 80.0] * 6, "W2": [99.0, 101.0, 102.0] * 4},
        {f"W{n}": [float(n)] * 20 for n in range(20)},
    ],
)
def test_odd_figures_get_a_sensible_answer_or_a_reason(values, unit):
    studied = study(frame(values, unit=unit), 4)

    assert len(studied.forecasts) // 4 + len(studied.refused) == sum(len(v) > 0 for v in values.values())
    figures = [value for series_of in values.values() for value in series_of if value is not None]
    lifted = any(value < 0 or (unit == "%" and value > 100) for value in figures)
    assert_sound(studied, "euro" if lifted else unit)


some_figure = st.one_of(
    st.none(),
    st.sampled_from([0.0, 1.0, 5.0, 100.0, 1e15, 1e-12, -3.0]),
    st.floats(-1e3, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-100),
)


@given(
    st.lists(st.lists(some_figure, min_size=0, max_size=18), min_size=1, max_size=9),
    st.sampled_from(["", "%", "euro"]),
    st.sampled_from([None, 0.0, 1.4]),
    st.integers(1, 7),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_whatever_comes_in_something_sound_comes_out(values, unit, error, horizon, shuffler):
    figures = frame({f"W{n}": v for n, v in enumerate(values)}, unit=unit)
    if error is not None:
        figures["error"] = error
    order = list(range(len(figures)))
    shuffler.shuffle(order)
    studied = study(figures, horizon)
    again = study(figures.iloc[order], horizon)

    assert_sound(studied, "euro")
    key = ["region", "year", "horizon"]
    for one, other in ((studied.forecasts, again.forecasts), (studied.earlier, again.earlier)):
        pd.testing.assert_frame_equal(
            one.sort_values(key, ignore_index=True),
            other.sort_values(key, ignore_index=True),
            check_exact=True,
        )


@given(st.lists(st.lists(st.floats(0, 100), min_size=8, max_size=16), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None)
def test_a_share_stays_a_share(values):
    studied = study(frame({f"W{n}": v for n, v in enumerate(values)}, unit="%"), 6)

    assert_sound(studied, "%")
    assert studied.forecasts[BANDS].min(axis=None) >= 0 or studied.forecasts[BANDS].isna().all(axis=None)
    assert not (studied.forecasts[BANDS] > 100).any(axis=None)


def test_no_figures_at_all_are_no_error():
    studied = study(frame({}), 3)

    assert studied.forecasts.empty
    assert studied.refused.empty
    assert list(studied.forecasts.columns) == FORECAST
    assert list(studied.earlier.columns) == EARLIER


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="value"), "value"),
        (lambda f: pd.concat([f, f.tail(1)]), "two figures"),
        (lambda f: f.assign(value=np.inf), "infinite"),
        (lambda f: f.assign(value=1e200), "large"),
        (lambda f: f.assign(year=2010.5), "whole number"),
        (lambda f: f.assign(error=-1.0), "negative"),
        (lambda f: f.assign(pool=None), "pool"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(change, message):
    with pytest.raises(ValueError, match=message):
        study(change(frame(town(2))), 3)


def test_a_horizon_is_at_least_a_year():
    with pytest.raises(ValueError, match="horizon"):
        study(frame(town(2)), 0)


def test_years_may_be_plain_numbers():
    values = town()
    calendar, numbered = study(frame(values), 3).forecasts, study(frame(values, first=1), 3).forecasts

    assert numbered["year"].tolist() == (calendar["year"] - 2008).tolist()
    pd.testing.assert_series_equal(numbered["mean"], calendar["mean"])


@pytest.mark.parametrize(
    ("unit", "expected"), [("%", (0, 100)), ("inwoners", (0, None)), ("x 1 000 euro", (None, None))]
)
def test_a_figure_stays_within_what_its_unit_allows(unit, expected):
    assert bounds(unit) == expected


def test_a_forecast_is_named_after_what_it_rests_on():
    own, shared = np.array([0.01, 0.6, 0.1, 0.4]), np.array([0.01, 0.1, 0.7, 0.3])

    assert method_of(own, shared).tolist() == ["no_change", "own_trend", "shared_trend", "both_trends"]


def test_classes_of_size_have_their_upper_limit_in_the_next():
    people = pd.Series([0, 999, 1_000, 4_999, 10_000, None], dtype="float64")

    assert size_class(people).tolist() == [0, 0, 1, 2, 4, -1]


def earlier_of(**columns: object) -> pd.DataFrame:
    base = {
        "indicator": "figure",
        "horizon": 1,
        "origin": [2018, 2019, 2020, 2020],
        "value": [100.0, 110.0, 90.0, 0.0],
        "last_value": [100.0, 100.0, 100.0, 0.0],
        "mean": [98.0, 106.0, 99.0, 0.0],
        "lower_80": [95.0, 102.0, 95.0, np.nan],
        "upper_80": [101.0, 109.0, 103.0, np.nan],
        "lower_95": [90.0, 95.0, 92.0, np.nan],
        "upper_95": [106.0, 117.0, 106.0, np.nan],
        "scale": [4.0, 4.0, 4.0, np.nan],
    }
    return pd.DataFrame({**base, **columns})


def test_the_record_counts_what_was_inside_and_how_far_off_it_was():
    (row,) = track_record(earlier_of()).to_dict("records")

    assert (row["n"], row["origins"], row["first_origin"], row["last_origin"]) == (4, 3, 2018, 2020)
    assert row["mae"] == pytest.approx((2 + 4 + 9 + 0) / 4)
    assert row["mae_no_change"] == pytest.approx((0 + 10 + 10 + 0) / 4)
    assert row["relative"] == pytest.approx(15 / 20)
    assert row["mape"] == pytest.approx((2 + 400 / 110 + 10) / 3)
    assert row["median_ape"] == pytest.approx(400 / 110)
    assert row["p90_ape"] == pytest.approx(400 / 110 + 0.8 * (10 - 400 / 110))
    assert row["wape"] == pytest.approx(100 * 15 / 300)
    assert row["banded"] == 3
    assert row["covered_80"] == pytest.approx(1 / 3)
    assert row["covered_95"] == pytest.approx(2 / 3)
    assert row["width_80"] == pytest.approx((6 + 7 + 8) / 3)
    assert row["msis_95"] == pytest.approx((16 / 4 + 22 / 4 + (14 + 40 * 2) / 4) / 3)


def test_a_record_by_group_is_the_record_of_each_group():
    earlier = study(frame(town()), 4).earlier
    by_region = track_record(earlier, by=("region",))
    one = track_record(earlier[earlier["region"] == "W04"], by=("region",))

    assert len(by_region) == 10 * 4
    pd.testing.assert_frame_equal(
        by_region[by_region["region"] == "W04"].reset_index(drop=True), one.reset_index(drop=True)
    )


def test_figures_that_never_changed_are_as_good_as_no_change():
    (row,) = track_record(
        earlier_of(value=5.0, last_value=5.0, mean=5.0, lower_80=np.nan, lower_95=np.nan)
    ).to_dict("records")

    assert row["relative"] == 1
    assert np.isnan(row["covered_80"])


def test_a_record_of_nothing_is_empty():
    record = track_record(study(frame(town(years=6)), 3).earlier)

    assert record.empty
    assert {"indicator", "horizon", "n", "relative", "covered_80", "msis_95"} <= set(record.columns)


def test_a_record_needs_its_columns():
    with pytest.raises(ValueError, match="upper_95"):
        track_record(earlier_of().drop(columns="upper_95"))


@pytest.mark.real
@pytest.mark.skipif(not M3.exists(), reason="the figures of the M3 competition are not beside the project")
def test_the_yearly_series_of_m3_are_forecast_better_than_by_published_methods():
    """Best published sMAPE 16.42 and MASE 2.625 (Makridakis and Hibon 2000; Fiorucci et al. 2016)."""
    figures = pd.read_csv(M3).rename(columns={"id": "region", "t": "year", "y": "value"})
    known = figures[figures["part"] == "train"]
    told = study(known.assign(indicator="m3", pool=known["type"]), 6, oldest=None).forecasts
    came = figures[figures["part"] == "test"].rename(columns={"year": "horizon"})
    came = came.merge(told, on=["region", "horizon"])
    smape = 200 * (came["mean"] - came["value"]).abs() / (came["mean"].abs() + came["value"].abs())
    inside = came["value"].between(came["lower_80"], came["upper_80"])

    assert len(came) == 645 * 6
    assert smape.mean() < 16.2
    assert 0.74 < inside.mean() < 0.88


def test_there_are_two_levels_of_sureness():
    assert LEVELS == (0.80, 0.95)
