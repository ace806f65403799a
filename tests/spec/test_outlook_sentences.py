"""What the page Prognose says about the future: always with a band, a change only beyond the doubt, never more sure."""

import math
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.forecasting import REASONS
from data.catalogue import catalogue
from ui import findings
from ui import outlook_wording as words
from ui.outlook_reach import COURSES, ENDS, Prospect, course, digits_of, prospect, refusal, says_nothing
from ui.wording import SPACE, THIN

KNOWN = catalogue()
PEOPLE, POVERTY, INCOME, FLATS = (
    KNOWN[name] for name in ("population", "poverty", "income_per_resident", "dist_gp")
)


def plain(text):
    """Return the text with ordinary spaces, so that examples read easily."""
    return text.replace(THIN, " ").replace(SPACE, " ")


def row(mean, lower, upper, now, year=2030, last_year=2025, **more):
    return {
        "year": year,
        "horizon": year - last_year,
        "mean": mean,
        "lower_80": lower,
        "upper_80": upper,
        "lower_95": lower - (upper - lower) / 2,
        "upper_95": upper + (upper - lower) / 2,
        "last_year": last_year,
        "last_value": now,
        "n": 12,
        "own": 0.55,
        "shared": 0.2,
    } | more


def outlook(*rows):
    return pd.DataFrame(list(rows))


# Sentence first -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "expected", "sentence"),
    [
        (PEOPLE, row(3912.4, 3604.0, 4221.0, 3700.0),
         "Rond 2030 naar verwachting 3 900 inwoners in Noord; in 8 van de 10 gevallen tussen 3 600 en 4 200."),
        (PEOPLE, row(4164.2, 4087.5, 4240.9, 4010.0),
         "Rond 2030 naar verwachting 4 160 inwoners in Noord; in 8 van de 10 gevallen tussen 4 090 en 4 240."),
        (PEOPLE, row(1.0, 0.0, 4.0, 0.0),
         "Rond 2030 is het aantal inwoners in Noord naar verwachting 1; in 8 van de 10 gevallen tussen 0 en 4."),
        (POVERTY, row(9.04, 8.1, 10.2, 9.5),
         "Rond 2030 is het aandeel mensen in armoede in Noord naar verwachting 9,0 procent; in 8 van de 10 gevallen tussen "
         "8,1 en 10,2 procent."),
        (INCOME, row(31.4, 29.2, 33.6, 28.0),
         "Rond 2030 is het gemiddelde inkomen per inwoner in Noord naar verwachting € 31 400; in 8 van de 10 gevallen tussen "
         "€ 29 200 en € 33 600."),
        (POVERTY, row(7.0, 7.0, 7.0, 7.0),
         "Rond 2030 is het aandeel mensen in armoede in Noord naar verwachting 7 procent; in 8 van de 10 gevallen wijkt het "
         "cijfer daar niet merkbaar van af."),
    ],
)  # fmt: skip
def test_what_is_expected_is_said_with_its_band_and_no_finer_than_the_doubt(indicator, expected, sentence):
    assert plain(words.expected_sentence(expected, indicator, "Noord")) == sentence


@pytest.mark.parametrize(
    ("indicator", "expected", "sentence"),
    [
        (PEOPLE, row(3900.0, 3800.0, 4000.0, 3700.0), "Dat is waarschijnlijk meer dan in 2025 (3 700)."),
        (PEOPLE, row(3900.0, 3800.0, 4000.0, 4100.0), "Dat is waarschijnlijk minder dan in 2025 (4 100)."),
        (POVERTY, row(9.0, 8.0, 10.0, 6.5), "Dat is waarschijnlijk hoger dan in 2025 (6,5 procent)."),
        (PEOPLE, row(3900.0, 3800.0, 4000.0, 3850.0),
         "Dat is ongeveer gelijk aan 2025: het cijfer van toen (3 850) ligt in die band."),
        (PEOPLE, row(3900.0, 3000.0, 4800.0, 3850.0),
         "Of dat meer of minder is dan in 2025 (3 850), is te onzeker: dat cijfer ligt ook in die band."),
    ],
)  # fmt: skip
def test_a_change_is_one_only_where_the_whole_band_lies_beyond_the_figure_of_now(
    indicator, expected, sentence
):
    assert plain(words.change_sentence(expected, indicator)) == sentence


