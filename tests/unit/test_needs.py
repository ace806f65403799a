"""Needs: people times use, in numbers and per 1,000, with bands, and what a scenario changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.forecasting import REASONS, Study, study, track_record
from analysis.needs import (
    NEEDS,
    Measure,
    Need,
    NewDwellings,
    Scenario,
    UseChange,
    earlier_outlooks,
    household_size,
    not_applied,
    outlook,
    record_of,
    refused,
    scenario_of,
)
from data.catalogue import catalogue

CARE = Need("care", "population", "care_rate", 1000, "mensen met zorg")
OLDER = Need("older", "age_65plus", None, 1, "65-plussers")
#: indicator -> last year, value, yearly step, half width of 80 and 95 % after a year
FIGURES = {
    "population": (2025, 2000.0, 20.0, 30.0, 50.0),
    "age_65plus": (2025, 400.0, 10.0, 12.0, 20.0),
    "age_0_15": (2025, 300.0, 0.0, 10.0, 16.0),
    "households": (2025, 1000.0, 10.0, 15.0, 25.0),
    "hh_single": (2025, 500.0, 5.0, 12.0, 19.0),
    "hh_size": (2025, 2.0, 0.0, 0.1, 0.1),
    "care_rate": (2024, 60.0, 1.0, 6.0, 10.0),
    "care_count": (2024, 130.0, 2.0, 12.0, 20.0),
}


def forecasts(region: str, banded: int = 5, years: int = 6, scale: float = 1.0) -> pd.DataFrame:
    rows = []
    for name, (last, value, step, narrow, wide) in FIGURES.items():
        size = scale if name not in ("care_rate", "hh_size") else 1.0
        for h in range(1, years + 1):
            mean = size * (value + step * h)
            near, far = ((size * reach * np.sqrt(h) if h <= banded else np.nan) for reach in (narrow, wide))
            rows.append(
                (
                    region,
                    name,
                    last + h,
                    h,
                    mean,
                    mean - near,
                    mean + near,
                    mean - far,
                    mean + far,
                    last,
                    size * value,
                )
            )
    columns = [
        "region",
        "indicator",
        "year",
        "horizon",
        "mean",
        "lower_80",
        "upper_80",
        "lower_95",
        "upper_95",
    ]
    return pd.DataFrame(rows, columns=[*columns, "last_year", "last_value"])


def studied(*regions: str, **how: float) -> Study:
    ahead = pd.concat([forecasts(region, **how) for region in regions], ignore_index=True)  # type: ignore[arg-type]
    earlier = [
        (
            region,
            "population",
            origin,
            origin + 1,
            1,
            1980.0 + offset,
            1960.0,
            1975.0 + 9 * (-1) ** origin,
            10.0,
        )
        for region, (offset, origin) in product(regions, enumerate(range(2018, 2025)))
    ]
    columns = ["region", "indicator", "origin", "year", "horizon", "value", "last_value", "mean", "scale"]
    return Study(
        ahead, pd.DataFrame(columns=["region", "indicator", "reason"]), pd.DataFrame(earlier, columns=columns)
    )


@pytest.fixture
def one() -> Study:
    found = studied("WK000101")
    # The population of 2024, in which care was last measured, is known from an earlier year.
    early = found.earlier.iloc[[-1]].assign(origin=2024, last_value=1980.0, year=2025, value=2000.0)
    return replace(found, earlier=pd.concat([found.earlier.iloc[:-1], early], ignore_index=True))


def row(table: pd.DataFrame, year: int, **where: str) -> pd.Series:
    found = table[table["year"] == year]
    for name, value in where.items():
        found = found[found[name] == value]
    assert len(found) == 1
    return found.iloc[0]


def test_the_number_is_people_times_use(one: Study) -> None:
    table = outlook(one, [CARE], ["WK000101"])
    assert list(table["year"]) == list(range(2024, 2031))
    now, then = row(table, 2024), row(table, 2030)
    assert now["people_mean"] == pytest.approx(1980 * 0.060)
    assert now["people_lower_80"] == now["people_upper_80"] == now["people_mean"]
    assert then["people_mean"] == pytest.approx(2100 * 0.066)
    assert then["rate_mean"] == pytest.approx(66)
    assert then["use_mean"] == pytest.approx(66)
    assert then["base_mean"] == pytest.approx(2100)


def test_a_need_of_one_figure_has_the_band_of_that_figure() -> None:
    base = studied("WK000101")
    table = outlook(base, [OLDER], ["WK000101"]).set_index("year").loc[2026:2030]
    said = base.forecasts[base.forecasts["indicator"] == "age_65plus"].set_index("year").loc[2026:2030]
    for band in ("lower_80", "upper_80", "lower_95", "upper_95"):
        assert np.abs(table[f"people_{band}"] - said[band]).max() < 0.05


def test_the_band_of_a_product_is_that_of_independent_errors(one: Study) -> None:
    found = row(outlook(one, [CARE], ["WK000101"], draws=20_000), 2026)
    # One year ahead for people (3 % of 2,020 is what 80 % stays within), two for use.
    relative = np.hypot(30 / 2020, 6 * np.sqrt(2) / 62)
    assert found["people_upper_80"] - found["people_mean"] == pytest.approx(
        relative * found["people_mean"], rel=0.04
    )


def test_bands_end_where_one_of_the_figures_has_none(one: Study) -> None:
    short = one.forecasts.copy()
    none = (short["indicator"] == "care_rate") & (short["horizon"] > 2)
    short.loc[none, ["lower_80", "upper_80", "lower_95", "upper_95"]] = np.nan
    table = outlook(replace(one, forecasts=short), [CARE], ["WK000101"]).set_index("year")
    assert table.loc[2025:2026, "people_lower_80"].notna().all()
    assert table.loc[2027:, ["people_lower_80", "people_upper_95", "rate_lower_80"]].isna().all(axis=None)
    assert table["people_mean"].notna().all()


def test_a_wijk_gets_the_same_answer_alone_and_among_others() -> None:
    base = studied("WK000101", "WK000102", "WK000103", scale=0.7)
    alone = outlook(base, [OLDER], ["WK000102"])
    among = outlook(base, [CARE, OLDER], ["WK000101", "WK000102", "WK000103"], total="GM0001")
    same = among[(among["region"] == "WK000102") & (among["need"] == "older")]
    pd.testing.assert_frame_equal(alone, same.reset_index(drop=True))


def test_the_outlook_starts_from_the_number_that_cbs_counts(one: Study) -> None:
    counted = replace(CARE, count="care_count")
    table = outlook(one, [counted], ["WK000101"])
    assert row(table, 2024)["people_mean"] == pytest.approx(130)
    plain = outlook(one, [CARE], ["WK000101"])
    growth = row(plain, 2028)["people_mean"] / row(plain, 2024)["people_mean"]
    assert row(table, 2028)["people_mean"] == pytest.approx(130 * growth)


def test_a_number_that_cbs_withholds_is_not_worked_out_from_the_use_that_it_publishes(one: Study) -> None:
    counted = replace(CARE, count="care_count")
    secret = replace(one, forecasts=one.forecasts[one.forecasts["indicator"] != "care_count"])
    assert outlook(secret, [counted], ["WK000101"]).empty
    assert list(refused(secret, [counted], ["WK000101"])["indicator"]) == ["care_count"]
    # Withheld in the last year only: what is known of the year before does not stand in for it.
    ahead = one.forecasts
    older = (ahead["indicator"] == "care_count").to_numpy()
    ended = ahead.assign(last_year=ahead["last_year"].mask(older, 2023))
    assert outlook(replace(one, forecasts=ended), [counted], ["WK000101"]).query("horizon == 0").empty


def test_the_sum_of_wijken_is_less_unsure_than_all_of_them_together_would_be() -> None:
    regions = [f"WK0001{n:02d}" for n in range(1, 21)]
    table = outlook(studied(*regions), [OLDER], regions, total="Gemeente")
    whole = row(table, 2028, region="Gemeente")
    each = table[(table["year"] == 2028) & (table["region"] != "Gemeente")]
    assert whole["regions"] == 20
    assert whole["people_mean"] == pytest.approx(each["people_mean"].sum())
    width = whole["people_upper_80"] - whole["people_lower_80"]
    widths = each["people_upper_80"] - each["people_lower_80"]
    assert np.sqrt((widths**2).sum()) < width < widths.sum()
    assert whole["rate_mean"] == pytest.approx(1000 * whole["people_mean"] / (20 * 2060))


def test_new_dwellings_bring_people_of_every_kind_from_the_next_year_on() -> None:
    scenario = Scenario("Nieuwbouw", (NewDwellings("WK000101", 2026, 100),))
    needs = [OLDER, Need("alone", "hh_single", None, 1), Need("homes", "households", None, 1)]
    table = outlook(studied("WK000101"), needs, ["WK000101"], scenario)
    assert (table.loc[table["year"] <= 2026, "difference_mean"] == 0).all()
    gained = table[table["year"] == 2027].set_index("need")["difference_mean"]
    # 100 dwellings x 2 people, of whom 400 in 2,000 are 65 or older; half of the households is one person.
    assert gained.to_dict() == pytest.approx({"older": 40, "alone": 50, "homes": 100})
    older = outlook(
        studied("WK000101"),
        [OLDER],
        ["WK000101"],
        Scenario("", (NewDwellings("WK000101", 2026, 100, 1.5, 0.8),)),
    )
    assert row(older, 2027)["difference_mean"] == pytest.approx(120)


def test_dwellings_finished_before_the_last_figures_are_in_them_already() -> None:
    scenario = Scenario("Oud", (NewDwellings("WK000101", 2023, 100),))
    table = outlook(studied("WK000101"), [OLDER], ["WK000101"], scenario)
    assert (table["difference_mean"] == 0).all()


def test_demolition_never_leaves_fewer_than_nobody() -> None:
    scenario = Scenario("Sloop", (NewDwellings("WK000101", 2026, -9_000),))
    table = outlook(studied("WK000101"), [OLDER], ["WK000101"], scenario)
    assert (table["people_mean"] >= 0).all()
    assert row(table, 2028)["people_mean"] == 0


def test_a_measure_works_step_by_step_and_ends(one: Study) -> None:
    measure = Measure("care", -20, 2026, years_to_full=2, until_year=2028)
    table = outlook(one, [CARE], ["WK000101"], Scenario("Preventie", (measure,)))
    saved = (table["difference_mean"] / table["baseline_mean"]).round(6).tolist()
    assert saved == [0, 0, -0.1, -0.2, -0.2, 0, 0]


def test_what_worked_in_the_last_measured_year_is_in_the_figures(one: Study) -> None:
    begun = Scenario("Loopt al", (Measure("care", -40, 2023, years_to_full=4),))
    table = outlook(one, [CARE], ["WK000101"], begun)
    # In 2024 half of it worked: 0.8 of what would have been; in full that is 0.6.
    assert row(table, 2026)["people_mean"] / row(table, 2026)["baseline_mean"] == pytest.approx(0.6 / 0.8)


def test_the_difference_is_surer_than_the_number(one: Study) -> None:
    found = row(outlook(one, [CARE], ["WK000101"], Scenario("", (UseChange("care", -10, 2026),))), 2028)
    assert found["difference_lower_80"] < found["difference_mean"] < found["difference_upper_80"] < 0
    width = found["difference_upper_80"] - found["difference_lower_80"]
    assert width == pytest.approx(0.1 / 0.9 * (found["people_upper_80"] - found["people_lower_80"]), rel=0.01)


def test_use_never_exceeds_everybody(one: Study) -> None:
    table = outlook(one, [CARE], ["WK000101"], Scenario("", (UseChange("care", 1000, 2026),) * 2))
    after = table[table["year"] >= 2026]
    assert (after["people_mean"] <= after["base_mean"] + 1e-9).all()
    assert (after["rate_upper_80"].dropna() <= 1000).all()


def test_a_change_in_one_wijk_leaves_the_others_and_counts_in_the_gemeente() -> None:
    base = studied("WK000101", "WK000102", "GM0001")
    whole = forecasts("GM0001", scale=4.0)
    base = replace(base, forecasts=pd.concat([base.forecasts[base.forecasts["region"] != "GM0001"], whole]))
    scenario = Scenario("", (UseChange("older", 50, 2026, ("WK000101",)),))
    table = outlook(base, [OLDER], ["WK000101", "WK000102", "GM0001"], scenario)
    change = table[table["year"] == 2027].set_index("region")
    change = (change["difference_mean"] / change["baseline_mean"]).to_dict()
    assert change == pytest.approx({"WK000101": 0.5, "WK000102": 0.0, "GM0001": 0.5 * 400 / 1600})


def test_what_cannot_be_counted_with_is_named() -> None:
    base = studied("WK000101")
    good = NewDwellings("WK000101", 2026, 10)
    bad = (
        UseChange("care", 5, 2026, ("WK009999",)),
        NewDwellings("WK009999", 2026, 10, 2.0),
        Measure("x", 1, 2026),
    )
    scenario = Scenario("", (good, *bad))
    assert not_applied(base, [CARE], scenario) == bad
    assert outlook(base, [OLDER], ["WK000101"], scenario)["people_mean"].notna().all()
    assert household_size(base, "WK000101") == 2.0
    assert household_size(base, "WK009999") is None


def test_a_need_without_a_figure_is_refused_with_the_reason_of_that_figure(one: Study) -> None:
    left = one.forecasts[one.forecasts["indicator"] != "care_rate"]
    why = pd.DataFrame({"region": ["WK000101"], "indicator": ["care_rate"], "reason": ["break"]})
    base = replace(one, forecasts=left, refused=why)
    assert outlook(base, [CARE], ["WK000101", "WK000102"]).empty
    told = refused(base, [CARE, OLDER], ["WK000101", "WK000102"])
    assert told.values.tolist() == [
        ["WK000101", "care", "care_rate", "break"],
        ["WK000102", "care", "population", "no_figures"],
        ["WK000102", "older", "age_65plus", "no_figures"],
    ]


def test_a_scenario_survives_a_file() -> None:
    scenario = Scenario(
        "Alles",
        (
            UseChange("wmo", 5.5, 2027, ("WK000101",)),
            NewDwellings("WK000101", 2028, 120, 1.9, 0.4),
            Measure("bijstand", -10, 2027, 3, 2031),
        ),
        "Van het overleg",
    )
    assert scenario_of(record_of(scenario)) == scenario


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "x", "changes": [{"kind": "war"}]},
        {"name": "x", "changes": [{"kind": "measure", "need": "wmo", "percent": "veel", "from_year": 2027}]},
        {
            "name": "x",
            "changes": [{"kind": "use_change", "need": "wmo", "percent": 5, "from_year": 2027, "z": 1}],
        },
        {"name": "x", "changes": [{"kind": "new_dwellings", "region": "WK1", "year": 20270, "number": 5}]},
        {"name": "x", "changes": 3},
    ],
)
def test_nonsense_is_no_scenario(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        scenario_of(wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda: UseChange("wmo", -101, 2027),
        lambda: UseChange("wmo", float("nan"), 2027),
        lambda: Measure("wmo", -10, 2027, years_to_full=0),
        lambda: Measure("wmo", -10, 2027, until_year=2026),
        lambda: NewDwellings("WK000101", 2027, 100, share_65plus=40),
        lambda: NewDwellings("WK000101", 2027, 100, people_per_dwelling=-1),
    ],
)
def test_an_assumption_that_cannot_be_is_refused(make: object) -> None:
    with pytest.raises(ValueError):
        make()  # type: ignore[operator]


def test_every_need_is_made_of_figures_of_the_catalogue() -> None:
    known = catalogue()
    for need in NEEDS:
        assert all(name in known for name in (*need.figures, *filter(None, [need.count])))
        assert all(known[name].kind == "count" for name in need.group)
        assert known[need.people].theme != "herkomst"
    assert len({need.id for need in NEEDS}) == len(NEEDS)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 5.0, 60.0, 1e6, 1e-3, np.nan]), min_size=9, max_size=9),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([-100.0, 0.0, 50.0]),
)
def test_any_figures_give_an_outlook_or_a_reason(values: list[list[float]], percent: float) -> None:
    rows = [
        (f"WK00010{place}", name, 2015 + year, value, "aantal")
        for place, series in enumerate(values)
        for name in ("population", "age_65plus", "care_rate")
        for year, value in enumerate(series)
    ]
    figures = pd.DataFrame(rows, columns=["region", "indicator", "year", "value", "unit"]).dropna(
        subset="value"
    )
    base = study(figures, 4)
    regions = [f"WK00010{place}" for place in range(len(values))]
    change = UseChange("care", percent, 2025)
    table = outlook(base, [CARE, OLDER], regions, Scenario("", (change,)), draws=100, total="alles")
    told = refused(base, [CARE, OLDER], regions)
    own = table[table["region"] != "alles"]
    pairs = set(zip(own["region"], own["need"], strict=True)) | set(
        zip(told["region"], told["need"], strict=True)
    )
    assert len(pairs) == 2 * len(regions)
    assert not set(told["reason"]) - set(REASONS)
    assert np.isfinite(table["people_mean"]).all()
    assert (table["people_mean"] >= 0).all()
    banded = table.dropna(subset="people_lower_80")
    assert (banded["people_lower_80"] <= banded["people_mean"]).all()
    assert (banded["people_mean"] <= banded["people_upper_80"]).all()
    assert (
        banded["people_lower_95"] <= banded["people_lower_80"] + 1e-3 * banded["people_upper_95"] + 1e-6
    ).all()


def test_without_earlier_years_there_is_an_empty_track_record(one: Study) -> None:
    said = earlier_outlooks(replace(one, earlier=one.earlier[:0]), [CARE], ["WK000101"])
    assert track_record(said, by=("need",)).empty


def test_earlier_outlooks_are_a_track_record() -> None:
    random = np.random.default_rng(3)
    rows = []
    for place in range(12):
        people = 1000 + np.cumsum(random.normal(5, 12, 13))
        use = 60 + np.cumsum(random.normal(0, 2, 13))
        for year in range(13):
            rows.append((f"WK0001{place:02d}", "population", 2013 + year, people[year]))
            rows.append((f"WK0001{place:02d}", "care_rate", 2013 + year, use[year]))
    figures = pd.DataFrame(rows, columns=["region", "indicator", "year", "value"])
    base = study(figures, 3)
    earlier = earlier_outlooks(base, [CARE], sorted(set(figures["region"])))
    record = track_record(earlier, by=("need",))
    assert list(record["horizon"]) == [1, 2, 3]
    last = earlier[(earlier["origin"] == 2024) & (earlier["region"] == "WK000100")].iloc[0]
    own = figures[figures["region"] == "WK000100"].set_index(["indicator", "year"])["value"]
    came = own["population"] * own["care_rate"] / 1000
    assert last["value"] == pytest.approx(came[2025])
    assert last["last_value"] == pytest.approx(came[2024])
    assert last["lower_80"] < last["mean"] < last["upper_80"]
    assert earlier_outlooks(study(figures, 3, earlier=False), [CARE], ["WK000100"]).empty
