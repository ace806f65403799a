from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.lineage import EVENTS, EVIDENCE, KINDS, LANDS, OVERLAPS, ROLES, biography, join_series, trace
from data.sample.divisions import YEARS, regions
from data.store import Store

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "voorbeeldstad"


def frame(rows):
    columns = ["region", "level", "year", "name", "gemeente", "boundary"]
    return pd.DataFrame(rows, columns=columns).astype({"boundary": "Int8"})


def wijk(code, year, flag=1, name=None):
    return (code, "wijk", year, name or code, "GM" + code[2:6], flag)


def panel_of(lineage):
    return lineage.lands[["region", "level", "year", "boundary"]].assign(indicator="population", value=1.0)


# -- worlds of plots, of which the truth is known -----------------------------------------------------------

PLOTS = range(6)
BUURTEN = [f"BU9999{wijk:02d}{buurt:02d}" for wijk in (1, 2) for buurt in range(4)]
NAMES = ["Noord", "Zuid", "Haven", "Kade", "Park", ""]

MOVES = st.lists(st.tuples(st.sampled_from(PLOTS), st.sampled_from(BUURTEN)), max_size=2)
RECODES = st.lists(st.tuples(st.sampled_from(BUURTEN), st.sampled_from(BUURTEN)), max_size=3)
WORLDS = st.tuples(
    st.lists(st.sampled_from(BUURTEN), min_size=len(PLOTS), max_size=len(PLOTS)),
    st.lists(st.tuples(RECODES, MOVES), min_size=1, max_size=5),
)


def land_by_year(world):
    """Return {year: {level: {code: plots}}}; codes are exchanged first, then plots change hands."""
    start, changes = world
    owner = list(start)
    years = {2013: _lands(owner)}
    for year, (recodes, moves) in enumerate(changes, start=2014):
        for one, other in recodes:
            owner = [other if code == one else one if code == other else code for code in owner]
        for plot, code in moves:
            owner[plot] = code
        years[year] = _lands(owner)
    return years


def _lands(owner):
    levels = {"buurt": defaultdict(set), "wijk": defaultdict(set)}
    for plot, code in enumerate(owner):
        levels["buurt"][code].add(plot)
        levels["wijk"]["WK" + code[2:8]].add(plot)
    return {level: {c: frozenset(plots) for c, plots in lands.items()} for level, lands in levels.items()}


def published(years, name):
    """Flag every region as CBS does, and name it by ``name(code, plots, year)``."""
    rows = []
    for year, levels in years.items():
        for level, lands in levels.items():
            before = years.get(year - 1, {}).get(level, {})
            for code, plots in lands.items():
                flag = (
                    1
                    if year == min(years) or before.get(code) == plots
                    else 2
                    if plots in before.values()
                    else 3
                )
                rows.append((code, level, year, name(code, plots, year), "GM9999", flag))
    return frame(rows)


def overlaps_between(years, pairs):
    rows = [
        (level, first, second, old, new, float(len(a & b)), "addresses")
        for first, second in pairs
        for level in ("buurt", "wijk")
        for old, a in years[first][level].items()
        for new, b in years[second][level].items()
        if a & b
    ]
    return pd.DataFrame(rows, columns=OVERLAPS)


def name_of_the_land(_, plots, __):
    return NAMES[sum(plots) % len(NAMES)]


def plots_by_land(lineage, years):
    plots = defaultdict(set)
    for row in lineage.lands.itertuples():
        plots[row.level, row.land].add(years[row.year][row.level][row.region])
    return plots


IDENTITY = ["level", "year", "kind", "old", "new"]


def what_happened(years):
    """Return every change of code or land, from the plots themselves."""
    events = set()
    for before, year in pairwise(years):
        for level in ("buurt", "wijk"):
            old, new = years[before][level], years[year][level]
            olds = {code for code in old if new.get(code) != old[code]}
            news = {code for code in new if old.get(code) != new[code]}
            while olds:
                land = set(old[min(olds)])
                for _ in PLOTS:
                    group = {c for c in olds if old[c] & land}, {c for c in news if new[c] & land}
                    land = land.union(*(old[c] for c in group[0]), *(new[c] for c in group[1]))
                events.add((level, year, kind_of(*group), tuple(sorted(group[0])), tuple(sorted(group[1]))))
                olds -= group[0]
    return events


