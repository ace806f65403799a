import pandas as pd

from data.refreshing import doubts


def rows(*cells: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(cells, columns=["region", "level", "indicator", "status"], dtype="str")


STORED = rows(
    ("GM0363", "gemeente", "population", "observed"),
    ("WK036300", "wijk", "population", "observed"),
    ("WK036300", "wijk", "woz", "observed"),
    ("WK036301", "wijk", "population", "observed"),
    ("WK036301", "wijk", "woz", "suppressed"),
)


def test_the_same_delivery_raises_no_doubt() -> None:
    assert not doubts(STORED, STORED)


def test_a_first_delivery_raises_no_doubt() -> None:
    assert not doubts(STORED.iloc[:0], STORED)


def test_more_figures_than_before_raise_no_doubt() -> None:
    fuller = STORED.assign(status="observed")
    assert not doubts(STORED, fuller)


def test_a_single_figure_that_is_withdrawn_raises_no_doubt() -> None:
    fresh = STORED.copy()
    fresh.loc[3, "status"] = "suppressed"
    assert not doubts(STORED, fresh)


def test_regions_that_are_gone_are_named() -> None:
    less = doubts(STORED, STORED[STORED["region"] != "WK036301"])
    assert (less.lost_regions, less.stored_regions, less.emptied) == (("WK036301",), 3, ())


def test_a_column_that_is_empty_now_is_named_with_its_level() -> None:
    fresh = STORED.copy()
    fresh.loc[fresh["indicator"] == "woz", "status"] = "not_published"
    assert doubts(STORED, fresh).emptied == (("woz", "wijk"),)


def test_a_column_that_is_no_longer_in_the_table_counts_as_emptied() -> None:
    assert doubts(STORED, STORED[STORED["indicator"] != "woz"]).emptied == (("woz", "wijk"),)
