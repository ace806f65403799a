"""What Wijkradar promises about figures, as examples."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.forecasting import study
from analysis.segments import latest_segment, number_segments
from analysis.shares import add_shares
from analysis.standing import compare
from analysis.trends import figures_of_panel, judge, trends_of_panel
from analysis.triage import triage
from data.assemble import assemble
from data.catalogue import catalogue
from data.sample import GEMEENTE as SAMPLE
from data.store import Store
from reports.trusted import trusted
from tests.helpers import small_table
from tests.panel_builder import count, define, figure, panel, rate, series, share

GEMEENTE, WIJK, BIG_WIJK = "GM9999", "WK999901", "WK999902"
DEFINITIONS = define(
    count("population"),
    count("households"),
    count("age_0_15"),
    count("age_15plus"),
    count("benefit", 10, direction="higher_is_worrying"),
    share("young_share", "age_0_15", "age_0_15", "age_15plus"),
    share(
        "benefit_share",
        "benefit",
        "population",
        factor=1000.0,
        unit="per 1 000 inwoners",
        direction="higher_is_worrying",
    ),
    rate("poverty", breaks=(2024,)),
    rate("origin_share", "neutral", theme="herkomst", usable_in_score=False),
)


def town_of_ten(indicator, values, gemeente_value):
    rows = [
        figure(GEMEENTE, 2023, indicator, gemeente_value),
        figure(GEMEENTE, 2023, "population", 50_000),
        figure(GEMEENTE, 2023, "households", 25_000),
    ]
    for number, value in enumerate(values, start=1):
        code = f"WK9999{number:02d}"
        rows += [
            figure(code, 2023, indicator, value),
            figure(code, 2023, "population", 5000),
            figure(code, 2023, "households", 2500),
        ]
    return panel(rows, DEFINITIONS)


def triage_of(frame):
    """Everything in the frame held against the gemeente, with the trends of all years in it."""
    judged = judge(trends_of_panel(frame, DEFINITIONS), DEFINITIONS["direction"])
    return triage(compare(frame, DEFINITIONS, "gemeente"), judged, DEFINITIONS)


def test_a_suppressed_figure_never_becomes_a_share():
    young_is_secret = [
        figure(WIJK, 2023, "age_0_15", None, "suppressed"),
        figure(WIJK, 2023, "age_15plus", 310),
    ]
    shares = add_shares(panel(young_is_secret, DEFINITIONS), DEFINITIONS)
    young = shares[shares["indicator"] == "young_share"].iloc[0]

    assert pd.isna(young["value"])
    assert young["status"] == "suppressed"


def test_a_suppressed_figure_is_not_zero_in_a_comparison_either():
    values = [8.0, 8.1, 8.2, 7.9, 7.8, 8.0, 8.1, 8.3, 8.2, None]
    town = town_of_ten("poverty", values, 8.0)
    compared, states = compare(town, DEFINITIONS, "gemeente"), triage_of(town).set_index("region")["state"]
    secret = compared[compared["indicator"] == "poverty"].iloc[-1]

    assert pd.isna(secret["value"])
    assert (secret["verdict"], secret["judgement"], secret["status"]) == ("no_figure", "none", "suppressed")
    assert states["WK999910"] == "no_figure"


def trend_of(*rows):
    """The trend of the one series in these rows, with its verdict."""
    return judge(trends_of_panel(panel(list(rows), DEFINITIONS), DEFINITIONS), DEFINITIONS["direction"]).iloc[
        0
    ]


def test_ups_and_downs_inside_the_rounding_noise_are_called_about_equal():
    values = [2005, 2010, 2005, 2005, 2010, 2005, 2010, 2010]
    row = trend_of(*series(WIJK, "population", dict(enumerate(values, start=2016))))

    assert row["verdict"] == "about_equal"


def test_four_percent_against_four_point_one_percent_is_about_equal():
    compared = compare(town_of_ten("poverty", [4.1], 4.0), DEFINITIONS, "gemeente")

    assert compared.set_index("indicator").loc["poverty", "verdict"] == "about_equal"


def test_a_handful_of_people_is_too_uncertain_for_a_trend():
    values = [10, 15, 10, 20, 15, 20, 15, 20]
    row = trend_of(*series(WIJK, "benefit", dict(enumerate(values, start=2016))))

    assert row["verdict"] == "too_uncertain"


def test_two_figures_are_no_trend():
    assert trend_of(*series(WIJK, "population", {2022: 505, 2023: 910}))["verdict"] == "no_verdict"


def test_no_line_crosses_a_redrawn_border():
    rows = [
        *series(WIJK, "population", {2019: 4000, 2020: 4010}),
        figure(WIJK, 2021, "population", 2600, boundary=3),
        *series(WIJK, "population", {2022: 2610, 2023: 2620}),
    ]
    frame = panel(rows, DEFINITIONS)

    assert number_segments(frame, DEFINITIONS).tolist() == [0, 0, 1, 1, 1]
    assert latest_segment(frame, DEFINITIONS)["year"].tolist() == [2021, 2022, 2023]
    row = trend_of(*rows)
    assert (row["first_year"], row["n"], row["broken"]) == (2021, 3, True)


def test_no_line_crosses_a_new_definition():
    rows = series(WIJK, "poverty", {2022: 9.0, 2023: 9.1, 2024: 5.0, 2025: 5.1})

    assert number_segments(panel(rows, DEFINITIONS), DEFINITIONS).tolist() == [0, 0, 1, 1]


def poverty_forecast(values):
    """The forecast of a share whose figures of 2009 on are known, None where there is none."""
    frame = panel(series(WIJK, "poverty", dict(enumerate(values, start=2009))), DEFINITIONS)
    return study(figures_of_panel(frame, DEFINITIONS), 5)


def test_a_missing_year_is_not_filled_in_for_a_forecast():
    studied = poverty_forecast([9.0, 9.5, 10.0, None, 10.5, 11.0, 10.5, 11.0])

    assert studied.forecasts["n"].unique().tolist() == [7]
    assert not {2012} & (set(studied.earlier["year"]) | set(studied.earlier["origin"]))


def test_six_figures_over_eight_years_are_enough_and_five_are_not():
    enough = poverty_forecast([9.0, None, None, 9.5, 10.0, 10.5, 11.0, 10.5])
    too_few = poverty_forecast([9.0, None, None, 9.5, 10.0, 10.5, None, 10.5])

    assert enough.forecasts["n"].unique().tolist() == [6]
    assert too_few.forecasts.empty
    assert too_few.refused[["reason", "n"]].values.tolist() == [["too_few_years", 5]]


def test_a_forecast_never_leaves_what_a_share_can_be():
    values = [97.0, 95.0, 99.0, 94.0, 98.0, 96.0, 99.0, 95.0, 98.0, 97.0, 99.0, 96.0]
    forecasts = poverty_forecast(values).forecasts

    assert forecasts["upper_95"].notna().any()
    assert not (forecasts[["mean", "upper_80", "upper_95"]] > 100).any(axis=None)


def test_herkomst_is_never_part_of_the_triage():
    values = [10.0, 10.5, 9.5, 10.2, 9.8, 10.1, 9.9, 10.3, 10.0, 80.0]

    assert triage_of(town_of_ten("origin_share", values, 10.0)).empty


def test_herkomst_has_no_direction_anywhere_in_the_catalogue():
    definitions = catalogue().frame()
    herkomst = definitions[definitions["theme"] == "herkomst"]

    assert len(herkomst)
    assert not herkomst["usable_in_score"].any()
    assert set(herkomst["direction"]) == {"neutral"}


def test_a_big_wijk_does_not_look_worse_because_it_is_big():
    """Both wijken have 50 benefits per 1 000 inhabitants, as the gemeente has; one is ten times the other."""
    rows = []
    for code, people in ((GEMEENTE, 22_000), (WIJK, 2000), (BIG_WIJK, 20_000)):
        rows += [
            figure(code, 2023, "population", people),
            figure(code, 2023, "benefit", people // 20),
        ]
    frame = add_shares(panel(rows, DEFINITIONS), DEFINITIONS)
    compared = compare(frame, DEFINITIONS, "gemeente")
    verdicts = compared.set_index(["region", "indicator"])["verdict"]

    assert verdicts[(WIJK, "benefit_share")] == verdicts[(BIG_WIJK, "benefit_share")] == "about_equal"
    assert verdicts[(BIG_WIJK, "benefit")] == "no_figure"
    assert set(triage_of(frame)["state"]) == {"about_equal"}


def test_what_is_bad_says_how_many_live_there():
    values = [8.0, 8.1, 8.2, 7.9, 7.8, 8.0, 8.1, 8.3, 8.2, 16.0]
    row = triage_of(town_of_ten("poverty", values, 8.0)).iloc[0]

    assert (row["region"], row["state"], row["people"]) == ("WK999910", "bad", 5000)


def test_a_figure_of_the_gemeente_or_the_country_is_the_row_of_cbs_itself_also_where_wijken_are_converted(
    converted_folder: Path,
) -> None:
    store, known = Store(converted_folder), catalogue()
    shown = trusted(store, known, SAMPLE).panel
    assert (shown["status"] == "bridged").any()
    shown = shown[shown["level"].isin(["gemeente", "land"])]
    assert (shown["published_as"] == shown["region"]).all()
    assert set(shown["status"]).isdisjoint({"bridged"})
    key = ["region", "year", "indicator"]
    of_cbs = store.panel(SAMPLE).set_index(key)
    own = shown[~shown["indicator"].isin([share.id for share in known.shares])].set_index(key)
    there = own[own["value"].notna()]
    pd.testing.assert_frame_equal(
        there[["value", "status", "source"]], of_cbs.loc[there.index, ["value", "status", "source"]]
    )


def test_a_gemeente_without_a_row_of_its_own_has_no_figure_although_its_wijken_have(tmp_path: Path) -> None:
    store = Store(tmp_path)
    people = {"NL00": 17_000_000, "WK036300": 1_200, "WK036301": 800}
    rows = [
        {"WijkenEnBuurten": code.ljust(10), "AantalInwoners_5": number} for code, number in people.items()
    ]
    with store.writing() as writer:
        writer.put_table(assemble(small_table(rows), catalogue()))
    shown = trusted(store, catalogue(), "GM0363").panel
    assert set(shown.loc[shown["value"].notna(), "region"]) == set(people)
    assert shown.loc[shown["level"] == "gemeente", "value"].isna().all()
