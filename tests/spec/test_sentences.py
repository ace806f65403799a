"""What the sentences on the screen promise, one titled example each."""

import pandas as pd
import pytest

from data.catalogue import ColumnAlias, Indicator
from ui import wording
from ui.wording import SPACE, THIN


def indicator(phrase="het aandeel eenpersoonshuishoudens", unit="%", decimals=1, **more):
    return Indicator(
        id="example",
        title="Aandeel eenpersoonshuishoudens",
        phrase=phrase,
        explanation="Huishoudens die uit één persoon bestaan.",
        theme="huishoudens",
        unit=unit,
        decimals=decimals,
        kind="rate",
        columns=(ColumnAlias(stems=("Eenpersoonshuishoudens",)),),
        first_year=2013,
        source="CBS",
        **more,
    )


def plain(text):
    """Return the text with ordinary spaces, so that examples read easily."""
    return text.replace(THIN, " ").replace(SPACE, " ")


def development(**more):
    row = {
        "first_year": 2015,
        "last_year": 2023,
        "first_value": 8.0,
        "last_value": 11.0,
        "difference": 3.0,
        "noise": 0.8,
        "n_values": 9,
        "verdict": "higher",
        "broken": False,
        "status": "observed",
    }
    return pd.Series({**row, **more})


def comparison(**more):
    row = {
        "region": "WK991701",
        "indicator": "example",
        "year": 2023,
        "value": 12.4,
        "comparator_value": 8.0,
        "difference": 4.4,
        "noise": 1.0,
        "verdict": "higher",
        "judgement": "unfavourable",
        "people": 3420.0,
        "status": "observed",
    }
    return pd.Series({**row, **more})


# Development ---------------------------------------------------------------------------------------


def test_a_development_is_described_and_says_that_it_tests_nothing():
    text = plain(wording.development_sentence(development(), indicator(), "Noord"))
    assert text == (
        "Tussen 2015 en 2023 ging het aandeel eenpersoonshuishoudens in Noord van 8,0 % naar 11,0 %. "
        "Of dat meer is dan toeval, zegt deze zin niet."
    )


def test_a_difference_inside_the_noise_is_about_equal():
    text = plain(
        wording.development_sentence(development(last_value=8.3, verdict="about_equal"), indicator(), "Noord")
    )
    assert text == (
        "Tussen 2015 en 2023 bleef het aandeel eenpersoonshuishoudens in Noord ongeveer gelijk: 8,0 % en 8,3 %."
    )


def test_too_much_noise_is_said_and_not_turned_into_a_direction():
    text = wording.development_sentence(development(verdict="too_uncertain"), indicator(), "Noord")
    assert "te onzeker" in text
    assert "hoger" not in text
    assert "ging" not in text


def test_earlier_years_behind_a_break_are_left_out_and_the_sentence_says_so():
    text = plain(wording.development_sentence(development(broken=True), indicator(), "Noord"))
    assert text.endswith("Cijfers van vóór 2015 zijn hier niet goed mee te vergelijken en tellen niet mee.")


def test_one_year_is_no_development():
    row = development(first_year=2023, first_value=11.0, n_values=1, verdict="no_figure")
    text = plain(wording.development_sentence(row, indicator(), "Noord"))
    assert "was 11,0 % in 2023" in text
    assert "nog niet te zien" in text


def test_a_missing_figure_comes_with_its_reason_and_never_as_zero():
    row = development(
        first_year=pd.NA,
        last_year=pd.NA,
        first_value=float("nan"),
        last_value=float("nan"),
        verdict="no_figure",
        status="suppressed",
    )
    text = plain(wording.development_sentence(row, indicator(), "Haven"))
    assert text == (
        "Voor het aandeel eenpersoonshuishoudens in Haven is er geen cijfer (geheim of te klein om te tonen)."
    )


# Comparison and what stands out --------------------------------------------------------------------


def test_an_unfavourable_difference_is_named_with_both_figures_and_the_people():
    text = plain(wording.stand_out_sentence(comparison(), indicator(), "Noord", "Voorbeeldstad"))
    assert text == (
        "Het aandeel eenpersoonshuishoudens is in Noord in 2023 hoger dan in Voorbeeldstad: 12,4 % tegen 8,0 %. "
        "Dat is ongunstig. Hier wonen 3 420 mensen."
    )


def test_a_neutral_figure_gets_no_verdict():
    text = wording.comparison_sentence(comparison(judgement="neutral"), indicator(), "Noord", "Voorbeeldstad")
    assert "gunstig" not in text


def test_a_small_wijk_comes_with_a_warning():
    text = plain(wording.stand_out_sentence(comparison(people=85.0), indicator(), "Haven", "Voorbeeldstad"))
    assert text.endswith("Let op: hier wonen maar 85 mensen; zo'n cijfer verandert dan snel.")


def test_four_against_four_point_one_is_no_difference():
    row = comparison(value=4.1, comparator_value=4.0, verdict="about_equal", judgement="neutral")
    text = plain(wording.comparison_sentence(row, indicator(), "Noord", "Voorbeeldstad"))
    assert "ongeveer gelijk aan dat van Voorbeeldstad: 4,1 % tegen 4,0 %" in text


def test_a_unit_that_the_phrase_names_is_not_said_twice():
    crime = indicator("het aantal diefstallen per 1 000 inwoners", "per 1 000 inwoners", phrase_has_unit=True)
    text = plain(wording.comparison_sentence(comparison(), crime, "Noord", "Voorbeeldstad"))
    assert text.count("inwoners") == 1
    assert "12,4 tegen 8,0" in text


# The municipality at a glance ----------------------------------------------------------------------


AGAINST = "ongunstig op, vergeleken met de gemeente als geheel."


