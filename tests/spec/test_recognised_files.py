"""What happens with files of your own: what is in them is told first, and nothing in them is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.catalogue import Catalogue
from data.importing import import_paths
from data.recognition import recognise
from data.store import Store
from tests.helpers.downloads import Dialect, sample_table, write_csv

AGES = ["k_0Tot15Jaar", "k_15Tot25Jaar", "k_25Tot45Jaar", "k_45Tot65Jaar", "k_65JaarOfOuder"]
INHABITANTS_AND_AGES = ["AantalInwoners", *AGES]
EXCEL = Path(__file__).parents[1] / "data" / "kwb-2018.xls"


def told(path: Path, known: Catalogue) -> str:
    return "\n".join(recognise([path], known).sentences())


def test_a_statline_download_is_recognised_with_its_year_its_gemeente_and_its_topics(
    tmp_path: Path, known: Catalogue
) -> None:
    path = write_csv(tmp_path, sample_table(2024), Dialect(title=True), INHABITANTS_AND_AGES)
    said = told(path, known)
    assert "StatLine-download, 2024, 120 gebieden in Voorbeeldstad (fictief); 6 onderwerpen herkend." in said
    assert "onderwerpen van dit jaar staan er niet in" in said


def test_the_excel_file_of_cbs_is_recognised_without_a_word_about_columns(known: Catalogue) -> None:
    said = told(EXCEL, known)
    assert "Excel van CBS (kwb), 2018, 25 gebieden in Voorbeeldstad (fictief)" in said
    assert "kent Wijkradar niet" not in said


def test_a_choice_of_topics_says_nothing_about_the_others(tmp_path: Path, known: Catalogue) -> None:
    path = write_csv(tmp_path, sample_table(2024), Dialect(), INHABITANTS_AND_AGES)
    store = Store(tmp_path / "store")
    import_paths([path], store, known)
    panel = store.panel("GM9999")
    assert set(panel.loc[panel["indicator"] == "age_0_15", "status"]) == {"observed"}
    assert panel.loc[panel["indicator"] == "woz"].empty
    assert "not_published" not in set(panel["status"])


def test_a_choice_of_topics_empties_nothing_that_was_there(tmp_path: Path, known: Catalogue) -> None:
    full = write_csv(tmp_path, sample_table(2024), Dialect(), name="alles_2024.csv")
    part = write_csv(tmp_path, sample_table(2024), Dialect(), AGES, name="leeftijd_2024.csv")
    store = Store(tmp_path / "store")
    import_paths([full], store, known)
    before = store.panel("GM9999")[["region", "indicator", "value"]]
    import_paths([part], store, known)
    after = store.panel("GM9999")[["region", "indicator", "value"]]
    assert after.equals(before)


def test_names_instead_of_codes_are_refused_with_what_to_tick(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "heerlen_2024.csv"
    path.write_text("Wijken en buurten;Aantal inwoners\nCentrum;3915\nCentrum;120\n")
    assert "kies daarbij het onderwerp Regioaanduiding, Codering" in told(path, known)


def test_a_number_with_two_meanings_is_refused_instead_of_guessed(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "heerlen_2024.csv"
    path.write_text("Regio;Codering (code);Aantal inwoners (aantal)\nHeerlen;GM0917;1.234\n")
    assert "1.234 zowel 1234 als 1,234" in told(path, known)


def test_a_figure_without_a_mark_is_told_to_count_as_final(tmp_path: Path, known: Catalogue) -> None:
    path = write_csv(tmp_path, sample_table(2024), Dialect(), AGES)
    assert "niet welke cijfers voorlopig zijn" in told(path, known)


@pytest.mark.real
def test_heerlen_of_2016_to_2020_is_extended_with_a_download_of_2024(
    real: Path, tmp_path: Path, known: Catalogue
) -> None:
    store = Store(tmp_path)
    import_paths([real / "odata_v3"], store, known)
    import_paths([real / "statline_csv"], store, known)
    panel = store.panel("GM0917", indicators=["age_65plus"])
    assert set(panel["year"]) == {2016, 2017, 2018, 2019, 2020, 2024}
    heerlen = panel[(panel["region"] == "GM0917") & (panel["year"] == 2024)]
    assert heerlen["value"].tolist() == [21277]
    assert 2024 in set(store.regions("GM0917")["year"])
    assert store.panel("GM0917", indicators=["woz"])["year"].max() == 2020
