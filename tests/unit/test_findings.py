"""Titles of charts: each is true for ties, for all equal, for one wijk and where figures are missing."""

import math

import pandas as pd
import pytest

from data.catalogue import catalogue
from ui import findings
from ui.wording import SPACE, THIN

KNOWN = catalogue()
POVERTY, DISTANCE, ORIGIN = KNOWN["poverty"], KNOWN["dist_gp"], KNOWN["origin_europe_share"]


def plain(text):
    return text.replace(THIN, " ").replace(SPACE, " ")


# Forecast and history ------------------------------------------------------------------------------


def expected(mean=9.0, lower=8.0, upper=10.0, now=6.5):
    return pd.Series(
        {
            "year": 2029,
            "mean": mean,
            "lower_80": lower,
            "upper_80": upper,
            "last_value": now,
            "last_year": 2024,
        }
    )


@pytest.mark.parametrize(
    ("row", "title"),
    [
        (expected(), "Het aandeel mensen in armoede in Noord gaat naar verwachting omhoog: van 6,5 naar 9 procent in 2029"),
        (expected(now=11.0), "Het aandeel mensen in armoede in Noord gaat naar verwachting omlaag: van 11 naar 9 procent in 2029"),
        (expected(9.3, 9.0, 9.6, 9.4), "Het aandeel mensen in armoede in Noord is in 2029 naar verwachting ongeveer gelijk aan nu"),
        (expected(now=10.0), "Het aandeel mensen in armoede in Noord kan in 2029 hoger zijn dan nu, maar ook lager"),
        (None, "Niet te voorspellen: het aandeel mensen in armoede in Noord"),
    ],
)  # fmt: skip
def test_a_forecast_claims_a_direction_only_where_the_whole_band_lies_on_one_side(row, title):
    assert plain(findings.forecast_title(row, POVERTY, "Noord")) == title


def said(*inside, lead=3):
    return pd.DataFrame(
        {"horizon": lead, "value": 9.0, "mean": 9.2, "lower_80": [8.0 if held else 9.5 for held in inside], "upper_80": 10.0}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("earlier", "told"),
    [
        (said(True, True, False), "van de 3 keer kwamen er 2 binnen de band van 3 jaar eerder uit"),
        (said(True, False), "van de 2 keer kwam er 1 binnen de band van 3 jaar eerder uit"),
        (said(False, False), "van de 2 keer kwamen er geen binnen de band van 3 jaar eerder uit"),
        (said(True), "het ene cijfer kwam 3 jaar later binnen de band uit"),
        (said(True).assign(lower_80=math.nan), "wat wij 3 jaar eerder verwachtten, zat er gemiddeld 0,2 procentpunt naast"),
        (said(True, lead=1), "nog geen eerdere verwachtingen om na te rekenen"),
    ],
)  # fmt: skip
def test_what_we_said_before_is_counted_against_what_came(earlier, told):
    title = plain(findings.earlier_title(earlier, 3, POVERTY, "Noord"))
    assert title == f"Het aandeel mensen in armoede in Noord: {told}"


def wijken(*courses):
    return pd.DataFrame(
        {"name": list("ABCDEF")[: len(courses)], "course": courses, "change": [5.0, 9.0, -4.0, -8.0, 0.1, 0.2][: len(courses)]}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "known", "told"),
    [
        (wijken("rises", "too_uncertain", "falls", "falls"), POVERTY, "stijgt tot 2030 naar verwachting het sterkst in A en daalt het sterkst in D"),
        (wijken("none", "none", "falls"), POVERTY, "daalt tot 2030 naar verwachting het sterkst in C"),
        (wijken("about_equal", "too_uncertain"), POVERTY, "tot 2030: in geen enkele wijk een duidelijke verandering"),
        (wijken("none"), POVERTY, "tot 2030: in geen enkele wijk te voorspellen"),
        (wijken("rises", "rises", "falls", "none"), ORIGIN, "tot 2030: in 3 van de 3 wijken een duidelijke verandering"),
    ],
)  # fmt: skip
def test_only_sure_changes_have_a_first_place_and_herkomst_never(rows, known, told):
    assert plain(findings.expected_title(rows, known, 2030)).endswith(told)


