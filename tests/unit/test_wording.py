import numpy as np
import pandas as pd
import pytest

from data.catalogue import catalogue
from data.panel import Status
from ui import wording
from ui.wording import MINUS, SPACE, THIN


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (17942942, 0, False, f"17{THIN}942{THIN}942"),
        (3.6, 1, False, "3,6"),
        (-1.2, 1, False, f"{MINUS}1,2"),
        (2.1, 1, True, "+2,1"),
        (0.25, 1, False, "0,3"),
        (2.5, 0, False, "3"),
        (-0.04, 1, False, "0,0"),
        (0.0, 1, True, "0,0"),
        (999.95, 1, False, f"1{THIN}000,0"),
        (np.int64(1000), 0, False, f"1{THIN}000"),
        (None, 0, False, "geen cijfer"),
        (float("nan"), 1, False, "geen cijfer"),
        (float("inf"), 1, False, "geen cijfer"),
        (pd.NA, 0, False, "geen cijfer"),
    ],
)
def test_numbers_are_dutch(value, decimals, signed, text):
    assert wording.number(value, decimals, signed) == text


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (3.6, "%", 1, f"3,6{SPACE}%"),
        (12.4, "per 1 000 inwoners", 1, f"12,4{SPACE}per 1{THIN}000 inwoners"),
        (28.4, "x 1 000 euro", 1, f"€{SPACE}28{THIN}400"),
        (-2.3, "x 1 000 euro", 1, f"{MINUS}€{SPACE}2{THIN}300"),
        (1.2, "km", 1, f"1,2{SPACE}km"),
        (2350, "kWh", 0, f"2{THIN}350{SPACE}kWh"),
        (1450, "m3", 0, f"1{THIN}450{SPACE}m³"),
        (4200, "aantal", 0, f"4{THIN}200"),
        (1250, "aantal inwoners per km²", 0, f"1{THIN}250{SPACE}inwoners per km²"),
        (3, "code", 0, "3 (matig stedelijk)"),
        (7, "per potje", 0, f"7{SPACE}per potje"),
        (float("nan"), "%", 1, "geen cijfer"),
    ],
)
def test_figures_carry_their_unit(value, unit, decimals, text):
    assert wording.figure(value, unit, decimals) == text


def test_a_difference_of_percentages_is_in_percentage_points():
    assert wording.difference(-2.1, "%", 1) == f"{MINUS}2,1{SPACE}procentpunt"
    assert wording.difference(1.5, "x 1 000 euro", 1, signed=True) == f"+€{SPACE}1{THIN}500"


def test_a_less_certain_figure_says_so_in_words_and_with_a_mark():
    assert wording.figure_or_reason(3.0, "bridged", "%", 1) == f"3,0{SPACE}% (omgerekend)"
    assert wording.no_figure("withheld") == "geen cijfer (weggelaten ter bescherming)"
    assert [wording.status_mark(status) for status in ("observed", "provisional", "bridged", None)] == [
        "",
        f"{SPACE}(v)",
        f"{SPACE}(o)",
        "",
    ]
    assert wording.marks_legend(["observed"]) == ""
    assert "(o) is omgerekend" in wording.marks_legend(["bridged", "observed"])
    marks = {wording.status_mark(status) for status in Status if wording.status_label(status)}
    assert all(mark.strip() in wording.marks_legend(list(Status)) for mark in marks)


@pytest.mark.parametrize(
    ("width", "unit", "decimals", "text"),
    [
        (1.21, "%", 1, f"±{SPACE}1,3{SPACE}procentpunt"),
        (1.2, "%", 1, f"±{SPACE}1,2{SPACE}procentpunt"),
        (0.02, "%", 1, f"±{SPACE}0,02{SPACE}procentpunt"),
        (3.9, "aantal", 0, f"±{SPACE}4"),
        (0.4, "x 1 000 euro", 1, f"±{SPACE}€{SPACE}400"),
        (None, "%", 1, "niet bekend"),
        (float("nan"), "%", 1, "niet bekend"),
        (0.0, "aantal", 0, "geen"),
    ],
)
def test_a_margin_never_looks_smaller_than_it_is(width, unit, decimals, text):
    assert wording.margin(width, unit, decimals) == text


def test_a_break_says_what_is_known_about_it():
    told = wording.break_sentence(2015, "definition", "CBS telt nu iedereen mee.")
    assert told == "Breuk in 2015: CBS telt nu iedereen mee. Ervoor en erna zijn niet te vergelijken."
    assert wording.break_sentence(2018, "redrawn", name="Zuid").startswith("Breuk in 2018 (Zuid): De grens")


def test_converted_years_are_counted_in_a_sentence():
    assert wording.converted_sentence(0, 9) == ""
    assert wording.converted_sentence(1, 9).startswith(
        f"1 van de 9{SPACE}cijfers is door Wijkradar omgerekend"
    )
    assert wording.converted_sentence(3).endswith("dat zijn schattingen.")


