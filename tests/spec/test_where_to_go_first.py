"""Where to go first: what the list of Outreach promises, read on the sample municipality with what was planted in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from analysis.agreement import FEWEST_RANKED
from analysis.outreach import PARTS, START, STRONG, Ordered
from data import sample
from data.settings import Settings
from data.store import Store
from register.database import open_register
from register.roles import Actor, Role
from register.sample import ensure_sample
from register.visits import Visits
from ui import outreach_wording as words
from ui.figures import figures
from ui.outreach_figures import Picture, as_tuple, ordered, picture
from ui.registering import Desk

TODAY = date(2026, 6, 1)
TRUTHS = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["concerns"]
QUIET = set(TRUTHS["under_heard"]["regions"])
READER = Actor("lezer", Role.VIEWER)


@pytest.fixture(scope="module")
def place(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path_factory.mktemp('register') / 'register.db'}"
    database = open_register(Settings(store=sample_folder, database_url=url))
    ensure_sample(database, TODAY)
    yield Desk(database, sample.GEMEENTE, READER)
    database.engine.dispose()


@pytest.fixture(scope="module")
def shown(place: Desk, sample_folder: Path) -> Picture:
    known = figures(Store(sample_folder), sample.GEMEENTE)
    with pytest.MonkeyPatch.context() as patch:
        # Another test in this process may have worked the forecast out.
        patch.setattr("ui.outreach_figures.forecasting.is_studied", lambda _: False)
        return picture(known, place, known.years[-1], TODAY)


@pytest.fixture(scope="module")
def found(shown: Picture) -> Ordered:
    return ordered(shown, as_tuple(START))


def first(found: Ordered, n: int) -> list[str]:
    return list(found.places["region"].head(n))


def told(shown: Picture, found: Ordered) -> dict[str, list[str]]:
    return {region: [one.told for one in shown.strongest(found, region)] for region in found.places["region"]}


def test_wijken_that_get_worse_and_are_not_heard_come_first(found: Ordered) -> None:
    assert set(first(found, 3)) == QUIET


def test_the_loudest_wijk_is_not_the_first(found: Ordered, place: Desk) -> None:
    heard = place.concerns.heard()
    loudest = heard["wijk"].value_counts().index[0]
    assert loudest == TRUTHS["loud_not_needy"]
    assert loudest not in first(found, 5)


def test_a_reader_gets_the_order_without_seeing_a_text(shown: Picture) -> None:
    assert not {"aim", "outcome", "text"} & {*shown.visits, *shown.reasons}


def test_the_page_opens_with_where_to_begin(shown: Picture, found: Ordered) -> None:
    opening = " ".join(words.lead_sentences(found, shown.names, told(shown, found), {}))
    assert opening.startswith("Begin in ")
    assert any(shown.names[region] in opening for region in QUIET)


def test_every_sentence_names_at_most_three_reasons_and_each_is_a_strong_one(
    shown: Picture, found: Ordered
) -> None:
    for region in found.places["region"]:
        reasons = shown.strongest(found, region)
        assert len(reasons) <= 3
        assert all(one.strength >= STRONG and one.told for one in reasons), region


def test_a_card_is_read_in_ten_seconds_and_claims_no_more_than_the_reasons_in_full(
    shown: Picture, found: Ordered
) -> None:
    for region in found.places["region"]:
        reasons = shown.strongest(found, region)[: words.IN_SENTENCE]
        sentence = words.place_sentence([one.in_short for one in reasons], ())
        assert len(sentence.split()) <= 30, sentence
        assert all(len(one.in_short) <= len(one.told) + 1 for one in reasons), sentence
    rank = words.score_short(4, 3, 7, 23)
    assert rank == "plaats 3 tot 7 van 23 in de aandachtsscore", "a place that other choices move is a range"


def test_what_a_sentence_says_is_what_the_figures_say(shown: Picture, found: Ordered) -> None:
    wijk = sorted(QUIET)[0]
    sentence = words.place_sentence(told(shown, found)[wijk], ())
    score = shown.by_name[wijk, "score", "score"]
    trend = shown.by_name[wijk, "trend", "trend"]
    unheard = shown.by_name[wijk, "silence", "unheard"]
    assert "in de aandachtsscore" in score.told
    assert "in 2 thema's worden cijfers slechter" in trend.told
    assert "procent van wat bij het aantal inwoners past" in unheard.told
    heard = place_share(unheard.told)
    assert 15 <= heard <= 60
    assert score.told.lower() in sentence.lower()


def place_share(sentence: str) -> float:
    return float(sentence.partition("ongeveer ")[2].partition(" procent")[0].replace(",", "."))


def test_litter_that_grows_is_a_reason_in_the_two_wijken_where_it_grows_and_nowhere_else(
    shown: Picture,
) -> None:
    grows = {one.region for one in shown.found if one.signal == "more_and_more" and one.strength > 0}
    assert grows == set(TRUTHS["new_cluster"]["regions"])


def test_where_nobody_ever_came_that_is_said(shown: Picture) -> None:
    visit = shown.visit(TRUTHS["never_visited"])
    assert words.visit_told(visit).startswith("hier was in ")
    assert visit["strength"] > STRONG


def test_a_wijk_of_a_few_people_stands_apart_with_the_reason(found: Ordered) -> None:
    why = dict(found.apart.to_numpy())
    assert words.WHY_APART[why[TRUTHS["too_small"]]].startswith("Minder dan 200 inwoners")


def test_with_the_weight_on_visits_alone_the_unvisited_wijk_comes_first(shown: Picture) -> None:
    alone = ordered(shown, as_tuple(dict.fromkeys(PARTS, 0) | {"silence": 10}))
    assert set(alone.reasons["part"]) == {"silence"}
    assert TRUTHS["never_visited"] in first(alone, 5)


def test_all_weights_at_nought_give_no_order_and_say_so(shown: Picture) -> None:
    none = ordered(shown, as_tuple(dict.fromkeys(PARTS, 0)))
    assert none.places.empty
    assert "Alle gewichten staan op 0" in words.lead_sentences(none, shown.names, {}, {})[0]


def test_before_the_forecast_is_there_it_is_missing_and_not_nought(shown: Picture, found: Ordered) -> None:
    assert "forecast" in shown.unknown
    assert found.places["missing"].map(lambda parts: "forecast" in parts).all()
    assert "forecast" not in set(found.reasons["part"])


def test_a_register_without_visits_and_concerns_is_not_taken_for_silence(
    sample_folder: Path, tmp_path: Path
) -> None:
    known = figures(Store(sample_folder), sample.GEMEENTE)
    database = open_register(Settings(store=sample_folder, database_url=f"sqlite:///{tmp_path / 'leeg.db'}"))
    empty = picture(known, Desk(database, sample.GEMEENTE, READER), known.years[-1], TODAY)
    assert {"concerns", "silence"} <= set(empty.unknown)
    assert "In deze gemeente nog niet bekend" in words.unknown_sentence(empty.unknown)


def test_a_visit_that_is_ticked_off_takes_the_reason_away(
    shown: Picture, place: Desk, sample_folder: Path
) -> None:
    wijk = TRUTHS["never_visited"]
    coordinator = Actor("coordinator", Role.COORDINATOR)
    visits = Visits(place.database, sample.GEMEENTE, coordinator)
    saved = visits.add({"wijk": wijk, "aim": "Kennismaken", "day": TODAY.isoformat(), "borders_year": 2025})
    visits.change(saved.numbers[0], 1, {"status": "gedaan", "done_on": TODAY.isoformat()})
    after = picture(shown.known, place, shown.year, TODAY)
    assert after.visit(wijk)["strength"] == 0.0
    assert words.visit_told(after.visit(wijk)) == "het laatste bezoek was minder dan een week geleden"


def test_the_sample_is_large_enough_for_these_promises(found: Ordered) -> None:
    assert len(found.places) >= FEWEST_RANKED
