"""What the sentences about trends and about the triage promise, one titled example each."""

import math
import re

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.catalogue import ColumnAlias, Indicator, catalogue
from ui import amounts
from ui import trend_wording as words
from ui import triage_wording as triage_words
from ui.wording import SPACE, THIN

KNOWN = catalogue()
VERDICTS = ("rises", "falls", "about_equal", "too_uncertain", "no_verdict")


def indicator(phrase="het aandeel 65-plussers", unit="%", decimals=1, **more):
    described = {
        "id": "example",
        "title": "Voorbeeld",
        "explanation": "Een cijfer dat alleen als voorbeeld dient.",
        "theme": "bevolking",
        "kind": "rate",
        "columns": (ColumnAlias(stems=("Voorbeeld",)),),
        "first_year": 2013,
        "source": "CBS",
    }
    return Indicator(**{**described, "phrase": phrase, "unit": unit, "decimals": decimals, **more})


WORRYING = indicator("het aandeel mensen in armoede", direction="higher_is_worrying")
INHABITANTS = indicator("het aantal inwoners", "aantal", 0, kind="count")
DISTANCE = indicator("de afstand tot de huisarts", "km", direction="higher_is_worrying")
INCOME = indicator(
    "het gemiddelde inkomen per inwoner", "x 1 000 euro", direction="lower_is_worrying", theme="inkomen"
)
ON_BENEFIT = indicator(
    "het aantal mensen met bijstand per 1 000 inwoners",
    "per 1 000 inwoners",
    phrase_has_unit=True,
    direction="higher_is_worrying",
)


def row(first=8.0, last=11.0, verdict="rises", **more):
    """Return a row as the family of trends has it: from ``first`` in 2015 to ``last`` in 2023."""
    slope = (last - first) / 8
    usual = {
        "region": "WK999901",
        "indicator": "example",
        "first_year": 2015,
        "last_year": 2023,
        "n": 9,
        "broken": False,
        "slope": slope,
        "lower": slope - 0.1,
        "upper": slope + 0.1,
        "line_first": first,
        "line_last": last,
        "change": last - first,
        "ordinary": 10.0,
        "verdict": verdict,
        "judgement": "none" if verdict == "no_verdict" else "neutral",
        "since": pd.NA,
        "now": "",
        "departure": "",
        "slope_before": math.nan,
        "slope_after": math.nan,
        "expected": math.nan,
        "first_value": first,
        "last_value": last,
        "lowest": min(first, last),
        "highest": max(first, last),
        "last_status": "observed",
        "n_bridged": 0,
        "ended": "",
    }
    return pd.Series({**usual, **more})


def plain(text):
    """Return the text with ordinary spaces, so that examples read easily."""
    return text.replace(THIN, " ").replace(SPACE, " ")


def told(series, about=None, name="De Hoef", **more):
    return plain(words.trend_sentence(series, about or indicator(), name, **more))


# Rising and falling --------------------------------------------------------------------------------


def test_a_rise_is_told_with_both_years_and_both_figures():
    assert told(row()) == (
        "Tussen 2015 en 2023 steeg het aandeel 65-plussers in De Hoef van 8 naar 11 procent; dat is meer dan toeval."
    )


def test_an_unfavourable_rise_is_called_so():
    assert told(row(judgement="unfavourable"), WORRYING) == (
        "Tussen 2015 en 2023 steeg het aandeel mensen in armoede in De Hoef van 8 naar 11 procent; dat is meer dan "
        "toeval, en ongunstig."
    )


def test_a_favourable_fall_is_called_so():
    text = told(row(11.4, 8.0, "falls", judgement="favourable"), WORRYING)
    assert text.endswith(
        "daalde het aandeel mensen in armoede in De Hoef van 11,4 naar 8,0 procent; dat is meer dan toeval, en gunstig."
    )


def test_a_figure_without_a_good_or_bad_side_gets_no_judgement_even_if_the_row_has_one():
    assert "gunstig" not in told(row(judgement="unfavourable"))


@pytest.mark.parametrize(
    ("about", "first", "last", "span"),
    [
        (indicator(), 8.04, 11.5, "van 8,0 naar 11,5 procent"),
        (INHABITANTS, 9870, 12345, "van 9 870 naar 12 345;"),
        (INHABITANTS, 999870, 1012345, "van 999 870 naar 1 012 345;"),
        (INCOME, 28.4, 31.2, "van € 28 400 naar € 31 200"),
        (INCOME, -1.2, 0.8, "van −€ 1 200 naar € 800"),
        (ON_BENEFIT, 24.3, 31.0, "van 24,3 naar 31,0;"),
        (DISTANCE, 0.9, 1.4, "van 0,9 naar 1,4 kilometer"),
        (indicator("het gemiddelde stroomverbruik per woning", "kWh", 0), 2410, 2840, "van 2 410 naar 2 840 kWh"),
        (indicator("de oppervlakte land", "ha", 0), 5, 12, "van 5 naar 12 hectare"),
    ],
)  # fmt: skip
def test_figures_are_written_the_dutch_way_with_their_unit_once(about, first, last, span):
    text = told(row(first, last), about)
    assert span in text
    assert text.count("inwoners per") <= 1


