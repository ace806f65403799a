from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import nile
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from analysis.forecasting import TooShort, bounds, forecast, track_record
from tests.panel_builder import count, define, figure, panel, rate, series

M3 = Path(__file__).parents[2].parent / "shared" / "real" / "forecasting" / "m3_yearly.csv"
YEARS = list(range(2010, 2022))
RISING = [400, 610, 795, 1010, 1195, 1400, 1610, 1790, 2005, 2200, 2395, 2605]
WOBBLING = [50.0, 51.2, 49.7, 50.4, 50.9, 49.5, 50.1, 50.6, 49.8, 50.3, 50.0, 50.5]


def flow_of_the_nile():
    data = nile.load_pandas().data
    return data["year"], data["volume"]


def test_nile_agrees_with_the_published_forecast_of_r():
    """R forecast, ets(Nile, model = "AAN", damped = TRUE): 801.8172 [514.379, 1089.255]."""
    table = forecast(*flow_of_the_nile(), horizon=1)

    assert table.attrs["method"] == "damped_trend"
    assert table["value"].iloc[0] == pytest.approx(801.8172, rel=0.005)
    assert table["low_95"].iloc[0] == pytest.approx(514.379, rel=0.01)
    assert table["high_95"].iloc[0] == pytest.approx(1089.255, rel=0.01)


@pytest.mark.real
@pytest.mark.skipif(not M3.exists(), reason="the figures of the M3 competition are not beside the project")
@pytest.mark.parametrize(("method", "published"), [("damped_trend", 5475.716), ("steady_change", 5244.40)])
def test_m3_n0001_agrees_with_the_published_forecasts_of_r(method, published):
    """R forecast, one year ahead: ets(N0001, model = "AAN", damped = TRUE) and rwf(N0001, drift = TRUE)."""
    figures = pd.read_csv(M3).query("id == 'N0001' and part == 'train'")
    table = forecast(figures["t"], figures["y"], 1, method=method)

    assert table["value"].iloc[0] == pytest.approx(published, rel=0.001)


def test_bands_grow_as_the_exact_variance_of_statsmodels_does():
    years, values = flow_of_the_nile()
    index = pd.RangeIndex(len(values))
    fit = ETSModel(
        pd.Series(values.to_numpy(), index=index), error="add", trend="add", damped_trend=True
    ).fit(disp=False)
    exact = fit.get_prediction(start=100, end=104, method="exact").summary_frame(alpha=0.05)
    width = (exact["pi_upper"] - exact["pi_lower"]).to_numpy()
    ours = forecast(years, values, horizon=5)
    ours_width = (ours["high_95"] - ours["low_95"]).to_numpy()

    assert ours_width / ours_width[0] == pytest.approx(width / width[0], rel=1e-6)
    assert ours["value"].to_numpy() == pytest.approx(exact["mean"].to_numpy(), rel=1e-6)


def test_a_clear_trend_is_followed_and_a_wobble_is_not():
    rising = forecast(YEARS, RISING)
    wobbling = forecast(YEARS, WOBBLING)

    assert rising.attrs["method"] == "steady_change"
    assert rising["value"].to_numpy() == pytest.approx(2605 + 200.45 * np.arange(1, 6), abs=0.1)
    assert wobbling.attrs["method"] == "no_change"
    assert wobbling["value"].tolist() == [WOBBLING[-1]] * 5


def test_a_trend_never_makes_the_band_narrower_than_no_change():
    trend = forecast(YEARS, RISING, method="steady_change")
    unchanged = forecast(YEARS, RISING, method="no_change")

    assert ((trend["high_80"] - trend["value"]) >= (unchanged["high_80"] - unchanged["value"])).all()


def test_a_method_can_be_asked_for_and_gives_way_where_it_is_impossible():
    assert forecast(YEARS, WOBBLING, method="damped_trend").attrs["method"] == "damped_trend"
    assert forecast(YEARS[:6], WOBBLING[:6], method="damped_trend").attrs["method"] == "no_change"


def test_the_table_tells_years_and_nested_bands_that_widen():
    table = forecast(YEARS, WOBBLING, horizon=3)

    assert table.columns.tolist() == ["year", "value", "low_80", "high_80", "low_95", "high_95"]
    assert table["year"].tolist() == [2022, 2023, 2024]
    assert (table["low_95"] < table["low_80"]).all()
    assert (table["high_80"] < table["high_95"]).all()
    assert table["high_80"].is_monotonic_increasing
    assert table.attrs == {"method": "no_change", "first_year": 2010, "last_year": 2021, "n_years": 12}


def test_no_change_band_by_hand():
    """Differences 1, -1, 1, -1, 1, -1, 1: sqrt(7 / 7) = 1; t with 7 degrees of freedom at 80 % is 1.415."""
    table = forecast(range(2013, 2021), [10.0, 11.0] * 4, horizon=4)

    assert table.attrs["method"] == "no_change"
    assert table["high_80"].to_numpy() - 11.0 == pytest.approx(1.4149 * np.sqrt([1, 2, 3, 4]), rel=1e-3)


def test_steady_change_by_hand():
    """The same steps have mean 1/7 and squares 48/7 around it; t with 6 degrees of freedom is 1.4398."""
    table = forecast(range(2013, 2021), [10.0, 11.0] * 4, horizon=4, method="steady_change")
    ahead = np.array([1, 2, 3, 4])

    assert table["value"].to_numpy() == pytest.approx(11 + ahead / 7)
    assert (table["high_80"] - table["value"]).to_numpy() == pytest.approx(
        1.4398 * np.sqrt(48 / 7 / 6 * (ahead + ahead**2 / 7)), rel=1e-3
    )


