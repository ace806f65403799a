"""Classes tell the truth: no empty class, equal figures together, bounds that occur, and sides only around a midpoint."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.classes import METHODS, MOST_CLASSES, classify

figures = st.lists(
    st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 1))), max_size=80
)
methods = st.sampled_from([name for name in METHODS if name != "own"])


def series(*values: float | None) -> pd.Series:
    return pd.Series(values, index=[f"WK0917{n:02d}" for n in range(len(values))], dtype="float64")


@pytest.fixture(scope="module")
def calemp() -> pd.Series:
    """Employment density of 58 areas in California (US Census Bureau), the example of mapclassify."""
    import mapclassify

    return pd.Series(np.asarray(mapclassify.load_example(), dtype="float64"))


@settings(max_examples=40)
@given(figures, methods, st.integers(1, 5))
def test_every_figure_has_one_class_that_the_legend_describes(values, method, k) -> None:
    shown = pd.Series(values, dtype="float64")
    classes = classify(shown, method, k)
    counts = classes.counts(shown)
    assert len(classes) <= k
    assert all(counts)
    assert sum(counts) == shown.notna().sum()
    assert len(set(classes.steps)) == len(classes)
    for step, (low, high) in enumerate(classes.ranges):
        inside = shown[classes.of(shown) == step]
        assert (inside.min(), inside.max()) == (low, high)


@settings(max_examples=40)
@given(figures, methods, st.sampled_from([0.0, 12.5, -40.0]))
def test_around_a_midpoint_no_figure_is_on_the_wrong_side_and_both_sides_have_the_same_bounds(
    values, method, midpoint
) -> None:
    shown = pd.Series(values, dtype="float64")
    classes = classify(shown, method, midpoint=midpoint)
    steps = classes.of(shown).dropna().map(dict(enumerate(classes.steps)))
    away = (shown.loc[steps.index] - midpoint).round(1)
    assert (np.sign(away) == np.sign(steps - 2)).all()
    near, far = (away.abs()[(steps - 2).abs() == size] for size in (1, 2))
    if len(near) and len(far):
        assert near.max() < far.min()


def test_the_published_example_is_divided_as_published(calemp) -> None:
    """Fisher-Jenks with five classes: bounds 75.29, 192.05, 370.5, 722.85 and 4111.45 (documentation of mapclassify)."""
    found = classify(calemp, "natural", decimals=2)
    assert [high for _, high in found.ranges] == pytest.approx([75.29, 192.05, 370.5, 722.85, 4111.45])
    assert found.counts(calemp) == (49, 3, 4, 1, 1)


@pytest.mark.parametrize(("method", "named"), [("quantiles", "Quantiles"), ("equal", "EqualInterval")])
def test_classes_hold_as_many_areas_as_those_of_mapclassify(calemp, method, named) -> None:
    import mapclassify

    published = getattr(mapclassify, named)(calemp.to_numpy(), k=5).counts
    assert classify(calemp, method, decimals=2).counts(calemp) == tuple(published[published > 0])


def test_equal_steps_without_figures_are_left_out_and_the_others_keep_their_colour(calemp) -> None:
    found = classify(calemp, "equal", decimals=2)
    assert found.counts(calemp) == (57, 1)
    assert found.steps == (0, 4)


def test_a_missing_figure_has_no_class_and_is_not_the_lowest() -> None:
    values = series(0.0, None, 5.0)
    assert classify(values).of(values).isna().tolist() == [False, True, False]


@pytest.mark.parametrize("method", ["quantiles", "natural", "equal"])
def test_many_equal_figures_share_one_class(method) -> None:
    values = series(*[0.0] * 12, 1, 2, 3, 4, 5, 6, 7, 8)
    found = classify(values, method)
    assert len(set(found.of(values).iloc[:12])) == 1
    assert len(found) <= MOST_CLASSES


def test_figures_that_look_the_same_on_the_screen_have_the_same_colour() -> None:
    values = series(4.04, 4.01, 9.0)
    assert classify(values, decimals=1).of(values).tolist() == [0, 0, 1]


@pytest.mark.parametrize("method", ["quantiles", "natural", "equal"])
def test_fewer_figures_than_classes_give_fewer_classes(method) -> None:
    assert len(classify(series(1, 2, 3), method)) == 3
    assert len(classify(series(7), method)) == 1
    assert len(classify(series(7, 7, 7, 7), method)) == 1
    assert len(classify(series(None, None), method)) == 0


def test_a_figure_outside_the_legend_is_refused() -> None:
    classes = classify(series(1, 2, 8, 9), k=2)
    for outside in (0.0, 5.0, 10.0):
        with pytest.raises(ValueError, match="outside"):
            classes.of(series(outside))


def test_bounds_of_ones_own_hold_and_say_between_what_a_class_lies() -> None:
    values = series(1, 4, 5, 6, 30)
    found = classify(values, "own", bounds=[5, 10, 20])
    assert found.of(values).tolist() == [0, 0, 0, 1, 2]
    assert [found.limits(place) for place in range(3)] == [(None, 5), (5, 10), (20, None)]
    # Nothing lies between 10 and 20; above 20 is still the darkest.
    assert found.steps == (0, 1, 4)


@pytest.mark.parametrize("bounds", [None, [], [1, 2, 3, 4, 5], [2, 2], [np.inf]])
def test_bounds_that_make_no_classes_are_refused(bounds) -> None:
    with pytest.raises(ValueError, match="bounds"):
        classify(series(1, 2), "own", bounds=bounds)


def test_the_midpoint_is_a_class_of_its_own_and_a_side_without_figures_has_no_colour() -> None:
    values = series(0, 0, 1, 2, 9, 10)
    found = classify(values, midpoint=0.0)
    assert found.ranges == ((0, 0), (1, 2), (9, 10))
    assert found.steps == (2, 3, 4)


def test_natural_breaks_of_a_whole_country_are_found_in_a_second() -> None:
    rng = np.random.default_rng(1)
    groups = [rng.normal(centre, 0.4, 670) for centre in (5, 10, 15, 20, 25)]
    values = pd.Series(np.concatenate(groups))
    found = classify(values, "natural")
    assert found.counts(values) == tuple([670] * 5)
