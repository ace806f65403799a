from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import integrate, stats

from analysis.turns import (
    FEWEST_A_SIDE,
    FEWEST_EARLIER,
    FEWEST_FIGURES,
    chance_of_a_bend,
    judge_turns,
    recent,
    turns,
    with_turns,
)

FIRST = 2010


def correlation(times: np.ndarray, rho: float) -> np.ndarray:
    return rho ** np.abs(np.subtract.outer(times, times))


def noise(count: int, years: int, rho: float, seed: int = 1) -> np.ndarray:
    root = np.linalg.cholesky(correlation(np.arange(years), rho))
    return np.random.default_rng(seed).standard_normal((count, years)) @ root.T


def figures(values: np.ndarray, years: np.ndarray | None = None, error: float | None = None) -> pd.DataFrame:
    values = np.atleast_2d(values)
    count, n = values.shape
    frame = pd.DataFrame(
        {
            "region": pd.Series(np.repeat(np.arange(count), n)).astype("str"),
            "indicator": "x",
            "year": np.tile(np.arange(FIRST, FIRST + n) if years is None else years, count),
            "value": values.ravel(),
        }
    )
    return frame if error is None else frame.assign(error=error)


def known(frame: pd.DataFrame, rho: float = 0.0) -> pd.DataFrame:
    return frame[["region", "indicator"]].drop_duplicates(ignore_index=True).assign(autocorrelation=rho)


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


def by_hand(values: np.ndarray, times: np.ndarray, rho: float) -> dict[int, object]:
    """Fit every bend apart with statsmodels: knot to results, slopes before and after as second and third."""
    fits = {}
    for place in range(FEWEST_A_SIDE - 1, len(times) - FEWEST_A_SIDE):
        knot = times[place]
        design = np.column_stack([np.ones(len(times)), np.minimum(times, knot), np.maximum(times - knot, 0)])
        fits[int(knot)] = sm.GLS(values, design, sigma=correlation(times, rho)).fit()
    return fits


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("gone", [(), (3, 8)])
def test_the_bend_is_the_one_a_search_year_by_year_finds(rho, gone):
    years = np.delete(np.arange(FIRST, FIRST + 14), gone)
    for values in np.delete(noise(6, 14, rho), gone, axis=1):
        frame = figures(values, years)
        found = only(turns(frame, known(frame, rho)))
        fits = by_hand(values, years, rho)
        best = min(fits, key=lambda year: fits[year].ssr)
        assert found["turn_year"] == best
        assert found["slope_before"] == pytest.approx(fits[best].params[1])
        assert found["slope_after"] == pytest.approx(fits[best].params[2])


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_the_band_covers_every_year_the_bend_may_as_well_lie_in(rho):
    times = np.arange(FIRST, FIRST + 13)
    for values in noise(5, 13, rho) + 0.5 * np.abs(times - FIRST - 6):
        frame = figures(values)
        found = only(turns(frame, known(frame, rho)))
        fits = by_hand(values, times, rho)
        least, df = min(fit.ssr for fit in fits.values()), 13 - 4
        limit = stats.t.ppf(0.975, df)
        near = {year: fit for year, fit in fits.items() if fit.ssr <= least * (1 + limit**2 / df)}
        assert (found["turn_earliest"], found["turn_latest"]) == (min(near), max(near))
        # statsmodels takes the variance from each fit's own squares over n - 3; here it is the best fit's over n - 4.
        errors = [fit.bse[2] * np.sqrt(least / df / fit.scale) for fit in near.values()]
        ends = [
            (fit.params[2] - limit * e, fit.params[2] + limit * e)
            for fit, e in zip(near.values(), errors, strict=True)
        ]
        assert found["after_lower"] == pytest.approx(min(low for low, _ in ends))
        assert found["after_upper"] == pytest.approx(max(high for _, high in ends))


def test_the_chance_of_one_given_bend_is_that_of_its_t_test():
    share = np.array([0.05, 0.3, 0.8])
    t = np.sqrt(share / (1 - share) * 7)

    assert chance_of_a_bend(share, np.array([]), np.full(3, 8)) == pytest.approx(2 * stats.t.sf(t, 7))


def test_the_chance_of_two_bends_is_exact_where_they_lie_close():
    """On the sphere the pair lies in a plane; the chance is an integral over the angle in that plane."""
    share, angle, dimensions = 0.4, 0.5, 9

    def outside(turned: float) -> float:
        nearest = max(np.cos(turned) ** 2, np.cos(turned - angle) ** 2)
        return max(1 - share / nearest, 0.0) ** ((dimensions - 2) / 2) / np.pi

    exact, _ = integrate.quad(outside, 0, np.pi, points=[angle / 2, np.pi / 2 + angle / 2], limit=200)
    found = chance_of_a_bend(np.array([share]), np.array([angle]), np.array([dimensions]))
    assert found[0] == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize(("years", "rho"), [(10, 0.0), (13, 0.4), (13, 0.9), (20, 0.7)])
