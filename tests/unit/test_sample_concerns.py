"""The sample brings 2,000 invented concerns in which the planted patterns can be found, once, and about nobody."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data import sample
from data.sample.concerns import CONCERNS, FOLDER_NAME
from data.settings import Settings
from register.concerns import CHANNELS, Concerns
from register.database import Database, open_register
from register.gatherings import Gatherings
from register.privacy import finds
from register.roles import LOCAL
from register.sample import ensure_sample
from register.themes import DEFAULT
from register.visits import Visits

TODAY = date(2026, 11, 22)
PLANTED = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["concerns"]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = open_register(Settings(store=tmp_path_factory.mktemp("voorbeeldregister")))
    assert ensure_sample(database, TODAY)
    return database


@pytest.fixture(scope="module")
def heard(register: Database) -> pd.DataFrame:
    return Concerns(register, sample.GEMEENTE, LOCAL).heard()


def test_there_are_two_thousand_of_every_theme_and_channel_until_yesterday(heard: pd.DataFrame) -> None:
    assert len(heard) == PLANTED["how_many"] == 2000
    assert set(heard["theme"]) == set(DEFAULT)
    assert set(heard["channel"]) == set(CHANNELS)
    assert heard["heard"].max() == "2026-11-21"
    assert heard["heard"].min() < "2024-01-01"


def test_no_text_points_at_a_person() -> None:
    file: Path = sample.FOLDER / FOLDER_NAME / CONCERNS
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [one.get(name, "") for one in told for name in ("text", "done", "feedback")]
    assert [text for text in set(texts) if finds(text)] == []
    assert all(one["text"] for one in told)


def test_the_loudest_wijk_is_not_one_of_those_in_which_need_grows(heard: pd.DataFrame) -> None:
    counts = heard["wijk"].value_counts()
    assert counts.index[0] == PLANTED["loud_not_needy"]
    assert counts[PLANTED["under_heard"]["regions"]].max() < counts.median()


def test_buurtantennes_do_reach_the_wijken_that_are_hardly_heard(heard: pd.DataFrame) -> None:
    silent = heard["wijk"].isin(PLANTED["under_heard"]["regions"])
    share = pd.crosstab(silent, heard["channel"] == "buurtantenne", normalize="index")[True]
    assert share[True] > 2.5 * share[False]


def test_litter_is_new_in_two_wijken_side_by_side(heard: pd.DataFrame) -> None:
    cluster = PLANTED["new_cluster"]
    here = heard[(heard["theme"] == cluster["theme"]) & heard["wijk"].isin(cluster["regions"])]
    ago = (pd.Timestamp(TODAY) - pd.to_datetime(here["heard"])).dt.days
    assert (ago < cluster["since_days"]).sum() > 2 * (ago >= cluster["since_days"]).sum()


def test_feedback_takes_long_for_one_theme_and_not_for_another(heard: pd.DataFrame) -> None:
    took = (pd.to_datetime(heard["feedback_on"]) - pd.to_datetime(heard["heard"])).dt.days
    median = took.groupby(heard["theme"]).median()
    assert median["verkeer"] > 40 > 35 > median.drop("verkeer").max()
    assert median["afval"] < 15


def test_it_comes_once_and_what_was_taken_out_stays_out(register: Database) -> None:
    concerns = Concerns(register, sample.GEMEENTE, LOCAL)
    first = concerns.frame().iloc[0]
    removed = concerns.remove({int(first["number"]): int(first["version"])})
    assert not ensure_sample(register, TODAY)
    assert len(concerns.heard()) == 1999
    concerns.undo(removed.batch)
    assert len(concerns.heard()) == 2000


def test_nobody_was_in_one_wijk_and_visits_lie_ahead_in_others(register: Database) -> None:
    visits = Visits(register, sample.GEMEENTE, LOCAL).frame()
    assert PLANTED["never_visited"] not in set(visits["wijk"])
    assert (visits.loc[visits["status"] == "gepland", "day"] > TODAY.isoformat()).sum() == 3


def test_channels_know_different_things_of_who_took_part(register: Database) -> None:
    gatherings = Gatherings(register, sample.GEMEENTE, LOCAL).frame()
    known = gatherings.groupby("channel")["shares"].agg(
        lambda parts: {name for part in parts for name in part}
    )
    assert known["enquete"] == {"age", "household", "tenure"}
    assert known["gesprek"] == set()
