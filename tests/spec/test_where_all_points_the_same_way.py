"""The Aandachtskaart: where level, trend, forecast and score point the same way, in four plain classes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.agreement import CLASSES, TOO_FEW
from data import sample
from data.store import Store
from reports.contrast import contrast
from ui import map_attention_wording as words
from ui.agreeing import compared_with, wijken_of, year_to_show
from ui.figures import Figures, figures, standing
from ui.map_attention import View, drawing, painted
from ui.theme import DARK, LIGHT, Look
from ui.triage_figures import GEMEENTE, LAND
from ui.wording import SPACE, THIN

TRUTHS = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))
CLUSTER = set(TRUTHS["rising_concern"]["regions"])
QUIET = {*TRUTHS["quiet_wijken"], *TRUTHS["false_alarm"]["regions"]}
NEVER = ("significant", "z-score", "Gi*", "p-waarde")


@pytest.fixture(scope="module")
def town(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


def view(town: Figures, comparator: str = GEMEENTE, year: int = 2025) -> View:
    return View(town, comparator, compared_with(town, year)[comparator], year)


def of_class(shown: View, name: str) -> set[str]:
    return set(shown.wijken.loc[shown.wijken["class"] == name, "region"])


def part_of(town: Figures, wijken: int, years: Sequence[int]) -> Figures:
    """The same town with only its first wijken, and figures of these years."""
    rows = town.panel[town.panel["year"].isin(years)]
    kept = sorted(rows.loc[rows["level"] == "wijk", "region"].unique())[:wijken]
    return replace(town, panel=rows[(rows["level"] != "wijk") | rows["region"].isin(kept)])


def opening(shown: View) -> str:
    known = shown.known
    told = words.lead_sentences(
        shown.wijken, shown.names, known.catalogue, known.name, shown.against, len(shown.silent)
    )
    return plain(" ".join(told))


def plain(text: str) -> str:
    return text.replace(THIN, " ").replace(SPACE, " ")


class TestSampleTown:
    @pytest.mark.parametrize("comparator", [GEMEENTE, LAND])
    def test_the_planted_wijken_ask_for_attention_now_and_later_and_no_other(
        self, town: Figures, comparator: str
    ) -> None:
        shown = view(town, comparator)
        assert of_class(shown, "now_and_later") == CLUSTER
        assert of_class(shown, "now") | of_class(shown, "later") == set()

    def test_some_years_before_only_their_level_could_be_seen(self, town: Figures) -> None:
        shown = view(town, year=2020)
        assert of_class(shown, "now") >= CLUSTER
        assert of_class(shown, "now_and_later") == set()

    def test_what_makes_somebody_look_twice_is_never_coloured(self, town: Figures) -> None:
        for year in (2023, 2024, 2025):
            shown = view(town, year=year)
            asking = {region for name in CLASSES[:3] for region in of_class(shown, name)}
            assert not asking & QUIET

    def test_it_opens_with_which_wijken_and_why(self, town: Figures) -> None:
        told = opening(view(town))
        assert "vragen nu en straks aandacht" in told
        assert all(town.label(region) in told for region in CLUSTER)
        assert "inkomen, werk en onderwijs" in told
        assert "1 wijk heeft te weinig cijfers of inwoners" in told

    def test_every_wijk_has_its_reasons_in_one_breath_that_agree_with_its_signs(self, town: Figures) -> None:
        shown = view(town)
        for region in CLUSTER:
            told, indicator, _ = shown.line(region)
            assert told.startswith("Ongunstig en wordt slechter: ")
            assert len(told) <= 100
            wijk = shown.wijk(region)
            assert all(words.theme_name(town.catalogue, theme) in told for theme in wijk["themes"][:3])
            # The source beside it is that of the number of people beside it.
            assert indicator == wijk["concerned_indicator"]
            assert words.people_text(wijk, town.catalogue).startswith("ongeveer ")

    @pytest.mark.parametrize("year", [2013, 2020])
    def test_every_line_of_every_year_has_a_source_that_exists(self, town: Figures, year: int) -> None:
        # Whom a figure counts may be told by another figure of the theme than the strongest.
        shown = replace(view(town, year=year), foretold=False)
        for region in shown.names:
            told, indicator, of_year = shown.line(region)
            assert told
            assert not indicator or year - 2 <= of_year <= year

    def test_a_wijk_that_is_opened_has_all_its_reasons_and_its_strongest_figure(self, town: Figures) -> None:
        shown = view(town)
        for region in CLUSTER:
            told, indicator, year = shown.line(region, whole=True)
            assert told.startswith("Ongunstig: ")
            assert "Wordt slechter: " in told
            assert plain(words.in_sentence(town.catalogue[indicator].title)) in plain(told)
            assert f"in {year}" in told

    def test_a_wijk_without_a_sign_says_so(self, town: Figures) -> None:
        shown = view(town)
        calm = shown.wijken.loc[shown.wijken["urgency"] == 0, "region"].iloc[0]
        assert shown.line(calm) == ("Geen van de vier wijst op iets ongunstigs.", "", 2025)

    def test_herkomst_and_counts_are_nowhere(self, town: Figures) -> None:
        used = set(view(town).found.signs["indicator"])
        assert all(town.catalogue[name].usable_in_score for name in used)
        assert all(
            town.catalogue[name].theme != "herkomst" and town.catalogue[name].kind == "rate" for name in used
        )

    def test_no_sentence_outside_the_fold_needs_a_course_in_statistics(self, town: Figures) -> None:
        shown = view(town)
        told = " ".join([opening(shown), *(shown.line(region)[0] for region in shown.wijken["region"])])
        assert not [word for word in NEVER if word in told]


class TestTheMap:
    def test_the_four_classes_and_what_is_hatched_are_counted_and_make_the_whole(self, town: Figures) -> None:
        drawn = drawing(painted(town, GEMEENTE, town.name, 2025), LIGHT)
        assert [entry.name for entry in drawn.legend[:4]] == [words.CLASS_NAMES[name] for name in CLASSES]
        assert [entry.count for entry in drawn.legend[:4]] == [4, 0, 0, 19]
        assert [(entry.name, entry.mark, entry.count) for entry in drawn.legend[4:]] == [
            ("minder dan 200 inwoners", "no_figure", 1)
        ]
        assert sum(entry.count or 0 for entry in drawn.legend) == len(drawn.areas)
        assert plain(drawn.title).endswith("4 wijken nu en straks aandacht")

    def test_the_table_and_the_files_follow_the_list(self, town: Figures) -> None:
        shown = view(town)
        table = words.table(shown.listed, shown.names, town.catalogue)
        assert list(table.index[:23]) == [shown.names[region] for region in shown.wijken["region"]]
        # Of whom nothing can be said is hatched on the map, and stands in the table and the files as well.
        assert sorted(table.index) == sorted(shown.names.values())
        assert table["Klasse"].iloc[-1] == words.CLASS_NAMES[TOO_FEW]
        assert set(table["Trend"]) <= {"slechter", "beter", "niet duidelijk", "niet bekend"}
        rows = words.figure_rows(shown.listed, shown.names, town.catalogue, town.name, 2025, shown.source)
        assert {"Code", "Klasse", "Vergeleken met", "Jaar", "Bron"} <= set(rows)
        assert set(rows["Code"]) == set(shown.names)

    @pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
    def test_what_asks_most_stands_out_most_and_no_two_classes_are_as_light(self, look: Look) -> None:
        against_paper = [contrast(colour, look.paper) for colour in look.attention]
        assert against_paper == sorted(against_paper, reverse=True)
        assert against_paper[0] >= 4.5
        steps = [contrast(*pair) for pair in zip(look.attention, look.attention[1:], strict=False)]
        assert min(steps) >= 1.2


class TestStrangeStates:
    @pytest.mark.parametrize(
        ("wijken", "years", "told"),
        [
            (
                3,
                range(2013, 2026),
                ["De aandachtsscore telt hier niet mee: daarvoor zijn minstens 10 wijken"],
            ),
            (1, range(2013, 2026), ["De aandachtsscore telt hier niet mee"]),
            # Of the newest year only the figures on wonen are there, and a score would repeat them.
            (24, [2025], ["zijn er te weinig cijfers om te zeggen waar aandacht nodig is"]),
            (24, [2024], ["Deze kaart gaat dus alleen over nu."]),
        ],
        ids=["three wijken", "one wijk", "one theme", "one year"],
    )
    def test_what_cannot_speak_is_named_and_the_rest_works(
        self, town: Figures, wijken: int, years: list[int], told: list[str]
    ) -> None:
        part = part_of(town, wijken, years)
        # A wijk that is the whole gemeente can only be held against Nederland.
        comparator = next(iter(compared_with(part, max(years))))
        shown = replace(view(part, comparator, max(years)), foretold=False)
        assert [sentence for sentence in told if sentence not in opening(shown)] == []
        assert len(words.table(shown.listed, shown.names, town.catalogue)) == wijken
        for region in shown.names:
            assert shown.line(region)[0]

    def test_before_the_forecasts_are_worked_out_the_map_is_there_and_says_that_they_do_not_count_yet(
        self, town: Figures
    ) -> None:
        before = replace(view(town), foretold=False)
        told = words.lead_sentences(
            before.wijken, before.names, town.catalogue, town.name, before.against, waiting=True
        )
        assert "De verwachting wordt nog doorgerekend en telt nog niet mee." in told
        assert set(before.wijken["forecast"]) == {"unknown"}
        assert of_class(before, "now_and_later") == CLUSTER

    def test_hundred_and_ten_wijken_are_not_all_named_in_the_opening(self, town: Figures) -> None:
        wijken = pd.concat([view(town).wijken] * 5, ignore_index=True).iloc[:110]
        wijken = wijken.assign(region=[f"WK{n:06d}" for n in range(110)])
        for name in CLASSES[:3]:
            names = {region: f"Wijk {region}" for region in wijken["region"]}
            shown = wijken.assign(
                **{"class": name, "themes_now": [("werk",)] * 110, "themes_later": [("werk",)] * 110}
            )
            told = words.lead_sentences(shown, names, town.catalogue, "Voorbeeldstad", "Nederland")
            assert "en 105 andere" in told[0]
            assert len(told[0]) < 300

    def test_without_borders_there_is_no_map_and_a_sentence_says_so(
        self, town: Figures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ui.map_attention.borders_for", lambda *_: None)
        assert painted.__wrapped__(town, GEMEENTE, town.name, 2025) is None
        assert "nog geen grenzen" in words.no_borders_sentence(town.name)

    def test_land_that_was_divided_since_is_on_the_map_once(self, converted_folder: Path) -> None:
        town = figures(Store(converted_folder), sample.GEMEENTE)
        wijken, split = set(wijken_of(town, 2020)), {"WK999924", "WK999925"}
        assert wijken >= split
        assert "WK999911" not in wijken
        assert wijken >= set(standing(town, 2020)["region"])

    def test_where_nothing_can_be_compared_there_is_no_year_to_show(self, town: Figures) -> None:
        lonely = replace(town, panel=town.panel[town.panel["level"] == "wijk"])
        assert year_to_show(lonely, 2025) is None

    def test_a_name_may_be_long_and_hold_markup(self, town: Figures) -> None:
        names = dict.fromkeys(view(town).names, "<b>Wijk</b> *met* een heel erg lange naam van zestig tekens")
        told = words.lead_sentences(view(town).wijken, names, town.catalogue, "X", "Y")
        assert "<b>Wijk</b>" in told[0]


@pytest.mark.real
class TestHeerlen:
    @pytest.fixture(scope="class")
    def heerlen(self, heerlen_folder: Path) -> Figures:
        return figures(Store(heerlen_folder), "GM0917")

    def test_five_years_say_something_about_now_and_nothing_about_later(self, heerlen: Figures) -> None:
        shown = view(heerlen, year=2020)
        assert of_class(shown, "now_and_later") | of_class(shown, "later") == set()
        assert 1 <= len(of_class(shown, "now")) <= len(shown.wijken) / 3
        assert "Deze kaart gaat dus alleen over nu." in opening(shown)
        # Wijken with hardly any inhabitants are never called.
        assert len(shown.silent) == 3
        assert shown.wijken["people"].min() >= 200


def test_a_forecast_alone_is_told_as_an_expectation(town: Figures) -> None:
    wijken = view(town).wijken.assign(trend="neither", forecast="worse")
    told = words.lead_sentences(wijken, view(town).names, town.catalogue, "Voorbeeldstad", "Nederland")
    assert "een deel daarvan wordt naar verwachting slechter" in told[0]
    later = wijken.assign(**{"class": "later", "themes_later": [("werk",)] * len(wijken)}).iloc[:1]
    told = words.lead_sentences(later, view(town).names, town.catalogue, "Voorbeeldstad", "Nederland")
    assert (
        "vraagt nu nog geen aandacht, maar cijfers over werk worden er naar verwachting slechter" in told[0]
    )
