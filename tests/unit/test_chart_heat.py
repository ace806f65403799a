import json
import re

import numpy as np
import pandas as pd
import pytest
import vl_convert

from data.catalogue import catalogue
from reports.contrast import contrast
from ui import charts
from ui.chart_heat import triage_heat, with_selected
from ui.chart_parts import hatching
from ui.heat_legend import HeatLegend, heat_inks
from ui.heat_table import by_urgency, heat_cells, heat_rows, heat_table, legend
from ui.heat_words import (
    COURSE_WORDS,
    LEVEL_WORDS,
    NO_FIGURE,
    UNSURE,
    course_code,
    course_told,
    describe_triage_heat,
    heat_marks,
    level_step,
    level_told,
)
from ui.theme import DARK, LIGHT

NAN = float("nan")
TOWN = "Voorbeeldstad"


def row(region="WK990001", indicator="benefit_bijstand_share", state="bad", **more):
    known = catalogue()[indicator]
    return {
        "region": region,
        "indicator": indicator,
        "theme": known.theme,
        "unit": known.unit,
        "year": 2023,
        "value": 40.0,
        "status": "observed",
        "comparator_value": 30.0,
        "difference": 10.0,
        "noise": 1.0,
        "verdict": "higher",
        "trend": "too_uncertain",
        "trend_judgement": "neutral",
        "since": NAN,
        "now": "",
        "gap": "",
        "state": state,
        "sure_level": 0.8,
    } | more


def worse(**more):
    return row(**{"state": "bad_worse", "trend": "rises", "trend_judgement": "unfavourable"} | more)


def absent(**more):
    nothing = {"state": "no_figure", "verdict": "no_figure", "value": NAN, "status": "suppressed"}
    return row(**nothing | {"sure_level": NAN, "difference": NAN, "noise": NAN} | more)


def cells(*rows):
    triaged = pd.DataFrame(rows)
    names = {region: f"Wijk {region[-2:]} Buurtje {region[-2:]}" for region in triaged["region"]}
    return heat_cells(triaged, catalogue(), names)


def town(wijken=3, indicators=("benefit_bijstand_share", "poverty", "dist_gp")):
    states = ("bad_worse", "bad", "about_equal", "good", "good_worse", "bad_better")
    return cells(
        *(
            row(f"WK9900{i:02d}", name, states[(i + j) % len(states)], sure_level=(i + j) % 3 - 0.5)
            for i in range(wijken)
            for j, name in enumerate(indicators)
        )
    )


def spec(chart):
    return chart.to_dict()


def lines(chart):
    """The cells as the browser gets them: row, column, step, course, year of the turn, figure."""
    grid = next(layer for layer in chart["layer"] if "layer" in layer)
    return [line.split(";") for line in grid["data"]["values"][0].split("\n")]


def caption(chart):
    return chart["usermeta"]["caption"]