FIGURE = st.floats(0, 1e6, allow_nan=False)
WIDTH = st.floats(0, 1e5, allow_nan=False)


@settings(max_examples=300, deadline=None)
@given(
    indicator=st.sampled_from([PEOPLE, POVERTY, INCOME, FLATS]),
    mean=FIGURE,
    below=WIDTH,
    above=WIDTH,
    now=FIGURE,
)
def test_whatever_the_figures_the_sentence_and_the_verdict_never_contradict_each_other(
    indicator, mean, below, above, now
):
    expected = row(mean, max(mean - below, 0.0), mean + above, round(now, indicator.decimals))
    side, digits = course(expected, indicator), digits_of(expected, indicator)
    lower, upper = (round(expected[name], digits) for name in ("lower_80", "upper_80"))
    assert side in COURSES
    assert (lower > expected["last_value"]) == (side == "rises")
    assert (upper < expected["last_value"]) == (side == "falls")
    told = " ".join(
        [
            words.expected_sentence(expected, indicator, "Noord"),
            words.change_sentence(expected, indicator),
            findings.forecast_title(pd.Series(expected), indicator, "Noord"),
        ]
    )
    assert not re.search(r"nan|None|inf|geen cijfer", told)
    assert "8 van de 10 gevallen" in told


# How far, and why no further ----------------------------------------------------------------------


def test_a_band_that_is_not_known_is_not_given_and_the_reason_is_told():
    found = prospect(
        outlook(
            row(100.0, 95.0, 105.0, 98.0, 2026),
            row(101.0, 94.0, 108.0, 98.0, 2027),
            row(102.0, math.nan, math.nan, 98.0, 2028),
        ),
        PEOPLE,
    )
    assert (found.reason, found.ends, list(found.outlook["year"])) == ("", "few_origins", [2026, 2027])
    assert words.end_sentence(found, 5).startswith("Verder dan 2027 weten we niet hoe ver we ernaast zitten")
    assert words.end_sentence(found, 2) == ""


def test_nothing_is_shown_beyond_a_hole_in_the_bands():
    rows = outlook(
        row(100.0, 95.0, 105.0, 98.0, 2026),
        row(101.0, math.nan, math.nan, 98.0, 2027),
        row(102.0, 90.0, 110.0, 98.0, 2028),
    )
    assert list(prospect(rows, PEOPLE).outlook["year"]) == [2026]


def test_a_band_from_half_to_half_as_much_again_says_nothing():
    assert says_nothing(row(100.0, 40.0, 160.0, 100.0), PEOPLE)
    assert not says_nothing(row(100.0, 60.0, 140.0, 100.0), PEOPLE)


def test_a_small_count_within_a_few_steps_of_the_rounding_still_says_something():
    assert not says_nothing(row(5.0, 0.0, 10.0, 5.0), PEOPLE)


def test_where_earlier_bands_were_right_too_seldom_no_new_one_is_given():
    rows = outlook(row(100.0, 95.0, 105.0, 98.0, 2026), row(101.0, 94.0, 108.0, 98.0, 2027))
    found = prospect(rows, PEOPLE, {1: (0.81, 100), 2: (0.43, 80)})
    assert found.ends == "missed"
    assert "klopten er maar 43 van de 100" in plain(words.end_sentence(found, 5))
    none = prospect(rows, PEOPLE, {1: (0.43, 100)})
    assert (none.reason, len(none.outlook)) == ("missed", 0)
    few = prospect(rows, PEOPLE, {1: (0.43, 12)})
    assert few.reason == "", "a dozen cases accuse nobody"


# Niet te voorspellen ------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [*REASONS, *ENDS])
def test_every_reason_is_told_with_what_to_do(reason):
    found = Prospect(outlook(), reason=reason, n=4, last_year=2024, right=0.43)
    opening, why, remedy = words.refusal_sentences(found, POVERTY, "Noord")
    assert opening == "Niet te voorspellen: het aandeel mensen in armoede in Noord."
    assert why.endswith(".")
    assert remedy.endswith(".")
    assert "{" not in why + remedy
    assert words.SHORT_REASONS[reason]


