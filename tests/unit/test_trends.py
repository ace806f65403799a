from __future__ import annotations

import numpy as np
import pandas as pd
import pymannkendall
import pytest
import statsmodels.api as sm
from scipy import linalg, special, stats
from statsmodels.stats.multitest import multipletests

from analysis._coherence import GRID, _inverse_trigamma, correlation, likelihood, of_years, shrink
from analysis.trends import FEWEST_POINTS, judge, theil_sen, trends, trends_of_panel
from analysis.turns import judge_turns, with_turns
from tests.panel_builder import count, define, panel, series

RNG = 20240501


def noise(count: int, n: int, rho: float, rng: np.random.Generator) -> np.ndarray:
    """Stationary autoregressive noise of variance 1, one row per series."""
    drawn = rng.standard_normal((count, n))
    for t in range(1, n):
        drawn[:, t] = rho * drawn[:, t - 1] + np.sqrt(1 - rho**2) * drawn[:, t]
    return drawn


def frame(values: np.ndarray, indicator: str = "a", first: int = 2010) -> pd.DataFrame:
    """Rows of a matrix as the figures of regions, without the empty ones."""
    count, n = values.shape
    rows = pd.DataFrame(
        {
            "region": np.repeat([f"WK{i:06d}" for i in range(count)], n),
            "indicator": indicator,
            "year": np.tile(np.arange(first, first + n), count),
            "value": values.ravel(),
        }
    )
    return rows[rows["value"].notna()]


def one(*values: float) -> pd.DataFrame:
    return trends(frame(np.array([values], dtype=float)))


class TestSlope:
    def test_it_is_the_slope_of_sen(self):
        values = np.random.default_rng(RNG).normal(size=(20, 12))
        expected = [pymannkendall.sens_slope(row).slope for row in values]
        np.testing.assert_allclose(theil_sen(np.arange(12.0), values), expected)

    def test_missing_years_keep_their_distance(self):
        values = np.random.default_rng(RNG).normal(size=(6, 14))
        values[:, [3, 4, 9]] = np.nan
        values[2, 7] = np.nan
        found = trends(frame(values))
        for row, slope in zip(values, found["slope"], strict=True):
            years = np.flatnonzero(np.isfinite(row))
            assert slope == pytest.approx(stats.theilslopes(row[years], years).slope)

    def test_the_line_runs_through_the_middle_of_the_figures(self):
        found = one(1, 2, 3, 4, 5, 6, 7).iloc[0]
        assert (found["line_first"], found["line_last"], found["change"]) == pytest.approx((1, 7, 6))

    def test_one_odd_year_hardly_moves_it(self):
        plain = np.arange(12.0)
        odd = plain + 100 * (np.arange(12) == 10)
        assert trends(frame(odd[None]))["slope"].iloc[0] == pytest.approx(1, abs=0.2)


