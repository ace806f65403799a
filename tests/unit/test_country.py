"""The whole country: what a gemeente hides stays hidden, and nothing is placed on land by guess."""

from __future__ import annotations

import pytest
import shapely

from data.catalogue import Catalogue, catalogue
from data.regions import NEDERLAND
from data.store import Store
from reports.country import DERIVED, country_figures, is_worked_out, tables
from reports.country import _read as kept_in_memory
from reports.trusted import trusted
from tests.two_gemeenten import store_of_two
from ui import country
from ui.theme import LIGHT


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, known: Catalogue) -> Store:
    return store_of_two(tmp_path_factory.mktemp("land") / "store", known)


def test_what_the_page_of_a_gemeente_withholds_is_withheld_on_the_country_too(
    store: Store, known: Catalogue
) -> None:
    rows = country_figures(store, known, 2020)
    older = rows[(rows["indicator"] == "age_65plus")].set_index("region")["status"].astype("str")
    of_gemeente = trusted(store, known, "GM0001").panel
    of_gemeente = of_gemeente[of_gemeente["indicator"] == "age_65plus"].set_index("region")["status"]
    assert (of_gemeente == "withheld").any(), "one of its neighbours would give the secret figure away"
    assert older[of_gemeente.index].to_dict() == of_gemeente.astype("str").to_dict()


def test_it_is_worked_out_once_and_again_for_another_table(store: Store, known: Catalogue) -> None:
    first = country_figures(store, known, 2020)
    assert is_worked_out(store, 2020)
    assert country_figures(store, known, 2020) is country_figures(store, known, 2020)
    old = store.folder / DERIVED / "land-2020-0123456789abcdef.parquet"
    old.write_bytes(b"of a former table")
    for file in (store.folder / DERIVED).glob("land-2020-*"):
        if file != old:
            file.unlink()
    kept_in_memory.cache_clear()
    again = country_figures(Store(store.folder), known, 2020)
    assert again.equals(first)
    assert not old.exists(), "what was worked out of a former table is gone"


def test_a_store_that_cannot_keep_the_outcome_still_shows_it(
    store: Store, known: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("the disk is full")

    for file in (store.folder / DERIVED).glob("*"):
        file.unlink()
    monkeypatch.setattr("reports.country.write_atomically", full)
    assert len(country_figures(store, known, 2020))
    assert not is_worked_out(store, 2020)


def test_the_borders_of_the_country_are_those_of_every_gemeente_and_neighbours_still_touch(
    store: Store,
) -> None:
    frame = store.border_frame(NEDERLAND, "wijk", 2022)
    assert frame is not None
    assert set(frame["gemeente"]) == {"GM0001", "GM0002"}
    assert shapely.coverage_is_valid(frame.to_crs(28992).geometry.to_numpy())
    assert store.border_frame(NEDERLAND, "wijk", 2021) is None
    assert sorted(tables(store)) == [2020]


def test_a_wijk_without_land_of_its_code_is_told_and_land_without_a_figure_is_hatched(store: Store) -> None:
    here = country.country(store, 2020)
    indicator = catalogue()["population"]
    assert list(country.unplaced(here, indicator).index) == ["WK000202"]
    drawing = country.drawn_figures(here, indicator, LIGHT)
    assert drawing.areas.loc["WK000209", "label"] == "geen cijfer (in 2020 was er geen wijk met deze code)"
    assert drawing.areas["class"].isna().sum() == 1
    assert [entry.count for entry in drawing.legend if entry.mark == "no_figure"] == [1]
    assert sum(entry.count or 0 for entry in drawing.legend) == len(drawing.areas) == 5


def test_the_country_names_years_and_source_and_leaves_names_as_they_are(store: Store) -> None:
    drawing = country.drawn_figures(country.country(store, 2020), catalogue()["population"], LIGHT)
    assert "Grenzen van 2022, cijfers van 2020." in drawing.notes
    assert "84799NED (2020)" in drawing.source
    assert "CC BY 4.0" in drawing.source
    assert drawing.areas.loc["WK000101", "name"] == "<b>W0</b> (GM0001)"


def test_herkomst_has_no_hotspots_in_the_country_either(store: Store) -> None:
    assert country.gathered(country.country(store, 2020), catalogue()["origin_europe_share"]) is None
