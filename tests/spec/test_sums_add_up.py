"""Forecasts add up: what the screens may promise about wijken and gemeente, age bands and inhabitants, as examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.forecasting import Study, study
from analysis.reconciliation import Reconciled, effect, reconcile, sums_of

YEARS = range(2012, 2026)
WIJKEN = ["WK999901", "WK999902", "WK999903", "WK999904", "WK999905"]
GEMEENTE = "GM9999"
AGES = ["age_0_15", "age_15_65", "age_65plus"]
REAL = Path(__file__).parents[2].parent / "shared" / "real" / "panel" / "denhaag_wijken_2009_2022.csv"


def definitions(*counts: str) -> pd.DataFrame:
    return pd.DataFrame({"kind": "count", "usable_in_score": True}, index=list(counts))


def regions(*codes: str) -> pd.DataFrame:
    level = ["gemeente" if code.startswith("GM") else "wijk" for code in codes]
    return pd.DataFrame({"region": codes, "level": level, "gemeente": GEMEENTE, "year": max(YEARS)})


def figures(wijken: pd.DataFrame, outside: float = 0.0, rounding: int = 1) -> pd.DataFrame:
    """Wijken as measured, and the gemeente as their sum before rounding with some people outside every wijk."""
    whole = wijken.groupby(["indicator", "year"], as_index=False)["value"].sum()
    whole = whole.assign(region=GEMEENTE, value=whole["value"] + outside)
    rounded = wijken.assign(value=rounding * (wijken["value"] / rounding).round())
    rows = pd.concat([rounded, whole], ignore_index=True)
    level = rows["region"].str[:2]
    return rows.assign(pool=rows["indicator"] + level, unit="aantal", kind="count")


def town(seed: int = 1, sizes: tuple[float, ...] = (8000, 6000, 4000, 2000, 900)) -> pd.DataFrame:
    """Inhabitants by age of five wijken that grow or shrink, with some coming and going."""
    rng = np.random.default_rng(seed)
    rows = []
    for code, size, pace in zip(WIJKEN, sizes, (0.010, -0.006, 0.004, 0.020, -0.012), strict=True):
        for age, part, extra in zip(AGES, (0.2, 0.6, 0.2), (-0.010, 0.0, 0.020), strict=True):
            coming = 1 + np.cumsum(pace + extra + 0.006 * rng.standard_normal(len(YEARS)))
            values = np.round(size * part * coming)
            rows += [(code, age, year, value) for year, value in zip(YEARS, values, strict=True)]
    ages = pd.DataFrame(rows, columns=["region", "indicator", "year", "value"])
    people = ages.groupby(["region", "year"], as_index=False)["value"].sum().assign(indicator="population")
    return pd.concat([ages, people], ignore_index=True)


SUMS = sums_of(definitions("population", *AGES), regions(*WIJKEN, GEMEENTE), [("population", AGES)])


def added_up(
    rows: pd.DataFrame, fixed: pd.DataFrame | None = None, horizon: int = 6
) -> tuple[Study, Reconciled]:
    before = study(rows, horizon)
    return before, reconcile(before, SUMS, fixed, figures=rows)


def means(studied: Study, indicator: str) -> pd.DataFrame:
    rows = studied.forecasts[studied.forecasts["indicator"] == indicator]
    return rows.pivot_table("mean", "year", "region")


def test_the_wijken_sum_to_the_gemeente_and_the_gemeente_says_what_it_said() -> None:
    before, after = added_up(figures(town()))
    apart, together = means(before, "population"), means(after, "population")
    assert (apart[WIJKEN].sum(axis=1) - apart[GEMEENTE]).abs().max() > 5
    assert together[WIJKEN].sum(axis=1).to_numpy() == pytest.approx(together[GEMEENTE].to_numpy())
    changed = (together[GEMEENTE] - apart[GEMEENTE]).abs()
    assert (changed < 0.01 * apart[GEMEENTE]).all()
    assert set(after.sums["state"]) == {"holds"}


def test_age_bands_sum_to_the_inhabitants_of_every_wijk_and_of_the_gemeente() -> None:
    _, after = added_up(figures(town()))
    of_ages = sum(means(after, age) for age in AGES)
    people = means(after, "population")
    pd.testing.assert_frame_equal(of_ages, people[of_ages.columns], rtol=1e-6)


def test_what_was_said_in_earlier_years_adds_up_too() -> None:
    _, after = added_up(figures(town()))
    then = after.earlier[(after.earlier["indicator"] == "population")]
    then = then.pivot_table("mean", ["origin", "horizon"], "region").dropna()
    assert len(then) > 10
    assert then[WIJKEN].sum(axis=1).to_numpy() == pytest.approx(then[GEMEENTE].to_numpy())


def test_people_outside_every_wijk_stay_outside() -> None:
    _, after = added_up(figures(town(), outside=300))
    people = means(after, "population")
    assert (people[GEMEENTE] - people[WIJKEN].sum(axis=1)).to_numpy() == pytest.approx(300)
    held = after.sums[(after.sums["family"] == "regions") & (after.sums["parent_indicator"] == "population")]
    assert held["gap_before"].to_numpy() == pytest.approx(300)


def test_a_wijk_without_a_forecast_is_not_squeezed_into_the_others() -> None:
    """Five years of figures of a wijk of 2,000 are too few; its people are still there."""
    rows = figures(town())
    young = (rows["region"] == WIJKEN[3]) & (rows["year"] <= 2020)
    before, after = added_up(rows[~young])
    assert set(before.refused["region"]) == {WIJKEN[3]}
    apart, together = means(before, "population"), means(after, "population")
    others = [code for code in WIJKEN if code != WIJKEN[3]]
    assert ((together[others] - apart[others]).abs().sum(axis=1) < 400).all()
    held = after.sums[(after.sums["family"] == "regions") & (after.sums["parent_indicator"] == "population")]
    assert (held["state"] == "in_part").all()
    assert (held["expected"] == held["parts"] - 1).all()
    assert held["gap"].between(1500, 3000).all()


def test_where_the_past_is_rounded_the_sums_hold_but_for_what_rounding_did() -> None:
    _, after = added_up(figures(town(), rounding=5))
    assert set(after.sums["state"]) == {"holds"}
    assert after.sums["gap"].abs().max() < 30
    assert (after.sums["gap"] - after.sums["gap_before"]).abs().max() < 30


def test_a_wijk_that_often_surprised_carries_more_of_the_correction_than_a_steady_one() -> None:
    rows = town(sizes=(4000, 4000, 4000, 4000, 4000))
    rng = np.random.default_rng(5)
    wild = rows["region"] == WIJKEN[0]
    rows.loc[wild, "value"] += np.round(250 * rng.standard_normal(wild.sum()))
    rows.loc[rows["region"] == WIJKEN[1], "value"] = (
        rows.loc[rows["region"] == WIJKEN[1]].groupby("indicator")["value"].transform("first")
    )
    rows = rows[rows["indicator"] == "population"]
    before, after = added_up(figures(rows))
    moved = (means(after, "population") - means(before, "population")).abs().loc[2028]
    assert moved[WIJKEN[0]] > 5 * moved[WIJKEN[1]]


def test_no_wijk_falls_below_zero() -> None:
    rows = town(sizes=(8000, 6000, 40, 20, 15))
    fixed = pd.DataFrame(
        {"region": GEMEENTE, "indicator": "population", "year": [2031], "mean": [6000.0], "error": [0.0]}
    )
    _, after = added_up(figures(rows), fixed)
    counts = after.forecasts[["mean", "lower_80", "lower_95"]]
    assert counts.min().min() >= 0
    people = means(after, "population")
    assert people[WIJKEN].sum(axis=1).to_numpy() == pytest.approx(people[GEMEENTE].to_numpy())


def official(years: dict[int, float], indicator: str = "population", error: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": GEMEENTE,
            "indicator": indicator,
            "year": list(years),
            "mean": list(years.values()),
            "error": error,
        }
    )


def test_an_official_projection_can_be_imposed_and_the_rest_follows() -> None:
    before, after = added_up(figures(town()), official({2028: 22_000.0, 2031: 23_000.0}))
    people = means(after, "population")
    assert people.loc[[2028, 2031], GEMEENTE].tolist() == pytest.approx([22_000, 23_000])
    assert people[WIJKEN].sum(axis=1).to_numpy() == pytest.approx(people[GEMEENTE].to_numpy())
    assert sum(means(after, age)[GEMEENTE] for age in AGES).to_numpy() == pytest.approx(
        people[GEMEENTE].to_numpy()
    )
    own = means(before, "population")[GEMEENTE]
    assert after.differences["own"].to_numpy() == pytest.approx(own.loc[[2028, 2031]].to_numpy())
    assert after.differences["difference"].to_numpy() == pytest.approx(
        [22_000 - own.loc[2028], 23_000 - own.loc[2031]]
    )
    assert (people[GEMEENTE] - own).loc[2027] == pytest.approx((22_000 - own.loc[2028]) * 2 / 3)


def test_an_imposed_total_has_no_band_of_ours_but_its_own_if_it_came_with_one() -> None:
    exact = added_up(figures(town()), official({2028: 22_000.0}))[1].forecasts
    unsure = added_up(figures(town()), official({2028: 22_000.0}, error=100.0))[1].forecasts
    assert exact.loc[exact["imposed"], ["lower_80", "upper_95"]].isna().all().all()
    assert (
        exact.loc[exact["imposed"], ["region", "indicator"]].drop_duplicates().to_numpy()
        == [[GEMEENTE, "population"]]
    ).all()
    row = unsure[unsure["imposed"] & (unsure["year"] == 2028)].iloc[0]
    assert row["upper_80"] - row["mean"] == pytest.approx(128, abs=1)
    assert row["upper_95"] - row["mean"] == pytest.approx(196, abs=1)


def test_to_add_up_is_no_ground_to_be_surer() -> None:
    before, after = added_up(figures(town()))
    known = before.forecasts["upper_80"].notna()
    width = {
        level: [
            (one.forecasts[f"upper_{level}"] - one.forecasts[f"lower_{level}"])[known]
            for one in (before, after)
        ]
        for level in (80, 95)
    }
    for narrow, wide in width.values():
        assert (wide >= narrow - 1e-6).all()
    assert after.forecasts.loc[~known, "upper_80"].isna().all()


def test_where_people_come_from_has_no_say_in_how_many_there_will_be() -> None:
    counts = definitions("population", "origin_nl", "origin_other")
    counts.loc[["origin_nl", "origin_other"], "usable_in_score"] = False
    sums = sums_of(counts, regions(*WIJKEN, GEMEENTE), [("population", ["origin_nl", "origin_other"])])
    assert set(sums["family"]) == {"regions"}


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="the real figures are not here")
def test_in_the_hague_adding_up_costs_hardly_any_accuracy() -> None:
    """People by age and in all, 2009-2022: errors of earlier forecasts after and before, over all horizons."""
    from benchmarks.coherence import of_hague

    rows, _, sums = of_hague(REAL)
    rows = rows[rows["kind"] == "count"]
    before = study(rows, 5)
    after = reconcile(before, sums, figures=rows)
    table = effect(before, after)
    gemeente = before.earlier.loc[before.earlier["region"] == "GM0518", "pool"].unique()
    ratio = 1 - table["gain"]
    assert ratio[~table["pool"].isin(gemeente)].mean() < 1.02
    assert ratio[table["pool"].isin(gemeente)].mean() < 1.03