class TestOracles:
    TIMES = np.array([0, 1, 2, 3, 5, 6, 8, 9, 10], dtype=float)

    def test_residual_sums_of_squares_are_those_of_generalised_least_squares(self):
        values = np.random.default_rng(RNG).normal(size=(3, 9)).cumsum(axis=1)
        rss, _, _ = likelihood(of_years(self.TIMES), values)
        design = sm.add_constant(self.TIMES)
        for row, found in zip(values, rss, strict=True):
            for place in (0, 8, 20):
                gls = sm.GLS(row, design, sigma=correlation(self.TIMES, GRID[place])).fit()
                assert found[place] == pytest.approx(np.sum(gls.wresid**2))

    def test_the_evidence_is_the_likelihood_of_what_a_line_leaves_over(self):
        values = np.random.default_rng(RNG).normal(size=(1, 9)).cumsum(axis=1)
        _, evidence, _ = likelihood(of_years(self.TIMES), values)
        contrasts = linalg.null_space(sm.add_constant(self.TIMES).T)
        left = contrasts.T @ values[0]
        expected = []
        for rho in GRID:
            spread = contrasts.T @ correlation(self.TIMES, rho) @ contrasts
            size = left @ np.linalg.solve(spread, left)
            expected.append(-np.linalg.slogdet(spread)[1] / 2 - len(left) / 2 * np.log(size))
        np.testing.assert_allclose(np.diff(evidence[0]), np.diff(expected), atol=1e-8)

    def test_the_variance_of_the_slope_is_that_of_least_squares_under_coherent_errors(self):
        pinv = sm.OLS(self.TIMES, sm.add_constant(self.TIMES)).fit().model.pinv_wexog
        expected = [(pinv @ correlation(self.TIMES, rho) @ pinv.T)[1, 1] for rho in GRID]
        np.testing.assert_allclose(of_years(self.TIMES).slope_variance, expected)

    def test_without_coherence_to_learn_the_grid_starts_at_ordinary_least_squares(self):
        values = np.random.default_rng(RNG).normal(size=(1, 9))
        rss, _, residual = likelihood(of_years(self.TIMES), values)
        fit = sm.OLS(values[0], sm.add_constant(self.TIMES)).fit()
        assert rss[0, 0] == pytest.approx(fit.ssr)
        np.testing.assert_allclose(residual[0], fit.resid, atol=1e-12)

    def test_p_adjusted_is_that_of_benjamini_and_hochberg(self):
        rng = np.random.default_rng(RNG)
        values = noise(40, 12, 0.3, rng) + np.linspace(0, 0.5, 40)[:, None] * np.arange(12)
        judged = judge(trends(frame(values)))
        called, expected, *_ = multipletests(judged["p"], 0.05, "fdr_bh")
        np.testing.assert_allclose(judged["p_adjusted"], expected)
        assert list(judged["verdict"].isin(["rises", "falls"])) == list(called)
        assert 0 < called.sum() < 40

    def test_p_and_band_agree(self):
        found = trends(frame(noise(60, 10, 0.2, np.random.default_rng(RNG)) + 0.25 * np.arange(10)))
        outside = (found["lower"] > 0) | (found["upper"] < 0)
        assert list(outside) == list(found["p"] < 0.05)
        assert outside.any()
        assert not outside.all()


class TestCoherence:
    def test_it_is_learned_from_all_series_of_a_pool(self):
        rng = np.random.default_rng(RNG)
        for rho in (0.0, 0.4, 0.7):
            found = trends(frame(noise(400, 15, rho, rng)))["autocorrelation"]
            np.testing.assert_allclose(found, rho, atol=0.06)

    def test_a_trend_is_not_taken_for_coherence(self):
        flat = noise(24, 15, 0.4, np.random.default_rng(RNG))
        level, steep = trends(frame(flat)), trends(frame(flat + 3 * np.arange(15)))
        assert steep["autocorrelation"].iloc[0] == pytest.approx(level["autocorrelation"].iloc[0])
        np.testing.assert_allclose(steep["error"], level["error"])

    def test_a_series_that_stands_alone_is_taken_on_the_safe_side(self):
        rng = np.random.default_rng(RNG)
        alone = [trends(frame(noise(1, 12, 0.2, rng)))["autocorrelation"].iloc[0] for _ in range(60)]
        assert np.mean(np.array(alone) > 0.2) > 0.9

    def test_wijken_that_move_together_teach_no_more_than_one(self):
        common = noise(1, 12, 0.2, np.random.default_rng(RNG))
        together, alone = trends(frame(np.repeat(common, 30, axis=0))), trends(frame(common))
        assert together["autocorrelation"].iloc[0] == pytest.approx(alone["autocorrelation"].iloc[0])
        np.testing.assert_allclose(together["p"], alone["p"].iloc[0])

    def test_series_in_which_nothing_moves_teach_nothing(self):
        values = noise(8, 13, 0.5, np.random.default_rng(RNG))
        still = np.array([[4.0] * 13, 0.1 * np.arange(13), [0.0] * 13])
        alone, among = trends(frame(values)), trends(frame(np.vstack([values, still])))
        for column in ("p", "autocorrelation", "independent"):
            np.testing.assert_allclose(among[column][:8], alone[column], err_msg=column)

    def test_pools_do_not_meet(self):
        rng = np.random.default_rng(RNG)
        smooth, rough = frame(noise(30, 12, 0.9, rng)), frame(noise(30, 12, 0.0, rng))
        both = pd.concat([smooth.assign(pool="s"), rough.assign(pool="r", region="X" + rough["region"])])
        found = trends(both)
        apart = pd.concat([trends(smooth), trends(rough)])
        np.testing.assert_allclose(found["p"], apart["p"])