def test_a_rise_whose_last_figure_is_not_higher_than_its_first_is_told_as_such():
    series = row(8.3, 8.1, slope=0.42)
    assert told(series) == (
        "Over de jaren 2015 tot en met 2023 samen steeg het aandeel 65-plussers in De Hoef, 0,4 procentpunt per jaar; "
        "dat is meer dan toeval. Toch is het laatste cijfer lager dan het eerste: 8,1 tegen 8,3 procent."
    )


def test_a_rise_between_two_equal_figures_says_that_they_are_equal():
    assert told(row(8.31, 8.29, slope=0.42)).endswith(
        "Toch is het laatste cijfer gelijk aan het eerste: 8,3 procent."
    )


def test_a_very_small_change_is_not_written_as_no_change():
    text = told(row(8.31, 8.29, slope=0.02))
    assert "minder dan 0,1 procentpunt per jaar" in text


def test_without_the_real_figures_the_sentence_says_that_it_speaks_of_the_line():
    text = told(row(first_value=math.nan, last_value=math.nan))
    assert text == (
        "Tussen 2015 en 2023 steeg het aandeel 65-plussers in De Hoef: de lijn door alle jaren gaat van 8 naar 11 procent; "
        "dat is meer dan toeval."
    )


def test_a_rise_in_euros_is_no_good_news_by_itself_and_prices_are_mentioned():
    text = told(row(28.4, 35.0, judgement="favourable"), INCOME)
    assert "gunstig" not in text
    assert text.endswith("Ook de prijzen veranderden in die jaren; dat is er niet uit gehaald.")


def test_a_fall_in_euros_is_bad_news_all_the_same():
    assert "en ongunstig." in told(row(35.0, 28.4, "falls", judgement="unfavourable"), INCOME)


# No direction --------------------------------------------------------------------------------------


def test_about_equal_is_not_a_rise_and_shows_both_figures_alike():
    assert told(row(8.1, 8.0, "about_equal")) == (
        "Tussen 2015 en 2023 bleef het aandeel 65-plussers in De Hoef ongeveer gelijk: 8,1 procent in 2015 en 8,0 procent "
        "in 2023."
    )


def test_about_equal_with_the_same_figure_twice_writes_it_once():
    assert told(row(8.0, 8.0, "about_equal")).endswith("ongeveer gelijk: 8 procent in beide jaren.")


def test_about_equal_does_not_hide_two_figures_far_apart():
    text = told(row(8.0, 11.0, "about_equal"))
    assert text.endswith("Het eerste en het laatste cijfer liggen verder uit elkaar: 8 en 11 procent.")


def test_two_small_counts_that_rounding_alone_can_part_are_not_far_apart():
    assert "verder uit elkaar" not in told(row(5, 0, "about_equal"), INHABITANTS)


def test_too_uncertain_is_no_direction():
    text = told(row(8.1, 8.5, "too_uncertain"))
    assert text == (
        "Of het aandeel 65-plussers in De Hoef tussen 2015 en 2023 steeg of daalde, is te onzeker om te zeggen: 8,1 procent "
        "in 2015 en 8,5 procent in 2023."
    )


def test_two_figures_far_apart_are_told_even_if_the_direction_is_too_uncertain():
    gas = indicator("het gemiddelde gasverbruik per woning", "m³", 0)
    assert told(row(1350, 700, "too_uncertain", ordinary=1000.0), gas) == (
        "Het gemiddelde gasverbruik per woning in De Hoef ging van 1 350 m³ in 2015 naar 700 m³ in 2023; of dat meer is dan "
        "toeval, is te onzeker om te zeggen."
    )


# Too few figures -----------------------------------------------------------------------------------


def test_five_years_show_a_picture_and_no_verdict():
    series = row(21.1, 21.3, "no_verdict", n=5, first_year=2016, last_year=2020, lowest=20.8, highest=21.3)
    assert told(series) == (
        "Het aandeel 65-plussers in De Hoef ging van 21,1 procent in 2016 naar 21,3 procent in 2020, en lag steeds tussen "
        "20,8 en 21,3 procent. Vijf cijfers zijn te weinig om te zeggen of dat meer is dan toeval; daarvoor zijn er "
        "minstens 6 nodig."
    )


