"""Hotspots as a visitor meets them: sentence first, the list beside the map, and words instead of statistics."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.hotspots import COLD, HOT
from data.panel import Level
from data.store import Store
from tests.pages.conftest import Open
from ui import hotspotting
from ui.figures import figures
from ui.hotspot_drawing import drawn_of_year, drawn_over_years, side_colour
from ui.theme import LIGHT

BENEFIT, SAMPLE = "benefit_bijstand_share", "GM9999"
JARGON = ("significant", "z-score", "Gi*", "Moran", "Benjamini")


def texts(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.title, *app.markdown, *app.caption])


def labels(app: AppTest) -> list[str]:
    return [str(button.label) for button in app.button]


def test_the_page_says_where_figures_gather_whether_that_grows_and_what_it_is_not(open_page: Open) -> None:
    app = open_page("kaart", deel="hotspots", indicator=BENEFIT)
    assert not app.exception
    told = texts(app)
    assert "In Voorbeeldstad liggen ongunstige cijfers bij elkaar, meer dan toeval" in told
    assert "Het groeit: dat wordt sterker in en rond" in told
    assert "geen oordeel over wie er woont, en geen oorzaak" in told
    assert not any(word in told for word in JARGON)
    app.session_state["hotspots-hoe"] = True
    app = app.run()
    assert all(word in texts(app) for word in ("Gi\\*", "Benjamini", "Oudekerke grenst aan"))
    name = next(button for button in app.button if button.label == "Componistenkwartier")
    app = name.click().run()
    assert app.query_params["wijk"] in ("WK999907", ["WK999907"])
    assert "Op de kaart ligt Componistenkwartier tussen ongunstige cijfers, meer dan toeval" in texts(app)


def test_the_years_give_every_class_its_meaning_and_stand_in_the_address(open_page: Open) -> None:
    app = open_page("kaart", deel="hotspots", indicator=BENEFIT, moment="jaren", gebied="buurten")
    assert not app.exception
    told = texts(app)
    assert "In Voorbeeldstad liggen ongunstige cijfers bij elkaar, meer dan toeval" in told
    assert "In 10 van de 10" in told
    assert app.query_params["moment"] in ("jaren", ["jaren"])
    assert app.query_params["gebied"] in ("buurten", ["buurten"])


def test_herkomst_is_refused_and_of_a_count_the_share_is_one_click_away(open_page: Open) -> None:
    app = open_page("kaart", deel="hotspots", indicator="origin_nl_share")
    assert "Van cijfers over herkomst zoekt Wijkradar niet waar ze bij elkaar liggen." in texts(app)
    assert not app.get("component_instance")
    app = app.selectbox(key="indicator").set_value("age_65plus").run()
    assert "Dit zijn aantallen." in texts(app)
    app = next(button for button in app.button if button.label.startswith("Toon aandeel")).click().run()
    assert not app.exception
    assert app.query_params["indicator"] in ("age_65plus_share", ["age_65plus_share"])


def test_with_hardly_any_figures_the_order_is_shown_instead_of_a_map_of_nothing(open_page: Open) -> None:
    app = open_page("kaart", deel="hotspots", indicator="district_heating")
    assert not app.exception
    assert "Dat is te weinig om uit te sluiten dat cijfers bij elkaar liggen" in texts(app)
    assert len(app.get("vega_lite_chart")) == 1
    app.session_state["moment"] = "jaren"
    app = app.run()
    assert "Dat is te weinig om uit te sluiten dat cijfers bij elkaar liggen" in texts(app)


def test_the_legend_counts_every_wijk_with_land_once_and_names_why_some_are_hatched(
    sample_folder: Path,
) -> None:
    known = figures(Store(sample_folder), SAMPLE, Level.WIJK)
    benefit = known.catalogue[BENEFIT]
    found = hotspotting.spots(known, benefit, 2024)
    assert found is not None
    drawing = drawn_of_year(known, benefit, found, 2024, LIGHT)
    counted = [entry for entry in drawing.legend if entry.mark in ("colour", "no_figure")]
    assert sum(entry.count or 0 for entry in counted) == len(drawing.areas)
    assert {entry.name for entry in counted if entry.mark == "no_figure"} == {
        "geen cijfer (geheim of te klein om te tonen)",
        "geen cijfer (weggelaten ter bescherming)",
        "geen wijken eromheen met een cijfer",
    }
    assert drawing.colours[0] == side_colour(HOT, benefit, LIGHT) == LIGHT.unfavourable
    assert not {"hot", "cold"} & set(drawing.title.split())


def test_a_year_in_which_nothing_gathers_can_be_laid_over_one_in_which_something_does(
    sample_folder: Path,
) -> None:
    known = figures(Store(sample_folder), SAMPLE, Level.WIJK)
    indicator = known.catalogue["low40_households"]
    drawn, kinds = set(), set()
    for year in (2019, 2023):
        found = hotspotting.spots(known, indicator, year, 2025)
        assert found is not None
        kinds.add(frozenset(found.rows["class"]))
        drawing = drawn_of_year(known, indicator, found, year, LIGHT)
        drawn.add((drawing.borders_year, drawing.colours))
    assert len(kinds) == 2
    assert len(drawn) == 1


def test_over_the_years_a_wijk_has_the_colour_of_what_it_does(sample_folder: Path) -> None:
    known = figures(Store(sample_folder), SAMPLE, Level.WIJK)
    benefit = known.catalogue[BENEFIT]
    found, over = hotspotting.spots(known, benefit, 2024), hotspotting.emerging_of(known, benefit)
    assert found is not None
    assert over is not None
    worse = over[over["side"] == HOT]
    years = hotspotting.comparable_years(known, benefit)
    assert years[0] == 2015  # what the figure counts changed that year
    drawing = drawn_over_years(known, benefit, found, over, HOT, years, LIGHT)
    last = hotspotting.spots(known, benefit, 2024, 2025)
    assert last is not None
    one_year = last.rows.set_index("region")["statistic"]
    of_the_years = over.groupby("region")["statistic_last"].first()
    judged = of_the_years[over.set_index("region")["n_years"].eq(10).groupby("region").all()]
    assert judged.to_dict() == pytest.approx(one_year[judged.index].to_dict())
    coloured = drawing.areas[drawing.areas["class"] < len(drawing.colours) - 1]
    assert set(coloured["region"]) == set(worse["region"])
    assert not set(coloured["region"]) & set(over.loc[over["side"] == COLD, "region"])


def test_neighbours_are_land_and_borders_that_nearly_touch_do(sample_folder: Path) -> None:
    known = figures(Store(sample_folder), SAMPLE, Level.WIJK)
    neighbours = hotspotting.neighbours_of(known, 2025)
    assert neighbours is not None
    assert "WK999999" not in neighbours.regions  # water
    assert len(neighbours) == 24
    assert [known.label(region) for region in neighbours.single] == ["Oudekerke"]
