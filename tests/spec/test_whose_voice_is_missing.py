"""Whose voice is missing: what may be said of a silent wijk, and what may not.

Read from top to bottom: the sample with what was planted in it first, then the sentences, then what nobody may conclude.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.hearing import ABOUT, KINDS, OVER, TOO_FEW, UNDER, heard
from analysis.small_counts import SHOWN, TOTAL
from benchmarks.hearing import town
from data import sample
from data.settings import Settings
from data.store import Store
from register.database import open_register
from register.gatherings import GROUPS
from register.roles import LOCAL
from register.sample import ensure_sample
from ui import hearing_wording as words
from ui.concern_figures import counts_of, heard_at, table_of
from ui.figures import figures
from ui.hearing_channels import plain_rows as channel_rows
from ui.hearing_chart import gap_chart
from ui.hearing_figures import CONCERNS, PEOPLE, Hearing, hearing
from ui.hearing_wijken import plain_rows
from ui.registering import Desk
from ui.theme import LIGHT

PLANTED = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["concerns"]
SILENT = set(PLANTED["under_heard"]["regions"])
ANTENNE = PLANTED["under_heard"]["channel_that_reaches_them"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    database = open_register(Settings(store=tmp_path_factory.mktemp("gehoord")))
    ensure_sample(database)
    return Desk(database, sample.GEMEENTE, LOCAL)


@pytest.fixture(scope="module")
def concerns(desk: Desk, sample_folder: Path) -> Hearing:
    found = hearing(desk, figures(Store(sample_folder), sample.GEMEENTE), CONCERNS, 24)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def people(desk: Desk, sample_folder: Path) -> Hearing:
    found = hearing(desk, figures(Store(sample_folder), sample.GEMEENTE), PEOPLE, 24)
    assert found is not None
    return found


def verdicts(found: Hearing) -> pd.Series:
    return found.wijken.set_index("region")["verdict"]


# The sample -----------------------------------------------------------------------------------------


def test_the_three_wijken_that_were_made_silent_are_found_and_no_other(concerns: Hearing) -> None:
    assert set(concerns.silent) == SILENT


def test_they_are_named_first_because_their_figures_get_worse(concerns: Hearing) -> None:
    sentence = words.quiet_while_worse(concerns)
    assert all(concerns.known.label(region) in sentence for region in SILENT)
    assert "tevreden" in sentence


def test_the_loudest_wijk_is_not_called_silent_and_neither_is_what_nobody_can_know(concerns: Hearing) -> None:
    assert verdicts(concerns)[PLANTED["loud_not_needy"]] in (OVER, ABOUT)
    assert verdicts(concerns)[PLANTED["too_small"]] == TOO_FEW


def test_a_buurtantenne_reaches_the_silent_wijken_better(people: Hearing) -> None:
    rows = people.channels[people.channels["verdict"] == OVER]
    assert set(rows["region"]) == SILENT
    assert set(rows["channel"]) == {ANTENNE}
    for row in words.best_channels(people):
        assert "buurtantennes" in row


def test_tenants_stay_away_from_the_enquete_there_and_come_along_with_a_buurtantenne(people: Hearing) -> None:
    rows = people.groups(silent_only=True).set_index(["channel", "kind", "group"])["verdict"]
    assert rows["enquete", "tenure", "rent"] == UNDER
    assert rows[ANTENNE, "tenure", "rent"] == ABOUT


# The sentences --------------------------------------------------------------------------------------


def test_the_opening_gives_of_every_silent_wijk_what_was_heard_and_what_was_to_be_expected(
    concerns: Hearing,
) -> None:
    told = words.opening(concerns)
    for row in concerns.wijken[concerns.wijken["verdict"] == UNDER].itertuples():
        assert f"{row.name} ({row.voices:.0f} gehoord, {row.expected:.0f} verwacht)" in told


def test_a_gap_is_told_with_its_band_and_a_gap_inside_the_noise_is_no_gap() -> None:
    gap = {"status": SHOWN, "voices": 25, "missing": 50.9, "missing_lower": 38.1, "missing_upper": 60.3}
    assert words.gap(pd.Series({**gap, "verdict": UNDER})) == "51 minder (38 tot 60)"
    assert words.gap(pd.Series({**gap, "verdict": ABOUT})) == "ongeveer zoals verwacht"


def test_the_page_says_how_many_participants_a_channel_knows_and_what_it_does_not(people: Hearing) -> None:
    told = words.known_sentences(people.groups(), ANTENNE, [ANTENNE])
    row = people.groups().query(f"channel == '{ANTENNE}' and kind == 'age'").iloc[0]
    assert str(int(row["known"])) in re.sub(r"\s", "", told[0])
    assert "huishouden" in told[-1]


def test_no_sentence_says_that_a_group_is_silent_because_a_wijk_is() -> None:
    assert any("niet dat de huurders zwijgen" in told for told in words.CAUTIONS)


# What may not be seen -------------------------------------------------------------------------------


def test_a_count_under_five_stands_nowhere_not_even_in_what_is_worked_out_from_it(concerns: Hearing) -> None:
    small = concerns.wijken[concerns.wijken["status"] != SHOWN]
    assert len(small)
    rows = plain_rows(concerns).set_index("wijk").loc[small["region"]]
    assert set(rows["gehoord"]) <= {"minder dan 5", "niet getoond"}
    assert rows[["deel_van_verwacht", "deel_onder", "deel_boven", "te_weinig_gehoord"]].isna().all(axis=None)
    spec = gap_chart(concerns.wijken, LIGHT, title="", subtitle="", source="", what=CONCERNS).to_dict(
        validate=False
    )
    points = [row for rows in spec["datasets"].values() for row in rows if "value" in row and "name" in row]
    assert not {row["name"] for row in points} & set(small["name"])


def test_a_hidden_count_of_a_channel_is_not_the_only_one_of_its_wijk(concerns: Hearing) -> None:
    rows = channel_rows(concerns)
    hidden = rows[rows["deel_hier"].isna()]
    assert (hidden["gehoord"].isin(["minder dan 5", "niet getoond"])).all()
    shown_total = concerns.wijken.loc[concerns.wijken["status"] == SHOWN, "region"]
    per_wijk = hidden.groupby("wijk").size()
    assert (per_wijk[per_wijk.index.isin(shown_total)] > 1).all()


@pytest.mark.parametrize("what", [CONCERNS, PEOPLE])
def test_no_period_taken_from_another_nor_from_what_beeld_shows_leaves_a_hidden_count(
    desk: Desk, concerns: Hearing, what: str
) -> None:
    of = heard_at(desk, concerns.known)
    years = of.last_stretches(3)
    windows = {months: hearing(desk, concerns.known, what, months) for months in (12, 24, 36)}
    shown: dict[int, pd.Series] = {}
    for months, found in windows.items():
        assert found is not None
        assert (found.first, found.last) == (
            years[months // 12 - 1].first.isoformat(),
            years[0].last.isoformat(),
        )
        totals = found.wijken.assign(channel=TOTAL)
        rows = pd.concat([totals, found.channels])
        shown[months] = rows[rows["status"] == SHOWN].set_index(["region", "channel"])["voices"]
    # What is shown of a long period is shown of every shorter one in it as well: a difference tells nothing new.
    assert set(shown[36].index) <= set(shown[24].index) <= set(shown[12].index)
    for longer, shorter in ((36, 24), (24, 12)):
        left = shown[longer] - shown[shorter].reindex(shown[longer].index)
        assert not left.between(1, 4).any()
    if what == CONCERNS:
        told = pd.concat([table_of(of, years[0], "channel"), counts_of(of, years[0]).assign(part=TOTAL)])
        told = told.drop_duplicates(["region", "part"]).set_index(["region", "part"])
        assert (told.loc[shown[12].index, "cases"].astype(float) == shown[12]).all()


def test_herkomst_is_nothing_that_can_be_asked() -> None:
    told = " ".join([*KINDS, *GROUPS, *(group for groups in GROUPS.values() for group in groups.values())])
    assert not re.search("herkomst|origin|nederland|migra|nationa", told, re.I)


# Other towns ----------------------------------------------------------------------------------------


def test_a_gemeente_with_three_wijken_has_its_silent_one_found_as_well() -> None:
    voices, residents = town(3, np.random.default_rng(8), per_head=0.05, loudness=np.array([0.3, 1.0, 1.0]))
    rows = heard(voices, residents).query("channel == ''").set_index("region")["verdict"]
    assert rows.to_list() == [UNDER, ABOUT, ABOUT]


def test_a_town_with_ten_voices_in_all_has_no_silent_wijk() -> None:
    voices, residents = town(24, np.random.default_rng(8), per_head=0.0001)
    assert set(heard(voices, residents).query("channel == ''")["verdict"]) == {TOO_FEW}