def test_all_figures_of_one_sentence_are_written_alike():
    series = row(12.0, 12.0, "no_verdict", n=3, first_year=2016, last_year=2018, lowest=11.4)
    assert "was 12,0 procent in 2016 en ook in 2018, en lag steeds tussen 11,4 en 12,0 procent." in told(
        series
    )


def test_one_figure_is_no_development():
    assert told(row(8.0, 8.0, "no_verdict", n=1, first_year=2023)) == (
        "Het aandeel 65-plussers in De Hoef was 8 procent in 2023. Met één cijfer is geen ontwikkeling te zien."
    )


def test_too_few_figures_because_of_a_break_says_so():
    text = told(row(8.0, 8.5, "no_verdict", n=2, first_year=2022, broken=True))
    assert text.endswith(
        "Twee cijfers zijn te weinig om te zeggen of dat meer is dan toeval: die van vóór 2022 zijn er niet mee te "
        "vergelijken."
    )


def test_no_figure_at_all_comes_with_its_reason_and_never_as_zero():
    assert told(None, status="suppressed") == (
        "Voor het aandeel 65-plussers in De Hoef is er geen cijfer (geheim of te klein om te tonen)."
    )
    assert told(None) == "Voor het aandeel 65-plussers in De Hoef is er geen cijfer."


# Turns, departures and what else must be known -----------------------------------------------------


def test_a_turn_follows_the_trend_of_the_whole_period():
    text = told(row(judgement="unfavourable", since=2019, now="falls"), WORRYING)
    assert text.endswith("; dat is meer dan toeval, en ongunstig. Sinds 2019 daalt het, en dat is gunstig.")


def test_a_turn_to_the_same_side_tells_the_pace():
    faster = row(since=2019, now="rises", slope_before=0.1, slope_after=0.5)
    slower = row(since=2019, now="rises", slope_before=0.5, slope_after=0.1)
    assert told(faster).endswith("Sinds 2019 stijgt het sneller dan daarvoor.")
    assert told(slower).endswith("Sinds 2019 stijgt het minder snel dan daarvoor.")
    assert words.turn_text(faster) == "stijgt sneller sinds 2019"


def test_an_old_course_is_not_called_a_fall_by_its_sign_alone():
    series = row(since=2019, now="rises", slope_before=-0.1, slope_after=0.05)
    assert told(series).endswith("Sinds 2019 stijgt het sneller dan daarvoor.")


def test_a_course_that_ended_is_not_called_a_new_direction():
    assert told(row(since=2019, now="level")).endswith(
        "Sinds 2019 is er geen duidelijke stijging of daling meer."
    )


def test_a_turn_without_a_direction_over_the_whole_period_speaks_of_the_whole_period():
    text = told(row(8.1, 8.2, "too_uncertain", since=2019, now="falls"))
    assert text.startswith(
        "Of het aandeel 65-plussers in De Hoef over de hele periode van 2015 tot en met 2023 steeg"
    )
    assert text.endswith("Sinds 2019 daalt het.")


def test_a_series_that_stopped_is_told_in_the_past():
    series = row(since=2019, now="falls", ended="discontinued")
    assert told(series).endswith("Tussen 2019 en 2023 daalde het.")
    assert words.turn_text(series) == "daalde tussen 2019 en 2023"


def test_years_that_stop_before_now_say_nothing_about_now():
    series = row(since=2019, now="falls", past=True)
    assert told(series).endswith("Tussen 2019 en 2023 daalde het.")
    assert words.line_title(series, indicator(), "De Hoef").endswith("daalde tussen 2019 en 2023")
    level = row(since=2019, now="level", past=True)
    assert words.turn_text(level) == "geen duidelijke richting tussen 2019 en 2023"
    uncertain = row(verdict="too_uncertain", past=True)
    assert words.line_title(uncertain, indicator(), "De Hoef").endswith("te onzeker of dat steeg of daalde")


def test_no_figure_in_the_chosen_years_is_not_told_as_no_figure_at_all():
    assert told(None, status="not_published", years=(2024, 2025)) == (
        "Voor het aandeel 65-plussers in De Hoef is er geen cijfer van 2024 tot en met 2025 (nog niet gepubliceerd)."
    )
    assert told(None, years=(2024, 2024)).endswith("is er geen cijfer van 2024.")
    title = words.line_title(None, indicator(), "De Hoef", years=(2024, 2025))
    assert title == "Het aandeel 65-plussers in De Hoef: geen cijfers van 2024 tot en met 2025"