def test_the_search_over_years_is_paid_for(years, rho):
    frame = figures(noise(20_000, years, rho) + 0.2 * np.arange(years))
    p = turns(frame, known(frame, rho))["turn_p"]

    for rate in (0.05, 0.01):
        called = (p <= rate).mean()
        assert 0.7 * rate < called < rate + 4 * np.sqrt(rate / len(p))


@pytest.mark.parametrize(("years", "rho"), [(7, 0.0), (10, 0.4), (13, 0.8)])
def test_one_in_twenty_latest_figures_falls_outside_its_band(years, rho):
    frame = figures(noise(20_000, years, rho) + 0.2 * np.arange(years))
    found = recent(frame, known(frame, rho))
    outside = (found["latest"] > found["expected_upper"]) | (found["latest"] < found["expected_lower"])

    assert outside.mean() == pytest.approx(0.05, abs=0.006)
    assert ((found["recent_p"] <= 0.05) == outside).all()


def test_without_autocorrelation_the_promise_is_that_of_least_squares():
    values = noise(1, 12, 0.0)[0]
    frame = figures(values)
    found = only(recent(frame, known(frame)))
    design = sm.add_constant(np.arange(12.0))
    oracle = sm.OLS(values[:-1], design[:-1]).fit().get_prediction(design[-1:]).summary_frame(alpha=0.05)

    assert found["latest"] == values[-1]
    assert found["expected"] == pytest.approx(oracle["mean"][0])
    assert found["expected_lower"] == pytest.approx(oracle["obs_ci_lower"][0])
    assert found["expected_upper"] == pytest.approx(oracle["obs_ci_upper"][0])


def test_with_autocorrelation_the_promise_lies_on_the_line_of_generalised_least_squares():
    values = noise(1, 12, 0.7)[0]
    frame = figures(values)
    design = sm.add_constant(np.arange(12.0))
    oracle = sm.GLS(values[:-1], design[:-1], sigma=correlation(np.arange(11), 0.7)).fit()

    assert only(recent(frame, known(frame, 0.7)))["expected"] == pytest.approx(design[-1] @ oracle.params)


def test_known_noise_widens_every_band_and_quiets_every_call():
    values = noise(40, 13, 0.3) + np.abs(np.arange(13) - 6)
    sharp, blurred = (figures(values, error=error) for error in (0.0, 4.0))
    for function, low, high, p in (
        (turns, "after_lower", "after_upper", "turn_p"),
        (recent, "expected_lower", "expected_upper", "recent_p"),
    ):
        without, taken = (function(frame, known(frame, 0.3)) for frame in (sharp, blurred))
        assert ((taken[high] - taken[low]) > (without[high] - without[low])).all()
        assert (taken[p] >= without[p]).all()
        assert (taken[p] > 0.05).mean() > 0.9


def test_what_the_pool_knows_of_the_spread_is_borrowed():
    own_course = 0.6 * np.abs(np.arange(12) - 5) + 3.0 * (np.arange(12) == 11)
    frame = figures(noise(2_000, 12, 0.4) + own_course)
    alone = known(frame, 0.4)
    together = alone.assign(independent=2_000.0)

    for function, p in ((turns, "turn_p"), (recent, "recent_p")):
        found, more = (function(frame, estimated)[p] <= 0.001 for estimated in (alone, together))
        assert more.mean() > 1.5 * found.mean() > 0

    straight = figures(noise(20_000, 12, 0.4))
    p = turns(straight, known(straight, 0.4).assign(independent=20_000.0))["turn_p"]
    assert 0.04 < (p <= 0.05).mean() < 0.056


@pytest.mark.parametrize("function", [turns, recent])
def test_shifting_scaling_mirroring_and_shuffling_change_nothing_else(function):
    values = noise(3, 13, 0.5)
    frame = figures(values)
    plain = function(frame, known(frame, 0.5))
    other = figures(1_000 - 20 * values).sample(frac=1, random_state=3)
    changed = function(other, known(frame, 0.5))

    for name in ("turn_year", "shape", "turn_p", "recent_p"):
        if name in plain:
            kind = {"rtol": 1e-6} if name.endswith("p") else {}
            pd.testing.assert_series_equal(changed[name], plain[name], **kind)
    if function is turns:
        np.testing.assert_allclose(changed["after_lower"], -20 * plain["after_upper"])
    else:
        np.testing.assert_allclose(changed["expected_lower"], 1_000 - 20 * plain["expected_upper"])


@pytest.mark.parametrize(("function", "fewest"), [(turns, FEWEST_FIGURES), (recent, FEWEST_EARLIER + 1)])
def test_too_few_figures_carry_nothing(function, fewest):
    for n, silent in ((fewest - 1, True), (fewest, False)):
        frame = figures(noise(1, n, 0.0))
        found = only(function(frame, known(frame)))
        numbers = found.drop(["region", "indicator", "shape"], errors="ignore")
        assert numbers.isna().all() if silent else numbers.notna().all()


