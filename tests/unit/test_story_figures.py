"""What a wijkanalyse says of figures: whole for every wijk, true to the panel, and the same wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.standing import FEWEST_PEOPLE
from data.regions import NEDERLAND
from data.store import Store
from reports.model import SECTIONS, Block, Chart, Figure, Grid, Map, Points, Say, Section
from ui import trending
from ui.figures import Figures, figures
from ui.story_blocks import difference_words, direction_words, figures_grid
from ui.story_charts import bar_chart, line_chart
from ui.story_figures import appendix, section
from ui.story_maps import map_block, place_map
from ui.story_place import direction_of, figure_of, place_of, standing_of, triaged
from ui.wording import unbroken

# One worker studies the sample for all of these.
pytestmark = pytest.mark.xdist_group("wijkanalyse")

OF_FIGURES = (
    "geschiedenis",
    "bevolking",
    "wonen",
    "werk",
    "onderwijs",
    "zorg",
    "veiligheid",
    "voorzieningen",
)
POOR, SMALL, GONE, NEW = "WK999908", "WK999914", "WK999911", "WK999924"


@pytest.fixture(scope="module")
def known(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), "GM9999")


def every_section(known: Figures, region: str, year: int | None = None) -> list[Section]:
    return [section(known, region, name, year) for name in OF_FIGURES]


def sentences(sections: list[Section]) -> Iterator[str]:
    for one in sections:
        yield from one.left_out
        for block in one.blocks:
            if isinstance(block, Say):
                yield block.text
            elif isinstance(block, Points):
                yield from block.items
            elif isinstance(block, Chart | Map):
                yield from (block.title, block.alt, block.table.caption)
            elif isinstance(block, Grid):
                yield block.caption


def figures_in(block: Block) -> tuple[Figure, ...]:
    table = getattr(block, "table", None)
    return (*getattr(block, "figures", ()), *(table.figures if table else ()))


def panel_row(known: Figures, figure: Figure) -> pd.Series:
    rows = known.of(figure.indicator, figure.region)
    return rows[rows["year"] == figure.year].iloc[0]


# Every wijk gets whole sections -------------------------------------------------------------------


@pytest.mark.parametrize("region", [POOR, SMALL, GONE, NEW])
def test_every_section_opens_with_an_answer_and_leaves_nothing_blank(known: Figures, region: str) -> None:
    for one in every_section(known, region):
        assert one.title == SECTIONS[one.id]
        first = one.blocks[0]
        assert isinstance(first, Say)
        assert first.weight == "lead"
        assert first.text.endswith(".")
        grids = [block for block in one.blocks if isinstance(block, Grid)]
        tables = [block.table for block in one.blocks if isinstance(block, Chart | Map)]
        for grid in (*grids, *tables):
            assert grid.caption
            assert grid.source
            assert grid.rows
            assert all(cell.strip() for row in grid.rows for cell in row)
            assert {len(row) for row in grid.rows} == {len(grid.head)}
        assert all(len(grid.rows) <= 6 for grid in grids)


@pytest.mark.parametrize("region", [POOR, GONE])
def test_every_figure_stands_in_the_panel_with_its_source(known: Figures, region: str) -> None:
    told = [
        figure for one in every_section(known, region) for block in one.blocks for figure in figures_in(block)
    ]
    assert len(told) > 100
    for figure in set(told):
        row = panel_row(known, figure)
        assert row["status"] == figure.status
        assert np.isclose(row["value"], figure.value, equal_nan=True)
        assert "CC BY 4.0" in figure.source
        assert f"({figure.year})" in figure.source


def test_herkomst_is_nowhere(known: Figures) -> None:
    sections = every_section(known, POOR)
    told = [figure for one in sections for block in one.blocks for figure in figures_in(block)]
    told += appendix(known, POOR).figures
    assert not [figure for figure in told if figure.indicator.startswith("origin")]
    assert "herkomst" not in " ".join(sentences(sections)).lower()
    assert figures_grid(known, POOR, ["origin_nl_share", "population"]).rows[0][0] == "Inwoners"
    assert map_block(known, "origin_nl_share", 2025, POOR) is None


def test_the_appendix_holds_every_other_figure_once(known: Figures) -> None:
    told = [row[0] for row in appendix(known, POOR).rows]
    ought = [
        unbroken(entry.title) for entry in known.catalogue.indicators.values() if entry.theme != "herkomst"
    ]
    assert sorted(told) == sorted(ought)


# One report says one thing ------------------------------------------------------------------------


def test_sentence_table_and_picture_name_the_same_direction(known: Figures) -> None:
    for region in known.regions_in(2025):
        place, rows = place_of(known, region), triaged(place_of(known, region))
        for row in rows[~rows["relative"].astype(bool) & (rows["trend"] != "no_verdict")].to_dict("records"):
            found = direction_of(place, row["indicator"])
            assert found is not None
            if pd.isna(row["since"]):
                assert found["verdict"] == row["trend"], (region, row["indicator"])


def test_a_direction_that_the_triage_does_not_tell_is_that_of_the_page_trends(known: Figures) -> None:
    for indicator in ("population", "hh_single_share", "gas"):
        ours, theirs = (
            direction_of(place_of(known, POOR), indicator),
            trending.verdict(known, indicator, POOR),
        )
        assert ours is not None
        assert theirs is not None
        assert ours["verdict"] == theirs["verdict"]
        assert ours["slope"] == pytest.approx(theirs["slope"])


def test_a_difference_within_the_noise_is_about_equal_in_words(known: Figures) -> None:
    place = place_of(known, POOR)
    row = standing_of(place, "age_0_15_share")
    assert row is not None
    assert abs(row["difference"]) < row["noise"]
    grid = figures_grid(known, POOR, ["age_0_15_share", "benefit_bijstand_share"])
    assert [cells[3] for cells in grid.rows] == ["ongeveer gelijk", "hoger (ongunstig)"]


def test_noise_that_hides_a_large_difference_is_no_equality(known: Figures) -> None:
    assert difference_words(place_of(known, "WK999913"), "age_0_15_share") == "te onzeker"


def test_counts_are_never_held_against_a_larger_area(known: Figures) -> None:
    assert difference_words(place_of(known, POOR), "population") == "niet te vergelijken"
    assert "een groter gebied heeft altijd meer" in figures_grid(known, POOR, ["population"]).note


def test_old_figures_say_nothing_about_now(known: Figures) -> None:
    told = section(known, POOR, "veiligheid")
    lead = told.blocks[0]
    assert isinstance(lead, Say)
    assert "niet te zeggen: het laatste cijfer is van 2018" in lead.text
    assert not [block for block in told.blocks if isinstance(block, Chart | Map)]
    assert any("te lang geleden" in reason for reason in told.left_out)
    assert "cijfers tot en met 2018" in direction_words(place_of(known, POOR), "crime_vandalism")


def test_the_lead_counts_what_differs(known: Figures) -> None:
    rows = triaged(place_of(known, POOR))
    rows = rows[rows["theme"].isin(["werk", "inkomen"]) & (rows["state"] != "no_figure")]
    worse = int(rows["state"].str.startswith("bad").sum())
    lead = section(known, POOR, "werk").blocks[0]
    assert isinstance(lead, Say)
    assert f"Van de {len(rows)}\u00a0cijfers over werk en inkomen" in lead.text
    assert f"{worse} ongunstiger dan in Voorbeeldstad" in lead.text


# A wijk of forty people, one that is gone, one that is the whole gemeente -------------------------


def test_of_few_people_nothing_but_its_size_is_told(known: Figures) -> None:
    sections = every_section(known, SMALL)
    told = [figure for one in sections for block in one.blocks for figure in figures_in(block)]
    own = {figure.indicator for figure in told if figure.region == SMALL}
    assert own == {"population", "households", "dwellings", "businesses", "area_land"}
    assert not [block for one in sections for block in one.blocks if isinstance(block, Chart)]
    for one in sections[1:]:
        assert f"minder dan {FEWEST_PEOPLE} mensen" in " ".join(one.left_out)
    assert {row[0] for row in appendix(known, SMALL).rows} == {known.catalogue[name].title for name in own}


def test_a_wijk_that_was_split_is_told_as_it_was(known: Figures) -> None:
    sections = every_section(known, GONE)
    told = [figure for one in sections for block in one.blocks for figure in figures_in(block)]
    assert max(figure.year for figure in told) == 2020
    text = " ".join(sentences(sections))
    assert "In 2020 woonden er" in text
    assert "niet meer in de tabellen" in text
    assert "gesplitst in De Hoge Akkers-West en De Hoge Akkers-Oost" in text
    assert "waren er in De Hoge Akkers" in text


def test_after_a_split_the_picture_starts_where_the_wijk_starts(known: Figures) -> None:
    chart = line_chart(known, "hh_single_share", (NEW, "GM9999", NEDERLAND))
    assert chart is not None
    assert chart.categories[0] == "2021"
    assert "De reeks begint in 2021" in chart.note
    # Five years allow no direction, so the title is how it differs.
    assert "lager dan in Voorbeeldstad" in chart.title


def alone(known: Figures, region: str) -> Figures:
    """Return the gemeente as if it had one wijk."""
    panel, years = known.panel, known.region_years
    kept = panel[~((panel["level"] == "wijk") & (panel["region"] != region))]
    return replace(
        known,
        panel=kept,
        errors=known.errors.loc[kept.index],
        region_years=years[~((years["level"] == "wijk") & (years["region"] != region))],
    )


def test_the_only_wijk_of_a_gemeente_is_held_against_the_country(known: Figures) -> None:
    only = alone(known, POOR)
    sections = [section(only, POOR, name) for name in ("bevolking", "werk", "voorzieningen")]
    grids = [block for one in sections for block in one.blocks if isinstance(block, Grid)]
    assert {grid.head[2] for grid in grids} == {"Nederland"}
    assert "dan in Voorbeeldstad" not in " ".join(sentences(sections))


def test_without_anything_to_compare_with_the_figures_still_stand(known: Figures) -> None:
    panel = known.panel[known.panel["level"] == "wijk"]
    bare = replace(known, panel=panel, errors=known.errors.loc[panel.index])
    for one in (section(bare, POOR, name) for name in ("bevolking", "werk", "veiligheid")):
        assert isinstance(one.blocks[0], Say)
        assert one.blocks[0].text
        for grid in (block for block in one.blocks if isinstance(block, Grid)):
            assert grid.head == ("Cijfer", "Vogelbuurt", "Richting")


def test_names_of_sixty_characters_do_not_stand_above_columns(known: Figures) -> None:
    long = "Sint-Willebrordusbuurt en Oud-Kerkwijkerbroek aan de Waterka"
    town = "Nieuwegein-Hardinxveld-Giessendam aan den Hollandschen IJsse"
    named = replace(known, names=known.names | {POOR: long, "GM9999": town})
    told = [section(named, POOR, name) for name in ("geschiedenis", "zorg")]
    for block in (block for one in told for block in one.blocks):
        table = block if isinstance(block, Grid) else getattr(block, "table", None)
        assert table is None or max(map(len, table.head)) <= 26
    assert long in " ".join(sentences(told))


# Figures that are not there -----------------------------------------------------------------------


def test_a_figure_that_is_missing_says_why(known: Figures) -> None:
    missing = figure_of(known, "poverty", POOR)
    assert np.isnan(missing.value)
    assert missing.text == "geen cijfer (nog niet gepubliceerd)"
    secret = figure_of(known, "youth_care_pct", "WK999913")
    assert np.isnan(secret.value)
    assert "geheim" in secret.text
    grid = figures_grid(known, "WK999913", ["youth_care_pct"])
    assert grid.rows[0][1] == secret.text
    assert grid.rows[0][3] == "niet te vergelijken"


def test_a_figure_is_the_last_one_up_to_a_year(known: Figures) -> None:
    assert figure_of(known, "population", POOR, 2019).year == 2019
    assert figure_of(known, "low_income_hh", POOR).year == 2023
    assert np.isnan(figure_of(known, "low_income_hh", POOR, 2025, exactly=True).value)


def test_every_report_of_an_earlier_year_looks_no_further(known: Figures) -> None:
    sections = [section(known, POOR, name, 2019) for name in ("geschiedenis", "bevolking", "onderwijs")]
    told = [figure for one in sections for block in one.blocks for figure in figures_in(block)]
    assert max(figure.year for figure in told) == 2019


# Pictures -----------------------------------------------------------------------------------------


def test_a_line_has_its_margin_its_gaps_and_what_is_provisional(known: Figures) -> None:
    chart = line_chart(known, "edu_low_share", (POOR, "GM9999", NEDERLAND))
    assert chart is not None
    assert [line.role for line in chart.series] == ["own", "gemeente", "land"]
    assert {len(line.values) for line in chart.series} == {len(chart.categories)}
    assert chart.breaks == ("2023",)
    own = chart.series[0]
    assert own.dashed[-1]
    assert "voorlopig" in chart.note
    for low, value, high in zip(own.lower, own.values, own.upper, strict=True):
        assert value is None or (low is not None and high is not None and low < value < high)
    assert chart.alt.startswith("Lijngrafiek")
    assert "2024" in chart.alt


def test_euros_are_drawn_as_they_are_written(known: Figures) -> None:
    chart = line_chart(known, "woz", (POOR, "GM9999"))
    assert chart is not None
    assert chart.unit == "euro"
    last = figure_of(known, "woz", POOR)
    assert chart.series[0].values[-1] == pytest.approx(1000 * last.value)
    assert chart.series[0].texts[-1] == last.text


def test_bars_stand_beside_those_of_the_same_year(known: Figures) -> None:
    shares = ["age_0_15_share", "age_15_25_share", "age_25_45_share", "age_45_65_share", "age_65plus_share"]
    chart = bar_chart(known, shares, POOR, what="de leeftijdsopbouw")
    assert chart is not None
    assert {figure.year for figure in chart.figures} == {2025}
    assert chart.title == "De leeftijdsopbouw van Vogelbuurt is ongeveer gelijk aan die van Voorbeeldstad"
    assert sum(value or 0.0 for value in chart.series[0].values) == pytest.approx(100, abs=0.5)


def test_the_strongest_signal_is_drawn_and_mapped_with_the_wijk_outlined(known: Figures) -> None:
    strongest = str(triaged(place_of(known, POOR))["indicator"].iloc[0])
    chart = next(block for block in section(known, POOR, "werk").blocks if isinstance(block, Chart))
    drawn = [
        block for one in every_section(known, POOR)[1:] for block in one.blocks if isinstance(block, Map)
    ]
    assert {figure.indicator for figure in chart.figures} == {strongest}
    assert len(drawn) == 1
    assert drawn[0].outline is not None
    assert list(drawn[0].outline["region"]) == [POOR]
    assert {figure.indicator for figure in drawn[0].table.figures} == {strongest}
    assert len(drawn[0].table.rows) == len(known.regions_in(2023))
    assert "Dik omlijnd: Vogelbuurt." in drawn[0].alt


def test_a_map_shows_where_the_wijk_lies_on_borders_of_its_time(known: Figures) -> None:
    now, then = place_map(known, POOR), place_map(known, GONE)
    assert now is not None
    assert then is not None
    assert now.title == "Hier ligt Vogelbuurt, tussen de 23 andere wijken van Voorbeeldstad".replace(
        "23 ", "23\u00a0"
    )
    assert then.drawing.borders_year == 2018
    assert "lag" in then.title
    assert now.outline is not None
    assert list(now.outline["region"]) == [POOR]


@pytest.mark.real
def test_real_wijken_of_few_years_get_whole_sections(heerlen_folder: Path) -> None:
    heerlen = figures(Store(heerlen_folder), "GM0917")
    for region in (heerlen.regions[0], heerlen.regions[-1]):
        for one in every_section(heerlen, region):
            assert isinstance(one.blocks[0], Say)
            assert one.blocks[0].text
