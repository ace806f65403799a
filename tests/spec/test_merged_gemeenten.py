"""What a merged gemeente sees of the years before the merger.

CBS keeps an older table as it was: the land of a merged gemeente stands there under the codes of the gemeenten it came
from, by the division of 1 January of that year.
"""

from __future__ import annotations

from data.gemeenten import codes_in, known, partly

PURMEREND, BEEMSTER = "GM0439", "GM0370"
MOLENLANDEN, GIESSENLANDEN, MOLENWAARD = "GM1978", "GM0689", "GM1927"
AMSTERDAM, WEESP = "GM0363", "GM0457"
BERG_EN_DAL, GROESBEEK = "GM1945", "GM0241"
FRYSKE_MARREN, FRIESE_MEREN = "GM1940", "GM1921"
BOXTEL, OISTERWIJK, TILBURG, VUGHT, HAAREN = "GM0757", "GM0824", "GM0855", "GM0865", "GM0788"
HEERLEN = "GM0917"


def names(code: str, year: int) -> list[str]:
    return [known()[member].name for member in codes_in(code, year)]


def test_a_gemeente_that_never_merged_is_itself_in_every_table() -> None:
    assert {codes_in(HEERLEN, year) for year in range(2013, 2027)} == {(HEERLEN,)}


def test_purmerend_was_joined_by_beemster_in_2022() -> None:
    assert codes_in(PURMEREND, 2021) == (PURMEREND, BEEMSTER)
    assert codes_in(PURMEREND, 2022) == (PURMEREND,)


def test_molenlanden_came_from_two_gemeenten_of_which_one_came_from_three() -> None:
    assert codes_in(MOLENLANDEN, 2019) == (MOLENLANDEN,)
    assert codes_in(MOLENLANDEN, 2018) == (GIESSENLANDEN, MOLENWAARD)
    assert names(MOLENLANDEN, 2012) == ["Giessenlanden", "Nieuw-Lekkerland", "Graafstroom", "Liesveld"]


def test_weesp_joined_amsterdam_in_march_2022_so_the_table_of_2022_still_has_it_apart() -> None:
    assert codes_in(AMSTERDAM, 2022) == (AMSTERDAM, WEESP)
    assert codes_in(AMSTERDAM, 2023) == (AMSTERDAM,)


def test_a_new_name_brings_a_new_code_and_is_no_merger() -> None:
    assert codes_in(BERG_EN_DAL, 2015) == (GROESBEEK,)
    assert codes_in(FRYSKE_MARREN, 2015) == (FRIESE_MEREN,)
    assert codes_in(FRYSKE_MARREN, 2016) == (FRYSKE_MARREN,)


def test_haaren_was_divided_so_it_belongs_to_none_of_the_four_and_each_of_them_says_so() -> None:
    for one in (BOXTEL, OISTERWIJK, TILBURG, VUGHT):
        assert codes_in(one, 2020) == (one,)
        assert [former.name for former in partly(one, 2020)] == ["Haaren"]
        assert partly(one, 2021) == ()
    assert known()[HAAREN].successors == (BOXTEL, OISTERWIJK, TILBURG, VUGHT)


def test_a_part_that_an_earlier_gemeente_received_counts_for_the_gemeente_of_now() -> None:
    # Boarnsterhim was divided in 2014, among others to De Friese Meren, which is now De Fryske Marren.
    assert [former.name for former in partly(FRYSKE_MARREN, 2013)] == ["Boarnsterhim"]


def test_a_gemeente_that_is_gone_is_in_no_table_after_its_last() -> None:
    assert codes_in(WEESP, 2022) == (WEESP,)
    assert codes_in(WEESP, 2023) == ()