def grey(colour):
    """How light a colour is on a black-and-white print, 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize("look", [LIGHT, DARK])
@pytest.mark.parametrize("indicators", [("benefit_bijstand_share",), ("vacancy", "poverty", "dist_gp")])
def test_the_chart_is_valid_in_both_looks_with_one_theme_and_with_more(look, indicators):
    chart = spec(triage_heat(town(5, indicators), look, title="t", comparator=TOWN, selected="WK990002"))
    assert chart["width"] == "container"
    assert chart["config"]["background"] == look.paper
    assert len(lines(chart)) == 5 * len(indicators)


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_in_grey_unfavourable_and_favourable_are_told_apart(look):
    inks = heat_inks(look)
    paper = grey(look.paper)
    for bad in (1, 2):
        for good in (-1, -2):
            assert contrast(inks[bad][0], inks[good][0]) >= 1.5
            assert abs(grey(inks[bad][0]) - paper) > abs(grey(inks[good][0]) - paper) + 0.15
    assert contrast(inks[2][0], inks[1][0]) >= 1.5
    assert contrast(inks[-2][0], inks[-1][0]) >= 1.2


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_what_differs_stands_out_from_the_paper_and_what_does_not_stays_quiet(look):
    inks = heat_inks(look)
    assert contrast(inks[2][0], look.paper) >= 3
    assert all(contrast(inks[step][1], look.paper) >= 3 for step in (-1, -2))
    assert contrast(inks[0][0], look.paper) < 1.3 > contrast(inks[0][1], look.paper)


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_the_triangles_stand_out_from_their_cells(look):
    for fill, _, triangle in heat_inks(look).values():
        assert contrast(fill, triangle) >= 3


def test_every_step_has_its_own_look():
    inks = heat_inks(LIGHT)
    assert len({ink[:2] for step, ink in inks.items() if step != NO_FIGURE}) == len(inks) - 1
    drawn = json.dumps(
        spec(triage_heat(cells(row(), absent(region="WK990002")), LIGHT, title="t", comparator=TOWN))
    )
    assert json.dumps(hatching(LIGHT)["stops"][2]) in drawn


@pytest.mark.parametrize("sure_level", [0.0, 3.0, NAN])
def test_a_difference_inside_the_noise_gets_no_verdict(sure_level):
    step = level_step("about_equal", sure_level)
    assert step == 0
    assert level_told(step, TOWN) == "Ongeveer gelijk aan Voorbeeldstad."
    assert "gunstig" not in LEVEL_WORDS[step]


def test_the_state_decides_the_side_and_how_far_decides_the_step():
    assert [level_step("bad", 0.1), level_step("bad_better", 1.5), level_step("good", -4.0)] == [1, 2, -2]
    assert level_step("good_worse", -0.2) == -1
    assert level_step("bad", NAN) == 1, "with few wijken nothing is called much worse"
    assert level_step("no_figure", NAN) == level_step(None, 2.0) == NO_FIGURE


def test_a_wide_band_is_too_uncertain_and_a_narrow_one_about_equal():
    wijken = [row(f"WK9900{i:02d}", difference=float(i), state="bad") for i in range(9)]
    equal = {"state": "about_equal", "verdict": "about_equal", "difference": 0.1, "sure_level": 0.0}
    found = cells(*wijken, row("WK990010", unsure=False, **equal), row("WK990011", unsure=True, **equal))
    steps = heat_marks(found).set_index("region")["step"]
    assert steps["WK990010"] == 0
    assert steps["WK990011"] == UNSURE


def test_a_turn_goes_before_the_trend():
    turned = row(trend="rises", since=2019.0, now="falls", trend_judgement="favourable", state="bad_better")
    marked = heat_marks(cells(turned))
    assert COURSE_WORDS[marked["moves"].iloc[0]] == "daalt, gunstig"
    assert course_told("d", TOWN, "2019") == "Het cijfer daalt sinds 2019. Dat is gunstig."


def test_no_direction_since_a_turn_is_only_called_equal_where_the_triage_knows_so():
    words = {
        trend: course_told(
            heat_marks(cells(row(trend=trend, since=2019.0, now="level")))["moves"].iloc[0], TOWN, "2019"
        )
        for trend in ("about_equal", "too_uncertain")
    }
    assert words["about_equal"] == "Het cijfer blijft sinds 2019 ongeveer gelijk."
    assert words["too_uncertain"] == "Of het cijfer sinds 2019 stijgt of daalt, is te onzeker."


def test_a_course_of_the_gap_is_told_as_one():
    marked = heat_marks(cells(worse(gap="ratio")))
    code = marked["moves"].iloc[0]
    assert course_told(code, TOWN) == "Ten opzichte van Voorbeeldstad stijgt het cijfer. Dat is ongunstig."


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [worse(gap="ratio"), worse(indicator="poverty")],
            "Bij bedragen in euro's gaat een driehoekje over het verschil",
        ),
        ([worse(gap="ratio")], "Een driehoekje gaat over het verschil met Voorbeeldstad."),
        ([worse()], ""),
        ([row(gap="ratio"), worse(indicator="poverty")], ""),
    ],
)
def test_picture_and_table_say_which_triangles_are_about_the_gap(rows, told):
    found = cells(*rows)
    under_picture = caption(spec(triage_heat(found, LIGHT, title="t", comparator=TOWN)))
    for text in (under_picture, legend(found, TOWN)):
        assert ("over het verschil" in text) is bool(told)
        assert told in text


@pytest.mark.parametrize("verdict", ["about_equal", "too_uncertain", "no_verdict", "level"])
def test_without_a_clear_direction_there_is_no_triangle_and_no_judgement(verdict):
    code = course_code(verdict, "neutral")
    assert "gunstig" not in course_told(code, TOWN)
    chart = json.dumps(spec(triage_heat(cells(row(trend=verdict)), LIGHT, title="t", comparator=TOWN)))
    assert "triangle" not in chart


def test_a_neutral_rise_gets_no_triangle():
    assert course_code("rises", "neutral") == ""


def test_the_text_alternative_counts_what_is_drawn():
    found = cells(
        worse(region="WK990001"),
        row("WK990001", "poverty"),
        row("WK990002", state="good", sure_level=-2.0),
        absent(region="WK990002", indicator="poverty"),
        absent(region="WK990001", indicator="crime_violence"),
        absent(region="WK990002", indicator="crime_violence"),
    )
    told = describe_triage_heat(found, TOWN).replace("\u00a0", " ")
    assert told.startswith("Overzicht van 2 wijken en 2 cijfers (werk en uitkeringen en inkomen en armoede)")
    assert (
        "3 vergelijkingen: 2 ongunstiger, waarvan 1 met een ongunstige richting; 1 gunstiger; 0 ongeveer"
        in told
    )
    assert "Zonder cijfer: 1 vakje." in told
    assert "Wijk 01 Buurtje 01 (2)" in told
    assert told.endswith("Zonder recent cijfer: geweld en seksuele misdrijven.")
    drawn = spec(triage_heat(found, LIGHT, title="t", comparator=TOWN))
    assert drawn["description"].replace("\u00a0", " ") == told


def test_a_figure_that_no_wijk_has_is_named_and_not_drawn():
    found = cells(row(), absent(indicator="crime_violence"))
    chart = spec(triage_heat(found, LIGHT, title="t", comparator=TOWN))
    assert len(lines(chart)) == 1
    assert "Niet getekend, want zonder recent cijfer" in caption(chart)


def test_without_any_comparison_a_sentence_stands_there():
    for found in (cells(absent()), cells(row()).iloc[:0]):
        chart = spec(charts.triage_heat(found, LIGHT, title="t", comparator=TOWN))
        assert "te weinig cijfers" in chart["description"]


def test_a_missing_combination_is_hatched_not_equal():
    found = town(2).iloc[1:]
    drawn = lines(spec(triage_heat(found, LIGHT, title="t", comparator=TOWN)))
    assert len(drawn) == 6
    assert sum(int(step) == NO_FIGURE for _, _, step, *_ in drawn) == 1


def test_the_most_urgent_wijk_comes_first():
    found = [
        row("WK990001", sure_level=9.0),
        row("WK990002"),
        row("WK990002", "poverty"),
        worse(region="WK990003", sure_level=0.1),
        row("WK990004", state="about_equal", sure_level=0.0),
        row("WK990005", sure_level=2.0),
    ]
    expected = ["WK990003", "WK990002", "WK990001", "WK990005", "WK990004"]
    assert by_urgency(pd.DataFrame(found)) == expected
    assert list(dict.fromkeys(cells(*found)["region"])) == expected


def test_the_chosen_wijk_is_bold_and_framed():
    def bold(chart):
        svg = vl_convert.vegalite_to_svg(chart | {"width": 900})
        return re.findall(r'font-weight="700"[^>]*>(Buurtje \d+)<', svg)

    chosen = spec(triage_heat(town(), LIGHT, title="t", comparator=TOWN, selected="WK990001"))
    nobody = spec(triage_heat(town(), LIGHT, title="t", comparator=TOWN))
    assert (bold(chosen), bold(nobody)) == (["Buurtje 01"], [])
    assert with_selected(nobody, "WK990001")["params"] == chosen["params"]
    assert bold(with_selected(chosen, "WK990002")) == ["Buurtje 02"]
    assert bold(with_selected(chosen, None)) == bold(with_selected(chosen, "WK999999")) == []
    assert bold(chosen) == ["Buurtje 01"], "the picture that is shared stays as it was"


def test_headings_of_figures_that_start_alike_stay_different():
    alike = (
        "social_minimum",
        "social_minimum_110",
        "social_minimum_120",
        "income_per_recipient",
        "income_per_resident",
    )
    chart = spec(triage_heat(town(2, alike), LIGHT, title="t", comparator=TOWN))
    heads = [r for rows in chart["datasets"].values() for r in rows if "two_short" in r]
    for form in ("flat", "two", "two_short", "one", "one_short"):
        assert len({head[form] for head in heads}) == len(alike), form


def test_two_wijken_with_one_name_stay_two_rows():
    found = town(2).assign(name="Noord")
    assert len(lines(spec(triage_heat(found, LIGHT, title="t", comparator=TOWN)))) == 6
    assert len(heat_table(found).data) == 2


def test_names_and_reasons_cannot_break_the_table_of_cells():
    name = 'Bij \'t "Veer"; <b>\\Zuid\n'
    found = town(1).assign(name=name, shown="1; 2\n3")
    drawn = lines(spec(triage_heat(found, LIGHT, title="t", comparator=name)))
    assert [len(line) for line in drawn] == [6, 6, 6]


def test_nothing_in_the_chart_needs_code_that_the_content_policy_forbids():
    text = json.dumps(spec(triage_heat(town(), LIGHT, title="t", comparator=TOWN)))
    assert '"dsv"' not in text
    assert '"csv"' not in text


def test_a_hundred_wijken_stay_small_enough_to_send():
    many = town(99, tuple(list(catalogue().indicators)[:30]))
    text = json.dumps(spec(triage_heat(many, LIGHT, title="t", comparator=TOWN)), ensure_ascii=False)
    assert len(lines(json.loads(text))) == 99 * 30
    assert len(text.encode()) < 60 * 99 * 30


def test_the_legend_holds_what_occurs_and_breaks_its_lines_on_a_telephone():
    full = HeatLegend(LEVEL_WORDS, COURSE_WORDS)
    short = HeatLegend([0, 1], [])
    assert full.tallest > short.tallest
    words = [layer.to_dict() for layer in short.layers(LIGHT)]
    assert "ongeveer gelijk" in json.dumps(words)
    assert "veel gunstiger" not in json.dumps(words)


def test_the_table_keeps_numbers_shows_words_and_the_year():
    found = cells(worse(value=41.2), row("WK990002", value=7.0, status="provisional", year=2022))
    styler = heat_table(found)
    head = "Bijstand per 1 000 inwoners (2023)"
    assert list(styler.data.columns) == [head]
    assert list(styler.data[head]) == [41.2, 7.0]
    shown = styler.to_html().replace("\u202f", " ").replace("\xa0", " ")
    assert "41,2 · ongunstiger ▲" in shown
    assert "7,0 (v) in 2022 · ongunstiger" in shown


def test_the_table_leaves_a_missing_figure_empty():
    found = cells(row(), absent(region="WK990002"))
    values = heat_table(found).data.iloc[:, 0]
    assert np.isnan(values["Buurtje 02"])


def test_plain_rows_say_why_there_is_no_comparison_and_never_zero():
    found = cells(
        worse(since=2019.0, now="rises"),
        absent(region="WK990002"),
        row("WK990003", state="no_figure", value=5.0, year=2013, sure_level=NAN),
    )
    rows = heat_rows(found, TOWN, "CBS (CC BY 4.0)").set_index("Code")
    assert rows.loc["WK990001", ["Stand", "Richting", "Oordeel richting", "Sinds"]].tolist() == [
        "ongunstiger",
        "stijgt",
        "ongunstig",
        "2019",
    ]
    assert np.isnan(rows.loc["WK990002", "Waarde"])
    assert "geen cijfer (geheim" in rows.loc["WK990002", "Waarom geen vergelijking"]
    assert rows.loc["WK990003", "Waarom geen vergelijking"] == "het cijfer is te oud"
    assert set(rows["Bron"]) == {"CBS (CC BY 4.0)"}
    assert rows.loc[["WK990002", "WK990003"], "Stand"].tolist() == ["", ""]


def test_plain_rows_say_what_a_figure_is_and_claim_no_more_digits_than_it_has():
    found = cells(row(value=41.2568306010, status="provisional"), absent(region="WK990002"))
    rows = heat_rows(found, TOWN, "CBS (CC BY 4.0)")
    assert rows["status"].tolist() == ["provisional", "suppressed"]
    assert rows["Waarde"].iloc[0] == 41.256831


def test_cells_without_a_needed_column_are_refused():
    with pytest.raises(ValueError, match="sure_level"):
        heat_marks(town().drop(columns="sure_level"))
