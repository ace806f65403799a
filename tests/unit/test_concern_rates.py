"""Concerns per inhabitant, over time, together and answered: held against published and closed-form numbers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.concerns import (
    FADING,
    GROWING,
    LESS,
    MORE,
    NEW,
    PERSISTENT,
    TOO_FEW,
    feedback,
    fresh_clusters,
    over_time,
    overdispersion,
    rates,
)
from analysis.concerns.rates import two_sided

REGIONS = [f"W{number:02d}" for number in range(24)]


def people(sizes: object = 4000.0) -> pd.DataFrame:
    return pd.DataFrame({"region": REGIONS, "population": np.broadcast_to(sizes, len(REGIONS)).astype(float)})


def counted(cases: object) -> pd.DataFrame:
    return pd.DataFrame({"region": REGIONS, "cases": np.broadcast_to(cases, len(REGIONS)).astype(float)})


def test_a_p_is_the_exact_binomial_one() -> None:
    ours = two_sided(np.array([3.0, 15.0]), 100.0, np.array([0.08, 0.08]))
    tails = stats.binom(100, 0.08)
    assert ours == pytest.approx([2 * tails.cdf(3), 2 * tails.sf(14)])


def test_smoothed_rates_are_those_of_marshall_for_sudden_infant_death_in_north_carolina() -> None:
    # Ashe, Alleghany, Surry ... of libpysal's sids2 would need the file; the first two counties and the rest in three
    # groups give what the formula gives by hand.
    cases = np.array([1.0, 0.0, 5.0, 60.0, 140.0])
    births = np.array([1091.0, 487.0, 3188.0, 40000.0, 60000.0])
    frame = pd.DataFrame({"region": list("abcde"), "cases": cases})
    told = rates(frame, pd.DataFrame({"region": list("abcde"), "population": births}), per=1.0)
    mean = cases.sum() / births.sum()
    between = (births * (cases / births - mean) ** 2).sum() / births.sum() - mean / births.mean()
    weight = max(between, 0) / (max(between, 0) + mean / births)
    assert told["smoothed"].to_numpy() == pytest.approx(weight * cases / births + (1 - weight) * mean)


def test_with_much_to_go_by_the_band_is_that_of_the_gamma_posterior() -> None:
    rng = np.random.default_rng(1)
    population = np.full(400, 5000.0)
    true = 0.01 * rng.gamma(4.0, 0.25, 400)
    cases = rng.poisson(true * population)
    names = [str(number) for number in range(400)]
    told = rates(
        pd.DataFrame({"region": names, "cases": cases}),
        pd.DataFrame({"region": names, "population": population}),
        per=1.0,
    )
    prior = stats.gamma(4.0 + cases, scale=1.0 / (4.0 / 0.01 + population))
    assert told["lower"].to_numpy() == pytest.approx(prior.ppf(0.025), rel=0.06)
    assert told["upper"].to_numpy() == pytest.approx(prior.ppf(0.975), rel=0.06)
    inside = (told["lower"] <= true) & (true <= told["upper"])
    assert 0.92 <= inside.mean() <= 0.98


def test_towns_without_a_difference_rarely_show_one_and_a_loud_wijk_shows() -> None:
    rng = np.random.default_rng(2)
    sizes = rng.lognormal(8.2, 0.6, len(REGIONS))
    called = [
        rates(counted(rng.poisson(0.008 * sizes)), people(sizes))["verdict"].isin([MORE, LESS]).any()
        for _ in range(25)
    ]
    assert np.mean(called) <= 0.125
    cases = rng.poisson(0.008 * np.full(24, 4000.0))
    cases[3], cases[4] = 80, 4
    verdicts = rates(counted(cases), people())["verdict"]
    assert (verdicts[3], verdicts[4]) == (MORE, LESS)


def test_many_people_are_no_reason_and_few_people_no_verdict() -> None:
    sizes = np.full(24, 4000.0)
    sizes[0], sizes[1] = 16000.0, 60.0
    cases = np.where(np.arange(24) == 0, 128.0, 32.0)
    cases[1] = 3.0
    told = rates(counted(cases), people(sizes))
    assert told["cases"].idxmax() == 0
    assert told["verdict"][0] == "about"
    assert told["verdict"][1] == TOO_FEW
    assert told["smoothed"][1] < told["rate"][1]


def test_concerns_that_come_in_bunches_make_the_verdict_more_careful() -> None:
    rng = np.random.default_rng(3)
    calm = pd.DataFrame(
        [(r, t, n) for r in REGIONS for t, n in enumerate(rng.poisson(20, 6))],
        columns=["region", "period", "cases"],
    )
    assert overdispersion(calm) == 1.0
    wild = calm.assign(cases=rng.negative_binomial(10, 1 / 3, len(calm)))
    assert 2.0 < overdispersion(wild) < 4.5
    cases = np.full(24, 30.0)
    cases[0] = 52.0
    assert rates(counted(cases), people())["verdict"][0] == MORE
    assert rates(counted(cases), people(), dispersion=3.0)["verdict"][0] == "about"


def halves(rng: np.random.Generator, mean: float = 4.0) -> np.ndarray:
    return rng.poisson(mean, (24, 12, 6))


def as_rows(cube: np.ndarray) -> pd.DataFrame:
    index = pd.MultiIndex.from_product(
        [REGIONS, [f"t{k:02d}" for k in range(cube.shape[1])], range(cube.shape[2])],
        names=["region", "theme", "period"],
    )
    return pd.Series(cube.ravel(), index=index, name="cases").reset_index()


def test_what_is_new_grows_stays_or_fades_is_told_and_chance_is_not() -> None:
    rng = np.random.default_rng(4)
    quiet = [
        over_time(as_rows(halves(rng)), people())["class"].isin([NEW, GROWING, PERSISTENT, FADING]).any()
        for _ in range(20)
    ]
    assert np.mean(quiet) <= 0.15
    cube = halves(rng)
    cube[0, 0] = [3, 4, 4, 3, 18, 20]
    cube[1, 1] = [15, 14, 16, 15, 38, 40]
    cube[2, 2] = [16, 15, 17, 16, 15, 16]
    cube[3, 3] = [18, 20, 19, 18, 2, 3]
    found = over_time(as_rows(cube), people()).set_index(["region", "theme"])["class"]
    planted = [found["W00", "t00"], found["W01", "t01"], found["W02", "t02"], found["W03", "t03"]]
    assert planted == [NEW, GROWING, PERSISTENT, FADING]


def test_growth_of_everything_everywhere_is_no_growth_of_a_wijk() -> None:
    rng = np.random.default_rng(5)
    cube = rng.poisson(np.array([3, 3, 3, 3, 12, 12]), (24, 12, 6))
    told = over_time(as_rows(cube), people())["class"]
    assert not told.isin([NEW, GROWING]).any()


def test_a_fresh_cluster_is_found_where_and_since_when_it_is_and_a_steady_one_is_not() -> None:
    rng = np.random.default_rng(6)
    places = pd.DataFrame(
        {"region": REGIONS, "x": np.arange(24) % 6 * 1000.0, "y": np.arange(24) // 6 * 1000.0}
    )
    places.loc[8, "x"] = 1700.0
    table = rng.poisson(2.0, (24, 36))
    table[20] += 8

    def rows(cube: np.ndarray) -> pd.DataFrame:
        index = pd.MultiIndex.from_product([REGIONS, range(-35, 1)], names=["region", "period"])
        return pd.Series(cube.ravel(), index=index, name="cases").reset_index()

    assert fresh_clusters(rows(table), places, draws=199).empty
    table[[7, 8], -5:] += 6
    found = fresh_clusters(rows(table), places, draws=199)
    assert len(found) == 1
    assert set(found["regions"][0]) == {"W07", "W08"}
    assert found["since"][0] == -4


def test_the_median_wait_counts_who_still_waits() -> None:
    today = date(2026, 1, 1)
    answers = [
        "2025-11-04",
        "2025-11-11",
        "2025-11-21",
        "2025-12-01",
        "2025-12-05",
        None,
        None,
        None,
        None,
        None,
    ]
    status = ["afgerond"] * 5 + ["nieuw"] * 4 + ["vervallen"]
    frame = pd.DataFrame(
        {"heard": "2025-11-01", "feedback_on": answers, "due": [None] * 10, "status": status}
    )
    told = feedback(frame, today).iloc[0]
    assert (told["answered"], told["waiting"], told["overdue"], told["dropped"]) == (5, 4, 4, 1)
    assert told["median"] == 34.0, "the middle of all nine, not of the five that were answered (20)"
    assert np.isnan(told["upper"]), "with almost half of them waiting the far end is open"
    assert feedback(frame, today, term=100).iloc[0]["overdue"] == 0
    due = frame.assign(due="2025-12-31")
    assert feedback(due, today, term=100).iloc[0]["overdue"] == 4
