import json

import numpy as np
import pandas as pd
import pytest

from data.catalogue import ColumnAlias, Indicator
from ui import charts
from ui.chart_parts import CROSS, DASHES, bands, line_edges, nice_ticks, spread, tick_labels, value_ticks
from ui.chart_words import line_runs
from ui.theme import DARK, LIGHT
from ui.wording import THIN

NAN = float("nan")


def indicator(unit="%", decimals=1):
    return Indicator(
        id="example",
        title="Aandeel eenpersoonshuishoudens",
        phrase="het aandeel eenpersoonshuishoudens",
        explanation="Huishoudens die uit één persoon bestaan.",
        theme="huishoudens",
        unit=unit,
        decimals=decimals,
        kind="rate",
        columns=(ColumnAlias(stems=("X",)),),
        first_year=2013,
        source="CBS (CC BY 4.0)",
    )


def line(
    region="WK991701",
    name="Wijk 01 Noord",
    values=(1.0, 2.0, 3.0),
    role="wijk",
    segments=None,
    last="observed",
):
    n = len(values)
    status = ["suppressed" if np.isnan(value) else "observed" for value in values]
    status[-1] = last
    return pd.DataFrame(
        {
            "region": region,
            "name": name,
            "role": role,
            "year": range(2020, 2020 + n),
            "value": list(values),
            "status": status,
            "segment": segments or [0] * n,
        }
    )


def spec(chart):
    return chart.to_dict()


def edges_of(frame):
    edges = line_edges(line_runs(frame))
    return list(zip(edges["year"], edges["year_to"], strict=True))


def drawn_edges(chart):
    """Return (region, year, next year) of every stretch of line in a spec."""
    rows = [row for data in spec(chart)["datasets"].values() for row in data if "year_to" in row]
    return {(row["region"], int(row["year"]), int(row["year_to"])) for row in rows}


def test_no_line_crosses_from_one_segment_into_another():
    frame = line(values=(1.0, 2.0, 3.0, 4.0), segments=[0, 0, 1, 1])
    drawn = drawn_edges(charts.line_chart(frame, indicator(), LIGHT, title="t"))
    assert drawn == {("WK991701", 2020, 2021), ("WK991701", 2022, 2023)}


def test_a_year_without_a_figure_is_a_gap():
    assert edges_of(line(values=(1.0, NAN, 3.0, 4.0))) == [(2022, 2023)]
    assert edges_of(line().drop(index=1)) == []


def test_lines_of_two_wijken_never_join():
    assert edges_of(pd.concat([line(), line("WK991702", "Zuid")])) == [(2020, 2021), (2021, 2022)] * 2


def test_a_provisional_figure_is_hollow_and_its_stretch_dashed():
    chart = charts.line_chart(line(last="provisional"), indicator(), LIGHT, title="t")
    text = json.dumps(spec(chart))
    assert LIGHT.paper in {
        row.get("paint") for data in spec(chart)["datasets"].values() for row in data if "paint" in row
    }
    assert '"strokeDash": [5, 4]' in text
    assert "voorlopig" in text
    observed = json.dumps(spec(charts.line_chart(line(), indicator(), LIGHT, title="t")))
    assert '"strokeDash": [5, 4]' not in observed


def rows_of(chart, column):
    """Return the data rows of a spec that have a column."""
    return [row for data in spec(chart)["datasets"].values() for row in data if column in row]


def converted(values=(1.0, 2.0, 3.0, 4.0), n=2, **changes):
    frame = line(values=values, **changes)
    frame.loc[frame.index[:n], "status"] = "bridged"
    return frame


def test_a_converted_figure_has_a_cross_a_dotted_stretch_and_a_sentence():
    chart = charts.line_chart(converted(), indicator(), LIGHT, title="t")
    crosses = {row["year"] for row in rows_of(chart, "paint") if row["shape"] == CROSS}
    assert crosses == {2020, 2021}
    # The stretch from a converted to a published figure is as uncertain as its start.
    dotted = {row["year"] for row in rows_of(chart, "stroke") if row["stroke"] == "dotted"}
    assert dotted == {2020, 2021}
    text = json.dumps(spec(chart))
    assert f'"strokeDash": {json.dumps(DASHES["dotted"])}' in text
    caption = spec(chart)["usermeta"]["caption"]
    assert "Kruisje, stippellijn: omgerekend naar de grenzen van nu." in caption
    assert "2020 en 2021 omgerekend naar de grenzen van nu" in spec(chart)["description"]


def test_the_marks_of_provisional_and_converted_differ_without_colour():
    assert len({json.dumps(dash) for dash in DASHES.values()}) == 3


