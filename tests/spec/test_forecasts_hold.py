"""What Wijkradar promises about forecasts, as examples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.forecasting import FEWEST_YEARS, Study, study, track_record
from analysis.forecasting._bands import FEWEST_ORIGINS

BANDS = ["lower_80", "upper_80", "lower_95", "upper_95"]
KEY = ["region", "indicator", "year"]
FIRST, LAST = 2008, 2023


def wandering(region: str, indicator: str, seed: int, first: int = FIRST, last: int = LAST) -> pd.DataFrame:
    """A figure that drifts upwards, rounded to whole people."""
    steps = np.random.default_rng(seed).normal(0.01, 0.03, last - first + 1)
    value = np.round((400 + 300 * seed) * np.exp(np.cumsum(steps)))
    return pd.DataFrame(
        {
            "region": region,
            "indicator": indicator,
            "year": range(first, last + 1),
            "value": value,
            "error": 1.4,
            "unit": "inwoners",
            "segment": 0,
        }
    )


def town(indicator: str = "population", wijken: int = 14, first: int = FIRST) -> pd.DataFrame:
    return pd.concat([wandering(f"WK{n:04d}", indicator, n, first) for n in range(wijken)], ignore_index=True)


def with_every_kind_of_trouble() -> pd.DataFrame:
    """A town with a short series, a late start, gaps, an early end, a redrawn border, negatives and zeros."""
    figures = town()
    late = figures["region"].eq("WK0001") & (figures["year"] < 2013)
    gap = figures["region"].eq("WK0002") & figures["year"].isin([2014, 2015])
    long_gap = figures["region"].eq("WK0003") & figures["year"].isin([2013, 2014, 2015])
    ended = figures["region"].eq("WK0004") & (figures["year"] > 2018)
    short = figures["region"].eq("WK0005") & (figures["year"] < 2020)
    redrawn = figures["region"].eq("WK0006") & (figures["year"] >= 2016)
    figures.loc[redrawn, "segment"] = 1
    figures.loc[redrawn, "value"] /= 2
    figures.loc[figures["region"].eq("WK0007") & (figures["year"] >= 2020), "value"] *= -1
    figures.loc[figures["region"].eq("WK0008"), "value"] = 0.0
    figures.loc[figures["region"].eq("WK0009"), "value"] = 640.0
    figures.loc[figures["year"] >= 2019, "error"] = 4.0
    figures.loc[gap & (figures["year"] == 2014), "value"] = np.nan
    return figures[~(late | long_gap | ended | short) & ~(gap & (figures["year"] == 2015))]


def told(studied: Study, region: str) -> pd.DataFrame:
    return studied.forecasts[studied.forecasts["region"] == region].set_index("horizon")


def said(studied: Study, region: str) -> pd.DataFrame:
    return studied.earlier[studied.earlier["region"] == region]


@pytest.mark.parametrize("origin", [2014, 2016, 2018, 2019, 2020, 2022])
def test_what_would_have_been_said_is_what_was_said_with_the_figures_of_that_year(origin: int) -> None:
    """The record is no hindsight: cut off the later years, and the same forecasts come out, bands and all."""
    figures = pd.concat([with_every_kind_of_trouble(), town("households")], ignore_index=True)
    then = study(figures[figures["year"] <= origin], 5).forecasts
    then = then[then["last_year"] == origin].set_index(KEY)
    now = study(figures, 5).earlier
    now = now[now["origin"] == origin].set_index(KEY)
    both = now.index.intersection(then.index)
    columns = ["mean", *BANDS, "last_value", "scale", "own", "shared"]

    assert len(both) > 20
    assert now.index.isin(then.index).all()
    pd.testing.assert_frame_equal(
        now.loc[both, columns], then.loc[both, columns], check_exact=False, rtol=1e-9, atol=1e-9
    )


def test_later_figures_of_others_do_not_change_what_would_have_been_said() -> None:
    figures = town()
    changed = figures.assign(value=figures["value"].where(figures["year"] <= 2018, 10 * figures["value"]))
    before, after = (study(frame, 5).earlier.query("origin <= 2018") for frame in (figures, changed))

    pd.testing.assert_frame_equal(before[["mean", *BANDS]], after[["mean", *BANDS]])


def test_a_missing_year_is_not_filled_in_and_does_not_throw_away_the_past() -> None:
    figures = town()
    missing = figures["region"].eq("WK0003") & figures["year"].isin([2015, 2016])
    studied = study(figures[~missing], 3)
    origins, years = said(studied, "WK0003")["origin"], said(studied, "WK0003")["year"]

    assert told(studied, "WK0003")["n"].unique().tolist() == [LAST - FIRST + 1 - 2]
    assert not set(origins) & {2015, 2016}
    assert not set(years) & {2015, 2016}


def test_after_a_long_gap_only_the_last_years_count() -> None:
    figures = town()
    missing = figures["region"].eq("WK0003") & figures["year"].isin([2014, 2015, 2016])
    studied = study(figures[~missing], 3)

    assert told(studied, "WK0003")["n"].unique().tolist() == [LAST - 2016]


@pytest.mark.parametrize(
    ("years", "reason"),
    [
        ([], "no_figures"),
        ([2019, 2020, 2021, 2022, 2023], "too_few_years"),
        ([2012, 2013, 2014, 2015, 2019, 2020, 2021, 2022, 2023], "gap"),
        ([2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015], "ended"),
    ],
)
def test_where_nothing_can_be_said_the_reason_is_given(years: list[int], reason: str) -> None:
    figures = town()
    figures.loc[figures["region"].eq("WK0003") & ~figures["year"].isin(years), "value"] = np.nan
    studied = study(figures, 3)

    assert told(studied, "WK0003").empty
    assert studied.refused.set_index("region")["reason"].to_dict() == {"WK0003": reason}


def test_after_a_redrawn_border_the_figures_of_before_do_not_count() -> None:
    figures = town()
    figures.loc[figures["region"].eq("WK0003") & (figures["year"] >= 2020), "segment"] = 1
    figures.loc[figures["region"].eq("WK0004") & (figures["year"] >= 2016), "segment"] = 1
    studied = study(figures, 3)

    assert studied.refused.set_index("region")["reason"].to_dict() == {"WK0003": "break"}
    assert told(studied, "WK0004")["n"].unique().tolist() == [8]
    assert said(studied, "WK0004")["origin"].min() >= 2016 + FEWEST_YEARS - 1


def test_a_forecast_never_leaves_what_a_share_can_be() -> None:
    figures = town()
    figures = figures.assign(value=100 - figures["value"].rank(pct=True) * 3, unit="%")
    forecasts = study(figures, 5).forecasts

    assert forecasts[["mean", *BANDS]].max().max() <= 100


def test_a_number_of_people_is_never_negative() -> None:
    figures = town()
    shrinking = figures["year"].rsub(LAST).mul(40).add(20)
    forecasts = study(figures.assign(value=shrinking + figures["value"] % 7), 10).forecasts

    assert forecasts[["mean", *BANDS]].min().min() >= 0


def test_without_earlier_forecasts_there_is_a_line_and_no_band() -> None:
    """Three years of earlier forecasts, or no band: how far off a method may be is known from its past only."""
    forecasts = study(town(first=LAST - FEWEST_YEARS), 3).forecasts
    known = forecasts["origins"] >= FEWEST_ORIGINS

    assert forecasts["mean"].notna().all()
    assert forecasts.loc[~known, BANDS].isna().all(axis=None)
    assert forecasts.loc[known, BANDS].notna().all(axis=None)
    assert not known.all()


def test_bands_do_not_narrow_with_the_years() -> None:
    forecasts = study(town(), 5).forecasts
    width = (forecasts["upper_95"] - forecasts["lower_95"]).groupby(forecasts["region"])

    assert width.diff().min() > -1e-6


def test_a_figure_that_never_moved_is_as_sure_as_its_noise() -> None:
    figures = town().assign(value=640.0)
    with_noise, without = (study(frame, 3).forecasts for frame in (figures, figures.assign(error=0.0)))

    assert (with_noise["mean"] == 640).all()
    assert (with_noise["upper_95"] - with_noise["mean"] >= 1.96 * 1.4 - 1e-2).all()
    assert without[BANDS].isna().all(axis=None)


def test_a_figure_that_never_moved_among_moving_ones_may_move_too() -> None:
    figures = town()
    figures.loc[figures["region"].eq("WK0003"), "value"] = 640.0
    still = told(study(figures, 3), "WK0003")

    assert (still["upper_80"] > still["lower_80"] + 1).all()


def test_bands_hold_what_they_promise_where_nothing_changes_its_ways() -> None:
    figures = pd.concat([wandering(f"WK{n:04d}", "population", n % 9, 1990) for n in range(9)])
    noise = np.random.default_rng(5)
    many = pd.concat(
        [
            figures.assign(
                region=figures["region"] + str(copy),
                value=figures["value"] * np.exp(np.cumsum(noise.normal(0, 0.02, len(figures))) / 5),
            )
            for copy in range(8)
        ]
    )
    record = track_record(study(many, 3).earlier)

    assert record["covered_80"].between(0.74, 0.88).all()
    assert record["covered_95"].between(0.92, 0.985).all()


def test_the_order_of_the_rows_and_other_figures_do_not_change_a_forecast() -> None:
    figures = with_every_kind_of_trouble()
    alone = study(figures, 5)
    others = pd.concat(
        [town("alpha", 9), wandering("WK0003", "zeta", 4, 1950), figures.sample(frac=1, random_state=1)]
    )
    among = study(others, 5)
    key = [*KEY, "horizon"]
    for one, other in ((alone.forecasts, among.forecasts), (alone.earlier, among.earlier)):
        mine = other[other["indicator"] == "population"]
        pd.testing.assert_frame_equal(
            one.sort_values(key, ignore_index=True).drop(columns="pool"),
            mine.sort_values(key, ignore_index=True).drop(columns="pool"),
            check_exact=True,
        )