def history(*values, segment=None):
    years = range(2020, 2020 + len(values))
    return pd.DataFrame({"year": years, "value": values, "segment": segment or [0] * len(values)})


@pytest.mark.parametrize(
    ("frame", "title"),
    [
        (history(8.0, 9.0, 11.5), "Het aandeel mensen in armoede in Noord ging van 8,0 naar 11,5 procent (2020 tot en met 2022)"),
        (history(8.0, 9.0, 8.0), "Het aandeel mensen in armoede in Noord: 8 procent in 2020 en in 2022"),
        (history(8.0), "Het aandeel mensen in armoede in Noord: 8 procent in 2020"),
        (history(math.nan), "Het aandeel mensen in armoede in Noord: geen cijfers"),
        (history(2.0, 9.0, 11.0, segment=[0, 1, 1]), "Het aandeel mensen in armoede in Noord ging van 9 naar 11 procent (2021 tot en met 2022)"),
        (history(9.0, 11.0, math.nan), "Het aandeel mensen in armoede in Noord ging van 9 naar 11 procent (2020 tot en met 2021)"),
    ],
)  # fmt: skip
def test_a_series_is_told_by_its_last_piece_and_only_with_real_figures(frame, title):
    assert plain(findings.series_title(frame, POVERTY, "Noord")) == title


# Ranking and map -----------------------------------------------------------------------------------


def ranked(*wijken, **columns):
    names, values = zip(*wijken, strict=True)
    return pd.DataFrame({"name": names, "value": values, **columns})


THREE = (("Noord", 3.1), ("Zuid", 18.0), ("Wijk 03 Haven", math.nan))


@pytest.mark.parametrize(
    ("frame", "about", "title"),
    [
        (ranked(*THREE), POVERTY, "Het aandeel mensen in armoede is het hoogst in Zuid en het laagst in Noord"),
        (ranked(*THREE), DISTANCE, "De afstand tot de huisarts is het grootst in Zuid en het kleinst in Noord"),
        (ranked(("Noord", 3.1), ("Zuid", 3.1), ("Oost", 2.0)), POVERTY, "Het aandeel mensen in armoede is het hoogst in Noord en Zuid en het laagst in Oost"),
        (ranked(("A", 3.0), ("B", 3.0), ("C", 3.0), ("D", 2.0)), POVERTY, "Het aandeel mensen in armoede is het hoogst in 3 wijken en het laagst in D"),
        (ranked(("Noord", 3.14), ("Zuid", 3.06)), POVERTY, "Het aandeel mensen in armoede is in beide wijken gelijk: 3,1 procent"),
        (ranked(("Noord", 3.1), ("Zuid", math.nan)), POVERTY, "Het aandeel mensen in armoede in Noord: 3,1 procent"),
        (ranked(("Noord", math.nan)), POVERTY, "Het aandeel mensen in armoede: van geen enkele wijk een cijfer"),
    ],
)  # fmt: skip
def test_a_ranking_names_first_and_last_and_shares_a_place_between_equals(frame, about, title):
    assert plain(findings.ranking_title(frame, about)) == title


def judged(*verdicts):
    return ranked(*[(f"W{n}", float(n)) for n in range(len(verdicts))], verdict=verdicts)


@pytest.mark.parametrize(
    ("frame", "title"),
    [
        (judged("higher", "higher", "lower", "about_equal"), "Het aandeel mensen in armoede is in 2 van de 4 wijken hoger dan in Dorp en in 1 lager"),
        (judged("lower", "about_equal", "no_figure"), "Het aandeel mensen in armoede is in 1 van de 2 wijken lager dan in Dorp"),
        (judged("higher", "higher"), "Het aandeel mensen in armoede is in beide wijken hoger dan in Dorp"),
        (judged("higher"), "Het aandeel mensen in armoede is in de enige wijk hoger dan in Dorp"),
        (judged("about_equal", "about_equal"), "Het aandeel mensen in armoede wijkt in geen van de 2 wijken duidelijk af van Dorp"),
        (judged("about_equal"), "Het aandeel mensen in armoede is in de enige wijk ongeveer gelijk aan Dorp"),
        (judged("no_figure", "no_figure"), "Het aandeel mensen in armoede is het hoogst in W1 en het laagst in W0"),
    ],
)  # fmt: skip
def test_beside_a_comparator_only_differences_beyond_the_noise_count(frame, title):
    assert plain(findings.ranking_title(frame, POVERTY, "Dorp")) == title