def test_two_pieces_of_land_with_one_code_keep_their_own_label():
    names = {"WK091741": "Wijk 41 Schil", "WK091741@2015": "Wijk 41 Schil", "WK091742": "Wijk 42 Beitel"}
    assert len(set(wording.label_names(names).values())) == 3


def test_every_status_has_its_words_and_missing_ones_a_reason():
    for status in Status:
        assert wording.status_explanation(status).endswith(".")
    assert wording.status_label("observed") == ""
    assert wording.no_figure("not_published") == "geen cijfer (nog niet gepubliceerd)"
    assert wording.no_figure() == "geen cijfer"
    assert wording.figure_or_reason(3.0, "provisional", "%", 1) == f"3,0{SPACE}% (voorlopig)"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Wijk 10 Maria Gewanden en Terschuren", "Maria Gewanden en Terschuren"),
        ("Wijk 10", "Wijk 10"),
        ("Wijk 05a Noord", "Noord"),
        ("Wijkerveld", "Wijkerveld"),
        ("Wijk aan Zee", "Wijk aan Zee"),
    ],
)
def test_the_number_in_front_of_a_wijk_is_dropped(name, label):
    assert wording.wijk_name(name) == label


def test_labels_are_never_the_same_for_two_wijken():
    names = {"WK991701": "Wijk 01 Centrum", "WK991702": "Wijk 02 Centrum", "WK991703": "Wijk 03 Noord"}
    assert wording.label_names(names) == {
        "WK991701": "Wijk 01 Centrum",
        "WK991702": "Wijk 02 Centrum",
        "WK991703": "Noord",
    }
    long = {f"WK9917{i:02d}": f"Bedrijventerrein Haven- en Sluizenkwartier {i}" for i in range(30)}
    labels = wording.label_names(long, 20)
    assert len(set(labels.values())) == 30
    assert max(map(len, labels.values())) <= 21


def test_long_names_are_cut_between_words():
    assert wording.short_name("Maria Gewanden en Terschuren", 18) == "Maria Gewanden…"
    assert wording.short_name("Gemiddeld inkomen per inwoner", 19) == "Gemiddeld inkomen…"
    assert wording.short_name("Kort", 18) == "Kort"
    assert len(wording.short_name("Hottentottententententoonstelling", 12)) <= 12


def test_names_and_years_are_joined_the_dutch_way():
    assert wording.join_names([]) == ""
    assert wording.join_names(["A"]) == "A"
    assert wording.join_names(["A", "B", "C"]) == "A, B en C"
    assert wording.join_names(list("ABCDE"), limit=2) == "A, B en 3 andere"
    assert wording.join_years([2019, 2013, 2014, 2015]) == "2013 tot en met 2015 en 2019"


def test_titles_keep_abbreviations_inside_a_sentence():
    assert wording.in_sentence("Inwoners van 65 jaar en ouder") == "inwoners van 65 jaar en ouder"
    for title in ("WOZ-waarde", "AOW", "Wmo-cliënten", "Nederlandse herkomst"):
        assert wording.in_sentence(title) == title


def test_unknown_break_codes_still_get_plain_words():
    assert wording.break_reason("redrawn") == "grens gewijzigd"
    assert wording.break_reason("something new") == "reeks onderbroken"


def test_without_a_figure_of_the_gemeente_no_wijk_is_called_ordinary() -> None:
    assert "pas cijfers vanaf 2022" in wording.nothing_to_compare("Dijk en Waard", 2018, [2022, 2023])
    assert "geen cijfers ingelezen" in wording.nothing_to_compare("Dijk en Waard", 2018, [])
    assert "te weinig cijfers" in wording.nothing_to_compare("Dijk en Waard", 2023, [2022, 2023])
    assert "van 2022 zijn er genoeg" in wording.nothing_to_compare("Dijk en Waard", 2023, [2022, 2023], 2022)


def test_a_former_wijk_keeps_its_last_year_where_its_name_is_shortened():
    assert wording.short_name("De Weide (tot en met 2017)", 24) == "De Weide (t/m 2017)"
    assert wording.short_name("De Weide (tot en met 2017)", 14) == "De Weide…"
    assert wording.short_name("De Weide (tot en met 2017)", 30) == "De Weide (tot en met 2017)"


def test_the_year_and_the_state_of_a_figure_share_their_brackets():
    assert wording.figure_in_year(5010, "bridged", "aantal", 2017) == "5\u202f010 (2017, omgerekend)"
    assert wording.figure_in_year(5010, "observed", "aantal", 2017) == "5\u202f010 (2017)"
    assert wording.figure_in_year(None, "suppressed", "aantal", 2017).endswith("(2017)")


def test_a_title_names_its_unit_once():
    known = catalogue()
    assert wording.title_with_unit(known["benefit_bijstand_share"]).count("inwoners") == 1
    assert wording.title_with_unit(known["age_65plus_share"]) == "Aandeel 65-plussers, procent"
