"""Small counts: no hidden cell follows from what is shown, and no more is hidden than that takes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.small_counts import COMPLEMENT, SHOWN, SMALL, TOTAL, line_status, protected, table_status

FEWEST = 5


def whole_of(values: np.ndarray) -> np.ndarray:
    whole = np.vstack([values, values.sum(axis=0)])
    return np.column_stack([whole, whole.sum(axis=1)])


def known_exactly(values: np.ndarray, words: np.ndarray) -> list[tuple[int, int]]:
    """Return the hidden cells that have one possible value, solved as an integer programme: no part of what is tested."""
    whole = whole_of(values)
    down, across = whole.shape
    inside = [(r, c) for r in range(down - 1) for c in range(across - 1)]
    broken_down = {
        (r, c)
        for r, c in inside
        if words[r, -1] == SHOWN and words[-1, c] == SHOWN and words[-1, -1] == SHOWN
    }
    # A reader may take a complement for 5 or more, unless one of them is not.
    exact = all(whole[cell] >= FEWEST for cell in broken_down if words[cell] == COMPLEMENT)
    low, high = np.zeros(whole.shape), np.full(whole.shape, 1e4)
    for cell in np.ndindex(whole.shape):
        if words[cell] == SHOWN:
            low[cell] = high[cell] = whole[cell]
        elif words[cell] == SMALL:
            low[cell], high[cell] = 1, FEWEST - 1
        elif cell in broken_down and exact:
            low[cell] = FEWEST
    number = np.arange(whole.size).reshape(whole.shape)
    sums = np.zeros((down + across, whole.size))
    for r in range(down):
        sums[r, number[r]] = [1.0] * (across - 1) + [-1.0]
    for c in range(across):
        sums[down + c, number[:, c]] = [1.0] * (down - 1) + [-1.0]

    def extreme(cell: tuple[int, int], sign: float) -> float:
        aim = np.zeros(whole.size)
        aim[number[cell]] = sign
        found = milp(
            aim,
            constraints=LinearConstraint(sums, 0, 0),
            bounds=Bounds(low.ravel(), high.ravel()),
            integrality=np.ones(whole.size),
        )
        return round(sign * found.fun)

    hidden = [cell for cell in np.ndindex(whole.shape) if words[cell] != SHOWN and whole[cell] > 0]
    return [cell for cell in hidden if extreme(cell, 1.0) == extreme(cell, -1.0)]


@settings(max_examples=25)
@example(np.array([[4, 4]]))
@example(np.array([[5, 1, 0], [0, 5, 0]]))
@given(
    arrays(
        np.int64,
        st.tuples(st.integers(1, 4), st.integers(1, 4)),
        elements=st.sampled_from([0, 0, 1, 2, 3, 4, 4, 5, 6, 8, 12, 30]),
    )
)
def test_no_hidden_cell_has_one_possible_value(values: np.ndarray) -> None:
    words = table_status(values)
    assert known_exactly(values, words) == []
    whole = whole_of(values)
    assert not ((whole > 0) & (whole < FEWEST) & (words == SHOWN)).any()
    closed = (words[:-1, -1] != SHOWN)[:, None] | (words[-1, :-1] != SHOWN)[None, :]
    inside = words[:-1, :-1]
    loosened = ((inside == COMPLEMENT) & (values > 0) & (values < FEWEST) & ~closed).any()
    if words[-1, -1] == SHOWN and not loosened:
        assert (words[:-1, :-1][(values == 0) & ~closed] == SHOWN).all(), "0 stays 0"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ([0, 3, 20], (["shown", "small", "complement"], "shown")),
        ([0, 2, 3, 20], (["shown", "small", "small", "shown"], "shown")),
        # Two ones can only be two ones.
        ([1, 1, 20, 30], (["small", "small", "complement", "shown"], "shown")),
        ([4, 4], (["small", "small"], "complement")),
        ([0, 2], (["shown", "small"], "small")),
        ([1, 1, 1, 1], (["small"] * 4, "complement")),
        ([7, 0], (["shown", "shown"], "shown")),
    ],
)
def test_a_line_hides_as_little_as_it_can(line: list[int], told: tuple[list[str], str]) -> None:
    assert line_status(line) == told


def test_one_small_cell_takes_a_rectangle_of_the_smallest_others() -> None:
    values = np.array([[2, 30, 40], [9, 35, 50], [60, 8, 70]])
    words = table_status(values)[:-1, :-1]
    assert words[0, 0] == SMALL
    hidden = {tuple(map(int, cell)) for cell in np.argwhere(words == COMPLEMENT)}
    assert hidden == {(0, 1), (1, 0), (1, 1)} or hidden == {(0, 1), (2, 0), (2, 1)}


def test_a_frame_keeps_its_order_and_tells_why_a_cell_is_empty() -> None:
    table = pd.DataFrame(
        {"wijk": ["b", "b", "a", "a"], "theme": ["x", "y", "x", "y"], "cases": [6, 3, 9, 20]}
    )
    told = protected(table, "wijk", "theme")
    assert list(told["wijk"].drop_duplicates()) == ["b", "a", TOTAL]
    assert told[told["status"] == SHOWN]["cases"].notna().all()
    assert told[told["status"] != SHOWN]["cases"].isna().all()
    assert int(told.iloc[-1]["cases"]) == 38


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number"):
        protected(pd.DataFrame({"wijk": ["a"], "cases": [1.5]}), "wijk")
    with pytest.raises(ValueError, match="twice"):
        protected(pd.DataFrame({"wijk": ["a", "a"], "cases": [1, 2]}), "wijk")
