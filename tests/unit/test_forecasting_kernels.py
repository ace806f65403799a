from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.datasets import nile
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

from analysis.forecasting import _kernels as kernels
from analysis.forecasting._kernels import FEWEST, damped_trend, dynamic_theta, median_drift, own_trend
from analysis.forecasting._shared import growth, row_medians
from analysis.forecasting._spread import spread_of

M3 = Path(__file__).parents[2].parent / "shared" / "real" / "forecasting" / "m3_yearly.csv"
NOISE = np.random.default_rng(7)
SMOOTH = np.exp(np.cumsum(NOISE.normal(0.01, 0.04, (14, 30)), axis=0)) * NOISE.uniform(50, 5000, 30)


def the_nile() -> np.ndarray:
    return nile.load_pandas().data["volume"].to_numpy(dtype=np.float64)


def n0001() -> np.ndarray:
    figures = pd.read_csv(M3).query("id == 'N0001' and part == 'train'")
    return figures.sort_values("t")["y"].to_numpy(dtype=np.float64)


def last(ahead: np.ndarray) -> np.ndarray:
    return ahead[-1, :, 0]


@pytest.mark.parametrize("setting", [(0.6, 0.06, 0.8), (0.99, 0.396, 0.98), (0.2, 0.08, 0.9)])
def test_the_damped_trend_is_that_of_statsmodels_at_the_same_smoothing(monkeypatch, setting):
    values = the_nile()
    monkeypatch.setattr(kernels, "_DAMPED", np.array([setting]))
    level, trend, damping = setting
    model = ETSModel(
        pd.Series(values[1:]),
        error="add",
        trend="add",
        damped_trend=True,
        initialization_method="known",
        initial_level=values[0],
        initial_trend=np.median(np.diff(values[:FEWEST])),
    )
    fitted = model.smooth([level, trend, damping])

    assert last(damped_trend(values[:, None], 6)) == pytest.approx(fitted.forecast(6).to_numpy(), rel=1e-10)


def test_theta_is_that_of_statsmodels_once_the_start_is_forgotten(monkeypatch):
    values = the_nile() + 3 * np.arange(100)
    fitted = ThetaModel(pd.Series(values), deseasonalize=False).fit(use_mle=False)
    monkeypatch.setattr(kernels, "_THETA", np.array([fitted.params["alpha"]]))
    monkeypatch.setattr(kernels, "_LINES", np.array([0.5]))

    assert last(dynamic_theta(values[:, None], 6)) == pytest.approx(
        fitted.forecast(6, theta=2).to_numpy(), rel=1e-5
    )


def test_the_nile_goes_on_about_where_r_puts_it():
    """R forecast, ets(Nile, model = "AAN", damped = TRUE), one year ahead: 801.8172."""
    assert last(damped_trend(the_nile()[:, None], 1))[0] == pytest.approx(801.8172, rel=0.03)


@pytest.mark.real
@pytest.mark.skipif(not M3.exists(), reason="the figures of the M3 competition are not beside the project")
def test_m3_n0001_goes_on_about_where_r_puts_it():
    """R forecast: thetaf 5085.0698, 5233.1898; ets(AAN, damped) 5475.716; rwf with (mean) drift 5244.40."""
    values = n0001()[:, None]

    assert last(dynamic_theta(values, 2)) == pytest.approx([5085.0698, 5233.1898], rel=0.06)
    assert last(damped_trend(values, 1)) == pytest.approx([5475.716], rel=0.02)
    assert last(median_drift(values, 1)) == pytest.approx([5244.40], rel=0.02)


@pytest.mark.parametrize("kernel", [damped_trend, dynamic_theta, median_drift, own_trend])
def test_every_year_is_forecast_with_the_figures_up_to_it_only(kernel):
    whole = kernel(SMOOTH, 4)
    for years in range(FEWEST, len(SMOOTH)):
        np.testing.assert_array_equal(whole[years - 1], kernel(SMOOTH[:years].copy(), 4)[-1])
    assert np.isnan(whole[: FEWEST - 1]).all()
    assert np.isfinite(whole[FEWEST - 1 :]).all()


@pytest.mark.parametrize("kernel", [damped_trend, dynamic_theta, median_drift, own_trend])
def test_a_series_does_not_know_its_neighbours(kernel):
    """Also beyond the block of series that go through the processor together."""
    many = np.tile(SMOOTH, 40)
    alone = kernel(SMOOTH[:, 7:8].copy(), 3)[..., 0]

    np.testing.assert_array_equal(kernel(many, 3)[..., 30 * 39 + 7], alone)


@pytest.mark.parametrize("kernel", [damped_trend, dynamic_theta, median_drift])
def test_a_straight_line_goes_straight_on(kernel):
    line = (100 + 7.0 * np.arange(12))[:, None]
    ahead = last(kernel(line, 3))
    expected = 184 + 7 * np.arange(3)
    least = 177 + 7 * np.cumsum(0.98 ** np.arange(1, 4)) if kernel is damped_trend else expected

    assert (ahead <= expected + 1e-9).all()
    assert (ahead >= least - 1).all()


