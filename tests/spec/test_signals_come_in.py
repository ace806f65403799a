"""Signals of residents come in from a file: what is recognised, what is refused, and what never happens twice."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from data.settings import Settings
from register.concerns import Concerns
from register.database import open_register
from register.export import export
from register.importing import (
    Choice,
    NothingToImport,
    Preview,
    commit,
    preview,
    proposed,
    read,
    remember,
    remembered,
)
from register.keeping import Kept
from register.placing import Places
from register.roles import LOCAL, Actor, NotAllowed, Role
from register.themes import DEFAULT

HEADING = "nummer;datum;wijk;categorie;tekst;kanaal;status"
FIRST = "1;04-03-2025;Noord;Afval;Container vol;telefoon;Gemeld"
SECOND = "2;05-03-2025;WK999802;Verkeer;Te hard rijden;Facebook;Afgehandeld"


def town() -> Places:
    shapes = [shapely.box(left, 480_000, left + 1_000, 481_000) for left in (150_000, 151_000)]
    frame = gpd.GeoDataFrame({"region": ["WK999801", "WK999802"]}, geometry=shapes, crs=28992)
    return Places("GM9998", 2025, {"WK999801": "Wijk 01 Noord", "WK999802": "Wijk 02 Zuid"}, {}, frame)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep a register without concerns, to copy."""
    folder = tmp_path_factory.mktemp("leeg")
    open_register(Settings(store=folder)).engine.dispose()
    return folder


@pytest.fixture
def concerns(tmp_path: Path, empty: Path) -> Iterator[Concerns]:
    shutil.copytree(empty, tmp_path / "store")
    database = open_register(Settings(store=tmp_path / "store"))
    yield Concerns(database, "GM9998", LOCAL)
    database.engine.dispose()


@pytest.fixture
def look(concerns: Concerns) -> Callable[..., Preview]:
    def looked(*lines: str, name: str = "meldingen.csv") -> Preview:
        return of_bytes("\n".join(lines).encode("utf-8"), name)

    def of_bytes(content: bytes, name: str = "meldingen.csv") -> Preview:
        source = read(content, name)
        return preview(source, proposed(source, DEFAULT), town(), concerns, DEFAULT)

    looked.of_bytes = of_bytes  # type: ignore[attr-defined]
    return looked


def test_a_file_becomes_concerns_in_the_words_of_the_register(concerns: Concerns, look) -> None:
    saved = commit(look(HEADING, FIRST, SECOND), Choice(), concerns)
    rows = concerns.frame()
    assert len(saved.numbers) == 2
    told = (
        rows[["heard", "wijk", "borders_year", "theme", "text", "channel", "status", "source_key"]]
        .to_numpy()
        .tolist()
    )
    assert told == [
        ["2025-03-04", "WK999801", 2025, "afval", "Container vol", "meldpunt", "nieuw", "1"],
        ["2025-03-05", "WK999802", 2025, "verkeer", "Te hard rijden", "social_media", "afgerond", "2"],
    ]


def test_the_same_file_twice_makes_no_doubles(concerns: Concerns, look) -> None:
    commit(look(HEADING, FIRST, SECOND), Choice(), concerns)
    again = look(HEADING, FIRST, SECOND)
    assert again.counts["there"] == 2
    with pytest.raises(NothingToImport):
        commit(again, Choice(), concerns)
    assert len(concerns.frame()) == 2


def test_without_numbers_the_content_tells_and_two_equal_rows_are_two_concerns(
    concerns: Concerns, look
) -> None:
    rows = ["datum;wijk;tekst", "04-03-2025;Noord;Vuil", "04-03-2025;Noord;Vuil"]
    commit(look(*rows), Choice(), concerns)
    assert len(concerns.frame()) == 2
    assert look(*rows).counts["there"] == 2
    assert look(*rows, "04-03-2025;Noord;Vuil").counts["ready"] == 1