def kind_of(went_in, came_out):
    if len(went_in) == len(came_out) == 1:
        return "recoded"
    return "split" if len(went_in) == 1 else "merged" if len(came_out) == 1 else "redrawn"


def renamings(events):
    return set(events.loc[events["kind"] == "renamed", IDENTITY].itertuples(index=False, name=None))


@settings(max_examples=40, deadline=None)
@given(world=WORLDS)
def test_with_code_lists_alone_other_land_is_never_joined(world):
    years = land_by_year(world)
    lineage = trace(published(years, name_of_the_land))

    assert all(len(plots) == 1 for plots in plots_by_land(lineage, years).values())
    told = lineage.events[lineage.events["certain"]]
    assert set(told[IDENTITY].itertuples(index=False, name=None)) - what_happened(years) <= renamings(told)


@settings(max_examples=40, deadline=None)
@given(world=WORLDS, names=st.randoms(use_true_random=False))
def test_with_the_ground_known_the_same_land_is_always_joined_whatever_its_name(world, names):
    years = land_by_year(world)
    pairs = [(year - 1, year) for year in list(years)[1:]]
    named = published(years, lambda *_: names.choice(NAMES))
    lineage = trace(named, overlaps_between(years, pairs))

    assert all(len(plots) == 1 for plots in plots_by_land(lineage, years).values())
    numbers = {(row.level, row.year, row.region): row.land for row in lineage.lands.itertuples()}
    for before, year in pairs:
        for level in ("buurt", "wijk"):
            for new, plots in years[year][level].items():
                former = [old for old, land in years[before][level].items() if land == plots]
                assert [numbers[level, before, old] for old in former] == [numbers[level, year, new]] * len(
                    former
                )
    assert set(lineage.events[IDENTITY].itertuples(index=False, name=None)) - renamings(
        lineage.events
    ) == what_happened(years)
    assert lineage.events["certain"].all()


@settings(max_examples=40, deadline=None)
@given(world=WORLDS, first=st.integers(0, 4), span=st.integers(1, 5))
def test_evidence_about_years_that_lie_apart_never_joins_other_land(world, first, span):
    years = land_by_year(world)
    last = max(years)
    pair = (min(2013 + first, last - 1), min(2013 + first + span, last))
    lineage = trace(published(years, name_of_the_land), overlaps_between(years, [pair]))

    assert all(len(plots) == 1 for plots in plots_by_land(lineage, years).values())


@settings(max_examples=40, deadline=None)
@given(
    cells=st.dictionaries(
        st.tuples(
            st.sampled_from(["WK999901", "WK999902", "WK999903"]),
            st.sampled_from([2013, 2014, 2015, 2017, 2018]),
        ),
        st.tuples(st.sampled_from([1, 1, 2, 3, None]), st.sampled_from(["Noord", "Zuid", "Wijk 1"])),
        min_size=1,
    )
)
def test_whatever_the_lists_say_a_region_occurs_once_a_year_in_the_joined_panel(cells):
    rows = [wijk(code, year, flag, name) for (code, year), (flag, name) in cells.items()]
    lineage = trace(frame(rows))
    joined = join_series(panel_of(lineage), lineage)

    assert not joined.duplicated(["region", "year"]).any()
    assert joined["boundary"].dtype == "Int8"
    assert set(lineage.events["kind"]) <= set(KINDS)
    assert set(lineage.events["evidence"]) <= set(EVIDENCE)
    for region in joined["region"].unique():
        assert set(biography(lineage, region)["role"]) <= set(ROLES)