class TestLearningFromLikes:
    """Variances of six figures are worth little; those of 24 wijken that are alike are worth more."""

    def test_the_degrees_of_freedom_of_a_pool_are_found_back(self):
        rng = np.random.default_rng(RNG)
        count, own, worth = 20000, 8.0, 6.0
        true = worth / rng.chisquare(worth, count)
        scale = true * rng.chisquare(own, count) / own
        everyone = np.full(count, float(count))
        alike, df = shrink(
            np.zeros(count, dtype=int),
            scale,
            np.full(count, own),
            everyone,
            np.zeros(count),
            np.ones(count, bool),
        )
        assert df[0] == pytest.approx(own + worth, rel=0.1)
        assert np.log(alike / true).std() < 0.8 * np.log(scale / true).std()

    def test_trigamma_is_inverted(self):
        x = np.array([0.3, 1, 4, 50, 2000])
        np.testing.assert_allclose(_inverse_trigamma(special.polygamma(1, x)), x, rtol=1e-6)

    def test_wijken_that_differ_keep_their_own_variance(self):
        sizes = np.exp(np.linspace(-6, 6, 24))[:, None]
        found = trends(frame(noise(24, 10, 0.0, np.random.default_rng(RNG)) * sizes))
        assert found["error"].iloc[-1] > 1e4 * found["error"].iloc[0]

    def test_known_noise_explains_why_small_wijken_wobble_more(self):
        rng = np.random.default_rng(RNG)
        sizes = np.exp(rng.normal(0, 1, 200))[:, None]
        rows = frame(noise(200, 8, 0.0, rng) * sizes)
        told = rows.assign(error=0.3 * np.repeat(sizes[:, 0], 8))
        own, with_noise = trends(rows)["error"] / sizes[:, 0], trends(told)["error"] / sizes[:, 0]
        assert with_noise.std() < 0.5 * own.std()

    def test_one_pool_of_two_teaches_nothing(self):
        values = noise(2, 10, 0.0, np.random.default_rng(RNG)) * np.array([[1.0], [1.01]])
        found = trends(frame(values))
        reach = (found["upper"] - found["slope"]) / found["error"]
        np.testing.assert_allclose(reach, stats.t.ppf(0.975, 8))


class TestKnownNoise:
    def test_the_error_is_never_below_that_of_measurement(self):
        rows = frame(np.arange(12.0)[None] + 0.001 * noise(1, 12, 0.0, np.random.default_rng(RNG)))
        error = trends(rows.assign(error=2.0))["error"].iloc[0]
        assert error == pytest.approx(np.sqrt(np.pi / 3) * 2.0 / np.sqrt(143))

    def test_an_unknown_error_counts_as_none(self):
        rows = frame(noise(5, 10, 0.0, np.random.default_rng(RNG)))
        pd.testing.assert_frame_equal(trends(rows.assign(error=np.nan)), trends(rows))


class TestPieces:
    def test_only_the_figures_after_the_last_break_are_used(self):
        values = np.r_[np.full(5, 100.0), 10 + np.arange(7.0)]
        rows = frame(values[None]).assign(segment=np.r_[np.zeros(5, int), np.ones(7, int)])
        found = trends(rows).iloc[0]
        assert (found["first_year"], found["last_year"], found["n"]) == (2015, 2021, 7)
        assert found["broken"]
        assert found["slope"] == pytest.approx(1)

    @pytest.mark.parametrize("n", range(1, FEWEST_POINTS))
    def test_too_few_figures_give_a_line_and_no_verdict(self, n):
        judged = judge(one(*range(n))).iloc[0]
        assert judged["verdict"] == "no_verdict"
        assert judged["judgement"] == "none"
        assert judged[["p", "p_adjusted", "lower", "upper", "error"]].isna().all()
        assert np.isnan(judged["slope"]) if n == 1 else judged["slope"] == 1

    def test_pieces_may_be_numbered_from_anywhere(self):
        values = noise(3, 9, 0.0, np.random.default_rng(RNG))
        pieces = (np.arange(27) % 9 > 1).astype(int)
        counted = [trends(frame(values).assign(segment=pieces + start))["p"] for start in (0, -9, 10**12)]
        np.testing.assert_array_equal(counted[1], counted[0])
        np.testing.assert_array_equal(counted[2], counted[0])

    def test_six_figures_can_carry_a_verdict(self):
        assert judge(one(1, 2, 3, 4, 5, 6.01))["verdict"].iloc[0] == "rises"

    def test_a_small_share_is_held_against_its_pool_and_a_small_count_against_itself(self):
        values = np.vstack([np.full((4, 8), 100.0), np.linspace(1.0, 1.2, 8)[None]])
        rows = frame(values)
        assert trends(rows)["ordinary"].iloc[-1] == 100
        assert trends(rows.assign(kind="count"))["ordinary"].iloc[-1] == pytest.approx(1.1)

    def test_empty_values_are_no_figures(self):
        values = np.array([[1.0, np.nan, 3, 4, np.nan, 6, 7, 8]])
        rows = frame(values)
        everything = frame(np.nan_to_num(values)).assign(value=values.ravel())
        pd.testing.assert_frame_equal(trends(everything), trends(rows))