def test_only_the_years_after_the_last_gap_count():
    years = [2005, 2006, 2007, 2008, *YEARS[2:]]
    values = [900.0, 900.0, 900.0, 900.0, *WOBBLING[2:]]
    after = forecast(YEARS[2:], WOBBLING[2:])

    pd.testing.assert_frame_equal(forecast(years, values), after)
    empty_year = forecast([*years, 2009], [*values, np.nan])
    pd.testing.assert_frame_equal(empty_year, after)


def test_too_few_years_in_a_row_is_said_with_the_numbers():
    with pytest.raises(TooShort, match="needs 6 years in a row; there are 5") as told:
        forecast([2010, 2011, 2012, 2014, 2015, 2016, 2017, 2018], range(8))

    assert (told.value.n, told.value.needed) == (5, 6)
    with pytest.raises(TooShort):
        forecast([], [])


def test_six_years_are_enough():
    assert len(forecast(YEARS[:6], WOBBLING[:6])) == 5


def test_bands_stay_inside_what_the_figure_can_be():
    shares = forecast(YEARS, [2.0, 0.5, 1.8, 0.2, 1.1, 0.4, 1.9, 0.3, 1.2, 0.6, 1.0, 0.4], 5, (0.95,), 0, 100)

    assert shares["low_95"].tolist() == [0.0] * 5
    assert shares["high_95"].max() < 100
    assert (bounds("%"), bounds("aantal"), bounds("x 1 000 euro")) == ((0, 100), (0, None), (None, None))


def test_a_constant_series_keeps_the_rounding_of_its_figures_as_band():
    table = forecast(YEARS, [12.5] * 12, horizon=1)
    rounding = 0.1 / np.sqrt(12)

    assert table["value"].tolist() == [12.5]
    assert table["high_80"].iloc[0] - 12.5 == pytest.approx(1.3634 * rounding, rel=1e-3)


def test_the_forecast_does_not_depend_on_the_order_of_the_years():
    pd.testing.assert_frame_equal(
        forecast(YEARS[::-1], RISING[::-1]),
        forecast(YEARS, RISING),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"years": [*YEARS[:-1], YEARS[-2]]},
        {"years": YEARS[:-1]},
        {"horizon": 0},
        {"levels": (80,)},
        {"method": "crystal_ball"},
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError):
        forecast(**({"years": YEARS, "values": WOBBLING} | wrong))


DEFINITIONS = define(count("population"), rate("income", "neutral", breaks=(2015,)))


def wijk_series(number, values, first=2010, indicator="population"):
    return series(f"WK9999{number:02d}", indicator, dict(enumerate(values, start=first)))


def test_the_record_counts_by_hand():
    """Steady at 100 for eight years, then a jump to 200: two origins, one of them wrong by 100."""
    frame = panel(wijk_series(1, [100, 105, 100, 105, 100, 105, 100, 200]), DEFINITIONS)
    record = track_record(frame, DEFINITIONS, "population", horizon=2).set_index("horizon")

    assert record["n"].to_dict() == {1: 2, 2: 1}
    assert record["covered_80"].to_dict() == {1: 0.5, 2: 0.0}
    assert record["mae"].to_dict() == {1: 52.5, 2: 95.0}
    assert record["mae_no_change"].to_dict() == {1: 52.5, 2: 95.0}
    assert record.attrs == {"n_series": 1, "first_origin": 2015, "last_origin": 2016}


def test_bands_of_a_random_walk_cover_about_what_they_say():
    steps = np.random.default_rng(7).normal(0, 100, (80, 8))
    rows = [
        row
        for number, walk in enumerate(steps, start=1)
        for row in wijk_series(number, np.round(5000 + walk.cumsum()))
    ]
    record = track_record(panel(rows, DEFINITIONS), DEFINITIONS, "population", horizon=1, max_series=80)

    assert record["n"].tolist() == [80 * 2]
    assert 0.72 < record["covered_80"].iloc[0] < 0.88
    assert 0.90 < record["covered_95"].iloc[0] <= 1.0


def test_the_record_stays_inside_a_segment():
    """The definition changed in 2015: seven figures are left, so one origin, and the old level is forgotten."""
    frame = panel(wijk_series(1, [90.0] * 5 + [10.0, 11.0] * 3 + [10.0], indicator="income"), DEFINITIONS)
    record = track_record(frame, DEFINITIONS, "income")

    assert record["n"].tolist() == [1, 0, 0]
    assert record["mae"].iloc[0] == 1.0
    assert record["covered_80"].iloc[1:].isna().all()


def test_short_series_leave_an_empty_record_and_do_not_stop_the_others():
    frame = panel([*wijk_series(1, [100] * 6), *wijk_series(2, [100, 105] * 4)], DEFINITIONS)

    assert track_record(frame, DEFINITIONS, "population").attrs["n_series"] == 1
    alone = track_record(frame[frame["region"] == "WK999901"], DEFINITIONS, "population")
    assert alone["n"].tolist() == [0, 0, 0]
    assert alone["mae"].isna().all()


def test_a_cap_on_series_spreads_over_the_regions():
    rows = [row for number in range(1, 8) for row in wijk_series(number, [100, 105] * 4)]
    record = track_record(panel(rows, DEFINITIONS), DEFINITIONS, "population", horizon=1, max_series=3)

    assert record.attrs["n_series"] == 3
    assert record["n"].tolist() == [6]


def test_a_record_asks_for_a_known_figure_and_enough_years():
    frame = panel([figure("WK999901", 2020, "population", 5)], DEFINITIONS)

    with pytest.raises(ValueError, match="unheard_of"):
        track_record(frame, DEFINITIONS, "unheard_of")
    with pytest.raises(ValueError, match="at least 6"):
        track_record(frame, DEFINITIONS, "population", minimum=3)
