"""Which gemeente somebody means, and which codes are its land in an older table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data import gemeenten
from data.errors import UnknownGemeente

#: How many gemeenten there were on 1 January. Source: CBS, Gemeentelijke indeling (CC BY 4.0).
COUNTS = {2017: 388, 2018: 380, 2019: 355, 2020: 355, 2021: 352, 2022: 345, 2023: 342, 2026: 342}


def names(text: str) -> list[str]:
    return [gemeente.name for gemeente in gemeenten.find(text)]


@pytest.mark.parametrize(("year", "count"), COUNTS.items())
def test_each_year_has_as_many_gemeenten_as_there_were(year: int, count: int) -> None:
    assert len(gemeenten.present(year)) == count


def test_the_list_is_sorted_as_a_dutch_list_is() -> None:
    listed = [gemeente.name for gemeente in gemeenten.present()]
    assert listed[0] == "Aa en Hunze"
    assert listed.index("Gouda") < listed.index("'s-Gravenhage") < listed.index("Groningen")
    assert listed.index("Stichtse Vecht") < listed.index("Súdwest-Fryslân") < listed.index("Terneuzen")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Heerlen", "GM0917"),
        ("  heerlen ", "GM0917"),
        ("GM0917", "GM0917"),
        ("gm0917", "GM0917"),
        ("0917", "GM0917"),
        ("917", "GM0917"),
        ("s hertogenbosch", "GM0796"),
        ("’s-Hertogenbosch", "GM0796"),
        ("Den Bosch", "GM0796"),
        ("den haag", "GM0518"),
        ("sudwest fryslan", "GM1900"),
        ("Noord Oostpolder", "GM0171"),
        ("de friese meren", "GM1940"),
        ("nuenen gerwen en nederwetten", "GM0820"),
        ("Utrecht", "GM0344"),
    ],
)
def test_a_gemeente_is_known_as_people_type_it(typed: str, meant: str) -> None:
    assert gemeenten.resolve(typed).code == meant


def test_every_present_gemeente_is_found_by_its_own_name_and_code() -> None:
    for gemeente in gemeenten.present():
        assert gemeenten.resolve(gemeente.name) == gemeente
        assert gemeenten.resolve(gemeente.code) == gemeente


def test_the_very_name_comes_first_then_names_that_start_with_it() -> None:
    assert names("utrecht") == ["Utrecht", "Utrechtse Heuvelrug"]
    assert names("bergen")[:3] == ["Bergen (L.)", "Bergen (NH.)", "Bergen op Zoom"]
    assert names("haag")[0] == "'s-Gravenhage"
    assert names("land")[0] == "Land van Cuijk"


def test_a_name_that_is_spelled_wrong_is_found_only_where_nothing_else_is() -> None:
    assert names("heerln") == ["Heerlen"]
    assert names("heerd") == ["Heerde"]
    assert names("qqqq") == []
    assert names("") == []


def test_a_former_gemeente_is_found_after_those_of_now_and_says_where_it_went() -> None:
    assert names("haren") == ["Haren", "Harenkarspel"]
    assert [now.name for now in gemeenten.went_into("GM0017")] == ["Groningen"]
    assert [now.name for now in gemeenten.went_into("GM1927")] == ["Molenlanden"]
    assert [now.name for now in gemeenten.went_into("GM0917")] == ["Heerlen"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Heerln", "Er is geen gemeente met de naam of code 'Heerln'; kies bijvoorbeeld Heerlen."),
        (
            "Bergen",
            "Er is geen gemeente met de naam of code 'Bergen'; kies bijvoorbeeld Bergen (L.), Bergen (NH.) "
            "of Bergen op Zoom.",
        ),
        (
            "qqqq",
            "Er is geen gemeente met de naam of code 'qqqq'; typ een naam of code, zoals Heerlen of GM0917.",
        ),
        (
            "GM0001",
            "Er is geen gemeente met de naam of code 'GM0001'; typ een naam of code, zoals Heerlen of GM0917.",
        ),
        ("Weesp", "Weesp is geen gemeente meer en hoort nu bij Amsterdam; kies Amsterdam."),
        ("GM0457", "Weesp is geen gemeente meer en hoort nu bij Amsterdam; kies Amsterdam."),
    ],
)
def test_who_types_something_else_reads_what_to_do(typed: str, sentence: str) -> None:
    with pytest.raises(UnknownGemeente) as told:
        gemeenten.resolve(typed)
    assert str(told.value) == sentence


def test_a_gemeente_newer_than_the_list_is_taken_as_it_is() -> None:
    assert gemeenten.resolve("GM1999").code == "GM1999"
    assert gemeenten.codes_in("GM1999", 2027) == ("GM1999",)


@pytest.mark.parametrize("year", range(gemeenten.FIRST_YEAR, gemeenten.LAST_YEAR + 1))
def test_no_gemeente_belongs_to_two_and_none_is_forgotten(year: int) -> None:
    of_now = gemeenten.present()
    whole = [code for gemeente in of_now for code in gemeenten.codes_in(gemeente.code, year)]
    divided = {former.code for gemeente in of_now for former in gemeenten.partly(gemeente.code, year)}
    assert len(whole) == len(set(whole))
    assert not divided & set(whole)
    assert {gemeente.code for gemeente in gemeenten.present(year)} == set(whole) | divided


def test_the_list_and_the_mergers_tell_one_story() -> None:
    for gemeente in gemeenten.known().values():
        went = [merger for merger in gemeenten._mergers() if merger.old == gemeente.code]
        assert bool(went) == (gemeente.valid_to is not None), gemeente
        for merger in went:
            assert merger.table_year == (gemeente.valid_to or 0) + 1, gemeente
            assert gemeenten.known()[merger.new].exists_in(merger.table_year), gemeente
        # Divided over several, or gone wholly into one.
        assert {merger.kind for merger in went} <= {"part"} or len(went) == 1, gemeente
    for new in {gemeente.code for gemeente in gemeenten.known().values() if gemeente.valid_from}:
        assert any(merger.new == new for merger in gemeenten._mergers()), new


def test_years_before_the_list_are_refused() -> None:
    for ask in (
        lambda: gemeenten.present(2011),
        lambda: gemeenten.codes_in("GM0917", 2011),
        lambda: gemeenten.partly("GM0917", 2011),
    ):
        with pytest.raises(ValueError, match="2012"):
            ask()


@pytest.mark.real
def test_the_gemeenten_of_2020_are_those_in_the_table_of_the_whole_country(real: Path) -> None:
    keys = pd.read_parquet(real / "kwb_2020_nl" / "WijkenEnBuurten.parquet")
    codes = keys["Key"].str.strip()
    in_table = dict(zip(codes, keys["Title"].str.strip(), strict=True))
    of_2020 = gemeenten.present(2020)
    assert {gemeente.code for gemeente in of_2020} == set(codes[codes.str.startswith("GM")])
    assert [gemeente for gemeente in of_2020 if in_table[gemeente.code] != gemeente.name] == []


@pytest.mark.real
def test_the_gemeenten_of_2022_are_those_with_borders_of_wijken(real: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    wijken = geopandas.read_file(real / "geometry" / "wijken_2022.gpkg", ignore_geometry=True)
    assert {g.code for g in gemeenten.present(2022)} == set("GM" + wijken["statcode"].str[2:6])