@pytest.mark.parametrize(
    ("n_wijken", "attention", "left_out", "sentence"),
    [
        (0, [], 0, "Er zijn nog geen wijken van Dorp met cijfers."),
        (1, [], 0, "Dorp heeft 1 wijk. Er zijn dus geen wijken om onderling te vergelijken."),
        (
            24,
            [],
            0,
            "Van de 24 wijken in Dorp vraagt er geen om extra aandacht: in geen enkele wijk valt op twee of meer thema's "
            f"tegelijk iets {AGAINST}",
        ),
        (
            24,
            ["A"],
            0,
            "Van de 24 wijken in Dorp vraagt er 1 om aandacht: A. Daar valt op twee of meer thema's tegelijk iets "
            f"{AGAINST}",
        ),
        (
            24,
            list("ABCDEFGH"),
            1,
            "Van de 24 wijken in Dorp vragen er 8 om aandacht: A, B, C, D, E, F en 2 andere. Daar valt op twee of meer "
            f"thema's tegelijk iets {AGAINST} 1 wijk is te klein of heeft te weinig cijfers om mee te tellen.",
        ),
        (
            24,
            ["A", "B"],
            2,
            "Van de 24 wijken in Dorp vragen er 2 om aandacht: A en B. Daar valt op twee of meer thema's tegelijk iets "
            f"{AGAINST} 2 wijken zijn te klein of hebben te weinig cijfers om mee te tellen.",
        ),
        (3, [], 3, "Over de wijken van Dorp zijn er te weinig cijfers om iets te zeggen."),
    ],
)
def test_the_overview_counts_in_good_dutch(n_wijken, attention, left_out, sentence):
    assert plain(wording.overview_sentence("Dorp", n_wijken, attention, left_out)) == sentence


# Forecast and its record ---------------------------------------------------------------------------


def outlook(value=5200.0, low=5000.0, high=5400.0):
    return pd.DataFrame(
        {
            "year": [2028],
            "value": [value],
            "low_80": [low],
            "high_80": [high],
            "low_95": [low],
            "high_95": [high],
        }
    )


POPULATION = indicator("het aantal inwoners", "aantal", 0)


def test_a_forecast_never_comes_without_its_band():
    text = plain(wording.forecast_sentence(outlook(), POPULATION, "Noord"))
    assert text == (
        "In 2028 verwachten we dat het aantal inwoners in Noord 5 200 is; de band van 80 % loopt van 5 000 tot 5 400."
    )


def test_a_forecast_whose_band_holds_the_last_figure_is_about_equal():
    assert "ongeveer gelijk" in wording.forecast_sentence(outlook(), POPULATION, "Noord", 2024, 5050.0)


def test_a_forecast_is_higher_only_where_the_whole_band_is():
    text = plain(wording.forecast_sentence(outlook(), POPULATION, "Noord", 2024, 4800.0))
    assert text.endswith("De hele band ligt hoger dan het laatste cijfer (4 800 in 2024).")


def test_no_forecast_says_why():
    assert "te weinig jaren" in wording.forecast_sentence(outlook().iloc[:0], POPULATION, "Noord")


def record(held, tried):
    return pd.DataFrame({"horizon": [1], "n": [tried], "covered_80": [held / tried], "covered_95": [0.9]})


def test_the_record_counts_how_often_the_band_was_right():
    assert plain(wording.record_sentence(record(71, 96))) == (
        "De band van 80 % klopte in 71 van de 96 eerdere proeven (74 %)."
    )


def test_a_band_that_is_clearly_too_narrow_gets_a_plain_warning():
    assert "minder vaak dan de band belooft" in wording.record_sentence(record(52, 96))


def test_a_handful_of_trials_is_not_trusted():
    assert "weinig proeven" in wording.record_sentence(record(4, 5))


def test_no_trials_means_not_known_yet():
    assert "weten we nog niet" in wording.record_sentence(record(1, 1).iloc[:0])


def test_no_change_as_good_as_the_forecast_is_admitted():
    trials = record(80, 100).assign(mae=[5.0], mae_no_change=[4.9])
    assert "ongeveer even goed of beter" in wording.record_sentence(trials)


# The map -------------------------------------------------------------------------------------------


def test_the_map_names_lowest_and_highest_and_counts_what_is_missing():
    values = pd.DataFrame({"name": ["Wijk 01 Noord", "Zuid", "Haven"], "value": [3.1, 18.0, float("nan")]})
    assert plain(wording.map_sentence(values, indicator(), "Dorp", 2023)) == (
        "Het aandeel eenpersoonshuishoudens was in 2023 het laagst in Noord (3,1 %) en het hoogst in Zuid (18,0 %). "
        "Van 1 wijk is er geen cijfer."
    )


def test_a_map_without_figures_says_so():
    values = pd.DataFrame({"name": ["Noord"], "value": [float("nan")]})
    assert "van geen enkele wijk in Dorp een cijfer" in wording.map_sentence(
        values, indicator(), "Dorp", 2023
    )


# Vocabulary ----------------------------------------------------------------------------------------


def test_no_sentence_uses_words_that_only_analysts_know():
    said = [
        wording.development_sentence(development(verdict=verdict), indicator(), "Noord")
        for verdict in ("higher", "lower", "about_equal", "too_uncertain")
    ]
    said += [
        wording.comparison_sentence(
            comparison(verdict=verdict, judgement=judgement), indicator(), "Noord", "Dorp"
        )
        for verdict in ("higher", "lower", "about_equal", "too_uncertain")
        for judgement in ("favourable", "unfavourable", "neutral")
    ]
    for text in said:
        for word in ("significant", "z-score", "p-waarde", "door ", "omdat", "veroorza"):
            assert word not in text
