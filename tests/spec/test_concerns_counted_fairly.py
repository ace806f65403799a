"""Concerns counted fairly: on the invented concerns of Voorbeeldstad, of which is known what was put into them.

Loud is not needy, few is nothing to say, and what is small is nowhere to be found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis.concerns import LESS, MORE, NEW, PERSISTENT, TERM, TOO_FEW
from analysis.hotspots import COLD, HOT
from analysis.small_counts import SHOWN, TOTAL
from data import sample
from data.catalogue import catalogue
from data.store import Store
from register.counting import squares
from reports.contrast import contrast, luminance
from ui import concern_figures as figures
from ui import concern_patterns as patterns
from ui import concern_picture_wording as words
from ui import hearing_figures
from ui.concern_figures import Heard, Pick
from ui.concern_gathered_map import fresh_of, gathered_map
from ui.figures import figures as read
from ui.hearing_standing import AS_COUNTED
from ui.outreach_voices import LOUD, concern_reasons
from ui.registering import desk
from ui.selection import Selection
from ui.theme import DARK, LIGHT

TRUTHS = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["concerns"]
WASTE = Pick("theme", "afval")


@pytest.fixture(scope="module")
def selection(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Selection]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WIJKRADAR_STORE", str(sample_folder))
        patch.setenv(
            "WIJKRADAR_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('zorgen') / 'register.db'}"
        )
        store = Store(sample_folder)
        yield Selection(store, read(store, sample.GEMEENTE), None, catalogue()["population"], 2025)


@pytest.fixture(scope="module")
def of(selection: Selection) -> Heard:
    return figures.heard(selection)


def test_a_loud_wijk_is_told_as_loud_and_the_page_says_what_that_is_not(
    selection: Selection, of: Heard
) -> None:
    now, before = (figures.rates_of(of, one).set_index("region")["verdict"] for one in of.stretches[:2])
    assert before[TRUTHS["loud_not_needy"]] == MORE
    assert set(now[now == LESS].index) == set(TRUTHS["under_heard"]["regions"])
    told = figures.summary(selection)
    assert words.LOUD_IS_NOT_NEEDY in told
    assert not any(
        re.search(r"\b(slechtst|ergst|meeste zorgen|op 1|nummer 1)", sentence) for sentence in told
    )


def test_a_wijk_is_heard_more_or_less_than_its_residents_explain_on_every_page_alike(
    selection: Selection, of: Heard
) -> None:
    place = desk(selection)
    hearing = hearing_figures.hearing(place, of.known, hearing_figures.CONCERNS, hearing_figures.USUAL)
    assert hearing is not None
    there = hearing.wijken.set_index("region")
    here = figures.rates_of(of, of.stretches[0]).set_index("region")
    assert (there["verdict"].map(AS_COUNTED) == here["verdict"]).all()
    assert there["expected"].equals(here["expected"])
    reasons = concern_reasons(of.known, place, of.today, list(here.index))
    loud = {one.region for one in reasons if one.signal == LOUD and one.strength > 0}
    assert loud == set(here[here["verdict"] == MORE].index)


def test_a_wijk_with_too_few_people_gets_no_verdict_and_its_count_is_hidden(
    selection: Selection, of: Heard
) -> None:
    row = figures.rates_of(of, of.stretches[0]).set_index("region").loc[TRUTHS["too_small"]]
    assert row["verdict"] == TOO_FEW
    assert np.isnan(row["smoothed"])
    assert "minder dan 5; te weinig om iets te zeggen" in figures.sentence_for(selection, TRUTHS["too_small"])


def test_what_is_new_and_what_stays_is_found_where_it_was_put(of: Heard) -> None:
    found = patterns.course(of).set_index(["region", "theme"])["class"]
    new, lasting = TRUTHS["new_cluster"], TRUTHS["lasting"]
    assert {found.get((region, new["theme"])) for region in new["regions"]} == {NEW}
    assert {found.get((region, lasting["theme"])) for region in lasting["regions"]} == {PERSISTENT}
    planted = {(region, new["theme"]) for region in new["regions"]} | {
        (r, lasting["theme"]) for r in lasting["regions"]
    }
    others = [one for one in found.index if one not in planted]
    assert all(region == TRUTHS["loud_not_needy"] for region, _ in others)


def test_a_fresh_concentration_is_found_with_the_month_in_which_it_began(of: Heard) -> None:
    found = patterns.fresh(of).set_index("theme")
    cluster = found.loc[TRUTHS["new_cluster"]["theme"]]
    assert set(TRUTHS["new_cluster"]["regions"]) <= set(cluster["regions"])
    began = date.today() - timedelta(days=TRUTHS["new_cluster"]["since_days"])
    assert abs((cluster["since"] - began).days) <= 45


def test_the_map_of_what_lies_together_colours_what_the_sentences_tell_and_hatches_what_may_not_be_told(
    selection: Selection, of: Heard
) -> None:
    themes = tuple(desk(selection).themes.items())
    for pick in (Pick(), WASTE):
        made = gathered_map(of, of.stretches[0], pick, figures.titles(selection)[pick], themes)
        together = patterns.gathered(of, of.stretches[0], pick)
        assert made is not None
        assert together is not None
        rows = made.rows.set_index("region")
        new = {region for regions in fresh_of(of, pick)["regions"] for region in regions}
        assert set(rows[rows["class"] == "new"].index) == new >= set(TRUTHS["new_cluster"]["regions"])
        told = new | {region for regions in together.clusters["regions"] for region in regions}
        told |= set(together.spots.loc[together.spots["class"].isin([HOT, COLD]), "region"])
        assert set(rows[rows["class"].isin(["new", "more", "less"])].index) <= told
        hidden = figures.counts_of(of, of.stretches[0], pick).set_index("region")["status"] != SHOWN
        assert (rows.loc[[one for one in rows.index if hidden[one] and one not in told], "class"] == "").all()
        for look in (LIGHT, DARK):
            drawing = made.drawn(look)
            assert sum(entry.count or 0 for entry in drawing.legend) == len(drawing.areas)
            greys = [luminance(colour) for colour in drawing.colours]
            steps = [contrast(one, other) for one, other in pairwise(drawing.colours)]
            assert sorted(greys, reverse=look is DARK) == greys
            assert min(steps) > 1.5, "told apart in greyscale"
    before = gathered_map(of, of.stretches[1], Pick(), "Alle zorgen en signalen", themes)
    assert before is not None
    assert "new" not in set(before.rows["class"]), "what is new now is not drawn on the map of a year ago"


def test_a_theme_is_told_before_all_concerns_together_that_it_is_part_of(
    selection: Selection, of: Heard
) -> None:
    lines = words.fresh_lines(patterns.fresh(of), desk(selection).themes)
    assert "afval en zwerfvuil" in lines[0]
    assert lines[-1].startswith("Ook van alle zorgen samen")


def test_who_waits_long_is_told_with_those_who_still_wait(of: Heard) -> None:
    rows = patterns.feedback_of(of, of.stretches[0], "theme", TERM).set_index("group")
    days = TRUTHS["feedback_days"]
    assert rows.loc["verkeer", "lower"] <= days["verkeer"] <= rows.loc["verkeer", "upper"]
    assert rows.loc["afval", "upper"] < rows.loc[TOTAL, "lower"] < rows.loc["verkeer", "lower"]


def test_no_small_count_follows_from_anything_that_is_shown_of_a_stretch(of: Heard) -> None:
    stretch = of.stretches[0]
    exact = of.within(stretch)
    totals = figures.counts_of(of, stretch).set_index("region")
    for by in ("theme", "channel"):
        shown = {
            key: figures.counts_of(of, stretch, Pick(by, key)).set_index("region")
            for key in exact[by].unique()
        }
        for region in totals.index.drop(TOTAL):
            if totals.loc[region, "status"] != SHOWN:
                assert all(part.loc[region, "status"] != SHOWN for part in shown.values()), "not broken down"
                continue
            hidden = [key for key, part in shown.items() if part.loc[region, "status"] != SHOWN]
            assert len(hidden) != 1, "one hidden part is its total less the others"
        for key, part in shown.items():
            true = exact[exact[by] == key].groupby("region").size().reindex(part.index[:-1], fill_value=0)
            assert not (true.between(1, 4) & (part["status"].iloc[:-1] == SHOWN)).any()


def test_a_theme_in_one_channel_cannot_be_asked(selection: Selection) -> None:
    assert {pick.kind for pick in figures.titles(selection)} == {"all", "theme", "channel"}


def test_points_are_squares_with_enough_in_them_and_no_number_to_subtract(
    selection: Selection, of: Heard
) -> None:
    stretch = of.stretches[0]
    found = squares(desk(selection).concerns, stretch.first.isoformat(), stretch.last.isoformat())
    assert list(found.columns) == ["x", "y", "side", "at_least"]
    assert (found["at_least"] >= 5).all()
    assert found["side"].min() >= 500
    assert ((found[["x", "y"]].to_numpy() % found[["side"]].to_numpy()) == 0).all()


def test_a_concern_on_older_borders_counts_in_the_wijk_of_now_and_one_without_is_told(of: Heard) -> None:
    known = of.known
    gone = known.lineage.events
    merged = gone[(gone["level"] == "wijk") & (gone["old"].map(len) > 1) & (gone["new"].map(len) == 1)]
    rows = [
        {"wijk": "WK999901", "buurt": None, "borders_year": 2025},
        {"wijk": "WK000000", "buurt": None, "borders_year": 2025},
    ]
    for event in merged.to_dict("records"):
        rows += [{"wijk": code, "buurt": None, "borders_year": event["year"] - 1} for code in event["old"]]
    placed = figures.placed(known, pd.DataFrame(rows))
    assert list(placed[:2]) == ["WK999901", figures.NOWHERE]
    for event, first in zip(merged.to_dict("records"), range(2, len(rows), 2), strict=False):
        assert known.code_in(placed[first], known.years[-1]) in {*event["new"], placed[first]}
        assert placed[first] == placed[first + 1] != figures.NOWHERE


@pytest.mark.parametrize("part", ["wijken", "tijd", "bijeen", "plekken", "antwoord"])
def test_every_part_of_the_picture_opens(selection: Selection, part: str) -> None:
    def page() -> None:
        import streamlit as st

        from ui.concern_picture import show
        from ui.theme import LIGHT

        show(st.session_state["keuze"], LIGHT)

    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["keuze"] = selection
    app.query_params["toon"] = part
    app.query_params["vorm"] = "grafiek"
    app.query_params["zorg"] = "theme.afval"
    app.run()
    assert not app.exception
    text = "\n".join(str(each.value) for each in [*app.markdown, *app.caption])
    assert {
        "wijken": "meer dan verwacht komt uit Parkwijk en Zuidoever",
        "tijd": "Nieuw in Parkwijk: afval en zwerfvuil",
        "bijeen": "Nieuwe concentratie sinds",
        "plekken": "Geen adressen",
        "antwoord": "zeker langer bij verkeer en parkeren",
    }[part] in text
    if part == "bijeen":
        assert "dan geldt de kleur voor die wijken samen" in text, "the map stands beside the sentences"