def test_too_few_years_says_how_many_there_are_and_when_it_can_be_done():
    refused = pd.Series({"reason": "too_few_years", "n": 4, "last_year": 2024})
    _, why, remedy = words.refusal_sentences(refusal(refused), PEOPLE, "Noord")
    assert plain(why) == "Er zijn maar 4 jaren met een cijfer. Er zijn er 6 achter elkaar nodig."
    assert "vanaf het cijfer van 2026" in remedy


def test_no_figures_at_all_has_no_year():
    refused = pd.Series({"reason": "no_figures", "n": 0, "last_year": pd.NA})
    assert "geen enkel cijfer" in " ".join(words.refusal_sentences(refusal(refused), PEOPLE, "Noord"))


# The record ---------------------------------------------------------------------------------------


def record(*, n=100, right=0.8, relative=0.88, banded=None, horizons=(1, 2, 3, 4, 5), origins=6, mae=30.0):
    return pd.DataFrame(
        {
            "horizon": horizons,
            "n": n,
            "origins": origins,
            "mae": [mae * h for h in horizons],
            "mae_no_change": [mae * h / relative for h in horizons],
            "relative": relative,
            "banded": n if banded is None else banded,
            "covered_80": right,
        }
    )


def test_the_errors_are_told_one_three_and_five_years_ahead():
    told = words.error_sentence(record(), PEOPLE, f"In wijken {words.size_label(1)}")
    assert plain(told) == (
        "In wijken met 1 000 tot 2 500 inwoners zaten eerdere verwachtingen er gemiddeld 30 na 1 jaar, 90 na 3 jaar en 150 na "
        "5 jaar naast."
    )


@pytest.mark.parametrize(
    ("tried", "says"),
    [
        (record(right=0.79), "De band klopte 79 van de 100 keer; bedoeld was 80 (500 eerdere banden)."),
        (record(right=0.6), "Dat is te weinig: de echte onzekerheid is groter dan de band laat zien."),
        (record(right=0.95), "Dat is vaker dan bedoeld: de band is hier ruimer dan nodig."),
        (record(n=2, right=1.0), "Dat zijn weinig keren: reken er niet te vast op."),
        (record(banded=0, right=math.nan), "Hoe vaak de band klopte, weten we nog niet"),
        (record(banded=[100, 80, 0, 0, 0], right=[0.8, 0.8, None, None, None]),
         "Dat gaat over 1 tot en met 2 jaar vooruit; van banden verder weg weten we het nog niet."),
    ],
)  # fmt: skip
def test_how_often_the_band_was_right_is_told_also_where_it_was_not(tried, says):
    assert says in plain(words.coverage_sentence(tried, 5))


@pytest.mark.parametrize(
    ("relative", "says"),
    [
        (0.88, "Na 5 jaar was dat 12 % dichterbij dan zeggen dat er niets verandert."),
        (1.0, "Na 5 jaar was dat ongeveer even goed als zeggen dat er niets verandert."),
        (1.25, "Na 5 jaar was dat 25 % verder ernaast dan zeggen dat er niets verandert"),
    ],
)
def test_worse_than_no_change_is_admitted(relative, says):
    assert plain(words.skill_sentence(record(relative=relative), 5, PEOPLE)).startswith(says)


def test_a_gain_that_rests_on_few_years_says_so():
    told = plain(words.skill_sentence(record(n=3, origins=3), 5, PEOPLE))
    assert told.endswith("Dat rust op 3 eerdere verwachtingen uit 3 beginjaren: reken er niet te vast op.")
    many = plain(words.skill_sentence(record(n=36, origins=3), 5, PEOPLE))
    assert "36 eerdere verwachtingen uit 3 beginjaren" in many, "wijken of one year share what came after it"
    assert "Dat rust op" not in words.skill_sentence(record(), 5, PEOPLE)


def test_an_error_too_small_to_write_is_not_nought_and_wins_nothing():
    tiny = record(mae=0.004, relative=1.45)
    assert "minder dan 0,1 procentpunt na 1 jaar" in plain(words.error_sentence(tiny, POVERTY, "In Noord"))
    assert "ongeveer even goed" in words.skill_sentence(tiny, 5, POVERTY)