def test_herkomst_is_never_put_in_order():
    frame = ranked(("Noord", 3.1), ("Zuid", 18.0), verdict=["lower", "higher"])
    titles = [
        findings.ranking_title(frame, ORIGIN, "Dorp"),
        findings.map_title(frame, ORIGIN, "Dorp", 2024),
    ]
    for title in titles:
        assert "Noord" not in title
        assert "hoog" not in title
        assert "3,1 tot 18,0 procent" in plain(title)


def test_the_map_says_where_and_when():
    assert findings.map_title(ranked(*THREE), POVERTY, "Dorp", 2023) == (
        "Dorp, 2023: het aandeel mensen in armoede is het hoogst in Zuid en het laagst in Noord"
    )
    assert findings.map_title(ranked(("Noord", math.nan)), POVERTY, "Dorp", 2023) == (
        "Het aandeel mensen in armoede in Dorp, 2023: van geen enkele wijk een cijfer"
    )


# Heat map ------------------------------------------------------------------------------------------


def cells(**states):
    rows = [(name, state) for name, found in states.items() for state in found]
    return pd.DataFrame(rows, columns=["name", "state"])


@pytest.mark.parametrize(
    ("frame", "title"),
    [
        (cells(Noord=["bad", "bad_worse", "good"], Zuid=["bad", "good", "good"]), "De meeste cijfers die ongunstiger zijn dan in Dorp, staan bij Noord (2)"),
        (cells(Noord=["bad"], Zuid=["bad_better"], Oost=["good"]), "De meeste cijfers die ongunstiger zijn dan in Dorp, staan bij Noord en Zuid (elk 1)"),
        (cells(A=["bad"], B=["bad"], C=["bad"], D=["good"]), "In 3 wijken is 1 cijfer ongunstiger dan in Dorp, nergens meer"),
        (cells(Noord=["bad", "bad", "good"]), "In Noord zijn 2 van de 3 cijfers ongunstiger dan in Dorp"),
        (cells(Noord=["good"], Zuid=["about_equal"]), "Geen enkel cijfer is duidelijk ongunstiger dan in Dorp"),
        (cells(Noord=["no_figure"], Zuid=[None]), "Er zijn geen cijfers om met Dorp te vergelijken"),
        (cells(), "Er zijn geen cijfers om met Dorp te vergelijken"),
    ],
)  # fmt: skip
def test_the_heat_map_says_where_most_is_unfavourable(frame, title):
    assert plain(findings.heat_title(frame, "Dorp")) == title


# Coverage and life ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "title"),
    [
        (0.824, "Wonen: 82 % van de cijfers is er"),
        (1.0, "Wonen: alle cijfers zijn er"),
        (0.9996, "Wonen: bijna alle cijfers zijn er"),
        (0.001, "Wonen: bijna geen cijfers zijn er"),
        (0.0, "Wonen: er is geen enkel cijfer"),
        (math.nan, "Wonen: er is niets om te tellen"),
    ],
)
def test_coverage_is_never_rounded_to_all_or_nothing(share, title):
    assert plain(findings.coverage_title(share, "Wonen")) == title


def lived(*years, broken=()):
    return pd.DataFrame({"region": "WK01", "year": years, "broken": [year in broken for year in years]})


@pytest.mark.parametrize(
    ("frame", "title"),
    [
        (lived(2013, 2014, 2015), "De Hoef staat van 2013 tot en met 2015 in de tabellen, steeds hetzelfde gebied"),
        (lived(2013, 2014, 2015, broken=[2014]), "De Hoef staat van 2013 tot en met 2015 in de tabellen en werd ander gebied in 2014"),
        (lived(2013), "De Hoef staat in 2013 in de tabellen"),
        (lived(), "De Hoef: niet in de tabellen"),
    ],
)  # fmt: skip
def test_a_life_is_told_by_its_years_and_its_land(frame, title):
    other = pd.DataFrame({"region": ["WK02"], "year": [1999], "broken": [True]})
    assert findings.life_title(pd.concat([other, frame]), "WK01", "De Hoef") == title
