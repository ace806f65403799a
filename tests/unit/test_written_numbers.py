import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import TableError
from data.written_numbers import read_numbers


def read(cells: list[object], other: list[object] | None = None) -> list[float]:
    columns = {"a": pd.Series(cells, dtype="object")}
    if other is not None:
        columns["b"] = pd.Series(other, dtype="object")
    titles = {"a": "Inwoners", "b": "Iets anders"}
    return (
        read_numbers(pd.DataFrame(columns), titles, "bestand", lambda row: f"rij {row}").frame["a"].tolist()
    )


@settings(deadline=None, max_examples=150)
@given(
    values=st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=8),
    places=st.integers(0, 3),
    signs=st.sampled_from([(",", "."), (".", ","), (",", ""), (".", ""), (",", " "), (".", "\u202f")]),
)
def test_a_consistent_column_is_read_right_or_refused_and_never_read_wrong(
    values: list[int], places: int, signs: tuple[str, str]
) -> None:
    numbers = [value / 10**places for value in values]
    cells = [
        f"{number:,.{places}f}".translate({ord("."): signs[0], ord(","): signs[1]}) for number in numbers
    ]
    try:
        got = read(cells)
    except TableError:
        # Only groups of three digits leave it open which sign stands there.
        assert places in (0, 3)
    else:
        assert got == pytest.approx(numbers)


@pytest.mark.parametrize("cell", ["", ".", "   .", ",", "x", "NaN", None, float("nan")])
def test_what_stands_for_no_figure_is_empty_and_never_zero(cell: object) -> None:
    assert pd.isna(read([cell, "5"])[0])
    assert read([cell, "5"])[1] == 5


@pytest.mark.parametrize("cell", ["12 a", "1,79E+07", "1.2.3", "12,", "1,23.4", "twee", True])
def test_what_is_no_number_is_refused_with_its_row(cell: object) -> None:
    with pytest.raises(TableError, match=r"rij 1.*Inwoners"):
        read(["5", cell])


def test_another_column_decides_what_this_one_leaves_open() -> None:
    assert read(["1.234"], ["0,5"]) == [1234]
    assert read(["1.234"], ["0.5"]) == [1.234]


def test_a_file_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(TableError, match="zowel"):
        read(["1.234", "5"], ["0,5", "0.5"])


def test_numbers_that_are_numbers_already_stay_as_they_are() -> None:
    assert read([1.234, 17, "5"]) == [1.234, 17, 5]
