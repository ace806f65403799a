"""The steps of a composite score: each of them against a published number, another program, or what it promises."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.multivariate.pca import PCA

from analysis.composite import (
    AGGREGATIONS,
    NORMALISATIONS,
    Recipe,
    Refused,
    Scored,
    choices,
    exponential,
    figures_to_score,
    normalise,
    overlapping,
    principal_weights,
    rank_intervals,
    recipe_of,
    record_of,
    score,
    sensitivity,
    starting_recipe,
    winsorise,
)
from analysis.composite._steps import correlation
from analysis.composite.ranks import _drawn_weights
from analysis.composite.scores import sheet_of
from tests.panel_builder import count, define, rate

FIGURES = ("poverty", "welfare", "income", "violence", "gp")
DEFINITIONS = define(
    rate("poverty", theme="inkomen"),
    rate("income", "lower_is_worrying", theme="inkomen", unit="x 1 000 euro"),
    rate("welfare", theme="werk"),
    rate("violence", theme="veiligheid"),
    rate("gp", theme="voorzieningen", unit="km"),
    rate("rented", "neutral", theme="wonen"),
    rate("origin_share", "neutral", theme="herkomst", usable_in_score=False),
    count("clients", direction="higher_is_worrying"),
)
RECIPE = Recipe(FIGURES)


def town(
    n: int = 12, *, seed: int = 3, missing: float = 0.0, error: float = 0.0, people: float = 3_000
) -> pd.DataFrame:
    """Wijken that are worse on everything as their number is higher, with some coming and going."""
    random = np.random.default_rng(seed)
    rows = []
    for wijk in range(n):
        for name in FIGURES:
            level = wijk + random.normal(0, 2.0)
            value = 40 - level if name == "income" else 5 + level
            value = np.nan if random.random() < missing else value
            rows.append((f"WK0001{wijk:02d}", name, value, error, people))
    return pd.DataFrame(rows, columns=["region", "indicator", "value", "error", "people"])


def without(figures: pd.DataFrame, region: str, *indicators: str) -> pd.DataFrame:
    gone = (figures["region"] == region) & figures["indicator"].isin(indicators)
    return figures.assign(value=figures["value"].mask(gone))


def of(scored: Scored, region: str) -> pd.Series:
    return scored.scores.set_index("region").loc[region]


class TestOutliers:
    def test_the_far_one_is_drawn_in_to_the_next(self):
        values = np.array([*np.linspace(1, 2, 20), 50.0])[:, None]
        assert winsorise(values)[-1, 0] == 2.0
        assert np.array_equal(winsorise(values)[:-1], values[:-1])

    def test_on_the_low_side_too_and_what_is_missing_stays_missing(self):
        values = np.array([-40.0, *np.linspace(1, 2, 20), np.nan])[:, None]
        assert winsorise(values)[0, 0] == 1.0
        assert np.isnan(winsorise(values)[-1, 0])

    def test_ordinary_figures_stay_as_they_are(self):
        values = np.random.default_rng(1).normal(size=(60, 8))
        assert np.array_equal(winsorise(values), values)

    def test_at_most_one_in_twenty_is_drawn_in(self):
        values = np.random.default_rng(5).pareto(0.5, size=(100, 1))
        assert 1 <= (winsorise(values) != values).sum() <= 5

    def test_where_all_others_are_alike_the_outlier_is_the_news(self):
        values = np.array([0.0] * 20 + [9.0])[:, None]
        assert winsorise(values)[-1, 0] == 9.0


class TestScales:
    def test_the_exponential_scale_is_that_of_the_english_indices_of_deprivation(self):
        # The English Indices of Deprivation 2019, technical report.
        assert exponential(np.array([0.5, 0.9, 1.0])) == pytest.approx([15.6468, 50.4267, 100.0], abs=5e-5)
        assert normalise(np.arange(10.0)[:, None], "imd")[[4, 8, 9], 0] == pytest.approx(
            [15.6468, 50.4267, 100.0], abs=5e-5
        )

    @pytest.mark.parametrize(
        ("how", "expected"),
        [
            ("minmax", [0.0, 25.0, 25.0, 100.0]),
            ("rank", [0.0, 50.0, 50.0, 100.0]),
            ("z", [-0.8660254, -0.2886751, -0.2886751, 1.4433757]),
        ],
    )
    def test_by_hand(self, how, expected):
        values = np.array([1.0, 2.0, np.nan, 2.0, 5.0])[:, None]
        found = normalise(values, how)[:, 0]
        assert np.isnan(found[2])
        assert found[[0, 1, 3, 4]] == pytest.approx(expected, abs=1e-6)

    @pytest.mark.parametrize("how", NORMALISATIONS)
    def test_many_sets_at_once_are_the_same_as_one_by_one(self, how):
        values = np.random.default_rng(2).normal(size=(3, 9, 4))
        values[:, 2, 1] = np.nan
        together = normalise(values, how)
        for number in range(3):
            np.testing.assert_allclose(together[number], normalise(values[number], how))


class TestPrincipalComponents:
    def test_the_weights_are_those_of_statsmodels(self):
        figures = np.random.default_rng(4).normal(size=(40, 1)) + np.random.default_rng(5).normal(
            size=(40, 6)
        )
        weights, loadings, explained = principal_weights(figures)
        oracle = PCA(figures, standardize=True, normalize=True)
        np.testing.assert_allclose(weights, oracle.loadings[:, 0] ** 2, atol=1e-10)
        assert explained == pytest.approx(oracle.eigenvals[0] / oracle.eigenvals.sum())
        assert (loadings > 0).all()

    def test_a_figure_that_goes_against_the_others_does_not_count(self):
        common = np.random.default_rng(6).normal(size=(40, 1))
        figures = common * [1, 1, 1, -1] + np.random.default_rng(7).normal(0, 0.3, (40, 4))
        weights, loadings, _ = principal_weights(figures)
        assert loadings[3] < 0
        assert weights[3] == 0
        assert weights.sum() == pytest.approx(1)

    def test_correlations_are_of_the_wijken_that_have_both(self):
        values = np.random.default_rng(8).normal(size=(30, 4)).cumsum(axis=1)
        values[np.random.default_rng(9).random(values.shape) < 0.2] = np.nan
        np.testing.assert_allclose(correlation(values), pd.DataFrame(values).corr(), atol=1e-12)

    def test_too_few_wijken_are_refused_with_the_numbers(self):
        with pytest.raises(Refused) as refused:
            score(town(12), DEFINITIONS, replace(RECIPE, weighting="pca"))
        assert (refused.value.reason, refused.value.have, refused.value.need) == (
            "pca_too_few_wijken",
            12,
            15,
        )
        assert score(town(20), DEFINITIONS, replace(RECIPE, weighting="pca")).explained > 0.5


class TestContributions:
    @pytest.mark.parametrize("how", NORMALISATIONS)
    @pytest.mark.parametrize("way", AGGREGATIONS)
    @pytest.mark.parametrize("outliers", ["winsorise", "keep"])
    def test_they_sum_to_the_score(self, how, way, outliers):
        recipe = replace(RECIPE, normalisation=how, aggregation=way, outliers=outliers)
        scored = score(town(30, missing=0.15), DEFINITIONS, recipe)
        sums = scored.contributions.groupby("region")["contribution"].sum()
        with_score = scored.scores.dropna(subset="score").set_index("region")
        assert len(with_score) > 20
        np.testing.assert_allclose(sums.reindex(with_score.index), with_score["score"], atol=1e-10)
        weights = scored.contributions.groupby("region")["weight"].sum()
        np.testing.assert_allclose(weights, 1.0)

    def test_by_hand(self):
        rows = [
            ("A", "poverty", 0.0), ("A", "income", 20.0), ("A", "welfare", 0.0),
            ("B", "poverty", 5.0), ("B", "income", 40.0), ("B", "welfare", 8.0),
            ("C", "poverty", 10.0), ("C", "income", 30.0), ("C", "welfare", 2.0),
        ]  # fmt: skip
        figures = pd.DataFrame(rows, columns=["region", "indicator", "value"])
        scored = score(figures, DEFINITIONS, Recipe(("poverty", "income", "welfare")))
        # Inkomen and werk count half each, poverty and income a quarter; little income is the worrying side.
        assert dict(zip(scored.weights["indicator"], scored.weights["weight"], strict=True)) == {
            "poverty": 0.25,
            "income": 0.25,
            "welfare": 0.5,
        }
        expected = {"A": 0.25 * 100, "B": 0.25 * 50 + 0.5 * 100, "C": 0.25 * 100 + 0.25 * 50 + 0.5 * 25}
        assert dict(zip(scored.scores["region"], scored.scores["score"], strict=True)) == pytest.approx(
            expected
        )
        assert list(scored.scores["region"]) == ["B", "C", "A"]
        used = scored.contributions.set_index(["region", "indicator"])
        assert used.loc[("A", "income"), "value"] == 20.0

    def test_a_geometric_score_by_hand(self):
        rows = [
            ("A", "poverty", 0.0), ("B", "poverty", 5.0), ("C", "poverty", 10.0),
            ("A", "welfare", 10.0), ("B", "welfare", 0.0), ("C", "welfare", 10.0),
        ]  # fmt: skip
        figures = pd.DataFrame(rows, columns=["region", "indicator", "value"])
        recipe = Recipe(("poverty", "welfare"), aggregation="geometric")
        found = score(figures, DEFINITIONS, recipe).scores.set_index("region")["score"]
        # What is left up to 100 is 100 and 1 for A: the mean of the logarithms leaves 10.
        assert found["A"] == pytest.approx(90.0)
        assert found["B"] == pytest.approx(100 - 50.5**0.5 * 10)
        assert found["C"] == pytest.approx(99.0)


class TestWeights:
    def test_a_theme_with_many_figures_does_not_count_more(self):
        weights = score(town(), DEFINITIONS, RECIPE).weights.set_index("indicator")["weight"]
        assert weights["poverty"] + weights["income"] == pytest.approx(weights["welfare"])

    def test_own_weights_are_of_themes_and_of_figures_within_a_theme(self):
        recipe = replace(
            RECIPE,
            weighting="own",
            theme_weights={"inkomen": 6, "veiligheid": 0},
            weights={"poverty": 3},
        )
        scored = score(town(), DEFINITIONS, recipe)
        weights = scored.weights.set_index("indicator")["weight"]
        assert weights.to_dict() == pytest.approx(
            {"poverty": 6 / 8 * 3 / 4, "income": 6 / 8 / 4, "welfare": 1 / 8, "gp": 1 / 8}
        )
        assert scored.left_out.to_dict("records") == [{"indicator": "violence", "reason": "no_weight"}]

    def test_they_only_count_when_they_are_chosen(self):
        recipe = replace(RECIPE, theme_weights={"inkomen": 9}, weights={"gp": 0})
        pd.testing.assert_frame_equal(
            score(town(), DEFINITIONS, recipe).scores, score(town(), DEFINITIONS, RECIPE).scores
        )

    def test_what_is_missing_is_made_up_inside_the_theme(self):
        scored = score(without(town(), "WK000105", "income"), DEFINITIONS, RECIPE)
        weight = scored.contributions.set_index(["region", "indicator"])["weight"]
        assert weight["WK000105", "poverty"] == pytest.approx(0.25)
        assert weight["WK000105", "gp"] == pytest.approx(0.25)
        assert of(scored, "WK000105")["known_weight"] == pytest.approx(0.875)


class TestWhoAndWhatIsLeftOut:
    @pytest.mark.parametrize(
        ("people", "reason"), [(199, "too_few_people"), (np.nan, "people_unknown"), (200, "")]
    )
    def test_a_wijk_that_is_too_small_has_no_score(self, people, reason):
        figures = town()
        figures.loc[figures["region"] == "WK000103", "people"] = people
        scored = score(figures, DEFINITIONS, RECIPE)
        assert of(scored, "WK000103")["reason"] == reason
        assert pd.isna(of(scored, "WK000103")["rank"]) == bool(reason)
        assert ("WK000103" in set(scored.contributions["region"])) != bool(reason)

    def test_a_figure_that_few_wijken_have_counts_for_nobody(self):
        figures = town()
        few = (figures["indicator"] == "gp") & (figures["region"] > "WK000106")
        figures["value"] = figures["value"].mask(few)
        figures.loc[figures["indicator"] == "violence", "value"] = 4.0
        scored = score(figures, DEFINITIONS, RECIPE)
        assert dict(scored.left_out.itertuples(index=False)) == {
            "gp": "too_few_wijken",
            "violence": "all_equal",
        }
        assert scored.scores["reason"].eq("").all()

    @pytest.mark.parametrize(
        ("figures", "reason"),
        [
            (town(2), "too_few_wijken"),
            (town(1), "too_few_wijken"),
            (town().assign(value=3.0), "nothing_counts"),
            (town().assign(value=np.nan), "nothing_counts"),
            (town().assign(people=40), "too_few_people"),
        ],
    )
    def test_where_nothing_can_be_scored_every_wijk_has_the_reason(self, figures, reason):
        assert set(score(figures, DEFINITIONS, RECIPE).scores["reason"]) == {reason}
        found = rank_intervals(figures, DEFINITIONS, RECIPE)
        assert found[["rank", "lower", "upper", "top"]].isna().all(axis=None)
        assert sensitivity(figures, DEFINITIONS, RECIPE).empty
        assert overlapping(figures, DEFINITIONS, RECIPE).empty

    def test_equal_wijken_share_a_place(self):
        figures = town()
        twin = figures[figures["region"] == "WK000111"].assign(region="WK000199")
        scored = score(pd.concat([figures, twin]), DEFINITIONS, RECIPE)
        assert of(scored, "WK000111")["rank"] == of(scored, "WK000199")["rank"]

    def test_a_wijk_twice_is_refused(self):
        with pytest.raises(ValueError, match="two figures"):
            score(pd.concat([town(), town()]), DEFINITIONS, RECIPE)


class TestTheYearOfAFigure:
    def test_it_is_the_same_for_all_wijken_and_not_too_old(self):
        rows = [
            ("A", "poverty", 2024, 4.0), ("B", "poverty", 2024, 5.0), ("C", "poverty", 2023, 9.0),
            ("A", "welfare", 2020, 4.0), ("B", "welfare", 2020, 5.0), ("C", "welfare", 2020, 6.0),
        ]  # fmt: skip
        comparison = pd.DataFrame(rows, columns=["region", "indicator", "year", "value"]).assign(people=900)
        errors = pd.DataFrame({"total": [0.5] * len(rows)})
        found = figures_to_score(comparison, comparison, errors, 2025)
        poverty = found[found["indicator"] == "poverty"].set_index("region")
        assert poverty["value"].to_dict() == pytest.approx({"A": 4.0, "B": 5.0, "C": np.nan}, nan_ok=True)
        assert poverty["error"].to_dict() == pytest.approx({"A": 0.5, "B": 0.5, "C": np.nan}, nan_ok=True)
        assert found.loc[found["indicator"] == "welfare", "value"].isna().all()


class TestRecipes:
    @pytest.mark.parametrize(
        ("indicator", "reason"),
        [
            ("origin_share", "herkomst"),
            ("clients", "count"),
            ("rented", "neutral"),
            ("<b>x</b>", "unknown"),
        ],
    )
    def test_what_may_not_score_is_refused_with_its_reason(self, indicator, reason):
        with pytest.raises(Refused, match=indicator) as refused:
            score(town(), DEFINITIONS, Recipe(("poverty", indicator)))
        assert (refused.value.reason, refused.value.indicators) == (reason, (indicator,))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"indicators": ()},
            {"indicators": ("gp", "gp")},
            {"weighting": "guess"},
            {"normalisation": "log"},
            {"weights": {"gp": -1}},
            {"weights": {"gp": float("nan")}},
            {"theme_weights": {"werk": "2"}},
            {"fewest": 0},
        ],
    )
    def test_nonsense_is_refused(self, wrong):
        with pytest.raises(ValueError):
            Recipe(**{"indicators": FIGURES, **wrong})

    def test_a_recipe_survives_json_and_can_be_a_key(self):
        recipe = replace(RECIPE, weighting="own", weights={"gp": 2.5}, aggregation="geometric")
        again = recipe_of(json.loads(json.dumps(record_of(recipe))))
        assert again == recipe
        assert hash(again) == hash(recipe)
        assert len({recipe, again, RECIPE}) == 2

    @pytest.mark.parametrize(
        "record",
        [
            {},
            {"indicators": "poverty"},
            {"indicators": ["gp"], "more": 1},
            {"indicators": ["gp"], "weights": [1]},
        ],
    )
    def test_another_record_is_no_recipe(self, record):
        with pytest.raises(ValueError):
            recipe_of(record)

    def test_only_what_may_score_and_is_known_can_be_chosen(self):
        extra = pd.DataFrame(
            [("WK000101", name, 3.0) for name in ("origin_share", "rented", "clients")],
            columns=["region", "indicator", "value"],
        )
        figures = pd.concat([town(), extra], ignore_index=True)
        assert choices(figures, DEFINITIONS) == ("poverty", "income", "welfare", "violence", "gp")

    def test_a_start_is_made_with_one_figure_for_each_thing(self):
        start = starting_recipe(town(), DEFINITIONS)
        assert start is not None
        assert start.indicators == ("poverty",)
        assert starting_recipe(town().assign(value=np.nan), DEFINITIONS) is None


class TestRankIntervals:
    def test_the_place_of_now_lies_within_and_the_same_seed_gives_the_same(self):
        figures = town(20, error=1.0, missing=0.05)
        found = rank_intervals(figures, DEFINITIONS, RECIPE, draws=200, seed=7)
        there = found.dropna(subset="rank")
        assert ((there["lower"] <= there["rank"]) & (there["rank"] <= there["upper"])).all()
        assert there["top"].between(0, 1).all()
        assert there["first"].sum() == pytest.approx(1)
        again = rank_intervals(figures, DEFINITIONS, RECIPE, draws=200, seed=7)
        pd.testing.assert_frame_equal(found, again)
        assert list(found["region"]) == list(score(figures, DEFINITIONS, RECIPE).scores["region"])

    def test_the_place_of_now_lies_within_even_when_no_draw_gives_it(self):
        for seed in range(8):
            found = rank_intervals(town(20, error=3.0), DEFINITIONS, RECIPE, draws=1, seed=seed)
            assert ((found["lower"] <= found["rank"]) & (found["rank"] <= found["upper"])).all()

    def test_weights_move_by_about_a_third_around_the_chosen_ones(self):
        recipe = replace(RECIPE, weighting="own", theme_weights={"werk": 3}, weights={"income": 3})
        sheet = sheet_of(town(), DEFINITIONS, recipe)
        chosen = score(town(), DEFINITIONS, recipe).weights["weight"].to_numpy()
        themes, within = _drawn_weights(np.random.default_rng(1), chosen, sheet, 4_000)
        assert dict(zip(sheet.themes, themes.mean(axis=0), strict=True)) == pytest.approx(
            {"inkomen": 1 / 6, "werk": 3 / 6, "veiligheid": 1 / 6, "voorzieningen": 1 / 6}, abs=0.01
        )
        assert themes[:, 0].std() / themes[:, 0].mean() == pytest.approx(0.4, abs=0.1)
        poor, income = (within[:, sheet.indicators.index(name)] for name in ("poverty", "income"))
        assert (poor / (poor + income)).mean() == pytest.approx(0.25, abs=0.01)
        assert (poor / (poor + income)).std() / 0.25 == pytest.approx(0.4, abs=0.1)

    def test_another_scale_under_which_another_wijk_leads_is_seen(self):
        # Far out on one figure: first by distance, but not when only places count.
        far = [("Ver", 100.0, 0.0), ("Ook ver", 95.0, 0.0), ("Vlak", 10.0, 5.0)]
        others = [(f"W{place}", place - 1.0, min(place, 4.5)) for place in range(1, 6)] + [
            ("Hoog", 3.0, 10.0)
        ]
        figures = pd.DataFrame(
            [
                (w, name, v)
                for w, *both in far + others
                for name, v in zip(("poverty", "income"), both, strict=True)
            ],
            columns=["region", "indicator", "value"],
        )
        definitions = define(rate("poverty"), rate("income"))
        recipe = Recipe(("poverty", "income"), outliers="keep")
        assert score(figures, definitions, recipe).scores.loc[0, "region"] != "Vlak"
        places = score(figures, definitions, replace(recipe, normalisation="rank")).scores
        assert places.loc[0, "region"] == "Vlak"
        found = rank_intervals(figures, definitions, recipe).set_index("region")
        assert found.loc["Vlak", "first"] > 0.05

    def test_about_equal_is_mutual(self):
        found = rank_intervals(town(20, error=1.0), DEFINITIONS, RECIPE, draws=200).set_index("region")
        pairs = {(one, other) for one, others in found["alike"].items() for other in others}
        assert pairs
        assert pairs == {(other, one) for one, other in pairs}

    @pytest.mark.parametrize("noise", [0.3, 1.0])
    def test_the_place_that_the_true_figures_give_lies_within_nine_times_out_of_ten(self, noise):
        random = np.random.default_rng(11)
        within = []
        for _ in range(6):
            truth = town(24, seed=int(random.integers(1_000_000)))
            seen = truth.assign(value=truth["value"] + random.normal(0, noise, len(truth)), error=noise)
            rank = score(truth, DEFINITIONS, RECIPE).scores.set_index("region")["rank"]
            found = rank_intervals(seen, DEFINITIONS, RECIPE, draws=200).set_index("region")
            found = found.loc[rank.index]
            within.append(((found["lower"] <= rank) & (rank <= found["upper"])).mean())
        assert np.mean(within) >= 0.9


class TestWhatMatters:
    def test_each_other_choice_is_told_with_what_it_does(self):
        found = sensitivity(town(20), DEFINITIONS, RECIPE)
        assert set(found["choice"]) == {
            "normalisation", "weighting", "aggregation", "outliers", "without_theme", "without_figure",
        }  # fmt: skip
        assert found["mean_shift"].is_monotonic_decreasing
        left_out = found[found["choice"] == "without_figure"]
        assert set(left_out["option"]) == {"poverty", "income"}

    def test_a_shift_is_what_a_second_score_says(self):
        figures = town(20)
        now = score(figures, DEFINITIONS, RECIPE).scores.set_index("region")["rank"]
        then = score(figures, DEFINITIONS, replace(RECIPE, normalisation="imd")).scores
        moved = (now - then.set_index("region")["rank"]).astype("float64")
        told = sensitivity(figures, DEFINITIONS, RECIPE).set_index("option").loc["imd"]
        assert told["mean_shift"] == pytest.approx(moved.abs().mean())
        assert told["shift"] == moved[told["region"]]

    def test_figures_that_say_the_same_are_told(self):
        figures = town(20)
        double = figures[figures["indicator"] == "poverty"].assign(indicator="welfare")
        figures = pd.concat([figures[figures["indicator"] != "welfare"], double])
        found = overlapping(figures, DEFINITIONS, Recipe(("poverty", "welfare", "gp")))
        pairs = {(row.one, row.other): row.r for row in found.itertuples()}
        assert pairs["poverty", "welfare"] == pytest.approx(1.0)
