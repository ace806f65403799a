"""Somebody who knows every table and export we make, and can subtract, does not find what was left out.

The attacker here shares nothing with the code that protects: it reads who belongs to whom from the codes, writes down
every sum, and asks a linear program between which values a figure must lie.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.disclosure import protect
from data import sample
from data.catalogue import Catalogue
from data.panel import WITH_VALUE
from data.store import Store
from reports.export import export_frame, to_bytes
from reports.trusted import trusted
from tests.panel_builder import count, define, figure, panel
from ui.figures import figures, series
from ui.tables import figures_wide

BANDS = ("young", "middle", "old")
DEFINITIONS = define(*(count(name) for name in ("people", *BANDS, "clients")))
TOTALS = [("people", BANDS)]
LEFT_OUT = ("suppressed", "withheld")
#: Twice the rounding, and 10 at least.
ROOM = 10.0


# -- the attacker ----------------------------------------------------------------------------------------


def above(code: str) -> list[str]:
    """What a wijk is a part of, and what a buurt is."""
    return {"BU": [f"WK{code[2:8]}", f"GM{code[2:6]}"], "WK": [f"GM{code[2:6]}"]}.get(code[:2], [])


def sums_of(
    table: pd.DataFrame, totals: list[tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[tuple, list[tuple]]]:
    """Every sum in a table: total and members, as (year, indicator, region)."""
    here = set(zip(table["year"], table["indicator"], table["region"], strict=True))
    below: dict[tuple, list[tuple]] = {}
    for year, indicator, region in here:
        for code in above(region):
            below.setdefault((year, indicator, code, region[:2]), []).append((year, indicator, region))
    for (year, indicator, code, _), members in below.items():
        if (year, indicator, code) in here:
            yield (year, indicator, code), sorted(members)
    for total, parts in totals:
        for year, indicator, region in here:
            if indicator == total and all((year, part, region) in here for part in parts):
                yield (year, total, region), [(year, part, region) for part in parts]


def by_subtraction(table: pd.DataFrame, totals: list[tuple[str, tuple[str, ...]]]) -> set[tuple]:
    """Figures that are left out and stand alone as such in a sum: a pocket calculator finds them."""
    keys = zip(table["year"], table["indicator"], table["region"], strict=True)
    status = dict(zip(keys, table["status"], strict=True))
    found = set()
    for total, members in sums_of(table, totals):
        unknown = [c for c in (total, *members) if status[c] not in (*WITH_VALUE, "not_applicable")]
        if len(unknown) == 1 and status[unknown[0]] in LEFT_OUT:
            found.add(unknown[0])
    return found


def by_solving(
    table: pd.DataFrame, totals: list[tuple[str, tuple[str, ...]]]
) -> dict[tuple, tuple[float, float]]:
    """Between which values every figure that CBS left out must lie, from all the sums at once."""
    keys = list(zip(table["year"], table["indicator"], table["region"], strict=True))
    value = dict(zip(keys, table["value"].where(table["status"] != "not_applicable", 0.0), strict=True))
    unknown = {key: place for place, key in enumerate(key for key in keys if np.isnan(value[key]))}
    rows, known = [], []
    for total, members in sums_of(table, totals):
        row, rest = np.zeros(len(unknown)), 0.0
        for cell, sign in ((total, -1.0), *((member, 1.0) for member in members)):
            if cell in unknown:
                row[unknown[cell]] += sign
            else:
                rest -= sign * value[cell]
        if row.any():
            rows.append(row)
            known.append(rest)
    limits = {}
    secret = table.loc[table["status"] == "suppressed", ["year", "indicator", "region"]]
    for cell in secret.itertuples(index=False, name=None):
        ends = []
        for direction in (1.0, -1.0):
            goal = np.zeros(len(unknown))
            goal[unknown[cell]] = direction
            equations = {"A_eq": np.array(rows), "b_eq": np.array(known)} if rows else {}
            answer = linprog(goal, bounds=(0, 1e7), **equations)
            assert answer.status == 0, answer.message
            ends.append(direction * answer.fun)
        limits[cell] = (ends[0], ends[1])
    return limits


# -- any town --------------------------------------------------------------------------------------------


@st.composite
def towns(draw: st.DrawFn) -> pd.DataFrame:
    """A gemeente with a few wijken and buurten; any of their figures may have been left out by CBS."""
    size = st.sampled_from([0, 5, 5, 10, 15, 40, 100, 700, 3000])
    buurten = [
        f"BU0001{wijk:02}{buurt:02}"
        for wijk in range(draw(st.integers(1, 3)))
        for buurt in range(draw(st.integers(1, 3)))
    ]
    counts = {(band, code): float(draw(size)) for band in (*BANDS, "clients") for code in buurten}
    counts |= {("people", code): sum(counts[band, code] for band in BANDS) for code in buurten}
    for indicator, code in list(counts):
        for region in above(code):
            counts[indicator, region] = counts.get((indicator, region), 0.0) + counts[indicator, code]
    small = sorted(cell for cell in counts if cell[1][:2] != "GM")
    left_out = draw(st.sets(st.sampled_from(small), min_size=1, max_size=8))
    rows = [
        figure(code, 2020, indicator, None if (indicator, code) in left_out else value)
        for (indicator, code), value in counts.items()
    ]
    return panel(rows, DEFINITIONS)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_whatever_the_town_every_figure_that_was_left_out_keeps_its_room(town: pd.DataFrame) -> None:
    safe = protect(town, TOTALS, DEFINITIONS)
    assert not by_subtraction(safe, TOTALS)
    for cell, (lowest, highest) in by_solving(safe, TOTALS).items():
        assert highest - lowest >= ROOM - 1e-4, cell
    same = safe["status"] != "withheld"
    pd.testing.assert_frame_equal(safe[same], town[same])
    assert town.loc[~same, "status"].isin(WITH_VALUE).all()
    pd.testing.assert_frame_equal(protect(safe, TOTALS, DEFINITIONS), safe)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_whatever_the_town_no_withheld_figure_could_have_been_shown(town: pd.DataFrame) -> None:
    safe = protect(town, TOTALS, DEFINITIONS)
    published = town.set_index(["year", "indicator", "region"])["value"]
    hidden = safe[safe["status"] == "withheld"]
    for row in hidden.itertuples():
        shown = safe.copy()
        shown.loc[row.Index, ["value", "status"]] = [
            published[row.year, row.indicator, row.region],
            "observed",
        ]
        others = shown.assign(status=shown["status"].replace("withheld", "suppressed"))
        limits = by_solving(others, TOTALS)
        assert any(highest - lowest < ROOM - 1e-4 for lowest, highest in limits.values()), row


# -- what we make of the sample --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def totals(known: Catalogue) -> list[tuple[str, tuple[str, ...]]]:
    return [(total.total, total.parts) for total in known.totals]


@pytest.fixture(scope="module")
def counts(known: Catalogue) -> list[str]:
    return [indicator.id for indicator in known.published if indicator.kind == "count"]


def as_published(rows: pd.DataFrame, counts: list[str]) -> pd.DataFrame:
    """What can be added up: numbers of people and things, under the code that tells what they are a part of."""
    there = rows[rows["indicator"].isin(counts) & (rows["unit"] == "aantal") & (rows["status"] != "bridged")]
    return there.assign(region=there["published_as"]) if "published_as" in there else there


def test_cbs_leaves_out_figures_of_the_sample_that_subtraction_would_find(
    sample_folder: Path, totals, counts
) -> None:
    assert by_subtraction(as_published(Store(sample_folder).panel(sample.GEMEENTE), counts), totals)


def test_an_export_of_the_sample_gives_none_of_them_away(sample_folder: Path, known, totals, counts) -> None:
    frame = export_frame(Store(sample_folder), known, sample.GEMEENTE)
    back = pd.read_csv(io.BytesIO(to_bytes(frame, ".csv")))
    assert set(back["status"]) >= set(LEFT_OUT)
    assert back.loc[back["status"].isin(LEFT_OUT), "value"].isna().all()
    assert not by_subtraction(as_published(back, counts), totals)


def test_nor_do_the_tables_on_the_screen_put_together(sample_folder: Path, known, totals, counts) -> None:
    store = Store(sample_folder)
    shown = []
    for level in ("wijk", "buurt"):
        town = figures(store, sample.GEMEENTE, level)
        for indicator in counts:
            rows = town.of(indicator)
            drawn = series(town, indicator, list(rows["region"].drop_duplicates()))
            wide = figures_wide(drawn, known[indicator])
            assert int(wide.notna().sum().sum()) == int(rows["value"].notna().sum())
            shown.append(rows)
    table = pd.concat(shown).drop_duplicates(["published_as", "year", "indicator"])
    assert table.loc[table["status"].isin(LEFT_OUT), "value"].isna().all()
    assert not by_subtraction(as_published(table, counts), totals)


def test_a_share_goes_with_the_figure_it_is_made_of(sample_folder: Path, known) -> None:
    rows = trusted(Store(sample_folder), known, sample.GEMEENTE).panel
    status = rows.set_index(["region", "year", "indicator"])["status"]
    for derived in known.shares:
        for part in derived.share_of:
            held = rows[(rows["indicator"] == part) & rows["status"].isin(LEFT_OUT)]
            keys = pd.MultiIndex.from_arrays([held["region"], held["year"], [derived.id] * len(held)])
            there = keys.intersection(status.index)
            assert not status.loc[there].isin(WITH_VALUE).any(), derived.id


def test_nor_does_a_rate_of_it_that_could_be_multiplied(sample_folder: Path, known) -> None:
    rows = trusted(Store(sample_folder), known, sample.GEMEENTE).panel
    status = rows.set_index(["region", "year", "indicator"])["status"]
    rates = {i.id: i.rate_of for i in known.published if i.rate_of}
    held = rows[rows["indicator"].isin(rates.values()) & rows["status"].isin(LEFT_OUT)]
    assert len(held)
    for rate, of_count in rates.items():
        here = held[held["indicator"] == of_count]
        keys = pd.MultiIndex.from_arrays([here["region"], here["year"], [rate] * len(here)])
        assert not status.loc[keys.intersection(status.index)].isin(WITH_VALUE).any(), rate


def test_nor_does_a_converted_figure_that_is_partly_made_of_it(converted_folder: Path, known, counts) -> None:
    town = trusted(Store(converted_folder), known, sample.GEMEENTE)
    rows = town.panel[town.panel["indicator"].isin(counts)]
    converted = rows[rows["status"] == "bridged"]
    there = rows[rows["value"].notna()]
    shown = set(zip(there["published_as"], there["year"], there["indicator"], strict=True))
    for codes, year, indicator in converted[["published_as", "year", "indicator"]].itertuples(index=False):
        assert all((code, year, indicator) in shown for code in codes.split(", ")), (codes, year, indicator)


@pytest.mark.real
def test_the_real_figures_of_heerlen_lose_little_and_give_nothing_away(
    heerlen_folder: Path, known, totals, counts
) -> None:
    stored = Store(heerlen_folder).panel("GM0917")
    safe = protect(stored, totals, known.frame())
    assert by_subtraction(as_published(stored, counts), totals)
    assert not by_subtraction(as_published(safe, counts), totals)
    assert (safe["status"] == "withheld").sum() < 0.01 * stored["value"].notna().sum()