def test_the_median_drift_does_not_care_about_one_odd_year():
    steady = 100 + 5.0 * np.arange(12)
    odd = steady + np.where(np.arange(12) == 6, 400.0, 0.0)

    assert last(median_drift(odd[:, None], 3)) == pytest.approx(last(median_drift(steady[:, None], 3)))


@given(arrays(np.float64, (9, 3), elements=st.floats(-1e6, 1e6)), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_the_median_drift_is_the_median_of_all_changes(values, horizon):
    ahead = median_drift(values, horizon)
    for t in range(FEWEST - 1, 9):
        expected = values[t] + horizon * np.median(np.diff(values[: t + 1], axis=0), axis=0)
        np.testing.assert_allclose(ahead[t, -1], expected, rtol=1e-12, atol=1e-9)


def test_an_own_trend_survives_a_figure_below_zero():
    values = SMOOTH.copy()
    values[8, 3] = -20.0
    ahead, undisturbed = own_trend(values, 3), own_trend(SMOOTH, 3)

    assert np.isfinite(ahead[FEWEST - 1 :]).all()
    np.testing.assert_array_equal(ahead[:8], undisturbed[:8])


def test_behind_the_last_figure_there_is_no_forecast():
    values = SMOOTH.copy()
    values[9:, 4] = np.nan
    ahead = own_trend(values, 3)

    assert np.isnan(ahead[9:, :, 4]).all()
    assert np.isfinite(ahead[8, :, 4]).all()


@pytest.mark.parametrize("years", [0, 1, 2, 3])
def test_too_few_years_are_no_error(years):
    for kernel in (damped_trend, dynamic_theta, median_drift, own_trend):
        ahead = kernel(SMOOTH[:years], 2)
        assert ahead.shape == (years, 2, 30)
        assert np.isnan(ahead).all()


def ages(values: np.ndarray) -> np.ndarray:
    return np.repeat(np.arange(float(len(values)))[:, None], values.shape[1], axis=1)


def test_growth_of_the_pool_is_that_of_its_middle_series():
    pace = np.array([-0.01, 0.0, 0.02, 0.03, 0.30])
    values = 100 * np.exp(pace * np.arange(10)[:, None])
    _, shared = growth(values, ages(values), np.ones(values.shape, dtype=bool), 5)

    np.testing.assert_allclose(shared[-1], values[-1] * (1 + 0.02 * np.arange(1, 6)[:, None]))


def test_series_that_truly_differ_keep_their_own_pace_and_others_share_it():
    apart = np.array([-0.05, -0.02, 0.0, 0.03, 0.06])
    values = 100 * np.exp(apart * np.arange(10)[:, None])
    wild = 100 * np.exp(np.cumsum(NOISE.normal(0.0, 0.2, (10, 5)), axis=0))
    everywhere = np.ones(values.shape, dtype=bool)
    true_own, _ = growth(values, ages(values), everywhere, 1)
    wild_own, _ = growth(wild, ages(wild), everywhere, 1)
    own_pace = np.log(wild[-1] / wild[0]) / 9

    np.testing.assert_allclose(true_own[-1, 0], values[-1] * (1 + apart))
    assert np.ptp(wild_own[-1, 0] / wild[-1]) < np.ptp(own_pace)


def test_a_year_that_was_filled_in_tells_the_pool_nothing():
    values = SMOOTH.copy()
    counted = np.ones(values.shape, dtype=bool)
    counted[8, :10] = False
    _, shared = growth(values, ages(values), counted, 1)
    values[8, :10] *= 5
    _, again = growth(values, ages(values), counted, 1)

    np.testing.assert_allclose(shared[8, 0, 10:], again[8, 0, 10:])


def test_the_spread_is_the_mean_change_and_never_below_the_noise():
    still = np.full((8, 3), 500.0)
    everywhere = np.ones(still.shape, dtype=bool)
    spread = spread_of(still, ages(still), everywhere, np.array([[3.0, 0.0, 0.0]]))
    moving = spread_of(SMOOTH, ages(SMOOTH), np.ones(SMOOTH.shape, dtype=bool), np.zeros((1, 30)))

    assert (spread[FEWEST - 1 :, 0] >= 2 * 3 / np.sqrt(np.pi) - 1e-9).all()
    assert (spread[FEWEST - 1 :, 1] > 0).all()
    np.testing.assert_allclose(
        np.median(moving[-1] / np.abs(np.diff(SMOOTH, axis=0)).mean(axis=0)), 1.0, rtol=0.1
    )


def test_where_nothing_ever_moved_there_is_no_spread():
    still = np.full((8, 3), 500.0)
    spread = spread_of(still, ages(still), np.ones(still.shape, dtype=bool), np.zeros((1, 3)))

    assert np.isnan(spread).all()


def test_medians_of_rows_skip_what_is_empty():
    rows = np.array([[3.0, np.nan, 1.0, 2.0], [np.nan] * 4, [4.0, 1.0, 2.0, 3.0]])

    np.testing.assert_array_equal(row_medians(rows, np.array([3, 0, 4])), [2.0, np.nan, 2.5])
