"""The ends that a sentence quotes are figures of the last unbroken piece, as they were published."""

import pandas as pd

from ui.trend_ends import ends


def panel(*rows):
    return pd.DataFrame(rows, columns=["region", "indicator", "year", "value", "status", "segment"])


def figures_of(frame, years=None):
    """Return the rows with a figure under the index of the panel, as `figures_of_panel` does."""
    there = frame[frame["value"].notna()]
    return there if years is None else there[there["year"].between(*years)]


SERIES = panel(
    ("WK01", "share", 2015, 50.0, "observed", 0),
    ("WK01", "share", 2016, 8.0, "bridged", 1),
    ("WK01", "share", 2017, None, "suppressed", 1),
    ("WK01", "share", 2018, 12.0, "observed", 1),
    ("WK01", "share", 2019, 9.0, "provisional", 1),
    ("WK02", "share", 2018, 3.0, "observed", 0),
    ("WK02", "share", 2019, None, "suppressed", 0),
    ("WK03", "share", 2019, None, "suppressed", 0),
)


def test_only_the_last_piece_counts():
    found = ends(SERIES, figures_of(SERIES)).set_index("region").loc["WK01"]
    assert (found["first_value"], found["last_value"]) == (8.0, 9.0)
    assert (found["lowest"], found["highest"]) == (8.0, 12.0)
    assert found["n_bridged"] == 1
    assert found["last_status"] == "provisional"
    assert found["ended"] == ""


def test_a_series_that_stopped_tells_why_and_one_without_a_figure_has_no_row():
    found = ends(SERIES, figures_of(SERIES)).set_index("region")
    assert found.loc["WK02", "ended"] == "suppressed"
    assert "WK03" not in found.index


def test_chosen_years_decide_what_is_last():
    found = ends(SERIES, figures_of(SERIES, (2015, 2018)), (2015, 2018)).set_index("region")
    assert found.loc["WK01", "last_value"] == 12.0
    assert found.loc["WK02", "ended"] == ""
    assert ends(SERIES, figures_of(SERIES, (2015, 2015)), (2015, 2015))["first_value"].tolist() == [50.0]


def test_a_course_is_past_where_the_chosen_years_stop_before_the_newest_figure_or_the_region_is_gone():
    gone = pd.concat([SERIES, panel(("WK04", "share", 2017, 4.0, "observed", 0))], ignore_index=True)
    past = ends(gone, figures_of(gone)).set_index("region")["past"]
    assert past.to_dict() == {"WK01": False, "WK02": False, "WK04": True}
    for years, is_past in (((2015, 2018), True), ((2016, 2019), False)):
        seen = ends(gone, figures_of(gone, years), years).set_index("region")["past"]
        assert seen["WK01"] == is_past


def test_no_figures_give_no_rows():
    assert ends(SERIES, SERIES.iloc[:0]).empty
