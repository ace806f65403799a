"""Where one figure comes from: its table, its day, its code, its margin, and what it is made of."""

from pathlib import Path

import pytest

from data.store import Store
from ui.figures import Figures, figures
from ui.left_out import border_sentences, held_back_sentences, held_back_table, published_figures, unconverted
from ui.parent import (
    comparators_table,
    conversion_sentence,
    conversion_table,
    deliveries_table,
    figure_sentence,
    history,
    history_table,
    parts_table,
    source_sentences,
)
from ui.parts import parent_address
from ui.selection import wijk_label

TOWN, WIJK, SHARE = "GM9999", "WK999907", "age_65plus_share"


@pytest.fixture(scope="module")
def known(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), TOWN)


@pytest.fixture(scope="module")
def converted(converted_folder: Path) -> Figures:
    return figures(Store(converted_folder), TOWN)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_every_year_tells_its_figure_its_margin_its_status_and_its_code(known: Figures) -> None:
    rows = history(known, known.catalogue[SHARE], WIJK)
    shown = history_table(rows, known.catalogue[SHARE], 2020)
    assert list(shown["Jaar"])[:6] == ["2025", "2024", "2023", "2022", "2021", "**2020** (gekozen)"]
    assert all(text.startswith("±") for text in shown["Marge"])
    assert set(shown["Code bij CBS"]) == {WIJK}


def test_every_year_tells_its_table_and_when_and_how_it_came_in(known: Figures) -> None:
    rows = history(known, known.catalogue["population"], WIJK)
    shown = deliveries_table(known, rows, 2020)
    records = {str(record.year): record for record in known.tables}
    assert len(shown) == len(records)
    for year, table, service in zip(shown["Jaar"], shown["Tabel"], shown["Dienst"], strict=True):
        assert table == records[year.strip("*").removesuffix("** (gekozen)")].id
        assert service == "bestand"


def test_a_share_names_the_counts_it_is_made_of_and_they_give_the_share(known: Figures) -> None:
    indicator = known.catalogue[SHARE]
    rows = history(known, indicator, WIJK).set_index("year", drop=False)
    parts = parts_table(known, indicator, WIJK, 2020)
    numbers = [float(plain(text).replace(" ", "")) for text in parts["Cijfer"]]
    assert 100 * numbers[0] / sum(numbers[1:]) == pytest.approx(rows.loc[2020, "value"])
    assert list(parts["Rol"]) == ["boven de streep"] + ["onder de streep"] * (len(parts) - 1)
    told = " ".join(source_sentences(known, rows.loc[2020], indicator))
    assert "gedeeld door de som van" in told
    assert "84799NED" in told


def test_a_figure_that_is_not_there_tells_why(known: Figures) -> None:
    rows = known.panel
    secret = rows[(rows["status"] == "suppressed") & (rows["level"] == "wijk")].iloc[0]
    indicator = known.catalogue[secret["indicator"]]
    row = history(known, indicator, secret["region"]).set_index("year", drop=False).loc[secret["year"]]
    told = figure_sentence(row, indicator, "Noord")
    assert "is er geen cijfer. Het gaat om te weinig mensen, huizen of bedrijven" in told


def test_a_converted_figure_names_the_old_wijken_their_parts_and_the_margin(converted: Figures) -> None:
    indicator = converted.catalogue["population"]
    row = history(converted, indicator, "WK999924").set_index("year", drop=False).loc[2016]
    assert row["status"] == "bridged"
    told = plain(conversion_sentence(converted, row, indicator))
    assert "omgerekend naar de grenzen van nu, met de adressen" in told
    assert "±" in told
    shown = conversion_table(converted, indicator, "WK999924", 2016)
    assert list(shown["Oude wijk"]) == ["De Hoge Akkers (WK999911)"]
    part = float(plain(shown["Deel dat meegaat"].iloc[0]).removesuffix(" %")) / 100
    then = float(plain(shown["Cijfer toen"].iloc[0]).replace(" ", ""))
    assert part * then == pytest.approx(row["value"], rel=0.02)


def test_gemeente_and_country_stand_beside_each_other_as_cbs_has_them(known: Figures) -> None:
    shown = comparators_table(known, known.catalogue["population"])
    assert list(shown.columns) == ["Jaar", "Voorbeeldstad", "Nederland"]
    assert len(shown) == len(known.years)


def test_the_link_of_a_gemeente_and_of_the_country_leads_to_the_gemeente(known: Figures) -> None:
    assert parent_address(known, SHARE, WIJK, 2020)["wijk"] == WIJK
    for region in (TOWN, "NL00"):
        assert parent_address(known, SHARE, region, 2020)["wijk"] == "alle"


def test_land_whose_code_was_taken_over_is_named_with_its_last_year_and_only_once(converted: Figures) -> None:
    assert converted.label("WK999919@2017") == "De Weide (tot en met 2017)"
    assert wijk_label(converted, "WK999919@2017") == "De Weide (tot en met 2017)"
    assert wijk_label(converted, "WK999911") == "De Hoge Akkers (tot en met 2020)"
    assert wijk_label(converted, "WK999919") == "De Weide"


# -- what was left out --------------------------------------------------------------------------------


def test_secret_and_withheld_figures_are_counted_and_explained(known: Figures) -> None:
    rows = published_figures(known)
    secret, withheld = held_back_sentences(known)
    n = int((rows["status"] == "suppressed").sum())
    assert f"{n} cijfers" in plain(secret)
    assert "Het is dus niet nul." in secret
    assert withheld.startswith("Weggelaten ter bescherming: ")
    counts = held_back_table(known)
    assert sum(int(plain(text).replace(" ", "")) for text in counts["Geheim"]) == n


def test_converted_figures_do_not_change_what_cbs_published(known: Figures, converted: Figures) -> None:
    assert len(published_figures(known)) == len(published_figures(converted))


def test_wijken_that_wait_for_an_address_file_are_named_until_they_are_converted(
    known: Figures, converted: Figures
) -> None:
    assert unconverted(known) == {2018: ["WK999919", "WK999920"], 2021: ["WK999924", "WK999925"]}
    assert unconverted(converted) == {}


def test_maps_with_borders_of_another_year_are_told(known: Figures) -> None:
    (told,) = border_sentences(known)
    assert "van 2014 en 2015 die van 2013" in told
