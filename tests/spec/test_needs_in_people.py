"""What Wijkradar promises about needs: people times use, right as often as it says, and a scenario beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.forecasting import Study, study, track_record
from analysis.needs import Measure, Need, NewDwellings, Scenario, UseChange, earlier_outlooks, outlook
from data.catalogue import Catalogue
from data.store import Store
from ui.figures import figures

CLIENTS = Need("clients", "population", "use", 1000, "cliënten")
WIJKEN = [f"WK0001{n:02d}" for n in range(30)]


def town(years: int = 22, seed: int = 11) -> pd.DataFrame:
    """Thirty wijken: people that grow and use that drifts, both partly with all wijken at once."""
    random = np.random.default_rng(seed)
    shared = random.normal(0, 0.01, (2, years))
    rows = []
    for wijk in WIJKEN:
        size = random.uniform(1_000, 8_000)
        steps = random.normal(0, 0.012, (2, years)) + shared
        people = size * np.exp(np.cumsum(steps[0]))
        # Where more people come than expected, use per 1,000 falls a little: they are younger.
        use = 60 * np.exp(np.cumsum(steps[1] - 0.3 * steps[0]))
        for name, values in (("population", np.round(people / 5) * 5), ("use", use)):
            rows += [(wijk, name, 2004 + year, value, "aantal") for year, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["region", "indicator", "year", "value", "unit"])


@pytest.fixture(scope="module")
def studied() -> Study:
    return study(town(), 5)


def covered(said: pd.DataFrame, level: int) -> float:
    """Share (0-1) of numbers that came within the band."""
    return float(said["value"].between(said[f"lower_{level}"], said[f"upper_{level}"]).mean())


def sum_covered(studied: Study, needed: pd.Series) -> float:
    """Share (0-1) of years ahead in which the number of the whole town came within the band of 80 %."""
    table = outlook(studied, [CLIENTS], WIJKEN, total="Stad")
    whole = table[(table["region"] == "Stad") & (table["horizon"] > 0)]
    came = whole["year"].map(needed)
    return float(came.between(whole["people_lower_80"], whole["people_upper_80"]).mean())


class TestABandIsRightAsOftenAsItSays:
    def test_for_wijken(self, studied: Study):
        said = earlier_outlooks(studied, [CLIENTS], WIJKEN).dropna(subset="lower_80")
        for horizon in (1, 3, 5):
            there = said[said["horizon"] == horizon]
            assert len(there) >= 200
            # Rather a little too wide than too narrow: how people and use hang together is known from few years.
            assert 0.77 <= covered(there, 80) <= 0.93
            assert covered(there, 95) >= 0.93

    def test_for_their_sum_in_which_shared_shocks_do_not_cancel_out(self):
        # One town has the luck of one town; twelve of them tell how often a band is right.
        inside, as_if_apart = [], []
        for seed in range(11, 23):
            happened = town(seed=seed)
            wide = happened.pivot_table("value", ["region", "year"], "indicator")
            needed = (wide["population"] * wide["use"] / 1000).groupby("year").sum()
            for last in (2016, 2019, 2022):
                studied = study(happened[happened["year"] <= last], 3)
                inside.append(sum_covered(studied, needed))
                as_if_apart.append(sum_covered(replace(studied, earlier=studied.earlier[:0]), needed))
        assert 0.70 <= np.mean(inside) <= 0.92
        assert np.mean(as_if_apart) < 0.6

    def test_in_the_sample_municipality(self, sample_store: Store, known: Catalogue):
        town = figures(sample_store, next(iter(sample_store.gemeenten())))
        wanted = {"population", "benefit_ao_share", "benefit_ao", "age_65plus"}
        measured = town.measured[town.measured["indicator"].isin(wanted)]
        needs = [
            Need("ao", "population", "benefit_ao_share", 1000, count="benefit_ao"),
            Need("older", "age_65plus", None, 1),
        ]
        said = earlier_outlooks(study(measured, 3), needs, town.regions).dropna(subset="lower_80")
        record = track_record(said, by=("need",))
        # With a handful of years each group has its own luck; together they are right as often as they say.
        assert 0.70 <= covered(said, 80) <= 0.90
        assert 0.90 <= covered(said, 95) <= 0.99
        assert (record["relative"] <= 1.10).all()

    @pytest.mark.real
    def test_in_the_hague(self, real: Path):
        table = pd.read_csv(real / "panel" / "denhaag_wijken_2009_2022.csv")
        names = {"%_WMO_user": "wmo", "%_61to80": "a61", "%_0to20": "a0", "%_JGDHULP_user": "youth"}
        columns = {"WKC": "region", "YEAR": "year", "Total_Population": "population", **names}
        rows = table.rename(columns=columns).melt(
            ["region", "year"], ["population", *names.values()], "indicator"
        )
        use = rows["indicator"] != "population"
        rows["value"] = rows["value"].where(~use, 100 * rows["value"])
        rows["unit"] = use.map({True: "%", False: "aantal"})
        # A whole year of zeros was not measured, and until 2015 the Wmo was another law.
        there = rows.groupby(["indicator", "year"])["value"].transform("max") > 0
        rows = rows[there & ~((rows["indicator"] == "wmo") & (rows["year"] < 2015))]
        needs = [Need(name, "population", name, 100) for name in names.values()]
        said = earlier_outlooks(study(rows, 4), needs, sorted(rows["region"].unique()))
        said = said.dropna(subset="lower_80")
        assert (said["need"] == "wmo").sum() >= 40
        assert 0.78 <= covered(said, 80) <= 0.95
        assert 0.93 <= covered(said, 95) <= 0.99


class TestAScenarioIsNoForecast:
    def test_without_assumptions_it_is_the_forecast(self, studied: Study):
        plain = outlook(studied, [CLIENTS], WIJKEN[:3])
        empty = outlook(studied, [CLIENTS], WIJKEN[:3], Scenario("Niets"))
        pd.testing.assert_frame_equal(empty[plain.columns], plain)
        assert (empty[["difference_mean", "difference_lower_80", "difference_upper_80"]].fillna(0) == 0).all(
            axis=None
        )

    def test_more_people_and_less_use_are_told_beside_what_is_expected(self, studied: Study):
        wijk, newest = WIJKEN[0], 2025
        plan = Scenario(
            "Nieuwbouw met preventie",
            (
                NewDwellings(wijk, newest + 1, 200, people_per_dwelling=2.0),
                Measure("clients", -15, newest + 2, years_to_full=3),
            ),
        )
        table = outlook(studied, [CLIENTS], [wijk], plan).set_index("year")
        last = table.loc[newest + 5]
        expected = outlook(studied, [CLIENTS], [wijk]).set_index("year").loc[newest + 5]
        assert last["baseline_mean"] == expected["people_mean"]
        assert last["base_mean"] == pytest.approx(expected["base_mean"] + 400)
        assert last["rate_mean"] == pytest.approx(0.85 * expected["rate_mean"])
        assert last["difference_mean"] == pytest.approx(last["people_mean"] - last["baseline_mean"])
        assert table.loc[newest, "difference_mean"] == 0

    def test_the_same_question_has_the_same_answer(self, studied: Study):
        plan = Scenario("Meer", (UseChange("clients", 10, 2027),))
        first, second = (outlook(studied, [CLIENTS], WIJKEN, plan, total="Stad") for _ in range(2))
        pd.testing.assert_frame_equal(first, second)
