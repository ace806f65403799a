"""Titled examples of what is said about hotspots: what gathers, whether it grows, and when nothing may be said."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from analysis.hotspots import COLD, HIGH_LOW, HOT, ISLAND, NO_FIGURE, NOTHING, Reach
from analysis.hotspots.emerging import (
    CLASSES,
    DIMINISHING,
    HISTORICAL,
    INTENSIFYING,
    LASTING,
    NEITHER,
    NEW,
    PERSISTENT,
    TOO_FEW_YEARS,
)
from data.catalogue import Indicator, catalogue
from ui import hotspot_method_wording as method_words
from ui import hotspot_wording as words

BENEFIT, WORK, SINGLE, ORIGIN, COUNT = (
    catalogue()[name]
    for name in (
        "benefit_bijstand_share",
        "labour_participation",
        "hh_single_share",
        "origin_nl_share",
        "age_65plus",
    )
)
NAMES = {"A": "De Hoef", "B": "Zuid", "C": "Vogelbuurt", "D": "Oost", "E": "West", "F": "Noord"}
JARGON = ("significant", "z-score", "p-waarde", "Gi*", "hotspot", "cluster")


def spots(**classes: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"region": list(classes), "name": [NAMES[code] for code in classes], "class": list(classes.values())}
    )


def place(**other: object) -> dict[str, object]:
    row = {
        "value": 88.0,
        "status": "observed",
        "class": HOT,
        "n_neighbours": 5,
        "around": 58.0,
        "mean": 29.6,
        "year": 2024,
    }
    return row | other


def over(**classes: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": list(classes),
            "name": [NAMES[code] for code in classes],
            "side": [side for side, _ in classes.values()],
            "class": [kind for _, kind in classes.values()],
            "n_years": 10,
            "n_flagged": 8,
            "first": 2016,
            "last": 2024,
        }
    )


def opening(indicator: Indicator, **classes: str) -> str:
    return words.opening(spots(**classes), indicator, "Heerlen", 2024, "wijk").replace("\u202f", " ")


def test_high_figures_that_are_worrying_gather_as_unfavourable_figures() -> None:
    assert opening(BENEFIT, A=HOT, B=HOT, C=NOTHING) == (
        "In Heerlen liggen ongunstige cijfers bij elkaar, meer dan toeval: het aantal mensen met bijstand per 1 000 inwoners "
        "was in 2024 hoog in en rond De Hoef en Zuid."
    )


def test_low_figures_that_are_worrying_are_the_unfavourable_ones_and_come_first() -> None:
    told = opening(WORK, A=HOT, B=COLD)
    assert told.index("ongunstige cijfers") < told.index("Gunstige cijfers")
    assert "laag in en rond Zuid" in told
    assert told.endswith("Gunstige cijfers liggen bij elkaar in en rond De Hoef.")


def test_only_favourable_figures_are_not_told_as_if_there_were_a_concern() -> None:
    told = opening(BENEFIT, A=COLD)
    assert told.startswith("In Heerlen liggen gunstige cijfers bij elkaar")
    assert told.endswith("Bij ongunstige cijfers is dat niet te zien.")


def test_a_neutral_figure_is_high_or_low_and_never_good_or_bad() -> None:
    told = opening(SINGLE, A=HOT, B=COLD)
    assert "hoge cijfers bij elkaar" in told
    assert "Lage cijfers" in told
    assert "gunstig" not in told.lower()


def test_nothing_found_does_not_make_all_wijken_alike() -> None:
    told = opening(BENEFIT, A=NOTHING, B=NO_FIGURE)
    assert "is niet te zien dat hoge of lage cijfers meer bij elkaar liggen dan toeval" in told
    assert "verspreid" not in told  # not seen is not the same as not there
    assert told.endswith("Losse wijken kunnen wel opvallen.")


def test_more_than_a_handful_of_names_is_counted() -> None:
    assert "De Hoef, Zuid, Vogelbuurt, Oost en 2 andere wijken." in opening(
        BENEFIT, **dict.fromkeys(NAMES, HOT)
    )


def test_a_place_is_told_with_the_wijken_around_it_and_with_its_own_figure() -> None:
    told = words.place_sentence(place(), BENEFIT, "wijk").replace("\u202f", " ").replace("\u00a0", " ")
    assert told == "88,0 per 1 000 inwoners; samen met de 5 wijken eromheen gemiddeld 58,0."


@pytest.mark.parametrize(
    ("row", "indicator", "told"),
    [
        (place(value=20.0), BENEFIT, "Het cijfer hier is zelf niet hoog: dat zijn de wijken eromheen."),
        (
            place(**{"class": COLD}, value=70.0, around=55.0, mean=66.0),
            WORK,
            "Het cijfer hier is zelf niet laag",
        ),
        (place(n_neighbours=1), BENEFIT, "Dit leunt op twee cijfers."),
        (place(value=20.0, around=28.0), BENEFIT, "Het gemiddelde laat dat niet zien"),
    ],
    ids=["itself not high", "itself not low", "a single neighbour", "large wijken weigh otherwise"],
)
def test_what_a_place_leans_on_is_said(row: dict[str, object], indicator: Indicator, told: str) -> None:
    assert told in words.place_sentence(row, indicator, "wijk")


def test_two_means_that_look_alike_are_written_a_decimal_further() -> None:
    told = words.card_sentence(place(around=29.64, mean=29.58), BENEFIT, "De Hoef", "wijk")
    assert "29,64" in told
    assert "29,58" in told


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (HOT, "tussen ongunstige cijfers, meer dan toeval"),
        (COLD, "tussen gunstige cijfers, meer dan toeval"),
        (NOTHING, "niet meer bij elkaar dan toeval"),
        (ISLAND, "is niet te zeggen"),
    ],
)
def test_the_card_says_in_words_where_a_wijk_lies(kind: str, told: str) -> None:
    sentence = words.card_sentence(place(**{"class": kind}), BENEFIT, "De Hoef", "wijk")
    assert told in sentence
    assert not any(word in sentence for word in JARGON)


def test_the_card_says_nothing_of_a_wijk_without_a_figure() -> None:
    assert words.card_sentence(place(**{"class": NO_FIGURE}, value=None), BENEFIT, "De Hoef", "wijk") == ""


def growth(frame: pd.DataFrame, *sides: str, gathers: bool = True) -> str:
    return words.growth(frame, NAMES, sides or (HOT,), "wijk", gathers=gathers)


def test_what_is_new_or_stronger_is_growing() -> None:
    found = over(A=(HOT, NEW), B=(HOT, INTENSIFYING), C=(HOT, PERSISTENT))
    assert growth(found) == "Het groeit: dat wordt sterker in en rond Zuid; het is nieuw in en rond De Hoef."


def test_what_lasts_is_not_called_growth() -> None:
    assert growth(over(A=(HOT, PERSISTENT))) == "Het is al zo sinds 2016 en wordt niet duidelijk sterker."


def test_what_becomes_weaker_and_what_is_over_is_said() -> None:
    assert growth(over(A=(HOT, DIMINISHING))).startswith("Het groeit niet: dat wordt zwakker")
    assert growth(over(A=(HOT, HISTORICAL))).startswith("Vroeger was het er wel")


def test_growth_on_the_favourable_side_is_no_answer_to_a_concern() -> None:
    assert growth(over(A=(COLD, INTENSIFYING)), HOT, gathers=False) == ""


def test_what_the_years_show_does_not_contradict_what_one_year_shows() -> None:
    assert growth(over(A=(NEITHER, NOTHING))).startswith("Of het groeit, is niet te zeggen")
    only_over_the_years = growth(over(A=(HOT, NEW)), gathers=False)
    assert only_over_the_years.startswith("Over de jaren samen is het wel te zien. Het groeit")
    assert growth(over(A=(HOT, HISTORICAL)), gathers=False).startswith("Vroeger was het er wel")


def test_over_the_years_not_seen_is_apart_from_not_to_be_known() -> None:
    told = words.years_nowhere(over(A=(NEITHER, NOTHING), B=(NEITHER, ISLAND)), BENEFIT, "Heerlen", "wijk")
    assert "is in Heerlen niet te zien dat hoge of lage cijfers" in told
    for unknown in (over(A=(NEITHER, ISLAND)), over(A=(NEITHER, NOTHING)).iloc[:0]):
        assert "is niet te zeggen" in words.years_nowhere(unknown, BENEFIT, "Heerlen", "wijk")


def test_what_lasting_means_on_the_screen_is_what_is_counted() -> None:
    """Two of three years is less than the rule asks."""
    assert Fraction(3, 4) == Fraction(LASTING)
    assert "minstens 3 van de 4 jaren" in words.YEARS_EXPLAINED[PERSISTENT]


def test_with_too_few_years_growth_is_not_guessed() -> None:
    found = over(A=(NEITHER, TOO_FEW_YEARS)).assign(n_years=4)
    assert "er zijn 4\u00a0jaren te vergelijken" in growth(found)
    assert "er is 1\u00a0jaar te vergelijken" in growth(found.assign(n_years=1))


def test_every_class_over_the_years_has_a_name_a_line_and_a_colour() -> None:
    assert set(CLASSES) == set(words.YEARS_LABELS) == set(words.YEARS_EXPLAINED) == set(words.GROUP_OF)
    assert all(line.endswith(".") for line in words.YEARS_EXPLAINED.values())


def test_herkomst_is_refused_with_what_to_choose_instead() -> None:
    told = words.refusal(ORIGIN)
    assert "geen signaal" in told
    assert "Eén onderwerp" in told


def test_a_count_is_refused_and_its_share_offered() -> None:
    share = catalogue()["age_65plus_share"]
    assert "aandeel 65-plussers" in words.refusal(COUNT, share)
    assert words.refusal(share) == ""


def test_with_few_wijken_the_map_says_that_it_can_miss_what_is_there() -> None:
    told = method_words.too_few(Reach(8, 2.6, 0.1, False), "Heerlen", "wijk", ("buurt", 57))
    assert "in 1 van de 10 gevallen" in told
    assert "Met buurten (57) is meer te zien." in told
    assert "bijna nooit" in method_words.too_few(Reach(3, 1.4, 0.0, False), "Heerlen", "wijk")


@pytest.mark.parametrize(
    ("values", "told"),
    [([None, None], "van geen enkele wijk"), ([4.0, None], "maar 1 wijk"), ([4.0, 4.0], "even hoog")],
    ids=["no figure", "a single wijk", "all equal"],
)
def test_figures_that_cannot_gather_are_said_to(values: list[float | None], told: str) -> None:
    rows = pd.DataFrame({"value": pd.Series(values, dtype="float64")})
    assert told in method_words.without_figures(rows, BENEFIT, "Heerlen", 2024, "wijk")


def test_islands_and_single_neighbours_are_named() -> None:
    told = method_words.alone_sentence(["De Hoef"], ["Zuid", "Oost"], "wijk")
    assert told == (
        "De Hoef grenst aan geen andere wijk met een cijfer: over die wijk is niets te zeggen. Zuid en Oost grenzen elk aan 1 "
        "andere wijk: wat daar staat, leunt op twee cijfers."
    )


def test_a_wijk_that_differs_from_those_around_it_is_told_with_both_figures() -> None:
    row = {"name": "De Hoef", "value": 12.0, "status": "observed", "around": 3.0, "class": HIGH_LOW}
    assert method_words.unlike_sentence(row, SINGLE, "wijk").startswith("De Hoef is hoog (12,0")


def test_what_a_hotspot_is_not_stands_in_words() -> None:
    told = " ".join(method_words.not_meant())
    assert "signaal" in told
    assert "geen oordeel" in told
    assert "geen oorzaak" in told