class TestSameWhateverTheForm:
    VALUES = noise(12, 11, 0.5, np.random.default_rng(RNG)) + 0.1 * np.arange(11)

    @pytest.mark.parametrize("shift", [-1000.0, 1e6])
    def test_shifting_changes_no_p(self, shift):
        np.testing.assert_allclose(
            trends(frame(self.VALUES + shift))["p"], trends(frame(self.VALUES))["p"], rtol=1e-4
        )

    @pytest.mark.parametrize("factor", [1e-6, 1000.0, -1.0])
    def test_another_unit_scales_the_slope_and_changes_no_p(self, factor):
        plain, scaled = trends(frame(self.VALUES)), trends(frame(self.VALUES * factor))
        np.testing.assert_allclose(scaled["slope"], plain["slope"] * factor)
        np.testing.assert_allclose(scaled["error"], plain["error"] * abs(factor))
        np.testing.assert_allclose(scaled["p"], plain["p"])

    def test_other_years_change_nothing_but_the_years(self):
        later = trends(frame(self.VALUES, first=1990))
        np.testing.assert_allclose(later["p"], trends(frame(self.VALUES))["p"])
        assert later["first_year"].eq(1990).all()

    def test_the_order_of_rows_does_not_matter(self):
        rows = frame(self.VALUES)
        mixed = trends(rows.sample(frac=1, random_state=3)).sort_values("region", ignore_index=True)
        pd.testing.assert_frame_equal(mixed, trends(rows))

    def test_kinds_of_column_stay_the_same_without_rows(self):
        rows = frame(self.VALUES)
        full, none = judge(trends(rows)), judge(trends(rows.iloc[:0]))
        assert none.empty
        assert list(none.columns) == list(full.columns)
        assert full[["region", "indicator", "verdict", "judgement"]].dtypes.astype(str).eq("str").all()


class TestOddFigures:
    def test_a_constant_series_is_about_equal(self):
        judged = judge(one(*[7.0] * 9)).iloc[0]
        assert (judged["slope"], judged["p"], judged["verdict"]) == (0, 1, "about_equal")

    def test_a_constant_series_stays_so_among_others_and_with_known_noise(self):
        values = np.vstack([np.zeros((1, 9)), noise(10, 9, 0.3, np.random.default_rng(RNG))])
        judged = judge(trends(frame(values).assign(error=5.0))).iloc[0]
        assert (judged["p"], judged["verdict"]) == (1, "about_equal")

    def test_a_perfect_line_rises(self):
        assert judge(one(*(3.0 * np.arange(9))))["verdict"].iloc[0] == "rises"

    def test_tiny_and_large_figures_are_handled_alike(self):
        values = noise(5, 9, 0.0, np.random.default_rng(RNG))
        for factor in (1e-80, 1e80):
            assert trends(frame(values * factor))["p"].to_numpy() == pytest.approx(trends(frame(values))["p"])

    @pytest.mark.parametrize(
        ("column", "wrong", "message"),
        [
            ("value", np.inf, "infinite"),
            ("value", -1e200, "absurdly large"),
            ("error", -1.0, "negative"),
            ("error", np.inf, "infinite"),
            ("year", 2012.5, "whole number"),
            ("year", np.nan, "whole number"),
            ("year", 1.5e18, "whole number from 0 to 9999"),
            ("region", None, "without region"),
            ("segment", np.nan, "without segment"),
        ],
    )
    def test_absurd_input_is_refused_in_words(self, column, wrong, message):
        rows = frame(np.arange(8.0)[None]).assign(error=1.0, segment=0.0).astype({"year": "float64"})
        rows.loc[3, column] = wrong
        with pytest.raises(ValueError, match=message):
            trends(rows)

    def test_figures_too_small_to_square_are_no_trend_without_noise(self):
        assert trends(frame(1e-200 * noise(1, 9, 0.0, np.random.default_rng(RNG))))["p"].tolist() == [1.0]

    def test_two_figures_for_one_year_are_refused(self):
        rows = frame(np.arange(8.0)[None])
        with pytest.raises(ValueError, match="two figures"):
            trends(pd.concat([rows, rows.iloc[:1]]))

    def test_a_missing_column_is_named(self):
        with pytest.raises(ValueError, match="value"):
            trends(frame(np.arange(8.0)[None]).drop(columns="value"))


