"""A choice of the list goes into an address and comes back the same; the order is the one that is promised."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.concerns import waiting_state
from ui.concern_filter import Filter, chosen_rows, from_address, ordered, to_address
from ui.concern_list import table_of

TODAY = date(2025, 6, 1)


def concerns() -> pd.DataFrame:
    rows = [
        (1, "afval", "nieuw", "2025-05-01", "2025-05-20", 2, "Wijkteam"),
        (2, "afval", "afgerond", "2025-05-30", "2025-05-21", 3, None),
        (3, "verkeer", "in_behandeling", "2025-04-01", None, 1, "Team v. 2~3"),
        (4, "verkeer", "nieuw", "2025-05-02", "2025-05-10", 3, None),
    ]
    # Nobody set a day for number 3, which was heard more than 42 days ago; number 2 is finished.
    names = ["number", "theme", "status", "heard", "due", "seriousness", "owner"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(
        channel="gesprek",
        text=["Glas", "Zakken", "Te hard", "Stoep"],
        done=None,
        feedback=None,
        feedback_on=None,
    )


@pytest.mark.parametrize(
    "chosen",
    [
        Filter(),
        Filter(themes=("afval", "verkeer"), statuses=("nieuw",), late=True, order="ernst"),
        Filter(places="alle", owner="Team v. 2~3", first="2025-01-01", last="2025-12-31", seriousness=("3",)),
    ],
)
def test_a_choice_survives_the_address(chosen: Filter) -> None:
    assert from_address(to_address(chosen)) == chosen


def test_the_search_text_stays_out_of_the_address_and_an_old_link_still_opens() -> None:
    assert "Jansen" not in to_address(Filter(text="Jansen"))
    opened = from_address("thema.afval~status.bestaat_niet~van.gisteren~wat.dit~orde.raar")
    assert opened == Filter(themes=("afval",))


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        # Overdue ones first, the longest overdue on top; then what still waits, then what is done.
        ("te_laat", [4, 3, 1, 2]),
        ("nieuwste", [2, 4, 1, 3]),
        ("oudste", [3, 1, 4, 2]),
        ("ernst", [4, 1, 3, 2]),
    ],
)
def test_the_order_is_the_one_that_is_promised(order: str, numbers: list[int]) -> None:
    rows = concerns()
    found = chosen_rows(rows, Filter(order=order), pd.Series("WK1", index=rows.index), None, TODAY)
    assert list(found["number"]) == numbers
    assert list(ordered(found, order)["number"]) == numbers


def test_every_part_of_a_choice_narrows_the_list() -> None:
    rows = concerns()
    regions = pd.Series(["WK1", "WK1", "WK2", "WK2"])

    def found(chosen: Filter, wijk: str | None = None) -> set[int]:
        return set(chosen_rows(rows, chosen, regions, wijk, TODAY)["number"])

    assert found(Filter(), "WK2") == {3, 4}
    assert found(Filter(places="alle"), "WK2") == {1, 2, 3, 4}
    assert found(Filter(late=True)) == {1, 3, 4}
    assert found(Filter(owner="Wijkteam")) == {1}
    assert found(Filter(first="2025-05-02", last="2025-05-30")) == {2, 4}
    assert found(Filter(text="te HARD")) == {3}
    assert found(Filter(seriousness=("3",), themes=("verkeer",))) == {4}


def test_the_list_and_the_counts_call_the_same_concerns_too_late() -> None:
    rows = pd.concat([concerns()] * 3, ignore_index=True)
    # On its last day nothing is late yet, with a day that was set and without one; who heard back waits no more.
    rows.loc[4, "due"], rows.loc[6, "heard"], rows.loc[11, "feedback_on"] = (
        "2025-06-01",
        "2025-04-20",
        "2025-05-12",
    )
    rows["number"] = range(12)
    every = pd.Series("WK1", index=rows.index)
    shown = set(chosen_rows(rows, Filter(late=True), every, None, TODAY)["number"])
    assert shown == set(rows.index[waiting_state(rows, TODAY) == "overdue"]) == {0, 2, 3, 7, 8, 10}
    told = table_of(rows.assign(wijk="WK1"), {}, str, TODAY).set_index("Nr.")["Terugkoppeling"]
    assert set(told.index[told.str.contains("te laat")]) == shown
    assert told[2].replace("\N{NO-BREAK SPACE}", " ") == "19 dagen te laat"
    assert told[11] == "gegeven op 12-5-2025"
