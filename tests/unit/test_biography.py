"""What happened to a wijk, told in sentences that a resident understands."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.lineage import EVIDENCE, KINDS, Lineage, trace
from data.store import Store
from ui import biography


def event(kind: str, old: dict[str, str], new: dict[str, str], **more: object) -> pd.Series:
    """One event of 2016; ``old`` and ``new`` are names by code."""
    plain = {
        "level": "wijk",
        "year": 2016,
        "kind": kind,
        "old": tuple(old),
        "new": tuple(new),
        "old_names": tuple(old.values()),
        "new_names": tuple(new.values()),
        "evidence": "borders",
        "certain": True,
    }
    return pd.Series(plain | more)


WEST, EAST = {"WK000124": "Wijk 24 West"}, {"WK000125": "Wijk 25 Oost"}
WHOLE = {"WK000111": "Wijk 11 De Akkers"}


@pytest.mark.parametrize(
    ("what", "own", "told"),
    [
        (
            event("split", WHOLE, WEST | EAST),
            ("WK000111",),
            "In 2016 is de wijk gesplitst in West en Oost.",
        ),
        (
            event("split", WHOLE, WEST | EAST),
            ("WK000124",),
            "In 2016 is De Akkers gesplitst in West en Oost.",
        ),
        (
            event("recoded", {"WK091741": "Wijk 41 De Beitel"}, {"WK091742": "Wijk 42 De Beitel"}),
            ("WK091742",),
            "In 2016 kreeg de wijk een andere code: van WK091741 naar WK091742. Het gebied bleef gelijk; de reeks "
            "loopt door.",
        ),
        (
            event("recoded", {}, {"WK091742": "De Beitel"}, certain=False, evidence="code_lists"),
            ("WK091742",),
            "In 2016 kreeg de wijk een andere code: WK091742. Welke code dit gebied daarvoor had, is niet te zeggen. "
            "Daarom begint hier een nieuwe reeks.",
        ),
        (
            event("renamed", {"WK000111": "De Akkers"}, {"WK000111": "De Velden"}),
            ("WK000111",),
            "In 2016 kreeg de wijk een andere naam: van De Akkers naar De Velden. Het gebied bleef gelijk.",
        ),
        (
            event("renamed", {"WK000111": "Wijk 11 De Akkers"}, {"WK000111": "De Akkers"}),
            (),
            "In 2016 kreeg de wijk een andere naam: van Wijk 11 De Akkers naar De Akkers. Het gebied bleef gelijk.",
        ),
        (
            event("merged", WEST | EAST, WHOLE),
            ("WK000111",),
            "In 2016 is de wijk ontstaan uit West en Oost.",
        ),
        (event("merged", WEST | EAST, WHOLE), (), "In 2016 zijn West en Oost samengevoegd tot De Akkers."),
        (
            event("redrawn", WEST | EAST, WEST | EAST),
            ("WK000124",),
            "In 2016 zijn de grenzen tussen West en Oost verlegd: een deel van het gebied ging over.",
        ),
        (
            event("redrawn", WHOLE, WHOLE),
            ("WK000111",),
            "In 2016 kreeg de wijk andere grenzen. Het is ander gebied dan in het jaar ervoor.",
        ),
        (event("new", {}, WEST), (), "In 2016 staat West voor het eerst in de tabellen van CBS."),
        (
            event("gone", WEST | EAST, {}),
            (),
            "Vanaf 2016 staan West en Oost niet meer in de tabellen van CBS.",
        ),
    ],
)
def test_what_happened_is_one_plain_sentence(what: pd.Series, own: tuple[str, ...], told: str) -> None:
    assert biography.event_sentence(what, own) == told


def test_where_only_code_lists_tell_the_sentence_does_not_pretend() -> None:
    guess = event("redrawn", WEST | EAST, WEST | EAST, certain=False, evidence="code_lists")
    told = biography.told(guess)
    assert "Uit de codelijsten alleen is niet te zeggen tussen welke wijken gebied is geruild." in told
    assert told.endswith("Dit is niet zeker: we hebben alleen de codelijsten van CBS.")
    split = event("split", WHOLE, WEST | EAST, certain=False, evidence="code_lists")
    assert "waarschijnlijk" in biography.event_sentence(split)


def test_two_wijken_with_the_same_name_are_told_apart_by_their_code() -> None:
    told = biography.event_sentence(event("split", WHOLE, {"WK000124": "Noord", "WK000125": "Noord"}))
    assert "Noord (WK000124) en Noord (WK000125)" in told


def test_every_kind_and_every_sort_of_evidence_has_words() -> None:
    for kind in KINDS:
        assert biography.event_sentence(event(kind, WHOLE, WEST))
    told = {biography.how_we_know(event("split", WHOLE, WEST, evidence=evidence)) for evidence in EVIDENCE}
    assert len(told) == len(EVIDENCE)


# -- on the sample ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lineage(sample_folder: Path) -> Lineage:
    store = Store(sample_folder)
    return trace(store.regions("GM9999"), store.border_overlaps("GM9999"))


def test_the_life_of_a_wijk_that_was_split_and_of_the_wijken_it_became(lineage: Lineage) -> None:
    (gone,) = biography.life(lineage, "WK999911")
    assert gone.startswith("In 2021 is de wijk gesplitst in De Hoge Akkers-West en De Hoge Akkers-Oost.")
    (born,) = biography.life(lineage, "WK999924")
    assert born.startswith("In 2021 is De Hoge Akkers gesplitst in")
    drawn = biography.life_frame(lineage, "WK999924", {"WK999911": "De Hoge Akkers", "WK999924": "West"})
    assert list(dict.fromkeys(drawn["region"]))[:2] == ["WK999911", "WK999924"]
    assert drawn.loc[drawn["region"] == "WK999911", "year"].max() == 2020


def test_a_wijk_to_which_nothing_happened_says_so(lineage: Lineage) -> None:
    assert biography.life(lineage, "WK999901") == [
        "In de jaren 2013 tot en met 2025 veranderde er niets aan de grenzen, de code of de naam."
    ]


def test_the_chronicle_of_the_gemeente_starts_with_the_newest_year(lineage: Lineage) -> None:
    assert list(biography.chronicle(lineage)) == [2021, 2018]
    assert "De Weide en Zonnehoek" in biography.chronicle(lineage)[2018][0]


def test_the_buurten_of_a_wijk_are_those_it_has_or_had(lineage: Lineage) -> None:
    of_wijk = biography.events_of_buurten(lineage, "WK999912")
    assert {code for codes in of_wijk["new"] for code in codes} >= {"BU99991204"}
    assert set(of_wijk["year"]) == {2016, 2018}
