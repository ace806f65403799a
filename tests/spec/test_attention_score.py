"""What the attention score promises: nothing hidden, nothing made up, and a place no surer than it is."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.composite import (
    AGGREGATIONS,
    ALIKE,
    DRAWS,
    FEWEST,
    FEWEST_WIJKEN,
    FEWEST_WITH_FIGURE,
    INTERVAL,
    NORMALISATIONS,
    PCA_WIJKEN,
    PCA_WIJKEN_PER_FIGURE,
    Recipe,
    Refused,
    figures_to_score,
    rank_intervals,
    score,
    starting_recipe,
)
from analysis.standing import FEWEST_PEOPLE, scoring
from data import sample
from data.catalogue import catalogue
from data.settings import ROOT
from data.store import Store
from tests.panel_builder import define, rate
from ui.figures import Figures, figures, standing

DEFINITIONS = define(
    rate("poverty", theme="inkomen"),
    rate("debts", theme="inkomen"),
    rate("welfare", theme="werk"),
    rate("violence", theme="veiligheid"),
)
RECIPE = Recipe(tuple(DEFINITIONS.index))


def town(wijken: dict[str, tuple[float | None, ...]], error: float = 0.0) -> pd.DataFrame:
    """Figures of wijken, in the order of the definitions."""
    return pd.DataFrame(
        [
            (wijk, indicator, np.nan if value is None else value, error, 4_000)
            for wijk, values in wijken.items()
            for indicator, value in zip(DEFINITIONS.index, values, strict=True)
        ],
        columns=["region", "indicator", "value", "error", "people"],
    )


ORDINARY = {f"W{number}": tuple(5 + (number * step) % 7 for step in (1, 2, 3, 5)) for number in range(1, 7)}


class TestHerkomstIsNeverPartOfIt:
    @pytest.mark.parametrize(
        "indicator", [one.id for one in catalogue().indicators.values() if one.theme == "herkomst"]
    )
    def test_whichever_figure_of_the_catalogue_is_tried(self, indicator: str):
        with pytest.raises(Refused, match="Herkomst is never part of a score") as refused:
            score(town(ORDINARY), catalogue().frame(), Recipe((indicator,)))
        assert refused.value.reason == "herkomst"

    def test_also_when_somebody_marks_it_as_usable(self):
        definitions = define(rate("origin", theme="herkomst", usable_in_score=False))
        with pytest.raises(Refused):
            score(town(ORDINARY), definitions, Recipe(("origin",)))


class TestNothingIsMadeUp:
    def test_a_wijk_with_too_few_figures_has_no_score_and_a_reason(self):
        scored = score(town({**ORDINARY, "Leeg": (9, None, None, None)}), DEFINITIONS, RECIPE)
        row = scored.scores.set_index("region").loc["Leeg"]
        assert np.isnan(row["score"])
        assert (row["reason"], row["n_figures"]) == ("too_few_figures", 1)

    def test_many_figures_of_one_theme_are_not_enough(self):
        recipe = Recipe(RECIPE.indicators, weighting="own", theme_weights={"inkomen": 20})
        scored = score(town({**ORDINARY, "Half": (9, 9, None, None)}), DEFINITIONS, recipe)
        row = scored.scores.set_index("region").loc["Half"]
        assert row["known_weight"] > 0.9
        assert row["reason"] == "too_few_figures"

    def test_every_theme_is_not_enough_without_the_heavy_figure(self):
        recipe = Recipe(
            RECIPE.indicators, weighting="own", theme_weights={"inkomen": 9}, weights={"poverty": 9}
        )
        scored = score(town({**ORDINARY, "Licht": (None, 9, 9, 9)}), DEFINITIONS, recipe)
        row = scored.scores.set_index("region").loc["Licht"]
        assert row["n_themes"] == 3
        assert row["reason"] == "too_few_figures"

    def test_a_figure_that_is_missing_is_not_a_zero_and_not_an_average(self):
        whole = {**ORDINARY, "Een": (11, 11, 9, 8), "Twee": (11, None, 9, 8)}
        scored = score(town(whole), DEFINITIONS, RECIPE)
        found = scored.scores.set_index("region")["score"]
        # What is known of its theme speaks for the theme: the same figures, the same score.
        assert found["Twee"] == pytest.approx(found["Een"], abs=3)
        used = scored.contributions
        assert set(used.loc[used["region"] == "Twee", "indicator"]) == {"poverty", "welfare", "violence"}

    def test_a_wijk_of_few_people_does_not_shift_the_others(self):
        without = score(town(ORDINARY), DEFINITIONS, RECIPE).scores
        tiny = town({"Klein": (90, 90, 90, 90)}).assign(people=40)
        among = score(pd.concat([town(ORDINARY), tiny]), DEFINITIONS, RECIPE).scores
        pd.testing.assert_frame_equal(among[among["region"] != "Klein"], without)


class TestAPlaceIsNoSurerThanItIs:
    def test_who_leads_under_every_choice_is_first_without_doubt(self):
        found = rank_intervals(town({**ORDINARY, "Noord": (30, 30, 30, 30)}), DEFINITIONS, RECIPE)
        noord = found.set_index("region").loc["Noord"]
        assert (noord["rank"], noord["lower"], noord["upper"]) == (1, 1, 1)
        assert (noord["top"], noord["first"], noord["alike"]) == (1.0, 1.0, ())

    def test_noise_in_the_figures_widens_the_intervals(self):
        def width(error: float) -> float:
            found = rank_intervals(town(ORDINARY, error), DEFINITIONS, RECIPE)
            return float((found["upper"] - found["lower"]).mean())

        assert width(0.0) < width(1.0) < width(4.0)

    def test_two_wijken_that_differ_less_than_their_noise_are_about_equal(self):
        wijken = {**ORDINARY, "Een": (12.0, 12.0, 12.0, 12.0), "Twee": (12.2, 12.1, 12.0, 12.1)}
        found = rank_intervals(town(wijken, error=1.0), DEFINITIONS, RECIPE).set_index("region")
        assert "Twee" in found.loc["Een", "alike"]

    def test_a_wijk_that_leads_by_one_choice_alone_has_a_wide_interval(self):
        # Worst by far on one figure, best on the others: weights decide where it stands.
        wijken = {**ORDINARY, "Scheef": (4, 4, 4, 60)}
        found = rank_intervals(town(wijken), DEFINITIONS, RECIPE).set_index("region")
        assert found.loc["Scheef", "upper"] - found.loc["Scheef", "lower"] >= 3


class TestBadFiguresAreNotMadeGoodByGoodOnes:
    def test_less_so_in_a_geometric_score(self):
        wijken = {**ORDINARY, "Scheef": (3, 3, 3, 30), "Vlak": (12, 12, 12, 12), "Hoog": (30, 30, 30, 31)}
        places = {}
        for way in AGGREGATIONS:
            scores = score(town(wijken), DEFINITIONS, Recipe(RECIPE.indicators, aggregation=way)).scores
            found = scores.set_index("region")["score"]
            places[way] = found["Scheef"] - found["Vlak"]
        assert places["geometric"] > places["arithmetic"]


def test_the_paper_tells_the_numbers_of_the_code():
    paper = (ROOT / "docs" / "methode" / "aandachtsscore.md").read_text(encoding="utf-8")
    told = " ".join(paper.split())
    assert FEWEST == FEWEST_WITH_FIGURE == 2 / 3
    assert "minder dan twee derde van het gewicht of van de thema's" in told
    assert f"minder dan {FEWEST_PEOPLE} inwoners" in told
    assert f"een samenhang van meer dan {ALIKE:g}".replace(".", ",") in told
    assert "1 000 keer" in told
    assert DRAWS == 1_000
    assert f"in {INTERVAL:.0%} keer".replace("%", " van de 100") in told
    assert (PCA_WIJKEN, PCA_WIJKEN_PER_FIGURE, FEWEST_WIJKEN) == (10, 3, 3)
    assert "minstens tien wijken voor nodig, en minstens drie per cijfer" in told


class TestTheSampleMunicipality:
    @pytest.fixture(scope="class")
    def known(self, sample_folder) -> Figures:
        return figures(Store(sample_folder), sample.GEMEENTE)

    @pytest.fixture(scope="class")
    def at_hand(self, known: Figures) -> pd.DataFrame:
        year = known.years[-1]
        return figures_to_score(standing(known, year), known.on_borders_of_now, known.errors, year)

    def test_every_figure_is_of_one_year_for_all_wijken(self, at_hand: pd.DataFrame):
        there = at_hand.dropna(subset="value")
        assert not there[["indicator", "year"]].drop_duplicates()["indicator"].duplicated().any()
        assert (there["error"] >= 0).all()

    def test_the_planted_wijken_come_first_under_every_choice(self, known: Figures, at_hand: pd.DataFrame):
        planted = set(
            json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["rising_concern"][
                "regions"
            ]
        )
        start = starting_recipe(at_hand, known.definitions)
        assert start is not None
        assert set(start.indicators) <= set(scoring(known.definitions).index)
        for how, way in product(NORMALISATIONS, AGGREGATIONS):
            recipe = Recipe(start.indicators, normalisation=how, aggregation=way)
            first = score(at_hand, known.definitions, recipe).scores["region"].head(6)
            assert planted <= set(first), (how, way)
        found = rank_intervals(at_hand, known.definitions, start, draws=300).set_index("region")
        assert (found.loc[sorted(planted), "upper"] <= 8).all()
