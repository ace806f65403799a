from pathlib import Path

import pytest

from data.catalogue import Catalogue
from data.cbs_table import stem
from data.columns import resolve
from data.files import read_table
from tests.helpers import FIRST, small_table

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "voorbeeldstad" / "odata_v3"

ROW = {"WijkenEnBuurten": "WK036300  ", "AantalInwoners_5": 1000}


def test_a_stem_is_the_key_without_its_position() -> None:
    assert stem("AantalInwoners_5") == "AantalInwoners"
    assert stem("k_65JaarOfOuder_12") == "k_65JaarOfOuder"
    assert stem("ScholenBinnen3Km_109") == "ScholenBinnen3Km"


@pytest.mark.parametrize("key", ["AantalInwoners_5", "AantalInwoners_118", "aantalinwoners_7"])
def test_a_column_is_found_wherever_it_stands_and_however_it_is_cased(known: Catalogue, key: str) -> None:
    table = small_table([{**ROW, key: 1000}], topics=[*FIRST[:4], (key, "Aantal inwoners", "aantal")])
    assert resolve(table, known).found["population"].keys == (key,)


def test_a_renamed_column_is_found_by_its_other_name(known: Catalogue) -> None:
    for key in ("GemiddeldeWoningwaarde_35", "GemiddeldeWOZWaardeVanWoningen_35"):
        table = small_table([ROW], topics=[*FIRST, (key, "WOZ", "x 1 000 euro")])
        assert resolve(table, known).found["woz"].keys == (key,)


def test_a_new_column_is_reported_and_stops_nothing(known: Catalogue) -> None:
    table = small_table([ROW], topics=[*FIRST, ("GelukPerInwoner_6", "Geluk", "%")])
    resolution = resolve(table, known)
    assert resolution.unknown == ("GelukPerInwoner_6",)
    assert "population" in resolution.found


def test_a_column_that_cbs_always_had_and_wijkradar_leaves_out_is_no_news(known: Catalogue) -> None:
    topics = [*FIRST, ("Verweduwd_16", "Verweduwd", "aantal"), ("gehuwd_99", "Gehuwd", "aantal")]
    table = small_table([ROW], topics=topics)
    assert resolve(table, known).unknown == ()


@pytest.mark.parametrize("folder", sorted(SAMPLE.iterdir()), ids=lambda folder: folder.name)
def test_the_tables_of_the_sample_have_no_column_that_is_new(folder: Path, known: Catalogue) -> None:
    assert resolve(read_table(folder), known).unknown == ()


@pytest.mark.real
def test_the_real_tables_have_no_column_that_is_new(real: Path, known: Catalogue) -> None:
    tables = [read_table(folder) for folder in (*(real / "odata_v3").iterdir(), real / "kwb_2020_nl")]
    assert {
        table.origin: resolve(table, known).unknown for table in tables if resolve(table, known).unknown
    } == {}


def test_a_stem_that_is_left_out_is_not_used_as_well(known: Catalogue) -> None:
    used = {
        stem.casefold()
        for indicator in known.published
        for alias in indicator.columns
        for stem in alias.stems
    }
    left_out = [stem.casefold() for stem in known.ignored_stems]
    assert used.isdisjoint(left_out)
    assert len(left_out) == len(set(left_out))


def test_a_column_that_is_not_there_yet_is_missing(known: Catalogue) -> None:
    assert "benefit_bijstand" in resolve(small_table([ROW]), known).missing


def test_of_the_three_columns_with_one_name_the_first_is_herkomst(known: Catalogue) -> None:
    topics = [
        *FIRST,
        ("EuropaExclusiefNederland_18", "Europa (exclusief Nederland)", "aantal"),
        ("EuropaExclusiefNederland_21", "Europa (exclusief Nederland)", "aantal"),
        ("EuropaExclusiefNederland_23", "Europa (exclusief Nederland)", "aantal"),
    ]
    table = small_table([ROW], topics=topics, year=2023, table_id="85618NED")
    assert resolve(table, known).found["origin_europe"].keys == ("EuropaExclusiefNederland_18",)


def test_from_2026_the_oldest_group_is_the_sum_of_two_columns(known: Catalogue) -> None:
    topics = [
        *FIRST,
        ("k_65JaarTot80Jaar_12", "65 tot 80 jaar", "aantal"),
        ("k_80JaarOfOuder_13", "80 jaar of ouder", "aantal"),
    ]
    table = small_table([ROW], topics=topics, year=2026, table_id="86358NED")
    assert resolve(table, known).found["age_65plus"].keys == ("k_65JaarTot80Jaar_12", "k_80JaarOfOuder_13")


def test_the_text_about_a_column_tells_whether_it_is_provisional(known: Catalogue) -> None:
    texts = {"AantalInwoners_5": "Op 1 januari. Het betreft voorlopige cijfers."}
    assert resolve(small_table([ROW], descriptions=texts), known).found["population"].provisional
    assert not resolve(small_table([ROW]), known).found["population"].provisional