def test_what_is_wrong_is_told_per_row_with_what_to_do(look) -> None:
    checked = look(
        HEADING, FIRST, "2;31-02-2025;Noord;Afval;x;;", "3;04-03-2025;Nergens;Afval;x;;", "4;04-03-2125;Noord;Afval;x;;",
        "5;;Noord;Afval;x;;", "6;04-03-2025;Noord;Afval;" + "x" * 5_000 + ";;", "7;04-03-2025;Noord;Afval;x;;;te veel",
        "1;04-03-2025;Noord;Afval;Iets heel anders;;",
    )  # fmt: skip
    assert checked.counts == {"ready": 1, "changed": 0, "there": 0, "wrong": 7, "gone": 0}
    assert list(checked.wrong["line"]) == [3, 4, 5, 6, 7, 8, 9]
    assert list(checked.wrong["column"]) == ["datum", "wijk", "datum", "datum", "tekst", "Hele rij", "nummer"]
    assert all(checked.wrong["what"])
    assert "staat ook in regel 2" in checked.wrong["what"].iloc[-1]


def test_points_in_metres_or_degrees_turned_or_outside(look) -> None:
    checked = look(
        "datum;lat;lon;tekst", "04-03-2025;52.31271;5.32151;graden", "04-03-2025;5.32151;52.31271;omgedraaid",
        "04-03-2025;480530;150520;meters", "04-03-2025;51.0;4.5;buiten", "04-03-2025;1;2;onzin",
    )  # fmt: skip
    assert list(checked.rows["wijk"][:3]) == ["WK999801"] * 3
    assert list(checked.rows["x"][:3]) == [150_550.0, 150_550.0, 150_550.0]
    assert list(checked.wrong["what"]) == [
        "Dit punt ligt buiten de gemeente.", "Deze coördinaten liggen niet in Nederland.",
    ]  # fmt: skip
    assert "omgedraaid" in " ".join(checked.remarks)


def test_columns_of_persons_are_left_behind(concerns: Concerns, look) -> None:
    commit(
        look("datum;wijk;tekst;naam melder;e-mail", "04-03-2025;Noord;Vuil;Jan Jansen;jan@voorbeeld.nl"),
        Choice(),
        concerns,
    )
    whole = concerns.frame().to_csv() + concerns.history(1).to_csv()
    assert "Jansen" not in whole
    assert "jan@" not in whole


def test_what_points_at_a_person_is_taken_out_unless_somebody_says_it_is_harmless(
    concerns: Concerns, look
) -> None:
    rows = [
        "nummer;datum;wijk;tekst",
        *(f"{n};04-03-2025;Noord;Bel 06-1234567{n} over vuil" for n in range(3)),
    ]
    checked = look(*rows)
    assert list(checked.finds["title"]) == ["telefoonnummer"] * 3
    commit(checked, Choice("remove", {1: "harmless", 2: "skip"}), concerns)
    frame = concerns.frame()
    assert list(frame["text"]) == ["Bel [weggehaald] over vuil", "Bel 06-12345671 over vuil"]
    assert frame["harmless"].iloc[1] == ["06-12345671"]
    assert look(*rows).counts == {"ready": 1, "changed": 0, "there": 2, "wrong": 0, "gone": 0}
    concerns.checked({"text": frame["text"].iloc[1]}, concerns.get(2))


def test_a_row_that_changed_at_the_source_is_offered_as_a_change(concerns: Concerns, look) -> None:
    commit(look(HEADING, FIRST, SECOND), Choice(), concerns)
    checked = look(HEADING, FIRST.replace("Gemeld", "Afgehandeld"), SECOND)
    assert checked.counts == {"ready": 0, "changed": 1, "there": 1, "wrong": 0, "gone": 0}
    assert checked.changes[0].fields == {"status": ("nieuw", "afgerond")}
    saved = commit(checked, Choice(), concerns)
    assert concerns.get(1)["status"] == "afgerond"
    concerns.undo(saved.batch)
    assert concerns.get(1)["status"] == "nieuw"


def test_what_somebody_changed_by_hand_is_never_overwritten(concerns: Concerns, look) -> None:
    commit(look(HEADING, FIRST, SECOND), Choice(), concerns)
    concerns.change(1, 1, {"status": "in_behandeling", "owner": "Team Noord"})
    # The file still says what it said: that is no news.
    assert look(HEADING, FIRST, SECOND).counts["there"] == 2
    saved = commit(look(HEADING, FIRST.replace("Gemeld", "Afgehandeld"), SECOND), Choice(), concerns)
    assert concerns.get(1)["status"] == "in_behandeling"
    assert len(saved.conflicts) == 1
    assert concerns.conflicts()["mine"].iloc[0] == {"status": "afgerond"}


