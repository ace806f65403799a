"""Nothing that somebody was told is kept gets lost, whatever happens to who wrote it; on both databases."""

from __future__ import annotations

from collections import Counter

from data.settings import Settings
from register.concerns import Concerns
from register.database import open_register
from tests.postgres.conftest import ANNA, GEMEENTE
from tests.postgres.hard_days import SHARED, faults, hard_day

#: A hundred kills: rounds of writers that work together and die together.
WRITERS, ROUNDS = 5, 20
AT_ONCE, EACH = 16, 3


def test_a_hundred_writers_killed_in_the_middle_lose_and_double_nothing(register_settings: Settings) -> None:
    told = hard_day(register_settings, writers=WRITERS, rounds=ROUNDS)
    database = open_register(register_settings)
    assert faults(database, told) == []
    assert {line[1] for line in told} >= {"added", "changed"}
    Concerns(database, GEMEENTE, ANNA).add(
        {"theme": "wonen", "wijk": "WK999901", "heard": "2025-03-01", "channel": "gesprek"}
    )


def test_sixteen_writers_at_once_keep_everything_once_and_every_conflict(register_settings: Settings) -> None:
    told = hard_day(register_settings, writers=AT_ONCE, rounds=1, writes=EACH)
    database = open_register(register_settings)
    assert faults(database, told) == []
    counts = Counter(line[1] for line in told)
    assert counts["added"] == AT_ONCE * EACH
    assert counts["changed"] + counts["conflict"] == AT_ONCE * EACH
    concerns = Concerns(database, GEMEENTE, ANNA)
    # Each change is a version of its own, after the one with which the record was added.
    assert sum(concerns.get(number)["version"] - 1 for number in range(1, SHARED + 1)) == counts["changed"]
    assert len(concerns.conflicts()) == counts["conflict"]
