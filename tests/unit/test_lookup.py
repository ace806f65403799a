"""The list reads only what changed, and still says what the register says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data.settings import Settings
from register.concerns import Concerns
from register.database import open_register
from register.lookup import frame_now, frame_with_state, is_empty, number_of
from register.roles import LOCAL, Actor, NotAllowed, Role

FIELDS = {"theme": "afval", "text": "x", "wijk": "WK000001", "heard": "2025-05-01", "channel": "gesprek"}


def concerns(folder: Path, gemeente: str = "GM0001", actor: Actor = LOCAL) -> Concerns:
    return Concerns(open_register(Settings(store=folder)), gemeente, actor)


def test_after_every_change_the_list_is_what_the_register_holds(tmp_path: Path) -> None:
    mine, other = concerns(tmp_path), concerns(tmp_path, "GM0002")
    assert is_empty(mine)
    first, second, third = mine.add_many([FIELDS] * 3, ["a", "b", "c"]).numbers
    state, before = frame_with_state(mine)
    assert list(before["number"]) == [first, second, third]

    changed = mine.change(second, 1, {"status": "afgerond", "owner": "Wijkteam"})
    removed = mine.remove({first: 1})
    other.add(FIELDS, "a")
    mine.add(FIELDS | {"people": 3, "due": "2026-01-01"}, "d")
    pd.testing.assert_frame_equal(frame_now(mine), mine.frame())
    assert list(before["number"]) == [first, second, third], "what was handed out stays as it was"

    mine.undo(removed.batch)
    mine.undo(changed.batch)
    later, now = frame_with_state(mine)
    pd.testing.assert_frame_equal(now, mine.frame())
    assert later != state
    assert frame_with_state(mine)[1] is now, "nothing changed, nothing is read"
    assert number_of(mine, "d") == now["number"].iloc[-1]
    assert number_of(mine, "niets") is None


def test_what_is_kept_in_memory_is_not_for_viewers(tmp_path: Path) -> None:
    concerns(tmp_path).add(FIELDS, "a")
    frame_now(concerns(tmp_path))
    with pytest.raises(NotAllowed):
        frame_now(concerns(tmp_path, actor=Actor("raadslid", Role.VIEWER)))