def test_a_figure_that_leaves_its_line_is_told_with_what_was_expected():
    text = told(row(8.0, 12.4, departure="above", expected=10.1))
    assert text.endswith(
        "Het cijfer van 2023 (12,4 procent) is hoger dan de jaren ervoor deden verwachten (10,1 procent)."
    )


def test_a_distance_is_greater_and_not_higher():
    text = told(row(1.0, 1.6, departure="above", expected=1.2), DISTANCE)
    assert text.endswith(
        "Het cijfer van 2023 (1,6 kilometer) is groter dan de jaren ervoor deden verwachten (1,2 kilometer)."
    )


def test_years_behind_a_break_do_not_count_and_the_sentence_says_so():
    assert told(row(broken=True)).endswith(
        "Cijfers van vóór 2015 zijn hier niet mee te vergelijken en tellen niet mee."
    )


def test_a_sentence_keeps_to_two_and_the_notes_tell_the_rest():
    series = row(
        since=2019,
        now="falls",
        broken=True,
        n=7,
        n_bridged=3,
        last_status="provisional",
        ended="not_published",
    )
    assert told(series).count(". ") == 1
    assert [plain(note) for note in words.trend_notes(series, indicator())] == [
        "Cijfers van vóór 2015 zijn hier niet mee te vergelijken en tellen niet mee.",
        "Van 2 jaren daartussen is er geen cijfer.",
        "3 van de 7 cijfers zijn door Wijkradar omgerekend naar de grenzen van nu: dat zijn schattingen.",
        "Het cijfer van 2023 is voorlopig.",
        "Na 2023 is er geen cijfer (nog niet gepubliceerd).",
    ]


def test_one_missing_year_is_one_year():
    assert told(row(n=8)).endswith("Van 1 jaar daartussen is er geen cijfer.")


def test_that_the_newest_figure_follows_later_never_stands_in_the_sentence_itself():
    assert "Na 2023" not in told(row(ended="not_published"))
    assert told(row(ended="discontinued")).endswith("Na 2023 is er geen cijfer (wordt niet meer gemaakt).")


# Pieces for tables and tooltips --------------------------------------------------------------------


def test_a_slope_comes_with_its_band():
    series = row(slope=0.7, lower=0.4, upper=1.0)
    assert plain(amounts.slope_text(series, indicator())) == "0,7 procentpunt per jaar, tussen 0,4 en 1,0"
    assert (
        plain(amounts.slope_text(series, ON_BENEFIT)) == "0,7 per 1 000 inwoners per jaar, tussen 0,4 en 1,0"
    )
    falling = row(slope=-0.7, lower=-1.0, upper=-0.4)
    assert plain(amounts.slope_text(falling, INCOME)) == "−€ 700 per jaar, tussen −€ 1 000 en −€ 400"
    assert amounts.slope_text(row(slope=math.nan), indicator()) == ""


def test_a_slope_that_is_more_than_chance_is_never_written_as_nothing():
    falling = row(1.0, 0.8, "falls", slope=-0.022, lower=-0.031, upper=-0.013)
    assert plain(amounts.slope_text(falling, DISTANCE)) == "−0,02 kilometer per jaar, tussen −0,03 en −0,01"
    rising = row(slope=0.06, lower=0.01, upper=0.11)
    assert plain(amounts.slope_text(rising, indicator())) == "0,06 procentpunt per jaar, tussen 0,01 en 0,11"
    unsure = row(verdict="too_uncertain", slope=0.02, lower=-0.2, upper=0.24)
    assert plain(amounts.slope_text(unsure, indicator())) == "0,0 procentpunt per jaar, tussen −0,2 en 0,2"
    flat = row(verdict="about_equal", slope=0.0, lower=-0.001, upper=0.001)
    assert plain(amounts.slope_text(flat, indicator())) == "minder dan 0,01 procentpunt per jaar"


def test_a_slope_without_a_verdict_has_no_band():
    series = row(slope=0.7, lower=math.nan, upper=math.nan, verdict="no_verdict")
    assert plain(amounts.slope_text(series, indicator())) == "0,7 procentpunt per jaar"


def test_the_class_has_its_judgement_behind_it():
    assert words.class_label(row(judgement="unfavourable"), WORRYING) == "stijgt (ongunstig)"
    assert words.class_label(row(judgement="neutral"), indicator()) == "stijgt"
    assert words.class_label(row(judgement="neutral"), WORRYING) == "stijgt"
    assert words.class_label(row(verdict="too_uncertain"), WORRYING) == "te onzeker"


def test_every_class_and_state_has_a_label_and_an_explanation():
    assert set(words.CLASS_LABELS) == set(words.CLASS_EXPLANATIONS) == set(VERDICTS)
    assert set(triage_words.STATE_LABELS) == set(triage_words.STATE_EXPLANATIONS)