def test_an_import_goes_back_whole_and_comes_in_again(concerns: Concerns, look) -> None:
    saved = commit(look(HEADING, FIRST, SECOND), Choice(), concerns)
    concerns.undo(saved.batch)
    assert concerns.frame().empty
    commit(look(HEADING, FIRST, SECOND), Choice(), concerns)
    assert len(concerns.frame()) == 2


def test_what_was_removed_by_hand_stays_away(concerns: Concerns, look) -> None:
    commit(look(HEADING, FIRST, SECOND), Choice(), concerns)
    concerns.remove({1: 1})
    assert look(HEADING, FIRST, SECOND).counts == {
        "ready": 0,
        "changed": 0,
        "there": 1,
        "wrong": 0,
        "gone": 1,
    }


def test_when_writing_fails_nothing_changed(
    concerns: Concerns, look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    checked = look(HEADING, FIRST, SECOND)
    monkeypatch.setattr(Concerns, "_note", broken)
    with pytest.raises(RuntimeError):
        commit(checked, Choice(), concerns)
    monkeypatch.undo()
    assert concerns.frame().empty


def test_only_who_may_import_can(concerns: Concerns, look) -> None:
    checked = look(HEADING, FIRST)
    viewer = Concerns(concerns.database, "GM9998", Actor("v", Role.VIEWER))
    with pytest.raises(NotAllowed):
        commit(checked, Choice(), viewer)
    assert concerns.frame().empty


def test_a_list_that_went_out_comes_in_again_without_doubles(concerns: Concerns, look) -> None:
    commit(look(HEADING, FIRST.replace("Container vol", "=1+1 is te veel"), SECOND), Choice(), concerns)
    for kind in ("csv", "xlsx"):
        out = export(concerns.frame(), kind)
        assert look.of_bytes(out, f"lijst.{kind}").counts["there"] == 2
    assert "'=1+1" in export(concerns.frame(), "csv").decode("utf-8-sig")
    edited = (
        export(concerns.frame(), "csv")
        .decode("utf-8-sig")
        .replace("Te hard rijden", "Er wordt te hard gereden")
    )
    checked = look.of_bytes(edited.encode("utf-8-sig"), "lijst.csv")
    assert [change.fields for change in checked.changes] == [
        {"text": ("Te hard rijden", "Er wordt te hard gereden")}
    ]
    assert not checked.changes[0].by_hand


def test_an_edited_list_does_not_undo_what_happened_meanwhile(concerns: Concerns, look) -> None:
    commit(look(HEADING, FIRST, SECOND), Choice(), concerns)
    out = export(concerns.frame(), "csv")
    concerns.change(1, 1, {"status": "in_behandeling"})
    assert look.of_bytes(out, "lijst.csv").counts["there"] == 2


def test_choices_are_remembered_for_the_next_file_of_the_source(concerns: Concerns) -> None:
    kept = Kept(concerns.database, "GM9998", LOCAL)
    source = read(f"{HEADING}\n{FIRST}".encode(), "meldingen 2024.csv")
    plan = proposed(source, DEFAULT)
    chosen = {**plan.themes, "Afval": "buitenruimte"}
    remember(
        kept,
        source,
        type(plan)("Meldpunt", plan.columns, chosen, plan.statuses, plan.channels, plan.defaults),
    )
    following = read(f"{HEADING}\n{FIRST}\n{SECOND}".encode(), "meldingen 2025.csv")
    before = remembered(kept, following)
    assert before is not None
    assert before.exact
    again = proposed(following, DEFAULT, before)
    assert again.source == "Meldpunt"
    assert again.themes == {"Afval": "buitenruimte", "Verkeer": "verkeer"}
    other = read(f"{HEADING};ernst\n{FIRST};hoog".encode(), "meldingen 2026.csv")
    assert (close := remembered(kept, other)) is not None
    assert not close.exact


def test_ready_rows_are_what_the_register_itself_would_keep(concerns: Concerns, look) -> None:
    checked = look(HEADING + ";ernst;aantal", FIRST + ";hoog;12", SECOND + ";3;")
    for record in checked.rows.drop(columns=["key", "state"]).to_dict("records"):
        assert concerns.checked(record, None) == record


def test_one_row_and_no_row(concerns: Concerns, look) -> None:
    assert look(HEADING).counts["ready"] == 0
    assert look(HEADING, FIRST).counts["ready"] == 1
    assert io.BytesIO(export(concerns.frame(), "xlsx")).read(2) == b"PK"
