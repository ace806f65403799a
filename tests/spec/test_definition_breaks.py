"""Where a figure keeps its name and changes its meaning: two pieces, never one line, and the reason in a sentence."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.forecasting import study
from analysis.noise import standard_errors
from analysis.segments import latest_segment, number_segments, segment_reasons
from analysis.shares import add_shares
from analysis.trends import figures_of_panel, trends_of_panel
from data.catalogue import Indicator, catalogue
from data.sample import FOLDER
from data.store import Store
from tests.panel_builder import figure, panel, series

WIJK = "WK999901"
KNOWN = catalogue()
DEFINITIONS = KNOWN.frame()


def pieces(*rows: dict) -> list[list[int]]:
    """The years of each piece of the one series in ``rows``."""
    frame = panel(list(rows), DEFINITIONS)
    years = frame["year"].groupby(number_segments(frame, DEFINITIONS)).agg(list)
    return list(years)


def why(*rows: dict) -> list[tuple[int, str]]:
    reasons = segment_reasons(panel(list(rows), DEFINITIONS), DEFINITIONS)
    return list(zip(reasons["year"], reasons["reason"], strict=True))


def around(year: int, before: float = 10.0, after: float = 10.0) -> dict[int, float | None]:
    return {year - 2: before, year - 1: before, year: after, year + 1: after}


def sentence(indicator: str, year: int) -> str:
    (reason,) = (change.reason for change in KNOWN[indicator].breaks if change.year == year)
    return reason


@pytest.mark.parametrize(
    ("indicator", "year", "word"),
    [
        ("benefit_bijstand", 2015, "Participatiewet"),
        ("benefit_bijstand_share", 2015, "Participatiewet"),
        ("income_per_resident", 2015, "vernieuwd"),
        ("low40_households", 2015, "vernieuwd"),
        ("social_minimum", 2015, "vernieuwd"),
        ("origin_western", 2015, "percentage"),
        ("businesses", 2021, "overheid, onderwijs en zorg"),
        ("electricity", 2021, "levering"),
        ("edu_low", 2023, "andere namen"),
        ("edu_high_share", 2023, "andere namen"),
        ("vacancy", 2014, "leegstaand"),
        ("vacancy", 2024, "andere manier"),
    ],
)
def test_a_new_meaning_starts_a_new_piece_with_its_reason(indicator: str, year: int, word: str) -> None:
    rows = series(WIJK, indicator, around(year))

    assert pieces(*rows) == [[year - 2, year - 1], [year, year + 1]]
    assert why(*rows) == [(year, "definition")]
    assert word in sentence(indicator, year)


def test_education_of_before_and_after_2023_is_not_compared() -> None:
    rows = [
        row
        for name, values in {"edu_low": (300, 900), "edu_mid": (400, 400), "edu_high": (300, 300)}.items()
        for row in series(WIJK, name, {2021: values[0], 2022: values[0], 2023: values[1], 2024: values[1]})
    ]
    shares = add_shares(panel(rows, DEFINITIONS), DEFINITIONS)
    row = trends_of_panel(shares, DEFINITIONS).set_index("indicator").loc["edu_low_share"]

    assert (row["first_year"], row["last_year"], row["slope"]) == (2023, 2024, 0)
    assert row["broken"]


def test_herkomst_of_2014_in_percent_and_later_in_people_are_two_pieces_and_not_a_share() -> None:
    rows = [
        figure(WIJK, 2014, "origin_western", 11, unit="%"),
        *series(WIJK, "origin_western", {2015: 110, 2016: 115}),
        *series(WIJK, "population", {2014: 1000, 2015: 1000, 2016: 1000}),
    ]
    shares = add_shares(panel(rows, DEFINITIONS), DEFINITIONS)
    share = shares[shares["indicator"] == "origin_western_share"].set_index("year")

    assert pieces(*rows[:3]) == [[2014], [2015, 2016]]
    assert share["status"].to_dict() == {2014: "not_applicable", 2015: "observed", 2016: "observed"}


def test_ages_that_a_table_gives_in_percent_are_cut_from_those_in_people() -> None:
    """Whether 2014 did is read from the table itself; the catalogue does not have to know it."""
    in_percent = [figure(WIJK, 2014, "age_0_15", 17, unit="%")]
    in_people = series(WIJK, "age_0_15", {2015: 170, 2016: 175})

    assert why(*in_percent, *in_people) == [(2015, "unit")]
    assert pieces(*series(WIJK, "age_0_15", {2014: 170, 2015: 170})) == [[2014, 2015]]


@pytest.mark.parametrize(
    ("ended", "after", "year", "word"),
    [
        ("origin_western", "origin_europe", 2023, "westers en niet-westers"),
        ("origin_nonwestern", "origin_non_europe", 2023, "westers en niet-westers"),
        ("low_income_hh", "poverty", 2024, "nieuwe grens"),
        ("social_minimum", "poverty", 2024, "sociaal minimum"),
        ("built_from_2000", "built_last_10y", 2024, "laatste tien jaar"),
        ("active_15_75", "labour_participation", 2018, "betaald werk"),
    ],
)
def test_what_ends_is_followed_by_another_figure_and_never_continued(
    ended: str, after: str, year: int, word: str
) -> None:
    followed_by = KNOWN[ended].followed_by
    assert followed_by is not None
    assert (followed_by.indicator, followed_by.year) == (after, year)
    assert word in followed_by.reason
    assert KNOWN[ended].last_year == year - 1
    assert KNOWN[after].first_year == year
    assert KNOWN[ended].title != KNOWN[after].title


def test_low_income_ends_in_2023_and_poverty_of_2024_does_not_continue_it() -> None:
    rows = [
        *series(WIJK, "low_income_hh", {2022: 9.0, 2023: 9.1}),
        *series(WIJK, "poverty", {2024: 3.0, 2025: 3.1}),
    ]
    developed = trends_of_panel(panel(rows, DEFINITIONS), DEFINITIONS).set_index("indicator")

    assert developed.loc["low_income_hh", ["first_year", "last_year"]].tolist() == [2022, 2023]
    assert developed.loc["poverty", ["first_year", "last_year"]].tolist() == [2024, 2025]


@pytest.mark.parametrize("crime", ["crime_theft_home", "crime_vandalism", "crime_violence"])
def test_crime_ends_in_2018_and_says_so(crime: str) -> None:
    assert KNOWN[crime].last_year == 2018
    assert "2018" in KNOWN[crime].explanation


def test_65_or_older_goes_on_in_2026_with_a_wider_margin() -> None:
    """From 2026 on CBS gives two groups; their sum is about the same people, but is rounded twice."""
    rows = series(WIJK, "age_65plus", around(2026, 400, 400))
    rounding = standard_errors(panel(rows, DEFINITIONS), DEFINITIONS)["rounding"].tolist()

    assert pieces(*rows) == [[2024, 2025, 2026, 2027]]
    assert rounding[0] == rounding[1] < rounding[2] == rounding[3]
    assert "marge" in KNOWN["age_65plus"].explanation
    assert "marge" in KNOWN["age_65plus_share"].explanation


def test_an_empty_year_at_the_break_does_not_hide_it() -> None:
    rows = series(WIJK, "benefit_bijstand", {2013: 50, 2014: None, 2015: None, 2016: 60})

    assert pieces(*rows) == [[2013, 2014], [2015, 2016]]


def test_a_forecast_only_looks_at_the_years_after_the_break() -> None:
    years = range(2009, 2025)
    rows = series(WIJK, "businesses", {year: 100.0 if year < 2021 else 200.0 for year in years})
    frame = panel(rows, DEFINITIONS)

    assert latest_segment(frame, DEFINITIONS)["year"].tolist() == [2021, 2022, 2023, 2024]
    studied = study(figures_of_panel(frame, DEFINITIONS))
    assert studied.forecasts.empty
    assert studied.refused[["reason", "n"]].values.tolist() == [["break", 4]]


def test_in_the_sample_no_figure_is_joined_over_a_break_of_the_catalogue(sample_store: Store) -> None:
    figures = sample_store.panel("GM9999", levels=("gemeente", "wijk"))
    figures = figures.assign(segment=number_segments(figures, DEFINITIONS))
    changed = [indicator for indicator in KNOWN.published if indicator.breaks]

    assert len(changed) > 15
    assert [indicator.id for indicator in changed if joined_over_a_break(figures, indicator)] == []


def test_every_shift_of_meaning_in_the_sample_is_known_to_the_catalogue() -> None:
    planted = json.loads((FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["definition_shifts"]
    unknown = [
        shift
        for shift in planted
        if shift["year"] not in {change.year for change in KNOWN[shift["indicator"]].breaks}
        and shift["year"] != getattr(KNOWN[shift["indicator"]].followed_by, "year", None)
    ]

    assert planted
    assert unknown == []


def joined_over_a_break(figures: pd.DataFrame, indicator: Indicator) -> bool:
    own = figures[figures["indicator"] == indicator.id]
    for change in indicator.breaks:
        before = own[own["year"] < change.year].groupby("region")["segment"].max()
        after = own[own["year"] >= change.year].groupby("region")["segment"].min()
        if (before.reindex(after.index) >= after).any():
            return True
    return False