# Titles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("series", "title"),
    [
        (row(), "Het aandeel 65-plussers in De Hoef steeg tussen 2015 en 2023"),
        (row(11, 8, "falls"), "Het aandeel 65-plussers in De Hoef daalde tussen 2015 en 2023"),
        (row(since=2019, now="falls"), "Het aandeel 65-plussers in De Hoef daalt sinds 2019"),
        (row(since=2019, now="level"), "Het aandeel 65-plussers in De Hoef: geen duidelijke richting sinds 2019"),
        (row(8, 8, "about_equal"), "Het aandeel 65-plussers in De Hoef bleef ongeveer gelijk tussen 2015 en 2023"),
        (row(8, 8, "too_uncertain"), "Het aandeel 65-plussers in De Hoef: te onzeker of dat stijgt of daalt"),
        (row(8, 8, "no_verdict", n=5), "Het aandeel 65-plussers in De Hoef: te weinig jaren voor een oordeel"),
        (None, "Het aandeel 65-plussers in De Hoef: geen cijfers"),
    ],
)  # fmt: skip
def test_the_title_of_a_line_is_its_finding(series, title):
    assert words.line_title(series, indicator(), "De Hoef") == title


def family(**verdicts):
    rows = [row(verdict=verdict) for verdict, count in verdicts.items() for _ in range(count)]
    frame = pd.DataFrame(rows).reset_index(drop=True)
    return frame.assign(region=[f"WK{n:02}" for n in range(len(frame))])


@pytest.mark.parametrize(
    ("judged", "title"),
    [
        (family(rises=9, falls=2, too_uncertain=13), "Het aandeel 65-plussers stijgt in 9 van de 24 wijken en daalt in 2"),
        (family(falls=1, about_equal=2), "Het aandeel 65-plussers daalt in 1 van de 3 wijken"),
        (family(rises=3), "Het aandeel 65-plussers stijgt in alle 3 wijken"),
        (family(rises=1), "Het aandeel 65-plussers stijgt in de enige wijk"),
        (family(too_uncertain=1), "Het aandeel 65-plussers stijgt of daalt in de enige wijk niet duidelijk"),
        (family(too_uncertain=2, about_equal=1), "Het aandeel 65-plussers stijgt of daalt in geen van de 3 wijken duidelijk"),
        (family(about_equal=3), "Het aandeel 65-plussers bleef in alle 3 wijken ongeveer gelijk"),
        (family(no_verdict=3), "Het aandeel 65-plussers: te weinig jaren voor een oordeel"),
        (family(rises=1).iloc[:0], "Het aandeel 65-plussers: geen cijfers per wijk"),
    ],
)  # fmt: skip
def test_the_title_of_all_wijken_counts_in_good_dutch(judged, title):
    assert plain(words.multiples_title(judged, indicator())) == title


def test_all_wijken_together_are_told_in_the_past_where_the_chosen_years_stop_before_now():
    judged = family(rises=2, falls=1, too_uncertain=1).assign(past=True)
    judged["judgement"] = ["unfavourable", "unfavourable", "favourable", "neutral"]
    names = dict(zip(judged["region"], ["Noord", "Haven", "Zuid", "Oost"], strict=True))
    assert plain(words.multiples_sentence(judged, WORRYING, names)) == (
        "Het aandeel mensen in armoede steeg tussen 2015 en 2023 in 2 van de 4 wijken en daalde in 1. De richting was "
        "ongunstig in Noord en Haven. De richting was gunstig in Zuid. In 1 wijk is de richting te onzeker."
    )
    none = family(too_uncertain=2, about_equal=1).assign(past=True)
    assert plain(words.multiples_title(none, indicator())) == (
        "Het aandeel 65-plussers steeg of daalde tussen 2015 en 2023 in geen van de 3 wijken duidelijk"
    )
    assert plain(words.multiples_title(none.iloc[:0], indicator(), years=(2024, 2025))) == (
        "Het aandeel 65-plussers: geen cijfers per wijk van 2024 tot en met 2025"
    )


def test_all_wijken_together_are_told_with_where_it_is_unfavourable_and_what_is_not_known():
    judged = family(rises=2, falls=1, about_equal=1, too_uncertain=2)
    judged["judgement"] = ["unfavourable", "unfavourable", "favourable", "neutral", "neutral", "neutral"]
    names = dict(zip(judged["region"], ["Noord", "Haven", "Zuid", "Oost", "West", "Dorp"], strict=True))
    assert plain(words.multiples_sentence(judged, WORRYING, names, n_regions=7)) == (
        "Het aandeel mensen in armoede stijgt in 2 van de 6 wijken en daalt in 1. De richting is ongunstig in Noord en "
        "Haven. De richting is gunstig in Zuid. In 1 wijk bleef het cijfer ongeveer gelijk, in 2 wijken is de richting te "
        "onzeker en in 1 wijk is er geen cijfer."
    )


