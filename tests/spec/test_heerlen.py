"""Heerlen 2016-2020: real figures of CBS, from saved answers of the service to what the pages read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data.catalogue import Catalogue
from data.importing import import_paths
from data.store import Store
from tests.conftest import made_once
from ui.figures import figures
from ui.map_layers import figure_shown, painting_of

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def heerlen(heerlen_folder: Path) -> Store:
    return Store(heerlen_folder)


@pytest.fixture(scope="module")
def country(real: Path, known: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(
        made_once(
            tmp_path_factory,
            "land",
            lambda folder: import_paths([real / "kwb_2020_nl"], Store(folder), known),
        )
    )


def value(panel: pd.DataFrame, region: str, year: int, indicator: str) -> float:
    row = panel[(panel["region"] == region) & (panel["year"] == year) & (panel["indicator"] == indicator)]
    return float(row["value"].iloc[0])


def test_heerlen_has_23_wijken_in_every_year(heerlen: Store) -> None:
    known = figures(heerlen, "GM0917")
    assert known.name == "Heerlen"
    assert {year: len(known.regions_in(year)) for year in known.years} == dict.fromkeys(range(2016, 2021), 23)


def test_maria_gewanden_en_terschuren_has_the_inhabitants_that_cbs_says(heerlen: Store) -> None:
    panel = heerlen.panel("GM0917")
    assert value(panel, "WK091710", 2016, "population") == 4175
    assert value(panel, "WK091710", 2018, "population") == 3915
    assert value(panel, "GM0917", 2020, "population") == 87086


def test_the_borders_of_2022_fit_the_figures_of_2020(heerlen: Store) -> None:
    assert figures(heerlen, "GM0917").borders_year(2020) == 2022


def test_every_wijk_has_its_place_on_the_map_of_2022(heerlen: Store) -> None:
    known = figures(heerlen, "GM0917")
    indicator = known.catalogue["population"]
    painting = painting_of(known, figure_shown(known, indicator, 2018))
    assert painting is not None
    assert len(painting.areas) == 23
    assert painting.unplaced.empty


def test_empty_topics_of_the_country_in_2020_are_not_yet_published_and_never_zero(country: Store) -> None:
    panel = country.panel(levels=["land", "gemeente", "wijk"])
    woz = panel[panel["indicator"] == "woz"]
    assert set(woz["status"]) == {"not_published"}
    assert woz["value"].isna().all()
    assert value(panel, "NL00", 2020, "population") == 17407585
    assert len(country.manifest.tables[0].gemeenten) == 355
    # Weesp and Beemster merged into gemeenten that existed in 2020 too, and are found there.
    assert len(country.gemeenten()) == 353


def test_where_nobody_lives_the_country_has_a_true_zero(country: Store) -> None:
    panel = country.panel(levels=["wijk"], indicators=["population"])
    assert (panel["value"] == 0).sum() == 21
    assert set(panel["status"]) == {"observed"}