def test_a_band_that_nobody_could_check_yet_says_so_next_to_it():
    beyond = record(banded=[100, 80, 60, 0, 0], right=[0.8, 0.8, 0.8, None, None])
    assert plain(words.unproven_sentence(beyond, 5)) == (
        "Of het 5 jaar vooruit echt 8 van de 10 gevallen zijn, is nog niet na te gaan. Nagerekend is 1 tot en met 3 jaar "
        "vooruit."
    )
    assert words.unproven_sentence(beyond, 3) == ""
    never = record(banded=0, right=math.nan)
    assert "nog niet na te gaan: er zijn te weinig eerdere jaren" in words.unproven_sentence(never, 1)
    assert "nog niet na te gaan" in words.unproven_sentence(never.iloc[:0], 1)


def test_a_band_that_was_right_too_seldom_says_so_next_to_it():
    assert plain(words.unproven_sentence(record(right=0.65), 5)) == (
        "Let op: zulke banden klopten eerder maar 65 van de 100 keer."
    )
    assert words.unproven_sentence(record(n=2, right=0.5), 5) == "", "ten cases accuse nobody"
    assert words.unproven_sentence(record(right=0.95), 5) == ""


def test_a_record_without_cases_claims_nothing():
    empty = record().iloc[:0]
    assert words.skill_sentence(empty, 5, PEOPLE) == ""
    assert "nog geen eerdere verwachtingen" in words.error_sentence(empty, PEOPLE, "In Noord")
    assert "weten we nog niet" in words.coverage_sentence(empty, 5)


@pytest.mark.parametrize(
    ("own", "shared", "others", "sentence"),
    [
        (0.55, 0.2, "alle wijken samen", "Het verleden van deze wijk telt voor 55 %, wat alle wijken samen doen telt voor 20 % en de rest (25 %) is ‘er verandert niets’."),
        (1.0, 0.0, "", "Het verleden van deze wijk telt voor 100 %."),
        (0.0, 0.001, "alle wijken samen", "Hier blijkt geen enkele trend door te zetten: de verwachting is dat er niets verandert."),
    ],
)  # fmt: skip
def test_the_weights_of_this_very_series_are_told(own, shared, others, sentence):
    assert plain(words.weights_sentence({"own": own, "shared": shared}, "deze wijk", others)) == sentence


# All wijken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("courses", "sentence"),
    [
        (["rises"] * 5 + ["falls"] * 2 + ["about_equal"] * 8 + ["too_uncertain"] * 5 + ["none"] * 3,
         "Rond 2030 is het aantal inwoners in 5 van de 20 wijken waarschijnlijk hoger dan nu en in 2 lager. In 8 wijken is het "
         "ongeveer gelijk en in 5 te onzeker. Voor 3 wijken is het niet te voorspellen."),
        (["about_equal"] * 4, "Rond 2030 is het aantal inwoners in geen van de 4 wijken duidelijk anders dan nu. In 4 wijken is "
         "het ongeveer gelijk."),
        (["falls"] * 3, "Rond 2030 is het aantal inwoners in alle 3 wijken waarschijnlijk lager dan nu."),
        (["rises"], "Rond 2030 is het aantal inwoners in de enige wijk waarschijnlijk hoger dan nu."),
        (["none", "none"], "Niet te voorspellen: het aantal inwoners rond 2030, in geen enkele wijk."),
    ],
)  # fmt: skip
def test_the_wijken_are_counted_in_good_dutch(courses, sentence):
    assert plain(words.all_sentence(courses, PEOPLE, 2030)) == sentence


@given(st.lists(st.sampled_from(list(words.COURSE_LABELS)), max_size=40))
def test_no_wijk_is_lost_in_the_count(courses):
    told = plain(words.all_sentence(courses, PEOPLE, 2030))
    moved = sum(side in ("rises", "falls") for side in courses)
    assert ("waarschijnlijk" in told) == (moved > 0)
    assert told.endswith(".")
    assert ".." not in told