# -- the sample and real figures ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample_borders():
    """What the stored borders of the sample say about shared ground: only the years that have borders."""
    frames = []
    years = [2013, 2016, 2018, 2021]
    for level, plural in (("wijk", "wijken"), ("buurt", "buurten")):
        shapes = {year: gpd.read_file(SAMPLE / "geometry" / f"{plural}_{year}.geojson") for year in years}
        shapes = {
            year: shape.loc[shape["water"] == "NEE", ["statcode", "geometry"]]
            for year, shape in shapes.items()
        }
        for first, second in pairwise(years):
            old = shapes[first].rename(columns={"statcode": "old"})
            new = shapes[second].rename(columns={"statcode": "new"})
            pieces = gpd.overlay(old, new, keep_geom_type=True)
            frames.append(
                pieces[["old", "new"]].assign(
                    level=level, old_year=first, new_year=second, amount=pieces.area, origin="area"
                )
            )
    return pd.concat(frames, ignore_index=True)


def planted():
    truths = json.loads((SAMPLE / "planted_truths.json").read_text())["lineage"]
    return {(t["level"], t["year"], t["kind"], tuple(t["old"]), tuple(t["new"])) for t in truths}


def found(lineage):
    events = lineage.events[lineage.events["kind"] != "renamed"]
    return set(events[["level", "year", "kind", "old", "new"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("with_borders", [True, False])
def test_every_change_planted_in_the_sample_comes_out(sample_store, sample_borders, with_borders):
    lineage = trace(sample_store.regions("GM9999"), sample_borders if with_borders else None)

    assert found(lineage) == planted()
    assert lineage.events["certain"].all() == with_borders
    renamed = lineage.events[lineage.events["kind"] == "renamed"]
    assert renamed["new_names"].tolist() == [("Prins Hendrikpark",)]


@pytest.mark.parametrize("with_borders", [True, False])
def test_no_land_of_the_sample_is_mistaken_for_other_land(sample_store, sample_borders, with_borders):
    lineage = trace(sample_store.regions("GM9999"), sample_borders if with_borders else None)
    years = {
        year: {level: {r.code: r.plots for r in regions(level, year)} for level in ("wijk", "buurt")}
        for year in YEARS
    }
    small = lineage.lands[lineage.lands["level"].isin(["wijk", "buurt"])]
    plots = defaultdict(set)
    for row in small.itertuples():
        plots[row.level, row.land].add(years[row.year][row.level][row.region])
    assert {len(of_land) for of_land in plots.values()} == {1}


def test_the_sample_has_one_series_for_every_region_of_now_and_for_what_went_up_in_others(sample_store):
    lineage = trace(sample_store.regions("GM9999"))
    wijken = set(lineage.lands.loc[lineage.lands["level"] == "wijk", "series"])

    assert wijken == {r.code for r in regions("wijk", 2025)} | {"WK999911"}


@pytest.mark.real
def test_nothing_happened_in_heerlen_from_2016_to_2020(heerlen_folder):
    lineage = trace(Store(heerlen_folder).regions("GM0917"))

    assert lineage.events.empty
    assert (lineage.lands["series"] == lineage.lands["region"]).all()
    assert lineage.lands["land"].nunique() == len(set(lineage.lands["region"]))


# -- joining ------------------------------------------------------------------------------------------------


def test_boundary_tells_what_holds_inside_the_series():
    rows = [
        *(wijk("WK999901", 2013, 3, "Noord"), wijk("WK999901", 2014, 1, "Noord")),
        *(wijk("WK999902", 2015, 2, "Noord"), wijk("WK999902", 2016, 3, "Noord")),
        *(wijk("WK999902", 2017, None, "Noord"), wijk("WK999902", 2019, 1, "Noord")),
    ]
    lineage = trace(frame(rows))
    joined = join_series(panel_of(lineage), lineage).set_index("year")["boundary"]

    assert joined.index.tolist() == [2013, 2014, 2015, 2016, 2017, 2019]
    assert joined.fillna(0).tolist() == [3, 1, 1, 3, 0, 1]


def test_an_unknown_former_code_stays_a_break():
    rows = [
        wijk("WK999901", 2013),
        wijk("WK999902", 2013),
        wijk("WK999911", 2014, 2),
        wijk("WK999912", 2014, 2),
    ]
    lineage = trace(frame(rows))
    joined = join_series(panel_of(lineage), lineage)

    assert joined["region"].tolist() == ["WK999901", "WK999902", "WK999911", "WK999912"]
    assert joined["boundary"].tolist() == [1, 1, 2, 2]


def test_rows_keep_their_order_and_index():
    rows = [wijk("WK999901", 2013, 1, "Noord"), wijk("WK999902", 2014, 2, "Noord")]
    lineage = trace(frame(rows))
    panel = panel_of(lineage).set_index(pd.Index([7, 3]))
    joined = join_series(panel, lineage)

    assert joined.index.tolist() == [7, 3]
    assert joined["published_as"].equals(panel["region"])
    assert joined["region"].dtype == panel["region"].dtype


def test_figures_of_a_region_that_the_lineage_does_not_know_are_refused():
    lineage = trace(frame([wijk("WK999901", 2013)]))
    stranger = panel_of(lineage).assign(region="WK999902")

    with pytest.raises(ValueError, match="WK999902"):
        join_series(stranger, lineage)


def test_a_code_that_occurs_twice_in_a_year_is_refused():
    with pytest.raises(ValueError, match="WK999901"):
        trace(frame([wijk("WK999901", 2013), wijk("WK999901", 2013)]))


def test_a_frame_without_flags_is_refused():
    with pytest.raises(ValueError, match="boundary"):
        trace(frame([wijk("WK999901", 2013)]).drop(columns="boundary"))


def test_nothing_gives_nothing():
    lineage = trace(frame([]))

    assert list(lineage.lands.columns) == LANDS
    assert list(lineage.events.columns) == EVENTS
    assert join_series(panel_of(lineage), lineage).empty


# -- what is less common ------------------------------------------------------------------------------------


def test_the_country_and_the_gemeente_are_one_land_also_after_years_without_figures():
    rows = [
        (code, level, year, code, code, None)
        for code, level in (("NL00", "land"), ("GM9999", "gemeente"))
        for year in (2013, 2017)
    ]
    lineage = trace(frame(rows))

    assert lineage.lands.groupby("region")["land"].nunique().tolist() == [1, 1]
    assert lineage.events.empty


def test_a_gemeente_with_another_name_is_renamed():
    rows = [
        ("GM9999", "gemeente", 2013 + n, name, "GM9999", None)
        for n, name in enumerate(["Oudstad", "Nieuwstad"])
    ]
    events = trace(frame(rows)).events

    assert events[["kind", "old_names", "new_names"]].to_numpy().tolist() == [
        ["renamed", ("Oudstad",), ("Nieuwstad",)]
    ]


@pytest.mark.parametrize("other", ["WIJK 01 CAFÉ-NOORD", "Café Noord", "Wijk 1 cafe noord"])
def test_another_spelling_is_no_other_name(other):
    rows = [wijk("WK999901", 2013, 1, "Wijk 01 Café Noord"), wijk("WK999901", 2014, 1, other)]

    assert trace(frame(rows)).events.empty


def test_a_name_that_only_repeats_the_number_is_no_evidence():
    rows = [
        *(wijk("WK999901", 2013, 1, "Wijk 01"), wijk("WK999902", 2013, 1, "Wijk 02")),
        *(wijk("WK888801", 2014, 2, "Wijk 02"), wijk("WK888802", 2014, 2, "Wijk 01")),
    ]

    assert not trace(frame(rows)).events["certain"].any()


def test_a_name_is_not_believed_when_the_ground_says_otherwise():
    rows = [
        *(wijk("WK999901", 2013, 1, "Noord"), wijk("WK999902", 2013, 1, "Zuid")),
        *(wijk("WK999911", 2014, 2, "Noord"), wijk("WK999912", 2014, 2, "Oost")),
    ]
    overlaps = pd.DataFrame(
        [
            ("wijk", 2013, 2014, "WK999902", "WK999911", 85.0, "area"),
            ("wijk", 2013, 2014, "WK999901", "WK999911", 15.0, "area"),
        ],
        columns=OVERLAPS,
    )
    events = trace(frame(rows), overlaps).events

    assert (("WK999901",), ("WK999911",)) not in set(zip(events["old"], events["new"], strict=True))


def test_counted_addresses_go_before_borders_and_an_empty_polder_is_told_by_its_borders():
    town, polder, whole = "WK999901", "WK999902", "WK999903"
    rows = [wijk(town, 2013), wijk(polder, 2013), wijk(whole, 2014, 3)]
    overlaps = pd.DataFrame(
        [
            ("wijk", 2013, 2014, town, whole, 900.0, "addresses"),
            ("wijk", 2013, 2014, town, whole, 1e5, "area"),
            ("wijk", 2013, 2014, polder, whole, 9e6, "area"),
        ],
        columns=OVERLAPS,
    )
    merged = trace(frame(rows), overlaps).events.iloc[0]

    assert (merged["kind"], merged["old"], merged["certain"]) == ("merged", (town, polder), True)


def test_slivers_of_simplified_borders_do_not_tie_redrawn_wijken_together():
    one, other = "WK999901", "WK999902"
    rows = [wijk(code, year, flag) for year, flag in ((2013, 1), (2014, 3)) for code in (one, other)]
    pieces = [(one, one, 990.0), (one, other, 10.0), (other, other, 995.0)]
    overlaps = pd.DataFrame([("wijk", 2013, 2014, *piece, "area") for piece in pieces], columns=OVERLAPS)

    assert trace(frame(rows), overlaps).events["old"].tolist() == [(one,), (other,)]


def test_land_without_a_flag_is_the_same_only_where_its_ground_proves_it():
    rows = [wijk("WK999901", 2013), wijk("WK999901", 2014, None)]
    proof = pd.DataFrame([("wijk", 2013, 2014, "WK999901", "WK999901", 500.0, "addresses")], columns=OVERLAPS)

    assert len(set(trace(frame(rows)).lands["land"])) == 2
    assert len(set(trace(frame(rows), proof).lands["land"])) == 1


def test_an_unchanged_region_that_was_not_there_is_new_and_uncertain():
    rows = [wijk("WK999901", 2013), wijk("WK999901", 2014), wijk("WK999902", 2014)]
    events = trace(frame(rows)).events

    assert events[["kind", "new", "certain"]].to_numpy().tolist() == [["new", ("WK999902",), False]]


def test_the_kind_follows_from_how_many_went_in_and_came_out():
    def kind(old, new):
        rows = [wijk(f"WK9999{n:02d}", 2013) for n in range(old)]
        rows += [wijk("WK999950", 2013), wijk("WK999950", 2014)]
        rows += [wijk(f"WK9999{60 + n}", 2014, 3) for n in range(new)]
        return trace(frame(rows)).events["kind"].tolist()

    assert [kind(1, 2), kind(2, 1), kind(2, 2), kind(1, 1)] == [
        ["split"],
        ["merged"],
        ["redrawn"],
        ["redrawn"],
    ]
    assert [kind(0, 1), kind(1, 0)] == [["new"], ["gone"]]


def test_of_six_hundred_buurten_renumbered_in_one_year_each_keeps_its_own_series():
    rng = np.random.default_rng(4)
    rows, redrawn = [], set()
    for year in range(2013, 2026):
        for number in range(600):
            letters = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
            buurt = f"BU0363{letters}01" if year >= 2023 else f"BU0363{number:04d}"
            flag = int(rng.choice([2, 3])) if year == 2023 else 1
            redrawn |= {buurt} if flag == 3 else set()
            rows.append((buurt, "buurt", year, f"Buurt {letters} van de stad", "GM0363", flag))
    lineage = trace(frame(rows))

    years = lineage.lands.groupby("series")["year"].nunique()
    assert (years == 13).sum() == 600 - len(redrawn), "only the number changed"
    assert (years == 3).sum() == (years == 10).sum() == len(redrawn), "the land changed"
    joined = join_series(panel_of(lineage), lineage)
    assert len(joined) == len(rows)
    assert not joined.duplicated(["region", "year"]).any()