def test_without_an_autocorrelation_nothing_is_said():
    frame = figures(noise(1, 13, 0.0))
    found = turns(frame, known(frame, np.nan))

    assert found["turn_p"].isna().all()
    assert only(found)["shape"] == ""
    assert recent(frame, known(frame, np.nan))["recent_p"].isna().all()


@pytest.mark.parametrize("values", [np.full(12, 0.1), np.full(12, 81_235.0), 7.3 - 0.1 * np.arange(12)])
def test_a_line_without_any_noise_neither_turns_nor_departs(values):
    frame = figures(values)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        both = pd.concat(
            [turns(frame, known(frame, 0.4)), recent(frame, known(frame, 0.4)).iloc[:, 2:]], axis=1
        )
    told = only(judge_turns(both))

    assert (told["turn_p"], told["recent_p"]) == (1.0, 1.0)
    assert (told["now"], told["departure"]) == ("", "as_expected")
    assert told[["turn_year", "since"]].isna().all()


def test_a_bend_without_any_noise_is_found_to_the_year():
    frame = figures(np.maximum(np.arange(12.0) - 5, 0))
    told = only(judge_turns(turns(frame, known(frame, 0.4))))

    assert (told["turn_year"], told["since"], told["now"]) == (FIRST + 5, FIRST + 6, "rises")
    assert (told["slope_before"], told["slope_after"]) == pytest.approx((0, 1), abs=1e-9)


def judged(**columns) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    usual = {
        **{
            name: pd.array([2018] * rows, dtype="Int64")
            for name in ("turn_year", "turn_earliest", "turn_latest")
        },
        "slope_before": 0.0,
        "slope_after": 1.0,
        "after_lower": 0.5,
        "after_upper": 1.5,
        "turn_p": 0.001,
        "shape": "turn",
    }
    return judge_turns(pd.DataFrame({**usual, **columns}, index=range(5, 5 + rows)))


def test_the_family_decides_what_is_told():
    assert judged(turn_p=[0.04, 0.9, 0.9, 0.9, np.nan])["since"].isna().all()
    assert judged(turn_p=[0.04, np.nan, np.nan])["since"].notna().tolist() == [True, False, False]


def test_a_turn_is_only_told_where_nothing_else_fits_better():
    told = judged(shape=["turn", "step"])

    assert told["since"].isna().tolist() == [False, True]
    assert told["now"].tolist() == ["rises", ""]


def test_the_new_course_has_a_direction_only_where_its_whole_band_has():
    told = judged(after_lower=[0.5, -0.5, -1.5], after_upper=[1.5, 0.5, -0.5])

    assert told["now"].tolist() == ["rises", "level", "falls"]


def test_a_departure_has_a_side():
    both = pd.DataFrame(
        {"latest": [9.0, 1.0, 5.0, 5.0], "expected": 5.0, "recent_p": [0.001, 0.001, 0.9, np.nan]}
    )
    assert judge_turns(both)["departure"].tolist() == ["above", "below", "as_expected", ""]


def test_rows_come_back_in_the_order_they_were_asked_for():
    frame = figures(noise(4, 12, 0.2))
    asked = known(frame, 0.2).iloc[[3, 1]]
    whole = turns(frame, known(frame, 0.2))

    pd.testing.assert_frame_equal(turns(frame, asked), whole.iloc[[3, 1]].reset_index(drop=True))


def test_both_questions_at_once_get_the_same_answers_on_the_rows_of_the_trends():
    frame = figures(noise(4, 12, 0.2))
    asked = known(frame, 0.2).iloc[[3, 1]]
    both = with_turns(frame, asked)

    assert both.index.tolist() == asked.index.tolist()
    for part in (turns(frame, asked), recent(frame, asked)):
        pd.testing.assert_frame_equal(both[part.columns].reset_index(drop=True), part)


def test_no_figures_give_frames_of_the_same_kind():
    some = figures(noise(1, 12, 0.0))
    none = some.head(0)
    for function in (turns, recent):
        full, empty = function(some, known(some)), function(none, known(none))
        assert len(empty) == 0
        assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
        kept, left = judge_turns(full), judge_turns(empty)
        assert left.dtypes.astype(str).to_dict() == kept.dtypes.astype(str).to_dict()


def test_frames_that_do_not_fit_are_refused():
    frame = figures(noise(2, 12, 0.0))
    with pytest.raises(ValueError, match="no column value"):
        turns(frame.drop(columns="value"), known(frame))
    with pytest.raises(ValueError, match="no column autocorrelation"):
        recent(frame, known(frame).drop(columns="autocorrelation"))
    with pytest.raises(ValueError, match="a series that the frame of figures does not"):
        turns(frame[frame["region"] == "0"], known(frame))
    with pytest.raises(ValueError, match="no column"):
        judge_turns(known(frame))
