"""A wijkanalyse holds what people bring in: checked, in their order, frozen once settled, and read by who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data import sample
from data.catalogue import catalogue
from data.sample.stories import BUSY, LONELY
from data.settings import Settings
from data.store import Store
from register import database as registers
from register.database import Database, open_register
from register.errors import Conflict, NothingToUndo, PersonalDetails, RegisterError, WrongConcern
from register.keeping import RETENTION, Kept
from register.retention import DEFAULT_MONTHS, due, expire, forget, terms
from register.roles import LOCAL, Actor, NotAllowed, Role
from register.sample import ensure_sample
from register.stories import KINDS, READ_SECTIONS, SECTIONS, Parts, Stories, story
from reports import model
from ui.figures import figures
from ui.story_place import figure_there

GEMEENTE, WIJK = "GM9999", "WK999901"
ANNA, BRAM = Actor("anna", Role.COORDINATOR), Actor("bram", Role.COORDINATOR)
READER = Actor("lezer", Role.VIEWER)
TODAY = date(2026, 11, 22)
WORDS = "sinaasappelpannenkoek"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Database]:
    database = open_register(Settings(store=tmp_path / "store"))
    yield database
    database.engine.dispose()
    registers._open.pop(database.url, None)


@pytest.fixture
def stories(register: Database) -> Stories:
    return Stories(register, GEMEENTE, ANNA)


@pytest.fixture
def parts(register: Database) -> Parts:
    return Parts(register, GEMEENTE, ANNA)


@pytest.fixture
def first(stories: Stories) -> int:
    return stories.start(WIJK, 2025, 2023).numbers[0]


def part(of: int, kind: str = "strength", **fields: Any) -> dict[str, Any]:
    return {"story": of, "kind": kind, "title": "Buren helpen elkaar"} | fields


def settled(stories: Stories, number: int, on: date = date(2024, 11, 14)) -> int:
    version = stories.get(number)["version"]
    stories.set_status(
        number, version, "vastgesteld", on=on, figures=[{"indicator": "population", "value": 10.0}]
    )
    return number


def test_the_chapters_of_the_register_are_those_of_the_report() -> None:
    assert tuple(model.SECTIONS) == SECTIONS
    assert model.RECOGNISED == READ_SECTIONS


# -- what may be brought in ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field", "match"),
    [
        ({"kind": "mening"}, "kind", "kies uit Duiding"),
        ({"title": " "}, "title", "Kracht: vul een korte titel in"),
        ({"text": "x" * 4_001}, "text", "hoogstens 4000 tekens"),
        ({"title": "x" * 201}, "title", "hoogstens 200 tekens"),
        ({"section": "keuken"}, "section", "kies uit vraag"),
        ({"owner": "opbouwwerker"}, "owner", "hoort bij een actie"),
        ({"recognised": "ja"}, "recognised", "hoort bij een duiding"),
        ({"kind": "reading", "section": "acties", "group_name": "bewoners"}, "section", "kies uit bevolking"),
        ({"kind": "reading", "section": "wonen", "text": "klopt"}, "group_name", "Noem de groep"),
        ({"kind": "reading", "section": "wonen", "group_name": "bewoners"}, "text", "herkent"),
        ({"kind": "reading", "section": "wonen", "group_name": "bewoners", "recognised": "soms"}, "recognised", "Deels"),
        ({"kind": "action", "evaluate_on": "ooit"}, "evaluate_on", "geen datum"),
        ({"kind": "action", "status": "bijna"}, "status", "kies uit Nog niet begonnen"),
        ({"kind": "action", "indicator": "laag inkomen!"}, "indicator", "Kies een cijfer"),
        ({"kind": "action", "about": 999}, "about", "kies een ander"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_field_and_what_to_do(
    parts: Parts, first: int, fields: dict[str, Any], field: str, match: str
) -> None:
    with pytest.raises(WrongConcern, match=match) as wrong:
        parts.add(part(first) | fields)
    assert wrong.value.field == field
    assert parts.of(first) == []


@pytest.mark.parametrize("field", ["title", "text", "group_name", "owner", "partners", "target", "outcome"])
def test_groups_have_the_word_and_never_a_person(parts: Parts, first: int, field: str) -> None:
    told = part(first, "action") | {field: "volgens mevrouw Jansen"}
    with pytest.raises(PersonalDetails, match="naam van iemand"):
        parts.add(told)
    kept = parts.add(told | {"harmless": ["mevrouw Jansen"]}).numbers[0]
    assert parts.get(kept)[field] == "volgens mevrouw Jansen"


@pytest.mark.parametrize("field", ["reason", "question", "boundary", "observed", "history", "message", "ask"])
def test_the_texts_of_an_edition_are_checked_too(stories: Stories, first: int, field: str) -> None:
    with pytest.raises(PersonalDetails):
        stories.change(first, 1, {field: "Bel tel. 0612345678"})
    stories.change(first, 1, {field: "Wie horen wij niet?"})
    assert stories.get(first)[field] == "Wie horen wij niet?"


def test_what_makes_an_edition_that_edition_is_not_changed_by_hand(stories: Stories, first: int) -> None:
    for field, value in {"wijk": "WK999902", "edition": 9, "status": "vastgesteld", "figures": []}.items():
        with pytest.raises(WrongConcern, match="ligt vast"):
            stories.change(first, 1, {field: value})


# -- order --------------------------------------------------------------------------------------------


def test_parts_stand_by_kind_and_then_as_people_put_them(parts: Parts, first: int) -> None:
    names = ["een", "twee", "drie"]
    numbers = [parts.add(part(first, "priority", title=name)).numbers[0] for name in names]
    parts.add(part(first, "strength", title="kracht"))
    parts.add(part(first, "reading", section="werk", group_name="wijkteam", recognised="ja"))
    parts.add(part(first, "reading", section="bevolking", group_name="bewoners", recognised="nee"))

    def order() -> list[str]:
        return [one["title"] for one in parts.of(first) if one["kind"] == "priority"]

    moved = parts.move(numbers[2], 1, up=True)
    assert order() == ["een", "drie", "twee"]
    parts.move(numbers[0], parts.get(numbers[0])["version"], up=False)
    assert order() == ["drie", "een", "twee"]
    edge = parts.get(numbers[1])
    assert parts.move(numbers[1], edge["version"], up=False).batch == ""
    with pytest.raises(NothingToUndo):
        parts.undo(moved.batch)
    assert [one["section"] for one in parts.of(first)[:2]] == ["bevolking", "werk"]
    assert [one["kind"] for one in parts.of(first)] == sorted(
        (one["kind"] for one in parts.of(first)), key=list(KINDS).index
    )


def test_a_move_of_somebody_else_is_not_undone_by_an_old_screen(
    register: Database, parts: Parts, first: int
) -> None:
    numbers = [parts.add(part(first, title=name)).numbers[0] for name in "abc"]
    Parts(register, GEMEENTE, BRAM).move(numbers[0], 1, up=False)
    with pytest.raises(RegisterError, match="verplaatst door bram"):
        parts.move(numbers[0], 1, up=False)


# -- status -------------------------------------------------------------------------------------------


def test_a_settled_edition_lies_still_with_its_parts_until_it_is_put_back(
    stories: Stories, parts: Parts, first: int
) -> None:
    kept = parts.add(part(first)).numbers[0]
    added = parts.add(part(first, title="tweede"))
    settled(stories, first)
    attempts: list[Callable[[], object]] = [
        lambda: stories.change(first, 2, {"question": "En nu?"}),
        lambda: stories.remove({first: 2}),
        lambda: parts.change(kept, 1, {"title": "anders"}),
        lambda: parts.remove({kept: 1}),
        lambda: parts.move(kept, 1, up=False),
        lambda: parts.add(part(first, title="derde")),
        lambda: parts.undo(added.batch),
    ]
    for attempt in attempts:
        with pytest.raises(
            RegisterError, match=r"vastgesteld en ligt vast. Er is niets veranderd. Zet haar bij Afronden"
        ):
            attempt()
    assert [one["title"] for one in parts.of(first)] == ["Buren helpen elkaar", "tweede"]
    stories.set_status(first, 2, "concept", on=TODAY)
    head = stories.get(first)
    assert (head["settled_on"], head["figures"]) == (None, None)
    parts.change(kept, 1, {"title": "anders"})


def test_what_became_of_an_action_is_written_also_after_settling(
    stories: Stories, parts: Parts, first: int
) -> None:
    action = parts.add(part(first, "action", owner="opbouwwerker")).numbers[0]
    settled(stories, first)
    saved = parts.change(action, 1, {"status": "gedaan", "outcome": "Elke maand een volle tafel."})
    with pytest.raises(RegisterError, match="ligt vast"):
        parts.change(action, 2, {"status": "loopt", "title": "iets anders"})
    parts.undo(saved.batch)
    assert (parts.get(action)["status"], parts.get(action)["outcome"]) == ("open", None)


def test_settling_keeps_the_figures_the_days_and_the_way_back(stories: Stories, first: int) -> None:
    stories.set_status(first, 1, "besproken", on=date(2024, 11, 7))
    with pytest.raises(WrongConcern, match="vóór de dag van de bespreking"):
        stories.set_status(first, 2, "vastgesteld", on=date(2024, 11, 1))
    figures = [{"indicator": "population", "year": 2023, "value": float("nan"), "text": "geen cijfer"}]
    done = stories.set_status(first, 2, "vastgesteld", on=date(2024, 11, 14), figures=figures)
    head = stories.get(first)
    assert (head["discussed_on"], head["settled_on"]) == ("2024-11-07", "2024-11-14")
    assert head["figures"] == [figures[0] | {"value": None}]
    stories.undo(done.batch)
    assert (stories.get(first)["status"], stories.get(first)["figures"]) == ("besproken", None)


def test_who_settles_has_seen_the_last_version(register: Database, stories: Stories, first: int) -> None:
    Stories(register, GEMEENTE, BRAM).change(first, 1, {"question": "Van Bram?"})
    with pytest.raises(RegisterError, match=r"gewijzigd door bram. De status is niet veranderd"):
        stories.set_status(first, 1, "vastgesteld", on=TODAY)


def test_taking_a_reopening_back_does_not_settle_what_was_written_since(
    stories: Stories, parts: Parts, first: int
) -> None:
    settled(stories, first)
    reopened = stories.set_status(first, 2, "concept", on=TODAY)
    parts.add(part(first))
    with pytest.raises(NothingToUndo, match="daarna gewerkt"):
        stories.undo(reopened.batch)


# -- the next edition ---------------------------------------------------------------------------------


def test_the_next_edition_starts_from_what_was_and_says_where_it_came_from(
    register: Database, stories: Stories, parts: Parts, first: int
) -> None:
    stories.change(first, 1, {"boundary": "De hele wijk.", "question": "Hoe gaat het?"})
    weak = parts.add(part(first, "bottleneck", title="Weinig contact")).numbers[0]
    priority = parts.add(part(first, "priority", title="Elkaar zien", about=weak)).numbers[0]
    with pytest.raises(WrongConcern, match="knelpunt staat niet"):
        parts.add(part(first, "priority", title="Over zichzelf", about=priority))
    action = parts.add(
        part(first, "action", title="Koffie", about=priority, owner="opbouwwerker", status="loopt")
    )
    parts.add(part(first, "reading", section="wonen", group_name="bewoners", recognised="ja"))
    with pytest.raises(RegisterError, match="Stel de vorige eerst vast"):
        stories.start(WIJK, 2025, 2025, after=first)
    settled(stories, first)
    second = stories.start(WIJK, 2025, 2025, after=first)
    told = story(register, GEMEENTE, ANNA, second.numbers[0])
    assert (told.head["edition"], told.head["boundary"], told.head["question"]) == (2, "De hele wijk.", None)
    assert told.before is not None
    assert told.before.head["figures"]
    assert [one["kind"] for one in told.parts] == ["bottleneck", "priority", "action"]
    (new_weak, new_priority, new_action) = told.parts
    assert new_priority["about"] == new_weak["number"]
    assert (new_priority["came_from"], new_action["came_from"]) == (priority, action.numbers[0])
    assert (new_action["about"], new_action["status"]) == (new_priority["number"], "loopt")
    assert [head["edition"] for head in stories.editions(WIJK)] == [2, 1]
    with pytest.raises(RegisterError, match="volgende wijkanalyse"):
        stories.set_status(first, stories.get(first)["version"], "concept", on=TODAY)


def test_starting_goes_back_whole_while_nobody_worked_on_and_can_be_done_again(
    stories: Stories, parts: Parts, first: int
) -> None:
    parts.add(part(first))
    settled(stories, first)
    second = stories.start(WIJK, 2025, 2025, after=first)
    number = second.numbers[0]
    undone = stories.undo(second.batch)
    assert len(stories.editions(WIJK)) == 1
    with pytest.raises(RegisterError):
        parts.of(number)
    assert [one["story"] for one in parts.rows()] == [first]
    stories.undo(undone.batch)
    assert [one["title"] for one in parts.of(number)] == ["Buren helpen elkaar"]
    parts.add(part(number, title="van na de start"))
    with pytest.raises(NothingToUndo, match="daarna gewerkt"):
        stories.undo(second.batch)


def test_an_edition_that_was_removed_does_not_come_back_beside_a_new_one(
    stories: Stories, first: int
) -> None:
    removed = stories.remove({first: 1})
    again = stories.start(WIJK, 2025, 2025).numbers[0]
    assert again != first
    with pytest.raises(NothingToUndo, match="nieuwe editie 1"):
        stories.undo(removed.batch)
    assert [head["number"] for head in stories.editions(WIJK)] == [again]


def test_two_authors_are_in_each_others_way_only_in_the_same_field(
    register: Database, parts: Parts, first: int
) -> None:
    number = parts.add(part(first)).numbers[0]
    bram = Parts(register, GEMEENTE, BRAM)
    bram.change(number, 1, {"text": "Bij ziekte."})
    assert parts.change(number, 1, {"title": "Buren zijn er"}).merged
    with pytest.raises(Conflict):
        parts.change(number, 1, {"text": "Bij verhuizen."})
    (waits,) = parts.conflicts().to_dict("records")
    parts.settle(waits["id"], "mine")
    assert parts.get(number)["text"] == "Bij verhuizen."


# -- who reads ----------------------------------------------------------------------------------------


def test_a_reader_sees_what_was_discussed_or_settled_and_nothing_of_a_concept(
    register: Database, stories: Stories, parts: Parts, first: int
) -> None:
    number = parts.add(part(first)).numbers[0]
    heads, theirs = Stories(register, GEMEENTE, READER), Parts(register, GEMEENTE, READER)
    assert (
        heads.editions(WIJK),
        heads.rows(removed=True),
        theirs.rows(removed=True),
        len(theirs.frame()),
    ) == ([], [], [], 0)
    refused: list[Callable[[], object]] = [
        lambda: theirs.of(first), lambda: theirs.get(number), lambda: story(register, GEMEENTE, READER, first),
        theirs.conflicts, heads.conflicts, lambda: theirs.history(number), lambda: theirs.change(number, 1, {"title": "x"}),
        lambda: heads.start(WIJK, 2025, 2025), lambda: theirs.move(number, 1, up=True), lambda: heads.undo("x"),
        lambda: heads.set_status(first, 1, "besproken", on=TODAY), lambda: heads.bring({}, []),
    ]  # fmt: skip
    for attempt in refused:
        with pytest.raises((RegisterError, NotAllowed)):
            attempt()
    stories.set_status(first, 1, "besproken", on=TODAY)
    assert [one["number"] for one in story(register, GEMEENTE, READER, first).parts] == [number]


# -- keeping ------------------------------------------------------------------------------------------


def test_a_concept_that_nobody_works_on_loses_its_texts_and_a_settled_one_never_does(
    register: Database, stories: Stories, parts: Parts, first: int
) -> None:
    parts.add(part(first, text=WORDS))
    settled(stories, first)
    draft = stories.start("WK999902", 2025, 2025).numbers[0]
    stories.change(draft, 1, {"question": WORDS})
    worked = parts.add(part(draft, text=WORDS)).numbers[0]
    later = date.today().replace(day=1, year=date.today().year + 4)
    listed = due(register, GEMEENTE, LOCAL, later)
    assert listed[["kind", "number", "term", "expires"]].to_numpy().tolist() == [
        ["wijkanalyse", draft, 36.0, True]
    ]
    assert expire(register, GEMEENTE, LOCAL, later, dry=True).stories == 1
    assert expire(register, GEMEENTE, LOCAL, date.today()).stories == 0
    assert expire(register, GEMEENTE, LOCAL, later).stories == 1
    assert (stories.get(draft)["question"], parts.get(worked)["text"]) == (None, None)
    assert parts.of(draft) == []
    assert parts.of(first)[0]["text"] == WORDS
    with pytest.raises(RegisterError, match="bewaartermijn"):
        parts.add(part(draft))
    assert expire(register, GEMEENTE, LOCAL, later).stories == 0


def test_a_part_that_was_removed_goes_before_its_edition(
    register: Database, stories: Stories, parts: Parts, first: int
) -> None:
    number = parts.add(part(first, text=WORDS)).numbers[0]
    parts.remove({number: 1})
    settled(stories, first)
    report = expire(register, GEMEENTE, LOCAL, date.today().replace(day=1, year=date.today().year + 1))
    assert (report.stories, report.parts) == (0, 1)
    assert parts.rows(removed=True)[0]["text"] is None


def test_an_administrator_can_have_a_settled_text_forgotten_at_once(
    register: Database, stories: Stories, parts: Parts, first: int
) -> None:
    number = parts.add(part(first, text=WORDS)).numbers[0]
    settled(stories, first)
    with pytest.raises(NotAllowed):
        forget(parts, {number: 1})
    assert forget(Parts(register, GEMEENTE, LOCAL), {number: 1}).parts == 1
    assert parts.of(first) == []
    kept = parts.history(number)
    assert WORDS not in str(kept.to_dict())
    assert forget(Stories(register, GEMEENTE, LOCAL), {first: 2}).stories == 1


def test_terms_that_were_set_before_there_were_wijkanalyses_still_hold(register: Database) -> None:
    old = {"afgerond": 12, "vervallen": 6, "verwijderd": 6, "bezoek": 36}
    Kept(register, GEMEENTE, LOCAL).keep(RETENTION, "bewaartermijnen", old)
    assert terms(register, GEMEENTE, READER) == DEFAULT_MONTHS | {"afgerond": 12}


# -- the sample ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_register(Settings(store=tmp_path_factory.mktemp("voorbeeld")))
    ensure_sample(database, TODAY)
    yield database
    database.engine.dispose()
    registers._open.pop(database.url, None)


def test_the_sample_has_an_edition_with_what_became_of_it_a_full_one_and_a_beginning(
    of_sample: Database,
) -> None:
    stories = Stories(of_sample, sample.GEMEENTE, ANNA)
    second, first = stories.editions(LONELY)
    assert (first["status"], first["discussed_on"], first["settled_on"]) == (
        "vastgesteld",
        "2024-10-31",
        "2024-11-14",
    )
    told = story(of_sample, sample.GEMEENTE, ANNA, second["number"])
    assert all(
        told.head[field] for field in ("question", "boundary", "observed", "history", "message", "ask")
    )
    assert {one["section"] for one in told.of("reading")} == set(READ_SECTIONS)
    assert {one["recognised"] for one in told.of("reading")} == {"ja", "deels", "nee"}
    assert {kind: len(told.of(kind)) for kind in KINDS if kind != "reading"} == {
        "asset": 5, "partner": 4, "strength": 3, "bottleneck": 3, "priority": 3, "advice": 2, "action": 6,
    }  # fmt: skip
    actions = told.of("action")
    assert all(one["owner"] and one["target"] and one["evaluate_on"] and one["about"] for one in actions)
    assert {one["indicator"] for one in actions} <= set(catalogue().indicators)
    assert told.before is not None
    then = {one["number"]: one["status"] for one in told.before.of("action")}
    assert {then[one["came_from"]] for one in actions if one["came_from"]} == {"gedaan", "loopt", "gestopt"}
    (half,) = stories.editions(BUSY)
    assert (half["status"], half["message"]) == ("concept", None)
    assert not story(of_sample, sample.GEMEENTE, ANNA, half["number"]).of("priority")


def test_the_figures_that_the_sample_kept_are_those_of_its_panel(
    of_sample: Database, sample_store: Store
) -> None:
    first = Stories(of_sample, sample.GEMEENTE, ANNA).editions(LONELY)[-1]
    known = figures(sample_store, sample.GEMEENTE)
    for kept in first["figures"]:
        now = figure_there(known, kept["indicator"], kept["region"], kept["year"], exactly=True)
        assert now is not None
        assert (now.text, now.status) == (kept["text"], kept["status"])
        assert now.value == pytest.approx(kept["value"], abs=1e-3)


def test_the_sample_is_put_in_once_and_leaves_what_somebody_began_alone(
    of_sample: Database, stories: Stories, register: Database
) -> None:
    assert not ensure_sample(of_sample, TODAY)
    stories.start(LONELY, 2025, 2025)
    ensure_sample(register, TODAY)
    assert len(stories.rows()) == 1
