"""One series in depth: the weights on the screen are those of the forecast, and no series makes a model fall over."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.evidence import MEMBERS, evidence_table
from analysis.forecasting import study
from analysis.in_depth import (
    MODELS,
    components,
    history_of,
    leftover,
    models,
    of_wijkradar,
)


def frame(
    values: list[float], *, first: int = 2010, unit: str = "aantal", region: str = "WK1"
) -> pd.DataFrame:
    years = range(first, first + len(values))
    rows = pd.DataFrame({"year": list(years), "value": values})
    return rows.assign(region=region, indicator="population", unit=unit, kind="count")


def town(regions: int = 12, years: int = 14, seed: int = 1) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    pieces = []
    for place in range(regions):
        steps = chance.normal(20, 15, years) * (1 + place / 6)
        values = 1_000 * (1 + place) + np.cumsum(steps)
        skipped = place % 4
        pieces.append(frame(list(values.round()[skipped:]), first=2010 + skipped, region=f"WK{place}"))
    return pd.concat(pieces, ignore_index=True)


def test_the_evidence_explains_exactly_the_weights_of_the_forecast() -> None:
    figures = town()
    forecasts = study(figures, 10).forecasts
    told = evidence_table(figures, 10).drop_duplicates("horizon")
    for column in ("own", "shared"):
        np.testing.assert_array_equal(forecasts.groupby("horizon")[column].first(), told[column])


def test_the_own_trend_is_the_mean_of_its_five_members() -> None:
    from analysis.evidence import _Pool
    from analysis.forecasting._runs import cut_runs

    changes = _Pool(cut_runs(town()), "aantal").changes(5)
    assert tuple(changes) == MEMBERS[:-1]
    five = np.mean([changes[member] for member in MEMBERS[:5]], axis=0)
    np.testing.assert_allclose(five, changes["own_trend"], atol=1e-6)


def test_where_everything_grows_steadily_the_trends_are_nearer_and_weigh_more_than_no_change() -> None:
    told = evidence_table(town(), 5).set_index(["member", "horizon"])
    assert told.loc[("own_trend", 3), "error"] < 0.8
    assert told.loc[("mixture", 3), "error"] < 1
    assert told.loc[("mixture", 3), "own"] + told.loc[("mixture", 3), "shared"] > 0.8
    assert told.loc[("own_trend", 3), "origins"] < told.loc[("own_trend", 1), "origins"]


def test_more_than_one_pool_is_refused() -> None:
    two = pd.concat([town(2).assign(pool="a"), town(2).assign(region=lambda f: f["region"] + "x", pool="b")])
    with pytest.raises(ValueError, match="more than one pool"):
        evidence_table(two, 5)


def test_a_line_is_drawn_on_by_every_model_with_a_trend_and_beats_no_change() -> None:
    history = history_of(frame([100.0 + 7 * t + (t % 2) for t in range(14)]), "WK1", "population")
    found = models(history, 5).set_index(["model", "horizon"])
    for model in ("drift", "ets_aadn", "local_linear"):
        assert found.loc[(model, 3), "mean"] == pytest.approx(192 + 21, abs=6), model
        assert found.loc[(model, 3), "error"] < 0.5, model
    assert found.loc[("no_change", 3), "mean"] == 192
    assert found.loc[("no_change", 3), "error"] == 1
    assert found.loc[("no_change", 3), "cases"] == 14 - 5 - 3


def test_the_models_do_not_know_the_years_that_they_are_judged_on() -> None:
    values = [100.0, 104, 103, 109, 112, 115, 121, 120, 126, 131]
    until = models(history_of(frame(values[:7]), "WK1", "population"), 1).set_index("model")
    jump = models(history_of(frame([*values[:7], 500.0]), "WK1", "population"), 1).set_index("model")
    for model in MODELS:
        at_six, at_seven = (abs(500 - until.loc[model, "mean"]), abs(500 - values[6]))
        both = jump.loc[model, "error"] * (abs(values[6] - values[5]) + at_seven)
        one = until.loc[model, "error"] * abs(values[6] - values[5])
        assert both == pytest.approx(one + at_six, rel=1e-6), model


def test_models_follow_when_a_series_is_stretched_or_shifted() -> None:
    values = np.array([12.0, 14, 13, 17, 18, 18, 21, 25, 24, 27])
    plain = models(history_of(frame(list(values), unit="euro"), "WK1", "population"), 3)
    large = models(history_of(frame(list(values * 1e6 - 5e6), unit="euro"), "WK1", "population"), 3)
    np.testing.assert_allclose(plain["mean"] * 1e6 - 5e6, large["mean"], rtol=1e-4)
    np.testing.assert_allclose(plain["error"], large["error"], rtol=1e-3)


def test_a_share_stays_within_what_it_can_be() -> None:
    rows = frame([80.0, 84, 87, 91, 94, 96, 98, 99], unit="%").assign(kind="share")
    found = models(history_of(rows, "WK1", "population"), 5)
    for column in ("mean", "lower_80", "upper_80"):
        assert found[column].between(0, 100).all(), column


def test_an_odd_year_is_found_as_the_largest_leftover() -> None:
    values = [200.0 + 3 * t + (1 if t % 3 else -1) for t in range(16)]
    values[9] += 60
    left = leftover(components(history_of(frame(values), "WK1", "population")))
    assert left is not None
    assert left.outlier_year == 2019
    assert left.outlier > 3 * left.ordinary


def test_what_is_left_and_what_was_expected_make_up_the_figure() -> None:
    values = [100.0, 104, 103, 109, 112, 115, 121, 120, 126, 131]
    parts = components(history_of(frame(values), "WK1", "population"))
    rows = parts[parts["model"] == "ets_aadn"].reset_index(drop=True)
    said = rows["level"] + rows["change"]
    np.testing.assert_allclose(rows["value"][1:], said[:-1].to_numpy() + rows["residual"][1:], rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "no_figures"),
        ([np.nan] * 9, "no_figures"),
        ([5.0], "too_few_years"),
        ([5.0, 6, 7, 8, 9], "too_few_years"),
        ([5.0, 6, 7, 8, np.nan, np.nan, np.nan, 8, 9, 7], "too_few_years"),
        ([5.0] * 9, "constant"),
        ([0.0] * 9, "constant"),
        ([1.0, 2, np.nan, 4, 5, 7, 8], ""),
    ],
)
def test_a_series_that_cannot_be_taken_apart_gets_a_reason(values: list[float], reason: str) -> None:
    assert history_of(frame(values), "WK1", "population").reason == reason


def test_a_bridged_year_is_never_held_against_a_model() -> None:
    whole = [100.0, 103, 101, 108, 110, 113, 119, 118, 125]
    gap = [*whole[:7], np.nan, whole[8]]
    found = models(history_of(frame(gap), "WK1", "population"), 2).set_index(["model", "horizon"])
    assert found.loc[("no_change", 1), "cases"] == 1
    assert found.loc[("no_change", 2), "cases"] == 1


def test_wijkradar_stands_beside_the_models_with_the_same_measure() -> None:
    studied = study(town(), 5)
    one = [rows[rows["region"] == "WK0"] for rows in (studied.forecasts, studied.earlier)]
    own = of_wijkradar(*one)
    assert list(own.columns) == list(models(history_of(town(), "WK0", "population"), 5).columns)
    then = one[1][one[1]["horizon"] == 1]
    error = (then["value"] - then["mean"]).abs().sum() / (then["value"] - then["last_value"]).abs().sum()
    assert own["error"].iloc[0] == pytest.approx(error)


figures_of_any_size = st.floats(-1e9, 1e9, allow_nan=False) | st.sampled_from([0.0, 1.0, 1e-9, 1e12])


@settings(max_examples=12)
@given(
    st.lists(figures_of_any_size | st.just(np.nan), min_size=6, max_size=12),
    st.sampled_from(["%", "aantal", "euro"]),
)
@example([np.nan] * 6, "%")
def test_whatever_the_series_there_is_an_answer_or_a_reason(values: list[float], unit: str) -> None:
    rows = frame(values, unit=unit)
    history = history_of(rows, "WK1", "population")
    told = evidence_table(rows, 5)
    assert np.isfinite(told["own"]).all()
    if history.reason:
        return
    found, parts = models(history, 3), components(history)
    known = found[found["note"] != "failed"]
    assert np.isfinite(known[["mean", "lower_80", "upper_80"]]).all(axis=None)
    assert (known["lower_80"] <= known["upper_80"]).all()
    assert np.isfinite(parts[["level", "change"]].astype(float)).all(axis=None)
    leftover(parts)
