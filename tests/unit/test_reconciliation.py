"""Reconciliation: the algebra against its textbook form, what stays as it was, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from analysis._adding_up import _carried, _least_squares
from analysis._rebanding import _banded
from analysis.forecasting import Study, study
from analysis.reconciliation import Reconciled, effect, reconcile, shares_from_counts, sums_of

YEARS = range(2013, 2026)
DEFINITIONS = pd.DataFrame(
    {
        "kind": ["count", "count", "count", "rate", "rate"],
        "usable_in_score": True,
        "share_of": [(), (), (), ("men", "men", "women"), ()],
        "factor": 100.0,
    },
    index=["population", "men", "women", "men_share", "income"],
)
REGIONS = pd.DataFrame(
    {
        "region": ["NL00", "GM9999", "WK999901", "WK999902", "WK999903", "WK999904"],
        "level": ["land", "gemeente", "wijk", "wijk", "wijk", "wijk"],
        "gemeente": [None, "GM9999", "GM9999", "GM9999", "GM9999", "GM9999"],
        "year": [2025, 2025, 2025, 2025, 2025, 2020],
    }
)
TOTALS = [("population", ("men", "women"))]
SUMS = sums_of(DEFINITIONS, REGIONS, TOTALS)


def rows(seed: int = 0, wijken: int = 3) -> pd.DataFrame:
    """Men and women of some wijken as random walks with a drift, all totals and the share of men."""
    rng = np.random.default_rng(seed)
    pieces = []
    for wijk in range(1, wijken + 1):
        for sex in ("men", "women"):
            walk = 1000 * wijk + np.cumsum(rng.normal(5 * wijk, 15, len(YEARS)))
            pieces.append(
                pd.DataFrame(
                    {"region": f"WK99990{wijk}", "indicator": sex, "year": YEARS, "value": walk.round()}
                )
            )
    found = pd.concat(pieces, ignore_index=True)
    whole = found.groupby(["indicator", "year"], as_index=False)["value"].sum().assign(region="GM9999")
    found = pd.concat([found, whole], ignore_index=True)
    people = found.groupby(["region", "year"], as_index=False)["value"].sum().assign(indicator="population")
    men = found[found["indicator"] == "men"].merge(people, on=["region", "year"], suffixes=("", "_all"))
    share = men.assign(indicator="men_share", value=100 * men["value"] / men["value_all"])
    found = pd.concat([found, people, share[["region", "indicator", "year", "value"]]], ignore_index=True)
    return found.assign(
        pool=found["indicator"] + found["region"].str[:2],
        unit=np.where(found["indicator"] == "men_share", "%", "aantal"),
        kind=np.where(found["indicator"] == "men_share", "rate", "count"),
    )


@pytest.fixture(scope="module")
def before() -> Study:
    return study(rows(), 5)


@pytest.fixture(scope="module")
def after(before: Study) -> Reconciled:
    return reconcile(before, SUMS, figures=rows())


def test_sums_are_those_of_the_regions_of_now_and_of_counts() -> None:
    over_regions = SUMS[SUMS["family"] == "regions"]
    assert set(over_regions["region"]) == {"WK999901", "WK999902", "WK999903"}
    assert set(over_regions["indicator"]) == {"population", "men", "women"}
    assert (over_regions["parent_region"] == "GM9999").all()
    within = SUMS[SUMS["family"] == "men + women"]
    assert len(within) == 2 * 4
    assert "NL00" not in set(SUMS["parent_region"]) | set(SUMS["region"])


def test_buurten_sum_to_the_gemeente_where_there_are_no_wijken() -> None:
    buurten = REGIONS.assign(region=REGIONS["region"].str.replace("WK", "BU"))
    buurten["level"] = buurten["level"].replace("wijk", "buurt")
    sums = sums_of(DEFINITIONS, buurten)
    assert set(sums["region"]) == {"BU999901", "BU999902", "BU999903"}


@pytest.mark.parametrize("seed", range(3))
def test_the_least_squares_are_those_of_the_textbook(seed: int) -> None:
    """Mean + V A' (A V A' + G)^-1 (gap - A mean), dense."""
    rng = np.random.default_rng(seed)
    matrix = np.array([[1.0, -1, -1, -1, 0, 0], [0, 1, 0, 0, -1, -1]])
    mean, variance = rng.uniform(100, 200, 6), rng.uniform(1, 9, 6)
    gap, give = rng.normal(0, 5, 2), np.array([0.0, 2.0])
    inverse = np.linalg.inv(matrix @ np.diag(variance) @ matrix.T + np.diag(give))
    expected = mean + np.diag(variance) @ matrix.T @ inverse @ (gap - matrix @ mean)
    found = _least_squares(sparse.csr_array(matrix), mean, variance, np.full(6, -np.inf), gap, give)
    assert found == pytest.approx(expected, rel=1e-6)


def test_what_would_fall_below_its_limit_is_put_at_it_and_the_others_carry_the_rest() -> None:
    matrix = sparse.csr_array(np.array([[1.0, -1.0, -1.0]]))
    found = _least_squares(
        matrix, np.array([10.0, 5.0, 25.0]), np.array([0.0, 9.0, 1.0]), np.zeros(3), np.zeros(1), np.zeros(1)
    )
    assert found == pytest.approx([10.0, 0.0, 10.0])


def test_a_sum_in_which_nothing_can_give_way_leaves_all_as_it_was() -> None:
    matrix = sparse.csr_array(np.array([[1.0, -1.0]]))
    found = _least_squares(matrix, np.array([10.0, 5.0]), np.zeros(2), np.zeros(2), np.zeros(1), np.zeros(1))
    assert found.tolist() == [10.0, 5.0]


def test_a_gap_is_the_middle_one_of_three_years_and_as_unsure_as_it_was_before() -> None:
    history = np.array([[5.0, 5, 5, 5, 5], [0, 10, 0, 10, 30], [np.nan, np.nan, np.nan, np.nan, 7]])
    level, variance = _carried(history, known=4, year=5)
    assert level.tolist() == [5, 10, 7]
    assert variance[0] == 0
    assert variance[1] > 0
    assert np.isnan(variance[2])
    assert _carried(history, known=3, year=4)[0][1] == 10
    assert _carried(history, known=4, year=20)[1][1] > variance[1]


def test_a_study_stays_a_study(before: Study, after: Reconciled) -> None:
    assert isinstance(after, Study)
    kept = ["region", "indicator", "year", "horizon", "method", "own", "shared", "last_value", "n", "origins"]
    pd.testing.assert_frame_equal(after.forecasts[kept], before.forecasts[kept])
    assert list(after.earlier.columns) == list(before.earlier.columns)
    assert after.refused is before.refused
    again = reconcile(after, SUMS, figures=rows())
    assert again.forecasts["mean"].to_numpy() == pytest.approx(after.forecasts["mean"].to_numpy(), rel=1e-6)


def test_what_is_in_no_sum_stays_as_it_was(before: Study, after: Reconciled) -> None:
    for name in ("forecasts", "earlier"):
        was, now = getattr(before, name), getattr(after, name)
        share = was["indicator"] == "men_share"
        pd.testing.assert_frame_equal(now.loc[share, was.columns], was[share])


def test_the_order_of_rows_does_not_matter(before: Study, after: Reconciled) -> None:
    shuffled = reconcile(
        before, SUMS.sample(frac=1, random_state=1), figures=rows().sample(frac=1, random_state=2)
    )
    assert shuffled.forecasts["mean"].to_numpy() == pytest.approx(after.forecasts["mean"].to_numpy())


def test_without_the_figures_the_study_itself_tells_the_gaps(before: Study) -> None:
    found = reconcile(before, SUMS)
    assert set(found.sums["state"]) == {"holds"}
    assert found.sums["gap"].abs().max() < 0.01


def test_a_whole_without_a_forecast_holds_nothing() -> None:
    figures = rows()
    figures = figures[~((figures["region"] == "GM9999") & (figures["year"] < 2022))]
    studied = study(figures, 5)
    found = reconcile(studied, SUMS, figures=figures)
    states = found.sums.groupby("parent_region")["state"].unique().map(set)
    assert states["GM9999"] == {"apart"}
    assert states["WK999901"] == {"holds"}
    assert found.sums.loc[found.sums["state"] == "apart", "gap"].isna().all()


def test_no_sums_no_change(before: Study) -> None:
    found = reconcile(before, SUMS.iloc[:0], figures=rows())
    pd.testing.assert_frame_equal(found.forecasts.drop(columns="imposed"), before.forecasts)
    assert found.sums.empty


def test_nothing_to_forecast_gives_nothing() -> None:
    figures = rows()
    found = reconcile(study(figures[figures["year"] > 2022], 5), SUMS)
    assert found.forecasts.empty
    assert len(found.refused)


def test_the_gemeente_gives_way_where_it_is_no_control(before: Study, after: Reconciled) -> None:
    found = reconcile(before, SUMS, figures=rows(), control=False)
    whole = (found.forecasts["region"] == "GM9999") & (found.forecasts["indicator"] == "population")
    assert found.forecasts.loc[whole, "mean"].to_numpy() != pytest.approx(
        after.forecasts.loc[whole, "mean"].to_numpy()
    )
    assert found.sums["gap"].abs().max() < 0.01


def test_effect_lays_both_records_side_by_side(before: Study, after: Reconciled) -> None:
    table = effect(before, after)
    same = effect(before, before)
    assert (same["gain"] == 0).all()
    assert len(table) == len(same)
    at = (table["indicator"] == "men") & (table["horizon"] == 1)
    assert (1 - table.loc[at, "mae_after"] / table.loc[at, "mae_before"]).to_numpy() == pytest.approx(
        table.loc[at, "gain"].to_numpy()
    )


def test_a_share_can_follow_from_its_counts(after: Reconciled) -> None:
    found = shares_from_counts(after, DEFINITIONS)
    assert isinstance(found, Reconciled)
    wide = found.forecasts.pivot_table("mean", ["region", "year"], "indicator")
    assert wide["men_share"].to_numpy() == pytest.approx(
        (100 * wide["men"] / (wide["men"] + wide["women"])).to_numpy()
    )
    share = found.forecasts[found.forecasts["indicator"] == "men_share"]
    assert share[["mean", "lower_95"]].min().min() >= 0
    assert share[["mean", "upper_95"]].max().max() <= 100
    counts = found.forecasts["indicator"] != "men_share"
    pd.testing.assert_frame_equal(found.forecasts[counts], after.forecasts[counts])


def test_a_share_without_its_counts_keeps_its_own_forecast(before: Study) -> None:
    alone = study(rows().query("indicator == 'men_share'"), 5)
    found = shares_from_counts(alone, DEFINITIONS)
    pd.testing.assert_frame_equal(found.forecasts, alone.forecasts)


def one_imposed(**changes: object) -> pd.DataFrame:
    row = {"region": "GM9999", "indicator": "population", "year": 2028, "mean": 12_000.0, "error": 0.0}
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize("changes", [{"mean": np.nan}, {"mean": np.inf}, {"error": -1.0}, {"error": np.nan}])
def test_an_imposed_figure_has_to_be_a_figure(before: Study, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="imposed"):
        reconcile(before, SUMS, one_imposed(**changes))


def test_an_imposed_figure_comes_once(before: Study) -> None:
    twice = pd.concat([one_imposed(), one_imposed(mean=13_000.0)])
    with pytest.raises(ValueError, match="two figures"):
        reconcile(before, SUMS, twice)


def test_an_imposed_figure_of_an_unknown_series_or_year_does_nothing(
    before: Study, after: Reconciled
) -> None:
    for changes in ({"region": "GM0001"}, {"year": 2060}):
        found = reconcile(before, SUMS, one_imposed(**changes), figures=rows())
        assert found.differences.empty
        assert found.forecasts["mean"].to_numpy() == pytest.approx(after.forecasts["mean"].to_numpy())


def test_an_empty_frame_imposes_nothing(before: Study, after: Reconciled) -> None:
    nothing = pd.DataFrame(columns=["region", "indicator", "year", "mean", "error"])
    found = reconcile(before, SUMS, nothing, figures=rows())
    pd.testing.assert_frame_equal(found.forecasts, after.forecasts)


def test_totals_that_contradict_each_other_are_kept_and_the_gap_tells_so(before: Study) -> None:
    fixed = pd.concat(
        [
            one_imposed(),
            one_imposed(indicator="men", mean=5_000.0),
            one_imposed(indicator="women", mean=6_500.0),
        ]
    )
    found = reconcile(before, SUMS, fixed, figures=rows())
    of = found.forecasts.query("year == 2028 and region == 'GM9999'").set_index("indicator")["mean"]
    assert of[["population", "men", "women"]].tolist() == pytest.approx([12_000, 5_000, 6_500])
    gap = found.sums.query("year == 2028 and parent_region == 'GM9999' and family == 'men + women'")["gap"]
    assert gap.to_numpy() == pytest.approx(500)
    assert np.isfinite(found.forecasts["mean"]).all()


def test_a_study_without_its_record_is_refused() -> None:
    with pytest.raises(ValueError, match="earlier forecasts"):
        reconcile(study(rows(), 5, earlier=False), SUMS)


def test_sums_that_cannot_be_are_refused(before: Study) -> None:
    with pytest.raises(ValueError, match="twice"):
        reconcile(before, pd.concat([SUMS, SUMS]))
    with pytest.raises(ValueError, match="part of itself"):
        reconcile(before, SUMS.assign(parent_region=SUMS["region"], parent_indicator=SUMS["indicator"]))
    with pytest.raises(ValueError, match="no column"):
        reconcile(before, SUMS.drop(columns="family"))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 5000)), min_size=9, max_size=9), min_size=2, max_size=3
    )
)
def test_whatever_the_figures_sums_hold_and_nothing_is_negative_or_empty(
    table: list[list[int | None]],
) -> None:
    """Gaps, zeros, jumps and constants: every sum that is said to hold does, up to the gap that is told."""
    figures = pd.DataFrame(
        [
            (f"WK99990{wijk + 1}", year, np.nan if value is None else value)
            for wijk, values in enumerate(table)
            for year, value in enumerate(values, start=2015)
        ],
        columns=["region", "year", "value"],
    )
    whole = figures.groupby("year", as_index=False)["value"].sum().assign(region="GM9999")
    figures = pd.concat([figures, whole], ignore_index=True).assign(
        indicator="men", unit="aantal", kind="count"
    )
    figures = figures.assign(pool=figures["region"].str[:2])
    studied = study(figures, 3)
    found = reconcile(studied, SUMS, figures=figures)
    assert len(found.forecasts) == len(studied.forecasts)
    assert (found.forecasts["mean"] >= 0).all()
    people = found.forecasts.pivot_table("mean", "region", "year") if len(found.forecasts) else None
    held = found.sums[(found.sums["state"] != "apart") & (found.sums["family"] == "regions")]
    for year, gap in zip(held["year"], held["gap"], strict=True):
        assert people is not None
        parts = people[year].drop("GM9999").sum()
        assert people.loc["GM9999", year] - parts == pytest.approx(gap, abs=1e-3)


def test_a_band_of_80_stays_within_that_of_95_however_they_grow() -> None:
    """Where noise makes most of the widest bands, the errors may widen only the narrower ones."""
    nothing = np.zeros(2), np.full(2, np.inf)
    before = pd.DataFrame(
        {
            "mean": [100.0, 50.0],
            "lower_80": [90.0, 30.0],
            "upper_80": [110.0, 70.0],
            "lower_95": [80.0, 0.0],
            "upper_95": [120.0, 90.0],
        }
    )
    after = _banded(before, before.assign(mean=[105.0, 40.0]), np.array([[3.0, 1.0], [1.0, 1.0]]), nothing)
    assert after["upper_80"].tolist() == [135.0, 60.0]
    assert after["upper_95"].tolist() == [135.0, 90.0]
    assert after["lower_95"].tolist() == [75.0, 0.0]


def test_nothing_that_came_later_is_used_for_an_earlier_year(after: Reconciled) -> None:
    """What is told of an origin is what would have been said then, sums, gaps and bands included."""
    known = rows()[rows()["year"] <= 2022]
    then = reconcile(study(known, 5), SUMS, figures=known).forecasts
    told = after.earlier[after.earlier["origin"] == 2022]
    both = told.merge(then, on=["region", "indicator", "year"], suffixes=("", "_then"))
    assert len(both) == len(told) > 30
    assert both["mean"].to_numpy() == pytest.approx(both["mean_then"].to_numpy())
    assert both["upper_80"].to_numpy() == pytest.approx(both["upper_80_then"].to_numpy(), nan_ok=True)