def test_what_holds_for_every_wijk_is_said_once():
    judged = family(no_verdict=3)
    assert words.multiples_sentence(judged, indicator(), {}) == (
        "Het aandeel 65-plussers: te weinig jaren voor een oordeel."
    )


# Triage --------------------------------------------------------------------------------------------


def triaged(state="bad_worse", **more):
    usual = {
        "region": "WK01",
        "indicator": "example",
        "year": 2023,
        "value": 12.4,
        "comparator_value": 8.0,
        "verdict": "higher",
        "judgement": "unfavourable",
        "status": "observed",
        "people": 3420.0,
        "people_year": 2023,
        "concerned": 424.0,
        "concerned_unit": "people",
        "slope": 0.41,
        "first_year": 2015,
        "last_year": 2023,
        "n": 9,
        "trend": "rises",
        "trend_judgement": "unfavourable",
        "since": pd.NA,
        "now": "",
        "gap": "",
        "unsure": False,
        "state": state,
    }
    return pd.Series({**usual, **more})


def said(found, about=WORRYING, **more):
    return plain(triage_words.triage_sentence(found, about, "Noord", "Voorbeeldstad", **more))


LEVEL = "Het aandeel mensen in armoede is in Noord hoger dan in Voorbeeldstad, en dat is ongunstig: 12,4 tegen 8,0 procent in 2023."


def test_bad_and_worse_is_told_with_level_direction_and_people():
    assert said(triaged()) == (
        f"{LEVEL} Tussen 2015 en 2023 steeg het, 0,4 procentpunt per jaar: ook dat is ongunstig. "
        "Het gaat om ongeveer 420 mensen."
    )


def test_bad_but_better_says_but():
    found = triaged("bad_better", trend="falls", trend_judgement="favourable", slope=-0.41)
    assert "Wel daalde het tussen 2015 en 2023, 0,4 procentpunt per jaar: dat is gunstig." in said(found)


def test_good_but_worse_says_but():
    found = triaged("good_worse", verdict="lower", judgement="favourable", value=5.0)
    assert said(found).startswith(
        "Het aandeel mensen in armoede is in Noord lager dan in Voorbeeldstad, en dat is gunstig: 5 tegen 8 procent in 2023. "
        "Maar tussen 2015 en 2023 steeg het, 0,4 procentpunt per jaar: dat is ongunstig."
    )


def test_the_course_since_a_turn_is_told_in_the_present():
    found = triaged(
        "bad_better", trend="falls", trend_judgement="favourable", slope=-0.41, since=2019, now="falls"
    )
    assert "Wel daalt het sinds 2019, 0,4 procentpunt per jaar: dat is gunstig." in said(found)


def test_a_direction_beside_the_comparator_is_told_as_such():
    assert "Ten opzichte van Voorbeeldstad werd het tussen 2015 en 2023 ook ongunstiger." in said(
        triaged(gap="difference")
    )
    better = triaged("bad_better", trend="falls", trend_judgement="favourable")
    assert "Wel werd het ten opzichte van Voorbeeldstad tussen 2015 en 2023 gunstiger." in said(
        better, relative=True
    )


def test_too_few_years_give_a_level_and_no_direction():
    found = triaged("bad", trend="no_verdict", trend_judgement="none", n=5)
    assert "Een richting is nog niet te zeggen: te weinig jaren." in said(found)


def test_a_series_that_ended_long_ago_is_not_called_too_short():
    found = triaged("bad", trend="no_verdict", trend_judgement="none", last_year=2019)
    assert "is niet te zeggen: de cijfers lopen tot 2019." in said(found)


def test_inside_the_noise_is_about_equal():
    found = triaged("about_equal", value=8.0, verdict="about_equal", judgement="neutral")
    assert said(found).startswith(
        "Het aandeel mensen in armoede is in Noord ongeveer gelijk aan Voorbeeldstad: allebei 8 procent in 2023."
    )


def test_a_difference_that_rounding_hides_gets_a_decimal_more():
    assert "8,04 tegen 8,01 procent" in said(triaged(value=8.04, comparator_value=8.01))


def test_an_old_figure_says_nothing_about_now():
    assert said(triaged("no_figure", year=2018)) == (
        "Het laatste cijfer voor het aandeel mensen in armoede in Noord is van 2018. Dat is te lang geleden om iets over nu "
        "te zeggen."
    )