def test_an_emphasised_line_has_its_band_and_a_grey_one_has_not():
    frame = pd.concat([line().assign(margin=0.5), line("WK991702", "Zuid").assign(margin=0.5)])
    chart = charts.line_chart(frame, indicator(), LIGHT, title="t", emphasised=["WK991701"])
    around = rows_of(chart, "band_low")
    assert {row["region"] for row in around} == {"WK991701"}
    assert [(row["band_low"], row["band_high"]) for row in around] == [(0.5, 1.5), (1.5, 2.5), (2.5, 3.5)]
    kinds = [layer["mark"]["type"] for layer in spec(chart)["layer"]]
    assert "area" in kinds
    assert kinds.index("area") < max(place for place, kind in enumerate(kinds) if kind == "rule")
    text = json.dumps(spec(chart), ensure_ascii=False)
    assert "Band om de lijn: marge" in spec(chart)["usermeta"]["caption"]
    assert "±\u00a00,5\u00a0procentpunt" in text


def test_no_band_crosses_a_break_and_the_axis_holds_the_whole_band():
    frame = line(values=(1.0, 2.0, 3.0, 4.0), segments=[0, 0, 1, 1]).assign(margin=3.0)
    chart = charts.line_chart(frame, indicator(), LIGHT, title="t")
    stretches = {}
    for row in rows_of(chart, "band_low"):
        stretches.setdefault(row["stretch"], set()).add(row["year"])
    assert sorted(map(sorted, stretches.values())) == [[2020, 2021], [2022, 2023]]
    low, high = next(
        layer["encoding"]["y"]["scale"]["domain"]
        for layer in spec(chart)["layer"]
        if layer["mark"]["type"] == "area"
    )
    assert low <= 0
    assert high >= 7


def test_a_band_stops_where_the_margin_is_not_known_and_stays_within_what_can_be():
    frame = line(values=(1.0, 99.0, 3.0, 4.0)).assign(margin=[2.0, 2.0, NAN, 2.0])
    around = bands(line_runs(frame), "%")
    assert list(around["year"]) == [2020, 2021, 2023]
    assert around["stretch"].nunique() == 2
    assert around["band_low"].min() == 0
    assert around["band_high"].max() == 100


def test_without_a_margin_there_is_no_band_and_no_word_of_it():
    for frame in (line(), line().assign(margin=0.0)):
        text = json.dumps(spec(charts.line_chart(frame, indicator(), LIGHT, title="t")))
        assert "Band om de lijn" not in text


def fitted(high=3.8, drawn=True):
    return pd.DataFrame(
        {
            "region": "WK991701",
            "year": [2020.0, 2021.0, 2022.0],
            "line": [1.0, 2.0, 3.0] if drawn else [NAN] * 3,
            "line_low": [0.5, 2.0, 2.5],
            "line_high": [1.5, 2.0, high],
            "label": "stijgt: 1,0 procentpunt per jaar",
            "short": "stijgt",
        }
    )


def test_the_line_of_a_trend_is_thin_and_dashed_with_a_grey_band_and_says_what_it_is():
    chart = charts.line_chart(line(), indicator(), LIGHT, title="t", fitted=fitted())
    marks = [layer["mark"] for layer in spec(chart)["layer"]]
    assert any(mark["type"] == "line" and mark["strokeDash"] and mark["strokeWidth"] < 2 for mark in marks)
    assert any(mark["type"] == "area" and mark["color"] == LIGHT.no_figure for mark in marks)
    assert any(row["label"].startswith("stijgt: 1,0") for row in rows_of(chart, "end"))
    assert max(row["line_high"] for row in rows_of(chart, "line_high")) == 3.8
    assert "afgekapt" not in json.dumps(spec(chart))
    assert "lange strepen" in spec(chart)["usermeta"]["caption"]


def test_a_band_without_a_line_says_that_the_direction_is_too_uncertain():
    chart = charts.line_chart(line(), indicator(), LIGHT, title="t", fitted=fitted(drawn=False))
    assert all(layer["mark"]["type"] != "line" for layer in spec(chart)["layer"])
    caption = spec(chart)["usermeta"]["caption"]
    assert "de richting is te onzeker" in caption


def test_a_very_wide_band_does_not_press_the_figures_flat():
    chart = charts.line_chart(line(), indicator(), LIGHT, title="t", fitted=fitted(high=500.0))
    assert max(row["line_high"] for row in rows_of(chart, "line_high")) <= 4
    assert "Die band is afgekapt" in spec(chart)["usermeta"]["caption"]