class TestVerdicts:
    def test_favourable_follows_from_the_direction(self):
        rising = noise(1, 12, 0.0, np.random.default_rng(RNG)) * 0.1 + np.arange(12)
        names = ["bad", "good", "neither", "unknown"]
        judged = judge(
            trends(pd.concat([frame(rising, name) for name in names])),
            pd.Series({"bad": "higher_is_worrying", "good": "lower_is_worrying", "neither": "neutral"}),
        )
        assert list(judged["verdict"]) == ["rises"] * 4
        assert list(judged["judgement"]) == ["unfavourable", "favourable", "neutral", "neutral"]

    def test_about_equal_needs_the_whole_band_to_be_small(self):
        rng = np.random.default_rng(RNG)
        quiet, wild = 100 + 0.3 * noise(1, 12, 0.0, rng), 100 + 30 * noise(1, 12, 0.0, rng)
        judged = judge(trends(pd.concat([frame(quiet, "q"), frame(wild, "w")])))
        assert list(judged["verdict"]) == ["about_equal", "too_uncertain"]

    def test_a_larger_family_asks_for_more(self):
        rng = np.random.default_rng(RNG)
        found = trends(frame(noise(200, 12, 0.0, rng) + 0.28 * np.eye(200, 12)[:, :1] * np.arange(12)))
        alone, among = judge(found.iloc[:1]), judge(found)
        assert alone["verdict"].iloc[0] == "rises"
        assert among["verdict"].iloc[0] != "rises"

    def test_families_beside_each_other_are_judged_as_if_each_were_alone(self):
        rng = np.random.default_rng(RNG)
        drift = 0.25 * rng.random((60, 1)) * np.arange(12)
        rows = frame(noise(60, 12, 0.3, rng) + drift)
        rows["indicator"] = rows["region"].map(lambda region: f"figure {int(region[2:]) % 7}")
        found = with_turns(rows, trends(rows)).sample(frac=1, random_state=RNG)
        directions = pd.Series({"figure 0": "higher_is_worrying"})
        together = judge_turns(judge(found, directions, family="indicator"), family="indicator")
        alone = [judge_turns(judge(rows, directions)) for _, rows in found.groupby("indicator")]
        assert set(together["verdict"]) >= {"rises", "too_uncertain"}
        pd.testing.assert_frame_equal(together, pd.concat(alone).loc[together.index])


def test_a_panel_brings_its_levels_breaks_and_noise():
    known = define(count("population"))
    rows = series("WK000101", "population", {2010 + i: 100.0 + 10 * i for i in range(8)})
    rows += series("GM0001", "population", {2010 + i: 900.0 + 10 * i for i in range(8)})
    table = trends_of_panel(panel(rows, known), known, years=(2011, 2017))
    assert list(table.columns[:4]) == ["region", "indicator", "level", "unit"]
    assert list(table["level"]) == ["wijk", "gemeente"]
    assert table["first_year"].eq(2011).all()
    assert (table["error"] > 0).all()


def test_mann_kendall_cries_wolf_where_this_does_not():
    values = noise(200, 15, 0.7, np.random.default_rng(RNG))
    classic = np.mean([pymannkendall.original_test(row).p < 0.05 for row in values])
    ours = np.mean(trends(frame(values))["p"] < 0.05)
    assert classic > 0.2
    assert ours <= 0.05