@pytest.mark.parametrize(
    ("concerned", "unit", "text"),
    [
        (424, "people", "ongeveer 420 mensen"),
        (1349, "households", "ongeveer 1 300 huishoudens"),
        (42, "", "ongeveer 40 mensen"),
        (7, "people", "minder dan 10 mensen"),
        (math.nan, "", ""),
    ],
)
def test_people_are_counted_as_roughly_as_they_are_known(concerned, unit, text):
    assert (
        plain(triage_words.people_text(triaged(concerned=concerned, concerned_unit=unit), WORRYING)) == text
    )


def test_a_small_wijk_comes_with_a_warning():
    assert said(triaged(people=85.0, concerned=math.nan)).endswith(
        "Let op: in 2023 woonden hier maar 85 mensen; zo'n cijfer verandert dan snel."
    )


def test_people_come_with_the_year_in_which_they_were_counted():
    counted = {"people": 3420.0, "people_year": 2021.0, "concerned": math.nan}
    assert said(triaged(**counted)).endswith("In 2021 woonden hier 3 420 mensen.")


def test_the_triage_opens_with_how_many_and_where():
    found = pd.DataFrame(
        [triaged(region="WK01"), triaged(region="WK01"), triaged(region="WK02"), triaged("about_equal")]
    )
    assert plain(triage_words.triage_lead(found, "Dorp", {"WK01": "Noord", "WK02": "Zuid"})) == (
        "3 cijfers zijn ongunstiger dan in Dorp en gaan ook de ongunstige kant op: in Noord (2) en Zuid (1). "
        "1 cijfer is ongeveer gelijk en staat niet in de lijst."
    )


def test_what_is_too_uncertain_is_not_called_equal():
    found = pd.DataFrame([triaged(), triaged("about_equal"), triaged("about_equal", unsure=True)])
    assert plain(triage_words.triage_lead(found, "Dorp", {"WK01": "Noord"})).endswith(
        "1 cijfer is ongeveer gelijk en staat niet in de lijst. "
        "1 cijfer is te onzeker om te vergelijken en staat ook niet in de lijst."
    )


def test_one_signal_is_told_in_the_singular():
    assert plain(triage_words.triage_lead(pd.DataFrame([triaged()]), "Dorp", {"WK01": "Noord"})) == (
        "1 cijfer is ongunstiger dan in Dorp en gaat ook de ongunstige kant op: in Noord."
    )


def test_no_signal_is_told_as_such():
    found = pd.DataFrame([triaged("bad", trend="too_uncertain")])
    assert plain(triage_words.triage_lead(found, "Dorp", {"WK01": "Noord"})) == (
        "Van geen enkel cijfer blijkt dat het ongunstiger is dan in Dorp en ook nog de ongunstige kant op gaat. Wel is 1 cijfer "
        "ongunstiger dan in Dorp, zonder dat blijkt dat het de ongunstige kant op gaat."
    )


def test_without_directions_the_triage_speaks_of_levels_alone():
    found = pd.DataFrame([triaged("bad", trend="no_verdict"), triaged("bad", trend="no_verdict")])
    assert plain(triage_words.triage_lead(found, "Dorp", {"WK01": "Noord"})) == (
        "2 cijfers zijn ongunstiger dan in Dorp, het vaakst in Noord (2). Of het beter of slechter gaat, is nog niet te "
        "zeggen: daarvoor zijn er te weinig jaren."
    )


# What holds for every sentence ---------------------------------------------------------------------

STATES = tuple(triage_words.STATE_LABELS)
JUDGEMENTS = ("favourable", "unfavourable", "neutral", "none")


def check(text, about, *, sentence=True):
    """Hold a text against what every sentence promises."""
    said = plain(text)
    assert said == said.strip()
    assert said[0].isupper() or said[0].isdigit(), said
    assert not sentence or said.endswith("."), said
    for wrong in (
        "nan",
        "None",
        "NA>",
        "p=",
        "significant",
        "z-score",
        "p-waarde",
        "  ",
        "..",
        " .",
        " ,",
        " ;",
        "veroorza",
    ):
        assert wrong not in said, (wrong, said)
    for doubled in ("het het", "het de", "de het", "de de", "van van", "in in", "is is"):
        assert f" {doubled} " not in f" {said.lower()} ", said
    assert not re.search(r"\d\.\d", said), said
    assert not re.search(r"(^|[^\d\w])-\d", said), said
    assert not re.search(r"−0(,0+)?(?![\d,])", said), said
    if about.direction == "neutral" or not about.usable_in_score:
        assert "gunstig" not in said, said


