"""What the register promises about one record, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from register._records import MINE, THEIRS, Records
from register.concerns import Concerns
from register.database import Database
from register.errors import Conflict, NothingToUndo, PersonalDetails, RegisterError, WrongConcern
from register.gatherings import Gatherings
from register.keeping import VIEW, Kept
from register.roles import Actor, NotAllowed, Role
from register.themes import set_themes, themes
from register.visits import Visits
from tests.postgres.conftest import ANNA, BRAM, CHIEF, GEMEENTE


def heard(**fields: Any) -> dict[str, Any]:
    return {
        "theme": "afval", "text": "Er ligt vuil", "wijk": "WK999901", "heard": "2025-03-01", "channel": "gesprek",
    } | fields  # fmt: skip


def told(records: Records, number: int) -> list[tuple[Any, ...]]:
    return [
        (row.version, row.actor, row.kind, row.field, row.before, row.after)
        for row in records.history(number).itertuples()
    ]


def test_what_is_added_stands_there_with_who_and_when(anna: Concerns) -> None:
    number = anna.add(heard(people=3, owner="Team wijken")).numbers[0]
    found = anna.get(number)
    assert (found["text"], found["people"], found["added_by"], found["version"]) == (
        "Er ligt vuil",
        3,
        "anna",
        1,
    )
    assert found["due"] is None
    assert ("people", None, 3) in [row[3:] for row in told(anna, number)]


def test_the_same_key_twice_is_one_record(anna: Concerns, bram: Concerns) -> None:
    first = anna.add(heard(), "sleutel")
    second = bram.add(heard(text="nog eens"), "sleutel")
    assert (second.numbers, second.batch) == (first.numbers, "")
    assert anna.get(first.numbers[0])["text"] == "Er ligt vuil"


def test_sixteen_at_once_with_the_same_key_add_one_record(anna: Concerns) -> None:
    with ThreadPoolExecutor(16) as threads:
        saved = list(threads.map(lambda _: anna.add(heard(), "sleutel"), range(16)))
    assert len({each.numbers for each in saved}) == 1
    assert sum(bool(each.batch) for each in saved) == 1
    assert len(anna.frame()) == 1


def test_two_files_with_the_same_rows_in_another_order_do_not_wait_for_each_other(anna: Concerns) -> None:
    keys = [f"rij-{i}" for i in range(200)]
    rows = [heard(text=key) for key in keys]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda step: anna.add_many(rows[::step], keys[::step]), [1, -1, 1, -1, 1, -1]))
    assert sorted(anna.frame()["text"]) == sorted(keys)


def test_changes_of_different_fields_both_stand(anna: Concerns, bram: Concerns) -> None:
    number = anna.add(heard()).numbers[0]
    anna.change(number, 1, {"status": "in_behandeling"})
    saved = bram.change(number, 1, {"owner": "Bram"})
    assert saved.merged
    found = anna.get(number)
    assert (found["status"], found["owner"], found["version"]) == ("in_behandeling", "Bram", 3)


def test_changes_of_the_same_field_are_both_kept_until_somebody_chooses(
    anna: Concerns, bram: Concerns
) -> None:
    number = anna.add(heard()).numbers[0]
    anna.change(number, 1, {"text": "van Anna"})
    with pytest.raises(Conflict, match=r"gewijzigd door anna.*keuze"):
        bram.change(number, 1, {"text": "van Bram", "owner": "Bram"})
    assert anna.get(number)["text"] == "van Anna"
    waiting = anna.conflicts().iloc[0]
    assert (waiting["actor"], waiting["mine"]) == ("bram", {"text": "van Bram", "owner": "Bram"})
    anna.settle(int(waiting["id"]), MINE)
    assert (anna.get(number)["text"], anna.get(number)["owner"]) == ("van Bram", "Bram")
    assert anna.conflicts().empty
    with pytest.raises(RegisterError, match="al gemaakt"):
        bram.settle(int(waiting["id"]), THEIRS)


def test_who_chooses_by_an_old_page_overwrites_nothing(anna: Concerns, bram: Concerns) -> None:
    number = anna.add(heard()).numbers[0]
    anna.change(number, 1, {"text": "van Anna"})
    with pytest.raises(Conflict) as caught:
        bram.change(number, 1, {"text": "van Bram"})
    anna.change(number, 2, {"text": "weer van Anna"})
    with pytest.raises(RegisterError, match="opnieuw gewijzigd"):
        bram.settle(caught.value.conflict, MINE, seen=2)
    assert (anna.get(number)["text"], len(anna.conflicts())) == ("weer van Anna", 1)


@pytest.mark.parametrize("theirs", [["hetzelfde"], ["van Anna", "Er ligt vuil"]])
def test_the_same_change_or_one_that_was_taken_back_is_no_conflict(
    anna: Concerns, bram: Concerns, theirs: list[str]
) -> None:
    number = anna.add(heard()).numbers[0]
    for version, words in enumerate(theirs, 1):
        anna.change(number, version, {"text": words})
    assert not bram.change(number, 1, {"text": "hetzelfde"}).conflicts
    assert anna.get(number)["text"] == "hetzelfde"


def test_what_two_people_call_harmless_is_harmless(anna: Concerns, bram: Concerns) -> None:
    number = anna.add(heard()).numbers[0]
    anna.change(number, 1, {"harmless": ["één"]})
    bram.change(number, 1, {"harmless": ["twee"]})
    assert anna.get(number)["harmless"] == ["twee", "één"]


def test_a_change_of_what_another_removed_is_kept_and_can_bring_it_back(
    anna: Concerns, bram: Concerns
) -> None:
    number = anna.add(heard()).numbers[0]
    anna.remove({number: 1})
    with pytest.raises(Conflict, match="verwijderd door anna") as caught:
        bram.change(number, 1, {"text": "toch van belang"})
    bram.settle(caught.value.conflict, MINE)
    assert anna.get(number)["text"] == "toch van belang"


def test_of_many_at_once_only_those_in_conflict_wait(anna: Concerns, bram: Concerns) -> None:
    one, two = anna.add(heard()).numbers[0], anna.add(heard()).numbers[0]
    anna.change(one, 1, {"status": "in_behandeling"})
    saved = bram.change_many({one: 1, two: 1}, {"status": "vervallen"})
    assert (saved.numbers, len(saved.conflicts)) == ((two,), 1)
    assert [anna.get(each)["status"] for each in (one, two)] == ["in_behandeling", "vervallen"]
    assert anna.conflicts()["number"].tolist() == [one]


def test_undo_and_undo_of_undo_of_an_import(anna: Concerns) -> None:
    saved = anna.add_many([heard(text=str(i)) for i in range(30)], [f"k{i}" for i in range(30)])
    back = anna.undo(saved.batch)
    assert anna.frame().empty
    anna.undo(back.batch)
    assert len(anna.frame()) == 30
    with pytest.raises(NothingToUndo):
        anna.undo(back.batch)


def test_undo_takes_nothing_from_who_came_after(anna: Concerns, bram: Concerns) -> None:
    added = anna.add(heard())
    number = added.numbers[0]
    changed = anna.change(number, 1, {"text": "beter"})
    bram.change(number, 2, {"text": "nog beter"})
    for batch in (changed.batch, added.batch):
        with pytest.raises(NothingToUndo, match="daarna opnieuw gewijzigd"):
            anna.undo(batch)
    assert anna.get(number)["text"] == "nog beter"


def test_undo_of_many_puts_back_what_each_was(anna: Concerns) -> None:
    numbers = [anna.add(heard(theme=theme)).numbers[0] for theme in ("afval", "verkeer", "wonen")]
    saved = anna.change_many(dict.fromkeys(numbers, 1), {"theme": "anders", "owner": "Team"})
    anna.undo(saved.batch)
    assert [anna.get(number)["theme"] for number in numbers] == ["afval", "verkeer", "wonen"]
    assert {anna.get(number)["owner"] for number in numbers} == {None}


def test_what_was_undone_comes_back_with_the_file_and_what_was_removed_does_not(anna: Concerns) -> None:
    keys = ["een", "twee"]
    first = anna.add_many([heard(text="fout", people=2), heard()], keys)
    anna.undo(first.batch)
    again = anna.add_many([heard(text="goed"), heard()], keys)
    assert again.numbers == first.numbers
    assert (anna.get(first.numbers[0])["text"], anna.get(first.numbers[0])["people"]) == ("goed", None)
    anna.remove({first.numbers[0]: 3})
    assert anna.add_many([heard(text="goed"), heard()], keys).batch == ""
    assert anna.frame()["number"].tolist() == [first.numbers[1]]


def test_links_stand_in_the_history_of_both_and_can_be_undone(anna: Concerns) -> None:
    one, two = anna.add(heard()).numbers[0], anna.add(heard()).numbers[0]
    saved = anna.link(two, one)
    assert (anna.linked(one), anna.linked(two)) == ((two,), (one,))
    assert anna.link(one, two).batch == ""
    assert told(anna, one)[-1] == (2, "anna", "linked", "linked", None, two)
    back = anna.undo(saved.batch)
    assert anna.linked(one) == ()
    assert told(anna, two)[-1] == (3, "anna", "undone", "linked", one, None)
    anna.undo(back.batch)
    assert anna.linked(one) == (two,)
    anna.remove({two: 4})
    assert anna.linked(one) == ()


def test_a_link_that_was_made_does_not_stand_in_the_way_of_a_change(anna: Concerns, bram: Concerns) -> None:
    one, two = anna.add(heard()).numbers[0], anna.add(heard()).numbers[0]
    anna.link(one, two)
    bram.change(one, 1, {"text": "van Bram"})
    assert anna.get(one)["text"] == "van Bram"


def test_another_gemeente_sees_and_changes_nothing(anna: Concerns, register_database: Database) -> None:
    number, other = anna.add(heard(), "k").numbers[0], Concerns(register_database, "GM0001", ANNA)
    with pytest.raises(RegisterError, match="niet \\(meer\\)"):
        other.change(number, 1, {"text": "?"})
    with pytest.raises(NothingToUndo):
        other.undo(anna.history(number)["batch"].iloc[0])
    assert other.frame().empty
    assert other.add(heard(), "k").batch != ""


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"gemeente": "GM0001"}, "gemeente"), ({"version": 9}, "version"), ({"name": "Jansen"}, "name"),
        ({"owner": "x" * 121}, "owner"), ({"people": 2**40}, "people"), ({"people": 2.5}, "people"),
        ({"x": float("inf")}, "x"), ({"wijk": ""}, "wijk"), ({"heard": "gisteren"}, "heard"),
    ],
)  # fmt: skip
def test_what_a_column_cannot_hold_is_refused_by_name(
    anna: Concerns, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(WrongConcern) as caught:
        anna.add(heard() | fields)
    assert caught.value.field == field


def test_odd_signs_and_figures_of_numpy_are_kept_alike(anna: Concerns) -> None:
    number = anna.add(heard(text="caf\u00e9 \U0001f600\x00 \ud800'--", people=pd.Series([7])[0])).numbers[0]
    assert (anna.get(number)["text"], anna.get(number)["people"]) == ("café \U0001f600 '--", 7)


def test_a_table_has_the_same_types_whatever_it_holds(anna: Concerns) -> None:
    empty = anna.frame().dtypes
    anna.add(heard(people=4, buurt="BU99990101", borders_year=2025))
    anna.add(heard())
    pd.testing.assert_series_equal(anna.frame().dtypes, empty)
    pd.testing.assert_series_equal(anna.heard().dtypes, empty[anna.heard().columns])


def test_a_viewer_sees_counts_and_no_texts_and_writes_nothing(
    anna: Concerns, register_database: Database
) -> None:
    saved = anna.add(heard())
    number = saved.numbers[0]
    viewer = Concerns(register_database, GEMEENTE, Actor("lezer", Role.VIEWER))
    assert "text" not in viewer.heard()
    attempts = (
        viewer.frame, viewer.rows, viewer.conflicts, lambda: viewer.get(number), lambda: viewer.history(number),
        lambda: viewer.linked(number), lambda: viewer.add(heard()), lambda: viewer.add_many([heard()], ["k"]),
        lambda: viewer.change(number, 1, {"text": ""}), lambda: viewer.remove({number: 1}), lambda: viewer.undo(saved.batch),
        lambda: viewer.link(1, 2), lambda: viewer.settle(1, MINE),
    )  # fmt: skip
    for attempt in attempts:
        with pytest.raises(NotAllowed, match="coördinator"):
            attempt()


def test_themes_are_of_the_administrator_and_their_changes_stand_in_the_history(
    register_database: Database,
) -> None:
    wanted = {"afval": "Vuil", "anders": "Anders"}
    set_themes(register_database, GEMEENTE, CHIEF, wanted, None)
    assert themes(register_database, GEMEENTE, ANNA) == wanted
    kept = Kept(register_database, GEMEENTE, ANNA)
    record = kept.of("themes")["thema's"]
    for attempt in (
        lambda: kept.keep("themes", "andere", {"themes": []}),
        lambda: kept.change(record["number"], 1, {"body": {}}),
        lambda: kept.remove({record["number"]: 1}),
        lambda: kept.undo(kept.history(record["number"])["batch"].iloc[0]),
    ):
        with pytest.raises(NotAllowed, match="beheerder"):
            attempt()
    assert kept.history(record["number"])["actor"].unique().tolist() == ["chef"]


def test_of_two_who_keep_the_same_name_at_once_one_is_told(register_database: Database) -> None:
    def keep(_: int) -> bool:
        try:
            return bool(Kept(register_database, GEMEENTE, ANNA).keep(VIEW, "Mijn lijst", {"a": 1}).batch)
        except WrongConcern:
            return False

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(keep, range(4))) == 1
    kept = Kept(register_database, GEMEENTE, BRAM)
    record = kept.of(VIEW)["Mijn lijst"]
    kept.remove({record["number"]: record["version"]})
    assert kept.keep(VIEW, "Mijn lijst", {"a": 2}).batch
    assert kept.of(VIEW)["Mijn lijst"]["body"] == {"a": 2}


def test_visits_and_gatherings_are_kept_alike(register_database: Database) -> None:
    visits = Visits(register_database, GEMEENTE, ANNA)
    number = visits.add({"wijk": "WK999901", "aim": "Kennismaken", "day": "2025-05-01"}).numbers[0]
    visits.change(number, 1, {"status": "gedaan", "outcome": "Goed"})
    assert visits.paid()["status"].tolist() == ["gedaan"]
    gatherings = Gatherings(register_database, GEMEENTE, ANNA)
    shares = {"age": {"65+": 4}}
    saved = gatherings.add(
        {"wijk": "WK999901", "channel": "bijeenkomst", "first_day": "2025-05-01", "participants": 9, "shares": shares}
    )  # fmt: skip
    gatherings.undo(saved.batch)
    assert gatherings.frame().empty
    assert gatherings.frame(removed=True)["shares"].tolist() == [shares]


def test_every_way_to_write_a_text_asks_about_what_may_point_at_a_person(
    anna: Concerns, register_database: Database
) -> None:
    call = "Bel 06-12345678"
    plan = {"wijk": "WK999901", "aim": "Kennismaken", "day": "2025-05-01"}
    met = {"wijk": "WK999901", "channel": "bijeenkomst", "first_day": "2025-05-01", "participants": 9}
    visits, gatherings = (kind(register_database, GEMEENTE, ANNA) for kind in (Visits, Gatherings))
    kept = Kept(register_database, GEMEENTE, ANNA)
    tries = [
        *((partial(anna.add, heard(**{name: call}))) for name in ("text", "done", "feedback", "owner")),
        *((partial(visits.add, plan | {name: call})) for name in ("aim", "outcome", "who", "partners", "place")),
        partial(gatherings.add, met | {"name": "Koffie bij mevrouw De Jong"}),
        partial(kept.keep, VIEW, call, {}),
        partial(kept.keep, VIEW, "Mijn lijst", {"zoek": call}),
    ]  # fmt: skip
    for write in tries:
        with pytest.raises(PersonalDetails):
            write()
    assert all(records.frame().empty for records in (anna, visits, gatherings))
    number = visits.add(plan | {"aim": call, "harmless": ["06-12345678"]}).numbers[0]
    visits.change(number, 1, {"outcome": "06-12345678 klopt"})
    assert gatherings.add(met | {"name": "Buurthuis, Kerkstraat 12"}).numbers
    for long in ({"who": "x" * 201}, {"aim": "x" * 4001}):
        with pytest.raises(WrongConcern, match="hoogstens"):
            visits.add(plan | long)


@pytest.mark.parametrize(
    "statement",
    [
        "update change set actor = 'x'", "delete from change", "update change_text set field = 'x'", "delete from concern",
        "delete from conflict", "truncate change, change_text", "replace into change select * from change",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_change_what_happened(
    anna: Concerns, register_database: Database, statement: str
) -> None:
    number = anna.add(heard()).numbers[0]
    anna.change(number, 1, {"owner": "Anna"})
    with suppress(Conflict):
        anna.change(number, 1, {"owner": "Bram"})
    before = anna.history(number)
    with pytest.raises(RegisterError), register_database.writing() as connection:
        connection.execute(text(statement))
    pd.testing.assert_frame_equal(anna.history(number), before)
    assert (len(anna.frame()), len(anna.conflicts())) == (1, 1)
