"""Agreement: when four witnesses say the same of a wijk, and when they do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.agreement import CLASSES, FEWEST_RANKED, TOO_FEW, Agreement, agreement
from analysis.forecasting import study
from analysis.standing import compare
from analysis.trends import figures_of_panel, judge, trends
from analysis.triage import triage
from analysis.turns import judge_turns, with_turns
from tests.panel_builder import count, define, figure, panel, rate

THEMES = ("wonen", "werk", "inkomen", "onderwijs", "veiligheid", "voorzieningen")
DEFINITIONS = define(
    count("population"),
    *[rate(theme, theme=theme) for theme in THEMES],
    rate("wage", "lower_is_worrying", theme="inkomen", unit="x 1 000 euro"),
    rate("origin_share", "neutral", theme="herkomst", usable_in_score=False),
)


def wijk(number: int) -> str:
    return f"WK9999{number:02d}"


def told(indicator: str, state: str = "about_equal", *, number: int = 1, **more: object) -> dict[str, object]:
    """One row of the triage; by default a figure that says nothing."""
    bad, worse = state.startswith("bad"), state.endswith("worse")
    theme = DEFINITIONS.loc[indicator, "theme"]
    return {
        **{"region": wijk(number), "indicator": indicator, "theme": theme, "state": state, "people": 4000.0},
        **{
            "order": 2.0 if bad else 0.0,
            "sure_level": 2.0 if bad else 0.0,
            "sure_change": 1.0 if worse else 0.0,
        },
        **{
            "difference": 5.0 if bad else 0.0,
            "comparator_value": 10.0,
            "trend": "rises" if worse else "too_uncertain",
        },
        "trend_judgement": "unfavourable" if worse else "neutral",
        **{"concerned": np.nan, "concerned_unit": ""},
    } | more


def quiet(number: int = 1) -> list[dict[str, object]]:
    return [told(theme, number=number) for theme in THEMES]


def town(*rows: dict[str, object], **more: pd.DataFrame) -> Agreement:
    """Agreement in a town of the wijken of these rows; whatever they do not say is quiet."""
    numbers = {row["region"]: int(str(row["region"])[-2:]) for row in rows}
    said = {(row["region"], row["indicator"]) for row in rows}
    rest = [row for number in numbers.values() for row in quiet(number)]
    rest = [row for row in rest if (row["region"], row["indicator"]) not in said]
    return agreement(pd.DataFrame([*rows, *rest]), DEFINITIONS, **more)


def class_of(found: Agreement, number: int = 1) -> str:
    return str(found.wijken.set_index("region").loc[wijk(number), "class"])


def forecast(indicator: str, course: str, *, number: int = 1, size: float = 5.0) -> dict[str, object]:
    ends = {"rises": (size, size + 2), "falls": (-size - 2, -size)}.get(course, (-size, size))
    place = {"region": wijk(number), "indicator": indicator, "course": course, "last_value": 15.0}
    return {**place, "lower_80": 15.0 + ends[0], "upper_80": 15.0 + ends[1]}


def ranks(first: tuple[int, int], n: int = 20) -> pd.DataFrame:
    """Rank intervals of ``n`` wijken of which the first has this one."""
    intervals = [first, *[(1, n)] * (n - 1)]
    lower, upper = zip(*intervals, strict=True)
    return pd.DataFrame({"region": [wijk(i) for i in range(1, n + 1)], "lower": lower, "upper": upper})


def test_one_theme_far_off_is_found_in_most_wijken_and_asks_for_nothing():
    assert class_of(town(told("werk", "bad"))) == "none"


def test_two_themes_far_off_ask_for_attention_now():
    assert class_of(town(told("werk", "bad"), told("wonen", "bad"))) == "now"


def test_a_figure_that_gets_better_is_as_far_off_now():
    better = told("werk", "bad_better", order=0.2)
    assert class_of(town(better, told("wonen", "bad"))) == "now"


def test_far_off_and_getting_worse_in_one_of_the_themes_asks_for_attention_now_and_later():
    assert class_of(town(told("werk", "bad_worse"), told("wonen", "bad"))) == "now_and_later"


def test_what_gets_worse_in_a_theme_that_is_not_far_off_does_not_make_it_later():
    assert class_of(town(told("werk", "bad"), told("wonen", "bad"), told("inkomen", "good_worse"))) == "now"


def test_two_themes_that_get_worse_are_a_signal_where_nothing_is_far_off_yet():
    worse = [told(theme, trend_judgement="unfavourable", sure_change=0.5) for theme in ("werk", "wonen")]
    assert class_of(town(*worse)) == "later"
    assert class_of(town(worse[0])) == "none"


def test_a_change_too_small_to_be_felt_is_no_sign():
    assert class_of(town(told("werk", "bad_worse", sure_change=0.1), told("wonen", "bad"))) == "now"


def test_a_theme_counts_once_however_many_figures_it_has():
    assert class_of(town(told("wage", "bad"), told("inkomen", "bad"))) == "none"


class TestForecast:
    def test_it_speaks_where_its_whole_band_is_worse_than_now(self):
        rows = [told("werk", "bad"), told("wonen", "bad")]
        worse = pd.DataFrame([forecast("werk", "rises")])
        assert class_of(town(*rows, expected=worse)) == "now_and_later"
        unsure = pd.DataFrame([forecast("werk", "too_uncertain")])
        assert class_of(town(*rows, expected=unsure)) == "now"

    def test_where_it_contradicts_the_trend_neither_counts(self):
        rows = [told("werk", "bad_worse"), told("wonen", "bad")]
        assert class_of(town(*rows, expected=pd.DataFrame([forecast("werk", "falls")]))) == "now"

    def test_euros_are_expected_to_rise_everywhere_and_say_nothing(self):
        rows = [told("wage", "bad"), told("wonen", "bad")]
        found = town(*rows, expected=pd.DataFrame([forecast("wage", "falls")]))
        assert class_of(found) == "now"
        assert found.wijken["forecast"].tolist() == ["unknown"]

    def test_without_any_the_class_leans_on_what_there_is_and_says_so(self):
        found = town(told("werk", "bad_worse"), told("wonen", "bad")).wijken.iloc[0]
        assert (found["class"], found["trend"], found["forecast"]) == ("now_and_later", "worse", "unknown")

    def test_without_trends_too_it_is_about_now_only(self):
        rows = [
            {**row, "trend": "no_verdict"} for row in (told("werk", "bad"), told("wonen", "bad"), *quiet())
        ]
        rows = list({row["indicator"]: row for row in reversed(rows)}.values())
        found = town(*rows).wijken.iloc[0]
        assert (found["class"], found["trend"], found["forecast"]) == ("now", "unknown", "unknown")


class TestScore:
    def test_a_place_surely_among_the_highest_fifth_stands_for_a_second_theme(self):
        assert class_of(town(told("werk", "bad"), ranks=ranks((1, 4)))) == "now"
        assert class_of(town(told("werk", "bad"), ranks=ranks((1, 5)))) == "none"

    def test_it_is_not_enough_by_itself(self):
        assert class_of(town(told("werk"), ranks=ranks((1, 1)))) == "none"

    def test_with_few_wijken_some_wijk_is_always_first(self):
        found = town(told("werk", "bad"), ranks=ranks((1, 1), FEWEST_RANKED - 1))
        assert (class_of(found), found.wijken["index"].iloc[0]) == ("none", "unknown")


class TestTooFew:
    def test_a_wijk_with_hardly_any_figure_is_not_called_quiet(self):
        silent = [told(theme, "no_figure", number=2, trend="no_verdict") for theme in THEMES[1:]]
        found = town(told("werk"), *silent)
        assert (class_of(found, 1), class_of(found, 2)) == ("none", TOO_FEW)

    def test_what_it_has_may_still_ask_for_attention(self):
        silent = [told(theme, "no_figure", number=2, trend="no_verdict") for theme in THEMES[2:]]
        found = town(told("werk"), *silent, told("wonen", "bad", number=2), told("werk", "bad", number=2))
        assert class_of(found, 2) == "now"


class TestOrder:
    def test_class_then_number_of_signs_then_people(self):
        def of(number: int, people: float, *themes: str, **more: object) -> list[dict[str, object]]:
            return [told(theme, "bad", number=number, concerned=people, **more) for theme in themes]

        worse = told("werk", "bad_worse", number=4)
        found = town(
            *of(1, 900.0, "werk", "wonen"),
            *of(2, 100.0, "werk", "wonen", "inkomen"),
            *of(3, 950.0, "werk", "wonen"),
            *[worse, told("wonen", "bad", number=4)],
            *of(5, 5000.0, "werk"),
        )
        assert found.wijken["region"].tolist() == [wijk(n) for n in (4, 2, 3, 1, 5)]
        assert found.wijken["urgency"].tolist() == [3, 3, 2, 2, 1]

    def test_people_are_those_of_the_strongest_figure_and_never_a_sum(self):
        rows = [told("werk", "bad", order=3.0, concerned=200.0), told("wonen", "bad", concerned=900.0)]
        found = town(*rows).wijken.iloc[0]
        assert (found["concerned"], found["concerned_indicator"]) == (200.0, "werk")


def test_the_signs_name_the_strongest_figure_of_every_theme():
    found = town(told("wage", "bad", order=3.0), told("inkomen", "bad"), told("werk", "bad_worse")).signs
    level = found[found["sign"] == "level"]
    assert level["indicator"].tolist() == ["wage", "werk"]
    assert found.loc[found["sign"] == "trend", "indicator"].tolist() == ["werk"]


def test_herkomst_never_counts_whatever_the_frame_holds():
    found = town(told("origin_share", "bad_worse"), told("werk", "bad"))
    assert class_of(found) == "none"
    assert "herkomst" not in {theme for themes in found.wijken["themes"] for theme in themes}


def test_a_frame_without_what_is_needed_is_refused():
    with pytest.raises(ValueError, match="state"):
        agreement(pd.DataFrame({"region": ["WK999901"]}), DEFINITIONS)


# Chance -------------------------------------------------------------------------------------------


def town_of_noise(rng: np.random.Generator, wijken: int = 24, years: int = 13) -> Agreement:
    """A town in which all wijken are alike and nothing lasting happens: what differs is noise of a known size."""
    names = [f"{theme} {number}" for theme in THEMES for number in range(2)]
    definitions = define(count("population"), *[rate(name, theme=name.split()[0]) for name in names])
    people = rng.uniform(400, 6000, wijken).round()
    rows, errors = [], []
    for name in names:
        error = 45 / np.sqrt(people)
        drawn = rng.standard_normal((wijken, years))
        for year in range(1, years):
            drawn[:, year] = 0.5 * drawn[:, year - 1] + np.sqrt(0.75) * drawn[:, year]
        for place in range(wijken):
            for year in range(years):
                value = 10 + drawn[place, year] * error[place]
                rows.append(figure(wijk(place + 1), 2013 + year, name, float(value)))
                errors.append((wijk(place + 1), 2013 + year, name, error[place]))
        rows += [figure("GM9999", 2013 + year, name, 10.0) for year in range(years)]
    rows += [
        figure(wijk(place + 1), 2013 + year, "population", people[place])
        for place in range(wijken)
        for year in range(years)
    ]
    table = panel(rows, definitions)
    known = pd.DataFrame(errors, columns=["region", "year", "indicator", "total"])
    total = table[["region", "year", "indicator"]].merge(known, "left")["total"].fillna(0.05).to_numpy()
    noise = pd.DataFrame({"total": total, "rounding": 0.03, "bridging": 0.0}, index=table.index)
    comparison = compare(table, definitions, "gemeente", errors=noise)
    comparison = comparison[comparison["indicator"] != "population"]
    figures = figures_of_panel(table, definitions, noise)
    figures = figures[(figures["level"] == "wijk") & (figures["indicator"] != "population")]
    judged = judge_turns(judge(with_turns(figures, trends(figures)), definitions["direction"]))
    ahead = study(figures, 5, earlier=False).forecasts
    ahead = ahead[(ahead["horizon"] == 5) & ahead["lower_80"].notna()]
    up, down = ahead["lower_80"] > ahead["last_value"], ahead["upper_80"] < ahead["last_value"]
    ahead = ahead.assign(course=np.select([up, down], ["rises", "falls"], "too_uncertain"))
    return agreement(triage(comparison, judged, definitions), definitions, ahead)


def test_of_wijken_in_which_only_noise_differs_at_most_one_in_twenty_gets_a_colour():
    rng = np.random.default_rng(4)
    classes = pd.concat([town_of_noise(rng).wijken["class"] for _ in range(2)])
    assert classes.isin(CLASSES[:3]).mean() <= 0.05
    assert len(classes) == 48
