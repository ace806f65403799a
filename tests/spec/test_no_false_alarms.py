"""When a series is called a trend, and when it is not: on chance alone, on the sample with its planted truths, on
Heerlen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.trends import judge, trends
from data import sample
from data.store import Store
from ui.figures import Figures, figures
from ui.trending import estimated, family

TRUTHS = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))
TREND = ["rises", "falls"]


def chance(wijken: int, years: int, coherence: float, rng: np.random.Generator) -> np.ndarray:
    """Figures in which nothing lasting happens, but a high year is followed by a high one."""
    drawn = rng.standard_normal((wijken, years))
    for year in range(1, years):
        drawn[:, year] = coherence * drawn[:, year - 1] + np.sqrt(1 - coherence**2) * drawn[:, year]
    return drawn


def table(values: np.ndarray, indicator: str = "figure") -> pd.DataFrame:
    wijken, years = values.shape
    return pd.DataFrame(
        {
            "region": np.repeat([f"WK{i:06d}" for i in range(wijken)], years),
            "indicator": indicator,
            "year": np.tile(np.arange(2010, 2010 + years), wijken),
            "value": values.ravel(),
        }
    )


class TestChanceAlone:
    @pytest.mark.parametrize("coherence", [0.0, 0.4, 0.7])
    @pytest.mark.parametrize("years", [10, 15])
    def test_of_a_hundred_series_without_a_trend_at_most_five_look_like_one(self, coherence, years):
        rng = np.random.default_rng(12)
        alarms = [(trends(table(chance(24, years, coherence, rng)))["p"] < 0.05).mean() for _ in range(25)]
        assert np.mean(alarms) <= 0.05

    def test_a_shock_that_hits_all_wijken_at_once_is_no_trend_of_24_wijken(self):
        rng = np.random.default_rng(12)
        alarms = []
        for _ in range(30):
            shared = 0.8 * chance(1, 12, 0.7, rng) + 0.6 * chance(24, 12, 0.7, rng)
            alarms.append((trends(table(shared))["p"] < 0.05).mean())
        assert np.mean(alarms) <= 0.05

    def test_a_screen_of_240_series_without_a_trend_stays_without_one(self):
        rng = np.random.default_rng(12)
        screens = []
        for _ in range(12):
            screen = pd.concat([table(chance(24, 13, 0.4, rng), f"figure {i}") for i in range(10)])
            screens.append(judge(trends(screen))["verdict"].isin(TREND).any())
        assert np.mean(screens) <= 1 / 12

    def test_a_trend_that_is_there_is_found(self):
        rng = np.random.default_rng(12)
        rising = 0.3 * np.arange(13)
        found = [judge(trends(table(chance(24, 13, 0.4, rng) + rising)))["verdict"] for _ in range(10)]
        assert pd.concat(found).eq("rises").mean() > 0.5

    def test_figures_that_go_back_and_forth_by_their_rounding_go_nowhere(self):
        rounded = np.array([[20, 25, 20, 20, 25, 25, 20, 25, 20, 25, 25, 25]])
        assert judge(trends(table(rounded).assign(error=2.0)))["verdict"].iloc[0] not in TREND

    def test_a_rise_that_rounding_alone_can_make_is_not_called_one(self):
        steps = np.array([[100, 100, 100, 105, 105, 105.0]])
        assert judge(trends(table(steps).assign(error=2.0)))["verdict"].iloc[0] not in TREND


@pytest.fixture(scope="module")
def town(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


def judged(town: Figures, *indicators: str) -> pd.DataFrame:
    return family(town, indicators, tuple(town.regions)).set_index(["region", "indicator"])


class TestPlantedTruths:
    """All wijken of Voorbeeldstad, all figures that something was planted in, as one family."""

    @pytest.fixture(scope="class")
    def found(self, town: Figures) -> pd.DataFrame:
        planted = {
            course["indicator"]
            for truth in ("rising_concern", "shrinking_and_ageing", "false_alarm")
            for course in TRUTHS[truth]["course"]
        }
        return judged(town, *sorted(planted), "dwellings")

    @pytest.mark.parametrize("indicator", ["benefit_bijstand_share", "low40_households"])
    def test_rising_concern_is_seen_in_each_of_the_four_wijken(self, found, indicator):
        rows = found.loc[[(region, indicator) for region in TRUTHS["rising_concern"]["regions"]]]
        assert list(rows["verdict"]) == ["rises"] * 4
        assert list(rows["judgement"]) == ["unfavourable"] * 4

    def test_most_of_all_that_was_planted_there_is_seen_and_none_the_wrong_way_round(self, found):
        truth = TRUTHS["rising_concern"]
        keys = [(region, c["indicator"]) for region in truth["regions"] for c in truth["course"]]
        verdicts = found.loc[keys, "verdict"]
        assert verdicts.eq("rises").mean() > 0.5
        assert not verdicts.eq("falls").any()

    def test_a_figure_that_first_fell_and_then_rose_is_no_straight_trend(self, found):
        assert found.loc[("WK999906", "low_income_hh"), "verdict"] == "too_uncertain"

    @pytest.mark.parametrize(
        ("indicator", "verdict"),
        [("population", "falls"), ("age_65plus_share", "rises"), ("age_0_15_share", "falls")],
    )
    def test_the_village_shrinks_and_ages(self, found, indicator, verdict):
        assert found.loc[("WK999921", indicator), "verdict"] == verdict

    @pytest.mark.parametrize("indicator", ["population", "dwellings"])
    def test_the_new_wijk_grows(self, found, indicator):
        assert found.loc[("WK999915", indicator), "verdict"] == "rises"

    def test_one_odd_year_in_a_small_wijk_is_no_trend(self, found):
        for course in TRUTHS["false_alarm"]["course"]:
            assert found.loc[("WK999923", course["indicator"]), "verdict"] not in TREND

    def test_concern_does_not_rise_where_nothing_was_planted(self, found):
        for indicator in ("benefit_bijstand_share", "low40_households", "low_income_hh", "social_minimum"):
            rows = found.loc[[(region, indicator) for region in TRUTHS["quiet_wijken"]]]
            assert not rows["verdict"].eq("rises").any(), indicator


class TestWhatTheFiguresCanCarry:
    def test_five_points_are_a_picture_and_no_verdict(self):
        few = judge(trends(table(np.array([[10, 12, 14, 16, 18.0]])))).iloc[0]
        assert few["verdict"] == "no_verdict"
        assert few["slope"] == 2
        assert np.isnan(few["p"])

    def test_a_year_without_a_figure_is_not_a_year_with_nothing(self):
        values = 50 + np.arange(9.0)
        without = table(np.where(np.arange(9) == 4, np.nan, values)[None])
        assert trends(without)["slope"].iloc[0] == pytest.approx(1)

    def test_a_line_never_runs_across_a_break(self, town: Figures):
        after = judged(town, "benefit_bijstand_share").loc[("WK999906", "benefit_bijstand_share")]
        assert after["broken"]
        assert after["first_year"] == 2015

    def test_a_neutral_figure_is_never_favourable_or_unfavourable(self, town: Figures):
        neutral = town.definitions.index[town.definitions["direction"] == "neutral"]
        assert set(judged(town, *neutral)["judgement"]) == {"neutral", "none"}

    def test_a_wijk_of_forty_people_is_not_said_to_rise_or_fall_by_chance(self, town: Figures):
        concern = [course["indicator"] for course in TRUTHS["rising_concern"]["course"]]
        rows = judged(town, *concern).query("region == 'WK999914'")
        assert not rows["verdict"].isin(TREND).any()


@pytest.mark.real
class TestHeerlen:
    """CBS, Kerncijfers wijken en buurten, CC BY 4.0: the years 2016 to 2020."""

    @pytest.fixture(scope="class")
    def heerlen(self, heerlen_folder: Path) -> pd.DataFrame:
        town = figures(Store(heerlen_folder), "GM0917")
        return judge(estimated(town), town.definitions["direction"])

    def test_five_points_allow_no_verdict_on_anything(self, heerlen: pd.DataFrame) -> None:
        assert len(heerlen) > 1000
        assert set(heerlen["verdict"]) == {"no_verdict"}
        assert set(heerlen["judgement"]) == {"none"}
        assert heerlen[["p", "p_adjusted", "lower", "upper"]].isna().all(axis=None)

    def test_what_is_shown_instead_is_the_course_of_the_years_themselves(self, heerlen: pd.DataFrame) -> None:
        population = heerlen[heerlen["indicator"] == "population"]
        assert population["n"].eq(5).all()
        assert population[["slope", "line_first", "line_last", "change"]].notna().all(axis=None)