def test_another_figure_that_took_its_place_is_never_joined_and_is_named():
    own, other = line(values=(5.0, 4.0)), line(values=(1.0, 1.5))
    other = other.assign(year=[2022, 2023], segment=1000, measure="Mensen in armoede")
    frame = pd.concat([own.assign(measure=""), other])
    breaks = pd.DataFrame({"year": [2022], "reason": ["successor"]})
    chart = charts.line_chart(frame, indicator(), LIGHT, title="t", breaks=breaks)
    assert drawn_edges(chart) == {("WK991701", 2020, 2021), ("WK991701", 2022, 2023)}
    caption = spec(chart)["usermeta"]["caption"]
    assert "2022 en 2023: een ander cijfer, mensen in armoede." in caption
    assert any("(ander cijfer)" in row["label"] for row in rows_of(chart, "place") if "end" in row)
    told = spec(chart)["description"]
    assert "Noord: 5,0\u00a0% in 2020, 4,0\u00a0% in 2021." in told
    assert "Noord (mensen in armoede): 1,0" in told


def test_a_percentage_among_counts_is_not_drawn_as_a_count():
    frame = line(values=(12.0, 530.0, 540.0)).assign(unit=["%", "aantal", "aantal"])
    drawn = charts.line_chart(frame, indicator("aantal", 0), LIGHT, title="t")
    values = {row["value"] for row in rows_of(drawn, "value")}
    assert {530.0, 540.0} <= values
    assert 12.0 not in values
    assert "12 " not in spec(drawn)["description"]


def test_a_wijk_that_is_gone_says_so_once():
    chart = charts.line_chart(
        pd.concat([line(name="Beitel (tot en met 2021)", values=(1.0, 2.0)), line("WK991702", "Zuid")]),
        indicator(),
        LIGHT,
        title="t",
    )
    label = next(row["label"] for row in rows_of(chart, "end") if row["region"] == "WK991701")
    assert label.count("2021") == 1


def test_the_ranking_marks_less_certain_figures_and_tells_the_margin():
    frame = pd.concat([line(values=(10.0,)), line("WK991702", "Zuid", values=(5.0,))]).assign(
        status=["bridged", "provisional"], noise=[1.23, 0.4]
    )
    chart = charts.bar_ranking(frame, indicator(), LIGHT, title="t")
    assert {row["figure"][-3:] for row in rows_of(chart, "figure")} == {"(o)", "(v)"}
    assert any(row["told_noise"] == "±\u00a01,3\u00a0procentpunt" for row in rows_of(chart, "told_noise"))
    caption = json.dumps(spec(chart), ensure_ascii=False)
    assert "(o) is omgerekend" in caption.replace('", "', " ")


def test_a_break_is_named():
    breaks = pd.DataFrame({"year": [2022, 2022], "reason": ["redrawn", "redrawn"]})
    frame = line(values=(1.0, 2.0, 3.0, 4.0), segments=[0, 0, 1, 1])
    text = json.dumps(spec(charts.line_chart(frame, indicator(), LIGHT, title="t", breaks=breaks)))
    assert "grens gewijzigd" in text
    assert "grens gewijzigd / grens gewijzigd" not in text


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_every_chart_has_a_text_alternative_and_the_look(look):
    ranking = line(values=(1.0,)).assign(noise=0.2, verdict="higher", judgement="unfavourable")
    coverage = pd.DataFrame(
        {"indicator": ["a"], "title": ["Inwoners"], "year": [2020], "status": ["observed"]}
    )
    drawn = [
        charts.line_chart(line(), indicator(), look, title="Titel"),
        charts.sparkline(line(), indicator(), look),
        charts.bar_ranking(
            ranking, indicator(), look, title="Titel", comparator_value=0.5, comparator_name="NL"
        ),
        charts.coverage_chart(coverage, look, title="Titel"),
    ]
    for chart in drawn:
        as_dict = spec(chart)
        assert len(as_dict["description"]) > 20
        assert as_dict["config"]["background"] == look.paper
        assert as_dict["width"] == "container"


@pytest.mark.parametrize("status", ["suppressed", "not_published"])
def test_nothing_to_draw_becomes_a_sentence_with_the_reason(status):
    frame = line(values=(NAN, NAN)).assign(status=status)
    for chart in (
        charts.line_chart(frame, indicator(), LIGHT, title="t"),
        charts.bar_ranking(frame.head(1), indicator(), LIGHT, title="t"),
    ):
        drawn = spec(chart)
        assert "geen cijfer" in drawn["description"]
        assert f"Bron: {indicator().source}" in drawn["usermeta"]["caption"]
        lines = max((layer["encoding"]["text"]["value"] for layer in drawn["layer"]), key=len)
        assert drawn["height"] > 19 * len(lines) + 100, "room for the title and every line"
    spec(charts.sparkline(frame, indicator(), LIGHT))