@pytest.mark.parametrize("about", KNOWN.indicators.values(), ids=list(KNOWN.indicators))
def test_every_indicator_makes_a_good_sentence_with_every_verdict(about):
    for verdict in VERDICTS:
        for judgement in JUDGEMENTS:
            first, last = (11.0, 8.0) if verdict == "falls" else (8.0, 11.0)
            series = row(
                first,
                last,
                verdict,
                unit=about.unit,
                judgement=judgement,
                n=5 if verdict == "no_verdict" else 9,
            )
            text = words.trend_sentence(series, about, "De Hoef")
            check(text, about)
            assert plain(text).lower().count(about.phrase.lower()) == 1
            assert not re.search(r"\d \d", text + words.line_title(series, about, "De Hoef")), (
                "a line may break there"
            )
            check(words.line_title(series, about, "De Hoef"), about, sentence=False)
            assert not re.search(r"nan|None|\d\.\d|  ", amounts.slope_text(series, about))


FIGURES = st.floats(-50, 3000, allow_nan=False) | st.sampled_from([0.0, 8.0, 100.0])


@given(
    about=st.sampled_from(list(KNOWN.indicators.values())),
    verdict=st.sampled_from(VERDICTS),
    judgement=st.sampled_from(JUDGEMENTS),
    ends=st.tuples(FIGURES, FIGURES),
    slope=st.floats(-20, 20),
    n=st.integers(1, 9),
    since=st.sampled_from([pd.NA, 2019]),
    now=st.sampled_from(["", "rises", "falls", "level"]),
    departure=st.sampled_from(["", "above", "below", "as_expected"]),
    status=st.sampled_from(["observed", "provisional", "bridged"]),
    ended=st.sampled_from(["", "suppressed", "discontinued", "not_published"]),
    broken=st.booleans(),
    real=st.booleans(),
)
@example(
    about=KNOWN["dist_gp"], verdict="falls", judgement="favourable", ends=(1.0, 1.04), slope=-0.01, n=6, since=2019,
    now="falls", departure="below", status="bridged", ended="suppressed", broken=True, real=True,
)  # fmt: skip
def test_whatever_the_series_the_sentence_is_whole_and_true_to_its_class(
    about, verdict, judgement, ends, slope, n, since, now, departure, status, ended, broken, real
):
    first, last = ends
    series = row(
        first, last, verdict, judgement=judgement, slope=slope, n=n, since=since if now else pd.NA, now=now,
        departure=departure, expected=first, last_status=status, ended=ended, broken=broken, unit=about.unit,
        slope_before=-slope, slope_after=slope, n_bridged=n if status == "bridged" else 0,
        first_value=first if real else math.nan, last_value=last if real else math.nan,
    )  # fmt: skip
    text = words.trend_sentence(series, about, "De Hoef")
    check(text, about)
    for note in words.trend_notes(series, about):
        check(note, about)
    check(words.line_title(series, about, "De Hoef"), about, sentence=False)
    moved = re.search(r"(steeg|daalde) [^;]* van (.+?) naar", text)
    if verdict in ("rises", "falls") and moved and real:
        assert (last > first) == (moved[1] == "steeg")
    if verdict not in ("rises", "falls"):
        assert "dat is meer dan toeval" not in text


@given(
    about=st.sampled_from([each for each in KNOWN.indicators.values() if each.direction != "neutral"]),
    state=st.sampled_from(STATES),
    verdict=st.sampled_from(["higher", "lower", "about_equal", "no_figure"]),
    trend=st.sampled_from(VERDICTS),
    trend_judgement=st.sampled_from(JUDGEMENTS),
    values=st.tuples(FIGURES | st.just(math.nan), FIGURES | st.just(math.nan)),
    concerned=st.floats(0, 20000) | st.just(math.nan),
    people=st.floats(0, 20000) | st.just(math.nan),
    since=st.sampled_from([pd.NA, 2019]),
    gap=st.sampled_from(["", "ratio"]),
    unsure=st.booleans(),
)
def test_whatever_the_triage_finds_the_sentence_is_whole(
    about, state, verdict, trend, trend_judgement, values, concerned, people, since, gap, unsure
):
    judgement = {"higher": "unfavourable", "lower": "favourable"}.get(verdict, "neutral")
    found = triaged(
        state, value=values[0], comparator_value=values[1], verdict=verdict, judgement=judgement, trend=trend,
        trend_judgement=trend_judgement, concerned=concerned, people=people, since=since, gap=gap, unsure=unsure,
    )  # fmt: skip
    check(triage_words.triage_sentence(found, about, "Noord", "Voorbeeldstad"), about)


def test_no_sentence_of_the_triage_speaks_ill_of_residents_or_of_a_wijk():
    for state in STATES:
        text = said(triaged(state)).lower()
        for word in ("achterstand", "probleem", "slecht", "zwak", "kansloos"):
            assert not re.search(rf"\b{word}\b", text), text