def test_empty_frames_do_not_break_a_page():
    nothing = line().iloc[:0]
    spec(charts.line_chart(nothing, indicator(), LIGHT, title="t"))
    spec(charts.bar_ranking(nothing, indicator(), LIGHT, title="t"))
    spec(
        charts.coverage_chart(
            pd.DataFrame(columns=["indicator", "title", "year", "status"]), LIGHT, title="t"
        )
    )


def test_one_figure_of_one_wijk_can_be_drawn():
    chart = charts.line_chart(line(values=(5.0,)), indicator(), LIGHT, title="t")
    assert "5,0" in spec(chart)["description"]


def many(n=110):
    return pd.concat(
        [line(f"WK99{i:04d}", f"Wijk {i:02d} Buitengewoon lange naam nummer {i}") for i in range(n)]
    )


def test_a_hundred_and_ten_wijken_are_grey_until_some_are_chosen():
    chosen = ["WK990003", "WK990007"]
    rows = charts.line_chart(many(), indicator(), LIGHT, title="t", emphasised=chosen)
    named = {row["region"] for data in spec(rows)["datasets"].values() for row in data if "place" in row}
    assert named == set(chosen)
    plain = charts.line_chart(many(), indicator(), LIGHT, title="t")
    assert "110\u00a0gebieden" in spec(plain)["description"]
    assert len(spec(plain)["description"]) < 400


def test_ranking_keeps_every_wijk_and_puts_those_without_a_figure_last():
    frame = many().drop_duplicates("region").assign(noise=0.1)
    frame.loc[frame["region"] == "WK990001", ["value", "status"]] = [NAN, "suppressed"]
    chart = spec(charts.bar_ranking(frame, indicator(), LIGHT, title="t"))
    order = chart["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert len(order) == 110
    assert order[-1] == "WK990001"
    assert "geen cijfer (geheim of te klein om te tonen)" in json.dumps(chart)


def test_ranking_bars_start_at_zero():
    frame = many(3).drop_duplicates("region").assign(value=[50.0, 51.0, 52.0])
    chart = spec(charts.bar_ranking(frame, indicator(), LIGHT, title="t"))
    assert chart["layer"][0]["encoding"]["x"]["scale"]["domain"][0] == 0


def test_a_neutral_figure_is_never_painted_good_or_bad():
    frame = line(values=(1.0,)).assign(verdict="higher", judgement="neutral")
    inks = {
        row["ink"]
        for data in spec(charts.bar_ranking(frame, indicator(), LIGHT, title="t"))["datasets"].values()
        for row in data
        if "ink" in row
    }
    assert inks == {LIGHT.quiet}


def test_coverage_tells_every_status_apart_without_colour():
    statuses = ["observed", "provisional", "suppressed", "not_published", "discontinued", "not_applicable"]
    frame = pd.DataFrame(
        {"indicator": "a", "title": "Inwoners", "year": range(2013, 2019), "status": statuses}
    )
    chart = spec(charts.coverage_chart(frame, LIGHT, title="t"))
    signs = {row["sign"] for data in chart["datasets"].values() for row in data if "sign" in row}
    assert len(signs) == 6
    assert "2 van de 6" in chart["description"]


def test_names_with_markup_stay_text():
    name = '<img src=x onerror="alert(1)"> \'"\\'
    chart = spec(charts.line_chart(line(name=name), indicator(), LIGHT, title=name))
    assert json.loads(json.dumps(chart)) == chart
    assert any(name == row.get("name") for data in chart["datasets"].values() for row in data)


def test_labels_are_pushed_apart_and_stay_inside():
    places = spread([5.0, 5.1, 5.2, 9.0], gap=1.0, low=0.0, high=10.0)
    assert min(np.diff(sorted(places))) >= 1.0 - 1e-9
    assert np.argsort(places).tolist() == [0, 1, 2, 3]
    assert places[3] == pytest.approx(9.0)
    top = spread([10.0, 10.0, 10.0], gap=1.0, low=0.0, high=10.0)
    assert max(top) <= 10.0


def test_ticks_are_round_start_at_zero_where_that_helps_and_speak_dutch():
    assert nice_ticks(0, 50) == [0, 20, 40, 60]
    assert value_ticks(pd.Series([3.0, 12.0]), "%")[0] == 0
    assert value_ticks(pd.Series([90.0, 98.0]), "%")[0] > 0
    assert max(value_ticks(pd.Series([90.0, 99.9]), "%")) <= 100
    assert tick_labels([0, 0.5, 1.0], "%")[1].startswith("0,5")
    assert tick_labels([200, 250], "x 1 000 euro")[0].endswith(f"200{THIN}000")


def test_a_still_has_the_width_that_is_asked_for():
    assert spec(charts.sized(charts.sparkline(line(), indicator(), LIGHT), 640))["width"] == 640
